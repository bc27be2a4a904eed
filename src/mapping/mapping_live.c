/*
 * A table as the source of a mapping: table:, schema: and database: of source,
 * and the keys that have no meaning then, for they are about the bytes of
 * files.
 *
 * A table knows the types of its columns, and its nulls.  Nothing is trimmed,
 * and no blank or zero stands for anything else.
 */
#include "mapping/mapping_keys.h"

#include <string.h>

#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))

#define READER(name)							\
	void								\
	name(struct mapread *r, void *subject, const struct ynode *key,	\
	    const struct ynode *value)

READER(mapread_table_name)
{
	struct mapping *m = subject;

	m->format = MAP_TABLE;
	m->format_at = m->table_name.at = mapread_place(r, value);
	if (mapread_is_text(r, key, value))
		m->table_name.name = value->p;
}

READER(mapread_table_schema)
{
	struct mapping *m = subject;

	m->table_schema.at = mapread_place(r, value);
	if (mapread_is_text(r, key, value) && mapread_name(r, value))
		m->table_schema.name = value->p;
}

READER(mapread_table_database)
{
	struct mapping *m = subject;

	m->table_database.at = mapread_place(r, value);
	m->table_database.name = mapread_database(r, key, value);
}

static bool
is_table_key(const char *key)
{
	return strcmp(key, "table") == 0 || strcmp(key, "database") == 0 ||
	    strcmp(key, "schema") == 0;
}

void
mapread_check_table_keys(struct mapread *r, const struct ynode *source)
{
	const struct ynode *key;
	uint32_t i;

	/* format: may have been read behind table: */
	if (r->m->table_name.at.src != NULL)
		r->m->format = MAP_TABLE;
	for (i = 0; i < source->n; i += 2) {
		key = source->item[i];
		if (r->m->format == MAP_TABLE && !is_table_key(key->p))
			diag_hint(r->diags, diag_add(r->diags, DIAG_M064,
			    mapread_place(r, key), "'%s' is about files, and "
			    "the source is a table", ynode_quote(r->arena,
			    key)), "beside 'table' there are 'database' and "
			    "'schema'");
		if (r->m->format != MAP_TABLE && is_table_key(key->p))
			diag_hint(r->diags, diag_add(r->diags, DIAG_M065,
			    mapread_place(r, key), "'%s' is of a table, and "
			    "'source' names none", key->p),
			    "table: NAME reads the rows of a table");
	}
}

void
mapread_of_files(struct mapread *r, const struct ynode *key)
{
	*ARENA_PUSH(r->arena, r->of_files, r->nof_files, r->of_files_cap) =
	    key;
}

/* Why a key does not go with a table. */
static const struct {
	const char *key, *why;
} reasons[] = {
	{ "records", "its rows are all of one type; 'when' of a table of the "
	    "mapping chooses among them" },
	{ "as_of", "it is as old as the load; --as-of gives it another day" },
	{ "complete_when", "nobody sends it" },
	{ "number", "its numbers are numbers or null" },
	{ "text", "its texts stay as they are; btrim(x) and nullif(x, '') "
	    "change them" },
	{ "comments", "it has no 88-levels" },
};

void
mapread_check_live(struct mapread *r)
{
	struct mapping *m = r->m;
	uint32_t i, k;

	if (m->format != MAP_TABLE)
		return;
	m->encoding = "utf-8";
	policies_of_table(&m->policies);
	m->as_of = NULL;
	for (i = 0; i < r->nof_files; i++) {
		for (k = 0; k < COUNT(reasons) - 1; k++)
			if (strcmp(r->of_files[i]->p, reasons[k].key) == 0)
				break;
		diag_hint(r->diags, diag_add(r->diags, DIAG_M064,
		    mapread_place(r, r->of_files[i]), "'%s' is about files, "
		    "and the source is a table", reasons[k].key), "%s",
		    reasons[k].why);
	}
}
