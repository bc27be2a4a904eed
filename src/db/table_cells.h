/*
 * A table as it is read: its columns with the types of their cells, and its
 * rows in an order that is the same whenever they are read in one snapshot.
 *
 * A type that decant does not have is read as the text that the database makes
 * of it.  Everything lives in the arena that is given.
 */
#ifndef DECANT_TABLE_CELLS_H
#define DECANT_TABLE_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "db/table_facts.h"
#include "value/codec.h"

struct arena;
struct buf;
struct db;

struct table_column {
	const char *name;
	struct cell_type cell;
	bool as_text;			/* the database casts it */
	bool open_scale;		/* a numeric of any digits: of what
					 * scale its cells are has to be seen */
};

struct table_cells {
	const struct table_facts *facts;
	bool view;			/* or a foreign table */
	struct table_column *column;	/* [facts' ncolumn] */
	uint32_t ncolumn;
	const uint32_t *key;		/* columns, none of which is null; the
					 * primary key, or unique */
	uint32_t nkey;			/* 0: there is none */
	const char *rowid;		/* SQLite: the rowid's name; or NULL */
};

/* Of facts that were read with the same connection; false: told. */
bool	 table_cells_of(struct db *, struct arena *,
	    const struct table_facts *, struct table_cells *);
/*
 * PostgreSQL: looks at all rows for the scale of a column's numbers, and puts
 * it into its type; false: told.
 */
bool	 table_cells_find_scale(struct db *, struct arena *,
	    const struct table_cells *, struct table_column *);
/* For table_reader_new: the rows in their order. */
void	 table_cells_relation(const struct db *, const struct table_cells *,
	    struct buf *relation, struct buf *tail);
/* Do both have the same columns and the same key? */
bool	 table_cells_equal(const struct table_cells *,
	    const struct table_cells *);

#endif
