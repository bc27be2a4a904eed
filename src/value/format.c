/*
 * Values as text, and numbers and dates read from text; see format.h.
 *
 * Floats go through the C library: the program must leave LC_NUMERIC alone.
 */
#include "value/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "value/decimal.h"

#define SCALE_MAX	(FORMAT_MAX - 4)
#define DAY_US		INT64_C(86400000000)

static const char pairs[] =
    "00010203040506070809" "10111213141516171819" "20212223242526272829"
    "30313233343536373839" "40414243444546474849" "50515253545556575859"
    "60616263646566676869" "70717273747576777879" "80818283848586878889"
    "90919293949596979899";

/* Digits backwards from `end`; returns where they start. */
static char *
digits_back(char *end, uint64_t v)
{
	while (v >= 100) {
		end -= 2;
		memcpy(end, pairs + v % 100 * 2, 2);
		v /= 100;
	}
	if (v >= 10) {
		end -= 2;
		memcpy(end, pairs + v * 2, 2);
	} else
		*--end = (char)('0' + v);
	return end;
}

/* A sign and n digits, with the point before the last `scale` of them. */
static size_t
put_number(char *out, bool negative, const char *digits, size_t n, int scale)
{
	char *o = out;
	size_t whole, decimals;

	decimals = scale <= 0 ? 0 : scale > SCALE_MAX ? SCALE_MAX :
	    (size_t)scale;
	if (negative)
		*o++ = '-';
	whole = n > decimals ? n - decimals : 0;
	if (whole == 0)
		*o++ = '0';
	memcpy(o, digits, whole);
	o += whole;
	if (decimals > 0) {
		*o++ = '.';
		memset(o, '0', decimals - (n - whole));
		o += decimals - (n - whole);
		memcpy(o, digits + whole, n - whole);
		o += n - whole;
	}
	return (size_t)(o - out);
}

size_t
format_i64(char *out, int64_t v, int16_t scale)
{
	uint64_t mag = v < 0 ? -(uint64_t)v : (uint64_t)v;
	char text[24], *end = text + sizeof text, *p = digits_back(end, mag);

	return put_number(out, v < 0, p, (size_t)(end - p), scale);
}

size_t
format_d128(char *out, d128 v, int16_t scale)
{
	u128 mag = v < 0 ? -(u128)v : (u128)v;
	char text[48], *end = text + sizeof text, *p = end, *low;
	const uint64_t chunk = 10000000000000000000u;

	while (mag >> 64 != 0) {
		low = digits_back(p, (uint64_t)(mag % chunk));
		p -= 19;
		memset(p, '0', (size_t)(low - p));
		mag /= chunk;
	}
	p = digits_back(p, (uint64_t)mag);
	return put_number(out, v < 0, p, (size_t)(end - p), scale);
}

/*
 * The fewest digits that read back equal, laid out as PostgreSQL does
 * (d2s.c: fixed point for exponents from -4 to 14).  15 digits give them for
 * every normal double that has so few; below DBL_MIN fewer may do.
 */
static size_t
format_float(char *out, double v, int least, int most, bool single)
{
	char text[40], digits[20];
	size_t n = 0, o = 0, k;
	const char *p;
	int precision, exponent;

	if (isnan(v) || isinf(v)) {
		p = isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity";
		memcpy(out, p, strlen(p));
		return strlen(p);
	}
	precision = v != 0 && fabs(v) < (single ? 1.17549435e-38 :
	    2.2250738585072014e-308) ? 1 : least;
	for (; precision <= most; precision++) {
		snprintf(text, sizeof text, "%.*e", precision - 1, v);
		if (single ? strtof(text, NULL) == (float)v :
		    strtod(text, NULL) == v)
			break;
	}
	for (p = text; *p != '\0' && *p != 'e'; p++)
		if (*p >= '0' && *p <= '9' && n < sizeof digits)
			digits[n++] = *p;
	exponent = *p == 'e' ? (int)strtol(p + 1, NULL, 10) : 0;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	if (signbit(v))
		out[o++] = '-';
	if (exponent < -4 || exponent >= least) {
		out[o++] = digits[0];
		if (n > 1)
			out[o++] = '.';
		for (k = 1; k < n; k++)
			out[o++] = digits[k];
		return o + (size_t)snprintf(out + o, FORMAT_MAX - o,
		    "e%+03d", exponent);
	}
	while (exponent >= (int)n)
		digits[n++] = '0';
	return o + put_number(out + o, false, digits, n,
	    (int)n - 1 - exponent);
}

size_t
format_f64(char *out, double v)
{
	return format_float(out, v, 15, 17, false);
}

/* PostgreSQL's float4out, whose exponents begin where 6 digits end. */
size_t
format_f32(char *out, double v)
{
	return format_float(out, v, 6, 9, true);
}

static char *
put_pair(char *o, unsigned v)
{
	memcpy(o, pairs + v % 100 * 2, 2);
	return o + 2;
}

/* The date without its era; *bc tells that it stands before year 1. */
static size_t
put_date(char *out, int64_t days, bool *bc)
{
	char text[24], *end = text + sizeof text, *p, *o = out;
	unsigned month, day;
	int64_t year;

	date_to_civil(days, &year, &month, &day);
	*bc = year <= 0;
	if (*bc)
		year = 1 - year;
	p = digits_back(end, (uint64_t)year);
	while (end - p < 4)
		*--p = '0';
	memcpy(o, p, (size_t)(end - p));
	o += end - p;
	*o++ = '-';
	o = put_pair(o, month);
	*o++ = '-';
	o = put_pair(o, day);
	return (size_t)(o - out);
}

static size_t
put_bc(char *out, size_t n, bool bc)
{
	if (bc)
		memcpy(out + n, " BC", 3);
	return bc ? n + 3 : n;
}

/* infinity or -infinity; 0: neither. */
static size_t
put_infinity(char *out, int64_t v)
{
	static const char text[] = "-infinity";
	bool minus = v == -MOMENT_INFINITY;

	if (v != MOMENT_INFINITY && !minus)
		return 0;
	memcpy(out, text + !minus, sizeof text - 1 - !minus);
	return sizeof text - 1 - !minus;
}

size_t
format_date(char *out, int64_t days)
{
	size_t n = put_infinity(out, days);
	bool bc;

	if (n > 0)
		return n;
	n = put_date(out, days, &bc);
	return put_bc(out, n, bc);
}

size_t
format_time(char *out, int64_t us)
{
	uint64_t t = us < 0 ? 0 : (uint64_t)us, frac = t % 1000000;
	char *o = out, digits[8], *p;

	t /= 1000000;
	o = put_pair(o, (unsigned)(t / 3600));
	*o++ = ':';
	o = put_pair(o, (unsigned)(t / 60 % 60));
	*o++ = ':';
	o = put_pair(o, (unsigned)(t % 60));
	if (frac != 0) {
		p = digits_back(digits + 8, frac + 1000000);
		*p = '.';
		memcpy(o, p, 7);
		for (o += 7; o[-1] == '0';)
			o--;
	}
	return (size_t)(o - out);
}

size_t
format_tstamp(char *out, int64_t us)
{
	int64_t days = us / DAY_US, rest = us % DAY_US;
	size_t n = put_infinity(out, us);
	bool bc;

	if (n > 0)
		return n;
	if (rest < 0) {
		rest += DAY_US;
		days--;
	}
	n = put_date(out, days, &bc);
	out[n++] = ' ';
	n += format_time(out + n, rest);
	return put_bc(out, n, bc);
}

static void
put_hex(struct buf *b, struct slice s)
{
	static const char hex[] = "0123456789abcdef";
	uint32_t i;

	buf_puts(b, "\\x");
	for (i = 0; i < s.len; i++) {
		buf_putc(b, hex[s.p[i] >> 4]);
		buf_putc(b, hex[s.p[i] & 15]);
	}
}

void
format_cell(struct buf *b, const struct column *c, uint32_t row)
{
	char text[FORMAT_MAX];
	size_t n = 0;

	switch (c->type) {
	case V_TEXT:
		buf_put(b, c->v.text[row].p, c->v.text[row].len);
		return;
	case V_BYTES:
		put_hex(b, c->v.text[row]);
		return;
	case V_BOOL:
		buf_puts(b, c->v.flag[row] ? "true" : "false");
		return;
	case V_I64:
		n = format_i64(text, c->v.i64[row], c->scale);
		break;
	case V_D128:
		n = format_d128(text, c->v.d128[row], c->scale);
		break;
	case V_F64:
		n = format_f64(text, c->v.f64[row]);
		break;
	case V_DATE:
		n = format_date(text, c->v.i64[row]);
		break;
	case V_TIME:
		n = format_time(text, c->v.i64[row]);
		break;
	case V_TSTAMP:
		n = format_tstamp(text, c->v.i64[row]);
		break;
	}
	buf_put(b, text, n);
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
parse_decimal(const uint8_t *p, size_t n, d128 *v, int16_t *scale)
{
	const uint8_t *end = p + n;
	bool negative = false, point = false;
	u128 mag = 0;
	int seen = 0, decimals = 0;

	while (p < end && is_blank(*p))
		p++;
	while (p < end && is_blank(end[-1]))
		end--;
	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	for (; p < end; p++) {
		if (*p == '.' && !point) {
			point = true;
			continue;
		}
		if (*p < '0' || *p > '9')
			return false;
		if (mag >= (u128)d128_pow10[37] || decimals == 38)
			return false;
		mag = mag * 10 + (*p - '0');
		seen = 1;
		decimals += point;
	}
	if (!seen)
		return false;
	*v = negative ? -(d128)mag : (d128)mag;
	*scale = (int16_t)decimals;
	return true;
}

bool
parse_date_iso(const uint8_t *p, size_t n, int64_t *days)
{
	static const char shape[] = "9999-99-99";
	unsigned part[3] = { 0, 0, 0 }, k = 0, i;

	if (n != 10)
		return false;
	for (i = 0; i < 10; i++) {
		if (shape[i] == '-') {
			if (p[i] != '-')
				return false;
			k++;
		} else if (p[i] < '0' || p[i] > '9')
			return false;
		else
			part[k] = part[k] * 10 + (p[i] - '0');
	}
	if (part[0] == 0 || !date_is_real(part[0], part[1], part[2]))
		return false;
	*days = date_from_civil(part[0], part[1], part[2]);
	return true;
}
