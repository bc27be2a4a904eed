/*
 * Decimals of up to 76 digits; see wide.h.  Schoolbook arithmetic on limbs of
 * nine digits (Knuth, The Art of Computer Programming, 4.3.1).
 */
#include "value/wide.h"

#include <string.h>

#include "value/decimal.h"

#define BASE	1000000000u
#define LIMB	9	/* digits */

static const uint32_t power[LIMB + 1] = { 1, 10, 100, 1000, 10000, 100000,
	1000000, 10000000, 100000000, 1000000000 };

static void
wide_trim(struct wide *w)
{
	while (w->n > 0 && w->limb[w->n - 1] == 0)
		w->n--;
	if (w->n == 0)
		w->negative = false;
}

bool
wide_is_zero(const struct wide *w)
{
	return w->n == 0;
}

static int
wide_digits(const struct wide *w)
{
	int k = 1;

	if (w->n == 0)
		return 0;
	while (k < LIMB && w->limb[w->n - 1] >= power[k])
		k++;
	return (w->n - 1) * LIMB + k;
}

void
wide_set(struct wide *w, d128 v, int scale)
{
	u128 mag = v < 0 ? -(u128)v : (u128)v;

	w->n = 0;
	w->negative = v < 0;
	w->scale = scale;
	for (; mag > 0; mag /= BASE)
		w->limb[w->n++] = (uint32_t)(mag % BASE);
}

/* w times m, plus carry; false: no room. */
static bool
scale_small(struct wide *w, uint32_t m, uint32_t carry)
{
	uint64_t v;
	int i;

	for (i = 0; i < w->n; i++) {
		v = (uint64_t)w->limb[i] * m + carry;
		w->limb[i] = (uint32_t)(v % BASE);
		carry = (uint32_t)(v / BASE);
	}
	if (carry == 0)
		return true;
	if (w->n == WIDE_LIMBS)
		return false;
	w->limb[w->n++] = carry;
	return true;
}

/* Times 10^k, without its scale; false: no room. */
static bool
scale_up(struct wide *w, int k)
{
	int whole = k / LIMB;

	if (w->n == 0)
		return true;
	if (wide_digits(w) + k > (WIDE_LIMBS - 1) * LIMB)
		return false;
	memmove(w->limb + whole, w->limb, (size_t)w->n * sizeof *w->limb);
	memset(w->limb, 0, (size_t)whole * sizeof *w->limb);
	w->n += whole;
	return scale_small(w, power[k % LIMB], 0);
}

static int
magnitude_cmp(const struct wide *a, const struct wide *b)
{
	int i;

	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (i = a->n - 1; i >= 0; i--)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	return 0;
}

static void
magnitude_add(const struct wide *a, const struct wide *b, struct wide *out)
{
	uint32_t carry = 0, v;
	int i, n = a->n > b->n ? a->n : b->n;

	for (i = 0; i < n; i++) {
		v = carry + (i < a->n ? a->limb[i] : 0) +
		    (i < b->n ? b->limb[i] : 0);
		carry = v >= BASE;
		out->limb[i] = v - (carry ? BASE : 0);
	}
	out->n = n;
	if (carry)
		out->limb[out->n++] = 1;
}

/* a - b, where a is not the less. */
static void
magnitude_sub(const struct wide *a, const struct wide *b, struct wide *out)
{
	uint32_t borrow = 0, w;
	int i;

	for (i = 0; i < a->n; i++) {
		w = (i < b->n ? b->limb[i] : 0) + borrow;
		borrow = a->limb[i] < w;
		out->limb[i] = a->limb[i] + (borrow ? BASE : 0) - w;
	}
	out->n = a->n;
}

bool
wide_add(const struct wide *a, const struct wide *b, struct wide *out)
{
	struct wide x = *a, y = *b;

	if (!scale_up(x.scale < y.scale ? &x : &y, x.scale < y.scale ?
	    y.scale - x.scale : x.scale - y.scale) ||
	    x.n >= WIDE_LIMBS || y.n >= WIDE_LIMBS)
		return false;
	out->scale = x.scale > y.scale ? x.scale : y.scale;
	out->negative = x.negative;
	if (x.negative == y.negative) {
		magnitude_add(&x, &y, out);
	} else if (magnitude_cmp(&x, &y) >= 0) {
		magnitude_sub(&x, &y, out);
	} else {
		magnitude_sub(&y, &x, out);
		out->negative = y.negative;
	}
	wide_trim(out);
	return wide_digits(out) <= WIDE_DIGITS;
}

bool
wide_mul(const struct wide *a, const struct wide *b, struct wide *out)
{
	struct wide w = { .n = a->n + b->n,
	    .negative = a->negative != b->negative,
	    .scale = a->scale + b->scale };
	uint64_t v;
	int i, j;

	if (w.n > WIDE_LIMBS)
		return false;
	for (i = 0; i < a->n; i++) {
		for (j = 0, v = 0; j < b->n; j++) {
			v += w.limb[i + j] + (uint64_t)a->limb[i] * b->limb[j];
			w.limb[i + j] = (uint32_t)(v % BASE);
			v /= BASE;
		}
		w.limb[i + j] = (uint32_t)v;
	}
	wide_trim(&w);
	*out = w;
	return wide_digits(out) <= WIDE_DIGITS;
}

/* One limb of a quotient: how often v goes into u, whose top part it is. */
static uint32_t
divide_step(uint32_t *u, const uint32_t *v, int n)
{
	uint64_t top = (uint64_t)u[n] * BASE + u[n - 1], q = top / v[n - 1],
	    rest = top % v[n - 1], take;
	int64_t left;
	uint32_t carry = 0;
	int i;

	while (q >= BASE || (n > 1 && q * v[n - 2] > rest * BASE +
	    u[n - 2])) {
		q--;
		rest += v[n - 1];
		if (rest >= BASE)
			break;
	}
	for (i = 0; i < n; i++) {
		take = q * v[i] + carry;
		left = (int64_t)u[i] - (int64_t)(take % BASE);
		carry = (uint32_t)(take / BASE) + (left < 0);
		u[i] = (uint32_t)(left + (left < 0 ? (int64_t)BASE : 0));
	}
	left = (int64_t)u[n] - carry;
	u[n] = (uint32_t)(left + (left < 0 ? (int64_t)BASE : 0));
	if (left >= 0)
		return (uint32_t)q;
	/* one too many */
	for (i = 0, carry = 0; i < n; i++) {
		u[i] += v[i] + carry;
		carry = u[i] >= BASE;
		u[i] -= carry ? BASE : 0;
	}
	u[n] = (u[n] + carry) % BASE;
	return (uint32_t)q - 1;
}

/* Magnitudes: quotient, and in u what is left, times *by.  d is not zero. */
static bool
divide(struct wide *u, const struct wide *d, struct wide *q, uint32_t *by)
{
	struct wide v = *d;
	int i;

	*by = BASE / (v.limb[v.n - 1] + 1);
	if (u->n >= WIDE_LIMBS - 1 || !scale_small(&v, *by, 0) ||
	    !scale_small(u, *by, 0))
		return false;
	q->n = 0;
	if (u->n < v.n)
		return true;
	u->limb[u->n] = 0;
	q->n = u->n - v.n + 1;
	for (i = q->n - 1; i >= 0; i--)
		q->limb[i] = divide_step(u->limb + i, v.limb, v.n);
	u->n = v.n;
	return true;
}

/* Magnitude a / b rounded half away from zero; *exact: nothing was cut. */
static bool
divide_round(const struct wide *a, const struct wide *b, struct wide *q,
    bool *exact)
{
	struct wide rest = *a, d = *b;
	uint32_t by;

	if (!divide(&rest, b, q, &by))
		return false;
	wide_trim(q);
	wide_trim(&rest);
	*exact = rest.n == 0;
	if (!scale_small(&d, by, 0) || !scale_small(&rest, 2, 0))
		return false;
	if (magnitude_cmp(&rest, &d) < 0)
		return true;
	if (q->n == 0)
		q->limb[q->n++] = 0;
	return scale_small(q, 1, 1);
}

/* Its weight and first digit in base 10,000, as numeric.c holds it. */
static void
first_digit(const struct wide *w, int *weight, int *digit)
{
	int digits = wide_digits(w), top, count, i, at;

	*weight = *digit = 0;
	if (digits == 0)
		return;
	top = digits - 1 - w->scale;		/* power of ten */
	*weight = (top >= 0 ? top : top - 3) / 4;
	count = top - 4 * *weight + 1;		/* digits in the first group */
	for (i = 0; i < count; i++) {
		at = digits - 1 - i;
		*digit = *digit * 10 + (at < 0 ? 0 : (int)(w->limb[at / LIMB] /
		    power[at % LIMB] % 10));
	}
}

/* PostgreSQL's select_div_scale. */
static int
div_scale(const struct wide *a, const struct wide *b)
{
	int wa, wb, da, db, weight, scale;

	first_digit(a, &wa, &da);
	first_digit(b, &wb, &db);
	weight = wa - wb - (da <= db);
	scale = 16 - weight * 4;
	if (scale < a->scale)
		scale = a->scale;
	if (scale < b->scale)
		scale = b->scale;
	return scale < 0 ? 0 : scale > 1000 ? 1000 : scale;
}

static bool
div_at(const struct wide *a, const struct wide *b, int scale, bool cut,
    struct wide *out)
{
	struct wide n = *a, d = *b, q = { .n = 0 };
	int shift = scale + b->scale - a->scale;
	uint32_t by;
	bool exact;

	if (b->n == 0)
		return false;
	if (!scale_up(shift >= 0 ? &n : &d, shift >= 0 ? shift : -shift) ||
	    !(cut ? divide(&n, &d, &q, &by) : divide_round(&n, &d, &q,
	    &exact)))
		return false;
	q.negative = a->negative != b->negative;
	q.scale = scale;
	wide_trim(&q);
	*out = q;
	return wide_digits(out) <= WIDE_DIGITS;
}

bool
wide_div(const struct wide *a, const struct wide *b, struct wide *out)
{
	return div_at(a, b, div_scale(a, b), false, out);
}

bool
wide_whole(const struct wide *a, const struct wide *b, struct wide *out)
{
	return div_at(a, b, 0, true, out);
}

bool
wide_get(const struct wide *w, int scale, d128 *out, bool *exact)
{
	struct wide v = *w, ten = { .limb = { 1 }, .n = 1 }, q;
	int shift = scale - w->scale, i;
	d128 sum = 0;

	*exact = true;
	if (shift < 0) {
		*exact = v.n == 0;
		if (-shift > wide_digits(&v))	/* not even a half */
			v.n = 0;
		else if (!scale_up(&ten, -shift) ||
		    !divide_round(w, &ten, &q, exact))
			return false;
		else
			v = q;
	} else if (wide_digits(&v) + shift > 38 && v.n > 0) {
		return false;
	} else if (!scale_up(&v, shift)) {
		return false;
	}
	if (wide_digits(&v) > 38)
		return false;
	for (i = v.n - 1; i >= 0; i--)
		sum = sum * BASE + v.limb[i];
	*out = w->negative ? -sum : sum;
	return true;
}
