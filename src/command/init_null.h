/*
 * Null indicators, as decant init recognises them by name and picture.
 */
#ifndef DECANT_INIT_NULL_H
#define DECANT_INIT_NULL_H

#include <stdbool.h>
#include <stdint.h>

#include "cobol/copybook.h"

struct buf;

/* The item beside `field` that tells whether it is null, or ITEM_NONE. */
uint32_t init_indicator(const struct layout *, uint32_t record,
	    uint32_t field);
/* The field that `item` is surely the indicator of (it is no value itself), or
 * ITEM_NONE. */
uint32_t init_indicated(const struct layout *, uint32_t record, uint32_t item);
/* "NAME-IND < 0": the condition that the indicator says null by. */
void	 init_null_if(struct buf *, const struct item *indicator,
	    const char *reference);

#endif
