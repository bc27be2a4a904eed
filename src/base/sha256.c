/*
 * SHA-256; see sha256.h.
 */
#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "base/mem.h"

#define BLOCK	(1u << 18)

struct sha256 {
	EVP_MD_CTX *c;
};

void
sha256_reset(struct sha256 *s)
{
	if (EVP_DigestInit_ex(s->c, EVP_sha256(), NULL) != 1)
		mem_exhausted(0);
}

struct sha256 *
sha256_new(void)
{
	struct sha256 *s = mem_zalloc(sizeof *s);

	s->c = EVP_MD_CTX_new();
	if (s->c == NULL)
		mem_exhausted(0);
	sha256_reset(s);
	return s;
}

void
sha256_add(struct sha256 *s, const void *p, size_t n)
{
	EVP_DigestUpdate(s->c, p, n);
}

void
sha256_end(struct sha256 *s, char hex[SHA256_HEX + 1])
{
	static const char digit[] = "0123456789abcdef";
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0, i;

	EVP_DigestFinal_ex(s->c, md, &n);
	for (i = 0; i < n && i < SHA256_HEX / 2; i++) {
		hex[2 * i] = digit[md[i] >> 4];
		hex[2 * i + 1] = digit[md[i] & 15];
	}
	hex[SHA256_HEX] = '\0';
}

void
sha256_free(struct sha256 *s)
{
	if (s == NULL)
		return;
	EVP_MD_CTX_free(s->c);
	mem_free(s);
}

void
sha256_text(const void *p, size_t n, char hex[SHA256_HEX + 1])
{
	struct sha256 *s = sha256_new();

	sha256_add(s, p, n);
	sha256_end(s, hex);
	sha256_free(s);
}

static bool
hash_all(int fd, struct sha256 *s, const volatile int *interrupted)
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
			sha256_add(s, block, (size_t)n);
	} while (n > 0);
	mem_free(block);
	return n == 0;
}

bool
sha256_file(const char *path, char hex[SHA256_HEX + 1],
    const volatile int *interrupted)
{
	struct sha256 *s;
	bool good;
	int fd = open(path, O_RDONLY | O_CLOEXEC), e;

	if (fd < 0)
		return false;
	s = sha256_new();
	good = hash_all(fd, s, interrupted);
	e = errno;
	sha256_end(s, hex);
	sha256_free(s);
	close(fd);
	errno = e;
	return good;
}
