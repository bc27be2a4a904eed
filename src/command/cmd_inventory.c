/*
 * decant inventory: where data of a dataset is.
 */
#include "command/dataset_args.h"

#include <string.h>

#include "base/json.h"
#include "generation/inventory.h"
#include "generation/who.h"
#include "report/summary.h"
#include "report/table.h"

struct inventory_args {
	struct common_args common;
	struct dataset_args which;
	bool all, json;
};

static const struct opt options[] = {
	OPT_DATASET(struct inventory_args, which),
	{ .name = "all", .letter = 'a', .kind = OPT_FLAG,
	    .at = offsetof(struct inventory_args, all),
	    .help = "files that were there once, too" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct inventory_args, json),
	    .help = "print one JSON object" },
	OPT_COMMON,
	OPT_END
};

static bool
is_shown(const struct inventory_args *args, const struct holding *h)
{
	return args->all || h->state == HOLD_THERE || h->state == HOLD_OTHER ||
	    (h->state == HOLD_ELSEWHERE && !h->purged) ||
	    !holding_is_file(h);
}

/* "2026-01-31 23:59:59" of 2026-01-31T23:59:59.123Z */
static const char *
short_time(struct arena *a, const char *at)
{
	char *s;

	if (at == NULL)
		return "";
	s = arena_strndup(a, at, 19);
	if (strlen(s) > 10)
		s[10] = ' ';
	return s;
}

/* A file below the current directory is shown from there. */
static const char *
short_name(const struct holding *h, const char *here)
{
	size_t n = here == NULL ? 0 : strlen(here);

	return holding_is_file(h) && n > 1 && strncmp(h->name, here, n) == 0 &&
	    h->name[n] == '/' ? h->name + n + 1 : h->name;
}

static const char *
state_text(struct arena *a, const struct holding *h)
{
	if (h->kind == HOLD_SOURCE)
		return "not looked at";
	return h->state == HOLD_THERE ? "" : h->state == HOLD_OTHER ?
	    arena_printf(a, "other: %s", h->why) : h->purged ? "purged" :
	    holding_state_name(h->state);
}

static void
put_text(struct invocation *in, const struct open_dataset *o,
    const struct inventory *v)
{
	static const struct table_column column[] = { { "what", false },
	    { "generation", true }, { "made", false }, { "rows", true },
	    { "bytes", true }, { "name", false }, { "state", false } };
	const char *here = who_directory(&in->arena);
	const struct holding *h;
	struct table t;
	char count[32];
	uint32_t i;

	buf_printf(&in->out, "dataset %s in %s\n", o->dataset.name,
	    o->db.description);
	table_init(&t, &in->arena, column, 7);
	for (i = 0; i < v->n; i++) {
		h = &v->v[i];
		if (!is_shown(in->args, h))
			continue;
		table_text(&t, holding_kind_name(h->kind));
		table_printf(&t, "%u", h->generation);
		table_text(&t, short_time(&in->arena, h->at));
		table_text(&t, h->counted ? summary_count(count, h->rows) :
		    "");
		table_text(&t, h->sized ? summary_count(count, h->bytes) :
		    "");
		table_text(&t, short_name(h, here));
		table_text(&t, state_text(&in->arena, h));
	}
	table_render(&t, &in->out, in->color_out);
}

static void
put_json(struct invocation *in, const struct open_dataset *o,
    const struct inventory *v)
{
	struct json j = { .b = &in->out };
	uint32_t i;

	json_open(&j, NULL, '{');
	json_text(&j, "dataset", o->dataset.name);
	json_text(&j, "target", o->db.description);
	json_open(&j, "holdings", '[');
	for (i = 0; i < v->n; i++)
		if (is_shown(in->args, &v->v[i]))
			holding_json(&j, &v->v[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

static enum status
inventory_run(struct invocation *in)
{
	const struct inventory_args *args = in->args;
	struct open_dataset o;
	struct inventory v;
	bool good;

	if (!dataset_args_open(in, &args->which, NEED_LEDGER, &o))
		return dataset_args_status(in);
	good = inventory_read(&v, &o.dataset);
	if (good && args->json)
		put_json(in, &o, &v);
	else if (good)
		put_text(in, &o, &v);
	dataset_args_close(&o);
	return good ? STATUS_CLEAN : invocation_status(in, STATUS_FAILED);
}

const struct command cmd_inventory = {
	.name = "inventory",
	.operands = "[MAPPING]",
	.summary = "list every table and file that holds its rows",
	.about =
	    "Lists what the ledger knows of that holds rows or records of a\n"
	    "dataset: tables of all generations, logs of what applications\n"
	    "wrote, snapshots, rejects, exported writes, the extracts that\n"
	    "were read; how much is in it now, and whether it is there.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct inventory_args),
	.min = 0, .max = 1,
	.run = inventory_run,
};
