/*
 * Operators and case as SQL; see expr_sql.h.
 *
 * Both databases know three truth values and stop at the first branch of CASE
 * and COALESCE that counts.
 */
#include "plan/expr_sql_impl.h"

#include <string.h>

/* ---- text context ------------------------------------------------------- */

bool
sx_to_text(struct sqlw *w, struct sx *x)
{
	switch (x->t.type) {
	case V_TEXT:
		x->t.unknown = false;
		return true;
	case V_I64:
	case V_D128:
		return sx_number_text(w, x);
	case V_BOOL:
		x->t = (struct vt){ .type = V_TEXT, .length = 5 };
		return sx_put(w, x, w->lite ? "CASE %s WHEN 0 THEN 'false' "
		    "WHEN 1 THEN 'true' END" : "(%s)::text", x->sql);
	case V_DATE:
	case V_TIME:
	case V_TSTAMP:
		if (!w->lite)
			return sx_refuse(w, x->e, "the text of a %s hangs on "
			    "the session; to_char(x, 'YYYY-MM-DD') does not",
			    vt_name(&x->t));
		x->t = (struct vt){ .type = V_TEXT };
		return sx_put(w, x, "%s", x->sql);
	default:
		return sx_refuse(w, x->e, "%s has no exact text",
		    vt_name(&x->t));
	}
}

bool
sx_text(struct sqlw *w, const struct expr *e, struct sx *x)
{
	return sx_expr(w, e, x) && sx_to_text(w, x);
}

/* ---- comparison --------------------------------------------------------- */

static bool
compare_refuse(struct sqlw *w, const struct expr *at, const struct sx *x,
    const struct sx *y)
{
	return sx_refuse(w, at, "%s is compared with %s", vt_name(&x->t),
	    vt_name(&y->t));
}

/* Brings both to one type in which they can be compared. */
static bool
compare_prepare(struct sqlw *w, const struct expr *at, struct sx v[2],
    bool order)
{
	struct sx *x = &v[0], *y = &v[1];

	if (!sx_adapt(w, x, &y->t) || !sx_adapt(w, y, &x->t))
		return false;
	if (x->t.type == V_F64 || y->t.type == V_F64)
		return sx_refuse(w, at, "floating-point numbers are not "
		    "exact");
	if (sx_is_number(x) != sx_is_number(y) ||
	    (!sx_is_number(x) && x->t.type != y->t.type))
		return compare_refuse(w, at, x, y);
	if (sx_is_number(x))
		return !w->lite || sx_numbers(w, v, 2, at);
	if (w->lite && order && (x->t.type == V_DATE ||
	    x->t.type == V_TSTAMP))
		return sx_refuse(w, at, "dates are texts in SQLite, which has "
		    "the years before 1000 and beyond 9999 in another order");
	return true;
}

bool
sx_compare(struct sqlw *w, const struct expr *at, int how, struct sx x,
    struct sx y, struct sx *out)
{
	static const char *const sign[] = { "=", "<>", "<", "<=", ">", ">=" };
	const char *name;
	struct sx v[2] = { x, y };
	bool order = how >= CMP_LT && how <= CMP_GE;

	if (!compare_prepare(w, at, v, order))
		return false;
	if (how == CMP_DISTINCT)
		name = w->lite ? "IS NOT" : "IS DISTINCT FROM";
	else if (how == CMP_SAME)
		name = w->lite ? "IS" : "IS NOT DISTINCT FROM";
	else
		name = sign[how];
	*out = (struct sx){ .e = at, .t = { .type = V_BOOL },
	    .risky = x.risky || y.risky };
	return sx_put(w, out, "(%s%s %s %s)", v[0].sql, order && !w->lite &&
	    v[0].t.type == V_TEXT ? " COLLATE \"C\"" : "", name, v[1].sql);
}

/* x in (a, …): equal to one of them. */
static bool
part_in(struct sqlw *w, const struct expr *e, struct sx *out)
{
	const char *all = NULL;
	struct sx x, y, one;
	uint32_t i;

	*out = (struct sx){ .e = e, .t = { .type = V_BOOL } };
	if (!sx_expr(w, e->arg[0], &x))
		return false;
	out->risky = x.risky;
	for (i = 1; i < e->narg; i++) {
		if (!sx_expr(w, e->arg[i], &y) ||
		    !sx_compare(w, e, CMP_EQ, x, y, &one))
			return false;
		if (y.risky && w->o->writes)
			return sx_refuse(w, e->arg[i], "all of the list are "
			    "looked at, and this one may be an error");
		all = all == NULL ? one.sql : arena_printf(w->arena,
		    "%s OR %s", all, one.sql);
		if (!sx_put(w, out, "%s", all))
			return false;
	}
	return sx_put(w, out, e->kind == EX_NOT_IN ? "(NOT (%s))" : "(%s)",
	    all);
}

static bool
part_between(struct sqlw *w, const struct expr *e, struct sx *out)
{
	struct sx x, lo, hi, a, b;

	if (!sx_expr(w, e->arg[0], &x) || !sx_expr(w, e->arg[1], &lo) ||
	    !sx_expr(w, e->arg[2], &hi) ||
	    !sx_compare(w, e, CMP_GE, x, lo, &a) ||
	    !sx_compare(w, e, CMP_LE, x, hi, &b))
		return false;
	if ((lo.risky || hi.risky) && w->o->writes)
		return sx_refuse(w, e, "both limits are looked at, and one "
		    "may be an error");
	*out = a;
	return sx_put(w, out, e->kind == EX_NOT_BETWEEN ?
	    "(NOT (%s AND %s))" : "(%s AND %s)", a.sql, b.sql);
}

/* ---- logic -------------------------------------------------------------- */

bool
sx_bool(struct sqlw *w, const struct expr *e, struct sx *x)
{
	const struct vt boolean = { .type = V_BOOL };

	if (!sx_expr(w, e, x) || !sx_adapt(w, x, &boolean))
		return false;
	if (x->t.type != V_BOOL)
		return sx_refuse(w, e, "a condition is needed, and this is %s",
		    vt_name(&x->t));
	return true;
}

/* The left side comes first, and what it settles the right one cannot spoil;
 * so where one may be an error the order is that of CASE. */
static bool
part_and_or(struct sqlw *w, const struct expr *e, struct sx *out)
{
	bool and = e->kind == EX_AND;
	struct sx x, y;

	if (!sx_bool(w, e->arg[0], &x) || !sx_bool(w, e->arg[1], &y))
		return false;
	*out = (struct sx){ .e = e, .t = { .type = V_BOOL },
	    .risky = x.risky || y.risky };
	if (!out->risky || !w->o->writes)
		return sx_put(w, out, and ? "(%s AND %s)" : "(%s OR %s)",
		    x.sql, y.sql);
	return sx_put(w, out, and ? "CASE WHEN NOT %s THEN %s ELSE %s AND %s "
	    "END" : "CASE WHEN %s THEN %s ELSE %s OR %s END", x.sql, and ?
	    w->lite ? "0" : "FALSE" : w->lite ? "1" : "TRUE", x.sql, y.sql);
}

/* ---- choices ------------------------------------------------------------ */

bool
sx_unify(struct sqlw *w, struct sx *v, uint32_t n, const struct expr *at)
{
	const struct vt *like = NULL;
	bool number, real = false;
	struct vt t;
	uint32_t i;

	for (i = 0; i < n && like == NULL; i++)
		if (!v[i].t.unknown)
			like = &v[i].t;
	if (like == NULL)
		return true;
	t = *like;
	number = t.type == V_I64 || t.type == V_D128 || t.type == V_F64;
	for (i = 0; i < n; i++) {
		if (!sx_adapt(w, &v[i], &t))
			return false;
		if (number != sx_is_number(&v[i]) ||
		    (!number && v[i].t.type != t.type))
			return sx_refuse(w, at, "%s and %s are not of one "
			    "type", vt_name(&t), vt_name(&v[i].t));
		if (v[i].t.type == V_TEXT)
			v[i].t.unknown = false;
		real |= v[i].t.type == V_F64;
	}
	if (real)
		return sx_refuse(w, at, "floating-point numbers are not "
		    "exact");
	return !number || sx_numbers(w, v, n, at);
}

/* What the branches have in common. */
static struct sx
part_joined(const struct expr *e, const struct sx *v, uint32_t n)
{
	struct sx x = { .e = e, .t = v[0].t };
	uint32_t i;

	for (i = 0; i < n; i++) {
		x.cased |= v[i].cased;
		x.risky |= v[i].risky;
		x.t.unknown &= v[i].t.unknown;
		x.t.integral &= v[i].t.integral;
		if (v[i].t.precision > x.t.precision)
			x.t.precision = v[i].t.precision;
		if (v[i].t.length == 0 && v[i].e->kind != EX_NULL)
			x.t.length = 0;
		else if (x.t.length > 0 && v[i].t.length > x.t.length)
			x.t.length = v[i].t.length;
	}
	if (x.t.type == V_TEXT)
		x.t.unknown = false;
	return x;
}

static bool
case_condition(struct sqlw *w, const struct expr *e, uint32_t i,
    const struct sx *operand, struct sx *out)
{
	struct sx y;

	if (operand == NULL)
		return sx_bool(w, e->arg[i], out);
	return sx_expr(w, e->arg[i], &y) &&
	    sx_compare(w, e->arg[i], CMP_EQ, *operand, y, out);
}

static bool
part_case(struct sqlw *w, const struct expr *e, struct sx *out)
{
	const struct expr null = { .kind = EX_NULL, .at = e->at };
	uint32_t n = e->narg / 2, i;
	struct sx *v = arena_array(w->arena, n + 1, sizeof *v), cond,
	    operand = { .risky = false };
	const char **when = arena_array(w->arena, n + 1, sizeof *when);
	const char *sql = "CASE";
	bool risky = false;

	if (n > SQL_ARGS_MAX)
		return sx_refuse(w, e, "it has too many branches");
	if (e->case_operand != NULL && !sx_expr(w, e->case_operand, &operand))
		return false;
	for (i = 0; i < n; i++) {
		if (!case_condition(w, e, 2 * i, e->case_operand != NULL ?
		    &operand : NULL, &cond) ||
		    !sx_expr(w, e->arg[2 * i + 1], &v[i]))
			return false;
		when[i] = cond.sql;
		risky |= cond.risky;
	}
	if (!sx_expr(w, e->case_else != NULL ? e->case_else :
	    arena_copy(w->arena, &null, sizeof null), &v[n]) ||
	    !sx_unify(w, v, n + 1, e))
		return false;
	*out = part_joined(e, v, n + 1);
	out->risky |= risky;
	for (i = 0; i < n; i++) {
		sql = arena_printf(w->arena, "%s WHEN %s THEN %s", sql,
		    when[i], v[i].sql);
		if (!sx_put(w, out, "%s", sql))
			return false;
	}
	if (e->case_else != NULL)
		sql = arena_printf(w->arena, "%s ELSE %s", sql, v[n].sql);
	return sx_put(w, out, "%s END", sql);
}

/* coalesce, greatest, least. */
static bool
part_choice(struct sqlw *w, const struct expr *e, struct sx *out)
{
	struct sx *v = arena_array(w->arena, e->narg, sizeof *v);
	bool least = e->name[0][0] == 'L', first = e->name[0][0] == 'C';
	const char *sql = "";
	uint32_t i;

	if (w->lite && !first)
		return sx_refuse(w, e, "SQLite's is null when any is");
	for (i = 0; i < e->narg; i++)
		if (!sx_expr(w, e->arg[i], &v[i]))
			return false;
	if (!sx_unify(w, v, e->narg, e))
		return false;
	*out = part_joined(e, v, e->narg);
	if (e->narg == 1)
		return sx_put(w, out, "%s", v[0].sql);
	for (i = 0; i < e->narg; i++)
		sql = arena_printf(w->arena, "%s%s%s%s", sql, i > 0 ? ", " :
		    "", v[i].sql, !first && v[i].t.type == V_TEXT ?
		    " COLLATE \"C\"" : "");
	out->cased |= !first && out->t.type == V_TEXT;
	return sx_put(w, out, "%s(%s)", first ? "coalesce" : least ? "least" :
	    "greatest", sql);
}

static bool
part_nullif(struct sqlw *w, const struct expr *e, struct sx *out)
{
	struct sx x, y, equal;

	if (!sx_expr(w, e->arg[0], &x) || !sx_expr(w, e->arg[1], &y) ||
	    !sx_adapt(w, &x, &y.t) ||
	    !sx_compare(w, e, CMP_EQ, x, y, &equal) ||
	    (w->lite && sx_is_number(&x) && !sx_number(w, &x)))
		return false;
	*out = x;
	out->e = e;
	out->risky |= equal.risky;
	out->t.unknown = false;
	if (x.t.type == V_TEXT)
		return sx_put(w, out, "nullif(%s, %s)", x.sql, y.sql);
	return sx_put(w, out, "CASE WHEN %s THEN NULL ELSE %s END", equal.sql,
	    x.sql);
}

static bool
part_num_nulls(struct sqlw *w, const struct expr *e, struct sx *out)
{
	const char *sql = "", *what = e->name[0][5] == 'U' ? "" : "NOT ";
	struct sx x;
	uint32_t i;

	*out = (struct sx){ .e = e, .t = { .type = V_I64, .precision = 4,
	    .integral = true } };
	for (i = 0; i < e->narg; i++) {
		if (!sx_expr(w, e->arg[i], &x))
			return false;
		out->risky |= x.risky;
		sql = arena_printf(w->arena, w->lite ? "%s%s(%s IS %sNULL)" :
		    "%s%s(%s IS %sNULL)::integer", sql, i > 0 ? " + " : "",
		    x.sql, what);
		if (!sx_put(w, out, "%s", sql))
			return false;
	}
	return sx_put(w, out, "(%s)", sql);
}

/* ---- all of them -------------------------------------------------------- */

static bool
part_concat(struct sqlw *w, const struct expr *e, struct sx *out)
{
	struct sx x, y;

	if (!sx_text(w, e->arg[0], &x) || !sx_text(w, e->arg[1], &y))
		return false;
	*out = (struct sx){ .e = e, .t = { .type = V_TEXT },
	    .cased = x.cased || y.cased, .risky = x.risky || y.risky };
	return sx_put(w, out, "(%s || %s)", x.sql, y.sql);
}

static bool
part_is_null(struct sqlw *w, const struct expr *e, struct sx *out)
{
	struct sx x;

	if (!sx_expr(w, e->arg[0], &x))
		return false;
	*out = (struct sx){ .e = e, .t = { .type = V_BOOL },
	    .risky = x.risky };
	return sx_put(w, out, e->kind == EX_IS_NULL ? "(%s IS NULL)" :
	    "(%s IS NOT NULL)", x.sql);
}

static bool
part_not(struct sqlw *w, const struct expr *e, struct sx *out)
{
	struct sx x;

	if (!sx_bool(w, e->arg[0], &x))
		return false;
	*out = x;
	out->e = e;
	return sx_put(w, out, "(NOT %s)", x.sql);
}

static bool
part_comparison(struct sqlw *w, const struct expr *e, int how,
    struct sx *out)
{
	struct sx x, y;

	if (e->arg[0]->kind == EX_HEX || e->arg[1]->kind == EX_HEX)
		return sx_refuse(w, e, "rows of a table are no bytes");
	return sx_expr(w, e->arg[0], &x) && sx_expr(w, e->arg[1], &y) &&
	    sx_compare(w, e, how, x, y, out);
}

static bool
part_call(struct sqlw *w, const struct expr *e, struct sx *out)
{
	static const struct {
		const char *name;
		uint32_t least, most;
		bool (*write)(struct sqlw *, const struct expr *,
		    struct sx *);
	} own[] = {
		{ "COALESCE", 1, SQL_ARGS_MAX, part_choice },
		{ "FULL-NAME", 1, SQL_ARGS_MAX, sx_full_name },
		{ "GREATEST", 1, SQL_ARGS_MAX, part_choice },
		{ "LEAST", 1, SQL_ARGS_MAX, part_choice },
		{ "NULLIF", 2, 2, part_nullif },
		{ "NUM-NONNULLS", 1, SQL_ARGS_MAX, part_num_nulls },
		{ "NUM-NULLS", 1, SQL_ARGS_MAX, part_num_nulls },
		{ "SPLIT-NAME", 2, 2, sx_split_name },
		{ "SPLIT-NAME-DOUBTFUL", 1, 1, sx_split_doubtful },
	};
	size_t i;

	for (i = 0; i < sizeof own / sizeof own[0]; i++)
		if (e->nname == 1 && strcmp(e->name[0], own[i].name) == 0 &&
		    e->narg >= own[i].least && e->narg <= own[i].most)
			return own[i].write(w, e, out);
	return sx_call(w, e, out);
}

bool
sx_expr(struct sqlw *w, const struct expr *e, struct sx *out)
{
	switch (e->kind) {
	case EX_NAME:
		return sx_column(w, e, out);
	case EX_CALL:
		return part_call(w, e, out);
	case EX_NOT:
		return part_not(w, e, out);
	case EX_NEGATE:
		return sx_negate(w, e, out);
	case EX_AND:
	case EX_OR:
		return part_and_or(w, e, out);
	case EX_CONCAT:
		return part_concat(w, e, out);
	case EX_ADD:
	case EX_SUB:
	case EX_MUL:
	case EX_DIV:
	case EX_MOD:
		return sx_arithmetic(w, e, out);
	case EX_EQ:
	case EX_NE:
	case EX_LT:
	case EX_LE:
	case EX_GT:
	case EX_GE:
		return part_comparison(w, e, (int)(e->kind - EX_EQ), out);
	case EX_DISTINCT:
	case EX_NOT_DISTINCT:
		return part_comparison(w, e, e->kind == EX_DISTINCT ?
		    CMP_DISTINCT : CMP_SAME, out);
	case EX_IS_NULL:
	case EX_IS_NOT_NULL:
		return part_is_null(w, e, out);
	case EX_IN:
	case EX_NOT_IN:
		return part_in(w, e, out);
	case EX_BETWEEN:
	case EX_NOT_BETWEEN:
		return part_between(w, e, out);
	case EX_LIKE:
	case EX_NOT_LIKE:
	case EX_ILIKE:
	case EX_NOT_ILIKE:
		return sx_like(w, e, out);
	case EX_CASE:
		return part_case(w, e, out);
	case EX_CAST:
		return sx_cast(w, e, out);
	default:
		return sx_literal_of(w, e, out);
	}
}
