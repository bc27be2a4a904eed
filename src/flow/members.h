/*
 * The jobs of a dataset file's members.
 */
#ifndef DECANT_MEMBERS_H
#define DECANT_MEMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/job.h"
#include "mapping/dataset_file.h"

struct member {
	const char *name;
	const struct map_member *from;
	struct job *job;
	struct srctext_names texts;	/* that it hangs on, besides its
					 * mapping */
	const char **file;		/* [nfile] said for it */
	uint32_t nfile;
	bool sent;			/* else its tables stay as they are */
};

struct members {
	const struct map_dataset *file;
	struct member *v;		/* [n] in the file's order */
	uint32_t n;
	const char *target;		/* NULL: none said */
};

/*
 * Reads the dataset file and its members.  `word` are words NAME=FILE, [n]:
 * then only those members are sent; else all are, with the files of the
 * dataset or of their mappings.  `target` is instead of the dataset's, or
 * NULL.  NULL: told; *usage: because of the words.
 */
struct members *members_read(struct arena *, struct diags *, const char *path,
	    const char *target, const char *const *word, uint32_t n,
	    bool *usage);
/* The files of a member: what was said, else what is written; none: NULL. */
const char *const *member_files(const struct member *, uint32_t *n);
/* Makes the jobs: job_options without files and texts.  False: told. */
bool	 members_make(struct members *, struct arena *, struct diags *,
	    const struct job_options *);
/* Both. */
struct members *members_new(struct arena *, struct diags *, const char *path,
	    const struct job_options *, const char *const *word, uint32_t n,
	    bool *usage);
/* By name; NULL: there is none. */
struct member *members_find(struct members *, const char *name, size_t len);

#endif
