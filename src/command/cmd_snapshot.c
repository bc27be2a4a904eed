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
	bool json, quiet;
};

static const struct opt options[] = {
	OPT_DATASET(struct snapshot_args, which),
	{ .name = "directory", .letter = 'd', .kind = OPT_TEXT,
	    .metavar = "DIR", .at = offsetof(struct snapshot_args, directory),
	    .help = "where the file goes (snapshots)" },
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

static enum status
make(struct invocation *in, struct dataset *d)
{
	const struct snapshot_args *args = in->args;
	const char *data;
	struct snapshot s;

	if (d->live == 0) {
		diag_add(&in->diags, DIAG_L011, NOWHERE, "dataset '%s' has "
		    "nothing live", d->name);
		return STATUS_FAILED;
	}
	if (!snapshot_make(d, args->directory == NULL ? "snapshots" :
	    args->directory, &s))
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
	if (!dataset_args_open(in, &args->which, NEED_LOCK, &o))
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
