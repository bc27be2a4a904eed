/*
 * UTF-8, as RFC 3629 has it: no surrogates, no overlong forms, at most
 * U+10FFFF.
 */
#ifndef DECANT_UTF8_H
#define DECANT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at p (1 to 4), or 0 where it is not valid. */
size_t	 utf8_valid(const uint8_t *p, size_t n);
/* The code point at p, which utf8_valid has found good; its size in *len. */
uint32_t utf8_get(const uint8_t *p, size_t *len);
/* Writes the 1 to 4 bytes of a code point; returns how many. */
size_t	 utf8_put(uint8_t out[4], uint32_t cp);
/* Characters (code points) in n bytes of valid UTF-8. */
size_t	 utf8_count(const uint8_t *p, size_t n);
/* Columns that a terminal gives the character (0, 1 or 2). */
int	 utf8_width(uint32_t cp);

#endif
