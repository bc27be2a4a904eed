/*
 * A database for a moment; see scratch_db.h.
 */
#include "db/scratch_db.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"

#define COPY_PATIENCE	60	/* seconds for a lock */
#define COPY_RESTARTS	20

static bool
fail_directory(struct db *like, const char *path)
{
	diag_hint(like->diags, diag_add(like->diags, DIAG_L013, NOWHERE,
	    "cannot write \"%s\": %s", path, strerror(errno)),
	    "TMPDIR names the directory for scratch files");
	return false;
}

/* --- SQLite -------------------------------------------------------------- */

/*
 * Pages for 16 MB at a time, between which others write; what they write sends
 * the copy back to its first page ("Online Backup API", 2), so that one which
 * was sent back often keeps its lock until it is through.
 */
static int
copy_pages(sqlite3_backup *b, const struct db *from)
{
	int left, before = 0, restarts = 0, rc;
	time_t until = time(NULL) + COPY_PATIENCE;

	do {
		rc = sqlite3_backup_step(b, restarts < COPY_RESTARTS ? 4096 :
		    -1);
		left = sqlite3_backup_remaining(b);
		restarts += left >= before && before > 0;
		before = left;
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
			if (time(NULL) >= until)
				break;
			usleep(20000);
		}
	} while ((rc == SQLITE_OK || rc == SQLITE_BUSY ||
	    rc == SQLITE_LOCKED) && !db_is_interrupted(from));
	return rc;
}

bool
scratch_copy_sqlite(struct db *from, const char *path)
{
	sqlite3 *to = NULL;
	sqlite3_backup *b;
	int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE, NULL);

	b = rc != SQLITE_OK ? NULL : sqlite3_backup_init(to, "main",
	    from->lite.handle, "main");
	if (b != NULL) {
		rc = copy_pages(b, from);
		sqlite3_backup_finish(b);
	}
	if (b == NULL || rc != SQLITE_DONE)
		diag_add(from->diags, DIAG_L013, NOWHERE, "cannot copy "
		    "\"%s\" to \"%s\": %s", from->file.shown, path,
		    to == NULL ? "no memory" : db_is_interrupted(from) ?
		    "interrupted" : sqlite3_errstr(rc));
	sqlite3_close_v2(to);
	return b != NULL && rc == SQLITE_DONE;
}

const char *
scratch_directory_make(struct arena *a, struct db *like)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = arena_printf(a, "%s/decant.XXXXXX", tmp == NULL ||
	    *tmp == '\0' ? "/tmp" : tmp);

	if (mkdtemp(dir) != NULL)
		return dir;
	fail_directory(like, dir);
	return NULL;
}

static int
remove_one(const char *path, const struct stat *st, int type,
    struct FTW *where)
{
	(void)st, (void)type, (void)where;
	remove(path);
	return 0;
}

void
scratch_directory_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static bool
make_sqlite(struct scratch_db *s, struct arena *a, bool copy)
{
	s->directory = scratch_directory_make(a, s->like);
	if (s->directory == NULL)
		return false;
	s->path = arena_printf(a, "%s/scratch.db", s->directory);
	s->target = arena_printf(a, "sqlite:%s", s->path);
	return !copy || scratch_copy_sqlite(s->like, s->path);
}

/* --- PostgreSQL ---------------------------------------------------------- */

#ifdef HAVE_LIBPQ
/* key='value' for all that the connection was made with, but another
 * database. */
static const char *
target_of(struct arena *a, PGconn *conn, const char *name)
{
	static const char *const but[] = { "dbname", "application_name",
	    "client_encoding", NULL };
	const char *text;
	struct buf b;

	buf_init(&b, 1u << 16);
	pgdb_put_conninfo(&b, conn, but);
	buf_printf(&b, "dbname='%s'", name);
	text = arena_strdup(a, b.p);
	buf_fini(&b);
	return text;
}

static bool
make_postgres(struct scratch_db *s, struct arena *a, bool copy)
{
	static unsigned number;
	const struct db_result *r;
	struct buf sql;
	bool good;

	r = db_query(s->like, a, "making a scratch database",
	    "SELECT datcollate, datctype FROM pg_database WHERE datname = "
	    "current_database()", 0, NULL);
	if (r == NULL)
		return false;
	s->name = arena_printf(a, "decant_scratch_%ld_%u", (long)getpid(),
	    ++number);
	buf_init(&sql, 1u << 16);
	buf_printf(&sql, "CREATE DATABASE %s TEMPLATE ", s->name);
	pgdb_ident(&sql, copy ? PQdb(s->like->pg.conn) : "template0");
	if (!copy) {
		buf_puts(&sql, " ENCODING 'UTF8' LC_COLLATE ");
		pgdb_literal(&sql, db_cell(r, 0, 0));
		buf_puts(&sql, " LC_CTYPE ");
		pgdb_literal(&sql, db_cell(r, 0, 1));
	}
	good = db_exec(s->like, "making a scratch database", sql.p);
	buf_fini(&sql);
	if (good)
		s->target = target_of(a, s->like->pg.conn, s->name);
	else
		s->name = NULL;
	return good;
}
#endif

bool
scratch_db_make(struct scratch_db *s, struct arena *a, struct db *like,
    bool copy)
{
	bool good = false;

	*s = (struct scratch_db){ .like = like };
	if (like->kind == DB_SQLITE)
		good = make_sqlite(s, a, copy);
#ifdef HAVE_LIBPQ
	else
		good = make_postgres(s, a, copy);
#endif
	if (!good)
		scratch_db_drop(s);
	return good;
}

void
scratch_db_drop(struct scratch_db *s)
{
#ifdef HAVE_LIBPQ
	struct buf sql;

	if (s->name != NULL) {
		buf_init(&sql, 1u << 16);
		buf_printf(&sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)",
		    s->name);
		db_try(s->like, sql.p);
		buf_fini(&sql);
	}
#endif
	if (s->directory != NULL)
		scratch_directory_remove(s->directory);
	*s = (struct scratch_db){ .like = s->like };
}
