/*
 * Codecs of numbers that test_codec.c leaves out: packed without a sign,
 * binary of more than 8 bytes, lenient signs and pad digits, edited pictures.
 * The bytes are written by hand; differential/diff_usages.c and diff_edited.c
 * have GnuCOBOL's.
 */
#include "codec_fixture.h"

static const struct number comp6[] = {
	{ "12", 2, 0, U, "12" }, { "1234", 4, 0, U, "1234" },
	{ "0123", 3, 0, U, "123" }, { "1123", 3, 0, U, "D003" },
	{ "123C", 4, 0, U, "D002" }, { "00", 2, 0, U, "0" },
	{ "0000", 4, 2, U, "0.00" }, { "4040", 4, 0, U, "4040" },
	{ "FFFF", 4, 0, U, "null" }, { "FFF1", 4, 0, U, "D002" },
	{ "123456", 6, 2, U, "1234.56" }, { "12", 2, 4, U, "0.0012" },
	{ "12", 2, -3, U, "12000" }, { "12", 2, -18, U,
	    "12000000000000000000" },
	{ "9999999999999999", 16, 0, U, "9999999999999999" },
	{ "0999999999999999", 15, 3, U, "999999999999.999" },
	{ "999999999999999999", 18, 0, U, "999999999999999999" },
	{ "0123456789012345678901234567890123456789", 39, 0, U, "D011" },
	{ "99999999999999999999999999999999999999", 38, 0, U,
	    "99999999999999999999999999999999999999" },
	{ "0000000000000000000000000000000000000A", 38, 0, U, "D002" },
	{ "000000000000000000", 18, 0, U, "0" },
};

static const struct number comp_x[] = {
	{ "00", 2, 0, U, "0" }, { "FF", 2, 0, U, "255" },
	{ "FFFFFF", 7, 0, U, "16777215" }, { "0102030405", 12, 2, U,
	    "43287193.65" },
	{ "FFFFFFFFFFFF", 14, 0, U, "281474976710655" },
	{ "00FFFFFFFFFFFFFF", 16, 0, U, "72057594037927935" },
	{ "05", 2, 5, U, "0.00005" }, { "05", 2, -2, U, "500" },
	/* 9 bytes and more: 2**64, 10**38 - 1 and one more */
	{ "010000000000000000", 19, 0, U, "18446744073709551616" },
	{ "4B3B4CA85A86C47A098A223FFFFFFFFF", 38, 0, U,
	    "99999999999999999999999999999999999999" },
	{ "4B3B4CA85A86C47A098A224000000000", 38, 0, U, "D011" },
	{ "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 38, 0, U, "D011" },
	{ "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 38, 2, S, "-0.01" },
	{ "80000000000000000000000000000000", 38, 0, S, "D011" },
	{ "FFFFFFFFFFFFFFFFFE", 19, 0, S, "-2" },
	{ "B4C4B357A5793B85F675DDC000000001", 38, 0, S,
	    "-99999999999999999999999999999999999999" },
};

static const struct number little[] = {
	{ "FF", 2, 0, S, "-1" }, { "00000000000000000001", 19, 0, U,
	    "4722366482869645213696" },
	{ "FEFFFFFFFFFFFFFFFF", 19, 0, S, "-2" },
};

static const struct number lenient_packed[] = {
	{ "12345D", 5, 0, U, "-12345" }, { "12345B", 5, 2, U, "-123.45" },
	{ "12345C", 5, 0, U, "12345" }, { "12345E", 5, 0, U, "12345" },
	{ "123459", 5, 0, U, "D002" }, { "91234C", 4, 0, U, "D003" },
	{ "12345678901234567D", 17, 0, U, "-12345678901234567" },
};

static const struct number lenient_zoned[] = {
	{ "F1F2D3", 3, 0, U, "-123" }, { "F1F2B3", 3, 1, U, "-12.3" },
	{ "F1F2A3", 3, 0, U, "123" }, { "F1F283", 3, 0, U, "D005" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8D9", 19, 0, U,
	    "-1234567890123456789" },
};

static const struct number pad_digit[] = {
	{ "91234C", 4, 0, S, "91234" }, { "91234D", 4, 2, S, "-912.34" },
	{ "01234C", 4, 0, S, "1234" }, { "12345C", 5, 0, S, "12345" },
	{ "A1234C", 4, 0, S, "D002" },
	{ "112345678901234567 8C", 18, 0, S, "1123456789012345678" },
	{ "199999999999999999999999999999999999999F", 38, 0, U, "D003" },
};

static void
test_usages(void)
{
#define CHECK(table, sign)	check_numbers(table, COUNT(table), sign, #table)
	reset(CODEC_PACKED, "cp037");
	model.no_sign = true;
	CHECK(comp6, CODEC_UNSIGNED);
	reset(CODEC_BINARY, "cp037");
	CHECK(comp_x, CODEC_UNSIGNED);
	model.little_endian = true;
	CHECK(little, CODEC_UNSIGNED);
	reset(CODEC_PACKED, "cp037");
	policies.number_sign_lenient = true;
	CHECK(lenient_packed, CODEC_UNSIGNED);
	model.kind = CODEC_ZONED;
	CHECK(lenient_zoned, CODEC_UNSIGNED);
	reset(CODEC_PACKED, "cp037");
	policies.number_pad_digit = true;
	CHECK(pad_digit, CODEC_UNSIGNED);
}

/* ---- edited ------------------------------------------------------------ */

struct edited_case {
	const char *picture, *text, *value;
};

static const struct edited_case edited[] = {
	{ "ZZ9", "  5", "5" }, { "ZZ9", "  0", "0" }, { "ZZ9", "123", "123" },
	{ "ZZ9", " 5 ", "D027" }, { "ZZ9", "1 5", "D027" },
	{ "ZZ9", "   ", "null" }, { "ZZZ", "   ", "0" },
	{ "ZZ9", "abc", "D027" }, { "ZZ9", "-12", "D027" },
	{ "Z,ZZ9", "1,234", "1234" }, { "Z,ZZ9", "  234", "234" },
	{ "Z,ZZ9", "1.234", "D027" }, { "Z,ZZ9", " ,234", "D027" },
	{ "Z,ZZ9", "1 234", "D027" },
	{ "ZZ9.99", "  0.05", "0.05" }, { "ZZZ.ZZ", "   .05", "0.05" },
	{ "ZZZ.ZZ", "      ", "0.00" }, { "ZZZ.ZZ", "   . 5", "D027" },
	{ "**9.99", "**1.50", "1.50" }, { "**,**9", "***123", "123" },
	{ "***.**", "***.**", "0.00" }, { "**9", "* 9", "D027" },
	{ "$$,$$9.99", "$1,234.56", "1234.56" },
	{ "$$,$$9.99", "    $5.00", "5.00" },
	{ "$$,$$9.99", "     5.00", "D027" },
	{ "$$,$$9.99", "  $ 12.00", "D027" },
	{ "$$$.$$", "  $.05", "0.05" }, { "$ZZ9", "$  7", "7" },
	{ "$ZZ9", "   7", "D027" },
	{ "---9", "  -5", "-5" }, { "---9", "   5", "5" },
	{ "---9", "-555", "-555" }, { "---9", "- 55", "D027" },
	{ "--,--9.99", "-1,234.50", "-1234.50" },
	{ "+++9", "  +5", "5" }, { "+++9", "  -5", "-5" },
	{ "+++9", "   5", "D027" }, { "++++", "    ", "0" },
	{ "+ZZ9", "+ 12", "12" }, { "-ZZ9", "- 12", "-12" },
	{ "-ZZ9", "  12", "12" }, { "ZZ9-", " 12-", "-12" },
	{ "ZZ9-", " 12 ", "12" }, { "ZZ9+", " 12+", "12" },
	{ "ZZ9+", " 12 ", "D027" }, { "999C", "123CR", "-123" },
	{ "999D", "123DB", "-123" }, { "999C", "123  ", "123" },
	{ "999C", "123DB", "D027" }, { "999C", "123C ", "D027" },
	{ "99/99/9999", "12/31/1999", "12311999" },
	{ "99/99/9999", "12-31-1999", "D027" },
	{ "999B999", "123 456", "123456" }, { "9900", "1200", "12" },
	{ "9900", "1234", "D027" }, { "9(3)PPP", "123", "123000" },
	{ "ZZ9V99", " 1234", "12.34" }, { "VPP99", "12", "0.0012" },
	{ "ZZ9", "\x01\x02\x03", "D027" },
	{ "Z(17)9", "999999999999999999", "999999999999999999" },
	{ "Z(30)9", "1234567890123456789012345678901",
	    "1234567890123456789012345678901" },
	{ "+9.99E+99", "+1.25E-03", "0.00125" },
	{ "-9.99E-99", " 1.25E 10", "12500000000" },
	{ "+9.99E+99", "-9.99E+99", "-9.99e+99" },
	{ "+9.99E+99", "-9.99e+99", "D027" },
	{ "+9.99E+99", " 9.99E+99", "D027" },
	{ "+9.9E+999", "+9.9E+999", "D009" },
	{ "+9.99E+99", "         ", "null" },
};

static const struct edited_case edited_comma[] = {
	{ "Z.ZZ9,99", "1.234,56", "1234.56" }, { "Z.ZZ9,99", "1,234.56",
	    "D027" },
};

static const struct edited_case edited_euro[] = {
	{ "$ZZ9.99", "EUR 12.50", "12.50" }, { "$$$9.99", " EUR12.50",
	    "12.50" },
	{ "$$$9.99", "  EUR2.50", "2.50" }, { "$$$9.99", "EUR123.50",
	    "123.50" },
	{ "$$$9.99", "$  123.50", "D027" }, { "$$$.$$", "        ", "0.00" },
};

/* Expands 9(3), and says what the item is. */
static void
picture(struct codec *c, struct codec_edit *e, char *symbol, const char *pic,
    bool comma)
{
	const char *sign;
	uint32_t n = 0, count, after = 0, zeros = 0, seen[128] = { 0 };
	bool point = false, digit = false, mantissa = true;
	char s;

	for (; *pic != '\0'; pic++) {
		count = 1;
		s = comma && *pic == ',' ? '.' : comma && *pic == '.' ? ',' :
		    *pic;
		if (pic[1] == '(') {
			count = (uint32_t)strtoul(pic + 2, NULL, 10);
			pic = strchr(pic, ')');
		}
		for (; count > 0; count--)
			symbol[n++] = s;
	}
	e->symbol = symbol;
	e->nsymbol = n;
	e->comma = comma;
	for (sign = "+-$"; *sign != '\0'; sign++) {
		for (count = 0, n = 0; n < e->nsymbol && symbol[n] != 'E'; n++)
			count += symbol[n] == *sign;
		if (count > 1)
			e->floating = *sign;
	}
	c->digits = 0;
	for (n = 0; n < e->nsymbol; n++) {
		s = symbol[n];
		mantissa = mantissa && s != 'E';
		digit = s == '9' || s == 'Z' || s == '*' ||
		    (s == e->floating && seen[(int)s]++ > 0);
		point |= s == '.' || s == 'V';
		if (!mantissa)
			continue;
		c->digits += digit;
		after += point && (digit || s == 'P');
		zeros += !point && s == 'P';
	}
	c->scale = (int16_t)(zeros > 0 ? -(int)zeros : (int)after);
}

static void
check_edited(const struct edited_case *v, uint32_t n, bool comma,
    const char *currency)
{
	char symbol[CODEC_EDIT_MAX], name[200];
	uint8_t item[ITEM_MAX];
	struct codec_edit e;
	uint32_t i, k, len;

	for (i = 0; i < n; i++) {
		memset(&e, 0, sizeof e);
		e.currency = currency;
		picture(&model, &e, symbol, v[i].picture, comma);
		model.edit = &e;
		len = (uint32_t)strlen(v[i].text);
		snprintf(name, sizeof name, "%s '%s'", v[i].picture,
		    v[i].text);
		model.size = len;
		for (k = 0; k < len; k++)
			item[k] = (uint8_t)charset_encode(model.page,
			    (uint8_t)v[i].text[k]);
		check(&model, item, v[i].value, name);
		e.national = true;
		model.size = 2 * len;
		for (k = 0; k < len; k++) {
			item[2 * k] = 0;
			item[2 * k + 1] = (uint8_t)v[i].text[k];
		}
		check(&model, item, v[i].value, name);
	}
}

static void
test_edited(void)
{
	static const struct edited_case blank[] = {
		{ "ZZ9", "   ", "0" }, { "99/99", "     ", "0" },
		{ "ZZ9", "  1", "1" },
	};
	static const struct edited_case unsound[] = {
		{ "ZZ9", "1", "D011" }, { "ZZ9", "1234", "D011" },
		{ "ZZX", "123", "D011" }, { "///", "///", "D011" },
		{ "Z(39)", "1", "D011" },
	};
	char symbol[CODEC_EDIT_MAX];
	struct codec_edit e = { .blank_zero = true };
	uint8_t item[16];
	uint32_t i, k;

	reset(CODEC_EDITED, "cp037");
	check_edited(edited, COUNT(edited), false, NULL);
	check_edited(edited_comma, COUNT(edited_comma), true, "$");
	check_edited(edited_euro, COUNT(edited_euro), false, "EUR");
	reset(CODEC_EDITED, "ascii");
	check_edited(edited, COUNT(edited), false, "$");
	for (i = 0; i < COUNT(blank); i++) {
		picture(&model, &e, symbol, blank[i].picture, false);
		model.edit = &e;
		model.size = (uint32_t)strlen(blank[i].text);
		memcpy(item, blank[i].text, model.size);
		check(&model, item, blank[i].value, "blank when zero");
	}
	for (i = 0; i < COUNT(unsound); i++) {
		memset(&e, 0, sizeof e);
		picture(&model, &e, symbol, unsound[i].picture, false);
		model.digits = model.digits > 38 ? 38 : model.digits;
		model.size = (uint32_t)strlen(unsound[i].text);
		memcpy(item, unsound[i].text, model.size);
		check(&model, item, unsound[i].value, unsound[i].picture);
	}
	reset(CODEC_EDITED, "cp037");
	policies.number_spaces = POLICY_REJECT;
	memset(&e, 0, sizeof e);
	picture(&model, &e, symbol, "ZZ9", false);
	model.edit = &e;
	model.size = 3;
	for (k = 0; k < 3; k++)
		item[k] = 0x40;
	check(&model, item, "D027", "blanks are refused");
	memset(item, 0, 3);
	check(&model, item, "null", "X'00' is null");
}

int
main(void)
{
	test_usages();
	test_edited();
	return tap_done();
}
