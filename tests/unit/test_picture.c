/*
 * Pictures: category, size, digits and scale, and what is refused.
 *
 * Sizes are those that GnuCOBOL (cobc -std=ibm) lists; the rules are in the
 * IBM Enterprise COBOL Language Reference, "PICTURE clause".
 */
#include "base/diag.h"
#include "base/mem.h"
#include "cobol/picture.h"
#include "tap.h"

static const struct {
	const char *text;
	enum category category;
	uint32_t size, digits;
	int scale;
	bool is_signed;
} good[] = {
	{ "X", CAT_ALPHANUMERIC, 1, 0, 0, false },
	{ "X(10)", CAT_ALPHANUMERIC, 10, 0, 0, false },
	{ "XXXX", CAT_ALPHANUMERIC, 4, 0, 0, false },
	{ "X(0003)X(2)", CAT_ALPHANUMERIC, 5, 0, 0, false },
	{ "A(5)", CAT_ALPHABETIC, 5, 0, 0, false },
	{ "A9X", CAT_ALPHANUMERIC, 3, 0, 0, false },
	{ "A(2)9(3)", CAT_ALPHANUMERIC, 5, 0, 0, false },
	{ "9X", CAT_ALPHANUMERIC, 2, 0, 0, false },
	{ "9", CAT_NUMERIC, 1, 1, 0, false },
	{ "S9(5)V99", CAT_NUMERIC, 7, 7, 2, true },
	{ "S9(9)", CAT_NUMERIC, 9, 9, 0, true },
	{ "9(3)V", CAT_NUMERIC, 3, 3, 0, false },
	{ "V9(4)", CAT_NUMERIC, 4, 4, 4, false },
	{ "SV99", CAT_NUMERIC, 2, 2, 2, true },
	{ "9(5)PPP", CAT_NUMERIC, 5, 5, -3, false },
	{ "S9(3)PPP", CAT_NUMERIC, 3, 3, -3, true },
	{ "S9PPPV", CAT_NUMERIC, 1, 1, -3, true },
	{ "PP99", CAT_NUMERIC, 2, 2, 4, false },
	{ "SPP9(4)", CAT_NUMERIC, 4, 4, 6, true },
	{ "VPP9(4)", CAT_NUMERIC, 4, 4, 6, false },
	{ "P(3)9", CAT_NUMERIC, 1, 1, 4, false },
	{ "9(31)", CAT_NUMERIC, 31, 31, 0, false },
	{ "9(16)V9(15)", CAT_NUMERIC, 31, 31, 15, false },
	{ "9(3)V99-", CAT_EDITED, 6, 5, 2, true },
	{ "$$$,$$9.99CR", CAT_EDITED, 12, 7, 2, true },
	{ "XXBXX/X0", CAT_EDITED, 8, 0, 0, false },
	{ "ZZZPP", CAT_EDITED, 3, 3, -2, false },
	{ "9(5)V,99", CAT_EDITED, 8, 7, 2, false },
	{ "-9(9).99", CAT_EDITED, 13, 11, 2, true },
	{ "+ZZZ,ZZZ,ZZZ.99", CAT_EDITED, 15, 11, 2, true },
	{ "Z(4)9.99-", CAT_EDITED, 9, 7, 2, true },
	{ "99/99/9999", CAT_EDITED, 10, 8, 0, false },
	{ "**,***.99DB", CAT_EDITED, 11, 7, 2, true },
	{ "9(2).", CAT_EDITED, 3, 2, 0, false },
	{ "B9", CAT_EDITED, 2, 1, 0, false },
	{ "$$.$$", CAT_EDITED, 5, 3, 2, false },
	{ "++,+++.++", CAT_EDITED, 9, 6, 2, true },
	{ "--9", CAT_EDITED, 3, 2, 0, true },
	{ ".ZZ", CAT_EDITED, 3, 2, 2, false },
	{ "VZZ", CAT_EDITED, 2, 2, 2, false },
	{ "+$$9", CAT_EDITED, 4, 2, 0, true },
	{ "$ZZ9", CAT_EDITED, 4, 3, 0, false },
	{ "+$ZZ9", CAT_EDITED, 5, 3, 0, true },
	{ "*,**9", CAT_EDITED, 5, 4, 0, false },
	{ "B$$9", CAT_EDITED, 4, 2, 0, false },
	{ "9B9V9", CAT_EDITED, 4, 3, 1, false },
	{ "Z,,9", CAT_EDITED, 4, 2, 0, false },
	{ "9(2).99CR", CAT_EDITED, 7, 4, 2, true },
	{ "ZZ9+", CAT_EDITED, 4, 3, 0, true },
	{ "+9.9E+99", CAT_EDITED, 8, 2, 1, true },
	{ "-9V9(15)E-99", CAT_EDITED, 21, 16, 15, true },
	{ "A9B", CAT_EDITED, 3, 0, 0, false },
	{ "N(4)", CAT_NATIONAL, 4, 0, 0, false },
	{ "NBN0/", CAT_NATIONAL_EDITED, 5, 0, 0, false },
	{ "G(4)", CAT_DBCS, 4, 0, 0, false },
	{ "GGBGG", CAT_DBCS, 5, 0, 0, false },
	{ "U(10)", CAT_UTF8, 10, 0, 0, false },
};

static const struct {
	const char *text;
	enum diag_code code;
	uint32_t col;		/* of the place, the picture being at 10 */
} bad[] = {
	{ "S9(5)Q99", DIAG_C012, 15 },
	{ "9(3)C", DIAG_C012, 14 },
	{ "X\x01", DIAG_C012, 11 },
	{ "", DIAG_C013, 10 },
	{ "S", DIAG_C013, 10 },
	{ "PPP", DIAG_C013, 10 },
	{ "9S", DIAG_C013, 11 },
	{ "SS9", DIAG_C013, 10 },
	{ "9V9V9", DIAG_C013, 13 },
	{ "9VV9", DIAG_C013, 11 },
	{ "9P9", DIAG_C013, 12 },
	{ "P9P", DIAG_C013, 12 },
	{ "9VP", DIAG_C013, 12 },
	{ "PV9", DIAG_C013, 11 },
	{ "P9V", DIAG_C013, 12 },
	{ "P9V9", DIAG_C013, 13 },
	{ "SX", DIAG_C013, 10 },
	{ "XV9", DIAG_C013, 11 },
	{ "S999.99", DIAG_C013, 10 },
	{ "X.X", DIAG_C013, 11 },
	{ "9.9.9", DIAG_C013, 13 },
	{ "9CR9", DIAG_C013, 11 },
	{ ",", DIAG_C013, 10 },
	{ "X(0)", DIAG_C014, 11 },
	{ "X()", DIAG_C014, 11 },
	{ "X(5", DIAG_C014, 11 },
	{ "X(A)", DIAG_C014, 11 },
	{ "X(-1)", DIAG_C014, 11 },
	{ "(5)", DIAG_C012, 10 },
	{ "9(32)", DIAG_C015, 10 },
	{ "9(30)PP", DIAG_C015, 10 },
	{ ":TAG:", DIAG_C012, 10 },
	{ "N9", DIAG_C013, 11 },
	{ "U/", DIAG_C013, 11 },
	{ "GN", DIAG_C013, 11 },
	{ "9X+", DIAG_C013, 12 },
	{ "+9+", DIAG_C013, 12 },
	{ "$$9$", DIAG_C013, 13 },
	{ "Z9Z", DIAG_C013, 12 },
	{ "*Z9", DIAG_C013, 11 },
	{ "$+9", DIAG_C013, 11 },
	{ "9$", DIAG_C013, 11 },
	{ "-9DB", DIAG_C013, 12 },
	{ "ZZ,99,ZZ", DIAG_C013, 16 },
	{ "Z.9Z", DIAG_C013, 13 },
	{ "99-99", DIAG_C013, 12 },
	{ "--99-", DIAG_C013, 14 },
	{ "$-9", DIAG_C013, 11 },
	{ "99PZ", DIAG_C013, 13 },
	{ "ZVPP", DIAG_C013, 12 },
	{ "9E+99", DIAG_C013, 10 },
	{ "+9E99", DIAG_C013, 12 },
	{ "+9.9.9E+99", DIAG_C013, 14 },
	{ "Z(32)", DIAG_C015, 10 },
	{ "X(99999999999999999999)", DIAG_C032, 11 },
	{ "X(16777216)X", DIAG_C032, 10 },
};

static void
test_good(struct arena *a, const struct srctext *src)
{
	struct picture p;
	struct diags ds;
	uint32_t i;

	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		diags_init(&ds, a);
		ok(picture_parse(&p, good[i].text,
		    (struct place){ src, 1, 10, 1 }, NULL, &ds) && ds.errors == 0 &&
		    p.category == good[i].category && p.size == good[i].size &&
		    p.digits == good[i].digits && p.scale == good[i].scale &&
		    p.is_signed == good[i].is_signed, "%s", good[i].text);
	}
}

static void
test_bad(struct arena *a, const struct srctext *src)
{
	struct picture p;
	struct diags ds;
	uint32_t i;
	bool refused;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		diags_init(&ds, a);
		refused = !picture_parse(&p, bad[i].text,
		    (struct place){ src, 1, 10, 1 }, NULL, &ds);
		if (!ok(refused && ds.errors == 1 &&
		    ds.first->code == bad[i].code &&
		    ds.first->at.col == bad[i].col, "'%s' is %s at %u",
		    bad[i].text, diag_name(bad[i].code), bad[i].col) &&
		    ds.first != NULL)
			printf("#   got %s at %u: %s\n",
			    diag_name(ds.first->code), ds.first->at.col,
			    ds.first->message);
	}
}

int
main(void)
{
	const char line[] = "01 A PIC  ";
	struct srctext *src;
	struct arena a;

	arena_init(&a);
	src = srctext_new(&a, "test.cpy", line, sizeof line - 1);
	test_good(&a, src);
	test_bad(&a, src);
	arena_fini(&a);
	return tap_done();
}
