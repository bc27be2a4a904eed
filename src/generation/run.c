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
#include "generation/run.h"

#include <string.h>
#include <sys/statvfs.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/table_facts.h"
#include "generation/change.h"
#include "generation/schema_json.h"
#include "generation/who.h"
#include "plan/control.h"
#include "plan/left_out.h"
#include "sink/sink.h"

#define DATA_MAX	(64u << 20)

struct run {
	struct arena *arena;
	struct diags *diags;
	const struct job *job;
	const struct run_options *o;
	const struct schema *schema;
	struct db db;
	struct dataset dataset;
	struct change change;
	struct generation plan;		/* what it is going to be */
	struct run_result *result;
	const char *who;		/* JSON members */
	const char *adopted;		/* of the event, where tables are; or
					 * NULL */
	uint32_t resumed;		/* generation that is gone on with */
	bool begun;
	struct buf dry;
};

/* --- what is told of a run ----------------------------------------------- */

static void
put_tables(struct json *j, const struct run *r, const struct load_result *l)
{
	const struct generation *g = &r->plan;
	uint32_t i, k;

	json_open(j, "tables", '[');
	for (i = 0; i < g->ntable; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", g->table[i].name);
		json_uint(j, "home", g->table[i].home);
		json_uint(j, "rows", l != NULL && i < l->ntable ?
		    l->rows[i] : g->table[i].rows);
		json_open(j, "key", '[');
		for (k = 0; k < g->table[i].nkey; k++)
			json_text(j, NULL, g->table[i].key[k]);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
	schema_json_put(j, "schema", r->schema);
}

static const char *
started_data(struct run *r)
{
	const char *work = change_work(&r->change, r->arena,
	    r->o->checkpoint > 0);
	const char *text;
	struct buf b;
	struct json j = { .b = &b };

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	json_uint(&j, "version", r->job->mapping->version);
	json_text(&j, "work", work);
	json_text(&j, "change", change_id(r->arena,
	    dataset_live(&r->dataset), work));
	json_uint(&j, "checkpoint", r->o->checkpoint);
	change_json(&j, &r->change);
	put_tables(&j, r, NULL);
	buf_printf(&b, ",%s", r->who);
	json_close(&j, '}');
	text = arena_strdup(r->arena, b.p);
	buf_fini(&b);
	return text;
}

static void
put_controls(struct json *j, const struct load_result *l)
{
	uint32_t i;

	json_open(j, "controls", '[');
	for (i = 0; i < l->ncontrol; i++) {
		json_open(j, NULL, '{');
		json_text(j, "control", l->control[i].text);
		json_uint(j, "spans", l->control[i].spans);
		json_text(j, "left", l->control[i].left);
		json_text(j, "right", l->control[i].right);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static const char *
staged_data(struct run *r, const struct load_result *l)
{
	const char *work = change_work(&r->change, r->arena, true);
	const char *text;
	struct buf b;
	struct json j = { .b = &b };

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	json_text(&j, "work", work);
	json_text(&j, "change", change_id(r->arena,
	    dataset_live(&r->dataset), work));
	json_uint(&j, "read", l->read);
	json_uint(&j, "loaded", l->loaded);
	json_uint(&j, "rejected", l->rejected);
	json_uint(&j, "skipped", l->skipped);
	json_uint(&j, "fragments", l->fragments);
	json_uint(&j, "bytes", l->bytes);
	json_fixed(&j, "seconds", l->seconds, 3);
	json_text(&j, "as_of", l->as_of);
	json_text(&j, "rejects", l->rejects);
	put_controls(&j, l);
	omissions_json(l->omissions, &j);
	change_json(&j, &r->change);
	put_tables(&j, r, l);
	json_close(&j, '}');
	text = arena_strdup(r->arena, b.p);
	buf_fini(&b);
	return text;
}

/* An event in a transaction of its own, and the state that it makes. */
static bool
run_event(struct run *r, const char *kind, const char *data)
{
	struct ledger *l = &r->dataset.ledger;
	uint32_t n = l->n;

	if (db_begin(&r->db) && ledger_add(l, kind, r->plan.number, data) &&
	    db_commit(&r->db))
		return dataset_fold(&r->dataset);
	db_roll_back(&r->db);
	ledger_forget(l, n);
	return false;
}

/* --- before -------------------------------------------------------------- */

/* The schema's tables, as those of generation `number`. */
static void
run_plan(struct run *r, uint32_t number)
{
	struct generation *g = &r->plan;
	const struct schema_table *t;
	const char **key;
	uint32_t i, k;

	*g = (struct generation){ .number = number, .state = GEN_STARTED,
	    .version = r->job->mapping->version, .schema = r->schema };
	g->table = arena_array(r->arena, r->schema->ntable + 1,
	    sizeof *g->table);
	for (i = 0; i < r->schema->ntable; i++) {
		t = &r->schema->table[i];
		key = arena_array(r->arena, t->nkey + 1, sizeof *key);
		for (k = 0; k < t->nkey; k++)
			key[k] = t->column[t->key[k]].name;
		g->table[g->ntable++] = (struct gen_table){ .name = t->name,
		    .home = number, .key = key, .nkey = t->nkey,
		    .columns = t };
	}
}

/* Staged generations that nobody will publish; started ones have died, as
 * the lock is ours.  `but`: one to go on with.  `idle`: nothing is staged now,
 * so what somebody may publish or resume stays. */
static bool
run_clean_up(struct run *r, uint32_t but, bool idle)
{
	struct dataset *d = &r->dataset;
	struct generation *g;
	uint32_t i;

	for (i = 0; i < d->ngen; i++) {
		g = &d->gen[i];
		if (g->number == but || (g->state != GEN_STARTED &&
		    g->state != GEN_STAGED) || (idle &&
		    (g->resumable || g->state == GEN_STAGED)))
			continue;
		if (!swap_drop(d, g, "abandoned", g->state == GEN_STARTED ?
		    "its run died" : "another generation was staged"))
			return false;
		i = UINT32_MAX;		/* the state was made anew */
	}
	return true;
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

	o.mapping = r->job->mapping;
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

	*same = false;
	if (r->o->again || !change_resembles(&r->change, live))
		return true;
	if (!change_hash_inputs(&r->change, r->arena, r->diags,
	    r->o->load.interrupted))
		return false;
	if (strcmp(change_work(&r->change, r->arena, true), live->work) != 0)
		return true;
	return run_live_stands(r, same);
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
run_check_shrink(struct run *r, const struct load_result *l)
{
	const struct generation *live = dataset_live(&r->dataset);
	const struct gen_table *t;
	uint32_t i;
	double lost;

	for (i = 0; i < r->plan.ntable; i++) {
		t = generation_find_table(live, r->plan.table[i].name);
		if (t == NULL || t->rows <= l->rows[i] || t->rows == 0)
			continue;
		lost = (double)(t->rows - l->rows[i]) * 100 / (double)t->rows;
		if (lost <= r->o->max_shrink)
			continue;
		diag_hint(r->diags, diag_add(r->diags, DIAG_L008, NOWHERE,
		    "table '%s' would shrink from %llu rows to %llu, by %.1f "
		    "%%", t->name, (unsigned long long)t->rows,
		    (unsigned long long)l->rows[i], lost),
		    "was the extract cut short? --max-shrink %d lets it "
		    "through", (int)lost + 1);
		return false;
	}
	return true;
}

static enum load_state
run_settle(void *arg, const struct load_result *l)
{
	struct run *r = arg;
	struct swap_options o = run_swap_options(r);
	struct generation *g;
	uint32_t i;

	for (i = 0; i < l->ninput && i < r->change.ninput; i++)
		if (l->input_sha256[i] != NULL)
			r->change.input[i].sha256 = l->input_sha256[i];
	if (!change_hash_inputs(&r->change, r->arena, r->diags,
	    r->o->load.interrupted) ||
	    !run_event(r, "staged", staged_data(r, l)))
		return LOAD_FAILED;
	r->result->staged = true;
	g = dataset_find(&r->dataset, r->plan.number);
	r->result->check = check_all(&r->dataset, g, r->job->mapping,
	    &r->result->ncheck);
	if (!check_tell(&r->dataset, r->job->mapping, r->result->check,
	    r->result->ncheck, r->db.fresh && r->o->publish ?
	    "nothing is made" : "the generation is staged and not live; "
	    "publish --untested takes it all the same")) {
		if (!r->o->publish && !db_land(&r->db))
			return LOAD_FAILED;
		return LOAD_BROKEN;
	}
	if (r->o->publish && !run_check_shrink(r, l))
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

	if (!run_clean_up(r, r->resumed, false) || !db_create(&r->db) ||
	    !ledger_create(&r->dataset.ledger) || !run_adopt(r))
		return false;
	r->begun = true;
	if (r->resumed != 0)
		return true;
	if (!db_begin(&r->db) || !run_keep_texts(r) || !db_commit(&r->db) ||
	    !run_event(r, "started", started_data(r)))
		return false;
	if (r->o->publish && !swap_check_writes(&r->dataset,
	    dataset_find(&r->dataset, r->plan.number), &o))
		return false;
	return r->o->checkpoint == 0 || db_land(&r->db);
}

/* --- the run ------------------------------------------------------------- */

static void
run_load(struct run *r)
{
	struct sink_stage stage = { .db = &r->db, .schema = r->dataset.name,
	    .generation = r->plan.number, .checkpoint = r->o->checkpoint,
	    .resume = r->resumed != 0 };
	struct sink_options so = { .schema = r->dataset.name,
	    .stage = &stage, .interrupted = r->o->load.interrupted };
	struct load_options lo = r->o->load;
	struct sink sink;

	lo.begin = run_begin;
	lo.settle = run_settle;
	lo.arg = r;
	if (!sink_new(&sink, r->arena, r->diags, r->job->target, &so))
		return;
	r->result->load = load_run(r->arena, r->diags, r->job, &sink, &lo);
	r->result->state = r->result->load->state;
	sink.ops->free(sink.state);
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
		swap_drop(&r->dataset, g, "failed", NULL);
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
	if (!run_find_resumed(r))
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
	r->result->state = LOAD_FAILED;
	if (!db_open(&r->db, r->arena, r->diags, r->job->target,
	    r->o->load.interrupted) ||
	    !db_lock(&r->db, r->job->mapping->schema))
		return false;
	r->who = who_json(r->arena, &r->db, r->o->verb, r->o->tool);
	return dataset_read(&r->dataset, &r->db, r->arena,
	    r->job->mapping->schema) && change_init(&r->change, r->arena,
	    r->diags, r->job, r->o->texts, r->o->tool);
}

struct run_result *
run_job(struct arena *a, struct diags *ds, const struct job *job,
    const struct run_options *o)
{
	struct run *r = arena_zalloc(a, sizeof *r);

	r->arena = a;
	r->diags = ds;
	r->job = job;
	r->o = o;
	r->schema = plan_schema(job->plan);
	r->result = arena_zalloc(a, sizeof *r->result);
	if (!run_open(r) || !run_is_live(r, &r->result->same)) {
		db_close(&r->db);
		return NULL;
	}
	if (r->result->same) {
		r->result->state = run_clean_up(r, 0, true) ? LOAD_CLEAN :
		    LOAD_FAILED;
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
	run_end(r);
	db_close(&r->db);
	return r->result;
}
