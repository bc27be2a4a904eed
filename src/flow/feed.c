/*
 * Feeding the workers; see feed.h.  Where the last record of a file must be
 * known, a batch is held until it is seen what follows.
 */
#include "flow/feed.h"

#include "base/mem.h"
#include "flow/origins.h"
#include "flow/workers.h"
#include "plan/batch.h"
#include "plan/carry.h"
#include "plan/plan.h"
#include "record/record.h"

struct feed {
	const struct plan *plan;
	struct source *source;
	struct workers *workers;
	struct carry *carry;		/* NULL: no record hangs on another */
	struct batch *held;		/* read, not handed over yet */
	const char *const *name;	/* of the files */
	const struct origins *origins;	/* of rejects; or NULL */
	uint64_t stop_after;
	uint32_t file;			/* of the last batch handed over */
};

struct feed *
feed_new(const struct plan *p, struct source *s, struct workers *w,
    const char *const *name, uint64_t stop_after)
{
	struct feed *f = mem_zalloc(sizeof *f);

	f->plan = p;
	f->source = s;
	f->workers = w;
	f->carry = plan_has_parents(p) ? carry_new(p) : NULL;
	f->name = name;
	f->stop_after = stop_after;
	f->file = UINT32_MAX;
	return f;
}

void
feed_set_origins(struct feed *f, const struct origins *o)
{
	f->origins = o;
}

void
feed_free(struct feed *f)
{
	carry_free(f->carry);
	mem_free(f);
}

static void
feed_submit(struct feed *f, struct batch *b, bool last)
{
	b->first_of_file = b->slab.file != f->file;
	b->last_of_file = last;
	b->file_name = f->name[b->slab.file];
	f->file = b->slab.file;
	if (f->origins != NULL)
		origins_put(f->origins, b);
	if (f->carry != NULL)
		plan_classify(f->plan, b, f->carry);
	workers_submit(f->workers, b);
}

/* The held batch goes; `last`: nothing follows it in its file. */
static void
feed_release(struct feed *f, bool last)
{
	if (f->held != NULL)
		feed_submit(f, f->held, last);
	f->held = NULL;
}

/* Keeps a slab to the first records that were asked for; was that all? */
static bool
feed_cut(const struct feed *f, struct slab *s)
{
	uint64_t end = f->stop_after;

	if (end == 0)
		return false;
	if (s->first_record + s->nrec - 1 > end)
		s->nrec = s->first_record > end ? 0 :
		    (uint32_t)(end - s->first_record + 1);
	return s->first_record + s->nrec > end;
}

enum grade
feed_fill(struct feed *f)
{
	struct batch *b;
	enum grade g;

	while ((b = workers_free_batch(f->workers, f->held != NULL)) != NULL) {
		g = source_next(f->source, &b->slab);
		if (g != OK) {
			feed_release(f, g == END);
			/* what was lost may have been a parent */
			if (g == BAD && f->carry != NULL)
				carry_close(f->carry);
			return g;
		}
		feed_release(f, f->held != NULL &&
		    f->held->slab.file != b->slab.file);
		if (feed_cut(f, &b->slab)) {
			feed_submit(f, b, false);
			return END;
		}
		if (plan_wants_last(f->plan))
			f->held = b;
		else
			feed_submit(f, b, false);
	}
	return OK;
}
