/*
 * What a database's catalogs say of its tables; see table_facts.h.
 */
#include "db/table_facts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "db/db.h"
#include "db/table_facts_impl.h"

struct db_result *
facts_query(struct facts *f, const char *sql, uint32_t nparam,
    const char *const *param)
{
	return db_query(f->db, f->arena, arena_printf(f->arena,
	    "looking at table '%s'", f->t->name), sql, nparam, param);
}

bool
facts_is_true(const char *cell)
{
	return cell != NULL && (*cell == 't' || *cell == '1');
}

int64_t
facts_number(const char *cell)
{
	return cell == NULL ? -1 : strtoll(cell, NULL, 10);
}

void
facts_add_column(struct facts *f, uint32_t **column, uint32_t *n,
    uint32_t number)
{
	uint32_t *all = arena_array(f->arena, *n + 1, sizeof *all);

	if (*n > 0)
		memcpy(all, *column, *n * sizeof *all);
	all[(*n)++] = number;
	*column = all;
}

static void
facts_begin(struct facts *f, struct db *db, struct arena *a,
    const char *schema, const char *name, uint32_t generation,
    struct table_facts *t)
{
	*f = (struct facts){ .db = db, .arena = a, .t = t,
	    .live = arena_strdup(a, name) };
	*t = (struct table_facts){ NULL };
	if (db->kind == DB_POSTGRES) {
		t->schema = db_generation_schema(a, schema, generation);
		t->name = f->live;
	} else
		t->name = db_generation_table(a, name, generation);
}

bool
table_facts_read(struct db *db, struct arena *a, const char *schema,
    const char *name, uint32_t generation, struct table_facts *t)
{
	struct facts f;

	facts_begin(&f, db, a, schema, name, generation, t);
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return postgres_facts_read(&f);
#endif
	return sqlite_facts_read(&f);
}

uint32_t
table_facts_column(const struct table_facts *t, const char *name)
{
	uint32_t i;

	/* SQLite's names are the same in any case of ASCII's letters. */
	for (i = 0; i < t->ncolumn; i++)
		if (t->schema == NULL ?
		    strcasecmp(t->column[i].name, name) == 0 :
		    strcmp(t->column[i].name, name) == 0)
			return i;
	return UINT32_MAX;
}

bool
table_facts_size(struct db *db, struct arena *a, const char *schema,
    const char *name, uint32_t generation, struct table_size *size)
{
	struct table_facts t;
	struct facts f;

	*size = (struct table_size){ -1, -1 };
	facts_begin(&f, db, a, schema, name, generation, &t);
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return postgres_facts_size(&f, size);
#endif
	return sqlite_facts_size(&f, size);
}

bool
table_facts_list(struct db *db, struct arena *a, const char *schema,
    struct fact_name **list, uint32_t *n)
{
	*list = NULL;
	*n = 0;
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return postgres_facts_list(db, a, schema, list, n);
#else
	(void)schema;
#endif
	return sqlite_facts_list(db, a, list, n);
}
