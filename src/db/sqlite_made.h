/*
 * Which tables of a SQLite file are decant's, in a table of its own:
 *
 *	decant_made	name	as it is called now
 *			sql	its definition, as decant made it
 *			base	rows that it began with, from another
 *				generation; null: they are not all there
 *			spoilt	not 0: rows are missing, or their order is
 *				not that of the input
 *
 * Rows are written in the transaction that makes, renames or drops the table.
 * So no table is dropped that decant did not make or put away, and what was
 * changed by hand since is known.
 */
#ifndef DECANT_SQLITE_MADE_H
#define DECANT_SQLITE_MADE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct sqlite_db;
struct sqlite_turn;

struct sqlite_made {
	const char *type;	/* of what has the name: "table", "index",
				 * "view"; NULL: nothing has */
	const char *table;	/* that it is of */
	const char *sql;	/* its definition; "" has none */
	const char *made;	/* the definition that decant gave it; NULL:
				 * it is not decant's */
	bool based;		/* all rows of the base are there: */
	int64_t base;		/* so many */
	bool spoilt;
};

/* Makes the table, unless it is there; SQLite's result code. */
int	 sqlite_made_init(struct sqlite_db *);
/* What stands under a name, in the arena; false: told. */
bool	 sqlite_made_look(struct sqlite_db *, struct arena *,
	    const char *name, struct sqlite_made *);
/* Is it a table that decant made, and still as it was made? */
bool	 sqlite_made_is_ours(const struct sqlite_made *);
/*
 * Notes a table as it is now; `based`: it begins with no rows of another
 * generation.  SQLite's result codes.
 */
int	 sqlite_made_add(struct sqlite_db *, const char *name, bool based);
int	 sqlite_made_based(struct sqlite_db *, const char *name,
	    int64_t rows);
int	 sqlite_made_spoil(struct sqlite_db *, const char *name);
/* The table has a new name, and is decant's from now on if it was not. */
int	 sqlite_made_move(struct sqlite_db *, const char *from,
	    const char *to);
/*
 * Drops tables, and forgets them.  DROP TABLE takes a second a gigabyte, in
 * one transaction; large ones are emptied before, in turns, those that refer
 * to others first.  In the end all go at once.  false: told.
 */
bool	 sqlite_made_drop(struct sqlite_turn *, const char *const *name,
	    uint32_t n);
/* The same, and `also` in the transaction in which they go; it returns
 * SQLite's result code, and may be called again (sqlite_turn). */
bool	 sqlite_made_drop_with(struct sqlite_turn *, const char *const *name,
	    uint32_t n, int (*also)(void *), void *arg);
/* Does that take no more than a moment? */
bool	 sqlite_made_drops_fast(struct sqlite_db *, const char *const *name,
	    uint32_t n);
/* Bytes of a file in which any drop is short; the tests lower it. */
extern int64_t sqlite_made_small_file;
/* Drops decant_made when nothing is in it. */
bool	 sqlite_made_fini(struct sqlite_turn *);

#endif
