/*
 * A source text (copybook, mapping) with a map of its lines.  Texts live in
 * an arena, so places may point into them as long as the program runs.
 */
#ifndef DECANT_SRCTEXT_H
#define DECANT_SRCTEXT_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct srctext {
	const char *name;	/* as the user named it; shown in messages */
	const char *p;		/* bytes, followed by a NUL */
	size_t len;
	uint32_t *line;		/* offset of the start of each line */
	uint32_t nlines;
};

/* Where something stands; line and col count from 1, in bytes. */
struct place {
	const struct srctext *src;	/* NULL: no place */
	uint32_t line, col, len;	/* len: bytes to mark, at least 1 */
};

/* Names of texts, in the arena of whoever collects them. */
struct srctext_names {
	const char **v;
	uint32_t n, cap;
};

#define SRCTEXT_MAX	(64u << 20)	/* bytes in one text */

struct srctext *srctext_new(struct arena *, const char *name, const char *p,
	    size_t len);		/* copies name and bytes */
/* Reads a whole file; NULL with errno set (EISDIR, EFBIG too). */
struct srctext *srctext_read(struct arena *, const char *path);
struct place srctext_place(const struct srctext *, size_t offset, size_t len);
/* The bytes of a line without its end; line counts from 1. */
const char *srctext_line(const struct srctext *, uint32_t line, size_t *len);

#endif
