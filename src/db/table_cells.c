/*
 * A table as it is read; see table_cells.h.
 *
 * PostgreSQL: by key where there is one; else as the rows lie, which within a
 * snapshot does not change as long as nothing but a plain scan reads them
 * (table_source.c sees to that); a view by all its columns.  SQLite: by rowid,
 * which costs nothing, else as the rows come.
 */
#include "db/table_cells.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"

#define SQL_MAX		(1u << 20)
#define PRECISION_MAX	38

/* ---- types -------------------------------------------------------------- */

/* An unknown type, as text. */
static void
cell_as_text(struct table_column *c)
{
	c->cell.type = (struct sqltype){ .kind = SQL_TEXT };
	c->cell.held = true;
	c->as_text = true;
}

#ifdef HAVE_LIBPQ
/* pg_type.dat: the types of which decant has an equal. */
enum pg_oid {
	PG_BOOL = 16, PG_BYTEA = 17, PG_INT8 = 20, PG_INT2 = 21, PG_INT4 = 23,
	PG_TEXT = 25, PG_FLOAT4 = 700, PG_FLOAT8 = 701, PG_BPCHAR = 1042,
	PG_VARCHAR = 1043, PG_DATE = 1082, PG_TIME = 1083, PG_TIMESTAMP = 1114,
	PG_NUMERIC = 1700
};

/*
 * numeric.h: precision and scale of a type modifier; the scale is 11 bits with
 * a sign (from PostgreSQL 15 on).
 */
static void
pg_numeric(struct table_column *c, long typmod)
{
	long precision = (typmod - 4) >> 16 & 0xffff;
	long scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;

	c->cell.type.kind = SQL_NUMERIC;
	c->open_scale = typmod < 4 || precision > PRECISION_MAX || scale < 0 ||
	    scale > precision;
	if (c->open_scale)
		return;
	c->cell.type.precision = (int16_t)precision;
	c->cell.type.scale = c->cell.scale = (int16_t)scale;
}

static void
pg_type(struct table_column *c, long oid, long typmod)
{
	struct sqltype *t = &c->cell.type;

	c->cell.held = true;
	switch (oid) {
	case PG_BPCHAR:
		/* its blanks mean nothing, and its cast to text drops them */
		cell_as_text(c);
		if (typmod > 4)
			t->length = (uint32_t)(typmod - 4);
		break;
	case PG_VARCHAR:
		if (typmod > 4)
			t->length = (uint32_t)(typmod - 4);
		break;
	case PG_TEXT:
		break;
	case PG_INT2:
		t->kind = SQL_SMALLINT;
		break;
	case PG_INT4:
		t->kind = SQL_INTEGER;
		break;
	case PG_INT8:
		t->kind = SQL_BIGINT;
		break;
	case PG_NUMERIC:
		pg_numeric(c, typmod);
		break;
	case PG_FLOAT4:
		t->kind = SQL_REAL;
		break;
	case PG_FLOAT8:
		t->kind = SQL_DOUBLE;
		break;
	case PG_BOOL:
		t->kind = SQL_BOOLEAN;
		break;
	case PG_DATE:
		t->kind = SQL_DATE;
		break;
	case PG_TIME:
		t->kind = SQL_TIME;
		break;
	case PG_TIMESTAMP:
		t->kind = SQL_TIMESTAMP;
		break;
	case PG_BYTEA:
		t->kind = SQL_BYTEA;
		break;
	default:
		cell_as_text(c);
	}
}
#endif

static bool
has(const char *declared, const char *word)
{
	return strcasestr(declared, word) != NULL;
}

/*
 * "Datatypes In SQLite", 3.1: the affinity of a declared type; and where it is
 * one of PostgreSQL's names, what its values are meant to be.  Whole numbers
 * are of 64 bits, floats doubles, and lengths count for nothing.
 */
static void
sqlite_type(struct table_column *c, const char *declared)
{
	struct sqltype *t = &c->cell.type;
	const char *why;

	if (sqltype_parse(declared, strlen(declared), t, &why)) {
		c->cell.scale = t->scale;
		if (t->kind == SQL_SMALLINT || t->kind == SQL_INTEGER)
			t->kind = SQL_BIGINT;
		if (t->kind == SQL_REAL || (t->kind == SQL_NUMERIC &&
		    t->precision == 0))
			t->kind = SQL_DOUBLE;
		return;
	}
	*t = (struct sqltype){ .kind = SQL_TEXT };
	if (has(declared, "INT"))
		t->kind = SQL_BIGINT;
	else if (has(declared, "CHAR") || has(declared, "CLOB") ||
	    has(declared, "TEXT"))
		t->kind = SQL_TEXT;
	else if (has(declared, "BLOB"))
		t->kind = SQL_BYTEA;
	else if (has(declared, "REAL") || has(declared, "FLOA") ||
	    has(declared, "DOUB"))
		t->kind = SQL_DOUBLE;
	else if (strcasecmp(declared, "DATETIME") == 0)
		t->kind = SQL_TIMESTAMP;
	else
		cell_as_text(c);
}

/* ---- PostgreSQL: what is behind domains, and modifiers ------------------- */

#ifdef HAVE_LIBPQ
static const char pg_types[] =
    "WITH RECURSIVE base AS ("
    " SELECT a.attnum, a.attnotnull AS nn, a.atttypid AS type,"
    "  a.atttypmod AS typmod"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = $1 AND c.relname = $2"
    "  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
    "  AND a.attnum > 0 AND NOT a.attisdropped"
    " UNION ALL"
    " SELECT b.attnum, b.nn OR t.typnotnull, t.typbasetype,"
    "  CASE WHEN t.typtypmod < 0 THEN b.typmod ELSE t.typtypmod END"
    " FROM base b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd')"
    "SELECT b.nn, b.type::int8, b.typmod"
    " FROM base b JOIN pg_type t ON t.oid = b.type"
    " WHERE t.typtype <> 'd' ORDER BY b.attnum";

static bool
cells_postgres(struct db *db, struct arena *a, struct table_cells *t)
{
	const char *param[2] = { t->facts->schema, t->facts->name };
	const struct db_result *r = db_query(db, a, "looking at types",
	    pg_types, 2, param);
	struct table_column *c;
	uint32_t i;

	for (i = 0; r != NULL && i < r->n && i < t->ncolumn; i++) {
		c = &t->column[i];
		c->cell.not_null = db_cell(r, i, 0)[0] == 't';
		pg_type(c, strtol(db_cell(r, i, 1), NULL, 10),
		    strtol(db_cell(r, i, 2), NULL, 10));
	}
	return r != NULL;
}
#endif

/* ---- SQLite ------------------------------------------------------------- */

/* What the rowid is called, where there is one. */
static const char *
sqlite_rowid(struct db *db, const struct table_facts *f)
{
	static const char *const names[] = { "rowid", "_rowid_", "oid" };
	const char *found = NULL;
	struct buf sql;
	uint32_t i;

	for (i = 0; i < 3 && found == NULL; i++)
		if (table_facts_column(f, names[i]) == UINT32_MAX)
			found = names[i];
	if (found == NULL)
		return NULL;
	buf_init(&sql, SQL_MAX);
	buf_printf(&sql, "SELECT %s FROM ", found);
	db_put_table(db, &sql, "", f->name, 0);
	buf_puts(&sql, " LIMIT 0");
	if (!db_try(db, sql.p))
		found = NULL;		/* WITHOUT ROWID */
	buf_fini(&sql);
	return found;
}

/* ---- both --------------------------------------------------------------- */

static bool
is_never_null(const struct table_cells *t, const uint32_t *column, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (!t->column[column[i]].cell.not_null)
			return false;
	return n > 0;
}

static void
take_key(struct table_cells *t, const uint32_t *column, uint32_t n)
{
	if (t->nkey > 0 || !is_never_null(t, column, n))
		return;
	t->key = column;
	t->nkey = n;
}

/* SQLite's primary keys may be null; then they are none. */
static void
find_key(struct table_cells *t)
{
	const struct table_facts *f = t->facts;
	uint32_t i;

	take_key(t, f->key.column, f->key.ncolumn);
	for (i = 0; i < f->nunique; i++)
		take_key(t, f->unique[i].column, f->unique[i].ncolumn);
	for (i = 0; i < f->nindex; i++)
		if (f->index[i].unique && f->index[i].plain)
			take_key(t, f->index[i].column, f->index[i].ncolumn);
}

bool
table_cells_of(struct db *db, struct arena *a, const struct table_facts *f,
    struct table_cells *t)
{
	uint32_t i;

	*t = (struct table_cells){ .facts = f, .ncolumn = f->ncolumn };
	t->view = strcmp(f->what, "view") == 0 ||
	    strcmp(f->what, "foreign table") == 0;
	t->column = arena_array(a, f->ncolumn + 1, sizeof *t->column);
	for (i = 0; i < f->ncolumn; i++)
		t->column[i].name = f->column[i].name;
#ifdef HAVE_LIBPQ
	if (db->kind == DB_POSTGRES && !cells_postgres(db, a, t))
		return false;
#endif
	for (i = 0; db->kind == DB_SQLITE && i < f->ncolumn; i++) {
		t->column[i].cell.not_null = f->column[i].not_null;
		sqlite_type(&t->column[i], f->column[i].declared);
	}
	if (db->kind == DB_SQLITE && strcmp(f->what, "table") == 0)
		t->rowid = sqlite_rowid(db, f);
	find_key(t);
	return true;
}

static void
put_table(const struct db *db, const struct table_cells *f, struct buf *b)
{
	db_put_table(db, b, f->facts->schema != NULL ? f->facts->schema : "",
	    f->facts->name, 0);
}

bool
table_cells_find_scale(struct db *db, struct arena *a,
    const struct table_cells *f, struct table_column *c)
{
	struct db_result *r;
	struct buf sql;
	long scale = 0;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT pg_catalog.max(pg_catalog.scale(");
	db_ident(db, &sql, c->name);
	buf_puts(&sql, ")) FROM ");
	put_table(db, f, &sql);
	r = db_query(db, a, "looking at the decimals of a column", sql.p, 0,
	    NULL);
	buf_fini(&sql);
	if (r == NULL)
		return false;
	if (r->n > 0 && db_cell(r, 0, 0) != NULL)
		scale = strtol(db_cell(r, 0, 0), NULL, 10);
	c->cell.scale = (int16_t)(scale > PRECISION_MAX ? PRECISION_MAX :
	    scale);
	return true;
}

/* A column of the inner query. */
static void
put_column(const struct db *db, const struct table_column *c, struct buf *b)
{
	if (!c->as_text) {
		db_ident(db, b, c->name);
		return;
	}
	buf_puts(b, "CAST(");
	db_ident(db, b, c->name);
	buf_puts(b, db->kind == DB_POSTGRES ? " AS pg_catalog.text) AS " :
	    " AS TEXT) AS ");
	db_ident(db, b, c->name);
}

/* `of`: what stands before a column's name, which a cast has too. */
static void
put_order(const struct db *db, const struct table_cells *f, const char *of,
    struct buf *b)
{
	uint32_t i;

	if (db->kind == DB_SQLITE) {
		if (f->rowid != NULL)
			buf_printf(b, " ORDER BY %s", f->rowid);
		return;
	}
	for (i = 0; i < f->nkey; i++) {
		buf_printf(b, "%s%s", i == 0 ? " ORDER BY " : ", ", of);
		db_ident(db, b, f->column[f->key[i]].name);
	}
	/* rows that are equal in all columns may change places */
	for (i = 0; f->view && f->nkey == 0 && i < f->ncolumn; i++)
		buf_printf(b, "%s%u", i == 0 ? " ORDER BY " : ", ", i + 1);
}

void
table_cells_relation(const struct db *db, const struct table_cells *f,
    struct buf *relation, struct buf *tail)
{
	bool plain = true;
	uint32_t i;

	buf_puts(tail, "");
	for (i = 0; i < f->ncolumn; i++)
		plain = plain && !f->column[i].as_text;
	if (plain) {
		put_table(db, f, relation);
		put_order(db, f, "", tail);
		return;
	}
	buf_puts(relation, "(SELECT ");
	for (i = 0; i < f->ncolumn; i++) {
		if (i > 0)
			buf_puts(relation, ", ");
		put_column(db, &f->column[i], relation);
	}
	buf_puts(relation, " FROM ");
	put_table(db, f, relation);
	buf_puts(relation, " t");
	put_order(db, f, "t.", relation);
	buf_puts(relation, ") AS t");
}

bool
table_cells_equal(const struct table_cells *x, const struct table_cells *y)
{
	const struct fact_column *p = x->facts->column, *q = y->facts->column;
	uint32_t i;

	if (x->ncolumn != y->ncolumn || x->nkey != y->nkey)
		return false;
	for (i = 0; i < x->ncolumn; i++)
		if (strcmp(p[i].name, q[i].name) != 0 ||
		    strcmp(p[i].declared, q[i].declared) != 0 ||
		    x->column[i].cell.not_null != y->column[i].cell.not_null)
			return false;
	for (i = 0; i < x->nkey; i++)
		if (x->key[i] != y->key[i])
			return false;
	return true;
}
