/*
 * Rows into the tables of a generation in a SQLite database.
 *
 * A file that nobody knows yet is filled in one transaction, without a journal
 * on disk.  In one that others use, the tables are filled in transactions of at
 * most CHUNK_ROWS rows, so that others wait for one of them at most.  Rows that
 * wait for their transaction are kept here, so that none is open while the
 * input is slow, and one that cannot get its lock can be given up and tried
 * again.
 *
 * Duplicate keys: where the key is the rowid, SQLite ignores the row and the
 * inserter notes it; other keys get their unique index when all rows are in,
 * and only if that fails they are looked for.
 *
 * The state lives in the caller's arena, buffers in the heap; the connection
 * is the caller's.
 */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "sink/sink_impl.h"
#include "sink/sqlite_constraint.h"
#include "sink/sqlite_rows.h"
#include "sink/sqlite_stage.h"
#include "sink/sqlite_table.h"

#define CHUNK_ROWS	10000u
#define CHUNK_BYTES	(8u << 20)	/* of packed rows */
#define CHUNK_CACHE	(12 << 20)	/* of pages: random keys touch many */
#define STEP_ROWS	1024u		/* between looks at the cache */
#define WAITING_MAX	(1u << 30)	/* bytes of rows; a batch and a chunk */
#define ABORT_WAIT_MS	1000

struct sqlite_staged {		/* a table */
	struct sqlite_packer *packer;	/* [its columns] */
	struct sqlite_inserter inserter;
	struct buf waiting;		/* shared: rows for the next chunk */
	uint32_t nwaiting;
};

struct sqlite_sink {
	struct arena *arena;
	struct diags *diags;
	const char *describe;
	bool given;		/* stage.in is */
	const struct schema *schema;
	struct sqlite_db *db;
	struct sqlite_stage stage;
	struct sqlite_staged *table;	/* [schema's tables] */
	uint32_t chunk_rows;
	bool opened;
};

/* --- open ---------------------------------------------------------------- */

/*
 * Nobody else knows of the file, so it is locked once, and what moves between
 * its pages need not be wiped where it was.  Memory holds the journal, which
 * has one page for a database that starts empty, so that a failed CREATE UNIQUE
 * INDEX can be undone; with no journal at all it could not ("PRAGMA
 * journal_mode", sqlite.org).  db_land syncs it.
 *
 * In a file that others use, secure_delete, which some builds of SQLite switch
 * on, would write every page of a dropped generation; FAST clears what costs
 * nothing.
 */
static bool
set_pragmas(struct sqlite_sink *s)
{
	return sqlite_db_exec(s->db, s->stage.shared ?
	    "PRAGMA foreign_keys = OFF; PRAGMA secure_delete = FAST" :
	    "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = MEMORY;"
	    "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
	    "PRAGMA secure_delete = OFF");
}

static void
make_tables(struct sqlite_sink *s)
{
	const struct schema_table *t;
	struct sqlite_staged *st;
	uint32_t i, c;

	s->table = arena_array(s->arena, s->schema->ntable, sizeof *s->table);
	for (i = 0; i < s->schema->ntable; i++) {
		t = &s->schema->table[i];
		st = &s->table[i];
		st->inserter.rowid = -1;
		buf_init(&st->waiting, WAITING_MAX);
		st->packer = arena_array(s->arena, t->ncolumn,
		    sizeof *st->packer);
		for (c = 0; c < t->ncolumn; c++)
			sqlite_packer_init(&st->packer[c], &t->column[c]);
	}
}

static bool
check_schema(struct sqlite_sink *s)
{
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++)
		if (!sqlite_table_check(s->diags, s->schema,
		    &s->schema->table[i]))
			return false;
	return true;
}

static enum grade
lite_open(void *state, const struct schema *schema)
{
	struct sqlite_sink *s = state;
	struct sqlite_stage *stage = &s->stage;
	uint64_t chunk = stage->in.checkpoint;
	uint32_t i;
	bool good;

	s->schema = stage->schema = schema;
	if (!s->given) {
		diag_add(s->diags, DIAG_T011, NOWHERE, "\"%s\" has no "
		    "generation to put rows into", s->describe);
		return FATAL;
	}
	if (!check_schema(s))
		return FATAL;
	sqlite_stage_init(stage);
	s->db = stage->db;
	s->chunk_rows = chunk > 0 && chunk < CHUNK_ROWS ? (uint32_t)chunk :
	    CHUNK_ROWS;
	make_tables(s);
	s->opened = true;
	good = set_pragmas(s) && sqlite_stage_make(stage) &&
	    (!stage->shared || sqlite_db_exec(s->db,
	    "PRAGMA cache_spill = OFF"));
	for (i = 0; i < schema->ntable && good; i++)
		good = sqlite_inserter_init(&s->table[i].inserter, s->db,
		    &schema->table[i], stage->name[i], i);
	return good ? OK : FATAL;
}

/* --- rows ---------------------------------------------------------------- */

static void
lite_encode(const void *state, struct batch *b)
{
	const struct sqlite_sink *s = state;
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++) {
		buf_clear(&b->out[i]);
		sqlite_rows_pack(&b->out[i], &s->schema->table[i],
		    s->table[i].packer, &b->rows[i]);
	}
}

struct chunk {
	struct sqlite_sink *sink;
	const struct sqlite_rows *rows;	/* [tables] that wait */
	struct sqlite_rows *left;	/* [tables] what this turn leaves */
};

/* As many rows as a chunk may have, table after table. */
static int
chunk_insert(void *arg)
{
	struct chunk *c = arg;
	struct sqlite_sink *s = c->sink;
	uint32_t i, quota = s->chunk_rows, n;
	struct sqlite_inserter *in;
	int rc = SQLITE_OK, cache = 0, peak;
	uint64_t ignored;

	memcpy(c->left, c->rows, s->schema->ntable * sizeof *c->left);
	for (i = 0; i < s->schema->ntable; i++) {
		in = &s->table[i].inserter;
		ignored = in->ignored_all;
		while (c->left[i].n > 0 && quota > 0 && cache < CHUNK_CACHE) {
			n = quota < STEP_ROWS ? quota : STEP_ROWS;
			n = n < c->left[i].n ? n : c->left[i].n;
			rc = sqlite_inserter_run(in, &c->left[i], n);
			if (rc != SQLITE_OK)
				return rc;
			quota -= n;
			sqlite3_db_status(s->db->handle,
			    SQLITE_DBSTATUS_CACHE_USED, &cache, &peak, 0);
		}
		if (in->ignored_all > ignored)
			rc = sqlite_stage_spoil(&s->stage, i);
		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}

static bool
chunk_write(struct sqlite_sink *s, struct sqlite_rows *rows)
{
	uint32_t n = s->schema->ntable;
	struct sqlite_rows *left = mem_array(n, sizeof *left);
	struct chunk c = { s, rows, left };
	bool good = sqlite_turn(&s->stage.turn, chunk_insert, &c);

	if (good)
		memcpy(rows, left, n * sizeof *left);
	mem_free(left);
	return good;
}

static bool
flush(struct sqlite_sink *s)
{
	uint32_t i, n = s->schema->ntable, left;
	struct sqlite_rows *rows = mem_array(n, sizeof *rows);
	bool good = true;

	for (i = 0; i < n; i++)
		rows[i] = (struct sqlite_rows){
		    (const uint8_t *)s->table[i].waiting.p,
		    s->table[i].nwaiting };
	do {
		for (left = i = 0; i < n; i++)
			left += rows[i].n;
		good = left == 0 || chunk_write(s, rows);
	} while (good && left > 0);
	for (i = 0; i < n; i++) {
		buf_clear(&s->table[i].waiting);
		s->table[i].nwaiting = 0;
	}
	mem_free(rows);
	return good;
}

static enum grade
too_large(struct sqlite_sink *s, const char *table)
{
	struct diag *d;

	d = diag_add(s->diags, DIAG_T020, NOWHERE,
	    "the rows of table \"%s\" that one batch gives are too large",
	    table);
	diag_hint(s->diags, d, "run with a smaller --batch-records");
	return FATAL;
}

static enum grade
put_fresh(struct sqlite_sink *s, struct batch *b)
{
	struct sqlite_rows rows;
	uint32_t i;
	int rc;

	for (i = 0; i < s->schema->ntable; i++) {
		rows = (struct sqlite_rows){ (const uint8_t *)b->out[i].p,
		    b->rows[i].n };
		rc = sqlite_inserter_run(&s->table[i].inserter, &rows,
		    UINT32_MAX);
		if (rc != SQLITE_OK) {
			sqlite_db_error(s->db, rc);
			return FATAL;
		}
	}
	return OK;
}

/* A resumed run's: rows that are there already. */
static void
skip_rows(uint64_t *skip, struct sqlite_rows *rows)
{
	uint32_t n = *skip < rows->n ? (uint32_t)*skip : rows->n;

	sqlite_rows_skip(rows, n);
	*skip -= n;
}

static enum grade
put_shared(struct sqlite_sink *s, struct batch *b)
{
	struct sqlite_staged *t;
	struct sqlite_rows rows;
	uint32_t i, n = 0;
	size_t bytes = 0;

	for (i = 0; i < s->schema->ntable; i++) {
		t = &s->table[i];
		rows = (struct sqlite_rows){ (const uint8_t *)b->out[i].p,
		    b->rows[i].n };
		skip_rows(&s->stage.skip[i], &rows);
		buf_put(&t->waiting, rows.p, b->out[i].len -
		    (size_t)(rows.p - (const uint8_t *)b->out[i].p));
		if (t->waiting.full)
			return too_large(s, s->schema->table[i].name);
		t->nwaiting += rows.n;
		n += t->nwaiting;
		bytes += t->waiting.len;
	}
	if (n < s->chunk_rows && bytes < CHUNK_BYTES)
		return OK;
	return flush(s) ? OK : FATAL;
}

static enum grade
lite_put(void *state, struct batch *b)
{
	struct sqlite_sink *s = state;
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++)
		if (b->out[i].full)
			return too_large(s, s->schema->table[i].name);
	return s->stage.shared ? put_shared(s, b) : put_fresh(s, b);
}

/* --- keys ---------------------------------------------------------------- */

/* Rowids that the inserter met again. */
static bool
report_rowids(struct sqlite_sink *s, uint32_t table, struct conflicts *out)
{
	const struct sqlite_repeats *r = &s->table[table].inserter.repeats;
	char number[24];
	struct buf key;
	uint32_t i;

	buf_init(&key, 64);
	for (i = 0; i < r->n; i++) {
		buf_clear(&key);
		snprintf(number, sizeof number, "%lld", (long long)r->v[i]);
		key_add(&key, number, strlen(number));
		conflicts_add(out, table, key.p, key.len);
	}
	buf_fini(&key);
	out->full |= r->full;
	return r->n > 0;
}

/* Why the unique index could not be made. */
static bool
report_repeats(struct sqlite_sink *s, uint32_t table, struct conflicts *out)
{
	const struct schema_table *t = &s->schema->table[table];
	sqlite3_stmt *st;
	struct buf sql, key;
	int rc = SQLITE_ERROR;

	buf_init(&sql, 1u << 20);
	buf_init(&key, 1u << 30);
	buf_puts(&sql, "SELECT ");
	sqlite_table_key_columns(&sql, t);
	buf_puts(&sql, " FROM main.");
	sqlite_db_ident(&sql, s->stage.name[table]);
	buf_puts(&sql, " GROUP BY ");
	sqlite_table_key_columns(&sql, t);
	buf_puts(&sql, " HAVING count(*) > 1");
	st = sqlite_db_prepare(s->db, sql.p);
	while (st != NULL && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		buf_clear(&key);
		sqlite_table_key_text(&key, t, t->key, t->nkey, st);
		conflicts_add(out, table, key.p, key.len);
	}
	if (st != NULL && rc != SQLITE_DONE)
		sqlite_db_error(s->db, rc);
	sqlite3_finalize(st);
	buf_fini(&key);
	buf_fini(&sql);
	return rc == SQLITE_DONE;
}

static enum grade
finish_key(struct sqlite_sink *s, uint32_t table, struct conflicts *out)
{
	const struct schema_table *t = &s->schema->table[table];
	struct buf sql;
	int rc;

	if (t->nkey == 0)
		return OK;
	if (s->table[table].inserter.rowid >= 0)
		return report_rowids(s, table, out) ? BAD : OK;
	buf_init(&sql, 1u << 20);
	sqlite_table_create_key(&sql, t, s->stage.key[table],
	    s->stage.name[table]);
	rc = sqlite_db_try(s->db, sql.p);
	buf_fini(&sql);
	if (rc == SQLITE_OK)
		return OK;
	if ((rc & 0xff) == SQLITE_CONSTRAINT)
		return report_repeats(s, table, out) ? BAD : FATAL;
	sqlite_db_error(s->db, rc);
	return FATAL;
}

static int
spoil_table(void *arg, uint32_t table)
{
	return sqlite_stage_spoil(arg, table);
}

/* Everything but keys, once those are fine. */
static enum grade
finish_rules(struct sqlite_sink *s, struct conflicts *out)
{
	struct sqlite_rules r = { .db = s->db, .schema = s->schema,
	    .table = s->stage.name, .index = s->stage.index,
	    .base = s->stage.base, .conflicts = out, .spoil = spoil_table,
	    .arg = &s->stage };

	if (s->schema->nconstraint == 0)
		return OK;
	if (!sqlite_rules_run(&r))
		return FATAL;
	return r.any ? BAD : OK;
}

static enum grade
lite_finish(void *state, struct conflicts *out)
{
	struct sqlite_sink *s = state;
	enum grade all = OK, g;
	uint32_t i;

	/* An index is made in one transaction and may be large. */
	if (s->stage.shared && (!flush(s) ||
	    !sqlite_db_exec(s->db, "PRAGMA cache_spill = ON")))
		return FATAL;
	for (i = 0; i < s->schema->ntable; i++) {
		g = finish_key(s, i, out);
		if (g == FATAL)
			return FATAL;
		if (g == BAD)
			all = BAD;
	}
	if (all == OK)
		all = finish_rules(s, out);
	if (all == OK && !s->stage.shared && !sqlite_db_exec(s->db, "COMMIT"))
		return FATAL;
	return all;
}

/* --- the end ------------------------------------------------------------- */

/* What the sink has in the connection and in the heap. */
static void
close_all(struct sqlite_sink *s)
{
	uint32_t i;

	for (i = 0; s->table != NULL && i < s->schema->ntable; i++) {
		sqlite_inserter_fini(&s->table[i].inserter);
		buf_fini(&s->table[i].waiting);
	}
	s->table = NULL;
	/* The next statement gives the exclusive lock up. */
	sqlite_db_try(s->db, "PRAGMA cache_spill = ON;"
	    "PRAGMA locking_mode = NORMAL; SELECT 1 FROM main.sqlite_master");
	s->opened = false;
}

static enum grade
lite_seal(void *state)
{
	close_all(state);
	return OK;
}

static void
lite_abort(void *state)
{
	struct sqlite_sink *s = state;
	const volatile int *interrupted;
	bool hurry;
	int wait;

	if (!s->opened)
		return;
	wait = s->db->wait_ms;
	interrupted = s->db->interrupted;
	/* Who interrupts does not want to wait for others once more. */
	hurry = sqlite_db_is_interrupted(s->db);
	if (hurry && wait > ABORT_WAIT_MS)
		s->db->wait_ms = ABORT_WAIT_MS;
	s->db->interrupted = NULL;
	if (!sqlite3_get_autocommit(s->db->handle))
		sqlite_db_try(s->db, "ROLLBACK");
	close_all(s);
	if (s->stage.made)
		sqlite_stage_drop(&s->stage, hurry);
	s->db->wait_ms = wait;
	s->db->interrupted = interrupted;
}

static const char *
lite_describe(const void *state)
{
	return ((const struct sqlite_sink *)state)->describe;
}

static const struct sink_ops sqlite_ops = {
	.name = "sqlite",
	.holds_keys = true,
	.open = lite_open,
	.encode = lite_encode,
	.put = lite_put,
	.finish = lite_finish,
	.seal = lite_seal,
	.abort = lite_abort,
	.free = lite_abort,
	.describe = lite_describe,
};

/* --- the registry's part ------------------------------------------------- */

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && strcasecmp(s + n - m, end) == 0;
}

/* sqlite:PATH, or a path that can only mean a SQLite database. */
static bool
lite_match(const char *target)
{
	if (strncmp(target, "sqlite:", 7) == 0)
		return true;
	return strpbrk(target, ":=") == NULL && (ends_with(target, ".db") ||
	    ends_with(target, ".sqlite") || ends_with(target, ".sqlite3"));
}

static bool
lite_new(struct sink *sink, struct arena *a, struct diags *diags,
    const char *target, const struct sink_options *options)
{
	const char *path = target;
	struct sqlite_sink *s;
	struct diag *d;

	if (strncmp(target, "sqlite:", 7) == 0)
		path += 7;
	if (*path == '\0' || strcmp(path, ":memory:") == 0 ||
	    strncmp(path, "//", 2) == 0) {
		d = diag_add(diags, DIAG_T003, NOWHERE,
		    "target \"%s\" names no file", target);
		diag_hint(diags, d, "write sqlite:PATH, as in "
		    "sqlite:customer.db or sqlite:/data/customer.db");
		return false;
	}
	s = arena_zalloc(a, sizeof *s);
	s->arena = s->stage.arena = a;
	s->diags = diags;
	s->describe = arena_printf(a, "sqlite:%s", path);
	s->given = options != NULL && options->stage != NULL;
	if (s->given)
		s->stage.in = *options->stage;
	*sink = (struct sink){ &sqlite_ops, s };
	return true;
}

static void
lite_ddl(struct buf *b, const struct schema *schema, const char *target,
    const struct sink_options *options)
{
	const struct schema_constraint *k;
	const struct schema_table *t;
	struct arena a;
	uint32_t i;

	(void)target, (void)options;
	arena_init(&a);
	for (i = 0; i < schema->ntable; i++) {
		t = &schema->table[i];
		sqlite_table_create(b, schema, t, 0);
		buf_puts(b, ";\n");
		if (t->nkey == 0 || sqlite_table_rowid(t) >= 0)
			continue;
		sqlite_table_create_key(b, t,
		    sqlite_table_key_name(&a, schema, t, 0), t->name);
		buf_puts(b, ";\n");
	}
	for (i = 0; i < schema->nconstraint; i++) {
		k = &schema->constraint[i];
		if (!sqlite_constraint_is_index(k))
			continue;
		sqlite_constraint_create_index(b, schema, k, k->name,
		    schema->table[k->table].name);
		buf_puts(b, ";\n");
	}
	arena_fini(&a);
}

static void
lite_type(struct buf *b, const struct schema_column *c)
{
	buf_puts(b, sqlite_column_type(c));
}

/* SQLITE_MAX_COLUMN, "Limits In SQLite"; nothing else is as small. */
static const struct limits sqlite_limits = {
	.target = "SQLite",
	.columns = 2000,
	.nul_in_text = true,
};

const struct sink_kind sink_sqlite = {
	.scheme = "sqlite",
	.match = lite_match,
	.new = lite_new,
	.limits = &sqlite_limits,
	.ddl = lite_ddl,
	.type = lite_type,
	.holds = sqlite_constraint_holds,
};
