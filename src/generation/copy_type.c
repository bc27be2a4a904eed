/*
 * How the columns of a copy are read, written and declared; see copy_plan.h.
 *
 * From PostgreSQL to PostgreSQL a column keeps its declared type, if the target
 * can have it (copy_usertype.c); what decant has no type for goes over as text,
 * which the server reads again.  Into
 * SQLite such a column becomes text, and is named in the list.
 *
 * A SQLite column holds what it was given.  Of decant's tables the ledger knows
 * the types.  Else the declared type counts where it is one of PostgreSQL's or
 * SQLite's names, and what the values are where it is not.
 */
#include "generation/copy_plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "sink/sqlite_table.h"

#define SQL_MAX		(1u << 20)
#define DIGITS_MAX	38

struct typing {
	struct copy_plan *p;
	struct copy_table *t;
	const struct fact_column *f;
	const struct schema_column *known;	/* NULL: decant did not make it */
	struct copy_column *c;
};

static void
set_type(struct copy_column *c, struct sqltype type, int16_t scale,
    enum sqlite_form from, enum sqlite_form to)
{
	c->from = c->to = (struct reader_column){ .name = c->name,
	    .type = type, .scale = scale };
	c->from.sqlite = from;
	c->to.sqlite = to;
}

static void
set_text(struct copy_column *c)
{
	set_type(c, (struct sqltype){ .kind = SQL_TEXT }, 0,
	    SQLITE_FORM_AUTO, SQLITE_FORM_AUTO);
}

static const char *
type_text(struct arena *a, const struct sqltype *type)
{
	char text[48];

	text[sqltype_format(text, type)] = '\0';
	return arena_strdup(a, text);
}

/* The target's declaration of a type of decant's. */
static void
declare(const struct typing *y)
{
	struct copy_column *c = y->c;
	const struct schema_column s = { .name = c->name, .type = c->to.type,
	    .scale = c->to.scale, .sqlite = c->to.sqlite };

	c->type = y->p->to->kind == DB_SQLITE ? sqlite_column_type(&s) :
	    type_text(y->p->arena, &c->to.type);
}

static void
becomes(const struct typing *y, const char *what, const char *type)
{
	copy_left(y->p, "column '%s' of table '%s' %s: it becomes %s",
	    y->f->name, y->t->name, what, type);
}

/* --- from PostgreSQL ----------------------------------------------------- */

static bool
is_open(const struct sqltype *t)
{
	return t->kind == SQL_NUMERIC && t->precision == 0;
}

/* A numeric of any digits: as many decimals as some value has. */
static bool
find_scale(const struct typing *y, int16_t *scale)
{
	const struct db_result *r;
	struct buf sql;
	long most = 0;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT max(scale(");
	db_ident(y->p->from, &sql, y->f->name);
	buf_printf(&sql, ")) FROM %s", y->t->relation);
	r = db_query(y->p->from, y->p->arena, "looking at the decimals of a "
	    "column", sql.p, 0, NULL);
	buf_fini(&sql);
	if (r == NULL)
		return false;
	if (db_cell(r, 0, 0) != NULL)
		most = strtol(db_cell(r, 0, 0), NULL, 10);
	*scale = (int16_t)(most > DIGITS_MAX ? DIGITS_MAX : most);
	return true;
}

static bool
postgres_to_sqlite(const struct typing *y)
{
	enum sqlite_form form = y->known == NULL ||
	    y->known->type.kind != y->f->type.kind ? SQLITE_FORM_AUTO :
	    y->known->sqlite;
	int16_t scale = y->f->type.scale;

	if (!y->f->known) {
		set_text(y->c);
		becomes(y, arena_printf(y->p->arena, "is %s",
		    y->f->declared), "text");
	} else {
		if (is_open(&y->f->type) && !find_scale(y, &scale))
			return false;
		set_type(y->c, y->f->type, scale, form, form);
	}
	declare(y);
	return true;
}

static bool
rests_on_own(const struct typing *y)
{
	const struct copy_rest *r = y->p->rest;
	uint32_t i;

	for (i = 0; i < y->p->nrest; i++)
		if (strcmp(r[i].table, y->t->name) == 0 &&
		    strcmp(r[i].column, y->f->name) == 0)
			return true;
	return false;
}

/* In our sessions only the server's own types have no schema before them. */
static void
postgres_to_postgres(const struct typing *y)
{
	struct copy_column *c = y->c;
	const struct copy_usertype *lacking = copy_usertype_lacking(y->p,
	    y->t->name, y->f->name);

	c->type = y->f->declared;
	c->collation = copy_collation(y->p, y->t->name, y->f->name);
	if (y->f->known && !is_open(&y->f->type)) {
		set_type(c, y->f->type, y->f->type.scale, SQLITE_FORM_AUTO,
		    SQLITE_FORM_AUTO);
		return;
	}
	set_text(c);
	c->as_text = lacking == NULL && (rests_on_own(y) ||
	    strchr(y->f->declared, '.') == NULL);
	if (c->as_text)
		return;
	c->type = "text";
	becomes(y, arena_printf(y->p->arena, "is %s, %s", y->f->declared,
	    lacking == NULL ? "a type of the source's own" : lacking->why),
	    "text");
}

/* --- from SQLite --------------------------------------------------------- */

/* What kinds of values there are, and the rowid of one of the rarest. */
struct classes {
	int64_t integer, real, text, blob, moment;
};

static bool
look_at_values(const struct typing *y, struct classes *k)
{
	const struct db_result *r;
	struct buf sql, name;

	buf_init(&name, SQL_MAX);
	db_ident(y->p->from, &name, y->f->name);
	buf_init(&sql, SQL_MAX);
	buf_printf(&sql, "SELECT sum(typeof(t.%s) = 'integer'), "
	    "sum(typeof(t.%s) = 'real'), sum(typeof(t.%s) = 'text'), "
	    "sum(typeof(t.%s) = 'blob'), sum(t.%s GLOB '[0-9][0-9][0-9][0-9]"
	    "-[0-9][0-9]-[0-9][0-9]*' AND typeof(t.%s) = 'text') FROM %s AS t",
	    name.p, name.p, name.p, name.p, name.p, name.p, y->t->relation);
	r = db_query(y->p->from, y->p->arena, "", sql.p, 0, NULL);
	buf_fini(&sql);
	buf_fini(&name);
	if (r == NULL)
		return false;
#define AT(i)	(db_cell(r, 0, i) == NULL ? 0 : \
		    strtoll(db_cell(r, 0, i), NULL, 10))
	*k = (struct classes){ AT(0), AT(1), AT(2), AT(3), AT(4) };
#undef AT
	return true;
}

static bool
has(const char *declared, const char *word)
{
	return strcasestr(declared, word) != NULL;
}

/* "Datatypes In SQLite", 3.1: what the declared type does to numbers. */
enum affinity { AFF_INTEGER, AFF_TEXT, AFF_BLOB, AFF_REAL, AFF_NUMERIC };

static enum affinity
affinity_of(const char *declared)
{
	if (has(declared, "INT"))
		return AFF_INTEGER;
	if (has(declared, "CHAR") || has(declared, "CLOB") ||
	    has(declared, "TEXT"))
		return AFF_TEXT;
	if (has(declared, "BLOB") || *declared == '\0')
		return AFF_BLOB;
	if (has(declared, "REAL") || has(declared, "FLOA") ||
	    has(declared, "DOUB"))
		return AFF_REAL;
	return AFF_NUMERIC;
}

/* Two kinds of values in one column: a row of each. */
static bool
tell_mixed(const struct typing *y, const char *one, const char *other)
{
	const struct db_result *r;
	const char *at = "?", *value = "?";
	struct buf sql;

	buf_init(&sql, SQL_MAX);
	buf_puts(&sql, "SELECT rowid, substr(CAST(t.");
	db_ident(y->p->from, &sql, y->f->name);
	buf_printf(&sql, " AS TEXT), 1, 60) FROM %s AS t WHERE typeof(t.",
	    y->t->relation);
	db_ident(y->p->from, &sql, y->f->name);
	buf_printf(&sql, ") = '%s' LIMIT 1", other);
	if (db_try(y->p->from, sql.p)) {
		r = db_query(y->p->from, y->p->arena, "", sql.p, 0, NULL);
		if (r != NULL && r->n > 0) {
			at = db_cell(r, 0, 0);
			value = db_cell(r, 0, 1);
		}
	}
	buf_fini(&sql);
	diag_hint(y->p->from->diags, diag_add(y->p->from->diags, DIAG_L142,
	    NOWHERE, "column '%s' of table '%s' (declared \"%s\") holds both "
	    "%s and %s: '%s' in the row with rowid %s", y->f->name,
	    y->t->name, y->f->declared, one, other, value, at),
	    "a column of the target has values of one type: put these right, "
	    "or give the column a type that they all fit");
	return false;
}

/* Whole numbers and others are of one kind where SQLite itself makes one of
 * the other.  false: told, with a value of the kind that there are least of. */
static bool
is_uniform(const struct typing *y, const struct classes *k, enum affinity aff)
{
	static const char *const name[] = { "integer", "real", "text",
	    "blob" };
	const int64_t n[] = { k->integer, k->real, k->text, k->blob };
	uint32_t most = 0, least = 4, i, kinds = 0;

	for (i = 0; i < 4; i++) {
		kinds += n[i] > 0;
		if (n[i] > n[most])
			most = i;
	}
	for (i = 0; i < 4; i++)
		if (i != most && n[i] > 0 && (least == 4 || n[i] < n[least]))
			least = i;
	if (kinds < 2 || (kinds == 2 && k->integer > 0 && k->real > 0 &&
	    (aff == AFF_NUMERIC || aff == AFF_REAL)))
		return true;
	return tell_mixed(y, name[most], name[least]);
}

/* Of a declared type that says nothing. */
static bool
type_by_values(const struct typing *y, struct sqltype *t)
{
	enum affinity aff = affinity_of(y->f->declared);
	struct classes k;

	*t = (struct sqltype){ .kind = SQL_TEXT };
	if (!look_at_values(y, &k))
		return false;
	if (!is_uniform(y, &k, aff))
		return false;
	if (k.real > 0)
		t->kind = SQL_DOUBLE;
	else if (k.integer > 0)
		t->kind = SQL_BIGINT;
	else if (k.blob > 0)
		t->kind = SQL_BYTEA;
	else if (k.text > 0 && k.moment == k.text &&
	    y->p->to->kind == DB_POSTGRES &&
	    strcasecmp(y->f->declared, "DATETIME") == 0)
		t->kind = SQL_TIMESTAMP;
	else if (k.text == 0 && (has(y->f->declared, "NUMERIC") ||
	    has(y->f->declared, "DECIMAL")))
		t->kind = SQL_NUMERIC;
	return true;
}

static bool
plain_sqlite(const struct typing *y, struct sqltype *t)
{
	static const enum sqlkind kind[] = { [AFF_INTEGER] = SQL_BIGINT,
	    [AFF_TEXT] = SQL_TEXT, [AFF_BLOB] = SQL_BYTEA,
	    [AFF_REAL] = SQL_DOUBLE };
	enum affinity aff = affinity_of(y->f->declared);
	bool same = y->p->to->kind == DB_SQLITE;

	if (y->f->known && !same && !is_open(&y->f->type)) {
		*t = y->f->type;
		if (t->kind == SQL_REAL)	/* SQLite's have 64 bits */
			t->kind = SQL_DOUBLE;
		return true;
	}
	if (aff == AFF_NUMERIC || *y->f->declared == '\0' ||
	    (!same && !y->f->known)) {
		if (!type_by_values(y, t))
			return false;
		if (!same)
			becomes(y, *y->f->declared == '\0' ? "has no declared "
			    "type" : arena_printf(y->p->arena, "is declared "
			    "\"%s\"", y->f->declared),
			    type_text(y->p->arena, t));
		return true;
	}
	*t = (struct sqltype){ .kind = kind[aff] };
	return true;
}

static bool
from_sqlite(const struct typing *y)
{
	struct sqltype t;

	if (y->known != NULL) {
		set_type(y->c, y->known->type, y->known->scale,
		    y->known->sqlite, y->known->sqlite);
		declare(y);
		return true;
	}
	if (!plain_sqlite(y, &t))
		return false;
	set_type(y->c, t, t.scale, SQLITE_FORM_AUTO, SQLITE_FORM_AUTO);
	declare(y);
	if (y->p->to->kind == DB_SQLITE)
		y->c->type = y->f->declared;
	return true;
}

/* --- both ---------------------------------------------------------------- */

static const struct schema_column *
find_known(const struct copy_table *t, const char *name)
{
	const struct schema_table *s = t->known == NULL ? NULL :
	    t->known->columns;
	uint32_t i;

	for (i = 0; s != NULL && i < s->ncolumn; i++)
		if (strcasecmp(s->column[i].name, name) == 0)
			return &s->column[i];
	return NULL;
}

bool
copy_type(struct copy_plan *p, struct copy_table *t, uint32_t column)
{
	struct typing y = { .p = p, .t = t, .f = &t->facts->column[column],
	    .c = &t->column[column] };

	y.known = find_known(t, y.f->name);
	if (p->from->kind == DB_SQLITE)
		return from_sqlite(&y);
	if (p->to->kind == DB_SQLITE)
		return postgres_to_sqlite(&y);
	postgres_to_postgres(&y);
	return true;
}
