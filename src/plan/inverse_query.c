/*
 * The queries of each type, what their columns give, and what links rows to
 * records where they do not tell all of the path.
 */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "plan/inverse_impl.h"
#include "plan/plan_counts.h"

#define RANK_ROWS	100u	/* of rows that are not one a record */
#define RANK_SIDE	10u
#define RANK_FACTS	200u

/* ---- queries ------------------------------------------------------------ */

static uint32_t
query_column(struct inverse *inv, struct inverse_query *q, uint32_t column)
{
	uint32_t *grown, i;

	for (i = 0; i < q->ncolumn; i++)
		if (q->column[i] == column)
			return i;
	grown = arena_array(inv->arena, q->ncolumn + 1, sizeof *grown);
	if (q->ncolumn > 0)
		memcpy(grown, q->column, q->ncolumn * sizeof *grown);
	grown[q->ncolumn] = column;
	q->column = grown;
	return q->ncolumn++;
}

static void
query_path(struct inverse *inv, struct inverse_query *q,
    const struct candidate *c)
{
	const struct type_back *t = &inv->type[q->type];
	uint32_t *path = arena_array(inv->arena, t->npath + 1, sizeof *path);
	uint32_t i;

	for (i = 0; i < t->npath; i++) {
		path[i] = inverse_part(inv, c, &t->path[i]);
		if (path[i] != NONE)
			path[i] = query_column(inv, q, path[i]);
	}
	q->path = path;
}

static void
query_rows(struct inverse *inv, struct inverse_query *q,
    const struct candidate *c)
{
	uint32_t *occ = arena_array(inv->arena, c->depth + 1, sizeof *occ);
	uint32_t *most = arena_array(inv->arena, c->depth + 1, sizeof *most);
	uint32_t k;

	for (k = 0; k < c->depth; k++) {
		occ[k] = query_column(inv, q, c->occ[k]);
		most[k] = inv->layout->item[c->chain[k]].occurs_max;
	}
	q->occ = occ;
	q->most = most;
	q->depth = c->depth;
	q->number = c->number == NONE ? NONE : query_column(inv, q, c->number);
	q->name = c->number != NONE || c->name == NONE ? NONE :
	    query_column(inv, q, c->name);
	q->names = c->names;
	q->nnames = c->nnames;
}

static void
query_push(struct inverse *inv, const struct inverse_query *q)
{
	struct type_back *t = &inv->type[q->type];

	*ARENA_PUSH(inv->arena, t->query, t->nquery, t->query_cap) =
	    inv->nquery;
	*ARENA_PUSH(inv->arena, inv->query, inv->nquery, inv->query_cap) = *q;
}

static void
give_push(struct inverse *inv, const struct give *from, uint32_t query,
    uint32_t column, uint32_t rank)
{
	struct type_back *t = &inv->type[from->type];
	struct give *g = ARENA_PUSH(inv->arena, t->give, t->ngive,
	    t->give_cap);

	*g = *from;
	g->query = query;
	g->column = column;
	g->rank += rank;
}

/* The column of c that has the same value as that of the side's key; NONE. */
static uint32_t
side_on(const struct inverse *inv, const struct candidate *c,
    const struct candidate *side, uint32_t key)
{
	const struct bound *k = &side->column[key], *b;
	uint32_t i;

	for (i = 0; i < inverse_table(inv, c)->ncolumn; i++) {
		b = &c->column[i];
		if (k->attr != NULL && b->attr != NULL &&
		    k->special == SPECIAL_NONE && b->special == SPECIAL_NONE &&
		    k->attr_type == b->attr_type && k->nitem > 0 &&
		    strcmp(k->attr, b->attr) == 0 &&
		    inverse_alike(inv, c->table, i, side->table, key))
			return i;
	}
	return NONE;
}

/* Does the side say something of each of c's rows? */
static bool
side_fits(const struct inverse *inv, const struct candidate *c,
    const struct candidate *side)
{
	const struct schema_table *s = &inv->plan->schema.table[side->table];
	uint32_t i;

	if (!s->distinct || side->type != c->type || s->nkey == 0 ||
	    side->nnames > 0 || c->nnames > 0 || side->depth != c->depth ||
	    side->only != NONE ||
	    memcmp(side->chain, c->chain, c->depth * sizeof *c->chain) != 0)
		return false;
	for (i = 0; i < s->nkey; i++)
		if (side_on(inv, c, side, s->key[i]) == NONE)
			return false;
	return true;
}

static void
side_add(struct inverse *inv, struct inverse_query *q,
    const struct candidate *c, struct candidate *side, uint32_t rank,
    struct inverse_side *out)
{
	const struct schema_table *s = &inv->plan->schema.table[side->table];
	const struct type_back *t = &inv->type[c->type];
	uint32_t *key = arena_array(inv->arena, s->nkey, sizeof *key);
	uint32_t *on = arena_array(inv->arena, s->nkey, sizeof *on);
	uint32_t *column = arena_array(inv->arena, s->ncolumn + 1,
	    sizeof *column), i, k, at = q->ncolumn;
	struct give g;

	for (i = 0; i < q->nside; i++)
		at += q->side[i].ncolumn;
	for (i = 0; i < s->nkey; i++) {
		key[i] = s->key[i];
		on[i] = side_on(inv, c, side, key[i]);
	}
	for (i = 0; i < s->ncolumn; i++)
		column[i] = i;
	*out = (struct inverse_side){ side->table, key, on, s->nkey, column,
	    s->ncolumn };
	for (i = 0; i < s->ncolumn; i++)
		for (k = 0; k < side->column[i].ngive; k++) {
			g = side->column[i].give[k];
			g.present = at + key[0];
			if (g.type == c->type)
				give_push(inv, &g, t->nquery, at + i,
				    rank + RANK_SIDE);
		}
	side->side = true;
}

/* Tables of codes, or of persons, whose key the rows have. */
static void
query_sides(struct inverse *inv, struct inverse_query *q,
    const struct candidate *c, uint32_t rank)
{
	struct inverse_side *side = arena_array(inv->arena,
	    inv->ncandidate + 1, sizeof *side);
	uint32_t i;

	q->side = side;
	for (i = 0; i < inv->ncandidate; i++)
		if (side_fits(inv, c, &inv->candidate[i])) {
			side_add(inv, q, c, &inv->candidate[i], rank,
			    &side[q->nside]);
			q->nside++;
		}
}

/* What the rows of a table give: all its columns. */
static void
query_own(struct inverse *inv, const struct candidate *c)
{
	struct inverse_query q = { .type = c->type, .table = c->table,
	    .only = c->only, .only_text = c->only_text };
	const struct type_back *t = &inv->type[c->type];
	uint32_t rank = c->depth > 0 || c->nnames > 0 ? RANK_ROWS : 0;
	struct give count = { .type = c->type, .kind = GIVE_COUNT,
	    .present = NONE, .rank = 50 + RANK_ROWS };
	const struct layout *l = inv->layout;
	uint32_t i, k;

	for (i = 0; i < inverse_table(inv, c)->ncolumn; i++)
		query_column(inv, &q, i);
	query_path(inv, &q, c);
	query_rows(inv, &q, c);
	for (i = 0; i < inverse_table(inv, c)->ncolumn; i++)
		for (k = 0; k < c->column[i].ngive; k++)
			if (c->column[i].give[k].type == c->type)
				give_push(inv, &c->column[i].give[k],
				    t->nquery, i, rank);
	for (k = 0; k < c->when.ngive; k++)
		give_push(inv, &c->when.give[k], t->nquery, 0, rank);
	for (k = 0; k < c->depth; k++) {
		count.item = l->item[c->chain[k]].depending;
		if (count.item == ITEM_NONE)
			continue;
		count.own = k;
		count.keys = plan_counts_of(inv->plan->counts, c->chain[k]);
		give_push(inv, &count, t->nquery, k, 0);
	}
	query_sides(inv, &q, c, rank);
	query_push(inv, &q);
}

/* Does anything of what the type has already tell the item? */
static bool
is_given(const struct type_back *t, uint32_t item)
{
	uint32_t i;

	for (i = 0; i < t->ngive; i++)
		if (t->give[i].item == item)
			return true;
	return false;
}

/* What rows below tell of the type: only what nobody else does. */
static void
query_facts(struct inverse *inv, uint32_t type, const struct candidate *c)
{
	struct inverse_query q = { .type = type, .table = c->table,
	    .facts = true, .only = c->only, .only_text = c->only_text,
	    .number = NONE, .name = NONE };
	struct type_back *t = &inv->type[type];
	uint32_t i, k, ngive = t->ngive;
	const struct give *g;

	query_path(inv, &q, c);
	for (i = 0; i < inverse_table(inv, c)->ncolumn; i++)
		for (k = 0; k < c->column[i].ngive; k++) {
			g = &c->column[i].give[k];
			if (g->type != type || c->column[i].in_row ||
			    (inverse_usable(inv, type) && is_given(t, g->item)))
				continue;
			give_push(inv, g, t->nquery, query_column(inv, &q,
			    i), RANK_FACTS);
		}
	if (q.ncolumn > 0 && (t->ngive > ngive || !inverse_usable(inv, type)))
		query_push(inv, &q);
}

static bool
fits_type(struct inverse *inv, uint32_t type, const struct candidate *c)
{
	const struct type_back *t = &inv->type[type];

	return c->usable && inverse_has(inv, c, t->key, t->nkey);
}

void
inverse_queries(struct inverse *inv, uint32_t type)
{
	struct type_back *t = &inv->type[type];
	struct candidate *c;
	uint32_t i;

	for (i = 0; i < inv->ncandidate; i++) {
		c = &inv->candidate[i];
		if (c->type != type || !c->usable)
			continue;
		if (fits_type(inv, type, c))
			query_own(inv, c);
		else
			c->why_not = "it has not all columns of the records' "
			    "key";
	}
	for (i = 0; i < inv->ncandidate && !t->shown.as_it_stands; i++) {
		c = &inv->candidate[i];
		if (c->type != type && inverse_above(inv, type, c->type) &&
		    fits_type(inv, type, c))
			query_facts(inv, type, c);
	}
	t->shown.query = t->query;
	t->shown.nquery = t->nquery;
	t->shown.made = t->shown.written && t->nquery == 0;
}

/* ---- links -------------------------------------------------------------- */

/* Columns of the key, as the mapping's user knows them. */
static const char *
key_names(struct inverse *inv, const struct key_part *k, uint32_t n)
{
	const char *s = "";
	uint32_t i;

	for (i = 0; i < n; i++)
		s = arena_printf(inv->arena, "%s%s%s", s, i > 0 ? ", " : "",
		    inv->mapping->table[k[i].table].column[k[i].column].name);
	return s;
}

static const char *
from_text(struct inverse *inv, const struct key_part *k)
{
	const struct map_column *mc =
	    &inv->mapping->table[k->table].column[k->column];
	struct buf b;
	const char *s;

	buf_init(&b, 4096);
	expr_format(&b, mc->from);
	s = arena_strndup(inv->arena, b.len > 0 ? b.p : "", b.len);
	buf_fini(&b);
	return s;
}

/* Does the query tell what part i of its type's path is? */
static bool
query_tells(const struct inverse_query *q, uint32_t i)
{
	return q->path[i] != NONE;
}

/* The part of the path that the type above has as its own. */
static bool
is_own_above(const struct inverse *inv, const struct type_back *t,
    uint32_t i)
{
	return t->shown.parent != NONE && i < t->shown.nabove &&
	    inv->type[t->shown.parent].shown.own[i];
}

void
inverse_links(struct inverse *inv, uint32_t type)
{
	struct type_back *t = &inv->type[type];
	uint32_t *link = arena_array(inv->arena, t->nquery + 1, sizeof *link);
	const struct type_back *up = t->shown.parent == NONE ? NULL :
	    &inv->type[t->shown.parent];
	uint32_t i, k, n = 0;
	bool all;

	for (k = 0; k < t->nquery; k++) {
		all = true;
		for (i = 0; i < t->npath; i++)
			all = all && (query_tells(&inv->query[t->query[k]],
			    i) || !(t->shown.own[i] ||
			    is_own_above(inv, t, i)));
		if (all)
			link[n++] = t->query[k];
	}
	t->shown.link = link;
	t->shown.nlink = n;
	if (n > 0 || t->nquery == 0)
		return;
	diag_hint(inv->diags, diag_add(inv->diags, DIAG_P112,
	    inv->mapping->table[inv->query[t->query[0]].table].at,
	    "records of type '%s' cannot be put behind those of '%s' again: "
	    "none of their tables has the key of those (%s)", t->shown.name,
	    up->shown.name, key_names(inv, up->key, up->nkey)),
	    "give it a column from %s.%s", up->shown.name,
	    from_text(inv, &up->key[0]));
}
