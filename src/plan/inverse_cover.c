/*
 * Which items come back, and which are left to the rule.
 *
 * A table with when: has rows of some records only, so what is told of a
 * record hangs on where it has its rows: a view for each query, with what the
 * tables tell that have no when:.  Items are covered by their bytes, for what
 * one alternative of a redefined part tells is told of the others, too.
 */
#include <string.h>

#include "base/mem.h"
#include "plan/inverse_impl.h"

/* ---- views -------------------------------------------------------------- */

static void
cover_item(struct inverse *inv, struct view *v, uint32_t item)
{
	const struct layout *l = inv->layout;
	uint32_t chain[NEST_MAX], n = plan_tables(l, item, chain), i, k;
	uint32_t at[NEST_MAX] = { 0 }, work = 0;
	uint64_t offset;

	/* every occurrence: an odometer over the tables around */
	for (;;) {
		offset = l->item[item].offset;
		for (i = 0; i < n; i++)
			offset += (uint64_t)at[i] * l->item[chain[i]].size;
		for (k = 0; k < l->item[item].size; k++)
			v->covered[offset + k] = true;
		for (i = n; i > 0 && ++at[i - 1] ==
		    l->item[chain[i - 1]].occurs_max; i--)
			at[i - 1] = 0;
		if (i == 0 || ++work > 1u << 20)
			break;
	}
}

/* Is the query's row the record itself? */
static bool
is_record(const struct inverse_query *q)
{
	return !q->facts && q->depth == 0 && q->nnames == 0;
}

/* Are the rows of the query there for every record? */
static bool
is_always(const struct inverse *inv, const struct inverse_query *q,
    bool loose)
{
	return q->facts || inv->mapping->table[q->table].when == NULL ||
	    (loose && !is_record(q));
}

static bool
is_in_view(const struct inverse *inv, const struct type_back *t,
    uint32_t view, bool loose, const struct give *g)
{
	return view == t->nquery || g->query == view ||
	    is_always(inv, &inv->query[t->query[g->query]], loose);
}

/* A give of one occurrence of several is not all of the item. */
static void
view_item(struct inverse *inv, struct type_back *t, uint32_t view,
    bool loose, uint32_t item)
{
	const struct layout *l = inv->layout;
	uint32_t chain[NEST_MAX], n = plan_tables(l, item, chain), i;
	uint32_t nth = inverse_nth(t, item);
	struct view *v = loose ? &t->loose[view] : &t->view[view];
	uint64_t told = 0, all = 1;
	bool whole = t->forced[nth];

	for (i = 0; i < n; i++)
		all *= l->item[chain[i]].occurs_max;
	for (i = t->first[nth]; i < t->first[nth + 1]; i++) {
		if (!is_in_view(inv, t, view, loose, &t->give[i]))
			continue;
		v->given[nth] = true;
		whole |= t->give[i].nfixed == 0;
		told++;
	}
	if (whole || told >= all)
		cover_item(inv, v, item);
}

bool
inverse_covers(const struct inverse *inv, const struct view *v,
    uint32_t item)
{
	const struct item *it = &inv->layout->item[item];
	uint32_t k;

	for (k = 0; k < it->size; k++)
		if (!v->covered[it->offset + k])
			return false;
	return true;
}

/* ---- what is left ------------------------------------------------------- */

/* Does some alternative beside, or around, the item's have something that is
 * given, and the item's own nothing? */
static bool
is_not_taken(const struct inverse *inv, const struct type_back *t,
    const struct view *v, uint32_t item)
{
	const struct layout *l = inv->layout;
	uint32_t a, first, i, k, given, own;

	for (a = item; a != t->record; a = l->item[a].parent) {
		for (first = a; l->item[first].redefines != ITEM_NONE;)
			first = l->item[first].redefines;
		given = own = 0;
		for (i = first; i < l->item[l->item[a].parent].next &&
		    (i == first || l->item[i].redefines != ITEM_NONE ||
		    l->item[i].level == 66); i = l->item[i].next)
			for (k = i; k < l->item[i].next; k++)
				if (v->given[inverse_nth(t, k)]) {
					given++;
					own += i == a;
				}
		if (own == 0 && (given > 0 || a != first))
			return true;
	}
	return false;
}

static bool
is_left(const struct inverse *inv, const struct type_back *t, uint32_t item)
{
	bool any = false;
	uint32_t k;

	if (t->group != ITEM_NONE && plan_item_foreign(inv->layout, item,
	    t->group))
		return false;
	for (k = 0; k < t->nquery; k++) {
		if (!is_record(&inv->query[t->query[k]]))
			continue;
		any = true;
		if (!inverse_covers(inv, &t->loose[k], item) &&
		    !is_not_taken(inv, t, &t->loose[k], item))
			return true;
	}
	return !any && !inverse_covers(inv, &t->loose[t->nquery], item) &&
	    !is_not_taken(inv, t, &t->loose[t->nquery], item);
}

static void
views(struct inverse *inv, struct type_back *t, bool loose)
{
	const struct layout *l = inv->layout;
	uint32_t n = l->item[t->record].next - t->record, i, k;
	struct view *v = arena_array(inv->arena, t->nquery + 1, sizeof *v);

	if (loose)
		t->loose = v;
	else
		t->view = v;
	for (k = 0; k <= t->nquery; k++) {
		v[k].given = arena_array(inv->arena, n, sizeof(bool));
		v[k].covered = arena_array(inv->arena,
		    record_plan_size(t->records) + 1u, sizeof(bool));
		for (i = t->record; i < l->item[t->record].next; i++)
			if (l->item[i].next == i + 1)
				view_item(inv, t, k, loose, i);
	}
}

void
inverse_views(struct inverse *inv, uint32_t type)
{
	struct type_back *t = &inv->type[type];
	const struct layout *l = inv->layout;
	uint32_t i, k, item;

	views(inv, t, false);
	views(inv, t, true);
	for (i = k = 0; i < t->nleft; i++) {
		item = t->left[i].item;
		if (!is_left(inv, t, item))
			continue;
		if (l->item[item].name == NULL)
			t->filler = true;
		else
			t->left[k++] = t->left[i];
	}
	t->nleft = k;
}

/* ---- columns ------------------------------------------------------------ */

/* The view of the candidate's own rows. */
static uint32_t
view_of(const struct inverse *inv, const struct candidate *c)
{
	const struct type_back *t = &inv->type[c->type];
	const struct inverse_query *q;
	uint32_t k;

	for (k = 0; k < t->nquery; k++) {
		q = &inv->query[t->query[k]];
		if (!q->facts && q->table == c->table)
			return k;
	}
	return t->nquery;
}

static enum inverse_column
bound_state(const struct inverse *inv, const struct candidate *c,
    const struct bound *b)
{
	const struct type_back *t;
	uint32_t k;

	if (b->of_file)
		return INVERSE_OTHER;
	for (k = 0; k < b->nitem; k++) {
		t = &inv->type[b->item[k].type];
		if (!inverse_covers(inv, &t->view[b->item[k].type == c->type ?
		    view_of(inv, c) : t->nquery], b->item[k].item))
			return INVERSE_LOST;
	}
	return INVERSE_BACK;
}

/* The worst over all types that the table is of. */
enum inverse_column
inverse_column(const struct inverse *inv, uint32_t table, uint32_t column)
{
	enum inverse_column worst = INVERSE_BACK, s;
	const struct candidate *c;
	uint32_t i;

	for (i = 0; i < inv->ncandidate; i++) {
		c = &inv->candidate[i];
		if (c->table != table)
			continue;
		s = bound_state(inv, c, &c->column[column]);
		if (s > worst)
			worst = s;
	}
	return worst;
}

enum inverse_column
inverse_rows_of(const struct inverse *inv, uint32_t table)
{
	enum inverse_column worst = INVERSE_BACK, s;
	const struct candidate *c;
	uint32_t i;

	for (i = 0; i < inv->ncandidate; i++) {
		c = &inv->candidate[i];
		if (c->table != table)
			continue;
		s = bound_state(inv, c, &c->when);
		if (s > worst)
			worst = s;
	}
	return worst;
}

bool
inverse_column_has(const struct inverse *inv, uint32_t table, uint32_t column,
    uint32_t type, uint32_t item)
{
	const struct bound *b;
	uint32_t i, k;

	for (i = 0; i < inv->ncandidate; i++) {
		if (inv->candidate[i].table != table)
			continue;
		b = &inv->candidate[i].column[column];
		for (k = 0; k < b->nitem; k++)
			if (b->item[k].type == type && b->item[k].item == item)
				return true;
	}
	return false;
}
