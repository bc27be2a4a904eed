/*
 * A growable byte buffer with a declared limit.  Past the limit nothing more
 * is written and `full` is set, which the owner must look at where it matters.
 * The bytes are always followed by a NUL that is not counted.
 */
#ifndef DECANT_BUF_H
#define DECANT_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *p;
	size_t len, cap, max;
	bool full;
};

void	 buf_init(struct buf *, size_t max);
void	 buf_fini(struct buf *);
void	 buf_clear(struct buf *);
bool	 buf_reserve(struct buf *, size_t more);	/* room for more bytes */
void	 buf_put(struct buf *, const void *, size_t);
void	 buf_putc(struct buf *, char);
void	 buf_puts(struct buf *, const char *);
void	 buf_printf(struct buf *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	 buf_vprintf(struct buf *, const char *, va_list);
/* In quotes of one kind, each of those inside doubled: SQL's way. */
void	 buf_quoted(struct buf *, const char *, char quote);
/* A JSON string with its quotes; the bytes are UTF-8 (invalid: U+FFFD). */
void	 buf_json(struct buf *, const char *, size_t);

#endif
