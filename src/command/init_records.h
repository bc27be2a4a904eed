/*
 * Records of a copybook that may stand in one file, and what tells them apart.
 */
#ifndef DECANT_INIT_RECORDS_H
#define DECANT_INIT_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "cobol/copybook.h"

struct arena;
struct buf;
struct nameset;

struct init_type {
	uint32_t record;	/* the 01 */
	const char *name;	/* of the type */
	const char *when;	/* a condition; "TODO" stands where the copybook
				 * does not tell */
	const struct init_type *parent;	/* NULL: nobody says */
};

struct init_types {
	struct init_type *type;
	uint32_t n;		/* 0: there is one record only */
	bool known;		/* the conditions are the copybook's */
};

/*
 * The records that share a file with `record`: those of its FD, or all of a
 * copybook that is no program.
 */
void	 init_types(struct arena *, struct init_types *, const struct layout *,
	    uint32_t record);
/* records: of a mapping; as comments where the conditions are not known. */
void	 init_put_records(struct buf *, const struct layout *,
	    const struct init_types *);

#endif
