/*
 * The rows of a table, read as columns: the way out of a database, for
 * content hashes, copies, tables as sources, and unload.
 *
 * PostgreSQL: COPY (SELECT …) TO STDOUT in binary; SQLite: a statement.  Values
 * come as decant holds them, whichever database they are from: decimals at the
 * column's scale, dates as days.  While a reader of a connection is open,
 * nothing else may use that connection (PostgreSQL), or write to the table
 * (SQLite).
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
 * `relation` is the table as statements name it (db_put_table); `tail` is what
 * stands behind it ("WHERE … ORDER BY …"), or "".  The columns must outlive the
 * reader.  NULL: told.
 */
struct table_reader *table_reader_new(struct db *, const char *relation,
	    const struct reader_column *, uint32_t ncolumn, const char *tail);
/*
 * The next rows, `most` at most: fills col[ncolumn], whose memory is the
 * arena's, and *n.  OK: *n > 0; END: there are no more; FATAL: told.  A cell
 * that is not of its column's type (SQLite holds what it was given) is bad,
 * with D056.
 */
enum grade table_reader_next(struct table_reader *, struct arena *,
	    uint32_t most, struct column *col, uint32_t *n);
/* Ends the statement, if need be in the middle. */
void	 table_reader_free(struct table_reader *);

#endif
