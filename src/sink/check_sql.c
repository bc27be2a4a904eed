/*
 * Checks as SQL; see check_sql.h.
 *
 * What is taken over is comparisons of columns with columns and literals, IN,
 * BETWEEN, IS NULL, AND, OR and NOT, whose meaning is the same everywhere.
 * Functions, arithmetic, casts and CASE are not: the targets' integers
 * overflow elsewhere, their texts fold otherwise, and an error there would
 * end the load.
 */
#include "sink/check_sql.h"

#include <string.h>

#include "base/buf.h"
#include "plan/schema.h"

struct writer {
	struct buf *b;
	const struct check_dialect *d;
	const struct schema_table *t;
};

static const struct schema_column *
column_of(const struct writer *w, const struct expr *e)
{
	uint32_t c = e->kind == EX_NAME ? schema_named_column(w->t, e) :
	    UINT32_MAX;

	return c == UINT32_MAX ? NULL : &w->t->column[c];
}

static enum check_class
number_class(const struct writer *w, const struct expr *e)
{
	unsigned digits = 0;
	uint32_t i;

	for (i = 0; i < e->text.len; i++)
		digits += e->text.p[i] != '.';
	return digits > 0 && digits <= w->d->digits ? CHECK_NUMBER :
	    CHECK_NONE;
}

/* What a side of a comparison is. */
static enum check_class
class_of(const struct writer *w, const struct expr *e)
{
	const struct schema_column *c = column_of(w, e);

	if (c != NULL)
		return w->d->class(c);
	switch (e->kind) {
	case EX_NUMBER:
		return number_class(w, e);
	case EX_NEGATE:
		return e->arg[0]->kind == EX_NUMBER ?
		    number_class(w, e->arg[0]) : CHECK_NONE;
	case EX_TEXT:
		return memchr(e->text.p, '\0', e->text.len) == NULL ?
		    CHECK_TEXT : CHECK_NONE;
	case EX_DATE:
		return CHECK_DATE;
	case EX_TRUE:
	case EX_FALSE:
		return CHECK_BOOLEAN;
	default:
		return CHECK_NONE;
	}
}

static void
put_text(const struct writer *w, const struct slice *s)
{
	struct buf text;

	buf_init(&text, (size_t)s->len + 1);
	buf_put(&text, s->p, s->len);
	w->d->literal(w->b, text.p == NULL ? "" : text.p);
	buf_fini(&text);
}

static void
put_side(const struct writer *w, const struct expr *e, bool order)
{
	const struct schema_column *c = column_of(w, e);

	if (c != NULL) {
		w->d->ident(w->b, c->name);
		if (order && w->d->class(c) == CHECK_TEXT)
			buf_puts(w->b, w->d->order);
		return;
	}
	switch (e->kind) {
	case EX_NEGATE:
		buf_putc(w->b, '-');
		buf_put(w->b, e->arg[0]->text.p, e->arg[0]->text.len);
		break;
	case EX_NUMBER:
		buf_put(w->b, e->text.p, e->text.len);
		break;
	case EX_DATE:
		buf_puts(w->b, "DATE ");
		/* FALLTHROUGH */
	case EX_TEXT:
		put_text(w, &e->text);
		break;
	default:
		buf_puts(w->b, e->kind == EX_TRUE ? "TRUE" : "FALSE");
		break;
	}
}

/* Two sides of one class, one of them a column. */
static bool
may_compare(const struct writer *w, const struct expr *x,
    const struct expr *y, bool order)
{
	enum check_class class = class_of(w, x);

	return class != CHECK_NONE && class == class_of(w, y) &&
	    !(order && class == CHECK_BOOLEAN) &&
	    (column_of(w, x) != NULL || column_of(w, y) != NULL);
}

static bool
put_comparison(const struct writer *w, const struct expr *e)
{
	static const char *const sign[] = { " = ", " <> ", " < ", " <= ",
	    " > ", " >= " };
	bool order = e->kind != EX_EQ && e->kind != EX_NE;

	if (!may_compare(w, e->arg[0], e->arg[1], order))
		return false;
	put_side(w, e->arg[0], order);
	buf_puts(w->b, sign[e->kind - EX_EQ]);
	put_side(w, e->arg[1], order);
	return true;
}

static bool
put_in(const struct writer *w, const struct expr *e)
{
	uint32_t i;

	if (column_of(w, e->arg[0]) == NULL)
		return false;
	put_side(w, e->arg[0], false);
	buf_puts(w->b, e->kind == EX_IN ? " IN (" : " NOT IN (");
	for (i = 1; i < e->narg; i++) {
		if (!may_compare(w, e->arg[0], e->arg[i], false))
			return false;
		if (i > 1)
			buf_puts(w->b, ", ");
		put_side(w, e->arg[i], false);
	}
	buf_putc(w->b, ')');
	return true;
}

static bool
put_between(const struct writer *w, const struct expr *e)
{
	if (!may_compare(w, e->arg[0], e->arg[1], true) ||
	    !may_compare(w, e->arg[0], e->arg[2], true))
		return false;
	put_side(w, e->arg[0], true);
	buf_puts(w->b, e->kind == EX_BETWEEN ? " BETWEEN " :
	    " NOT BETWEEN ");
	put_side(w, e->arg[1], true);
	buf_puts(w->b, " AND ");
	put_side(w, e->arg[2], true);
	return true;
}

static bool
put_condition(const struct writer *w, const struct expr *e)
{
	const struct schema_column *c;
	bool good;

	switch (e->kind) {
	case EX_AND:
	case EX_OR:
		buf_putc(w->b, '(');
		good = put_condition(w, e->arg[0]);
		buf_puts(w->b, e->kind == EX_AND ? " AND " : " OR ");
		good = good && put_condition(w, e->arg[1]);
		buf_putc(w->b, ')');
		return good;
	case EX_NOT:
		buf_puts(w->b, "NOT (");
		good = put_condition(w, e->arg[0]);
		buf_putc(w->b, ')');
		return good;
	case EX_EQ:
	case EX_NE:
	case EX_LT:
	case EX_LE:
	case EX_GT:
	case EX_GE:
		return put_comparison(w, e);
	case EX_IN:
	case EX_NOT_IN:
		return put_in(w, e);
	case EX_BETWEEN:
	case EX_NOT_BETWEEN:
		return put_between(w, e);
	case EX_IS_NULL:
	case EX_IS_NOT_NULL:
		if (column_of(w, e->arg[0]) == NULL)
			return false;
		put_side(w, e->arg[0], false);
		buf_puts(w->b, e->kind == EX_IS_NULL ? " IS NULL" :
		    " IS NOT NULL");
		return true;
	case EX_NAME:
		c = column_of(w, e);
		if (c == NULL || w->d->class(c) != CHECK_BOOLEAN)
			return false;
		w->d->ident(w->b, c->name);
		return true;
	default:
		return false;
	}
}

bool
check_sql(struct buf *b, const struct check_dialect *d,
    const struct schema_table *t, const struct expr *e)
{
	const struct writer w = { b, d, t };

	return put_condition(&w, e) && !b->full;
}
