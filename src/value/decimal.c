/*
 * Exact decimals; see decimal.h.
 *
 * Work is done on magnitudes; signs are put back at the end.  Products and
 * shifted dividends have 256 bits, which hold 76 digits and a little more.
 */
#include "value/decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "value/format.h"

#define DIGITS_MAX	38

struct u256 {
	u128 hi, lo;
};

#define P19	((d128)10000000000000000000u)
const d128 d128_pow10[39] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
	1000000000, 10000000000, 100000000000, 1000000000000,
	10000000000000, 100000000000000, 1000000000000000,
	10000000000000000, 100000000000000000, 1000000000000000000,
	P19, P19 * 10, P19 * 100, P19 * 1000, P19 * 10000, P19 * 100000,
	P19 * 1000000, P19 * 10000000, P19 * 100000000, P19 * 1000000000,
	P19 * 10000000000, P19 * 100000000000, P19 * 1000000000000,
	P19 * 10000000000000, P19 * 100000000000000,
	P19 * 1000000000000000, P19 * 10000000000000000,
	P19 * 100000000000000000, P19 * 1000000000000000000, P19 * P19,
};

static inline u128
pow10u(int k)
{
	return (u128)d128_pow10[k];
}

static inline u128
magnitude(d128 v)
{
	return v < 0 ? -(u128)v : (u128)v;
}

/* False when it has more than 38 digits. */
static inline bool
put_signed(u128 mag, bool negative, d128 *out)
{
	if (mag >= pow10u(DIGITS_MAX))
		return false;
	*out = negative ? -(d128)mag : (d128)mag;
	return true;
}

static struct u256
mul_full(u128 a, u128 b)
{
	uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64);
	uint64_t b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
	u128 low = (u128)a0 * b0, m1 = (u128)a1 * b0, m2 = (u128)a0 * b1;
	u128 mid = (low >> 64) + (uint64_t)m1 + (uint64_t)m2;

	return (struct u256){
	    (u128)a1 * b1 + (m1 >> 64) + (m2 >> 64) + (mid >> 64),
	    mid << 64 | (uint64_t)low };
}

/*
 * One step of long division in base 2^64 (Knuth, The Art of Computer
 * Programming 4.3.1, algorithm D): the quotient digit of rem:next by d, whose
 * top bit is set, with rem < d; rem becomes the remainder.
 */
static uint64_t
div_step(u128 *rem, uint64_t next, u128 d)
{
	uint64_t d1 = (uint64_t)(d >> 64), d0 = (uint64_t)d;
	u128 q, r, sub;

	q = *rem / d1;
	r = *rem % d1;
	while (q >> 64 != 0 || q * d0 > (r << 64 | next)) {
		q--;
		r += d1;
		if (r >> 64 != 0)
			break;
	}
	sub = (*rem << 64 | next) - q * d;	/* modulo 2^128: < d */
	*rem = sub;
	return (uint64_t)q;
}

/* n / d, d not 0. */
static struct u256
div_full(struct u256 n, u128 d, u128 *rem)
{
	uint64_t q[4], w[5];
	int shift, i;
	u128 r;

	if (n.hi == 0) {
		*rem = n.lo % d;
		return (struct u256){ 0, n.lo / d };
	}
	if (d >> 64 == 0) {
		w[3] = (uint64_t)(n.hi >> 64), w[2] = (uint64_t)n.hi;
		w[1] = (uint64_t)(n.lo >> 64), w[0] = (uint64_t)n.lo;
		for (r = 0, i = 3; i >= 0; i--) {
			r = r << 64 | w[i];
			q[i] = (uint64_t)(r / d);
			r %= d;
		}
		*rem = r;
		return (struct u256){ (u128)q[3] << 64 | q[2],
		    (u128)q[1] << 64 | q[0] };
	}
	shift = __builtin_clzll((uint64_t)(d >> 64));
	d <<= shift;
	w[4] = shift == 0 ? 0 : (uint64_t)(n.hi >> (128 - shift));
	n.hi = n.hi << shift | (shift == 0 ? 0 : n.lo >> (128 - shift));
	n.lo <<= shift;
	w[3] = (uint64_t)(n.hi >> 64), w[2] = (uint64_t)n.hi;
	w[1] = (uint64_t)(n.lo >> 64), w[0] = (uint64_t)n.lo;
	r = (u128)w[4] << 64 | w[3];	/* below d: w[4] has under 64 bits */
	for (i = 2; i >= 0; i--)
		q[i] = div_step(&r, w[i], d);
	*rem = r >> shift;
	return (struct u256){ q[2], (u128)q[1] << 64 | q[0] };
}

/* n / d rounded half away from zero; false: over 128 bits. */
static bool
div_round(struct u256 n, u128 d, u128 *out, bool *exact)
{
	struct u256 q;
	u128 rem;

	q = div_full(n, d, &rem);
	if (q.hi != 0)
		return false;
	*exact = rem == 0;
	*out = q.lo + (rem >= d - rem);
	return *out >= q.lo;
}

/*
 * Magnitude times 10^shift (shift may be negative), rounded half away from
 * zero.  False: more than 38 digits.
 */
static bool
shift10(struct u256 n, int shift, u128 *out, bool *exact)
{
	struct u256 p;
	u128 rem;

	*exact = true;
	if (n.hi == 0 && n.lo == 0) {
		*out = 0;
		return true;
	}
	if (shift >= 0) {
		if (shift > DIGITS_MAX || n.hi != 0)
			return false;
		p = mul_full(n.lo, pow10u(shift));
		*out = p.lo;
		return p.hi == 0 && p.lo < pow10u(DIGITS_MAX);
	}
	if (shift >= -DIGITS_MAX)
		return div_round(n, pow10u(-shift), out, exact) &&
		    *out < pow10u(DIGITS_MAX);
	*out = 0;
	*exact = false;
	if (shift < -2 * DIGITS_MAX - 1)
		return true;
	/* In two steps; what the first one cuts can't turn the rounding, for
	 * the half is a whole number of its units. */
	n = div_full(n, pow10u(DIGITS_MAX), &rem);
	shift += DIGITS_MAX;
	if (shift < -DIGITS_MAX)
		return true;
	return div_round(n, pow10u(-shift), out, &(bool){ false }) &&
	    *out < pow10u(DIGITS_MAX);
}

bool
decimal_rescale(d128 v, int from, int to, d128 *out, bool *exact)
{
	bool same;
	u128 mag;

	if (!shift10((struct u256){ 0, magnitude(v) }, to - from, &mag, &same))
		return false;
	if (exact != NULL)
		*exact = same;
	return put_signed(mag, v < 0, out);
}

bool
decimal_mul(d128 a, d128 b, int scale_product, int to, d128 *out)
{
	bool exact;
	u128 mag;

	if (!shift10(mul_full(magnitude(a), magnitude(b)), to - scale_product,
	    &mag, &exact))
		return false;
	return put_signed(mag, (a < 0) != (b < 0), out);
}

bool
decimal_div(d128 a, int sa, d128 b, int sb, int to, d128 *out)
{
	int shift = to + sb - sa;
	u128 ma = magnitude(a), mb = magnitude(b), mag;
	struct u256 n = { 0, ma }, d;
	bool exact;

	if (b == 0)
		return false;
	*out = 0;
	if (a == 0)
		return true;
	if (shift < 0) {
		/* a / (b * 10^-shift): 0 once the divisor exceeds 2a */
		if (shift < -DIGITS_MAX - 1)
			return true;
		d = (struct u256){ 0, mb };
		if (shift < -DIGITS_MAX)
			d = mul_full(d.lo, 10), shift++;
		if (d.hi == 0)
			d = mul_full(d.lo, pow10u(-shift));
		if (d.hi != 0)
			return true;
		mb = d.lo;
	} else if (shift > 0) {
		/* Past 76 digits the quotient has more than 38 as well. */
		if (decimal_digits(a) + shift > 2 * DIGITS_MAX)
			return false;
		if (shift > DIGITS_MAX) {
			ma *= pow10u(shift - DIGITS_MAX);
			shift = DIGITS_MAX;
		}
		n = mul_full(ma, pow10u(shift));
	}
	if (!div_round(n, mb, &mag, &exact))
		return false;
	return put_signed(mag, (a < 0) != (b < 0), out);
}

/* a and b at their larger scale; the quotient and the remainder.  False: b is
 * 0, or the scales are over 38 apart. */
static bool
div_whole(d128 a, int sa, d128 b, int sb, struct u256 *q, u128 *rem)
{
	struct u256 n, d;

	if (b == 0 || sa - sb > DIGITS_MAX || sb - sa > DIGITS_MAX)
		return false;
	n = mul_full(magnitude(a), pow10u(sb > sa ? sb - sa : 0));
	d = mul_full(magnitude(b), pow10u(sa > sb ? sa - sb : 0));
	if (d.hi == 0) {
		*q = div_full(n, d.lo, rem);
	} else {
		/* then n has no more than 128 bits, and is less */
		*q = (struct u256){ 0, 0 };
		*rem = n.lo;
	}
	return true;
}

bool
decimal_quotient(d128 a, int sa, d128 b, int sb, d128 *out)
{
	struct u256 q;
	u128 rem;

	return div_whole(a, sa, b, sb, &q, &rem) && q.hi == 0 &&
	    put_signed(q.lo, (a < 0) != (b < 0), out);
}

bool
decimal_remainder(d128 a, int sa, d128 b, int sb, d128 *out)
{
	struct u256 q;
	u128 rem;

	return div_whole(a, sa, b, sb, &q, &rem) &&
	    put_signed(rem, a < 0, out);
}

int
decimal_digits(d128 v)
{
	u128 mag = magnitude(v);
	int n = 1;

	if (mag >> 64 == 0 && mag < 10000000000)
		n = mag < 100000 ? 1 : 6;
	else
		n = mag < P19 ? 11 : 20;
	while (n <= DIGITS_MAX && mag >= pow10u(n))
		n++;
	return n;
}

/*
 * The weight and the value of the first digit in base 10,000, as PostgreSQL
 * holds numerics (numeric.c, NumericVar).
 */
static void
first_digit(d128 v, int scale, int *weight, int *digit)
{
	u128 mag = magnitude(v);
	int top, shift;

	*weight = *digit = 0;
	if (mag == 0)
		return;
	top = decimal_digits(v) - 1 - scale;	/* power of ten */
	*weight = (top >= 0 ? top : top - 3) / 4;
	shift = scale + 4 * *weight;
	*digit = shift >= 0 ? (int)(mag / pow10u(shift)) :
	    (int)(mag * pow10u(-shift));
}

int
decimal_div_scale(d128 a, int sa, d128 b, int sb)
{
	int wa, wb, da, db, weight, scale;

	first_digit(a, sa, &wa, &da);
	first_digit(b, sb, &wb, &db);
	weight = wa - wb;
	if (da <= db)
		weight--;
	scale = 16 - weight * 4;
	if (scale < sa)
		scale = sa;
	if (scale < sb)
		scale = sb;
	if (scale < 0)
		scale = 0;
	return scale > 1000 ? 1000 : scale;
}

int
decimal_cmp(d128 a, int sa, d128 b, int sb)
{
	struct u256 x, y;
	int sign, up, down;

	if ((a < 0) != (b < 0) || a == 0 || b == 0)
		return (a > b) - (a < b);
	if (sa == sb)
		return (a > b) - (a < b);
	sign = a < 0 ? -1 : 1;
	/* Bring both to the larger scale. */
	up = sa < sb ? sb - sa : 0;
	down = sb < sa ? sa - sb : 0;
	if (up > DIGITS_MAX || down > DIGITS_MAX)
		return up > 0 ? sign : -sign;
	x = mul_full(magnitude(a), pow10u(up));
	y = mul_full(magnitude(b), pow10u(down));
	if (x.hi != y.hi)
		return x.hi < y.hi ? -sign : sign;
	return x.lo < y.lo ? -sign : x.lo > y.lo ? sign : 0;
}

/*
 * PostgreSQL's float8_numeric prints with %.15g and reads that back.  The
 * digits and the exponent are taken from %.14e, which prints the same ones.
 */
bool
decimal_from_f64(double f, int to, d128 *out)
{
	char text[40];
	d128 v = 0;
	char *p = text;
	int exponent;

	if (!isfinite(f))
		return false;
	snprintf(text, sizeof text, "%.14e", fabs(f));
	for (; *p != '\0' && *p != 'e'; p++)
		if (*p >= '0' && *p <= '9')
			v = v * 10 + (*p - '0');
	exponent = *p == 'e' ? (int)strtol(p + 1, NULL, 10) : 0;
	return decimal_rescale(f < 0 ? -v : v, 14 - exponent, to, out, NULL);
}

double
decimal_to_f64(d128 v, int scale)
{
	static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6,
		1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
		1e18, 1e19, 1e20, 1e21, 1e22 };
	char text[FORMAT_MAX + 16];
	size_t n;

	/* Both exact in a double: one rounding, the right one. */
	if (scale >= 0 && scale <= 22 && magnitude(v) < (u128)1 << 53)
		return (double)(int64_t)v / power[scale];
	n = format_d128(text, v, 0);
	snprintf(text + n, sizeof text - n, "e%d", -scale);
	return strtod(text, NULL);
}
