/*
 * Records as lines of text.  Unless the options name one line end:
 *
 *	ASCII and its kin	LF ends a line; a CR before it goes too
 *	EBCDIC			NEL X'15' or LF X'25' ends a line
 *
 * In ASCII a last line without an end loses the X'1A' (Ctrl-Z) that DOS and
 * CP/M put there.
 *
 * Short lines are padded with blanks to the longest record of the layout, for
 * a line loses its trailing blanks easily; lines longer than that lose no
 * more than theirs.  All lines are copied from `ahead` to the slab.  A line
 * longer than RECORD_MAX is a fragment; the lines after it are read.
 */
#include <stdio.h>
#include <string.h>

#include "charset/charset.h"
#include "record/framing.h"

#define CR		0x0d
#define CTRL_Z		0x1a
#define SPAN_MAX	(1u << 30)	/* of a slab in its file, for raw_off */

/* X'25', or X'15' where the extract swapped them. */
#define LF_OF(page)	(!(page)->ebcdic ? '\n' : \
			    (page)->ucs[0x15] == '\n' ? 0x15 : 0x25)
#define NEL_OF(page)	(LF_OF(page) == 0x15 ? 0x25 : 0x15)	/* EBCDIC */

/* The byte that ends a line where only one does; -1: the page has none. */
static int
text_end(const struct framing_options *opt)
{
	if (opt->line_end == LINEEND_CR)
		return CR;
	if (opt->line_end == LINEEND_NEL || (opt->line_end == LINEEND_ANY &&
	    opt->page->ebcdic))
		return opt->page->ebcdic ? NEL_OF(opt->page) :
		    charset_encode(opt->page, 0x85);
	return LF_OF(opt->page);
}

static bool
text_check(struct diags *ds, const struct framing_options *opt)
{
	if (text_end(opt) < 0) {
		diag_hint(ds, diag_add(ds, DIAG_F025, NOWHERE,
		    "the code page %s has no NEL (U+0085) to end a line",
		    opt->page->name), "line_end: lf, crlf or cr names another");
		return false;
	}
	if (opt->max_length <= RECORD_MAX)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F007, NOWHERE,
	    "a record length of %u bytes is out of range", opt->max_length),
	    "lines have up to %u bytes", RECORD_MAX);
	return false;
}

static enum grade
text_start(struct source *s)
{
	const struct framing_options *opt = &s->opt.framing;

	s->lineend[0] = (struct lineend){ .byte = (uint8_t)text_end(opt) };
	s->lineend[1] = (struct lineend){ .byte =
	    (uint8_t)LF_OF(opt->page) };
	s->nlineend = opt->line_end == LINEEND_ANY && opt->page->ebcdic ? 2 :
	    1;
	return OK;
}

/* Where the byte is from `from` on that ends a line; NULL: nowhere. */
static uint8_t *
text_search(struct source *s, const struct lineend *e, uint64_t from,
    uint64_t limit)
{
	uint8_t *line = s->ahead + s->at, *p = line + (from - s->offset),
	    *end = line + (limit - s->offset), *hit;

	while (p < end) {
		hit = memchr(p, e->byte, (size_t)(end - p));
		if (hit == NULL ||
		    s->opt.framing.line_end != LINEEND_CRLF ||
		    (hit > line && hit[-1] == CR))
			return hit;
		p = hit + 1;
	}
	return NULL;
}

/*
 * The length of the line at `ahead`, if its end is there.  Each byte of
 * `ahead` is searched once for each kind of line end, however often this is
 * asked.
 */
static bool
text_find(struct source *s, size_t *len)
{
	uint64_t best = UINT64_MAX, limit = s->offset + (s->end - s->at), from;
	struct lineend *e;
	uint8_t *hit;

	for (e = s->lineend; e < s->lineend + s->nlineend; e++) {
		from = e->at > s->offset ? e->at : s->offset;
		if (!e->found || e->at < s->offset) {
			hit = from >= limit ? NULL :
			    text_search(s, e, from, limit);
			e->found = hit != NULL;
			e->at = e->found ? s->offset +
			    (uint64_t)(hit - (s->ahead + s->at)) : limit;
		}
		if (e->found && e->at < best)
			best = e->at;
	}
	*len = (size_t)(best - s->offset);
	return best != UINT64_MAX;
}

static void
text_skip(struct source *s, size_t n)
{
	s->at += n;
	s->offset += n;
}

/*
 * Finds a line in `ahead`, reading on where needed: `len` bytes, then `step`
 * to the next one.  END: none is left.  BAD: it has more than RECORD_MAX
 * bytes, all of them in `ahead` if step is not 0.
 */
static enum grade
text_line(struct source *s, size_t *len, size_t *step)
{
	bool ascii = !s->opt.framing.page->ebcdic;
	const uint8_t *p;

	while (!text_find(s, len)) {
		*len = s->end - s->at;
		*step = 0;
		if (*len > RECORD_MAX + 1)
			return BAD;
		if (!s->eof) {
			if (source_more(s) != OK)
				return FATAL;
			continue;
		}
		*step = *len;
		p = s->ahead + s->at;
		while (ascii && *len > 0 && p[*len - 1] == CTRL_Z)
			--*len;
		if (*len == 0) {
			text_skip(s, *step);
			return END;
		}
		return *len > RECORD_MAX ? BAD : OK;
	}
	*step = *len + 1;
	if ((s->opt.framing.line_end == LINEEND_CRLF ||
	    (s->opt.framing.line_end == LINEEND_ANY && ascii)) && *len > 0 &&
	    s->ahead[s->at + *len - 1] == CR)
		--*len;
	return *len > RECORD_MAX ? BAD : OK;
}

/* Makes a fragment of a line that is too long, to its end. */
static enum grade
text_cut(struct source *s, size_t len, size_t step)
{
	uint64_t length = len;
	enum grade g;

	snprintf(s->why, sizeof s->why, "the line is longer than %u bytes",
	    RECORD_MAX);
	text_skip(s, len);
	g = source_cut(s, s->ahead + s->at - len, len, false);
	if (step > 0) {
		text_skip(s, step - len);
		return g;
	}
	while (!text_find(s, &len)) {
		length += s->end - s->at;
		text_skip(s, s->end - s->at);
		if (s->eof)
			break;
		if (source_more(s) != OK)
			return FATAL;
	}
	if (s->at < s->end) {
		length += len;
		text_skip(s, len + 1);
	}
	s->fragment.length = length;
	return g;
}

/* Trailing blanks past the layout's longest record are no data. */
static size_t
text_trim(const uint8_t *p, size_t len, size_t max, uint8_t blank)
{
	while (max > 0 && len > max && p[len - 1] == blank)
		len--;
	return len;
}

static void
text_add(struct source *s, struct slab *slab, size_t len, size_t size)
{
	uint8_t *p = slab->bytes + slab->used;

	memcpy(p, s->ahead + s->at, len);
	if (size > len)
		memset(p + len, s->opt.framing.page->blank, size - len);
	slab->rec[slab->nrec] = (struct slice){ p, (uint32_t)size };
	slab->raw_off[slab->nrec] = (uint32_t)(s->offset - slab->offset);
	if (slab->nrec == 0 || size < slab->shortest)
		slab->shortest = (uint32_t)size;
	if (size > slab->longest)
		slab->longest = (uint32_t)size;
	slab->nrec++;
	slab->used += size;
}

static enum grade
text_next(struct source *s, struct slab *slab)
{
	size_t len, step, size, max = s->opt.framing.max_length;
	uint8_t blank = s->opt.framing.page->blank;
	enum grade g;

	if (max > 0)
		max += s->opt.framing.before;
	slab_reserve(slab, s->opt.batch_bytes);
	slab_reserve_records(slab, s->opt.batch_records);
	while (slab->nrec < s->opt.batch_records) {
		g = text_line(s, &len, &step);
		if (g == FATAL || (g == END && slab->nrec == 0))
			return g;
		if (g == BAD && slab->nrec == 0)
			return text_cut(s, len, step);
		if (g != OK)
			break;
		len = text_trim(s->ahead + s->at, len, max, blank);
		size = len > max ? len : max;
		if (slab->nrec == 0)
			slab_reserve(slab, size);
		else if (slab->used + size > s->opt.batch_bytes ||
		    s->offset - slab->offset > SPAN_MAX)
			break;
		text_add(s, slab, len, size);
		text_skip(s, step);
	}
	return OK;
}

/* Would the record read as two lines? */
static bool
text_is_split(const struct framing_options *opt, const uint8_t *p, size_t len)
{
	const uint8_t crlf[2] = { CR, LF_OF(opt->page) };

	if (opt->line_end == LINEEND_CRLF)
		return memmem(p, len, crlf, 2) != NULL;
	return memchr(p, text_end(opt), len) != NULL ||
	    (opt->line_end == LINEEND_ANY && opt->page->ebcdic &&
	    memchr(p, crlf[1], len) != NULL);
}

bool
record_is_split(const struct framing_options *opt, struct slice rec)
{
	return opt->framing == FRAMING_TEXT && text_is_split(opt, rec.p,
	    rec.len);
}

/*
 * A line as it was, without its padding.  A record that ends in CR gets one
 * more where the reader takes one away.
 */
static enum grade
text_put(struct recwriter *w, struct slice rec)
{
	const struct framing_options *opt = &w->opt;
	uint8_t end[2] = { CR, (uint8_t)text_end(opt) };
	size_t len = rec.len;
	bool cr;

	while (len > 0 && opt->max_length > 0 &&
	    rec.p[len - 1] == opt->page->blank)
		len--;
	if (text_is_split(opt, rec.p, len))
		return recwriter_refuse(w, "the record has a line end inside, "
		    "and would become two lines");
	if (recwriter_write(w, rec.p, len) != OK)
		return FATAL;
	cr = opt->line_end == LINEEND_CRLF || (opt->line_end == LINEEND_ANY &&
	    !opt->page->ebcdic && len > 0 && rec.p[len - 1] == CR);
	return recwriter_write(w, end + !cr, cr ? 2 : 1);
}

const struct framing_ops framing_text = {
	.check = text_check, .start = text_start, .next = text_next,
	.put = text_put
};
