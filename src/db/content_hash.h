/*
 * The content hash of a table: how many rows it has, and the sum, modulo
 * 2^64, of a hash of each.  So it does not depend on the order of the rows, or
 * on the database that holds them: two tables with the same rows have the
 * same, and two that differ hardly ever.
 *
 * A row is hashed in its canonical form, by XXH3 (64 bits, seed 0):
 *
 *	for each column, in the order given
 *		null	one byte 0
 *		else	one byte 1 | length of the text, 4 bytes, the lowest
 *			first | the text, as format_cell has it at the
 *			column's scale; a float of -0 counts as 0
 *
 * Databases that hold the same rows hold them differently where SQLite cannot
 * do otherwise: it makes null of a float that is NaN (and 0 of -0, hence the
 * exception).  It tells damage and mistakes, not forgeries.
 */
#ifndef DECANT_CONTENT_HASH_H
#define DECANT_CONTENT_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "db/table_reader.h"

struct buf;
struct db;

struct content_hash {
	uint64_t rows, sum;
};

#define CONTENT_HASH_TEXT	38	/* with the NUL */

/*
 * Of all rows of a table; see table_reader_new for what is to be given.
 * false: told, or the run is interrupted.  A cell that is not of its column's
 * type has no canonical form: D056, with the first such cell of the table.
 */
bool	 content_hash_table(struct db *, const char *relation,
	    const struct reader_column *, uint32_t ncolumn,
	    struct content_hash *);
/* Adds rows [0, n), none of whose cells is bad; the buffer is scratch. */
void	 content_hash_add(struct content_hash *, struct buf *,
	    const struct column *, uint32_t ncolumn, uint32_t n);
/* "ROWS-16HEXDIGITS" */
void	 content_hash_format(char out[CONTENT_HASH_TEXT],
	    const struct content_hash *);

static inline bool
content_hash_is_same(const struct content_hash *a,
    const struct content_hash *b)
{
	return a->rows == b->rows && a->sum == b->sum;
}

#endif
