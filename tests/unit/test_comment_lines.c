/*
 * Comments of a copybook: which item each describes, and what is left of it.
 * What is expected was written down from the texts by hand.
 */
#include "cobol/copybook.h"

#include "base/mem.h"
#include "tap.h"

static struct arena arena;
static struct diags diags;

static const struct test {
	const char *name;
	enum source_format format;
	const char *text;
	const char *want;	/* "ITEM: comment" by item, | between */
} tests[] = {
	{ "above, in fixed format", SOURCE_FIXED,
	    "000100 01  R.\n"
	    "000200* The number.\n"
	    "000300*    Given by the branch.                                "
	    "         ABC00300\n"
	    "000400     05  A PIC 9.\n"
	    "000500     05  B PIC 9.\n",
	    "A: The number. Given by the branch." },
	{ "a page's start is a comment too", SOURCE_FIXED,
	    "       01  R.\n      / New page\n           05  A PIC 9.\n",
	    "A: New page" },
	{ "somebody's asterisk before column 7", SOURCE_FIXED,
	    "       01  R.\n   *  Early\n           05  A PIC 9.\n",
	    "A: Early" },
	{ "an asterisk behind column 7", SOURCE_FIXED,
	    "       01  R.\n           * Late\n           05  A PIC 9.\n",
	    "A: Late" },
	{ "a blank line ends what is above", SOURCE_FIXED,
	    "       01  R.\n      * Of nobody\n\n           05  A PIC 9.\n",
	    "" },
	{ "code ends what is above", SOURCE_FREE,
	    "01 R.\n*> of A\n05 A PIC 9.\n05 B PIC 9.\n", "A: of A" },
	{ "rulers and boxes", SOURCE_FIXED,
	    "      ****************************************\n"
	    "      *  +--------------+                    *\n"
	    "      *  | Customer #1  |   =============    *\n"
	    "      *--+--------------+--------------------*\n"
	    "      *....+....1....+....2....+....3\n"
	    "      *\n"
	    "      ** -1: none --- ***\n"
	    "       01  R PIC X.\n", "R: Customer #1 -1: none" },
	{ "boxes of UTF-8", SOURCE_FREE,
	    "*> \xe2\x94\x8c\xe2\x94\x80\xe2\x94\x80\xe2\x94\x90\n"
	    "*> \xe2\x94\x82 Stra\xc3\x9f" "e \xe2\x94\x82\n"
	    "*> \xe2\x94\x94\xe2\x94\x80\xe2\x94\x80\xe2\x94\x98\n"
	    "01 R PIC X.\n", "R: Stra\xc3\x9f" "e" },
	{ "Latin-1 becomes UTF-8", SOURCE_FREE,
	    "*> Stra\xdf" "e\n01 R PIC X.\n", "R: Stra\xc3\x9f" "e" },
	{ "beside", SOURCE_FREE,
	    "01 R. *> the record\n05 A PIC 9. *> one\n05 B *> two\n"
	    "PIC 9 *> lines\n.\n", "R: the record|A: one|B: two lines" },
	{ "a literal is no comment", SOURCE_FREE,
	    "01 R.\n05 A PIC X(4) VALUE '*> x'. *> y\n", "A: y" },
	{ "beside, and going on below", SOURCE_FREE,
	    "01 R.\n"
	    "05 A PIC 9.   *> goes\n"
	    "              *> on\n"
	    "  *> of B\n"
	    "05 B PIC 9.\n", "A: goes on|B: of B" },
	{ "above and beside", SOURCE_FREE,
	    "01 R.\n*> above.\n05 A PIC 9. *> beside\n",
	    "A: above. beside" },
	{ "between the lines of an entry", SOURCE_FIXED,
	    "       01  R.\n           05  A\n      * in it\n"
	    "               PIC 9.\n", "A: in it" },
	{ "two in a line: the last one has it", SOURCE_FREE,
	    "01 R.\n*> above\n05 A PIC 9. 05 B PIC 9. *> beside\n",
	    "A: above|B: beside" },
	{ "of an 88, and behind it", SOURCE_FREE,
	    "01 R.\n05 A PIC 9.\n*> of the 88\n88 C VALUE 1. *> too\n"
	    "*> of B\n05 B PIC 9.\n", "B: of B" },
	{ "disabled entries", SOURCE_FIXED,
	    "       01  R.\n"
	    "      * Kept.\n"
	    "      *    05  OLD-FIELD PIC X.\n"
	    "      *05 OLDER-FIELD\n"
	    "      *        PIC X(10)\n"
	    "      *        OCCURS 5\n"
	    "      *        VALUE SPACES.\n"
	    "      *    05  GROUP-ITEM.\n"
	    "      *        10  PIC X(3).\n"
	    "      *    05  N COMP-3.\n"
	    "      *    88  YES VALUE 'Y'.\n"
	    "      *    COPY OLDBOOK.\n"
	    "      * Value in cents\n"
	    "           05  A PIC 9.\n", "A: Kept. Value in cents" },
	{ "what only begins like an entry", SOURCE_FIXED,
	    "       01  R.\n"
	    "      * 01 ACTIVE\n"
	    "      * 02 CLOSED, 03 = LOST\n"
	    "      * 10 days of grace\n"
	    "      * 1985 OLD PICTURE.\n"
	    "      * COPY of the master.\n"
	    "      * 99 PICTURE\n"
	    "           05  A PIC 99.\n",
	    "A: 01 ACTIVE 02 CLOSED, 03 = LOST 10 days of grace 1985 OLD "
	    "PICTURE. COPY of the master. 99 PICTURE" },
	{ "lawyers describe nothing", SOURCE_FIXED,
	    "      * Customers.\n"
	    "      ******************************\n"
	    "      * (C) COPYRIGHT ACME CORP. 1999\n"
	    "      * ALL RIGHTS RESERVED\n"
	    "      *\n"
	    "      * Licensed under the Apache License, Version 2.0;\n"
	    "      * with a driver's license only.\n"
	    "      ******************************\n"
	    "      * With driver's license.\n"
	    "       01  R PIC X.\n", "R: Customers. With driver's license." },
	{ "nor do they take what is beside", SOURCE_FREE,
	    "*> Copyright ACME\n01 R PIC X. *> A record\n", "R: A record" },
	{ "lines of debugging are none", SOURCE_FIXED,
	    "       01  R.\n      D    05  X PIC X.\n           05  A PIC 9.\n",
	    "" },
	{ "left out by a directive", SOURCE_FREE,
	    "01 R.\n>>IF X DEFINED\n*> not this\n05 B PIC X.\n>>END-IF\n"
	    "*> this\n05 A PIC 9.\n", "A: this" },
	{ "formats change within a text", SOURCE_FIXED,
	    "       01  R.\n      * fixed\n           05  A PIC 9.\n"
	    "       >>SOURCE FORMAT IS FREE\n*> free\n05 B PIC 9.\n",
	    "A: fixed|B: free" },
	{ "names that are replaced", SOURCE_FREE,
	    "REPLACE ==:T:== BY ==NEW==.\n01 R.\n*> above\n"
	    "05 :T:-A PIC X. *> beside\n", "NEW-A: above beside" },
	{ "a copy of a type has what its parts have", SOURCE_FREE,
	    "01 T IS TYPEDEF. *> t\n05 A PIC 9. *> a\n"
	    "01 R.\n05 B TYPE T. *> b\n", "T: t|A: a|B: b|A: a" },
};

static const char *
shown(const struct layout *l)
{
	static char text[4096];
	const struct item *it;
	uint32_t i;

	text[0] = '\0';
	for (i = 0; l != NULL && i < l->nitem; i++) {
		it = &l->item[i];
		if (it->comment != NULL)
			snprintf(text + strlen(text), sizeof text -
			    strlen(text), "%s%s: %s", text[0] != '\0' ? "|" :
			    "", it->name, it->comment);
	}
	return text;
}

static struct layout *
parse(const char *text, size_t n, enum source_format format, bool comments)
{
	struct copybook_options options = { .format = format,
	    .comments = comments };
	struct copybook *book = copybook_parse_text(&arena, &diags,
	    srctext_new(&arena, "test", text, n), &options);

	return layout_build(&arena, &diags, book);
}

static void
test_cap(void)
{
	static const char tail[] = "\n01 R PIC X.\n";
	static char text[4096];
	const struct layout *l;
	const char *c;
	uint32_t i;
	int n = 0;

	for (i = 0; i < 100; i++)
		n += snprintf(text + n, sizeof text - (size_t)n,
		    "*> words number %02u and so on\n", i);
	n += snprintf(text + n, sizeof text - (size_t)n, "01 R PIC X.\n");
	l = parse(text, (size_t)n, SOURCE_FREE, true);
	c = l != NULL ? l->item[0].comment : NULL;
	ok(c != NULL && strlen(c) <= 1004 && strlen(c) > 950 &&
	    strncmp(c, "words number 00 and so on words number 01 and", 45) ==
	    0 && strcmp(c + strlen(c) - 4, " ...") == 0 &&
	    strstr(c, "  ") == NULL, "a long comment is cut at a word");
	l = parse(text, (size_t)n, SOURCE_FREE, false);
	ok(l != NULL && l->item[0].comment == NULL,
	    "nobody asks, nobody gets any");
	memset(text, 'x', 2000);
	memcpy(text, "*> ", 3);
	memcpy(text + 2000, tail, sizeof tail);
	l = parse(text, strlen(text), SOURCE_FREE, true);
	c = l != NULL ? l->item[0].comment : NULL;
	ok(c != NULL && strlen(c) == 1004 && strspn(c, "x") == 1000,
	    "a long word is cut too");
	for (i = 3; i + 2 < 2000; i += 3)
		memcpy(text + i, "\xe5\x8c\x97", 3);
	l = parse(text, strlen(text), SOURCE_FREE, true);
	c = l != NULL ? l->item[0].comment : NULL;
	ok(c != NULL && strlen(c) == 1003 &&
	    strcmp(c + 996, "\xe5\x8c\x97 ...") == 0,
	    "between two characters");
}

int
main(void)
{
	const struct test *t;
	const struct layout *l;
	uint32_t i;

	arena_init(&arena);
	diags_init(&diags, &arena);
	for (i = 0; i < sizeof tests / sizeof tests[0]; i++) {
		t = &tests[i];
		l = parse(t->text, strlen(t->text), t->format, true);
		ok(l != NULL, "%s: is read", t->name);
		is_str(shown(l), t->want, "%s", t->name);
	}
	test_cap();
	arena_fini(&arena);
	return tap_done();
}
