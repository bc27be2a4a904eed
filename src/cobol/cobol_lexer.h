/*
 * The words of a copybook.
 *
 * Nothing is reserved here but PIC and PICTURE, after which a character
 * string of its own kind stands; whether a word is a name or a keyword is for
 * the parser to say.  The lexer reports nothing either: much of what it sees
 * (EXEC blocks, procedure divisions) is skipped later, so a bad token keeps
 * its fault to itself until somebody uses it.
 */
#ifndef DECANT_COBOL_LEXER_H
#define DECANT_COBOL_LEXER_H

#include "cobol/source_lines.h"

enum token_kind {
	TOK_END,
	TOK_WORD,		/* text: upper case */
	TOK_NUMBER,		/* text: sign, digits, point as written */
	TOK_LITERAL,		/* text: without quotes, in UTF-8 */
	TOK_PICTURE,		/* text: upper case */
	TOK_PERIOD,
	TOK_PUNCT,		/* text: one of ( ) */
	TOK_PSEUDO,		/* ==...==; text: what is inside, as written */
	TOK_OTHER,		/* anything else up to the next blank */
	TOK_HOLE		/* a COPY that failed, already reported */
};

enum token_fault { FAULT_NONE, FAULT_OPEN, FAULT_HEX };

struct token {
	enum token_kind kind;
	enum token_fault fault;
	bool first;		/* first of its line */
	bool glued;		/* no blank before it */
	char prefix;		/* literal: letter before the quote, or 0 */
	const char *text;	/* NUL-terminated; literals may hold NULs */
	uint32_t len;		/* of text */
	const struct srctext *src;
	uint32_t at, mark;	/* in src; mark: bytes on its first line */
};

struct token_list {
	struct token *tok;	/* the last is TOK_END */
	uint32_t n, cap;
	bool full;
	struct source_comments *comments;	/* of the texts, if wanted */
};
#define TOKENS_MAX	(1u << 20)

/* Appends the tokens of the lines, TOK_END not included. */
void	 lexer_read(struct token_list *, struct arena *,
	    const struct source_lines *);

/*
 * Appends the tokens of a text that replaces another: as if it stood behind
 * those in the list.  `from` lends them its place.
 */
void	 lexer_read_replaced(struct token_list *, struct arena *,
	    const char *text, size_t len, const struct token *from);
/* A PICTURE's character string comes next in the list. */
bool	 lexer_wants_picture(const struct token_list *);

struct place token_place(const struct token *);
bool	 token_is(const struct token *, const char *word);

#endif
