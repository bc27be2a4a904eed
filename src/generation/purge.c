/*
 * What is too old, out of the way; see inventory.h.
 *
 * Tables go in a transaction with their event.  A file cannot: it is removed,
 * then the ledger is told, of all files at once.  Should decant die between
 * the two, the next purge finds the file gone, and tells that.
 */
#include "generation/inventory.h"

#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/mem.h"
#include "db/db.h"
#include "generation/swap.h"

#define DATA_MAX	(64u << 20)

struct purging {
	struct inventory *v;
	struct dataset *d;
	const struct purge_options *o;
	struct purge *out;
};

static struct purge_item *
add(struct purging *p, const struct holding *h, const char *stays)
{
	struct purge_item *i = ARENA_PUSH(p->d->arena, p->out->v, p->out->n,
	    p->out->cap);

	*i = (struct purge_item){ .what = h, .stays = stays };
	return i;
}

static bool
is_old(const struct purging *p, const char *at)
{
	return at != NULL && strcmp(at, p->o->before) < 0;
}

/* The data of an event: what went, from the `first` item on. */
static const char *
event_data(struct purging *p, uint32_t first)
{
	const struct purge_item *item;
	const char *text;
	struct buf b;
	struct json j = { .b = &b };
	uint32_t i;

	buf_init(&b, DATA_MAX);
	json_open(&j, NULL, '{');
	json_text(&j, "before", p->o->before);
	json_open(&j, "removed", '[');
	for (i = first; i < p->out->n; i++) {
		item = &p->out->v[i];
		if (item->stays != NULL || item->failed)
			continue;
		json_open(&j, NULL, '{');
		json_text(&j, "kind", holding_kind_name(item->what->kind));
		json_text(&j, "name", item->what->name);
		if (holding_is_file(item->what))
			json_text(&j, "path", item->what->path);
		json_uint(&j, "generation", item->what->generation);
		if (item->what->counted)
			json_uint(&j, "rows", item->what->rows);
		if (item->what->sized)
			json_uint(&j, "bytes", item->what->bytes);
		if (item->what->sha256 != NULL)
			json_text(&j, "sha256", item->what->sha256);
		if (item->missing)
			json_bool(&j, "missing", true);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	buf_printf(&b, ",%s", p->o->who);
	json_close(&j, '}');
	text = arena_strdup(p->d->arena, b.p);
	buf_fini(&b);
	return text;
}

/* --- tables -------------------------------------------------------------- */

/* Does the table or log go with the generation? */
static bool
goes_with(const struct purging *p, const struct holding *h,
    const struct generation *g)
{
	const struct gen_table *t;

	if (h->table == NULL || h->state != HOLD_THERE)
		return false;
	t = generation_find_table(g, h->table->name);
	return t != NULL && t->home == h->table->home &&
	    !dataset_uses(p->d, t->name, t->home, g->number);
}

static bool
purge_generation(struct purging *p, struct generation *g)
{
	const struct generation *back = dataset_back(p->d);
	uint32_t first = p->out->n, i;
	const char *stays = g == back && !p->o->all ?
	    "a rollback goes to it; --all removes it" : NULL;
	struct holding *h;

	for (i = 0; i < p->v->n; i++) {
		h = &p->v->v[i];
		if (goes_with(p, h, g))
			add(p, h, stays);
	}
	if (stays != NULL || p->o->dry_run || (g->state == GEN_GONE &&
	    first == p->out->n))
		return true;
	if (!swap_drop_as(p->d, g, "purged", event_data(p, first))) {
		for (i = first; i < p->out->n; i++)
			p->out->v[i].failed = true;
		return false;
	}
	for (i = first; i < p->out->n; i++)
		for (h = p->v->v; h < p->v->v + p->v->n; h++)
			if (h == p->out->v[i].what)
				h->state = HOLD_GONE;
	return true;
}

static bool
purge_generations(struct purging *p)
{
	struct generation *g;
	uint32_t i;
	bool good = true;

	for (i = 0; i < p->d->ngen && !db_is_interrupted(p->d->db); i++) {
		g = &p->d->gen[i];
		if (g->state != GEN_LIVE && is_old(p, g->staged == NULL ?
		    g->started : g->staged))
			good = purge_generation(p, g) && good;
	}
	return good;
}

/* --- files --------------------------------------------------------------- */

/* Is the directory there that it was in?  Else its disk may only be away. */
static bool
has_parent(const struct purging *p, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	return slash == NULL || slash == path || stat(arena_strndup(
	    p->d->arena, path, (size_t)(slash - path)), &st) == 0;
}

static void
tell_other(struct purging *p, const struct holding *h)
{
	struct diags *ds = p->d->db->diags;

	diag_hint(ds, diag_add(ds, DIAG_L162, NOWHERE, "\"%s\" stays: %s",
	    h->name, h->why), "look at it, and remove it by hand if it is of "
	    "no use");
	add(p, h, h->why);
}

static bool
purge_file(struct purging *p, struct holding *h)
{
	struct purge_item *item;

	if (h->state == HOLD_ELSEWHERE) {
		if (!h->purged && (h->kind != HOLD_INPUT || p->o->inputs))
			add(p, h, "of another host, or of a directory that "
			    "is not known");
		return true;
	}
	if (h->kind == HOLD_INPUT && !p->o->inputs) {
		if (h->state == HOLD_THERE)
			add(p, h, "an extract; --inputs removes it");
		return true;
	}
	holding_look(p->d, h, true);
	if (db_is_interrupted(p->d->db))
		return false;
	if (h->state == HOLD_GONE) {
		if (!h->purged && h->placed && has_parent(p, h->path))
			add(p, h, NULL)->missing = true;
		return true;
	}
	if (h->state == HOLD_OTHER) {
		if (!h->purged)
			tell_other(p, h);
		return true;
	}
	item = add(p, h, NULL);
	item->failed = !p->o->dry_run && !holding_remove(p->d, h);
	if (!item->failed && !p->o->dry_run)
		h->state = HOLD_GONE;
	return !item->failed;
}

static bool
tell_files(struct purging *p, uint32_t first)
{
	struct ledger *l = &p->d->ledger;
	uint32_t n = l->n, i;

	for (i = first; i < p->out->n; i++)
		if (p->out->v[i].stays == NULL && !p->out->v[i].failed)
			break;
	if (i == p->out->n || p->o->dry_run)
		return true;
	if (db_begin(p->d->db) && ledger_add(l, "purged", 0, event_data(p,
	    first)) && db_commit(p->d->db))
		return true;
	db_roll_back(p->d->db);
	ledger_forget(l, n);
	return false;
}

static bool
purge_files(struct purging *p)
{
	uint32_t first = p->out->n, i;
	bool good = true;

	for (i = 0; i < p->v->n && !db_is_interrupted(p->d->db); i++)
		if (holding_is_file(&p->v->v[i]) && is_old(p, p->v->v[i].at))
			good = purge_file(p, &p->v->v[i]) && good;
	return tell_files(p, first) && good;
}

bool
purge_run(struct inventory *v, const struct purge_options *o,
    struct purge *out)
{
	struct purging p = { v, v->d, o, out };
	bool good;

	*out = (struct purge){ .n = 0 };
	good = purge_generations(&p);
	return purge_files(&p) && good && !db_is_interrupted(v->d->db);
}
