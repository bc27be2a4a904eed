/*
 * decant unload: the way back, from a file or from loaded tables to a file of
 * records.
 */
#include <string.h>

#include "charset/charset.h"
#include "command/command.h"
#include "command/init_source.h"
#include "command/signals.h"
#include "db/db.h"
#include "flow/unload_table.h"

struct unload_args {
	struct common_args common;
	const char *from, *output, *encoding;
	uint32_t format;
	struct opt_list include;
	bool partial, quiet;
};

static const char *const formats[] = { "same", "fixed", "v", "vb", "vbs", "vs",
    "u", "text", "gnucobol", "microfocus", NULL };
static const enum framing framings[] = { FRAMING_FIXED, FRAMING_FIXED,
    FRAMING_V, FRAMING_VB, FRAMING_VBS, FRAMING_VS, FRAMING_U, FRAMING_TEXT,
    FRAMING_GNUCOBOL, FRAMING_MICROFOCUS };

static const struct opt options[] = {
	{ .name = "from", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct unload_args, from),
	    .help = "from the tables there, as --to of load; or target" },
	{ .name = "output", .letter = 'o', .kind = OPT_TEXT,
	    .metavar = "FILE", .at = offsetof(struct unload_args, output),
	    .help = "write to FILE, not to standard output" },
	{ .name = "format", .kind = OPT_CHOICE, .metavar = "FORMAT",
	    .at = offsetof(struct unload_args, format), .choice = formats,
	    .help = "of what is written: same, fixed, v, vb, text, …" },
	{ .name = "encoding", .kind = OPT_TEXT, .metavar = "PAGE",
	    .at = offsetof(struct unload_args, encoding),
	    .help = "code page of what is written (the mapping's)" },
	{ .name = "partial", .kind = OPT_FLAG,
	    .at = offsetof(struct unload_args, partial),
	    .help = "leave out what cannot be written" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct unload_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct unload_args, quiet),
	    .help = "no summary" },
	OPT_COMMON,
	OPT_END
};

static enum status
unload_records(struct invocation *in, const struct job *job,
    const struct unload_options *o, bool quiet)
{
	struct unload_result *r;
	unsigned long long lost;

	r = unload_file(&in->arena, &in->diags, job, o);
	if (r->failed)
		return STATUS_FAILED;
	lost = r->left_out + r->fragments;
	if (lost > UNLOAD_TOLD)
		diag_add(&in->diags, DIAG_F043, NOWHERE, "%llu more",
		    lost - UNLOAD_TOLD);
	if (r->refused)
		return STATUS_CHECK;
	if (!quiet && strcmp(o->path, "-") != 0) {
		buf_printf(&in->out, "wrote %llu records, %llu bytes, in %s",
		    (unsigned long long)r->written,
		    (unsigned long long)r->bytes, o->path);
		if (lost > 0)
			buf_printf(&in->out, "; %llu left out", lost);
		buf_putc(&in->out, '\n');
	}
	return lost > 0 ? STATUS_REJECTS : STATUS_CLEAN;
}

/* ---- from files --------------------------------------------------------- */

static enum status
run_files(struct invocation *in, const struct unload_args *args,
    struct unload_options *o)
{
	struct job_options jo = { .target = "null:",
	    .include = args->include.v, .ninclude = args->include.n };
	struct job *job;

	if (args->encoding != NULL)
		o->page = charset_find(args->encoding, NULL);
	if (in->operand.n > 1) {
		jo.file = in->operand.v + 1;
		jo.nfile = in->operand.n - 1;
	}
	job = job_new(&in->arena, &in->diags, in->operand.v[0], &jo);
	if (job == NULL)
		return STATUS_FAILED;
	if (o->page != NULL && strcmp(o->page->name, job->page->name) == 0)
		o->page = NULL;
	return unload_records(in, job, o, args->quiet);
}

/* ---- from tables -------------------------------------------------------- */

static void
put_written(struct invocation *in, const struct job *job,
    const struct unload_tables_result *r, const char *path)
{
	unsigned long long lost = r->left_out + r->dependents;
	uint32_t t;

	buf_printf(&in->out, "wrote %llu records, %llu bytes, in %s",
	    (unsigned long long)r->made.records,
	    (unsigned long long)r->made.bytes, path);
	if (lost > 0)
		buf_printf(&in->out, "; %llu left out", lost);
	if (r->strays > 0)
		buf_printf(&in->out, "; %llu whose rows hang on nothing",
		    (unsigned long long)r->strays);
	buf_putc(&in->out, '\n');
	for (t = 0; t < plan_ntype(job->plan); t++)
		buf_printf(&in->out, "  %-20s %llu\n", plan_type_name(
		    job->plan, t), (unsigned long long)r->made.of_type[t]);
}

static enum status
unload_rows(struct invocation *in, const struct job *job,
    const struct unload_options *o, bool quiet)
{
	const volatile int *interrupted = signals_catch();
	struct unload_tables_result *r = unload_tables(&in->arena, &in->diags,
	    job, o, job->target, interrupted);

	if (*interrupted != 0 && in->diags.errors == 0)
		diag_add(&in->diags, DIAG_G004, NOWHERE,
		    "interrupted; no file was made");
	if (r->failed || *interrupted != 0)
		return STATUS_FAILED;
	if (r->refused)
		return STATUS_CHECK;
	if (r->made.faults > 0)
		diag_add(&in->diags, DIAG_G033, NOWHERE, "%llu control totals "
		    "do not fit their fields",
		    (unsigned long long)r->made.faults);
	if (!quiet && strcmp(o->path, "-") != 0)
		put_written(in, job, r, o->path);
	return r->left_out + r->dependents + r->strays > 0 ? STATUS_REJECTS :
	    STATUS_CLEAN;
}

/* The target that --from names: the mapping's, or a database. */
static bool
from_target(struct invocation *in, const struct mapping *m,
    const char **target)
{
	enum db_kind kind;

	if (strcmp(*target, "target") == 0) {
		*target = m->target;
		if (*target == NULL) {
			diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001,
			    NOWHERE, "the mapping names no target (option "
			    "'--from')"), "say --from sqlite:FILE.db");
			return false;
		}
	}
	if (db_is_target(*target, &kind))
		return true;
	diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
	    "tables are unloaded from a database (option '--from')"),
	    "sqlite:PATH or postgresql://…; or target, for the mapping's");
	return false;
}

static enum status
run_tables(struct invocation *in, const struct unload_args *args,
    struct unload_options *o)
{
	struct job_options jo = { .target = args->from,
	    .include = args->include.v, .ninclude = args->include.n };
	struct mapping *m;
	struct job *job;

	if (in->operand.n > 1) {
		diag_add(&in->diags, DIAG_G001, NOWHERE, "'%s' is a file, and "
		    "--from is about tables", in->operand.v[1]);
		return STATUS_USAGE;
	}
	m = mapping_read(&in->arena, &in->diags, in->operand.v[0]);
	if (m == NULL)
		return STATUS_FAILED;
	if (!from_target(in, m, &jo.target))
		return STATUS_USAGE;
	if (args->encoding != NULL)	/* the records are made in it */
		m->encoding = args->encoding;
	job = job_of_mapping(&in->arena, &in->diags, m, &jo);
	return job == NULL ? STATUS_FAILED : unload_rows(in, job, o,
	    args->quiet);
}

static enum status
unload_run(struct invocation *in)
{
	const struct unload_args *args = in->args;
	struct unload_options o = { .path = args->output != NULL ?
	    args->output : "-", .reframe = args->format > 0,
	    .framing = framings[args->format], .partial = args->partial };

	if (args->encoding != NULL && !init_knows_encoding(in,
	    args->encoding))
		return STATUS_USAGE;
	return args->from != NULL ? run_tables(in, args, &o) :
	    run_files(in, args, &o);
}

const struct command cmd_unload = {
	.name = "unload",
	.operands = "MAPPING [FILE]...",
	.summary = "write records back, from files or loaded tables",
	.about =
	    "Reads the mapping's files, or FILE, and writes their records\n"
	    "again: the same bytes, or in another format or code page, item\n"
	    "by item. With --from the records are made of the tables that\n"
	    "they were loaded into; what is not in these is written by a rule\n"
	    "and told. What cannot be written is told, and then nothing is,\n"
	    "unless --partial leaves it out.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct unload_args),
	.min = 1, .max = UINT32_MAX,
	.run = unload_run,
};
