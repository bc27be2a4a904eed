/*
 * Records of variable length, as the makers of sample extracts write them.
 *
 * Each record has an RDW before it (2 bytes of length, which count the RDW
 * itself, big-endian; 2 bytes of zeros).  Format vb puts them into blocks of
 * at most 1,000 bytes, each behind a BDW of the same form; v does not.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "extract.h"

#define BLOCK		1000

struct block {
	uint8_t bytes[BLOCK];
	size_t used;
	bool blocked;
};

static void
block_flush(struct block *b)
{
	if (b->blocked && b->used > 4) {
		put_binary(b->bytes, 2, (unsigned)b->used);
		put_binary(b->bytes + 2, 2, 0);
		fwrite(b->bytes, 1, b->used, stdout);
	}
	b->used = 4;
}

static void
put_record(struct block *b, const uint8_t *record, unsigned length)
{
	uint8_t rdw[4];

	put_binary(rdw, 2, length + 4);
	put_binary(rdw + 2, 2, 0);
	if (!b->blocked) {
		fwrite(rdw, 1, 4, stdout);
		fwrite(record, 1, length, stdout);
		return;
	}
	if (b->used + 4 + length > BLOCK)
		block_flush(b);
	memcpy(b->bytes + b->used, rdw, 4);
	memcpy(b->bytes + b->used + 4, record, length);
	b->used += 4 + length;
}

#endif
