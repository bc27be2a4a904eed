/*
 * A database of either kind; see db.h.
 */
#include "db/db.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#ifdef HAVE_LIBPQ
#include "db/postgres_lock.h"
#endif

#define SQL_MAX		(16u << 20)
#define PG_NAME_MAX	63u

/* --- targets ------------------------------------------------------------- */

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && strcasecmp(s + n - m, end) == 0;
}

/* sqlite:PATH, or a path that can only mean a SQLite database. */
static bool
is_sqlite(const char *target)
{
	if (strncmp(target, "sqlite:", 7) == 0)
		return true;
	return strpbrk(target, ":=") == NULL && (ends_with(target, ".db") ||
	    ends_with(target, ".sqlite") || ends_with(target, ".sqlite3"));
}

bool
db_is_target(const char *target, enum db_kind *kind)
{
	if (is_sqlite(target)) {
		*kind = DB_SQLITE;
		return true;
	}
#ifdef HAVE_LIBPQ
	if (pgdb_is_target(target)) {
		*kind = DB_POSTGRES;
		return true;
	}
#endif
	return false;
}

/* --- open and close ------------------------------------------------------ */

static bool
open_sqlite(struct db *db)
{
	const char *path = db->target;

	if (strncmp(path, "sqlite:", 7) == 0)
		path += 7;
	if (*path == '\0' || strcmp(path, ":memory:") == 0 ||
	    strncmp(path, "//", 2) == 0) {
		diag_hint(db->diags, diag_add(db->diags, DIAG_T003, NOWHERE,
		    "target \"%s\" names no file", db->target), "write "
		    "sqlite:PATH, as in sqlite:customer.db or "
		    "sqlite:/data/customer.db");
		return false;
	}
	db->description = arena_printf(db->arena, "sqlite:%s", path);
	if (!sqlite_file_init(&db->file, db->arena, db->diags,
	    arena_strdup(db->arena, path)))
		return false;
	db->fresh = !sqlite_file_exists(&db->file);
	if (db->fresh)
		return true;
	db->open = sqlite_db_open(&db->lite, db->diags, db->file.path,
	    db->file.shown, db->interrupted);
	return db->open;
}

bool
db_open(struct db *db, struct arena *a, struct diags *diags,
    const char *target, const volatile int *interrupted)
{
	*db = (struct db){ .arena = a, .diags = diags,
	    .target = arena_strdup(a, target), .interrupted = interrupted };
	db->file.lock_fd = -1;
	if (!db_is_target(target, &db->kind)) {
		diag_hint(diags, diag_add(diags, DIAG_T022, NOWHERE,
		    "the target is no database"), "generations live in "
		    "sqlite:PATH or postgresql://…");
		return false;
	}
	if (db->kind == DB_SQLITE)
		return open_sqlite(db);
#ifdef HAVE_LIBPQ
	if (!pgdb_connect(&db->pg, diags, target, NULL))
		return false;
	db->open = true;
	db->description = pgdb_describe(a, &db->pg);
#endif
	return true;
}

bool
db_open_again(struct db *db, const struct db *like)
{
	*db = (struct db){ .kind = like->kind, .arena = like->arena,
	    .diags = like->diags, .target = like->target,
	    .description = like->description,
	    .interrupted = like->interrupted };
	if (db->kind == DB_SQLITE) {
		db->file = like->file;
		db->file.lock_fd = -1;
		db->open = sqlite_db_open(&db->lite, db->diags,
		    like->fresh ? like->file.temp : like->file.path,
		    db->file.shown, db->interrupted);
	}
#ifdef HAVE_LIBPQ
	else
		db->open = pgdb_connect(&db->pg, db->diags, db->target,
		    &like->pg);
#endif
	return db->open;
}

bool
db_lock(struct db *db, const char *schema)
{
	if (db->locked)
		return true;
	if (db->kind == DB_SQLITE)
		db->locked = sqlite_file_lock(&db->file);
#ifdef HAVE_LIBPQ
	else
		db->locked = pglock_take(&db->pg, db->arena, schema, true);
#endif
	db->lock_name = arena_strdup(db->arena, schema);
	/* Somebody may have made the file just before. */
	if (db->locked && db->kind == DB_SQLITE && db->fresh &&
	    sqlite_file_exists(&db->file)) {
		db->fresh = false;
		db->open = sqlite_db_open(&db->lite, db->diags,
		    db->file.path, db->file.shown, db->interrupted);
		return db->open;
	}
	return db->locked;
}

bool
db_create(struct db *db)
{
	if (db->kind != DB_SQLITE || !db->fresh || db->open)
		return true;
	if (!sqlite_file_make_temp(&db->file))
		return false;
	db->exclusive = true;
	db->open = sqlite_db_open(&db->lite, db->diags, db->file.temp,
	    db->file.shown, db->interrupted);
	return db->open;
}

bool
db_land(struct db *db)
{
	if (db->kind != DB_SQLITE || !db->fresh)
		return true;
	if (!db->open)
		return false;
	sqlite_db_close(&db->lite);
	db->open = false;
	if (!sqlite_file_publish_temp(&db->file))
		return false;
	db->fresh = db->exclusive = false;
	db->open = sqlite_db_open(&db->lite, db->diags, db->file.path,
	    db->file.shown, db->interrupted);
	return db->open;
}

void
db_close(struct db *db)
{
	if (db->kind == DB_SQLITE) {
		if (db->open)
			sqlite_db_close(&db->lite);
		if (db->exclusive)
			sqlite_file_drop_temp(&db->file);
		if (db->locked)
			sqlite_file_unlock(&db->file);
	}
#ifdef HAVE_LIBPQ
	else if (db->open) {
		/* A closed connection's lock lives until the server
		 * notices. */
		if (db->locked && PQstatus(db->pg.conn) == CONNECTION_OK)
			PQclear(PQexec(db->pg.conn,
			    "SELECT pg_advisory_unlock_all()"));
		pgdb_close(&db->pg);
	}
#endif
	db->open = db->locked = db->exclusive = false;
}

bool
db_is_interrupted(const struct db *db)
{
	return db->interrupted != NULL && *db->interrupted != 0;
}

bool
db_is_lost(const struct db *db)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return db->open && PQstatus(db->pg.conn) != CONNECTION_OK;
#endif
	(void)db;
	return false;
}

/* --- statements ---------------------------------------------------------- */

bool
db_exec(struct db *db, const char *doing, const char *sql)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return pgdb_exec(&db->pg, doing, sql);
#else
	(void)doing;
#endif
	return sqlite_db_exec(&db->lite, sql);
}

bool
db_try(struct db *db, const char *sql)
{
#ifdef HAVE_LIBPQ
	struct pgdb quiet;

	if (db->kind == DB_POSTGRES) {
		quiet = db->pg;
		quiet.diags = NULL;
		return pgdb_exec(&quiet, "", sql);
	}
#endif
	return sqlite_db_try(&db->lite, sql) == SQLITE_OK;
}

bool
db_begin(struct db *db)
{
	return db_exec(db, "beginning a transaction",
	    db->kind == DB_SQLITE ? "BEGIN IMMEDIATE" : "BEGIN");
}

bool
db_commit(struct db *db)
{
	return db_exec(db, "committing", "COMMIT");
}

void
db_roll_back(struct db *db)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES) {
		if (db->open && PQstatus(db->pg.conn) == CONNECTION_OK &&
		    PQtransactionStatus(db->pg.conn) != PQTRANS_IDLE)
			db_try(db, "ROLLBACK");
		return;
	}
#endif
	if (db->open && sqlite3_get_autocommit(db->lite.handle) == 0)
		db_try(db, "ROLLBACK");
}

static struct db_result *
query_sqlite(struct db *db, struct arena *a, const char *sql, uint32_t nparam,
    const char *const *param)
{
	struct db_result *r = arena_zalloc(a, sizeof *r);
	sqlite3_stmt *st = sqlite_db_prepare(&db->lite, sql);
	uint32_t cap = 0, n = 0, i;
	const char *text;
	int rc;

	if (st == NULL)
		return NULL;
	for (i = 0; i < nparam; i++)
		if (param[i] != NULL)
			sqlite3_bind_text(st, (int)i + 1, param[i], -1,
			    SQLITE_STATIC);
	r->ncolumn = (uint32_t)sqlite3_column_count(st);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		for (i = 0; i < r->ncolumn; i++) {
			text = (const char *)sqlite3_column_text(st, (int)i);
			*ARENA_PUSH(a, r->cell, n, cap) = text == NULL ?
			    NULL : arena_strdup(a, text);
		}
		r->n++;
	}
	if (rc != SQLITE_DONE)
		sqlite_db_error(&db->lite, rc);
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? r : NULL;
}

#ifdef HAVE_LIBPQ
static struct db_result *
query_postgres(struct db *db, struct arena *a, const char *doing,
    const char *sql, uint32_t nparam, const char *const *param)
{
	struct db_result *r = arena_zalloc(a, sizeof *r);
	PGresult *res = pgdb_query(&db->pg, doing, sql, (int)nparam, param);
	uint32_t i, k;

	if (res == NULL)
		return NULL;
	r->n = (uint32_t)PQntuples(res);
	r->ncolumn = (uint32_t)PQnfields(res);
	r->cell = arena_array(a, (size_t)r->n * r->ncolumn + 1,
	    sizeof *r->cell);
	for (i = 0; i < r->n; i++)
		for (k = 0; k < r->ncolumn; k++)
			if (!PQgetisnull(res, (int)i, (int)k))
				r->cell[(uint64_t)i * r->ncolumn + k] =
				    arena_strdup(a, PQgetvalue(res, (int)i,
				    (int)k));
	PQclear(res);
	return r;
}
#endif

struct db_result *
db_query(struct db *db, struct arena *a, const char *doing, const char *sql,
    uint32_t nparam, const char *const *param)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES)
		return query_postgres(db, a, doing, sql, nparam, param);
#else
	(void)doing;
#endif
	return query_sqlite(db, a, sql, nparam, param);
}

/* --- names --------------------------------------------------------------- */

void
db_ident(const struct db *db, struct buf *b, const char *name)
{
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES) {
		pgdb_ident(b, name);
		return;
	}
#endif
	(void)db;
	sqlite_db_ident(b, name);
}

void
db_literal(const struct db *db, struct buf *b, const char *text)
{
	(void)db;
	buf_quoted(b, text, '\'');
}

/* FNV-1a: stable over versions of decant and of PostgreSQL. */
static uint32_t
name_hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (uint32_t)h;
}

/* A long name is cut between characters and told by its hash. */
const char *
db_generation_schema(struct arena *a, const char *schema, uint32_t generation)
{
	size_t n = strlen(schema), most;
	char suffix[16];

	if (generation == 0)
		return arena_strdup(a, schema);
	snprintf(suffix, sizeof suffix, "_g%u", generation);
	most = PG_NAME_MAX - strlen(suffix);
	if (n <= most)
		return arena_printf(a, "%s%s", schema, suffix);
	for (n = most - 9; n > 0 && ((unsigned char)schema[n] & 0xc0) == 0x80;)
		n--;
	return arena_printf(a, "%.*s_%08x%s", (int)n, schema,
	    (unsigned)name_hash(schema), suffix);
}

const char *
db_generation_table(struct arena *a, const char *name, uint32_t generation)
{
	return generation == 0 ? arena_strdup(a, name) :
	    arena_printf(a, "%s__g%u", name, generation);
}

void
db_put_table(const struct db *db, struct buf *b, const char *schema,
    const char *name, uint32_t generation)
{
	struct arena a;

	arena_init(&a);
	if (db->kind == DB_POSTGRES) {
		db_ident(db, b, db_generation_schema(&a, schema, generation));
		buf_putc(b, '.');
		db_ident(db, b, name);
	} else {
		buf_puts(b, "main.");
		db_ident(db, b, db_generation_table(&a, name, generation));
	}
	arena_fini(&a);
}

void
db_put_own(const struct db *db, struct buf *b, const char *name)
{
	struct arena a;

	arena_init(&a);
	if (db->kind == DB_POSTGRES) {
		buf_puts(b, "decant.");
		db_ident(db, b, name);
	} else {
		buf_puts(b, "main.");
		db_ident(db, b, arena_printf(&a, "decant_%s", name));
	}
	arena_fini(&a);
}
