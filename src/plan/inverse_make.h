/*
 * Records being made of rows: what inverse_make.c, which walks over the layout,
 * and inverse_area.c, which finds rows and chooses alternatives, share.
 */
#ifndef DECANT_INVERSE_MAKE_H
#define DECANT_INVERSE_MAKE_H

#include "plan/inverse_impl.h"

#define AREAS_MAX	50	/* one in another: there are 49 levels */

struct made_area {
	const struct record_space *space;
	uint32_t now;		/* the alternative's item */
	uint32_t *taken;	/* [rows of space] */
};

/* Where a record may end early. */
struct made_tail {
	uint32_t from, to;	/* behind an alternative that is shorter than
				 * another; 0 and 0: nothing is */
	uint32_t null;		/* at an item that is null because the record
				 * ended before it, for its bytes cannot say
				 * so; UINT32_MAX */
	uint32_t told;		/* end of what rows tell */
};

/* A null in an alternative that is not taken. */
struct made_null {
	const struct give *give;
	const struct codec *codec;
	uint32_t rec;
	uint8_t *to;
};

struct making_run {
	const struct inverse *inv;
	const struct type_back *t;
	const struct inverse_rows *const *of;
	const struct slice *rec;
	uint8_t **mask;		/* [records] bytes that are written; NULL where
				 * none can be written twice */
	struct made_tail *tail;	/* [records] */
	struct inverse_faults *faults;
	struct arena *arena;	/* of faults */
	struct arena cells;	/* of an item */
	struct arena areas;
	struct made_area area[AREAS_MAX];
	uint32_t narea;
	struct made_null *later;	/* of the areas */
	uint32_t nlater, later_cap;
};

/* The row that the give means, for an item in these occurrences; or NULL. */
const struct inverse_row *inverse_row_of(const struct inverse *,
	    const struct type_back *, const struct give *,
	    const struct inverse_rows *of, const uint32_t *occ);
/* Has the side table a row? */
bool	 inverse_present(const struct give *, const struct inverse_row *);
/* How many occurrences of a table the rows have: the last one's number. */
uint32_t inverse_count(const struct inverse *, const struct type_back *,
	    const struct give *, const struct inverse_rows *of,
	    const uint32_t *occ);
/* The occurrences that a row of a space stands in, outermost first. */
uint32_t inverse_occ(const struct record_space *, uint32_t row,
	    uint32_t *occ);

/* Redefined parts, as record_walk visits them; arg: the run. */
void	 inverse_area(void *arg, const struct record_space *, uint32_t first);
void	 inverse_alternative(void *arg, uint32_t item);
void	 inverse_area_end(void *arg);
/* Is the row's part of the record one of the alternatives taken? */
bool	 inverse_taken(const struct making_run *, const struct record_space *,
	    uint32_t row);

#endif
