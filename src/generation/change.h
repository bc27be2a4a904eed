/*
 * What a run is going to do, as far as it can be known before: the texts that
 * it hangs on, and an identity by which the same work is known again.
 */
#ifndef DECANT_CHANGE_H
#define DECANT_CHANGE_H

#include <stdbool.h>

#include "flow/job.h"
#include "generation/dataset.h"

struct input_hash;
struct json;

struct change_part {			/* a mapping's share */
	const struct job *job;
	const struct srctext_names *texts;	/* of job_options, besides the
						 * mapping's; or NULL */
	bool sent;			/* its inputs are read */
};

struct change {
	const struct change_part *part;	/* [npart] */
	uint32_t npart;
	const char *tool;		/* decant's version */
	struct gen_text *text;		/* [ntext], the mapping first */
	const struct srctext **content;	/* [ntext] */
	uint32_t ntext;
	struct gen_input *input;	/* [ninput]; sha256 "" until it is
					 * known */
	uint32_t ninput;
	bool tables;			/* inputs are tables of a database */
	uint32_t retry;			/* of a generation's rejects; or 0 */
	bool regular;			/* all of them can be read before */
	struct input_hash *hash;	/* of inputs, beside the load; or NULL */
	const char **hashed;		/* their names */
	uint32_t nhashed;
};

/*
 * Reads the texts and looks at the inputs, in the order of the parts; `file`
 * is that of a dataset of several, or NULL.  False: told.
 */
bool	 change_init(struct change *, struct arena *, struct diags *,
	    const char *file, const struct change_part *, uint32_t npart,
	    const char *tool);
/* Begins to hash the inputs that are not hashed yet in a thread; what it does
 * not get done is done when it is asked for. */
void	 change_hash_begin(struct change *, struct arena *);
/* Ends that thread. */
void	 change_hash_end(struct change *);
/* Hashes the inputs that are not hashed yet; false: told, or interrupted. */
bool	 change_hash_inputs(struct change *, struct arena *, struct diags *,
	    const volatile int *interrupted);
/* Are the texts those of a generation? */
bool	 change_has_texts(const struct change *, const struct generation *);
/* Are texts, options, sizes and samples those of a generation?  Then only the
 * inputs' bytes can differ. */
bool	 change_resembles(const struct change *, const struct generation *);
/* The id of the work, with the inputs where their hashes are known, else
 * without; and of the work and all before it. */
const char *change_work(const struct change *, struct arena *, bool inputs);
const char *change_id(struct arena *, const struct generation *parent,
	    const char *work);
/* Members "texts" and "inputs". */
void	 change_json(struct json *, const struct change *);

#endif
