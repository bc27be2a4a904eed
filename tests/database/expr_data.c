/*
 * Makes the records of expressions.cpy, in cp037, and the same values as text.
 *
 *	expr_data.t RECORDS TEXT [COUNT]
 *
 * RECORDS gets the bytes, TEXT a line for each record in the form that
 * PostgreSQL's COPY reads.  The first records hold the edge values of each
 * item, the others mixtures; the same bytes each time.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "charset/charset.h"

#define NONE	INT64_MIN	/* a null number */
#define COUNT(a)	(sizeof (a) / sizeof (a)[0])

enum usage { ZONED, LEADING, PACKED, BINARY };

static const struct codepage *page;
static FILE *records, *text;
static uint64_t seed = 20260131;
static unsigned item;		/* of the record, from 0 */

static uint32_t
draw(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)((seed >> 33) % n);
}

/* Which of n edge values record `rec` has; n or more: none. */
static size_t
edge(unsigned rec, size_t n)
{
	/* the edges of neighbouring items in all kinds of company */
	if (rec < 60)
		return (rec + item * 7) % (n + 2);
	return draw(3) == 0 ? draw((uint32_t)n) : n;
}

static void
begin_cell(void)
{
	if (item++ > 0)
		putc('\t', text);
}

static void
put_text(const char *s, int size)
{
	size_t n, len = s == NULL ? 0 : strlen(s);
	int c, left = size;
	size_t i;

	begin_cell();
	if (s == NULL)
		fputs("\\N", text);
	else
		for (i = len; i > 0 && s[i - 1] == ' '; i--)
			len--;
	for (i = 0; s != NULL && i < strlen(s); i += n) {
		c = charset_encode(page, utf8_get((const uint8_t *)s + i, &n));
		if (c < 0 || left-- <= 0)
			abort();
		putc(c, records);
	}
	for (i = 0; i < len; i++) {
		if (s[i] == '\\')
			putc('\\', text);
		putc(s[i], text);
	}
	while (left-- > 0)
		putc(s == NULL ? 0 : page->blank, records);
}

static void
put_bytes(uint64_t v, int size)
{
	while (size-- > 0)
		putc((int)(v >> 8 * size & 0xff), records);
}

static void
number_text(int64_t v, int scale)
{
	char digits[24], *p = digits;
	uint64_t mag = v < 0 ? -(uint64_t)v : (uint64_t)v;

	begin_cell();
	if (v == NONE) {
		fputs("\\N", text);
		return;
	}
	snprintf(digits, sizeof digits, "%0*" PRIu64, scale % 20 + 1, mag);
	if (v < 0)
		putc('-', text);
	for (; *p != '\0'; p++) {
		if (strlen(p) == (size_t)scale)
			putc('.', text);
		putc(*p, text);
	}
}

/* digits 0: what the bytes hold. */
static void
put_number(enum usage u, bool is_signed, int digits, int scale, int64_t v)
{
	char s[24];
	uint64_t mag = v < 0 ? -(uint64_t)v : (uint64_t)v;
	int i, size = digits, sign = v < 0 ? 0xd : is_signed ? 0xc : 0xf;
	static const int fillers[] = { 0, 0x40, 0xff };
	int filler = fillers[draw(3)];

	number_text(v, scale);
	if (u == PACKED)
		size = digits / 2 + 1;
	else if (u == LEADING)
		size++;
	else if (u == BINARY)
		size = digits < 5 ? 2 : digits < 10 ? 4 : 8;
	if (v == NONE) {
		while (size-- > 0)
			putc(filler, records);
		return;
	}
	if (u == BINARY) {
		put_bytes((uint64_t)v, size);
		return;
	}
	snprintf(s, sizeof s, "%0*" PRIu64, digits, mag);
	if (strlen(s) != (size_t)digits)
		abort();
	if (u == LEADING)
		putc(v < 0 ? 0x60 : 0x4e, records);
	for (i = 0; u != PACKED && i < digits; i++)
		putc((u == ZONED && i == digits - 1 ? sign << 4 : 0xf0) |
		    (s[i] & 15), records);
	if (u != PACKED)
		return;
	if (digits % 2 == 0)
		putc(s[0] & 15, records);
	for (i = digits % 2 == 0; i < digits - 1; i += 2)
		putc((s[i] & 15) << 4 | (s[i + 1] & 15), records);
	putc((s[digits - 1] & 15) << 4 | sign, records);
}

/* Edge values of a number, then any with few or many digits. */
static void
number(unsigned rec, enum usage u, bool is_signed, int digits, int scale,
    bool small)
{
	int64_t top = 1, v, edges[12];
	size_t n = 0, at;
	int i, most = digits;

	for (i = 0; i < digits; i++)
		top *= 10;
	edges[n++] = 0;
	edges[n++] = 1;
	edges[n++] = top - 1;
	edges[n++] = top / 2;		/* 5000…: rounds */
	edges[n++] = 5;
	if (is_signed) {
		edges[n++] = -1;
		edges[n++] = -(top - 1);
		edges[n++] = -(top / 2);
		edges[n++] = -15;
	}
	if (u == BINARY) {
		edges[n++] = digits < 5 ? is_signed ? INT16_MIN : UINT16_MAX :
		    digits < 10 ? INT32_MIN : INT64_MIN + 1;
	} else {
		edges[n++] = NONE;
	}
	at = edge(rec, n);
	if (at < n) {
		v = edges[at];
	} else {
		if (!small || digits > 6)
			most = 1 + (int)draw((uint32_t)digits);
		for (v = 0, i = 0; i < most; i++)
			v = v * 10 + draw(10);
		if (is_signed && draw(2) == 0)
			v = -v;
	}
	put_number(u, is_signed, digits, scale, v);
}

static void
choice(unsigned rec, const char *const *v, size_t n, int size)
{
	size_t at = edge(rec, n);

	put_text(v[at < n ? at : draw((uint32_t)n)], size);
}

static void
dates(unsigned rec)
{
	static const int64_t edges[] = { 0, 99999999, NONE, 20260131,
		20000229, 19000228, 19700101, 19691231, 10101, 99991231,
		20241231, 20250101, 15821015, 20380119 };
	static const char *const texts[] = { "2026-01-31", "2000-02-29",
		"0001-01-01", "9999-12-31", "1970-01-01", "1969-12-31",
		"2024-02-29", NULL };
	size_t at = edge(rec, COUNT(edges));
	char date[16];
	int64_t v;

	v = at < COUNT(edges) ? edges[at] : (1900 + draw(150)) * 10000 +
	    (1 + draw(12)) * 100 + 1 + draw(28);
	put_number(ZONED, false, 8, 0, v);
	at = edge(rec, COUNT(texts));
	snprintf(date, sizeof date, "%04u-%02u-%02u", 1900 + draw(150),
	    1 + draw(12), 1 + draw(28));
	put_text(at < COUNT(texts) ? texts[at] : date, 10);
}

static const char *const words[] = { "", NULL, "Ångström", "  blanks  x",
	"ÀÉÎÕÜ", "àéîõüÿßµ", "a", "ab", "AB", "aB", "x y z", "%_\\'\"",
	"xxabcxx", "abcabcabcabc", "Zürich", "Ñandú", "''", "0012", "-1.50",
	"þØøÆæÐð" };
static const char *const names[] = { "", NULL, "van der Berg", "O'Neil",
	"María  de los Reme", " leading", "Björk", "aaaaaaaaaaaaaaaaaaaa",
	"baab", "Simon", "ß", "A B C D E F G H I J", "....x....", "ab  ab  ab",
	"Été à Noël" };
static const char *const numbers[] = { NULL, "0", "12.50", "-3", " 7",
	"+0.005", "999999.999", "-.5", "5.", "0000012", "1.005", "-2.5",
	"2.5", "-0", "123456.7" };
static const char *const things[] = { "1", "0", "true", "no", "12.5", "abc",
	"", NULL, "-7", "40000", "99999999", "2.5", "t", "OFF", "7 7",
	"-.", "32768", "-32768" };
static const char *const flags[] = { "A", "C", "X", "D", "H", "M", "N", "",
	NULL, "é" };
static const char *const cities[] = { "", "Oslo", "Rome", "Århus", NULL,
	"o", "Nîmes" };
static const char *const shorts[] = { "", "a", "bb", "ccc", "dddd", "é é",
	NULL };

static void
record(unsigned rec)
{
	unsigned i;

	item = 0;
	put_number(ZONED, false, 4, 0, rec + 1);
	choice(rec, words, COUNT(words), 12);
	choice(rec, names, COUNT(names), 20);
	choice(rec, numbers, COUNT(numbers), 10);
	choice(rec, things, COUNT(things), 8);
	number(rec, ZONED, false, 5, 0, false);
	number(rec, ZONED, true, 4, 0, false);
	number(rec, ZONED, false, 5, 2, true);
	number(rec, ZONED, true, 11, 4, false);
	number(rec, LEADING, true, 3, 0, false);
	number(rec, ZONED, true, 3, 3, false);
	number(rec, PACKED, true, 11, 2, false);
	number(rec, PACKED, false, 5, 0, false);
	number(rec, PACKED, true, 18, 0, false);
	number(rec, BINARY, true, 4, 0, false);
	number(rec, BINARY, true, 9, 0, false);
	number(rec, BINARY, true, 18, 0, false);
	number(rec, BINARY, false, 4, 0, false);
	number(rec, BINARY, true, 9, 2, false);
	dates(rec);
	choice(rec, flags, COUNT(flags), 1);
	number(rec, ZONED, false, 2, 0, true);
	for (i = 0; i < 2; i++) {
		number(rec, PACKED, true, 7, 2, false);
		choice(rec, cities, COUNT(cities), 6);
	}
	for (i = 0; i < 3; i++) {
		number(rec, PACKED, true, 3, 0, false);
		choice(rec, shorts, COUNT(shorts), 4);
		number(rec, ZONED, false, 2, 0, true);
		number(rec, ZONED, false, 2, 0, true);
	}
	putc('\n', text);
}

int
main(int argc, char **argv)
{
	unsigned i, n = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 200;

	page = charset_find("cp037", NULL);
	if (argc < 3 || page == NULL ||
	    (records = fopen(argv[1], "wb")) == NULL ||
	    (text = fopen(argv[2], "w")) == NULL) {
		fprintf(stderr, "usage: expr_data RECORDS TEXT [COUNT]\n");
		return 2;
	}
	for (i = 0; i < n; i++)
		record(i);
	return fclose(records) != 0 || fclose(text) != 0;
}
