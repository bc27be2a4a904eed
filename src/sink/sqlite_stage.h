/*
 * The tables of a generation in a SQLite file, on their way: their names,
 * what a run that was killed left of them, the rows that they begin with.
 *
 * Every name carries the generation: tables person__g5, their indexes
 * person_key__g5, and their foreign keys refer to tables of the same
 * generation.  What is there under such a name is dropped when decant made it;
 * what others made is left alone, and an error.
 */
#ifndef DECANT_SQLITE_STAGE_H
#define DECANT_SQLITE_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/sqlite_turn.h"
#include "sink/sink.h"

struct sqlite_db;

struct sqlite_stage {
	struct sink_stage in;
	struct sqlite_db *db;
	struct arena *arena;
	const struct schema *schema;
	bool shared;		/* others use the file: short transactions */
	struct sqlite_turn turn;
	const char **name, **key;	/* [tables]; index of the key */
	const char **index;		/* [constraints] */
	const char **base;		/* [tables] as statements name it;
					 * NULL: no rows of another one */
	uint64_t *skip;			/* [tables] rows that are there, of
					 * those that come */
	bool made;			/* abort has to drop them */
};

/* Finds the names; in.db, schema and arena are set. */
void	 sqlite_stage_init(struct sqlite_stage *);
/*
 * Makes the tables, with the rows of their bases; or finds those of the run
 * that is resumed.  Not shared: all in the transaction that is open.
 */
bool	 sqlite_stage_make(struct sqlite_stage *);
/* Rows are missing from the table, or not in order: no run may resume it. */
int	 sqlite_stage_spoil(struct sqlite_stage *, uint32_t table);
/* Gives the tables up, in a hurry only if that is fast; false: they are left
 * behind (T019). */
bool	 sqlite_stage_drop(struct sqlite_stage *, bool hurry);

/* sqlite_base.c: copies the rows of the bases. */
bool	 sqlite_base_copy(struct sqlite_stage *);

#endif
