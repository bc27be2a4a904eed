/*
 * The texts of a generation, out of the ledger and into a scratch directory:
 * the mapping that it was made with, and what that names, in their places.
 */
#ifndef DECANT_TEXTS_H
#define DECANT_TEXTS_H

#include <stdbool.h>

#include "generation/dataset.h"

struct scratch_texts {
	const char *directory;		/* NULL: none */
	const char *mapping;		/* path of the mapping in it */
};

/* False: told (L002, L013), and there is no directory. */
bool	 texts_write(struct dataset *, const struct generation *,
	    struct scratch_texts *);
struct mapping;
/* Reads the mapping in it, or all members of the dataset file, and last what
 * that says itself; in the arena.  False: told. */
bool	 texts_mappings(struct dataset *, const struct scratch_texts *,
	    struct mapping ***, uint32_t *n);
/* Takes the directory away. */
void	 texts_remove(struct scratch_texts *);

#endif
