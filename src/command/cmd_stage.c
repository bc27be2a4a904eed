/*
 * decant stage: a generation beside the live one, which nobody sees yet.
 */
#include "command/load_verb.h"

static const struct opt options[] = {
	OPT_LOAD,
	OPT_COMMON,
	OPT_END
};

static enum status
stage_run(struct invocation *in)
{
	return load_verb(in, LOAD_STAGE);
}

const struct command cmd_stage = {
	.name = "stage",
	.operands = "MAPPING [FILE]...",
	.summary = "load files beside what is live",
	.about =
	    "Does what decant load does, up to the moment when the new tables\n"
	    "would become live: they stay beside the live ones, until decant\n"
	    "publish, or until another generation is staged.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct load_args),
	.min = 1, .max = UINT32_MAX,
	.run = stage_run,
};
