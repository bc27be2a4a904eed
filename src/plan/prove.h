/*
 * The proof that records are read rightly: encode(decode(bytes)) = bytes, item
 * by item over the whole layout, whatever the mapping makes of it, and from
 * nothing but decoded values and their forms (see value/codec.h).
 *
 * FILLER and slack come back as bytes.  Of a part that is redefined, one
 * alternative must give all its bytes back, be it another one in each record
 * or occurrence, but not one of FILLER alone; where none does, the differences
 * are those of the one with the fewest, the first of such.  Where `layout:` of
 * a record type names a group, its alternative it must be.  What lies behind
 * the layout's end is not looked at.
 *
 * A row of delimited text is its fields with the quotes around them, and of
 * each the value is written back as it was spelled (value/codec_field_back.c).
 */
#ifndef DECANT_PROVE_H
#define DECANT_PROVE_H

#include <stdint.h>

#include "cobol/copybook.h"

struct arena;
struct batch;
struct codepage;
struct csv_dialect;
struct mapping;
struct plan;
struct prover;

#define PROOF_BYTES	16	/* of an item that are kept */

struct difference {		/* an item that does not come back */
	uint32_t rec;		/* in the batch */
	uint32_t item;		/* of the layout */
	uint16_t code;		/* enum diag_code: why */
	uint32_t offset, size;	/* its bytes in the record, or in its row */
	const uint32_t *occ;	/* [nocc] its occurrence, outermost first */
	uint32_t nocc;
	uint8_t after[PROOF_BYTES];	/* what would be written, if anything */
	uint32_t nafter;
	uint32_t row;		/* private */
};

struct proof {			/* of a batch */
	uint32_t checked;	/* records of a known type */
	uint32_t proved;	/* those without a difference */
	struct difference *v;	/* by record, then by offset */
	uint32_t n, cap;
};

/* Lives in the arena, with what the plan was made of.  dialect: the records are
 * rows of delimited text; else NULL. */
struct prover *prover_new(struct arena *, const struct plan *,
	    const struct layout *, uint32_t record, const struct codepage *,
	    const struct mapping *, const struct csv_dialect *dialect);
/* The batch's records, after plan_run; any thread.  The proof's arrays live in
 * the batch's arena. */
void	 prove_batch(const struct prover *, struct batch *, struct proof *);

#endif
