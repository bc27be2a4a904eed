/*
 * Date and timestamp literals of expressions: are they real?  Private to
 * src/mapping.
 */
#ifndef DECANT_EXPR_LITERAL_H
#define DECANT_EXPR_LITERAL_H

#include <stdbool.h>

#include "base/slice.h"

/* 2026-01-31; on false, *why is a static sentence. */
bool	 literal_date(struct slice, const char **why);
/* 2026-01-31 23:59[:59[.123456]], with a blank or a T between. */
bool	 literal_timestamp(struct slice, const char **why);

#endif
