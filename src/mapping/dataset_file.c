/*
 * A dataset file; see dataset_file.h.
 */
#include "mapping/dataset_file.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "mapping/mapping_keys.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))
#define MEMBERS_MAX	100u
#define RULES_MAX	1000u
#define QUERY_MAX	(1u << 20)

#define READER(name)							\
	static void							\
	name(struct mapread *r, void *subject, const struct ynode *key,	\
	    const struct ynode *value)

const char *
dataset_text_find(const char *text)
{
	static const char first[] = "decant:";
	const char *p = text;

	while (p != NULL) {
		p += *p == '\n';
		if (strncmp(p, first, sizeof first - 1) == 0)
			return p;
		p = strchr(p, '\n');
	}
	return NULL;
}

bool
dataset_file_is(const char *path)
{
	struct srctext *text;
	struct arena a;
	bool is;

	arena_init(&a);
	text = srctext_read(&a, path);
	is = text != NULL && dataset_text_find(text->p) != NULL;
	arena_fini(&a);
	return is;
}

/* ---- members ------------------------------------------------------------ */

READER(member_mapping)
{
	struct map_member *m = subject;

	if (mapread_is_text(r, key, value))
		m->mapping = (struct map_name){ mapread_path(r, value->p),
		    mapread_place(r, value) };
}

READER(member_source)
{
	struct map_member *m = subject;
	const struct ynode *const *item;
	const char **file;
	uint32_t i;

	if (!mapread_is_texts(r, key, value, &item, &m->nfile))
		return;
	file = arena_array(r->arena, m->nfile, sizeof *file);
	for (i = 0; i < m->nfile; i++)
		file[i] = mapread_path(r, item[i]->p);
	m->file = file;
}

static bool
is_list(struct mapread *r, const struct ynode *key, const struct ynode *value,
    uint32_t most, const char *hint)
{
	if (value->kind != YNODE_LIST || value->n == 0) {
		diag_hint(r->diags, diag_add(r->diags, DIAG_M017,
		    mapread_place(r, value), "'%s' is a list", key->p),
		    "%s", hint);
		return false;
	}
	if (value->n <= most)
		return true;
	diag_add(r->diags, DIAG_M005, mapread_place(r, key),
	    "'%s' has at most %u, this has %u", key->p, most, value->n);
	return false;
}

READER(read_members)
{
	static const struct map_key keys[] = {
		{ "mapping", member_mapping },
		{ "source", member_source },
	};
	struct map_dataset *d = subject;
	const struct ynode *y;
	struct map_member *m;
	uint64_t seen;
	uint32_t i;

	if (!is_list(r, key, value, MEMBERS_MAX, "each has a '- mapping:'"))
		return;
	d->member = arena_array(r->arena, value->n, sizeof *d->member);
	for (i = 0; i < value->n; i++) {
		y = value->item[i];
		if (!mapread_is_map(r, key, y))
			continue;
		m = &d->member[d->nmember];
		m->at = mapread_place(r, y);
		seen = mapread_keys(r, y, keys, COUNT(keys), m, "a member");
		mapread_required(r, y, seen, keys, 0, "the member");
		d->nmember += m->mapping.name != NULL;
	}
}

/* ---- what spans them ---------------------------------------------------- */

READER(reference_table)
{
	struct map_reference *k = subject;

	if (mapread_is_text(r, key, value))
		k->table = (struct map_name){ value->p,
		    mapread_place(r, value) };
}

READER(reference_to_table)
{
	struct map_reference *k = subject;

	if (mapread_is_text(r, key, value))
		k->to = (struct map_name){ value->p,
		    mapread_place(r, value) };
}

static struct map_name *
read_names(struct mapread *r, const struct ynode *key,
    const struct ynode *value, uint32_t *n)
{
	const struct ynode *const *item;
	struct map_name *name;
	uint32_t i;

	if (!mapread_is_texts(r, key, value, &item, n))
		return NULL;
	name = arena_array(r->arena, *n, sizeof *name);
	for (i = 0; i < *n; i++)
		name[i] = (struct map_name){ item[i]->p,
		    mapread_place(r, item[i]) };
	return name;
}

READER(reference_columns)
{
	struct map_reference *k = subject;

	k->column = read_names(r, key, value, &k->ncolumn);
}

READER(reference_to)
{
	struct map_reference *k = subject;

	k->to_column = read_names(r, key, value, &k->nto);
}

READER(read_references)
{
	static const struct map_key keys[] = {
		{ "table", reference_table },
		{ "columns", reference_columns },
		{ "references", reference_to_table },
		{ "to", reference_to },
	};
	struct map_dataset *d = subject;
	struct map_reference *k;
	const struct ynode *y;
	uint64_t seen;
	uint32_t i, n;

	if (!is_list(r, key, value, RULES_MAX, "each has 'table:', "
	    "'columns:' and 'references:'"))
		return;
	d->reference = arena_array(r->arena, value->n, sizeof *d->reference);
	for (i = 0; i < value->n; i++) {
		y = value->item[i];
		if (!mapread_is_map(r, key, y))
			continue;
		k = &d->reference[d->nreference];
		k->at = mapread_place(r, y);
		seen = mapread_keys(r, y, keys, COUNT(keys), k,
		    "a foreign key of members");
		for (n = 0; n < 3; n++)
			mapread_required(r, y, seen, keys, n,
			    "the foreign key");
		d->nreference += k->table.name != NULL && k->ncolumn > 0 &&
		    k->to.name != NULL;
	}
}

READER(equation_name)
{
	struct map_equation *e = subject;

	if (mapread_is_text(r, key, value))
		e->name = value->p;
}

READER(equation_left)
{
	struct map_equation *e = subject;

	if (mapread_is_text(r, key, value))
		e->left = value->p;
}

READER(equation_right)
{
	struct map_equation *e = subject;

	if (mapread_is_text(r, key, value))
		e->right = value->p;
}

READER(read_equations)
{
	static const struct map_key keys[] = {
		{ "name", equation_name },
		{ "left", equation_left },
		{ "right", equation_right },
	};
	struct map_dataset *d = subject;
	struct map_equation *e;
	const struct ynode *y;
	uint64_t seen;
	uint32_t i, n;

	if (!is_list(r, key, value, RULES_MAX, "each has a 'name:', and "
	    "queries 'left:' and 'right:' of one value"))
		return;
	d->equation = arena_array(r->arena, value->n, sizeof *d->equation);
	for (i = 0; i < value->n; i++) {
		y = value->item[i];
		if (!mapread_is_map(r, key, y))
			continue;
		e = &d->equation[d->nequation];
		e->at = mapread_place(r, y);
		seen = mapread_keys(r, y, keys, COUNT(keys), e,
		    "a control of members");
		for (n = 0; n < 3; n++)
			mapread_required(r, y, seen, keys, n, "the control");
		d->nequation += e->name != NULL && e->left != NULL &&
		    e->right != NULL;
	}
}

/* ---- the file ----------------------------------------------------------- */

READER(read_decant)
{
	(void)subject;
	if (!mapread_is_text(r, key, value) ||
	    strcmp(value->p, "dataset 1") == 0)
		return;
	diag_hint(r->diags, diag_add(r->diags, DIAG_M082,
	    mapread_place(r, value), "this is no dataset file that decant "
	    "knows: '%.63s'", value->p), "it starts with 'decant: dataset 1'");
}

READER(read_name)
{
	struct map_dataset *d = subject;

	if (mapread_is_text(r, key, value) && mapread_name(r, value))
		d->own->name = value->p;
}

READER(read_version)
{
	struct map_dataset *d = subject;

	mapread_number(r, key, value, 2147483647, &d->own->version);
}

READER(read_target)
{
	struct map_dataset *d = subject;

	mapread_target(r, d->own, key, value);
}

READER(read_tests)
{
	struct map_dataset *d = subject;

	mapread_tests(r, d->own, key, value);
}

static void
read_root(struct mapread *r, struct map_dataset *d, const struct ynode *root)
{
	static const struct map_key keys[] = {
		{ "decant", read_decant },
		{ "name", read_name },
		{ "members", read_members },
		{ "version", read_version },
		{ "target", read_target },
		{ "foreign keys", read_references },
		{ "controls", read_equations },
		{ "tests", read_tests },
	};
	uint64_t seen = mapread_keys(r, root, keys, COUNT(keys), d,
	    "the dataset");
	uint32_t i;

	for (i = 0; i < 3; i++)
		mapread_required(r, root, seen, keys, i, "the dataset");
}

struct map_dataset *
dataset_file_read(struct arena *a, struct diags *ds, const char *path)
{
	struct srctext *text = srctext_read(a, path);

	if (text != NULL)
		return dataset_file_parse(a, ds, text);
	diag_add(ds, DIAG_M001, NOWHERE, "\"%s\" cannot be read: %s", path,
	    strerror(errno));
	return NULL;
}

struct map_dataset *
dataset_file_parse(struct arena *a, struct diags *ds,
    const struct srctext *text)
{
	const char *path = text->name, *slash = strrchr(path, '/');
	uint32_t told = ds->errors;
	struct mapread r = { .arena = a, .diags = ds, .text = text };
	struct map_dataset *d;
	struct ynode *root;

	r.shown = secret_mask(a, text);
	root = yaml_tree_read(a, ds, text, r.shown);
	if (root == NULL || root->kind != YNODE_MAP) {
		if (root != NULL)
			diag_add(ds, DIAG_M017, mapread_place(&r, root),
			    "a dataset is a set of keys");
		return NULL;
	}
	d = arena_zalloc(a, sizeof *d);
	d->own = r.m = arena_zalloc(a, sizeof *d->own);
	d->own->text = text;
	d->own->version = 1;
	r.dir = slash == NULL ? "" : arena_strndup(a, path,
	    (size_t)(slash + 1 - path));
	read_root(&r, d, root);
	mapread_later(&r);
	mem_free(r.map);
	if (d->own->schema == NULL)
		d->own->schema = d->own->name;
	d->good = ds->errors == told;
	return d;
}

/* ---- once the members are read ------------------------------------------ */

static bool
find_table(const struct map_dataset *d, const char *name, uint32_t before,
    uint32_t *member, uint32_t *table)
{
	uint32_t i, k;

	for (i = 0; i < before; i++)
		for (k = 0; k < d->member[i].m->ntable; k++)
			if (strcasecmp(d->member[i].m->table[k].name,
			    name) == 0) {
				*member = i;
				*table = k;
				return true;
			}
	return false;
}

static bool
no_table(struct diags *ds, const struct map_name *n)
{
	diag_hint(ds, diag_add(ds, DIAG_M085, n->at, "no member has a table "
	    "'%.63s'", n->name), "tables are named as in the members' "
	    "mappings");
	return false;
}

static bool
find_columns(struct arena *a, struct diags *ds, const struct map_table *t,
    const struct map_name *name, uint32_t n, uint32_t **index)
{
	uint32_t i, k;

	*index = arena_array(a, n + 1, sizeof **index);
	for (i = 0; i < n; i++) {
		for (k = 0; k < t->ncolumn; k++)
			if (strcasecmp(t->column[k].name, name[i].name) == 0)
				break;
		if (k == t->ncolumn) {
			diag_add(ds, DIAG_M085, name[i].at, "table '%.63s' "
			    "has no column '%.63s'", t->name, name[i].name);
			return false;
		}
		(*index)[i] = k;
	}
	return true;
}

static bool
same_columns(const uint32_t *x, uint32_t nx, const uint32_t *y, uint32_t ny)
{
	uint32_t i, k;

	for (i = 0; i < nx; i++) {
		for (k = 0; k < ny; k++)
			if (x[i] == y[k])
				break;
		if (k == ny)
			return false;
	}
	return nx == ny;
}

/* Are they the key of the table, or unique in it? */
static bool
is_key(struct arena *a, const struct map_table *t, const uint32_t *index,
    uint32_t n)
{
	struct diags quiet;
	uint32_t i, *key;

	diags_init(&quiet, a);
	if (t->nkey > 0 && find_columns(a, &quiet, t, t->key, t->nkey, &key) &&
	    same_columns(index, n, key, t->nkey))
		return true;
	for (i = 0; i < t->nconstraint; i++)
		if (t->constraint[i].kind == CONSTRAINT_UNIQUE &&
		    t->constraint[i].index != NULL && same_columns(index, n,
		    t->constraint[i].index, t->constraint[i].ncolumn))
			return true;
	return false;
}

static bool
find_reference(struct arena *a, struct diags *ds, struct map_dataset *d,
    struct map_reference *k)
{
	const struct map_table *t, *to;

	if (!find_table(d, k->table.name, d->nmember, &k->member,
	    &k->in_table))
		return no_table(ds, &k->table);
	if (!find_table(d, k->to.name, d->nmember, &k->to_member,
	    &k->to_table))
		return no_table(ds, &k->to);
	t = &d->member[k->member].m->table[k->in_table];
	to = &d->member[k->to_member].m->table[k->to_table];
	if (k->member <= k->to_member) {
		diag_hint(ds, diag_add(ds, DIAG_M086, k->at, "table '%.63s' "
		    "refers to '%.63s', which %s", t->name, to->name,
		    k->member == k->to_member ? "is of the same member" :
		    "is of a member behind it"), k->member == k->to_member ?
		    "write the foreign key in the member's mapping" :
		    "members are loaded in their order: put the one that is "
		    "referred to first");
		return false;
	}
	if (k->nto == 0) {
		k->to_column = to->key;
		k->nto = to->nkey;
	}
	if (!find_columns(a, ds, t, k->column, k->ncolumn, &k->index) ||
	    !find_columns(a, ds, to, k->to_column, k->nto, &k->to_index))
		return false;
	if (k->nto == k->ncolumn && is_key(a, to, k->to_index, k->nto))
		return true;
	diag_hint(ds, diag_add(ds, DIAG_M085, k->at, "the columns that "
	    "the foreign key refers to are not the key of '%.63s', and not "
	    "unique in it", to->name), "'to:' names the columns, "
	    "where it is not the key");
	return false;
}

static void
put_name(struct buf *b, const char *name)
{
	buf_putc(b, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"')
			buf_putc(b, '"');
		buf_putc(b, *name);
	}
	buf_putc(b, '"');
}

static struct map_test *
add_rule(struct arena *a, struct mapping *m, struct place at,
    const char *name, struct buf *query)
{
	struct map_test *t = &m->test[m->ntest++];

	*t = (struct map_test){ .name = name, .at = at, .query_at = at,
	    .query = arena_strdup(a, query->p), .rule = true };
	return t;
}

/* "SELECT … FROM child AS c WHERE … NOT EXISTS (SELECT 1 FROM parent …)" */
static void
add_reference(struct arena *a, struct map_dataset *d,
    const struct map_reference *k, struct buf *b)
{
	const struct map_table *t =
	    &d->member[k->member].m->table[k->in_table];
	const struct map_table *to =
	    &d->member[k->to_member].m->table[k->to_table];
	uint32_t i;

	buf_clear(b);
	buf_puts(b, "SELECT 1 AS one FROM ");
	put_name(b, t->name);
	buf_puts(b, " AS c WHERE ");
	for (i = 0; i < k->ncolumn; i++) {
		buf_puts(b, i > 0 ? " AND c." : "c.");
		put_name(b, t->column[k->index[i]].name);
		buf_puts(b, " IS NOT NULL");
	}
	buf_puts(b, " AND NOT EXISTS (SELECT 1 FROM ");
	put_name(b, to->name);
	buf_puts(b, " AS p WHERE ");
	for (i = 0; i < k->ncolumn; i++) {
		buf_puts(b, i > 0 ? " AND p." : "p.");
		put_name(b, to->column[k->to_index[i]].name);
		buf_puts(b, " = c.");
		put_name(b, t->column[k->index[i]].name);
	}
	buf_putc(b, ')');
	add_rule(a, d->own, k->at, arena_printf(a, "%s refers to %s",
	    t->name, to->name), b);
}

static void
add_equation(struct arena *a, struct map_dataset *d,
    const struct map_equation *e, struct buf *b)
{
	buf_clear(b);
	buf_printf(b, "SELECT l, r FROM (SELECT (\n%s\n) AS l, (\n%s\n) AS "
	    "r) AS sides WHERE l <> r OR (l IS NULL) <> (r IS NULL)",
	    e->left, e->right);
	add_rule(a, d->own, e->at, e->name, b);
}

static void
add_rules(struct arena *a, struct map_dataset *d)
{
	uint32_t n = d->own->ntest, i;
	struct map_test *test = arena_array(a, n + d->nreference +
	    d->nequation + 1, sizeof *test);
	struct buf b;

	if (n > 0)
		memcpy(test, d->own->test, n * sizeof *test);
	d->own->test = test;
	buf_init(&b, QUERY_MAX);
	for (i = 0; i < d->nreference; i++)
		add_reference(a, d, &d->reference[i], &b);
	for (i = 0; i < d->nequation; i++)
		add_equation(a, d, &d->equation[i], &b);
	buf_fini(&b);
}

/* Views stand beside the tables of all members. */
static bool
taken(struct diags *ds, struct place at, const char *name,
    const char *what, const struct map_member *m)
{
	diag_hint(ds, diag_add(ds, DIAG_M087, at, "the view '%.63s' has the "
	    "name of a %s of the member '%.63s'", name, what, m->name),
	    "give the view another name");
	return false;
}

static bool
check_view(struct diags *ds, const struct map_view *v,
    const struct map_member *m)
{
	uint32_t i;

	for (i = 0; i < m->m->ntable; i++)
		if (strcasecmp(m->m->table[i].name, v->name) == 0)
			return taken(ds, v->at, v->name, "table", m);
	for (i = 0; i < m->m->nview; i++)
		if (strcasecmp(m->m->view[i].name, v->name) == 0)
			return taken(ds, v->at, v->name, "view", m);
	return true;
}

static bool
check_views(struct diags *ds, const struct map_dataset *d, uint32_t i)
{
	const struct map_member *m = &d->member[i], *other;
	const struct map_view *v;
	bool good = true;
	uint32_t k, n, t;

	for (k = 0; k < i; k++) {
		other = &d->member[k];
		for (n = 0; n < m->m->nview; n++)
			good = check_view(ds, &m->m->view[n], other) && good;
		for (n = 0; n < other->m->nview; n++) {
			v = &other->m->view[n];
			for (t = 0; t < m->m->ntable; t++)
				if (strcasecmp(m->m->table[t].name,
				    v->name) == 0)
					good = taken(ds, v->at, v->name,
					    "table", m);
		}
	}
	return good;
}

/* Is all of a member its own? */
static bool
check_member(struct diags *ds, const struct map_dataset *d, uint32_t i)
{
	const struct map_member *m = &d->member[i];
	uint32_t k, member, table;
	bool good = true;

	for (k = 0; k < i; k++)
		if (strcmp(d->member[k].name, m->name) == 0) {
			diag_hint(ds, diag_add(ds, DIAG_M083, m->at,
			    "two members have the name '%.63s'", m->name),
			    "'name:' in a mapping gives it another");
			good = false;
		}
	for (k = 0; k < m->m->ntable; k++) {
		if (!find_table(d, m->m->table[k].name, i, &member, &table))
			continue;
		diag_hint(ds, diag_add(ds, DIAG_M084, m->at, "table '%.63s' "
		    "is of the member '%.63s', too", m->m->table[k].name,
		    d->member[member].name), "a table's name may not be "
		    "twice in a dataset");
		good = false;
	}
	return check_views(ds, d, i) && good;
}

bool
dataset_file_members(struct arena *a, struct diags *ds,
    struct map_dataset *d)
{
	struct map_member *m;
	bool good = d->good && d->own->name != NULL && d->nmember > 0;
	uint32_t told = ds->errors, i;

	for (i = 0; i < d->nmember; i++) {
		m = &d->member[i];
		m->text = srctext_read(a, m->mapping.name);
		m->m = m->text == NULL ? mapping_read(a, ds,
		    m->mapping.name) : mapping_parse(a, ds, m->text);
		if (m->m == NULL)
			return false;
		m->name = m->m->name;
		m->m->schema = d->own->schema;
		m->m->target = d->own->target;
		good = check_member(ds, d, i) && good;
	}
	for (i = 0; i < d->nreference; i++)
		good = find_reference(a, ds, d, &d->reference[i]) && good;
	if (good)
		add_rules(a, d);
	return good && ds->errors == told;
}
