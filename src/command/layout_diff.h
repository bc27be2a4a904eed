/*
 * Two layouts compared, for decant layout --diff.
 *
 * Items are the same when their paths below the record are, else when a name
 * that both have once is; what is left is renamed when it stands at the same
 * place with the same size and type, else removed or added.
 */
#ifndef DECANT_LAYOUT_DIFF_H
#define DECANT_LAYOUT_DIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "cobol/copybook.h"

struct arena;

struct difference {
	const char *record;
	const char *item;	/* its path; NULL: the record itself */
	const char *change;	/* "moved", "grew", "usage" */
	const char *before, *after;	/* NULL: there is none */
	bool breaks;		/* old data does not read with the new one */
	uint64_t top;		/* it does, for values up to this; 0: all */
};

struct layout_diff {
	struct arena *arena;
	struct difference *v;
	uint32_t n, cap;
	uint32_t breaks;	/* how many of them do */
	uint32_t tops;		/* and how many have a top */
};

/* The records are indices of 01s, or ITEM_NONE for all, matched by name. */
void	 layout_diff(struct layout_diff *, struct arena *,
	    const struct layout *before, uint32_t before_record,
	    const struct layout *after, uint32_t after_record);

#endif
