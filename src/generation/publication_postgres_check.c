/*
 * What forbids a publication in PostgreSQL: all of it is told, by name.
 *
 * Most of what stands on a live table is carried.  What is left: what is of
 * another kind than a table or of another role, what has no place on the new
 * table, and what ties tables to others so that a swap would tear them apart
 * (inheritance, extensions, replication).
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include <string.h>

#include "base/mem.h"
#include "db/postgres_schema.h"
#include "generation/change_log_postgres.h"

/* (code, message, hint) of each; $1 to $4 as ever. */
static const char sql_kinds[] = PGPUB_TABLES
    ", n AS (SELECT t.*, c.relkind, c.relowner, CASE c.relkind"
    "  WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'"
    "  WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table'"
    "  WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'index' END AS kind,"
    "  c.oid = t.old AS is_old FROM t JOIN pg_class c ON c.oid IN"
    "  (t.old, t.new))"
    "SELECT 'T061', format('''%s'' is a %s, not a table', CASE WHEN is_old"
    "  THEN live ELSE staged END, kind), 'rename it, or load into another"
    "  schema' FROM n WHERE relkind <> 'r'"
    " UNION ALL SELECT 'T061', format('table ''%s'' is there, and is of no"
    " generation', live), 'rename or drop it, or load into another schema'"
    "  FROM n WHERE is_old AND relkind = 'r' AND away IS NULL"
    " UNION ALL SELECT 'T056', format('table ''%s'' belongs to role ''%s''',"
    "  CASE WHEN is_old THEN live ELSE staged END,"
    "  pg_get_userbyid(relowner)), 'run as that role, or as a member of it'"
    "  FROM n WHERE relkind = 'r' AND NOT pg_has_role(relowner, 'USAGE')"
    " UNION ALL SELECT 'T061', format('''%s'' is there already', put),"
    "  'drop or rename it' FROM t JOIN pg_class c ON c.relname = t.name"
    "  JOIN pg_namespace m ON m.oid = c.relnamespace AND m.nspname = t.away"
    "  WHERE t.old IS NOT NULL"
    " UNION ALL SELECT 'T061', format('''%I.%I'' is there, and the new table"
    " ''%s'' has an index of that name', $1::text, r.relname, t.name),"
    "  'rename it' FROM t JOIN pg_index x ON x.indrelid = t.new"
    "  JOIN pg_class i ON i.oid = x.indexrelid"
    "  JOIN pg_class r ON r.relname = i.relname JOIN pg_namespace l ON"
    "  l.oid = r.relnamespace AND l.nspname = $1::text"
    "  WHERE NOT EXISTS (SELECT FROM t o WHERE o.old = r.oid) AND"
    "  NOT EXISTS (SELECT FROM t o JOIN pg_index y ON y.indrelid = o.old"
    "  WHERE y.indexrelid = r.oid)"
    " ORDER BY 1, 2";

static const char sql_missing[] = PGPUB_TABLES
    "SELECT 'T073', format('table ''%s'' is not there', staged),"
    " 'stage the generation again' FROM t WHERE home IS NOT NULL AND"
    " new IS NULL ORDER BY 2";

/* What stands on live tables and has no place on the new ones. */
static const char sql_losses[] = PGPUB_TABLES
    ", l AS (SELECT * FROM t WHERE old IS NOT NULL AND home IS NOT NULL),"
    " c AS (SELECT l.*, a.attname, a.attidentity, a.attgenerated,"
    "  a.atthasdef, b.attname AS there, b.attnotnull AS filled,"
    "  b.attgenerated AS made FROM l JOIN pg_attribute a ON a.attrelid ="
    "  l.old AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attribute b"
    "  ON b.attrelid = l.new AND b.attname = a.attname AND b.attnum > 0 AND"
    "  NOT b.attisdropped WHERE l.new IS NOT NULL),"
    " w AS (SELECT live, format('parent table %s', x.inhparent::regclass) AS"
    "  what FROM t JOIN pg_inherits x ON x.inhrelid = t.old"
    " UNION ALL SELECT live, format('child table %s', x.inhrelid::regclass)"
    "  FROM t JOIN pg_inherits x ON x.inhparent = t.old"
    " UNION ALL SELECT live, format('type %s', c.reloftype::regtype)"
    "  FROM l JOIN pg_class c ON c.oid = l.old WHERE c.reloftype <> 0"
    " UNION ALL SELECT live, format('access method %s', m.amname)"
    "  FROM l JOIN pg_class c ON c.oid = l.old JOIN pg_class n ON"
    "  n.oid = l.new JOIN pg_am m ON m.oid = c.relam WHERE"
    "  n.relam <> c.relam"
    " UNION ALL SELECT DISTINCT live, 'security label' FROM l JOIN"
    "  pg_seclabel x ON x.classoid = 'pg_class'::regclass AND"
    "  x.objoid = l.old"
    " UNION ALL SELECT live, format('place in extension %I', e.extname)"
    "  FROM l JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND"
    "  d.objid = l.old AND d.deptype = 'e' JOIN pg_extension e ON"
    "  e.oid = d.refobjid"
    " UNION ALL SELECT live, 'subscription' FROM l JOIN pg_subscription_rel x"
    "  ON x.srrelid = l.old"
    " UNION ALL SELECT live, format('%s of column %I, which the new table"
    " does not have', CASE WHEN attgenerated <> '' THEN 'expression' WHEN"
    "  attidentity <> '' THEN 'identity' ELSE 'default' END, attname) FROM c"
    "  WHERE there IS NULL AND (atthasdef OR attidentity <> '')"
    " UNION ALL SELECT live, format('expression of column %I', attname)"
    "  FROM c WHERE there IS NOT NULL AND attgenerated <> '' AND made = ''"
    " UNION ALL SELECT live, format('identity of column %I, which may be null"
    " in the new table', attname) FROM c WHERE attidentity <> '' AND"
    "  NOT filled"
    " UNION ALL SELECT live, format('%s by index %I, which the new table does"
    " not have', CASE WHEN x.indisreplident THEN 'replica identity' ELSE"
    "  'cluster order' END, i.relname) FROM l JOIN pg_index x ON"
    "  x.indrelid = l.old JOIN pg_class i ON i.oid = x.indexrelid"
    "  LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND"
    "  k.conrelid = l.old WHERE (x.indisreplident OR x.indisclustered) AND"
    "  l.new IS NOT NULL AND (k.contype = 'p' OR '" PGPUB_MADE "' IN"
    "  (obj_description(i.oid, 'pg_class'), obj_description(k.oid,"
    "  'pg_constraint'))) AND NOT EXISTS (SELECT FROM pg_index y JOIN"
    "  pg_class j ON j.oid = y.indexrelid WHERE y.indrelid = l.new AND"
    "  j.relname = i.relname)"
    " UNION ALL SELECT t.live, format('foreign key %I, which would hold %s to"
    " a table that is put away', k.conname, k.confrelid::regclass) FROM t"
    "  JOIN pg_constraint k ON k.conrelid = t.old AND k.contype = 'f'"
    "  WHERE t.home IS NULL AND NOT EXISTS (SELECT FROM t o WHERE"
    "  o.old = k.confrelid)"
    " UNION ALL SELECT t.live, format('constraint trigger %I on %s',"
    "  x.tgname, x.tgrelid::regclass) FROM t JOIN pg_trigger x ON"
    "  x.tgconstrrelid = t.old AND NOT x.tgisinternal WHERE NOT EXISTS"
    "  (SELECT FROM t o WHERE o.old = x.tgrelid))"
    " SELECT 'T060', format('live table ''%s'' would lose its %s', live,"
    "  what), 'drop it before the publication and make it again after'"
    "  FROM w ORDER BY 2 LIMIT 20";

static const char sql_replicated[] = PGPUB_TABLES
    "SELECT 'T076', format('live table ''%s'' is replicated by publication"
    " ''%s''', t.live, x.pubname), 'subscribers would keep the old rows; ask"
    " for a resync, and its steps are told' FROM t JOIN pg_publication_tables"
    " x ON x.schemaname = $1::text AND x.tablename = t.name WHERE"
    " t.old IS NOT NULL ORDER BY 2 LIMIT 20";

/* No errors, but nothing that goes goes in silence. */
static const char sql_notes[] = PGPUB_TABLES
    ", c AS (SELECT t.*, a.attname, a.attnotnull, b.attname AS there,"
    "  b.attnotnull AS filled FROM t JOIN pg_attribute a ON a.attrelid = t.old"
    "  AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attribute b ON"
    "  b.attrelid = t.new AND b.attname = a.attname AND b.attnum > 0 AND"
    "  NOT b.attisdropped WHERE t.new IS NOT NULL)"
    " SELECT 'T075', format('column %I of live table ''%s'' is not in the new"
    " one', attname, live), format('its values stay in %s', put) FROM c"
    "  WHERE there IS NULL"
    " UNION ALL SELECT 'T075', format('column %I of live table ''%s'' is not"
    " null, and may be in the new one', attname, live), format('where it must"
    " not be: not_null: true in the mapping, or ALTER TABLE %s ALTER COLUMN %I"
    " SET NOT NULL', live, attname) FROM c WHERE attnotnull AND NOT filled"
    " ORDER BY 2 LIMIT 20";

static enum diag_code
code_of(const char *name)
{
	static const enum diag_code code[] = { DIAG_T056, DIAG_T060, DIAG_T061,
	    DIAG_T073, DIAG_T075, DIAG_T076 };
	size_t i;

	for (i = 0; i + 1 < sizeof code / sizeof code[0]; i++)
		if (strcmp(diag_name(code[i]), name) == 0)
			break;
	return code[i];
}

/* Tells each row; false: there was one, or an error. */
static bool
tell(struct pgpub *g, const char *sql)
{
	PGresult *res = pgpub_query(g, sql, NULL);
	struct diags *diags = g->db.diags;
	int i, n;

	if (res == NULL)
		return false;
	n = PQntuples(res);
	for (i = 0; i < n && diags != NULL; i++)
		diag_hint(diags, diag_add(diags, code_of(PQgetvalue(res, i,
		    0)), NOWHERE, "%s", PQgetvalue(res, i, 1)), "%s",
		    PQgetvalue(res, i, 2));
	PQclear(res);
	return n == 0;
}

/* May tables be moved into it?  An administrator's schema cannot be told from
 * another one once it has tables. */
static bool
check_away(struct pgpub *g, const char *name)
{
	struct pgschema s;

	if (!pgschema_look(&g->db, name, &s))
		return false;
	return (s.there && !s.owned && s.open) ||
	    pgschema_check(&g->db, &s, name);
}

static bool
check_schemas(struct pgpub *g)
{
	const struct publication *p = g->p;
	struct pgschema live;
	bool good;
	uint32_t i, k;

	if (!pgschema_look(&g->db, p->schema, &live))
		return false;
	live.ours = true;
	good = pgschema_check(&g->db, &live, p->schema) & pglog_check(p->db);
	for (i = 0; i < p->ntable; i++) {
		for (k = 0; k < i && g->table[k].now != g->table[i].now; k++)
			;
		if (k == i && g->table[i].now != 0)
			good &= check_away(g, db_generation_schema(g->a,
			    p->schema, g->table[i].now));
	}
	return good;
}

static const char sql_live[] = PGPUB_TABLES
    "SELECT count(old) > 0 FROM t";

/* Where no table is live, nothing is carried, and nothing asked about it. */
static bool
look_for_live(struct pgpub *g)
{
	PGresult *res = pgpub_query(g, sql_live, NULL);

	if (res != NULL)
		g->live = PQgetvalue(res, 0, 0)[0] == 't';
	PQclear(res);
	return res != NULL;
}

static bool
check_kinds(struct pgpub *g, bool staged)
{
	bool good = tell(g, sql_kinds);

	return (!staged || tell(g, sql_missing)) && good;
}

static bool
check_losses(struct pgpub *g)
{
	bool good;

	g->depended = false;
	if (!g->live)
		return true;
	good = tell(g, sql_losses);
	if (!g->p->resync)
		good &= tell(g, sql_replicated);
	return pgdepend_check(g) && good;
}

bool
pgcheck_all(struct pgpub *g, bool staged, bool warn)
{
	bool good;

	if (!look_for_live(g) || !check_kinds(g, staged))
		return false;
	good = check_schemas(g);
	good &= check_losses(g);
	if (good && warn && g->live)
		tell(g, sql_notes);
	return good;
}

#endif
