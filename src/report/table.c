/*
 * Tables on a terminal; see table.h.
 */
#include "report/table.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#define GAP		2	/* blanks between columns */
#define CELL_BYTES	(64u << 10)
#define CELL_WIDTH	1000	/* unless the caller says otherwise */

#define FAINT		"\033[2m"
#define BOLD		"\033[1m"
#define MARKED		"\033[1;33m"	/* bright, yellow */
#define PLAIN		"\033[0m"

void
table_init(struct table *t, struct arena *a, const struct table_column *column,
    uint32_t n)
{
	*t = (struct table){ .arena = a, .column = column, .ncolumn = n,
	    .width_max = CELL_WIDTH };
}

/*
 * Would the terminal obey it instead of showing it?  C0, DEL and C1 (ECMA-48),
 * and the characters that turn the direction of writing (UAX #9).
 */
static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c ||
	    c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069);
}

static uint32_t
show_control(struct buf *b, uint32_t c)
{
	size_t before = b->len;

	if (c == '\n')
		buf_puts(b, "\\n");
	else if (c == '\t')
		buf_puts(b, "\\t");
	else if (c == '\r')
		buf_puts(b, "\\r");
	else if (c < 0x80)
		buf_printf(b, "\\x%02x", c);
	else
		buf_printf(b, "\\u%04x", c);
	return (uint32_t)(b->len - before);
}

uint32_t
table_show(struct buf *b, const void *text, size_t len, uint32_t width_max)
{
	const uint8_t *p = text, *end = p + len;
	uint32_t width = 0, c;
	size_t n;

	while (p < end) {
		if (width_max > 0 && width + 1 >= width_max && end - p > 1) {
			buf_puts(b, "…");
			return width + 1;
		}
		n = utf8_valid(p, (size_t)(end - p));
		if (n == 0) {
			buf_puts(b, "\xef\xbf\xbd");
			width++;
			p++;
			continue;
		}
		c = utf8_get(p, &n);
		if (is_control(c)) {
			width += show_control(b, c);
		} else {
			buf_put(b, p, n);
			width += (uint32_t)utf8_width(c);
		}
		p += n;
	}
	return width;
}

void
table_cell(struct table *t, const void *text, size_t len)
{
	struct table_cell *c = ARENA_PUSH(t->arena, t->cell, t->ncell, t->cap);
	struct buf b;

	buf_init(&b, CELL_BYTES);
	c->width = table_show(&b, text, len, t->width_max);
	c->p = arena_strndup(t->arena, b.p != NULL ? b.p : "", b.len);
	c->len = (uint32_t)b.len;
	buf_fini(&b);
}

void
table_text(struct table *t, const char *s)
{
	table_cell(t, s, s != NULL ? strlen(s) : 0);
}

void
table_printf(struct table *t, const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b, CELL_BYTES);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	table_cell(t, b.p, b.len);
	buf_fini(&b);
}

void
table_null(struct table *t)
{
	table_text(t, "null");
	t->cell[t->ncell - 1].faint = true;
}

void
table_mark(struct table *t, bool colour, const char *behind)
{
	struct table_cell *c = &t->cell[t->ncell - 1];

	c->marked = true;
	if (colour)
		return;
	c->p = arena_printf(t->arena, "%s%s", c->p, behind);
	c->len += (uint32_t)strlen(behind);
	c->width += (uint32_t)strlen(behind);
}

static const char *
cell_tint(const struct table_cell *c, bool colour)
{
	return !colour ? NULL : c->marked ? MARKED : c->faint ? FAINT : NULL;
}

static uint32_t
column_width(const struct table *t, uint32_t i)
{
	uint32_t width = (uint32_t)utf8_count(
	    (const uint8_t *)t->column[i].title, strlen(t->column[i].title));

	for (; i < t->ncell; i += t->ncolumn)
		if (t->cell[i].width > width)
			width = t->cell[i].width;
	return width;
}

uint32_t
table_width(const struct table *t)
{
	uint32_t i, width = 0;

	for (i = 0; i < t->ncolumn; i++)
		width += column_width(t, i) + (i > 0 ? GAP : 0);
	return width;
}

static void
put_blanks(struct buf *b, uint32_t n)
{
	while (n-- > 0 && !b->full)
		buf_putc(b, ' ');
}

static void
put_cell(struct buf *b, const struct table_cell *c, uint32_t width, bool right,
    bool last, const char *colour)
{
	uint32_t pad = width - c->width;

	if (right)
		put_blanks(b, pad);
	if (colour != NULL)
		buf_puts(b, colour);
	buf_put(b, c->p, c->len);
	if (colour != NULL)
		buf_puts(b, PLAIN);
	if (!right && !last)
		put_blanks(b, pad);
	if (!last)
		put_blanks(b, GAP);
}

/* A line must not end in blanks: cells at its end may be empty. */
static void
end_line(struct buf *b)
{
	while (b->len > 0 && b->p[b->len - 1] == ' ')
		b->len--;
	buf_putc(b, '\n');
}

void
table_render(const struct table *t, struct buf *b, bool colour)
{
	uint32_t *width = mem_array(t->ncolumn + 1, sizeof *width);
	struct table_cell title;
	uint32_t i, k;

	for (i = 0; i < t->ncolumn; i++)
		width[i] = column_width(t, i);
	for (i = 0; i < t->ncolumn; i++) {
		title = (struct table_cell){ t->column[i].title,
		    (uint32_t)strlen(t->column[i].title), 0, false, false };
		title.width = (uint32_t)utf8_count((const uint8_t *)title.p,
		    title.len);
		put_cell(b, &title, width[i], t->column[i].right,
		    i + 1 == t->ncolumn, colour ? BOLD : NULL);
	}
	end_line(b);
	for (i = 0; i < t->ncolumn; i++) {
		for (k = 0; k < width[i] && !b->full; k++)
			buf_putc(b, '-');
		put_blanks(b, GAP);
	}
	end_line(b);
	for (i = 0; i < t->ncell; i++) {
		k = i % t->ncolumn;
		put_cell(b, &t->cell[i], width[k], t->column[k].right,
		    k + 1 == t->ncolumn, cell_tint(&t->cell[i], colour));
		if (k + 1 == t->ncolumn)
			end_line(b);
	}
	mem_free(width);
}

void
table_render_long(const struct table *t, struct buf *b, const char *what,
    bool colour)
{
	uint32_t i, k, width = 0, title;

	for (i = 0; i < t->ncolumn; i++) {
		title = (uint32_t)strlen(t->column[i].title);
		if (title > width)
			width = title;
	}
	for (i = 0; i < t->ncell; i++) {
		k = i % t->ncolumn;
		if (k == 0)
			buf_printf(b, "%s%s%s %u%s\n", i > 0 ? "\n" : "",
			    colour ? BOLD : "", what, i / t->ncolumn + 1,
			    colour ? PLAIN : "");
		buf_printf(b, "  %s", t->column[k].title);
		put_blanks(b, width + GAP -
		    (uint32_t)strlen(t->column[k].title));
		put_cell(b, &t->cell[i], t->cell[i].width, false, true,
		    cell_tint(&t->cell[i], colour));
		end_line(b);
	}
}
