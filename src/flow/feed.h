/*
 * Feeding the workers: source -> batches, in input order.
 *
 * What has to be known of the records around a batch is told here, by the one
 * thread that sees them all: which record is the first or last of its file,
 * and which records of earlier batches are still open.
 */
#ifndef DECANT_FEED_H
#define DECANT_FEED_H

#include <stdint.h>

#include "base/diag.h"

struct feed;
struct origins;
struct plan;
struct source;
struct workers;

/* `name` of each file, which outlive the feed; stop_after: so many records,
 * then END; 0: all. */
struct feed *feed_new(const struct plan *, struct source *, struct workers *,
	    const char *const *name, uint64_t stop_after);
/* The input is mended rejects. */
void	 feed_set_origins(struct feed *, const struct origins *);
/*
 * Reads until every batch is under way (OK).  END: there is no more input;
 * BAD: a fragment, whose turn comes when the batches before it are done;
 * FATAL: an error is in the source's diags.
 */
enum grade feed_fill(struct feed *);
void	 feed_free(struct feed *);

#endif
