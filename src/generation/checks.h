/*
 * The tests of a mapping: queries whose rows are failures, over the tables of
 * one generation.
 *
 * A query names the tables as applications do.  PostgreSQL finds those of the
 * generation by search_path, SQLite by temporary views; the transaction is
 * read only and is rolled back.
 */
#ifndef DECANT_CHECKS_H
#define DECANT_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

#include "generation/dataset.h"

struct mapping;

enum check_state { CHECK_PASSED, CHECK_FAILED, CHECK_ERROR };
struct check_result {
	const char *name;
	bool always;			/* holds: always; else proves: new */
	enum check_state state;
	uint64_t failures;		/* rows */
	const char *text;		/* of the error, or of the columns that
					 * the first rows have */
};

/* Those of a mapping, over a generation; an array in the arena. */
struct check_result *check_all(struct dataset *, const struct generation *,
	    const struct mapping *, uint32_t *n);
/* Tells each that does not pass (L009); are there none? */
bool	 check_tell(struct dataset *, const struct mapping *,
	    const struct check_result *, uint32_t n, const char *hint);
/* One query over a generation's tables; never a diagnostic. */
void	 check_run(struct dataset *, const struct generation *,
	    const char *name, const char *query, bool always,
	    struct check_result *);

#endif
