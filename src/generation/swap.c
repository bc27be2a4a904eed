/*
 * Making a generation live; see swap.h.
 */
#include "generation/swap.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "db/db.h"
#include "generation/checks.h"
#include "generation/compat.h"
#include "generation/writes.h"
#include "generation/publication.h"
#include "generation/snapshot.h"
#include "generation/texts.h"
#include "mapping/mapping.h"

#define DATA_MAX	(64u << 20)

struct swap {
	struct dataset *d;
	const struct generation *to;
	const struct swap_options *o;
	struct swap_result *result;
	struct publication pub;
	struct writes *writes;		/* NULL: a dry run */
	struct compat *compat;		/* views for old readers */
	const struct mapping *const *mapping;	/* [nmapping] of `to` */
	uint32_t nmapping;
	uint32_t events;		/* before the transaction */
};

/* What changes: tables that both have from the same home stay. */
static void
swap_tables(struct dataset *d, const struct generation *to,
    struct publication *p)
{
	const struct generation *live = dataset_live(d);
	uint32_t nlive = live == NULL ? 0 : live->ntable, i;
	const struct gen_table *t, *now;
	struct pub_table *v;

	v = arena_array(d->arena, to->ntable + nlive + 1, sizeof *v);
	for (i = 0; i < to->ntable; i++) {
		t = &to->table[i];
		now = generation_find_table(live, t->name);
		if (now != NULL && now->home == t->home)
			continue;
		v[p->ntable++] = (struct pub_table){ t->name,
		    now == NULL ? 0 : now->home, t->home, t->key, t->nkey };
	}
	for (i = 0; i < nlive; i++)
		if (generation_find_table(to, live->table[i].name) == NULL)
			v[p->ntable++] = (struct pub_table){
			    live->table[i].name, live->table[i].home, 0,
			    NULL, 0 };
	p->table = v;
}

static void
swap_init(struct swap *s, struct dataset *d, const struct generation *to,
    const struct swap_options *o, struct swap_result *r)
{
	*s = (struct swap){ .d = d, .to = to, .o = o, .result = r,
	    .events = d->ledger.n };
	s->pub = (struct publication){ .db = d->db, .arena = d->arena,
	    .schema = d->name, .rebuild_dependents = o->rebuild_dependents,
	    .resync = o->resync, .dry = o->dry, .arg = s };
	swap_tables(d, to, &s->pub);
}

static const char *
swap_event(struct swap *s)
{
	const struct swap_result *r = s->result;
	const char *data;
	struct buf b;
	struct json j = { .b = &b };

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	json_uint(&j, "from", s->d->live);
	if (s->to->change != NULL)
		json_text(&j, "change", s->to->change);
	json_uint(&j, "carried", r->carried);
	json_uint(&j, "exported", r->exported);
	if (r->exported > 0)
		json_text(&j, "export", s->o->export_writes);
	if (r->snapshot != NULL)
		json_text(&j, "snapshot", r->snapshot);
	if (s->o->who != NULL)
		buf_printf(&b, ",%s", s->o->who);
	json_close(&j, '}');
	data = arena_strdup(s->d->arena, b.p);
	buf_fini(&b);
	return data;
}

/* Statements of compat.h, in the transaction. */
static enum grade
swap_compat(struct swap *s, bool moved)
{
	struct buf sql;
	bool good;

	if (s->compat == NULL)
		return OK;
	buf_init(&sql, DATA_MAX);
	good = (moved ? compat_put(s->compat, &sql, true) :
	    compat_clear(s->compat, &sql)) && (sql.len == 0 ||
	    db_exec(s->d->db, "making views for old readers", sql.p));
	buf_fini(&sql);
	return good ? OK : FATAL;
}

static enum grade
swap_moved(void *arg)
{
	struct swap *s = arg;

	return s->o->dry != NULL ? OK : swap_compat(s, true);
}

static enum grade
swap_clear(void *arg)
{
	struct swap *s = arg;

	return s->o->dry != NULL ? OK : swap_compat(s, false);
}

static enum grade
swap_locked(void *arg)
{
	struct swap *s = arg;

	ledger_forget(&s->d->ledger, s->events);
	if (s->o->dry != NULL)
		return OK;
	if (!writes_rest(s->writes))
		return FATAL;
	s->result->carried = writes_carried(s->writes);
	s->result->exported = writes_exported(s->writes);
	return ledger_add(&s->d->ledger, s->o->back ? "rolled-back" :
	    "published", s->to->number, swap_event(s)) ? OK : FATAL;
}

bool
swap_check(struct dataset *d, const struct generation *to,
    const struct swap_options *o)
{
	struct swap_result r = { 0 };
	struct swap s;

	swap_init(&s, d, to, o, &r);
	return publication_check(&s.pub);
}

/*
 * What is live, before it is not.  A migration of a SQLite database gets one
 * unasked; PostgreSQL keeps the old generation in place.
 */
static bool
swap_snapshot(struct swap *s)
{
	struct dataset *d = s->d;
	const struct generation *live = dataset_live(d);
	const char *dir = s->o->snapshot;
	struct snapshot made;

	if (live == NULL || s->o->no_snapshot || s->o->dry != NULL)
		return true;
	if (dir == NULL && (d->db->kind != DB_SQLITE || d->db->fresh ||
	    s->o->back || live->adopted || live->version == s->to->version))
		return true;
	if (dir == NULL)
		dir = arena_printf(d->arena, "%s.snapshots",
		    d->db->file.shown);
	if (!snapshot_make(d, dir, &made))
		return false;
	if (!db_begin(d->db) || !ledger_add(&d->ledger, "snapshot", d->live,
	    snapshot_data(d->arena, &made, s->o->who)) ||
	    !db_commit(d->db)) {
		db_roll_back(d->db);
		return false;
	}
	s->result->snapshot = made.file;
	s->events = d->ledger.n;
	return true;
}

bool
swap_check_writes(struct dataset *d, const struct generation *to,
    const struct swap_options *o)
{
	struct writes *c = writes_new(d, to, o->back, o->export_writes);
	bool good = c != NULL && writes_check(c);

	writes_free(c);
	return good;
}

/* Tables that are live, and are going to be. */
static const bool *
swap_stays(const struct swap *s)
{
	const struct schema *to = s->to->schema;
	const struct generation *live = dataset_live(s->d);
	bool *stays = arena_array(s->d->arena, to->ntable + 1, sizeof *stays);
	const struct gen_table *now, *then;
	uint32_t i;

	for (i = 0; i < to->ntable; i++) {
		now = generation_find_table(live, to->table[i].name);
		then = generation_find_table(s->to, to->table[i].name);
		stays[i] = now != NULL && then != NULL &&
		    now->home == then->home;
	}
	return stays;
}

/* The views that the version asks for which is going to be live. */
static bool
swap_plan_compat(struct swap *s)
{
	struct dataset *d = s->d;
	struct compat_wanted w = { .schema = s->to->schema };
	struct scratch_texts texts;
	struct mapping **v;
	bool good;

	if (s->to->ntext > 0 && s->to->schema != NULL) {
		if (!texts_write(d, s->to, &texts))
			return false;
		good = texts_mappings(d, &texts, &v, &s->nmapping);
		texts_remove(&texts);
		if (!good)
			return false;
		s->mapping = (const struct mapping *const *)v;
		w.mapping = s->mapping;
		w.n = s->nmapping;
		w.stays = swap_stays(s);
	}
	s->compat = compat_new(d->arena, d->db, d->name, &w);
	return s->compat != NULL;
}

/* All of it but a dry run. */
static bool
swap_for_good(struct swap *s)
{
	s->writes = writes_new(s->d, s->to, s->o->back, s->o->export_writes);
	if (s->writes == NULL || !writes_check(s->writes) ||
	    !swap_plan_compat(s) || !swap_snapshot(s) ||
	    !publication_prepare(&s->pub) || !writes_rounds(s->writes))
		return false;
	if (publication_run(&s->pub) == OK)
		return true;
	ledger_forget(&s->d->ledger, s->events);
	return false;
}

/*
 * The tests held for the rows of the extract; those that applications wrote
 * have come since.  That is told and not taken back: the rows are theirs.
 */
static void
swap_check_carried(struct swap *s)
{
	struct dataset *d = s->d;
	const struct mapping *m;
	struct check_result *c;
	uint32_t k, n, i;

	if (s->result->carried == 0 || s->o->back)
		return;
	for (k = 0; k < s->nmapping; k++) {
		m = s->mapping[k];
		c = check_all(d, dataset_live(d), m, &n);
		for (i = 0; i < n; i++)
			if (c[i].state == CHECK_FAILED)
				diag_hint(d->db->diags, diag_add(d->db->diags,
				    DIAG_L083, m->test[i].at, "test '%s' "
				    "finds %llu rows now that what "
				    "applications wrote is carried", c[i].name,
				    (unsigned long long)c[i].failures), "look "
				    "at these rows; 'up' says what becomes of "
				    "such, and a table that is new has none "
				    "of theirs");
	}
}

bool
swap_run(struct dataset *d, struct generation *to,
    const struct swap_options *o, struct swap_result *r)
{
	struct swap s;
	bool good;

	*r = (struct swap_result){ .from = d->live, .to = to->number };
	swap_init(&s, d, to, o, r);
	s.pub.locked = swap_locked;
	s.pub.clear = swap_clear;
	s.pub.moved = swap_moved;
	if (!publication_check(&s.pub))
		return false;
	if (o->dry != NULL)
		return publication_prepare(&s.pub) &&
		    publication_run(&s.pub) == OK;
	good = swap_for_good(&s);
	writes_free(s.writes);
	r->waited_ms = s.pub.waited_ms;
	r->held_ms = s.pub.held_ms;
	r->attempts = s.pub.attempts;
	if (!good || !dataset_fold(d))
		return false;
	swap_check_carried(&s);
	return true;
}

struct drop {
	struct ledger *ledger;
	uint32_t events;		/* before it */
	uint32_t generation;
	const char *kind, *data;
};

static enum grade
drop_event(void *arg)
{
	struct drop *e = arg;

	ledger_forget(e->ledger, e->events);
	return ledger_add(e->ledger, e->kind, e->generation, e->data) ? OK :
	    FATAL;
}

bool
swap_drop_as(struct dataset *d, struct generation *g, const char *kind,
    const char *data)
{
	struct drop e = { &d->ledger, d->ledger.n, g->number, kind, data };
	struct publication p = { .db = d->db, .arena = d->arena,
	    .schema = d->name, .locked = drop_event, .arg = &e,
	    .erase = strcmp(kind, "purged") == 0 };
	struct pub_table *v = arena_array(d->arena, g->ntable + 1, sizeof *v);
	uint32_t i;

	for (i = 0; i < g->ntable; i++)
		if (!dataset_uses(d, g->table[i].name, g->table[i].home,
		    g->number))
			v[p.ntable++] = (struct pub_table){ g->table[i].name,
			    0, g->table[i].home, g->table[i].key,
			    g->table[i].nkey };
	p.table = v;
	if (publication_drop(&p))
		return dataset_fold(d);
	ledger_forget(&d->ledger, e.events);
	return false;
}

bool
swap_drop(struct dataset *d, struct generation *g, const char *kind,
    const char *why)
{
	struct buf b;
	struct json j = { .b = &b };
	bool good;

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	if (why != NULL)
		json_text(&j, "why", why);
	json_close(&j, '}');
	good = swap_drop_as(d, g, kind, b.p);
	buf_fini(&b);
	return good;
}

bool
swap_clean_up(struct dataset *d, uint32_t but, bool idle)
{
	const struct generation *g;
	uint32_t i;

	for (i = 0; i < d->ngen; i++) {
		g = &d->gen[i];
		if (g->number == but || (g->state != GEN_STARTED &&
		    g->state != GEN_STAGED) || (idle &&
		    (g->resumable || g->state == GEN_STAGED)))
			continue;
		if (!swap_drop(d, &d->gen[i], "abandoned",
		    g->state == GEN_STARTED ? "its run died" :
		    "another generation was staged"))
			return false;
		i = UINT32_MAX;		/* the state was made anew */
	}
	return true;
}
