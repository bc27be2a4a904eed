/*
 * What SQLite says of a table: pragmas, and the text of its CREATE TABLE; see
 * table_facts.h.
 */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/sqlite_ddl.h"
#include "db/sqlite_form.h"
#include "db/table_facts_impl.h"

#define STAGED	"__g"
#define GENERATION_DIGITS	9u

/* "name__g12": the length of "name", and 12; 0: it is no such name. */
static size_t
staged_name(const char *name, uint32_t *generation)
{
	const char *p = NULL, *q;
	size_t n;

	for (q = name; (q = strstr(q, STAGED)) != NULL; q++)
		p = q;
	*generation = 0;
	if (p == NULL || p == name)
		return 0;
	q = p + strlen(STAGED);
	n = strspn(q, "0123456789");
	if (*q == '0' || n == 0 || n > GENERATION_DIGITS || q[n] != '\0')
		return 0;
	*generation = (uint32_t)facts_number(q);
	return (size_t)(p - name);
}

/* --- columns ------------------------------------------------------------- */

/*
 * SQLite's types are its own where they have its names, and a column of any of
 * them can hold 64 bits; others are declared for others to see.
 */
static bool
type_of(const char *declared, struct sqltype *t)
{
	static const struct {
		const char *name;
		enum sqlkind kind;
	} own[] = {
		{ "INTEGER", SQL_BIGINT }, { "INT", SQL_BIGINT },
		{ "REAL", SQL_DOUBLE }, { "DOUBLE", SQL_DOUBLE },
		{ "FLOAT", SQL_DOUBLE }, { "TEXT", SQL_TEXT },
		{ "BLOB", SQL_BYTEA },
	};
	const char *why;
	size_t i;

	*t = (struct sqltype){ .kind = SQL_TEXT };
	for (i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strcasecmp(declared, own[i].name) == 0) {
			t->kind = own[i].kind;
			return true;
		}
	return sqltype_parse(declared, strlen(declared), t, &why);
}

static bool
read_columns(struct facts *f, const struct sqlite_ddl *ddl)
{
	const struct db_result *r = facts_query(f, "SELECT name, type,"
	    " \"notnull\", dflt_value, hidden FROM pragma_table_xinfo($1,"
	    " 'main') ORDER BY cid", 1, &f->t->name);
	struct fact_column *c;
	uint32_t i;

	for (i = 0; r != NULL && i < r->n; i++) {
		if (*db_cell(r, i, 4) == '1')	/* a virtual table's own */
			continue;
		c = ARENA_PUSH(f->arena, f->t->column, f->t->ncolumn,
		    f->column_cap);
		c->name = db_cell(r, i, 0);
		c->declared = db_cell(r, i, 1);
		c->known = type_of(c->declared, &c->type);
		c->not_null = facts_is_true(db_cell(r, i, 2));
		c->expr = db_cell(r, i, 3);
		if (*db_cell(r, i, 4) != '0')
			c->source = FACT_GENERATED;
		if (i >= ddl->ncolumn ||
		    strcasecmp(ddl->column[i].name, c->name) != 0)
			continue;
		c->comment = ddl->column[i].comment;
		if (c->source == FACT_GENERATED)
			c->expr = ddl->column[i].generated;
	}
	return r != NULL;
}

/* --- keys and indexes ---------------------------------------------------- */

/*
 * The columns of an index, [n]; *plain: it is of columns alone.  false: told.
 */
static bool
index_columns(struct facts *f, const char *index, uint32_t **column,
    uint32_t *n, bool *plain)
{
	const struct db_result *r = facts_query(f, "SELECT name FROM"
	    " pragma_index_xinfo($1, 'main') WHERE key ORDER BY seqno", 1,
	    &index);
	uint32_t i, c;

	for (i = 0; r != NULL && i < r->n; i++) {
		c = db_cell(r, i, 0) == NULL ? UINT32_MAX :
		    table_facts_column(f->t, db_cell(r, i, 0));
		if (c == UINT32_MAX)
			*plain = false;
		facts_add_column(f, column, n, c);
	}
	if (!*plain)
		*n = 0;
	return r != NULL;
}

/* INTEGER PRIMARY KEY is the rowid, unless it is written so that SQLite makes
 * an index for it. */
static void
mark_rowid(struct facts *f, const struct sqlite_ddl *ddl, bool indexed)
{
	struct fact_column *c;

	if (f->t->key.ncolumn != 1 || ddl->without_rowid || indexed)
		return;
	c = &f->t->column[f->t->key.column[0]];
	if (strcasecmp(c->declared, "INTEGER") != 0)
		return;
	c->source = FACT_ROWID;
	c->not_null = true;
}

static bool
read_key(struct facts *f, const struct sqlite_ddl *ddl)
{
	const struct db_result *r = facts_query(f, "SELECT name FROM"
	    " pragma_table_xinfo($1, 'main') WHERE pk ORDER BY pk", 1,
	    &f->t->name), *made;
	uint32_t i;

	for (i = 0; r != NULL && i < r->n; i++)
		facts_add_column(f, &f->t->key.column, &f->t->key.ncolumn,
		    table_facts_column(f->t, db_cell(r, i, 0)));
	if (r == NULL)
		return false;
	made = facts_query(f, "SELECT 1 FROM pragma_index_list($1, 'main')"
	    " WHERE origin = 'pk'", 1, &f->t->name);
	if (made == NULL)
		return false;
	mark_rowid(f, ddl, made->n > 0);
	return true;
}

/* decant's key: a unique index with the key's name, of columns not null. */
static bool
is_key(const struct facts *f, const struct fact_index *x)
{
	uint32_t i;

	if (f->t->key.ncolumn > 0 || !x->unique || !x->plain ||
	    !sqlite_form_is_key(f->live, x->name))
		return false;
	for (i = 0; i < x->ncolumn; i++)
		if (!f->t->column[x->column[i]].not_null)
			return false;
	return true;
}

static void
add_unique(struct facts *f, const struct fact_index *x)
{
	struct fact_unique *u = ARENA_PUSH(f->arena, f->t->unique,
	    f->t->nunique, f->unique_cap);

	u->column = x->column;
	u->ncolumn = x->ncolumn;
}

static void
add_index(struct facts *f, const struct fact_index *x)
{
	if (is_key(f, x)) {
		f->t->key.name = x->name;
		f->t->key.column = x->column;
		f->t->key.ncolumn = x->ncolumn;
	} else
		*ARENA_PUSH(f->arena, f->t->index, f->t->nindex,
		    f->index_cap) = *x;
}

/* Unique constraints (origin u) have indexes that SQLite makes, in their
 * order, and names them so. */
static bool
read_indexes(struct facts *f)
{
	const struct db_result *r = facts_query(f, "SELECT l.name,"
	    " l.\"unique\", l.origin, l.partial, m.sql"
	    " FROM pragma_index_list($1, 'main') l JOIN main.sqlite_master m ON m.type = 'index' AND"
	    " m.name = l.name WHERE l.origin <> 'pk' ORDER BY l.origin DESC,"
	    " CASE l.origin WHEN 'u' THEN -l.seq END, l.name", 1,
	    &f->t->name);
	struct fact_index x;
	uint32_t i;

	for (i = 0; r != NULL && i < r->n; i++) {
		x = (struct fact_index){ .name = db_cell(r, i, 0),
		    .sql = db_cell(r, i, 4),
		    .unique = facts_is_true(db_cell(r, i, 1)),
		    .plain = !facts_is_true(db_cell(r, i, 3)) };
		if (!index_columns(f, x.name, &x.column, &x.ncolumn,
		    &x.plain))
			return false;
		if (*db_cell(r, i, 2) == 'u')
			add_unique(f, &x);
		else
			add_index(f, &x);
	}
	return r != NULL;
}

/* --- constraints --------------------------------------------------------- */

/* "REFERENCES p" means p's primary key. */
static bool
find_target(struct facts *f, struct fact_foreign *k)
{
	const struct db_result *r;
	uint32_t i;

	for (i = 0; i < k->ncolumn; i++)
		if (k->to[i] == NULL)
			break;
	if (i == k->ncolumn)
		return true;
	r = facts_query(f, "SELECT name FROM pragma_table_xinfo($1, 'main')"
	    " WHERE pk ORDER BY pk", 1, &k->to_table);
	if (r == NULL)
		return false;
	if (r->n != k->ncolumn)
		k->to = NULL;
	for (i = 0; k->to != NULL && i < k->ncolumn; i++)
		k->to[i] = db_cell(r, i, 0);
	return true;
}

/* SQLite numbers foreign keys from the last one in the text. */
static bool
read_foreign(struct facts *f, const struct sqlite_ddl *ddl)
{
	const struct db_result *r = facts_query(f, "SELECT id, \"table\","
	    " \"from\", \"to\", on_update, on_delete FROM"
	    " pragma_foreign_key_list($1, 'main') ORDER BY id DESC, seq", 1,
	    &f->t->name);
	const struct ddl_foreign *text;
	struct fact_foreign *k = NULL;
	uint32_t i;

	for (i = 0; r != NULL && i < r->n; i++) {
		if (i == 0 || strcmp(db_cell(r, i, 0),
		    db_cell(r, i - 1, 0)) != 0) {
			k = ARENA_PUSH(f->arena, f->t->foreign,
			    f->t->nforeign, f->foreign_cap);
			k->to_table = db_cell(r, i, 1);
			k->on_update = db_cell(r, i, 4);
			k->on_delete = db_cell(r, i, 5);
			k->to = arena_array(f->arena, r->n, sizeof *k->to);
		}
		k->to[k->ncolumn] = db_cell(r, i, 3);
		facts_add_column(f, &k->column, &k->ncolumn,
		    table_facts_column(f->t, db_cell(r, i, 2)));
	}
	for (i = 0; r != NULL && i < f->t->nforeign; i++) {
		if (!find_target(f, &f->t->foreign[i]))
			return false;
		if (ddl->nforeign != f->t->nforeign)
			continue;
		text = &ddl->foreign[i];
		f->t->foreign[i].name = text->name;
		f->t->foreign[i].deferrable = text->deferrable;
		f->t->foreign[i].deferred = text->deferred;
	}
	return r != NULL;
}

static void
add_checks(struct facts *f, const struct sqlite_ddl *ddl)
{
	struct fact_check *c;
	uint32_t i;

	for (i = 0; i < ddl->ncheck; i++) {
		c = ARENA_PUSH(f->arena, f->t->check, f->t->ncheck,
		    f->check_cap);
		c->name = ddl->check[i].name;
		c->expr = ddl->check[i].expr;
	}
}

/* ------------------------------------------------------------------------- */

/* The table's name in whatever case it has, its kind and text; false: told. */
static bool
find_table(struct facts *f)
{
	const struct db_result *r = facts_query(f, "SELECT name, type, sql FROM"
	    " main.sqlite_master WHERE type IN ('table', 'view') AND"
	    " name = $1 COLLATE NOCASE", 1, &f->t->name);

	if (r == NULL || r->n == 0)
		return r != NULL;
	f->t->name = db_cell(r, 0, 0);
	f->t->what = db_cell(r, 0, 1);
	f->t->sql = db_cell(r, 0, 2);
	if (strncasecmp(f->t->sql, "CREATE VIRTUAL", 14) == 0)
		f->t->what = "virtual table";
	return true;
}

bool
sqlite_facts_read(struct facts *f)
{
	struct sqlite_ddl ddl = { NULL };
	uint32_t generation;
	size_t n = staged_name(f->live, &generation);

	if (n > 0)
		f->live = arena_strndup(f->arena, f->live, n);
	if (!find_table(f))
		return false;
	if (f->t->what == NULL)
		return true;
	if (strcmp(f->t->what, "table") == 0)
		sqlite_ddl_read(&ddl, f->arena, f->t->sql);
	f->t->comment = ddl.comment;
	if (!read_columns(f, &ddl))
		return false;
	add_checks(f, &ddl);
	return read_key(f, &ddl) && read_indexes(f) && read_foreign(f, &ddl);
}

/* dbstat is not in every SQLite. */
static bool
has_dbstat(struct db *db)
{
	return db_try(db, "SELECT 1 FROM dbstat LIMIT 0");
}

bool
sqlite_facts_size(struct facts *f, struct table_size *size)
{
	const struct db_result *r;
	struct buf sql;

	if (!find_table(f))
		return false;
	if (f->t->what == NULL)
		return true;
	buf_init(&sql, 1u << 20);
	buf_puts(&sql, "SELECT count(*) FROM main.");
	sqlite_db_ident(&sql, f->t->name);
	r = facts_query(f, sql.p, 0, NULL);
	buf_fini(&sql);
	if (r == NULL)
		return false;
	size->rows = facts_number(db_cell(r, 0, 0));
	if (!has_dbstat(f->db))
		return true;
	r = facts_query(f, "SELECT sum(d.pgsize) FROM main.sqlite_master m,"
	    " dbstat('main', 1) d WHERE m.tbl_name = $1 COLLATE NOCASE AND"
	    " d.name = m.name", 1, &f->t->name);
	if (r != NULL)
		size->bytes = facts_number(db_cell(r, 0, 0));
	return r != NULL;
}

#define LIST	"SELECT name FROM main.sqlite_master WHERE type = 'table' AND" \
	" sql NOT LIKE 'CREATE VIRTUAL%' AND"				\
	" name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND"			\
	" name NOT LIKE 'decant\\_%' ESCAPE '\\'"
#define BY_NAME	" ORDER BY name"

/* Tables that are the inside of a virtual one do not count, where SQLite can
 * tell (3.37). */
bool
sqlite_facts_list(struct db *db, struct arena *a, struct fact_name **list,
    uint32_t *n)
{
	struct db_result *r = db_query(db, a, "",
	    sqlite3_libversion_number() < 3037000 ? LIST BY_NAME : LIST
	    " AND name NOT IN (SELECT name FROM pragma_table_list WHERE"
	    " schema = 'main' AND type = 'shadow')" BY_NAME, 0, NULL);
	struct fact_name *name;
	uint32_t cap = 0, i;
	size_t live;

	for (i = 0; r != NULL && i < r->n; i++) {
		name = ARENA_PUSH(a, *list, *n, cap);
		name->name = name->live = db_cell(r, i, 0);
		live = staged_name(name->name, &name->generation);
		if (live > 0)
			name->live = arena_strndup(a, name->name, live);
	}
	return r != NULL;
}
