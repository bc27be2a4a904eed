/*
 * Rows on their way into a SQLite table: packed by a worker, inserted by one
 * statement for many rows.
 *
 *	row:	size of the row, 4 bytes
 *		its rowid, 8 bytes (0 where the table has another key)
 *		a cell for each column
 *	cell:	length * 8 + tag, 4 bytes
 *		8 bytes of an integer or a double, or `length` bytes
 *
 * in the machine's byte order, without padding.  A virtual table presents
 * them to INSERT INTO table SELECT * FROM it, which takes a fifth off the time
 * of the usual loop of bind, step and reset (docs/adr/0003 has the numbers).
 */
#ifndef DECANT_SQLITE_ROWS_H
#define DECANT_SQLITE_ROWS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "sink/sqlite_table.h"

struct buf;
struct rowset;
struct sqlite_db;

/* A column, prepared for packing. */
struct sqlite_packer {
	enum sqlite_cell cell;
	int16_t scale;
	double divisor;		/* 10^scale */
};

void	 sqlite_packer_init(struct sqlite_packer *,
	    const struct schema_column *);
/* Appends all rows of the set; the buffer is full when they are too large. */
void	 sqlite_rows_pack(struct buf *, const struct schema_table *,
	    const struct sqlite_packer *, const struct rowset *);

/* Packed rows that wait for insertion. */
struct sqlite_rows {
	const uint8_t *p;
	uint32_t n;
};

/* Leaves the first n rows out. */
void	 sqlite_rows_skip(struct sqlite_rows *, uint32_t n);

#define SQLITE_REPEATS_MAX	(1u << 20)	/* rowids that are kept */

/* Rowids that were there already; the first row of each is in the table. */
struct sqlite_repeats {
	int64_t *v;
	uint32_t n, cap;
	bool full;		/* some were left out */
};

/* The virtual table of one table, and the statement that reads it. */
struct sqlite_inserter {
	struct sqlite_db *db;
	uint32_t ncolumn;
	int rowid;			/* its column, or -1 */
	sqlite3_stmt *insert;
	struct sqlite_rows rows;	/* of the statement that runs */
	struct sqlite_repeats repeats;
	uint64_t ignored;		/* rows, by the statement that runs */
	uint64_t ignored_all;		/* by all of them */
	char rows_table[32];		/* the virtual table, in temp */
};

/* `name` is the table, `n` its number in the schema; it must exist. */
bool	 sqlite_inserter_init(struct sqlite_inserter *, struct sqlite_db *,
	    const struct schema_table *, const char *name, uint32_t n);
/* Takes the virtual table from the connection, which must still be open. */
void	 sqlite_inserter_fini(struct sqlite_inserter *);
/*
 * Inserts the first `most` rows and moves `rows` behind them.  Repeated
 * rowids are noted, their rows ignored.  SQLite's result code; what is not
 * SQLITE_OK is not in diags yet.
 */
int	 sqlite_inserter_run(struct sqlite_inserter *, struct sqlite_rows *,
	    uint32_t most);

#endif
