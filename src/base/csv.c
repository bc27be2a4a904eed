/*
 * Comma-separated values; see csv.h.
 *
 * libcsv does not count lines, so it is fed line by line.  A line is a LF,
 * or a CR that no LF follows; a CR at the end of a block waits for the next.
 * Its parser hands out one field at a time, which is gathered in `row`, since
 * libcsv uses its buffer again; offsets become slices when the row is whole.
 */
#include "base/csv.h"

#include <csv.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

static bool
csv_needs_quotes(const uint8_t *p, size_t n)
{
	size_t i;

	if (n == 0 || p[0] == ' ' || p[0] == '\t' || p[n - 1] == ' ' ||
	    p[n - 1] == '\t')
		return true;
	for (i = 0; i < n; i++)
		if (p[i] == ',' || p[i] == '"' || p[i] == '\n' || p[i] == '\r')
			return true;
	return false;
}

void
csv_put_field(struct buf *b, const uint8_t *p, size_t n)
{
	size_t size;

	if (p == NULL)
		return;
	if (!csv_needs_quotes(p, n)) {
		buf_put(b, p, n);
		return;
	}
	size = csv_write2(NULL, 0, p, n, CSV_QUOTE);
	if (!buf_reserve(b, size))
		return;
	b->len += csv_write2(b->p + b->len, size, p, n, CSV_QUOTE);
	b->p[b->len] = '\0';
}

void
csv_put_row(struct buf *b, const struct slice *v, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		csv_put_field(b, v[i].p, v[i].len);
	}
	buf_putc(b, '\n');
}

bool
csv_write_field(FILE *f, const uint8_t *p, size_t n)
{
	if (p == NULL)
		return true;
	if (csv_needs_quotes(p, n))
		return csv_fwrite2(f, p, n, CSV_QUOTE) == 0;
	return fwrite(p, 1, n, f) == n;
}

bool
csv_write_row(FILE *f, const struct slice *v, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (i > 0 && putc(',', f) == EOF)
			return false;
		if (!csv_write_field(f, v[i].p, v[i].len))
			return false;
	}
	return putc('\n', f) != EOF;
}

struct csv_reader {
	struct csv_parser parser;
	csv_row *on_row;
	void *arg;
	struct buf row;			/* the values, one after another */
	struct slice *field;		/* p is set when the row is whole */
	uint32_t nfield, cap;
	size_t fed;			/* bytes of this row so far */
	uint32_t line, row_line;	/* being fed; where the row starts */
	bool inside;			/* a row has begun and not ended */
	bool cr;			/* the last block ended with CR */
	uint8_t bom;			/* bytes of the BOM that were met */
	enum grade grade;
	const char *why;
};

#define FIELD_STEP	(64u << 10)	/* libcsv grows by this, not twofold */

static const uint8_t csv_bom[3] = { 0xef, 0xbb, 0xbf };

static void *
csv_realloc(void *p, size_t n)
{
	return mem_resize(p, n, 1);
}

static int
csv_no_space(unsigned char c)
{
	(void)c;
	return 0;
}

struct csv_reader *
csv_reader_new(csv_row *on_row, void *arg)
{
	struct csv_reader *r = mem_zalloc(sizeof *r);

	csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL);
	csv_set_realloc_func(&r->parser, csv_realloc);
	csv_set_free_func(&r->parser, mem_free);
	csv_set_space_func(&r->parser, csv_no_space);
	csv_set_blk_size(&r->parser, FIELD_STEP);
	buf_init(&r->row, CSV_ROW_MAX);
	r->on_row = on_row;
	r->arg = arg;
	r->line = 1;
	return r;
}

void
csv_reader_free(struct csv_reader *r)
{
	if (r == NULL)
		return;
	csv_free(&r->parser);
	buf_fini(&r->row);
	mem_free(r->field);
	mem_free(r);
}

static void
csv_fail(struct csv_reader *r, const char *why)
{
	if (r->grade != OK)
		return;
	r->grade = BAD;
	r->why = why;
}

static void
csv_on_field(void *p, size_t n, void *arg)
{
	struct csv_reader *r = arg;

	if (r->grade != OK)
		return;
	if (r->nfield == CSV_FIELDS_MAX) {
		csv_fail(r, "a row has more than 4096 fields");
		return;
	}
	if (r->nfield == r->cap) {
		r->cap = r->cap == 0 ? 16 : r->cap * 2;
		r->field = mem_resize(r->field, r->cap, sizeof *r->field);
	}
	/* Not NULL, for now: the bytes may move while the row grows. */
	r->field[r->nfield++] = (struct slice){ p == NULL ? NULL :
	    csv_bom, (uint32_t)n };
	buf_put(&r->row, p, n);
}

static void
csv_on_row(int end, void *arg)
{
	struct csv_reader *r = arg;
	size_t at = 0;
	uint32_t i;

	(void)end;
	if (r->grade != OK)
		return;
	for (i = 0; i < r->nfield; i++) {
		if (r->field[i].p != NULL)
			r->field[i].p = r->row.p != NULL ?
			    (const uint8_t *)r->row.p + at : csv_bom;
		at += r->field[i].len;
	}
	if (!r->on_row(r->arg, r->field, r->nfield, r->row_line))
		r->grade = END;
	r->nfield = 0;
	buf_clear(&r->row);
	r->inside = false;
}

/* Feeds a line or a part of one; `whole`: its end is there. */
static void
csv_feed_line(struct csv_reader *r, const uint8_t *p, size_t n, bool whole)
{
	if (!r->inside) {
		r->inside = true;
		r->row_line = r->line;
		r->fed = 0;
	}
	if (n > CSV_ROW_MAX - r->fed) {
		csv_fail(r, "a row has more than 16 MB; a closing quote may "
		    "be missing");
		return;
	}
	r->fed += n;
	if (csv_parse(&r->parser, p, n, csv_on_field, csv_on_row, r) != n)
		csv_fail(r, "a quote stands where none may");
	/* A blank line calls nothing back; inside quotes fields come later. */
	if (whole && r->nfield == 0 && r->parser.entry_pos == 0 &&
	    !r->parser.quoted)
		r->inside = false;
	if (whole && r->grade == OK)
		r->line++;
}

/* Skips a byte order mark at the very start; false: not decided yet. */
static bool
csv_skip_bom(struct csv_reader *r, const uint8_t **p, size_t *n)
{
	uint8_t met = r->bom;

	while (met < 3 && *n > 0 && **p == csv_bom[met]) {
		met++;
		++*p;
		--*n;
	}
	r->bom = met;
	if (met < 3 && *n == 0)
		return false;
	if (met < 3 && met > 0)
		csv_feed_line(r, csv_bom, met, false);
	r->bom = 4;
	return true;
}

enum grade
csv_reader_feed(struct csv_reader *r, const void *bytes, size_t n)
{
	const uint8_t *p = bytes, *end, *q;

	if (r->grade != OK)
		return r->grade;
	if (r->bom < 4 && !csv_skip_bom(r, &p, &n))
		return r->grade;
	end = p + n;
	if (r->cr && p < end) {
		r->cr = false;
		if (*p == '\n') {
			csv_feed_line(r, (const uint8_t *)"\r\n", 2, true);
			p++;
		} else {
			csv_feed_line(r, (const uint8_t *)"\r", 1, true);
		}
	}
	while (p < end && r->grade == OK) {
		for (q = p; q < end && *q != '\n' && *q != '\r'; q++)
			;
		if (q == end) {
			csv_feed_line(r, p, (size_t)(q - p), false);
		} else if (*q == '\r' && q + 1 == end) {
			r->cr = true;
			csv_feed_line(r, p, (size_t)(q - p), false);
			q++;
		} else {
			q += *q == '\r' && q[1] == '\n' ? 2 : 1;
			csv_feed_line(r, p, (size_t)(q - p), true);
		}
		p = q;
	}
	return r->grade;
}

enum grade
csv_reader_end(struct csv_reader *r)
{
	if (r->grade != OK)
		return r->grade;
	if (r->bom > 0 && r->bom < 3)
		csv_feed_line(r, csv_bom, r->bom, false);
	r->bom = 4;
	if (r->cr) {
		r->cr = false;
		csv_feed_line(r, (const uint8_t *)"\r", 1, true);
	}
	if (r->grade == OK && csv_fini(&r->parser, csv_on_field, csv_on_row,
	    r) != 0) {
		r->line = r->row_line;
		csv_fail(r, "a closing quote is missing");
	}
	return r->grade;
}

const char *
csv_reader_why(const struct csv_reader *r, uint32_t *line)
{
	*line = r->line;
	return r->why;
}
