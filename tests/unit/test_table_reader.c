/*
 * Tables read from SQLite: what decant's sink stores comes back as it was, and
 * what others wrote comes back as the same value or as a bad cell.
 */
#include <math.h>
#include <pthread.h>

#include "pgcopy_cases.h"
#include "reader_fixture.h"
#include "sink/sqlite_rows.h"
#include "sqlite_fixture.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

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
read_hex(struct arena *a, const char *s)
{
	uint32_t n = (uint32_t)strlen(s) / 2, i;
	uint8_t *p = arena_alloc(a, n + 1);
	char byte[3] = "";

	for (i = 0; i < n; i++) {
		memcpy(byte, s + 2 * i, 2);
		p[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return (struct slice){ p, n };
}

static void
set_held(struct arena *a, struct column *c, uint32_t row, const char *held)
{
	switch (c->type) {
	case V_TEXT:
	case V_BYTES:
		c->v.text[row] = read_hex(a, held);
		break;
	case V_D128:
		c->v.d128[row] = read_whole(held);
		break;
	case V_F64:
		c->v.f64[row] = strtod(held, NULL);
		break;
	case V_BOOL:
		c->v.flag[row] = *held == '1';
		break;
	default:
		c->v.i64[row] = (int64_t)read_whole(held);
	}
}

static bool
is_same(const struct column *a, const struct column *b)
{
	if (a->type != b->type || a->scale != b->scale ||
	    column_is_null(a, 0) != column_is_null(b, 0) || b->bad.n > 0)
		return false;
	if (column_is_null(a, 0))
		return true;
	if (a->type == V_TEXT || a->type == V_BYTES)
		return slice_eq(a->v.text[0], b->v.text[0]);
	return memcmp(a->v.any, b->v.any, vtype_size(a->type)) == 0;
}

/* Stores one cell as the sink does, in a table of its own. */
static bool
store(struct reading *r, const struct schema_table *t, const struct column *c)
{
	struct schema s = { .name = "test", .table =
	    (struct schema_table *)t, .ntable = 1 };
	const struct column *cols[] = { c };
	uint32_t row = 0;
	struct rowset rows = { .n = 1, .row = &row, .col = cols };
	struct sqlite_packer packer;
	struct sqlite_inserter in;
	struct buf b;
	bool good;

	buf_init(&b, 1 << 20);
	sqlite_table_create(&b, &s, t, 0);
	good = db_exec(&r->db, "", "DROP TABLE IF EXISTS t") &&
	    db_exec(&r->db, "", b.p) &&
	    sqlite_inserter_init(&in, &r->db.lite, t, t->name, 0);
	buf_clear(&b);
	sqlite_packer_init(&packer, &t->column[0]);
	sqlite_rows_pack(&b, t, &packer, &rows);
	good = good && sqlite_inserter_run(&in, &(struct sqlite_rows){
	    (const uint8_t *)b.p, 1 }, 1) == SQLITE_OK;
	sqlite_inserter_fini(&in);
	buf_fini(&b);
	return good;
}

static bool
read_one(struct reading *r, struct arena *a, struct column *c)
{
	struct table_reader *t = table_reader_new(&r->db, "main.t", r->column,
	    1, "");
	uint32_t n = 0;
	bool good = t != NULL && table_reader_next(t, a, 10, c, &n) == OK &&
	    n == 1;

	table_reader_free(t);
	return good;
}

/* Does the cell come back?  NULL: null. */
static void
check_round_trip(struct reading *r, const char *type, const char *held,
    enum sqlite_form form)
{
	static const char *const forms[] = { "", " as real", " as text",
	    " as minor" };
	struct schema_column sc = { .name = "a" };
	struct schema_table t = { .name = "t", .column = &sc, .ncolumn = 1 };
	struct column c, back;
	struct arena a;

	arena_init(&a);
	reading_clear(r);
	reading_column(r, "a", type, -1, form);
	sc.type = r->column[0].type;
	sc.scale = r->column[0].scale;
	sc.sqlite = form;
	column_init(&c, &a, sqltype_vtype(&sc.type), sc.scale, 1);
	memset(c.v.any, 0, vtype_size(c.type));
	if (held == NULL)
		column_set_null(&c, &a, 1, 0);
	else
		set_held(&a, &c, 0, held);
	if (sc.type.kind == SQL_REAL)
		c.v.f64[0] = (double)(float)c.v.f64[0];
	ok(store(r, &t, &c) && read_one(r, &a, &back) && is_same(&c, &back),
	    "%s%s %s comes back", type, forms[form],
	    held == NULL ? "null" : held);
	arena_fini(&a);
}

/* In every form that may be asked for. */
static void
check_forms(struct reading *r, const char *type, const char *held)
{
	struct sqltype t;
	const char *why;

	sqltype_parse(type, strlen(type), &t, &why);
	check_round_trip(r, type, held, SQLITE_FORM_AUTO);
	if (t.kind != SQL_NUMERIC)
		return;
	check_round_trip(r, type, held, SQLITE_FORM_TEXT);
	if (t.precision <= 15)
		check_round_trip(r, type, held, SQLITE_FORM_REAL);
	if (t.precision <= 18)
		check_round_trip(r, type, held, SQLITE_FORM_MINOR);
}

static void
test_round_trip(struct reading *r)
{
	/* What pgcopy_cases.h has not. */
	static const struct {
		const char *type, *held;
	} more[] = {
		{ "numeric(15,2)", "999999999999999" },
		{ "numeric(15,2)", "-999999999999999" },
		{ "numeric(15,2)", "1" }, { "numeric(15,15)", "1" },
		{ "numeric(15,15)", "-999999999999999" },
		{ "numeric(15,1)", "123456789012345" },
		{ "numeric(9,2)", "100" }, { "numeric(9,2)", "101" },
		{ "numeric(9,2)", "102" }, { "numeric(9,2)", "103" },
		{ "numeric(1,0)", "-9" }, { "numeric(1,1)", "9" },
		{ "date", "-719163" }, { "date", "-1000000" },
		{ "date", "2932897" }, { "date", "100000000" },
		{ "timestamp", "253402300800000000" },
		{ "timestamp", "-62135596800000001" },
		{ "timestamp", "-210863520000000000" },
		{ "timestamp", "9223372036854775806" },
		{ "double precision", "inf" }, { "double precision", "-inf" },
		{ "double precision", "4.9406564584124654e-324" },
		{ "double precision", "-2.2250738585072009e-308" },
		{ "double precision", "1.7976931348623157e308" },
		{ "double precision", "9007199254740993" },
		{ "real", "3.4028235e38" }, { "real", "-inf" },
		{ "real", "1.4e-45" }, { "text", "00" },
		{ "text", "610062" }, { "varchar(2)", "c3a9c3a9" },
		{ "bytea", "0000" }, { "bytea", "c328" },
	};
	static const char *const types[] = { "smallint", "integer", "bigint",
	    "numeric(4,2)", "numeric(18,3)", "numeric(38,19)", "real",
	    "double precision", "boolean", "date", "time", "timestamp", "text",
	    "varchar(3)", "bytea" };
	size_t i;

	for (i = 0; i < COUNT(pgcopy_cases); i++)
		/* SQLite itself makes 0.0 of -0.0 */
		if (strcmp(pgcopy_cases[i].held, "-0.0") != 0)
			check_forms(r, pgcopy_cases[i].type,
			    pgcopy_cases[i].held);
	for (i = 0; i < COUNT(more); i++)
		check_forms(r, more[i].type, more[i].held);
	for (i = 0; i < COUNT(types); i++)
		check_forms(r, types[i], NULL);
}

/* --- what others store --------------------------------------------------- */

/*
 * A value as SQL gives it to a column that is declared so, and what is read.
 * Of a value that is good, `want` is what PostgreSQL 15 shows of it,
 * 'VALUE'::TYPE::text (real: ::real::float8::text).
 */
static const struct {
	const char *type;
	int scale;		/* -1: the type's */
	enum sqlite_form form;
	const char *declared, *value, *want;
} others[] = {
#define BAD	"bad D056"
#define AUTO	-1, SQLITE_FORM_AUTO
	{ "smallint", AUTO, "INTEGER", "32767", "32767" },
	{ "smallint", AUTO, "INTEGER", "32768", BAD },
	{ "smallint", AUTO, "INTEGER", "-32769", BAD },
	{ "integer", AUTO, "INTEGER", "-2147483648", "-2147483648" },
	{ "integer", AUTO, "INTEGER", "2147483648", BAD },
	{ "integer", AUTO, "INTEGER", "'abc'", BAD },
	{ "integer", AUTO, "INTEGER", "''", BAD },
	{ "integer", AUTO, "INTEGER", "'12'", "12" },
	{ "integer", AUTO, "INTEGER", "12.0", "12" },
	{ "integer", AUTO, "INTEGER", "12.5", BAD },
	{ "integer", AUTO, "INTEGER", "x'31'", BAD },
	{ "integer", AUTO, "INTEGER", "NULL", "(null)" },
	{ "bigint", AUTO, "INTEGER", "9223372036854775807",
	    "9223372036854775807" },
	{ "bigint", AUTO, "INTEGER", "9223372036854775808", BAD },
	{ "bigint", AUTO, "INTEGER", "-9223372036854775808",
	    "-9223372036854775808" },
	{ "bigint", AUTO, "TEXT", "12", BAD },
	/* whole numbers of a numeric */
	{ "numeric(4,0)", AUTO, "INTEGER", "9999", "9999" },
	{ "numeric(4,0)", AUTO, "INTEGER", "10000", BAD },
	{ "numeric(4,0)", AUTO, "INTEGER", "-10000", BAD },
	{ "numeric(4,0)", AUTO, "INTEGER", "1.5", BAD },
	{ "numeric(4,0)", AUTO, "REAL", "12", "12" },
	/* minor units */
	{ "numeric(9,2)", -1, SQLITE_FORM_MINOR, "INTEGER", "12345",
	    "123.45" },
	{ "numeric(9,2)", -1, SQLITE_FORM_MINOR, "INTEGER", "-1", "-0.01" },
	{ "numeric(9,2)", -1, SQLITE_FORM_MINOR, "INTEGER", "999999999",
	    "9999999.99" },
	{ "numeric(9,2)", -1, SQLITE_FORM_MINOR, "INTEGER", "1000000000",
	    BAD },
	{ "numeric(9,2)", -1, SQLITE_FORM_MINOR, "INTEGER", "1.5", BAD },
	{ "numeric(9,2)", -1, SQLITE_FORM_MINOR, "INTEGER", "'1.5x'", BAD },
	{ "numeric(18,2)", -1, SQLITE_FORM_MINOR, "INTEGER",
	    "-999999999999999999", "-9999999999999999.99" },
	/* decimals that are doubles */
	{ "numeric(9,2)", AUTO, "REAL", "1.00", "1.00" },
	{ "numeric(9,2)", AUTO, "REAL", "1", "1.00" },
	{ "numeric(9,2)", AUTO, "REAL", "'1.1'", "1.10" },
	{ "numeric(9,2)", AUTO, "REAL", "0.1 + 0.2", "0.30" },
	{ "numeric(9,2)", AUTO, "REAL", "362573.15 + 0.01", "362573.16" },
	{ "numeric(9,2)", AUTO, "REAL", "362573.16000001", BAD },
	{ "numeric(9,2)", AUTO, "REAL", "1.005", BAD },
	{ "numeric(9,2)", AUTO, "REAL", "1.13", "1.13" },
	{ "numeric(9,2)", AUTO, "REAL", "-0.0", "0.00" },
	{ "numeric(9,2)", AUTO, "REAL", "9999999.99", "9999999.99" },
	{ "numeric(9,2)", AUTO, "REAL", "-9999999.99", "-9999999.99" },
	{ "numeric(9,2)", AUTO, "REAL", "10000000.00", BAD },
	{ "numeric(9,2)", AUTO, "REAL", "9999999.991", BAD },
	{ "numeric(9,2)", AUTO, "REAL", "9e999", BAD },
	{ "numeric(9,2)", AUTO, "REAL", "-9e999", BAD },
	{ "numeric(9,2)", AUTO, "REAL", "1e300", BAD },
	{ "numeric(9,2)", AUTO, "REAL", "1e-300", BAD },
	{ "numeric(9,2)", AUTO, "REAL", "'abc'", BAD },
	{ "numeric(9,2)", AUTO, "REAL", "x'00'", BAD },
	{ "numeric(15,15)", AUTO, "REAL", "0.000000000000001",
	    "0.000000000000001" },
	/* past 15 digits: the decimal nearest to the double */
	{ "numeric(38,2)", -1, SQLITE_FORM_REAL, "REAL",
	    "1234567890123456.75", "1234567890123456.75" },
	{ "numeric(38,0)", -1, SQLITE_FORM_REAL, "REAL",
	    "18446744073709551616.0", "18446744073709551616" },
	{ "numeric(38,30)", -1, SQLITE_FORM_REAL, "REAL", "0.5",
	    "0.500000000000000000000000000000" },
	{ "numeric(38,0)", -1, SQLITE_FORM_REAL, "REAL", "1e38", BAD },
	/* decimals that are texts */
	{ "numeric(38,2)", AUTO, "TEXT", "'1.5'", "1.50" },
	{ "numeric(38,2)", AUTO, "TEXT", "'1.500'", "1.50" },
	{ "numeric(38,2)", AUTO, "TEXT", "'1.505'", BAD },
	{ "numeric(38,2)", AUTO, "TEXT", "1.5", "1.50" },
	{ "numeric(38,2)", AUTO, "TEXT", "15", "15.00" },
	{ "numeric(38,2)", AUTO, "TEXT", "1e20", BAD },
	{ "numeric(38,2)", AUTO, "TEXT", "'NaN'", BAD },
	{ "numeric(38,2)", AUTO, "TEXT", "''", BAD },
	{ "numeric(38,2)", AUTO, "TEXT",
	    "'999999999999999999999999999999999999.99'",
	    "999999999999999999999999999999999999.99" },
	{ "numeric(38,2)", AUTO, "TEXT",
	    "'1000000000000000000000000000000000000.00'", BAD },
	{ "numeric(38,2)", AUTO, "TEXT",
	    "'-100000000000000000000000000000000000000'", BAD },
	{ "numeric(20,2)", AUTO, "TEXT", "'1000000000000000000'", BAD },
	{ "numeric(20,2)", AUTO, "BLOB", "9007199254740993",
	    "9007199254740993.00" },
	{ "numeric(20,2)", AUTO, "BLOB", "x'312e35'", BAD },
	/* a numeric as it comes, at the scale that is asked for */
	{ "numeric", 3, SQLITE_FORM_AUTO, "TEXT", "'-12.5'", "-12.500" },
	{ "numeric", 3, SQLITE_FORM_AUTO, "TEXT", "'12.3456'", BAD },
	{ "numeric", 0, SQLITE_FORM_AUTO, "TEXT",
	    "'-99999999999999999999999999999999999999'",
	    "-99999999999999999999999999999999999999" },
	/* NUMERIC affinity, which decant never gives */
	{ "numeric(9,2)", AUTO, "NUMERIC", "'5.00'", "5.00" },
	{ "numeric(38,4)", AUTO, "NUMERIC", "'0.5000'", "0.5000" },
	/* floats */
	{ "double precision", AUTO, "REAL", "0.1 + 0.2",
	    "0.30000000000000004" },
	{ "double precision", AUTO, "REAL", "5", "5" },
	{ "double precision", AUTO, "REAL", "-0.0", "0" },
	{ "double precision", AUTO, "REAL", "9e999", "Infinity" },
	{ "double precision", AUTO, "REAL", "-9e999", "-Infinity" },
	{ "double precision", AUTO, "REAL", "9e999 - 9e999", "(null)" },
	{ "double precision", AUTO, "REAL", "'1e5'", "100000" },
	{ "double precision", AUTO, "REAL", "'x'", BAD },
	{ "double precision", AUTO, "NUMERIC", "5", "5" },
	{ "double precision", AUTO, "NUMERIC", "9007199254740993", BAD },
	{ "real", AUTO, "REAL", "0.1", "0.10000000149011612" },
	{ "real", AUTO, "REAL", "1e39", BAD },
	{ "real", AUTO, "REAL", "-9e999", "-Infinity" },
	/* booleans */
	{ "boolean", AUTO, "INTEGER", "1", "true" },
	{ "boolean", AUTO, "INTEGER", "false", "false" },
	{ "boolean", AUTO, "INTEGER", "2", BAD },
	{ "boolean", AUTO, "INTEGER", "-1", BAD },
	{ "boolean", AUTO, "INTEGER", "'true'", BAD },
	/* moments */
	{ "date", AUTO, "TEXT", "'2024-02-29'", "2024-02-29" },
	{ "date", AUTO, "TEXT", "'2023-02-29'", BAD },
	{ "date", AUTO, "TEXT", "'0044-03-15 BC'", "0044-03-15 BC" },
	{ "date", AUTO, "TEXT", "'5874897-12-31'", "5874897-12-31" },
	{ "date", AUTO, "TEXT", "'02024-02-29'", BAD },
	{ "date", AUTO, "TEXT", "'0000-01-01'", BAD },
	{ "date", AUTO, "TEXT", "'infinity'", "infinity" },
	{ "date", AUTO, "TEXT", "'-infinity'", "-infinity" },
	{ "date", AUTO, "TEXT", "'infinity '", BAD },
	{ "date", AUTO, "TEXT", "20240229", BAD },
	{ "date", AUTO, "TEXT", "''", BAD },
	{ "date", AUTO, "TEXT", "x'323032342d30322d3239'", BAD },
	{ "date", AUTO, "DATE", "'2024-02-29'", "2024-02-29" },
	{ "date", AUTO, "DATE", "2460369.5", BAD },
	{ "time", AUTO, "TEXT", "'24:00:00'", "24:00:00" },
	{ "time", AUTO, "TEXT", "'24:00:00.000001'", BAD },
	{ "time", AUTO, "TEXT", "'23:59:59.999999'", "23:59:59.999999" },
	{ "time", AUTO, "TEXT", "'12:30'", "12:30:00" },
	{ "time", AUTO, "TEXT", "'12:60:00'", BAD },
	{ "timestamp", AUTO, "TEXT", "datetime('2024-02-29', '1 second')",
	    "2024-02-29 00:00:01" },
	{ "timestamp", AUTO, "TEXT", "'1969-12-31 23:59:59.999999'",
	    "1969-12-31 23:59:59.999999" },
	{ "timestamp", AUTO, "TEXT", "'0044-03-15 12:00:00 BC'",
	    "0044-03-15 12:00:00 BC" },
	{ "timestamp", AUTO, "TEXT", "'10000-01-01 00:00:00'",
	    "10000-01-01 00:00:00" },
	{ "timestamp", AUTO, "TEXT", "'294247-01-10 04:00:54.775807'", BAD },
	{ "timestamp", AUTO, "TEXT", "'-infinity'", "-infinity" },
	{ "timestamp", AUTO, "TEXT", "1709164801", BAD },
	/* texts and bytes */
	{ "text", AUTO, "TEXT", "''", "" },
	{ "text", AUTO, "TEXT", "17", "17" },
	{ "text", AUTO, "TEXT", "x'61'", BAD },
	{ "text", AUTO, "TEXT", "CAST(x'41c3a942' AS TEXT)", "AéB" },
	{ "text", AUTO, "TEXT", "CAST(x'41c328' AS TEXT)", BAD },
	{ "text", AUTO, "TEXT", "CAST(x'616263646566676869c3' AS TEXT)", BAD },
	{ "text", AUTO, "TEXT", "CAST(x'eda080' AS TEXT)", BAD },
	{ "text", AUTO, "BLOB", "5", BAD },
	{ "varchar(3)", AUTO, "TEXT", "'äöü'", "äöü" },
	{ "varchar(3)", AUTO, "TEXT", "'äöüß'", BAD },
	{ "varchar(3)", AUTO, "TEXT", "'abcd'", BAD },
	{ "bytea", AUTO, "BLOB", "x''", "\\x" },
	{ "bytea", AUTO, "BLOB", "x'00ff10'", "\\x00ff10" },
	{ "bytea", AUTO, "BLOB", "'text'", BAD },
	{ "bytea", AUTO, "BLOB", "1", BAD },
};

static void
test_others(struct reading *r)
{
	const char *got;
	size_t i;

	for (i = 0; i < COUNT(others); i++) {
		if (!db_exec(&r->db, "", arena_printf(&r->arena, "DROP TABLE"
		    " IF EXISTS t; CREATE TABLE t (a %s);"
		    " INSERT INTO t VALUES (%s)", others[i].declared,
		    others[i].value)))
			printf("# %s\n", reading_error(r));
		reading_clear(r);
		reading_column(r, "a", others[i].type, others[i].scale,
		    others[i].form);
		got = reading_rows(r, "main.t", "");
		is_str(got, others[i].want, "%s as %s, read as %s",
		    others[i].value, others[i].declared, others[i].type);
	}
}

/*
 * The doubles nearest to decimals of 15 digits (strtod's) read back as these;
 * those nearest to decimals of 16 and more as one with the same double.
 */
static void
test_doubles(struct reading *r, int digits)
{
	enum { ROWS = 5000 };
	static char text[ROWS][32];
	uint64_t seed = 88172645463325252u, most = 1, v;
	int scale, i, wrong = 0;
	struct column col;
	struct arena a;
	struct table_reader *t;
	sqlite3_stmt *st;
	char type[32], got[FORMAT_MAX + 1];
	uint32_t n;

	for (i = 0; i < digits; i++)
		most *= 10;
	for (scale = 0; scale <= digits; scale += 3) {
		db_exec(&r->db, "", "DROP TABLE IF EXISTS t;"
		    "CREATE TABLE t (a REAL); BEGIN");
		st = sqlite_db_prepare(&r->db.lite,
		    "INSERT INTO t VALUES (?)");
		for (i = 0; i < ROWS; i++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			v = seed % most / (i % 4 == 0 ? 1000000 : 1);
			text[i][format_i64(text[i], i % 2 ? -(int64_t)v :
			    (int64_t)v, (int16_t)scale)] = '\0';
			sqlite3_bind_double(st, 1, strtod(text[i], NULL));
			sqlite3_step(st);
			sqlite3_reset(st);
		}
		sqlite3_finalize(st);
		db_commit(&r->db);
		snprintf(type, sizeof type, "numeric(%d,%d)", digits, scale);
		reading_clear(r);
		reading_column(r, "a", type, -1, SQLITE_FORM_REAL);
		arena_init(&a);
		t = table_reader_new(&r->db, "main.t", r->column, 1,
		    "ORDER BY rowid");
		if (table_reader_next(t, &a, ROWS, &col, &n) != OK ||
		    n != ROWS || col.bad.n > 0)
			wrong++;
		for (i = 0; i < (int)n; i++) {
			got[format_i64(got, col.v.i64[i],
			    (int16_t)scale)] = '\0';
			if (digits <= 15 ? strcmp(got, text[i]) != 0 :
			    strtod(got, NULL) != strtod(text[i], NULL))
				wrong++;
		}
		table_reader_free(t);
		arena_fini(&a);
	}
	is_int(wrong, 0, "doubles of %d digits", digits);
}

/* --- rows ---------------------------------------------------------------- */

static void
make_rows(struct reading *r)
{
	db_exec(&r->db, "", "DROP TABLE IF EXISTS t;"
	    "CREATE TABLE t (id INTEGER PRIMARY KEY, \"Name\" TEXT);"
	    "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s"
	    " WHERE i < 1000) INSERT INTO t SELECT i, CASE WHEN i % 3 <> 0"
	    " THEN substr('abcdefghij', 1, i % 11) END FROM s;"
	    "UPDATE t SET \"Name\" = x'00' WHERE id IN (64, 65, 999)");
	reading_clear(r);
	reading_column(r, "id", "bigint", -1, SQLITE_FORM_AUTO);
	reading_column(r, "Name", "text", -1, SQLITE_FORM_AUTO);
}

static void
test_rows(struct reading *r)
{
	static const uint32_t most[] = { 1, 2, 63, 64, 65, 999, 1000, 5000 };
	const char *want, *got;
	size_t i;

	make_rows(r);
	want = arena_strdup(&r->arena, db_cell(db_query(&r->db, &r->arena, "",
	    "SELECT group_concat(id || '|' || CASE typeof(\"Name\")"
	    " WHEN 'blob' THEN 'bad D056' WHEN 'null' THEN '(null)' ELSE"
	    " \"Name\" END, char(10)) FROM (SELECT * FROM t ORDER BY id)", 0,
	    NULL), 0, 0));
	for (i = 0; i < COUNT(most); i++) {
		r->most = most[i];
		got = reading_rows(r, "main.t", "ORDER BY id");
		ok(strcmp(got, want) == 0 && r->grade == END,
		    "1000 rows, %u at a time", most[i]);
		is_int(r->calls, (1000 + most[i] - 1) / most[i],
		    "in as many calls");
	}
	r->most = 100;
	is_str(reading_rows(r, "main.t", "WHERE id > 1000"), "", "no rows");
	is_str(reading_rows(r, "main.t", "WHERE t.id BETWEEN 3 AND 5 ORDER BY"
	    " id DESC"), "5|abcde\n4|abcd\n3|(null)", "some, in order");
}

static void
test_large(struct reading *r)
{
	const char *got;

	db_exec(&r->db, "", "DROP TABLE IF EXISTS t; CREATE TABLE t (a TEXT,"
	    " b BLOB); INSERT INTO t SELECT printf('%.*c', 3000000, 'x'),"
	    " zeroblob(3000000) FROM (VALUES (1), (2), (3))");
	reading_clear(r);
	reading_column(r, "a", "text", -1, SQLITE_FORM_AUTO);
	reading_column(r, "b", "bytea", -1, SQLITE_FORM_AUTO);
	got = reading_rows(r, "main.t", "");
	ok(strlen(got) == 3 * (3000000 + 1 + 2 + 6000000) + 2 &&
	    strspn(got, "x") == 3000000, "large texts and bytes");
	is_int(r->calls, 3, "do not all come at once");
}

static void
test_errors(struct reading *r)
{
	make_rows(r);
	r->column[1].name = "nAmes";
	is_str(reading_rows(r, "main.t", ""), "NULL", "a column that is not");
	is_str(reading_error(r), arena_printf(&r->arena, "T011: SQLite, on "
	    "\"%s\": no such column: main.t.nAmes", r->db.file.shown),
	    "is told, and not a string");
	is_str(reading_rows(r, "main.none", ""), "NULL", "nor a table");
	ok(strncmp(reading_error(r), "T011", 4) == 0, "is told");
	reading_clear(r);
	reading_column(r, "id", "bigint", -1, SQLITE_FORM_AUTO);
	is_str(reading_rows(r, "main.t", "WHERE id < 3 AND"
	    " abs(CASE id WHEN 2 THEN -9223372036854775807 - 1 ELSE id END)"
	    " > 0"), "FATAL", "what fails on the way");
	ok(strncmp(reading_error(r), "T011", 4) == 0, "is told");
}

static void
test_free(struct reading *r)
{
	struct table_reader *t;
	struct column col[2];
	struct arena a;
	uint32_t n;

	make_rows(r);
	arena_init(&a);
	t = table_reader_new(&r->db, "main.t", r->column, 2, "");
	ok(table_reader_next(t, &a, 10, col, &n) == OK && n == 10,
	    "ten rows are read");
	table_reader_free(t);
	arena_fini(&a);
	ok(db_begin(&r->db) && db_exec(&r->db, "", "DROP TABLE t") &&
	    db_commit(&r->db), "and the statement is over");
}

static void *
interrupt_soon(void *arg)
{
	struct timespec t = { 0, 100000000 };

	nanosleep(&t, NULL);
	*(volatile int *)arg = 1;
	return NULL;
}

static void
test_interrupt(struct reading *r)
{
	struct table_reader *t;
	struct column col[2];
	pthread_t thread;
	struct arena a;
	uint32_t n;

	make_rows(r);
	arena_init(&a);
	t = table_reader_new(&r->db, "main.t", r->column, 2, "");
	ok(table_reader_next(t, &a, 10, col, &n) == OK, "some rows are read");
	r->interrupted = 1;
	ok(table_reader_next(t, &a, 10, col, &n) == FATAL && n == 0,
	    "a signal comes");
	r->interrupted = 0;
	ok(table_reader_next(t, &a, 10, col, &n) == FATAL && n == 0,
	    "there is no going on");
	table_reader_free(t);
	t = table_reader_new(&r->db, "main.t", r->column, 2, ", main.t AS b,"
	    " main.t AS c, main.t AS d WHERE b.id + c.id + d.id < 0");
	ok(t != NULL, "a statement that takes long");
	pthread_create(&thread, NULL, interrupt_soon, (void *)&r->interrupted);
	ok(table_reader_next(t, &a, 10, col, &n) == FATAL,
	    "is interrupted too");
	pthread_join(thread, NULL);
	table_reader_free(t);
	r->interrupted = 0;
	is_str(reading_error(r), "", "without a word");
	arena_fini(&a);
}

int
main(void)
{
	struct reading r;
	char path[300];

	fix_dir_begin();
	snprintf(path, sizeof path, "sqlite:%s/reader.db", fix_dir);
	run(path + 7, "CREATE TABLE t (a)");
	ok(reading_begin(&r, path), "a database is open");
	test_round_trip(&r);
	test_others(&r);
	test_doubles(&r, 15);
	test_doubles(&r, 16);
	test_doubles(&r, 18);
	test_rows(&r);
	test_large(&r);
	test_errors(&r);
	test_free(&r);
	test_interrupt(&r);
	reading_end(&r);
	return tap_done();
}
