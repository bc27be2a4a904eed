/*
 * Expressions as SQL of PostgreSQL: what the server makes of them is what
 * decant itself makes of them, in a database whose collation is another one.
 */
#ifdef HAVE_LIBPQ

#include "../unit/expr_sql_fixture.h"
#include "pg_fixture.h"

static struct own_rows rows;
static struct mapping *mapping;

struct tally {
	uint32_t written, refused, values, bad;
};

static void
run(const char *text)
{
	PGresult *res = PQexec(session, text);

	if (PQresultStatus(res) == PGRES_FATAL_ERROR)
		printf("# %s#   in %.500s\n", PQresultErrorMessage(res), text);
	PQclear(res);
}

static const char *
ident(const char *name)
{
	char *q = PQescapeIdentifier(session, name, strlen(name));
	const char *s = arena_strdup(&arena, q);

	PQfreemem(q);
	return s;
}

static void
fill(void)
{
	const char *list = "", *text;
	char type[48], *q;
	uint32_t i, k;

	for (k = 0; k < SQL_COLUMNS; k++) {
		sqltype_format(type, &sql_columns[k].type);
		list = arena_printf(&arena, "%s%s%s %s", list, k > 0 ? ", " :
		    "", ident(sql_columns[k].name), type);
	}
	run("CREATE SCHEMA decant_t_expr; SET search_path = decant_t_expr");
	run(arena_printf(&arena, "CREATE TABLE src (%s)", list));
	run("BEGIN");
	for (i = 0; i < rows.n; i++) {
		text = "";
		for (k = 0; k < SQL_COLUMNS; k++) {
			const char *cell = rows.cell[i * SQL_COLUMNS + k];

			q = cell == NULL ? NULL : PQescapeLiteral(session,
			    cell, strlen(cell));
			text = arena_printf(&arena, "%s%s%s", text, k > 0 ?
			    ", " : "", q == NULL ? "NULL" : q);
			PQfreemem(q);
		}
		run(arena_printf(&arena, "INSERT INTO src VALUES (%s)",
		    text));
	}
	run("COMMIT");
}

static void
functions(bool make)
{
	const struct sql_function_text *f;
	int i;

	if (make)
		run("CREATE SCHEMA IF NOT EXISTS decant");
	for (i = 0; i < SQLFN_COUNT; i++) {
		f = expr_sql_function((enum sql_function)i);
		if (!make)
			run(f->find == NULL ? arena_printf(&arena,
			    "DROP COLLATION IF EXISTS %s", f->name) :
			    arena_printf(&arena, "DROP FUNCTION IF EXISTS %s",
			    f->find));
		else
			run(f->body == NULL ? f->create : arena_printf(&arena,
			    "%s AS $_$%s$_$", f->create, f->body));
	}
}

static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void
differs(const char *e, const char *text, uint32_t row, const char *got,
    const char *want)
{
	uint32_t k;

	printf("# %s\n#   row %u: got %s, want %s\n#   %s\n", e, row + 1,
	    got == NULL ? "null" : got, want == NULL ? "null" : want, text);
	for (k = 1; k < SQL_COLUMNS; k++)
		printf("#   %s = [%s]\n", sql_columns[k].name,
		    rows.cell[row * SQL_COLUMNS + k] == NULL ? "(null)" :
		    rows.cell[row * SQL_COLUMNS + k]);
}

static bool
try_value(const char *e, const struct own *own, struct tally *t)
{
	struct expr_sql o = { .arena = &arena, .mapping = mapping,
	    .table = &sql_table, .row = "t" };
	struct schema_column is;
	const char *text = expr_sql_value(&o, sql_parse(&arena, e), &is), *got;
	PGresult *res;
	bool good = true;
	int i;

	if (text == NULL) {
		t->refused++;
		return o.refused != NULL && o.why != NULL && !o.unknown;
	}
	t->written++;
	res = PQexec(session, arena_printf(&arena, "SELECT (%s)::text FROM "
	    "src AS t ORDER BY id", text));
	if (PQresultStatus(res) != PGRES_TUPLES_OK ||
	    PQntuples(res) != (int)rows.n) {
		printf("# %s: %s#   %s\n", e, PQresultErrorMessage(res), text);
		good = false;
	}
	for (i = 0; good && i < (int)rows.n; i++) {
		if (own->verdict[i] != 'L') {
			t->bad++;
			continue;
		}
		got = PQgetisnull(res, i, 0) ? NULL : PQgetvalue(res, i, 0);
		good = same(got, own->value[i]);
		t->values++;
		if (!good)
			differs(e, text, (uint32_t)i, got, own->value[i]);
	}
	PQclear(res);
	return good;
}

static bool
by_hand(struct tally *t)
{
	const struct own *own;
	bool good = true;
	size_t i;

	for (i = 0; i < COUNT(sql_expressions); i++) {
		own = own_value(&arena, &rows, sql_expressions[i], NULL);
		good &= own->errors == NULL && try_value(sql_expressions[i],
		    own, t);
	}
	return good;
}

static bool
by_chance(struct tally *t, uint32_t n)
{
	const struct own *own;
	bool good = true;
	const char *e;
	uint32_t i;

	for (i = 0; i < n; i++) {
		struct arena_mark mark = arena_mark(&arena);

		e = gen(&arena, (enum gen_type)draw(4), 1 + (int)draw(4));
		own = own_value(&arena, &rows, e, NULL);
		if (own->errors == NULL)
			good &= try_value(e, own, t);
		arena_back(&arena, mark);
	}
	return good;
}

/*
 * A database of ICU's collation, whose order and case are others than decant's;
 * without ICU the test goes on in the one that there is.
 */
static bool
other_collation(void)
{
	sql("DROP DATABASE IF EXISTS t_decant_icu");
	if (strncmp(sql("CREATE DATABASE t_decant_icu TEMPLATE template0 "
	    "ENCODING UTF8 LOCALE_PROVIDER icu ICU_LOCALE 'en'"), "ERROR",
	    5) == 0)
		return false;
	PQfinish(session);
	target = "dbname=t_decant_icu";
	session = pg_open();
	return true;
}

/* Row by row, as a trigger stores it: an error where decant rejects it. */
static bool
try_store(size_t which, struct tally *t)
{
	const char *e = stored[which].e, *type = stored[which].type, *text,
	    *got;
	struct expr_sql o = { .arena = &arena, .writes = true,
	    .mapping = mapping, .table = &sql_table, .row = "t" };
	struct own *own = own_value(&arena, &rows, e, type);
	bool good = true, failed;
	PGresult *res;
	int i;

	if (own->errors != NULL)
		return false;
	text = expr_sql_store(&o, sql_parse(&arena, e), &own->column[0]);
	if (text == NULL) {
		printf("# %s: %s\n", e, o.why);
		return false;
	}
	t->written++;
	run(arena_printf(&arena, "DROP TABLE IF EXISTS outp; CREATE TABLE "
	    "outp (id int, v %s)", type));
	run(arena_printf(&arena, "CREATE OR REPLACE FUNCTION store_all() "
	    "RETURNS void LANGUAGE plpgsql AS $_$ DECLARE t src%%ROWTYPE; "
	    "BEGIN FOR t IN SELECT * FROM src LOOP BEGIN INSERT INTO outp "
	    "VALUES (t.id, %s); EXCEPTION WHEN others THEN IF sqlerrm LIKE "
	    "'decant: %%' OR sqlstate LIKE '22%%' THEN NULL; ELSE RAISE; END "
	    "IF; END; END LOOP; END $_$", text));
	run("SELECT store_all()");
	res = PQexec(session, "SELECT outp.id, v::text FROM src LEFT JOIN "
	    "outp USING (id) ORDER BY src.id");
	for (i = 0; good && i < (int)rows.n; i++) {
		failed = PQgetisnull(res, i, 0);
		t->values++;
		t->bad += failed;
		got = PQgetisnull(res, i, 1) ? NULL : PQgetvalue(res, i, 1);
		good = failed == (own->verdict[i] != 'L') &&
		    (failed || same(got, own->value[i]));
		if (!good)
			differs(e, text, (uint32_t)i, failed ? "an error" :
			    got, own->verdict[i] != 'L' ? "rejected" :
			    own->value[i]);
	}
	PQclear(res);
	return good;
}

/* Who reads a view has no rights in the schema decant. */
static void
rights(void)
{
	struct expr_sql o = { .arena = &arena, .mapping = mapping,
	    .table = &sql_table, .row = "t" };
	struct schema_column is;
	const char *text = expr_sql_value(&o, sql_parse(&arena,
	    "full_name(first, split_name(name, 'middle'), upper(last)) || "
	    "coalesce(cast(digits as integer), 0)"), &is);

	run("DROP ROLE IF EXISTS decant_t_reader; CREATE ROLE "
	    "decant_t_reader; GRANT USAGE ON SCHEMA decant_t_expr TO "
	    "decant_t_reader");
	run(arena_printf(&arena, "CREATE VIEW shown AS SELECT %s AS v FROM "
	    "src AS t; GRANT SELECT ON shown TO decant_t_reader; REVOKE ALL "
	    "ON SCHEMA decant FROM PUBLIC; SET ROLE decant_t_reader",
	    text));
	is_str(sql("SELECT count(*) FROM shown"), arena_printf(&arena, "%u",
	    rows.n), "a view is read without rights in the schema decant");
	is_str(sql("SET search_path = pg_temp; SELECT count(v) > 100 FROM "
	    "decant_t_expr.shown"), "t", "or any search_path");
	run("RESET ROLE; SET search_path = decant_t_expr; DROP VIEW shown; "
	    "REVOKE ALL ON SCHEMA decant_t_expr FROM decant_t_reader; "
	    "DROP ROLE decant_t_reader");
}

int
main(void)
{
	static const char yaml[] = "version: 1\nsource: {table: src}\n"
	    "target: sqlite:x.db\ntables:\n  r:\n    columns:\n      a: a\n";
	uint32_t n = getenv("DECANT_FULL") != NULL ? 10000 : 500;
	struct tally t = { 0 };
	struct diags diags;
	bool good = true;
	size_t i;

	pg_begin();
	if (getenv("DECANT_TEST_PG") != NULL || !other_collation())
		printf("# no database of ICU's collation\n");
	else
		is_str(sql("SELECT 'a' < 'B', upper('ß')"), "t|SS",
		    "the database has an order and a case of its own");
	diags_init(&diags, &arena);
	mapping = mapping_parse(&arena, &diags, srctext_new(&arena, "m.yaml",
	    yaml, sizeof yaml - 1));
	sql_state = getenv("DECANT_SEED") != NULL ? strtoull(getenv(
	    "DECANT_SEED"), NULL, 10) : 8;
	sql_rows(&arena, &rows, 300);
	functions(true);
	fill();
	ok(by_hand(&t), "values of expressions");
	printf("# %u written, %u refused, %u values, %u rejected\n",
	    t.written, t.refused, t.values, t.bad);
	ok(t.written > 240 && t.values > 70000, "most are written");
	t = (struct tally){ 0 };
	ok(by_chance(&t, n), "values of expressions made by chance");
	printf("# %u written, %u refused, %u values, %u rejected\n",
	    t.written, t.refused, t.values, t.bad);
	ok(t.written > n / 2, "most of them are written");
	t = (struct tally){ 0 };
	for (i = 0; i < COUNT(stored); i++)
		good &= try_store(i, &t);
	ok(good, "what is stored, and what a column cannot hold");
	printf("# %u written, %u values, %u rejected\n", t.written, t.values,
	    t.bad);
	ok(t.bad > 100, "some cannot");
	rights();
	run("DROP SCHEMA decant_t_expr CASCADE");
	functions(false);
	target = getenv("DECANT_TEST_PG") != NULL ? target : "postgresql://";
	PQfinish(session);
	session = pg_open();
	sql("DROP DATABASE IF EXISTS t_decant_icu");
	return pg_end();
}

#else
#include "../unit/tap.h"

int
main(void)
{
	tap_skip_all("built without libpq");
}
#endif
