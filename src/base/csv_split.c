/*
 * Rows of delimited text whose lines the caller has found; see csv.h.
 *
 * libcsv hands out one field at a time from a buffer that it uses again, so
 * the fields of a row are gathered in `row`; offsets become slices when the
 * row is whole.  libcsv has no mode without quotes: such a row is cut at its
 * delimiters here.
 */
#include <csv.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/mem.h"

#define FIELD_STEP	(64u << 10)	/* libcsv grows by this, not twofold */
#define ROW_BYTES	(2 * (size_t)CSV_ROW_MAX)

#define EBCDIC_NEL	0x15
#define EBCDIC_LF	0x25

struct csv_split {
	struct csv_dialect dialect;
	struct csv_parser parser;
	struct buf row;			/* the fields, one after another */
	struct slice *field;		/* p is set when the row is whole */
	uint32_t nfield, nkept, cap;	/* found; of them kept */
	bool done;			/* the row has ended */
};

static int
split_no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static int
split_term_ascii(unsigned char c)
{
	return c == '\n' || c == '\r';
}

static int
split_term_ebcdic(unsigned char c)
{
	return c == EBCDIC_NEL || c == EBCDIC_LF || c == '\r';
}

static void *
split_realloc(void *p, size_t n)
{
	return mem_resize(p, n, 1);
}

struct csv_split *
csv_split_new(const struct csv_dialect *dialect)
{
	struct csv_split *s = mem_zalloc(sizeof *s);

	s->dialect = *dialect;
	csv_init(&s->parser, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_realloc_func(&s->parser, split_realloc);
	csv_set_free_func(&s->parser, mem_free);
	csv_set_space_func(&s->parser, split_no_space);
	csv_set_term_func(&s->parser, dialect->ebcdic ? split_term_ebcdic :
	    split_term_ascii);
	csv_set_delim(&s->parser, dialect->delimiter);
	csv_set_quote(&s->parser, dialect->quote);
	csv_set_blk_size(&s->parser, FIELD_STEP);
	buf_init(&s->row, ROW_BYTES);
	return s;
}

void
csv_split_free(struct csv_split *s)
{
	if (s == NULL)
		return;
	csv_free(&s->parser);
	buf_fini(&s->row);
	mem_free(s->field);
	mem_free(s);
}

static void
split_on_field(void *p, size_t n, void *arg)
{
	struct csv_split *s = arg;

	if (s->nfield++ >= CSV_FIELDS_MAX)
		return;			/* counted only */
	if (s->nkept == s->cap) {
		s->cap = s->cap == 0 ? 16 : s->cap * 2;
		s->field = mem_resize(s->field, s->cap, sizeof *s->field);
	}
	s->field[s->nkept++] = (struct slice){ NULL, (uint32_t)n };
	if (n > 0)
		buf_put(&s->row, p, n);
}

static void
split_on_row(int end, void *arg)
{
	struct csv_split *s = arg;
	const uint8_t *p = (const uint8_t *)s->row.p;
	uint32_t i;

	(void)end;
	for (i = 0; i < s->nkept; i++) {
		s->field[i].p = p != NULL ? p : (const uint8_t *)"";
		p += p != NULL ? s->field[i].len : 0;
	}
	s->done = true;
}

/* Forgets what libcsv has of a row. */
static void
split_forget(struct csv_split *s)
{
	csv_set_opts(&s->parser, 0);
	csv_fini(&s->parser, NULL, NULL, NULL);
	csv_set_opts(&s->parser, CSV_STRICT | CSV_STRICT_FINI);
}

void
csv_split_begin(struct csv_split *s)
{
	split_forget(s);
	buf_clear(&s->row);
	s->nfield = s->nkept = 0;
	s->done = false;
}

static size_t
line_end_size(const struct csv_split *s, const uint8_t *p, size_t n)
{
	int (*term)(unsigned char) = s->dialect.ebcdic ? split_term_ebcdic :
	    split_term_ascii;
	size_t k = 0;

	while (k < n && k < 2 && term(p[n - 1 - k]))
		k++;
	return k;
}

/* Without quotes every line is a row. */
static enum grade
split_plain(struct csv_split *s, const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n - line_end_size(s, p, n), *q;

	if (p == end)
		return OK;
	do {
		q = memchr(p, s->dialect.delimiter, (size_t)(end - p));
		if (q == NULL)
			q = end;
		split_on_field((void *)p, (size_t)(q - p), s);
		p = q + 1;
	} while (q < end);
	split_on_row(0, s);
	return OK;
}

enum grade
csv_split_line(struct csv_split *s, const uint8_t *p, size_t n, bool last)
{
	if (s->dialect.quote_none)
		return split_plain(s, p, n);
	if (csv_parse(&s->parser, p, n, split_on_field, split_on_row, s) != n)
		return BAD;
	if (s->done)
		return OK;
	if (last)
		return csv_fini(&s->parser, split_on_field, split_on_row,
		    s) == 0 ? OK : END;
	/* a blank line calls nothing back */
	return s->nfield == 0 && s->parser.entry_pos == 0 &&
	    !s->parser.quoted ? OK : END;
}

const struct slice *
csv_split_fields(const struct csv_split *s, uint32_t *n)
{
	*n = s->nfield;
	return s->field;
}
