/*
 * The part of a job that is of a table as the source: its columns become the
 * items of a layout, and its rows the records.
 */
#ifndef DECANT_JOB_TABLE_H
#define DECANT_JOB_TABLE_H

#include "flow/job.h"
#include "flow/table_source.h"

/*
 * The table's columns, as the database says that they are: it is connected to
 * for that.  false with errors, at the mapping's places.
 */
bool	 job_table_layout(struct arena *, struct diags *, struct job *,
	    const struct job_options *);
/*
 * A table of decant's own, whose columns are known already; `held`: its
 * database lets no text be longer than its type.  The job has no connection of
 * its own then.
 */
void	 job_table_known(struct arena *, struct job *,
	    const struct schema_table *, bool held);
/* The connection that was kept for the source, which is not opened. */
void	 job_table_drop(const struct job *);
/* Fills job->source; the layout is there. */
void	 job_table_source(struct arena *, struct job *);

#endif
