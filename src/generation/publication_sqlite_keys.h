/*
 * Foreign keys of a publication in SQLite: what its two files share.
 */
#ifndef DECANT_PUBLICATION_SQLITE_KEYS_H
#define DECANT_PUBLICATION_SQLITE_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "generation/publication_sqlite_impl.h"

struct lite_fkey {
	struct litepub *s;
	const char *child, *parent;	/* live names */
	const struct pub_table *c, *p;	/* that move; NULL: they stay */
	const char *child_now;		/* whose rows are looked at */
	const char *parent_then;	/* what they will refer to */
	uint32_t n, cap, to_cap;
	const char **from, **to;
};

/* Makes what the looks need, in temp. */
bool	 litepub_look_init(struct litepub *);
/* Would rows refer to nothing?  Before the transaction, and in it. */
bool	 litepub_look_before(struct lite_fkey *);
bool	 litepub_look_inside(struct lite_fkey *);
/* T016: the foreign key itself does not fit; false. */
bool	 litepub_tell_fkey(struct lite_fkey *, const char *why);

#endif
