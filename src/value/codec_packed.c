/*
 * Packed decimal (COMP-3, PACKED-DECIMAL): two digits a byte, the sign in the
 * last nibble (IBM z/Architecture Principles of Operation, "Decimal-number
 * formats"); COMP-6 (Micro Focus, GnuCOBOL) has no sign.
 *
 *	S9(5)V99  -12345.67     S9(4)  +1234     9(3) COMP-6  123
 *	12 34 56 7D             01 23 4C         01 23
 *	                        ^ pad nibble     ^
 *
 * The pad nibble must be 0, unless a policy takes it for a digit.
 *
 * Up to 8 bytes are one register: nibbles are checked all at once, and added
 * up in pairs, fours, eights.  AVX-512 does so with eight items at a time.
 */
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/diag.h"
#include "value/decimal.h"
#include "value/kernel.h"

/* Not 0 when a nibble is over 9: 8 together with 4 or 2. */
static inline uint64_t
nibbles_invalid(uint64_t x)
{
	return x & (x << 1 | x << 2) & 0x8888888888888888u;
}

/* The number that 16 valid nibbles spell. */
static inline uint64_t
nibbles_value(uint64_t x)
{
	x -= 6 * (x >> 4 & 0x0f0f0f0f0f0f0f0fu);
	x = (x & 0x00ff00ff00ff00ffu) + 100 * (x >> 8 & 0x00ff00ff00ff00ffu);
	x = (x & 0x0000ffff0000ffffu) +
	    10000 * (x >> 16 & 0x0000ffff0000ffffu);
	return (x & 0xffffffffu) + 100000000 * (x >> 32);
}

static inline bool
sign_minus(uint32_t nibble)
{
	return (1u << 0xb | 1u << 0xd) >> nibble & 1;
}

/* Nibbles before the sign. */
static inline uint32_t
packed_nibbles(const struct codec *c)
{
	return c->size * 2 - (c->no_sign ? 0 : 1);
}

/*
 * Any size, byte by byte: the magnitude and sign, or the code of what is
 * wrong.
 */
static uint16_t
packed_any(const struct codec *c, const uint8_t *p, u128 *mag, bool *negative)
{
	uint32_t i, nibble, n = packed_nibbles(c);
	uint32_t sign = c->no_sign ? 0xf : p[c->size - 1] & 15;
	uint16_t code = 0;

	*mag = 0;
	for (i = 0; i < n; i++) {
		nibble = i % 2 == 0 ? p[i / 2] >> 4 : p[i / 2] & 15;
		if (i == 0 && c->digits < n) {
			if (nibble != 0)
				code = DIAG_D003;
			continue;
		}
		if (nibble > 9)
			return DIAG_D002;
		*mag = *mag * 10 + nibble;
	}
	if (sign < 10)
		return DIAG_D002;
	*negative = sign_minus(sign);
	if (code == 0 && *negative && !c->is_signed)
		code = DIAG_D004;
	return code;
}

/* Settles a cell that a kernel did not take. */
static __attribute__((noinline)) void
packed_odd(struct decode *d, uint32_t row, const uint8_t *p, u128 zeros)
{
	u128 mag = 0;
	bool negative = false;
	enum filler filler = kernel_filler(d, p);
	uint16_t code = 0;

	/* without a sign, X'00' and X'40' are numbers */
	if (filler == FILLER_NONE || d->c->no_sign) {
		code = packed_any(d->c, p, &mag, &negative);
		if (code == 0)
			filler = FILLER_NONE;
	}
	if (filler == FILLER_NULL) {
		cell_null(d, row);
		return;
	}
	if (filler == FILLER_ZERO)
		code = 0, mag = 0;
	if (code != 0) {
		cell_invalid(d, row, code);
		return;
	}
	if (d->out->type == V_I64)
		d->out->v.i64[row] = signed_i64((uint64_t)(mag * zeros),
		    negative);
	else
		d->out->v.d128[row] = signed_d128(mag * zeros, negative);
}

/* What is the same for all rows. */
struct packed {
	uint32_t shift, shift_hi;	/* bits after the item in a register */
	uint64_t pad, pad_hi;		/* the pad nibble */
	uint32_t sign_bad;		/* a bit for each sign nibble */
};

static void
packed_init(struct packed *k, const struct codec *c)
{
	bool padded = c->digits < packed_nibbles(c);
	uint32_t n = c->size <= 8 ? c->size : 8, hi = c->size - n;

	k->shift = 64 - 8 * n;
	k->shift_hi = hi > 0 ? 64 - 8 * hi : 0;
	k->pad = padded && hi == 0 ? (uint64_t)15 << (8 * n - 4) : 0;
	k->pad_hi = padded && hi > 0 ? (uint64_t)15 << (8 * hi - 4) : 0;
	k->sign_bad = c->is_signed ? 0x03ff : 0x03ff | 1u << 0xb | 1u << 0xd;
}

/* Up to 8 bytes; with `zeros`, the power of ten of trailing Ps. */
KERNEL_INLINE void
packed_short(struct decode *d, const struct packed *k, bool checked,
    uint64_t zeros)
{
	int64_t *v = d->out->v.i64;
	const struct packed key = *k;
	uint32_t i, sign, n = d->rows->n;
	const uint8_t *p;
	uint64_t x, bad;

	for (i = 0; i < n; i++) {
		if ((p = item_at(d, i, checked)) == NULL)
			continue;
		x = load_be64(p) >> key.shift;
		sign = x & 15;
		bad = (x & key.pad) | (key.sign_bad >> sign & 1);
		x >>= 4;
		bad |= nibbles_invalid(x);
		if (unlikely(bad != 0)) {
			packed_odd(d, i, p, zeros);
			continue;
		}
		v[i] = signed_i64(nibbles_value(x) * zeros, sign_minus(sign));
	}
}

/* Up to 8 bytes without a sign. */
static void
packed_unsigned(struct decode *d, const struct packed *k, uint64_t zeros)
{
	const struct packed key = *k;
	const uint8_t *p;
	uint64_t x;
	uint32_t i;

	for (i = 0; i < d->rows->n; i++) {
		if ((p = item_at(d, i, d->checked)) == NULL)
			continue;
		x = load_be64(p) >> key.shift;
		if (unlikely(((x & key.pad) | nibbles_invalid(x)) != 0))
			packed_odd(d, i, p, zeros);
		else
			d->out->v.i64[i] = (int64_t)(nibbles_value(x) * zeros);
	}
}

/* 9 to 16 bytes: the last 8, and those before them. */
KERNEL_INLINE void
packed_long(struct decode *d, const struct packed *k, bool checked,
    bool wide, u128 zeros)
{
	const struct packed key = *k;
	uint32_t i, sign, lead = d->c->size - 8, n = d->rows->n;
	const uint8_t *p;
	uint64_t x, hi, bad;
	const uint64_t e15 = 1000000000000000u;

	for (i = 0; i < n; i++) {
		if ((p = item_at(d, i, checked)) == NULL)
			continue;
		hi = load_be64(p) >> key.shift_hi;
		x = load_be64(p + lead);
		sign = x & 15;
		bad = (hi & key.pad_hi) | (key.sign_bad >> sign & 1);
		x >>= 4;
		bad |= nibbles_invalid(x) | nibbles_invalid(hi);
		if (unlikely(bad != 0)) {
			packed_odd(d, i, p, zeros);
			continue;
		}
		x = nibbles_value(x);
		hi = nibbles_value(hi);
		if (wide)
			d->out->v.d128[i] = signed_d128(((u128)hi * e15 + x) *
			    zeros, sign_minus(sign));
		else
			d->out->v.i64[i] = signed_i64((hi * e15 + x) *
			    (uint64_t)zeros, sign_minus(sign));
	}
}

#if defined(__x86_64__)
/* Not 0 in lanes with a nibble over 9. */
AVX512 static inline __m512i
nibbles_invalid_512(__m512i x)
{
	return _mm512_and_si512(_mm512_and_si512(x, _mm512_or_si512(
	    _mm512_slli_epi64(x, 1), _mm512_slli_epi64(x, 2))),
	    _mm512_set1_epi8((char)0x88));
}

/* nibbles_value() of each lane. */
AVX512 static inline __m512i
nibbles_value_512(__m512i x)
{
	__m512i tens = _mm512_and_si512(_mm512_srli_epi64(x, 4),
	    _mm512_set1_epi8(15));

	x = _mm512_sub_epi8(x, _mm512_add_epi8(_mm512_slli_epi64(tens, 1),
	    _mm512_slli_epi64(tens, 2)));
	x = _mm512_maddubs_epi16(x, _mm512_set1_epi16(100 << 8 | 1));
	x = _mm512_madd_epi16(x, _mm512_set1_epi32(10000 << 16 | 1));
	return _mm512_add_epi64(_mm512_and_si512(x,
	    _mm512_set1_epi64(0xffffffff)), _mm512_mul_epu32(
	    _mm512_srli_epi64(x, 32), _mm512_set1_epi64(100000000)));
}

/*
 * Up to 16 bytes that an int64 holds, without trailing Ps, all rows covering
 * them.  A sign is looked up as a bit: which ones are minus, which refused.
 */
AVX512 static inline __attribute__((always_inline)) void
packed_512(struct decode *d, const struct packed *k, bool two)
{
	const __m512i swap = _mm512_broadcast_i32x4(_mm_set_epi8(8, 9, 10, 11,
	    12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
	const __m128i shift = _mm_cvtsi32_si128((int)k->shift);
	const __m128i shift_hi = _mm_cvtsi32_si128((int)k->shift_hi);
	const __m512i pad = _mm512_set1_epi64((int64_t)(two ? k->pad_hi :
	    k->pad));
	const __m512i low = _mm512_set1_epi64(15), one = _mm512_set1_epi64(1);
	const __m512i refuse = _mm512_set1_epi64((int)k->sign_bad);
	const __m512i minus = _mm512_set1_epi64(1 << 0xb | 1 << 0xd);
	const __m512i e15 = _mm512_set1_epi64(1000000000000000);
	const __m512i lead = _mm512_set1_epi64((int64_t)d->c->size - 8);
	const __m512i none = _mm512_setzero_si512();
	const uint8_t *const *base = d->rows->base;
	uint32_t i, n = d->rows->n, offset = d->c->offset;
	__m512i p, x, hi, value, sign, bad;
	__mmask8 rows, odd;

	for (i = 0; i < n; i += 8) {
		rows = n - i >= 8 ? 0xff : (__mmask8)((1u << (n - i)) - 1);
		p = _mm512_add_epi64(_mm512_maskz_loadu_epi64(rows, base + i),
		    _mm512_set1_epi64(offset));
		hi = _mm512_mask_i64gather_epi64(none, rows, p, NULL, 1);
		hi = _mm512_shuffle_epi8(hi, swap);
		if (two) {
			p = _mm512_add_epi64(p, lead);
			x = _mm512_mask_i64gather_epi64(none, rows, p, NULL, 1);
			x = _mm512_shuffle_epi8(x, swap);
			hi = _mm512_srl_epi64(hi, shift_hi);
			bad = _mm512_or_si512(nibbles_invalid_512(hi),
			    _mm512_and_si512(hi, pad));
		} else {
			x = _mm512_srl_epi64(hi, shift);
			bad = _mm512_and_si512(x, pad);
		}
		sign = _mm512_sllv_epi64(one, _mm512_and_si512(x, low));
		x = _mm512_srli_epi64(x, 4);
		bad = _mm512_or_si512(bad, nibbles_invalid_512(x));
		bad = _mm512_or_si512(bad, _mm512_and_si512(sign, refuse));
		odd = _mm512_mask_test_epi64_mask(rows, bad, bad);
		value = nibbles_value_512(x);
		if (two)
			value = _mm512_add_epi64(value, _mm512_mullo_epi64(
			    nibbles_value_512(hi), e15));
		value = _mm512_mask_sub_epi64(value,
		    _mm512_test_epi64_mask(sign, minus), none, value);
		_mm512_mask_storeu_epi64(d->out->v.i64 + i, rows, value);
		for (; unlikely(odd != 0); odd &= odd - 1) {
			uint32_t row = i + (uint32_t)__builtin_ctz(odd);

			packed_odd(d, row, d->rows->base[row] + offset, 1);
		}
	}
}

AVX512 static void
packed_512_any(struct decode *d, const struct packed *k)
{
	if (d->c->size <= 8)
		packed_512(d, k, false);
	else
		packed_512(d, k, true);
}
#endif

static void
packed_rest(struct decode *d, u128 zeros)
{
	const uint8_t *p;
	uint32_t i;

	for (i = 0; i < d->rows->n; i++)
		if ((p = item_at(d, i, d->checked)) != NULL)
			packed_odd(d, i, p, zeros);
}

void
decode_packed(struct decode *d)
{
	const struct codec *c = d->c;
	u128 zeros = (u128)d128_pow10[c->scale < 0 ? -c->scale : 0];
	bool wide = d->out->type == V_D128;
	struct packed k;

	if (c->size > 16 || (wide && c->size <= 8) ||
	    (c->no_sign && c->size > 8)) {
		packed_rest(d, zeros);
		return;
	}
	packed_init(&k, c);
#if defined(__x86_64__)
	if (!c->no_sign && !d->checked && !wide && zeros == 1 &&
	    kernel_has_512()) {
		packed_512_any(d, &k);
		return;
	}
#endif
	if (c->no_sign)
		packed_unsigned(d, &k, (uint64_t)zeros);
	else if (c->size > 8 && wide)
		packed_long(d, &k, d->checked, true, zeros);
	else if (c->size > 8)
		packed_long(d, &k, d->checked, false, zeros);
	else if (d->checked)
		packed_short(d, &k, true, (uint64_t)zeros);
	else if (zeros != 1)
		packed_short(d, &k, false, (uint64_t)zeros);
	else
		packed_short(d, &k, false, 1);
}

/* ---- the other way ------------------------------------------------------ */

uint16_t
encode_packed(const struct encode *e, d128 v, uint64_t form, uint8_t *p)
{
	const struct codec *c = e->c;
	bool negative = v < 0 || (v == 0 && (form & FORM_MINUS) != 0);
	uint32_t i, n = packed_nibbles(c), sign = FORM_SIGN_OF(form);
	uint16_t code;
	u128 mag;

	if ((code = encode_magnitude(e, v, &mag)) != 0)
		return code;
	if (negative && (!c->is_signed || c->no_sign))
		return DIAG_D004;
	if (mag >= (u128)d128_pow10[c->digits])
		return DIAG_D011;
	if (sign < 10 || sign_minus(sign) != negative)
		sign = negative ? 0xd : e->given->is_signed ? 0xc : 0xf;
	memset(p, 0, c->size);
	if (!c->no_sign)
		p[c->size - 1] = (uint8_t)sign;
	for (i = n; i > 0 && mag > 0; i--)
		p[(i - 1) / 2] |= (uint8_t)(encode_digit(&mag) <<
		    ((i - 1) % 2 == 0 ? 4 : 0));
	return 0;
}

uint64_t
form_packed(const struct encode *e, const uint8_t *p)
{
	uint32_t sign = p[e->c->size - 1] & 15;

	if (e->c->no_sign)
		return 0;
	return FORM_SIGN(sign) | (sign_minus(sign) ? FORM_MINUS : 0);
}
