/*
 * Delimited text: a record is a row of fields.
 *
 *	head     | entry … | fields' bytes, unquoted | column … n | the row as
 *	it stood
 *	fault, n | from, length (of the row) : 16 bytes, machine order
 *	entry      distance from itself, length: 8 bytes
 *	column     that the field is in, from 0, or DELIMITED_NONE; n of them
 *
 * A row ends with LF, CR LF or CR, in EBCDIC with NEL, LF X'25' or CR, where
 * no quote is open; blank lines are no rows.  With a header the first row of
 * each file that is not skipped says which columns the fields are.  What is
 * wrong with a row goes into its head, for the raw bytes must reach the
 * rejects.  A quote that nothing closes costs the line that it stands in: a
 * fragment, and reading goes on with the next line.
 *
 * The state of a source's rows is in struct csv_rows, which the source owns.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "record/framing.h"
#include "value/codec.h"

#define CR		0x0d
#define CTRL_Z		0x1a
#define SPAN_MAX	(1u << 30)	/* of a slab in its file, for raw_off */
#define NAMES_SHOWN	8u		/* of a header, in a hint */

struct csv_rows {
	struct csv_split *split;
	uint32_t *column;	/* of each field, or DELIMITED_NONE */
	uint32_t ncolumn;	/* fields of a row of this file */
	uint32_t nrow;		/* rows met in this file, until the header */
	bool begun;		/* past the byte order mark and the header */
	bool marked;		/* looked for a byte order mark */
	uint8_t *header;	/* of the first file that has one */
};

struct row {
	size_t len;		/* with its line end; in `ahead` */
	bool ended;		/* the end of its last line is there */
	bool is_long;		/* a line longer than RECORD_MAX */
	enum row_fault fault;
};

/* ---- names ------------------------------------------------------------- */

static bool
is_separator(char c)
{
	return c != '\0' && strchr("-_ .(),\t", c) != NULL;
}

/* The next character of a name as names are compared; NUL at its end. */
static char
name_next(const char **p, bool first)
{
	const char *s = *p;
	bool cut = false;

	for (; is_separator(*s); s++)
		cut = true;
	*p = s;
	if (*s == '\0')
		return '\0';
	if (cut && !first)
		return '-';
	*p = s + 1;
	return *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
}

static bool
same_name(const char *a, const char *b)
{
	bool first = true;
	char x, y;

	if (a == NULL || b == NULL)
		return false;
	do {
		x = name_next(&a, first);
		y = name_next(&b, first);
		if (x != y)
			return false;
		first = false;
	} while (x != '\0');
	return true;
}

int
delimited_match(const struct delimited_field *f, const char *column)
{
	if (same_name(f->full, column))
		return 2;
	if (!same_name(f->name, column))
		return 0;
	return f->shared ? 1 : 2;
}

/* ---- options ----------------------------------------------------------- */

static bool
delimited_check(struct diags *ds, const struct framing_options *opt)
{
	if (opt->before == 0 && opt->behind == 0)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_F024, NOWHERE, "bytes of each row of "
	    "delimited text cannot be skipped"), "what is not wanted is a "
	    "field that no column of the target uses");
	return false;
}

void
delimited_fini(struct source *s)
{
	struct csv_rows *r = s->rows;

	if (r == NULL)
		return;
	csv_split_free(r->split);
	mem_free(r->column);
	mem_free(r->header);
	mem_free(r);
}

static enum grade
delimited_start(struct source *s)
{
	const struct delimited *d = s->opt.framing.delimited;
	struct csv_rows *r = s->rows;
	uint32_t k;

	if (r == NULL) {
		r = s->rows = mem_zalloc(sizeof *r);
		r->split = csv_split_new(&d->dialect);
		r->column = mem_array(d->nfield + 1, sizeof *r->column);
	}
	r->nrow = 0;
	r->begun = r->marked = false;
	r->ncolumn = d->ncolumn;
	for (k = 0; k < d->nfield; k++)
		r->column[k] = d->field[k].column;
	return OK;
}

/* ---- rows -------------------------------------------------------------- */

static void
rows_skip(struct source *s, size_t n)
{
	s->at += n;
	s->offset += n;
}

static bool
is_line_end(uint8_t c, bool ebcdic)
{
	return c == CR || (ebcdic ? c == 0x15 || c == 0x25 : c == '\n');
}

/*
 * Looks on from *seen of `ahead` for the end of a line; true: it stands right
 * before *seen.
 */
static bool
rows_line(struct source *s, size_t *seen)
{
	bool ebcdic = s->opt.framing.delimited->dialect.ebcdic;
	const uint8_t *line = s->ahead + s->at, *end = s->ahead + s->end, *p;

	for (p = line + *seen; p < end && !is_line_end(*p, ebcdic); p++)
		;
	*seen = (size_t)(p - line);
	if (p == end || (*p == CR && p + 1 == end && !s->eof))
		return false;
	*seen += *p == CR && p + 1 < end && p[1] != CR &&
	    is_line_end(p[1], ebcdic) ? 2 : 1;
	return true;
}

/* What is left at the end of the file, without DOS's and CP/M's X'1A'. */
static size_t
rows_last(const struct source *s)
{
	const uint8_t *p = s->ahead + s->at;
	size_t n = s->end - s->at;

	while (n > 0 && p[n - 1] == CTRL_Z &&
	    !s->opt.framing.delimited->dialect.ebcdic)
		n--;
	return n;
}

/* A line of more than RECORD_MAX bytes: goes on to its end. */
static enum grade
rows_cut_rest(struct source *s, enum grade g)
{
	uint64_t length = s->fragment.length;
	bool found = false;
	size_t seen;

	while (!found && (s->at < s->end || !s->eof)) {
		seen = 0;
		found = rows_line(s, &seen);
		length += seen;
		rows_skip(s, seen);
		/* a CR at the end waits for what follows */
		if (!found && source_more(s) != OK)
			return FATAL;
	}
	s->fragment.length = length;
	return g;
}

/* Makes a fragment of the line that rows_next found no row in. */
static enum grade
rows_cut(struct source *s, const struct row *row)
{
	const uint8_t *p = s->ahead + s->at;
	bool ebcdic = s->opt.framing.delimited->dialect.ebcdic;
	size_t n = row->len;
	enum grade g;

	if (row->is_long)
		snprintf(s->why, sizeof s->why, "the line is longer than %u "
		    "bytes", RECORD_MAX);
	else
		snprintf(s->why, sizeof s->why, "a closing quote is missing");
	while (n > 0 && row->len - n < 2 && is_line_end(p[n - 1], ebcdic))
		n--;
	rows_skip(s, n);
	g = source_cut(s, s->ahead + s->at - n, n, false);
	rows_skip(s, row->len - n);
	return row->is_long && !row->ended ? rows_cut_rest(s, g) : g;
}

/*
 * Finds the next row in `ahead`, reading on where needed, and splits it.  END:
 * there is none; BAD: rows_cut is to make a fragment of its first line.
 */
static enum grade
rows_next(struct source *s, struct row *row)
{
	struct csv_split *split = s->rows->split;
	size_t seen = 0, fed = 0, first = 0;
	uint32_t n;
	enum grade g;

	for (;;) {
		*row = (struct row){ .ended = rows_line(s, &seen) };
		row->is_long = fed == 0 && seen > RECORD_MAX;
		if (!row->ended && !row->is_long && !s->eof &&
		    seen <= RECORD_MAX) {
			if (source_more(s) != OK)
				return FATAL;
			continue;
		}
		if (!row->ended && s->eof)
			seen = rows_last(s);
		row->len = seen;
		if (row->is_long)
			return BAD;
		if (seen == 0) {
			rows_skip(s, s->end - s->at);
			return END;
		}
		if (fed == 0)
			csv_split_begin(split);
		g = seen > RECORD_MAX ? END : csv_split_line(split, s->ahead +
		    s->at + fed, seen - fed, !row->ended);
		csv_split_fields(split, &n);
		if (g == BAD)
			row->fault = ROW_QUOTE;
		if (g == BAD || (g == OK && n > 0))
			return OK;
		if (g == OK) {		/* a blank line */
			rows_skip(s, seen);
			seen = 0;
		}
		if (fed == 0)
			first = seen;
		fed = seen;
		if (g == END && (!row->ended || seen > RECORD_MAX)) {
			row->len = first;
			return BAD;
		}
	}
}

/* ---- the header -------------------------------------------------------- */

/* The names of a header in UTF-8, in the caller's arena. */
static const char **
header_names(const struct source *s, struct arena *a, uint32_t *n)
{
	const struct delimited *d = s->opt.framing.delimited;
	const struct codepage *page = s->opt.framing.page;
	const struct slice *field = csv_split_fields(s->rows->split, n);
	const char **name;
	struct buf b;
	uint32_t i, k;
	uint8_t c;

	if (*n > CSV_FIELDS_MAX)
		*n = CSV_FIELDS_MAX;
	name = arena_array(a, *n + 1, sizeof *name);
	buf_init(&b, 4 * (size_t)CSV_ROW_MAX);
	for (i = 0; i < *n; i++) {
		buf_clear(&b);
		for (k = 0; k < field[i].len; k++) {
			c = field[i].p[k];
			if (d->utf8)
				buf_putc(&b, (char)c);
			else
				buf_put(&b, page->utf8[c], page->utf8_len[c]);
		}
		name[i] = arena_strndup(a, b.p != NULL ? b.p : "", b.len);
	}
	buf_fini(&b);
	return name;
}

static void
header_lacks(struct source *s, const struct delimited_field *f,
    const char **name, uint32_t n, bool twice)
{
	struct arena *a = s->diags->arena;
	const char *file = s->file[s->now].name, *near, *list = "";
	struct diag *d;
	uint32_t i;

	d = diag_add(s->diags, DIAG_F028, f->at, twice ?
	    "the header of \"%s\" names '%s' twice" :
	    "the header of \"%s\" has no column '%s'", file, f->name);
	if (twice)
		return;
	near = diag_nearest(f->name, strlen(f->name), name, n);
	if (near != NULL) {
		diag_hint(s->diags, d, "did you mean '%s'?", near);
		return;
	}
	for (i = 0; i < n && i < NAMES_SHOWN; i++)
		list = arena_printf(a, "%s%s%.40s", list, i > 0 ? ", " : "",
		    name[i]);
	diag_hint(s->diags, d, "it has %s%s", list, n > NAMES_SHOWN ? " …" :
	    "");
}

/* Which column is the field; false: none, or several. */
static bool
header_find(struct source *s, uint32_t field, const char **name, uint32_t n)
{
	const struct delimited_field *f =
	    &s->opt.framing.delimited->field[field];
	uint32_t *column = &s->rows->column[field], i;
	bool twice = false;

	*column = DELIMITED_NONE;
	for (i = 0; i < n; i++) {
		if (delimited_match(f, name[i]) < 2)
			continue;
		twice = *column != DELIMITED_NONE;
		*column = i;
		if (twice)
			break;
	}
	if (!f->wanted || (*column != DELIMITED_NONE && !twice))
		return true;
	header_lacks(s, f, name, n, twice);
	return false;
}

static void
header_keep(struct source *s, size_t len)
{
	struct csv_rows *r = s->rows;

	if (r->header != NULL)
		return;
	r->header = mem_alloc(len + 1);
	memcpy(r->header, s->ahead + s->at, len);
	s->facts.header_row = (struct slice){ r->header, (uint32_t)len };
}

static enum grade
header_take(struct source *s, const struct row *row)
{
	const struct delimited *d = s->opt.framing.delimited;
	struct csv_rows *r = s->rows;
	struct arena a;
	const char **name;
	bool good = true;
	uint32_t k, n;

	if (row->fault != ROW_FINE) {
		diag_add(s->diags, DIAG_F028, NOWHERE, "the header of \"%s\" "
		    "cannot be read: a quote stands where none may",
		    s->file[s->now].name);
		return FATAL;
	}
	arena_init(&a);
	name = header_names(s, &a, &n);
	csv_split_fields(r->split, &r->ncolumn);
	for (k = 0; k < d->nfield; k++)
		good = header_find(s, k, name, n) && good;
	arena_fini(&a);
	header_keep(s, row->len);
	rows_skip(s, row->len);
	r->begun = true;
	return good ? OK : FATAL;
}

/* Past a byte order mark (U+FEFF in UTF-8). */
static enum grade
rows_mark(struct source *s)
{
	static const uint8_t mark[3] = { 0xef, 0xbb, 0xbf };
	struct csv_rows *r = s->rows;

	if (r->marked)
		return OK;
	if (source_look(s, sizeof mark) != OK)
		return FATAL;
	if (s->end - s->at >= sizeof mark && memcmp(s->ahead + s->at, mark,
	    sizeof mark) == 0 &&
	    !s->opt.framing.delimited->dialect.ebcdic)
		rows_skip(s, sizeof mark);
	r->marked = true;
	return OK;
}

/* ---- records ----------------------------------------------------------- */

static void
put_pair(uint8_t *p, uint32_t a, uint32_t b)
{
	memcpy(p, &a, sizeof a);
	memcpy(p + 4, &b, sizeof b);
}

static size_t
record_size(const struct source *s, const struct row *row)
{
	const struct csv_rows *r = s->rows;
	uint32_t nfield = s->opt.framing.delimited->nfield, n, k;
	const struct slice *field = csv_split_fields(r->split, &n);
	size_t size = DELIMITED_HEAD + CODEC_FIELD_SIZE * (size_t)nfield +
	    (nfield + 1) * sizeof *r->column + row->len;

	for (k = 0; k < nfield && row->fault != ROW_QUOTE; k++)
		if (r->column[k] < n && r->column[k] < CSV_FIELDS_MAX)
			size += field[r->column[k]].len;
	return size;
}

static void
record_put(const struct source *s, const struct row *row, uint8_t *rec)
{
	const struct csv_rows *r = s->rows;
	uint32_t nfield = s->opt.framing.delimited->nfield, n, k;
	const struct slice *field = csv_split_fields(r->split, &n), *f;
	enum row_fault fault = row->fault;
	uint8_t *entry = rec + DELIMITED_HEAD;
	uint8_t *to = entry + CODEC_FIELD_SIZE * (size_t)nfield;

	if (fault == ROW_FINE && r->ncolumn > 0 && n != r->ncolumn)
		fault = n < r->ncolumn ? ROW_SHORT : ROW_LONG;
	for (k = 0; k < nfield; k++, entry += CODEC_FIELD_SIZE) {
		put_pair(entry, 0, 0);
		if (row->fault == ROW_QUOTE || r->column[k] >= n ||
		    r->column[k] >= CSV_FIELDS_MAX)
			continue;
		f = &field[r->column[k]];
		put_pair(entry, (uint32_t)(to - entry), f->len);
		if (f->len > 0)
			memcpy(to, f->p, f->len);
		to += f->len;
	}
	memcpy(to, r->column, nfield * sizeof *r->column);
	to += nfield * sizeof *r->column;
	memcpy(to, &nfield, sizeof nfield);
	to += sizeof nfield;
	put_pair(rec, (uint32_t)fault, n);
	put_pair(rec + 8, (uint32_t)(to - rec), (uint32_t)row->len);
	memcpy(to, s->ahead + s->at, row->len);
}

void
delimited_row(struct slice record, struct delimited_row *row)
{
	uint32_t v[4];

	memcpy(v, record.p, sizeof v);
	*row = (struct delimited_row){ (enum row_fault)v[0], v[1], v[2],
	    { record.p + v[2], v[3] } };
}

uint32_t
delimited_nfield(struct slice record)
{
	struct delimited_row row;
	uint32_t n;

	delimited_row(record, &row);
	memcpy(&n, row.raw.p - sizeof n, sizeof n);
	return n;
}

uint32_t
delimited_column(struct slice record, uint32_t field)
{
	struct delimited_row row;
	uint32_t n = delimited_nfield(record), v;

	if (field >= n)
		return DELIMITED_NONE;
	delimited_row(record, &row);
	memcpy(&v, row.raw.p - sizeof n - (n - field) * sizeof v, sizeof v);
	return v;
}

struct slice
record_raw(enum framing framing, struct slice record)
{
	struct delimited_row row;

	if (framing != FRAMING_DELIMITED)
		return record;
	delimited_row(record, &row);
	return row.raw;
}

/* The next row that is no header. */
static enum grade
delimited_find(struct source *s, struct row *row)
{
	const struct framing_options *opt = &s->opt.framing;
	struct csv_rows *r = s->rows;
	enum grade g = rows_mark(s);

	if (g != OK)
		return g;
	g = rows_next(s, row);
	if (g != OK || r->begun || r->nrow < opt->records_first)
		return g;
	if (!opt->delimited->header) {
		r->begun = true;
		return OK;
	}
	g = header_take(s, row);
	return g == OK ? rows_next(s, row) : g;
}

static enum grade
delimited_next(struct source *s, struct slab *slab)
{
	struct row row;
	uint8_t *rec;
	size_t size;
	enum grade g;

	slab_reserve(slab, s->opt.batch_bytes);
	slab_reserve_records(slab, s->opt.batch_records);
	while (slab->nrec < s->opt.batch_records) {
		g = delimited_find(s, &row);
		if (g == BAD && slab->nrec == 0)
			return rows_cut(s, &row);
		if (g == FATAL || (g != OK && slab->nrec == 0))
			return g;
		if (g != OK)
			break;
		size = record_size(s, &row);
		if (slab->nrec == 0)
			slab_reserve(slab, size);
		else if (slab->used + size > s->opt.batch_bytes ||
		    s->offset - slab->offset > SPAN_MAX)
			break;
		rec = slab->bytes + slab->used;
		record_put(s, &row, rec);
		slab_add(slab, (size_t)(s->offset - slab->offset), rec,
		    (uint32_t)size);
		slab->used += size;
		s->rows->nrow++;
		rows_skip(s, row.len);
	}
	return OK;
}

/* ---- writing ----------------------------------------------------------- */

static enum grade
row_write(struct recwriter *w, struct slice raw)
{
	bool ebcdic = w->opt.delimited->dialect.ebcdic;
	uint8_t end = ebcdic ? 0x25 : '\n';

	if (recwriter_write(w, raw.p, raw.len) != OK)
		return FATAL;
	if (raw.len > 0 && is_line_end(raw.p[raw.len - 1], ebcdic))
		return OK;
	return recwriter_write(w, &end, 1);
}

/* The header goes behind the rows that are skipped. */
static enum grade
delimited_put(struct recwriter *w, struct slice rec)
{
	if (w->opt.delimited->header && w->nput == w->opt.records_first &&
	    w->facts != NULL && row_write(w, w->facts->header_row) != OK)
		return FATAL;
	if (w->nput <= w->opt.records_first)
		w->nput++;
	return row_write(w, record_raw(FRAMING_DELIMITED, rec));
}

const struct framing_ops framing_delimited = {
	.check = delimited_check, .start = delimited_start,
	.next = delimited_next, .put = delimited_put
};
