/*
 * Materialized views of live tables in PostgreSQL.  They cannot be replaced,
 * and filling them takes long, while nobody may find one empty.  So another
 * one is made and filled beforehand, from the tables that are to be live, with
 * its indexes, in their schema; in the transaction it takes the old one's
 * place.  After that it is refreshed, for rows may have been carried.
 *
 * Its text must mean staged tables where the old one's means live ones.  With
 * the live schema as the search path the server writes names of that schema
 * without it; with that of the generation before it, they mean what is staged
 * there.
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "generation/publication_postgres_depend.h"

#define VIEWS								\
	", w AS (SELECT x.rel, min(x.home) AS home, c.relname, c.relowner,"	\
	"  m.nspname, c.relispopulated, s.spcname FROM x JOIN pg_class c ON"	\
	"  c.oid = x.rel JOIN pg_namespace m ON m.oid = c.relnamespace"	\
	"  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace"	\
	"  WHERE x.kind = 'matview' GROUP BY x.rel, c.relname, c.relowner,"	\
	"  m.nspname, c.relispopulated, s.spcname)"

/* Those of an earlier publication that did not come about. */
static const char sql_left[] = PGPUB_TABLES
    "SELECT 1, 'dropping a materialized view that was not published', format("
    "  'DROP MATERIALIZED VIEW %s', c.oid::regclass) FROM pg_class c JOIN"
    "  pg_namespace m ON m.oid = c.relnamespace WHERE c.relkind = 'm' AND"
    "  c.relname ~ '^" PGPUB_VIEW "[0-9]+$' AND m.nspname IN (SELECT home FROM"
    "  t) ORDER BY 3";

/* The search path in which pg_get_viewdef is asked is the live schema. */
static const char sql_build[] = PGPUB_TABLES PGPUB_DEPENDENTS VIEWS
    "SELECT 1, format('making materialized view ''%s.%s''', nspname, relname),"
    "  format('CREATE MATERIALIZED VIEW %I.%I%s AS %s WITH %s', home,"
    "  '" PGPUB_VIEW "' || rel, coalesce(' TABLESPACE ' || quote_ident("
    "  spcname), ''), rtrim(pg_get_viewdef(rel), '; '), CASE WHEN relispopulated THEN"
    "  'DATA' ELSE 'NO DATA' END) FROM w"
    " UNION ALL SELECT 2, format('making index ''%s'' of materialized view"
    " ''%s''', c.relname, w.relname), format('CREATE %sINDEX %I ON %I.%I', CASE"
    "  WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, '" PGPUB_VIEW "' ||"
    "  i.indexrelid, w.home, '" PGPUB_VIEW "' || rel) || substr("
    "  pg_get_indexdef(i.indexrelid), length(format('CREATE %sINDEX %I ON"
    " %I.%I', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, c.relname,"
    "  w.nspname, w.relname)) + 1) FROM w JOIN pg_index i ON i.indrelid ="
    "  w.rel AND i.indisvalid JOIN pg_class c ON c.oid = i.indexrelid"
    " UNION ALL SELECT 3, 'setting statistics of a materialized view', format("
    "  'ALTER MATERIALIZED VIEW %I.%I ALTER COLUMN %I SET STATISTICS %s', home,"
    "  '" PGPUB_VIEW "' || rel, a.attname, a.attstattarget) FROM w JOIN"
    "  pg_attribute a ON a.attrelid = rel AND a.attnum > 0 AND"
    "  a.attstattarget >= 0"
    " UNION ALL SELECT 4, 'analyzing a materialized view', format('ANALYZE"
    " %I.%I', home, '" PGPUB_VIEW "' || rel) FROM w WHERE relispopulated"
    " ORDER BY 1, 3";

/* How many are to be there, and are. */
static const char sql_there[] = PGPUB_TABLES PGPUB_DEPENDENTS VIEWS
    "SELECT count(*) = count(c.oid), count(*) > 0 FROM w LEFT JOIN (pg_class c JOIN"
    "  pg_namespace m ON m.oid = c.relnamespace) ON m.nspname = w.home AND"
    "  c.relkind = 'm' AND c.relname = '" PGPUB_VIEW "' || w.rel";

/* The old one and its indexes give their names away. */
static const char sql_swap[] = PGPUB_TABLES PGPUB_DEPENDENTS VIEWS
    ", i AS (SELECT w.*, i.indexrelid, c.relname AS iname, i.indisclustered"
    "  FROM w JOIN pg_index i ON i.indrelid = w.rel JOIN pg_class c ON"
    "  c.oid = i.indexrelid WHERE i.indisvalid)"
    "SELECT 1, format('replacing materialized view ''%s.%s''', nspname,"
    "  relname), format('ALTER INDEX %I.%I RENAME TO %I', nspname, iname,"
    "  '" PGPUB_VIEW "old_' || indexrelid) FROM i"
    " UNION ALL SELECT 2, format('replacing materialized view ''%s.%s''',"
    "  nspname, relname), format('ALTER MATERIALIZED VIEW %I.%I RENAME TO %I',"
    "  nspname, relname, '" PGPUB_VIEW "old_' || rel) FROM w"
    " UNION ALL SELECT 3, format('replacing materialized view ''%s.%s''',"
    "  nspname, relname), format('ALTER MATERIALIZED VIEW %I.%I SET SCHEMA"
    " %I', home, '" PGPUB_VIEW "' || rel, nspname) FROM w"
    " UNION ALL SELECT 4, format('replacing materialized view ''%s.%s''',"
    "  nspname, relname), format('ALTER MATERIALIZED VIEW %I.%I RENAME TO %I',"
    "  nspname, '" PGPUB_VIEW "' || rel, relname) FROM w"
    " UNION ALL SELECT 5, format('replacing materialized view ''%s.%s''',"
    "  nspname, relname), format('ALTER INDEX %I.%I RENAME TO %I', nspname,"
    "  '" PGPUB_VIEW "' || indexrelid, iname) FROM i"
    " UNION ALL SELECT 6, 'carrying comments', format('COMMENT ON INDEX %I.%I"
    " IS %L', nspname, iname, obj_description(indexrelid, 'pg_class')) FROM i"
    "  WHERE obj_description(indexrelid, 'pg_class') IS NOT NULL"
    " UNION ALL SELECT 7, 'carrying cluster order', format('ALTER MATERIALIZED"
    " VIEW %I.%I CLUSTER ON %I', nspname, relname, iname) FROM i WHERE"
    "  indisclustered"
    " ORDER BY 1, 3";

static const char sql_drop[] = PGPUB_TABLES PGPUB_DEPENDENTS VIEWS
    "SELECT 1, format('dropping the old materialized view ''%s.%s''', nspname,"
    "  relname), format('DROP MATERIALIZED VIEW %I.%I', nspname,"
    "  '" PGPUB_VIEW "old_' || rel) FROM w ORDER BY 3";

/* Readers go on where the server can compare the rows. */
static const char sql_after[] = PGPUB_TABLES PGPUB_DEPENDENTS VIEWS
    "SELECT 1, format('refreshing materialized view ''%s.%s''', nspname,"
    "  relname), format('REFRESH MATERIALIZED VIEW %s%I.%I', CASE WHEN EXISTS"
    "  (SELECT FROM pg_index i WHERE i.indrelid = w.rel AND i.indisunique AND"
    "  i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS"
    "  NULL) THEN 'CONCURRENTLY ' ELSE '' END, nspname, relname) FROM w WHERE"
    "  relispopulated ORDER BY 3";

/* "SET LOCAL search_path = a, b" */
static bool
set_path(struct pgpub *g, bool staged)
{
	struct buf sql;
	uint32_t i, k;
	bool good;

	buf_init(&sql, PGPUB_SQL_MAX);
	buf_puts(&sql, "SET LOCAL search_path = ");
	for (i = 0; staged && i < g->p->ntable; i++) {
		for (k = 0; k < i && g->table[k].then != g->table[i].then; k++)
			;
		if (k < i || g->table[i].then == 0)
			continue;
		pgdb_ident(&sql, db_generation_schema(g->a, g->p->schema,
		    g->table[i].then));
		buf_puts(&sql, ", ");
	}
	pgdb_ident(&sql, g->p->schema);
	good = pgdb_exec(&g->db, "making materialized views", sql.p);
	if (good && staged)
		pgpub_note(g, "BEGIN; %s", sql.p);
	buf_fini(&sql);
	return good;
}

static bool
build_in_transaction(struct pgpub *g)
{
	struct pgpub_script build = { .n = 0 };

	return set_path(g, false) && pgpub_ask(g, &build, sql_build) &&
	    (build.n == 0 || (set_path(g, true) &&
	    pgpub_run_script(g, DIAG_T069, &build) &&
	    (g->p->dry == NULL || pgpub_exec(g, DIAG_T057, "", "COMMIT"))));
}

bool
pgview_build(struct pgpub *g)
{
	struct pgpub_script left = { .n = 0 };
	bool good;

	if (!pgpub_ask(g, &left, sql_left) ||
	    !pgpub_run_script(g, DIAG_T057, &left))
		return false;
	if (!g->depended)
		return true;
	if (!db_begin(g->p->db))
		return false;
	good = build_in_transaction(g);
	if (good && g->p->dry == NULL)
		return db_commit(g->p->db);
	db_roll_back(g->p->db);
	return good;
}

bool
pgview_ask(struct pgpub *g, struct pgpub_script *swap,
    struct pgpub_script *drop)
{
	PGresult *res;

	g->views = false;
	if (!g->depended)
		return true;
	res = pgpub_query(g, sql_there, NULL);
	if (res == NULL)
		return false;
	g->stale |= PQgetvalue(res, 0, 0)[0] != 't' && g->p->dry == NULL;
	g->views = PQgetvalue(res, 0, 1)[0] == 't';
	PQclear(res);
	if (!g->views)
		return true;
	return pgpub_ask(g, swap, sql_swap) && pgpub_ask(g, drop, sql_drop) &&
	    pgpub_ask(g, &g->after, sql_after);
}

#endif
