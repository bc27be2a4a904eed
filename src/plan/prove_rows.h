/*
 * The proof of rows of delimited text: the row's fields, written with the
 * quotes that stood around them, are the row again, and hold what the reader
 * took for the fields' bytes.  That the values give those bytes back is seen
 * in prove.c, with value/codec_field_back.c.
 */
#ifndef DECANT_PROVE_ROWS_H
#define DECANT_PROVE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct arena;
struct csv_dialect;

struct row_place {		/* of a field in its row, with its quotes */
	uint32_t offset, size;
};

/* Where the column is; false: the row has no such. */
bool	 row_column_place(const struct csv_dialect *, struct slice raw,
	    uint32_t column, struct row_place *);
/*
 * Splits the record's row once more and compares.  False: *field is the first
 * that differs, UINT32_MAX if it is none of the layout's.
 */
bool	 row_comes_back(const struct csv_dialect *, struct slice record,
	    struct arena *, uint32_t *field);

#endif
