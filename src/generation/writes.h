/*
 * Writes of applications are carried along: the rows that they wrote to the
 * live tables since these became live are written to the generation that is
 * going to be live, through the mapping's up: and down: expressions where the
 * shapes differ.
 *
 * Which rows these are, the change log tells (change_log.h); what they are now,
 * the live tables do.  Most of it is done before the locks are taken, in
 * rounds, and only what came meanwhile under them.  Everything may be done
 * twice: a row is deleted and written again.
 *
 * A row that came to the live generation from the one that it is now to be
 * carried to is there already (origin), unless it was written since.
 */
#ifndef DECANT_WRITES_H
#define DECANT_WRITES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "generation/dataset.h"

struct writes;

/*
 * From what is live to `to`, which is staged (or was live); `back`: down, not
 * up.  Nothing is live: nothing to do.  NULL: told.
 */
struct writes *writes_new(struct dataset *, const struct generation *to,
	    bool back, const char *export_to);
void	 writes_free(struct writes *);
/* Are there writes that cannot be carried, and is it not said where they go?
 * L080 names each table, and what is missing. */
bool	 writes_check(struct writes *);
/*
 * Before the rows of a live table are copied to that of `to`: what applications
 * have written by now will be in the copy, and is marked so, for a row that was
 * deleted before must not take along one that comes from elsewhere.  *seq:
 * entries up to that are in it, too, if they came from another generation.
 */
bool	 writes_mark(struct dataset *, const struct gen_table *, uint32_t to,
	    uint64_t *seq);
/* Rounds before the locks. */
bool	 writes_rounds(struct writes *);
/* The rest, in the transaction that holds the locks. */
bool	 writes_rest(struct writes *);
/* How many rows, so far. */
uint64_t writes_carried(const struct writes *);
uint64_t writes_exported(const struct writes *);

#endif
