/*
 * Turns of writing; see sqlite_turn.h.
 */
#include "db/sqlite_turn.h"

#include <time.h>

#include "db/sqlite_db.h"

#define COMMIT_WAIT_MS	250	/* how long new readers may be held up */
#define GAP_MAX		50000000	/* ns */
#define RETRY_PAUSE	20000000

int64_t
sqlite_turn_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void
sqlite_turn_pause(int64_t ns)
{
	struct timespec t = { ns / 1000000000, ns % 1000000000 };

	if (ns > 0)
		nanosleep(&t, NULL);
}

int
sqlite_turn_commit(struct sqlite_db *db)
{
	int rc, wait = db->wait_ms;

	if (wait > COMMIT_WAIT_MS)
		db->wait_ms = COMMIT_WAIT_MS;
	rc = sqlite_db_try(db, "COMMIT");
	db->wait_ms = wait;
	return rc;
}

/* A fifth of the time is others', or they might never meet a gap. */
static void
leave_a_gap(const struct sqlite_turn *t)
{
	int64_t gap = t->took / 4;

	if (gap > GAP_MAX)
		gap = GAP_MAX;
	sqlite_turn_pause(t->end + gap - sqlite_turn_now());
}

bool
sqlite_turn(struct sqlite_turn *t, int (*work)(void *), void *arg)
{
	int64_t limit, at;
	bool last;
	int rc;

	leave_a_gap(t);
	limit = sqlite_turn_now() + (int64_t)t->db->wait_ms * 1000000;
	for (;;) {
		rc = sqlite_db_try(t->db, "BEGIN IMMEDIATE");
		at = sqlite_turn_now();
		if (rc == SQLITE_OK)
			rc = work(arg);
		if (rc == SQLITE_OK)
			rc = sqlite_turn_commit(t->db);
		if (rc == SQLITE_OK)
			break;
		last = !sqlite_db_is_busy(rc) || sqlite_turn_now() >= limit ||
		    sqlite_db_is_interrupted(t->db);
		if (last)
			sqlite_db_error(t->db, rc);
		if (!sqlite3_get_autocommit(t->db->handle))
			sqlite_db_try(t->db, "ROLLBACK");
		if (last)
			break;
		t->given_up++;
		sqlite_turn_pause(RETRY_PAUSE);
	}
	t->end = sqlite_turn_now();
	t->took = t->end - at;
	return rc == SQLITE_OK;
}

struct script {
	struct sqlite_db *db;
	const char *sql;
};

static int
script_run(void *arg)
{
	const struct script *s = arg;

	return sqlite_db_try(s->db, s->sql);
}

bool
sqlite_turn_exec(struct sqlite_turn *t, const char *sql)
{
	struct script s = { t->db, sql };

	return sqlite_turn(t, script_run, &s);
}
