/*
 * Edited numbers: what a picture shows, back to the number (Enterprise COBOL
 * Language Reference, "PICTURE clause editing"; ISO 1989, PICTURE clause).
 *
 *	-$$,$$9.99CR		   $1,234.56
 *	ZZ9.99-			  7.50-
 *	+9.99E+99		+1.25E-03
 *
 * The text is read position by position along the picture.  While leading
 * zeros are suppressed, a position of Z, * or a floating symbol shows its
 * fill, and so does an insertion character; a floating symbol stands once, in
 * front of the first digit.  Whatever the picture can't show is a data error:
 * text of another shape is never a number.  An item of blanks is zero where
 * the picture shows zero so (no 9, or BLANK WHEN ZERO), else it is blank as
 * other numbers are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "value/decimal.h"
#include "value/kernel.h"

#define DIGITS_MAX	38
#define CURRENCY	UINT32_MAX	/* all of a currency, as one character */

/* What is the same for all rows. */
struct picture {
	const struct codec_edit *e;
	uint32_t n;			/* characters of the item */
	uint32_t currency[CODEC_EDIT_MAX], ncurrency;
	uint32_t point, comma;
	bool has_nine, has_star, has_currency;
};

/* A text being read. */
struct reader {
	const struct picture *pic;
	const uint32_t *at, *end;
	bool suppressing;	/* in the leading part, no digit shown yet */
	bool floats;		/* the floating symbol has been seen */
	bool first;		/* so has the first of its positions */
	bool negative;
	uint32_t fill;		/* of the suppressed positions */
	uint32_t ndigit;
	u128 magnitude;
};

static uint32_t
edited_digits(const struct codec_edit *e)
{
	uint32_t i, n = 0;
	bool first = true;
	char s;

	for (i = 0; i < e->nsymbol && e->symbol[i] != 'E'; i++) {
		s = e->symbol[i];
		if (e->floating != 0 && s == e->floating) {
			n += !first;
			first = false;
		} else if (s == '9' || s == 'Z' || s == '*')
			n++;
	}
	return n;
}

bool
edited_is_sound(const struct codec *c)
{
	const struct codec_edit *e = c->edit;
	uint32_t i, n = 0, digits;
	size_t width = 0, k, len;
	const uint8_t *p;
	bool currency = false, is_float = false;

	if (e == NULL || e->nsymbol > CODEC_EDIT_MAX ||
	    (c->page == NULL && !e->national))
		return false;
	p = (const uint8_t *)(e->currency != NULL ? e->currency : "$");
	for (len = strlen((const char *)p); len > 0; width++) {
		if ((k = utf8_valid(p, len)) == 0)
			return false;
		p += k;
		len -= k;
	}
	for (i = 0; i < e->nsymbol; i++) {
		is_float |= e->symbol[i] == 'E';
		switch (e->symbol[i]) {
		case 'V':
		case 'P':
			break;
		case 'C':
		case 'D':
			n += 2;
			break;
		case '$':
			n += currency ? 1 : (uint32_t)width;
			currency = true;
			break;
		case '9': case 'Z': case '*': case '+': case '-': case '.':
		case ',': case 'B': case '0': case '/': case 'E':
			n++;
			break;
		default:
			return false;
		}
		if (n > CODEC_EDIT_MAX)
			return false;
	}
	digits = edited_digits(e);
	return width > 0 && digits > 0 && digits <= DIGITS_MAX &&
	    (is_float || digits <= c->digits) && c->size == n * (e->national ? 2 : 1);
}

static void
picture_init(struct picture *pic, const struct codec *c)
{
	const uint8_t *p;
	size_t k;
	uint32_t i;

	memset(pic, 0, sizeof *pic);
	pic->e = c->edit;
	pic->n = c->size / (c->edit->national ? 2 : 1);
	p = (const uint8_t *)(c->edit->currency != NULL ?
	    c->edit->currency : "$");
	for (; *p != '\0'; p += k)
		pic->currency[pic->ncurrency++] = utf8_get(p, &k);
	pic->point = c->edit->comma ? ',' : '.';
	pic->comma = c->edit->comma ? '.' : ',';
	for (i = 0; i < c->edit->nsymbol && c->edit->symbol[i] != 'E'; i++) {
		pic->has_nine |= c->edit->symbol[i] == '9';
		pic->has_star |= c->edit->symbol[i] == '*';
		pic->has_currency |= c->edit->symbol[i] == '$';
	}
}

static bool
read_char(struct reader *r, uint32_t c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* Either of two. */
static bool
read_either(struct reader *r, uint32_t a, uint32_t b, bool *is_b)
{
	*is_b = r->at < r->end && *r->at == b;
	return read_char(r, *is_b ? b : a);
}

static bool
read_digit(struct reader *r)
{
	if (r->at == r->end || *r->at < '0' || *r->at > '9' ||
	    r->ndigit == DIGITS_MAX)
		return false;
	r->magnitude = r->magnitude * 10 + (*r->at++ - '0');
	r->ndigit++;
	r->suppressing = false;
	return true;
}

/* A character of the picture itself, or its like while zeros don't show. */
static bool read_float_symbol(struct reader *);

static bool
read_insertion(struct reader *r, uint32_t c)
{
	if (!r->suppressing)
		return read_char(r, c);
	if (!r->floats && read_float_symbol(r))
		return true;
	/* some compilers show / and 0 there */
	return read_char(r, r->fill) || (c != r->pic->comma &&
	    read_char(r, c));
}

static bool
read_float_symbol(struct reader *r)
{
	const uint32_t *before = r->at;
	bool ok, minus = false;

	switch (r->pic->e->floating) {
	case '+':
		ok = read_either(r, '+', '-', &minus);
		break;
	case '-':
		ok = minus = read_char(r, '-');
		break;
	case '$':
		ok = read_char(r, CURRENCY);
		break;
	default:
		return false;
	}
	if (!ok) {
		r->at = before;
		return false;
	}
	r->floats = true;
	r->negative |= minus;
	return true;
}

/* A position of the floating string; the first is no digit's. */
static bool
read_floating(struct reader *r)
{
	bool first = !r->first, minus = r->pic->e->floating == '-';

	if (first) {
		r->first = r->suppressing = true;
		r->fill = ' ';
	}
	if (!r->suppressing)
		return read_digit(r);
	if (!r->floats && read_float_symbol(r))
		return true;
	if (!r->floats && read_char(r, ' '))
		return true;
	if (first || (!r->floats && !minus))
		return false;
	return read_digit(r);
}

/* A digit comes, and the + or currency before it hasn't. */
static bool
float_missing(const struct reader *r)
{
	char f = r->pic->e->floating;

	return r->suppressing && !r->floats && (f == '+' || f == '$');
}

static bool
read_suppressed(struct reader *r, uint32_t fill)
{
	if (r->ndigit == 0 && !r->suppressing && r->fill == 0) {
		r->suppressing = true;
		r->fill = fill;
	}
	if (r->suppressing && r->at < r->end && *r->at == fill) {
		r->at++;
		return true;
	}
	return read_digit(r);
}

/* The two letters, or blanks. */
static bool
read_credit(struct reader *r, const char *letters)
{
	bool blank = read_char(r, ' ');

	if (blank)
		return read_char(r, ' ');
	r->negative = true;
	return read_char(r, (uint8_t)letters[0]) &&
	    read_char(r, (uint8_t)letters[1]);
}

static bool
read_symbol(struct reader *r, char s)
{
	const struct picture *pic = r->pic;
	bool minus;

	if (pic->e->floating != 0 && s == pic->e->floating)
		return read_floating(r);
	switch (s) {
	case '9':
		return !float_missing(r) && read_digit(r);
	case 'Z':
		return read_suppressed(r, ' ');
	case '*':
		return read_suppressed(r, '*');
	case '.':
	case 'V':		/* zeros show from here on */
		if (float_missing(r))
			return false;
		r->suppressing = false;
		r->fill = ' ';
		return s == 'V' || read_char(r, pic->point);
	case ',':
		return read_insertion(r, pic->comma);
	case 'B':
		return read_insertion(r, ' ');
	case '0':
	case '/':
		return read_insertion(r, (uint8_t)s);
	case '+':
		if (!read_either(r, '+', '-', &minus))
			return false;
		r->negative |= minus;
		return true;
	case '-':
		if (!read_either(r, ' ', '-', &minus))
			return false;
		r->negative |= minus;
		return true;
	case '$':
		return read_char(r, CURRENCY);
	case 'C':
		return read_credit(r, "CR");
	case 'D':
		return read_credit(r, "DB");
	default:		/* P takes no place */
		return true;
	}
}

/* The mantissa is read; 'E' and an exponent follow. */
static bool
read_exponent(struct reader *r, const char *symbol, uint32_t n, int *exponent)
{
	bool minus = false;
	uint32_t i;

	*exponent = 0;
	if (!read_char(r, 'E'))
		return false;
	for (i = 0; i < n; i++) {
		if (symbol[i] == '+') {
			if (!read_either(r, '+', '-', &minus))
				return false;
		} else if (symbol[i] == '-') {
			if (!read_either(r, ' ', '-', &minus))
				return false;
		} else {
			if (r->at == r->end || *r->at < '0' || *r->at > '9')
				return false;
			*exponent = *exponent * 10 + (int)(*r->at++ - '0');
			if (*exponent > 9999)
				return false;
		}
	}
	if (minus)
		*exponent = -*exponent;
	return true;
}

static bool
read_all(struct reader *r, int *exponent)
{
	const struct codec_edit *e = r->pic->e;
	uint32_t i;

	*exponent = 0;
	for (i = 0; i < e->nsymbol; i++) {
		if (e->symbol[i] == 'E') {
			if (!read_exponent(r, e->symbol + i + 1,
			    e->nsymbol - i - 1, exponent))
				return false;
			break;
		}
		if (!read_symbol(r, e->symbol[i]))
			return false;
	}
	return r->at == r->end;
}

/* The item's characters; those that the page lacks are no one's. */
static void
edited_fetch(const struct decode *d, const struct picture *pic,
    const uint8_t *p, uint32_t *text)
{
	uint32_t i;

	for (i = 0; i < pic->n; i++)
		text[i] = pic->e->national ?
		    (uint32_t)p[2 * i] << 8 | p[2 * i + 1] :
		    d->c->page->ucs[p[i]];
}

/* The first currency becomes one character; returns how many are left. */
static uint32_t
edited_currency(const struct picture *pic, uint32_t *text)
{
	const uint32_t n = pic->n, k = pic->ncurrency;
	uint32_t i;

	for (i = 0; i + k <= n; i++)
		if (memcmp(text + i, pic->currency, k * sizeof *text) == 0)
			break;
	if (!pic->has_currency || i + k > n)
		return n;
	text[i] = CURRENCY;
	memmove(text + i + 1, text + i + k, (n - i - k) * sizeof *text);
	return n - k + 1;
}

/* Nothing but blanks: zero, or as the policy has it; nothing but stars. */
static enum filler
edited_filler(const struct decode *d, const struct picture *pic,
    const uint8_t *p, const uint32_t *text)
{
	enum policy policy = d->pol->number_spaces;
	uint32_t i, stars = 0;

	for (i = 0; i < pic->n && text[i] == ' '; i++)
		;
	if (i == pic->n) {
		if (!pic->has_nine || pic->e->blank_zero)
			return FILLER_ZERO;
		return policy == POLICY_NULL ? FILLER_NULL :
		    policy == POLICY_ZERO ? FILLER_ZERO : FILLER_NONE;
	}
	for (i = 0; i < pic->n && (text[i] == '*' || text[i] == pic->point);
	    i++)
		stars += text[i] == '*';
	if (i == pic->n && stars > 0 && pic->has_star && !pic->has_nine)
		return FILLER_ZERO;
	return p[0] == 0x00 || p[0] == 0xff ? kernel_filler(d, p) :
	    FILLER_NONE;
}

static void
edited_float(struct decode *d, uint32_t row, const struct reader *r,
    int exponent)
{
	char text[96], digits[DIGITS_MAX + 2];
	u128 v = r->magnitude;
	uint32_t n = sizeof digits - 1;
	double f;

	digits[n] = '\0';
	do {
		digits[--n] = (char)('0' + (int)(v % 10));
		v /= 10;
	} while (v > 0);
	/* no point in it: strtod's would be the locale's */
	snprintf(text, sizeof text, "%s%se%d", r->negative ? "-" : "",
	    digits + n, exponent - d->c->scale);
	f = strtod(text, NULL);
	if (!__builtin_isfinite(f))
		cell_invalid(d, row, DIAG_D009);
	else
		d->out->v.f64[row] = f;
}

static void
edited_cell(struct decode *d, uint32_t row, const struct picture *pic,
    const uint8_t *p)
{
	uint32_t text[CODEC_EDIT_MAX];
	struct reader r = { .pic = pic, .at = text };
	int exponent = 0;

	edited_fetch(d, pic, p, text);
	switch (edited_filler(d, pic, p, text)) {
	case FILLER_NULL:
		cell_null(d, row);
		return;
	case FILLER_ZERO:
		break;
	case FILLER_NONE:
		r.end = text + edited_currency(pic, text);
		if (read_all(&r, &exponent))
			break;
		cell_invalid(d, row, DIAG_D027);
		return;
	}
	if (d->c->scale < 0)
		r.magnitude *= (u128)d128_pow10[-d->c->scale];
	if (d->out->type == V_F64)
		edited_float(d, row, &r, exponent);
	else if (d->out->type == V_I64)
		d->out->v.i64[row] = signed_i64((uint64_t)r.magnitude,
		    r.negative);
	else
		d->out->v.d128[row] = signed_d128(r.magnitude, r.negative);
}

void
decode_edited(struct decode *d)
{
	struct picture pic;
	const uint8_t *p;
	uint32_t i;

	picture_init(&pic, d->c);
	for (i = 0; i < d->rows->n; i++)
		if ((p = item_at(d, i, d->checked)) != NULL)
			edited_cell(d, i, &pic, p);
}

/* ---- the other way ------------------------------------------------------ */

/* A text being written; a currency is one character until the end. */
struct writer {
	const struct picture *pic;
	uint32_t text[CODEC_EDIT_MAX], n;
	uint8_t digit[DIGITS_MAX];
	uint32_t ndigit, at;		/* digits, and those written */
	uint32_t first;			/* the first that shows of itself */
	bool negative;
	bool suppressing, floats, started;	/* as in a reader */
	bool shown;			/* 0 and / are not suppressed */
	bool hidden;			/* a zero of which no digit shows */
	uint32_t fill;
};

bool
edited_blank_is_zero(const struct codec *c)
{
	return c->edit->blank_zero || memchr(c->edit->symbol, '9',
	    c->edit->nsymbol) == NULL;
}

static void
write_char(struct writer *w, uint32_t c)
{
	w->text[w->n++] = c;
}

/* A digit or the point comes: the floating symbol stands before it. */
static void
write_show(struct writer *w)
{
	char f = w->pic->e->floating;
	uint32_t at = w->n;

	if (w->suppressing && w->started && !w->floats && at > 0) {
		w->floats = true;
		for (at--; at > 0 && (w->text[at] == '0' ||
		    w->text[at] == '/'); at--)
			;	/* that are shown */
		if (f == '$')
			w->text[at] = CURRENCY;
		else if (f == '+')
			w->text[at] = w->negative ? '-' : '+';
		else if (w->negative)
			w->text[at] = '-';
	}
	w->suppressing = false;
}

/* A digit's place; one of Z, * or a floating string may be suppressed. */
static void
write_digit(struct writer *w, bool suppressible)
{
	if (w->hidden || (suppressible && w->suppressing &&
	    w->at < w->first)) {
		w->at++;
		write_char(w, w->fill);
		return;
	}
	write_show(w);
	write_char(w, (uint32_t)'0' + w->digit[w->at++]);
}

static void
write_suppress(struct writer *w, uint32_t fill)
{
	if (w->fill == 0) {
		w->suppressing = true;
		w->fill = fill;
	}
}

static void
write_letters(struct writer *w, const char *letters)
{
	write_char(w, w->negative ? (uint8_t)letters[0] : ' ');
	write_char(w, w->negative ? (uint8_t)letters[1] : ' ');
}

static void
write_insertion(struct writer *w, char s)
{
	uint32_t c = s == ',' ? w->pic->comma : s == 'B' ? ' ' : (uint8_t)s;
	bool shown = w->shown && (s == '0' || s == '/');

	write_char(w, w->suppressing && !shown ? w->fill : c);
}

static void
write_symbol(struct writer *w, char s)
{
	const struct picture *pic = w->pic;

	if (pic->e->floating != 0 && s == pic->e->floating) {
		write_suppress(w, ' ');
		if (w->started)
			write_digit(w, true);
		else
			write_char(w, ' ');
		w->started = true;
		return;
	}
	switch (s) {
	case '9':
		write_digit(w, false);
		break;
	case 'Z':
	case '*':
		write_suppress(w, s == 'Z' ? ' ' : '*');
		write_digit(w, true);
		break;
	case '.':
	case 'V':		/* zeros show from here on */
		if (!w->hidden) {
			write_show(w);
			w->fill = ' ';
		}
		if (s == '.')
			write_char(w, w->hidden && w->fill == ' ' ? ' ' :
			    pic->point);
		break;
	case ',': case 'B': case '0': case '/':
		write_insertion(w, s);
		break;
	case '+':
		write_char(w, w->negative ? '-' : '+');
		break;
	case '-':
		write_char(w, w->negative ? '-' : ' ');
		break;
	case '$':
		write_char(w, CURRENCY);
		break;
	case 'C':
		write_letters(w, "CR");
		break;
	case 'D':
		write_letters(w, "DB");
		break;
	default:		/* P takes no place */
		break;
	}
}

static bool
shows_minus(const struct codec_edit *e)
{
	uint32_t i;

	for (i = 0; i < e->nsymbol && e->symbol[i] != 'E'; i++)
		if (strchr("+-CD", e->symbol[i]) != NULL)
			return true;
	return false;
}

/* The digits, and where they begin to show: `count` earlier than need be. */
static uint16_t
write_digits(struct writer *w, u128 mag, uint32_t count)
{
	uint32_t i;

	w->ndigit = edited_digits(w->pic->e);
	w->first = w->ndigit;
	for (i = w->ndigit; i > 0; i--, mag /= 10) {
		w->digit[i - 1] = (uint8_t)(mag % 10);
		if (w->digit[i - 1] != 0)
			w->first = i - 1;
	}
	w->first -= count < w->first ? count : w->first;
	return mag != 0 ? DIAG_D011 : 0;
}

static uint16_t
write_store(const struct encode *e, const struct writer *w, uint8_t *p)
{
	const struct picture *pic = w->pic;
	uint32_t i, k, n, at = 0;
	const uint32_t *c;
	int byte;

	for (i = 0; i < w->n; i++) {
		n = w->text[i] == CURRENCY ? pic->ncurrency : 1;
		c = w->text[i] == CURRENCY ? pic->currency : &w->text[i];
		for (k = 0; k < n && at < pic->n; k++, at++) {
			byte = pic->e->national ? 0 :
			    charset_encode(e->c->page, c[k]);
			if (byte < 0 || (pic->e->national && c[k] > 0xffff))
				return DIAG_D028;
			if (pic->e->national) {
				p[2 * at] = (uint8_t)(c[k] >> 8);
				p[2 * at + 1] = (uint8_t)c[k];
			} else {
				p[at] = (uint8_t)byte;
			}
		}
	}
	return 0;
}

/* Zero where no digit shows: blanks, or stars around the point. */
static void
write_zero(struct writer *w, bool stars)
{
	const struct codec_edit *e = w->pic->e;
	uint32_t i, end = 0;
	bool currency = false;

	for (i = 0; i < e->nsymbol; i++) {
		end += e->symbol[i] == 'V' || e->symbol[i] == 'P' ? 0 :
		    e->symbol[i] == 'C' || e->symbol[i] == 'D' ? 2 :
		    e->symbol[i] == '$' && !currency ? w->pic->ncurrency : 1;
		currency |= e->symbol[i] == '$';
		while (w->n < end)
			write_char(w, !stars ? ' ' : e->symbol[i] == '.' ?
			    w->pic->point : '*');
	}
}

uint16_t
encode_edited(const struct encode *e, d128 v, uint64_t form, uint8_t *p)
{
	struct picture pic;
	struct writer w = { .pic = &pic, .shown = (form & FORM_SHOWN) != 0 };
	uint32_t i, count = FORM_COUNT_OF(form);
	uint16_t code;
	u128 mag;

	picture_init(&pic, e->c);
	if ((code = encode_magnitude(e, v, &mag)) != 0)
		return code;
	w.negative = v < 0 || (v == 0 && (form & FORM_MINUS) != 0);
	if (w.negative && !shows_minus(pic.e))
		return DIAG_D004;
	if (mag == 0 && (form & FORM_FILLER) == FORM_BLANKS) {
		write_zero(&w, false);
		return write_store(e, &w, p);
	}
	w.hidden = mag == 0 && count == 0 && edited_blank_is_zero(e->c);
	if (w.hidden && (form & FORM_AROUND) == 0) {
		write_zero(&w, pic.has_star && !pic.e->blank_zero);
		return write_store(e, &w, p);
	}
	if (count > 0 && mag == 0 && pic.has_nine && pic.e->blank_zero)
		count--;
	if ((code = write_digits(&w, mag, count)) != 0)
		return code;
	for (i = 0; i < pic.e->nsymbol; i++)
		write_symbol(&w, pic.e->symbol[i]);
	return write_store(e, &w, p);
}

/* An exponent in the places behind the E. */
static uint16_t
write_exponent(struct writer *w, const char *symbol, uint32_t n, int exponent)
{
	uint32_t i, left = exponent < 0 ? (uint32_t)-exponent :
	    (uint32_t)exponent;
	bool minus = exponent < 0, signs = false;

	write_char(w, 'E');
	w->n += n;
	for (i = n; i > 0; i--)
		if (symbol[i - 1] == '+' || symbol[i - 1] == '-') {
			w->text[w->n - n + i - 1] = minus ? '-' :
			    symbol[i - 1] == '+' ? '+' : ' ';
			signs = true;
		} else {
			w->text[w->n - n + i - 1] = '0' + left % 10;
			left /= 10;
		}
	return left != 0 ? DIAG_D011 : minus && !signs ? DIAG_D004 : 0;
}

/* The value's digits, rounded to n of them, and the power of ten of the
 * last. */
static u128
float_digits(double v, uint32_t n, int *power)
{
	char text[64], *s;
	u128 mag = 0;

	snprintf(text, sizeof text, "%.*e", (int)n - 1, v < 0 ? -v : v);
	for (s = text; *s != 'e'; s++)
		if (*s >= '0' && *s <= '9')	/* the point is the locale's */
			mag = mag * 10 + (u128)(*s - '0');
	*power = (int)strtol(s + 1, NULL, 10) - (int)(n - 1);
	return mag;
}

uint16_t
encode_edited_float(const struct encode *e, double v, uint64_t form,
    uint8_t *p)
{
	const struct codec_edit *ed = e->c->edit;
	const char *exp = memchr(ed->symbol, 'E', ed->nsymbol);
	uint32_t i, before = (uint32_t)(exp - ed->symbol), n;
	uint32_t zeros = FORM_COUNT_OF(form);
	struct picture pic;
	struct writer w = { .pic = &pic };
	uint16_t code;
	int power = 0;
	u128 mag = 0;

	if (!__builtin_isfinite(v))
		return DIAG_D009;
	picture_init(&pic, e->c);
	n = edited_digits(ed);
	w.negative = __builtin_signbit(v) != 0;
	if (w.negative && !shows_minus(ed))
		return DIAG_D004;
	if (v != 0)
		mag = float_digits(v, zeros < n ? n - zeros : n, &power);
	if (v != 0)
		power += e->c->scale;
	if ((code = write_digits(&w, mag, 0)) != 0)
		return code;
	for (i = 0; i < before; i++)
		write_symbol(&w, ed->symbol[i]);
	code = write_exponent(&w, exp + 1, ed->nsymbol - before - 1, power);
	return code != 0 ? code : write_store(e, &w, p);
}

/* Which of the forms gives the bytes; the one of fewest zeros. */
uint64_t
form_edited(const struct encode *e, const struct column *col, uint32_t row,
    const uint8_t *p)
{
	static const uint64_t flags[] = { 0, FORM_MINUS, FORM_AROUND,
		FORM_AROUND | FORM_MINUS, FORM_BLANKS };
	uint8_t q[2 * CODEC_EDIT_MAX];
	uint32_t i, count, n = edited_digits(e->c->edit) + 1;
	uint64_t form;
	uint16_t code;

	for (count = 0; count <= n; count++)
		for (i = 0; i < 10; i++) {
			form = flags[i / 2] | FORM_COUNT(count) |
			    (i % 2 == 1 ? FORM_SHOWN : 0);
			code = col->type == V_F64 ?
			    encode_edited_float(e, col->v.f64[row], form, q) :
			    encode_edited(e, col->type == V_D128 ?
			    col->v.d128[row] : col->v.i64[row], form, q);
			if (code == 0 && memcmp(p, q, e->c->size) == 0)
				return form;
		}
	return 0;
}
