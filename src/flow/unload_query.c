/*
 * SQL of an unload; see unload_query.h.
 *
 * Rows that do not tell all of their path get the rest from rows that do:
 *
 *	SELECT s.*, q.p0 AS decant_p0, q.found AS decant_found
 *	FROM holder AS s
 *	LEFT JOIN (SELECT DISTINCT u.bank AS p0, u.account_id AS p1, 1 AS found
 *		FROM account AS u) AS q ON q.p1 = s.account_id
 *
 * and where the types above have the rest, u is joined with theirs in turn.
 * Text is ordered by its bytes in both databases, and nulls come first, for
 * decant merges the rows of several queries by comparing them.
 */
#include "flow/unload_query.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/sqlite_form.h"

#define SQL_MAX	(16u << 20)
#define NONE	UINT32_MAX

struct writer {
	struct arena *arena;
	struct db *db;
	const struct job *job;
	const struct inverse *inv;
};

static const struct schema_table *
table_of(const struct writer *w, uint32_t table)
{
	return &plan_schema(w->job->plan)->table[table];
}

static void
put_table(const struct writer *w, struct buf *b, uint32_t table)
{
	db_put_table(w->db, b, plan_schema(w->job->plan)->name,
	    table_of(w, table)->name, 0);
}

static void
put_column(const struct writer *w, struct buf *b, const char *alias,
    const struct inverse_query *q, uint32_t column)
{
	buf_printf(b, "%s%s", alias, *alias == '\0' ? "" : ".");
	db_ident(w->db, b, table_of(w, q->table)->column[q->column[
	    column]].name);
}

static void
put_only(const struct writer *w, struct buf *b, const char *alias,
    const struct inverse_query *q)
{
	if (q->only == NONE)
		return;
	buf_printf(b, " WHERE %s%s", alias, *alias == '\0' ? "" : ".");
	db_ident(w->db, b, table_of(w, q->table)->column[q->only].name);
	buf_puts(b, " = ");
	db_literal(w->db, b, arena_strndup(w->arena,
	    (const char *)q->only_text.p, q->only_text.len));
}

/* ---- links -------------------------------------------------------------- */

static bool
tells_all(const struct inverse_query *q, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (q->path[i] == NONE)
			return false;
	return true;
}

/* " ON q.p1 = s.account_id AND …": the own part of the type's path. */
static void
put_on(const struct writer *w, struct buf *b, const char *alias,
    const struct inverse_query *q, const struct inverse_type *t)
{
	const char *sep = " ON ";
	uint32_t i;

	for (i = 0; i < t->npath; i++) {
		if (!t->own[i])
			continue;
		buf_printf(b, "%sq.p%u = ", sep, i);
		put_column(w, b, alias, q, q->path[i]);
		sep = " AND ";
	}
	if (strcmp(sep, " ON ") == 0)
		buf_puts(b, " ON 1 = 1");
}

/* p0, p1, … of a type's records, and found. */
static void
put_links(const struct writer *w, struct buf *b, uint32_t type)
{
	const struct inverse_type *t = inverse_type(w->inv, type);
	const struct inverse_type *up = t->parent == NONE ? NULL :
	    inverse_type(w->inv, t->parent);
	const struct inverse_query *q;
	uint32_t i, k;
	bool all;

	for (k = 0; k < t->nlink; k++) {
		q = inverse_query(w->inv, t->link[k]);
		all = tells_all(q, t->npath);
		buf_printf(b, "%sSELECT DISTINCT ", k > 0 ? " UNION " : "");
		for (i = 0; i < t->npath; i++) {
			if (q->path[i] != NONE)
				put_column(w, b, "u", q, q->path[i]);
			else
				buf_printf(b, "q.p%u", i);
			buf_printf(b, " AS p%u, ", i);
		}
		buf_printf(b, "%s AS found FROM ", all ? "1" : "q.found");
		put_table(w, b, q->table);
		buf_puts(b, " AS u");
		if (!all) {
			buf_puts(b, " LEFT JOIN (");
			put_links(w, b, t->parent);
			buf_puts(b, ") AS q");
			put_on(w, b, "u", q, up);
		}
		put_only(w, b, "u", q);
	}
}

/* ---- order -------------------------------------------------------------- */

/* A decimal as text: by its sign, its length, its digits. */
static void
put_order_decimal(struct buf *b, const char *c)
{
	buf_printf(b, "substr(%s, 1, 1) IS NOT '-', "
	    "CASE WHEN substr(%s, 1, 1) = '-' THEN -length(%s) "
	    "ELSE length(%s) END, "
	    "CASE WHEN substr(%s, 1, 1) = '-' THEN '' ELSE %s END, "
	    "CASE WHEN substr(%s, 1, 1) = '-' THEN %s END DESC",
	    c, c, c, c, c, c, c, c);
}

static void
put_order(const struct writer *w, struct buf *b,
    const struct reader_column *r, const char **sep)
{
	struct buf name;

	buf_init(&name, SQL_MAX);
	db_ident(w->db, &name, r->name);
	buf_puts(b, *sep);
	*sep = ", ";
	if (w->db->kind == DB_POSTGRES) {
		buf_printf(b, "%s%s NULLS FIRST", name.p, r->type.kind ==
		    SQL_TEXT ? " COLLATE \"C\"" : "");
	} else if (sqlite_form_cell(&r->type, r->scale, r->sqlite) ==
	    CELL_DECIMAL) {
		buf_printf(b, "%s IS NOT NULL, ", name.p);
		put_order_decimal(b, name.p);
	} else {
		buf_printf(b, "%s COLLATE BINARY", name.p);
	}
	buf_fini(&name);
}

/* ---- a query ------------------------------------------------------------ */

static void
column_like(const struct writer *w, struct reader_column *r,
    const char *name, uint32_t table, uint32_t column)
{
	const struct schema_column *c = &table_of(w, table)->column[column];

	*r = (struct reader_column){ .name = name, .type = c->type,
	    .scale = c->scale, .sqlite = c->sqlite };
}

/* The columns that are read: the inverse's, then what links tell. */
static void
query_columns(const struct writer *w, const struct inverse_query *q,
    struct unload_query *u)
{
	const struct inverse_type *t = inverse_type(w->inv, q->type);
	uint32_t *path = arena_array(w->arena, t->npath + 1, sizeof *path);
	uint32_t n = q->ncolumn + t->npath + 1, i, k;

	for (k = 0; k < q->nside; k++)
		n += q->side[k].ncolumn;
	u->column = arena_array(w->arena, n, sizeof *u->column);
	for (i = 0; i < q->ncolumn; i++)
		column_like(w, &u->column[u->ncolumn++], table_of(w,
		    q->table)->column[q->column[i]].name, q->table,
		    q->column[i]);
	for (k = 0; k < q->nside; k++)
		for (i = 0; i < q->side[k].ncolumn; i++)
			column_like(w, &u->column[u->ncolumn++],
			    arena_printf(w->arena, "decant_s%u_%u", k, i),
			    q->side[k].table, q->side[k].column[i]);
	for (i = 0; i < t->npath; i++) {
		path[i] = q->path[i] != NONE ? q->path[i] : u->ncolumn;
		if (q->path[i] == NONE)
			column_like(w, &u->column[u->ncolumn++],
			    arena_printf(w->arena, "decant_p%u", i),
			    t->path[i].table, t->path[i].column);
	}
	u->path = path;
	u->found = NONE;
	if (tells_all(q, t->npath))
		return;
	u->found = u->ncolumn;
	u->column[u->ncolumn++] = (struct reader_column){
	    .name = "decant_found", .type = { .kind = SQL_INTEGER } };
}

static const char *
row_place(const struct writer *w)
{
	return w->db->kind == DB_POSTGRES ? "ctid" : "rowid";
}

/* The table as it is. */
static bool
is_plain(const struct inverse_query *q, const struct inverse_type *t)
{
	return tells_all(q, t->npath) && !q->facts && q->nside == 0;
}

static void
put_sides(const struct writer *w, struct buf *b,
    const struct inverse_query *q)
{
	const struct inverse_side *s;
	uint32_t k, i;

	for (k = 0; k < q->nside; k++) {
		s = &q->side[k];
		for (i = 0; i < s->ncolumn; i++) {
			buf_printf(b, ", d%u.", k);
			db_ident(w->db, b, table_of(w, s->table)->column[
			    s->column[i]].name);
			buf_printf(b, " AS decant_s%u_%u", k, i);
		}
	}
}

static void
put_side_join(const struct writer *w, struct buf *b,
    const struct inverse_query *q, uint32_t k)
{
	const struct inverse_side *s = &q->side[k];
	uint32_t i;

	buf_puts(b, " LEFT JOIN ");
	put_table(w, b, s->table);
	for (i = 0; i < s->nkey; i++) {
		if (i == 0)
			buf_printf(b, " AS d%u ON d%u.", k, k);
		else
			buf_printf(b, " AND d%u.", k);
		db_ident(w->db, b, table_of(w, s->table)->column[
		    s->key[i]].name);
		buf_puts(b, " = ");
		put_column(w, b, "s", q, s->on[i]);
	}
}

static void
query_relation(const struct writer *w, const struct inverse_query *q,
    struct buf *b)
{
	const struct inverse_type *t = inverse_type(w->inv, q->type);
	bool all = tells_all(q, t->npath);
	uint32_t i;

	if (is_plain(q, t)) {
		put_table(w, b, q->table);
		return;
	}
	buf_printf(b, "SELECT %s", q->facts ? "DISTINCT " : "");
	for (i = 0; i < q->ncolumn; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		put_column(w, b, "s", q, i);
	}
	put_sides(w, b, q);
	for (i = 0; i < t->npath; i++)
		if (q->path[i] == NONE)
			buf_printf(b, ", q.p%u AS decant_p%u", i, i);
	if (!all)
		buf_puts(b, ", q.found AS decant_found");
	if (t->as_it_stands)
		buf_printf(b, ", s.%s AS decant_at", row_place(w));
	buf_puts(b, " FROM ");
	put_table(w, b, q->table);
	buf_puts(b, " AS s");
	for (i = 0; i < q->nside; i++)
		put_side_join(w, b, q, i);
	if (!all) {
		buf_puts(b, " LEFT JOIN (");
		put_links(w, b, q->type);
		buf_puts(b, ") AS q");
		put_on(w, b, "s", q, t);
	}
	put_only(w, b, "s", q);
}

/* What the reader of SQLite reads has a name of its own: a view for as long as
 * the connection is open. */
static const char *
name_relation(const struct writer *w, uint32_t query, const char *select)
{
	const char *name;

	if (strncmp(select, "SELECT ", 7) != 0)
		return select;
	if (w->db->kind == DB_POSTGRES)
		return arena_printf(w->arena, "(%s) AS decant_t", select);
	name = arena_printf(w->arena, "temp.decant_unload_%u", query);
	return db_exec(w->db, "reading", arena_printf(w->arena,
	    "CREATE VIEW %s AS %s", name, select)) ? name : NULL;
}

static void
query_tail(const struct writer *w, const struct inverse_query *q,
    const struct unload_query *u, struct buf *b)
{
	const struct inverse_type *t = inverse_type(w->inv, q->type);
	bool plain = is_plain(q, t);
	const char *sep = "ORDER BY ";
	uint32_t i;

	if (plain && q->only != NONE) {
		put_only(w, b, "", q);
		sep = " ORDER BY ";
	}
	for (i = 0; i < t->npath; i++)
		put_order(w, b, &u->column[u->path[i]], &sep);
	for (i = 0; i < q->depth; i++)
		put_order(w, b, &u->column[q->occ[i]], &sep);
	if (q->number != NONE)
		put_order(w, b, &u->column[q->number], &sep);
	if (t->as_it_stands)
		buf_printf(b, "%s%s", sep, plain ? row_place(w) : "decant_at");
}

static const char *
buf_text(const struct writer *w, struct buf *b)
{
	const char *s = arena_strndup(w->arena, b->len > 0 ? b->p : "",
	    b->len);

	buf_fini(b);
	return s;
}

/* ---- what the database has ---------------------------------------------- */

static bool
has_column(const struct writer *w, const struct db_result *r,
    const char *name)
{
	uint32_t i;

	for (i = 0; i < r->n; i++)
		if (w->db->kind == DB_SQLITE ?
		    strcasecmp(db_cell(r, i, 0), name) == 0 :
		    strcmp(db_cell(r, i, 0), name) == 0)
			return true;
	return false;
}

static bool
check_table(const struct writer *w, struct diags *ds, uint32_t table,
    const uint32_t *column, uint32_t ncolumn)
{
	const struct schema_table *t = table_of(w, table);
	const char *param, *name;
	struct db_result *r;
	struct buf b;
	uint32_t i;

	buf_init(&b, SQL_MAX);
	if (w->db->kind == DB_SQLITE)
		buf_puts(&b, t->name);
	else
		put_table(w, &b, table);
	param = buf_text(w, &b);
	r = db_query(w->db, w->arena, "looking at a table", w->db->kind ==
	    DB_SQLITE ? "SELECT name FROM pragma_table_info($1)" :
	    "SELECT attname FROM pg_attribute WHERE attrelid = "
	    "to_regclass($1) AND attnum > 0 AND NOT attisdropped", 1, &param);
	if (r == NULL)
		return false;
	if (r->n == 0) {
		diag_hint(ds, diag_add(ds, DIAG_F045, w->job->mapping->table[
		    table].at, "%s has no table '%s'", w->db->description,
		    param), "decant load makes the mapping's tables there");
		return false;
	}
	for (i = 0; i < ncolumn; i++) {
		name = t->column[column[i]].name;
		if (has_column(w, r, name))
			continue;
		diag_hint(ds, diag_add(ds, DIAG_F046, w->job->mapping->table[
		    table].column[column[i]].at, "table '%s' has no "
		    "column '%s' in %s", param, name, w->db->description),
		    "unload with the mapping that it was loaded with");
		return false;
	}
	return true;
}

struct unload_query *
unload_queries(struct arena *a, struct diags *ds, struct db *db,
    const struct job *j, const struct inverse *inv)
{
	struct writer w = { .arena = a, .db = db, .job = j, .inv = inv };
	uint32_t n = inverse_nquery(inv), i, k;
	struct unload_query *u = arena_array(a, n + 1, sizeof *u);
	const struct inverse_query *q;
	bool good = true;
	const char *relation;
	struct buf b;

	for (i = 0; i < n; i++) {
		q = inverse_query(inv, i);
		good = check_table(&w, ds, q->table, q->column, q->ncolumn) &&
		    good;
		for (k = 0; k < q->nside; k++)
			good = check_table(&w, ds, q->side[k].table,
			    q->side[k].column, q->side[k].ncolumn) && good;
		query_columns(&w, q, &u[i]);
		buf_init(&b, SQL_MAX);
		query_relation(&w, q, &b);
		relation = buf_text(&w, &b);
		u[i].relation = good ? name_relation(&w, i, relation) : NULL;
		good = good && u[i].relation != NULL;
		buf_init(&b, SQL_MAX);
		query_tail(&w, q, &u[i], &b);
		u[i].tail = buf_text(&w, &b);
	}
	return good ? u : NULL;
}
