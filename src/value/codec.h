/*
 * Codecs: the bytes of an item <-> typed values, a column at a time.  Each
 * file codec_*.c decodes and encodes.
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

#include "value/type.h"
#include "value/value.h"

struct arena;
struct buf;
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
	CODEC_DECFLOAT,	/* decimal floating point -> text of the number */
	CODEC_DIGITS,	/* zoned unsigned number -> text of its digits */
	CODEC_BYTES,	/* the raw bytes */
	CODEC_EDITED,	/* a number shown by a picture */
	CODEC_NATIONAL,	/* UTF-16, big-endian */
	CODEC_UTF8,
	CODEC_DBCS,	/* double bytes of a mixed page, without SO and SI */
	CODEC_VARCHAR,	/* a length and a text; see codec_varchar.c */
	CODEC_KEYED,	/* a number that the bytes stand for: `keys` */
	CODEC_FIELD,	/* of delimited text; its bytes are elsewhere: at the
			 * item stand two 32-bit numbers in this machine's
			 * order, their distance from it, and how many */
	CODEC_CELL	/* of a row of a table; see struct cell_type */
};
#define CODEC_FIELD_SIZE 8u
#define DECFLOAT_TEXT_MAX 80u	/* bytes of such a text */

/*
 * A column of a table that is the source.  Records of its rows are decant's
 * own; a cell of them is, in this machine's order,
 *
 *	state	4 bytes: ROWCELL_VALUE, ROWCELL_NULL, or the code of a bad one;
 *		4 more: 1 if the text of a bad one is known
 *	value	as columns hold it: 8 bytes, 16 of V_D128; of texts and bytes,
 *		and of a bad cell, two 32-bit numbers: the distance of its text
 *		from the cell, and how long that is
 *
 * so that nothing is lost on the way, and decoding is copying.
 */
struct cell_type {
	struct sqltype type;
	int16_t scale;		/* decimals of the cells */
	bool not_null;		/* no cell is null, */
	bool held;		/* no text longer than the type says: the
				 * database sees to it */
};
#define ROWCELL_VALUE	0u
#define ROWCELL_NULL	1u
uint32_t rowcell_size(const struct cell_type *);
/*
 * Writes n cells of a column, from row `from` on: base[i] + offset is the
 * cell, and end[i], which moves on, where its text goes.
 */
void	 rowcell_put(const struct column *, uint32_t from, uint32_t n,
	    uint8_t *const *base, uint32_t offset, uint8_t **end);
/* What such a bad cell held; p NULL: that is not known. */
void	 rowcell_put_bad(uint8_t *cell, struct slice, uint8_t **end);
struct slice rowcell_bad_text(const uint8_t *cell);

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
	enum policy text_cut;			/* by the record's end: REJECT;
						   KEEP: what is there */
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
/*
 * For round trips: what can be read is read, and what a value and its form can
 * hold is kept.  Text is not trimmed and may hold X'00', blanks in front of
 * digits are zeros, a pad nibble is a digit, unsigned items may be minus, and
 * items of blanks, X'00' or X'FF' are null.
 */
extern const struct policies policies_exact;
/* Those of a table as the source, which keeps its texts as they are; what is
 * said of dates holds for functions that read them. */
void	 policies_of_table(struct policies *);

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

/* Values of an item, and the numbers that they stand for. */
struct codec_keys {
	uint32_t size;		/* bytes of each */
	uint32_t n;
	const uint8_t *value;	/* [n * size] */
	const uint32_t *number;
};
/* The number that the item's bytes stand for; false: none. */
bool	 codec_keys_find(const struct codec_keys *, const uint8_t *item,
	    uint32_t *number);

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
	bool justified;		/* text is padded at the left */
	bool ascii_sign;	/* ASCII zoned: +0-9 is 0-9, -0-9 is p-y (Micro
				   Focus, GnuCOBOL), not {A-I, }J-R; decoding
				   takes either */
	uint8_t length_size;	/* CODEC_VARCHAR: bytes of the length */
	uint32_t text_at;	/* where its text starts, */
	enum codec_kind inner;	/* and what that is */
	const struct codec_edit *edit;	/* CODEC_EDITED */
	const struct codec_keys *keys;	/* CODEC_KEYED */
	const struct cell_type *cell;	/* CODEC_CELL */
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

/* Where a field of delimited text has its bytes. */
struct slice codec_field_bytes(const uint8_t *entry);
/*
 * Puts a field that was decoded into `out`, in the code page and spelled as
 * its bytes are, but for the value, which is the column's.  0, or a code: such
 * a value cannot be spelled so.
 */
uint16_t codec_field_back(const struct codec *, const struct column *,
	    uint32_t row, struct slice bytes, struct buf *out);

/*
 * The form of a cell says how its bytes spell the value, where there are
 * several ways.  0 is the preferred one, that of COBOL's MOVE: signs C, D and
 * (unsigned) F, text padded with blanks, zeros plus, floats normalized, the
 * fewest shift codes.  A form is a few small numbers, never the bytes again:
 * what it cannot tell does not come back.
 */
#define FORM_BLANKS	1u	/* a null number: all blanks, */
#define FORM_LOW	2u	/* X'00' (text too), */
#define FORM_HIGH	3u	/* X'FF' */
#define FORM_FILLER	3u	/* the bits of these three */
#define FORM_MINUS	4u	/* a zero with a minus sign */
#define FORM_SHOWN	8u	/* edited: 0 and / in front of the number too */
/* Edited: the symbols around a zero of which no digit shows. */
#define FORM_AROUND	16u
/* Packed: the sign nibble; zoned: the sign's zone, in ASCII 3, 4 and 7, and
 * 0xC for { A-I } J-R. */
#define FORM_SIGN(n)	((uint64_t)(n) << 4)
#define FORM_SIGN_OF(f)	((uint32_t)(f) >> 4 & 15)
/* Zoned: blanks for leading zeros; hexadecimal floats: zeros in front of the
 * fraction, a zero's characteristic; decimal ones: zeros at the end, a zero's
 * exponent (14 bits); edited: leading zeros that show, and of
 * floats those of the fraction. */
#define FORM_COUNT(n)	((uint64_t)(n) << 8)
#define FORM_COUNT_OF(f) ((uint32_t)((f) >> 8) & 0xff)
/* Mixed text: places (in bytes, plus 1) of shift codes out of and back into
 * the same kind of characters, at most three. */
#define FORM_SHIFT_BITS	20
#define FORM_SHIFT(i, at) ((uint64_t)((at) + 1) << (4 + FORM_SHIFT_BITS * (i)))

/* Cells that could not be encoded: ascending by row. */
struct cell_faults {
	struct fault *v;
	uint32_t n, cap;
};

/*
 * Encodes the first n cells of a column (V_I64 or V_D128 as one likes) whose
 * type and scale are codec_type's into base[row] + offset; a row whose base is
 * NULL is left out.  form[row] is the cell's, NULL: all are preferred; a form
 * that does not go with its value is taken as far as it does.  Nothing is ever
 * cut: what does not fit or is no character of the page becomes a fault, and
 * the item's bytes undefined; a bad cell is its own fault again.  Only floats
 * are rounded.  A null is what the policies read as one, a fault where nothing
 * is (binary items, floats).
 */
void	 codec_encode(const struct codec *, const struct column *,
	    const uint64_t *form, uint8_t *const *base, uint32_t n,
	    struct cell_faults *, struct arena *);
/* The form that a null of form 0 is written in, by the codec's policies; 0: it
 * has none. */
uint64_t codec_null_form(const struct codec *);
/*
 * The form of the cell that codec_decode made of these bytes under
 * policies_exact.  Encoding tells whether the form says it all; where it does
 * not, codec_formless is the reason: D030, of a float D031.
 */
uint64_t codec_form(const struct codec *, const struct column *, uint32_t row,
	    const uint8_t *item);
uint16_t codec_formless(const struct codec *);

/*
 * Kernels as other processors have them, for tests and measurements, once
 * before the first batch: "avx2" (without AVX-512), "portable"; NULL or
 * anything else: the processor's best.
 */
void	 codec_kernels(const char *name);

#endif
