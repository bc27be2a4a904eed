/*
 * What the files of expr_sql share; private to them.
 *
 * Types are those of the plan.  SQLite has decimals as whole numbers of their
 * scale between operators (1.50 is 150): a column's form is undone by
 * sx_number, and made again when the value is shown or stored.
 */
#ifndef DECANT_EXPR_SQL_IMPL_H
#define DECANT_EXPR_SQL_IMPL_H

#include "db/sqlite_form.h"
#include "plan/expr_sql.h"
#include "plan/plan_impl.h"

#define SQL_TEXT_MAX	(1u << 18)	/* bytes of an expression */
#define SQL_ARGS_MAX	100u
#define LITE_DIGITS	FORM_INTEGER_DIGITS

struct sx {			/* an expression as SQL */
	const char *sql;	/* what binds less than a call is in
				 * parentheses */
	struct vt t;
	const struct expr *e;
	const struct schema_column *column;	/* a column as it is held; NULL */
	bool cased;		/* PostgreSQL: it has a collation of its own */
	bool risky;		/* it may be what decant rejects */
};

struct sqlw {
	struct expr_sql *o;
	struct arena *arena;
	bool lite;
};

/* Says that the part cannot be said; false. */
bool	 sx_refuse(struct sqlw *, const struct expr *, const char *why, ...)
	    __attribute__((format(printf, 3, 4)));
/* x->sql; it is no column any more.  False: it would be too long. */
bool	 sx_put(struct sqlw *, struct sx *x, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* $1 to $9 of the template are the texts. */
bool	 sx_fill(struct sqlw *, struct sx *x, const char *template,
	    const char *const *text, uint32_t n);
const char *sx_ident(struct sqlw *, const char *);
const char *sx_literal(struct sqlw *, struct slice);
/* What stands for a value that decant would reject. */
const char *sx_bad(struct sqlw *, const char *why);

/* expr_sql.c: a text takes the other side's type */
bool	 sx_literal_of(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_column(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_adapt(struct sqlw *, struct sx *, const struct vt *like);

/* expr_sql_part.c */
bool	 sx_expr(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_bool(struct sqlw *, const struct expr *, struct sx *);
/* In text context. */
bool	 sx_text(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_to_text(struct sqlw *, struct sx *);
/* Brings values to one type. */
bool	 sx_unify(struct sqlw *, struct sx *, uint32_t n,
	    const struct expr *at);
/* "a = b" and the like; how: an enum cmp_how, or one of these. */
#define CMP_DISTINCT	100
#define CMP_SAME	101
bool	 sx_compare(struct sqlw *, const struct expr *at, int how, struct sx x,
	    struct sx y, struct sx *out);

/* expr_sql_number.c */
static inline enum sqlite_cell
sx_form(const struct schema_column *c)
{
	return sqlite_form_cell(&c->type, c->scale, c->sqlite);
}
bool	 sx_is_number(const struct sx *);
int	 sx_whole(const struct sx *);	/* digits before the point */
/* Undoes the form of a column. */
bool	 sx_number(struct sqlw *, struct sx *);
/* Of several, at one scale. */
bool	 sx_numbers(struct sqlw *, struct sx *, uint32_t n,
	    const struct expr *at);
bool	 sx_arithmetic(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_negate(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_number_text(struct sqlw *, struct sx *);
bool	 sx_cast(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_store_number(struct sqlw *, struct sx *,
	    const struct schema_column *);
/* A number as SQLite shows it without a column. */
bool	 sx_show_number(struct sqlw *, struct sx *, struct schema_column *is);

/* expr_sql_call.c */
bool	 sx_call(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_like(struct sqlw *, const struct expr *, struct sx *);

/* expr_sql_name.c */
bool	 sx_full_name(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_split_name(struct sqlw *, const struct expr *, struct sx *);
bool	 sx_split_doubtful(struct sqlw *, const struct expr *, struct sx *);

#endif
