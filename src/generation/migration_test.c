/*
 * The proof of a migration; see migration_test.h.
 */
#include "generation/migration_test.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "generation/checks.h"
#include "generation/hashes.h"
#include "generation/in_place.h"
#include "generation/run.h"
#include "mapping/mapping.h"

struct proof {
	struct arena *arena;
	struct diags *diags;
	const struct migration_options *o;
	struct migration_result *r;
	struct run_set *old, *new;
	struct check_result *before;	/* [new's tests] over the old version;
					 * NULL: there is none */
	bool *fresh;			/* [new's mappings] members that it has
					 * no table of; last, is there one? */
	struct hashes was, is;
	double start;
};

/* --- steps --------------------------------------------------------------- */

static double
proof_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool
step(struct proof *p, bool passed, const char *name, const char *detail)
{
	double now = proof_clock();
	struct proof_step *s = ARENA_PUSH(p->arena, p->r->step, p->r->nstep,
	    p->r->cap);

	*s = (struct proof_step){ name, passed, detail, now - p->start };
	p->start = now;
	p->r->failed += !passed;
	return passed;
}

/* The last error that was told, as a step's detail. */
static const char *
last_error(const struct proof *p)
{
	const struct diag *d, *last = NULL;

	for (d = p->diags->first; d != NULL; d = d->next)
		if (d->severity == SEV_ERROR)
			last = d;
	return last == NULL ? NULL : arena_printf(p->arena, "%s: %s",
	    diag_name(last->code), last->message);
}

/* --- databases ----------------------------------------------------------- */

struct opened {
	struct db db;
	struct dataset d;
};

static bool
open_scratch(struct proof *p, struct opened *o)
{
	if (!db_open(&o->db, p->arena, p->diags, p->o->target,
	    p->o->interrupted))
		return false;
	if (db_lock(&o->db, p->o->new->schema) &&
	    dataset_read(&o->d, &o->db, p->arena, p->o->new->schema))
		return true;
	db_close(&o->db);
	return false;
}

static bool
load(struct proof *p, struct run_set *set, bool publish,
    struct run_result **r)
{
	struct run_options ro = { .verb = "test", .tool = p->o->tool,
	    .publish = publish, .max_shrink = 100,
	    .load = { .jobs = 1, .max_reject_percent = 100,
	    .keep_rejects_only = true,
	    .interrupted = p->o->interrupted } };

	*r = run_set(p->arena, p->diags, set, &ro);
	return *r != NULL && ((*r)->state == LOAD_CLEAN ||
	    (*r)->state == LOAD_WITH_REJECTS || (!publish &&
	    (*r)->staged));
}

static const char *
part_rows(struct proof *p, const struct load_result *l)
{
	const char *s = "";
	uint32_t i;

	for (i = 0; i < l->ntable; i++)
		s = arena_printf(p->arena, "%s%s%llu rows", s, i > 0 ? ", " :
		    "", (unsigned long long)l->rows[i]);
	if (l->rejected > 0)
		s = arena_printf(p->arena, "%s; %llu records rejected", s,
		    (unsigned long long)l->rejected);
	return s;
}

static const char *
rows_text(struct proof *p, const struct run_set *set)
{
	const struct run_part *part;
	const char *s = "";
	uint32_t i;

	if (set == NULL)
		return NULL;
	if (set->file == NULL)
		return set->part[0].load == NULL ? NULL : part_rows(p,
		    set->part[0].load);
	for (i = 0; i < set->npart; i++) {
		part = &set->part[i];
		s = arena_printf(p->arena, "%s%s%s: %s", s, i > 0 ? "; " : "",
		    part->name, !part->sent ? "not sent, carried over" :
		    part->load == NULL ? "not read" : part_rows(p,
		    part->load));
	}
	return s;
}

static struct run_set *
make_set(struct proof *p, struct migration_side *side)
{
	const struct migration_options *o = p->o;
	struct job_options jo = { .target = o->target,
	    .include = o->include, .ninclude = o->ninclude };

	return migration_side_set(side, p->arena, p->diags, &jo);
}

/* --- the tests of the new version ---------------------------------------- */

/* Those of all mappings, over the live tables, whichever they are. */
static bool
run_checks(struct proof *p, struct check_result **out)
{
	const struct migration_side *new = p->o->new;
	struct check_result *r;
	struct opened o;
	uint32_t i, n, all = 0;

	if (!open_scratch(p, &o))
		return false;
	for (i = 0; i < new->nmapping; i++)
		all += new->mapping[i]->ntest;
	*out = arena_array(p->arena, all + 1, sizeof **out);
	for (i = all = 0; i < new->nmapping; i++, all += n) {
		r = check_all(&o.d, dataset_live(&o.d), new->mapping[i], &n);
		if (n > 0)
			memcpy(*out + all, r, n * sizeof *r);
	}
	db_close(&o.db);
	return true;
}

/* Which members does the version before not have? */
static bool
find_fresh(struct proof *p)
{
	const struct migration_side *new = p->o->new;
	const struct mapping *m;
	struct opened o;
	uint32_t i, k;

	if (!open_scratch(p, &o))
		return false;
	p->fresh = arena_array(p->arena, new->nmapping, sizeof *p->fresh);
	for (i = 0; i + 1 < new->nmapping; i++) {
		m = new->mapping[i];
		p->fresh[i] = true;
		for (k = 0; k < m->ntable && p->fresh[i]; k++)
			p->fresh[i] = generation_find_table(dataset_live(&o.d),
			    m->table[k].name) == NULL;
		p->fresh[new->nmapping - 1] |= p->fresh[i];
	}
	db_close(&o.db);
	return true;
}

static const char *
check_text(struct proof *p, const struct check_result *c)
{
	return c->state == CHECK_PASSED ? "no rows" : c->state ==
	    CHECK_FAILED ? arena_printf(p->arena, "%llu rows",
	    (unsigned long long)c->failures) : c->text;
}

/* What proves: new. */
static void
judge_new(struct proof *p, const char *test,
    const struct check_result *before, const struct check_result *after)
{
	const char *was = p->r->previous_name, *is = p->r->name, *detail;
	bool good = after->state == CHECK_PASSED &&
	    before->state != CHECK_PASSED;

	if (before->state == CHECK_PASSED)
		detail = arena_printf(p->arena, "vacuous: it passes on %s too",
		    was);
	else if (after->state == CHECK_ERROR)
		detail = arena_printf(p->arena, "it cannot be run: %s",
		    after->text);
	else
		detail = arena_printf(p->arena, "%s: %s; %s: %s", was,
		    check_text(p, before), is, check_text(p, after));
	step(p, good, arena_printf(p->arena, "%s: fails on %s, passes on %s",
	    test, was, is), detail);
}

/*
 * What holds: always.  Foreign keys and controls of a dataset file are what the
 * new version has to keep: that the one before does not is told.
 */
static void
judge_always(struct proof *p, const char *test, bool rule,
    const struct check_result *before, const struct check_result *after)
{
	bool good = after->state == CHECK_PASSED, held = before->state ==
	    CHECK_PASSED;
	const char *detail = NULL;

	if (!held)
		detail = arena_printf(p->arena, "on %s: %s",
		    p->r->previous_name, check_text(p, before));
	else if (!good)
		detail = check_text(p, after);
	if (!good && !held && rule)
		detail = arena_printf(p->arena, "%s; on %s: %s", detail,
		    p->r->name, check_text(p, after));
	if (rule && !held)
		step(p, good, arena_printf(p->arena, "%s: passes on %s", test,
		    p->r->name), detail);
	else
		step(p, good && held, arena_printf(p->arena, "%s: passes on "
		    "both", test), detail);
}

static void
judge_one(struct proof *p, const char *name, bool rule,
    const struct check_result *before, const struct check_result *after)
{
	bool good = after->state == CHECK_PASSED;

	if (before == NULL)
		step(p, good, arena_printf(p->arena, "%s: passes", name),
		    good ? NULL : check_text(p, after));
	else if (after->always)
		judge_always(p, name, rule, before, after);
	else
		judge_new(p, name, before, after);
}

/* Tests of a member have its name before theirs; of one that the version before
 * does not have, that is not asked what holds always. */
static void
judge_member(struct proof *p, const struct mapping *m, bool fresh,
    const struct check_result *before, const struct check_result *after)
{
	uint32_t i;

	for (i = 0; i < m->ntest; i++)
		judge_one(p, arena_printf(p->arena, "%s: %s", m->name,
		    m->test[i].name), false, before == NULL || (fresh &&
		    after[i].always) ? NULL : &before[i], &after[i]);
}

/* Of the dataset, or of a mapping alone. */
static void
judge_own(struct proof *p, const struct mapping *m, bool fresh,
    const struct check_result *before, const struct check_result *after)
{
	uint32_t i;

	for (i = 0; i < m->ntest; i++)
		judge_one(p, m->test[i].name, m->test[i].rule || (fresh &&
		    before[i].state == CHECK_ERROR), before == NULL ? NULL :
		    &before[i], &after[i]);
}

static bool
judge(struct proof *p)
{
	const struct migration_side *new = p->o->new;
	const struct check_result *was;
	struct check_result *is;
	uint32_t i, n = 0;
	bool fresh;

	if (!run_checks(p, &is))
		return step(p, false, "the tests run", last_error(p));
	for (i = 0; i < new->nmapping; i++) {
		was = p->before == NULL ? NULL : p->before + n;
		fresh = was != NULL && p->fresh[i];
		if (i + 1 < new->nmapping)
			judge_member(p, new->mapping[i], fresh, was, is + n);
		else
			judge_own(p, new->mapping[i], fresh, was, is + n);
		n += new->mapping[i]->ntest;
	}
	if (n == 0)
		step(p, true, new->members == NULL ?
		    "the mapping has no tests" : "the dataset has no tests",
		    NULL);
	return true;
}

/* --- there and back ------------------------------------------------------ */

static bool
hash_live(struct proof *p, struct hashes *h)
{
	struct opened o;
	bool good;

	if (!open_scratch(p, &o))
		return false;
	good = hashes_of(&o.db, &o.d, dataset_live(&o.d), h);
	db_close(&o.db);
	return good;
}

static bool
swap(struct proof *p, bool back, struct swap_result *r)
{
	struct swap_options so = { .back = back, .who = NULL };
	struct generation *g;
	struct opened o;
	bool good;

	if (!open_scratch(p, &o))
		return false;
	so.who = "\"by\":{\"verb\":\"test\"}";
	g = back ? dataset_back(&o.d) : dataset_next(&o.d);
	good = g != NULL && swap_run(&o.d, g, &so, r);
	db_close(&o.db);
	return good;
}

static const char *
held(struct proof *p, const struct swap_result *r)
{
	return arena_printf(p->arena, "locks held for %.1f ms", r->held_ms);
}

static bool
same_content(struct proof *p, const struct hashes *want, const char *name)
{
	struct hashes now;
	const char *differs;
	char text[CONTENT_HASH_TEXT];
	const char *all = "";
	uint32_t i;

	if (!hash_live(p, &now))
		return step(p, false, name, last_error(p));
	differs = hashes_differ(want, &now);
	for (i = 0; i < now.n; i++) {
		content_hash_format(text, &now.v[i].hash);
		all = arena_printf(p->arena, "%s%s%s %s", all, i > 0 ? ", " :
		    "", now.v[i].table, text);
	}
	return step(p, differs == NULL, name, differs == NULL ? all :
	    arena_printf(p->arena, "table '%s' is not what it was", differs));
}

/* --- all of it ----------------------------------------------------------- */

/* Its texts may be all that is left of it. */
static const char *
old_error(const struct proof *p)
{
	const char *s = last_error(p);

	return s != NULL && strncmp(s, "F002", 4) == 0 ? arena_printf(p->arena,
	    "%s; --extract says what the version before reads", s) : s;
}

static bool
old_version(struct proof *p)
{
	const char *name = arena_printf(p->arena, "%s is built and live",
	    p->r->previous_name);
	struct run_result *r = NULL;
	bool good = p->o->has_live || load(p, p->old, true, &r);

	if (!step(p, good, name, !good ? old_error(p) : r == NULL ? NULL :
	    rows_text(p, p->old)))
		return false;
	return (find_fresh(p) && run_checks(p, &p->before)) || step(p, false,
	    "the tests run", last_error(p));
}

/* Where it reads a table, there is none before the version before is live. */
static bool
make_new(struct proof *p)
{
	p->new = make_set(p, p->o->new);
	return p->new != NULL || step(p, false, "the mappings can be read",
	    last_error(p));
}

static bool
new_version(struct proof *p)
{
	struct run_result *r = NULL;
	struct swap_result s;
	bool good;

	if (p->before != NULL && !hash_live(p, &p->was))
		return step(p, false, "the content can be hashed",
		    last_error(p));
	if (p->new == NULL && !make_new(p))
		return false;
	good = load(p, p->new, false, &r);
	if (!step(p, good, arena_printf(p->arena, "%s is staged", p->r->name),
	    good ? rows_text(p, p->new) : last_error(p)))
		return false;
	good = swap(p, false, &s);
	return step(p, good, arena_printf(p->arena, "%s is published",
	    p->r->name), good ? held(p, &s) : last_error(p)) &&
	    hash_live(p, &p->is);
}

static bool
there_and_back(struct proof *p)
{
	struct swap_result s;
	bool good = swap(p, true, &s);

	if (!step(p, good, arena_printf(p->arena, "rollback to %s",
	    p->r->previous_name), good ? held(p, &s) : last_error(p)))
		return false;
	if (!same_content(p, &p->was, arena_printf(p->arena, "the content of "
	    "%s is what it was", p->r->previous_name)))
		return false;
	good = swap(p, false, &s);
	if (!step(p, good, arena_printf(p->arena, "%s is published again",
	    p->r->name), good ? held(p, &s) : last_error(p)))
		return false;
	return same_content(p, &p->is, arena_printf(p->arena, "the content "
	    "of %s is what it was", p->r->name));
}

static void
repeat(struct proof *p)
{
	const struct migration_side *new = p->o->new;
	struct run_result *r = NULL;
	bool good;

	if (migration_side_reads_table(new) && (new->members != NULL ||
	    !in_place_is(new->mapping[0])))
		return;		/* its table is another one by now */
	good = load(p, p->new, true, &r) && r->same;
	step(p, good, "the same run again does nothing", good ? NULL :
	    last_error(p) != NULL ? last_error(p) : "it made a generation");
}

void
migration_test(struct arena *a, struct diags *ds,
    const struct migration_options *o, struct migration_result *r)
{
	struct proof p = { .arena = a, .diags = ds, .o = o, .r = r,
	    .start = proof_clock() };

	*r = (struct migration_result){ .step = NULL };
	if (o->previous != NULL)
		p.old = make_set(&p, o->previous);
	if (o->previous != NULL && p.old == NULL) {
		step(&p, false, "the mappings can be read", last_error(&p));
		return;
	}
	if (!migration_side_reads_table(o->new) && !make_new(&p))
		return;
	r->name = arena_printf(a, "version %u", o->new->version);
	if (p.old != NULL)
		r->previous_name = p.old->version == o->new->version ?
		    "the version before" : arena_printf(a, "version %u",
		    p.old->version);
	else if (o->has_live)
		r->previous_name = "the live generation";
	if (r->previous_name != NULL && !old_version(&p))
		return;
	if (!new_version(&p) || !judge(&p))
		return;
	if (r->previous_name != NULL && !there_and_back(&p))
		return;
	repeat(&p);
}
