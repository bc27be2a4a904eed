/*
 * A text after its length, as Db2's host structures have it: two items of
 * level 49 (Db2 for z/OS Application Programming and SQL Guide, "Host
 * variables in COBOL").
 *
 *	0005 C8C5D3D3D6 40E0 …	length 5, HELLO, and what was there before
 *
 * The length counts characters: bytes, or pairs of bytes of national and
 * double-byte texts.  What is behind them is not looked at, and may be missing
 * where the record ends.  Blanks at the end belong to the value.
 */
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "value/kernel.h"

struct varchar {
	struct decode *d;
	struct codec text;	/* of the bytes that count */
	struct policies pol;	/* that trim nothing */
	uint32_t unit;		/* bytes of a character */
};

enum found { FOUND_TEXT, FOUND_SHORT, FOUND_WRONG };

/* How many bytes of the row's text count. */
static enum found
varchar_length(const struct varchar *v, uint32_t row, uint32_t *bytes)
{
	const struct codec *c = v->d->c;
	uint32_t len = v->d->rows->len[row], room = c->size - c->text_at, i;
	const uint8_t *p = v->d->rows->base[row] + c->offset;
	uint64_t n = 0;

	if (len < c->offset || len - c->offset < c->text_at)
		return FOUND_SHORT;
	for (i = 0; i < c->length_size; i++)
		n = n << 8 | p[c->little_endian ? c->length_size - 1 - i : i];
	/* a negative one is too large as well */
	if (n > room / v->unit)
		return FOUND_WRONG;
	*bytes = (uint32_t)n * v->unit;
	room = len - c->offset - c->text_at;
	if (room < *bytes && v->d->pol->text_cut == POLICY_KEEP)
		*bytes = room - room % v->unit;
	return len - c->offset - c->text_at < *bytes ? FOUND_SHORT :
	    FOUND_TEXT;
}

static void
varchar_refused(struct decode *d, uint32_t row, enum policy policy,
    uint16_t code)
{
	if (policy == POLICY_NULL)
		cell_null(d, row);
	else
		cell_bad(d, row, code);
}

/* One byte a character; where the next text goes. */
static uint8_t *
varchar_bytes(struct decode *d, uint32_t row, const uint8_t *p, uint32_t n,
    uint8_t *o)
{
	const struct codepage *pg = d->c->page;
	uint8_t *start = o;
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (unlikely(p[i] == 0) && d->pol->text_nul != POLICY_KEEP) {
			varchar_refused(d, row, d->pol->text_nul, DIAG_D008);
			return start;
		}
		memcpy(o, pg->utf8[p[i]], 4);
		o += pg->utf8_len[p[i]];
		if (likely(pg->utf8_len[p[i]] != 0))
			continue;
		if (d->pol->text_unmappable != POLICY_KEEP) {
			varchar_refused(d, row, d->pol->text_unmappable,
			    DIAG_D007);
			return start;
		}
		memcpy(o, "\xef\xbf\xbd", 3);	/* U+FFFD */
		o += 3;
	}
	d->out->v.text[row] = (struct slice){ start, (uint32_t)(o - start) };
	return o;
}

static uint8_t *
varchar_cell(struct varchar *v, uint32_t row, uint8_t *o)
{
	struct decode sub = *v->d;
	const uint8_t *p = sub.rows->base[row] + sub.c->offset +
	    sub.c->text_at;
	uint32_t n = 0;

	switch (varchar_length(v, row, &n)) {
	case FOUND_SHORT:
		cell_short(v->d, row);
		return o;
	case FOUND_WRONG:
		cell_bad(v->d, row, DIAG_D054);
		return o;
	case FOUND_TEXT:
		break;
	}
	if (n == 0) {
		if (sub.pol->text_empty == POLICY_NULL)
			cell_null(v->d, row);
		else
			v->d->out->v.text[row] = (struct slice){ o, 0 };
		return o;
	}
	if (v->text.kind == CODEC_TEXT && v->text.page->wide == NULL)
		return varchar_bytes(v->d, row, p, n, o);
	v->text.size = n;
	sub.c = &v->text;
	sub.pol = &v->pol;
	return wide_cell(&sub, row, p, o);
}

bool
varchar_is_sound(const struct codec *c)
{
	struct codec text = *c;

	if ((c->length_size != 2 && c->length_size != 4) ||
	    c->text_at < c->length_size || c->text_at > c->size)
		return false;
	text.kind = c->inner;
	text.size = c->size - c->text_at;
	return (c->inner == CODEC_TEXT || c->inner == CODEC_NATIONAL ||
	    c->inner == CODEC_DBCS) && codec_is_sound(&text);
}

void
decode_varchar(struct decode *d)
{
	struct varchar v = { .d = d, .text = *d->c, .pol = *d->pol };
	uint32_t i, n;
	size_t size = 4;	/* memcpy of 4 */
	uint8_t *start, *o;

	v.text.kind = d->c->inner;
	v.pol.text_trim = TRIM_NONE;
	v.unit = d->c->inner == CODEC_TEXT ? 1 : 2;
	for (i = 0; i < d->rows->n; i++)
		if (varchar_length(&v, i, &n) == FOUND_TEXT)
			size += (size_t)n * WIDE_GROWTH;
	start = o = arena_alloc(d->arena, size);
	for (i = 0; i < d->rows->n; i++)
		o = varchar_cell(&v, i, o);
	arena_trim(d->arena, start, size, (size_t)(o - start));
}
