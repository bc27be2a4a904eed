/*
 * Controls that made records must keep: the fields of header and trailer
 * records that a mapping's controls: compare with counts and sums.
 *
 * Records are made twice.  The first time the totals of each span are put
 * together; the second time they are written into the field, where a control
 * is an equation of one field with counts and sums.  Memory grows with the
 * number of such records only.
 */
#ifndef DECANT_SETTLE_H
#define DECANT_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/job.h"

struct batch;
struct settle;

/* NULL: there is nothing to settle.  Controls that cannot be: G030 in diags. */
struct settle *settle_new(struct arena *, struct diags *, const struct job *);
void	 settle_free(struct settle *);
/* Is the type's item a field that is written so? */
bool	 settle_is_field(struct arena *, const struct job *, uint32_t type,
	    uint32_t item);
/* Before the first record, each time. */
void	 settle_restart(struct settle *);
/* A batch that plan_run has run; in order. */
void	 settle_put(struct settle *, const struct batch *);
/* After the last one.  True: values have changed since the last time, and one
 * may be part of another's sum. */
bool	 settle_end(struct settle *);
/* Writes the values into a batch that plan_classify has classified. */
void	 settle_write(struct settle *, struct batch *);
/* Fields that cannot hold their value. */
uint64_t settle_faults(const struct settle *);

#endif
