/*
 * SHA-256 of files (FIPS 180-4), by libcrypto.
 */
#ifndef DECANT_SHA256_H
#define DECANT_SHA256_H

#include <stdbool.h>

#define SHA256_HEX	64u	/* characters */

/* Small letters and a NUL.  False: errno tells; EINTR when *interrupted
 * (NULL: never) was set meanwhile. */
bool	 sha256_file(const char *path, char hex[SHA256_HEX + 1],
	    const volatile int *interrupted);

#endif
