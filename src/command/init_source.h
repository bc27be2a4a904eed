/*
 * The mapping that decant init would write, for those who need one and were
 * given a copybook; and what that has in common with decant init.
 */
#ifndef DECANT_INIT_SOURCE_H
#define DECANT_INIT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "command/command.h"
#include "command/copybook_args.h"

struct init_source {
	const char *copybook;
	const char *record, *encoding;	/* NULL: not said */
	uint32_t format;		/* of init_formats */
	const struct copybook_args *args;
};

/* Appends the mapping; an error is in the invocation's diagnostics. */
enum status init_source(struct invocation *, struct buf *,
	    const struct init_source *);

/* cmd_init.c: formats as mappings name them; the page that files of a format
 * and dialect have unless something else is said; what else may be wrong. */
extern const char *const init_formats[];
const char *init_encoding(const char *format, enum dialect);
bool	 init_knows_encoding(struct invocation *, const char *name);
bool	 init_fits(struct invocation *, const char *format,
	    const struct layout *, uint32_t record);

#endif
