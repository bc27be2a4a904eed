/*
 * Rows that would refer to nothing, when the tables have changed places.
 *
 * A PRAGMA foreign_key_check afterwards would read all rows while nobody
 * may write.  So before the transaction, piece by piece:
 *
 *	other table -> one that moves	the keys that are live and not in the
 *					new table, in temp.decant_gone_N: does
 *					a row refer to one of them?
 *	one that moves -> other table	does each row of the new table refer
 *					to something?
 *
 * and in the transaction the same for what was written meanwhile, which the
 * change logs of the live tables tell.  A live table without a log (it was
 * not decant that made it) must be read again, if the file has changed.
 *
 *	one that moves -> another	the sink has looked at all rows; what
 *					was carried since is looked at here
 *
 * What dangles already, in the live tables, is no reason to refuse anything.
 */
#include "generation/publication_sqlite_keys.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "generation/change_log_sqlite.h"

#define SQL_MAX		(1u << 20)
#define PIECE_ROWS	20000

/* --- statements ---------------------------------------------------------- */

static void
put_ident(struct buf *b, const char *alias, const char *name)
{
	buf_printf(b, "%s%s", alias, *alias != '\0' ? "." : "");
	sqlite_db_ident(b, name);
}

static void
put_list(struct buf *b, const char *alias, const char *const *name,
    uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		put_ident(b, alias, name[i]);
	}
}

static void
put_not_null(struct buf *b, const char *alias, const char *const *name,
    uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		buf_puts(b, i > 0 ? " AND " : "");
		put_ident(b, alias, name[i]);
		buf_puts(b, " IS NOT NULL");
	}
}

/*
 * "EXISTS (SELECT 1 FROM main.table AS x WHERE x.to = +y.from AND …)": the
 * parent's affinity and collation count, as they do for SQLite.
 */
static void
put_exists(struct buf *b, const char *table, const char *const *to,
    const char *alias, const char *const *from, uint32_t n)
{
	uint32_t i;

	buf_puts(b, "EXISTS (SELECT 1 FROM main.");
	sqlite_db_ident(b, table);
	buf_puts(b, " AS x WHERE ");
	for (i = 0; i < n; i++) {
		buf_puts(b, i > 0 ? " AND " : "");
		put_ident(b, "x", to[i]);
		buf_puts(b, " = +");
		put_ident(b, alias, from[i]);
	}
	buf_putc(b, ')');
}

static void
put_from(struct buf *b, const char *table, const char *alias)
{
	buf_puts(b, " FROM main.");
	sqlite_db_ident(b, table);
	buf_printf(b, " AS %s WHERE ", alias);
}

/* --- pieces -------------------------------------------------------------- */

static bool
has_rowid(struct litepub *s, const char *table)
{
	sqlite3_stmt *st;
	struct buf b;
	int rc;

	buf_init(&b, SQL_MAX);
	buf_puts(&b, "SELECT _rowid_ FROM main.");
	sqlite_db_ident(&b, table);
	rc = sqlite3_prepare_v2(s->db->handle, b.p, -1, &st, NULL);
	sqlite3_finalize(st);
	buf_fini(&b);
	return rc == SQLITE_OK;
}

/* Runs once with ?1 and ?2 bound, adding what it counts or changes. */
static bool
run_piece(struct litepub *s, sqlite3_stmt *st, int64_t low, int64_t high,
    int64_t *n)
{
	int rc;

	sqlite3_bind_int64(st, 1, low);
	sqlite3_bind_int64(st, 2, high);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*n += sqlite3_column_int64(st, 0);
	rc = sqlite3_reset(st);
	if (rc != SQLITE_OK)
		sqlite_db_error(s->db, rc);
	return rc == SQLITE_OK;
}

/*
 * Runs a statement over a table, whose rows it names t, in pieces, so that
 * nobody's commit waits long for a reader.
 */
static bool
run_pieces(struct litepub *s, const char *table, const char *sql, int64_t *n)
{
	int64_t low = INT64_MIN, high;
	sqlite3_stmt *st = NULL, *piece = NULL;
	struct buf b;
	bool good, rowid = has_rowid(s, table);
	int rc;

	*n = 0;
	buf_init(&b, SQL_MAX);
	buf_puts(&b, sql);
	if (rowid)
		buf_puts(&b, " AND t._rowid_ BETWEEN ?1 AND ?2");
	st = sqlite_db_prepare(s->db, b.p);
	if (!rowid || st == NULL) {
		good = st != NULL && run_piece(s, st, 0, 0, n);
		sqlite3_finalize(st);
		buf_fini(&b);
		return good;
	}
	buf_clear(&b);
	buf_puts(&b, "SELECT max(_rowid_) FROM (SELECT _rowid_ FROM main.");
	sqlite_db_ident(&b, table);
	buf_printf(&b, " WHERE _rowid_ >= ?1 ORDER BY _rowid_ LIMIT %d)",
	    PIECE_ROWS);
	piece = sqlite_db_prepare(s->db, b.p);
	buf_fini(&b);
	good = piece != NULL;
	while (good) {
		sqlite3_bind_int64(piece, 1, low);
		rc = sqlite3_step(piece);
		if (rc != SQLITE_ROW || sqlite3_column_type(piece, 0) ==
		    SQLITE_NULL)
			break;
		high = sqlite3_column_int64(piece, 0);
		sqlite3_reset(piece);
		good = run_piece(s, st, low, high, n);
		if (high == INT64_MAX)
			break;
		low = high + 1;
	}
	sqlite3_finalize(piece);
	sqlite3_finalize(st);
	return good;
}

static bool
count(struct litepub *s, struct buf *sql, int64_t *n)
{
	*n = 0;
	return sqlite_db_get_int64(s->db, sql->p, n);
}

static bool
has_columns(struct litepub *s, const char *table, const char *const *name,
    uint32_t n, const char **missing)
{
	int64_t there;
	uint32_t i;

	*missing = NULL;
	for (i = 0; i < n && *missing == NULL; i++) {
		if (!litepub_count(s, "SELECT count(*) FROM "
		    "pragma_table_xinfo(?1) WHERE name = ?2 COLLATE NOCASE",
		    table, name[i], &there))
			return false;
		if (there == 0)
			*missing = name[i];
	}
	return true;
}

static bool
tell(struct lite_fkey *f, int64_t n)
{
	struct diag *d;

	d = diag_add(f->s->db->diags, DIAG_T016, NOWHERE, "%lld row%s of "
	    "\"%s\" would refer to rows that \"%s\" does not have",
	    (long long)n, n == 1 ? "" : "s", f->child, f->parent);
	diag_hint(f->s->db->diags, d, "mend them first, or load what they "
	    "refer to; the target is as it was");
	return false;
}

bool
litepub_tell_fkey(struct lite_fkey *f, const char *why)
{
	struct diag *d;

	d = diag_add(f->s->db->diags, DIAG_T016, NOWHERE, "foreign keys of "
	    "\"%s\" would not fit \"%s\": %s", f->child, f->parent, why);
	diag_hint(f->s->db->diags, d, "drop the table that has them, or keep "
	    "in the mapping what they refer to; the target is as it was");
	return false;
}

/* --- keys that are live, and not in the new table ------------------------- */

/* A set of them, kept from before the transaction. */
struct gone {
	const char *name;	/* of the table in temp */
	int64_t seq, version;	/* of the log, of the file, when it was made */
	bool known;
};

bool
litepub_look_init(struct litepub *s)
{
	return sqlite_db_exec(s->db, "CREATE TEMP TABLE IF NOT EXISTS "
	    "decant_gone (id INTEGER PRIMARY KEY, what TEXT UNIQUE, "
	    "seq INTEGER, version INTEGER)");
}

/* "person__g5 (id)" */
static const char *
gone_what(struct lite_fkey *f)
{
	const char *what;
	struct buf b;

	buf_init(&b, SQL_MAX);
	sqlite_db_ident(&b, f->parent_then);
	buf_puts(&b, f->c == NULL ? " (" : " <- (");
	put_list(&b, "", f->c == NULL ? f->to : f->from, f->n);
	buf_putc(&b, ')');
	if (f->c != NULL)
		sqlite_db_ident(&b, f->child_now);
	what = arena_strdup(&f->s->arena, b.p);
	buf_fini(&b);
	return what;
}

static bool
gone_find(struct lite_fkey *f, struct gone *g)
{
	struct litepub *s = f->s;
	sqlite3_stmt *st = litepub_ask(s, "SELECT id, seq, version FROM "
	    "temp.decant_gone WHERE what = ?1", gone_what(f), NULL);
	int rc;

	*g = (struct gone){ .known = false };
	if (st == NULL)
		return false;
	if ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		g->known = true;
		g->name = arena_printf(&s->arena, "decant_gone_%d",
		    sqlite3_column_int(st, 0));
		g->seq = sqlite3_column_int64(st, 1);
		g->version = sqlite3_column_int64(st, 2);
	}
	return litepub_end(s, st, rc);
}

/* Where the log of a live table ends now; 0: it has none, or it is empty. */
static bool
log_end(struct litepub *s, const struct lite_log *log, int64_t *seq)
{
	struct buf b;
	bool good;

	*seq = 0;
	if (log->name == NULL)
		return true;
	buf_init(&b, SQL_MAX);
	buf_puts(&b, "SELECT max(seq) FROM main.");
	sqlite_db_ident(&b, log->name);
	good = count(s, &b, seq);
	buf_fini(&b);
	return good;
}

/* Another one after each commit of somebody else's. */
static bool
file_version(struct litepub *s, int64_t *version)
{
	*version = 0;
	return sqlite_db_get_int64(s->db, "PRAGMA main.data_version",
	    version);
}

/* Notes what a set, or a look at all rows, was made of. */
static bool
gone_note(struct lite_fkey *f, struct gone *g)
{
	struct litepub *s = f->s;
	struct lite_log log;

	if (!litelog_find(s->db, &s->arena, f->parent, &log) ||
	    !log_end(s, &log, &g->seq) || !file_version(s, &g->version))
		return false;
	return litepub_do(s, arena_printf(&s->arena, "INSERT INTO "
	    "temp.decant_gone (what, seq, version) VALUES (?1, %lld, %lld) "
	    "ON CONFLICT (what) DO UPDATE SET seq = excluded.seq, "
	    "version = excluded.version", (long long)g->seq,
	    (long long)g->version), gone_what(f), NULL) && gone_find(f, g);
}

/* "INSERT OR IGNORE INTO temp.set SELECT t.to FROM live AS t WHERE …" */
static void
put_gone(struct buf *b, struct lite_fkey *f, const struct gone *g)
{
	const char *const *to = f->to;

	buf_printf(b, "INSERT OR IGNORE INTO temp.%s SELECT ", g->name);
	put_list(b, "t", to, f->n);
	put_from(b, f->parent, "t");
	put_not_null(b, "t", to, f->n);
	buf_puts(b, " AND NOT ");
	put_exists(b, f->parent_then, to, "t", to, f->n);
}

static bool
gone_make(struct lite_fkey *f, struct gone *g)
{
	struct litepub *s = f->s;
	sqlite3_stmt *st;
	struct buf b;
	uint32_t i;
	int64_t n;
	bool good;
	int rc = SQLITE_DONE;

	if (!gone_note(f, g))
		return false;
	buf_init(&b, SQL_MAX);
	buf_printf(&b, "DROP TABLE IF EXISTS temp.%s; CREATE TABLE temp.%s (",
	    g->name, g->name);
	for (i = 0; i < f->n; i++) {
		st = litepub_ask(s, "SELECT type FROM pragma_table_xinfo(?1) "
		    "WHERE name = ?2 COLLATE NOCASE", f->parent, f->to[i]);
		if (st == NULL)
			break;
		rc = sqlite3_step(st);
		buf_printf(&b, "k%u %s, ", i + 1, rc == SQLITE_ROW ?
		    (const char *)sqlite3_column_text(st, 0) : "");
		if (!litepub_end(s, st, rc))
			break;
	}
	good = i == f->n;
	buf_puts(&b, "PRIMARY KEY (");
	for (i = 0; i < f->n; i++)
		buf_printf(&b, "%sk%u", i > 0 ? ", " : "", i + 1);
	buf_puts(&b, ")) WITHOUT ROWID");
	good = good && sqlite_db_exec(s->db, b.p);
	buf_clear(&b);
	put_gone(&b, f, g);
	good = good && run_pieces(s, f->parent, b.p, &n);
	buf_fini(&b);
	return good;
}

/* Rows that the log tells of, and those only: "(t.a, t.b) IN (SELECT …)". */
static void
put_logged(struct buf *b, const char *alias, const struct lite_log *log,
    int64_t seq)
{
	uint32_t i;

	buf_putc(b, '(');
	put_list(b, alias, log->key, log->nkey);
	buf_puts(b, ") IN (SELECT ");
	for (i = 0; i < log->nkey; i++)
		buf_printf(b, "%sk%u", i > 0 ? ", " : "", i + 1);
	buf_puts(b, " FROM main.");
	sqlite_db_ident(b, log->name);
	buf_printf(b, " WHERE seq > %lld)", (long long)seq);
}

/* In the transaction: what has been written since it was made. */
static bool
gone_refresh(struct lite_fkey *f, struct gone *g)
{
	struct litepub *s = f->s;
	struct lite_log log;
	int64_t version;
	struct buf b;
	bool good;

	if (!gone_find(f, g) || !file_version(s, &version) ||
	    !litelog_find(s->db, &s->arena, f->parent, &log))
		return false;
	if (!g->known || (log.nkey == 0 && g->version != version))
		return gone_make(f, g);
	if (log.nkey == 0)
		return true;
	buf_init(&b, SQL_MAX);
	put_gone(&b, f, g);
	buf_puts(&b, " AND ");
	put_logged(&b, "t", &log, g->seq);
	good = sqlite_db_exec(s->db, b.p);
	buf_fini(&b);
	return good;
}

/* Rows of another table that refer to keys in the set. */
static void
put_referring(struct buf *b, struct lite_fkey *f, const struct gone *g)
{
	uint32_t i;

	buf_puts(b, "SELECT count(*)");
	put_from(b, f->child, "t");
	buf_puts(b, f->n > 1 ? "(" : "");
	put_list(b, "t", f->from, f->n);
	buf_printf(b, "%s IN (SELECT ", f->n > 1 ? ")" : "");
	for (i = 0; i < f->n; i++)
		buf_printf(b, "%sk%u", i > 0 ? ", " : "", i + 1);
	buf_printf(b, " FROM temp.%s) AND ", g->name);
	put_exists(b, f->parent, f->to, "t", f->from, f->n);
	buf_puts(b, " AND NOT ");
	put_exists(b, f->parent_then, f->to, "t", f->from, f->n);
}

static bool
is_empty(struct litepub *s, const struct gone *g, bool *empty)
{
	int64_t n;

	if (!litepub_count(s, arena_printf(&s->arena, "SELECT count(*) FROM "
	    "(SELECT 1 FROM temp.%s LIMIT 1)", g->name), NULL, NULL, &n))
		return false;
	*empty = n == 0;
	return true;
}

/* A table that stays, and refers to one that moves. */
static bool
look_from_outside(struct lite_fkey *f, bool inside)
{
	struct litepub *s = f->s;
	const char *missing;
	struct gone g;
	struct buf b;
	int64_t n = 0;
	bool good, empty;

	if (f->p->now == 0)
		return true;	/* refers to nothing now */
	if (!has_columns(s, f->parent, f->to, f->n, &missing))
		return false;
	if (missing != NULL)
		return true;	/* does not fit already */
	if (!has_columns(s, f->parent_then, f->to, f->n, &missing))
		return false;
	if (missing != NULL)
		return litepub_tell_fkey(f, arena_printf(&s->arena,
		    "it has no column \"%s\"", missing));
	if (!(inside ? gone_refresh(f, &g) : gone_make(f, &g)) ||
	    !is_empty(s, &g, &empty))
		return false;
	if (empty)
		return true;
	buf_init(&b, SQL_MAX);
	put_referring(&b, f, &g);
	good = inside ? count(s, &b, &n) : run_pieces(s, f->child, b.p, &n);
	buf_fini(&b);
	return good && (n == 0 || tell(f, n));
}

/* --- a table that moves, and refers to one that stays --------------------- */

static void
put_orphans(struct buf *b, struct lite_fkey *f)
{
	buf_puts(b, "SELECT count(*)");
	put_from(b, f->child_now, "t");
	put_not_null(b, "t", f->from, f->n);
	buf_puts(b, " AND NOT ");
	put_exists(b, f->parent_then, f->to, "t", f->from, f->n);
}

/* Does the log name the parent by what the child refers to? */
static bool
is_by_key(const struct lite_fkey *f, const struct lite_log *log)
{
	uint32_t i;

	if (log->nkey != f->n)
		return false;
	for (i = 0; i < f->n; i++)
		if (sqlite3_stricmp(log->key[i], f->to[i]) != 0)
			return false;
	return true;
}

/* "(t.from) IN (SELECT k1 FROM log WHERE seq > n AND NOT EXISTS (parent))" */
static void
put_vanished(struct buf *b, struct lite_fkey *f, const struct lite_log *log,
    int64_t seq)
{
	const char **k = arena_array(&f->s->arena, f->n, sizeof *k);
	uint32_t i;

	for (i = 0; i < f->n; i++)
		k[i] = arena_printf(&f->s->arena, "k%u", i + 1);
	buf_puts(b, f->n > 1 ? "(" : "");
	put_list(b, "t", f->from, f->n);
	buf_printf(b, "%s IN (SELECT ", f->n > 1 ? ")" : "");
	put_list(b, "l", k, f->n);
	put_from(b, log->name, "l");
	buf_printf(b, "l.seq > %lld AND NOT ", (long long)seq);
	put_exists(b, f->parent_then, f->to, "l", k, f->n);
	buf_putc(b, ')');
}

static bool
look_outside(struct lite_fkey *f, bool inside)
{
	struct litepub *s = f->s;
	struct lite_log log;
	struct gone g;
	struct buf b;
	int64_t n = 0, version;
	bool good;

	if (!gone_find(f, &g) || !file_version(s, &version) ||
	    !litelog_find(s->db, &s->arena, f->parent, &log))
		return false;
	if (inside && g.known && g.version == version)
		return true;
	buf_init(&b, SQL_MAX);
	if (inside && g.known && is_by_key(f, &log)) {
		buf_puts(&b, "SELECT count(*)");
		put_from(&b, f->child_now, "t");
		put_vanished(&b, f, &log, g.seq);
		good = count(s, &b, &n);
	} else {
		put_orphans(&b, f);
		good = gone_note(f, &g) && run_pieces(s, f->child_now, b.p,
		    &n);
	}
	buf_fini(&b);
	return good && (n == 0 || tell(f, n));
}

/* --- both move ----------------------------------------------------------- */

/*
 * Except for rows that dangle in the live tables in the same way: AND NOT
 * EXISTS (SELECT 1 FROM live AS o WHERE o.key IS t.key AND o.from IS t.from
 * AND NOT EXISTS (SELECT 1 FROM its parent)).
 */
static bool
put_except_live(struct buf *b, struct lite_fkey *f, const struct lite_log *log)
{
	struct litepub *s = f->s;
	const char *no_key, *no_from, *no_to;
	uint32_t i;

	if (f->c->now == 0 || f->p->now == 0)
		return true;
	if (!has_columns(s, f->child, log->key, log->nkey, &no_key) ||
	    !has_columns(s, f->child, f->from, f->n, &no_from) ||
	    !has_columns(s, f->parent, f->to, f->n, &no_to))
		return false;
	if (no_key != NULL || no_from != NULL || no_to != NULL)
		return true;
	buf_puts(b, " AND NOT EXISTS (SELECT 1");
	put_from(b, f->child, "o");
	for (i = 0; i < log->nkey; i++) {
		put_ident(b, "o", log->key[i]);
		buf_puts(b, " = ");
		put_ident(b, "t", log->key[i]);
		buf_puts(b, " AND ");
	}
	for (i = 0; i < f->n; i++) {
		put_ident(b, "o", f->from[i]);
		buf_puts(b, " IS ");
		put_ident(b, "t", f->from[i]);
		buf_puts(b, " AND ");
	}
	buf_puts(b, "NOT ");
	put_exists(b, f->parent, f->to, "o", f->from, f->n);
	buf_putc(b, ')');
	return true;
}

/* Rows that were carried, and rows whose parent was carried away. */
static bool
look_between(struct lite_fkey *f)
{
	struct litepub *s = f->s;
	struct lite_log log, above;
	const char *missing;
	struct buf b;
	int64_t n = 0, m = 0;
	bool good = true;

	if (!litelog_find(s->db, &s->arena, f->child, &log) ||
	    !litelog_find(s->db, &s->arena, f->parent, &above) ||
	    !has_columns(s, f->child_now, log.key, log.nkey, &missing))
		return false;
	buf_init(&b, SQL_MAX);
	if (log.nkey > 0 && missing == NULL) {
		put_orphans(&b, f);
		buf_puts(&b, " AND ");
		put_logged(&b, "t", &log, 0);
		good = put_except_live(&b, f, &log) && count(s, &b, &n);
	}
	if (good && n == 0 && is_by_key(f, &above)) {
		buf_clear(&b);
		buf_puts(&b, "SELECT count(*)");
		put_from(&b, f->child_now, "t");
		put_vanished(&b, f, &above, 0);
		good = (log.nkey == 0 || missing != NULL ||
		    put_except_live(&b, f, &log)) && count(s, &b, &m);
	}
	buf_fini(&b);
	return good && (n + m == 0 || tell(f, n + m));
}

/* --- before, and inside ------------------------------------------------- */

bool
litepub_look_before(struct lite_fkey *f)
{
	return f->c == NULL ? look_from_outside(f, false) : f->p == NULL ?
	    look_outside(f, false) : true;
}

bool
litepub_look_inside(struct lite_fkey *f)
{
	return f->c == NULL ? look_from_outside(f, true) : f->p == NULL ?
	    look_outside(f, true) : look_between(f);
}

