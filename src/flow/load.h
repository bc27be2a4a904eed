/*
 * The flow: source -> plan -> sink, with workers, in input order; rejects and
 * counts.
 */
#ifndef DECANT_LOAD_H
#define DECANT_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "flow/controls.h"
#include "flow/distinct.h"
#include "flow/job.h"
#include "flow/origins.h"
#include "flow/proofs.h"
#include "plan/crosswalk.h"
#include "sink/sink.h"

struct load_progress {
	uint64_t records, bytes, bytes_all;	/* bytes_all 0: unknown */
	const char *phase;	/* "loading", "indexing", "publishing", … */
};

enum load_state {
	LOAD_CLEAN,		/* exit 0 */
	LOAD_WITH_REJECTS,	/* 4: within the limit; published */
	LOAD_BROKEN,		/* 8: a control, or a test, does not hold */
	LOAD_REFUSED,		/* 12: more rejects than allowed */
	LOAD_FAILED		/* 12: an error, in diags */
};

struct load_result;

struct load_options {
	uint32_t jobs;			/* 0: as many as the machine has cores */
	uint64_t max_rejects;		/* records (fragments count) */
	double max_reject_percent;	/* < 0: max_rejects holds */
	const char *rejects;		/* directory; NULL: NAME.rejects here */
	uint32_t generation;		/* that rejects are said to be of */
	const struct origins *origins;	/* the input is mended rejects, a part
					 * of an extract: no totals; or NULL */
	const struct known_rows *known;	/* [schema's tables] that distinct ones
					 * have already; or NULL */
	uint64_t stop_after;		/* records; 0: all (preview) */
	bool allow_empty;		/* an input without records is fine */
	bool prove;			/* decode, encode, compare all items */
	bool keep_rejects_only;		/* preview: no reject files */
	void (*progress)(void *, const struct load_progress *);	/* or NULL */
	void *progress_arg;
	const volatile int *interrupted;	/* a signal was caught; or NULL */
	/* Before anything is written to the target, once: false ends it.  Or
	 * NULL. */
	bool (*begin)(void *);
	/* After the sink was sealed: what makes its rows live, or NULL.  What
	 * it returns is the load's state. */
	enum load_state (*settle)(void *, const struct load_result *);
	void *arg;			/* of both */
};

struct load_reason {		/* counted per (code, table, column, item) */
	struct reject example;
	uint64_t record, offset;	/* of the first */
	const char *file;
	uint64_t count;
	const char *text;		/* plan_reject_text of the first */
	const char *hex;		/* its bytes, at most 32 */
};

struct load_type {		/* records of a type */
	uint64_t read, loaded, rejected, skipped;
};

struct load_result {
	enum load_state state;
	uint64_t read, loaded, rejected, skipped, fragments;
	uint64_t duplicates;		/* of the rejected: left out by
					 * duplicates: first or last, with what
					 * hangs on them */
	uint64_t bytes;			/* of input, decompressed */
	uint64_t *rows;			/* [schema's tables], as loaded */
	uint32_t ntable;
	struct load_type *type;		/* [plan's types + 1], the last for
					 * records of none */
	uint32_t ntype;
	double seconds;
	uint32_t jobs;
	struct load_reason *reason;
	uint32_t nreason;
	const struct control_result *control;	/* [ncontrol] */
	uint32_t ncontrol;
	uint64_t breaks;		/* of all of them */
	const char *as_of;		/* day of the extract; or NULL */
	struct misses *misses;		/* of the plan's lookups */
	struct omissions *omissions;	/* by full_name() */
	const struct proof_result *proof;	/* NULL: not asked for */
	const char *rejects;		/* directory written; NULL: none */
	const char *target;		/* as sinks describe it */
	struct source_facts facts;
	const char **input_sha256;	/* [ninput] of the files as they are;
					 * NULL: not known; only with settle */
	uint32_t ninput;
};

/* Runs the job into the sink; the result lives in the arena. */
struct load_result *load_run(struct arena *, struct diags *,
	    const struct job *, struct sink *, const struct load_options *);

#endif
