/*
 * What a mapping, and 88-levels, say of the items of made records: keys,
 * columns that are not null, formats of dates, the condition of a record's
 * type, and which alternative of a redefined part a code means.
 */
#include <string.h>

#include "base/mem.h"
#include "plan/generate_impl.h"

#define ARGS_DEEP	64u	/* of an expression */
#define WORD_MIN	3u	/* letters of a word that tells */

static struct making *
making_of(struct generator *g, uint32_t item)
{
	return &g->making[item - g->record];
}

/* An elementary item of this type's record that can be read. */
static bool
mark_find(const struct generator *g, const struct expr *e, uint32_t *item)
{
	uint32_t found[2], n = e->nname;
	const char *const *name = e->name;

	if (e->kind != EX_NAME || n == 0)
		return false;
	if (n > 1 && plan_ntype(g->plan) > 0 &&
	    plan_type_is(g->plan, g->type, name[n - 1]))
		n--;
	if (layout_find(g->layout, g->record, name, n, found) != 1)
		return false;
	*item = found[0];
	return g->layout->item[found[0]].next == found[0] + 1 &&
	    g->decoded[found[0] - g->record];
}

static bool
is_call(const struct expr *e, const char *name)
{
	return e->kind == EX_CALL && e->nname == 1 &&
	    strcmp(e->name[0], name) == 0;
}

/* ---- columns ------------------------------------------------------------ */

static void
mark_moment(struct generator *g, struct arena *a, const struct expr *e)
{
	const struct expr *of = e->arg[0];
	enum vtype to = is_call(e, "TO-DATE") ? V_DATE :
	    is_call(e, "TO-TIME") ? V_TIME : V_TSTAMP;
	struct making *m;
	struct k_date *k;
	uint32_t item;

	while (of->kind == EX_CALL && of->narg == 1)
		of = of->arg[0];		/* digits, trim … */
	if (e->narg != 2 || e->arg[1]->kind != EX_TEXT ||
	    !mark_find(g, of, &item))
		return;
	m = making_of(g, item);
	if (m->kind == MAKING_CHOICE || m->kind == MAKING_COUNT)
		return;
	k = arena_zalloc(a, sizeof *k);
	k->to = to;
	k->policies = &g->mapping->policies;
	if (!date_form_read(k, e->arg[1]->text))
		return;
	if (m->moment == NULL) {
		m->from = 1990;
		m->to = 2025;
	}
	m->moment = k;
	m->kind = MAKING_MOMENT;
}

static void
mark_expr(struct generator *g, struct arena *a, const struct expr *e,
    bool not_null, uint32_t depth)
{
	uint32_t i, item;

	if (e == NULL || depth > ARGS_DEEP)
		return;
	if (e->narg == 2 && (is_call(e, "TO-DATE") || is_call(e, "TO-TIME") ||
	    is_call(e, "TO-TIMESTAMP")))
		mark_moment(g, a, e);
	if (e->kind == EX_NAME && mark_find(g, e, &item) && not_null)
		making_of(g, item)->nullable = false;
	if (e->kind == EX_CAST && e->type.kind != SQL_TEXT &&
	    mark_find(g, e->arg[0], &item) &&
	    making_of(g, item)->kind == MAKING_TEXT)
		making_of(g, item)->pool = TEXT_DIGITS;
	for (i = 0; i < e->narg; i++)
		mark_expr(g, a, e->arg[i], not_null, depth + 1);
	mark_expr(g, a, e->case_operand, not_null, depth + 1);
	mark_expr(g, a, e->case_else, not_null, depth + 1);
}

static bool
table_is_of(const struct generator *g, const struct map_table *t)
{
	uint32_t i;

	if (plan_ntype(g->plan) == 0)
		return true;
	for (i = 0; i < t->nof; i++)
		if (strcmp(t->of[i].name, plan_type_name(g->plan,
		    g->type)) == 0)
			return true;
	return false;
}

static const struct expr *
column_from(const struct generator *g, const struct map_column *c)
{
	uint32_t i;

	for (i = 0; i < c->nby_type; i++)
		if (strcmp(c->by_type[i].type, plan_type_name(g->plan,
		    g->type)) == 0)
			return c->by_type[i].from;
	return c->nby_type > 0 ? NULL : c->from;
}

/* How many values an item can have, as digits. */
static uint32_t
capacity(const struct making *m)
{
	uint32_t n = m->width > 0 ? m->width : m->digits;

	return m->kind == MAKING_CHOICE || m->kind == MAKING_COUNT ||
	    m->kind == MAKING_KEYED || m->kind == MAKING_LENGTH ||
	    m->kind == MAKING_INDICATOR || m->kind == MAKING_PARENT ? 0 :
	    n > 18 ? 18 : n;
}

static bool
is_key_column(const struct map_table *t, const struct map_column *c)
{
	uint32_t i;

	for (i = 0; i < t->nkey; i++)
		if (strcmp(t->key[i].name, c->name) == 0)
			return true;
	return false;
}

/* The column's item as it is, which a key may be made of. */
static void
mark_key(struct generator *g, const struct expr *e)
{
	uint32_t item;

	while (e->kind == EX_CALL && e->narg >= 1 && e->narg <= 2 &&
	    e->nname == 1)
		e = e->arg[0];
	if (!mark_find(g, e, &item) ||
	    g->layout->item[item].table != ITEM_NONE)
		return;
	making_of(g, item)->nullable = false;
	if (capacity(making_of(g, item)) > (g->key == ITEM_NONE ? 0 :
	    capacity(making_of(g, g->key))))
		g->key = item;
}

static void
mark_table(struct generator *g, struct arena *a, const struct map_table *t)
{
	const struct expr *from;
	bool key;
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++) {
		from = column_from(g, &t->column[i]);
		if (from == NULL)
			continue;
		key = is_key_column(t, &t->column[i]);
		mark_expr(g, a, from, key || t->column[i].not_null, 0);
		if (key && t->each == NULL)
			mark_key(g, from);
	}
	mark_expr(g, a, t->when, false, 0);
}

/* ---- the type's condition ----------------------------------------------- */

/* A literal's value as one of the item's, if it can be. */
static void
force_literal(struct arena *a, struct making *m, const struct expr *e)
{
	struct choice c = { .condition = ITEM_NONE };
	bool good;

	if (e->kind == EX_HEX) {
		c.raw = true;
		c.text = e->text;
		good = true;
	} else if (e->kind == EX_TEXT || e->kind == EX_NUMBER) {
		good = m->width > 0 ? generate_choice_text(&c, m, e->text) :
		    generate_choice_number(&c, m, e->text);
	} else {
		return;
	}
	if (good)
		*ARENA_PUSH(a, m->choice, m->nchoice, m->choice_cap) = c;
}

/* The item shall have one of the values; those that it cannot have do not
 * count. */
static void
force_values(struct generator *g, struct arena *a, const struct expr *name,
    struct expr *const *value, uint32_t n)
{
	struct making *m, forced;
	uint32_t item, i;

	if (!mark_find(g, name, &item))
		return;
	m = making_of(g, item);
	if (m->forced || m->kind == MAKING_COUNT)
		return;
	forced = *m;
	forced.choice = NULL;
	forced.nchoice = forced.choice_cap = 0;
	for (i = 0; i < n; i++)
		force_literal(a, &forced, value[i]);
	if (forced.nchoice == 0)
		return;
	*m = forced;
	m->forced = true;
	m->nullable = false;
	m->kind = MAKING_CHOICE;
}

/* The choices that the 88-level has. */
static void
force_level(struct generator *g, const struct expr *e)
{
	const struct layout *l = g->layout;
	uint32_t found[2], n = e->nname, i, k = 0;
	struct making *m;

	if (n > 1 && plan_ntype(g->plan) > 0 &&
	    plan_type_is(g->plan, g->type, e->name[n - 1]))
		n--;
	if (layout_find_condition(l, g->record, e->name, n, found) != 1)
		return;
	m = making_of(g, l->condition[found[0]].item);
	if (m->forced || m->kind != MAKING_CHOICE)
		return;
	for (i = 0; i < m->nchoice; i++)
		if (m->choice[i].condition == found[0])
			m->choice[k++] = m->choice[i];
	if (k == 0)
		return;
	m->nchoice = k;
	m->forced = true;
}

/*
 * Makes the items have values for which the condition holds, where it is made
 * of equations and 88-levels.  Others may hold by luck: who asks for a record
 * looks at it, and asks for another.
 */
static void
force(struct generator *g, struct arena *a, const struct expr *e,
    uint32_t depth)
{
	bool swap;

	if (e == NULL || depth > ARGS_DEEP)
		return;
	switch (e->kind) {
	case EX_AND:
		force(g, a, e->arg[0], depth + 1);
		force(g, a, e->arg[1], depth + 1);
		break;
	case EX_OR:
		force(g, a, e->arg[0], depth + 1);
		break;
	case EX_EQ:
		swap = e->arg[1]->kind == EX_NAME;
		force_values(g, a, e->arg[swap], &e->arg[!swap], 1);
		break;
	case EX_IN:
		force_values(g, a, e->arg[0], e->arg + 1, e->narg - 1);
		break;
	case EX_NAME:
		force_level(g, e);
		break;
	default:
		break;
	}
}

/* ---- redefined parts ---------------------------------------------------- */

static bool
has_word(const char *name, const char *word, size_t len)
{
	size_t n = 0;

	for (; name != NULL && *name != '\0'; name += n + (name[n] != '\0')) {
		n = strcspn(name, "-_");
		if (n == len && memcmp(name, word, len) == 0)
			return true;
	}
	return false;
}

/* The alternatives that begin with `area` and have a word of the name; which
 * is one of them, or none. */
static uint32_t
alternative_of(const struct layout *l, uint32_t area, uint32_t end,
    const char *name)
{
	uint32_t i, found = ITEM_NONE, hits;
	size_t n;

	for (; *name != '\0'; name += n + (name[n] != '\0')) {
		n = strcspn(name, "-_");
		hits = 0;
		for (i = area; n >= WORD_MIN && i < end; i = l->item[i].next)
			if (l->item[i].level != 66 &&
			    has_word(l->item[i].name, name, n)) {
				hits++;
				found = i;
			}
		if (hits == 1)
			return found;
	}
	return ITEM_NONE;
}

static uint32_t
area_end(const struct layout *l, uint32_t area)
{
	uint32_t parent = l->item[area].parent, i = l->item[area].next;
	uint32_t top = parent == ITEM_NONE ? i : l->item[parent].next;

	while (i < top && (l->item[i].redefines != ITEM_NONE ||
	    l->item[i].level == 66))
		i = l->item[i].next;
	return i;
}

/* Characters, whatever they are. */
static bool
is_all_text(const struct layout *l, uint32_t item, bool numbers)
{
	uint32_t i;

	for (i = item; i < l->item[item].next; i++)
		if (l->item[i].next == i + 1 &&
		    l->item[i].category != CAT_ALPHANUMERIC && !(numbers &&
		    (l->item[i].category == CAT_NUMERIC ||
		    l->item[i].category == CAT_EDITED ||
		    l->item[i].category == CAT_ALPHABETIC) &&
		    l->item[i].usage == USAGE_DISPLAY))
			return false;
	return true;
}

static bool
is_asked_for(const struct generator *g, uint32_t item)
{
	uint32_t i;

	for (i = item; i < g->layout->item[item].next; i++)
		if (plan_decodes(g->plan, i, g->layout->item[i].offset) !=
		    NULL)
			return true;
	return false;
}

/*
 * May a record have the alternative instead of the first one?  Yes, where the
 * mapping knows of it, or reads the first as text, which anything is.
 */
static bool
may_take(const struct generator *g, uint32_t area, uint32_t alternative)
{
	return is_asked_for(g, alternative) || !is_asked_for(g, area) ||
	    (is_all_text(g->layout, area, false) &&
	    is_all_text(g->layout, alternative, true));
}

/* Does the item, with its 88-levels, tell the alternatives of the part? */
static bool
tells(struct generator *g, struct arena *a, uint32_t area, uint32_t end,
    uint32_t by)
{
	const struct layout *l = g->layout;
	const struct making *m = making_of(g, by);
	struct told t = { area, by, arena_alloc(a, m->nchoice *
	    sizeof *t.alternative) };
	uint32_t i, alternative, n = 0;

	for (i = 0; i < m->nchoice; i++) {
		alternative = m->choice[i].condition == ITEM_NONE ?
		    ITEM_NONE : alternative_of(l, area, end,
		    l->condition[m->choice[i].condition].name);
		n += alternative != ITEM_NONE;
		t.alternative[i] = alternative != ITEM_NONE &&
		    may_take(g, area, alternative) ? alternative : area;
	}
	if (n == 0)
		return false;
	*ARENA_PUSH(a, g->told, g->ntold, g->told_cap) = t;
	return true;
}

static bool
stands_around(const struct layout *l, uint32_t by, uint32_t area)
{
	uint32_t t = l->item[by].table, i;

	if (t == ITEM_NONE)
		return true;
	for (i = l->item[area].parent; i != ITEM_NONE; i = l->item[i].parent)
		if (i == t)
			return true;
	return false;
}

static void
find_told(struct generator *g, struct arena *a)
{
	const struct layout *l = g->layout;
	uint32_t i, by, end;

	for (i = g->record; i < l->item[g->record].next; i++) {
		end = area_end(l, i);
		if (l->item[i].redefines != ITEM_NONE ||
		    end == l->item[i].next || i == g->record)
			continue;
		for (by = g->record; by < i; by++)
			if (l->item[by].next == by + 1 &&
			    making_of(g, by)->kind == MAKING_CHOICE &&
			    stands_around(l, by, i) && tells(g, a, i, end, by))
				break;
	}
}

/* ---- all of it ---------------------------------------------------------- */

void
generate_marks(struct generator *g, struct arena *a)
{
	const struct mapping *m = g->mapping;
	struct making *k;
	uint32_t i;

	for (i = 0; i < m->ntable; i++)
		if (table_is_of(g, &m->table[i]))
			mark_table(g, a, &m->table[i]);
	if (plan_ntype(g->plan) > 0)
		force(g, a, m->record_type[g->type].when, 0);
	if (g->key != ITEM_NONE && making_of(g, g->key)->forced)
		g->key = ITEM_NONE;
	if (g->key != ITEM_NONE) {
		k = making_of(g, g->key);
		if (k->kind != MAKING_MOMENT)
			k->kind = MAKING_KEY;
	}
	find_told(g, a);
}
