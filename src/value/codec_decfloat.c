/*
 * Decimal floating point (FLOAT-DECIMAL-16 and -34 of GnuCOBOL) to text.
 *
 * IEEE 754-2008, 3.5.2, with the significand in binary (BID), in the machine's
 * byte order; 64 bits, and in brackets 128:
 *
 *	s eeeeeeeeee cccc...	10 [14] bits of exponent, 53 [113] of c; or
 *	s 11 eeeeeeeeee cc...	the same with 100 in front of c's 51 [111]
 *
 * is c * 10^(e - 398 [6176]), c < 10^16 [10^34].  Each value has a scale of its
 * own, so that no column of decimals holds them all: a cell is the text of the
 * number, without zeros at the end, which the form counts.
 */
#include "base/diag.h"
#include "base/mem.h"
#include "value/decimal.h"
#include "value/kernel.h"

#define PLAIN_DIGITS	40	/* before the point; more: with an exponent */
#define PLAIN_SCALE	76	/* decimals, likewise */

struct decfloat_kind {
	int digits, bits, bias;		/* bits: of the exponent */
};

struct decfloat {
	u128 c;
	int e;			/* unbiased */
	bool minus;
};

static struct decfloat_kind
kind_of(const struct codec *c)
{
	return c->size == 8 ? (struct decfloat_kind){ 16, 10, 398 } :
	    (struct decfloat_kind){ 34, 14, 6176 };
}

static u128
decfloat_load(const struct codec *c, const uint8_t *p)
{
	if (c->size == 8)
		return c->little_endian ? load_le64(p) : load_be64(p);
	return c->little_endian ? (u128)load_le64(p + 8) << 64 | load_le64(p) :
	    (u128)load_be64(p) << 64 | load_be64(p + 8);
}

/* False: an infinity, a NaN, or more digits than there are. */
static bool
decfloat_read(const struct codec *c, const uint8_t *p, struct decfloat *out)
{
	struct decfloat_kind k = kind_of(c);
	int width = (int)c->size * 8, low = width - 1 - k.bits;
	u128 x = decfloat_load(c, p), lead = 0;

	out->minus = x >> (width - 1) & 1;
	if ((x >> (width - 3) & 3) == 3) {
		low -= 2;
		lead = (u128)4 << low;
		if ((x >> (width - 5) & 3) == 3)
			return false;
	}
	out->e = (int)(x >> low & (((u128)1 << k.bits) - 1)) - k.bias;
	out->c = (x & (((u128)1 << low) - 1)) | lead;
	return out->c < (u128)d128_pow10[k.digits];
}

/* Zeros at its end; moves them into the exponent. */
static int
decfloat_strip(struct decfloat *f)
{
	int n = 0;

	for (; f->c != 0 && f->c % 10 == 0; n++) {
		f->c /= 10;
		f->e++;
	}
	return n;
}

static uint8_t *
put_zeros(uint8_t *to, int n)
{
	for (; n > 0; n--)
		*to++ = '0';
	return to;
}

static uint8_t *
put_bytes(uint8_t *to, const uint8_t *from, int n)
{
	memcpy(to, from, (size_t)n);
	return to + n;
}

static uint8_t *
put_exponent(uint8_t *to, int e)
{
	uint8_t digits[8];
	int n = 0;

	*to++ = 'E';
	*to++ = e < 0 ? '-' : '+';
	for (e = e < 0 ? -e : e; e > 0 || n == 0; e /= 10)
		digits[n++] = (uint8_t)('0' + e % 10);
	while (n > 0)
		*to++ = digits[--n];
	return to;
}

/* At most DECFLOAT_TEXT_MAX bytes; zero is 0, whatever its sign. */
static uint8_t *
decfloat_text(uint8_t *to, struct decfloat f)
{
	uint8_t digits[40], *d = digits + sizeof digits;
	int n;

	if (f.c == 0) {
		*to++ = '0';
		return to;
	}
	decfloat_strip(&f);
	while (f.c > 0)
		*--d = (uint8_t)('0' + encode_digit(&f.c));
	n = (int)(digits + sizeof digits - d);
	if (f.minus)
		*to++ = '-';
	if (f.e >= 0 && n + f.e <= PLAIN_DIGITS)
		return put_zeros(put_bytes(to, d, n), f.e);
	if (f.e >= 0 || f.e < -PLAIN_SCALE)
		return put_exponent(put_bytes(to, d, n), f.e);
	if (-f.e < n) {
		to = put_bytes(to, d, n + f.e);
		*to++ = '.';
		return put_bytes(to, d + n + f.e, -f.e);
	}
	to = put_bytes(to, (const uint8_t *)"0.", 2);
	return put_bytes(put_zeros(to, -f.e - n), d, n);
}

bool
decfloat_is_sound(const struct codec *c)
{
	return c->size == 8 || c->size == 16;
}

void
decode_decfloat(struct decode *d)
{
	size_t most = (size_t)d->rows->n * DECFLOAT_TEXT_MAX + 1;
	uint8_t *start = arena_alloc(d->arena, most), *to = start, *end;
	struct decfloat f;
	const uint8_t *p;
	uint32_t i;

	for (i = 0; i < d->rows->n; i++) {
		if ((p = item_at(d, i, d->checked)) == NULL)
			continue;
		if (!decfloat_read(d->c, p, &f)) {
			cell_invalid(d, i, DIAG_D009);
			continue;
		}
		end = decfloat_text(to, f);
		d->out->v.text[i] = (struct slice){ to,
		    (uint32_t)(end - to) };
		to = end;
	}
}

/* ---- the other way ------------------------------------------------------ */

/* A digit behind those that are there; false: there is no room. */
static bool
take_digit(struct decfloat *f, uint8_t c, bool point)
{
	if (c < '0' || c > '9' || f->c >= (u128)d128_pow10[37])
		return false;
	f->c = f->c * 10 + (u128)(c - '0');
	f->e -= point;
	return true;
}

/* The exponent behind an E. */
static bool
take_exponent(struct decfloat *f, const uint8_t *p, const uint8_t *end)
{
	bool minus = p < end && *p == '-';
	int e = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (p == end)
		return false;
	for (; p < end; p++) {
		if (*p < '0' || *p > '9' || e > 99999)
			return false;
		e = e * 10 + (*p - '0');
	}
	f->e += minus ? -e : e;
	return true;
}

static uint16_t
decfloat_parse(struct decfloat *f, struct slice s)
{
	const uint8_t *p = s.p, *end = s.p + s.len, *digits;
	bool point = false;

	*f = (struct decfloat){ .minus = s.len > 0 && *p == '-' };
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (digits = p; p < end && *p != 'E' && *p != 'e'; p++) {
		if (*p == '.' && !point) {
			point = true;
			digits++;
		} else if (!take_digit(f, *p, point))
			return *p >= '0' && *p <= '9' ? DIAG_D014 : DIAG_D016;
	}
	if (p == digits)
		return DIAG_D016;
	return p == end || take_exponent(f, p + 1, end) ? 0 : DIAG_D016;
}

/* As many zeros at its end as the form says, or as its exponent needs. */
static uint16_t
decfloat_shape(struct decfloat *f, const struct decfloat_kind *k,
    uint64_t form)
{
	u128 most = (u128)d128_pow10[k->digits - 1];
	int zeros = (int)(form >> 8 & 0x3fff), top;

	top = (3 << (k->bits - 2)) - 1 - k->bias;
	if (f->c == 0) {
		f->minus = (form & FORM_MINUS) != 0;
		f->e = zeros - k->bias;
		return f->e > top ? DIAG_D011 : 0;
	}
	decfloat_strip(f);
	if (f->c >= (u128)d128_pow10[k->digits] || f->e < -k->bias)
		return DIAG_D014;
	for (; (zeros > 0 || f->e > top) && f->c < most && f->e > -k->bias;
	    zeros--) {
		f->c *= 10;
		f->e--;
	}
	return f->e > top ? DIAG_D011 : 0;
}

uint16_t
encode_decfloat(const struct encode *e, struct slice s, uint64_t form,
    uint8_t *p)
{
	struct decfloat_kind k = kind_of(e->c);
	int width = (int)e->c->size * 8, low = width - 1 - k.bits;
	struct decfloat f;
	uint16_t code = decfloat_parse(&f, s);
	u128 x;
	uint32_t i;

	if (code == 0)
		code = decfloat_shape(&f, &k, form);
	if (code != 0)
		return code;
	x = (u128)f.minus << (width - 1);
	if (f.c >> low == 0)
		x |= (u128)(f.e + k.bias) << low | f.c;
	else
		x |= (u128)3 << (width - 3) | (u128)(f.e + k.bias) <<
		    (low - 2) | (f.c & (((u128)1 << (low - 2)) - 1));
	for (i = 0; i < e->c->size; i++, x >>= 8)
		p[e->c->little_endian ? i : e->c->size - 1 - i] = (uint8_t)x;
	return 0;
}

/* Zeros at its end; of a zero the sign and the exponent. */
uint64_t
form_decfloat(const struct encode *e, const uint8_t *p)
{
	struct decfloat_kind k = kind_of(e->c);
	struct decfloat f;

	if (!decfloat_read(e->c, p, &f))
		return 0;
	if (f.c == 0)
		return FORM_COUNT(f.e + k.bias) | (f.minus ? FORM_MINUS : 0);
	return FORM_COUNT(decfloat_strip(&f));
}
