/*
 * What stands beside the tables in the source, and is not copied; see
 * copy_plan.h.  decant's own (its ledger, change logs, views for old readers)
 * is not named: the target's decant makes its own.
 */
#include "generation/copy_plan.h"

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"

/* $1: the schema; $2: the copy's tables, as an array; $3: types that are
 * carried; $4: collations are not. */
#define OURS	" AND c.relname = ANY ($2::text[])"
#define OF_TABLE " JOIN pg_class c ON c.oid = "
#define IN	" JOIN pg_namespace n ON n.oid = c.relnamespace"		\
		" WHERE n.nspname = $1"

#ifdef HAVE_LIBPQ
static const char sql_postgres[] =
    "SELECT format('%s ''%s''', CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm'"
    "  THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN"
    "  'partitioned table' ELSE 'partition' END, c.relname) FROM pg_class c" IN
    "  AND (c.relkind IN ('v', 'm', 'f', 'p') OR c.relispartition AND"
    "  c.relkind = 'r') AND coalesce(obj_description(c.oid, 'pg_class'), '')"
    "  NOT LIKE 'made by decant%'"
    " UNION ALL SELECT format('trigger ''%s'' of table ''%s''', g.tgname,"
    "  c.relname) FROM pg_trigger g" OF_TABLE "g.tgrelid" IN OURS
    "  AND NOT g.tgisinternal AND NOT EXISTS (SELECT FROM pg_proc f JOIN"
    "  pg_namespace m ON m.oid = f.pronamespace WHERE f.oid = g.tgfoid AND"
    "  m.nspname = 'decant')"
    " UNION ALL SELECT format('rule ''%s'' of table ''%s''', r.rulename,"
    "  c.relname) FROM pg_rewrite r" OF_TABLE "r.ev_class" IN OURS
    " UNION ALL SELECT format('policy ''%s'' of table ''%s''', r.polname,"
    "  c.relname) FROM pg_policy r" OF_TABLE "r.polrelid" IN OURS
    " UNION ALL SELECT format('row level security of table ''%s''', c.relname)"
    "  FROM pg_class c" IN OURS " AND c.relrowsecurity"
    " UNION ALL SELECT format('extended statistics ''%s''', s.stxname) FROM"
    "  pg_statistic_ext s" OF_TABLE "s.stxrelid" IN OURS
    " UNION ALL SELECT format('%s ''%s''', CASE f.prokind WHEN 'p' THEN"
    "  'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, f.oid::"
    "  regprocedure) FROM pg_proc f JOIN pg_namespace n ON n.oid ="
    "  f.pronamespace WHERE n.nspname = $1 AND NOT EXISTS (SELECT FROM"
    "  pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')"
    " UNION ALL SELECT format('type ''%s''', t.typname) FROM pg_type t JOIN"
    "  pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class k ON"
    "  k.oid = t.typrelid WHERE n.nspname = $1 AND (t.typtype IN ('e', 'd',"
    "  'r') OR t.typtype = 'c' AND k.relkind = 'c') AND"
    "  t.typname <> ALL ($3::text[])"
    " UNION ALL SELECT format('sequence ''%s'', which is of no column',"
    "  c.relname) FROM pg_class c" IN " AND c.relkind = 'S' AND NOT EXISTS"
    "  (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND"
    "  d.objid = c.oid AND d.deptype IN ('a', 'i'))"
    " UNION ALL SELECT format('inheritance of table ''%s'' from ''%s''',"
    "  c.relname, i.inhparent::regclass) FROM pg_inherits i" OF_TABLE
    "  i.inhrelid" IN OURS
    " UNION ALL SELECT format('the collation of column ''%s'' of table"
    " ''%s''', a.attname, c.relname) FROM pg_attribute a JOIN pg_type t ON"
    "  t.oid = a.atttypid" OF_TABLE "a.attrelid" IN OURS
    "  AND a.attnum > 0 AND NOT a.attisdropped AND"
    "  a.attcollation <> t.typcollation AND $4::boolean"
    " ORDER BY 1";
#endif

static const char sql_sqlite[] =
    "SELECT type || ' ''' || name || '''' || CASE type WHEN 'trigger' THEN"
    " ' of ''' || tbl_name || '''' ELSE '' END FROM main.sqlite_master WHERE"
    " type IN ('view', 'trigger') AND name NOT LIKE 'decant\\_%' ESCAPE '\\'"
    " AND NOT (type = 'trigger' AND instr(sql, 'decant_') > 0)"
    " AND instr(sql, '/* decant') = 0"
    " UNION ALL SELECT 'virtual table ''' || name || '''' FROM"
    " main.sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'"
    " UNION ALL SELECT 'the collation of columns of table ''' || name || ''''"
    " FROM main.sqlite_master WHERE type = 'table' AND"
    " upper(sql) LIKE '% COLLATE %' AND name NOT LIKE '%\\_\\_g%' ESCAPE '\\'"
    " AND name NOT LIKE 'decant\\_%' ESCAPE '\\'"
    " UNION ALL SELECT 'that table ''' || name || ''' is STRICT or WITHOUT"
    " ROWID' FROM main.sqlite_master WHERE type = 'table' AND"
    " name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'decant\\_%'"
    " ESCAPE '\\' AND name NOT LIKE '%\\_\\_g%' ESCAPE '\\' AND"
    " (upper(rtrim(sql, ' ;')) LIKE '%STRICT' OR upper(sql) LIKE '%WITHOUT"
    " ROWID%') ORDER BY 1";

static void
put_item(struct buf *b, const char *s)
{
	buf_puts(b, b->len > 0 ? ",\"" : "{\"");
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *s);
	}
	buf_putc(b, '"');
}

static const char *
end_array(const struct copy_plan *p, struct buf *b)
{
	const char *s;

	buf_puts(b, b->len > 0 ? "}" : "{}");
	s = arena_strdup(p->arena, b->p);
	buf_fini(b);
	return s;
}

const char *
copy_table_array(const struct copy_plan *p)
{
	struct buf b;
	uint32_t i;

	buf_init(&b, 1u << 20);
	for (i = 0; i < p->ntable; i++)
		put_item(&b, p->table[i].name);
	return end_array(p, &b);
}

const char *
copy_type_array(const struct copy_plan *p, bool made)
{
	struct buf b;
	uint32_t i;

	buf_init(&b, 1u << 20);
	for (i = 0; i < p->ntype; i++)
		if (p->type[i].why == NULL && !(made && p->type[i].there) &&
		    strcmp(p->type[i].schema, p->dataset) == 0)
			put_item(&b, p->type[i].base);
	return end_array(p, &b);
}

bool
copy_look_beside(struct copy_plan *p)
{
	const struct db_result *r = NULL;
	uint32_t i;

	if (p->from->kind == DB_SQLITE)
		r = db_query(p->from, p->arena, "", sql_sqlite, 0, NULL);
#ifdef HAVE_LIBPQ
	else {
		const char *param[] = { p->dataset, copy_table_array(p),
		    copy_type_array(p, false), p->to->kind == DB_SQLITE ? "true" :
		    "false" };

		r = db_query(p->from, p->arena, "looking at what stands "
		    "beside the tables", sql_postgres, 4, param);
	}
#endif
	for (i = 0; r != NULL && i < r->n; i++)
		copy_left(p, "%s", db_cell(r, i, 0));
	return r != NULL;
}
