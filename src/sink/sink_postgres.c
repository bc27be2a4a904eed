/*
 * The PostgreSQL sink: one run's life.
 *
 * Tables are staged in a schema of their own beside the live one, filled by
 * binary COPY with FREEZE over several connections, given their keys, and
 * published in one transaction.  Until then nothing that applications see is
 * touched; a run that dies leaves a staging schema, which the next run drops.
 * One run at a time works on a schema: it holds an advisory lock.
 *
 * See sink_postgres_impl.h for the files; the sink owns its connections and
 * queues, everything else is the arena's.
 */
#ifdef HAVE_LIBPQ

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "sink/sink_impl.h"
#include "sink/sink_postgres_copy.h"
#include "sink/sink_postgres_impl.h"

#define STAGING_SUFFIX	"_gnext"
#define ANALYZE_TARGET	20	/* rows sampled: 300 times that */
#define DROP_PATIENCE	"3s"	/* for locks on a staging schema */
#define SQL_MAX		(1u << 20)

static const struct limits postgres_limits = {
	.target = "PostgreSQL", .columns = 1600, .name_bytes = PG_NAME_MAX,
	.key_bytes = 2704, .nul_in_text = false,
};

/* FNV-1a: stable over versions of decant and of PostgreSQL. */
static uint64_t
pgsink_hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h;
}

/* NAME_gnext; a long name is cut between characters and told by its hash. */
static const char *
pgsink_staging_name(struct arena *a, const char *live)
{
	size_t n = strlen(live), most = PG_NAME_MAX - strlen(STAGING_SUFFIX);

	if (n <= most)
		return arena_printf(a, "%s" STAGING_SUFFIX, live);
	for (n = most - 9; n > 0 && ((unsigned char)live[n] & 0xc0) == 0x80;)
		n--;
	return arena_printf(a, "%.*s_%08x" STAGING_SUFFIX, (int)n, live,
	    (unsigned)(pgsink_hash(live) & UINT32_MAX));
}

bool
pgsink_is_interrupted(struct pgsink *s)
{
	if (s->interrupted == NULL || *s->interrupted == 0)
		return false;
	s->failed = true;
	return true;
}

static bool
pgsink_set_names(struct pgsink *s, const struct schema *schema)
{
	s->schema = schema;
	s->live = s->want_schema != NULL ? s->want_schema : schema->name;
	if (strlen(s->live) > PG_NAME_MAX) {
		diag_hint(s->diags, diag_add(s->diags, DIAG_T064, NOWHERE,
		    "schema name '%s' has %zu bytes; PostgreSQL's end at %d",
		    s->live, strlen(s->live), PG_NAME_MAX),
		    "give the dataset a shorter name, or the target a schema");
		return false;
	}
	s->staging = pgsink_staging_name(s->arena, s->live);
	return true;
}

static void
pgsink_tell_holder(struct pgsink *s, const char *key)
{
	static const char sql[] =
	    "SELECT l.pid, a.usename, a.application_name,"
	    " to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS')"
	    " FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
	    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
	    " AND l.database = (SELECT oid FROM pg_database"
	    "  WHERE datname = current_database())"
	    " AND (l.classid::bigint << 32) | l.objid::bigint = $1::bigint";
	PGresult *res = pgdb_query(&s->control, "looking for the lock", sql,
	    1, &key);
	const char *who = "";

	if (res == NULL)
		return;
	if (PQntuples(res) > 0)
		who = arena_printf(s->arena,
		    " (server process %s of '%s' as user '%s', since %s)",
		    PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 2),
		    PQgetvalue(res, 0, 1), PQgetvalue(res, 0, 3));
	diag_hint(s->diags, diag_add(s->diags, DIAG_T001, NOWHERE,
	    "another run holds the lock on schema '%s'%s", s->live, who),
	    "wait until it ends%s%s%s", *who == '\0' ? "" :
	    "; if nothing runs any more: select pg_terminate_backend(",
	    *who == '\0' ? "" : PQgetvalue(res, 0, 0),
	    *who == '\0' ? "" : ")");
	PQclear(res);
}

static const char *
pgsink_lock_key(struct pgsink *s)
{
	return arena_printf(s->arena, "%lld", (long long)pgsink_hash(
	    arena_printf(s->arena, "decant:%s", s->live)));
}

/* The lock is the session's: it goes with the connection, if not before. */
static bool
pgsink_lock(struct pgsink *s, struct pgdb *db, bool tell)
{
	const char *key = pgsink_lock_key(s);
	PGresult *res = pgdb_query(db, "locking the schema",
	    "SELECT pg_try_advisory_lock($1::bigint)", 1, &key);
	bool got = res != NULL && PQgetvalue(res, 0, 0)[0] == 't';

	if (res != NULL && !got && tell)
		pgsink_tell_holder(s, key);
	PQclear(res);
	return got;
}

/* Sessions that hold locks on the staging schema or in it.  $1: its name. */
#define STAGING_USERS							\
	" FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"	\
	" JOIN pg_namespace n ON n.nspname = $1"			\
	" LEFT JOIN pg_class c ON c.oid = l.relation"			\
	" WHERE l.granted AND l.pid <> pg_backend_pid()"		\
	" AND l.database = (SELECT oid FROM pg_database"		\
	"  WHERE datname = current_database())"				\
	" AND (c.relnamespace = n.oid OR (l.locktype = 'object' AND"	\
	"  l.classid = 'pg_namespace'::regclass AND l.objid = n.oid))"

/*
 * Server processes of a killed run go on with their statement for a while.
 * The lock is ours, so no run that lives works on the staging schema.
 */
static bool
pgsink_end_orphans(struct pgsink *s, struct pgdb *db)
{
	PGresult *res = pgdb_query(db, "ending a killed run's sessions",
	    "SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT l.pid"
	    STAGING_USERS " AND a.application_name LIKE 'decant%'"
	    " AND a.usename = current_user) x", 1, &s->staging);
	bool good = res != NULL;

	PQclear(res);
	return good;
}

/* Dropping the staging schema waited for too long. */
static void
pgsink_tell_staging_user(struct pgsink *s, struct pgdb *db)
{
	PGresult *res = pgdb_query(db, "looking at staged tables",
	    "SELECT DISTINCT l.pid, a.application_name, a.usename"
	    STAGING_USERS " LIMIT 1", 1, &s->staging);
	bool some = res != NULL && PQntuples(res) > 0;

	if (res != NULL && db->diags != NULL)
		diag_hint(db->diags, diag_add(db->diags, DIAG_T001, NOWHERE,
		    "schema '%s' with a killed run's tables is in use by "
		    "server process %s ('%s' of user '%s')", s->staging,
		    some ? PQgetvalue(res, 0, 0) : "?",
		    some ? PQgetvalue(res, 0, 1) : "?",
		    some ? PQgetvalue(res, 0, 2) : "?"),
		    "let it end, then run again");
	PQclear(res);
}

/*
 * Drops the staging schema where it is ours.  false: it is not, or cannot be
 * dropped; the error is in the connection's diags.
 */
static bool
pgsink_drop_staging(struct pgsink *s, struct pgdb *db)
{
	struct buf sql;
	PGresult *res;
	bool good, ours;

	res = pgdb_query(db, "looking for staged tables",
	    "SELECT obj_description(oid, 'pg_namespace') LIKE "
	    "'" STAGING_COMMENT "%' FROM pg_namespace WHERE nspname = $1",
	    1, &s->staging);
	if (res == NULL)
		return false;
	good = PQntuples(res) == 0;
	ours = !good && PQgetvalue(res, 0, 0)[0] == 't';
	PQclear(res);
	if (good)
		return true;
	if (!ours) {
		if (db->diags != NULL)
			diag_hint(db->diags, diag_add(db->diags, DIAG_T055,
			    NOWHERE, "schema '%s', where decant stages, exists "
			    "and is not decant's", s->staging),
			    "rename that schema, or load into another one");
		return false;
	}
	if (!pgsink_end_orphans(s, db))
		return false;
	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SET lock_timeout = '" DROP_PATIENCE "'; DROP SCHEMA ");
	pgdb_ident(&sql, s->staging);
	buf_puts(&sql, " CASCADE; SET lock_timeout = 0");
	res = PQexec(db->conn, sql.p);
	buf_fini(&sql);
	good = PQresultStatus(res) == PGRES_COMMAND_OK;
	if (pgdb_is_state(res, "55P03"))
		pgsink_tell_staging_user(s, db);
	else if (!good)
		pgdb_error(db, "dropping staged tables", res);
	PQclear(res);
	return good;
}

static bool
pgsink_make_staging(struct pgsink *s)
{
	struct buf sql;
	bool good;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "BEGIN; CREATE SCHEMA ");
	pgdb_ident(&sql, s->staging);
	buf_puts(&sql, "; COMMENT ON SCHEMA ");
	pgdb_ident(&sql, s->staging);
	buf_puts(&sql, " IS ");
	pgdb_literal(&sql, arena_printf(s->arena, STAGING_COMMENT
	    " for schema %s; dropped by its next run", s->live));
	buf_puts(&sql, "; COMMIT");
	good = pgdb_exec(&s->control, arena_printf(s->arena,
	    "creating schema '%s'", s->staging), sql.p);
	buf_fini(&sql);
	if (!good && PQstatus(s->control.conn) == CONNECTION_OK)
		PQclear(PQexec(s->control.conn, "ROLLBACK"));
	s->staged = good;
	return good;
}

static bool
table_has_key(const struct schema_table *t, uint32_t column)
{
	uint32_t i;

	for (i = 0; i < t->nkey; i++)
		if (t->key[i] == column)
			return true;
	return false;
}

static void
pgsink_type(struct buf *out, const struct schema_column *c)
{
	char text[48];

	buf_put(out, text, sqltype_format(text, &c->type));
}

static void
pgsink_put_key(struct buf *out, const struct schema_table *t)
{
	buf_puts(out, "PRIMARY KEY ");
	pgrules_put_columns(out, t, t->key, t->nkey);
}

/* Staged tables get their key after the load. */
static void
pgsink_put_table(struct buf *out, const struct schema *s,
    const char *schema, const struct schema_table *t, bool with_key)
{
	uint32_t i;

	buf_puts(out, "CREATE TABLE ");
	pgdb_name(out, schema, t->name);
	buf_puts(out, " (");
	for (i = 0; i < t->ncolumn; i++) {
		buf_puts(out, i > 0 ? ",\n\t" : "\n\t");
		pgdb_ident(out, t->column[i].name);
		buf_putc(out, ' ');
		pgsink_type(out, &t->column[i]);
		if (t->column[i].not_null || table_has_key(t, i))
			buf_puts(out, " NOT NULL");
	}
	if (with_key && t->nkey > 0) {
		buf_puts(out, ",\n\t");
		pgsink_put_key(out, t);
	}
	pgrules_put_checks(out, s, t);
	buf_puts(out, "\n)");
}

/* The tables of a stream are made in the transaction that fills them. */
static bool
pgsink_create_tables(struct pgsink *s)
{
	struct pgdb *db;
	struct buf sql;
	bool good = true;
	uint32_t i;

	for (i = 0; i < s->nstream && good; i++)
		good = pgdb_exec(&s->stream[i].db, "beginning a transaction",
		    "BEGIN");
	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->schema->ntable && good; i++) {
		db = &s->table[i].stream->db;
		buf_clear(&sql);
		pgsink_put_table(&sql, s->schema, s->staging,
		    &s->schema->table[i], false);
		good = pgdb_exec(db, arena_printf(s->arena,
		    "creating table '%s'", s->schema->table[i].name), sql.p);
	}
	buf_fini(&sql);
	for (i = 0; i < s->nstream && good; i++)
		PQsetnonblocking(s->stream[i].db.conn, 1);
	return good;
}

static bool
pgsink_stage(struct pgsink *s, const struct schema *schema)
{
	if (!pgsink_set_names(s, schema))
		return false;
	if (s->dry_run)
		return pgpublish_inspect(s);
	if (!s->locked)
		s->locked = pgsink_lock(s, &s->control, true);
	return s->locked && pgpublish_inspect(s) &&
	    pgsink_drop_staging(s, &s->control) && pgsink_make_staging(s) &&
	    pgstream_open(s) && pgsink_create_tables(s);
}

static enum grade
pgsink_open(void *state, const struct schema *schema)
{
	struct pgsink *s = state;

	s->published = false;
	s->failed = !pgsink_stage(s, schema);
	return s->failed ? FATAL : OK;
}

static void
pgsink_encode(const void *state, struct batch *b)
{
	const struct pgsink *s = state;
	uint32_t t;

	for (t = 0; t < s->schema->ntable; t++) {
		if (b->out[t].max == 0)
			buf_init(&b->out[t], SIZE_MAX / 2);
		buf_clear(&b->out[t]);
		pgcopy_encode(&b->out[t], &b->arena, &s->schema->table[t],
		    &b->rows[t]);
	}
}

static enum grade
pgsink_put(void *state, struct batch *b)
{
	struct pgsink *s = state;

	return s->dry_run ? OK : pgstream_put(s, b);
}

/*
 * In the transaction that loaded the rows, and from a small sample, so that
 * it costs little: the planner is not blind from the publication on, and the
 * rows still count as changed, so that autovacuum takes the full sample later.
 */
static void
pgsink_add_analyze(struct pgsink *s)
{
	struct buf sql;
	uint32_t i;

	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->schema->ntable; i++) {
		buf_clear(&sql);
		buf_printf(&sql, "SET LOCAL default_statistics_target = %d; "
		    "ANALYZE ", ANALYZE_TARGET);
		pgdb_name(&sql, s->staging, s->schema->table[i].name);
		pgstream_add_step(s, i, arena_printf(s->arena,
		    "analyzing table '%s'", s->schema->table[i].name), sql.p,
		    NO_SET);
	}
	buf_fini(&sql);
}

static enum grade
pgsink_commit_and_index(struct pgsink *s)
{
	const struct schema_table *t;
	struct buf sql;
	uint32_t i;

	pgsink_add_analyze(s);
	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->nstream; i++)
		pgstream_add_step(s, i, "committing staged tables", "COMMIT",
		    NO_SET);
	for (i = 0; i < s->schema->ntable; i++) {
		t = &s->schema->table[i];
		if (t->nkey == 0)
			continue;
		buf_clear(&sql);
		buf_puts(&sql, "ALTER TABLE ");
		pgdb_name(&sql, s->staging, t->name);
		buf_puts(&sql, " ADD ");
		pgsink_put_key(&sql, t);
		pgstream_add_step(s, i, arena_printf(s->arena,
		    "making the key of table '%s'", t->name), sql.p, i);
	}
	buf_fini(&sql);
	return pgstream_run_steps(s);
}

static enum grade
pgsink_finish(void *state, struct conflicts *c)
{
	struct pgsink *s = state;
	bool repeats = false;
	enum grade g;
	uint32_t t;

	if (s->dry_run)
		return OK;
	if (pgstream_drain(s) != OK || pgsink_commit_and_index(s) != OK)
		return FATAL;
	for (t = 0; t < s->schema->ntable; t++) {
		if (!s->repeats[t])
			continue;
		repeats = true;
		if (pgrules_find_keys(s, t, c) != OK)
			return FATAL;
	}
	if (repeats)
		return BAD;
	if ((g = pgrules_finish(s, c)) != OK)
		return g;
	if (!pgpublish_add_indexes(s)) {
		s->failed = true;
		return FATAL;
	}
	return pgstream_run_steps(s);
}

static enum grade
pgsink_publish(void *state)
{
	struct pgsink *s = state;

	if (s->dry_run)
		return OK;
	if (s->failed)
		return FATAL;
	pgstream_close(s, false);
	return pgpublish_run(s);
}

/*
 * Where the control connection is gone, another one cleans up, if it gets
 * the lock.
 */
static bool
pgsink_clean_up(struct pgsink *s)
{
	struct pgdb db = s->control;
	bool good;

	db.diags = NULL;
	if (PQstatus(db.conn) == CONNECTION_OK) {
		if (PQtransactionStatus(db.conn) != PQTRANS_IDLE)
			PQclear(PQexec(db.conn, "ROLLBACK"));
		if (pgsink_drop_staging(s, &db))
			return true;
		if (PQstatus(db.conn) == CONNECTION_OK) {
			PQclear(PQexec(db.conn, "SET lock_timeout = 0"));
			return false;
		}
	}
	if (!pgdb_connect(&db, NULL, s->target, &s->control))
		return false;
	good = pgsink_lock(s, &db, false) && pgsink_drop_staging(s, &db);
	pgdb_close(&db);
	return good;
}

static void
pgsink_abort(void *state)
{
	struct pgsink *s = state;

	if (s->schema != NULL)
		pgstream_close(s, true);
	if (!s->staged || s->published)
		return;
	s->staged = false;
	if (!pgsink_clean_up(s))
		diag_hint(s->diags, diag_add(s->diags, DIAG_T063, NOWHERE,
		    "schema '%s' with staged tables is left behind",
		    s->staging), "the next run drops it");
}

static void
pgsink_free(void *state)
{
	struct pgsink *s = state;

	if (s->schema != NULL)
		pgstream_close(s, true);
	/* A closed connection's lock lives until the server notices. */
	if (s->locked && PQstatus(s->control.conn) == CONNECTION_OK)
		PQclear(PQexec(s->control.conn,
		    "SELECT pg_advisory_unlock_all()"));
	pgdb_close(&s->control);
}

static const char *
pgsink_describe(const void *state)
{
	return ((const struct pgsink *)state)->description;
}

static void
pgsink_ddl(struct buf *out, const struct schema *schema, const char *target,
    const struct sink_options *options)
{
	const char *live = options != NULL && options->schema != NULL ?
	    options->schema : schema->name;
	uint32_t t;

	(void)target;
	buf_puts(out, "CREATE SCHEMA IF NOT EXISTS ");
	pgdb_ident(out, live);
	buf_puts(out, ";\n");
	for (t = 0; t < schema->ntable; t++) {
		buf_putc(out, '\n');
		pgsink_put_table(out, schema, live, &schema->table[t], true);
		buf_puts(out, ";\n");
	}
	pgrules_ddl(out, schema, live);
}

static const struct sink_ops pgsink_ops = {
	.name = "postgresql", .holds_keys = true, .open = pgsink_open, .encode = pgsink_encode,
	.put = pgsink_put, .finish = pgsink_finish,
	.seal = pgsink_publish, .abort = pgsink_abort,
	.free = pgsink_free, .describe = pgsink_describe,
};

static bool
pgsink_new(struct sink *sink, struct arena *a, struct diags *diags,
    const char *target, const struct sink_options *options)
{
	struct pgsink *s = arena_zalloc(a, sizeof *s);

	s->arena = a;
	s->diags = diags;
	s->target = arena_strdup(a, target);
	if (options != NULL && options->schema != NULL)
		s->want_schema = arena_strdup(a, options->schema);
	s->dry_run = options != NULL && options->dry_run;
	s->interrupted = options == NULL ? NULL : options->interrupted;
	if (!pgdb_connect(&s->control, diags, target, NULL))
		return false;
	s->description = pgdb_describe(a, &s->control);
	*sink = (struct sink){ &pgsink_ops, s };
	return true;
}

const struct sink_kind sink_postgres = {
	.scheme = "postgresql", .match = pgdb_is_target, .new = pgsink_new,
	.limits = &postgres_limits, .ddl = pgsink_ddl, .type = pgsink_type,
	.holds = pgrules_holds,
};

#endif
