/*
 * A look at some records: the first ones, one of them, those that an
 * expression or a reject picks out.  They go through the plan as in a load,
 * and into a sink that keeps them; no file is written, and no more is read
 * than the answer needs.
 */
#ifndef DECANT_LOOK_H
#define DECANT_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;
struct batch;
struct job;
struct sink;

struct look_options {
	uint64_t record;	/* that one only, from 1; 0: from the first */
	uint64_t records;	/* end after so many that are chosen */
	bool where;		/* choose where the job's --where is true */
	bool rejected;		/* choose those that are rejected */
	/* Each chosen record, after the plan ran over its batch; or NULL. */
	void (*seen)(void *, const struct batch *, uint32_t rec);
	/* Asked between batches: end early?  Or NULL. */
	bool (*stop)(void *, uint64_t looked);
	void *arg;
};

struct look_fragment {		/* bytes that are no record */
	uint64_t record, offset;
	const char *file, *hex, *why;
};
#define LOOK_FRAGMENTS	100u	/* kept */

struct look_result {
	bool failed;		/* an error is in diags */
	bool ended;		/* there are no more records */
	bool stopped;		/* by stop */
	uint64_t looked;	/* records that were asked */
	uint64_t chosen, rejected, skipped;	/* of the looked; of the
						 * chosen */
	uint64_t unanswered;	/* where `where` had no answer */
	struct look_fragment *fragment;
	uint32_t nfragment, cap;
};

/* The sink is opened, and gets the chosen records' rows and rejects. */
void	 look_run(struct arena *, struct diags *, const struct job *,
	    const struct sink *, const struct look_options *,
	    struct look_result *);

#endif
