/*
 * Mappings whose source is a live table of their own dataset: a migration in
 * place.  Once it is published the source has the new shape, and the mapping
 * has nothing left to do.
 */
#ifndef DECANT_IN_PLACE_H
#define DECANT_IN_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "generation/dataset.h"

struct map_table;
struct mapping;

/* Is the table what its mapping reads, under the same name in the target? */
bool	 in_place_is_source(const struct mapping *, const struct map_table *);
/* Is any of its tables? */
bool	 in_place_is(const struct mapping *);
/* The table's own expressions lead up, too, where up: says nothing else. */
void	 in_place_lead_up(struct arena *, const struct mapping *,
	    struct map_table *);
/*
 * The schema of what such a mapping makes: its own tables, and behind them the
 * live ones that it says nothing of, which stay as they are.  The same schema,
 * if there are none, or the mapping is no such one.
 */
const struct schema *in_place_schema(struct arena *, const struct mapping *,
	    const struct schema *, const struct generation *live);
/*
 * The number of the live generation, if that was made by the mapping in the
 * file, in place; 0: it was not, or that cannot be told.  `target`: instead of
 * the mapping's, or NULL.  Nothing is told.
 */
uint32_t in_place_done(struct arena *, const char *mapping,
	    const char *target);

#endif
