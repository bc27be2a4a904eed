/*
 * The codecs against GnuCOBOL: codec_values.cob writes items of every numeric
 * usage, sign clause and size with what it reads back from them; decant must
 * read the same, and write the same bytes.  Run for both ways in which
 * compilers write the sign of an ASCII zoned number, and with DISPLAY items
 * translated to EBCDIC.  Skipped where cobc is absent.
 *
 * The environment variable srcdir names the directory of the sources (as
 * automake sets it: the top one), the default being the current one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/tap.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "value/codec.h"
#include "value/format.h"

#define ITEM	32

static const struct {
	const char *name;
	enum codec_kind kind;
	enum codec_sign sign;
	bool is_signed, little;
} usages[] = {
	{ "ZU", CODEC_ZONED, CODEC_UNSIGNED, false, false },
	{ "ZT", CODEC_ZONED, CODEC_SIGN_TRAILING, true, false },
	{ "ZL", CODEC_ZONED, CODEC_SIGN_LEADING, true, false },
	{ "ZTS", CODEC_ZONED, CODEC_SIGN_TRAILING_SEPARATE, true, false },
	{ "ZLS", CODEC_ZONED, CODEC_SIGN_LEADING_SEPARATE, true, false },
	{ "PU", CODEC_PACKED, CODEC_UNSIGNED, false, false },
	{ "PS", CODEC_PACKED, CODEC_UNSIGNED, true, false },
	{ "BU", CODEC_BINARY, CODEC_UNSIGNED, false, false },
	{ "BS", CODEC_BINARY, CODEC_UNSIGNED, true, false },
	{ "NU", CODEC_BINARY, CODEC_UNSIGNED, false, true },
	{ "NS", CODEC_BINARY, CODEC_UNSIGNED, true, true },
};

static bool
codec_of(const char *usage, int digits, int size, const char *page,
    struct codec *c)
{
	uint32_t i;

	memset(c, 0, sizeof *c);
	for (i = 0; i < sizeof usages / sizeof usages[0]; i++)
		if (strcmp(usages[i].name, usage) == 0) {
			c->kind = usages[i].kind;
			c->sign = usages[i].sign;
			c->is_signed = usages[i].is_signed;
			c->little_endian = usages[i].little;
			c->digits = (uint16_t)digits;
			c->size = (uint32_t)size;
			c->page = charset_find(page, NULL);
			c->policies = &policies_default;
			return true;
		}
	return false;
}

/* "+000000000000000012" as decant writes it. */
static void
plain_number(const char *s, char out[32])
{
	bool minus = *s++ == '-';

	while (*s == '0' && s[1] != '\0')
		s++;
	snprintf(out, 32, "%s%s", minus && *s != '0' ? "-" : "", s);
}

static void
decode(const struct codec *c, const uint8_t *item, char out[FORMAT_MAX + 1])
{
	uint32_t len = c->size;
	struct rows rows = { 1, &item, &len, c->size };
	struct column col;
	struct arena arena;
	size_t n;

	arena_init(&arena);
	codec_decode(c, &rows, &col, &arena);
	if (col.bad.n > 0)
		n = (size_t)snprintf(out, FORMAT_MAX, "bad");
	else if (column_is_null(&col, 0))
		n = (size_t)snprintf(out, FORMAT_MAX, "null");
	else if (col.type == V_D128)
		n = format_d128(out, col.v.d128[0], col.scale);
	else
		n = format_i64(out, col.v.i64[0], col.scale);
	out[n] = '\0';
	arena_fini(&arena);
}

/* The value as decant writes it, over the item's bytes: equal?  GnuCOBOL cuts
 * some to a zero that is minus. */
static bool
encode(const struct codec *c, const uint8_t *item, bool minus_zero)
{
	uint32_t len = c->size;
	struct rows rows = { 1, &item, &len, c->size };
	struct cell_faults faults = { 0 };
	const uint64_t form = minus_zero ? FORM_MINUS : 0;
	uint8_t out[ITEM] = { 0 }, *to = out;
	struct column col;
	struct arena arena;
	bool equal;

	arena_init(&arena);
	codec_decode(c, &rows, &col, &arena);
	codec_encode(c, &col, &form, &to, 1, &faults, &arena);
	equal = faults.n == 0 && memcmp(out, item, c->size) == 0;
	arena_fini(&arena);
	return equal;
}

/* DISPLAY items come in ASCII; to another page as a transfer would. */
static void
translate(const struct codec *c, uint8_t *item)
{
	uint32_t i;

	for (i = 0; c->kind == CODEC_ZONED && i < c->size; i++)
		item[i] = (uint8_t)charset_encode(c->page, item[i]);
}

static void
compare(FILE *items, FILE *values, const char *how, const char *page)
{
	char usage[8], number[32], want[32], got[FORMAT_MAX + 1];
	uint8_t item[ITEM + 64] = { 0 };
	int digits, size;
	struct codec c;
	uint32_t n = 0, wrong = 0, odd = 0;

	while (fscanf(values, "%7s %2d %2d %31s", usage, &digits, &size,
	    number) == 4) {
		n++;
		if (fread(item, 1, ITEM, items) != ITEM ||
		    !codec_of(usage, digits, size, page, &c))
			break;
		translate(&c, item);
		c.ascii_sign = strcmp(how, "-fsign=ASCII") == 0;
		plain_number(number, want);
		decode(&c, item, got);
		if (strcmp(got, want) != 0 && wrong++ < 10)
			printf("# %s, %d digits: %s, GnuCOBOL has %s\n", usage,
			    digits, got, want);
		if (!encode(&c, item, number[0] == '-' &&
		    strcmp(want, "0") == 0) && odd++ < 10)
			printf("# %s, %d digits: %s is written otherwise\n",
			    usage, digits, want);
	}
	is_int(n, 8 * 18 * 11, "%s, %s: all items compared", how, page);
	is_int(wrong, 0, "%s, %s: equal to what GnuCOBOL reads", how, page);
	is_int(odd, 0, "%s, %s: and written as GnuCOBOL does", how, page);
}

static void
run(const char *dir, const char *src, const char *options, const char *page)
{
	char command[1024];
	FILE *items, *values;

	snprintf(command, sizeof command, "cd '%s' && cobc -x -std=ibm %s "
	    "-I '%s/tests/differential' -o codec_values "
	    "'%s/tests/differential/codec_values.cob' && ./codec_values",
	    dir, options, src, src);
	if (!ok(system(command) == 0, "cobc %s: compiled and run", options))
		return;
	snprintf(command, sizeof command, "%s/items.bin", dir);
	items = fopen(command, "rb");
	snprintf(command, sizeof command, "%s/values.txt", dir);
	values = fopen(command, "rb");
	if (ok(items != NULL && values != NULL, "cobc %s: files written",
	    options))
		compare(items, values, options, page);
	if (items != NULL)
		fclose(items);
	if (values != NULL)
		fclose(values);
}

int
main(void)
{
	char dir[] = "/tmp/diff_codec.XXXXXX", command[64], *src;

	if (system("command -v cobc >/dev/null 2>&1") != 0)
		tap_skip_all("cobc is not installed");
	src = realpath(getenv("srcdir") != NULL ? getenv("srcdir") : ".",
	    NULL);
	if (src == NULL || mkdtemp(dir) == NULL)
		tap_skip_all("no directory to work in");
	run(dir, src, "-fsign=ASCII", "ascii");
	run(dir, src, "-fsign=EBCDIC", "ascii");
	run(dir, src, "-fsign=EBCDIC", "cp037");
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	ok(system(command) == 0, "scratch directory removed");
	free(src);
	return tap_done();
}
