/*
 * Rows from one version of a table to another, through the mapping's up: and
 * down:, as a job: its source is the one version's table, its one table has
 * the columns of the other.
 *
 *	up	columns of the mapping's version, from a row of the one before
 *	down	columns of the version before, from a row of the mapping's
 *
 * A column is what up: or down: says, else the column of the same name.  Which
 * rows are carried is said when they are read: table_source_new, then
 * plan_run, as of any source.
 */
#ifndef DECANT_CARRY_JOB_H
#define DECANT_CARRY_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/schema.h"

struct arena;
struct diags;
struct job;

enum carry_way { CARRY_UP, CARRY_DOWN };

struct carry_job {
	struct job *job;	/* NULL: some columns are missing */
	const char **missing;	/* [nmissing] columns for which there is no
				 * expression, and none of that name */
	uint32_t nmissing;
};

/*
 * For a table of the mapping, by its number: rows of `from`, columns of `to`,
 * one of which is the mapping's own version.  `target` is the dataset's, which
 * is read and written.  All must outlive the job.  false: told, at the
 * mapping's places.
 */
bool	 carry_job_new(struct arena *, struct diags *, const struct mapping *,
	    uint32_t table, enum carry_way, const struct schema_table *from,
	    const struct schema_table *to, const char *target,
	    struct carry_job *);

/*
 * Names and types of what a mapping says over its own version's columns: down:
 * and agree: of its tables, and the views of compat:.  false: told.
 */
bool	 carry_check(struct arena *, struct diags *, const struct mapping *,
	    const struct schema *);

#endif
