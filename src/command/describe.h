/*
 * Items of a layout in words, for layout and init.
 */
#ifndef DECANT_DESCRIBE_H
#define DECANT_DESCRIBE_H

#include <stdbool.h>
#include <stdint.h>

#include "cobol/copybook.h"
#include "value/type.h"

struct buf;

extern const char *const source_formats[];	/* as enum source_format */

extern const char *const dialects[];		/* as enum dialect */

/* "DISPLAY", "COMP-3"; "" for a group. */
const char *describe_usage(const struct item *);
/* "SIGN LEADING SEPARATE"; "" where it is where it always is. */
const char *describe_sign(const struct item *);
/* Text of a copybook, which may be in any code page, as one line of UTF-8. */
void	 describe_text(struct buf *, struct slice);
void	 describe_literal(struct buf *, const struct literal *);
/* "'A', 'B' THRU 'F'": the values of a condition. */
void	 describe_values(struct buf *, const struct condition *);
/*
 * The 01 named `name` (case and _ aside), or the first one for NULL;
 * ITEM_NONE with an error in diags.
 */
uint32_t describe_record(struct diags *, const struct layout *,
	    const char *name);

#endif
