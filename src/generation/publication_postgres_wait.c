/*
 * Waiting in PostgreSQL: for locks, which are given up and taken again so
 * that applications never wait long behind decant; and for old snapshots.
 *
 * A snapshot that was taken before rows were committed does not see them,
 * under whatever name their table stands.  The server marks a page as visible
 * to all when no such snapshot is left, which VACUUM finds out; rows loaded
 * with FREEZE are marked at once.  Where VACUUM leaves pages (those that never
 * had a row stay so), the rows' own transactions are compared with the oldest
 * snapshot; a frozen row does not show that it is.
 */
#ifdef HAVE_LIBPQ

#include "generation/publication_postgres.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"

#define PATIENCE_MS	30000.0
#define SNAPSHOT_MS	200

double
pgwait_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

void
pgwait_sleep(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* Longer with every attempt, and not in step with anybody else's. */
void
pgwait_rest(uint32_t attempt)
{
	struct timespec t;
	long ms = 15 + 3L * (attempt < 30 ? attempt : 30);

	clock_gettime(CLOCK_MONOTONIC, &t);
	pgwait_sleep(ms + t.tv_nsec / 1000 % ms);
}

double
pgwait_patience(const struct pgpub *g)
{
	return g->p->patience_ms > 0 ? g->p->patience_ms : PATIENCE_MS;
}

/* --- snapshots ------------------------------------------------------------- */

/* The new tables, and how many of their pages are not marked; none of what is
 * empty. */
static const char sql_pages[] = PGPUB_TABLES
    "SELECT name, staged, CASE WHEN pg_relation_size(new) = 0 THEN 0 ELSE"
    "  relpages - relallvisible END FROM t JOIN pg_class c ON c.oid = new"
    " ORDER BY name COLLATE \"C\"";

/* Who holds on to the oldest: (who, what to do about it). */
static const char sql_oldest[] =
    "SELECT who, hint FROM ("
    "SELECT age(backend_xmin) AS age, format('server process %s (''%s'' of"
    " user ''%s'', %s, since %s)', pid, application_name, usename, state,"
    "  to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS')) AS who, 'let it end, then"
    " run it again' AS hint FROM pg_stat_activity WHERE backend_xmin IS NOT"
    "  NULL AND pid <> pg_backend_pid()"
    " UNION ALL SELECT age(transaction), format('prepared transaction ''%s'' of"
    " user ''%s''', gid, owner), 'COMMIT PREPARED or ROLLBACK PREPARED it' FROM"
    "  pg_prepared_xacts"
    " UNION ALL SELECT age(xmin), format('replication slot ''%s''', slot_name),"
    "  'let it catch up, or drop it' FROM pg_replication_slots WHERE xmin IS"
    "  NOT NULL) x ORDER BY age DESC LIMIT 1";

static bool
vacuum(struct pgpub *g, const char *table, const char *name)
{
	struct buf sql;
	bool good;

	buf_init(&sql, PGPUB_SQL_MAX);
	buf_printf(&sql, "VACUUM (INDEX_CLEANUP on%s) %s",
	    g->analyze ? ", ANALYZE" : "", table);
	good = pgpub_exec(g, DIAG_T057, arena_printf(g->a,
	    "vacuuming table '%s'", name), sql.p);
	buf_fini(&sql);
	return good;
}

/* What the catalogue says of them may be out of date. */
static bool
vacuum_all(struct pgpub *g)
{
	PGresult *res = pgpub_query(g, sql_pages, NULL);
	bool good = res != NULL;
	int i;

	for (i = 0; good && i < PQntuples(res); i++)
		good = vacuum(g, PQgetvalue(res, i, 1), PQgetvalue(res, i, 0));
	PQclear(res);
	g->analyze = false;
	return good;
}

/* Is there a row that some snapshot does not see?  OK, BAD, FATAL: told. */
static enum grade
look_at_rows(struct pgpub *g, const char *table)
{
	PGresult *res;
	struct buf sql;
	enum grade grade;

	buf_init(&sql, PGPUB_SQL_MAX);
	buf_printf(&sql, "SELECT EXISTS (SELECT FROM ONLY %s t WHERE"
	    " age(t.xmin) <= (SELECT max(age) FROM (SELECT age(backend_xmin)"
	    " FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND"
	    " (datname = current_database() OR datname IS NULL)"
	    " UNION ALL SELECT age(transaction) FROM pg_prepared_xacts WHERE"
	    " database = current_database()"
	    " UNION ALL SELECT age(xmin) FROM pg_replication_slots) x(age)))",
	    table);
	res = PQexec(g->db.conn, sql.p);
	buf_fini(&sql);
	if (PQresultStatus(res) != PGRES_TUPLES_OK) {
		pgdb_error(&g->db, "looking for old snapshots", res);
		grade = FATAL;
	} else {
		grade = PQgetvalue(res, 0, 0)[0] == 't' ? BAD : OK;
	}
	PQclear(res);
	return grade;
}

static enum grade
look_at_tables(struct pgpub *g)
{
	PGresult *res = pgpub_query(g, sql_pages, NULL);
	enum grade grade = res == NULL ? FATAL : OK;
	int i;

	for (i = 0; grade == OK && i < PQntuples(res); i++)
		if (strcmp(PQgetvalue(res, i, 2), "0") != 0)
			grade = look_at_rows(g, PQgetvalue(res, i, 1));
	PQclear(res);
	return grade;
}

static void
tell_oldest(struct pgpub *g)
{
	PGresult *res = pgdb_query(&g->db, "looking for old snapshots",
	    sql_oldest, 0, NULL);

	if (res == NULL)
		return;
	if (PQntuples(res) > 0)
		diag_hint(g->db.diags, diag_add(g->db.diags, DIAG_T078,
		    NOWHERE, "rows of the new tables are not visible to "
		    "everybody: %s is older", PQgetvalue(res, 0, 0)), "%s",
		    PQgetvalue(res, 0, 1));
	else
		diag_hint(g->db.diags, diag_add(g->db.diags, DIAG_T078,
		    NOWHERE, "rows of the new tables are not visible to "
		    "everybody"), "run it again");
	PQclear(res);
}

bool
pgwait_snapshots(struct pgpub *g)
{
	double start = pgwait_now(), end = start + pgwait_patience(g);
	enum grade grade;

	if (!vacuum_all(g))
		return false;
	for (; g->p->dry == NULL; pgwait_sleep((long)(pgwait_now() - start))) {
		if (db_is_interrupted(g->p->db))
			return false;
		start = pgwait_now() - SNAPSHOT_MS;
		grade = look_at_tables(g);
		if (grade != BAD)
			return grade == OK;
		if (pgwait_now() > end) {
			tell_oldest(g);
			return false;
		}
	}
	return true;
}

/* --- who is in the way ------------------------------------------------------ */

/*
 * A vacuum that the server started by itself gives way to who waits for as long
 * as it takes to look for deadlocks, which is longer than we wait.  So it is
 * waited for once, with no other lock in hand: then there is no deadlock to
 * find.  One that has to keep the server from running out of transaction ids
 * does not give way.
 */
static const char sql_vacuums[] = PGPUB_TABLES
    "SELECT DISTINCT c.oid::regclass, (SELECT setting::int + 300"
    "  FROM pg_settings WHERE name = 'deadlock_timeout')"
    "  FROM t JOIN pg_class c ON c.oid IN (t.old, t.new) JOIN pg_locks l ON"
    "  l.relation = c.oid AND l.granted AND l.mode ="
    "  'ShareUpdateExclusiveLock' AND l.database = (SELECT oid FROM pg_database"
    "  WHERE datname = current_database()) JOIN pg_stat_activity a ON"
    "  a.pid = l.pid WHERE l.pid <> pg_backend_pid() AND (a.backend_type ="
    "  'autovacuum worker' OR a.backend_type IS NULL)";

void
pgwait_evict(struct pgpub *g)
{
	PGresult *res = pgpub_query(g, sql_vacuums, NULL);
	struct buf sql;
	int i;

	buf_init(&sql, PGPUB_SQL_MAX);
	for (i = 0; res != NULL && i < PQntuples(res); i++) {
		buf_clear(&sql);
		buf_printf(&sql, "BEGIN; SET LOCAL lock_timeout = %s; LOCK "
		    "TABLE %s IN ACCESS EXCLUSIVE MODE; ROLLBACK",
		    PQgetvalue(res, i, 1), PQgetvalue(res, i, 0));
		PQclear(PQexec(g->db.conn, sql.p));
		db_roll_back(g->p->db);
	}
	buf_fini(&sql);
	PQclear(res);
}

static const char sql_users[] = PGPUB_TABLES
    "SELECT DISTINCT format('live table ''%s'' is in use by ', t.live) || CASE"
    "  WHEN l.pid IS NULL THEN format('prepared transaction ''%s''', x.gid)"
    "  ELSE format('server process %s (''%s'' of user ''%s'', %s)', l.pid,"
    "  a.application_name, a.usename, a.state) END FROM t JOIN pg_locks l ON l.relation = t.old AND l.granted AND"
    "  l.database = (SELECT oid FROM pg_database WHERE datname ="
    "  current_database()) LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
    "  LEFT JOIN pg_locks k ON l.pid IS NULL AND k.virtualtransaction ="
    "  l.virtualtransaction AND k.locktype = 'transactionid' AND k.granted"
    "  LEFT JOIN pg_prepared_xacts x ON x.transaction = k.transactionid"
    " WHERE l.pid IS DISTINCT FROM pg_backend_pid() AND l.mode <> 'SIReadLock'"
    " ORDER BY 1 LIMIT 5";

void
pgwait_tell_busy(struct pgpub *g)
{
	static const char hint[] = "let long transactions end, then run it "
	    "again";
	PGresult *res = pgpub_query(g, sql_users, NULL);
	struct diags *diags = g->db.diags;
	int i;

	if (res == NULL || diags == NULL)
		return;
	if (PQntuples(res) == 0)
		diag_hint(diags, diag_add(diags, DIAG_T062, NOWHERE, "live "
		    "tables of schema '%s' are in use; no lock in %u attempts",
		    g->p->schema, (unsigned)g->p->attempts), "%s", hint);
	for (i = 0; i < PQntuples(res); i++)
		diag_hint(diags, diag_add(diags, DIAG_T062, NOWHERE, "%s; no "
		    "lock in %u attempts", PQgetvalue(res, i, 0),
		    (unsigned)g->p->attempts), "%s", hint);
	PQclear(res);
}

#endif
