/*
 * The progress of a load, drawn on one line of a terminal and wiped away when
 * it is over.  Nothing is drawn in the first second.
 */
#ifndef DECANT_PROGRESS_H
#define DECANT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/load.h"

struct buf;

struct progress {
	int fd;			/* of the terminal; -1: nobody looks */
	double started, drawn;	/* seconds of the monotonic clock */
	bool visible;
};

/* Draws on fd when that is a terminal and `wanted` says so. */
void	 progress_init(struct progress *, int fd, bool wanted);
/* A load's progress callback; the first argument is a struct progress. */
void	 progress_show(void *, const struct load_progress *);
void	 progress_end(struct progress *);
/* The line itself: no longer than `width` columns, without its end. */
void	 progress_format(struct buf *, const struct load_progress *,
	    double seconds, uint32_t width);

#endif
