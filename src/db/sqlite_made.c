/*
 * decant's tables in a SQLite file; see sqlite_made.h.
 */
#include "db/sqlite_made.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/sqlite_db.h"
#include "db/sqlite_turn.h"

#define SQL_MAX		(16u << 20)
#define SMALL_ROWS	50000	/* of a table whose drop is short anywhere */
#define DROP_ROWS	10000	/* of the first turn */
#define DROP_ROWS_MIN	100
#define DROP_NS		100000000	/* that a turn should take */

int64_t sqlite_made_small_file = INT64_C(256) << 20;

int
sqlite_made_init(struct sqlite_db *db)
{
	return sqlite_db_try(db, "CREATE TABLE IF NOT EXISTS "
	    "main.decant_made (\n    name TEXT PRIMARY KEY COLLATE NOCASE,\n"
	    "    sql TEXT NOT NULL,\n    base INTEGER,\n"
	    "    spoilt INTEGER NOT NULL DEFAULT 0\n) WITHOUT ROWID");
}

static const char *
column_text(struct arena *a, sqlite3_stmt *st, int i)
{
	const char *text = (const char *)sqlite3_column_text(st, i);

	return text == NULL ? NULL : arena_strdup(a, text);
}

/* A statement whose ?1 is the name; NULL: told. */
static sqlite3_stmt *
ask(struct sqlite_db *db, const char *sql, const char *name)
{
	sqlite3_stmt *st = sqlite_db_prepare(db, sql);

	if (st != NULL)
		sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	return st;
}

static bool
end(struct sqlite_db *db, sqlite3_stmt *st, int rc)
{
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		sqlite_db_error(db, rc);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

bool
sqlite_made_look(struct sqlite_db *db, struct arena *a, const char *name,
    struct sqlite_made *m)
{
	int64_t known = 0;
	sqlite3_stmt *st;
	int rc;

	*m = (struct sqlite_made){ .sql = "" };
	st = ask(db, "SELECT type, tbl_name, coalesce(sql, '') "
	    "FROM main.sqlite_master WHERE type <> 'trigger' AND "
	    "name = ?1 COLLATE NOCASE", name);
	if (st == NULL)
		return false;
	if ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		m->type = column_text(a, st, 0);
		m->table = column_text(a, st, 1);
		m->sql = column_text(a, st, 2);
	}
	if (!end(db, st, rc) || !sqlite_db_get_int64(db, "SELECT 1 FROM "
	    "main.sqlite_master WHERE name = 'decant_made'", &known))
		return false;
	if (known == 0 || m->type == NULL)
		return true;
	st = ask(db, "SELECT sql, base, spoilt FROM main.decant_made "
	    "WHERE name = ?1", name);
	if (st == NULL)
		return false;
	if ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		m->made = column_text(a, st, 0);
		m->based = sqlite3_column_type(st, 1) != SQLITE_NULL;
		m->base = sqlite3_column_int64(st, 1);
		m->spoilt = sqlite3_column_int(st, 2) != 0;
	}
	return end(db, st, rc);
}

bool
sqlite_made_is_ours(const struct sqlite_made *m)
{
	return m->type != NULL && strcmp(m->type, "table") == 0 &&
	    m->made != NULL && strcmp(m->made, m->sql) == 0;
}

/* Runs a statement of names ?1 and ?2 and a number ?3. */
static int
note(struct sqlite_db *db, const char *sql, const char *name,
    const char *other, int64_t number)
{
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db->handle, sql, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_bind_parameter_count(st) > 1)
		sqlite3_bind_text(st, 2, other, -1, SQLITE_STATIC);
	if (sqlite3_bind_parameter_count(st) > 2)
		sqlite3_bind_int64(st, 3, number);
	sqlite3_step(st);
	return sqlite3_finalize(st);
}

int
sqlite_made_add(struct sqlite_db *db, const char *name, bool based)
{
	return note(db, based ?
	    "INSERT OR REPLACE INTO main.decant_made (name, sql, base) "
	    "SELECT name, sql, 0 FROM main.sqlite_master "
	    "WHERE type = 'table' AND name = ?1 COLLATE NOCASE" :
	    "INSERT OR REPLACE INTO main.decant_made (name, sql) "
	    "SELECT name, sql FROM main.sqlite_master "
	    "WHERE type = 'table' AND name = ?1 COLLATE NOCASE", name, NULL,
	    0);
}

int
sqlite_made_based(struct sqlite_db *db, const char *name, int64_t rows)
{
	return note(db, "UPDATE main.decant_made SET base = ?3 "
	    "WHERE name = ?1 AND ?2 IS NULL", name, NULL, rows);
}

int
sqlite_made_spoil(struct sqlite_db *db, const char *name)
{
	return note(db, "UPDATE main.decant_made SET spoilt = 1 "
	    "WHERE name = ?1", name, NULL, 0);
}

int
sqlite_made_move(struct sqlite_db *db, const char *from, const char *to)
{
	int rc = note(db, "UPDATE OR REPLACE main.decant_made SET name = ?2, "
	    "sql = (SELECT m.sql FROM main.sqlite_master AS m "
	    "WHERE m.type = 'table' AND m.name = ?2 COLLATE NOCASE) "
	    "WHERE name = ?1", from, to, 0);

	return rc != SQLITE_OK || sqlite3_changes(db->handle) > 0 ? rc :
	    sqlite_made_add(db, to, true);
}

/* --- dropping ------------------------------------------------------------ */

static void
put_drop(struct buf *b, const char *what, const char *name)
{
	buf_printf(b, "DROP %s IF EXISTS main.", what);
	sqlite_db_ident(b, name);
}

/*
 * Indexes go first, each at once: they are smaller than the table, and a row's
 * entry in each would be looked for.
 */
static bool
drop_indexes(struct sqlite_turn *t, const char *table)
{
	const char **name = NULL;
	uint32_t n = 0, cap = 0, i;
	struct arena a;
	sqlite3_stmt *st;
	struct buf sql;
	int rc = SQLITE_DONE;
	bool good;

	arena_init(&a);
	buf_init(&sql, SQL_MAX);
	st = ask(t->db, "SELECT name FROM main.sqlite_master WHERE "
	    "type = 'index' AND sql IS NOT NULL AND "
	    "tbl_name = ?1 COLLATE NOCASE", table);
	while (st != NULL && (rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(&a, name, n, cap) = column_text(&a, st, 0);
	good = st != NULL && end(t->db, st, rc);
	for (i = 0; good && i < n; i++) {
		buf_clear(&sql);
		put_drop(&sql, "INDEX", name[i]);
		good = sqlite_turn_exec(t, sql.p);
	}
	buf_fini(&sql);
	arena_fini(&a);
	return good;
}

static int64_t
file_size(struct sqlite_db *db)
{
	int64_t pages = INT64_MAX / 65536, size = 65536;

	sqlite_db_get_int64(db, "PRAGMA main.page_count", &pages);
	sqlite_db_get_int64(db, "PRAGMA main.page_size", &size);
	return pages * size;
}

struct shrink {
	struct sqlite_db *db;
	sqlite3_stmt *st;
	int64_t rows;		/* to go in this turn */
	int64_t gone;
};

static int
shrink_once(void *arg)
{
	struct shrink *s = arg;

	sqlite3_bind_int64(s->st, 1, s->rows);
	sqlite3_step(s->st);
	s->gone = sqlite3_changes(s->db->handle);
	return sqlite3_reset(s->st);
}

/*
 * Deletes rows until one turn's are left.  A table WITHOUT ROWID is none of
 * decant's, and goes at once.
 */
static bool
shrink(struct sqlite_turn *t, const char *table)
{
	struct shrink s = { .db = t->db, .rows = DROP_ROWS };
	struct buf sql;
	bool good = true;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "DELETE FROM main.");
	sqlite_db_ident(&sql, table);
	buf_puts(&sql, " WHERE _rowid_ < (SELECT _rowid_ FROM main.");
	sqlite_db_ident(&sql, table);
	buf_puts(&sql, " ORDER BY _rowid_ LIMIT 1 OFFSET ?1)");
	if (sqlite3_prepare_v2(t->db->handle, sql.p, -1, &s.st, NULL) !=
	    SQLITE_OK) {
		buf_fini(&sql);
		return true;
	}
	do {
		good = sqlite_turn(t, shrink_once, &s);
		if (t->took > DROP_NS && s.rows > DROP_ROWS_MIN)
			s.rows /= 2;
		else if (t->took < DROP_NS / 4)
			s.rows *= 2;
	} while (good && s.gone > 0);
	sqlite3_finalize(s.st);
	buf_fini(&sql);
	return good;
}

static bool
is_small(struct sqlite_db *db, const char *table)
{
	struct buf sql;
	int64_t rows = 0;

	if (file_size(db) <= sqlite_made_small_file)
		return true;
	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT count(*) FROM (SELECT 1 FROM main.");
	sqlite_db_ident(&sql, table);
	buf_printf(&sql, " LIMIT %d)", SMALL_ROWS + 1);
	sqlite_db_get_int64(db, sql.p, &rows);
	buf_fini(&sql);
	return rows <= SMALL_ROWS;
}

bool
sqlite_made_drops_fast(struct sqlite_db *db, const char *const *name,
    uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (!is_small(db, name[i]))
			return false;
	return true;
}

/* Does another one of the tables that are left (not NULL) refer to it? */
static bool
is_referred(struct sqlite_db *db, const char *const *name, uint32_t n,
    const char *to, bool *referred)
{
	sqlite3_stmt *st;
	uint32_t i;
	bool good = true;
	int rc;

	*referred = false;
	for (i = 0; i < n && good && !*referred; i++) {
		if (name[i] == NULL || name[i] == to)
			continue;
		st = ask(db, "SELECT 1 FROM pragma_foreign_key_list(?1) "
		    "WHERE \"table\" = ?2 COLLATE NOCASE", name[i]);
		if (st == NULL)
			return false;
		sqlite3_bind_text(st, 2, to, -1, SQLITE_STATIC);
		rc = sqlite3_step(st);
		*referred = rc == SQLITE_ROW;
		good = end(db, st, rc);
	}
	return good;
}

/* The tables in an order in which none is emptied before who refers to it;
 * where there is a circle, in any. */
static bool
order(struct sqlite_db *db, const char **left, uint32_t n, const char **out)
{
	uint32_t done = 0, i, any;
	bool referred;

	while (done < n) {
		any = n;
		for (i = 0; i < n; i++) {
			if (left[i] == NULL)
				continue;
			any = i;
			if (!is_referred(db, left, n, left[i], &referred))
				return false;
			if (!referred)
				break;
		}
		i = i < n ? i : any;
		out[done++] = left[i];
		left[i] = NULL;
	}
	return true;
}

static bool
empty(struct sqlite_turn *t, const char *name)
{
	struct sqlite_made m;
	struct arena a;
	bool good;

	arena_init(&a);
	good = sqlite_made_look(t->db, &a, name, &m);
	if (good && m.type != NULL && !is_small(t->db, name))
		good = drop_indexes(t, name) && shrink(t, name);
	arena_fini(&a);
	return good;
}

struct drop {
	struct sqlite_db *db;
	struct buf sql;
	int (*also)(void *);		/* or NULL */
	void *arg;
};

static int
drop_now(void *arg)
{
	struct drop *d = arg;
	int rc = d->sql.len == 0 ? SQLITE_OK : sqlite_db_try(d->db,
	    d->sql.p);

	return rc == SQLITE_OK && d->also != NULL ? d->also(d->arg) : rc;
}

static bool
drop_all(struct sqlite_turn *t, const char **name, uint32_t n,
    int (*also)(void *), void *arg)
{
	struct drop d = { .db = t->db, .also = also, .arg = arg };
	int64_t known = 0;
	uint32_t i;
	bool good;

	if (!sqlite_db_get_int64(t->db, "SELECT 1 FROM main.sqlite_master "
	    "WHERE name = 'decant_made'", &known))
		return false;
	buf_init(&d.sql, SQL_MAX);
	for (i = 0; i < n; i++) {
		put_drop(&d.sql, "TABLE", name[i]);
		buf_puts(&d.sql, ";\n");
		if (known == 0)
			continue;
		buf_puts(&d.sql, "DELETE FROM main.decant_made WHERE name = ");
		sqlite_db_literal(&d.sql, name[i]);
		buf_puts(&d.sql, ";\n");
	}
	good = sqlite_turn(t, drop_now, &d);
	buf_fini(&d.sql);
	return good;
}

bool
sqlite_made_drop_with(struct sqlite_turn *t, const char *const *name,
    uint32_t n, int (*also)(void *), void *arg)
{
	const char **left, **in_order;
	struct arena a;
	uint32_t i;
	bool good;

	if (n == 0 && also == NULL)
		return true;
	arena_init(&a);
	left = arena_array(&a, n + 1, sizeof *left);
	in_order = arena_array(&a, n + 1, sizeof *in_order);
	for (i = 0; i < n; i++)
		left[i] = name[i];
	good = order(t->db, left, n, in_order);
	for (i = 0; i < n && good; i++)
		good = empty(t, in_order[i]);
	good = good && drop_all(t, in_order, n, also, arg);
	arena_fini(&a);
	return good;
}

bool
sqlite_made_drop(struct sqlite_turn *t, const char *const *name, uint32_t n)
{
	return sqlite_made_drop_with(t, name, n, NULL, NULL);
}

static int
drop_empty(void *arg)
{
	struct sqlite_db *db = arg;
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db->handle, "SELECT 1 FROM "
	    "main.decant_made LIMIT 1", -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc == SQLITE_ERROR ? SQLITE_OK : rc;
	rc = sqlite3_step(st);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? SQLITE_OK : rc != SQLITE_DONE ? rc :
	    sqlite_db_try(db, "DROP TABLE main.decant_made");
}

bool
sqlite_made_fini(struct sqlite_turn *t)
{
	return sqlite_turn(t, drop_empty, t->db);
}
