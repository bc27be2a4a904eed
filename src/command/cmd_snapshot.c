/*
 * decant snapshot: a file of what is live, proved by restoring it.
 */
#include "command/dataset_args.h"

#include "base/json.h"
#include "command/signals.h"
#include "command/version.h"
#include "generation/snapshot.h"
#include "generation/who.h"

struct snapshot_args {
	struct common_args common;
	struct dataset_args which;
	const char *directory;
	bool dry_run, json, quiet;
};

static const struct opt options[] = {
	OPT_DATASET(struct snapshot_args, which),
	{ .name = "directory", .letter = 'd', .kind = OPT_TEXT,
	    .metavar = "DIR", .at = offsetof(struct snapshot_args, directory),
	    .help = "where the file goes (snapshots)" },
	{ .name = "dry-run", .kind = OPT_FLAG,
	    .at = offsetof(struct snapshot_args, dry_run),
	    .help = "say what would be made, and make nothing" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct snapshot_args, json),
	    .help = "print what was made as one JSON object" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct snapshot_args, quiet),
	    .help = "say nothing when all is well" },
	OPT_COMMON,
	OPT_END
};

static bool
write_event(struct dataset *d, const char *data)
{
	if (db_begin(d->db) && ledger_add(&d->ledger, "snapshot", d->live,
	    data) && db_commit(d->db))
		return true;
	db_roll_back(d->db);
	return false;
}

/* What it would take: rows as they were staged, and who would have to wait. */
static void
show_dry(struct invocation *in, struct dataset *d, const struct snapshot *s)
{
	const struct snapshot_args *args = in->args;
	const struct generation *live = dataset_live(d);
	struct json j = { .b = &in->out };
	uint32_t i;

	if (args->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "state", "dry run");
		json_text(&j, "file", s->file);
		json_uint(&j, "generation", live->number);
		json_open(&j, "tables", '[');
		for (i = 0; i < live->ntable; i++) {
			json_open(&j, NULL, '{');
			json_text(&j, "name", live->table[i].name);
			json_uint(&j, "rows", live->table[i].rows);
			json_close(&j, '}');
		}
		json_close(&j, ']');
		json_close(&j, '}');
		buf_putc(&in->out, '\n');
		return;
	}
	if (args->quiet)
		return;
	buf_printf(&in->out, "%-10s %s (would be made)\n", "file", s->file);
	for (i = 0; i < live->ntable; i++)
		buf_printf(&in->out, "%-10s %s: %llu rows when it was "
		    "staged\n", i == 0 ? "tables" : "", live->table[i].name,
		    (unsigned long long)live->table[i].rows);
	buf_printf(&in->out, "%-10s %s\n%-10s %s\n", "locks",
	    d->db->kind == DB_SQLITE ? "a reader's; without WAL, writers wait "
	    "when they keep on writing" : "ACCESS SHARE, as readers take, in "
	    "one REPEATABLE READ transaction", "scratch", d->db->kind ==
	    DB_SQLITE ? "the file itself is read back" :
	    "a database of its own on the server, dropped again");
}

static enum status
make(struct invocation *in, struct dataset *d)
{
	const struct snapshot_args *args = in->args;
	const char *data, *dir = args->directory == NULL ? "snapshots" :
	    args->directory;
	struct snapshot s;

	if (d->live == 0) {
		diag_add(&in->diags, DIAG_L011, NOWHERE, "dataset '%s' has "
		    "nothing live", d->name);
		return STATUS_FAILED;
	}
	if (args->dry_run) {
		snapshot_name(d, dir, &s);
		show_dry(in, d, &s);
		return STATUS_CLEAN;
	}
	if (!snapshot_make(d, dir, &s))
		return invocation_status(in, STATUS_FAILED);
	data = snapshot_data(&in->arena, &s, who_json(&in->arena, d->db,
	    "snapshot", DECANT_VERSION));
	if (!write_event(d, data))
		return invocation_status(in, STATUS_FAILED);
	if (args->json)
		buf_printf(&in->out, "%s\n", data);
	else if (!args->quiet)
		buf_printf(&in->out, "%-10s %s\n%-10s %s\n%-10s %llu bytes; "
		    "restored once, and every table was the same\n", "file",
		    s.file, "sha256", s.sha256, "size",
		    (unsigned long long)s.bytes);
	return STATUS_CLEAN;
}

static enum status
snapshot_run(struct invocation *in)
{
	const struct snapshot_args *args = in->args;
	struct open_dataset o;
	enum status s;

	signals_catch();
	if (!dataset_args_open(in, &args->which, args->dry_run ? NEED_LEDGER :
	    NEED_LOCK, &o))
		return dataset_args_status(in);
	s = make(in, &o.dataset);
	dataset_args_close(&o);
	return s;
}

const struct command cmd_snapshot = {
	.name = "snapshot",
	.operands = "[MAPPING]",
	.summary = "keep a proved copy of what is live",
	.about =
	    "Writes what is live to a file (a copy of the SQLite database, or\n"
	    "pg_dump's custom format), restores it into a scratch database,\n"
	    "and compares the content of every table. FILE.json beside it\n"
	    "has its sha256 and the hashes of its tables.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct snapshot_args),
	.min = 0, .max = 1,
	.run = snapshot_run,
};
