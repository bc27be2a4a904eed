/*
 * A sink that keeps the first rows and the rejects of a load, for people to
 * look at.  No target is touched.
 */
#ifndef DECANT_SINK_PREVIEW_H
#define DECANT_SINK_PREVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "sink/sink.h"

struct arena;

#define PREVIEW_BYTES_MAX	(32u << 20)	/* text of kept cells */

struct preview_cell {
	const char *p;		/* canonical text; NULL: null */
	uint32_t len;
};

struct preview_table {
	const struct schema_table *table;
	struct preview_cell *cell;	/* [nrow * ncolumn] */
	uint64_t *record;		/* [nrow] number in the input, from 1 */
	uint32_t nrow, ncell, cell_cap, record_cap;
	uint64_t left_out;		/* rows beyond PREVIEW_BYTES_MAX */
};

struct preview_reject {
	struct reject reject;
	uint64_t record;		/* number in the input, from 1 */
	const char *text;		/* plan_reject_text */
	const char *hex;		/* at most 16 bytes; of a table the
					 * value; NULL: none */
};

struct preview {
	struct arena *arena;
	const struct plan *plan;
	const struct schema *schema;
	struct preview_table *table;	/* [schema's tables] */
	struct preview_reject *reject;
	uint32_t nreject, reject_cap;
	uint64_t rejects_left_out;
	size_t bytes;
};

/* All that is kept lives in the arena; the preview outlives the sink. */
void	 sink_preview_init(struct sink *, struct preview *, struct arena *,
	    const struct plan *);

#endif
