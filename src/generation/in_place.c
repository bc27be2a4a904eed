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
