/*
 * Binary integers (COMP, COMP-4, COMP-5, COMP-X, BINARY-LONG and its kin):
 * two's complement or unsigned, of either byte order.  Every bit pattern is a
 * number, whatever the picture says (Enterprise COBOL, TRUNC(BIN)); of more
 * than 8 bytes (COMP-X, GnuCOBOL), those over 38 digits are too large.
 */
#include "base/diag.h"
#include "value/decimal.h"
#include "value/kernel.h"

/* The bytes as a number; sizes other than 2, 4 and 8 are rare dialects'. */
KERNEL_INLINE uint64_t
binary_load(const uint8_t *p, uint32_t size, bool little)
{
	uint64_t v = little ? load_le64(p) : load_be64(p);

	if (size == 8)
		return v;
	return little ? v & (((uint64_t)1 << 8 * size) - 1) :
	    v >> (64 - 8 * size);
}

KERNEL_INLINE int64_t
binary_extend(uint64_t v, uint32_t size)
{
	uint32_t spare = 64 - 8 * size;

	return (int64_t)(v << spare) >> spare;
}

KERNEL_INLINE void
binary_loop(struct decode *d, uint32_t size, bool little, bool checked,
    int64_t zeros)
{
	uint32_t i, n = d->rows->n;
	int64_t *out = d->out->v.i64;
	bool is_signed = d->c->is_signed;
	const uint8_t *p;
	uint64_t v;

	for (i = 0; i < n; i++) {
		if ((p = item_at(d, i, checked)) == NULL)
			continue;
		v = binary_load(p, size, little);
		out[i] = (is_signed ? binary_extend(v, size) : (int64_t)v) *
		    zeros;
	}
}

static void
binary_wide(struct decode *d, d128 zeros)
{
	const struct codec *c = d->c;
	const uint8_t *p;
	uint32_t i;
	uint64_t v;

	for (i = 0; i < d->rows->n; i++) {
		if ((p = item_at(d, i, d->checked)) == NULL)
			continue;
		v = binary_load(p, c->size, c->little_endian);
		d->out->v.d128[i] = zeros * (c->is_signed ?
		    (d128)binary_extend(v, c->size) : (d128)v);
	}
}

/* 9 to 16 bytes. */
static void
binary_long(struct decode *d, d128 zeros)
{
	const struct codec *c = d->c;
	const d128 limit = d128_pow10[38];
	uint32_t i, k, spare = 128 - 8 * c->size;
	const uint8_t *p;
	u128 x;
	d128 v;

	for (i = 0; i < d->rows->n; i++) {
		if ((p = item_at(d, i, d->checked)) == NULL)
			continue;
		for (x = 0, k = 0; k < c->size; k++)
			x = x << 8 |
			    p[c->little_endian ? c->size - 1 - k : k];
		v = c->is_signed ? (d128)(x << spare) >> spare : (d128)x;
		if ((v < 0 && !c->is_signed) || v >= limit || v <= -limit)
			cell_bad(d, i, DIAG_D011);
		else
			d->out->v.d128[i] = v * zeros;
	}
}

void
decode_binary(struct decode *d)
{
	const struct codec *c = d->c;
	d128 zeros = d128_pow10[c->scale < 0 ? -c->scale : 0];
	bool big = !c->little_endian && !d->checked && zeros == 1;

	if (c->size > 8)
		binary_long(d, zeros);
	else if (d->out->type == V_D128)
		binary_wide(d, zeros);
	else if (big && c->size == 2)
		binary_loop(d, 2, false, false, 1);
	else if (big && c->size == 4)
		binary_loop(d, 4, false, false, 1);
	else if (big && c->size == 8)
		binary_loop(d, 8, false, false, 1);
	else
		binary_loop(d, c->size, c->little_endian, d->checked,
		    (int64_t)zeros);
}

/* Whatever the bytes hold, more than the picture says too. */
uint16_t
encode_binary(const struct encode *e, d128 v, uint8_t *p)
{
	const struct codec *c = e->c;
	uint32_t i, bits = 8 * c->size;
	d128 top = bits >= 127 ? d128_pow10[38] : (d128)1 <<
	    (c->is_signed ? bits - 1 : bits);
	uint16_t code;
	u128 x;

	if ((code = encode_magnitude(e, v, &x)) != 0)
		return code;
	if (v < 0)
		x = -x;
	v = (d128)x;
	if (v < 0 && !c->is_signed)
		return DIAG_D004;
	if (v >= top || v < -top)
		return DIAG_D011;
	for (i = 0; i < c->size; i++, x >>= 8)
		p[c->little_endian ? i : c->size - 1 - i] = (uint8_t)x;
	return 0;
}
