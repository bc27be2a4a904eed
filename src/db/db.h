/*
 * A database of either kind, open: what generations, readers and copies need
 * of it, so that they are written once.
 *
 * SQLite: the file, its lock and one connection.  A file that does not exist
 * yet is made under another name (db_create) and gets its own when all is in
 * it (db_land).  PostgreSQL: one connection, the run's control connection,
 * which holds the lock.
 *
 * A handle is used by one thread.  What fails is in its diags; what it hands
 * out lives in its arena, or in the one that is given.
 */
#ifndef DECANT_DB_H
#define DECANT_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "db/postgres_db.h"
#include "db/sqlite_db.h"
#include "db/sqlite_file.h"

struct arena;
struct buf;
struct diags;

enum db_kind { DB_SQLITE, DB_POSTGRES };

struct db {
	enum db_kind kind;
	struct arena *arena;
	struct diags *diags;
	const char *target;		/* as the user wrote it: no message
					 * may show it */
	const char *description;	/* "sqlite:a.db", without a password */
	const volatile int *interrupted;	/* by a signal; or NULL */
	bool open;			/* there is a connection */
	bool fresh;			/* SQLite: the file does not exist */
	bool locked, exclusive;
	const char *lock_name;		/* PostgreSQL: the schema's */
	struct sqlite_file file;
	struct sqlite_db lite;
#ifdef HAVE_LIBPQ
	struct pgdb pg;
#endif
};

/* Does the target name a database, and of which kind? */
bool	 db_is_target(const char *target, enum db_kind *);
/*
 * Opens the target; a SQLite file that does not exist is no error (`fresh`,
 * and not open).  The handle must not move afterwards.  When *interrupted (or
 * NULL) becomes true, what takes long ends and fails without an error.
 */
bool	 db_open(struct db *, struct arena *, struct diags *,
	    const char *target, const volatile int *interrupted);
/* The same database once more, without its lock: to read beside it. */
bool	 db_open_again(struct db *, const struct db *);
/*
 * Takes the lock that one run at a time has: of the file, or of a schema of
 * the database.  T001 names the holder.
 */
bool	 db_lock(struct db *, const char *schema);
/* Makes the file of a fresh SQLite database, under another name, and opens
 * it; the lock must be held.  Nothing for others. */
bool	 db_create(struct db *);
/*
 * Gives what db_create made its name and opens it there; T012 when the name
 * is taken by now.  No statement may be open.  Nothing for others.
 */
bool	 db_land(struct db *);
/* Lets the lock go, and drops what has not landed. */
void	 db_close(struct db *);
bool	 db_is_interrupted(const struct db *);
/* Is the session over, so that no statement has a chance? */
bool	 db_is_lost(const struct db *);

/* Statements without results; `doing` ("creating table \"a\"") begins the
 * message of PostgreSQL's errors. */
bool	 db_exec(struct db *, const char *doing, const char *sql);
/* The same, and nothing is told when it fails. */
bool	 db_try(struct db *, const char *sql);
/* PostgreSQL: BEGIN; SQLite: BEGIN IMMEDIATE. */
bool	 db_begin(struct db *);
bool	 db_commit(struct db *);
void	 db_roll_back(struct db *);	/* nothing when none is open */

/* The rows of a query, as text. */
struct db_result {
	uint32_t n, ncolumn;
	const char **cell;	/* [n * ncolumn], NULL: null */
};
static inline const char *
db_cell(const struct db_result *r, uint32_t row, uint32_t column)
{
	return r->cell[(uint64_t)row * r->ncolumn + column];
}
/*
 * A query with text parameters ($1 in both kinds); few rows, which live in
 * the arena.  NULL: the error is in diags.
 */
struct db_result *db_query(struct db *, struct arena *, const char *doing,
	    const char *sql, uint32_t nparam, const char *const *param);

/* An identifier, quoted where it must be; a string literal. */
void	 db_ident(const struct db *, struct buf *, const char *name);
void	 db_literal(const struct db *, struct buf *, const char *text);

/*
 * Where the tables of a generation are.  The live ones (generation 0) have
 * their own names; others
 *
 *	PostgreSQL	SCHEMA_gN.NAME
 *	SQLite		NAME__gN, of which SCHEMA is no part
 */
const char *db_generation_schema(struct arena *, const char *schema,
	    uint32_t generation);	/* PostgreSQL; cut to 63 bytes */
const char *db_generation_table(struct arena *, const char *name,
	    uint32_t generation);	/* SQLite */
/* The table as statements name it. */
void	 db_put_table(const struct db *, struct buf *, const char *schema,
	    const char *name, uint32_t generation);
/* "decant.NAME" or "decant_NAME": decant's own tables. */
void	 db_put_own(const struct db *, struct buf *, const char *name);

#endif
