/*
 * The queries of an unload, in the database's words: for each of the inverse's
 * queries a relation, ordered by the path of its type's records.
 */
#ifndef DECANT_UNLOAD_QUERY_H
#define DECANT_UNLOAD_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"
#include "db/table_reader.h"
#include "flow/job.h"
#include "plan/inverse_plan.h"

struct unload_query {
	const char *relation, *tail;
	struct reader_column *column;	/* the inverse's columns first */
	uint32_t ncolumn;
	const uint32_t *path;		/* [type's npath] number of column */
	uint32_t found;			/* a column that is null where the row
					 * belongs to no record of its type;
					 * UINT32_MAX: none does */
};

/* In the arena.  NULL: F045, F046 in diags. */
struct unload_query *unload_queries(struct arena *, struct diags *,
	    struct db *, const struct job *, const struct inverse *);

#endif
