/*
 * An expression's text as tokens.
 *
 * The text is what YAML's scalar says once its quotes, escapes and line folds
 * are undone; expr_source knows where each of its bytes stands in the mapping
 * file, so that every token has its true place.  Private to src/mapping.
 */
#ifndef DECANT_EXPR_LEXER_H
#define DECANT_EXPR_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"
#include "base/srctext.h"

struct arena;
struct expr;

struct expr_source {
	const struct srctext *src;	/* places are in it */
	const char *p;			/* the expression, decoded */
	uint32_t len;
	const uint32_t *map;		/* len + 1 offsets in src, or NULL: */
	uint32_t base;			/* p[i] stands at base + i */
	/* YAML took what follows in src for a comment; when the expression
	 * ends too early, that is why.  0, 0: there is none. */
	uint32_t comment, comment_end;
};

struct place expr_source_place(const struct expr_source *, uint32_t from,
	    uint32_t to);

enum token_kind {
	TOKEN_END, TOKEN_NAME, TOKEN_QUOTED, TOKEN_NUMBER, TOKEN_TEXT,
	TOKEN_HEX, TOKEN_LEFT, TOKEN_RIGHT, TOKEN_COMMA, TOKEN_DOT,
	TOKEN_PLUS, TOKEN_MINUS, TOKEN_STAR, TOKEN_SLASH, TOKEN_PERCENT,
	TOKEN_CONCAT,
	TOKEN_EQ, TOKEN_NE, TOKEN_LT, TOKEN_LE, TOKEN_GT, TOKEN_GE,
	TOKEN_TYPECAST
};

enum word {
	WORD_NONE,
	/* from here to WORD_LIKE: no field without quotes */
	WORD_CASE, WORD_WHEN, WORD_THEN, WORD_ELSE, WORD_END, WORD_AND,
	WORD_OR, WORD_NOT, WORD_IS, WORD_IN, WORD_OF, WORD_BETWEEN, WORD_LIKE,
	/* these are words in their places only */
	WORD_TRUE, WORD_FALSE, WORD_NULL, WORD_AS, WORD_CAST, WORD_DATE,
	WORD_TIMESTAMP, WORD_FROM, WORD_FOR, WORD_BOTH, WORD_LEADING,
	WORD_TRAILING, WORD_ILIKE, WORD_ESCAPE, WORD_DISTINCT
};
#define WORD_RESERVED(w)	((w) >= WORD_CASE && (w) <= WORD_LIKE)

struct token {
	enum token_kind kind;
	enum word word;			/* TOKEN_NAME */
	uint32_t from, to;		/* in the decoded text */
	struct slice text;		/* literals: what they say */
	const char *name;		/* names: upper case, _ is -; quoted
					 * ones as they stand */
};

/*
 * All tokens, the last being TOKEN_END, in *out, which the caller frees with
 * mem_free; names and literals are in the arena or in the source.  False
 * after an error.
 */
bool	 expr_lex(struct arena *, struct diags *, const struct expr_source *,
	    struct token **out, uint32_t *n);
/* An error at a part of the source; where a YAML comment cut the expression
 * short and `early` says that something is missing, M009 instead. */
void	 expr_error(struct diags *, const struct expr_source *,
	    enum diag_code, uint32_t from, uint32_t to, bool early,
	    const char *hint, const char *fmt, ...)
	    __attribute__((format(printf, 8, 9)));
/* Parses a source; NULL after an error. */
struct expr *expr_parse_source(struct arena *, struct diags *,
	    const struct expr_source *);
/* A word that cannot be a field's name unless it is quoted. */
enum word expr_word(const char *name);

#endif
