/*
 * SQLite connections; see sqlite_db.h.
 *
 * Result codes: "Result and Error Codes", sqlite.org/rescode.html.
 */
#include "db/sqlite_db.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/buf.h"
#include "base/diag.h"
#include "db/target_errno.h"

#define SQL_MAX	(16u << 20)	/* bytes of a statement */
#define PROGRESS_STEPS	100	/* of SQLite's machine, between looks */

int sqlite_db_wait_ms = 30000;

bool
sqlite_db_is_interrupted(const struct sqlite_db *db)
{
	return db->interrupted != NULL && *db->interrupted != 0;
}

static int
db_progress(void *arg)
{
	return sqlite_db_is_interrupted(arg);
}

/*
 * As sqlite3_busy_timeout waits, only that a signal ends it; the waits are
 * those of sqliteDefaultBusyCallback in SQLite's main.c.
 */
static int
db_busy(void *arg, int n)
{
	static const uint8_t ms[] = { 1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50,
		100 };
	struct sqlite_db *db = arg;
	struct timespec t;
	int64_t now;
	int wait;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	if (n == 0)
		db->busy_since = now;
	wait = ms[n < 12 ? n : 11];
	if (wait > db->wait_ms - (now - db->busy_since))
		wait = (int)(db->wait_ms - (now - db->busy_since));
	if (wait <= 0 || sqlite_db_is_interrupted(db))
		return 0;
	t = (struct timespec){ 0, wait * 1000000L };
	nanosleep(&t, NULL);
	return 1;
}

bool
sqlite_db_open(struct sqlite_db *db, struct diags *diags, const char *path,
    const char *shown, const volatile int *interrupted)
{
	int rc;

	*db = (struct sqlite_db){ .diags = diags, .shown = shown,
	    .interrupted = interrupted, .wait_ms = sqlite_db_wait_ms };
	rc = sqlite3_open_v2(path, &db->handle,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_extended_result_codes(db->handle, 1);
		sqlite3_busy_handler(db->handle, db_busy, db);
		sqlite3_progress_handler(db->handle, PROGRESS_STEPS,
		    db_progress, db);
		/* Opening reads nothing; this does. */
		rc = sqlite_db_try(db, "PRAGMA schema_version");
	}
	if (rc == SQLITE_OK && sqlite3_db_readonly(db->handle, "main") == 1)
		rc = SQLITE_READONLY;
	if (rc == SQLITE_OK)
		return true;
	sqlite_db_error(db, rc);
	sqlite_db_close(db);
	return false;
}

void
sqlite_db_close(struct sqlite_db *db)
{
	sqlite3_close_v2(db->handle);
	db->handle = NULL;
}

int
sqlite_db_try(struct sqlite_db *db, const char *sql)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
}

bool
sqlite_db_exec(struct sqlite_db *db, const char *sql)
{
	int rc = sqlite_db_try(db, sql);

	if (rc != SQLITE_OK)
		sqlite_db_error(db, rc);
	return rc == SQLITE_OK;
}

bool
sqlite_db_execf(struct sqlite_db *db, const char *fmt, ...)
{
	struct buf sql;
	va_list ap;
	bool good;

	buf_init(&sql, SQL_MAX);
	va_start(ap, fmt);
	buf_vprintf(&sql, fmt, ap);
	va_end(ap);
	good = sqlite_db_exec(db, sql.p);
	buf_fini(&sql);
	return good;
}

sqlite3_stmt *
sqlite_db_prepare(struct sqlite_db *db, const char *sql)
{
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db->handle, sql, -1, &st, NULL);

	if (rc == SQLITE_OK)
		return st;
	sqlite_db_error(db, rc);
	return NULL;
}

bool
sqlite_db_get_int64(struct sqlite_db *db, const char *sql, int64_t *v)
{
	sqlite3_stmt *st = sqlite_db_prepare(db, sql);
	int rc;

	if (st == NULL)
		return false;
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*v = sqlite3_column_int64(st, 0);
	else if (rc != SQLITE_DONE)
		sqlite_db_error(db, rc);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

bool
sqlite_db_is_busy(int rc)
{
	return (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED;
}

/*
 * A full disk is SQLITE_FULL.  A full quota and the limit of file sizes are
 * SQLITE_IOERR_WRITE, whose errno may be gone when the rollback is over; a
 * write that fails where there is a limit has met it.
 */
static bool
is_limit(int rc, int err)
{
	struct rlimit limit;

	return target_errno_is_full(err) || (rc == SQLITE_IOERR_WRITE &&
	    getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	    limit.rlim_cur != RLIM_INFINITY);
}

static enum diag_code
error_code(const struct sqlite_db *db, int rc)
{
	int err = db->handle == NULL ? 0 : sqlite3_system_errno(db->handle);

	switch (rc & 0xff) {
	case SQLITE_FULL:
		return DIAG_T008;
	case SQLITE_IOERR:
		return is_limit(rc, err) ? DIAG_T008 : DIAG_T009;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return DIAG_T010;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return DIAG_T007;
	case SQLITE_CANTOPEN:
		return target_errno_is_readonly(err) ? DIAG_T007 : DIAG_T005;
	case SQLITE_NOTADB:
		return DIAG_T006;
	case SQLITE_CORRUPT:
		return DIAG_T021;
	default:
		return DIAG_T011;
	}
}

void
sqlite_db_error(struct sqlite_db *db, int rc)
{
	static const struct {
		enum diag_code code;
		const char *problem, *hint;
	} known[] = {
		{ DIAG_T005, "cannot open", "check the path, and that the "
		    "user may write to its directory" },
		{ DIAG_T006, "this is not a SQLite database:", "give another "
		    "path; decant makes the file when it does not exist" },
		{ DIAG_T007, "cannot write to", "decant writes to the file "
		    "and to its directory; check their permissions" },
		{ DIAG_T008, "no room left for", "make room, or raise the "
		    "quota, ulimit -f or max_page_count; the target is as it "
		    "was" },
		{ DIAG_T009, "input/output error in", "look at the system's "
		    "log; the target is as it was" },
		{ DIAG_T010, "other programs keep the lock of", "end long "
		    "transactions on it; in WAL mode readers never block" },
		{ DIAG_T021, "damaged database", "restore it, or repair it "
		    "with sqlite3's .recover" },
	};
	enum diag_code code = error_code(db, rc);
	const char *why = sqlite3_errmsg(db->handle);
	struct diag *d;
	size_t i;

	if (sqlite_db_is_interrupted(db))
		return;
	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (known[i].code == code)
			break;
	if (i == sizeof known / sizeof known[0]) {
		diag_add(db->diags, code, NOWHERE, "SQLite, on \"%s\": %s",
		    db->shown, why);
		return;
	}
	d = diag_add(db->diags, code, NOWHERE, "%s \"%s\" (SQLite: %s)",
	    known[i].problem, db->shown, sqlite3_errstr(rc));
	diag_hint(db->diags, d, "%s", known[i].hint);
}

/* Lower-case words that are no keywords stand as they are. */
static bool
ident_is_plain(const char *name)
{
	size_t i;

	for (i = 0; name[i] != '\0'; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') || name[i] == '_' ||
		    (i > 0 && name[i] >= '0' && name[i] <= '9')))
			return false;
	return i > 0 && !sqlite3_keyword_check(name, (int)i);
}

void
sqlite_db_ident(struct buf *b, const char *name)
{
	if (ident_is_plain(name))
		buf_puts(b, name);
	else
		buf_quoted(b, name, '"');
}

void
sqlite_db_literal(struct buf *b, const char *text)
{
	buf_quoted(b, text, '\'');
}
