/*
 * The PostgreSQL sink where things go wrong: each has one clear error, and
 * other generations stay as they were.
 */
#include "database/pg_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const people[] = { "1", "Ann", "2", "Bob", "3", "Cy" };
static const char *const fewer[] = { "7", "Gus", "8", "Hal" };
#define PERSON	"person", { "id integer key", "name text" }
static const struct sample person3 = { PERSON, people, 3 };
static const struct sample person2 = { PERSON, fewer, 2 };

/* A first generation, which what goes wrong with another leaves as it is. */
static void
first(const char *schema)
{
	struct load l;

	generation = 1;
	load_run(&l, schema, &person3, 1);
	generation = 2;
}

static bool
untouched(const char *schema)
{
	return strcmp(sql(arena_printf(&arena, "SELECT string_agg(name, ','"
	    " ORDER BY id) FROM %s_g1.person", schema)), "Ann,Bob,Cy") == 0 &&
	    strcmp(sql(arena_printf(&arena, "SELECT to_regnamespace('%s_g2')",
	    schema)), "(null)") == 0;
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
	ok(!load_new_to(&l, "csv:x", NULL, &person3, 1) &&
	    load_failed(&l, "T022", "no database"), "a directory is none");
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
	sql("DROP DATABASE IF EXISTS t_decant_ascii");
	if (strcmp(sql("CREATE DATABASE t_decant_ascii ENCODING 'SQL_ASCII'"
	    " TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"), "") != 0) {
		tap_skip("encoding", "no right to make databases");
		return;
	}
	ok(!load_new_to(&l, same_server("dbname=t_decant_ascii"), NULL,
	    &person3, 1) && load_failed(&l, "T054", "SQL_ASCII, not UTF8"),
	    "a database that is not in UTF8");
	sql("DROP DATABASE t_decant_ascii");
}

static void
test_lock(void)
{
	struct load a, b;

	first("decant_t_lock");
	ok(load_new(&a, "decant_t_lock", &person2, 1) && load_open(&a),
	    "one run begins");
	ok(load_new(&b, "decant_t_lock", &person2, 1) && !load_open(&b) &&
	    load_failed(&b, "T001", "server process") &&
	    strstr(load_error(&b), "of 'decant ") != NULL,
	    "another is told who holds the lock");
	load_end(&b);
	ok(load_run(&b, "decant_t_lock2", &person3, 1),
	    "another schema is free");
	ok(load_put(&a) && load_finish(&a) && load_seal(&a),
	    "the first is not disturbed");
	load_end(&a);
	ok(load_run(&b, "decant_t_lock", &person3, 1), "then the lock is free");
}

static void
test_staging(void)
{
	struct load l;

	first("decant_t_stage");
	load_new(&l, "decant_t_stage", &person3, 1);
	load_open(&l);
	load_put(&l);
	load_finish(&l);
	l.sink.ops->free(l.sink.state);		/* as if killed */
	l.sink.ops = NULL;
	load_end(&l);
	ok(!untouched("decant_t_stage"), "a dead run leaves its schema");
	ok(load_run(&l, "decant_t_stage", &person2, 1),
	    "the next one drops it");
	is_str(sql("SELECT count(*) FROM decant_t_stage_g2.person"), "2",
	    "and stages anew");
	sql("DROP SCHEMA decant_t_stage_g2 CASCADE;"
	    "CREATE SCHEMA decant_t_stage_g2;"
	    "CREATE TABLE decant_t_stage_g2.mine AS SELECT 1 AS a");
	ok(!load_run(&l, "decant_t_stage", &person2, 1) && load_failed(&l,
	    "T055", "decant_t_stage_g2"), "a user's schema is no staging");
	is_str(sql("SELECT a FROM decant_t_stage_g2.mine"), "1",
	    "and is left alone");
	sql("DROP SCHEMA decant_t_stage_g2 CASCADE");
	ok(!load_run(&l, "decant_t_a_name_that_is_longer_than_the_sixty_three_"
	    "bytes_of_postgresql", &person3, 1) && load_failed(&l, "T064",
	    "71 bytes"), "too long a name");
}

static void
test_left_behind(void)
{
	PGconn *other = pg_open();
	struct load l;

	first("decant_t_left");
	load_new(&l, "decant_t_left", &person3, 1);
	load_open(&l);
	load_put(&l);
	load_finish(&l);
	sql_on(other, "BEGIN; LOCK TABLE decant_t_left_g2.person IN"
	    " ACCESS SHARE MODE");
	l.grade = FATAL;
	load_end(&l);
	ok(l.diags.warnings == 1 && strncmp(load_error(&l),
	    "T063: schema 'decant_t_left_g2'", 31) == 0,
	    "staged tables that cannot be dropped are told");
	ok(!load_run(&l, "decant_t_left", &person3, 1) && load_failed(&l,
	    "T001", "is in use by server process"),
	    "the next run says who uses them");
	PQfinish(other);
	ok(load_run(&l, "decant_t_left", &person3, 1), "or drops them");
}

/* --- roles ------------------------------------------------------------------ */

/* A role that may log in, and the target as that role; NULL: it cannot be. */
static const char *
poor_role(void)
{
	const char *to = arena_printf(&arena, "%s dbname='%s'",
	    same_server("user=decant_t_poor"), PQdb(session));
	PGconn *c;

	sql("DROP OWNED BY decant_t_poor");
	sql("DROP ROLE IF EXISTS decant_t_poor");
	sql("CREATE ROLE decant_t_poor LOGIN");
	c = PQconnectdb(to);
	if (PQstatus(c) != CONNECTION_OK)
		to = NULL;
	PQfinish(c);
	return to;
}

static bool
load_as(struct load *l, const char *to, const char *schema)
{
	if (load_new_to(l, to, schema, &person3, 1) && load_open(l) &&
	    load_put(l) && load_finish(l))
		load_seal(l);
	load_end(l);
	return l->grade == OK;
}

static void
test_rights(void)
{
	const char *to = poor_role();
	struct load l;
	int i;

	if (to == NULL) {
		tap_skip("rights", "cannot connect as another role");
		return;
	}
	generation = 2;
	ok(!load_as(&l, to, "decant_t_poor") && load_failed(&l, "T066",
	    "no right to make schema 'decant_t_poor_g2'") && strstr(
	    load_error(&l), "CREATE SCHEMA decant_t_poor_g2 AUTHORIZATION"
	    " decant_t_poor") != NULL, "no right to make a schema");
	sql("CREATE SCHEMA decant_t_poor_g2");
	ok(!load_as(&l, to, "decant_t_poor") && load_failed(&l, "T066",
	    "no right to make tables in schema 'decant_t_poor_g2'"),
	    "nor to make tables in one");
	for (i = 0; i < 2; i++) {
		sql(i == 0 ? "GRANT USAGE, CREATE ON SCHEMA decant_t_poor_g2 TO"
		    " decant_t_poor" : "ALTER SCHEMA decant_t_poor_g2 OWNER TO"
		    " decant_t_poor");
		load_new_to(&l, to, "decant_t_poor", &person3, 1);
		ok(load_open(&l) && load_put(&l) && load_finish(&l) &&
		    strcmp(sql("SELECT count(*) FROM decant_t_poor_g2.person"),
		    "3") == 0, "an administrator's schema is used");
		l.sink.ops->free(l.sink.state);		/* as if killed */
		l.sink.ops = NULL;
		load_end(&l);
		load_new_to(&l, to, "decant_t_poor", &person3, 1);
		load_open(&l);
		l.grade = FATAL;
		load_end(&l);
		is_str(sql("SELECT relname FROM pg_class WHERE relnamespace ="
		    " 'decant_t_poor_g2'::regnamespace"), "",
		    "what a killed run left in it goes, the schema stays");
	}
	ok(load_as(&l, to, "decant_t_poor"), "a load into it%s",
	    load_error(&l));
	is_str(sql("SELECT count(*), obj_description('decant_t_poor_g2.person'"
	    "::regclass) FROM decant_t_poor_g2.person"), "3|(null)",
	    "is there");
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
	first("decant_t_bad");
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
	ok(untouched("decant_t_bad"), "and leaves nothing");
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
	    " datname = current_database() AND application_name LIKE 'decant %%' AND %s", what)));
}

static void
test_terminated(void)
{
	static const char *const what[] = { "query LIKE 'COPY%'",
	    "query NOT LIKE 'COPY%'" };
	struct load l;
	bool good;
	int i, k;

	first("decant_t_term");
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
		ok(untouched("decant_t_term"),
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
	ok(untouched("decant_t_term"), "and leaves nothing");
}

/*
 * A client is killed in the middle of a long statement: its server processes
 * go on, and the next run ends them.
 */
static void
stage_for_ever(const char *schema, const char *how)
{
	struct load l;

	if (strcmp(how, "staging") == 0) {
		sql(arena_printf(&arena, "CREATE OR REPLACE FUNCTION"
		    " decant_t_slow.nap() RETURNS event_trigger LANGUAGE"
		    " plpgsql AS $$ BEGIN IF (SELECT query ~ 'PRIMARY KEY' FROM"
		    " pg_stat_activity WHERE pid = pg_backend_pid()) THEN"
		    " PERFORM pg_sleep(120); END IF; END $$; CREATE EVENT"
		    " TRIGGER decant_t_slow ON ddl_command_end WHEN tag IN"
		    " ('ALTER TABLE') EXECUTE FUNCTION decant_t_slow.nap()"));
		load_new(&l, schema, &person3, 1);
		load_open(&l);
		load_put(&l);
		load_finish(&l);
	} else {
		diags_init(&l.diags, &arena);
		db_open(&l.db, &arena, &l.diags, target, NULL);
		db_lock(&l.db, schema);
		db_try(&l.db, "SELECT pg_sleep(120)");
	}
	_exit(0);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
test_killed(void)
{
	static const char *const how[] = { "staging", "control" };
	struct load l;
	double start;
	pid_t child;
	int i, k;

	sql("CREATE SCHEMA decant_t_slow");
	generation = 2;
	for (k = 0; k < 2; k++) {
		child = fork();
		if (child == 0) {
			session = pg_open();
			stage_for_ever("decant_t_kill", how[k]);
		}
		for (i = 0; i < 200 && strcmp(sql("SELECT count(*) > 0 FROM"
		    " pg_stat_activity WHERE application_name LIKE 'decant %'"
		    " AND wait_event = 'PgSleep'"), "t") != 0; i++)
			nap(20);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		sql("DROP EVENT TRIGGER IF EXISTS decant_t_slow");
		ok(i < 200, "a client is killed in a statement of its %s",
		    how[k]);
		is_str(sql("SELECT count(*) FROM pg_stat_activity WHERE"
		    " application_name LIKE 'decant %' AND wait_event ="
		    " 'PgSleep'"), "1", "the server goes on with it");
		start = now();
		ok(load_run(&l, "decant_t_kill", &person2, 1),
		    "the next run gets through%s", load_error(&l));
		ok(now() - start < 10, "in %.1f s", now() - start);
		is_str(sql("SELECT count(*) FROM decant_t_kill_g2.person"), "2",
		    "and stages its rows");
	}
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
	test_rights();
	test_bad_value();
	test_terminated();
	test_killed();
	return pg_end();
}
