/*
 * Values that say nothing of the person they were of, for test databases.
 * Uses libcrypto.
 *
 * A key makes them, read from a file that only its owner may read; the same
 * value and key always give the same result.
 */
#ifndef DECANT_MASK_H
#define DECANT_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

#define MASK_KEY_MAX	32u	/* bytes; 16, 24 or 32 */
#define MASK_TOKEN	26u	/* characters of a token */
#define MASK_DIGITS_MAX	72u	/* of a kind that fpe takes in one value */
#define MASK_LETTERS_MAX 50u

struct mask_key {
	uint8_t byte[MASK_KEY_MAX];
	uint32_t size;
};

/*
 * Reads a key: 32, 48 or 64 hexadecimal digits, blanks and line ends aside.
 * NULL, or one sentence that says what is wrong.
 */
const char *mask_key_read(struct mask_key *, const char *path);

/* What a thread needs to use a key. */
struct mask;
struct mask *mask_new(const struct mask_key *);
void	 mask_free(struct mask *);

/* HMAC-SHA-256 of the text, cut to 128 bits, in base 32 (RFC 4648, small
 * letters): MASK_TOKEN characters. */
void	 mask_token(struct mask *, struct slice, char *out);
/*
 * Format-preserving encryption: digits become digits, small letters small
 * letters, capitals capitals; everything else of ASCII stays.  A bijection
 * over the texts of one shape.  In place.  False: characters beyond ASCII, no
 * digit or letter at all in a text that is not blank, or too many of them.
 */
bool	 mask_fpe(struct mask *, uint8_t *text, uint32_t len);

/*
 * FF1 of NIST SP 800-38G, encryption: n numerals below radix, 2 <= n, radix^n
 * >= 100, radix^ceil(n/2) < 2^120.
 */
void	 mask_ff1(struct mask *, uint32_t radix, const uint8_t *tweak,
	    uint32_t ntweak, uint8_t *numeral, uint32_t n);

#endif
