/*
 * What holds rows or records of a dataset: the list; see inventory.h.
 */
#include "generation/inventory.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/table_facts.h"
#include "generation/change_log.h"
#include "generation/json_read.h"
#include "generation/who.h"

const char *
holding_kind_name(enum holding_kind k)
{
	static const char *const name[] = {
		[HOLD_LIVE] = "live table", [HOLD_KEPT] = "kept table",
		[HOLD_STAGED] = "staged table", [HOLD_LEFT] = "left table",
		[HOLD_LOG] = "change log", [HOLD_SNAPSHOT] = "snapshot",
		[HOLD_REJECTS] = "rejects", [HOLD_EXPORT] = "export",
		[HOLD_INPUT] = "input", [HOLD_SOURCE] = "copy source",
	};

	return name[k];
}

const char *
holding_state_name(enum holding_state s)
{
	static const char *const name[] = {
		[HOLD_THERE] = "there", [HOLD_GONE] = "gone",
		[HOLD_OTHER] = "other", [HOLD_ELSEWHERE] = "elsewhere",
	};

	return name[s];
}

bool
holding_is_file(const struct holding *h)
{
	return h->kind >= HOLD_SNAPSHOT && h->kind <= HOLD_INPUT;
}

void
holding_json(struct json *j, const struct holding *h)
{
	json_open(j, NULL, '{');
	json_text(j, "kind", holding_kind_name(h->kind));
	json_text(j, "name", h->name);
	if (h->generation > 0)
		json_uint(j, "generation", h->generation);
	json_text(j, "at", h->at);
	json_text(j, "state", holding_state_name(h->state));
	if (h->why != NULL)
		json_text(j, "why", h->why);
	if (h->counted)
		json_uint(j, "rows", h->rows);
	if (h->sized)
		json_uint(j, "bytes", h->bytes);
	if (h->sha256 != NULL)
		json_text(j, "sha256", h->sha256);
	json_bool(j, "purged", h->purged);
	json_close(j, '}');
}

static struct holding *
add(struct inventory *v, enum holding_kind kind, const char *name,
    uint32_t generation, const char *at)
{
	struct holding *h = ARENA_PUSH(v->d->arena, v->v, v->n, v->cap);

	*h = (struct holding){ .kind = kind, .name = name, .path = name,
	    .generation = generation, .at = at };
	return h;
}

/* --- tables -------------------------------------------------------------- */

/* By the generations that have it; a live one goes before all. */
static enum holding_kind
table_kind(const struct dataset *d, const struct gen_table *t, bool *busy)
{
	enum holding_kind kind = HOLD_LEFT, one;
	const struct gen_table *has;
	const struct generation *g;
	uint32_t i;

	*busy = false;
	for (i = 0; i < d->ngen; i++) {
		g = &d->gen[i];
		has = generation_find_table(g, t->name);
		if (g->state == GEN_GONE || has == NULL ||
		    has->home != t->home)
			continue;
		*busy = *busy || g->state == GEN_STARTED;
		one = g->state == GEN_LIVE ? HOLD_LIVE : g->state ==
		    GEN_KEPT || g->state == GEN_UNDONE ? HOLD_KEPT :
		    HOLD_STAGED;
		kind = one < kind ? one : kind;
	}
	*busy = *busy && kind == HOLD_STAGED;
	return kind;
}

static bool
count_rows(struct dataset *d, struct holding *h, const char *relation)
{
	const struct db_result *r = db_query(d->db, d->arena, "counting rows",
	    arena_printf(d->arena, "SELECT count(*) FROM %s", relation), 0,
	    NULL);

	if (r == NULL)
		return false;
	h->counted = true;
	h->rows = strtoull(db_cell(r, 0, 0), NULL, 10);
	return true;
}

static const char *
shown_name(struct dataset *d, const char *schema, const char *name)
{
	return d->db->kind == DB_SQLITE ? name : arena_printf(d->arena,
	    "%s.%s", schema, name);
}

static bool
add_table(struct inventory *v, const struct generation *g,
    const struct gen_table *t)
{
	struct dataset *d = v->d;
	bool busy;
	enum holding_kind kind = table_kind(d, t, &busy);
	uint32_t at = kind == HOLD_LIVE ? 0 : t->home;
	struct table_facts f;
	struct holding *h;
	struct buf relation;
	bool good;

	if (!table_facts_read(d->db, d->arena, d->name, t->name, at, &f))
		return false;
	if (f.what == NULL && kind == HOLD_LEFT)
		return true;
	h = add(v, kind, d->db->kind == DB_SQLITE ? at == 0 ? t->name :
	    db_generation_table(d->arena, t->name, at) :
	    shown_name(d, at == 0 ? d->name : db_generation_schema(d->arena,
	    d->name, at), t->name), t->home, g->staged == NULL ? g->started :
	    g->staged);
	h->table = t;
	h->state = f.what == NULL ? HOLD_GONE : HOLD_THERE;
	if (f.what == NULL || busy)	/* its run may hold a lock */
		return true;
	buf_init(&relation, 4096);
	db_put_table(d->db, &relation, d->name, t->name, at);
	good = count_rows(d, h, relation.p);
	buf_fini(&relation);
	return good;
}

static bool
add_log(struct inventory *v, const struct generation *g,
    const struct gen_table *t)
{
	const struct log_table l = { t->name, t->home, t->key, t->nkey };
	struct dataset *d = v->d;
	const char *name = change_log_name(d->arena, d->db, d->name, &l);
	struct holding *h;
	struct buf relation;
	bool exists, good;

	if (!change_log_exists(d->db, d->arena, d->name, &l, &exists))
		return false;
	if (!exists)
		return true;
	h = add(v, HOLD_LOG, d->db->kind == DB_SQLITE ? arena_printf(d->arena,
	    "decant_%s", name) : shown_name(d, "decant", name), t->home,
	    g->staged == NULL ? g->started : g->staged);
	h->table = t;
	buf_init(&relation, 4096);
	db_put_own(d->db, &relation, name);
	good = count_rows(d, h, relation.p);
	buf_fini(&relation);
	return good;
}

static bool
is_listed(const struct inventory *v, const struct gen_table *t)
{
	uint32_t i;

	for (i = 0; i < v->n; i++)
		if (v->v[i].table->home == t->home &&
		    strcmp(v->v[i].table->name, t->name) == 0)
			return true;
	return false;
}

/* Each once, with its home as its generation; live ones first. */
static bool
add_tables(struct inventory *v)
{
	const struct dataset *d = v->d;
	const struct generation *g, *home;
	uint32_t i, k;
	bool good = true;

	for (i = d->ngen; good && i-- > 0;) {
		g = &d->gen[i];
		for (k = 0; good && k < g->ntable; k++) {
			if (is_listed(v, &g->table[k]))
				continue;
			home = dataset_find(d, g->table[k].home);
			home = home == NULL ? g : home;
			good = add_table(v, home, &g->table[k]) &&
			    add_log(v, home, &g->table[k]);
		}
	}
	return good;
}

/* --- files, from events -------------------------------------------------- */

struct reading {
	struct inventory *v;
	const char *here;		/* the current directory, or NULL */
	const char *host;
	const char *directory, *by_host;	/* of the event */
	const char *run_directory, *run_host;	/* of the last "started" */
	bool copy;			/* that was one of a copy */
};

static const char *
absolute(struct arena *a, const char *directory, const char *name)
{
	while (name[0] == '.' && name[1] == '/')
		name += 2;
	return name[0] == '/' || directory == NULL ? arena_strdup(a, name) :
	    arena_printf(a, "%s/%s", directory, name);
}

static bool
same_file(const struct holding *h, enum holding_kind kind, const char *path,
    uint32_t generation)
{
	return h->kind == kind && strcmp(h->path, path) == 0 &&
	    (kind != HOLD_REJECTS || h->generation == generation);
}

/* A file that is written or read again is still one: as it was last. */
static struct holding *
add_file(struct reading *r, const struct ledger_event *e,
    enum holding_kind kind, const char *name)
{
	struct inventory *v = r->v;
	const char *directory = r->directory != NULL ? r->directory : r->here;
	const char *path = absolute(v->d->arena, directory, name);
	struct holding *h = NULL;
	uint32_t i;

	for (i = 0; i < v->n && h == NULL; i++)
		if (same_file(&v->v[i], kind, path, e->generation))
			h = &v->v[i];
	if (h == NULL)
		h = add(v, kind, path, e->generation, e->at);
	h->generation = e->generation;
	h->at = e->at;
	h->purged = false;
	h->placed = (name[0] == '/' || r->directory != NULL) &&
	    r->by_host != NULL && strcmp(r->by_host, r->host) == 0;
	h->state = h->placed ? HOLD_GONE : HOLD_ELSEWHERE;
	h->said = r->directory != NULL ? path : arena_strdup(v->d->arena,
	    name);
	return h;
}

static void
take_inputs(struct reading *r, const struct ledger_event *e, const json_t *o)
{
	const json_t *list = json_object_get(o, "inputs"), *in;
	struct holding *h;
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		in = json_array_get(list, i);
		name = json_string_value(json_object_get(in, "name"));
		if (name == NULL || strcmp(name, "-") == 0 ||
		    strncmp(name, "/dev/", 5) == 0)
			continue;
		h = add_file(r, e, HOLD_INPUT, name);
		h->sha256 = json_read_text(r->v->d->arena, in, "sha256");
		if (h->sha256 != NULL && h->sha256[0] == '\0')
			h->sha256 = NULL;
		h->size = json_read_number(in, "bytes");
		if (!r->copy)
			continue;
		h->placed = false;	/* of another run, wherever that was */
		h->state = HOLD_ELSEWHERE;
		h->said = arena_strdup(r->v->d->arena, name);
	}
}

static void
take_rejects(struct reading *r, const struct ledger_event *e, const json_t *o)
{
	const json_t *list = json_object_get(o, "members");
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		name = json_string_value(json_object_get(json_array_get(list,
		    i), "rejects"));
		if (name != NULL)
			add_file(r, e, HOLD_REJECTS, name);
	}
	name = json_string_value(json_object_get(o, "rejects"));
	if (name != NULL)
		add_file(r, e, HOLD_REJECTS, name);
}

static void
take_swap(struct reading *r, const struct ledger_event *e, const json_t *o)
{
	const char *name = json_string_value(json_object_get(o, "export"));
	struct ledger_event from = *e;
	struct holding *h;

	if (name == NULL)
		return;
	from.generation = (uint32_t)json_read_number(o, "from");
	h = add_file(r, &from, HOLD_EXPORT, name);
	h->size = json_read_number(o, "exported");
}

static void
take_source(struct reading *r, const struct ledger_event *e, const json_t *o)
{
	const json_t *origin = json_object_get(o, "origin");
	struct arena *a = r->v->d->arena;
	const char *database = json_read_text(a, origin, "database");
	const char *dataset = json_read_text(a, origin, "dataset");
	struct holding *h;

	if (database == NULL)
		return;
	h = add(r->v, HOLD_SOURCE, dataset == NULL ? database :
	    arena_printf(a, "'%s' in %s", dataset, database), e->generation,
	    e->at);
	h->state = HOLD_ELSEWHERE;
}

/* "removed": what went before */
static void
take_purged(struct reading *r, const json_t *o)
{
	const json_t *list = json_object_get(o, "removed"), *one;
	struct holding *h;
	const char *kind, *name;
	size_t i;
	uint32_t k;

	for (i = 0; i < json_array_size(list); i++) {
		one = json_array_get(list, i);
		kind = json_string_value(json_object_get(one, "kind"));
		name = json_string_value(json_object_get(one, "path"));
		for (k = 0; kind != NULL && name != NULL && k < r->v->n; k++) {
			h = &r->v->v[k];
			if (strcmp(kind, holding_kind_name(h->kind)) == 0 &&
			    same_file(h, h->kind, name,
			    (uint32_t)json_read_number(one, "generation")))
				h->purged = true;
		}
	}
}

static void
take_event(struct reading *r, const struct ledger_event *e, const json_t *o)
{
	struct arena *a = r->v->d->arena;
	const char *kind = e->kind;
	struct holding *h;
	const char *name;

	r->directory = json_read_text(a, o, "directory");
	r->by_host = json_read_text(a, json_object_get(o, "by"), "host");
	if (strcmp(kind, "started") == 0) {
		r->run_directory = r->directory;
		r->run_host = r->by_host;
		r->copy = json_object_get(o, "origin") != NULL;
		take_inputs(r, e, o);
	} else if (strcmp(kind, "staged") == 0 || strcmp(kind, "failed") ==
	    0) {
		if (r->directory == NULL)
			r->directory = r->run_directory;
		r->by_host = r->run_host;
		take_inputs(r, e, o);
		take_rejects(r, e, o);
	} else if (strcmp(kind, "snapshot") == 0) {
		name = json_string_value(json_object_get(o, "file"));
		if (name == NULL)
			return;
		h = add_file(r, e, HOLD_SNAPSHOT, name);
		h->sha256 = json_read_text(a, o, "sha256");
		h->size = json_read_number(o, "bytes");
	} else if (strcmp(kind, "published") == 0 ||
	    strcmp(kind, "rolled-back") == 0) {
		take_swap(r, e, o);
	} else if (strcmp(kind, "copied") == 0) {
		take_source(r, e, o);
	} else if (strcmp(kind, "purged") == 0) {
		take_purged(r, o);
	}
}

static void
add_files(struct inventory *v)
{
	const struct ledger *l = &v->d->ledger;
	struct reading r = { .v = v, .here = who_directory(v->d->arena) };
	char host[256] = "?";
	uint32_t i;
	json_t *o;

	gethostname(host, sizeof host - 1);
	r.host = arena_strdup(v->d->arena, host);
	for (i = 0; i < l->n; i++) {
		o = json_loads(l->event[i].data, 0, NULL);
		take_event(&r, &l->event[i], o);
		json_decref(o);
	}
}

bool
inventory_read(struct inventory *v, struct dataset *d)
{
	uint32_t i;

	*v = (struct inventory){ .d = d };
	if (!add_tables(v))
		return false;
	add_files(v);
	for (i = 0; i < v->n; i++)
		if (holding_is_file(&v->v[i]))
			holding_look(d, &v->v[i], false);
	return true;
}
