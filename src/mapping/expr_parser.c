/*
 * The tools of the expressions' parser: tokens, nodes, errors; see
 * expr_parser.h.
 */
#include "mapping/expr_parser.h"

#include <string.h>

#include "base/mem.h"

#define HEIGHT_MAX	400u	/* of the tree: later floors recurse over it */
#define NODES_MAX	20000u

/* Every expression is one of these, so that its height is at hand. */
struct node {
	struct expr e;
	uint32_t height;
};

struct expr *
parser_fail(struct parser *p, enum diag_code code, const struct token *t,
    const char *hint, const char *message)
{
	expr_error(p->diags, p->src, code, t->from, t->to, false, hint, "%s",
	    message);
	return NULL;
}

static const char word_hint[] = "a field or a record type of that name is "
    "written in double quotes";

/* The words of SQL that end up where decant expects something else. */
static const char *
unexpected_hint(const struct token *t)
{
	static const struct {
		const char *word, *hint;
	} known[] = {
		{ "SIMILAR", "use like" },
		{ "ISNULL", "use is null" },
		{ "NOTNULL", "use is not null" },
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
		return word_hint;
	return NULL;
}

/* The token before is a word that is perhaps meant as a name: case.FIELD. */
static const char *
name_hint(const struct parser *p)
{
	return p->t > p->first && p->t[-1].kind == TOKEN_NAME &&
	    WORD_RESERVED(p->t[-1].word) && (p->t->kind == TOKEN_DOT ||
	    p->t->kind == TOKEN_RIGHT || p->t->kind == TOKEN_COMMA) ?
	    word_hint : unexpected_hint(p->t);
}

/* "expected WHAT, found …" at the token looked at. */
struct expr *
parser_expected(struct parser *p, const char *what)
{
	const struct token *t = p->t;

	if (t->kind == TOKEN_END) {
		expr_error(p->diags, p->src, DIAG_M041, t->from, t->to, true,
		    NULL, "the expression ends where %s is expected", what);
		return NULL;
	}
	expr_error(p->diags, p->src, DIAG_M040, t->from, t->to, false,
	    name_hint(p), "%s is expected, not %.*s", what,
	    t->to - t->from > 40 ? 40 : (int)(t->to - t->from),
	    p->src->p + t->from);
	return NULL;
}

bool
parser_is_word(const struct token *t, enum word w)
{
	return t->kind == TOKEN_NAME && t->word == w;
}

bool
parser_take(struct parser *p, enum token_kind kind)
{
	if (p->t->kind != kind)
		return false;
	p->t++;
	return true;
}

bool
parser_take_word(struct parser *p, enum word w)
{
	if (!parser_is_word(p->t, w))
		return false;
	p->t++;
	return true;
}

bool
parser_expect(struct parser *p, enum token_kind kind, const char *what)
{
	if (parser_take(p, kind))
		return true;
	parser_expected(p, what);
	return false;
}

bool
parser_expect_word(struct parser *p, enum word w, const char *what)
{
	if (parser_take_word(p, w))
		return true;
	parser_expected(p, what);
	return false;
}

struct expr *
parser_node(struct parser *p, enum expr_kind kind, const struct token *from,
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
struct expr *
parser_done(struct parser *p, struct expr *e, const struct token *t)
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
		return parser_fail(p, DIAG_M048, t,
		    "concat(a, b, ...) takes any number of parts",
		    "the expression is nested too deeply");
	if (p->nodes > NODES_MAX)
		return parser_fail(p, DIAG_M048, t,
		    "a crosswalk file with lookup() is better for long lists",
		    "the expression has too many parts");
	return e;
}

void
parser_args_add(struct parser *p, struct args *a, struct expr *e)
{
	*ARENA_PUSH(p->arena, a->v, a->n, a->cap) = e;
}

struct expr *
parser_with(struct parser *p, struct expr *e, const struct args *a,
    const struct token *t)
{
	e->arg = a->v;
	e->narg = a->n;
	return parser_done(p, e, t);
}

/* An operator with one, two or three operands; NULL where one failed. */
struct expr *
parser_operator(struct parser *p, enum expr_kind kind, const struct token *t,
    struct expr *a, struct expr *b, struct expr *c)
{
	struct args args = { NULL, 0, 0 };

	parser_args_add(p, &args, a);
	if (b != NULL)
		parser_args_add(p, &args, b);
	if (c != NULL)
		parser_args_add(p, &args, c);
	return parser_with(p, parser_node(p, kind, t, t), &args, t);
}

struct expr *
parser_call(struct parser *p, const char *name, const struct token *from,
    const struct args *args)
{
	struct expr *e = parser_node(p, EX_CALL, from, p->t - 1);
	const char **names = arena_alloc(p->arena, sizeof *names);

	names[0] = name;
	e->name = names;
	e->nname = 1;
	return parser_with(p, e, args, from);
}
