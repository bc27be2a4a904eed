/*
 * controls:, crosswalks:, mask:, complete_when: and as_of: of a mapping: what records
 * must add up to, where it is said what codes in them mean, the key that hides
 * persons, and how a file that has arrived is known.
 */
#include "mapping/mapping_keys.h"

#include "base/mem.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))
#define CONTROLS_MAX	1000u

static void
read_control(struct mapread *r, struct map_control *c, const struct ynode *key,
    const struct ynode *value)
{
	c->at = mapread_place(r, value);
	c->e = mapread_expr(r, key, value);
	c->text = value->kind == YNODE_SCALAR ? value->p : "";
}

void
mapread_controls(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;
	uint32_t i;

	if (value->kind != YNODE_LIST) {
		diag_hint(r->diags, diag_add(r->diags, DIAG_M017,
		    mapread_place(r, value), "'controls' is a list of "
		    "comparisons"), "write '- TRL-COUNT = count(detail)'");
		return;
	}
	if (value->n > CONTROLS_MAX) {
		diag_add(r->diags, DIAG_M005, mapread_place(r, key),
		    "a mapping has at most %u controls", CONTROLS_MAX);
		return;
	}
	m->controls = arena_array(r->arena, value->n, sizeof *m->controls);
	for (i = 0; i < value->n; i++)
		read_control(r, &m->controls[m->ncontrol++], key,
		    value->item[i]);
}

static void
read_crosswalk_file(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_crosswalk *c = subject;

	if (!mapread_is_text(r, key, value))
		return;
	c->file = mapread_path(r, value->p);
	c->file_at = mapread_place(r, value);
}

static void
read_crosswalk_key(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct map_crosswalk *c = subject;
	const struct ynode *const *item;
	const char **name;
	uint32_t i;

	if (!mapread_is_texts(r, key, value, &item, &c->nkey))
		return;
	name = arena_array(r->arena, c->nkey, sizeof *name);
	for (i = 0; i < c->nkey; i++)
		name[i] = item[i]->p;
	c->key = name;
}

static void
read_crosswalk_missing(struct mapread *r, void *subject,
    const struct ynode *key, const struct ynode *value)
{
	static const struct map_choice words[] = {
		{ "reject", MISSING_REJECT }, { "null", MISSING_NULL },
		{ "keep", MISSING_KEEP },
	};
	struct map_crosswalk *c = subject;
	int v;

	if (mapread_choice(r, key, value, words, COUNT(words), &v))
		c->missing = (enum missing)v;
}

void
mapread_crosswalks(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "file", read_crosswalk_file },
		{ "key", read_crosswalk_key },
		{ "missing", read_crosswalk_missing },
	};
	struct mapping *m = subject;
	struct map_crosswalk *c;
	uint64_t seen;
	uint32_t i;

	if (!mapread_is_map(r, key, value))
		return;
	m->crosswalk = arena_array(r->arena, value->n / 2,
	    sizeof *m->crosswalk);
	for (i = 0; i < value->n; i += 2) {
		c = &m->crosswalk[m->ncrosswalk++];
		c->name = value->item[i]->p;
		c->at = mapread_place(r, value->item[i]);
		c->file = "";
		if (!mapread_is_map(r, value->item[i], value->item[i + 1]))
			continue;
		seen = mapread_keys(r, value->item[i + 1], keys, COUNT(keys),
		    c, "a crosswalk");
		mapread_required(r, value->item[i], seen, keys, 0,
		    "the crosswalk");
	}
}

/* ---- mask: ------------------------------------------------------------- */

static void
read_key_file(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;

	if (!mapread_is_text(r, key, value))
		return;
	m->mask_key_file = mapread_path(r, value->p);
	m->mask_key_at = mapread_place(r, value);
}

void
mapread_mask(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "key_file", read_key_file },
	};
	uint64_t seen;

	if (!mapread_is_map(r, key, value))
		return;
	seen = mapread_keys(r, value, keys, COUNT(keys), subject, "'mask'");
	mapread_required(r, key, seen, keys, 0, "'mask'");
}

/* ---- complete_when: ---------------------------------------------------- */

static void
read_complete_file(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;

	if (mapread_is_text(r, key, value))
		m->complete_file = mapread_path(r, value->p);
}

static void
read_manifest(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;

	if (mapread_is_text(r, key, value))
		m->manifest = mapread_path(r, value->p);
}

void
mapread_complete(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "file", read_complete_file },
		{ "manifest", read_manifest },
	};
	struct mapping *m = subject;

	m->complete_at = mapread_place(r, value);
	mapread_of_files(r, key);
	if (mapread_is_map(r, key, value))
		mapread_keys(r, value, keys, COUNT(keys), subject,
		    "'complete_when'");
}

/* ---- as_of: ------------------------------------------------------------ */

static void
read_pattern(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	struct mapping *m = subject;

	if (mapread_is_text(r, key, value))
		m->as_of_pattern = value->p;
}

void
mapread_as_of(struct mapread *r, void *subject, const struct ynode *key,
    const struct ynode *value)
{
	static const struct map_key keys[] = {
		{ "file_name", read_pattern },
	};
	struct mapping *m = subject;
	uint64_t seen;

	m->as_of_at = mapread_place(r, value);
	mapread_of_files(r, key);
	if (value->kind != YNODE_MAP) {
		m->as_of = mapread_expr(r, key, value);
		return;
	}
	if (!mapread_is_map(r, key, value))
		return;
	seen = mapread_keys(r, value, keys, COUNT(keys), subject, "'as_of'");
	mapread_required(r, key, seen, keys, 0, "'as_of'");
}
