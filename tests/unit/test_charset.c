/*
 * Code pages: tables against published ones and against iconv, names, mixed
 * pages, pages that are none.
 */
#include <iconv.h>

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
	"cp932", "cp943", "euc-jp", "gb18030", "iso-2022-jp", "big5" };

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

/*
 * Where glibc (2.36) has another character than IBM's table.  Its tables of
 * these come from RFC 1345 (1992), which has slips (278, 871: two letters
 * changed places; 285, 870, 875: a dot or a line for its like) and older
 * states (1026 and 1155 have since got the lira sign); its 1132 has a k for the
 * kip.  Two pages are left out: 290, where glibc has full-size kana for the
 * half-width ones of the page, and 918, where it has Arabic letters without
 * the shapes that the page tells apart.
 */
static const struct {
	int page;
	uint8_t byte;
	uint32_t iconv, ours;	/* CODEPAGE_NONE: none */
} other[] = {
	{ 278, 0x71, 0x00c9, 0x005c }, { 278, 0xe0, 0x005c, 0x00c9 },
	{ 285, 0xa1, 0x203e, 0x00af },
	{ 424, 0x78, 0x21d4, 0x2017 }, { 424, 0xb3, 0x00b7, 0x2022 },
	{ 424, 0xbc, 0x00af, 0x203e },
	{ 870, 0xb0, 0x00b7, 0x02d9 },
	{ 871, 0x4a, 0x00fe, 0x00de }, { 871, 0xc0, 0x00de, 0x00fe },
	{ 875, 0x74, 0x2207, 0x00a0 }, { 875, 0xdd, 0x00b7, 0x0387 },
	{ 1026, 0x9a, 0x00aa, 0x20ba }, { 1026, 0x9d, 0x02db, 0x00b8 },
	{ 1026, 0xbc, 0x2014, 0x00af },
	{ 1132, 0x70, 0x006b, 0x20ad }, { 1155, 0x9a, 0x00aa, 0x20ba },
};

/* What iconv has for a byte. */
static uint32_t
iconv_byte(iconv_t cd, uint32_t byte)
{
	char in = (char)byte, *ip = &in, *op;
	unsigned char out[16];
	size_t inleft = 1, outleft = sizeof out;

	op = (char *)out;
	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &ip, &inleft, &op, &outleft) == (size_t)-1)
		return CODEPAGE_NONE;
	iconv(cd, NULL, NULL, &op, &outleft);
	return (uint32_t)out[1] << 16 | (uint32_t)out[2] << 8 | out[3];
}

/* Bytes that differ from iconv's, but those listed. */
static uint32_t
iconv_differs(iconv_t cd, const struct codepage *pg, int number)
{
	uint32_t b, k, theirs, wrong = 0;

	for (b = 0; b < 256; b++) {
		theirs = iconv_byte(cd, b);
		if (theirs == pg->ucs[b] || theirs == CODEPAGE_NONE)
			continue;	/* a hole is nothing to compare */
		for (k = 0; k < COUNT(other); k++)
			if (other[k].page == number && other[k].byte == b &&
			    other[k].iconv == theirs &&
			    other[k].ours == pg->ucs[b])
				break;
		if (k < COUNT(other))
			continue;
		printf("#\t{ %d, 0x%02x, 0x%04x, 0x%04x },\n", number, b,
		    theirs, pg->ucs[b]);
		wrong++;
	}
	return wrong;
}

static void
test_iconv(void)
{
	const char *const *names;
	const struct codepage *pg;
	uint32_t i, n, compared = 0;
	char name[32];
	int number;
	iconv_t cd;

	names = charset_names(&n);
	for (i = 0; i < n; i++) {
		pg = charset_find(names[i], NULL);
		if (pg == NULL || !pg->ebcdic || pg->wide != NULL ||
		    sscanf(names[i], "cp%d", &number) != 1 ||
		    number == 290 || number == 918)
			continue;
		snprintf(name, sizeof name, "IBM%03d", number);
		cd = iconv_open("UTF-32BE", name);
		if (cd == (iconv_t)-1) {
			printf("# iconv has no %s\n", name);
			continue;
		}
		is_int(iconv_differs(cd, pg, number), 0,
		    "%s: what iconv has, but as listed", names[i]);
		iconv_close(cd);
		compared++;
	}
	ok(compared > 30, "iconv had most of them");
}

/* Single characters of pages that glibc lacks or has otherwise, from IBM's
 * charts: CP00274, CP00275, CP00420, CP00424, CP00838, CP00875, CP01026. */
static void
test_characters(void)
{
	static const struct {
		const char *page;
		uint8_t byte;
		uint32_t cp;
	} v[] = {
		{ "274", 0x7c, 0xe0 }, { "274", 0x44, '@' },
		{ "274", 0x51, '{' }, { "274", 0xc0, 0xe9 },
		{ "275", 0x7c, 0xc3 }, { "275", 0x66, '@' },
		{ "275", 0xef, '#' }, { "275", 0x5b, 0xc7 },
		{ "838", 0x42, 0x0e01 }, { "838", 0xb0, 0x0e50 },
		{ "838", 0xf9, '9' }, { "420", 0xf0, '0' },
		{ "424", 0x41, 0x05d0 }, { "424", 0x71, 0x05ea },
		{ "875", 0x41, 0x0391 }, { "4971", 0xfc, 0x20ac },
		{ "1026", 0x7f, 0xdc }, { "1026", 0xfc, '"' },
		{ "1026", 0x5a, 0x011e }, { "285", 0x5b, 0xa3 },
		{ "285", 0x4a, '$' }, { "871", 0x4a, 0xde },
		{ "278", 0x5b, 0xc5 }, { "1140", 0x9f, 0x20ac },
	};
	const struct codepage *pg;
	uint32_t i;

	for (i = 0; i < COUNT(v); i++) {
		pg = charset_find(v[i].page, NULL);
		is_int(pg == NULL ? 0 : pg->ucs[v[i].byte], v[i].cp,
		    "%s: X'%02X'", v[i].page, v[i].byte);
	}
	pg = charset_find("875", NULL);
	ok(pg != NULL && !pg->total, "875 has bytes without a character");
}

/* U+65E5 U+672C (Japan), U+6F22 U+5B57, in IBM's double-byte pages; a
 * character of two code points; one beyond the first plane. */
static void
test_mixed(void)
{
	static const struct {
		const char *page;
		uint16_t bytes;
		uint32_t cp;
	} v[] = {
		{ "930", 0x4040, 0x3000 }, { "930", 0x4562, 0x65e5 },
		{ "930", 0x4566, 0x672c }, { "939", 0x4562, 0x65e5 },
		{ "939", 0x4040, 0x3000 }, { "930", 0x4161, 0x0391 },
		{ "1390", 0x4562, 0x65e5 }, { "1399", 0xecb5, 0x304b309a },
		{ "1399", 0xb342, 0x2000b }, { "939", 0x4039, 0 },
		{ "939", 0x40ff, 0 }, { "939", 0xffff, 0 },
	};
	static const char *const mixed[] = { "cp930", "IBM-933", "935", "937",
		"cp939", "1364", "1371", "1388", "cp1390", "cp1399" };
	const struct codepage *pg;
	uint32_t i;
	bool multi;

	for (i = 0; i < COUNT(mixed); i++) {
		pg = charset_find(mixed[i], &multi);
		ok(pg != NULL && !multi && pg->wide != NULL && pg->ebcdic &&
		    pg->ucs[CODEPAGE_SO] == CODEPAGE_NONE && !pg->total &&
		    pg->ucs[CODEPAGE_SI] == CODEPAGE_NONE &&
		    pg->wide[0x4040] == 0x3000, "%s is mixed", mixed[i]);
	}
	for (i = 0; i < COUNT(v); i++) {
		pg = charset_find(v[i].page, NULL);
		is_int(pg == NULL ? 0 : pg->wide[v[i].bytes], v[i].cp,
		    "%s: X'%04X'", v[i].page, v[i].bytes);
	}
	pg = charset_find("1399", NULL);
	ok(pg != NULL && pg->ucs[0x41] == CODEPAGE_NONE,
	    "1399: X'41' is no character");
}

/* The bytes that iconv gives a character of double bytes. */
static int
iconv_wide(iconv_t cd, uint32_t cp)
{
	unsigned char in[4] = { 0, (unsigned char)(cp >> 16),
	    (unsigned char)(cp >> 8), (unsigned char)cp }, out[16];
	char *ip = (char *)in, *op = (char *)out;
	size_t inleft = sizeof in, outleft = sizeof out;

	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &ip, &inleft, &op, &outleft) == (size_t)-1 ||
	    out[0] != CODEPAGE_SO)
		return -1;
	return out[1] << 8 | out[2];
}

/* What iconv makes of SO, two bytes and SI; 0: none, or several. */
static uint32_t
wide_iconv(iconv_t cd, uint32_t bytes)
{
	char in[4] = { 0x0e, (char)(bytes >> 8), (char)bytes, 0x0f }, *ip = in;
	unsigned char out[32];
	char *op = (char *)out;
	size_t inleft = sizeof in, outleft = sizeof out;

	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &ip, &inleft, &op, &outleft) == (size_t)-1 ||
	    iconv(cd, NULL, NULL, &op, &outleft) == (size_t)-1 ||
	    outleft != sizeof out - 4)
		return 0;
	return (uint32_t)out[1] << 16 | (uint32_t)out[2] << 8 | out[3];
}

/* Pure double-byte pages, against the mixed ones that IBM makes of them. */
static void
test_dbcs(void)
{
	static const struct {
		const char *name, *mixed;
	} t[] = {
		{ "cp300", "IBM930" }, { "IBM-300", "IBM939" },
		{ "834", "IBM933" }, { "835", "IBM937" }, { "837", "IBM935" },
		{ "4930", "IBM1364" }, { "4933", "IBM1388" },
		{ "9027", "IBM1371" }, { "16684", "IBM1390" },
		{ "cp939", "IBM939" },
	};
	const struct codepage *pg;
	uint32_t i, b, cp, n, wrong;
	iconv_t cd;

	for (i = 0; i < COUNT(t); i++) {
		pg = charset_find_dbcs(t[i].name);
		cd = iconv_open("UTF-32BE", t[i].mixed);
		if (pg == NULL || cd == (iconv_t)-1) {
			ok(cd == (iconv_t)-1, "%s is known", t[i].name);
			continue;
		}
		for (n = wrong = 0, b = 0x4141; b < 0xfeff; b++) {
			if ((b & 0xff) < 0x41 || (b & 0xff) == 0xff)
				continue;
			cp = wide_iconv(cd, b);
			n += cp != 0;
			wrong += cp != 0 && cp != pg->wide[b];
		}
		ok(n > 5000 && wrong == 0, "%s is the double bytes of %s",
		    t[i].name, t[i].mixed);
		iconv_close(cd);
	}
	ok(charset_find_dbcs("cp037") == NULL &&
	    charset_find_dbcs("301") == NULL && charset_find("300", NULL) ==
	    NULL, "no double-byte pages");
}

/* Characters to bytes: iconv chooses among several in the same way. */
static void
test_encode(void)
{
	static const char *const mixed[] = { "cp930", "cp933", "cp935", "cp937",
		"cp939", "cp1364", "cp1371", "cp1388", "cp1390", "cp1399" };
	const struct codepage *pg;
	uint32_t i, b, cp, wrong;
	char name[16];
	iconv_t cd;

	for (i = 0; i < COUNT(mixed); i++) {
		pg = charset_find(mixed[i], NULL);
		snprintf(name, sizeof name, "IBM%s", mixed[i] + 2);
		cd = iconv_open(name, "UTF-32BE");
		if (pg == NULL || cd == (iconv_t)-1) {
			tap_skip(mixed[i], "iconv does not have it");
			continue;
		}
		for (wrong = 0, b = 0; b < 65536; b++) {
			cp = pg->wide[b];
			if (cp == 0 || cp > 0x10ffff ||
			    charset_encode(pg, cp) >= 0)
				continue;
			wrong += charset_encode_wide(pg, cp) !=
			    iconv_wide(cd, cp);
		}
		is_int(wrong, 0, "%s: characters to double bytes as iconv",
		    mixed[i]);
		iconv_close(cd);
	}
	pg = charset_find("cp1399", NULL);
	if (pg == NULL)
		return;
	is_int(charset_encode_wide(pg, 0x3042), 0x4481, "cp1399: U+3042");
	is_int(charset_encode_wide(pg, 'A'), -1, "no double-byte A");
	is_int(charset_encode(pg, 0x3042), -1, "no single-byte U+3042");
	pg = charset_find("cp037", NULL);
	is_int(charset_encode_wide(pg, 'A'), -1, "cp037 has no double bytes");
}

int
main(void)
{
	test_iconv();
	test_characters();
	test_mixed();
	test_tables();
	test_utf8();
	test_names();
	test_ascii();
	test_dbcs();
	test_encode();
	return tap_done();
}
