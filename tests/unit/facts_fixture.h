/*
 * Facts of a table as text, for tests of either database.
 */
#ifndef DECANT_FACTS_FIXTURE_H
#define DECANT_FACTS_FIXTURE_H

#include "base/buf.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/table_facts.h"

static inline void
put_fact_columns(struct buf *b, const struct table_facts *t,
    const uint32_t *column, uint32_t n)
{
	uint32_t i;

	buf_putc(b, '(');
	for (i = 0; i < n; i++)
		buf_printf(b, "%s%s", i > 0 ? "," : "",
		    column[i] >= t->ncolumn ? "?" : t->column[column[i]].name);
	buf_putc(b, ')');
}

static inline void
put_fact(struct buf *b, const char *what, const char *text)
{
	if (text != NULL)
		buf_printf(b, " %s<%s>", what, text);
}

static inline void
put_fact_column(struct buf *b, const struct fact_column *c)
{
	static const char *const source[] = { "", " rowid", " serial",
	    " identity", " always", " generated" };
	char type[48];

	type[sqltype_format(type, &c->type)] = '\0';
	buf_printf(b, "%s <%s> %s%s%s", c->name, c->declared, c->known ?
	    type : "unknown", c->not_null ? " not null" : "",
	    source[c->source]);
	put_fact(b, "expr", c->expr);
	put_fact(b, "sequence", c->sequence);
	put_fact(b, "comment", c->comment);
	buf_putc(b, '\n');
}

static inline void
put_fact_unique(struct buf *b, const struct table_facts *t, const char *what,
    const struct fact_unique *u)
{
	buf_puts(b, what);
	put_fact(b, "name", u->name);
	buf_putc(b, ' ');
	put_fact_columns(b, t, u->column, u->ncolumn);
	put_fact(b, "sql", u->sql);
	put_fact(b, "comment", u->comment);
	buf_putc(b, '\n');
}

static inline void
put_fact_foreign(struct buf *b, const struct table_facts *t,
    const struct fact_foreign *k)
{
	uint32_t i;

	buf_puts(b, "foreign");
	put_fact(b, "name", k->name);
	buf_putc(b, ' ');
	put_fact_columns(b, t, k->column, k->ncolumn);
	buf_printf(b, " to %s%s%s(", k->to_schema ? k->to_schema : "",
	    k->to_schema ? "." : "", k->to_table);
	for (i = 0; i < k->ncolumn; i++)
		buf_printf(b, "%s%s", i > 0 ? "," : "", k->to == NULL ? "?" :
		    k->to[i]);
	buf_printf(b, ") update %s delete %s%s%s", k->on_update, k->on_delete,
	    k->deferrable ? " deferrable" : "", k->deferred ? " deferred" : "");
	put_fact(b, "sql", k->sql);
	put_fact(b, "comment", k->comment);
	buf_putc(b, '\n');
}

static inline void
put_fact_index(struct buf *b, const struct table_facts *t,
    const struct fact_index *x)
{
	buf_printf(b, "%sindex %s%s ", x->unique ? "unique " : "", x->name,
	    x->plain ? "" : " not plain");
	put_fact_columns(b, t, x->column, x->ncolumn);
	put_fact(b, "sql", x->sql);
	put_fact(b, "comment", x->comment);
	buf_putc(b, '\n');
}

/* A line for each of them. */
static inline const char *
facts_text(struct arena *a, const struct table_facts *t)
{
	const char *text;
	struct buf b;
	uint32_t i;

	if (t->what == NULL)
		return "none";
	buf_init(&b, 1u << 20);
	buf_printf(&b, "%s %s%s%s", t->what, t->schema ? t->schema : "",
	    t->schema ? "." : "", t->name);
	put_fact(&b, "comment", t->comment);
	buf_putc(&b, '\n');
	for (i = 0; i < t->ncolumn; i++)
		put_fact_column(&b, &t->column[i]);
	if (t->key.ncolumn > 0)
		put_fact_unique(&b, t, "key", &t->key);
	for (i = 0; i < t->nunique; i++)
		put_fact_unique(&b, t, "unique", &t->unique[i]);
	for (i = 0; i < t->nforeign; i++)
		put_fact_foreign(&b, t, &t->foreign[i]);
	for (i = 0; i < t->ncheck; i++) {
		buf_puts(&b, "check");
		put_fact(&b, "name", t->check[i].name);
		put_fact(&b, "expr", t->check[i].expr);
		put_fact(&b, "comment", t->check[i].comment);
		buf_putc(&b, '\n');
	}
	for (i = 0; i < t->nindex; i++)
		put_fact_index(&b, t, &t->index[i]);
	text = arena_strdup(a, b.p);
	buf_fini(&b);
	return text;
}

static inline const char *
facts_of(struct db *db, struct arena *a, const char *schema, const char *name,
    uint32_t g)
{
	struct table_facts t;

	return table_facts_read(db, a, schema, name, g, &t) ?
	    facts_text(a, &t) : "false";
}

/* "a b=c@1": names, and for staged ones the live name and the generation. */
static inline const char *
facts_list(struct db *db, struct arena *a, const char *schema)
{
	struct fact_name *list;
	const char *text = "";
	uint32_t n, i;

	if (!table_facts_list(db, a, schema, &list, &n))
		return "false";
	for (i = 0; i < n; i++)
		text = arena_printf(a, "%s%s%s%s", text, i > 0 ? " " : "",
		    list[i].name, list[i].generation == 0 &&
		    strcmp(list[i].name, list[i].live) == 0 ? "" :
		    arena_printf(a, "=%s@%u", list[i].live,
		    list[i].generation));
	return text;
}

#endif
