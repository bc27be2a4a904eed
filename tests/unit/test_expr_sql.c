/*
 * Expressions as SQL of SQLite: what SQLite makes of them is what decant itself
 * makes of them, over rows with names, blanks, quotes and accents, or it is
 * refused.
 */
#include <math.h>
#include <sqlite3.h>

#include "base/mem.h"
#include "expr_sql_fixture.h"

static struct arena arena;
static sqlite3 *db;
static struct own_rows rows;
static struct mapping *mapping;

static void
run(const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		printf("# %s\n#   in %s\n", why, sql);
	sqlite3_free(why);
}

/* As SQLite's sink holds it. */
static const char *
held(const struct schema_column *c, const char *text)
{
	const char *kept;
	char *quoted;

	if (text == NULL)
		return "NULL";
	switch (c->type.kind) {
	case SQL_BOOLEAN:
		return *text == 't' ? "1" : "0";
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
		return text;
	case SQL_NUMERIC:
		if (c->sqlite == SQLITE_FORM_MINOR)
			return arena_printf(&arena, "CAST(round(%s * 100.0) AS "
			    "INTEGER)", text);
		if (c->type.precision <= 15)
			return text;
		/* FALLTHROUGH */
	default:
		break;
	}
	quoted = sqlite3_mprintf("%Q", text);
	kept = arena_strdup(&arena, quoted);
	sqlite3_free(quoted);
	return kept;
}

static void
fill(const char *table)
{
	const char *sql, *list = "";
	uint32_t i, k;

	for (k = 0; k < SQL_COLUMNS; k++) {
		const struct schema_column *c = &sql_columns[k];

		list = arena_printf(&arena, "%s%s\"%s\" %s", list, k > 0 ?
		    ", " : "", k == 5 ? "Odd \"\"Name\"\"" : c->name,
		    c->type.kind <= SQL_BIGINT && c->type.kind != SQL_TEXT ?
		    "INTEGER" : c->type.kind == SQL_BOOLEAN ||
		    c->sqlite == SQLITE_FORM_MINOR ? "INTEGER" :
		    c->type.kind == SQL_NUMERIC && c->type.precision <= 15 ?
		    "REAL" : "TEXT");
	}
	run(arena_printf(&arena, "CREATE TABLE %s (%s)", table, list));
	run("BEGIN");
	for (i = 0; i < rows.n; i++) {
		sql = arena_printf(&arena, "INSERT INTO %s VALUES (", table);
		for (k = 0; k < SQL_COLUMNS; k++)
			sql = arena_printf(&arena, "%s%s%s", sql, k > 0 ?
			    ", " : "", held(&sql_columns[k],
			    rows.cell[i * SQL_COLUMNS + k]));
		run(arena_printf(&arena, "%s)", sql));
	}
	run("COMMIT");
}

/* The cell as decant would write it as text; NULL: null. */
static const char *
shown(const struct schema_column *c, sqlite3_stmt *st, int i)
{
	char text[FORMAT_MAX];
	size_t n;

	if (sqlite3_column_type(st, i) == SQLITE_NULL)
		return NULL;
	switch (c->type.kind) {
	case SQL_BOOLEAN:
		return sqlite3_column_int(st, i) ? "true" : "false";
	case SQL_NUMERIC:
		if (sqlite3_column_type(st, i) == SQLITE_TEXT)
			break;
		n = format_i64(text, sqlite3_column_type(st, i) ==
		    SQLITE_FLOAT ? llround(sqlite3_column_double(st, i) *
		    pow(10, c->scale)) : c->sqlite == SQLITE_FORM_MINOR ||
		    c->scale == 0 ? sqlite3_column_int64(st, i) : -1,
		    c->scale);
		return arena_strndup(&arena, text, n);
	default:
		break;
	}
	return arena_strdup(&arena, (const char *)sqlite3_column_text(st, i));
}

static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

struct tally {
	uint32_t written, refused, values, bad;
};

static void
differs(const char *e, const char *sql, uint32_t row, const char *got,
    const char *want)
{
	uint32_t k;

	printf("# %s\n#   row %u: got %s, want %s\n#   %s\n", e, row + 1,
	    got == NULL ? "null" : got, want == NULL ? "null" : want, sql);
	for (k = 1; k < 8; k++)
		printf("#   %s = [%s]\n", sql_columns[k].name,
		    rows.cell[row * SQL_COLUMNS + k] == NULL ? "(null)" :
		    rows.cell[row * SQL_COLUMNS + k]);
}

/* True: nothing differs. */
static bool
try_value(const char *e, const struct own *own, struct tally *t)
{
	struct expr_sql o = { .arena = &arena, .sqlite = true,
	    .mapping = mapping, .table = &sql_table, .row = "t" };
	struct schema_column is;
	const char *sql = expr_sql_value(&o, sql_parse(&arena, e), &is),
	    *query, *got;
	sqlite3_stmt *st = NULL;
	bool good = true;
	uint32_t i;

	if (sql == NULL) {
		t->refused++;
		return o.refused != NULL && o.why != NULL && !o.unknown;
	}
	t->written++;
	query = arena_printf(&arena, "SELECT %s FROM src AS t ORDER BY id",
	    sql);
	if (sqlite3_prepare_v2(db, query, -1, &st, NULL) != SQLITE_OK) {
		printf("# %s: %s\n#   %s\n", e, sqlite3_errmsg(db), query);
		return false;
	}
	for (i = 0; good && sqlite3_step(st) == SQLITE_ROW; i++) {
		if (own->verdict[i] != 'L') {
			t->bad++;
			continue;
		}
		got = shown(&is, st, 0);
		good = same(got, own->value[i]);
		t->values++;
		if (!good)
			differs(e, sql, i, got, own->value[i]);
	}
	if (good && i != rows.n) {
		printf("# %s: %s\n#   %s\n", e, sqlite3_errmsg(db), query);
		good = false;
	}
	sqlite3_finalize(st);
	return good;
}

static bool
by_hand(struct tally *t, const char *const *e, size_t n)
{
	const struct own *own;
	bool good = true;
	size_t i;

	for (i = 0; i < n; i++) {
		own = own_value(&arena, &rows, e[i], NULL);
		if (own->errors != NULL) {
			printf("# %s: %s\n", e[i], own->errors);
			good = false;
		} else {
			good &= try_value(e[i], own, t);
		}
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

/* ---- what is stored ----------------------------------------------------- */

/* Each row by a trigger, as a view's would do it: an error where decant
 * rejects the row. */
static bool
try_store(size_t which, struct tally *t)
{
	const char *e = stored[which].e, *sql, *why;
	struct expr_sql o = { .arena = &arena, .sqlite = true, .writes = true,
	    .mapping = mapping, .table = &sql_table, .row = "NEW" };
	struct own *own = own_value(&arena, &rows, e, stored[which].type);
	struct schema_column c;
	sqlite3_stmt *st = NULL;
	const char *got;
	bool good = true, failed;
	uint32_t i;
	char *told = NULL;

	if (own->errors != NULL) {
		printf("# %s: %s\n", e, own->errors);
		return false;
	}
	c = own->column[0];
	c.sqlite = stored[which].form;
	sql = expr_sql_store(&o, sql_parse(&arena, e), &c);
	if (sql == NULL) {
		printf("# %s: %s\n", e, o.why);
		return false;
	}
	t->written++;
	run("DROP TABLE IF EXISTS inp; DROP TABLE IF EXISTS outp");
	run("CREATE TABLE outp(id, v); CREATE TABLE inp AS SELECT * FROM src "
	    "WHERE false");
	run(arena_printf(&arena, "CREATE TRIGGER tr AFTER INSERT ON inp BEGIN "
	    "INSERT INTO outp VALUES(NEW.id, %s); END", sql));
	sqlite3_prepare_v2(db, "SELECT v FROM outp WHERE id = ?", -1, &st,
	    NULL);
	for (i = 0; good && i < rows.n; i++) {
		failed = sqlite3_exec(db, arena_printf(&arena, "INSERT INTO "
		    "inp SELECT * FROM src WHERE id = %u", i + 1), NULL, NULL,
		    &told) != SQLITE_OK;
		why = failed ? arena_strdup(&arena, told) : "";
		sqlite3_free(told);
		told = NULL;
		t->values++;
		if (failed || own->verdict[i] != 'L') {
			t->bad++;
			good = failed && own->verdict[i] == 'R' &&
			    strncmp(why, "decant: ", 8) == 0;
			if (!good)
				differs(e, sql, i, failed ? why : "a value",
				    own->verdict[i] == 'R' ? "rejected" :
				    own->value[i]);
			continue;
		}
		sqlite3_bind_int(st, 1, (int)i + 1);
		if (sqlite3_step(st) != SQLITE_ROW)
			good = false;
		got = shown(&c, st, 0);
		sqlite3_reset(st);
		good = good && same(got, own->value[i]);
		if (!good)
			differs(e, sql, i, got, own->value[i]);
	}
	sqlite3_finalize(st);
	return good;
}

/* ---- what is refused ---------------------------------------------------- */

static void
refusals(void)
{
	static const struct { const char *e, *part, *why; } k[] = {
		{ "upper(first) || last", "upper(first)",
		    "SQLite has no such upper" },
		{ "case when born < date '2000-01-01' then 1 end",
		    "born < date '2000-01-01'", "dates are texts in SQLite, "
		    "which has the years before 1000 and beyond 9999 in "
		    "another order" },
		{ "whole + nobody", "nobody", "there is no such column" },
		{ "large * large", "large * large", "the result may have 38 "
		    "digits, and 18 are exact in SQLite" },
		{ "wide + 1", "wide", "SQLite holds this decimal in a form "
		    "that it cannot calculate with; sqlite: minor does" },
		{ "name_case(first)", "name_case(first)",
		    "name_case is decant's own" },
		{ "first = 5 or flag", "first = 5",
		    "text is compared with integer" },
		{ "whole / 2", "whole / 2", "quotients are decant's own" },
	};
	struct expr_sql o = { .arena = &arena, .sqlite = true,
	    .mapping = mapping, .table = &sql_table, .row = "t" };
	struct schema_column is;
	size_t i;

	for (i = 0; i < COUNT(k); i++) {
		ok(expr_sql_value(&o, sql_parse(&arena, k[i].e), &is) == NULL,
		    "%s is refused", k[i].e);
		is_str(o.why, k[i].why, "and why");
		is_int(o.unknown, strcmp(k[i].part, "nobody") == 0,
		    "an unknown name or not");
	}
}

static void
reads(void)
{
	struct expr *e = sql_parse(&arena, "case when flag then full_name("
	    "first, Last) else cast(whole as text) end");
	bool read[SQL_COLUMNS] = { false };
	const struct expr *unknown = NULL;
	char got[SQL_COLUMNS + 1];
	uint32_t i;

	ok(expr_sql_reads(&sql_table, e, read, &unknown), "all are columns");
	for (i = 0; i < SQL_COLUMNS; i++)
		got[i] = read[i] ? 'x' : '.';
	got[SQL_COLUMNS] = '\0';
	is_str(got, ".x.x....x.....x....", "those that it reads");
	e = sql_parse(&arena, "first || nobody || last");
	ok(!expr_sql_reads(&sql_table, e, read, &unknown) &&
	    unknown != NULL && strcmp(unknown->name[0], "NOBODY") == 0,
	    "a name that is none");
}

int
main(void)
{
	static const char yaml[] = "version: 1\nsource: {table: src}\n"
	    "target: sqlite:x.db\ntables:\n  r:\n    columns:\n      a: a\n";
	struct tally t = { 0 };
	struct diags diags;
	uint32_t n = getenv("DECANT_FULL") != NULL ? 20000 : 1500;
	size_t i;
	bool good = true;

	arena_init(&arena);
	diags_init(&diags, &arena);
	mapping = mapping_parse(&arena, &diags, srctext_new(&arena, "m.yaml",
	    yaml, sizeof yaml - 1));
	sql_state = getenv("DECANT_SEED") != NULL ? strtoull(getenv(
	    "DECANT_SEED"), NULL, 10) : 7;
	sqlite3_open(":memory:", &db);
	sql_rows(&arena, &rows, 400);
	fill("src");
	ok(by_hand(&t, sql_expressions, COUNT(sql_expressions)),
	    "values of expressions");
	printf("# %u written, %u refused, %u values, %u rejected\n",
	    t.written, t.refused, t.values, t.bad);
	ok(t.written > 180 && t.values > 60000, "most are written");
	t = (struct tally){ 0 };
	ok(by_chance(&t, n), "values of expressions made by chance");
	printf("# %u written, %u refused, %u values, %u rejected\n",
	    t.written, t.refused, t.values, t.bad);
	ok(t.written > n / 3, "most of them are written");
	t = (struct tally){ 0 };
	for (i = 0; i < COUNT(stored); i++)
		good &= try_store(i, &t);
	ok(good, "what is stored, and what a column cannot hold");
	printf("# %u written, %u values, %u rejected\n", t.written, t.values,
	    t.bad);
	ok(t.bad > 100, "some cannot");
	refusals();
	reads();
	sqlite3_close(db);
	arena_fini(&arena);
	return tap_done();
}
