/*
 * What kernels of text share.  Private to plan/.
 */
#ifndef DECANT_TEXT_H
#define DECANT_TEXT_H

#include <locale.h>

#include "plan/plan_impl.h"

/* Characters that repeat() and its like may make of one cell. */
#define TEXT_MADE_MAX	65536

/* The op's column of text, strict in n registers. */
struct column *text_begin(const struct op *, struct batch *,
	    const uint32_t *reg, uint32_t n);
/* Characters from..to-1 of s, counted from 0. */
struct slice text_part(struct slice, int64_t from, int64_t to);
/* C.UTF-8; see op_text_init. */
locale_t text_locale(void);

/* Bytes of the character that begins at p, of n bytes of UTF-8. */
static inline uint32_t
text_step(const uint8_t *p, uint32_t n)
{
	uint32_t i = 1;

	while (i < n && (p[i] & 0xc0) == 0x80)
		i++;
	return i;
}

#endif
