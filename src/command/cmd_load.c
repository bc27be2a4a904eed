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
	{ .name = "rebuild-dependents", .kind = OPT_FLAG,
	    .at = offsetof(struct load_args, rebuild_dependents),
	    .help = "make views and the like again that depend on live "
	    "tables" },
	{ .name = "resync", .kind = OPT_FLAG,
	    .at = offsetof(struct load_args, resync),
	    .help = "go on though tables are replicated" },
	{ .name = "export-writes", .kind = OPT_TEXT, .metavar = "FILE",
	    .at = offsetof(struct load_args, export_writes),
	    .help = "write to FILE what applications wrote and cannot be "
	    "carried" },
	{ .name = "snapshot", .kind = OPT_TEXT, .metavar = "DIR",
	    .at = offsetof(struct load_args, snapshot),
	    .help = "keep a proved copy of what is live in DIR, before" },
	{ .name = "no-snapshot", .kind = OPT_FLAG,
	    .at = offsetof(struct load_args, no_snapshot),
	    .help = "none, though the version changes (SQLite)" },
	OPT_COMMON,
	OPT_END
};

static enum status
load_run_verb(struct invocation *in)
{
	return load_verb(in, true);
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
	    "loaded go to NAME.rejects/, with their reasons.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct load_args),
	.min = 1, .max = UINT32_MAX,
	.run = load_run_verb,
};
