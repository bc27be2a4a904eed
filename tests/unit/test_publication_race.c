/*
 * Publications in SQLite while applications read and write, and runs that are
 * killed: no statement fails, none sees two generations, no write is lost,
 * nobody waits for long.
 *
 * The rows of a generation (ids below 1000) say which one they are of, in
 * person and in phone.  Applications write rows of their own, and know what
 * must be there in the end.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "sqlite_fixture.h"

#define OWN_ROWS	300	/* of the generation */
#define IDS		100	/* of a writer */
#define WRITERS		3
#define READERS		2
#ifdef __SANITIZE_ADDRESS__
#define PUBLICATIONS	50		/* each takes many times as long */
#else
#define PUBLICATIONS	200
#endif
#define PAUSE_MS	30	/* or others, who poll, never meet a gap */
#define KILLS		25

static const struct fix_column phones[] = {
	{ "person", "bigint", 1, true, 0 }, { "n", "text", 2, true, 0 },
};

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- decant -------------------------------------------------------------- */

static const char *
begin_family(struct fixture *f, const char *file)
{
	static uint32_t person = 0, id = 0;
	static struct schema_constraint k = { .kind = CONSTRAINT_FOREIGN,
	    .name = "phone_person", .table = 1, .column = &person,
	    .ncolumn = 1, .to_table = 0, .to = &id };

	fix_begin(f, 2);
	fix_table(f, 0, "person", COLUMNS(two));
	fix_table(f, 1, "phone", COLUMNS(phones));
	f->schema.constraint = &k;
	f->schema.nconstraint = 1;
	conflicts_init(&f->conflicts, &f->arena, 3);
	return fix_path(f, file);
}

/* Stages a generation with the rows that say so. */
static bool
stage(struct fixture *f, const char *path, uint32_t generation)
{
	char id[16], mark[16];
	uint32_t i;

	f->stage.generation = generation;
	f->stage.checkpoint = 100;
	if (open_at(f, path) != OK)
		return false;
	sqlite_db_exec(&f->db->lite, "PRAGMA synchronous = OFF");
	snprintf(mark, sizeof mark, "g%u", generation);
	fix_rows(f, 0, OWN_ROWS);
	fix_rows(f, 1, OWN_ROWS);
	for (i = 0; i < OWN_ROWS; i++) {
		snprintf(id, sizeof id, "%u", i);
		fix_set(f, 0, i, 0, id);
		fix_set(f, 0, i, 1, mark);
		fix_set(f, 1, i, 0, id);
		fix_set(f, 1, i, 1, mark);
	}
	return fix_put(f) == OK && fix_finish(f) == OK &&
	    fix_publish(f) == OK;
}

struct carry {
	struct fixture *f;
	uint32_t now, then;
};

/* What applications have written in the live tables goes into the others, and
 * into their logs; the ledger is written. */
static enum grade
carry(void *arg)
{
	static const char *const table[] = { "phone", "person" };
	static const char *const key[] = { "person, n", "id" };
	static const char *const k[] = { "k1, k2", "k1" };
	const struct carry *c = arg;
	struct arena *a = &c->f->arena;
	const char *sql = "";
	uint32_t i;

	for (i = 0; i < 2; i++)
		sql = arena_printf(a, "%sDELETE FROM %s__g%u WHERE (%s) IN "
		    "(SELECT %s FROM decant_log__%s__g%u);"
		    "INSERT INTO %s__g%u SELECT * FROM %s WHERE (%s) IN "
		    "(SELECT %s FROM decant_log__%s__g%u);"
		    "INSERT INTO decant_log__%s__g%u (origin, %s) SELECT %u, "
		    "* FROM (SELECT %s FROM decant_log__%s__g%u EXCEPT SELECT "
		    "%s FROM decant_log__%s__g%u);", sql,
		    table[i], c->then, key[i], k[i], table[i], c->now,
		    table[i], c->then, table[i], key[i], k[i], table[i],
		    c->now, table[i], c->then, k[i], c->now, k[i], table[i],
		    c->now, k[i], table[i], c->then);
	return db_exec(c->f->db, "", arena_printf(a, "%sUPDATE ledger SET "
	    "live = %u", sql, c->then)) ? OK : FATAL;
}

struct tally {
	double held_ms;			/* the longest */
	uint32_t attempts;
};

static bool
publish_other(struct fixture *f, uint32_t now, struct tally *t)
{
	struct carry c = { f, now, 3 - now };
	struct publication *p = publication_of(f, now, 3 - now);

	p->locked = carry;
	p->arg = &c;
	if (publication_go(p) != OK)
		return false;
	if (t != NULL) {
		t->attempts += p->attempts;
		if (p->held_ms > t->held_ms)
			t->held_ms = p->held_ms;
	}
	return true;
}

/* --- applications -------------------------------------------------------- */

struct application {
	const char *path;
	volatile bool *stop;
	uint32_t number;
	uint32_t done, failed, mixed;
	double longest;
	char why[200];
	int value[IDS];		/* writers: what is there; -1: nothing */
};

static sqlite3 *
app_open(struct application *a)
{
	sqlite3 *db;

	sqlite3_open(a->path, &db);
	sqlite3_busy_timeout(db, 10000);
	sqlite3_exec(db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF",
	    NULL, NULL, NULL);
	return db;
}

static void
app_failed(struct application *a, sqlite3 *db)
{
	if (a->failed++ == 0)
		snprintf(a->why, sizeof a->why, "%s", sqlite3_errmsg(db));
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

/* Statements are prepared once, as applications do. */
static bool
app_run(sqlite3_stmt *st, int64_t one, int64_t other)
{
	sqlite3_bind_int64(st, 1, one);
	if (sqlite3_bind_parameter_count(st) > 1)
		sqlite3_bind_int64(st, 2, other);
	sqlite3_step(st);
	return sqlite3_reset(st) == SQLITE_OK;
}

enum { BEGIN, COMMIT, ADD, ADD_PHONE, CHANGE, REMOVE_PHONES, REMOVE, NSQL };

static void *
write_rows(void *arg)
{
	static const char *const sql[NSQL] = { "BEGIN IMMEDIATE", "COMMIT",
	    "INSERT INTO person VALUES(?1, ?2)",
	    "INSERT INTO phone VALUES(?1, ?2)",
	    "UPDATE person SET name = ?2 WHERE id = ?1",
	    "DELETE FROM phone WHERE person = ?1",
	    "DELETE FROM person WHERE id = ?1" };
	struct application *a = arg;
	sqlite3 *db = app_open(a);
	sqlite3_stmt *st[NSQL];
	struct timespec nap = { 0, 3000000 };
	uint64_t seed = a->number + 1;
	int64_t id;
	int k, value;
	double at;
	bool good;

	for (k = 0; k < NSQL; k++)
		if (sqlite3_prepare_v2(db, sql[k], -1, &st[k], NULL) !=
		    SQLITE_OK)
			app_failed(a, db);
	for (k = 0; k < IDS; k++)
		a->value[k] = -1;
	for (value = 0; !*a->stop && a->failed == 0; value++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		k = (int)(seed >> 33) % IDS;
		id = 1000 * (a->number + 1) + k;
		at = seconds();
		good = app_run(st[BEGIN], 0, 0);
		if (a->value[k] < 0) {
			good = good && app_run(st[ADD], id, value) &&
			    app_run(st[ADD_PHONE], id, value);
		} else if (seed % 3 == 0) {
			good = good && app_run(st[REMOVE_PHONES], id, 0) &&
			    app_run(st[REMOVE], id, 0);
		} else {
			good = good && app_run(st[CHANGE], id, value) &&
			    app_run(st[ADD_PHONE], id, value);
		}
		good = good && app_run(st[COMMIT], 0, 0);
		if (!good) {
			app_failed(a, db);
			continue;
		}
		a->value[k] = a->value[k] >= 0 && seed % 3 == 0 ? -1 : value;
		at = seconds() - at;
		if (at > a->longest)
			a->longest = at;
		a->done++;
		nanosleep(&nap, NULL);
	}
	for (k = 0; k < NSQL; k++)
		sqlite3_finalize(st[k]);
	sqlite3_close(db);
	return NULL;
}

/* "1|g2" must be what each says: all rows, and all of one generation. */
static bool
app_look(struct application *a, sqlite3 *db, sqlite3_stmt *st, char *mark)
{
	bool one;

	if (sqlite3_step(st) != SQLITE_ROW) {
		app_failed(a, db);
		sqlite3_reset(st);
		return false;
	}
	one = sqlite3_column_int(st, 0) == OWN_ROWS &&
	    strcmp((const char *)sqlite3_column_text(st, 1),
	    (const char *)sqlite3_column_text(st, 2)) == 0;
	snprintf(mark, 8, "%s", (const char *)sqlite3_column_text(st, 1));
	a->mixed += !one;
	sqlite3_reset(st);
	return true;
}

static void *
read_rows(void *arg)
{
	static const char *const sql[] = {
		"SELECT count(*), min(name), max(name) FROM person WHERE "
		    "id < 1000",
		"SELECT count(*), min(n), max(n) FROM phone WHERE "
		    "person < 1000",
		"SELECT count(*), min(min(name, n)), max(max(name, n)) FROM "
		    "both WHERE id < 1000",
	};
	struct application *a = arg;
	sqlite3 *db = app_open(a);
	sqlite3_stmt *st[3];
	struct timespec nap = { 0, 2000000 };
	char mark[3][8];
	double at;
	bool good;
	int k;

	for (k = 0; k < 3; k++)
		if (sqlite3_prepare_v2(db, sql[k], -1, &st[k], NULL) !=
		    SQLITE_OK)
			app_failed(a, db);
	while (!*a->stop && a->failed == 0) {
		at = seconds();
		good = sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) ==
		    SQLITE_OK;
		for (k = 0; k < 3 && good; k++)
			good = app_look(a, db, st[k], mark[k]);
		if (good && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) !=
		    SQLITE_OK)
			app_failed(a, db);
		if (good)
			a->mixed += strcmp(mark[0], mark[1]) != 0 ||
			    strcmp(mark[0], mark[2]) != 0;
		at = seconds() - at;
		if (at > a->longest)
			a->longest = at;
		a->done++;
		nanosleep(&nap, NULL);
	}
	for (k = 0; k < 3; k++)
		sqlite3_finalize(st[k]);
	sqlite3_close(db);
	return NULL;
}

/*
 * How much longer everything takes because others use the machine: the time
 * that work takes, by the time that the processor worked.
 */
static void *
work_only(void *arg)
{
	struct application *a = arg;
	struct timespec nap = { 0, 50000000 }, t;
	double at, wall = 0, worked = 0, begun;

	while (!*a->stop) {
		at = seconds();
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
		begun = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
		do
			clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
		while ((double)t.tv_sec + (double)t.tv_nsec / 1e9 <
		    begun + 0.005);
		wall += seconds() - at;
		worked += 0.005;
		nanosleep(&nap, NULL);
	}
	a->longest = wall / worked;
	return NULL;
}

struct crowd {
	struct application writer[WRITERS], reader[READERS], worker;
	pthread_t thread[WRITERS + READERS + 1];
	volatile bool stop;
};

static void
crowd_begin(struct crowd *c, const char *path)
{
	uint32_t i;

	memset(c, 0, sizeof *c);
	for (i = 0; i < WRITERS; i++) {
		c->writer[i] = (struct application){ .path = path,
		    .stop = &c->stop, .number = i };
		pthread_create(&c->thread[i], NULL, write_rows,
		    &c->writer[i]);
	}
	for (i = 0; i < READERS; i++) {
		c->reader[i] = (struct application){ .path = path,
		    .stop = &c->stop, .number = i };
		pthread_create(&c->thread[WRITERS + i], NULL, read_rows,
		    &c->reader[i]);
	}
	c->worker.stop = &c->stop;
	pthread_create(&c->thread[WRITERS + READERS], NULL, work_only,
	    &c->worker);
}

/* Rows of the writers that are not as they left them. */
static uint32_t
lost_writes(struct fixture *f, const struct crowd *c, const char *path)
{
	uint32_t w, lost = 0;
	const char *is;
	char want[40];
	int k;

	for (w = 0; w < WRITERS; w++)
		for (k = 0; k < IDS; k++) {
			snprintf(want, sizeof want, "%d",
			    c->writer[w].value[k]);
			is = ask(f, path, arena_printf(&f->arena, "SELECT "
			    "name FROM person JOIN phone ON person = id AND "
			    "n = name WHERE id = %u", 1000 * (w + 1) +
			    (uint32_t)k));
			lost += strcmp(is, c->writer[w].value[k] < 0 ? "" :
			    want) != 0;
		}
	return lost;
}

static void
crowd_end(struct fixture *f, struct crowd *c, const char *path, double limit)
{
	uint32_t i, failed = 0, mixed = 0, reads = 0, writes = 0;
	double longest = 0, longest_read = 0;

	c->stop = true;
	for (i = 0; i < WRITERS + READERS + 1; i++)
		pthread_join(c->thread[i], NULL);
	for (i = 0; i < WRITERS; i++) {
		failed += c->writer[i].failed;
		writes += c->writer[i].done;
		if (c->writer[i].failed > 0)
			printf("# %s\n", c->writer[i].why);
		if (c->writer[i].longest > longest)
			longest = c->writer[i].longest;
	}
	for (i = 0; i < READERS; i++) {
		failed += c->reader[i].failed;
		mixed += c->reader[i].mixed;
		reads += c->reader[i].done;
		if (c->reader[i].failed > 0)
			printf("# %s\n", c->reader[i].why);
		if (c->reader[i].longest > longest_read)
			longest_read = c->reader[i].longest;
	}
	printf("# %u reads, the longest %.3f s; %u writes, the longest %.3f s; "
	    "the machine is slower by %.1f\n", reads, longest_read, writes,
	    longest, c->worker.longest);
	ok(reads > 50 && writes > 50, "applications were at work");
	is_int(failed, 0, "none of their statements failed");
	is_int(mixed, 0, "none saw an empty table, or two generations");
	is_int(lost_writes(f, c, path), 0, "no write was lost");
#ifdef __SANITIZE_ADDRESS__
	limit *= 5;
#endif
	if (c->worker.longest > 1)
		limit *= c->worker.longest;
	if (!ok(longest < limit && longest_read < limit, "nobody waited long"))
		printf("# longer than %.3f s\n", limit);
}

/* --- the tests ----------------------------------------------------------- */

static void
make_live(struct fixture *f, const char *path, const char *mode)
{
	stage(f, path, 1);
	publication_go(publication_of(f, 0, 1));
	db_land(f->db);
	run(path, arena_printf(&f->arena, "PRAGMA journal_mode = %s;"
	    "CREATE TABLE ledger(live); INSERT INTO ledger VALUES(1);"
	    "CREATE TABLE seen(x);"
	    "CREATE INDEX by_name ON person(name);"
	    "CREATE VIEW both AS SELECT id, name, n FROM person JOIN phone ON "
	    "person = id;"
	    "CREATE TRIGGER see AFTER DELETE ON person BEGIN INSERT INTO seen "
	    "VALUES(old.id); END", mode));
}

static void
remove_all(struct fixture *f, const char *path)
{
	fix_remove(path);
	fix_remove(fix_path(f, "race.db-wal"));
	fix_remove(fix_path(f, "race.db-shm"));
}

static void
is_whole(struct fixture *f, const char *path)
{
	is_sound(f, path);
	is_str(ask(f, path, "PRAGMA foreign_key_check"), "",
	    "all foreign keys refer to something");
	is_str(ask(f, path, "SELECT name FROM sqlite_master WHERE name NOT "
	    "LIKE '%!_!_g_' ESCAPE '!' AND name NOT LIKE 'decant!_%' ESCAPE "
	    "'!' ORDER BY 1"), "both by_name ledger person phone phone_key "
	    "see seen", "users' objects are there");
}

static void
test_publications(const char *mode)
{
	struct fixture f;
	struct crowd c;
	const char *path = begin_family(&f, "race.db");
	struct tally t = { 0 };
	double start;
	uint32_t i;

	make_live(&f, path, mode);
	ok(stage(&f, path, 2), "generation 2 is staged (%s)", mode);
	crowd_begin(&c, path);
	start = seconds();
	for (i = 0; i < PUBLICATIONS; i++) {
		if (!publish_other(&f, 1 + i % 2, &t))
			break;
		nanosleep(&(struct timespec){ 0, PAUSE_MS * 1000000 }, NULL);
	}
	is_int(i, PUBLICATIONS, "publications there and back");
	printf("# in %.1f s, %u attempts; the lock was held for %.1f ms at "
	    "most\n", seconds() - start, t.attempts, t.held_ms);
	crowd_end(&f, &c, path, 1);
	is_whole(&f, path);
	is_str(ask(&f, path, "SELECT count(*) > 0 FROM seen"), "1",
	    "users' trigger has fired");
	fix_end(&f);
	remove_all(&f, path);
}

/*
 * Stages the generation that is not live, publishes it, and goes there and
 * back a few times, for ever.
 */
static void
run_for_ever(void)
{
	struct fixture f;
	const char *path;
	int64_t live = 0;
	uint32_t i;
	bool good;

	for (;;) {
		path = begin_family(&f, "race.db");
		good = db_at(&f, path) && sqlite_db_get_int64(&f.db->lite,
		    "SELECT live FROM ledger", &live) &&
		    stage(&f, path, 3 - (uint32_t)live);
		for (i = 0; i < 7 && good; i++, live = 3 - live)
			good = publish_other(&f, (uint32_t)live, NULL);
		if (!good) {
			fix_code(&f);
			fflush(stdout);
			_exit(1);
		}
		fix_end(&f);
	}
}

static uint32_t all_changed;

static void
test_kills(const char *mode)
{
	struct fixture f;
	struct crowd c;
	const char *path = begin_family(&f, "race.db"), *live;
	struct timespec t;
	uint32_t i, bad = 0, died = 0, changed = 0, before = 2, seed = 12345;
	double cycle;
	int status;
	pid_t child;

	make_live(&f, path, mode);
	crowd_begin(&c, path);
	cycle = seconds();
	ok(stage(&f, path, 2) && publish_other(&f, 1, NULL),
	    "one run that is not killed");
	cycle = seconds() - cycle;
	give_up(&f);
	for (i = 0; i < KILLS; i++) {
		fflush(stdout);
		child = fork();
		if (child == 0) {
			execl("/proc/self/exe", "runs", fix_dir, NULL);
			_exit(1);
		}
		seed = seed * 1103515245 + 12345;
		t = (struct timespec){ 0, 2000000 };
		t.tv_nsec += (long)(cycle * 4e9 * ((seed >> 16) % 1000) /
		    1000);
		t.tv_sec = t.tv_nsec / 1000000000;
		t.tv_nsec %= 1000000000;
		nanosleep(&t, NULL);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		died += !WIFSIGNALED(status);
		live = ask(&f, path, "SELECT 'g' || live, min(name), "
		    "max(name), min(n), max(n), count(*) FROM ledger, both "
		    "WHERE id < 1000");
		bad += strcmp(live, "g1|g1|g1|g1|g1|300") != 0 &&
		    strcmp(live, "g2|g2|g2|g2|g2|300") != 0;
		if (bad == 1)
			printf("# %s\n", live);
		changed += live[1] - '0' != (int)before;
		before = (uint32_t)(live[1] - '0');
	}
	is_int(died, 0, "%d runs were killed (%s)", KILLS, mode);
	is_int(bad, 0, "each time one generation is live, as the ledger says");
	printf("# after %u of them another one was\n", changed);
	all_changed += changed;
	crowd_end(&f, &c, path, 5);
	is_whole(&f, path);
	ok(stage(&f, path, 3 - before) && publish_other(&f, before, NULL),
	    "the next run is as any other");
	is_whole(&f, path);
	fix_end(&f);
	remove_all(&f, path);
}

/* With a directory: a run that is to be killed, in a process that shares no
 * open database with others (SQLite must not be carried across a fork). */
int
main(int argc, char **argv)
{
	if (argc > 1) {
		snprintf(fix_dir, sizeof fix_dir, "%s", argv[1]);
		run_for_ever();
	}
	fix_dir_begin();
	test_publications("DELETE");
	test_publications("WAL");
	test_kills("DELETE");
	test_kills("WAL");
	ok(all_changed > 0, "some runs came to their end before");
	return tap_done();
}
