/*
 * What the makers of sample extracts share: numbers that are random and the
 * same everywhere, and fields as a mainframe writes them, in cp037.
 *
 * A program defines PROGRAM, its name in messages, before it includes this.
 * Not all of them use all of it.  It shares no code with decant, so that the
 * two prove each other.
 */
#ifndef EXTRACT_H
#define EXTRACT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NELEM(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * Unicode U+0020-U+007E and U+00A0-U+00FF in cp037 (IBM's Character Data
 * Representation Architecture, CCSID 37).
 */
static const uint8_t ascii_cp037[95] = {
	0x40, 0x5A, 0x7F, 0x7B, 0x5B, 0x6C, 0x50, 0x7D,		/* ' ' */
	0x4D, 0x5D, 0x5C, 0x4E, 0x6B, 0x60, 0x4B, 0x61,
	0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7,		/* 0 */
	0xF8, 0xF9, 0x7A, 0x5E, 0x4C, 0x7E, 0x6E, 0x6F,
	0x7C, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7,		/* @ A */
	0xC8, 0xC9, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6,
	0xD7, 0xD8, 0xD9, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6,
	0xE7, 0xE8, 0xE9, 0xBA, 0xE0, 0xBB, 0xB0, 0x6D,
	0x79, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,		/* ` a */
	0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
	0x97, 0x98, 0x99, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6,
	0xA7, 0xA8, 0xA9, 0xC0, 0x4F, 0xD0, 0xA1
};
static const uint8_t latin1_cp037[96] = {
	0x41, 0xAA, 0x4A, 0xB1, 0x9F, 0xB2, 0x6A, 0xB5,		/* U+00A0 */
	0xBD, 0xB4, 0x9A, 0x8A, 0x5F, 0xCA, 0xAF, 0xBC,
	0x90, 0x8F, 0xEA, 0xFA, 0xBE, 0xA0, 0xB6, 0xB3,
	0x9D, 0xDA, 0x9B, 0x8B, 0xB7, 0xB8, 0xB9, 0xAB,
	0x64, 0x65, 0x62, 0x66, 0x63, 0x67, 0x9E, 0x68,		/* U+00C0 */
	0x74, 0x71, 0x72, 0x73, 0x78, 0x75, 0x76, 0x77,
	0xAC, 0x69, 0xED, 0xEE, 0xEB, 0xEF, 0xEC, 0xBF,
	0x80, 0xFD, 0xFE, 0xFB, 0xFC, 0xAD, 0xAE, 0x59,
	0x44, 0x45, 0x42, 0x46, 0x43, 0x47, 0x9C, 0x48,		/* U+00E0 */
	0x54, 0x51, 0x52, 0x53, 0x58, 0x55, 0x56, 0x57,
	0x8C, 0x49, 0xCD, 0xCE, 0xCB, 0xCF, 0xCC, 0xE1,
	0x70, 0xDD, 0xDE, 0xDB, 0xDC, 0x8D, 0x8E, 0xDF
};

static uint64_t state;

/* splitmix64 (S. Vigna, public domain): small, and the same everywhere. */
__attribute__((unused)) static uint64_t
random_next(void)
{
	uint64_t z = (state += 0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
	return z ^ (z >> 31);
}

/* A number below n. */
__attribute__((unused)) static unsigned
random_below(unsigned n)
{
	return (unsigned)((random_next() >> 32) * n >> 32);
}

__attribute__((unused)) static void
die(const char *problem, const char *subject)
{
	fprintf(stderr, PROGRAM ": %s '%s'\n", problem, subject);
	exit(64);
}

/* UTF-8 text into a field of `width` bytes, blanks behind it. */
__attribute__((unused)) static void
put_text(uint8_t *field, size_t width, const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t n = 0;

	memset(field, 0x40, width);
	for (; *p != '\0'; p++) {
		unsigned c = *p;

		/* U+00A0-U+00FF: 110000ab 10cdefgh */
		if ((c & 0xFC) == 0xC0 && (p[1] & 0xC0) == 0x80)
			c = (c & 3) << 6 | (*++p & 0x3F);
		if (n == width)
			die("too long for its field:", text);
		if (c >= 0x20 && c < 0x7F)
			field[n++] = ascii_cp037[c - 0x20];
		else if (c >= 0xA0 && c < 0x100)
			field[n++] = latin1_cp037[c - 0xA0];
		else
			die("not in cp037:", text);
	}
}

/* PIC 9(width), unsigned. */
__attribute__((unused)) static void
put_digits(uint8_t *field, size_t width, unsigned value)
{
	while (width-- > 0) {
		field[width] = 0xF0 | value % 10;
		value /= 10;
	}
}

/* PIC S9(width): the sign is the zone of the last digit. */
__attribute__((unused)) static void
put_zoned(uint8_t *field, size_t width, int value)
{
	put_digits(field, width, value < 0 ? -value : value);
	field[width - 1] = (value < 0 ? 0xD0 : 0xC0) | (field[width - 1] & 15);
}

/* COMP-3, signed: two digits a byte, the sign in the last half. */
__attribute__((unused)) static void
put_packed(uint8_t *field, size_t width, int64_t value)
{
	uint64_t rest = value < 0 ? -value : value;

	field[--width] = rest % 10 << 4 | (value < 0 ? 0xD : 0xC);
	rest /= 10;
	while (width-- > 0) {
		field[width] = rest / 10 % 10 << 4 | rest % 10;
		rest /= 100;
	}
}

/* COMP: big-endian. */
__attribute__((unused)) static void
put_binary(uint8_t *field, size_t width, unsigned value)
{
	while (width-- > 0) {
		field[width] = value & 0xFF;
		value >>= 8;
	}
}

__attribute__((unused)) static unsigned long
number_of(const char *text, unsigned long most)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || n > most)
		die("not a number in range:", text);
	return n;
}

#endif
