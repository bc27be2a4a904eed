/*
 * The SQLite sink beside a live generation: tables of another generation, what
 * they begin with, runs that were killed and resumed, others who read and
 * write at the same time.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "db/sqlite_db.h"
#include "db/sqlite_made.h"
#include "sqlite_fixture.h"

/* --- a live database ----------------------------------------------------- */

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
	is_int(publish(&f), OK, "it is published");
	is_str(ask(&f, path, "SELECT (SELECT count(*) FROM person), (SELECT "
	    "max(id) FROM person), (SELECT count(*) FROM empty), (SELECT "
	    "sum(n) FROM phone)"), "50000|49999|0|3", "all rows are there");
	is_sound(&f, path);
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
	give_up(&f);
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
	is_str(names(&f, path), "person", "and drops what was left");
	is_str(fix_list(&f, fix_dir), "busy.db", "nothing else is there");
	fix_end(&f);
	fix_remove(path);
}

/* Who interrupts does not wait until many rows are dropped. */
static void
test_hurry(void)
{
	volatile int interrupted = 0;
	struct fixture f;
	const char *path = begin_two(&f, "hurry.db");
	uint32_t i;

	run(path, "CREATE TABLE t(x)");
	open_at(&f, path);
	f.db->lite.interrupted = &interrupted;
	for (i = 0; i < 60; i++) {
		number_rows(&f, i * 1000, 1000);
		fix_put(&f);
	}
	interrupted = 1;
	sqlite_made_small_file = 0;
	f.sink.ops->abort(f.sink.state);
	is_str(fix_code(&f), "T019", "many rows are left behind");
	interrupted = 0;
	is_int(f.sink.ops->open(f.sink.state, &f.schema), OK,
	    "the next run drops them");
	interrupted = 1;
	f.sink.ops->abort(f.sink.state);
	sqlite_made_small_file = 1 << 30;
	is_str(names(&f, path), "t", "few are dropped at once");
	interrupted = 0;
	give_up(&f);
	fix_end(&f);
	fix_remove(path);
}

/* --- a generation's tables ----------------------------------------------- */

static const struct fix_column phones[] = {
	{ "person", "bigint", 1, true, 0 }, { "n", "text", 2, true, 0 },
};

/* person, and phone that refers to it; numbers are unique. */
static const char *
begin_family(struct fixture *f, const char *file)
{
	static uint32_t person = 0, number = 1, id = 0;
	static struct schema_constraint k[] = {
		{ .kind = CONSTRAINT_FOREIGN, .name = "phone_person",
		    .table = 1, .column = &person, .ncolumn = 1,
		    .to_table = 0, .to = &id },
		{ .kind = CONSTRAINT_UNIQUE, .name = "one", .table = 1,
		    .column = &number, .ncolumn = 1 },
	};

	fix_begin(f, 2);
	fix_table(f, 0, "person", COLUMNS(two));
	fix_table(f, 1, "phone", COLUMNS(phones));
	f->schema.constraint = k;
	f->schema.nconstraint = 2;
	conflicts_init(&f->conflicts, &f->arena, 4);
	return fix_path(f, file);
}

/* Persons from..from+n-1, each with the phone 5550000 + id. */
static void
family_rows(struct fixture *f, uint32_t from, uint32_t n)
{
	char id[16], number[16];
	uint32_t i;

	number_rows(f, from, n);
	fix_rows(f, 1, n);
	for (i = 0; i < n; i++) {
		snprintf(id, sizeof id, "%u", from + i);
		snprintf(number, sizeof number, "%u", 5550000 + from + i);
		fix_set(f, 1, i, 0, id);
		fix_set(f, 1, i, 1, number);
	}
}

static void
test_stage(void)
{
	struct fixture f;
	const char *path = begin_family(&f, "stage.db");

	run(path, "CREATE TABLE person(id INTEGER PRIMARY KEY, name);"
	    "CREATE TABLE phone(person REFERENCES person(id), n);"
	    "INSERT INTO person VALUES(1, 'live')");
	f.stage.generation = 5;
	is_int(open_at(&f, path), OK, "generation 5 is staged");
	family_rows(&f, 1, 5);
	is_int(fix_put(&f), OK, "rows");
	is_int(fix_finish(&f), OK, "keys and constraints are fine");
	is_int(fix_publish(&f), OK, "it is sealed");
	give_up(&f);
	is_str(names(&f, path), "one__g5 person person__g5 phone phone__g5 "
	    "phone_key__g5", "all names carry the generation");
	is_str(ask(&f, path, "PRAGMA foreign_key_list(phone__g5)"),
	    "0|0|person__g5|person|id|NO ACTION|NO ACTION|NONE",
	    "foreign keys stay in it");
	is_str(ask(&f, path, "SELECT count(*), max(n) FROM phone__g5"),
	    "5|5550005", "its rows");
	ok(run(path, "PRAGMA foreign_keys = ON; DELETE FROM person"),
	    "it does not hold up who deletes from the live tables");
	is_sound(&f, path);

	is_int(open_at(&f, path), OK, "the same generation once more");
	is_str(ask(&f, path, "SELECT count(*) FROM person__g5"), "0",
	    "what decant staged is dropped");
	f.sink.ops->abort(f.sink.state);
	is_str(names(&f, path), "person phone", "abort drops it");
	give_up(&f);
	fix_end(&f);
	fix_remove(path);
}

/* Names that others have. */
static void
test_taken(void)
{
	static const struct {
		const char *make, *name;
	} cases[] = {
		{ "CREATE TABLE phone__g1(x)", "a table" },
		{ "CREATE VIEW person__g1 AS SELECT 1", "a view" },
		{ "CREATE TABLE t(x); CREATE INDEX phone_key__g1 ON t(x)",
		    "an index" },
		{ "CREATE TABLE one__g1(x)", "a table for an index" },
	};
	const char *path, *before;
	struct fixture f;
	uint32_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		path = begin_family(&f, "taken.db");
		run(path, cases[i].make);
		before = names(&f, path);
		is_int(open_at(&f, path), FATAL, "%s has the name",
		    cases[i].name);
		is_str(fix_code(&f), "T014", "its code");
		give_up(&f);
		is_str(names(&f, path), before, "it is still there");
		fix_end(&f);
		fix_remove(path);
	}
	/* Somebody has changed what decant made, and so it is theirs. */
	path = begin_two(&f, "taken.db");
	run(path, "CREATE TABLE t(x)");
	open_at(&f, path);
	fix_publish(&f);
	give_up(&f);
	run(path, "ALTER TABLE person__g1 ADD COLUMN mine DEFAULT 7");
	is_int(open_at(&f, path), FATAL, "a table that was changed by hand");
	is_str(fix_code(&f), "T014", "its code");
	give_up(&f);
	is_str(names(&f, path), "person__g1 t", "it is still there");
	fix_end(&f);
	fix_remove(path);
}

static void
test_checkpoint(void)
{
	struct fixture f;
	const char *path = begin_two(&f, "check.db");

	run(path, "CREATE TABLE t(x)");
	f.stage.checkpoint = 100;
	open_at(&f, path);
	number_rows(&f, 1, 90);
	fix_put(&f);
	is_str(ask(&f, path, "SELECT count(*) FROM person__g1"), "0",
	    "90 rows wait");
	number_rows(&f, 91, 170);
	fix_put(&f);
	is_str(ask(&f, path, "SELECT count(*) FROM person__g1"), "260",
	    "more than a hundred are committed");
	give_up(&f);
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
	is_str(names(&f, path), "account__g1 keep__g1 person person__g2",
	    "drops it, and nobody else's");
	fix_end(&f);

	begin_two(&f, "killed.db");
	killed_run("killed.db", "person");
	fix_remove(fix_path(&f, "killed.db.decant-lock"));
	is_int(load_two(&f, path, 1, 6), OK, "though the lock file is lost");
	is_str(names(&f, path), "account__g1 keep__g1 person person__g2",
	    "it knows its own");
	is_sound(&f, path);
	fix_end(&f);
	fix_remove(path);
}

/* --- resumed runs -------------------------------------------------------- */

/*
 * Puts batches of 100 families until it is killed or all 100 batches are in.
 * Persons of batch 40 repeat those of batch 20 if so asked.
 */
static enum grade
family_run(struct fixture *f, const char *path, bool repeat)
{
	uint32_t i;
	enum grade g = open_at(f, path);

	for (i = 0; i < 100 && g == OK; i++) {
		family_rows(f, i * 100, 100);
		if (repeat && i == 40)
			number_rows(f, 2000, 100);
		g = fix_put(f);
	}
	if (g == OK)
		g = fix_finish(f);
	return g;
}

static void
killed_family(const char *file, uint32_t ms, bool repeat)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
	struct fixture f;
	const char *path;
	pid_t child = fork();
	int status;

	if (child == 0) {
		path = begin_family(&f, file);
		f.stage.checkpoint = 500;
		f.stage.resume = true;
		family_run(&f, path, repeat);
		raise(SIGKILL);
	}
	nanosleep(&t, NULL);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static void
test_resume(bool repeat)
{
	struct fixture f;
	const char *path = begin_family(&f, "resume.db");
	uint32_t round, some = 0;
	int64_t n, before = -1;

	run(path, "CREATE TABLE t(x)");
	for (round = 0; round < 25; round++) {
		killed_family("resume.db", 3 + round * 7, repeat);
		is_str(ask(&f, path, "PRAGMA quick_check"), "ok",
		    "killed: the database is whole");
		n = strtoll(ask(&f, path, "SELECT count(*) FROM phone__g1"),
		    NULL, 10);
		some += n > 0 && n < 10000 && n > before;
		before = n;
	}
	ok(repeat || some > 1, "runs were killed on their way");
	f.stage.resume = true;
	is_int(family_run(&f, path, repeat), repeat ? BAD : OK,
	    "the last run goes on to the end");
	is_int(f.conflicts.n, repeat ? 100 : 0, "keys that repeat");
	if (repeat) {
		ok(conflicts_has(&f.conflicts, 0, "4:2000", 6) &&
		    conflicts_has(&f.conflicts, 0, "4:2099", 6),
		    "they are those that do");
		fix_end(&f);
		fix_remove(path);
		return;
	}
	is_int(fix_publish(&f), OK, "it is sealed");
	is_str(ask(&f, path, "SELECT count(*), sum(id), min(id) FROM "
	    "person__g1"), "10000|49995000|0", "all persons, each once");
	is_str(ask(&f, path, "SELECT count(*), sum(n - 5550000), "
	    "sum(n - 5550000 = person) FROM phone__g1"),
	    "10000|49995000|10000", "all phones, each once");
	is_str(ask(&f, path, "SELECT count(*) FROM (SELECT rowid - 1 AS r, "
	    "person FROM phone__g1) WHERE r = person"), "10000", "in order");
	is_sound(&f, path);
	is_int(fix_open(&f, f.db->target), OK, "a resumed run may have all");
	f.sink.ops->abort(f.sink.state);
	f.schema.table[0].column[1].not_null = true;
	f.stage.resume = false;
	open_at(&f, path);
	fix_publish(&f);
	f.schema.table[0].column[1].not_null = false;
	f.stage.resume = true;
	is_int(open_at(&f, path), FATAL, "another mapping cannot go on");
	is_str(fix_code(&f), "T031", "its code");
	fix_end(&f);
	fix_remove(path);
}

/* --- rows of another generation ------------------------------------------ */

static void
test_base(const char *mode)
{
	static const uint32_t base[] = { 0, 0 }, old[] = { 3, SINK_NO_BASE };
	struct fixture f;
	const char *path = begin_family(&f, "base.db");

	run(path, arena_printf(&f.arena, "PRAGMA journal_mode = %s;"
	    "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);"
	    "CREATE TABLE phone(n TEXT, person INTEGER, more);"
	    "CREATE TABLE person__g3(id INTEGER PRIMARY KEY, name TEXT);"
	    "INSERT INTO person__g3 VALUES(-9223372036854775808, 'first'), "
	    "(9223372036854775807, 'last'), (5, NULL);"
	    "WITH RECURSIVE n(i) AS (SELECT 100000 UNION ALL SELECT i + 1 "
	    "FROM n WHERE i < 125000) INSERT INTO person SELECT i, 'p' || i "
	    "FROM n; INSERT INTO phone SELECT 'n' || id, id, 1 FROM person "
	    "WHERE id < 100100; INSERT INTO phone VALUES('x', 1, 2)", mode));
	f.stage.base = base;
	is_int(open_at(&f, path), OK, "begins with the live rows (%s)", mode);
	is_str(ask(&f, path, "SELECT count(*) FROM (SELECT * FROM person "
	    "EXCEPT SELECT * FROM person__g1)"), "0", "all are there");
	is_str(ask(&f, path, "SELECT count(*) FROM (SELECT person, n FROM "
	    "phone EXCEPT SELECT person, n FROM phone__g1)"), "0",
	    "also where the columns differ");
	family_rows(&f, 1000, 3);
	fix_set(&f, 1, 2, 0, "777");
	is_int(fix_put(&f), OK, "rows are added");
	is_int(fix_finish(&f), BAD, "one of them leads nowhere");
	is_int(f.conflicts.n, 1, "the base's own is not looked at");
	f.sink.ops->abort(f.sink.state);
	conflicts_init(&f.conflicts, &f.arena, 4);
	is_int(f.sink.ops->open(f.sink.state, &f.schema), OK, "once more");
	family_rows(&f, 1000, 3);
	fix_set(&f, 0, 2, 0, "100005");
	fix_put(&f);
	is_int(fix_finish(&f), BAD, "a key that the base has");
	ok(conflicts_has(&f.conflicts, 0, "6:100005", 8), "is the one");
	f.sink.ops->abort(f.sink.state);
	conflicts_init(&f.conflicts, &f.arena, 4);
	is_int(f.sink.ops->open(f.sink.state, &f.schema), OK, "once more");
	family_rows(&f, 1000, 3);
	fix_put(&f);
	is_int(fix_finish(&f), OK, "and all is fine");
	is_int(fix_publish(&f), OK, "it is sealed");
	is_str(ask(&f, path, "SELECT count(*), (SELECT count(*) FROM "
	    "phone__g1) FROM person__g1"), "25004|104", "all rows");
	f.stage.base = old;
	f.stage.generation = 4;
	is_int(open_at(&f, path), OK, "begins with an older generation");
	is_str(ask(&f, path, "SELECT *, (SELECT count(*) FROM phone__g4) "
	    "FROM person__g4"), "-9223372036854775808|first|0 5|NULL|0 "
	    "9223372036854775807|last|0", "all its rows are there");
	family_rows(&f, 1, 1);
	fix_put(&f);
	is_int(fix_finish(&f), OK, "and a new one");
	f.stage.resume = true;
	f.sink.ops->seal(f.sink.state);
	is_int(open_at(&f, path), OK, "resumed");
	family_rows(&f, 1, 2);
	fix_put(&f);
	is_int(fix_finish(&f), OK, "it knows what was of the base");
	is_str(ask(&f, path, "SELECT count(*), (SELECT count(*) FROM "
	    "phone__g4) FROM person__g4"), "5|2", "all rows");
	is_sound(&f, path);
	fix_end(&f);
	fix_remove(path);
	fix_remove(fix_path(&f, "base.db-wal"));
	fix_remove(fix_path(&f, "base.db-shm"));
}

/* --- others at the same time --------------------------------------------- */

struct other {
	const char *path;
	volatile bool stop;
	uint32_t reads, writes, failed;
	double longest;
};

/* The base is one moment of tables that somebody writes to. */
static void *
move_between(void *arg)
{
	struct other *o = arg;
	sqlite3 *db;

	sqlite3_open(o->path, &db);
	sqlite3_busy_timeout(db, 10000);
	while (!o->stop) {
		o->failed += sqlite3_exec(db, "BEGIN IMMEDIATE;"
		    "UPDATE person SET name = name - 1 WHERE id = 1;"
		    "UPDATE account SET name = name + 1 WHERE id = 50000;"
		    "INSERT INTO person (name) VALUES(5);"
		    "INSERT INTO account (name) VALUES(-5); COMMIT", NULL,
		    NULL, NULL) != SQLITE_OK;
		o->writes++;
		usleep(1000);
	}
	sqlite3_close(db);
	return NULL;
}

static void
test_one_moment(const char *mode)
{
	static const uint32_t base[] = { 0, 0 };
	struct other o = { 0 };
	pthread_t thread;
	struct fixture f;
	const char *path;
	uint32_t before;

	fix_begin(&f, 2);
	fix_table(&f, 0, "account", COLUMNS(two));
	fix_table(&f, 1, "person", COLUMNS(two));
	path = fix_path(&f, "moment.db");
	run(path, arena_printf(&f.arena, "PRAGMA journal_mode = %s;"
	    "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);"
	    "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT);"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < 150000) INSERT INTO person SELECT i, '7' FROM n;"
	    "INSERT INTO account SELECT id, '-7' FROM person", mode));
	o.path = path;
	f.stage.base = base;
	db_at(&f, path);
	pthread_create(&thread, NULL, move_between, &o);
	usleep(20000);
	before = o.writes;
	is_int(open_at(&f, path), OK, "the base is copied (%s)", mode);
	printf("# meanwhile %u writes\n", o.writes - before);
	o.stop = true;
	pthread_join(thread, NULL);
	is_int(o.failed, 0, "no write failed");
	is_str(ask(&f, path, "SELECT (SELECT sum(name) FROM person__g1) + "
	    "(SELECT sum(name) FROM account__g1)"), "0",
	    "and is of one moment");
	fix_end(&f);
	fix_remove(path);
	fix_remove(fix_path(&f, "moment.db-wal"));
	fix_remove(fix_path(&f, "moment.db-shm"));
}

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
	is_int(publish(&f), OK, "it is published");
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
	test_many_tables();
	test_busy();
	test_hurry();
	test_stage();
	test_taken();
	test_checkpoint();
	test_killed();
	test_resume(false);
	test_resume(true);
	test_base("DELETE");
	test_base("WAL");
	test_one_moment("DELETE");
	test_one_moment("WAL");
	test_concurrent("DELETE");
	test_concurrent("WAL");
	return tap_done();
}
