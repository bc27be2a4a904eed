/*
 * What PostgreSQL's catalogs say of a table; see table_facts.h.
 *
 * Names and expressions are as our sessions see them: with pg_catalog alone
 * in the search path, every other name has its schema before it.
 */
#ifdef HAVE_LIBPQ

#include <string.h>

#include "base/mem.h"
#include "db/table_facts_impl.h"

#define NAMED	" JOIN pg_namespace n ON n.oid = c.relnamespace"	\
	" WHERE n.nspname = $1 AND c.relname = $2"			\
	" AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"

static const char sql_table[] =
    "SELECT c.oid, CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view'"
    "  WHEN 'm' THEN 'materialized view' WHEN 'p' THEN 'partitioned table'"
    "  ELSE 'foreign table' END, obj_description(c.oid, 'pg_class')"
    " FROM pg_class c" NAMED;

/* A sequence is a column's own when it goes with it ('a': serial, 'i':
 * identity).  $1: the table. */
static const char sql_columns[] =
    "SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),"
    "  a.attnotnull, CASE WHEN a.attgenerated <> '' THEN 'g'"
    "  WHEN a.attidentity <> '' THEN a.attidentity::text"
    "  WHEN s.name IS NOT NULL AND d.oid IS NOT NULL THEN 's' END,"
    "  pg_get_expr(d.adbin, d.adrelid), s.name,"
    "  col_description(a.attrelid, a.attnum)"
    " FROM pg_attribute a"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND"
    "  d.adnum = a.attnum"
    " LEFT JOIN LATERAL (SELECT x.objid::regclass::text AS name"
    "  FROM pg_depend x JOIN pg_class q ON q.oid = x.objid AND"
    "  q.relkind = 'S' WHERE x.classid = 'pg_class'::regclass AND"
    "  x.refclassid = 'pg_class'::regclass AND x.refobjid = a.attrelid AND"
    "  x.refobjsubid = a.attnum AND x.deptype IN ('a', 'i')"
    "  ORDER BY x.objid LIMIT 1) s ON true"
    " WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped"
    " ORDER BY a.attnum";

/* A row for each column of each key and constraint. */
static const char sql_constraints[] =
    "SELECT k.oid, k.contype, k.conname, u.a,"
    "  pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint'),"
    "  pg_get_expr(k.conbin, k.conrelid), n.nspname, c.relname, f.attname,"
    "  k.confupdtype, k.confdeltype, k.condeferrable, k.condeferred"
    " FROM pg_constraint k"
    " LEFT JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY"
    "  AS u(a, f, i) ON k.contype <> 'c'"
    " LEFT JOIN pg_class c ON c.oid = k.confrelid"
    " LEFT JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_attribute f ON f.attrelid = k.confrelid AND"
    "  f.attnum = u.f"
    " WHERE k.conrelid = $1::oid AND k.contype IN ('p', 'u', 'f', 'c')"
    " ORDER BY k.contype, k.conname COLLATE \"C\", u.i";

/* Those of keys and unique constraints left out. */
static const char sql_indexes[] =
    "SELECT c.relname, CASE WHEN x.oid IS NULL THEN"
    "  pg_get_indexdef(i.indexrelid) ELSE format('ALTER TABLE %s ADD"
    " CONSTRAINT %I %s', i.indrelid::regclass, x.conname,"
    "  pg_get_constraintdef(x.oid)) END, i.indisunique,"
    "  i.indexprs IS NULL AND i.indpred IS NULL AND x.oid IS NULL AND"
    "  i.indnatts = i.indnkeyatts AND m.amname = 'btree', i.indkey::text,"
    "  obj_description(c.oid, 'pg_class')"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_am m ON m.oid = c.relam"
    " LEFT JOIN pg_constraint x ON x.conindid = i.indexrelid AND"
    "  x.conrelid = i.indrelid AND x.contype = 'x'"
    " WHERE i.indrelid = $1::oid AND i.indisvalid AND NOT EXISTS ("
    "  SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND"
    "  k.conrelid = i.indrelid AND k.contype IN ('p', 'u'))"
    " ORDER BY c.relname COLLATE \"C\"";

static const char sql_size[] =
    "SELECT c.reltuples::bigint, pg_total_relation_size(c.oid)"
    " FROM pg_class c" NAMED;

static const char sql_list[] =
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n"
    " ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'"
    " AND NOT c.relispartition ORDER BY c.relname COLLATE \"C\"";

/* --- columns ------------------------------------------------------------- */

/* Of a column's number, of which there are gaps where some were dropped. */
static uint32_t
column_of(const struct db_result *columns, const char *attnum)
{
	uint32_t i;

	for (i = 0; attnum != NULL && i < columns->n; i++)
		if (strcmp(db_cell(columns, i, 0), attnum) == 0)
			return i;
	return UINT32_MAX;
}

static enum fact_source
source_of(const char *letter)
{
	switch (letter == NULL ? '\0' : *letter) {
	case 'g':
		return FACT_GENERATED;
	case 'a':
		return FACT_ALWAYS;
	case 'd':
		return FACT_IDENTITY;
	case 's':
		return FACT_SERIAL;
	default:
		return FACT_DEFAULT;
	}
}

static void
read_columns(struct facts *f, const struct db_result *r)
{
	struct fact_column *c;
	const char *why;
	uint32_t i;

	for (i = 0; i < r->n; i++) {
		c = ARENA_PUSH(f->arena, f->t->column, f->t->ncolumn,
		    f->column_cap);
		c->name = db_cell(r, i, 1);
		c->declared = db_cell(r, i, 2);
		c->known = sqltype_parse(c->declared, strlen(c->declared),
		    &c->type, &why);
		c->not_null = facts_is_true(db_cell(r, i, 3));
		c->source = source_of(db_cell(r, i, 4));
		c->expr = db_cell(r, i, 5);
		c->sequence = db_cell(r, i, 6);
		c->comment = db_cell(r, i, 7);
	}
}

/* --- constraints --------------------------------------------------------- */

static const char *
action_of(const char *letter)
{
	switch (letter == NULL ? '\0' : *letter) {
	case 'r':
		return "RESTRICT";
	case 'c':
		return "CASCADE";
	case 'n':
		return "SET NULL";
	case 'd':
		return "SET DEFAULT";
	default:
		return "NO ACTION";
	}
}

/* The rows [i, end) of a result are of one constraint. */
static void
add_unique(struct facts *f, const struct db_result *columns,
    const struct db_result *r, uint32_t i, uint32_t end)
{
	struct fact_unique *u = &f->t->key;

	if (*db_cell(r, i, 1) == 'u')
		u = ARENA_PUSH(f->arena, f->t->unique, f->t->nunique,
		    f->unique_cap);
	u->name = db_cell(r, i, 2);
	u->sql = db_cell(r, i, 4);
	u->comment = db_cell(r, i, 5);
	for (; i < end; i++)
		facts_add_column(f, &u->column, &u->ncolumn,
		    column_of(columns, db_cell(r, i, 3)));
}

static void
add_foreign(struct facts *f, const struct db_result *columns,
    const struct db_result *r, uint32_t i, uint32_t end)
{
	struct fact_foreign *k = ARENA_PUSH(f->arena, f->t->foreign,
	    f->t->nforeign, f->foreign_cap);

	k->name = db_cell(r, i, 2);
	k->sql = db_cell(r, i, 4);
	k->comment = db_cell(r, i, 5);
	k->to_schema = db_cell(r, i, 7);
	k->to_table = db_cell(r, i, 8);
	k->on_update = action_of(db_cell(r, i, 10));
	k->on_delete = action_of(db_cell(r, i, 11));
	k->deferrable = facts_is_true(db_cell(r, i, 12));
	k->deferred = facts_is_true(db_cell(r, i, 13));
	k->to = arena_array(f->arena, end - i, sizeof *k->to);
	for (; i < end; i++) {
		k->to[k->ncolumn] = db_cell(r, i, 9);
		facts_add_column(f, &k->column, &k->ncolumn,
		    column_of(columns, db_cell(r, i, 3)));
	}
}

static void
add_check(struct facts *f, const struct db_result *r, uint32_t i)
{
	struct fact_check *c = ARENA_PUSH(f->arena, f->t->check,
	    f->t->ncheck, f->check_cap);

	c->name = db_cell(r, i, 2);
	c->expr = db_cell(r, i, 6);
	c->comment = db_cell(r, i, 5);
}

static bool
read_constraints(struct facts *f, const char *oid,
    const struct db_result *columns)
{
	const struct db_result *r = facts_query(f, sql_constraints, 1, &oid);
	uint32_t i, end;

	for (i = 0; r != NULL && i < r->n; i = end) {
		for (end = i + 1; end < r->n && strcmp(db_cell(r, end, 0),
		    db_cell(r, i, 0)) == 0;)
			end++;
		if (*db_cell(r, i, 1) == 'c')
			add_check(f, r, i);
		else if (*db_cell(r, i, 1) == 'f')
			add_foreign(f, columns, r, i, end);
		else
			add_unique(f, columns, r, i, end);
	}
	return r != NULL;
}

static bool
read_indexes(struct facts *f, const char *oid,
    const struct db_result *columns)
{
	const struct db_result *r = facts_query(f, sql_indexes, 1, &oid);
	struct fact_index *x;
	const char *p, *number;
	uint32_t i;
	size_t len;

	for (i = 0; r != NULL && i < r->n; i++) {
		x = ARENA_PUSH(f->arena, f->t->index, f->t->nindex,
		    f->index_cap);
		x->name = db_cell(r, i, 0);
		x->sql = db_cell(r, i, 1);
		x->unique = facts_is_true(db_cell(r, i, 2));
		x->plain = facts_is_true(db_cell(r, i, 3));
		x->comment = db_cell(r, i, 5);
		/* "1 3": numbers of columns */
		for (p = db_cell(r, i, 4); x->plain && *p != '\0';
		    p += len + strspn(p + len, " ")) {
			len = strcspn(p, " ");
			number = arena_strndup(f->arena, p, len);
			facts_add_column(f, &x->column, &x->ncolumn,
			    column_of(columns, number));
		}
	}
	return r != NULL;
}

/* ------------------------------------------------------------------------- */

bool
postgres_facts_read(struct facts *f)
{
	const char *param[] = { f->t->schema, f->t->name }, *oid;
	struct db_result *r = facts_query(f, sql_table, 2, param), *columns;

	if (r == NULL || r->n == 0)
		return r != NULL;
	oid = db_cell(r, 0, 0);
	f->t->what = db_cell(r, 0, 1);
	f->t->comment = db_cell(r, 0, 2);
	columns = facts_query(f, sql_columns, 1, &oid);
	if (columns == NULL)
		return false;
	read_columns(f, columns);
	return read_constraints(f, oid, columns) &&
	    read_indexes(f, oid, columns);
}

bool
postgres_facts_size(struct facts *f, struct table_size *size)
{
	const char *param[] = { f->t->schema, f->t->name };
	struct db_result *r = facts_query(f, sql_size, 2, param);

	if (r != NULL && r->n > 0) {
		size->rows = facts_number(db_cell(r, 0, 0));
		size->bytes = facts_number(db_cell(r, 0, 1));
	}
	return r != NULL;
}

bool
postgres_facts_list(struct db *db, struct arena *a, const char *schema,
    struct fact_name **list, uint32_t *n)
{
	struct db_result *r = db_query(db, a, arena_printf(a,
	    "looking at schema '%s'", schema), sql_list, 1, &schema);
	uint32_t cap = 0, i;
	struct fact_name *name;

	for (i = 0; r != NULL && i < r->n; i++) {
		name = ARENA_PUSH(a, *list, *n, cap);
		name->name = name->live = db_cell(r, i, 0);
	}
	return r != NULL;
}

#endif
