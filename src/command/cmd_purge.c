/*
 * decant purge: old data of a dataset is removed.
 */
#include "command/dataset_args.h"

#include <string.h>
#include <time.h>

#include "base/json.h"
#include "command/signals.h"
#include "command/version.h"
#include "generation/age.h"
#include "generation/inventory.h"
#include "generation/who.h"
#include "report/summary.h"

struct purge_args {
	struct common_args common;
	struct dataset_args which;
	const char *older_than;
	bool all, inputs, dry_run, json, quiet;
};

static const struct opt options[] = {
	OPT_DATASET(struct purge_args, which),
	{ .name = "older-than", .kind = OPT_TEXT, .metavar = "AGE",
	    .at = offsetof(struct purge_args, older_than),
	    .help = "what was made so long ago (30d, 12w, 6m, 1y) or before "
	    "a day (2026-01-31)" },
	{ .name = "all", .kind = OPT_FLAG,
	    .at = offsetof(struct purge_args, all),
	    .help = "also the generation that a rollback goes to" },
	{ .name = "inputs", .kind = OPT_FLAG,
	    .at = offsetof(struct purge_args, inputs),
	    .help = "also the extracts that were read" },
	{ .name = "dry-run", .kind = OPT_FLAG,
	    .at = offsetof(struct purge_args, dry_run),
	    .help = "tell what would be removed, and do nothing" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct purge_args, json),
	    .help = "print what was done as one JSON object" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct purge_args, quiet),
	    .help = "say nothing when all is well" },
	OPT_COMMON,
	OPT_END
};

static void
put_list(struct json *j, const struct purge *p, const char *key,
    bool (*is)(const struct purge_item *))
{
	uint32_t i;

	json_open(j, key, '[');
	for (i = 0; i < p->n; i++)
		if (is(&p->v[i]))
			holding_json(j, p->v[i].what);
	json_close(j, ']');
}

static bool
is_removed(const struct purge_item *i)
{
	return i->stays == NULL && !i->failed && !i->missing;
}

static bool
is_missing(const struct purge_item *i)
{
	return i->missing;
}

static bool
is_failed(const struct purge_item *i)
{
	return i->failed;
}

static void
put_json(struct invocation *in, const struct purge *p, const char *before)
{
	const struct purge_args *args = in->args;
	struct json j = { .b = &in->out };
	uint32_t i;

	json_open(&j, NULL, '{');
	json_text(&j, "state", args->dry_run ? "dry run" : "purged");
	json_text(&j, "before", before);
	put_list(&j, p, "removed", is_removed);
	put_list(&j, p, "missing", is_missing);
	put_list(&j, p, "failed", is_failed);
	json_open(&j, "stays", '[');
	for (i = 0; i < p->n; i++) {
		if (p->v[i].stays == NULL)
			continue;
		json_open(&j, NULL, '{');
		json_text(&j, "kind", holding_kind_name(p->v[i].what->kind));
		json_text(&j, "name", p->v[i].what->name);
		json_text(&j, "why", p->v[i].stays);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

static void
put_item(struct invocation *in, const struct purge_item *i,
    const char *here)
{
	const struct purge_args *args = in->args;
	const struct holding *h = i->what;
	size_t n = here == NULL ? 0 : strlen(here);
	const char *name = holding_is_file(h) && n > 1 && strncmp(h->name,
	    here, n) == 0 && h->name[n] == '/' ? h->name + n + 1 : h->name;
	char count[32];

	buf_printf(&in->out, "%s %s %s", i->stays != NULL ? "stays:" :
	    i->failed ? "NOT removed:" : i->missing ? "gone already:" :
	    args->dry_run ? "would remove" : "removed",
	    holding_kind_name(h->kind), name);
	if (i->stays != NULL)
		buf_printf(&in->out, " (%s)", i->stays);
	else if (h->counted)
		buf_printf(&in->out, ", %s rows", summary_count(count,
		    h->rows));
	else if (h->sized)
		buf_printf(&in->out, ", %s bytes", summary_count(count,
		    h->bytes));
	buf_putc(&in->out, '\n');
}

static void
put_text(struct invocation *in, const struct purge *p, const char *before)
{
	const char *here = who_directory(&in->arena);
	uint32_t i;

	if (p->n == 0)
		buf_printf(&in->out, "nothing is older than %.19sZ\n", before);
	for (i = 0; i < p->n; i++)
		put_item(in, &p->v[i], here);
}

static bool
something_stays(const struct invocation *in)
{
	const struct diag *d;

	for (d = in->diags.first; d != NULL; d = d->next)
		if (d->code == DIAG_L162)
			return true;
	return false;
}

static enum status
purge(struct invocation *in, struct dataset *d, const char *before)
{
	const struct purge_args *args = in->args;
	struct purge_options po = { .before = before, .all = args->all,
	    .inputs = args->inputs, .dry_run = args->dry_run };
	struct inventory v;
	struct purge p;
	bool good;

	po.who = who_json(&in->arena, d->db, "purge", DECANT_VERSION);
	if (!inventory_read(&v, d))
		return invocation_status(in, STATUS_FAILED);
	good = purge_run(&v, &po, &p);
	if (args->json)
		put_json(in, &p, before);
	else if (!args->quiet)
		put_text(in, &p, before);
	if (!good)
		return invocation_status(in, STATUS_FAILED);
	return something_stays(in) ? STATUS_CHECK : STATUS_CLEAN;
}

static bool
usage(struct invocation *in, char before[AGE_TEXT])
{
	const struct purge_args *args = in->args;

	if (args->older_than == NULL)
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "the option '--older-than' is missing"), "--older-than "
		    "30d; nothing is removed without");
	else if (age_moment(args->older_than, (int64_t)time(NULL), before))
		return true;
	else
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_L160, NOWHERE,
		    "'%s' is no age (option '--older-than')",
		    args->older_than), "30d, 12w, 6m, 1y, or a day: "
		    "2026-01-31");
	return false;
}

static enum status
purge_verb(struct invocation *in)
{
	const struct purge_args *args = in->args;
	char before[AGE_TEXT];
	struct open_dataset o;
	enum status s;

	if (!usage(in, before))
		return STATUS_USAGE;
	signals_catch();
	if (!dataset_args_open(in, &args->which, NEED_LOCK, &o))
		return dataset_args_status(in);
	s = purge(in, &o.dataset, arena_strdup(&in->arena, before));
	dataset_args_close(&o);
	return s;
}

const struct command cmd_purge = {
	.name = "purge",
	.operands = "[MAPPING]",
	.summary = "remove old data of a dataset",
	.about =
	    "Removes what was made before a moment and is not needed: tables\n"
	    "of generations that are not live, snapshots, rejects, exported\n"
	    "writes. The ledger keeps what went. A file that is not what the\n"
	    "ledger tells of stays, and is named (exit status 8).\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct purge_args),
	.min = 0, .max = 1,
	.run = purge_verb,
};
