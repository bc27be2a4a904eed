/*
 * Views of compat: what they show, and what becomes of what is written through
 * them; see compat.h.
 */
#include "generation/compat_impl.h"

#include <string.h>

static const struct map_carry *
carry_of(const struct map_carry *c, uint32_t n, const char *name)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (strcmp(c[i].name, name) == 0)
			return c[i].e == NULL ? NULL : &c[i];
	return NULL;
}

/* ---- what is written ---------------------------------------------------- */

/* Names of an expression that the view has, and that it lacks. */
static void
count_names(const struct schema_table *t, const struct expr *e, uint32_t *has,
    uint32_t *lacks)
{
	uint32_t i;

	if (e == NULL)
		return;
	if (e->kind == EX_NAME) {
		if (schema_named_column(t, e) == NONE)
			(*lacks)++;
		else
			(*has)++;
		return;
	}
	for (i = 0; i < e->narg; i++)
		count_names(t, e->arg[i], has, lacks);
	count_names(t, e->case_operand, has, lacks);
	count_names(t, e->case_else, has, lacks);
}

/* The column of the view that shows the table's as it is, or else has its
 * name; NONE. */
static uint32_t
shown_as(const struct view_shape *v, uint32_t column)
{
	uint32_t i;

	for (i = 0; i < v->shape.ncolumn; i++)
		if (v->map->column[i].e->kind == EX_NAME &&
		    schema_named_column(v->table, v->map->column[i].e) ==
		    column)
			return i;
	for (i = 0; i < v->shape.ncolumn; i++)
		if (strcmp(v->shape.column[i].name,
		    v->table->column[column].name) == 0)
			return i;
	return NONE;
}

/* Can the column hold what the view has under its name? */
static bool
is_storable(struct compat *c, const struct view_shape *v,
    const struct expr *e, uint32_t column)
{
	struct expr_sql o = { .arena = c->arena, .sqlite = c->sqlite,
	    .writes = true, .mapping = v->mapping, .table = &v->shape,
	    .row = "NEW" };

	return expr_sql_store(&o, e, &v->table->column[column]) != NULL;
}

/* What up: of the table says, unless the view lacks all that it is of. */
static bool
write_of_table(struct compat *c, const struct view_shape *v, uint32_t column,
    const struct map_carry **up)
{
	const struct map_table *t = &v->mapping->table[v->map->table_index];
	uint32_t has = 0, lacks = 0;
	const bool shown = shown_as(v, column) != NONE;

	*up = carry_of(t->up, t->nup, v->table->column[column].name);
	if (*up == NULL)
		return true;
	count_names(&v->shape, (*up)->e, &has, &lacks);
	if (lacks == 0)
		return true;
	if (has > 0 && !shown) {
		diag_hint(c->diags, diag_add(c->diags, DIAG_P143, v->map->at,
		    "view '%s' has not all columns that '%s' is computed from "
		    "by 'up' of table '%s'", v->map->name, (*up)->name,
		    v->table->name), "show them all, or give the view an "
		    "'up' of its own with %s", (*up)->name);
		return false;
	}
	*up = NULL;
	return true;
}

static bool
write_of(struct compat *c, struct view_shape *v, uint32_t column)
{
	struct view_write *w = &v->write[column];
	const struct expr *unknown = NULL;
	const struct map_carry *up = carry_of(v->map->up, v->map->nup,
	    v->table->column[column].name);
	uint32_t as;

	if (up == NULL && !write_of_table(c, v, column, &up))
		return false;
	w->reads = arena_array(c->arena, v->shape.ncolumn + 1,
	    sizeof *w->reads);
	if (up != NULL) {
		w->e = up->e;
		w->at = up->at;
	} else if ((as = shown_as(v, column)) != NONE) {
		w->e = expr_of_column(c->arena, v->shape.column[as].name,
		    v->map->column[as].at);
		w->at = v->map->column[as].at;
		if (!is_storable(c, v, w->e, column))
			w->e = NULL;
	}
	if (w->e == NULL || expr_sql_reads(&v->shape, w->e, w->reads,
	    &unknown))
		return true;
	compat_unknown(c, unknown, "view", v->map->name);
	return false;
}

static bool
view_read(struct compat *c, const struct mapping *m,
    const struct map_view *map, const struct schema_table *table,
    struct view_shape *v)
{
	bool good = true;
	uint32_t i, k;

	*v = (struct view_shape){ .mapping = m, .map = map, .table = table };
	v->shape.name = map->name;
	v->shape.column = arena_array(c->arena, map->ncolumn + 1,
	    sizeof *v->shape.column);
	for (i = 0; i < map->ncolumn; i++) {
		good &= compat_shown(c, v->table, "t", map->column[i].e,
		    &v->shape.column[i]) != NULL;
		v->shape.column[i].name = map->column[i].name;
		v->shape.column[i].comment = NULL;
	}
	if (!good)
		return false;
	v->shape.ncolumn = map->ncolumn;
	v->write = arena_array(c->arena, v->table->ncolumn + 1,
	    sizeof *v->write);
	v->written = arena_array(c->arena, map->ncolumn + 1,
	    sizeof *v->written);
	for (k = 0; k < v->table->ncolumn; k++) {
		good = write_of(c, v, k) && good;
		for (i = 0; good && i < map->ncolumn; i++)
			v->written[i] |= v->write[k].e != NULL &&
			    v->write[k].reads[i];
	}
	v->keyed = v->table->nkey > 0;
	for (k = 0; k < v->table->nkey; k++)
		v->keyed &= v->write[v->table->key[k]].e != NULL;
	return good;
}

static bool
views_of(struct compat *c, const struct mapping *m)
{
	const struct schema_table *t;
	const struct map_view *v;
	bool good = true;
	uint32_t i, k;

	for (i = 0; i < m->nview; i++) {
		v = &m->view[i];
		for (k = 0; k < v->ncolumn && v->column[k].e != NULL; k++)
			;
		t = k < v->ncolumn || v->table_index == NONE ? NULL :
		    compat_table(c, &m->table[v->table_index]);
		if (t == NULL) {
			good = false;		/* told */
			continue;
		}
		good = view_read(c, m, v, t, &c->view[c->nview++]) && good;
	}
	return good;
}

bool
compat_views(struct compat *c)
{
	uint32_t i, n = 0;
	bool good = true;

	for (i = 0; i < c->nmapping; i++)
		n += c->mapping[i]->nview;
	c->view = arena_array(c->arena, n + 1, sizeof *c->view);
	for (i = 0; i < c->nmapping; i++)
		good = views_of(c, c->mapping[i]) && good;
	return good;
}

/* ---- what a view cannot do ---------------------------------------------- */

static bool
agrees(const struct compat *c, const struct schema_table *t, uint32_t column)
{
	uint32_t i;

	for (i = 0; i < c->ngroup; i++)
		if (c->group[i].table == t &&
		    c->group[i].given[column] != NULL)
			return true;
	return false;
}

void
compat_view_notes(struct compat *c, const struct view_shape *v)
{
	const struct schema_table *t = v->table;
	const char *name = v->map->name;
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		if (t->column[i].not_null && v->write[i].e == NULL &&
		    !agrees(c, t, i))
			diag_hint(c->diags, diag_add(c->diags, DIAG_P144,
			    v->map->at, "rows cannot be inserted through view "
			    "'%s': nothing in it gives column '%s' of table "
			    "'%s', which is not null", name,
			    t->column[i].name, t->name),
			    "up: {%s: …} of the view says what it is",
			    t->column[i].name);
	for (i = 0; i < v->shape.ncolumn; i++)
		if (!v->written[i])
			diag_hint(c->diags, diag_add(c->diags, DIAG_P145,
			    v->map->column[i].at, "column '%s' of view '%s' "
			    "cannot be written: no column of the table is "
			    "computed from it", v->shape.column[i].name, name),
			    "'up' of the table or of the view would say how");
	if (!v->keyed)
		diag_hint(c->diags, diag_add(c->diags, DIAG_P146, v->map->at,
		    "rows of view '%s' cannot be updated or deleted: %s",
		    name, t->nkey == 0 ? "its table has no key" :
		    "it does not show the key of its table"), t->nkey == 0 ?
		    "'key' of the table tells its rows apart" :
		    "show %s", compat_names(c, t, t->key, t->nkey));
}

/* ---- as SQL ------------------------------------------------------------- */

const char *
view_shows(struct compat *c, const struct view_shape *v, uint32_t column,
    const char *row)
{
	struct schema_column is;

	return compat_shown(c, v->table, row, v->map->column[column].e, &is);
}

const char *
view_writes(struct compat *c, const struct view_shape *v, uint32_t column,
    const char *row)
{
	return compat_stored(c, &v->shape, row, v->write[column].e,
	    &v->table->column[column]);
}

const char *
view_changes(struct compat *c, const struct view_shape *v, uint32_t column,
    const char *now, const char *then)
{
	const char *sql = "", *name;
	uint32_t i;

	for (i = 0; i < v->shape.ncolumn; i++) {
		if (!v->write[column].reads[i])
			continue;
		name = compat_ident(c, v->shape.column[i].name);
		sql = arena_printf(c->arena, "%s%s%s.%s %s %s.%s", sql,
		    *sql != '\0' ? " OR " : "", now, name, c->sqlite ?
		    "IS NOT" : "IS DISTINCT FROM", then, name);
	}
	return sql;
}
