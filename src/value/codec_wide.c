/*
 * Text whose characters take more than a byte:
 *
 *	mixed		C1 0E 4562 4566 0F 40	A, two double bytes between SO
 *						and SI, a blank
 *	double-byte	4562 4566 4040		the same without shift codes
 *	national	0041 65E5 D840 DC0B	UTF-16, big-endian
 *	UTF-8		41 E697A5
 *
 * (Enterprise COBOL Programming Guide, "Processing data in an international
 * environment"; IBM CDRA for the shift codes.)  An item starts and ends in
 * single bytes; half a character, a shift code alone and an unpaired surrogate
 * are errors, never a guess.  Trimming takes blanks of the item's own kind:
 * X'40', the double-byte blank X'4040', U+0020.
 *
 * Texts are written one after the other into one allocation, as codec_text.c
 * does; that file also reads mixed items, and comes here for one that has more
 * than ASCII in it.
 */
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "value/kernel.h"

/* An item being read. */
struct wide {
	struct decode *d;
	const uint8_t *p, *end;
	bool shifted;		/* mixed: between SO and SI */
};

/* What the next character is. */
enum next { NEXT_CHAR, NEXT_SHIFT, NEXT_UNMAPPABLE, NEXT_MALFORMED };

static enum next
next_double(struct wide *w, uint32_t *cp)
{
	const struct codepage *pg = w->d->c->page;

	if (w->end - w->p < 2) {
		w->p = w->end;
		return NEXT_MALFORMED;
	}
	*cp = pg->wide[(uint32_t)w->p[0] << 8 | w->p[1]];
	if (w->p[0] == 0 && w->p[1] == 0) {
		w->p += 2;
		*cp = 0;
		return NEXT_CHAR;
	}
	w->p += 2;
	return *cp != 0 ? NEXT_CHAR : NEXT_UNMAPPABLE;
}

static enum next
next_mixed(struct wide *w, uint32_t *cp)
{
	const struct codepage *pg = w->d->c->page;

	if (*w->p == (w->shifted ? CODEPAGE_SI : CODEPAGE_SO)) {
		w->shifted = !w->shifted;
		w->p++;
		return w->shifted && w->p == w->end ? NEXT_MALFORMED :
		    NEXT_SHIFT;
	}
	if (*w->p == CODEPAGE_SO || *w->p == CODEPAGE_SI) {
		w->p++;
		return NEXT_MALFORMED;
	}
	if (!w->shifted) {
		*cp = pg->ucs[*w->p++];
		return *cp != CODEPAGE_NONE ? NEXT_CHAR : NEXT_UNMAPPABLE;
	}
	/* SI as the second byte: the character is cut */
	if (w->end - w->p >= 2 && w->p[1] == CODEPAGE_SI) {
		w->p++;
		return NEXT_MALFORMED;
	}
	return next_double(w, cp);
}

static enum next
next_national(struct wide *w, uint32_t *cp)
{
	uint32_t low;

	*cp = (uint32_t)w->p[0] << 8 | w->p[1];
	w->p += 2;
	if (*cp < 0xd800 || *cp > 0xdfff)
		return NEXT_CHAR;
	if (*cp > 0xdbff || w->end - w->p < 2)
		return NEXT_MALFORMED;
	low = (uint32_t)w->p[0] << 8 | w->p[1];
	if (low < 0xdc00 || low > 0xdfff)
		return NEXT_MALFORMED;
	w->p += 2;
	*cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
	return NEXT_CHAR;
}

static enum next
next_utf8(struct wide *w, uint32_t *cp)
{
	size_t n = utf8_valid(w->p, (size_t)(w->end - w->p));

	if (n == 0) {
		w->p++;
		return NEXT_MALFORMED;
	}
	*cp = utf8_get(w->p, &n);
	w->p += n;
	return NEXT_CHAR;
}

static enum next
next_char(struct wide *w, uint32_t *cp)
{
	switch (w->d->c->kind) {
	case CODEC_NATIONAL:
		return next_national(w, cp);
	case CODEC_UTF8:
		return next_utf8(w, cp);
	case CODEC_DBCS:
		return next_double(w, cp);
	default:
		return next_mixed(w, cp);
	}
}

static bool
is_blank(const struct wide *w, const uint8_t *p, bool nul_too)
{
	switch (w->d->c->kind) {
	case CODEC_NATIONAL:
		return p[0] == 0 && (p[1] == 0x20 || (nul_too && p[1] == 0));
	case CODEC_DBCS:
		return (p[0] == 0x40 && p[1] == 0x40) ||
		    (nul_too && p[0] == 0 && p[1] == 0);
	case CODEC_UTF8:
		return *p == 0x20 || (nul_too && *p == 0);
	default:
		return *p == w->d->c->page->blank || (nul_too && *p == 0);
	}
}

static void
wide_trim(struct wide *w)
{
	enum codec_kind kind = w->d->c->kind;
	uint32_t unit = kind == CODEC_NATIONAL || kind == CODEC_DBCS ? 2 : 1;

	if (w->d->pol->text_trim == TRIM_NONE)
		return;
	while (w->p < w->end && is_blank(w, w->end - unit, true))
		w->end -= unit;
	if (w->d->pol->text_trim == TRIM_BOTH)
		while (w->p < w->end && is_blank(w, w->p, false))
			w->p += unit;
}

/* A code point, or two in one (see charset.h). */
static uint8_t *
put_char(uint8_t *o, uint32_t cp)
{
	uint8_t u[4];
	size_t n;

	if (cp > 0x10ffff) {
		o = put_char(o, cp >> 16);
		cp &= 0xffff;
	}
	n = utf8_put(u, cp);
	memcpy(o, u, n);
	return o + n;
}

/* The text into o; 0, or the code and policy of what is wrong with it. */
static uint16_t
wide_convert(struct wide *w, uint8_t **out, enum policy *policy)
{
	const struct policies *pol = w->d->pol;
	enum next next = NEXT_SHIFT;
	uint8_t *o = *out;
	uint32_t cp = 0;

	while (w->p < w->end) {
		next = next_char(w, &cp);
		if (next == NEXT_SHIFT)
			continue;
		if (next == NEXT_CHAR && cp == 0 &&
		    pol->text_nul != POLICY_KEEP) {
			*policy = pol->text_nul;
			return DIAG_D008;
		}
		if (next != NEXT_CHAR) {
			*policy = pol->text_unmappable;
			if (*policy != POLICY_KEEP)
				return next == NEXT_MALFORMED ? DIAG_D026 :
				    DIAG_D007;
			cp = 0xfffd;
		}
		o = put_char(o, cp);
	}
	*policy = pol->text_unmappable;
	if (w->shifted && *policy != POLICY_KEEP)
		return DIAG_D026;
	*out = o;
	return 0;
}

static bool
all_zero(const uint8_t *p, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n && p[i] == 0; i++)
		;
	return i == n;
}

uint8_t *
wide_cell(struct decode *d, uint32_t row, const uint8_t *item, uint8_t *o)
{
	struct wide w = { d, item, item + d->c->size, false };
	enum policy policy = POLICY_REJECT;
	uint8_t *start = o;
	uint16_t code;

	if (d->c->size > 0 && all_zero(item, d->c->size)) {
		cell_null(d, row);
		return start;
	}
	wide_trim(&w);
	code = wide_convert(&w, &o, &policy);
	if (code != 0 && policy == POLICY_NULL)
		cell_null(d, row);
	else if (code != 0)
		cell_bad(d, row, code);
	else if (o == start && d->pol->text_empty == POLICY_NULL)
		cell_null(d, row);
	else
		d->out->v.text[row] = (struct slice){ start,
		    (uint32_t)(o - start) };
	return d->out->v.text[row].p == start ? o : start;
}

void
decode_wide(struct decode *d)
{
	size_t size = (size_t)d->rows->n * d->c->size * WIDE_GROWTH + 1;
	uint8_t *start = arena_alloc(d->arena, size), *o = start;
	const uint8_t *p;
	uint32_t i;

	for (i = 0; i < d->rows->n; i++)
		if ((p = item_at(d, i, d->checked)) != NULL)
			o = wide_cell(d, i, p, o);
	arena_trim(d->arena, start, size, (size_t)(o - start));
}

/* ---- the other way ------------------------------------------------------ */

/* An item being written. */
struct put {
	const struct encode *e;
	uint8_t *p;
	uint32_t n, size;
	bool shifted;
	uint64_t form;		/* shift codes without need are still to come */
};

/* Bytes in big-endian order; a code when there is no room. */
static uint16_t
put_bytes(struct put *w, uint32_t bytes, uint32_t n)
{
	if (w->size - w->n < n)
		return DIAG_D013;
	while (n > 0)
		w->p[w->n++] = (uint8_t)(bytes >> 8 * --n);
	return 0;
}

static uint16_t
put_shift(struct put *w)
{
	w->shifted = !w->shifted;
	return put_bytes(w, w->shifted ? CODEPAGE_SO : CODEPAGE_SI, 1);
}

/* Out and in again, as often as the form says it is so here. */
static uint16_t
put_needless(struct put *w)
{
	const uint64_t mask = ((uint64_t)1 << FORM_SHIFT_BITS) - 1;
	uint16_t code = 0;

	while (code == 0 && (w->form & mask) == w->n + 1) {
		w->form >>= FORM_SHIFT_BITS;
		if ((code = put_shift(w)) == 0)
			code = put_shift(w);
	}
	return code;
}

/* A character of the page, or two that are one; DIAG_D028: it is none. */
static uint16_t
put_mixed(struct put *w, uint32_t cp)
{
	const struct codepage *pg = w->e->c->page;
	int one = cp > 0x10ffff ? -1 : charset_encode(pg, cp);
	int two = one < 0 ? charset_encode_wide(pg, cp) : -1;
	uint16_t code;

	if (one < 0 && two < 0)
		return DIAG_D028;
	if ((code = put_needless(w)) != 0)
		return code;
	if (w->shifted != (one < 0) && ((code = put_shift(w)) != 0 ||
	    (code = put_needless(w)) != 0))
		return code;
	return put_bytes(w, (uint32_t)(one < 0 ? two : one), one < 0 ? 2 : 1);
}

static uint16_t
put_double(struct put *w, uint32_t cp)
{
	int two = cp == 0 ? 0 : charset_encode_wide(w->e->c->page, cp);

	return two < 0 ? DIAG_D028 : put_bytes(w, (uint32_t)two, 2);
}

static uint16_t
put_utf16(struct put *w, uint32_t cp)
{
	if (cp < 0x10000)
		return put_bytes(w, cp, 2);
	cp -= 0x10000;
	return put_bytes(w, (0xd800 + (cp >> 10)) << 16 |
	    (0xdc00 + (cp & 0x3ff)), 4);
}

static uint16_t
put_utf8(struct put *w, uint32_t cp)
{
	uint8_t u[4];
	size_t n = utf8_put(u, cp);

	if (w->size - w->n < n)
		return DIAG_D013;
	memcpy(w->p + w->n, u, n);
	w->n += (uint32_t)n;
	return 0;
}

static uint16_t
put_one(struct put *w, uint32_t cp)
{
	switch (w->e->c->kind) {
	case CODEC_NATIONAL:
		return put_utf16(w, cp);
	case CODEC_DBCS:
		return put_double(w, cp);
	case CODEC_UTF8:
		return put_utf8(w, cp);
	default:
		return put_mixed(w, cp);
	}
}

/* The item's own kind of blank, which is nothing beyond the end. */
static uint32_t
blank_of(const struct encode *e)
{
	return e->c->kind == CODEC_DBCS ? 0x3000 : ' ';
}

/* Two characters that the page has as one. */
static bool
next_pair(const struct encode *e, const uint8_t *p, size_t n, uint32_t *cp,
    size_t *len)
{
	const struct codepage *pg = e->c->page;
	size_t second;
	uint32_t pair;

	if (e->c->kind == CODEC_NATIONAL || e->c->kind == CODEC_UTF8 ||
	    *cp > 0xffff || *cp == 0 || utf8_valid(p + *len, n - *len) == 0)
		return false;
	pair = *cp << 16 | utf8_get(p + *len, &second);
	if (charset_encode_wide(pg, pair) < 0)
		return false;
	*len += second;
	*cp = pair;
	return true;
}

static void
wide_pad(struct put *w)
{
	uint32_t at = w->e->c->justified ? 0 : w->n, rest = w->size - w->n, i;

	if (w->e->c->justified)
		memmove(w->p + rest, w->p, w->n);
	switch (w->e->c->kind) {
	case CODEC_NATIONAL:
		for (i = 0; i < rest; i++)
			w->p[at + i] = i % 2 == 0 ? 0x00 : 0x20;
		break;
	case CODEC_DBCS:
		memset(w->p + at, 0x40, rest);
		break;
	case CODEC_UTF8:
		memset(w->p + at, 0x20, rest);
		break;
	default:
		memset(w->p + at, w->e->blank, rest);
	}
}

uint16_t
encode_wide(const struct encode *e, struct slice text, uint64_t form,
    uint8_t *p)
{
	struct put w = { .e = e, .p = p, .size = e->c->size,
	    .form = form >> 4 };
	uint32_t i = 0, cp;
	uint16_t code;
	size_t len;

	while (i < text.len) {
		if (utf8_valid(text.p + i, text.len - i) == 0)
			return DIAG_D026;
		cp = utf8_get(text.p + i, &len);
		next_pair(e, text.p + i, text.len - i, &cp, &len);
		i += (uint32_t)len;
		code = w.n == w.size && cp == blank_of(e) ? 0 :
		    put_one(&w, cp);
		if (code != 0)
			return code;
	}
	if ((code = put_needless(&w)) != 0)
		return code;
	if (w.shifted && (code = put_shift(&w)) != 0)
		return code;
	if ((code = put_needless(&w)) != 0)
		return code;
	wide_pad(&w);
	return 0;
}

/*
 * The places of shift codes out and in again: where the bytes part from what
 * the text alone gives, and have those two.
 */
uint64_t
form_wide(const struct encode *e, struct slice text, const uint8_t *p)
{
	uint8_t *q;
	uint32_t i, k, size = e->c->size;
	uint64_t form = 0;

	if (size >= 1u << FORM_SHIFT_BITS)
		return 0;
	q = mem_alloc(size);
	for (k = 0; k < 3; k++) {
		memset(q, 0, size);
		if (encode_wide(e, text, form, q) != 0)
			break;
		for (i = 0; i < size && q[i] == p[i]; i++)
			;
		if (i + 1 >= size || p[i] + p[i + 1] != CODEPAGE_SO +
		    CODEPAGE_SI || (p[i] != CODEPAGE_SO && p[i] != CODEPAGE_SI))
			break;
		form |= FORM_SHIFT(k, i);
	}
	mem_free(q);
	return form;
}
