/*
 * decant copy: a dataset from one database to another.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "command/command.h"
#include "command/load_verb.h"
#include "command/signals.h"
#include "command/swap_verb.h"
#include "command/version.h"
#include "generation/copy.h"
#include "report/progress.h"

struct copy_args {
	struct common_args common;
	const char *dataset, *export_writes, *snapshot;
	uint64_t jobs;
	bool resume, rebuild_dependents, resync, no_snapshot;
	bool no_owner, no_privileges;
	bool dry_run, json, quiet;
};

static const struct opt options[] = {
	{ .name = "dataset", .kind = OPT_TEXT, .metavar = "NAME",
	    .at = offsetof(struct copy_args, dataset),
	    .help = "the dataset, or a schema that decant did not make" },
	{ .name = "jobs", .letter = 'j', .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct copy_args, jobs),
	    .help = "copy N tables side by side, PostgreSQL to PostgreSQL (2)",
	    .min = 1, .max = JOBS_MAX },
	{ .name = "resume", .kind = OPT_FLAG,
	    .at = offsetof(struct copy_args, resume),
	    .help = "keep what a copy that died has made, where it is equal" },
	{ .name = "no-owner", .kind = OPT_FLAG,
	    .at = offsetof(struct copy_args, no_owner),
	    .help = "owners stay behind, PostgreSQL to PostgreSQL" },
	{ .name = "no-privileges", .kind = OPT_FLAG,
	    .at = offsetof(struct copy_args, no_privileges),
	    .help = "so do grants" },
	{ .name = "rebuild-dependents", .kind = OPT_FLAG,
	    .at = offsetof(struct copy_args, rebuild_dependents),
	    .help = "make views and the like again that depend on live "
	    "tables" },
	{ .name = "resync", .kind = OPT_FLAG,
	    .at = offsetof(struct copy_args, resync),
	    .help = "go on though tables are replicated" },
	{ .name = "export-writes", .kind = OPT_TEXT, .metavar = "FILE",
	    .at = offsetof(struct copy_args, export_writes),
	    .help = "write to FILE what applications wrote and cannot be "
	    "carried" },
	{ .name = "snapshot", .kind = OPT_TEXT, .metavar = "DIR",
	    .at = offsetof(struct copy_args, snapshot),
	    .help = "keep a proved copy of what is live in DIR, before" },
	{ .name = "no-snapshot", .kind = OPT_FLAG,
	    .at = offsetof(struct copy_args, no_snapshot),
	    .help = "none, though the version changes (SQLite)" },
	{ .name = "dry-run", .kind = OPT_FLAG,
	    .at = offsetof(struct copy_args, dry_run),
	    .help = "print the statements, and do nothing" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct copy_args, json),
	    .help = "print the summary as one JSON object" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct copy_args, quiet),
	    .help = "no summary and no progress" },
	OPT_COMMON,
	OPT_END
};

static const char *
state_name(const struct copy_result *r)
{
	switch (r->state) {
	case COPY_DONE:
		return r->dry != NULL ? "planned" : "copied";
	case COPY_UNEQUAL:
		return "unequal";
	case COPY_FAILED:
		break;
	}
	return "failed";
}

/* --- JSON ---------------------------------------------------------------- */

static void
put_hash(struct json *j, const char *key, const struct content_hash *h)
{
	char text[CONTENT_HASH_TEXT];

	content_hash_format(text, h);
	json_text(j, key, text);
}

static void
put_json(struct invocation *in, const struct copy_result *r,
    enum status status)
{
	struct json j = { .b = &in->out };
	uint32_t i;

	json_open(&j, NULL, '{');
	json_uint(&j, "exit", status);
	json_text(&j, "state", state_name(r));
	json_text(&j, "dataset", r->dataset);
	json_text(&j, "from", r->from);
	json_text(&j, "to", r->to);
	json_uint(&j, "source_generation", r->source);
	json_uint(&j, "staged", r->generation);
	json_uint(&j, "events", r->events);
	json_open(&j, "tables", '[');
	for (i = 0; i < r->ntable && r->dry == NULL; i++) {
		json_open(&j, NULL, '{');
		json_text(&j, "table", r->table[i].name);
		json_uint(&j, "rows", r->table[i].from.rows);
		put_hash(&j, "source", &r->table[i].from);
		put_hash(&j, "target", &r->table[i].to);
		json_bool(&j, "equal", content_hash_is_same(&r->table[i].from,
		    &r->table[i].to));
		json_bool(&j, "kept", r->table[i].kept);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_open(&j, "not_carried", '[');
	for (i = 0; i < r->nleft; i++)
		json_text(&j, NULL, r->left[i]);
	json_close(&j, ']');
	if (r->dry != NULL)
		json_text(&j, "statements", r->dry);
	else if (r->state == COPY_DONE) {
		json_open(&j, "published", '{');
		swap_verb_json(&j, &r->swap);
		json_close(&j, '}');
	}
	json_fixed(&j, "copy_seconds", r->read_seconds, 3);
	json_fixed(&j, "seconds", r->seconds, 3);
	invocation_json_diags(in, &j, "diagnostics");
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

/* --- text ---------------------------------------------------------------- */

static void
put_left(struct buf *b, const struct copy_result *r)
{
	uint32_t i;

	for (i = 0; i < r->nleft; i++)
		buf_printf(b, "%-10s %s\n", i == 0 ? "not copied" : "",
		    r->left[i]);
}

static void
put_table(struct buf *b, const struct copy_done *d)
{
	char from[CONTENT_HASH_TEXT], to[CONTENT_HASH_TEXT];
	bool same = content_hash_is_same(&d->from, &d->to);

	content_hash_format(from, &d->from);
	content_hash_format(to, &d->to);
	buf_printf(b, "  %-24s %s %s%s%s\n", d->name, from, same ? "equal" :
	    "NOT EQUAL to ", same ? "" : to, d->kept ? ", and was there" :
	    "");
}

static void
put_text(struct invocation *in, const struct copy_result *r)
{
	struct buf *b = &in->out;
	uint64_t rows = 0;
	uint32_t i;

	if (r->dry != NULL) {
		buf_puts(b, r->dry);
		for (i = 0; i < r->nleft; i++)
			buf_printf(b, "-- not copied: %s\n", r->left[i]);
		return;
	}
	if (r->state == COPY_FAILED) {
		put_left(b, r);
		return;
	}
	for (i = 0; i < r->ntable; i++)
		rows += r->table[i].from.rows;
	buf_printf(b, "%-10s %s\n%-10s %s\n", "from", r->from, "to", r->to);
	buf_printf(b, "%-10s %u, %llu rows, in %.1f s\n", "tables", r->ntable,
	    (unsigned long long)rows, r->seconds);
	for (i = 0; i < r->ntable; i++)
		put_table(b, &r->table[i]);
	if (r->events > 0)
		buf_printf(b, "%-10s %llu events of the source came along\n",
		    "ledger", (unsigned long long)r->events);
	put_left(b, r);
	if (r->state == COPY_DONE)
		swap_verb_text(b, &r->swap);
}

static enum status
copy_run(struct invocation *in)
{
	const struct copy_args *args = in->args;
	struct copy_options o = { .from = in->operand.v[0],
	    .to = in->operand.v[1], .dataset = args->dataset,
	    .tool = DECANT_VERSION, .jobs = (uint32_t)args->jobs,
	    .resume = args->resume, .no_owner = args->no_owner,
	    .no_privileges = args->no_privileges, .dry_run = args->dry_run,
	    .interrupted = &signal_caught, .progress = progress_show,
	    .swap = { .rebuild_dependents = args->rebuild_dependents,
	    .resync = args->resync, .export_writes = args->export_writes,
	    .snapshot = args->snapshot, .no_snapshot = args->no_snapshot } };
	struct progress progress;
	struct copy_result *r;
	enum status status;

	signals_catch();
	progress_init(&progress, STDERR_FILENO, !args->quiet);
	o.progress_arg = &progress;
	r = copy_dataset(&in->arena, &in->diags, &o);
	progress_end(&progress);
	in->published = r->state == COPY_DONE && r->dry == NULL;
	status = r->state == COPY_DONE ? STATUS_CLEAN : r->state ==
	    COPY_UNEQUAL ? STATUS_CHECK : invocation_status(in,
	    STATUS_FAILED);
	if (args->json)
		put_json(in, r, status);
	else if (!args->quiet)
		put_text(in, r);
	return status;
}

const struct command cmd_copy = {
	.name = "copy",
	.operands = "FROM TO",
	.summary = "move a dataset to another database, and prove it equal",
	.about =
	    "Copies the live tables of a dataset from one database to another,\n"
	    "SQLite or PostgreSQL, with keys, indexes, constraints, comments,\n"
	    "sequences and the ledger, all as of one moment. They become a\n"
	    "generation of the dataset there, which is published when the\n"
	    "content hash of every table is the same on both sides. A schema\n"
	    "or file that decant did not make can be copied as well; what is\n"
	    "not carried is named.\n",
	.missing = "the database to copy from, or the one to copy to",
	.options = options,
	.args_size = sizeof(struct copy_args),
	.min = 2, .max = 2,
	.run = copy_run,
};
