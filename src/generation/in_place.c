/*
 * Migrations in place; see in_place.h.
 */
#include "generation/in_place.h"

#include <string.h>
#include <strings.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/srctext.h"
#include "db/db.h"
#include "mapping/mapping.h"

bool
in_place_is_source(const struct mapping *m, const struct map_table *t)
{
	return m->format == MAP_TABLE && t->each == NULL &&
	    t->nunpivot == 0 && m->table_database.name == NULL &&
	    strcasecmp(m->table_name.name, t->name) == 0 &&
	    (m->table_schema.name == NULL ||
	    strcmp(m->table_schema.name, m->schema) == 0);
}

bool
in_place_is(const struct mapping *m)
{
	uint32_t i;

	for (i = 0; i < m->ntable; i++)
		if (in_place_is_source(m, &m->table[i]))
			return true;
	return false;
}

void
in_place_lead_up(struct arena *a, const struct mapping *m,
    struct map_table *t)
{
	struct map_carry *v = arena_array(a, t->nup + t->ncolumn + 1,
	    sizeof *v);
	uint32_t i, k, n = t->nup;

	if (!in_place_is_source(m, t))
		return;
	if (t->nup > 0)
		memcpy(v, t->up, t->nup * sizeof *v);
	for (i = 0; i < t->ncolumn; i++) {
		for (k = 0; k < t->nup; k++)
			if (strcasecmp(t->up[k].name, t->column[i].name) == 0)
				break;
		if (k == t->nup && t->column[i].from != NULL)
			v[n++] = (struct map_carry){ t->column[i].name,
			    t->column[i].at, t->column[i].from };
	}
	t->up = v;
	t->nup = n;
}

static bool
has_table(const struct schema *s, const char *name)
{
	uint32_t i;

	for (i = 0; i < s->ntable; i++)
		if (strcasecmp(s->table[i].name, name) == 0)
			return true;
	return false;
}

/* The same columns, by their names, of another table; NULL: one is not there. */
static const uint32_t *
same_columns(struct arena *a, const struct schema_table *from,
    const uint32_t *column, uint32_t n, const struct schema_table *to)
{
	uint32_t *v = arena_array(a, n + 1, sizeof *v), i;

	for (i = 0; i < n; i++) {
		for (v[i] = 0; v[i] < to->ncolumn; v[i]++)
			if (strcasecmp(to->column[v[i]].name,
			    from->column[column[i]].name) == 0)
				break;
		if (v[i] == to->ncolumn)
			return NULL;
	}
	return v;
}

/*
 * Constraints of tables that stay, foreign keys to those that are made anew
 * among them; `at`: where each table went, or UINT32_MAX.
 */
static void
keep_constraints(struct arena *a, struct schema *to,
    const struct schema *from, const uint32_t *at)
{
	const struct schema_table *t;
	struct schema_constraint *k;
	uint32_t i, n;

	for (i = 0; i < from->nconstraint; i++) {
		k = &to->constraint[to->nconstraint];
		*k = from->constraint[i];
		if (at[k->table] == UINT32_MAX)
			continue;
		k->table = at[k->table];
		if (k->kind == CONSTRAINT_FOREIGN) {
			t = &from->table[k->to_table];
			for (n = 0; n < to->ntable; n++)
				if (strcasecmp(to->table[n].name, t->name) ==
				    0)
					break;
			k->to_table = n;
			k->to = n == to->ntable ? NULL : same_columns(a, t,
			    k->to, k->ncolumn, &to->table[n]);
			if (k->to == NULL)
				continue;
		}
		to->nconstraint++;
	}
}

const struct schema *
in_place_schema(struct arena *a, const struct mapping *m,
    const struct schema *s, const struct generation *live)
{
	const struct schema *was = live == NULL ? NULL : live->schema;
	struct schema *all;
	uint32_t *at, i;

	if (was == NULL || !in_place_is(m))
		return s;
	all = arena_copy(a, s, sizeof *s);
	all->table = arena_array(a, s->ntable + was->ntable,
	    sizeof *all->table);
	all->constraint = arena_array(a, s->nconstraint + was->nconstraint +
	    1, sizeof *all->constraint);
	memcpy(all->table, s->table, s->ntable * sizeof *s->table);
	if (s->nconstraint > 0)
		memcpy(all->constraint, s->constraint, s->nconstraint *
		    sizeof *s->constraint);
	at = arena_array(a, was->ntable + 1, sizeof *at);
	for (i = 0; i < was->ntable; i++) {
		at[i] = UINT32_MAX;
		if (has_table(s, was->table[i].name))
			continue;
		at[i] = all->ntable;
		all->table[all->ntable++] = was->table[i];
	}
	keep_constraints(a, all, was, at);
	return all;
}

static uint32_t
look(struct db *db, struct arena *a, const struct mapping *m)
{
	char hex[SHA256_HEX + 1];
	const struct generation *live;
	struct dataset d;

	if (db->fresh || !dataset_read(&d, db, a, m->schema) ||
	    (live = dataset_live(&d)) == NULL || live->ntext == 0)
		return 0;
	sha256_text(m->text->p, m->text->len, hex);
	return strcmp(hex, live->text[0].sha256) == 0 ? live->number : 0;
}

uint32_t
in_place_done(struct arena *a, const char *path, const char *target)
{
	const struct mapping *m;
	enum db_kind kind;
	struct diags ds;
	struct db db;
	uint32_t n;

	diags_init(&ds, a);
	m = mapping_read(a, &ds, path);
	if (m == NULL || ds.errors > 0 || !in_place_is(m))
		return 0;
	if (target == NULL)
		target = m->target;
	if (target == NULL || !db_is_target(target, &kind) ||
	    !db_open(&db, a, &ds, target, NULL))
		return 0;
	n = look(&db, a, m);
	db_close(&db);
	return n;
}
