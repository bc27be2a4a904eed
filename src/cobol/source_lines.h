/*
 * A copybook's lines of code: which bytes of which lines the compiler reads.
 *
 * Fixed format (IBM Enterprise COBOL Language Reference, "Reference format"):
 *
 *     1    6 7 8                                        72 73    80
 *     sequence indicator  code                          identification
 *
 * Free format: the whole line.  Comment lines, blank lines and directives
 * are left out.  Columns are those a terminal shows, with tab stops every 8.
 */
#ifndef DECANT_SOURCE_LINES_H
#define DECANT_SOURCE_LINES_H

#include "cobol/directives.h"

struct source_comments;		/* cobol/comment_lines.h */

struct code_line {
	uint32_t at, end;	/* bytes of the text; trailing blanks in */
	uint32_t pad;		/* fixed: columns from `end` to 72 */
	bool continues;		/* - in the indicator column */
	uint32_t number;	/* in the text, from 1 */
};

struct source_lines {
	const struct srctext *src;
	struct code_line *line;
	uint32_t n;
	struct source_comments *comments;	/* of the caller, who sets it:
						 * gets what is left out;
						 * NULL: not wanted */
};

void	 source_lines_read(struct source_lines *, struct arena *,
	    struct diags *, const struct srctext *, enum source_format,
	    struct directives *);

#endif
