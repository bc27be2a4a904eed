/*
 * Reject files: DIR/records.dat holds the rejected records in the input's own
 * framing, so that decant reads them again (rows of a table are lines of
 * DIR/records.csv); DIR/fragments.dat what was no
 * whole record; DIR/reasons.csv a row for each reason.  DIR/run.json and
 * DIR/origins.csv are for decant retry: of which load they are, and of which
 * record each one is.  All are mode 0600.
 * Before a record that hangs on another stands a copy of that, marked as
 * context in the reasons; one that lacks its parent is in DIR/orphans.dat where
 * records.dat would give it a wrong one.
 *
 * How they take DIR's place is rejects_dir.h's business.
 */
#ifndef DECANT_REJECTS_H
#define DECANT_REJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"
#include "plan/batch.h"
#include "plan/plan.h"
#include "record/record.h"

struct job;
struct rejects;

/*
 * `asked` as rejects_dir_init has it; `generation`, of the job's dataset, that
 * the load makes (0: none).  NULL: told.
 */
struct rejects *rejects_new(struct arena *, struct diags *,
	    const struct job *, const struct source_options *,
	    const char *asked, uint32_t generation);
/* Forgets what was written: the input is read once more. */
void	 rejects_restart(struct rejects *);
/* The rejected records of a batch and their reasons. */
enum grade rejects_put(struct rejects *, const struct batch *,
	    const struct source_facts *);
enum grade rejects_fragment(struct rejects *, const struct fragment *);
/*
 * Puts the files in place; *dir is where, NULL when there were no rejects
 * (then it only moves those of an earlier run away).  `loaded`: the other
 * records go into the generation.
 */
enum grade rejects_commit(struct rejects *, bool loaded, const char **dir);
/* Removes what was not committed, and frees. */
void	 rejects_free(struct rejects *);
/* Hex of an item's bytes in a record, at most `most` of them. */
void	 rejects_hex(struct buf *, struct slice record, uint32_t offset,
	    uint32_t size, uint32_t most);

#endif
