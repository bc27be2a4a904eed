/*
 * Content hashes of tables in SQLite: what they are, what changes them and
 * what does not.  Between databases: tests/database/test_content_hash_pg.c.
 */
#include <xxhash.h>

#include "db/content_hash.h"
#include "reader_fixture.h"
#include "sqlite_fixture.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

static void
columns(struct reading *r)
{
	reading_clear(r);
	reading_column(r, "id", "bigint", -1, SQLITE_FORM_AUTO);
	reading_column(r, "a", "text", -1, SQLITE_FORM_AUTO);
	reading_column(r, "b", "text", -1, SQLITE_FORM_AUTO);
	reading_column(r, "n", "numeric(9,2)", -1, SQLITE_FORM_AUTO);
	reading_column(r, "f", "double precision", -1, SQLITE_FORM_AUTO);
}

/* The hash of the table that these statements make; "none": an error. */
static const char *
hash_of(struct reading *r, const char *sql)
{
	char text[CONTENT_HASH_TEXT];
	struct content_hash h;

	db_exec(&r->db, "", "DROP TABLE IF EXISTS t; CREATE TABLE t (id"
	    " INTEGER PRIMARY KEY, a TEXT, b TEXT, n REAL, f REAL)");
	if (!db_exec(&r->db, "", sql))
		printf("# %s\n", reading_error(r));
	if (!content_hash_table(&r->db, "main.t", r->column, r->ncolumn, &h))
		return "none";
	content_hash_format(text, &h);
	return arena_strdup(&r->arena, text);
}

/* The form that content_hash.h describes, written out. */
static void
test_form(struct reading *r)
{
	static const char row1[] =
	    "\1" "\1\0\0\0" "7"
	    "\1" "\4\0\0\0" "Zo\xc3\xab"
	    "\0"
	    "\1" "\4\0\0\0" "1.50"
	    "\1" "\3\0\0\0" "0.1";
	static const char row2[] =
	    "\1" "\2\0\0\0" "-1"
	    "\1" "\0\0\0\0"
	    "\0"
	    "\0"
	    "\1" "\1\0\0\0" "0";
	char want[CONTENT_HASH_TEXT];
	uint64_t sum = XXH3_64bits(row1, sizeof row1 - 1) +
	    XXH3_64bits(row2, sizeof row2 - 1);

	snprintf(want, sizeof want, "2-%016llx", (unsigned long long)sum);
	columns(r);
	is_str(hash_of(r, "INSERT INTO t VALUES (7, 'Zoë', NULL, 1.5, 0.1),"
	    " (-1, '', NULL, NULL, -0.0)"), want, "two rows");
	is_str(hash_of(r, "SELECT 1"), "0-0000000000000000", "no rows");
}

#define ROWS								\
	"INSERT INTO t VALUES (1, 'ab', 'c', 1.5, 0.5),"		\
	" (2, '', NULL, -0.01, -1e300), (3, NULL, '', 0, NULL);"

static void
test_changes(struct reading *r)
{
	static const struct {
		const char *sql, *what;
	} other[] = {
		{ "UPDATE t SET id = 4 WHERE id = 3", "a key" },
		{ "UPDATE t SET a = 'aB' WHERE id = 1", "a letter" },
		{ "UPDATE t SET a = 'ab ' WHERE id = 1", "a blank" },
		{ "UPDATE t SET a = NULL WHERE id = 2", "null for ''" },
		{ "UPDATE t SET a = '' WHERE id = 3", "'' for null" },
		{ "UPDATE t SET a = b, b = a WHERE id = 1",
		    "two values between columns" },
		{ "UPDATE t SET a = b, b = a WHERE id = 2",
		    "null and '' between columns" },
		{ "UPDATE t SET a = 'a', b = 'bc' WHERE id = 1",
		    "a letter between columns" },
		{ "UPDATE t SET n = 1.51 WHERE id = 1", "a cent" },
		{ "UPDATE t SET n = 0.01 WHERE id = 2", "a sign" },
		{ "UPDATE t SET n = NULL WHERE id = 3", "null for 0" },
		{ "UPDATE t SET f = 0.50000000000000011 WHERE id = 1",
		    "the last bit of a float" },
		{ "UPDATE t SET f = 0 WHERE id = 3", "0 for null" },
		{ "UPDATE t SET n = CASE id WHEN 1 THEN -0.01 ELSE 1.5 END"
		    " WHERE id < 3", "two values between rows" },
		{ "DELETE FROM t WHERE id = 3", "one row less" },
		{ "INSERT INTO t VALUES (4, NULL, NULL, NULL, NULL)",
		    "a row of nulls more" },
	};
	static const struct {
		const char *sql, *what;
	} same[] = {
		{ "UPDATE t SET id = -id; UPDATE t SET id = -id;"
		    " UPDATE t SET n = n, f = f", "nothing" },
		{ "CREATE TABLE s AS SELECT * FROM t ORDER BY id DESC;"
		    " DROP TABLE t; CREATE TABLE t (id TEXT, a, b, n REAL, f);"
		    " ALTER TABLE t DROP COLUMN id; ALTER TABLE t ADD COLUMN"
		    " id INTEGER; INSERT INTO t (id, a, b, n, f) SELECT id, a,"
		    " b, n, f FROM s; DROP TABLE s",
		    "the order of rows and of the table's columns" },
	};
	const char *base, *got;
	size_t i, k;

	columns(r);
	base = hash_of(r, ROWS);
	ok(strncmp(base, "3-", 2) == 0, "a table: %s", base);
	for (i = 0; i < COUNT(other); i++) {
		got = hash_of(r, arena_printf(&r->arena, ROWS "%s",
		    other[i].sql));
		ok(strcmp(got, base) != 0 && strcmp(got, "none") != 0,
		    "%s changes it", other[i].what);
	}
	for (i = 0; i < COUNT(same); i++) {
		got = hash_of(r, arena_printf(&r->arena, ROWS "%s",
		    same[i].sql));
		is_str(got, base, "%s does not", same[i].what);
	}
	/* columns of one kind in another order are another table */
	for (k = 0; k < 2; k++)
		r->column[1 + k].name = k == 0 ? "b" : "a";
	got = hash_of(r, ROWS);
	ok(strcmp(got, base) != 0, "the order of the columns given does");
}

/* A sum, not an exclusive or: equal rows do not vanish. */
static void
test_equal_rows(struct reading *r)
{
	const char *one, *twice, *four;

	reading_clear(r);
	reading_column(r, "a", "text", -1, SQLITE_FORM_AUTO);
	one = hash_of(r, "INSERT INTO t (a) VALUES ('x')");
	twice = hash_of(r, "INSERT INTO t (a) VALUES ('x'), ('x')");
	four = hash_of(r, "INSERT INTO t (a) VALUES ('x'), ('x'), ('y'),"
	    " ('y')");
	ok(strcmp(twice + 2, "0000000000000000") != 0 &&
	    strcmp(one + 2, twice + 2) != 0, "two equal rows: %s", twice);
	ok(strcmp(four, hash_of(r, "INSERT INTO t (a) VALUES ('x'), ('x'),"
	    " ('x'), ('y')")) != 0, "other numbers of equal rows");
}

static void
test_many(struct reading *r)
{
	const char *up, *down;

	columns(r);
#define MANY(order)							\
	"WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE"\
	" i < 5000) INSERT INTO t (a, b, n, f) SELECT i, 'b' || i, i / 100.0,"\
	" i / 7.0 FROM s ORDER BY i " order ";"
	reading_clear(r);
	reading_column(r, "a", "text", -1, SQLITE_FORM_AUTO);
	reading_column(r, "n", "numeric(9,2)", -1, SQLITE_FORM_AUTO);
	reading_column(r, "f", "double precision", -1, SQLITE_FORM_AUTO);
	up = hash_of(r, MANY("ASC"));
	down = hash_of(r, MANY("DESC"));
	ok(strncmp(up, "5000-", 5) == 0, "many rows: %s", up);
	is_str(down, up, "in another order");
	ok(strcmp(up, hash_of(r, MANY("ASC") "UPDATE t SET f = f + 1e-9 WHERE"
	    " id = 4999")) != 0, "one of them changed");
}

static void
test_bad(struct reading *r)
{
	columns(r);
	is_str(hash_of(r, ROWS "UPDATE t SET n = 1.005 WHERE id = 2;"
	    "UPDATE t SET n = 'x', a = x'00' WHERE id = 3"), "none",
	    "a cell that is not of its column's type");
	is_str(reading_error(r), "D056: column 'n' of main.t holds a value "
	    "that is no numeric(9,2), in row 2 as the table is read",
	    "is told");
	is_str(hash_of(r, MANY("ASC") "UPDATE t SET n = 'x' WHERE id = 3333"),
	    "none", "one of many");
	is_str(reading_error(r), "D056: column 'n' of main.t holds a value "
	    "that is no numeric(9,2), in row 3333 as the table is read",
	    "is told");
	r->column[0].name = "none";
	is_str(hash_of(r, ROWS), "none", "a column that is not");
	ok(strncmp(reading_error(r), "T011", 4) == 0, "is told");
	columns(r);
	r->interrupted = 1;
	db_exec(&r->db, "", "SELECT 1");
	is_str(hash_of(r, ROWS), "none", "a signal");
	is_str(reading_error(r), "", "is not told");
	r->interrupted = 0;
}

int
main(void)
{
	static const struct content_hash h = { UINT64_MAX, UINT64_MAX };
	char text[CONTENT_HASH_TEXT], path[300];
	struct reading r;

	fix_dir_begin();
	snprintf(path, sizeof path, "sqlite:%s/hash.db", fix_dir);
	run(path + 7, "CREATE TABLE t (a)");
	ok(reading_begin(&r, path), "a database is open");
	test_form(&r);
	test_changes(&r);
	test_equal_rows(&r);
	test_many(&r);
	test_bad(&r);
	content_hash_format(text, &h);
	is_str(text, "18446744073709551615-ffffffffffffffff",
	    "the longest text");
	reading_end(&r);
	return tap_done();
}
