/*
 * What takes long, before a publication in PostgreSQL: what users have added to
 * the live tables and costs time with the number of rows is made on the tables
 * that are to be live, under the same names, while nobody sees them: indexes,
 * constraints, extended statistics, statistics targets, another tablespace.
 *
 * The query compares what stands on both, and returns what is missing; so it
 * is empty when all is made, and is asked again under the locks.  What the
 * server writes differently on the two tables would be made for ever: what
 * was made once is remembered by its definition.
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/*
 * Constraints of old and new tables with their definitions (`body`): the
 * server's, in which a foreign key names the table only (`sql` names it where
 * it is staged).  Foreign keys that lead elsewhere are not made beforehand:
 * rows nobody sees would hold those of others.
 */
#define CONSTRAINTS							\
	", k AS (SELECT t.name, t.staged, x.conrelid, x.oid, x.conname,"	\
	"  x.contype, x.conindid, obj_description(x.oid, 'pg_constraint')"	\
	"  AS comment, f.name AS ref, f.staged AS refstaged,"		\
	"  pg_get_constraintdef(x.oid) AS def, format('FOREIGN KEY (%s)"	\
	" REFERENCES ', (SELECT string_agg(quote_ident(attname), ', '"	\
	"  ORDER BY n) FROM unnest(x.conkey) WITH ORDINALITY u(num, n)"	\
	"  JOIN pg_attribute ON attrelid = x.conrelid AND attnum = num))"	\
	"  AS head, x.confrelid::regclass::text AS target,"		\
	"  x.conrelid = t.new AS is_new"				\
	"  FROM t JOIN pg_constraint x ON x.conrelid IN (t.old, t.new)"	\
	"  LEFT JOIN t f ON x.confrelid IN (f.old, f.new)"		\
	"  WHERE t.old IS NOT NULL AND t.home IS NOT NULL AND"		\
	"  x.contype IN ('c', 'u', 'x', 'p', 'f') AND (x.contype <> 'f' OR"	\
	"  (f.name IS NOT NULL AND f.home IS NOT NULL))),"		\
	" kb AS (SELECT k.*, CASE WHEN contype = 'f' THEN head || ref ||"	\
	"  substr(def, length(head || target) + 1) ELSE def END AS body,"	\
	"  CASE WHEN contype = 'f' THEN head || refstaged ||"		\
	"  substr(def, length(head || target) + 1) ELSE def END AS sql"	\
	"  FROM k),"							\
	" ko AS (SELECT * FROM kb WHERE NOT is_new AND"			\
	"  comment IS DISTINCT FROM '" PGPUB_MADE "'),"			\
	" kn AS (SELECT * FROM kb WHERE is_new)"

/* Indexes that no constraint made; `body` is what follows the table. */
#define INDEXES								\
	", i AS (SELECT t.name, t.staged, t.home, x.indexrelid, c.relname,"	\
	"  x.indisunique, x.indexprs IS NOT NULL AS computed,"		\
	"  obj_description(c.oid, 'pg_class') AS comment,"		\
	"  x.indrelid = t.new AS is_new, substr(pg_get_indexdef("	\
	"  x.indexrelid), length(format('CREATE %sINDEX %I ON %s', CASE"	\
	"  WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END, c.relname,"	\
	"  x.indrelid::regclass)) + 1) AS body"				\
	"  FROM t JOIN pg_index x ON x.indrelid IN (t.old, t.new)"	\
	"  JOIN pg_class c ON c.oid = x.indexrelid"			\
	"  WHERE t.old IS NOT NULL AND t.home IS NOT NULL AND"		\
	"  (x.indisvalid OR x.indrelid = t.new) AND"			\
	"  NOT EXISTS (SELECT FROM pg_constraint y WHERE"		\
	"  y.conindid = x.indexrelid AND y.conrelid = x.indrelid)),"	\
	" io AS (SELECT * FROM i WHERE NOT is_new AND"			\
	"  comment IS DISTINCT FROM '" PGPUB_MADE "'),"			\
	" ixn AS (SELECT * FROM i WHERE is_new)"

/* Extended statistics; `body` stands between the names. */
#define STATISTICS							\
	", s AS (SELECT t.name, t.staged, t.home, x.oid, x.stxname,"	\
	"  x.stxrelid = t.new AS is_new, to_jsonb(x)->>'stxstattarget'"	\
	"  AS target, pg_get_userbyid(x.stxowner) AS owner,"		\
	"  obj_description(x.oid, 'pg_statistic_ext') AS comment,"	\
	"  substr(left(pg_get_statisticsobjdef(x.oid), -length(format("	\
	"  ' FROM %s', x.stxrelid::regclass))), length(format("		\
	"  'CREATE STATISTICS %I.%I', m.nspname, x.stxname)) + 1) AS body"	\
	"  FROM t JOIN pg_statistic_ext x ON x.stxrelid IN (t.old, t.new)"	\
	"  JOIN pg_namespace m ON m.oid = x.stxnamespace"		\
	"  WHERE t.old IS NOT NULL AND t.home IS NOT NULL),"		\
	" so AS (SELECT * FROM s WHERE NOT is_new),"			\
	" sn AS (SELECT * FROM s WHERE is_new)"

/* (order, doing, statement, definition); the order is that of the steps, as
 * keys are needed before foreign keys. */
static const char sql_build[] = PGPUB_TABLES CONSTRAINTS INDEXES STATISTICS
    ", p AS (SELECT t.*, o.reltablespace AS oldspace, n.reltablespace AS"
    "  newspace, o.relpersistence AS oldkind, n.relpersistence AS newkind"
    "  FROM t JOIN pg_class o ON o.oid = t.old JOIN pg_class n ON"
    "  n.oid = t.new),"
    " space AS (SELECT spcname AS usual FROM pg_database d JOIN pg_tablespace"
    "  s ON s.oid = d.dattablespace WHERE datname = current_database()),"
    " q AS ("
    "SELECT 10 AS ord, format('moving table ''%s'' to its tablespace', name)"
    "  AS doing, format('ALTER TABLE %s SET TABLESPACE %I', staged,"
    "  coalesce(s.spcname, usual)) AS sql, '' AS def FROM p CROSS JOIN space"
    "  LEFT JOIN pg_tablespace s ON s.oid = oldspace"
    "  WHERE oldspace <> newspace"
    " UNION ALL SELECT 11, format('logging table ''%s'' as the live one',"
    "  name), format('ALTER TABLE %s SET %s', staged, CASE oldkind WHEN 'u'"
    "  THEN 'UNLOGGED' ELSE 'LOGGED' END), '' FROM p WHERE oldkind <> newkind"
    " UNION ALL SELECT 20, format('dropping constraint ''%s'' that the live"
    " table ''%s'' does not have', kn.conname, kn.name), format('ALTER TABLE"
    " %s DROP CONSTRAINT %I', kn.staged, kn.conname), coalesce(ko.body,"
    "  kn.body) FROM kn LEFT JOIN ko ON ko.name = kn.name AND ko.conname ="
    "  kn.conname AND ko.contype = kn.contype WHERE kn.contype <> 'p' AND"
    "  kn.comment IS DISTINCT FROM '" PGPUB_MADE "' AND ko.body IS DISTINCT"
    "  FROM kn.body"
    " UNION ALL SELECT 21, format('dropping index ''%s'' that the live table"
    " ''%s'' does not have', ixn.relname, ixn.name), format('DROP INDEX"
    " %I.%I', ixn.home, ixn.relname), coalesce(io.body, ixn.body) FROM"
    "  ixn LEFT JOIN io ON io.name = ixn.name AND io.relname = ixn.relname"
    "  WHERE ixn.comment IS DISTINCT FROM '" PGPUB_MADE "' AND (io.body,"
    "  io.indisunique) IS DISTINCT FROM (ixn.body, ixn.indisunique)"
    " UNION ALL SELECT 22, format('dropping statistics ''%s'' that the live"
    " table ''%s'' does not have', sn.stxname, sn.name), format('DROP"
    " STATISTICS %I.%I', sn.home, sn.stxname), coalesce(so.body, sn.body) FROM"
    "  sn LEFT JOIN so ON so.name = sn.name AND so.stxname = sn.stxname WHERE"
    "  so.body IS DISTINCT FROM sn.body"
    " UNION ALL SELECT 30, format('setting statistics of column ''%s.%s''',"
    "  t.name, a.attname), format('ALTER TABLE %s ALTER COLUMN %I SET"
    " STATISTICS %s', staged, a.attname, coalesce(a.attstattarget, -1)), ''"
    "  FROM t JOIN pg_attribute a ON a.attrelid = t.old AND a.attnum > 0 AND"
    "  NOT a.attisdropped JOIN pg_attribute b ON b.attrelid = t.new AND"
    "  b.attname = a.attname AND b.attnum > 0 WHERE coalesce(a.attstattarget,"
    "  -1) <> coalesce(b.attstattarget, -1)"
    " UNION ALL SELECT 31, format('setting options of column ''%s.%s''',"
    "  t.name, a.attname), format('ALTER TABLE %s ALTER COLUMN %I SET (%s)',"
    "  staged, a.attname, array_to_string(a.attoptions, ', ')), '' FROM t"
    "  JOIN pg_attribute a ON a.attrelid = t.old AND a.attnum > 0 AND"
    "  NOT a.attisdropped JOIN pg_attribute b ON b.attrelid = t.new AND"
    "  b.attname = a.attname AND b.attnum > 0 WHERE a.attoptions IS NOT NULL"
    "  AND a.attoptions IS DISTINCT FROM b.attoptions"
    " UNION ALL SELECT 32, format('setting options of column ''%s.%s''',"
    "  t.name, a.attname), format('ALTER TABLE %s ALTER COLUMN %I RESET (%s)',"
    "  staged, a.attname, (SELECT string_agg(split_part(o, '=', 1), ', ')"
    "  FROM unnest(b.attoptions) o)), '' FROM t JOIN pg_attribute a ON"
    "  a.attrelid = t.old AND a.attnum > 0 JOIN pg_attribute b ON"
    "  b.attrelid = t.new AND b.attname = a.attname WHERE a.attoptions IS NULL"
    "  AND b.attoptions IS NOT NULL"
    " UNION ALL SELECT 40, format('making constraint ''%s'' of the live table"
    " ''%s''', ko.conname, ko.name), format('ALTER TABLE %s ADD CONSTRAINT %I"
    " %s', ko.staged, ko.conname, ko.sql), ko.body FROM ko LEFT JOIN kn ON"
    "  kn.name = ko.name AND kn.conname = ko.conname AND (kn.contype ="
    "  ko.contype AND kn.body = ko.body OR kn.comment = '" PGPUB_MADE "')"
    "  WHERE kn.oid IS NULL AND ko.contype <> 'f' AND (ko.contype <> 'p' OR"
    "  NOT EXISTS (SELECT FROM kn q WHERE q.name = ko.name AND"
    "  q.contype = 'p'))"
    " UNION ALL SELECT 41, format('setting options of index ''%s''',"
    "  ko.conname), format('ALTER INDEX %I.%I SET (%s)', t.home, ko.conname,"
    "  array_to_string(c.reloptions, ', ')), '' FROM ko JOIN t ON"
    "  t.name = ko.name JOIN pg_class c ON c.oid = ko.conindid AND"
    "  ko.contype IN ('p', 'u', 'x') LEFT JOIN pg_class n ON n.relname ="
    "  ko.conname AND n.relnamespace = (SELECT oid FROM pg_namespace WHERE"
    "  nspname = t.home) WHERE c.reloptions IS NOT NULL AND c.reloptions IS"
    "  DISTINCT FROM n.reloptions"
    " UNION ALL SELECT 42, format('making index ''%s'' of the live table"
    " ''%s''', io.relname, io.name), format('CREATE %sINDEX %I ON %s', CASE"
    "  WHEN io.indisunique THEN 'UNIQUE ' ELSE '' END, io.relname, io.staged)"
    "  || io.body, io.body FROM io LEFT JOIN ixn ON ixn.name = io.name AND"
    "  ixn.relname = io.relname AND (ixn.body = io.body AND ixn.indisunique ="
    "  io.indisunique OR ixn.comment = '" PGPUB_MADE "') WHERE"
    "  ixn.indexrelid IS NULL"
    " UNION ALL SELECT 43, format('moving index ''%s'' to its tablespace',"
    "  io.relname), format('ALTER INDEX %I.%I SET TABLESPACE %I', io.home,"
    "  io.relname, coalesce(s.spcname, usual)), '' FROM io JOIN pg_class c ON"
    "  c.oid = io.indexrelid CROSS JOIN space LEFT JOIN ixn ON ixn.name ="
    "  io.name AND ixn.relname = io.relname LEFT JOIN pg_class n ON"
    "  n.oid = ixn.indexrelid LEFT JOIN pg_tablespace s ON s.oid ="
    "  c.reltablespace WHERE c.reltablespace <> coalesce(n.reltablespace, 0)"
    " UNION ALL SELECT 44, format('setting statistics of index ''%s''',"
    "  io.relname), format('ALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS"
    " %s', io.home, io.relname, a.attnum, coalesce(a.attstattarget, -1)), ''"
    "  FROM io JOIN pg_attribute a ON a.attrelid = io.indexrelid LEFT JOIN ixn"
    "  ON ixn.name = io.name AND ixn.relname = io.relname LEFT JOIN"
    "  pg_attribute b ON b.attrelid = ixn.indexrelid AND b.attnum = a.attnum"
    "  WHERE coalesce(a.attstattarget, -1) <> coalesce(b.attstattarget, -1)"
    "  AND ixn.comment IS DISTINCT FROM '" PGPUB_MADE "'"
    " UNION ALL SELECT 50, format('making foreign key ''%s'' of the live table"
    " ''%s''', ko.conname, ko.name), format('ALTER TABLE %s ADD CONSTRAINT %I"
    " %s', ko.staged, ko.conname, ko.sql), ko.body FROM ko LEFT JOIN kn ON"
    "  kn.name = ko.name AND kn.conname = ko.conname AND (kn.contype ="
    "  ko.contype AND kn.body = ko.body OR kn.comment = '" PGPUB_MADE "')"
    "  WHERE kn.oid IS NULL AND ko.contype = 'f'"
    " UNION ALL SELECT 60, format('making statistics ''%s'' of the live table"
    " ''%s''', so.stxname, so.name), format('CREATE STATISTICS %I.%I', so.home,"
    "  so.stxname) || so.body || format(' FROM %s', so.staged), so.body"
    "  FROM so LEFT JOIN sn ON sn.name = so.name AND sn.stxname = so.stxname"
    "  AND sn.body = so.body WHERE sn.oid IS NULL"
    " UNION ALL SELECT 61, format('setting the target of statistics ''%s''',"
    "  so.stxname), format('ALTER STATISTICS %I.%I SET STATISTICS %s', so.home,"
    "  so.stxname, coalesce(so.target, '-1')), '' FROM so LEFT JOIN sn ON"
    "  sn.name = so.name AND sn.stxname = so.stxname WHERE"
    "  coalesce(so.target, '-1') <> coalesce(sn.target, '-1')"
    " UNION ALL SELECT 70, format('commenting on constraint ''%s''',"
    "  ko.conname), format('COMMENT ON CONSTRAINT %I ON %s IS %L', ko.conname,"
    "  ko.staged, ko.comment), '' FROM ko LEFT JOIN kn ON kn.name = ko.name"
    "  AND kn.conname = ko.conname WHERE ko.comment IS DISTINCT FROM"
    "  kn.comment AND (ko.contype <> 'p' OR kn.oid IS NOT NULL OR NOT EXISTS"
    "  (SELECT FROM kn q WHERE q.name = ko.name AND q.contype = 'p')) AND"
    "  kn.comment IS DISTINCT FROM '" PGPUB_MADE "'"
    " UNION ALL SELECT 71, format('commenting on index ''%s''', io.relname),"
    "  format('COMMENT ON INDEX %I.%I IS %L', io.home, io.relname,"
    "  io.comment), '' FROM io LEFT JOIN ixn ON ixn.name = io.name AND"
    "  ixn.relname = io.relname WHERE io.comment IS DISTINCT FROM ixn.comment"
    "  AND ixn.comment IS DISTINCT FROM '" PGPUB_MADE "'"
    " UNION ALL SELECT 72, format('commenting on statistics ''%s''',"
    "  so.stxname), format('COMMENT ON STATISTICS %I.%I IS %L', so.home,"
    "  so.stxname, so.comment), '' FROM so LEFT JOIN sn ON sn.name = so.name"
    "  AND sn.stxname = so.stxname WHERE so.comment IS DISTINCT FROM"
    "  sn.comment"
    ") SELECT ord, doing, sql, def FROM q ORDER BY ord, doing, sql";

static bool
was_built(const struct pgpub *g, const char *what)
{
	uint32_t i;

	for (i = 0; i < g->nbuilt; i++)
		if (strcmp(g->built[i], what) == 0)
			return true;
	return false;
}

/* What names a step: what it does and how; "" as a definition: always. */
static const char *
step_key(struct pgpub *g, const PGresult *res, int row)
{
	return *PQgetvalue(res, row, 3) == '\0' ? NULL : arena_printf(g->a,
	    "%s %s", PQgetvalue(res, row, 2), PQgetvalue(res, row, 3));
}

bool
pgbuild_ask(struct pgpub *g, struct pgpub_script *out)
{
	PGresult *res;
	const char *key;
	int i;

	if (!g->live)
		return true;
	res = pgpub_query(g, sql_build, NULL);
	for (i = 0; res != NULL && i < PQntuples(res); i++) {
		key = step_key(g, res, i);
		if (key == NULL || !was_built(g, key))
			pgpub_add(g, out, PQgetvalue(res, i, 1),
			    PQgetvalue(res, i, 2));
	}
	PQclear(res);
	return res != NULL;
}

/* Rows, or a shape, that what users have added does not allow. */
static void
tell_refused(struct pgpub *g, const char *doing, const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	if (state != NULL && strncmp(state, "23", 2) == 0)
		pgdb_error_as(&g->db, DIAG_T067, doing, res, "the new rows do "
		    "not keep what somebody added to the live table; drop it "
		    "there, or mend the rows");
	else if (state != NULL && strncmp(state, "42", 2) == 0)
		pgdb_error_as(&g->db, DIAG_T068, doing, res, "what somebody "
		    "added to the live table does not fit the new one; drop it "
		    "there");
	else
		pgdb_error(&g->db, doing, res);
}

static bool
build_step(struct pgpub *g, const char *doing, const char *sql,
    const char *key)
{
	PGresult *res;
	bool good;

	if (g->p->dry != NULL) {
		g->analyze = true;
		return pgpub_exec(g, DIAG_T057, doing, sql);
	}
	if (db_is_interrupted(g->p->db))
		return false;
	res = PQexec(g->db.conn, sql);
	good = PQresultStatus(res) == PGRES_COMMAND_OK;
	if (!good)
		tell_refused(g, doing, res);
	g->analyze |= good;
	if (good && key != NULL)
		*ARENA_PUSH(g->a, g->built, g->nbuilt, g->built_cap) = key;
	PQclear(res);
	return good;
}

bool
pgbuild_run(struct pgpub *g)
{
	PGresult *res;
	const char *key;
	bool good;
	int i;

	if (!g->live)
		return true;
	res = pgpub_query(g, sql_build, NULL);
	good = res != NULL;
	for (i = 0; good && i < PQntuples(res); i++) {
		key = step_key(g, res, i);
		if (key == NULL || !was_built(g, key))
			good = build_step(g, PQgetvalue(res, i, 1),
			    PQgetvalue(res, i, 2), key);
	}
	PQclear(res);
	return good;
}

/* --- rows that would refer to none ----------------------------------------- */

/*
 * Foreign keys that are added in the transaction without a look at the rows,
 * and looked at after it: those of new tables that lead elsewhere, and those
 * of other tables that lead to a new one.  One query each.
 */
static const char sql_keys[] = PGPUB_TABLES
    ", k AS (SELECT x.oid, x.conname, CASE WHEN x.conrelid = c.old THEN"
    "  c.staged ELSE x.conrelid::regclass::text END AS child, CASE WHEN"
    "  x.confrelid = p.old THEN p.staged ELSE x.confrelid::regclass::text END"
    "  AS parent, x.conrelid, x.confrelid, x.conkey, x.confkey"
    "  FROM pg_constraint x LEFT JOIN t c ON c.old = x.conrelid LEFT JOIN t p"
    "  ON p.old = x.confrelid WHERE x.contype = 'f' AND x.convalidated AND"
    "  (c.new IS NULL) <> (p.new IS NULL) AND (c.old IS NULL) <>"
    "  (p.old IS NULL) AND x.oid IN (SELECT y.oid FROM t JOIN pg_constraint y"
    "  ON y.conrelid = t.old UNION ALL SELECT y.oid FROM t JOIN pg_depend d ON"
    "  d.refclassid = 'pg_class'::regclass AND d.refobjid = t.old AND"
    "  d.classid = 'pg_constraint'::regclass JOIN pg_constraint y ON"
    "  y.oid = d.objid))"
    " SELECT conname, child, format('SELECT FROM %s c WHERE %s AND NOT EXISTS"
    " (SELECT FROM %s p WHERE %s) LIMIT 1', child, string_agg(format("
    "  'c.%I IS NOT NULL', a.attname), ' AND '), parent, string_agg(format("
    "  'p.%I = c.%I', b.attname, a.attname), ' AND ')) FROM k,"
    "  unnest(k.conkey, k.confkey) u(mine, theirs), pg_attribute a,"
    "  pg_attribute b WHERE a.attrelid = k.conrelid AND a.attnum = u.mine AND"
    "  b.attrelid = k.confrelid AND b.attnum = u.theirs GROUP BY k.oid,"
    "  conname, child, parent ORDER BY 1, 2";

static bool
check_key(struct pgpub *g, const char *name, const char *child,
    const char *sql)
{
	PGresult *res = PQexec(g->db.conn, sql);
	bool good = PQresultStatus(res) == PGRES_TUPLES_OK;

	if (!good)
		tell_refused(g, arena_printf(g->a, "looking at the rows of "
		    "foreign key '%s' of table '%s'", name, child), res);
	else if (PQntuples(res) > 0)
		diag_hint(g->db.diags, diag_add(g->db.diags, DIAG_T067,
		    NOWHERE, "rows of '%s' would refer to none (foreign key "
		    "'%s')", child, name), "mend the rows, or drop the foreign "
		    "key before the publication");
	good = good && PQntuples(res) == 0;
	PQclear(res);
	return good;
}

bool
pgbuild_check_keys(struct pgpub *g)
{
	PGresult *res;
	bool good;
	int i;

	if (!g->live)
		return true;
	res = pgpub_query(g, sql_keys, NULL);
	good = res != NULL;
	for (i = 0; res != NULL && i < PQntuples(res); i++)
		good &= check_key(g, PQgetvalue(res, i, 0),
		    PQgetvalue(res, i, 1), PQgetvalue(res, i, 2));
	PQclear(res);
	return good;
}

#endif
