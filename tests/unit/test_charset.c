/*
 * Code pages: tables against published ones, names, pages that are none.
 */
#include "base/utf8.h"
#include "charset/charset.h"
#include "charset_cases.h"
#include "tap.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

static const struct {
	const char *name;
	const unsigned short *ucs;
} tables[] = {
	{ "cp037", cp037 }, { "cp500", cp500 }, { "cp1140", cp1140 },
	{ "cp273", cp273 }, { "cp1047", cp1047 }, { "cp1141", cp1141 },
};

static const struct {
	const char *given, *name;	/* name NULL: unknown */
} spellings[] = {
	{ "cp037", "cp037" }, { "CP-037", "cp037" }, { "IBM037", "cp037" },
	{ "IBM-37", "cp037" }, { "ibm037", "cp037" }, { "037", "cp037" },
	{ "37", "cp037" }, { "EBCDIC-CP-US", "cp037" },
	{ "ebcdic_cp_us", "cp037" }, { "Cp037", "cp037" },
	{ "x-IBM037", "cp037" }, { "csIBM037", "cp037" },
	{ "CCSID 37", "cp037" }, { "1047", "cp1047" }, { "IBM-1047", "cp1047" },
	{ "cp1140", "cp1140" }, { "IBM01140", "cp1140" },
	{ "cp01140", "cp1140" }, { "500", "cp500" },
	{ "latin1", "iso-8859-1" }, { "Latin-1", "iso-8859-1" },
	{ "ISO8859-1", "iso-8859-1" }, { "ISO_8859-1", "iso-8859-1" },
	{ "8859-1", "iso-8859-1" }, { "iso-8859-15", "iso-8859-15" },
	{ "latin9", "iso-8859-15" }, { "windows-1252", "windows-1252" },
	{ "cp1252", "windows-1252" }, { "1252", "windows-1252" },
	{ "ascii", "ascii" }, { "US-ASCII", "ascii" },
	{ "koi8-r", "koi8-r" }, { "KOI8-R", "koi8-r" }, { "437", "cp437" },
	{ "", NULL }, { "no-such-page", NULL }, { "cp99999", NULL },
	{ "cp", NULL }, { "latin1//TRANSLIT", NULL }, { "a b\nc", NULL },
	{ "a-name-that-is-far-too-long-for-any-page-there-is", NULL },
	{ "cp123456789012345678901234567", NULL },
};

static const char *const multibyte[] = { "utf-8", "UTF8", "utf-16", "utf-7",
	"cp930", "IBM-939", "933", "935", "937", "1364", "1388", "cp1390",
	"cp1399", "cp932", "euc-jp", "gb18030", "iso-2022-jp", "big5" };

static void
test_tables(void)
{
	const struct codepage *pg;
	uint32_t i, b, wrong;

	for (i = 0; i < COUNT(tables); i++) {
		pg = charset_find(tables[i].name, NULL);
		if (!ok(pg != NULL, "%s is there", tables[i].name))
			continue;
		for (wrong = 0, b = 0; b < 256; b++)
			wrong += pg->ucs[b] != tables[i].ucs[b];
		is_int(wrong, 0, "%s: as published", pg->name);
		for (wrong = 0, b = 0; b < 256; b++)
			wrong += charset_encode(pg, tables[i].ucs[b]) !=
			    (int)b;
		is_int(wrong, 0, "%s: encode is the inverse", pg->name);
		ok(pg->ebcdic && pg->total && !pg->ascii && pg->blank == 0x40 &&
		    pg->zero == 0xf0, "%s: is EBCDIC", pg->name);
	}
}

static void
test_utf8(void)
{
	/* á é í ó ñ in cp037, from IBM's code page chart CP00037 */
	static const struct {
		uint8_t byte;
		const char *utf8;
	} letters[] = { { 0x45, "á" }, { 0x51, "é" }, { 0x55, "í" },
		{ 0xce, "ó" }, { 0x49, "ñ" } };
	const struct codepage *pg = charset_find("cp037", NULL);
	uint32_t i, wrong = 0;
	uint8_t buf[4];
	size_t n;

	for (i = 0; i < COUNT(letters); i++) {
		uint8_t b = letters[i].byte;

		ok(pg->utf8_len[b] == 2 &&
		    memcmp(pg->utf8[b], letters[i].utf8, 2) == 0 &&
		    pg->to_ascii[b] >= 0x80, "X'%02X' is %s", b,
		    letters[i].utf8);
		is_int(charset_encode(pg, utf8_get((const uint8_t *)
		    letters[i].utf8, &n)), b, "and back");
	}
	for (i = 0; i < 256; i++) {
		n = utf8_put(buf, pg->ucs[i]);
		wrong += n != pg->utf8_len[i] ||
		    memcmp(buf, pg->utf8[i], n) != 0 || n > pg->max_len;
		wrong += pg->ucs[i] < 0x80 ? pg->to_ascii[i] != pg->ucs[i] :
		    pg->to_ascii[i] < 0x80;
	}
	is_int(wrong, 0, "the tables of cp037 agree");
	is_int(charset_encode(pg, 0x20ac), -1, "cp037 has no euro");
	is_int(charset_encode(charset_find("cp1140", NULL), 0x20ac), 0x9f,
	    "cp1140 has it at X'9F'");
	is_int(charset_encode(charset_find("cp1141", NULL), 0x20ac), 0x9f,
	    "and cp1141");
	is_int(charset_encode(pg, CODEPAGE_NONE), -1, "no character: no byte");
}

static void
test_names(void)
{
	const struct codepage *pg;
	const char *const *names;
	uint32_t i, n, missing = 0;
	bool multi;

	for (i = 0; i < COUNT(spellings); i++) {
		pg = charset_find(spellings[i].given, &multi);
		if (spellings[i].name == NULL)
			ok(pg == NULL && !multi, "'%s' is unknown",
			    spellings[i].given);
		else
			is_str(pg == NULL ? NULL : pg->name, spellings[i].name,
			    "'%s' is %s", spellings[i].given,
			    spellings[i].name);
	}
	ok(charset_find("IBM037", NULL) == charset_find("37", NULL),
	    "one table for all names of a page");
	for (i = 0; i < COUNT(multibyte); i++) {
		pg = charset_find(multibyte[i], &multi);
		ok(pg == NULL && multi, "%s is not one byte a character",
		    multibyte[i]);
	}
	names = charset_names(&n);
	for (i = 0; i < n; i++) {
		pg = charset_find(names[i], NULL);
		if (pg == NULL || strcmp(pg->name, names[i]) != 0) {
			printf("# %s\n", names[i]);
			missing++;
		}
	}
	ok(n > 50 && missing == 0, "every name offered is there");
}

static void
test_ascii(void)
{
	const struct codepage *pg = charset_find("ascii", NULL);
	uint32_t i, wrong = 0;

	ok(pg != NULL && pg->ascii && !pg->ebcdic && !pg->total &&
	    pg->blank == 0x20 && pg->zero == 0x30 && pg->max_len == 1,
	    "ascii is ASCII");
	for (i = 0; pg != NULL && i < 256; i++)
		wrong += i < 0x80 ? pg->ucs[i] != i :
		    pg->ucs[i] != CODEPAGE_NONE || pg->utf8_len[i] != 0 ||
		    pg->to_ascii[i] < 0x80;
	is_int(wrong, 0, "and nothing above X'7F'");
	pg = charset_find("latin1", NULL);
	ok(pg != NULL && pg->ascii && pg->total && pg->max_len == 2,
	    "latin1: lower half ASCII, all bytes");
	pg = charset_find("windows-1252", NULL);
	ok(pg != NULL && pg->ascii && pg->max_len == 3 && pg->ucs[0x80] ==
	    0x20ac, "windows-1252: the euro takes three bytes");
	ok(pg != NULL && pg->ucs[0x81] == CODEPAGE_NONE,
	    "windows-1252: X'81' is undefined");
}

int
main(void)
{
	test_tables();
	test_utf8();
	test_names();
	test_ascii();
	return tap_done();
}
