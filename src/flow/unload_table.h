/*
 * decant unload of loaded tables: the records that a mapping made them of.
 */
#ifndef DECANT_UNLOAD_TABLE_H
#define DECANT_UNLOAD_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/made.h"
#include "flow/unload_file.h"

struct unload_tables_result {
	struct made_result made;
	uint64_t left_out;	/* records that cannot be written */
	uint64_t dependents;	/* and those that hang on them */
	uint64_t strays;	/* rows that belong to no record */
	bool failed;		/* an error in diags; nothing is made */
	bool refused;		/* not all can be written, and nothing is */
};

/*
 * From the target's tables, in the job's page.  What is wrong, and what the
 * tables do not have, is in diags: F045 to F054, P110 to P114.
 */
struct unload_tables_result *unload_tables(struct arena *, struct diags *,
	    const struct job *, const struct unload_options *,
	    const char *target, const volatile int *interrupted);

#endif
