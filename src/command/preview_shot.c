/*
 * One run of a preview; see preview_shot.h.
 */
#include "command/preview_shot.h"

#include "command/preview_raw.h"
#include "flow/members.h"

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

static struct look_options
shot_look_options(const struct preview_args *args)
{
	return (struct look_options){ .record = args->record,
	    .records = args->record > 0 ? 1 : args->records > 0 ?
	    args->records : RECORDS_DEFAULT, .where = args->where != NULL,
	    .rejected = args->rejects };
}

/* Of a member with the files that it reads; else as the words say. */
static void
shot_prepare(struct shot *s, const struct preview_ask *q,
    const struct members *members, const struct member *m)
{
	const struct preview_args *args = s->args;
	struct look_options lo = shot_look_options(args);
	struct job_options jo = { .target = args->to,
	    .include = args->include.v, .ninclude = args->include.n,
	    .file = q->file, .nfile = q->nfile, .where = args->where,
	    .texts = &s->texts, .reads = true };
	struct job *job;

	s->look.failed = true;
	if (lo.records < 1024 && lo.record == 0 && !lo.where && !lo.rejected)
		jo.batch_records = (uint32_t)lo.records;
	if (m == NULL) {
		job = job_new(s->arena, s->diags, q->mapping, &jo);
	} else {
		s->member = m->name;
		jo.target = members->target;
		jo.file = member_files(m, &jo.nfile);
		job = job_of_mapping(s->arena, s->diags, m->from->m, &jo);
	}
	if (job != NULL && q->replace != NULL)
		shot_replace(job, s->arena, q);
	s->job = job;
}

static void
shot_look(struct shot *s, const struct preview_ask *q)
{
	const struct preview_args *args = s->args;
	struct asking asking = { s, q };
	struct look_options lo = shot_look_options(args);
	struct sink sink;

	if (s->job == NULL)
		return;
	lo.seen = asking_seen;
	lo.stop = asking_stop;
	lo.arg = &asking;
	if (args->raw)
		s->raw = raw_new(s->arena, s->job);
	sink_preview_init(&sink, &s->preview, s->arena, s->job->plan);
	look_run(s->arena, s->diags, s->job, &sink, &lo, &s->look);
	if (lo.record > 0)
		shot_missing(s, lo.record);
}

/* ---- members ------------------------------------------------------------ */

/* The members' mappings are texts that a preview hangs on, also when there is
 * a mistake in one of them. */
static void
shot_watch_members(struct shot *s, const char *path)
{
	const struct map_dataset *d;
	struct diags quiet;
	uint32_t i;

	diags_init(&quiet, s->arena);
	d = dataset_file_read(s->arena, &quiet, path);
	for (i = 0; d != NULL && i < d->nmember; i++)
		*ARENA_PUSH(s->arena, s->texts.v, s->texts.n, s->texts.cap) =
		    d->member[i].mapping.name;
}

/* Record numbers and names of items are those of one member. */
static bool
shot_suits(struct shot *s, const struct members *members, bool said)
{
	const struct member *first = NULL;
	const char *const *file;
	uint32_t i, n = 0, nfile;

	for (i = 0; i < members->n; i++)
		if (members->v[i].sent && n++ == 0)
			first = &members->v[i];
	if (n < 2 || (s->args->record == 0 && s->args->where == NULL))
		return true;
	file = member_files(first, &nfile);
	diag_hint(s->diags, diag_add(s->diags, DIAG_G001, NOWHERE,
	    "%s is about the records of one member, and the dataset has %u",
	    s->args->record > 0 ? "--record" : "--where", n), said ?
	    "name the file of one only, such as %s=%s" :
	    "name the file of one: add %s=%s", first->name,
	    nfile > 0 ? file[0] : "FILE");
	s->usage = true;
	return false;
}

static void
shot_members(struct shot *s, const struct preview_ask *q)
{
	struct shot *last = NULL, *to;
	struct members *members;
	uint32_t i;

	shot_watch_members(s, q->mapping);
	members = members_read(s->arena, s->diags, q->mapping, s->args->to,
	    q->file, q->nfile, &s->usage);
	if (members == NULL || !shot_suits(s, members,
	    q->nfile > 0))
		return;
	for (i = 0; i < members->n; i++) {
		if (!members->v[i].sent)
			continue;
		to = last == NULL ? s : arena_zalloc(s->arena, sizeof *to);
		if (last != NULL) {
			*to = (struct shot){ .args = s->args,
			    .arena = s->arena, .diags = s->diags };
			last->next = to;
		}
		shot_prepare(to, q, members, &members->v[i]);
		last = to;
	}
}

void
shot_take(struct shot *s, struct arena *a, struct diags *ds,
    const struct preview_ask *q)
{
	*s = (struct shot){ .args = q->args, .arena = a, .diags = ds,
	    .look.failed = true };
	if (dataset_file_is(q->mapping))
		shot_members(s, q);
	else
		shot_prepare(s, q, NULL, NULL);
	for (; s != NULL; s = s->next)
		shot_look(s, q);
}

bool
shot_is_good(const struct shot *s)
{
	return s->job != NULL && s->preview.table != NULL;
}

bool
shots_are_good(const struct shot *s)
{
	for (; s != NULL; s = s->next)
		if (!shot_is_good(s))
			return false;
	return true;
}

bool
shots_failed(const struct shot *s)
{
	for (; s != NULL; s = s->next)
		if (s->look.failed)
			return true;
	return false;
}
