/*
 * Dates, times and timestamps as their formats have them: the way back of
 * op_date.c.
 */
#include "plan/date.h"

#include <string.h>

#include "value/format.h"

struct fields {			/* of a moment */
	int64_t v[PART_COUNT];
	int64_t picoseconds;	/* of the second */
};

static void
fields_make(const struct k_date *k, int64_t v, struct fields *f)
{
	int64_t days = k->to == V_DATE ? v : 0, us = k->to == V_DATE ? 0 : v;
	unsigned month, day;
	int64_t year;

	if (k->to == V_TSTAMP) {
		days = v / DAY_US - (v % DAY_US < 0);
		us = v - days * DAY_US;
	}
	date_to_civil(days, &year, &month, &day);
	f->v[PART_YYYY] = year;
	f->v[PART_YY] = year % 100;
	f->v[PART_C] = (year - 1900) / 100;
	f->v[PART_MM] = f->v[PART_MON] = month;
	f->v[PART_DD] = day;
	f->v[PART_DDD] = days - date_from_civil(year, 1, 1) + 1;
	f->v[PART_SSSSS] = us / 1000000;
	f->v[PART_HH24] = us / 3600000000;
	f->v[PART_HH12] = (f->v[PART_HH24] + 11) % 12 + 1;
	f->v[PART_AM] = f->v[PART_HH24] >= 12 && f->v[PART_HH24] < 24;
	f->v[PART_MI] = us / 60000000 % 60;
	f->v[PART_SS] = us / 1000000 % 60;
	f->picoseconds = us % 1000000 * 1000000;
}

/* Digits with zeros in front; false: there are too many. */
static bool
put_digits(char *out, uint32_t width, int64_t v)
{
	uint32_t i;

	if (v < 0)
		return false;
	for (i = width; i > 0; i--, v /= 10)
		out[i - 1] = (char)('0' + v % 10);
	return v == 0;
}

/* The first `width` digits of a second's fraction; false: there are more. */
static bool
put_fraction(char *out, uint32_t width, int64_t picoseconds)
{
	uint32_t i;

	for (i = width; i < 12; i++, picoseconds /= 10)
		if (picoseconds % 10 != 0)
			return false;
	return put_digits(out, width, picoseconds);
}

/* Years of two digits mean those of a window. */
static bool
year_is_told(const struct k_date *k, const struct fields *f)
{
	int64_t year = f->v[PART_YYYY], yy = f->v[PART_YY];
	bool yyyy = false, c = false, has_yy = false;
	uint32_t i;

	for (i = 0; i < k->nparts; i++) {
		yyyy |= k->part[i].part == PART_YYYY;
		c |= k->part[i].part == PART_C;
		has_yy |= k->part[i].part == PART_YY;
	}
	if (year < 1 || year > 9999)
		return !k->has_date;
	if (yyyy || !has_yy)
		return true;
	if (c)
		return year >= 1900 && year < 2900;
	return year == (yy < k->policies->date_century ? 2000 : 1900) + yy;
}

static bool
put_part(const struct k_date *k, const struct fields *f, uint32_t i,
    char *out)
{
	static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
	enum date_part part = k->part[i].part;
	uint32_t width = k->part[i].width;

	switch (part) {
	case PART_LITERAL:
		*out = k->part[i].c;
		return true;
	case PART_MON:
		memcpy(out, names + 3 * (f->v[PART_MON] - 1), 3);
		return true;
	case PART_AM:
		out[0] = f->v[PART_AM] ? 'P' : 'A';
		out[1] = 'M';
		return true;
	case PART_FRACTION:
		return put_fraction(out, width, f->picoseconds);
	default:
		return put_digits(out, width, f->v[part]);
	}
}

/* Digits behind the others, as many as there is room for. */
static bool
put_open(const struct k_date *k, const struct fields *f, uint32_t room,
    char *out, uint32_t *n)
{
	char digits[12];
	uint32_t width = room > k->fraction_point ? room - k->fraction_point :
	    0;

	*n = 0;
	if (width > sizeof digits)
		width = sizeof digits;
	if (!put_fraction(digits, width, f->picoseconds))
		return false;
	if (width == 0)
		return true;
	if (k->fraction_point)
		out[(*n)++] = '.';
	memcpy(out + *n, digits, width);
	*n += width;
	return true;
}

static uint32_t
write_parts(const struct k_date *k, const struct fields *f, uint32_t width,
    char *out)
{
	uint32_t i, at = 0, n;

	if (!year_is_told(k, f) || (width > 0 && k->width > width))
		return 0;
	for (i = 0; i < k->nparts; i++) {
		if (at + k->part[i].width > DATE_WRITE_MAX - 16 ||
		    !put_part(k, f, i, out + at))
			return 0;
		at += k->part[i].width;
	}
	/* 12:00 AM is the day's end in Db2's USA form, 00:00 AM its start */
	if (k->usa && f->v[PART_HH24] == 0 && f->v[PART_MI] == 0)
		memcpy(out, "00", 2);
	if (!k->open_fraction)
		return at;
	if (!put_open(k, f, width == 0 ? 7u : width -
	    k->width, out + at, &n))
		return 0;
	return at + n;
}

/*	2026 01 31	23 59 59	12 34 56 …	*/
static uint32_t
write_packed(const struct fields *f, uint32_t width, char *out)
{
	char digits[2 * 13];
	uint32_t at = 0, i;
	bool good = true;

	if (width < 3 || width > 13)
		return 0;
	memset(digits, '0', sizeof digits);
	if (width != 3) {
		good = put_digits(digits, 4, f->v[PART_YYYY]) &&
		    put_digits(digits + 4, 2, f->v[PART_MM]) &&
		    put_digits(digits + 6, 2, f->v[PART_DD]);
		at = 8;
	}
	if (width != 4)
		good = good && put_digits(digits + at, 2, f->v[PART_HH24]) &&
		    put_digits(digits + at + 2, 2, f->v[PART_MI]) &&
		    put_digits(digits + at + 4, 2, f->v[PART_SS]) &&
		    put_fraction(digits + at + 6, width > 7 ?
		    2 * (width - 7) : 0, f->picoseconds);
	for (i = 0; i < width; i++)
		out[i] = (char)((digits[2 * i] - '0') << 4 |
		    (digits[2 * i + 1] - '0'));
	return good ? width : 0;
}

static uint32_t
write_count(const struct k_date *k, int64_t v, char *out)
{
	__int128 us = k->to == V_DATE ? (__int128)v * DAY_US : v;

	us -= (__int128)k->epoch * DAY_US;
	if (us < 0 || us % k->unit != 0)
		return 0;
	return (uint32_t)format_i64(out, (int64_t)(us / k->unit), 0);
}

uint32_t
date_write(const struct k_date *k, int64_t v, uint32_t width,
    char out[DATE_WRITE_MAX])
{
	struct fields f;

	if (v == MOMENT_INFINITY || v == -MOMENT_INFINITY)
		return 0;
	if (k->shape == SHAPE_COUNT)
		return write_count(k, v, out);
	fields_make(k, v, &f);
	return k->shape == SHAPE_PACKED ? write_packed(&f, width, out) :
	    write_parts(k, &f, width, out);
}
