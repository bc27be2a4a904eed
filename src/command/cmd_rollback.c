/*
 * decant rollback: what was live before is live again.
 */
#include "command/swap_verb.h"

static const struct opt options[] = {
	OPT_SWAP,
	OPT_COMMON,
	OPT_END
};

static enum status
rollback_run(struct invocation *in)
{
	return swap_verb(in, true);
}

const struct command cmd_rollback = {
	.name = "rollback",
	.operands = "[MAPPING]",
	.summary = "make the previous generation live again",
	.about =
	    "Makes the generation live again that was live before, in one\n"
	    "transaction. The one that is rolled back from is kept: decant\n"
	    "publish makes it live again. What applications have written\n"
	    "meanwhile is carried back.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct swap_args),
	.min = 0, .max = 1,
	.run = rollback_run,
};
