/*
 * Workers; see workers.h.  One lock guards the ring of batches that are under
 * way: slot seq % n holds the batch with that number.
 */
#include "flow/workers.h"

#include <pthread.h>

#include "base/mem.h"
#include "flow/distinct.h"
#include "plan/batch.h"
#include "plan/plan.h"
#include "plan/prove.h"
#include "sink/sink.h"

enum state { FREE, FILLED, RUNNING, DONE };

struct slot {
	struct batch *batch;
	enum state state;
};

struct workers {
	struct work work;
	bool encode;
	pthread_mutex_t lock;
	pthread_cond_t filled, done;
	struct slot *slot;
	uint32_t n;
	uint64_t submitted, started, eaten;	/* numbers of batches */
	bool stop;
	pthread_t *thread;
	uint32_t nthread;
};

static void
work_do(const struct workers *w, struct batch *b)
{
	uint32_t t;

	plan_run(w->work.plan, b, w->work.conflicts);
	distinct_set_aside(w->work.plan, b);
	for (t = 0; t < b->ntable; t++)
		buf_clear(&b->out[t]);
	if (w->encode && w->work.sink->ops->encode != NULL)
		w->work.sink->ops->encode(w->work.sink->state, b);
	if (w->work.prover != NULL)
		prove_batch(w->work.prover, b, b->proof);
}

/* Takes the oldest filled batch and runs it; the lock is held around. */
static void
work_one(struct workers *w)
{
	struct slot *s = &w->slot[w->started++ % w->n];

	s->state = RUNNING;
	pthread_mutex_unlock(&w->lock);
	work_do(w, s->batch);
	pthread_mutex_lock(&w->lock);
	s->state = DONE;
	pthread_cond_signal(&w->done);
}

static void *
work_loop(void *arg)
{
	struct workers *w = arg;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (!w->stop && w->started == w->submitted)
			pthread_cond_wait(&w->filled, &w->lock);
		if (w->stop)
			break;
		work_one(w);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct workers *
workers_new(const struct work *work, uint32_t jobs)
{
	struct workers *w = mem_zalloc(sizeof *w);
	uint32_t i;

	w->work = *work;
	w->encode = work->sink != NULL;
	/* without threads one batch does, and stays in the cache */
	w->n = jobs > 1 ? 2 * jobs + 1 : plan_wants_last(work->plan) ? 2 : 1;
	w->slot = mem_array(w->n, sizeof *w->slot);
	for (i = 0; i < w->n; i++) {
		w->slot[i].batch = batch_new(work->plan);
		if (work->prover != NULL)
			w->slot[i].batch->proof = mem_zalloc(
			    sizeof(struct proof));
	}
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->filled, NULL);
	pthread_cond_init(&w->done, NULL);
	w->thread = mem_array(jobs, sizeof *w->thread);
	for (i = 0; i + 1 < jobs; i++) {
		if (pthread_create(&w->thread[i], NULL, work_loop, w) != 0)
			break;
		w->nthread++;
	}
	return w;
}

struct batch *
workers_free_batch(struct workers *w, uint32_t ahead)
{
	if (w->submitted + ahead - w->eaten == w->n)
		return NULL;
	return w->slot[(w->submitted + ahead) % w->n].batch;
}

void
workers_submit(struct workers *w, struct batch *b)
{
	pthread_mutex_lock(&w->lock);
	b->seq = w->submitted;
	w->slot[w->submitted++ % w->n].state = FILLED;
	pthread_cond_signal(&w->filled);
	pthread_mutex_unlock(&w->lock);
}

struct batch *
workers_next(struct workers *w)
{
	struct slot *s = &w->slot[w->eaten % w->n];

	if (w->eaten == w->submitted)
		return NULL;
	pthread_mutex_lock(&w->lock);
	while (s->state != DONE) {
		if (w->started < w->submitted)
			work_one(w);
		else
			pthread_cond_wait(&w->done, &w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return s->batch;
}

void
workers_release(struct workers *w, struct batch *b)
{
	(void)b;
	w->slot[w->eaten++ % w->n].state = FREE;
}

void
workers_stop_encoding(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	w->encode = false;
	pthread_mutex_unlock(&w->lock);
}

void
workers_free(struct workers *w)
{
	uint32_t i;

	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->filled);
	pthread_mutex_unlock(&w->lock);
	for (i = 0; i < w->nthread; i++)
		pthread_join(w->thread[i], NULL);
	for (i = 0; i < w->n; i++) {
		mem_free(w->slot[i].batch->proof);
		batch_free(w->slot[i].batch);
	}
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->filled);
	pthread_cond_destroy(&w->done);
	mem_free(w->thread);
	mem_free(w->slot);
	mem_free(w);
}
