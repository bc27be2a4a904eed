/*
 * The inside of run.h: a run under way, and what the ledger is told of it.
 */
#ifndef DECANT_RUN_IMPL_H
#define DECANT_RUN_IMPL_H

#include "base/buf.h"
#include "db/db.h"
#include "generation/change.h"
#include "generation/run.h"

struct run {
	struct arena *arena;
	struct diags *diags;
	struct run_set *set;
	struct run_part *now;		/* that is loaded */
	uint32_t table, input;		/* its first ones, of all */
	const struct run_options *o;
	const struct schema *schema;	/* of all parts */
	struct db db;
	struct dataset dataset;
	struct change change;
	struct generation plan;		/* what it is going to be */
	struct run_result *result;
	const char *who;		/* JSON members */
	const char *adopted;		/* of the event, where tables are; or
					 * NULL */
	uint32_t resumed;		/* generation that is gone on with */
	bool begun;
	struct buf dry;
};

/* run_event.c */
const char *run_started_data(struct run *);
const char *run_staged_data(struct run *);
const char *run_failed_data(struct run *);
/* An event in a transaction of its own, and the state that it makes. */
bool	 run_event(struct run *, const char *kind, const char *data);
/* Tables that begin with the rows of live ones: before these are copied, and
 * when all rows are there. */
bool	 run_mark_writes(struct run *);
bool	 run_count_rows(struct run *);

#endif
