/*
 * The proleptic Gregorian calendar; see format.h.
 *
 * Years are counted from March, so that the leap day is a year's last; 400
 * years (an era) have 146,097 days.  719,468 days lie between 0000-03-01 and
 * 1970-01-01.
 */
#include "value/format.h"

#include <string.h>

#include "base/checked.h"

#define ERA_DAYS	146097
#define EPOCH_DAYS	719468
#define DAY_US		INT64_C(86400000000)
#define YEAR_DIGITS	7	/* PostgreSQL's last year is 5874897 */

int64_t
date_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 +
	    day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * ERA_DAYS + doe - EPOCH_DAYS;
}

void
date_to_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + EPOCH_DAYS;
	int64_t era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t doe = z - era * ERA_DAYS;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2);
}

bool
date_is_real(int64_t year, unsigned month, unsigned day)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (unsigned)(month == 2 && leap);
}

/* Two digits; false: they are not there. */
static bool
two_digits(const uint8_t *p, int64_t *v)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*v = (p[0] - '0') * 10 + (p[1] - '0');
	return true;
}

bool
parse_time_iso(const uint8_t *p, size_t n, int64_t *us)
{
	int64_t h, m, s = 0, fraction = 0, unit = 1000000;
	size_t i;

	if (n < 5 || p[2] != ':' || !two_digits(p, &h) ||
	    !two_digits(p + 3, &m))
		return false;
	if (n > 5 && (n < 8 || p[5] != ':' || !two_digits(p + 6, &s)))
		return false;
	if (n > 8 && (p[8] != '.' || n == 9 || n > 15))
		return false;
	for (i = 9; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		unit /= 10;
		fraction += (p[i] - '0') * unit;
	}
	*us = ((h * 60 + m) * 60 + s) * 1000000 + fraction;
	return m < 60 && s < 60 && *us <= DAY_US;
}

bool
parse_tstamp_iso(const uint8_t *p, size_t n, int64_t *us)
{
	int64_t days, time = 0;

	if (!parse_date_iso(p, n < 10 ? n : 10, &days) ||
	    (n > 10 && ((p[10] != ' ' && p[10] != 'T') ||
	    !parse_time_iso(p + 11, n - 11, &time))))
		return false;
	*us = days * DAY_US + time;
	return true;
}

static bool
is_text(const uint8_t *p, size_t n, const char *text)
{
	return n == strlen(text) && memcmp(p, text, n) == 0;
}

static bool
parse_infinity(const uint8_t *p, size_t n, int64_t *v)
{
	bool minus = n > 0 && *p == '-';

	if (!is_text(p + minus, n - minus, "infinity"))
		return false;
	*v = minus ? -MOMENT_INFINITY : MOMENT_INFINITY;
	return true;
}

/* " BC" goes from the end. */
static bool
take_bc(const uint8_t *p, size_t *n)
{
	if (*n < 3 || memcmp(p + *n - 3, " BC", 3) != 0)
		return false;
	*n -= 3;
	return true;
}

/* YEAR-MM-DD at the beginning; *used says how long it is. */
static bool
parse_long_date(const uint8_t *p, size_t n, bool bc, size_t *used,
    int64_t *days)
{
	int64_t year = 0, month, day;
	size_t i;

	for (i = 0; i < n && i < YEAR_DIGITS && p[i] >= '0' && p[i] <= '9'; i++)
		year = year * 10 + (p[i] - '0');
	if (i < 4 || (i > 4 && p[0] == '0') || year == 0 || n - i < 6 ||
	    p[i] != '-' || !two_digits(p + i + 1, &month) ||
	    p[i + 3] != '-' || !two_digits(p + i + 4, &day))
		return false;
	if (bc)
		year = 1 - year;
	if (!date_is_real(year, (unsigned)month, (unsigned)day))
		return false;
	*days = date_from_civil(year, (unsigned)month, (unsigned)day);
	*used = i + 6;
	return true;
}

bool
parse_date(const uint8_t *p, size_t n, int64_t *days)
{
	size_t used;
	bool bc;

	if (parse_date_iso(p, n, days) || parse_infinity(p, n, days))
		return true;
	bc = take_bc(p, &n);
	return parse_long_date(p, n, bc, &used, days) && used == n;
}

bool
parse_tstamp(const uint8_t *p, size_t n, int64_t *us)
{
	int64_t days, time;
	size_t used;
	bool bc;

	if (parse_tstamp_iso(p, n, us) || parse_infinity(p, n, us))
		return true;
	bc = take_bc(p, &n);
	return parse_long_date(p, n, bc, &used, &days) && n > used + 1 &&
	    p[used] == ' ' && parse_time_iso(p + used + 1, n - used - 1,
	    &time) && !ckd_mul(us, days, DAY_US) && !ckd_add(us, *us, time) &&
	    *us != MOMENT_INFINITY && *us != -MOMENT_INFINITY;
}
