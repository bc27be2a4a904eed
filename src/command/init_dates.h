/*
 * Dates, as decant init recognises them by name and picture.
 */
#ifndef DECANT_INIT_DATES_H
#define DECANT_INIT_DATES_H

#include <stdbool.h>
#include <stdint.h>

#include "cobol/copybook.h"

struct arena;

struct init_date {
	const char *kind;	/* "date", "timestamp", "time": to_… */
	const char *format;
	const char *other;	/* the digits may as well be that; or NULL */
};

/* By name and picture; or, for a column that is a date anyway, by its digits
 * alone.  false: no date. */
bool	 init_date(const struct item *, bool anyway, struct init_date *);
/* A format for the text of a group whose items are a year, a month and a day,
 * with one byte between them or none; NULL: it is no such group.  Not *sure:
 * the copybook does not say what those bytes are. */
const char *init_date_group(struct arena *, const struct layout *,
	    uint32_t group, bool *sure);

#endif
