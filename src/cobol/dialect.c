/*
 * Sizes of the dialects; see dialect.h.
 *
 * Where the facts come from: IBM Enterprise COBOL Language Reference, "USAGE
 * clause", and Programming Guide, "Pointer data items with AMODE 64"; Micro
 * Focus Language Reference, "Selection of character representation and
 * radix" (its table is maxima[] here), and "SYNCHRONIZED clause" (to no
 * effect without IBMCOMP); what cobc of GnuCOBOL 3.1 lists for the default
 * configuration; NetCOBOL User's Guide, "BINARY compile option" (WORD).
 */
#include "cobol/dialect.h"

static const struct dialect_rules rules[] = {
	[DIALECT_IBM] = { "ibm", BINARY_WORDS, 4, 0, 8, 4, 18, 31, false,
	    false },
	[DIALECT_MICROFOCUS] = { "microfocus", BINARY_BYTES, 4, 4, 0, 0, 38,
	    38, true, true },
	[DIALECT_GNUCOBOL] = { "gnucobol", BINARY_POWERS, 8, 4, 0, 8, 18, 38,
	    true, true },
	[DIALECT_FUJITSU] = { "fujitsu", BINARY_WORDS, 4, 4, 0, 4, 18, 31,
	    false, false },
};

const struct dialect_rules *
dialect_rules(enum dialect d)
{
	return &rules[(size_t)d < sizeof rules / sizeof rules[0] ? d :
	    DIALECT_IBM];
}

#define BYTES_MAX	16u

/* Digits that fit in 1, 2, ... bytes: unsigned, signed. */
static const uint8_t maxima[2][BYTES_MAX] = {
	{ 2, 4, 7, 9, 12, 14, 16, 19, 21, 24, 26, 28, 31, 33, 36, 38 },
	{ 2, 4, 6, 9, 11, 14, 16, 18, 21, 23, 26, 28, 31, 33, 35, 38 },
};

uint32_t
dialect_packed_binary_size(uint32_t digits, bool is_signed)
{
	uint32_t i;

	for (i = 0; i < BYTES_MAX; i++)
		if (digits <= maxima[is_signed][i])
			return i + 1;
	return 0;
}

uint32_t
dialect_binary_size(const struct dialect_rules *r, uint32_t digits,
    bool is_signed)
{
	if (digits > r->binary_digits)
		return 0;
	if (r->sizes == BINARY_BYTES)
		return dialect_packed_binary_size(digits, is_signed);
	if (r->sizes == BINARY_POWERS && digits <= 2)
		return 1;
	return digits <= 4 ? 2 : digits <= 9 ? 4 : 8;
}

uint32_t
dialect_binary_digits(uint32_t bytes, bool is_signed)
{
	unsigned __int128 v = 1;
	uint32_t n;

	if (bytes == 0 || bytes > BYTES_MAX)
		return 0;
	v <<= bytes * 8 - 1;
	if (!is_signed)
		v += v - 1;
	for (n = 0; v > 0; n++)
		v /= 10;
	return n;
}
