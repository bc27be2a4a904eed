/*
 * The PostgreSQL sink where things go wrong: each has one clear error, and
 * the live tables stay as they were.
 */
#include "database/pg_fixture.h"

#include <pthread.h>
#include <time.h>

static const char *const people[] = { "1", "Ann", "2", "Bob", "3", "Cy" };
static const char *const fewer[] = { "7", "Gus", "8", "Hal" };
#define PERSON	"person", { "id integer key", "name text" }
static const struct sample person3 = { PERSON, people, 3 };
static const struct sample person2 = { PERSON, fewer, 2 };

/* The live rows of the schema are those of the first load. */
static bool
untouched(const char *schema)
{
	return strcmp(sql(arena_printf(&arena, "SELECT string_agg(name, ','"
	    " ORDER BY id) FROM %s.person", schema)), "Ann,Bob,Cy") == 0;
}

static void
nap(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static void
test_targets(void)
{
	static const struct {
		const char *target;
		bool ours;
	} match[] = {
		{ "postgresql://h/db", true }, { "postgres://h/db", true },
		{ "postgresql:", true }, { "host=h dbname=db", true },
		{ "service = x", true }, { "sqlite:a.db", false },
		{ "csv:x=y", false }, { "=x", false }, { "", false },
		{ "Host=x", false }, { "postgresqlx", false },
	};
	static const char *const bad[] = {
		"postgresql://me:s3cr@et@localhost/db",
		"postgresql://me:s3cr/et@localhost/db",
		"postgresql://me:1/s3cret@localhost/db",
		"postgresql://me:s3cr?e@t@localhost/db",
		"postgresql://me:s3cr%et@localhost/db",
		"host=localhost password='s3cret",
		"host=localhost pasword=s3cret",
		"postgresql:s3cret",
	};
	struct load l;
	size_t i;

	for (i = 0; i < COUNT(match); i++)
		ok(sink_postgres.match(match[i].target) == match[i].ours,
		    "'%s' is %sours", match[i].target,
		    match[i].ours ? "" : "not ");
	for (i = 0; i < COUNT(bad); i++)
		ok(!load_new_to(&l, bad[i], NULL, &person3, 1) &&
		    load_failed(&l, "T050", "not a PostgreSQL connection") &&
		    strstr(load_error(&l), "s3cr") == NULL,
		    "malformed target %zu is not repeated", i);
}

/* "dbname=…" of the same server; later words win. */
static const char *
same_server(const char *words)
{
	PGconn *c = session;

	return arena_printf(&arena, "host='%s' port=%s user='%s' %s %s",
	    PQhost(c), PQport(c), PQuser(c), PQpass(c)[0] == '\0' ? "" :
	    arena_printf(&arena, "password='%s'", PQpass(c)), words);
}

static void
test_connect(void)
{
	struct load l;

	ok(!load_new_to(&l, "host=/nonexistent-dir password=s3cret", NULL,
	    &person3, 1) && load_failed(&l, "T051", "/nonexistent-dir") &&
	    strstr(load_error(&l), "s3cret") == NULL, "no socket");
	ok(!load_new_to(&l, "postgresql://a:s3cret@127.0.0.1:1/x", NULL,
	    &person3, 1) && load_failed(&l, "T051", "refused") &&
	    strstr(load_error(&l), "s3cret") == NULL, "nobody at the port");
	ok(!load_new_to(&l, same_server("dbname=decant_t_nowhere"), NULL,
	    &person3, 1) && load_failed(&l, "T053",
	    "no database 'decant_t_nowhere'"), "unknown database");
	ok(!load_new_to(&l, same_server("user=decant_t_nobody dbname=postgres"
	    " password=s3cret"), NULL, &person3, 1) && load_failed(&l, "T052",
	    "decant_t_nobody") && strstr(load_error(&l), "s3cret") == NULL,
	    "unknown user");
	ok(load_new(&l, NULL, &person3, 1), "the server itself");
	ok(strncmp(l.sink.ops->describe(l.sink.state), "postgresql://", 13) ==
	    0, "is described as %s", l.sink.ops->describe(l.sink.state));
	load_end(&l);
	sql("DROP DATABASE IF EXISTS decant_t_ascii");
	if (strcmp(sql("CREATE DATABASE decant_t_ascii ENCODING 'SQL_ASCII'"
	    " TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"), "") != 0) {
		tap_skip("encoding", "no right to make databases");
		return;
	}
	ok(!load_new_to(&l, same_server("dbname=decant_t_ascii"), NULL,
	    &person3, 1) && load_failed(&l, "T054", "SQL_ASCII, not UTF8"),
	    "a database that is not in UTF8");
	sql("DROP DATABASE decant_t_ascii");
}

static void
test_lock(void)
{
	struct load a, b;

	load_run(&a, "decant_t_lock", &person3, 1);
	ok(load_new(&a, "decant_t_lock", &person2, 1) && load_open(&a),
	    "one run begins");
	ok(load_new(&b, "decant_t_lock", &person2, 1) && !load_open(&b) &&
	    load_failed(&b, "T001", "server process") &&
	    strstr(load_error(&b), "of 'decant'") != NULL,
	    "another is told who holds the lock");
	load_end(&b);
	ok(load_run(&b, "decant_t_lock2", &person3, 1),
	    "another schema is free");
	ok(load_put(&a) && load_finish(&a) && load_publish(&a),
	    "the first is not disturbed");
	load_end(&a);
	ok(load_run(&b, "decant_t_lock", &person3, 1), "then the lock is free");
}

static void
test_staging(void)
{
	struct load l;

	load_new(&l, "decant_t_stage", &person3, 1);
	load_open(&l);
	load_put(&l);
	load_finish(&l);
	l.sink.ops->free(l.sink.state);		/* as if killed */
	l.sink.ops = NULL;
	load_end(&l);
	ok(!nothing_staged(), "a dead run leaves its staging schema");
	ok(load_run(&l, "decant_t_stage", &person3, 1) && nothing_staged(),
	    "the next one drops it");
	sql("CREATE SCHEMA decant_t_stage_gnext;"
	    "CREATE TABLE decant_t_stage_gnext.mine AS SELECT 1 AS a");
	ok(!load_run(&l, "decant_t_stage", &person2, 1) && load_failed(&l,
	    "T055", "decant_t_stage_gnext"), "a user's schema is no staging");
	is_str(sql("SELECT a FROM decant_t_stage_gnext.mine"), "1",
	    "and is left alone");
	ok(untouched("decant_t_stage"), "the target too");
	sql("DROP SCHEMA decant_t_stage_gnext CASCADE");
	ok(!load_run(&l, "decant_t_a_name_that_is_longer_than_the_sixty_three_"
	    "bytes_of_postgresql", &person3, 1) && load_failed(&l, "T064",
	    "71 bytes"), "too long a name");
}

static void
test_left_behind(void)
{
	PGconn *other = pg_open();
	struct load l;

	load_new(&l, "decant_t_left", &person3, 1);
	load_open(&l);
	load_put(&l);
	load_finish(&l);
	sql_on(other, "BEGIN; LOCK TABLE decant_t_left_gnext.person IN"
	    " ACCESS SHARE MODE");
	l.grade = FATAL;
	load_end(&l);
	ok(l.diags.warnings == 1 && strncmp(load_error(&l),
	    "T063: schema 'decant_t_left_gnext'", 34) == 0,
	    "staged tables that cannot be dropped are told");
	PQfinish(other);
	ok(load_run(&l, "decant_t_left", &person3, 1) && nothing_staged(),
	    "the next run drops them");
}

/* What forbids to replace decant_t_x.person, made and unmade. */
static const struct {
	const char *make, *unmake, *code, *words;
} forbidden[] = {
	{ "CREATE VIEW decant_t_y.v AS SELECT * FROM decant_t_x.person",
	    "DROP VIEW decant_t_y.v", "T059",
	    "view decant_t_y.v depends on live table 'decant_t_x.person'" },
	{ "CREATE MATERIALIZED VIEW decant_t_y.m AS SELECT id FROM"
	    " decant_t_x.person", "DROP MATERIALIZED VIEW decant_t_y.m",
	    "T059", "materialized view decant_t_y.m depends" },
	{ "CREATE TABLE decant_t_y.c (p integer REFERENCES decant_t_x.person)",
	    "DROP TABLE decant_t_y.c", "T059", "constraint c_p_fkey" },
	{ "CREATE FUNCTION decant_t_y.f(decant_t_x.person) RETURNS int"
	    " LANGUAGE sql AS 'SELECT 1'",
	    "DROP FUNCTION decant_t_y.f(decant_t_x.person)", "T059",
	    "function decant_t_y.f(decant_t_x.person) depends" },
	{ "CREATE FUNCTION decant_t_y.g(decant_t_x.person[]) RETURNS int"
	    " LANGUAGE sql AS 'SELECT 1'",
	    "DROP FUNCTION decant_t_y.g(decant_t_x.person[])", "T059",
	    "function decant_t_y.g(decant_t_x.person[]) depends" },
	{ "CREATE OR REPLACE FUNCTION decant_t_y.t() RETURNS trigger LANGUAGE plpgsql AS"
	    " 'BEGIN RETURN NEW; END'; CREATE TRIGGER audit BEFORE INSERT ON"
	    " decant_t_x.person FOR EACH ROW EXECUTE FUNCTION decant_t_y.t()",
	    "DROP TRIGGER audit ON decant_t_x.person", "T060",
	    "live table 'decant_t_x.person' would lose its trigger audit" },
	{ "ALTER TABLE decant_t_x.person ENABLE ROW LEVEL SECURITY",
	    "ALTER TABLE decant_t_x.person DISABLE ROW LEVEL SECURITY", "T060",
	    "row level security" },
	{ "CREATE POLICY pol ON decant_t_x.person",
	    "DROP POLICY pol ON decant_t_x.person", "T060", "policy pol" },
	{ "CREATE RULE r AS ON UPDATE TO decant_t_x.person DO ALSO NOTHING",
	    "DROP RULE r ON decant_t_x.person", "T060", "rule r" },
	{ "ALTER TABLE decant_t_x.person ADD CONSTRAINT pos CHECK (id > 0)",
	    "ALTER TABLE decant_t_x.person DROP CONSTRAINT pos", "T060",
	    "constraint pos" },
	{ "ALTER TABLE decant_t_x.person ADD CONSTRAINT un UNIQUE (name)",
	    "ALTER TABLE decant_t_x.person DROP CONSTRAINT un", "T060",
	    "constraint un" },
	{ "ALTER TABLE decant_t_x.person ALTER name SET DEFAULT 'x'",
	    "ALTER TABLE decant_t_x.person ALTER name DROP DEFAULT", "T060",
	    "default of column name" },
	{ "CREATE SEQUENCE decant_t_x.s OWNED BY decant_t_x.person.id",
	    "DROP SEQUENCE decant_t_x.s", "T060", "sequence decant_t_x.s" },
	{ "CREATE TABLE decant_t_y.kid () INHERITS (decant_t_x.person)",
	    "DROP TABLE decant_t_y.kid", "T060", "child table decant_t_y.kid" },
	{ "CREATE STATISTICS decant_t_y.st ON id, name FROM decant_t_x.person",
	    "DROP STATISTICS decant_t_y.st", "T060", "statistics st" },
	{ "ALTER TABLE decant_t_x.person REPLICA IDENTITY FULL",
	    "ALTER TABLE decant_t_x.person REPLICA IDENTITY DEFAULT", "T060",
	    "replica identity" },
	{ "CREATE PUBLICATION decant_t_pub FOR TABLE decant_t_x.person",
	    "DROP PUBLICATION decant_t_pub", "T060",
	    "publication decant_t_pub" },
	{ "ALTER TABLE decant_t_x.person RENAME TO p2; CREATE VIEW"
	    " decant_t_x.person AS SELECT * FROM decant_t_x.p2",
	    "DROP VIEW decant_t_x.person; ALTER TABLE decant_t_x.p2 RENAME TO"
	    " person", "T061", "'decant_t_x.person' is a view" },
	{ "ALTER TABLE decant_t_x.person RENAME TO p2; CREATE TABLE"
	    " decant_t_x.person (id int, name text) PARTITION BY LIST (id)",
	    "DROP TABLE decant_t_x.person; ALTER TABLE decant_t_x.p2 RENAME TO"
	    " person", "T061", "is a partitioned table" },
};

static void
test_forbidden(void)
{
	struct load l;
	size_t i;

	load_run(&l, "decant_t_x", &person3, 1);
	sql("CREATE SCHEMA decant_t_y");
	for (i = 0; i < COUNT(forbidden); i++) {
		is_str(sql(forbidden[i].make), "", "%s", forbidden[i].words);
		ok(!load_run(&l, "decant_t_x", &person2, 1) &&
		    strcmp(l.where, "open") == 0 && load_failed(&l,
		    forbidden[i].code, forbidden[i].words),
		    "is refused before the load");
		is_str(sql(forbidden[i].unmake), "", "and undone");
	}
	/* the same, made while the load runs */
	for (i = 0; i < COUNT(forbidden); i += 5) {
		load_new(&l, "decant_t_x", &person2, 1);
		load_open(&l);
		load_put(&l);
		load_finish(&l);
		sql(forbidden[i].make);
		ok(!load_publish(&l) && load_failed(&l, forbidden[i].code,
		    forbidden[i].words), "%s, at the last moment",
		    forbidden[i].words);
		load_end(&l);
		sql(forbidden[i].unmake);
	}
	load_new(&l, "decant_t_x", &person2, 1);
	load_open(&l);
	load_put(&l);
	load_finish(&l);
	sql("CREATE INDEX late ON decant_t_x.person (name)");
	ok(!load_publish(&l) && load_failed(&l, "T060", "got an index 'late'"),
	    "an index made during the load");
	load_end(&l);
	ok(untouched("decant_t_x") && nothing_staged(),
	    "the table was never touched");
	ok(load_run(&l, "decant_t_x", &person2, 1), "and now can be replaced");
}

static void
test_owner(void)
{
	const char *to = same_server("user=decant_t_poor");
	struct load l;
	PGconn *c;

	load_run(&l, "decant_t_own", &person3, 1);
	sql("DROP OWNED BY decant_t_poor; DROP ROLE IF EXISTS decant_t_poor");
	sql("CREATE ROLE decant_t_poor LOGIN");
	to = arena_printf(&arena, "%s dbname='%s'", to, PQdb(session));
	c = PQconnectdb(to);
	if (PQstatus(c) != CONNECTION_OK) {
		tap_skip("another role's table", "cannot connect as one");
		PQfinish(c);
		return;
	}
	PQfinish(c);
	ok(!load_new_to(&l, to, "decant_t_own2", &person3, 1) ||
	    (!load_open(&l) && load_failed(&l, "T057", "SQLSTATE 42501")),
	    "no right to create a schema");
	load_end(&l);
	sql(arena_printf(&arena, "GRANT CREATE ON DATABASE \"%s\" TO"
	    " decant_t_poor", PQdb(session)));
	ok(load_new_to(&l, to, "decant_t_own", &person2, 1) &&
	    !load_open(&l) && load_failed(&l, "T056", "belongs to role"),
	    "another role's table");
	load_end(&l);
	ok(load_new_to(&l, to, "decant_t_own2", &person3, 1) &&
	    load_open(&l) && load_put(&l) && load_finish(&l) &&
	    load_publish(&l), "a schema of its own%s", load_error(&l));
	load_end(&l);
	ok(untouched("decant_t_own"), "the other is untouched");
	sql("DROP OWNED BY decant_t_poor CASCADE; DROP ROLE decant_t_poor");
}

/* A value that the plan would have refused: 1000 in numeric(3,0). */
static void
test_bad_value(void)
{
	static char text[100000];
	static const char *const cell[] = { "1", text, "1000", text };
	static const struct sample s = { "person", { "id numeric(3,0) key",
	    "name text" }, cell, 2 };
	struct load l;
	bool good;
	int i;

	memset(text, 'x', sizeof text - 1);
	load_run(&l, "decant_t_bad", &person3, 1);
	good = load_new(&l, "decant_t_bad", &s, 1) && load_open(&l);
	for (i = 0; i < 5000 && good; i++)
		good = load_put(&l);
	/* 200 KB each: at the latest when a COPY has had its 64 MB */
	ok(i < 500 && strcmp(l.where, "put") == 0 && load_failed(&l, "T057",
	    "loading table 'person': numeric field overflow (COPY person, "
	    "line 2, column id; SQLSTATE 22003)"),
	    "the server's error ends the load early (%d puts)", i);
	ok(l.sink.ops->put(l.sink.state, &l.batch) == FATAL &&
	    l.sink.ops->finish(l.sink.state, &l.conflicts) == FATAL &&
	    l.sink.ops->seal(l.sink.state) == FATAL &&
	    l.diags.errors == 1, "once");
	load_end(&l);
	ok(nothing_staged() && untouched("decant_t_bad"), "and leaves nothing");
	good = load_new(&l, "decant_t_bad", &s, 1) && load_open(&l) &&
	    load_put(&l) && load_finish(&l);
	ok(!good && load_failed(&l, "T057", "22003"),
	    "it is met at the end at the latest");
	load_end(&l);
}

static int
backends(const char *what)
{
	return atoi(sql(arena_printf(&arena, "SELECT count("
	    "pg_terminate_backend(pid)) FROM pg_stat_activity WHERE"
	    " application_name = 'decant' AND %s", what)));
}

static void
test_terminated(void)
{
	static const char *const what[] = { "query LIKE 'COPY%'",
	    "query NOT LIKE 'COPY%'" };
	struct load l;
	bool good;
	int i, k;

	load_run(&l, "decant_t_term", &person3, 1);
	for (k = 0; k < 2; k++) {
		good = load_new(&l, "decant_t_term", &person2, 1) &&
		    load_open(&l) && load_put(&l);
		nap(100);
		is_int(backends(what[k]), 1, "a backend is ended: %s", what[k]);
		for (i = 0; i < 500 && good; i++) {
			nap(5);
			good = load_put(&l);
		}
		ok(!good && load_failed(&l, "T058",
		    "terminating connection"),
		    "that is met in put (%d)", i);
		load_end(&l);
		ok(nothing_staged() && untouched("decant_t_term"),
		    "and leaves nothing");
	}
	good = load_new(&l, "decant_t_term", &person2, 1) && load_open(&l) &&
	    load_put(&l);
	nap(100);
	backends(what[0]);
	ok(good && !load_finish(&l) && load_failed(&l, "T058",
		    "terminating connection"),
	    "ended before finish");
	load_end(&l);
	good = load_new(&l, "decant_t_term", &person2, 1) && load_open(&l) &&
	    load_put(&l) && load_finish(&l);
	backends("true");
	nap(50);
	ok(good && !load_publish(&l) && load_failed(&l, "T058", ""),
	    "ended before publish");
	load_end(&l);
	ok(nothing_staged() && untouched("decant_t_term"),
	    "and leaves nothing");
}

static void *
end_publisher(void *arg)
{
	PGconn *conn = pg_open();
	int i;

	(void)arg;
	for (i = 0; i < 200; i++) {
		nap(10);
		if (strcmp(sql_on(conn, "SELECT pg_terminate_backend(pid) FROM"
		    " pg_stat_activity WHERE application_name = 'decant' AND"
		    " query LIKE 'LOCK TABLE%' AND wait_event_type = 'Lock'"),
		    "t") == 0)
			break;
	}
	PQfinish(conn);
	return NULL;
}

static void
test_publish_faults(void)
{
	const char *hasty = arena_printf(&arena,
	    "%s dbname='%s' options='-c deadlock_timeout=20ms'",
	    same_server(""), PQdb(session));
	PGconn *other = pg_open();
	pthread_t thread;
	struct load l;
	bool good;

	load_run(&l, "decant_t_pub", &person3, 1);
	sql_on(other, "BEGIN; SELECT * FROM decant_t_pub.person");
	good = load_new(&l, "decant_t_pub", &person2, 1) && load_open(&l) &&
	    load_put(&l) && load_finish(&l);
	pthread_create(&thread, NULL, end_publisher, NULL);
	ok(good && !load_publish(&l) && load_failed(&l, "T058",
		    "terminating connection"),
	    "ended in the middle of publish");
	pthread_join(thread, NULL);
	load_end(&l);
	ok(nothing_staged() && untouched("decant_t_pub"),
	    "and leaves nothing");
	good = load_new_to(&l, hasty, "decant_t_pub", &person2, 1) &&
	    load_open(&l) && load_put(&l) && load_finish(&l);
	ok(good && !load_publish(&l) && load_failed(&l, "T062",
	    "idle in transaction"), "a table in use all the time");
	load_end(&l);
	ok(nothing_staged() && untouched("decant_t_pub"),
	    "and leaves nothing");
	PQfinish(other);
}

/* A reader lets go while publication tries again. */
static void *
let_go(void *conn)
{
	nap(800);
	sql_on(conn, "COMMIT");
	return NULL;
}

static void
test_retry(void)
{
	PGconn *other = pg_open();
	pthread_t thread;
	struct load l;
	bool good;

	load_run(&l, "decant_t_try", &person3, 1);
	sql_on(other, "BEGIN; SELECT * FROM decant_t_try.person");
	good = load_new(&l, "decant_t_try", &person2, 1) && load_open(&l) &&
	    load_put(&l) && load_finish(&l);
	pthread_create(&thread, NULL, let_go, other);
	ok(good && load_publish(&l), "publication waits for a reader");
	pthread_join(thread, NULL);
	load_end(&l);
	PQfinish(other);
}

int
main(void)
{
	pg_begin();
	test_targets();
	test_connect();
	test_lock();
	test_staging();
	test_left_behind();
	test_forbidden();
	test_owner();
	test_bad_value();
	test_terminated();
	test_publish_faults();
	test_retry();
	return pg_end();
}
