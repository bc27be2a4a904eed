/*
 * Proofs over the whole input: the batches' differences (plan/prove.h) are
 * counted by item and reason, and the first of each is kept.
 */
#ifndef DECANT_PROOFS_H
#define DECANT_PROOFS_H

#include <stdint.h>

#include "flow/job.h"

struct arena;
struct batch;
struct proofs;

struct proof_kind {		/* an item, a reason, and the first case */
	uint32_t item;		/* of the layout */
	uint16_t code;		/* enum diag_code */
	uint64_t count;		/* occurrences counted */
	const char *file;
	uint64_t record, offset;	/* in the file; of the record there */
	uint32_t at, size;	/* the item's bytes in the record; size 0: it
				 * has no place */
	const char *path;	/* CUSTOMER.PHONE(2).NUMBER */
	const char *before, *after;	/* hex, at most PROOF_BYTES; NULL:
					 * nothing could be written */
};

struct proof_result {
	uint64_t checked, proved;	/* records */
	struct proof_kind *kind;
	uint32_t nkind, cap;
	uint64_t more;		/* differences of kinds beyond the most kept */
};

struct proofs *proofs_new(struct arena *, const struct job *);
/* Forgets all: the input is read once more. */
void	 proofs_restart(struct proofs *);
/* A batch that was proved; in input order. */
void	 proofs_put(struct proofs *, const struct batch *);
const struct proof_result *proofs_result(const struct proofs *);

#endif
