/*
 * Objects that depend on live tables in PostgreSQL: views, materialized views,
 * rules, functions with a body of SQL or with a table's row as a type, policies
 * and foreign keys of other tables.  They are bound to a table, not to its
 * name, and would go on with the one that is put away.
 *
 * Those of the live schema are made again from their own text, which then
 * means the new table; those elsewhere, when told to.  A view stays the object
 * that it is, and what depends on it stays as it is.  Whoever reads a view
 * holds a lock on it, so that the lock on the view comes before those on the
 * tables: then nobody is caught between its old text and the old table.
 *
 * Views of compat: are locked with the others, and left to compat.h.
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include <string.h>

#include "generation/compat.h"
#include "generation/publication_postgres_depend.h"

#define WHAT								\
	"CASE WHEN kind IN ('view', 'matview') THEN pg_describe_object("	\
	"  'pg_class'::regclass, rel, 0) ELSE pg_describe_object(classid,"	\
	"  objid, objsubid) END"

/* $5: are those elsewhere rebuilt?  How many objects there are, with each that
 * is in the way, or once with none. */
static const char sql_check[] = PGPUB_TABLES PGPUB_DEPENDENTS
    "SELECT n, q.* FROM (SELECT count(*) AS n FROM x) c LEFT JOIN ("
    "SELECT DISTINCT " WHAT ", live, CASE WHEN kind = 'other' OR home IS NULL"
    "  THEN 'drop it before the publication and make it again after' WHEN"
    "  NOT pg_has_role(owner, 'USAGE') THEN format('it belongs to role %s: run"
    " as a member of that, or drop it before the publication and make it again"
    " after', quote_ident(pg_get_userbyid(owner))) ELSE 'ask for dependents to"
    " be rebuilt, or drop it before the publication and make it again after'"
    "  END FROM x WHERE (kind = 'other' OR home IS NULL OR NOT pg_has_role("
    "  owner, 'USAGE') OR NOT (inside OR $5::boolean)) AND NOT (kind = 'view'"
    "  AND " COMPAT_PG_OWN("rel") ") ORDER BY 2, 1 LIMIT 20) q ON true";

/*
 * Changing the owner of a view to its owner does nothing, but takes its lock;
 * LOCK TABLE would lock all that the view reads.
 */
static const char sql_locks[] = PGPUB_TABLES PGPUB_DEPENDENTS
    "SELECT DISTINCT 1, 'locking what depends on live tables', format('ALTER"
    " TABLE %s OWNER TO %I', rel::regclass, pg_get_userbyid(relowner))"
    "  FROM y JOIN pg_class ON oid = rel WHERE relkind IN ('v', 'm') ORDER BY 3";

static const char sql_before[] = PGPUB_TABLES PGPUB_DEPENDENTS
    "SELECT 1, format('dropping function ''%s''', objid::regprocedure), format("
    "  'DROP ROUTINE %s', objid::regprocedure) FROM y WHERE kind = 'function'"
    "  AND signature"
    " UNION ALL SELECT 2, format('dropping foreign key ''%s''', k.conname),"
    "  format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass,"
    "  k.conname) FROM y JOIN pg_constraint k ON k.oid = y.objid WHERE"
    "  y.kind = 'key' ORDER BY 1, 3";

static const char sql_rebuild[] = PGPUB_TABLES PGPUB_DEPENDENTS
    ", f AS (SELECT y.*, p.proacl, pg_get_functiondef(p.oid) AS def,"
    "  p.oid::regprocedure::text AS name FROM y JOIN pg_proc p ON"
    "  p.oid = y.objid WHERE y.kind = 'function'),"
    " k AS (SELECT c.*, pg_get_constraintdef(c.oid) AS def FROM y JOIN"
    "  pg_constraint c ON c.oid = y.objid WHERE y.kind = 'key')"
    "SELECT 1, format('rebuilding foreign key ''%s'' of %s', conname,"
    "  conrelid::regclass), format('ALTER TABLE %s ADD CONSTRAINT %I %s%s',"
    "  conrelid::regclass, conname, def, CASE WHEN convalidated THEN"
    "  ' NOT VALID' ELSE '' END) FROM k"
    " UNION ALL SELECT 2, 'carrying comments', format('COMMENT ON CONSTRAINT"
    " %I ON %s IS %L', conname, conrelid::regclass, obj_description(oid,"
    "  'pg_constraint')) FROM k WHERE obj_description(oid, 'pg_constraint') IS"
    "  NOT NULL"
    " UNION ALL SELECT CASE WHEN signature THEN 3 ELSE 9 END, format("
    "  'rebuilding function ''%s''', name), def FROM f"
    " UNION ALL SELECT 4, format('rebuilding function ''%s''', name), format("
    "  'ALTER ROUTINE %s OWNER TO %I', name, pg_get_userbyid(owner)) FROM f"
    "  WHERE signature"
    " UNION ALL SELECT 5, format('rebuilding function ''%s''', name), format("
    "  'REVOKE ALL ON ROUTINE %s FROM PUBLIC, %I', name, pg_get_userbyid("
    "  owner)) FROM f WHERE signature AND proacl IS NOT NULL"
    " UNION ALL SELECT 6, format('rebuilding function ''%s''', name), format("
    "  'GRANT EXECUTE ON ROUTINE %s TO %s%s', name, CASE WHEN a.grantee = 0"
    "  THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, CASE"
    "  WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM f,"
    "  aclexplode(proacl) a WHERE signature"
    " UNION ALL SELECT 6, 'carrying comments', format('COMMENT ON ROUTINE %s IS"
    " %L', name, obj_description(objid, 'pg_proc')) FROM f WHERE signature AND"
    "  obj_description(objid, 'pg_proc') IS NOT NULL"
    " UNION ALL SELECT 7, format('rebuilding view ''%s''', rel::regclass),"
    "  format('CREATE OR REPLACE VIEW %s%s AS %s', rel::regclass, coalesce("
    "  ' WITH (' || array_to_string(c.reloptions, ', ') || ')', ''),"
    "  pg_get_viewdef(rel)) FROM y JOIN pg_class c ON c.oid = rel WHERE"
    "  kind = 'view' AND NOT " COMPAT_PG_OWN("rel")
    " UNION ALL SELECT 8, format('rebuilding rule ''%s'' of %s', r.rulename,"
    "  rel::regclass), 'CREATE OR REPLACE' || substr(pg_get_ruledef(r.oid),"
    "  length('CREATE') + 1) FROM y JOIN pg_rewrite r ON r.oid = y.objid WHERE"
    "  kind = 'rule'"
    " UNION ALL SELECT 8, format('rebuilding policy ''%s'' of %s', p.polname,"
    "  rel::regclass), format('ALTER POLICY %I ON %s%s%s', p.polname,"
    "  rel::regclass, coalesce(' USING (' || pg_get_expr(p.polqual,"
    "  p.polrelid) || ')', ''), coalesce(' WITH CHECK (' || pg_get_expr("
    "  p.polwithcheck, p.polrelid) || ')', '')) FROM y JOIN pg_policy p ON"
    "  p.oid = y.objid WHERE kind = 'policy'"
    " ORDER BY 1, 3";

static const char sql_after[] = PGPUB_TABLES PGPUB_DEPENDENTS
    "SELECT 1, format('looking at the rows of foreign key ''%s'' of table"
    " ''%s''', k.conname, k.conrelid::regclass), format('ALTER TABLE %s"
    " VALIDATE CONSTRAINT %I', k.conrelid::regclass, k.conname) FROM y JOIN"
    "  pg_constraint k ON k.oid = y.objid WHERE y.kind = 'key' AND"
    "  k.convalidated ORDER BY 3";

bool
pgdepend_check(struct pgpub *g)
{
	PGresult *res = pgpub_query(g, sql_check, g->p->rebuild_dependents ?
	    "true" : "false");
	struct diags *diags = g->db.diags;
	int i, n;

	if (res == NULL)
		return false;
	g->depended = strcmp(PQgetvalue(res, 0, 0), "0") != 0;
	n = PQgetisnull(res, 0, 1) ? 0 : PQntuples(res);
	for (i = 0; i < n && diags != NULL; i++)
		diag_hint(diags, diag_add(diags, DIAG_T059, NOWHERE,
		    "%s depends on live table '%s'", PQgetvalue(res, i, 1),
		    PQgetvalue(res, i, 2)), "%s", PQgetvalue(res, i, 3));
	PQclear(res);
	return n == 0;
}

bool
pgdepend_locks(struct pgpub *g, struct pgpub_script *out)
{
	return !g->depended || pgpub_ask(g, out, sql_locks);
}

bool
pgdepend_ask(struct pgpub *g, struct pgpub_script *before,
    struct pgpub_script *rebuild)
{
	return !g->depended || (pgpub_ask(g, before, sql_before) &&
	    pgpub_ask(g, rebuild, sql_rebuild) &&
	    pgpub_ask(g, &g->after, sql_after));
}

#endif
