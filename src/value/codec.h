/*
 * Codecs: the bytes of an item <-> typed values, a column at a time.
 *
 * A kernel is one dense loop over the rows; it cannot fail: what is wrong
 * makes the cell bad.  Each has an unchecked form, used when the shortest row
 * covers the item, and a checked one.  An item wholly past the end of its row
 * is null, one cut in the middle is bad (D001).
 */
#ifndef DECANT_CODEC_H
#define DECANT_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "value/value.h"

struct arena;
struct codepage;

/* Rows of bytes: the only addressing mode. */
struct rows {
	uint32_t n;
	const uint8_t *const *base;	/* 64 bytes after the end are readable */
	const uint32_t *len;
	uint32_t shortest;		/* min of len[] */
};

enum codec_kind {
	CODEC_TEXT,	/* of the page; mixed text where that is mixed */
	CODEC_ZONED, CODEC_PACKED, CODEC_BINARY, CODEC_FLOAT,
	CODEC_DIGITS,	/* zoned unsigned number -> text of its digits */
	CODEC_BYTES,	/* the raw bytes */
	CODEC_EDITED,	/* a number shown by a picture */
	CODEC_NATIONAL,	/* UTF-16, big-endian */
	CODEC_UTF8,
	CODEC_DBCS,	/* double bytes of a mixed page, without SO and SI */
	CODEC_FIELD	/* of delimited text; its bytes are elsewhere: at the
			 * item stand two 32-bit numbers in this machine's
			 * order, their distance from it, and how many */
};
#define CODEC_FIELD_SIZE 8u

/* What a field's text is: itself, a number as it says, all digits of an
 * unsigned whole number's picture, or a float. */
enum codec_field { FIELD_TEXT, FIELD_NUMBER, FIELD_DIGITS, FIELD_FLOAT };

enum codec_sign {
	CODEC_UNSIGNED, CODEC_SIGN_TRAILING, CODEC_SIGN_LEADING,
	CODEC_SIGN_TRAILING_SEPARATE, CODEC_SIGN_LEADING_SEPARATE
};

enum policy {
	POLICY_REJECT, POLICY_NULL, POLICY_KEEP, POLICY_ZERO,
	POLICY_INFINITY, POLICY_TRUNCATE, POLICY_ROUND, POLICY_NEXT_DAY
};
enum trim { TRIM_RIGHT, TRIM_BOTH, TRIM_NONE };

struct policies {		/* "Blank and dirty values" */
	/* zoned and packed numbers: POLICY_NULL, _ZERO or _REJECT */
	enum policy number_spaces, number_low, number_high;
	enum policy number_leading_blanks;	/* REJECT, or ZERO: as zeros */
	enum policy number_invalid;		/* REJECT or NULL */
	bool number_sign_lenient;		/* unsigned items may be minus */
	bool number_pad_digit;			/* a packed item's pad nibble
						   is one more digit */
	enum trim text_trim;
	enum policy text_empty;			/* KEEP or NULL */
	enum policy text_nul;			/* REJECT, NULL, KEEP */
	enum policy text_unmappable;		/* REJECT, NULL; KEEP: U+FFFD */
	enum policy date_zeros, date_nines;	/* NULL or REJECT */
	enum policy date_invalid;		/* REJECT or NULL */
	enum policy date_max, date_min;		/* the days 9999-12-31 and
						   0001-01-01: KEEP, NULL or
						   INFINITY */
	enum policy date_fraction;		/* beyond microseconds: REJECT,
						   TRUNCATE or ROUND */
	enum policy date_hour_24;		/* REJECT or NEXT_DAY */
	uint8_t date_century;			/* YY below it is 20YY */
};
extern const struct policies policies_default;

/* A number as a picture shows it: Enterprise COBOL Language Reference,
 * "Numeric-edited category". */
struct codec_edit {
	const char *symbol;	/* a position each: 9 Z * + - $ . , B 0 / V P E,
				   C (CR) and D (DB), in the default's symbols,
				   whatever SPECIAL-NAMES makes of them */
	uint32_t nsymbol;
	char floating;		/* + - $: which floats; 0: none */
	const char *currency;	/* UTF-8; what $ shows */
	bool comma;		/* DECIMAL-POINT IS COMMA */
	bool blank_zero;	/* blanks are zero */
	bool national;		/* characters are UTF-16, big-endian */
};
#define CODEC_EDIT_MAX	256	/* symbols, and characters of the item */

struct codec {
	enum codec_kind kind;
	uint32_t op;		/* goes into the faults */
	uint32_t offset, size;	/* bytes, from the row's base */
	uint16_t digits;
	int16_t scale;		/* of the picture; may be negative (9PPP) */
	enum codec_sign sign;
	bool is_signed;
	bool little_endian;	/* binary and float */
	bool ieee;		/* float: IEEE 754, else IBM hexadecimal */
	bool no_sign;		/* packed: without a sign nibble (COMP-6) */
	enum codec_field field;	/* CODEC_FIELD */
	uint32_t width;		/* field: characters of text; 0: any */
	uint8_t binary;		/* field: bytes of a binary item or a float,
				 * which bound it, not its digits; or 0 */
	bool comma;		/* field: the decimal point is a comma */
	bool utf8;		/* field: text is UTF-8, not the page's */
	const struct codec_edit *edit;	/* CODEC_EDITED */
	const struct codepage *page;
	const struct policies *policies;
};

/*
 * The type that a codec yields and its decimals: numbers are V_I64 when an
 * int64 holds whatever the bytes can hold (times the zeros of a negative
 * scale), else V_D128.  *precision is how many digits that has (S9(4) COMP:
 * 5), at least the decimals; over 38, no type holds the item, and decoding
 * makes its cells bad (D011).  Of a float: 9 or 17; of text and bytes: 0.
 * The policies count: a pad nibble may be a digit.
 */
enum vtype codec_type(const struct codec *, int16_t *scale,
	    uint16_t *precision);
/*
 * Decodes rows->n cells into *out, which it initialises.  The rows' bytes
 * must outlive the column where the type is V_TEXT or V_BYTES: a kernel may
 * point into them.
 */
void	 codec_decode(const struct codec *, const struct rows *,
	    struct column *out, struct arena *);

#endif
