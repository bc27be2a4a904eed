/*
 * Numbers as SQL; see expr_sql.h.
 *
 * PostgreSQL's numeric is decant's own arithmetic.  SQLite's whole numbers have
 * 64 bits, of which a decimal of 18 digits is made; where more might be needed
 * the expression is refused, for beyond them SQLite goes on with floats.
 */
#include "plan/expr_sql_impl.h"

#include <inttypes.h>
#include <string.h>

#include "value/format.h"

bool
sx_is_number(const struct sx *x)
{
	return vt_is_number(&x->t);
}

int
sx_whole(const struct sx *x)
{
	return (x->t.precision == 0 ? 38 : x->t.precision) - x->t.scale;
}

static const char *
power(struct sqlw *w, int n)
{
	return arena_printf(w->arena, "1%0*d", n, 0);
}

bool
sx_number(struct sqlw *w, struct sx *x)
{
	const struct schema_column *c = x->column;

	if (x->t.type == V_F64)
		return sx_refuse(w, x->e, "floating-point numbers are not "
		    "exact");
	if (!w->lite || c == NULL || c->type.kind != SQL_NUMERIC)
		return true;
	switch (sx_form(c)) {
	case CELL_INTEGER:
		return true;
	case CELL_REAL:
		if (c->type.precision == 0 ||
		    c->type.precision > FORM_REAL_DIGITS)
			break;
		if (c->scale == 0)
			return sx_put(w, x, "CAST(%s AS INTEGER)", x->sql);
		return sx_put(w, x, "CAST(round(%s * %s.0) AS INTEGER)",
		    x->sql, power(w, c->scale));
	default:
		break;
	}
	return sx_refuse(w, x->e, "SQLite holds this decimal in a form that "
	    "it cannot calculate with; sqlite: minor does");
}

/* PostgreSQL's numeric, whose results do not overflow. */
static const char *
numeric(struct sqlw *w, const struct sx *x)
{
	return w->lite || !x->t.integral ? x->sql :
	    arena_printf(w->arena, "%s::numeric", x->sql);
}

/* At another scale, with more decimals. */
static bool
number_widen(struct sqlw *w, struct sx *x, int scale)
{
	int more = scale - x->t.scale;

	if (more <= 0)
		return true;
	if (w->lite && sx_whole(x) + scale > LITE_DIGITS)
		return sx_refuse(w, x->e, "it needs more digits than the 18 "
		    "of SQLite's numbers");
	if (sx_whole(x) + scale > 38)
		return sx_refuse(w, x->e, "it needs more than 38 digits");
	x->t.precision = (uint16_t)(sx_whole(x) + scale);
	x->t.scale = (int16_t)scale;
	if (x->e->kind == EX_NULL)
		return true;
	return w->lite ? sx_put(w, x, "(%s * %s)", x->sql, power(w, more)) :
	    sx_put(w, x, "round(%s, %d)", numeric(w, x), scale);
}

bool
sx_numbers(struct sqlw *w, struct sx *v, uint32_t n, const struct expr *at)
{
	bool integral = true;
	int scale = 0;
	uint32_t i;

	(void)at;
	for (i = 0; i < n; i++) {
		if (!sx_number(w, &v[i]))
			return false;
		integral &= v[i].t.integral;
		if (v[i].t.scale > scale)
			scale = v[i].t.scale;
	}
	for (i = 0; i < n; i++) {
		if (!number_widen(w, &v[i], scale))
			return false;
		v[i].t.integral = integral;
	}
	return true;
}

/* ---- arithmetic --------------------------------------------------------- */

static bool
operand(struct sqlw *w, const struct expr *e, struct sx *x)
{
	static const struct vt number = { .type = V_I64, .precision = 1 };

	if (!sx_expr(w, e, x) || !sx_adapt(w, x, &number))
		return false;
	if (!sx_is_number(x))
		return sx_refuse(w, e, "only numbers are calculated with");
	return sx_number(w, x);
}

bool
sx_arithmetic(struct sqlw *w, const struct expr *e, struct sx *out)
{
	bool times = e->kind == EX_MUL;
	int digits, whole;
	struct sx v[2];

	if (e->kind == EX_DIV || e->kind == EX_MOD)
		return sx_refuse(w, e, "quotients are decant's own");
	if (!operand(w, e->arg[0], &v[0]) || !operand(w, e->arg[1], &v[1]) ||
	    (!times && !sx_numbers(w, v, 2, e)))
		return false;
	*out = (struct sx){ .e = e, .t = { .type = V_I64,
	    .integral = v[0].t.integral && v[1].t.integral },
	    .risky = v[0].risky || v[1].risky };
	whole = sx_whole(&v[0]) > sx_whole(&v[1]) ? sx_whole(&v[0]) :
	    sx_whole(&v[1]);
	digits = times ? v[0].t.precision + v[1].t.precision :
	    whole + v[0].t.scale + 1;
	out->t.scale = (int16_t)(times ? v[0].t.scale + v[1].t.scale :
	    v[0].t.scale);
	if (digits > (w->lite ? LITE_DIGITS : 38))
		return sx_refuse(w, e, "the result may have %d digits, and "
		    "%d are exact%s", digits, w->lite ? LITE_DIGITS : 38,
		    w->lite ? " in SQLite" : "");
	out->t.precision = (uint16_t)digits;
	out->t.type = digits > 18 ? V_D128 : V_I64;
	return sx_put(w, out, "(%s %c %s)", numeric(w, &v[0]), e->kind ==
	    EX_ADD ? '+' : times ? '*' : '-', numeric(w, &v[1]));
}

bool
sx_negate(struct sqlw *w, const struct expr *e, struct sx *out)
{
	if (!sx_expr(w, e->arg[0], out))
		return false;
	if (!sx_is_number(out))
		return sx_refuse(w, e, "a minus takes a number");
	if (!sx_number(w, out))
		return false;
	if (w->lite && out->t.precision > LITE_DIGITS)
		return sx_refuse(w, e, "SQLite's numbers have 18 digits");
	out->e = e;
	return sx_put(w, out, "(-%s)", numeric(w, out));
}

/* ---- as text, as they are shown, and stored ----------------------------- */

bool
sx_number_text(struct sqlw *w, struct sx *x)
{
	const char *p;
	int scale = x->t.scale;
	bool fixed = x->column != NULL && x->column->type.kind ==
	    SQL_NUMERIC && x->column->type.precision == 0;

	if (w->lite && x->column != NULL && sx_form(x->column) ==
	    CELL_DECIMAL)
		return sx_refuse(w, x->e, "SQLite holds this decimal as text, "
		    "perhaps with other decimals");
	if (!sx_number(w, x))
		return false;
	x->t = (struct vt){ .type = V_TEXT,
	    .length = (uint32_t)x->t.precision + 3 };
	if (!w->lite)
		return fixed ? sx_put(w, x, "round(%s, %d)::text", x->sql,
		    scale) : sx_put(w, x, "%s::text", x->sql);
	if (scale == 0)
		return sx_put(w, x, "CAST(%s AS TEXT)", x->sql);
	p = power(w, scale);
	return sx_put(w, x, "(SELECT CASE WHEN v < 0 THEN '-' ELSE '' END || "
	    "(abs(v) / %s) || '.' || substr('%s' || (abs(v) %% %s), -%d) "
	    "FROM (SELECT %s AS v))", p, p + 1, p, scale, x->sql);
}

bool
sx_show_number(struct sqlw *w, struct sx *x, struct schema_column *is)
{
	int digits = x->t.precision == 0 ? 38 : x->t.precision;

	is->type = (struct sqltype){ .kind = SQL_NUMERIC,
	    .precision = (int16_t)digits, .scale = x->t.scale };
	if (x->t.integral && digits <= 18)
		is->type = (struct sqltype){ .kind = digits <= 5 ?
		    SQL_SMALLINT : digits <= 10 ? SQL_INTEGER : SQL_BIGINT };
	is->scale = x->t.scale;
	if (!w->lite)
		return true;
	switch (sx_form(is)) {
	case CELL_REAL:
		return sx_put(w, x, "(%s / %s.0)", x->sql,
		    power(w, x->t.scale));
	case CELL_DECIMAL:
		is->sqlite = SQLITE_FORM_TEXT;
		return sx_number_text(w, x);
	default:
		return true;
	}
}

/* The largest numbers of an integer type; false: it is none. */
static bool
kind_range(enum sqlkind kind, int64_t *low, int64_t *high, int *digits)
{
	switch (kind) {
	case SQL_SMALLINT:
		*low = INT16_MIN;
		*high = INT16_MAX;
		*digits = 4;
		return true;
	case SQL_INTEGER:
		*low = INT32_MIN;
		*high = INT32_MAX;
		*digits = 9;
		return true;
	case SQL_BIGINT:
		*low = INT64_MIN;
		*high = INT64_MAX;
		*digits = 18;
		return true;
	default:
		return false;
	}
}

/* "low AND high" of a type, for values of its scale or, SQLite, times that. */
static const char *
type_range(struct sqlw *w, const struct sqltype *t, int scale, int *digits)
{
	static const char nines[] = "99999999999999999999999999999999999999";
	int64_t low, high;

	if (kind_range(t->kind, &low, &high, digits))
		return low == INT64_MIN ?
		    "-9223372036854775808 AND 9223372036854775807" :
		    arena_printf(w->arena, "%" PRId64 " AND %" PRId64, low,
		    high);
	*digits = t->precision == 0 ? 38 : t->precision;
	if (w->lite || scale == 0)
		return arena_printf(w->arena, "-%.*s AND %.*s", *digits,
		    nines, *digits, nines);
	return arena_printf(w->arena, "-%.*s.%.*s AND %.*s.%.*s",
	    *digits - scale, nines, scale, nines, *digits - scale, nines,
	    scale, nines);
}

/* Brings whole numbers of SQLite to the column's scale, and looks whether they
 * are of its type; more decimals than it has must be zeros. */
static bool
lite_hold(struct sqlw *w, struct sx *x, const struct schema_column *c)
{
	int less = x->t.scale - c->scale, digits;
	const char *range = type_range(w, &c->type, c->scale, &digits), *p;
	const char *bad = sx_bad(w, arena_printf(w->arena, "a number does "
	    "not fit column %s", c->name));

	if (!number_widen(w, x, c->scale))
		return false;
	if (less <= 0 && sx_whole(x) <= digits - c->scale)
		return true;
	x->risky = true;
	if (digits > LITE_DIGITS)
		return sx_refuse(w, x->e, "it may have too many digits for "
		    "SQLite");
	if (less <= 0)
		return sx_put(w, x, "(SELECT CASE WHEN v NOT BETWEEN %s "
		    "THEN %s ELSE v END FROM (SELECT %s AS v))", range, bad,
		    x->sql);
	p = power(w, less);
	x->t.scale = c->scale;
	return sx_put(w, x, "(SELECT CASE WHEN v %% %s <> 0 OR v / %s NOT "
	    "BETWEEN %s THEN %s ELSE v / %s END FROM (SELECT %s AS v))", p, p,
	    range, bad, p, x->sql);
}

static bool
lite_store(struct sqlw *w, struct sx *x, const struct schema_column *c)
{
	if (!lite_hold(w, x, c))
		return false;
	switch (sx_form(c)) {
	case CELL_REAL:
		return c->scale == 0 ? sx_put(w, x, "%s", x->sql) :
		    sx_put(w, x, "(%s / %s.0)", x->sql, power(w, c->scale));
	case CELL_DECIMAL:
		x->t.scale = c->scale;
		return sx_number_text(w, x);
	default:
		return true;
	}
}

bool
sx_store_number(struct sqlw *w, struct sx *x, const struct schema_column *c)
{
	int digits, scale = c->type.kind == SQL_NUMERIC ? c->scale : 0;
	const char *range, *and;

	if (x->e->kind == EX_NULL)
		return true;
	if (!sx_number(w, x))
		return false;
	if (w->lite)
		return lite_store(w, x, c);
	range = type_range(w, &c->type, scale, &digits);
	if (x->t.scale <= scale && sx_whole(x) <= digits - scale)
		return true;
	x->risky = true;
	if (!w->o->writes)
		return sx_put(w, x, "CASE WHEN %s BETWEEN %s AND "
		    "round(%s, %d) = %s THEN %s END", x->sql, range,
		    numeric(w, x), scale, x->sql, x->sql);
	and = strstr(range, " AND ");
	w->o->functions |= 1u << SQLFN_HELD_NUMBER;
	return sx_put(w, x, "decant.held(%s, %.*s, %s, %d)", numeric(w, x),
	    (int)(and - range), range, and + 5, scale);
}

/* ---- casts -------------------------------------------------------------- */

/* A text as a whole number; PostgreSQL's function is told the limits. */
static bool
cast_text_lite(struct sqlw *w, struct sx *x, const struct sqltype *to)
{
	const char *bad = sx_bad(w, "a text is no number"), *range;
	int digits;

	if (to->kind == SQL_NUMERIC)
		return sx_refuse(w, x->e, "SQLite has no exact cast of text "
		    "to decimals");
	range = type_range(w, to, 0, &digits);
	/* v: without blanks; u: without the sign; z: without zeros */
	return sx_put(w, x, "(SELECT CASE WHEN v IS NULL THEN NULL WHEN "
	    "u = '' OR u GLOB '*[^0-9]*' OR length(z) > 19 OR (length(z) = 19 "
	    "AND z > CASE WHEN v GLOB '-*' THEN '9223372036854775808' ELSE "
	    "'9223372036854775807' END) OR CAST(v AS INTEGER) NOT BETWEEN %s "
	    "THEN %s ELSE CAST(v AS INTEGER) END FROM (SELECT v, u, "
	    "ltrim(u, '0') AS z FROM (SELECT v, CASE WHEN v GLOB '[-+]*' THEN "
	    "substr(v, 2) ELSE v END AS u FROM (SELECT trim(%s, "
	    "char(9, 10, 11, 12, 13, 32)) AS v))))", range, bad, x->sql);
}

static bool
cast_text_number(struct sqlw *w, struct sx *x, const struct sqltype *to)
{
	const char *range, *and, *sql = x->sql, *type;
	int digits, scale = to->kind == SQL_NUMERIC ? to->scale : 0;
	bool whole = to->kind != SQL_NUMERIC;

	x->risky = true;
	if (to->kind == SQL_NUMERIC && to->precision == 0)
		return sx_refuse(w, x->e, "the decimals of such a number "
		    "hang on its text; numeric(p,s) says them");
	if (w->lite)
		return cast_text_lite(w, x, to);
	range = type_range(w, to, scale, &digits);
	and = strstr(range, " AND ");
	type = to->kind == SQL_SMALLINT ? "smallint" : to->kind ==
	    SQL_INTEGER ? "integer" : to->kind == SQL_BIGINT ? "bigint" :
	    "numeric";
	w->o->functions |= 1u << SQLFN_NUMBER;
	if (!sx_put(w, x, "decant.to_number(%s, %.*s, %s, %d)::%s", sql,
	    (int)(and - range), range, and + 5, whole ? -1 : scale, type))
		return false;
	if (!w->o->writes)
		return true;
	return sx_put(w, x, "CASE WHEN %s IS NOT NULL AND %s IS NULL THEN "
	    "%s::%s ELSE %s END", sql, x->sql, sx_bad(w,
	    "a text is no number, or too large"), type, x->sql);
}

/* Rounds half away from zero. */
static bool
cast_round(struct sqlw *w, struct sx *x, int scale, bool may)
{
	int less = x->t.scale - scale;
	const char *p;

	if (less <= 0)
		return number_widen(w, x, scale);
	if (!may)
		return sx_refuse(w, x->e, "it may be too large for the type");
	/* the rounded one may have a digit more */
	x->t.precision = (uint16_t)(sx_whole(x) + scale + 1);
	x->t.scale = (int16_t)scale;
	if (!w->lite)
		return sx_put(w, x, "round(%s, %d)", numeric(w, x), scale);
	if (x->t.precision + less > LITE_DIGITS)
		return sx_refuse(w, x->e, "it needs more digits than the 18 "
		    "of SQLite's numbers");
	p = power(w, less);
	return sx_put(w, x, "(SELECT CASE WHEN v < 0 THEN v - 5%s ELSE v + "
	    "5%s END / %s FROM (SELECT %s AS v))", p + 2, p + 2, p, x->sql);
}

static bool
cast_number(struct sqlw *w, struct sx *x, const struct sqltype *to)
{
	int digits, scale = to->kind == SQL_NUMERIC ? to->scale : 0;
	const char *range;

	if (!sx_number(w, x))
		return false;
	x->column = NULL;
	if (to->kind == SQL_NUMERIC && to->precision == 0) {
		x->t.integral = false;
		return w->lite || sx_put(w, x, "%s", numeric(w, x));
	}
	range = type_range(w, to, scale, &digits);
	if (!cast_round(w, x, scale, true))
		return false;
	x->t.integral = to->kind != SQL_NUMERIC;
	if (sx_whole(x) <= digits - scale)
		return true;
	x->risky = true;
	x->t.precision = (uint16_t)(digits + (kind_range(to->kind,
	    &(int64_t){ 0 }, &(int64_t){ 0 }, &(int){ 0 }) ? 1 : 0));
	if (w->lite && digits > LITE_DIGITS)
		return sx_refuse(w, x->e, "it may have too many digits for "
		    "SQLite");
	return sx_put(w, x, w->lite ? "(SELECT CASE WHEN v BETWEEN %s THEN v "
	    "WHEN v IS NOT NULL THEN %s END FROM (SELECT %s AS v))" :
	    "(SELECT CASE WHEN v BETWEEN %s THEN v WHEN v IS NOT NULL THEN "
	    "%s::numeric END FROM (SELECT %s AS v) AS x)", range, sx_bad(w,
	    "a number is too large for a cast"), x->sql);
}

static bool
cast_to_text(struct sqlw *w, const struct expr *e, struct sx *x)
{
	uint32_t most = e->type.length;

	if (!sx_text(w, e->arg[0], x))
		return false;
	x->e = e;
	if (most == 0 || (x->t.length > 0 && x->t.length <= most))
		return true;
	x->t.length = most;
	return w->lite ? sx_put(w, x, "substr(%s, 1, %u)", x->sql, most) :
	    sx_put(w, x, "%s::varchar(%u)", x->sql, most);
}

bool
sx_cast(struct sqlw *w, const struct expr *e, struct sx *x)
{
	const struct sqltype *to = &e->type;
	struct vt want = vt_of(to);
	char name[48];

	if (to->kind == SQL_TEXT)
		return cast_to_text(w, e, x);
	if (!sx_expr(w, e->arg[0], x) || !sx_adapt(w, x, &want))
		return false;
	if (e->arg[0]->kind == EX_NULL) {
		sqltype_format(name, to);
		x->e = e;
		return w->lite || sx_put(w, x, "NULL::%s", name);
	}
	x->e = e;
	if (want.type == V_I64 || want.type == V_D128) {
		if (x->t.type == V_TEXT) {
			if (!cast_text_number(w, x, to))
				return false;
			x->t = want;
			return true;
		}
		if (x->t.type == V_BOOL && want.integral) {
			x->t = (struct vt){ .type = V_I64, .precision = 1,
			    .integral = true };
			x->column = NULL;
			return w->lite || sx_put(w, x, "%s::integer", x->sql);
		}
		if (sx_is_number(x))
			return cast_number(w, x, to);
	}
	if (x->t.type == want.type && want.type != V_F64)
		return true;
	sqltype_format(name, to);
	return sx_refuse(w, e, "a cast of %s to %s is decant's own",
	    vt_name(&x->t), name);
}
