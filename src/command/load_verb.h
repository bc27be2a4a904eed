/*
 * What decant load and decant stage have in common: nearly all.
 */
#ifndef DECANT_LOAD_VERB_H
#define DECANT_LOAD_VERB_H

#include "command/command.h"

#define JOBS_MAX	256u

struct load_args {
	struct common_args common;
	const char *to, *max_rejects, *rejects, *as_of, *max_shrink;
	const char *export_writes, *snapshot;
	uint64_t jobs, batch_records, checkpoint;
	struct opt_list include;
	bool allow_empty, prove, again, resume, rebuild_dependents, resync;
	bool no_snapshot, dry_run;
	bool json, quiet;
};

#define OPT_LOAD							\
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",		\
	    .at = offsetof(struct load_args, to),			\
	    .help = "load into this target instead of the mapping's" },	\
	{ .name = "jobs", .letter = 'j', .kind = OPT_COUNT,		\
	    .metavar = "N",						\
	    .at = offsetof(struct load_args, jobs),			\
	    .help = "use N threads (as many as there are cores)",	\
	    .min = 1, .max = JOBS_MAX },				\
	{ .name = "max-rejects", .kind = OPT_TEXT, .metavar = "N|P%",	\
	    .at = offsetof(struct load_args, max_rejects),		\
	    .help = "load when no more records are rejected (0)" },	\
	{ .name = "rejects", .kind = OPT_TEXT, .metavar = "DIR",	\
	    .at = offsetof(struct load_args, rejects),			\
	    .help = "write rejects to DIR instead of NAME.rejects" },	\
	{ .name = "allow-empty", .kind = OPT_FLAG,			\
	    .at = offsetof(struct load_args, allow_empty),		\
	    .help = "load an input without records too" },		\
	{ .name = "as-of", .kind = OPT_TEXT, .metavar = "DATE",		\
	    .at = offsetof(struct load_args, as_of),			\
	    .help = "the extract is of that day (2026-01-31)" },	\
	{ .name = "prove", .kind = OPT_FLAG,				\
	    .at = offsetof(struct load_args, prove),			\
	    .help = "check that every item gives its bytes back" },	\
	{ .name = "again", .kind = OPT_FLAG,				\
	    .at = offsetof(struct load_args, again),			\
	    .help = "though the same input is what is live" },		\
	{ .name = "checkpoint", .kind = OPT_COUNT, .metavar = "N",	\
	    .at = offsetof(struct load_args, checkpoint),		\
	    .help = "commit every N rows of a table, for --resume",	\
	    .min = 1, .max = 1000000000000u },				\
	{ .name = "resume", .kind = OPT_FLAG,				\
	    .at = offsetof(struct load_args, resume),			\
	    .help = "go on where a run with checkpoints has died" },	\
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,		\
	    .metavar = "DIR", .at = offsetof(struct load_args, include),	\
	    .help = "look for copybooks that COPY names in DIR too" },	\
	{ .name = "json", .kind = OPT_FLAG,				\
	    .at = offsetof(struct load_args, json),			\
	    .help = "print the summary as one JSON object" },		\
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,		\
	    .at = offsetof(struct load_args, quiet),			\
	    .help = "no summary and no progress" },			\
	{ .name = "dry-run", .kind = OPT_FLAG,				\
	    .at = offsetof(struct load_args, dry_run),			\
	    .help = "print what decant plan --sql does, and do nothing" }, \
	{ .name = "batch-records", .kind = OPT_COUNT, .metavar = "N",	\
	    .at = offsetof(struct load_args, batch_records),		\
	    .min = 1, .max = 1024 }		/* for tests */

#define OPT_LOAD_PUBLISH						\
	{ .name = "rebuild-dependents", .kind = OPT_FLAG,		\
	    .at = offsetof(struct load_args, rebuild_dependents),	\
	    .help = "make views and the like again that depend on live " \
	    "tables" },							\
	{ .name = "resync", .kind = OPT_FLAG,				\
	    .at = offsetof(struct load_args, resync),			\
	    .help = "go on though tables are replicated" },		\
	{ .name = "export-writes", .kind = OPT_TEXT, .metavar = "FILE",	\
	    .at = offsetof(struct load_args, export_writes),		\
	    .help = "write to FILE what applications wrote and cannot be " \
	    "carried" },						\
	{ .name = "snapshot", .kind = OPT_TEXT, .metavar = "DIR",	\
	    .at = offsetof(struct load_args, snapshot),			\
	    .help = "keep a proved copy of what is live in DIR, before" }, \
	{ .name = "no-snapshot", .kind = OPT_FLAG,			\
	    .at = offsetof(struct load_args, no_snapshot),		\
	    .help = "none, though the version changes (SQLite)" }

enum load_kind {
	LOAD_PUBLISH,		/* what is staged becomes live */
	LOAD_STAGE,
	LOAD_RETRY		/* of rejects; what is staged becomes live */
};

enum status load_verb(struct invocation *, enum load_kind);

#endif
