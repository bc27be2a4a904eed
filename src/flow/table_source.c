/*
 * Rows of a table as a source of records; see table_source.h.
 *
 *	connection -> table_reader -> columns of some thousand rows -> records
 *	                                     of a slab, or of the copy in a file
 *
 * PostgreSQL: one transaction, repeatable read; where there is no key, rows
 * come as they lie, so nothing but a plain scan may read them.  SQLite: a read
 * transaction, which its first statement begins.
 */
#include "flow/table_source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "flow/job.h"

#define CHUNK_ROWS	4096u	/* read at a time, at most */
#define SPOOL_BUFFER	(256u << 10)
#define SQL_MAX		(1u << 20)

/* What a source that others opened reads. */
struct lent {
	const struct table_source *source;
	struct db *db;
	const char *relation, *tail;
};

struct reading {
	struct arena arena;
	struct diags *diags;
	const struct table_source *source;
	struct db own, *mine;		/* mine: to be closed; or NULL */
	struct db *db;			/* that is read; NULL: let go */
	const char *relation, *tail;
	struct table_reader *reader;	/* NULL: not begun */
	struct arena chunk;
	struct rows_read rows;		/* the chunk's */
	uint32_t *size;			/* of the chunk's records */
	uint32_t n, at, cap;		/* records of the chunk, handed out */
	uint32_t most;			/* of the next chunk */
	uint64_t limit, left;		/* rows that are asked for, and still
					 * to come; 0: all */
	FILE *copy;			/* of all records; or NULL */
};

static void
reading_free(void *state)
{
	struct reading *r = state;

	table_reader_free(r->reader);
	table_connection_drop(r->mine);
	if (r->copy != NULL)
		fclose(r->copy);
	arena_fini(&r->chunk);
	arena_fini(&r->arena);
	mem_free(r->size);
	mem_free(r);
}

/* No more rows are wanted: nobody must wait for the snapshot. */
static void
reading_release(void *state)
{
	struct reading *r = state;

	table_reader_free(r->reader);
	r->reader = NULL;
	table_connection_drop(r->mine);
	r->mine = r->db = NULL;
}

/* ---- connections -------------------------------------------------------- */

static const char *
sqlite_path(const char *target)
{
	return strncmp(target, "sqlite:", 7) == 0 ? target + 7 : target;
}

/* Will the load write to the very file that is read? */
static bool
is_written(const struct reading *r)
{
	const char *to = r->source->written;
	struct stat here, there;
	enum db_kind kind;

	return r->db->kind == DB_SQLITE && to != NULL &&
	    db_is_target(to, &kind) && kind == DB_SQLITE &&
	    stat(r->db->file.path, &here) == 0 &&
	    stat(sqlite_path(to), &there) == 0 &&
	    here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

static bool
is_wal(struct reading *r)
{
	struct db_result *mode = db_query(r->db, &r->arena, "",
	    "PRAGMA main.journal_mode", 0, NULL);

	return mode != NULL && mode->n == 1 &&
	    strcmp(db_cell(mode, 0, 0), "wal") == 0;
}

bool
table_snapshot_begin(struct db *db, struct arena *a)
{
	static const char postgres[] =
	    "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
	    "SET LOCAL row_security = off; SET LOCAL TimeZone = 'UTC';"
	    "SET LOCAL bytea_output = 'hex';"
	    "SET LOCAL synchronize_seqscans = off;"
	    "SET LOCAL max_parallel_workers_per_gather = 0;"
	    "SET LOCAL jit = off";

	if (db->kind == DB_POSTGRES)
		return db_exec(db, "beginning to read the source", postgres);
	return db_exec(db, "", "BEGIN") && db_query(db, a, "",
	    "SELECT 1 FROM main.sqlite_master LIMIT 1", 0, NULL) != NULL;
}

void
table_connection_drop(struct db *db)
{
	if (db == NULL)
		return;
	db_roll_back(db);
	db_close(db);
}

/* How PostgreSQL is to come to the rows: as they lie where nothing orders
 * them; by an index rather than by sorting where the first ones are awaited. */
static bool
plan_begin_rows(struct reading *r, bool soon)
{
	static const char as_they_lie[] =
	    "SET LOCAL enable_indexscan = off;"
	    "SET LOCAL enable_indexonlyscan = off;"
	    "SET LOCAL enable_bitmapscan = off";
	static const char by_index[] = "SET LOCAL enable_sort = off";
	const struct table_cells *f = r->source->cells;
	bool ordered = f->nkey > 0 || f->view;

	return r->db->kind == DB_SQLITE || (ordered && !soon) ||
	    db_exec(r->db, "beginning to read the source", ordered ?
	    by_index : as_they_lie);
}

/* The job was made a moment ago, or long ago. */
static bool
table_is_same(struct reading *r)
{
	const struct table_cells *was = r->source->cells;
	struct table_facts facts = { NULL };
	struct table_cells now;

	if (r->db->open && (!table_snapshot_begin(r->db, &r->arena) ||
	    !table_facts_read(r->db, &r->arena, was->facts->schema,
	    was->facts->name, 0, &facts)))
		return false;
	if (facts.what != NULL) {
		if (!table_cells_of(r->db, &r->arena, &facts, &now))
			return false;
		if (table_cells_equal(&now, was))
			return true;
	}
	diag_hint(r->diags, diag_add(r->diags, DIAG_F064, NOWHERE,
	    "%s has changed since its columns were looked at",
	    r->source->description), "run again");
	return false;
}

static bool
connection_begin(struct reading *r, const struct source_options *o)
{
	struct db **kept = r->source->kept;

	if (kept != NULL && *kept != NULL) {
		r->db = r->mine = *kept;
		*kept = NULL;
		return true;
	}
	if (!db_open(&r->own, &r->arena, r->diags, r->source->target,
	    o->interrupted))
		return false;
	r->db = r->mine = &r->own;
	return table_is_same(r);
}

static bool
connection_open(struct reading *r, const struct source_options *o)
{
	struct buf relation, tail;

	if (!connection_begin(r, o) || !plan_begin_rows(r, o->soon))
		return false;
	buf_init(&relation, SQL_MAX);
	buf_init(&tail, SQL_MAX);
	table_cells_relation(r->db, r->source->cells, &relation, &tail);
	r->limit = r->left = o->most;
	if (o->most > 0)
		buf_printf(&tail, " LIMIT %" PRIu64, o->most);
	r->relation = arena_strdup(&r->arena, relation.p);
	r->tail = arena_strdup(&r->arena, tail.p);
	buf_fini(&relation);
	buf_fini(&tail);
	return true;
}

/* ---- rows --------------------------------------------------------------- */

/* All rows that the statement gives are there: it need not be cancelled. */
static void
chunk_last(struct reading *r)
{
	struct column *col = arena_array(&r->chunk, r->source->rows.ncolumn +
	    1, sizeof *col);
	uint32_t n;

	table_reader_next(r->reader, &r->chunk, 1, col, &n);
}

/*
 * The next rows of the table, once those of the chunk are handed out: few at
 * first, for perhaps no more are wanted.
 */
static enum grade
chunk_read(struct reading *r, uint32_t records)
{
	const struct table_source *t = r->source;
	struct column *col;
	enum grade g;

	if (r->db == NULL)
		return FATAL;
	if (r->reader == NULL)
		r->reader = table_reader_new(r->db, r->relation, t->column,
		    t->rows.ncolumn, r->tail);
	if (r->reader == NULL)
		return FATAL;
	arena_reset(&r->chunk);
	r->n = r->at = 0;
	col = arena_array(&r->chunk, t->rows.ncolumn + 1, sizeof *col);
	r->most = r->most == 0 ? records : 2 * r->most;
	if (r->most > CHUNK_ROWS)
		r->most = CHUNK_ROWS;
	g = table_reader_next(r->reader, &r->chunk, r->most, col, &r->n);
	if (g != OK) {
		r->n = 0;
		return g;
	}
	if (r->cap < r->n) {
		r->cap = r->n;
		r->size = mem_resize(r->size, r->cap, sizeof *r->size);
	}
	r->rows = (struct rows_read){ .col = col, .n = r->n };
	r->rows.bad = table_reader_bad(r->reader, &r->rows.nbad);
	if (r->left > 0 && r->left == r->n)
		chunk_last(r);
	else if (r->left > 0)
		r->left -= r->n;
	table_rows_sizes(&t->rows, &r->rows, r->size);
	return OK;
}

/* How many of the sizes go into a slab. */
static uint32_t
slab_share(const uint32_t *size, uint32_t n, size_t bytes)
{
	size_t used = 0;
	uint32_t i;

	for (i = 0; i < n && (i == 0 || used + size[i] <= bytes); i++)
		used += size[i];
	return i;
}

static enum grade
rows_next(struct reading *r, struct slab *slab, uint32_t records, size_t bytes)
{
	enum grade g;
	uint32_t n;

	if (r->at == r->n && (g = chunk_read(r, records)) != OK)
		return g;
	n = r->n - r->at < records ? r->n - r->at : records;
	n = slab_share(r->size + r->at, n, bytes);
	slab_lay_out(slab, r->size + r->at, n);
	table_rows_put(&r->source->rows, &r->rows, r->at, n, slab->rec);
	r->at += n;
	return OK;
}

/* ---- a copy of all rows ------------------------------------------------- */

static enum grade
copy_fail(struct reading *r, const char *verb)
{
	diag_hint(r->diags, diag_add(r->diags, DIAG_F069, NOWHERE,
	    "cannot %s a copy of the rows of %s: %s", verb,
	    r->source->description, strerror(errno)),
	    "set TMPDIR to a directory with room for the whole table; a "
	    "database in WAL mode needs no copy");
	return FATAL;
}

static FILE *
copy_open(struct reading *r)
{
	const char *dir = getenv("TMPDIR");
	char *path = arena_printf(&r->arena, "%s/decant.XXXXXX",
	    dir != NULL && *dir != '\0' ? dir : "/tmp");
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd < 0)
		return NULL;
	unlink(path);
	return fdopen(fd, "w+b");
}

/* Sizes and bytes of each slab, one after the other. */
static bool
copy_put(FILE *f, const struct slab *slab)
{
	uint32_t i;

	if (fwrite(&slab->nrec, sizeof slab->nrec, 1, f) != 1)
		return false;
	for (i = 0; i < slab->nrec; i++)
		if (fwrite(&slab->rec[i].len, sizeof slab->rec[i].len, 1,
		    f) != 1)
			return false;
	return fwrite(slab->bytes, 1, slab->used, f) == slab->used;
}

static bool
copy_all(struct reading *r)
{
	struct slab slab;
	enum grade g;
	bool good = true;

	if ((r->copy = copy_open(r)) == NULL) {
		copy_fail(r, "make");
		return false;
	}
	setvbuf(r->copy, NULL, _IOFBF, SPOOL_BUFFER);
	slab_init(&slab);
	while (good && (g = rows_next(r, &slab, CHUNK_ROWS,
	    SPOOL_BUFFER)) == OK) {
		good = copy_put(r->copy, &slab);
		slab.used = slab.nrec = 0;
	}
	slab_fini(&slab);
	if (!good || fflush(r->copy) != 0)
		return copy_fail(r, "write"), false;
	if (g != END)
		return false;
	rewind(r->copy);
	r->n = r->at = 0;
	reading_release(r);
	return true;
}

/* The sizes of the next records of the copy; their bytes follow. */
static enum grade
copy_chunk(struct reading *r)
{
	r->n = r->at = 0;
	if (fread(&r->n, sizeof r->n, 1, r->copy) != 1)
		return ferror(r->copy) ? copy_fail(r, "read") : END;
	if (r->cap < r->n) {
		r->cap = r->n;
		r->size = mem_resize(r->size, r->cap, sizeof *r->size);
	}
	if (fread(r->size, sizeof *r->size, r->n, r->copy) != r->n)
		return copy_fail(r, "read");
	return OK;
}

static enum grade
copy_next(struct reading *r, struct slab *slab, uint32_t records, size_t bytes)
{
	enum grade g;
	uint32_t n;

	if (r->at == r->n && (g = copy_chunk(r)) != OK)
		return g;
	n = r->n - r->at < records ? r->n - r->at : records;
	n = slab_share(r->size + r->at, n, bytes);
	slab_lay_out(slab, r->size + r->at, n);
	r->at += n;
	return fread(slab->bytes, 1, slab->used, r->copy) == slab->used ? OK :
	    copy_fail(r, "read");
}

/* ---- the origin --------------------------------------------------------- */

static struct reading *
reading_new(const struct table_source *t, struct diags *ds)
{
	struct reading *r = mem_zalloc(sizeof *r);

	arena_init(&r->arena);
	arena_init(&r->chunk);
	r->diags = ds;
	r->source = t;
	return r;
}

static void *
origin_open(const void *arg, struct diags *ds, const struct source_options *o)
{
	struct reading *r = reading_new(arg, ds);
	uint32_t errors = ds->errors;

	if (connection_open(r, o) && (!is_written(r) ||
	    is_wal(r) || copy_all(r)) && ds->errors == errors)
		return r;
	reading_free(r);
	return NULL;
}

static enum grade
origin_next(void *state, struct slab *slab, uint32_t records, size_t bytes)
{
	struct reading *r = state;

	return r->copy != NULL ? copy_next(r, slab, records, bytes) :
	    rows_next(r, slab, records, bytes);
}

static enum grade
origin_rewind(void *state)
{
	struct reading *r = state;

	r->n = r->at = r->most = 0;
	if (r->copy != NULL) {
		rewind(r->copy);
		return OK;
	}
	table_reader_free(r->reader);
	r->reader = NULL;
	r->left = r->limit;
	return r->db == NULL ? FATAL : OK;
}

const struct origin table_origin = {
	.open = origin_open, .next = origin_next, .rewind = origin_rewind,
	.release = reading_release, .free = reading_free
};

/* ---- on a connection of others ------------------------------------------ */

static void *
lent_open(const void *arg, struct diags *ds, const struct source_options *o)
{
	const struct lent *l = arg;
	struct reading *r = reading_new(l->source, ds);

	(void)o;
	r->db = l->db;
	r->relation = arena_strdup(&r->arena, l->relation);
	r->tail = arena_strdup(&r->arena, l->tail);
	r->reader = table_reader_new(r->db, r->relation, r->source->column,
	    r->source->rows.ncolumn, r->tail);
	if (r->reader != NULL)
		return r;
	reading_free(r);
	return NULL;
}

static const struct origin lent_origin = {
	.open = lent_open, .next = origin_next, .rewind = origin_rewind,
	.release = reading_release, .free = reading_free
};

struct source *
table_source_new(struct diags *ds, const struct job *j, struct db *db,
    const char *relation, const char *tail)
{
	const struct lent l = { j->table, db, relation, tail };
	struct source_options so = j->source;

	so.origin = &lent_origin;
	so.origin_arg = &l;
	return source_new(ds, &so);
}
