/*
 * decant unload: the way back, from a file or from loaded tables to a file of
 * records.
 */
#include <string.h>

#include "charset/charset.h"
#include "command/command.h"
#include "command/init_source.h"
#include "flow/unload_file.h"

struct unload_args {
	struct common_args common;
	const char *output, *encoding;
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

static enum status
unload_run(struct invocation *in)
{
	const struct unload_args *args = in->args;
	struct unload_options o = { .path = args->output != NULL ?
	    args->output : "-", .reframe = args->format > 0,
	    .framing = framings[args->format], .partial = args->partial };
	struct job_options jo = { .target = "null:",
	    .include = args->include.v, .ninclude = args->include.n };
	struct job *job;

	if (args->encoding != NULL) {
		if (!init_knows_encoding(in, args->encoding))
			return STATUS_USAGE;
		o.page = charset_find(args->encoding, NULL);
	}
	if (in->operand.n > 1) {
		jo.file = in->operand.v + 1;
		jo.nfile = in->operand.n - 1;
	}
	job = job_new(&in->arena, &in->diags, in->operand.v[0], &jo);
	if (job == NULL)
		return STATUS_FAILED;
	if (o.page != NULL && strcmp(o.page->name, job->page->name) == 0)
		o.page = NULL;
	return unload_records(in, job, &o, args->quiet);
}

const struct command cmd_unload = {
	.name = "unload",
	.operands = "MAPPING [FILE]...",
	.summary = "write records back, from files",
	.about =
	    "Reads the mapping's files, or FILE, and writes their records\n"
	    "again: the same bytes, or in another format or code page, item\n"
	    "by item. What cannot be written is told, and then nothing is,\n"
	    "unless --partial leaves it out.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct unload_args),
	.min = 1, .max = UINT32_MAX,
	.run = unload_run,
};
