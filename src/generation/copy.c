/*
 * The run of a copy; see copy.h.
 *
 *	source: open, snapshot, ledger, what there is to copy
 *	target: open, lock, ledger; is there room for it?
 *	event "started", with texts; tables are staged, in lanes
 *	the staged tables are hashed, and compared
 *	events "staged" and "copied"; publication, with its event
 *
 * A run that is killed leaves its staged tables.  With --resume those that are
 * complete are compared with the source as it is now, and kept where they are
 * equal; the source's snapshot is gone, so nothing else would be a proof.
 */
#include "generation/copy_impl.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "db/table_facts.h"
#include "generation/who.h"
#ifdef HAVE_LIBPQ
#include "db/postgres_schema.h"
#endif

#define DATA_MAX	(64u << 20)
#define LANES		2u

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- before -------------------------------------------------------------- */

static bool
add_event(struct copy_run *r, const char *kind, const char *data)
{
	return ledger_add(&r->target.ledger, kind, r->gen.number, data);
}

static bool
open_target(struct copy_run *r)
{
	return db_open(&r->to, r->arena, r->diags, r->o->to,
	    r->o->interrupted);
}

/* What the plan is, in a few bytes: a run is resumed with the same only. */
static void
find_shape(struct copy_run *r)
{
	char hex[SHA256_HEX + 1];
	struct copy_steps steps = { NULL, 0, 0 };
	struct buf b;
	uint32_t i;

	buf_init(&b, DATA_MAX);
	buf_printf(&b, "copy 1\n%s\n", r->plan.dataset);
	for (i = 0; i < r->plan.ntable; i++) {
		copy_put_table(&b, &r->plan, &r->plan.table[i], 0);
		copy_steps(&r->plan, &r->plan.table[i], 0, &steps);
	}
	copy_foreign_steps(&r->plan, 0, &steps);
	for (i = 0; i < steps.n; i++)
		if (strstr(steps.v[i].sql, "setval(") == NULL)
			buf_puts(&b, steps.v[i].sql);
	sha256_text(b.p, b.len, hex);
	buf_fini(&b);
	r->shape = arena_strdup(r->arena, hex);
}

static void
set_generation(struct copy_run *r, uint32_t number)
{
	struct generation *g = &r->gen;
	const struct copy_table *t;
	const char **key;
	uint32_t i, k;

	*g = (struct generation){ .number = number, .state = GEN_STARTED,
	    .version = r->plan.gen == NULL ? 0 : r->plan.gen->version,
	    .schema = &r->plan.schema };
	g->table = arena_array(r->arena, r->plan.ntable + 1,
	    sizeof *g->table);
	for (i = 0; i < r->plan.ntable; i++) {
		t = &r->plan.table[i];
		key = arena_array(r->arena, t->nkey + 1, sizeof *key);
		for (k = 0; k < t->nkey; k++)
			key[k] = t->column[t->key[k]].name;
		g->table[g->ntable++] = (struct gen_table){ .name = t->name,
		    .home = number, .key = key, .nkey = t->nkey,
		    .columns = &r->plan.schema.table[i] };
	}
	r->result->generation = number;
}

/* A table that decant did not make, or that is another dataset's, stays. */
static bool
check_taken(struct copy_run *r)
{
	const struct generation *live = dataset_live(&r->target);
	struct table_facts f;
	bool good = true;
	uint32_t i;

	for (i = 0; i < r->plan.ntable && r->to.open; i++) {
		if (generation_find_table(live, r->plan.table[i].name) != NULL)
			continue;
		if (!table_facts_read(&r->to, r->arena, r->plan.dataset,
		    r->plan.table[i].name, 0, &f))
			return false;
		if (f.what == NULL)
			continue;
		diag_hint(r->diags, diag_add(r->diags, DIAG_L145, NOWHERE,
		    "%s has a %s '%s' already, which is not of decant's "
		    "dataset '%s'", r->to.description, f.what, f.name,
		    r->plan.dataset), "a copy replaces only what decant made: "
		    "rename it, drop it, or copy to another database");
		good = false;
	}
	return good;
}

/* The "started" event of a generation; NULL: there is none. */
static const struct ledger_event *
find_started(const struct ledger *l, uint32_t number)
{
	uint32_t i;

	for (i = l->n; i-- > 0;)
		if (l->event[i].generation == number &&
		    strcmp(l->event[i].kind, "started") == 0)
			return &l->event[i];
	return NULL;
}

static bool
has_text(const json_t *o, const char *key, const char *want)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL && strcmp(s, want) == 0;
}

/* Which copy that died does this one go on with?  0: none; false: told. */
static bool
find_resumed(struct copy_run *r, uint32_t *number)
{
	const struct ledger_event *e;
	const json_t *origin;
	bool copy = false, same = false;
	json_t *o;
	uint32_t i;

	*number = 0;
	for (i = 0; r->o->resume && i < r->target.ngen; i++) {
		if (r->target.gen[i].state != GEN_STARTED ||
		    (e = find_started(&r->target.ledger,
		    r->target.gen[i].number)) == NULL)
			continue;
		o = json_loads(e->data, 0, NULL);
		origin = json_object_get(o, "origin");
		copy = json_is_object(origin);
		same = has_text(origin, "dataset", r->plan.dataset) &&
		    has_text(origin, "shape", r->shape);
		json_decref(o);
		if (copy && same)
			*number = e->generation;
		if (!copy || same)
			continue;
		diag_hint(r->diags, diag_add(r->diags, DIAG_L146, NOWHERE,
		    "generation %u was begun when the tables of the source, "
		    "or those of the target, had another form",
		    e->generation), "without --resume the copy starts again");
		return false;
	}
	return true;
}

static struct swap_options
swap_options(const struct copy_run *r)
{
	struct swap_options o = r->o->swap;

	o.who = r->who;
	return o;
}

static uint32_t
lanes(const struct copy_run *r)
{
	uint32_t n = r->o->jobs != 0 ? r->o->jobs : LANES;

	if (r->from.kind == DB_SQLITE || r->to.kind == DB_SQLITE)
		return 1;
	return n < COPY_LANES_MAX ? n : COPY_LANES_MAX;
}

static bool
plan(struct copy_run *r)
{
	struct swap_options o;
	uint32_t number;

	r->plan.arena = r->arena;
	r->plan.from = &r->from;
	r->plan.to = &r->to;
	r->plan.source = &r->source;
	r->plan.no_owner = r->o->no_owner;
	r->plan.no_privileges = r->o->no_privileges;
	if (!copy_plan_make(&r->plan, &r->target) || !check_taken(r))
		return false;
	r->result->left = r->plan.left;
	r->result->nleft = r->plan.nleft;
	r->result->source = r->plan.gen == NULL ? 0 : r->plan.gen->number;
	r->result->events = r->source.ledger.n;
	find_shape(r);
	if (!find_resumed(r, &number))
		return false;
	r->resumed = number != 0;
	set_generation(r, r->resumed ? number :
	    dataset_new_number(&r->target));
	r->result->ntable = r->plan.ntable;
	r->result->table = arena_array(r->arena, r->plan.ntable + 1,
	    sizeof *r->result->table);
	for (number = 0; number < r->plan.ntable; number++)
		r->result->table[number].name = r->plan.table[number].name;
	o = swap_options(r);
	return r->to.fresh || swap_check(&r->target, &r->gen, &o);
}

/* What would be done. */
static void
dry_run(struct copy_run *r)
{
	struct copy_steps steps = { NULL, 0, 0 };
	struct table_size size;
	struct buf b;
	uint32_t i, k;

	buf_init(&b, DATA_MAX);
	if (r->from.kind == DB_POSTGRES)
		buf_puts(&b, "-- the tables of the source are locked in ACCESS "
		    "SHARE MODE\n");
	if (r->to.kind == DB_POSTGRES) {
		buf_puts(&b, "CREATE SCHEMA ");
		db_ident(&r->to, &b, db_generation_schema(r->arena,
		    r->plan.dataset, r->gen.number));
		buf_puts(&b, ";\n");
	}
	copy_put_usertypes(&b, &r->plan);
	for (i = 0; i < r->plan.ntable; i++) {
		copy_put_table(&b, &r->plan, &r->plan.table[i],
		    r->gen.number);
		buf_printf(&b, ";\n-- the rows of %s",
		    r->plan.table[i].relation);
		if (table_facts_size(&r->from, r->arena, r->plan.dataset,
		    r->plan.table[i].name, 0, &size) && size.rows >= 0)
			buf_printf(&b, ", some %" PRId64, size.rows);
		buf_putc(&b, '\n');
		steps.n = 0;
		copy_steps(&r->plan, &r->plan.table[i], r->gen.number,
		    &steps);
		for (k = 0; k < steps.n; k++)
			buf_printf(&b, "%s;\n", steps.v[k].sql);
	}
	steps.n = 0;
	copy_foreign_steps(&r->plan, r->gen.number, &steps);
	for (k = 0; k < steps.n; k++)
		buf_printf(&b, "%s;\n", steps.v[k].sql);
	copy_put_grants(&b, &r->plan, false, r->gen.number);
	buf_printf(&b, "-- the content hashes of %u tables are compared; then "
	    "one transaction\n-- makes generation %u live, under %s\n",
	    r->plan.ntable, r->gen.number, r->to.kind == DB_SQLITE ?
	    "BEGIN IMMEDIATE" : "ACCESS EXCLUSIVE locks on the live tables");
	r->result->dry = arena_strdup(r->arena, b.p);
	buf_fini(&b);
}

/* --- during -------------------------------------------------------------- */

static bool
make_staging(struct copy_run *r)
{
#ifdef HAVE_LIBPQ
	struct pgschema look;
	const char *name;

	if (r->to.kind == DB_SQLITE)
		return true;
	name = db_generation_schema(r->arena, r->plan.dataset, r->gen.number);
	if (!(r->resumed ? pgschema_end_orphans(&r->to.pg, name) :
	    pgschema_drop(&r->to.pg, r->arena, name)) ||
	    !pgschema_make(&r->to.pg, r->arena, name, r->plan.dataset,
	    r->gen.number, &look))
		return false;
	r->plan.marks = look.there && !look.owned;
	return copy_make_usertypes(&r->plan);
#else
	(void)r;
	return true;
#endif
}

/* A fresh file gets its name at once: else nothing could be resumed. */
static bool
begin(struct copy_run *r, char sha256[SHA256_HEX + 1])
{
	struct swap_options o = swap_options(r);
	bool fresh = r->to.fresh;

	if (!swap_clean_up(&r->target, r->resumed ? r->gen.number : 0,
	    false) ||
	    !db_create(&r->to) || !ledger_create(&r->target.ledger))
		return false;
	r->begun = true;
	if (!db_begin(&r->to) || !copy_ledger_bring(r, sha256) ||
	    (!r->resumed && !add_event(r, "started", copy_started_data(r))) ||
	    !db_commit(&r->to) || !dataset_fold(&r->target) ||
	    !db_land(&r->to))
		return false;
	r->landed = fresh;
	if (!swap_check_writes(&r->target, dataset_find(&r->target,
	    r->gen.number), &o))
		return false;
	return make_staging(r);
}

static bool
make_foreign(struct copy_run *r)
{
	struct copy_steps steps = { NULL, 0, 0 };
	uint32_t i;

	copy_show(r, "checking foreign keys");
	/* of a run that was killed here, some are there */
	copy_foreign_steps(&r->plan, r->gen.number, &steps);
	for (i = 0; i < steps.n; i++)
		if (db_is_interrupted(&r->to) || !db_exec(&r->to,
		    steps.v[i].doing, steps.v[i].sql))
			return false;
	return true;
}

static bool
drop_foreign(struct copy_run *r)
{
	const struct copy_table *t;
	struct buf b;
	uint32_t i, k;
	bool good;

	if (!r->resumed || r->to.kind == DB_SQLITE)
		return true;
	buf_init(&b, DATA_MAX);
	for (i = 0; i < r->plan.ntable; i++) {
		t = &r->plan.table[i];
		for (k = 0; k < t->nrule; k++) {
			if (t->rule[k].kind != CONSTRAINT_FOREIGN)
				continue;
			buf_printf(&b, "ALTER TABLE IF EXISTS %s DROP "
			    "CONSTRAINT IF EXISTS ", copy_relation(r,
			    r->arena, t));
			db_ident(&r->to, &b, t->rule[k].name);
			buf_puts(&b, ";\n");
		}
	}
	good = b.len == 0 || db_exec(&r->to, "dropping foreign keys", b.p);
	buf_fini(&b);
	return good;
}

/* SQLite has its foreign keys in the tables, and checks none of them here. */
static bool
check_foreign_sqlite(struct copy_run *r)
{
	const struct db_result *x;
	const char *name;
	uint32_t i;

	for (i = 0; i < r->plan.ntable && r->to.kind == DB_SQLITE; i++) {
		name = db_generation_table(r->arena, r->plan.table[i].name,
		    r->gen.number);
		x = db_query(&r->to, r->arena, "", "SELECT rowid, parent FROM "
		    "pragma_foreign_key_check($1) LIMIT 1", 1, &name);
		if (x == NULL)
			return false;
		if (x->n == 0)
			continue;
		diag_hint(r->diags, diag_add(r->diags, DIAG_L142, NOWHERE,
		    "row %s of table '%s' refers to a row of '%.*s' that is "
		    "not there", db_cell(x, 0, 0) == NULL ? "?" :
		    db_cell(x, 0, 0), r->plan.table[i].name,
		    (int)strcspn(db_cell(x, 0, 1), "\n"), db_cell(x, 0, 1)),
		    "SQLite looks at foreign keys only where it is told to: "
		    "put the row right in the source");
		return false;
	}
	return true;
}

/* The first table whose hashes differ is told; all are in the result. */
static bool
compare(struct copy_run *r)
{
	char from[CONTENT_HASH_TEXT], to[CONTENT_HASH_TEXT];
	const struct copy_done *d;
	uint32_t i;
	bool same = true;

	for (i = 0; i < r->plan.ntable; i++) {
		d = &r->result->table[i];
		if (content_hash_is_same(&d->from, &d->to))
			continue;
		content_hash_format(from, &d->from);
		content_hash_format(to, &d->to);
		diag_hint(r->diags, diag_add(r->diags, DIAG_L147, NOWHERE,
		    "table '%s' is not equal: %s in the source, %s in the "
		    "target (rows and content hash)", d->name, from, to),
		    "somebody else wrote to the staged table, or a disk is "
		    "not sound; nothing was published");
		same = false;
	}
	return same;
}

/* The tables' own comments, where they told until now that they are staged. */
static bool
unmark(struct copy_run *r)
{
	struct buf b;
	uint32_t i;
	bool good;

	if (!r->plan.marks)
		return true;
	buf_init(&b, DATA_MAX);
	for (i = 0; i < r->plan.ntable; i++) {
		buf_printf(&b, "COMMENT ON TABLE %s IS ", copy_relation(r,
		    r->arena, &r->plan.table[i]));
		if (r->plan.table[i].comment == NULL)
			buf_puts(&b, "NULL");
		else
			db_literal(&r->to, &b, r->plan.table[i].comment);
		buf_puts(&b, ";\n");
	}
	good = db_exec(&r->to, "commenting on tables", b.p);
	buf_fini(&b);
	return good;
}

/* What roles have of the tables, now that these are proved. */
static bool
grant(struct copy_run *r)
{
	struct buf b;
	bool good;

	buf_init(&b, DATA_MAX);
	copy_put_grants(&b, &r->plan, false, r->gen.number);
	good = b.len == 0 || db_exec(&r->to, "giving owners and privileges",
	    b.p);
	buf_fini(&b);
	return good;
}

static bool
settle(struct copy_run *r, const char *sha256)
{
	struct ledger *l = &r->target.ledger;
	uint32_t n = l->n;

	if (db_begin(&r->to) && add_event(r, "staged", copy_staged_data(r)) &&
	    add_event(r, "copied", copy_copied_data(r, sha256)) &&
	    db_commit(&r->to))
		return dataset_fold(&r->target);
	db_roll_back(&r->to);
	ledger_forget(l, n);
	return false;
}

/*
 * The numbers of a live table go over to the one that replaces it: they begin
 * behind those of the source, too.
 */
static bool
raise_sequences(struct copy_run *r)
{
	const struct copy_table *t;
	const char *param[3];
	struct buf b;
	uint32_t i, k;
	bool good = true;

	if (r->to.kind == DB_SQLITE)
		return true;
	for (i = 0; i < r->plan.ntable && good; i++) {
		t = &r->plan.table[i];
		for (k = 0; t->replaces && k < t->ncolumn && good; k++) {
			if (t->column[k].number == AUTO_NONE ||
			    !t->column[k].sequence.called)
				continue;
			buf_init(&b, 4096);
			db_put_table(&r->to, &b, r->plan.dataset, t->name, 0);
			param[0] = b.p;
			param[1] = t->column[k].name;
			param[2] = arena_printf(r->arena, "%" PRId64,
			    t->column[k].sequence.last);
			good = db_query(&r->to, r->arena, "setting a sequence",
			    "SELECT setval(s.q, greatest($3::bigint, "
			    "pg_sequence_last_value(s.q::regclass))) FROM "
			    "(SELECT pg_get_serial_sequence($1, $2) AS q) s "
			    "WHERE s.q IS NOT NULL AND $3::bigint > 0", 3,
			    param) != NULL;
			buf_fini(&b);
		}
	}
	return good;
}

static bool
publish(struct copy_run *r)
{
	struct swap_options o = swap_options(r);

	copy_show(r, "publishing");
	return raise_sequences(r) && swap_run(&r->target, dataset_find(
	    &r->target, r->gen.number), &o, &r->result->swap);
}

/* Whatever became of it is in the ledger, if that can be reached. */
static void
end(struct copy_run *r)
{
	struct generation *g;

	if (!r->begun || r->result->state == COPY_DONE || !r->to.open)
		return;
	db_roll_back(&r->to);
	if (r->to.fresh)
		return;			/* it goes as a whole */
	g = dataset_find(&r->target, r->gen.number);
	if (g != NULL && g->state == GEN_STARTED)
		swap_drop(&r->target, g, "failed", r->result->state ==
		    COPY_UNEQUAL ? "the tables are not equal" : NULL);
	copy_drop_usertypes(&r->plan);
}

static void
copy_it(struct copy_run *r)
{
	char sha256[SHA256_HEX + 1] = "";
	double start = now();

	r->nlane = lanes(r);
	if (!begin(r, sha256) || !drop_foreign(r) || !copy_rows(r) ||
	    !make_foreign(r) || !check_foreign_sqlite(r))
		return;
	r->result->read_seconds = now() - start;
	if (!copy_verify(r))
		return;
	if (!compare(r)) {
		r->result->state = COPY_UNEQUAL;
		return;
	}
	if (unmark(r) && grant(r) && settle(r, sha256) && publish(r))
		r->result->state = COPY_DONE;
}

struct copy_result *
copy_dataset(struct arena *a, struct diags *ds, const struct copy_options *o)
{
	struct copy_run *r = arena_zalloc(a, sizeof *r);
	double start = now();

	r->arena = a;
	r->diags = ds;
	r->o = o;
	r->result = arena_zalloc(a, sizeof *r->result);
	arena_init(&r->from_arena);
	diags_init(&r->from_diags, &r->from_arena);
	r->from.kind = r->to.kind = DB_SQLITE;
	if (open_target(r) && copy_source_open(r) &&
	    db_lock(&r->to, r->plan.dataset)) {
		r->who = who_json(a, &r->to, "copy", o->tool);
		r->result->dataset = r->plan.dataset;
		r->result->from = arena_strdup(a, r->from.description);
		r->result->to = r->to.description;
		if (dataset_read(&r->target, &r->to, a, r->plan.dataset) &&
		    plan(r)) {
			if (o->dry_run) {
				dry_run(r);
				r->result->state = COPY_DONE;
			} else {
				copy_it(r);
			}
		}
	}
	copy_move_diags(ds, &r->from_diags);
	end(r);
	copy_source_close(r);
	db_close(&r->to);
	arena_fini(&r->from_arena);
	r->result->seconds = now() - start;
	return r->result;
}
