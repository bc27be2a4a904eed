/*
 * decant generate: test data.  A copybook is read as decant init reads it, and
 * the records are those that its mapping takes; a mapping says for itself.
 */
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/copybook_args.h"
#include "command/init_source.h"
#include "flow/make_records.h"
#include "plan/generate.h"

#define MAPPING_MAX	(64u << 20)

struct generate_args {
	struct common_args common;
	const char *output, *encoding, *record, *edge;
	uint64_t records, seed;
	uint32_t format;
	struct copybook_args copybook;
	bool quiet;
};

static const struct opt options[] = {
	{ .name = "records", .letter = 'n', .kind = OPT_COUNT,
	    .metavar = "N", .at = offsetof(struct generate_args, records),
	    .help = "make N records (100), of all types together",
	    .min = 1, .max = UINT32_MAX },
	{ .name = "seed", .kind = OPT_COUNT, .metavar = "S",
	    .at = offsetof(struct generate_args, seed),
	    .help = "another S gives other records (1)",
	    .min = 1, .max = UINT64_MAX },
	{ .name = "output", .letter = 'o', .kind = OPT_TEXT,
	    .metavar = "FILE", .at = offsetof(struct generate_args, output),
	    .help = "write to FILE, not to standard output" },
	{ .name = "edge", .kind = OPT_TEXT, .metavar = "P%",
	    .at = offsetof(struct generate_args, edge),
	    .help = "make P of 100 values edge cases (5%)" },
	{ .name = "format", .kind = OPT_CHOICE, .metavar = "FORMAT",
	    .at = offsetof(struct generate_args, format),
	    .choice = init_formats,
	    .help = "of the file of a copybook: fixed, v, vb, text, …" },
	{ .name = "encoding", .kind = OPT_TEXT, .metavar = "PAGE",
	    .at = offsetof(struct generate_args, encoding),
	    .help = "code page of the file of a copybook (cp037)" },
	{ .name = "record", .kind = OPT_TEXT, .metavar = "NAME",
	    .at = offsetof(struct generate_args, record),
	    .help = "make the record (level 01) NAME of a copybook only" },
	OPT_COPYBOOK(struct generate_args, copybook),
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct generate_args, quiet),
	    .help = "no summary" },
	OPT_COMMON,
	OPT_END
};

/* "5%", "0.5%": of EDGE_WHOLE. */
static bool
parse_edge(struct diags *ds, const char *s, uint32_t *edge)
{
	double percent;
	char *end;

	*edge = EDGE_WHOLE / 20;
	if (s == NULL)
		return true;
	percent = strtod(s, &end);
	if (s[0] >= '0' && s[0] <= '9' && strspn(s, "0123456789.") >=
	    strlen(s) - 1 && (strcmp(end, "%") == 0 || *end == '\0') &&
	    percent <= 100) {
		*edge = (uint32_t)(percent * EDGE_WHOLE / 100 + 0.5);
		return true;
	}
	diag_hint(ds, diag_add(ds, DIAG_G001, NOWHERE,
	    "'%s' is no share of the values (option '--edge')", s),
	    "write a percentage from 0 to 100, such as 5%%");
	return false;
}

static bool
is_mapping(const char *path)
{
	size_t n = strlen(path);

	return (n > 5 && strcasecmp(path + n - 5, ".yaml") == 0) ||
	    (n > 4 && strcasecmp(path + n - 4, ".yml") == 0);
}

/* Options that a mapping has its own words for. */
static bool
mapping_takes(struct diags *ds, const struct generate_args *args)
{
	const char *option = args->format > 0 ? "format" :
	    args->encoding != NULL ? "encoding" :
	    args->record != NULL ? "record" : NULL;

	if (option == NULL)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_G001, NOWHERE,
	    "--%s is for copybooks", option), "the mapping says it itself; "
	    "decant unload changes format and encoding of a file");
	return false;
}

/* The job of the mapping that decant init would write. */
static enum status
copybook_job(struct invocation *in, const struct generate_args *args,
    struct job **job)
{
	const struct init_source source = { .copybook = in->operand.v[0],
	    .record = args->record, .encoding = args->encoding,
	    .format = args->format, .args = &args->copybook };
	const struct job_options jo = { .target = "null:" };
	const struct mapping *m;
	struct buf text;
	enum status status;

	buf_init(&text, MAPPING_MAX);
	status = init_source(in, &text, &source);
	if (status == STATUS_CLEAN) {
		m = mapping_parse(&in->arena, &in->diags, srctext_new(
		    &in->arena, "init.yaml", text.p, text.len));
		*job = job_of_mapping(&in->arena, &in->diags, m, &jo);
	}
	buf_fini(&text);
	return status;
}

static void
put_summary(struct invocation *in, const struct job *job,
    const struct make_result *r, const char *path)
{
	uint32_t t;

	buf_printf(&in->out, "made %llu records, %llu bytes, in %s\n",
	    (unsigned long long)r->made.records,
	    (unsigned long long)r->made.bytes, path);
	for (t = 0; t < plan_ntype(job->plan); t++)
		buf_printf(&in->out, "  %-20s %llu\n", plan_type_name(
		    job->plan, t), (unsigned long long)r->made.of_type[t]);
}

static void
tell(struct invocation *in, const struct make_result *r)
{
	if (r->refused > 0)
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G032, NOWHERE,
		    "%llu of the records would be rejected by a load: %s",
		    (unsigned long long)r->refused, r->why),
		    "the file is written all the same");
	if (r->made.faults > 0)
		diag_add(&in->diags, DIAG_G033, NOWHERE, "%llu control totals "
		    "do not fit their fields",
		    (unsigned long long)r->made.faults);
}

static enum status
generate_run(struct invocation *in)
{
	const struct generate_args *args = in->args;
	struct make_options o = { .records = args->records > 0 ?
	    args->records : 100, .seed = args->seed > 0 ? args->seed : 1,
	    .path = args->output != NULL ? args->output : "-" };
	struct job_options jo = { .target = "null:",
	    .include = args->copybook.include.v,
	    .ninclude = args->copybook.include.n };
	enum status status = STATUS_CLEAN;
	struct make_result *r;
	struct job *job = NULL;

	if (!parse_edge(&in->diags, args->edge, &o.edge))
		return STATUS_USAGE;
	if (!is_mapping(in->operand.v[0]))
		status = copybook_job(in, args, &job);
	else if (mapping_takes(&in->diags, args))
		job = job_new(&in->arena, &in->diags, in->operand.v[0], &jo);
	else
		status = STATUS_USAGE;
	if (status != STATUS_CLEAN)
		return status;
	if (job == NULL)
		return STATUS_FAILED;
	r = make_records(&in->arena, &in->diags, job, &o);
	if (r == NULL)
		return STATUS_FAILED;
	tell(in, r);
	if (!args->quiet && strcmp(o.path, "-") != 0)
		put_summary(in, job, r, o.path);
	return r->refused > 0 ? STATUS_CHECK : STATUS_CLEAN;
}

const struct command cmd_generate = {
	.name = "generate",
	.operands = "COPYBOOK|MAPPING",
	.summary = "make test data for a copybook or a mapping",
	.about =
	    "Makes records that look like somebody's data, with edge cases\n"
	    "among them, and writes them as a file of the copybook's record,\n"
	    "or of what a mapping (NAME.yaml) says: format, code page, types\n"
	    "of records, totals in trailers. The same options give the same\n"
	    "bytes on every machine; a load rejects none of them.\n",
	.missing = "the copybook or the mapping",
	.options = options,
	.args_size = sizeof(struct generate_args),
	.min = 1, .max = 1,
	.run = generate_run,
};
