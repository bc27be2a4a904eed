/*
 * SQLite connections, statements, quoting, errors.
 *
 * The sink and the generations borrow these connections; nothing here knows
 * of staged tables.  Each connection is used by one thread.  Errors are in the
 * diags that it was opened with.
 */
#ifndef DECANT_SQLITE_DB_H
#define DECANT_SQLITE_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct diags;

struct sqlite_db {
	sqlite3 *handle;
	struct diags *diags;
	const char *shown;	/* the path as the user wrote it, in messages */
	const volatile int *interrupted;	/* by a signal; NULL: never */
	int wait_ms;		/* for other users of the file */
	int64_t busy_since;	/* ms */
};

/* How long a new connection waits for others; the tests, which have no time,
 * shorten it. */
extern int sqlite_db_wait_ms;

/*
 * Opens an absolute path (a relative one might be taken for a URI); the file
 * must exist.  false: an error is in diags, and nothing is left to close.
 * When *interrupted (or NULL) becomes true, statements and waits end and fail,
 * and no error is told.  The connection must not move in memory.
 */
bool	 sqlite_db_open(struct sqlite_db *, struct diags *, const char *path,
	    const char *shown, const volatile int *interrupted);
bool	 sqlite_db_is_interrupted(const struct sqlite_db *);
void	 sqlite_db_close(struct sqlite_db *);

/* Runs statements; false: the error is in diags. */
bool	 sqlite_db_exec(struct sqlite_db *, const char *sql);
bool	 sqlite_db_execf(struct sqlite_db *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* The same without a diagnostic: SQLite's result code. */
int	 sqlite_db_try(struct sqlite_db *, const char *sql);
/* NULL: the error is in diags. */
sqlite3_stmt *sqlite_db_prepare(struct sqlite_db *, const char *sql);
/* The first column of the first row; false: the error is in diags.  No row
 * leaves *v as it is. */
bool	 sqlite_db_get_int64(struct sqlite_db *, const char *sql, int64_t *v);
/* Adds the connection's last error to diags. */
void	 sqlite_db_error(struct sqlite_db *, int rc);
/* Is it worth another try, for somebody else has the lock? */
bool	 sqlite_db_is_busy(int rc);

/* An identifier: in double quotes where it is not a plain lower-case word. */
void	 sqlite_db_ident(struct buf *, const char *name);
/* A string literal. */
void	 sqlite_db_literal(struct buf *, const char *text);

#endif
