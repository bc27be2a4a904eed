/*
 * decant unload of a file: its records again, in another format or code page,
 * or the same.
 */
#ifndef DECANT_UNLOAD_FILE_H
#define DECANT_UNLOAD_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/job.h"

#define UNLOAD_TOLD	10u	/* records that are told one by one */

struct unload_options {
	const char *path;
	bool reframe;			/* another format: */
	enum framing framing;
	uint32_t varseq;		/* gnucobol */
	const struct codepage *page;	/* NULL: the job's */
	bool partial;			/* leave out what cannot be written */
};

struct unload_result {
	uint64_t read, written, bytes;
	uint64_t left_out;		/* records */
	uint64_t fragments;
	bool failed;			/* an error in diags; nothing is made */
	bool refused;			/* not all can be written, and nothing
					 * is */
};

/* The framing of what is written. */
bool	 unload_framing(struct diags *, const struct job *,
	    const struct unload_options *, struct framing_options *);
/* What is wrong with records is in diags: F043, F044. */
struct unload_result *unload_file(struct arena *, struct diags *,
	    const struct job *, const struct unload_options *);

#endif
