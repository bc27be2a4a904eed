/*
 * The rows of a table, read as columns: the way out of a database, for
 * content hashes, copies, tables as sources, and unload.
 *
 * PostgreSQL: COPY (SELECT …) TO STDOUT in binary; SQLite: a statement.  Values
 * come as decant holds them, whichever database they are from: decimals at the
 * column's scale, dates as days.  While a reader of a connection is open,
 * nothing else may use that connection (PostgreSQL), or write to the table
 * (SQLite).
 *
 * A reader may be opened and freed inside a transaction, which goes on
 * afterwards, whatever became of the reader.
 */
#ifndef DECANT_TABLE_READER_H
#define DECANT_TABLE_READER_H

#include <stdint.h>

#include "base/diag.h"
#include "value/type.h"
#include "value/value.h"

struct arena;
struct db;
struct table_reader;

struct reader_column {
	const char *name;
	struct sqltype type;		/* cells are as sqltype_vtype says */
	int16_t scale;			/* decimals of the cells */
	enum sqlite_form sqlite;	/* how SQLite holds a decimal */
};

/*
 * `relation` is the table as statements name it (db_put_table), or a query,
 * "(SELECT …) AS t"; `tail` is what stands behind it ("WHERE … ORDER BY …"), or "".  The columns must outlive the
 * reader.  NULL: told.
 *
 * PostgreSQL knows its types: a column must be of the one that is asked for,
 * or hold whole numbers where whole numbers are asked for (T023).  As text any
 * column can be had, as PostgreSQL casts it; char(n) comes with its blanks.
 */
struct table_reader *table_reader_new(struct db *, const char *relation,
	    const struct reader_column *, uint32_t ncolumn, const char *tail);
/*
 * The next rows, `most` at most, fewer where their texts are large: fills
 * col[ncolumn], whose memory is the arena's, and *n.  OK: *n > 0; END: there
 * are no more; FATAL: told, or the run is interrupted.
 *
 * A cell that is not of its column's type is bad, with D056 and the number of
 * its column as the fault's op: SQLite holds what it was given; in both, what
 * does not fit precision, scale or length.
 */
enum grade table_reader_next(struct table_reader *, struct arena *,
	    uint32_t most, struct column *col, uint32_t *n);
/*
 * What the bad cells of those rows held, by row and column, as far as the
 * database says it in text (SQLite does); bytes that are no text as \x and hex.
 */
const struct bad_text *table_reader_bad(const struct table_reader *,
	    uint32_t *n);
/* Ends the statement, if need be in the middle. */
void	 table_reader_free(struct table_reader *);

#endif
