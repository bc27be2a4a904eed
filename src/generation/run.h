/*
 * A run: a job's rows become a generation of its dataset, beside the live one,
 * and then, if that is wanted and nothing speaks against it, the live one.
 */
#ifndef DECANT_RUN_H
#define DECANT_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/srctext.h"
#include "flow/job.h"
#include "flow/load.h"
#include "generation/checks.h"
#include "generation/retry.h"
#include "generation/swap.h"

struct run_part {			/* a mapping */
	const char *name;
	const struct job *job;
	const struct srctext_names *texts;	/* of job_options */
	bool sent;			/* else its tables stay as they are */
	struct load_result *load;	/* NULL: it has not come so far */
};

/* Mappings whose tables are one generation. */
struct run_set {
	const char *dataset, *target;
	uint32_t version;
	const char *file;		/* of the dataset; NULL: one mapping */
	const struct mapping *rules;	/* its tests; or NULL */
	struct run_part *part;		/* [npart] */
	uint32_t npart;
};

struct run_options {
	const char *verb, *tool;	/* "load"; decant's version */
	bool publish;			/* else it stays staged */
	bool again;			/* though it is what is live */
	bool dry_run;
	uint64_t checkpoint;		/* rows between commits; 0: none */
	bool resume;			/* go on where a run has died */
	double max_shrink;		/* percent of a table's rows */
	struct swap_options swap;
	const struct srctext_names *texts;	/* of job_options; run_job */
	const struct retry *retry;	/* the input is mended rejects; or
					 * NULL */
	struct load_options load;
};

struct run_result {
	struct load_result *load;	/* of the last part that was loaded;
					 * NULL: it has not come so far */
	enum load_state state;
	bool same;			/* nothing to do: it is what is live */
	bool staged;			/* complete, and left beside the live
					 * one */
	bool published;
	uint32_t generation;		/* 0: none */
	struct swap_result swap;
	struct check_result *check;	/* [ncheck] tests of the mapping */
	uint32_t ncheck;
	const char *dry;		/* statements; NULL */
};

/*
 * The job's target is a database.  The result lives in the arena; NULL: an
 * error is told, and nothing has happened.
 */
struct run_result *run_job(struct arena *, struct diags *, const struct job *,
	    const struct run_options *);
/* The same of several, which are loaded one after another. */
struct run_result *run_set(struct arena *, struct diags *, struct run_set *,
	    const struct run_options *);

#endif
