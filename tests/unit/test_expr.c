/*
 * The syntax of expressions.  Precedence was compared with PostgreSQL 15: the
 * rows marked "prec" are what pg_get_viewdef shows for the expression, with
 * decant's spelling.
 */
#include "mapping/mapping.h"

#include "base/buf.h"
#include "base/mem.h"
#include "tap.h"

static const struct {
	const char *text, *tree;
} good[] = {
	/* prec */
	{ "a or b and c", "(A or (B and C))" },
	{ "a and b or c", "((A and B) or C)" },
	{ "not a or b", "((not A) or B)" },
	{ "not a = b", "(not (A = B))" },
	{ "not a is null", "(not (A is null))" },
	{ "not not a", "(not (not A))" },
	{ "a = b is null", "((A = B) is null)" },
	{ "a is null = b", "((A is null) = B)" },
	{ "a is null is not null", "((A is null) is not null)" },
	{ "a = not b", "(A = (not B))" },
	{ "a = not b and c", "((A = (not B)) and C)" },
	{ "a < b in (c)", "(A < (B in (C)))" },
	{ "a in (b) = c", "((A in (B)) = C)" },
	{ "a in (b) in (c)", "((A in (B)) in (C))" },
	{ "a || b like c || d", "((A || B) like (C || D))" },
	{ "a + b || c * d", "((A + B) || (C * D))" },
	{ "a || b + c", "(A || (B + C))" },
	{ "a - b - c", "((A - B) - C)" },
	{ "a / b * c", "((A / B) * C)" },
	{ "a + b * c - d", "((A + (B * C)) - D)" },
	{ "- a * b", "((- A) * B)" },
	{ "-a + b", "((- A) + B)" },
	{ "a * -b", "(A * (- B))" },
	{ "-a::text", "(- cast(A as text))" },
	{ "a || b::text", "(A || cast(B as text))" },
	{ "a::integer::text", "cast(cast(A as integer) as text)" },
	{ "a between b and c and d", "((A between B and C) and D)" },
	{ "a between b and c = d", "((A between B and C) = D)" },
	{ "a not between b || c and d + e or f",
	    "((A not between (B || C) and (D + E)) or F)" },
	{ "a || b is null || c", "(((A || B) is null) || C)" },
	{ "not a between b and c", "(not (A between B and C))" },
	{ "a like b = c", "((A like B) = C)" },
	{ "a = b like c", "(A = (B like C))" },
	{ "a not like b || c escape d || e = f",
	    "((A not like (B || C) escape (D || E)) = F)" },
	{ "a is distinct from b = c", "(A is distinct from (B = C))" },
	{ "a = b is not distinct from c and d",
	    "(((A = B) is not distinct from C) and D)" },
	{ "not a is distinct from b", "(not (A is distinct from B))" },
	{ "a % b * c", "((A % B) * C)" },
	{ "a + b%c", "(A + (B % C))" },
	{ "- a % b", "((- A) % B)" },
	{ "+a", "A" }, { "a - + b", "(A - B)" },
	/* names */
	{ "CUST-ID", "CUST-ID" },
	{ "cust_id", "CUST-ID" },
	{ "A-B", "A-B" },
	{ "A - B", "(A - B)" },
	{ "A\n- B", "(A - B)" },
	{ "A--B", "A--B" },
	{ "1ST-NAME", "1ST-NAME" },
	{ "5-A", "5-A" },
	{ "ACCT# || $X || @Y", "((\"ACCT#\" || \"$X\") || \"@Y\")" },
	{ "STRAßE", "\"STRAßE\"" },
	{ "\"DATE\"", "DATE" },
	{ "\"Mixed_Case\"", "\"Mixed_Case\"" },
	{ "\"a\"\"b\"", "\"a\"\"b\"" },
	{ "\"END\"", "\"END\"" },
	{ "DATE", "DATE" },
	{ "TIMESTAMP", "TIMESTAMP" },
	{ "CAST", "CAST" },
	{ "date || from || for", "((DATE || FROM) || FOR)" },
	{ "CITY OF HOME-ADDRESS", "CITY of HOME-ADDRESS" },
	{ "CITY in HOME-ADDRESS", "CITY of HOME-ADDRESS" },
	{ "HOME-ADDRESS.CITY", "CITY of HOME-ADDRESS" },
	{ "A.B.C", "C of B of A" },
	{ "C OF B IN A", "C of B of A" },
	{ "D OF B.C OF A", "D of C of B of A" },
	{ "DATE OF BIRTH", "DATE of BIRTH" },
	{ "X in (1, 2)", "(X in (1, 2))" },
	{ "X not in ('A')", "(X not in ('A'))" },
	{ "X in Y in (1)", "(X of Y in (1))" },
	{ "HOME.5TH", "5TH of HOME" },
	/* subscripts */
	{ "PHONE(2)", "PHONE(2)" },
	{ "\"PHONE\"(2)", "\"PHONE\"(2)" },
	{ "PHONE(2).AREA-CODE", "AREA-CODE of PHONE(2)" },
	{ "AREA-CODE OF PHONE(2)", "AREA-CODE of PHONE(2)" },
	{ "AREA-CODE(2, 1)", "AREA-CODE(2, 1)" },
	{ "A(1).B(2).C(3)", "C of B of A(1, 2, 3)" },
	{ "C(3) OF A(1).B(2)", "C of B of A(1, 2, 3)" },
	{ "C OF B OF A(1, 2)", "C of B of A(1, 2)" },
	{ "PHONE(N + 1)", "PHONE((N + 1))" },
	/* literals */
	{ "''", "''" },
	{ "'it''s'", "'it''s'" },
	{ "''''", "''''" },
	{ "'a # b: c, {d}'", "'a # b: c, {d}'" },
	{ "12", "12" }, { "1.50", "1.50" }, { ".5", ".5" },
	{ "a || .5", "(A || .5)" },
	{ "(.5)", ".5" },
	{ "+5", "5" },
	{ "- 5", "(- 5)" }, { "-5", "(- 5)" }, { "5 - -3", "(5 - (- 3))" },
	{ "date '2024-02-29'", "date '2024-02-29'" },
	{ "date'2000-02-29'", "date '2000-02-29'" },
	{ "timestamp '2026-01-31 23:59:59.123456'",
	    "timestamp '2026-01-31 23:59:59.123456'" },
	{ "timestamp '2026-01-31T00:00'", "timestamp '2026-01-31T00:00'" },
	{ "x'c1C2'", "x'C1C2'" }, { "X''", "x''" },
	{ "true and FALSE or null", "((true and false) or null)" },
	/* operators */
	{ "a != b", "(A <> B)" },
	{ "a<b", "(A < B)" }, { "a<=b", "(A <= B)" }, { "a>=b", "(A >= B)" },
	{ "a>b", "(A > B)" }, { "a=-b", "(A = (- B))" },
	{ "a*b/c", "((A * B) / C)" }, { "a+b", "(A + B)" },
	{ "a is not null", "(A is not null)" },
	{ "a not like 'x%'", "(A not like 'x%')" },
	{ "a ilike 'x%' escape ''", "(A ilike 'x%' escape '')" },
	{ "a not ilike b", "(A not ilike B)" },
	{ "ilike ilike escape escape distinct",
	    "(ILIKE ilike ESCAPE escape DISTINCT)" },
	/* calls */
	{ "occurrence()", "OCCURRENCE()" },
	{ "full_name(A, B, C)", "FULL-NAME(A, B, C)" },
	{ "lookup('states.csv', KEY, 'column')",
	    "LOOKUP('states.csv', KEY, 'column')" },
	{ "case when a then 1 end", "case when A then 1 end" },
	{ "case a when 1 then 'x' when 2 then 'y' else 'z' end || b",
	    "(case A when 1 then 'x' when 2 then 'y' else 'z' end || B)" },
	{ "cast(a as numeric(11, 2))", "cast(A as numeric(11,2))" },
	{ "cast(as as text)", "cast(AS as text)" },
	{ "a::numeric(5,2) + 1", "(cast(A as numeric(5,2)) + 1)" },
	{ "a::double precision + 1", "(cast(A as double precision) + 1)" },
	{ "a::timestamp without time zone",
	    "cast(A as timestamp)" },
	{ "a::character varying(3)", "cast(A as varchar(3))" },
	{ "a::date = date '2024-01-01'",
	    "(cast(A as date) = date '2024-01-01')" },
	{ "substring(x from 2 for 3)", "SUBSTR(X, 2, 3)" },
	{ "substring(x from 2)", "SUBSTR(X, 2)" },
	{ "substring(x for 3)", "SUBSTR(X, 1, 3)" },
	{ "substring(x, 2, 3)", "SUBSTRING(X, 2, 3)" },
	{ "position('a' in b)", "STRPOS(B, 'a')" },
	{ "position(a in b)", "STRPOS(B, A)" },
	{ "position((a in (b)) in c)", "STRPOS(C, (A in (B)))" },
	{ "POSITION(2)", "POSITION(2)" },
	{ "trim(x)", "TRIM(X)" },
	{ "trim(x, '*')", "TRIM(X, '*')" },
	{ "trim(both ' ' from x)", "BTRIM(X, ' ')" },
	{ "trim(leading from x)", "LTRIM(X)" },
	{ "trim(trailing '0' from x)", "RTRIM(X, '0')" },
	{ "trim('*' from x)", "BTRIM(X, '*')" },
	{ "trim(leading || x)", "TRIM((LEADING || X))" },
	{ "extract(YEAR from d)", "EXTRACT('year', D)" },
	{ "EXTRACT(2)", "EXTRACT(2)" },
};

static const struct {
	const char *text, *error;
} bad[] = {
	{ "", "1:1 M041" },
	{ "  ", "1:3 M041" },
	{ "a ||", "1:5 M041" },
	{ "not", "1:4 M041" },
	{ "(a", "1:3 M041" },
	{ "f(a,", "1:5 M041" },
	{ "a in (", "1:7 M041" },
	{ "a in", "1:5 M041" },
	{ "a between 1", "1:12 M041" },
	{ "a between 1 or 2", "1:13 M040" },
	{ "a is", "1:5 M041" },
	{ "a is true", "1:6 M047" },
	{ "a is not distinct b", "1:19 M040" },
	{ "a is distinct from", "1:19 M041" },
	{ "a is distinct from b is null", "1:22 M051" },
	{ "a like b escape", "1:16 M041" },
	{ "a like b escape c escape d", "1:19 M040" },
	{ "case a then b end", "1:8 M040" },
	{ "case when a then b", "1:19 M041" },
	{ "case when a else b end", "1:13 M040" },
	{ "case end", "1:6 M040" },
	{ "a b", "1:3 M040" },
	{ "a 'b'", "1:3 M040" },
	{ "'a' 'b'", "1:5 M040" },
	{ "a)", "1:2 M040" },
	{ "()", "1:2 M040" },
	{ "(a, b)", "1:3 M040" },
	{ "a, b", "1:2 M040" },
	{ "end", "1:1 M040" },
	{ "a || and", "1:6 M040" },
	{ "A.", "1:3 M041" },
	{ "A.5", "1:3 M040" },
	{ "A OF", "1:5 M041" },
	{ "A OF 'x'", "1:6 M040" },
	{ "'abc", "1:1 M042" },
	{ "a || 'it's'", "1:11 M042" },
	{ "\"abc", "1:1 M042" },
	{ "x'C1", "1:1 M042" },
	{ "\"\"", "1:1 M040" },
	{ "5-3", "1:1 M043" },
	{ "100-200-300", "1:1 M043" },
	{ "5.", "1:1 M043" },
	{ "1.2.3", "1:1 M043" },
	{ "1.5e3", "1:1 M043" },
	{ ".5.5", "1:1 M043" },
	{ ".5x", "1:1 M043" },
	{ "A- B", "1:1 M044" },
	{ "A -B", "1:3 M044" },
	{ "A-(B)", "1:1 M044" },
	{ "(A)-(B)", "1:4 M044" },
	{ "5 -3", "1:3 M044" },
	{ "1.5-3", "1:4 M044" },
	{ "5-", "1:1 M044" },
	{ "date '2023-02-29'", "1:6 M045" },
	{ "date '1900-02-29'", "1:6 M045" },
	{ "date '2024-13-01'", "1:6 M045" },
	{ "date '2024-00-01'", "1:6 M045" },
	{ "date '2024-04-31'", "1:6 M045" },
	{ "date '0000-01-01'", "1:6 M045" },
	{ "date '2024-1-1'", "1:6 M045" },
	{ "date '20240101'", "1:6 M045" },
	{ "date ''", "1:6 M045" },
	{ "date '2024-01-01 '", "1:6 M045" },
	{ "timestamp '2024-01-01'", "1:11 M045" },
	{ "timestamp '2024-01-01 24:00'", "1:11 M045" },
	{ "timestamp '2024-01-01 23:60'", "1:11 M045" },
	{ "timestamp '2024-01-01 23:59:60'", "1:11 M045" },
	{ "timestamp '2024-01-01 23:59:'", "1:11 M045" },
	{ "timestamp '2024-01-01 23:59:59.'", "1:11 M045" },
	{ "timestamp '2024-01-01 23:59:59.1234567'", "1:11 M045" },
	{ "timestamp '2024-01-01 23:59.5'", "1:11 M045" },
	{ "timestamp '2024-01-01'", "1:11 M045" },
	{ "x'C'", "1:1 M046" },
	{ "x'CG'", "1:1 M046" },
	{ "a == b", "1:3 M047" },
	{ "a => b", "1:3 M047" },
	{ "a =< b", "1:3 M047" },
	{ "a <=> b", "1:3 M047" },
	{ "a && b", "1:3 M047" },
	{ "a & b", "1:3 M047" },
	{ "a | b", "1:3 M047" },
	{ "!a", "1:1 M047" },
	{ "a %", "1:4 M041" },
	{ "a ^ b", "1:3 M047" },
	{ "a ** b", "1:3 M047" },
	{ "a ~ b", "1:3 M047" },
	{ "a->b", "1:2 M047" },
	{ "a -- b", "1:3 M047" },
	{ "a /* b */", "1:3 M047" },
	{ "a;", "1:2 M047" },
	{ "a[1]", "1:2 M047" },
	{ "a : b", "1:3 M047" },
	{ "`a`", "1:1 M047" },
	{ "E'x'", "1:1 M047" },
	{ "time '12:00'", "1:1 M047" },
	{ "count(*, 1)", "1:7 M047" },
	{ "\xe2\x80\x98" "a\xe2\x80\x99", "1:1 M047" },
	{ "a\xc2\xa0+ b", "1:2 M047" },
	{ "a \xe2\x80\x93 b", "1:3 M047" },
	{ "a \x01", "1:3 M047" },
	{ "a \xff", "1:3 M003" },
	{ "a\xc3", "1:2 M003" },
	{ "PHONE() OF X", "1:7 M049" },
	{ "X OF PHONE()", "1:12 M049" },
	{ "A.PHONE()", "1:9 M049" },
	{ "a::foo", "1:4 M050" },
	{ "a::", "1:4 M041" },
	{ "a::5", "1:4 M040" },
	{ "a::numeric(40,2)", "1:4 M050" },
	{ "a::numeric(2", "1:13 M041" },
	{ "a::timestamp with time zone", "1:4 M050" },
	{ "cast(a as text", "1:15 M041" },
	{ "cast(a, text)", "1:7 M040" },
	{ "cast(a)", "1:7 M040" },
	{ "a = b = c", "1:7 M051" },
	{ "a < b < c", "1:7 M051" },
	{ "a like b like c", "1:10 M051" },
	{ "a between b and c between d and e", "1:19 M051" },
	{ "substring(x from 2", "1:19 M041" },
	{ "trim(both 'x')", "1:14 M040" },
	{ "position(a in b", "1:16 M041" },
	{ "a ||\n  b ==\n c", "2:5 M047" },
	{ "é || ==", "1:7 M047" },	/* columns are bytes */
};

/* "line:col CODE" of the first error. */
static const char *
first_error(const struct diags *ds)
{
	static char out[64];

	if (ds->first == NULL)
		return "none";
	snprintf(out, sizeof out, "%u:%u %s", ds->first->at.line,
	    ds->first->at.col, diag_name(ds->first->code));
	return out;
}

static struct expr *
parse(struct arena *a, struct diags *ds, const char *s, size_t n)
{
	const struct srctext *text = srctext_new(a, "test", s, n);

	diags_init(ds, a);
	return expr_parse(a, ds, text, 0, n);
}

static void
test_good(void)
{
	struct arena a;
	struct diags ds;
	struct expr *e;
	struct buf b;
	size_t i;

	arena_init(&a);
	buf_init(&b, 4096);
	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		e = parse(&a, &ds, good[i].text, strlen(good[i].text));
		buf_clear(&b);
		if (!ok(e != NULL && ds.errors == 0, "%s parses",
		    good[i].text)) {
			printf("#   %s %s\n", first_error(&ds),
			    ds.first->message);
			continue;
		}
		expr_format(&b, e);
		is_str(b.p, good[i].tree, "%s", good[i].text);
		/* The tree's text is the tree again. */
		e = parse(&a, &ds, good[i].tree, strlen(good[i].tree));
		buf_clear(&b);
		if (e != NULL)
			expr_format(&b, e);
		is_str(e != NULL ? b.p : NULL, good[i].tree, "and again");
	}
	buf_fini(&b);
	arena_fini(&a);
}

static void
test_bad(void)
{
	struct arena a;
	struct diags ds;
	struct buf b;
	size_t i;

	arena_init(&a);
	buf_init(&b, 4096);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ok(parse(&a, &ds, bad[i].text, strlen(bad[i].text)) == NULL,
		    "not an expression: %s", bad[i].text);
		is_str(first_error(&ds), bad[i].error, "its place and code");
		is_int(ds.errors, 1, "one error");
		if (ds.first != NULL)
			diag_render(&b, ds.first, false);
	}
	buf_fini(&b);
	arena_fini(&a);
}

/* Nesting and size are bounded. */
static void
test_limits(void)
{
	static const struct {
		const char *open, *close;	/* repeated around A */
		unsigned times;
		const char *code;
	} rows[] = {
		{ "(", ")", 90, "none" },
		{ "(", ")", 100000, "M048" },
		{ "not ", "", 100000, "M048" },
		{ "- ", "", 100000, "M048" },
		{ "f(", ")", 100000, "M048" },
		{ "A || ", "", 390, "none" },
		{ "A || ", "", 10000, "M048" },
		{ "A and ", "", 10000, "M048" },
		{ "A.", "", 40, "none" },
		{ "A.", "", 10000, "M048" },
		{ "A OF ", "", 10000, "M048" },
		{ "", "::text", 10000, "M048" },
		{ "case when ", " then b end", 100000, "M048" },
	};
	struct arena a;
	struct diags ds;
	struct buf b;
	size_t i;
	unsigned k;

	arena_init(&a);
	buf_init(&b, 4u << 20);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_clear(&b);
		for (k = 0; k < rows[i].times; k++)
			buf_puts(&b, rows[i].open);
		buf_puts(&b, "A");
		for (k = 0; k < rows[i].times; k++)
			buf_puts(&b, rows[i].close);
		parse(&a, &ds, b.p, b.len);
		is_str(ds.first != NULL ? diag_name(ds.first->code) : "none",
		    rows[i].code, "%u times '%s%s'", rows[i].times,
		    rows[i].open, rows[i].close);
	}
	buf_clear(&b);
	buf_puts(&b, "x in (0");
	for (k = 1; k < 15000; k++)
		buf_printf(&b, ",%u", k);
	buf_puts(&b, ")");
	ok(parse(&a, &ds, b.p, b.len) != NULL, "15,000 numbers after in");
	buf_clear(&b);
	buf_puts(&b, "x in (0");
	for (k = 1; k < 30000; k++)
		buf_printf(&b, ",%u", k);
	buf_puts(&b, ")");
	parse(&a, &ds, b.p, b.len);
	is_str(ds.first != NULL ? diag_name(ds.first->code) : "none", "M048",
	    "30,000 are too many");
	buf_fini(&b);
	arena_fini(&a);
}

/* What the plan reads of a tree. */
static void
test_nodes(void)
{
	struct arena a;
	struct diags ds;
	struct expr *e;
	const char *s;

	arena_init(&a);
	s = "C(3) of A(1).B(2)";
	e = parse(&a, &ds, s, strlen(s));
	is_int(e->kind, EX_NAME, "qualified: a name");
	is_int(e->nname, 3, "three names");
	is_str(e->name[0], "C", "innermost first");
	is_str(e->name[2], "A", "outermost last");
	is_int(e->narg, 3, "three subscripts");
	ok(slice_eq(e->arg[0]->text, slice_str("1")), "outermost first");
	ok(slice_eq(e->arg[2]->text, slice_str("3")), "innermost last");
	is_int(e->at.col, 1, "its place");
	is_int(e->at.len, strlen(s), "all of it");

	s = "phone_no(2)";
	e = parse(&a, &ds, s, strlen(s));
	is_int(e->kind, EX_CALL, "one name with parentheses: a call");
	is_str(e->name[0], "PHONE-NO", "upper case and hyphens");
	is_int(e->at.len, strlen(s), "its place");

	s = "\"phone_no\"(2)";
	e = parse(&a, &ds, s, strlen(s));
	is_int(e->kind, EX_NAME, "a quoted one is no function");
	is_str(e->name[0], "phone_no", "and keeps its letters");

	s = "aa ||  'x''y'";
	e = parse(&a, &ds, s, strlen(s));
	is_int(e->at.col, 4, "an operator's place");
	is_int(e->at.len, 2, "and length");
	ok(slice_eq(e->arg[1]->text, slice_str("x'y")), "doubled quotes");

	s = "x'00ff' = a";
	e = parse(&a, &ds, s, strlen(s));
	ok(e->arg[0]->text.len == 2 && e->arg[0]->text.p[0] == 0 &&
	    e->arg[0]->text.p[1] == 255, "hexadecimal bytes");

	s = "case a when 1 then 2 when 3 then 4 else 5 end";
	e = parse(&a, &ds, s, strlen(s));
	is_int(e->narg, 4, "case: when, then, when, then");
	ok(e->case_operand != NULL && e->case_else != NULL,
	    "case: operand and else");
	s = "case when a then 2 end";
	e = parse(&a, &ds, s, strlen(s));
	ok(e->case_operand == NULL && e->case_else == NULL, "neither");

	s = "a::numeric(11,2)";
	e = parse(&a, &ds, s, strlen(s));
	ok(e->kind == EX_CAST && e->type.kind == SQL_NUMERIC &&
	    e->type.precision == 11 && e->type.scale == 2, "the type of ::");
	arena_fini(&a);
}

/* A part of a text: places are the text's. */
static void
test_offset(void)
{
	struct arena a;
	struct diags ds;
	const struct srctext *text;
	struct expr *e;
	static const char s[] = "x: 1\ny: A + B # c\n";

	arena_init(&a);
	diags_init(&ds, &a);
	text = srctext_new(&a, "test", s, sizeof s - 1);
	e = expr_parse(&a, &ds, text, 8, 5);
	ok(e != NULL && e->kind == EX_ADD, "A + B in its line");
	is_int(e->at.line, 2, "line");
	is_int(e->at.col, 6, "column");
	is_int(e->arg[1]->at.col, 8, "column of B");
	e = expr_parse(&a, &ds, text, 8, 3);
	ok(e == NULL, "A + is cut");
	is_str(first_error(&ds), "2:7 M041", "at its end");
	arena_fini(&a);
}

int
main(void)
{
	test_good();
	test_bad();
	test_limits();
	test_nodes();
	test_offset();
	return tap_done();
}
