/*
 * The order of an unload: headers, then the types of record in the mapping's
 * order, each by its path, a record's own dependents behind it; trailers.
 */
#ifndef DECANT_UNLOAD_WALK_H
#define DECANT_UNLOAD_WALK_H

#include "flow/unload_rows.h"

struct unload_walk;

struct unload_turn {
	uint32_t type;
	uint64_t ordinal;	/* of all records, from 0, whatever is left
				 * out */
	uint64_t of_type;	/* of its type's, from 1 */
	struct unload_record record;
};

struct unload_walk *unload_walk_new(struct arena *, const struct inverse *,
	    struct unload_rows *);
void	 unload_walk_free(struct unload_walk *);
bool	 unload_walk_restart(struct unload_walk *);
/*
 * The next record, whose rows are in the arena; `leave` says whether one is
 * left out, and with it all that hang on it.
 */
enum grade unload_walk_next(struct unload_walk *, struct arena *,
	    bool (*leave)(void *, const struct unload_turn *), void *arg,
	    struct unload_turn *);
/* Records that were left out because they hang on one that was. */
uint64_t unload_walk_dependents(const struct unload_walk *);
/*
 * Rows that belong to no record, as far as the walk is: records of the type
 * whose parent is not there; records of whose rows the one is missing that is
 * the record, and a query that has others.
 */
uint64_t unload_walk_orphans(const struct unload_walk *, uint32_t type);
uint64_t unload_walk_strays(const struct unload_walk *, uint32_t type,
	    uint32_t *query);

#endif
