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
