/*
 * Adding frames, registers and ops to a plan.  An op that equals an earlier
 * one is not added: its register serves both.
 */
#include "plan/plan_impl.h"

#include <string.h>

uint32_t
plan_frame(struct build *bd, enum frame_kind kind, uint32_t parent,
    uint32_t table, uint32_t reg)
{
	struct plan *p = bd->plan;
	struct frame_def *f = ARENA_PUSH(bd->arena, p->frame, p->nframe,
	    p->frame_cap);

	*f = (struct frame_def){ kind, parent, table, reg, bd->map_table,
	    NONE, NULL, NULL };
	return p->nframe - 1;
}

struct op
op_make(enum op_code code, uint32_t frame)
{
	return (struct op){ .code = (uint16_t)code, .frame = (uint16_t)frame,
	    .dst = NONE, .a = NONE, .b = NONE, .c = NONE };
}

static bool
op_equal(const struct op *x, const struct op *y)
{
	return x->code == y->code && x->frame == y->frame && x->a == y->a &&
	    x->b == y->b && x->c == y->c && x->n == y->n &&
	    x->narg == y->narg && x->ksize == y->ksize &&
	    (x->narg == 0 ||
	    memcmp(x->arg, y->arg, x->narg * sizeof *x->arg) == 0) &&
	    (x->k == NULL) == (y->k == NULL) && (x->k == NULL ||
	    (x->ksize > 0 && memcmp(x->k, y->k, x->ksize) == 0));
}

/* The item whose bytes a fault of the op would show. */
static void
emit_source(const struct plan *p, const struct op *op, struct op_note *note)
{
	uint32_t in[3] = { op->a, op->b, op->c }, i;
	const struct op_note *from;

	if (op->code == OP_DECODE) {
		note->decode = op->id;
		return;
	}
	for (i = 0; i < 3 + op->narg; i++) {
		uint32_t reg = i < 3 ? in[i] : op->arg[i - 3];

		if (reg == NONE)
			continue;
		from = &p->note[p->reg[reg].op];
		if (from->decode == NONE)
			continue;
		note->decode = from->decode;
		if (note->item == ITEM_NONE)
			note->item = from->item;
		return;
	}
}

static struct op *
emit_append(struct build *bd, const struct op *op, uint32_t item,
    struct place at, const char *text)
{
	struct plan *p = bd->plan;
	struct op *o = ARENA_PUSH(bd->arena, p->op, p->nop, p->op_cap);
	uint32_t n = p->nop - 1;
	struct op_note *note = ARENA_PUSH(bd->arena, p->note, n, p->note_cap);

	*o = *op;
	o->id = p->nop - 1;
	if (o->narg > 0)
		o->arg = arena_copy(bd->arena, op->arg,
		    op->narg * sizeof *op->arg);
	if (o->ksize > 0)
		o->k = arena_copy(bd->arena, op->k, op->ksize);
	*note = (struct op_note){ .item = item, .decode = NONE, .at = at,
	    .text = text == NULL ? "" : text };
	emit_source(p, o, note);
	return o;
}

uint32_t
plan_space(const struct plan *p, uint32_t frame)
{
	while (p->frame[frame].kind == FRAME_SHIFT ||
	    p->frame[frame].kind == FRAME_LINK ||
	    p->frame[frame].kind == FRAME_PICK ||
	    p->frame[frame].kind == FRAME_REACH)
		frame = p->frame[frame].parent;
	return frame;
}

uint32_t
plan_emit(struct build *bd, struct op op, struct vt t, uint32_t item,
    struct place at, const char *text)
{
	struct plan *p = bd->plan;
	struct reg_def *reg;
	struct op *o;
	uint32_t i;

	for (i = 0; i < p->nop; i++)
		if (op_equal(&p->op[i], &op))
			return p->op[i].dst;
	o = emit_append(bd, &op, item, at, text);
	reg = ARENA_PUSH(bd->arena, p->reg, p->nreg, p->reg_cap);
	o->dst = p->nreg - 1;
	*reg = (struct reg_def){ t, plan_space(p, op.frame), o->id };
	return o->dst;
}

void
plan_emit_frame(struct build *bd, struct op op, uint32_t item,
    struct place at, const char *text)
{
	emit_append(bd, &op, item, at, text);
}

uint32_t
plan_emit_view(struct build *bd, struct op op, enum frame_kind kind,
    uint32_t parent, uint32_t table, uint32_t reg, uint32_t item,
    struct place at, const char *text)
{
	struct plan *p = bd->plan;
	uint32_t i;

	for (i = 0; i < p->nop; i++)
		if (op_equal(&p->op[i], &op) &&
		    p->frame[p->op[i].dst].parent == parent)
			return p->op[i].dst;
	op.dst = plan_frame(bd, kind, parent, table, reg);
	plan_emit_frame(bd, op, item, at, text);
	return op.dst;
}
