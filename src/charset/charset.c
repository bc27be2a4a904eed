/*
 * Code pages; see charset.h.
 *
 * A page without a table of ours is made by giving iconv each of the 256 bytes
 * alone.  A byte that iconv wants more bytes for, or that yields no character
 * at all (shift codes), betrays a page that isn't one byte a character; of
 * those only the mixed EBCDIC pages are taken, whose double bytes are then
 * asked for one by one.  Pages are kept in a list for the program's time; the
 * list owns them.
 */
#include "charset/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "charset/inverse.h"
#include "charset/tables.h"

#define NAME_MAX_LEN	31
#define CANDIDATES_MAX	8

/* What a name may be called: its one name here, and iconv's for it. */
struct spelling {
	char name[NAME_MAX_LEN + 1];
	int number;		/* of the page, or -1 */
	char iconv[CANDIDATES_MAX][NAME_MAX_LEN + 1];
	uint32_t n;
};

struct known {
	struct codepage page;
	struct known *next;
};
static struct known *known;

/* Pages that people meet; charset_find takes many more. */
static const char *const names[] = {
	"ascii",
	"cp037", "cp273", "cp274", "cp275", "cp277", "cp278", "cp280", "cp284",
	"cp285", "cp290", "cp297", "cp420", "cp423", "cp424", "cp437", "cp500",
	"cp737", "cp775", "cp803", "cp838", "cp850", "cp852", "cp855", "cp857",
	"cp858", "cp860", "cp861", "cp862", "cp863", "cp864", "cp865", "cp866",
	"cp869", "cp870", "cp871", "cp874", "cp875", "cp880", "cp905", "cp918",
	"cp930", "cp933", "cp935", "cp937", "cp939", "cp1025", "cp1026",
	"cp1047", "cp1097", "cp1112", "cp1122", "cp1123", "cp1130", "cp1132",
	"cp1137", "cp1140", "cp1141", "cp1142", "cp1143", "cp1144", "cp1145",
	"cp1146", "cp1147", "cp1148", "cp1149", "cp1153", "cp1154", "cp1155",
	"cp1156", "cp1157", "cp1158", "cp1160", "cp1164", "cp1364", "cp1371",
	"cp1388", "cp1390", "cp1399", "cp4517", "cp4899", "cp4971", "cp8482",
	"cp9067", "cp12712", "cp16804",
	"iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4",
	"iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8",
	"iso-8859-9", "iso-8859-10", "iso-8859-13", "iso-8859-14",
	"iso-8859-15", "iso-8859-16",
	"koi8-r", "koi8-u", "macintosh",
	"windows-1250", "windows-1251", "windows-1252", "windows-1253",
	"windows-1254", "windows-1255", "windows-1256", "windows-1257",
	"windows-1258",
};

/* Names without a number in them; keys are squeezed (see squeeze). */
static const struct {
	const char *key, *name;
} aliases[] = {
	{ "ascii", "ascii" }, { "usascii", "ascii" },
	{ "ebcdiccpus", "cp037" }, { "ebcdiccpca", "cp037" },
	{ "ebcdiccpnl", "cp037" }, { "ebcdiccpwt", "cp037" },
	{ "ebcdicinternational", "cp500" }, { "ebcdiccpbe", "cp500" },
	{ "ebcdiccpch", "cp500" },
	{ "ebcdiccpdk", "cp277" }, { "ebcdiccpno", "cp277" },
	{ "ebcdiccpfi", "cp278" }, { "ebcdiccpse", "cp278" },
	{ "ebcdiccpit", "cp280" }, { "ebcdiccpes", "cp284" },
	{ "ebcdiccpgb", "cp285" }, { "ebcdiccpfr", "cp297" },
	{ "ebcdiccphe", "cp424" }, { "ebcdiccpis", "cp871" },
	{ "ebcdiccproece", "cp870" }, { "ebcdiccpyu", "cp870" },
	{ "ansix3.4", "ascii" },
	{ "latin1", "iso-8859-1" }, { "l1", "iso-8859-1" },
	{ "latin2", "iso-8859-2" }, { "l2", "iso-8859-2" },
	{ "latin3", "iso-8859-3" }, { "latin4", "iso-8859-4" },
	{ "latin5", "iso-8859-9" }, { "latin6", "iso-8859-10" },
	{ "latin7", "iso-8859-13" }, { "latin8", "iso-8859-14" },
	{ "latin9", "iso-8859-15" }, { "latin10", "iso-8859-16" },
	{ "cyrillic", "iso-8859-5" }, { "greek", "iso-8859-7" },
	{ "hebrew", "iso-8859-8" }, { "arabic", "iso-8859-6" },
	{ "mac", "macintosh" }, { "macroman", "macintosh" },
};

const char *const *
charset_names(uint32_t *n)
{
	*n = sizeof names / sizeof names[0];
	return names;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Lower case without separators; false: no name of a code page. */
static bool
squeeze(char out[NAME_MAX_LEN + 1], const char *name)
{
	size_t n = 0;

	for (; *name != '\0'; name++) {
		char c = *name;

		if (c == '-' || c == '_' || c == ' ')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '.' &&
		    c != ':')
			return false;
		if (n == NAME_MAX_LEN)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0;
}

static const char *
skip_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	return strncmp(s, word, n) == 0 && s[n] != '\0' ? s + n : s;
}

/* A decimal number of at most five digits up to the end, or -1. */
static int
whole_number(const char *s)
{
	int n = 0;

	if (*s == '\0' || strlen(s) > 5)
		return -1;
	for (; *s != '\0'; s++) {
		if (!is_digit(*s))
			return -1;
		n = n * 10 + (*s - '0');
	}
	return n;
}

static void __attribute__((format(printf, 2, 3)))
spelling_add(struct spelling *sp, const char *fmt, ...)
{
	va_list ap;

	if (sp->n == CANDIDATES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(sp->iconv[sp->n++], sizeof sp->iconv[0], fmt, ap);
	va_end(ap);
}

static void
spelling_number(struct spelling *sp, int number)
{
	bool windows = number >= 1250 && number <= 1258;

	sp->number = number;
	snprintf(sp->name, sizeof sp->name, windows ? "windows-%d" : "cp%03d",
	    number);
	spelling_add(sp, "CP%03d", number);
	spelling_add(sp, "IBM%03d", number);
	spelling_add(sp, "IBM-%03d", number);
	spelling_add(sp, "IBM%05d", number);
	spelling_add(sp, "WINDOWS-%d", number);
	spelling_add(sp, "%d", number);
}

/* ISO 8859: "iso88591", "88591"; the part, or -1. */
static int
iso_part(const char *key)
{
	int part;

	key = skip_word(key, "cs");
	key = skip_word(key, "iso");
	if (strncmp(key, "8859", 4) != 0)
		return -1;
	part = whole_number(key + 4);
	return part >= 1 && part <= 16 ? part : -1;
}

/* The number of a page named by one: cp037, IBM-37, x-ibm1047, ccsid37. */
static int
page_number(const char *key)
{
	static const char *const words[] = { "x", "cs", "ibm", "cp", "ccsid",
		"codepage", "windows", "ebcdiccp", "ebcdic" };
	uint32_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		key = skip_word(key, words[i]);
	return whole_number(key);
}

static bool
spell(struct spelling *sp, const char *given)
{
	char key[NAME_MAX_LEN + 1];
	const char *name = given;
	uint32_t i;
	size_t n;
	int number;

	memset(sp, 0, sizeof *sp);
	sp->number = -1;
	if (strlen(given) > NAME_MAX_LEN || !squeeze(key, given))
		return false;
	for (i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
		if (strcmp(aliases[i].key, key) == 0) {
			name = aliases[i].name;
			squeeze(key, name);
			break;
		}
	if ((number = iso_part(key)) > 0) {
		snprintf(sp->name, sizeof sp->name, "iso-8859-%d", number);
		spelling_add(sp, "ISO-8859-%d", number);
		return true;
	}
	if ((number = page_number(key)) >= 0) {
		spelling_number(sp, number);
		return true;
	}
	for (n = 0; name[n] != '\0'; n++)
		sp->name[n] = name[n] >= 'A' && name[n] <= 'Z' ?
		    (char)(name[n] - 'A' + 'a') : name[n];
	spelling_add(sp, "%s", name);
	spelling_add(sp, "%s", key);
	return true;
}

/*
 * One byte to one code point: 1, 0 (the page has none), -1 (the page is not
 * one byte a character).  Some pages hold a letter back until they know that
 * no accent follows; the second call of iconv gets it out.
 */
static int
convert_byte(iconv_t cd, uint8_t byte, uint32_t *cp)
{
	char in = (char)byte, *ip = &in, *op;
	unsigned char out[32];
	size_t inleft = 1, outleft = sizeof out;

	op = (char *)out;
	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &ip, &inleft, &op, &outleft) == (size_t)-1)
		return errno == EILSEQ ? 0 : -1;
	if (iconv(cd, NULL, NULL, &op, &outleft) == (size_t)-1)
		return -1;
	if (sizeof out - outleft != 4)
		return -1;
	*cp = (uint32_t)out[0] << 24 | (uint32_t)out[1] << 16 |
	    (uint32_t)out[2] << 8 | out[3];
	return 1;
}

static void
page_set(struct codepage *pg, uint32_t byte, uint32_t cp)
{
	pg->ucs[byte] = cp;
	pg->utf8_len[byte] = (uint8_t)utf8_put(pg->utf8[byte], cp);
	pg->to_ascii[byte] = cp < 0x80 ? (uint8_t)cp : 0x80;
	if (pg->utf8_len[byte] > pg->max_len)
		pg->max_len = pg->utf8_len[byte];
	if (cp != byte && byte < 0x80)
		pg->ascii = false;
}

static void
page_set_none(struct codepage *pg, uint32_t byte)
{
	pg->ucs[byte] = CODEPAGE_NONE;
	pg->to_ascii[byte] = 0x80;
	pg->total = false;
	pg->ascii = pg->ascii && byte >= 0x80;
}

static const struct table_changes *
table_find(int number)
{
	uint32_t i;

	for (i = 0; i < table_count; i++)
		if (table_changes[i].number == number)
			return &table_changes[i];
	return NULL;
}

static void
page_from_table(struct codepage *pg, const struct table_changes *t)
{
	uint16_t code[256];
	uint32_t i;

	memcpy(code, table_cp037, sizeof code);
	for (i = 0; i < t->n; i++)
		code[t->change[i] >> 16] = (uint16_t)t->change[i];
	pg->total = true;
	for (i = 0; i < 256; i++)
		if (code[i] == TABLE_NONE)
			page_set_none(pg, i);
		else
			page_set(pg, i, code[i]);
}

/* False: not one byte a character. */
static bool
page_fill(struct codepage *pg, iconv_t cd)
{
	uint32_t byte, cp;

	pg->ascii = pg->total = true;
	for (byte = 0; byte < 256; byte++) {
		switch (convert_byte(cd, (uint8_t)byte, &cp)) {
		case 1:
			page_set(pg, byte, cp);
			break;
		case 0:
			page_set_none(pg, byte);
			break;
		default:
			return false;
		}
	}
	return true;
}

/* Numbers need the digits in a row, in the zone F or 3, and a blank. */
static bool
page_finish(struct codepage *pg)
{
	int blank, zero;
	uint32_t i;

	inverse_make(pg);
	blank = charset_encode(pg, ' ');
	zero = charset_encode(pg, '0');
	if (blank < 0 || (zero != 0xf0 && zero != 0x30))
		return false;
	for (i = 0; i < 10; i++)
		if (pg->ucs[(uint32_t)zero + i] != '0' + i)
			return false;
	pg->blank = (uint8_t)blank;
	pg->zero = (uint8_t)zero;
	pg->ebcdic = zero == 0xf0;
	return true;
}

/* SO, the two bytes, SI: the character, or 0. */
static uint32_t
convert_wide(iconv_t cd, uint32_t bytes)
{
	char in[4] = { CODEPAGE_SO, (char)(bytes >> 8), (char)bytes,
	    CODEPAGE_SI };
	char *ip = in, *op;
	unsigned char out[32];
	size_t inleft = sizeof in, outleft = sizeof out;

	op = (char *)out;
	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &ip, &inleft, &op, &outleft) == (size_t)-1 ||
	    iconv(cd, NULL, NULL, &op, &outleft) == (size_t)-1)
		return 0;
	if (sizeof out - outleft == 4)
		return (uint32_t)out[1] << 16 | (uint32_t)out[2] << 8 | out[3];
	if (sizeof out - outleft != 8 || out[1] != 0 || out[5] != 0)
		return 0;
	return (uint32_t)out[2] << 24 | (uint32_t)out[3] << 16 |
	    (uint32_t)out[6] << 8 | out[7];
}

/*
 * The ten mixed EBCDIC pages.  glibc's 1390 and 1399 answer U+001A for single
 * bytes that are none (in EBCDIC, X'3F' is that character).
 */
static bool
page_fill_mixed(struct codepage *pg, int number, iconv_t cd)
{
	static const int mixed[] = { 930, 933, 935, 937, 939, 1364, 1371, 1388,
		1390, 1399 };
	uint32_t *wide, i, b, cp;

	for (i = 0; i < sizeof mixed / sizeof mixed[0]; i++)
		if (mixed[i] == number)
			break;
	if (i == sizeof mixed / sizeof mixed[0])
		return false;
	memset(pg->ucs, 0, sizeof pg->ucs);
	pg->total = pg->ascii = true;
	for (b = 0; b < 256; b++)
		if (b != CODEPAGE_SO && b != CODEPAGE_SI &&
		    convert_byte(cd, (uint8_t)b, &cp) == 1 &&
		    (cp != 0x1a || b == 0x3f))
			page_set(pg, b, cp);
		else
			page_set_none(pg, b);
	wide = mem_array(65536, sizeof *wide);
	memset(wide, 0, 65536 * sizeof *wide);
	for (i = 0x41; i < 0xff; i++)
		for (b = 0x41; b < 0xff; b++)
			wide[i << 8 | b] = convert_wide(cd, i << 8 | b);
	wide[0x4040] = convert_wide(cd, 0x4040);
	pg->wide = wide;
	return true;
}

static iconv_t
page_open(const struct spelling *sp)
{
	iconv_t cd = (iconv_t)-1;
	uint32_t i;

	for (i = 0; i < sp->n && cd == (iconv_t)-1; i++)
		cd = iconv_open("UTF-32BE", sp->iconv[i]);
	return cd;
}

/* False: iconv has no such page (*multibyte false), or it's of another kind. */
static bool
page_make(struct codepage *pg, const struct spelling *sp, bool *multibyte)
{
	const struct table_changes *t = table_find(sp->number);
	iconv_t cd;
	bool taken;

	if (t != NULL) {
		page_from_table(pg, t);
		return page_finish(pg);
	}
	if ((cd = page_open(sp)) == (iconv_t)-1)
		return false;
	taken = page_fill(pg, cd);
	if (!taken) {
		taken = page_fill_mixed(pg, sp->number, cd);
		*multibyte = !taken;
	}
	iconv_close(cd);
	return taken && page_finish(pg);
}

const struct codepage *
charset_find(const char *name, bool *multibyte)
{
	struct spelling sp;
	struct known *k;
	bool multi = false;

	if (multibyte == NULL)
		multibyte = &multi;
	*multibyte = false;
	if (!spell(&sp, name))
		return NULL;
	for (k = known; k != NULL; k = k->next)
		if (strcmp(k->page.name, sp.name) == 0)
			break;
	if (k == NULL) {
		k = mem_zalloc(sizeof *k);
		memcpy(k->page.name, sp.name, sizeof k->page.name);
		if (!page_make(&k->page, &sp, multibyte)) {
			inverse_free(&k->page);
			mem_free((void *)k->page.wide);
			mem_free(k);
			return NULL;
		}
		k->next = known;
		known = k;
	}
	return &k->page;
}

/*
 * What the mixed pages' numbers are made of: IBM's CDRA, "Coded character set
 * identifiers": 939 is 1027 and 300, 933 is 833 and 834, and so on.
 */
const struct codepage *
charset_find_dbcs(const char *name)
{
	static const struct {
		int number;
		const char *mixed;
	} half[] = {
		{ 300, "cp939" }, { 834, "cp933" }, { 835, "cp937" },
		{ 837, "cp935" }, { 4930, "cp1364" }, { 4933, "cp1388" },
		{ 9027, "cp1371" }, { 16684, "cp1399" },
	};
	const struct codepage *page;
	struct spelling sp;
	uint32_t i;

	if (!spell(&sp, name))
		return NULL;
	for (i = 0; i < sizeof half / sizeof half[0]; i++)
		if (half[i].number == sp.number)
			name = half[i].mixed;
	page = charset_find(name, NULL);
	return page != NULL && page->wide != NULL ? page : NULL;
}
