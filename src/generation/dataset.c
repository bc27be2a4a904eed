/*
 * A dataset's state from its events; see dataset.h.
 */
#include "generation/dataset.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/diag.h"
#include "base/mem.h"
#include "db/db.h"
#include "generation/json_read.h"
#include "generation/schema_json.h"

static const char *const state_names[] = {
	[GEN_STARTED] = "started", [GEN_STAGED] = "staged",
	[GEN_LIVE] = "live", [GEN_KEPT] = "kept",
	[GEN_UNDONE] = "rolled back", [GEN_GONE] = "gone",
};

const char *
gen_state_name(enum gen_state s)
{
	return state_names[s];
}

struct generation *
dataset_find(const struct dataset *d, uint32_t number)
{
	uint32_t i;

	for (i = d->ngen; number > 0 && i-- > 0;)
		if (d->gen[i].number == number)
			return &d->gen[i];
	return NULL;
}

struct generation *
dataset_live(const struct dataset *d)
{
	return dataset_find(d, d->live);
}

struct generation *
dataset_next(const struct dataset *d)
{
	uint32_t i;

	for (i = d->ngen; i-- > 0;)
		if (d->gen[i].state == GEN_STAGED)
			return &d->gen[i];
	for (i = d->ngen; i-- > 0;)
		if (d->gen[i].state == GEN_UNDONE)
			return &d->gen[i];
	return NULL;
}

struct generation *
dataset_back(const struct dataset *d)
{
	struct generation *g = dataset_live(d);

	g = g == NULL ? NULL : dataset_find(d, g->before);
	return g == NULL || g->state == GEN_GONE ? NULL : g;
}

uint32_t
dataset_new_number(const struct dataset *d)
{
	return d->ngen == 0 ? 1 : d->gen[d->ngen - 1].number + 1;
}

const struct gen_table *
generation_find_table(const struct generation *g, const char *name)
{
	uint32_t i;

	for (i = 0; g != NULL && i < g->ntable; i++)
		if (strcasecmp(g->table[i].name, name) == 0)
			return &g->table[i];
	return NULL;
}

bool
dataset_uses(const struct dataset *d, const char *table, uint32_t home,
    uint32_t except)
{
	const struct gen_table *t;
	uint32_t i;

	for (i = 0; i < d->ngen; i++) {
		if (d->gen[i].number == except ||
		    d->gen[i].state == GEN_GONE)
			continue;
		t = generation_find_table(&d->gen[i], table);
		if (t != NULL && t->home == home)
			return true;
	}
	return false;
}

/* --- one event ----------------------------------------------------------- */

static void
fold_names(struct arena *a, const json_t *list, const char *const **v,
    uint32_t *n)
{
	const char **name = arena_array(a, json_array_size(list) + 1,
	    sizeof *name), *s;
	size_t i;

	*n = 0;
	for (i = 0; i < json_array_size(list); i++)
		if ((s = json_string_value(json_array_get(list, i))) != NULL)
			name[(*n)++] = arena_strdup(a, s);
	*v = name;
}

/* "tables": [{"name", "home", "rows", "key"}] */
static void
fold_tables(struct dataset *d, struct generation *g, const json_t *o)
{
	const json_t *list = json_object_get(o, "tables"), *t;
	struct arena *a = d->arena;
	struct gen_table *to;
	size_t i;

	g->table = arena_array(a, json_array_size(list) + 1,
	    sizeof *g->table);
	g->ntable = 0;
	g->rows = 0;
	for (i = 0; i < json_array_size(list); i++) {
		t = json_array_get(list, i);
		to = &g->table[g->ntable++];
		to->name = json_read_text(a, t, "name");
		if (to->name == NULL)
			to->name = "";
		to->home = (uint32_t)json_read_number(t, "home");
		to->base = (uint32_t)json_read_number(t, "base");
		to->logged = json_read_number(t, "logged");
		to->rows = json_read_number(t, "rows");
		g->rows += to->rows;
		fold_names(a, json_object_get(t, "key"), &to->key, &to->nkey);
	}
}

static void
fold_schema(struct dataset *d, struct generation *g, const json_t *o)
{
	const json_t *schema = json_object_get(o, "schema");
	size_t n = json_dumpb(schema, NULL, 0, JSON_COMPACT);
	char *text = arena_alloc(d->arena, n + 1);
	uint32_t i;

	json_dumpb(schema, text, n, JSON_COMPACT);
	text[n] = '\0';
	g->schema = schema == NULL ? NULL : schema_json_get(d->arena, d->name,
	    text);
	for (i = 0; i < g->ntable; i++)
		g->table[i].columns = schema_find(g->schema,
		    g->table[i].name);
}

static void
fold_inputs(struct dataset *d, struct generation *g, const json_t *o)
{
	const json_t *list = json_object_get(o, "inputs"), *t;
	size_t i;

	g->input = arena_array(d->arena, json_array_size(list) + 1,
	    sizeof *g->input);
	g->ninput = 0;
	for (i = 0; i < json_array_size(list); i++) {
		t = json_array_get(list, i);
		g->input[g->ninput].name = json_read_text(d->arena, t, "name");
		g->input[g->ninput].sha256 = json_read_text(d->arena, t,
		    "sha256");
		if (g->input[g->ninput].sha256 == NULL)
			g->input[g->ninput].sha256 = "";
		g->input[g->ninput].sample = json_read_text(d->arena, t,
		    "sample");
		if (g->input[g->ninput].sample == NULL)
			g->input[g->ninput].sample = "";
		g->input[g->ninput++].bytes = json_read_number(t, "bytes");
	}
}

static void
fold_texts(struct dataset *d, struct generation *g, const json_t *o)
{
	const json_t *list = json_object_get(o, "texts"), *t;
	size_t i;

	g->text = arena_array(d->arena, json_array_size(list) + 1,
	    sizeof *g->text);
	g->ntext = 0;
	for (i = 0; i < json_array_size(list); i++) {
		t = json_array_get(list, i);
		g->text[g->ntext].path = json_read_text(d->arena, t, "path");
		g->text[g->ntext++].sha256 = json_read_text(d->arena, t,
		    "sha256");
	}
}

static struct generation *
fold_new(struct dataset *d, const struct ledger_event *e)
{
	struct generation *g = dataset_find(d, e->generation);

	if (g == NULL)
		g = ARENA_PUSH(d->arena, d->gen, d->ngen, d->cap);
	*g = (struct generation){ .number = e->generation,
	    .state = GEN_STARTED, .started = e->at, .change = "",
	    .work = "" };
	return g;
}

static void
fold_started(struct dataset *d, const struct ledger_event *e, const json_t *o)
{
	struct generation *g = fold_new(d, e);

	g->version = (uint32_t)json_read_number(o, "version");
	g->change = json_read_text(d->arena, o, "change");
	g->work = json_read_text(d->arena, o, "work");
	g->resumable = json_read_number(o, "checkpoint") > 0;
	fold_texts(d, g, o);
	fold_inputs(d, g, o);
	fold_tables(d, g, o);
	fold_schema(d, g, o);
}

static void
fold_staged(struct dataset *d, struct generation *g,
    const struct ledger_event *e, const json_t *o)
{
	g->state = GEN_STAGED;
	g->staged = e->at;
	g->data = e->data;
	g->as_of = json_read_text(d->arena, o, "as_of");
	g->rejected = json_read_number(o, "rejected");
	if (json_read_text(d->arena, o, "work") != NULL) {
		g->work = json_read_text(d->arena, o, "work");
		g->change = json_read_text(d->arena, o, "change");
	}
	fold_inputs(d, g, o);
	fold_tables(d, g, o);
	fold_schema(d, g, o);
}

static void
fold_live(struct dataset *d, struct generation *g,
    const struct ledger_event *e, bool back)
{
	struct generation *old = dataset_live(d);

	if (old != NULL && old != g)
		old->state = back ? GEN_UNDONE : GEN_KEPT;
	if (!back)
		g->before = old == NULL || old == g ? 0 : old->number;
	g->state = GEN_LIVE;
	g->published = e->at;
	d->live = g->number;
}

/* False: it speaks of what is not there. */
static bool
fold_event(struct dataset *d, const struct ledger_event *e, const json_t *o)
{
	struct generation *g;

	if (strcmp(e->kind, "started") == 0) {
		fold_started(d, e, o);
		return true;
	}
	if (strcmp(e->kind, "adopted") == 0) {
		g = fold_new(d, e);
		g->adopted = true;
		fold_tables(d, g, o);
		fold_schema(d, g, o);
		g->staged = e->at;
		g->before = 0;
		fold_live(d, g, e, false);
		return true;
	}
	g = dataset_find(d, e->generation);
	if (g == NULL)
		return e->generation == 0;
	if (strcmp(e->kind, "staged") == 0)
		fold_staged(d, g, e, o);
	else if (strcmp(e->kind, "published") == 0)
		fold_live(d, g, e, false);
	else if (strcmp(e->kind, "rolled-back") == 0)
		fold_live(d, g, e, true);
	else if (strcmp(e->kind, "failed") == 0 ||
	    strcmp(e->kind, "abandoned") == 0 ||
	    strcmp(e->kind, "retired") == 0 ||
	    strcmp(e->kind, "purged") == 0)
		g->state = GEN_GONE;
	return true;
}

bool
dataset_fold(struct dataset *d)
{
	const struct ledger *l = &d->ledger;
	json_t *o;
	uint32_t i;
	bool good = true;

	d->ngen = 0;
	d->live = 0;
	for (i = 0; i < l->n && good; i++) {
		o = json_loads(l->event[i].data, 0, NULL);
		good = json_is_object(o) && fold_event(d, &l->event[i], o);
		json_decref(o);
	}
	if (!good)
		diag_hint(d->db->diags, diag_add(d->db->diags, DIAG_L003,
		    NOWHERE, "event %llu of dataset '%s' cannot be "
		    "understood", (unsigned long long)l->event[i - 1].number,
		    d->name), "decant log --verify tells whether the ledger "
		    "was changed");
	return good;
}

bool
dataset_read(struct dataset *d, struct db *db, struct arena *a,
    const char *name)
{
	*d = (struct dataset){ .db = db, .arena = a,
	    .name = arena_strdup(a, name) };
	return ledger_read(&d->ledger, db, a, name) && dataset_fold(d);
}
