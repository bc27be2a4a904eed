/*
 * Fields of delimited text: what a number's text says, at the picture's scale
 * and within its digits; text of code pages and of UTF-8.  The expected values
 * are what the text says; nothing is rounded.
 */
#include "codec_fixture.h"

/* The cell of a field with this text. */
static const char *
cell_of(const struct codec *c, const char *text, size_t n)
{
	static char got[1000];
	uint32_t v[2] = { CODEC_FIELD_SIZE, (uint32_t)n }, len;
	const uint8_t *base;
	uint8_t *p = mem_alloc(c->offset + CODEC_FIELD_SIZE + n + 64);
	struct rows rows = { 1, &base, &len, 0 };
	struct column col;
	struct arena arena;

	memcpy(p + c->offset, v, sizeof v);
	if (n > 0)
		memcpy(p + c->offset + CODEC_FIELD_SIZE, text, n);
	base = p;
	len = rows.shortest = (uint32_t)(c->offset + CODEC_FIELD_SIZE + n);
	arena_init(&arena);
	codec_decode(c, &rows, &col, &arena);
	snprintf(got, sizeof got, "%s", show(&col, 0));
	if (col.bad.n > 0 && col.bad.v[0].op != c->op)
		snprintf(got, sizeof got, "a fault without the op");
	arena_fini(&arena);
	mem_free(p);
	return got;
}

static struct codec
field(enum codec_field what, const char *page)
{
	reset(CODEC_FIELD, page);
	model.size = CODEC_FIELD_SIZE;
	model.field = what;
	model.offset = 5;
	return model;
}

static void
test_numbers(void)
{
	static const struct {
		const char *text;
		uint16_t digits;
		int16_t scale;
		int is_signed;
		const char *value;
	} t[] = {
		{ "12", 4, 2, S, "12.00" }, { "12.5", 4, 2, S, "12.50" },
		{ "-12.50", 4, 2, S, "-12.50" }, { "12.5-", 4, 2, S, "-12.50" },
		{ "+12", 4, 2, S, "12.00" }, { "12+", 4, 2, S, "12.00" },
		{ "  12.5  ", 4, 2, S, "12.50" }, { ".5", 4, 2, S, "0.50" },
		{ "5.", 4, 2, S, "5.00" }, { "0012.5000", 4, 2, S, "12.50" },
		{ "99.99", 4, 2, S, "99.99" }, { "100", 4, 2, S, "D011" },
		{ "-99.99", 4, 2, S, "-99.99" }, { "-100", 4, 2, S, "D011" },
		{ "1.005", 4, 2, S, "D014" }, { "-0", 4, 2, U, "0.00" },
		{ "-1", 4, 0, U, "D004" }, { "1-", 4, 0, U, "D004" },
		{ "", 4, 0, S, "null" }, { "   ", 4, 0, S, "null" },
		{ "-", 4, 0, S, "D016" }, { ".", 4, 2, S, "D016" },
		{ "--1", 4, 0, S, "D016" }, { "-1-", 4, 0, S, "D016" },
		{ "- 1", 4, 0, S, "D016" }, { "1 2", 4, 0, S, "D016" },
		{ "1,5", 4, 2, S, "D016" }, { "1.2.3", 4, 2, S, "D016" },
		{ "1e3", 4, 0, S, "D016" }, { "0x1", 4, 0, S, "D016" },
		{ "12A", 4, 0, S, "D016" }, { "NULL", 4, 0, S, "D016" },
		{ "12000", 2, -3, S, "12000" }, { "99000", 2, -3, S, "99000" },
		{ "100000", 2, -3, S, "D011" }, { "12500", 2, -3, S, "D014" },
		{ "0.005", 1, 3, S, "0.005" }, { "0.01", 1, 3, S, "D011" },
		{ "00000000000000000000000000000000000000000007", 1, 0, U,
		    "7" },
		{ "123456789012345678", 18, 0, S, "123456789012345678" },
		{ "1234567890123456789", 18, 0, S, "D011" },
		{ "-12345678901234567890123456789012345678", 38, 0, S,
		    "-12345678901234567890123456789012345678" },
		{ "99999999999999999999999999999999999999", 38, 0, S,
		    "99999999999999999999999999999999999999" },
		{ "123456789012345678901234567890123456789", 38, 0, S,
		    "D011" },
		{ "99999999999999999999999999999999999999999999", 38, 2, S,
		    "D011" },
		{ "1234567890123456789012345678901.1234567", 38, 7, S,
		    "1234567890123456789012345678901.1234567" },
		{ "0.00000000000000000000000000000000000000", 38, 38, S,
		    "0.00000000000000000000000000000000000000" },
	};
	struct codec c = field(FIELD_NUMBER, "latin1");
	char e[64];
	size_t i, k;

	for (i = 0; i < COUNT(t); i++) {
		c.digits = t[i].digits;
		c.scale = t[i].scale;
		c.is_signed = t[i].is_signed == S;
		is_str(cell_of(&c, t[i].text, strlen(t[i].text)), t[i].value,
		    "'%s' in %s%u,%d", t[i].text, c.is_signed ? "S" : "",
		    c.digits, c.scale);
	}
	/* the same in EBCDIC */
	c.page = charset_find("cp037", NULL);
	for (i = 0; i < COUNT(t); i++) {
		for (k = 0; t[i].text[k] != '\0'; k++)
			e[k] = (char)charset_encode(c.page,
			    (uint8_t)t[i].text[k]);
		c.digits = t[i].digits;
		c.scale = t[i].scale;
		c.is_signed = t[i].is_signed == S;
		is_str(cell_of(&c, e, k), t[i].value, "'%s' in EBCDIC",
		    t[i].text);
	}
}

/* Binary items hold what their bytes hold. */
static void
test_binary(void)
{
	static const struct {
		const char *text;
		uint8_t bytes;
		int is_signed;
		const char *value;
	} t[] = {
		{ "32767", 2, S, "32767" }, { "-32768", 2, S, "-32768" },
		{ "32768", 2, S, "D011" }, { "-32769", 2, S, "D011" },
		{ "65535", 2, U, "65535" }, { "65536", 2, U, "D011" },
		{ "2147483647", 4, S, "2147483647" },
		{ "-2147483648", 4, S, "-2147483648" },
		{ "4294967296", 4, U, "D011" },
		{ "9223372036854775807", 8, S, "9223372036854775807" },
		{ "-9223372036854775808", 8, S, "-9223372036854775808" },
		{ "9223372036854775808", 8, S, "D011" },
		{ "18446744073709551615", 8, U, "18446744073709551615" },
	};
	struct codec c = field(FIELD_NUMBER, "latin1");
	size_t i;

	for (i = 0; i < COUNT(t); i++) {
		c.digits = 4;
		c.binary = t[i].bytes;
		c.is_signed = t[i].is_signed == S;
		is_str(cell_of(&c, t[i].text, strlen(t[i].text)), t[i].value,
		    "'%s' in %u bytes", t[i].text, c.binary);
	}
}

static void
test_policies(void)
{
	struct codec c = field(FIELD_NUMBER, "latin1");

	c.digits = 4;
	is_str(cell_of(&c, "\0\0", 2), "null", "X'00' is null");
	is_str(cell_of(&c, "\xff\xff", 2), "null", "X'FF' is null");
	policies.number_spaces = POLICY_ZERO;
	policies.number_low = policies.number_high = POLICY_REJECT;
	is_str(cell_of(&c, "", 0), "0", "nothing as zero");
	is_str(cell_of(&c, " ", 1), "0", "blanks as zero");
	is_str(cell_of(&c, "\0\0", 2), "D016", "X'00' rejected");
	is_str(cell_of(&c, "\xff", 1), "D016", "X'FF' rejected");
	policies.number_spaces = POLICY_REJECT;
	is_str(cell_of(&c, "", 0), "D016", "nothing rejected");
	policies.number_invalid = POLICY_NULL;
	is_str(cell_of(&c, "x", 1), "null", "no number as null");
	is_str(cell_of(&c, "12345", 5), "D011", "a number too large is bad");
	policies.number_sign_lenient = true;
	is_str(cell_of(&c, "-12", 3), "-12", "minus in an unsigned item");
	c.comma = true;
	c.scale = 2;
	is_str(cell_of(&c, "-1,5", 4), "-1.50", "a decimal comma");
	is_str(cell_of(&c, "1.5", 3), "null", "and no point");
}

static void
test_digits(void)
{
	struct codec c = field(FIELD_DIGITS, "cp037");

	c.digits = 5;
	is_str(cell_of(&c, "\xf0\xf0\xf1\xf2\xf3", 5), "00123", "all digits");
	is_str(cell_of(&c, "\xf1\xf2\xf3", 3), "00123", "without zeros");
	is_str(cell_of(&c, "\xf1\xf2\xf3\xf4\xf5\xf6", 6), "D011", "too many");
	is_str(cell_of(&c, "\x60\xf1", 2), "D004", "minus");
	is_str(cell_of(&c, "\x40", 1), "null", "blanks");
	is_str(cell_of(&c, "\xc1", 1), "D016", "no digits");
	policies.number_spaces = POLICY_ZERO;
	is_str(cell_of(&c, "\x40", 1), "00000", "blanks as zero");
	policies.number_spaces = POLICY_REJECT;
	is_str(cell_of(&c, "\x40", 1), "D016", "blanks rejected");
}

static void
test_floats(void)
{
	struct codec c = field(FIELD_FLOAT, "latin1");

	c.binary = 8;
	is_str(cell_of(&c, " 1.5 ", 5), "1.5", "a float");
	is_str(cell_of(&c, "-1E3", 4), "-1000", "with an exponent");
	is_str(cell_of(&c, "", 0), "null", "nothing");
	is_str(cell_of(&c, "1e999", 5), "D009", "beyond double");
	is_str(cell_of(&c, "nan", 3), "D016", "not a number");
	is_str(cell_of(&c, "0x10", 4), "D016", "hexadecimal");
	is_str(cell_of(&c, "1\0" "2", 3), "D016", "X'00'");
	is_str(cell_of(&c, "1 2", 3), "D016", "a blank inside");
}

static void
test_text(void)
{
	struct codec c = field(FIELD_TEXT, "latin1");

	c.width = 5;
	is_str(cell_of(&c, "abc  ", 5), "abc", "trimmed");
	is_str(cell_of(&c, " abc", 4), " abc", "at the right");
	is_str(cell_of(&c, "abcde   ", 8), "abcde", "then measured");
	is_str(cell_of(&c, "abcdef", 6), "D013", "too long");
	is_str(cell_of(&c, "\xe4\xf6\xfc\xdf\xe9", 5), "äöüßé", "Latin-1");
	is_str(cell_of(&c, "\xe4\xf6\xfc\xdf\xe9\xe8", 6), "D013",
	    "too many characters");
	is_str(cell_of(&c, "a\0b", 3), "D008", "NUL inside");
	is_str(cell_of(&c, "ab\0\0", 4), "ab", "NUL at the end");
	is_str(cell_of(&c, "\0\0", 2), "null", "all NUL");
	is_str(cell_of(&c, "", 0), "", "empty");
	is_str(cell_of(&c, "  ", 2), "", "blank");
	policies.text_empty = POLICY_NULL;
	is_str(cell_of(&c, "", 0), "null", "empty is null");
	policies.text_trim = TRIM_BOTH;
	is_str(cell_of(&c, "  abc  ", 7), "abc", "trimmed at both ends");
	policies.text_trim = TRIM_NONE;
	is_str(cell_of(&c, " ab ", 4), " ab ", "not trimmed");
	policies.text_nul = POLICY_NULL;
	is_str(cell_of(&c, "a\0b", 3), "null", "NUL is null");

	c = field(FIELD_TEXT, "ascii");
	c.utf8 = true;
	c.width = 3;
	is_str(cell_of(&c, "äöü", 6), "äöü", "UTF-8");
	is_str(cell_of(&c, "äöü€", 9), "D013", "too many characters of it");
	is_str(cell_of(&c, "\xf0\x9f\x98\x80", 4), "\xf0\x9f\x98\x80",
	    "four bytes");
	is_str(cell_of(&c, "a\xe4", 2), "D007", "not UTF-8");
	is_str(cell_of(&c, "\xc3", 1), "D007", "half a character");
	policies.text_unmappable = POLICY_KEEP;
	is_str(cell_of(&c, "a\xe4", 2), "a\xef\xbf\xbd", "U+FFFD instead");
	policies.text_unmappable = POLICY_NULL;
	is_str(cell_of(&c, "a\xe4", 2), "null", "null instead");

	c = field(FIELD_TEXT, "cp037");
	is_str(cell_of(&c, "\xc1\xc2\x40\x40", 4), "AB", "EBCDIC");
	is_str(cell_of(&c, "\x43\xcc", 2), "äö", "beyond ASCII");
}

static void
test_types(void)
{
	struct codec c = field(FIELD_NUMBER, "latin1");
	int16_t scale;
	uint16_t precision;

	c.digits = 9;
	c.scale = 2;
	is_int(codec_type(&c, &scale, &precision), V_I64, "S9(7)V99");
	is_int(scale, 2, "its scale");
	is_int(precision, 9, "its digits");
	c.binary = 2;
	c.scale = 0;
	c.is_signed = true;
	is_int(codec_type(&c, &scale, &precision), V_I64, "S9(4) COMP");
	is_int(precision, 5, "its digits");
	c.binary = 0;
	c.digits = 20;
	is_int(codec_type(&c, &scale, &precision), V_D128, "S9(20)");
	c.field = FIELD_DIGITS;
	is_int(codec_type(&c, &scale, &precision), V_TEXT, "digits");
	is_int(precision, 20, "all of them");
	c.size = 4;
	is_str(cell_of(&c, "1", 1), "D011", "an unsound codec decodes nothing");
}

int
main(void)
{
	test_numbers();
	test_binary();
	test_policies();
	test_digits();
	test_floats();
	test_text();
	test_types();
	return tap_done();
}
