/*
 * Publication in a live SQLite database: one transaction; see sqlite_live.h.
 *
 * With foreign_keys off and legacy_alter_table on, dropping a table deletes
 * nothing else, and renaming one leaves the texts of views, triggers and
 * foreign keys that name it alone ("ALTER TABLE", sqlite.org; both pragmas
 * are no-ops inside a transaction).  Users' indexes and triggers go with the
 * tables that are dropped; they are made again from their texts.
 *
 * SQLite does not look into a trigger or a view before it is used.  So each
 * one is compiled before the swap and after it: what did and does no longer
 * is an error.  The same goes for foreign keys.
 */
#include "sink/sqlite_live.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/sqlite_db.h"
#include "plan/key.h"
#include "sink/sqlite_constraint.h"
#include "sink/sqlite_table.h"

#define SQL_MAX	(16u << 20)

struct object {			/* an index or a trigger of a live table */
	const char *type, *name, *table, *sql;
};

struct probe {			/* a view, or a table that has triggers */
	const char *type, *name;
	bool good;		/* it compiled before the swap */
};

struct swap {
	struct sqlite_live *live;
	struct sqlite_db *db;
	struct arena *arena;
	struct object *object;
	uint32_t nobject, object_cap;
	struct probe *probe;
	uint32_t nprobe, probe_cap;
	struct conflicts dangling;	/* foreign keys, before the swap */
	bool check_dangling;
};

static const char *
column_text(struct swap *s, sqlite3_stmt *st, int i)
{
	const char *text = (const char *)sqlite3_column_text(st, i);

	return arena_strdup(s->arena, text == NULL ? "" : text);
}

/* Ends a statement's loop; false with the error in diags. */
static bool
finish_rows(struct swap *s, sqlite3_stmt *st, int rc)
{
	if (rc != SQLITE_DONE)
		sqlite_db_error(s->db, rc);
	sqlite3_finalize(st);
	return rc == SQLITE_DONE;
}

static bool
is_ours(const struct schema_table *t, const struct object *o)
{
	return strcmp(o->type, "index") == 0 &&
	    (strstr(o->sql, SQLITE_INDEX_MARK) != NULL ||
	    (strncmp(o->sql, "CREATE UNIQUE INDEX", 19) == 0 &&
	    sqlite_table_is_key_name(t, o->name)));
}

static bool
save_objects(struct swap *s, const struct schema_table *t)
{
	struct object o;
	sqlite3_stmt *st;
	int rc;

	st = sqlite_db_prepare(s->db, "SELECT type, name, sql "
	    "FROM main.sqlite_master WHERE type IN ('index', 'trigger') "
	    "AND sql IS NOT NULL AND tbl_name = ?1 COLLATE NOCASE "
	    "ORDER BY rowid");
	if (st == NULL)
		return false;
	sqlite3_bind_text(st, 1, t->name, -1, SQLITE_STATIC);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		o.type = column_text(s, st, 0);
		o.name = column_text(s, st, 1);
		o.sql = column_text(s, st, 2);
		o.table = t->name;
		if (!is_ours(t, &o))
			*ARENA_PUSH(s->arena, s->object, s->nobject,
			    s->object_cap) = o;
	}
	return finish_rows(s, st, rc);
}

static int
compile(struct sqlite_db *db, const char *sql)
{
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db->handle, sql, -1, &st, NULL);

	sqlite3_finalize(st);
	return rc;
}

/* "UPDATE t SET a = a, b = b": fires whatever fires on updates. */
static void
update_all(struct sqlite_db *db, struct buf *sql, const char *table)
{
	sqlite3_stmt *st;
	struct buf name;
	const char *sep = " SET ";

	buf_init(&name, SQL_MAX);
	buf_puts(sql, "UPDATE ");
	sqlite_db_ident(sql, table);
	if (sqlite3_prepare_v2(db->handle, "SELECT name FROM "
	    "pragma_table_info(?1)", -1, &st, NULL) == SQLITE_OK) {
		sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC);
		for (; sqlite3_step(st) == SQLITE_ROW; sep = ", ") {
			buf_clear(&name);
			sqlite_db_ident(&name,
			    (const char *)sqlite3_column_text(st, 0));
			buf_printf(sql, "%s%s = %s", sep, name.p, name.p);
		}
	}
	sqlite3_finalize(st);
	buf_fini(&name);
}

/* Does all that the probe stands for compile?  If not, SQLite knows why. */
static bool
probe_compiles(struct sqlite_db *db, const struct probe *p)
{
	struct buf sql, name;
	bool good;

	buf_init(&sql, SQL_MAX);
	buf_init(&name, SQL_MAX);
	sqlite_db_ident(&name, p->name);
	if (strcmp(p->type, "view") == 0) {
		buf_printf(&sql, "SELECT * FROM %s", name.p);
		good = compile(db, sql.p) == SQLITE_OK;
	} else {
		buf_printf(&sql, "INSERT INTO %s DEFAULT VALUES", name.p);
		good = compile(db, sql.p) == SQLITE_OK;
		buf_clear(&sql);
		buf_printf(&sql, "DELETE FROM %s", name.p);
		good = good && compile(db, sql.p) == SQLITE_OK;
		buf_clear(&sql);
		if (good) {
			update_all(db, &sql, p->name);
			good = compile(db, sql.p) == SQLITE_OK;
		}
	}
	buf_fini(&name);
	buf_fini(&sql);
	return good;
}

static bool
save_probes(struct swap *s)
{
	struct probe p = { 0 };
	sqlite3_stmt *st;
	uint32_t i;
	int rc;

	st = sqlite_db_prepare(s->db, "SELECT DISTINCT type, tbl_name "
	    "FROM main.sqlite_master WHERE type IN ('view', 'trigger')");
	if (st == NULL)
		return false;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		p.type = column_text(s, st, 0);
		p.name = column_text(s, st, 1);
		*ARENA_PUSH(s->arena, s->probe, s->nprobe, s->probe_cap) = p;
	}
	if (!finish_rows(s, st, rc))
		return false;
	for (i = 0; i < s->nprobe; i++)
		s->probe[i].good = probe_compiles(s->db, &s->probe[i]);
	return true;
}

/* "TABLE ROWID PARENT N": a row whose foreign key number N leads nowhere. */
static void
dangling_text(struct buf *b, sqlite3_stmt *st)
{
	int i;

	buf_clear(b);
	for (i = 0; i < 4; i++)
		key_add(b, sqlite3_column_text(st, i) == NULL ? "" :
		    (const char *)sqlite3_column_text(st, i),
		    (size_t)sqlite3_column_bytes(st, i));
}

/* Is it one of the tables that are swapped, staged or live? */
static bool
is_swapped(const struct swap *s, const char *name)
{
	const struct schema *schema = s->live->schema;
	uint32_t i;

	for (i = 0; i < schema->ntable; i++)
		if (sqlite3_stricmp(name, schema->table[i].name) == 0 ||
		    sqlite3_stricmp(name, s->live->staged[i]) == 0)
			return true;
	return false;
}

/* Those of one table; the result code of the check. */
static int
save_dangling_of(struct swap *s, const char *table, struct buf *key)
{
	int rc = SQLITE_NOMEM;
	sqlite3_stmt *st;
	struct buf sql;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "PRAGMA main.foreign_key_check(");
	sqlite_db_ident(&sql, table);
	buf_putc(&sql, ')');
	rc = sqlite3_prepare_v2(s->db->handle, sql.p, -1, &st, NULL);
	if (rc == SQLITE_OK)
		while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
			dangling_text(key, st);
			conflicts_add(&s->dangling, 0, key->p, key->len);
		}
	sqlite3_finalize(st);
	buf_fini(&sql);
	return rc;
}

/*
 * Those of other tables that dangle before the swap; a check that is
 * impossible then (a foreign key to what does not exist) is not made
 * afterwards.  The tables that are swapped must not dangle at all.
 */
static void
save_dangling(struct swap *s)
{
	int rc = SQLITE_ERROR, found = SQLITE_DONE;
	const char *name;
	sqlite3_stmt *st;
	struct buf key;

	conflicts_init(&s->dangling, s->arena, 1);
	buf_init(&key, SQL_MAX);
	if (sqlite3_prepare_v2(s->db->handle, "SELECT name FROM "
	    "main.sqlite_master WHERE type = 'table'", -1, &st, NULL) ==
	    SQLITE_OK)
		while ((rc = sqlite3_step(st)) == SQLITE_ROW &&
		    found == SQLITE_DONE) {
			name = (const char *)sqlite3_column_text(st, 0);
			if (!is_swapped(s, name))
				found = save_dangling_of(s, name, &key);
		}
	sqlite3_finalize(st);
	buf_fini(&key);
	s->check_dangling = rc == SQLITE_DONE && found == SQLITE_DONE &&
	    !s->dangling.full;
}

static bool
replace_table(struct swap *s, const struct schema_table *t,
    const char *staged)
{
	struct buf sql;
	bool good;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "DROP TABLE IF EXISTS main.");
	sqlite_db_ident(&sql, t->name);
	buf_puts(&sql, ";\nALTER TABLE main.");
	sqlite_db_ident(&sql, staged);
	buf_puts(&sql, " RENAME TO ");
	sqlite_db_ident(&sql, t->name);
	good = sqlite_db_exec(s->db, sql.p);
	buf_fini(&sql);
	return good;
}

static void
misfit(struct swap *s, const char *what, const char *name, const char *table)
{
	struct diag *d;

	d = diag_add(s->db->diags, DIAG_T015, NOWHERE,
	    "%s \"%s\" %s%s%s: %s", what, name,
	    table == NULL ? "does not fit the new tables" :
	    "does not fit the new table \"", table == NULL ? "" : table,
	    table == NULL ? "" : "\"", sqlite3_errmsg(s->db->handle));
	diag_hint(s->db->diags, d, "change or drop it, or keep in the mapping "
	    "what it needs; the target is as it was");
}

static bool
restore_objects(struct swap *s)
{
	const struct object *o;
	uint32_t i;
	int rc;

	for (i = 0; i < s->nobject; i++) {
		o = &s->object[i];
		rc = sqlite_db_try(s->db, o->sql);
		if (rc == SQLITE_OK)
			continue;
		if ((rc & 0xff) == SQLITE_ERROR ||
		    (rc & 0xff) == SQLITE_CONSTRAINT)
			misfit(s, o->type, o->name, o->table);
		else
			sqlite_db_error(s->db, rc);
		return false;
	}
	return true;
}

static bool
check_probes(struct swap *s)
{
	uint32_t i;

	for (i = 0; i < s->nprobe; i++) {
		if (!s->probe[i].good ||
		    probe_compiles(s->db, &s->probe[i]))
			continue;
		misfit(s, strcmp(s->probe[i].type, "view") == 0 ? "view" :
		    "a trigger on", s->probe[i].name, NULL);
		return false;
	}
	return true;
}

static void
tell_dangling(struct swap *s, uint64_t n, const char *table,
    const char *parent)
{
	struct diag *d;

	if (n == 0)
		d = diag_add(s->db->diags, DIAG_T016, NOWHERE,
		    "foreign keys in \"%s\" would not fit: %s",
		    s->db->shown, sqlite3_errmsg(s->db->handle));
	else
		d = diag_add(s->db->diags, DIAG_T016, NOWHERE,
		    "%llu rows, the first of them in \"%s\", would refer to "
		    "rows that \"%s\" no longer has",
		    (unsigned long long)n, table, parent);
	diag_hint(s->db->diags, d, "mend them first, or load what they refer "
	    "to; the target is as it was");
}

static bool
check_dangling(struct swap *s)
{
	const char *table = "", *parent = "";
	sqlite3_stmt *st;
	struct buf key;
	uint64_t n = 0;
	int rc;

	if (!s->check_dangling)
		return true;
	if (sqlite3_prepare_v2(s->db->handle, "PRAGMA main.foreign_key_check",
	    -1, &st, NULL) != SQLITE_OK) {
		tell_dangling(s, 0, NULL, NULL);
		return false;
	}
	buf_init(&key, SQL_MAX);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		dangling_text(&key, st);
		if (conflicts_has(&s->dangling, 0, key.p, key.len))
			continue;
		if (n++ == 0) {
			table = column_text(s, st, 0);
			parent = column_text(s, st, 2);
		}
	}
	if (n > 0 || rc != SQLITE_DONE)
		tell_dangling(s, n, table, parent);
	sqlite3_finalize(st);
	buf_fini(&key);
	return n == 0 && rc == SQLITE_DONE;
}

static bool
swap_inside(struct swap *s)
{
	const struct schema *schema = s->live->schema;
	uint32_t i;

	for (i = 0; i < schema->ntable; i++)
		if (!save_objects(s, &schema->table[i]))
			return false;
	if (!save_probes(s))
		return false;
	save_dangling(s);
	for (i = 0; i < schema->ntable; i++)
		if (!replace_table(s, &schema->table[i], s->live->staged[i]))
			return false;
	return restore_objects(s) && check_probes(s) && check_dangling(s) &&
	    sqlite_db_exec(s->db, "COMMIT");
}

bool
sqlite_live_swap(struct sqlite_live *l)
{
	struct arena arena;
	struct swap s = { .live = l, .db = l->db, .arena = &arena };
	bool good;

	arena_init(&arena);
	good = sqlite_db_exec(l->db, "PRAGMA foreign_keys = OFF;"
	    "PRAGMA legacy_alter_table = ON; PRAGMA cache_spill = ON;"
	    "BEGIN IMMEDIATE");
	if (good) {
		good = swap_inside(&s);
		if (!good)
			sqlite_db_try(l->db, "ROLLBACK");
	}
	arena_fini(&arena);
	return good;
}
