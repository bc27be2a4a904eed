/*
 * Making records: the walk over the layout; see generate.h.
 *
 * An item is made in all rows that have it at once, a column, which its codec
 * then encodes.  Of a redefined part each row takes one alternative: the one
 * that an 88-level tells, else the first.
 */
#include "plan/generate.h"

#include <string.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "plan/generate_impl.h"
#include "plan/plan_counts.h"

#define AREAS_MAX	50	/* one in another: there are 49 levels */

/* ---- the generator ------------------------------------------------------ */

static void
find_keyed(struct generator *g, struct arena *a, struct diags *ds)
{
	const struct layout *l = g->layout;
	const struct plan_counts *counts;
	struct making *m;
	uint32_t i;

	if (!plan_counts_new(a, ds, l, g->page, g->mapping, &counts))
		return;
	for (i = g->record; counts != NULL && i < l->item[g->record].next;
	    i++) {
		if (l->item[i].depending == ITEM_NONE ||
		    plan_counts_of(counts, i) == NULL)
			continue;
		m = &g->making[l->item[i].depending - g->record];
		m->kind = MAKING_KEYED;
		m->keys = plan_counts_of(counts, i);
	}
}

static void
generator_codecs(struct generator *g, struct arena *a)
{
	const struct layout *l = g->layout;
	uint32_t n = l->item[g->record].next - g->record, i;
	struct codec *c;

	g->codec = arena_zalloc(a, n * sizeof *g->codec);
	g->decoded = arena_zalloc(a, n);
	g->making = arena_zalloc(a, n * sizeof *g->making);
	for (i = 0; i < n; i++) {
		c = &g->codec[i];
		if (l->item[g->record + i].next > g->record + i + 1 ||
		    l->item[g->record + i].name == NULL)
			continue;
		g->decoded[i] = plan_codec(a, &l->item[g->record + i],
		    AS_VALUE, g->page, g->mapping, c) &&
		    c->kind != CODEC_DECFLOAT;
		c->policies = &policies_exact;
	}
}

/* An item of the name of the parent's key has the parent's key. */
static void
find_parent(struct generator *g, struct arena *a)
{
	const struct plan *p = g->plan;
	struct generator up = *g;
	const struct making *key;
	uint32_t found[2];
	struct making *m;

	if (plan_ntype(p) == 0 || plan_type_parent(p, g->type) == NONE)
		return;
	up.type = plan_type_parent(p, g->type);
	up.record = plan_find_layout(g->layout, plan_record(p),
	    &g->mapping->record_type[up.type], &up.only);
	up.key = ITEM_NONE;
	up.told = NULL;
	up.ntold = up.told_cap = 0;
	generator_codecs(&up, a);
	generate_items(&up, a);
	generate_marks(&up, a);
	if (up.key == ITEM_NONE || layout_find(g->layout, g->record,
	    &g->layout->item[up.key].name, 1, found) != 1 ||
	    g->layout->item[found[0]].next != found[0] + 1)
		return;
	key = &up.making[up.key - up.record];
	m = &g->making[found[0] - g->record];
	if (key->kind != MAKING_KEY || m->width != key->width ||
	    m->digits != key->digits || m->kind == MAKING_COUNT || m->forced)
		return;
	m->kind = MAKING_PARENT;
	m->nullable = false;
	if (g->key == found[0])
		g->key = ITEM_NONE;
}

struct generator *
generator_new(struct arena *a, struct diags *ds, const struct layout *l,
    uint32_t record, uint32_t type, const struct generate_options *o)
{
	struct generator *g = arena_zalloc(a, sizeof *g);

	g->layout = l;
	g->type = type;
	g->only = ITEM_NONE;
	g->record = plan_ntype(o->plan) == 0 ? record : plan_find_layout(l,
	    record, &o->mapping->record_type[type], &g->only);
	g->seed = random_mix(o->seed ^ random_mix(type));
	g->edge = o->edge;
	g->page = o->page;
	g->mapping = o->mapping;
	g->plan = o->plan;
	g->key = ITEM_NONE;
	generator_codecs(g, a);
	generate_items(g, a);
	find_keyed(g, a, ds);
	generate_marks(g, a);
	find_parent(g, a);
	g->records = record_plan_new(a, l, g->record, g->only, g->page,
	    g->mapping);
	return ds->errors > 0 ? NULL : g;
}

uint32_t
generator_size(const struct generator *g)
{
	return record_plan_size(g->records);
}

uint64_t
generator_keys(const struct generator *g)
{
	const struct making *m;
	uint32_t n;

	if (g->key == ITEM_NONE)
		return UINT64_MAX;
	m = &g->making[g->key - g->record];
	if (m->kind == MAKING_MOMENT)
		return 29000;
	n = m->width > 0 ? m->width : m->digits;
	return (uint64_t)d128_pow10[n > 10 ? 10 : n];
}

/* ---- a run -------------------------------------------------------------- */

struct area {			/* a redefined part that is being walked */
	const struct record_space *space;
	uint32_t first, now;	/* its item, and the alternative's */
	uint32_t *taken;	/* [rows of space] */
};

struct run {
	const struct generator *g;
	const struct to_generate *of;
	struct arena *arena;
	struct area area[AREAS_MAX];
	uint32_t narea;
};

/* What the cell of an item is made of: its record, and the occurrences. */
static uint64_t
cell_seed(const struct run *r, const struct record_space *s, uint32_t row,
    uint32_t item)
{
	const struct to_generate *of = &r->of[s->rec[row]];
	uint64_t h = r->g->seed ^ random_mix(of->number * 16 + of->attempt);
	uint32_t up;

	for (; s->above != NULL; s = s->above, row = up) {
		up = s->up[row];
		h = random_mix(h + s->occ[row]);
	}
	return random_mix(h ^ (uint64_t)(item - r->g->record) << 32);
}

static uint32_t
tables_around(const struct record_space *s)
{
	uint32_t n = 0;

	for (; s->above != NULL; s = s->above)
		n++;
	return n;
}

/* The choice that an item further out, or beside, has made. */
static uint32_t
picked(const struct run *r, const struct record_space *s, uint32_t row,
    uint32_t item)
{
	const struct generator *g = r->g;
	uint32_t chain[NEST_MAX], n = plan_tables(g->layout, item, chain);
	uint32_t have = tables_around(s);

	for (; have > n; have--, s = s->above)
		row = s->up[row];
	return generate_pick(&g->making[item - g->record], cell_seed(r, s,
	    row, item));
}

static void
run_area(void *arg, const struct record_space *s, uint32_t item)
{
	struct run *r = arg;
	struct area *a = &r->area[r->narea++];
	const struct told *t = NULL;
	uint32_t i;

	*a = (struct area){ .space = s, .first = item };
	for (i = 0; i < r->g->ntold; i++)
		if (r->g->told[i].area == item)
			t = &r->g->told[i];
	a->taken = arena_alloc(r->arena, s->n * sizeof *a->taken);
	for (i = 0; i < s->n; i++)
		a->taken[i] = t == NULL ? item : t->alternative[picked(r, s,
		    i, t->by)];
}

static void
run_alternative(void *arg, uint32_t item)
{
	struct run *r = arg;

	r->area[r->narea - 1].now = item;
}

static void
run_end(void *arg)
{
	((struct run *)arg)->narea--;
}

/* Is the row's part of the record one of the alternatives taken? */
static bool
is_taken(const struct run *r, const struct record_space *s, uint32_t row)
{
	const struct item *item = r->g->layout->item;
	const struct area *a;
	uint32_t i;

	for (i = r->narea; i > 0; i--) {
		a = &r->area[i - 1];
		for (; s != a->space && s->above != NULL; s = s->above)
			row = s->up[row];
		if (a->taken[row] != a->now && !(r->g->only >= a->now &&
		    r->g->only < item[a->now].next))
			return false;
	}
	return true;
}

/* Bytes that are no value. */
static void
run_fill(const struct run *r, const struct record_cells *c,
    const struct making *m)
{
	const struct area *a = r->narea > 0 ? &r->area[r->narea - 1] : NULL;
	const struct item *it = a == NULL ? NULL :
	    &r->g->layout->item[a->now];
	uint8_t fill = 0;
	uint32_t i;

	if ((m != NULL && m->kind == MAKING_BLANK) || (c->item == ITEM_NONE &&
	    a != NULL && c->codec->offset >= it->offset + (uint64_t)it->size *
	    (it->occurs_max > 0 ? it->occurs_max : 1)))
		fill = r->g->page->blank;
	for (i = 0; i < c->rows.n; i++)
		if (record_has(c, i) && is_taken(r, c->space, i))
			memset(record_bytes(c, i), fill, c->codec->size);
}

static void
run_keyed(const struct run *r, const struct record_cells *c,
    const struct making *m)
{
	const struct codec_keys *k = m->keys;
	uint64_t h;
	uint32_t i;

	for (i = 0; i < c->rows.n; i++) {
		if (!record_has(c, i) || !is_taken(r, c->space, i))
			continue;
		h = cell_seed(r, c->space, i, c->item);
		memcpy(record_bytes(c, i), k->value + k->size *
		    random_below(&h, k->n), k->size < c->codec->size ?
		    k->size : c->codec->size);
	}
}

static void
put_cell(struct column *col, struct arena *a, uint32_t n, uint32_t row,
    const struct made *m)
{
	if (m->null) {
		column_set_null(col, a, n, row);
		return;
	}
	switch (col->type) {
	case V_TEXT:
	case V_BYTES:
		col->v.text[row] = m->text;
		break;
	case V_F64:
		col->v.f64[row] = decimal_to_f64(m->number, 2);
		break;
	case V_D128:
		col->v.d128[row] = m->number;
		break;
	default:
		col->v.i64[row] = (int64_t)m->number;
		break;
	}
}

/* What does not fit (a character, a float) is nothing. */
static void
run_faults(const struct run *r, const struct record_cells *c,
    const struct cell_faults *faults)
{
	const struct codec *k = c->codec;
	uint32_t i;

	for (i = 0; i < faults->n; i++)
		memset(record_bytes(c, faults->v[i].row), k->kind ==
		    CODEC_TEXT || k->kind == CODEC_EDITED ?
		    r->g->page->blank : k->kind == CODEC_ZONED ?
		    r->g->page->zero : k->kind == CODEC_UTF8 ? 0x20 : 0,
		    k->size);
}

static void
run_values(struct run *r, const struct record_cells *c, struct column *col,
    uint8_t **to, uint64_t *form)
{
	uint32_t n = c->rows.n, i;
	struct made m;

	for (i = 0; i < n; i++) {
		to[i] = NULL;
		memset(&m, 0, sizeof m);
		if (record_has(c, i) && is_taken(r, c->space, i)) {
			to[i] = record_bytes(c, i) - c->codec->offset;
			generate_cell(r->g, c->item, &r->of[c->space->rec[i]],
			    cell_seed(r, c->space, i, c->item), &m, r->arena);
		}
		form[i] = m.form;
		put_cell(col, r->arena, n, i, &m);
		if (!m.raw)
			continue;
		memset(record_bytes(c, i), 0, c->codec->size);
		memcpy(record_bytes(c, i), m.text.p, m.text.len <
		    c->codec->size ? m.text.len : c->codec->size);
		to[i] = NULL;
	}
}

static void
run_cells(void *arg, const struct record_cells *c)
{
	struct run *r = arg;
	const struct making *m = c->item == ITEM_NONE ? NULL :
	    &r->g->making[c->item - r->g->record];
	struct codec text = { .kind = CODEC_TEXT };
	const struct codec *codec = c->codec;
	struct cell_faults faults = { 0 };
	uint16_t precision;
	struct column col;
	enum vtype type;
	uint64_t *form;
	uint8_t **to;
	int16_t scale;

	if (m != NULL && m->kind == MAKING_KEYED) {
		run_keyed(r, c, m);
		return;
	}
	if (c->bytes && (m == NULL || m->kind != MAKING_CHOICE)) {
		run_fill(r, c, m);
		return;
	}
	if (c->bytes) {			/* FILLER with a VALUE */
		text.offset = codec->offset;
		text.size = codec->size;
		text.page = r->g->page;
		text.policies = &policies_exact;
		codec = &text;
	}
	type = codec_type(codec, &scale, &precision);
	column_init(&col, r->arena, type, scale, c->rows.n);
	form = arena_array(r->arena, c->rows.n, sizeof *form);
	to = arena_array(r->arena, c->rows.n, sizeof *to);
	run_values(r, c, &col, to, form);
	codec_encode(codec, &col, form, to, c->rows.n, &faults, r->arena);
	run_faults(r, c, &faults);
}

void
generator_run(const struct generator *g, const struct to_generate *of,
    uint8_t *const *rec, uint32_t *len, uint32_t n, struct arena *a)
{
	struct run r = { .g = g, .of = of, .arena = a };
	const struct record_visitor v = { .arg = &r, .cells = run_cells,
	    .area = run_area, .alternative = run_alternative,
	    .end = run_end };
	struct slice *slice = arena_array(a, n, sizeof *slice);
	uint32_t i;

	for (i = 0; i < n; i++)
		slice[i] = (struct slice){ rec[i], generator_size(g) };
	record_walk(g->records, &v, slice, NULL, n, len, a);
}
