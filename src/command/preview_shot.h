/*
 * One run of a preview: the mapping is read anew, and the records that are
 * asked for go through it.  Of a dataset file each member that is sent has a
 * shot, in its order.  The arena owns all of it.
 */
#ifndef DECANT_PREVIEW_SHOT_H
#define DECANT_PREVIEW_SHOT_H

#include "base/mem.h"
#include "command/command.h"
#include "flow/job.h"
#include "flow/look.h"
#include "sink/sink_preview.h"

struct preview_args {
	struct common_args common;
	const char *to, *where;
	uint64_t records, record;
	struct opt_list include;
	bool json, expanded, rejects, raw, watch;
};

struct preview_ask {
	const struct preview_args *args;
	const char *mapping;
	const char *const *file;	/* or words MEMBER=FILE; NULL: the
					 * mapping's */
	uint32_t nfile;
	/* Reads another file in the place of the job's; NULL: none. */
	const char *(*replace)(void *, const char *file);
	bool (*stop)(void *, uint64_t looked);	/* see look.h */
	void *arg;
};

struct shot {
	const char *member;		/* NULL: of one mapping */
	struct shot *next;		/* of the next member */
	const struct preview_args *args;
	struct arena *arena;
	struct diags *diags;
	const struct job *job;		/* NULL: errors */
	struct preview preview;
	struct look_result look;
	struct raw *raw;		/* --raw; or NULL */
	struct srctext_names texts;	/* that the mapping hangs on */
	bool usage;			/* the words are wrong: of the first */
};

/* The first one, and those that follow it. */
void	 shot_take(struct shot *, struct arena *, struct diags *,
	    const struct preview_ask *);
/* Were the rows read, whatever became of the rest of the file? */
bool	 shot_is_good(const struct shot *);
/* … of all members? */
bool	 shots_are_good(const struct shot *);
/* Have files failed to be read? */
bool	 shots_failed(const struct shot *);

#endif
