/*
 * The part of a job that says where records come from.
 */
#ifndef DECANT_JOB_SOURCE_H
#define DECANT_JOB_SOURCE_H

#include "flow/job.h"

/* Fills job->source; false with errors, at the mapping's places. */
bool	 job_source(struct arena *, struct diags *, struct job *,
	    const struct job_options *);

#endif
