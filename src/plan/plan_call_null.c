/*
 * Functions that look at nulls, and comparisons that do.
 */
#include "plan/plan_call.h"

/* Arguments brought to one type, which is the result's. */
static bool
call_choice(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, int n, const char *name, struct operand *out)
{
	struct operand *v = arena_array(bd->arena, e->narg, sizeof *v);
	uint32_t *reg = arena_array(bd->arena, e->narg, sizeof *reg), i;
	struct op op = op_make(code, frame);

	for (i = 0; i < e->narg; i++)
		if (!plan_expr(bd, frame, e->arg[i], &v[i]))
			return false;
	if (!plan_unify(bd, frame, v, e->narg, e->at, name))
		return false;
	*out = call_result(e, v[0].t);
	out->t.is_field = out->t.unknown = false;
	for (i = 0; i < e->narg; i++) {
		reg[i] = v[i].reg;
		if (v[i].t.length == 0 && v[i].t.type == V_TEXT)
			out->t.length = 0;
		else if (out->t.length > 0 && v[i].t.length > out->t.length)
			out->t.length = v[i].t.length;
	}
	op.arg = reg;
	op.narg = e->narg;
	op.n = n;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
call_coalesce(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_choice(bd, frame, e, OP_COALESCE, 0, "coalesce", out);
}

static bool
call_greatest(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_choice(bd, frame, e, OP_GREATEST, 0, "greatest", out);
}

static bool
call_least(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	return call_choice(bd, frame, e, OP_LEAST, 0, "least", out);
}

static bool
call_nullif(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand o[2], value;
	struct op op = op_make(OP_NULLIF, frame);
	bool single;

	if (!plan_expr(bd, frame, e->arg[0], &o[0]) ||
	    !plan_expr(bd, frame, e->arg[1], &o[1]))
		return false;
	value = o[0];
	single = value.t.single;
	if (!plan_comparable(bd, frame, o, e->at, "nullif"))
		return false;
	/* the first value, of the type that the comparison gave it */
	value.t.integral &= o[1].t.integral;
	if (o[0].t.type == V_F64 || value.t.unknown)
		value = o[0];
	value.t.single = single;
	op.a = o[0].reg;
	op.b = o[1].reg;
	op.c = value.reg;
	*out = call_result(e, value.t);
	out->t.unknown = false;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

/* num_nulls, num_nonnulls: of any types. */
static bool
call_num_nulls(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	uint32_t *reg = arena_array(bd->arena, e->narg, sizeof *reg), i;
	struct op op = op_make(OP_COUNT_NULLS, frame);
	struct operand o;

	for (i = 0; i < e->narg; i++) {
		if (!plan_expr(bd, frame, e->arg[i], &o))
			return false;
		reg[i] = o.reg;
	}
	op.arg = reg;
	op.narg = e->narg;
	op.n = e->name[0][5] == 'U';	/* NUM-NULLS, not NUM-NONNULLS */
	*out = call_result(e, (struct vt){ .type = V_I64, .precision = 4,
	    .integral = true });
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at,
	    op.n ? "" : "not");
	return true;
}

/* is [not] distinct from: nulls are equal to each other, and never unknown. */
bool
plan_distinct(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_DISTINCT, frame);
	struct operand o[2];

	if (!plan_side(bd, frame, e->arg[0], e->arg[1], &o[0]) ||
	    !plan_side(bd, frame, e->arg[1], e->arg[0], &o[1]) ||
	    !plan_comparable(bd, frame, o, e->at, "is distinct from"))
		return false;
	op.a = o[0].reg;
	op.b = o[1].reg;
	op.n = e->kind == EX_DISTINCT;
	*out = call_result(e, call_bool_type);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at,
	    op.n ? "" : "not");
	return true;
}

const struct function call_nulls_table[] = {
	{ "COALESCE", 1, ARGS_MAX, call_coalesce },
	{ "GREATEST", 1, ARGS_MAX, call_greatest },
	{ "LEAST", 1, ARGS_MAX, call_least },
	{ "NULLIF", 2, 2, call_nullif },
	{ "NUM-NONNULLS", 1, ARGS_MAX, call_num_nulls },
	{ "NUM-NULLS", 1, ARGS_MAX, call_num_nulls },
	{ NULL, 0, 0, NULL },
};
