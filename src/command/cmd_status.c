/*
 * decant status: what is live, staged, kept.
 */
#include "command/dataset_args.h"

#include <string.h>

#include "base/json.h"
#include "report/summary.h"
#include "report/table.h"

struct status_args {
	struct common_args common;
	struct dataset_args which;
	bool all, json;
};

static const struct opt options[] = {
	OPT_DATASET(struct status_args, which),
	{ .name = "all", .letter = 'a', .kind = OPT_FLAG,
	    .at = offsetof(struct status_args, all),
	    .help = "generations that are gone, too" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct status_args, json),
	    .help = "print one JSON object" },
	OPT_COMMON,
	OPT_END
};

static bool
is_shown(const struct status_args *args, const struct generation *g)
{
	return args->all || g->state != GEN_GONE;
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

static const char *
table_list(struct arena *a, const struct generation *g)
{
	const char *s = "";
	uint32_t i;

	for (i = 0; i < g->ntable; i++)
		s = arena_printf(a, "%s%s%s", s, i > 0 ? ", " : "",
		    g->table[i].name);
	return s;
}

static void
put_text(struct invocation *in, const struct open_dataset *o)
{
	static const struct table_column column[] = { { "generation", true },
	    { "state", false }, { "version", true }, { "rows", true },
	    { "staged", false }, { "live since", false },
	    { "tables", false } };
	const struct dataset *d = &o->dataset;
	const struct generation *g;
	struct table t;
	char count[32];
	uint32_t i;

	buf_printf(&in->out, "dataset %s in %s\n", d->name,
	    o->db.description);
	table_init(&t, &in->arena, column, 7);
	for (i = d->ngen; i-- > 0;) {
		g = &d->gen[i];
		if (!is_shown(in->args, g))
			continue;
		table_printf(&t, "%u", g->number);
		table_text(&t, g->adopted && g->state != GEN_LIVE ?
		    "adopted" : gen_state_name(g->state));
		table_printf(&t, "%u", g->version);
		table_text(&t, g->adopted ? "" : summary_count(count,
		    g->rows));
		table_text(&t, short_time(&in->arena, g->staged));
		table_text(&t, short_time(&in->arena, g->published));
		table_text(&t, table_list(&in->arena, g));
	}
	table_render(&t, &in->out, in->color_out);
	if (d->live == 0)
		buf_puts(&in->out, "nothing is live\n");
	else if (dataset_back(d) != NULL)
		buf_printf(&in->out, "decant rollback makes generation %u "
		    "live again\n", dataset_back(d)->number);
	if (dataset_next(d) != NULL)
		buf_printf(&in->out, "decant publish makes generation %u "
		    "live\n", dataset_next(d)->number);
}

static void
put_json(struct invocation *in, const struct open_dataset *o)
{
	const struct dataset *d = &o->dataset;
	const struct generation *g;
	struct json j = { .b = &in->out };
	uint32_t i, k;

	json_open(&j, NULL, '{');
	json_text(&j, "dataset", d->name);
	json_text(&j, "target", o->db.description);
	json_uint(&j, "live", d->live);
	json_uint(&j, "events", d->ledger.n);
	json_open(&j, "generations", '[');
	for (i = 0; i < d->ngen; i++) {
		g = &d->gen[i];
		if (!is_shown(in->args, g))
			continue;
		json_open(&j, NULL, '{');
		json_uint(&j, "generation", g->number);
		json_text(&j, "state", gen_state_name(g->state));
		json_uint(&j, "version", g->version);
		json_bool(&j, "adopted", g->adopted);
		json_uint(&j, "rows", g->rows);
		json_uint(&j, "rejected", g->rejected);
		json_text(&j, "change", g->change);
		json_text(&j, "started", g->started);
		json_text(&j, "staged", g->staged);
		json_text(&j, "published", g->published);
		json_text(&j, "as_of", g->as_of);
		json_uint(&j, "before", g->before);
		json_open(&j, "tables", '[');
		for (k = 0; k < g->ntable; k++) {
			json_open(&j, NULL, '{');
			json_text(&j, "name", g->table[k].name);
			json_uint(&j, "home", g->table[k].home);
			json_uint(&j, "rows", g->table[k].rows);
			json_close(&j, '}');
		}
		json_close(&j, ']');
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

static enum status
status_run(struct invocation *in)
{
	const struct status_args *args = in->args;
	struct open_dataset o;

	if (!dataset_args_open(in, &args->which, NEED_LEDGER, &o))
		return dataset_args_status(in);
	if (args->json)
		put_json(in, &o);
	else
		put_text(in, &o);
	dataset_args_close(&o);
	return STATUS_CLEAN;
}

const struct command cmd_status = {
	.name = "status",
	.operands = "[MAPPING]",
	.summary = "show what is live, staged, and kept",
	.about =
	    "Shows the generations of a dataset: which one is live, which is\n"
	    "staged, which can be gone back to.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct status_args),
	.min = 0, .max = 1,
	.run = status_run,
};
