/*
 * tables: of a mapping.
 */
#include "mapping/mapping_keys.h"

#include <string.h>

#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))

/*
 * Are the names of a map, which differ, still different without case?  SQLite
 * folds ASCII letters only (sqlite3_stricmp).
 */
static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same_name(const struct ynode *a, const struct ynode *b)
{
	uint32_t i;

	if (a->len != b->len)
		return false;
	for (i = 0; i < a->len; i++)
		if (fold(a->p[i]) != fold(b->p[i]))
			return false;
	return true;
}

void
mapread_check_case(struct mapread *r, const struct ynode *map)
{
	uint32_t cap = 16, *slot, i, k, at;
	const struct ynode *key, *other = NULL;

	while (cap < map->n)
		cap *= 2;
	slot = mem_array(cap, sizeof *slot);
	for (i = 0; i < map->n; i += 2) {
		key = map->item[i];
		for (at = 5381, k = 0; k < key->len; k++)
			at = at * 33 + (unsigned char)fold(key->p[k]);
		for (at &= cap - 1; slot[at] != 0; at = (at + 1) & (cap - 1)) {
			other = map->item[slot[at] - 1];
			if (same_name(other, key))
				break;
		}
		if (slot[at] != 0)
			diag_add(r->diags, DIAG_M021, mapread_place(r, key),
			    "'%s' and '%s' differ in case only",
			    ynode_quote(r->arena, key),
			    ynode_quote(r->arena, other));
		else
			slot[at] = i + 1;
	}
	mem_free(slot);
}

/* Columns. */

static void
read_from(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_column *c = subject;
	uint32_t i;

	if (value->kind != YNODE_MAP) {
		c->from = mapread_expr(r, key, value);
		return;
	}
	c->by_type = arena_array(r->arena, value->n / 2, sizeof *c->by_type);
	for (i = 0; i < value->n; i += 2)
		c->by_type[c->nby_type++] = (struct map_by_type){
		    value->item[i]->p, mapread_place(r, value->item[i]),
		    mapread_expr(r, value->item[i], value->item[i + 1]) };
	if (c->nby_type > 0)
		c->from = c->by_type[0].from;
}

static void
read_type(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_column *c = subject;
	const char *why = NULL;
	struct diag *d;

	if (!mapread_is_text(r, key, value))
		return;
	c->type_at = mapread_place(r, value);
	c->has_type = sqltype_parse(value->p, value->len, &c->type, &why);
	if (c->has_type)
		return;
	d = diag_add(r->diags, DIAG_M024, c->type_at,
	    "invalid type '%s': %s", ynode_quote(r->arena, value), why);
	diag_hint(r->diags, d, "types are text, varchar(n), smallint, integer, "
	    "bigint, numeric(p,s), real, double precision, boolean, date, "
	    "time, timestamp, bytea");
}

static void
read_not_null(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_choice answers[] = {
		{ "false", 0 }, { "true", 1 },
	};
	struct map_column *c = subject;
	int v;

	c->has_not_null = true;
	if (mapread_choice(r, key, value, answers, COUNT(answers), &v))
		c->not_null = v;
}

static void
read_sqlite(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_choice forms[] = {
		{ "real", SQLITE_FORM_REAL }, { "text", SQLITE_FORM_TEXT },
		{ "minor", SQLITE_FORM_MINOR },
	};
	struct map_column *c = subject;
	int v;

	if (mapread_choice(r, key, value, forms, COUNT(forms), &v))
		c->sqlite = (enum sqlite_form)v;
}

static void
read_null_if(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_column *c = subject;

	c->null_if = mapread_expr(r, key, value);
}

static void
read_column(struct mapread *r, struct map_column *c, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "from", read_from },
		{ "type", read_type },
		{ "not null", read_not_null },
		{ "sqlite", read_sqlite },
		{ "null_if", read_null_if },
		{ "number", mapread_column_policies },
		{ "text", mapread_column_policies },
		{ "date", mapread_column_policies },
		{ "check", mapread_column_check },
		{ "unique", mapread_column_unique },
		{ "index", mapread_column_index },
		{ "comment", mapread_column_comment },
		{ "references", mapread_column_references },
		{ "up", NULL }, { "down", NULL },
		{ "of", NULL }, { "default", NULL }, { "defaults", NULL },
		{ "spaces", NULL }, { "low-values", NULL },
		{ "high-values", NULL }, { "leading-blanks", NULL },
		{ "invalid", NULL }, { "trim", NULL }, { "empty", NULL },
		{ "nul", NULL }, { "unmappable", NULL }, { "zeros", NULL },
		{ "nines", NULL }, { "tolerance", NULL }, { "ignore", NULL },
	};
	uint64_t seen;

	mapread_name(r, key);
	c->name = key->p;
	c->at = mapread_place(r, key);
	if (value->kind != YNODE_MAP) {
		c->from = mapread_expr(r, key, value);
		return;
	}
	if (!mapread_is_map(r, key, value))
		return;
	seen = mapread_keys(r, value, keys, COUNT(keys), c, "a column");
	mapread_required(r, key, seen, keys, 0, "the column");
}

static void
read_columns(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_table *t = subject;
	uint32_t i;

	if (!mapread_is_map(r, key, value))
		return;
	if (value->n / 2 > COLUMNS_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "a table has at most %u columns, this one has %u",
		    COLUMNS_MAX, value->n / 2);
		return;
	}
	t->column = arena_array(r->arena, value->n / 2, sizeof *t->column);
	for (i = 0; i < value->n; i += 2)
		read_column(r, &t->column[t->ncolumn++], value->item[i],
		    value->item[i + 1]);
	mapread_check_case(r, value);
}

/* Tables. */

static void
read_each(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_table *t = subject;
	struct expr *e = mapread_expr(r, key, value);

	if (e == NULL || e->kind == EX_NAME) {
		t->each = e;
		return;
	}
	diag_hint(r->diags, diag_add(r->diags, DIAG_M025,
	    mapread_place(r, value), "'each' takes the name of a field"),
	    "an item that occurs, or a group in it");
}

static void
read_when(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_table *t = subject;

	t->when = mapread_expr(r, key, value);
}

static void
read_key(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_table *t = subject;
	const struct ynode *const *item;
	uint32_t i, n, k;

	if (!mapread_is_texts(r, key, value, &item, &n))
		return;
	if (n > COLUMNS_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "a key of %u columns", n);
		return;
	}
	t->key = arena_array(r->arena, n, sizeof *t->key);
	for (i = 0; i < n; i++) {
		for (k = 0; k < t->nkey; k++)
			if (strcmp(t->key[k].name, item[i]->p) == 0)
				break;
		if (k < t->nkey)
			diag_add(r->diags, DIAG_M015,
			    mapread_place(r, item[i]),
			    "'%s' stands in the key twice",
			    ynode_quote(r->arena, item[i]));
		else
			t->key[t->nkey++] = (struct map_name){ item[i]->p,
			    mapread_place(r, item[i]) };
	}
}

static void
read_of(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_table *t = subject;
	const struct ynode *const *item;
	uint32_t i, n;

	if (!mapread_is_texts(r, key, value, &item, &n))
		return;
	t->of = arena_array(r->arena, n, sizeof *t->of);
	for (i = 0; i < n; i++)
		t->of[t->nof++] = (struct map_name){ item[i]->p,
		    mapread_place(r, item[i]) };
}

static void
read_distinct(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_choice answers[] = {
		{ "false", 0 }, { "true", 1 },
	};
	struct map_table *t = subject;
	int v;

	if (mapread_choice(r, key, value, answers, COUNT(answers), &v))
		t->distinct = v;
}

static void
read_duplicates(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_choice words[] = {
		{ "reject-all", DUPLICATES_REJECT },
		{ "first", DUPLICATES_FIRST }, { "last", DUPLICATES_LAST },
		{ "fail", DUPLICATES_FAIL },
	};
	struct map_table *t = subject;
	int v;

	if (mapread_choice(r, key, value, words, COUNT(words), &v))
		t->duplicates = (enum duplicates)v;
}

static void
read_unpivot(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_table *t = subject;
	const struct ynode *const *item;
	uint32_t i, n;

	if (!mapread_is_texts(r, key, value, &item, &n))
		return;
	if (n > COLUMNS_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "'unpivot' of %u expressions", n);
		return;
	}
	t->unpivot = arena_array(r->arena, n, sizeof *t->unpivot);
	for (i = 0; i < n; i++)
		t->unpivot[t->nunpivot++] = mapread_expr(r, key, item[i]);
}

/* The key's columns, once all columns are known. */
static void
check_key(struct mapread *r, const struct map_table *t)
{
	const char **names, *near;
	uint32_t i, k;
	struct diag *d;

	if (t->ncolumn == 0 || t->nkey == 0)
		return;
	names = arena_array(r->arena, t->ncolumn, sizeof *names);
	for (k = 0; k < t->ncolumn; k++)
		names[k] = t->column[k].name;
	for (i = 0; i < t->nkey; i++) {
		for (k = 0; k < t->ncolumn; k++)
			if (strcmp(t->key[i].name, names[k]) == 0)
				break;
		if (k < t->ncolumn)
			continue;
		d = diag_add(r->diags, DIAG_M022, t->key[i].at,
		    "the key '%.63s' is not among the columns",
		    t->key[i].name);
		near = diag_nearest(t->key[i].name, strlen(t->key[i].name),
		    names, t->ncolumn);
		if (near != NULL)
			diag_hint(r->diags, d, "did you mean '%s'?", near);
	}
}

static void
read_table(struct mapread *r, struct map_table *t, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "columns", read_columns },
		{ "key", read_key },
		{ "each", read_each },
		{ "when", read_when },
		{ "of", read_of },
		{ "parent", NULL }, { "duplicates", read_duplicates },
		{ "distinct", read_distinct },
		{ "unpivot", read_unpivot },
		{ "history", NULL }, { "ignore", NULL }, { "compat", NULL },
		{ "foreign keys", mapread_table_foreign_keys },
		{ "check", mapread_table_checks },
		{ "unique", mapread_table_unique },
		{ "indexes", mapread_table_indexes },
		{ "comment", mapread_table_comment },
		{ "up", mapread_up },
		{ "down", mapread_down },
		{ "agree", mapread_agree },
		{ "null_if", NULL }, { "from", NULL },
	};
	uint64_t seen;

	mapread_name(r, key);
	t->name = key->p;
	t->at = mapread_place(r, key);
	if (!mapread_is_map(r, key, value))
		return;
	r->table = t;
	seen = mapread_keys(r, value, keys, COUNT(keys), t, "a table");
	mapread_required(r, key, seen, keys, 0, "the table");
	check_key(r, t);
}

void
mapread_tables(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;
	uint32_t i;

	if (!mapread_is_map(r, key, value))
		return;
	if (value->n / 2 > TABLES_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "a mapping has at most %u tables, this one has %u",
		    TABLES_MAX, value->n / 2);
		return;
	}
	m->table = arena_array(r->arena, value->n / 2, sizeof *m->table);
	for (i = 0; i < value->n; i += 2)
		read_table(r, &m->table[m->ntable++], value->item[i],
		    value->item[i + 1]);
	mapread_check_case(r, value);
}
