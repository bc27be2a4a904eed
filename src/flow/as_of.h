/*
 * What day an extract is of: --as-of, the files' names, or a field of the
 * header (as_of: in the mapping).
 */
#ifndef DECANT_AS_OF_H
#define DECANT_AS_OF_H

#include <stdbool.h>

#include "base/diag.h"

struct arena;
struct batch;
struct job;
struct mapping;

/*
 * From --as-of (NULL: not said) or the names of the files, as text: a date as
 * 2026-01-31, or a generation as G0012V00; *out is NULL when neither tells.
 * False with an error: files of different days, or a name without one.
 */
bool	 as_of_names(struct arena *, struct diags *, const struct mapping *,
	    const char *const *file, uint32_t nfile, const char *said,
	    const char **out);

/* From a field: what the batches' records say, in any order. */
struct as_of {
	int64_t lo, hi;		/* days since 1970-01-01 */
	uint64_t n;
	bool bad;		/* one could not be read, or is null */
};
void	 as_of_put(struct as_of *, const struct batch *);
/* After the last batch; NULL with an error: none says it, or they differ. */
const char *as_of_end(struct arena *, struct diags *, const struct job *,
	    const struct as_of *);

#endif
