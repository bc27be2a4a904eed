/*
 * What the two halves of the parser share: entries (copybook_parse.c) and
 * the clauses in them (copybook_clauses.c).
 */
#ifndef DECANT_COPYBOOK_PARSE_H
#define DECANT_COPYBOOK_PARSE_H

#include "cobol/cobol_lexer.h"
#include "cobol/tree.h"

struct arena;

struct constant {		/* level 78 */
	const char *name;
	struct literal value;
};

struct parser {
	struct arena *a;
	struct diags *ds;
	struct copybook *book;
	const struct token *tok;	/* ends with TOK_END */
	uint32_t at;
	uint32_t last;			/* node of the entry before, or none */
	struct constant *constant;
	uint32_t nconstant, constant_cap;
};

const struct token *copybook_peek(const struct parser *, uint32_t ahead);
bool	 copybook_is(const struct parser *, const char *word);
/* Takes the word if it stands here. */
bool	 copybook_take(struct parser *, const char *word);
/* Reports C010 "unexpected X, expected WHAT" here. */
struct diag *copybook_unexpected(struct parser *, const char *what);
/* The same; always false. */
bool	 copybook_expected(struct parser *, const char *what);
bool	 copybook_unsupported(struct parser *, const struct token *,
	    const char *what);
/* A level number stands here that starts an entry, period before or not. */
bool	 copybook_at_entry(const struct parser *);
const struct constant *copybook_constant(const struct parser *,
	    const struct token *);

/* The clauses up to the period; false: an error was reported. */
bool	 clauses_parse(struct parser *, struct node *);
/* Whether the word here starts a clause rather than being a name. */
bool	 clauses_at(const struct parser *);
bool	 clauses_literal(struct parser *, struct literal *);
bool	 clauses_at_literal(const struct parser *);
bool	 clauses_name_ref(struct parser *, struct name_ref *);

#endif
