/*
 * One side of a migration that is tried: the version before or the new one, a
 * mapping or a dataset file of several, with the words that name its files.
 */
#ifndef DECANT_MIGRATION_SIDE_H
#define DECANT_MIGRATION_SIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "flow/members.h"
#include "generation/dataset.h"

struct run_set;

struct migration_side {
	const char *path;
	const char *const *word;	/* [nword] files, or MEMBER=FILE */
	uint32_t nword;
	struct members *members;	/* NULL: one mapping */
	const struct mapping **mapping;	/* [nmapping] that mapping; or the
					 * members', and last what the dataset
					 * file says itself */
	uint32_t nmapping;
	const char *schema, *target;	/* of the dataset; target may be NULL */
	uint32_t version;
	bool apart;			/* the texts are copies, and files that
					 * they name are not beside them */
};

/* Reads what stands at the path; all lives in the arena.  False: told; *usage:
 * because of the words. */
bool	 migration_side_read(struct migration_side *, struct arena *,
	    struct diags *, bool *usage);
/*
 * The version before reads all of its members, from what its own words name,
 * else from what the new one reads in their places, where that is said (or
 * `apart`).
 */
void	 migration_side_follow(struct migration_side *, struct arena *,
	    const struct migration_side *new);
/* The files that a part reads; none: 0. */
const char *const *migration_side_files(const struct migration_side *,
	    uint32_t part, uint32_t *n);
uint32_t migration_side_parts(const struct migration_side *);
/* Does any of what is sent read a table instead of files? */
bool	 migration_side_reads_table(const struct migration_side *);
/* Is it the same as what a generation was made with? */
bool	 migration_side_is(const struct migration_side *,
	    const struct generation *);
/* Ready to run; job_options without files and texts.  NULL: told. */
struct run_set *migration_side_set(struct migration_side *, struct arena *,
	    struct diags *, const struct job_options *);

#endif
