/*
 * A batch on its way through the house: slab of records, frames with their
 * columns, verdicts, and what sinks made of it.  Everything that hangs on it
 * lives in its arena until it is reset.
 */
#ifndef DECANT_BATCH_H
#define DECANT_BATCH_H

#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "plan/schema.h"
#include "record/record.h"
#include "value/codec.h"
#include "value/value.h"

struct plan;

struct frame {			/* a row space */
	uint32_t n;
	const uint8_t **base;	/* the row's bytes: the only addressing mode */
	uint32_t *len;
	uint32_t shortest;
	int32_t *rec;		/* record in the batch: carried ones, then its
				 * own, ascending */
	uint32_t *up;		/* row of the frame above (the selection) */
	uint32_t *src;		/* MERGE: frame of the row above */
	uint32_t *occ;		/* occurrence, from 1; NULL where there is none */
};

enum verdict { SKIPPED, LOADED, REJECTED };	/* of a record, over all tables */

struct reject {			/* one reason; ordered by record */
	uint32_t rec;		/* in the batch */
	uint16_t code;		/* enum diag_code */
	uint16_t table;		/* UINT16_MAX: of the record itself */
	uint16_t column;	/* in the table; UINT16_MAX: its when, its key;
				 * or REJECT_CONSTRAINT */
	uint32_t occ;		/* occurrence, from 1; 0: none */
	uint32_t item;		/* of the layout; ITEM_NONE */
	uint32_t offset, size;	/* its bytes in the record; size 0: none */
	bool inherited;		/* the item is of a record it hangs on */
};

/* With the number of a constraint of the schema in the other bits. */
#define REJECT_CONSTRAINT	0x8000u

/* The rows of one table that this batch loads, rejected records left out. */
struct rowset {
	uint32_t n;
	const uint32_t *row;		/* [n] ascending, index into the columns */
	const struct column *const *col;	/* [table's ncolumn] */
	const int32_t *rec;		/* [by row] record in the batch */
};

#define TYPE_NONE	UINT16_MAX	/* of a record that no type matches */
#define TYPE_BAD	(UINT16_MAX - 1)	/* a condition could not be told */

/* Of a mended reject: where it stood before it was rejected. */
struct reject_origin {
	uint64_t number;
	const char *file;
	bool context;			/* was loaded then: gives no rows */
};

/* Where a record of an earlier batch stood, on which some of this one hang. */
struct carried {
	uint64_t record, offset;
	uint32_t file;
	uint16_t type;
	const struct reject_origin *origin;	/* or NULL */
};

struct batch {
	uint64_t seq;
	bool first_of_file, last_of_file;	/* its first, its last record;
					 * the source's reader says so */
	const char *file_name;		/* as it was given; NULL: not known */
	const struct reject_origin **origin;	/* [slab.nrec] each may be
					 * NULL; NULL: the input is no
					 * rejects */
	uint32_t origin_cap;
	bool classified;		/* types are told; plan_run goes on */
	/*
	 * Copies of the records that are still open stand in slab.rec[nrec]
	 * and after; by record, those included, where the plan has types:
	 */
	struct carried *carried;
	uint32_t ncarried;
	uint16_t *type;
	uint32_t *parent;		/* record that it hangs on; UINT32_MAX */
	uint8_t *adrift;		/* it, or one it hangs on, has none */
	uint32_t *type_row;		/* row in its type's frame */
	uint32_t *open;			/* [types] last one, if it is open */
	struct slab slab;
	struct arena arena;
	struct frame *frame;		/* [plan's frames] */
	struct column *reg;		/* [plan's registers] */
	uint8_t *verdict;		/* [slab.nrec] enum verdict */
	struct reject *reject;
	uint32_t nreject, reject_cap;
	uint32_t npassed;		/* rejects that 'duplicates: first' or
					 * last passed over, or that hang on
					 * such, and nothing else is wrong */
	struct rowset *rows;		/* [schema's tables] */
	struct rowset *aside;		/* [schema's tables] of distinct ones,
					 * until they are put; or NULL */
	struct miss *miss;		/* codes that lookup() did not find */
	uint32_t nmiss, miss_cap;
	struct left_out *left_out;	/* by full_name() */
	uint32_t nleft_out, left_out_cap;
	int64_t *as_of;			/* days that its records say */
	uint32_t nas_of;
	bool as_of_bad;
	struct control_parts *control;	/* [plan's controls]; see control.h */
	struct proof *proof;		/* see prove.h; NULL: not asked for */
	struct buf *out;		/* [schema's tables]: made by the sink's
					 * encode, eaten by its put */
	uint32_t ntable;
};

/* Number in the input of a record, which may be a carried one. */
static inline uint64_t
batch_record_number(const struct batch *b, uint32_t rec)
{
	return rec < b->slab.nrec ? b->slab.first_record + rec :
	    b->carried[rec - b->slab.nrec].record;
}

/* Where a record stood first; NULL: where it stands. */
static inline const struct reject_origin *
batch_origin(const struct batch *b, uint32_t rec)
{
	if (rec >= b->slab.nrec)
		return b->carried[rec - b->slab.nrec].origin;
	return b->origin == NULL ? NULL : b->origin[rec];
}

struct batch *batch_new(const struct plan *);
void	 batch_free(struct batch *);

#endif
