/*
 * decant log: what was done to a dataset, as its ledger has it.
 */
#include "command/dataset_args.h"

#include "base/json.h"
#include "generation/copy.h"
#include "generation/ledger_text.h"

struct log_args {
	struct common_args common;
	struct dataset_args which;
	uint64_t last;
	bool verify, origin, json;
};

static const struct opt options[] = {
	OPT_DATASET(struct log_args, which),
	{ .name = "last", .letter = 'n', .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct log_args, last),
	    .help = "the last N events (all)", .min = 1, .max = UINT32_MAX },
	{ .name = "verify", .kind = OPT_FLAG,
	    .at = offsetof(struct log_args, verify),
	    .help = "check that no event was changed, added or taken out" },
	{ .name = "origin", .kind = OPT_FLAG,
	    .at = offsetof(struct log_args, origin),
	    .help = "the events that came along with the last copy" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct log_args, json),
	    .help = "print an array of JSON objects" },
	OPT_COMMON,
	OPT_END
};

/* The chains that copies have brought along; *n counts their events. */
static enum status
verify_brought(struct invocation *in, struct ledger *l, uint64_t *n)
{
	const struct ledger *from;
	const char *why = NULL;
	uint64_t number = 0;
	uint32_t i;
	bool none;

	for (*n = i = 0; i < l->n; i++) {
		from = copy_ledger_read(l, &in->arena, &l->event[i], &none);
		if (none)
			continue;
		if (from == NULL)
			return STATUS_CHECK;
		*n += from->n;
		if (ledger_verify(from, &number, &why))
			continue;
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_L148, NOWHERE,
		    "event %llu of those that event %llu brought along: %s",
		    (unsigned long long)number,
		    (unsigned long long)l->event[i].number, why),
		    "it was so before the copy, or somebody changed it since; "
		    "compare it with the source's ledger");
		return STATUS_CHECK;
	}
	return STATUS_CLEAN;
}

/* The last copy's; NULL: told. */
static const struct ledger *
find_origin(struct invocation *in, struct ledger *l)
{
	const struct ledger *from;
	bool none = true;
	uint32_t i;

	for (i = l->n; i-- > 0;) {
		from = copy_ledger_read(l, &in->arena, &l->event[i], &none);
		if (!none)
			return from;
	}
	diag_add(&in->diags, DIAG_L141, NOWHERE, "no ledger came along with a "
	    "copy of dataset '%s'", l->dataset);
	return NULL;
}

static enum status
verify(struct invocation *in, struct ledger *l)
{
	const struct log_args *args = in->args;
	struct json j = { .b = &in->out };
	const char *why = NULL;
	uint64_t number = 0;
	bool good = ledger_verify(l, &number, &why);
	uint64_t brought = 0;
	enum status s = good ? verify_brought(in, l, &brought) : STATUS_CHECK;

	if (args->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "state", s == STATUS_CLEAN ? "whole" : "changed");
		json_uint(&j, "events", l->n);
		json_uint(&j, "brought", brought);
		if (l->n > 0 && good)
			json_text(&j, "hash", l->event[l->n - 1].hash);
		if (!good) {
			json_uint(&j, "event", number);
			json_text(&j, "why", why);
		}
		json_close(&j, '}');
		buf_putc(&in->out, '\n');
	} else if (s == STATUS_CLEAN) {
		buf_printf(&in->out, "%u events, each as it was written; the "
		    "last has hash %s\n", l->n, l->event[l->n - 1].hash);
		if (brought > 0)
			buf_printf(&in->out, "%llu events that copies brought "
			    "along, each as it was written\n",
			    (unsigned long long)brought);
	}
	if (!good)
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_L012, NOWHERE,
		    "event %llu of dataset '%s': %s",
		    (unsigned long long)number, l->dataset, why),
		    "somebody changed the ledger; compare it with a backup");
	return s;
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
	if (args->origin && !args->verify &&
	    (l = find_origin(in, &o.dataset.ledger)) == NULL) {
		dataset_args_close(&o);
		return STATUS_FAILED;
	}
	from = args->last == 0 || args->last >= l->n ? 0 :
	    l->n - (uint32_t)args->last;
	if (args->verify)
		s = verify(in, &o.dataset.ledger);
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
