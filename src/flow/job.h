/*
 * A job: a mapping with its copybook, code page, target, and plan, checked
 * and ready to run.
 */
#ifndef DECANT_JOB_H
#define DECANT_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "cobol/copybook.h"
#include "mapping/mapping.h"
#include "plan/plan.h"
#include "record/record.h"

struct job_options {		/* what the command line says over the mapping */
	const char *target;		/* --to; NULL: the mapping's */
	const char *const *file;	/* NULL: the mapping's; a database
					 * where the source is a table */
	uint32_t nfile;
	const char *const *include;	/* -I */
	uint32_t ninclude;
	uint32_t batch_records;		/* --batch-records; 0: the plan's */
	const char *as_of;		/* --as-of; or NULL */
	bool advise, unused;		/* as of plan_options */
	bool reads;			/* the source is opened at once, and
					 * gets the connection by which the job
					 * came to know its table */
	bool all_fields;		/* of delimited text, used or not */
	const char *where;		/* --where; NULL: none */
	struct srctext_names *texts;	/* NULL, or where the names of the
					 * texts go that the job hangs on */
};

struct job {
	const struct mapping *mapping;
	const struct layout *layout;
	uint32_t record;		/* the layout's 01 */
	const struct codepage *page;
	const char *target;		/* NULL: none said */
	const struct limits *limits;
	struct plan *plan;
	const char *as_of;		/* by --as-of or the files' names */
	struct source_options source;
	struct job_fields *fields;	/* of delimited text; job_delimited.c */
	const struct table_source *table;	/* whose rows are read; NULL:
					 * files are */
	const struct expr *where;	/* --where; or NULL */
};

/* Reads and checks everything but data; NULL when there are errors. */
struct job *job_new(struct arena *, struct diags *, const char *mapping,
	    const struct job_options *);
/* The same of a mapping that has been read (NULL: it could not be). */
struct job *job_of_mapping(struct arena *, struct diags *,
	    const struct mapping *, const struct job_options *);

#endif
