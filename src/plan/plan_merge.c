/*
 * A table of several types of records: its rows are those of each type's
 * frame, merged in the order of the records.  A column is compiled for each
 * type, in that type's names; SPREAD brings it into the merged rows, null in
 * those of the other types, and what is there is taken.
 */
#include "plan/plan_impl.h"

#include <string.h>

/* The frame of a table of several types; NONE after an error. */
uint32_t
plan_merge(struct build *bd, const struct map_table *mt,
    const uint32_t *frame, uint32_t n)
{
	struct op op = op_make(OP_MERGE, frame[0]);
	uint32_t i;

	for (i = 0; i < n; i++)
		if (frame[i] == NONE)
			return NONE;
	op.k = arena_copy(bd->arena, frame, n * sizeof *frame);
	op.n = (int32_t)n;
	op.dst = plan_frame(bd, FRAME_MERGE, frame[0], ITEM_NONE, n);
	plan_emit_frame(bd, op, ITEM_NONE, mt->at, arena_printf(bd->arena,
	    "for %s", mt->name));
	bd->plan->frame[op.dst].merged = op.k;
	return op.dst;
}

/* One operand in the merged rows, from one for each type. */
bool
plan_merged(struct build *bd, uint32_t frame, struct operand *o, uint32_t n,
    struct place at, struct operand *out)
{
	const uint32_t *merged = bd->plan->frame[frame].merged;
	struct op op;
	uint32_t i, *reg = arena_array(bd->arena, n, sizeof *reg);

	for (i = 0; i < n; i++) {
		op = op_make(OP_SPREAD, frame);
		op.a = o[i].reg;
		op.n = (int32_t)merged[i];
		o[i].reg = plan_emit(bd, op, o[i].t, o[i].item, at, "");
	}
	if (!plan_unify(bd, frame, o, n, at, "of several record types"))
		return false;
	for (i = 0; i < n; i++)
		reg[i] = o[i].reg;
	*out = o[0];
	for (i = 1; i < n; i++) {
		out->t.is_field = out->t.is_field && o[i].t.is_field;
		out->t.inexact |= o[i].t.inexact;
		if (o[i].item != out->item)
			out->item = ITEM_NONE;
		if (o[i].t.precision > out->t.precision)
			out->t.precision = o[i].t.precision;
		/* 0 is any length */
		if (out->t.length > 0 && (o[i].t.length == 0 ||
		    o[i].t.length > out->t.length))
			out->t.length = o[i].t.length;
	}
	op = op_make(OP_COALESCE, frame);
	op.arg = reg;
	op.narg = n;
	out->reg = plan_emit(bd, op, out->t, out->item, at, "");
	return true;
}

bool
plan_record_type(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_RECORD_TYPE, frame);

	if (bd->plan->ntype == 0) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P007, e->at,
		    "record_type() needs types of records"),
		    "'records' tells them apart");
		return false;
	}
	op.k = bd->plan;
	*out = (struct operand){ .t = { .type = V_TEXT }, .e = e,
	    .item = ITEM_NONE };
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}
