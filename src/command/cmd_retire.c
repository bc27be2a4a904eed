/*
 * decant retire: drops generations that nobody goes back to.
 */
#include "command/dataset_args.h"

#include <string.h>

#include "base/json.h"
#include "command/signals.h"
#include "command/version.h"
#include "generation/swap.h"
#include "generation/who.h"

struct retire_args {
	struct common_args common;
	struct dataset_args which;
	uint64_t keep, generation;
	bool all, dry_run, json, quiet;
};

static const struct opt options[] = {
	OPT_DATASET(struct retire_args, which),
	{ .name = "keep", .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct retire_args, keep),
	    .help = "keep the N that were live last (1)",
	    .min = 1, .max = 1000 },
	{ .name = "all", .kind = OPT_FLAG,
	    .at = offsetof(struct retire_args, all),
	    .help = "keep none but the live one" },
	{ .name = "generation", .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct retire_args, generation),
	    .help = "drop that one", .min = 1, .max = 4000000000u },
	{ .name = "dry-run", .kind = OPT_FLAG,
	    .at = offsetof(struct retire_args, dry_run),
	    .help = "tell what would be dropped, and do nothing" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct retire_args, json),
	    .help = "print what was done as one JSON object" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct retire_args, quiet),
	    .help = "say nothing when all is well" },
	OPT_COMMON,
	OPT_END
};

/* The way back from the live one, for as many steps as are kept. */
static bool
is_kept(const struct dataset *d, const struct generation *g, uint64_t keep)
{
	const struct generation *at = dataset_live(d);

	for (; keep > 0 && at != NULL; keep--) {
		at = dataset_find(d, at->before);
		if (at == g)
			return true;
	}
	return false;
}

static bool
is_retired(const struct retire_args *args, const struct dataset *d,
    const struct generation *g)
{
	if (args->generation != 0)
		return g->number == args->generation;
	return (g->state == GEN_KEPT || g->state == GEN_UNDONE ||
	    g->state == GEN_STAGED) && (args->all || !is_kept(d, g,
	    args->keep == 0 ? 1 : args->keep));
}

static bool
check_one(struct invocation *in, const struct dataset *d)
{
	const struct retire_args *args = in->args;
	const struct generation *g = dataset_find(d,
	    (uint32_t)args->generation);

	if (args->generation == 0 || (g != NULL && g->state != GEN_LIVE &&
	    g->state != GEN_GONE))
		return true;
	diag_add(&in->diags, DIAG_L011, NOWHERE, g == NULL ?
	    "dataset '%s' has no generation %u" : g->state == GEN_LIVE ?
	    "generation %2$u of dataset '%1$s' is live" :
	    "generation %2$u of dataset '%1$s' is gone already", d->name,
	    (unsigned)args->generation);
	return false;
}

static void
show(struct invocation *in, const uint32_t *number, uint32_t n)
{
	const struct retire_args *args = in->args;
	struct json j = { .b = &in->out };
	uint32_t i;

	if (args->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "state", args->dry_run ? "dry run" : "retired");
		json_open(&j, "generations", '[');
		for (i = 0; i < n; i++)
			json_uint(&j, NULL, number[i]);
		json_close(&j, ']');
		json_close(&j, '}');
		buf_putc(&in->out, '\n');
		return;
	}
	if (args->quiet)
		return;
	if (n == 0)
		buf_puts(&in->out, "nothing to retire\n");
	for (i = 0; i < n; i++)
		buf_printf(&in->out, "%s generation %u\n", args->dry_run ?
		    "would drop" : "dropped", number[i]);
}

static enum status
retire(struct invocation *in, struct dataset *d)
{
	const struct retire_args *args = in->args;
	uint32_t *number = arena_array(&in->arena, d->ngen + 1,
	    sizeof *number), n = 0, i;
	const char *by = NULL;

	if (!check_one(in, d))
		return STATUS_FAILED;
	for (i = 0; i < d->ngen; i++)
		if (is_retired(args, d, &d->gen[i]))
			number[n++] = d->gen[i].number;
	if (n > 0 && !args->dry_run)
		by = arena_printf(&in->arena, "{%s}", who_json(&in->arena,
		    d->db, "retire", DECANT_VERSION));
	for (i = 0; i < n && !args->dry_run; i++)
		if (!swap_drop_as(d, dataset_find(d, number[i]), "retired",
		    by))
			return invocation_status(in, STATUS_FAILED);
	show(in, number, n);
	return STATUS_CLEAN;
}

static enum status
retire_run(struct invocation *in)
{
	const struct retire_args *args = in->args;
	struct open_dataset o;
	enum status s;

	signals_catch();
	if (!dataset_args_open(in, &args->which, NEED_LOCK, &o))
		return dataset_args_status(in);
	s = retire(in, &o.dataset);
	dataset_args_close(&o);
	return s;
}

const struct command cmd_retire = {
	.name = "retire",
	.operands = "[MAPPING]",
	.summary = "drop old generations",
	.about =
	    "Drops generations that are not live, except the last one that\n"
	    "was: a rollback goes to it. Tables that another generation has\n"
	    "too stay.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct retire_args),
	.min = 0, .max = 1,
	.run = retire_run,
};
