/*
 * The part of a job that is of delimited text: which fields a row has, by
 * their place or by their names, and which of them the plan reads.
 */
#ifndef DECANT_JOB_DELIMITED_H
#define DECANT_JOB_DELIMITED_H

#include "flow/job.h"

/* All are false with errors at the mapping's places. */

/* The layout of the rows, from the job's of the copybook, or where there is
 * none, from the names of columns or of the mapping's expressions. */
bool	 job_delimited_layout(struct arena *, struct diags *, struct job *);
/* Fills job->source.framing, but for its bytes and records to skip. */
bool	 job_delimited_source(struct arena *, struct diags *, struct job *);
/* The plan is there: its fields are wanted, others need not be in the file; all:
 * they are read if they are. */
bool	 job_delimited_wanted(struct diags *, struct job *, bool all);

#endif
