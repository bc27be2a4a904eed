/*
 * What compilers make of the same clauses; decant-copybook(5), "Dialects".
 */
#ifndef DECANT_DIALECT_H
#define DECANT_DIALECT_H

#include "cobol/copybook.h"

/* How many bytes a binary number of so many digits has. */
enum binary_sizes {
	BINARY_WORDS,		/* 2, 4, 8 */
	BINARY_POWERS,		/* 1, 2, 4, 8 */
	BINARY_BYTES		/* as few as hold it, 1 to 16 */
};

struct dialect_rules {
	const char *name;
	enum binary_sizes sizes;
	uint8_t address;	/* bytes of a POINTER */
	uint8_t index;		/* of an INDEX; 0: an address */
	uint8_t procedure;	/* of a PROCEDURE-POINTER; 0: an address */
	uint8_t sync_most;	/* widest boundary of a binary; 0: SYNC does
				 * nothing */
	uint8_t binary_digits, digits;	/* the most */
	bool binary_text;	/* PIC X(n) COMP-5 is a number of n bytes */
	bool slack_at_most;	/* slack bytes behind a variable table are
				 * those of the longest record */
};

const struct dialect_rules *dialect_rules(enum dialect);

/* 0: more digits than the dialect takes. */
uint32_t dialect_binary_size(const struct dialect_rules *, uint32_t digits,
	    bool is_signed);
/* COMP-X and COMP-N: the fewest bytes that hold the digits, unsigned. */
uint32_t dialect_packed_binary_size(uint32_t digits, bool is_signed);
/* Decimal digits of the largest number in so many bytes. */
uint32_t dialect_binary_digits(uint32_t bytes, bool is_signed);

#endif
