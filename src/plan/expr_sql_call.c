/*
 * Functions as SQL; see expr_sql.h.
 *
 * PostgreSQL's are decant's own, but for the case of letters, which is that of
 * C.UTF-8 whatever the database's is.  SQLite's change the case of ASCII only,
 * so there they are refused.
 */
#include "plan/expr_sql_impl.h"

#include <string.h>

#include "base/utf8.h"
#include "plan/like.h"
#include "plan/plan_call.h"
#include "plan/text.h"

#define LITE_PAD_MAX	1000	/* characters of lpad() and rpad() in SQLite */
#define CASED	"decant.c_utf8"

static const char *
shown(struct sqlw *w, const struct expr *e)
{
	char *s = arena_strdup(w->arena, e->name[0]), *p;

	for (p = s; *p != '\0'; p++)
		*p = *p == '-' ? '_' : *p >= 'A' && *p <= 'Z' ?
		    (char)(*p + 0x20) : *p;
	return s;
}

/* ---- functions of texts that are a call there, too ---------------------- */

/* $1 to $3 are the arguments, as text; NULL: SQLite has no such function. */
struct plain {
	const char *name;
	uint32_t least, most;
	const char *postgres, *lite;
	struct vt t;
};

#define TEXT	{ .type = V_TEXT }
#define INT	{ .type = V_I64, .precision = 9, .integral = true }
#define BOOL	{ .type = V_BOOL }

static const struct plain plain[] = {
	{ "ASCII", 1, 1, "ascii($1)",
	    "CASE $1 WHEN '' THEN 0 ELSE unicode($1) END", INT },
	{ "BTRIM", 1, 1, "btrim($1)", "trim($1)", TEXT },
	{ "BTRIM", 2, 2, "btrim($1, $2)", "trim($1, $2)", TEXT },
	{ "CHARACTER-LENGTH", 1, 1, "char_length($1)", "length($1)", INT },
	{ "CHAR-LENGTH", 1, 1, "char_length($1)", "length($1)", INT },
	{ "INITCAP", 1, 1, "initcap($1 COLLATE " CASED ")", NULL, TEXT },
	{ "LENGTH", 1, 1, "char_length($1)", "length($1)", INT },
	{ "LOWER", 1, 1, "lower($1 COLLATE " CASED ")", NULL, TEXT },
	{ "LTRIM", 1, 1, "ltrim($1)", "ltrim($1)", TEXT },
	{ "LTRIM", 2, 2, "ltrim($1, $2)", "ltrim($1, $2)", TEXT },
	{ "OCTET-LENGTH", 1, 1, "octet_length($1)",
	    "length(CAST($1 AS BLOB))", INT },
	/* SQLite's does not look at $3 where $2 is empty */
	{ "REPLACE", 3, 3, "replace($1, $2, $3)",
	    "CASE WHEN $3 IS NOT NULL THEN replace($1, $2, $3) END", TEXT },
	{ "REVERSE", 1, 1, "reverse($1)", NULL, TEXT },
	{ "RTRIM", 1, 1, "rtrim($1)", "rtrim($1)", TEXT },
	{ "RTRIM", 2, 2, "rtrim($1, $2)", "rtrim($1, $2)", TEXT },
	{ "STARTS-WITH", 2, 2, "starts_with($1, $2)",
	    "(substr($1, 1, length($2)) = $2)", BOOL },
	{ "STRPOS", 2, 2, "strpos($1, $2)", "instr($1, $2)", INT },
	{ "TRANSLATE", 3, 3, "translate($1, $2, $3)", NULL, TEXT },
	{ "TRIM", 1, 1, "btrim($1)", "trim($1)", TEXT },
	{ "TRIM", 2, 2, "btrim($1, $2)", "trim($1, $2)", TEXT },
	{ "UPPER", 1, 1, "upper($1 COLLATE " CASED ")", NULL, TEXT },
};

static bool
call_plain(struct sqlw *w, const struct expr *e, const struct plain *f,
    struct sx *out)
{
	const char *text[3];
	struct sx x;
	uint32_t i;

	if (w->lite && f->lite == NULL)
		return sx_refuse(w, e, "SQLite has no such %s", shown(w, e));
	*out = (struct sx){ .e = e, .t = f->t };
	for (i = 0; i < e->narg; i++) {
		if (!sx_text(w, e->arg[i], &x))
			return false;
		text[i] = x.sql;
		out->cased |= x.cased && f->t.type == V_TEXT;
		out->risky |= x.risky;
	}
	if (strstr(f->postgres, CASED) != NULL && !w->lite) {
		out->cased = true;
		w->o->functions |= 1u << SQLFN_COLLATION;
	}
	return sx_fill(w, out, !w->lite ? f->postgres : e->narg == 3 &&
	    e->arg[2]->kind == EX_TEXT ? f->postgres : f->lite, text,
	    e->narg);
}

/* ---- those that count characters ---------------------------------------- */

/* A number that is written as it is. */
static bool
constant(struct sqlw *w, const struct expr *e, int64_t *v)
{
	return call_constant(e, v) || sx_refuse(w, e, "the number has to be "
	    "written as it is here");
}

/* left, right */
static bool
call_left(struct sqlw *w, const struct expr *e, struct sx *out)
{
	bool left = e->name[0][0] == 'L';
	int64_t n;

	if (!sx_text(w, e->arg[0], out) || !constant(w, e->arg[1], &n))
		return false;
	out->e = e;
	out->t = (struct vt){ .type = V_TEXT, .length = n > 0 &&
	    n < TEXT_MADE_MAX ? (uint32_t)n : 0 };
	if (!w->lite)
		return sx_put(w, out, "%s(%s, %lld)", left ? "left" : "right",
		    out->sql, (long long)n);
	if (n == 0)
		return sx_put(w, out, "substr(%s, 1, 0)", out->sql);
	if (left && n > 0)
		return sx_put(w, out, "substr(%s, 1, %lld)", out->sql,
		    (long long)n);
	if (left)
		return sx_put(w, out, "(SELECT substr(v, 1, max(length(v) - "
		    "%lld, 0)) FROM (SELECT %s AS v))", (long long)-n,
		    out->sql);
	return sx_put(w, out, "substr(%s, %lld)", out->sql, n > 0 ?
	    (long long)-n : (long long)-n + 1);
}

/* substr(text, from [, count]): from may be before the first character. */
static bool
call_substr(struct sqlw *w, const struct expr *e, struct sx *out)
{
	int64_t from, count = 0, end;

	if (!sx_text(w, e->arg[0], out) || !constant(w, e->arg[1], &from) ||
	    (e->narg > 2 && !constant(w, e->arg[2], &count)))
		return false;
	if (count < 0)
		return sx_refuse(w, e->arg[2], "a count below zero is an "
		    "error");
	out->e = e;
	out->t = (struct vt){ .type = V_TEXT, .length = e->narg > 2 &&
	    count > 0 && count < TEXT_MADE_MAX ? (uint32_t)count : 0 };
	end = from + count;
	if (from < 1)
		from = 1;
	if (e->narg < 3)
		return sx_put(w, out, "substr(%s, %lld)", out->sql,
		    (long long)from);
	return sx_put(w, out, "substr(%s, %lld, %lld)", out->sql,
	    (long long)from, (long long)(end > from ? end - from : 0));
}

/* `n` characters of the fill, over and over. */
static struct slice
filling(struct sqlw *w, struct slice fill, int64_t n)
{
	uint8_t *p = arena_alloc(w->arena, (size_t)n * 4 + 1), *to = p;
	uint32_t at = 0, step;

	for (; n > 0 && fill.len > 0; n--, at = at + step >= fill.len ? 0 :
	    at + step) {
		step = text_step(fill.p + at, fill.len - at);
		memcpy(to, fill.p + at, step);
		to += step;
	}
	return (struct slice){ p, (uint32_t)(to - p) };
}

/* lpad, rpad */
static bool
call_pad(struct sqlw *w, const struct expr *e, struct sx *out)
{
	bool left = e->name[0][0] == 'L';
	struct slice fill = slice_str(" ");
	const char *with;
	struct sx x = { .cased = false };
	int64_t n;

	if (!sx_text(w, e->arg[0], out) || !constant(w, e->arg[1], &n) ||
	    (e->narg > 2 && !sx_text(w, e->arg[2], &x)))
		return false;
	if (n > (w->lite ? LITE_PAD_MAX : TEXT_MADE_MAX))
		return sx_refuse(w, e->arg[1], "it is at most %d here",
		    w->lite ? LITE_PAD_MAX : TEXT_MADE_MAX);
	out->e = e;
	out->t = (struct vt){ .type = V_TEXT, .length = n > 0 ? (uint32_t)n :
	    0 };
	out->cased |= x.cased;
	out->risky |= x.risky;
	if (!w->lite)
		return e->narg > 2 ? sx_put(w, out, "%cpad(%s, %lld, %s)",
		    left ? 'l' : 'r', out->sql, (long long)n, x.sql) :
		    sx_put(w, out, "%cpad(%s, %lld)", left ? 'l' : 'r',
		    out->sql, (long long)n);
	if (e->narg > 2 && e->arg[2]->kind != EX_TEXT)
		return sx_refuse(w, e->arg[2], "a literal has to fill here");
	if (e->narg > 2)
		fill = e->arg[2]->text;
	if (n < 0)
		n = 0;
	with = sx_literal(w, filling(w, fill, n));
	return left ? sx_put(w, out, "(SELECT substr(%s, 1, max(%lld - "
	    "length(v), 0)) || substr(v, 1, %lld) FROM (SELECT %s AS v))",
	    with, (long long)n, (long long)n, out->sql) :
	    sx_put(w, out, "substr(%s || %s, 1, %lld)", out->sql, with,
	    (long long)n);
}

/* split_part(text, separator, number) */
static bool
call_split_part(struct sqlw *w, const struct expr *e, struct sx *out)
{
	struct sx by;
	int64_t n;

	if (!sx_text(w, e->arg[0], out) || !sx_text(w, e->arg[1], &by) ||
	    !constant(w, e->arg[2], &n))
		return false;
	if (n < 1)
		return sx_refuse(w, e->arg[2], "parts are counted from the "
		    "first here");
	out->e = e;
	out->t = (struct vt){ .type = V_TEXT };
	out->cased |= by.cased;
	out->risky |= by.risky;
	if (!w->lite)
		return sx_put(w, out, "split_part(%s, %s, %lld)", out->sql,
		    by.sql, (long long)n);
	/* v: what is left; s: the separator; an empty one parts nothing */
	return sx_put(w, out, "(WITH RECURSIVE p(i, v, s) AS (SELECT 1, %s, "
	    "%s UNION ALL SELECT i + 1, CASE WHEN s <> '' AND instr(v, s) > 0 "
	    "THEN substr(v, instr(v, s) + length(s)) WHEN v IS NOT NULL "
	    "THEN '' END, s FROM p "
	    "WHERE i < %lld) SELECT CASE WHEN s <> '' AND instr(v, s) > 0 "
	    "THEN substr(v, 1, instr(v, s) - 1) WHEN s IS NULL THEN NULL ELSE "
	    "v END FROM p WHERE i = %lld)", out->sql, by.sql, (long long)n,
	    (long long)n);
}

/* ---- concat ------------------------------------------------------------- */

/* concat(…): nulls are nothing; concat_ws(separator, …): they are left out. */
static bool
call_concat(struct sqlw *w, const struct expr *e, struct sx *out)
{
	bool apart = e->name[0][6] != '\0';
	const char *sql = "", *by = NULL;
	struct sx x;
	uint32_t i;

	*out = (struct sx){ .e = e, .t = { .type = V_TEXT } };
	for (i = 0; i < e->narg; i++) {
		if (!sx_expr(w, e->arg[i], &x))
			return false;
		if (x.t.type == V_BOOL)
			return sx_refuse(w, e->arg[i], "a boolean is t or f "
			    "here; cast(x as text) says true or false");
		if (!sx_to_text(w, &x))
			return false;
		out->cased |= x.cased;
		out->risky |= x.risky;
		if (!w->lite)
			sql = arena_printf(w->arena, "%s%s%s", sql, i > 0 ?
			    ", " : "", x.sql);
		else if (apart && i == 0)
			by = x.sql;
		else
			sql = arena_printf(w->arena, "%s%scoalesce(%s%s%s, "
			    "'')", sql, i > (apart ? 1 : 0) ? " || " : "",
			    apart ? by : "", apart ? " || " : "", x.sql);
		if (!sx_put(w, out, "%s", sql))
			return false;
	}
	if (!w->lite)
		return sx_put(w, out, "%s(%s)", apart ? "concat_ws" :
		    "concat", sql);
	return apart ? sx_put(w, out, "substr(%s, length(%s) + 1)", sql,
	    by) : sx_put(w, out, "(%s)", sql);
}

/* ---- numbers and dates -------------------------------------------------- */

static bool
call_abs(struct sqlw *w, const struct expr *e, struct sx *out)
{
	if (!sx_expr(w, e->arg[0], out))
		return false;
	if (!sx_is_number(out))
		return sx_refuse(w, e, "only numbers have a size");
	if (!sx_number(w, out))
		return false;
	if (w->lite && out->t.precision > LITE_DIGITS)
		return sx_refuse(w, e, "SQLite's numbers have 18 digits");
	out->e = e;
	return sx_put(w, out, w->lite ? "abs(%s)" : "abs(%s::numeric)",
	    out->sql);
}

/* round, trunc, ceil, floor in PostgreSQL */
static bool
call_round(struct sqlw *w, const struct expr *e, struct sx *out)
{
	const char *name = shown(w, e);
	int64_t n = 0;

	if (w->lite)
		return sx_refuse(w, e, "SQLite rounds floats; a cast rounds "
		    "decimals");
	if (!sx_expr(w, e->arg[0], out) || (e->narg > 1 &&
	    !constant(w, e->arg[1], &n)))
		return false;
	if (!sx_is_number(out) || !sx_number(w, out))
		return sx_refuse(w, e, "only decimals are rounded");
	if (n < 0 || sx_whole(out) + 1 + n > 38)
		return sx_refuse(w, e, "it is from 0 to 38 digits");
	out->e = e;
	out->t = (struct vt){ .type = V_D128, .scale = (int16_t)n,
	    .precision = (uint16_t)(sx_whole(out) + 1 + n) };
	return e->narg > 1 ? sx_put(w, out, "%s(%s::numeric, %lld)", name,
	    out->sql, (long long)n) : sx_put(w, out, "%s(%s::numeric)", name,
	    out->sql);
}

static bool
call_to_char(struct sqlw *w, const struct expr *e, struct sx *out)
{
	struct sx x;

	if (w->lite)
		return sx_refuse(w, e, "SQLite has no to_char; the text of a "
		    "date is YYYY-MM-DD");
	if (!sx_expr(w, e->arg[0], &x))
		return false;
	if ((x.t.type != V_DATE && x.t.type != V_TSTAMP) ||
	    e->arg[1]->kind != EX_TEXT)
		return sx_refuse(w, e, "to_char is of dates and timestamps "
		    "here, with a literal");
	*out = (struct sx){ .e = e, .t = { .type = V_TEXT },
	    .risky = x.risky };
	return sx_put(w, out, "to_char(%s, %s)", x.sql, sx_literal(w,
	    e->arg[1]->text));
}

/* ---- like --------------------------------------------------------------- */

/* A pattern of LIKE, whose escape is \, as one of GLOB. */
static struct slice
glob_of(struct sqlw *w, struct slice p)
{
	uint8_t *out = arena_alloc(w->arena, (size_t)p.len * 3 + 1), *to = out;
	bool as_is;
	uint32_t i;

	for (i = 0; i < p.len; i++) {
		as_is = p.p[i] == '\\' && i + 1 < p.len;
		i += as_is;
		if (!as_is && p.p[i] == '%') {
			*to++ = '*';
		} else if (!as_is && p.p[i] == '_') {
			*to++ = '?';
		} else if (memchr("*?[", p.p[i], 3) != NULL) {
			*to++ = '[';
			*to++ = p.p[i];
			*to++ = ']';
		} else {
			*to++ = p.p[i];
		}
	}
	return (struct slice){ out, (uint32_t)(to - out) };
}

static bool
like_pattern(struct sqlw *w, const struct expr *e, struct slice *p)
{
	uint32_t i;

	if (e->arg[1]->kind != EX_TEXT || (e->narg > 2 &&
	    e->arg[2]->kind != EX_TEXT))
		return sx_refuse(w, e->arg[1], "the pattern has to be a "
		    "literal here");
	*p = e->arg[1]->text;
	if (e->narg > 2 && !like_escape(w->arena, *p, e->arg[2]->text, p))
		return sx_refuse(w, e->arg[2], "escape takes one character");
	for (i = 0; i < p->len; i++)
		if (p->p[i] == '\\' && ++i == p->len)
			return sx_refuse(w, e->arg[1], "the pattern ends with "
			    "its escape character");
	return true;
}

bool
sx_like(struct sqlw *w, const struct expr *e, struct sx *out)
{
	bool any = e->kind == EX_ILIKE || e->kind == EX_NOT_ILIKE,
	    not = e->kind == EX_NOT_LIKE || e->kind == EX_NOT_ILIKE;
	struct slice p;
	struct sx x;

	if (!sx_text(w, e->arg[0], &x) || !like_pattern(w, e, &p))
		return false;
	*out = (struct sx){ .e = e, .t = { .type = V_BOOL },
	    .risky = x.risky };
	if (w->lite && any)
		return sx_refuse(w, e, "SQLite has no case but that of ASCII");
	if (w->lite)
		return sx_put(w, out, "(%s %sGLOB %s)", x.sql, not ? "NOT " :
		    "", sx_literal(w, glob_of(w, p)));
	if (any)
		w->o->functions |= 1u << SQLFN_COLLATION;
	return sx_put(w, out, "(%s%s %s%s %s)", x.sql, any ? " COLLATE " CASED
	    : "", not ? "NOT " : "", any ? "ILIKE" : "LIKE", sx_literal(w,
	    p));
}

/* ---- all of them -------------------------------------------------------- */

bool
sx_call(struct sqlw *w, const struct expr *e, struct sx *out)
{
	static const struct {
		const char *name;
		uint32_t least, most;
		bool (*write)(struct sqlw *, const struct expr *,
		    struct sx *);
	} calls[] = {
		{ "ABS", 1, 1, call_abs },
		{ "CEIL", 1, 1, call_round },
		{ "CEILING", 1, 1, call_round },
		{ "CONCAT", 1, SQL_ARGS_MAX, call_concat },
		{ "CONCAT-WS", 2, SQL_ARGS_MAX, call_concat },
		{ "FLOOR", 1, 1, call_round },
		{ "LEFT", 2, 2, call_left },
		{ "LPAD", 2, 3, call_pad },
		{ "RIGHT", 2, 2, call_left },
		{ "ROUND", 1, 2, call_round },
		{ "RPAD", 2, 3, call_pad },
		{ "SPLIT-PART", 3, 3, call_split_part },
		{ "SUBSTR", 2, 3, call_substr },
		{ "SUBSTRING", 2, 3, call_substr },
		{ "TO-CHAR", 2, 2, call_to_char },
		{ "TRUNC", 1, 2, call_round },
	};
	size_t i;

	if (e->nname != 1)
		return sx_refuse(w, e, "there is no such function");
	for (i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (strcmp(e->name[0], plain[i].name) == 0 &&
		    e->narg >= plain[i].least && e->narg <= plain[i].most)
			return call_plain(w, e, &plain[i], out);
	for (i = 0; i < sizeof calls / sizeof calls[0]; i++)
		if (strcmp(e->name[0], calls[i].name) == 0 &&
		    e->narg >= calls[i].least && e->narg <= calls[i].most)
			return calls[i].write(w, e, out);
	return sx_refuse(w, e, "%s is decant's own", shown(w, e));
}
