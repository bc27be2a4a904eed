/*
 * Date and timestamp literals; see expr_literal.h.  The plan turns them into
 * values; here they are only looked at, so that a wrong one has its place.
 */
#include "mapping/expr_literal.h"

#include "value/format.h"

/* `n` digits at `at`; false: they are not there. */
static bool
literal_digits(struct slice s, uint32_t at, uint32_t n, unsigned *v)
{
	uint32_t i;

	if (at + n > s.len)
		return false;
	for (*v = 0, i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*v = *v * 10 + (s.p[i] - '0');
	}
	return true;
}

static bool
literal_is(struct slice s, uint32_t at, char c)
{
	return at < s.len && s.p[at] == (uint8_t)c;
}

bool
literal_date(struct slice s, const char **why)
{
	unsigned y, m, d;

	*why = "the date is not written year-month-day";
	if (s.len != 10 || !literal_digits(s, 0, 4, &y) ||
	    !literal_is(s, 4, '-') || !literal_digits(s, 5, 2, &m) ||
	    !literal_is(s, 7, '-') || !literal_digits(s, 8, 2, &d))
		return false;
	*why = "there is no such date";
	return y > 0 && date_is_real(y, m, d);
}

bool
literal_timestamp(struct slice s, const char **why)
{
	unsigned h, m, sec = 0, fraction;
	uint32_t at = 16;

	if (!literal_date((struct slice){ s.p, s.len < 10 ? s.len : 10 }, why))
		return false;
	*why = "the time is not written hour:minute:second";
	if ((!literal_is(s, 10, ' ') && !literal_is(s, 10, 'T')) ||
	    !literal_digits(s, 11, 2, &h) || !literal_is(s, 13, ':') ||
	    !literal_digits(s, 14, 2, &m))
		return false;
	if (literal_is(s, at, ':')) {
		if (!literal_digits(s, at + 1, 2, &sec))
			return false;
		at += 3;
		if (literal_is(s, at, '.') && s.len > at + 1 &&
		    s.len <= at + 7 &&
		    literal_digits(s, at + 1, s.len - at - 1, &fraction))
			at = s.len;
	}
	if (at != s.len)
		return false;
	*why = "there is no such time";
	return h < 24 && m < 60 && sec < 60;
}
