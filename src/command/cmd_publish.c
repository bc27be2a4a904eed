/*
 * decant publish: the staged generation becomes the live one.
 */
#include "command/swap_verb.h"

static const struct opt options[] = {
	OPT_SWAP,
	{ .name = "untested", .kind = OPT_FLAG,
	    .at = offsetof(struct swap_args, untested),
	    .help = "though a test of its mapping fails" },
	OPT_COMMON,
	OPT_END
};

static enum status
publish_run(struct invocation *in)
{
	return swap_verb(in, false);
}

const struct command cmd_publish = {
	.name = "publish",
	.operands = "[MAPPING]",
	.summary = "make the staged generation the live one",
	.about =
	    "Makes the staged generation live, in one transaction; what was\n"
	    "live is kept, for decant rollback. After a rollback, the one\n"
	    "that was rolled back from is live again. What applications have\n"
	    "written to the live tables is carried to the new ones.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct swap_args),
	.min = 0, .max = 1,
	.run = publish_run,
};
