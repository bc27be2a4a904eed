/*
 * A first mapping from delimited text that has no copybook.
 */
#ifndef DECANT_INIT_DELIMITED_H
#define DECANT_INIT_DELIMITED_H

#include <stdbool.h>

#include "base/diag.h"

struct arena;
struct buf;

struct delimited_options {
	const char *path;	/* the data */
	const char *file;	/* as it is to stand in the mapping */
	const char *name;	/* of the dataset */
	const char *encoding;	/* NULL: UTF-8, or what it must be */
};

/* Is it rows of text, and no copybook?  False as well when it cannot be
 * read. */
bool	 init_is_delimited(const char *path);
/* False after an error: it cannot be read, or has no rows. */
bool	 init_delimited(struct arena *, struct diags *, struct buf *,
	    const struct delimited_options *);

#endif
