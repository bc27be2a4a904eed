/*
 * A database that is made for a moment, beside a real one, and dropped again:
 * where migrations are tried and snapshots restored.
 *
 * SQLite: a file in a scratch directory; PostgreSQL: a database of its own on
 * the same server, which takes the right to make databases.
 */
#ifndef DECANT_SCRATCH_DB_H
#define DECANT_SCRATCH_DB_H

#include <stdbool.h>

struct arena;
struct db;

struct scratch_db {
	struct db *like;
	const char *target;		/* never shown: it may hold a
					 * password */
	const char *name;		/* PostgreSQL: of the database */
	const char *directory, *path;	/* SQLite */
};

/*
 * Makes an empty one, or with `copy` one that holds what `like` holds (which
 * nobody may be connected to, in PostgreSQL).  False: told.
 */
bool	 scratch_db_make(struct scratch_db *, struct arena *, struct db *like,
	    bool copy);
/* A directory of one's own below TMPDIR; NULL: told (L013).  And all that is
 * in it goes again. */
const char *scratch_directory_make(struct arena *, struct db *);
void	 scratch_directory_remove(const char *path);
/* A copy of a SQLite database in a new file (the backup API). */
bool	 scratch_copy_sqlite(struct db *from, const char *path);
/* Nobody may be connected to it any more. */
void	 scratch_db_drop(struct scratch_db *);

#endif
