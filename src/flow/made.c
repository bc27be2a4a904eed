/*
 * Writing records that are made; see made.h.
 */
#include "flow/made.h"

#include <string.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "flow/out_file.h"
#include "flow/settle.h"
#include "plan/batch.h"
#include "plan/carry.h"
#include "plan/plan.h"

struct making {
	struct arena *arena;
	struct diags *diags;
	const struct job *job;
	const struct framing_options *framing;
	const struct made_source *source;
	struct settle *settle;
	struct carry *carry;
	struct batch *batch;
	struct recwriter *writer;
	struct made_result *result;
};

void
made_slab(struct batch *b, const struct framing_options *f, uint32_t n,
    uint32_t size)
{
	size_t stride = (size_t)size + f->before + f->behind + 64;
	struct slab *s = &b->slab;
	uint32_t i;

	slab_reserve(s, n * stride);
	slab_reserve_records(s, n);
	memset(s->bytes, 0, s->cap);
	s->nrec = n;
	s->file = 0;
	s->used = n * stride;
	for (i = 0; i < n; i++) {
		s->rec[i] = (struct slice){ s->bytes + i * stride + f->before,
		    size };
		s->raw_off[i] = 0;
		if (f->before > 0)	/* single spacing, to a printer */
			memset(s->bytes + i * stride, f->page->blank,
			    f->before);
	}
}

/* What the framing asks of each record: its length, and that it says it. */
static bool
making_lengths(struct making *m)
{
	const struct framing_options *f = m->framing;
	struct slab *s = &m->batch->slab;
	uint32_t around = f->before + f->behind, i, len, whole;
	uint8_t *p;

	whole = f->framing == FRAMING_FIXED || (f->framing == FRAMING_U &&
	    f->bdw != TRI_YES) ? f->record_length : 0;
	s->shortest = UINT32_MAX;
	s->longest = 0;
	for (i = 0; i < s->nrec; i++) {
		p = (uint8_t *)(uintptr_t)s->rec[i].p;
		len = s->rec[i].len + around;
		if (len < whole) {
			memset(p + s->rec[i].len + f->behind, f->page->blank,
			    whole - len);
			len = whole;
		}
		if (!record_tell_length(f, p - f->before, len, &len)) {
			diag_add(m->diags, DIAG_F041, NOWHERE, "record %llu "
			    "of %u bytes cannot say its length",
			    (unsigned long long)(s->first_record + i), len);
			return false;
		}
		s->rec[i].len = len - around;
		if (s->rec[i].len < s->shortest)
			s->shortest = s->rec[i].len;
		if (s->rec[i].len > s->longest)
			s->longest = s->rec[i].len;
	}
	return true;
}

/* The next batch, with its types told and its controls' fields written. */
static enum grade
making_next(struct making *m, uint64_t *first)
{
	struct batch *b = m->batch;
	enum grade g;

	g = m->source->next(m->source->arg, b);
	if (g != OK)
		return g;
	b->slab.first_record = *first;
	b->first_of_file = *first == 1;
	*first += b->slab.nrec;
	if (!making_lengths(m))
		return FATAL;
	plan_classify(m->job->plan, b, m->carry);
	if (m->settle != NULL)
		settle_write(m->settle, b);
	return OK;
}

static bool
making_start(struct making *m)
{
	carry_free(m->carry);
	m->carry = plan_has_parents(m->job->plan) ? carry_new(m->job->plan) :
	    NULL;
	if (m->settle != NULL)
		settle_restart(m->settle);
	return m->source->restart(m->source->arg);
}

/* Everything once, for nothing but what the plan says of it. */
static bool
making_try(struct making *m, bool *again)
{
	uint64_t first = 1;
	enum grade g;

	*again = false;
	if (!making_start(m))
		return false;
	while ((g = making_next(m, &first)) == OK) {
		plan_run(m->job->plan, m->batch, NULL);
		if (m->settle != NULL)
			settle_put(m->settle, m->batch);
		if (m->source->judge != NULL)
			m->source->judge(m->source->arg, m->batch);
	}
	if (g == FATAL)
		return false;
	if (m->settle != NULL)
		*again = settle_end(m->settle);
	if (m->source->again != NULL)
		*again |= m->source->again(m->source->arg);
	return true;
}

static bool
making_put(struct making *m)
{
	const struct batch *b = m->batch;
	uint32_t i;

	for (i = 0; i < b->slab.nrec; i++) {
		if (recwriter_put(m->writer, b->slab.rec[i]) != OK)
			return false;
		m->result->records++;
		m->result->bytes += b->slab.rec[i].len;
		if (b->type != NULL && b->type[i] < plan_ntype(m->job->plan))
			m->result->of_type[b->type[i]]++;
	}
	return true;
}

static bool
making_write(struct making *m, const char *path)
{
	uint64_t first = 1;
	struct out_file f;
	enum grade g = FATAL;

	if (!making_start(m))
		return false;
	out_file_init(&f, m->arena, path);
	m->writer = recwriter_new_named(m->diags, f.writing, path, m->framing,
	    NULL);
	if (m->writer == NULL)
		return false;
	while ((g = making_next(m, &first)) == OK)
		if (!making_put(m))
			break;
	if (g == END && recwriter_close(m->writer) == OK)
		return out_file_keep(&f, m->diags);
	if (g != END)
		recwriter_abandon(m->writer);
	out_file_drop(&f);
	return false;
}

#define TRIALS_MAX	8u

const struct reject *
made_reason(const struct batch *b, uint32_t *at, uint32_t rec)
{
	const struct reject *found = NULL, *r;

	for (; *at < b->nreject && b->reject[*at].rec <= rec; ++*at) {
		r = &b->reject[*at];
		if (r->rec == rec && !r->inherited && r->code != DIAG_D041 &&
		    r->code != DIAG_D042 && found == NULL)
			found = r;
	}
	return found;
}

bool
made_write(struct arena *a, struct diags *ds, const struct job *j,
    const struct framing_options *f, const struct made_source *s,
    const char *path, struct made_result *r)
{
	struct making m = { .arena = a, .diags = ds, .job = j, .framing = f,
	    .source = s, .result = r };
	uint32_t trials;
	bool good = true, again;

	*r = (struct made_result){ .of_type = arena_array(a,
	    plan_ntype(j->plan) + 1, sizeof *r->of_type) };
	m.settle = settle_new(a, ds, j);
	m.batch = batch_new(j->plan);
	again = s->judge != NULL || m.settle != NULL;
	for (trials = 0; good && again && trials < TRIALS_MAX; trials++)
		good = making_try(&m, &again);
	good = good && making_write(&m, path);
	r->faults = settle_faults(m.settle);
	carry_free(m.carry);
	batch_free(m.batch);
	settle_free(m.settle);
	return good;
}
