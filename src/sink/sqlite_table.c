/*
 * Columns and tables as SQLite holds them; see sqlite_table.h.
 */
#include "sink/sqlite_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite_db.h"
#include "plan/key.h"
#include "sink/sqlite_constraint.h"
#include "value/format.h"

enum sqlite_cell
sqlite_column_cell(const struct schema_column *c)
{
	return sqlite_form_cell(&c->type, c->scale, c->sqlite);
}

const char *
sqlite_column_type(const struct schema_column *c)
{
	switch (sqlite_column_cell(c)) {
	case CELL_INTEGER:
		return "INTEGER";
	case CELL_REAL:
		return "REAL";
	case CELL_BLOB:
		return "BLOB";
	default:
		return "TEXT";
	}
}

int
sqlite_table_rowid(const struct schema_table *t)
{
	enum sqlkind kind;

	if (t->nkey != 1)
		return -1;
	kind = t->column[t->key[0]].type.kind;
	return kind == SQL_SMALLINT || kind == SQL_INTEGER ||
	    kind == SQL_BIGINT ? (int)t->key[0] : -1;
}

static bool
is_key_column(const struct schema_table *t, uint32_t column)
{
	uint32_t i;

	for (i = 0; i < t->nkey; i++)
		if (t->key[i] == column)
			return true;
	return false;
}

/* Is it compared by what the database holds? */
static bool
is_compared(const struct schema *s, const struct schema_table *t,
    uint32_t column)
{
	const struct schema_constraint *k;
	uint32_t i, c;

	for (i = 0; i < s->nconstraint; i++) {
		k = &s->constraint[i];
		if (&s->table[k->table] != t || k->kind == CONSTRAINT_INDEX)
			continue;
		for (c = 0; c < k->ncolumn; c++)
			if (k->column[c] == column)
				return true;
	}
	return is_key_column(t, column);
}

bool
sqlite_table_check(struct diags *diags, const struct schema *s,
    const struct schema_table *t)
{
	const struct schema_column *c;
	const char *form;
	char type[48];
	struct diag *d;
	uint32_t i;
	int most;

	for (i = 0; i < t->ncolumn; i++) {
		c = &t->column[i];
		if (c->type.kind != SQL_NUMERIC)
			continue;
		if (c->sqlite == SQLITE_FORM_MINOR) {
			form = "minor";
			most = FORM_INTEGER_DIGITS;
		} else if (c->sqlite == SQLITE_FORM_REAL &&
		    is_compared(s, t, i)) {
			form = "real, in a key,";
			most = FORM_REAL_DIGITS;
		} else
			continue;
		if (c->type.precision > 0 && c->type.precision <= most)
			continue;
		sqltype_format(type, &c->type);
		d = diag_add(diags, DIAG_T017, NOWHERE,
		    "\"%s.%s\" is %s, but %s takes up to %d digits", t->name,
		    c->name, type, form, most);
		diag_hint(diags, d, "give it a type with fewer digits, or "
		    "sqlite: text");
		return false;
	}
	return true;
}

/* " -- text", on one line. */
static void
put_comment(struct buf *b, const char *lead, const char *text)
{
	if (text == NULL)
		return;
	buf_printf(b, "%s-- ", lead);
	for (; *text != '\0'; text++)
		buf_putc(b, (unsigned char)*text < 0x20 ? ' ' : *text);
}

void
sqlite_table_put(struct buf *b, const char *name, uint32_t generation)
{
	struct arena a;

	arena_init(&a);
	sqlite_db_ident(b, db_generation_table(&a, name, generation));
	arena_fini(&a);
}

void
sqlite_table_create(struct buf *b, const struct schema *s,
    const struct schema_table *t, uint32_t generation)
{
	int rowid = sqlite_table_rowid(t);
	const struct schema_column *c;
	uint32_t i;

	buf_puts(b, "CREATE TABLE ");
	sqlite_table_put(b, t->name, generation);
	buf_puts(b, " (");
	put_comment(b, " ", t->comment);
	for (i = 0; i < t->ncolumn; i++) {
		c = &t->column[i];
		if (i > 0)
			buf_putc(b, ',');
		put_comment(b, "\n    ", c->comment);
		buf_puts(b, "\n    ");
		sqlite_db_ident(b, c->name);
		buf_printf(b, " %s", sqlite_column_type(c));
		if ((int)i == rowid)
			buf_puts(b, " PRIMARY KEY");
		else if (c->not_null || is_key_column(t, i))
			buf_puts(b, " NOT NULL");
	}
	sqlite_constraints_create(b, s, t, generation);
	buf_puts(b, "\n)");
}

void
sqlite_table_key_columns(struct buf *b, const struct schema_table *t)
{
	uint32_t i;

	for (i = 0; i < t->nkey; i++) {
		if (i > 0)
			buf_puts(b, ", ");
		sqlite_db_ident(b, t->column[t->key[i]].name);
	}
}

void
sqlite_table_create_key(struct buf *b, const struct schema_table *t,
    const char *index, const char *name)
{
	buf_puts(b, "CREATE UNIQUE INDEX ");
	sqlite_db_ident(b, index);
	buf_puts(b, " " SQLITE_INDEX_MARK " ON ");
	sqlite_db_ident(b, name);
	buf_puts(b, " (");
	sqlite_table_key_columns(b, t);
	buf_puts(b, ")");
}

static bool
is_table_name(const struct schema *s, const char *name)
{
	uint32_t i;

	for (i = 0; i < s->ntable; i++)
		if (strcasecmp(s->table[i].name, name) == 0)
			return true;
	return false;
}

const char *
sqlite_table_key_name(struct arena *a, const struct schema *s,
    const struct schema_table *t, uint32_t generation)
{
	const char *name = arena_printf(a, "%s_key", t->name);

	/* Names of tables and indexes must differ. */
	while (is_table_name(s, name))
		name = arena_printf(a, "%s_", name);
	return db_generation_table(a, name, generation);
}

static void
blob_text(struct buf *b, sqlite3_stmt *st, int i)
{
	const unsigned char *p = sqlite3_column_blob(st, i);
	int n = sqlite3_column_bytes(st, i), k;

	buf_puts(b, "\\x");
	for (k = 0; k < n; k++)
		buf_printf(b, "%02x", p[k]);
}

/* The canonical text of a value that SQLite holds as a number. */
static size_t
number_text(char *out, const struct schema_column *c, sqlite3_stmt *st, int i)
{
	static const double pow10[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
	bool decimal = c->type.kind == SQL_NUMERIC;

	if (c->type.kind == SQL_BOOLEAN)
		return (size_t)snprintf(out, FORMAT_MAX, "%s",
		    sqlite3_column_int(st, i) ? "true" : "false");
	if (sqlite_column_cell(c) == CELL_INTEGER)
		return format_i64(out, sqlite3_column_int64(st, i),
		    decimal ? c->scale : 0);
	if (decimal)	/* at most 15 digits: see sqlite_table_check */
		return format_i64(out, llround(sqlite3_column_double(st, i) *
		    pow10[c->scale]), c->scale);
	return format_f64(out, sqlite3_column_double(st, i));
}

void
sqlite_table_key_text(struct buf *b, const struct schema_table *t,
    const uint32_t *column, uint32_t n, sqlite3_stmt *st)
{
	const struct schema_column *c;
	char number[FORMAT_MAX];
	struct buf blob;
	const char *text;
	uint32_t i;

	for (i = 0; i < n; i++) {
		c = &t->column[column[i]];
		switch (sqlite_column_cell(c)) {
		case CELL_INTEGER:
		case CELL_REAL:
			key_add(b, number, number_text(number, c, st, (int)i));
			break;
		case CELL_BLOB:
			buf_init(&blob, b->max);
			blob_text(&blob, st, (int)i);
			key_add(b, blob.p, blob.len);
			buf_fini(&blob);
			break;
		default:
			text = (const char *)sqlite3_column_text(st, (int)i);
			key_add(b, text == NULL ? "" : text,
			    (size_t)sqlite3_column_bytes(st, (int)i));
		}
	}
}
