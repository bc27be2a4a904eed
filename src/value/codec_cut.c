/*
 * Texts that their record's end cuts, where the policies take what is there:
 * such items are copied, whole characters only, and filled with blanks; what
 * the kernels read is then never cut.
 *
 *	…| H E L |		record's end
 *	   H E L _ _ _		the copy that is decoded
 */
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "value/kernel.h"

#define MARGIN	64		/* kernels read beyond an item's end */
#define SO	0x0e
#define SI	0x0f

/* How many of the bytes are whole characters; what closes them, if need be. */
static uint32_t
whole_characters(const struct decode *d, const uint8_t *p, uint32_t n,
    bool *open)
{
	uint32_t i, k;

	*open = false;
	switch (d->c->kind) {
	case CODEC_NATIONAL:
	case CODEC_DBCS:
		return n - n % 2;
	case CODEC_UTF8:
		for (i = 0; i < n; i += k) {
			k = (uint32_t)utf8_valid(p + i, n - i);
			if (k == 0)	/* cut, or none: the decoder tells */
				return n - i < 4 && p[i] >= 0xc0 ? i : n;
		}
		return n;
	default:
		break;
	}
	if (d->c->page->wide == NULL)
		return n;
	for (i = 0; i < n; i += k) {
		k = 1;
		if (p[i] == SO || p[i] == SI)
			*open = p[i] == SO;
		else if (*open)
			k = 2;
		if (k > n - i)
			return i;
	}
	return n;
}

static void
fill_blanks(const struct decode *d, uint8_t *p, uint32_t n, uint8_t blank)
{
	uint32_t i;

	memset(p, blank, n);
	if (d->c->kind == CODEC_NATIONAL)
		for (i = 0; i < n; i += 2)
			p[i] = 0;
}

static bool
is_cut(const struct decode *d, uint32_t row)
{
	uint32_t len = d->rows->len[row];

	return len > d->c->offset && len - d->c->offset < d->c->size;
}

static bool
all_nul(const uint8_t *p, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n && p[i] == 0; i++)
		;
	return i == n;
}

/* Bytes of the row's item, filled up; returns how many the filling is. */
static uint32_t
fill_item(const struct decode *d, uint32_t row, uint8_t *out)
{
	const uint8_t *p = d->rows->base[row] + d->c->offset;
	uint32_t n = d->rows->len[row] - d->c->offset, size = d->c->size;
	uint8_t blank = d->c->kind == CODEC_UTF8 || d->c->kind ==
	    CODEC_NATIONAL ? 0x20 : d->c->kind == CODEC_DBCS ? 0x40 : d->blank;
	bool open;

	n = whole_characters(d, p, n, &open);
	if (all_nul(p, n)) {	/* null, as the whole item would be, or nothing
				 * is there */
		memset(out, 0, size);
		return 0;
	}
	memcpy(out, p, n);
	if (open)
		out[n++] = SI;
	fill_blanks(d, out + n, size - n, blank);
	return size - n;
}

void
decode_cut(struct decode *d, void (*kernel)(struct decode *))
{
	uint32_t i, n = d->rows->n, cut = 0, *len, *filled;
	struct rows rows = *d->rows;
	const uint8_t **base;
	uint8_t *copy;
	struct slice *s;

	for (i = 0; i < n; i++)
		cut += is_cut(d, i);
	if (cut == 0) {
		kernel(d);
		return;
	}
	base = arena_copy(d->arena, d->rows->base, n * sizeof *base);
	len = arena_copy(d->arena, d->rows->len, n * sizeof *len);
	filled = arena_array(d->arena, n, sizeof *filled);
	copy = arena_alloc(d->arena, (size_t)cut * d->c->size + MARGIN);
	for (i = 0; i < n; i++) {
		if (!is_cut(d, i))
			continue;
		filled[i] = fill_item(d, i, copy);
		base[i] = (const uint8_t *)((uintptr_t)copy - d->c->offset);
		len[i] = d->c->offset + d->c->size;
		copy += d->c->size;
	}
	rows.base = base;
	rows.len = len;
	d->rows = &rows;
	kernel(d);
	/* untrimmed text does not have the filling */
	for (i = 0; i < n && d->pol->text_trim == TRIM_NONE; i++) {
		s = &d->out->v.text[i];
		if (filled[i] > 0 && s->len > 0)
			s->len -= d->c->kind == CODEC_NATIONAL ?
			    filled[i] / 2 : d->c->kind == CODEC_DBCS ?
			    filled[i] / 2 * 3 : filled[i];
	}
}
