/*
 * unpivot: a row for each of several expressions of a record, such as the
 * twelve months that a copybook has side by side; and keys by hash.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/buf.h"

/* A field's name with its subscripts; of anything else its number. */
static struct slice
unpivot_label(struct build *bd, const struct expr *e, uint32_t i)
{
	struct buf b;
	const char *s;

	if (e->kind != EX_NAME && e->kind != EX_CALL)
		return slice_str(arena_printf(bd->arena, "%u", i + 1));
	buf_init(&b, 4096);
	expr_format(&b, e);
	s = arena_strdup(bd->arena, b.len > 0 ? b.p : "");
	buf_fini(&b);
	return slice_str(s);
}

/* Compiles the expressions above, and makes the frame; NONE after an error. */
uint32_t
plan_unpivot(struct build *bd, uint32_t above, const struct map_table *mt)
{
	struct operand *o = arena_array(bd->arena, mt->nunpivot, sizeof *o);
	struct unpivot *u = arena_zalloc(bd->arena, sizeof *u);
	struct op op = op_make(OP_UNPIVOT, above);
	uint32_t i, *reg = arena_array(bd->arena, mt->nunpivot, sizeof *reg);
	struct slice *name = arena_array(bd->arena, mt->nunpivot,
	    sizeof *name);

	for (i = 0; i < mt->nunpivot; i++) {
		if (mt->unpivot[i] == NULL ||
		    !plan_expr(bd, above, mt->unpivot[i], &o[i]))
			return NONE;
		name[i] = unpivot_label(bd, mt->unpivot[i], i);
	}
	if (!plan_unify(bd, above, o, mt->nunpivot, mt->unpivot[0]->at,
	    "unpivot"))
		return NONE;
	for (i = 0; i < mt->nunpivot; i++)
		reg[i] = o[i].reg;
	op.n = (int32_t)mt->nunpivot;
	op.dst = plan_frame(bd, FRAME_UNPIVOT, above,
	    plan_frame_table(bd, above), mt->nunpivot);
	plan_emit_frame(bd, op, ITEM_NONE, mt->unpivot[0]->at,
	    arena_printf(bd->arena, "for %s", mt->name));
	u->reg = reg;
	u->name = name;
	u->n = mt->nunpivot;
	u->t = o[0].t;
	u->t.is_field = false;
	bd->plan->frame[op.dst].unpivot = u;
	return op.dst;
}

/* The frame around `frame` that unpivots; NONE after an error. */
static uint32_t
unpivot_frame(struct build *bd, uint32_t frame, const struct expr *e)
{
	uint32_t f;

	for (f = frame; f != NONE; f = plan_frame_above(bd, f))
		if (bd->plan->frame[f].kind == FRAME_UNPIVOT)
			return f;
	diag_hint(bd->diags, diag_add(bd->diags, DIAG_P007, e->at,
	    "this function needs a table with unpivot:"),
	    "unpivot: [JAN, FEB, MAR] makes a row of each");
	return NONE;
}

uint32_t
plan_above_unpivot(const struct build *bd, uint32_t frame)
{
	for (; frame != NONE; frame = plan_frame_above(bd, frame))
		if (bd->plan->frame[frame].kind == FRAME_UNPIVOT)
			return plan_frame_above(bd, frame);
	return NONE;
}

static bool
unpivot_cells(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, struct vt t, struct operand *out)
{
	uint32_t f = unpivot_frame(bd, frame, e);
	const struct unpivot *u;
	struct op op = op_make(code, f);

	if (f == NONE)
		return false;
	u = bd->plan->frame[f].unpivot;
	if (code == OP_UNPIVOT_VALUE) {
		op.arg = u->reg;
		op.narg = u->n;
	} else if (code == OP_UNPIVOT_NAME) {
		op.k = u->name;
		op.ksize = u->n * sizeof *u->name;
	}
	*out = (struct operand){ .t = t, .e = e, .item = ITEM_NONE };
	out->reg = plan_emit(bd, op, t, ITEM_NONE, e->at, "");
	plan_bring(bd, frame, f, ITEM_NONE, e->at, out);
	return true;
}

bool
plan_unpivot_value(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t f = unpivot_frame(bd, frame, e);

	return f != NONE && unpivot_cells(bd, frame, e, OP_UNPIVOT_VALUE,
	    bd->plan->frame[f].unpivot->t, out);
}

bool
plan_unpivot_name(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return unpivot_cells(bd, frame, e, OP_UNPIVOT_NAME,
	    (struct vt){ .type = V_TEXT }, out);
}

bool
plan_unpivot_number(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return unpivot_cells(bd, frame, e, OP_OCCURRENCE,
	    (struct vt){ .type = V_I64, .precision = 9, .integral = true },
	    out);
}

/* ---- keys by hash ------------------------------------------------------ */

bool
plan_hash(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_HASH, frame);
	uint32_t i, *reg = arena_array(bd->arena, e->narg, sizeof *reg);
	struct operand o;

	for (i = 0; i < e->narg; i++) {
		if (!plan_text(bd, frame, e->arg[i], &o))
			return false;
		reg[i] = o.reg;
	}
	op.arg = reg;
	op.narg = e->narg;
	op.n = e->name[0][0] == 'U';
	*out = (struct operand){ .e = e, .item = ITEM_NONE };
	out->t = op.n ? (struct vt){ .type = V_TEXT, .length = 36 } :
	    (struct vt){ .type = V_I64, .precision = 19, .integral = true };
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at,
	    op.n ? "uuid" : "bigint");
	return true;
}
