/*
 * A field of delimited text written back from its value.
 *
 * A number's text may be spelled in many ways, so what its value does not say
 * is taken from the bytes: blanks around it, the sign's place and a plus, how
 * many digits stand before and behind the point, whether there is a point, and
 * of a float its exponent.  None of that is a digit of the number: those come
 * from the value alone, also where the text has more of them than a double.
 * A null is as many blanks, X'00' or X'FF' as there are, or nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "value/codec.h"

#define DOUBLE_DIGITS	17
#define DIGITS_MAX	160	/* of a number's text; more is not spelled */

struct spelling {
	const uint8_t *p;	/* from the first digit or point on */
	uint32_t n;		/* up to the last, with a float's exponent */
	uint32_t before, after;	/* bytes around that */
	uint32_t whole, decimals;
	int sign;		/* '+', '-' or 0 */
	bool behind, point;
	uint32_t mantissa;	/* characters of n before an exponent */
	int exponent;
};

/* ---- how it is spelled -------------------------------------------------- */

static bool
is_sign(uint8_t ch)
{
	return ch == '+' || ch == '-';
}

static void
spelling_exponent(const struct codec *c, struct spelling *s)
{
	const uint8_t *ascii = c->page->to_ascii;
	uint32_t i = s->mantissa + 1;
	bool minus;

	if (s->mantissa == s->n)
		return;
	minus = i < s->n && ascii[s->p[i]] == '-';
	i += i < s->n && is_sign(ascii[s->p[i]]);
	for (; i < s->n && s->exponent < 10000; i++)
		s->exponent = 10 * s->exponent + ascii[s->p[i]] - '0';
	if (minus)
		s->exponent = -s->exponent;
}

static void
spelling_read(const struct codec *c, struct slice b, struct spelling *s)
{
	const uint8_t *ascii = c->page->to_ascii;
	uint8_t blank = c->page->blank, ch;
	uint32_t from = 0, to = b.len, i;

	memset(s, 0, sizeof *s);
	while (from < to && b.p[from] == blank)
		from++;
	while (to > from && b.p[to - 1] == blank)
		to--;
	if (from < to && is_sign(ascii[b.p[from]])) {
		s->sign = ascii[b.p[from++]];
	} else if (from < to && is_sign(ascii[b.p[to - 1]])) {
		s->sign = ascii[b.p[--to]];
		s->behind = true;
	}
	s->p = b.p + from;
	s->n = s->mantissa = to - from;
	s->before = from - (s->sign != 0 && !s->behind);
	s->after = b.len - to - (s->sign != 0 && s->behind);
	for (i = 0; i < s->n; i++) {
		ch = ascii[s->p[i]];
		if (ch == 'e' || ch == 'E') {
			s->mantissa = i;
			break;
		}
		s->whole += !s->point && ch >= '0' && ch <= '9';
		s->decimals += s->point && ch >= '0' && ch <= '9';
		s->point = s->point || ch == '.' || ch == ',';
	}
	spelling_exponent(c, s);
}

/* ---- writing ------------------------------------------------------------ */

static void
put_char(const struct codec *c, struct buf *out, int ch)
{
	int b = charset_encode(c->page, (uint32_t)ch);

	buf_putc(out, (char)(b < 0 ? 0x3f : b));
}

static void
put_blanks(const struct codec *c, struct buf *out, uint32_t n)
{
	while (n-- > 0)
		buf_putc(out, (char)c->page->blank);
}

/* Digits in ASCII, of which `decimals` are behind the point. */
static void
put_spelled(const struct codec *c, const struct spelling *s, bool minus,
    const char *digits, uint32_t n, uint32_t decimals, struct buf *out)
{
	int sign = minus ? '-' : s->sign;
	uint32_t i;

	put_blanks(c, out, s->before);
	if (sign != 0 && !s->behind)
		put_char(c, out, sign);
	for (i = 0; i < n; i++) {
		if (i + decimals == n && (s->point || decimals > 0))
			put_char(c, out, c->comma ? ',' : '.');
		put_char(c, out, digits[i]);
	}
	if (decimals == 0 && s->point)
		put_char(c, out, c->comma ? ',' : '.');
	buf_put(out, s->p + s->mantissa, s->n - s->mantissa);
	if (sign != 0 && s->behind)
		put_char(c, out, sign);
	put_blanks(c, out, s->after);
}

/* The value's digits, as many as the text has at least. */
static uint16_t
put_number(const struct codec *c, const struct column *col, uint32_t row,
    struct slice bytes, struct buf *out)
{
	char digits[DIGITS_MAX + 64];
	d128 v = col->type == V_D128 ? col->v.d128[row] : col->v.i64[row];
	u128 mag = v < 0 ? -(u128)v : (u128)v;
	uint32_t at = sizeof digits, decimals, k;
	int16_t scale;
	uint16_t precision;
	struct spelling s;

	spelling_read(c, bytes, &s);
	codec_type(c, &scale, &precision);
	if (s.whole + s.decimals > DIGITS_MAX)
		return DIAG_D030;
	decimals = s.decimals;
	/* a last decimal that the text does not have must be zero */
	for (; scale > (int)decimals && mag % 10 == 0; scale--)
		mag /= 10;
	if (scale > (int)decimals)
		decimals = (uint32_t)scale;
	for (k = (uint32_t)scale; k < decimals; k++)
		digits[--at] = '0';
	for (k = 0; mag > 0 || k < (uint32_t)scale + s.whole; k++) {
		digits[--at] = (char)('0' + (int)(mag % 10));
		mag /= 10;
	}
	if (v > 0 && s.sign == '-')
		s.sign = 0;
	put_spelled(c, &s, v < 0, digits + at, (uint32_t)(sizeof digits - at),
	    decimals, out);
	return 0;
}

/* As many significant digits as the text has, at the same power of ten. */
static uint16_t
put_float(const struct codec *c, const struct column *col, uint32_t row,
    struct slice bytes, struct buf *out)
{
	const uint8_t *ascii = c->page->to_ascii;
	double v = col->v.f64[row];
	char digits[DIGITS_MAX + 1], text[DOUBLE_DIGITS + 16];
	struct spelling s;
	uint32_t n = 0, zeros = 0, figures, i;
	int power, want;

	spelling_read(c, bytes, &s);
	if (s.whole + s.decimals > DIGITS_MAX)
		return DIAG_D031;
	for (i = 0; i < s.mantissa; i++)
		if (ascii[s.p[i]] >= '0' && ascii[s.p[i]] <= '9')
			digits[n++] = (char)ascii[s.p[i]];
	while (zeros < n && digits[zeros] == '0')
		zeros++;
	figures = n - zeros;
	memset(digits, '0', n);
	if (v == 0 && figures > 0)
		return DIAG_D031;
	if (figures > DOUBLE_DIGITS)
		return DIAG_D031;
	if (figures > 0) {
		snprintf(text, sizeof text, "%.*e", (int)figures - 1,
		    v < 0 ? -v : v);
		power = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
		want = (int)s.whole - (int)zeros - 1 + s.exponent;
		if (power != want)
			return DIAG_D031;
		digits[zeros] = text[0];
		memcpy(digits + zeros + 1, text + 2, figures - 1);
	}
	put_spelled(c, &s, v < 0, digits, n, s.decimals, out);
	return 0;
}

static uint16_t
put_text(const struct codec *c, struct slice text, struct buf *out)
{
	size_t len;
	uint32_t i;
	int b;

	if (c->utf8) {
		buf_put(out, text.p, text.len);
		return 0;
	}
	for (i = 0; i < text.len; i += (uint32_t)len) {
		b = charset_encode(c->page, utf8_get(text.p + i, &len));
		if (b < 0)
			return DIAG_D030;
		buf_putc(out, (char)b);
	}
	return 0;
}

/* Nothing but one byte, which reads as null. */
static uint16_t
put_null(const struct codec *c, struct slice bytes, struct buf *out)
{
	uint8_t b = bytes.len > 0 ? bytes.p[0] : 0;
	uint32_t i;

	if (b != 0 && b != 0xff && b != c->page->blank)
		return DIAG_D030;
	for (i = 0; i < bytes.len; i++)
		buf_putc(out, (char)b);
	return 0;
}

uint16_t
codec_field_back(const struct codec *c, const struct column *col,
    uint32_t row, struct slice bytes, struct buf *out)
{
	if (column_is_null(col, row))
		return put_null(c, bytes, out);
	switch (c->field) {
	case FIELD_TEXT:
		return put_text(c, col->v.text[row], out);
	case FIELD_NUMBER:
		return put_number(c, col, row, bytes, out);
	case FIELD_FLOAT:
		return put_float(c, col, row, bytes, out);
	default:
		return DIAG_D030;
	}
}
