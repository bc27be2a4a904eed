/*
 * Random expressions over the items of expressions.cpy: on each line the
 * expression as decant reads it, " ;; ", and the same for PostgreSQL over the
 * table raw.
 *
 *	expr_random.t COUNT [SEED]
 *
 * Types are right by construction.  What is known to differ, and is said so
 * in the manual, is not made: whole numbers beyond 64 bits, text of numbers
 * whose trailing zeros are not settled, quotients that are divided or
 * multiplied again without a cast (the result ends at 38 digits), constants
 * that PostgreSQL's planner would fold away together with a fault beside them.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))

enum type { INT, NUM, TEXT, BOOL, DATE, NTYPES };

struct ex {
	const char *d, *p;	/* decant's, PostgreSQL's */
	enum type type;
	int whole, scale;	/* digits of a number, at most */
	bool shown;		/* its text has settled zeros */
	bool quotient;
	bool merged;		/* … with another number, at one scale */
	bool field;		/* holds one: the planner folds nothing */
	bool risky;		/* may be bad */
	uint32_t digits;	/* an unsigned item: leading zeros in text */
};

static struct arena arena;
static uint64_t state;

static uint32_t
draw(uint32_t n)
{
	state = state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)((state >> 33) % n);
}

static struct ex gen(enum type, int depth);

static struct ex
make(enum type t, const struct ex *like)
{
	struct ex e = { .type = t };

	if (like != NULL) {
		e.field = like->field;
		e.quotient = like->quotient;
		e.merged = like->merged;
		e.risky = like->risky;
	}
	return e;
}

static void
with(struct ex *e, const struct ex *o)
{
	e->field |= o->field;
	e->quotient |= o->quotient;
	e->merged |= o->merged;
	e->risky |= o->risky;
}

#define D(e, ...)	((e).d = arena_printf(&arena, __VA_ARGS__))
#define P(e, ...)	((e).p = arena_printf(&arena, __VA_ARGS__))

/* The same in both, over the parts of x, y and z; fmt has as many %s. */
static void __attribute__((format(printf, 2, 0)))
both(struct ex *e, const char *fmt, const struct ex *x, const struct ex *y,
    const struct ex *z)
{
	D(*e, fmt, x->d, y->d, z->d);
	P(*e, fmt, x->p, y->p, z->p);
}
#define B1(e, fmt, x)		both(&(e), fmt, &(x), &(x), &(x))
#define B2(e, fmt, x, y)	both(&(e), fmt, &(x), &(y), &(y))
#define B3(e, fmt, x, y, z)	both(&(e), fmt, &(x), &(y), &(z))

/* ---- items and literals ------------------------------------------------- */

static const struct item {
	const char *d, *p;
	int whole, scale;
	uint32_t digits;
} ints[] = {
	{ "N-U5", "n_u5", 5, 0, 5 }, { "N-S4", "n_s4", 4, 0, 0 },
	{ "N-LEAD", "n_lead", 3, 0, 0 }, { "P-U5", "p_u5", 5, 0, 5 },
	{ "B-HALF", "b_half", 5, 0, 0 }, { "B-WORD", "b_word", 10, 0, 0 },
	{ "B-UHALF", "b_uhalf", 5, 0, 4 }, { "F-CODE", "f_code", 2, 0, 2 },
	{ "TAB-N(1)", "tab_n_1", 3, 0, 0 }, { "TAB-N(3)", "tab_n_3", 3, 0, 0 },
	{ "TAB(2).TAB-N", "tab_n_2", 3, 0, 0 },
	{ "TAB-IN(2, 1)", "tab_in_2_1", 2, 0, 2 },
	{ "P-S18", "p_s18", 18, 0, 0 }, { "B-DOUBLE", "b_double", 19, 0, 0 },
}, nums[] = {
	{ "N-U3V2", "n_u3v2", 3, 2, 0 }, { "N-S7V4", "n_s7v4", 7, 4, 0 },
	{ "N-FRAC", "n_frac", 0, 3, 0 }, { "P-S9V2", "p_s9v2", 9, 2, 0 },
	{ "B-DEC", "b_dec", 8, 2, 0 },
	{ "AMOUNT OF HOME-ADDR", "home_amount", 5, 2, 0 },
	{ "WORK-ADDR.AMOUNT", "work_amount", 5, 2, 0 },
}, texts[] = {
	{ "T-WORD", "t_word", 0, 0, 0 }, { "T-NAME", "t_name", 0, 0, 0 },
	{ "T-NUM", "t_num", 0, 0, 0 }, { "T-ANY", "t_any", 0, 0, 0 },
	{ "F-FLAG", "f_flag", 0, 0, 0 },
	{ "CITY OF HOME-ADDR", "home_city", 0, 0, 0 },
	{ "CITY IN WORK-ADDR", "work_city", 0, 0, 0 },
	{ "TAB-T(1)", "tab_t_1", 0, 0, 0 }, { "TAB(3).TAB-T", "tab_t_3", 0, 0,
	    0 },
}, bools[] = {
	{ "IS-ACTIVE", "coalesce(f_flag = 'A', false)", 0, 0, 0 },
	{ "IS-CLOSED", "coalesce(f_flag in ('C', 'X'), false)", 0, 0, 0 },
	{ "IS-OTHER", "coalesce(f_flag between 'D' and 'M', false)", 0, 0, 0 },
	{ "CODE-ZERO", "(f_code = 0)", 0, 0, 0 },
	{ "CODE-LOW", "(f_code between 1 and 9)", 0, 0, 0 },
	{ "CODE-HIGH", "(f_code between 50 and 89 or f_code = 99)", 0, 0, 0 },
}, dates[] = {
	{ "to_date(D-NUM, 'YYYYMMDD')", "d_date", 0, 0, 0 },
	{ "cast(D-TEXT as date)", "d_text::date", 0, 0, 0 },
	{ "to_date(D-TEXT, 'YYYY-MM-DD')", "d_text::date", 0, 0, 0 },
};

static const char *const strings[] = { "''", "' '", "'a'", "'b'", "'ab'",
	"'é'", "'É'", "'ß'", "'xyz'", "'0'", "'O''Neil'", "'  x '", "'van'",
	"'.'", "'À'", "'-'", "'12.50'" };
static const char *const decimals[] = { "0.0", "1.50", "0.005", "100.25",
	"2.5", ".5", "99.99", "0.1" };
static const char *const days[] = { "date '2026-01-31'",
	"date '2000-02-29'", "date '1969-12-31'", "date '0001-01-01'",
	"date '9999-12-31'" };

static struct ex
from_item(enum type t, const struct item *v, uint32_t n)
{
	struct ex e = make(t, NULL);
	const struct item *it = &v[draw(n)];

	e.d = it->d;
	e.p = it->p;
	e.whole = it->whole;
	e.scale = it->scale;
	e.digits = it->digits;
	e.shown = e.field = true;
	return e;
}

static struct ex
field(enum type t)
{
	switch (t) {
	case INT:
		return from_item(t, ints, COUNT(ints));
	case NUM:
		return from_item(t, nums, COUNT(nums));
	case TEXT:
		return from_item(t, texts, COUNT(texts));
	case BOOL:
		return from_item(t, bools, COUNT(bools));
	default:
		return from_item(t, dates, COUNT(dates));
	}
}

static struct ex
literal(enum type t)
{
	struct ex e = make(t, NULL);
	int n = (int)draw(4) == 0 ? (int)draw(100000) : (int)draw(20);

	e.shown = true;
	switch (t) {
	case INT:
		D(e, "%d", n);
		P(e, "%d::bigint", n);
		e.whole = 5;
		break;
	case NUM:
		e.d = e.p = decimals[draw(COUNT(decimals))];
		e.whole = 3;
		e.scale = (int)strlen(strchr(e.d, '.') + 1);
		break;
	case TEXT:
		e.d = e.p = strings[draw(COUNT(strings))];
		break;
	case BOOL:
		e.d = e.p = draw(2) == 0 ? "true" : "false";
		break;
	default:
		e.d = e.p = days[draw(COUNT(days))];
		break;
	}
	return e;
}

/* One that holds a field, so that it is no constant. */
static struct ex
gen_field(enum type t, int depth)
{
	struct ex e = gen(t, depth);

	return e.field ? e : field(t);
}

/* One that cannot be bad, for a place where evaluation may differ. */
static struct ex
gen_safe(enum type t, int depth)
{
	struct ex e = gen(t, depth);

	return e.risky ? field(t) : e;
}

/* A number of at most so many digits before and behind the point. */
static struct ex
gen_small(enum type t, int depth, int whole, int scale)
{
	struct ex e;
	int i;

	for (i = 0; i < 20; i++) {
		e = gen(t, i < 10 ? depth : 0);
		if (e.whole <= whole && e.scale <= scale && !e.quotient)
			return e;
	}
	return literal(INT);
}

static struct ex
as_text(struct ex e, bool context)
{
	struct ex t = make(TEXT, &e);

	t.d = e.d;
	t.p = e.p;
	if (e.type == TEXT)
		return t;
	if (context && e.digits > 0)
		P(t, "lpad(%s::text, greatest(%u, length(%s::text)), '0')",
		    e.p, e.digits, e.p);
	else
		P(t, "(%s)::text", e.p);
	return t;
}

/* Anything that has a text, as an argument in text context. */
static struct ex
gen_part(int depth)
{
	static const enum type types[] = { TEXT, TEXT, TEXT, INT, NUM, DATE,
	    BOOL };
	struct ex e;
	int i;

	for (i = 0; i < 20; i++) {
		e = gen(types[draw(COUNT(types))], depth);
		/* a long date or number is no literal of its own in || */
		if ((e.type == NUM || e.type == INT ? e.shown : true) &&
		    (e.type == TEXT || e.field))
			return e;
	}
	return field(TEXT);
}

/* ---- what every type has ------------------------------------------------ */

static void
join_numbers(struct ex *e, const struct ex *o)
{
	with(e, o);
	e->merged |= e->quotient;
	if (o->whole > e->whole)
		e->whole = o->whole;
	e->shown &= o->scale == e->scale && o->shown;
	if (o->scale > e->scale)
		e->scale = o->scale;
}

static struct ex
gen_case(enum type t, int depth)
{
	struct ex a = gen(t, depth), b = gen(t, depth), c, x, y, e;

	e = make(t, &a);
	e.whole = a.whole;
	e.scale = a.scale;
	e.shown = a.shown;
	join_numbers(&e, &b);
	switch (draw(4)) {
	case 0:
		c = gen_field(BOOL, depth);
		with(&e, &c);
		B3(e, "case when %s then %s else %s end", c, a, b);
		return e;
	case 1:
		c = gen_field(BOOL, depth);
		x = gen_field(BOOL, depth);
		with(&e, &c);
		with(&e, &x);
		D(e, "case when %s then %s when %s then %s end", c.d, a.d,
		    x.d, b.d);
		P(e, "case when %s then %s when %s then %s end", c.p, a.p,
		    x.p, b.p);
		return e;
	case 2:
		c = gen_field(INT, depth);
		x = literal(INT);
		y = gen_safe(NUM, 0);
		break;
	default:
		c = gen_field(TEXT, depth);
		x = literal(TEXT);
		y = gen_safe(TEXT, 0);
		break;
	}
	with(&e, &c);
	D(e, "case %s when %s then %s when %s then %s else null end", c.d,
	    x.d, a.d, y.d, b.d);
	P(e, "case %s when %s then %s when %s then %s else null end", c.p,
	    x.p, a.p, y.p, b.p);
	return e;
}

static struct ex
gen_coalesce(enum type t, int depth)
{
	struct ex a = gen_field(t, depth), b = gen(t, depth), e;

	e = make(t, &a);
	e.whole = a.whole;
	e.scale = a.scale;
	e.shown = a.shown;
	join_numbers(&e, &b);
	B2(e, draw(3) == 0 ? "coalesce(%s, null, %s)" : "coalesce(%s, %s)", a,
	    b);
	return e;
}

static struct ex
gen_nullif(enum type t, int depth)
{
	struct ex a = gen_field(t, depth), b = gen(t, depth), e = a;

	with(&e, &b);
	e.digits = 0;
	B2(e, "nullif(%s, %s)", a, b);
	return e;
}

static struct ex
gen_any(enum type t, int depth)
{
	switch (draw(3)) {
	case 0:
		return gen_case(t, depth);
	case 1:
		return gen_coalesce(t, depth);
	default:
		return gen_nullif(t, depth);
	}
}

/* ---- whole numbers ------------------------------------------------------ */

static struct ex
sum(enum type t, struct ex a, struct ex b)
{
	struct ex e = make(t, &a);

	with(&e, &b);
	e.merged |= e.quotient;
	e.whole = (a.whole > b.whole ? a.whole : b.whole) + 1;
	e.scale = a.scale > b.scale ? a.scale : b.scale;
	e.shown = a.shown && b.shown;
	B2(e, draw(2) == 0 ? "(%s + %s)" : "(%s - %s)", a, b);
	return e;
}

static struct ex
gen_int(int depth)
{
	static const char *const kinds[] = { "smallint", "integer", "bigint" };
	static const int holds[] = { 4, 9, 18 };
	struct ex a, b, e = make(INT, NULL);
	uint32_t k;

	e.shown = true;
	switch (draw(9)) {
	case 0:
	case 1:
		return sum(INT, gen_small(INT, depth, 17, 0),
		    gen_small(INT, depth, 17, 0));
	case 2:
		a = gen_small(INT, depth, 9, 0);
		b = gen_small(INT, depth, 8, 0);
		with(&e, &a);
		with(&e, &b);
		e.whole = a.whole + b.whole;
		B2(e, "(%s * %s)", a, b);
		return e;
	case 3:
		a = gen(INT, depth);
		b = gen_field(INT, depth);
		with(&e, &a);
		with(&e, &b);
		e.whole = a.whole;
		e.risky |= draw(4) == 0;
		if (e.risky)
			B2(e, "(%s / %s)", a, b);
		else
			B2(e, "(%s / nullif(%s, 0))", a, b);
		return e;
	case 4:
		a = gen_small(INT, depth, 18, 0);
		with(&e, &a);
		e.whole = a.whole;
		B1(e, "(- %s)", a);
		return e;
	case 5:
		a = gen_part(depth);
		b = as_text(a, true);
		with(&e, &b);
		e.whole = 9;
		D(e, "length(%s)", b.d);
		P(e, "length(%s)::bigint", b.p);
		return e;
	case 6:
		a = gen_field(NUM, depth);
		k = draw(3);
		with(&e, &a);
		e.whole = holds[k] + 1;
		e.risky |= a.whole >= holds[k];
		D(e, "cast(%s as %s)", a.d, kinds[k]);
		P(e, "cast(%s as %s)::bigint", a.p, kinds[k]);
		return e;
	case 7:
		a = gen_field(DATE, depth);
		b = gen(DATE, depth);
		with(&e, &a);
		with(&e, &b);
		e.whole = 8;
		D(e, "(%s - %s)", a.d, b.d);
		P(e, "(%s - %s)::bigint", a.p, b.p);
		return e;
	default:
		a = gen_field(BOOL, depth);
		with(&e, &a);
		e.whole = 1;
		D(e, "cast(%s as integer)", a.d);
		P(e, "cast(%s as integer)::bigint", a.p);
		return e;
	}
}

/* ---- decimals ----------------------------------------------------------- */

static struct ex
gen_number(int depth, int whole, int scale)
{
	return gen_small(draw(3) == 0 ? INT : NUM, depth, whole, scale);
}

static struct ex
gen_num(int depth)
{
	struct ex a, b, e = make(NUM, NULL);
	int p, s;

	e.shown = true;
	switch (draw(7)) {
	case 0:
	case 1:
		a = gen_number(depth, 15, 12);
		b = gen_small(NUM, depth, 15, 12);
		return sum(NUM, a, b);
	case 2:
		a = gen_small(NUM, depth, 10, 6);
		b = gen_number(depth, 10, 6);
		with(&e, &a);
		with(&e, &b);
		e.whole = a.whole + b.whole;
		e.scale = a.scale + b.scale;
		e.shown = a.shown && b.shown;
		B2(e, "(%s * %s)", a, b);
		return e;
	case 3:
		a = gen_number(depth, 5, 4);
		b = gen_field(NUM, 0);
		with(&e, &a);
		with(&e, &b);
		e.whole = a.whole + b.scale;
		e.scale = 24;
		e.shown = false;
		e.quotient = true;
		e.risky |= draw(4) == 0;
		if (e.risky)
			B2(e, "(%s / %s)", a, b);
		else
			B2(e, "(%s / nullif(%s, 0))", a, b);
		return e;
	case 4:
		a = gen(NUM, depth);
		e = a;
		B1(e, "(- %s)", a);
		return e;
	case 5:
		a = gen_field(draw(4) == 0 ? INT : NUM, depth);
		s = (int)draw(5);
		p = s + (int)draw(4) + (draw(4) > 0 ? a.whole + 1 : 1);
		with(&e, &a);
		e.quotient = e.merged = false;
		e.whole = p - s;
		e.scale = s;
		e.risky |= a.whole >= p - s;
		D(e, "cast(%s as numeric(%d, %d))", a.d, p, s);
		P(e, "cast(%s as numeric(%d, %d))", a.p, p, s);
		return e;
	default:
		e.field = true;
		e.shown = false;
		e.whole = 10;
		e.scale = 9;
		if (draw(4) == 0) {
			D(e, "cast(T-ANY as numeric)");
			P(e, "cast(t_any as numeric)");
			e.risky = true;
		} else if (draw(2) == 0) {
			D(e, "cast(T-NUM as numeric)");
			P(e, "cast(t_num as numeric)");
		} else {
			e.shown = true;
			e.whole = 8;
			e.scale = 2;
			D(e, "cast(T-NUM as numeric(10, 2))");
			P(e, "cast(t_num as numeric(10, 2))");
		}
		return e;
	}
}

/* ---- text --------------------------------------------------------------- */

static struct ex
gen_text(int depth)
{
	static const char *const trims[] = { "trim", "ltrim", "rtrim",
	    "btrim" };
	struct ex a, b, c, ta, tb, tc, e = make(TEXT, NULL);
	const char *from;
	uint32_t k = draw(10);

	a = gen_part(depth);
	ta = as_text(a, true);
	with(&e, &ta);
	if (k == 0 || k == 1) {
		b = gen(TEXT, depth);
		with(&e, &b);
		if (draw(2) == 0)
			B2(e, "(%s || %s)", ta, b);
		else
			B2(e, "(%s || %s)", b, ta);
		return e;
	}
	switch (k) {
	case 2:
		k = draw(COUNT(trims));
		if (draw(2) == 0) {
			D(e, "%s(%s)", trims[k], ta.d);
			P(e, "%s(%s)", trims[k], ta.p);
		} else {
			b = gen_safe(TEXT, depth);
			with(&e, &b);
			D(e, "%s(%s, %s)", trims[k], ta.d, b.d);
			P(e, "%s(%s, %s)", trims[k], ta.p, b.p);
		}
		return e;
	case 3:
		B1(e, draw(2) == 0 ? "upper(%s)" : "lower(%s)", ta);
		return e;
	case 4:
		b = gen_small(INT, depth, 9, 0);
		with(&e, &b);
		D(e, "substr(%s, %s)", ta.d, b.d);
		P(e, "substr(%s, (%s)::int)", ta.p, b.p);
		return e;
	case 5:
		from = arena_printf(&arena, "%u%s, %u", draw(6) + 1,
		    draw(2) == 0 ? "" : " - 4", draw(8));
		D(e, "substr(%s, %s)", ta.d, from);
		P(e, "substr(%s, %s)", ta.p, from);
		return e;
	case 6:
		b = gen_safe(TEXT, 0);
		c = gen_safe(TEXT, 0);
		with(&e, &b);
		with(&e, &c);
		B3(e, "replace(%s, %s, %s)", ta, b, c);
		return e;
	case 7:
		b = gen_part(depth);
		tb = as_text(b, true);
		c = gen_part(depth);
		tc = as_text(c, true);
		/* concat's booleans are t and f */
		if (a.type == BOOL)
			P(ta, "(%s)", a.p);
		if (b.type == BOOL)
			P(tb, "(%s)", b.p);
		if (c.type == BOOL)
			P(tc, "(%s)", c.p);
		with(&e, &tb);
		with(&e, &tc);
		if (draw(2) == 0)
			B3(e, "concat(%s, %s, %s)", ta, tb, tc);
		else
			B3(e, "concat_ws(', ', %s, %s, %s)", ta, tb, tc);
		return e;
	case 8:
		k = draw(12) + 1;
		if (draw(2) == 0) {
			D(e, "cast(%s as varchar(%u))", ta.d, k);
			P(e, "cast(%s as varchar(%u))::text", ta.p, k);
		} else {
			B1(e, "cast(%s as text)", ta);
		}
		return e;
	default:
		b = gen_safe(TEXT, depth);
		with(&e, &b);
		B2(e, "concat_ws(%s, %s, null)", b, ta);
		if (a.type == BOOL)
			P(e, "concat_ws(%s, (%s), null)", b.p, a.p);
		return e;
	}
}

/* ---- booleans and dates ------------------------------------------------- */

static struct ex
gen_compare(int depth)
{
	static const char *const signs[] = { "=", "<>", "<", "<=", ">", ">=",
	    "!=" };
	static const enum type types[] = { INT, NUM, TEXT, DATE, BOOL };
	enum type t = types[draw(COUNT(types))];
	struct ex a = gen_field(t, depth), b, e = make(BOOL, &a);
	uint32_t k = draw(COUNT(signs));

	if (t == INT && draw(3) == 0)
		t = NUM;
	b = gen(t, depth);
	with(&e, &b);
	D(e, "(%s %s %s)", a.d, signs[k], b.d);
	P(e, "(%s %s %s)", a.p, signs[k], b.p);
	return e;
}

static struct ex
gen_bool(int depth)
{
	enum type t = (enum type)draw(NTYPES);
	struct ex a, b, c, e;
	const char *not = draw(3) == 0 ? "not " : "", *null;

	switch (draw(8)) {
	case 0:
	case 1:
		return gen_compare(depth);
	case 2:
	case 3:
		a = gen_field(BOOL, depth);
		b = gen_field(BOOL, depth);
		e = make(BOOL, &a);
		with(&e, &b);
		B2(e, draw(2) == 0 ? "(%s and %s)" : "(%s or %s)", a, b);
		return e;
	case 4:
		a = gen_field(BOOL, depth);
		e = make(BOOL, &a);
		B1(e, "(not %s)", a);
		return e;
	case 5:
		a = gen_field(t, depth);
		e = make(BOOL, &a);
		B1(e, *not != '\0' ? "(%s is not null)" : "(%s is null)", a);
		return e;
	case 6:
		if (t == BOOL)
			t = INT;
		a = gen_field(t, depth);
		b = literal(t);
		c = draw(3) == 0 ? literal(t) : field(t);
		e = make(BOOL, &a);
		with(&e, &c);
		null = draw(4) == 0 ? ", null" : "";
		D(e, "(%s %sin (%s, %s%s))", a.d, not, b.d, c.d, null);
		P(e, "(%s %sin (%s, %s%s))", a.p, not, b.p, c.p, null);
		return e;
	default:
		if (t == BOOL)
			t = NUM;
		a = gen_field(t, depth);
		b = gen_safe(t, 0);
		c = gen_safe(t, 0);
		e = make(BOOL, &a);
		with(&e, &b);
		with(&e, &c);
		D(e, "(%s %sbetween %s and %s)", a.d, not, b.d, c.d);
		P(e, "(%s %sbetween %s and %s)", a.p, not, b.p, c.p);
		return e;
	}
}

static struct ex
gen_date(int depth)
{
	struct ex a, b, e;

	if (draw(3) == 0)
		return field(DATE);
	a = gen_field(DATE, depth);
	b = gen_small(INT, depth, 5, 0);
	e = make(DATE, &a);
	with(&e, &b);
	D(e, "(%s %s %s)", a.d, draw(2) == 0 ? "+" : "-", b.d);
	P(e, "(%s %s (%s)::int)", a.p, e.d[strlen(a.d) + 2] == '+' ? "+" :
	    "-", b.p);
	return e;
}

#include "expr_calls.h"

static struct ex
gen(enum type t, int depth)
{
	if (depth <= 0)
		return draw(5) == 0 ? literal(t) : field(t);
	depth -= 1 + (int)draw(2) / 2;
	if (draw(4) == 0)
		return gen_any(t, depth);
	if (draw(3) == 0)
		return gen_call(t, depth);
	switch (t) {
	case INT:
		return gen_int(depth);
	case NUM:
		return gen_num(depth);
	case TEXT:
		return gen_text(depth);
	case BOOL:
		return gen_bool(depth);
	default:
		return gen_date(depth);
	}
}

int
main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
	struct ex e;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	draw(2);
	arena_init(&arena);
	while (n > 0) {
		e = gen((enum type)draw(NTYPES), 1 + (int)draw(4));
		if (e.type == NUM && e.merged)
			/* digits may end earlier than PostgreSQL's */
			B1(e, "cast(%s as numeric(38, 14))", e);
		if (e.field && strlen(e.d) < 1500) {
			printf("%s ;; %s\n", e.d, e.p);
			n--;
		}
		arena_reset(&arena);
	}
	arena_fini(&arena);
	return 0;
}
