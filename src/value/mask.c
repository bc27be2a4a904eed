/*
 * Masking; see mask.h.
 *
 * FF1 (NIST SP 800-38G, algorithm 7) is a Feistel network of ten rounds over
 * the two halves of the numerals; its round function is AES in CBC mode over
 * the tweak and one half.  A text has up to three strings of numerals: its
 * digits, its small letters and its capitals, each encrypted by itself with
 * the text's shape as the tweak.  FF1 needs two numerals: one that is alone of
 * its kind is put through a permutation that depends on the shape and on what
 * the other strings became.
 */
#include "value/mask.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

typedef unsigned __int128 u128;

#define KINDS	3u
#define BLOCK	16u

struct mask {
	EVP_CIPHER_CTX *aes;
	uint8_t token_key[32];
};

/* ---- keys -------------------------------------------------------------- */

static int
hex_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *
key_parse(struct mask_key *k, const uint8_t *text, size_t len)
{
	uint32_t n = 0;
	size_t i;
	int v;

	memset(k, 0, sizeof *k);
	for (i = 0; i < len; i++) {
		if (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' ||
		    text[i] == '\t')
			continue;
		v = hex_value(text[i]);
		if (v < 0)
			return "it has other characters than hexadecimal "
			    "digits";
		if (n == 2 * MASK_KEY_MAX)
			return "it has more than 64 hexadecimal digits";
		k->byte[n / 2] = (uint8_t)(k->byte[n / 2] << 4 | v);
		n++;
	}
	k->size = n / 2;
	if (n == 32 || n == 48 || n == 64)
		return NULL;
	return "it has not 32, 48 or 64 hexadecimal digits";
}

const char *
mask_key_read(struct mask_key *k, const char *path)
{
	uint8_t text[512];
	const char *why = NULL;
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &st) != 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "it is no file";
	else if ((st.st_mode & 077) != 0)
		why = "others than its owner may use it; chmod 600 it";
	n = why == NULL ? read(fd, text, sizeof text) : 0;
	if (n < 0)
		why = strerror(errno);
	else if (n == sizeof text)
		why = "it is too long";
	if (why == NULL)
		why = key_parse(k, text, (size_t)n);
	memset(text, 0, sizeof text);
	close(fd);
	return why;
}

struct mask *
mask_new(const struct mask_key *k)
{
	static const char use[] = "decant token";
	struct mask *m = mem_zalloc(sizeof *m);
	const EVP_CIPHER *c = k->size == 16 ? EVP_aes_128_ecb() :
	    k->size == 24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
	unsigned n = sizeof m->token_key;

	m->aes = EVP_CIPHER_CTX_new();
	if (m->aes == NULL ||
	    EVP_EncryptInit_ex(m->aes, c, NULL, k->byte, NULL) != 1)
		mem_exhausted(sizeof *m);
	EVP_CIPHER_CTX_set_padding(m->aes, 0);
	HMAC(EVP_sha256(), k->byte, (int)k->size, (const uint8_t *)use,
	    sizeof use - 1, m->token_key, &n);
	return m;
}

void
mask_free(struct mask *m)
{
	if (m == NULL)
		return;
	EVP_CIPHER_CTX_free(m->aes);
	memset(m->token_key, 0, sizeof m->token_key);
	mem_free(m);
}

static void
aes(struct mask *m, const uint8_t in[BLOCK], uint8_t out[BLOCK])
{
	int n = 0;

	EVP_EncryptUpdate(m->aes, out, &n, in, BLOCK);
}

/* ---- tokens ------------------------------------------------------------ */

void
mask_token(struct mask *m, struct slice s, char *out)
{
	static const char digit[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t mac[32];
	unsigned n = sizeof mac, bits = 0, i, at = 0;
	uint32_t hold = 0;

	HMAC(EVP_sha256(), m->token_key, sizeof m->token_key,
	    s.len > 0 ? s.p : (const uint8_t *)"", s.len, mac, &n);
	for (i = 0; i < MASK_TOKEN; i++) {
		if (bits < 5) {
			/* 128 bits, then zeros */
			hold = hold << 8 | (at < 16 ? mac[at] : 0u);
			at++;
			bits += 8;
		}
		bits -= 5;
		out[i] = digit[hold >> bits & 31];
	}
}

/* ---- FF1 --------------------------------------------------------------- */

/* A number, big-endian, in n bytes. */
static void
put_number(uint8_t *p, u128 v, uint32_t n)
{
	while (n-- > 0) {
		p[n] = (uint8_t)v;
		v >>= 8;
	}
}

static u128
numerals_value(const uint8_t *x, uint32_t n, uint32_t radix)
{
	u128 v = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		v = v * radix + x[i];
	return v;
}

static void
numerals_put(uint8_t *x, uint32_t n, uint32_t radix, u128 v)
{
	while (n-- > 0) {
		x[n] = (uint8_t)(v % radix);
		v /= radix;
	}
}

static u128
power(uint32_t radix, uint32_t n)
{
	u128 v = 1;

	while (n-- > 0)
		v *= radix;
	return v;
}

/* CBC-MAC over P and Q, Q being the tweak, zeros, the round and a half. */
static void
ff1_mac(struct mask *m, const uint8_t p[BLOCK], const uint8_t *q, uint32_t nq,
    uint8_t r[BLOCK])
{
	uint8_t x[BLOCK];
	uint32_t i, k;

	aes(m, p, r);
	for (i = 0; i < nq; i += BLOCK) {
		for (k = 0; k < BLOCK; k++)
			x[k] = r[k] ^ q[i + k];
		aes(m, x, r);
	}
}

/* The first d bytes of R, CIPH(R xor 1), CIPH(R xor 2), …, modulo `mod`. */
static u128
ff1_stretch(struct mask *m, const uint8_t r[BLOCK], uint32_t d, u128 mod)
{
	uint8_t x[BLOCK], s[BLOCK];
	u128 v = 0;
	uint32_t i;

	for (i = 0; i < d; i++) {
		if (i == 0) {
			memcpy(s, r, BLOCK);
		} else if (i % BLOCK == 0) {
			memcpy(x, r, BLOCK);
			x[BLOCK - 1] ^= (uint8_t)(i / BLOCK);
			aes(m, x, s);
		}
		v = (v << 8 | s[i % BLOCK]) % mod;
	}
	return v;
}

#define TWEAK_MAX	256u

void
mask_ff1(struct mask *m, uint32_t radix, const uint8_t *tweak,
    uint32_t ntweak, uint8_t *x, uint32_t n)
{
	uint32_t u = n / 2, v = n - u, b, d, nq, i;
	u128 top = power(radix, v) - 1, a, c, y, mod[2];
	uint8_t p[BLOCK] = { 1, 2, 1 }, q[TWEAK_MAX + 2 * BLOCK + 32];
	uint8_t r[BLOCK];

	for (b = 0; top > 0; b++)
		top >>= 8;
	d = 4 * ((b + 3) / 4) + 4;
	put_number(p + 3, radix, 3);
	p[6] = 10;
	p[7] = (uint8_t)u;
	put_number(p + 8, n, 4);
	put_number(p + 12, ntweak, 4);
	nq = (ntweak + 1 + b + BLOCK - 1) / BLOCK * BLOCK;
	memset(q, 0, nq);
	if (ntweak > 0)
		memcpy(q, tweak, ntweak);
	mod[0] = power(radix, u);
	mod[1] = power(radix, v);
	a = numerals_value(x, u, radix);
	c = numerals_value(x + u, v, radix);
	for (i = 0; i < 10; i++) {
		q[nq - b - 1] = (uint8_t)i;
		put_number(q + nq - b, c, b);
		ff1_mac(m, p, q, nq, r);
		y = (a + ff1_stretch(m, r, d, mod[i % 2])) % mod[i % 2];
		a = c;
		c = y;
	}
	numerals_put(x, u, radix, a);
	numerals_put(x + u, v, radix, c);
}

/* ---- texts ------------------------------------------------------------- */

static const struct kind {
	uint8_t first;
	uint32_t radix, most;
} kinds[KINDS] = {
	{ '0', 10, MASK_DIGITS_MAX },
	{ 'a', 26, MASK_LETTERS_MAX },
	{ 'A', 26, MASK_LETTERS_MAX },
};

static uint32_t
kind_of(uint8_t c)
{
	return c >= '0' && c <= '9' ? 0 : c >= 'a' && c <= 'z' ? 1 :
	    c >= 'A' && c <= 'Z' ? 2 : KINDS;
}

/* The shape: each character, with those that change as their kind's first. */
static uint32_t
text_shape(const uint8_t *text, uint32_t len, uint8_t *shape)
{
	uint32_t i, k;

	for (i = 0; i < len && i < TWEAK_MAX - 1; i++) {
		k = kind_of(text[i]);
		shape[i] = k < KINDS ? kinds[k].first : text[i];
	}
	return i;
}

/* A numeral that is alone: a keyed permutation of its kind (Fisher and Yates,
 * the numbers from AES over a hash of what it depends on). */
static uint8_t
permute_one(struct mask *m, uint32_t radix, const uint8_t *on, uint32_t non,
    uint8_t numeral)
{
	uint8_t perm[26], hash[32], in[BLOCK], out[BLOCK], swap;
	unsigned n = sizeof hash;
	uint32_t i, k;
	uint64_t draw;

	HMAC(EVP_sha256(), m->token_key, sizeof m->token_key, on, non, hash,
	    &n);
	for (i = 0; i < radix; i++)
		perm[i] = (uint8_t)i;
	for (i = radix - 1; i > 0; i--) {
		memcpy(in, hash, BLOCK);
		in[0] ^= (uint8_t)i;
		aes(m, in, out);
		memcpy(&draw, out, sizeof draw);
		k = (uint32_t)(draw % (i + 1));
		swap = perm[i];
		perm[i] = perm[k];
		perm[k] = swap;
	}
	return perm[numeral];
}

static void
fpe_kind(struct mask *m, uint32_t k, uint8_t *text, uint32_t len,
    uint8_t *shape, uint32_t nshape)
{
	uint8_t numeral[MASK_DIGITS_MAX];
	uint32_t i, n = 0;

	for (i = 0; i < len; i++)
		if (kind_of(text[i]) == k)
			numeral[n++] = (uint8_t)(text[i] - kinds[k].first);
	if (n < 2)
		return;
	shape[nshape] = (uint8_t)k;
	mask_ff1(m, kinds[k].radix, shape, nshape + 1, numeral, n);
	for (i = n = 0; i < len; i++)
		if (kind_of(text[i]) == k)
			text[i] = (uint8_t)(kinds[k].first + numeral[n++]);
}

bool
mask_fpe(struct mask *m, uint8_t *text, uint32_t len)
{
	uint8_t shape[TWEAK_MAX], on[2 * TWEAK_MAX];
	uint32_t count[KINDS] = { 0 }, nshape, i, k, n;
	bool blank = true;

	for (i = 0; i < len; i++) {
		if (text[i] >= 0x80)
			return false;
		blank = blank && text[i] == ' ';
		if ((k = kind_of(text[i])) < KINDS &&
		    ++count[k] > kinds[k].most)
			return false;
	}
	if (count[0] + count[1] + count[2] == 0)
		return blank;
	nshape = text_shape(text, len, shape);
	for (k = 0; k < KINDS; k++)
		fpe_kind(m, k, text, len, shape, nshape);
	/* those that are alone come last, one after the other: each depends
	 * on all that is settled */
	for (k = 0; k < KINDS; k++) {
		if (count[k] != 1)
			continue;
		for (i = n = 0; i < len && n < sizeof on; i++) {
			uint32_t of = kind_of(text[i]);

			on[n++] = of < KINDS && count[of] == 1 && of >= k ?
			    kinds[of].first : text[i];
		}
		for (i = 0; kind_of(text[i]) != k; i++)
			;
		text[i] = (uint8_t)(kinds[k].first + permute_one(m,
		    kinds[k].radix, on, n, (uint8_t)(text[i] -
		    kinds[k].first)));
	}
	return true;
}
