/*
 * A layout over records, item by item: where each elementary item stands in
 * each of many records, with the codec that reads and writes it.  What lies
 * under --prove, and under whatever writes records.
 *
 *	record_plan_new		once for a type of records
 *	record_walk		over a batch of them: calls a visitor for each
 *				item, with all the rows (records, occurrences)
 *				that have it
 *
 * To read, walk over the records and give the cells' rows to codec_decode.  To
 * write, walk over zeroed buffers of record_plan_size bytes each, and encode
 * into record_bytes: items come in the order in which they stand, and a count
 * is read when its visit is over, so what comes behind a table stands where
 * the values that were written put it; `covered` then is the record's length.
 * Bytes between items are visited too, as bytes; a writer gives slack X'00'
 * and FILLER blanks, unless it has something better.
 *
 * A part that is redefined is visited once for each of its alternatives: see
 * struct record_visitor.  A writer takes one of them and leaves the others.
 */
#ifndef DECANT_PLAN_RECORD_H
#define DECANT_PLAN_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "cobol/copybook.h"
#include "value/codec.h"

struct arena;
struct codepage;
struct mapping;

struct record_plan;

/*
 * Of the 01 `record`; lives in the arena, with the layout and the page.  The
 * mapping (NULL: none) says which floats and byte orders the file has.  `only`
 * is a group (of `layout:` in `records:`), or ITEM_NONE: where it or a group
 * around it redefines something or is redefined, it is the one alternative.
 * The codecs have policies_exact.
 */
struct record_plan *record_plan_new(struct arena *, const struct layout *,
	    uint32_t record, uint32_t only, const struct codepage *,
	    const struct mapping *);
/* Bytes of the longest record. */
uint32_t record_plan_size(const struct record_plan *);

/*
 * Rows in which items have one offset: the records, or occurrences of a table
 * in the rows of the space above.
 */
struct record_space {
	uint32_t n;
	const uint8_t **base;	/* + an item's offset: the item */
	uint32_t *len;		/* bytes from base to the record's end; 0: the
				 * row is not walked any more */
	uint32_t *rec;		/* record, as given to record_walk */
	uint32_t *occ;		/* occurrence, from 1; NULL: of the records */
	const struct record_space *above;	/* NULL: of the records */
	uint32_t *up;		/* row of it */
	struct record_count *counts;	/* private */
};

struct record_cells {
	uint32_t item;		/* of the layout; ITEM_NONE: between items */
	bool bytes;		/* FILLER, slack, what is not decoded */
	const struct codec *codec;	/* at its offset; its op is the item */
	const struct record_space *space;
	struct rows rows;	/* the same rows, as codec_decode wants them */
};

/*
 * What a walk calls, all with `arg`; NULL: nothing.  What `cells` allocates in
 * the walk's arena goes when it returns.
 */
struct record_visitor {
	void *arg;
	/*
	 * Rows whose item lies wholly or partly past the record's end are
	 * among them: record_has tells.
	 */
	void (*cells)(void *arg, const struct record_cells *);
	/*
	 * `item` is redefined.  It and what redefines it follow, each opened by
	 * `alternative`, up to `end`; then what stands behind the longest.
	 */
	void (*area)(void *arg, const struct record_space *, uint32_t item);
	void (*alternative)(void *arg, uint32_t item);
	void (*end)(void *arg);
	/* A count (item) is bad, null or out of range (D017): nothing behind
	 * it can be found, and the walk over the record, or over this
	 * alternative, is at its end.  `at`: its bytes, or NULL. */
	void (*lost)(void *arg, const struct record_space *, uint32_t row,
	    uint32_t item, uint16_t code, const uint8_t *at);
};

/*
 * Walks over n records: rec[index[i]], or rec[i] where index is NULL.
 * 64 bytes behind each must be readable.  covered[i] (NULL: not asked) becomes
 * how many bytes of it the layout describes; all, where a count is lost.
 */
void	 record_walk(const struct record_plan *, const struct record_visitor *,
	    const struct slice *rec, const uint32_t *index, uint32_t n,
	    uint32_t *covered, struct arena *);

/* Whether the row's record holds all of the item. */
static inline bool
record_has(const struct record_cells *c, uint32_t row)
{
	return c->rows.len[row] >= c->codec->offset &&
	    c->rows.len[row] - c->codec->offset >= c->codec->size;
}

/* The item, to be written: where the records are the caller's own. */
static inline uint8_t *
record_bytes(const struct record_cells *c, uint32_t row)
{
	return (uint8_t *)(uintptr_t)c->rows.base[row] + c->codec->offset;
}

#endif
