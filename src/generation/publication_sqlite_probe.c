/*
 * Do users' views and triggers still fit, when the tables have changed places?
 *
 * SQLite does not look into a view or a trigger before it is used.  So each
 * one is compiled before and afterwards: what did and does no longer is an
 * error.  The columns that a trigger is to watch (UPDATE OF …) may have any
 * names for SQLite; they are looked for here.
 */
#include "generation/publication_sqlite_impl.h"

#include <string.h>

#include "base/buf.h"
#include "db/sqlite_db.h"
#include "generation/publication_sqlite_text.h"

#define SQL_MAX	(16u << 20)

struct lite_probe {		/* a view, or a table that has triggers */
	const char *type, *name;
	bool good;		/* it compiled before */
};

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
	buf_puts(sql, "UPDATE main.");
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
probe_compiles(struct sqlite_db *db, const struct lite_probe *p)
{
	struct buf sql, name;
	bool good;

	buf_init(&sql, SQL_MAX);
	buf_init(&name, SQL_MAX);
	sqlite_db_ident(&name, p->name);
	if (strcmp(p->type, "view") == 0) {
		buf_printf(&sql, "SELECT * FROM main.%s", name.p);
		good = compile(db, sql.p) == SQLITE_OK;
	} else {
		buf_printf(&sql, "INSERT INTO main.%s DEFAULT VALUES", name.p);
		good = compile(db, sql.p) == SQLITE_OK;
		buf_clear(&sql);
		buf_printf(&sql, "DELETE FROM main.%s", name.p);
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

/* A column that the trigger watches and the table has not; NULL: none. */
static bool
watched_column(struct litepub *s, const struct lite_object *o,
    const char **gone)
{
	struct lite_token t;
	const char *at = o->sql, *name;
	int64_t n;

	*gone = NULL;
	do
		at = litetext_next(at, &t);
	while (t.kind != LITE_END && !litetext_is(&t, "OF") &&
	    !litetext_is(&t, "ON") && !litetext_is(&t, "BEGIN"));
	if (!litetext_is(&t, "OF"))
		return true;
	for (at = litetext_next(at, &t); t.kind != LITE_END &&
	    !litetext_is(&t, "ON"); at = litetext_next(at, &t)) {
		if (litetext_is(&t, ","))
			continue;
		name = litetext_name(&s->arena, &t);
		if (!litepub_count(s, "SELECT count(*) FROM "
		    "pragma_table_info(?1) WHERE name = ?2 COLLATE NOCASE",
		    o->table, name, &n))
			return false;
		if (n == 0)
			*gone = name;
	}
	return true;
}

/* What a trigger watched in vain before is nobody's fault now. */
static bool
check_watched(struct litepub *s, bool before)
{
	struct lite_object *o;
	const char *gone;
	uint32_t i;

	for (i = 0; i < s->nobject; i++) {
		o = &s->object[i];
		if (strcmp(o->type, "trigger") != 0 || o->blind)
			continue;
		if (!watched_column(s, o, &gone))
			return false;
		o->blind = gone != NULL;
		if (gone == NULL || before)
			continue;
		litepub_misfit(s, "trigger", o->name, o->table,
		    arena_printf(&s->arena, "no such column: %s", gone));
		return false;
	}
	return true;
}

bool
litepub_probe_before(struct litepub *s)
{
	struct lite_probe p = { 0 };
	sqlite3_stmt *st;
	uint32_t i;
	int rc;

	s->probe = NULL;
	s->nprobe = s->probe_cap = 0;
	st = sqlite_db_prepare(s->db, "SELECT DISTINCT type, tbl_name "
	    "FROM main.sqlite_master WHERE type IN ('view', 'trigger')");
	if (st == NULL)
		return false;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		p.type = litepub_text(s, st, 0);
		p.name = litepub_text(s, st, 1);
		*ARENA_PUSH(&s->arena, s->probe, s->nprobe, s->probe_cap) = p;
	}
	if (!litepub_end(s, st, rc))
		return false;
	for (i = 0; i < s->nprobe; i++)
		s->probe[i].good = probe_compiles(s->db, &s->probe[i]);
	return check_watched(s, true);
}

bool
litepub_probe_after(struct litepub *s)
{
	uint32_t i;

	for (i = 0; i < s->nprobe; i++) {
		if (!s->probe[i].good ||
		    probe_compiles(s->db, &s->probe[i]))
			continue;
		litepub_misfit(s, strcmp(s->probe[i].type, "view") == 0 ?
		    "view" : "a trigger on", s->probe[i].name, NULL,
		    sqlite3_errmsg(s->db->handle));
		return false;
	}
	return check_watched(s, false);
}
