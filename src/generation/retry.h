/*
 * A retry: mended rejects of a load become rows beside those that are live, in
 * the next generation.
 *
 * What is live must be what the rejects were left out of: the generation that
 * their load made, or a retry of that.
 */
#ifndef DECANT_RETRY_H
#define DECANT_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/distinct.h"
#include "flow/job.h"
#include "flow/origins.h"
#include "generation/change.h"
#include "generation/dataset.h"

struct json;

struct retry {
	const char *dir;		/* NAME.rejects */
	const char *file;		/* its records */
	const char *rejects;		/* directory for those of the retry */
	const char *dataset, *mapping, *sha256;	/* of the load */
	const char *as_of;		/* or NULL */
	uint32_t generation;
	const struct origins *origins;
};

/* Reads what stands beside the records.  False: told (L130, L132). */
bool	 retry_read(struct arena *, struct diags *, const char *dir,
	    struct retry *);
/* Is it the mapping of the load?  What is not done of it is told, too. */
bool	 retry_fits(struct diags *, const struct retry *, const struct job *);
/* Has it been done, in what is live?  0: no; UINT32_MAX: told. */
uint32_t retry_done(const struct retry *, const struct dataset *,
	    const struct schema *, struct change *,
	    const volatile int *interrupted);
/* Can its rows stand beside what is live?  `schema` is the mapping's, `all`
 * the dataset's.  False: told. */
bool	 retry_check(const struct retry *, const struct dataset *,
	    const struct schema *schema, const struct schema *all);
/* Rows of the live distinct tables; NULL: told. */
const struct known_rows *retry_known(const struct dataset *,
	    const struct schema *);
/* Member "retry". */
void	 retry_json(struct json *, const struct retry *);

#endif
