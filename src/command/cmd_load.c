/*
 * decant load: the everyday job.  Records become rows, the rows become the
 * target's tables, all of them or none.
 *
 * SIGINT, SIGTERM and SIGHUP ask the load to stop; it leaves the target as it
 * was.  The same signal a second time ends the process at once.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "flow/load.h"
#include "base/json.h"
#include "report/progress.h"
#include "report/summary.h"
#include "value/format.h"

#define JOBS_MAX	256u

struct load_args {
	struct common_args common;
	const char *to, *max_rejects, *rejects, *as_of;
	uint64_t jobs, batch_records;
	struct opt_list include;
	bool allow_empty, prove, json, quiet;
};

static const struct opt options[] = {
	{ .name = "to", .kind = OPT_TEXT, .metavar = "TARGET",
	    .at = offsetof(struct load_args, to),
	    .help = "load into this target instead of the mapping's" },
	{ .name = "jobs", .letter = 'j', .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct load_args, jobs),
	    .help = "use N threads (as many as there are cores)",
	    .min = 1, .max = JOBS_MAX },
	{ .name = "max-rejects", .kind = OPT_TEXT, .metavar = "N|P%",
	    .at = offsetof(struct load_args, max_rejects),
	    .help = "load when no more records are rejected (0)" },
	{ .name = "rejects", .kind = OPT_TEXT, .metavar = "DIR",
	    .at = offsetof(struct load_args, rejects),
	    .help = "write rejects to DIR instead of NAME.rejects" },
	{ .name = "allow-empty", .kind = OPT_FLAG,
	    .at = offsetof(struct load_args, allow_empty),
	    .help = "load an input without records too" },
	{ .name = "as-of", .kind = OPT_TEXT, .metavar = "DATE",
	    .at = offsetof(struct load_args, as_of),
	    .help = "the extract is of that day (2026-01-31)" },
	{ .name = "prove", .kind = OPT_FLAG,
	    .at = offsetof(struct load_args, prove),
	    .help = "check that every item gives its bytes back" },
	{ .name = "include", .letter = 'I', .kind = OPT_LIST,
	    .metavar = "DIR", .at = offsetof(struct load_args, include),
	    .help = "look for copybooks that COPY names in DIR too" },
	{ .name = "json", .kind = OPT_FLAG,
	    .at = offsetof(struct load_args, json),
	    .help = "print the summary as one JSON object" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG,
	    .at = offsetof(struct load_args, quiet),
	    .help = "no summary and no progress" },
	{ .name = "batch-records", .kind = OPT_COUNT, .metavar = "N",
	    .at = offsetof(struct load_args, batch_records),
	    .min = 1, .max = 1024 },		/* for tests */
	OPT_COMMON,
	OPT_END
};

static volatile int interrupted;	/* the signal's number */

static void
on_signal(int number)
{
	interrupted = number;
}

/* A signal that the parent ignores (nohup, a shell's background) stays so.
 * No SA_RESTART: a read that waits for input must return. */
static void
catch_signals(void)
{
	static const int number[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act, old;
	uint32_t i;

	memset(&act, 0, sizeof act);
	act.sa_handler = on_signal;
	act.sa_flags = SA_RESETHAND;
	sigemptyset(&act.sa_mask);
	for (i = 0; i < 3; i++)
		if (sigaction(number[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(number[i], &act, NULL);
	/* A reader of our output that goes away must not end a load: the
	 * write fails, and that is reported. */
	signal(SIGPIPE, SIG_IGN);
	/* A file-size limit is a full disk, not a reason to die. */
	signal(SIGXFSZ, SIG_IGN);
}

/* "12" records, or "0.5%" of them. */
static bool
parse_max_rejects(struct diags *ds, const char *s, struct load_options *o)
{
	char *end;
	struct diag *d;

	o->max_reject_percent = -1;
	if (s == NULL)
		return true;
	if (s[0] >= '0' && s[0] <= '9') {
		if (s[strspn(s, "0123456789")] == '\0') {
			o->max_rejects = strtoull(s, NULL, 10);
			return true;
		}
		o->max_reject_percent = strtod(s, &end);
		if (strspn(s, "0123456789.") == strlen(s) - 1 &&
		    strcmp(end, "%") == 0 && o->max_reject_percent <= 100)
			return true;
	}
	d = diag_add(ds, DIAG_G001, NOWHERE,
	    "'%s' is no number of rejects (option '--max-rejects')", s);
	diag_hint(ds, d, "write a number of records, such as 100, or a "
	    "percentage from 0 to 100, such as 0.5%%");
	return false;
}

static enum status
status_of(const struct invocation *in, const struct load_result *r)
{
	bool proved = r->proof == NULL ||
	    r->proof->proved == r->proof->checked;

	switch (r->state) {
	case LOAD_CLEAN:
		return proved ? STATUS_CLEAN : STATUS_CHECK;
	case LOAD_WITH_REJECTS:
		return proved ? STATUS_REJECTS : STATUS_CHECK;
	case LOAD_BROKEN:
		return STATUS_CHECK;
	case LOAD_REFUSED:
	case LOAD_FAILED:
		break;
	}
	return invocation_status(in, STATUS_FAILED);
}

/* With -q too: a batch job's log must say why it stopped. */
static void
tell_refused(struct invocation *in, const struct load_result *r)
{
	unsigned long long bad = r->rejected + r->fragments;
	struct diag *d;

	d = diag_add(&in->diags, DIAG_G005, NOWHERE, "%llu of %llu records "
	    "%s rejected, more than allowed", bad,
	    (unsigned long long)(r->read + r->fragments),
	    bad == 1 ? "is" : "are");
	if (r->rejects == NULL)
		return;
	if (r->rejected < r->read)
		diag_hint(&in->diags, d, "%s/reasons.csv tells why; "
		    "--max-rejects %llu would load the others", r->rejects,
		    bad);
	else
		diag_hint(&in->diags, d, "%s/reasons.csv tells why",
		    r->rejects);
}

static void
tell_broken(struct invocation *in, const struct job *job,
    const struct load_result *r)
{
	const struct control_break *k;
	uint32_t i;

	for (i = 0; i < r->ncontrol; i++) {
		if (r->control[i].nfirst == 0)
			continue;
		k = &r->control[i].first[0];
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G010,
		    job->mapping->controls[i].at, "%s does not hold: %s%s%s%s",
		    r->control[i].text, k->why != NULL ? k->why : "left ",
		    k->why != NULL ? "" : k->left, k->why != NULL ? "" :
		    ", right ", k->why != NULL ? "" : k->right),
		    "the target is untouched; see what the sender says of "
		    "this file");
	}
}

/* r NULL: the load has not begun. */
static void
put_json(struct invocation *in, const struct job *job,
    const struct load_result *r, enum status status)
{
	struct json j = { .b = &in->out };

	json_open(&j, NULL, '{');
	json_uint(&j, "exit", status);
	if (r != NULL)
		summary_json(&j, job, r);
	else
		json_text(&j, "state", "failed");
	invocation_json_diags(in, &j, "diagnostics");
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

/* Opens the sink and runs the job into it; NULL: the sink cannot be opened. */
static struct load_result *
run_job(struct invocation *in, const struct job *job, struct load_options *o,
    bool quiet)
{
	struct sink_options so = { .schema = job->mapping->schema,
	    .interrupted = &interrupted };
	struct progress progress;
	struct load_result *r;
	struct sink sink;

	if (job->target == NULL) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "a target is missing"), "write target: in the mapping, or "
		    "say --to sqlite:FILE.db");
		return NULL;
	}
	if (!sink_new(&sink, &in->arena, &in->diags, job->target, &so))
		return NULL;
	catch_signals();
	progress_init(&progress, STDERR_FILENO, !quiet);
	o->progress = progress_show;
	o->progress_arg = &progress;
	o->interrupted = &interrupted;
	r = load_run(&in->arena, &in->diags, job, &sink, o);
	progress_end(&progress);
	sink.ops->free(sink.state);
	return r;
}

/* Fields of delimited text have no form that a picture fixes. */
static bool
can_prove(struct diags *ds, const struct job *job)
{
	if (job->source.framing.framing != FRAMING_DELIMITED)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_G001, NOWHERE, "a delimited file cannot "
	    "be proved (option '--prove')"), "its fields have no fixed form: "
	    "0.5, .5 and 0.50 are one number");
	return false;
}

static enum status
load_run_verb(struct invocation *in)
{
	const struct load_args *args = in->args;
	struct job_options jo = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n,
	    .as_of = args->as_of,
	    .batch_records = (uint32_t)args->batch_records };
	struct load_options lo = { .jobs = (uint32_t)args->jobs,
	    .rejects = args->rejects, .allow_empty = args->allow_empty,
	    .prove = args->prove };
	struct load_result *r = NULL;
	int64_t days;
	enum status status;
	struct job *job;

	if (args->as_of != NULL && !parse_date_iso((const uint8_t *)
	    args->as_of, strlen(args->as_of), &days)) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "invalid value '%s' of --as-of", args->as_of),
		    "a date is written 2026-01-31");
		return STATUS_USAGE;
	}
	if (!parse_max_rejects(&in->diags, args->max_rejects, &lo))
		return STATUS_USAGE;
	if (in->operand.n > 1) {
		jo.file = in->operand.v + 1;
		jo.nfile = in->operand.n - 1;
	}
	job = job_new(&in->arena, &in->diags, in->operand.v[0], &jo);
	if (job != NULL && args->prove && !can_prove(&in->diags, job))
		return STATUS_USAGE;
	if (job != NULL)
		r = run_job(in, job, &lo, args->quiet);
	if (r != NULL && r->state == LOAD_REFUSED)
		tell_refused(in, r);
	if (r != NULL && r->breaks > 0)
		tell_broken(in, job, r);
	status = r != NULL ? status_of(in, r) : job != NULL &&
	    job->target == NULL ? STATUS_USAGE :
	    invocation_status(in, STATUS_FAILED);
	in->published = r != NULL && (r->state == LOAD_CLEAN ||
	    r->state == LOAD_WITH_REJECTS);
	if (args->json)
		put_json(in, job, r, status);
	else if (r != NULL && !args->quiet)
		summary_text(&in->arena, &in->out, job, r, in->color_out);
	return status;
}

const struct command cmd_load = {
	.name = "load",
	.operands = "MAPPING [FILE]...",
	.summary = "load files into a database",
	.about =
	    "Reads the mapping's files, or FILE (- is standard input), makes\n"
	    "rows of their records and loads them into the target. The\n"
	    "target's tables are replaced in one transaction, when all went\n"
	    "well; otherwise they stay as they were. Records that cannot be\n"
	    "loaded go to NAME.rejects/, with their reasons.\n",
	.missing = "the mapping",
	.options = options,
	.args_size = sizeof(struct load_args),
	.min = 1, .max = UINT32_MAX,
	.run = load_run_verb,
};
