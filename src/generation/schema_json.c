/*
 * A schema as JSON; see schema_json.h.
 */
#include "generation/schema_json.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/mem.h"

static const char *const forms[] = { [SQLITE_FORM_AUTO] = "auto",
    [SQLITE_FORM_REAL] = "real", [SQLITE_FORM_TEXT] = "text",
    [SQLITE_FORM_MINOR] = "minor" };
static const char *const kinds[] = { [CONSTRAINT_UNIQUE] = "unique",
    [CONSTRAINT_FOREIGN] = "foreign", [CONSTRAINT_CHECK] = "check",
    [CONSTRAINT_INDEX] = "index" };
#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

/* --- out ----------------------------------------------------------------- */

static void
put_names(struct json *j, const char *key, const struct schema_table *t,
    const uint32_t *column, uint32_t n)
{
	uint32_t i;

	json_open(j, key, '[');
	for (i = 0; i < n; i++)
		json_text(j, NULL, t->column[column[i]].name);
	json_close(j, ']');
}

static void
put_column(struct json *j, const struct schema_column *c)
{
	char type[48];

	json_open(j, NULL, '{');
	json_text(j, "name", c->name);
	json_bytes(j, "type", type, sqltype_format(type, &c->type));
	if (c->scale != c->type.scale)
		json_int(j, "scale", c->scale);
	if (c->not_null)
		json_bool(j, "not_null", true);
	if (c->sqlite != SQLITE_FORM_AUTO)
		json_text(j, "sqlite", forms[c->sqlite]);
	if (c->comment != NULL)
		json_text(j, "comment", c->comment);
	json_close(j, '}');
}

static void
put_constraint(struct json *j, const struct schema *s,
    const struct schema_constraint *k)
{
	json_open(j, NULL, '{');
	json_text(j, "kind", kinds[k->kind]);
	json_text(j, "name", k->name);
	if (k->kind == CONSTRAINT_CHECK)
		json_text(j, "text", k->text);
	else
		put_names(j, "columns", &s->table[k->table], k->column,
		    k->ncolumn);
	if (k->kind == CONSTRAINT_FOREIGN) {
		json_text(j, "to", s->table[k->to_table].name);
		put_names(j, "to_columns", &s->table[k->to_table], k->to,
		    k->ncolumn);
	}
	json_close(j, '}');
}

void
schema_json_put(struct json *j, const char *key, const struct schema *s)
{
	const struct schema_table *t;
	uint32_t i, c;

	json_open(j, key, '[');
	for (i = 0; i < s->ntable; i++) {
		t = &s->table[i];
		json_open(j, NULL, '{');
		json_text(j, "table", t->name);
		put_names(j, "key", t, t->key, t->nkey);
		if (t->comment != NULL)
			json_text(j, "comment", t->comment);
		json_open(j, "columns", '[');
		for (c = 0; c < t->ncolumn; c++)
			put_column(j, &t->column[c]);
		json_close(j, ']');
		json_open(j, "constraints", '[');
		for (c = 0; c < s->nconstraint; c++)
			if (s->constraint[c].table == i &&
			    s->constraint[c].kind != CONSTRAINT_OUTSIDE)
				put_constraint(j, s, &s->constraint[c]);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* --- in ------------------------------------------------------------------ */

static const char *
get_text(struct arena *a, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? NULL : arena_strdup(a, s);
}

/* The word's place in a list of words; 0 when it is none of them. */
static uint32_t
get_word(const json_t *o, const char *key, const char *const *word, uint32_t n)
{
	const char *s = json_string_value(json_object_get(o, key));
	uint32_t i;

	for (i = n; s != NULL && i-- > 0;)
		if (strcmp(s, word[i]) == 0)
			return i;
	return 0;
}

static bool
get_column(struct arena *a, const json_t *o, struct schema_column *c)
{
	const char *type = json_string_value(json_object_get(o, "type"));
	const char *why;
	const json_t *scale = json_object_get(o, "scale");

	c->name = get_text(a, o, "name");
	c->comment = get_text(a, o, "comment");
	c->not_null = json_is_true(json_object_get(o, "not_null"));
	c->sqlite = (enum sqlite_form)get_word(o, "sqlite", forms,
	    COUNT(forms));
	if (c->name == NULL || type == NULL ||
	    !sqltype_parse(type, strlen(type), &c->type, &why))
		return false;
	c->scale = json_is_integer(scale) ?
	    (int16_t)json_integer_value(scale) : c->type.scale;
	return true;
}

/* Names of a table's columns as indices. */
static bool
get_columns(struct arena *a, const json_t *list,
    const struct schema_table *t, uint32_t **column, uint32_t *n)
{
	const char *name;
	size_t i;
	uint32_t c;

	*column = arena_array(a, json_array_size(list) + 1, sizeof **column);
	for (i = *n = 0; i < json_array_size(list); i++) {
		name = json_string_value(json_array_get(list, i));
		for (c = 0; name != NULL && c < t->ncolumn; c++)
			if (strcmp(t->column[c].name, name) == 0)
				break;
		if (name == NULL || c == t->ncolumn)
			return false;
		(*column)[(*n)++] = c;
	}
	return true;
}

static bool
get_table(struct arena *a, const json_t *o, struct schema_table *t)
{
	const json_t *list = json_object_get(o, "columns");
	size_t i, n = json_array_size(list);

	t->name = get_text(a, o, "table");
	t->comment = get_text(a, o, "comment");
	t->column = arena_array(a, n + 1, sizeof *t->column);
	for (i = 0; i < n; i++)
		if (!get_column(a, json_array_get(list, i),
		    &t->column[t->ncolumn++]))
			return false;
	return t->name != NULL && get_columns(a, json_object_get(o, "key"), t,
	    &t->key, &t->nkey);
}

static bool
get_constraint(struct arena *a, const json_t *o, struct schema *s,
    uint32_t table, struct schema_constraint *k)
{
	const struct schema_table *t = &s->table[table];
	const char *to = json_string_value(json_object_get(o, "to"));
	uint32_t *column, n;

	k->kind = (enum constraint_kind)get_word(o, "kind", kinds,
	    COUNT(kinds));
	k->name = get_text(a, o, "name");
	k->table = table;
	k->text = get_text(a, o, "text");
	if (k->name == NULL || k->kind == CONSTRAINT_CHECK)
		return k->name != NULL;
	if (!get_columns(a, json_object_get(o, "columns"), t, &column, &n))
		return false;
	k->column = column;
	k->ncolumn = n;
	if (k->kind != CONSTRAINT_FOREIGN)
		return true;
	while (to != NULL && k->to_table < s->ntable &&
	    strcmp(s->table[k->to_table].name, to) != 0)
		k->to_table++;
	if (to == NULL || k->to_table == s->ntable ||
	    !get_columns(a, json_object_get(o, "to_columns"),
	    &s->table[k->to_table], &column, &n) || n != k->ncolumn)
		return false;
	k->to = column;
	return true;
}

static bool
get_all(struct arena *a, const json_t *root, struct schema *s)
{
	const json_t *list;
	size_t i, c, n = json_array_size(root), nk = 0;

	s->table = arena_array(a, n + 1, sizeof *s->table);
	for (i = 0; i < n; i++) {
		if (!get_table(a, json_array_get(root, i),
		    &s->table[s->ntable++]))
			return false;
		nk += json_array_size(json_object_get(json_array_get(root, i),
		    "constraints"));
	}
	s->constraint = arena_array(a, nk + 1, sizeof *s->constraint);
	for (i = 0; i < n; i++) {
		list = json_object_get(json_array_get(root, i), "constraints");
		for (c = 0; c < json_array_size(list); c++)
			if (!get_constraint(a, json_array_get(list, c), s,
			    (uint32_t)i, &s->constraint[s->nconstraint++]))
				return false;
	}
	return true;
}

struct schema *
schema_json_get(struct arena *a, const char *name, const char *text)
{
	struct schema *s = arena_zalloc(a, sizeof *s);
	json_t *root = json_loads(text, 0, NULL);
	bool good;

	s->name = arena_strdup(a, name);
	good = json_is_array(root) && get_all(a, root, s);
	json_decref(root);
	return good ? s : NULL;
}

const struct schema_table *
schema_find(const struct schema *s, const char *table)
{
	uint32_t i;

	for (i = 0; s != NULL && i < s->ntable; i++)
		if (strcasecmp(s->table[i].name, table) == 0)
			return &s->table[i];
	return NULL;
}
