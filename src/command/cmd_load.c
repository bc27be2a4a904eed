/*
 * decant load: the everyday job.  Records become rows, the rows become the
 * target's tables, all of them or none.
 */
#include "command/load_verb.h"

static const struct opt options[] = {
	OPT_LOAD,
	{ .name = "max-shrink", .kind = OPT_TEXT, .metavar = "P%",
	    .at = offsetof(struct load_args, max_shrink),
	    .help = "a table may lose P percent of its rows (20)" },
	OPT_LOAD_PUBLISH,
	OPT_COMMON,
	OPT_END
};

static enum status
load_run_verb(struct invocation *in)
{
	return load_verb(in, LOAD_PUBLISH);
}

const struct command cmd_load = {
	.name = "load",
	.operands = "MAPPING [FILE]...",
	.summary = "load files into a database",
	.about =
	    "Reads the mapping's files, or FILE (- is standard input), makes\n"
	    "rows of their records and loads them into the target. The\n"
	    "target's tables are replaced in one transaction, when all went\n"
	    "well; otherwise they stay as they were. The old ones are kept:\n"
	    "decant rollback makes them live again. Records that cannot be\n"
	    "loaded go to NAME.rejects/, with their reasons.\n"
	    "A dataset file takes words MEMBER=FILE for those of its mappings\n"
	    "that are sent; the tables of the others stay as they are.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct load_args),
	.min = 1, .max = UINT32_MAX,
	.run = load_run_verb,
};
