/*
 * Parts of dates and timestamps, and dates made of parts.  What the parts of
 * years before Christ are is PostgreSQL's ("Date/Time Functions and
 * Operators"): 1 BC is the year -1, but decades and the like count on.
 */
#include "plan/moment.h"

#include "base/checked.h"
#include "plan/date.h"
#include "value/format.h"

/* ISO 8601: weeks begin on Monday; the first one holds January 4th. */
static void
split_weeks(struct moment_parts *m)
{
	int64_t thursday, first;
	unsigned month, day;

	/* 1970-01-01 was a Thursday */
	m->dow = (int32_t)(((m->days + 4) % 7 + 7) % 7);
	thursday = m->days - (m->dow + 6) % 7 + 3;
	date_to_civil(thursday, &m->iso_year, &month, &day);
	first = date_from_civil(m->iso_year, 1, 1);
	m->iso_week = (int32_t)((thursday - first) / 7 + 1);
}

bool
moment_split(enum vtype type, int64_t v, struct moment_parts *m)
{
	unsigned month, day;
	int64_t s;

	m->days = v;
	m->us = 0;
	if (type == V_TIME) {
		m->days = 0;
		m->us = v;
	} else if (v == MOMENT_INFINITY || v == -MOMENT_INFINITY) {
		return false;
	} else if (type == V_TSTAMP) {
		m->days = v / DAY_US;
		m->us = v % DAY_US;
		if (m->us < 0) {
			m->us += DAY_US;
			m->days--;
		}
	}
	date_to_civil(m->days, &m->year, &month, &day);
	m->month = (int32_t)month;
	m->day = (int32_t)day;
	m->doy = (int32_t)(m->days - date_from_civil(m->year, 1, 1)) + 1;
	split_weeks(m);
	s = m->us / 1000000;
	m->fraction = (int32_t)(m->us % 1000000);
	m->second = (int32_t)(s % 60);
	m->minute = (int32_t)(s / 60 % 60);
	m->hour = (int32_t)(s / 3600);
	return true;
}

/* Years of `n`, from 1 on, the first of them being 1 to n. */
static int64_t
year_group(int64_t year, int64_t n)
{
	return year > 0 ? (year + n - 1) / n : -((n - 1 - (year - 1)) / n);
}

static int64_t
year_decade(int64_t year)
{
	return year >= 0 ? year / 10 : -((8 - (year - 1)) / 10);
}

/* At the scale of the register: 6 for seconds and an epoch with time. */
static int64_t
part_of(const struct moment_parts *m, enum unit unit, enum vtype type)
{
	switch (unit) {
	case UNIT_MICROSECONDS:		/* these two at scale 0 and 3 */
	case UNIT_MILLISECONDS:
	case UNIT_SECOND:
		return m->second * INT64_C(1000000) + m->fraction;
	case UNIT_MINUTE:
		return m->minute;
	case UNIT_HOUR:
		return m->hour;
	case UNIT_DAY:
		return m->day;
	case UNIT_WEEK:
		return m->iso_week;
	case UNIT_MONTH:
		return m->month;
	case UNIT_QUARTER:
		return (m->month - 1) / 3 + 1;
	case UNIT_YEAR:
		return m->year > 0 ? m->year : m->year - 1;
	case UNIT_DECADE:
		return year_decade(m->year);
	case UNIT_CENTURY:
		return year_group(m->year, 100);
	case UNIT_MILLENNIUM:
		return year_group(m->year, 1000);
	case UNIT_DOW:
		return m->dow;
	case UNIT_ISODOW:
		return m->dow == 0 ? 7 : m->dow;
	case UNIT_DOY:
		return m->doy;
	case UNIT_ISOYEAR:
		return m->iso_year > 0 ? m->iso_year : m->iso_year - 1;
	case UNIT_JULIAN:
		return m->days - DATE_FIRST;
	default:
		return type == V_DATE ? m->days * 86400 :
		    m->days * DAY_US + m->us;
	}
}

/* Of infinity only what grows without end is known, but no number. */
static bool
unit_grows(enum unit unit)
{
	return unit == UNIT_YEAR || unit == UNIT_DECADE ||
	    unit == UNIT_CENTURY || unit == UNIT_MILLENNIUM ||
	    unit == UNIT_ISOYEAR || unit == UNIT_EPOCH ||
	    unit == UNIT_JULIAN;
}

/* op->n: enum unit, and the scale times 256. */
void
op_extract(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	enum unit unit = (enum unit)(op->n & 0xff);
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_I64, (int16_t)(op->n >> 8));
	struct moment_parts m;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		dst->v.i64[i] = 0;
		if (moment_split(x->type, x->v.i64[i], &m))
			dst->v.i64[i] = part_of(&m, unit, x->type);
		else if (unit_grows(unit))
			op_fault(op, b, dst, i, DIAG_D021);
		else
			column_set_null(dst, &b->arena, n, i);
	}
}

/* The first year of a group's; see year_group. */
static int64_t
trunc_year(int64_t year, enum unit unit)
{
	switch (unit) {
	case UNIT_MILLENNIUM:
		return year_group(year, 1000) * 1000 -
		    (year > 0 ? 999 : -1);
	case UNIT_CENTURY:
		return year_group(year, 100) * 100 - (year > 0 ? 99 : -1);
	case UNIT_DECADE:
		return year_decade(year) * 10;
	default:
		return year;
	}
}

static int64_t
trunc_moment(const struct moment_parts *m, enum unit unit)
{
	static const int64_t us[] = { 1, 1000, 1000000, INT64_C(60000000),
	    INT64_C(3600000000), DAY_US };

	if (unit <= UNIT_DAY)
		return m->days * DAY_US + m->us - m->us % us[unit];
	if (unit == UNIT_WEEK)
		return (m->days - (m->dow + 6) % 7) * DAY_US;
	return date_from_civil(trunc_year(m->year, unit),
	    unit == UNIT_MONTH ? (unsigned)m->month : unit == UNIT_QUARTER ?
	    (unsigned)(m->month - 1) / 3 * 3 + 1 : 1, 1) * DAY_US;
}

/* op->n: enum unit up to UNIT_MILLENNIUM. */
void
op_date_trunc(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_TSTAMP, 0);
	struct moment_parts m;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++)
		dst->v.i64[i] = moment_split(V_TSTAMP, x->v.i64[i], &m) ?
		    trunc_moment(&m, (enum unit)op->n) : x->v.i64[i];
}

/* a, b, c: year (below zero: BC), month, day. */
void
op_make_date(const struct op *op, struct batch *b)
{
	const struct column *c[3] = { &b->reg[op->a], &b->reg[op->b],
	    &b->reg[op->c] };
	uint32_t reg[3] = { op->a, op->b, op->c }, i,
	    n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_DATE, 0);
	d128 y, m, d;

	op_strict(op, b, dst, reg, 3);
	for (i = 0; i < n; i++) {
		y = column_number(c[0], i);
		m = column_number(c[1], i);
		d = column_number(c[2], i);
		dst->v.i64[i] = 0;
		if (y == 0 || y > 5874897 || y < -4714 || m < 1 || m > 12 ||
		    d < 1 || d > 31 || !date_is_real((int64_t)(y < 0 ? y + 1 :
		    y), (unsigned)m, (unsigned)d)) {
			op_fault(op, b, dst, i, DIAG_D010);
			continue;
		}
		dst->v.i64[i] = date_from_civil((int64_t)(y < 0 ? y + 1 : y),
		    (unsigned)m, (unsigned)d);
		if (dst->v.i64[i] < DATE_FIRST || dst->v.i64[i] > DATE_LAST) {
			dst->v.i64[i] = 0;
			op_fault(op, b, dst, i, DIAG_D021);
		}
	}
}
