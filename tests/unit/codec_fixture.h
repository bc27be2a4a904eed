/*
 * For tests of codecs: an item's bytes in hex, and what they are.
 *
 * Every case is decoded alone (the unchecked kernel), as one of many rows
 * with a short one among them (the checked kernel), and with the portable
 * kernels.
 */
#ifndef CODEC_FIXTURE_H
#define CODEC_FIXTURE_H

#include "base/diag.h"
#include "base/mem.h"
#include "charset/charset.h"
#include "tap.h"
#include "value/codec.h"
#include "value/format.h"
#include "value/kernel.h"

#define COUNT(a)	(sizeof (a) / sizeof (a)[0])
#define ITEM_MAX	200
#define ROWS		7

enum { U, S };			/* unsigned, signed */

struct number {
	const char *hex;
	uint16_t digits;
	int16_t scale;
	int is_signed;
	const char *value;	/* or "null", or a code */
};

/* What a case asks for beyond that. */
static struct codec model;
static struct policies policies;

static uint32_t
unhex(const char *hex, uint8_t *out)
{
	uint32_t n = 0;
	unsigned byte;

	for (; *hex != '\0' && n < ITEM_MAX; hex += 2) {
		for (; *hex == ' '; hex++)
			;
		if (sscanf(hex, "%2x", &byte) != 1)
			break;
		out[n++] = (uint8_t)byte;
	}
	return n;
}

static const char *
show(const struct column *c, uint32_t row)
{
	static char text[1000];
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < c->bad.n; i++)
		if (c->bad.v[i].row == row)
			return diag_name((enum diag_code)c->bad.v[i].code);
	if (column_is_null(c, row))
		return "null";
	switch (c->type) {
	case V_I64:
		n = format_i64(text, c->v.i64[row], c->scale);
		break;
	case V_D128:
		n = format_d128(text, c->v.d128[row], c->scale);
		break;
	case V_F64:
		n = format_f64(text, c->v.f64[row]);
		break;
	default:
		n = c->v.text[row].len;
		if (n >= sizeof text)
			n = sizeof text - 1;
		memcpy(text, c->v.text[row].p, n);
	}
	text[n] = '\0';
	return text;
}

/*
 * Decodes the item in a heap block that ends 64 bytes after it, so that a
 * sanitizer sees a read beyond.  Rows: the item, but rows 2 and 4, which are
 * cut and empty.
 */
static void
decode_many(const struct codec *c, const uint8_t *item, const char *want,
    const char *name)
{
	const uint32_t size = c->offset + c->size;
	const uint8_t *base[ROWS];
	uint32_t len[ROWS], i, wrong = 0;
	struct rows rows = { ROWS, base, len, c->offset };
	struct column col;
	struct arena arena;
	uint8_t *p[ROWS];

	arena_init(&arena);
	for (i = 0; i < ROWS; i++) {
		len[i] = i == 2 ? size - 1 : i == 4 ? c->offset : size;
		p[i] = mem_zalloc(len[i] + 64);
		memcpy(p[i] + c->offset, item, len[i] - c->offset);
		base[i] = p[i];
	}
	codec_decode(c, &rows, &col, &arena);
	for (i = 0; i < ROWS; i++) {
		const char *got = show(&col, i);
		const char *need = i == 4 || (i == 2 && c->size == 1) ?
		    "null" : i == 2 ? "D001" : want;

		if (strcmp(got, need) != 0) {
			printf("# row %u: %s, not %s\n", i, got, need);
			wrong++;
		}
	}
	is_int(wrong, 0, "%s, among short rows", name);
	for (i = 0; i < ROWS; i++)
		mem_free(p[i]);
	arena_fini(&arena);
}

static void
decode_one(const struct codec *c, const uint8_t *item, const char *want,
    const char *name)
{
	uint32_t len = c->offset + c->size, k;
	const uint8_t *base;
	struct rows rows = { 1, &base, &len, len };
	struct column col;
	struct arena arena;
	uint8_t *p = mem_zalloc(len + 64);

	memcpy(p + c->offset, item, c->size);
	base = p;
	for (k = 0; k < 3; k++) {
		arena_init(&arena);
		kernel_portable = k == 1;
		kernel_no_512 = k == 2;
		codec_decode(c, &rows, &col, &arena);
		is_str(show(&col, 0), want, "%s%s", name, k == 1 ?
		    ", portable" : k == 2 ? ", without AVX-512" : "");
		if (col.bad.n > 0 && col.bad.v[0].op != c->op)
			ok(false, "%s: the fault names the op", name);
		arena_fini(&arena);
	}
	kernel_portable = kernel_no_512 = false;
	mem_free(p);
}

/*
 * The item in as many rows as a vector kernel takes at once, and some more;
 * two others are X'FF..', which the policies take for null.
 */
#define FULL_ROWS	21

static void
decode_full(const struct codec *c, const uint8_t *item, const char *want,
    const char *name)
{
	static uint8_t room[FULL_ROWS * ITEM_MAX + 64];
	const uint8_t *base[FULL_ROWS];
	uint32_t len[FULL_ROWS], i, size = c->offset + c->size, wrong = 0;
	struct rows rows = { FULL_ROWS, base, len, size };
	struct column col;
	struct arena arena;

	for (i = 0; i < FULL_ROWS; i++) {
		base[i] = room + i * size;
		len[i] = size;
		memcpy(room + i * size + c->offset, item, c->size);
	}
	memset(room + 6 * size + c->offset, 0xff, c->size);
	memset(room + 18 * size + c->offset, 0xff, c->size);
	arena_init(&arena);
	codec_decode(c, &rows, &col, &arena);
	for (i = 0; i < FULL_ROWS; i++) {
		const char *got = show(&col, i);
		const char *need = i == 6 || i == 18 ? "null" : want;

		if (strcmp(got, need) != 0) {
			printf("# row %u: %s, not %s\n", i, got, need);
			wrong++;
		}
	}
	is_int(wrong, 0, "%s, in many rows", name);
	arena_fini(&arena);
}

static void
check(const struct codec *c, const uint8_t *item, const char *want,
    const char *name)
{
	decode_one(c, item, want, name);
	decode_many(c, item, want, name);
	if ((c->kind == CODEC_PACKED || c->kind == CODEC_ZONED) &&
	    policies.number_high == POLICY_NULL && strcmp(want, "D011") != 0)
		decode_full(c, item, want, name);
	if (c->kind == CODEC_TEXT) {
		kernel_portable = true;
		decode_many(c, item, want, name);
		kernel_portable = false;
		kernel_no_512 = true;
		decode_many(c, item, want, name);
		kernel_no_512 = false;
	}
}

static void
reset(enum codec_kind kind, const char *page)
{
	policies = policies_default;
	memset(&model, 0, sizeof model);
	model.kind = kind;
	model.op = 42;
	model.offset = 3;
	model.page = charset_find(page, NULL);
	model.policies = &policies;
}

static void __attribute__((unused))
check_numbers(const struct number *v, uint32_t n, enum codec_sign sign,
    const char *title)
{
	uint8_t item[ITEM_MAX];
	struct codec c = model;
	char name[200];
	uint32_t i;

	for (i = 0; i < n; i++) {
		c.size = unhex(v[i].hex, item);
		c.digits = v[i].digits;
		c.scale = v[i].scale;
		c.is_signed = v[i].is_signed == S;
		c.sign = c.is_signed ? sign : CODEC_UNSIGNED;
		snprintf(name, sizeof name, "%s %s%u,%d %s", title,
		    c.is_signed ? "S" : "", c.digits, c.scale, v[i].hex);
		check(&c, item, v[i].value, name);
	}
}

struct text {
	const char *hex, *value;
};

static void __attribute__((unused))
check_texts(const struct text *v, uint32_t n, const char *title)
{
	uint8_t item[ITEM_MAX];
	char name[500];
	uint32_t i;

	for (i = 0; i < n; i++) {
		model.size = unhex(v[i].hex, item);
		model.digits = (uint16_t)model.size;
		snprintf(name, sizeof name, "%s %s", title, v[i].hex);
		check(&model, item, v[i].value, name);
	}
}
#define TEXTS(table)	check_texts(table, COUNT(table), #table)

#endif
