/*
 * Which queries tell of the records of a type, and what tells the records
 * apart in them; see inverse_plan.h.
 *
 *	candidates	the tables, for each type that they are of, and what
 *			their columns are made of
 *	keys		for each type, parents first: the columns of a table's
 *			key that most of its tables, and of those of the types
 *			below, have
 *	queries		the candidates that have the key; and those below that
 *			have fields which no table of the type itself has
 */
#include "plan/inverse_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/inverse_impl.h"

/* ---- types -------------------------------------------------------------- */

uint32_t
inverse_nth(const struct type_back *t, uint32_t item)
{
	return item - t->record;
}

uint32_t
inverse_parent(const struct inverse *inv, uint32_t type)
{
	return inv->plan->ntype == 0 ? NONE : inv->plan->type[type].parent;
}

bool
inverse_above(const struct inverse *inv, uint32_t type, uint32_t below)
{
	for (; below != NONE; below = inverse_parent(inv, below))
		if (below == type)
			return true;
	return false;
}

static void
type_codecs(struct inverse *inv, struct type_back *t)
{
	const struct layout *l = inv->layout;
	uint32_t n = l->item[t->record].next - t->record, i;
	struct codec *c;

	t->codec = arena_array(inv->arena, n, sizeof *t->codec);
	t->decoded = arena_array(inv->arena, n, sizeof *t->decoded);
	t->rule = arena_array(inv->arena, n, sizeof *t->rule);
	t->forced = arena_array(inv->arena, n, sizeof *t->forced);
	for (i = 0; i < n; i++) {
		if (l->item[t->record + i].next > t->record + i + 1)
			continue;
		c = &t->codec[i];
		t->decoded[i] = plan_codec(inv->arena, &l->item[t->record + i],
		    AS_VALUE, inv->plan->page, inv->mapping, c);
		c->op = t->record + i;
		c->size = l->item[t->record + i].size;
		c->justified = l->item[t->record + i].justified;
		c->ascii_sign = l->dialect != DIALECT_IBM;
		c->policies = &policies_exact;
	}
}

static void
type_init(struct inverse *inv, uint32_t type)
{
	const struct plan *p = inv->plan;
	struct type_back *t = &inv->type[type];

	t->record = p->ntype == 0 ? p->record : p->type[type].record;
	t->group = p->ntype == 0 ? ITEM_NONE : p->type[type].group;
	t->shown.parent = inverse_parent(inv, type);
	t->shown.role = p->ntype == 0 ? ROLE_BODY : plan_type_role(p, type);
	t->shown.name = p->ntype > 0 ? p->type[type].name :
	    inv->layout->item[t->record].name;
	if (t->shown.name == NULL)
		t->shown.name = "the record";
	type_codecs(inv, t);
	t->records = record_plan_new(inv->arena, inv->layout, t->record,
	    t->group, p->page, inv->mapping);
}

/* ---- candidates --------------------------------------------------------- */

const struct map_table *
inverse_table(const struct inverse *inv, const struct candidate *c)
{
	return &inv->mapping->table[c->table];
}

/* The column that has record_type(), or another constant for each type. */
static void
candidate_only(struct inverse *inv, struct candidate *c)
{
	const struct map_table *t = inverse_table(inv, c);
	uint32_t i;

	for (i = 0; i < t->ncolumn && c->only == NONE; i++) {
		if (c->column[i].special == SPECIAL_TYPE)
			c->only_text = slice_str(inv->plan->type[
			    c->type].name);
		else if (c->column[i].literal.p != NULL &&
		    t->column[i].nby_type == t->nof)
			c->only_text = c->column[i].literal;
		else
			continue;
		c->only = i;
	}
	if (c->only == NONE)
		c->why_not = "no column tells which of its rows are of which "
		    "record type; one of record_type() does";
}

/* The columns of occurrence() for each table around, and unpivot's. */
static void
candidate_rows(struct inverse *inv, struct candidate *c)
{
	const struct map_table *t = inverse_table(inv, c);
	uint32_t i, k;

	for (i = 0; i < t->ncolumn; i++) {
		if (c->column[i].special == SPECIAL_NUMBER)
			c->number = i;
		if (c->column[i].special == SPECIAL_NAME)
			c->name = i;
		for (k = 0; k < c->depth; k++)
			if (c->column[i].special == SPECIAL_OCCURRENCE &&
			    c->column[i].table == c->chain[k])
				c->occ[k] = i;
	}
	for (k = 0; k < c->depth; k++)
		if (c->occ[k] == NONE)
			c->why_not = k + 1 == c->depth ? "it has no column of "
			    "occurrence()" : "it has no column of "
			    "occurrence(TABLE) for a table around it";
	if (t->nunpivot > 0 && c->number == NONE && c->name == NONE)
		c->why_not = "it has no column of unpivot_number()";
	if (t->nunpivot > 0 && c->depth > 0)
		c->why_not = "it is unpivoted inside of each:";
}

/* The names that unpivot_name() has, as the plan has made them. */
static void
candidate_names(struct inverse *inv, struct candidate *c)
{
	const struct plan *p = inv->plan;
	uint32_t f;

	c->nnames = inverse_table(inv, c)->nunpivot;
	for (f = p->table[c->table].frame; f != NONE && c->nnames > 0;
	    f = p->frame[f].parent)
		if (p->frame[f].kind == FRAME_UNPIVOT) {
			c->names = p->frame[f].unpivot->name;
			return;
		}
	c->name = NONE;
}

static void
candidate_add(struct inverse *inv, uint32_t table, uint32_t type)
{
	const struct map_table *t = &inv->mapping->table[table];
	struct candidate *c = ARENA_PUSH(inv->arena, inv->candidate,
	    inv->ncandidate, inv->candidate_cap);
	uint32_t of, item, k;
	bool condition;

	*c = (struct candidate){ .table = table, .type = type,
	    .number = NONE, .name = NONE, .only = NONE };
	for (k = 0; k < NEST_MAX; k++)
		c->occ[k] = NONE;
	if (t->each != NULL && inverse_name(inv, type, t->each, &of, &item,
	    &condition) && !condition && of == type)
		c->depth = plan_tables(inv->layout, item, c->chain);
	inverse_bind(inv, c);
	candidate_rows(inv, c);
	candidate_names(inv, c);
	if (t->nof > 1)
		candidate_only(inv, c);
	if (t->distinct)
		c->why_not = "it is distinct: its rows are no records";
	c->usable = c->why_not == NULL;
}

static void
candidates(struct inverse *inv)
{
	uint32_t t, i, k;

	for (t = 0; t < inv->mapping->ntable; t++) {
		const struct map_table *mt = &inv->mapping->table[t];

		if (mt->nof == 0 || inv->plan->ntype == 0) {
			candidate_add(inv, t, 0);
			continue;
		}
		for (i = 0; i < mt->nof; i++)
			for (k = 0; k < inv->ntype; k++)
				if (strcmp(mt->of[i].name,
				    inv->plan->type[k].name) == 0)
					candidate_add(inv, t, k);
	}
}

/* ---- keys --------------------------------------------------------------- */

bool
inverse_alike(const struct inverse *inv, uint32_t t1, uint32_t c1,
    uint32_t t2, uint32_t c2)
{
	const struct schema_column *a = &inv->plan->schema.table[t1].column[
	    c1], *b = &inv->plan->schema.table[t2].column[c2];

	return sqltype_vtype(&a->type) == sqltype_vtype(&b->type) &&
	    a->scale == b->scale;
}

/* The candidate's column that has a part of a key, or NONE. */
uint32_t
inverse_part(const struct inverse *inv, const struct candidate *c,
    const struct key_part *k)
{
	const struct bound *b;
	uint32_t i;

	for (i = 0; i < inverse_table(inv, c)->ncolumn; i++) {
		b = &c->column[i];
		if (b->attr != NULL && !b->in_row &&
		    b->special == SPECIAL_NONE && b->attr_type == k->type &&
		    strcmp(b->attr, k->attr) == 0 &&
		    inverse_alike(inv, c->table, i, k->table, k->column))
			return i;
	}
	return NONE;
}

bool
inverse_has(const struct inverse *inv, const struct candidate *c,
    const struct key_part *k, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (inverse_part(inv, c, &k[i]) == NONE)
			return false;
	return true;
}

struct key {
	struct key_part *part;
	uint32_t n, cap;
};

static bool
key_add(struct inverse *inv, const struct candidate *c, uint32_t column,
    struct key *k)
{
	const struct bound *b = &c->column[column];
	uint32_t i;

	if (b->special == SPECIAL_TYPE || b->special == SPECIAL_OCCURRENCE ||
	    b->special == SPECIAL_NUMBER || b->special == SPECIAL_NAME)
		return true;
	if (b->attr == NULL || b->in_row || b->literal.p != NULL ||
	    b->special != SPECIAL_NONE)
		return b->literal.p != NULL;
	for (i = 0; i < k->n; i++)
		if (k->part[i].type == b->attr_type &&
		    strcmp(k->part[i].attr, b->attr) == 0)
			return true;
	*ARENA_PUSH(inv->arena, k->part, k->n, k->cap) = (struct key_part){
	    b->attr_type, b->attr, c->table, column };
	return true;
}

/* The key: of the table. */
static bool
key_of_table(struct inverse *inv, const struct candidate *c, struct key *k)
{
	const struct schema_table *t = &inv->plan->schema.table[c->table];
	uint32_t i;

	*k = (struct key){ NULL, 0, 0 };
	for (i = 0; i < t->nkey; i++)
		if (!key_add(inv, c, t->key[i], k))
			return false;
	return k->n > 0;
}

/* The same of a unique constraint. */
static bool
key_unique(struct inverse *inv, const struct candidate *c,
    const struct schema_constraint *s, struct key *k)
{
	uint32_t i;

	*k = (struct key){ NULL, 0, 0 };
	if (s->kind != CONSTRAINT_UNIQUE || s->table != c->table ||
	    c->depth > 0 || c->nnames > 0)
		return false;
	for (i = 0; i < s->ncolumn; i++)
		if (!key_add(inv, c, s->column[i], k))
			return false;
	return k->n > 0;
}

bool
inverse_usable(const struct inverse *inv, uint32_t type)
{
	uint32_t i;

	for (i = 0; i < inv->ncandidate; i++)
		if (inv->candidate[i].type == type && inv->candidate[i].usable)
			return true;
	return false;
}

/* How many tables, and types below, have all of the key. */
static uint32_t
key_score(const struct inverse *inv, uint32_t type, const struct key *k)
{
	const struct candidate *c;
	uint32_t i, t, n = 0;
	bool has;

	for (i = 0; i < inv->ncandidate; i++) {
		c = &inv->candidate[i];
		n += c->usable && c->type == type &&
		    inverse_has(inv, c, k->part, k->n);
	}
	for (t = 0; t < inv->ntype; t++) {
		if (inverse_parent(inv, t) != type)
			continue;
		has = false;
		for (i = 0; i < inv->ncandidate; i++) {
			c = &inv->candidate[i];
			has |= c->usable && c->type == t &&
			    inverse_has(inv, c, k->part, k->n);
		}
		n += has ? 100 : 0;
	}
	return n;
}

static void
key_try(struct inverse *inv, uint32_t type, const struct key *k,
    struct key *best, uint32_t *score)
{
	uint32_t n = key_score(inv, type, k);

	if (n > *score) {
		*best = *k;
		*score = n;
	}
}

static bool
key_choose(struct inverse *inv, uint32_t type, struct key *best)
{
	const struct schema *s = &inv->plan->schema;
	const struct candidate *c;
	uint32_t i, k, score = 0;
	struct key key;

	for (i = 0; i < inv->ncandidate; i++) {
		c = &inv->candidate[i];
		if (!c->usable || c->type != type)
			continue;
		if (key_of_table(inv, c, &key))
			key_try(inv, type, &key, best, &score);
		for (k = 0; k < s->nconstraint; k++)
			if (key_unique(inv, c, &s->constraint[k], &key))
				key_try(inv, type, &key, best, &score);
	}
	return score > 0;
}

/* Types below, next to this one, of which there are tables; those between have
 * none. */
static bool
is_frontier(const struct inverse *inv, uint32_t type, uint32_t below)
{
	uint32_t t;

	if (below == type || !inverse_usable(inv, below))
		return false;
	for (t = inverse_parent(inv, below); t != NONE && t != type;
	    t = inverse_parent(inv, t))
		if (inverse_usable(inv, t))
			return false;
	return t == type;
}

/* A candidate's columns of nothing but the type's items, the same in all rows
 * of a record. */
static uint32_t
facts_of(struct inverse *inv, const struct candidate *c, uint32_t type,
    struct key *k)
{
	uint32_t i;

	*k = (struct key){ NULL, 0, 0 };
	for (i = 0; i < inverse_table(inv, c)->ncolumn; i++)
		if (c->column[i].attr != NULL && !c->column[i].in_row &&
		    c->column[i].attr_type == type && c->column[i].ngive > 0)
			key_add(inv, c, i, k);
	return k->n;
}

/*
 * A type without tables: what all types below it know of it tells its records
 * apart.  False: one of them knows nothing, and there can only be one record.
 */
static bool
key_derive(struct inverse *inv, uint32_t type, struct key *best)
{
	struct key most, key;
	uint32_t t, i, k;
	bool first = true;

	for (t = 0; t < inv->ntype; t++) {
		if (!is_frontier(inv, type, t))
			continue;
		most = (struct key){ NULL, 0, 0 };
		for (i = 0; i < inv->ncandidate; i++)
			if (inv->candidate[i].usable &&
			    inv->candidate[i].type == t && facts_of(inv,
			    &inv->candidate[i], type, &key) > most.n)
				most = key;
		if (first)
			*best = most;
		for (i = k = 0; i < best->n && !first; i++) {
			uint32_t j;

			for (j = 0; j < most.n; j++)
				if (strcmp(most.part[j].attr,
				    best->part[i].attr) == 0)
					break;
			if (j < most.n)
				best->part[k++] = best->part[i];
		}
		if (!first)
			best->n = k;
		first = false;
	}
	return best->n > 0;
}

static bool
has_frontier(const struct inverse *inv, uint32_t type)
{
	uint32_t t;

	for (t = 0; t < inv->ntype; t++)
		if (is_frontier(inv, type, t))
			return true;
	return false;
}

/* The only table of the type, if it has a row for each record. */
static const struct candidate *
only_rows(const struct inverse *inv, uint32_t type)
{
	const struct candidate *found = NULL, *c;
	uint32_t i;

	for (i = 0; i < inv->ncandidate; i++) {
		c = &inv->candidate[i];
		if (!c->usable || c->type != type)
			continue;
		if (found != NULL || c->depth > 0 || c->nnames > 0)
			return NULL;
		found = c;
	}
	return found;
}

static void
type_key(struct inverse *inv, uint32_t type)
{
	struct type_back *t = &inv->type[type];
	struct key key = { NULL, 0, 0 };

	if (inverse_usable(inv, type)) {
		if (!key_choose(inv, type, &key)) {
			t->shown.as_it_stands = only_rows(inv, type) != NULL &&
			    !has_frontier(inv, type);
			t->shown.one = !t->shown.as_it_stands;
		}
		t->shown.written = true;
	} else if (has_frontier(inv, type)) {
		t->shown.one = !key_derive(inv, type, &key);
		t->shown.written = true;
	} else {
		t->shown.written = t->shown.role != ROLE_BODY;
	}
	t->key = key.part;
	t->nkey = key.n;
}

/* ---- paths -------------------------------------------------------------- */

static void
type_path(struct inverse *inv, uint32_t type)
{
	struct type_back *t = &inv->type[type];
	struct type_back *up = t->shown.parent == NONE ? NULL :
	    &inv->type[t->shown.parent];
	uint32_t most = t->nkey + (up == NULL ? 0 : up->npath), i, k;
	struct inverse_key *shown = arena_array(inv->arena, most + 1,
	    sizeof *shown);
	bool *own = arena_array(inv->arena, most + 1, sizeof *own);

	t->path = arena_array(inv->arena, most + 1, sizeof *t->path);
	for (i = 0; up != NULL && i < up->npath; i++)
		t->path[t->npath++] = up->path[i];
	t->shown.nabove = t->npath;
	for (i = 0; i < t->nkey; i++) {
		for (k = 0; k < t->npath; k++)
			if (t->path[k].type == t->key[i].type &&
			    strcmp(t->path[k].attr, t->key[i].attr) == 0)
				break;
		if (k == t->npath)
			t->path[t->npath++] = t->key[i];
		own[k] = true;
	}
	for (i = 0; i < t->npath; i++)
		shown[i] = (struct inverse_key){ t->path[i].type,
		    t->path[i].table, t->path[i].column };
	t->shown.path = shown;
	t->shown.npath = t->npath;
	t->shown.own = own;
}

/* ---- all of it ---------------------------------------------------------- */

static int
give_cmp(const void *x, const void *y)
{
	const struct give *a = x, *b = y;

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->query != b->query)
		return a->query < b->query ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

static void
type_gives(struct inverse *inv, struct type_back *t)
{
	uint32_t n = inv->layout->item[t->record].next - t->record, i, k;

	if (t->ngive > 1)
		qsort(t->give, t->ngive, sizeof *t->give, give_cmp);
	t->first = arena_array(inv->arena, n + 1, sizeof *t->first);
	for (i = k = 0; i <= n; i++) {
		while (k < t->ngive && t->give[k].item < t->record + i)
			k++;
		t->first[i] = k;
	}
}

/* Parents before those that hang on them. */
static void
each_type(struct inverse *inv, void (*fn)(struct inverse *, uint32_t))
{
	uint32_t depth, t, up, d, done = 0;

	for (depth = 0; done < inv->ntype && depth <= inv->ntype; depth++)
		for (t = 0; t < inv->ntype; t++) {
			for (d = 0, up = inverse_parent(inv, t); up != NONE;
			    up = inverse_parent(inv, up))
				d++;
			if (d != depth)
				continue;
			fn(inv, t);
			done++;
		}
}

/* A record without what tells it apart in the mapping. */
static void
check_key(struct inverse *inv, uint32_t type)
{
	const struct type_back *t = &inv->type[type];
	const struct candidate *c;
	const struct bound *b = NULL;
	uint32_t i, k, at;

	for (i = 0; i < t->nkey; i++) {
		for (k = 0; k < inv->ncandidate; k++) {
			c = &inv->candidate[k];
			b = c->table != t->key[i].table ? NULL :
			    &c->column[t->key[i].column];
			if (b != NULL && b->attr != NULL &&
			    strcmp(b->attr, t->key[i].attr) == 0)
				break;
		}
		for (k = 0; k < b->nitem; k++) {
			at = b->item[k].item;
			if (b->item[k].type != type ||
			    inverse_covers(inv, &t->view[t->nquery], at))
				continue;
			diag_hint(inv->diags, diag_add(inv->diags, DIAG_P113,
			    inv->mapping->table[t->key[i].table].column[
			    t->key[i].column].at, "the key of '%s' is made "
			    "of %s, which no column gives back", t->shown.name,
			    layout_path(inv->arena, inv->layout, at)),
			    "give the table a column from %s",
			    inv->layout->item[at].name);
		}
	}
}

/* Nothing tells which of a type's rows belong together. */
static void
check_one(struct inverse *inv, uint32_t type)
{
	const struct type_back *t = &inv->type[type];
	const struct inverse_query *q;
	uint32_t i, rows = 0, other = 0;

	if (!t->shown.one || !inverse_usable(inv, type))
		return;
	for (i = 0; i < t->nquery; i++) {
		q = &inv->query[t->query[i]];
		if (q->facts)
			continue;
		if (q->depth == 0 && q->nnames == 0)
			rows++;
		else
			other++;
	}
	if (t->shown.role != ROLE_BODY || (rows == 1 && other == 0))
		return;
	diag_hint(inv->diags, diag_add(inv->diags, DIAG_P111,
	    inv->mapping->table[inv->query[t->query[0]].table].at,
	    "nothing tells which rows belong to one record of '%s'",
	    t->shown.name), "give its tables a key that all of them have");
}

static void
tell_unused(struct inverse *inv)
{
	const struct candidate *c;
	uint32_t i;

	for (i = 0; i < inv->ncandidate; i++) {
		c = &inv->candidate[i];
		if (c->why_not != NULL && !c->side && (i == 0 ||
		    c[-1].table != c->table || c[-1].why_not != c->why_not))
			diag_add(inv->diags, DIAG_P114,
			    inverse_table(inv, c)->at,
			    "nothing is taken from table '%s': %s",
			    inverse_table(inv, c)->name, c->why_not);
	}
	for (i = 0; i < inv->ntype; i++)
		if (!inv->type[i].shown.written)
			diag_add(inv->diags, DIAG_P114,
			    inv->mapping->record_type[i].at, "no table tells "
			    "of records of type '%s', and none are written",
			    inv->type[i].shown.name);
}

struct inverse *
inverse_new(struct arena *a, struct diags *ds, const struct plan *p)
{
	struct inverse *inv = arena_zalloc(a, sizeof *inv);
	uint32_t errors = ds->errors, t;

	inv->arena = a;
	inv->diags = ds;
	inv->plan = p;
	inv->mapping = p->mapping;
	inv->layout = p->layout;
	inv->ntype = p->ntype > 0 ? p->ntype : 1;
	inv->type = arena_array(a, inv->ntype, sizeof *inv->type);
	for (t = 0; t < inv->ntype; t++)
		type_init(inv, t);
	candidates(inv);
	each_type(inv, type_key);
	each_type(inv, type_path);
	each_type(inv, inverse_queries);
	each_type(inv, inverse_links);
	for (t = 0; t < inv->ntype; t++) {
		inverse_rules(inv, t);
		type_gives(inv, &inv->type[t]);
		inverse_views(inv, t);
		check_key(inv, t);
		check_one(inv, t);
	}
	tell_unused(inv);
	return ds->errors > errors ? NULL : inv;
}

/* ---- for others --------------------------------------------------------- */

uint32_t
inverse_ntype(const struct inverse *inv)
{
	return inv->ntype;
}

const struct inverse_type *
inverse_type(const struct inverse *inv, uint32_t type)
{
	return &inv->type[type].shown;
}

uint32_t
inverse_nquery(const struct inverse *inv)
{
	return inv->nquery;
}

const struct inverse_query *
inverse_query(const struct inverse *inv, uint32_t query)
{
	return &inv->query[query];
}

const struct inverse_left *
inverse_left(const struct inverse *inv, uint32_t type, uint32_t *n)
{
	*n = inv->type[type].nleft;
	return inv->type[type].left;
}

bool
inverse_has_filler(const struct inverse *inv, uint32_t type)
{
	return inv->type[type].filler;
}

uint32_t
inverse_size(const struct inverse *inv, uint32_t type)
{
	return record_plan_size(inv->type[type].records);
}
