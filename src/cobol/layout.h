/*
 * What the builder of layouts shares with those who look things up in them.
 */
#ifndef DECANT_LAYOUT_H
#define DECANT_LAYOUT_H

#include "cobol/tree.h"

/*
 * Items by name, those added last first: what has been added is what stands
 * before.  Names that share a bucket are mixed; layout_names_fit tells.
 */
struct name_index {
	uint32_t *head, *older;	/* by hash; by item */
	uint32_t mask;
};
void	 name_index_init(struct name_index *, struct arena *, uint32_t n);
void	 name_index_add(struct name_index *, const struct item *, uint32_t i);
uint32_t name_index_last(const struct name_index *, const char *name);

/* The rule of layout_find for one item. */
bool	 layout_names_fit(const struct item *, uint32_t i,
	    const char *const *names, uint32_t n);

#endif
