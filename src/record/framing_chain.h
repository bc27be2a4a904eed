/*
 * The loop of the framings whose records follow each other by lengths:
 *
 *	bytes[0 .. at .. have)	of the slab: framed | not yet
 *
 * A framing says what stands at `at` (a unit: a record with its framing, or
 * framing alone); the loop reads on, keeps to the batch's limits, and makes
 * fragments.  Both functions are inlined, so that each framing has a loop of
 * its own.  Records stay where they were read.
 */
#ifndef DECANT_FRAMING_CHAIN_H
#define DECANT_FRAMING_CHAIN_H

#include <stdio.h>
#include <string.h>

#include "record/framing.h"

#define CHAIN_GONE	4096u	/* bytes of framing alone worth moving */

struct unit {
	size_t total;		/* OK: bytes to the next unit, perhaps more
				 * than are there.  END: bytes that are needed
				 * to tell.  BAD: of a fragment */
	bool rest;		/* BAD: all that follows is lost */
	bool none;		/* OK: no record */
	uint32_t skip, len;	/* OK: the record */
	size_t left;		/* source.left behind it */
};
/*
 * What stands at p, where n bytes are, at the file's end if eof; n is not 0.
 * A BAD one explains itself in source.why.
 */
typedef enum grade unit_fn(struct source *, const uint8_t *p, size_t n,
	    bool eof, struct unit *);
/* The unit is in the slab: may rearrange its bytes. */
typedef void unit_take_fn(struct source *, uint8_t *p, struct unit *);

/* The slab has no record, the file no more: `have` bytes of a unit. */
static inline enum grade
chain_end(struct source *s, size_t have, bool told, const struct unit *u,
    const char *what)
{
	if (have == 0) {
		if (s->left == 0)
			return END;
		snprintf(s->why, sizeof s->why, "the file ends inside a "
		    "block: its last %zu bytes are missing", s->left);
		s->left = 0;
		return source_drop(s, 0, false);
	}
	if (told)
		snprintf(s->why, sizeof s->why, "the file ends inside the "
		    "record: %zu of its %zu bytes (with what stands before "
		    "it) are there", have, u->total);
	else
		snprintf(s->why, sizeof s->why, "the file ends inside %s: "
		    "%zu bytes are there, at least %zu are missing", what,
		    have, u->total - have);
	s->left = 0;
	return source_drop(s, have, false);
}

static inline __attribute__((always_inline)) enum grade
chain_next(struct source *s, struct slab *slab, unit_fn *unit,
    unit_take_fn *take, const char *what)
{
	size_t at = 0, have = 0, ask, got, limit = s->opt.batch_bytes;
	enum grade g = END;
	struct unit u = { .total = 1 };
	bool eof = false;

	slab_reserve(slab, limit);
	slab_reserve_records(slab, s->opt.batch_records);
	for (;;) {
		while (slab->nrec < s->opt.batch_records) {
			u = (struct unit){ .total = 1 };
			g = END;
			if (at == have)
				break;
			g = unit(s, slab->bytes + at, have - at, eof, &u);
			if (g != OK || u.total > have - at || (slab->nrec > 0
			    && at + u.total > limit))
				break;
			take(s, slab->bytes + at, &u);
			if (!u.none)
				slab_add(slab, at, slab->bytes + at + u.skip,
				    u.len);
			s->left = u.left;
			at += u.total;
		}
		if (slab->nrec == s->opt.batch_records || g == BAD || eof ||
		    (slab->nrec > 0 && at + u.total > limit))
			break;
		if (slab->nrec == 0 && at > CHAIN_GONE) {
			have -= at;
			memmove(slab->bytes, slab->bytes + at, have);
			slab->offset += at;
			at = 0;
		}
		ask = at + u.total > s->predicted ? at + u.total :
		    s->predicted;
		if (slab->nrec == 0)
			slab_reserve(slab, ask);	/* no slices yet */
		else if (ask > limit)
			ask = limit;
		if (ask <= have)
			ask = have + 1;
		if (source_fill(s, slab->bytes + have, ask - have, &got) != OK)
			return FATAL;
		eof = got < ask - have;
		have += got;
	}
	source_unread(s, slab->bytes + at, have - at);
	if (slab->nrec > 0) {
		slab->used = at;
		s->predicted = at + at / 16;
		if (s->predicted > limit)
			s->predicted = limit;
		return OK;
	}
	s->predicted = CHAIN_GONE;
	if (g != BAD)
		return chain_end(s, have - at, g == OK, &u, what);
	s->left = u.left;
	return source_drop(s, u.total, u.rest);
}

static inline void
chain_take(struct source *s, uint8_t *p, struct unit *u)
{
	(void)s;
	(void)p;
	(void)u;
}

#endif
