/*
 * Records of rows: the walk over the layout; see inverse_plan.h.
 *
 * An item is made in all records that have it at once, a column, which its
 * codec encodes.  Of a redefined part each record takes the alternative of
 * which its rows tell most; what they tell of the others is written where that
 * one has nothing, and a mask of bytes keeps them apart.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "plan/inverse_make.h"

/* ---- bytes -------------------------------------------------------------- */

enum put { PUT_RULE, PUT_OTHER, PUT_TAKEN };

/*
 * Writes an item's bytes: those of the alternative taken over everything,
 * those of others where nothing is told yet, the rule's likewise.
 */
static void
put_bytes(struct making_run *r, const struct record_cells *c, uint32_t row,
    const uint8_t *from, enum put how)
{
	uint32_t rec = c->space->rec[row], size = c->codec->size, i;
	uint8_t *to = record_bytes(c, row), *mask;

	if (r->mask == NULL) {
		memcpy(to, from, size);
		return;
	}
	mask = r->mask[rec] + (to - r->rec[rec].p);
	for (i = 0; i < size; i++) {
		if (how != PUT_TAKEN && mask[i])
			continue;
		to[i] = from[i];
		mask[i] |= how != PUT_RULE;
	}
}

static void
make_fault(struct making_run *r, const struct record_cells *c, uint32_t row,
    const struct give *g, uint16_t code)
{
	struct inverse_fault *f;

	if (!inverse_taken(r, c->space, row))
		return;
	f = ARENA_PUSH(r->arena, r->faults->v, r->faults->n, r->faults->cap);
	*f = (struct inverse_fault){ .rec = c->space->rec[row],
	    .item = c->item, .code = code, .query = NONE };
	if (g->kind == GIVE_COUNT)
		return;
	f->query = r->t->query[g->query];
	f->column = g->column;
}

/* ---- an item ------------------------------------------------------------ */

/* The cells of an item that columns give. */
struct cells {
	const struct record_cells *c;
	uint32_t n;
	struct column col;
	uint64_t *form;
	uint8_t *bytes;		/* [n * size] */
	uint8_t **to;		/* [n] in bytes, of what is encoded; NULL */
	const struct give **give;	/* [n] NULL: nothing is told */
	bool *done, *null;	/* [n] bytes are there; it is a null */
};

static void
cells_init(struct cells *k, struct making_run *r, const struct record_cells *c)
{
	struct arena *a = &r->cells;
	uint16_t precision;
	int16_t scale = 0;
	enum vtype type = c->bytes ? V_TEXT : codec_type(c->codec, &scale,
	    &precision);

	k->c = c;
	k->n = c->rows.n;
	column_init(&k->col, a, type == V_I64 ? V_D128 : type, scale, k->n);
	memset(k->col.v.any, 0, k->n * vtype_size(k->col.type));
	k->form = arena_array(a, k->n, sizeof *k->form);
	k->bytes = arena_alloc(a, (size_t)k->n * c->codec->size + 1);
	k->to = arena_array(a, k->n, sizeof *k->to);
	k->give = arena_array(a, k->n, sizeof *k->give);
	k->done = arena_array(a, k->n, sizeof *k->done);
	k->null = arena_array(a, k->n, sizeof *k->null);
}

/* The part of a group's text, or an edited picture's, as bytes of the page. */
static bool
text_bytes(struct making_run *r, const struct back *v, const struct item *whole,
    uint8_t *out)
{
	struct codec c = { .kind = CODEC_TEXT, .size = whole->size,
	    .page = r->inv->plan->page, .policies = &policies_exact,
	    .justified = whole->justified };
	struct cell_faults faults = { 0 };
	struct column col;

	column_init(&col, &r->cells, V_TEXT, 0, 1);
	col.v.text[0] = v->text;
	codec_encode(&c, &col, NULL, &out, 1, &faults, &r->cells);
	return faults.n == 0;
}

/* Zeros or nines, which a group of digits has for a date that is null. */
static struct slice
all_digits(struct making_run *r, d128 v, uint32_t size)
{
	uint8_t *p = arena_alloc(&r->cells, size + 1);
	uint32_t i;

	for (i = size; i > 0; i--, v /= 10)
		p[i - 1] = (uint8_t)('0' + (int)(v % 10));
	return (struct slice){ p, size };
}

/* How the group would be read, if its text were an item. */
static void
group_codec(const struct making_run *r, uint32_t group, struct codec *c)
{
	const struct layout *l = r->inv->layout;
	uint32_t i;

	*c = (struct codec){ .kind = CODEC_ZONED, .size = l->item[group].size,
	    .digits = (uint16_t)(l->item[group].size < 38 ?
	    l->item[group].size : 38), .page = r->inv->plan->page,
	    .policies = &policies_exact };
	for (i = group + 1; i < l->item[group].next; i++)
		if (l->item[i].next == i + 1 &&
		    (l->item[i].category != CAT_NUMERIC ||
		    l->item[i].is_signed))
			c->kind = CODEC_TEXT;
}

static uint16_t
cell_part(struct making_run *r, struct cells *k, uint32_t row,
    const struct give *g, const struct back *v)
{
	const struct item *it = &r->inv->layout->item[k->c->item];
	const struct item *group = g->kind == GIVE_PART ?
	    &r->inv->layout->item[g->group] : it;
	uint8_t *all = arena_alloc(&r->cells, group->size + 1);
	struct back digits = *v;

	if (v->type == V_D128)
		digits.text = all_digits(r, v->number, group->size);
	else if (v->type != V_TEXT)
		return DIAG_D016;
	if (v->null)
		memset(all, 0, group->size);
	else if (!text_bytes(r, &digits, group, all))
		return DIAG_D028;
	memcpy(k->bytes + (size_t)row * it->size, all + (it->offset -
	    group->offset), it->size);
	k->done[row] = true;
	return 0;
}

static uint16_t
cell_count(struct cells *k, uint32_t row, const struct give *g,
    uint32_t count)
{
	uint32_t i, size = k->c->codec->size;

	if (g->keys == NULL) {
		if (k->col.type != V_D128)
			return DIAG_D030;
		k->col.v.d128[row] = (d128)count *
		    d128_pow10[k->col.scale];
		k->to[row] = k->bytes + (size_t)row * size;
		return 0;
	}
	for (i = 0; i < g->keys->n; i++)
		if (g->keys->number[i] == count)
			break;
	if (i == g->keys->n || g->keys->size != size)
		return DIAG_D017;
	memcpy(k->bytes + (size_t)row * size, g->keys->value + (size_t)i *
	    size, size);
	k->done[row] = true;
	return 0;
}

/* A null as its give's policies read one; false: there is none. */
static bool
cell_null(struct making_run *r, struct cells *k, uint32_t row,
    const struct give *g)
{
	struct codec c = *k->c->codec;

	c.policies = g->policies;
	k->form[row] = codec_null_form(&c);
	if (k->form[row] == 0)
		return false;
	column_set_null(&k->col, &r->cells, k->n, row);
	k->to[row] = k->bytes + (size_t)row * c.size;
	return true;
}

static void
cell_value(struct cells *k, uint32_t row, const struct back *v)
{
	uint32_t size = k->c->codec->size;
	uint8_t *p = k->bytes + (size_t)row * size;

	if (v->raw) {
		memcpy(p, v->text.p, size);
		k->done[row] = true;
		return;
	}
	k->to[row] = p;
	switch (k->col.type) {
	case V_TEXT:
	case V_BYTES:
		k->col.v.text[row] = v->text;
		break;
	case V_F64:
		k->col.v.f64[row] = v->real;
		break;
	case V_D128:
		k->col.v.d128[row] = v->number;
		break;
	default:
		k->col.v.i64[row] = (int64_t)v->number;
		break;
	}
}

/* What a give says in a row: OK; END: nothing; BAD: *code. */
static enum grade
cell_take(struct making_run *r, struct cells *k, uint32_t row,
    const struct give *g, const struct inverse_row *at, uint16_t *code)
{
	uint32_t size = k->c->codec->size;
	struct back v = { .null = true, .was_null = true, .type = V_TEXT };
	struct codec group;
	bool null;

	k->null[row] = false;
	if (g->kind == GIVE_CONSTANT || g->kind == GIVE_INDICATOR) {
		if (at == NULL)
			return END;
		null = g->kind == GIVE_INDICATOR &&
		    column_is_null(&at->col[g->column], at->row);
		memcpy(k->bytes + (size_t)row * size, g->bytes[!null], size);
		k->done[row] = true;
		return OK;
	}
	if (g->kind == GIVE_PART)
		group_codec(r, g->group, &group);
	if (at != NULL)
		inverse_value(g, g->kind == GIVE_PART ? &group : k->c->codec,
		    &at->col[g->column], at->row, &v, &r->cells);
	*code = v.code;
	if (v.code != 0)
		return BAD;
	if (v.unknown && !v.null_if && r->faults->null_codes != NULL)
		r->faults->null_codes[r->t->query[g->query]][g->column]++;
	if (v.unknown)
		return END;
	k->null[row] = v.was_null;
	if (g->kind == GIVE_PART || v.shown)
		*code = cell_part(r, k, row, g, &v);
	else if (v.null)
		return cell_null(r, k, row, g) ? OK : END;
	else
		cell_value(k, row, &v);
	return *code != 0 ? BAD : OK;
}

/* The first give that says something. */
static void
cell_find(struct making_run *r, struct cells *k, uint32_t row)
{
	const struct type_back *t = r->t;
	uint32_t nth = inverse_nth(t, k->c->item), i, rec, occ[NEST_MAX];
	uint32_t count = 0, some = 0;
	const struct give *g, *counting = NULL;
	const struct inverse_row *at;
	uint16_t code = 0;
	enum grade said;

	rec = k->c->space->rec[row];
	inverse_occ(k->c->space, row, occ);
	for (i = t->first[nth]; i < t->first[nth + 1]; i++) {
		g = &t->give[i];
		if (g->kind == GIVE_COUNT) {
			some = inverse_count(r->inv, t, g, r->of[rec], occ);
			if (counting == NULL || some > count)
				count = some;
			counting = counting == NULL ? g : counting;
			continue;
		}
		if (counting != NULL)
			continue;
		at = inverse_row_of(r->inv, t, g, r->of[rec], occ);
		if (at != NULL && !inverse_present(g, at))
			continue;
		if (at == NULL && (!g->absent_is_null || g->nfixed > 0 ||
		    r->of[rec][g->query].n == 0))
			continue;
		said = cell_take(r, k, row, g, at, &code);
		if (said == END)
			continue;
		k->give[row] = g;
		if (said == BAD)
			make_fault(r, k->c, row, g, code);
		return;
	}
	if (counting == NULL)
		return;
	k->give[row] = counting;
	code = cell_count(k, row, counting, count);
	if (code != 0)
		make_fault(r, k->c, row, counting, code);
}

static void
put_tail(struct making_run *r, const struct cells *k, uint32_t row)
{
	uint32_t rec = k->c->space->rec[row];
	struct made_tail *t = &r->tail[rec];
	uint32_t at = (uint32_t)(record_bytes(k->c, row) - r->rec[rec].p);

	if (k->done[row] && !k->null[row] && at + k->c->codec->size > t->told)
		t->told = at + k->c->codec->size;
	if (!k->done[row] && k->null[row] && at < t->null)
		t->null = at;
}

static void
cells_put(struct making_run *r, struct cells *k)
{
	const struct record_cells *c = k->c;
	const uint8_t *rule = r->t->rule[inverse_nth(r->t, c->item)], *p;
	uint32_t i;
	bool taken;

	for (i = 0; i < k->n; i++) {
		if (!record_has(c, i))
			continue;
		taken = inverse_taken(r, c->space, i);
		p = k->bytes + (size_t)i * c->codec->size;
		if (taken || k->done[i])
			put_tail(r, k, i);
		if (taken && !k->done[i])
			put_bytes(r, c, i, rule, PUT_RULE);
		else if (k->done[i] && (taken || !k->null[i]))
			put_bytes(r, c, i, p, taken ? PUT_TAKEN : PUT_OTHER);
		else if (k->done[i] && !c->bytes)
			*ARENA_PUSH(&r->areas, r->later, r->nlater,
			    r->later_cap) = (struct made_null){ k->give[i],
			    c->codec, c->space->rec[i], record_bytes(c, i) };
	}
}

static void
make_item(struct making_run *r, const struct record_cells *c)
{
	struct cell_faults faults = { 0 };
	struct cells k;
	struct codec codec = *c->codec;
	uint32_t i, f;

	cells_init(&k, r, c);
	for (i = 0; i < k.n; i++)
		if (record_has(c, i))
			cell_find(r, &k, i);
	if (!c->bytes) {
		codec.offset = 0;
		codec_encode(&codec, &k.col, k.form, k.to, k.n, &faults,
		    &r->cells);
	}
	for (i = f = 0; i < k.n; i++) {
		if (k.to[i] == NULL || c->bytes)
			continue;
		while (f < faults.n && faults.v[f].row < i)
			f++;
		if (f < faults.n && faults.v[f].row == i)
			make_fault(r, c, i, k.give[i], faults.v[f].code);
		else
			k.done[i] = true;
	}
	cells_put(r, &k);
	arena_reset(&r->cells);
}

/* ---- bytes that belong to no item --------------------------------------- */

/* Occurrences for which there is room (odo: full), though the count is less. */
static bool
is_unused(const struct making_run *r, const struct record_cells *c)
{
	const struct layout *l = r->inv->layout;
	uint32_t i;

	if (!l->tables_full || c->space->occ == NULL)
		return false;
	for (i = r->t->record; i < l->item[r->t->record].next; i++)
		if (l->item[i].depending != ITEM_NONE &&
		    l->item[i].offset == c->codec->offset &&
		    l->item[i].size == c->codec->size)
			return true;
	return false;
}

/* Blanks behind a shorter alternative, else X'00'. */
static void
make_slack(struct making_run *r, const struct record_cells *c)
{
	const struct made_area *a = r->narea > 0 ?
	    &r->area[r->narea - 1] : NULL;
	const struct item *it = a == NULL ? NULL :
	    &r->inv->layout->item[a->now];
	uint8_t *fill = arena_zalloc(&r->cells, c->codec->size + 1);
	uint32_t i, rec, at;
	bool tail = a != NULL && c->codec->offset >= it->offset +
	    (uint64_t)it->size * (it->occurs_max > 0 ? it->occurs_max : 1);

	if (tail || is_unused(r, c))
		memset(fill, r->inv->plan->page->blank, c->codec->size);
	for (i = 0; i < c->rows.n; i++) {
		if (!record_has(c, i) || !inverse_taken(r, c->space, i))
			continue;
		put_bytes(r, c, i, fill, PUT_RULE);
		rec = c->space->rec[i];
		at = (uint32_t)(record_bytes(c, i) - r->rec[rec].p);
		if (tail) {
			r->tail[rec].from = at;
			r->tail[rec].to = at + c->codec->size;
		}
	}
	arena_reset(&r->cells);
}

static void
make_cells(void *arg, const struct record_cells *c)
{
	if (c->item == ITEM_NONE)
		make_slack(arg, c);
	else
		make_item(arg, c);
}

static void
make_lost(void *arg, const struct record_space *s, uint32_t row,
    uint32_t item, uint16_t code, const uint8_t *at)
{
	struct making_run *r = arg;

	(void)at;
	if (inverse_taken(r, s, row))
		*ARENA_PUSH(r->arena, r->faults->v, r->faults->n,
		    r->faults->cap) = (struct inverse_fault){
		    .rec = s->rec[row], .item = item, .code = code,
		    .query = NONE };
}

/* ---- records ------------------------------------------------------------ */

/* Can bytes be written twice: redefined parts, groups that are columns? */
static bool
needs_mask(const struct inverse *inv, const struct type_back *t)
{
	const struct layout *l = inv->layout;
	uint32_t i;

	for (i = t->record; i < l->item[t->record].next; i++)
		if (l->item[i].redefines != ITEM_NONE)
			return true;
	return false;
}

static int
fault_cmp(const void *x, const void *y)
{
	const struct inverse_fault *a = x, *b = y;

	if (a->rec != b->rec)
		return a->rec < b->rec ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static uint32_t
record_end(const struct made_tail *t, uint32_t len)
{
	if (t->null < len && t->told <= t->null && t->null > 0)
		return t->null;
	return t->to == len && t->told <= t->from && t->from > 0 ? t->from :
	    len;
}

void
inverse_records(const struct inverse *inv, uint32_t type,
    const struct inverse_rows *const *of, uint8_t *const *to, uint32_t *len,
    uint32_t n, struct inverse_faults *faults, struct arena *a)
{
	const struct type_back *t = &inv->type[type];
	struct making_run r = { .inv = inv, .t = t, .of = of, .faults = faults,
	    .arena = a };
	const struct record_visitor v = { .arg = &r, .cells = make_cells,
	    .area = inverse_area, .alternative = inverse_alternative,
	    .end = inverse_area_end, .lost = make_lost };
	uint32_t size = inverse_size(inv, type), i;
	struct slice *rec = arena_array(a, n, sizeof *rec);
	struct arena walk;

	for (i = 0; i < n; i++)
		rec[i] = (struct slice){ to[i], size };
	r.rec = rec;
	r.tail = arena_array(a, n, sizeof *r.tail);
	for (i = 0; i < n; i++)
		r.tail[i].null = UINT32_MAX;
	if (needs_mask(inv, t)) {
		r.mask = arena_array(a, n, sizeof *r.mask);
		for (i = 0; i < n; i++)
			r.mask[i] = arena_zalloc(a, size + 1);
	}
	arena_init(&walk);
	arena_init(&r.cells);
	arena_init(&r.areas);
	record_walk(t->records, &v, rec, NULL, n, len, &walk);
	for (i = 0; i < n; i++)
		len[i] = record_end(&r.tail[i], len[i]);
	arena_fini(&walk);
	arena_fini(&r.cells);
	arena_fini(&r.areas);
	if (faults->n > 1)
		qsort(faults->v, faults->n, sizeof *faults->v, fault_cmp);
}
