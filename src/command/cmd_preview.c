/*
 * decant preview: the first records as rows, the way they would be loaded,
 * and the rejects among them with their reasons; or the records that are asked
 * for.  Touches no target.
 */
#include <stdint.h>

#include "command/command.h"
#include "command/preview_shot.h"
#include "command/preview_show.h"
#include "command/preview_watch.h"
#include "base/json.h"

#define RECORDS_MAX	1000000u

static const struct opt options[] = {
	{ .name = "records", .letter = 'n', .kind = OPT_COUNT,
	    .metavar = "N", .at = offsetof(struct preview_args, records),
	    .help = "N records (10)", .min = 1, .max = RECORDS_MAX },
	{ .name = "record", .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct preview_args, record),
	    .help = "only the record number N", .min = 1,
	    .max = UINT64_MAX / 2 },
	{ .name = "where", .kind = OPT_TEXT, .metavar = "EXPR",
	    .at = offsetof(struct preview_args, where),
	    .help = "only records of which EXPR is true" },
	{ .name = "rejects", .kind = OPT_FLAG,
	    .at = offsetof(struct preview_args, rejects),
	    .help = "only records that are rejected, and why" },
	{ .name = "raw", .kind = OPT_FLAG,
	    .at = offsetof(struct preview_args, raw),
	    .help = "the bytes of all items beside their values" },
	{ .name = "watch", .letter = 'w', .kind = OPT_FLAG,
	    .at = offsetof(struct preview_args, watch),
	    .help = "once more whenever the mapping changes" },
	{ .name = "expanded", .letter = 'x', .kind = OPT_FLAG,
	    .at = offsetof(struct preview_args, expanded),
	    .help = "a line for each column, as on narrow terminals" },
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct preview_args, to),
	    .help = "as this target would take it, not the mapping's" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct preview_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct preview_args, json),
	    .help = "print one JSON object" },
	OPT_COMMON,
	OPT_END
};

static void
flush(void *in)
{
	invocation_flush(in);
}

static enum status
preview_run(struct invocation *in)
{
	const struct preview_args *args = in->args;
	const struct preview_ask ask = { .args = args,
	    .mapping = in->operand.v[0],
	    .file = in->operand.n > 1 ? in->operand.v + 1 : NULL,
	    .nfile = in->operand.n - 1 };
	struct preview_view view = { .columns = terminal_columns(),
	    .colour = in->color_out, .expanded = args->expanded };
	struct json j = { .b = &in->out };
	struct shot shot;

	if (args->watch)
		return preview_watch(in, &ask);
	shot_take(&shot, &in->arena, &in->diags, &ask);
	if (!shots_are_good(&shot) && shot.next == NULL)
		return shot.usage ? STATUS_USAGE : STATUS_FAILED;
	if (args->json) {
		json_open(&j, NULL, '{');
		preview_json(&j, &shot, flush, in);
		json_close(&j, '}');
		buf_putc(&in->out, '\n');
	} else {
		preview_text(&in->out, &shot, &view);
	}
	return shots_failed(&shot) || !shots_are_good(&shot) ? STATUS_FAILED : STATUS_CLEAN;
}

const struct command cmd_preview = {
	.name = "preview",
	.operands = "MAPPING [FILE]...",
	.summary = "show the first rows as they would be loaded",
	.about =
	    "Reads the first records of the mapping's files, or of FILE (- is\n"
	    "standard input), or those that are asked for, and shows the rows\n"
	    "they become, table by table, then the rejects with their reasons.\n"
	    "Touches no target. Of a dataset file all members are shown, or\n"
	    "those that words MEMBER=FILE name.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct preview_args),
	.min = 1, .max = UINT32_MAX,
	.run = preview_run,
};
