/*
 * Walking a layout over records; see plan_record.h.
 *
 * A space's base is the start of the record as if every table that depends on
 * a count were full: behind a shorter one, the rows' bases move back by what
 * is missing, and all offsets are the layout's.  Occurrences of a table whose
 * length is always the same become the rows of a new space, many records at a
 * time; those of a table that varies are walked one after the other, each
 * moving the base for the next.
 */
#include "plan/plan_record.h"

#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "plan/plan_counts.h"
#include "plan/plan_impl.h"

#define WINDOW		8192u	/* rows of a space of occurrences */

struct record_plan {
	const struct layout *layout;
	uint32_t record, only;
	struct codec *codec;	/* by item, from the record's on */
	bool *bytes, *counted;
	const struct plan_counts *counts;	/* counts:, or NULL */
};

struct record_count {		/* values of an item that a table hangs on */
	uint32_t item;
	struct column column;
	const uint8_t **base;	/* as they were, */
	uint32_t *len;		/* and with counts: how long */
	struct record_count *next;
};

struct walk {
	const struct record_plan *p;
	const struct layout *layout;
	const struct record_visitor *visitor;
	struct arena *arena;
	/* whose rows have alternatives just now: what is lost in one of them
	 * may be found in another */
	const struct record_space *area;
};

/* ---- the plan ----------------------------------------------------------- */

static void
record_plan_item(struct record_plan *p, struct arena *a, uint32_t i,
    const struct codepage *page, const struct mapping *m)
{
	const struct item *it = &p->layout->item[i];
	struct codec *c = &p->codec[i - p->record];

	if (it->depending != ITEM_NONE)
		p->counted[it->depending - p->record] = true;
	if (it->next > i + 1)
		return;
	if (it->name == NULL || !plan_codec(a, it, AS_VALUE, page, m, c)) {
		memset(c, 0, sizeof *c);
		c->kind = CODEC_BYTES;
		c->size = it->size;
		c->page = page;
		p->bytes[i - p->record] = true;
	}
	c->op = i;
	c->offset = it->offset;
	c->justified = it->justified;
	c->ascii_sign = p->layout->dialect != DIALECT_IBM;
	c->policies = &policies_exact;
}

struct record_plan *
record_plan_new(struct arena *a, const struct layout *l, uint32_t record,
    uint32_t only, const struct codepage *page, const struct mapping *m)
{
	struct record_plan *p = arena_zalloc(a, sizeof *p);
	uint32_t n = l->item[record].next - record, i;
	struct diags said;		/* by plan_build already */

	p->layout = l;
	p->record = record;
	p->only = only;
	p->codec = arena_zalloc(a, n * sizeof *p->codec);
	p->bytes = arena_zalloc(a, n * sizeof *p->bytes);
	p->counted = arena_zalloc(a, n * sizeof *p->counted);
	diags_init(&said, a);
	plan_counts_new(a, &said, l, page, m, &p->counts);
	for (i = record; i < l->item[record].next; i++)
		record_plan_item(p, a, i, page, m);
	return p;
}

uint32_t
record_plan_size(const struct record_plan *p)
{
	return layout_max_size(p->layout, p->record);
}

/* ---- spaces ------------------------------------------------------------- */

static struct record_space *
space_new(struct walk *w, const struct record_space *above, uint32_t n)
{
	struct record_space *s = arena_zalloc(w->arena, sizeof *s);

	s->above = above;
	s->base = arena_alloc(w->arena, n * sizeof *s->base);
	s->len = arena_alloc(w->arena, n * sizeof *s->len);
	s->rec = arena_alloc(w->arena, n * sizeof *s->rec);
	if (above == NULL)
		return s;
	s->occ = arena_alloc(w->arena, n * sizeof *s->occ);
	s->up = arena_alloc(w->arena, n * sizeof *s->up);
	return s;
}

/* Bytes are missing (or, the longest alternative being another, come back). */
static void
space_move(struct record_space *s, uint32_t row, int64_t back)
{
	s->base[row] = (const uint8_t *)((uintptr_t)s->base[row] -
	    (uintptr_t)back);
	if (s->len[row] != 0)
		s->len[row] = (uint32_t)(s->len[row] + back);
}

/* Occurrence k of a table of the row, if it begins inside the record. */
static bool
space_add(struct record_space *s, struct record_space *above, uint32_t row,
    const struct item *table, uint32_t k)
{
	uint64_t skip = (uint64_t)k * table->size;

	if (above->len[row] <= table->offset ||
	    above->len[row] - table->offset <= skip)
		return false;
	s->base[s->n] = (const uint8_t *)((uintptr_t)above->base[row] + skip);
	s->len[s->n] = above->len[row] - (uint32_t)skip;
	s->rec[s->n] = above->rec[row];
	s->occ[s->n] = k + 1;
	s->up[s->n++] = row;
	return true;
}

/* Nothing behind can be found in the row's record, or in its alternative. */
static void
space_lose(const struct walk *w, struct record_space *s, uint32_t row)
{
	for (;; row = s->up[row], s = (struct record_space *)s->above) {
		s->len[row] = 0;
		if (s->above == NULL || s == w->area)
			break;
	}
}

/* ---- items -------------------------------------------------------------- */

static void
walk_cells(struct walk *w, struct record_space *s, uint32_t item,
    const struct codec *c, bool bytes)
{
	struct record_cells cells = { .item = item, .bytes = bytes, .codec = c,
	    .space = s };
	struct arena_mark mark = arena_mark(w->arena);
	uint32_t i;

	if (w->visitor->cells == NULL || s->n == 0)
		return;
	cells.rows = (struct rows){ s->n, s->base, s->len, UINT32_MAX };
	for (i = 0; i < s->n; i++)
		if (s->len[i] < cells.rows.shortest)
			cells.rows.shortest = s->len[i];
	if (cells.rows.shortest == UINT32_MAX)
		cells.rows.shortest = 0;
	w->visitor->cells(w->visitor->arg, &cells);
	arena_back(w->arena, mark);
}

/* Bytes that belong to no item. */
static void
walk_slack(struct walk *w, struct record_space *s, uint64_t from, uint64_t to)
{
	struct codec c = { .kind = CODEC_BYTES, .op = ITEM_NONE,
	    .offset = (uint32_t)from, .size = (uint32_t)(to - from),
	    .policies = &policies_exact };

	if (to > from)
		walk_cells(w, s, ITEM_NONE, &c, true);
}

static void
walk_elementary(struct walk *w, struct record_space *s, uint32_t item)
{
	uint32_t i = item - w->p->record;
	const struct codec *c = &w->p->codec[i];
	struct record_count *count;
	struct rows rows = { s->n, s->base, s->len, 0 };

	if (c->size > 0)
		walk_cells(w, s, item, c, w->p->bytes[i]);
	if (!w->p->counted[i])
		return;
	count = arena_zalloc(w->arena, sizeof *count);
	count->item = item;
	count->next = s->counts;
	count->base = arena_copy(w->arena, s->base, s->n *
	    sizeof *s->base);
	if (w->p->counts != NULL)
		count->len = arena_copy(w->arena, s->len, s->n *
		    sizeof *s->len);
	codec_decode(c, &rows, &count->column, w->arena);
	s->counts = count;
}

/* The cells of a count that the rows can see, and the row of it. */
static const struct record_count *
walk_find_count(const struct record_space *s, uint32_t item, uint32_t *row)
{
	const struct record_count *c;

	for (; s != NULL; *row = s->up != NULL ? s->up[*row] : 0, s = s->above)
		for (c = s->counts; c != NULL; c = c->next)
			if (c->item == item)
				return c;
	return NULL;
}

/* The count of a table in a row; -1, perhaps with a code, where it is none. */
static d128
walk_count_value(const struct walk *w, const struct record_count *c,
    uint32_t row, uint32_t table, uint16_t *code)
{
	const struct codec_keys *keys = plan_counts_of(w->p->counts, table);
	const struct codec *codec = &w->p->codec[c->item - w->p->record];
	const struct column *v = &c->column;
	const struct fault *f;
	uint32_t number;

	if (keys != NULL)
		return c->len[row] >= codec->offset + keys->size &&
		    codec_keys_find(keys, c->base[row] + codec->offset,
		    &number) ? (d128)number : -1;
	if (v->scale != 0 || (v->type != V_I64 && v->type != V_D128) ||
	    column_is_null(v, row))
		return -1;
	f = v->bad.n > 0 ? column_fault(v, row) : NULL;
	if (f == NULL)
		return column_number(v, row);
	*code = f->code;
	return -1;
}

/* How often the table occurs in the row; false: nobody knows. */
static bool
walk_count(struct walk *w, struct record_space *s, uint32_t row,
    uint32_t table, uint32_t *n)
{
	const struct item *it = &w->layout->item[table];
	uint32_t at = row;
	const struct record_count *c;
	uint16_t code = DIAG_D017;
	d128 v;

	*n = it->occurs_max;
	if ((it->depending == ITEM_NONE && it->outside == ITEM_NONE) ||
	    s->len[row] <= it->offset)	/* the record ends before it */
		return true;
	c = it->depending == ITEM_NONE ? NULL :
	    walk_find_count(s, it->depending, &at);
	v = c == NULL ? -1 : walk_count_value(w, c, at, table, &code);
	if (v >= it->occurs_min && v <= it->occurs_max) {
		*n = (uint32_t)v;
		return true;
	}
	if (w->visitor->lost != NULL)
		w->visitor->lost(w->visitor->arg, s, row,
		    it->depending != ITEM_NONE ? it->depending : table, code,
		    c == NULL ? NULL : c->base[at] +
		    w->p->codec[it->depending - w->p->record].offset);
	space_lose(w, s, row);
	return false;
}

static void walk_once(struct walk *, struct record_space *, uint32_t item);

/* Occurrences of one length: windows of rows, over all records. */
static void
walk_even_table(struct walk *w, struct record_space *s, uint32_t table,
    const uint32_t *count)
{
	const struct item *it = &w->layout->item[table];
	struct arena_mark mark = arena_mark(w->arena);
	struct record_space *o;
	uint32_t row = 0, k = 0;
	uint64_t most = (uint64_t)s->n * it->occurs_max;

	if (most > WINDOW)
		most = WINDOW;
	while (row < s->n) {
		o = space_new(w, s, (uint32_t)most);
		while (row < s->n && o->n < most)
			if (k == count[row] || !space_add(o, s, row, it, k++))
				k = 0, row++;
		if (o->n > 0)
			walk_once(w, o, table);
		arena_back(w->arena, mark);
	}
}

/* The bytes of those that are none, though there is room for them. */
static void
walk_unused(struct walk *w, struct record_space *s, uint32_t table,
    const uint32_t *count)
{
	const struct item *it = &w->layout->item[table];
	struct arena_mark mark = arena_mark(w->arena);
	uint64_t most = (uint64_t)s->n * it->occurs_max;
	uint32_t row = 0, k = s->n > 0 ? count[0] : 0;
	struct record_space *o;

	if (most > WINDOW)
		most = WINDOW;
	while (row < s->n) {
		o = space_new(w, s, (uint32_t)most);
		while (row < s->n && o->n < most) {
			if (k < it->occurs_max &&
			    space_add(o, s, row, it, k++))
				continue;
			if (++row < s->n)
				k = count[row];
		}
		if (o->n > 0)
			walk_slack(w, o, it->offset, it->offset +
			    (uint64_t)it->size);
		arena_back(w->arena, mark);
	}
}

/* Occurrences of different lengths: the first of all rows, the second, … */
static void
walk_uneven_table(struct walk *w, struct record_space *s, uint32_t table,
    const uint32_t *count)
{
	const struct item *it = &w->layout->item[table];
	struct arena_mark mark = arena_mark(w->arena);
	struct record_space *o;
	uint32_t k, i;

	for (k = 0; k < it->occurs_max; k++) {
		o = space_new(w, s, s->n);
		for (i = 0; i < s->n; i++)
			if (k < count[i])
				space_add(o, s, i, it, k);
		if (o->n > 0)
			walk_once(w, o, table);
		for (i = 0; i < o->n; i++)
			space_move(s, o->up[i], (int64_t)((uintptr_t)
			    s->base[o->up[i]] + (uint64_t)k * it->size -
			    (uintptr_t)o->base[i]));
		i = o->n;
		arena_back(w->arena, mark);
		if (i == 0)
			break;
	}
}

static void
walk_table(struct walk *w, struct record_space *s, uint32_t table)
{
	const struct item *it = &w->layout->item[table];
	uint32_t *count = arena_alloc(w->arena, s->n * sizeof *count), i;
	bool *known = arena_zalloc(w->arena, s->n);

	for (i = 0; i < s->n; i++) {
		known[i] = s->len[i] > 0 && walk_count(w, s, i, table,
		    &count[i]);
		if (!known[i])
			count[i] = 0;
	}
	if (it->varies)
		walk_uneven_table(w, s, table, count);
	else
		walk_even_table(w, s, table, count);
	if (it->depending == ITEM_NONE)
		return;
	if (w->layout->tables_full) {
		walk_unused(w, s, table, count);
		return;
	}
	for (i = 0; i < s->n; i++)
		if (known[i])
			space_move(s, i, (int64_t)(it->occurs_max - count[i]) *
			    it->size);
}

static void
walk_item(struct walk *w, struct record_space *s, uint32_t item)
{
	if (w->layout->item[item].occurs_max > 0)
		walk_table(w, s, item);
	else
		walk_once(w, s, item);
}

/* ---- groups ------------------------------------------------------------- */

static uint64_t
item_end(const struct item *it)
{
	return it->offset + (uint64_t)it->size *
	    (it->occurs_max > 0 ? it->occurs_max : 1);
}

/* Is it the alternative that alone is asked for?  False also when none is. */
static bool
walk_is_only(const struct walk *w, uint32_t item)
{
	return w->p->only >= item && w->p->only < w->layout->item[item].next;
}

/* Rows before an area, and where the longest alternative ends in them. */
struct start {
	const uint8_t **base;
	uint32_t *len;
	uintptr_t *end;		/* 0: lost in every alternative */
};

static void
walk_alternative(struct walk *w, struct record_space *s, uint32_t item,
    uint64_t top, const struct start *b)
{
	uint64_t own = item_end(&w->layout->item[item]);
	uintptr_t end;
	uint32_t i;

	memcpy(s->base, b->base, s->n * sizeof *s->base);
	memcpy(s->len, b->len, s->n * sizeof *s->len);
	if (w->visitor->alternative != NULL)
		w->visitor->alternative(w->visitor->arg, item);
	walk_item(w, s, item);
	walk_slack(w, s, own, top);
	for (i = 0; i < s->n; i++) {
		end = (uintptr_t)s->base[i] + own;
		if (s->len[i] > 0 && end > b->end[i])
			b->end[i] = end;
	}
}

/*
 * An item and those that redefine it, up to `end`.  All begin at one place;
 * what follows stands behind the longest.
 */
static void
walk_area(struct walk *w, struct record_space *s, uint32_t first,
    uint32_t end)
{
	const struct item *item = w->layout->item;
	const struct record_space *around = w->area;
	struct start b;
	bool only = false;
	uint64_t top = 0, other = 0, back;
	uint32_t i;

	b.base = arena_copy(w->arena, s->base, s->n * sizeof *s->base);
	b.len = arena_copy(w->arena, s->len, s->n * sizeof *s->len);
	b.end = arena_zalloc(w->arena, s->n * sizeof *b.end);
	for (i = first; i < end; i = item[i].next) {
		if (item[i].level != 66 && item_end(&item[i]) > top)
			top = item_end(&item[i]);
		only |= walk_is_only(w, i);
	}
	if (w->visitor->area != NULL)
		w->visitor->area(w->visitor->arg, s, first);
	w->area = s;
	for (i = first; i < end; i = item[i].next)
		if (item[i].level == 66)
			continue;
		else if (!only || walk_is_only(w, i))
			walk_alternative(w, s, i, top, &b);
		else if (item_end(&item[i]) > other)
			other = item_end(&item[i]);
	w->area = around;
	for (i = 0; i < s->n; i++)
		if (b.len[i] == 0)
			s->len[i] = 0;
		else if (b.end[i] == 0)
			space_lose(w, s, i);
		else {
			s->base[i] = b.base[i];
			s->len[i] = b.len[i];
			back = (uintptr_t)b.base[i] + top - b.end[i];
			space_move(s, i, (int64_t)(back < top - other ? back :
			    top - other));
		}
	if (w->visitor->end != NULL)
		w->visitor->end(w->visitor->arg);
}

/* The item after those that redefine this one. */
static uint32_t
walk_area_end(const struct walk *w, uint32_t i, uint32_t end)
{
	const struct item *item = w->layout->item;
	uint32_t next = item[i].next, last = next;

	while (next < end && (item[next].redefines != ITEM_NONE ||
	    item[next].level == 66)) {
		if (item[next].level != 66)
			last = item[next].next;
		next = item[next].next;
	}
	return last;
}

static void
walk_group(struct walk *w, struct record_space *s, uint32_t group)
{
	const struct item *item = w->layout->item;
	uint64_t at = item[group].offset, top;
	uint32_t i, k, next;

	for (i = group + 1; i < item[group].next; i = next) {
		next = item[i].next;
		if (item[i].level == 66)
			continue;
		walk_slack(w, s, at, item[i].offset);
		next = walk_area_end(w, i, item[group].next);
		if (next > item[i].next)
			walk_area(w, s, i, next);
		else
			walk_item(w, s, i);
		for (k = i; k < next; k = item[k].next) {
			top = item[k].level == 66 ? 0 : item_end(&item[k]);
			at = top > at ? top : at;
		}
	}
	walk_slack(w, s, at, item[group].offset + (uint64_t)item[group].size);
}

/* The item in rows that are its occurrences already. */
static void
walk_once(struct walk *w, struct record_space *s, uint32_t item)
{
	if (w->layout->item[item].next > item + 1)
		walk_group(w, s, item);
	else
		walk_elementary(w, s, item);
}

void
record_walk(const struct record_plan *p, const struct record_visitor *v,
    const struct slice *rec, const uint32_t *index, uint32_t n,
    uint32_t *covered, struct arena *a)
{
	struct walk w = { .p = p, .layout = p->layout, .visitor = v,
	    .arena = a };
	struct arena_mark mark = arena_mark(a);
	struct record_space *s = space_new(&w, NULL, n);
	uint32_t i, k, size = p->layout->item[p->record].size;
	uintptr_t end;

	s->n = n;
	for (i = 0; i < n; i++) {
		k = index != NULL ? index[i] : i;
		s->base[i] = rec[k].p;
		s->len[i] = rec[k].len;
		s->rec[i] = k;
	}
	walk_item(&w, s, p->record);
	for (i = 0; covered != NULL && i < n; i++) {
		k = index != NULL ? index[i] : i;
		end = (uintptr_t)s->base[i] + size - (uintptr_t)rec[k].p;
		covered[i] = s->len[i] == 0 || end > rec[k].len ?
		    rec[k].len : (uint32_t)end;
	}
	arena_back(a, mark);
}
