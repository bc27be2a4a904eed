/*
 * Code pages: bytes to characters.  The only user of iconv.
 *
 * EBCDIC pages come from tables of our own (tables.h), others from iconv, and
 * so do the double bytes of the mixed pages: 930, 933, 935, 937, 939, 1364,
 * 1371, 1388, 1390, 1399.
 */
#ifndef DECANT_CHARSET_H
#define DECANT_CHARSET_H

#include <stdbool.h>
#include <stdint.h>

struct codepage {
	char name[32];		/* as decant shows it: cp037, iso-8859-1 */
	uint32_t ucs[256];	/* CODEPAGE_NONE: no such character */
	uint8_t utf8[256][4];
	uint8_t utf8_len[256];	/* 1-3; 0: no such character */
	uint8_t to_ascii[256];	/* the ASCII character, or 0x80 and more where
				   it is not ASCII or not defined */
	uint8_t blank;		/* the byte of U+0020: 0x40 or 0x20 */
	uint8_t zero;		/* the byte of '0': 0xF0 or 0x30 */
	uint8_t max_len;	/* longest utf8_len */
	bool ebcdic;		/* zones of digits are F */
	bool ascii;		/* bytes 0x00-0x7F are ASCII */
	bool total;		/* every byte has a character */
	/*
	 * A mixed page: one byte a character until SO (X'0E'), two until SI
	 * (X'0F'); ucs[] has neither.  By the two bytes: 0, the code point, or
	 * first << 16 | second where a character is two of them.  NULL: every
	 * character is one byte.
	 */
	const uint32_t *wide;
	/* the other way; charset_encode.c knows */
	int16_t low[128];	/* the byte of an ASCII character, or -1 */
	const uint64_t *one, *two;
	uint32_t none, ntwo;
};
#define CODEPAGE_NONE	UINT32_MAX
#define CODEPAGE_SO	0x0e
#define CODEPAGE_SI	0x0f

/*
 * Finds a code page by any usual name, in any case: cp037, CP-037, IBM037,
 * IBM-37, ibm037, 037, 37, EBCDIC-CP-US, 1047, cp1140, latin1, ISO8859-1,
 * windows-1252, ascii …  Tables are made once and live for the program's
 * time.  NULL: unknown, or neither a one-byte nor a mixed page (*multibyte
 * tells which; may be NULL).  Safe to call from the main thread only.
 */
const struct codepage *charset_find(const char *name, bool *multibyte);
/*
 * The page whose double bytes are those of a pure double-byte one: 300, 834,
 * 835, 837, 4930, 4933, 9027, 16684, by any usual name; or a mixed page.
 * NULL: neither.
 */
const struct codepage *charset_find_dbcs(const char *name);
/* An EBCDIC page with X'15' LF and X'25' NEL, in the arena; NULL: the page is
 * none. */
struct arena;
const struct codepage *charset_swap_newlines(struct arena *,
	    const struct codepage *);
/* Names to offer in "did you mean"; *n is how many. */
const char *const *charset_names(uint32_t *n);
/* The byte of a character, or -1. */
int	 charset_encode(const struct codepage *, uint32_t cp);
/*
 * The two bytes of a character of a mixed page's double bytes, first << 8 |
 * second, or -1.  cp may be two characters, as in `wide`.
 */
int	 charset_encode_wide(const struct codepage *, uint32_t cp);

#endif
