/*
 * Views and agreeing columns in SQLite; see compat.h.
 *
 * A view has INSTEAD OF triggers.  Columns agree by AFTER triggers, for SQLite
 * has none that change a row before it is stored; what they write fires them
 * again where recursive_triggers is on, and finds that the columns agree.
 *
 * Statements of triggers name tables without a schema: it is the view's.
 */
#include "generation/compat_impl.h"

#include <sqlite3.h>
#include <string.h>
#include <strings.h>

static const char *
mark(struct compat *c)
{
	char *name = arena_strdup(c->arena, c->schema), *p;

	for (p = name; *p != '\0'; p++)
		if (*p == '*')
			*p = '_';	/* the comment would end */
	return arena_printf(c->arena, COMPAT_SQLITE_MARK "%s */", name);
}

bool
lite_compat_look(struct compat *c)
{
	const char *param[1] = { mark(c) };

	c->views = db_query(c->db, c->arena, "looking for views", "SELECT "
	    "type, name FROM main.sqlite_master WHERE type IN ('view', "
	    "'trigger') AND instr(sql, $1) > 0 AND (type = 'view' OR "
	    "tbl_name NOT IN (SELECT name FROM main.sqlite_master WHERE "
	    "type = 'view' AND instr(sql, $1) > 0)) ORDER BY 1, 2", 1, param);
	return c->views != NULL;
}

bool
lite_compat_clear(struct compat *c, struct buf *b)
{
	uint32_t i;

	for (i = 0; i < c->views->n; i++)
		buf_printf(b, "DROP %s main.%s;\n", strcmp(db_cell(c->views,
		    i, 0), "view") == 0 ? "VIEW" : "TRIGGER",
		    compat_ident(c, db_cell(c->views, i, 1)));
	return !b->full;
}

/* ---- views -------------------------------------------------------------- */

static void
put_trigger(struct compat *c, struct buf *b, const char *name,
    const char *what)
{
	buf_printf(b, "CREATE TRIGGER main.%s %s %s", compat_ident(c, name),
	    mark(c), what);
}

static void
put_view(struct compat *c, const struct view_shape *v, struct buf *b)
{
	uint32_t i;

	buf_printf(b, "CREATE VIEW main.%s %s AS SELECT", compat_ident(c,
	    v->map->name), mark(c));
	for (i = 0; i < v->shape.ncolumn; i++)
		buf_printf(b, "%s\n    %s AS %s", i > 0 ? "," : "",
		    view_shows(c, v, i, "t"), compat_ident(c,
		    v->shape.column[i].name));
	buf_printf(b, "\n    FROM %s AS t;\n", compat_ident(c,
	    v->table->name));
}

static const char *
refusal(struct compat *c, const char *why)
{
	return arena_printf(c->arena, "SELECT RAISE(ABORT, %s)",
	    compat_literal(c, arena_printf(c->arena, "decant: %s", why)));
}

/* The row of the table that a row of the view is. */
static const char *
key_of(struct compat *c, const struct view_shape *v)
{
	const char *sql = "";
	uint32_t i, k;

	for (i = 0; i < v->table->nkey; i++) {
		k = v->table->key[i];
		sql = arena_printf(c->arena, "%s%s%s = %s", sql, i > 0 ?
		    " AND " : "", compat_ident(c, v->table->column[k].name),
		    view_writes(c, v, k, "OLD"));
	}
	return sql;
}

/* It is not there if up: does not give back the key that the view shows. */
static void
put_found(struct compat *c, const struct view_shape *v, struct buf *b)
{
	buf_printf(b, "    %s WHERE NOT EXISTS (SELECT 1 FROM %s WHERE %s);\n",
	    refusal(c, arena_printf(c->arena, "a row of view %s is not found "
	    "in table %s by its key", v->map->name, v->table->name)),
	    compat_ident(c, v->table->name), key_of(c, v));
}

/* What nothing is computed from cannot be given. */
static void
put_unwritten(struct compat *c, const struct view_shape *v, bool update,
    struct buf *b)
{
	const char *name, *why;
	uint32_t i;

	for (i = 0; i < v->shape.ncolumn; i++) {
		if (v->written[i])
			continue;
		name = compat_ident(c, v->shape.column[i].name);
		why = refusal(c, arena_printf(c->arena, "column %s of view %s "
		    "cannot be written", v->shape.column[i].name,
		    v->map->name));
		buf_printf(b, update ? "    %s WHERE NEW.%s IS NOT OLD.%s;\n" :
		    "    %s WHERE NEW.%s IS NOT NULL;\n", why, name, name);
	}
}

static void
put_insert(struct compat *c, const struct view_shape *v, struct buf *b)
{
	const struct schema_table *t = v->table;
	const char *names = "", *values = "", *comma;
	uint32_t i;

	put_trigger(c, b, arena_printf(c->arena, "decant_compat__%s_insert",
	    v->map->name), arena_printf(c->arena, "INSTEAD OF INSERT ON %s "
	    "BEGIN\n", compat_ident(c, v->map->name)));
	put_unwritten(c, v, false, b);
	for (i = 0; i < t->ncolumn; i++) {
		if (v->write[i].e == NULL)
			continue;
		comma = *names != '\0' ? "," : "";
		names = arena_printf(c->arena, "%s%s%s%s", names, comma,
		    *comma != '\0' ? " " : "", compat_ident(c,
		    t->column[i].name));
		values = arena_printf(c->arena, "%s%s\n        %s", values,
		    comma, view_writes(c, v, i, "NEW"));
	}
	if (*names != '\0')
		buf_printf(b, "    INSERT INTO %s (%s) VALUES (%s);\n",
		    compat_ident(c, t->name), names, values);
	else
		buf_printf(b, "    INSERT INTO %s DEFAULT VALUES;\n",
		    compat_ident(c, t->name));
	buf_puts(b, "END;\n");
}

/* "a = CASE WHEN what it is computed from changes THEN … ELSE a END" */
static const char *
assignments(struct compat *c, const struct view_shape *v)
{
	const char *sql = "", *name, *changes;
	uint32_t i;

	for (i = 0; i < v->table->ncolumn; i++) {
		if (v->write[i].e == NULL)
			continue;
		changes = view_changes(c, v, i, "NEW", "OLD");
		if (*changes == '\0')
			continue;
		name = compat_ident(c, v->table->column[i].name);
		sql = arena_printf(c->arena, "%s%s\n        %s = CASE WHEN %s "
		    "THEN %s ELSE %s END", sql, *sql != '\0' ? "," : "", name,
		    changes, view_writes(c, v, i, "NEW"), name);
	}
	return sql;
}

static void
put_update(struct compat *c, const struct view_shape *v, struct buf *b)
{
	const char *set = assignments(c, v), *any = "", *name;
	uint32_t i;

	for (i = 0; i < v->shape.ncolumn; i++) {
		name = compat_ident(c, v->shape.column[i].name);
		any = arena_printf(c->arena, "%s%sNEW.%s IS NOT OLD.%s", any,
		    i > 0 ? " OR " : "", name, name);
	}
	put_trigger(c, b, arena_printf(c->arena, "decant_compat__%s_update",
	    v->map->name), arena_printf(c->arena, "INSTEAD OF UPDATE ON %s\n"
	    "    WHEN %s\nBEGIN\n", compat_ident(c, v->map->name), any));
	put_unwritten(c, v, true, b);
	if (!v->keyed || *set == '\0') {
		buf_printf(b, "    %s;\nEND;\n", refusal(c, arena_printf(
		    c->arena, "rows of view %s cannot be updated",
		    v->map->name)));
		return;
	}
	put_found(c, v, b);
	buf_printf(b, "    UPDATE %s SET%s\n        WHERE %s;\nEND;\n",
	    compat_ident(c, v->table->name), set, key_of(c, v));
}

static void
put_delete(struct compat *c, const struct view_shape *v, struct buf *b)
{
	put_trigger(c, b, arena_printf(c->arena, "decant_compat__%s_delete",
	    v->map->name), arena_printf(c->arena, "INSTEAD OF DELETE ON %s "
	    "BEGIN\n", compat_ident(c, v->map->name)));
	if (!v->keyed) {
		buf_printf(b, "    %s;\nEND;\n", refusal(c, arena_printf(
		    c->arena, "rows of view %s cannot be deleted",
		    v->map->name)));
		return;
	}
	put_found(c, v, b);
	buf_printf(b, "    DELETE FROM %s WHERE %s;\nEND;\n", compat_ident(c,
	    v->table->name), key_of(c, v));
}

/* ---- agreement ---------------------------------------------------------- */

/* Another name of the row's number than those of the columns. */
static const char *
rowid_of(const struct schema_table *t)
{
	static const char *const names[] = { "rowid", "_rowid_", "oid" };
	uint32_t i, k;

	for (i = 0; i < 2; i++) {
		for (k = 0; k < t->ncolumn; k++)
			if (strcasecmp(t->column[k].name, names[i]) == 0)
				break;
		if (k == t->ncolumn)
			break;
	}
	return names[i];
}

/*
 * Whether the row agrees: the side that is given is what its expressions say of
 * the other one, or, where both are given, either is.
 */
static const char *
agreed(struct compat *c, const struct agree_group *g,
    const char *const given[2])
{
	const char *sql = "", *holds;
	int s;

	for (s = 0; s < 2; s++) {
		holds = agree_holds(c, g, s);
		if (holds != NULL)
			sql = arena_printf(c->arena, "%s%s(%s AND %s)", sql,
			    *sql != '\0' ? " OR " : "", given[s], holds);
	}
	return sql;
}

/* "UPDATE … SET the columns of a side … WHERE the other one is given" */
static void
put_side(struct compat *c, const struct agree_group *g, int side,
    const char *given, struct buf *b)
{
	const char *rowid = rowid_of(g->table);
	bool first = true;
	uint32_t i, k;

	buf_printf(b, "    UPDATE %s SET", compat_ident(c, g->table->name));
	for (i = 0; i < g->side[side].n; i++) {
		k = g->side[side].column[i];
		if (g->given[k] == NULL)
			continue;
		buf_printf(b, "%s\n        %s = %s", first ? "" : ",",
		    compat_ident(c, g->table->column[k].name),
		    compat_stored(c, g->table, "NEW", g->given[k]->e,
		    &g->table->column[k]));
		first = false;
	}
	buf_printf(b, "\n        WHERE %s = NEW.%s AND %s;\n", rowid, rowid,
	    given);
}

/* `given`: whether the statement gives the columns of each side. */
static void
put_agree(struct compat *c, const struct agree_group *g, uint32_t number,
    const char *event, const char *on, const char *const given[2],
    struct buf *b)
{
	const char *both = arena_printf(c->arena, "%s AND %s", given[0],
	    given[1]);
	int s;

	put_trigger(c, b, arena_printf(c->arena, "decant_agree__%s_%u_%s",
	    g->table->name, number, event), arena_printf(c->arena, "AFTER "
	    "%s ON %s\n    WHEN (%s OR %s) AND NOT (%s)\nBEGIN\n", on,
	    compat_ident(c, g->table->name), given[0], given[1],
	    agreed(c, g, given)));
	for (s = 0; s < 2; s++)
		if (!g->side[s].given)
			both = given[!s];	/* it cannot follow */
	buf_printf(b, "    SELECT RAISE(ABORT, %s) WHERE %s;\n",
	    compat_literal(c, agree_refusal(c, g)), both);
	for (s = 0; s < 2; s++)
		if (g->side[s].given)
			put_side(c, g, s, given[!s], b);
	buf_puts(b, "END;\n");
}

static void
put_group(struct compat *c, const struct agree_group *g, uint32_t number,
    struct buf *b)
{
	const char *has[2], *changes[2], *names = "";
	uint32_t i;
	int s;

	for (s = 0; s < 2; s++) {
		has[s] = agree_has(c, g, s);
		changes[s] = agree_changes(c, g, s);
		for (i = 0; i < g->side[s].n; i++)
			names = arena_printf(c->arena, "%s%s%s", names,
			    *names != '\0' ? ", " : "", compat_ident(c,
			    g->table->column[g->side[s].column[i]].name));
	}
	put_agree(c, g, number, "insert", "INSERT", has, b);
	put_agree(c, g, number, "update", arena_printf(c->arena,
	    "UPDATE OF %s", names), changes, b);
}

static void
put_whole_view(struct compat *c, const struct view_shape *v, struct buf *b)
{
	put_view(c, v, b);
	put_insert(c, v, b);
	put_update(c, v, b);
	put_delete(c, v, b);
}

/* ---- all ---------------------------------------------------------------- */

/* Something else has the name, in any case of its letters; a table may still
 * move. */
static bool
is_free(struct compat *c, const struct map_view *v, bool moved)
{
	const char *param[2] = { v->name, mark(c) };
	const struct db_result *r = db_query(c->db, c->arena, "looking for a "
	    "name", "SELECT type FROM main.sqlite_master WHERE lower(name) = "
	    "lower($1) AND NOT (type = 'view' AND instr(sql, $2) > 0)", 2,
	    param);

	if (r == NULL)
		return false;
	if (r->n == 0 || (!moved && strcmp(db_cell(r, 0, 0), "table") == 0))
		return true;
	diag_hint(c->diags, diag_add(c->diags, DIAG_L120, v->at, "the view "
	    "'%s' cannot be made: there is a %s of that name, which decant "
	    "has not made", v->name, db_cell(r, 0, 0)), "rename or drop it, "
	    "or give the view another name");
	return false;
}

bool
lite_compat_put(struct compat *c, struct buf *b, bool moved)
{
	uint32_t errors = c->diags->errors;
	bool good = true;
	uint32_t i;

	for (i = 0; i < c->nview; i++)
		good &= is_free(c, c->view[i].map, moved);
	if (!good)
		return false;
	for (i = 0; i < c->ngroup; i++)
		put_group(c, &c->group[i], i + 1, b);
	for (i = 0; i < c->nview; i++)
		put_whole_view(c, &c->view[i], b);
	return !b->full && c->diags->errors == errors;
}

/* ---- does SQLite take it? ----------------------------------------------- */

static bool
try_one(struct compat *c, sqlite3 *db, const struct buf *sql,
    struct place at)
{
	if (sql->full || sqlite3_exec(db, sql->p, NULL, NULL, NULL) !=
	    SQLITE_OK) {
		diag_hint(c->diags, diag_add(c->diags, DIAG_P140, at,
		    "SQLite does not take what this becomes: %s", sql->full ?
		    "it is too long" : sqlite3_errmsg(db)), "expressions "
		    "that are less nested become less");
		return false;
	}
	return true;
}

/* Tables of these names and columns, in memory. */
static bool
try_tables(struct compat *c, sqlite3 *db)
{
	const struct schema_table *t;
	struct buf sql;
	bool good = true;
	uint32_t i, k;

	buf_init(&sql, COMPAT_SQL_MAX);
	for (i = 0; i < c->to->ntable; i++) {
		t = &c->to->table[i];
		buf_clear(&sql);
		buf_printf(&sql, "CREATE TABLE %s (", compat_ident(c,
		    t->name));
		for (k = 0; k < t->ncolumn; k++)
			buf_printf(&sql, "%s%s", k > 0 ? ", " : "",
			    compat_ident(c, t->column[k].name));
		buf_puts(&sql, ")");
		good &= sqlite3_exec(db, sql.p, NULL, NULL, NULL) ==
		    SQLITE_OK;
	}
	buf_fini(&sql);
	return good;
}

bool
lite_compat_try(struct compat *c)
{
	const struct agree_group *g;
	struct buf sql;
	sqlite3 *db = NULL;
	bool good = true;
	uint32_t i, k;

	buf_init(&sql, COMPAT_SQL_MAX);
	/* a table that SQLite does not take is the sink's to tell */
	if (sqlite3_open(":memory:", &db) == SQLITE_OK && try_tables(c, db)) {
		for (i = 0; i < c->ngroup; i++) {
			g = &c->group[i];
			buf_clear(&sql);
			put_group(c, g, i + 1, &sql);
			for (k = 0; g->given[k] == NULL; k++)
				;
			good &= try_one(c, db, &sql, g->given[k]->at);
		}
		for (i = 0; i < c->nview; i++) {
			buf_clear(&sql);
			put_whole_view(c, &c->view[i], &sql);
			good &= try_one(c, db, &sql, c->view[i].map->at);
		}
	}
	sqlite3_close(db);
	buf_fini(&sql);
	return good;
}
