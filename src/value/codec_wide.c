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
