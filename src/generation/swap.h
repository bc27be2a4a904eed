/*
 * Making a generation of a dataset live: publication and rollback, with what
 * belongs to them in the ledger, the writes of applications, and the views
 * that old readers keep.
 */
#ifndef DECANT_SWAP_H
#define DECANT_SWAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "generation/dataset.h"

struct buf;

struct swap_options {
	bool back;			/* a rollback */
	bool rebuild_dependents, resync;
	const char *export_writes;	/* file for what cannot be carried;
					 * NULL: then nothing is done */
	const char *snapshot;		/* directory; NULL: only where SQLite's
					 * tables change version, beside it */
	bool no_snapshot;
	const char *who;		/* JSON members about the run, ready */
	struct buf *dry;		/* not NULL: nothing is done */
};

struct swap_result {
	uint32_t from, to;
	double waited_ms, held_ms;
	uint32_t attempts;
	uint64_t carried, exported;	/* rows that applications wrote */
	const char *snapshot;		/* file; or NULL */
};

/* What would forbid it; cheap.  `to` may not be staged yet. */
bool	 swap_check(struct dataset *, const struct generation *to,
	    const struct swap_options *);
/* Could what applications have written so far be carried?  `to` has been
 * staged, or its run has begun. */
bool	 swap_check_writes(struct dataset *, const struct generation *to,
	    const struct swap_options *);
/* False: the database is as it was, or (T065) in doubt; told. */
bool	 swap_run(struct dataset *, struct generation *to,
	    const struct swap_options *, struct swap_result *);
/*
 * Drops the tables that only this generation has, and says so in the ledger,
 * in the same transaction: "retired", "abandoned", "failed" or "purged".
 */
bool	 swap_drop(struct dataset *, struct generation *, const char *kind,
	    const char *why);
/* The same with the event's data, a JSON object. */
bool	 swap_drop_as(struct dataset *, struct generation *, const char *kind,
	    const char *data);

/*
 * Drops staged generations that nobody will publish, and started ones, whose
 * runs have died, as the lock is ours.  `but`: one to go on with.  `idle`:
 * nothing is staged now, so what somebody may publish or resume stays.
 */
bool	 swap_clean_up(struct dataset *, uint32_t but, bool idle);

#endif
