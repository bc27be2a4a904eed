/*
 * decant log: what was done to a dataset, as its ledger has it.
 */
#include "command/dataset_args.h"

#include "base/json.h"
#include "generation/ledger_text.h"

struct log_args {
	struct common_args common;
	struct dataset_args which;
	uint64_t last;
	bool verify, json;
};

static const struct opt options[] = {
	OPT_DATASET(struct log_args, which),
	{ .name = "last", .letter = 'n', .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct log_args, last),
	    .help = "the last N events (all)", .min = 1, .max = UINT32_MAX },
	{ .name = "verify", .kind = OPT_FLAG,
	    .at = offsetof(struct log_args, verify),
	    .help = "check that no event was changed, added or taken out" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct log_args, json),
	    .help = "print an array of JSON objects" },
	OPT_COMMON,
	OPT_END
};

static enum status
verify(struct invocation *in, const struct ledger *l)
{
	const struct log_args *args = in->args;
	struct json j = { .b = &in->out };
	const char *why = NULL;
	uint64_t number = 0;
	bool good = ledger_verify(l, &number, &why);

	if (args->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "state", good ? "whole" : "changed");
		json_uint(&j, "events", l->n);
		if (l->n > 0 && good)
			json_text(&j, "hash", l->event[l->n - 1].hash);
		if (!good) {
			json_uint(&j, "event", number);
			json_text(&j, "why", why);
		}
		json_close(&j, '}');
		buf_putc(&in->out, '\n');
	} else if (good) {
		buf_printf(&in->out, "%u events, each as it was written; the "
		    "last has hash %s\n", l->n, l->event[l->n - 1].hash);
	}
	if (!good)
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_L012, NOWHERE,
		    "event %llu of dataset '%s': %s",
		    (unsigned long long)number, l->dataset, why),
		    "somebody changed the ledger; compare it with a backup");
	return good ? STATUS_CLEAN : STATUS_CHECK;
}

static void
put_json(struct invocation *in, const struct ledger *l, uint32_t from)
{
	struct json j = { .b = &in->out };
	const struct ledger_event *e;
	uint32_t i;

	json_open(&j, NULL, '[');
	for (i = from; i < l->n; i++) {
		e = &l->event[i];
		json_open(&j, NULL, '{');
		json_uint(&j, "number", e->number);
		json_text(&j, "at", e->at);
		json_text(&j, "kind", e->kind);
		json_uint(&j, "generation", e->generation);
		json_raw(&j, "data", e->data);
		json_text(&j, "hash", e->hash);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	buf_putc(&in->out, '\n');
}

static enum status
log_run(struct invocation *in)
{
	const struct log_args *args = in->args;
	struct open_dataset o;
	const struct ledger *l = &o.dataset.ledger;
	enum status s = STATUS_CLEAN;
	uint32_t from, i;

	if (!dataset_args_open(in, &args->which, NEED_LEDGER, &o))
		return dataset_args_status(in);
	from = args->last == 0 || args->last >= l->n ? 0 :
	    l->n - (uint32_t)args->last;
	if (args->verify)
		s = verify(in, l);
	else if (args->json)
		put_json(in, l, from);
	else
		for (i = from; i < l->n; i++)
			ledger_event_text(&in->out, &l->event[i]);
	dataset_args_close(&o);
	return s;
}

const struct command cmd_log = {
	.name = "log",
	.operands = "[MAPPING]",
	.summary = "show what was done to a dataset",
	.about =
	    "Shows the ledger of a dataset: every run, publication and\n"
	    "rollback, who did it, and what came of it.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct log_args),
	.min = 0, .max = 1,
	.run = log_run,
};
