/*
 * What the two halves of the builder of layouts share: items (layout_item.c)
 * and their places (layout.c).
 */
#ifndef DECANT_LAYOUT_IMPL_H
#define DECANT_LAYOUT_IMPL_H

#include "base/diag.h"
#include "cobol/dialect.h"
#include "cobol/layout.h"

struct arena;

struct builder {
	struct arena *a;
	struct diags *ds;
	const struct copybook *book;
	const struct node *node;
	struct item *item;
	const struct dialect_rules *rules;
	struct layout *l;
	uint8_t *align;		/* of a SYNCHRONIZED item; 1: none */
	bool *open;		/* ends with a redefinition that varies */
	struct name_index names;
	uint32_t *rename_from, *rename_to;
	uint32_t errors;
};


void	 builder_error(struct builder *, enum diag_code, struct place,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The name that messages give an item. */
const char *builder_shown(const struct item *);
bool	 builder_is_group(const struct builder *, uint32_t item);
/* Category, usage, sign and size of item i; its groups' come first. */
void	 builder_inherit(struct builder *, uint32_t item);

#endif
