/*
 * Records from one code page to another, item by item: text, and numbers and
 * edited numbers of characters, are decoded and encoded; other items are the
 * same bytes in every page.  Sizes and offsets stay as they are.
 *
 * FILLER, and what stands behind the layout's end, is taken for text where
 * all of it is characters of both pages, else left alone; slack always is.  Of
 * a redefined part the alternative counts whose items all give their bytes
 * back, or the one with the fewest that do not, as in a proof; a text with
 * control characters counts as one that does not.
 */
#ifndef DECANT_CONVERT_H
#define DECANT_CONVERT_H

#include <stdint.h>

#include "cobol/copybook.h"

struct arena;
struct batch;
struct codepage;
struct converter;
struct mapping;
struct plan;

struct misfit {			/* an item that cannot be converted */
	uint32_t rec;		/* in the batch */
	uint32_t item;
	uint16_t code;		/* enum diag_code */
	uint32_t offset, size;
	uint32_t row;		/* private */
	bool soft;		/* private */
};

struct misfits {		/* by record */
	struct misfit *v;
	uint32_t n, cap;
};

/* Lives in the arena, with what the plan was made of. */
struct converter *converter_new(struct arena *, const struct plan *,
	    const struct mapping *, const struct codepage *from,
	    const struct codepage *to);
/*
 * out[i] becomes the batch's record i, of the same length.  plan_classify has
 * told the types, if there are any; a record of none has a misfit, D040.
 */
void	 converter_run(const struct converter *, const struct batch *,
	    uint8_t *const *out, struct misfits *, struct arena *);

#endif
