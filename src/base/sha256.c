/*
 * SHA-256 of files; see sha256.h.
 */
#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "base/mem.h"

#define BLOCK	(1u << 18)

static bool
hash_all(int fd, EVP_MD_CTX *c, const volatile int *interrupted)
{
	unsigned char *block = mem_alloc(BLOCK);
	ssize_t n = 0;

	do {
		if (interrupted != NULL && *interrupted) {
			errno = EINTR;
			n = -1;
			break;
		}
		n = read(fd, block, BLOCK);
		if (n > 0)
			EVP_DigestUpdate(c, block, (size_t)n);
	} while (n > 0);
	mem_free(block);
	return n == 0;
}

bool
sha256_file(const char *path, char hex[SHA256_HEX + 1],
    const volatile int *interrupted)
{
	static const char digit[] = "0123456789abcdef";
	unsigned char md[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *c;
	unsigned n = 0, i;
	bool good;
	int fd = open(path, O_RDONLY | O_CLOEXEC), e;

	if (fd < 0)
		return false;
	c = EVP_MD_CTX_new();
	if (c == NULL || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1)
		mem_exhausted(sizeof md);
	good = hash_all(fd, c, interrupted);
	e = errno;
	EVP_DigestFinal_ex(c, md, &n);
	EVP_MD_CTX_free(c);
	close(fd);
	errno = e;
	for (i = 0; i < n && i < SHA256_HEX / 2; i++) {
		hex[2 * i] = digit[md[i] >> 4];
		hex[2 * i + 1] = digit[md[i] & 15];
	}
	hex[SHA256_HEX] = '\0';
	return good;
}
