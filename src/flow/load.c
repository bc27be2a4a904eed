/*
 * The flow of a load, on two screens:
 *
 *	source -> workers (plan, encode) -> put, in input order
 *	rejected records -> reject files;  then finish, and publish or abort
 *
 * Keys that repeat are known only when all rows are in, and so is what unique
 * constraints and foreign keys refuse.  Then the input is read once more, and
 * the records with those keys are rejects too; other rows may refer to theirs,
 * so this goes on until nothing is refused.
 */
#include "flow/load.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "flow/controls.h"
#include "flow/arrival.h"
#include "flow/as_of.h"
#include "flow/distinct.h"
#include "flow/feed.h"
#include "flow/rejects.h"
#include "flow/workers.h"
#include "plan/control.h"
#include "plan/left_out.h"
#include "plan/prove.h"

#define PASSES_MAX	50u	/* over the input, for what is refused */
#define REASONS_MAX	100u	/* kinds of reasons that are counted apart */

struct load {
	struct arena *arena;
	struct diags *diags;
	const struct job *job;
	struct sink *sink;
	const struct load_options *options;
	struct load_result *result;
	struct source *source;
	struct rejects *rejects;	/* NULL: none are written */
	struct conflicts conflicts;
	struct controls *controls;
	struct arrival arrival;
	struct as_of as_of;
	struct distinct *distinct;	/* NULL: no such table */
	struct prover *prover;		/* NULL: not asked for */
	struct proofs *proofs;
	bool choosing;			/* between duplicates; nothing else */
	bool chosen;			/* that is done */
	bool sinking;			/* rows still go to the sink */
	bool opened;			/* the sink is to be aborted */
	uint32_t reason_cap;
};

/* ---- counts ------------------------------------------------------------ */

/* Duplicates that the mapping says to leave out are no reason to stop. */
static uint64_t
load_bad(const struct load *l)
{
	return l->result->rejected + l->result->fragments -
	    l->result->duplicates;
}

static bool
load_any_rejects(const struct load *l)
{
	return l->result->rejected + l->result->fragments > 0;
}

/* Whether so many rejects are too many already. */
static bool
load_exceeds(const struct load *l)
{
	return l->options->max_reject_percent < 0 &&
	    load_bad(l) > l->options->max_rejects;
}

/* The same, at the end. */
static bool
load_refused(const struct load *l)
{
	const struct load_result *r = l->result;

	if (l->options->max_reject_percent < 0)
		return load_bad(l) > l->options->max_rejects;
	return (double)load_bad(l) * 100 >
	    (double)(r->read + r->fragments) * l->options->max_reject_percent;
}

static struct load_reason *
reason_find(struct load *l, const struct reject *j)
{
	struct load_result *r = l->result;
	const struct reject *e;
	uint32_t i;

	for (i = 0; i < r->nreason; i++) {
		e = &r->reason[i].example;
		if (e->code == j->code && e->table == j->table &&
		    e->column == j->column && e->item == j->item)
			return &r->reason[i];
	}
	return NULL;
}

static void
reason_count(struct load *l, const struct batch *b, const struct reject *j)
{
	struct load_result *r = l->result;
	struct load_reason *n = reason_find(l, j);
	struct buf text;

	if (n != NULL) {
		n->count++;
		return;
	}
	if (r->nreason == REASONS_MAX)
		return;
	n = ARENA_PUSH(l->arena, r->reason, r->nreason, l->reason_cap);
	n->example = *j;
	n->count = 1;
	n->record = b->slab.first_record + j->rec;
	n->offset = b->slab.offset + b->slab.raw_off[j->rec];
	n->file = l->job->source.file[b->slab.file];
	buf_init(&text, 4096);
	plan_reject_text(&text, l->job->plan, j);
	n->text = arena_strdup(l->arena, text.p);
	buf_clear(&text);
	rejects_hex(&text, b->slab.rec[j->rec], j->offset, j->size, 32);
	n->hex = arena_strdup(l->arena, text.len > 0 ? text.p : "");
	buf_fini(&text);
}

/* Records of no type count as of one more. */
static void
count_type(struct load_result *r, const struct batch *b, uint32_t rec)
{
	struct load_type *t = &r->type[b->type[rec] < r->ntype ?
	    b->type[rec] : r->ntype];

	t->read++;
	t->loaded += b->verdict[rec] == LOADED;
	t->rejected += b->verdict[rec] == REJECTED;
	t->skipped += b->verdict[rec] == SKIPPED;
}

static void
load_count(struct load *l, const struct batch *b)
{
	struct load_result *r = l->result;
	uint32_t i;

	r->read += b->slab.nrec;
	r->bytes += b->slab.used;
	for (i = 0; i < b->slab.nrec; i++) {
		r->loaded += b->verdict[i] == LOADED;
		r->rejected += b->verdict[i] == REJECTED;
		r->skipped += b->verdict[i] == SKIPPED;
		if (r->ntype > 0)
			count_type(r, b, i);
	}
	for (i = 0; i < b->ntable; i++)
		r->rows[i] += b->rows[i].n;
	r->duplicates += b->npassed;
	for (i = 0; i < b->nreject; i++)
		reason_count(l, b, &b->reject[i]);
}

static void
reason_fragment(struct load *l, const struct fragment *f)
{
	struct load_result *r = l->result;
	struct load_reason *n;
	struct buf hex;

	r->fragments++;
	if (r->nreason == REASONS_MAX)
		return;
	n = ARENA_PUSH(l->arena, r->reason, r->nreason, l->reason_cap);
	n->example = (struct reject){ .code = DIAG_D022, .table = UINT16_MAX,
	    .column = UINT16_MAX, .item = ITEM_NONE };
	n->count = 1;
	n->record = f->record;
	n->offset = f->offset;
	n->file = l->job->source.file[f->file];
	n->text = arena_strdup(l->arena, f->why);
	buf_init(&hex, 256);
	rejects_hex(&hex, f->bytes, 0, f->bytes.len, 32);
	n->hex = arena_strdup(l->arena, hex.len > 0 ? hex.p : "");
	buf_fini(&hex);
}

static void
load_progress(const struct load *l, const char *phase)
{
	struct load_progress p = { .records = l->result->read,
	    .phase = phase };

	if (l->options->progress == NULL)
		return;
	source_progress(l->source, &p.bytes, &p.bytes_all);
	l->options->progress(l->options->progress_arg, &p);
}

static bool
load_interrupted(struct load *l)
{
	if (l->options->interrupted == NULL || !*l->options->interrupted)
		return false;
	if (l->diags->errors == 0)
		diag_add(l->diags, DIAG_G004, NOWHERE,
		    "interrupted; the target is untouched");
	return true;
}

/* ---- one pass over the input ------------------------------------------- */

/* Enough rejects to refuse: the rest of the input is only looked at. */
static void
load_stop_sinking(struct load *l, struct workers *w)
{
	if (!l->sinking || !load_exceeds(l))
		return;
	l->sinking = false;
	workers_stop_encoding(w);
}

static enum grade
load_put(struct load *l, struct workers *w, struct batch *b)
{
	if (distinct_put(l->distinct, b, l->sinking ? l->sink : NULL) != OK)
		return FATAL;
	load_count(l, b);
	if (l->choosing) {
		plan_choose(l->job->plan, b, &l->conflicts);
		return OK;
	}
	controls_put(l->controls, b);
	as_of_put(&l->as_of, b);
	if (l->prover != NULL)
		proofs_put(l->proofs, b);
	misses_put(l->result->misses, b);
	omissions_put(l->result->omissions, b);
	if (l->rejects != NULL &&
	    rejects_put(l->rejects, b, source_facts(l->source)) != OK)
		return FATAL;
	load_stop_sinking(l, w);
	if (l->sinking && l->sink->ops->put(l->sink->state, b) != OK)
		return FATAL;
	load_progress(l, l->sinking ? "loading" : "looking for rejects");
	return OK;
}

static enum grade
load_fragment(struct load *l, struct workers *w)
{
	const struct fragment *f = source_fragment(l->source);

	reason_fragment(l, f);
	load_stop_sinking(l, w);
	return l->rejects == NULL ? OK : rejects_fragment(l->rejects, f);
}

/* Eats the next batch in order; END when none is under way. */
static enum grade
load_eat(struct load *l, struct workers *w)
{
	struct batch *b = workers_next(w);
	enum grade g;

	if (b == NULL)
		return END;
	g = load_put(l, w, b);
	workers_release(w, b);
	return g;
}

/* An input that was cut short on purpose adds up to nothing. */
static void
load_controls(struct load *l)
{
	struct load_result *r = l->result;

	r->ncontrol = l->options->stop_after > 0 ||
	    l->options->origins != NULL ? 0 : plan_ncontrol(l->job->plan);
	if (r->ncontrol == 0)
		return;
	controls_end(l->controls);
	r->control = controls_results(l->controls, &r->breaks);
}

static enum grade
load_pass(struct load *l)
{
	const struct work work = { l->job->plan, l->sinking ? l->sink : NULL,
	    l->choosing ? NULL : &l->conflicts,
	    l->choosing ? NULL : l->prover };
	struct workers *w = workers_new(&work, l->result->jobs);
	struct feed *feed = feed_new(l->job->plan, l->source, w,
	    l->job->source.file,
	    l->options->stop_after);
	enum grade in = OK, out = OK;

	feed_set_origins(feed, l->options->origins);
	while (out == OK && in != FATAL) {
		if (load_interrupted(l)) {
			out = FATAL;
			break;
		}
		if (in == OK)
			in = feed_fill(feed);
		if (in == FATAL)
			break;
		out = load_eat(l, w);
		if (out == END && in == BAD) {
			out = load_fragment(l, w);
			in = OK;
		}
	}
	feed_free(feed);
	workers_free(w);
	if (in == FATAL)
		load_interrupted(l);
	load_controls(l);
	return in == FATAL || out == FATAL ? FATAL : OK;
}

/* ---- the whole load ---------------------------------------------------- */

static void
load_reset(struct load *l)
{
	struct load_result *r = l->result;

	r->read = r->loaded = r->rejected = r->skipped = r->fragments = 0;
	r->duplicates = 0;
	r->bytes = 0;
	r->nreason = 0;
	controls_restart(l->controls);
	l->as_of = (struct as_of){ .n = 0 };
	distinct_restart(l->distinct);
	if (l->prover != NULL)
		proofs_restart(l->proofs);
	misses_restart(r->misses);
	omissions_restart(r->omissions);
	memset(r->rows, 0, r->ntable * sizeof *r->rows);
	memset(r->type, 0, (r->ntype + 1) * sizeof *r->type);
}

static void
load_abort(struct load *l)
{
	if (l->opened)
		l->sink->ops->abort(l->sink->state);
	l->opened = false;
}

/* Files hold nobody to anything; who asked for it is told. */
static void
load_tell_unheld(struct load *l)
{
	const struct schema *s = plan_schema(l->job->plan);
	uint32_t n[CONSTRAINT_OUTSIDE + 1] = { 0 }, i;

	if (l->sink->ops->holds_keys || l->options->keep_rejects_only)
		return;
	for (i = 0; i < s->nconstraint; i++)
		n[s->constraint[i].kind]++;
	if (n[CONSTRAINT_UNIQUE] + n[CONSTRAINT_FOREIGN] > 0)
		diag_add(l->diags, DIAG_T080, NOWHERE, "unique constraints "
		    "(%u) and foreign keys (%u) are not checked in %s",
		    n[CONSTRAINT_UNIQUE], n[CONSTRAINT_FOREIGN],
		    l->sink->ops->describe(l->sink->state));
}

static bool
load_open(struct load *l)
{
	l->sinking = l->opened = true;
	return l->sink->ops->open(l->sink->state,
	    plan_schema(l->job->plan)) == OK;
}

/* Is one of the records with the same key kept, in some table? */
static bool
load_chooses(const struct load *l)
{
	const struct schema *s = plan_schema(l->job->plan);
	uint32_t t;

	if (l->chosen)
		return true;
	for (t = 0; t < s->ntable; t++)
		if (l->conflicts.set[t].n > 0 &&
		    (s->table[t].duplicates == DUPLICATES_FIRST ||
		    s->table[t].duplicates == DUPLICATES_LAST))
			return true;
	return false;
}

/* Which record keeps a key is known when all have been seen. */
static bool
load_choose(struct load *l)
{
	enum grade g;

	if (l->rejects != NULL)
		rejects_restart(l->rejects);
	l->choosing = true;
	g = source_rewind(l->source) == OK ? load_pass(l) : FATAL;
	l->choosing = false;
	l->chosen = true;
	return g == OK;
}

/* The input once more, now that the keys that are refused are known. */
static bool
load_again(struct load *l)
{
	bool may = l->options->max_rejects > 0 ||
	    l->options->max_reject_percent > 0 || load_chooses(l);

	l->sinking = false;
	if (load_chooses(l) && !l->chosen && !load_choose(l))
		return false;
	load_abort(l);
	load_reset(l);
	if (l->rejects != NULL)
		rejects_restart(l->rejects);
	l->sinking = false;
	return source_rewind(l->source) == OK && (!may || load_open(l)) &&
	    load_pass(l) == OK;
}

/* So many keys are refused that they were not all kept: no list of rejects. */
static enum grade
load_key_is_wrong(struct load *l)
{
	const struct conflicts *c = &l->conflicts;
	const struct schema *s = plan_schema(l->job->plan);
	const struct schema_constraint *k;
	const char *what = "have the key of another";
	uint32_t i, most = 0, table;

	for (i = 1; i < c->nset; i++)
		if (c->set[i].n > c->set[most].n)
			most = i;
	table = most;
	if (most >= s->ntable) {
		k = &s->constraint[most - s->ntable];
		table = k->table;
		what = arena_printf(l->arena, k->kind == CONSTRAINT_UNIQUE ?
		    "have the values of another in what must be unique (%s)" :
		    "refer to no row (%s)", k->name);
	}
	diag_hint(l->diags, diag_add(l->diags, DIAG_D025, NOWHERE,
	    "too many rows of table '%s' %s: %u keys and more",
	    s->table[table].name, what, c->set[most].n), most < s->ntable ?
	    "a key is one or more columns that are different in every row; is "
	    "this one right?" : "is the constraint right?");
	return FATAL;
}

static enum grade
load_never_ends(struct load *l)
{
	diag_hint(l->diags, diag_add(l->diags, DIAG_D073, NOWHERE,
	    "foreign keys still lead nowhere after %u passes over the input",
	    PASSES_MAX), "records that refer to each other in so long a chain "
	    "are loaded without the constraint");
	return FATAL;
}

/* duplicates: fail */
static bool
load_fails_on_key(struct load *l)
{
	const struct schema *s = plan_schema(l->job->plan);
	uint32_t t;

	for (t = 0; t < s->ntable; t++) {
		if (l->conflicts.set[t].n == 0 ||
		    s->table[t].duplicates != DUPLICATES_FAIL)
			continue;
		diag_hint(l->diags, diag_add(l->diags, DIAG_D062,
		    l->job->mapping->table[t].at, "%u key%s of table '%s' %s "
		    "in more than one row", l->conflicts.set[t].n,
		    l->conflicts.set[t].n == 1 ? "" : "s",
		    s->table[t].name, l->conflicts.set[t].n == 1 ? "stands" :
		    "stand"), "'duplicates: reject-all' lists the records, "
		    "first or last keeps one of them");
		return true;
	}
	return false;
}

/*
 * After BAD: the records whose keys are refused are rejects, until the sink
 * takes the rest.  Each pass refuses keys that no pass before it did.
 */
static enum grade
load_finish_again(struct load *l)
{
	uint32_t pass, before;
	enum grade g = BAD;

	for (pass = 1; g == BAD; pass++) {
		if (l->conflicts.full)
			return load_key_is_wrong(l);
		if (load_fails_on_key(l))
			return FATAL;
		if (pass == PASSES_MAX)
			return load_never_ends(l);
		if (!load_again(l))
			return FATAL;
		if (!l->sinking || load_refused(l))
			return OK;
		before = l->conflicts.n + l->conflicts.lost;
		load_progress(l, "indexing");
		g = l->sink->ops->finish(l->sink->state, &l->conflicts);
		if (g == BAD && l->conflicts.n + l->conflicts.lost == before)
			return load_key_is_wrong(l);
	}
	return g;
}

/* Live tables are not replaced by empty ones by mistake. */
static bool
load_empty(struct load *l)
{
	const char *name = l->job->source.file[0];

	if (l->result->read > 0 || l->result->fragments > 0 ||
	    l->options->allow_empty)
		return false;
	diag_hint(l->diags, diag_add(l->diags, DIAG_F021, NOWHERE,
	    l->job->source.nfile == 1 ? "\"%s\" has no records" :
	    "the input (\"%s\" and others) has no records",
	    strcmp(name, "-") == 0 ? "(standard input)" : name),
	    "--allow-empty replaces the target's tables by empty ones");
	return true;
}

static enum grade
load_commit_rejects(struct load *l)
{
	return l->rejects == NULL ? OK : rejects_commit(l->rejects,
	    l->sinking && !load_refused(l), &l->result->rejects);
}

static void
load_inputs(struct load *l)
{
	struct load_result *r = l->result;
	uint32_t i;

	r->ninput = l->job->source.nfile;
	r->input_sha256 = arena_array(l->arena, r->ninput + 1,
	    sizeof *r->input_sha256);
	for (i = 0; i < r->ninput; i++)
		if (source_sha256(l->source, i) != NULL)
			r->input_sha256[i] = arena_strdup(l->arena,
			    source_sha256(l->source, i));
}

/* Mended rejects, whose rows hold numbers of records: which is which? */
static bool
load_origins(struct load *l)
{
	const struct origins *o = l->options->origins;

	if (o == NULL || !plan_wants_origin(l->job->plan) ||
	    origins_count_is(o, l->result->read))
		return true;
	diag_hint(l->diags, diag_add(l->diags, DIAG_L131, NOWHERE,
	    "\"%s\" has %llu records, not as many as were rejected, and "
	    "rows hold the number or the file of theirs",
	    l->job->source.file[0], (unsigned long long)l->result->read),
	    "mend records in their places, and leave those in that cannot be "
	    "mended; --max-rejects loads the others");
	return false;
}

/* What day the extract is of, and whether all of it has come. */
static bool
load_whole(struct load *l)
{
	if (l->options->origins != NULL)
		return true;
	if (plan_has_as_of(l->job->plan) && (l->result->as_of = as_of_end(
	    l->arena, l->diags, l->job, &l->as_of)) == NULL)
		return false;
	return arrival_count(l->diags, l->job, &l->arrival, l->result->read);
}

static enum load_state
load_stages(struct load *l)
{
	enum load_state state, good;
	enum grade g;

	load_tell_unheld(l);
	if (l->options->begin != NULL && !l->options->begin(l->options->arg))
		return LOAD_FAILED;
	if (!load_open(l) || load_pass(l) != OK || load_empty(l) ||
	    !load_origins(l))
		return LOAD_FAILED;
	if (l->sinking && !load_refused(l)) {
		load_progress(l, "indexing");
		g = l->sink->ops->finish(l->sink->state, &l->conflicts);
		if (g == BAD)
			g = load_finish_again(l);
		if (g == FATAL)
			return LOAD_FAILED;
	}
	/* rejects are safe before anything of the target changes */
	if (load_any_rejects(l) && load_commit_rejects(l) != OK)
		return LOAD_FAILED;
	if (load_refused(l) || !l->sinking)
		return LOAD_REFUSED;
	if (l->result->breaks > 0)
		return LOAD_BROKEN;
	if (!load_whole(l) || load_interrupted(l))
		return LOAD_FAILED;
	/* a snapshot would be in the way of what is published */
	source_release(l->source);
	load_progress(l, "publishing");
	if (l->sink->ops->seal(l->sink->state) != OK)
		return LOAD_FAILED;
	l->opened = false;
	good = load_any_rejects(l) ? LOAD_WITH_REJECTS : LOAD_CLEAN;
	if (l->options->settle != NULL) {
		load_inputs(l);
		state = l->options->settle(l->options->arg, l->result);
		if (state != LOAD_CLEAN)
			return state;
	}
	if (good == LOAD_CLEAN)
		load_commit_rejects(l);	/* moves those of an earlier run away */
	return good;
}

static bool
load_has_keys(const struct plan *p)
{
	const struct schema *s = plan_schema(p);
	uint32_t t;

	for (t = 0; t < s->ntable; t++)
		if (s->table[t].nkey > 0)
			return true;
	for (t = 0; t < s->nconstraint; t++)
		if (s->constraint[t].kind == CONSTRAINT_UNIQUE ||
		    s->constraint[t].kind == CONSTRAINT_FOREIGN ||
		    s->constraint[t].kind == CONSTRAINT_OUTSIDE)
			return true;
	return false;
}

static int
reason_cmp(const void *x, const void *y)
{
	const struct load_reason *a = x, *b = y;

	/* the same on every run: equal ones by their first record */
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	if (a->record != b->record)
		return a->record < b->record ? -1 : 1;
	if (a->example.table != b->example.table)
		return a->example.table < b->example.table ? -1 : 1;
	return (a->example.column > b->example.column) -
	    (a->example.column < b->example.column);
}

static double
load_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t
load_jobs(uint32_t asked)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (asked == 0)
		asked = cores > 0 ? (uint32_t)cores : 1;
	return asked > 64 ? 64 : asked;
}

struct load_result *
load_run(struct arena *a, struct diags *ds, const struct job *job,
    struct sink *sink, const struct load_options *o)
{
	struct load l = { .arena = a, .diags = ds, .job = job, .sink = sink,
	    .options = o };
	struct load_result *r = arena_zalloc(a, sizeof *r);
	struct source_options so = job->source;
	double start = load_clock();

	l.result = r;
	r->state = LOAD_FAILED;
	r->jobs = load_jobs(o->jobs);
	r->as_of = job->as_of;
	r->ntable = plan_schema(job->plan)->ntable;
	r->rows = arena_array(a, r->ntable, sizeof *r->rows);
	r->ntype = plan_ntype(job->plan);
	r->type = arena_array(a, r->ntype + 1, sizeof *r->type);
	r->target = sink->ops->describe(sink->state);
	so.tail_is_data = o->max_rejects > 0 || o->max_reject_percent > 0;
	so.spool = load_has_keys(job->plan) && o->stop_after == 0;
	so.interrupted = o->interrupted;
	so.hash = o->settle != NULL;
	if (o->stop_after > 0 && o->stop_after < so.batch_records)
		so.batch_records = (uint32_t)o->stop_after;
	conflicts_init(&l.conflicts, a,
	    schema_nset(plan_schema(job->plan)));
	l.controls = controls_new(a, job->plan);
	if (o->prove) {
		l.prover = prover_new(a, job->plan, job->layout, job->record,
		    job->page, job->mapping, job->source.framing.framing ==
		    FRAMING_DELIMITED ?
		    &job->source.framing.delimited->dialect : NULL);
		l.proofs = proofs_new(a, job);
		r->proof = proofs_result(l.proofs);
	}
	r->misses = misses_new(a, plan_nlookup(job->plan));
	r->omissions = omissions_new(a, job->plan);
	if (o->stop_after == 0 && o->origins == NULL &&
	    !arrival_check(a, ds, job, o->interrupted, &l.arrival)) {
		load_interrupted(&l);
		return r;
	}
	l.source = source_new(ds, &so);
	if (l.source == NULL) {
		load_interrupted(&l);
		return r;
	}
	l.distinct = distinct_new(ds, job->plan, o->known);
	if (!o->keep_rejects_only)
		l.rejects = rejects_new(a, ds, job, &so, o->rejects,
		    o->generation);
	if (l.rejects != NULL || o->keep_rejects_only)
		r->state = load_stages(&l);
	if (r->state == LOAD_FAILED)
		load_interrupted(&l);	/* where nothing else was told */
	if (r->state != LOAD_CLEAN && r->state != LOAD_WITH_REJECTS)
		load_abort(&l);
	r->facts = *source_facts(l.source);
	if (r->nreason > 1)
		qsort(r->reason, r->nreason, sizeof *r->reason, reason_cmp);
	rejects_free(l.rejects);
	distinct_free(l.distinct);
	source_free(l.source);
	r->seconds = load_clock() - start;
	return r;
}
