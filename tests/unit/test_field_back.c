/*
 * Fields of delimited text written back: the digits come from the value, all
 * else from the bytes.  First texts that are read and must come back as they
 * were; then values that the bytes do not have, and what they are spelled as,
 * so that it is seen that nothing but the value can have given the digits.
 */
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "unit/tap.h"
#include "value/codec.h"

static struct arena arena;

static struct codec
field_codec(enum codec_field field, int scale, bool comma, const char *page)
{
	return (struct codec){ .kind = CODEC_FIELD, .field = field,
	    .size = CODEC_FIELD_SIZE, .digits = 20, .scale = (int16_t)scale,
	    .is_signed = true, .comma = comma,
	    .page = charset_find(page, NULL), .policies = &policies_exact };
}

static struct slice
in_page(const struct codec *c, const char *s)
{
	size_t n = strlen(s), i;
	uint8_t *p = arena_alloc(&arena, n + 1);

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)charset_encode(c->page, (uint8_t)s[i]);
	return (struct slice){ p, (uint32_t)n };
}

/* Decodes the bytes as a row of one field. */
static void
decode(const struct codec *c, struct slice bytes, struct column *col)
{
	uint32_t pair[2] = { CODEC_FIELD_SIZE, bytes.len };
	uint8_t *rec = arena_zalloc(&arena, sizeof pair + bytes.len +
	    ARENA_SLACK);
	const uint8_t **base = arena_array(&arena, 1, sizeof *base);
	uint32_t *len = arena_array(&arena, 1, sizeof *len);
	struct rows rows = { .n = 1, .base = base, .len = len };

	memcpy(rec, pair, sizeof pair);
	memcpy(rec + sizeof pair, bytes.p, bytes.len);
	base[0] = rec;
	len[0] = rows.shortest = (uint32_t)sizeof pair + bytes.len;
	codec_decode(c, &rows, col, &arena);
}

static void
test_there_and_back(void)
{
	static const struct {
		enum codec_field field;
		int scale;
		const char *text;
		uint16_t code;		/* it does not come back */
	} t[] = {
		{ FIELD_NUMBER, 2, "12", 0 }, { FIELD_NUMBER, 2, "12.", 0 },
		{ FIELD_NUMBER, 2, "12.5", 0 }, { FIELD_NUMBER, 2, ".5", 0 },
		{ FIELD_NUMBER, 2, "0012.50", 0 },
		{ FIELD_NUMBER, 2, "12.5000", 0 },
		{ FIELD_NUMBER, 2, "+12", 0 }, { FIELD_NUMBER, 2, "-12", 0 },
		{ FIELD_NUMBER, 2, "12-", 0 }, { FIELD_NUMBER, 2, "12+", 0 },
		{ FIELD_NUMBER, 2, "  -0 ", 0 }, { FIELD_NUMBER, 2, "0", 0 },
		{ FIELD_NUMBER, 2, "00.0-", 0 }, { FIELD_NUMBER, 2, "", 0 },
		{ FIELD_NUMBER, 2, "   ", 0 }, { FIELD_NUMBER, -3, "5000", 0 },
		{ FIELD_NUMBER, 0, "00000000012345678901", 0 },
		{ FIELD_FLOAT, 0, "1.5", 0 }, { FIELD_FLOAT, 0, "1.50E3", 0 },
		{ FIELD_FLOAT, 0, "-1e-07", 0 }, { FIELD_FLOAT, 0, "0.1", 0 },
		{ FIELD_FLOAT, 0, "000.10", 0 }, { FIELD_FLOAT, 0, "0e5", 0 },
		{ FIELD_FLOAT, 0, "123456", 0 }, { FIELD_FLOAT, 0, "-0", 0 },
		{ FIELD_FLOAT, 0, " +.25 ", 0 },
		{ FIELD_FLOAT, 0, "0.1234567890123456789", DIAG_D031 },
		{ FIELD_FLOAT, 0, "1e-400", DIAG_D031 },
		{ FIELD_TEXT, 0, "Wu", 0 }, { FIELD_TEXT, 0, "  Wu  ", 0 },
		{ FIELD_TEXT, 0, "", 0 },
	};
	static const char *const pages[] = { "ascii", "cp037" };
	struct column col;
	struct slice bytes;
	struct codec c;
	struct buf out;
	uint16_t code;
	size_t i, k;

	buf_init(&out, 4096);
	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		for (k = 0; k < 2; k++) {
			c = field_codec(t[i].field, t[i].scale, false,
			    pages[k]);
			bytes = in_page(&c, t[i].text);
			decode(&c, bytes, &col);
			buf_clear(&out);
			code = codec_field_back(&c, &col, 0, bytes, &out);
			is_int(col.bad.n, 0, "'%s' is read", t[i].text);
			is_int(code, t[i].code, "'%s' in %s", t[i].text,
			    pages[k]);
			ok(code != 0 || (out.len == bytes.len &&
			    (bytes.len == 0 || memcmp(out.p, bytes.p,
			    bytes.len) == 0)), "its bytes");
		}
	buf_fini(&out);
}

/* Another value than the bytes have, in their spelling. */
static void
test_spelled(void)
{
	static const struct {
		const char *bytes;
		int64_t value;
		int scale;
		bool comma;
		const char *expected;
	} t[] = {
		{ "12", 1300, 2, false, "13" },
		{ "12", 1350, 2, false, "13.5" },
		{ "12.0", 1350, 2, false, "13.5" },
		{ "007", 12, 0, false, "012" }, { "7", 12, 0, false, "12" },
		{ "+7", -12, 0, false, "-12" }, { "7-", -12, 0, false, "12-" },
		{ "7-", 12, 0, false, "12" }, { " 7 ", -1, 0, false, " -1 " },
		{ ",50", 25, 2, true, ",25" }, { "1,5", 25, 2, true, "0,25" },
		{ "1.", 25, 1, false, "2.5" },
	};
	struct column col;
	struct slice bytes;
	struct codec c;
	struct buf out;
	size_t i;

	buf_init(&out, 4096);
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		c = field_codec(FIELD_NUMBER, t[i].scale, t[i].comma,
		    "ascii");
		bytes = in_page(&c, t[i].bytes);
		decode(&c, bytes, &col);
		if (col.type == V_D128)
			col.v.d128[0] = t[i].value;
		else
			col.v.i64[0] = t[i].value;
		buf_clear(&out);
		is_int(codec_field_back(&c, &col, 0, bytes, &out), 0, "%s",
		    t[i].bytes);
		is_str(arena_strndup(&arena, out.p, out.len), t[i].expected,
		    "%lld spelled as %s", (long long)t[i].value, t[i].bytes);
	}
	buf_fini(&out);
}

int
main(void)
{
	arena_init(&arena);
	test_there_and_back();
	test_spelled();
	arena_fini(&arena);
	return tap_done();
}
