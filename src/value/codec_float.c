/*
 * Floating point (COMP-1, COMP-2) to double.
 *
 * IBM hexadecimal (z/Architecture Principles of Operation, "Hexadecimal-
 * floating-point instructions"), big-endian:
 *
 *	s eeeeeee ffffffff ffffffff ffffffff [32 more fraction bits]
 *
 * is 0.f * 16^(e - 64).  A fraction of 24 bits is exact in a double, one of
 * 56 is rounded to nearest even; the powers of two stay in its normal range.
 */
#include <math.h>

#include "base/diag.h"
#include "value/kernel.h"

static inline double
double_of_bits(uint64_t bits)
{
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

/* The item as an unsigned integer, most significant byte first. */
static inline uint64_t
float_bits(const uint8_t *p, uint32_t size, bool little)
{
	uint64_t v = little ? load_le64(p) : load_be64(p);

	if (size == 8)
		return v;
	return little ? v & 0xffffffffu : v >> 32;
}

static inline double
float_ibm(uint64_t x, uint32_t size)
{
	uint32_t fraction = size * 8 - 8;
	int power = 4 * ((int)(x >> fraction & 0x7f) - 64) - (int)fraction;
	double v = (double)(x & (((uint64_t)1 << fraction) - 1));

	v *= double_of_bits((uint64_t)(1023 + power) << 52);
	return x >> (size * 8 - 1) & 1 ? -v : v;
}

static inline double
float_ieee(uint64_t x, uint32_t size)
{
	uint32_t low = (uint32_t)x;
	float f;

	if (size == 8)
		return double_of_bits(x);
	memcpy(&f, &low, sizeof f);
	return f;
}

KERNEL_INLINE void
float_loop(struct decode *d, bool ieee)
{
	const struct codec *c = d->c;
	const uint8_t *p;
	uint32_t i;
	uint64_t x;
	double v;

	for (i = 0; i < d->rows->n; i++) {
		if ((p = item_at(d, i, d->checked)) == NULL)
			continue;
		x = float_bits(p, c->size, c->little_endian);
		v = ieee ? float_ieee(x, c->size) : float_ibm(x, c->size);
		if (ieee && !isfinite(v))
			cell_invalid(d, i, DIAG_D009);
		else
			d->out->v.f64[i] = v;
	}
}

void
decode_float(struct decode *d)
{
	if (d->c->ieee)
		float_loop(d, true);
	else
		float_loop(d, false);
}

/* ---- the other way ------------------------------------------------------ */

static void
float_store(const struct codec *c, uint64_t x, uint8_t *p)
{
	uint32_t i;

	for (i = 0; i < c->size; i++, x >>= 8)
		p[c->little_endian ? i : c->size - 1 - i] = (uint8_t)x;
}

static uint16_t
encode_ieee(const struct encode *e, double v, uint8_t *p)
{
	uint64_t x = 0;
	uint32_t low;
	float f = (float)v;

	if (!isfinite(v))
		return DIAG_D009;
	if (e->c->size == 8) {
		memcpy(&x, &v, sizeof x);
	} else {
		if (!isfinite(f))
			return DIAG_D011;
		memcpy(&low, &f, sizeof low);
		x = low;
	}
	float_store(e->c, x, p);
	return 0;
}

/*
 * The fraction has as many zero digits in front as the form says, at least
 * those that the smallest characteristic asks for; what it then has no room
 * for is rounded to nearest even.
 */
static uint16_t
encode_ibm(const struct encode *e, double v, uint64_t form, uint8_t *p)
{
	const int bits = (int)e->c->size * 8 - 8, digits = bits / 4;
	uint64_t sign = (uint64_t)(signbit(v) != 0) << (bits + 7), x;
	int zeros = (int)FORM_COUNT_OF(form), power, characteristic;
	double fraction;

	if (!isfinite(v))
		return DIAG_D009;
	if (v == 0) {
		x = (uint64_t)(zeros & 0x7f) << bits;
		float_store(e->c, x | sign, p);
		return 0;
	}
	if (zeros >= digits)
		zeros = 0;
	/* fraction * 2^power, 1/2 <= fraction < 1; then * 16^n, n rounded up */
	fraction = frexp(fabs(v), &power);
	characteristic = (power > 0 ? (power + 3) / 4 : -(-power / 4)) + 64 +
	    zeros;
	if (characteristic < 0)
		characteristic = 0;
	x = (uint64_t)nearbyint(ldexp(fraction, power -
	    4 * (characteristic - 64) + bits));
	if (x >> bits != 0) {		/* rounded up to the next digit */
		x >>= 4;
		characteristic++;
	}
	if (characteristic > 0x7f)
		return DIAG_D011;
	if (x == 0)
		return DIAG_D014;
	float_store(e->c, x | (uint64_t)characteristic << bits | sign, p);
	return 0;
}

uint16_t
encode_float(const struct encode *e, double v, uint64_t form, uint8_t *p)
{
	return e->c->ieee ? encode_ieee(e, v, p) : encode_ibm(e, v, form, p);
}

uint64_t
form_float(const struct encode *e, const uint8_t *p)
{
	uint32_t bits = e->c->size * 8 - 8, zeros = 0;
	uint64_t x = float_bits(p, e->c->size, e->c->little_endian), fraction;

	if (e->c->ieee)
		return 0;
	fraction = x & (((uint64_t)1 << bits) - 1);
	if (fraction == 0)
		return FORM_COUNT(x >> bits & 0x7f);
	while (fraction >> (bits - 4 - 4 * zeros) == 0)
		zeros++;
	return FORM_COUNT(zeros);
}
