/*
 * What is different between two versions; see shape.h.
 */
#include "generation/shape.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "generation/schema_json.h"

static const char *const words[] = {
	[SHAPE_TABLE_ADDED] = "new table", [SHAPE_TABLE_DROPPED] = "dropped",
	[SHAPE_KEY] = "another key", [SHAPE_ADDED] = "added",
	[SHAPE_DROPPED] = "dropped", [SHAPE_WIDENED] = "widened",
	[SHAPE_NARROWED] = "narrowed", [SHAPE_CHANGED] = "another type",
	[SHAPE_REQUIRED] = "made required", [SHAPE_RELAXED] = "may be null",
	[SHAPE_RULE_ADDED] = "added", [SHAPE_RULE_DROPPED] = "dropped",
};

const char *
shape_word(enum shape_kind k)
{
	return words[k];
}

struct compare {
	struct shape *s;
	struct arena *a;
	const char *table;
};

static void
add(struct compare *c, enum shape_kind kind, const char *column,
    const char *from, const char *to)
{
	*ARENA_PUSH(c->a, c->s->v, c->s->n, c->s->cap) =
	    (struct shape_change){ kind, c->table, column, from, to };
}

static const char *
type_text(struct arena *a, const struct sqltype *t)
{
	char text[48];

	return arena_strndup(a, text, sqltype_format(text, t));
}

/* Digits before the point that a type holds; -1: it is no exact number. */
static int
whole_digits(const struct sqltype *t)
{
	switch (t->kind) {
	case SQL_SMALLINT:
		return 4;
	case SQL_INTEGER:
		return 9;
	case SQL_BIGINT:
		return 18;
	case SQL_NUMERIC:
		return t->precision == 0 ? 38 : t->precision - t->scale;
	default:
		return -1;
	}
}

static int
part_digits(const struct sqltype *t)
{
	return t->kind != SQL_NUMERIC ? 0 : t->precision == 0 ? 38 :
	    t->scale;
}

/* Does a type hold all that another holds? */
static bool
holds(const struct sqltype *to, const struct sqltype *from)
{
	if (to->kind == SQL_TEXT && from->kind == SQL_TEXT)
		return to->length == 0 || (from->length != 0 &&
		    to->length >= from->length);
	if (whole_digits(to) >= 0 && whole_digits(from) >= 0)
		return whole_digits(to) >= whole_digits(from) &&
		    part_digits(to) >= part_digits(from);
	if (to->kind == SQL_DOUBLE && from->kind == SQL_REAL)
		return true;
	if (to->kind == SQL_TIMESTAMP && from->kind == SQL_DATE)
		return true;
	return to->kind == from->kind;
}

static bool
comparable(const struct sqltype *x, const struct sqltype *y)
{
	return x->kind == y->kind || (whole_digits(x) >= 0 &&
	    whole_digits(y) >= 0) || holds(x, y) || holds(y, x);
}

static void
compare_column(struct compare *c, const struct schema_column *from,
    const struct schema_column *to)
{
	const char *x = type_text(c->a, &from->type);
	const char *y = type_text(c->a, &to->type);

	if (strcmp(x, y) != 0)
		add(c, !comparable(&from->type, &to->type) ? SHAPE_CHANGED :
		    holds(&to->type, &from->type) ? SHAPE_WIDENED :
		    SHAPE_NARROWED, to->name, x, y);
	if (to->not_null != from->not_null)
		add(c, to->not_null ? SHAPE_REQUIRED : SHAPE_RELAXED,
		    to->name, NULL, NULL);
}

static const struct schema_column *
find_column(const struct schema_table *t, const char *name)
{
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		if (strcasecmp(t->column[i].name, name) == 0)
			return &t->column[i];
	return NULL;
}

static const char *
key_text_of(struct arena *a, const struct schema_table *t)
{
	const char *s = "";
	uint32_t i;

	for (i = 0; i < t->nkey; i++)
		s = arena_printf(a, "%s%s%s", s, i > 0 ? ", " : "",
		    t->column[t->key[i]].name);
	return *s == '\0' ? "none" : s;
}

static void
compare_table(struct compare *c, const struct schema_table *from,
    const struct schema_table *to)
{
	const struct schema_column *old;
	const char *x = key_text_of(c->a, from), *y = key_text_of(c->a, to);
	uint32_t i;

	if (strcmp(x, y) != 0)
		add(c, SHAPE_KEY, NULL, x, y);
	for (i = 0; i < to->ncolumn; i++) {
		old = find_column(from, to->column[i].name);
		if (old == NULL)
			add(c, SHAPE_ADDED, to->column[i].name, NULL,
			    type_text(c->a, &to->column[i].type));
		else
			compare_column(c, old, &to->column[i]);
	}
	for (i = 0; i < from->ncolumn; i++)
		if (find_column(to, from->column[i].name) == NULL)
			add(c, SHAPE_DROPPED, from->column[i].name,
			    type_text(c->a, &from->column[i].type), NULL);
}

static bool
has_rule(const struct schema *s, const char *name)
{
	uint32_t i;

	for (i = 0; s != NULL && i < s->nconstraint; i++)
		if (strcmp(s->constraint[i].name, name) == 0)
			return true;
	return false;
}

static void
compare_rules(struct compare *c, const struct schema *from,
    const struct schema *to)
{
	uint32_t i;

	for (i = 0; i < to->nconstraint; i++) {
		if (to->constraint[i].kind == CONSTRAINT_OUTSIDE)
			continue;
		c->table = to->table[to->constraint[i].table].name;
		if (!has_rule(from, to->constraint[i].name))
			add(c, SHAPE_RULE_ADDED, to->constraint[i].name, NULL,
			    NULL);
	}
	for (i = 0; from != NULL && i < from->nconstraint; i++) {
		c->table = from->table[from->constraint[i].table].name;
		if (!has_rule(to, from->constraint[i].name))
			add(c, SHAPE_RULE_DROPPED, from->constraint[i].name,
			    NULL, NULL);
	}
}

void
shape_compare(struct shape *s, struct arena *a, const struct generation *live,
    const struct schema *to)
{
	struct compare c = { .s = s, .a = a };
	const struct gen_table *old;
	uint32_t i;

	*s = (struct shape){ .n = 0 };
	for (i = 0; i < to->ntable; i++) {
		c.table = to->table[i].name;
		old = generation_find_table(live, c.table);
		if (old == NULL)
			add(&c, SHAPE_TABLE_ADDED, NULL, NULL, NULL);
		else if (old->columns == NULL)
			s->unknown = true;
		else
			compare_table(&c, old->columns, &to->table[i]);
	}
	for (i = 0; live != NULL && i < live->ntable; i++) {
		c.table = live->table[i].name;
		if (schema_find(to, c.table) == NULL)
			add(&c, SHAPE_TABLE_DROPPED, NULL, NULL, NULL);
	}
	if (live != NULL)
		compare_rules(&c, live->schema, to);
}

void
shape_text(struct buf *b, const struct shape_change *c)
{
	buf_puts(b, c->table);
	if (c->column != NULL)
		buf_printf(b, c->kind == SHAPE_RULE_ADDED ||
		    c->kind == SHAPE_RULE_DROPPED ? ": rule %s" : ".%s",
		    c->column);
	buf_printf(b, " %s", words[c->kind]);
	if (c->from != NULL && c->to != NULL)
		buf_printf(b, ": %s -> %s", c->from, c->to);
	else if (c->to != NULL)
		buf_printf(b, ": %s", c->to);
	else if (c->from != NULL)
		buf_printf(b, " (%s)", c->from);
	buf_putc(b, '\n');
}
