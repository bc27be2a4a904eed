/*
 * What OCCURS DEPENDING ON does to addresses.
 *
 * Offsets count with every table at its maximum.  Behind a table that is
 * shorter in the data, SHIFT moves the rows' bytes so far back that offsets
 * are right again: by what the count leaves out, or, where the occurrences
 * differ in length, by what a WALK has found to be missing.
 *
 * WALK follows the occurrences of such a table, row by row: the counts in them
 * are read where they stand, for the next occurrence starts where this one
 * ends.  Its steps are those counts and the tables that depend on them; all
 * else has a constant place between them.  It yields the bytes that the table
 * takes and, when they are wanted, a row for each occurrence, in which items
 * have their offsets from its start.  What a walk must know from outside of
 * its table are its arguments.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "plan/plan_counts.h"

struct walked {			/* a WALK of the plan */
	uint32_t frame, table;
	uint32_t rows;		/* the frame that it makes */
	struct k_walk *k;
	struct walked *next;
};

struct shifted {		/* an answer of plan_shifted */
	uint32_t frame, shifter, where, hangs;
};

/* ---- counts ------------------------------------------------------------ */

static uint32_t
table_around(const struct layout *l, uint32_t item)
{
	uint32_t up = l->item[item].parent;

	return up == ITEM_NONE ? ITEM_NONE : l->item[up].table;
}

static bool
count_is_whole(struct build *bd, const struct vt *t, uint32_t table,
    struct place at)
{
	if (vt_is_number(t) && t->scale == 0 && t->type != V_F64)
		return true;
	diag_hint(bd->diags, diag_add(bd->diags, DIAG_P009, at,
	    "the count '%s' of '%s' is not a whole number", plan_item_name(bd,
	    bd->layout->item[table].depending), plan_item_name(bd, table)),
	    "counts: in source says what its values stand for");
	return false;
}

uint32_t
plan_count(struct build *bd, uint32_t frame, uint32_t table, struct place at)
{
	const struct item *t = &bd->layout->item[table];
	uint32_t around = table_around(bd->layout, table);
	struct vt vt = { .type = V_I64, .precision = 10, .integral = true };
	struct operand o;
	struct k_count k;
	struct op op;

	if (!plan_count_cells(bd, frame, table, at, &o) ||
	    !count_is_whole(bd, &o.t, table, at))
		return NONE;
	op = op_make(OP_COUNT, frame);
	memset(&k, 0, sizeof k);
	k.min = t->occurs_min;
	k.max = t->occurs_max;
	k.offset = t->offset - (around == ITEM_NONE ? 0 :
	    bd->layout->item[around].offset);
	k.stride = t->varies ? 0 : t->size;	/* a walk tells */
	k.where = plan_shifted(bd, frame, t->shifter, at, &op.b);
	k.picked = bd->plan->frame[frame].kind == FRAME_PICK ? frame : NONE;
	if (k.where == NONE)
		return NONE;
	op.a = o.reg;
	op.k = &k;
	op.ksize = sizeof k;
	return plan_emit(bd, op, vt, t->depending, at,
	    arena_printf(bd->arena, "of %s, %u to %u",
	    plan_item_name(bd, table), t->occurs_min, t->occurs_max));
}

/* ---- the steps of a walk ----------------------------------------------- */

struct walk_plan {
	struct build *bd;
	uint32_t frame, table;
	struct place at;
	struct walk_step *step;
	uint32_t nstep, cap;
	uint32_t *arg, narg, arg_cap;	/* registers: the first slots */
	uint32_t *slot;			/* [items in the table], of counts and
					 * of what depends on them; or NONE */
	uint32_t nslot;
};

static bool
item_inside(const struct layout *l, uint32_t item, uint32_t table)
{
	return item > table && item < l->item[table].next;
}

static struct walk_step *
walk_step(struct walk_plan *w, uint32_t item, uint32_t origin)
{
	const struct item *it = &w->bd->layout->item[item];
	struct walk_step *s = ARENA_PUSH(w->bd->arena, w->step, w->nstep,
	    w->cap);

	*s = (struct walk_step){ .item = item, .slot = NONE,
	    .offset = it->offset - origin, .size = it->size,
	    .min = it->occurs_min, .max = it->occurs_max, .end = w->nstep };
	return s;
}

static void
walk_add_count(struct walk_plan *w, uint32_t item, uint32_t origin,
    uint32_t slot, const struct codec_keys *keys)
{
	struct build *bd = w->bd;
	struct walk_step *s = walk_step(w, item, origin);
	struct codec *c = arena_zalloc(bd->arena, sizeof *c);

	/* that it is a count was seen when its slot was made */
	if (!plan_codec(bd->arena, &bd->layout->item[item], AS_VALUE,
	    bd->plan->page, bd->mapping, c))
		return;
	if (keys != NULL) {
		c->kind = CODEC_KEYED;
		c->keys = keys;
	}
	c->policies = &bd->plan->policies;
	c->offset = s->offset;
	s->count = c;
	s->slot = slot;
}

/* The item as the count of tables for which its values stand for numbers. */
static void
walk_add_keyed(struct walk_plan *w, uint32_t item, uint32_t origin)
{
	const struct layout *l = w->bd->layout;
	const struct plan_counts *counts = w->bd->plan->counts;
	uint32_t end = l->item[w->table].next, i;

	for (i = item + 1; counts != NULL && i < end; i++)
		if (l->item[i].depending == item &&
		    plan_counts_of(counts, i) != NULL)
			walk_add_count(w, item, origin, w->slot[i - w->table],
			    plan_counts_of(counts, i));
}

/* The count of a table, when it stands outside: an argument. */
static bool
walk_add_argument(struct walk_plan *w, uint32_t table)
{
	struct build *bd = w->bd;
	struct operand o;
	uint32_t reg;

	if (table == w->table) {
		reg = plan_count(bd, w->frame, table, w->at);
		if (reg == NONE)
			return false;
	} else {
		if (!plan_count_cells(bd, w->frame, table, w->at, &o) ||
		    !count_is_whole(bd, &o.t, table, w->at))
			return false;
		reg = o.reg;
	}
	w->slot[table - w->table] = w->narg;
	*ARENA_PUSH(bd->arena, w->arg, w->narg, w->arg_cap) = reg;
	return true;
}

/* A slot for each count, those outside first. */
static bool
walk_add_slots(struct walk_plan *w)
{
	const struct layout *l = w->bd->layout;
	uint32_t end = l->item[w->table].next, i, count, *slot;
	struct vt t;

	w->slot = arena_array(w->bd->arena, end - w->table, sizeof *w->slot);
	memset(w->slot, 0xff, (end - w->table) * sizeof *w->slot);
	for (i = w->table; i < end; i++) {
		count = l->item[i].depending;
		if (count != ITEM_NONE && !item_inside(l, count, w->table) &&
		    !walk_add_argument(w, i))
			return false;
	}
	for (i = w->table, w->nslot = w->narg; i < end; i++) {
		count = l->item[i].depending;
		if (count == ITEM_NONE || !item_inside(l, count, w->table))
			continue;
		if (plan_counts_of(w->bd->plan->counts, i) != NULL) {
			w->slot[i - w->table] = w->nslot++;
			continue;
		}
		memset(&t, 0, sizeof t);
		if (!plan_item_value(l, count, &t) ||
		    !count_is_whole(w->bd, &t, i, w->at))
			return false;
		slot = &w->slot[count - w->table];
		if (*slot == NONE)
			*slot = w->nslot++;
		w->slot[i - w->table] = *slot;
	}
	return true;
}

/* The depth is that of tables in tables, at most 49. */
static void
walk_add_table(struct walk_plan *w, uint32_t table, uint32_t origin)
{
	const struct layout *l = w->bd->layout;
	uint32_t from = l->item[table].offset, own = w->nstep, i;
	const struct item *it;

	walk_step(w, table, origin)->slot = w->slot[table - w->table];
	for (i = table + 1; l->item[table].varies && i < l->item[table].next;) {
		it = &l->item[i];
		if (it->occurs_max == 0) {
			if (w->slot[i - w->table] != NONE)
				walk_add_count(w, i, from,
				    w->slot[i - w->table], NULL);
			walk_add_keyed(w, i, from);
			i++;
			continue;
		}
		if (it->varies || it->depending != ITEM_NONE)
			walk_add_table(w, i, from);
		i = it->next;
	}
	w->step[own].end = w->nstep;
}

static bool
walk_compile(struct walk_plan *w)
{
	const struct layout *l = w->bd->layout;
	uint32_t around = table_around(l, w->table);

	if (!walk_add_slots(w))
		return false;
	walk_add_table(w, w->table, around == ITEM_NONE ? 0 :
	    l->item[around].offset);
	return true;
}

static struct walked *
walk_emit(struct walk_plan *w, uint32_t where, uint32_t hangs)
{
	struct build *bd = w->bd;
	struct plan *p = bd->plan;
	struct walked *d = arena_zalloc(bd->arena, sizeof *d);
	struct vt t = { .type = V_I64, .precision = 10, .integral = true };
	struct op op = op_make(OP_WALK, where);
	struct reg_def *r = ARENA_PUSH(bd->arena, p->reg, p->nreg,
	    p->reg_cap);

	*r = (struct reg_def){ t, plan_space(p, where), p->nop };
	d->k = arena_zalloc(bd->arena, sizeof *d->k);
	d->k->step = w->step;
	d->k->nslot = w->nslot;
	d->k->reg = p->nreg - 1;
	d->frame = w->frame;
	d->table = w->table;
	d->rows = plan_frame(bd, FRAME_WALK, w->frame, w->table, d->k->reg);
	op.dst = d->rows;
	op.b = hangs;
	op.arg = w->arg;
	op.narg = w->narg;
	op.k = d->k;
	plan_emit_frame(bd, op, w->table, w->at, arena_printf(bd->arena,
	    "%s at %u, %u bytes each at most, %u times at most → r%u",
	    plan_item_name(bd, w->table), w->step[0].offset, w->step[0].size,
	    w->step[0].max, d->k->reg));
	d->next = bd->walked;
	bd->walked = d;
	return d;
}

static struct walked *
walk_of(struct build *bd, uint32_t frame, uint32_t table, struct place at)
{
	struct walk_plan w = { .bd = bd, .frame = frame, .table = table,
	    .at = at };
	uint32_t where, hangs;
	struct walked *d;

	for (d = bd->walked; d != NULL; d = d->next)
		if (d->frame == frame && d->table == table)
			return d;
	where = plan_shifted(bd, frame, bd->layout->item[table].shifter, at,
	    &hangs);
	if (where == NONE || !walk_compile(&w))
		return NULL;
	return walk_emit(&w, where, hangs);
}

uint32_t
plan_walk_rows(struct build *bd, uint32_t frame, uint32_t table, bool each,
    struct place at, uint32_t *hangs)
{
	struct walked *d = walk_of(bd, frame, table, at);

	if (d == NULL)
		return NONE;
	d->k->rows = true;
	if (each) {
		d->k->each = true;
		bd->plan->frame[d->rows].kind = FRAME_EXPAND;
	}
	*hangs = d->k->reg;
	return d->rows;
}

/* The bytes that a table takes; walked once for all rows that a when: has. */
static uint32_t
walk_bytes(struct build *bd, uint32_t frame, uint32_t table, struct place at)
{
	struct walked *d;
	uint32_t reg;

	if (bd->plan->frame[frame].kind == FRAME_FILTER) {
		reg = walk_bytes(bd, plan_frame_above(bd, frame), table, at);
		return reg == NONE ? NONE : plan_gather(bd, frame, reg,
		    bd->plan->reg[reg].t, table, at);
	}
	d = walk_of(bd, frame, table, at);
	return d == NULL ? NONE : d->k->reg;
}

/* ---- behind a table ---------------------------------------------------- */

static uint32_t
shift_emit(struct build *bd, uint32_t before, uint32_t frame, uint32_t shifter,
    uint32_t reg, struct place at)
{
	const struct item *t = &bd->layout->item[shifter];
	struct plan *p = bd->plan;
	struct k_expand k;
	struct op op;
	uint32_t i;

	for (i = 0; i < p->nframe; i++)
		if (p->frame[i].kind == FRAME_SHIFT &&
		    p->frame[i].parent == before && p->frame[i].reg == reg)
			return i;
	i = plan_frame(bd, FRAME_SHIFT, before, p->frame[frame].table, reg);
	memset(&k, 0, sizeof k);
	k.stride = t->varies ? 1 : t->size;
	k.max = t->varies ? t->size * t->occurs_max : t->occurs_max;
	op = op_make(OP_SHIFT, before);
	op.dst = i;
	op.a = reg;
	op.k = &k;
	op.ksize = sizeof k;
	plan_emit_frame(bd, op, shifter, at, plan_item_name(bd, shifter));
	return i;
}

uint32_t
plan_shifted(struct build *bd, uint32_t frame, uint32_t shifter,
    struct place at, uint32_t *hangs)
{
	const struct frame_def *f = &bd->plan->frame[frame];
	const struct item *t;
	struct shifted *known;
	uint32_t before, reg, i;

	*hangs = f->kind == FRAME_PICK ? f->reg : NONE;
	if (shifter == ITEM_NONE)
		return frame;
	for (i = 0; i < bd->nshifted; i++) {
		known = &bd->shifted[i];
		if (known->frame == frame && known->shifter == shifter) {
			*hangs = known->hangs;
			return known->where;
		}
	}
	t = &bd->layout->item[shifter];
	before = plan_shifted(bd, frame, t->shifter, at, hangs);
	if (before == NONE)
		return NONE;
	reg = t->varies ? walk_bytes(bd, frame, shifter, at) :
	    plan_count(bd, frame, shifter, at);
	if (reg == NONE)
		return NONE;
	before = shift_emit(bd, before, frame, shifter, reg, at);
	*hangs = reg;
	*ARENA_PUSH(bd->arena, bd->shifted, bd->nshifted, bd->shifted_cap) =
	    (struct shifted){ frame, shifter, before, reg };
	return before;
}
