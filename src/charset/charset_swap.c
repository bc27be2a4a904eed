/*
 * An EBCDIC page whose X'15' is LF and whose X'25' is NEL, as some extracts
 * have them: programs in C, and transfers from Unix files, write X'15' for
 * the end of a line (z/OS XL C/C++ Programming Guide, "Differences in
 * newline").  All else is the page's.
 */
#include "charset/charset.h"

#include "base/mem.h"

#define NEL	0x15
#define LF	0x25

static void
swap_bytes(uint8_t *a, uint8_t *b, size_t n)
{
	uint8_t t;

	for (; n-- > 0; a++, b++) {
		t = *a;
		*a = *b;
		*b = t;
	}
}

const struct codepage *
charset_swap_newlines(struct arena *a, const struct codepage *from)
{
	struct codepage *pg;
	uint64_t *one;
	uint32_t i, byte;

	if (!from->ebcdic)
		return NULL;
	pg = arena_copy(a, from, sizeof *from);
	pg->ucs[NEL] = from->ucs[LF];
	pg->ucs[LF] = from->ucs[NEL];
	swap_bytes(pg->utf8[NEL], pg->utf8[LF], sizeof pg->utf8[0]);
	swap_bytes(&pg->utf8_len[NEL], &pg->utf8_len[LF], 1);
	swap_bytes(&pg->to_ascii[NEL], &pg->to_ascii[LF], 1);
	pg->low['\n'] = NEL;
	/* character << 16 | complement of the byte, by character */
	pg->one = one = arena_copy(a, from->one, from->none * sizeof *one);
	for (i = 0; i < from->none; i++) {
		byte = ~one[i] & 0xffff;
		if (byte == NEL || byte == LF)
			one[i] ^= NEL ^ LF;
	}
	return pg;
}
