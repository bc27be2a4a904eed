/*
 * PostgreSQL's schemas of generations that are not live, SCHEMA_gN: made,
 * found again, and dropped.
 *
 * One that decant makes has a comment that says so.  Where the role may not
 * make schemas, an administrator makes them, empty; decant then fills and
 * empties them, but never drops them, for it could not make them again.
 */
#ifndef DECANT_POSTGRES_SCHEMA_H
#define DECANT_POSTGRES_SCHEMA_H
#ifdef HAVE_LIBPQ

#include <stdbool.h>
#include <stdint.h>

#include "db/postgres_db.h"

struct arena;
struct buf;

#define PGSCHEMA_COMMENT	"decant generation"	/* how its comment begins */
/* How the comment of a table begins that is being filled, where the schema
 * itself cannot have one. */
#define PGSCHEMA_STAGING	"decant staging"

struct pgschema {
	bool there;
	bool ours;		/* its comment says so, or those of all tables */
	bool empty;
	bool owned;		/* by the role */
	bool open;		/* the role may create in it */
	bool database;		/* the role may make schemas */
};

/* false: the error is told. */
bool	 pgschema_look(struct pgdb *, const char *name, struct pgschema *);
/*
 * The statements that make a schema, or take one that is there and empty, for
 * generation N of the live one; all in one string.
 */
void	 pgschema_put(struct buf *, const struct pgschema *, const char *name,
	    const char *live, uint32_t generation);
/*
 * Can it be made, or used?  T055: it is somebody else's; T066: the role has
 * no right.
 */
bool	 pgschema_check(struct pgdb *, const struct pgschema *,
	    const char *name);
/* Both, with what `look` saw. */
bool	 pgschema_make(struct pgdb *, struct arena *, const char *name,
	    const char *live, uint32_t generation, struct pgschema *);
/*
 * Ends sessions of runs that are over which still work on the schema, and
 * drops it with all tables, or the tables alone.  Nothing where there is
 * none.  The lock on the live schema must be held.
 */
bool	 pgschema_drop(struct pgdb *, struct arena *, const char *name);
/* Only the first of both. */
bool	 pgschema_end_orphans(struct pgdb *, const char *name);

#endif
#endif
