/*
 * Middle names that full_name() leaves out because they say that there is
 * none: how many, in the rows of each column, over a load.
 */
#ifndef DECANT_LEFT_OUT_H
#define DECANT_LEFT_OUT_H

#include <stdint.h>

#include "base/slice.h"

struct arena;
struct batch;
struct json;
struct plan;

/* One of a batch, as the op met it. */
struct left_out {
	uint32_t reg;			/* of the full name */
	uint32_t rec;			/* in the batch */
	uint32_t word;			/* of names: no_middle: */
};

struct left_out_word {
	struct slice text;		/* in upper case */
	uint64_t count;
};

struct left_out_column {
	uint32_t table, column;		/* of the schema */
	uint64_t count;
	const struct left_out_word *word;	/* most frequent first */
	uint32_t nword;
};

/* Over a load: one thread, memory of the arena. */
struct omissions;
struct omissions *omissions_new(struct arena *, const struct plan *);
void	 omissions_restart(struct omissions *);
/* Those in records of the batch that are loaded. */
void	 omissions_put(struct omissions *, const struct batch *);
/* The columns that lack some, in the order of the schema. */
const struct left_out_column *omissions_of(struct omissions *, uint32_t *n);
/* The same, an object each in an array that is open. */
void	 omissions_json(struct omissions *, struct json *);

#endif
