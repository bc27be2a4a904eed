/*
 * Formats of to_char, between plan_to_char.c, which reads them, and
 * op_to_char.c, which writes values by them.  Private to plan/.
 */
#ifndef DECANT_TO_CHAR_H
#define DECANT_TO_CHAR_H

#include <stdbool.h>
#include <stdint.h>

enum shown_part {
	SHOWN_LITERAL,			/* c */
	/* numbers */
	SHOWN_YEAR, SHOWN_YEAR_COMMA, SHOWN_ISO_YEAR,	/* width: digits */
	SHOWN_CENTURY, SHOWN_QUARTER, SHOWN_MONTH, SHOWN_DAY, SHOWN_DOY,
	SHOWN_ISO_DOY, SHOWN_DOW, SHOWN_ISO_DOW, SHOWN_WEEK, SHOWN_ISO_WEEK,
	SHOWN_MONTH_WEEK, SHOWN_JULIAN, SHOWN_HOUR24, SHOWN_HOUR12,
	SHOWN_MINUTE, SHOWN_SECOND, SHOWN_DAY_SECOND, SHOWN_FRACTION,
	/* words */
	SHOWN_MONTH_NAME, SHOWN_MONTH_SHORT, SHOWN_DAY_NAME, SHOWN_DAY_SHORT,
	SHOWN_ROMAN, SHOWN_NOON, SHOWN_NOON_POINTS, SHOWN_ERA,
	SHOWN_ERA_POINTS
};
#define SHOWN_NUMBERS	SHOWN_FRACTION	/* the last of them */

enum shown_case { CASE_LOWER, CASE_FIRST, CASE_UPPER };
#define SHOWN_MAX	64	/* parts of a format */

struct k_moment_text {
	struct {
		uint8_t part, width, letters;	/* enum shown_case */
		bool bare;			/* FM: without blanks, zeros */
		bool ordinal;			/* 1ST, or 1st: letters */
		char c;
	} part[SHOWN_MAX];
	uint32_t n;
};

enum shown_sign {
	SIGN_PLAIN,			/* - or a blank before the number */
	SIGN_FRONT, SIGN_BACK,		/* S: + or - */
	SIGN_MINUS,			/* MI: - or a blank, at its place */
	SIGN_BRACKET			/* PR: <1> */
};
struct k_number_text {
	char part[SHOWN_MAX];	/* 9 0 , . or: */
	bool literal[SHOWN_MAX];	/* the character itself */
	uint32_t n;
	uint32_t pre, post;	/* digits before and behind the point */
	uint32_t zero;		/* before the point: the first 0, or pre */
	uint32_t zeros_end;	/* decimals that FM keeps */
	uint32_t last;		/* part behind which S or PR closes */
	bool any_zero;		/* a 0 anywhere */
	bool bare;		/* FM */
	enum shown_sign sign;
	int16_t scale;		/* of the values */
};

#endif
