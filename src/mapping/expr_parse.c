/*
 * Expressions: SQL's syntax by precedence climbing.
 *
 * Precedence and associativity are PostgreSQL's (manual, 4.1.6, table 4.2),
 * lowest first: or, and, not, is, comparisons, between/in/like, ||, + -,
 * * / %, unary minus, ::.  Whether a name is a field, a condition or a function
 * is left to the plan.  The first error of an expression ends it; everything
 * is in the caller's arena.
 */
#include "mapping/expr_parser.h"

#include <string.h>

#include "base/mem.h"
#include "mapping/expr_literal.h"

#define DEPTH_MAX	200u	/* of the parser's recursion */

/* An expression that IN ends when no_in says so: position(a in b). */
struct expr *
parser_first(struct parser *p, bool no_in)
{
	bool saved = p->no_in;
	struct expr *e;

	p->no_in = no_in;
	e = parser_expr(p, PREC_OR);
	p->no_in = saved;
	return e;
}

struct expr *
parser_inside(struct parser *p)
{
	return parser_first(p, false);
}

/* expression { "," expression } ")"; the left parenthesis is taken. */
bool
parser_list(struct parser *p, struct args *args)
{
	struct expr *e;

	do {
		if (p->t->kind == TOKEN_STAR) {
			parser_fail(p, DIAG_M047, p->t, NULL,
			    "'*' stands for nothing here");
			return false;
		}
		if ((e = parser_inside(p)) == NULL)
			return false;
		parser_args_add(p, args, e);
	} while (parser_take(p, TOKEN_COMMA));
	return parser_expect(p, TOKEN_RIGHT, "a comma or )");
}

/* Literals. */

static struct expr *
parse_literal(struct parser *p, enum expr_kind kind)
{
	struct expr *e = parser_node(p, kind, p->t, p->t);

	e->text = p->t->text;
	p->t++;
	return parser_done(p, e, p->t - 1);
}

/* date '…', timestamp '…' */
static struct expr *
parse_moment(struct parser *p, enum expr_kind kind)
{
	const struct token *word = p->t++, *t = p->t++;
	const char *why = NULL, *hint;
	struct expr *e;
	bool good;

	if (kind == EX_DATE) {
		good = literal_date(t->text, &why);
		hint = "dates are written date '2026-01-31'";
	} else {
		good = literal_timestamp(t->text, &why);
		hint = "timestamps are written timestamp '2026-01-31 23:59:59'";
	}
	if (!good)
		return parser_fail(p, DIAG_M045, t, hint, why);
	e = parser_node(p, kind, word, t);
	e->text = t->text;
	return parser_done(p, e, t);
}

/* Types: the words of one, then perhaps (n) or (n, m). */

static void
parse_type_words(struct parser *p)
{
	static const char *const two[][2] = {
		{ "DOUBLE", "PRECISION" }, { "CHARACTER", "VARYING" },
	};
	const struct token *first = p->t++;
	size_t i;

	for (i = 0; i < 2; i++)
		if (strcmp(first->name, two[i][0]) == 0 &&
		    p->t->kind == TOKEN_NAME &&
		    strcmp(p->t->name, two[i][1]) == 0)
			p->t++;
	if ((strcmp(first->name, "TIMESTAMP") == 0 ||
	    strcmp(first->name, "TIME") == 0) && p->t->kind == TOKEN_NAME &&
	    (strcmp(p->t->name, "WITHOUT") == 0 ||
	    strcmp(p->t->name, "WITH") == 0))
		while (p->t->kind == TOKEN_NAME && p->t - first < 4)
			p->t++;
}

static bool
parse_type(struct parser *p, struct sqltype *type)
{
	const struct token *first = p->t, *t;
	const char *why = NULL;
	char text[128];
	size_t n = 0;

	if (p->t->kind != TOKEN_NAME) {
		parser_expected(p, "a type");
		return false;
	}
	parse_type_words(p);
	if (parser_take(p, TOKEN_LEFT)) {
		while (p->t->kind == TOKEN_NUMBER || p->t->kind == TOKEN_COMMA)
			p->t++;
		if (!parser_expect(p, TOKEN_RIGHT, "a number or )"))
			return false;
	}
	/* Joined by single blanks, which the type's reader wants. */
	for (t = first; t < p->t && n < sizeof text; t++) {
		size_t len = t->to - t->from, room = sizeof text - n;

		if (t > first && t->kind == TOKEN_NAME) {
			text[n++] = ' ';
			room--;
		}
		memcpy(text + n, p->src->p + t->from, len < room ? len : room);
		n += len < room ? len : room;
	}
	if (sqltype_parse(text, n, type, &why))
		return true;
	expr_error(p->diags, p->src, DIAG_M050, first->from, p->t[-1].to,
	    false, "types are text, varchar(n), smallint, integer, bigint, "
	    "numeric(p,s), real, double precision, boolean, date, time, "
	    "timestamp, bytea", "invalid type '%.*s': %s",
	    n > 40 ? 40 : (int)n, text, why);
	return false;
}

/* cast(x as type) */
static struct expr *
parse_cast(struct parser *p)
{
	const struct token *word = p->t;
	struct args args = { NULL, 0, 0 };
	struct sqltype type;
	struct expr *x, *e;

	p->t += 2;
	if ((x = parser_inside(p)) == NULL ||
	    !parser_expect_word(p, WORD_AS, "'as' and a type") ||
	    !parse_type(p, &type) || !parser_expect(p, TOKEN_RIGHT, ")"))
		return NULL;
	parser_args_add(p, &args, x);
	e = parser_node(p, EX_CAST, word, p->t - 1);
	e->type = type;
	return parser_with(p, e, &args, word);
}

/* case [x] when … then … [else …] end */
static struct expr *
parse_case(struct parser *p)
{
	const struct token *word = p->t++;
	struct expr *e = parser_node(p, EX_CASE, word, word), *x;
	struct args args = { NULL, 0, 0 };

	if (!parser_is_word(p->t, WORD_WHEN) &&
	    (e->case_operand = parser_inside(p)) == NULL)
		return NULL;
	if (!parser_is_word(p->t, WORD_WHEN))
		return parser_expected(p, "'when'");
	while (parser_take_word(p, WORD_WHEN)) {
		if ((x = parser_inside(p)) == NULL ||
		    !parser_expect_word(p, WORD_THEN, "'then'"))
			return NULL;
		parser_args_add(p, &args, x);
		if ((x = parser_inside(p)) == NULL)
			return NULL;
		parser_args_add(p, &args, x);
	}
	if (parser_take_word(p, WORD_ELSE) &&
	    (e->case_else = parser_inside(p)) == NULL)
		return NULL;
	if (!parser_expect_word(p, WORD_END, "'when', 'else' or 'end'"))
		return NULL;
	return parser_with(p, e, &args, word);
}

static struct expr *
parse_word(struct parser *p)
{
	const struct token *t = p->t, *next = t + 1;

	switch (t->word) {
	case WORD_TRUE:
		return parse_literal(p, EX_TRUE);
	case WORD_FALSE:
		return parse_literal(p, EX_FALSE);
	case WORD_NULL:
		return parse_literal(p, EX_NULL);
	case WORD_DATE:
		if (next->kind == TOKEN_TEXT)
			return parse_moment(p, EX_DATE);
		break;
	case WORD_TIMESTAMP:
		if (next->kind == TOKEN_TEXT)
			return parse_moment(p, EX_TIMESTAMP);
		break;
	case WORD_CAST:
		if (next->kind == TOKEN_LEFT)
			return parse_cast(p);
		break;
	case WORD_CASE:
		return parse_case(p);
	default:
		if (WORD_RESERVED(t->word))
			return parser_expected(p, "a value");
	}
	return parser_name(p);
}

static struct expr *
parse_primary(struct parser *p)
{
	struct expr *e;

	switch (p->t->kind) {
	case TOKEN_NUMBER:
		return parse_literal(p, EX_NUMBER);
	case TOKEN_TEXT:
		return parse_literal(p, EX_TEXT);
	case TOKEN_HEX:
		return parse_literal(p, EX_HEX);
	case TOKEN_QUOTED:
		return parser_name(p);
	case TOKEN_NAME:
		return parse_word(p);
	case TOKEN_LEFT:
		p->t++;
		if ((e = parser_inside(p)) == NULL ||
		    !parser_expect(p, TOKEN_RIGHT, "an operator or )"))
			return NULL;
		return e;
	default:
		return parser_expected(p, "a value");
	}
}

static struct expr *
parse_prefix(struct parser *p)
{
	const struct token *t = p->t;
	struct expr *e;

	if (parser_take_word(p, WORD_NOT)) {
		e = parser_expr(p, PREC_NOT);
		return e == NULL ? NULL :
		    parser_operator(p, EX_NOT, t, e, NULL, NULL);
	}
	if (parser_take(p, TOKEN_MINUS)) {
		e = parser_expr(p, PREC_UNARY);
		return e == NULL ? NULL :
		    parser_operator(p, EX_NEGATE, t, e, NULL, NULL);
	}
	if (parser_take(p, TOKEN_PLUS))
		return parser_expr(p, PREC_UNARY);
	return parse_primary(p);
}

/* Operators. */

static const struct {
	enum token_kind token;
	int prec;
	enum expr_kind kind;
} binary[] = {
	{ TOKEN_EQ, PREC_COMPARE, EX_EQ }, { TOKEN_NE, PREC_COMPARE, EX_NE },
	{ TOKEN_LT, PREC_COMPARE, EX_LT }, { TOKEN_LE, PREC_COMPARE, EX_LE },
	{ TOKEN_GT, PREC_COMPARE, EX_GT }, { TOKEN_GE, PREC_COMPARE, EX_GE },
	{ TOKEN_CONCAT, PREC_OTHER, EX_CONCAT },
	{ TOKEN_PLUS, PREC_ADD, EX_ADD }, { TOKEN_MINUS, PREC_ADD, EX_SUB },
	{ TOKEN_STAR, PREC_MULTIPLY, EX_MUL },
	{ TOKEN_SLASH, PREC_MULTIPLY, EX_DIV },
	{ TOKEN_PERCENT, PREC_MULTIPLY, EX_MOD },
};

/* The precedence of the operator looked at, 0 where there is none. */
static int
operator_prec(const struct parser *p, enum expr_kind *kind)
{
	const struct token *t = p->t;
	size_t i;

	if (t->kind == TOKEN_TYPECAST)
		return PREC_CAST;
	for (i = 0; i < sizeof binary / sizeof binary[0]; i++)
		if (binary[i].token == t->kind) {
			*kind = binary[i].kind;
			return binary[i].prec;
		}
	if (t->kind != TOKEN_NAME)
		return 0;
	*kind = t->word == WORD_OR ? EX_OR : EX_AND;
	if (t->word == WORD_NOT)
		t++;
	switch (t->kind == TOKEN_NAME ? t->word : WORD_NONE) {
	case WORD_OR:
		return t == p->t ? PREC_OR : 0;
	case WORD_AND:
		return t == p->t ? PREC_AND : 0;
	case WORD_IS:
		return t == p->t ? PREC_IS : 0;
	case WORD_IN:
		return p->no_in ? 0 : PREC_RANGE;
	case WORD_BETWEEN:
	case WORD_LIKE:
	case WORD_ILIKE:
		return PREC_RANGE;
	default:
		return 0;
	}
}

/* A minus between operands has blanks around it: A -B could be meant as a
 * name or as a difference, and COBOL takes it for neither. */
static bool
minus_stands_free(struct parser *p)
{
	const struct token *t = p->t;
	const char *s = p->src->p;

	if (s[t->from - 1] <= ' ' && s[t->from - 1] >= 0 &&
	    t->to < p->src->len && s[t->to] <= ' ' && s[t->to] >= 0)
		return true;
	if (t[1].kind == TOKEN_END)
		return true;		/* there is more to say about that */
	parser_fail(p, DIAG_M044, t, "a minus has a blank on both sides: A - B",
	    "a minus without a blank on both sides");
	return false;
}

static struct expr *
parse_is(struct parser *p, struct expr *left)
{
	const struct token *t = p->t++;
	bool not = parser_take_word(p, WORD_NOT);
	struct expr *right;

	if (parser_take_word(p, WORD_DISTINCT)) {
		if (!parser_expect_word(p, WORD_FROM, "'from'") ||
		    (right = parser_expr(p, PREC_IS + 1)) == NULL)
			return NULL;
		return parser_operator(p, not ? EX_NOT_DISTINCT : EX_DISTINCT,
		    t, left, right, NULL);
	}
	if (!parser_take_word(p, WORD_NULL)) {
		if (p->t->kind == TOKEN_END)
			return parser_expected(p, "'null' or 'not null'");
		return parser_fail(p, DIAG_M047, p->t,
		    "conditions are true or false by themselves; equality is "
		    "written =", "only 'null', 'not null' and 'distinct "
		    "from' follow 'is'");
	}
	return parser_operator(p, not ? EX_IS_NOT_NULL : EX_IS_NULL, t, left,
	    NULL, NULL);
}

/* [not] like pattern [escape character] */
static struct expr *
parse_like(struct parser *p, const struct token *first, struct expr *left,
    enum expr_kind kind)
{
	struct expr *pattern = parser_expr(p, PREC_OTHER), *escape = NULL;

	if (pattern == NULL || (parser_take_word(p, WORD_ESCAPE) &&
	    (escape = parser_expr(p, PREC_OTHER)) == NULL))
		return NULL;
	return parser_operator(p, kind, first, left, pattern, escape);
}

/* [not] in, between, like */
static struct expr *
parse_range(struct parser *p, struct expr *left)
{
	const struct token *first = p->t;
	bool not = parser_take_word(p, WORD_NOT);
	struct args args = { NULL, 0, 0 };
	struct expr *low, *high;

	if (parser_take_word(p, WORD_IN)) {
		parser_args_add(p, &args, left);
		if (!parser_expect(p, TOKEN_LEFT, "a list in parentheses") ||
		    !parser_list(p, &args))
			return NULL;
		return parser_with(p, parser_node(p,
		    not ? EX_NOT_IN : EX_IN, first, first), &args, first);
	}
	if (parser_take_word(p, WORD_LIKE))
		return parse_like(p, first, left, not ? EX_NOT_LIKE : EX_LIKE);
	if (parser_take_word(p, WORD_ILIKE))
		return parse_like(p, first, left,
		    not ? EX_NOT_ILIKE : EX_ILIKE);
	p->t++;				/* between */
	if ((low = parser_expr(p, PREC_OTHER)) == NULL ||
	    !parser_expect_word(p, WORD_AND, "'and'") ||
	    (high = parser_expr(p, PREC_OTHER)) == NULL)
		return NULL;
	return parser_operator(p, not ? EX_NOT_BETWEEN : EX_BETWEEN, first,
	    left, low, high);
}

static struct expr *
parse_typecast(struct parser *p, struct expr *left)
{
	const struct token *t = p->t++;
	struct args args = { NULL, 0, 0 };
	struct sqltype type;
	struct expr *e;

	if (!parse_type(p, &type))
		return NULL;
	parser_args_add(p, &args, left);
	e = parser_node(p, EX_CAST, t, p->t - 1);
	e->type = type;
	return parser_with(p, e, &args, t);
}

static struct expr *
parse_binary(struct parser *p, struct expr *left, enum expr_kind kind,
    int prec)
{
	const struct token *t = p->t;
	struct expr *right;

	if (kind == EX_SUB && !minus_stands_free(p))
		return NULL;
	p->t++;
	right = parser_expr(p, prec + 1);
	return right == NULL ? NULL :
	    parser_operator(p, kind, t, left, right, NULL);
}

/* An operand and the operators after it that bind at least so tightly. */
static struct expr *
parse_operators(struct parser *p, int least)
{
	struct expr *e = parse_prefix(p);
	enum expr_kind kind = EX_AND;
	int prec, last = 0;		/* last: operator of no associativity */

	while (e != NULL && (prec = operator_prec(p, &kind)) >= least &&
	    prec > 0) {
		if (prec == last)
			return parser_fail(p, DIAG_M051, p->t,
			    "a < b and b < c, or parentheses",
			    "a comparison of a comparison");
		last = 0;
		if (prec == PREC_CAST) {
			e = parse_typecast(p, e);
		} else if (prec == PREC_IS) {
			e = parse_is(p, e);
			if (e != NULL && (e->kind == EX_DISTINCT ||
			    e->kind == EX_NOT_DISTINCT))
				last = prec;
		} else if (prec == PREC_RANGE) {
			e = parse_range(p, e);
			/* the list of IN ends by itself */
			if (e != NULL && e->kind != EX_IN &&
			    e->kind != EX_NOT_IN)
				last = prec;
		} else {
			e = parse_binary(p, e, kind, prec);
			if (prec == PREC_COMPARE)
				last = prec;
		}
	}
	return e;
}

struct expr *
parser_expr(struct parser *p, int least)
{
	struct expr *e;

	if (p->depth == DEPTH_MAX)
		return parser_fail(p, DIAG_M048, p->t, NULL,
		    "the expression is nested too deeply");
	p->depth++;
	e = parse_operators(p, least);
	p->depth--;
	return e;
}

struct expr *
expr_parse_source(struct arena *a, struct diags *ds,
    const struct expr_source *src)
{
	struct parser p = { .arena = a, .diags = ds, .src = src };
	struct token *tokens = NULL;
	struct expr *e = NULL;
	uint32_t n;

	if (expr_lex(a, ds, src, &tokens, &n)) {
		p.t = p.first = tokens;
		e = parser_expr(&p, PREC_OR);
		if (e != NULL && p.t->kind != TOKEN_END)
			e = parser_expected(&p, "an operator or the end");
	}
	mem_free(tokens);
	return e;
}

struct expr *
expr_parse(struct arena *a, struct diags *ds, const struct srctext *text,
    size_t offset, size_t len)
{
	struct expr_source src = {
		.src = text, .p = text->p + offset, .len = (uint32_t)len,
		.base = (uint32_t)offset,
	};

	return expr_parse_source(a, ds, &src);
}
