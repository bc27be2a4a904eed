/*
 * Staged tables become live: one transaction on the control connection that
 * locks the live tables, drops them, and moves the staged ones into their
 * schema.  Readers wait for it a moment; none sees an empty or missing table.
 *
 * What stood on a live table is carried to the new one (owner, grants,
 * comments, storage options, statistics targets, plain indexes), or forbids
 * to replace it and is named.  Nothing is lost in silence.
 *
 * The waits for locks end before the server looks for deadlocks, so that
 * decant and not an application's transaction gives way; then everything is
 * let go and tried again.
 */
#ifdef HAVE_LIBPQ

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "sink/sink_postgres_impl.h"

#define LOCK_MS		500	/* at most, and half of deadlock_timeout */
#define ATTEMPTS	20
#define FATE_ATTEMPTS	10
#define SQL_MAX		(4u << 20)
#define TOLD_MOST	20	/* objects named in errors */

/* What lives under the names of our tables.  $1 schema, $2 names. */
#define WITH_LIVE							\
	"WITH t AS (SELECT c.* , c.oid AS id FROM pg_class c"		\
	" JOIN pg_namespace n ON n.oid = c.relnamespace"		\
	" WHERE n.nspname = $1 AND c.relname = ANY ($2::text[])) "

static const char sql_kinds[] = WITH_LIVE
    "SELECT relname, CASE relkind WHEN 'v' THEN 'view'"
    "  WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'"
    "  WHEN 'p' THEN 'partitioned table' WHEN 'S' THEN 'sequence'"
    "  WHEN 'c' THEN 'type' ELSE 'index' END,"
    " relkind = 'r', pg_get_userbyid(relowner),"
    " pg_has_role(relowner, 'USAGE')"
    " FROM t WHERE relkind <> 'r' OR NOT pg_has_role(relowner, 'USAGE')"
    " ORDER BY relname COLLATE \"C\"";

/* What decant does not carry.  $3: names of tables without a key. */
static const char sql_losses[] = WITH_LIVE
    "SELECT t.relname, format('trigger %I', x.tgname) FROM t"
    "  JOIN pg_trigger x ON x.tgrelid = t.id AND NOT x.tgisinternal"
    " UNION ALL SELECT relname, 'row level security' FROM t"
    "  WHERE relrowsecurity OR relforcerowsecurity"
    " UNION ALL SELECT t.relname, format('policy %I', x.polname) FROM t"
    "  JOIN pg_policy x ON x.polrelid = t.id"
    " UNION ALL SELECT t.relname, format('rule %I', x.rulename) FROM t"
    "  JOIN pg_rewrite x ON x.ev_class = t.id WHERE t.relkind = 'r'"
    " UNION ALL SELECT t.relname, format('parent table %s',"
    "  x.inhparent::regclass) FROM t JOIN pg_inherits x ON x.inhrelid = t.id"
    " UNION ALL SELECT t.relname, format('child table %s',"
    "  x.inhrelid::regclass) FROM t JOIN pg_inherits x ON x.inhparent = t.id"
    " UNION ALL SELECT t.relname, format('constraint %I', x.conname) FROM t"
    "  JOIN pg_constraint x ON x.conrelid = t.id WHERE x.contype IN"
    "  ('c', 'u', 'x', 'f') AND obj_description(x.oid, 'pg_constraint')"
    "  IS DISTINCT FROM '" MADE_BY_DECANT "'"
    " UNION ALL SELECT t.relname, format('primary key %I', x.conname) FROM t"
    "  JOIN pg_constraint x ON x.conrelid = t.id WHERE x.contype = 'p'"
    "  AND t.relname = ANY ($3::text[])"
    " UNION ALL SELECT t.relname, format('default of column %I', a.attname)"
    "  FROM t JOIN pg_attribute a ON a.attrelid = t.id WHERE a.attnum > 0"
    "  AND NOT a.attisdropped AND (a.atthasdef OR a.attidentity <> '')"
    " UNION ALL SELECT t.relname, format('sequence %s', d.objid::regclass)"
    "  FROM t JOIN pg_depend d ON d.refobjid = t.id AND d.refclassid ="
    "  'pg_class'::regclass AND d.classid = 'pg_class'::regclass AND"
    "  d.deptype = 'a' JOIN pg_class q ON q.oid = d.objid AND"
    "  q.relkind = 'S'"
    " UNION ALL SELECT t.relname, format('statistics %I', x.stxname) FROM t"
    "  JOIN pg_statistic_ext x ON x.stxrelid = t.id"
    " UNION ALL SELECT t.relname, format('publication %I', x.pubname) FROM t"
    "  JOIN pg_publication_tables x ON x.tablename = t.relname"
    "  AND x.schemaname = $1"
    " UNION ALL SELECT relname, 'replica identity' FROM t"
    "  WHERE relkind = 'r' AND relreplident <> 'd'"
    " UNION ALL SELECT DISTINCT t.relname, 'security label' FROM t"
    "  JOIN pg_seclabel x ON x.classoid = 'pg_class'::regclass AND"
    "  x.objoid = t.id"
    " ORDER BY 1, 2 LIMIT 20";

/*
 * Objects elsewhere that are bound to a table or to its row type (whose array
 * type they may use).  It runs under the locks, so pg_depend must be found by
 * its index.
 */
static const char sql_dependents[] = WITH_LIVE
    ", u AS (SELECT id, relname, 'pg_class'::regclass AS cls, id AS obj FROM t"
    "  UNION ALL SELECT id, relname, 'pg_type'::regclass, reltype FROM t"
    "  UNION ALL SELECT t.id, relname, 'pg_type'::regclass, y.typarray FROM t"
    "   JOIN pg_type y ON y.oid = t.reltype)"
    " SELECT DISTINCT u.relname, CASE WHEN r.oid IS NOT NULL THEN"
    "  pg_describe_object('pg_class'::regclass, r.ev_class, 0)"
    "  ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END"
    " FROM u JOIN pg_depend d ON d.refclassid = u.cls AND"
    "  d.refobjid = u.obj AND d.deptype = 'n'"
    " LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND"
    "  r.oid = d.objid"
    " WHERE r.ev_class IS DISTINCT FROM u.id AND NOT (d.classid ="
    "  'pg_constraint'::regclass AND EXISTS (SELECT 1 FROM pg_constraint k"
    "  JOIN t ON t.id = k.conrelid WHERE k.oid = d.objid))"
    " ORDER BY 1, 2 LIMIT 20";

/* CREATE INDEX, on the staged table, of indexes that no constraint made and
 * that it does not have.  $3: staging schema. */
static const char sql_indexes[] = WITH_LIVE
    "SELECT t.relname, c.relname, format('CREATE %sINDEX %I ON %I.%I',"
    "  CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, c.relname,"
    "  $3::text, t.relname) || substr(pg_get_indexdef(i.indexrelid),"
    "  length(format('CREATE %sINDEX %I ON %I.%I', CASE WHEN i.indisunique"
    "  THEN 'UNIQUE ' ELSE '' END, c.relname, $1, t.relname)) + 1)"
    " FROM t JOIN pg_index i ON i.indrelid = t.id"
    " JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE NOT EXISTS (SELECT 1 FROM"
    "  pg_constraint x WHERE x.conindid = i.indexrelid AND"
    "  x.conrelid = t.id)"
    " AND obj_description(c.oid, 'pg_class') IS DISTINCT FROM"
    "  '" MADE_BY_DECANT "'"
    " AND NOT EXISTS (SELECT 1 FROM pg_class s JOIN pg_namespace n"
    "  ON n.oid = s.relnamespace WHERE n.nspname = $3 AND"
    "  s.relname = c.relname)"
    " ORDER BY t.relname COLLATE \"C\", c.relname COLLATE \"C\"";

/*
 * Statements that make a new table, already in its place, what the old one
 * was; a table that had none before gets the schema's default privileges.
 * $1 live schema, $2 names, $3 staging schema.
 */
static const char sql_carry[] =
    "WITH l AS (SELECT c.* , c.oid AS id FROM pg_class c JOIN pg_namespace n"
    "  ON n.oid = c.relnamespace WHERE n.nspname = $1 AND"
    "  c.relname = ANY ($2::text[])),"
    " p AS (SELECT s.oid AS new, l.id AS old, format('%I.%I', $1, s.relname)"
    "  AS name, s.relowner AS me, coalesce(l.relowner, s.relowner) AS owner,"
    "  s.relacl AS newacl, l.relacl AS acl, l.reloptions AS options"
    "  FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace"
    "  LEFT JOIN l ON l.relname = s.relname"
    "  WHERE n.nspname = $3 AND s.relname = ANY ($2::text[])"
    "  AND s.relkind = 'r'),"
    " g AS (SELECT p.name, '' AS col, x.* FROM p,"
    "   aclexplode(coalesce(p.acl, acldefault('r', p.owner))) x"
    "   WHERE p.old IS NOT NULL AND (p.acl IS NOT NULL OR"
    "   p.newacl IS NOT NULL)"
    "  UNION ALL SELECT p.name, '', x.* FROM p JOIN pg_default_acl d ON"
    "   d.defaclrole = p.me AND d.defaclobjtype = 'r' JOIN pg_namespace n ON"
    "   n.oid = d.defaclnamespace AND n.nspname = $1, aclexplode(d.defaclacl)"
    "   x WHERE p.old IS NULL"
    "  UNION ALL SELECT p.name, format(' (%I)', a.attname), x.* FROM p"
    "   JOIN pg_attribute a ON a.attrelid = p.old AND NOT a.attisdropped"
    "   JOIN pg_attribute b ON b.attrelid = p.new AND b.attname = a.attname,"
    "   aclexplode(a.attacl) x)"
    " SELECT 1, format('ALTER TABLE %s OWNER TO %I', name,"
    "   pg_get_userbyid(owner)) FROM p WHERE owner <> me"
    " UNION ALL SELECT DISTINCT 2, format('REVOKE ALL ON TABLE %s FROM %s',"
    "   p.name, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident("
    "   pg_get_userbyid(CASE WHEN x.grantee = p.me THEN p.owner ELSE"
    "   x.grantee END)) END)"
    "  FROM p, aclexplode(coalesce(p.newacl, acldefault('r', p.me))) x"
    "  WHERE p.old IS NOT NULL AND (p.acl IS NOT NULL OR"
    "   p.newacl IS NOT NULL)"
    " UNION ALL SELECT 3, format('GRANT %s ON TABLE %s TO %s%s', string_agg("
    "   privilege_type || col, ', '), name, CASE WHEN grantee = 0 THEN"
    "   'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,"
    "   CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)"
    "  FROM g GROUP BY name, grantee, is_grantable"
    " UNION ALL SELECT 4, format('COMMENT ON TABLE %s IS %L', name,"
    "   obj_description(old, 'pg_class')) FROM p"
    "  WHERE obj_description(old, 'pg_class') IS NOT NULL AND"
    "   obj_description(new, 'pg_class') IS NULL"
    " UNION ALL SELECT 5, format('COMMENT ON COLUMN %s.%I IS %L', p.name,"
    "   b.attname, col_description(p.old, a.attnum)) FROM p"
    "  JOIN pg_attribute a ON a.attrelid = p.old AND a.attnum > 0 AND"
    "   NOT a.attisdropped"
    "  JOIN pg_attribute b ON b.attrelid = p.new AND b.attname = a.attname"
    "  WHERE col_description(p.old, a.attnum) IS NOT NULL AND"
    "   col_description(p.new, b.attnum) IS NULL"
    " UNION ALL SELECT 6, format('ALTER TABLE %s ALTER COLUMN %I SET"
    " STATISTICS %s', p.name, b.attname, a.attstattarget) FROM p"
    "  JOIN pg_attribute a ON a.attrelid = p.old AND a.attnum > 0 AND"
    "   NOT a.attisdropped AND a.attstattarget >= 0"
    "  JOIN pg_attribute b ON b.attrelid = p.new AND b.attname = a.attname"
    " UNION ALL SELECT 7, format('ALTER TABLE %s SET (%I = %L)', p.name,"
    "   split_part(o, '=', 1), substr(o, strpos(o, '=') + 1))"
    "  FROM p, unnest(p.options) o"
    " ORDER BY 1, 2";

/* Sessions that hold or await locks on live tables. */
static const char sql_users[] = WITH_LIVE
    "SELECT DISTINCT l.pid, a.usename, a.application_name, a.state, t.relname"
    " FROM t JOIN pg_locks l ON l.relation = t.id AND l.granted AND"
    "  l.database = (SELECT oid FROM pg_database WHERE datname ="
    "  current_database())"
    " LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.pid <> pg_backend_pid() ORDER BY 1 LIMIT 3";

struct publish {
	struct pgsink *s;
	struct pgdb *db;
	const char *param[3];	/* live schema, names, staging schema */
	bool busy;		/* a lock was not to be had */
	char *xid;		/* of the transaction, once it has one */
};

/* "{"a","b"}": an array literal of the tables' names, or of some. */
static const char *
publish_names(struct pgsink *s, bool keyless)
{
	const char *p, *names;
	struct buf b;
	uint32_t t;

	buf_init(&b, SQL_MAX);
	buf_putc(&b, '{');
	for (t = 0; t < s->schema->ntable; t++) {
		if (keyless && s->schema->table[t].nkey > 0)
			continue;
		buf_puts(&b, b.len > 1 ? ",\"" : "\"");
		for (p = s->schema->table[t].name; *p != '\0'; p++) {
			if (*p == '"' || *p == '\\')
				buf_putc(&b, '\\');
			buf_putc(&b, *p);
		}
		buf_putc(&b, '"');
	}
	buf_putc(&b, '}');
	names = arena_strdup(s->arena, b.p);
	buf_fini(&b);
	return names;
}

static void
publish_init(struct publish *p, struct pgsink *s)
{
	*p = (struct publish){ .s = s, .db = &s->control, .param = { s->live,
	    publish_names(s, false), s->staging } };
}

/* false: an error is told; each row is one thing that forbids it. */
static bool
publish_check_losses(struct publish *p)
{
	const char *param[3] = { p->param[0], p->param[1],
	    publish_names(p->s, true) };
	struct diags *diags = p->s->diags;
	PGresult *res;
	int i, n;

	res = pgdb_query(p->db, "looking at the live tables", sql_losses, 3,
	    param);
	if (res == NULL)
		return false;
	n = PQntuples(res);
	for (i = 0; i < n; i++)
		diag_hint(diags, diag_add(diags, DIAG_T060, NOWHERE,
		    "live table '%s.%s' would lose its %s", p->s->live,
		    PQgetvalue(res, i, 0), PQgetvalue(res, i, 1)),
		    "drop it before the load and make it again after");
	PQclear(res);
	return n == 0;
}

static bool
publish_check_dependents(struct publish *p)
{
	struct diags *diags = p->s->diags;
	PGresult *res;
	int i, n;

	res = pgdb_query(p->db, "looking at the live tables", sql_dependents,
	    2, p->param);
	if (res == NULL)
		return false;
	n = PQntuples(res);
	for (i = 0; i < n; i++)
		diag_hint(diags, diag_add(diags, DIAG_T059, NOWHERE,
		    "%s depends on live table '%s.%s'", PQgetvalue(res, i, 1),
		    p->s->live, PQgetvalue(res, i, 0)),
		    "drop it before the load and make it again after");
	PQclear(res);
	return n == 0;
}

static bool
publish_check_kinds(struct publish *p)
{
	struct diags *diags = p->s->diags;
	PGresult *res;
	int i, n;

	res = pgdb_query(p->db, "looking at the live tables", sql_kinds, 2,
	    p->param);
	if (res == NULL)
		return false;
	n = PQntuples(res);
	for (i = 0; i < n && i < TOLD_MOST; i++)
		if (PQgetvalue(res, i, 2)[0] == 't')
			diag_hint(diags, diag_add(diags, DIAG_T056, NOWHERE,
			    "table '%s.%s' belongs to role '%s'", p->s->live,
			    PQgetvalue(res, i, 0), PQgetvalue(res, i, 3)),
			    "run as that role, or as a member of it");
		else
			diag_hint(diags, diag_add(diags, DIAG_T061, NOWHERE,
			    "'%s.%s' is a %s, not a table", p->s->live,
			    PQgetvalue(res, i, 0), PQgetvalue(res, i, 1)),
			    "rename it, or load into another schema");
	PQclear(res);
	return n == 0;
}

static bool
publish_inspect(struct publish *p)
{
	return publish_check_kinds(p) && publish_check_losses(p) &&
	    publish_check_dependents(p);
}

bool
pgpublish_inspect(struct pgsink *s)
{
	struct publish p;

	publish_init(&p, s);
	return publish_inspect(&p);
}

static uint32_t
publish_find_table(const struct pgsink *s, const char *name)
{
	uint32_t t;

	for (t = 0; t + 1 < s->schema->ntable; t++)
		if (strcmp(s->schema->table[t].name, name) == 0)
			break;
	return t;
}

bool
pgpublish_add_indexes(struct pgsink *s)
{
	struct publish p;
	PGresult *res;
	int i;

	publish_init(&p, s);
	res = pgdb_query(&s->control, "looking at the live indexes",
	    sql_indexes, 3, p.param);
	if (res == NULL)
		return false;
	for (i = 0; i < PQntuples(res); i++)
		pgstream_add_step(s, publish_find_table(s,
		    PQgetvalue(res, i, 0)), arena_printf(s->arena,
		    "making index '%s' of the live table '%s'",
		    PQgetvalue(res, i, 1), PQgetvalue(res, i, 0)),
		    PQgetvalue(res, i, 2), NO_SET);
	PQclear(res);
	return true;
}

/* false: told, or busy. */
static bool
publish_exec(struct publish *p, const char *doing, const char *sql)
{
	PGresult *res = PQexec(p->db->conn, sql);
	bool good = PQresultStatus(res) == PGRES_COMMAND_OK;

	if (pgdb_is_state(res, "55P03") || pgdb_is_state(res, "40P01"))
		p->busy = true;
	else if (!good)
		pgdb_error(p->db, doing, res);
	PQclear(res);
	return good;
}

/* One value of one row, as a string of the arena; NULL: told. */
static char *
publish_value(struct publish *p, const char *sql)
{
	PGresult *res = pgdb_query(p->db, "publishing", sql, 0, NULL);
	char *v = NULL;

	if (res != NULL)
		v = arena_strdup(p->s->arena, PQntuples(res) > 0 ?
		    PQgetvalue(res, 0, 0) : "");
	PQclear(res);
	return v;
}

static bool
publish_begin(struct publish *p)
{
	char sql[128];
	const char *v;
	long ms;

	v = publish_value(p, "SELECT setting FROM pg_settings"
	    " WHERE name = 'deadlock_timeout'");
	if (v == NULL)
		return false;
	ms = strtol(v, NULL, 10) / 2;
	if (ms < 10 || ms > LOCK_MS)
		ms = ms < 10 ? 10 : LOCK_MS;
	snprintf(sql, sizeof sql, "BEGIN; SET LOCAL lock_timeout = %ld", ms);
	if (!publish_exec(p, "publishing", sql))
		return false;
	p->xid = publish_value(p, "SELECT txid_current()");
	return p->xid != NULL;
}

static bool
publish_make_schema(struct publish *p)
{
	PGresult *res;
	struct buf sql;
	bool good;

	res = pgdb_query(p->db, "publishing",
	    "SELECT 1 FROM pg_namespace WHERE nspname = $1", 1, p->param);
	if (res == NULL)
		return false;
	good = PQntuples(res) > 0;
	PQclear(res);
	if (good)
		return true;
	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "CREATE SCHEMA ");
	pgdb_ident(&sql, p->s->live);
	good = publish_exec(p, arena_printf(p->s->arena,
	    "creating schema '%s'", p->s->live), sql.p);
	buf_fini(&sql);
	return good;
}

/* Runs "VERB a.x, a.y TAIL" over the tables that are live now. */
static bool
publish_all_live(struct publish *p, const char *doing, const char *verb,
    const char *tail)
{
	PGresult *res;
	struct buf sql;
	bool good;
	int i;

	res = pgdb_query(p->db, doing, WITH_LIVE "SELECT relname FROM t"
	    " WHERE relkind = 'r' ORDER BY relname COLLATE \"C\"", 2,
	    p->param);
	if (res == NULL)
		return false;
	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, verb);
	for (i = 0; i < PQntuples(res); i++) {
		buf_puts(&sql, i > 0 ? ", " : " ");
		pgdb_name(&sql, p->s->live, PQgetvalue(res, i, 0));
	}
	buf_puts(&sql, tail);
	good = i == 0 || publish_exec(p, doing, sql.p);
	PQclear(res);
	buf_fini(&sql);
	return good;
}

/* An index that was made on a live table while the load ran. */
static bool
publish_check_indexes(struct publish *p)
{
	PGresult *res = pgdb_query(p->db, "looking at the live indexes",
	    sql_indexes, 3, p->param);
	bool good = res != NULL && PQntuples(res) == 0;

	if (res != NULL && !good)
		diag_hint(p->s->diags, diag_add(p->s->diags, DIAG_T060,
		    NOWHERE, "live table '%s.%s' got an index '%s' during the "
		    "load, which would be lost", p->s->live,
		    PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 1)),
		    "run the load again");
	PQclear(res);
	return good;
}

static bool
publish_move_tables(struct publish *p)
{
	const struct schema *schema = p->s->schema;
	struct buf sql;
	bool good = true;
	uint32_t t;

	buf_init(&sql, SQL_MAX);
	for (t = 0; t < schema->ntable && good; t++) {
		buf_clear(&sql);
		buf_puts(&sql, "ALTER TABLE ");
		pgdb_name(&sql, p->s->staging, schema->table[t].name);
		buf_puts(&sql, " SET SCHEMA ");
		pgdb_ident(&sql, p->s->live);
		good = publish_exec(p, arena_printf(p->s->arena,
		    "publishing table '%s'", schema->table[t].name), sql.p);
	}
	if (good) {
		buf_clear(&sql);
		buf_puts(&sql, "DROP SCHEMA ");
		pgdb_ident(&sql, p->s->staging);
		good = publish_exec(p, "dropping the staging schema", sql.p);
	}
	buf_fini(&sql);
	return good;
}

static bool
publish_swap(struct publish *p)
{
	PGresult *carry;
	bool good;
	int i;

	carry = pgdb_query(p->db, "looking at the live tables", sql_carry, 3,
	    p->param);
	if (carry == NULL)
		return false;
	good = publish_all_live(p, "dropping the old tables", "DROP TABLE",
	    "") && publish_move_tables(p);
	for (i = 0; i < PQntuples(carry) && good; i++)
		good = publish_exec(p, "carrying owner, grants and comments",
		    PQgetvalue(carry, i, 1));
	PQclear(carry);
	return good;
}

/* Longer with every attempt, and not in step with anybody else's. */
static void
publish_rest(int attempt)
{
	struct timespec t;
	long ms = 20 + 20L * attempt;

	clock_gettime(CLOCK_MONOTONIC, &t);
	ms += t.tv_nsec / 1000 % ms;
	t = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

/*
 * The answer to COMMIT did not come; the server knows what became of the
 * transaction, when it can be asked: 'c'ommitted, 'a'borted, or '?'.
 */
static char
publish_ask_fate(struct publish *p)
{
	const char *xid = p->xid;
	struct pgdb db;
	PGresult *res;
	char fate = '?';
	int i;

	for (i = 0; i < FATE_ATTEMPTS && fate == '?'; i++) {
		publish_rest(i);
		if (!pgdb_connect(&db, NULL, p->s->target, p->db))
			continue;
		res = pgdb_query(&db, "", "SELECT txid_status($1::bigint)", 1,
		    &xid);
		if (res != NULL && (PQgetvalue(res, 0, 0)[0] == 'c' ||
		    PQgetvalue(res, 0, 0)[0] == 'a'))
			fate = PQgetvalue(res, 0, 0)[0];
		PQclear(res);
		pgdb_close(&db);
	}
	return fate;
}

static bool
publish_commit(struct publish *p)
{
	PGresult *res = PQexec(p->db->conn, "COMMIT");
	char fate = 'a';

	if (PQresultStatus(res) == PGRES_COMMAND_OK &&
	    strcmp(PQcmdStatus(res), "COMMIT") == 0)
		fate = 'c';
	else if (PQstatus(p->db->conn) != CONNECTION_OK)
		fate = publish_ask_fate(p);
	if (fate == '?')
		diag_hint(p->s->diags, diag_add(p->s->diags, DIAG_T065,
		    NOWHERE, "connection lost while the publication was "
		    "committed: it is not known whether the new tables are "
		    "live"), "when the server is back, ask it: select "
		    "txid_status(%s)", p->xid);
	else if (fate == 'a')
		pgdb_error(p->db, "committing the publication", res);
	PQclear(res);
	return fate == 'c';
}

static bool
publish_once(struct publish *p)
{
	p->busy = false;
	return publish_begin(p) && publish_make_schema(p) &&
	    publish_all_live(p, "locking the live tables", "LOCK TABLE",
	    " IN ACCESS EXCLUSIVE MODE") && publish_inspect(p) &&
	    publish_check_indexes(p) && publish_swap(p) && publish_commit(p);
}

static void
publish_tell_busy(struct publish *p)
{
	struct diags *diags = p->s->diags;
	struct diag *d;
	PGresult *res = pgdb_query(p->db, "looking for sessions", sql_users,
	    2, p->param);

	if (res == NULL)
		return;
	if (PQntuples(res) == 0)
		d = diag_add(diags, DIAG_T062, NOWHERE, "live tables of schema "
		    "'%s' are in use; no lock in %d attempts", p->s->live,
		    ATTEMPTS);
	else
		d = diag_add(diags, DIAG_T062, NOWHERE, "live table '%s.%s' is "
		    "in use by server process %s ('%s' of user '%s', %s); no "
		    "lock in %d attempts", p->s->live, PQgetvalue(res, 0, 4),
		    PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 2),
		    PQgetvalue(res, 0, 1), PQgetvalue(res, 0, 3), ATTEMPTS);
	diag_hint(diags, d, "let long transactions end, then run it again");
	PQclear(res);
}

enum grade
pgpublish_run(struct pgsink *s)
{
	struct publish p;
	int attempt;

	publish_init(&p, s);
	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (pgsink_is_interrupted(s))
			return FATAL;
		if (publish_once(&p)) {
			s->published = true;
			return OK;
		}
		if (PQstatus(s->control.conn) == CONNECTION_OK)
			PQclear(PQexec(s->control.conn, "ROLLBACK"));
		if (!p.busy)
			break;
		publish_rest(attempt);
	}
	if (p.busy)
		publish_tell_busy(&p);
	s->failed = true;
	return FATAL;
}

#endif
