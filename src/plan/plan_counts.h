/*
 * Counts that are no numbers: what the values of an item that a table depends
 * on stand for, as counts: of the mapping says.
 */
#ifndef DECANT_PLAN_COUNTS_H
#define DECANT_PLAN_COUNTS_H

#include "base/diag.h"
#include "cobol/copybook.h"
#include "mapping/mapping.h"
#include "value/codec.h"

struct plan_counts;

/*
 * In the arena; *out is NULL without counts:.  False after an error: a name
 * that is none, a value that the item cannot have.
 */
bool	 plan_counts_new(struct arena *, struct diags *, const struct layout *,
	    const struct codepage *, const struct mapping *,
	    const struct plan_counts **out);
/* How the item that a table depends on is read; NULL: it is a number, or the
 * counts are NULL. */
const struct codec_keys *plan_counts_of(const struct plan_counts *,
	    uint32_t table);

#endif
