/*
 * Whole numbers in records, one at a time: lengths of records and counts of
 * tables, for framing.  Columns of values are value/'s work, which knows all
 * policies; here anything doubtful is no number.
 *
 *	zoned		F0 F1 F2, 30 31 32, blanks or zeros before; the last
 *			zone may be a plus: C, A, E (EBCDIC), or 7B-69 as
 *			translated to ASCII
 *	packed		12 3C; C, A, E, F are plus
 */
#include "record/record.h"

static bool
number_binary(const uint8_t *p, uint32_t size, bool little, uint64_t *v)
{
	uint32_t i;

	if (size > 8)
		return false;
	for (i = 0; i < size; i++)
		*v = *v << 8 | p[little ? size - 1 - i : i];
	return *v >> 63 == 0;
}

static bool
number_add(uint64_t *v, uint32_t digit)
{
	return digit <= 9 && !__builtin_mul_overflow(*v, 10, v) &&
	    !__builtin_add_overflow(*v, digit, v) && *v >> 63 == 0;
}

static bool
number_packed(const uint8_t *p, uint32_t size, bool sign, uint64_t *v)
{
	uint32_t i, n = 2 * size - sign, last = p[size - 1] & 15;

	for (i = 0; i < n; i++)
		if (!number_add(v, i % 2 == 0 ? p[i / 2] >> 4 :
		    p[i / 2] & 15))
			return false;
	return !sign || (last >= 10 && last != 11 && last != 13);
}

/* The digit of the last byte, whose zone may be a plus; 10: none. */
static uint32_t
zoned_last(uint8_t c)
{
	switch (c >> 4) {
	case 15: case 12: case 10: case 14: case 3:
		return (c & 15) <= 9 ? c & 15 : 10;
	case 4:			/* A-I: 1 to 9 */
		return c >= 0x41 && c <= 0x49 ? c & 15 : 10;
	default:
		return c == 0x7b ? 0 : 10;	/* { */
	}
}

static bool
number_zoned(const uint8_t *p, uint32_t size, uint64_t *v)
{
	uint32_t i = 0;

	while (i + 1 < size && (p[i] == 0x40 || p[i] == 0x20))
		i++;
	if (i + 1 < size && (p[i] == 0x4e || p[i] == 0x2b))	/* + */
		i++;
	for (; i + 1 < size; i++)
		if ((p[i] >> 4 != 15 && p[i] >> 4 != 3) ||
		    !number_add(v, p[i] & 15))
			return false;
	return number_add(v, zoned_last(p[size - 1]));
}

bool
number_read(const struct number_field *f, const uint8_t *p, uint64_t *v)
{
	int8_t scale = f->scale;
	bool good = false;

	*v = 0;
	if (f->size == 0 || f->size > NUMBER_SIZE_MAX)
		return false;
	switch (f->form) {
	case NUMBER_BIG:
	case NUMBER_LITTLE:
		good = number_binary(p, f->size, f->form == NUMBER_LITTLE, v);
		break;
	case NUMBER_ZONED:
		good = number_zoned(p, f->size, v);
		break;
	case NUMBER_PACKED:
	case NUMBER_PACKED_UNSIGNED:
		good = number_packed(p, f->size, f->form == NUMBER_PACKED, v);
		break;
	}
	for (; good && scale > 0; scale--) {
		good = *v % 10 == 0;
		*v /= 10;
	}
	for (; good && scale < 0; scale++)
		good = number_add(v, 0);
	return good;
}

static bool
number_put_packed(uint8_t *p, uint32_t size, bool sign, uint64_t v)
{
	uint32_t i, n = 2 * size - sign;

	for (i = n; i > 0; i--, v /= 10) {
		if ((i - 1) % 2 == 0)
			p[(i - 1) / 2] = (uint8_t)((v % 10) << 4 |
			    (p[(i - 1) / 2] & 15));
		else
			p[(i - 1) / 2] = (uint8_t)(v % 10);
	}
	if (sign)
		p[size - 1] = (uint8_t)((p[size - 1] & 0xf0) | 0x0c);
	return v == 0;
}

bool
number_write(const struct number_field *f, uint8_t *p, uint64_t v,
    uint8_t zero)
{
	int8_t scale = f->scale;
	uint32_t i;

	if (f->size == 0 || f->size > NUMBER_SIZE_MAX || v >> 63 != 0)
		return false;
	for (; scale > 0; scale--)
		if (!number_add(&v, 0))
			return false;
	for (; scale < 0; scale++, v /= 10)
		if (v % 10 != 0)
			return false;
	switch (f->form) {
	case NUMBER_BIG:
	case NUMBER_LITTLE:
		for (i = 0; i < f->size; i++, v = v >> 4 >> 4)
			p[f->form == NUMBER_LITTLE ? i : f->size - 1 - i] =
			    (uint8_t)v;
		return v == 0;
	case NUMBER_ZONED:
		for (i = f->size; i > 0; i--, v /= 10)
			p[i - 1] = (uint8_t)(zero + v % 10);
		return v == 0;
	default:
		return number_put_packed(p, f->size,
		    f->form == NUMBER_PACKED, v);
	}
}
