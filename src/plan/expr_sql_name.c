/*
 * Names of persons as SQL: what op_text.c and op_name.c do.  PostgreSQL has
 * functions for it (expr_sql_postgres.c); in SQLite it is an expression of its
 * own functions.
 *
 * A trigger computes such an expression for each row, and there SQLite makes
 * every temporary table anew, with a page cache of its own: a recursive query
 * or an IN of a list costs more than all else (18 ms for the three parts of a
 * name, measured with 3.40, where this takes 0.1).  So lists are texts that are
 * searched, and queries recur only for who has suffixes or particles.
 */
#include "plan/expr_sql_impl.h"

#include "plan/person_words.h"

/*
 * Of a text of words with one blank between them: where the last one starts (q
 * is all characters of the name but blanks: what they are cut off from the end
 * is the last word); and where that is known, what stands before it, and the
 * word as lists have it.  The first one, and what is behind it.
 */
#define LAST_AT(x)	"length(rtrim(" x ", q))"
#define BEFORE(x, at)	"rtrim(substr(" x ", 1, " at "), ' ,')"
#define LAST_KEY(x, at)	"lower(replace(substr(" x ", " at " + 1), '.', ''))"
#define FIRST(x)	"substr(" x ", 1, instr(" x " || ' ', ' ') - 1)"
#define BEHIND_FIRST(x)	"nullif(substr(" x ", instr(" x " || ' ', ' ') + 1), '')"

/*
 * Runs of blanks become one, however long: these do for 10^9 of them, the most
 * that a text of SQLite can have.  (In two parts, for SQLite's parser does not
 * nest much deeper.)
 */
#define BLANKS_8	"        "
#define BLANKS_64	BLANKS_8 BLANKS_8 BLANKS_8 BLANKS_8 BLANKS_8 BLANKS_8 \
    BLANKS_8 BLANKS_8
#define ONE_FOR(x, n)	"replace(" x ", '" n "', ' ')"
#define LONG_RUNS(x)	ONE_FOR(ONE_FOR(ONE_FOR(ONE_FOR(ONE_FOR(x,	\
    BLANKS_64), BLANKS_64), BLANKS_64), BLANKS_64), BLANKS_8 BLANKS_8 "    ")
#define SHORT_RUNS(x)	ONE_FOR(ONE_FOR(ONE_FOR(ONE_FOR(ONE_FOR(x,	\
    "       "), "    "), "   "), "  "), "  ")

/* ---- full_name ---------------------------------------------------------- */

/* The second of three parts or more, unless it says that it is none. */
static bool
middle_lite(struct sqlw *w, const struct expr *e, struct sx *x)
{
	const struct mapping *m = w->o->mapping;
	const char *list = "";
	uint32_t i;

	if (e->narg < 3 || m->nno_middle == 0)
		return true;
	for (i = 0; i < m->nno_middle; i++)
		list = arena_printf(w->arena, "%s WHEN %s THEN ''", list,
		    sx_literal(w, m->no_middle[i]));
	return sx_put(w, x, "CASE trim(%s) COLLATE NOCASE%s ELSE %s END",
	    x->sql, list, x->sql);
}

/* Blanks between and around the parts are one run, which becomes one. */
static bool
full_name_lite(struct sqlw *w, const struct expr *e, struct sx *out)
{
	const char *sql = "", *text[1];
	struct sx x;
	uint32_t i;

	for (i = 0; i < e->narg; i++) {
		if (!sx_text(w, e->arg[i], &x) ||
		    (i == 1 && !middle_lite(w, e, &x)))
			return false;
		out->risky |= x.risky;
		sql = arena_printf(w->arena, "%s%scoalesce(%s, '')", sql,
		    i > 0 ? " || ' ' || " : "", x.sql);
		if (!sx_put(w, out, "%s", sql))
			return false;
	}
	text[0] = sql;
	return sx_fill(w, out, "(WITH a(v) AS (SELECT trim($1)), b(v) AS "
	    "(SELECT " LONG_RUNS("v") " FROM a) SELECT nullif("
	    SHORT_RUNS("v") ", '') FROM b)", text, 1);
}

/* The list, unless it is the function's own. */
static const char *
no_middle(struct sqlw *w)
{
	const struct mapping *m = w->o->mapping;
	const char *list = "";
	uint32_t i;

	if (m->nno_middle == 3 && slice_eq(m->no_middle[0],
	    slice_str("N/A")) && slice_eq(m->no_middle[1], slice_str("NMN")) &&
	    slice_eq(m->no_middle[2], slice_str("NMI")))
		return "";
	for (i = 0; i < m->nno_middle; i++)
		list = arena_printf(w->arena, "%s%s%s", list, i > 0 ? ", " :
		    "", sx_literal(w, m->no_middle[i]));
	return arena_printf(w->arena, ", ARRAY[%s]::text[]", list);
}

bool
sx_full_name(struct sqlw *w, const struct expr *e, struct sx *out)
{
	const char *sql = "";
	struct sx x;
	uint32_t i;

	*out = (struct sx){ .e = e, .t = { .type = V_TEXT } };
	if (w->lite)
		return full_name_lite(w, e, out);
	for (i = 0; i < e->narg; i++) {
		if (!sx_text(w, e->arg[i], &x))
			return false;
		out->risky |= x.risky;
		sql = arena_printf(w->arena, "%s%s%s", sql, i > 0 ? ", " : "",
		    x.sql);
		if (!sx_put(w, out, "%s", sql))
			return false;
	}
	w->o->functions |= 1u << SQLFN_FULL_NAME;
	return sx_put(w, out, "decant.full_name(ARRAY[%s]::text[]%s)", sql,
	    no_middle(w));
}

/* ---- split_name --------------------------------------------------------- */

#define TEXT(x)		TEXT_(x)
#define TEXT_(x)	#x

/* One of a list of words, which have no blanks. */
#define AMONG(k, list)	"instr('" list(PERSON_WORD_BLANK) " ', "	\
    "' ' || " k " || ' ') > 0"
/* Of the words w the last one starts at l: is it a suffix; does it go with the
 * last name behind it? */
#define IS_SUFFIX	"instr('" PERSON_SUFFIXES(PERSON_WORD_BLANK) " ', " \
    "' ' || " LAST_KEY("w", "l") " || ' ') > 0 AND " BEFORE("w", "l") " <> ''"
#define IS_PARTICLE	"instr(CASE l WHEN 0 THEN '"			\
    PERSON_PARTICLES(PERSON_WORD_BLANK) " ' ELSE '"			\
    PERSON_PARTICLES(PERSON_WORD_BLANK) PERSON_INNER(PERSON_WORD_BLANK)	\
    PERSON_ARTICLES(PERSON_WORD_BLANK) " ' END, ' ' || "		\
    LAST_KEY("w", "l") " || ' ') > 0 AND w <> ''"
/* w without such words at its end. */
#define WITHOUT(is)	"CASE WHEN " is " THEN (WITH RECURSIVE r(w, l) AS (" \
    "SELECT s.w, s.l UNION ALL SELECT " BEFORE("w", "l") ", "		\
    LAST_AT(BEFORE("w", "l")) " FROM r WHERE " is ") SELECT w FROM r "	\
    "WHERE NOT (" is ")) ELSE w END"

/*
 * The queries that stand before what is asked of the name $1, each of one row:
 *
 *	y	(from a by i) the words with one blank between them; commas are
 *		words of their own
 *	t	those without suffixes
 *	n	w: those before the last one; where there is a comma (c > 0) the
 *		words before (x) and behind it (z); suffixes (e); whether it
 *		is a guess (g, but for what follows)
 *	p	w: without a comma, the words before the last name
 *
 * max() is there to have things computed once, wherever they are used: an
 * aggregate is no part of the query around it.
 */
static const char name_parts[] = "WITH "
    "a(v) AS (SELECT $1), i(v) AS (SELECT "
    LONG_RUNS("replace(v, ',', ' , ')") " FROM a), "
    "y(w, q) AS (SELECT max(trim(" SHORT_RUNS("v") ", ' ,')), "
    "max(replace(v, ' ', '')) FROM i), "
    "t(y, q, t) AS (SELECT max(w), max(q), max(" WITHOUT(IS_SUFFIX) ") FROM "
    "(SELECT *, " LAST_AT("w") " AS l FROM y) AS s), "
    "n(t, y, q, w, c, x, z, e, g) AS (SELECT max(t), max(y), max(q), max("
    BEFORE("t", LAST_AT("t")) "), max(instr(t, ' , ')), "
    "max(substr(t, 1, instr(t, ' , ') - 1)), "
    "max(ltrim(substr(t, instr(t, ' , ') + 3), ' ,')), "
    "max(nullif(replace(substr(y, length(t) + 1), ' ,', ''), '')), "
    "max(length(replace(y, ' ,', '')) - length(replace(replace(y, ' ,', ''), "
    "' ', '')) >= " TEXT(PERSON_WORDS_MAX) " OR t GLOB '*[0-9]*'$2) FROM t), "
    "p(w, t, y, c, x, z, e, g) AS (SELECT max(" WITHOUT(IS_PARTICLE " AND c = 0")
    "), max(t), max(y), max(c), max(x), max(z), max(e), max(g) "
    "FROM (SELECT *, " LAST_AT("w") " AS l FROM n) AS s) ";

#define IS_GUESS	"(g OR CASE c WHEN 0 THEN w = '' ELSE "		\
    "instr(z, ',') > 0 END)"

/* Two persons: one of these words. */
static const char *
pairs(struct sqlw *w)
{
	static const char *const pair[] = PERSON_C(PERSON_PAIRS);
	const char *sql = "";
	uint32_t i;

	for (i = 0; pair[i] != NULL; i++)
		sql = arena_printf(w->arena, "%s OR instr(' ' || "
		    "lower(replace(t, '.', '')) || ' ', ' %s ') > 0", sql,
		    pair[i]);
	return sql;
}

static const char *const part_name[] = { "first", "middle", "last" };
static const char *const part_sql[] = {
	"CASE c WHEN 0 THEN " FIRST("w") " ELSE " FIRST("z") " END",
	"CASE c WHEN 0 THEN " BEHIND_FIRST("w") " ELSE " BEHIND_FIRST("z")
	    " END",
	"CASE c WHEN 0 THEN ltrim(substr(t, length(w) + 1)) ELSE x END || "
	    "coalesce(e, '')",
};

bool
sx_split_name(struct sqlw *w, const struct expr *e, struct sx *out)
{
	const char *text[2], *bad;
	uint32_t i;

	for (i = 0; i < 3; i++)
		if (e->arg[1]->kind == EX_TEXT && slice_eq(e->arg[1]->text,
		    slice_str(part_name[i])))
			break;
	if (i == 3)
		return sx_refuse(w, e->arg[1], "the part of a name is "
		    "'first', 'middle' or 'last'");
	if (!sx_text(w, e->arg[0], out))
		return false;
	text[0] = out->sql;
	text[1] = pairs(w);
	out->e = e;
	out->t = (struct vt){ .type = V_TEXT };
	out->risky = true;
	out->cased = false;
	bad = sx_bad(w, "the parts of a name can only be guessed at");
	w->o->functions |= 1u << SQLFN_SPLIT_NAME;
	if (!w->lite)
		return w->o->writes ? sx_put(w, out, "CASE WHEN "
		    "decant.split_name(%s, 'guess') = 'true' THEN %s ELSE "
		    "decant.split_name(%s, '%s') END", text[0], bad, text[0],
		    part_name[i]) : sx_put(w, out,
		    "decant.split_name(%s, '%s')", text[0], part_name[i]);
	return sx_fill(w, out, arena_printf(w->arena, "(%sSELECT CASE WHEN y "
	    "= '' THEN NULL WHEN " IS_GUESS " THEN %s ELSE %s END FROM p)",
	    name_parts, bad, part_sql[i]), text, 2);
}

bool
sx_split_doubtful(struct sqlw *w, const struct expr *e, struct sx *out)
{
	const char *text[2];

	if (!sx_text(w, e->arg[0], out))
		return false;
	text[0] = out->sql;
	text[1] = pairs(w);
	out->e = e;
	out->t = (struct vt){ .type = V_BOOL };
	out->cased = false;
	w->o->functions |= 1u << SQLFN_SPLIT_NAME;
	if (!w->lite)
		return sx_put(w, out, "decant.split_name(%s, 'doubtful')"
		    "::boolean", text[0]);
	/* a title, or a middle name that is no initial; a name of no words is
	 * not doubtful, that of a null is null */
	return sx_fill(w, out, arena_printf(w->arena, "(%sSELECT CASE WHEN y "
	    "= '' THEN 0 ELSE " IS_GUESS " OR " AMONG("lower(replace(%s, '.', "
	    "''))", PERSON_TITLES) " OR coalesce(' ' || (%s) || ' ' GLOB "
	    "'* [^ ][^ ][^ ]*' OR ' ' || (%s) || ' ' GLOB '* [^ ][^ .] *', 0) "
	    "END FROM p)", name_parts, part_sql[0], part_sql[1],
	    part_sql[1]), text, 2);
}
