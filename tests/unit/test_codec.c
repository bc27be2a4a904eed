/*
 * Codecs: bytes in hex and what they are.  The bytes are written out by hand
 * from the manuals' formats; differential/diff_codec.c has GnuCOBOL's.
 */
#include "codec_fixture.h"

static const struct number packed[] = {
	{ "12345C", 5, 0, S, "12345" }, { "12345D", 5, 0, S, "-12345" },
	{ "12345F", 5, 0, S, "12345" }, { "12345A", 5, 0, S, "12345" },
	{ "12345E", 5, 0, S, "12345" }, { "12345B", 5, 0, S, "-12345" },
	{ "12345F", 5, 0, U, "12345" }, { "12345C", 5, 0, U, "12345" },
	{ "12345D", 5, 0, U, "D004" }, { "12345B", 5, 0, U, "D004" },
	{ "123456789D", 9, 2, S, "-1234567.89" },
	{ "0C", 1, 0, S, "0" }, { "9D", 1, 0, S, "-9" },
	{ "0D", 1, 0, S, "0" }, { "1C", 1, 3, S, "0.001" },
	{ "01234C", 4, 0, S, "1234" }, { "91234C", 4, 0, S, "D003" },
	{ "A1234C", 4, 0, S, "D003" }, { "9A234C", 4, 0, S, "D002" },
	{ "91234D", 4, 0, U, "D003" },
	{ "12A45C", 5, 0, S, "D002" }, { "F2345C", 5, 0, S, "D002" },
	{ "123459", 5, 0, S, "D002" }, { "123450", 5, 0, U, "D002" },
	{ "1234AD", 5, 0, U, "D002" },
	{ "000000000000001C", 15, 0, S, "1" },
	{ "999999999999999C", 15, 0, S, "999999999999999" },
	{ "999999999999999D", 15, 15, S, "-0.999999999999999" },
	{ "99999999999A999C", 15, 0, S, "D002" },
	{ "01 2345678901234567 8C", 18, 2, S, "1234567890123456.78" },
	{ "01 2345678901234567 8D", 18, 0, S, "-123456789012345678" },
	{ "11 2345678901234567 8C", 18, 0, S, "D003" },
	{ "12345678901234567D", 17, 0, S, "-12345678901234567" },
	{ "1A345678901234567D", 17, 0, S, "D002" },
	{ "9999999999999999999C", 19, 0, S, "9999999999999999999" },
	{ "9999999999999999999999999999999D", 31, 0, S,
	    "-9999999999999999999999999999999" },
	{ "1234567890123456789012345678901C", 31, 2, S,
	    "12345678901234567890123456789.01" },
	{ "123456789012345B789012345678901C", 31, 2, S, "D002" },
	{ "099999999999999999999999999999999999999F", 38, 0, U,
	    "99999999999999999999999999999999999999" },
	{ "199999999999999999999999999999999999999F", 38, 0, U, "D003" },
	/* PP99 and 99PPP: cobol-data's examples */
	{ "012C", 2, 4, S, "0.0012" }, { "012D", 2, -3, S, "-12000" },
	{ "123C", 3, -16, S, "1230000000000000000" },
	{ "123C", 3, -15, S, "123000000000000000" },
	{ "999C", 3, -35, S, "99900000000000000000000000000000000000" },
	/* blanks */
	{ "404040", 5, 0, S, "null" }, { "000000", 5, 0, S, "null" },
	{ "FFFFFF", 5, 0, S, "null" }, { "40404040404040404040", 18, 0, S,
	    "null" },
	{ "00000000000000000000000000000000", 31, 0, S, "null" },
	{ "404000", 5, 0, S, "D002" }, { "202020", 5, 0, S, "D002" },
	{ "40", 1, 0, S, "null" }, { "FF", 1, 0, U, "null" },
};

static const struct number zoned[] = {
	{ "F1F2F3", 3, 0, U, "123" }, { "F0F0F0", 3, 0, U, "0" },
	{ "F1F2C3", 3, 0, U, "123" }, { "F1F2A3", 3, 0, U, "123" },
	{ "F1F2E3", 3, 0, U, "123" }, { "F1F2D3", 3, 0, U, "D004" },
	{ "F1F2B3", 3, 0, U, "D004" }, { "F1F283", 3, 0, U, "D005" },
	{ "F1C2F3", 3, 0, U, "D005" }, { "C1F2F3", 3, 0, U, "D005" },
	{ "F1F2FA", 3, 0, U, "D005" }, { "F1FAF3", 3, 0, U, "D005" },
	{ "F1FAD3", 3, 0, U, "D005" }, { "31F2F3", 3, 0, U, "D005" },
	{ "F5", 1, 0, U, "5" },
	{ "F1F2C3", 3, 2, S, "1.23" }, { "F1F2D3", 3, 2, S, "-1.23" },
	{ "F1F2B3", 3, 0, S, "-123" }, { "F1F2F3", 3, 0, S, "123" },
	{ "F1F2A3", 3, 0, S, "123" }, { "F1F2E3", 3, 0, S, "123" },
	{ "D5", 1, 0, S, "-5" }, { "D0", 1, 0, S, "0" },
	{ "C0", 1, 2, S, "0.00" }, { "F1F293", 3, 0, S, "D005" },
	{ "F1F2F3F4F5F6F7C8", 8, 0, S, "12345678" },
	{ "F1F2F3F4F5F6F7F8D9", 9, 2, S, "-1234567.89" },
	{ "F1F2F3F4F5F6F7F8F9C0", 10, 0, S, "1234567890" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6D7", 17, 0, S,
	    "-12345678901234567" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7D8", 18, 0, S,
	    "-123456789012345678" },
	{ "F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9", 18, 0, U,
	    "999999999999999999" },
	{ "F9F9F9F9F9F9F9F9FAF9F9F9F9F9F9F9F9F9", 18, 0, U, "D005" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8D9", 19, 4, S,
	    "-123456789012345.6789" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8F9F0D1",
	    31, 0, S, "-1234567890123456789012345678901" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F840F0D1",
	    31, 0, S, "D005" },
	/* P */
	{ "F1F2C3", 3, -3, S, "123000" }, { "F1F2D3", 3, 5, S, "-0.00123" },
	{ "F1F2D3", 3, -20, S, "-12300000000000000000000" },
	/* blanks */
	{ "404040", 3, 0, S, "null" }, { "404040", 3, 0, U, "null" },
	{ "000000", 3, 0, S, "null" }, { "FFFFFF", 3, 0, U, "null" },
	{ "4040F5", 3, 0, U, "D006" }, { "4040C5", 3, 0, S, "D006" },
	{ "40F5F5F5F5F5F5F5F5F5", 10, 0, U, "D006" },
	{ "F54040", 3, 0, U, "D005" }, { "40F540", 3, 0, U, "D005" },
	{ "404000", 3, 0, U, "D005" }, { "0000FF", 3, 0, U, "D005" },
	{ "4040D5", 3, 0, U, "D006" },
};

static const struct number zoned_leading[] = {
	{ "C1F2F3", 3, 0, S, "123" }, { "D1F2F3", 3, 1, S, "-12.3" },
	{ "F1F2F3", 3, 0, S, "123" }, { "F1F2C3", 3, 0, S, "D005" },
	{ "D9", 1, 0, S, "-9" }, { "91F2F3", 3, 0, S, "D005" },
	{ "D1F2F3F4F5F6F7F8F9F0", 10, 0, S, "-1234567890" },
	{ "D1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8F9F0", 20, 0, S,
	    "-12345678901234567890" },
	{ "D1F2F3", 3, -2, S, "-12300" },
	{ "4040F3", 3, 0, S, "D006" }, { "40D2F3", 3, 0, S, "D005" },
};

static const struct number separate[] = {
	{ "F1F2F34E", 3, 0, S, "123" }, { "F1F2F360", 3, 2, S, "-1.23" },
	{ "F1F2C34E", 3, 0, S, "D005" }, { "F1F2F3F4", 3, 0, S, "D005" },
	{ "F1F2F340", 3, 0, S, "D005" }, { "F560", 1, 0, S, "-5" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F860", 18, 0, S,
	    "-123456789012345678" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8F960", 19, 0, S,
	    "-1234567890123456789" },
	{ "F1F2F360", 3, -2, S, "-12300" },
	{ "40F2F34E", 3, 0, S, "D006" }, { "40404040", 3, 0, S, "null" },
	{ "4040404E", 3, 0, S, "D005" },
};

static const struct number separate_leading[] = {
	{ "4EF1F2F3", 3, 0, S, "123" }, { "60F1F2F3", 3, 2, S, "-1.23" },
	{ "F1F2F34E", 3, 0, S, "D005" }, { "40F1F2F3", 3, 0, S, "D005" },
	{ "60F5", 1, 0, S, "-5" },
	{ "60F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8", 18, 0, S,
	    "-123456789012345678" },
	{ "60F1F2F3", 3, -2, S, "-12300" },
	{ "4E40F2F3", 3, 0, S, "D006" },
};

static const struct number zoned_ascii[] = {
	{ "313233", 3, 0, U, "123" }, { "313233", 3, 0, S, "123" },
	{ "313273", 3, 0, S, "-123" }, { "313270", 3, 0, S, "-120" },
	{ "31327B", 3, 0, S, "120" }, { "313241", 3, 0, S, "121" },
	{ "313249", 3, 0, S, "129" }, { "31327D", 3, 0, S, "-120" },
	{ "31324A", 3, 0, S, "-121" }, { "313252", 3, 0, S, "-129" },
	{ "313250", 3, 0, S, "-127" }, { "313240", 3, 0, S, "120" },
	{ "313279", 3, 0, S, "-129" },
	/* minus 3 to 9 elsewhere; not to be mixed up with P-R */
	{ "313253", 3, 0, S, "D005" }, { "313259", 3, 0, S, "D005" },
	{ "31327A", 3, 0, S, "D005" }, { "31323A", 3, 0, S, "D005" },
	{ "313243", 3, 0, U, "123" }, { "313273", 3, 0, U, "D004" },
	{ "31324C", 3, 0, U, "D004" }, { "F1F2F3", 3, 0, U, "D005" },
	{ "202020", 3, 0, S, "null" }, { "202035", 3, 0, U, "D006" },
	{ "404040", 3, 0, S, "D005" },
	/* signed digits of EBCDIC, as a translation leaves them */
	{ "3132D3", 3, 0, S, "D055" }, { "31C332", 3, 0, U, "D055" },
	{ "3132DA", 3, 0, S, "D005" },
	{ "3132333435363738397D", 10, 0, S, "-1234567890" },
};

static const struct number separate_ascii[] = {
	{ "3132332B", 3, 0, S, "123" }, { "3132332D", 3, 0, S, "-123" },
	{ "3132334E", 3, 0, S, "D005" },
};

static const struct number binary[] = {
	{ "0000", 4, 0, S, "0" }, { "4040", 4, 0, S, "16448" },
	{ "FFFF", 4, 0, S, "-1" }, { "FFFF", 4, 0, U, "65535" },
	{ "8000", 4, 0, S, "-32768" }, { "7530", 4, 0, S, "30000" },
	{ "0005", 3, 6, S, "0.000005" }, { "0005", 4, -3, S, "5000" },
	{ "FFFB", 4, -15, S, "-5000000000000000" },
	{ "FFFFFFFF", 9, 0, U, "4294967295" },
	{ "FFFFFFFF", 9, 0, S, "-1" }, { "80000000", 9, 2, S,
	    "-21474836.48" },
	{ "075BCD15", 9, 2, U, "1234567.89" },
	{ "7FFFFFFFFFFFFFFF", 18, 0, S, "9223372036854775807" },
	{ "8000000000000000", 18, 0, S, "-9223372036854775808" },
	{ "FFFFFFFFFFFFFFFF", 18, 0, U, "18446744073709551615" },
	{ "FFFFFFFFFFFFFFFF", 18, 2, U, "184467440737095516.15" },
	{ "8000000000000000", 18, -2, S, "-922337203685477580800" },
	{ "05", 2, 0, S, "5" }, { "FB", 2, 0, S, "-5" },
	{ "FB", 2, 0, U, "251" }, { "FFFFFB", 6, 0, S, "-5" },
	{ "010000", 6, 0, U, "65536" },
	{ "4040404040404040", 18, 0, S, "4629771061636907072" },
};

static const struct number binary_little[] = {
	{ "0100", 4, 0, S, "1" }, { "FEFF", 4, 0, S, "-2" },
	{ "FEFF", 4, 0, U, "65534" }, { "15CD5B07", 9, 2, U, "1234567.89" },
	{ "EB32A4F8", 9, 0, S, "-123456789" },
	{ "0000000000000080", 18, 0, S, "-9223372036854775808" },
	{ "0000000000000080", 18, 0, U, "9223372036854775808" },
	{ "FBFFFF", 6, 0, S, "-5" },
};

static void
test_numbers(void)
{
#define CHECK(table, sign)	check_numbers(table, COUNT(table), sign, #table)
	reset(CODEC_PACKED, "cp037");
	CHECK(packed, CODEC_UNSIGNED);
	reset(CODEC_ZONED, "cp037");
	CHECK(zoned, CODEC_SIGN_TRAILING);
	CHECK(zoned_leading, CODEC_SIGN_LEADING);
	CHECK(separate, CODEC_SIGN_TRAILING_SEPARATE);
	CHECK(separate_leading, CODEC_SIGN_LEADING_SEPARATE);
	reset(CODEC_ZONED, "ascii");
	CHECK(zoned_ascii, CODEC_SIGN_TRAILING);
	CHECK(separate_ascii, CODEC_SIGN_TRAILING_SEPARATE);
	reset(CODEC_BINARY, "cp037");
	CHECK(binary, CODEC_UNSIGNED);
	model.little_endian = true;
	CHECK(binary_little, CODEC_UNSIGNED);
}

/* Policies other than the default. */
static void
test_number_policies(void)
{
	static const struct number zero[] = {
		{ "404040", 3, 2, S, "0.00" }, { "000000", 3, 0, S, "0" },
		{ "FFFFFF", 3, 0, U, "0" }, { "4040C5", 3, 0, S, "5" },
		{ "4040D5", 3, 1, S, "-0.5" }, { "4040F5", 3, 0, U, "5" },
		{ "4040D5", 3, 0, U, "D004" }, { "F54040", 3, 0, U, "D005" },
		{ "4040404040404040404040404040404040404040", 20, 0, S, "0" },
	};
	static const struct number zero_leading[] = {
		{ "40F2F3", 3, 0, S, "23" }, { "4040F3", 3, 0, S, "3" },
	};
	static const struct number refuse[] = {
		{ "404040", 3, 0, S, "D005" }, { "000000", 3, 0, S, "D005" },
		{ "FFFFFF", 3, 0, U, "D005" }, { "4040F5", 3, 0, U, "D006" },
	};
	static const struct number refuse_packed[] = {
		{ "404040", 5, 0, S, "D002" }, { "000000", 5, 0, S, "D002" },
		{ "FFFFFF", 5, 0, U, "D002" },
	};
	static const struct number null[] = {
		{ "F1F2FF", 3, 0, S, "null" }, { "F1F2D3", 3, 0, U, "null" },
		{ "F1F2D3", 3, 0, S, "-123" }, { "4040F5", 3, 0, U, "D006" },
	};
	static const struct number null_packed[] = {
		{ "12A45C", 5, 0, S, "null" }, { "91234C", 4, 0, S, "null" },
		{ "12345D", 5, 0, U, "null" },
	};

	reset(CODEC_ZONED, "cp037");
	policies.number_spaces = policies.number_low = policies.number_high =
	    policies.number_leading_blanks = POLICY_ZERO;
	CHECK(zero, CODEC_SIGN_TRAILING);
	CHECK(zero_leading, CODEC_SIGN_LEADING);
	policies = policies_default;
	policies.number_spaces = policies.number_low = policies.number_high =
	    POLICY_REJECT;
	CHECK(refuse, CODEC_SIGN_TRAILING);
	model.kind = CODEC_PACKED;
	CHECK(refuse_packed, CODEC_UNSIGNED);
	policies = policies_default;
	policies.number_invalid = POLICY_NULL;
	CHECK(null_packed, CODEC_UNSIGNED);
	model.kind = CODEC_ZONED;
	CHECK(null, CODEC_SIGN_TRAILING);
}

static const struct {
	const char *hex;
	bool ieee, little;
	const char *value;
} floats[] = {
	/* worked out with exact fractions (Python's), then float() */
	{ "43142EFC", false, false, "322.9365234375" },
	{ "41100000", false, false, "1" }, { "C1100000", false, false, "-1" },
	{ "40800000", false, false, "0.5" },
	{ "00000000", false, false, "0" },
	{ "42640000", false, false, "100" },
	{ "C276A000", false, false, "-118.625" },
	{ "40400000", false, false, "0.25" },
	{ "41010000", false, false, "0.0625" },	/* not normalized */
	{ "7FFFFFFF", false, false, "7.2370051459731155e+75" },
	{ "00100000", false, false, "5.397605346934028e-79" },
	{ "4110000000000000", false, false, "1" },
	{ "413243F6A8885A31", false, false, "3.141592653589793" },
	{ "7FFFFFFFFFFFFFFF", false, false, "7.237005577332262e+75" },
	/* a fraction of 56 bits: 2^52 and a tie, to even; above it, up */
	{ "4E20000000000001", false, false, "9.007199254740992e+15" },
	{ "4E20000000000003", false, false, "9.007199254740996e+15" },
	{ "3F800000", true, false, "1" }, { "0000803F", true, true, "1" },
	{ "C2ED4000", true, false, "-118.625" },
	{ "3FF0000000000000", true, false, "1" },
	{ "000000000000F03F", true, true, "1" },
	{ "3FB999999999999A", true, false, "0.1" },
	{ "0000000000000001", true, false, "5e-324" },
	{ "7F800000", true, false, "D009" }, { "FF800000", true, false,
	    "D009" },
	{ "7FC00000", true, false, "D009" },
	{ "7FF0000000000000", true, false, "D009" },
	{ "FFF8000000000000", true, false, "D009" },
	{ "000000000000F07F", true, true, "D009" },
};

static void
test_floats(void)
{
	uint8_t item[ITEM_MAX];
	uint32_t i;

	reset(CODEC_FLOAT, "cp037");
	for (i = 0; i < COUNT(floats); i++) {
		model.size = unhex(floats[i].hex, item);
		model.ieee = floats[i].ieee;
		model.little_endian = floats[i].little;
		check(&model, item, floats[i].value, floats[i].hex);
	}
}

/* What the manual says of a packed S9(3), nibble by nibble. */
static const char *
manual_packed(const uint8_t *p, char out[16])
{
	unsigned a = p[0] >> 4, b = p[0] & 15, c = p[1] >> 4, sign = p[1] & 15;

	if (p[0] == p[1] && (p[0] == 0x40 || p[0] == 0 || p[0] == 0xff))
		return "null";
	if (a > 9 || b > 9 || c > 9 || sign < 10)
		return "D002";
	a = a * 100 + b * 10 + c;
	snprintf(out, 16, "%s%u", (sign == 11 || sign == 13) && a > 0 ? "-" :
	    "", a);
	return out;
}

/* And of a signed zoned number of two digits. */
static const char *
manual_zoned(const uint8_t *p, char out[16])
{
	unsigned a = p[0] & 15, b = p[1] & 15, zone = p[1] >> 4;

	if (p[0] == p[1] && (p[0] == 0x40 || p[0] == 0 || p[0] == 0xff))
		return "null";
	if (b > 9 || zone < 10 || (p[0] != 0x40 && (p[0] >> 4 != 15 || a > 9)))
		return "D005";
	if (p[0] == 0x40)
		return "D006";
	a = a * 10 + b;
	snprintf(out, 16, "%s%u", (zone == 11 || zone == 13) && a > 0 ? "-" :
	    "", a);
	return out;
}

/* All 65,536 items of two bytes in one batch. */
static void
test_all_of_two(enum codec_kind kind, const char *name,
    const char *(*manual)(const uint8_t *, char *))
{
	const uint32_t n = 65536;
	uint8_t *bytes = mem_alloc(n * 2 + 64);
	const uint8_t **base = mem_array(n, sizeof *base);
	uint32_t *len = mem_array(n, sizeof *len), i, wrong = 0;
	struct rows rows = { n, base, len, 2 };
	struct column col;
	struct arena arena;
	char text[16];

	reset(kind, "cp037");
	model.offset = 0;
	model.size = 2;
	model.digits = kind == CODEC_PACKED ? 3 : 2;
	model.is_signed = true;
	model.sign = CODEC_SIGN_TRAILING;
	for (i = 0; i < n; i++) {
		bytes[2 * i] = (uint8_t)(i >> 8);
		bytes[2 * i + 1] = (uint8_t)i;
		base[i] = bytes + 2 * i;
		len[i] = 2;
	}
	arena_init(&arena);
	codec_decode(&model, &rows, &col, &arena);
	for (i = 0; i < n; i++) {
		const char *want = manual(base[i], text), *code = NULL;
		uint32_t lo = 0, hi = col.bad.n;

		while (lo < hi)		/* faults are in order */
			if (col.bad.v[(lo + hi) / 2].row < i)
				lo = (lo + hi) / 2 + 1;
			else
				hi = (lo + hi) / 2;
		if (lo < col.bad.n && col.bad.v[lo].row == i)
			code = diag_name((enum diag_code)col.bad.v[lo].code);
		else if (column_is_null(&col, i))
			code = "null";
		if (code != NULL ? strcmp(code, want) != 0 :
		    strtol(want, NULL, 10) != col.v.i64[i] ||
		    want[0] == 'D' || want[0] == 'n')
			wrong++;
	}
	is_int(wrong, 0, "all %s items of two bytes", name);
	arena_fini(&arena);
	mem_free(len);
	mem_free(base);
	mem_free(bytes);
}

static const struct text text_cp037[] = {
	{ "C1C2C3", "ABC" }, { "C1C24040", "AB" }, { "40C1C240", " AB" },
	{ "C140C2", "A B" }, { "404040", "" }, { "40", "" },
	{ "C1C20000", "AB" }, { "C1C2004000", "AB" }, { "000000", "null" },
	{ "00", "null" }, { "004000", "" }, { "C100C2", "D008" },
	{ "00C1", "D008" }, { "C14551C2", "AáéB" },
	{ "4549C1404040", "áñA" }, { "6B4B5A", ",.!" },
	/* 16, 17, 64 and more characters */
	{ "C1C2C3C4C5C6C7C8C9D1D2D3D4D5D6D7", "ABCDEFGHIJKLMNOP" },
	{ "C1C2C3C4C5C6C7C8C9D1D2D3D4D5D6D7D8", "ABCDEFGHIJKLMNOPQ" },
	{ "C1C2C3C4C5C6C7C8C9D1D2D3D4D5D6D740404040", "ABCDEFGHIJKLMNOP" },
	{ "C1404040404040404040404040404040404040404040404040404040404040"
	    "40404040404040404040404040404040404040404040404040404040404040"
	    "40404040404040404040404040404040404040", "A" },
	{ "C1404040404040404040404040404040404040404040404040404040404040"
	    "40404040404040404040404040404040404040404040404040404040404040"
	    "404040404040404040404040404040404040C2",
	    "A                                                           "
	    "                    B" },
	{ "40404040404040404040404040404040404040404040404040404040404040"
	    "40404040404040404040404040404040404040404040404040404040404040"
	    "404040404040404040404040404040404045404040",
	    "                                                             "
	    "                  á" },
};

static const struct text text_1252[] = {
	{ "414243", "ABC" }, { "41422020", "AB" }, { "4180", "A€" },
	{ "80808080", "€€€€" }, { "418142", "D007" }, { "41004281", "D008" },
	{ "41814200", "D007" }, { "2020", "" }, { "0000", "null" },
	{ "4142434445464748FC", "ABCDEFGHü" }, { "414243444546474800",
	    "ABCDEFGH" },
	{ "4142434445464700484900", "D008" },
};

static const struct text text_ascii[] = {
	{ "4142", "AB" }, { "41FC", "D007" }, { "FC2020", "D007" },
};

static const struct text text_both[] = {
	{ "4040C140", "A" }, { "4040", "" }, { "40C140C240", "A B" },
	{ "404540", "á" },
};
static const struct text text_none[] = {
	{ "40C140", " A " }, { "404040", "   " }, { "0000", "null" },
	{ "C100", "D008" }, { "4540", "á " },
};
static const struct text text_null[] = {
	{ "4040", "null" }, { "C100C2", "null" }, { "C1", "A" },
};
static const struct text text_unmappable_null[] = {
	{ "418142", "null" }, { "4142", "AB" },
};
static const struct text text_unmappable_keep[] = {
	{ "418142", "A\xef\xbf\xbd""B" }, { "81818181", "\xef\xbf\xbd"
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
};
static const struct text digits[] = {
	{ "F0F2F0F9F7F3F8F8F8", "020973888" }, { "F0F1F2F3F4", "01234" },
	{ "F0", "0" }, { "F0F0C5", "005" }, { "F0F0D5", "D004" },
	{ "F0C0F5", "D005" }, { "F0F0FA", "D005" }, { "40F0F5", "D006" },
	{ "404040", "null" }, { "000000", "null" }, { "FFFFFF", "null" },
	{ "F1F2F3F4F5F6F7F8", "12345678" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6", "1234567890123456" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7", "12345678901234567" },
	{ "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5C6F7", "D005" },
};
static const struct text digits_ascii[] = {
	{ "303132", "012" }, { "303172", "D004" }, { "30317B", "010" },
	{ "202032", "D006" },
};
static const struct text digits_zero[] = {
	{ "4040F5", "005" }, { "404040", "000" },
};

static void
test_texts(void)
{
	reset(CODEC_TEXT, "cp037");
	TEXTS(text_cp037);
	policies.text_trim = TRIM_BOTH;
	TEXTS(text_both);
	policies.text_trim = TRIM_NONE;
	TEXTS(text_none);
	policies = policies_default;
	policies.text_empty = policies.text_nul = POLICY_NULL;
	TEXTS(text_null);
	reset(CODEC_TEXT, "windows-1252");
	TEXTS(text_1252);
	policies.text_unmappable = POLICY_NULL;
	TEXTS(text_unmappable_null);
	policies.text_unmappable = POLICY_KEEP;
	TEXTS(text_unmappable_keep);
	reset(CODEC_TEXT, "ascii");
	TEXTS(text_ascii);
	policies.text_unmappable = POLICY_KEEP;
	TEXTS(text_unmappable_keep);
	reset(CODEC_DIGITS, "cp037");
	TEXTS(digits);
	policies.number_spaces = policies.number_leading_blanks = POLICY_ZERO;
	TEXTS(digits_zero);
	reset(CODEC_DIGITS, "latin1");
	TEXTS(digits_ascii);
}

/* X'00' kept, and raw bytes: not to be had from the tables of strings. */
static void
test_bytes(void)
{
	static const uint8_t item[64 + 4] = { 0xc1, 0x00, 0xc2, 0x40 };
	const uint8_t *base = item;
	uint32_t len = 4;
	struct rows rows = { 1, &base, &len, 4 };
	struct column col;
	struct arena arena;

	arena_init(&arena);
	reset(CODEC_TEXT, "cp037");
	model.offset = 0;
	model.size = 4;
	policies.text_nul = POLICY_KEEP;
	codec_decode(&model, &rows, &col, &arena);
	ok(col.bad.n == 0 && col.v.text[0].len == 3 &&
	    memcmp(col.v.text[0].p, "A\0B", 3) == 0, "X'00' kept in a text");
	model.kind = CODEC_BYTES;
	codec_decode(&model, &rows, &col, &arena);
	ok(col.type == V_BYTES && col.v.text[0].p == item &&
	    col.v.text[0].len == 4, "raw bytes lie in the record");
	rows.n = 0;
	codec_decode(&model, &rows, &col, &arena);
	ok(col.bad.n == 0, "no rows");
	arena_fini(&arena);
}

static const struct {
	enum codec_kind kind;
	uint32_t size;
	uint16_t digits;
	int16_t scale;
	int is_signed;
	enum vtype type;
	int16_t type_scale;
	uint16_t precision;
} types[] = {
	{ CODEC_BINARY, 2, 4, 0, S, V_I64, 0, 5 },
	{ CODEC_BINARY, 2, 4, 0, U, V_I64, 0, 5 },
	{ CODEC_BINARY, 4, 9, 0, U, V_I64, 0, 10 },
	{ CODEC_BINARY, 8, 18, 0, S, V_I64, 0, 19 },
	{ CODEC_BINARY, 8, 18, 0, U, V_D128, 0, 20 },
	{ CODEC_BINARY, 8, 18, 4, S, V_I64, 4, 19 },
	{ CODEC_BINARY, 8, 18, -1, S, V_D128, 0, 20 },
	{ CODEC_BINARY, 2, 3, 6, S, V_I64, 6, 6 },
	{ CODEC_BINARY, 2, 4, -14, S, V_I64, 0, 19 },
	{ CODEC_BINARY, 2, 4, -15, S, V_D128, 0, 20 },
	{ CODEC_PACKED, 6, 11, 2, S, V_I64, 2, 11 },
	{ CODEC_PACKED, 10, 18, 0, S, V_I64, 0, 18 },
	{ CODEC_PACKED, 10, 19, 0, S, V_D128, 0, 19 },
	{ CODEC_PACKED, 2, 2, 4, S, V_I64, 4, 4 },
	{ CODEC_ZONED, 5, 5, -3, U, V_I64, 0, 8 },
	{ CODEC_ZONED, 5, 5, -14, U, V_D128, 0, 19 },
	{ CODEC_ZONED, 31, 31, 0, U, V_D128, 0, 31 },
	{ CODEC_FLOAT, 4, 0, 0, S, V_F64, 0, 9 },
	{ CODEC_TEXT, 10, 0, 0, U, V_TEXT, 0, 0 },
	{ CODEC_DIGITS, 9, 9, 0, U, V_TEXT, 0, 9 },
	{ CODEC_BYTES, 9, 0, 0, U, V_BYTES, 0, 0 },
};

static void
test_types(void)
{
	struct codec c;
	uint16_t precision;
	enum vtype type;
	int16_t scale;
	uint32_t i;

	for (i = 0; i < COUNT(types); i++) {
		memset(&c, 0, sizeof c);
		c.kind = types[i].kind;
		c.size = types[i].size;
		c.digits = types[i].digits;
		c.scale = types[i].scale;
		c.is_signed = types[i].is_signed == S;
		type = codec_type(&c, &scale, &precision);
		ok(type == types[i].type && scale == types[i].type_scale &&
		    precision == types[i].precision,
		    "type of kind %d, size %u, scale %d: %d, %d, %u",
		    (int)c.kind, c.size, c.scale, (int)type, scale, precision);
	}
}

/* What no plan should ask for is bad, not a crash. */
static void
test_refused(void)
{
	static const struct number huge[] = {
		{ "F1F2F3", 3, -36, S, "D011" }, { "F1F2F3", 5, 0, S, "D011" },
		{ "F1F2F3", 0, 0, S, "D011" },
		{ "F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1F1"
		    "F1F1F1F1F1F1F1F1F1F1", 39, 0, S, "D011" },
	};
	static const struct number wide[] = {
		{ "0000000000000000000000000000000001", 38, 0, S, "D011" },
	};

	reset(CODEC_ZONED, "cp037");
	CHECK(huge, CODEC_SIGN_TRAILING);
	model.kind = CODEC_BINARY;
	CHECK(wide, CODEC_UNSIGNED);
}

int
main(void)
{
	test_numbers();
	test_number_policies();
	test_all_of_two(CODEC_PACKED, "packed", manual_packed);
	test_all_of_two(CODEC_ZONED, "zoned", manual_zoned);
	test_floats();
	test_texts();
	test_bytes();
	test_types();
	test_refused();
	return tap_done();
}
