/*
 * Dates, times and timestamps as mainframe programs write them.
 *
 * Reading is strict: the exact length, a real day, an hour of the day.  What
 * is blank is null; zeros, nines, the first and the last day, digits beyond
 * the microsecond and the hour 24 become what the policies say.
 */
#include "plan/plan_impl.h"

#include <math.h>
#include <string.h>

#include "plan/date.h"
#include "value/format.h"

#define DAY_FIRST	INT64_C(-719162)	/* 0001-01-01 */
#define DAY_LAST	INT64_C(2932896)	/* 9999-12-31 */
#define DIGITS_MAX	40

enum outcome {
	MOMENT_GOOD, MOMENT_NONE,	/* a value, null */
	MOMENT_INVALID, MOMENT_FINER, MOMENT_HOUR_24
};

struct moment {
	int64_t days, us;
	bool hour_24;		/* us is a whole day */
};

static enum outcome
policy_outcome(enum policy p)
{
	return p == POLICY_NULL ? MOMENT_NONE : MOMENT_INVALID;
}

/* ---- parts ------------------------------------------------------------- */

/* A real date of the years 1 to 9999; false: it is none. */
static inline bool
date_days(uint32_t y, uint32_t m, uint32_t d, int64_t *days)
{
	static const uint16_t before[2][13] = {
		{ 0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 },
		{ 0, 0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335 },
	};
	static const uint8_t last[2][13] = {
		{ 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 },
		{ 0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 },
	};
	/* without a branch, for none predicts it: 4 divides the year, or 16
	 * where 25 does */
	uint32_t leap = (y & (y % 25 == 0 ? 15 : 3)) == 0;

	if (y - 1 >= 9999 || m - 1 >= 12 || d - 1 >= last[leap][m])
		return false;
	y--;
	/* 719162 days lie between 0001-01-01 and 1970-01-01 */
	*days = (int64_t)(y * 365 + y / 4 - y / 100 + y / 400 +
	    before[leap][m] + d - 1) + DAY_FIRST;
	return true;
}

/* What the parts of a format hold in a value. */
struct parts {
	int64_t v[PART_COUNT];
	bool has[PART_COUNT];
	uint32_t fraction_digits;
	bool zeros, nines;	/* all digits are */
	bool odd;		/* 0 or 9 where a separator belongs */
};

static enum outcome
parts_date(const struct k_date *k, const struct parts *p, int64_t *days)
{
	int64_t yy = p->v[PART_YY];
	int64_t year = p->has[PART_YYYY] ? p->v[PART_YYYY] :
	    p->has[PART_C] ? 1900 + p->v[PART_C] * 100 + yy :
	    yy < k->policies->date_century ? 2000 + yy : 1900 + yy;
	int64_t month = p->has[PART_MON] ? p->v[PART_MON] : p->v[PART_MM];

	if (!p->has[PART_DDD])
		return date_days((uint32_t)year, (uint32_t)month,
		    (uint32_t)p->v[PART_DD], days) ? MOMENT_GOOD : MOMENT_INVALID;
	if (!date_days((uint32_t)year, 1, 1, days) || p->v[PART_DDD] < 1)
		return MOMENT_INVALID;
	*days += p->v[PART_DDD] - 1;
	return *days < date_from_civil(year + 1, 1, 1) ? MOMENT_GOOD : MOMENT_INVALID;
}

/* Microseconds of v, of which there are `parts` in one. */
static enum outcome
fraction_cut(const struct k_date *k, d128 *v, d128 parts)
{
	d128 rest = *v % parts;

	*v /= parts;
	if (rest == 0)
		return MOMENT_GOOD;
	if (k->policies->date_fraction == POLICY_REJECT)
		return MOMENT_FINER;
	if (k->policies->date_fraction == POLICY_ROUND && 2 * rest >= parts)
		++*v;
	return MOMENT_GOOD;
}

/* Digits of a second. */
static enum outcome
parts_fraction(const struct k_date *k, const struct parts *p, int64_t *us)
{
	d128 ps = p->v[PART_FRACTION];
	enum outcome what;
	uint32_t i;

	for (i = p->fraction_digits; i < 12; i++)
		ps *= 10;
	what = fraction_cut(k, &ps, 1000000);
	*us = (int64_t)ps;
	return what;
}

/*
 * The hour of a half day: 12:30 AM is 00:30.  In Db2's USA form 12:00 AM is
 * the end of the day, 24.00.00, and its start is 00:00 AM (SQL Reference,
 * "String representations of datetime values").
 */
static enum outcome
parts_half_day(const struct k_date *k, const struct parts *p, int64_t *hour)
{
	bool pm = p->v[PART_AM] == 1;

	*hour = p->v[PART_HH12];
	if (k->usa && *hour == 12 && p->v[PART_MI] == 0 && !pm)
		*hour = 24;
	else if (k->usa && *hour == 0 && p->v[PART_MI] == 0 && !pm)
		;
	else if (*hour < 1 || *hour > 12)
		return MOMENT_INVALID;
	else
		*hour = *hour % 12 + (pm ? 12 : 0);
	return MOMENT_GOOD;
}

static enum outcome
parts_time(const struct k_date *k, const struct parts *p, struct moment *m)
{
	int64_t hour = p->v[PART_HH24], seconds, us;
	enum outcome what;

	if (p->has[PART_HH12] &&
	    (what = parts_half_day(k, p, &hour)) != MOMENT_GOOD)
		return what;
	if (hour > 24 || p->v[PART_MI] > 59 || p->v[PART_SS] > 59)
		return MOMENT_INVALID;
	seconds = p->has[PART_SSSSS] ? p->v[PART_SSSSS] :
	    (hour * 60 + p->v[PART_MI]) * 60 + p->v[PART_SS];
	if ((what = parts_fraction(k, p, &us)) != MOMENT_GOOD)
		return what;
	m->hour_24 = seconds == 86400 && !p->has[PART_SSSSS];
	if (seconds > 86400 || (seconds == 86400 && (!m->hour_24 ||
	    p->v[PART_FRACTION] != 0)))
		return MOMENT_INVALID;
	m->us = seconds * 1000000 + us;
	return MOMENT_GOOD;
}

/* Three letters of a month's name, in any case: 1 to 12, or 0. */
static int64_t
month_named(const uint8_t *p)
{
	static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
	int64_t i;

	for (i = 0; i < 12; i++)
		if ((p[0] & 0xdf) == names[3 * i] &&
		    (p[1] & 0xdf) == names[3 * i + 1] &&
		    (p[2] & 0xdf) == names[3 * i + 2])
			return i + 1;
	return 0;
}

static bool
parts_digits(struct parts *t, enum date_part part, const uint8_t *p,
    uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		t->zeros &= p[i] == '0';
		t->nines &= p[i] == '9';
		t->v[part] = t->v[part] * 10 + (p[i] - '0');
	}
	if (part == PART_FRACTION)
		t->fraction_digits = n;
	return true;
}

static bool
parts_one(struct parts *t, enum date_part part, uint8_t c, const uint8_t *p,
    uint32_t width)
{
	switch (part) {
	case PART_LITERAL:
		/* nulls often come as 0000000000 or 9999999999 too */
		if (*p != c && *p != '0' && *p != '9')
			return false;
		t->odd |= *p != c;
		return true;
	case PART_MON:
		t->zeros = t->nines = false;
		t->v[part] = month_named(p);
		return t->v[part] > 0;
	case PART_AM:
		t->v[part] = (p[0] & 0xdf) == 'P';
		return ((p[0] & 0xdf) == 'A' || (p[0] & 0xdf) == 'P') &&
		    (p[1] & 0xdf) == 'M';
	default:
		return parts_digits(t, part, p, width);
	}
}

/* The digits behind the others, and the point before them. */
static bool
parts_open(const struct k_date *k, struct parts *t, const uint8_t *p,
    uint32_t n)
{
	if (n > 0 && k->fraction_point) {
		if (*p != '.' || n == 1)
			return false;
		p++;
		n--;
	}
	return n <= 12 && parts_digits(t, PART_FRACTION, p, n);
}

static enum outcome
parts_moment(const struct k_date *k, const struct parts *t, struct moment *m)
{
	enum outcome what = MOMENT_GOOD;

	/* 00:00:00 is a time like any other */
	if (t->zeros && k->has_date)
		return policy_outcome(k->policies->date_zeros);
	if (t->nines)
		return policy_outcome(k->policies->date_nines);
	if (t->odd)
		return MOMENT_INVALID;
	if (k->has_date)
		what = parts_date(k, t, &m->days);
	return what == MOMENT_GOOD && k->has_time ? parts_time(k, t, m) : what;
}

/* Exact length; blank is null. */
static enum outcome
read_parts(const struct k_date *k, const uint8_t *p, uint32_t len,
    struct moment *m)
{
	struct parts t = { .zeros = true, .nines = true };
	uint32_t i, at = 0;

	while (len > (k->open_fraction ? 0 : k->width) && p[len - 1] == ' ')
		len--;
	for (i = 0; i < len && p[i] == ' '; i++)
		;
	if (i == len)
		return MOMENT_NONE;
	if (len < k->width || (len > k->width && !k->open_fraction))
		return MOMENT_INVALID;
	for (i = 0; i < k->nparts; i++) {
		if (!parts_one(&t, k->part[i].part, (uint8_t)k->part[i].c,
		    p + at, k->part[i].width))
			return MOMENT_INVALID;
		t.has[k->part[i].part] = true;
		at += k->part[i].width;
	}
	if (k->open_fraction && !parts_open(k, &t, p + at, len - at))
		return MOMENT_INVALID;
	return parts_moment(k, &t, m);
}

static enum outcome
read_number_parts(const struct k_date *k, d128 v, struct moment *m)
{
	uint8_t text[2 * DIGITS_MAX];
	uint32_t i;

	if (k->plain && v > 10000 && v < 99999999) {
		uint32_t n = (uint32_t)v;

		return date_days(n / 10000, n / 100 % 100, n % 100,
		    &m->days) ? MOMENT_GOOD : MOMENT_INVALID;
	}
	if (v < 0 || k->digits > sizeof text)
		return MOMENT_INVALID;
	for (i = k->digits; i > 0; v /= 10)
		text[--i] = (uint8_t)('0' + (int)(v % 10));
	return v != 0 ? MOMENT_INVALID : read_parts(k, text, k->digits, m);
}

/* ---- Db2's internal form ----------------------------------------------- */

/*
 *	2026 01 31	23 59 59	12 34 56 …
 *	date, 4 bytes	time, 3		fraction, 0 to 6
 */
static enum outcome
read_packed(const struct k_date *k, const uint8_t *p, uint32_t n,
    struct moment *m)
{
	struct k_date form = *k;
	uint8_t text[2 * 13];
	struct parts t = { .zeros = true, .nines = true };
	uint32_t i, at = 0;
	bool blank = true;

	for (i = 0; i < n; i++) {
		blank &= p[i] == 0x40;
		text[2 * i] = (uint8_t)('0' + (p[i] >> 4));
		text[2 * i + 1] = (uint8_t)('0' + (p[i] & 15));
	}
	if (blank)
		return MOMENT_NONE;
	form.has_date = n != 3;
	form.has_time = n != 4;
	t.has[PART_YYYY] = form.has_date;
	if (form.has_date) {
		if (!parts_digits(&t, PART_YYYY, text, 4) ||
		    !parts_digits(&t, PART_MM, text + 4, 2) ||
		    !parts_digits(&t, PART_DD, text + 6, 2))
			return MOMENT_INVALID;
		at = 8;
	}
	if (form.has_time && (!parts_digits(&t, PART_HH24, text + at, 2) ||
	    !parts_digits(&t, PART_MI, text + at + 2, 2) ||
	    !parts_digits(&t, PART_SS, text + at + 4, 2) ||
	    !parts_digits(&t, PART_FRACTION, text + at + 6,
	    n > 7 ? 2 * (n - 7) : 0)))
		return MOMENT_INVALID;
	return parts_moment(&form, &t, m);
}

/* ---- counts ------------------------------------------------------------ */

static bool
all_nines(d128 v)
{
	if (v < 99999)
		return false;
	for (; v > 0; v /= 10)
		if (v % 10 != 9)
			return false;
	return true;
}

/* v: units, with a scale. */
static enum outcome
read_count(const struct k_date *k, d128 v, int16_t scale, struct moment *m)
{
	enum outcome what;
	d128 us, day;

	if (v == 0)
		return policy_outcome(k->policies->date_zeros);
	if (v < 0 || v > d128_pow10[24])
		return MOMENT_INVALID;
	us = v * k->unit;
	what = fraction_cut(k, &us, d128_pow10[scale]);
	if (what != MOMENT_GOOD)
		return what;
	day = us / DAY_US + k->epoch;
	if (day > DAY_LAST || day < DAY_FIRST)
		return all_nines(v) ?
		    policy_outcome(k->policies->date_nines) : MOMENT_INVALID;
	m->days = (int64_t)day;
	m->us = (int64_t)(us % DAY_US);
	return MOMENT_GOOD;
}

/* CEESECS counts milliseconds at most; a double holds no more digits. */
static enum outcome
read_seconds(const struct k_date *k, double v, struct moment *m)
{
	if (!(v > -1e12 && v < 1e12))
		return MOMENT_INVALID;
	return read_count(k, (d128)llround(v * 1000), 3, m);
}

/* ---- values ------------------------------------------------------------ */

static enum outcome
limit_value(enum policy p, bool last, int64_t *v)
{
	*v = last ? MOMENT_INFINITY : -MOMENT_INFINITY;
	return p == POLICY_NULL ? MOMENT_NONE : MOMENT_GOOD;
}

static enum outcome
moment_value(const struct k_date *k, const struct moment *m, int64_t *v)
{
	int64_t days = m->days;

	*v = m->us;
	if (k->to == V_TIME)
		return MOMENT_GOOD;
	if (days == DAY_LAST && k->policies->date_max != POLICY_KEEP)
		return limit_value(k->policies->date_max, true, v);
	if (days == DAY_FIRST && k->policies->date_min != POLICY_KEEP)
		return limit_value(k->policies->date_min, false, v);
	if (m->hour_24 && k->policies->date_hour_24 == POLICY_REJECT)
		return MOMENT_HOUR_24;
	*v = k->to == V_DATE ? days + m->us / DAY_US : days * DAY_US + m->us;
	return MOMENT_GOOD;
}

static enum outcome
date_read(const struct k_date *k, const struct column *x, uint32_t row,
    int64_t *v)
{
	struct moment m = { 0, 0, false };
	enum outcome what;
	int16_t scale;
	d128 number;

	if (x->type == V_BYTES)
		what = read_packed(k, x->v.text[row].p, x->v.text[row].len,
		    &m);
	else if (x->type == V_F64)
		what = read_seconds(k, x->v.f64[row], &m);
	else if (x->type != V_TEXT)
		what = k->shape == SHAPE_COUNT ?
		    read_count(k, column_number(x, row), x->scale, &m) :
		    read_number_parts(k, column_number(x, row), &m);
	else if (k->shape == SHAPE_PARTS)
		what = read_parts(k, x->v.text[row].p, x->v.text[row].len,
		    &m);
	else if (x->v.text[row].len == 0)
		what = MOMENT_NONE;
	else
		what = parse_decimal(x->v.text[row].p, x->v.text[row].len,
		    &number, &scale) ? read_count(k, number, scale, &m) :
		    MOMENT_INVALID;
	return what == MOMENT_GOOD ? moment_value(k, &m, v) : what;
}

static uint16_t
outcome_code(const struct k_date *k, enum outcome what)
{
	switch (what) {
	case MOMENT_FINER:
		return DIAG_D052;
	case MOMENT_HOUR_24:
		return DIAG_D053;
	default:
		return k->to == V_DATE ? DIAG_D010 : DIAG_D051;
	}
}

/*
 * YYYYMMDD as a number, which is what most dates are.  False: it is none, or
 * one that a policy may be about.
 */
static inline bool
date_plain(int64_t v, int64_t *days)
{
	uint32_t n = (uint32_t)v;

	return v > 10000 && v < 99991231 &&
	    date_days(n / 10000, n / 100 % 100, n % 100, days) &&
	    *days > DAY_FIRST;
}

/* a: text, a number, or the bytes of Db2's internal form. */
void
op_to_date(const struct op *op, struct batch *b)
{
	const struct k_date *k = op->k;
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, k->to, 0);
	bool plain = k->plain && k->to == V_DATE && x->type == V_I64;
	enum outcome what;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		if (plain && date_plain(x->v.i64[i], &dst->v.i64[i]))
			continue;
		what = date_read(k, x, i, &dst->v.i64[i]);
		if (what == MOMENT_GOOD)
			continue;
		dst->v.i64[i] = 0;
		if (column_is_null(dst, i) || (dst->bad.n > 0 &&
		    column_fault(dst, i) != NULL))
			continue;
		if (what == MOMENT_NONE || (what == MOMENT_INVALID &&
		    k->policies->date_invalid == POLICY_NULL))
			column_set_null(dst, &b->arena, n, i);
		else
			op_fault(op, b, dst, i, outcome_code(k, what));
	}
}
