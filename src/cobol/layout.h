/*
 * What the builder of layouts shares with those who look things up in them.
 */
#ifndef DECANT_LAYOUT_H
#define DECANT_LAYOUT_H

#include "cobol/tree.h"

/* The rule of layout_find for one item. */
bool	 layout_names_fit(const struct item *, uint32_t i,
	    const char *const *names, uint32_t n);

#endif
