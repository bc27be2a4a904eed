/*
 * Types of expressions: names for messages, literals that take the other
 * side's type, operands brought to one type, casts.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "plan/chain.h"
#include "value/decimal.h"
#include "value/format.h"

const char *
vt_name(const struct vt *t)
{
	switch (t->type) {
	case V_TEXT:
		return "text";
	case V_I64:
	case V_D128:
		return t->integral ? "integer" : "numeric";
	case V_F64:
		return "double precision";
	case V_DATE:
		return "date";
	case V_TIME:
		return "time";
	case V_TSTAMP:
		return "timestamp";
	case V_BOOL:
		return "boolean";
	case V_BYTES:
		return "bytea";
	}
	return "?";
}

bool
vt_is_number(const struct vt *t)
{
	return t->type == V_I64 || t->type == V_D128 || t->type == V_F64;
}

struct vt
vt_of(const struct sqltype *t)
{
	struct vt v = { .type = sqltype_vtype(t) };

	switch (t->kind) {
	case SQL_TEXT:
		v.length = t->length;
		break;
	case SQL_REAL:
		v.single = true;
		break;
	case SQL_SMALLINT:
		v.precision = 5;
		v.integral = true;
		break;
	case SQL_INTEGER:
		v.precision = 10;
		v.integral = true;
		break;
	case SQL_BIGINT:
		v.precision = 19;
		v.integral = true;
		break;
	case SQL_NUMERIC:
		v.precision = (uint16_t)t->precision;
		v.scale = t->scale;
		break;
	default:
		break;
	}
	return v;
}

/* ---- constants --------------------------------------------------------- */

static uint32_t
cast_constant(struct build *bd, uint32_t frame, struct column *c, bool null,
    struct vt t, struct place at, const char *text)
{
	struct k_const *k = arena_zalloc(bd->arena, sizeof *k);
	struct op op = op_make(OP_CONST, frame);

	k->column = arena_copy(bd->arena, c, sizeof *c);
	k->null = null;
	op.k = k;
	return plan_emit(bd, op, t, ITEM_NONE, at, text);
}

static uint32_t
cast_null(struct build *bd, uint32_t frame, struct vt t, struct place at)
{
	struct column c;

	column_init(&c, bd->arena, t.type, t.scale, 1);
	memset(c.v.any, 0, vtype_size(t.type));
	return cast_constant(bd, frame, &c, true, t, at, "null");
}

static uint32_t
cast_number(struct build *bd, uint32_t frame, d128 v, struct vt t,
    struct place at, const char *text)
{
	struct column c;

	column_init(&c, bd->arena, t.type, t.scale, 1);
	if (t.type == V_D128)
		c.v.d128[0] = v;
	else
		c.v.i64[0] = (int64_t)v;
	return cast_constant(bd, frame, &c, false, t, at, text);
}

static struct vt
number_type(d128 v, int16_t scale)
{
	struct vt t = { .type = V_I64, .scale = scale };
	int digits = decimal_digits(v);

	t.precision = (uint16_t)(digits > scale ? digits : scale);
	if (t.precision == 0)
		t.precision = 1;
	t.type = t.precision > 18 ? V_D128 : V_I64;
	t.integral = scale == 0 && t.type == V_I64;
	return t;
}

/* The literals: number, text, date, bytes, true, false, null. */
bool
plan_literal(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	const char *text = arena_strndup(bd->arena, (const char *)e->text.p,
	    e->text.len);
	struct column c;
	int16_t scale;
	int64_t days;
	d128 v;

	*out = (struct operand){ .e = e, .item = ITEM_NONE };
	switch (e->kind) {
	case EX_NUMBER:
		if (!parse_decimal(e->text.p, e->text.len, &v, &scale)) {
			diag_add(bd->diags, DIAG_P018, e->at,
			    "the number has more than 38 digits");
			return false;
		}
		out->t = number_type(v, scale);
		out->reg = cast_number(bd, frame, v, out->t, e->at, text);
		return true;
	case EX_TEXT:
	case EX_HEX:
		out->t = (struct vt){ .type = e->kind == EX_TEXT ? V_TEXT :
		    V_BYTES, .unknown = e->kind == EX_TEXT };
		column_init(&c, bd->arena, out->t.type, 0, 1);
		c.v.text[0] = (struct slice){ (const uint8_t *)text,
		    e->text.len };
		text = e->kind == EX_TEXT ? arena_printf(bd->arena, "'%s'",
		    text) : "bytes";
		break;
	case EX_DATE:
		if (!parse_date_iso(e->text.p, e->text.len, &days)) {
			diag_add(bd->diags, DIAG_P018, e->at,
			    "'%s' is no date", text);
			return false;
		}
		out->t = (struct vt){ .type = V_DATE };
		column_init(&c, bd->arena, V_DATE, 0, 1);
		c.v.i64[0] = days;
		break;
	case EX_TIMESTAMP:
		if (!parse_tstamp_iso(e->text.p, e->text.len, &days)) {
			diag_add(bd->diags, DIAG_P018, e->at,
			    "'%s' is no timestamp", text);
			return false;
		}
		out->t = (struct vt){ .type = V_TSTAMP };
		column_init(&c, bd->arena, V_TSTAMP, 0, 1);
		c.v.i64[0] = days;
		break;
	case EX_TRUE:
	case EX_FALSE:
		out->t = (struct vt){ .type = V_BOOL };
		column_init(&c, bd->arena, V_BOOL, 0, 1);
		c.v.flag[0] = e->kind == EX_TRUE;
		text = e->kind == EX_TRUE ? "true" : "false";
		break;
	case EX_NULL:
		out->t = (struct vt){ .type = V_TEXT, .unknown = true };
		out->reg = cast_null(bd, frame, out->t, e->at);
		return true;
	default:
		return false;		/* no literal */
	}
	out->reg = cast_constant(bd, frame, &c, false, out->t, e->at, text);
	return true;
}

/* ---- bringing together ------------------------------------------------- */

static bool
literal_is_moment(struct slice s, enum vtype type)
{
	int64_t v;

	return type == V_DATE ? parse_date_iso(s.p, s.len, &v) :
	    type == V_TIME ? parse_time_iso(s.p, s.len, &v) :
	    parse_tstamp_iso(s.p, s.len, &v);
}

bool
plan_adapt(struct build *bd, uint32_t frame, struct operand *o,
    const struct vt *like)
{
	struct sqltype type = { .kind = SQL_DATE };
	struct operand got;
	int16_t scale;
	d128 v;

	if (!o->t.unknown || like->unknown || like->type == V_TEXT)
		return true;
	if (o->e->kind == EX_NULL) {
		o->t = *like;
		o->t.is_field = false;
		o->reg = cast_null(bd, frame, o->t, o->e->at);
		return true;
	}
	switch (like->type) {
	case V_I64:
	case V_D128:
	case V_F64:
		if (!parse_decimal(o->e->text.p, o->e->text.len, &v, &scale)) {
			diag_add(bd->diags, DIAG_P018, o->e->at,
			    "'%.*s' is no number", (int)o->e->text.len,
			    (const char *)o->e->text.p);
			return false;
		}
		o->t = number_type(v, scale);
		o->reg = cast_number(bd, frame, v, o->t, o->e->at,
		    arena_strndup(bd->arena, (const char *)o->e->text.p,
		    o->e->text.len));
		return true;
	case V_DATE:
	case V_TIME:
	case V_TSTAMP:
		type.kind = like->type == V_DATE ? SQL_DATE :
		    like->type == V_TIME ? SQL_TIME : SQL_TIMESTAMP;
		if (!literal_is_moment(o->e->text, like->type)) {
			diag_add(bd->diags, DIAG_P018, o->e->at,
			    "'%.*s' is no %s", (int)o->e->text.len,
			    (const char *)o->e->text.p, vt_name(like));
			return false;
		}
		break;
	case V_BOOL:
		type.kind = SQL_BOOLEAN;
		break;
	default:
		return true;
	}
	o->t.unknown = false;
	if (!plan_cast(bd, frame, o, &type, o->e->at, &got))
		return false;
	*o = got;
	return true;
}

uint32_t
plan_to_number(struct build *bd, uint32_t frame, uint32_t reg,
    const struct vt *from, int16_t scale, uint16_t precision)
{
	struct k_numbers k;
	struct op op = op_make(OP_RESCALE, frame);
	struct vt t = { .type = precision == 0 || precision > 18 ? V_D128 :
	    V_I64, .scale = scale, .precision = precision };

	if (from->type == t.type && from->scale == scale)
		return reg;
	memset(&k, 0, sizeof k);
	k.sa = from->scale;
	k.sb = NUMBERS_INNER;
	k.to = scale;
	k.precision = precision;
	op.a = reg;
	op.k = &k;
	op.ksize = sizeof k;
	return plan_emit(bd, op, t, ITEM_NONE, NOWHERE, "");
}

uint32_t
plan_to_double(struct build *bd, uint32_t frame, const struct operand *o)
{
	struct op op = op_make(OP_NUM_F64, frame);
	struct vt t = { .type = V_F64 };

	if (o->t.type == V_F64)
		return o->reg;
	op.a = o->reg;
	return plan_emit(bd, op, t, ITEM_NONE, o->e->at, "");
}

/* Quotients give up decimals where there is no room for all digits. */
int
plan_common_scale(const struct operand *o, uint32_t n, int whole, int scale)
{
	int least = 16;
	uint32_t i;

	for (i = 0; i < n; i++)
		if (!o[i].t.inexact && o[i].t.scale > least)
			least = o[i].t.scale;
	if (whole + scale > 38 && scale > least)
		scale = 38 - whole > least ? 38 - whole : least;
	return scale;
}

/* As PostgreSQL has it, real and whole or decimal numbers are real. */
static void
unify_float(struct build *bd, uint32_t frame, struct operand *o, bool single)
{
	struct vt t = { .type = V_F64, .single = single };
	bool rounds = single && o->t.type != V_F64;
	struct op op = op_make(OP_REAL, frame);

	o->reg = plan_to_double(bd, frame, o);
	o->t = t;
	if (!rounds)
		return;
	op.a = o->reg;
	o->reg = plan_emit(bd, op, t, ITEM_NONE, o->e->at, "");
}

/* `compared`: numbers that are only compared stay as they are when one form
 * for all would be wide. */
static void
unify_numbers(struct build *bd, uint32_t frame, struct operand *o, uint32_t n,
    bool compared)
{
	struct vt t = { .type = V_I64, .integral = true };
	int whole = 1, scale = 0;
	bool real = false, single = true;
	uint32_t i;

	for (i = 0; i < n; i++) {
		single &= o[i].t.type != V_F64 || o[i].t.single;
		real |= o[i].t.type == V_F64;
		t.integral &= o[i].t.integral;
		t.inexact |= o[i].t.inexact;
		if (o[i].t.scale > scale)
			scale = o[i].t.scale;
		if ((o[i].t.precision == 0 ? 38 : o[i].t.precision) -
		    o[i].t.scale > whole)
			whole = (o[i].t.precision == 0 ? 38 :
			    o[i].t.precision) - o[i].t.scale;
	}
	if (compared && !real && whole + scale > 18)
		return;
	scale = plan_common_scale(o, n, whole, scale);
	t.scale = (int16_t)scale;
	t.precision = (uint16_t)(whole + scale > 38 ? 38 : whole + scale);
	for (i = 0; i < n; i++) {
		bool wide = t.precision > 18 || o[i].t.type == V_D128;

		if (real) {
			unify_float(bd, frame, &o[i], single && !compared);
			continue;
		}
		if (wide)
			t.type = V_D128;
	}
	if (real)
		return;
	for (i = 0; i < n; i++) {
		/* int64 may hold 19 digits: go wide only when one is wide */
		if (o[i].t.type != t.type || o[i].t.scale != t.scale)
			o[i].reg = plan_to_number(bd, frame, o[i].reg,
			    &o[i].t, t.scale, t.type == V_D128 &&
			    t.precision <= 18 ? 38 : t.precision);
		o[i].t = t;
	}
}

static bool
unify(struct build *bd, uint32_t frame, struct operand *o, uint32_t n,
    bool compared, struct place at, const char *what)
{
	const struct vt *like = NULL;
	struct vt t;
	uint32_t i;

	for (i = 0; i < n && like == NULL; i++)
		if (!o[i].t.unknown)
			like = &o[i].t;
	if (like == NULL)
		return true;
	t = *like;
	for (i = 0; i < n; i++) {
		if (!plan_adapt(bd, frame, &o[i], &t))
			return false;
		if (vt_is_number(&o[i].t) != vt_is_number(&t) ||
		    (!vt_is_number(&t) && o[i].t.type != t.type)) {
			diag_hint(bd->diags, diag_add(bd->diags, DIAG_P005, at,
			    "%s does not take %s and %s", what, vt_name(&t),
			    vt_name(&o[i].t)),
			    "cast one: cast(… as %s)", vt_name(&t));
			return false;
		}
	}
	if (vt_is_number(&t))
		unify_numbers(bd, frame, o, n, compared);
	for (i = 0; i < n; i++)
		if (o[i].t.type == V_TEXT)
			o[i].t.unknown = false;
	return true;
}

bool
plan_unify(struct build *bd, uint32_t frame, struct operand *o, uint32_t n,
    struct place at, const char *what)
{
	return unify(bd, frame, o, n, false, at, what);
}

bool
plan_comparable(struct build *bd, uint32_t frame, struct operand o[2],
    struct place at, const char *what)
{
	return unify(bd, frame, o, 2, true, at, what);
}

/* ---- casts ------------------------------------------------------------- */

static uint32_t
cast_simple(struct build *bd, uint32_t frame, enum op_code code, uint32_t reg,
    struct vt t, struct place at)
{
	struct op op = op_make(code, frame);

	op.a = reg;
	return plan_emit(bd, op, t, ITEM_NONE, at, "");
}

/* The largest number of an integer type; 0: it is none. */
static int64_t
kind_top(enum sqlkind kind)
{
	switch (kind) {
	case SQL_SMALLINT:
		return INT16_MAX;
	case SQL_INTEGER:
		return INT32_MAX;
	case SQL_BIGINT:
		return INT64_MAX;
	default:
		return 0;
	}
}

static uint32_t
cast_numbers(struct build *bd, uint32_t frame, enum op_code code,
    const struct operand *from, const struct sqltype *to, struct vt t,
    struct place at)
{
	struct k_numbers k;
	struct op op = op_make(code, frame);
	uint32_t reg;

	memset(&k, 0, sizeof k);
	k.sa = from->t.scale;
	k.to = t.scale;
	k.precision = t.precision;
	k.integral = t.integral;
	k.exact = to->kind == SQL_NUMERIC && to->precision == 0;
	k.hi = t.type == V_I64 && t.precision > 18 ? INT64_MAX :
	    kind_top(to->kind);
	op.a = from->reg;
	op.k = &k;
	op.ksize = sizeof k;
	if (code == OP_RESCALE && plan_chain_end(bd, frame, from->reg, &k, &t,
	    k.exact && !from->t.inexact ? DIAG_D014 : 0, at, &reg))
		return reg;
	return plan_emit(bd, op, t, ITEM_NONE, at, "");
}

bool
plan_to_text(struct build *bd, uint32_t frame, struct operand *o)
{
	struct vt t = { .type = V_TEXT };
	struct op op = op_make(OP_TO_TEXT, frame);

	if (o->t.type == V_TEXT) {
		o->t.unknown = false;
		return true;
	}
	if (o->t.type == V_BYTES) {
		diag_add(bd->diags, DIAG_P005, o->e->at,
		    "bytes are not text");
		return false;
	}
	if (o->t.single) {
		op.a = o->reg;
		op.n = 2;
		o->reg = plan_emit(bd, op, t, ITEM_NONE, o->e->at, "real");
	} else {
		o->reg = cast_simple(bd, frame, OP_TO_TEXT, o->reg, t,
		    o->e->at);
	}
	o->t = t;
	o->item = ITEM_NONE;
	return true;
}

static bool
cast_refused(struct build *bd, const struct operand *from,
    const struct sqltype *to, struct place at)
{
	char name[48];

	sqltype_format(name, to);
	diag_add(bd->diags, DIAG_P005, at, "%s cannot be cast to %s",
	    vt_name(&from->t), name);
	return false;
}

/* numeric without a scale; a text has as many digits as it is long. */
static struct vt
numeric_as_it_comes(const struct vt *from)
{
	struct vt t = { .type = V_D128, .precision = 38, .scale = 15 };

	if (from->type == V_I64 || from->type == V_D128) {
		t = *from;
		t.is_field = t.integral = false;
	} else if (from->type == V_TEXT && from->length > 0 &&
	    from->length < 16) {
		t.scale = (int16_t)(from->length - 1);
		t.precision = (uint16_t)(2 * from->length - 1);
		t.type = t.precision > 18 ? V_D128 : V_I64;
	}
	return t;
}

static bool
cast_to_number(struct build *bd, uint32_t frame, const struct operand *from,
    const struct sqltype *to, struct place at, struct operand *out)
{
	struct vt t = vt_of(to);

	if (from->t.type == V_BOOL && t.integral) {
		out->t = (struct vt){ .type = V_I64, .integral = true,
		    .precision = 1 };
		out->reg = cast_simple(bd, frame, OP_BOOL_NUM, from->reg,
		    out->t, at);
		return true;
	}
	if (to->kind == SQL_NUMERIC && to->precision == 0)
		t = numeric_as_it_comes(&from->t);
	out->t = t;
	if (from->t.type == V_TEXT)
		out->reg = cast_numbers(bd, frame, OP_TEXT_NUM, from, to, t,
		    at);
	else if (from->t.type == V_F64)
		out->reg = cast_numbers(bd, frame, OP_F64_NUM, from, to, t,
		    at);
	else if (from->t.type == V_I64 || from->t.type == V_D128)
		out->reg = cast_numbers(bd, frame, OP_RESCALE, from, to, t,
		    at);
	else
		return cast_refused(bd, from, to, at);
	return true;
}

/* A timestamp has a date and a time of day; a date has no time but midnight. */
static bool
cast_to_moment(struct build *bd, uint32_t frame, const struct operand *from,
    const struct sqltype *to, struct place at, struct operand *out)
{
	enum op_code code = OP_TSTAMP_PART;
	struct op op;

	if (from->t.type == out->t.type)
		return true;
	if (from->t.type == V_TEXT)
		code = to->kind == SQL_DATE ? OP_TEXT_DATE : OP_TEXT_MOMENT;
	else if (from->t.type == V_DATE && to->kind == SQL_TIMESTAMP)
		code = OP_DATE_TSTAMP;
	else if (from->t.type != V_TSTAMP)
		return cast_refused(bd, from, to, at);
	op = op_make(code, frame);
	op.a = from->reg;
	if (code == OP_TEXT_MOMENT || code == OP_TSTAMP_PART)
		op.n = out->t.type;
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, at, op.n == V_TIME ?
	    "time" : "");
	return true;
}

bool
plan_cast(struct build *bd, uint32_t frame, const struct operand *from,
    const struct sqltype *to, struct place at, struct operand *out)
{
	struct op op;

	*out = *from;
	out->item = ITEM_NONE;
	out->t = vt_of(to);
	if (from->t.unknown && from->e->kind == EX_NULL) {
		out->reg = cast_null(bd, frame, out->t, at);
		return true;
	}
	switch (to->kind) {
	case SQL_TEXT:
		*out = *from;
		if (!plan_to_text(bd, frame, out))
			return false;
		out->item = ITEM_NONE;
		out->t.is_field = false;
		if (to->length > 0 && (out->t.length == 0 ||
		    out->t.length > to->length)) {
			op = op_make(OP_CUT, frame);
			op.a = out->reg;
			op.n = (int32_t)to->length;
			out->t.length = to->length;
			out->reg = plan_emit(bd, op, out->t, ITEM_NONE, at,
			    arena_printf(bd->arena, "%u", to->length));
		}
		return true;
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
	case SQL_NUMERIC:
		return cast_to_number(bd, frame, from, to, at, out);
	case SQL_REAL:
	case SQL_DOUBLE:
		if (from->t.type == V_TEXT)
			out->reg = cast_simple(bd, frame, OP_TEXT_F64,
			    from->reg, out->t, at);
		else if (vt_is_number(&from->t))
			out->reg = plan_to_double(bd, frame, from);
		else
			return cast_refused(bd, from, to, at);
		if (to->kind == SQL_REAL)
			out->reg = cast_simple(bd, frame, OP_REAL, out->reg,
			    out->t, at);
		return true;
	case SQL_BOOLEAN:
		if (from->t.type == V_TEXT)
			out->reg = cast_simple(bd, frame, OP_TEXT_BOOL,
			    from->reg, out->t, at);
		else if (from->t.type != V_BOOL)
			return cast_refused(bd, from, to, at);
		return true;
	case SQL_DATE:
	case SQL_TIME:
	case SQL_TIMESTAMP:
		return cast_to_moment(bd, frame, from, to, at, out);
	default:
		return from->t.type == out->t.type ||
		    cast_refused(bd, from, to, at);
	}
}
