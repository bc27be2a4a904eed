/*
 * The lock of a PostgreSQL run: a session advisory lock on a schema's name.
 *
 * Sessions tell in their application_name whose they are, "decant PID.START.NS
 * @HOST" (process, when it started, its pid namespace), so that a run that
 * finds the lock held can tell a living run from the server process that a
 * killed one left in the middle of a statement, and ends the latter.
 */
#ifndef DECANT_POSTGRES_LOCK_H
#define DECANT_POSTGRES_LOCK_H
#ifdef HAVE_LIBPQ

#include <stdbool.h>

#include "db/postgres_db.h"

struct arena;

#define PGLOCK_TAG_MAX	64	/* bytes of a tag, its NUL included */

/* The application_name of this process's sessions. */
void	 pglock_tag(char out[PGLOCK_TAG_MAX]);
/* Is it the tag of a process of this machine that has ended? */
bool	 pglock_is_dead(const char *tag);
/* … of one that lives?  Neither: of another machine, or of nobody's. */
bool	 pglock_is_alive(const char *tag);
/* False: somebody else has it (T001, if `tell`), or an error is told. */
bool	 pglock_take(struct pgdb *, struct arena *, const char *schema,
	    bool tell);

#endif
#endif
