/*
 * Fields of delimited text, found by their entries in the record:
 *
 *	entry: distance from itself, length	two 32-bit numbers, this
 *						machine's order
 *
 * Text goes from the page (or from UTF-8) to UTF-8.  A number is what its text
 * says, 12 is 12.00 whatever the picture's V: a sign in front or behind,
 * digits, a point, blanks around; nothing is rounded and nothing cut.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "value/decimal.h"
#include "value/kernel.h"

#define FLOAT_MAX	128u	/* characters of a float */
#define DIGITS_MAX	38u

static const uint8_t nothing[1];
static const uint8_t replacement[3] = { 0xef, 0xbf, 0xbd };	/* U+FFFD */

static const uint8_t *
field_at(const uint8_t *entry, uint32_t *n)
{
	uint32_t v[2];

	memcpy(v, entry, sizeof v);
	*n = v[1];
	return entry + v[0];
}

struct slice
codec_field_bytes(const uint8_t *entry)
{
	uint32_t n;
	const uint8_t *p = field_at(entry, &n);

	return (struct slice){ p, n };
}

static bool
is_all(const uint8_t *p, uint32_t n, uint8_t byte)
{
	while (n > 0 && *p == byte) {
		p++;
		n--;
	}
	return n == 0;
}

/* ---- text -------------------------------------------------------------- */

static void
field_trim(const struct decode *d, const uint8_t **p, uint32_t *n)
{
	if (d->pol->text_trim == TRIM_NONE)
		return;
	while (*n > 0 && ((*p)[*n - 1] == d->blank || (*p)[*n - 1] == 0))
		--*n;
	if (d->pol->text_trim != TRIM_BOTH)
		return;
	for (; *n > 0 && **p == d->blank; ++*p)
		--*n;
}

static void
text_refuse(struct decode *d, uint32_t row, enum policy policy, uint16_t code)
{
	if (policy == POLICY_NULL)
		cell_null(d, row);
	else
		cell_bad(d, row, code);
}

/* The character at p: its bytes, its UTF-8 in *utf8; 0: it is none. */
static inline uint32_t
field_char(const struct codec *c, const uint8_t *p, uint32_t n,
    const uint8_t **utf8, uint32_t *len)
{
	if (c->utf8) {
		*utf8 = p;
		*len = (uint32_t)utf8_valid(p, n);
		return *len;
	}
	*utf8 = c->page->utf8[*p];
	*len = c->page->utf8_len[*p];
	return *len > 0;
}

/* Writes the text to `o` and returns where it ends; NULL: the cell is bad. */
static uint8_t *
text_convert(struct decode *d, uint32_t row, const uint8_t *p, uint32_t n,
    uint8_t *o)
{
	const struct policies *pol = d->pol;
	const uint8_t *utf8;
	uint32_t len, step, chars = 0;

	for (; n > 0; p += step, n -= step, chars++) {
		if (*p == 0 && pol->text_nul != POLICY_KEEP) {
			text_refuse(d, row, pol->text_nul, DIAG_D008);
			return NULL;
		}
		step = field_char(d->c, p, n, &utf8, &len);
		if (step == 0 && pol->text_unmappable != POLICY_KEEP) {
			text_refuse(d, row, pol->text_unmappable, DIAG_D007);
			return NULL;
		}
		if (step == 0) {
			utf8 = replacement;
			len = sizeof replacement;
			step = 1;
		}
		memcpy(o, utf8, len);
		o += len;
	}
	if (d->c->width == 0 || chars <= d->c->width)
		return o;
	cell_bad(d, row, DIAG_D013);
	return NULL;
}

/* Bytes that may stand in the column as they are: ASCII without X'00'. */
static bool
is_plain(const struct codec *c, const uint8_t *p, uint32_t n)
{
	uint8_t any = 0, nul = 0;
	uint32_t i;

	if (!c->utf8 && !c->page->ascii)
		return false;
	for (i = 0; i < n; i++) {
		any |= p[i];
		nul |= p[i] == 0;
	}
	return any < 0x80 && nul == 0 && (c->width == 0 || n <= c->width);
}

static void
decode_text_cell(struct decode *d, uint32_t row, const uint8_t *p, uint32_t n)
{
	uint8_t *o, *end;
	size_t size;

	if (n > 0 && is_all(p, n, 0)) {
		cell_null(d, row);
		return;
	}
	field_trim(d, &p, &n);
	if (n == 0 && d->pol->text_empty == POLICY_NULL) {
		cell_null(d, row);
	} else if (n == 0 || is_plain(d->c, p, n)) {
		d->out->v.text[row] = (struct slice){ n > 0 ? p : nothing, n };
	} else {
		size = (size_t)n * (d->c->page->max_len > 3 ?
		    d->c->page->max_len : 3);
		o = arena_alloc(d->arena, size);
		end = text_convert(d, row, p, n, o);
		arena_trim(d->arena, o, size, end == NULL ? 0 :
		    (size_t)(end - o));
		if (end != NULL)
			d->out->v.text[row] = (struct slice){ o,
			    (uint32_t)(end - o) };
	}
}

/* ---- numbers ----------------------------------------------------------- */

/* A number of blanks, X'00' or X'FF', or of nothing: settled by a policy. */
static bool
number_is_filler(struct decode *d, uint32_t row, const uint8_t *p, uint32_t n)
{
	enum policy policy;

	if (is_all(p, n, d->blank))
		policy = d->pol->number_spaces;
	else if (is_all(p, n, 0x00))
		policy = d->pol->number_low;
	else if (is_all(p, n, 0xff))
		policy = d->pol->number_high;
	else
		return false;
	if (policy == POLICY_NULL)
		cell_null(d, row);
	else if (policy != POLICY_ZERO)
		cell_invalid(d, row, DIAG_D016);
	return true;		/* the cell is 0 */
}

struct number {
	u128 mag;		/* at the picture's scale, or 0 if that is less */
	bool minus;
};

/* Digits and a point; 0, or the code of what is wrong. */
static uint16_t
number_digits(const struct codec *c, const uint8_t *p, const uint8_t *end,
    struct number *v)
{
	const u128 most = (u128)d128_pow10[DIGITS_MAX] / 10;
	const uint8_t *ascii = c->page->to_ascii;
	int scale = c->scale > 0 ? c->scale : 0, decimals = 0;
	bool point = false, seen = false, wide = false, cut = false;
	uint8_t ch;

	for (; p < end; p++) {
		ch = ascii[*p];
		if (ch == (c->comma ? ',' : '.') && !point) {
			point = true;
			continue;
		}
		if (ch < '0' || ch > '9')
			return DIAG_D016;
		seen = true;
		if (point && decimals == scale) {
			cut = cut || ch != '0';
			continue;
		}
		decimals += point;
		wide = wide || v->mag >= most;
		v->mag = v->mag * 10 + (u128)(ch - '0');
	}
	for (; decimals < scale && !wide; decimals++) {
		wide = v->mag >= most;
		v->mag *= 10;
	}
	return !seen ? DIAG_D016 : wide ? DIAG_D011 : cut ? DIAG_D014 : 0;
}

/* Whether the picture, or the bytes of a binary item, can hold it. */
static uint16_t
number_fits(const struct codec *c, const struct number *v)
{
	u128 zeros = c->scale < 0 ? (u128)d128_pow10[-c->scale] : 1, most;
	uint32_t bits = 8u * c->binary;

	if (v->mag % zeros != 0)
		return DIAG_D014;
	if (c->binary == 0 || bits > 126)
		most = (u128)d128_pow10[c->binary == 0 ? c->digits :
		    DIGITS_MAX] - 1;
	else
		most = ((u128)1 << (bits - c->is_signed)) - 1 +
		    (c->is_signed && v->minus);
	return v->mag / zeros > most ? DIAG_D011 : 0;
}

/* 0, or the code of what is wrong; the text has more than blanks. */
static uint16_t
number_parse(const struct decode *d, const uint8_t *p, uint32_t n,
    struct number *v)
{
	const struct codec *c = d->c;
	const uint8_t *ascii = c->page->to_ascii, *end = p + n;
	uint16_t code;

	*v = (struct number){ .mag = 0 };
	while (p < end && *p == d->blank)
		p++;
	while (p < end && end[-1] == d->blank)
		end--;
	if (p < end && (ascii[*p] == '+' || ascii[*p] == '-'))
		v->minus = ascii[*p++] == '-';
	else if (p < end && (ascii[end[-1]] == '+' || ascii[end[-1]] == '-'))
		v->minus = ascii[*--end] == '-';
	code = number_digits(c, p, end, v);
	if (code != 0)
		return code;
	if (v->minus && v->mag != 0 && !c->is_signed &&
	    !d->pol->number_sign_lenient)
		return DIAG_D004;
	return number_fits(c, v);
}

static void
number_refuse(struct decode *d, uint32_t row, uint16_t code)
{
	if (code == DIAG_D016)
		cell_invalid(d, row, code);
	else
		cell_bad(d, row, code);
}

static void
decode_number_cell(struct decode *d, uint32_t row, const uint8_t *p,
    uint32_t n)
{
	bool wide = d->out->type == V_D128;
	struct number v;
	uint16_t code;

	if (wide)
		d->out->v.d128[row] = 0;
	else
		d->out->v.i64[row] = 0;
	if (number_is_filler(d, row, p, n))
		return;
	code = number_parse(d, p, n, &v);
	if (code != 0)
		number_refuse(d, row, code);
	else if (wide)
		d->out->v.d128[row] = signed_d128(v.mag, v.minus);
	else
		d->out->v.i64[row] = (int64_t)signed_d128(v.mag, v.minus);
}

/* All digits of the picture, whether or not the text has its zeros. */
static void
decode_digits_cell(struct decode *d, uint32_t row, const uint8_t *p,
    uint32_t n)
{
	uint32_t digits = d->c->digits, i;
	struct number v = { .mag = 0 };
	uint8_t *text;
	uint16_t code;

	d->out->v.text[row] = (struct slice){ nothing, 0 };
	if (number_is_filler(d, row, p, n)) {
		if (column_is_null(d->out, row) || (d->out->bad.n > 0 &&
		    d->out->bad.v[d->out->bad.n - 1].row == row))
			return;
	} else if ((code = number_parse(d, p, n, &v)) != 0) {
		number_refuse(d, row, code);
		return;
	} else if (v.minus && v.mag != 0) {
		number_refuse(d, row, DIAG_D004);
		return;
	}
	text = arena_alloc(d->arena, digits);
	for (i = digits; i > 0; i--, v.mag /= 10)
		text[i - 1] = (uint8_t)('0' + v.mag % 10);
	d->out->v.text[row] = (struct slice){ text, digits };
}

static void
decode_float_cell(struct decode *d, uint32_t row, const uint8_t *p, uint32_t n)
{
	const uint8_t *ascii = d->c->page->to_ascii;
	char s[FLOAT_MAX], *end;
	uint32_t i;
	double v;

	d->out->v.f64[row] = 0;
	if (number_is_filler(d, row, p, n))
		return;
	for (; n > 0 && *p == d->blank; p++)
		n--;
	while (n > 0 && p[n - 1] == d->blank)
		n--;
	for (i = 0; i < n && i + 1 < sizeof s; i++) {
		s[i] = (char)ascii[p[i]];
		if (s[i] == (d->c->comma ? ',' : '.'))
			s[i] = '.';
		else if (s[i] == '\0' || strchr("0123456789+-eE", s[i]) == NULL)
			break;
	}
	s[i] = '\0';
	v = strtod(s, &end);
	if (i < n || *end != '\0' || end == s)
		cell_invalid(d, row, DIAG_D016);
	else if (!isfinite(v))
		cell_bad(d, row, DIAG_D009);
	else
		d->out->v.f64[row] = v;
}

void
decode_field(struct decode *d)
{
	static void (*const cell[])(struct decode *, uint32_t,
	    const uint8_t *, uint32_t) = {
		[FIELD_TEXT] = decode_text_cell,
		[FIELD_NUMBER] = decode_number_cell,
		[FIELD_DIGITS] = decode_digits_cell,
		[FIELD_FLOAT] = decode_float_cell,
	};
	const uint8_t *entry, *p;
	uint32_t i, n;

	for (i = 0; i < d->rows->n; i++) {
		entry = item_at(d, i, d->checked);
		if (entry == NULL)
			continue;
		p = field_at(entry, &n);
		cell[d->c->field](d, i, p, n);
	}
}

bool
field_is_sound(const struct codec *c)
{
	if (c->size != CODEC_FIELD_SIZE || c->page == NULL ||
	    c->page->wide != NULL)
		return false;
	switch (c->field) {
	case FIELD_TEXT:
	case FIELD_FLOAT:
		return true;
	case FIELD_DIGITS:
		return c->digits > 0 && c->digits <= DIGITS_MAX &&
		    c->scale == 0 && c->binary == 0;
	case FIELD_NUMBER:
		return c->scale >= -(int)DIGITS_MAX &&
		    c->scale <= (int)DIGITS_MAX && c->binary <= 16 &&
		    (c->binary > 0 || (c->digits > 0 &&
		    c->digits <= DIGITS_MAX));
	}
	return false;
}
