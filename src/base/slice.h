/*
 * A slice is a view of bytes that somebody else owns.
 */
#ifndef DECANT_SLICE_H
#define DECANT_SLICE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const uint8_t *p;
	uint32_t len;
};

/* Of the control plane and of framing; on the data path bad is data. */
enum grade { OK, END, BAD, FATAL };

static inline struct slice
slice_str(const char *s)
{
	return (struct slice){ (const uint8_t *)s, (uint32_t)strlen(s) };
}

static inline bool
slice_eq(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

#endif
