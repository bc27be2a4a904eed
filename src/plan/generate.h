/*
 * Made records: bytes for a layout that look like somebody's data, by the
 * names and pictures of the items, their 88-levels and VALUEs, and what a
 * mapping says of them (formats of dates, keys, columns that are not null,
 * the conditions of record types).
 *
 * Everything about a record follows from the seed and the record's numbers:
 * nothing is remembered from one record to the next, so records may be made
 * in any order and again.
 */
#ifndef DECANT_GENERATE_H
#define DECANT_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "cobol/copybook.h"

struct arena;
struct codepage;
struct generator;
struct mapping;
struct plan;

#define EDGE_WHOLE	10000u	/* all cells */

struct generate_options {
	uint64_t seed;
	uint32_t edge;		/* of EDGE_WHOLE cells that are edge cases */
	const struct codepage *page;
	const struct plan *plan;	/* of the mapping */
	const struct mapping *mapping;
};

struct to_generate {		/* a record */
	uint64_t number;	/* of all records, from 0 */
	uint64_t ordinal;	/* among those of its type, from 0 */
	uint64_t parent;	/* the same of the record that it hangs on */
	uint32_t attempt;	/* 0; others make other values */
};

/*
 * Of a type of records (0 where there are none); in the arena.  NULL with
 * P090 when the type's condition is none that a record can be made for.
 */
struct generator *generator_new(struct arena *, struct diags *,
	    const struct layout *, uint32_t record, uint32_t type,
	    const struct generate_options *);
/* Bytes of the longest record. */
uint32_t generator_size(const struct generator *);
/* How many different keys there are; UINT64_MAX: no item is a key. */
uint64_t generator_keys(const struct generator *);
/*
 * Makes n records: of[i] becomes rec[i], generator_size zeroed bytes and 64
 * more, and len[i] of them are the record.
 */
void	 generator_run(const struct generator *, const struct to_generate *of,
	    uint8_t *const *rec, uint32_t *len, uint32_t n, struct arena *);

#endif
