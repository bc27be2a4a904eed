/*
 * REPLACING and REPLACE: text words in, text words out.
 *
 * The unit is the text word (IBM Enterprise COBOL Language Reference, "COPY
 * statement", "Replacement and comparison rules"): a word, a literal, or one
 * of ( ) : by itself, so that :TAG: can be replaced inside a word.  Tokens
 * are cut into text words, replaced, and read again where they changed.
 */
#ifndef DECANT_TEXT_REPLACE_H
#define DECANT_TEXT_REPLACE_H

#include "cobol/cobol_lexer.h"

#define REPLACEMENTS_MAX	1024u

enum replace_kind { REPLACE_WHOLE, REPLACE_LEADING, REPLACE_TRAILING };

struct text_word {
	const char *text;	/* upper case, but for literals */
	uint32_t len;
	const struct token *token;	/* that it is part of; a replacement's
					 * is the first it stands for */
	bool glued;		/* no blank before it */
	bool whole;		/* the token is not to be taken apart */
	bool fresh;		/* not of the text that was copied */
	bool opens, closes;	/* first, last of its token */
};

struct text_words {
	struct text_word *w;
	uint32_t n, cap;
};

struct replacement {
	enum replace_kind kind;
	struct text_words from, to;
};

struct replacements {
	struct replacement *r;
	uint32_t n, cap;
};

/*
 * Reads the operands of REPLACING or REPLACE from *t on, up to a period or
 * what cannot be one; *t then stands there.  False: an error was reported.
 */
bool	 replacements_read(struct replacements *, struct arena *,
	    struct diags *, const struct token **t);
/*
 * Appends the tokens to the list, replaced.  `budget` is how many bytes of
 * text may still come into being; false when they are used up.
 */
bool	 replacements_apply(const struct replacements *, struct token_list *,
	    struct arena *, const struct token *, uint32_t n, size_t *budget);

#endif
