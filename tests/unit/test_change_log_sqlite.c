/*
 * The change log in SQLite: is every row that an application writes in it?
 * The oracle is SQLite itself: what differs between a copy of the table that
 * was made before and the table afterwards.
 */
#include "generation/change_log_impl.h"
#include "sqlite_fixture.h"

static struct fixture f;
static const char *path;
static struct log_table table;

/* A database with one table `t`, and its log of generation 1. */
static void
begin(const char *make, const char *const *key, uint32_t nkey)
{
	fix_begin(&f, 1);
	path = fix_path(&f, "log.db");
	run(path, make);
	db_at(&f, path);
	table = (struct log_table){ .name = "t", .generation = 1, .key = key,
	    .nkey = nkey };
	ok(litelog_create(f.db, "s", &table) &&
	    litelog_attach(f.db, "s", &table), "%s", make);
}

static void
end(void)
{
	is_sound(&f, path);
	fix_end(&f);
	fix_remove(path);
}

static const char *
logged(const char *columns)
{
	return ask(&f, path, arena_printf(&f.arena, "SELECT %s FROM "
	    "decant_log__t__g1 ORDER BY seq", columns));
}

/* What statements leave in the log. */
struct step {
	const char *sql, *want;
};

static void
steps(const struct step *s, uint32_t n, const char *columns)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		run(path, "DELETE FROM decant_log__t__g1");
		run(path, s[i].sql);
		is_str(logged(columns), s[i].want, "%s", s[i].sql);
	}
}
#define STEPS(s, columns)	steps(s, sizeof (s) / sizeof (s)[0], columns)

/* --- keys ---------------------------------------------------------------- */

static void
test_integer_key(void)
{
	static const char *const key[] = { "id" };
	static const struct step s[] = {
		{ "INSERT INTO t VALUES(1, 'a', 1)", "1" },
		{ "INSERT INTO t(u) VALUES('b'), ('c'), ('d')", "2 3 4" },
		{ "UPDATE t SET n = 5 WHERE id IN (1, 3)", "1 3" },
		{ "UPDATE t SET id = 30 WHERE id = 3", "3 30" },
		{ "DELETE FROM t WHERE id = 30", "30" },
		{ "REPLACE INTO t VALUES(9, 'a', 2)", "1 9" },
		{ "REPLACE INTO t VALUES(9, 'z', 2)", "9" },
		{ "UPDATE OR REPLACE t SET u = 'd' WHERE id = 2", "4 2" },
		{ "INSERT OR IGNORE INTO t VALUES(50, 'd', 2)", "2" },
		{ "INSERT INTO t VALUES(51, 'd', 2) ON CONFLICT(u) DO UPDATE "
		    "SET n = excluded.n + 1", "2 2" },
		{ "BEGIN; INSERT INTO t VALUES(60, 'q', 1); ROLLBACK", "" },
		{ "INSERT INTO t VALUES(61, 'q', 1); INSERT INTO t VALUES(62, "
		    "'q', 1)", "61" },
		{ "PRAGMA recursive_triggers = ON; REPLACE INTO t VALUES(63, "
		    "'q', 1)", "61 61 63" },
		{ "PRAGMA trusted_schema = OFF; DELETE FROM t", "2 9 63" },
		{ "INSERT INTO t SELECT value, value, value FROM "
		    "(SELECT 1 AS value UNION ALL SELECT 2)", "1 2" },
	};

	begin("CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT UNIQUE, n)", key,
	    1);
	STEPS(s, "k1");
	is_str(ask(&f, path, "SELECT at LIKE '20__-__-__ __:__:__.___', "
	    "at > datetime('now', '-1 minute'), origin FROM "
	    "decant_log__t__g1 LIMIT 1"), "1|1|NULL", "when, and by whom");
	end();
}

static void
test_other_keys(void)
{
	static const char *const both[] = { "b", "a" };
	static const struct step s[] = {
		{ "INSERT INTO t VALUES('x', 1, 'u'), ('x', 2, 'v')",
		    "1|text|x 2|text|x" },
		{ "UPDATE t SET a = 'y' WHERE b = 2", "2|text|x 2|text|y" },
		{ "UPDATE t SET a = 'Y' WHERE b = 2", "2|text|y 2|text|Y" },
		{ "REPLACE INTO t VALUES('z', 3, 'u')", "1|text|x 3|text|z" },
		{ "INSERT INTO t VALUES(x'41', 4, 4.5)", "4|blob|A" },
		{ "DELETE FROM t WHERE b > 2", "3|text|z 4|blob|A" },
	};
	static const char *const key[] = { "k" };
	static const struct step w[] = {
		{ "INSERT INTO t VALUES('a', 1), ('b', 2)", "a b" },
		{ "REPLACE INTO t VALUES('c', 1)", "a c" },
		{ "UPDATE OR REPLACE t SET k = 'c' WHERE k = 'b'", "b c" },
		{ "DELETE FROM t", "c" },
	};

	begin("CREATE TABLE t(a TEXT COLLATE NOCASE, b INTEGER, u); "
	    "CREATE UNIQUE INDEX i ON t(b, a); CREATE UNIQUE INDEX j ON t(u)",
	    both, 2);
	STEPS(s, "k1, typeof(k2), k2");
	end();
	begin("CREATE TABLE t(k TEXT PRIMARY KEY, n UNIQUE) WITHOUT ROWID",
	    key, 1);
	STEPS(w, "k1");
	end();
}

/* Whatever makes a row unique. */
static void
test_displaced(void)
{
	static const char *const key[] = { "id" };
	static const struct step s[] = {
		{ "INSERT INTO t VALUES(1, 'Ab', 1, 1), (2, 'cd', 2, 2), "
		    "(3, 'ef', 3, 3), (4, 'gh', 4, 4)", "1 2 3 4" },
		{ "REPLACE INTO t VALUES(5, 'xAB', 5, 5)", "5" },
		{ "REPLACE INTO t VALUES(6, 'aB', 6, 6)", "1 6" },
		{ "REPLACE INTO t VALUES(7, 'ij', 2, 7)", "2 7" },
		{ "REPLACE INTO t VALUES(8, 'kl', -3, 8)", "8" },
		{ "REPLACE INTO t VALUES(9, 'mn', 103, 3)", "3 9" },
		{ "UPDATE OR REPLACE t SET b = 4, c = 8 WHERE id = 9",
		    "4 8 9" },
		{ "UPDATE OR REPLACE t SET a = 'AB' WHERE id = 6", "6" },
		{ "INSERT INTO t VALUES(10, NULL, NULL, NULL), (11, NULL, "
		    "NULL, NULL)", "10 11" },
		{ "REPLACE INTO t VALUES(12, NULL, NULL, NULL)", "12" },
	};
	static const char *const code[] = { "code" };
	static const struct step r[] = {
		{ "INSERT INTO t(code) VALUES('a'), ('b')", "a b" },
		{ "REPLACE INTO t(rowid, code) VALUES(1, 'c')", "a c" },
		{ "UPDATE OR REPLACE t SET rowid = 2 WHERE code = 'c'",
		    "b c" },
	};

	begin("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b, c);"
	    "CREATE UNIQUE INDEX i ON t(a COLLATE NOCASE);"
	    "CREATE UNIQUE INDEX j ON t(b DESC) WHERE b > 0 AND b < 100;"
	    "CREATE UNIQUE INDEX k ON t(c % 100, coalesce(c, id))", key, 1);
	STEPS(s, "k1");
	end();
	begin("CREATE TABLE t(code TEXT); CREATE UNIQUE INDEX i ON t(code)",
	    code, 1);
	STEPS(r, "k1");
	end();
}

/* --- rows ---------------------------------------------------------------- */

static void
test_rows(void)
{
	static const struct step s[] = {
		{ "INSERT INTO t VALUES('a\"b', 1)",
		    "I|{\"a\":\"a\\\"b\",\"odd \\\"n\":1}" },
		{ "UPDATE t SET a = NULL",
		    "U|{\"a\":null,\"odd \\\"n\":1}" },
		{ "DELETE FROM t", "D|{\"a\":null,\"odd \\\"n\":1}" },
		{ "INSERT INTO t VALUES(x'01ff', 0.1 + 0.2)",
		    "I|{\"a\":\"\\\\x01ff\",\"odd \\\"n\":"
		    "0.30000000000000004}" },
		{ "INSERT INTO t VALUES(12.5, 9e999)",
		    "I|{\"a\":12.5,\"odd \\\"n\":9e999}" },
		{ "INSERT INTO t VALUES(9223372036854775807, -0.05)",
		    "I|{\"a\":9223372036854775807,\"odd \\\"n\":-0.05}" },
	};
	static const struct step u[] = {
		{ "INSERT INTO t VALUES('a', 1), ('b', 2)",
		    "I|{\"a\":\"a\",\"b\":1} I|{\"a\":\"b\",\"b\":2}" },
		{ "REPLACE INTO t VALUES('a', 3)",
		    "D|{\"a\":\"a\",\"b\":1} I|{\"a\":\"a\",\"b\":3}" },
		{ "INSERT OR IGNORE INTO t VALUES('a', 4), ('c', 5)",
		    "I|{\"a\":\"c\",\"b\":5}" },
		{ "INSERT INTO t VALUES('a', 6) ON CONFLICT DO NOTHING",
		    "" },
		{ "INSERT INTO t VALUES('a', 6) ON CONFLICT(a) DO UPDATE "
		    "SET b = 7", "U|{\"a\":\"a\",\"b\":7}" },
		{ "UPDATE OR REPLACE t SET a = 'b', b = 8 WHERE a = 'a'",
		    "D|{\"a\":\"b\",\"b\":2} U|{\"a\":\"b\",\"b\":8}" },
		{ "REPLACE INTO t VALUES('b', 5)",
		    "D|{\"a\":\"b\",\"b\":8} D|{\"a\":\"c\",\"b\":5} "
		    "I|{\"a\":\"b\",\"b\":5}" },
	};
	struct buf b;
	uint32_t i;

	begin("CREATE TABLE t(a, \"odd \"\"n\")", NULL, 0);
	STEPS(s, "op, row");
	is_str(ask(&f, path, "SELECT json_extract(row, '$.a') FROM "
	    "decant_log__t__g1"), "9223372036854775807", "it is JSON");
	end();
	begin("CREATE TABLE t(a UNIQUE, b UNIQUE)", NULL, 0);
	STEPS(u, "op, row");
	end();

	/* Many columns make no expression that is too deep. */
	buf_init(&b, 1u << 20);
	for (i = 0; i < 1900; i++)
		buf_printf(&b, "%sc%u", i == 0 ? "CREATE TABLE t(" : ", ", i);
	buf_putc(&b, ')');
	begin(b.p, NULL, 0);
	buf_fini(&b);
	run(path, "INSERT INTO t(c1899) VALUES('last')");
	is_str(logged("json_extract(row, '$.c1899')"), "last", "1900 columns");
	end();
}

/* --- applications -------------------------------------------------------- */

static void
test_unnoticed(void)
{
	static const char *const key[] = { "id" };
	sqlite3 *db;

	begin("CREATE TABLE t(id INTEGER PRIMARY KEY, u UNIQUE); "
	    "CREATE TABLE other(x); CREATE TABLE order_of(x);"
	    "INSERT INTO other VALUES(1), (2), (3);"
	    "CREATE TRIGGER mine BEFORE INSERT ON t WHEN new.u = 'no' BEGIN "
	    "SELECT RAISE(ABORT, 'no'); END;"
	    "CREATE TRIGGER skip BEFORE INSERT ON t WHEN new.u = 'skip' BEGIN "
	    "SELECT RAISE(IGNORE); END;"
	    "CREATE TRIGGER again AFTER INSERT ON t WHEN new.u < 10 BEGIN "
	    "INSERT INTO t VALUES(new.id + 1, new.u + 1); END;"
	    "CREATE TRIGGER one AFTER UPDATE ON t BEGIN INSERT INTO order_of "
	    "VALUES('one'); END; CREATE TRIGGER two AFTER UPDATE ON t BEGIN "
	    "INSERT INTO order_of VALUES('two'); END", key, 1);
	sqlite3_open(path, &db);
	sqlite3_exec(db, "INSERT INTO t VALUES(4711, 'x')", NULL, NULL, NULL);
	is_int(sqlite3_last_insert_rowid(db), 4711,
	    "the last insert rowid is the application's");
	is_int(sqlite3_changes(db), 1, "so is the number of changes");
	sqlite3_exec(db, "UPDATE t SET u = 'y'", NULL, NULL, NULL);
	is_int(sqlite3_changes(db), 1, "of an update");
	sqlite3_exec(db, "REPLACE INTO t VALUES(4712, 'y')", NULL, NULL,
	    NULL);
	is_int(sqlite3_last_insert_rowid(db), 4712, "of a replace");
	is_int(sqlite3_changes(db), 1, "which is one change");
	is_int(sqlite3_exec(db, "INSERT INTO t VALUES(5000, 'no')", NULL, NULL,
	    NULL), SQLITE_CONSTRAINT, "a user's trigger refuses a row");
	sqlite3_exec(db, "INSERT INTO t VALUES(5001, 'skip')", NULL, NULL,
	    NULL);
	is_int(sqlite3_changes(db), 0, "or ignores one");
	is_str(logged("k1"), "4711 4711 4711 4712", "neither is in the log");
	sqlite3_exec(db, "INSERT INTO t VALUES(1, 8)", NULL, NULL, NULL);
	is_str(ask(&f, path, "SELECT id FROM t WHERE id < 100"), "1 2",
	    "users' triggers are not recursive now, either");
	is_str(ask(&f, path, "SELECT k1 FROM decant_log__t__g1 WHERE "
	    "k1 < 100"), "1 2", "what they write is in the log");
	is_str(ask(&f, path, "SELECT x FROM order_of"), "two one",
	    "they fire in the same order");
	sqlite3_close(db);
	ok(litelog_detach(f.db, "s", "t"), "the triggers are taken away");
	is_str(ask(&f, path, "SELECT name FROM sqlite_master WHERE type = "
	    "'trigger' ORDER BY 1"), "again mine one skip two",
	    "users' are still there");
	run(path, "INSERT INTO t VALUES(6000, 'quiet')");
	is_str(ask(&f, path, "SELECT count(*) FROM decant_log__t__g1 WHERE "
	    "k1 = 6000"), "0", "nothing is logged");
	ok(litelog_attach(f.db, "s", &table) &&
	    litelog_attach(f.db, "s", &table), "and put on, twice");
	run(path, "INSERT INTO t VALUES(6001, 'loud')");
	is_str(ask(&f, path, "SELECT count(*) FROM decant_log__t__g1 WHERE "
	    "k1 = 6001"), "1", "it is logged once");
	ok(litelog_create(f.db, "s", &table), "made once more, it is kept");
	is_str(ask(&f, path, "SELECT count(*) FROM decant_log__t__g1 WHERE "
	    "k1 = 6001"), "1", "with its rows");
	litelog_detach(f.db, "s", "t");
	db_begin(f.db);
	ok(litelog_drop(f.db, "s", &table), "dropped in a transaction");
	db_commit(f.db);
	is_str(ask(&f, path, "SELECT count(*) FROM sqlite_master WHERE name "
	    "LIKE 'decant_log%'"), "0", "it is gone");
	end();
}

/* The log is made like the generation's table, before that is live. */
static void
test_create(void)
{
	static const char *const key[] = { "id", "name" };
	struct log_table t = { .name = "p", .generation = 5, .key = key,
	    .nkey = 2 };

	fix_begin(&f, 1);
	path = fix_path(&f, "log.db");
	run(path, "CREATE TABLE p(id TEXT, name); "
	    "CREATE TABLE p__g5(id INTEGER, name TEXT)");
	db_at(&f, path);
	ok(litelog_create(f.db, "s", &t), "a log");
	is_str(ask(&f, path, "SELECT name, type FROM "
	    "pragma_table_info('decant_log__p__g5')"), "seq|INTEGER at|TEXT "
	    "origin|INTEGER k1|INTEGER k2|TEXT", "its columns");
	is_str(litelog_name(&f.arena, f.db, "s", &t), "log__p__g5",
	    "its name");
	t.generation = 6;
	ok(litelog_create(f.db, "s", &t), "else like the live one");
	is_str(ask(&f, path, "SELECT name, type FROM "
	    "pragma_table_info('decant_log__p__g6') WHERE name = 'k1'"),
	    "k1|TEXT", "its columns");
	t.name = "nowhere";
	ok(!litelog_create(f.db, "s", &t), "of no table");
	is_str(fix_code(&f), "L060", "its code");
	fix_end(&f);
	fix_begin(&f, 1);
	db_at(&f, path);
	t.name = "p";
	t.generation = 7;
	t.key = (const char *const[]){ "id", "absent" };
	ok(!litelog_create(f.db, "s", &t), "of no column");
	is_str(fix_code(&f), "L060", "its code");
	ok(!litelog_attach(f.db, "s", &t), "triggers without a log");
	t.generation = 5;
	ok(!litelog_attach(f.db, "s", &t), "or for a column that is not");
	t.nkey = 1;
	ok(!litelog_attach(f.db, "s", &t), "or for another key");
	t.nkey = 0;
	ok(!litelog_attach(f.db, "s", &t), "or for none");
	is_int(f.diags.errors, 5, "all of them are told");
	is_str(ask(&f, path, "SELECT count(*) FROM sqlite_master WHERE type = "
	    "'trigger'"), "0", "there are none");
	fix_end(&f);

	fix_begin(&f, 1);
	db_at(&f, path);
	t.nkey = 0;
	t.generation = 8;
	sqlite3_create_function(f.db->lite.handle, "json_quote", 1,
	    SQLITE_UTF8, NULL, NULL, NULL, NULL);
	ok(!litelog_create(f.db, "s", &t), "without JSON");
	is_str(fix_code(&f), "L061", "its code");
	fix_end(&f);
	fix_remove(path);
}

/* --- anything ------------------------------------------------------------ */

static uint32_t
pick(uint64_t *seed, uint32_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 20) % n;
}

/* A statement of some kind with small numbers, so that they meet. */
static const char *
any_statement(uint64_t *s)
{
	static const char *const or[] = { "", " OR REPLACE", " OR IGNORE",
	    " OR FAIL", " OR ABORT", " OR REPLACE" };
	static const char *const column[] = { "id", "a", "b", "c" };
	uint32_t kind = pick(s, 10);

	if (kind < 5)
		return arena_printf(&f.arena, "INSERT%s INTO t VALUES(%s, %u, "
		    "%u, %u), (NULL, %u, NULL, %u)", or[pick(s, 6)],
		    pick(s, 3) == 0 ? "NULL" : arena_printf(&f.arena, "%u",
		    pick(s, 30)), pick(s, 30), pick(s, 30), pick(s, 30),
		    pick(s, 30), pick(s, 30));
	if (kind < 6)
		return arena_printf(&f.arena, "INSERT INTO t VALUES(NULL, %u, "
		    "%u, %u) ON CONFLICT(a) DO UPDATE SET c = c + 1, b = %u",
		    pick(s, 30), pick(s, 30), pick(s, 30), pick(s, 30));
	if (kind < 9)
		return arena_printf(&f.arena, "UPDATE%s t SET %s = %u, c = %u "
		    "WHERE %s %% 7 = %u", or[pick(s, 6)],
		    column[pick(s, 3)], pick(s, 30), pick(s, 30),
		    column[pick(s, 4)], pick(s, 7));
	return arena_printf(&f.arena, "DELETE FROM t WHERE %s = %u",
	    column[pick(s, 4)], pick(s, 30));
}

/* Rows that have changed, and are not in the log. */
static void
test_anything(const char *make, const char *key)
{
	const char *const keys[] = { key };
	uint64_t seed = 20240229;
	uint32_t i, k, missed = 0, changed = 0;
	sqlite3 *db;

	begin(make, keys, 1);
	sqlite3_open(path, &db);
	sqlite3_exec(db, "PRAGMA synchronous = OFF; CREATE TEMP TABLE was AS "
	    "SELECT * FROM t", NULL, NULL, NULL);
	for (i = 0; i < 900; i++) {
		sqlite3_stmt *st;

		sqlite3_exec(db, "DELETE FROM was; INSERT INTO was SELECT * "
		    "FROM t; DELETE FROM decant_log__t__g1", NULL, NULL,
		    NULL);
		for (k = 0; k < 3; k++)
			sqlite3_exec(db, any_statement(&seed), NULL, NULL,
			    NULL);
		sqlite3_prepare_v2(db, arena_printf(&f.arena, "SELECT count(*)"
		    ", sum(%s NOT IN (SELECT k1 FROM decant_log__t__g1)) FROM "
		    "(SELECT %s FROM (SELECT * FROM was EXCEPT SELECT * FROM "
		    "t) UNION SELECT %s FROM (SELECT * FROM t EXCEPT SELECT * "
		    "FROM was))", key, key, key), -1, &st, NULL);
		if (sqlite3_step(st) == SQLITE_ROW) {
			changed += (uint32_t)sqlite3_column_int(st, 0);
			missed += (uint32_t)sqlite3_column_int(st, 1);
		}
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
	printf("# %u rows changed\n", changed);
	ok(changed > 2000, "rows change");
	is_int(missed, 0, "all of them are in the log");
	end();
}

/* Without a key: before, plus I, minus D, is after. */
static void
test_any_rows(void)
{
	uint64_t seed = 7;
	uint32_t i, wrong = 0;
	const char *sql;
	sqlite3_stmt *st;
	sqlite3 *db;

	begin("CREATE TABLE t(id, a UNIQUE, b UNIQUE, c)", NULL, 0);
	sqlite3_open(path, &db);
	sqlite3_exec(db, "PRAGMA synchronous = OFF; CREATE TEMP TABLE was AS "
	    "SELECT * FROM t", NULL, NULL, NULL);
	for (i = 0; i < 1000; i++) {
		sqlite3_exec(db, "DELETE FROM was; INSERT INTO was SELECT * "
		    "FROM t; DELETE FROM decant_log__t__g1", NULL, NULL,
		    NULL);
		do
			sql = any_statement(&seed);
		while (strstr(sql, "UPDATE") != NULL);
		sqlite3_exec(db, sql, NULL, NULL, NULL);
		sqlite3_prepare_v2(db, "WITH d(id, a, b, c, n) AS (SELECT *, 1 "
		    "FROM was UNION ALL SELECT *, -1 FROM t UNION ALL SELECT "
		    "json_extract(row, '$.id'), json_extract(row, '$.a'), "
		    "json_extract(row, '$.b'), json_extract(row, '$.c'), "
		    "CASE op WHEN 'I' THEN 1 ELSE -1 END FROM "
		    "decant_log__t__g1) SELECT count(*) FROM "
		    "(SELECT 1 FROM d GROUP BY id, a, b, c HAVING sum(n) <> "
		    "0)", -1, &st, NULL);
		if (sqlite3_step(st) != SQLITE_ROW ||
		    sqlite3_column_int(st, 0) != 0) {
			printf("# %s\n", sql);
			wrong++;
		}
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
	is_int(wrong, 0, "the log tells what became of the rows");
	end();
}

int
main(void)
{
	fix_dir_begin();
	test_integer_key();
	test_other_keys();
	test_displaced();
	test_rows();
	test_unnoticed();
	test_create();
	test_anything("CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE, b, c);"
	    "CREATE UNIQUE INDEX i ON t(b) WHERE b > 10;"
	    "CREATE UNIQUE INDEX j ON t(c * 2, b)", "id");
	test_anything("CREATE TABLE t(id, a PRIMARY KEY NOT NULL, b UNIQUE ON "
	    "CONFLICT REPLACE, c) WITHOUT ROWID", "a");
	test_anything("CREATE TABLE t(id UNIQUE, a UNIQUE, b NOT NULL DEFAULT "
	    "5, c)", "a");
	test_any_rows();
	return tap_done();
}
