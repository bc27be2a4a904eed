/*
 * Staging in a SQLite database that others use: tables NAME__gN beside the
 * live ones, and the transaction that puts them in their places.
 *
 * Indexes and triggers that users have made on the live tables are made
 * again on the new ones; what would break (they, or views) is an error, and
 * nothing has changed.
 */
#ifndef DECANT_SQLITE_LIVE_H
#define DECANT_SQLITE_LIVE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct schema;
struct sqlite_db;
struct sqlite_file;

struct sqlite_live {
	struct sqlite_db *db;
	struct sqlite_file *file;	/* its lock is held */
	struct arena *arena;
	const struct schema *schema;
	uint32_t generation;
	const char **staged;		/* [tables] NAME__gN */
	const char **key;		/* [tables] index of the key */
	bool failed;			/* the schema cannot be read; told */
};

/*
 * Drops what a killed run left, finds names, makes the staged tables.  db,
 * file, arena and schema are set.
 */
bool	 sqlite_live_stage(struct sqlite_live *);
/* The staged tables become the live ones, or all stays as it is. */
bool	 sqlite_live_swap(struct sqlite_live *);
/* Gives the staged tables up; false: they are left behind (T019). */
bool	 sqlite_live_drop(struct sqlite_live *);

#endif
