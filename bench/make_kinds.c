/*
 * Records of four kinds that loads meet beside the sample's, and the least
 * that decoding them can cost.
 *
 *	make_kinds KIND copybook	writes their copybook
 *	make_kinds KIND mapping		a mapping for it, KIND.cpy and KIND.ebc
 *	make_kinds KIND N		N records, in cp037
 *	make_kinds KIND decode FILE	decodes FILE in the simplest way
 *
 * KIND	bytes	what
 * vb	80-560	blocks of up to 27,998 bytes, records of 12 items and a table
 *		that depends on a count of 0 to 20
 * wide	1,300	170 items of the usual mix
 * long	32,768	a text of 8,700 bytes and a table of 300 times 80 bytes
 * packed 500	100 packed numbers of 1 to 18 digits
 *
 * The decoder is what one would write by hand: a record, an item, a byte at a
 * time; values go into one record's worth of cells, and digits and signs are
 * checked.  It prints a sum of all of them, so that nothing can be left out.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MAX	27998u
#define CHUNK		(256u << 10)
#define RECORD_MAX	32768u
#define NELEM(a)	(sizeof(a) / sizeof((a)[0]))

/* X text, D date 9(8), Z zoned, P packed, B binary, C the count of a table */
struct field {
	char kind;
	uint8_t digits, scale;
	uint16_t size;
};

struct kind {
	const char *name;
	const struct field *field, *row;	/* of the record, of its table */
	uint32_t nfield, nrow, groups, occurs;
	bool blocked;
};

static const struct field vb_fields[] = {
	{ 'B', 9, 0, 4 }, { 'X', 0, 0, 20 }, { 'X', 0, 0, 4 },
	{ 'D', 8, 0, 8 }, { 'P', 11, 2, 6 }, { 'Z', 5, 0, 5 },
	{ 'X', 0, 0, 1 }, { 'B', 4, 0, 2 }, { 'P', 7, 0, 4 },
	{ 'X', 0, 0, 16 }, { 'D', 8, 0, 8 }, { 'C', 4, 0, 2 },
};
static const struct field vb_row[] = {
	{ 'D', 8, 0, 8 }, { 'P', 9, 2, 5 }, { 'X', 0, 0, 9 }, { 'B', 4, 0, 2 },
};
static const struct field wide_fields[] = {
	{ 'X', 0, 0, 30 }, { 'X', 0, 0, 20 }, { 'D', 8, 0, 8 },
	{ 'P', 11, 2, 6 }, { 'P', 11, 2, 6 }, { 'B', 9, 0, 4 },
	{ 'X', 0, 0, 10 }, { 'Z', 5, 0, 5 }, { 'B', 4, 0, 2 },
	{ 'X', 0, 0, 2 }, { 'P', 5, 0, 3 }, { 'Z', 9, 2, 9 },
	{ 'X', 0, 0, 1 }, { 'D', 8, 0, 8 }, { 'P', 7, 2, 4 },
	{ 'X', 0, 0, 10 }, { 'B', 4, 0, 2 },
};
static const struct field long_fields[] = {
	{ 'B', 9, 0, 4 }, { 'X', 0, 0, 30 }, { 'D', 8, 0, 8 },
	{ 'P', 11, 2, 6 }, { 'Z', 9, 2, 9 }, { 'X', 0, 0, 11 },
	{ 'X', 0, 0, 8700 },
};
static const struct field long_row[] = {
	{ 'X', 0, 0, 30 }, { 'D', 8, 0, 8 }, { 'P', 11, 2, 6 },
	{ 'B', 4, 0, 2 }, { 'Z', 9, 2, 9 }, { 'X', 0, 0, 25 },
};
static const struct field packed_fields[] = {
	{ 'P', 1, 0, 1 }, { 'P', 3, 0, 2 }, { 'P', 5, 2, 3 }, { 'P', 7, 2, 4 },
	{ 'P', 9, 0, 5 }, { 'P', 9, 2, 5 }, { 'P', 11, 2, 6 },
	{ 'P', 11, 4, 6 }, { 'P', 15, 2, 8 }, { 'P', 18, 3, 10 },
};

#define FIELDS(a)	.field = (a), .nfield = NELEM(a)
#define ROW(a)		.row = (a), .nrow = NELEM(a)

static const struct kind kinds[] = {
	{ "vb", FIELDS(vb_fields), ROW(vb_row), .groups = 1, .occurs = 20,
	    .blocked = true },
	{ "wide", FIELDS(wide_fields), .groups = 10 },
	{ "long", FIELDS(long_fields), ROW(long_row), .groups = 1,
	    .occurs = 300 },
	{ "packed", FIELDS(packed_fields), .groups = 10 },
};

/* --- copybook and mapping ------------------------------------------------ */

static void
picture(const char *level, const char *name, unsigned n, const struct field *f)
{
	printf("           %s  %s-%03u  PIC ", level, name, n);
	if (f->kind == 'X')
		printf("X(%u).\n", f->size);
	else if (f->kind == 'D')
		printf("9(8).\n");
	else {
		printf("%s9(%d)", f->kind == 'C' ? "" : "S",
		    f->digits - f->scale);
		if (f->scale > 0)
			printf("V9(%d)", f->scale);
		printf("%s.\n", f->kind == 'P' ? " COMP-3" :
		    f->kind == 'Z' ? "" : " COMP");
	}
}

static void
copybook(const struct kind *k)
{
	uint32_t g, i, count = 0;

	puts("       01  BENCH-RECORD.");
	for (g = 0; g < k->groups; g++)
		for (i = 0; i < k->nfield; i++) {
			picture("05", "F", g * k->nfield + i, &k->field[i]);
			if (k->field[i].kind == 'C')
				count = i;
		}
	if (k->occurs == 0)
		return;
	if (k->blocked)
		printf("           05  R  OCCURS 0 TO %u TIMES\n"
		    "               DEPENDING ON F-%03u.\n", k->occurs, count);
	else
		printf("           05  R  OCCURS %u TIMES.\n", k->occurs);
	for (i = 0; i < k->nrow; i++)
		picture("  10", "R", i, &k->row[i]);
}

static void
column(const char *name, unsigned n, const struct field *f)
{
	if (f->kind == 'D')
		printf("      %c%03u: to_date(%s-%03u, 'YYYYMMDD')\n",
		    *name | 32, n, name, n);
	else
		printf("      %c%03u: %s-%03u\n", *name | 32, n, name, n);
}

static void
mapping(const struct kind *k)
{
	uint32_t g, i;

	printf("source:\n  copybook: %s.cpy\n  file: %s.ebc\n"
	    "  format: %s\n  encoding: cp037\ntables:\n"
	    "  one:\n    columns:\n", k->name, k->name,
	    k->blocked ? "vb" : "fixed");
	for (g = 0; g < k->groups; g++)
		for (i = 0; i < k->nfield; i++)
			column("F", g * k->nfield + i, &k->field[i]);
	if (k->occurs == 0)
		return;
	puts("  many:\n    each: R\n    columns:\n"
	    "      f000: F-000\n      seq: occurrence()");
	for (i = 0; i < k->nrow; i++)
		column("R", i, &k->row[i]);
}

/* --- records ------------------------------------------------------------- */

static uint32_t state = 1;

static uint32_t
draw(uint32_t below)			/* xorshift32 (G. Marsaglia) */
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (uint32_t)((uint64_t)state * below >> 32);
}

static uint8_t *
put_digits(uint8_t *p, uint32_t value, int n)
{
	int i;

	for (i = n; i-- > 0; value /= 10)
		p[i] = (uint8_t)(0xF0 + value % 10);
	return p + n;
}

static void
put_text(uint8_t *p, uint32_t size)
{
	uint32_t n = size < 5 ? size : size / 4 + draw(size * 3 / 4 + 1), i;

	for (i = 0; i < n; i++)
		p[i] = i % 7 == 6 ? 0x40 : (uint8_t)(0xC1 + draw(9));
	memset(p + n, 0x40, size - n);
}

static void
put_packed(uint8_t *p, const struct field *f)
{
	uint32_t i;

	for (i = 0; i < f->size; i++)
		p[i] = (uint8_t)(draw(10) << 4 | draw(10));
	if (f->digits % 2 == 0)
		p[0] &= 15;
	p[i - 1] = (uint8_t)((p[i - 1] & 0xF0) | (draw(2) ? 0xC : 0xD));
}

static uint8_t *
put_field(uint8_t *p, const struct field *f, uint32_t count)
{
	uint32_t i, v = f->kind == 'C' ? count : draw(10000);

	switch (f->kind) {
	case 'X':
		put_text(p, f->size);
		break;
	case 'D':
		put_digits(put_digits(put_digits(p, 1930 + draw(90), 4),
		    1 + draw(12), 2), 1 + draw(28), 2);
		break;
	case 'Z':
		for (i = 0; i < f->size; i++)
			p[i] = (uint8_t)(0xF0 + draw(10));
		p[i - 1] = (uint8_t)((p[i - 1] & 15) | (draw(2) ? 0xC0 : 0xD0));
		break;
	case 'P':
		put_packed(p, f);
		break;
	default:
		for (i = f->size; i-- > 0; v >>= 8)
			p[i] = (uint8_t)v;
		break;
	}
	return p + f->size;
}

static uint32_t
put_record(const struct kind *k, uint8_t *record)
{
	uint32_t g, i, o, n = k->blocked ? draw(k->occurs + 1) : k->occurs;
	uint8_t *p = record;

	for (g = 0; g < k->groups; g++)
		for (i = 0; i < k->nfield; i++)
			p = put_field(p, &k->field[i], n);
	for (o = 0; o < n; o++)
		for (i = 0; i < k->nrow; i++)
			p = put_field(p, &k->row[i], 0);
	return (uint32_t)(p - record);
}

static void
put_word(uint8_t *p, uint32_t len)
{
	p[0] = (uint8_t)(len >> 8);
	p[1] = (uint8_t)len;
	p[2] = p[3] = 0;
}

static void
flush_block(uint8_t *block, uint32_t *used)
{
	put_word(block, *used);
	if (*used > 4)
		fwrite(block, 1, *used, stdout);
	*used = 4;
}

static int
records(const struct kind *k, unsigned long n)
{
	static uint8_t record[RECORD_MAX], block[BLOCK_MAX];
	uint32_t len, used = 4;

	for (; n > 0; n--) {
		len = put_record(k, record);
		if (!k->blocked) {
			fwrite(record, 1, len, stdout);
			continue;
		}
		if (used + 4 + len > BLOCK_MAX)
			flush_block(block, &used);
		put_word(block + used, 4 + len);
		memcpy(block + used + 4, record, len);
		used += 4 + len;
	}
	if (k->blocked)
		flush_block(block, &used);
	if (fflush(stdout) != 0) {
		perror("make_kinds");
		return 12;
	}
	return 0;
}

/* --- the simplest decoder ------------------------------------------------ */

struct cell {
	int64_t number;
	uint32_t len;
	char text[8700];
};

static char latin[256];		/* cp037's capitals, digits and blank */
static struct cell cells[200];
static uint64_t sum, bad;

static void
latin_init(void)
{
	int i;

	memset(latin, '?', sizeof latin);
	latin[0x40] = ' ';
	for (i = 0; i < 9; i++) {
		latin[0xC1 + i] = (char)('A' + i);
		latin[0xD1 + i] = (char)('J' + i);
	}
	for (i = 0; i < 8; i++)
		latin[0xE2 + i] = (char)('S' + i);
	for (i = 0; i < 10; i++)
		latin[0xF0 + i] = (char)('0' + i);
}

static void
get_text(struct cell *c, const uint8_t *p, uint32_t n)
{
	uint32_t i;

	while (n > 0 && p[n - 1] == 0x40)
		n--;
	for (i = 0; i < n; i++)
		c->text[i] = latin[p[i]];
	c->len = n;
	sum += n;
}

static int64_t
get_zoned(const uint8_t *p, uint32_t n)
{
	int64_t v = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		if ((p[i] & 15) > 9 || (p[i] >> 4 != 15 && i + 1 < n))
			bad++;
		v = v * 10 + (p[i] & 15);
	}
	return p[n - 1] >> 4 == 13 ? -v : v;
}

static int64_t
get_packed(const uint8_t *p, uint32_t n)
{
	int64_t v = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (p[i] >> 4 > 9)
			bad++;
		v = v * 10 + (p[i] >> 4);
		if (i + 1 == n)
			break;
		if ((p[i] & 15) > 9)
			bad++;
		v = v * 10 + (p[i] & 15);
	}
	if ((p[n - 1] & 15) < 10)
		bad++;
	return (p[n - 1] & 15) == 13 ? -v : v;
}

static int64_t
get_date(const uint8_t *p)		/* days since 0000-03-01 */
{
	int64_t y = get_zoned(p, 4), m = get_zoned(p + 4, 2);
	int64_t d = get_zoned(p + 6, 2);

	if (m < 1 || m > 12 || d < 1 || d > 31)
		bad++;
	y -= m < 3;
	m = m < 3 ? m + 9 : m - 3;
	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d - 1;
}

static const uint8_t *
get_field(struct cell *c, const struct field *f, const uint8_t *p)
{
	switch (f->kind) {
	case 'X':
		get_text(c, p, f->size);
		return p + f->size;
	case 'D':
		c->number = get_date(p);
		break;
	case 'Z':
		c->number = get_zoned(p, f->size);
		break;
	case 'P':
		c->number = get_packed(p, f->size);
		break;
	default:
		c->number = f->size == 2 ? (int16_t)(p[0] << 8 | p[1]) :
		    (int32_t)((uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 |
		    p[3]);
		break;
	}
	sum += (uint64_t)c->number;
	return p + f->size;
}

static void
get_record(const struct kind *k, const uint8_t *p)
{
	uint32_t g, i, o, n = k->occurs;
	struct cell *c = cells;

	for (g = 0; g < k->groups; g++)
		for (i = 0; i < k->nfield; i++, c++) {
			p = get_field(c, &k->field[i], p);
			if (k->field[i].kind == 'C')
				n = (uint32_t)c->number;
		}
	for (o = 0; o < n && n <= k->occurs; o++)
		for (i = 0; i < k->nrow; i++)
			p = get_field(&c[i], &k->row[i], p);
}

static uint32_t
record_length(const struct kind *k)
{
	uint32_t i, n = 0, row = 0;

	for (i = 0; i < k->nfield; i++)
		n += k->field[i].size;
	for (i = 0; i < k->nrow; i++)
		row += k->row[i].size;
	return n * k->groups + row * k->occurs;
}

/* A block, or a fixed record; all of it is there, for we made it. */
static size_t
get_unit(const struct kind *k, const uint8_t *p, size_t have, uint32_t length)
{
	size_t n = length, at, len;

	if (!k->blocked) {
		if (have >= n)
			get_record(k, p);
		return have >= n ? n : 0;
	}
	if (have < 4 || have < (n = (size_t)(p[0] << 8 | p[1])))
		return 0;
	for (at = 4; at + 4 <= n; at += len) {
		len = (size_t)(p[at] << 8 | p[at + 1]);
		get_record(k, p + at + 4);
		if (len < 4)
			return 0;
	}
	return n;
}

static int
decode(const struct kind *k, const char *path)
{
	static uint8_t chunk[CHUNK];
	size_t have = 0, at, n;
	uint32_t length = record_length(k);
	FILE *f = fopen(path, "rb");

	if (f == NULL) {
		perror(path);
		return 12;
	}
	setvbuf(f, NULL, _IONBF, 0);
	latin_init();
	while ((n = fread(chunk + have, 1, CHUNK - have, f)) > 0) {
		have += n;
		for (at = 0; (n = get_unit(k, chunk + at, have - at,
		    length)) > 0; at += n)
			;
		memmove(chunk, chunk + at, have - at);
		have -= at;
	}
	fclose(f);
	printf("%" PRIu64 " %" PRIu64 " bad\n", sum, bad);
	return have == 0 && bad == 0 ? 0 : 12;
}

int
main(int argc, char **argv)
{
	const struct kind *k = NULL;
	uint32_t i;

	for (i = 0; argc > 2 && i < NELEM(kinds); i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			k = &kinds[i];
	if (k == NULL || (argc != 3 && strcmp(argv[2], "decode") != 0)) {
		fputs("usage: make_kinds vb|wide|long|packed "
		    "copybook|mapping|N|decode FILE\n", stderr);
		return 64;
	}
	if (argc == 4)
		return decode(k, argv[3]);
	if (strcmp(argv[2], "copybook") == 0)
		copybook(k);
	else if (strcmp(argv[2], "mapping") == 0)
		mapping(k);
	else
		return records(k, strtoul(argv[2], NULL, 10));
	return 0;
}
