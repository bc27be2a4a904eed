/*
 * Tables read from PostgreSQL: every value is what the server itself shows of
 * it, and what the sink stores comes back as it was.
 */
#include "database/pg_fixture.h"

#include <pthread.h>
#include <time.h>

#include "sink/sink_postgres_copy.h"
#include "unit/reader_fixture.h"
#include "unit/pgcopy_cases.h"

#define SCHEMA	"decant_t_reader"
#define TABLE	SCHEMA ".t"

/* --- values -------------------------------------------------------------- */

/*
 * Values of a column that is declared so, read as decant's type; `show` is
 * the expression of the server's that decant's text must equal.
 */
static const struct {
	const char *declared, *type;
	int scale;
	const char *show;
	const char *value[14];
} cases[] = {
	{ "smallint", "smallint", -1, "v::text", { "0", "-1", "32767",
	    "-32768" } },
	{ "integer", "integer", -1, "v::text", { "0", "-1", "2147483647",
	    "-2147483648" } },
	{ "bigint", "bigint", -1, "v::text", { "0", "-1",
	    "9223372036854775807", "-9223372036854775808" } },
	{ "smallint", "bigint", -1, "v::text", { "32767", "-32768" } },
	{ "bigint", "smallint", -1, "v::text", { "32767", "-32768" } },
	{ "numeric(4,2)", "numeric(4,2)", -1, "v::text", { "0", "0.01",
	    "-0.01", "99.99", "-99.99", "10", "0.1" } },
	{ "numeric(18,0)", "numeric(18,0)", -1, "v::text", { "0", "1",
	    "-999999999999999999", "999999999999999999", "10000",
	    "100000000", "999900000000", "100000000000000000" } },
	{ "numeric(18,18)", "numeric(18,18)", -1, "v::text", { "0",
	    "0.000000000000000001", "-0.999999999999999999",
	    "0.0001", "0.00010000000000001", "0.123456789012345678" } },
	{ "numeric(18,17)", "numeric(18,17)", -1, "v::text", {
	    "9.99999999999999999", "-0.00000000000000001", "9", "5.5" } },
	{ "numeric(18,1)", "numeric(18,1)", -1, "v::text", {
	    "99999999999999999.9", "-10000.1", "10000", "0.9" } },
	{ "numeric(18,6)", "numeric(18,6)", -1, "v::text", {
	    "999999999999.999999", "0.000001", "-10000.000100", "1e11" } },
	{ "numeric(38,0)", "numeric(38,0)", -1, "v::text", { "0", "-1",
	    "99999999999999999999999999999999999999",
	    "-99999999999999999999999999999999999999",
	    "10000000000000000000000000000000000000", "1e16",
	    "18446744073709551616", "10000000000000001",
	    "99990000000000000000" } },
	{ "numeric(38,38)", "numeric(38,38)", -1, "v::text", { "0",
	    "0.00000000000000000000000000000000000001",
	    "-0.99999999999999999999999999999999999999", "0.5" } },
	{ "numeric(38,19)", "numeric(38,19)", -1, "v::text", {
	    "1234567890123456789.1234567890123456789",
	    "-0.0000000000000000001", "1e18", "-99999999999999999.5" } },
	{ "numeric(30,5)", "numeric(30,5)", -1, "v::text", {
	    "9999999999999999999999999.99999", "0.00001",
	    "1234567890.5", "-1e24" } },
	/* as they come, at the scale that is asked for */
	{ "numeric", "numeric", 3, "round(v, 3)::text", { "1.5", "1.500",
	    "1.50000000", "-12", "0", "0.001", "99999999999999999999999999"
	    "999999999.999", "1e34" } },
	{ "numeric", "numeric", 0, "round(v, 0)::text", { "7", "7.0000",
	    "99999999999999999999999999999999999999" } },
	{ "numeric(30,5)", "numeric(10,2)", -1, "round(v, 2)::text", {
	    "1.25", "-99999999.99", "0" } },
	{ "real", "real", -1, "v::float8::text", { "0", "-0", "0.1", "1.5",
	    "3.4028235e38", "-1.4e-45", "1e-40", "NaN", "Infinity",
	    "-Infinity" } },
	{ "double precision", "double precision", -1, "v::text", { "0", "-0",
	    "0.1", "1.7976931348623157e308", "5e-324",
	    "-2.2250738585072009e-308", "1e15", "1e14", "1e-4", "1e-5",
	    "123456789.123456789", "NaN", "Infinity", "-Infinity" } },
	{ "real", "double precision", -1, "v::float8::text", { "0.1" } },
	{ "boolean", "boolean", -1, "v::text", { "true", "false" } },
	{ "date", "date", -1, "v::text", { "1970-01-01", "2000-01-01",
	    "0001-01-01", "9999-12-31", "infinity", "-infinity",
	    "2024-02-29", "0044-03-15 BC", "4713-01-01 BC", "5874897-12-31",
	    "1969-12-31", "1900-02-28" } },
	{ "time", "time", -1, "v::text", { "00:00:00", "24:00:00",
	    "23:59:59.999999", "12:34:56.5", "00:00:00.000001" } },
	{ "timestamp", "timestamp", -1, "v::text", { "1970-01-01",
	    "2000-01-01", "1969-12-31 23:59:59.999999",
	    "1999-12-31 23:59:59.999999", "0001-01-01", "9999-12-31"
	    " 23:59:59.999999", "infinity", "-infinity",
	    "0044-03-15 12:00:00.5 BC", "4713-01-01 BC", "294246-12-31" } },
	{ "timestamp(3)", "timestamp", -1, "v::text", {
	    "2026-02-03 04:05:06.789" } },
	{ "text", "text", -1, "v::text", { "", "a", " b ", "Zoë 中 🙂",
	    "tab\tand\nline" } },
	{ "varchar(5)", "varchar(5)", -1, "v::text", { "", "äöüßé",
	    "abcde" } },
	{ "bytea", "bytea", -1, "v::text", { "\\x", "\\x00", "\\x00ff10",
	    "\\x5c78" } },
	/* as text, whatever they are */
	{ "jsonb", "text", -1, "v::text", { "{\"a\": [1, null]}" } },
	{ "uuid", "text", -1, "v::text", {
	    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" } },
	{ "integer[]", "text", -1, "v::text", { "{1,2,NULL}" } },
	{ "numeric", "text", -1, "v::text", { "1.500", "NaN", "1e50" } },
	{ "inet", "text", -1, "v::text", { "10.0.0.1/8" } },
};

static void
make_table(const char *declared)
{
	sql("DROP TABLE IF EXISTS " TABLE);
	sql(arena_printf(&arena, "CREATE TABLE " TABLE " (id serial, v %s)",
	    declared));
}

static const char *
add_value(const char *value)
{
	struct buf b;
	const char *e;

	buf_init(&b, 1 << 20);
	buf_puts(&b, "INSERT INTO " TABLE " (v) VALUES (");
	if (value == NULL)
		buf_puts(&b, "NULL");
	else
		pgdb_literal(&b, value);
	buf_puts(&b, ")");
	e = sql(b.p);
	buf_fini(&b);
	return e;
}

static void
test_values(struct reading *r)
{
	const char *want;
	size_t i;
	int k, n;

	for (i = 0; i < COUNT(cases); i++) {
		make_table(cases[i].declared);
		for (k = n = 0; k < 14 && cases[i].value[k] != NULL; k++)
			if (*add_value(cases[i].value[k]) == '\0')
				n++;
		is_int(n, k, "%d values of %s", k, cases[i].declared);
		add_value(NULL);
		want = arena_strdup(&arena, sql(arena_printf(&arena, "SELECT"
		    " %s FROM " TABLE " ORDER BY id", cases[i].show)));
		reading_clear(r);
		reading_column(r, "v", cases[i].type, cases[i].scale,
		    SQLITE_FORM_AUTO);
		is_str(reading_rows(r, TABLE, "ORDER BY id"), want,
		    "%s read as %s", cases[i].declared, cases[i].type);
	}
}

/* What does not fit is bad, and so is what follows from it. */
static void
test_bad(struct reading *r)
{
	static const struct {
		const char *declared, *type;
		int scale;
		const char *value[8];
	} bad[] = {
		{ "integer", "smallint", -1, { "32768", "-32769" } },
		{ "bigint", "integer", -1, { "2147483648", "-2147483649" } },
		{ "numeric(4,2)", "numeric(4,2)", -1, { "NaN" } },
		{ "numeric(38,2)", "numeric(38,2)", -1, { "NaN" } },
		{ "numeric", "numeric", 2, { "NaN", "Infinity", "-Infinity",
		    "0.001", "-1.005", "1e36",
		    "1000000000000000000000000000000000000.00" } },
		{ "numeric", "numeric", 0, { "0.5", "1e38",
		    "100000000000000000000000000000000000000", "1e-5",
		    "1e1000", "1e-1000", "10000.0001" } },
		{ "numeric", "numeric(18,4)", -1, { "1e14", "-1e14", "1e300",
		    "1.00001", "0.00001", "0.00000001" } },
		{ "numeric", "numeric(4,0)", -1, { "10000", "-10000",
		    "99999" } },
		{ "timestamp", "timestamp", -1, { "294276-12-31 23:59:59",
		    "294247-01-10 04:00:54.775807" } },
		{ "text", "varchar(3)", -1, { "abcd", "äöüß", "    " } },
		{ "char(5)", "varchar(3)", -1, { "a" } },
	};
	const char *want;
	size_t i;
	int k, n;

	for (i = 0; i < COUNT(bad); i++) {
		make_table(bad[i].declared);
		want = "";
		for (k = n = 0; k < 8 && bad[i].value[k] != NULL; k++) {
			if (*add_value(bad[i].value[k]) == '\0')
				n++;
			want = arena_printf(&arena, "%s%sbad D056", want,
			    *want == '\0' ? "" : "\n");
		}
		is_int(n, k, "%d values of %s", k, bad[i].declared);
		reading_clear(r);
		reading_column(r, "v", bad[i].type, bad[i].scale,
		    SQLITE_FORM_AUTO);
		is_str(reading_rows(r, TABLE, "ORDER BY id"), want,
		    "%s are no %s", bad[i].declared, bad[i].type);
	}
	make_table("char(5)");
	add_value("ab");
	reading_clear(r);
	reading_column(r, "v", "text", -1, SQLITE_FORM_AUTO);
	is_str(reading_rows(r, TABLE, ""), "ab   ",
	    "char(n) has its blanks");
}

/* --- what the sink stores ------------------------------------------------ */

static d128
read_whole(const char *s)
{
	bool minus = *s == '-';
	d128 v = 0;

	for (s += minus; *s != '\0'; s++)
		v = v * 10 + (*s - '0');
	return minus ? -v : v;
}

static struct slice
read_hex(const char *s)
{
	uint32_t n = (uint32_t)strlen(s) / 2, i;
	uint8_t *p = arena_alloc(&arena, n + 1);
	char byte[3] = "";

	for (i = 0; i < n; i++) {
		memcpy(byte, s + 2 * i, 2);
		p[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return (struct slice){ p, n };
}

static void
set_held(struct column *c, const char *held)
{
	switch (c->type) {
	case V_TEXT:
	case V_BYTES:
		c->v.text[0] = read_hex(held);
		break;
	case V_D128:
		c->v.d128[0] = read_whole(held);
		break;
	case V_F64:
		c->v.f64[0] = strtod(held, NULL);
		break;
	case V_BOOL:
		c->v.flag[0] = *held == '1';
		break;
	default:
		c->v.i64[0] = (int64_t)read_whole(held);
	}
}

static bool
is_same(const struct column *a, const struct column *b)
{
	if (a->type != b->type || a->scale != b->scale || b->bad.n > 0 ||
	    b->valid != NULL)
		return false;
	if (a->type == V_TEXT || a->type == V_BYTES)
		return slice_eq(a->v.text[0], b->v.text[0]);
	return memcmp(a->v.any, b->v.any, vtype_size(a->type)) == 0;
}

/* By COPY, as the sink does. */
static bool
store(const struct schema_table *t, const struct column *c)
{
	const struct column *cols[] = { c };
	uint32_t row = 0;
	struct rowset rows = { .n = 1, .row = &row, .col = cols };
	PGresult *res;
	struct buf b;
	bool good;

	buf_init(&b, 1 << 20);
	buf_put(&b, PGCOPY_HEADER, PGCOPY_HEADER_BYTES);
	pgcopy_encode(&b, &arena, t, &rows);
	buf_put(&b, PGCOPY_TRAILER, PGCOPY_TRAILER_BYTES);
	PQclear(PQexec(session, "COPY " TABLE
	    " (v) FROM STDIN (FORMAT binary)"));
	good = PQputCopyData(session, b.p, (int)b.len) == 1 &&
	    PQputCopyEnd(session, NULL) == 1;
	while ((res = PQgetResult(session)) != NULL) {
		good = good && PQresultStatus(res) == PGRES_COMMAND_OK;
		PQclear(res);
	}
	buf_fini(&b);
	return good;
}

static void
test_round_trip(struct reading *r)
{
	size_t i;

	for (i = 0; i < COUNT(pgcopy_cases); i++) {
		struct schema_column sc = { .name = "v" };
		struct schema_table t = { .name = "t", .column = &sc,
		    .ncolumn = 1 };
		struct table_reader *reader;
		struct column c, back;
		uint32_t n = 0;
		bool good;

		reading_clear(r);
		reading_column(r, "v", pgcopy_cases[i].type, -1,
		    SQLITE_FORM_AUTO);
		sc.type = r->column[0].type;
		sc.scale = r->column[0].scale;
		column_init(&c, &arena, sqltype_vtype(&sc.type), sc.scale, 1);
		set_held(&c, pgcopy_cases[i].held);
		if (sc.type.kind == SQL_REAL)
			c.v.f64[0] = (double)(float)c.v.f64[0];
		make_table(pgcopy_cases[i].type);
		good = store(&t, &c);
		reader = table_reader_new(&r->db, TABLE, r->column, 1, "");
		good = good && reader != NULL && table_reader_next(reader,
		    &arena, 10, &back, &n) == OK && n == 1;
		ok(good && is_same(&c, &back), "%s %s comes back",
		    pgcopy_cases[i].type, pgcopy_cases[i].text);
		table_reader_free(reader);
	}
}

/* --- rows ---------------------------------------------------------------- */

static void
make_rows(struct reading *r, int n)
{
	sql("DROP TABLE IF EXISTS " TABLE);
	sql(arena_printf(&arena, "CREATE TABLE " TABLE " AS SELECT i AS id,"
	    " CASE WHEN i %% 3 <> 0 THEN left('abcdefghij', i %% 11) END AS"
	    " \"Name\", CASE WHEN i IN (64, 65, 999) THEN 'NaN' ELSE i / 4.0"
	    " END::numeric(8,2) AS n FROM generate_series(1, %d) i", n));
	reading_clear(r);
	reading_column(r, "id", "integer", -1, SQLITE_FORM_AUTO);
	reading_column(r, "Name", "text", -1, SQLITE_FORM_AUTO);
	reading_column(r, "n", "numeric(8,2)", -1, SQLITE_FORM_AUTO);
}

static void
test_rows(struct reading *r)
{
	static const uint32_t most[] = { 1, 2, 63, 64, 65, 999, 1000, 5000 };
	const char *want, *got;
	size_t i;

	make_rows(r, 1000);
	want = arena_strdup(&arena, sql("SELECT id, \"Name\","
	    " CASE n WHEN 'NaN' THEN 'bad D056' ELSE n::text END"
	    " FROM " TABLE " ORDER BY id"));
	for (i = 0; i < COUNT(most); i++) {
		r->most = most[i];
		got = reading_rows(r, TABLE, "ORDER BY id");
		ok(strcmp(got, want) == 0 && r->grade == END,
		    "1000 rows, %u at a time", most[i]);
		is_int(r->calls, (1000 + most[i] - 1) / most[i],
		    "in as many calls");
	}
	r->most = 100;
	is_str(reading_rows(r, TABLE, "WHERE id > 1000"), "", "no rows");
	is_str(reading_rows(r, TABLE, "WHERE id BETWEEN 3 AND 5 ORDER BY id"
	    " DESC"), "5|abcde|1.25\n4|abcd|1.00\n3|(null)|0.75",
	    "some, in order");
	sql("CREATE VIEW " SCHEMA ".w AS SELECT * FROM " TABLE
	    " WHERE id = 1");
	is_str(reading_rows(r, SCHEMA ".w", ""), "1|a|0.25", "of a view");
	sql("DROP VIEW " SCHEMA ".w");
	sql("CREATE DOMAIN " SCHEMA ".money AS numeric(8,2);"
	    "ALTER TABLE " TABLE " ALTER n TYPE " SCHEMA ".money");
	is_str(reading_rows(r, TABLE, "WHERE id = 4"), "4|abcd|1.00",
	    "of a domain");
}

static void
test_large(struct reading *r)
{
	const char *got;

	sql("DROP TABLE IF EXISTS " TABLE "; CREATE TABLE " TABLE " AS SELECT"
	    " repeat('x', 3000000) AS a, decode(repeat('00', 3000000), 'hex')"
	    " AS b FROM generate_series(1, 3)");
	reading_clear(r);
	reading_column(r, "a", "text", -1, SQLITE_FORM_AUTO);
	reading_column(r, "b", "bytea", -1, SQLITE_FORM_AUTO);
	got = reading_rows(r, TABLE, "");
	ok(strlen(got) == 3 * (3000000 + 1 + 2 + 6000000) + 2 &&
	    strspn(got, "x") == 3000000, "large texts and bytes");
	is_int(r->calls, 3, "do not all come at once");
}

static void
test_errors(struct reading *r)
{
	const char *e;

	make_rows(r, 1000);
	r->column[1].name = "nAmes";
	is_str(reading_rows(r, TABLE, ""), "NULL", "a column that is not");
	e = reading_error(r);
	ok(strncmp(e, "T057: reading table " TABLE ": column", 36) == 0 &&
	    strstr(e, "42703") != NULL, "is told: %s", e);
	is_str(reading_rows(r, SCHEMA ".none", ""), "NULL", "nor a table");
	ok(strstr(reading_error(r), "42P01") != NULL, "is told");
	make_rows(r, 1000);
	r->column[0].type.kind = SQL_DATE;
	r->column[2].type.kind = SQL_INTEGER;
	is_str(reading_rows(r, TABLE, ""), "NULL", "columns of other types");
	is_str(arena_printf(&arena, "%s", r->diags.first->next->message),
	    "column 'n' of " TABLE " is numeric(8,2), not integer",
	    "are both told");
	is_str(reading_error(r), "T023: column 'id' of " TABLE " is integer,"
	    " not date", "by name");
	reading_clear(r);
	reading_column(r, "id", "integer", -1, SQLITE_FORM_AUTO);
	reading_rows(r, TABLE, "WHERE 1 / (id - 500) < 2");
	is_int(r->grade, FATAL, "what fails on the way");
	ok(strstr(reading_error(r), "22012") != NULL, "is told");
}

/* --- freed in the middle ------------------------------------------------- */

static bool
reads_some(struct reading *r, struct table_reader **t)
{
	struct column col[READ_COLUMNS];
	struct arena a;
	uint32_t n;
	bool good;

	arena_init(&a);
	*t = table_reader_new(&r->db, TABLE, r->column, r->ncolumn, "");
	good = *t != NULL && table_reader_next(*t, &a, 10, col, &n) == OK &&
	    n == 10;
	arena_fini(&a);
	return good;
}

static const char *
ask(struct reading *r, const char *text)
{
	struct db_result *res = db_query(&r->db, &r->arena, "asking", text, 0,
	    NULL);

	return res == NULL ? "error" : db_cell(res, 0, 0);
}

static void
test_free(struct reading *r)
{
	struct table_reader *t;

	make_rows(r, 300000);
	ok(reads_some(r, &t), "some of many rows");
	table_reader_free(t);
	is_str(ask(r, "SELECT count(*) FROM " TABLE), "300000",
	    "then the connection is of use");
	ok(db_begin(&r->db), "in a transaction");
	is_str(ask(r, "SELECT set_config('decant.x', 'here', true)"), "here",
	    "something is done");
	ok(reads_some(r, &t), "some of many rows are read");
	table_reader_free(t);
	is_str(ask(r, "SELECT current_setting('decant.x')"), "here",
	    "then the transaction goes on");
	r->column[0].name = "none";
	ok(table_reader_new(&r->db, TABLE, r->column, 1, "") == NULL,
	    "a reader fails to start");
	r->column[0].name = "id";
	ok(strstr(reading_error(r), "42703") != NULL, "is told");
	is_str(ask(r, "SELECT current_setting('decant.x')"), "here",
	    "and the transaction goes on");
	ok(reading_rows(r, TABLE, "WHERE 1 / (id - 250000) < 2") != NULL &&
	    r->grade == FATAL, "one fails on the way");
	ok(strstr(reading_error(r), "22012") != NULL, "is told");
	is_str(ask(r, "SELECT current_setting('decant.x')"), "here",
	    "and the transaction goes on");
	ok(strncmp(reading_rows(r, TABLE, "WHERE id < 2"), "1|a|0.25", 9) == 0,
	    "one reads all");
	is_str(ask(r, "SELECT current_setting('decant.x')"), "here",
	    "and the transaction goes on");
	ok(db_commit(&r->db) && PQtransactionStatus(r->db.pg.conn) ==
	    PQTRANS_IDLE, "to its end");
}

static void *
interrupt_soon(void *arg)
{
	struct timespec t = { 0, 300000000 };

	nanosleep(&t, NULL);
	*(volatile int *)arg = 1;
	return NULL;
}

static void
test_interrupt(struct reading *r)
{
	struct column col[READ_COLUMNS];
	struct table_reader *t;
	pthread_t thread;
	struct arena a;
	uint32_t n;

	arena_init(&a);
	make_rows(r, 300000);
	ok(reads_some(r, &t), "some rows are read");
	r->interrupted = 1;
	ok(table_reader_next(t, &a, 10, col, &n) == FATAL && n == 0,
	    "a signal comes");
	table_reader_free(t);
	r->interrupted = 0;
	/* the server has nothing to send */
	pthread_create(&thread, NULL, interrupt_soon, (void *)&r->interrupted);
	t = table_reader_new(&r->db, TABLE, r->column, 1,
	    "WHERE id <= 1000 OR pg_sleep(100) IS NULL");
	ok(t == NULL || table_reader_next(t, &a, 1001, col, &n) == FATAL,
	    "a statement that takes long is interrupted");
	pthread_join(thread, NULL);
	table_reader_free(t);
	r->interrupted = 0;
	/* the table is locked, so that nothing even begins */
	sql("BEGIN; LOCK TABLE " TABLE);
	pthread_create(&thread, NULL, interrupt_soon, (void *)&r->interrupted);
	ok(table_reader_new(&r->db, TABLE, r->column, 1, "") == NULL,
	    "so is one that waits for a lock");
	pthread_join(thread, NULL);
	r->interrupted = 0;
	sql("COMMIT");
	is_str(reading_error(r), "", "without a word");
	is_str(ask(r, "SELECT count(*) FROM " TABLE), "300000",
	    "and the connection is of use");
	arena_fini(&a);
}

static void
test_lost(struct reading *r)
{
	struct column col[READ_COLUMNS];
	struct table_reader *t;
	enum grade g = OK;
	struct arena a;
	uint32_t n;

	arena_init(&a);
	make_rows(r, 300000);
	ok(reads_some(r, &t), "some rows are read");
	sql(arena_printf(&arena, "SELECT pg_terminate_backend(%d)",
	    PQbackendPID(r->db.pg.conn)));
	while (g == OK) {
		g = table_reader_next(t, &a, 1000, col, &n);
		arena_reset(&a);
	}
	ok(g == FATAL, "the server ends the session");
	ok(strncmp(reading_error(r), "T058", 4) == 0, "which is told");
	table_reader_free(t);
	arena_fini(&a);
}

int
main(void)
{
	struct reading r;

	pg_begin();
	sql("CREATE SCHEMA " SCHEMA);
	ok(reading_begin(&r, target), "a database is open");
	test_values(&r);
	test_bad(&r);
	test_round_trip(&r);
	test_rows(&r);
	test_large(&r);
	test_errors(&r);
	test_free(&r);
	test_interrupt(&r);
	test_lost(&r);
	reading_end(&r);
	return pg_end();
}
