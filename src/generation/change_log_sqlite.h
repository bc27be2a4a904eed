/*
 * What the files of SQLite's change log share, and the publication of it.
 */
#ifndef DECANT_CHANGE_LOG_SQLITE_H
#define DECANT_CHANGE_LOG_SQLITE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;
struct sqlite_db;

/* In front of the names of logs and of their triggers. */
#define LITE_LOG_MARK	"decant_log__"

/* The log that the triggers on a live table write to now. */
struct lite_log {
	const char *name;		/* NULL: there are none */
	const char **key;		/* [nkey] columns of the live table, for
					 * k1, k2, … */
	uint32_t nkey;			/* 0: rows, not keys, are logged */
};
/* False: told. */
bool	 litelog_find(struct sqlite_db *, struct arena *, const char *table,
	    struct lite_log *);

/* --- change_log_sqlite_unique.c --- */

/*
 * A condition that is true for rows `t` of a table that a new row would
 * displace by REPLACE: those with the same values in a unique index.
 */
struct lite_unique {
	const char *same;	/* "t.a = new.a AND …" */
	bool is_key;		/* it is the key: the new row says it all */
};
struct lite_uniques {
	struct lite_unique *v;
	uint32_t n, cap;
};
bool	 litelog_uniques(struct sqlite_db *, struct arena *,
	    const char *table, const char *const *key, uint32_t nkey,
	    struct lite_uniques *);

#endif
