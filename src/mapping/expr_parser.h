/*
 * What the parts of the expressions' parser share.  Private to src/mapping.
 *
 * The first error ends an expression: who reports it returns NULL or false,
 * and everybody above passes that on.
 */
#ifndef DECANT_EXPR_PARSER_H
#define DECANT_EXPR_PARSER_H

#include "mapping/expr_lexer.h"
#include "mapping/mapping.h"

enum {
	PREC_OR = 1, PREC_AND, PREC_NOT, PREC_IS, PREC_COMPARE, PREC_RANGE,
	PREC_OTHER, PREC_ADD, PREC_MULTIPLY, PREC_UNARY, PREC_CAST
};

struct parser {
	struct arena *arena;
	struct diags *diags;
	const struct expr_source *src;
	const struct token *t;		/* the token looked at */
	const struct token *first;
	uint32_t depth, nodes;
	bool no_in;			/* position(a in b): IN ends a */
};

struct args {
	struct expr **v;
	uint32_t n, cap;
};

/* Errors.  _expected: "WHAT is expected, not …" at the token looked at. */
struct expr *parser_fail(struct parser *, enum diag_code,
	    const struct token *, const char *hint, const char *message);
struct expr *parser_expected(struct parser *, const char *what);

/* Tokens: _take goes on when it is the one; _expect fails when not. */
bool	 parser_is_word(const struct token *, enum word);
bool	 parser_take(struct parser *, enum token_kind);
bool	 parser_take_word(struct parser *, enum word);
bool	 parser_expect(struct parser *, enum token_kind, const char *what);
bool	 parser_expect_word(struct parser *, enum word, const char *what);

/*
 * Nodes.  Each is made by _node, with its place from one token to another,
 * and finished by _done (or _with, _operator, _call, which do), which bounds
 * the tree's size and height.
 */
struct expr *parser_node(struct parser *, enum expr_kind,
	    const struct token *from, const struct token *to);
struct expr *parser_done(struct parser *, struct expr *,
	    const struct token *);
void	 parser_args_add(struct parser *, struct args *, struct expr *);
struct expr *parser_with(struct parser *, struct expr *, const struct args *,
	    const struct token *);
/* An operator with one, two or three operands. */
struct expr *parser_operator(struct parser *, enum expr_kind,
	    const struct token *, struct expr *, struct expr *,
	    struct expr *);
/* A call from its name to the token before the one looked at. */
struct expr *parser_call(struct parser *, const char *name,
	    const struct token *from, const struct args *);

/* Parts of the grammar. */
struct expr *parser_expr(struct parser *, int least);
struct expr *parser_first(struct parser *, bool no_in);
struct expr *parser_inside(struct parser *);	/* in parentheses or words */
bool	 parser_list(struct parser *, struct args *);
struct expr *parser_name(struct parser *);	/* expr_name.c */

#endif
