/*
 * Tables of different rows (distinct: true): a row that was put once already
 * is left out, whichever batch it comes in.
 */
#ifndef DECANT_DISTINCT_H
#define DECANT_DISTINCT_H

#include <stdint.h>

#include "base/diag.h"
#include "plan/key.h"

struct batch;
struct distinct;
struct plan;
struct sink;

/* Hashes (key_hash_row) of rows that a table has before the load. */
struct known_rows {
	const struct key_hash *v;
	uint32_t n;
};

/* `known` [tables] or NULL: none.  NULL: the plan has no such table. */
struct distinct *distinct_new(struct diags *, const struct plan *,
	    const struct known_rows *known);
void	 distinct_free(struct distinct *);
/* Forgets all rows: the input is read once more. */
void	 distinct_restart(struct distinct *);
/* After plan_run, any thread: what encode is to leave alone for now. */
void	 distinct_set_aside(const struct plan *, struct batch *);
/*
 * One thread, in input order: new rows come back into the batch, and are
 * encoded (sink NULL: not).  FATAL: there are too many.
 */
enum grade distinct_put(struct distinct *, struct batch *,
	    const struct sink *);

#endif
