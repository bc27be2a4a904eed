/*
 * decant check: every mistake of a mapping and its copybook, with its place.
 * Reads no data and touches no target.
 */
#include <stdio.h>

#include "command/command.h"
#include "flow/job.h"
#include "report/json.h"

struct check_args {
	struct common_args common;
	const char *to;
	struct opt_list include;
	bool json, quiet;
};

static const struct opt options[] = {
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct check_args, to),
	    .help = "check against this target instead of the mapping's" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct check_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct check_args, json),
	    .help = "print the diagnostics as a JSON array" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct check_args, quiet),
	    .help = "say nothing when all is fine" },
	OPT_COMMON,
	OPT_END
};

static void
say_fine(const char *name, const struct job *job)
{
	const struct schema *s = plan_schema(job->plan);
	uint32_t i, columns = 0;

	for (i = 0; i < s->ntable; i++)
		columns += s->table[i].ncolumn;
	fprintf(stderr, "%s is fine: %u table%s, %u column%s\n", name,
	    s->ntable, s->ntable == 1 ? "" : "s", columns,
	    columns == 1 ? "" : "s");
}

static enum status
check_run(struct invocation *in)
{
	const struct check_args *args = in->args;
	struct job_options o = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n };
	struct job *job = job_new(&in->arena, &in->diags, in->operand.v[0], &o);
	struct json j = { .b = &in->out };
	bool good = job != NULL && in->diags.errors == 0;

	if (args->json) {
		invocation_json_diags(in, &j, NULL);
		buf_putc(&in->out, '\n');
		in->diags_elsewhere = true;
	}
	invocation_show_diags(in);
	if (good && !args->quiet && !args->json)
		say_fine(in->operand.v[0], job);
	return good ? STATUS_CLEAN : STATUS_CHECK;
}

const struct command cmd_check = {
	.name = "check",
	.operands = "MAPPING",
	.summary = "find the mistakes in a mapping",
	.about =
	    "Reads MAPPING and its copybooks, and reports every mistake with\n"
	    "file, line, column and a hint. Reads no data, touches no target.\n"
	    "Exit status 8 when there are mistakes.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct check_args),
	.min = 1, .max = 1,
	.run = check_run,
};
