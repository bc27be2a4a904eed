/*
 * Content hashes in PostgreSQL: the same rows, written by both sinks, have the
 * same in both databases.  What changes a hash and what does not:
 * tests/unit/test_content_hash.c.
 */
#include "database/pg_fixture.h"

#include <math.h>
#include <sqlite3.h>
#include <unistd.h>

#include "db/content_hash.h"
#include "sink/sink_postgres_copy.h"
#include "sink/sqlite_rows.h"
#include "unit/reader_fixture.h"
#include "value/decimal.h"

#define SCHEMA	"decant_t_hash"
#define TABLE	SCHEMA ".t"
#define ROWS	3000u

static const struct {
	const char *type;
	int scale;
	enum sqlite_form form;
} columns[] = {
	{ "bigint", -1, SQLITE_FORM_AUTO }, { "integer", -1, SQLITE_FORM_AUTO },
	{ "smallint", -1, SQLITE_FORM_AUTO },
	{ "numeric(4,2)", -1, SQLITE_FORM_AUTO },
	{ "numeric(15,3)", -1, SQLITE_FORM_REAL },
	{ "numeric(18,4)", -1, SQLITE_FORM_AUTO },
	{ "numeric(18,0)", -1, SQLITE_FORM_AUTO },
	{ "numeric(17,2)", -1, SQLITE_FORM_MINOR },
	{ "numeric(38,19)", -1, SQLITE_FORM_AUTO },
	{ "numeric", 5, SQLITE_FORM_AUTO },
	{ "real", -1, SQLITE_FORM_AUTO },
	{ "double precision", -1, SQLITE_FORM_AUTO },
	{ "boolean", -1, SQLITE_FORM_AUTO }, { "date", -1, SQLITE_FORM_AUTO },
	{ "time", -1, SQLITE_FORM_AUTO },
	{ "timestamp", -1, SQLITE_FORM_AUTO },
	{ "text", -1, SQLITE_FORM_AUTO },
	{ "varchar(5)", -1, SQLITE_FORM_AUTO },
	{ "bytea", -1, SQLITE_FORM_AUTO },
};
#define NCOLUMN	COUNT(columns)

static uint64_t seed = 88172645463325252u;

static uint64_t
draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* A number of up to so many digits; often a small or a round one. */
static d128
draw_number(int digits)
{
	d128 v = ((d128)draw() << 60 ^ draw()) % d128_pow10[digits];

	if (draw() % 4 == 0)
		v %= 1000;
	if (draw() % 8 == 0)
		v = d128_pow10[draw() % (unsigned)digits] - (draw() & 1);
	return draw() % 2 ? -v : v;
}

static double
draw_double(bool single)
{
	static const double odd[] = { 0.0, -0.0, 0.1, 1e300, -5e-324,
	    1.7976931348623157e308, INFINITY, -INFINITY, 1e15, 123456.789 };
	double d = odd[draw() % COUNT(odd)];
	uint64_t bits = draw();

	if (draw() % 2) {
		memcpy(&d, &bits, sizeof d);
		if (d != d)		/* SQLite has no NaN */
			d = 0.5;
	}
	return single ? (double)(float)d : d;
}

static struct slice
draw_text(uint32_t most)
{
	static const char *const letter[] = { "a", "Z", " ", "é", "中", "🙂",
	    "'", "|", "0", "\\" };
	uint32_t n = (uint32_t)(draw() % (most + 1));
	const char *s = "";

	while (n-- > 0)
		s = arena_printf(&arena, "%s%s", s,
		    letter[draw() % COUNT(letter)]);
	return slice_str(s);
}

static struct slice
draw_bytes(void)
{
	uint32_t n = (uint32_t)(draw() % 20), i;
	uint8_t *p = arena_alloc(&arena, n);

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)draw();
	return (struct slice){ p, n };
}

static int64_t
draw_moment(int64_t lo, int64_t hi)
{
	uint64_t one = draw() % 10;

	if (one < 2)
		return one == 0 ? MOMENT_INFINITY : -MOMENT_INFINITY;
	return lo + (int64_t)(draw() % (uint64_t)(hi - lo));
}

static void
draw_cell(struct column *c, const struct sqltype *t, uint32_t row)
{
	switch (t->kind) {
	case SQL_SMALLINT:
		c->v.i64[row] = (int16_t)draw();
		break;
	case SQL_INTEGER:
		c->v.i64[row] = (int32_t)draw();
		break;
	case SQL_BIGINT:
		c->v.i64[row] = (int64_t)draw();
		break;
	case SQL_NUMERIC:
		if (c->type == V_D128)
			c->v.d128[row] = draw_number(38);
		else
			c->v.i64[row] = (int64_t)draw_number(t->precision);
		break;
	case SQL_REAL:
	case SQL_DOUBLE:
		c->v.f64[row] = draw_double(t->kind == SQL_REAL);
		break;
	case SQL_BOOLEAN:
		c->v.flag[row] = draw() & 1;
		break;
	case SQL_DATE:
		c->v.i64[row] = draw_moment(-2440000, 4000000);
		break;
	case SQL_TIME:
		c->v.i64[row] = (int64_t)(draw() % 86400000001);
		break;
	case SQL_TIMESTAMP:
		c->v.i64[row] = draw_moment(-210000000000000000,
		    300000000000000000);
		break;
	case SQL_TEXT:
		c->v.text[row] = draw_text(t->length > 0 ? t->length : 30);
		break;
	case SQL_BYTEA:
		c->v.text[row] = draw_bytes();
		break;
	}
}

struct both {
	struct schema_column column[NCOLUMN];
	struct schema_table table;
	struct column col[NCOLUMN];
	const struct column *cols[NCOLUMN];
	uint32_t row[ROWS];
	struct reading pg, lite;
};

static void
make_rows(struct both *b)
{
	struct schema_column *sc;
	struct column *c;
	uint32_t i, row;

	b->table = (struct schema_table){ .name = "t", .column = b->column,
	    .ncolumn = NCOLUMN };
	for (i = 0; i < NCOLUMN; i++) {
		reading_column(&b->pg, arena_printf(&arena, "c%u", i),
		    columns[i].type, columns[i].scale, columns[i].form);
		b->lite.column[i] = b->pg.column[i];
		sc = &b->column[i];
		*sc = (struct schema_column){ .name = b->pg.column[i].name,
		    .type = b->pg.column[i].type,
		    .scale = b->pg.column[i].scale,
		    .sqlite = columns[i].form };
		c = &b->col[i];
		column_init(c, &arena, sqltype_vtype(&sc->type), sc->scale,
		    ROWS);
		memset(c->v.any, 0, ROWS * vtype_size(c->type));
		for (row = 0; row < ROWS; row++)
			if (draw() % 7 == 0)
				column_set_null(c, &arena, ROWS, row);
			else
				draw_cell(c, &sc->type, row);
		b->cols[i] = c;
	}
	b->lite.ncolumn = NCOLUMN;
	for (row = 0; row < ROWS; row++)
		b->row[row] = row;
}

static bool
store_postgres(struct both *b)
{
	struct rowset rows = { .n = ROWS, .row = b->row, .col = b->cols };
	bool good = true;
	PGresult *res;
	struct buf out;
	uint32_t i;

	buf_init(&out, 1 << 30);
	buf_puts(&out, "CREATE TABLE " TABLE " (");
	for (i = 0; i < NCOLUMN; i++)
		buf_printf(&out, "%sc%u %s", i > 0 ? ", " : "", i,
		    columns[i].type);
	buf_puts(&out, ")");
	sql(out.p);
	buf_clear(&out);
	buf_put(&out, PGCOPY_HEADER, PGCOPY_HEADER_BYTES);
	pgcopy_encode(&out, &arena, &b->table, &rows);
	buf_put(&out, PGCOPY_TRAILER, PGCOPY_TRAILER_BYTES);
	PQclear(PQexec(session, "COPY " TABLE " FROM STDIN (FORMAT binary)"));
	if (PQputCopyData(session, out.p, (int)out.len) != 1 ||
	    PQputCopyEnd(session, NULL) != 1)
		good = false;
	while ((res = PQgetResult(session)) != NULL) {
		if (PQresultStatus(res) != PGRES_COMMAND_OK) {
			printf("# %s", PQresultErrorMessage(res));
			good = false;
		}
		PQclear(res);
	}
	buf_fini(&out);
	return good;
}

static bool
store_sqlite(struct both *b)
{
	struct rowset rows = { .n = ROWS, .row = b->row, .col = b->cols };
	struct schema s = { .name = "test", .table = &b->table, .ntable = 1 };
	struct sqlite_packer packer[NCOLUMN];
	struct sqlite_inserter in;
	struct buf out;
	uint32_t i;
	bool good;

	buf_init(&out, 1 << 30);
	sqlite_table_create(&out, &s, &b->table, 0);
	good = db_exec(&b->lite.db, "", out.p) &&
	    sqlite_inserter_init(&in, &b->lite.db.lite, &b->table, "t", 0);
	buf_clear(&out);
	for (i = 0; i < NCOLUMN; i++)
		sqlite_packer_init(&packer[i], &b->column[i]);
	sqlite_rows_pack(&out, &b->table, packer, &rows);
	good = good && sqlite_inserter_run(&in, &(struct sqlite_rows){
	    (const uint8_t *)out.p, ROWS }, ROWS) == SQLITE_OK;
	sqlite_inserter_fini(&in);
	buf_fini(&out);
	return good;
}

static const char *
hash_of(struct reading *r, const char *relation, const struct reader_column *c,
    uint32_t n)
{
	char text[CONTENT_HASH_TEXT];
	struct content_hash h;

	if (!content_hash_table(&r->db, relation, c, n, &h))
		return "none";
	content_hash_format(text, &h);
	return arena_strdup(&arena, text);
}

static void
test_equal(struct both *b)
{
	const char *pg, *lite;
	uint32_t i;

	ok(store_postgres(b) && store_sqlite(b), "%u rows in both", ROWS);
	for (i = 0; i < NCOLUMN; i++) {
		pg = hash_of(&b->pg, TABLE, &b->pg.column[i], 1);
		lite = hash_of(&b->lite, "main.t", &b->pg.column[i], 1);
		is_str(pg, lite, "%s: %s", columns[i].type, lite);
		ok(strncmp(pg, "3000-", 5) == 0, "of all rows");
	}
	pg = hash_of(&b->pg, TABLE, b->pg.column, NCOLUMN);
	lite = hash_of(&b->lite, "main.t", b->pg.column, NCOLUMN);
	is_str(pg, lite, "all columns: %s", lite);
	for (i = 0; i < 2; i++) {
		sql("UPDATE " TABLE " SET c0 = c0 # 1 WHERE ctid IN (SELECT"
		    " ctid FROM " TABLE " WHERE c3 = (SELECT max(c3) FROM "
		    TABLE "))");
		pg = hash_of(&b->pg, TABLE, b->pg.column, NCOLUMN);
		ok((strcmp(pg, lite) == 0) == (i == 1), i == 0 ?
		    "bits of some rows are changed" :
		    "and back, with the rows elsewhere");
	}
}

static void
test_bad(struct both *b)
{
	struct reading *r = &b->pg;
	const char *e;

	sql("CREATE TABLE " SCHEMA ".bad AS SELECT i AS id,"
	    " CASE i WHEN 2 THEN 'NaN'::numeric ELSE i END AS n"
	    " FROM generate_series(1, 3) i");
	reading_clear(r);
	reading_column(r, "id", "integer", -1, SQLITE_FORM_AUTO);
	reading_column(r, "n", "numeric(9,2)", -1, SQLITE_FORM_AUTO);
	is_str(hash_of(r, SCHEMA ".bad", r->column, 2), "none",
	    "a cell that is not of its column's type");
	is_str(reading_error(r), "D056: column 'n' of " SCHEMA ".bad holds a "
	    "value that is no numeric(9,2), in row 2 as the table is read",
	    "is told");
	is_str(hash_of(r, SCHEMA ".none", r->column, 2), "none",
	    "no such table");
	e = reading_error(r);
	ok(strncmp(e, "T057", 4) == 0, "is told: %s", e);
	ok(strncmp(hash_of(r, SCHEMA ".bad", r->column, 1), "3-", 2) == 0,
	    "the connection is of use");
}

int
main(void)
{
	static struct both b;
	char path[] = "sqlite:/tmp/decant-hash-XXXXXX";
	sqlite3 *db;
	int fd;

	pg_begin();
	sql("CREATE SCHEMA " SCHEMA);
	fd = mkstemp(path + 7);
	if (fd >= 0)
		close(fd);
	sqlite3_open(path + 7, &db);
	sqlite3_exec(db, "PRAGMA user_version = 1", NULL, NULL, NULL);
	sqlite3_close(db);
	ok(reading_begin(&b.pg, target) && reading_begin(&b.lite, path),
	    "two databases are open");
	make_rows(&b);
	test_equal(&b);
	test_bad(&b);
	reading_end(&b.pg);
	reading_end(&b.lite);
	unlink(path + 7);
	return pg_end();
}
