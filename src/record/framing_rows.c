/*
 * Rows of a table as records, and as lines of CSV.
 *
 *	cell | cell | ... | their texts
 *
 * A cell is as value/codec.h says.  Whoever reads the table hands its columns
 * over; the database itself is not known here.
 */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/framing.h"
#include "value/codec.h"
#include "value/format.h"

#define LINE_MAX_BYTES	((size_t)1 << 31)

static bool
is_text(const struct column *c)
{
	return c->type == V_TEXT || c->type == V_BYTES;
}

void
table_rows_sizes(const struct table_rows *t, const struct rows_read *r,
    uint32_t *size)
{
	uint32_t c, i;

	for (i = 0; i < r->n; i++)
		size[i] = t->size;
	for (c = 0; c < t->ncolumn; c++)
		for (i = 0; i < r->n && is_text(&r->col[c]); i++)
			size[i] += r->col[c].v.text[i].len;
	for (i = 0; i < r->nbad; i++)
		size[r->bad[i].row] += r->bad[i].text.len;
}

void
table_rows_put(const struct table_rows *t, const struct rows_read *r,
    uint32_t from, uint32_t n, const struct slice *rec)
{
	uint8_t **base = mem_array(n, sizeof *base);
	uint8_t **end = mem_array(n, sizeof *end);
	const struct bad_text *bad;
	uint32_t i;

	for (i = 0; i < n; i++) {
		base[i] = (uint8_t *)(uintptr_t)rec[i].p;
		end[i] = base[i] + t->size;
	}
	for (i = 0; i < t->ncolumn; i++)
		rowcell_put(&r->col[i], from, n, base, t->offset[i], end);
	for (i = 0; i < r->nbad; i++) {
		bad = &r->bad[i];
		if (bad->row >= from && bad->row - from < n)
			rowcell_put_bad(base[bad->row - from] +
			    t->offset[bad->column], bad->text,
			    &end[bad->row - from]);
	}
	mem_free(base);
	mem_free(end);
}

void
slab_lay_out(struct slab *slab, const uint32_t *size, uint32_t n)
{
	size_t used = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		used += size[i];
	slab_reserve(slab, used);
	slab_reserve_records(slab, n);
	slab->nrec = 0;
	slab->used = used;
	for (i = 0, used = 0; i < n; used += size[i++])
		slab_add(slab, 0, slab->bytes + used, size[i]);
}

bool
table_rows_cell(const struct table_rows *t, struct slice record,
    uint32_t column, struct buf *out)
{
	const struct codec c = { .kind = CODEC_CELL, .cell = &t->type[column],
	    .offset = t->offset[column],
	    .size = rowcell_size(&t->type[column]) };
	const struct rows rows = { .n = 1, .base = &record.p,
	    .len = &record.len, .shortest = record.len };
	char text[FORMAT_MAX];
	struct column col;
	struct slice bad;
	struct arena a;
	bool null;

	arena_init(&a);
	codec_decode(&c, &rows, &col, &a);
	null = column_is_null(&col, 0);
	if (col.bad.n > 0) {
		bad = rowcell_bad_text(record.p + c.offset);
		if (bad.p == NULL)
			buf_puts(out, "(unreadable)");
		else
			buf_put(out, bad.p, bad.len);
	} else if (!null && c.cell->type.kind == SQL_REAL) {
		buf_put(out, text, format_f32(text, col.v.f64[0]));
	} else if (!null) {
		format_cell(out, &col, 0);
	}
	arena_fini(&a);
	return !null;
}

void
table_rows_key(const struct table_rows *t, struct slice record,
    struct buf *out)
{
	uint32_t i;

	for (i = 0; i < t->nkey; i++) {
		buf_printf(out, "%s%s ", i > 0 ? ", " : "",
		    t->name[t->key[i]]);
		if (!table_rows_cell(t, record, t->key[i], out))
			buf_puts(out, "null");
	}
}

/* ---- CSV ---------------------------------------------------------------- */

static bool
rows_check(struct diags *ds, const struct framing_options *opt)
{
	(void)ds;
	(void)opt;
	return true;
}

/* Rows come from an origin. */
static enum grade
rows_start(struct source *s)
{
	(void)s;
	return FATAL;
}

static enum grade
rows_next(struct source *s, struct slab *slab)
{
	(void)s;
	(void)slab;
	return FATAL;
}

static enum grade
rows_write(struct recwriter *w, struct buf *line)
{
	enum grade g;

	buf_putc(line, '\n');
	g = line->full ? recwriter_refuse(w, "a row of more than %zu bytes",
	    line->max) : recwriter_write(w, line->p, line->len);
	buf_fini(line);
	return g;
}

static enum grade
rows_header(struct recwriter *w)
{
	const struct table_rows *t = w->opt.rows;
	struct buf line;
	uint32_t i;

	buf_init(&line, LINE_MAX_BYTES);
	for (i = 0; i < t->ncolumn; i++) {
		if (i > 0)
			buf_putc(&line, ',');
		csv_put_field(&line, (const uint8_t *)t->name[i],
		    strlen(t->name[i]));
	}
	return rows_write(w, &line);
}

static enum grade
rows_put(struct recwriter *w, struct slice record)
{
	const struct table_rows *t = w->opt.rows;
	struct buf line, cell;
	uint32_t i;

	if (w->nput++ == 0 && rows_header(w) != OK)
		return FATAL;
	buf_init(&line, LINE_MAX_BYTES);
	buf_init(&cell, LINE_MAX_BYTES);
	for (i = 0; i < t->ncolumn; i++) {
		if (i > 0)
			buf_putc(&line, ',');
		buf_clear(&cell);
		if (table_rows_cell(t, record, i, &cell))
			csv_put_field(&line, (const uint8_t *)(cell.len > 0 ?
			    cell.p : ""), cell.len);
	}
	buf_fini(&cell);
	return rows_write(w, &line);
}

const struct framing_ops framing_rows = {
	.check = rows_check, .start = rows_start, .next = rows_next,
	.put = rows_put
};
