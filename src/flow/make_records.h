/*
 * decant generate: which type each record is of, and records that the mapping
 * takes.
 *
 * Types stand in the order in which a file has them: headers first, trailers
 * last, records behind their parents.  What the plan refuses on trial is made
 * again with other values.
 */
#ifndef DECANT_MAKE_RECORDS_H
#define DECANT_MAKE_RECORDS_H

#include "flow/made.h"

struct make_options {
	uint64_t records, seed;
	uint32_t edge;			/* of EDGE_WHOLE cells */
	const char *path;
};

struct make_result {
	struct made_result made;
	uint64_t refused;		/* records that a load would reject */
	const char *why;		/* the first of them */
};

/* NULL: errors are in diags. */
struct make_result *make_records(struct arena *, struct diags *,
	    const struct job *, const struct make_options *);

#endif
