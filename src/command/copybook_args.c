/*
 * The options that say how a copybook is read; see copybook_args.h.
 */
#include "command/copybook_args.h"

const char *const address_sizes[] = { "auto", "4", "8", NULL };

void
copybook_args_options(struct copybook_options *o,
    const struct copybook_args *args)
{
	*o = (struct copybook_options){ .format = args->format,
	    .include = args->include.v, .ninclude = args->include.n,
	    .dialect = (enum dialect)args->dialect,
	    .address_size = (uint8_t)(4 * args->address),
	    .define = args->define.v, .ndefine = args->define.n,
	    .replace = args->replace.v, .nreplace = args->replace.n };
}
