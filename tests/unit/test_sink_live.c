/*
 * The SQLite sink beside a live generation: what users have made there, runs
 * that were killed, others who read and write at the same time.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "db/sqlite_db.h"
#include "sqlite_fixture.h"

/* --- a live database ----------------------------------------------------- */

static void
test_live(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "live.db");

	is_int(load_two(&f, path, 1, 10), OK, "the first load makes it");
	fix_end(&f);
	run(path, "CREATE TABLE log(x); CREATE TABLE mine(p REFERENCES "
	    "person(id)); INSERT INTO mine VALUES(5);"
	    "CREATE INDEX by_name ON person(name, id);"
	    "CREATE VIEW names AS SELECT name FROM person;"
	    "CREATE TRIGGER t AFTER INSERT ON person "
	    "BEGIN INSERT INTO log VALUES(new.id); END;"
	    "CREATE TRIGGER u AFTER INSERT ON mine "
	    "BEGIN UPDATE person SET name = 'u' WHERE id = new.p; END");
	begin_two(&f, "live.db");
	open_at(&f, path);
	number_rows(&f, 1, 20);
	fix_put(&f);
	fix_finish(&f);
	is_str(ask(&f, path, "SELECT count(*) FROM person"), "10",
	    "the second does not show before it is published");
	is_int(fix_publish(&f), OK, "it is published");
	is_str(ask(&f, path, "SELECT count(*) FROM names"), "20",
	    "a view shows the new rows");
	is_str(ask(&f, path, "SELECT name FROM sqlite_master ORDER BY 1"),
	    "by_name log mine names person t u", "indexes and triggers stay");
	run(path, "INSERT INTO person VALUES(21, 'x'); "
	    "INSERT INTO mine VALUES(21)");
	is_str(ask(&f, path, "SELECT x FROM log"), "21",
	    "a trigger on the table works, and did not fire in the load");
	is_str(ask(&f, path, "SELECT name FROM person WHERE id = 21"), "u",
	    "and so does a trigger that writes to it");
	is_str(ask(&f, path, "PRAGMA foreign_key_list(mine)"),
	    "0|0|person|p|id|NO ACTION|NO ACTION|NONE",
	    "a foreign key refers to it");
	is_str(fix_list(&f, fix_dir), "live.db", "nothing else is there");
	is_sound(&f, path);
	fix_end(&f);
	fix_remove(path);
}

/* A batch larger than a chunk, and rows in several tables. */
static void
test_many_tables(void)
{
	static const char *const cells[] = { "a", "1" };
	struct fixture f;
	const char *path;
	int i;

	fix_begin(&f, 3);
	fix_table(&f, 0, "person", COLUMNS(two));
	fix_table(&f, 1, "empty", COLUMNS(pair));
	fix_table(&f, 2, "phone", COLUMNS(pair));
	path = fix_path(&f, "many.db");
	run(path, "CREATE TABLE other(x)");
	is_int(open_at(&f, path), OK, "three tables are staged");
	for (i = 0; i < 2; i++) {
		number_rows(&f, (uint32_t)i * 25000, 25000);
		fix_rows(&f, 1, 0);
		fix_rows(&f, 2, 1);
		fix_row(&f, 2, 0, cells);
		fix_set(&f, 2, 0, 1, i == 0 ? "1" : "2");
		is_int(fix_put(&f), OK, "a batch of 25,001 rows");
	}
	is_int(fix_finish(&f), OK, "keys are fine");
	is_int(fix_publish(&f), OK, "it is published");
	is_str(ask(&f, path, "SELECT (SELECT count(*) FROM person), (SELECT "
	    "max(id) FROM person), (SELECT count(*) FROM empty), (SELECT "
	    "sum(n) FROM phone)"), "50000|49999|0|3", "all rows are there");
	is_sound(&f, path);
	fix_end(&f);
	fix_remove(path);
}

/* Names of key indexes alternate, and nothing heaps up. */
static void
test_generations(void)
{
	static const char *const cells[] = { "a", "1" };
	static const char *const want[] = { "t_key", "t_key_g1", "t_key_g2",
	    "t_key_g1" };
	struct fixture f;
	const char *path = "";
	uint32_t i;

	for (i = 0; i < 4; i++) {
		fix_begin(&f, 1);
		fix_table(&f, 0, "t", COLUMNS(pair));
		path = fix_path(&f, "gen.db");
		open_at(&f, path);
		fix_rows(&f, 0, 1);
		fix_row(&f, 0, 0, cells);
		fix_put(&f);
		fix_finish(&f);
		is_int(fix_publish(&f), OK, "load %u", i + 1);
		is_str(ask(&f, path, "SELECT name FROM sqlite_master WHERE "
		    "type = 'index'"), want[i], "the key's index");
		if (i == 3)
			is_sound(&f, path);
		fix_end(&f);
	}
	fix_remove(path);
}

/* What would break by the new table, and what the database says afterwards. */
static void
test_misfits(void)
{
	static const struct {
		const char *make, *code, *what;
	} cases[] = {
		{ "CREATE INDEX gone_at ON person(gone)", "T015",
		    "an index on a column that goes" },
		{ "CREATE UNIQUE INDEX one ON person(name)", "T015",
		    "a unique index that the new rows break" },
		{ "CREATE TRIGGER tr AFTER UPDATE ON person BEGIN "
		    "INSERT INTO log VALUES(old.gone); END", "T015",
		    "a trigger on the table that uses it" },
		{ "CREATE TRIGGER tr AFTER INSERT ON log BEGIN "
		    "UPDATE person SET gone = 1; END", "T015",
		    "a trigger on another table that uses it" },
		{ "CREATE VIEW v AS SELECT gone FROM person", "T015",
		    "a view that uses it" },
		{ "INSERT INTO child VALUES(1), (77)", "T016",
		    "a row that refers to one that goes" },
		{ "DROP TABLE person; CREATE TABLE person(id INTEGER PRIMARY "
		    "KEY, name, gone UNIQUE); INSERT INTO person VALUES(77, "
		    "'old', 1); CREATE TABLE c2(p REFERENCES person(gone)); "
		    "INSERT INTO c2 VALUES(1)", "T016",
		    "a foreign key to a column that goes" },
	};
	struct fixture f;
	const char *path, *before;
	uint32_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		path = begin_two(&f, "misfit.db");
		run(path, "CREATE TABLE log(x); CREATE TABLE person(id INTEGER "
		    "PRIMARY KEY, name, gone); INSERT INTO person VALUES(77, "
		    "'old', 1); CREATE TABLE child(p REFERENCES person(id))");
		run(path, cases[i].make);
		before = ask(&f, path, "SELECT type, name, tbl_name, sql FROM "
		    "sqlite_master ORDER BY 1, 2");
		is_int(load_two(&f, path, 1, 5), FATAL, "%s", cases[i].what);
		is_str(fix_code(&f), cases[i].code, "its code");
		is_str(ask(&f, path, "SELECT type, name, tbl_name, sql FROM "
		    "sqlite_master ORDER BY 1, 2"), before,
		    "the schema is as it was");
		is_str(ask(&f, path, "SELECT * FROM person"), "77|old|1",
		    "and so are the rows");
		is_sound(&f, path);
		fix_end(&f);
		fix_remove(path);
	}
}

/* What is broken already stands in nobody's way. */
static void
test_broken_before(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "broken.db");

	run(path, "CREATE TABLE person(id); CREATE VIEW v AS SELECT zz FROM "
	    "person; CREATE TABLE c(p REFERENCES nowhere(x)); "
	    "INSERT INTO c VALUES(1)");
	is_int(load_two(&f, path, 1, 5), OK,
	    "a broken view and a dangling row do not matter");
	fix_end(&f);
	fix_remove(path);
}

static void
test_busy(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "busy.db");
	sqlite3 *other;

	load_two(&f, path, 1, 5);
	fix_end(&f);
	sqlite_db_wait_ms = 300;
	sqlite3_open(path, &other);
	begin_two(&f, "busy.db");
	open_at(&f, path);
	sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	number_rows(&f, 1, 20000);
	is_int(fix_put(&f), FATAL, "another writer holds the lock too long");
	is_str(fix_code(&f), "T010", "its code");
	f.sink.ops->abort(f.sink.state);
	is_str(fix_code(&f), "T019", "staged tables must stay for now");
	sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
	fix_end(&f);
	begin_two(&f, "busy.db");
	open_at(&f, path);
	sqlite3_exec(other, "BEGIN; SELECT * FROM person", NULL, NULL, NULL);
	number_rows(&f, 1, 20000);
	is_int(fix_put(&f), FATAL, "another reader holds the lock too long");
	is_str(fix_code(&f), "T010", "its code");
	sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
	sqlite3_close(other);
	fix_end(&f);
	sqlite_db_wait_ms = 30000;
	begin_two(&f, "busy.db");
	is_int(load_two(&f, path, 1, 5), OK, "the next run goes through");
	is_str(ask(&f, path, "SELECT name FROM sqlite_master"), "person",
	    "and drops what was left");
	is_str(fix_list(&f, fix_dir), "busy.db", "nothing else is there");
	fix_end(&f);
	fix_remove(path);
}

/* --- killed runs --------------------------------------------------------- */

static void
killed_run(const char *file, const char *table)
{
	struct fixture f;
	const char *path;
	pid_t child = fork();
	int status;

	if (child == 0) {
		path = begin_two(&f, file);
		f.schema.table[0].name = table;
		open_at(&f, path);
		number_rows(&f, 1, 25000);
		fix_put(&f);
		number_rows(&f, 30000, 25000);
		fix_put(&f);
		raise(SIGKILL);
	}
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status), "a run was killed");
}

static void
test_killed(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "killed.db");

	killed_run("killed.db", "person");
	ok(strstr(fix_list(&f, fix_dir), "killed.db.decant-") != NULL,
	    "it left a file");
	is_int(load_two(&f, path, 1, 5), OK, "the next run");
	is_str(fix_list(&f, fix_dir), "killed.db", "removes it");
	fix_end(&f);

	begin_two(&f, "killed.db");
	run(path, "CREATE TABLE keep__g1(x); CREATE TABLE person__g2(x)");
	killed_run("killed.db", "person");
	is_str(ask(&f, path, "SELECT count(*) > 1 FROM person__g1"), "1",
	    "a killed run left a staged table");
	killed_run("killed.db", "account");
	is_int(load_two(&f, path, 1, 6), OK, "the next run");
	is_str(ask(&f, path, "SELECT name FROM sqlite_master ORDER BY 1"),
	    "keep__g1 person person__g2", "drops it, and nobody else's");
	fix_end(&f);

	begin_two(&f, "killed.db");
	killed_run("killed.db", "person");
	fix_remove(fix_path(&f, "killed.db.decant-lock"));
	is_int(load_two(&f, path, 1, 6), OK, "though the lock file is lost");
	is_str(ask(&f, path, "SELECT name FROM sqlite_master ORDER BY 1"),
	    "keep__g1 person person__g2", "it knows its own");
	is_sound(&f, path);
	fix_end(&f);
	fix_remove(path);
}

/* --- others at the same time --------------------------------------------- */

struct other {
	const char *path;
	volatile bool stop;
	uint32_t reads, writes, failed;
	double longest;
};

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *
use_database(void *arg)
{
	struct other *o = arg;
	struct timespec nap = { 0, 2000000 };
	sqlite3 *db;
	double at, took;

	sqlite3_open(o->path, &db);
	sqlite3_busy_timeout(db, 10000);
	while (!o->stop) {
		at = seconds();
		o->failed += sqlite3_exec(db, "SELECT count(*) FROM person",
		    NULL, NULL, NULL) != SQLITE_OK;
		o->reads++;
		o->failed += sqlite3_exec(db, "INSERT INTO other VALUES(1)",
		    NULL, NULL, NULL) != SQLITE_OK;
		o->writes++;
		took = seconds() - at;
		if (took > o->longest)
			o->longest = took;
		nanosleep(&nap, NULL);
	}
	sqlite3_close(db);
	return NULL;
}

static void
test_concurrent(const char *mode)
{
	struct fixture f;
	const char *path = begin_two(&f, "shared.db");
	struct other o = { 0 };
	pthread_t thread;
	enum grade g = OK;
	uint32_t i;

	run(path, arena_printf(&f.arena, "PRAGMA journal_mode = %s; "
	    "CREATE TABLE person(id, name); CREATE TABLE other(x); "
	    "INSERT INTO person VALUES(1, 'x')", mode));
	o.path = path;
	open_at(&f, path);
	pthread_create(&thread, NULL, use_database, &o);
	number_rows(&f, 0, 1024);
	for (i = 0; i < 300 && g == OK; i++) {
		int64_t *id = f.batch.rows[0].col[0]->v.i64;
		uint32_t k;

		for (k = 0; k < 1024; k++)
			id[k] = i * 1024 + k;
		g = fix_put(&f);
	}
	is_int(g, OK, "300,000 rows while others read and write (%s)", mode);
	is_int(fix_finish(&f), OK, "keys are fine");
	is_int(fix_publish(&f), OK, "it is published");
	o.stop = true;
	pthread_join(thread, NULL);
	printf("# %u reads and %u writes, the longest pair %.3f s\n",
	    o.reads, o.writes, o.longest);
	is_int(o.failed, 0, "nobody was turned away");
	ok(o.longest < 5, "nobody waited long");
	is_str(ask(&f, path, "SELECT count(*) FROM person"), "307200",
	    "all rows are there");
	is_sound(&f, path);
	fix_end(&f);
	fix_remove(path);
	fix_remove(fix_path(&f, "shared.db-wal"));
	fix_remove(fix_path(&f, "shared.db-shm"));
}

int
main(void)
{
	fix_dir_begin();
	test_live();
	test_many_tables();
	test_generations();
	test_misfits();
	test_broken_before();
	test_busy();
	test_killed();
	test_concurrent("DELETE");
	test_concurrent("WAL");
	return tap_done();
}
