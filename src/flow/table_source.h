/*
 * Rows of a table as a source of records.
 *
 * A job whose source is a table (job_table.h) reads them on a connection of
 * its own, in one snapshot, so that every pass over them sees the same rows in
 * the same order.  SQLite without WAL lets nobody commit as long as a snapshot
 * lasts: where the same file is written, the rows are copied to a file in
 * $TMPDIR first.
 *
 * For others there is table_source_new: the rows of any relation with the
 * job's columns, on a connection of theirs.
 */
#ifndef DECANT_TABLE_SOURCE_H
#define DECANT_TABLE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/table_cells.h"
#include "db/table_reader.h"
#include "record/record.h"

struct arena;
struct db;
struct diags;
struct job;

struct table_source {
	struct table_rows rows;
	const struct reader_column *column;	/* [rows.ncolumn] */
	/* the table itself, for connections that the source makes: */
	const char *target;		/* NULL: others make them */
	const char *description;	/* "table person in sqlite:old.db" */
	const struct table_cells *cells;
	const char *written;		/* the job's target; or NULL */
	struct db **kept;		/* a connection in whose snapshot the
					 * facts were read, for whoever is
					 * first; or NULL */
};

/* Begins the snapshot that a table's facts and rows are read in. */
bool	 table_snapshot_begin(struct db *, struct arena *);
void	 table_connection_drop(struct db *);	/* and ends it; NULL is fine */

/* The functions of a source whose argument is a struct table_source. */
extern const struct origin table_origin;

/*
 * The rows of `relation` (as statements name it) that `tail` ("WHERE …") leaves:
 * it has the columns of the job's table by their names.  The connection must
 * not be used otherwise until source_free; transactions are its owner's.  A
 * second pass (source_rewind) asks the database once more.  NULL: told.
 */
struct source *table_source_new(struct diags *, const struct job *,
	    struct db *, const char *relation, const char *tail);

#endif
