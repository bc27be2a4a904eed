/*
 * How old is too old: "30d", "12w", "6m", "1y", or a day or moment (UTC) that
 * comes first of what is kept.
 */
#ifndef DECANT_AGE_H
#define DECANT_AGE_H

#include <stdbool.h>
#include <stdint.h>

#define AGE_TEXT	32u	/* 2026-01-31T23:59:59.123Z and a NUL */

/*
 * The moment before which everything is too old, `now` being seconds since
 * 1970, as the ledger writes moments: the two compare as texts.  Months and
 * years are those of the calendar; a day that a month does not have is its
 * last.  False: it is no age.
 */
bool	 age_moment(const char *text, int64_t now, char moment[AGE_TEXT]);

#endif
