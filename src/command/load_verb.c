/*
 * decant load and decant stage: see load_verb.h.
 */
#include "command/load_verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "command/signals.h"
#include "command/swap_verb.h"
#include "command/version.h"
#include "db/db.h"
#include "generation/run.h"
#include "report/progress.h"
#include "report/summary.h"
#include "value/format.h"

#define MAX_SHRINK	20	/* percent */
#define CHECKPOINT	500000u	/* rows, where --resume says no number */

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

/* What came of the verb: a load into files, or a run. */
struct outcome {
	const struct job *job;		/* NULL: it could not be made */
	struct load_result *load;	/* NULL: it has not begun */
	struct run_result *run;		/* NULL: files, or nothing happened */
	struct retry *retry;		/* NULL: it is none */
};

static void
put_run_json(struct json *j, const struct run_result *r)
{
	uint32_t i;

	if (r->same)
		json_text(j, "state", "same");
	json_uint(j, "generation", r->generation);
	json_bool(j, "staged", r->staged);
	json_bool(j, "published", r->published);
	json_open(j, "tests", '[');
	for (i = 0; i < r->ncheck; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", r->check[i].name);
		json_bool(j, "passed", r->check[i].state == CHECK_PASSED);
		json_uint(j, "rows", r->check[i].failures);
		json_close(j, '}');
	}
	json_close(j, ']');
	if (!r->published)
		return;
	json_open(j, "publication", '{');
	swap_verb_json(j, &r->swap);
	json_close(j, '}');
}

static void
put_json(struct invocation *in, const struct outcome *o, enum status status)
{
	struct json j = { .b = &in->out };

	json_open(&j, NULL, '{');
	json_uint(&j, "exit", status);
	if (o->load != NULL)
		summary_json(&j, o->job, o->load);
	else if (o->run == NULL || !o->run->same)
		json_text(&j, "state", "failed");
	if (o->run != NULL)
		put_run_json(&j, o->run);
	invocation_json_diags(in, &j, "diagnostics");
	json_close(&j, '}');
	buf_putc(&in->out, '\n');
}

static void
put_checks(struct buf *b, const struct run_result *r)
{
	uint32_t i, passed = 0;

	for (i = 0; i < r->ncheck; i++)
		passed += r->check[i].state == CHECK_PASSED;
	buf_printf(b, "%-10s %u of %u passed\n", "tests", passed, r->ncheck);
}

static void
put_text(struct invocation *in, const struct outcome *o)
{
	const struct run_result *r = o->run;

	if (r != NULL && r->same && o->retry != NULL) {
		buf_printf(&in->out, "generation %u has these records already: "
		    "nothing to do (--again does it again)\n",
		    r->generation);
		return;
	}
	if (r != NULL && r->same) {
		buf_printf(&in->out, "generation %u is live and was made of "
		    "the same: nothing to do (--again does it again)\n",
		    r->generation);
		return;
	}
	if (o->load == NULL)
		return;
	summary_text(&in->arena, &in->out, o->job, o->load, in->color_out);
	if (r == NULL)
		return;
	if (r->ncheck > 0)
		put_checks(&in->out, r);
	if (r->published)
		swap_verb_text(&in->out, &r->swap);
	else if (r->staged)
		buf_printf(&in->out, "%-10s generation %u: decant publish "
		    "makes it live\n", "staged", r->generation);
}

static bool
has_target(struct invocation *in, const struct job *job)
{
	if (job->target != NULL)
		return true;
	diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
	    "a target is missing"), "write target: in the mapping, or say "
	    "--to sqlite:FILE.db");
	return false;
}

static bool
load_files(struct invocation *in, struct outcome *o,
    const struct load_options *lo)
{
	struct sink_options so = { .schema = o->job->mapping->schema,
	    .interrupted = &signal_caught };
	struct sink sink;

	if (!sink_new(&sink, &in->arena, &in->diags, o->job->target, &so))
		return false;
	o->load = load_run(&in->arena, &in->diags, o->job, &sink, lo);
	sink.ops->free(sink.state);
	return true;
}

static void
load_database(struct invocation *in, struct outcome *o,
    const struct load_options *lo, const struct srctext_names *texts,
    double shrink, bool publish)
{
	const struct load_args *args = in->args;
	struct run_options ro = { .verb = in->command->name,
	    .tool = DECANT_VERSION, .publish = publish,
	    .again = args->again || args->prove, .resume = args->resume,
	    .checkpoint = args->checkpoint == 0 && args->resume ?
	    CHECKPOINT : args->checkpoint, .max_shrink = shrink,
	    .texts = texts, .retry = o->retry, .load = *lo,
	    .swap = { .rebuild_dependents = args->rebuild_dependents,
	    .resync = args->resync, .export_writes = args->export_writes,
	    .snapshot = args->snapshot,
	    .no_snapshot = args->no_snapshot } };

	o->run = run_job(&in->arena, &in->diags, o->job, &ro);
	if (o->run != NULL)
		o->load = o->run->load;
}

/* Into files, or a generation of a database. */
static void
load_it(struct invocation *in, struct outcome *o, struct load_options *lo,
    const struct srctext_names *texts, double shrink, bool publish)
{
	const struct load_args *args = in->args;
	struct progress progress;
	enum db_kind kind;

	signals_catch();
	progress_init(&progress, STDERR_FILENO, !args->quiet);
	lo->progress = progress_show;
	lo->progress_arg = &progress;
	lo->interrupted = &signal_caught;
	if (db_is_target(o->job->target, &kind) || !publish ||
	    o->retry != NULL)
		load_database(in, o, lo, texts, shrink, publish);
	else
		load_files(in, o, lo);
	progress_end(&progress);
}

/* Fields of delimited text have no form that a picture fixes. */
static bool
can_prove(struct diags *ds, const struct job *job)
{
	if (job->source.framing.framing == FRAMING_ROWS) {
		diag_hint(ds, diag_add(ds, DIAG_G001, NOWHERE, "rows of a table "
		    "cannot be proved (option '--prove')"), "they have no "
		    "bytes that could be read in another way");
		return false;
	}
	if (job->source.framing.framing != FRAMING_DELIMITED)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_G001, NOWHERE, "a delimited file cannot "
	    "be proved (option '--prove')"), "its fields have no fixed form: "
	    "0.5, .5 and 0.50 are one number");
	return false;
}

/* "20%", or 20 */
static bool
parse_shrink(struct diags *ds, const char *s, double *percent)
{
	char *end;

	*percent = MAX_SHRINK;
	if (s == NULL)
		return true;
	if (s[0] >= '0' && s[0] <= '9') {
		*percent = strtod(s, &end);
		if ((*end == '\0' || strcmp(end, "%") == 0) &&
		    *percent <= 100)
			return true;
	}
	diag_hint(ds, diag_add(ds, DIAG_G001, NOWHERE, "'%s' is no percentage "
	    "(option '--max-shrink')", s), "write a number from 0 to 100, "
	    "such as 20%%");
	return false;
}

static bool
check_as_of(struct diags *ds, const char *s)
{
	int64_t days;

	if (s == NULL || parse_date_iso((const uint8_t *)s, strlen(s), &days))
		return true;
	diag_hint(ds, diag_add(ds, DIAG_G001, NOWHERE, "invalid value '%s' of "
	    "--as-of", s), "a date is written 2026-01-31");
	return false;
}

static enum status
outcome_status(struct invocation *in, const struct outcome *o)
{
	if (o->run != NULL && o->run->same)
		return STATUS_CLEAN;
	if (o->load != NULL)
		return status_of(in, o->load);
	return o->job != NULL && o->job->target == NULL ? STATUS_USAGE :
	    invocation_status(in, STATUS_FAILED);
}

/* The files of the command line; false: a usage error, or told. */
static bool
load_inputs(struct invocation *in, struct outcome *o, struct job_options *jo,
    struct load_options *lo, enum load_kind kind)
{
	if (in->operand.n > 1) {
		jo->file = in->operand.v + 1;
		jo->nfile = in->operand.n - 1;
	}
	if (kind != LOAD_RETRY)
		return true;
	o->retry = arena_zalloc(&in->arena, sizeof *o->retry);
	if (!retry_read(&in->arena, &in->diags, in->operand.v[1], o->retry))
		return false;
	jo->file = &o->retry->file;
	if (jo->as_of == NULL)
		jo->as_of = o->retry->as_of;
	if (lo->rejects == NULL)
		lo->rejects = o->retry->rejects;
	return true;
}

/* What the verb asks of a job, besides what every one must be. */
static bool
suits(struct invocation *in, const struct outcome *o)
{
	const struct load_args *args = in->args;

	return (!args->prove || can_prove(&in->diags, o->job)) &&
	    (o->retry == NULL || retry_fits(&in->diags, o->retry, o->job));
}

enum status
load_verb(struct invocation *in, enum load_kind kind)
{
	const struct load_args *args = in->args;
	struct srctext_names texts = { NULL, 0, 0 };
	struct job_options jo = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n,
	    .as_of = args->as_of, .texts = &texts,
	    .batch_records = (uint32_t)args->batch_records };
	struct load_options lo = { .jobs = (uint32_t)args->jobs,
	    .rejects = args->rejects, .allow_empty = args->allow_empty,
	    .prove = args->prove };
	struct outcome o = { NULL, NULL, NULL, NULL };
	enum status status;
	double shrink;

	if (!check_as_of(&in->diags, args->as_of) ||
	    !parse_max_rejects(&in->diags, args->max_rejects, &lo) ||
	    !parse_shrink(&in->diags, args->max_shrink, &shrink))
		return STATUS_USAGE;
	if (load_inputs(in, &o, &jo, &lo, kind))
		o.job = job_new(&in->arena, &in->diags, in->operand.v[0], &jo);
	if (o.job != NULL && !suits(in, &o))
		return o.retry == NULL ? STATUS_USAGE : STATUS_FAILED;
	if (o.job != NULL && has_target(in, o.job))
		load_it(in, &o, &lo, &texts, shrink, kind != LOAD_STAGE);
	if (o.load != NULL && o.load->state == LOAD_REFUSED)
		tell_refused(in, o.load);
	if (o.load != NULL && o.load->breaks > 0)
		tell_broken(in, o.job, o.load);
	status = outcome_status(in, &o);
	in->published = o.load != NULL && (o.load->state == LOAD_CLEAN ||
	    o.load->state == LOAD_WITH_REJECTS);
	if (args->json)
		put_json(in, &o, status);
	else if (!args->quiet)
		put_text(in, &o);
	return status;
}
