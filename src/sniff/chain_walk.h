/*
 * Lengths that lead from record to record, and how to follow them.
 */
#ifndef DECANT_SNIFF_CHAIN_WALK_H
#define DECANT_SNIFF_CHAIN_WALK_H

#include "sniff/sniff_impl.h"

#define CHAIN_WORD	4u
#define CHAIN_LONGEST	(64u << 10)	/* bytes of a record, of a block */

struct form {
	enum guess_format format;
	uint32_t head;		/* bytes of the header */
	bool little, inclusive, last, bdw;
};

/* Bytes of what starts at p, with its word; 0: this is none.  8 bytes of p
 * are readable. */
uint32_t form_total(const struct form *, const uint8_t *p);

/*
 * Follows the chain that starts at `at`: records, how many, and where and how
 * it ends go into the guess.  middle: it may start within a spanned record.
 */
void	 chain_walk(struct sniff *, struct guess *, const struct form *,
	    const struct window *, size_t at, bool eof, bool middle);
/* The same of a Micro Focus file; false: it has no such header. */
bool	 chain_walk_microfocus(struct sniff *, struct guess *);

#endif
