/*
 * A record as a picture of its bytes, for decant layout --map.
 */
#ifndef DECANT_LAYOUT_MAP_H
#define DECANT_LAYOUT_MAP_H

#include <stdint.h>

#include "cobol/copybook.h"

struct arena;
struct buf;

/* A byte is a column; lines are at most `columns` wide (at least 40). */
void	 layout_map_put(struct buf *, struct arena *, const struct layout *,
	    uint32_t record, uint32_t columns);

#endif
