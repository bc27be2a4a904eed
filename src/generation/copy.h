/*
 * A whole dataset from one database to another, of either kind, and the proof
 * that it is equal.
 *
 * The source is read in one snapshot.  Its live generation becomes a new one
 * of the dataset in the target, beside what is live there, and is published in
 * one transaction when the content hashes of all tables are the same on both
 * sides.  The source's ledger and texts come along: its events as a text of
 * the target's ledger, which the event "copied" names by its hash, so that the
 * chains of both can be verified.
 */
#ifndef DECANT_COPY_H
#define DECANT_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "db/content_hash.h"
#include "flow/load.h"
#include "generation/dataset.h"
#include "generation/swap.h"

struct copy_options {
	const char *from, *to;
	const char *dataset;		/* NULL: the only one */
	const char *tool;		/* decant's version */
	uint32_t jobs;			/* lanes; 0: as there are cores */
	bool resume, dry_run;
	bool no_owner, no_privileges;	/* of PostgreSQL's are carried */
	struct swap_options swap;
	void (*progress)(void *, const struct load_progress *);
	void *progress_arg;
	const volatile int *interrupted;
};

struct copy_done {			/* of a table */
	const char *name;
	struct content_hash from, to;
	bool kept;			/* complete, and equal, before this run */
};

enum copy_state { COPY_FAILED, COPY_UNEQUAL, COPY_DONE };

struct copy_result {
	enum copy_state state;
	const char *from, *to, *dataset;	/* for people */
	uint32_t source;		/* generation; 0: plain tables */
	uint32_t generation;		/* of the target */
	struct copy_done *table;
	uint32_t ntable;
	const char *const *left;	/* what is not carried */
	uint32_t nleft;
	uint64_t events;		/* of the source's ledger */
	double read_seconds, seconds;	/* rows and indexes; all */
	struct swap_result swap;
	const char *dry;		/* statements; or NULL */
};

/* The result lives in the arena; errors are told. */
struct copy_result *copy_dataset(struct arena *, struct diags *,
	    const struct copy_options *);
/*
 * The events of another database that a "copied" event names, for the log.
 * NULL: told, or (`none`) the event names none.
 */
struct ledger *copy_ledger_read(struct ledger *, struct arena *,
	    const struct ledger_event *, bool *none);

#endif
