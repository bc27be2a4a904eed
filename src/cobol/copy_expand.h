/*
 * All tokens of a copybook, those of the files that it COPYs in their place.
 */
#ifndef DECANT_COPY_EXPAND_H
#define DECANT_COPY_EXPAND_H

#include "cobol/cobol_lexer.h"
#include "cobol/directives.h"

#define COPY_DEPTH_MAX	32
#define COPY_FILES_MAX	4096u

/*
 * The list lives in the arena and ends with TOK_END.  What >>DEFINE defined
 * is left in the last argument.
 */
void	 copy_expand(struct token_list *, struct arena *, struct diags *,
	    const struct srctext *, const struct copybook_options *,
	    bool is_file, struct directives *);

#endif
