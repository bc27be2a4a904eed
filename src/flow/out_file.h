/*
 * A file that is there whole or not at all: it is written beside its place,
 * under a name of its own, and renamed when it is done.  What is no regular
 * file (a device, a pipe, - for standard output) is written as it is.
 */
#ifndef DECANT_OUT_FILE_H
#define DECANT_OUT_FILE_H

#include <stdbool.h>

#include "base/diag.h"

struct arena;

struct out_file {
	const char *path;	/* as asked for */
	const char *writing;	/* where to write */
	bool renamed;		/* they differ */
};

void	 out_file_init(struct out_file *, struct arena *, const char *path);
/* It is complete; false: F018. */
bool	 out_file_keep(const struct out_file *, struct diags *);
/* Nobody wants it. */
void	 out_file_drop(const struct out_file *);

#endif
