/*
 * Views and agreeing columns in PostgreSQL: what there is, rights, functions,
 * and the triggers of tables whose columns agree; see compat.h.
 *
 * Functions of triggers run with the rights of their owner, so that who may
 * write to a view need have none on the table, or in the schema decant.
 */
#ifdef HAVE_LIBPQ

#include "generation/compat_impl.h"

#include <string.h>

#define NAME_BYTES	63u

/* ---- names -------------------------------------------------------------- */

static uint32_t
name_hash(const char *s)
{
	uint32_t h = 2166136261u;	/* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

const char *
pg_compat_name(struct compat *c, const char *what, const char *name)
{
	const char *s = arena_printf(c->arena, "%s %s.%s", what, c->schema,
	    name);
	size_t n = strlen(s);

	if (n > NAME_BYTES) {
		for (n = NAME_BYTES - 9; ((unsigned char)s[n] & 0xc0) ==
		    0x80; n--)
			;
		s = arena_printf(c->arena, "%.*s_%08x", (int)n, s,
		    name_hash(s));
	}
	return arena_printf(c->arena, "decant.%s", compat_ident(c, s));
}

void
pg_compat_body(struct buf *b, const char *body)
{
	char tag[24] = "$decant$";
	unsigned n;

	for (n = 1; strstr(body, tag) != NULL; n++)
		snprintf(tag, sizeof tag, "$decant%u$", n);
	buf_printf(b, "%s%s%s", tag, body, tag);
}

static const char *
relation(struct compat *c, const char *name)
{
	return arena_printf(c->arena, "%s.%s", compat_ident(c, c->schema),
	    compat_ident(c, name));
}

/* ---- what there is ------------------------------------------------------ */

/*
 * Rights on what has the view's name before anything moves: the view itself,
 * or the table that it takes the place of.  An owner who is not decant's role
 * has them all.
 */
static const char grants[] =
    "SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE"
    " quote_ident(pg_get_userbyid(a.grantee)) END, a.privilege_type ||"
    " CASE WHEN a.is_grantable THEN '+' ELSE '' END FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace,"
    " aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a"
    " WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'v', 'p')"
    " AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')"
    " AND a.grantee <> (SELECT oid FROM pg_roles WHERE"
    " rolname = current_user) ORDER BY 1, 2";

static struct db_result *
look_for_grants(struct compat *c, const char *name)
{
	const char *param[2] = { c->schema, name };

	return db_query(c->db, c->arena, "looking for rights", grants, 2,
	    param);
}

bool
pg_compat_look(struct compat *c)
{
	const char *param[1] = { c->schema };
	uint32_t i, k;

	c->views = db_query(c->db, c->arena, "looking for views",
	    "SELECT c.relname, format('decant.%I()', p.proname) FROM pg_class "
	    "c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_trigger t "
	    "ON t.tgrelid = c.oid AND t.tgname = 'decant_compat' JOIN pg_proc p "
	    "ON p.oid = t.tgfoid WHERE n.nspname = $1 AND c.relkind = 'v' AND "
	    COMPAT_PG_OWN("c.oid") " ORDER BY 1", 1, param);
	c->tables = db_query(c->db, c->arena, "looking for triggers",
	    "SELECT c.relname, format('decant.%I()', p.proname) FROM pg_class "
	    "c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_trigger t "
	    "ON t.tgrelid = c.oid AND t.tgname = 'decant_agree' JOIN pg_proc p "
	    "ON p.oid = t.tgfoid JOIN pg_namespace d ON d.oid = p.pronamespace "
	    "AND d.nspname = 'decant' WHERE n.nspname = $1 ORDER BY 1", 1,
	    param);
	if (c->views == NULL || c->tables == NULL)
		return false;
	c->grants = arena_array(c->arena, c->nview + 1, sizeof *c->grants);
	for (i = 0; i < c->nview; i++) {
		for (k = 0; k < c->views->n; k++)
			if (strcmp(db_cell(c->views, k, 0),
			    c->view[i].map->name) == 0)
				c->view[i].there = true;
		c->grants[i] = look_for_grants(c, c->view[i].map->name);
		if (c->grants[i] == NULL)
			return false;
	}
	return true;
}

static bool
is_wanted(const struct compat *c, const char *view)
{
	uint32_t i;

	for (i = 0; i < c->nview; i++)
		if (strcmp(c->view[i].map->name, view) == 0)
			return true;
	return false;
}

/* A table that stays, with columns that agree and are meant to. */
static bool
agrees_already(const struct compat *c, const char *table)
{
	uint32_t i, k;

	for (i = 0; i < c->ngroup; i++) {
		if (!compat_stays(c, c->group[i].table) ||
		    strcmp(c->group[i].table->name, table) != 0)
			continue;
		for (k = 0; k < c->tables->n; k++)
			if (strcmp(db_cell(c->tables, k, 0), table) == 0)
				return true;
	}
	return false;
}

bool
pg_compat_clear(struct compat *c, struct buf *b)
{
	uint32_t i;

	for (i = 0; i < c->tables->n; i++) {
		if (agrees_already(c, db_cell(c->tables, i, 0)))
			continue;
		buf_printf(b, "DROP TRIGGER decant_agree ON %s;\n"
		    "DROP FUNCTION %s;\n", relation(c, db_cell(c->tables, i,
		    0)), db_cell(c->tables, i, 1));
	}
	for (i = 0; i < c->views->n; i++)
		if (!is_wanted(c, db_cell(c->views, i, 0)))
			buf_printf(b, "DROP VIEW %s;\nDROP FUNCTION %s;\n",
			    relation(c, db_cell(c->views, i, 0)),
			    db_cell(c->views, i, 1));
	return !b->full;
}

/* ---- agreement ---------------------------------------------------------- */

static void
body_group(struct compat *c, const struct agree_group *g, struct buf *b)
{
	const char *holds[2], *changes[2], *has[2], *name;
	uint32_t i, k;
	int s;

	for (s = 0; s < 2; s++) {
		holds[s] = agree_holds(c, g, s);
		has[s] = agree_has(c, g, s);
		changes[s] = agree_changes(c, g, s);
	}
	buf_printf(b, "\tIF TG_OP = 'INSERT' THEN\n\t\tone := %s;\n"
	    "\t\tother := %s;\n\tELSE\n\t\tone := %s;\n\t\tother := %s;\n"
	    "\tEND IF;\n", has[0], has[1], changes[0], changes[1]);
	buf_puts(b, "\tIF NOT (one OR other)");
	for (s = 0; s < 2; s++)
		if (holds[s] != NULL)
			buf_printf(b, "\n\t    OR (%s AND %s)", s == 0 ? "one" :
			    "other", holds[s]);
	buf_puts(b, " THEN\n\t\tNULL;\n");
	buf_printf(b, "\tELSIF %s THEN\n\t\tRAISE EXCEPTION USING MESSAGE = "
	    "%s,\n\t\t    ERRCODE = 'check_violation';\n",
	    !g->side[1].given ? "one" : !g->side[0].given ? "other" :
	    "one AND other", compat_literal(c, agree_refusal(c, g)));
	for (s = 0; s < 2; s++) {
		if (!g->side[s].given)
			continue;
		buf_printf(b, "\tELSIF %s THEN\n", s == 0 ? "other" : "one");
		for (i = 0; i < g->side[s].n; i++) {
			k = g->side[s].column[i];
			if (g->given[k] == NULL)
				continue;
			name = compat_ident(c, g->table->column[k].name);
			buf_printf(b, "\t\tNEW.%s := %s;\n", name,
			    compat_stored(c, g->table, "NEW", g->given[k]->e,
			    &g->table->column[k]));
		}
	}
	buf_puts(b, "\tEND IF;\n");
}

/* All groups of one table, from the i-th on; returns how many. */
static uint32_t
put_agreement(struct compat *c, uint32_t i, struct buf *b)
{
	const struct schema_table *t = c->group[i].table;
	const char *name = pg_compat_name(c, "agree", t->name);
	struct buf body;
	uint32_t n;

	buf_init(&body, COMPAT_SQL_MAX);
	buf_puts(&body, "\n#variable_conflict use_column\nDECLARE\n"
	    "\tone boolean;\n\tother boolean;\nBEGIN\n"
	    "\tIF current_setting('decant.own', true) = 'on' THEN\n"
	    "\t\tRETURN NEW;\n\tEND IF;\n");
	for (n = 0; i + n < c->ngroup && c->group[i + n].table == t; n++)
		body_group(c, &c->group[i + n], &body);
	buf_puts(&body, "\tRETURN NEW;\nEND\n");
	buf_printf(b, "CREATE OR REPLACE FUNCTION %s() RETURNS trigger "
	    "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "
	    "pg_temp AS ", name);
	pg_compat_body(b, body.p);
	buf_printf(b, ";\nCREATE TRIGGER decant_agree BEFORE INSERT OR UPDATE "
	    "ON %s FOR EACH ROW EXECUTE FUNCTION %s();\n",
	    relation(c, t->name), name);
	buf_fini(&body);
	return n;
}

/* ---- functions ---------------------------------------------------------- */

static bool
put_function(struct compat *c, const struct sql_function_text *f,
    struct buf *b)
{
	const char *param[1] = { f->find == NULL ? f->name : f->find };
	struct db_result *r = db_query(c->db, c->arena, "looking for a "
	    "function", f->find == NULL ? "SELECT '' WHERE "
	    "to_regcollation($1) IS NOT NULL" : "SELECT prosrc FROM pg_proc "
	    "WHERE oid = to_regprocedure($1)", 1, param);

	if (r == NULL)
		return false;
	if (r->n > 0 && (f->body == NULL || strcmp(db_cell(r, 0, 0),
	    f->body) == 0))
		return true;
	buf_puts(b, f->create);
	if (f->body != NULL) {
		buf_puts(b, " AS ");
		pg_compat_body(b, f->body);
	}
	buf_puts(b, ";\n");
	if (f->find != NULL)
		buf_printf(b, "GRANT EXECUTE ON FUNCTION %s TO PUBLIC;\n",
		    f->find);
	return true;
}

static bool
put_functions(struct compat *c, struct buf *b)
{
	struct db_result *r = db_query(c->db, c->arena, "looking for the "
	    "schema decant", "SELECT 1 FROM pg_namespace WHERE "
	    "nspname = 'decant'", 0, NULL);
	bool good = r != NULL;
	int i;

	if (good && r->n == 0)
		buf_puts(b, "CREATE SCHEMA decant;\n");
	for (i = 0; good && i < SQLFN_COUNT; i++)
		if ((c->functions >> i & 1) != 0)
			good = put_function(c, expr_sql_function(
			    (enum sql_function)i), b);
	return good;
}

/* ---- all ---------------------------------------------------------------- */

static bool
is_free(struct compat *c, const struct map_view *v, bool moved)
{
	const char *param[2] = { c->schema, v->name };
	struct db_result *r = db_query(c->db, c->arena, "looking for a name",
	    "SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' "
	    "WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' "
	    "THEN 'index' WHEN 'S' THEN 'sequence' WHEN 'f' THEN "
	    "'foreign table' ELSE 'type' END FROM pg_class c JOIN pg_namespace "
	    "n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = "
	    "$2 AND NOT " COMPAT_PG_OWN("c.oid"), 2, param);

	if (r == NULL)
		return false;
	if (r->n == 0 || (!moved && strcmp(db_cell(r, 0, 0), "table") == 0))
		return true;
	diag_hint(c->diags, diag_add(c->diags, DIAG_L120, v->at, "the view "
	    "'%s' cannot be made: there is a %s of that name in schema '%s', "
	    "which decant has not made", v->name, db_cell(r, 0, 0),
	    c->schema), "rename or drop it, or give the view another name");
	return false;
}

/* Policies hide rows from who asks; a view would ask with other rights. */
static bool
is_open(struct compat *c, const struct view_shape *v)
{
	const char *param[2] = { c->schema, v->table->name };
	struct db_result *r = db_query(c->db, c->arena, "looking for "
	    "policies", "SELECT 1 FROM pg_class c JOIN pg_namespace n ON "
	    "n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2 "
	    "AND c.relrowsecurity", 2, param);

	if (r == NULL)
		return false;
	if (r->n == 0)
		return true;
	diag_hint(c->diags, diag_add(c->diags, DIAG_L121, v->map->at,
	    "table '%s' has row-level security, and view '%s' would show all "
	    "of its rows", v->table->name, v->map->name), "leave the view out, "
	    "and make one of your own with security_invoker");
	return false;
}

static bool
put_grants(struct compat *c, const struct view_shape *v,
    struct db_result *r, struct buf *b)
{
	const char *what;
	size_t n;
	uint32_t i;

	if (r->n == 0 && !v->there)
		r = look_for_grants(c, v->table->name);
	if (r == NULL)
		return false;
	for (i = 0; i < r->n; i++) {
		what = db_cell(r, i, 1);
		n = strcspn(what, "+");
		buf_printf(b, "GRANT %.*s ON %s TO %s%s;\n", (int)n, what,
		    relation(c, v->map->name), db_cell(r, i, 0),
		    what[n] == '+' ? " WITH GRANT OPTION" : "");
	}
	return true;
}

bool
pg_compat_put(struct compat *c, struct buf *b, bool moved)
{
	uint32_t errors = c->diags->errors;
	bool good = true;
	struct buf made;
	uint32_t i;

	for (i = 0; i < c->nview; i++) {
		good &= is_free(c, c->view[i].map, moved);
		good &= is_open(c, &c->view[i]);
	}
	if (!good)
		return false;
	buf_init(&made, COMPAT_SQL_MAX);
	buf_puts(&made, "");
	for (i = 0; i < c->ngroup;)
		i += agrees_already(c, c->group[i].table->name) ? 1 :
		    put_agreement(c, i, &made);
	for (i = 0; good && i < c->nview; i++)
		good = (c->view[i].there && compat_stays(c,
		    c->view[i].table)) || (pg_compat_view(c, &c->view[i],
		    &made) && put_grants(c, &c->view[i], c->grants[i], &made));
	/* what those call comes first */
	good = good && put_functions(c, b);
	buf_put(b, made.p, made.len);
	good &= !made.full && !b->full && c->diags->errors == errors;
	buf_fini(&made);
	return good;
}

#endif
