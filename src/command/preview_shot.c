/*
 * One run of a preview; see preview_shot.h.
 */
#include "command/preview_shot.h"

#include "command/preview_raw.h"

#define RECORDS_DEFAULT	10u

struct asking {			/* what look_run hands back */
	struct shot *shot;
	const struct preview_ask *ask;
};

static void
asking_seen(void *arg, const struct batch *b, uint32_t rec)
{
	struct asking *a = arg;

	if (a->shot->raw != NULL)
		raw_add(a->shot->raw, b, rec);
}

static bool
asking_stop(void *arg, uint64_t looked)
{
	struct asking *a = arg;

	return a->ask->stop != NULL && a->ask->stop(a->ask->arg, looked);
}

/* A record that is not there is a mistake of who asks for it. */
static void
shot_missing(struct shot *s, uint64_t record)
{
	if (s->look.failed || s->look.stopped || s->look.looked > 0 ||
	    s->look.nfragment > 0)
		return;
	diag_hint(s->diags, diag_add(s->diags, DIAG_G020, NOWHERE,
	    "there is no record %llu", (unsigned long long)record),
	    "records are counted from 1, over all files");
	s->look.failed = true;
}

static void
shot_replace(struct job *job, struct arena *a, const struct preview_ask *q)
{
	const char **file = arena_array(a, job->source.nfile + 1,
	    sizeof *file), *other;
	uint32_t i;

	for (i = 0; i < job->source.nfile; i++) {
		other = q->replace(q->arg, job->source.file[i]);
		file[i] = other != NULL ? other : job->source.file[i];
	}
	job->source.file = file;
}

void
shot_take(struct shot *s, struct arena *a, struct diags *ds,
    const struct preview_ask *q)
{
	const struct preview_args *args = q->args;
	struct asking asking = { s, q };
	struct look_options lo = { .record = args->record,
	    .records = args->record > 0 ? 1 : args->records > 0 ?
	    args->records : RECORDS_DEFAULT, .where = args->where != NULL,
	    .rejected = args->rejects, .seen = asking_seen,
	    .stop = asking_stop, .arg = &asking };
	struct job_options jo = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n,
	    .file = q->file, .nfile = q->nfile, .where = args->where,
	    .texts = &s->texts, .reads = true };
	struct sink sink;
	struct job *job;

	*s = (struct shot){ .args = args, .arena = a, .diags = ds, .look.failed = true };
	if (lo.records < 1024 && lo.record == 0 && !lo.where && !lo.rejected)
		jo.batch_records = (uint32_t)lo.records;
	job = job_new(a, ds, q->mapping, &jo);
	if (job == NULL)
		return;
	s->job = job;
	if (q->replace != NULL)
		shot_replace(job, a, q);
	if (args->raw)
		s->raw = raw_new(a, job);
	sink_preview_init(&sink, &s->preview, a, job->plan);
	look_run(a, ds, job, &sink, &lo, &s->look);
	if (lo.record > 0)
		shot_missing(s, lo.record);
}

bool
shot_is_good(const struct shot *s)
{
	return s->job != NULL && s->preview.table != NULL;
}
