/*
 * From a mapping whose source is a table to the columns of that; see
 * job_table.h.
 */
#include "flow/job_table.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "flow/job_names.h"

/* ---- columns ------------------------------------------------------------ */

static void
rows_lay_out(struct arena *a, struct table_rows *t, struct job *j,
    const char *name)
{
	uint32_t *offset = arena_array(a, t->ncolumn + 1, sizeof *offset), i;

	j->layout = layout_of_table(a, name, t->name, t->type, t->ncolumn);
	j->record = 0;
	t->size = j->layout->item[0].size;
	for (i = 0; i < t->ncolumn; i++)
		offset[i] = j->layout->item[i + 1].offset;
	t->offset = offset;
}

/* What a column is, as its type's owner and as the reader see it. */
struct taken {
	struct reader_column *column;
	struct cell_type *type;
	const char **name;
	uint32_t n;
};

static struct taken
taken_new(struct arena *a, uint32_t n)
{
	struct taken k = { .n = n };

	k.column = arena_array(a, n + 1, sizeof *k.column);
	k.type = arena_array(a, n + 1, sizeof *k.type);
	k.name = arena_array(a, n + 1, sizeof *k.name);
	return k;
}

static void
taken_put(struct taken *k, uint32_t i, const char *name, struct cell_type type,
    enum sqlite_form form)
{
	k->name[i] = name;
	k->type[i] = type;
	k->column[i] = (struct reader_column){ .name = name,
	    .type = type.type, .scale = type.scale, .sqlite = form };
	if (!type.held)
		k->column[i].type.length = 0;
}

static void
taken_keep(struct arena *a, struct job *j, struct table_source *t,
    const struct taken *k, const char *name, const uint32_t *key,
    uint32_t nkey)
{
	t->column = k->column;
	t->rows = (struct table_rows){ .name = k->name, .type = k->type,
	    .ncolumn = k->n, .key = key, .nkey = nkey };
	rows_lay_out(a, &t->rows, j, name);
	j->table = t;
}

void
job_table_known(struct arena *a, struct job *j, const struct schema_table *of,
    bool held)
{
	struct table_source *t = arena_zalloc(a, sizeof *t);
	struct taken k = taken_new(a, of->ncolumn);
	const struct schema_column *c;
	uint32_t i;

	for (i = 0; i < of->ncolumn; i++) {
		c = &of->column[i];
		taken_put(&k, i, c->name, (struct cell_type){ .type = c->type,
		    .scale = c->scale, .not_null = c->not_null,
		    .held = held }, c->sqlite);
	}
	t->description = arena_printf(a, "table %s", of->name);
	taken_keep(a, j, t, &k, of->name, of->key, of->nkey);
}

/* The same of a table that a database knows. */
static void
table_take(struct arena *a, struct job *j, struct table_source *t)
{
	const struct table_cells *c = t->cells;
	struct taken k = taken_new(a, c->ncolumn);
	uint32_t i;

	for (i = 0; i < c->ncolumn; i++)
		taken_put(&k, i, c->column[i].name, c->column[i].cell,
		    SQLITE_FORM_AUTO);
	taken_keep(a, j, t, &k, c->facts->name, c->key, c->nkey);
}

/*
 * Numerics of any digits: where an expression uses one, all its numbers are
 * looked at; else it is text, which loses nothing.
 */
static bool
cells_settle(struct arena *a, struct db *db, struct table_cells *f,
    const struct job *j, const struct expr *where)
{
	struct job_names names = { .arena = a };
	struct table_column *c;
	uint32_t i;

	job_names_of_mapping(&names, j->mapping);
	job_names_of_expr(&names, where);
	for (i = 0; i < f->ncolumn; i++) {
		c = &f->column[i];
		if (!c->open_scale)
			continue;
		if (job_names_has(&names, c->name)) {
			if (!table_cells_find_scale(db, a, f, c))
				return false;
			continue;
		}
		c->as_text = true;
		c->cell.type = (struct sqltype){ .kind = SQL_TEXT };
	}
	return true;
}

/* ---- the database ------------------------------------------------------- */

static bool
table_refuse(struct diags *ds, enum diag_code code, struct place at,
    const char *message, const char *hint)
{
	diag_hint(ds, diag_add(ds, code, at, "%s", message), "%s", hint);
	return false;
}

/* What the source's database is: said by an operand, the mapping, or the
 * target. */
static const char *
table_database(struct diags *ds, const struct job *j,
    const struct job_options *o)
{
	static const char hint[] = "sqlite:PATH or postgresql://…, in "
	    "'database' of 'source' or behind the mapping";
	const struct mapping *m = j->mapping;
	struct place at = m->table_database.name != NULL ?
	    m->table_database.at : m->table_name.at;
	const char *said = o->nfile > 0 ? o->file[0] :
	    m->table_database.name != NULL ? m->table_database.name :
	    j->target;
	enum db_kind kind;

	if (o->nfile > 0)
		at = NOWHERE;
	if (o->nfile > 1)
		table_refuse(ds, DIAG_F067, at, "the source is one table, and "
		    "several databases are named", hint);
	else if (said == NULL)
		table_refuse(ds, DIAG_F067, at, "the source is a table, and "
		    "nothing says of which database: there is no target, "
		    "either", hint);
	else if (!db_is_target(said, &kind))
		table_refuse(ds, DIAG_F067, at, "the source is a table, and "
		    "this is no database", hint);
	else
		return said;
	return NULL;
}

static bool
table_missing(struct arena *a, struct diags *ds, struct db *db,
    const struct mapping *m, const char *schema)
{
	const char *name = m->table_name.name, *near, **names;
	struct fact_name *list;
	struct diag *d;
	uint32_t n, i;

	d = db->kind == DB_POSTGRES ? diag_add(ds, DIAG_F063, m->table_name.at,
	    "there is no table '%s' in the schema '%s' of %s", name, schema,
	    db->description) : diag_add(ds, DIAG_F063, m->table_name.at,
	    "there is no table '%s' in %s", name, db->description);
	if (!table_facts_list(db, a, schema, &list, &n))
		return false;
	names = arena_array(a, n + 1, sizeof *names);
	for (i = 0; i < n; i++)
		names[i] = list[i].name;
	near = diag_nearest(name, strlen(name), names, n);
	if (near != NULL)
		diag_hint(ds, d, "did you mean '%s'?", near);
	else if (db->kind == DB_POSTGRES && m->table_schema.name == NULL)
		diag_hint(ds, d, "'schema' in 'source' names another than the "
		    "dataset's");
	return false;
}

static bool
table_look(struct arena *a, struct diags *ds, struct db *db, struct job *j,
    const struct expr *where, struct table_source *t)
{
	const struct mapping *m = j->mapping;
	const char *schema = m->table_schema.name != NULL ?
	    m->table_schema.name : m->schema;
	struct table_facts *f = arena_zalloc(a, sizeof *f);
	struct table_cells *c = arena_zalloc(a, sizeof *c);

	if (db->fresh)
		return table_refuse(ds, DIAG_F067, m->table_name.at,
		    arena_printf(a, "the source's database %s does not exist",
		    db->description), "it is read, so it must be there");
	if (!table_facts_read(db, a, schema, m->table_name.name, 0, f))
		return false;
	if (f->what == NULL)
		return table_missing(a, ds, db, m, schema);
	if (f->ncolumn == 0)
		return table_refuse(ds, DIAG_F068, m->table_name.at,
		    arena_printf(a, "the table '%s' has no columns", f->name),
		    "a row without values is no record");
	if (!table_cells_of(db, a, f, c) ||
	    !cells_settle(a, db, c, j, where))
		return false;
	t->cells = c;
	t->description = f->schema == NULL ? arena_printf(a, "table %s in %s",
	    f->name, db->description) : arena_printf(a, "table %s.%s in %s",
	    f->schema, f->name, db->description);
	return true;
}

bool
job_table_layout(struct arena *a, struct diags *ds, struct job *j,
    const struct job_options *o)
{
	struct table_source *t = arena_zalloc(a, sizeof *t);
	struct db *db = arena_zalloc(a, sizeof *db);
	const struct mapping *m = j->mapping;
	bool good;

	if (m->table_name.name == NULL || m->schema == NULL ||
	    (m->table_database.name == NULL &&
	    m->table_database.at.src != NULL))
		return false;		/* said already */
	t->written = j->target;
	t->target = table_database(ds, j, o);
	if (t->target == NULL || !db_open(db, a, ds, t->target, NULL))
		return false;
	good = (db->fresh || table_snapshot_begin(db, a)) &&
	    table_look(a, ds, db, j, j->where, t);
	if (good)
		table_take(a, j, t);
	if (good && o->reads) {
		t->kept = arena_copy(a, &db, sizeof db);
		return true;
	}
	table_connection_drop(db);
	return good;
}

void
job_table_drop(const struct job *j)
{
	if (j->table == NULL || j->table->kept == NULL)
		return;
	table_connection_drop(*j->table->kept);
	*j->table->kept = NULL;
}

void
job_table_source(struct arena *a, struct job *j)
{
	struct source_options *s = &j->source;
	const char **name = arena_alloc(a, sizeof *name);

	*name = j->table->description;
	*s = (struct source_options){ .file = name, .nfile = 1,
	    .origin = &table_origin, .origin_arg = j->table };
	s->framing = (struct framing_options){ .framing = FRAMING_ROWS,
	    .page = j->page, .rows = &j->table->rows,
	    .max_length = UINT32_MAX };
}
