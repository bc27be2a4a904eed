/*
 * Patterns of LIKE.  Private to plan/.
 */
#ifndef DECANT_LIKE_H
#define DECANT_LIKE_H

#include "plan/plan_impl.h"

/* Whether the text matches the pattern, whose escape character is \. */
bool	 like_matches(struct slice text, struct slice pattern, bool *broken);
/* The pattern with another escape character, or none when `escape` is empty,
 * made one of \; false: that is not one character. */
bool	 like_escape(struct arena *, struct slice pattern, struct slice escape,
	    struct slice *out);

#endif
