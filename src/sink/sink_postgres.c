/*
 * The PostgreSQL sink: one run's life.
 *
 * Tables are staged in the schema of a generation beside the live one, filled
 * by binary COPY with FREEZE over several connections, and given their keys.
 * Nothing that applications see is touched; a run that dies leaves its schema,
 * which the next run drops or goes on with.  The caller's connection, which
 * holds the lock on the live schema, is borrowed.
 *
 * See sink_postgres_impl.h for the files; the sink owns its streams and
 * queues, everything else is the arena's.
 */
#ifdef HAVE_LIBPQ

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/postgres_lock.h"
#include "sink/sink_impl.h"
#include "sink/sink_postgres_copy.h"
#include "sink/sink_postgres_impl.h"

#define ANALYZE_TARGET	20	/* rows sampled: 300 times that */
#define SQL_MAX		(1u << 20)

static const struct limits postgres_limits = {
	.target = "PostgreSQL", .columns = 1600, .name_bytes = PG_NAME_MAX,
	.key_bytes = 2704, .nul_in_text = false,
};

bool
pgsink_is_interrupted(struct pgsink *s)
{
	if (s->interrupted == NULL || *s->interrupted == 0)
		return false;
	s->failed = true;
	return true;
}

static bool
pgsink_set_names(struct pgsink *s)
{
	s->live = s->stage->schema;
	if (strlen(s->live) > PG_NAME_MAX) {
		diag_hint(s->diags, diag_add(s->diags, DIAG_T064, NOWHERE,
		    "schema name '%s' has %zu bytes; PostgreSQL's end at %d",
		    s->live, strlen(s->live), PG_NAME_MAX),
		    "give the dataset a shorter name, or the target a schema");
		return false;
	}
	s->staging = db_generation_schema(s->arena, s->live,
	    s->stage->generation);
	return true;
}

/* What has been staged: of this sink, or the whole schema. */
static bool
pgsink_drop_staging(struct pgsink *s, struct pgdb *db)
{
	struct buf sql;
	uint32_t i;
	bool good;

	if (!s->stage->more)
		return pgschema_drop(db, s->arena, s->staging);
	if (!pgschema_end_orphans(db, s->staging))
		return false;
	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->schema->ntable; i++) {
		buf_puts(&sql, i == 0 ? "DROP TABLE IF EXISTS " : ", ");
		pgdb_name(&sql, s->staging, s->schema->table[i].name);
	}
	good = sql.len == 0 || pgdb_exec(db, "dropping staged tables", sql.p);
	buf_fini(&sql);
	return good;
}

/* A schema of this generation that is there is of a run that did not end. */
static bool
pgsink_make_staging(struct pgsink *s)
{
	struct pgschema look;

	if (s->stage->resume ?
	    !pgschema_end_orphans(&s->control, s->staging) :
	    !pgsink_drop_staging(s, &s->control))
		return false;
	s->staged = s->stage->more ? pgschema_look(&s->control, s->staging,
	    &look) : pgschema_make(&s->control, s->arena, s->staging, s->live,
	    s->stage->generation, &look);
	s->marks = look.there && !look.owned;
	return s->staged;
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
	const char *begin = pgresume_begin(s);
	struct pgtable *t;
	struct buf sql;
	bool good = begin != NULL;
	uint32_t i;

	for (i = 0; i < s->nstream && good; i++)
		good = pgdb_exec(&s->stream[i].db, "beginning a transaction",
		    begin);
	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->schema->ntable && good; i++) {
		t = &s->table[i];
		t->vacuum = t->there;
		if (t->there)
			continue;
		t->freeze = true;
		buf_clear(&sql);
		pgsink_put_table(&sql, s->schema, s->staging,
		    &s->schema->table[i], false);
		if (s->marks)
			pgresume_put_mark(s, &sql, i);
		good = pgdb_exec(&t->stream->db, arena_printf(s->arena,
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
	s->schema = schema;
	if (s->stage == NULL || !pgsink_set_names(s))
		return s->stage == NULL;
	if (s->dry_run)
		return true;
	return pgsink_make_staging(s) && pgstream_open(s) &&
	    (!s->stage->resume || pgresume_look(s)) &&
	    pgsink_create_tables(s) && pgresume_copy_base(s) == OK;
}

static enum grade
pgsink_open(void *state, const struct schema *schema)
{
	struct pgsink *s = state;

	s->sealed = false;
	s->failed = false;
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
	uint32_t t;

	if (s->dry_run)
		return OK;
	if (pgstream_drain(s) != OK || !pgresume_is_over(s) ||
	    pgsink_commit_and_index(s) != OK)
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
	return pgrules_finish(s, c);
}

/* Rows that are not frozen: what came after a checkpoint, and a base. */
static void
pgsink_add_vacuum(struct pgsink *s)
{
	struct buf sql;
	uint32_t i;

	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->schema->ntable; i++) {
		if (!s->table[i].vacuum)
			continue;
		buf_clear(&sql);
		buf_puts(&sql, "VACUUM (FREEZE, ANALYZE) ");
		pgdb_name(&sql, s->staging, s->schema->table[i].name);
		pgstream_add_step(s, i, arena_printf(s->arena,
		    "vacuuming table '%s'", s->schema->table[i].name), sql.p,
		    NO_SET);
	}
	buf_fini(&sql);
}

static enum grade
pgsink_seal(void *state)
{
	struct pgsink *s = state;

	if (s->dry_run)
		return OK;
	if (s->failed)
		return FATAL;
	pgsink_add_vacuum(s);
	if (pgstream_run_steps(s) != OK || pgrules_unmark(s) != OK)
		return FATAL;
	pgstream_close(s, false);
	s->sealed = true;
	return OK;
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
		if (PQstatus(db.conn) == CONNECTION_OK)
			return false;
	}
	if (!pgdb_connect(&db, NULL, s->target, &s->control))
		return false;
	good = pglock_take(&db, s->arena, s->live, false) &&
	    pgsink_drop_staging(s, &db);
	pgdb_close(&db);
	return good;
}

static void
pgsink_abort(void *state)
{
	struct pgsink *s = state;

	if (s->schema != NULL)
		pgstream_close(s, true);
	if (!s->staged || s->sealed)
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
	.name = "postgresql", .holds_keys = true, .open = pgsink_open,
	.encode = pgsink_encode, .put = pgsink_put, .finish = pgsink_finish,
	.seal = pgsink_seal, .abort = pgsink_abort,
	.free = pgsink_free, .describe = pgsink_describe,
};

/* Without a stage there is nothing to put: a dry run looks whether the target
 * is there. */
static bool
pgsink_new_dry(struct pgsink *s)
{
	struct pgdb db;

	if (!s->dry_run) {
		diag_hint(s->diags, diag_add(s->diags, DIAG_T070, NOWHERE,
		    "a load into PostgreSQL needs a generation to stage"),
		    "this is a mistake in decant; please report it");
		return false;
	}
	if (!pgdb_connect(&db, s->diags, s->target, NULL))
		return false;
	s->description = pgdb_describe(s->arena, &db);
	pgdb_close(&db);
	return true;
}

static bool
pgsink_new(struct sink *sink, struct arena *a, struct diags *diags,
    const char *target, const struct sink_options *options)
{
	struct pgsink *s = arena_zalloc(a, sizeof *s);

	s->arena = a;
	s->diags = diags;
	s->target = arena_strdup(a, target);
	s->dry_run = options != NULL && options->dry_run;
	s->interrupted = options == NULL ? NULL : options->interrupted;
	s->stage = options == NULL ? NULL : options->stage;
	if (s->stage == NULL) {
		if (!pgsink_new_dry(s))
			return false;
	} else {
		s->control = s->stage->db->pg;
		s->control.diags = diags;
		s->description = s->stage->db->description;
	}
	*sink = (struct sink){ &pgsink_ops, s };
	return true;
}

const struct sink_kind sink_postgres = {
	.scheme = "postgresql", .match = pgdb_is_target, .new = pgsink_new,
	.limits = &postgres_limits, .ddl = pgsink_ddl, .type = pgsink_type,
	.holds = pgrules_holds,
};

#endif
