/*
 * A look at some records; see look.h.
 *
 * One thread, and at most two batches: where it matters whether a record is
 * the last of its file, a batch is held until it is seen what follows.  What
 * stands before the record that is wanted is framed, and classified where it
 * may be a parent, but not run.
 */
#include "flow/look.h"

#include "base/buf.h"
#include "base/mem.h"
#include "flow/distinct.h"
#include "flow/job.h"
#include "flow/rejects.h"
#include "plan/batch.h"
#include "plan/carry.h"
#include "sink/sink.h"

#define HEX_SHOWN	16u	/* bytes of a fragment */

struct look {
	struct arena *arena;
	const struct job *job;
	const struct sink *sink;
	const struct look_options *options;
	struct look_result *result;
	struct source *source;
	struct carry *carry;		/* NULL: no record hangs on another */
	struct distinct *distinct;	/* NULL: no such table */
	struct batch *batch[2], *held;
	uint32_t file;			/* of the last batch that was run */
};

static bool
look_is_full(const struct look *l)
{
	return l->result->chosen >= l->options->records;
}

/* ---- which records ----------------------------------------------------- */

static bool
look_wants(struct look *l, const struct batch *b, const uint8_t *answer,
    uint32_t rec)
{
	const struct look_options *o = l->options;

	if (o->record != 0 && b->slab.first_record + rec != o->record)
		return false;
	l->result->looked++;
	if (o->where && answer[rec] != ANSWER_YES) {
		l->result->unanswered += answer[rec] == ANSWER_NONE;
		return false;
	}
	return !o->rejected || b->verdict[rec] == REJECTED;
}

/* The batch keeps rows and reasons of the chosen records only. */
static void
look_keep(struct batch *b, const uint8_t *keep)
{
	uint32_t t, i, n, *row;
	struct rowset *r;

	for (t = 0; t < b->ntable; t++) {
		r = &b->rows[t];
		row = arena_alloc(&b->arena, r->n * sizeof *row);
		for (i = n = 0; i < r->n; i++)
			if (keep[r->rec[r->row[i]]])
				row[n++] = r->row[i];
		r->row = row;
		r->n = n;
	}
	for (i = n = 0; i < b->nreject; i++)
		if (keep[b->reject[i].rec])
			b->reject[n++] = b->reject[i];
	b->nreject = n;
}

static void
look_choose(struct look *l, struct batch *b)
{
	const struct look_options *o = l->options;
	struct look_result *r = l->result;
	uint32_t i, n = b->slab.nrec;
	uint8_t *keep = arena_zalloc(&b->arena, n + b->ncarried + 1);
	uint8_t *answer = NULL;

	if (o->where) {
		answer = arena_zalloc(&b->arena, n + 1);
		plan_where(l->job->plan, b, answer);
	}
	for (i = 0; i < n && !look_is_full(l); i++) {
		if (!look_wants(l, b, answer, i))
			continue;
		keep[i] = 1;
		r->chosen++;
		r->rejected += b->verdict[i] == REJECTED;
		r->skipped += b->verdict[i] == SKIPPED;
		if (o->seen != NULL)
			o->seen(o->arg, b, i);
	}
	look_keep(b, keep);
}

/* ---- batches ----------------------------------------------------------- */

/* Does the batch hold what is wanted? */
static bool
look_is_near(const struct look *l, const struct batch *b)
{
	return l->options->record == 0 ||
	    (b->slab.first_record <= l->options->record &&
	    l->options->record < b->slab.first_record + b->slab.nrec);
}

static enum grade
look_batch(struct look *l, struct batch *b, bool last)
{
	const struct plan *p = l->job->plan;

	b->first_of_file = b->slab.file != l->file;
	b->last_of_file = last;
	l->file = b->slab.file;
	b->classified = false;
	if (l->carry != NULL)
		plan_classify(p, b, l->carry);
	if (!look_is_near(l, b))
		return OK;
	plan_run(p, b, NULL);
	look_choose(l, b);
	distinct_set_aside(p, b);
	if (distinct_put(l->distinct, b, NULL) != OK)
		return FATAL;
	return l->sink->ops->put(l->sink->state, b);
}

static enum grade
look_release(struct look *l, bool last)
{
	struct batch *b = l->held;

	l->held = NULL;
	return b == NULL ? OK : look_batch(l, b, last);
}

static void
look_fragment(struct look *l)
{
	const struct fragment *f = source_fragment(l->source);
	struct look_result *r = l->result;
	struct look_fragment *k;
	struct buf hex;

	if (l->carry != NULL)
		carry_close(l->carry);
	if (r->nfragment == LOOK_FRAGMENTS || (l->options->record != 0 &&
	    l->options->record != f->record))
		return;
	k = ARENA_PUSH(l->arena, r->fragment, r->nfragment, r->cap);
	k->record = f->record;
	k->offset = f->offset;
	k->file = l->job->source.file[f->file];
	k->why = arena_strdup(l->arena, f->why);
	buf_init(&hex, 256);
	rejects_hex(&hex, f->bytes, 0, f->bytes.len, HEX_SHOWN);
	k->hex = arena_strdup(l->arena, hex.len > 0 ? hex.p : "");
	buf_fini(&hex);
}

/* A slab that holds no more than what is asked for. */
static void
look_cut(const struct look *l, struct slab *s)
{
	const struct look_options *o = l->options;
	uint64_t most = o->records - l->result->chosen;

	if (o->record != 0)
		most = o->record < s->first_record ? 0 :
		    o->record - s->first_record + 1;
	else if (o->where || o->rejected)
		return;
	if (s->nrec > most)
		s->nrec = (uint32_t)most;
}

/* The next batch, and the one that was held for it; END: that was all. */
static enum grade
look_next(struct look *l)
{
	struct batch *b = l->batch[l->held == l->batch[0]];
	enum grade g = source_next(l->source, &b->slab);
	uint64_t behind = b->slab.first_record + b->slab.nrec;

	if (g != OK) {
		l->result->ended = g == END;
		if (look_release(l, g == END) != OK)
			return FATAL;
		if (g == BAD)
			look_fragment(l);
		return g == BAD ? OK : g;
	}
	if (look_release(l, l->held != NULL && l->held->slab.file !=
	    b->slab.file) != OK)
		return FATAL;
	if (look_is_full(l))
		return END;
	look_cut(l, &b->slab);
	if (b->slab.nrec == 0)
		return END;
	/* a cut batch does not hold the last record, but then it may: where
	 * only that is wanted, one more is read */
	if (plan_wants_last(l->job->plan) &&
	    b->slab.first_record + b->slab.nrec == behind)
		l->held = b;
	else if (look_batch(l, b, false) != OK)
		return FATAL;
	return l->held == NULL && (look_is_full(l) || (l->options->record != 0
	    && behind > l->options->record)) ? END : OK;
}

static void
look_seek(struct look *l)
{
	const struct plan *p = l->job->plan;
	uint32_t i;

	if (l->options->record < 2 || l->carry != NULL)
		return;
	for (i = 0; i < plan_ntype(p); i++)
		if (plan_type_position(p, i) == MAP_FIRST)
			return;
	source_seek(l->source, l->options->record);
}

static void
look_stages(struct look *l)
{
	const struct look_options *o = l->options;
	enum grade g;

	if (l->sink->ops->open(l->sink->state,
	    plan_schema(l->job->plan)) != OK) {
		l->result->failed = true;
		return;
	}
	look_seek(l);
	do {
		if (o->stop != NULL && o->stop(o->arg, l->result->looked)) {
			l->result->stopped = true;
			return;
		}
		g = look_next(l);
	} while (g == OK);
	l->result->failed = g == FATAL;
}

void
look_run(struct arena *a, struct diags *ds, const struct job *job,
    const struct sink *sink, const struct look_options *o,
    struct look_result *r)
{
	struct look l = { .arena = a, .job = job, .sink = sink, .options = o,
	    .result = r, .file = UINT32_MAX };
	struct source_options so = job->source;

	*r = (struct look_result){ .failed = true };
	so.tail_is_data = so.soon = true;
	if (!o->where && !o->rejected)
		so.most = o->record != 0 ? o->record : o->records;
	if (o->record == 0 && !o->where && !o->rejected &&
	    o->records < so.batch_records)
		so.batch_records = (uint32_t)o->records;
	l.source = source_new(ds, &so);
	if (l.source == NULL)
		return;
	r->failed = false;
	l.carry = plan_has_parents(job->plan) ? carry_new(job->plan) : NULL;
	l.distinct = distinct_new(ds, job->plan, NULL);
	l.batch[0] = batch_new(job->plan);
	l.batch[1] = batch_new(job->plan);
	look_stages(&l);
	batch_free(l.batch[0]);
	batch_free(l.batch[1]);
	distinct_free(l.distinct);
	carry_free(l.carry);
	source_free(l.source);
}
