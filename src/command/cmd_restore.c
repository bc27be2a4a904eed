/*
 * decant restore: a snapshot becomes a database again.
 */
#include "base/json.h"
#include "command/command.h"
#include "command/signals.h"
#include "generation/snapshot.h"

struct restore_args {
	struct common_args common;
	const char *to;
	bool dry_run, json, quiet;
};

static const struct opt options[] = {
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct restore_args, to),
	    .help = "a SQLite file that does not exist, or an empty database" },
	{ .name = "dry-run", .kind = OPT_FLAG,
	    .at = offsetof(struct restore_args, dry_run),
	    .help = "look at file and target, and do nothing" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct restore_args, json),
	    .help = "print what was done as one JSON object" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct restore_args, quiet),
	    .help = "say nothing when all is well" },
	OPT_COMMON,
	OPT_END
};

static void
show_dry(struct invocation *in, const struct snapshot *s)
{
	const struct restore_args *args = in->args;
	struct json j = { .b = &in->out };
	uint32_t i;

	if (args->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "state", "dry run");
		json_text(&j, "file", s->file);
		json_text(&j, "sha256", s->sha256);
		json_open(&j, "tables", '[');
		for (i = 0; i < s->hashes.n; i++)
			json_text(&j, NULL, s->hashes.v[i].table);
		json_close(&j, ']');
		json_close(&j, '}');
		buf_putc(&in->out, '\n');
		return;
	}
	if (args->quiet)
		return;
	buf_printf(&in->out, "would restore %s, whose bytes are what they "
	    "were:", s->file);
	for (i = 0; i < s->hashes.n; i++)
		buf_printf(&in->out, "%s %s", i > 0 ? "," : "",
		    s->hashes.v[i].table);
	buf_putc(&in->out, '\n');
}

static enum status
restore_run(struct invocation *in)
{
	const struct restore_args *args = in->args;
	struct snapshot s;

	if (args->to == NULL) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "a target is missing"), "say --to sqlite:FILE.db");
		return STATUS_USAGE;
	}
	signals_catch();
	if (!snapshot_restore(&in->arena, &in->diags, in->operand.v[0],
	    args->to, args->dry_run, &signal_caught, &s))
		return invocation_status(in, STATUS_FAILED);
	if (args->dry_run) {
		show_dry(in, &s);
		return STATUS_CLEAN;
	}
	in->published = true;
	if (args->json)
		buf_printf(&in->out, "%s\n", snapshot_data(&in->arena, &s,
		    NULL));
	else if (!args->quiet)
		buf_printf(&in->out, "restored %s: its bytes and the content "
		    "of %u table%s are what they were\n", s.file, s.hashes.n,
		    s.hashes.n == 1 ? "" : "s");
	return STATUS_CLEAN;
}

const struct command cmd_restore = {
	.name = "restore",
	.operands = "FILE",
	.summary = "make a database of a snapshot",
	.about =
	    "Restores a file of decant snapshot. The file is compared with\n"
	    "the manifest beside it first, and the content of every table\n"
	    "afterwards; nothing is overwritten.\n",
	.missing = "the snapshot",
	.options = options,
	.args_size = sizeof(struct restore_args),
	.min = 1, .max = 1,
	.run = restore_run,
};
