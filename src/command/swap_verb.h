/*
 * What decant publish and decant rollback have in common.
 */
#ifndef DECANT_SWAP_VERB_H
#define DECANT_SWAP_VERB_H

#include "command/command.h"
#include "command/dataset_args.h"

struct swap_args {
	struct common_args common;
	struct dataset_args which;
	uint64_t generation;
	const char *export_writes, *snapshot;
	bool no_snapshot, rebuild_dependents, resync, dry_run, json, quiet;
	bool untested;			/* of publish */
};

#define OPT_SWAP							\
	OPT_DATASET(struct swap_args, which),				\
	{ .name = "generation", .kind = OPT_COUNT, .metavar = "N",	\
	    .at = offsetof(struct swap_args, generation),		\
	    .help = "that one, instead of the obvious one",		\
	    .min = 1, .max = 4000000000u },				\
	{ .name = "rebuild-dependents", .kind = OPT_FLAG,		\
	    .at = offsetof(struct swap_args, rebuild_dependents),	\
	    .help = "make views and the like again that depend on live "	\
	    "tables" },							\
	{ .name = "resync", .kind = OPT_FLAG,				\
	    .at = offsetof(struct swap_args, resync),			\
	    .help = "go on though tables are replicated" },		\
	{ .name = "export-writes", .kind = OPT_TEXT, .metavar = "FILE",	\
	    .at = offsetof(struct swap_args, export_writes),		\
	    .help = "write to FILE what applications wrote and cannot be "	\
	    "carried" },						\
	{ .name = "snapshot", .kind = OPT_TEXT, .metavar = "DIR",	\
	    .at = offsetof(struct swap_args, snapshot),			\
	    .help = "keep a proved copy of what is live in DIR, before" },	\
	{ .name = "no-snapshot", .kind = OPT_FLAG,			\
	    .at = offsetof(struct swap_args, no_snapshot),			\
	    .help = "none, though the version changes (SQLite)" },	\
	{ .name = "dry-run", .kind = OPT_FLAG,				\
	    .at = offsetof(struct swap_args, dry_run),			\
	    .help = "print the statements, and do nothing" },		\
	{ .name = "json", .kind = OPT_FLAG,				\
	    .at = offsetof(struct swap_args, json),			\
	    .help = "print what was done as one JSON object" },		\
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,		\
	    .at = offsetof(struct swap_args, quiet),			\
	    .help = "say nothing when all is well" }

enum status swap_verb(struct invocation *, bool back);

/* "published", … of a swap_result: members of a JSON object, or lines. */
void	 swap_verb_json(struct json *, const struct swap_result *);
void	 swap_verb_text(struct buf *, const struct swap_result *);

#endif
