/*
 * A run; see run.h.
 *
 *	open, lock, read the ledger; clean up after runs that died
 *	is it what is live?  then that is all
 *	event "started"; the load's flow fills the staged tables
 *	event "staged"; tests; publication, with its event
 *
 * A database that does not exist yet gets all of it before it gets its name.
 */
#include "generation/run_impl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/table_facts.h"
#include "generation/in_place.h"
#include "generation/run_parts.h"
#include "generation/run_set.h"
#include "generation/who.h"
#include "plan/control.h"
#include "sink/sink.h"

#define DATA_MAX	(64u << 20)

/* --- before -------------------------------------------------------------- */

/* The home of the rows that a table begins with; 0: none. */
static uint32_t
run_base(const struct run *r, const char *table)
{
	const struct gen_table *t = r->o->retry == NULL ? NULL :
	    generation_find_table(dataset_live(&r->dataset), table);

	return t == NULL ? 0 : t->home;
}

/* The schema's tables, as those of generation `number`. */
static void
run_plan(struct run *r, uint32_t number)
{
	struct gen_table *t;
	uint32_t i;

	parts_generation(&r->plan, r->set, &r->dataset, r->schema, number,
	    r->arena);
	for (i = 0; i < r->plan.ntable; i++) {
		t = &r->plan.table[i];
		if (t->home == number)
			t->base = run_base(r, t->name);
	}
}

/* Which run that died does this one go on with? */
static bool
run_find_resumed(struct run *r)
{
	const char *work = change_work(&r->change, r->arena, true);
	const struct generation *g;
	uint32_t i;

	if (!r->o->resume)
		return true;
	for (i = 0; i < r->dataset.ngen; i++) {
		g = &r->dataset.gen[i];
		if (g->state != GEN_STARTED || !g->resumable)
			continue;
		if (strcmp(g->work, work) == 0) {
			r->resumed = g->number;
			return true;
		}
		diag_hint(r->diags, diag_add(r->diags, DIAG_L005, NOWHERE,
		    "generation %u was begun with another mapping, copybook, "
		    "crosswalk, input, or version of decant", g->number),
		    "without --resume the load starts again");
		return false;
	}
	return true;
}

/* A table that is there already, with its key. */
static bool
put_adopted(struct run *r, struct json *j, const char *name, bool *there)
{
	struct table_facts f;
	uint32_t i;

	if (!table_facts_read(&r->db, r->arena, r->dataset.name, name, 0, &f))
		return false;
	*there = f.what != NULL && strcmp(f.what, "table") == 0;
	if (!*there)
		return true;
	json_open(j, NULL, '{');
	json_text(j, "name", f.name);
	json_uint(j, "home", r->plan.number);
	json_open(j, "key", '[');
	for (i = 0; i < f.key.ncolumn; i++)
		json_text(j, NULL, f.column[f.key.column[i]].name);
	json_close(j, ']');
	json_close(j, '}');
	return true;
}

/* Tables that were there before the first run: they are a generation too. */
static bool
run_look_adopted(struct run *r)
{
	struct buf b;
	struct json j = { .b = &b };
	uint32_t i, n = 0;
	bool good = true, there;

	if (r->dataset.live != 0 || !r->db.open)
		return true;
	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	json_open(&j, "tables", '[');
	for (i = 0; i < r->plan.ntable && good; i++) {
		good = put_adopted(r, &j, r->plan.table[i].name, &there);
		n += good && there;
	}
	json_close(&j, ']');
	json_close(&j, '}');
	if (good && n > 0) {
		r->adopted = arena_strdup(r->arena, b.p);
		run_plan(r, r->plan.number + 1);
	}
	buf_fini(&b);
	return good;
}

/* They become generation N, before N + 1 is begun. */
static bool
run_adopt(struct run *r)
{
	struct ledger *l = &r->dataset.ledger;
	uint32_t n = l->n;

	if (r->adopted == NULL)
		return true;
	if (db_begin(&r->db) && ledger_add(l, "adopted", r->plan.number - 1,
	    r->adopted) && db_commit(&r->db))
		return dataset_fold(&r->dataset);
	db_roll_back(&r->db);
	ledger_forget(l, n);
	return false;
}

/* Tables of other datasets in the same place are not ours to replace. */
static bool
run_check_others(struct run *r)
{
	struct dataset other;
	const struct generation *live;
	const char **name;
	uint32_t n, i, k;

	if (r->db.kind != DB_SQLITE)
		return true;
	if (!ledger_datasets(&r->db, r->arena, &name, &n))
		return false;
	for (i = 0; i < n; i++) {
		if (strcmp(name[i], r->dataset.name) == 0)
			continue;
		if (!dataset_read(&other, &r->db, r->arena, name[i]))
			return false;
		live = dataset_live(&other);
		for (k = 0; k < r->plan.ntable; k++) {
			if (generation_find_table(live,
			    r->plan.table[k].name) == NULL)
				continue;
			diag_hint(r->diags, diag_add(r->diags, DIAG_L006,
			    NOWHERE, "table '%s' belongs to the dataset '%s'",
			    r->plan.table[k].name, name[i]), "give the table "
			    "another name, the mapping the same 'name:', or "
			    "another target");
			return false;
		}
	}
	return true;
}

/* A disk that is full after an hour is a disk that was too small before. */
static bool
run_check_space(struct run *r)
{
	uint64_t need = 0, have;
	struct statvfs fs;
	uint32_t i;

	if (r->db.kind != DB_SQLITE)
		return true;
	for (i = 0; i < r->change.ninput; i++)
		need += r->change.input[i].bytes;
	if (statvfs(r->db.file.directory, &fs) != 0)
		return true;
	have = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (have >= need)
		return true;
	diag_hint(r->diags, diag_add(r->diags, DIAG_L007, NOWHERE,
	    "%llu bytes are free beside \"%s\", and the input alone has "
	    "%llu", (unsigned long long)have, r->db.file.shown,
	    (unsigned long long)need), "make room: a generation is staged "
	    "beside the live one; decant retire drops old ones");
	return false;
}

static struct swap_options
run_swap_options(const struct run *r)
{
	struct swap_options o = r->o->swap;

	o.who = r->who;
	return o;
}

/* Are the live tables there, as tables?  False: an error. */
static bool
run_live_stands(struct run *r, bool *there)
{
	const struct generation *live = dataset_live(&r->dataset);
	struct table_facts f;
	uint32_t i;

	*there = true;
	for (i = 0; i < live->ntable && *there; i++) {
		if (!table_facts_read(&r->db, r->arena, r->dataset.name,
		    live->table[i].name, 0, &f))
			return false;
		*there = f.what != NULL && strcmp(f.what, "table") == 0;
	}
	return true;
}

/* Nothing to do, for it is what is live? */
static bool
run_is_live(struct run *r, bool *same)
{
	const struct generation *live = dataset_live(&r->dataset);
	uint32_t done;
	bool stands;

	*same = false;
	if (r->o->retry != NULL && !r->o->again) {
		done = retry_done(r->o->retry, &r->dataset,
		    parts_sent_schema(r->set), &r->change, r->o->load.interrupted);
		return done != UINT32_MAX && (done == 0 ||
		    run_live_stands(r, same));
	}
	if (r->o->again)
		return true;
	/* what it was made of has its shape now */
	if (live != NULL && r->set->npart == 1 &&
	    in_place_is(r->set->part[0].job->mapping) &&
	    change_has_texts(&r->change, live))
		return run_live_stands(r, same);
	if (!change_resembles(&r->change, live))
		return true;
	if (!run_live_stands(r, &stands))
		return false;
	if (!stands)
		return true;
	if (!change_hash_inputs(&r->change, r->arena, r->diags,
	    r->o->load.interrupted))
		return false;
	*same = strcmp(change_work(&r->change, r->arena, true), live->work) ==
	    0;
	return true;
}

/* --- after --------------------------------------------------------------- */

static bool
run_keep_texts(struct run *r)
{
	char hex[SHA256_HEX + 1];
	uint32_t i;

	for (i = 0; i < r->change.ntext; i++)
		if (!ledger_keep_text(&r->dataset.ledger,
		    r->change.content[i]->p, r->change.content[i]->len, hex))
			return false;
	return true;
}

/* Has a table lost more of its rows than is thought possible? */
static bool
run_check_shrink(struct run *r)
{
	const struct generation *live = dataset_live(&r->dataset);
	const struct gen_table *t, *now;
	uint32_t i;
	double lost;

	for (i = 0; i < r->plan.ntable; i++) {
		now = &r->plan.table[i];
		t = generation_find_table(live, now->name);
		if (t == NULL || now->base != 0 || t->rows <= now->rows)
			continue;
		lost = (double)(t->rows - now->rows) * 100 / (double)t->rows;
		if (lost <= r->o->max_shrink)
			continue;
		diag_hint(r->diags, diag_add(r->diags, DIAG_L008, NOWHERE,
		    "table '%s' would shrink from %llu rows to %llu, by %.1f "
		    "%%", t->name, (unsigned long long)t->rows,
		    (unsigned long long)now->rows, lost),
		    "was the extract cut short? --max-shrink %d lets it "
		    "through", (int)lost + 1);
		return false;
	}
	return true;
}

/* A part's rows are there, and its inputs are known. */
static void
run_take_part(struct run *r, const struct load_result *l)
{
	uint32_t i;

	for (i = 0; i < l->ninput; i++)
		if (l->input_sha256[i] != NULL)
			r->change.input[r->input + i].sha256 =
			    l->input_sha256[i];
	for (i = 0; i < l->ntable; i++)
		if (r->plan.table[r->table + i].base == 0)
			r->plan.table[r->table + i].rows = l->rows[i];
}

static bool
run_is_last(const struct run *r)
{
	const struct run_part *p;

	for (p = r->now + 1; p < r->set->part + r->set->npart; p++)
		if (p->sent)
			return false;
	return true;
}

static enum load_state
run_settle(void *arg, const struct load_result *l)
{
	struct run *r = arg;
	struct swap_options o = run_swap_options(r);
	struct generation *g;

	*r->now->load = *l;
	run_take_part(r, l);
	if (!run_is_last(r))
		return LOAD_CLEAN;
	if (!change_hash_inputs(&r->change, r->arena, r->diags,
	    r->o->load.interrupted) || !run_count_rows(r) ||
	    !run_event(r, "staged", run_staged_data(r)))
		return LOAD_FAILED;
	r->result->staged = true;
	g = dataset_find(&r->dataset, r->plan.number);
	if (!parts_check(r->set, &r->dataset, g, r->db.fresh &&
	    r->o->publish ? "nothing is made" : "the generation is staged and "
	    "not live; publish --untested takes it all the same",
	    r->result)) {
		if (!r->o->publish && !db_land(&r->db))
			return LOAD_FAILED;
		return LOAD_BROKEN;
	}
	if (r->o->publish && !run_check_shrink(r))
		return LOAD_BROKEN;
	if (r->o->publish) {
		if (!swap_run(&r->dataset, g, &o, &r->result->swap))
			return LOAD_FAILED;
	}
	if (!db_land(&r->db))
		return LOAD_FAILED;
	r->result->published = r->o->publish;
	return LOAD_CLEAN;
}

/* The input is there: from here on the ledger knows of it. */
static bool
run_begin(void *arg)
{
	struct run *r = arg;
	struct swap_options o = run_swap_options(r);

	if (r->begun)
		return true;		/* another part did */
	if (!swap_clean_up(&r->dataset, r->resumed, false) ||
	    !db_create(&r->db) || !ledger_create(&r->dataset.ledger) ||
	    !run_adopt(r))
		return false;
	r->begun = true;
	parts_find_outside(r->set, &r->dataset, &r->plan, r->arena);
	if (!run_mark_writes(r))
		return false;
	if (r->resumed != 0)
		return true;
	if (!db_begin(&r->db) || !run_keep_texts(r) || !db_commit(&r->db) ||
	    !run_event(r, "started", run_started_data(r)))
		return false;
	if (r->o->publish && !swap_check_writes(&r->dataset,
	    dataset_find(&r->dataset, r->plan.number), &o))
		return false;
	return r->o->checkpoint == 0 || db_land(&r->db);
}

/* --- the run ------------------------------------------------------------- */

/* A part of it; false: the others need not be tried. */
static bool
run_load_part(struct run *r, struct run_part *p, bool more)
{
	const struct schema *schema = plan_schema(p->job->plan);
	struct sink_stage stage = { .db = &r->db, .schema = r->dataset.name,
	    .generation = r->plan.number, .checkpoint = r->o->checkpoint,
	    .resume = r->resumed != 0, .more = more };
	struct sink_options so = { .schema = r->dataset.name,
	    .stage = &stage, .interrupted = r->o->load.interrupted };
	struct load_options lo = r->o->load;
	struct sink sink;

	lo.generation = r->plan.number;
	if (r->o->retry != NULL) {
		stage.base = arena_array(r->arena, schema->ntable + 1,
		    sizeof *stage.base);	/* 0: what is live */
		lo.origins = r->o->retry->origins;
		lo.known = retry_known(&r->dataset, schema);
		if (lo.known == NULL)
			return false;
	}
	lo.begin = run_begin;
	lo.settle = run_settle;
	lo.arg = r;
	if (!sink_new(&sink, r->arena, r->diags, r->set->target, &so))
		return false;
	r->now = p;
	p->load = arena_zalloc(r->arena, sizeof *p->load);
	p->load = r->result->load = load_run(r->arena, r->diags, p->job,
	    &sink, &lo);
	sink.ops->free(sink.state);
	return p->load->state == LOAD_CLEAN ||
	    p->load->state == LOAD_WITH_REJECTS;
}

static void
run_load(struct run *r)
{
	enum load_state state = LOAD_CLEAN;
	struct run_part *p;
	bool more = false;
	uint32_t i;

	if (r->o->load.jobs != 1)
		change_hash_begin(&r->change, r->arena);
	for (i = 0; i < r->set->npart; i++) {
		p = &r->set->part[i];
		if (p->sent && !run_load_part(r, p, more)) {
			r->result->state = p->load == NULL ? LOAD_FAILED :
			    p->load->state;
			return;
		}
		if (p->sent && p->load->state == LOAD_WITH_REJECTS)
			state = LOAD_WITH_REJECTS;
		more = more || p->sent;
		r->table += plan_schema(p->job->plan)->ntable;
		if (p->sent)
			r->input += p->job->source.nfile;
	}
	r->result->state = state;
}

/* Whatever became of it is in the ledger, if that can be reached. */
static void
run_end(struct run *r)
{
	struct generation *g = dataset_find(&r->dataset, r->plan.number);

	if (g == NULL || r->result->published || !r->db.open ||
	    db_is_lost(&r->db))
		return;			/* the next run cleans up */
	db_roll_back(&r->db);
	if (r->db.fresh) {
		r->result->staged = false;
		return;			/* it goes as a whole */
	}
	if (g->state == GEN_STARTED)
		swap_drop_as(&r->dataset, g, "failed", run_failed_data(r));
}

/*
 * Views and agreements that cannot be written are met before the input is read,
 * not at publication.  What is only to be noted is noted there.
 */
static bool
run_check_compat(struct run *r)
{
	struct diags mute;

	diags_init(&mute, r->arena);
	return parts_check_compat(r->set, r->arena, &mute, r->db.kind) ||
	    parts_check_compat(r->set, r->arena, r->diags, r->db.kind);
}

/* What can be known before the input is looked at; nothing is written. */
static bool
run_prepare(struct run *r)
{
	struct swap_options o = run_swap_options(r);

	/* what is resumed must be the same input, byte for byte */
	if (r->o->checkpoint > 0 && !change_hash_inputs(&r->change, r->arena,
	    r->diags, r->o->load.interrupted))
		return false;
	if (!run_check_compat(r) || !run_find_resumed(r) || (r->o->retry != NULL &&
	    !retry_check(r->o->retry, &r->dataset, parts_sent_schema(r->set),
	    r->schema)) || !parts_can_stay(r->set, &r->dataset, &r->change,
	    NULL))
		return false;
	run_plan(r, r->resumed != 0 ? r->resumed :
	    dataset_new_number(&r->dataset));
	return run_look_adopted(r) && run_check_others(r) &&
	    run_check_space(r) && (r->db.fresh || !r->o->publish ||
	    r->adopted != NULL || swap_check(&r->dataset, &r->plan, &o));
}

static bool
run_open(struct run *r)
{
	struct change_part *part = arena_array(r->arena, r->set->npart,
	    sizeof *part);
	uint32_t i;

	for (i = 0; i < r->set->npart; i++)
		part[i] = (struct change_part){ r->set->part[i].job,
		    r->set->part[i].texts, r->set->part[i].sent };
	r->result->state = LOAD_FAILED;
	if (!db_open(&r->db, r->arena, r->diags, r->set->target,
	    r->o->load.interrupted) || !db_lock(&r->db, r->set->dataset))
		return false;
	r->who = who_json(r->arena, &r->db, r->o->verb, r->o->tool);
	if (!dataset_read(&r->dataset, &r->db, r->arena, r->set->dataset) ||
	    !change_init(&r->change, r->arena, r->diags, r->set->file, part,
	    r->set->npart, r->o->tool))
		return false;
	r->change.retry = r->o->retry == NULL ? 0 : r->o->retry->generation;
	if (r->set->file == NULL)
		r->schema = in_place_schema(r->arena,
		    r->set->part[0].job->mapping, r->schema,
		    dataset_live(&r->dataset));
	return true;
}

struct run_result *
run_set(struct arena *a, struct diags *ds, struct run_set *set,
    const struct run_options *o)
{
	struct run *r = arena_zalloc(a, sizeof *r);

	r->arena = a;
	r->diags = ds;
	r->set = set;
	r->o = o;
	r->schema = parts_schema(a, set);
	r->result = arena_zalloc(a, sizeof *r->result);
	if (!run_open(r) || !run_is_live(r, &r->result->same)) {
		db_close(&r->db);
		return NULL;
	}
	if (r->result->same) {
		r->result->state = swap_clean_up(&r->dataset, 0, true) ?
		    LOAD_CLEAN : LOAD_FAILED;
		r->result->generation = r->dataset.live;
		db_close(&r->db);
		return r->result;
	}
	if (!run_prepare(r)) {
		db_close(&r->db);
		return NULL;
	}
	r->result->generation = r->plan.number;
	run_load(r);
	change_hash_end(&r->change);
	run_end(r);
	db_close(&r->db);
	return r->result;
}

struct run_result *
run_job(struct arena *a, struct diags *ds, const struct job *job,
    const struct run_options *o)
{
	return run_set(a, ds, run_set_of_job(a, job, o->texts), o);
}
