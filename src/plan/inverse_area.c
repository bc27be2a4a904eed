/*
 * Which rows an item of a record has, and which alternative a redefined part:
 * that of which the rows tell most.
 */
#include <string.h>

#include "base/mem.h"
#include "plan/inverse_make.h"

/* ---- rows --------------------------------------------------------------- */

/* The first row not before occ[0..n), and then `number`. */
static uint32_t
rows_from(const struct inverse_rows *r, uint32_t depth, const uint32_t *occ,
    uint32_t n, uint32_t number)
{
	uint32_t lo = 0, hi = r->n, mid, k;
	const uint32_t *at;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		at = r->v[mid].occ;
		for (k = 0; k < n && at[k] == occ[k]; k++)
			;
		if (k < n ? at[k] < occ[k] : at[depth] < number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool
row_is_of(const struct inverse_row *r, const uint32_t *occ, uint32_t n)
{
	return n == 0 || memcmp(r->occ, occ, n * sizeof *occ) == 0;
}

/* The row that the give means, or NULL. */
const struct inverse_row *
inverse_row_of(const struct inverse *inv, const struct type_back *t,
    const struct give *g, const struct inverse_rows *of, const uint32_t *occ)
{
	const struct inverse_rows *r = &of[g->query];
	uint32_t depth = inv->query[t->query[g->query]].depth, i;

	for (i = 0; i < g->nfixed; i++)
		if (occ[g->own + i] != g->fixed[i])
			return NULL;
	if (r->n == 0)
		return NULL;
	if (g->own == 0 && g->number == 0)
		return &r->v[0];
	i = rows_from(r, depth, occ, g->own, g->number);
	if (i == r->n || !row_is_of(&r->v[i], occ, g->own) ||
	    (g->number > 0 && r->v[i].occ[depth] != g->number))
		return NULL;
	return &r->v[i];
}

/* Has the side table a row? */
bool
inverse_present(const struct give *g, const struct inverse_row *at)
{
	return g->present == NONE || !column_is_null(&at->col[g->present],
	    at->row);
}

/* How many occurrences of a table the rows have: the last one's number. */
uint32_t
inverse_count(const struct inverse *inv, const struct type_back *t,
    const struct give *g, const struct inverse_rows *of, const uint32_t *occ)
{
	const struct inverse_rows *r = &of[g->query];
	uint32_t depth = inv->query[t->query[g->query]].depth, i, most = 0;

	for (i = rows_from(r, depth, occ, g->own, 0); i < r->n &&
	    row_is_of(&r->v[i], occ, g->own); i++)
		if (r->v[i].occ[g->column] > most)
			most = r->v[i].occ[g->column];
	return most;
}

/* The occurrences that a row of a space stands in, outermost first. */
uint32_t
inverse_occ(const struct record_space *s, uint32_t row, uint32_t *occ)
{
	const struct record_space *up;
	uint32_t n = 0, i, at = row;

	for (up = s; up->above != NULL; up = up->above)
		n++;
	for (i = n; i > 0; i--, s = s->above) {
		occ[i - 1] = s->occ[at];
		at = s->up[at];
	}
	return n;
}

/* ---- alternatives ------------------------------------------------------- */

/* Do the rows have a value for an item of the alternative, in this row? */
static bool
is_told(const struct making_run *r, uint32_t item, const struct record_space *s,
    uint32_t row)
{
	const struct type_back *t = r->t;
	uint32_t nth = inverse_nth(t, item), i, chain[NEST_MAX], n;
	uint32_t occ[NEST_MAX] = { 0 }, have = inverse_occ(s, row, occ);
	const struct inverse_row *at;
	const struct give *g;
	struct give any;

	n = plan_tables(r->inv->layout, item, chain);
	for (i = t->first[nth]; i < t->first[nth + 1]; i++) {
		g = &t->give[i];
		if (g->kind == GIVE_COUNT || g->kind == GIVE_INDICATOR)
			continue;
		any = *g;
		if (n > have) {		/* any occurrence of a table inside */
			if (any.own > have)
				any.own = have;
			any.nfixed = 0;
		}
		at = inverse_row_of(r->inv, t, &any, r->of[s->rec[row]], occ);
		if (at != NULL && inverse_present(g, at) &&
		    (g->kind == GIVE_CONSTANT ||
		    !column_is_null(&at->col[g->column], at->row)))
			return true;
	}
	return false;
}

/* Bytes of the alternative that the rows tell. */
static uint32_t
told_bytes(const struct making_run *r, uint32_t alternative,
    const struct record_space *s, uint32_t row)
{
	const struct layout *l = r->inv->layout;
	uint32_t i, n = 0;

	for (i = alternative; i < l->item[alternative].next; i++)
		if (l->item[i].next == i + 1 && l->item[i].level != 66 &&
		    is_told(r, i, s, row))
			n += l->item[i].size;
	return n;
}

void
inverse_area(void *arg, const struct record_space *s, uint32_t first)
{
	struct making_run *r = arg;
	const struct layout *l = r->inv->layout;
	struct made_area *a = &r->area[r->narea++];
	uint32_t end = l->item[l->item[first].parent].next, i, k, n, most;

	a->space = s;
	a->taken = arena_array(&r->areas, s->n, sizeof *a->taken);
	for (i = 0; i < s->n; i++) {
		a->taken[i] = first;
		most = 0;
		for (k = first; k < end && (k == first ||
		    l->item[k].redefines != ITEM_NONE ||
		    l->item[k].level == 66); k = l->item[k].next) {
			n = l->item[k].level == 66 ? 0 :
			    told_bytes(r, k, s, i);
			if (n > most) {
				most = n;
				a->taken[i] = k;
			}
		}
	}
}

void
inverse_alternative(void *arg, uint32_t item)
{
	struct making_run *r = arg;

	r->area[r->narea - 1].now = item;
}

/* Do the bytes agree with what is told there? */
static bool
agrees(const struct making_run *r, const struct made_null *l,
    const uint8_t *bytes)
{
	const uint8_t *mask = r->mask[l->rec] + (l->to - r->rec[l->rec].p);
	uint32_t i;

	for (i = 0; i < l->codec->size; i++)
		if (mask[i] && l->to[i] != bytes[i])
			return false;
	return true;
}

/* One value, or a null of that form, as the item's bytes. */
static bool
bytes_of(struct making_run *r, const struct made_null *l, const struct back *v,
    uint64_t form, uint8_t *out)
{
	struct codec c = *l->codec;
	struct cell_faults faults = { 0 };
	struct column col;
	uint16_t precision;
	int16_t scale;
	enum vtype type = codec_type(&c, &scale, &precision);

	if (v->raw) {
		memcpy(out, v->text.p, c.size);
		return true;
	}
	c.offset = 0;
	column_init(&col, &r->cells, type == V_I64 ? V_D128 : type, scale, 1);
	memset(col.v.any, 0, vtype_size(col.type));
	if (v->null)
		column_set_null(&col, &r->cells, 1, 0);
	else if (col.type == V_D128)
		col.v.d128[0] = v->number;
	else if (col.type == V_TEXT)
		col.v.text[0] = v->text;
	codec_encode(&c, &col, &form, &out, 1, &faults, &r->cells);
	return faults.n == 0;
}

static void
put_later(struct making_run *r, const struct made_null *l, const uint8_t *bytes)
{
	uint8_t *mask = r->mask[l->rec] + (l->to - r->rec[l->rec].p);
	uint32_t i;

	for (i = 0; i < l->codec->size; i++)
		if (!mask[i]) {
			l->to[i] = bytes[i];
			mask[i] = true;
		}
}

/*
 * The way to be null that agrees with what other alternatives tell: a date of
 * nines, of which they have the year.
 */
static void
make_later(struct making_run *r, const struct made_null *l)
{
	uint8_t *bytes = arena_zalloc(&r->cells, l->codec->size + 1);
	struct codec c = *l->codec;
	struct back v;
	uint32_t n;

	c.policies = l->give->policies;
	for (n = 0; inverse_null(l->give, l->codec, n, &v, &r->cells); n++)
		if (v.code == 0 && bytes_of(r, l, &v, v.null ?
		    codec_null_form(&c) : 0, bytes) && agrees(r, l, bytes)) {
			put_later(r, l, bytes);
			break;
		}
	arena_reset(&r->cells);
}

void
inverse_area_end(void *arg)
{
	struct making_run *r = arg;
	uint32_t i;

	r->narea--;
	if (r->narea > 0)
		return;
	for (i = 0; i < r->nlater; i++)
		make_later(r, &r->later[i]);
	r->later = NULL;
	r->nlater = r->later_cap = 0;
	arena_reset(&r->areas);
}

/* Is the row's part of the record one of the alternatives taken? */
bool
inverse_taken(const struct making_run *r, const struct record_space *s,
    uint32_t row)
{
	const struct item *item = r->inv->layout->item;
	const struct made_area *a;
	uint32_t i;

	for (i = r->narea; i > 0; i--) {
		a = &r->area[i - 1];
		for (; s != a->space && s->above != NULL; s = s->above)
			row = s->up[row];
		if (a->taken[row] != a->now && !(r->t->group != ITEM_NONE &&
		    r->t->group >= a->now &&
		    r->t->group < item[a->now].next))
			return false;
	}
	return true;
}
