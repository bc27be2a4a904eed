/*
 * Calls: which function is meant, and what the builders of functions share.
 * The functions themselves are in plan_call_*.c.
 */
#include "plan/plan_call.h"

#include <string.h>

#include "base/buf.h"
#include "value/format.h"

const struct vt call_text_type = { .type = V_TEXT };
const struct vt call_bool_type = { .type = V_BOOL };
const struct vt call_int_type = { .type = V_I64, .precision = 9,
	.integral = true };

struct operand
call_result(const struct expr *e, struct vt t)
{
	return (struct operand){ .t = t, .e = e, .item = ITEM_NONE };
}

const char *
call_shown(struct build *bd, const char *name)
{
	char *s = arena_strdup(bd->arena, name), *p;

	for (p = s; *p != '\0'; p++)
		*p = *p == '-' ? '_' : *p >= 'A' && *p <= 'Z' ?
		    (char)(*p + 0x20) : *p;
	return s;
}

bool
call_texts(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t from, uint32_t *reg)
{
	struct operand o;
	uint32_t i;

	for (i = from; i < e->narg; i++) {
		if (!plan_text(bd, frame, e->arg[i], &o))
			return false;
		reg[i] = o.reg;
	}
	return true;
}

bool
call_number(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t i, uint32_t *reg)
{
	struct vt number = { .type = V_I64, .integral = true, .precision = 9 };
	struct operand o;

	if (!plan_expr(bd, frame, e->arg[i], &o) ||
	    !plan_adapt(bd, frame, &o, &number))
		return false;
	if (!vt_is_number(&o.t) || o.t.type == V_F64 || o.t.scale != 0) {
		diag_add(bd->diags, DIAG_P007, e->arg[i]->at,
		    "a whole number is needed here, and this is %s",
		    vt_name(&o.t));
		return false;
	}
	*reg = o.reg;
	return true;
}

bool
call_one_text(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, int n, struct vt t, struct operand *out)
{
	struct op op = op_make(code, frame);
	uint32_t reg[3] = { NONE, NONE, NONE };

	if (!call_texts(bd, frame, e, 0, reg))
		return false;
	op.a = reg[0];
	op.b = reg[1];
	op.c = reg[2];
	op.n = n;
	*out = call_result(e, t);
	out->reg = plan_emit(bd, op, t, ITEM_NONE, e->at, "");
	return true;
}

bool
call_any(struct build *bd, uint32_t frame, const struct expr *e,
    enum op_code code, uint32_t *reg, struct vt t,
    struct operand *out)
{
	struct op op = op_make(code, frame);

	op.arg = reg;
	op.narg = e->narg;
	*out = call_result(e, t);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at, "");
	return true;
}

bool
call_constant(const struct expr *e, int64_t *v)
{
	bool minus = e->kind == EX_NEGATE;
	int16_t scale;
	d128 number;

	if (minus)
		e = e->arg[0];
	if (e->kind != EX_NUMBER || !parse_decimal(e->text.p, e->text.len,
	    &number, &scale) || scale != 0 || number > INT32_MAX)
		return false;
	*v = minus ? -(int64_t)number : (int64_t)number;
	return true;
}

/* ---- the tables -------------------------------------------------------- */

static const struct function *const tables[] = {
	call_texts_table, call_numbers_table, call_dates_table,
	call_nulls_table, call_own_table,
};
#define NTABLES		(sizeof tables / sizeof tables[0])
#define NAMES_MAX	200u

static const struct function *
call_find(const char *name)
{
	const struct function *f;
	size_t t;

	for (t = 0; t < NTABLES; t++)
		for (f = tables[t]; f->name != NULL; f++)
			if (strcmp(f->name, name) == 0)
				return f;
	return NULL;
}

static bool
call_unknown(struct build *bd, const struct expr *e)
{
	const char *names[NAMES_MAX], *near;
	const struct function *f;
	struct diag *d;
	uint32_t n = 0;
	size_t t;

	if (plan_changes(bd, e))
		return false;
	d = diag_add(bd->diags, DIAG_P006, e->at,
	    "there is no function '%s'", call_shown(bd, e->name[0]));
	for (t = 0; t < NTABLES; t++)
		for (f = tables[t]; f->name != NULL && n < NAMES_MAX; f++)
			names[n++] = f->name;
	near = diag_nearest(e->name[0], strlen(e->name[0]), names, n);
	if (near != NULL)
		diag_hint(bd->diags, d, "did you mean %s?",
		    call_shown(bd, near));
	else
		diag_hint(bd->diags, d,
		    "decant-mapping(5) lists the functions");
	return false;
}

/* What gives another value each time that it is asked. */
bool
plan_changes(struct build *bd, const struct expr *e)
{
	static const char *const names[] = { "NOW", "RANDOM",
		"CURRENT-DATE", "CURRENT-TIME", "CURRENT-TIMESTAMP",
		"LOCALTIME", "LOCALTIMESTAMP", "CLOCK-TIMESTAMP",
		"STATEMENT-TIMESTAMP", "TRANSACTION-TIMESTAMP", "TIMEOFDAY",
		"GEN-RANDOM-UUID", "NEXTVAL", "SYSDATE", "GETDATE" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (e->nname == 1 && strcmp(e->name[0], names[i]) == 0)
			break;
	if (i == sizeof names / sizeof names[0])
		return false;
	diag_hint(bd->diags, diag_add(bd->diags, DIAG_P060, e->at,
	    "'%s' is another value in each run, and a load must be "
	    "repeatable", call_shown(bd, e->name[0])), "%s",
	    e->name[0][0] == 'R' || e->name[0][0] == 'G' ||
	    e->name[0][0] == 'N' ? "keys that stay are hash_key(…), "
	    "uuid_key(…) and record_number(); dates come from the data" :
	    "take the date from the data, from a header record for instance, "
	    "or write it: date '2026-01-31'");
	return true;
}

bool
plan_call(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const struct function *f = e->nname == 1 ? call_find(e->name[0]) :
	    NULL;

	if (f == NULL)
		return call_unknown(bd, e);
	if (e->narg >= f->least && e->narg <= f->most)
		return f->build(bd, frame, e, out);
	if (f->least == f->most)
		diag_add(bd->diags, DIAG_P007, e->at,
		    "%s takes %u argument%s, not %u",
		    call_shown(bd, e->name[0]), f->least,
		    f->least == 1 ? "" : "s", e->narg);
	else if (f->most == ARGS_MAX)
		diag_add(bd->diags, DIAG_P007, e->at,
		    "%s takes at least %u arguments, not %u",
		    call_shown(bd, e->name[0]), f->least, e->narg);
	else
		diag_add(bd->diags, DIAG_P007, e->at,
		    "%s takes %u to %u arguments, not %u",
		    call_shown(bd, e->name[0]), f->least, f->most, e->narg);
	return false;
}
