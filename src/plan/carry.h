/*
 * Records that stay open from one batch to the next, because records of a
 * later batch may hang on them.  One thread, batches in input order.
 */
#ifndef DECANT_CARRY_H
#define DECANT_CARRY_H

struct batch;
struct carry;
struct plan;

struct carry *carry_new(const struct plan *);
void	 carry_free(struct carry *);
/* Nothing is open any more: another file, a gap in this one. */
void	 carry_close(struct carry *);
/*
 * Tells the types and parents of the batch's records, with what the carry has
 * open, and keeps there what is open behind them.  plan_run goes on from here.
 * Without a carry (NULL), as plan_run does it by itself.
 */
void	 plan_classify(const struct plan *, struct batch *, struct carry *);

#endif
