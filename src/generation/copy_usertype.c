/*
 * Types and collations of the source's own, from PostgreSQL to PostgreSQL; see
 * copy_plan.h.
 *
 * Enums and domains of the dataset's schema are made in the target, before its
 * tables; one that is there must be the same.  What is of another schema is
 * used where the target has the same one under its name.  What a domain's
 * check calls functions for, an extension's type, a range or a composite one
 * is not carried: its columns become text.
 */
#include "generation/copy_plan.h"

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"

#ifdef HAVE_LIBPQ
#include "db/postgres_schema.h"

#define SQL_MAX		(16u << 20)

/* Of pg_type t: what stands behind AS. */
#define DEFINITION							\
    "CASE t.typtype WHEN 'e' THEN format('ENUM (%s)', (SELECT string_agg("	\
    "  quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM"	\
    "  pg_enum e WHERE e.enumtypid = t.oid)) WHEN 'd' THEN concat("	\
    "  format_type(t.typbasetype, t.typtypmod), (SELECT format(' COLLATE"	\
    " %I.%I', m.nspname, k.collname) FROM pg_collation k JOIN pg_namespace m"	\
    "  ON m.oid = k.collnamespace JOIN pg_type b ON b.oid = t.typbasetype"	\
    "  WHERE k.oid = t.typcollation AND k.oid <> b.typcollation),"	\
    "  ' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), CASE WHEN"	\
    "  t.typnotnull THEN ' NOT NULL' END, (SELECT string_agg(format("	\
    "  ' CONSTRAINT %I %s', k.conname, regexp_replace("			\
    "  pg_get_constraintdef(k.oid), ' NOT VALID$', '')), '' ORDER BY"	\
    "  k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND"	\
    "  k.contype = 'c')) END"

/* The types that columns rest on, and the others of the schema; those that
 * others rest on come first.  $1: the schema; $2: the tables. */
static const char sql_types[] =
    "WITH RECURSIVE u(rel, att, id, depth) AS (SELECT c.relname, a.attname,"
    "  a.atttypid, 0 FROM pg_class c JOIN pg_namespace n ON n.oid ="
    "  c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid WHERE"
    "  n.nspname = $1 AND c.relkind = 'r' AND c.relname = ANY ($2::text[])"
    "  AND a.attnum > 0 AND NOT a.attisdropped"
    " UNION SELECT NULL, NULL, t.oid, 0 FROM pg_type t JOIN pg_namespace n ON"
    "  n.oid = t.typnamespace WHERE n.nspname = $1 AND t.typtype IN ('e', 'd')"
    " UNION SELECT u.rel, u.att, CASE t.typtype WHEN 'd' THEN t.typbasetype"
    "  ELSE t.typelem END, depth + 1 FROM u JOIN pg_type t ON t.oid = u.id"
    "  WHERE t.typtype = 'd' OR (t.typcategory = 'A' AND t.typelem <> 0))"
    "SELECT u.rel, u.att, format_type(t.oid, NULL), n.nspname, t.typname,"
    "  t.typtype, " DEFINITION ", obj_description(t.oid, 'pg_type'), CASE"
    "  WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid ="
    "  'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') THEN"
    "  'which is of an extension' WHEN t.typtype NOT IN ('e', 'd') THEN"
    "  'a type of the source''s own' WHEN EXISTS (SELECT FROM pg_constraint k"
    "  JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid ="
    "  k.oid AND d.refclassid IN ('pg_proc'::regclass,"
    "  'pg_operator'::regclass) WHERE k.contypid = t.oid) THEN 'whose check"
    " calls a function of the source''s own' END, (SELECT format_type(CASE"
    "  WHEN b.typcategory = 'A' THEN b.typelem ELSE b.oid END, NULL) FROM"
    "  pg_type b WHERE b.oid = t.typbasetype)"
    " FROM u JOIN pg_type t ON t.oid = u.id JOIN pg_namespace n ON n.oid ="
    "  t.typnamespace WHERE n.nspname NOT IN ('pg_catalog',"
    "  'information_schema') AND t.typcategory <> 'A'"
    " ORDER BY max(depth) OVER (PARTITION BY t.oid) DESC, t.oid, 1, 2";

/* The same of one type, in the target. */
static const char sql_there[] = "SELECT " DEFINITION " FROM pg_type t JOIN"
    "  pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = $1 AND"
    "  t.typname = $2";

/* Of pg_collation k: what it does, under whatever name a version has it. */
#define MEANING								\
    "concat_ws(' ', k.collprovider, k.collisdeterministic, coalesce("	\
    "  to_jsonb(k) ->> 'colllocale', to_jsonb(k) ->> 'colliculocale',"	\
    "  k.collcollate), CASE k.collprovider WHEN 'c' THEN k.collctype END,"	\
    "  to_jsonb(k) ->> 'collicurules')"

/* Collations that are not those of the columns' types; those of domains, for
 * each column that rests on one, are the domains' own. */
static const char sql_collations[] =
    "SELECT c.relname, a.attname, m.nspname, k.collname, " MEANING
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN"
    "  pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid ="
    "  a.atttypid JOIN pg_collation k ON k.oid = a.attcollation JOIN"
    "  pg_namespace m ON m.oid = k.collnamespace WHERE n.nspname = $1 AND"
    "  c.relkind = 'r' AND c.relname = ANY ($2::text[]) AND a.attnum > 0 AND"
    "  NOT a.attisdropped AND k.oid <> t.typcollation"
    " ORDER BY 1, a.attnum";

static const char sql_collation_there[] = "SELECT " MEANING
    " FROM pg_collation k JOIN pg_namespace m ON m.oid = k.collnamespace"
    " WHERE m.nspname = $1 AND k.collname = $2 AND k.collencoding IN (-1,"
    "  pg_char_to_encoding(getdatabaseencoding()))";

/* --- types --------------------------------------------------------------- */

static bool
is_own(const struct copy_plan *p, const struct copy_usertype *t)
{
	return strcmp(t->schema, p->dataset) == 0;
}

/* Is it in the target, and the same?  false: told. */
static bool
look_there(struct copy_plan *p, struct copy_usertype *t)
{
	const char *param[] = { t->schema, t->base }, *there;
	const struct db_result *r = db_query(p->to, p->arena, "looking at "
	    "types of the target", sql_there, 2, param);

	if (r == NULL)
		return false;
	if (r->n == 0) {
		if (!is_own(p, t))
			t->why = "which the target does not have";
		return true;
	}
	t->there = true;
	there = db_cell(r, 0, 0);
	if (there != NULL && strcmp(there, t->as) == 0)
		return true;
	t->why = "which is another one in the target";
	if (!is_own(p, t) || !t->used)
		return true;
	diag_hint(p->from->diags, diag_add(p->from->diags, DIAG_L149, NOWHERE,
	    "%s has a type %s already, which is another one: %s, and in the "
	    "source %s", p->to->description, t->name, there == NULL ?
	    "neither an enum nor a domain" : there, t->as), "make it the same "
	    "(ALTER TYPE … ADD VALUE, ALTER DOMAIN), or rename it");
	return false;
}

static struct copy_usertype *
find_type(const struct copy_plan *p, const char *name)
{
	uint32_t i;

	for (i = 0; i < p->ntype; i++)
		if (strcmp(p->type[i].name, name) == 0)
			return &p->type[i];
	return NULL;
}

static void
add_type(struct copy_plan *p, const struct db_result *r, uint32_t i)
{
	const char *kind = db_cell(r, i, 5);
	struct copy_usertype *t = find_type(p, db_cell(r, i, 2)), *on;
	const char *base;

	if (t == NULL) {
		t = ARENA_PUSH(p->arena, p->type, p->ntype, p->type_cap);
		*t = (struct copy_usertype){ .name = db_cell(r, i, 2),
		    .schema = db_cell(r, i, 3), .base = db_cell(r, i, 4),
		    .kind = *kind == 'd' ? "DOMAIN" : "TYPE",
		    .as = db_cell(r, i, 6), .comment = db_cell(r, i, 7),
		    .why = db_cell(r, i, 8) };
		base = db_cell(r, i, 9);
		on = base == NULL ? NULL : find_type(p, base);
		if (t->why == NULL && on != NULL && on != t)
			t->on = (uint32_t)(on - p->type) + 1;
	}
	if (db_cell(r, i, 0) == NULL)
		return;
	t->used = true;
	*ARENA_PUSH(p->arena, p->rest, p->nrest, p->rest_cap) =
	    (struct copy_rest){ .table = db_cell(r, i, 0),
	    .column = db_cell(r, i, 1), .type = (uint32_t)(t - p->type) };
}

const struct copy_usertype *
copy_usertype_lacking(const struct copy_plan *p, const char *table,
    const char *column)
{
	uint32_t i;

	for (i = 0; i < p->nrest; i++)
		if (strcmp(p->rest[i].table, table) == 0 &&
		    strcmp(p->rest[i].column, column) == 0 &&
		    p->type[p->rest[i].type].why != NULL)
			return &p->type[p->rest[i].type];
	return NULL;
}

/* --- collations ---------------------------------------------------------- */

static bool
add_collation(struct copy_plan *p, const struct db_result *r, uint32_t i)
{
	const char *param[] = { db_cell(r, i, 2), db_cell(r, i, 3) };
	const struct db_result *x = db_query(p->to, p->arena, "looking at "
	    "collations of the target", sql_collation_there, 2, param);
	struct buf b;

	if (x == NULL)
		return false;
	if (x->n == 0 || strcmp(db_cell(x, 0, 0), db_cell(r, i, 4)) != 0) {
		copy_left(p, "the collation of column '%s' of table '%s', %s, "
		    "which %s", db_cell(r, i, 1), db_cell(r, i, 0), param[1],
		    x->n == 0 ? "the target does not have" :
		    "is another one in the target");
		return true;
	}
	buf_init(&b, SQL_MAX);
	db_ident(p->to, &b, param[0]);
	buf_putc(&b, '.');
	db_ident(p->to, &b, param[1]);
	*ARENA_PUSH(p->arena, p->collation, p->ncollation, p->collation_cap) =
	    (struct copy_collation){ .table = db_cell(r, i, 0),
	    .column = db_cell(r, i, 1), .name = arena_strdup(p->arena, b.p) };
	buf_fini(&b);
	return true;
}

const char *
copy_collation(const struct copy_plan *p, const char *table,
    const char *column)
{
	uint32_t i;

	for (i = 0; i < p->ncollation; i++)
		if (strcmp(p->collation[i].table, table) == 0 &&
		    strcmp(p->collation[i].column, column) == 0)
			return p->collation[i].name;
	return NULL;
}

/* ------------------------------------------------------------------------- */

bool
copy_usertypes(struct copy_plan *p)
{
	const char *param[] = { p->dataset, copy_table_array(p) };
	const struct db_result *r;
	struct copy_usertype *t;
	uint32_t i;
	bool good = true;

	if (p->from->kind != DB_POSTGRES || p->to->kind != DB_POSTGRES)
		return true;
	r = db_query(p->from, p->arena, "looking at types", sql_types, 2,
	    param);
	for (i = 0; r != NULL && i < r->n; i++)
		add_type(p, r, i);
	for (i = 0; r != NULL && i < p->ntype; i++) {
		t = &p->type[i];
		if (t->on > 0 && p->type[t->on - 1].why != NULL)
			t->why = "which rests on a type that is not carried";
		if (t->why == NULL)
			good &= look_there(p, t);
	}
	if (r == NULL || !good)
		return false;
	r = db_query(p->from, p->arena, "looking at collations",
	    sql_collations, 2, param);
	for (i = 0; r != NULL && i < r->n && good; i++)
		good = add_collation(p, r, i);
	return r != NULL && good;
}

static bool
is_made(const struct copy_usertype *t)
{
	return t->why == NULL && !t->there;
}

/* Has the live schema to be there before there are tables? */
static bool
needs_live(const struct copy_plan *p)
{
	uint32_t i;

	for (i = 0; i < p->ntype; i++)
		if (is_made(&p->type[i]))
			return true;
	return copy_grants_need_live(p);
}

void
copy_put_usertypes(struct buf *b, const struct copy_plan *p)
{
	const struct copy_usertype *t;
	uint32_t i;

	if (!p->live_there && needs_live(p)) {
		buf_puts(b, "CREATE SCHEMA IF NOT EXISTS ");
		db_ident(p->to, b, p->dataset);
		buf_puts(b, ";\n");
	}
	for (i = 0; i < p->ntype; i++) {
		t = &p->type[i];
		if (!is_made(t))
			continue;
		buf_printf(b, "CREATE %s %s AS %s;\n", t->kind, t->name,
		    t->as);
		if (t->comment == NULL)
			continue;
		buf_printf(b, "COMMENT ON %s %s IS ", t->kind, t->name);
		db_literal(p->to, b, t->comment);
		buf_puts(b, ";\n");
	}
	copy_put_grants(b, p, true, 0);
}

bool
copy_make_usertypes(struct copy_plan *p)
{
	struct pgschema s;
	struct buf b;
	bool good;

	if (!needs_live(p))
		return true;
	if (!pgschema_look(&p->to->pg, p->dataset, &s))
		return false;
	s.ours = true;		/* whatever stands in it */
	if (!pgschema_check(&p->to->pg, &s, p->dataset))
		return false;
	buf_init(&b, SQL_MAX);
	copy_put_usertypes(&b, p);
	good = db_begin(p->to) && db_exec(p->to, "making types", b.p) &&
	    db_commit(p->to);
	if (!good)
		db_roll_back(p->to);
	p->made_types = good;
	p->made_schema = good && !s.there;
	buf_fini(&b);
	return good;
}

/* Each goes unless somebody uses it by now. */
void
copy_drop_usertypes(struct copy_plan *p)
{
	const struct copy_usertype *t;
	struct buf b;
	uint32_t i;

	buf_init(&b, SQL_MAX);
	for (i = p->made_types ? p->ntype : 0; i-- > 0;) {
		t = &p->type[i];
		if (!is_made(t))
			continue;
		buf_clear(&b);
		buf_printf(&b, "DROP %s IF EXISTS %s", t->kind, t->name);
		db_try(p->to, b.p);
	}
	buf_clear(&b);
	buf_puts(&b, "DROP SCHEMA IF EXISTS ");
	db_ident(p->to, &b, p->dataset);
	if (p->made_schema)
		db_try(p->to, b.p);
	buf_fini(&b);
}

#else

bool
copy_usertypes(struct copy_plan *p)
{
	(void)p;
	return true;
}

const struct copy_usertype *
copy_usertype_lacking(const struct copy_plan *p, const char *table,
    const char *column)
{
	(void)p, (void)table, (void)column;
	return NULL;
}

const char *
copy_collation(const struct copy_plan *p, const char *table,
    const char *column)
{
	(void)p, (void)table, (void)column;
	return NULL;
}

void
copy_put_usertypes(struct buf *b, const struct copy_plan *p)
{
	(void)b, (void)p;
}

bool
copy_make_usertypes(struct copy_plan *p)
{
	(void)p;
	return true;
}

void
copy_drop_usertypes(struct copy_plan *p)
{
	(void)p;
}

#endif
