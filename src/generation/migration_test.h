/*
 * The proof of a migration, in a scratch database:
 *
 *	the version before is built and live, and its tests run
 *	the new one is staged and published: its tests pass
 *	what proves: new failed before; what holds: always passed
 *	rollback: the content is what it was, to the bit
 *	publication once more: so is the new one's
 *	the same run again: nothing to do
 *
 * The target itself is only read.
 */
#ifndef DECANT_MIGRATION_TEST_H
#define DECANT_MIGRATION_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "db/db.h"
#include "generation/migration_side.h"

struct proof_step {
	const char *name;
	bool passed;
	const char *detail;		/* or NULL */
	double seconds;
};

struct migration_options {
	struct migration_side *new;	/* both are read */
	struct migration_side *previous;	/* NULL: there is none */
	const char *const *include;
	uint32_t ninclude;
	const char *tool;
	const char *target;		/* the scratch database, empty */
	bool has_live;			/* it holds a copy of the live dataset,
					 * which is the version before */
	const volatile int *interrupted;
};

struct migration_result {
	struct proof_step *step;
	uint32_t nstep, cap, failed;
	const char *previous_name;	/* "version 7"; or NULL */
	const char *name;		/* "version 8" */
};

/* What cannot even be tried is told, and a step that failed. */
void	 migration_test(struct arena *, struct diags *,
	    const struct migration_options *, struct migration_result *);

#endif
