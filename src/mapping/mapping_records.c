/*
 * records: of a mapping, the types of records in a file.  What they name of
 * the copybook is the plan's to find; that parents are types, and that no type
 * is its own ancestor, is seen here.
 */
#include "mapping/mapping_keys.h"

#include <string.h>

#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))
#define RECORD_TYPES_MAX	250u

static void
read_layout(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_record *t = subject;

	if (!mapread_is_text(r, key, value))
		return;
	t->layout = value->p;
	t->layout_at = mapread_place(r, value);
}

static void
read_copybook(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_record *t = subject;

	if (!mapread_is_text(r, key, value))
		return;
	t->copybook = mapread_path(r, value->p);
	t->copybook_at = mapread_place(r, value);
}

static void
read_when(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_record *t = subject;

	t->when = mapread_expr(r, key, value);
}

static void
read_parent(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_record *t = subject;

	if (!mapread_is_text(r, key, value))
		return;
	t->parent = value->p;
	t->parent_at = mapread_place(r, value);
}

static void
read_at(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_choice positions[] = {
		{ "first", MAP_FIRST }, { "last", MAP_LAST },
	};
	struct map_record *t = subject;
	int v;

	if (mapread_choice(r, key, value, positions, COUNT(positions), &v))
		t->position = (enum map_position)v;
}

/* The bits of keys below. */
enum { KEY_LAYOUT, KEY_COPYBOOK, KEY_WHEN, KEY_AT, KEY_PARENT };

static void
read_record(struct mapread *r, struct map_record *t, const struct ynode *key,
    const struct ynode *value, bool last)
{
	static const struct map_key keys[] = {
		[KEY_LAYOUT] = { "layout", read_layout },
		[KEY_COPYBOOK] = { "copybook", read_copybook },
		[KEY_WHEN] = { "when", read_when },
		[KEY_AT] = { "at", read_at },
		[KEY_PARENT] = { "parent", read_parent },
	};
	uint64_t seen;

	mapread_name(r, key);
	t->name = key->p;
	t->at = mapread_place(r, key);
	/* {}: all that come to it */
	if ((value->kind != YNODE_MAP || value->n > 0) &&
	    !mapread_is_map(r, key, value))
		return;
	seen = mapread_keys(r, value, keys, COUNT(keys), t, "a record type");
	if (last || (seen & (1u << KEY_WHEN | 1u << KEY_AT)) != 0)
		return;
	diag_hint(r->diags, diag_add(r->diags, DIAG_M060, t->at,
	    "the record type '%s' takes every record, and none comes to the "
	    "types after it", t->name), "say which records it is for with "
	    "'when:', or put it last");
}

static struct map_record *
record_find(const struct mapping *m, const char *name)
{
	uint32_t i;

	for (i = 0; i < m->nrecord_type; i++)
		if (strcmp(m->record_type[i].name, name) == 0)
			return &m->record_type[i];
	return NULL;
}

static void
check_name_of_type(struct mapread *r, const char *name, struct place at)
{
	const char **names, *near;
	struct diag *d;
	uint32_t i;

	if (record_find(r->m, name) != NULL)
		return;
	names = arena_array(r->arena, r->m->nrecord_type + 1, sizeof *names);
	for (i = 0; i < r->m->nrecord_type; i++)
		names[i] = r->m->record_type[i].name;
	d = diag_add(r->diags, DIAG_M061, at,
	    "there is no record type '%.63s' in 'records'", name);
	near = diag_nearest(name, strlen(name), names, i);
	if (near != NULL)
		diag_hint(r->diags, d, "did you mean '%s'?", near);
}

/* No type may be above itself. */
static void
check_parents(struct mapread *r)
{
	struct mapping *m = r->m;
	const struct map_record *t;
	uint32_t i, n;

	for (i = 0; i < m->nrecord_type; i++) {
		t = &m->record_type[i];
		if (t->parent == NULL)
			continue;
		check_name_of_type(r, t->parent, t->parent_at);
		for (n = 0; t != NULL && t->parent != NULL &&
		    n <= m->nrecord_type; n++)
			t = record_find(m, t->parent);
		if (n <= m->nrecord_type)
			continue;
		diag_add(r->diags, DIAG_M062, m->record_type[i].parent_at,
		    "the record type '%s' is its own parent, by '%s'",
		    m->record_type[i].name, m->record_type[i].parent);
		m->record_type[i].parent = NULL;
	}
}

void
mapread_records(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;
	uint32_t i;

	mapread_of_files(r, key);
	if (!mapread_is_map(r, key, value))
		return;
	if (value->n / 2 > RECORD_TYPES_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "a mapping has at most %u record types, this one has %u",
		    RECORD_TYPES_MAX, value->n / 2);
		return;
	}
	m->record_type = arena_array(r->arena, value->n / 2,
	    sizeof *m->record_type);
	for (i = 0; i < value->n; i += 2)
		read_record(r, &m->record_type[m->nrecord_type++],
		    value->item[i], value->item[i + 1], i + 2 == value->n);
	mapread_check_case(r, value);
	check_parents(r);
}

/* Each copybook once: those of the source, then those of record types. */
static void
list_copybooks(struct mapread *r)
{
	struct mapping *m = r->m;
	struct map_name *book = arena_array(r->arena, m->ncopybook +
	    m->nrecord_type + 1, sizeof *book);
	struct map_record *t;
	uint32_t i, k, n = 0;

	for (i = 0; i < m->ncopybook; i++) {
		for (k = 0; k < n; k++)
			if (strcmp(book[k].name, m->copybooks[i].name) == 0)
				break;
		if (k == n)
			book[n++] = m->copybooks[i];
	}
	for (i = 0; i < m->nrecord_type; i++) {
		t = &m->record_type[i];
		t->copybook_index = UINT32_MAX;
		if (t->copybook == NULL)
			continue;
		for (k = 0; k < n; k++)
			if (strcmp(book[k].name, t->copybook) == 0)
				break;
		if (k == n)
			book[n++] = (struct map_name){ t->copybook,
			    t->copybook_at };
		t->copybook_index = k;
	}
	m->copybooks = book;
	m->ncopybook = n;
}

/* The source needs a copybook unless all its record types have theirs. */
static void
check_copybook(struct mapread *r)
{
	struct mapping *m = r->m;
	uint32_t i;

	for (i = 0; i < m->nrecord_type; i++)
		if (m->record_type[i].copybook == NULL)
			break;
	if (r->needs_copybook != NULL && (i < m->nrecord_type || i == 0)) {
		diag_add(r->diags, DIAG_M016, mapread_place(r,
		    r->needs_copybook), "'source' has no 'copybook'");
		return;
	}
	if (m->copybook == NULL && m->ncopybook > 0) {
		m->copybook = m->copybooks[0].name;
		m->copybook_at = m->copybooks[0].at;
	}
}

/* from: by record type, in a table that is of them. */
static void
check_by_type(struct mapread *r, const struct map_table *t)
{
	const struct map_column *c;
	uint32_t i, k, n;

	for (i = 0; i < t->ncolumn; i++) {
		c = &t->column[i];
		for (k = 0; k < c->nby_type; k++) {
			for (n = 0; n < t->nof; n++)
				if (strcmp(c->by_type[k].type,
				    t->of[n].name) == 0)
					break;
			if (n == t->nof || t->nof < 2)
				diag_hint(r->diags, diag_add(r->diags,
				    DIAG_M061, c->by_type[k].at,
				    "the table '%s' is not of several types "
				    "of which one is '%.63s'", t->name,
				    c->by_type[k].type), "'of: [a, b]' names "
				    "the types of a table");
		}
	}
}

void
mapread_check_records(struct mapread *r)
{
	const struct mapping *m = r->m;
	const struct map_table *t;
	uint32_t i, k;

	list_copybooks(r);
	check_copybook(r);
	for (i = 0; i < m->ntable; i++) {
		t = &m->table[i];
		for (k = 0; k < t->nof; k++)
			check_name_of_type(r, t->of[k].name, t->of[k].at);
		check_by_type(r, t);
		if (t->nof > 0)
			continue;
		if (m->nrecord_type < 2)
			continue;
		diag_hint(r->diags, diag_add(r->diags, DIAG_M063, t->at,
		    "the table '%s' does not say of which record type its "
		    "rows are", t->name), "write 'of: %s' or another of "
		    "'records'", m->record_type[0].name);
	}
}
