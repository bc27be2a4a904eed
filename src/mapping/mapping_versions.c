/*
 * What a mapping says of the steps from version to version: up:, down: and
 * agree: of tables, tests:, and the views of compat:.  They are read here; types and
 * names of columns in their expressions are the plan's work (carry_job.h), and
 * queries the target's.
 */
#include "mapping/mapping_keys.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))
#define TESTS_MAX	1000u

#define READER(name)							\
	static void							\
	name(struct mapread *r, void *subject, const struct ynode *key,	\
	    const struct ynode *value)

/* A map of columns and their expressions. */
static struct map_carry *
read_carries(struct mapread *r, const struct ynode *key,
    const struct ynode *value, uint32_t *n)
{
	struct map_carry *c;
	uint32_t i;

	*n = 0;
	if (!mapread_is_map(r, key, value))
		return NULL;
	if (value->n / 2 > COLUMNS_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "'%s' has at most %u columns, this one has %u", key->p,
		    COLUMNS_MAX, value->n / 2);
		return NULL;
	}
	c = arena_array(r->arena, value->n / 2 + 1, sizeof *c);
	for (i = 0; i < value->n; i += 2) {
		mapread_name(r, value->item[i]);
		c[(*n)++] = (struct map_carry){ value->item[i]->p,
		    mapread_place(r, value->item[i]),
		    mapread_expr(r, value->item[i], value->item[i + 1]) };
	}
	mapread_check_case(r, value);
	return c;
}

void
mapread_up(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_table *t = subject;

	t->up = read_carries(r, key, value, &t->nup);
}

void
mapread_down(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_table *t = subject;

	t->down = read_carries(r, key, value, &t->ndown);
}

void
mapread_agree(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_table *t = subject;

	t->agree = read_carries(r, key, value, &t->nagree);
}

/* ---- tests: ------------------------------------------------------------- */

struct reading_test {
	struct map_test *test;
	bool proves, holds;
};

READER(read_test_name)
{
	struct reading_test *t = subject;

	if (mapread_is_text(r, key, value))
		t->test->name = value->p;
}

READER(read_test_query)
{
	struct reading_test *t = subject;

	t->test->query_at = mapread_place(r, value);
	if (mapread_is_text(r, key, value))
		t->test->query = value->p;
}

READER(read_test_proves)
{
	static const struct map_choice what[] = { { "new", 0 } };
	struct reading_test *t = subject;
	int v;

	t->proves = t->test->proves = true;
	mapread_choice(r, key, value, what, COUNT(what), &v);
}

READER(read_test_holds)
{
	static const struct map_choice when[] = { { "always", 0 } };
	struct reading_test *t = subject;
	int v;

	t->holds = true;
	mapread_choice(r, key, value, when, COUNT(when), &v);
}

static void
read_test(struct mapread *r, struct map_test *test, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "name", read_test_name },
		{ "query", read_test_query },
		{ "proves", read_test_proves },
		{ "holds", read_test_holds },
	};
	struct reading_test t = { .test = test };
	uint64_t seen;

	test->at = mapread_place(r, value);
	if (!mapread_is_map(r, key, value))
		return;
	seen = mapread_keys(r, value, keys, COUNT(keys), &t, "a test");
	mapread_required(r, value, seen, keys, 0, "the test");
	mapread_required(r, value, seen, keys, 1, "the test");
	if (t.proves != t.holds)
		return;
	diag_hint(r->diags, diag_add(r->diags, DIAG_M067, test->at, t.proves ?
	    "the test has both 'proves' and 'holds'" :
	    "the test has neither 'proves' nor 'holds'"), "'proves: new' "
	    "fails before this version and holds after it; 'holds: always' "
	    "holds before and after");
}

void
mapread_tests(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;
	struct map_test *t;
	uint32_t i, k;

	if (value->kind != YNODE_LIST) {
		diag_hint(r->diags, diag_add(r->diags, DIAG_M017,
		    mapread_place(r, value), "'tests' is a list"),
		    "each has a '- name:', a 'query:' whose rows are failures, "
		    "and 'proves: new' or 'holds: always'");
		return;
	}
	if (value->n > TESTS_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "a mapping has at most %u tests", TESTS_MAX);
		return;
	}
	m->test = arena_array(r->arena, value->n + 1, sizeof *m->test);
	for (i = 0; i < value->n; i++) {
		t = &m->test[m->ntest++];
		read_test(r, t, key, value->item[i]);
		for (k = 0; t->name != NULL && k < i; k++)
			if (m->test[k].name != NULL &&
			    strcmp(m->test[k].name, t->name) == 0)
				diag_add(r->diags, DIAG_M015, t->at,
				    "'tests' has the name '%.63s' twice",
				    t->name);
	}
}

/* ---- compat: ------------------------------------------------------------ */

READER(read_view_table)
{
	struct map_view *v = subject;

	if (!mapread_is_text(r, key, value))
		return;
	v->table = (struct map_name){ value->p, mapread_place(r, value) };
}

READER(read_view_columns)
{
	struct map_view *v = subject;

	v->column = read_carries(r, key, value, &v->ncolumn);
}

READER(read_view_up)
{
	struct map_view *v = subject;

	v->up = read_carries(r, key, value, &v->nup);
}

void
mapread_compat(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "table", read_view_table },
		{ "columns", read_view_columns },
		{ "up", read_view_up },
	};
	struct mapping *m = subject;
	struct map_view *v;
	uint64_t seen;
	uint32_t i;

	if (!mapread_is_map(r, key, value))
		return;
	if (value->n / 2 > TABLES_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "a mapping has at most %u views", TABLES_MAX);
		return;
	}
	m->view = arena_array(r->arena, value->n / 2 + 1, sizeof *m->view);
	for (i = 0; i < value->n; i += 2) {
		v = &m->view[m->nview++];
		v->name = value->item[i]->p;
		v->at = mapread_place(r, value->item[i]);
		v->table_index = UINT32_MAX;
		mapread_name(r, value->item[i]);
		if (!mapread_is_map(r, value->item[i], value->item[i + 1]))
			continue;
		seen = mapread_keys(r, value->item[i + 1], keys, COUNT(keys),
		    v, "a view");
		mapread_required(r, value->item[i], seen, keys, 0, "the view");
		mapread_required(r, value->item[i], seen, keys, 1, "the view");
	}
	mapread_check_case(r, value);
}

/* ---- once all is read --------------------------------------------------- */

/* Are the columns that `key` gives, the table's? */
static void
check_columns(struct mapread *r, const struct map_table *t,
    const struct map_carry *given, uint32_t n, enum diag_code code,
    const char *key, const char *hint)
{
	const char **names = arena_array(r->arena, t->ncolumn + 1,
	    sizeof *names), *near;
	uint32_t i, k;
	struct diag *d;

	for (k = 0; k < t->ncolumn; k++)
		names[k] = t->column[k].name;
	for (i = 0; i < n && t->ncolumn > 0; i++) {
		for (k = 0; k < t->ncolumn; k++)
			if (strcmp(names[k], given[i].name) == 0)
				break;
		if (k < t->ncolumn)
			continue;
		d = diag_add(r->diags, code, given[i].at, "'%s' gives the "
		    "column '%.63s', which table '%.63s' does not have",
		    key, given[i].name, t->name);
		near = diag_nearest(given[i].name, strlen(given[i].name),
		    names, t->ncolumn);
		if (near != NULL)
			diag_hint(r->diags, d, "did you mean '%s'?", near);
		else
			diag_hint(r->diags, d, "%s", hint);
	}
}

static void
check_table(struct mapread *r, const struct map_table *t)
{
	check_columns(r, t, t->up, t->nup, DIAG_M066, "up", "'up' gives "
	    "columns of this version, 'down' those of the version before");
	check_columns(r, t, t->agree, t->nagree, DIAG_M080, "agree",
	    "'agree' gives columns of the table from others of the same row");
}

static void
check_view(struct mapread *r, struct map_view *v)
{
	const struct mapping *m = r->m;
	const char **names = arena_array(r->arena, m->ntable + 1,
	    sizeof *names), *near;
	struct diag *d;
	uint32_t i;

	for (i = 0; i < m->ntable; i++) {
		names[i] = m->table[i].name;
		if (v->table.name != NULL &&
		    strcmp(names[i], v->table.name) == 0)
			v->table_index = i;
		if (strcasecmp(names[i], v->name) == 0)
			diag_hint(r->diags, diag_add(r->diags, DIAG_M069,
			    v->at, "the view '%.63s' has the name of a table",
			    v->name), "who used the table uses the view: give "
			    "the table of this version another name");
	}
	if (v->table_index != UINT32_MAX)
		check_columns(r, &m->table[v->table_index], v->up, v->nup,
		    DIAG_M066, "up", "'up' of a view gives columns of its "
		    "table");
	if (v->table.name == NULL || v->table_index != UINT32_MAX)
		return;
	d = diag_add(r->diags, DIAG_M068, v->table.at,
	    "the mapping has no table '%.63s'", v->table.name);
	near = diag_nearest(v->table.name, strlen(v->table.name), names,
	    m->ntable);
	if (near != NULL)
		diag_hint(r->diags, d, "did you mean '%s'?", near);
}

void
mapread_check_versions(struct mapread *r)
{
	const struct mapping *m = r->m;
	uint32_t i;

	for (i = 0; i < m->ntable; i++)
		check_table(r, &m->table[i]);
	for (i = 0; i < m->nview; i++)
		check_view(r, &m->view[i]);
}
