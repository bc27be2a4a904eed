/*
 * Publications in PostgreSQL that have to wait: for locks, for snapshots that
 * are older than the rows; and how long others wait for them.
 */
#include "database/pub_fixture.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const people[] = { "1", "Ann", "2", "Bob", "3", "Cy" };
static const char *const fewer[] = { "7", "Gus", "8", "Hal" };
#define PERSON	"person", { "id integer key", "name text" }
static const struct sample person3 = { PERSON, people, 3 };
static const struct sample person2 = { PERSON, fewer, 2 };

static bool
untouched(const char *schema)
{
	return strcmp(sql(arena_printf(&arena, "SELECT string_agg(name, ','"
	    " ORDER BY id) FROM %s.person", schema)), "Ann,Bob,Cy") == 0 &&
	    strcmp(sql(arena_printf(&arena, "SELECT nspname FROM pg_namespace"
	    " WHERE nspname LIKE '%s\\_g%%'", schema)), "") == 0;
}

/* --- locks --------------------------------------------------------------------- */

static volatile int interrupted;

static void
hasty(struct load *l, struct pub *b)
{
	(void)l;
	b->p.patience_ms = 1500;
}

static void *
end_publisher(void *arg)
{
	PGconn *conn = pg_open();
	PGresult *res;
	int i;

	(void)arg;
	for (i = 0; i < 200; i++) {
		nap(10);
		res = PQexec(conn, "SELECT pg_terminate_backend(pid) FROM"
		    " pg_stat_activity WHERE datname = current_database() AND"
		    " application_name LIKE 'decant %' AND query LIKE"
		    " 'LOCK TABLE%' AND wait_event_type = 'Lock'");
		if (PQntuples(res) > 0)
			i = 200;
		PQclear(res);
	}
	PQfinish(conn);
	return NULL;
}

static void
test_busy(void)
{
	PGconn *other = pg_open(), *third = pg_open();
	pthread_t thread;
	struct load l;
	struct pub b;
	double start;
	bool good;

	loads(load_live(&l, "decant_t_pub", &person3, 1), &l, "a table");
	sql_on(other, "BEGIN; SELECT * FROM decant_t_pub.person");
	sql_on(third, "SET application_name = 'a report'; BEGIN; SELECT * FROM"
	    " decant_t_pub.person");
	pthread_create(&thread, NULL, end_publisher, NULL);
	good = load_live(&l, "decant_t_pub", &person2, 1);
	ok(!good && load_failed(&l, "T058", "terminating connection"),
	    "a publication is ended while it waits for a lock");
	pthread_join(thread, NULL);
	sql("DROP SCHEMA decant_t_pub_g2 CASCADE");
	start = pgwait_now();
	good = load_live_with(&l, &b, target, "decant_t_pub", &person2, 1,
	    hasty, NULL);
	ok(!good && diags_have(&l.diags, "T062", arena_printf(&arena,
	    "live table 'decant_t_pub.person' is in use by server process %d",
	    PQbackendPID(other))) && diags_have(&l.diags, "T062", "('a report'"
	    " of user"), "who uses a table all the time is told");
	start = pgwait_now() - start;
	ok(start > 1500 && start < 8000, "after %.0f ms", start);
	ok(b.p.attempts > 2, "and %u attempts", b.p.attempts);
	ok(untouched("decant_t_pub"), "nothing has changed");
	PQfinish(other);
	PQfinish(third);
}

static void
test_prepared_transaction(void)
{
	PGconn *other = pg_open();
	struct load l;
	struct pub b;
	bool good;

	if (strcmp(sql("SHOW max_prepared_transactions"), "0") == 0) {
		tap_skip("a prepared transaction", "the server has none "
		    "(max_prepared_transactions)");
		PQfinish(other);
		return;
	}
	loads(load_live(&l, "decant_t_2p", &person3, 1), &l, "a table");
	sql_on(other, "BEGIN; DELETE FROM decant_t_2p.person WHERE id = 1;"
	    " PREPARE TRANSACTION 'decant_t_half'");
	good = load_live_with(&l, &b, target, "decant_t_2p", &person2, 1,
	    hasty, NULL);
	ok(!good && diags_have(&l.diags, "T062", "is in use by prepared"
	    " transaction 'decant_t_half'"), "a prepared transaction is told");
	sql("ROLLBACK PREPARED 'decant_t_half'");
	PQfinish(other);
}

/* A reader lets go while publication tries again. */
static void *
let_go(void *conn)
{
	nap(800);
	PQclear(PQexec(conn, "COMMIT"));
	return NULL;
}

static void
test_retry(void)
{
	PGconn *other = pg_open();
	pthread_t thread;
	struct load l;
	struct pub b;
	bool good;

	loads(load_live(&l, "decant_t_try", &person3, 1), &l, "a table");
	sql_on(other, "BEGIN; SELECT * FROM decant_t_try.person");
	pthread_create(&thread, NULL, let_go, other);
	good = load_live_with(&l, &b, target, "decant_t_try", &person2, 1, NULL,
	    NULL);
	loads(good, &l, "publication waits for a reader");
	pthread_join(thread, NULL);
	ok(b.p.waited_ms > 400 && b.p.held_ms < 100,
	    "for %.0f ms, and holds the lock for %.0f", b.p.waited_ms,
	    b.p.held_ms);
	PQfinish(other);
}

/* GRANT takes no lock on a table, but changes what a publication carries. */
static void
test_grant(void)
{
	PGconn *other = pg_open();
	pthread_t thread;
	struct load l;
	struct pub b;
	bool good;

	loads(load_live(&l, "decant_t_gr", &person3, 1), &l, "a table");
	sql_on(other, "BEGIN; GRANT SELECT ON decant_t_gr.person TO PUBLIC");
	pthread_create(&thread, NULL, let_go, other);
	good = load_live_with(&l, &b, target, "decant_t_gr", &person2, 1, NULL,
	    NULL);
	loads(good, &l, "publication waits for a grant");
	pthread_join(thread, NULL);
	is_str(sql("SELECT relacl::text ~ '[{,]=r/' FROM pg_class WHERE oid ="
	    " 'decant_t_gr.person'::regclass"), "t", "which is carried");
	PQfinish(other);
}

static void *
interrupt(void *arg)
{
	(void)arg;
	nap(700);
	interrupted = 1;
	return NULL;
}

static void
set_interrupt(struct load *l, struct pub *b)
{
	(void)b;
	l->db.interrupted = &interrupted;
}

static void
test_interrupt(void)
{
	PGconn *other = pg_open();
	pthread_t thread;
	struct load l;
	struct pub b;
	double start = pgwait_now();
	bool good;

	loads(load_live(&l, "decant_t_int", &person3, 1), &l, "a table");
	sql_on(other, "BEGIN; SELECT * FROM decant_t_int.person");
	pthread_create(&thread, NULL, interrupt, NULL);
	good = load_live_with(&l, &b, target, "decant_t_int", &person2, 1,
	    set_interrupt, NULL);
	pthread_join(thread, NULL);
	ok(!good && l.diags.errors == 0 && pgwait_now() - start < 5000,
	    "a signal ends the waiting, and nothing is told");
	ok(untouched("decant_t_int"), "nothing has changed");
	PQfinish(other);
}

/*
 * An autovacuum that takes long is in the way: it would give way only to who
 * waits longer than a publication does.
 */
static void
test_autovacuum(void)
{
	struct load l;
	struct pub b;
	bool good;
	int i;

	loads(load_live(&l, "decant_t_av", &person3, 1), &l, "a table");
	sql("ALTER TABLE decant_t_av.person SET (autovacuum_vacuum_threshold ="
	    " 1, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay"
	    " = 100, autovacuum_vacuum_cost_limit = 1); INSERT INTO"
	    " decant_t_av.person SELECT n, repeat('x', 500) FROM"
	    " generate_series(10, 40000) n; DELETE FROM decant_t_av.person"
	    " WHERE id > 1000");
	sql("ALTER SYSTEM SET autovacuum_naptime = '1s'");
	sql("SELECT pg_reload_conf()");
	for (i = 0; i < 150; i++) {
		nap(100);
		if (strcmp(sql("SELECT count(*) FROM pg_stat_progress_vacuum"
		    " WHERE relid = 'decant_t_av.person'::regclass"), "1") == 0)
			break;
	}
	sql("ALTER SYSTEM RESET autovacuum_naptime");
	sql("SELECT pg_reload_conf()");
	if (i == 150) {
		tap_skip("autovacuum", "none has started");
		return;
	}
	good = load_live_with(&l, &b, target, "decant_t_av", &person2, 1, NULL,
	    NULL);
	loads(good, &l, "an autovacuum gives way");
	ok(b.p.waited_ms < 10000, "after %.0f ms", b.p.waited_ms);
}

/* --- the answer to the commit is lost ------------------------------------------- */

/* The proxy beside this program; its socket; 0: it cannot be. */
static pid_t
start_proxy(const char *directory)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	const char *proxy, *from, *to;
	pid_t child;
	int i;

	if (n <= 0 || PQhost(session) == NULL || PQhost(session)[0] != '/')
		return 0;
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	proxy = arena_printf(&arena, "%s/cut_commit.t", self);
	from = arena_printf(&arena, "%s/.s.PGSQL.%s", directory,
	    PQport(session));
	to = arena_printf(&arena, "%s/.s.PGSQL.%s", PQhost(session),
	    PQport(session));
	child = fork();
	if (child == 0) {
		execl(proxy, proxy, from, to, (char *)NULL);
		_exit(127);
	}
	for (i = 0; i < 100 && access(from, F_OK) != 0; i++)
		nap(20);
	return i < 100 ? child : 0;
}

static void
test_doubt(void)
{
	char directory[] = "/tmp/decant-cut-XXXXXX";
	struct load l;
	struct pub b;
	pid_t child;
	bool good;

	loads(load_live(&l, "decant_t_cut", &person3, 1), &l, "a table");
	child = mkdtemp(directory) == NULL ? 0 : start_proxy(directory);
	if (child == 0) {
		tap_skip("a lost commit", "there is no proxy");
		return;
	}
	good = load_live_with(&l, &b, arena_printf(&arena, "host='%s' port=%s"
	    " dbname='%s' user='%s'", directory, PQport(session),
	    PQdb(session), PQuser(session)), "decant_t_cut", &person2, 1, NULL,
	    NULL);
	ok(!good && load_failed(&l, "T065", "it is not known whether the new"
	    " tables are live") && strstr(load_error(&l), "txid_status(") !=
	    NULL, "the answer to a commit is lost");
	is_str(sql("SELECT count(*) FROM decant_t_cut.person"), "2",
	    "the server had committed");
	waitpid(child, NULL, 0);
	rmdir(directory);
}

/* --- snapshots ------------------------------------------------------------------ */

static void
checkpoints(struct load *l, struct pub *b)
{
	if (l != NULL)
		l->stage.checkpoint = 1;
	b->p.patience_ms = 700;
}

static void
set_patient(struct load *l, struct pub *b)
{
	if (l != NULL)
		l->stage.checkpoint = 1;
	b->p.patience_ms = 20000;
}

static void
test_snapshot(void)
{
	PGconn *old = pg_open();
	pthread_t thread;
	struct load l;
	struct pub b;
	bool good;

	loads(load_live(&l, "decant_t_snap", &person3, 1), &l, "a table");
	sql_on(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
	loads(load_live(&l, "decant_t_snap", &person2, 1), &l,
	    "frozen rows are published beside an old snapshot");
	is_str(sql_on(old, "SELECT count(*) FROM decant_t_snap.person"), "2",
	    "which sees them");
	sql_on(old, "COMMIT; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
	/* with checkpoints, the second put is not frozen */
	generation = dataset_of("decant_t_snap")->last + 1;
	good = load_live_with(&l, &b, target, "decant_t_snap", &person3, 1,
	    checkpoints, NULL);
	loads(good, &l, "so are few rows with checkpoints");
	sql_on(old, "COMMIT");
	PQfinish(old);

	/* rows that applications wrote before they were put away */
	old = pg_open();
	sql("INSERT INTO decant_t_snap.person VALUES (4, 'Di')");
	sql_on(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
	sql("INSERT INTO decant_t_snap.person VALUES (5, 'Ed'); DELETE FROM"
	    " decant_t_snap.person WHERE id = 1");
	good = load_live_with(&l, &b, target, "decant_t_snap", &person2, 1,
	    checkpoints, NULL);
	loads(good, &l, "they may be put away");
	good = go_to(&l, &b, dataset_of("decant_t_snap")->live - 1,
	    checkpoints);
	ok(!good && diags_have(&b.diags, "T078", arena_printf(&arena,
	    "server process %d", PQbackendPID(old))),
	    "but not come back while a snapshot does not see them");
	pthread_create(&thread, NULL, let_go, old);
	good = go_to(&l, &b, dataset_of("decant_t_snap")->live - 1,
	    set_patient);
	goes(good, &b, "until it ends");
	pthread_join(thread, NULL);
	is_str(sql("SELECT string_agg(name, ' ' ORDER BY id) FROM"
	    " decant_t_snap.person"), "Bob Cy Di Ed", "as they were");
	PQfinish(old);
}

/* --- how long others wait ------------------------------------------------------- */

enum { MILLION = 1000000 };

static void
from_live(struct load *l, struct pub *b)
{
	static const uint32_t base[] = { 0 };

	(void)b;
	l->stage.base = base;
}

static void
test_held(void)
{
	static const struct sample none = { PERSON, people, 0 };
	struct load l;
	struct pub b;
	double start, least;	/* others use the machine, too */
	int i;

	loads(load_live(&l, "decant_t_big", &none, 1), &l, "a table");
	sql("SET decant.own = 'on'");
	sql(arena_printf(&arena, "INSERT INTO decant_t_big.person SELECT n,"
	    " 'name ' || n FROM generate_series(1, %d) n; ALTER TABLE"
	    " decant_t_big.person ADD CONSTRAINT pos CHECK (id > 0); CREATE"
	    " INDEX by_name ON decant_t_big.person (name); CREATE MATERIALIZED"
	    " VIEW decant_t_big.m AS SELECT count(*) AS n FROM"
	    " decant_t_big.person; CREATE TABLE decant_t_big.mail (p int"
	    " REFERENCES decant_t_big.person); INSERT INTO decant_t_big.mail"
	    " SELECT generate_series(1, 10000)", MILLION));
	sql("RESET decant.own");
	start = pgwait_now();
	loads(load_live_with(&l, &b, target, "decant_t_big", &none, 1,
	    from_live, NULL), &l, "%d rows are published", MILLION);
	start = pgwait_now() - start;
	printf("# locks are held for %.1f ms of %.0f\n", b.p.held_ms, start);
	least = b.p.held_ms;
	for (i = 1; i < 4; i++) {
		goes(go_to(&l, &b, i % 2 == 1 ? 1 : 2, NULL), &b,
		    "back and forth");
		if (b.p.held_ms < least)
			least = b.p.held_ms;
		printf("# %.1f ms\n", b.p.held_ms);
	}
	ok(least < 100, "locks are held for %.1f ms", least);
	is_str(sql("SELECT count(*), (SELECT n FROM decant_t_big.m) FROM"
	    " decant_t_big.person"), "1000000|1000000", "all rows are there");
}

int
main(void)
{
	pg_begin();
	test_busy();
	test_prepared_transaction();
	test_retry();
	test_grant();
	test_interrupt();
	test_autovacuum();
	test_doubt();
	test_snapshot();
	test_held();
	return pg_end();
}
