/*
 * Owners and privileges, from PostgreSQL to PostgreSQL; see copy_plan.h.
 *
 * They are given to the staged tables when these are proved, and to types and
 * a schema that the copy makes.  What replaces a live table gets that one's, at
 * publication.  Roles are the cluster's, not the database's: what concerns one
 * that the target does not have is named.
 *
 * Of privileges only the difference to what everything has from its making is
 * told, both ways.
 */
#include "generation/copy_plan.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"

#define SQL_MAX		(16u << 20)

/* Columns of sql_grants. */
enum { G_WHAT, G_KIND, G_TABLE, G_COLUMN, G_NAME, G_OWNER, G_ROLE,
    G_PRIVILEGES, G_GRANTABLE };

#ifdef HAVE_LIBPQ

#define WHAT_OWNER	'1'
#define WHAT_REVOKE	'2'

#define OF_SCHEMA							\
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND"	\
    "  c.relkind = 'r' AND c.relname = ANY ($2::text[])"

/* $1: the schema; $2: the tables; $3: the types.  Role null: PUBLIC. */
static const char sql_grants[] =
    "WITH o(kind, rel, col, name, owner, acl, made) AS ("
    " SELECT 'TABLE', c.relname, NULL::name, NULL::text, c.relowner, c.relacl,"
    "  acldefault('r', c.relowner) FROM pg_class c" OF_SCHEMA
    " UNION ALL SELECT 'SEQUENCE', c.relname, a.attname, NULL, s.relowner,"
    "  s.relacl, acldefault('s', s.relowner) FROM pg_depend d JOIN pg_class s"
    "  ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_class c ON c.oid ="
    "  d.refobjid AND d.classid = 'pg_class'::regclass AND d.refclassid ="
    "  'pg_class'::regclass AND d.deptype IN ('a', 'i') JOIN pg_attribute a ON"
    "  a.attrelid = c.oid AND a.attnum = d.refobjsubid" OF_SCHEMA
    " UNION ALL SELECT 'TYPE', NULL, NULL, format_type(t.oid, NULL),"
    "  t.typowner, t.typacl, acldefault('T', t.typowner) FROM pg_type t JOIN"
    "  pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = $1 AND"
    "  t.typname = ANY ($3::text[])"
    " UNION ALL SELECT 'SCHEMA', NULL, NULL, quote_ident(nspname), nspowner,"
    "  nspacl, acldefault('n', nspowner) FROM pg_namespace WHERE nspname ="
    "  $1),"
    " x AS (SELECT 3 AS what, o.*, e.grantee, e.privilege_type AS p,"
    "  e.is_grantable AS g FROM o, aclexplode(acl) e WHERE NOT EXISTS (SELECT"
    "  FROM aclexplode(made) f WHERE f.grantee = e.grantee AND"
    "  f.privilege_type = e.privilege_type AND f.is_grantable ="
    "  e.is_grantable)"
    " UNION ALL SELECT 2, o.*, e.grantee, e.privilege_type, false FROM o,"
    "  aclexplode(made) e WHERE acl IS NOT NULL AND NOT EXISTS (SELECT FROM"
    "  aclexplode(acl) f WHERE f.grantee = e.grantee AND f.privilege_type ="
    "  e.privilege_type)"
    " UNION ALL SELECT 3, 'TABLE', c.relname, NULL, NULL, c.relowner, NULL,"
    "  NULL, e.grantee, format('%s (%I)', e.privilege_type, a.attname),"
    "  e.is_grantable FROM pg_class c JOIN pg_attribute a ON a.attrelid ="
    "  c.oid CROSS JOIN LATERAL aclexplode(a.attacl) e" OF_SCHEMA ")"
    "SELECT 1, kind, rel, col, name, pg_get_userbyid(owner), pg_get_userbyid("
    "  owner), NULL, NULL FROM o WHERE kind <> 'SEQUENCE'"
    " UNION ALL SELECT what, kind, rel, col, name, pg_get_userbyid(owner),"
    "  CASE WHEN grantee <> 0 THEN pg_get_userbyid(grantee) END, string_agg(p,"
    "  ', ' ORDER BY p), g::text FROM x GROUP BY what, kind, rel, col, name,"
    "  owner, grantee, g ORDER BY 1, 2, 3, 4, 5, 7";

/* --- roles --------------------------------------------------------------- */

struct copy_role {
	const char *name;
	bool there, owns, me;		/* can it be given privileges, and
					 * things; is it the copy's? */
};

static struct copy_role *
find_role(const struct copy_plan *p, const char *name)
{
	uint32_t i;

	for (i = 0; i < p->nrole; i++)
		if (strcmp(p->role[i].name, name) == 0)
			return &p->role[i];
	return NULL;
}

static bool
look_at_role(struct copy_plan *p, const char *name)
{
	const struct db_result *r;
	struct copy_role *role;

	if (name == NULL || find_role(p, name) != NULL)
		return true;
	r = db_query(p->to, p->arena, "looking at roles", "SELECT EXISTS ("
	    "SELECT FROM pg_roles WHERE rolname = $1), rolsuper, rolname = $1 "
	    "FROM pg_roles WHERE rolname = current_user", 1, &name);
	if (r == NULL || r->n == 0)
		return false;
	role = ARENA_PUSH(p->arena, p->role, p->nrole, p->role_cap);
	*role = (struct copy_role){ .name = name,
	    .there = *db_cell(r, 0, 0) == 't',
	    .me = *db_cell(r, 0, 2) == 't' };
	role->owns = role->there && (role->me || *db_cell(r, 0, 1) == 't');
	return true;
}

/* --- which of them ------------------------------------------------------- */

static const struct copy_table *
table_of(const struct copy_plan *p, uint32_t row)
{
	const char *name = db_cell(p->grant, row, G_TABLE);
	uint32_t i;

	for (i = 0; name != NULL && i < p->ntable; i++)
		if (strcmp(p->table[i].name, name) == 0)
			return &p->table[i];
	return NULL;
}

/* Is it of what the copy makes, and wanted? */
static bool
is_wanted(const struct copy_plan *p, uint32_t row)
{
	const struct copy_table *t = table_of(p, row);
	bool owner = *db_cell(p->grant, row, G_WHAT) == WHAT_OWNER;

	if (owner ? p->no_owner : p->no_privileges)
		return false;
	if (t != NULL)
		return !t->replaces;
	return *db_cell(p->grant, row, G_KIND) != 'S' || !p->live_there;
}

/* What is the owner's own goes with the owner. */
static bool
is_given(const struct copy_plan *p, uint32_t row)
{
	const char *role = db_cell(p->grant, row, G_ROLE);
	const char *owner = db_cell(p->grant, row, G_OWNER);
	const struct copy_role *r = role == NULL ? NULL : find_role(p, role);

	if (role == NULL)
		return true;
	if (strcmp(role, owner) != 0)
		return r->there;
	return r->owns && (r->me || !p->no_owner);
}

static void
put_thing(struct buf *b, const struct copy_plan *p, uint32_t row)
{
	const char *name = db_cell(p->grant, row, G_NAME);
	const char *column = db_cell(p->grant, row, G_COLUMN);

	if (column != NULL)
		buf_printf(b, "the sequence of column '%s' of ", column);
	if (name != NULL)
		buf_printf(b, "%s %s", *db_cell(p->grant, row, G_KIND) == 'T' ?
		    "type" : "schema", name);
	else
		buf_printf(b, "table '%s'", db_cell(p->grant, row, G_TABLE));
}

/* What a role has in the source, and cannot have in the target: one line. */
static void
leave_role(struct copy_plan *p, const struct copy_role *role, bool owner)
{
	const char *name;
	struct buf b;
	uint32_t i;

	buf_init(&b, SQL_MAX);
	for (i = 0; i < p->grant->n; i++) {
		name = db_cell(p->grant, i, G_ROLE);
		if (name == NULL || strcmp(name, role->name) != 0 ||
		    !is_wanted(p, i) || is_given(p, i) ||
		    (*db_cell(p->grant, i, G_WHAT) == WHAT_OWNER) != owner ||
		    (!owner && strcmp(name, db_cell(p->grant, i, G_OWNER)) ==
		    0))
			continue;
		buf_puts(&b, b.len > 0 ? ", " : "");
		if (!owner)
			buf_printf(&b, "%s on ", db_cell(p->grant, i,
			    G_PRIVILEGES));
		put_thing(&b, p, i);
	}
	if (b.len > 0 && owner)
		copy_left(p, "owner '%s', %s: of %s", role->name, role->there ?
		    "which only a superuser can make another role" :
		    "a role that the target does not have", b.p);
	else if (b.len > 0)
		copy_left(p, "the privileges of '%s', a role that the target "
		    "does not have: %s", role->name, b.p);
	buf_fini(&b);
}

bool
copy_grants(struct copy_plan *p)
{
	const char *param[] = { p->dataset, copy_table_array(p),
	    copy_type_array(p, true) };
	const char *schema = p->dataset;
	const struct db_result *r;
	uint32_t i;

	if (p->from->kind != DB_POSTGRES || p->to->kind != DB_POSTGRES ||
	    (p->no_owner && p->no_privileges))
		return true;
	r = db_query(p->to, p->arena, "looking at schemas", "SELECT FROM "
	    "pg_namespace WHERE nspname = $1", 1, &schema);
	p->live_there = r != NULL && r->n > 0;
	p->grant = r == NULL ? NULL : db_query(p->from, p->arena,
	    "looking at privileges", sql_grants, 3, param);
	if (p->grant == NULL)
		return false;
	for (i = 0; i < p->grant->n; i++)
		if (!look_at_role(p, db_cell(p->grant, i, G_OWNER)) ||
		    !look_at_role(p, db_cell(p->grant, i, G_ROLE)))
			return false;
	for (i = 0; i < p->nrole; i++) {
		leave_role(p, &p->role[i], true);
		leave_role(p, &p->role[i], false);
	}
	return true;
}

/* Of a type or the schema, not of staged tables. */
static bool
is_live(const struct copy_plan *p, uint32_t row)
{
	return db_cell(p->grant, row, G_NAME) != NULL;
}

static bool
is_needed(const struct copy_plan *p, uint32_t row)
{
	const char *owner = db_cell(p->grant, row, G_OWNER);

	return is_wanted(p, row) && is_given(p, row) && (*db_cell(p->grant,
	    row, G_WHAT) != WHAT_OWNER || !find_role(p, owner)->me);
}

bool
copy_grants_need_live(const struct copy_plan *p)
{
	uint32_t i;

	for (i = 0; p->grant != NULL && i < p->grant->n; i++)
		if (is_live(p, i) && is_needed(p, i))
			return true;
	return false;
}

/* --- statements ---------------------------------------------------------- */

static void
put_relation(struct buf *b, const struct copy_plan *p, uint32_t row,
    uint32_t generation)
{
	const char *name = db_cell(p->grant, row, G_NAME);

	if (name != NULL)
		buf_puts(b, name);
	else
		db_put_table(p->to, b, p->dataset, db_cell(p->grant, row,
		    G_TABLE), generation);
}

static void
put_role(struct buf *b, const struct copy_plan *p, uint32_t row)
{
	const char *role = db_cell(p->grant, row, G_ROLE);

	if (role == NULL)
		buf_puts(b, "PUBLIC");
	else
		db_ident(p->to, b, role);
}

static void
put_grant(struct buf *b, const struct copy_plan *p, uint32_t row,
    const char *on)
{
	bool revoke = *db_cell(p->grant, row, G_WHAT) == WHAT_REVOKE;

	buf_printf(b, "%s %s ON %s %s %s ", revoke ? "REVOKE" : "GRANT",
	    db_cell(p->grant, row, G_PRIVILEGES), db_cell(p->grant, row,
	    G_KIND), on, revoke ? "FROM" : "TO");
	put_role(b, p, row);
	if (strcmp(db_cell(p->grant, row, G_GRANTABLE), "true") == 0)
		buf_puts(b, " WITH GRANT OPTION");
}

/* The server gives an identity's sequence its name. */
static void
put_on_sequence(struct buf *b, const struct copy_plan *p, uint32_t row,
    const char *table)
{
	struct buf text, all;

	buf_init(&text, SQL_MAX);
	put_grant(&text, p, row, "%s");
	buf_init(&all, SQL_MAX);
	buf_puts(&all, "BEGIN EXECUTE format(");
	db_literal(p->to, &all, text.p);
	buf_puts(&all, ", pg_get_serial_sequence(");
	db_literal(p->to, &all, table);
	buf_puts(&all, ", ");
	db_literal(p->to, &all, db_cell(p->grant, row, G_COLUMN));
	buf_puts(&all, ")); END");
	buf_puts(b, "DO ");
	db_literal(p->to, b, all.p);
	buf_fini(&text);
	buf_fini(&all);
}

void
copy_put_grants(struct buf *b, const struct copy_plan *p, bool live,
    uint32_t generation)
{
	struct buf on;
	uint32_t i;

	buf_init(&on, SQL_MAX);
	for (i = 0; p->grant != NULL && i < p->grant->n; i++) {
		if (is_live(p, i) != live || !is_needed(p, i))
			continue;
		buf_clear(&on);
		put_relation(&on, p, i, generation);
		if (*db_cell(p->grant, i, G_WHAT) == WHAT_OWNER) {
			buf_printf(b, "ALTER %s %s OWNER TO ", db_cell(
			    p->grant, i, G_KIND), on.p);
			put_role(b, p, i);
		} else if (db_cell(p->grant, i, G_COLUMN) != NULL) {
			put_on_sequence(b, p, i, on.p);
		} else {
			put_grant(b, p, i, on.p);
		}
		buf_puts(b, ";\n");
	}
	buf_fini(&on);
}

#else

bool
copy_grants(struct copy_plan *p)
{
	(void)p;
	return true;
}

bool
copy_grants_need_live(const struct copy_plan *p)
{
	(void)p;
	return false;
}

void
copy_put_grants(struct buf *b, const struct copy_plan *p, bool live,
    uint32_t generation)
{
	(void)b, (void)p, (void)live, (void)generation;
}

#endif
