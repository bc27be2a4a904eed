/*
 * Unique indexes of a live table, as conditions for the change log.
 *
 * INSERT OR REPLACE and UPDATE OR REPLACE delete the rows that are in the way,
 * and fire no trigger for it (unless recursive_triggers is on).  The rows are
 * found beforehand by the values that they share with the new one, and by the
 * collations of the index; those of its expressions and of its WHERE are
 * computed for the new row in a subquery that gives its columns their names.
 */
#include "generation/change_log_sqlite.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/sqlite_db.h"
#include "generation/publication_sqlite_text.h"

#define SQL_MAX	(1u << 20)

struct unique {			/* an index that is looked at */
	struct sqlite_db *db;
	struct arena *arena;
	const char *table;
	const char *const *key;
	uint32_t nkey;
	struct lite_uniques *out;
	const char *name, *sql;	/* of the index; sql NULL: a constraint's */
	bool partial;
};

static const char *
column_text(struct arena *a, sqlite3_stmt *st, int i)
{
	const char *text = (const char *)sqlite3_column_text(st, i);

	return text == NULL ? NULL : arena_strdup(a, text);
}

static bool
end(struct sqlite_db *db, sqlite3_stmt *st, int rc)
{
	if (rc != SQLITE_DONE)
		sqlite_db_error(db, rc);
	sqlite3_finalize(st);
	return rc == SQLITE_DONE;
}

/* "(SELECT new.a AS a, new.b AS b, …)" of all columns. */
static bool
put_new_row(struct unique *u, struct buf *b)
{
	sqlite3_stmt *st = sqlite_db_prepare(u->db, "SELECT name FROM "
	    "pragma_table_info(?1)");
	const char *sep = "(SELECT ", *name;
	int rc;

	if (st == NULL)
		return false;
	sqlite3_bind_text(st, 1, u->table, -1, SQLITE_STATIC);
	for (; (rc = sqlite3_step(st)) == SQLITE_ROW; sep = ", ") {
		name = (const char *)sqlite3_column_text(st, 0);
		buf_printf(b, "%snew.", sep);
		sqlite_db_ident(b, name);
		buf_puts(b, " AS ");
		sqlite_db_ident(b, name);
	}
	buf_putc(b, ')');
	return end(u->db, st, rc);
}

/* The n-th expression of CREATE INDEX … (a, lower(b) DESC, …). */
static const char *
index_term(struct arena *a, const char *sql, int n)
{
	struct lite_token t;
	const char *at = sql, *begin, *stop;
	int depth = 0, i = 0;

	do
		at = litetext_next(at, &t);
	while (t.kind != LITE_END && !litetext_is(&t, "("));
	for (begin = stop = at; t.kind != LITE_END;) {
		at = litetext_next(at, &t);
		if (depth == 0 && (litetext_is(&t, ",") ||
		    litetext_is(&t, ")"))) {
			if (i++ == n)
				return arena_strndup(a, begin,
				    (size_t)(stop - begin));
			begin = stop = at;
			continue;
		}
		depth += litetext_is(&t, "(") ? 1 : 0;
		depth -= litetext_is(&t, ")") ? 1 : 0;
		if (depth > 0 || (!litetext_is(&t, "ASC") &&
		    !litetext_is(&t, "DESC")))
			stop = at;
	}
	return NULL;
}

/* What stands behind WHERE, outside of all parentheses. */
static const char *
index_where(const char *sql)
{
	struct lite_token t;
	int depth = 0;

	do {
		sql = litetext_next(sql, &t);
		depth += litetext_is(&t, "(") ? 1 : 0;
		depth -= litetext_is(&t, ")") ? 1 : 0;
	} while (t.kind != LITE_END && (depth > 0 ||
	    !litetext_is(&t, "WHERE")));
	return sql;
}

/* "(lower(name)) = (SELECT lower(name) FROM (…))"; the expression's own
 * collation, if it has one, comes along. */
static bool
put_expression(struct unique *u, struct buf *b, int n)
{
	const char *term = u->sql == NULL ? NULL :
	    index_term(u->arena, u->sql, n);
	bool good;

	if (term == NULL)
		return true;
	buf_printf(b, "%s(%s) = (SELECT %s FROM ", b->len > 0 ? " AND " : "",
	    term, term);
	good = put_new_row(u, b);
	buf_putc(b, ')');
	return good;
}

static bool
put_where(struct unique *u, struct buf *b)
{
	const char *where = index_where(u->sql);
	bool good;

	buf_printf(b, " AND (%s) AND (SELECT %s FROM ", where, where);
	good = put_new_row(u, b);
	buf_putc(b, ')');
	return good;
}

static bool
is_key_column(const struct unique *u, const char *name)
{
	uint32_t i;

	for (i = 0; i < u->nkey; i++)
		if (sqlite3_stricmp(u->key[i], name) == 0)
			return true;
	return false;
}

static bool
add_index(struct unique *u)
{
	struct lite_unique *one;
	const char *column, *collation;
	uint32_t n = 0, ofkey = 0;
	sqlite3_stmt *st;
	struct buf b;
	int rc;
	bool good = true, plain = !u->partial;

	st = sqlite_db_prepare(u->db, "SELECT seqno, name, coll FROM "
	    "pragma_index_xinfo(?1) WHERE key ORDER BY seqno");
	if (st == NULL)
		return false;
	sqlite3_bind_text(st, 1, u->name, -1, SQLITE_STATIC);
	buf_init(&b, SQL_MAX);
	for (; good && (rc = sqlite3_step(st)) == SQLITE_ROW; n++) {
		column = (const char *)sqlite3_column_text(st, 1);
		collation = (const char *)sqlite3_column_text(st, 2);
		if (column == NULL) {
			good = put_expression(u, &b, sqlite3_column_int(st,
			    0));
			plain = false;
			continue;
		}
		buf_puts(&b, b.len > 0 ? " AND t." : "t.");
		sqlite_db_ident(&b, column);
		buf_puts(&b, " = new.");
		sqlite_db_ident(&b, column);
		buf_puts(&b, " COLLATE ");
		sqlite_db_ident(&b, collation);
		plain = plain && strcasecmp(collation, "BINARY") == 0;
		ofkey += is_key_column(u, column);
	}
	good = good ? end(u->db, st, rc) : (sqlite3_finalize(st), false);
	if (good && u->partial && u->sql != NULL)
		good = put_where(u, &b);
	if (good && b.len > 0) {
		one = ARENA_PUSH(u->arena, u->out->v, u->out->n, u->out->cap);
		one->same = arena_strdup(u->arena, b.p);
		one->is_key = plain && n == u->nkey && ofkey == n;
	}
	buf_fini(&b);
	return good;
}

/*
 * A rowid that is no column displaces a row, too: INSERT OR REPLACE INTO t
 * (rowid, …).  Where none is given new.rowid is -1 in a BEFORE trigger.
 */
static bool
add_rowid(struct unique *u)
{
	struct lite_unique *one;
	sqlite3_stmt *st;
	struct buf b;
	int64_t n = 0;
	int rc;

	buf_init(&b, SQL_MAX);
	buf_puts(&b, "SELECT _rowid_ FROM main.");
	sqlite_db_ident(&b, u->table);
	rc = sqlite3_prepare_v2(u->db->handle, b.p, -1, &st, NULL);
	sqlite3_finalize(st);
	buf_fini(&b);
	if (rc != SQLITE_OK)
		return true;		/* WITHOUT ROWID */
	st = sqlite_db_prepare(u->db, "SELECT name, (SELECT count(*) FROM "
	    "pragma_index_list(?1) WHERE origin = 'pk') FROM "
	    "pragma_table_info(?1) WHERE pk > 0");
	if (st == NULL)
		return false;
	sqlite3_bind_text(st, 1, u->table, -1, SQLITE_STATIC);
	one = ARENA_PUSH(u->arena, u->out->v, u->out->n, u->out->cap);
	one->same = "t._rowid_ = new._rowid_";
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		if (sqlite3_column_int(st, 1) == 0 && n++ == 0)
			/* INTEGER PRIMARY KEY: the column is the rowid */
			one->is_key = u->nkey == 1 && is_key_column(u,
			    (const char *)sqlite3_column_text(st, 0));
	return end(u->db, st, rc);
}

bool
litelog_uniques(struct sqlite_db *db, struct arena *a, const char *table,
    const char *const *key, uint32_t nkey, struct lite_uniques *out)
{
	struct unique u = { .db = db, .arena = a, .table = table, .key = key,
	    .nkey = nkey, .out = out };
	sqlite3_stmt *st;
	int rc;
	bool good;

	*out = (struct lite_uniques){ .n = 0 };
	st = sqlite_db_prepare(db, "SELECT l.name, l.partial, m.sql FROM "
	    "pragma_index_list(?1) AS l LEFT JOIN main.sqlite_master AS m "
	    "ON m.type = 'index' AND m.name = l.name WHERE l.\"unique\" "
	    "ORDER BY l.name");
	if (st == NULL)
		return false;
	sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC);
	good = add_rowid(&u);
	while (good && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		u.name = column_text(a, st, 0);
		u.partial = sqlite3_column_int(st, 1) != 0;
		u.sql = column_text(a, st, 2);
		good = add_index(&u);
	}
	return good ? end(db, st, rc) : (sqlite3_finalize(st), false);
}
