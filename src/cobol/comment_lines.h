/*
 * Comments in a copybook, and which item they describe.
 *
 * Only who asks for them (copybook_options' `comments`) has them kept: while
 * a text is read, where the comment of each line stands.  Those on the lines
 * directly above an item's entry, in it and behind its last word are the
 * item's.
 */
#ifndef DECANT_COMMENT_LINES_H
#define DECANT_COMMENT_LINES_H

#include "cobol/cobol_lexer.h"

struct comment_line {
	uint32_t at, end;	/* bytes of the text; 0 and 0: no comment */
	uint32_t col;		/* bytes before it on its line */
	bool beside;		/* code stands before it */
};

struct source_comments {
	const struct srctext *src;
	struct comment_line *line;	/* counts from 1 */
	struct source_comments *next;	/* another text, or NULL */
};

struct source_comments *comments_new(struct arena *, const struct srctext *);
/* Bytes at..end-1 of line `number` are a comment. */
void	 comments_add(struct source_comments *, uint32_t number, size_t at,
	    size_t end, bool beside);
/*
 * What the comments say of the entry from `first` to `last`, behind which the
 * token last[1] stands: in UTF-8, on one line, without rulers and boxes, code
 * that is disabled left out.  NULL: nothing.
 */
const char *comments_of(struct arena *, const struct source_comments *,
	    const struct token *first, const struct token *last);

#endif
