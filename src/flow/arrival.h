/*
 * Has the extract arrived?  complete_when: of a mapping names a file that the
 * sender writes last, or a manifest of what was sent.
 */
#ifndef DECANT_ARRIVAL_H
#define DECANT_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/job.h"

struct arrival {
	bool has_records;	/* the manifest counts them, for every file */
	uint64_t records;
};

/*
 * False with an error (F06n): something is not there, or is not what the
 * manifest says.  The files are read once for their hashes.
 */
bool	 arrival_check(struct arena *, struct diags *, const struct job *,
	    const volatile int *interrupted, struct arrival *);
/* After the load: were so many records sent? */
bool	 arrival_count(struct diags *, const struct job *,
	    const struct arrival *, uint64_t read);

#endif
