/*
 * What is different between two versions of a dataset's tables.
 */
#ifndef DECANT_SHAPE_H
#define DECANT_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "generation/dataset.h"

struct arena;
struct buf;

enum shape_kind {
	SHAPE_TABLE_ADDED, SHAPE_TABLE_DROPPED, SHAPE_KEY,
	SHAPE_ADDED, SHAPE_DROPPED,		/* columns */
	SHAPE_WIDENED,			/* holds all that it held, and more */
	SHAPE_NARROWED,			/* may not hold what it held */
	SHAPE_CHANGED,			/* another type */
	SHAPE_REQUIRED, SHAPE_RELAXED,	/* not null, or no longer */
	SHAPE_RULE_ADDED, SHAPE_RULE_DROPPED	/* constraints, indexes */
};

struct shape_change {
	enum shape_kind kind;
	const char *table, *column;	/* or the constraint; or NULL */
	const char *from, *to;		/* types, keys; or NULL */
};

struct shape {
	struct shape_change *v;
	uint32_t n, cap;
	bool unknown;			/* of some tables only the names are */
};

/* From the generation that is live (NULL: none) to a schema. */
void	 shape_compare(struct shape *, struct arena *,
	    const struct generation *, const struct schema *);
/* "added", "widened", … */
const char *shape_word(enum shape_kind);
/* A line: "person.full_name added: text". */
void	 shape_text(struct buf *, const struct shape_change *);

#endif
