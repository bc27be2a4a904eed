/*
 * Writing records that are made, not read: by the generator, or of the rows of
 * tables.  They are made once or more on trial, run through the mapping's
 * plan, which tells what a load would say of them and what the controls come
 * to; then they are made once more, and written.
 */
#ifndef DECANT_MADE_H
#define DECANT_MADE_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/job.h"

struct batch;
struct reject;

struct made_source {
	void *arg;
	/* From the first record; false: an error is in diags. */
	bool (*restart)(void *);
	/* Fills the slab, with room before and behind each record for what
	 * the framing has there, and says whether it is the last one: OK, END
	 * or FATAL. */
	enum grade (*next)(void *, struct batch *);
	/* On trial: a batch that was run.  NULL: there need be no trial. */
	void (*judge)(void *, const struct batch *);
	/* After a trial: is another one needed? */
	bool (*again)(void *);
};

struct made_result {
	uint64_t records, bytes;	/* written, framing left out */
	uint64_t *of_type;		/* [plan's types] */
	uint64_t faults;		/* controls that a field cannot hold */
};

/* Room in an empty slab for n records of `size` bytes, zeroed; rec[] and
 * raw_off[] are set, and the slab's bytes past them are readable. */
void	 made_slab(struct batch *, const struct framing_options *, uint32_t n,
	    uint32_t size);

/* A judged record's own reason, not one that it has from the record that it
 * hangs on; NULL: none.  *at: 0 before the first, records by number. */
const struct reject *made_reason(const struct batch *, uint32_t *at,
	    uint32_t rec);

/*
 * Writes all of it in the framing to the path, which is made whole or not at
 * all; the framing may differ from the job's.  False: errors are in diags.
 */
bool	 made_write(struct arena *, struct diags *, const struct job *,
	    const struct framing_options *, const struct made_source *,
	    const char *path, struct made_result *);

#endif
