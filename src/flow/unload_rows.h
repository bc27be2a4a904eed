/*
 * The rows of an unload: a stream for each query, and for each type of record
 * its streams merged by the path, so that the rows of a record come together.
 *
 * PostgreSQL: a connection for each stream, all of one snapshot; SQLite: one
 * connection in a transaction.  What was handed out lives until
 * unload_rows_forget, which goes as far as unload_rows_mark was told.
 */
#ifndef DECANT_UNLOAD_ROWS_H
#define DECANT_UNLOAD_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/job.h"
#include "plan/inverse_plan.h"

struct unload_rows;

/* Opens the target and looks at its tables.  NULL: errors in diags. */
struct unload_rows *unload_rows_new(struct arena *, struct diags *,
	    const struct job *, const struct inverse *, const char *target,
	    const volatile int *interrupted);
void	 unload_rows_free(struct unload_rows *);
/* "sqlite:a.db", without a password. */
const char *unload_rows_description(const struct unload_rows *);
/* From the first row on; false: an error is in diags. */
bool	 unload_rows_restart(struct unload_rows *);
/* What was taken before the last mark needs no memory any more. */
void	 unload_rows_mark(struct unload_rows *);
void	 unload_rows_forget(struct unload_rows *);

/* The value of a path: what tells a record from others.  It has its own
 * memory. */
struct path;
struct path *path_new(struct arena *, const struct inverse *, uint32_t type);
void	 path_free(struct path *);	/* its memory; NULL is fine */

/*
 * The next record of the type: *path becomes its path, though the record is
 * not taken.  OK; END: there is none; FATAL: told.
 */
enum grade unload_rows_peek(struct unload_rows *, uint32_t type,
	    struct path *);
/* -1, 0, 1: the first n parts of the paths. */
int	 path_cmp(const struct path *, const struct path *, uint32_t n);

/* What is wrong with a record's rows. */
enum rows_fault {
	ROWS_GOOD,
	ROWS_NO_RECORD,		/* rows of it, but not the one that it is */
	ROWS_SEVERAL,		/* two where it has one */
	ROWS_NO_ROOM		/* an occurrence that its table has not */
};
struct unload_record {
	const struct inverse_rows *rows;	/* [type's nquery] */
	enum rows_fault fault;
	uint32_t query;			/* of the type, that is at fault */
	bool linked;			/* its rows belong to one above */
};
/*
 * Takes the record that unload_rows_peek found; its rows are in the arena, and
 * with the streams.  FATAL: told.
 */
enum grade unload_rows_take(struct unload_rows *, uint32_t type,
	    struct arena *, struct unload_record *);

#endif
