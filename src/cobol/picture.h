/*
 * Pictures: the character string of a PICTURE clause and what it describes.
 */
#ifndef DECANT_PICTURE_H
#define DECANT_PICTURE_H

#include "cobol/copybook.h"

#define PICTURE_DIGITS_MAX	31	/* ARITH(EXTEND) */

struct picture {
	enum category category;
	uint32_t size;		/* characters, without a separate sign */
	uint16_t digits;	/* 9s of a number */
	int16_t scale;
	bool is_signed;
};

/* text is upper case, `at` its place; false: an error was reported. */
bool	 picture_parse(struct picture *, const char *text, struct place at,
	    struct diags *);

#endif
