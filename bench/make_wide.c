/*
 * Records that are long, or have many fields, to measure memory with.
 *
 *	make_wide long|wide copybook	writes their copybook
 *	make_wide long|wide mapping	a mapping for it, KIND.cpy and KIND.ebc
 *	make_wide long|wide N		N records, in cp037
 *
 * A long record has 32,000 bytes, a number and eight texts; a wide one 6,504,
 * a number and 1,000 fields of four kinds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONG_TEXTS	8
#define LONG_WIDTH	3999
#define WIDE_GROUPS	250
#define LENGTH_MAX	32000

static void
copybook(int wide)
{
	puts("       01  BIG-RECORD.");
	puts("           05  BIG-KEY  PIC 9(9) COMP.");
	if (!wide)
		for (int i = 0; i < LONG_TEXTS; i++)
			printf("           05  TEXT-%d  PIC X(%d).\n", i,
			    LONG_WIDTH + (i < 4));
	else
		for (int i = 0; i < WIDE_GROUPS; i++)
			printf("           05  A-%03d  PIC X(10).\n"
			    "           05  B-%03d  PIC 9(7).\n"
			    "           05  C-%03d  PIC S9(7)V99 COMP-3.\n"
			    "           05  D-%03d  PIC S9(9) COMP.\n",
			    i, i, i, i);
}

static void
mapping(int wide, const char *kind)
{
	printf("source:\n  copybook: %s.cpy\n  file: %s.ebc\n"
	    "  format: fixed\n  encoding: cp037\n"
	    "tables:\n  big:\n    key: big_key\n    columns:\n"
	    "      big_key: BIG-KEY\n", kind, kind);
	if (!wide)
		for (int i = 0; i < LONG_TEXTS; i++)
			printf("      text_%d: TEXT-%d\n", i, i);
	else
		for (int i = 0; i < WIDE_GROUPS; i++)
			printf("      a_%03d: A-%03d\n      b_%03d: B-%03d\n"
			    "      c_%03d: C-%03d\n      d_%03d: D-%03d\n",
			    i, i, i, i, i, i, i, i);
}

static uint32_t state = 1;

static uint32_t
random_next(void)			/* xorshift32 (G. Marsaglia) */
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static uint8_t *
put_binary(uint8_t *p, uint32_t value)
{
	p[0] = value >> 24;
	p[1] = value >> 16 & 0xFF;
	p[2] = value >> 8 & 0xFF;
	p[3] = value & 0xFF;
	return p + 4;
}

static uint8_t *
put_text(uint8_t *p, unsigned width)
{
	unsigned n = width * 3 / 4;

	for (unsigned i = 0; i < n; i++)
		*p++ = 0xC1 + random_next() % 9;	/* A to I */
	memset(p, 0x40, width - n);
	return p + width - n;
}

static uint8_t *
put_group(uint8_t *p)
{
	p = put_text(p, 10);
	for (int i = 0; i < 7; i++)
		*p++ = 0xF0 + random_next() % 10;
	for (int i = 0; i < 4; i++)
		*p++ = (random_next() % 10) << 4 | random_next() % 10;
	*p++ = (random_next() % 10) << 4 | (random_next() % 2 ? 0xC : 0xD);
	return put_binary(p, random_next());
}

static int
records(int wide, unsigned long n)
{
	static uint8_t record[LENGTH_MAX + 100];

	for (unsigned long i = 0; i < n; i++) {
		uint8_t *p = put_binary(record, (uint32_t)i + 1);

		if (wide)
			for (int g = 0; g < WIDE_GROUPS; g++)
				p = put_group(p);
		else
			for (int t = 0; t < LONG_TEXTS; t++)
				p = put_text(p, LONG_WIDTH + (t < 4));
		fwrite(record, 1, (size_t)(p - record), stdout);
	}
	if (fflush(stdout) != 0) {
		perror("make_wide");
		return 12;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	int wide = argc == 3 && strcmp(argv[1], "wide") == 0;

	if (argc != 3 || (!wide && strcmp(argv[1], "long") != 0)) {
		fputs("usage: make_wide long|wide copybook|mapping|N\n",
		    stderr);
		return 64;
	}
	if (strcmp(argv[2], "copybook") == 0)
		copybook(wide);
	else if (strcmp(argv[2], "mapping") == 0)
		mapping(wide, argv[1]);
	else
		return records(wide, strtoul(argv[2], NULL, 10));
	return 0;
}
