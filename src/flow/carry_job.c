/*
 * Rows from one version of a table to another; see carry_job.h.
 *
 * The mapping that does it is made here: that of the newer version, with a
 * table as its source, and one table whose columns are the wanted ones.  Names
 * of persons, crosswalks and masks are what they are there; records, controls
 * and files are not.
 */
#include "flow/carry_job.h"

#include <string.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "db/db.h"
#include "flow/job_table.h"
#include "sink/sink.h"

struct making {
	struct arena *arena;
	struct diags *diags;
	const struct mapping *mapping;
	const struct map_table *table;
	enum carry_way way;
	const struct schema_table *from;
};

/* ---- expressions -------------------------------------------------------- */

static const struct map_carry *
carry_of(const struct making *k, const char *column)
{
	const struct map_carry *c = k->way == CARRY_UP ? k->table->up :
	    k->table->down;
	uint32_t n = k->way == CARRY_UP ? k->table->nup : k->table->ndown, i;

	for (i = 0; i < n; i++)
		if (strcmp(c[i].name, column) == 0)
			return &c[i];
	return NULL;
}

static const struct schema_column *
column_of(const struct schema_table *t, const char *name)
{
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		if (strcmp(t->column[i].name, name) == 0)
			return &t->column[i];
	return NULL;
}

/* Where the mapping has the column, for mistakes with it. */
static struct place
column_place(const struct making *k, const char *name)
{
	uint32_t i;

	for (i = 0; i < k->table->ncolumn; i++)
		if (strcmp(k->table->column[i].name, name) == 0)
			return k->table->column[i].at;
	return k->table->at;
}

static bool
is_number(const struct sqltype *t)
{
	enum vtype v = sqltype_vtype(t);

	return v == V_I64 || v == V_D128 || v == V_F64;
}

/* May a column of that type be the other as it is?  (As plan_build.c has it
 * for any expression.) */
static bool
type_passes(const struct sqltype *from, const struct sqltype *to)
{
	if (is_number(from) && is_number(to))
		return sqltype_vtype(to) == V_F64 ||
		    sqltype_vtype(from) != V_F64;
	return from->kind == to->kind || to->kind == SQL_TEXT ||
	    (from->kind == SQL_DATE && to->kind == SQL_TIMESTAMP);
}

static bool
type_refuse(const struct making *k, const struct schema_column *from,
    const struct schema_column *to)
{
	const char *key = k->way == CARRY_UP ? "up" : "down";
	char is[64], was[64];

	sqltype_format(was, &from->type);
	sqltype_format(is, &to->type);
	diag_hint(k->diags, diag_add(k->diags, DIAG_P122,
	    column_place(k, to->name), "column '%s' of table '%s' is %s in one "
	    "version and %s in the other, and '%s' has no expression for it",
	    to->name, k->table->name, was, is, key), "%s: {%s: cast(%s as "
	    "%s)}", key, to->name, to->name, is);
	return false;
}

/* A wanted column; false: there is nothing that it could be. */
static bool
column_make(const struct making *k, const struct schema_column *to,
    struct map_column *c, bool *missing)
{
	const struct map_carry *said = carry_of(k, to->name);
	const struct schema_column *same = column_of(k->from, to->name);

	*c = (struct map_column){ .name = to->name, .has_type = true,
	    .type = to->type, .has_not_null = true, .not_null = to->not_null,
	    .sqlite = to->sqlite };
	c->at = said != NULL ? said->at : column_place(k, to->name);
	c->type_at = c->at;
	*missing = said == NULL && same == NULL;
	if (*missing)
		return true;
	if (said == NULL && !type_passes(&same->type, &to->type))
		return type_refuse(k, same, to);
	c->from = said != NULL ? said->e : expr_of_column(k->arena, to->name,
	    c->at);
	return c->from != NULL;
}

/* ---- the mapping -------------------------------------------------------- */

/* The mapping of the version, without what is about its own source. */
static struct mapping *
mapping_make(struct arena *a, const struct mapping *of)
{
	struct mapping *m = arena_copy(a, of, sizeof *of);

	m->format = MAP_TABLE;
	m->nrecord_type = m->ncontrol = m->ncount = 0;
	m->ncopybook = m->nfile = 0;
	m->copybook = m->as_of_pattern = m->complete_file = m->manifest = NULL;
	m->as_of = NULL;
	m->copybook_comments = false;
	m->ntest = m->nview = 0;
	m->table = arena_zalloc(a, sizeof *m->table);
	m->ntable = 1;
	policies_of_table(&m->policies);
	return m;
}

/* Checks of the version that is made hold for rows that come to it. */
static void
table_keep_checks(struct arena *a, const struct map_table *of,
    struct map_table *t)
{
	uint32_t i;

	t->constraint = arena_array(a, of->nconstraint + 1,
	    sizeof *t->constraint);
	for (i = 0; i < of->nconstraint; i++)
		if (of->constraint[i].kind == CONSTRAINT_CHECK)
			t->constraint[t->nconstraint++] = of->constraint[i];
}

static void
table_take_key(struct arena *a, const struct schema_table *to,
    struct map_table *t)
{
	uint32_t i;

	t->key = arena_array(a, to->nkey + 1, sizeof *t->key);
	for (i = 0; i < to->nkey; i++)
		t->key[t->nkey++] = (struct map_name){
		    to->column[to->key[i]].name, t->at };
}

/* ---- the job ------------------------------------------------------------ */

static struct job *
job_make(const struct making *k, struct mapping *m, const char *target)
{
	struct job *j = arena_zalloc(k->arena, sizeof *j);
	struct plan_options po = { .limits = NULL };
	enum db_kind kind;

	j->mapping = m;
	j->page = charset_find("ascii", NULL);
	j->target = target;
	if (target != NULL &&
	    (j->limits = sink_limits(k->diags, target)) == NULL)
		return NULL;
	job_table_known(k->arena, j, k->from, target == NULL ||
	    (db_is_target(target, &kind) && kind == DB_POSTGRES));
	job_table_source(k->arena, j);
	j->source.origin = NULL;	/* whoever runs it says which rows */
	po.page = j->page;
	po.limits = j->limits;
	po.record_length = UINT32_MAX;
	j->plan = plan_build(k->arena, k->diags, j->layout, j->record, m, &po);
	if (j->plan == NULL)
		return NULL;
	j->source.batch_records = plan_batch_records(j->plan);
	return j;
}

bool
carry_job_new(struct arena *a, struct diags *ds, const struct mapping *of,
    uint32_t table, enum carry_way way, const struct schema_table *from,
    const struct schema_table *to, const char *target, struct carry_job *out)
{
	const struct making k = { a, ds, of, &of->table[table], way, from };
	struct mapping *m = mapping_make(a, of);
	struct map_table *t = m->table;
	bool good = true, missing;
	uint32_t i;

	*out = (struct carry_job){ .job = NULL };
	out->missing = arena_array(a, to->ncolumn + 1, sizeof *out->missing);
	t->name = to->name;
	t->at = k.table->at;
	t->column = arena_array(a, to->ncolumn + 1, sizeof *t->column);
	for (i = 0; i < to->ncolumn; i++) {
		good = column_make(&k, &to->column[i],
		    &t->column[t->ncolumn++], &missing) && good;
		if (missing)
			out->missing[out->nmissing++] = to->column[i].name;
	}
	if (!good || out->nmissing > 0)
		return good;
	table_take_key(a, to, t);
	if (way == CARRY_UP)
		table_keep_checks(a, k.table, t);
	out->job = job_make(&k, m, target);
	return out->job != NULL;
}

/* ---- what can be checked without the other version ---------------------- */

/* Columns without a type of their own over the rows of a table. */
static bool
check_columns(struct arena *a, struct diags *ds, const struct mapping *of,
    const struct schema_table *from, const struct map_carry *column,
    uint32_t n, const struct map_name *name)
{
	struct making k = { .arena = a, .diags = ds, .mapping = of,
	    .from = from };
	struct mapping *m = mapping_make(a, of);
	struct map_table *t = m->table;
	uint32_t i;

	t->name = name->name;
	t->at = name->at;
	t->column = arena_array(a, n + 1, sizeof *t->column);
	for (i = 0; i < n; i++)
		if (column[i].e != NULL)
			t->column[t->ncolumn++] = (struct map_column){
			    .name = column[i].name, .at = column[i].at,
			    .from = column[i].e };
	return t->ncolumn == 0 || job_make(&k, m, NULL) != NULL;
}

bool
carry_check(struct arena *a, struct diags *ds, const struct mapping *m,
    const struct schema *s)
{
	const struct map_table *t;
	const struct map_view *v;
	struct map_name name;
	bool good = true;
	uint32_t i;

	for (i = 0; i < m->ntable; i++) {
		t = &m->table[i];
		name = (struct map_name){ t->name, t->at };
		good = check_columns(a, ds, m, &s->table[i], t->down,
		    t->ndown, &name) && good;
		good = check_columns(a, ds, m, &s->table[i], t->agree,
		    t->nagree, &name) && good;
	}
	for (i = 0; i < m->nview; i++) {
		v = &m->view[i];
		name = (struct map_name){ v->name, v->at };
		if (v->table_index != UINT32_MAX)
			good = check_columns(a, ds, m, &s->table[
			    v->table_index], v->column, v->ncolumn, &name) &&
			    good;
	}
	return good;
}
