/*
 * The change log in SQLite: decant_log__TABLE__gN, and the triggers
 * decant_log__TABLE__ai, au, ad, bi, bu on the live table; see change_log.h.
 *
 *	after insert, update, delete	the keys of the new and the old row
 *	before insert, update		the keys of rows that REPLACE would
 *					delete in silence
 *
 * A row that is found before an INSERT OR IGNORE is not deleted after all: one
 * key too many says nothing wrong.  Where whole rows are logged it would, so
 * such a row waits in decant_log__TABLE__gN__d until the trigger after it tells
 * that it has happened.
 *
 * A unique index that users make later is not known until the triggers are put
 * on again, which every publication does.
 *
 * In an application's eyes a trigger changes neither last_insert_rowid() nor
 * changes().
 */
#include "generation/change_log_sqlite.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "db/sqlite_made.h"
#include "db/sqlite_turn.h"
#include "generation/change_log_impl.h"
#include "generation/publication_sqlite_text.h"

#define SQL_MAX		(16u << 20)
#define COLUMNS_AT_ONCE	50u	/* so that no expression is too deep */

static const char *const events[] = { "ai", "au", "ad", "bi", "bu" };
#define NEVENTS	(sizeof events / sizeof events[0])

struct log {
	struct db *db;
	const struct log_table *table;
	struct arena arena;
	const char *name;		/* decant_log__TABLE__gN */
	const char *waiting;		/* …__d */
	const char **column;		/* [ncolumn] of the live table */
	uint32_t ncolumn, column_cap;
	struct lite_uniques unique;
	bool displaces;			/* some of them is not the key */
	struct buf sql;
};

const char *
litelog_name(struct arena *a, const struct db *db, const char *schema,
    const struct log_table *t)
{
	(void)db, (void)schema;
	return arena_printf(a, "log__%s__g%u", t->name, t->generation);
}

static void
log_begin(struct log *l, struct db *db, const struct log_table *t)
{
	*l = (struct log){ .db = db, .table = t };
	arena_init(&l->arena);
	l->name = arena_printf(&l->arena, "decant_%s",
	    litelog_name(&l->arena, db, NULL, t));
	l->waiting = arena_printf(&l->arena, "%s__d", l->name);
	buf_init(&l->sql, SQL_MAX);
}

static bool
log_end(struct log *l, bool good)
{
	buf_fini(&l->sql);
	arena_fini(&l->arena);
	return good;
}

static void
put_trigger_name(struct buf *b, const char *table, const char *event)
{
	struct arena a;

	arena_init(&a);
	sqlite_db_ident(b, arena_printf(&a, "decant_log__%s__%s", table,
	    event));
	arena_fini(&a);
}

/* --- the log ------------------------------------------------------------- */

/* The table whose columns the log's are like: of the generation, or live. */
static bool
find_model(struct log *l, const char **model)
{
	struct sqlite_made m;

	*model = db_generation_table(&l->arena, l->table->name,
	    l->table->generation);
	if (!sqlite_made_look(&l->db->lite, &l->arena, *model, &m))
		return false;
	if (m.type == NULL) {
		*model = l->table->name;
		if (!sqlite_made_look(&l->db->lite, &l->arena, *model, &m))
			return false;
	}
	if (m.type != NULL)
		return true;
	diag_add(l->db->diags, DIAG_L060, NOWHERE, "no change log for table "
	    "\"%s\" of generation %u: it is not there", l->table->name,
	    l->table->generation);
	return false;
}

static bool
put_keys(struct log *l, const char *model)
{
	const char *param[2] = { model };
	struct db_result *r;
	uint32_t i;

	for (i = 0; i < l->table->nkey; i++) {
		param[1] = l->table->key[i];
		r = db_query(l->db, &l->arena, "", "SELECT type FROM "
		    "pragma_table_info($1) WHERE name = $2 COLLATE NOCASE", 2,
		    param);
		if (r == NULL)
			return false;
		if (r->n == 0) {
			diag_add(l->db->diags, DIAG_L060, NOWHERE,
			    "no change log for table \"%s\": it has no column "
			    "\"%s\"", model, param[1]);
			return false;
		}
		buf_printf(&l->sql, ",\n    k%u %s", i + 1, db_cell(r, 0, 0));
	}
	return true;
}

/* Rows as JSON need its functions, which SQLite may have been built without. */
static bool
has_json(struct log *l)
{
	struct diag *d;

	if (sqlite_db_try(&l->db->lite, "SELECT json_quote('x')") == SQLITE_OK)
		return true;
	d = diag_add(l->db->diags, DIAG_L061, NOWHERE, "table \"%s\" has no "
	    "key, and this SQLite has no JSON to log its rows as",
	    l->table->name);
	diag_hint(l->db->diags, d, "give the table a key in the mapping");
	return false;
}

static bool
run_script(struct log *l)
{
	struct sqlite_turn turn = { .db = &l->db->lite };

	if (!sqlite3_get_autocommit(l->db->lite.handle))
		return db_exec(l->db, "", l->sql.p);
	return sqlite_turn_exec(&turn, l->sql.p);
}

static bool
create(struct log *l)
{
	struct buf *b = &l->sql;
	struct sqlite_made m;
	const char *model;

	if (!sqlite_made_look(&l->db->lite, &l->arena, l->name, &m))
		return false;
	if (m.type != NULL)
		return true;
	if (!find_model(l, &model))
		return false;
	buf_puts(b, "CREATE TABLE main.");
	sqlite_db_ident(b, l->name);
	buf_puts(b, " (\n    seq INTEGER PRIMARY KEY,\n    at TEXT NOT NULL "
	    "DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),\n"
	    "    origin INTEGER");
	if (l->table->nkey == 0) {
		if (!has_json(l))
			return false;
		buf_puts(b, ",\n    op TEXT NOT NULL,\n    row TEXT NOT NULL");
	} else if (!put_keys(l, model)) {
		return false;
	}
	buf_puts(b, "\n)");
	if (l->table->nkey == 0) {
		buf_puts(b, ";\nCREATE TABLE main.");
		sqlite_db_ident(b, l->waiting);
		buf_puts(b, " (row TEXT NOT NULL)");
	}
	return run_script(l);
}

bool
litelog_create(struct db *db, const char *schema, const struct log_table *t)
{
	struct log l;

	(void)schema;
	log_begin(&l, db, t);
	return log_end(&l, create(&l));
}

/* --- a row as JSON ------------------------------------------------------- */

/*
 * One value.  Blobs, which JSON has not, are texts as PostgreSQL shows them;
 * 15 digits of a real are written where they are enough, as they are of any
 * decimal.
 */
static void
put_value(struct buf *b, const char *row, const char *column)
{
	struct buf c;

	buf_init(&c, SQL_MAX);
	buf_printf(&c, "%s.", row);
	sqlite_db_ident(&c, column);
	buf_printf(b, "CASE typeof(%s) WHEN 'blob' THEN '\"\\\\x' || "
	    "lower(hex(%s)) || '\"' WHEN 'real' THEN CASE "
	    "WHEN abs(%s) > 1.7976931348623157e308 THEN "
	    "CASE WHEN %s > 0 THEN '9e999' ELSE '-9e999' END "
	    "WHEN CAST(printf('%%!.15g', %s) AS REAL) = %s "
	    "THEN printf('%%!.15g', %s) ELSE printf('%%!.17g', %s) END "
	    "ELSE json_quote(%s) END", c.p, c.p, c.p, c.p, c.p, c.p, c.p, c.p,
	    c.p);
	buf_fini(&c);
}

/* '{"a":' || … || ',"b":' || … || '}', in groups. */
static void
put_row(struct log *l, struct buf *b, const char *row)
{
	struct buf name;
	uint32_t i;

	buf_init(&name, SQL_MAX);
	buf_puts(b, "'{' || (");
	for (i = 0; i < l->ncolumn; i++) {
		if (i > 0)
			buf_puts(b, i % COLUMNS_AT_ONCE == 0 ? ") || (" :
			    " || ");
		buf_clear(&name);
		buf_puts(&name, i > 0 ? "," : "");
		buf_json(&name, l->column[i], strlen(l->column[i]));
		buf_putc(&name, ':');
		sqlite_db_literal(b, name.p);
		buf_puts(b, " || ");
		put_value(b, row, l->column[i]);
	}
	buf_puts(b, ") || '}'");
	buf_fini(&name);
}

/* --- triggers ------------------------------------------------------------ */

static void
put_key(struct log *l, const char *row)
{
	uint32_t i;

	for (i = 0; i < l->table->nkey; i++) {
		buf_printf(&l->sql, "%s%s.", i > 0 ? ", " : "", row);
		sqlite_db_ident(&l->sql, l->table->key[i]);
	}
}

/* "a.k1 IS b.k1 AND …", byte by byte. */
static void
put_same_key(struct log *l, const char *a, const char *b)
{
	uint32_t i;

	for (i = 0; i < l->table->nkey; i++) {
		buf_printf(&l->sql, "%s%s.", i > 0 ? " AND " : "", a);
		sqlite_db_ident(&l->sql, l->table->key[i]);
		buf_printf(&l->sql, " IS %s.", b);
		sqlite_db_ident(&l->sql, l->table->key[i]);
		buf_puts(&l->sql, " COLLATE BINARY");
	}
}

static void
put_head(struct log *l, const char *event, const char *when)
{
	buf_puts(&l->sql, "CREATE TRIGGER main.");
	put_trigger_name(&l->sql, l->table->name, event);
	buf_printf(&l->sql, " %s ON ", when);
	sqlite_db_ident(&l->sql, l->table->name);
	buf_puts(&l->sql, " BEGIN\n");
}

/* "INSERT INTO log (k1, k2) " or "(op, row) ". */
static void
put_insert(struct log *l)
{
	uint32_t i;

	buf_puts(&l->sql, "    INSERT INTO ");
	sqlite_db_ident(&l->sql, l->name);
	buf_puts(&l->sql, " (");
	for (i = 0; i < l->table->nkey; i++)
		buf_printf(&l->sql, "%sk%u", i > 0 ? ", " : "", i + 1);
	buf_puts(&l->sql, l->table->nkey == 0 ? "op, row) " : ") ");
}

static void
put_log(struct log *l, const char *op, const char *row)
{
	put_insert(l);
	buf_puts(&l->sql, "VALUES (");
	if (l->table->nkey == 0) {
		buf_printf(&l->sql, "'%s', ", op);
		put_row(l, &l->sql, row);
	} else {
		put_key(l, row);
	}
	buf_puts(&l->sql, ");\n");
}

/* What was found before has happened; or it is not known to have. */
static void
put_settle(struct log *l, bool happened)
{
	if (l->table->nkey > 0 || !l->displaces)
		return;
	if (happened) {
		put_insert(l);
		buf_puts(&l->sql, "SELECT 'D', row FROM ");
		sqlite_db_ident(&l->sql, l->waiting);
		buf_puts(&l->sql, " ORDER BY rowid;\n");
	}
	buf_puts(&l->sql, "    DELETE FROM ");
	sqlite_db_ident(&l->sql, l->waiting);
	buf_puts(&l->sql, ";\n");
}

/* "FROM t AS t WHERE NOT (the old row) AND (" */
static void
put_others(struct log *l, bool update)
{
	buf_puts(&l->sql, " FROM ");
	sqlite_db_ident(&l->sql, l->table->name);
	buf_puts(&l->sql, " AS t WHERE ");
	if (update) {
		buf_puts(&l->sql, "NOT (");
		if (l->table->nkey == 0)
			buf_puts(&l->sql, "t._rowid_ = old._rowid_");
		else
			put_same_key(l, "t", "old");
		buf_puts(&l->sql, ") AND ");
	}
	buf_putc(&l->sql, '(');
}

/* Keys of the rows that are in the way of the new one. */
static void
put_displaced_keys(struct log *l, bool update)
{
	uint32_t i;

	for (i = 0; i < l->unique.n; i++) {
		if (l->unique.v[i].is_key)
			continue;
		put_insert(l);
		buf_puts(&l->sql, "SELECT ");
		put_key(l, "t");
		put_others(l, update);
		buf_printf(&l->sql, "%s);\n", l->unique.v[i].same);
	}
}

/* The rows themselves, each once. */
static void
put_displaced_rows(struct log *l, bool update)
{
	uint32_t i;

	put_settle(l, false);
	buf_puts(&l->sql, "    INSERT INTO ");
	sqlite_db_ident(&l->sql, l->waiting);
	buf_puts(&l->sql, " (row) SELECT ");
	put_row(l, &l->sql, "t");
	put_others(l, update);
	for (i = 0; i < l->unique.n; i++)
		buf_printf(&l->sql, "%s(%s)", i > 0 ? " OR " : "",
		    l->unique.v[i].same);
	buf_puts(&l->sql, ");\n");
}

static void
put_displaced(struct log *l, bool update)
{
	if (l->table->nkey > 0)
		put_displaced_keys(l, update);
	else
		put_displaced_rows(l, update);
}

static void
put_triggers(struct log *l)
{
	put_head(l, "ai", "AFTER INSERT");
	put_settle(l, true);
	put_log(l, "I", "new");
	buf_puts(&l->sql, "END;\n");

	put_head(l, "au", "AFTER UPDATE");
	put_settle(l, true);
	if (l->table->nkey > 0) {
		put_insert(l);
		buf_puts(&l->sql, "SELECT ");
		put_key(l, "old");
		buf_puts(&l->sql, " WHERE NOT (");
		put_same_key(l, "old", "new");
		buf_puts(&l->sql, ");\n");
	}
	put_log(l, "U", "new");
	buf_puts(&l->sql, "END;\n");

	put_head(l, "ad", "AFTER DELETE");
	put_log(l, "D", "old");
	buf_puts(&l->sql, "END;\n");

	if (!l->displaces)
		return;
	put_head(l, "bi", "BEFORE INSERT");
	put_displaced(l, false);
	buf_puts(&l->sql, "END;\n");
	put_head(l, "bu", "BEFORE UPDATE");
	put_displaced(l, true);
	buf_puts(&l->sql, "END;\n");
}

static bool
read_columns(struct log *l)
{
	const char *param[1] = { l->table->name };
	struct db_result *r;
	uint32_t i;

	r = db_query(l->db, &l->arena, "", "SELECT name FROM "
	    "pragma_table_info($1) ORDER BY cid", 1, param);
	if (r == NULL)
		return false;
	for (i = 0; i < r->n; i++)
		*ARENA_PUSH(&l->arena, l->column, l->ncolumn,
		    l->column_cap) = db_cell(r, i, 0);
	return true;
}

static bool
has_column(const struct log *l, const char *name)
{
	uint32_t i;

	for (i = 0; i < l->ncolumn; i++)
		if (sqlite3_stricmp(l->column[i], name) == 0)
			return true;
	return false;
}

/* SQLite would find out when an application writes. */
static bool
check_fit(struct log *l)
{
	const char *param[1] = { l->name }, *why = NULL;
	struct db_result *r;
	uint32_t i;

	r = db_query(l->db, &l->arena, "", "SELECT count(*), "
	    "sum(name GLOB 'k[0-9]*'), sum(name IN ('op', 'row')) FROM "
	    "pragma_table_info($1)", 1, param);
	if (r == NULL)
		return false;
	if (strcmp(db_cell(r, 0, 0), "0") == 0)
		why = "it is not there";
	else if (strtoul(db_cell(r, 0, 1), NULL, 10) != l->table->nkey ||
	    (strcmp(db_cell(r, 0, 2), "2") == 0) != (l->table->nkey == 0))
		why = "it is one of another key";
	for (i = 0; i < l->table->nkey && why == NULL; i++)
		if (!has_column(l, l->table->key[i]))
			why = "the table lacks a column of the key";
	if (why != NULL)
		diag_add(l->db->diags, DIAG_L060, NOWHERE, "table \"%s\" "
		    "cannot be logged to \"%s\": %s", l->table->name,
		    l->name, why);
	return why == NULL;
}

static void
put_detach(struct buf *b, const char *table)
{
	size_t i;

	for (i = 0; i < NEVENTS; i++) {
		buf_puts(b, "DROP TRIGGER IF EXISTS main.");
		put_trigger_name(b, table, events[i]);
		buf_puts(b, ";\n");
	}
}

bool
litelog_attach(struct db *db, const char *schema, const struct log_table *t)
{
	struct log l;
	uint32_t i;

	(void)schema;
	log_begin(&l, db, t);
	if (!read_columns(&l) || !check_fit(&l) || !litelog_uniques(&db->lite, &l.arena,
	    t->name, t->key, t->nkey, &l.unique))
		return log_end(&l, false);
	for (i = 0; i < l.unique.n; i++)
		l.displaces |= !l.unique.v[i].is_key;
	put_detach(&l.sql, t->name);
	put_triggers(&l);
	return log_end(&l, run_script(&l));
}

bool
litelog_detach(struct db *db, const char *schema, const char *table)
{
	struct log_table t = { .name = table };
	struct log l;

	(void)schema;
	log_begin(&l, db, &t);
	put_detach(&l.sql, table);
	return log_end(&l, run_script(&l));
}

bool
litelog_drop(struct db *db, const char *schema, const struct log_table *t)
{
	struct sqlite_turn turn = { .db = &db->lite };
	const char *name[2];
	struct log l;

	(void)schema;
	log_begin(&l, db, t);
	name[0] = l.name;
	name[1] = l.waiting;
	if (sqlite3_get_autocommit(db->lite.handle))
		return log_end(&l, sqlite_made_drop(&turn, name, 2));
	buf_puts(&l.sql, "DROP TABLE IF EXISTS main.");
	sqlite_db_ident(&l.sql, l.name);
	buf_puts(&l.sql, ";\nDROP TABLE IF EXISTS main.");
	sqlite_db_ident(&l.sql, l.waiting);
	return log_end(&l, run_script(&l));
}

/* --- which log a table has ----------------------------------------------- */

/* "… INSERT INTO log (k1, k2) VALUES (new.a, new.b);", or (op, row). */
static void
read_trigger(struct arena *a, const char *sql, struct lite_log *log)
{
	struct lite_token t;
	uint32_t cap = 0;

	do
		sql = litetext_next(sql, &t);
	while (t.kind != LITE_END && !litetext_is(&t, "INTO"));
	sql = litetext_next(sql, &t);
	log->name = litetext_name(a, &t);
	do {
		sql = litetext_next(sql, &t);
		if (litetext_is(&t, "op"))
			return;
	} while (t.kind != LITE_END && !litetext_is(&t, "VALUES"));
	for (; t.kind != LITE_END && !litetext_is(&t, ";");
	    sql = litetext_next(sql, &t)) {
		if (!litetext_is(&t, "."))
			continue;
		sql = litetext_next(sql, &t);
		*ARENA_PUSH(a, log->key, log->nkey, cap) =
		    litetext_name(a, &t);
	}
}

bool
litelog_find(struct sqlite_db *db, struct arena *a, const char *table,
    struct lite_log *log)
{
	sqlite3_stmt *st;
	struct buf name;
	int rc;

	*log = (struct lite_log){ .name = NULL };
	st = sqlite_db_prepare(db, "SELECT sql FROM main.sqlite_master WHERE "
	    "type = 'trigger' AND name = ?1 COLLATE NOCASE AND "
	    "tbl_name = ?2 COLLATE NOCASE");
	if (st == NULL)
		return false;
	buf_init(&name, SQL_MAX);
	buf_printf(&name, "decant_log__%s__ai", table);
	sqlite3_bind_text(st, 1, name.p, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, table, -1, SQLITE_STATIC);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		read_trigger(a, (const char *)sqlite3_column_text(st, 0),
		    log);
	else if (rc != SQLITE_DONE)
		sqlite_db_error(db, rc);
	sqlite3_finalize(st);
	buf_fini(&name);
	return rc == SQLITE_ROW || rc == SQLITE_DONE;
}
