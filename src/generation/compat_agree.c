/*
 * Columns that agree: the two sides of each group, and what is asked of a row;
 * see compat.h.
 *
 * A column and those that it is computed from are on different sides, so the
 * sides follow from the expressions alone: two colours of a graph, which has
 * none when a column would have to agree with itself.
 */
#include "generation/compat_impl.h"

#include <string.h>

/* Columns in groups: up[] leads to the group's first; `odd`: on its other
 * side. */
struct sides {
	uint32_t *up;
	bool *odd;
};

static uint32_t
side_root(const struct sides *s, uint32_t column, bool *odd)
{
	*odd = false;
	while (s->up[column] != column) {
		*odd ^= s->odd[column];
		column = s->up[column];
	}
	return column;
}

/* Puts a and b on different sides; false: they are on the same one. */
static bool
side_part(struct sides *s, uint32_t a, uint32_t b)
{
	bool odd_a, odd_b;

	a = side_root(s, a, &odd_a);
	b = side_root(s, b, &odd_b);
	if (a == b)
		return odd_a != odd_b;
	s->up[b] = a;
	s->odd[b] = odd_a == odd_b;
	return true;
}

static bool
give(struct compat *c, const struct schema_table *t, struct sides *s,
    const struct map_carry *given, uint32_t column)
{
	bool *read = arena_array(c->arena, t->ncolumn, sizeof *read),
	    any = false, good = true;
	const struct expr *unknown = NULL;
	uint32_t i;

	if (!expr_sql_reads(t, given->e, read, &unknown)) {
		compat_unknown(c, unknown, "table", t->name);
		return false;
	}
	for (i = 0; i < t->ncolumn; i++)
		if (read[i]) {
			any = true;
			good &= side_part(s, column, i);
		}
	if (any && good)
		return true;
	diag_hint(c->diags, diag_add(c->diags, DIAG_P142, given->at,
	    any ? "'%s' would have to agree with columns of its own side" :
	    "'%s' is computed from no column", given->name),
	    "'agree' has two sides: each column is computed from columns of "
	    "the other one");
	return false;
}

static void
group_make(struct compat *c, const struct schema_table *t,
    const struct sides *s, uint32_t root, const struct map_carry **given)
{
	struct agree_group *g = &c->group[c->ngroup++];
	struct agree_side *side;
	uint32_t i;
	bool odd;

	*g = (struct agree_group){ .table = t, .given = given };
	for (i = 0; i < 2; i++)
		g->side[i].column = arena_array(c->arena, t->ncolumn,
		    sizeof *g->side[i].column);
	for (i = 0; i < t->ncolumn; i++) {
		if (side_root(s, i, &odd) != root)
			continue;
		side = &g->side[odd];
		side->column[side->n++] = i;
		side->given |= given[i] != NULL;
	}
}

static bool
table_agree(struct compat *c, const struct map_table *m,
    const struct schema_table *t)
{
	const struct map_carry **given = arena_array(c->arena, t->ncolumn + 1,
	    sizeof *given);
	struct sides s = { arena_array(c->arena, t->ncolumn, sizeof *s.up),
	    arena_array(c->arena, t->ncolumn, sizeof *s.odd) };
	bool good = true, odd, *done = arena_array(c->arena, t->ncolumn,
	    sizeof *done);
	uint32_t i, k, root;

	for (k = 0; k < t->ncolumn; k++)
		s.up[k] = k;
	for (i = 0; i < m->nagree; i++)
		for (k = 0; k < t->ncolumn; k++)
			if (m->agree[i].e != NULL && strcmp(t->column[k].name,
			    m->agree[i].name) == 0) {
				given[k] = &m->agree[i];
				good = give(c, t, &s, given[k], k) && good;
			}
	for (k = 0; good && k < t->ncolumn; k++) {
		root = side_root(&s, k, &odd);
		if (given[k] != NULL && !done[root])
			group_make(c, t, &s, root, given);
		done[root] |= given[k] != NULL;
	}
	return good;
}

bool
compat_agreements(struct compat *c)
{
	const struct schema_table *t;
	const struct map_table *m;
	uint32_t i, k, n = 0;
	bool good = true;

	for (k = 0; k < c->nmapping; k++)
		for (i = 0; i < c->mapping[k]->ntable; i++)
			n += c->mapping[k]->table[i].nagree;
	c->group = arena_array(c->arena, n + 1, sizeof *c->group);
	for (k = 0; k < c->nmapping; k++)
		for (i = 0; i < c->mapping[k]->ntable; i++) {
			m = &c->mapping[k]->table[i];
			t = compat_table(c, m);
			if (t != NULL)
				good = table_agree(c, m, t) && good;
		}
	return good;
}

/* ---- as SQL ------------------------------------------------------------- */

const char *
agree_has(struct compat *c, const struct agree_group *g, int side)
{
	const struct agree_side *s = &g->side[side];
	const char *sql = "";
	uint32_t i;

	for (i = 0; i < s->n; i++)
		sql = arena_printf(c->arena, "%s%sNEW.%s IS NOT NULL", sql,
		    i > 0 ? " OR " : "", compat_ident(c,
		    g->table->column[s->column[i]].name));
	return arena_printf(c->arena, "(%s)", sql);
}

const char *
agree_changes(struct compat *c, const struct agree_group *g, int side)
{
	const struct agree_side *s = &g->side[side];
	const char *sql = "", *name;
	uint32_t i;

	for (i = 0; i < s->n; i++) {
		name = compat_ident(c, g->table->column[s->column[i]].name);
		sql = arena_printf(c->arena, "%s%sNEW.%s %s OLD.%s", sql,
		    i > 0 ? " OR " : "", name, c->sqlite ? "IS NOT" :
		    "IS DISTINCT FROM", name);
	}
	return arena_printf(c->arena, "(%s)", sql);
}

const char *
agree_holds(struct compat *c, const struct agree_group *g, int side)
{
	const struct agree_side *s = &g->side[side];
	const char *sql = "", *some = "", *value, *name;
	bool risky;
	uint32_t i, k;

	for (i = 0; i < s->n; i++) {
		k = s->column[i];
		if (g->given[k] == NULL)
			continue;
		value = compat_guessed(c, g->table, "NEW", g->given[k]->e,
		    &g->table->column[k], &risky);
		if (value == NULL)
			return NULL;
		name = compat_ident(c, g->table->column[k].name);
		sql = arena_printf(c->arena, "%s%sNEW.%s %s %s", sql,
		    *sql != '\0' ? " AND " : "", name, c->sqlite ? "IS" :
		    "IS NOT DISTINCT FROM", value);
		if (risky)
			some = arena_printf(c->arena, "%s%sNEW.%s IS NOT NULL",
			    some, *some != '\0' ? " OR " : " AND (", name);
	}
	return *sql == '\0' ? NULL : arena_printf(c->arena, "(%s%s%s)", sql,
	    some, *some != '\0' ? ")" : "");
}

const char *
agree_refusal(struct compat *c, const struct agree_group *g)
{
	return arena_printf(c->arena, "decant: %s of table %s would not agree "
	    "with %s", compat_names(c, g->table, g->side[0].column,
	    g->side[0].n), g->table->name, compat_names(c, g->table,
	    g->side[1].column, g->side[1].n));
}
