/*
 * Functions of dates and timestamps, under PostgreSQL's names ("Date/Time
 * Functions and Operators").
 */
#include "plan/plan_call.h"

#include <string.h>

#include "plan/moment.h"

static const struct unit_name {
	const char *name;
	enum unit unit;
	uint16_t digits;		/* of a date's */
} units[] = {
	{ "microseconds", UNIT_MICROSECONDS, 8 },
	{ "milliseconds", UNIT_MILLISECONDS, 8 },
	{ "second", UNIT_SECOND, 8 },
	{ "minute", UNIT_MINUTE, 2 },
	{ "hour", UNIT_HOUR, 2 },
	{ "day", UNIT_DAY, 2 },
	{ "week", UNIT_WEEK, 2 },
	{ "month", UNIT_MONTH, 2 },
	{ "quarter", UNIT_QUARTER, 1 },
	{ "year", UNIT_YEAR, 7 },
	{ "decade", UNIT_DECADE, 6 },
	{ "century", UNIT_CENTURY, 5 },
	{ "millennium", UNIT_MILLENNIUM, 4 },
	{ "dow", UNIT_DOW, 1 },
	{ "isodow", UNIT_ISODOW, 1 },
	{ "doy", UNIT_DOY, 3 },
	{ "isoyear", UNIT_ISOYEAR, 7 },
	{ "epoch", UNIT_EPOCH, 15 },
	{ "julian", UNIT_JULIAN, 10 },
};
#define NUNITS	(sizeof units / sizeof units[0])

/* The unit that a literal names, in any case; NULL after an error. */
static const struct unit_name *
unit_find(struct build *bd, const struct expr *e, bool truncated)
{
	const char *names[NUNITS], *near = NULL;
	struct slice s = { NULL, 0 };
	char lower[16];
	struct diag *d;
	uint32_t i;

	if (e->kind == EX_TEXT)
		s = e->text;
	for (i = 0; i < s.len && i < sizeof lower; i++)
		lower[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    s.p[i] + 0x20 : s.p[i]);
	for (i = 0; i < NUNITS; i++) {
		names[i] = units[i].name;
		if (s.len < sizeof lower && strlen(names[i]) == s.len &&
		    memcmp(names[i], lower, s.len) == 0 &&
		    (!truncated || units[i].unit <= UNIT_MILLENNIUM))
			return &units[i];
	}
	d = diag_add(bd->diags, DIAG_P062, e->at, truncated ?
	    "a timestamp cannot be cut to this" :
	    "this is no part of a date or time");
	if (s.len > 0 && s.len < sizeof lower)
		near = diag_nearest(lower, s.len, names, NUNITS);
	if (near != NULL && !truncated)
		diag_hint(bd->diags, d, "did you mean '%s'?", near);
	else
		diag_hint(bd->diags, d, "%s", truncated ? "'month', 'year', "
		    "'quarter', 'week', 'day', 'hour', …" : "'year', 'month', "
		    "'day', 'quarter', 'week', 'dow', 'doy', 'hour', …");
	return NULL;
}

/* Has such a value this part? */
static bool
unit_is_of(enum unit unit, enum vtype type)
{
	switch (type) {
	case V_DATE:
		return unit >= UNIT_DAY;
	case V_TIME:
		return unit <= UNIT_HOUR || unit == UNIT_EPOCH;
	case V_TSTAMP:
		return unit != UNIT_JULIAN;
	default:
		return false;
	}
}

static bool
unit_refused(struct build *bd, const struct expr *e, const struct operand *o,
    const struct unit_name *u)
{
	if (o->t.type == V_DATE || o->t.type == V_TIME ||
	    o->t.type == V_TSTAMP)
		diag_add(bd->diags, DIAG_P062, e->arg[0]->at,
		    "a %s has no %s", vt_name(&o->t), u->name);
	else
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P007,
		    e->arg[1]->at, "%s takes a date, a time or a timestamp, "
		    "not %s", call_shown(bd, e->name[0]), vt_name(&o->t)),
		    "to_date(…, 'YYYYMMDD') makes one");
	return false;
}

static uint32_t
date_to_tstamp(struct build *bd, uint32_t frame, const struct expr *e,
    const struct operand *o)
{
	struct op op = op_make(OP_DATE_TSTAMP, frame);

	if (o->t.type == V_TSTAMP)
		return o->reg;
	op.a = o->reg;
	return plan_emit(bd, op, (struct vt){ .type = V_TSTAMP }, ITEM_NONE,
	    e->at, "");
}

/* extract is a decimal; date_part a double, and a date its midnight. */
static bool
call_extract(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct unit_name *u = unit_find(bd, e->arg[0], false);
	bool part = e->name[0][0] == 'D';
	struct op op = op_make(OP_EXTRACT, frame);
	struct operand o;
	struct vt t = { .type = V_I64 };

	if (!plan_expr(bd, frame, e->arg[1], &o) || u == NULL)
		return false;
	if (part && o.t.type == V_DATE) {
		o.reg = date_to_tstamp(bd, frame, e, &o);
		o.t = (struct vt){ .type = V_TSTAMP };
	}
	if (!unit_is_of(u->unit, o.t.type))
		return unit_refused(bd, e, &o, u);
	t.precision = u->digits;
	t.scale = u->unit == UNIT_SECOND ? 6 : u->unit == UNIT_MILLISECONDS ?
	    3 : 0;
	if (u->unit == UNIT_EPOCH && o.t.type != V_DATE) {
		t.precision = 19;
		t.scale = 6;
	}
	op.a = o.reg;
	op.n = (int32_t)u->unit | t.scale << 8;
	*out = call_result(e, t);
	out->reg = plan_emit(bd, op, t, ITEM_NONE, e->at, u->name);
	if (!part)
		return true;
	op = op_make(OP_NUM_F64, frame);
	op.a = out->reg;
	out->t = (struct vt){ .type = V_F64 };
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

static bool
call_date_trunc(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct unit_name *u = unit_find(bd, e->arg[0], true);
	struct op op = op_make(OP_DATE_TRUNC, frame);
	struct vt t = { .type = V_TSTAMP };
	struct operand o;

	if (!plan_expr(bd, frame, e->arg[1], &o) || u == NULL)
		return false;
	if (o.t.unknown && !plan_adapt(bd, frame, &o, &t))
		return false;
	if (o.t.type != V_DATE && o.t.type != V_TSTAMP) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P007,
		    e->arg[1]->at, "date_trunc takes a date or a timestamp, "
		    "not %s", vt_name(&o.t)),
		    "to_date(…, 'YYYYMMDD') makes one");
		return false;
	}
	op.a = date_to_tstamp(bd, frame, e, &o);
	op.n = (int32_t)u->unit;
	*out = call_result(e, t);
	out->reg = plan_emit(bd, op, t, ITEM_NONE, e->at, u->name);
	return true;
}

static bool
call_make_date(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_MAKE_DATE, frame);

	if (!call_number(bd, frame, e, 0, &op.a) ||
	    !call_number(bd, frame, e, 1, &op.b) ||
	    !call_number(bd, frame, e, 2, &op.c))
		return false;
	*out = call_result(e, (struct vt){ .type = V_DATE });
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

const struct function call_dates_table[] = {
	{ "DATE-PART", 2, 2, call_extract },
	{ "DATE-TRUNC", 2, 2, call_date_trunc },
	{ "EXTRACT", 2, 2, call_extract },
	{ "MAKE-DATE", 3, 3, call_make_date },
	{ "TO-CHAR", 2, 2, plan_to_char },
	{ "TO-DATE", 2, 2, plan_to_moment },
	{ "TO-TIME", 2, 2, plan_to_moment },
	{ "TO-TIMESTAMP", 2, 2, plan_to_moment },
	{ NULL, 0, 0, NULL },
};
