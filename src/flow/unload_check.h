/*
 * Whether made records say what the rows say that they were made of: what the
 * mapping makes of a record, beside its rows in the tables.
 */
#ifndef DECANT_UNLOAD_CHECK_H
#define DECANT_UNLOAD_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/job.h"
#include "plan/inverse_plan.h"

struct unload_check;

struct contradiction {
	uint32_t table;		/* UINT32_MAX: none */
	uint32_t column;	/* UINT32_MAX: its rows are more or fewer */
};

struct unload_check *unload_check_new(struct arena *, const struct job *,
	    const struct inverse *);
void	 unload_check_restart(struct unload_check *);
/*
 * A batch that plan_run has run; type[i] and rows[i] are those that record i
 * was made of.  out[i] is the first column which would be loaded with another
 * value though all that it is made of is in the tables.
 */
void	 unload_check_batch(struct unload_check *, const struct batch *,
	    const uint32_t *type, const struct inverse_rows *const *rows,
	    struct contradiction *out);
/* How many rows of the column would have another value, because some of what
 * it is made of is not in the tables; column UINT32_MAX: how many records have
 * another number of rows in the table. */
uint64_t unload_check_lost(const struct unload_check *, uint32_t table,
	    uint32_t column);

#endif
