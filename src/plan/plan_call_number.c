/*
 * Functions of numbers, under PostgreSQL's names ("Mathematical Functions and
 * Operators").  A decimal's scale is PostgreSQL's; whole numbers stay exact,
 * where it makes doubles of them.
 */
#include "plan/plan_call.h"

#include <string.h>

#include "plan/chain.h"

static bool
number_refused(struct build *bd, const struct expr *e, const struct operand *o)
{
	struct diag *d = diag_add(bd->diags, DIAG_P007, o->e->at,
	    "%s takes numbers, not %s", call_shown(bd, e->name[0]),
	    vt_name(&o->t));

	if (o->t.type == V_TEXT)
		diag_hint(bd->diags, d, "cast the text: cast(… as numeric)");
	else if (o->t.type == V_F64)
		diag_hint(bd->diags, d, "cast it: cast(… as numeric(p, s))");
	return false;
}

/* Argument i as a number; `exact`: no double. */
static bool
number_argument(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t i, bool exact, struct operand *o)
{
	struct vt number = { .type = V_I64, .precision = 18 };

	return plan_expr(bd, frame, e->arg[i], o) &&
	    plan_adapt(bd, frame, o, &number) &&
	    ((vt_is_number(&o->t) && !(exact && o->t.type == V_F64)) ||
	    number_refused(bd, e, o));
}

/* A type of so many digits before and behind the point. */
static struct vt
number_of(int whole, int scale)
{
	struct vt t = { .type = V_I64, .scale = (int16_t)scale };
	int digits = whole + scale;

	t.precision = (uint16_t)(digits > 38 ? 38 : digits < 1 ? 1 : digits);
	t.type = t.precision > 18 ? V_D128 : V_I64;
	return t;
}

static int
number_whole(const struct vt *t)
{
	return (t->precision == 0 ? 38 : t->precision) - t->scale;
}

static bool
number_emit(struct build *bd, const struct expr *e, struct op op,
    const struct vt *a, const struct vt *b, struct vt t, const char *text,
    struct operand *out)
{
	struct k_numbers k;

	memset(&k, 0, sizeof k);
	k.sa = a->scale;
	k.sb = b != NULL ? b->scale : 0;
	k.to = t.scale;
	k.precision = t.type == V_D128 ? 38 : 18;
	k.integral = t.integral;
	op.k = &k;
	op.ksize = sizeof k;
	*out = call_result(e, t);
	out->reg = plan_emit(bd, op, t, ITEM_NONE, e->at, text);
	return true;
}

/* abs(x): of the same type. */
static bool
call_abs(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_ABS, frame);
	struct operand o;
	struct vt t;

	if (!number_argument(bd, frame, e, 0, false, &o))
		return false;
	t = o.t;
	t.is_field = false;
	op.a = o.reg;
	return number_emit(bd, e, op, &o.t, NULL, t, "", out);
}

static bool
call_sign(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_SIGN, frame);
	struct operand o;

	if (!number_argument(bd, frame, e, 0, false, &o))
		return false;
	op.a = o.reg;
	return number_emit(bd, e, op, &o.t, NULL, o.t.type == V_F64 ?
	    (struct vt){ .type = V_F64 } : number_of(1, 0), "", out);
}

/* The rounding of a chain takes all its digits. */
static bool
round_chain(struct build *bd, uint32_t frame, const struct expr *e,
    const struct operand *o, int16_t scale, struct operand *out)
{
	struct vt t = { .type = V_D128, .precision = 38, .scale = scale };
	struct k_numbers k;
	uint32_t reg;

	memset(&k, 0, sizeof k);
	k.sa = o->t.scale;
	k.to = scale;
	k.precision = 38;
	if (!plan_chain_end(bd, frame, o->reg, &k, &t, 0, e->at, &reg))
		return false;
	*out = call_result(e, t);
	out->reg = reg;
	return true;
}

/* round, trunc, ceil, floor; the first two with decimals, which the text of
 * the expression must say, for they are the result's scale. */
static bool
call_round(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	enum rounding how = e->name[0][0] == 'R' ? ROUND_HALF :
	    e->name[0][0] == 'T' ? ROUND_DOWN : e->name[0][0] == 'C' ?
	    ROUND_UP : ROUND_FLOOR;
	struct op op = op_make(OP_ROUND, frame);
	struct vt t, place = { .type = V_I64 };
	struct operand o;
	int64_t at = 0;
	int whole, scale;

	if (!number_argument(bd, frame, e, 0, e->narg > 1, &o))
		return false;
	if (e->narg > 1 && !call_constant(e->arg[1], &at)) {
		diag_add(bd->diags, DIAG_P007, e->arg[1]->at,
		    "the number of decimals is written as it is: %s(x, 2)",
		    call_shown(bd, e->name[0]));
		return false;
	}
	whole = number_whole(&o.t) + (how == ROUND_DOWN ? 0 : 1);
	place.scale = (int16_t)(at < -40 ? -40 : at > 40 ? 40 : at);
	scale = at < 0 ? 0 : at > 38 ? 38 : (int)at;
	if (whole + scale > 38 && scale > o.t.scale)
		scale = 38 - whole > o.t.scale ? 38 - whole : o.t.scale;
	t = o.t.type == V_F64 ? (struct vt){ .type = V_F64 } :
	    number_of(whole > 1 ? whole : 1, scale);
	if (how == ROUND_HALF && at >= 0 && at <= 38 &&
	    round_chain(bd, frame, e, &o, (int16_t)at, out))
		return true;
	op.a = o.reg;
	op.n = (int32_t)how;
	return number_emit(bd, e, op, &o.t, &place, t, how == ROUND_HALF ? "" :
	    how == ROUND_DOWN ? "down" : how == ROUND_UP ? "to the ceiling" :
	    "to the floor", out);
}

/* mod(a, b), a % b: the remainder of a quotient that was truncated; it has
 * the sign of a.  div(a, b) is that quotient, a decimal. */
static bool
number_remainder(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand o[2], struct operand *out)
{
	struct op op = op_make(OP_MOD, frame);
	int whole = number_whole(&o[0].t), scale;
	struct vt t;

	if (number_whole(&o[1].t) < whole)
		whole = number_whole(&o[1].t);
	scale = o[0].t.scale > o[1].t.scale ? o[0].t.scale : o[1].t.scale;
	t = number_of(whole > 1 ? whole : 1, scale);
	if (o[0].t.integral && o[1].t.integral) {
		t.type = V_I64;		/* bigint's 19 digits too */
		t.integral = true;
	}
	t.inexact = o[0].t.inexact || o[1].t.inexact;
	op.a = o[0].reg;
	op.b = o[1].reg;
	return number_emit(bd, e, op, &o[0].t, &o[1].t, t, "", out);
}

static bool
call_mod(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand o[2];

	return number_argument(bd, frame, e, 0, true, &o[0]) &&
	    number_argument(bd, frame, e, 1, true, &o[1]) &&
	    number_remainder(bd, frame, e, o, out);
}

/* a % b */
bool
plan_remainder(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct operand o[2];
	uint32_t i;

	if (!plan_expr(bd, frame, e->arg[0], &o[0]) ||
	    !plan_expr(bd, frame, e->arg[1], &o[1]) ||
	    !plan_adapt(bd, frame, &o[0], &o[1].t) ||
	    !plan_adapt(bd, frame, &o[1], &o[0].t))
		return false;
	for (i = 0; i < 2; i++)
		if (!vt_is_number(&o[i].t) || o[i].t.type == V_F64) {
			diag_add(bd->diags, DIAG_P005, e->at,
			    "%% takes whole numbers and decimals, not %s",
			    vt_name(&o[i].t));
			return false;
		}
	return number_remainder(bd, frame, e, o, out);
}

static bool
call_div(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_QUOTIENT, frame);
	struct operand o[2];

	if (!number_argument(bd, frame, e, 0, true, &o[0]) ||
	    !number_argument(bd, frame, e, 1, true, &o[1]))
		return false;
	op.a = o[0].reg;
	op.b = o[1].reg;
	return number_emit(bd, e, op, &o[0].t, &o[1].t,
	    number_of(number_whole(&o[0].t) + o[1].t.scale, 0), "", out);
}

const struct function call_numbers_table[] = {
	{ "ABS", 1, 1, call_abs },
	{ "CEIL", 1, 1, call_round },
	{ "CEILING", 1, 1, call_round },
	{ "DIV", 2, 2, call_div },
	{ "FLOOR", 1, 1, call_round },
	{ "MOD", 2, 2, call_mod },
	{ "ROUND", 1, 2, call_round },
	{ "SIGN", 1, 1, call_sign },
	{ "TRUNC", 1, 2, call_round },
	{ NULL, 0, 0, NULL },
};
