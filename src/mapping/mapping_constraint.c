/*
 * Constraints, indexes and comments of a mapping's tables.
 *
 * They are read as they come and resolved once all tables are known: columns
 * to their numbers, foreign keys to the key or a unique constraint of the
 * table that they name.  Whether types agree is the plan's to see.
 */
#include "mapping/mapping_keys.h"

#include <string.h>

#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))
#define COLUMNS_OF_ONE	32u	/* PostgreSQL's INDEX_MAX_KEYS */

/* ---- reading ----------------------------------------------------------- */

/* A constraint of the table that is read; NULL: there are too many. */
static struct map_constraint *
constraint_add(struct mapread *r, enum constraint_kind kind,
    const struct ynode *at)
{
	struct map_table *t = r->table;
	struct map_constraint *k;

	if (r->nconstraint == CONSTRAINTS_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, at),
		    "a mapping has at most %u constraints and indexes",
		    CONSTRAINTS_MAX);
		return NULL;
	}
	r->nconstraint++;
	k = ARENA_PUSH(r->arena, t->constraint, t->nconstraint,
	    t->constraint_cap);
	*k = (struct map_constraint){ .kind = kind,
	    .at = mapread_place(r, at), .to_table = CONSTRAINT_NONE };
	return k;
}

static bool
read_names(struct mapread *r, const struct ynode *key,
    const struct ynode *value, struct map_name **name, uint32_t *n)
{
	const struct ynode *const *item;
	uint32_t i;

	*n = 0;
	if (!mapread_is_texts(r, key, value, &item, n))
		return false;
	if (*n > COLUMNS_OF_ONE) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, value),
		    "'%s' of %u columns; at most %u", key->p, *n,
		    COLUMNS_OF_ONE);
		*n = 0;
		return false;
	}
	*name = arena_array(r->arena, *n, sizeof **name);
	for (i = 0; i < *n; i++)
		(*name)[i] = (struct map_name){ item[i]->p,
		    mapread_place(r, item[i]) };
	return true;
}

/* The column's own name is the constraint's. */
static struct map_constraint *
column_constraint(struct mapread *r, const struct map_column *c,
    enum constraint_kind kind, const struct ynode *at)
{
	struct map_constraint *k = constraint_add(r, kind, at);

	if (k == NULL)
		return NULL;
	k->column = arena_array(r->arena, 1, sizeof *k->column);
	k->column[0] = (struct map_name){ c->name, k->at };
	k->ncolumn = 1;
	return k;
}

static bool
read_flag(struct mapread *r, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_choice answers[] = {
		{ "false", 0 }, { "true", 1 },
	};
	int v;

	return mapread_choice(r, key, value, answers, COUNT(answers), &v) &&
	    v == 1;
}

void
mapread_column_unique(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	if (read_flag(r, key, value))
		column_constraint(r, subject, CONSTRAINT_UNIQUE, key);
}

void
mapread_column_index(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	if (read_flag(r, key, value))
		column_constraint(r, subject, CONSTRAINT_INDEX, key);
}

static void
read_check(struct mapread *r, const struct ynode *key,
    const struct ynode *value)
{
	struct expr *e = mapread_expr(r, key, value);
	struct map_constraint *k;

	if (e == NULL)
		return;
	k = constraint_add(r, CONSTRAINT_CHECK, value);
	if (k == NULL)
		return;
	k->check = e;
	k->text = value->p;
}

void
mapread_column_check(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	(void)subject;
	read_check(r, key, value);
}

void
mapread_column_references(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	struct map_constraint *k;

	if (!mapread_is_text(r, key, value))
		return;
	k = column_constraint(r, subject, CONSTRAINT_FOREIGN, value);
	if (k != NULL)
		k->to = (struct map_name){ value->p, k->at };
}

void
mapread_column_comment(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	struct map_column *c = subject;

	if (mapread_is_text(r, key, value))
		c->comment = value->p;
}

void
mapread_table_comment(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	struct map_table *t = subject;

	if (mapread_is_text(r, key, value))
		t->comment = value->p;
}

void
mapread_table_checks(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	const struct ynode *const *item;
	uint32_t i, n;

	(void)subject;
	if (!mapread_is_texts(r, key, value, &item, &n))
		return;
	for (i = 0; i < n; i++)
		read_check(r, key, item[i]);
}

struct index_read {		/* {columns: …, unique: …} */
	struct map_name *column;
	uint32_t ncolumn;
	bool unique;
};

static void
index_columns(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct index_read *x = subject;

	read_names(r, key, value, &x->column, &x->ncolumn);
}

static void
index_unique(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct index_read *x = subject;

	x->unique = read_flag(r, key, value);
}

static void
read_index(struct mapread *r, enum constraint_kind kind,
    const struct ynode *key, const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "columns", index_columns }, { "unique", index_unique },
	};
	struct index_read x = { .unique = kind == CONSTRAINT_UNIQUE };
	struct map_constraint *k;
	uint64_t seen;

	if (value->kind == YNODE_MAP && kind == CONSTRAINT_INDEX) {
		if (!mapread_is_map(r, key, value))
			return;
		seen = mapread_keys(r, value, keys, COUNT(keys), &x,
		    "an index");
		mapread_required(r, value, seen, keys, 0, "the index");
	} else
		read_names(r, key, value, &x.column, &x.ncolumn);
	if (x.ncolumn == 0)
		return;
	k = constraint_add(r, x.unique ? CONSTRAINT_UNIQUE :
	    CONSTRAINT_INDEX, value);
	if (k == NULL)
		return;
	k->column = x.column;
	k->ncolumn = x.ncolumn;
}

/*
 * A text, or a list of texts, lists and (of indexes) maps.  [a, b] could be
 * one over both, as in key:, or one of each, so it is refused.
 */
static void
read_indexes(struct mapread *r, enum constraint_kind kind,
    const struct ynode *key, const struct ynode *value)
{
	uint32_t i;

	if (value->kind != YNODE_LIST || value->n == 0) {
		read_index(r, kind, key, value);
		return;
	}
	for (i = 0; i < value->n; i++)
		if (value->item[i]->kind != YNODE_SCALAR)
			break;
	if (i == value->n && i > 1) {
		diag_hint(r->diags, diag_add(r->diags, DIAG_M070,
		    mapread_place(r, value), "'%s' of a list of columns can "
		    "mean one over all, or one over each", key->p),
		    "write [[a, b]] for one over both, [[a], [b]] for two");
		return;
	}
	for (i = 0; i < value->n; i++)
		read_index(r, kind, key, value->item[i]);
}

void
mapread_table_unique(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	(void)subject;
	read_indexes(r, CONSTRAINT_UNIQUE, key, value);
}

void
mapread_table_indexes(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	(void)subject;
	read_indexes(r, CONSTRAINT_INDEX, key, value);
}

static void
foreign_columns(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_constraint *k = subject;

	read_names(r, key, value, &k->column, &k->ncolumn);
}

static void
foreign_references(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_constraint *k = subject;

	if (mapread_is_text(r, key, value))
		k->to = (struct map_name){ value->p,
		    mapread_place(r, value) };
}

static void
foreign_to(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_constraint *k = subject;

	read_names(r, key, value, &k->to_column, &k->nto);
}

static void
read_foreign_key(struct mapread *r, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "columns", foreign_columns },
		{ "references", foreign_references },
		{ "to", foreign_to },
	};
	struct map_constraint read = { .kind = CONSTRAINT_FOREIGN }, *k;
	uint64_t seen;

	if (!mapread_is_map(r, key, value))
		return;
	seen = mapread_keys(r, value, keys, COUNT(keys), &read,
	    "a foreign key");
	mapread_required(r, value, seen, keys, 0, "the foreign key");
	mapread_required(r, value, seen, keys, 1, "the foreign key");
	if (read.ncolumn == 0 || read.to.name == NULL ||
	    ((seen & 4) != 0 && read.nto == 0))
		return;
	k = constraint_add(r, CONSTRAINT_FOREIGN, value);
	if (k == NULL)
		return;
	read.at = k->at;
	read.to_table = CONSTRAINT_NONE;
	*k = read;
}

void
mapread_table_foreign_keys(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	uint32_t i;

	(void)subject;
	if (value->kind != YNODE_LIST || value->n == 0) {
		read_foreign_key(r, key, value);
		return;
	}
	for (i = 0; i < value->n; i++)
		read_foreign_key(r, key, value->item[i]);
}

/* ---- what they name ---------------------------------------------------- */

static void
hint_nearest(struct mapread *r, struct diag *d, const char *name,
    const char *const *names, uint32_t n)
{
	const char *near = diag_nearest(name, strlen(name), names, n);

	if (near != NULL)
		diag_hint(r->diags, d, "did you mean '%s'?", near);
}

static uint32_t
column_find(const struct map_table *t, const char *name)
{
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		if (strcmp(t->column[i].name, name) == 0)
			return i;
	return CONSTRAINT_NONE;
}

static void
column_unknown(struct mapread *r, const struct map_table *t,
    const char *name, struct place at)
{
	const char **names = arena_array(r->arena, t->ncolumn + 1,
	    sizeof *names);
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		names[i] = t->column[i].name;
	hint_nearest(r, diag_add(r->diags, DIAG_M071, at,
	    "table '%s' has no column '%.63s'", t->name, name), name, names,
	    t->ncolumn);
}

/* The columns' numbers; NULL when one is missing or stands there twice. */
static uint32_t *
columns_find(struct mapread *r, const struct map_table *t,
    const struct map_name *name, uint32_t n)
{
	uint32_t *index = arena_array(r->arena, n, sizeof *index), i, k;
	bool good = true;

	if (t->ncolumn == 0)	/* told already */
		return NULL;
	for (i = 0; i < n; i++) {
		index[i] = column_find(t, name[i].name);
		if (index[i] == CONSTRAINT_NONE) {
			column_unknown(r, t, name[i].name, name[i].at);
			good = false;
			continue;
		}
		for (k = 0; k < i && index[k] != index[i]; k++)
			;
		if (k == i)
			continue;
		diag_add(r->diags, DIAG_M015, name[i].at,
		    "'%.63s' stands in the constraint twice", name[i].name);
		good = false;
	}
	return good ? index : NULL;
}

static uint32_t
table_find(const struct mapping *m, const char *name, size_t len)
{
	uint32_t i;

	for (i = 0; i < m->ntable; i++)
		if (strlen(m->table[i].name) == len &&
		    memcmp(m->table[i].name, name, len) == 0)
			return i;
	return CONSTRAINT_NONE;
}

static void
table_unknown(struct mapread *r, const char *name, struct place at)
{
	const struct mapping *m = r->m;
	const char **names = arena_array(r->arena, m->ntable + 1,
	    sizeof *names);
	uint32_t i;

	for (i = 0; i < m->ntable; i++)
		names[i] = m->table[i].name;
	hint_nearest(r, diag_add(r->diags, DIAG_M072, at,
	    "there is no table '%.63s' in this mapping", name), name, names,
	    m->ntable);
}

/* "person.id", or "person": points may stand in names, too. */
static bool
foreign_split(struct mapread *r, struct map_constraint *k)
{
	const struct mapping *m = r->m;
	const char *name = k->to.name, *point;

	k->to_table = table_find(m, name, strlen(name));
	if (k->to_table != CONSTRAINT_NONE)
		return true;
	for (point = strchr(name, '.'); point != NULL;
	    point = strchr(point + 1, '.')) {
		k->to_table = table_find(m, name, (size_t)(point - name));
		if (k->to_table == CONSTRAINT_NONE)
			continue;
		if (k->nto > 0)		/* table.column, and to: */
			break;
		k->nto = 1;
		k->to_column = arena_array(r->arena, 1, sizeof *k->to_column);
		k->to_column[0] = (struct map_name){ point + 1, k->to.at };
		return true;
	}
	point = strchr(name, '.');
	table_unknown(r, k->nto > 0 || point == NULL ? name :
	    arena_strndup(r->arena, name, (size_t)(point - name)), k->to.at);
	k->to_table = CONSTRAINT_NONE;
	return false;
}

/* Are these columns, in some order, the ones of n names? */
static bool
same_columns(const struct map_table *t, const uint32_t *index, uint32_t n,
    const struct map_name *name, uint32_t nname)
{
	uint32_t i, k;

	if (n != nname)
		return false;
	for (i = 0; i < n; i++) {
		for (k = 0; k < nname; k++)
			if (strcmp(t->column[index[i]].name, name[k].name) ==
			    0)
				break;
		if (k == nname)
			return false;
	}
	return true;
}

static bool
is_unique(const struct map_table *t, const uint32_t *index, uint32_t n)
{
	const struct map_constraint *k;
	uint32_t i;

	if (same_columns(t, index, n, t->key, t->nkey))
		return true;
	for (i = 0; i < t->nconstraint; i++) {
		k = &t->constraint[i];
		if (k->kind == CONSTRAINT_UNIQUE &&
		    same_columns(t, index, n, k->column, k->ncolumn))
			return true;
	}
	return false;
}

/* Without to: the key of the table is meant. */
static bool
foreign_to_key(struct mapread *r, struct map_constraint *k)
{
	const struct map_table *to = &r->m->table[k->to_table];

	if (k->nto > 0)
		return true;
	k->to_column = to->key;
	k->nto = to->nkey;
	if (to->nkey > 0)
		return true;
	diag_hint(r->diags, diag_add(r->diags, DIAG_M073, k->to.at,
	    "table '%s' has no key to refer to", to->name),
	    "give it a 'key:', or name a unique column as %s.COLUMN",
	    to->name);
	return false;
}

static void
foreign_resolve(struct mapread *r, struct map_constraint *k)
{
	const struct map_table *to;
	uint32_t *index;

	if (!foreign_split(r, k) || !foreign_to_key(r, k))
		return;
	to = &r->m->table[k->to_table];
	index = columns_find(r, to, k->to_column, k->nto);
	if (index == NULL)
		return;
	if (k->nto != k->ncolumn) {
		diag_add(r->diags, DIAG_M074, k->at, "%u column%s of the "
		    "foreign key refer%s to %u of table '%s'", k->ncolumn,
		    k->ncolumn == 1 ? "" : "s", k->ncolumn == 1 ? "s" : "",
		    k->nto, to->name);
		return;
	}
	if (is_unique(to, index, k->nto)) {
		k->to_index = index;
		return;
	}
	diag_hint(r->diags, diag_add(r->diags, DIAG_M073, k->to.at,
	    "'%s.%.63s'%s %s neither the key of its table nor unique",
	    to->name, k->to_column[0].name, k->nto > 1 ?
	    " and the others" : "", k->nto > 1 ? "are" : "is"),
	    "a foreign key refers to the key of a table, or to what "
	    "'unique:' names");
}

static bool
same_constraint(const struct map_constraint *a,
    const struct map_constraint *b)
{
	if (a->kind != b->kind || a->ncolumn != b->ncolumn)
		return false;
	if (a->kind == CONSTRAINT_CHECK)
		return strcmp(a->text, b->text) == 0;
	if (a->index == NULL || b->index == NULL || memcmp(a->index, b->index,
	    a->ncolumn * sizeof *a->index) != 0)
		return false;
	return a->kind != CONSTRAINT_FOREIGN || (a->to_index != NULL &&
	    b->to_index != NULL && a->to_table == b->to_table &&
	    memcmp(a->to_index, b->to_index,
	    a->ncolumn * sizeof *a->to_index) == 0);
}

void
mapread_check_constraints(struct mapread *r)
{
	struct map_table *t;
	struct map_constraint *k;
	uint32_t i, n, other;

	for (i = 0; i < r->m->ntable; i++) {
		t = &r->m->table[i];
		for (n = 0; n < t->nconstraint; n++) {
			k = &t->constraint[n];
			if (k->ncolumn > 0)
				k->index = columns_find(r, t, k->column,
				    k->ncolumn);
			if (k->kind == CONSTRAINT_FOREIGN)
				foreign_resolve(r, k);
			for (other = 0; other < n; other++)
				if (same_constraint(k, &t->constraint[other]))
					break;
			if (other < n)
				diag_add(r->diags, DIAG_M075, k->at,
				    "table '%s' has this constraint already",
				    t->name);
		}
	}
}
