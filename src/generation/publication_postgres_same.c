/*
 * Is the catalogue what it was when the statements were found?  Finding them
 * takes longer than others shall wait, so it is done before the locks; under
 * them one query compares.
 *
 * Compared are the versions (ctid and xmin) of all rows of the catalogue that
 * belong to the tables, to what depends on them, and to what is attached to
 * either.  Whatever is made anew depends on one of them, and so has a row in
 * pg_depend.
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "generation/publication_postgres_depend.h"

/* "RELATIONS|OBJECTS|TYPES", each an array of oids; objects are all that
 * depends on the relations or the types. */
static const char sql_objects[] = PGPUB_TABLES PGPUB_DEPENDENTS
    ", a AS (SELECT old AS id FROM t WHERE old IS NOT NULL UNION SELECT new"
    "  FROM t WHERE new IS NOT NULL UNION SELECT rel FROM y WHERE rel IS NOT"
    "  NULL UNION SELECT to_regclass(l) FROM unnest($5::text[]) l WHERE"
    "  to_regclass(l) IS NOT NULL),"
    " r AS (SELECT id FROM a UNION SELECT i.indexrelid FROM a JOIN pg_index i"
    "  ON i.indrelid = a.id UNION SELECT c.reltoastrelid FROM a JOIN pg_class"
    "  c ON c.oid = a.id WHERE c.reltoastrelid <> 0 UNION SELECT d.objid FROM"
    "  a JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND"
    "  d.refobjid = a.id AND d.classid = 'pg_class'::regclass AND d.deptype IN"
    "  ('a', 'i')),"
    " e AS (SELECT unnest(ARRAY[c.reltype, y.typarray]) AS id FROM a JOIN"
    "  pg_class c ON c.oid = a.id JOIN pg_type y ON y.oid = c.reltype),"
    " o AS (SELECT d.objid AS id FROM r JOIN pg_depend d ON d.refclassid ="
    "  'pg_class'::regclass AND d.refobjid = r.id UNION SELECT objid FROM y)"
    "SELECT coalesce((SELECT array_agg(id)::text FROM r), '{}') || '|' ||"
    "  coalesce((SELECT array_agg(id)::text FROM o), '{}') || '|' ||"
    "  coalesce((SELECT array_agg(id)::text FROM e), '{}')";

#define ROWS(catalogue, column, ids)					\
	" UNION ALL SELECT c.tableoid, c.ctid, c.xmin FROM a, " catalogue	\
	" c WHERE c." column " = ANY (a." ids ")"

static const char sql_same[] =
    "WITH p AS (SELECT $1::text, $2::text[], $3::text[], $4::text[]),"
    " a AS (SELECT split_part($5::text, '|', 1)::oid[] AS rel,"
    "  split_part($5::text, '|', 2)::oid[] AS obj,"
    "  split_part($5::text, '|', 3)::oid[] AS typ),"
    " v AS (SELECT c.tableoid, c.ctid, c.xmin FROM a, pg_class c WHERE"
    "  c.oid = ANY (a.rel)"
    ROWS("pg_attribute", "attrelid", "rel")
    ROWS("pg_attrdef", "adrelid", "rel")
    ROWS("pg_index", "indrelid", "rel")
    ROWS("pg_constraint", "conrelid", "rel")
    ROWS("pg_trigger", "tgrelid", "rel")
    ROWS("pg_policy", "polrelid", "rel")
    ROWS("pg_rewrite", "ev_class", "rel")
    ROWS("pg_statistic_ext", "stxrelid", "rel")
    ROWS("pg_inherits", "inhrelid", "rel")
    ROWS("pg_inherits", "inhparent", "rel")
    ROWS("pg_sequence", "seqrelid", "rel")
    ROWS("pg_publication_rel", "prrelid", "rel")
    ROWS("pg_subscription_rel", "srrelid", "rel")
    ROWS("pg_seclabel", "objoid", "rel")
    ROWS("pg_description", "objoid", "rel")
    ROWS("pg_description", "objoid", "obj")
    ROWS("pg_proc", "oid", "obj")
    ROWS("pg_constraint", "oid", "obj")
    " UNION ALL SELECT c.tableoid, c.ctid, c.xmin FROM a, pg_depend c WHERE"
    "  c.refclassid = 'pg_class'::regclass AND c.refobjid = ANY (a.rel)"
    " UNION ALL SELECT c.tableoid, c.ctid, c.xmin FROM a, pg_depend c WHERE"
    "  c.refclassid = 'pg_type'::regclass AND c.refobjid = ANY (a.typ)"
    " UNION ALL SELECT tableoid, ctid, xmin FROM pg_namespace WHERE nspname ="
    "  $1::text OR nspname = ANY ($3::text[] || $4::text[])"
    " UNION ALL SELECT tableoid, ctid, xmin FROM pg_publication"
    " UNION ALL SELECT tableoid, ctid, xmin FROM pg_default_acl)"
    " SELECT count(*) || ' ' || sum(hashtextextended(format('%s %s %s',"
    "  tableoid, ctid, xmin), 0)) FROM v";

static const char *
value_of(struct pgpub *g, const char *sql, const char *own)
{
	PGresult *res = pgpub_query(g, sql, own);
	const char *v = res == NULL ? NULL : arena_strdup(g->a,
	    PQgetvalue(res, 0, 0));

	PQclear(res);
	return v;
}

bool
pgsame_note(struct pgpub *g)
{
	g->objects = value_of(g, sql_objects, pgpublog_names(g));
	g->print = g->objects == NULL ? NULL : value_of(g, sql_same,
	    g->objects);
	return g->print != NULL;
}

bool
pgsame_check(struct pgpub *g)
{
	const char *print = value_of(g, sql_same, g->objects);

	if (print == NULL)
		return false;
	g->changed = strcmp(print, g->print) != 0;
	return !g->changed;
}

#endif
