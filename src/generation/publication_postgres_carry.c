/*
 * What stands on live tables in PostgreSQL, and goes over to the new ones in
 * the transaction: owner, grants, comments, options, defaults, identity and
 * sequences, row level security, triggers, rules, keys that lead elsewhere,
 * replica identity.  None of it costs time with the number of rows.
 *
 * The live table is the authority: what stands on the new one, from a time
 * when it was live itself, is set to what the live one has.  What is tied to
 * other objects (functions, roles, tables, sequences) moves, so that a table
 * that was put away neither hinders them nor acts.  A comment moves to a table
 * that has none; one that the mapping made stays.
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include "base/mem.h"
#include "generation/change_log_postgres.h"
#include "generation/publication_postgres_depend.h"

/*
 * Pairs of relations, and of their columns.  Before anything is staged there is
 * no new one: then it would be as decant makes it.
 */
#define ME	"(SELECT oid FROM pg_roles WHERE rolname = current_user)"
#define PAIR								\
	"SELECT o.oid AS old, n.oid AS new, o.oid IS NOT NULL AS had,"	\
	"  coalesce(n.relowner, " ME ") AS me, coalesce(o.relowner,"	\
	"  n.relowner) AS owner, n.relacl AS newacl, o.relacl AS acl,"	\
	"  o.reloptions AS options, n.reloptions AS newoptions,"	\
	"  o.reltoastrelid AS toast, n.reltoastrelid AS newtoast,"	\
	"  o.relreplident AS replident, n.relreplident AS newreplident,"	\
	"  o.relrowsecurity AS rls, o.relforcerowsecurity AS force, "
#define TABLE_PAIRS							\
	PAIR "t.name AS rel, t.live AS name, t.put, 'TABLE' AS kind"	\
	"  FROM t LEFT JOIN pg_class o ON o.oid = t.old LEFT JOIN"	\
	"  pg_class n ON n.oid = t.new WHERE t.home IS NOT NULL"
/* By then the new one has taken the old one's name. */
#define VIEW_PAIRS							\
	PAIR "o.relname AS rel, o.oid::regclass::text AS name,"		\
	"  NULL::text AS put, 'MATERIALIZED VIEW' AS kind FROM y JOIN"	\
	"  pg_class o ON o.oid = y.rel LEFT JOIN pg_class n ON"		\
	"  n.relname = '" PGPUB_VIEW "' || o.oid AND n.relnamespace IN"	\
	"  (SELECT m.oid FROM pg_namespace m JOIN t ON t.home = m.nspname)"	\
	"  WHERE y.kind = 'matview'"
#define PAIRS(rows)							\
	", p AS (" rows "),"						\
	" c AS (SELECT p.*, a.attname, a.attnum, b.attnum AS newnum,"	\
	"  a.attacl, b.attacl AS newattacl, a.attidentity,"		\
	"  a.attgenerated, a.atthasdef, a.attstorage, b.attstorage AS"	\
	"  newstorage, y.typstorage AS usual, z.typstorage AS newusual,"	\
	"  coalesce(to_jsonb(a)->>'attcompression', '') AS pack,"	\
	"  coalesce(to_jsonb(b)->>'attcompression', '') AS newpack"	\
	"  FROM p JOIN pg_attribute a ON a.attrelid = p.old AND"	\
	"  a.attnum > 0 AND NOT a.attisdropped JOIN pg_type y ON"	\
	"  y.oid = a.atttypid LEFT JOIN pg_attribute b ON b.attrelid ="	\
	"  p.new AND b.attname = a.attname AND b.attnum > 0 LEFT JOIN"	\
	"  pg_type z ON z.oid = b.atttypid WHERE p.new IS NULL OR"	\
	"  b.attnum IS NOT NULL)"

/*
 * Owner and privileges.  A table that had none before gets the schema's
 * default privileges.
 */
#define GRANTS								\
    ", g AS (SELECT p.name, '' AS col, x.* FROM p,"	\
    "   aclexplode(coalesce(p.acl, acldefault('r', p.owner))) x"	\
    "   WHERE p.had AND (p.acl IS NOT NULL OR p.newacl IS NOT NULL)"	\
    "  UNION ALL SELECT p.name, '', x.* FROM p JOIN pg_default_acl d ON"	\
    "   d.defaclrole = p.me AND d.defaclobjtype = 'r' JOIN pg_namespace n ON"	\
    "   n.oid = d.defaclnamespace AND n.nspname = $1::text,"	\
    "   aclexplode(d.defaclacl) x WHERE NOT p.had"	\
    "  UNION ALL SELECT c.name, format(' (%I)', c.attname), x.* FROM c,"	\
    "   aclexplode(c.attacl) x),"	\
    " r AS (SELECT p.name, p.me, p.owner, x.grantee FROM p, aclexplode("	\
    "   coalesce(p.newacl, acldefault('r', p.me))) x WHERE p.had AND"	\
    "   (p.acl IS NOT NULL OR p.newacl IS NOT NULL)"	\
    "  UNION SELECT c.name, c.me, c.owner, x.grantee FROM c,"	\
    "   aclexplode(c.newattacl) x)"	\
    " SELECT 1, 'carrying the owner', format('ALTER TABLE %s OWNER TO %I',"	\
    "   name, pg_get_userbyid(owner)) FROM p WHERE had AND owner <> me"	\
    " UNION ALL SELECT DISTINCT 2, 'carrying grants', format('REVOKE ALL ON"	\
    " TABLE %s FROM %s', name, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE"	\
    "   quote_ident(pg_get_userbyid(CASE WHEN grantee = me THEN owner ELSE"	\
    "   grantee END)) END) FROM r"	\
    " UNION ALL SELECT 3, 'carrying grants', format('GRANT %s ON TABLE %s TO"	\
    " %s%s', string_agg(privilege_type || col, ', '), name, CASE WHEN"	\
    "   grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee))"	\
    "   END, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)"	\
    "   FROM g GROUP BY name, grantee, is_grantable"	\
    " ORDER BY 1, 3"

/* What a sequence counts: all but what its type says. */
#define SEQUENCE_OPTIONS						\
	"format('START WITH %s INCREMENT BY %s MINVALUE %s%s CACHE %s%s',"	\
	"  q.seqstart, q.seqincrement, q.seqmin, CASE WHEN q.seqmax IN"	\
	"  (32767, 2147483647, 9223372036854775807) THEN '' ELSE"	\
	"  ' MAXVALUE ' || q.seqmax END, q.seqcache, CASE WHEN q.seqcycle"	\
	"  THEN ' CYCLE' ELSE '' END)"

#define COLUMNS								\
    ", q AS (SELECT c.name, c.put, c.attname, c.attidentity, d.deptype,"	\
    "  s.relname AS seq, m.nspname AS seqschema, s.relacl AS seqacl, q.*"	\
    "  FROM c JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND"	\
    "  d.refobjid = c.old AND d.refobjsubid = c.attnum AND d.classid ="	\
    "  'pg_class'::regclass AND d.deptype IN ('a', 'i') JOIN pg_class s ON"	\
    "  s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace m ON"	\
    "  m.oid = s.relnamespace JOIN pg_sequence q ON q.seqrelid = s.oid),"	\
    " away AS (SELECT live, away FROM t),"	\
    " o AS (SELECT name, had, options, newoptions, '' AS prefix FROM p"	\
    "  UNION ALL SELECT name, had, x.reloptions, y.reloptions, 'toast.' FROM p"	\
    "  LEFT JOIN pg_class x ON x.oid = toast LEFT JOIN pg_class y ON"	\
    "  y.oid = newtoast)"	\
    "SELECT 1, 'carrying comments', format('COMMENT ON %s %s IS %L', kind,"	\
    "  name, obj_description(old, 'pg_class')) FROM p WHERE obj_description("	\
    "  old, 'pg_class') IS NOT NULL AND obj_description(new, 'pg_class') IS"	\
    "  NULL"	\
    " UNION ALL SELECT 1, 'carrying comments', format('COMMENT ON COLUMN"	\
    " %s.%I IS %L', name, attname, col_description(old, attnum)) FROM c WHERE"	\
    "  col_description(old, attnum) IS NOT NULL AND (new IS NULL OR"	\
    "  col_description(new, newnum) IS NULL)"	\
    " UNION ALL SELECT 2, 'carrying options', format('ALTER TABLE %s RESET"	\
    " (%s)', name, (SELECT string_agg(prefix || quote_ident(split_part(x, '=',"	\
    "  1)), ', ') FROM unnest(newoptions) x)) FROM o WHERE had AND newoptions"	\
    "  <> '{}' AND options IS DISTINCT FROM newoptions"	\
    " UNION ALL SELECT 3, 'carrying options', format('ALTER TABLE %s SET"	\
    " (%s)', name, (SELECT string_agg(format('%s%I = %L', prefix, split_part("	\
    "  x, '=', 1), substr(x, strpos(x, '=') + 1)), ', ' ORDER BY n) FROM"	\
    "  unnest(options) WITH ORDINALITY u(x, n))) FROM o WHERE options <> '{}'"	\
    "  AND options IS DISTINCT FROM newoptions"	\
    " UNION ALL SELECT 4, 'carrying storage', format('ALTER TABLE %s ALTER"	\
    " COLUMN %I SET STORAGE %s', name, attname, CASE WHEN s = 'p' THEN 'PLAIN'"	\
    "  WHEN s = 'e' THEN 'EXTERNAL' WHEN s = 'm' THEN 'MAIN' ELSE 'EXTENDED'"	\
    "  END) FROM c CROSS JOIN LATERAL (SELECT CASE WHEN attstorage = usual"	\
    "  THEN coalesce(newusual, usual) ELSE attstorage END AS s) x WHERE"	\
    "  s <> coalesce(newstorage, usual) AND coalesce(newusual, usual) <> 'p'"	\
    " UNION ALL SELECT 5, 'carrying compression', format('ALTER TABLE %s ALTER"	\
    " COLUMN %I SET COMPRESSION %s', name, attname, CASE pack WHEN 'p' THEN"	\
    "  'pglz' WHEN 'l' THEN 'lz4' ELSE 'DEFAULT' END) FROM c WHERE"	\
    "  pack <> newpack AND coalesce(newusual, usual) <> 'p'"	\
    " UNION ALL SELECT 6, 'carrying defaults', format('ALTER TABLE %s ALTER"	\
    " COLUMN %I SET DEFAULT %s', c.name, c.attname, pg_get_expr(d.adbin,"	\
    "  d.adrelid)) FROM c JOIN pg_attrdef d ON d.adrelid = c.old AND"	\
    "  d.adnum = c.attnum WHERE c.attgenerated = ''"	\
    " UNION ALL SELECT 7, 'carrying an identity', format('ALTER TABLE %s ALTER"	\
    " COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %I.%I %s)', q.name,"	\
    "  q.attname, CASE q.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT'"	\
    "  END, $1::text, q.seq, " SEQUENCE_OPTIONS ") FROM q WHERE deptype = 'i'"	\
    " UNION ALL SELECT 8, 'carrying an identity', format('SELECT setval(%L,"	\
    " last_value, is_called) FROM %I.%I', format('%I.%I', $1::text, q.seq),"	\
    "  a.away, q.seq) FROM q JOIN away a ON a.live = q.name WHERE"	\
    "  deptype = 'i'"	\
    " UNION ALL SELECT 9, 'carrying grants', format('GRANT %s ON SEQUENCE"	\
    " %I.%I TO %s%s', x.privilege_type, $1::text, q.seq, CASE WHEN x.grantee ="	\
    "  0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, CASE"	\
    "  WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM q,"	\
    "  aclexplode(q.seqacl) x WHERE deptype = 'i'"	\
    " UNION ALL SELECT 10, 'carrying a sequence', format('ALTER SEQUENCE %I.%I"	\
    " OWNED BY %s.%I', seqschema, seq, name, attname) FROM q WHERE"	\
    "  deptype = 'a'"	\
    " ORDER BY 1, 3"

static const char sql_grants[] = PGPUB_TABLES PAIRS(TABLE_PAIRS) GRANTS;
static const char sql_columns[] = PGPUB_TABLES PAIRS(TABLE_PAIRS) COLUMNS;
static const char sql_view_grants[] = PGPUB_TABLES PGPUB_DEPENDENTS
    PAIRS(VIEW_PAIRS) GRANTS;
static const char sql_view_columns[] = PGPUB_TABLES PGPUB_DEPENDENTS
    PAIRS(VIEW_PAIRS) COLUMNS;

static const char sql_rules[] = PGPUB_TABLES PAIRS(TABLE_PAIRS)
    ", k AS (SELECT p.name, p.rel, x.oid, x.conname, x.convalidated,"
    "  pg_get_constraintdef(x.oid) AS def FROM p JOIN pg_constraint x ON"
    "  x.conrelid = p.old AND x.contype = 'f' WHERE NOT EXISTS (SELECT FROM t"
    "  WHERE t.old = x.confrelid) AND NOT EXISTS (SELECT FROM pg_constraint y"
    "  WHERE y.conrelid = p.new AND y.conname = x.conname)),"
    " g AS (SELECT p.name, x.*, pg_get_triggerdef(x.oid) AS def FROM p JOIN"
    "  pg_trigger x ON x.tgrelid = p.old AND NOT x.tgisinternal WHERE"
    "  NOT EXISTS (SELECT FROM pg_proc f JOIN pg_namespace m ON m.oid ="
    "  f.pronamespace WHERE f.oid = x.tgfoid AND m.nspname = 'decant')),"
    " w AS (SELECT p.name, x.*, pg_get_ruledef(x.oid) AS def FROM p JOIN"
    "  pg_rewrite x ON x.ev_class = p.old WHERE p.kind = 'TABLE')"
    "SELECT 1, format('carrying row level security of ''%s''', name),"
    "  format('ALTER TABLE %s %s ROW LEVEL SECURITY', name, w) FROM p,"
    "  unnest(CASE WHEN rls THEN '{ENABLE}'::text[] END || CASE WHEN force"
    "  THEN '{FORCE}'::text[] END) w"
    " UNION ALL SELECT 2, format('carrying policy ''%s''', x.polname), format("
    "  'CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', x.polname, p.name,"
    "  CASE WHEN x.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,"
    "  CASE x.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w'"
    "  THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END, (SELECT"
    "  string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident("
    "  pg_get_userbyid(r)) END, ', ') FROM unnest(x.polroles) r), coalesce("
    "  ' USING (' || pg_get_expr(x.polqual, x.polrelid) || ')', ''),"
    "  coalesce(' WITH CHECK (' || pg_get_expr(x.polwithcheck,"
    "  x.polrelid) || ')', '')) FROM p JOIN pg_policy x ON x.polrelid = p.old"
    " UNION ALL SELECT 3, 'carrying comments', format('COMMENT ON POLICY %I ON"
    " %s IS %L', x.polname, p.name, obj_description(x.oid, 'pg_policy'))"
    "  FROM p JOIN pg_policy x ON x.polrelid = p.old WHERE obj_description("
    "  x.oid, 'pg_policy') IS NOT NULL"
    " UNION ALL SELECT 4, format('carrying trigger ''%s''', tgname), def"
    "  FROM g"
    " UNION ALL SELECT 5, format('carrying trigger ''%s''', tgname), format("
    "  'ALTER TABLE %s %s TRIGGER %I', name, CASE tgenabled WHEN 'D' THEN"
    "  'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,"
    "  tgname) FROM g WHERE tgenabled <> 'O'"
    " UNION ALL SELECT 6, 'carrying comments', format('COMMENT ON TRIGGER %I ON"
    " %s IS %L', tgname, name, obj_description(oid, 'pg_trigger')) FROM g"
    "  WHERE obj_description(oid, 'pg_trigger') IS NOT NULL"
    " UNION ALL SELECT 7, format('carrying rule ''%s''', rulename), def FROM w"
    " UNION ALL SELECT 8, format('carrying rule ''%s''', rulename), format("
    "  'ALTER TABLE %s %s RULE %I', name, CASE ev_enabled WHEN 'D' THEN"
    "  'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,"
    "  rulename) FROM w WHERE ev_enabled <> 'O'"
    " UNION ALL SELECT 9, 'carrying comments', format('COMMENT ON RULE %I ON"
    " %s IS %L', rulename, name, obj_description(oid, 'pg_rewrite')) FROM w"
    "  WHERE obj_description(oid, 'pg_rewrite') IS NOT NULL"
    " UNION ALL SELECT 10, format('carrying foreign key ''%s''', conname),"
    "  format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', name, conname, def,"
    "  CASE WHEN convalidated THEN ' NOT VALID' ELSE '' END) FROM k"
    " UNION ALL SELECT 11, 'carrying comments', format('COMMENT ON CONSTRAINT"
    " %I ON %s IS %L', conname, name, obj_description(oid, 'pg_constraint'))"
    "  FROM k WHERE obj_description(oid, 'pg_constraint') IS NOT NULL"
    " UNION ALL SELECT 12, format('carrying statistics ''%s''', x.stxname),"
    "  format('ALTER STATISTICS %I.%I SET SCHEMA %I', t.home, x.stxname,"
    "  m.nspname) FROM t JOIN pg_statistic_ext x ON x.stxrelid = t.old JOIN"
    "  pg_namespace m ON m.oid = x.stxnamespace WHERE t.home IS NOT NULL"
    " UNION ALL SELECT 13, format('carrying statistics ''%s''', x.stxname),"
    "  format('ALTER STATISTICS %I.%I OWNER TO %I', m.nspname, x.stxname,"
    "  pg_get_userbyid(x.stxowner)) FROM t JOIN pg_statistic_ext x ON"
    "  x.stxrelid = t.old JOIN pg_namespace m ON m.oid = x.stxnamespace WHERE"
    "  t.home IS NOT NULL AND pg_get_userbyid(x.stxowner) <> current_user"
    " UNION ALL SELECT 14, 'carrying replica identity', format('ALTER TABLE %s"
    " REPLICA IDENTITY %s', name, CASE replident WHEN 'd' THEN 'DEFAULT' WHEN"
    "  'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX ' || (SELECT"
    "  quote_ident(i.relname) FROM pg_index x JOIN pg_class i ON i.oid ="
    "  x.indexrelid WHERE x.indrelid = p.old AND x.indisreplident) END) FROM p"
    "  WHERE replident <> coalesce(newreplident, 'd') OR replident = 'i'"
    " UNION ALL SELECT 15, 'carrying cluster order', format('ALTER TABLE %s"
    " SET WITHOUT CLUSTER', name) FROM p WHERE had AND EXISTS (SELECT FROM"
    "  pg_index WHERE indrelid = new AND indisclustered)"
    " UNION ALL SELECT 16, 'carrying cluster order', format('ALTER TABLE %s"
    " CLUSTER ON %I', p.name, i.relname) FROM p JOIN pg_index x ON"
    "  x.indrelid = p.old AND x.indisclustered JOIN pg_class i ON i.oid ="
    "  x.indexrelid WHERE p.kind = 'TABLE'"
    " ORDER BY 1, 3";

/*
 * While the old tables are live: a sequence would move with its table, and
 * statistics have names of their own.  The old ones' log ends.
 */
static const char sql_before[] = PGPUB_TABLES PAIRS(TABLE_PAIRS)
    "SELECT 1, 'carrying a sequence', format('ALTER SEQUENCE %s OWNED BY"
    " NONE', s.oid::regclass) FROM c JOIN pg_depend d ON d.refclassid ="
    "  'pg_class'::regclass AND d.refobjid = c.old AND d.refobjsubid ="
    "  c.attnum AND d.classid = 'pg_class'::regclass AND d.deptype = 'a'"
    "  JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
    " UNION ALL SELECT 2, format('carrying statistics ''%s''', x.stxname),"
    "  format('ALTER STATISTICS %I.%I SET SCHEMA %I', m.nspname, x.stxname,"
    "  t.away) FROM t JOIN pg_statistic_ext x ON x.stxrelid = t.old JOIN"
    "  pg_namespace m ON m.oid = x.stxnamespace WHERE t.away IS NOT NULL"
    " UNION ALL SELECT 3, 'ending the change log', format('DROP TRIGGER %I ON"
    " %s', x.tgname, t.live) FROM t JOIN pg_trigger x ON x.tgrelid = t.old AND"
    "  NOT x.tgisinternal JOIN pg_proc f ON f.oid = x.tgfoid JOIN pg_namespace"
    "  m ON m.oid = f.pronamespace AND m.nspname = 'decant' AND x.tgname <>"
    "  'decant_agree'"		/* compat.h's */
    " UNION ALL SELECT 4, 'opening tables', format('DROP TRIGGER %I ON %s',"
    "  x.tgname, t.staged) FROM t JOIN pg_trigger x ON x.tgrelid = t.new AND"
    "  x.tgname = '" PGLOG_GUARD "'"
    " ORDER BY 1, 3";

/*
 * What a table does not keep that is not live (`rel`, called `as`).  Foreign
 * keys that lead to a table that is not put away with it go, too.
 */
#define STRIP(rel, as)							\
	"SELECT 1, 'dropping triggers', format('DROP TRIGGER %I ON %s',"	\
	"  x.tgname, " as ") FROM t JOIN pg_trigger x ON x.tgrelid = "	\
	rel " AND NOT x.tgisinternal WHERE NOT EXISTS (SELECT FROM"	\
	"  pg_proc f JOIN pg_namespace m ON m.oid = f.pronamespace WHERE"	\
	"  f.oid = x.tgfoid AND m.nspname = 'decant')"			\
	" UNION ALL SELECT 2, 'dropping policies', format('DROP POLICY %I"	\
	" ON %s', x.polname, " as ") FROM t JOIN pg_policy x ON"	\
	"  x.polrelid = " rel						\
	" UNION ALL SELECT 3, 'dropping row level security', format("	\
	"  'ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL"	\
	" SECURITY', " as ") FROM t JOIN pg_class x ON x.oid = " rel	\
	"  WHERE x.relrowsecurity OR x.relforcerowsecurity"		\
	" UNION ALL SELECT 4, 'dropping rules', format('DROP RULE %I ON"	\
	" %s', x.rulename, " as ") FROM t JOIN pg_rewrite x ON"		\
	"  x.ev_class = " rel						\
	" UNION ALL SELECT 5, 'dropping defaults', format('ALTER TABLE %s"	\
	" ALTER COLUMN %I DROP %s', " as ", x.attname, CASE WHEN"	\
	"  x.attidentity <> '' THEN 'IDENTITY' ELSE 'DEFAULT' END)"	\
	"  FROM t JOIN pg_attribute x ON x.attrelid = " rel " AND"	\
	"  x.attnum > 0 AND NOT x.attisdropped AND x.attgenerated = ''"	\
	"  AND (x.atthasdef OR x.attidentity <> '')"

static const char sql_strip_new[] = PGPUB_TABLES
    STRIP("(CASE WHEN t.old IS NOT NULL THEN t.new END)", "t.staged")
    " ORDER BY 1, 3";

static const char sql_strip_old[] = PGPUB_TABLES
    STRIP("(CASE WHEN t.home IS NOT NULL THEN t.old END)", "t.put")
    " UNION ALL SELECT 6, 'dropping foreign keys', format('ALTER TABLE %s DROP"
    " CONSTRAINT %I', t.put, x.conname) FROM t JOIN pg_constraint x ON"
    "  x.conrelid = t.old AND x.contype = 'f' WHERE t.away IS NOT NULL AND"
    "  NOT EXISTS (SELECT FROM t o WHERE o.old = x.confrelid)"
    " UNION ALL SELECT 9, 'closing tables', format('CREATE TRIGGER "
    PGLOG_GUARD " BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH"
    " STATEMENT EXECUTE FUNCTION decant." PGLOG_GUARD "()', t.put) FROM t"
    "  WHERE t.old IS NOT NULL AND t.away IS NOT NULL"
    " UNION ALL SELECT 7, 'dropping comments', format('COMMENT ON TABLE %s IS"
    " NULL', t.put) FROM t WHERE home IS NOT NULL AND obj_description(old,"
    "  'pg_class') IS NOT NULL AND obj_description(new, 'pg_class') IS NULL"
    " UNION ALL SELECT 8, 'dropping comments', format('COMMENT ON COLUMN %s.%I"
    " IS NULL', t.put, a.attname) FROM t JOIN pg_attribute a ON a.attrelid ="
    "  t.old AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attribute b"
    "  ON b.attrelid = t.new AND b.attname = a.attname WHERE t.home IS NOT"
    "  NULL AND col_description(t.old, a.attnum) IS NOT NULL AND (t.new IS"
    "  NULL OR b.attnum IS NOT NULL) AND col_description(t.new, b.attnum) IS"
    "  NULL"
    " ORDER BY 1, 3";

/* Foreign keys that were not looked at. */
static const char sql_after[] = PGPUB_TABLES
    "SELECT 1, format('looking at the rows of foreign key ''%s'' of table"
    " ''%s''', x.conname, t.live), format('ALTER TABLE %s VALIDATE CONSTRAINT"
    " %I', t.live, x.conname) FROM t JOIN pg_constraint x ON x.conrelid ="
    "  t.old AND x.contype = 'f' AND x.convalidated WHERE t.home IS NOT NULL"
    "  AND NOT EXISTS (SELECT FROM t o WHERE o.old = x.confrelid) AND"
    "  NOT EXISTS (SELECT FROM pg_constraint y WHERE y.conrelid = t.new AND"
    "  y.conname = x.conname) ORDER BY 1, 3";

/*
 * Foreign keys of new tables that lead to a table of a generation that does
 * not become live with them: they are to lead to the live one of its name.
 */
#define ASTRAY								\
	", k AS (SELECT t.live, t.staged, x.oid, x.conname, x.convalidated,"	\
	"  obj_description(x.oid, 'pg_constraint') AS comment,"		\
	"  pg_get_constraintdef(x.oid) AS def, x.confrelid::regclass::text"	\
	"  AS target, format('%I.%I', $1::text, r.relname) AS right_one,"	\
	"  format('FOREIGN KEY (%s) REFERENCES ', (SELECT string_agg("	\
	"  quote_ident(attname), ', ' ORDER BY n) FROM unnest(x.conkey)"	\
	"  WITH ORDINALITY u(num, n) JOIN pg_attribute ON attrelid ="	\
	"  x.conrelid AND attnum = num)) AS head"			\
	"  FROM t JOIN pg_constraint x ON x.conrelid = t.new AND"	\
	"  x.contype = 'f' JOIN pg_class r ON r.oid = x.confrelid JOIN"	\
	"  pg_namespace m ON m.oid = r.relnamespace WHERE NOT EXISTS"	\
	"  (SELECT FROM t n WHERE n.new = x.confrelid) AND"		\
	"  (m.nspname IN (SELECT away FROM t UNION SELECT home FROM t) OR"	\
	"  EXISTS (SELECT FROM t o WHERE o.old = x.confrelid) OR"	\
	"  obj_description(m.oid, 'pg_namespace') LIKE"			\
	"  'decant generation%'))"

static const char sql_astray_before[] = PGPUB_TABLES ASTRAY
    "SELECT 1, format('turning foreign key ''%s''', conname), format('ALTER"
    " TABLE %s DROP CONSTRAINT %I', staged, conname) FROM k ORDER BY 3";

static const char sql_astray[] = PGPUB_TABLES ASTRAY
    "SELECT 1, format('turning foreign key ''%s''', conname), format('ALTER"
    " TABLE %s ADD CONSTRAINT %I %s%s', live, conname, head || right_one ||"
    "  substr(def, length(head || target) + 1), CASE WHEN convalidated THEN"
    "  ' NOT VALID' ELSE '' END) FROM k"
    " UNION ALL SELECT 2, 'carrying comments', format('COMMENT ON CONSTRAINT"
    " %I ON %s IS %L', conname, live, comment) FROM k WHERE comment IS NOT"
    "  NULL ORDER BY 1, 3";

static const char sql_astray_after[] = PGPUB_TABLES ASTRAY
    "SELECT 1, format('looking at the rows of foreign key ''%s'' of table"
    " ''%s''', conname, live), format('ALTER TABLE %s VALIDATE CONSTRAINT %I',"
    "  live, conname) FROM k WHERE convalidated ORDER BY 3";

/*
 * Publications that name a table get the new one; those of whole schemas or
 * of everything need nothing.
 */
#define PUBLISHED(columns, filter)					\
	PGPUB_TABLES "SELECT 1, format('replicating ''%s''', t.live), sql"	\
	"  FROM t JOIN pg_publication_rel x ON x.prrelid = t.old"	\
	"  JOIN pg_publication b ON b.oid = x.prpubid CROSS JOIN LATERAL"	\
	"  (VALUES (1, format('ALTER PUBLICATION %I DROP TABLE %s',"	\
	"  b.pubname, t.put)), (2, format('ALTER PUBLICATION %I ADD TABLE"	\
	" %s%s%s', b.pubname, t.live, " columns ", " filter "))) v(n, sql)"	\
	"  WHERE t.home IS NOT NULL ORDER BY b.pubname, v.n, sql"

static const char sql_published[] = PUBLISHED("''", "''");
static const char sql_published_15[] = PUBLISHED(
    "coalesce((SELECT ' (' || string_agg(quote_ident(attname), ', '"
    "  ORDER BY attnum) || ')' FROM unnest(x.prattrs) n JOIN pg_attribute ON"
    "  attrelid = t.old AND attnum = n), '')",
    "coalesce(' WHERE (' || pg_get_expr(x.prqual, x.prrelid) || ')', '')");

static bool
ask_astray(struct pgpub *g)
{
	uint32_t n = g->before.n;

	return pgpub_ask(g, &g->before, sql_astray_before) &&
	    (g->before.n == n || (pgpub_ask(g, &g->carry, sql_astray) &&
	    pgpub_ask(g, &g->after, sql_astray_after)));
}

bool
pgcarry_ask(struct pgpub *g)
{
	return pgpub_ask(g, &g->before, sql_before) &&
	    pgpub_ask_live(g, &g->before, sql_strip_new) &&
	    pgpub_ask(g, &g->carry, sql_grants) &&
	    pgpub_ask_live(g, &g->carry, sql_columns) &&
	    (!g->views || (pgpub_ask(g, &g->carry, sql_view_grants) &&
	    pgpub_ask(g, &g->carry, sql_view_columns))) &&
	    pgpub_ask_live(g, &g->carry, sql_rules) &&
	    (!g->p->resync || pgpub_ask_live(g, &g->carry,
	    PQserverVersion(g->db.conn) >= 150000 ? sql_published_15 :
	    sql_published)) &&
	    pgpub_ask_live(g, &g->after, sql_after) && ask_astray(g);
}

bool
pgcarry_strip(struct pgpub *g, struct pgpub_script *out)
{
	return pgpub_ask_live(g, out, sql_strip_old);
}

#endif
