/*
 * Bytes by what they are in EBCDIC or in ASCII.
 *
 * EBCDIC's letters and digits stand above X'80', where ASCII has nothing;
 * blanks are X'40' and X'20'.  Only letters, digits and blanks are counted,
 * since all pages of a family have them at the same places; binary and packed
 * bytes fall on both sides, so a clear majority is asked for.
 */
#include "sniff/sniff_impl.h"

#include <math.h>
#include <string.h>

#define CLEAR		0.80	/* share of words that makes a family */
#define LIKELY		0.55	/* the same where blanks agree */
#define WORDS_LEAST	0.15	/* of the bytes that are not fillers */

static bool
ebcdic_letter(uint8_t b)
{
	uint8_t low = b & 0xf;

	switch (b >> 4) {
	case 0x8: case 0x9: case 0xc: case 0xd:
		return low >= 1 && low <= 9;
	case 0xa: case 0xe:
		return low >= 2 && low <= 9;
	default:
		return false;
	}
}

bool
byte_is_word(enum family f, uint8_t b)
{
	if (f == FAMILY_EBCDIC)
		return b == 0x40 || ebcdic_letter(b) || (b >= 0xf0 &&
		    b <= 0xf9);
	return b == 0x20 || (b >= '0' && b <= '9') || (b >= 'A' &&
	    b <= 'Z') || (b >= 'a' && b <= 'z');
}

/* Is one of the blanks frequent, and the other not? */
static bool
blanks(uint64_t own, uint64_t other, uint64_t all)
{
	return own > 4 * other && own * 50 > all;
}

enum family
family_of(const uint64_t count[256], double *share)
{
	uint64_t ebcdic = 0, ascii = 0, all = 0;
	uint32_t b;

	for (b = 0; b < 256; b++) {
		ebcdic += byte_is_word(FAMILY_EBCDIC, (uint8_t)b) ?
		    count[b] : 0;
		ascii += byte_is_word(FAMILY_ASCII, (uint8_t)b) ?
		    count[b] : 0;
		all += b != 0x00 && b != 0xff ? count[b] : 0;
	}
	*share = 0;
	if (all == 0 || (double)(ebcdic + ascii) < WORDS_LEAST * (double)all)
		return FAMILY_UNKNOWN;
	*share = (double)ebcdic / (double)(ebcdic + ascii);
	if (*share >= (blanks(count[0x40], count[0x20], all) ? LIKELY :
	    CLEAR))
		return FAMILY_EBCDIC;
	*share = 1 - *share;
	return *share >= (blanks(count[0x20], count[0x40], all) ? LIKELY :
	    CLEAR) ? FAMILY_ASCII : FAMILY_UNKNOWN;
}

static enum byte_class
class_other(uint8_t b, bool printable)
{
	if (b == 0x00)
		return CLASS_NUL;
	if (b == 0xff)
		return CLASS_FF;
	if (printable)
		return CLASS_PUNCT;
	/* a packed number's last byte: its digit and its sign */
	if ((b & 0xf) >= 0xc && (b & 0xf) != 0xe && b >> 4 <= 9)
		return CLASS_SIGN;
	return b >= 0x80 ? CLASS_HIGH : CLASS_CONTROL;
}

static enum byte_class
class_ebcdic(uint8_t b)
{
	if (b == 0x40)
		return CLASS_BLANK;
	if (b >= 0xf0 && b <= 0xf9)
		return b == 0xf0 ? CLASS_ZERO : CLASS_DIGIT;
	if (ebcdic_letter(b))
		return b >= 0xc0 ? CLASS_UPPER : CLASS_LOWER;
	return class_other(b, b >= 0x4a && b <= 0x7f);
}

static enum byte_class
class_ascii(uint8_t b)
{
	if (b == 0x20)
		return CLASS_BLANK;
	if (b >= '0' && b <= '9')
		return b == '0' ? CLASS_ZERO : CLASS_DIGIT;
	if (b >= 'A' && b <= 'Z')
		return CLASS_UPPER;
	if (b >= 'a' && b <= 'z')
		return CLASS_LOWER;
	return class_other(b, b > 0x20 && b < 0x7f);
}

void
classes_of(enum family family, uint8_t class[256])
{
	uint32_t b;

	for (b = 0; b < 256; b++)
		class[b] = (uint8_t)(family == FAMILY_ASCII ?
		    class_ascii((uint8_t)b) : class_ebcdic((uint8_t)b));
}

void
sample_family(struct sample *s, enum family family)
{
	s->family = family;
	classes_of(family, s->class);
}

double
bits_of_share(double hits, double all)
{
	return -log2((hits + 1) / (all + 2));
}
