/*
 * EBCDIC code pages of our own, so that what a byte means hangs neither on
 * the C library nor on which converters a distribution ships: glibc lacks
 * 838, has holes in 274, 275, 420 and 424, and differs from IBM in single
 * characters of others.  tables.c is written by make-tables, which names the
 * source; charset.c makes code pages of it; private to charset/.
 *
 * Control characters are IBM's: X'15' is NEL (U+0085), X'25' LF (U+000A).
 */
#ifndef DECANT_TABLES_H
#define DECANT_TABLES_H

#include <stdint.h>

#define TABLE_NONE	0xffff	/* the page has no character there */

/* A page as what it changes in cp037: byte << 16 | code. */
struct table_changes {
	uint16_t number;
	uint16_t n;
	const uint32_t *change;
};

extern const uint16_t table_cp037[256];
extern const struct table_changes table_changes[];	/* by number */
extern const uint32_t table_count;

#endif
