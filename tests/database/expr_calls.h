/*
 * Random calls of functions, and the operators that are like them; the part of
 * expr_random.c that grows with the manual's list.
 */
#ifndef EXPR_CALLS_H
#define EXPR_CALLS_H

#define ANY(list)	((list)[draw(COUNT(list))])

static const char *const patterns[] = { "'%'", "''", "'a%'", "'%b'", "'_'",
	"'%a%b%'", "'__%'", "'A%'", "'%é%'", "'%\\_%'", "'%\\%%'", "'a_c%'",
	"'%n%n%'", "'-%'", "'0%'", "'%''%'", "'_a%'", "'%  %'" };
static const char *const sets[] = { "''", "'a'", "'abc'", "'éü '", "'aab'",
	"'0123456789'", "'ABCxyz'" };
static const char *const separators[] = { "' '", "'a'", "''", "'b '", "'-'",
	"'aa'" };
static const char *const date_formats[] = { "YYYY-MM-DD", "DD.MM.YYYY",
	"FMDD FMMonth YYYY", "Mon DDth, YYYY", "YYYYMMDD", "IYYY-IW-ID",
	"YYYY-DDD", "Day, DD MON YY", "Q/YYYY", "J CC BC", "WW W D", "RM Dy" };
static const char *const number_formats[] = { "999999999", "999,999,990.00",
	"FM999999990.0099", "S99990", "99999MI", "FM000000000", "9999PR",
	"999G999D9", "0999", "9990.9S", "$9,990.99" };

/* A whole number for an argument that PostgreSQL has as integer. */
static void
count_argument(struct ex *e, struct ex *n, int depth, int least, int most)
{
	if (draw(3) == 0) {
		*n = gen_small(INT, depth, 4, 0);
		with(e, n);
		P(*n, "(%s)::int", n->p);
	} else {
		*n = make(INT, NULL);
		D(*n, "%d", least + (int)draw((uint32_t)(most - least + 1)));
		n->p = n->d;
	}
}

static struct ex
choice_call(enum type t, int depth)
{
	struct ex a = gen_field(t, depth), b = gen(t, depth), e;

	e = make(t, &a);
	e.whole = a.whole;
	e.scale = a.scale;
	e.shown = a.shown;
	join_numbers(&e, &b);
	B2(e, draw(2) == 0 ? "greatest(%s, %s)" : "least(%s, %s, null)", a,
	    b);
	return e;
}

static struct ex
int_call(int depth)
{
	struct ex a, b, e = make(INT, NULL), ta, tb;

	e.shown = true;
	switch (draw(6)) {
	case 0:
		a = gen_part(depth);
		b = gen(TEXT, 0);
		ta = as_text(a, true);
		with(&e, &ta);
		with(&e, &b);
		e.whole = 9;
		D(e, "strpos(%s, %s)", ta.d, b.d);
		P(e, "strpos(%s, %s)::bigint", ta.p, b.p);
		return e;
	case 1:
		a = gen_part(depth);
		ta = as_text(a, true);
		with(&e, &ta);
		e.whole = 9;
		b.d = draw(2) == 0 ? "ascii" : "octet_length";
		D(e, "%s(%s)", b.d, ta.d);
		P(e, "%s(%s)::bigint", b.d, ta.p);
		return e;
	case 2:
		a = gen(INT, depth);
		b = gen_field(INT, depth);
		with(&e, &a);
		with(&e, &b);
		e.whole = a.whole < b.whole ? a.whole : b.whole;
		e.risky |= draw(4) == 0;
		if (e.risky)
			B2(e, draw(2) == 0 ? "mod(%s, %s)" : "(%s %% %s)", a,
			    b);
		else
			B2(e, draw(2) == 0 ? "mod(%s, nullif(%s, 0))" :
			    "(%s %% nullif(%s, 0))", a, b);
		return e;
	case 3:
		a = gen_small(INT, depth, 18, 0);
		with(&e, &a);
		e.whole = a.whole;
		B1(e, "abs(%s)", a);
		return e;
	case 4:
		a = gen_field((enum type)draw(NTYPES), depth);
		b = gen((enum type)draw(NTYPES), depth);
		with(&e, &a);
		with(&e, &b);
		e.whole = 1;
		ta.d = draw(2) == 0 ? "num_nulls" : "num_nonnulls";
		D(e, "%s(%s, %s)", ta.d, a.d, b.d);
		P(e, "%s(%s, %s)::bigint", ta.d, a.p, b.p);
		return e;
	default:
		tb = choice_call(INT, depth);
		return tb;
	}
}

/* Decimals that are multiplied and divided again: up to 76 digits between. */
static struct ex
chain_call(void)
{
	static const char *const signs[] = { "+", "-", "*", "/" };
	struct ex e = field(NUM), o;
	uint32_t i, k, n = 2 + draw(2);

	for (i = 0; i < n; i++) {
		k = draw(4);
		o = draw(4) == 0 ? literal(NUM) : field(NUM);
		D(e, k == 3 ? "(%s %s nullif(%s, 0))" : "(%s %s %s)", e.d,
		    signs[k], o.d);
		P(e, k == 3 ? "(%s %s nullif(%s, 0))" : "(%s %s %s)", e.p,
		    signs[k], o.p);
	}
	k = draw(12);
	o = make(NUM, NULL);
	o.field = o.shown = o.risky = true;
	o.whole = 30 - (int)k;
	o.scale = (int)k;
	if (draw(2) == 0) {
		D(o, "cast(%s as numeric(30, %u))", e.d, k);
		P(o, "cast(%s as numeric(30, %u))", e.p, k);
	} else {
		D(o, "cast(round(%s, %u) as numeric(30, %u))", e.d, k, k);
		P(o, "cast(round(%s, %u) as numeric(30, %u))", e.p, k, k);
	}
	return o;
}

static struct ex
rounded(int depth)
{
	static const char *const how[] = { "round", "trunc" };
	struct ex a = gen_field(NUM, depth), e = make(NUM, &a);
	int n = (int)draw(9) - 3;

	e.quotient = false;
	e.shown = true;
	e.whole = a.whole + 1;
	if (draw(3) == 0) {
		B1(e, draw(2) == 0 ? "ceil(%s)" : "floor(%s)", a);
		return e;
	}
	if (a.whole > 25 || draw(4) == 0)
		n = 0;
	e.scale = n > 0 ? n : 0;
	D(e, "%s(%s, %d)", ANY(how), a.d, n);
	P(e, "%.5s(%s, %d)", e.d, a.p, n);
	return e;
}

static struct ex
num_call(int depth)
{
	static const struct { const char *name; int whole; } parts[] = {
		{ "year", 5 }, { "month", 2 }, { "day", 2 }, { "quarter", 1 },
		{ "dow", 1 }, { "isodow", 1 }, { "doy", 3 }, { "week", 2 },
		{ "isoyear", 5 }, { "epoch", 12 }, { "century", 3 },
		{ "decade", 4 }, { "julian", 8 }
	};
	struct ex a, b, e = make(NUM, NULL);
	uint32_t k;

	e.shown = true;
	switch (draw(8)) {
	case 7:
		return chain_call();
	case 0:
	case 1:
		return rounded(depth);
	case 2:
		a = gen_small(NUM, depth, 12, 9);
		b = gen_field(NUM, 0);
		with(&e, &a);
		with(&e, &b);
		k = draw(2);
		e.whole = k == 0 ? b.whole : a.whole + b.scale;
		e.scale = k == 1 ? 0 : a.scale > b.scale ? a.scale : b.scale;
		e.shown = k == 1 || (a.shown && b.shown);
		e.risky |= draw(4) == 0;
		if (e.risky)
			B2(e, k == 0 ? "mod(%s, %s)" : "div(%s, %s)", a, b);
		else
			B2(e, k == 0 ? "mod(%s, nullif(%s, 0))" :
			    "div(%s, nullif(%s, 0))", a, b);
		return e;
	case 3:
		a = gen_field(NUM, depth);
		e = make(NUM, &a);
		if (draw(3) == 0) {
			e.shown = true;
			e.quotient = false;
			e.whole = 1;
			B1(e, "sign(%s)", a);
			return e;
		}
		e = a;
		B1(e, "abs(%s)", a);
		return e;
	case 4:
	case 5:
		a = gen_field(DATE, depth);
		with(&e, &a);
		k = draw(COUNT(parts));
		e.whole = parts[k].whole;
		D(e, "extract(%s from %s)", parts[k].name, a.d);
		P(e, "extract(%s from %s)", parts[k].name, a.p);
		return e;
	default:
		return choice_call(NUM, depth);
	}
}

/* Text cut, filled or taken apart. */
static struct ex
text_call(int depth)
{
	static const char *const sides[] = { "left", "right" };
	static const char *const pads[] = { "lpad", "rpad" };
	struct ex a = gen_part(depth), t = as_text(a, true), n, e;
	const char *x, *y;

	e = make(TEXT, &t);
	switch (draw(7)) {
	case 0:
		count_argument(&e, &n, depth, -5, 9);
		x = ANY(sides);
		D(e, "%s(%s, %s)", x, t.d, n.d);
		P(e, "%s(%s, %s)", x, t.p, n.p);
		return e;
	case 1:
		count_argument(&e, &n, depth, -1, 14);
		x = ANY(pads);
		y = ANY(sets);
		D(e, "%s(%s, %s, %s)", x, t.d, n.d, y);
		P(e, "%s(%s, %s, %s)", x, t.p, n.p, y);
		return e;
	case 2:
		D(e, "repeat(%s, %u)", t.d, draw(4));
		P(e, "%.*s%s, %c)", 7, e.d, t.p, e.d[strlen(e.d) - 2]);
		return e;
	case 3:
		B1(e, draw(2) == 0 ? "reverse(%s)" : "initcap(%s)", t);
		return e;
	case 4:
		x = ANY(sets);
		y = ANY(sets);
		D(e, "translate(%s, %s, %s)", t.d, x, y);
		P(e, "translate(%s, %s, %s)", t.p, x, y);
		return e;
	case 5:
		x = ANY(separators);
		D(e, "split_part(%s, %s, %s%u)", t.d, x, draw(3) == 0 ? "-" :
		    "", draw(3) + 1);
		P(e, "split_part(%s%s", t.p, e.d + 11 + strlen(t.d));
		return e;
	default:
		return choice_call(TEXT, depth);
	}
}

static struct ex
to_char_call(int depth)
{
	enum type t = draw(2) == 0 ? DATE : draw(2) == 0 ? INT : NUM;
	struct ex a = t == DATE ? gen_field(DATE, depth) :
	    gen_small(t, depth, 12, 9), e;
	const char *f = t == DATE ? ANY(date_formats) : ANY(number_formats);

	e = make(TEXT, &a);
	D(e, "to_char(%s, '%s')", a.d, f);
	P(e, "to_char(%s, '%s')", a.p, f);
	return e;
}

static struct ex
bool_call(int depth)
{
	static const char *const likes[] = { "like", "not like", "ilike",
	    "not ilike" };
	enum type t = (enum type)draw(NTYPES);
	struct ex a, b, ta, e;
	const char *x, *y;

	switch (draw(4)) {
	case 0:
		a = gen_field(t, depth);
		b = gen(t, depth);
		e = make(BOOL, &a);
		with(&e, &b);
		B2(e, draw(2) == 0 ? "(%s is distinct from %s)" :
		    "(%s is not distinct from %s)", a, b);
		return e;
	case 1:
		a = gen_field(TEXT, depth);
		b = gen(TEXT, 0);
		e = make(BOOL, &a);
		with(&e, &b);
		B2(e, "starts_with(%s, %s)", a, b);
		return e;
	default:
		a = gen_part(depth);
		ta = as_text(a, true);
		e = make(BOOL, &ta);
		x = ANY(likes);
		y = ANY(patterns);
		D(e, "(%s %s %s%s)", ta.d, x, y, "");
		P(e, "(%s %s %s%s)", ta.p, x, y, "");
		return e;
	}
}

static struct ex
date_call(int depth)
{
	static const char *const units[] = { "week", "month", "quarter",
	    "year", "decade", "century", "millennium", "day" };
	struct ex a, b, e;
	const char *x;

	switch (draw(3)) {
	case 0:
		return choice_call(DATE, depth);
	case 1:
		a = gen_field(INT, 0);
		e = make(DATE, NULL);
		b = gen_small(INT, depth, 3, 0);
		with(&e, &a);
		with(&e, &b);
		/* a real date, whatever the numbers */
		D(e, "make_date(2000 + mod(%s, 900), 1 + abs(mod(%s, 12)), 28)",
		    b.d, a.d);
		P(e, "make_date((2000 + mod(%s, 900))::int, "
		    "(1 + abs(mod(%s, 12)))::int, 28)", b.p, a.p);
		return e;
	default:
		a = gen_field(DATE, depth);
		x = ANY(units);
		e = make(DATE, &a);
		D(e, "cast(date_trunc('%s', %s) as date)", x, a.d);
		P(e, "date_trunc('%s', (%s)::timestamp)::date", x, a.p);
		return e;
	}
}

static struct ex
gen_call(enum type t, int depth)
{
	switch (t) {
	case INT:
		return int_call(depth);
	case NUM:
		return num_call(depth);
	case TEXT:
		return draw(4) == 0 ? to_char_call(depth) : text_call(depth);
	case BOOL:
		return bool_call(depth);
	default:
		return date_call(depth);
	}
}

#endif
