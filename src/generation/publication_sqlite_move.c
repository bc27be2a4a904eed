/*
 * Tables that change places in a SQLite file.
 *
 * A table is a row of sqlite_master with its name, its text and the root page
 * of its rows; indexes are other rows, and triggers name the table that they
 * stand on.  So names and texts are changed in those rows, as "Making Other
 * Kinds Of Table Schema Changes" (sqlite.org/lang_altertable.html, 7) tells:
 * writable_schema, then schema_version, which makes all other connections read
 * the schema again.  What is not touched (users' triggers and views, foreign
 * keys of other tables) goes on naming the live tables, and keeps its order.
 * ALTER TABLE would rewrite them, or take the triggers along.
 *
 * SQLite reads the rows in order, and a table before its indexes and triggers.
 * So the table that becomes live takes the row of the one that was, whose
 * triggers stand behind it, and what is put away the other's.
 *
 * Nothing of it takes longer for tables with more rows.
 */
#include "generation/publication_sqlite_impl.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/diag.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "db/sqlite_form.h"
#include "db/sqlite_made.h"
#include "generation/change_log_sqlite.h"
#include "generation/publication_sqlite_text.h"
#include "sink/sqlite_constraint.h"

#define SQL_MAX		(16u << 20)
#define AUTOINDEX	"sqlite_autoindex_"

/* --- objects ------------------------------------------------------------- */

static bool
is_own_index(const struct pub_table *t, const struct lite_object *o)
{
	return strcmp(o->type, "index") == 0 && o->sql != NULL &&
	    (strstr(o->sql, SQLITE_INDEX_MARK) != NULL ||
	    (strncmp(o->sql, "CREATE UNIQUE INDEX", 19) == 0 &&
	    sqlite_form_is_key(t->name, o->name)));
}

static bool
read_of(struct litepub *s, const struct pub_table *t, bool live)
{
	struct lite_object *o;
	sqlite3_stmt *st;
	int rc;

	st = litepub_ask(s, "SELECT rowid, type, name, tbl_name, sql, rootpage "
	    "FROM main.sqlite_master WHERE tbl_name = ?1 COLLATE NOCASE "
	    "ORDER BY type <> 'table', rowid",
	    live ? t->name : litepub_then(s, t), NULL);
	if (st == NULL)
		return false;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (strncmp((const char *)sqlite3_column_text(st, 2),
		    LITE_LOG_MARK, strlen(LITE_LOG_MARK)) == 0)
			continue;	/* decant's own trigger */
		o = ARENA_PUSH(&s->arena, s->object, s->nobject,
		    s->object_cap);
		o->row = sqlite3_column_int64(st, 0);
		o->type = litepub_text(s, st, 1);
		o->name = litepub_text(s, st, 2);
		o->table = litepub_text(s, st, 3);
		o->sql = litepub_text(s, st, 4);
		o->page = sqlite3_column_int64(st, 5);
		o->of = t;
		o->live = live;
		o->own = is_own_index(t, o);
	}
	return litepub_end(s, st, rc);
}

bool
litepub_read(struct litepub *s)
{
	const struct publication *p = s->p;
	uint32_t i;

	s->object = NULL;
	s->nobject = s->object_cap = 0;
	for (i = 0; i < p->ntable; i++)
		if ((p->table[i].now != 0 &&
		    !read_of(s, &p->table[i], true)) ||
		    (p->table[i].then != 0 &&
		    !read_of(s, &p->table[i], false)))
			return false;
	return true;
}

const struct lite_object *
litepub_find(const struct litepub *s, const struct pub_table *t,
    const char *type, const char *name, bool live)
{
	const struct lite_object *o;
	uint32_t i;

	for (i = 0; i < s->nobject; i++) {
		o = &s->object[i];
		if (o->of == t && o->live == live &&
		    strcmp(o->type, type) == 0 &&
		    (name == NULL || sqlite3_stricmp(o->name, name) == 0))
			return o;
	}
	return NULL;
}

const struct lite_object *
litepub_table(const struct litepub *s, const struct pub_table *t, bool live)
{
	return litepub_find(s, t, "table", NULL, live);
}

/* --- what is to become of them ------------------------------------------- */

static const char *
taken_text(struct litepub *s, struct buf *b)
{
	const char *text = arena_strdup(&s->arena, b->p);

	buf_fini(b);
	return text;
}

/* Will NAME__gN be there when all has moved? */
static bool
stays_behind(struct litepub *s, const char *parent, uint32_t generation,
    bool *there)
{
	const struct publication *p = s->p;
	struct sqlite_made m;
	uint32_t i;

	*there = true;
	for (i = 0; i < p->ntable; i++) {
		if (sqlite3_stricmp(p->table[i].name, parent) != 0)
			continue;
		if (p->table[i].now == generation)
			return true;
		*there = p->table[i].then != generation;
		break;
	}
	if (!*there)
		return true;
	if (!sqlite_made_look(s->db, &s->arena, db_generation_table(&s->arena,
	    parent, generation), &m))
		return false;
	*there = m.type != NULL;
	return true;
}

/*
 * A table that is put away while what it refers to stays live must neither
 * hold that up nor refer to nothing: until it comes back such foreign keys are
 * comments.
 */
static bool
put_away_text(struct litepub *s, struct buf *b, const struct lite_object *o)
{
	const char **mute = NULL, *parent;
	uint32_t n = 0, cap = 0;
	sqlite3_stmt *st;
	bool there, good = true;
	int rc;

	st = litepub_ask(s, "SELECT DISTINCT \"table\" FROM "
	    "pragma_foreign_key_list(?1)", o->name, NULL);
	if (st == NULL)
		return false;
	while (good && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		parent = litepub_text(s, st, 0);
		good = stays_behind(s, parent, o->of->now, &there);
		if (good && !there)
			*ARENA_PUSH(&s->arena, mute, n, cap) = parent;
	}
	litetext_mute(b, o->sql, mute, n);
	return good ? litepub_end(s, st, rc) : (sqlite3_finalize(st), false);
}

static bool
plan_table(struct litepub *s, struct lite_object *o)
{
	const struct lite_object *live = litepub_table(s, o->of, true);
	struct lite_rename r = { .from = o->name, .to = o->to_name,
	    .strip = o->live ? 0 : o->of->then,
	    .add = o->live ? o->of->now : 0 };
	struct buf b, text;
	bool good = true;

	/* Users count on it that a number never comes back. */
	r.autoincrement = !o->live && live != NULL &&
	    litetext_has(live->sql, "AUTOINCREMENT") &&
	    !litetext_has(o->sql, "AUTOINCREMENT");
	buf_init(&b, SQL_MAX);
	buf_init(&text, SQL_MAX);
	if (o->live)
		good = put_away_text(s, &text, o);
	else
		litetext_unmute(&text, o->sql);
	litetext_table(&b, text.p, &r);
	buf_fini(&text);
	o->to_sql = taken_text(s, &b);
	return good;
}

/* Indexes of what is not live have the generation behind their names. */
static void
plan_index(struct litepub *s, struct lite_object *o)
{
	size_t n = strlen(AUTOINDEX) + strlen(o->table);
	struct buf b;

	if (o->sql == NULL) {
		o->to_name = arena_printf(&s->arena, AUTOINDEX "%s%s",
		    o->to_table, strlen(o->name) > n ? o->name + n : "");
		return;
	}
	o->to_name = o->live ? db_generation_table(&s->arena, o->name,
	    o->of->now) : litetext_strip(&s->arena, o->name, o->of->then);
	if (o->to_name == NULL)
		o->to_name = o->name;
	buf_init(&b, SQL_MAX);
	litetext_index(&b, o->sql, o->to_name, o->to_table);
	o->to_sql = taken_text(s, &b);
}

static bool
plan_trigger(struct litepub *s, const struct lite_object *o)
{
	struct diag *d;

	if (o->live && o->of->then != 0)
		return true;	/* stays, and so stands on the new one */
	d = diag_add(s->db->diags, DIAG_T034, NOWHERE, "trigger \"%s\" "
	    "stands on table \"%s\", which %s", o->name, o->table, o->live ?
	    "the new generation does not have" : "is to be made live");
	diag_hint(s->db->diags, d, o->live ? "drop the trigger" :
	    "drop it; triggers are carried from table to table");
	return false;
}

/* The object that will have the name, of those that do not move. */
static bool
is_taken_by_others(struct litepub *s, const struct lite_object *o,
    bool *taken)
{
	sqlite3_stmt *st = litepub_ask(s, "SELECT rowid FROM "
	    "main.sqlite_master WHERE type <> 'trigger' AND "
	    "name = ?1 COLLATE NOCASE", o->to_name, NULL);
	uint32_t i;
	int rc;

	if (st == NULL)
		return false;
	*taken = (rc = sqlite3_step(st)) == SQLITE_ROW;
	for (i = 0; *taken && i < s->nobject; i++)
		if (s->object[i].row == sqlite3_column_int64(st, 0) &&
		    s->object[i].to_name != NULL)
			*taken = false;
	return litepub_end(s, st, rc);
}

static bool
check_names(struct litepub *s)
{
	const struct lite_object *o;
	struct diag *d;
	uint32_t i, k;
	bool taken;

	for (i = 0; i < s->nobject; i++) {
		o = &s->object[i];
		if (o->to_name == NULL)
			continue;
		if (!is_taken_by_others(s, o, &taken))
			return false;
		for (k = 0; k < i; k++)
			taken |= s->object[k].to_name != NULL &&
			    sqlite3_stricmp(s->object[k].to_name,
			    o->to_name) == 0;
		if (!taken)
			continue;
		d = diag_add(s->db->diags, DIAG_T014, NOWHERE, "%s \"%s\" "
		    "is to be called \"%s\", and something else in \"%s\" is",
		    o->type, o->name, o->to_name, s->db->shown);
		diag_hint(s->db->diags, d, "rename that, or drop it");
		return false;
	}
	return true;
}

static void
change(struct litepub *s, int64_t row, const struct lite_object *o)
{
	*ARENA_PUSH(&s->arena, s->change, s->nchange, s->change_cap) =
	    (struct lite_change){ row, o };
}

static bool
is_index_of(const struct lite_object *o, const struct pub_table *t, bool live)
{
	return o->of == t && o->live == live && o->to_name != NULL &&
	    strcmp(o->type, "index") == 0;
}

/* The next row of an index of the table, of either one, behind `row`. */
static int64_t
next_row(const struct litepub *s, const struct pub_table *t, int64_t row)
{
	int64_t next = 0;
	uint32_t i;

	for (i = 0; i < s->nobject; i++)
		if ((is_index_of(&s->object[i], t, true) ||
		    is_index_of(&s->object[i], t, false)) &&
		    s->object[i].row > row &&
		    (next == 0 || s->object[i].row < next))
			next = s->object[i].row;
	return next;
}

/*
 * Both tables change rows, so the indexes of what becomes live get the rows of
 * indexes that stand behind it, and those of the other new ones.
 */
static void
change_both(struct litepub *s, const struct lite_object *live,
    const struct lite_object *then)
{
	const struct pub_table *t = live->of;
	int64_t row = live->row, next;
	uint32_t i;

	change(s, live->row, then);
	change(s, then->row, live);
	for (i = 0; i < s->nobject; i++) {
		if (!is_index_of(&s->object[i], t, false))
			continue;
		next = row == 0 ? 0 : next_row(s, t, row);
		change(s, next, &s->object[i]);
		row = next;
	}
	for (next = next_row(s, t, row); row != 0 && next != 0;
	    next = next_row(s, t, next))
		change(s, next, NULL);
	for (next = next_row(s, t, 0); next != 0 && next < live->row;
	    next = next_row(s, t, next))
		change(s, next, NULL);
	for (i = 0; i < s->nobject; i++)
		if (is_index_of(&s->object[i], t, true))
			change(s, 0, &s->object[i]);
}

static void
plan_changes(struct litepub *s)
{
	const struct lite_object *live, *then, *o;
	const struct pub_table *t;
	uint32_t i, k;

	s->change = NULL;
	s->nchange = s->change_cap = 0;
	for (i = 0; i < s->p->ntable; i++) {
		t = &s->p->table[i];
		live = litepub_table(s, t, true);
		then = litepub_table(s, t, false);
		if (live != NULL && then != NULL) {
			change_both(s, live, then);
			continue;
		}
		for (k = 0; k < s->nobject; k++) {
			o = &s->object[k];
			if (o->of == t && o->to_name != NULL)
				change(s, o->row, o);
		}
	}
}

bool
litepub_plan(struct litepub *s)
{
	struct lite_object *o;
	uint32_t i;
	bool good = true;

	for (i = 0; i < s->nobject; i++) {
		o = &s->object[i];
		o->to_name = o->to_table = o->to_sql = NULL;
		if (strcmp(o->type, "trigger") == 0) {
			good &= plan_trigger(s, o);
			continue;
		}
		o->to_table = o->live ? litepub_away(s, o->of) :
		    o->of->name;
		if (strcmp(o->type, "index") == 0) {
			plan_index(s, o);
			continue;
		}
		o->to_name = o->to_table;
		good &= plan_table(s, o);
	}
	plan_changes(s);
	return good && check_names(s);
}

/* --- statistics and sequences -------------------------------------------- */

static bool
is_there(struct litepub *s, const char *table, bool *there)
{
	int64_t n;

	if (!litepub_count(s, "SELECT count(*) FROM main.sqlite_master "
	    "WHERE type = 'table' AND name = ?1", table, NULL, &n))
		return false;
	*there = n > 0;
	return true;
}

/*
 * A number that was given away once is not given again: the new table goes on
 * where the live one is.  Each keeps its own row.
 */
static bool
move_sequence(struct litepub *s, const struct pub_table *t)
{
	const char *then = t->then == 0 ? NULL : litepub_then(s, t);
	const char *away = t->now == 0 ? NULL : litepub_away(s, t);
	const struct lite_object *o = then == NULL ? NULL :
	    litepub_table(s, t, false);
	int64_t n = 0;

	if (then != NULL && o != NULL &&
	    litetext_has(o->to_sql, "AUTOINCREMENT")) {
		if (!litepub_count(s, "SELECT count(*) FROM "
		    "main.sqlite_sequence WHERE name = ?1", then, NULL, &n) ||
		    (n == 0 && !litepub_do(s, "INSERT INTO "
		    "main.sqlite_sequence (name, seq) VALUES (?1, 0)", then,
		    NULL)) ||
		    !litepub_do(s, "UPDATE main.sqlite_sequence SET seq = "
		    "max(seq, coalesce((SELECT max(o.seq) FROM "
		    "main.sqlite_sequence AS o WHERE o.name = ?2), 0)) "
		    "WHERE name = ?1", then, t->name))
			return false;
	}
	return (away == NULL || litepub_do(s, "UPDATE main.sqlite_sequence "
	    "SET name = ?2 WHERE name = ?1", t->name, away)) &&
	    (then == NULL || litepub_do(s, "UPDATE main.sqlite_sequence "
	    "SET name = ?2 WHERE name = ?1", then, t->name));
}

static bool
move_sequences(struct litepub *s)
{
	bool there;
	uint32_t i;

	if (!is_there(s, "sqlite_sequence", &there))
		return false;
	for (i = 0; there && i < s->p->ntable; i++)
		if (!move_sequence(s, &s->p->table[i]))
			return false;
	return true;
}

/* Statistics of the live table are better than none. */
static bool
copy_statistics(struct litepub *s, const char *stat,
    const struct pub_table *t)
{
	static const char *const columns[] = { "stat",
	    "neq, nlt, ndlt, sample" };
	const char *list = columns[strcmp(stat, "sqlite_stat4") == 0];
	int64_t n;

	if (!litepub_count(s, arena_printf(&s->arena, "SELECT count(*) FROM "
	    "main.%s WHERE tbl = ?1 COLLATE NOCASE", stat),
	    litepub_then(s, t), NULL, &n))
		return false;
	return n > 0 || litepub_do(s, arena_printf(&s->arena, "INSERT INTO "
	    "main.%s (tbl, idx, %s) SELECT ?1, idx || '__g%u', %s FROM "
	    "main.%s WHERE tbl = ?2 COLLATE NOCASE", stat, list, t->then,
	    list, stat), litepub_then(s, t), t->name);
}

static bool
move_statistic(struct litepub *s, const char *stat,
    const struct lite_object *o)
{
	if (strcmp(o->type, "index") != 0)
		return true;
	return litepub_do(s, arena_printf(&s->arena, "UPDATE main.%s SET "
	    "idx = ?2 WHERE idx = ?1 COLLATE NOCASE", stat), o->name,
	    o->to_name);
}

static bool
move_statistics_of(struct litepub *s, const char *stat)
{
	const struct lite_object *o;
	const char *rename = arena_printf(&s->arena, "UPDATE main.%s SET "
	    "tbl = ?2 WHERE tbl = ?1 COLLATE NOCASE", stat);
	uint32_t i;
	bool there, good = true;

	if (!is_there(s, stat, &there) || !there)
		return !there;
	for (i = 0; i < s->p->ntable && good; i++)
		if (s->p->table[i].now != 0 && s->p->table[i].then != 0)
			good = copy_statistics(s, stat, &s->p->table[i]);
	/* What is live goes first, for its names are taken again. */
	for (i = 0; i < s->nobject && good; i++)
		if (s->object[i].live && s->object[i].to_name != NULL)
			good = move_statistic(s, stat, &s->object[i]);
	for (i = 0; i < s->nobject && good; i++)
		if (!s->object[i].live && s->object[i].to_name != NULL)
			good = move_statistic(s, stat, &s->object[i]);
	for (i = 0; i < s->nobject && good; i++) {
		o = &s->object[i];
		if (o->live && strcmp(o->type, "table") == 0)
			good = litepub_do(s, rename, o->name, o->to_name);
	}
	for (i = 0; i < s->nobject && good; i++) {
		o = &s->object[i];
		if (!o->live && strcmp(o->type, "table") == 0)
			good = litepub_do(s, rename, o->name, o->to_name);
	}
	return good;
}

/* --- moving -------------------------------------------------------------- */

/* decant knows its tables under their new names; a live one that it did not
 * make is put away by it, and so will be its own. */
static bool
note_tables(struct litepub *s)
{
	const struct lite_object *o;
	int rc = sqlite_made_init(s->db);
	uint32_t i;
	bool live;

	for (live = true; ; live = false) {
		for (i = 0; i < s->nobject && rc == SQLITE_OK; i++) {
			o = &s->object[i];
			if (strcmp(o->type, "table") == 0 && o->live == live)
				rc = sqlite_made_move(s->db, o->name,
				    o->to_name);
		}
		if (!live)
			break;
	}
	if (rc != SQLITE_OK)
		sqlite_db_error(s->db, rc);
	return rc == SQLITE_OK;
}

static void
put_literal(struct buf *b, const char *text)
{
	if (text == NULL)
		buf_puts(b, "NULL");
	else
		sqlite_db_literal(b, text);
}

static void
put_change(struct buf *b, const struct lite_change *c)
{
	const struct lite_object *o = c->object;

	if (o == NULL) {
		buf_printf(b, "DELETE FROM main.sqlite_master WHERE rowid = "
		    "%lld", (long long)c->row);
		return;
	}
	buf_puts(b, c->row == 0 ? "INSERT INTO main.sqlite_master (type, "
	    "name, tbl_name, rootpage, sql) VALUES (" :
	    "UPDATE main.sqlite_master SET (type, name, tbl_name, rootpage, "
	    "sql) = (");
	put_literal(b, o->type);
	buf_puts(b, ", ");
	put_literal(b, o->to_name);
	buf_puts(b, ", ");
	put_literal(b, o->to_table);
	if (o->page >= 0) {
		buf_printf(b, ", %lld,\n    ", (long long)o->page);
	} else {
		buf_puts(b, ", (SELECT rootpage\n    FROM main.sqlite_master "
		    "WHERE name = ");
		put_literal(b, o->name);
		buf_puts(b, "),\n    ");
	}
	put_literal(b, o->to_sql);
	buf_putc(b, ')');
	if (c->row != 0)
		buf_printf(b, " WHERE rowid = %lld", (long long)c->row);
}

static bool
change_rows(struct litepub *s)
{
	struct buf sql;
	uint32_t i;
	bool good = true;

	buf_init(&sql, SQL_MAX);
	for (i = 0; i < s->nchange && good; i++) {
		buf_clear(&sql);
		put_change(&sql, &s->change[i]);
		good = sqlite_db_exec(s->db, sql.p);
	}
	buf_fini(&sql);
	return good;
}

/* The schema as it is now, if SQLite can read it. */
static bool
read_again(struct litepub *s, int64_t version)
{
	struct diag *d;
	int rc;

	if (!sqlite_db_execf(s->db, "PRAGMA main.schema_version = %lld",
	    (long long)version))
		return false;
	rc = sqlite_db_try(s->db, "PRAGMA writable_schema = RESET;"
	    "SELECT count(*) FROM main.sqlite_master");
	if (rc == SQLITE_OK)
		return true;
	d = diag_add(s->db->diags, DIAG_T035, NOWHERE, "the definitions in "
	    "\"%s\" cannot be changed: %s", s->db->shown,
	    sqlite3_errmsg(s->db->handle));
	diag_hint(s->db->diags, d, "the target is as it was");
	return false;
}

static int64_t
schema_version(struct litepub *s)
{
	int64_t v = 0;

	sqlite_db_get_int64(s->db, "PRAGMA main.schema_version", &v);
	return v;
}

/*
 * What the names of staged tables still say (sequences, statistics, decant's
 * list) is written while they have them: no other order would be different,
 * for all of it is one transaction.
 */
bool
litepub_move(struct litepub *s)
{
	int64_t version = schema_version(s);
	bool good;

	sqlite3_db_config(s->db->handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	good = move_sequences(s) && move_statistics_of(s, "sqlite_stat1") &&
	    move_statistics_of(s, "sqlite_stat4") && sqlite_db_exec(s->db,
	    "PRAGMA writable_schema = ON") && change_rows(s) &&
	    read_again(s, version + 1) && note_tables(s);
	sqlite_db_try(s->db, "PRAGMA writable_schema = OFF");
	return good;
}

void
litepub_put_move(struct litepub *s, struct buf *b)
{
	uint32_t i;

	buf_puts(b, "PRAGMA writable_schema = ON;\n");
	for (i = 0; i < s->nchange; i++) {
		put_change(b, &s->change[i]);
		buf_puts(b, ";\n");
	}
	for (i = 0; i < s->nobject; i++) {
		if (s->object[i].page >= 0)
			continue;
		buf_puts(b, "DELETE FROM main.sqlite_master WHERE name = ");
		put_literal(b, s->object[i].name);
		buf_puts(b, ";\n");
	}
	buf_printf(b, "PRAGMA main.schema_version = %lld;\n"
	    "PRAGMA writable_schema = RESET;\n",
	    (long long)schema_version(s) + 1);
}
