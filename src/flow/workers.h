/*
 * Workers: threads that run the plan over batches and encode their rows.
 * They frame nothing and write nothing; the main thread does, in input order.
 * While it waits for a batch it runs one itself.
 */
#ifndef DECANT_WORKERS_H
#define DECANT_WORKERS_H

#include <stdbool.h>
#include <stdint.h>

struct batch;
struct conflicts;
struct plan;
struct prover;
struct sink;
struct workers;

struct work {			/* what is done to each batch */
	const struct plan *plan;
	const struct sink *sink;	/* NULL: nothing is encoded */
	const struct conflicts *conflicts;	/* or NULL */
	const struct prover *prover;	/* NULL: nothing is proved */
};

/*
 * Starts jobs - 1 threads (fewer when the system gives no more) and makes
 * 2 * jobs + 1 batches; without threads one, or two where the plan must know
 * the last record of a file.
 */
struct workers *workers_new(const struct work *, uint32_t jobs);
/* A batch to fill, the one after `ahead` others that were not submitted yet;
 * NULL when all are under way. */
struct batch *workers_free_batch(struct workers *, uint32_t ahead);
/* Hands a filled batch over; batches come back in the order of this. */
void	 workers_submit(struct workers *, struct batch *);
/* The next batch in order, done; NULL when none is under way. */
struct batch *workers_next(struct workers *);
/* The batch of workers_next was eaten (or one of _free_batch not filled). */
void	 workers_release(struct workers *, struct batch *);
/* From now on rows are not encoded any more. */
void	 workers_stop_encoding(struct workers *);
void	 workers_free(struct workers *);

#endif
