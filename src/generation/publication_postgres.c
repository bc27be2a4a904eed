/*
 * Publication in PostgreSQL: one transaction on the control connection.
 *
 * It locks the live tables, what depends on them, and the tables that are to
 * be live, all in one order; has its caller carry rows; moves the old tables
 * away and the new ones in by SET SCHEMA; and gives the new ones what stood on
 * the old.  Applications wait for it a moment; none sees an empty or missing
 * table.  Nothing in it takes time with the number of rows.
 *
 * The waits for locks end before the server looks for deadlocks, so that
 * decant and not an application's transaction gives way; then everything is
 * let go and tried again, until patience ends.
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/postgres_schema.h"
#include "generation/publication_impl.h"
#include "generation/publication_postgres_depend.h"

#define LOCK_MS		500	/* at most, and half of deadlock_timeout */
#define SHORT_LOCK_MS	30
#define FATE_ATTEMPTS	10
#define ROUNDS		5	/* of preparing what appeared meanwhile */
#define DROP_PATIENCE	"3s"

bool
pgpub_check(struct publication *p)
{
	struct pgpub *g = pgpub_of(p);
	bool good = pgpub_begin(g) && pgcheck_all(g, false, false);

	pgpub_end(g);
	return good;
}

static bool
prepare(struct pgpub *g)
{
	return pgbuild_run(g) && pgbuild_check_keys(g) && pgview_build(g) &&
	    pgpublog_create(g) && pgwait_snapshots(g);
}

bool
pgpub_prepare(struct publication *p)
{
	struct pgpub *g = pgpub_of(p);
	bool good = pgpub_begin(g) && pgcheck_all(g, p->dry == NULL, true) &&
	    prepare(g);

	pgpub_end(g);
	return good;
}

/* --- the transaction ------------------------------------------------------- */

/* One value of one row, as a string of the arena; NULL: told. */
static char *
value_of(struct pgpub *g, const char *sql)
{
	PGresult *res = pgdb_query(&g->db, "publishing", sql, 0, NULL);
	char *v = NULL;

	if (res != NULL)
		v = arena_strdup(g->a, PQntuples(res) > 0 ?
		    PQgetvalue(res, 0, 0) : "");
	PQclear(res);
	return v;
}

/*
 * Statements queue behind a lock that is waited for, and who holds one lock may
 * wait for another that we have: that does not end while we wait.  So most
 * attempts are short, and now and then one is longer than the ones before.
 */
static long
lock_wait(uint32_t attempt, long most)
{
	uint32_t longer = attempt % 4 == 3 ? attempt / 4 + 1 : 0;
	long ms = SHORT_LOCK_MS << (longer < 5 ? longer : 5);

	return ms < most ? ms : most;
}

static bool
begin(struct pgpub *g, uint32_t attempt)
{
	char sql[256];
	const char *v;
	long ms;

	v = value_of(g, "SELECT setting FROM pg_settings"
	    " WHERE name = 'deadlock_timeout'");
	if (v == NULL)
		return false;
	ms = strtol(v, NULL, 10) / 2;
	if (ms < 10 || ms > LOCK_MS)
		ms = ms < 10 ? 10 : LOCK_MS;
	snprintf(sql, sizeof sql, "BEGIN; SET LOCAL lock_timeout = %ld; "
	    "SET LOCAL decant.own = 'on'; SET LOCAL check_function_bodies = "
	    "off", lock_wait(attempt, ms));
	if (!pgpub_exec(g, DIAG_T057, "publishing", sql))
		return false;
	if (g->p->dry != NULL)
		return true;
	g->xid = value_of(g, "SELECT txid_current()");
	return g->xid != NULL;
}

/*
 * Live tables, by name; others that are altered, where the role may lock them;
 * tables that are to be live.
 */
#define LOCKED(dependents)						\
	", o AS (" dependents "SELECT k.confrelid AS id FROM t JOIN"	\
	"  pg_constraint k ON k.conrelid = t.old AND k.contype = 'f' WHERE"	\
	"  NOT EXISTS (SELECT FROM t x WHERE x.old = k.confrelid))"	\
	" SELECT n, name FROM (SELECT 1, live FROM t WHERE old IS NOT NULL"	\
	" UNION ALL SELECT 2, id::regclass::text FROM o JOIN pg_class c ON"	\
	"  c.oid = id WHERE c.relkind IN ('r', 'p') AND"		\
	"  has_table_privilege(id, 'UPDATE, DELETE, TRUNCATE')"		\
	" UNION ALL SELECT 3, staged FROM t WHERE CASE WHEN $5::boolean"	\
	"  THEN home IS NOT NULL ELSE new IS NOT NULL END) q(n, name)"	\
	" ORDER BY n, name COLLATE \"C\""

static const char sql_tables[] = PGPUB_TABLES LOCKED("");
static const char sql_tables_depended[] = PGPUB_TABLES PGPUB_DEPENDENTS
    LOCKED("SELECT rel AS id FROM y WHERE kind IN ('key', 'rule', 'policy')"
    " UNION ");

/* NULL: told. */
static PGresult *
query_tables(struct pgpub *g)
{
	return pgpub_query(g, g->depended ? sql_tables_depended : sql_tables,
	    g->p->dry != NULL ? "true" : "false");
}

static bool
lock_tables(struct pgpub *g)
{
	PGresult *res = query_tables(g);
	struct buf sql;
	bool good;
	int i;

	if (res == NULL)
		return false;
	buf_init(&sql, PGPUB_SQL_MAX);
	buf_puts(&sql, "LOCK TABLE ");
	for (i = 0; i < PQntuples(res); i++) {
		buf_puts(&sql, i > 0 ? ", " : "");
		buf_puts(&sql, PQgetvalue(res, i, 1));
	}
	buf_puts(&sql, " IN ACCESS EXCLUSIVE MODE");
	good = i == 0 || pgpub_exec(g, DIAG_T057, "locking the live tables",
	    sql.p);
	buf_fini(&sql);
	PQclear(res);
	return good;
}

static bool
take_locks(struct pgpub *g)
{
	struct pgpub_script views = { .n = 0 };

	return pgdepend_locks(g, &views) &&
	    pgpub_run_script(g, DIAG_T057, &views) && lock_tables(g);
}

struct plan {			/* what the transaction runs, in order */
	struct pgpub_script move, swap, strip, rebuild, drop, attach;
};

static const char sql_notes[] = PGPUB_TABLES
    "SELECT 1, format('publication ''%s'' sends the new table ''%s'' from now"
    " on; subscribers still have the old rows', x.pubname, t.live), format('on"
    " each subscriber: TRUNCATE %s; ALTER SUBSCRIPTION … DROP PUBLICATION %I;"
    " ALTER SUBSCRIPTION … ADD PUBLICATION %I', t.live, x.pubname, x.pubname)"
    "  FROM t JOIN pg_publication_tables x ON x.schemaname = $1::text AND"
    "  x.tablename = t.name WHERE t.old IS NOT NULL ORDER BY 2";

static const char sql_move[] = PGPUB_TABLES
    "SELECT 1, format('putting table ''%s'' away', name), format('ALTER TABLE"
    " %s SET SCHEMA %I', live, away) FROM t WHERE old IS NOT NULL AND away IS"
    "  NOT NULL UNION ALL SELECT 2, format('publishing table ''%s''', name),"
    "  format('ALTER TABLE %s SET SCHEMA %I', staged, $1::text) FROM t WHERE"
    "  home IS NOT NULL ORDER BY 1, 3";

/* All texts are asked for while the old tables are live. */
static bool
ask(struct pgpub *g, struct plan *plan)
{
	struct pgpub_script missing = { .n = 0 };

	*plan = (struct plan){ .move = { .n = 0 } };
	g->before.n = g->carry.n = g->after.n = g->notes.n = 0;
	if (!pgbuild_ask(g, &missing))
		return false;
	g->stale |= missing.n > 0 && g->p->dry == NULL;
	return pgpub_ask(g, &plan->move, sql_move) &&
	    pgview_ask(g, &plan->swap, &plan->drop) && pgcarry_ask(g) &&
	    pgcarry_strip(g, &plan->strip) &&
	    pgdepend_ask(g, &g->before, &plan->rebuild) &&
	    pgpublog_ask(g, &plan->attach) &&
	    (!g->p->resync || pgpub_ask_live(g, &g->notes, sql_notes));
}

static bool
ask_schema(struct pgpub *g, const char *name, uint32_t generation)
{
	struct pgschema s;
	struct buf sql;

	if (!pgschema_look(&g->db, name, &s))
		return false;
	buf_init(&sql, PGPUB_SQL_MAX);
	if (!s.there && generation == 0) {
		buf_puts(&sql, "CREATE SCHEMA ");
		pgdb_ident(&sql, name);
	} else if (generation > 0 && (!s.there || s.empty)) {
		pgschema_put(&sql, &s, name, g->p->schema, generation);
	}
	if (sql.len > 0)
		pgpub_add(g, &g->schemas, arena_printf(g->a,
		    "creating schema '%s'", name), sql.p);
	buf_fini(&sql);
	return true;
}

static const char sql_aways[] = PGPUB_TABLES
    "SELECT DISTINCT away FROM t WHERE old IS NOT NULL";

/* The schemas that are to be made, asked before the locks. */
static bool
ask_schemas(struct pgpub *g)
{
	PGresult *res;
	const char *name;
	uint32_t k;
	bool good;
	int i;

	if (!g->live)
		return ask_schema(g, g->p->schema, 0);
	res = pgpub_query(g, sql_aways, NULL);
	good = res != NULL && ask_schema(g, g->p->schema, 0);
	for (i = 0; good && i < PQntuples(res); i++) {
		for (k = 0; k < g->p->ntable; k++) {
			name = db_generation_schema(g->a, g->p->schema,
			    g->table[k].now);
			if (g->table[k].now > 0 &&
			    strcmp(name, PQgetvalue(res, i, 0)) == 0) {
				good = ask_schema(g, name, g->table[k].now);
				break;
			}
		}
	}
	PQclear(res);
	return good;
}

static bool
call(struct pgpub *g, enum grade (*f)(void *))
{
	return f == NULL || g->p->dry != NULL || f(g->p->arg) == OK;
}

/*
 * Rows are carried table by table; a key may be made to wait for the other
 * table's until then, and must not when tables move.
 */
static bool
carry_rows(struct pgpub *g)
{
	if (g->p->dry != NULL) {
		buf_puts(g->p->dry, "-- rows that applications wrote are "
		    "carried, and the ledger is written\n");
		return true;
	}
	return pgpub_exec(g, DIAG_T057, "carrying rows",
	    "SET LOCAL plan_cache_mode = auto; SET CONSTRAINTS ALL DEFERRED") &&
	    call(g, g->p->clear) && call(g, g->p->locked) &&
	    pgpub_exec(g, DIAG_T057, "carrying rows",
	    "SET CONSTRAINTS ALL IMMEDIATE");
}

static bool
swap(struct pgpub *g, const struct plan *plan)
{
	return pgpub_run_script(g, DIAG_T057, &g->schemas) &&
	    pgpub_run_script(g, DIAG_T069, &g->before) && carry_rows(g) &&
	    pgpub_run_script(g, DIAG_T057, &plan->move) &&
	    pgpub_run_script(g, DIAG_T057, &plan->swap) &&
	    pgpub_run_script(g, DIAG_T068, &g->carry) &&
	    pgpub_run_script(g, DIAG_T057, &plan->strip) &&
	    pgpub_run_script(g, DIAG_T069, &plan->rebuild) &&
	    pgpub_run_script(g, DIAG_T057, &plan->drop) &&
	    pgpub_run_script(g, DIAG_T057, &plan->attach) &&
	    call(g, g->p->moved);
}

/*
 * The answer to COMMIT did not come; the server knows what became of the
 * transaction, when it can be asked: 'c'ommitted, 'a'borted, or '?'.
 */
static char
ask_fate(struct pgpub *g)
{
	struct pgdb db;
	PGresult *res;
	char fate = '?';
	uint32_t i;

	for (i = 0; i < FATE_ATTEMPTS && fate == '?'; i++) {
		pgwait_sleep(100L * (i + 1));
		if (!pgdb_connect(&db, NULL, g->p->db->target, &g->db))
			continue;
		res = pgdb_query(&db, "", "SELECT txid_status($1::bigint)", 1,
		    &g->xid);
		if (res != NULL && (PQgetvalue(res, 0, 0)[0] == 'c' ||
		    PQgetvalue(res, 0, 0)[0] == 'a'))
			fate = PQgetvalue(res, 0, 0)[0];
		PQclear(res);
		pgdb_close(&db);
	}
	return fate;
}

static bool
commit(struct pgpub *g)
{
	PGresult *res = PQexec(g->db.conn, "COMMIT");
	char fate = 'a';

	if (PQresultStatus(res) == PGRES_COMMAND_OK &&
	    strcmp(PQcmdStatus(res), "COMMIT") == 0)
		fate = 'c';
	else if (PQstatus(g->db.conn) != CONNECTION_OK)
		fate = ask_fate(g);
	if (fate == '?')
		diag_hint(g->db.diags, diag_add(g->db.diags, DIAG_T065,
		    NOWHERE, "connection lost while the publication was "
		    "committed: it is not known whether the new tables are "
		    "live"), "when the server is back, ask it: select "
		    "txid_status(%s)", g->xid);
	else if (fate == 'a')
		pgdb_error(&g->db, "committing the publication", res);
	PQclear(res);
	return fate == 'c';
}

static bool
publish_once(struct pgpub *g, const struct plan *plan, double start)
{
	double locked;
	bool good;

	g->busy = g->changed = false;
	if (!begin(g, g->p->attempts++) || !take_locks(g))
		return false;
	locked = pgwait_now();
	g->p->waited_ms = locked - start;
	good = pgsame_check(g) && swap(g, plan) && commit(g);
	g->p->held_ms = pgwait_now() - locked;
	return good;
}

/* --- after it -------------------------------------------------------------- */

/* May decant drop the schema of a generation, once it holds nothing? */
static bool
is_empty_home(struct pgpub *g, const char *name)
{
	struct pgdb quiet = { g->db.conn, NULL };
	struct pgschema s;

	return pgschema_look(&quiet, name, &s) && s.there && s.ours &&
	    s.empty && s.owned && s.database;
}

static void
drop_homes(struct pgpub *g)
{
	const char *name;
	struct buf sql;
	uint32_t i, k;

	buf_init(&sql, PGPUB_SQL_MAX);
	for (i = 0; i < g->p->ntable; i++) {
		for (k = 0; k < i && g->table[k].then != g->table[i].then; k++)
			;
		if (k < i || g->table[i].then == 0)
			continue;
		name = db_generation_schema(g->a, g->p->schema,
		    g->table[i].then);
		buf_clear(&sql);
		buf_puts(&sql, "DROP SCHEMA ");
		pgdb_ident(&sql, name);
		if (g->p->dry != NULL)
			buf_printf(g->p->dry, "-- when it is empty: %s\n",
			    sql.p);
		else if (is_empty_home(g, name))
			db_try(g->p->db, sql.p);
	}
	buf_fini(&sql);
}

/* Empty schemas that a killed run has left: one run at a time has the lock. */
static void
drop_empty_homes(struct pgpub *g)
{
	struct pgdb quiet = { g->db.conn, NULL };
	PGresult *res = pgdb_query(&quiet, "", "SELECT nspname FROM "
	    "pg_namespace n, obj_description(n.oid, 'pg_namespace') AS what "
	    "WHERE what ~ '^" PGSCHEMA_COMMENT " [0-9]+ of schema ' AND "
	    "substr(what, strpos(what, ' of schema ') + 11) = $1 AND NOT "
	    "EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid)", 1,
	    &g->p->schema);
	struct buf sql;
	int i;

	buf_init(&sql, PGPUB_SQL_MAX);
	for (i = 0; res != NULL && i < PQntuples(res); i++) {
		if (!is_empty_home(g, PQgetvalue(res, i, 0)))
			continue;
		buf_clear(&sql);
		buf_puts(&sql, "DROP SCHEMA ");
		pgdb_ident(&sql, PQgetvalue(res, i, 0));
		db_try(g->p->db, sql.p);
	}
	buf_fini(&sql);
	PQclear(res);
}

/* The tables are live, so what fails is only told. */
static void
finish(struct pgpub *g)
{
	struct diags *diags = g->db.diags;
	uint32_t i;
	PGresult *res;

	for (i = 0; i < g->notes.n && diags != NULL; i++)
		diag_hint(diags, diag_add(diags, DIAG_T077, NOWHERE, "%s",
		    g->notes.step[i].doing), "%s", g->notes.step[i].sql);
	if (PQstatus(g->db.conn) != CONNECTION_OK)
		return;
	drop_homes(g);
	drop_empty_homes(g);
	PQclear(PQexec(g->db.conn, "SET lock_timeout = '" DROP_PATIENCE "'"));
	for (i = 0; i < g->after.n; i++) {
		res = PQexec(g->db.conn, g->after.step[i].sql);
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			pgdb_error_as(&g->db, DIAG_T074,
			    g->after.step[i].doing, res, arena_printf(g->a,
			    "the tables are live; when it can be done: %s",
			    g->after.step[i].sql));
		PQclear(res);
	}
	PQclear(PQexec(g->db.conn, "SET lock_timeout = 0"));
}

static enum grade
run_dry(struct pgpub *g)
{
	struct plan plan;
	uint32_t i;

	if (!pgcheck_all(g, false, false) || !ask_schemas(g) ||
	    !ask(g, &plan) || !begin(g, 0) || !take_locks(g) ||
	    !swap(g, &plan))
		return FATAL;
	buf_puts(g->p->dry, "COMMIT;\n");
	drop_homes(g);
	for (i = 0; i < g->after.n; i++)
		pgpub_note(g, "%s", g->after.step[i].sql);
	for (i = 0; i < g->notes.n; i++)
		buf_printf(g->p->dry, "-- %s\n-- %s\n",
		    g->notes.step[i].doing, g->notes.step[i].sql);
	return OK;
}

/* All that is to be done is found before the locks. */
static bool
look_ahead(struct pgpub *g, struct plan *plan)
{
	struct pgpub_script views = { .n = 0 };
	PGresult *res;

	g->stale = false;
	g->schemas.n = 0;
	if (!pgsame_note(g) || !pgcheck_all(g, true, false) ||
	    !ask_schemas(g) || !ask(g, plan) || !pgdepend_locks(g, &views) ||
	    (res = query_tables(g)) == NULL)
		return false;
	PQclear(res);
	return true;
}

static bool
prepare_again(struct pgpub *g, uint32_t *round)
{
	if (++*round <= ROUNDS)
		return prepare(g);
	diag_hint(g->db.diags, diag_add(g->db.diags, DIAG_T060, NOWHERE,
	    "indexes, constraints or views of live tables of schema '%s' "
	    "change again and again", g->p->schema), "run it again when they "
	    "do not");
	return false;
}

static enum grade
publish(struct pgpub *g)
{
	double start = pgwait_now(), end = start + pgwait_patience(g);
	struct plan plan;
	uint32_t round = 0;

	g->p->attempts = 0;
	g->changed = true;
	do {
		if (db_is_interrupted(g->p->db) || (!g->busy &&
		    !look_ahead(g, &plan)))
			return FATAL;
		if (!g->stale && publish_once(g, &plan, start))
			return OK;
		db_roll_back(g->p->db);
		if (g->stale) {
			if (!prepare_again(g, &round))
				return FATAL;
		} else if (g->busy) {
			pgwait_evict(g);
			pgwait_rest(g->p->attempts);
		} else if (!g->changed) {
			return FATAL;
		}
	} while (pgwait_now() < end || g->stale);
	pgwait_tell_busy(g);
	return FATAL;
}

enum grade
pgpub_run(struct publication *p)
{
	struct pgpub *g = pgpub_of(p);
	enum grade grade;

	if (!pgpub_begin(g))
		return FATAL;
	grade = p->dry != NULL ? run_dry(g) : publish(g);
	if (grade == OK && p->dry == NULL)
		finish(g);
	pgpub_end(g);
	return grade;
}

/* --- the end of a generation ----------------------------------------------- */

static const char sql_drop[] = PGPUB_TABLES
    "SELECT 1, 'dropping a materialized view that was not published', format("
    "  'DROP MATERIALIZED VIEW %s', c.oid::regclass) FROM pg_class c JOIN"
    "  pg_namespace m ON m.oid = c.relnamespace WHERE c.relkind = 'm' AND"
    "  c.relname ~ '^" PGPUB_VIEW "[0-9]+$' AND m.nspname IN (SELECT home FROM"
    "  t) UNION ALL SELECT 2, format('dropping tables of generation %s',"
    "  min(home)), 'DROP TABLE ' || string_agg(staged, ', ' ORDER BY staged)"
    "  FROM t WHERE new IS NOT NULL HAVING count(*) > 0 ORDER BY 1";

static const char sql_holder[] = PGPUB_TABLES
    "SELECT format('table %s is to be dropped and is in use by server process "
    "%s (''%s'' of user ''%s'')', t.staged, l.pid, a.application_name,"
    "  a.usename) FROM t JOIN pg_locks l ON l.relation = t.new AND l.granted"
    "  AND l.database = (SELECT oid FROM pg_database WHERE datname ="
    "  current_database()) JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.pid <> pg_backend_pid() ORDER BY 1 LIMIT 1";

static void
tell_holder(struct pgpub *g)
{
	PGresult *res = pgpub_query(g, sql_holder, NULL);

	if (res != NULL && g->db.diags != NULL)
		diag_hint(g->db.diags, diag_add(g->db.diags, DIAG_T062,
		    NOWHERE, "%s", PQntuples(res) > 0 ? PQgetvalue(res, 0, 0) :
		    "tables that are to be dropped are in use"),
		    "let it end, then run again");
	PQclear(res);
}

bool
pgpub_drop(struct publication *p)
{
	struct pgpub *g = pgpub_of(p);
	struct pgpub_script drop = { .n = 0 };
	bool good;

	g->busy = false;
	if (!pgpub_begin(g) || !pgpub_ask(g, &drop, sql_drop))
		return false;
	good = pgpub_exec(g, DIAG_T057, "dropping tables", "BEGIN; SET LOCAL "
	    "lock_timeout = '" DROP_PATIENCE "'") &&
	    pgpub_run_script(g, DIAG_T059, &drop) && pgpublog_drop(g) &&
	    call(g, p->locked) &&
	    pgpub_exec(g, DIAG_T057, "dropping tables", "COMMIT");
	if (good)
		drop_homes(g);
	else
		db_roll_back(p->db);
	if (g->busy)
		tell_holder(g);
	pgpub_end(g);
	return good;
}

#endif
