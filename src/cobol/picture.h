/*
 * Pictures: the character string of a PICTURE clause and what it describes.
 */
#ifndef DECANT_PICTURE_H
#define DECANT_PICTURE_H

#include "cobol/copybook.h"

#define PICTURE_DIGITS_MAX	31	/* ARITH(EXTEND) */
#define PICTURE_DIGITS_MOST	38	/* what values can hold */
#define CURRENCIES_MAX		8u

/* What SPECIAL-NAMES and the dialect make of pictures. */
struct picture_rules {
	bool comma;		/* DECIMAL-POINT IS COMMA */
	uint16_t digits_max;	/* 0: PICTURE_DIGITS_MAX */
	uint32_t ncurrency;
	struct currency {
		const char *symbol;	/* in pictures: one character, UTF-8 */
		const char *sign;	/* in data */
	} currency[CURRENCIES_MAX];
};

struct picture {
	enum category category;
	uint32_t size;		/* characters, without a separate sign */
	uint16_t digits;	/* of a number, edited or not */
	int16_t scale;
	bool is_signed;
	const struct edited *edited;
};

/*
 * text is upper case, `at` its place; false: an error was reported.  Rules
 * may be NULL.  The result lives in the diagnostics' arena.
 */
bool	 picture_parse(struct picture *, const char *text, struct place at,
	    const struct picture_rules *, struct diags *);

#endif
