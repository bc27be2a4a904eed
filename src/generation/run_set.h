/*
 * What a run loads, from the words of a command line: a mapping and its files,
 * or a dataset file and MEMBER=FILE for the members that are sent.
 */
#ifndef DECANT_RUN_SET_H
#define DECANT_RUN_SET_H

#include "flow/members.h"
#include "generation/run.h"

/*
 * All lives in the arena.  `word` are [n] files or words; job_options without
 * them.  NULL: told; *usage: because of the words.
 */
struct run_set *run_set_new(struct arena *, struct diags *, const char *path,
	    const struct job_options *, const char *const *word, uint32_t n,
	    bool *usage);
/* Of one job, whose texts are those of its job_options, or NULL. */
struct run_set *run_set_of_job(struct arena *, const struct job *,
	    const struct srctext_names *texts);
/* Of members whose jobs are made. */
struct run_set *run_set_of_members(struct arena *, const struct members *);

#endif
