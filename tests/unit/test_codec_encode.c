/*
 * Values to bytes: what COBOL writes (bytes that GnuCOBOL made, or that stand
 * in IBM's manuals), what does not fit, and the property that all of it hangs
 * on: whatever the bytes, encode(decode(bytes)) is the bytes, or the cell is
 * bad, or there is a reason that a form cannot tell.
 */
#include "codec_fixture.h"
#include "value/decimal.h"
#include "value/type.h"

static void
fill_column(struct column *col, struct arena *a, const struct codec *c,
    const char *value)
{
	int16_t scale, from;
	uint16_t precision;
	enum vtype type = codec_type(c, &scale, &precision);
	d128 v;

	column_init(col, a, type, scale, 1);
	memset(col->v.any, 0, vtype_size(type));
	if (strcmp(value, "null") == 0) {
		column_set_null(col, a, 1, 0);
	} else if (type == V_F64) {
		col->v.f64[0] = strtod(value, NULL);
	} else if (type == V_TEXT || type == V_BYTES) {
		col->v.text[0] = slice_str(value);
	} else if (parse_decimal((const uint8_t *)value,
	    (uint32_t)strlen(value), &v, &from) &&
	    decimal_rescale(v, from, scale, &v, NULL)) {
		/* either type will do */
		column_init(col, a, V_D128, scale, 1);
		col->v.d128[0] = v;
	} else {
		ok(false, "%s is a number", value);
	}
}

static void
encode_case(const struct codec *c, uint64_t form, const char *value,
    const char *want, const char *title)
{
	uint8_t *out = mem_zalloc(c->offset + c->size + 1);
	char hex[2 * ITEM_MAX + 1] = "", need[2 * ITEM_MAX + 1] = "";
	struct cell_faults faults = { 0 };
	struct column col;
	struct arena a;
	uint8_t bytes[ITEM_MAX];
	uint32_t i, n;

	arena_init(&a);
	fill_column(&col, &a, c, value);
	codec_encode(c, &col, &form, &out, 1, &faults, &a);
	for (i = 0; i < c->size; i++)
		snprintf(hex + 2 * i, 3, "%02X", out[c->offset + i]);
	if (faults.n > 0) {
		is_str(diag_name((enum diag_code)faults.v[0].code), want,
		    "%s %s", title, value);
		is_int(faults.v[0].op, 42, "%s %s: the op", title, value);
	} else {
		n = unhex(want, bytes);
		for (i = 0; i < n; i++)
			snprintf(need + 2 * i, 3, "%02X", bytes[i]);
		is_str(hex, need, "%s %s", title, value);
	}
	mem_free(out);
	arena_fini(&a);
}

/* ---- numbers ------------------------------------------------------------ */

struct out_case {
	uint16_t digits;
	int16_t scale;
	int is_signed;
	uint64_t form;
	const char *value, *hex;
};

static void
encode_cases(const struct out_case *v, uint32_t n, uint32_t size,
    enum codec_sign sign, const char *title)
{
	struct codec c = model;
	uint32_t i;

	for (i = 0; i < n; i++) {
		c.digits = v[i].digits;
		c.scale = v[i].scale;
		c.is_signed = v[i].is_signed == S;
		c.sign = c.is_signed ? sign : CODEC_UNSIGNED;
		c.size = size != 0 ? size : c.kind != CODEC_PACKED ? c.digits +
		    (uint32_t)(sign >= CODEC_SIGN_TRAILING_SEPARATE) :
		    c.no_sign ? (c.digits + 1u) / 2 : c.digits / 2u + 1;
		encode_case(&c, v[i].form, v[i].value, v[i].hex, title);
	}
}
#define ENCODE(table, size, sign) \
	encode_cases(table, COUNT(table), size, sign, #table)

static const struct out_case zoned_cp037[] = {
	{ 3, 0, U, 0, "123", "F1F2F3" }, { 5, 0, U, 0, "0", "F0F0F0F0F0" },
	{ 3, 0, S, 0, "123", "F1F2C3" }, { 3, 0, S, 0, "-123", "F1F2D3" },
	{ 3, 0, S, 0, "0", "F0F0C0" }, { 3, 0, S, FORM_MINUS, "0", "F0F0D0" },
	{ 3, 0, S, FORM_SIGN(0xa), "12", "F0F1A2" },
	{ 3, 0, S, FORM_SIGN(0xb), "-12", "F0F1B2" },
	{ 3, 0, S, FORM_SIGN(0xb), "12", "F0F1C2" },	/* no plus */
	{ 3, 0, U, FORM_SIGN(0xc), "12", "F0F1C2" },
	{ 3, 0, S, FORM_COUNT(2), "-2", "4040D2" },
	{ 3, 0, S, FORM_COUNT(2), "-12", "40F1D2" },
	{ 5, 2, S, 0, "-1.5", "F0F0F1F5D0" },
	{ 3, -2, U, 0, "12300", "F1F2F3" }, { 3, -2, U, 0, "12345", "D014" },
	{ 2, 4, U, 0, "0.0012", "F1F2" }, { 2, 4, U, 0, "0.01", "D011" },
	{ 3, 0, U, 0, "1000", "D011" }, { 3, 0, S, 0, "-1000", "D011" },
	{ 3, 0, U, 0, "-1", "D004" }, { 3, 0, U, 0, "null", "404040" },
	{ 3, 0, U, FORM_LOW, "null", "000000" },
	{ 3, 0, U, FORM_HIGH, "null", "FFFFFF" },
	{ 31, 0, S, 0, "-1234567890123456789012345678901",
	    "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8F9F0D1" },
};
static const struct out_case zoned_leading[] = {
	{ 3, 0, S, 0, "123", "C1F2F3" }, { 3, 0, S, 0, "-123", "D1F2F3" },
	{ 3, 0, S, FORM_COUNT(1), "23", "40F2F3" },
	{ 3, 0, S, FORM_COUNT(1), "-23", "D0F2F3" },
};
static const struct out_case zoned_separate[] = {
	{ 3, 0, S, 0, "123", "F1F2F34E" }, { 3, 0, S, 0, "-1", "F0F0F160" },
	{ 3, 0, S, FORM_MINUS, "0", "F0F0F060" },
	{ 3, 0, S, FORM_COUNT(2), "1", "4040F14E" },
};
/* EBCDIC overpunch after a transfer to ASCII; GnuCOBOL and Micro Focus. */
static const struct out_case zoned_ascii[] = {
	{ 3, 0, U, 0, "123", "313233" }, { 3, 0, S, 0, "123", "313243" },
	{ 3, 0, S, 0, "-123", "31324C" }, { 2, 0, S, 0, "10", "317B" },
	{ 2, 0, S, 0, "-10", "317D" }, { 2, 0, S, 0, "-19", "3152" },
	{ 2, 0, S, FORM_SIGN(3), "10", "3130" },
	{ 2, 0, S, FORM_SIGN(4), "10", "3140" },
	{ 2, 0, S, FORM_SIGN(7), "-10", "3170" },
	{ 2, 0, S, FORM_SIGN(7), "10", "317B" },
};
static const struct out_case zoned_own[] = {
	{ 3, 0, S, 0, "123", "313233" }, { 3, 0, S, 0, "-123", "313273" },
	{ 3, 0, S, FORM_SIGN(0xc), "-123", "31324C" },
};
static const struct out_case packed[] = {
	{ 5, 2, S, 0, "-123.45", "12345D" }, { 5, 2, S, 0, "0.01", "00001C" },
	{ 4, 0, S, 0, "1234", "01234C" }, { 4, 0, U, 0, "1234", "01234F" },
	{ 3, 0, S, FORM_MINUS, "0", "000D" },
	{ 3, 0, S, FORM_MINUS | FORM_SIGN(0xb), "0", "000B" },
	{ 3, 0, S, FORM_SIGN(0xf), "7", "007F" },
	{ 3, 0, U, FORM_SIGN(0xc), "7", "007C" },
	{ 3, 0, U, 0, "-7", "D004" }, { 3, 0, S, 0, "1000", "D011" },
	{ 4, 0, S, 0, "10000", "D011" }, { 3, 0, S, 0, "null", "0000" },
	{ 3, 0, S, FORM_BLANKS, "null", "4040" },
	{ 18, 0, S, 0, "-999999999999999999", "0999999999999999999D" },
	{ 31, 0, S, 0, "1234567890123456789012345678901",
	    "1234567890123456789012345678901C" },
};
static const struct out_case comp6[] = {
	{ 4, 0, U, 0, "1234", "1234" }, { 3, 0, U, 0, "123", "0123" },
	{ 3, 0, U, 0, "null", "FFFF" }, { 3, 0, U, 0, "-1", "D004" },
	{ 3, 0, U, 0, "1000", "D011" },
};
static const struct out_case halfword[] = {
	{ 4, 0, S, 0, "1", "0001" }, { 4, 0, S, 0, "-1", "FFFF" },
	{ 4, 0, S, 0, "30000", "7530" }, { 4, 0, S, 0, "32768", "D011" },
	{ 4, 0, S, 0, "-32768", "8000" }, { 4, 0, U, 0, "65535", "FFFF" },
	{ 4, 0, U, 0, "65536", "D011" }, { 4, 0, U, 0, "-1", "D004" },
	{ 4, 2, S, 0, "1.5", "0096" }, { 4, 0, U, 0, "null", "D029" },
};
static const struct out_case little[] = {
	{ 9, 0, S, 0, "-2", "FEFFFFFF" }, { 9, 0, U, 0, "1", "01000000" },
};
static const struct out_case wide_binary[] = {
	{ 38, 0, U, 0, "18446744073709551616",
	    "00000000000000010000000000000000" },
	{ 38, 0, S, 0, "-1", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" },
};
/* 43142EFC: Principles of Operation's 322.9365…; IEEE by the C compiler. */
static const struct out_case float_ibm[] = {
	{ 0, 0, S, 0, "1", "41100000" }, { 0, 0, S, 0, "-1", "C1100000" },
	{ 0, 0, S, 0, "0", "00000000" }, { 0, 0, S, 0, "-0", "80000000" },
	{ 0, 0, S, 0, "322.9365234375", "43142EFC" },
	{ 0, 0, S, 0, "0.0625", "40100000" },
	{ 0, 0, S, 0, "0.5", "40800000" }, { 0, 0, S, 0, "16", "42100000" },
	{ 0, 0, S, FORM_COUNT(1), "1", "42010000" },
	{ 0, 0, S, FORM_COUNT(0x42), "0", "42000000" },
	{ 0, 0, S, 0, "16777215.9", "47100000" },
	{ 0, 0, S, 0, "1e76", "D011" }, { 0, 0, S, 0, "1e-90", "D014" },
	{ 0, 0, S, 0, "inf", "D009" }, { 0, 0, S, 0, "null", "D029" },
	{ 0, 0, S, 0, "5.397605346934028e-79", "00100000" },
	{ 0, 0, S, 0, "3.3735033418337674e-80", "00010000" },
};
static const struct out_case float_ibm8[] = {
	{ 0, 0, S, 0, "0.1", "401999999999999A" },
};
static const struct out_case float_ieee[] = {
	{ 0, 0, S, 0, "1", "3F800000" }, { 0, 0, S, 0, "-0", "80000000" },
	{ 0, 0, S, 0, "1e39", "D011" }, { 0, 0, S, 0, "nan", "D009" },
};

static void
test_numbers(void)
{
	reset(CODEC_ZONED, "cp037");
	ENCODE(zoned_cp037, 0, CODEC_SIGN_TRAILING);
	ENCODE(zoned_leading, 0, CODEC_SIGN_LEADING);
	ENCODE(zoned_separate, 0, CODEC_SIGN_TRAILING_SEPARATE);
	reset(CODEC_ZONED, "ascii");
	ENCODE(zoned_ascii, 0, CODEC_SIGN_TRAILING);
	model.ascii_sign = true;
	ENCODE(zoned_own, 0, CODEC_SIGN_TRAILING);
	reset(CODEC_PACKED, "cp037");
	ENCODE(packed, 0, CODEC_SIGN_TRAILING);
	model.no_sign = true;
	ENCODE(comp6, 0, CODEC_SIGN_TRAILING);
	reset(CODEC_BINARY, "cp037");
	ENCODE(halfword, 2, CODEC_SIGN_TRAILING);
	ENCODE(wide_binary, 16, CODEC_SIGN_TRAILING);
	model.little_endian = true;
	ENCODE(little, 4, CODEC_SIGN_TRAILING);
	reset(CODEC_FLOAT, "cp037");
	ENCODE(float_ibm, 4, CODEC_SIGN_TRAILING);
	ENCODE(float_ibm8, 8, CODEC_SIGN_TRAILING);
	model.ieee = true;
	ENCODE(float_ieee, 4, CODEC_SIGN_TRAILING);
}

/* ---- texts -------------------------------------------------------------- */

static void
text(uint32_t size, uint64_t form, const char *value, const char *want,
    const char *title)
{
	model.size = size;
	model.digits = (uint16_t)size;
	encode_case(&model, form, value, want, title);
}

static void
test_texts(void)
{
	reset(CODEC_TEXT, "cp037");
	text(5, 0, "ABC", "C1C2C34040", "text");
	text(3, 0, "ABC  ", "C1C2C3", "text, blanks beyond");
	text(3, 0, "ABCD", "D013", "text");
	text(3, 0, "\xe2\x82\xac", "D028", "text");
	text(3, 0, "\xc3", "D026", "text");
	text(3, 0, "\xc3\xa9", "514040", "text");
	text(3, 0, "null", "000000", "text");
	policies.text_empty = POLICY_NULL;
	text(3, 0, "null", "404040", "text");
	model.justified = true;
	text(5, 0, "ABC", "4040C1C2C3", "text, justified");
	reset(CODEC_DIGITS, "cp037");
	text(5, 0, "00123", "F0F0F1F2F3", "digits");
	text(5, 0, "123", "F0F0F1F2F3", "digits");
	text(5, FORM_SIGN(0xc), "123", "F0F0F1F2C3", "digits");
	text(5, 0, "123456", "D011", "digits");
	text(5, 0, "12a", "D016", "digits");
	text(5, 0, "", "D016", "digits");
	reset(CODEC_BYTES, "cp037");
	text(4, 0, "AB", "41420000", "bytes");
	text(1, 0, "AB", "D013", "bytes");
	reset(CODEC_NATIONAL, "cp037");
	text(6, 0, "A\xe6\x97\xa5", "004165E50020", "national");
	text(4, 0, "\xf0\xa0\x80\x8b", "D840DC0B", "national");
	text(2, 0, "\xf0\xa0\x80\x8b", "D013", "national");
	model.justified = true;
	text(4, 0, "A", "00200041", "national, justified");
	reset(CODEC_UTF8, "cp037");
	text(5, 0, "A\xe6\x97\xa5", "41E697A520", "UTF-8");
	text(3, 0, "A\xe6\x97\xa5", "D013", "UTF-8");
}

/* iconv has the bytes: tests/unit/test_charset.c. */
static void
test_mixed(void)
{
	reset(CODEC_TEXT, "cp939");
	if (model.page == NULL) {
		tap_skip("mixed text", "iconv has no 939");
		return;
	}
	text(10, 0, "A\xe3\x81\x82\xe3\x81\x84" "B",
	    "C1 0E 4481 4482 0F C2 4040", "mixed");
	text(6, 0, "\xe3\x81\x82\xe3\x81\x84", "0E 4481 4482 0F", "mixed");
	text(5, 0, "\xe3\x81\x82\xe3\x81\x84", "D013", "mixed");
	text(8, FORM_SHIFT(0, 3), "\xe3\x81\x82\xe3\x81\x84",
	    "0E 4481 0F 0E 4482 0F", "mixed, shifts without need");
	text(8, FORM_SHIFT(0, 6), "\xe3\x81\x82\xe3\x81\x84",
	    "0E 4481 4482 0F 0E 0F", "mixed, shifts at the end");
	text(4, 0, "\xe2\x82\xac", "D028", "mixed");
	reset(CODEC_DBCS, "cp939");
	text(6, 0, "\xe3\x81\x82\xe3\x81\x84", "448144824040", "double-byte");
	text(6, 0, "A", "D028", "double-byte");
	reset(CODEC_TEXT, "cp1399");
	if (model.page != NULL)		/* one character from two */
		text(4, 0, "\xe3\x81\x8b\xe3\x82\x9a", "0E ECB5 0F", "pair");
}

/* ---- edited numbers; the differential tests have hundreds more ----------- */

static const struct {
	const char *symbol;
	char floating;
	uint16_t digits;
	int16_t scale;
	uint64_t form;
	const char *value, *text;	/* or a code */
} shown[] = {
	{ "ZZ9.99-", 0, 5, 2, 0, "-7.5", "  7.50-" },
	{ "ZZ9.99-", 0, 5, 2, FORM_COUNT(1), "-7.5", " 07.50-" },
	{ "ZZ9.99-", 0, 5, 2, FORM_MINUS, "0", "  0.00-" },
	{ "ZZ9.99", 0, 5, 2, 0, "-7.5", "D004" },
	{ "ZZ9.99", 0, 5, 2, 0, "1000", "D011" },
	{ "**,**9", 0, 5, 0, 0, "12", "****12" },
	{ "**,***.**", 0, 7, 2, 0, "0", "******.**" },
	{ "ZZ,ZZZ", 0, 5, 0, 0, "0", "      " },
	{ "ZZZ-", 0, 3, 0, FORM_AROUND, "0", "    " },
	{ "ZZZ+", 0, 3, 0, FORM_AROUND, "0", "   +" },
	{ "ZZZ", 0, 3, 0, FORM_COUNT(1), "0", "  0" },
	{ "$$,$$9.99C", '$', 6, 2, 0, "-1234.56", "$1,234.56CR" },
	{ "$$,$$9.99C", '$', 6, 2, 0, "1.5", "    $1.50  " },
	{ "Z/ZZ", 0, 3, 0, 0, "12", "  12" },
	{ "Z/ZZ", 0, 3, 0, FORM_SHOWN, "12", " /12" },
	{ "+9.99E+99", 0, 3, 2, 0, "0.00125", "+1.25E-03" },
	{ "-9.99E-99", 0, 3, 2, 0, "-1250", "-1.25E 03" },
	{ "+9.99E+99", 0, 3, 2, FORM_COUNT(1), "12", "+0.12E+02" },
	{ "+9.99E+99", 0, 3, 2, 0, "0", "+0.00E+00" },
	{ "+9.99E+99", 0, 3, 2, 0, "1e100", "D011" },
	{ "ZZ9", 0, 3, 0, 0, "null", "202020" },
	{ "ZZZ", 0, 3, 0, 0, "null", "000000" },
};

static void
test_edited(void)
{
	char hex[2 * ITEM_MAX];
	struct codec_edit edit;
	uint32_t i, k;
	bool bytes;

	for (i = 0; i < COUNT(shown); i++) {
		reset(CODEC_EDITED, "ascii");
		edit = (struct codec_edit){ .symbol = shown[i].symbol,
		    .nsymbol = (uint32_t)strlen(shown[i].symbol),
		    .floating = shown[i].floating };
		model.edit = &edit;
		model.digits = shown[i].digits;
		model.scale = shown[i].scale;
		model.is_signed = true;
		model.size = edit.nsymbol +
		    (strchr(shown[i].symbol, 'C') != NULL);
		bytes = shown[i].text[0] == 'D' ||
		    strcmp(shown[i].value, "null") == 0;
		for (k = 0; shown[i].text[k] != '\0'; k++)
			snprintf(hex + 2 * k, 3, "%02X",
			    (uint8_t)shown[i].text[k]);
		encode_case(&model, shown[i].form, shown[i].value,
		    bytes ? shown[i].text : hex, shown[i].symbol);
	}
}

/* ---- encode(decode(bytes)) ---------------------------------------------- */

static uint64_t seed = 88172645463325252u;

static uint32_t
random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % n;
}

/* Bytes as they are in such items, and others. */
static void
random_item(const char *bytes, uint32_t nbytes, uint8_t *p, uint32_t n)
{
	uint32_t i, how = random_below(8);

	for (i = 0; i < n; i++)
		p[i] = how == 0 || nbytes == 0 ? (uint8_t)random_below(256) :
		    (uint8_t)bytes[random_below(nbytes)];
	if (how == 1)
		memset(p, bytes == NULL ? 0 : bytes[random_below(nbytes)], n);
}

struct tally {
	uint32_t bad, odd, good;
};

#define TRIPS	64

/* Decodes and encodes many random items; what comes back must be equal. */
static void
round_trip(const char *bytes, uint32_t nbytes, struct tally *t)
{
	uint8_t item[TRIPS][ITEM_MAX + 64], out[TRIPS][ITEM_MAX], *to[TRIPS];
	const uint8_t *base[TRIPS];
	uint32_t len[TRIPS], i;
	struct rows rows = { TRIPS, base, len, model.size };
	struct cell_faults faults = { 0 };
	uint64_t form[TRIPS];
	struct column col;
	struct arena a;

	arena_init(&a);
	memset(item, 0, sizeof item);
	model.offset = 0;
	model.policies = &policies_exact;
	for (i = 0; i < TRIPS; i++) {
		random_item(bytes, nbytes, item[i], model.size);
		base[i] = item[i];
		to[i] = out[i];
		len[i] = model.size;
	}
	codec_decode(&model, &rows, &col, &a);
	for (i = 0; i < TRIPS; i++)
		form[i] = codec_form(&model, &col, i, item[i]);
	codec_encode(&model, &col, form, to, TRIPS, &faults, &a);
	/* what cannot be written although it could be read does not come back */
	t->bad += col.bad.n;
	t->odd += faults.n - col.bad.n;
	for (i = 0; i < faults.n; i++)
		to[faults.v[i].row] = NULL;
	for (i = 0; i < TRIPS; i++) {
		if (to[i] == NULL)
			continue;
		if (memcmp(out[i], item[i], model.size) == 0)
			t->good++;
		else
			t->odd++;
	}
	arena_fini(&a);
}

static void
property(const char *bytes, uint32_t nbytes, bool may_differ,
    const char *title)
{
	struct tally t = { 0 };
	uint32_t i;

	for (i = 0; i < 60; i++)
		round_trip(bytes, nbytes, &t);
	ok((may_differ || t.odd == 0) && t.good > 0,
	    "%s of %u bytes: %u come back, %u are bad, %u have no form",
	    title, model.size, t.good, t.bad, t.odd);
}
#define PROPERTY(bytes, may_differ, title) \
	property(bytes, sizeof (bytes) - 1, may_differ, title)

#define DIGITS_E "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9"

static void
property_zoned(void)
{
	static const enum codec_sign sign[] = { CODEC_UNSIGNED,
		CODEC_SIGN_TRAILING, CODEC_SIGN_LEADING,
		CODEC_SIGN_TRAILING_SEPARATE, CODEC_SIGN_LEADING_SEPARATE };
	uint32_t i, k;

	for (k = 0; k < 2; k++)
		for (i = 0; i < COUNT(sign); i++)
			for (uint16_t n = 1; n < 38; n = (uint16_t)(n * 2 + 1)) {
				reset(CODEC_ZONED, k == 0 ? "cp037" : "ascii");
				model.digits = n;
				model.sign = sign[i];
				model.is_signed = sign[i] != CODEC_UNSIGNED;
				model.ascii_sign = n == 3;
				model.size = n + (uint32_t)(i > 2);
				if (k == 0)
					PROPERTY(DIGITS_E DIGITS_E "\xc0\xd0"
					    "\xa2\xb3\xe1\xc9\x40\x00\xff"
					    "\x4e\x60", false, "zoned");
				else
					PROPERTY("0123456789012345@AJR{}pqy +-"
					    "\x00\xff", false, "ASCII zoned");
			}
	reset(CODEC_DIGITS, "cp037");
	model.digits = 5;
	model.size = 5;
	PROPERTY(DIGITS_E "\xc1\xa0\x40", false, "digits");
}

static void
property_packed(void)
{
	for (uint16_t n = 1; n < 38; n++) {
		reset(CODEC_PACKED, "cp037");
		model.digits = n;
		model.is_signed = n % 3 != 0;
		model.size = n / 2u + 1;
		PROPERTY("\x00\x01\x12\x34\x99\x9c\x0c\x0d\x1f\x3a"
		    "\x4b\x5e\x40\x00\x00", false, "packed");
		model.no_sign = true;
		model.is_signed = false;
		model.size = (n + 1u) / 2;
		PROPERTY("\x00\x01\x12\x34\x99\x40\x00\x00", false,
		    "COMP-6");
	}
}

static void
property_binary(void)
{
	for (uint32_t size = 1; size <= 16; size++)
		for (uint32_t k = 0; k < 4; k++) {
			reset(CODEC_BINARY, "cp037");
			model.size = size;
			model.digits = 9;
			model.is_signed = k % 2 == 1;
			model.little_endian = k / 2 == 1;
			PROPERTY("\x00\xff\x01\x80\x7f", false, "binary");
		}
	for (uint32_t k = 0; k < 8; k++) {
		reset(CODEC_FLOAT, "cp037");
		model.size = k % 2 == 0 ? 4 : 8;
		model.ieee = k / 2 % 2 == 1;
		model.little_endian = k / 4 == 1;
		PROPERTY("\x00\xff\x01\x80\x7f\x41\x10\x20",
		    !model.ieee && model.size == 8, model.ieee ? "IEEE float" :
		    "hexadecimal float");
	}
}

/* Double bytes and shift codes at random rarely make a text. */
static void
property_text(void)
{
	static const char *const pages[] = { "cp037", "cp273", "cp1047",
		"cp424", "ascii", "latin1" };
	uint32_t i, n;

	for (i = 0; i < COUNT(pages); i++)
		for (n = 1; n < 150; n += n) {
			reset(CODEC_TEXT, pages[i]);
			model.size = n;
			property("\x40\xc1\xc2\x00\x20 AZ", 8, false,
			    pages[i]);
			property(NULL, 0, false, pages[i]);
		}
	for (n = 2; n < 40; n += n) {
		reset(CODEC_NATIONAL, "cp037");
		model.size = n;
		PROPERTY("\x00\x00 A\xd8\x40\xdc", false, "national");
		reset(CODEC_UTF8, "cp037");
		model.size = n;
		PROPERTY("  AZ\x00\xc3\xa9", false, "UTF-8");
		reset(CODEC_BYTES, "cp037");
		model.size = n;
		PROPERTY("\x00\xff", false, "bytes");
		reset(CODEC_DBCS, "cp939");
		if (model.page == NULL)
			continue;
		model.size = n;
		PROPERTY("\x44\x44\x81\x82\x40\x40", false,
		    "double-byte");
		reset(CODEC_TEXT, "cp939");
		model.size = n;
		PROPERTY("\x0e\x0f\x44\x81\x81\xc1", true, "mixed");
	}
}

static void
property_edited(void)
{
	static const struct {
		const char *symbol;
		char floating;
		uint16_t digits;
		int16_t scale;
		const char *bytes;
	} v[] = {
		{ "ZZ9.99-", 0, 5, 2, "  0123.-" },
		{ "**,**9", 0, 5, 0, "**,01" }, { "ZZZ", 0, 3, 0, "  012" },
		{ "$$$,$$9.99C", '$', 7, 2, "  $,0123.CR" },
		{ "---9", '-', 3, 0, "  -012" }, { "Z/ZZ", 0, 3, 0, " /012" },
	};
	struct codec_edit edit;
	uint32_t i;

	for (i = 0; i < COUNT(v); i++) {
		reset(CODEC_EDITED, "ascii");
		edit = (struct codec_edit){ .symbol = v[i].symbol,
		    .nsymbol = (uint32_t)strlen(v[i].symbol),
		    .floating = v[i].floating };
		model.edit = &edit;
		model.digits = v[i].digits;
		model.scale = v[i].scale;
		model.is_signed = true;
		model.size = edit.nsymbol +
		    (strchr(v[i].symbol, 'C') != NULL);
		property(v[i].bytes, (uint32_t)strlen(v[i].bytes), true,
		    v[i].symbol);
	}
}

/* The reasons that no form tells. */
static void
test_formless(void)
{
	reset(CODEC_FLOAT, "cp037");
	is_str(diag_name((enum diag_code)codec_formless(&model)), "D031",
	    "digits that a double has not");
	reset(CODEC_TEXT, "cp037");
	is_str(diag_name((enum diag_code)codec_formless(&model)), "D030",
	    "another way to write it");
}

int
main(void)
{
	test_numbers();
	test_texts();
	test_mixed();
	test_edited();
	property_zoned();
	property_packed();
	property_binary();
	property_text();
	property_edited();
	test_formless();
	return tap_done();
}
