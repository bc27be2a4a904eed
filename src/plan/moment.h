/*
 * A date, time or timestamp taken apart.  Private to plan/.
 */
#ifndef DECANT_MOMENT_H
#define DECANT_MOMENT_H

#include "plan/plan_impl.h"

struct moment_parts {
	int64_t days;			/* since 1970-01-01 */
	int64_t us;			/* of the day */
	int64_t year, iso_year;		/* 0 is 1 BC */
	int32_t month, day, doy;	/* from 1 */
	int32_t dow;			/* Sunday is 0 */
	int32_t iso_week;
	int32_t hour, minute, second, fraction;	/* microseconds */
};

/* Of a V_DATE, V_TIME or V_TSTAMP; false: it is infinity. */
bool	 moment_split(enum vtype, int64_t v, struct moment_parts *);

enum unit {
	UNIT_MICROSECONDS, UNIT_MILLISECONDS, UNIT_SECOND, UNIT_MINUTE,
	UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR,
	UNIT_DECADE, UNIT_CENTURY, UNIT_MILLENNIUM,
	/* only extracted: */
	UNIT_DOW, UNIT_ISODOW, UNIT_DOY, UNIT_ISOYEAR, UNIT_EPOCH, UNIT_JULIAN
};

#endif
