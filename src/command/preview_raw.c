/*
 * Listings of records; see preview_raw.h.
 *
 * The layout is walked as --prove does it: every item and what lies between,
 * of tables each occurrence, of a part that is redefined each alternative one
 * after the other.  Fields of delimited text are taken from their entries.
 */
#include "command/preview_raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "flow/job.h"
#include "plan/plan_record.h"
#include "base/json.h"
#include "report/table.h"
#include "value/format.h"

#define ITEM_WIDTH	32u	/* columns of a path at most */
#define VALUE_WIDTH	16u	/* of a value at least */
#define PIPE_BYTES	16u	/* bytes a line where nobody gives a width */
#define OCCURS_MAX	32	/* OCCURS inside OCCURS */
#define VALUE_MAX	(1u << 20)

struct area {			/* a part with alternatives, of one space */
	const struct record_space *space;
	uint32_t *start;	/* [space's rows] its offset in the record */
};

struct entry {
	const char *path;
	uint32_t offset, size;
	const uint8_t *bytes;
	const char *value;	/* NULL: none */
	uint32_t nvalue;
	uint16_t code;		/* why there is none, or 0 */
	bool bad, null;
	bool placeless;		/* a field, which may have stood in quotes */
	/* where it stands in the listing */
	const struct area *area;	/* outermost, or NULL */
	uint32_t area_row, alternative, seq;
};

struct raw_record {
	uint64_t record;
	const char *type;	/* NULL: there are none, or it has none */
	uint32_t size;
	struct entry *entry;
	uint32_t n, cap;
};

struct raw {
	struct arena *arena;
	const struct job *job;
	struct record_plan **of;	/* by type; one where there are none */
	struct raw_record *record;
	uint32_t n, cap;
	/* of the record that is being walked: */
	struct raw_record *now;
	struct arena scratch;	/* of the walk */
	struct slice rec;
	struct area *area;	/* outermost one that is open */
	uint32_t depth, alternative;
};

struct raw *
raw_new(struct arena *a, const struct job *j)
{
	struct raw *r = arena_zalloc(a, sizeof *r);
	uint32_t t, n = plan_ntype(j->plan), group, of;

	r->arena = a;
	r->job = j;
	if (j->mapping->format == MAP_DELIMITED || j->table != NULL)
		return r;
	r->of = arena_array(a, n + 1, sizeof *r->of);
	for (t = 0; t < (n > 0 ? n : 1); t++) {
		group = ITEM_NONE;
		of = n == 0 ? j->record : plan_find_layout(j->layout,
		    j->record, &j->mapping->record_type[t], &group);
		r->of[t] = record_plan_new(a, j->layout, of, group, j->page,
		    j->mapping);
	}
	return r;
}

/* ---- entries ----------------------------------------------------------- */

/* GROUP(2).ITEM, without the record's own name. */
static const char *
raw_path(const struct raw *r, uint32_t item, const uint32_t *occ)
{
	const struct layout *l = r->job->layout;
	uint32_t chain[64], n = 0, i, k = 0;
	struct buf b;
	const char *s;

	for (i = item; i != ITEM_NONE && n < 64; i = l->item[i].parent)
		chain[n++] = i;
	if (n == 1)
		return l->item[item].name != NULL ? l->item[item].name :
		    "FILLER";
	buf_init(&b, 8192);
	while (n-- > 0) {
		i = chain[n];
		if (l->item[i].parent != ITEM_NONE && (l->item[i].name !=
		    NULL || i == item))
			buf_printf(&b, "%s%s", b.len > 0 ? "." : "",
			    l->item[i].name != NULL ? l->item[i].name :
			    "FILLER");
		if (l->item[i].occurs_max > 0 && occ != NULL)
			buf_printf(&b, "(%u)", occ[k++]);
	}
	s = arena_strndup(r->arena, b.p, b.len);
	buf_fini(&b);
	return s;
}

static struct entry *
entry_add(struct raw *r, const char *path, uint32_t offset, uint32_t size)
{
	struct raw_record *n = r->now;
	uint32_t seq = n->n;
	struct entry *e = ARENA_PUSH(r->arena, n->entry, n->n, n->cap);

	if (offset > r->rec.len)
		offset = r->rec.len;
	if (size > r->rec.len - offset)
		size = r->rec.len - offset;
	*e = (struct entry){ .path = path, .offset = offset, .size = size,
	    .seq = seq };
	e->bytes = arena_alloc(r->arena, size + 1);
	if (size > 0)
		memcpy((uint8_t *)(uintptr_t)e->bytes, r->rec.p + offset, size);
	return e;
}

static void
entry_value(struct raw *r, struct entry *e, const struct column *col,
    uint32_t row, uint16_t code)
{
	struct buf b;

	e->code = code;
	e->bad = code != 0;
	e->null = !e->bad && column_is_null(col, row);
	if (e->bad || e->null)
		return;
	buf_init(&b, VALUE_MAX);
	format_cell(&b, col, row);
	e->value = arena_strndup(r->arena, b.p != NULL ? b.p : "", b.len);
	e->nvalue = (uint32_t)b.len;
	buf_fini(&b);
}

/* ---- walking ----------------------------------------------------------- */

static uint32_t
row_in(const struct record_space *s, uint32_t row,
    const struct record_space *in)
{
	for (; s != in && s->above != NULL; s = s->above)
		row = s->up[row];
	return row;
}

/* The occurrences around a row, outermost first. */
static void
row_occurrences(const struct record_space *s, uint32_t row,
    uint32_t occ[OCCURS_MAX])
{
	const struct record_space *x;
	uint32_t n = 0;

	memset(occ, 0, OCCURS_MAX * sizeof *occ);
	for (x = s; x->above != NULL; x = x->above)
		n++;
	for (x = s; x->above != NULL && n <= OCCURS_MAX; x = x->above) {
		occ[--n] = x->occ[row];
		row = x->up[row];
	}
}

static void
raw_cells(void *arg, const struct record_cells *c)
{
	struct raw *r = arg;
	struct codec codec = *c->codec;
	uint32_t i, k, offset, occ[OCCURS_MAX];
	struct column col;
	struct entry *e;
	uint16_t code;

	codec.policies = &r->job->mapping->policies;
	codec_decode(&codec, &c->rows, &col, &r->scratch);
	for (i = k = 0; i < c->rows.n; i++) {
		while (k < col.bad.n && col.bad.v[k].row < i)
			k++;
		code = k < col.bad.n && col.bad.v[k].row == i ?
		    col.bad.v[k].code : 0;
		offset = (uint32_t)((uintptr_t)record_bytes(c, i) -
		    (uintptr_t)r->rec.p);
		if (c->item == ITEM_NONE && (offset >= r->rec.len ||
		    codec.size == 0))
			continue;
		row_occurrences(c->space, i, occ);
		e = entry_add(r, c->item == ITEM_NONE ? "(between)" :
		    raw_path(r, c->item, occ), offset, codec.size);
		if (!c->bytes)
			entry_value(r, e, &col, i, code);
		if (r->area == NULL)
			continue;
		e->area = r->area;
		e->area_row = row_in(c->space, i, r->area->space);
		e->alternative = r->alternative;
		if (r->area->start[e->area_row] > offset)
			r->area->start[e->area_row] = offset;
	}
}

static void
raw_area(void *arg, const struct record_space *s, uint32_t item)
{
	struct raw *r = arg;
	uint32_t i;

	(void)item;
	if (r->depth++ > 0)
		return;
	r->area = arena_zalloc(r->arena, sizeof *r->area);
	r->area->space = s;
	r->area->start = arena_array(r->arena, s->n + 1,
	    sizeof *r->area->start);
	for (i = 0; i < s->n; i++)
		r->area->start[i] = UINT32_MAX;
	r->alternative = 0;
}

static void
raw_alternative(void *arg, uint32_t item)
{
	struct raw *r = arg;

	(void)item;
	r->alternative += r->depth == 1;
}

static void
raw_end(void *arg)
{
	struct raw *r = arg;

	if (--r->depth == 0)
		r->area = NULL;
}

static void
raw_lost(void *arg, const struct record_space *s, uint32_t row,
    uint32_t item, uint16_t code, const uint8_t *at)
{
	struct raw *r = arg;
	uint32_t occ[OCCURS_MAX];
	struct entry *e;

	row_occurrences(s, row, occ);
	e = entry_add(r, raw_path(r, item, occ), at == NULL ? r->rec.len :
	    (uint32_t)((uintptr_t)at - (uintptr_t)r->rec.p),
	    at == NULL ? 0 : r->job->layout->item[item].size);
	e->code = code;
	e->bad = true;
}

static uint32_t
entry_start(const struct entry *e)
{
	return e->area == NULL ? e->offset : e->area->start[e->area_row];
}

/* By offset; of what is redefined, one alternative after the other. */
static int
entry_cmp(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (entry_start(a) != entry_start(b))
		return entry_start(a) < entry_start(b) ? -1 : 1;
	if (a->alternative != b->alternative)
		return a->alternative < b->alternative ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

static void
raw_walk(struct raw *r, const struct record_plan *p, const struct batch *b,
    uint32_t rec)
{
	const struct record_visitor v = { .arg = r, .cells = raw_cells,
	    .area = raw_area, .alternative = raw_alternative, .end = raw_end,
	    .lost = raw_lost };
	uint32_t covered = 0;

	arena_init(&r->scratch);
	record_walk(p, &v, b->slab.rec, &rec, 1, &covered, &r->scratch);
	arena_fini(&r->scratch);
	if (covered < r->rec.len)
		entry_add(r, "(behind the layout)", covered,
		    r->rec.len - covered);
}

/* ---- delimited --------------------------------------------------------- */

static void
raw_field(struct raw *r, const struct codec *c, uint32_t item,
    uint32_t offset, const uint32_t *occ)
{
	const uint8_t *base = r->rec.p + offset;
	const struct rows rows = { .n = 1, .base = &base,
	    .len = &(uint32_t){ r->rec.len - offset },
	    .shortest = r->rec.len - offset };
	struct column col;
	struct entry *e;
	uint32_t at[2];

	if (offset + CODEC_FIELD_SIZE > r->rec.len)
		return;
	memcpy(at, base, sizeof at);
	codec_decode(c, &rows, &col, r->arena);
	e = entry_add(r, raw_path(r, item, occ), offset + at[0], at[1]);
	e->placeless = true;
	entry_value(r, e, &col, 0, col.bad.n > 0 ? col.bad.v[0].code : 0);
}

/* Occurrences of a field have entries behind each other. */
static void
raw_fields(struct raw *r)
{
	const struct layout *l = r->job->layout;
	uint32_t i, k, table, n, first[OCCURS_MAX];
	struct codec c;

	for (k = 0; k < OCCURS_MAX; k++)
		first[k] = 1;
	for (i = r->job->record; i < l->item[r->job->record].next; i++) {
		if (l->item[i].category == CAT_GROUP || l->item[i].name ==
		    NULL || l->item[i].level == 66 ||
		    !plan_cell_codec(r->job->plan, i, &c))
			continue;
		table = l->item[i].table;
		n = table == ITEM_NONE ? 1 : l->item[table].occurs_max;
		for (k = 0; k < n; k++) {
			first[0] = k + 1;
			raw_field(r, &c, i, l->item[i].offset + (table ==
			    ITEM_NONE ? 0 : k * l->item[table].size), first);
		}
	}
}

/* A row of a table has no bytes of its own. */
static void
raw_columns(struct raw *r)
{
	const struct table_rows *t = r->job->source.framing.rows;
	struct entry *e;
	struct buf b;
	uint32_t i;

	buf_init(&b, VALUE_MAX);
	for (i = 0; i < t->ncolumn; i++) {
		buf_clear(&b);
		e = entry_add(r, t->name[i], 0, 0);
		e->null = !table_rows_cell(t, r->rec, i, &b);
		if (e->null)
			continue;
		e->value = arena_strndup(r->arena, b.len > 0 ? b.p : "",
		    b.len);
		e->nvalue = (uint32_t)b.len;
	}
	buf_fini(&b);
}

void
raw_add(struct raw *r, const struct batch *b, uint32_t rec)
{
	uint32_t type = b->type == NULL ? 0 : b->type[rec];
	struct raw_record *n = ARENA_PUSH(r->arena, r->record, r->n, r->cap);
	struct delimited_row row;

	n->record = b->slab.first_record + rec;
	n->size = b->slab.rec[rec].len;
	r->now = n;
	r->rec = b->slab.rec[rec];
	if (r->job->table != NULL) {
		raw_columns(r);
		return;
	}
	if (r->job->mapping->format == MAP_DELIMITED) {
		delimited_row(r->rec, &row);
		n->size = row.raw.len;
		raw_fields(r);
		return;
	}
	if (b->type != NULL && type < plan_ntype(r->job->plan))
		n->type = plan_type_name(r->job->plan, type);
	if (b->type != NULL && n->type == NULL)
		entry_add(r, "(no record type)", 0, r->rec.len);
	else
		raw_walk(r, r->of[type], b, rec);
	if (n->n > 1)
		qsort(n->entry, n->n, sizeof *n->entry, entry_cmp);
}

/* ---- as text ----------------------------------------------------------- */

struct columns {		/* of a listing */
	uint32_t item, bytes, value;	/* value 0: any width */
};

static struct columns
columns_of(const struct raw_record *n, uint32_t width)
{
	struct columns c = { .item = 4, .bytes = PIPE_BYTES };
	uint32_t i, len, fixed;

	for (i = 0; i < n->n; i++) {
		len = (uint32_t)strlen(n->entry[i].path);
		if (len > c.item)
			c.item = len;
	}
	if (width == 0)
		return c;
	if (c.item > ITEM_WIDTH)
		c.item = ITEM_WIDTH;
	for (c.bytes = 16;; c.bytes /= 2) {
		fixed = 16 + c.item + 2 + c.bytes * 2 + c.bytes / 4 + 1 +
		    c.bytes + 2;
		if (fixed + VALUE_WIDTH <= width || c.bytes == 4)
			break;
	}
	c.value = fixed + VALUE_WIDTH <= width ? width - fixed : VALUE_WIDTH;
	return c;
}

static void
put_blanks(struct buf *b, uint32_t n)
{
	while (n-- > 0 && !b->full)
		buf_putc(b, ' ');
}

/* Bytes from `at` on, four and four. */
static void
put_hex(struct buf *b, const struct entry *e, uint32_t at, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (i > 0 && i % 4 == 0)
			buf_putc(b, ' ');
		if (at + i < e->size)
			buf_printf(b, "%02X", e->bytes[at + i]);
		else
			put_blanks(b, 2);
	}
}

/* A character for each byte, so that they stand below each other. */
static uint32_t
put_characters(struct buf *b, const struct raw *r, const struct entry *e,
    uint32_t at, uint32_t n)
{
	const struct codepage *page = r->job->page;
	uint32_t i, c;

	for (i = 0; i < n && at + i < e->size; i++) {
		c = page->ucs[e->bytes[at + i]];
		if (c == CODEPAGE_NONE || c < 0x20 || (c >= 0x7f && c < 0xa0) ||
		    utf8_width(c) != 1)
			buf_putc(b, '.');
		else
			buf_put(b, page->utf8[e->bytes[at + i]],
			    page->utf8_len[e->bytes[at + i]]);
	}
	return i;
}

static const char *
entry_shown(const struct raw *r, const struct entry *e)
{
	struct buf b;
	const char *s;

	if (e->null)
		return "null";
	if (e->bad)
		return arena_printf(r->arena, "%s: %s", diag_name(
		    (enum diag_code)e->code), diag_summary(
		    (enum diag_code)e->code));
	if (e->value == NULL)
		return "";
	buf_init(&b, VALUE_MAX);
	table_show(&b, e->value, e->nvalue, 0);
	s = arena_strndup(r->arena, b.p != NULL ? b.p : "", b.len);
	buf_fini(&b);
	return s;
}

/* The next part of a text that fits into so many columns; 0: all of it. */
static size_t
next_part(const char *s, uint32_t width)
{
	size_t n = 0, len, blank = 0;
	uint32_t at = 0;

	if (width == 0)
		return strlen(s);
	while (s[n] != '\0') {
		at += (uint32_t)utf8_width(utf8_get((const uint8_t *)s + n,
		    &len));
		if (at > width)
			return blank > 0 ? blank : n;
		n += len;
		if (s[n - 1] == ' ')
			blank = n;
	}
	return n;
}

static void
put_line_end(struct buf *b)
{
	while (b->len > 0 && b->p[b->len - 1] == ' ')
		b->len--;
	buf_putc(b, '\n');
}

static void
put_entry(struct buf *b, const struct raw *r, const struct entry *e,
    const struct columns *c, bool colour)
{
	const char *path = e->path, *value = entry_shown(r, e);
	size_t len = strlen(path), n;
	const char *tint = !colour ? NULL : e->bad ? "\033[31m" :
	    e->null ? "\033[2m" : NULL;
	uint32_t at = 0, k;

	do {
		if (at > 0)
			put_blanks(b, 16);
		else if (e->placeless)
			buf_printf(b, "        %6u  ", e->size);
		else
			buf_printf(b, "%6u  %6u  ", e->offset, e->size);
		n = len > c->item ? c->item : len;
		buf_put(b, path, n);
		path += n;
		len -= n;
		put_blanks(b, c->item - (uint32_t)n + 2);
		put_hex(b, e, at, c->bytes);
		put_blanks(b, 2);
		k = put_characters(b, r, e, at, c->bytes);
		put_blanks(b, c->bytes - k + 2);
		at += c->bytes;
		n = next_part(value, c->value);
		if (n > 0 && tint != NULL)
			buf_puts(b, tint);
		buf_put(b, value, n);
		if (n > 0 && tint != NULL)
			buf_puts(b, "\033[0m");
		value += n;
		put_line_end(b);
	} while (at < e->size || *value != '\0' || len > 0);
}

static void
put_columns(struct buf *b, const struct raw *r, const struct raw_record *n,
    bool colour)
{
	static const struct table_column column[] = { { "column", false },
	    { "type", false }, { "value", false } };
	const struct table_rows *rows = r->job->source.framing.rows;
	struct table t;
	char type[64];
	uint32_t k;

	table_init(&t, r->arena, column, 3);
	for (k = 0; k < n->n; k++) {
		table_text(&t, n->entry[k].path);
		table_cell(&t, type, sqltype_format(type,
		    &rows->type[k].type));
		if (n->entry[k].null)
			table_null(&t);
		else
			table_cell(&t, n->entry[k].value, n->entry[k].nvalue);
	}
	buf_printf(b, "row %llu\n\n", (unsigned long long)n->record);
	table_render(&t, b, colour);
	buf_putc(b, '\n');
}

void
raw_text(struct buf *b, const struct raw *r, uint32_t width, bool colour)
{
	const struct raw_record *n;
	struct columns c;
	uint32_t i, k;

	for (i = 0; r->job->table != NULL && i < r->n; i++)
		put_columns(b, r, &r->record[i], colour);
	if (r->job->table != NULL)
		return;
	for (i = 0; i < r->n; i++) {
		n = &r->record[i];
		c = columns_of(n, width);
		buf_printf(b, "record %llu%s%s, %u byte%s\n\n",
		    (unsigned long long)n->record, n->type != NULL ? ", " : "",
		    n->type != NULL ? n->type : "", n->size,
		    n->size == 1 ? "" : "s");
		buf_puts(b, colour ? "\033[1m" : "");
		buf_puts(b, "offset  length  item");
		put_blanks(b, c.item - 2);
		buf_puts(b, "bytes");
		put_blanks(b, c.bytes * 2 + (c.bytes - 1) / 4 - 3);
		buf_puts(b, "text");
		put_blanks(b, c.bytes > 4 ? c.bytes - 2 : 2);
		buf_printf(b, "value%s\n", colour ? "\033[0m" : "");
		for (k = 0; k < n->n; k++)
			put_entry(b, r, &n->entry[k], &c, colour);
		buf_putc(b, '\n');
	}
}

/* ---- as JSON ----------------------------------------------------------- */

static void
json_row_columns(struct json *j, const struct raw *r,
    const struct raw_record *n)
{
	char type[64];
	uint32_t k;

	json_open(j, "columns", '[');
	for (k = 0; k < n->n; k++) {
		json_open(j, NULL, '{');
		json_text(j, "name", n->entry[k].path);
		json_bytes(j, "type", type, sqltype_format(type,
		    &r->job->source.framing.rows->type[k].type));
		if (n->entry[k].null)
			json_raw(j, "value", "null");
		else
			json_bytes(j, "value", n->entry[k].value,
			    n->entry[k].nvalue);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
json_entry(struct json *j, const struct raw *r, const struct entry *e)
{
	struct buf b;
	uint32_t i;

	buf_init(&b, 1u << 26);
	buf_reserve(&b, 1);
	json_open(j, NULL, '{');
	json_text(j, "item", e->path);
	if (!e->placeless)
		json_uint(j, "offset", e->offset);
	json_uint(j, "length", e->size);
	for (i = 0; i < e->size; i++)
		buf_printf(&b, "%02X", e->bytes[i]);
	json_bytes(j, "hex", b.p, b.len);
	buf_clear(&b);
	put_characters(&b, r, e, 0, e->size);
	json_bytes(j, "text", b.p, b.len);
	if (e->bad)
		json_text(j, "code", diag_name((enum diag_code)e->code));
	else if (e->value != NULL)
		json_bytes(j, "value", e->value, e->nvalue);
	else
		json_raw(j, "value", "null");
	json_close(j, '}');
	buf_fini(&b);
}

void
raw_json(struct json *j, const struct raw *r)
{
	const struct raw_record *n;
	uint32_t i, k;

	for (i = 0; i < r->n; i++) {
		n = &r->record[i];
		json_open(j, NULL, '{');
		json_uint(j, "record", n->record);
		if (r->job->table != NULL) {
			json_row_columns(j, r, n);
			json_close(j, '}');
			continue;
		}
		if (n->type != NULL)
			json_text(j, "type", n->type);
		json_uint(j, "length", n->size);
		json_open(j, "items", '[');
		for (k = 0; k < n->n; k++)
			json_entry(j, r, &n->entry[k]);
		json_close(j, ']');
		json_close(j, '}');
	}
}
