/*
 * Rows into a SQLite database.
 *
 * No database yet: it is built in a file of its own, without a journal on
 * disk, and gets its name when it is complete.  A live one: tables are filled
 * beside the live ones in transactions of at most CHUNK_ROWS rows, so that
 * other users of the file wait for one of them at most, and change places in
 * one transaction.  Rows that wait for their transaction are kept here, so
 * that none is open while the input is slow, and one that cannot get its lock
 * can be given up and tried again.
 *
 * Duplicate keys: where the key is the rowid, SQLite ignores the row and the
 * inserter notes it; other keys get their unique index when all rows are in,
 * and only if that fails they are looked for.
 *
 * The state lives in the caller's arena, buffers and connection in the heap.
 */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/sqlite_db.h"
#include "db/sqlite_file.h"
#include "sink/sink_impl.h"
#include "sink/sqlite_constraint.h"
#include "sink/sqlite_live.h"
#include "sink/sqlite_rows.h"
#include "sink/sqlite_table.h"

#define CHUNK_ROWS	10000u
#define CHUNK_BYTES	(8u << 20)	/* of packed rows */
#define CHUNK_CACHE	(12 << 20)	/* of pages: random keys touch many */
#define STEP_ROWS	1024u		/* between looks at the cache */
#define WAITING_MAX	(1u << 30)	/* bytes of rows; a batch and a chunk */
#define COMMIT_WAIT_MS	250	/* how long new readers may be held up */
#define ABORT_WAIT_MS	1000

struct sqlite_staged {		/* a table */
	struct sqlite_packer *packer;	/* [its columns] */
	struct sqlite_inserter inserter;
	const char *name, *key;		/* of the staged table, of its index */
	struct buf waiting;		/* live: rows for the next chunk */
	uint32_t nwaiting;
};

struct sqlite_sink {
	struct arena *arena;
	struct diags *diags;
	const char *describe;
	struct sqlite_file file;
	const struct schema *schema;
	struct sqlite_staged *table;	/* [schema's tables] */
	struct sqlite_db db;
	struct sqlite_live live;
	bool fresh;		/* no database yet */
	bool made_temp, staged;	/* what abort has to undo */
	bool published;
	int64_t chunk_end, chunk_ns;	/* of the last chunk: when, how long */
	const volatile int *interrupted;	/* by a signal; or NULL */
};

static int64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
pause_ns(int64_t ns)
{
	struct timespec t = { ns / 1000000000, ns % 1000000000 };

	if (ns > 0)
		nanosleep(&t, NULL);
}

/* --- open ---------------------------------------------------------------- */

/*
 * Memory holds the journal, which has one page for a database that starts
 * empty, so that a failed CREATE UNIQUE INDEX can be undone; with no journal
 * at all it could not ("PRAGMA journal_mode", sqlite.org).  Nobody else knows
 * of the file, so it is locked and synced once, and what moves between its
 * pages need not be wiped where it was.
 */
static bool
open_fresh(struct sqlite_sink *s)
{
	const struct schema *schema = s->schema;
	struct buf sql;
	uint32_t i;
	bool good;

	if (!sqlite_file_make_temp(&s->file))
		return false;
	s->made_temp = true;
	if (!sqlite_db_open(&s->db, s->diags, s->file.temp, s->file.shown,
	    s->interrupted))
		return false;
	buf_init(&sql, 16u << 20);
	buf_puts(&sql, "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = MEMORY;"
	    "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
	    "PRAGMA secure_delete = OFF; BEGIN;\n");
	for (i = 0; i < schema->ntable; i++) {
		s->table[i].name = schema->table[i].name;
		s->table[i].key = sqlite_table_key_name(s->arena, schema,
		    &schema->table[i], 0);
		sqlite_table_create(&sql, schema, &schema->table[i],
		    s->table[i].name);
		buf_puts(&sql, ";\n");
	}
	good = sqlite_db_exec(&s->db, sql.p);
	buf_fini(&sql);
	return good;
}

/*
 * secure_delete, which some builds of SQLite switch on, would write every
 * page of a dropped generation; FAST clears what costs nothing.
 */
static bool
open_live(struct sqlite_sink *s)
{
	uint32_t i;

	if (!sqlite_db_open(&s->db, s->diags, s->file.path, s->file.shown,
	    s->interrupted))
		return false;
	s->live = (struct sqlite_live){ .db = &s->db, .file = &s->file,
	    .arena = s->arena, .schema = s->schema };
	if (!sqlite_db_exec(&s->db, "PRAGMA foreign_keys = OFF;"
	    "PRAGMA secure_delete = FAST") || !sqlite_live_stage(&s->live))
		return false;
	s->staged = true;
	for (i = 0; i < s->schema->ntable; i++) {
		s->table[i].name = s->live.staged[i];
		s->table[i].key = s->live.key[i];
	}
	return sqlite_db_exec(&s->db, "PRAGMA cache_spill = OFF");
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

static enum grade
lite_open(void *state, const struct schema *schema)
{
	struct sqlite_sink *s = state;
	uint32_t i;
	bool good = true;

	s->schema = schema;
	s->published = false;
	for (i = 0; i < schema->ntable && good; i++)
		good = sqlite_table_check(s->diags, schema,
		    &schema->table[i]);
	if (!good || !sqlite_file_lock(&s->file))
		return FATAL;
	make_tables(s);
	s->fresh = !sqlite_file_exists(&s->file);
	good = s->fresh ? open_fresh(s) : open_live(s);
	for (i = 0; i < schema->ntable && good; i++)
		good = sqlite_inserter_init(&s->table[i].inserter, &s->db,
		    &schema->table[i], s->table[i].name, i);
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

/* As many rows as a chunk may have, table after table. */
static int
chunk_insert(struct sqlite_sink *s, struct sqlite_rows *rows)
{
	uint32_t i, quota = CHUNK_ROWS, n;
	int rc, cache = 0, peak;

	for (i = 0; i < s->schema->ntable; i++)
		while (rows[i].n > 0 && quota > 0 && cache < CHUNK_CACHE) {
			n = quota < STEP_ROWS ? quota : STEP_ROWS;
			n = n < rows[i].n ? n : rows[i].n;
			rc = sqlite_inserter_run(&s->table[i].inserter,
			    &rows[i], n);
			if (rc != SQLITE_OK)
				return rc;
			quota -= n;
			sqlite3_db_status(s->db.handle,
			    SQLITE_DBSTATUS_CACHE_USED, &cache, &peak, 0);
		}
	return SQLITE_OK;
}

/*
 * One transaction.  A COMMIT that waits for readers holds up new ones
 * (PENDING, "File Locking And Concurrency", 3), so it must not wait long.
 */
static int
chunk_try(struct sqlite_sink *s, struct sqlite_rows *rows)
{
	int rc, wait = s->db.wait_ms;

	rc = sqlite_db_try(&s->db, "BEGIN IMMEDIATE");
	if (rc == SQLITE_OK)
		rc = chunk_insert(s, rows);
	if (rc == SQLITE_OK) {
		if (wait > COMMIT_WAIT_MS)
			s->db.wait_ms = COMMIT_WAIT_MS;
		rc = sqlite_db_try(&s->db, "COMMIT");
		s->db.wait_ms = wait;
	}
	return rc;
}

/*
 * Others poll for the lock (SQLite's busy handler sleeps up to 100 ms), so a
 * fifth of the time is theirs, or they might never meet a gap.
 */
static void
leave_a_gap(const struct sqlite_sink *s)
{
	int64_t gap = s->chunk_ns / 4;

	if (gap > 50000000)
		gap = 50000000;
	pause_ns(s->chunk_end + gap - clock_ns());
}

/* Tries until it is in, or others have had the lock for too long. */
static bool
chunk_write(struct sqlite_sink *s, struct sqlite_rows *rows)
{
	uint32_t i, n = s->schema->ntable;
	struct sqlite_rows *now = mem_array(n, sizeof *now);
	int64_t start = clock_ns(), limit, at;
	bool last;
	int rc;

	leave_a_gap(s);
	limit = start + (int64_t)s->db.wait_ms * 1000000;
	for (;;) {
		memcpy(now, rows, n * sizeof *now);
		at = clock_ns();
		rc = chunk_try(s, now);
		if (rc == SQLITE_OK)
			break;
		last = !sqlite_db_is_busy(rc) || clock_ns() >= limit ||
		    sqlite_db_is_interrupted(&s->db);
		if (last)
			sqlite_db_error(&s->db, rc);
		sqlite_db_try(&s->db, "ROLLBACK");
		if (last)
			break;
		pause_ns(20000000);
	}
	s->chunk_end = clock_ns();
	s->chunk_ns = s->chunk_end - at;
	for (i = 0; rc == SQLITE_OK && i < n; i++)
		rows[i] = now[i];
	mem_free(now);
	return rc == SQLITE_OK;
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
			sqlite_db_error(&s->db, rc);
			return FATAL;
		}
	}
	return OK;
}

static enum grade
put_live(struct sqlite_sink *s, struct batch *b)
{
	struct sqlite_staged *t;
	uint32_t i, n = 0;
	size_t bytes = 0;

	for (i = 0; i < s->schema->ntable; i++) {
		t = &s->table[i];
		buf_put(&t->waiting, b->out[i].p, b->out[i].len);
		if (t->waiting.full)
			return too_large(s, s->schema->table[i].name);
		t->nwaiting += b->rows[i].n;
		n += t->nwaiting;
		bytes += t->waiting.len;
	}
	if (n < CHUNK_ROWS && bytes < CHUNK_BYTES)
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
	return s->fresh ? put_fresh(s, b) : put_live(s, b);
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
	sqlite_db_ident(&sql, s->table[table].name);
	buf_puts(&sql, " GROUP BY ");
	sqlite_table_key_columns(&sql, t);
	buf_puts(&sql, " HAVING count(*) > 1");
	st = sqlite_db_prepare(&s->db, sql.p);
	while (st != NULL && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		buf_clear(&key);
		sqlite_table_key_text(&key, t, t->key, t->nkey, st);
		conflicts_add(out, table, key.p, key.len);
	}
	if (st != NULL && rc != SQLITE_DONE)
		sqlite_db_error(&s->db, rc);
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
	sqlite_table_create_key(&sql, t, s->table[table].key,
	    s->table[table].name);
	rc = sqlite_db_try(&s->db, sql.p);
	buf_fini(&sql);
	if (rc == SQLITE_OK)
		return OK;
	if ((rc & 0xff) == SQLITE_CONSTRAINT)
		return report_repeats(s, table, out) ? BAD : FATAL;
	sqlite_db_error(&s->db, rc);
	return FATAL;
}

/* Everything but keys, once those are fine. */
static enum grade
finish_rules(struct sqlite_sink *s, struct conflicts *out)
{
	const struct schema *schema = s->schema;
	struct sqlite_rules r = { .db = &s->db, .schema = schema,
	    .conflicts = out };
	uint32_t i;

	if (schema->nconstraint == 0)
		return OK;
	r.table = arena_array(s->arena, schema->ntable, sizeof *r.table);
	r.index = arena_array(s->arena, schema->nconstraint,
	    sizeof *r.index);
	for (i = 0; i < schema->ntable; i++)
		r.table[i] = s->table[i].name;
	for (i = 0; i < schema->nconstraint; i++)
		r.index[i] = sqlite_constraint_index(s->arena,
		    &schema->constraint[i], s->fresh ? 0 :
		    s->live.generation);
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
	if (!s->fresh && (!flush(s) ||
	    !sqlite_db_exec(&s->db, "PRAGMA cache_spill = ON")))
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
	if (all == OK && s->fresh && !sqlite_db_exec(&s->db, "COMMIT"))
		return FATAL;
	return all;
}

/* --- the end ------------------------------------------------------------- */

/* Buffers, statements and the connection; the arena keeps the rest. */
static void
close_all(struct sqlite_sink *s)
{
	uint32_t i;

	for (i = 0; s->table != NULL && i < s->schema->ntable; i++) {
		sqlite_inserter_fini(&s->table[i].inserter);
		buf_fini(&s->table[i].waiting);
	}
	s->table = NULL;
	sqlite_db_close(&s->db);
}

static enum grade
lite_publish(void *state)
{
	struct sqlite_sink *s = state;
	uint32_t i;

	for (i = 0; i < s->schema->ntable; i++)
		sqlite_inserter_fini(&s->table[i].inserter);
	if (s->fresh) {
		sqlite_db_close(&s->db);
		if (!sqlite_file_publish_temp(&s->file))
			return FATAL;
	} else if (!sqlite_live_swap(&s->live))
		return FATAL;
	s->published = true;
	close_all(s);
	sqlite_file_unlock(&s->file);
	return OK;
}

static void
lite_abort(void *state)
{
	struct sqlite_sink *s = state;
	uint32_t i;

	/* Who interrupts does not want to wait for others once more. */
	if (sqlite_db_is_interrupted(&s->db) && s->db.wait_ms > ABORT_WAIT_MS)
		s->db.wait_ms = ABORT_WAIT_MS;
	s->db.interrupted = NULL;
	if (!s->published && s->staged) {
		for (i = 0; i < s->schema->ntable; i++)
			sqlite_inserter_fini(&s->table[i].inserter);
		/* The lock file tells the next run what to drop. */
		if (!sqlite_live_drop(&s->live))
			sqlite_file_leave(&s->file);
	}
	close_all(s);
	if (!s->published && s->made_temp)
		sqlite_file_drop_temp(&s->file);
	s->staged = s->made_temp = false;
	sqlite_file_unlock(&s->file);
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
	.seal = lite_publish,
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
	s->arena = a;
	s->diags = diags;
	s->interrupted = options == NULL ? NULL : options->interrupted;
	s->describe = arena_printf(a, "sqlite:%s", path);
	if (!sqlite_file_init(&s->file, a, diags, arena_strdup(a, path)))
		return false;
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
		sqlite_table_create(b, schema, t, t->name);
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
