/*
 * decant generate; see make_records.h.
 *
 * Nothing is remembered of a record but, of those that the plan refused, how
 * often they were: that number is part of what the next try is made from.
 */
#include "flow/make_records.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "flow/make_order.h"
#include "plan/batch.h"
#include "plan/generate.h"

#define TRIES_MAX	6u
#define REFUSED_MAX	(1u << 20)	/* records that are kept in mind */
#define SLAB_BYTES	(1u << 20)	/* of a batch's records, about */
#define BATCH_MAX	1024u

struct refused {
	uint64_t number;
	uint32_t tries;
};

struct list {			/* by number */
	struct refused *v;
	size_t n, cap;
};

struct maker {
	struct arena *arena;
	struct diags *diags;
	const struct job *job;
	const struct make_options *options;
	struct make_order *order;
	struct make_turn turn;		/* the next one, if there are more */
	bool more;
	struct generator **generator;	/* by type */
	uint32_t ntype, size, batch;
	struct to_generate *of;		/* of the batch */
	uint32_t *type;
	uint64_t first;			/* number of the batch's first, from 0 */
	struct list before, now;	/* refused so far; in this trial too */
	size_t at;			/* in before */
	uint64_t count, refused;	/* in this trial; in the last one */
	const char *why;
	uint32_t trials;
};

/* ---- making ------------------------------------------------------------- */

static bool
maker_restart(void *arg)
{
	struct maker *m = arg;

	mem_free(m->before.v);
	m->before = m->now;
	m->now = (struct list){ NULL, 0, 0 };
	m->at = 0;
	m->first = 0;
	m->count = 0;
	make_order_restart(m->order);
	m->more = make_order_next(m->order, &m->turn) == OK;
	return true;
}

/* How often the record was refused. */
static uint32_t
maker_tries(struct maker *m, uint64_t number)
{
	while (m->at < m->before.n && m->before.v[m->at].number < number)
		m->at++;
	return m->at < m->before.n && m->before.v[m->at].number == number ?
	    m->before.v[m->at].tries : 0;
}

static uint32_t
maker_turns(struct maker *m, uint64_t first)
{
	uint32_t n;

	for (n = 0; n < m->batch && m->more; n++) {
		m->type[n] = m->turn.type;
		m->of[n] = (struct to_generate){ first + n, m->turn.ordinal,
		    m->turn.parent, maker_tries(m, first + n) };
		m->more = make_order_next(m->order, &m->turn) == OK;
	}
	return n;
}

/* Those of one type, together. */
static void
maker_type(struct maker *m, struct batch *b, uint32_t type, uint32_t n)
{
	struct arena *a = &b->arena;
	struct arena_mark mark = arena_mark(a);
	struct to_generate *of = arena_array(a, n, sizeof *of);
	uint8_t **rec = arena_array(a, n, sizeof *rec);
	uint32_t *len = arena_array(a, n, sizeof *len), i, k = 0;

	for (i = 0; i < n; i++)
		if (m->type[i] == type) {
			of[k] = m->of[i];
			rec[k++] = (uint8_t *)(uintptr_t)b->slab.rec[i].p;
		}
	if (k > 0)
		generator_run(m->generator[type], of, rec, len, k, a);
	for (i = k = 0; i < n; i++)
		if (m->type[i] == type)
			b->slab.rec[i].len = len[k++];
	arena_back(a, mark);
}

static enum grade
maker_next(void *arg, struct batch *b)
{
	struct maker *m = arg;
	uint64_t first = m->first;
	uint32_t n = maker_turns(m, first), t;

	if (n == 0)
		return END;
	arena_reset(&b->arena);
	m->first += n;
	b->last_of_file = !m->more;
	made_slab(b, &m->job->source.framing, n, m->size);
	for (t = 0; t < m->ntype; t++)
		maker_type(m, b, t, n);
	return OK;
}

/* ---- judging ------------------------------------------------------------ */

static void
maker_keep(struct maker *m, const struct batch *b, uint32_t rec,
    uint32_t tries)
{
	struct list *l = &m->now;

	if (l->n == REFUSED_MAX)
		return;
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 64 : 2 * l->cap;
		l->v = mem_resize(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = (struct refused){ b->slab.first_record - 1 + rec,
	    tries };
}

static void
maker_refuse(struct maker *m, const struct batch *b, uint32_t rec,
    const struct reject *r, const char *why)
{
	struct buf text;

	m->count++;
	maker_keep(m, b, rec, m->of[rec].attempt + 1);
	if (m->count == 1) {
		buf_init(&text, 4096);
		if (r != NULL)
			plan_reject_text(&text, m->job->plan, r);
		m->why = r == NULL ? why : arena_strndup(m->arena, text.p,
		    text.len);
		buf_fini(&text);
	}
}

static void
maker_judge(void *arg, const struct batch *b)
{
	struct maker *m = arg;
	const struct reject *r;
	uint32_t i, at = 0;

	for (i = 0; i < b->slab.nrec; i++) {
		r = made_reason(b, &at, i);
		if (r != NULL)
			maker_refuse(m, b, i, r, NULL);
		else if (b->type != NULL && b->type[i] != m->type[i])
			maker_refuse(m, b, i, NULL, arena_printf(m->arena,
			    "a record made as %s is another by its when:",
			    plan_type_name(m->job->plan, m->type[i])));
		else if (record_is_split(&m->job->source.framing,
		    b->slab.rec[i]))
			maker_refuse(m, b, i, NULL, "a line end inside");
		else if (m->of[i].attempt > 0)	/* mended: it stays so */
			maker_keep(m, b, i, m->of[i].attempt);
	}
}

static bool
maker_again(void *arg)
{
	struct maker *m = arg;

	m->refused = m->count;
	return m->count > 0 && ++m->trials < TRIES_MAX;
}

/* ---- all of it ---------------------------------------------------------- */

static bool
maker_init(struct maker *m)
{
	const struct job *j = m->job;
	const struct generate_options o = { m->options->seed,
	    m->options->edge, j->page, j->plan, j->mapping };
	uint32_t t;

	m->ntype = plan_ntype(j->plan) > 0 ? plan_ntype(j->plan) : 1;
	m->generator = arena_array(m->arena, m->ntype, sizeof *m->generator);
	for (t = 0; t < m->ntype; t++) {
		m->generator[t] = generator_new(m->arena, m->diags, j->layout,
		    j->record, t, &o);
		if (m->generator[t] == NULL)
			return false;
		if (generator_size(m->generator[t]) > m->size)
			m->size = generator_size(m->generator[t]);
	}
	if (m->size < j->source.framing.record_length)
		m->size = j->source.framing.record_length;
	if (m->size < j->source.framing.max_length)
		m->size = j->source.framing.max_length;
	m->batch = plan_batch_records(j->plan);
	if (m->batch > BATCH_MAX)
		m->batch = BATCH_MAX;
	if ((uint64_t)m->batch * m->size > SLAB_BYTES)
		m->batch = SLAB_BYTES / m->size;
	if (m->batch == 0)
		m->batch = 1;
	m->of = arena_array(m->arena, m->batch, sizeof *m->of);
	m->type = arena_array(m->arena, m->batch, sizeof *m->type);
	m->order = make_order_new(m->arena, j, m->options->records,
	    m->options->seed);
	return true;
}

/* Keys that cannot all differ. */
static void
maker_keys(struct maker *m, const struct make_result *r)
{
	uint64_t n;
	uint32_t t;

	for (t = 0; t < m->ntype; t++) {
		n = plan_ntype(m->job->plan) == 0 ? r->made.records :
		    r->made.of_type[t];
		if (n > generator_keys(m->generator[t]))
			diag_add(m->diags, DIAG_G031, NOWHERE, "%llu records "
			    "have no more than %llu different keys",
			    (unsigned long long)n, (unsigned long long)
			    generator_keys(m->generator[t]));
	}
}

/* What the writer cannot put back. */
static bool
maker_fits(struct maker *m)
{
	const struct framing_options *f = &m->job->source.framing;

	if (f->framing == FRAMING_DELIMITED || f->framing == FRAMING_ROWS) {
		diag_add(m->diags, DIAG_F040, NOWHERE, f->framing ==
		    FRAMING_ROWS ? "rows of a table cannot be made" :
		    "delimited text cannot be made");
		return false;
	}
	if (f->bytes_first + f->bytes_last + f->records_first +
	    f->records_last == 0)
		return true;
	diag_hint(m->diags, diag_add(m->diags, DIAG_F040,
	    m->job->mapping->skip.at, "what the mapping skips at the start "
	    "and the end of a file cannot be made"), "leave skip: out");
	return false;
}

struct make_result *
make_records(struct arena *a, struct diags *ds, const struct job *j,
    const struct make_options *o)
{
	struct make_result *r = arena_zalloc(a, sizeof *r);
	struct maker m = { .arena = a, .diags = ds, .job = j, .options = o };
	const struct made_source s = { &m, maker_restart, maker_next,
	    maker_judge, maker_again };
	bool good;

	if (!maker_fits(&m) || !maker_init(&m))
		return NULL;
	good = made_write(a, ds, j, &j->source.framing, &s, o->path,
	    &r->made);
	mem_free(m.before.v);
	mem_free(m.now.v);
	if (!good)
		return NULL;
	maker_keys(&m, r);
	r->refused = m.refused;
	r->why = m.why;
	return r;
}
