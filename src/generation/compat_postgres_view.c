/*
 * A view in PostgreSQL, and the function that writes through it; see compat.h.
 *
 * The function sees the view's row as it was when the statement began.  Others
 * may have written to it since: it locks the row, looks again, and changes
 * what the statement changes, on top of that.  Where both have changed the
 * same column the statement would undo a write that it has not seen, and a
 * table's own rules (READ COMMITTED looks at its condition once more) are not
 * to be had here: it fails with a serialization error, as it would at a higher
 * isolation level.
 *
 *	r	the table's row
 *	seen	what the view shows of it
 */
#ifdef HAVE_LIBPQ

#include "generation/compat_impl.h"

#include <string.h>

static const char *
relation(struct compat *c, const char *name)
{
	return arena_printf(c->arena, "%s.%s", compat_ident(c, c->schema),
	    compat_ident(c, name));
}

static void
put_select(struct compat *c, const struct view_shape *v, struct buf *b)
{
	uint32_t i;

	for (i = 0; i < v->shape.ncolumn; i++)
		buf_printf(b, "%s\n    %s AS %s", i > 0 ? "," : "",
		    view_shows(c, v, i, "t"), compat_ident(c,
		    v->shape.column[i].name));
	buf_printf(b, "\n    FROM %s AS t", relation(c, v->table->name));
}

/* "\t\tseen.a := …;" of each column. */
static void
put_shown(struct compat *c, const struct view_shape *v, const char *to,
    struct buf *b)
{
	uint32_t i;

	for (i = 0; i < v->shape.ncolumn; i++)
		buf_printf(b, "\t\t%s.%s := %s;\n", to, compat_ident(c,
		    v->shape.column[i].name), view_shows(c, v, i, "r"));
}

static void
put_raise(struct compat *c, const char *why, const char *state,
    struct buf *b)
{
	buf_printf(b, "RAISE EXCEPTION USING MESSAGE = %s, ERRCODE = '%s';\n",
	    compat_literal(c, arena_printf(c->arena, "decant: %s", why)),
	    state);
}

static const char *
key_of(struct compat *c, const struct view_shape *v)
{
	const char *sql = "";
	uint32_t i, k;

	for (i = 0; i < v->table->nkey; i++) {
		k = v->table->key[i];
		sql = arena_printf(c->arena, "%s%st.%s = %s", sql, i > 0 ?
		    " AND " : "", compat_ident(c, v->table->column[k].name),
		    view_writes(c, v, k, "OLD"));
	}
	return sql;
}

/* The row, locked, and what the view shows of it; nobody's any more: none is
 * affected. */
static void
put_lock(struct compat *c, const struct view_shape *v, struct buf *b)
{
	buf_printf(b, "\t\tSELECT * INTO r FROM %s AS t\n\t\t    WHERE %s FOR "
	    "UPDATE;\n\t\tIF NOT FOUND THEN\n\t\t\tRETURN NULL;\n"
	    "\t\tEND IF;\n", relation(c, v->table->name), key_of(c, v));
	put_shown(c, v, "seen", b);
}

static const char *
overtaken(struct compat *c, const struct view_shape *v)
{
	return arena_printf(c->arena, "could not serialize access to view %s "
	    "due to concurrent update", v->map->name);
}

static void
put_delete(struct compat *c, const struct view_shape *v, struct buf *b)
{
	buf_puts(b, "\tIF TG_OP = 'DELETE' THEN\n");
	if (!v->keyed) {
		buf_puts(b, "\t\t");
		put_raise(c, arena_printf(c->arena, "rows of view %s cannot "
		    "be deleted", v->map->name), "feature_not_supported", b);
		buf_puts(b, "\tEND IF;\n");
		return;
	}
	put_lock(c, v, b);
	buf_puts(b, "\t\tIF seen IS DISTINCT FROM OLD THEN\n\t\t\t");
	put_raise(c, overtaken(c, v), "serialization_failure", b);
	buf_printf(b, "\t\tEND IF;\n\t\tDELETE FROM %s AS t WHERE %s;\n"
	    "\t\tIF NOT FOUND THEN\n\t\t\tRETURN NULL;\n\t\tEND IF;\n"
	    "\t\tRETURN OLD;\n\tEND IF;\n", relation(c, v->table->name),
	    key_of(c, v));
}

/* What nothing is computed from cannot be given. */
static void
put_unwritten(struct compat *c, const struct view_shape *v, bool update,
    struct buf *b)
{
	const char *name;
	uint32_t i;

	for (i = 0; i < v->shape.ncolumn; i++) {
		if (v->written[i])
			continue;
		name = compat_ident(c, v->shape.column[i].name);
		buf_printf(b, update ? "\t\tIF NEW.%s IS DISTINCT FROM "
		    "seen.%s THEN\n\t\t\t" : "\t\tIF NEW.%s IS NOT NULL "
		    "THEN\n\t\t\t", name, name);
		put_raise(c, arena_printf(c->arena, "column %s of view %s "
		    "cannot be written", v->shape.column[i].name,
		    v->map->name), "feature_not_supported", b);
		buf_puts(b, "\t\tEND IF;\n");
	}
}

/* ---- columns of the table as the database has them ----------------------- */

struct facts {
	struct db_result *r;	/* name, identity, sequence, default */
};

static bool
facts_read(struct compat *c, const struct view_shape *v, struct facts *f)
{
	const char *param[2] = { c->schema, v->table->name };

	f->r = db_query(c->db, c->arena, "looking at a table", "SELECT "
	    "a.attname, a.attidentity, CASE WHEN a.attidentity <> '' THEN "
	    "quote_literal(pg_get_serial_sequence(format('%I.%I', n.nspname, "
	    "c.relname), a.attname)) END, CASE WHEN a.attgenerated = '' THEN "
	    "pg_get_expr(d.adbin, d.adrelid) END FROM pg_class c JOIN "
	    "pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON "
	    "a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT "
	    "JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
	    "WHERE n.nspname = $1 AND c.relname = $2", 2, param);
	return f->r != NULL;
}

static const char *
fact(const struct facts *f, const char *column, uint32_t which)
{
	uint32_t i;

	for (i = 0; i < f->r->n; i++)
		if (strcmp(db_cell(f->r, i, 0), column) == 0)
			return db_cell(f->r, i, which);
	return NULL;
}

static bool
is_always(const struct facts *f, const char *column)
{
	const char *identity = fact(f, column, 1);

	return identity != NULL && *identity == 'a';
}

/* The column of the table that the view's shows as it is; NULL. */
static const char *
plain_of(const struct view_shape *v, uint32_t column)
{
	const struct expr *e = v->map->column[column].e;
	uint32_t k = e->kind == EX_NAME ? schema_named_column(v->table, e) :
	    NONE;

	return k == NONE ? NULL : v->table->column[k].name;
}

/* Rows that are inserted have the defaults of the table; a sequence of its
 * own is the table's, so that it is asked with the function's rights. */
static void
put_identity(struct compat *c, const struct view_shape *v,
    const struct facts *f, struct buf *b)
{
	const char *name, *plain, *sequence;
	uint32_t i;

	for (i = 0; i < v->shape.ncolumn; i++) {
		plain = plain_of(v, i);
		sequence = plain == NULL ? NULL : fact(f, plain, 2);
		if (sequence == NULL)
			continue;
		name = compat_ident(c, v->shape.column[i].name);
		buf_printf(b, "\t\tIF NEW.%s IS NULL THEN\n\t\t\tNEW.%s := "
		    "nextval(%s);\n\t\tEND IF;\n", name, name, sequence);
	}
}

static void
put_defaults(struct compat *c, const struct view_shape *v,
    const struct facts *f, struct buf *b)
{
	const char *plain, *is;
	uint32_t i;

	for (i = 0; i < v->shape.ncolumn; i++) {
		plain = plain_of(v, i);
		is = plain == NULL ? NULL : fact(f, plain, 3);
		if (is == NULL && !v->there)
			continue;
		buf_printf(b, "ALTER VIEW %s ALTER COLUMN %s %s%s;\n",
		    relation(c, v->map->name), compat_ident(c,
		    v->shape.column[i].name), is == NULL ? "DROP DEFAULT" :
		    "SET DEFAULT ", is == NULL ? "" : is);
	}
}

/* ---- insert and update -------------------------------------------------- */

static void
put_insert(struct compat *c, const struct view_shape *v,
    const struct facts *f, struct buf *b)
{
	const struct schema_table *t = v->table;
	const char *names = "", *values = "", *comma;
	bool always = false;
	uint32_t i;

	buf_puts(b, "\tIF TG_OP = 'INSERT' THEN\n");
	put_unwritten(c, v, false, b);
	put_identity(c, v, f, b);
	for (i = 0; i < t->ncolumn; i++) {
		if (v->write[i].e == NULL)
			continue;
		always |= is_always(f, t->column[i].name);
		comma = *names != '\0' ? "," : "";
		names = arena_printf(c->arena, "%s%s\n\t\t    %s", names,
		    comma, compat_ident(c, t->column[i].name));
		values = arena_printf(c->arena, "%s%s\n\t\t    %s", values,
		    comma, view_writes(c, v, i, "NEW"));
	}
	if (*names == '\0')
		buf_printf(b, "\t\tINSERT INTO %s AS t DEFAULT VALUES\n",
		    relation(c, t->name));
	else
		buf_printf(b, "\t\tINSERT INTO %s AS t (%s)%s VALUES (%s)\n",
		    relation(c, t->name), names, always ?
		    " OVERRIDING SYSTEM VALUE" : "", values);
	buf_puts(b, "\t\t    RETURNING t.* INTO r;\n\t\tIF NOT FOUND THEN\n"
	    "\t\t\tRETURN NULL;\n\t\tEND IF;\n");
	put_shown(c, v, "NEW", b);
	buf_puts(b, "\t\tRETURN NEW;\n\tEND IF;\n");
}

/* What others have written since, and the statement does not, stays. */
static void
put_merge(struct compat *c, const struct view_shape *v, struct buf *b)
{
	const char *name;
	uint32_t i;

	buf_puts(b, "\t\tIF seen IS DISTINCT FROM OLD THEN\n");
	for (i = 0; i < v->shape.ncolumn; i++) {
		name = compat_ident(c, v->shape.column[i].name);
		buf_printf(b, "\t\t\tIF NEW.%s IS NOT DISTINCT FROM OLD.%s "
		    "THEN\n\t\t\t\tNEW.%s := seen.%s;\n\t\t\tELSIF seen.%s IS "
		    "DISTINCT FROM OLD.%s AND\n\t\t\t    seen.%s IS DISTINCT "
		    "FROM NEW.%s THEN\n\t\t\t\t", name, name, name, name,
		    name, name, name, name);
		put_raise(c, overtaken(c, v), "serialization_failure", b);
		buf_puts(b, "\t\t\tEND IF;\n");
	}
	buf_puts(b, "\t\tEND IF;\n");
}

static const char *
assignments(struct compat *c, const struct view_shape *v,
    const struct facts *f)
{
	const char *sql = "", *name, *changes;
	uint32_t i;

	for (i = 0; i < v->table->ncolumn; i++) {
		if (v->write[i].e == NULL ||
		    is_always(f, v->table->column[i].name))
			continue;
		changes = view_changes(c, v, i, "NEW", "seen");
		if (*changes == '\0')
			continue;
		name = compat_ident(c, v->table->column[i].name);
		sql = arena_printf(c->arena, "%s%s\n\t\t    %s = CASE WHEN %s "
		    "THEN\n\t\t\t%s ELSE t.%s END", sql, *sql != '\0' ? "," :
		    "", name, changes, view_writes(c, v, i, "NEW"), name);
	}
	return sql;
}

/* GENERATED ALWAYS AS IDENTITY */
static void
put_always(struct compat *c, const struct view_shape *v,
    const struct facts *f, struct buf *b)
{
	const char *name;
	uint32_t i;

	for (i = 0; i < v->table->ncolumn; i++) {
		name = v->table->column[i].name;
		if (v->write[i].e == NULL || !is_always(f, name))
			continue;
		buf_printf(b, "\t\tIF %s THEN\n\t\t\t", view_changes(c, v, i,
		    "NEW", "seen"));
		put_raise(c, arena_printf(c->arena, "column %s of table %s is "
		    "generated always", name, v->table->name),
		    "generated_always", b);
		buf_puts(b, "\t\tEND IF;\n");
	}
}

static void
put_update(struct compat *c, const struct view_shape *v,
    const struct facts *f, struct buf *b)
{
	const char *set = assignments(c, v, f);

	buf_puts(b, "\tIF TG_OP = 'UPDATE' THEN\n\t\tIF NEW IS NOT DISTINCT "
	    "FROM OLD THEN\n\t\t\tRETURN NEW;\n\t\tEND IF;\n");
	if (!v->keyed || *set == '\0') {
		buf_puts(b, "\t\t");
		put_raise(c, arena_printf(c->arena, "rows of view %s cannot "
		    "be updated", v->map->name), "feature_not_supported", b);
		buf_puts(b, "\tEND IF;\n");
		return;
	}
	put_lock(c, v, b);
	put_merge(c, v, b);
	put_unwritten(c, v, true, b);
	put_always(c, v, f, b);
	buf_printf(b, "\t\tUPDATE %s AS t SET%s\n\t\t    WHERE %s\n\t\t    "
	    "RETURNING t.* INTO r;\n\t\tIF NOT FOUND THEN\n\t\t\tRETURN "
	    "NULL;\n\t\tEND IF;\n", relation(c, v->table->name), set,
	    key_of(c, v));
	put_shown(c, v, "NEW", b);
	buf_puts(b, "\t\tRETURN NEW;\n\tEND IF;\n");
}

/* ---- the view ----------------------------------------------------------- */

/* A view that is there keeps what stands on it, if its columns are the same. */
static void
put_create(struct compat *c, const struct view_shape *v, struct buf *b)
{
	const char *name = relation(c, v->map->name);
	struct buf body;

	buf_init(&body, COMPAT_SQL_MAX);
	put_select(c, v, &body);
	if (!v->there) {
		buf_printf(b, "CREATE VIEW %s AS SELECT%s;\n", name, body.p);
	} else {
		struct buf block;

		buf_init(&block, COMPAT_SQL_MAX);
		buf_printf(&block, "\nBEGIN\n    CREATE OR REPLACE VIEW %s AS "
		    "SELECT%s;\nEXCEPTION WHEN invalid_table_definition THEN\n"
		    "    DROP VIEW %s;\n    CREATE VIEW %s AS SELECT%s;\nEND\n",
		    name, body.p, name, name, body.p);
		buf_puts(b, "DO ");
		pg_compat_body(b, block.p);
		buf_puts(b, ";\n");
		buf_fini(&block);
	}
	buf_fini(&body);
}

bool
pg_compat_view(struct compat *c, const struct view_shape *v, struct buf *b)
{
	const char *name = relation(c, v->map->name),
	    *function = pg_compat_name(c, "compat", v->map->name);
	struct facts f;
	struct buf body;

	if (!facts_read(c, v, &f))
		return false;
	put_create(c, v, b);
	buf_init(&body, COMPAT_SQL_MAX);
	buf_printf(&body, "\n#variable_conflict use_column\nDECLARE\n"
	    "\tr %s%%ROWTYPE;\n\tseen %s%%ROWTYPE;\nBEGIN\n",
	    relation(c, v->table->name), name);
	put_insert(c, v, &f, &body);
	put_delete(c, v, &body);
	put_update(c, v, &f, &body);
	buf_puts(&body, "END\n");
	buf_printf(b, "CREATE OR REPLACE FUNCTION %s() RETURNS trigger "
	    "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "
	    "pg_temp AS ", function);
	pg_compat_body(b, body.p);
	buf_fini(&body);
	buf_printf(b, ";\nDROP TRIGGER IF EXISTS decant_compat ON %s;\n"
	    "CREATE TRIGGER decant_compat INSTEAD OF INSERT OR UPDATE OR "
	    "DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s();\n", name, name,
	    function);
	put_defaults(c, v, &f, b);
	if (!v->there)
		buf_printf(b, "COMMENT ON VIEW %s IS 'made by decant from the "
		    "mapping';\n", name);
	return true;
}

#endif
