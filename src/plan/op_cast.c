/*
 * From one type to another, and mainframe dates.
 */
#include "plan/plan_impl.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "value/decimal.h"
#include "value/format.h"

static size_t
cast_format(char *out, const struct column *x, uint32_t i, bool letter)
{
	switch (x->type) {
	case V_I64:
		return format_i64(out, x->v.i64[i], x->scale);
	case V_D128:
		return format_d128(out, x->v.d128[i], x->scale);
	case V_F64:
		return format_f64(out, x->v.f64[i]);
	case V_DATE:
		return format_date(out, x->v.i64[i]);
	case V_TIME:
		return format_time(out, x->v.i64[i]);
	case V_TSTAMP:
		return format_tstamp(out, x->v.i64[i]);
	case V_BOOL:
		memcpy(out, x->v.flag[i] ? "true" : "false", 5);
		return letter ? 1 : x->v.flag[i] ? 4 : 5;
	default:
		return 0;
	}
}

/* op->n 1: booleans are t and f, as concat has them. */
void
op_to_text(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_TEXT, 0);
	char out[FORMAT_MAX];
	size_t len;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		len = cast_format(out, x, i, op->n == 1);
		dst->v.text[i] = (struct slice){
		    arena_copy(&b->arena, out, len), (uint32_t)len };
	}
}

static bool
cell_skips(const struct column *c, uint32_t row)
{
	return column_is_null(c, row) ||
	    (c->bad.n > 0 && column_fault(c, row) != NULL);
}

void
op_text_num(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	bool wide = number_is_wide(k), exact;
	struct column *dst = op_column(op, b, wide ? V_D128 : V_I64, k->to);
	int16_t scale;
	d128 v;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		v = 0;
		if (cell_skips(dst, i))
			;
		else if (!parse_decimal(x->v.text[i].p, x->v.text[i].len, &v,
		    &scale) || (k->integral && memchr(x->v.text[i].p, '.',
		    x->v.text[i].len) != NULL))
			op_fault(op, b, dst, i, DIAG_D016), v = 0;
		else if (!decimal_rescale(v, scale, k->to, &v, &exact) ||
		    !number_fits(k, v))
			op_fault(op, b, dst, i, DIAG_D011), v = 0;
		else if (k->exact && !exact)
			op_fault(op, b, dst, i, DIAG_D014), v = 0;
		if (wide)
			dst->v.d128[i] = v;
		else
			dst->v.i64[i] = (int64_t)v;
	}
}

void
op_text_f64(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_F64, 0);
	char s[128], *end;
	struct slice t;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		dst->v.f64[i] = 0;
		t = x->v.text[i];
		if (cell_skips(dst, i))
			continue;
		while (t.len > 0 && t.p[t.len - 1] == ' ')
			t.len--;
		if (t.len == 0 || t.len >= sizeof s) {
			op_fault(op, b, dst, i, DIAG_D016);
			continue;
		}
		memcpy(s, t.p, t.len);
		s[t.len] = '\0';
		dst->v.f64[i] = strtod(s, &end);
		if (end != s + t.len || strpbrk(s, "xXpPnN") != NULL ||
		    !isfinite(dst->v.f64[i])) {
			dst->v.f64[i] = 0;
			op_fault(op, b, dst, i, DIAG_D016);
		}
	}
}

/* Without the blanks around it. */
static struct slice
text_inside(struct slice s)
{
	while (s.len > 0 && s.p[0] == ' ') {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

void
op_text_date(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_DATE, 0);
	struct slice s;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		dst->v.i64[i] = 0;
		s = text_inside(x->v.text[i]);
		if (!cell_skips(dst, i) &&
		    !parse_date_iso(s.p, s.len, &dst->v.i64[i])) {
			dst->v.i64[i] = 0;
			op_fault(op, b, dst, i, DIAG_D010);
		}
	}
}

/* PostgreSQL's words, and their beginnings, in any case. */
static int
text_is_bool(struct slice s)
{
	static const struct { const char *word; uint32_t least; int v; } w[] = {
		{ "true", 1, 1 }, { "false", 1, 0 }, { "yes", 1, 1 },
		{ "no", 1, 0 }, { "on", 2, 1 }, { "off", 2, 0 },
		{ "1", 1, 1 }, { "0", 1, 0 },
	};
	size_t i;
	uint32_t j;

	s = text_inside(s);
	for (i = 0; i < sizeof w / sizeof w[0]; i++) {
		if (s.len < w[i].least || s.len > strlen(w[i].word))
			continue;
		for (j = 0; j < s.len; j++)
			if ((s.p[j] | (s.p[j] >= 'A' && s.p[j] <= 'Z' ?
			    0x20 : 0)) != w[i].word[j])
				break;
		if (j == s.len)
			return w[i].v;
	}
	return -1;
}

void
op_text_bool(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_BOOL, 0);
	int v;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		v = cell_skips(dst, i) ? 0 : text_is_bool(x->v.text[i]);
		if (v < 0)
			op_fault(op, b, dst, i, DIAG_D016);
		dst->v.flag[i] = v > 0;
	}
}

/* cast(x as varchar(n)) cuts, as in PostgreSQL. */
void
op_cut(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, j, n = b->frame[op->frame].n, chars;
	struct column *dst = op_column(op, b, V_TEXT, 0);
	struct slice s;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		s = x->v.text[i];
		if (s.len > (uint32_t)op->n) {
			for (j = 0, chars = 0; j < s.len; j++) {
				chars += (s.p[j] & 0xc0) != 0x80;
				if (chars > (uint32_t)op->n)
					break;
			}
			s.len = j;
		}
		dst->v.text[i] = s;
	}
}

void
op_bool_num(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_I64, 0);

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++)
		dst->v.i64[i] = x->v.flag[i];
}

void
op_date_tstamp(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_TSTAMP, 0);

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++)
		if (ckd_mul(&dst->v.i64[i], x->v.i64[i], 86400000000)) {
			dst->v.i64[i] = 0;
			op_fault(op, b, dst, i, DIAG_D021);
		}
}

/* ---- to_date ----------------------------------------------------------- */

enum date_outcome { DATE_GOOD, DATE_NULL, DATE_INVALID };

static enum date_outcome
date_policy(enum policy p)
{
	return p == POLICY_NULL ? DATE_NULL : DATE_INVALID;
}

/* A real date of the years 1 to 9999; false: it is none. */
static inline bool
date_days(uint32_t y, uint32_t m, uint32_t d, int64_t *days)
{
	static const uint16_t before[13] = { 0, 0, 31, 59, 90, 120, 151, 181,
	    212, 243, 273, 304, 334 };
	static const uint8_t last[13] = { 0, 31, 28, 31, 30, 31, 30, 31, 31,
	    30, 31, 30, 31 };
	bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

	if (y - 1 >= 9999 || m - 1 >= 12 ||
	    d - 1 >= (uint32_t)last[m] + (leap && m == 2))
		return false;
	y--;
	/* 719162 days lie between 0001-01-01 and 1970-01-01 */
	*days = (int64_t)(y * 365 + y / 4 - y / 100 + y / 400 + before[m] +
	    (leap && m > 2) + d - 1) - 719162;
	return true;
}

/* The century of two digits: 1970 to 2069, as PostgreSQL's to_date. */
static int64_t
date_window(int64_t yy)
{
	return yy < 70 ? 2000 + yy : 1900 + yy;
}

static enum date_outcome
date_from_parts(const int64_t part[], const bool has[], int64_t *days)
{
	int64_t year = has[PART_YYYY] ? part[PART_YYYY] :
	    has[PART_C] ? 1900 + part[PART_C] * 100 + part[PART_YY] :
	    date_window(part[PART_YY]);
	int64_t month = has[PART_MM] ? part[PART_MM] : 1;
	int64_t day = has[PART_DD] ? part[PART_DD] : 1;

	if (year < 1 || month > 12 || day > 31)
		return DATE_INVALID;
	if (has[PART_DDD]) {
		*days = date_from_civil(year, 1, 1) + part[PART_DDD] - 1;
		return part[PART_DDD] >= 1 && *days <
		    date_from_civil(year + 1, 1, 1) ? DATE_GOOD : DATE_INVALID;
	}
	if (!date_is_real(year, (unsigned)month, (unsigned)day))
		return DATE_INVALID;
	*days = date_from_civil(year, (unsigned)month, (unsigned)day);
	return DATE_GOOD;
}

/* Exact length; blank is null; all zeros or nines by policy. */
static enum date_outcome
date_read(const struct k_date *k, const uint8_t *p, uint32_t len,
    int64_t *days)
{
	int64_t part[PART_LITERAL + 1] = { 0 };
	bool has[PART_LITERAL + 1] = { false }, zeros = true, nines = true;
	uint32_t i, j, at = 0;

	while (len > k->width && p[len - 1] == ' ')
		len--;
	for (i = 0; i < len && p[i] == ' '; i++)
		;
	if (i == len)
		return DATE_NULL;
	if (len != k->width)
		return DATE_INVALID;
	for (i = 0; i < k->nparts; i++) {
		if (k->part[i].part == PART_LITERAL) {
			/* nulls often come as 0000000000 or 9999999999 too */
			if (p[at] != (uint8_t)k->part[i].c &&
			    p[at] != '0' && p[at] != '9')
				return DATE_INVALID;
			has[PART_LITERAL] |= p[at] != (uint8_t)k->part[i].c;
			at++;
			continue;
		}
		for (j = 0; j < k->part[i].width; j++, at++) {
			if (p[at] < '0' || p[at] > '9')
				return DATE_INVALID;
			zeros &= p[at] == '0';
			nines &= p[at] == '9';
			part[k->part[i].part] = part[k->part[i].part] * 10 +
			    (p[at] - '0');
		}
		has[k->part[i].part] = true;
	}
	if (zeros)
		return date_policy(k->policies->date_zeros);
	if (nines)
		return date_policy(k->policies->date_nines);
	return has[PART_LITERAL] ? DATE_INVALID :
	    date_from_parts(part, has, days);
}

static enum date_outcome
date_from_number(const struct k_date *k, d128 v, int64_t *days)
{
	uint8_t text[40];
	uint32_t i;

	if (k->plain && v > 10000 && v < 99999999) {
		uint32_t n = (uint32_t)v;

		return date_days(n / 10000, n / 100 % 100, n % 100, days) ?
		    DATE_GOOD : DATE_INVALID;
	}
	if (v < 0)
		return DATE_INVALID;
	for (i = k->digits; i > 0; v /= 10)
		text[--i] = (uint8_t)('0' + (int)(v % 10));
	return v != 0 ? DATE_INVALID : date_read(k, text, k->digits, days);
}

/* a: text, or a whole number that is written without separators. */
void
op_to_date(const struct op *op, struct batch *b)
{
	const struct k_date *k = op->k;
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_DATE, 0);
	enum date_outcome what;

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		what = x->type == V_TEXT ?
		    date_read(k, x->v.text[i].p, x->v.text[i].len,
		    &dst->v.i64[i]) :
		    date_from_number(k, column_number(x, i), &dst->v.i64[i]);
		if (what == DATE_GOOD)
			continue;
		dst->v.i64[i] = 0;
		if (cell_skips(dst, i))
			continue;
		if (what == DATE_NULL ||
		    k->policies->date_invalid == POLICY_NULL)
			column_set_null(dst, &b->arena, n, i);
		else
			op_fault(op, b, dst, i, DIAG_D010);
	}
}
