/*
 * Masking.  FF1: the nine samples that NIST publishes with SP 800-38G
 * ("FF1samples.pdf"), AES-128, -192 and -256.  Tokens: openssl dgst -mac.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "value/mask.h"

#define KEY128	"2B7E151628AED2A6ABF7158809CF4F3C"
#define KEY192	KEY128 "EF4359D8D580AA4F"
#define KEY256	KEY192 "7F036D6F04FC6A94"

static const struct {
	const char *key;
	uint32_t radix;
	const char *tweak, *plain, *cipher;
} samples[] = {
	{ KEY128, 10, "", "0123456789", "2433477484" },
	{ KEY128, 10, "9876543210", "0123456789", "6124200773" },
	{ KEY128, 36, "7777pqrs777", "0123456789abcdefghi",
	    "a9tv40mll9kdu509eum" },
	{ KEY192, 10, "", "0123456789", "2830668132" },
	{ KEY192, 10, "9876543210", "0123456789", "2496655549" },
	{ KEY192, 36, "7777pqrs777", "0123456789abcdefghi",
	    "xbj3kv35jrawxv32ysr" },
	{ KEY256, 10, "", "0123456789", "6657667009" },
	{ KEY256, 10, "9876543210", "0123456789", "1001623463" },
	{ KEY256, 36, "7777pqrs777", "0123456789abcdefghi",
	    "xs8a0azh2avyalyzuwd" },
};

static struct mask *
mask_of(const char *hex)
{
	struct mask_key k = { .size = (uint32_t)strlen(hex) / 2 };
	char two[3] = "";
	uint32_t i;

	for (i = 0; i < k.size; i++) {
		memcpy(two, hex + 2 * i, 2);
		k.byte[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	return mask_new(&k);
}

static void
test_samples(void)
{
	static const char digit[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	uint8_t x[64];
	char got[64];
	struct mask *m;
	size_t i, k, n;

	for (i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		n = strlen(samples[i].plain);
		for (k = 0; k < n; k++)
			x[k] = (uint8_t)(strchr(digit, samples[i].plain[k]) -
			    digit);
		m = mask_of(samples[i].key);
		mask_ff1(m, samples[i].radix,
		    (const uint8_t *)samples[i].tweak,
		    (uint32_t)strlen(samples[i].tweak), x, (uint32_t)n);
		mask_free(m);
		for (k = 0; k < n; k++)
			got[k] = digit[x[k]];
		got[n] = '\0';
		is_str(got, samples[i].cipher, "NIST's sample %zu", i + 1);
	}
}

/* Of the same shape, and no two alike: 1,000,000 in, 1,000,000 out. */
static void
test_bijection(const char *format, uint32_t n, const char *what)
{
	uint32_t i, len = 0;
	uint8_t *seen = calloc(1000000 / 8 + 1, 1);
	struct mask *m = mask_of(KEY256);
	char text[32], was[32];
	bool shape = true, distinct = true, changed = false;
	unsigned long v;

	for (i = 0; i < n; i++) {
		len = (uint32_t)snprintf(text, sizeof text, format, i / 1000,
		    i % 1000);
		memcpy(was, text, sizeof was);
		if (!mask_fpe(m, (uint8_t *)text, len))
			shape = false;
		changed |= strcmp(was, text) != 0;
		v = strtoul(text, NULL, 10) * 1000 +
		    strtoul(text + len - 3, NULL, 10);
		shape = shape && strlen(text) == len &&
		    text[len - 4] == was[len - 4];
		if (v >= 1000000 || (seen[v / 8] >> v % 8 & 1))
			distinct = false;
		else
			seen[v / 8] |= (uint8_t)(1u << v % 8);
	}
	ok(shape, "%s: the shape stays", what);
	ok(distinct, "%s: %u distinct in, as many out", what, n);
	ok(changed, "%s: they change", what);
	mask_free(m);
	free(seen);
}

/* Every text of a shape of few: letters and digits, some alone. */
static void
test_small(void)
{
	static uint8_t seen[26 * 26 * 10];
	struct mask *m = mask_of(KEY128);
	uint8_t text[5];
	uint32_t i, n = 0, at;
	bool shape = true;

	for (i = 0; i < 26 * 26 * 10; i++) {
		text[0] = (uint8_t)('A' + i / 260);
		text[1] = (uint8_t)('a' + i / 10 % 26);
		text[2] = '.';
		text[3] = (uint8_t)('0' + i % 10);
		if (!mask_fpe(m, text, 4) || text[0] < 'A' || text[0] > 'Z' ||
		    text[1] < 'a' || text[1] > 'z' || text[2] != '.' ||
		    text[3] < '0' || text[3] > '9') {
			shape = false;
			continue;
		}
		at = (uint32_t)(text[0] - 'A') * 260 +
		    (uint32_t)(text[1] - 'a') * 10 + (text[3] - '0');
		n += seen[at] == 0;
		seen[at] = 1;
	}
	ok(shape, "Aa.9 stays of that shape");
	ok(n == 26 * 26 * 10, "6,760 in, %u out", n);
	mask_free(m);
}

static void
test_refused(void)
{
	struct mask *m = mask_of(KEY128);
	uint8_t text[200];

	memset(text, '7', sizeof text);
	ok(mask_fpe(m, text, 72), "72 digits");
	ok(!mask_fpe(m, text, 73), "73 digits are too many");
	memset(text, 'q', sizeof text);
	ok(mask_fpe(m, text, 50), "50 letters");
	ok(!mask_fpe(m, text, 51), "51 letters are too many");
	ok(!mask_fpe(m, (uint8_t *)(char[]){ "M\xc3\xbcller" }, 7),
	    "a letter beyond ASCII");
	ok(!mask_fpe(m, (uint8_t *)(char[]){ "--" }, 2), "nothing to encrypt");
	ok(mask_fpe(m, (uint8_t *)(char[]){ "  " }, 2), "blanks");
	ok(mask_fpe(m, text, 0), "nothing");
	mask_free(m);
}

/*
 * The token's key is HMAC-SHA-256(key, "decant token"), and the token
 * HMAC-SHA-256(that, text), 128 bits of it in base 32:
 *	printf '123-45-6789' | openssl dgst -sha256 -mac HMAC -macopt hexkey:…
 */
static void
test_tokens(void)
{
	struct mask *m = mask_of(KEY128);
	char token[MASK_TOKEN + 1] = "";

	mask_token(m, slice_str("123-45-6789"), token);
	is_str(token, "aweibhu2lbbxt3empjffqiz2iy", "a token");
	mask_token(m, slice_str(""), token);
	is_str(token, "uu3ayrjgxnln4umeog2rtdgqj4", "of nothing");
	mask_free(m);
}

static void
test_keys(void)
{
	static const struct {
		const char *text;
		int mode;
		bool good;
	} keys[] = {
		{ KEY128 "\n", 0600, true }, { KEY192, 0400, true },
		{ "2b7e1516 28aed2a6\nabf71588 09cf4f3c\n", 0600, true },
		{ KEY256, 0600, true }, { KEY256 "00", 0600, false },
		{ "2B7E", 0600, false }, { "", 0600, false },
		{ KEY128, 0640, false }, { KEY128, 0604, false },
		{ "xyz", 0600, false },
	};
	char path[] = "/tmp/mask-key-XXXXXX";
	struct mask_key k;
	size_t i;
	int fd = mkstemp(path);

	for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		FILE *f = fopen(path, "w");

		if (f == NULL || fputs(keys[i].text, f) == EOF ||
		    fclose(f) != 0 || fchmod(fd, (mode_t)keys[i].mode) != 0)
			abort();
		ok((mask_key_read(&k, path) == NULL) == keys[i].good,
		    "a key of mode %o: %s", keys[i].mode,
		    keys[i].good ? "read" : "refused");
		fchmod(fd, 0600);
	}
	ok(mask_key_read(&k, "/nowhere/key") != NULL, "no key");
	close(fd);
	unlink(path);
}

int
main(void)
{
	test_samples();
	test_bijection("%03u-%03u", 1000000, "SSN-like");
	test_bijection("%03u.%03u", 1000000, "with a point");
	test_small();
	test_refused();
	test_tokens();
	test_keys();
	return tap_done();
}
