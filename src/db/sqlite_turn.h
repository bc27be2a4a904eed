/*
 * Turns: short write transactions on a SQLite file that others write to, too.
 *
 * Others poll for the lock (SQLite's busy handler sleeps up to 100 ms), so
 * between two turns a gap is left in which they can meet it.  A COMMIT that
 * waits for readers holds up new ones (PENDING, "File Locking And
 * Concurrency", 3), so it does not wait long: the turn is given up, and taken
 * again a little later.
 */
#ifndef DECANT_SQLITE_TURN_H
#define DECANT_SQLITE_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct sqlite_db;

struct sqlite_turn {
	struct sqlite_db *db;
	int64_t end, took;	/* of the last turn, in ns: when it ended */
	uint32_t given_up;	/* turns that had to be taken again */
};

int64_t	 sqlite_turn_now(void);		/* ns, of a clock that only goes on */
void	 sqlite_turn_pause(int64_t ns);
/* COMMIT, within the time that readers may be held up; SQLite's result code.
 * What is busy is still open. */
int	 sqlite_turn_commit(struct sqlite_db *);
/*
 * Runs work(arg) between BEGIN IMMEDIATE and COMMIT, again and again until it
 * is in or others have had the lock for db->wait_ms.  `work` returns SQLite's
 * result code; what it changes in memory must bear that it is run again.
 * false: told, and nothing has changed.
 */
bool	 sqlite_turn(struct sqlite_turn *, int (*work)(void *), void *arg);
/* The same for statements. */
bool	 sqlite_turn_exec(struct sqlite_turn *, const char *sql);

#endif
