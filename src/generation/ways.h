/*
 * Whether rows that applications write find their way from the live version of
 * a dataset to a new one, and back: what makes a rollback lose nothing.
 */
#ifndef DECANT_WAYS_H
#define DECANT_WAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "generation/dataset.h"

struct json;
struct run_set;

struct way {			/* of a table that both versions have */
	const char *table;
	const char *up, *down;	/* why rows cannot be carried; NULL: they can */
};

struct ways {
	struct way *v;		/* [n] */
	uint32_t n;
	bool back;		/* there is something to go back to */
	bool lossless;		/* and all rows can be carried there */
};

/*
 * From the live generation (NULL: there is none) to what the parts that are
 * sent make; tables that stay need no way.  Nothing is told; it lives in the
 * arena.
 */
void	 ways_look(struct ways *, struct arena *, const struct run_set *,
	    const struct generation *live);
/* Members "rollback" ("lossless", …) and "ways". */
void	 ways_json(struct json *, const struct ways *);

#endif
