/*
 * The order of made records: whose turn it is.
 */
#ifndef DECANT_MAKE_ORDER_H
#define DECANT_MAKE_ORDER_H

#include <stdint.h>

#include "flow/job.h"

struct make_order;

struct make_turn {
	uint32_t type;		/* 0 where there are none */
	uint64_t ordinal;	/* among those of its type, from 0 */
	uint64_t parent;	/* the ordinal of its parent; 0: none */
};

struct make_order *make_order_new(struct arena *, const struct job *,
	    uint64_t records, uint64_t seed);
void	 make_order_restart(struct make_order *);
/* END: that was all. */
enum grade make_order_next(struct make_order *, struct make_turn *);

#endif
