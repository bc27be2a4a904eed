/*
 * SHA-256 (FIPS 180-4), by libcrypto: of files, of texts, of what comes piece
 * by piece.  Results are small letters and a NUL.
 */
#ifndef DECANT_SHA256_H
#define DECANT_SHA256_H

#include <stdbool.h>
#include <stddef.h>

#define SHA256_HEX	64u	/* characters */

struct sha256;

struct sha256 *sha256_new(void);
void	 sha256_add(struct sha256 *, const void *, size_t);
void	 sha256_reset(struct sha256 *);		/* nothing was added */
void	 sha256_end(struct sha256 *, char hex[SHA256_HEX + 1]);
void	 sha256_free(struct sha256 *);		/* NULL is fine */

void	 sha256_text(const void *, size_t, char hex[SHA256_HEX + 1]);
/* False: errno tells; EINTR when *interrupted (NULL: never) was set
 * meanwhile. */
bool	 sha256_file(const char *path, char hex[SHA256_HEX + 1],
	    const volatile int *interrupted);

#endif
