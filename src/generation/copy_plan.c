/*
 * What a copy is going to make; see copy_plan.h.
 */
#include "generation/copy_plan.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "generation/publication_sqlite_text.h"
#include "sink/sqlite_table.h"

#define SQL_MAX		(1u << 20)

void
copy_left(struct copy_plan *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	*ARENA_PUSH(p->arena, p->left, p->nleft, p->left_cap) =
	    arena_vprintf(p->arena, fmt, ap);
	va_end(ap);
}

/* --- which tables -------------------------------------------------------- */

static void
add_table(struct copy_plan *p, const char *name, const struct gen_table *known)
{
	struct copy_table *t = ARENA_PUSH(p->arena, p->table, p->ntable,
	    p->table_cap);

	*t = (struct copy_table){ .name = arena_strdup(p->arena, name),
	    .known = known, .size = -1 };
}

/* Is it of a dataset of the source that is another one? */
static bool
is_others(struct copy_plan *p, const char *table, bool *others)
{
	struct dataset d;
	const char **name;
	uint32_t n, i;

	*others = false;
	if (p->from->kind != DB_SQLITE)
		return true;
	if (!ledger_datasets(p->from, p->arena, &name, &n))
		return false;
	for (i = 0; i < n && !*others; i++) {
		if (strcmp(name[i], p->dataset) == 0)
			continue;
		if (!dataset_read(&d, p->from, p->arena, name[i]))
			return false;
		*others = generation_find_table(dataset_live(&d), table) !=
		    NULL;
	}
	return true;
}

static bool
find_tables(struct copy_plan *p)
{
	struct fact_name *name;
	uint32_t n, i;
	bool others;

	for (i = 0; p->gen != NULL && i < p->gen->ntable; i++)
		add_table(p, p->gen->table[i].name, &p->gen->table[i]);
	if (!table_facts_list(p->from, p->arena, p->dataset, &name, &n))
		return false;
	for (i = 0; i < n; i++) {
		if (name[i].generation != 0)
			continue;
		if (!is_others(p, name[i].name, &others))
			return false;
		if (p->gen == NULL && !others)
			add_table(p, name[i].name, NULL);
		else if (generation_find_table(p->gen, name[i].name) == NULL &&
		    (p->gen == NULL || p->from->kind == DB_POSTGRES))
			copy_left(p, "table '%s', which is not of the dataset",
			    name[i].name);
	}
	if (p->ntable > 0)
		return true;
	diag_hint(p->from->diags, diag_add(p->from->diags, DIAG_L141, NOWHERE,
	    "%s has no table to copy in '%s'", p->from->description,
	    p->dataset), "--dataset names a dataset of decant's, or a schema "
	    "of PostgreSQL");
	return false;
}

static bool
read_table(struct copy_plan *p, struct copy_table *t)
{
	struct table_facts *f = arena_zalloc(p->arena, sizeof *f);
	struct table_size size;
	struct buf b;

	if (!table_facts_read(p->from, p->arena, p->dataset, t->name, 0, f))
		return false;
	if (f->what == NULL || strcmp(f->what, "table") != 0) {
		diag_hint(p->from->diags, diag_add(p->from->diags, DIAG_L014,
		    NOWHERE, "table '%s' is %s", t->name, f->what == NULL ?
		    "not there any more" : f->what), "the ledger knows of "
		    "it; decant status tells what is live");
		return false;
	}
	t->facts = f;
	t->comment = f->comment;
	if (p->from->kind == DB_SQLITE && t->known != NULL &&
	    t->known->columns != NULL && f->comment != NULL)
		t->comment = t->known->columns->comment;	/* all lines */
	buf_init(&b, SQL_MAX);
	db_put_table(p->from, &b, p->dataset, t->name, 0);
	t->relation = arena_strdup(p->arena, b.p);
	buf_fini(&b);
	/* by rowid, as what is refused is found again by its number */
	t->tail = p->from->kind == DB_SQLITE ? "NOT INDEXED" : "";
	if (p->from->kind == DB_POSTGRES && table_facts_size(p->from, p->arena,
	    p->dataset, t->name, 0, &size))
		t->size = size.bytes;
	return true;
}

/* --- columns ------------------------------------------------------------- */

/* "'text'", "-12.5", TRUE: what means the same everywhere. */
static const char *
literal(struct arena *a, const char *expr)
{
	const char *p = expr;
	size_t n;

	while (*p == '(')
		p++;
	if (*p == '\'') {
		for (n = 1; p[n] != '\0' && (p[n] != '\'' ||
		    p[n + 1] == '\''); n += p[n] == '\'' ? 2 : 1)
			continue;
		n += p[n] == '\'';
	} else {
		n = *p == '-';
		n += strspn(p + n, "0123456789.");
		if (n == 0 || (n == 1 && *p == '-')) {
			if (strncasecmp(p, "true", 4) == 0)
				return "1";
			return strncasecmp(p, "false", 5) == 0 ? "0" : NULL;
		}
	}
	p = arena_strndup(a, p, n);
	expr += strspn(expr, "(") + n;
	expr += strspn(expr, ")");
	return *expr == '\0' || strncmp(expr, "::", 2) == 0 ? p : NULL;
}

static const char *
translate_default(const struct copy_plan *p, const struct copy_column *c,
    const char *expr)
{
	const char *v = literal(p->arena, expr);

	if (v == NULL)
		return NULL;
	if (p->to->kind == DB_POSTGRES && c->to.type.kind == SQL_BOOLEAN)
		return strcmp(v, "1") == 0 ? "true" : strcmp(v, "0") == 0 ?
		    "false" : NULL;
	if (*v == '\'')
		return v;
	switch (c->to.type.kind) {
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
	case SQL_NUMERIC:
	case SQL_REAL:
	case SQL_DOUBLE:
	case SQL_BOOLEAN:
		return c->to.sqlite == SQLITE_FORM_MINOR ? NULL : v;
	default:
		return NULL;
	}
}

static void
take_default(struct copy_plan *p, const struct copy_table *t,
    struct copy_column *c, const struct fact_column *f)
{
	bool same = p->from->kind == p->to->kind;

	if (f->source == FACT_GENERATED) {
		c->written = !same;
		c->value = same ? f->expr : NULL;
		if (!same)
			copy_left(p, "what column '%s' of table '%s' is "
			    "computed of (%s): it becomes an ordinary one",
			    c->name, t->name, f->expr);
		return;
	}
	if (f->source != FACT_DEFAULT || f->expr == NULL)
		return;
	if (same && strcmp(c->type, "text") == 0 &&
	    strcmp(f->declared, "text") != 0)
		same = false;		/* it is of a type that is not there */
	c->value = same ? f->expr : translate_default(p, c, f->expr);
	if (c->value == NULL)
		copy_left(p, "the default of column '%s' of table '%s': %s",
		    c->name, t->name, f->expr);
}

/* --- numbers that the database gives ------------------------------------- */

static bool
postgres_sequence(struct copy_plan *p, struct copy_column *c,
    const struct fact_column *f)
{
	const struct db_result *r;

	r = db_query(p->from, p->arena, "looking at a sequence", arena_printf(
	    p->arena, "SELECT v.last_value, v.is_called, format('INCREMENT BY "
	    "%%s MINVALUE %%s MAXVALUE %%s START WITH %%s CACHE %%s%%s', "
	    "q.seqincrement, q.seqmin, q.seqmax, q.seqstart, q.seqcache, "
	    "CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END), k.relname, "
	    "format_type(q.seqtypid, NULL) FROM %s v, pg_sequence q JOIN "
	    "pg_class k ON k.oid = q.seqrelid WHERE q.seqrelid = "
	    "$1::regclass", f->sequence), 1, &f->sequence);
	if (r == NULL || r->n == 0)
		return false;
	c->sequence = (struct copy_sequence){ .name = db_cell(r, 0, 3),
	    .options = f->source == FACT_SERIAL ? arena_printf(p->arena,
	    "AS %s %s", db_cell(r, 0, 4), db_cell(r, 0, 2)) :
	    db_cell(r, 0, 2), .last = strtoll(db_cell(r, 0, 0), NULL, 10),
	    .called = *db_cell(r, 0, 1) == 't' };
	return true;
}

/* Of a table with AUTOINCREMENT, what was given out; of another, the largest
 * that is there. */
static bool
sqlite_sequence(struct copy_plan *p, const struct copy_table *t,
    struct copy_column *c)
{
	bool counted = litetext_has(t->facts->sql, "AUTOINCREMENT");
	const struct db_result *r;
	struct buf sql;

	buf_init(&sql, SQL_MAX);
	if (counted) {
		buf_puts(&sql, "SELECT seq FROM main.sqlite_sequence WHERE "
		    "name = ");
		db_literal(p->from, &sql, t->facts->name);
	} else {
		buf_puts(&sql, "SELECT max(t.");
		db_ident(p->from, &sql, c->name);
		buf_printf(&sql, ") FROM %s AS t", t->relation);
	}
	r = db_query(p->from, p->arena, "", sql.p, 0, NULL);
	buf_fini(&sql);
	if (r == NULL)
		return false;
	c->sequence.options = "";
	c->sequence.called = r->n > 0 && db_cell(r, 0, 0) != NULL;
	if (c->sequence.called)
		c->sequence.last = strtoll(db_cell(r, 0, 0), NULL, 10);
	if (counted || t->known == NULL)
		c->number = counted ? AUTO_IDENTITY : AUTO_ROWID;
	return true;
}

static bool
take_numbers(struct copy_plan *p, struct copy_table *t, uint32_t i)
{
	const struct fact_column *f = &t->facts->column[i];
	struct copy_column *c = &t->column[i];
	const struct table_facts *all = t->facts;

	if (p->from->kind == DB_SQLITE)
		return f->source != FACT_ROWID || sqlite_sequence(p, t, c);
	if (f->source != FACT_SERIAL && f->source != FACT_IDENTITY &&
	    f->source != FACT_ALWAYS)
		return true;
	c->number = f->source == FACT_SERIAL ? AUTO_SERIAL :
	    f->source == FACT_ALWAYS ? AUTO_ALWAYS : AUTO_IDENTITY;
	if (f->sequence == NULL || !postgres_sequence(p, c, f))
		return false;
	if (p->to->kind != DB_SQLITE || (all->key.ncolumn == 1 &&
	    all->key.column[0] == i))
		return true;
	c->number = AUTO_NONE;
	copy_left(p, "the numbers that the database gives column '%s' of table "
	    "'%s': in SQLite only a key has them", c->name, t->name);
	return true;
}

static bool
is_key(const struct table_facts *f, uint32_t column)
{
	uint32_t i;

	for (i = 0; i < f->key.ncolumn; i++)
		if (f->key.column[i] == column)
			return true;
	return false;
}

/* The columns that are written, as the sinks have them. */
static void
put_written(struct copy_plan *p, struct copy_table *t)
{
	struct schema_table *w = &t->written;
	const struct copy_column *c;
	uint32_t i, k;

	*w = (struct schema_table){ .name = t->name, .comment = t->comment };
	w->column = arena_array(p->arena, t->ncolumn + 1, sizeof *w->column);
	w->key = arena_array(p->arena, t->nkey + 1, sizeof *w->key);
	t->index = arena_array(p->arena, t->ncolumn + 1, sizeof *t->index);
	for (i = 0; i < t->ncolumn; i++) {
		c = &t->column[i];
		t->as_text |= c->as_text;
		if (!c->written)
			continue;
		for (k = 0; k < t->nkey; k++)
			if (t->key[k] == i)
				w->key[k] = w->ncolumn;
		t->index[w->ncolumn] = i;
		w->column[w->ncolumn++] = (struct schema_column){
		    .name = c->name, .type = c->to.type, .scale = c->to.scale,
		    .not_null = c->not_null, .sqlite = c->to.sqlite,
		    .comment = c->comment };
	}
	w->nkey = t->nkey;
}

static bool
read_columns(struct copy_plan *p, struct copy_table *t)
{
	const struct fact_column *f;
	struct copy_column *c;
	uint32_t i;

	t->ncolumn = t->facts->ncolumn;
	t->key = t->facts->key.column;
	t->nkey = t->facts->key.ncolumn;
	t->column = arena_array(p->arena, t->ncolumn + 1, sizeof *t->column);
	for (i = 0; i < t->ncolumn; i++) {
		f = &t->facts->column[i];
		c = &t->column[i];
		c->name = f->name;
		c->written = true;
		c->comment = f->comment;
		c->not_null = f->not_null || is_key(t->facts, i);
		if (!copy_type(p, t, i) || !take_numbers(p, t, i))
			return false;
		take_default(p, t, c, f);
	}
	put_written(p, t);
	return true;
}

/* Limits of the target, and what the sinks ask for. */
static bool
check_table(struct copy_plan *p, const struct copy_table *t)
{
	struct schema s = { .name = p->dataset, .ntable = 1 };
	struct schema_table one = t->written;
	uint32_t i;

	s.table = &one;
	if (p->to->kind == DB_SQLITE)
		return sqlite_table_check(p->from->diags, &s, &one);
	for (i = 0; i < t->ncolumn; i++)
		if (strlen(t->column[i].name) > 63)
			break;
	if (i == t->ncolumn && strlen(t->name) <= 63)
		return true;
	diag_hint(p->from->diags, diag_add(p->from->diags, DIAG_L143, NOWHERE,
	    "\"%s\" of table \"%s\" has more than 63 bytes", i == t->ncolumn ?
	    t->name : t->column[i].name, t->name), "PostgreSQL's names end "
	    "there: rename it in the source");
	return false;
}

bool
copy_plan_make(struct copy_plan *p, const struct dataset *target)
{
	const struct generation *live = dataset_live(target);
	struct copy_table *t;
	bool good = true;
	uint32_t i;

	p->replaces = live != NULL;
	if (!find_tables(p))
		return false;
	for (i = 0; i < p->ntable; i++)
		if (!read_table(p, &p->table[i]))
			return false;
	if (!copy_usertypes(p))
		return false;
	for (i = 0; i < p->ntable; i++) {
		t = &p->table[i];
		t->replaces = generation_find_table(live, t->name) != NULL;
		good &= read_columns(p, t) && check_table(p, t);
	}
	if (!good || !copy_rules(p) || !copy_look_beside(p) ||
	    !copy_grants(p))
		return false;
	copy_schema(p);
	return true;
}
