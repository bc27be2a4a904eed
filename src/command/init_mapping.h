/*
 * A first mapping from a layout: the text that decant init prints.
 */
#ifndef DECANT_INIT_MAPPING_H
#define DECANT_INIT_MAPPING_H

#include <stdint.h>

#include "cobol/copybook.h"

struct arena;
struct buf;
struct init_types;

struct init_options {
	const char *copybook;	/* as it is to stand in the mapping */
	const char *name;	/* of the dataset */
	const char *file;	/* NULL: to be given on the command line */
	const char *format;	/* as mappings name it */
	const char *program;	/* the format, where the program's FD says it */
	const char *encoding;
	const struct copybook_options *read;	/* how the copybook was read */
	bool say_record;	/* the copybook has others */
	bool types;		/* others may stand in the same file */
	bool dates;		/* what looks like a date is one */
};

/* All that stands before tables:, with the types of records given; where none
 * are, they are found, and *types set. */
void	 init_mapping_head(struct arena *, struct buf *, const struct layout *,
	    uint32_t record, const struct init_options *, struct init_types *);
/* The whole mapping.  Returns how many items are left out, because a table of
 * PostgreSQL has no room for more columns. */
uint32_t init_mapping(struct arena *, struct buf *, const struct layout *,
	    uint32_t record, const struct init_options *);

#endif
