/*
 * How long records are by their own bytes: for files without delimiters,
 * whose records are as long as their counts say (OCCURS DEPENDING ON).
 */
#ifndef DECANT_PLAN_LENGTH_H
#define DECANT_PLAN_LENGTH_H

#include "base/diag.h"
#include "cobol/copybook.h"
#include "plan/plan_counts.h"
#include "record/record.h"

struct plan_length;

/* How a numeric item is read for framing; false: it cannot be. */
bool	 plan_number_field(const struct layout *, uint32_t item,
	    bool little_comp5, struct number_field *);
/*
 * NULL with an error at the place: no table of the record depends on a
 * count, or a count cannot be read.  Lives in the arena, with the layout and
 * the counts (NULL: none but numbers).
 */
struct plan_length *plan_length_new(struct arena *, struct diags *,
	    const struct layout *, uint32_t record, bool little_comp5,
	    const struct plan_counts *, struct place);
/* A length_of_fn; its first argument is a plan_length. */
length_of_fn plan_length_of;

#endif
