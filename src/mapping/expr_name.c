/*
 * Names and calls in expressions: fields with qualifiers and subscripts, and
 * SQL's functions.
 *
 * F(2) may be a field with a subscript or a function's call; the plan, which
 * knows the fields, decides.
 */
#include "mapping/expr_parser.h"

#include <string.h>

#include "base/mem.h"

#define QUALIFIERS_MAX	50u	/* COBOL has 49 levels */

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
	if ((b = parser_inside(p)) == NULL ||
	    !parser_expect(p, TOKEN_RIGHT, ")"))
		return NULL;
	parser_args_add(p, &args, b);
	parser_args_add(p, &args, a);
	return parser_call(p, "STRPOS", name, &args);
}

/* substring(x from 2 for 3) is substr(x, 2, 3); `x` is read */
static struct expr *
parse_substring(struct parser *p, const struct token *name, struct expr *x)
{
	struct args args = { NULL, 0, 0 };
	struct expr *from = NULL, *length = NULL;

	if (parser_take_word(p, WORD_FROM) && (from = parser_inside(p)) == NULL)
		return NULL;
	if (parser_take_word(p, WORD_FOR) &&
	    (length = parser_inside(p)) == NULL)
		return NULL;
	if (!parser_expect(p, TOKEN_RIGHT, "'for' or )"))
		return NULL;
	if (from == NULL) {
		from = parser_node(p, EX_NUMBER, name, name);
		from->text = slice_str("1");
	}
	parser_args_add(p, &args, x);
	parser_args_add(p, &args, from);
	if (length != NULL)
		parser_args_add(p, &args, length);
	return parser_call(p, "SUBSTR", name, &args);
}

/* After BOTH, LEADING or TRAILING in trim(: is it that word, or a field? */
static bool
is_trim_side(const struct token *t)
{
	const struct token *next = t + 1;

	if (!parser_is_word(t, WORD_BOTH) && !parser_is_word(t, WORD_LEADING) &&
	    !parser_is_word(t, WORD_TRAILING))
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

	if (characters == NULL && !parser_is_word(p->t, WORD_FROM) &&
	    (characters = parser_inside(p)) == NULL)
		return NULL;
	if (!parser_expect_word(p, WORD_FROM, "'from'") ||
	    (x = parser_inside(p)) == NULL ||
	    !parser_expect(p, TOKEN_RIGHT, ")"))
		return NULL;
	parser_args_add(p, &args, x);
	if (characters != NULL)
		parser_args_add(p, &args, characters);
	return parser_call(p, function, name, &args);
}

/* extract(year from d) is extract('year', d) in the tree; unlike date_part's,
 * its result is a decimal */
static struct expr *
parse_extract(struct parser *p, const struct token *name)
{
	const struct token *part = p->t;
	struct args args = { NULL, 0, 0 };
	struct expr *text, *x;
	char *lower;
	uint32_t i;

	p->t += 2;			/* the part, from */
	if ((x = parser_inside(p)) == NULL ||
	    !parser_expect(p, TOKEN_RIGHT, ")"))
		return NULL;
	lower = arena_strndup(p->arena, (const char *)part->text.p,
	    part->text.len);
	for (i = 0; i < part->text.len; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] - 'A' + 'a');
	text = parser_node(p, EX_TEXT, part, part);
	text->text = (struct slice){ (const uint8_t *)lower, part->text.len };
	parser_args_add(p, &args, text);
	parser_args_add(p, &args, x);
	return parser_call(p, "EXTRACT", name, &args);
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
	    parser_is_word(p->t + 1, WORD_FROM)) {
		*e = parse_extract(p, name);
		return true;
	}
	if (trim && is_trim_side(p->t)) {
		side = parser_is_word(p->t, WORD_LEADING) ? "LTRIM" :
		    parser_is_word(p->t, WORD_TRAILING) ? "RTRIM" : "BTRIM";
		p->t++;
		*e = parse_trim(p, name, side, NULL);
		return true;
	}
	if (!trim && !position && !substring)
		return false;
	*e = *first = parser_first(p, position);
	if (*e == NULL)
		return true;
	if (position && parser_is_word(p->t, WORD_IN))
		*e = parse_position(p, name, *first);
	else if (trim && parser_is_word(p->t, WORD_FROM))
		*e = parse_trim(p, name, "BTRIM", *first);
	else if (substring &&
	    (parser_is_word(p->t, WORD_FROM) || parser_is_word(p->t, WORD_FOR)))
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
	uint32_t nsub[QUALIFIERS_MAX];		/* subscripts behind each */
	uint32_t n;
	struct args subscript;			/* outermost first */
};

/* Arguments or subscripts of the part just read. */
static bool
parse_arguments(struct parser *p, struct expr *first, struct args *args)
{
	if (first != NULL) {
		parser_args_add(p, args, first);
		if (parser_take(p, TOKEN_RIGHT))
			return true;
		if (!parser_expect(p, TOKEN_COMMA, "a comma or )"))
			return false;
	} else if (parser_take(p, TOKEN_RIGHT)) {
		return true;
	}
	return parser_list(p, args);
}

/* part { "." part }, the first part being read; appended to *path. */
static bool
parse_path(struct parser *p, struct path *path, const struct token *first,
    struct args *subscript)
{
	const struct token *t = first;
	const char *swap;
	uint32_t from = path->n, nsub, i, j;

	for (;;) {
		if (path->n == QUALIFIERS_MAX) {
			parser_fail(p, DIAG_M048, t, NULL,
			    "too many qualifiers");
			return false;
		}
		path->nsub[path->n] = t == first ? subscript->n : 0;
		path->name[path->n++] = t->name;
		if (t != first && p->t->kind == TOKEN_LEFT) {
			i = subscript->n;
			p->t++;
			if (!parse_arguments(p, NULL, subscript))
				return false;
			if (subscript->n == i) {
				parser_fail(p, DIAG_M049, p->t - 1, NULL,
				    "a subscript is missing");
				return false;
			}
			path->nsub[path->n - 1] = subscript->n - i;
		}
		if (!parser_take(p, TOKEN_DOT))
			break;
		t = p->t;
		if (t->kind != TOKEN_NAME && t->kind != TOKEN_QUOTED) {
			parser_expected(p, "a name");
			return false;
		}
		p->t++;
	}
	/* Dots go inwards: turn this path round. */
	for (i = from, j = path->n - 1; i < j; i++, j--) {
		swap = path->name[i];
		path->name[i] = path->name[j];
		path->name[j] = swap;
		nsub = path->nsub[i];
		path->nsub[i] = path->nsub[j];
		path->nsub[j] = nsub;
	}
	return true;
}

static bool
is_qualifier(const struct parser *p)
{
	const struct token *next = p->t + 1;

	if (parser_is_word(p->t, WORD_OF))
		return true;
	return parser_is_word(p->t, WORD_IN) && !p->no_in &&
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
			return parser_expected(p, "a group's name");
		p->t++;
		outer = (struct args){ NULL, 0, 0 };
		if (parser_take(p, TOKEN_LEFT)) {
			if (!parse_arguments(p, NULL, &outer))
				return NULL;
			if (outer.n == 0)
				return parser_fail(p, DIAG_M049, p->t - 1, NULL,
				    "a subscript is missing");
		}
		if (!parse_path(p, &path, t, &outer))
			return NULL;
		for (i = 0; i < all.n; i++)
			parser_args_add(p, &outer, all.v[i]);
		all = outer;
	}
	e = parser_node(p, EX_NAME, name, p->t - 1);
	e->name = arena_copy(p->arena, path.name, path.n * sizeof *path.name);
	e->nname = path.n;
	e->quoted = path.n == 1 && name->kind == TOKEN_QUOTED;
	e->nsub = arena_copy(p->arena, path.nsub, path.n * sizeof *path.nsub);
	return parser_with(p, e, &all, name);
}

/* A field, a condition, a subscripted field, or a call. */
struct expr *
parser_name(struct parser *p)
{
	const struct token *name = p->t++;
	struct args args = { NULL, 0, 0 };
	struct expr *e, *first = NULL;
	bool parentheses = false;

	if (p->t->kind == TOKEN_TEXT && name->kind == TOKEN_NAME &&
	    (strcmp(name->name, "TIME") == 0 ||
	    strcmp(name->name, "INTERVAL") == 0))
		return parser_fail(p, DIAG_M047, name,
		    "literals are 'text', 12, date '...', timestamp '...', "
		    "x'...', true, false, null", "no such kind of literal");
	if (parser_take(p, TOKEN_LEFT)) {
		parentheses = true;
		/* count(*): of a control; without arguments, it is the same */
		if (name->kind == TOKEN_NAME &&
		    strcmp(name->name, "COUNT") == 0 &&
		    p->t->kind == TOKEN_STAR && p->t[1].kind == TOKEN_RIGHT)
			p->t++;
		if (name->kind == TOKEN_NAME &&
		    parse_special(p, name, &e, &first))
			return e;
		if (!parse_arguments(p, first, &args))
			return NULL;
	}
	if (parentheses && name->kind == TOKEN_NAME &&
	    p->t->kind != TOKEN_DOT && !is_qualifier(p))
		return parser_call(p, name->name, name, &args);
	if (parentheses && args.n == 0)
		return parser_fail(p, DIAG_M049, p->t - 1, NULL,
		    "a subscript is missing");
	return parse_qualified(p, name, &args);
}

struct expr *
expr_of_column(struct arena *a, const char *name, struct place at)
{
	struct expr *e = arena_zalloc(a, sizeof *e);
	const char **names = arena_alloc(a, sizeof *names);

	*names = name;
	e->kind = EX_NAME;
	e->at = at;
	e->name = names;
	e->nname = 1;
	e->quoted = true;
	return e;
}
