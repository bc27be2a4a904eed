/*
 * Rows as PostgreSQL's COPY … (FORMAT binary) has them, and back to text.
 */
#ifndef DECANT_SINK_POSTGRES_COPY_H
#define DECANT_SINK_POSTGRES_COPY_H

#include <stddef.h>

#include "plan/batch.h"
#include "plan/schema.h"

/* What stands before the first tuple and after the last. */
#define PGCOPY_HEADER		"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
#define PGCOPY_HEADER_BYTES	19
#define PGCOPY_TRAILER		"\377\377"
#define PGCOPY_TRAILER_BYTES	2

/* Appends the tuples of the rows; scratch comes from the arena. */
void	 pgcopy_encode(struct buf *out, struct arena *,
	    const struct schema_table *, const struct rowset *);
/*
 * Appends the canonical text (format.h) of a value that a query gave in
 * binary; a numeric must have been cast to text.
 */
void	 pgcopy_value_text(struct buf *out, const struct sqltype *,
	    const void *value, size_t len);

#endif
