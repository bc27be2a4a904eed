/*
 * What a codec costs an item: a million synthetic items of each kind, in
 * batches as decant makes them (256 KB of 300-byte records).
 *
 *	codec_bench [avx2 | portable]
 *
 * MB/s counts the items' own bytes; the items lie in records of 300 bytes, so
 * the caches see what they see in a load.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "value/codec.h"
#include "value/kernel.h"

#define RECORD	300u
#define ROWS	873u
#define ITEMS	1000000u
#define OFFSET	37u

static uint8_t slab[RECORD * ROWS + 64];
static const uint8_t *base[ROWS];
static uint32_t len[ROWS];
static uint64_t seed = 88172645463325252u;

static uint32_t
draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % below;
}

static void
fill_text(const struct codec *c, uint8_t *p)
{
	uint32_t i, n = 4 + draw(c->size - 4);

	memset(p, c->page->blank, c->size);
	for (i = 0; i < n; i++)
		p[i] = (uint8_t)charset_encode(c->page, 'A' + draw(26));
}

static void
fill_accents(const struct codec *c, uint8_t *p)
{
	fill_text(c, p);
	p[1] = (uint8_t)charset_encode(c->page, 0xfc);
}

static void
fill_zoned(const struct codec *c, uint8_t *p)
{
	uint32_t i;

	for (i = 0; i < c->size; i++)
		p[i] = (uint8_t)(c->page->zero + draw(10));
	if (c->is_signed)
		p[i - 1] = (uint8_t)((draw(2) ? 0xc0 : 0xd0) | draw(10));
}

static void
fill_packed(const struct codec *c, uint8_t *p)
{
	uint32_t i;

	for (i = 0; i < c->size; i++)
		p[i] = (uint8_t)(draw(10) << 4 | draw(10));
	if (c->digits % 2 == 0)
		p[0] &= 15;
	p[i - 1] = (uint8_t)((p[i - 1] & 0xf0) | (draw(2) ? 0xc : 0xd));
}

static void
fill_any(const struct codec *c, uint8_t *p)
{
	uint32_t i;

	for (i = 0; i < c->size; i++)
		p[i] = (uint8_t)draw(256);
}

static void
fill_blank(const struct codec *c, uint8_t *p)
{
	memset(p, c->page->blank, c->size);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
measure(const char *name, struct codec c, const char *page,
    void (*fill)(const struct codec *, uint8_t *), uint32_t shortest)
{
	struct rows rows = { ROWS, base, len, shortest };
	struct column out;
	struct arena arena;
	double start, best = 1e9, ns;
	uint32_t i, k, run, bad = 0;

	c.offset = OFFSET;
	c.page = charset_find(page, NULL);
	c.policies = &policies_default;
	if (c.page == NULL)
		return;
	for (i = 0; i < ROWS; i++)
		fill(&c, slab + i * RECORD + OFFSET);
	arena_init(&arena);
	for (run = 0; run < 5; run++) {
		start = now();
		for (k = 0; k < ITEMS / ROWS; k++) {
			arena_reset(&arena);
			codec_decode(&c, &rows, &out, &arena);
			bad = out.bad.n;
		}
		ns = (now() - start) / k / ROWS * 1e9;
		if (ns < best)
			best = ns;
	}
	printf("%-34s %6.2f ns an item %8.0f MB/s%s\n", name, best,
	    c.size / best * 1000, bad > 0 ? "  (bad cells)" : "");
	arena_fini(&arena);
}

int
main(int argc, char **argv)
{
	static const struct codec text = { .kind = CODEC_TEXT, .size = 30 };
	struct codec wide = text;
	uint32_t i;

	codec_kernels(argc > 1 ? argv[1] : NULL);
	for (i = 0; i < ROWS; i++) {
		base[i] = slab + i * RECORD;
		len[i] = RECORD;
	}
	measure("X(30), cp037", text, "cp037", fill_text, RECORD);
	measure("X(30), cp037, checked", text, "cp037", fill_text, 0);
	measure("X(30), cp273 with umlauts", text, "cp273", fill_accents,
	    RECORD);
	measure("X(30), latin1", text, "latin1", fill_text, RECORD);
	measure("X(30), latin1 with umlauts", text, "latin1", fill_accents,
	    RECORD);
	measure("X(30) blank, cp037", text, "cp037", fill_blank, RECORD);
	wide.size = 200;
	measure("X(200), cp037", wide, "cp037", fill_text, RECORD);
#define NUMBER(name, ...) \
	measure(name, (struct codec){ __VA_ARGS__ }, "cp037"
	NUMBER("S9(9)V99 COMP-3", .kind = CODEC_PACKED, .size = 6,
	    .digits = 11, .scale = 2, .is_signed = true), fill_packed, RECORD);
	NUMBER("S9(9)V99 COMP-3, checked", .kind = CODEC_PACKED, .size = 6,
	    .digits = 11, .scale = 2, .is_signed = true), fill_packed, 0);
	NUMBER("S9(9)V99 COMP-3, all blank", .kind = CODEC_PACKED, .size = 6,
	    .digits = 11, .scale = 2, .is_signed = true), fill_blank, RECORD);
	NUMBER("S9(16)V99 COMP-3", .kind = CODEC_PACKED, .size = 10,
	    .digits = 18, .scale = 2, .is_signed = true), fill_packed, RECORD);
	NUMBER("S9(31) COMP-3", .kind = CODEC_PACKED, .size = 16,
	    .digits = 31, .is_signed = true), fill_packed, RECORD);
	NUMBER("S9(7)V99 DISPLAY", .kind = CODEC_ZONED, .size = 9,
	    .digits = 9, .scale = 2, .sign = CODEC_SIGN_TRAILING,
	    .is_signed = true), fill_zoned, RECORD);
	NUMBER("S9(7)V99 DISPLAY, all blank", .kind = CODEC_ZONED, .size = 9,
	    .digits = 9, .scale = 2, .sign = CODEC_SIGN_TRAILING,
	    .is_signed = true), fill_blank, RECORD);
	NUMBER("9(8) DISPLAY", .kind = CODEC_ZONED, .size = 8,
	    .digits = 8), fill_zoned, RECORD);
	NUMBER("9(8) DISPLAY as text", .kind = CODEC_DIGITS, .size = 8,
	    .digits = 8), fill_zoned, RECORD);
	NUMBER("9(18) DISPLAY", .kind = CODEC_ZONED, .size = 18,
	    .digits = 18), fill_zoned, RECORD);
	NUMBER("9(31) DISPLAY", .kind = CODEC_ZONED, .size = 31,
	    .digits = 31), fill_zoned, RECORD);
	NUMBER("S9(9) COMP", .kind = CODEC_BINARY, .size = 4, .digits = 9,
	    .is_signed = true), fill_any, RECORD);
	NUMBER("9(18) COMP (to 20 digits)", .kind = CODEC_BINARY, .size = 8,
	    .digits = 18), fill_any, RECORD);
	NUMBER("COMP-2 hexadecimal", .kind = CODEC_FLOAT, .size = 8),
	    fill_any, RECORD);
	return 0;
}
