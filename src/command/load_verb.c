/*
 * decant load and decant stage: see load_verb.h.
 */
#include "command/load_verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/load_outcome.h"
#include "command/plan_verb.h"
#include "command/signals.h"
#include "command/version.h"
#include "db/db.h"
#include "generation/in_place.h"
#include "generation/run_set.h"
#include "report/progress.h"
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

static bool
has_target(struct invocation *in, const struct run_set *set)
{
	if (set->target != NULL)
		return true;
	diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
	    "a target is missing"), set->file != NULL ? "write target: in the "
	    "dataset file, or say --to sqlite:FILE.db" :
	    "write target: in the mapping, or say --to sqlite:FILE.db");
	return false;
}

static bool
load_files(struct invocation *in, struct outcome *o,
    const struct load_options *lo)
{
	struct run_part *p = &o->set->part[0];
	struct sink_options so = { .schema = o->set->dataset,
	    .interrupted = &signal_caught };
	struct sink sink;

	if (!sink_new(&sink, &in->arena, &in->diags, o->set->target, &so))
		return false;
	p->load = load_run(&in->arena, &in->diags, p->job, &sink, lo);
	sink.ops->free(sink.state);
	return true;
}

static void
load_database(struct invocation *in, struct outcome *o,
    const struct load_options *lo, double shrink, bool publish)
{
	const struct load_args *args = in->args;
	struct run_options ro = { .verb = in->command->name,
	    .tool = DECANT_VERSION, .publish = publish,
	    .again = args->again || args->prove, .resume = args->resume,
	    .checkpoint = args->checkpoint == 0 && args->resume ?
	    CHECKPOINT : args->checkpoint, .max_shrink = shrink,
	    .retry = o->retry, .load = *lo,
	    .swap = { .rebuild_dependents = args->rebuild_dependents,
	    .resync = args->resync, .export_writes = args->export_writes,
	    .snapshot = args->snapshot,
	    .no_snapshot = args->no_snapshot } };

	o->run = run_set(&in->arena, &in->diags, o->set, &ro);
}

/* Into files, or a generation of a database. */
static void
load_it(struct invocation *in, struct outcome *o, struct load_options *lo,
    double shrink, bool publish)
{
	const struct load_args *args = in->args;
	struct progress progress;
	enum db_kind kind;

	signals_catch();
	progress_init(&progress, STDERR_FILENO, !args->quiet);
	lo->progress = progress_show;
	lo->progress_arg = &progress;
	lo->interrupted = &signal_caught;
	if (db_is_target(o->set->target, &kind) || !publish ||
	    o->set->file != NULL || o->retry != NULL)
		load_database(in, o, lo, shrink, publish);
	else
		load_files(in, o, lo);
	progress_end(&progress);
}

static bool
can_prove(struct diags *ds, const struct job *job)
{
	if (job->source.framing.framing != FRAMING_ROWS)
		return true;
	diag_hint(ds, diag_add(ds, DIAG_G001, NOWHERE, "rows of a table "
	    "cannot be proved (option '--prove')"), "they have no "
	    "bytes that could be read in another way");
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

/* --- what is loaded ------------------------------------------------------ */

static bool
read_retry(struct invocation *in, struct outcome *o, struct job_options *jo,
    struct load_options *lo)
{
	o->retry = arena_zalloc(&in->arena, sizeof *o->retry);
	if (!retry_read(&in->arena, &in->diags, in->operand.v[1], o->retry))
		return false;
	if (jo->as_of == NULL)
		jo->as_of = o->retry->as_of;
	if (lo->rejects == NULL)
		lo->rejects = o->retry->rejects;
	return true;
}

/* The files, or words for members; of a retry, the one file of the mapping or
 * of the member that rejected its records. */
static const char *const *
set_words(struct invocation *in, const struct outcome *o, bool several,
    uint32_t *n)
{
	const char **word;

	*n = in->operand.n - 1;
	if (o->retry == NULL)
		return in->operand.v + 1;
	*n = 1;
	word = arena_array(&in->arena, 1, sizeof *word);
	word[0] = !several ? o->retry->file : arena_printf(&in->arena,
	    "%s=%s", o->retry->mapping, o->retry->file);
	return word;
}

static struct run_set *
set_of_words(struct invocation *in, const struct outcome *o,
    const struct job_options *jo, bool *usage)
{
	const struct load_args *args = in->args;
	bool several = dataset_file_is(in->operand.v[0]);
	const char *const *word;
	uint32_t n;

	*usage = several && (args->checkpoint > 0 || args->resume ||
	    (args->rejects != NULL && o->retry == NULL));
	if (*usage) {
		diag_hint(&in->diags, diag_add(&in->diags, DIAG_G001, NOWHERE,
		    "a dataset of several mappings is not loaded with %s",
		    args->rejects != NULL ? "--rejects" : "checkpoints"),
		    args->rejects != NULL ? "rejects of each member go to "
		    "NAME.rejects here" : "it is loaded as a whole");
		return NULL;
	}
	word = set_words(in, o, several, &n);
	return run_set_new(&in->arena, &in->diags, in->operand.v[0], jo, word,
	    n, usage);
}

/* What the verb asks of the jobs, besides what every one must be. */
static bool
suits(struct invocation *in, const struct outcome *o)
{
	const struct load_args *args = in->args;
	const struct run_part *p;
	uint32_t i;

	for (i = 0; i < o->set->npart; i++) {
		p = &o->set->part[i];
		if (p->sent && ((args->prove && !can_prove(&in->diags,
		    p->job)) || (o->retry != NULL && !retry_fits(&in->diags,
		    o->retry, p->job))))
			return false;
	}
	return true;
}

/* A migration in place that is live: its source has the new shape now. */
static bool
is_done_in_place(struct invocation *in, struct outcome *o)
{
	const struct load_args *args = in->args;
	uint32_t n;

	if (args->again || o->retry != NULL ||
	    dataset_file_is(in->operand.v[0]))
		return false;
	n = in_place_done(&in->arena, in->operand.v[0], args->to);
	if (n == 0)
		return false;
	o->run = arena_zalloc(&in->arena, sizeof *o->run);
	o->run->same = true;
	o->run->state = LOAD_CLEAN;
	o->run->generation = n;
	return true;
}

/* What is to be loaded, and that it can be; else a status. */
static enum status
load_prepare(struct invocation *in, struct outcome *o,
    struct job_options *jo, struct load_options *lo, enum load_kind kind)
{
	bool usage = false;

	if (kind != LOAD_RETRY || read_retry(in, o, jo, lo))
		o->set = set_of_words(in, o, jo, &usage);
	if (usage)
		return STATUS_USAGE;
	if (o->set != NULL && !suits(in, o))
		return o->retry == NULL ? STATUS_USAGE : STATUS_FAILED;
	return STATUS_CLEAN;
}

enum status
load_verb(struct invocation *in, enum load_kind kind)
{
	const struct load_args *args = in->args;
	struct job_options jo = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n,
	    .as_of = args->as_of,
	    .batch_records = (uint32_t)args->batch_records,
	    .all_fields = args->prove };
	struct load_options lo = { .jobs = (uint32_t)args->jobs,
	    .rejects = args->rejects, .allow_empty = args->allow_empty,
	    .prove = args->prove };
	struct plan_asked asked = { args->to, &args->include, true,
	    args->json };
	struct outcome o = { NULL, NULL, NULL };
	enum status status;
	double shrink;

	if (!check_as_of(&in->diags, args->as_of) ||
	    !parse_max_rejects(&in->diags, args->max_rejects, &lo) ||
	    !parse_shrink(&in->diags, args->max_shrink, &shrink))
		return STATUS_USAGE;
	if (args->dry_run && kind != LOAD_RETRY)
		return plan_verb(in, &asked);
	if (kind == LOAD_RETRY || !is_done_in_place(in, &o)) {
		status = load_prepare(in, &o, &jo, &lo, kind);
		if (status != STATUS_CLEAN)
			return status;
		if (args->dry_run)
			return o.set == NULL ? STATUS_FAILED :
			    plan_set(in, &asked, o.set, o.retry);
		if (o.set != NULL && has_target(in, o.set))
			load_it(in, &o, &lo, shrink, kind != LOAD_STAGE);
	}
	outcome_tell(in, &o);
	status = outcome_status(in, &o);
	in->published = outcome_is_done(&o);
	if (args->json)
		outcome_json(in, &o, status);
	else if (!args->quiet)
		outcome_text(in, &o);
	return status;
}
