/*
 * Decimal floating point: bytes to the text of the number and back.
 *
 * The first rows are bytes that GnuCOBOL 3.1 wrote, with what its DISPLAY
 * showed of them; the others follow the standard's formula.
 */
#include "codec_fixture.h"

struct decfloat {
	const char *hex;	/* little-endian */
	const char *value;	/* or a code */
};

static const struct decfloat cases[] = {
	/* GnuCOBOL's */
	{ "ffffc06ff286736c", "9999999999999999" },
	{ "000000000000706c", "9007199254740992" },
	{ "ffffffffffffdf31", "9007199254740991" },
	{ "ffffc06ff28673ec", "-9999999999999999" },
	{ "010000000000a031", "0.1" },
	{ "0b0000000000a031", "1.1" },
	{ "0100000000008032", "1000000" },
	{ "c0ba8a3cd5620432", "123456789012345600" },
	{ "010000000000802e", "0.00000000000000000000000001" },
	{ "050000000000a0b1", "-0.5" },
	{ "0f27000000008031", "99.99" },
	{ "55554025a6d7cb2f", "0.3333333333333333" },
	{ "0000000000000000", "0" },
	{ "c0ba8a3cd56204000000000000004030", "1234567890123456" },
	{ "f2af967ed05c82de3297ff6fde3c4830",
	    "12345678901234567890123456789012340000" },
	{ "0f000000000000000000000000003e30", "1.5" },
	{ "55555555" "21dad967" "9582e494" "58a4fc2f",
	    "0.3333333333333333333333333333333333" },
	/* zeros at the end are not in the text */
	{ "9600000000008031", "1.5" },
	{ "e803000000006031", "1" },
	{ "000000000a5bc138938d44c64d31fe2f", "1" },
	/* zeros */
	{ "0000000000000080", "0" },
	{ "000000000000c031", "0" },
	{ "00000000000060b2", "0" },
	{ "0000000000000000000000000000fe5f", "0" },
	/* as far as it goes, and where exponents begin */
	{ "ffffc06ff286fb77", "9999999999999999E+369" },
	{ "0100000000000000", "1E-398" },
	{ "010000000000e05f", "1E+369" },
	{ "010000000000c034", "1000000000000000000000000" },
	{ "010000000000c036", "1E+40" },
	{ "0c000000000020a8", "-12E-77" },
	{ "0c00000000004028", "0.00000000000000000000000000000000000000000000"
	    "00000000000000000000000000000012" },
	{ "ffffffff638e8d37c087adbe09edff5f",
	    "9999999999999999999999999999999999E+6111" },
	{ "01000000000000000000000000000080", "-1E-6176" },
	/* infinities, NaNs, more digits than there are */
	{ "0000000000000078", "D009" },
	{ "00000000000000f8", "D009" },
	{ "000000000000007c", "D009" },
	{ "ffffffffffffffff", "D009" },
	{ "0000c16ff286736c", "D009" },
	{ "00000000648e8d37c087adbe09ed4130", "D009" },
	{ "0000000000000000000000000000006c", "D009" },
	{ "00000000000000000000000000000078", "D009" },
};

/* The same, most significant byte first. */
static void
turn(uint8_t *p, uint32_t n)
{
	uint32_t i;
	uint8_t byte;

	for (i = 0; i < n / 2; i++) {
		byte = p[i];
		p[i] = p[n - 1 - i];
		p[n - 1 - i] = byte;
	}
}

/* Decodes and encodes again, with the cell's form. */
static void
there_and_back(const struct codec *c, const uint8_t *item, const char *value)
{
	uint8_t padded[24 + 64] = { 0 }, back[24] = { 0 }, *to = back;
	const uint8_t *base = padded;
	uint32_t len = c->offset + c->size;
	struct rows rows = { 1, &base, &len, len };
	struct cell_faults faults = { NULL, 0, 0 };
	struct arena arena;
	struct column col;
	uint64_t form;

	arena_init(&arena);
	memcpy(padded + c->offset, item, c->size);
	codec_decode(c, &rows, &col, &arena);
	form = codec_form(c, &col, 0, item);
	codec_encode(c, &col, &form, &to, 1, &faults, &arena);
	ok(faults.n == 0 && memcmp(back + c->offset, item,
	    c->size) == 0,
	    "%s, and back", value);
	arena_fini(&arena);
}

static void
test_case(const struct decfloat *t, bool little)
{
	uint8_t item[ITEM_MAX];
	struct codec c;

	reset(CODEC_DECFLOAT, "cp037");
	c = model;
	c.little_endian = little;
	c.size = unhex(t->hex, item);
	if (!little)
		turn(item, c.size);
	check(&c, item, t->value, t->value);
	if (t->value[0] != 'D')
		there_and_back(&c, item, t->value);
}

/* Texts as tables have them, to the preferred bytes. */
static void
test_texts(void)
{
	static const struct {
		uint32_t size;
		const char *text, *want;	/* hex or a code */
	} texts[] = {
		{ 8, "1.50", "0f0000000000a031" },
		{ 8, "+1.50", "0f0000000000a031" },
		{ 8, "0000000000000000000001.5", "0f0000000000a031" },
		{ 8, ".5", "050000000000a031" },
		{ 8, "5.", "050000000000c031" },
		{ 8, "100", "0100000000000032" },
		{ 8, "0", "0000000000000000" },
		{ 8, "-0.00", "0000000000000000" },
		{ 8, "1e3", "0100000000002032" },
		{ 8, "1E-3", "0100000000006031" },
		{ 8, "99999999999999990", "ffffc06ff2867b6c" },
		{ 8, "12345678901234567", "D014" },
		{ 16, "12345678901234567",
		    "874b6b5d54dc2b000000000000004030" },
		{ 8, "1E+384", "0080c6a47e8de35f" },
		{ 8, "1E+385", "D011" },
		{ 8, "1E-399", "D014" },
		{ 8, "", "D016" },
		{ 8, "-", "D016" },
		{ 8, ".", "D016" },
		{ 8, "1,5", "D016" },
		{ 8, "1.5.0", "D016" },
		{ 8, "1E", "D016" },
		{ 8, "1E+9999999999", "D016" },
		{ 8, " 1", "D016" },
		{ 8, "NaN", "D016" },
	};
	struct codec c = { .kind = CODEC_DECFLOAT, .little_endian = true };
	uint8_t back[16], want[ITEM_MAX], *to = back;
	struct cell_faults faults;
	struct column col;
	struct arena arena;
	uint32_t i;

	for (i = 0; i < COUNT(texts); i++) {
		arena_init(&arena);
		faults = (struct cell_faults){ NULL, 0, 0 };
		column_init(&col, &arena, V_TEXT, 0, 1);
		col.v.text[0] = slice_str(texts[i].text);
		c.size = texts[i].size;
		codec_encode(&c, &col, NULL, &to, 1, &faults, &arena);
		if (texts[i].want[0] == 'D') {
			is_str(faults.n == 1 ? diag_name((enum diag_code)
			    faults.v[0].code) : "none", texts[i].want,
			    "\"%s\" is refused", texts[i].text);
		} else {
			unhex(texts[i].want, want);
			ok(faults.n == 0 && memcmp(back, want, c.size) == 0,
			    "\"%s\" is written", texts[i].text);
		}
		arena_fini(&arena);
	}
}

int
main(void)
{
	uint32_t i;

	for (i = 0; i < COUNT(cases); i++) {
		test_case(&cases[i], true);
		test_case(&cases[i], false);
	}
	test_texts();
	return tap_done();
}
