/*
 * Where mended rejects stood before they were rejected.
 *
 * DIR/origins.csv has a line for each record of DIR/records.dat: its number and
 * file in the input that it came from, and of the ones that were not rejected
 * and stand there for others (context) a hash of their bytes, by which they are
 * known again: they give no rows, for theirs are in the database.  Whoever
 * mends records may take some out; then numbers cannot be told.
 */
#ifndef DECANT_ORIGINS_H
#define DECANT_ORIGINS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/slice.h"
#include "plan/batch.h"

struct arena;
struct buf;
struct diags;
struct origins;

/* A line; the buffer is scratch.  False: a write error, errno tells. */
bool	 origins_write(FILE *, struct buf *, uint64_t number,
	    const char *file, bool context, struct slice record);
/* All of DIR/origins.csv, in the arena; NULL: told. */
struct origins *origins_read(struct arena *, struct diags *, const char *dir);
/* Fills batch->origin of a batch that was just read. */
void	 origins_put(const struct origins *, struct batch *);
/* Were there so many records? */
bool	 origins_count_is(const struct origins *, uint64_t records);

#endif
