/*
 * How old is too old; see age.h.
 */
#include "generation/age.h"

#include <stdio.h>
#include <string.h>

#include "value/format.h"

#define DAY		INT64_C(86400)
#define UNITS_MAX	100000u

static bool
put_moment(int64_t seconds, char moment[AGE_TEXT])
{
	int64_t days = seconds / DAY, rest = seconds % DAY, year;
	unsigned month, day;

	if (rest < 0) {
		rest += DAY;
		days--;
	}
	date_to_civil(days, &year, &month, &day);
	if (year < 1 || year > 9999)
		return false;
	snprintf(moment, AGE_TEXT, "%04d-%02u-%02uT%02d:%02d:%02d.000Z",
	    (int)year, month % 100, day % 100, (int)(rest / 3600),
	    (int)(rest / 60 % 60), (int)(rest % 60));
	return true;
}

/* So many months before, at the same time of day. */
static int64_t
months_before(int64_t now, int64_t n)
{
	int64_t days = now / DAY, rest = now % DAY, year, at;
	unsigned month, day;

	date_to_civil(days, &year, &month, &day);
	at = year * 12 + month - 1 - n;
	if (at < 12)
		return INT64_MIN / 2;
	year = at / 12;
	month = (unsigned)(at % 12) + 1;
	while (!date_is_real(year, month, day))
		day--;
	return date_from_civil(year, month, day) * DAY + rest;
}

/* "30d" */
static bool
parse_units(const char *text, int64_t now, int64_t *seconds)
{
	uint32_t n = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (uint32_t)(*p - '0');
		if (n > UNITS_MAX)
			return false;
	}
	if (p == text || *p == '\0' || p[1] != '\0')
		return false;
	switch (*p) {
	case 'd':
		*seconds = now - n * DAY;
		return true;
	case 'w':
		*seconds = now - n * 7 * DAY;
		return true;
	case 'm':
		*seconds = months_before(now, n);
		return true;
	case 'y':
		*seconds = months_before(now, n * INT64_C(12));
		return true;
	default:
		return false;
	}
}

bool
age_moment(const char *text, int64_t now, char moment[AGE_TEXT])
{
	size_t len = strlen(text);
	int64_t seconds, us;

	if (parse_units(text, now, &seconds))
		return put_moment(seconds, moment);
	if (len > 11 && text[len - 1] == 'Z')
		len--;
	if (!parse_tstamp_iso((const uint8_t *)text, len, &us))
		return false;
	seconds = us / 1000000 - (us % 1000000 < 0);
	return put_moment(seconds, moment);
}
