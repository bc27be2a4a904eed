/*
 * Conditions that take the same records: of record types, where the first that
 * matches wins, and of tables.  Said is what can be proved from literals: a
 * field that is compared with the same one twice, and conditions that are the
 * same word for word.  Only decant check asks for it.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/buf.h"

struct choice_value {
	uint16_t kind;		/* enum expr_kind; text of an 88: EX_TEXT */
	struct slice text;
	struct place at;
};

/* A condition: a field that is one of some literals. */
struct choice {
	const struct item *field;	/* NULL: it is something else */
	const char *name;
	bool more;		/* and something else besides */
	struct choice_value *value;
	uint32_t n, cap;
};

static bool
value_equal(const struct choice_value *a, const struct choice_value *b)
{
	return a->kind == b->kind && slice_eq(a->text, b->text);
}

static const struct choice_value *
choice_find(const struct choice *c, const struct choice_value *v)
{
	uint32_t i;

	for (i = 0; i < c->n; i++)
		if (value_equal(&c->value[i], v))
			return &c->value[i];
	return NULL;
}

/* 'A', as in the expression. */
static const char *
value_shown(struct build *bd, const struct choice_value *v)
{
	const char *quote = v->kind == EX_NUMBER ? "" : "'";

	if (v->kind == EX_HEX)
		return "the bytes";
	return arena_printf(bd->arena, "%s%.*s%s", quote, (int)v->text.len,
	    (const char *)v->text.p, quote);
}

static void
choice_add(struct build *bd, struct choice *c, struct choice_value v)
{
	if (choice_find(c, &v) != NULL)
		diag_add(bd->diags, DIAG_P087, v.at, "%s is compared with %s "
		    "twice", c->name, value_shown(bd, &v));
	else
		*ARENA_PUSH(bd->arena, c->value, c->n, c->cap) = v;
}

static bool
is_literal(const struct expr *e)
{
	return e->kind == EX_TEXT || e->kind == EX_NUMBER || e->kind == EX_HEX;
}

static bool
choice_field(struct build *bd, struct choice *c, const struct expr *e)
{
	uint32_t found[2];

	if (e->kind != EX_NAME || e->narg > 0 || plan_is_typed(bd, e) ||
	    layout_find(bd->layout, bd->record, e->name, e->nname, found) != 1)
		return false;
	c->field = &bd->layout->item[found[0]];
	c->name = e->name[0];
	return true;
}

static bool
choice_compare(struct build *bd, struct choice *c, const struct expr *e)
{
	uint32_t i, name = e->kind == EX_EQ && is_literal(e->arg[0]);

	for (i = 0; i < e->narg; i++)
		if (i != name && !is_literal(e->arg[i]))
			return false;
	if (!choice_field(bd, c, e->arg[name]))
		return false;
	for (i = 0; i < e->narg; i++)
		if (i != name)
			choice_add(bd, c, (struct choice_value){
			    (uint16_t)e->arg[i]->kind, e->arg[i]->text,
			    e->arg[i]->at });
	return true;
}

/* An 88-level whose values are texts. */
static bool
choice_condition(struct build *bd, struct choice *c, const struct expr *e)
{
	const struct condition *k;
	uint32_t found[2], i;

	if (e->narg > 0 || plan_is_typed(bd, e) || layout_find_condition(
	    bd->layout, bd->record, e->name, e->nname, found) != 1)
		return false;
	k = &bd->layout->condition[found[0]];
	c->field = &bd->layout->item[k->item];
	if (c->field->name == NULL)
		return false;
	c->name = c->field->name;
	for (i = 0; i < k->nvalue; i++)
		if (k->value[i].thru || k->value[i].lo.kind != LIT_TEXT)
			return false;
	for (i = 0; i < k->nvalue; i++)
		choice_add(bd, c, (struct choice_value){ EX_TEXT,
		    k->value[i].lo.text, e->at });
	return true;
}

/* The same bytes, in another record perhaps. */
static bool
same_field(const struct item *a, const struct item *b)
{
	return a->offset == b->offset && a->size == b->size &&
	    a->category == b->category && a->usage == b->usage &&
	    a->scale == b->scale && a->is_signed == b->is_signed &&
	    a->shifter == ITEM_NONE && b->shifter == ITEM_NONE;
}

static bool
choice_read(struct build *bd, struct choice *c, const struct expr *e)
{
	struct choice other = { NULL, NULL, false, NULL, 0, 0 };
	uint32_t i;

	switch (e->kind) {
	case EX_EQ:
	case EX_IN:
		return choice_compare(bd, c, e);
	case EX_NAME:
		return choice_condition(bd, c, e);
	case EX_AND:
		if (!choice_read(bd, c, e->arg[0])) {
			*c = other;
			if (!choice_read(bd, c, e->arg[1]))
				return false;
		}
		c->more = true;
		return true;
	case EX_OR:
		if (!choice_read(bd, c, e->arg[0]) ||
		    !choice_read(bd, &other, e->arg[1]) || c->more ||
		    other.more || !same_field(c->field, other.field))
			return false;
		for (i = 0; i < other.n; i++)
			choice_add(bd, c, other.value[i]);
		return true;
	default:
		return false;
	}
}

static struct choice
choice_of(struct build *bd, const struct expr *e)
{
	static const struct choice none;
	struct choice c = none;

	return e != NULL && choice_read(bd, &c, e) ? c : none;
}

static bool
same_words(const struct expr *a, const struct expr *b)
{
	struct buf x, y;
	bool same;

	if (a == NULL || b == NULL)
		return a == b;
	buf_init(&x, 1u << 20);
	buf_init(&y, 1u << 20);
	expr_format(&x, a);
	expr_format(&y, b);
	same = x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
	buf_fini(&x);
	buf_fini(&y);
	return same;
}

/* ---- record types ------------------------------------------------------ */

static void
types_compare(struct build *bd, const struct choice *c, uint32_t i, uint32_t k)
{
	const struct map_record *m = bd->mapping->record_type;
	struct diag *d;
	uint32_t v, n = 0;

	if (same_words(m[i].when, m[k].when) &&
	    bd->plan->type[i].record == bd->plan->type[k].record) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P086,
		    m[k].when->at, "the record type '%s' has the condition of "
		    "'%s'", m[k].name, m[i].name), "the first that matches is "
		    "a record's type: none is of type '%s'", m[k].name);
		return;
	}
	if (c[i].field == NULL || c[k].field == NULL || c[i].more ||
	    !same_field(c[i].field, c[k].field))
		return;
	for (v = 0; v < c[k].n; v++)
		n += choice_find(&c[i], &c[k].value[v]) != NULL;
	for (v = 0; v < c[k].n; v++) {
		if (choice_find(&c[i], &c[k].value[v]) == NULL)
			continue;
		d = diag_add(bd->diags, DIAG_P086, c[k].value[v].at,
		    "records with %s in %s are of type '%s', before they come "
		    "to '%s'", value_shown(bd, &c[k].value[v]), c[k].name,
		    m[i].name, m[k].name);
		if (n == c[k].n)
			diag_hint(bd->diags, d, "no record is of type '%s'",
			    m[k].name);
	}
}

static void
overlap_types(struct build *bd)
{
	const struct map_record *m = bd->mapping->record_type;
	uint32_t i, k, n = bd->plan->ntype;
	struct choice *c = arena_array(bd->arena, n, sizeof *c);

	for (i = 0; i < n; i++) {
		bd->type = i;
		bd->record = bd->plan->type[i].record;
		c[i] = choice_of(bd, m[i].when);
		for (k = 0; k < i; k++)
			if (m[k].when != NULL && m[i].when != NULL &&
			    m[k].position == MAP_ANYWHERE)
				types_compare(bd, c, k, i);
	}
}

/* ---- tables ------------------------------------------------------------ */

static bool
same_rows(const struct map_table *a, const struct map_table *b)
{
	if (a->nof > 1 || b->nof > 1 || a->nunpivot > 0 || b->nunpivot > 0 ||
	    a->nof != b->nof || !same_words(a->each, b->each))
		return false;
	return a->nof == 0 || strcmp(a->of[0].name, b->of[0].name) == 0;
}

static void
tables_compare(struct build *bd, const struct choice *c, uint32_t i,
    uint32_t k)
{
	const struct map_table *t = bd->mapping->table;
	uint32_t v;

	if (!same_rows(&t[i], &t[k]) || c[i].field == NULL ||
	    c[i].field != c[k].field || c[i].more || c[k].more)
		return;
	for (v = 0; v < c[k].n; v++)
		if (choice_find(&c[i], &c[k].value[v]) != NULL)
			diag_add(bd->diags, DIAG_P088, c[k].value[v].at,
			    "what has %s in %s becomes a row of '%s' and one "
			    "of '%s'", value_shown(bd, &c[k].value[v]),
			    c[k].name, t[i].name, t[k].name);
}

static void
overlap_tables(struct build *bd)
{
	const struct mapping *m = bd->mapping;
	struct choice *c = arena_array(bd->arena, m->ntable, sizeof *c);
	uint32_t i, k;

	for (i = 0; i < m->ntable; i++) {
		if (m->table[i].when == NULL || m->table[i].nof > 1 ||
		    !plan_types_table(bd, &m->table[i], 0))
			continue;
		c[i] = choice_of(bd, m->table[i].when);
		for (k = 0; k < i; k++)
			tables_compare(bd, c, k, i);
	}
}

void
plan_advise_overlaps(struct build *bd)
{
	uint32_t record = bd->record;

	overlap_types(bd);
	bd->type = NONE;
	bd->record = record;
	overlap_tables(bd);
	bd->type = NONE;
	bd->record = record;
}
