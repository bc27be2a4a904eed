/*
 * decant retry: records that were rejected, mended since, become rows beside
 * those that are live.
 */
#include "command/load_verb.h"

static const struct opt options[] = {
	OPT_LOAD,
	OPT_LOAD_PUBLISH,
	OPT_COMMON,
	OPT_END
};

static enum status
retry_run(struct invocation *in)
{
	return load_verb(in, LOAD_RETRY);
}

const struct command cmd_retry = {
	.name = "retry",
	.operands = "MAPPING NAME.rejects",
	.summary = "load rejects that have been mended",
	.about =
	    "Reads the records of NAME.rejects, which somebody has mended,\n"
	    "makes rows of them, and loads them beside the rows that are\n"
	    "live: those are the next generation, which becomes live. What is\n"
	    "rejected again goes to NAME-retry-1.rejects/. The mapping must\n"
	    "be the one that they were rejected by, and what is live must\n"
	    "come from that load.\n",
	.missing = "the mapping, or the rejects",
	.options = options,
	.args_size = sizeof(struct load_args),
	.min = 2, .max = 2,
	.run = retry_run,
};
