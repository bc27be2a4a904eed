/*
 * Zoned decimal (DISPLAY): a digit a byte.
 *
 *	EBCDIC	F1 F2 C3	+123	sign's zone: C A E F plus, D B minus
 *	ASCII	31 32 43	+123	0-9 @ A-I { plus, J-R } p-y minus
 *	SEPARATE	F1 F2 F3 4E	+123
 *
 * (IBM z/Architecture Principles of Operation, "Decimal-number formats";
 * Enterprise COBOL Language Reference, SIGN clause.)  The other digits must
 * have zone F, in ASCII 3.
 *
 * A kernel takes the digits with a plain zone (the run) eight at a time, and
 * the sign's byte by a table that gives its digit and sign.  Unsigned numbers
 * go the same way, their last byte being looked up.  AVX-512 takes eight items
 * at a time.
 *
 * In ASCII, P-R are minus 7-9, the translated EBCDIC overpunch.  The compilers
 * that write minus 0-9 as P-Y differ for the same bytes, so S-Y are invalid:
 * such a file must not be read wrong in silence.
 */
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/diag.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "value/decimal.h"
#include "value/kernel.h"

#define MINUS	0x10		/* what the tables say: a digit and these */
#define BAD	0x20
#define ZONE(s)	(s), (s) | 1, (s) | 2, (s) | 3, (s) | 4, (s) | 5, (s) | 6, \
		(s) | 7, (s) | 8, (s) | 9, BAD, BAD, BAD, BAD, BAD, BAD
#define NONE	BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, \
		BAD, BAD, BAD, BAD

static const uint8_t sign_ebcdic[256] = {
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
	ZONE(0), ZONE(MINUS), ZONE(0), ZONE(MINUS), ZONE(0), ZONE(0),
};
static const uint8_t sign_ascii[256] = {
	NONE, NONE, NONE, ZONE(0),
	/* @ A-I, J-O */
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, MINUS | 1, MINUS | 2, MINUS | 3,
	MINUS | 4, MINUS | 5, MINUS | 6,
	/* P-R */
	MINUS | 7, MINUS | 8, MINUS | 9, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
	BAD, BAD, BAD, BAD, BAD, BAD,
	NONE,
	/* p-y { } */
	MINUS, MINUS | 1, MINUS | 2, MINUS | 3, MINUS | 4, MINUS | 5,
	MINUS | 6, MINUS | 7, MINUS | 8, MINUS | 9, BAD, 0, BAD, MINUS, BAD,
	BAD,
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
};

/* What is the same for all rows. */
struct zoned {
	uint32_t run, nrun;		/* plain digits: where, how many */
	uint32_t sign;			/* where the sign's byte is */
	const uint8_t *table;		/* of that byte */
	uint8_t refuse;			/* flags of the table not taken */
	uint64_t zone;			/* eight plain zones */
	u128 run_times, digit_times;	/* value = run * a + digit * b */
	uint8_t plus_minus[256];	/* the table of SEPARATE signs */
};

static void
zoned_separate(struct zoned *z, const struct codepage *pg)
{
	int plus = pg != NULL ? charset_encode(pg, '+') : 0x4e;
	int minus = pg != NULL ? charset_encode(pg, '-') : 0x60;

	memset(z->plus_minus, BAD, sizeof z->plus_minus);
	if (plus >= 0)
		z->plus_minus[plus] = 0;
	if (minus >= 0)
		z->plus_minus[minus] = MINUS;
	z->table = z->plus_minus;
	z->nrun++;
	z->run_times /= 10;
	z->digit_times = 0;
}

static void
zoned_init(struct zoned *z, const struct codec *c)
{
	bool ebcdic = c->page == NULL || c->page->ebcdic;
	bool leading = c->sign == CODEC_SIGN_LEADING ||
	    c->sign == CODEC_SIGN_LEADING_SEPARATE;
	u128 zeros = (u128)d128_pow10[c->kind == CODEC_ZONED && c->scale < 0 ?
	    -c->scale : 0];

	z->table = ebcdic ? sign_ebcdic : sign_ascii;
	z->zone = ebcdic ? 0xf0f0f0f0f0f0f0f0u : 0x3030303030303030u;
	z->refuse = c->is_signed ? BAD : BAD | MINUS;
	z->nrun = c->digits - 1u;
	z->run = leading;
	z->sign = leading ? 0 : c->size - 1;
	z->run_times = zeros * (leading ? 1 : 10);
	z->digit_times = zeros;
	if (leading && c->kind == CODEC_ZONED)
		z->digit_times *= (u128)d128_pow10[z->nrun];
	if (c->sign == CODEC_SIGN_TRAILING_SEPARATE)
		zoned_separate(z, c->page);
	else if (c->sign == CODEC_SIGN_LEADING_SEPARATE) {
		z->run_times *= 10;
		zoned_separate(z, c->page);
	}
}

/*
 * n <= 8 digits at p as bytes 0 to 9 with the first one lowest, after as many
 * zero bytes as there are digits fewer than 8.
 */
KERNEL_INLINE uint64_t
zoned_bytes(const uint8_t *p, uint32_t n, uint64_t zone)
{
	uint32_t shift = (8 - n) * 8;

	/* n may be 0, and no shift is by 64 */
	return n == 0 ? 0 : (load_le64(p) ^ zone) << shift;
}

/* Not 0 when a byte is over 9. */
static inline uint64_t
bytes_invalid(uint64_t x)
{
	return (x | (x + 0x0606060606060606u)) & 0xf0f0f0f0f0f0f0f0u;
}

/* The number of eight digits: pairs, then the four pairs in two products. */
static inline uint64_t
bytes_value(uint64_t x)
{
	x = x * 10 + (x >> 8);
	return ((x & 0x000000ff000000ffu) * 0x000f424000000064u +
	    (x >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >> 32;
}

/* What a byte is that is no digit, or no sign. */
static uint16_t
zoned_fault(const struct zoned *z, uint8_t byte)
{
	bool sign = (byte & 0xf) <= 9 && (byte >> 4 == 0xc || byte >> 4 == 0xd);

	return sign && (z->zone & 0xff) == 0x30 ? DIAG_D055 : DIAG_D005;
}

/*
 * Any size, byte by byte.  Leading blanks are taken for zeros or not; a sign
 * in the first byte may be blank with them.
 */
static uint16_t
zoned_any(const struct decode *d, const struct zoned *z, const uint8_t *p,
    uint8_t *digits, u128 *mag, bool *negative)
{
	const struct codec *c = d->c;
	uint8_t entry = z->table[p[z->sign]];
	uint32_t i, at, n = c->digits, first = c->size == n ? 0 : z->run;
	bool blank = true, blanks = false;

	*mag = 0;
	for (i = 0; i < n; i++) {
		at = first + i;
		blank = blank && p[at] == d->blank;
		if (blank) {
			blanks = true;
			digits[i] = 0;
		} else if (at == z->sign)
			digits[i] = entry & 15;
		else if ((p[at] ^ (z->zone & 0xff)) <= 9)
			digits[i] = p[at] & 15;
		else
			return zoned_fault(z, p[at]);
		*mag = *mag * 10 + digits[i];
	}
	if (blank)
		return DIAG_D005;
	if (blanks && first == z->sign && c->size == n)
		entry = 0;		/* the blank stands for the sign */
	if ((entry & BAD) != 0)
		return zoned_fault(z, p[z->sign]);
	if (blanks && d->pol->number_leading_blanks != POLICY_ZERO)
		return DIAG_D006;
	*negative = (entry & MINUS) != 0;
	return *negative && !c->is_signed ? DIAG_D004 : 0;
}

/*
 * Settles a cell that a kernel did not take, unless there is something to
 * store: then its digits, magnitude and sign.
 */
static __attribute__((noinline)) bool
zoned_odd(struct decode *d, const struct zoned *z, uint32_t row,
    const uint8_t *p, uint8_t *digits, u128 *mag, bool *negative)
{
	uint16_t code;

	*mag = 0;
	*negative = false;
	switch (kernel_filler(d, p)) {
	case FILLER_NULL:
		cell_null(d, row);
		return false;
	case FILLER_ZERO:
		memset(digits, 0, d->c->digits);
		return true;
	case FILLER_NONE:
		break;
	}
	code = zoned_any(d, z, p, digits, mag, negative);
	if (code == DIAG_D006)
		cell_bad(d, row, code);
	else if (code != 0)
		cell_invalid(d, row, code);
	return code == 0;
}

static __attribute__((noinline)) void
zoned_odd_number(struct decode *d, const struct zoned *z, uint32_t row,
    const uint8_t *p)
{
	uint8_t digits[64];
	bool negative;
	u128 mag;

	if (!zoned_odd(d, z, row, p, digits, &mag, &negative))
		return;
	if (d->c->scale < 0)
		mag *= (u128)d128_pow10[-d->c->scale];
	if (d->out->type == V_I64)
		d->out->v.i64[row] = signed_i64((uint64_t)mag, negative);
	else
		d->out->v.d128[row] = signed_d128(mag, negative);
}

/* Numbers of an int64; eights: how many times 8 digits the run is at most. */
KERNEL_INLINE void
zoned_short(struct decode *d, const struct zoned *z, uint32_t eights,
    bool checked)
{
	const uint32_t n = d->rows->n, run = z->run, sign_at = z->sign;
	const uint32_t lead = z->nrun - (eights - 1) * 8;
	const uint64_t zone = z->zone, a = (uint64_t)z->run_times;
	const uint64_t b = (uint64_t)z->digit_times;
	const uint8_t *p, *table = z->table, refuse = z->refuse;
	int64_t *v = d->out->v.i64;
	uint64_t x, bad, value;
	uint32_t i, k;
	uint8_t entry;

	for (i = 0; i < n; i++) {
		if ((p = item_at(d, i, checked)) == NULL)
			continue;
		entry = table[p[sign_at]];
		x = zoned_bytes(p + run, lead, zone);
		bad = bytes_invalid(x) | (entry & refuse);
		value = bytes_value(x);
		for (k = 1; k < eights; k++) {
			x = load_le64(p + run + lead + 8 * (k - 1)) ^ zone;
			bad |= bytes_invalid(x);
			value = value * 100000000 + bytes_value(x);
		}
		if (unlikely(bad != 0)) {
			zoned_odd_number(d, z, i, p);
			continue;
		}
		v[i] = signed_i64(value * a + (entry & 15) * b,
		    (entry & MINUS) != 0);
	}
}

#if defined(__x86_64__)
/* Not 0 in lanes with a byte over 9. */
AVX512 static inline __m512i
bytes_invalid_512(__m512i x)
{
	return _mm512_and_si512(_mm512_or_si512(x, _mm512_add_epi8(x,
	    _mm512_set1_epi8(6))), _mm512_set1_epi8((char)0xf0));
}

/* bytes_value() of each lane. */
AVX512 static inline __m512i
bytes_value_512(__m512i x)
{
	x = _mm512_maddubs_epi16(x, _mm512_set1_epi16(1 << 8 | 10));
	x = _mm512_madd_epi16(x, _mm512_set1_epi32(1 << 16 | 100));
	return _mm512_add_epi64(_mm512_srli_epi64(x, 32),
	    _mm512_mul_epu32(x, _mm512_set1_epi64(10000)));
}

/*
 * Eight items of up to 16 bytes at a time, EBCDIC, without trailing Ps, the
 * sign in the last byte's zone, all rows covering them.  The zone is looked up
 * as a bit: which ones are minus, which refused.
 */
AVX512 static inline __attribute__((always_inline)) void
zoned_512(struct decode *d, const struct zoned *z, bool two)
{
	const uint32_t n = d->rows->n, offset = d->c->offset;
	const uint32_t first = d->c->size - (two ? 8 : 0);
	const __m128i shift = _mm_cvtsi32_si128((int)(64 - 8 * first));
	const __m512i zones = _mm512_set1_epi64((int64_t)z->zone);
	const __m512i digits = _mm512_set1_epi64(INT64_MAX >> 3);
	const __m512i minus = _mm512_set1_epi64(1 << 0xb | 1 << 0xd);
	const __m512i refuse = _mm512_set1_epi64(0x03ff |
	    ((z->refuse & MINUS) != 0 ? 1 << 0xb | 1 << 0xd : 0));
	const __m512i e8 = _mm512_set1_epi64(100000000);
	const __m512i none = _mm512_setzero_si512();
	const uint8_t *const *base = d->rows->base;
	__m512i p, x, hi, value, sign, bad;
	__mmask8 rows, odd;
	uint32_t i, row;

	for (i = 0; i < n; i += 8) {
		rows = n - i >= 8 ? 0xff : (__mmask8)((1u << (n - i)) - 1);
		p = _mm512_add_epi64(_mm512_maskz_loadu_epi64(rows, base + i),
		    _mm512_set1_epi64(offset));
		hi = _mm512_mask_i64gather_epi64(none, rows, p, NULL, 1);
		hi = _mm512_sll_epi64(_mm512_xor_si512(hi, zones), shift);
		x = hi;
		if (two) {
			p = _mm512_add_epi64(p, _mm512_set1_epi64(first));
			x = _mm512_mask_i64gather_epi64(none, rows, p, NULL, 1);
			x = _mm512_xor_si512(x, zones);
		}
		/* the sign's zone, as it was before the exclusive or */
		sign = _mm512_sub_epi64(_mm512_set1_epi64(15),
		    _mm512_srli_epi64(x, 60));
		sign = _mm512_sllv_epi64(_mm512_set1_epi64(1), sign);
		x = _mm512_and_si512(x, digits);
		bad = _mm512_or_si512(bytes_invalid_512(x),
		    _mm512_and_si512(sign, refuse));
		value = bytes_value_512(x);
		if (two) {
			bad = _mm512_or_si512(bad, bytes_invalid_512(hi));
			value = _mm512_add_epi64(value, _mm512_mul_epu32(
			    bytes_value_512(hi), e8));
		}
		odd = _mm512_mask_test_epi64_mask(rows, bad, bad);
		value = _mm512_mask_sub_epi64(value,
		    _mm512_test_epi64_mask(sign, minus), none, value);
		_mm512_mask_storeu_epi64(d->out->v.i64 + i, rows, value);
		for (; unlikely(odd != 0); odd &= odd - 1) {
			row = i + (uint32_t)__builtin_ctz(odd);
			zoned_odd_number(d, z, row, base[row] + offset);
		}
	}
}

/* False: it is another kernel's. */
AVX512 static bool
zoned_512_any(struct decode *d, const struct zoned *z)
{
	if (d->c->size > 16 || z->table != sign_ebcdic || z->run != 0 ||
	    z->digit_times != 1 || d->out->type != V_I64 || d->checked)
		return false;
	if (d->c->size <= 8)
		zoned_512(d, z, false);
	else
		zoned_512(d, z, true);
	return true;
}
#endif

/* More digits than that. */
static void
zoned_long(struct decode *d, const struct zoned *z)
{
	const uint32_t lead = z->nrun % 8;
	const uint8_t *p, *q, *end;
	uint64_t x, bad;
	uint32_t i;
	uint8_t entry;
	u128 value;

	for (i = 0; i < d->rows->n; i++) {
		if ((p = item_at(d, i, d->checked)) == NULL)
			continue;
		entry = z->table[p[z->sign]];
		q = p + z->run;
		end = q + z->nrun;
		x = zoned_bytes(q, lead, z->zone);
		bad = bytes_invalid(x) | (entry & z->refuse);
		value = bytes_value(x);
		for (q += lead; q < end; q += 8) {
			x = load_le64(q) ^ z->zone;
			bad |= bytes_invalid(x);
			value = value * 100000000 + bytes_value(x);
		}
		if (unlikely(bad != 0)) {
			zoned_odd_number(d, z, i, p);
			continue;
		}
		d->out->v.d128[i] = signed_d128(value * z->run_times +
		    (entry & 15) * z->digit_times, (entry & MINUS) != 0);
	}
}

void
decode_zoned(struct decode *d)
{
	struct zoned z;

	zoned_init(&z, d->c);
#if defined(__x86_64__)
	if (kernel_has_512() && zoned_512_any(d, &z))
		return;
#endif
	if (d->out->type == V_D128)
		zoned_long(d, &z);
	else if (z.nrun <= 8 && !d->checked)
		zoned_short(d, &z, 1, false);
	else if (z.nrun <= 8)
		zoned_short(d, &z, 1, true);
	else if (z.nrun <= 16 && !d->checked)
		zoned_short(d, &z, 2, false);
	else if (z.nrun <= 16)
		zoned_short(d, &z, 2, true);
	else
		zoned_short(d, &z, 3, d->checked);
}

/* The digits of an unsigned number, leading zeros included, as text. */
void
decode_digits(struct decode *d)
{
	const uint32_t n = d->c->digits, rows = d->rows->n;
	size_t size = (size_t)rows * n + 8;
	uint8_t *text = arena_alloc(d->arena, size), *o = text, entry;
	uint64_t x, bad;
	bool negative;
	const uint8_t *p;
	struct zoned z;
	uint32_t i, k, run;
	u128 mag;

	zoned_init(&z, d->c);
	for (i = 0; i < rows; i++) {
		if ((p = item_at(d, i, d->checked)) == NULL)
			continue;
		entry = z.table[p[z.sign]];
		bad = entry & z.refuse;
		for (k = 0; k < z.nrun; k += 8) {
			run = z.nrun - k < 8 ? z.nrun - k : 8;
			x = load_le64(p + k) ^ z.zone;
			if (run < 8)
				x &= ((uint64_t)1 << 8 * run) - 1;
			bad |= bytes_invalid(x);
			x |= 0x3030303030303030u;
			store_le64(o + k, x);
		}
		o[n - 1] = '0' + (entry & 15);
		if (unlikely(bad != 0)) {
			if (!zoned_odd(d, &z, i, p, o, &mag, &negative))
				continue;
			for (k = 0; k < n; k++)
				o[k] |= '0';
		}
		d->out->v.text[i] = (struct slice){ o, n };
		o += n;
	}
	arena_trim(d->arena, text, size, (size_t)(o - text));
}

/* ---- the other way ------------------------------------------------------ */

/* FORM_SIGN of the byte of an overpunched sign; 0: of none. */
static uint32_t
zoned_zone(const struct zoned *z, uint8_t byte)
{
	if ((z->table[byte] & BAD) != 0 || z->table == z->plus_minus)
		return 0;
	if (z->table == sign_ebcdic)
		return byte >> 4;
	return byte == 0x40 ? 4 : byte > 0x40 && byte <= 0x52 ? 0xc :
	    byte == 0x7b || byte == 0x7d ? 0xc : byte >> 4;
}

/* The zone that the form asks for, if its sign is this one. */
static uint32_t
zoned_choose(const struct encode *e, const struct zoned *z, uint32_t zone,
    bool negative)
{
	bool minus = z->table == sign_ebcdic ? zone == 0xb || zone == 0xd :
	    zone == 7;
	bool known = z->table == sign_ebcdic ? zone >= 0xa :
	    zone == 3 || zone == 4 || zone == 7 || zone == 0xc;

	if (known && (minus == negative || (zone == 0xc &&
	    z->table == sign_ascii)))
		return zone;
	if (z->table == sign_ebcdic)
		return negative ? 0xd : e->given->is_signed ? 0xc : 0xf;
	if (!negative && (!e->given->is_signed || e->c->ascii_sign))
		return 3;
	return e->c->ascii_sign ? 7 : 0xc;
}

/* A digit with a sign. */
static uint8_t
zoned_overpunch(const struct zoned *z, uint32_t zone, uint32_t digit,
    bool negative)
{
	if (z->table == sign_ebcdic || zone != 0xc)
		return (uint8_t)(zone << 4 | digit);
	if (digit == 0)
		return negative ? 0x7d : 0x7b;
	return (uint8_t)(digit + (negative ? 0x49 : 0x40));
}

uint16_t
encode_zoned(const struct encode *e, d128 v, uint64_t form, uint8_t *p)
{
	const struct codec *c = e->c;
	uint32_t i, at, digit, blanks = FORM_COUNT_OF(form);
	bool negative = v < 0 || (v == 0 && (form & FORM_MINUS) != 0);
	bool overpunched = c->size == c->digits, none;
	struct zoned z;
	uint16_t code;
	u128 mag;

	if ((code = encode_magnitude(e, v, &mag)) != 0)
		return code;
	if (negative && !c->is_signed)
		return DIAG_D004;
	zoned_init(&z, c);
	for (i = c->digits; i > 0; i--) {
		at = (overpunched ? 0 : z.run) + i - 1;
		none = mag == 0;
		digit = encode_digit(&mag);
		if (i <= blanks && none && (at != z.sign || !negative))
			p[at] = e->blank;
		else if (overpunched && at == z.sign)
			p[at] = zoned_overpunch(&z, zoned_choose(e, &z,
			    FORM_SIGN_OF(form), negative), digit, negative);
		else
			p[at] = (uint8_t)((z.zone & 0xff) | digit);
	}
	if (mag != 0)
		return DIAG_D011;
	if (overpunched)
		return 0;
	for (i = 0; i < 256; i++)
		if (z.plus_minus[i] == (negative ? MINUS : 0)) {
			p[z.sign] = (uint8_t)i;
			return 0;
		}
	return DIAG_D028;
}

uint64_t
form_zoned(const struct encode *e, const uint8_t *p)
{
	const struct codec *c = e->c;
	uint32_t blanks = 0, first;
	uint64_t form;
	struct zoned z;

	zoned_init(&z, c);
	first = c->size == c->digits ? 0 : z.run;
	while (blanks < c->digits && p[first + blanks] == e->blank)
		blanks++;
	form = FORM_COUNT(blanks);
	if ((z.table[p[z.sign]] & (BAD | MINUS)) == MINUS)
		form |= FORM_MINUS;
	return form | FORM_SIGN(zoned_zone(&z, p[z.sign]));
}

/* Fewer digits than the item's have zeros in front. */
uint16_t
encode_digits(const struct encode *e, struct slice text, uint64_t form,
    uint8_t *p)
{
	d128 v = 0;
	uint32_t i;

	for (i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return DIAG_D016;
		if (v >= d128_pow10[37])
			return DIAG_D011;
		v = v * 10 + (text.p[i] - '0');
	}
	return text.len == 0 ? DIAG_D016 : encode_zoned(e, v, form, p);
}
