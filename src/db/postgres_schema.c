/*
 * Schemas of generations; see postgres_schema.h.
 */
#ifdef HAVE_LIBPQ

#include "db/postgres_schema.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/postgres_lock.h"

#define SQL_MAX		(16u << 20)
#define DROP_PATIENCE	"3s"		/* for locks */

bool
pgschema_look(struct pgdb *db, const char *name, struct pgschema *s)
{
	static const char sql[] = "SELECT n.oid IS NOT NULL,"
	    " coalesce(obj_description(n.oid, 'pg_namespace') LIKE"
	    "  '" PGSCHEMA_COMMENT "%', false) OR (EXISTS (SELECT FROM"
	    "   pg_class WHERE relnamespace = n.oid) AND NOT EXISTS (SELECT"
	    "   FROM pg_class WHERE relnamespace = n.oid AND relkind IN"
	    "   ('r', 'p', 'v', 'm', 'f', 'S') AND obj_description(oid,"
	    "   'pg_class') LIKE '" PGSCHEMA_STAGING "%' IS NOT TRUE)),"
	    " NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid)"
	    "  AND NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = n.oid)"
	    "  AND NOT EXISTS (SELECT FROM pg_type WHERE typnamespace = n.oid),"
	    " coalesce(pg_has_role(n.nspowner, 'USAGE'), false),"
	    " coalesce(has_schema_privilege(n.oid, 'CREATE'), false),"
	    " has_database_privilege(current_database(), 'CREATE')"
	    " FROM (VALUES ($1)) v(name) LEFT JOIN pg_namespace n ON"
	    "  n.nspname = v.name";
	PGresult *res = pgdb_query(db, "looking at schemas", sql, 1, &name);

	if (res == NULL)
		return false;
	*s = (struct pgschema){ .there = PQgetvalue(res, 0, 0)[0] == 't',
	    .ours = PQgetvalue(res, 0, 1)[0] == 't',
	    .empty = PQgetvalue(res, 0, 2)[0] == 't',
	    .owned = PQgetvalue(res, 0, 3)[0] == 't',
	    .open = PQgetvalue(res, 0, 4)[0] == 't',
	    .database = PQgetvalue(res, 0, 5)[0] == 't' };
	PQclear(res);
	return true;
}

bool
pgschema_check(struct pgdb *db, const struct pgschema *s, const char *name)
{
	struct buf b;

	if (s->there ? s->open && (s->ours || s->empty) : s->database)
		return true;
	if (db->diags == NULL)
		return false;
	buf_init(&b, SQL_MAX);
	pgdb_ident(&b, name);
	if (s->there && !s->ours && !s->empty)
		diag_hint(db->diags, diag_add(db->diags, DIAG_T055, NOWHERE,
		    "schema '%s', where decant keeps tables that are not live, "
		    "exists and is not decant's", name), "rename that schema, "
		    "or load into another one");
	else if (s->there)
		diag_hint(db->diags, diag_add(db->diags, DIAG_T066, NOWHERE,
		    "no right to make tables in schema '%s'", name), "GRANT "
		    "USAGE, CREATE ON SCHEMA %s TO %s", b.p,
		    PQuser(db->conn));
	else
		diag_hint(db->diags, diag_add(db->diags, DIAG_T066, NOWHERE,
		    "no right to make schema '%s'", name), "an administrator "
		    "makes it, empty: CREATE SCHEMA %s AUTHORIZATION %s; or "
		    "GRANT CREATE ON DATABASE %s TO %s", b.p,
		    PQuser(db->conn), PQdb(db->conn), PQuser(db->conn));
	buf_fini(&b);
	return false;
}

void
pgschema_put(struct buf *b, const struct pgschema *s, const char *name,
    const char *live, uint32_t generation)
{
	struct arena a;

	if (s->there && (s->ours || !s->owned))
		return;
	if (!s->there) {
		buf_puts(b, "CREATE SCHEMA ");
		pgdb_ident(b, name);
		buf_puts(b, "; ");
	}
	arena_init(&a);
	buf_puts(b, "COMMENT ON SCHEMA ");
	pgdb_ident(b, name);
	buf_puts(b, " IS ");
	pgdb_literal(b, arena_printf(&a, PGSCHEMA_COMMENT
	    " %u of schema %s", (unsigned)generation, live));
	arena_fini(&a);
}

bool
pgschema_make(struct pgdb *db, struct arena *a, const char *name,
    const char *live, uint32_t generation, struct pgschema *s)
{
	struct buf sql;
	bool good;

	if (!pgschema_look(db, name, s) || !pgschema_check(db, s, name))
		return false;
	buf_init(&sql, SQL_MAX);
	pgschema_put(&sql, s, name, live, generation);
	good = sql.len == 0 || pgdb_exec(db, arena_printf(a,
	    "creating schema '%s'", name), sql.p);
	buf_fini(&sql);
	return good;
}

/* --- what is left behind -------------------------------------------------- */

/* Sessions that hold locks on the schema or in it.  $1: its name. */
#define USERS								\
	" FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"	\
	" JOIN pg_namespace n ON n.nspname = $1"			\
	" LEFT JOIN pg_class c ON c.oid = l.relation"			\
	" WHERE l.granted AND l.pid <> pg_backend_pid()"		\
	" AND l.database = (SELECT oid FROM pg_database"		\
	"  WHERE datname = current_database())"				\
	" AND (c.relnamespace = n.oid OR (l.locktype = 'object' AND"	\
	"  l.classid = 'pg_namespace'::regclass AND l.objid = n.oid))"

static bool
end_session(struct pgdb *db, const char *pid, const char *tag)
{
	const char *param[2] = { pid, tag };
	PGresult *res = pgdb_query(db, "ending a killed run's sessions",
	    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE pid = $1::int AND application_name = $2", 2, param);
	bool good = res != NULL;

	PQclear(res);
	return good;
}

/*
 * Server processes of a killed run go on with their statement for a while, and
 * so do those of connections that this process has closed.  The lock is ours,
 * so no run that lives writes there: only a living process of this machine
 * that reads is let go on.
 */
bool
pgschema_end_orphans(struct pgdb *db, const char *name)
{
	PGresult *res = pgdb_query(db, "looking for a killed run's sessions",
	    "SELECT DISTINCT l.pid, a.application_name" USERS
	    " AND a.application_name LIKE 'decant %'"
	    " AND a.usename = current_user", 1, &name);
	char own[PGLOCK_TAG_MAX];
	bool good = res != NULL;
	const char *tag;
	int i;

	pglock_tag(own);
	for (i = 0; good && i < PQntuples(res); i++) {
		tag = PQgetvalue(res, i, 1);
		if (strcmp(tag, own) == 0 || !pglock_is_alive(tag))
			good = end_session(db, PQgetvalue(res, i, 0), tag);
	}
	PQclear(res);
	return good;
}

/* Dropping waited for too long. */
static void
tell_user(struct pgdb *db, const char *name)
{
	PGresult *res = pgdb_query(db, "looking at staged tables",
	    "SELECT DISTINCT l.pid, a.application_name, a.usename"
	    USERS " LIMIT 1", 1, &name);
	bool some = res != NULL && PQntuples(res) > 0;

	if (res != NULL && db->diags != NULL)
		diag_hint(db->diags, diag_add(db->diags, DIAG_T001, NOWHERE,
		    "schema '%s' is to be dropped and is in use by "
		    "server process %s ('%s' of user '%s')", name,
		    some ? PQgetvalue(res, 0, 0) : "?",
		    some ? PQgetvalue(res, 0, 1) : "?",
		    some ? PQgetvalue(res, 0, 2) : "?"),
		    "let it end, then run again");
	PQclear(res);
}

/* "DROP SCHEMA a CASCADE", or the tables in it. */
static bool
put_drop(struct pgdb *db, struct buf *sql, const struct pgschema *s,
    const char *name)
{
	PGresult *res;
	int i;

	if (s->owned && s->database) {
		buf_puts(sql, "DROP SCHEMA ");
		pgdb_ident(sql, name);
		buf_puts(sql, " CASCADE");
		return true;
	}
	res = pgdb_query(db, "looking for staged tables",
	    "SELECT relname, CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW'"
	    " ELSE 'TABLE' END FROM pg_class c JOIN pg_namespace n ON"
	    " n.oid = relnamespace WHERE nspname = $1 AND relkind IN"
	    " ('r', 'm') AND pg_has_role(relowner, 'USAGE')"
	    " ORDER BY relkind, relname", 1, &name);
	for (i = 0; res != NULL && i < PQntuples(res); i++) {
		buf_puts(sql, i > 0 ? "; DROP " : "DROP ");
		buf_puts(sql, PQgetvalue(res, i, 1));
		buf_putc(sql, ' ');
		pgdb_name(sql, name, PQgetvalue(res, i, 0));
		buf_puts(sql, " CASCADE");
	}
	PQclear(res);
	return res != NULL;
}

bool
pgschema_drop(struct pgdb *db, struct arena *a, const char *name)
{
	struct pgschema s;
	struct buf sql;
	PGresult *res;
	bool good;

	if (!pgschema_look(db, name, &s))
		return false;
	if (!s.there || !s.ours)
		return !s.there || s.empty || pgschema_check(db, &s, name);
	if (!pgschema_end_orphans(db, name))
		return false;
	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "BEGIN; SET LOCAL lock_timeout = '" DROP_PATIENCE
	    "'; ");
	good = put_drop(db, &sql, &s, name);
	buf_puts(&sql, "; COMMIT");
	res = good ? PQexec(db->conn, sql.p) : NULL;
	buf_fini(&sql);
	if (!good)
		return false;
	good = PQresultStatus(res) == PGRES_COMMAND_OK;
	if (!good && PQstatus(db->conn) == CONNECTION_OK)
		PQclear(PQexec(db->conn, "ROLLBACK"));
	if (pgdb_is_state(res, "55P03"))
		tell_user(db, name);
	else if (!good)
		pgdb_error(db, arena_printf(a, "dropping schema '%s'", name),
		    res);
	PQclear(res);
	return good;
}

#endif
