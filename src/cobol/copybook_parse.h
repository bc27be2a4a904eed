/*
 * What the two halves of the parser share: entries (copybook_parse.c) and
 * the clauses in them (copybook_clauses.c).
 */
#ifndef DECANT_COPYBOOK_PARSE_H
#define DECANT_COPYBOOK_PARSE_H

#include "cobol/cobol_lexer.h"
#include "cobol/directives.h"
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
	uint32_t entry;			/* where the one that is read began */
	const struct source_comments *comments;	/* or NULL */
	uint32_t last;			/* node of the entry before, or none */
	uint8_t address_size;		/* of the options */
	struct picture_rules rules;
	uint32_t file;			/* FD that records belong to, or none */
	enum section section;
	bool held;			/* a place-holder was reported */
	struct directives conditional;	/* what >>DEFINE left */
	struct constant *constant;
	uint32_t nconstant, constant_cap;
	uint32_t nitem_facts;		/* LENGTH OF in constants */
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

/* The entries so far as a copybook of its own, to be laid out. */
void	 copybook_snapshot(struct copybook *, struct arena *,
	    const struct copybook *);

/* The clauses up to the period; false: an error was reported. */
bool	 clauses_parse(struct parser *, struct node *);
/* Whether the word here starts a clause rather than being a name. */
bool	 clauses_at(const struct parser *);
/* The word starts a clause where no name can stand. */
bool	 clauses_word(const struct token *);
/* The token is a name or has a place-holder in it, which is reported. */
bool	 clauses_at_name(struct parser *);
bool	 clauses_literal(struct parser *, struct literal *);
bool	 clauses_at_literal(const struct parser *);
bool	 clauses_name_ref(struct parser *, struct name_ref *);
/* A literal, or an expression of whole numbers, as a constant's value. */
bool	 constant_value(struct parser *, struct literal *);
/* name CONSTANT [IS GLOBAL] AS value | FROM name; false: not one. */
bool	 constant_parse(struct parser *, const char *name);
/* Adds a constant, or reports that it was given twice. */
void	 constant_add(struct parser *, const char *name,
	    const struct literal *);
/* Copies what TYPE or SAME AS names into node `into`. */
void	 type_apply(struct parser *, uint32_t into);

/* Headings and other parts of a whole program; true: one was skipped. */
bool	 program_heading(struct parser *);

#endif
