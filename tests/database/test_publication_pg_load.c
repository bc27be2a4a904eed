/*
 * Publications in PostgreSQL beside applications that never stop: no
 * transaction fails, no statement sees two generations or an empty table, and
 * what was committed is in the live tables or in the log of those it was
 * written to.
 *
 * Every generation has its own number in all rows of both tables, so that a
 * statement which mixes two of them shows it.  DECANT_FULL=1: ten times as
 * many swaps, however long they take.
 */
#include "database/pub_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

enum { ROWS = 200, NAMES = 20000 };
#define MOST_MS	35000.0		/* on a machine that is busy with other things */

static atomic_int going;
static char number[ROWS][12];
static const char *staff_cell[3 * ROWS], *phone_cell[3 * ROWS];
static char generation_text[12];
static const struct sample tables[] = {
	{ "staff", { "id integer key", "gen integer", "note text" },
	    staff_cell, ROWS },
	{ "phone", { "id integer key", "gen integer", "note text" },
	    phone_cell, ROWS },
};

/* Rows of the generation that is staged next. */
static void
make_rows(uint32_t gen)
{
	int i;

	snprintf(generation_text, sizeof generation_text, "%u", gen);
	for (i = 0; i < ROWS; i++) {
		snprintf(number[i], sizeof number[i], "%d", i);
		staff_cell[3 * i] = phone_cell[3 * i] = number[i];
		staff_cell[3 * i + 1] = phone_cell[3 * i + 1] =
		    generation_text;
		staff_cell[3 * i + 2] = phone_cell[3 * i + 2] = "x";
	}
}

/* --- applications ---------------------------------------------------------------- */

struct app {
	int id;
	long done, failed, odd, empty;
	double worst;
	char why[300];
	pthread_t thread;
	void (*step)(struct app *, PGconn *);
	PGconn *conn;
	long serial;
	unsigned char *wrote;	/* writers: [NAMES] was it committed? */
};

/* The result of a statement; what fails is counted. */
static PGresult *
run(struct app *a, const char *sql)
{
	PGresult *res = PQexec(a->conn, sql);

	if (PQresultStatus(res) == PGRES_FATAL_ERROR) {
		if (a->failed++ == 0)
			snprintf(a->why, sizeof a->why, "%.150s: %.120s",
			    PQerrorMessage(a->conn), sql);
	}
	return res;
}

static void
look(struct app *a, PGresult *res)
{
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		return;
	if (PQntuples(res) == 0 || strcmp(PQgetvalue(res, 0, 0), "0") == 0)
		a->empty++;
	else if (PQntuples(res) != 1)
		a->odd++;
}

/* Generations of the rows that applications did not write. */
static void
read_two_tables(struct app *a, PGconn *conn)
{
	PGresult *res = run(a, "SELECT count(*), gen FROM (SELECT gen FROM"
	    " decant_t_load.staff WHERE id < 1000 UNION ALL SELECT gen FROM"
	    " decant_t_load.phone WHERE id < 1000) x GROUP BY gen");

	(void)conn;
	look(a, res);
	PQclear(res);
}

static void
read_join(struct app *a, PGconn *conn)
{
	PGresult *res = run(a, "SELECT count(*), s.gen = p.gen FROM"
	    " decant_t_load.phone p JOIN decant_t_load.staff s USING (id) WHERE"
	    " id < 1000 GROUP BY 2");

	(void)conn;
	look(a, res);
	if (PQntuples(res) > 0 && strcmp(PQgetvalue(res, 0, 1), "t") != 0)
		a->odd++;
	PQclear(res);
}

static void
read_view(struct app *a, PGconn *conn)
{
	PGresult *res = run(a, "SELECT n, gen FROM decant_t_load.both");

	(void)conn;
	look(a, res);
	PQclear(res);
}

/* A transaction that has read one table sees the other of its generation. */
static void
read_repeatable(struct app *a, PGconn *conn)
{
	char gen[2][16] = { "", "" };
	PGresult *res;

	(void)conn;
	PQclear(run(a, "BEGIN ISOLATION LEVEL REPEATABLE READ"));
	res = run(a, "SELECT DISTINCT gen FROM decant_t_load.staff WHERE"
	    " id < 1000");
	if (PQntuples(res) == 1)
		snprintf(gen[0], 16, "%s", PQgetvalue(res, 0, 0));
	PQclear(res);
	res = run(a, "SELECT DISTINCT gen FROM decant_t_load.phone WHERE"
	    " id < 1000");
	if (PQntuples(res) == 1)
		snprintf(gen[1], 16, "%s", PQgetvalue(res, 0, 0));
	PQclear(res);
	PQclear(run(a, "COMMIT"));
	if (gen[0][0] == '\0' || gen[1][0] == '\0')
		a->empty++;
	else if (strcmp(gen[0], gen[1]) != 0)
		a->odd++;
}

static void
read_prepared(struct app *a, PGconn *conn)
{
	const char *param = "7";
	PGresult *res;

	if (a->done == 0)
		PQclear(PQprepare(conn, "one", "SELECT count(*), gen FROM"
		    " decant_t_load.staff WHERE id = $1::int GROUP BY gen", 0,
		    NULL));
	res = PQexecPrepared(conn, "one", 1, &param, NULL, NULL, 0);
	if (PQresultStatus(res) == PGRES_FATAL_ERROR && a->failed++ == 0)
		snprintf(a->why, sizeof a->why, "%.200s",
		    PQerrorMessage(conn));
	look(a, res);
	PQclear(res);
}

/* Writes a name that nobody else does, and notes that it was committed. */
static void
write_row(struct app *a, PGconn *conn)
{
	long n = a->serial++, id = 1000 + n * 10 + a->id;
	bool phone = n % 3 == 1;
	char sql[200];
	PGresult *res;

	(void)conn;
	if (n >= NAMES) {
		nap(5);
		return;
	}
	snprintf(sql, sizeof sql, n % 5 == 2 ? "BEGIN; INSERT INTO"
	    " decant_t_load.%s VALUES (%ld, -1, 'w'); UPDATE"
	    " decant_t_load.staff SET note = 'y' WHERE id = %ld; COMMIT" :
	    "INSERT INTO decant_t_load.%s VALUES (%ld, -1, 'w')",
	    phone ? "phone" : "staff", id, n % ROWS);
	res = run(a, sql);
	a->wrote[n] = PQresultStatus(res) == PGRES_COMMAND_OK;
	PQclear(res);
	if (PQtransactionStatus(a->conn) != PQTRANS_IDLE)
		PQclear(PQexec(a->conn, "ROLLBACK"));
	nap(10);
}

static void *
application(void *arg)
{
	struct app *a = arg;
	double start;

	a->conn = pg_open();
	while (atomic_load(&going)) {
		nap(a->id);
		start = pgwait_now();
		a->step(a, a->conn);
		start = pgwait_now() - start;
		if (start > a->worst)
			a->worst = start;
		a->done++;
	}
	PQfinish(a->conn);
	return NULL;
}

/* --- publications ------------------------------------------------------------------ */

/*
 * Rows that applications wrote to the live table go over to the other one, as
 * a publication's caller does it: by the keys in the log.
 */
static enum grade
carry(void *arg)
{
	static const char *const name[] = { "staff", "phone" };
	struct pub *b = arg;
	struct buf s;
	bool good = true;
	int i;

	buf_init(&s, 1 << 16);
	for (i = 0; i < 2 && good; i++) {
		buf_clear(&s);
		buf_printf(&s, "WITH k AS (DELETE FROM decant.\"decant_t_load_g"
		    "%u.%s\" WHERE origin IS NULL RETURNING k1), c AS (INSERT"
		    " INTO decant_t_load_g%u.%s SELECT * FROM decant_t_load.%s"
		    " WHERE id >= 1000 AND id IN (SELECT k1 FROM k) RETURNING"
		    " id) INSERT INTO decant.\"decant_t_load_g%u.%s\" (origin,"
		    " k1) SELECT %u, id FROM c", b->table[i].now, name[i],
		    b->table[i].then, name[i], name[i], b->table[i].then,
		    name[i], b->table[i].now);
		good = db_exec(b->p.db, "carrying", s.p);
	}
	buf_fini(&s);
	return good ? OK : FATAL;
}

static void
set_carry(struct load *l, struct pub *b)
{
	(void)l;
	b->p.locked = carry;
	b->p.arg = b;
	b->p.patience_ms = 20000;
}

static void
set_plain(struct load *l, struct pub *b)
{
	(void)l;
	b->p.patience_ms = 20000;
}

/* One session makes all swaps, so that the load has no time to rest; -1: one
 * has failed. */
static int
swap_often(struct load *l, int swaps, double until, double *worst, double *sum)
{
	struct dataset_of *d = dataset_of("decant_t_load");
	uint32_t other = d->live == 1 ? 2 : 1;
	struct pub b;
	int i, good = 0;

	memset(&b, 0, sizeof b);
	diags_init(&b.diags, &arena);
	db_open(&b.db, &arena, &b.diags, target, NULL);
	if (!db_lock(&b.db, "decant_t_load"))
		return 0;
	pub_set(&b, &b.db, "decant_t_load", &l->schema, d->live, other);
	for (i = 0; i < swaps && pgwait_now() < until; i++) {
		b.table[0].now = b.table[1].now = d->live;
		b.table[0].then = b.table[1].then = other;
		set_carry(NULL, &b);
		if (!pgpub_prepare(&b.p) || pgpub_run(&b.p) != OK) {
			printf("# swap %d: %s\n", i, pub_error(&b));
			good = -1;
			break;
		}
		other = d->live;
		d->live = 3 - other;
		good++;
		*sum += b.p.held_ms;
		if (b.p.held_ms > *worst)
			*worst = b.p.held_ms;
	}
	db_close(&b.db);
	return good;
}

static long
lost_writes(struct app *app, int napp)
{
	long n, lost = 0, written = 0;
	PGresult *res = PQexec(session, "SELECT id FROM decant_t_load.staff WHERE"
	    " id >= 1000 UNION ALL SELECT id FROM decant_t_load.phone WHERE"
	    " id >= 1000");
	unsigned char *there = arena_zalloc(&arena, 1000 + 10 * NAMES + 100);
	int i;

	for (i = 0; i < PQntuples(res); i++)
		there[strtol(PQgetvalue(res, i, 0), NULL, 10)]++;
	PQclear(res);
	for (i = 0; i < napp; i++)
		for (n = 0; app[i].wrote != NULL && n < NAMES; n++) {
			written += app[i].wrote[n];
			lost += app[i].wrote[n] &&
			    there[1000 + n * 10 + app[i].id] != 1;
		}
	printf("# %ld rows were written\n", written);
	return written == 0 ? -1 : lost;
}

static void
test_load(void)
{
	static void (*const step[])(struct app *, PGconn *) = {
	    read_two_tables, read_join, read_view, read_repeatable,
	    read_prepared, write_row, write_row };
	static struct app app[COUNT(step)];
	int swaps = getenv("DECANT_FULL") != NULL ? 2000 : 200, n, i;
	long done = 0, failed = 0, odd = 0, empty = 0;
	double worst = 0, sum = 0, slowest = 0, start;
	struct load l;
	struct pub b;

	make_rows(1);
	loads(load_live(&l, "decant_t_load", tables, 2), &l, "two tables");
	sql("CREATE VIEW decant_t_load.both AS SELECT count(*) AS n, gen FROM"
	    " (SELECT gen FROM decant_t_load.staff WHERE id < 1000 UNION ALL"
	    " SELECT gen FROM decant_t_load.phone WHERE id < 1000) x GROUP BY"
	    " gen");
	make_rows(2);
	loads(load_live_with(&l, &b, target, "decant_t_load", tables, 2,
	    set_plain, NULL), &l, "and another generation");
	/* a schema that comes and goes makes the server plan anew */
	sql("CREATE TABLE decant_t_load_g1.stays (); CREATE SCHEMA"
	    " decant_t_load_g2; COMMENT ON SCHEMA decant_t_load_g2 IS 'decant"
	    " generation 2'; CREATE TABLE decant_t_load_g2.stays ()");
	atomic_store(&going, 1);
	for (i = 0; i < (int)COUNT(step); i++) {
		app[i].id = i;
		app[i].step = step[i];
		if (step[i] == write_row)
			app[i].wrote = arena_zalloc(&arena, NAMES);
		pthread_create(&app[i].thread, NULL, application, &app[i]);
	}
	start = pgwait_now();
	n = swap_often(&l, swaps, start + (getenv("DECANT_FULL") != NULL ?
	    1e9 : MOST_MS), &worst, &sum);
	start = pgwait_now() - start;
	atomic_store(&going, 0);
	for (i = 0; i < (int)COUNT(step); i++) {
		pthread_join(app[i].thread, NULL);
		done += app[i].done;
		failed += app[i].failed;
		odd += app[i].odd;
		empty += app[i].empty;
		if (app[i].worst > slowest)
			slowest = app[i].worst;
		if (app[i].failed > 0)
			printf("# %s\n", app[i].why);
	}
	ok(n == swaps || (n > 20 && start >= MOST_MS), "%d swaps in %.1f s", n,
	    start / 1e3);
	ok(done > n * 5, "%ld transactions beside them", done);
	is_int(failed, 0, "none has failed");
	is_int(empty, 0, "none has seen an empty table");
	is_int(odd, 0, "none has seen two generations");
	is_int(lost_writes(app, COUNT(step)), 0, "no write is lost");
	printf("# locks held %.1f ms, at most %.1f; slowest transaction %.0f"
	    " ms\n", sum / n, worst, slowest);
	ok(sum / n < 100, "locks are held for less than 100 ms");
}

/* --- pg_dump ------------------------------------------------------------------------ */

/* Dumps go on while generations are swapped: each has one of them. */
static void *
swapper(void *arg)
{
	double worst = 0, sum = 0;

	while (atomic_load(&going))
		if (swap_often(arg, 1, 1e99, &worst, &sum) != 1)
			return arg;
	return NULL;
}

static void
test_dumps(void)
{
	const char *command = arena_printf(&arena, "pg_dump -n decant_t_load"
	    " --dbname='%s' > load.dump", target);
	const char *count = "awk '/^COPY decant_t_load.(staff|phone) /"
	    " { inside = 1; next } /^\\\\\\.$/ { inside = 0 } inside && $1 <"
	    " 1000 { n[$2]++ } END { for (g in n) printf \"%d \", n[g] }'"
	    " load.dump";
	struct load l;
	pthread_t thread;
	char line[100];
	void *why;
	int i, bad = 0, failed = 0;
	FILE *in;

	make_rows(1);
	load_new(&l, "decant_t_load", tables, 2);
	load_end(&l);
	sql("DELETE FROM decant_t_load.staff WHERE id >= 1000; DELETE FROM"
	    " decant_t_load.phone WHERE id >= 1000");
	atomic_store(&going, 1);
	pthread_create(&thread, NULL, swapper, &l);
	for (i = 0; i < 5; i++) {
		failed += system(command) != 0;
		in = popen(count, "r");
		line[0] = '\0';
		if (in == NULL || fgets(line, sizeof line, in) == NULL ||
		    strcmp(line, "400 ") != 0) {
			printf("# dumped: %s\n", line);
			bad++;
		}
		if (in != NULL)
			pclose(in);
	}
	atomic_store(&going, 0);
	pthread_join(thread, &why);
	ok(why == NULL, "swaps beside pg_dump");
	is_int(failed, 0, "no dump has failed");
	is_int(bad, 0, "each has the rows of one generation");
}

/* --- what is documented as an exception ----------------------------------------------- */

/* A prepared SELECT * whose shape has changed fails, once. */
static void
test_prepared(void)
{
	static const struct sample narrow[] = { { "staff", { "id integer key",
	    "note text" }, NULL, 0 } };
	static const struct sample wider[] = { { "staff", { "id integer key",
	    "note text", "more text" }, NULL, 0 } };
	PGconn *conn = pg_open();
	struct load l;
	PGresult *res;

	loads(load_live(&l, "decant_t_pr", narrow, 1), &l, "a table");
	PQclear(PQprepare(conn, "all", "SELECT * FROM decant_t_pr.staff", 0,
	    NULL));
	PQclear(PQprepare(conn, "some", "SELECT id, note FROM"
	    " decant_t_pr.staff", 0, NULL));
	PQclear(PQexecPrepared(conn, "all", 0, NULL, NULL, NULL, 0));
	loads(load_live(&l, "decant_t_pr", wider, 1), &l, "another shape");
	res = PQexecPrepared(conn, "some", 0, NULL, NULL, NULL, 0);
	is_int(PQresultStatus(res), PGRES_TUPLES_OK,
	    "a prepared statement that names its columns goes on");
	PQclear(res);
	res = PQexecPrepared(conn, "all", 0, NULL, NULL, NULL, 0);
	is_str(PQresultErrorField(res, PG_DIAG_SQLSTATE), "0A000",
	    "SELECT * does not");
	PQclear(res);
	PQclear(PQexec(conn, "DEALLOCATE \"all\""));
	PQclear(PQprepare(conn, "all", "SELECT * FROM decant_t_pr.staff", 0,
	    NULL));
	res = PQexecPrepared(conn, "all", 0, NULL, NULL, NULL, 0);
	is_int(PQresultStatus(res), PGRES_TUPLES_OK,
	    "until it is prepared again");
	PQclear(res);
	PQfinish(conn);
}

int
main(void)
{
	pg_begin();
	test_prepared();
	test_load();
	test_dumps();
	return pg_end();
}
