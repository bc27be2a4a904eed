/*
 * Expressions: SQL's syntax by precedence climbing.
 *
 * Precedence and associativity are PostgreSQL's (manual, 4.1.6, table 4.2),
 * lowest first: or, and, not, is, comparisons, between/in/like, ||, + -,
 * * /, unary minus, ::.  Whether a name is a field, a condition or a function
 * is left to the plan.  The first error of an expression ends it; everything
 * is in the caller's arena.
 */
#include "mapping/mapping.h"

#include <string.h>

#include "base/mem.h"
#include "mapping/expr_lexer.h"
#include "mapping/expr_literal.h"

#define DEPTH_MAX	200u	/* of the parser's recursion */
#define HEIGHT_MAX	400u	/* of the tree: later floors recurse over it */
#define NODES_MAX	20000u
#define QUALIFIERS_MAX	50u	/* COBOL has 49 levels */

enum {
	PREC_OR = 1, PREC_AND, PREC_NOT, PREC_IS, PREC_COMPARE, PREC_RANGE,
	PREC_OTHER, PREC_ADD, PREC_MULTIPLY, PREC_UNARY, PREC_CAST
};

/* Every expression is one of these, so that its height is at hand. */
struct node {
	struct expr e;
	uint32_t height;
};

struct parser {
	struct arena *arena;
	struct diags *diags;
	const struct expr_source *src;
	const struct token *t;		/* the token looked at */
	uint32_t depth, nodes;
	bool no_in;			/* position(a in b): IN ends a */
};

struct args {
	struct expr **v;
	uint32_t n, cap;
};

static struct expr *parse_expr(struct parser *, int least);

static struct expr *
fail(struct parser *p, enum diag_code code, const struct token *t,
    const char *hint, const char *message)
{
	expr_error(p->diags, p->src, code, t->from, t->to, false, hint, "%s",
	    message);
	return NULL;
}

/* The words of SQL that end up where decant expects something else. */
static const char *
unexpected_hint(const struct token *t)
{
	static const struct {
		const char *word, *hint;
	} known[] = {
		{ "ILIKE", "use lower(x) like '...'" },
		{ "SIMILAR", "use like" },
		{ "ISNULL", "use is null" },
		{ "NOTNULL", "use is not null" },
		{ "ESCAPE", "like has no escape clause here" },
		{ "COLLATE", "text compares as in C.UTF-8 always" },
		{ "XOR", "use <>" },
		{ "MOD", "the remainder is mod(a, b)" },
		{ "DIV", "use div(a, b)" },
	};
	size_t i;

	if (t->kind == TOKEN_TEXT || t->kind == TOKEN_QUOTED)
		return "texts are joined by ||";
	if (t->kind != TOKEN_NAME)
		return NULL;
	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i].word, t->name) == 0)
			return known[i].hint;
	if (WORD_RESERVED(t->word))
		return "a field of that name is written in double quotes";
	return NULL;
}

/* "expected WHAT, found …" at the token looked at. */
static struct expr *
expected(struct parser *p, const char *what)
{
	const struct token *t = p->t;

	if (t->kind == TOKEN_END) {
		expr_error(p->diags, p->src, DIAG_M041, t->from, t->to, true,
		    NULL, "the expression ends where %s is expected", what);
		return NULL;
	}
	expr_error(p->diags, p->src, DIAG_M040, t->from, t->to, false,
	    unexpected_hint(t), "%s is expected, not %.*s", what,
	    t->to - t->from > 40 ? 40 : (int)(t->to - t->from),
	    p->src->p + t->from);
	return NULL;
}

static bool
is_word(const struct token *t, enum word w)
{
	return t->kind == TOKEN_NAME && t->word == w;
}

static bool
take(struct parser *p, enum token_kind kind)
{
	if (p->t->kind != kind)
		return false;
	p->t++;
	return true;
}

static bool
take_word(struct parser *p, enum word w)
{
	if (!is_word(p->t, w))
		return false;
	p->t++;
	return true;
}

static bool
expect(struct parser *p, enum token_kind kind, const char *what)
{
	if (take(p, kind))
		return true;
	expected(p, what);
	return false;
}

static bool
expect_word(struct parser *p, enum word w, const char *what)
{
	if (take_word(p, w))
		return true;
	expected(p, what);
	return false;
}

static struct expr *
expr_new(struct parser *p, enum expr_kind kind, const struct token *from,
    const struct token *to)
{
	struct node *n = arena_zalloc(p->arena, sizeof *n);

	n->e.kind = kind;
	n->e.at = expr_source_place(p->src, from->from, to->to);
	n->height = 1;
	p->nodes++;
	return &n->e;
}

/* To be called when the parts of an expression are in place. */
static struct expr *
expr_done(struct parser *p, struct expr *e, const struct token *t)
{
	struct node *n = (struct node *)e;
	uint32_t i, h, height = 0;

	for (i = 0; i < e->narg + 2; i++) {
		const struct expr *part = i < e->narg ? e->arg[i] :
		    i == e->narg ? e->case_operand : e->case_else;

		h = part != NULL ? ((const struct node *)part)->height : 0;
		if (h > height)
			height = h;
	}
	n->height = height + 1;
	if (n->height > HEIGHT_MAX)
		return fail(p, DIAG_M048, t,
		    "concat(a, b, ...) takes any number of parts",
		    "the expression is nested too deeply");
	if (p->nodes > NODES_MAX)
		return fail(p, DIAG_M048, t,
		    "a crosswalk file with lookup() is better for long lists",
		    "the expression has too many parts");
	return e;
}

static void
args_add(struct parser *p, struct args *a, struct expr *e)
{
	*ARENA_PUSH(p->arena, a->v, a->n, a->cap) = e;
}

static struct expr *
expr_with(struct parser *p, struct expr *e, const struct args *a,
    const struct token *t)
{
	e->arg = a->v;
	e->narg = a->n;
	return expr_done(p, e, t);
}

/* An operator with one, two or three operands; NULL where one failed. */
static struct expr *
expr_op(struct parser *p, enum expr_kind kind, const struct token *t,
    struct expr *a, struct expr *b, struct expr *c)
{
	struct args args = { NULL, 0, 0 };

	args_add(p, &args, a);
	if (b != NULL)
		args_add(p, &args, b);
	if (c != NULL)
		args_add(p, &args, c);
	return expr_with(p, expr_new(p, kind, t, t), &args, t);
}

static struct expr *
expr_call(struct parser *p, const char *name, const struct token *from,
    const struct args *args)
{
	struct expr *e = expr_new(p, EX_CALL, from, p->t - 1);
	const char **names = arena_alloc(p->arena, sizeof *names);

	names[0] = name;
	e->name = names;
	e->nname = 1;
	return expr_with(p, e, args, from);
}

/* An expression that IN ends when no_in says so: position(a in b). */
static struct expr *
parse_first(struct parser *p, bool no_in)
{
	bool saved = p->no_in;
	struct expr *e;

	p->no_in = no_in;
	e = parse_expr(p, PREC_OR);
	p->no_in = saved;
	return e;
}

static struct expr *
parse_inside(struct parser *p)
{
	return parse_first(p, false);
}

/* expression { "," expression } ")"; the left parenthesis is taken. */
static bool
parse_list(struct parser *p, struct args *args)
{
	struct expr *e;

	do {
		if (p->t->kind == TOKEN_STAR) {
			fail(p, DIAG_M047, p->t, NULL,
			    "'*' stands for nothing here");
			return false;
		}
		if ((e = parse_inside(p)) == NULL)
			return false;
		args_add(p, args, e);
	} while (take(p, TOKEN_COMMA));
	return expect(p, TOKEN_RIGHT, "a comma or )");
}

/* Literals. */

static struct expr *
parse_literal(struct parser *p, enum expr_kind kind)
{
	struct expr *e = expr_new(p, kind, p->t, p->t);

	e->text = p->t->text;
	p->t++;
	return expr_done(p, e, p->t - 1);
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
		return fail(p, DIAG_M045, t, hint, why);
	e = expr_new(p, kind, word, t);
	e->text = t->text;
	return expr_done(p, e, t);
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
		expected(p, "a type");
		return false;
	}
	parse_type_words(p);
	if (take(p, TOKEN_LEFT)) {
		while (p->t->kind == TOKEN_NUMBER || p->t->kind == TOKEN_COMMA)
			p->t++;
		if (!expect(p, TOKEN_RIGHT, "a number or )"))
			return false;
	}
	/* Joined by single blanks, which the type's reader wants. */
	for (t = first; t < p->t && n < sizeof text; t++) {
		size_t len = t->to - t->from, room = sizeof text - n;

		if (t > first && t->kind == TOKEN_NAME)
			text[n++] = ' ', room--;
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
	if ((x = parse_inside(p)) == NULL ||
	    !expect_word(p, WORD_AS, "'as' and a type") ||
	    !parse_type(p, &type) || !expect(p, TOKEN_RIGHT, ")"))
		return NULL;
	args_add(p, &args, x);
	e = expr_new(p, EX_CAST, word, p->t - 1);
	e->type = type;
	return expr_with(p, e, &args, word);
}

/* case [x] when … then … [else …] end */
static struct expr *
parse_case(struct parser *p)
{
	const struct token *word = p->t++;
	struct expr *e = expr_new(p, EX_CASE, word, word), *x;
	struct args args = { NULL, 0, 0 };

	if (!is_word(p->t, WORD_WHEN) &&
	    (e->case_operand = parse_inside(p)) == NULL)
		return NULL;
	if (!is_word(p->t, WORD_WHEN))
		return expected(p, "'when'");
	while (take_word(p, WORD_WHEN)) {
		if ((x = parse_inside(p)) == NULL ||
		    !expect_word(p, WORD_THEN, "'then'"))
			return NULL;
		args_add(p, &args, x);
		if ((x = parse_inside(p)) == NULL)
			return NULL;
		args_add(p, &args, x);
	}
	if (take_word(p, WORD_ELSE) &&
	    (e->case_else = parse_inside(p)) == NULL)
		return NULL;
	if (!expect_word(p, WORD_END, "'when', 'else' or 'end'"))
		return NULL;
	return expr_with(p, e, &args, word);
}

/*
 * SQL's functions whose arguments have words between them, as calls of
 * PostgreSQL's plain ones.
 */

/* position(a in b) is strpos(b, a); `a` is read */
static struct expr *
parse_position(struct parser *p, const struct token *name, struct expr *a)
{
	struct args args = { NULL, 0, 0 };
	struct expr *b;

	p->t++;				/* in */
	if ((b = parse_inside(p)) == NULL || !expect(p, TOKEN_RIGHT, ")"))
		return NULL;
	args_add(p, &args, b);
	args_add(p, &args, a);
	return expr_call(p, "STRPOS", name, &args);
}

/* substring(x from 2 for 3) is substr(x, 2, 3); `x` is read */
static struct expr *
parse_substring(struct parser *p, const struct token *name, struct expr *x)
{
	struct args args = { NULL, 0, 0 };
	struct expr *from = NULL, *length = NULL;

	if (take_word(p, WORD_FROM) && (from = parse_inside(p)) == NULL)
		return NULL;
	if (take_word(p, WORD_FOR) && (length = parse_inside(p)) == NULL)
		return NULL;
	if (!expect(p, TOKEN_RIGHT, "'for' or )"))
		return NULL;
	if (from == NULL) {
		from = expr_new(p, EX_NUMBER, name, name);
		from->text = slice_str("1");
	}
	args_add(p, &args, x);
	args_add(p, &args, from);
	if (length != NULL)
		args_add(p, &args, length);
	return expr_call(p, "SUBSTR", name, &args);
}

/* After BOTH, LEADING or TRAILING in trim(: is it that word, or a field? */
static bool
is_trim_side(const struct token *t)
{
	const struct token *next = t + 1;

	if (!is_word(t, WORD_BOTH) && !is_word(t, WORD_LEADING) &&
	    !is_word(t, WORD_TRAILING))
		return false;
	return next->kind == TOKEN_TEXT || next->kind == TOKEN_QUOTED ||
	    (next->kind == TOKEN_NAME && !WORD_RESERVED(next->word));
}

/* trim([side] [characters] from x) is btrim, ltrim or rtrim(x, characters) */
static struct expr *
parse_trim(struct parser *p, const struct token *name, const char *function,
    struct expr *characters)
{
	struct args args = { NULL, 0, 0 };
	struct expr *x;

	if (characters == NULL && !is_word(p->t, WORD_FROM) &&
	    (characters = parse_inside(p)) == NULL)
		return NULL;
	if (!expect_word(p, WORD_FROM, "'from'") ||
	    (x = parse_inside(p)) == NULL || !expect(p, TOKEN_RIGHT, ")"))
		return NULL;
	args_add(p, &args, x);
	if (characters != NULL)
		args_add(p, &args, characters);
	return expr_call(p, function, name, &args);
}

/* extract(year from d) is date_part('year', d) */
static struct expr *
parse_extract(struct parser *p, const struct token *name)
{
	const struct token *part = p->t;
	struct args args = { NULL, 0, 0 };
	struct expr *text, *x;
	char *lower;
	uint32_t i;

	p->t += 2;			/* the part, from */
	if ((x = parse_inside(p)) == NULL || !expect(p, TOKEN_RIGHT, ")"))
		return NULL;
	lower = arena_strndup(p->arena, (const char *)part->text.p,
	    part->text.len);
	for (i = 0; i < part->text.len; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] - 'A' + 'a');
	text = expr_new(p, EX_TEXT, part, part);
	text->text = (struct slice){ (const uint8_t *)lower, part->text.len };
	args_add(p, &args, text);
	args_add(p, &args, x);
	return expr_call(p, "DATE-PART", name, &args);
}

/*
 * What follows "name (" for functions with a syntax of their own; they are
 * fields' names as well, with subscripts.  False: it is an ordinary call, of
 * which *first, when not NULL, was read already.
 */
static bool
parse_special(struct parser *p, const struct token *name, struct expr **e,
    struct expr **first)
{
	bool trim = strcmp(name->name, "TRIM") == 0;
	bool position = strcmp(name->name, "POSITION") == 0;
	bool substring = strcmp(name->name, "SUBSTRING") == 0;
	const char *side;

	*first = NULL;
	if (p->t->kind == TOKEN_RIGHT || p->t->kind == TOKEN_END)
		return false;
	if (strcmp(name->name, "EXTRACT") == 0 &&
	    (p->t->kind == TOKEN_NAME || p->t->kind == TOKEN_TEXT) &&
	    is_word(p->t + 1, WORD_FROM)) {
		*e = parse_extract(p, name);
		return true;
	}
	if (trim && is_trim_side(p->t)) {
		side = is_word(p->t, WORD_LEADING) ? "LTRIM" :
		    is_word(p->t, WORD_TRAILING) ? "RTRIM" : "BTRIM";
		p->t++;
		*e = parse_trim(p, name, side, NULL);
		return true;
	}
	if (!trim && !position && !substring)
		return false;
	*e = *first = parse_first(p, position);
	if (*e == NULL)
		return true;
	if (position && is_word(p->t, WORD_IN))
		*e = parse_position(p, name, *first);
	else if (trim && is_word(p->t, WORD_FROM))
		*e = parse_trim(p, name, "BTRIM", *first);
	else if (substring &&
	    (is_word(p->t, WORD_FROM) || is_word(p->t, WORD_FOR)))
		*e = parse_substring(p, name, *first);
	else
		return false;
	return true;
}

/*
 * Names.  A path is written outermost first (HOME(2).CITY); paths are joined
 * by OF or IN, innermost first (CITY OF HOME(2)).
 */
struct path {
	const char *name[QUALIFIERS_MAX];	/* innermost first */
	uint32_t n;
	struct args subscript;			/* outermost first */
};

/* Arguments or subscripts of the part just read. */
static bool
parse_arguments(struct parser *p, struct expr *first, struct args *args)
{
	if (first != NULL) {
		args_add(p, args, first);
		if (take(p, TOKEN_RIGHT))
			return true;
		if (!expect(p, TOKEN_COMMA, "a comma or )"))
			return false;
	} else if (take(p, TOKEN_RIGHT)) {
		return true;
	}
	return parse_list(p, args);
}

/* part { "." part }, the first part being read; appended to *path. */
static bool
parse_path(struct parser *p, struct path *path, const struct token *first,
    struct args *subscript)
{
	const struct token *t = first;
	const char *swap;
	uint32_t from = path->n, i, j;

	for (;;) {
		if (path->n == QUALIFIERS_MAX) {
			fail(p, DIAG_M048, t, NULL, "too many qualifiers");
			return false;
		}
		path->name[path->n++] = t->name;
		if (t != first && p->t->kind == TOKEN_LEFT) {
			i = subscript->n;
			p->t++;
			if (!parse_arguments(p, NULL, subscript))
				return false;
			if (subscript->n == i) {
				fail(p, DIAG_M049, p->t - 1, NULL,
				    "a subscript is missing");
				return false;
			}
		}
		if (!take(p, TOKEN_DOT))
			break;
		t = p->t;
		if (t->kind != TOKEN_NAME && t->kind != TOKEN_QUOTED) {
			expected(p, "a name");
			return false;
		}
		p->t++;
	}
	/* Dots go inwards: turn this path round. */
	for (i = from, j = path->n - 1; i < j; i++, j--) {
		swap = path->name[i];
		path->name[i] = path->name[j];
		path->name[j] = swap;
	}
	return true;
}

static bool
is_qualifier(const struct parser *p)
{
	const struct token *next = p->t + 1;

	if (is_word(p->t, WORD_OF))
		return true;
	return is_word(p->t, WORD_IN) && !p->no_in &&
	    (next->kind == TOKEN_QUOTED || (next->kind == TOKEN_NAME &&
	    !WORD_RESERVED(next->word)));
}

static struct expr *
parse_qualified(struct parser *p, const struct token *name,
    struct args *subscript)
{
	const struct token *t;
	struct path path = { .n = 0 };
	struct args outer, all;
	struct expr *e;
	uint32_t i;

	all = *subscript;
	if (!parse_path(p, &path, name, &all))
		return NULL;
	while (is_qualifier(p)) {
		p->t++;
		t = p->t;
		if (t->kind != TOKEN_QUOTED && (t->kind != TOKEN_NAME ||
		    WORD_RESERVED(t->word)))
			return expected(p, "a group's name");
		p->t++;
		outer = (struct args){ NULL, 0, 0 };
		if (take(p, TOKEN_LEFT)) {
			if (!parse_arguments(p, NULL, &outer))
				return NULL;
			if (outer.n == 0)
				return fail(p, DIAG_M049, p->t - 1, NULL,
				    "a subscript is missing");
		}
		if (!parse_path(p, &path, t, &outer))
			return NULL;
		for (i = 0; i < all.n; i++)
			args_add(p, &outer, all.v[i]);
		all = outer;
	}
	e = expr_new(p, EX_NAME, name, p->t - 1);
	e->name = arena_copy(p->arena, path.name, path.n * sizeof *path.name);
	e->nname = path.n;
	return expr_with(p, e, &all, name);
}

/* A field, a condition, a subscripted field, or a call. */
static struct expr *
parse_name(struct parser *p)
{
	const struct token *name = p->t++;
	struct args args = { NULL, 0, 0 };
	struct expr *e, *first = NULL;
	bool parentheses = false;

	if (p->t->kind == TOKEN_TEXT && name->kind == TOKEN_NAME &&
	    (strcmp(name->name, "TIME") == 0 ||
	    strcmp(name->name, "INTERVAL") == 0))
		return fail(p, DIAG_M047, name,
		    "literals are 'text', 12, date '...', timestamp '...', "
		    "x'...', true, false, null", "no such kind of literal");
	if (take(p, TOKEN_LEFT)) {
		parentheses = true;
		if (name->kind == TOKEN_NAME &&
		    parse_special(p, name, &e, &first))
			return e;
		if (!parse_arguments(p, first, &args))
			return NULL;
	}
	if (parentheses && name->kind == TOKEN_NAME &&
	    p->t->kind != TOKEN_DOT && !is_qualifier(p))
		return expr_call(p, name->name, name, &args);
	if (parentheses && args.n == 0)
		return fail(p, DIAG_M049, p->t - 1, NULL,
		    "a subscript is missing");
	return parse_qualified(p, name, &args);
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
			return expected(p, "a value");
	}
	return parse_name(p);
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
		return parse_name(p);
	case TOKEN_NAME:
		return parse_word(p);
	case TOKEN_LEFT:
		p->t++;
		if ((e = parse_inside(p)) == NULL ||
		    !expect(p, TOKEN_RIGHT, "an operator or )"))
			return NULL;
		return e;
	default:
		return expected(p, "a value");
	}
}

static struct expr *
parse_prefix(struct parser *p)
{
	const struct token *t = p->t;
	struct expr *e;

	if (take_word(p, WORD_NOT)) {
		e = parse_expr(p, PREC_NOT);
		return e == NULL ? NULL : expr_op(p, EX_NOT, t, e, NULL, NULL);
	}
	if (take(p, TOKEN_MINUS)) {
		e = parse_expr(p, PREC_UNARY);
		return e == NULL ? NULL :
		    expr_op(p, EX_NEGATE, t, e, NULL, NULL);
	}
	if (take(p, TOKEN_PLUS))
		return parse_expr(p, PREC_UNARY);
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
	fail(p, DIAG_M044, t, "a minus has a blank on both sides: A - B",
	    "a minus without a blank on both sides");
	return false;
}

static struct expr *
parse_is(struct parser *p, struct expr *left)
{
	const struct token *t = p->t++;
	bool not = take_word(p, WORD_NOT);

	if (!take_word(p, WORD_NULL)) {
		if (p->t->kind == TOKEN_END)
			return expected(p, "'null' or 'not null'");
		return fail(p, DIAG_M047, p->t,
		    "conditions are true or false by themselves; equality is "
		    "written =", "only 'null' and 'not null' follow 'is'");
	}
	return expr_op(p, not ? EX_IS_NOT_NULL : EX_IS_NULL, t, left, NULL,
	    NULL);
}

/* [not] in, between, like */
static struct expr *
parse_range(struct parser *p, struct expr *left)
{
	const struct token *first = p->t;
	bool not = take_word(p, WORD_NOT);
	struct args args = { NULL, 0, 0 };
	struct expr *low, *high;

	if (take_word(p, WORD_IN)) {
		args_add(p, &args, left);
		if (!expect(p, TOKEN_LEFT, "a list in parentheses") ||
		    !parse_list(p, &args))
			return NULL;
		return expr_with(p, expr_new(p, not ? EX_NOT_IN : EX_IN, first,
		    first), &args, first);
	}
	if (take_word(p, WORD_LIKE)) {
		high = parse_expr(p, PREC_OTHER);
		return high == NULL ? NULL : expr_op(p,
		    not ? EX_NOT_LIKE : EX_LIKE, first, left, high, NULL);
	}
	p->t++;				/* between */
	if ((low = parse_expr(p, PREC_OTHER)) == NULL ||
	    !expect_word(p, WORD_AND, "'and'") ||
	    (high = parse_expr(p, PREC_OTHER)) == NULL)
		return NULL;
	return expr_op(p, not ? EX_NOT_BETWEEN : EX_BETWEEN, first, left, low,
	    high);
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
	args_add(p, &args, left);
	e = expr_new(p, EX_CAST, t, p->t - 1);
	e->type = type;
	return expr_with(p, e, &args, t);
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
	right = parse_expr(p, prec + 1);
	return right == NULL ? NULL : expr_op(p, kind, t, left, right, NULL);
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
			return fail(p, DIAG_M051, p->t,
			    "a < b and b < c, or parentheses",
			    "a comparison of a comparison");
		last = 0;
		if (prec == PREC_CAST) {
			e = parse_typecast(p, e);
		} else if (prec == PREC_IS) {
			e = parse_is(p, e);
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

static struct expr *
parse_expr(struct parser *p, int least)
{
	struct expr *e;

	if (p->depth == DEPTH_MAX)
		return fail(p, DIAG_M048, p->t, NULL,
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
		p.t = tokens;
		e = parse_expr(&p, PREC_OR);
		if (e != NULL && p.t->kind != TOKEN_END)
			e = expected(&p, "an operator or the end");
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
