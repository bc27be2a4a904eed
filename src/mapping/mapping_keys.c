/*
 * Keys and values of a mapping; see mapping_keys.h.
 */
#include "mapping/mapping_keys.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "mapping/expr_lexer.h"

#define COUNT(a)	((uint32_t)(sizeof (a) / sizeof (a)[0]))

struct place
mapread_place(const struct mapread *r, const struct ynode *y)
{
	return ynode_place(r->shown, y);
}

static void
keys_unknown(struct mapread *r, const struct ynode *key,
    const struct map_key *keys, uint32_t nkeys, const char *what)
{
	const char *names[64], *near;
	struct diag *d;
	uint32_t i;

	for (i = 0; i < nkeys; i++)
		names[i] = keys[i].name;
	near = diag_nearest(key->p, key->len, names, nkeys);
	if (strcmp(key->p, "<<") == 0) {
		diag_add(r->diags, DIAG_M004, mapread_place(r, key),
		    "merge keys are not used in a mapping");
		return;
	}
	d = diag_add(r->diags, DIAG_M013, mapread_place(r, key),
	    "unknown key '%s' in %s", ynode_quote(r->arena, key), what);
	if (near != NULL)
		diag_hint(r->diags, d, "did you mean '%s'?", near);
}

/* Keys that are looked for where they do not stand. */
static const struct {
	const char *what, *key, *where;
} elsewhere[] = {
	{ "the mapping", "null_if", "in a column" },
	{ "the mapping", "parent", "in a type of 'records'" },
	{ "the mapping", "distinct", "in a table" },
	{ "the mapping", "duplicates", "in a table" },
	{ "'source'", "as_of", "beside 'source'" },
	{ "'source'", "complete_when", "beside 'source'" },
	{ "'source'", "sign", "in 'number' of 'defaults'" },
	{ "'source'", "pad", "in 'number' of 'defaults'" },
	{ "'source'", "century", "in 'date' of 'defaults'" },
	{ "'defaults'", "century", "in 'date'" },
	{ "a table", "parent", "in a type of 'records'" },
	{ "the mapping", "up", "in a table" },
	{ "the mapping", "down", "in a table" },
	{ "a column", "up", "in its table" },
	{ "a column", "down", "in its table" },
	{ "a table", "compat", "beside 'tables'" },
	{ "a table", "null_if", "in a column" },
	{ "a table", "from", "in a column" },
	{ "a column", "of", "in its table" },
	{ "a column", "spaces", "in 'number' of the column" },
	{ "a column", "low-values", "in 'number' of the column" },
	{ "a column", "high-values", "in 'number' of the column" },
	{ "a column", "leading-blanks", "in 'number' of the column" },
	{ "a column", "invalid", "in 'number' or 'date' of the column" },
	{ "a column", "trim", "in 'text' of the column" },
	{ "a column", "empty", "in 'text' of the column" },
	{ "a column", "nul", "in 'text' of the column" },
	{ "a column", "unmappable", "in 'text' of the column" },
	{ "a column", "zeros", "in 'date' of the column" },
	{ "a column", "nines", "in 'date' of the column" },
};

static void
keys_absent(struct mapread *r, const struct ynode *key, const char *what)
{
	uint32_t i;

	for (i = 0; i < COUNT(elsewhere); i++)
		if (strcmp(elsewhere[i].what, what) == 0 &&
		    strcmp(elsewhere[i].key, key->p) == 0) {
			diag_hint(r->diags, diag_add(r->diags, DIAG_M013,
			    mapread_place(r, key), "unknown key '%s' in %s",
			    key->p, what), "it stands %s", elsewhere[i].where);
			return;
		}
	diag_add(r->diags, DIAG_M014, mapread_place(r, key),
	    "'%s' is not supported yet", key->p);
}

uint64_t
mapread_keys(struct mapread *r, const struct ynode *map,
    const struct map_key *keys, uint32_t nkeys, void *subject,
    const char *what)
{
	const struct ynode *key;
	uint64_t seen = 0;
	uint32_t i, k;

	for (i = 0; i < map->n; i += 2) {
		key = map->item[i];
		for (k = 0; k < nkeys; k++)
			if (strcmp(keys[k].name, key->p) == 0)
				break;
		if (k == nkeys || strlen(key->p) != key->len) {
			keys_unknown(r, key, keys, nkeys, what);
			continue;
		}
		seen |= (uint64_t)1 << k;
		if (keys[k].read == NULL)
			keys_absent(r, key, what);
		else
			keys[k].read(r, subject, key, map->item[i + 1]);
	}
	return seen;
}

void
mapread_required(struct mapread *r, const struct ynode *map, uint64_t seen,
    const struct map_key *keys, uint32_t key, const char *what)
{
	if (!(seen >> key & 1))
		diag_add(r->diags, DIAG_M016, mapread_place(r, map),
		    "%s has no '%s'", what, keys[key].name);
}

static bool
has_value(struct mapread *r, const struct ynode *key,
    const struct ynode *value)
{
	const char *p = r->shown->p;
	uint32_t at = value->from;
	struct diag *d;

	if (value->broken)
		return false;
	if (value->kind != YNODE_SCALAR ? value->n > 0 : value->len > 0)
		return true;
	/* NAME: #FIELD */
	while (p[at] == ' ' || p[at] == '\t')
		at++;
	if (value->kind == YNODE_SCALAR && value->style == YSTYLE_PLAIN &&
	    p[at] == '#') {
		d = diag_add(r->diags, DIAG_M009, srctext_place(r->shown, at,
		    1), "'%s' has no value: a blank and # begin a comment in "
		    "YAML", ynode_quote(r->arena, key));
		diag_hint(r->diags, d, "a value that starts with # is quoted");
		return false;
	}
	diag_add(r->diags, DIAG_M018, mapread_place(r, key),
	    "'%s' has no value", ynode_quote(r->arena, key));
	return false;
}

static void
wrong_kind(struct mapread *r, const struct ynode *key,
    const struct ynode *value, const char *want)
{
	static const char *const is[] = {
		[YNODE_SCALAR] = "a text", [YNODE_LIST] = "a list",
		[YNODE_MAP] = "a set of keys",
	};
	struct diag *d;

	d = diag_add(r->diags, DIAG_M017, mapread_place(r, value),
	    "'%s' must be %s, not %s", ynode_quote(r->arena, key), want,
	    is[value->kind]);
	if (value->style == YSTYLE_FLOW)
		diag_hint(r->diags, d, "a text that starts with %s is quoted",
		    value->kind == YNODE_LIST ? "[" : "{");
}

bool
mapread_is_map(struct mapread *r, const struct ynode *key,
    const struct ynode *value)
{
	if (!has_value(r, key, value))
		return false;
	if (value->kind == YNODE_MAP)
		return true;
	wrong_kind(r, key, value, "a set of keys");
	return false;
}

static bool
has_no_nul(struct mapread *r, const struct ynode *value)
{
	if (memchr(value->p, '\0', value->len) == NULL)
		return true;
	diag_add(r->diags, DIAG_M003, mapread_place(r, value),
	    "a NUL character in a text");
	return false;
}

bool
mapread_is_text(struct mapread *r, const struct ynode *key,
    const struct ynode *value)
{
	if (!has_value(r, key, value))
		return false;
	if (value->kind == YNODE_SCALAR)
		return has_no_nul(r, value);
	wrong_kind(r, key, value, "a text");
	return false;
}

bool
mapread_is_texts(struct mapread *r, const struct ynode *key,
    const struct ynode *value, const struct ynode *const **item, uint32_t *n)
{
	const struct ynode **one;
	uint32_t i;

	if (value->kind != YNODE_LIST) {
		if (value->kind == YNODE_MAP && value->n > 0) {
			wrong_kind(r, key, value, "a text or a list");
			return false;
		}
		if (!mapread_is_text(r, key, value))
			return false;
		one = arena_alloc(r->arena, sizeof *one);
		*one = value;
		*item = one;
		*n = 1;
		return true;
	}
	if (!has_value(r, key, value))
		return false;
	for (i = 0; i < value->n; i++)
		if (!mapread_is_text(r, key, value->item[i]))
			return false;
	*item = (const struct ynode *const *)value->item;
	*n = value->n;
	return true;
}

bool
mapread_number(struct mapread *r, const struct ynode *key,
    const struct ynode *value, uint32_t most, uint32_t *out)
{
	uint64_t v = 0;
	uint32_t i;

	if (!mapread_is_text(r, key, value))
		return false;
	for (i = 0; i < value->len && value->p[i] >= '0' &&
	    value->p[i] <= '9' && v <= most; i++)
		v = v * 10 + (uint64_t)(value->p[i] - '0');
	if (i == value->len && v >= 1 && v <= most) {
		*out = (uint32_t)v;
		return true;
	}
	diag_add(r->diags, DIAG_M019, mapread_place(r, value),
	    "'%s' must be a whole number from 1 to %u, not '%s'", key->p,
	    most, ynode_quote(r->arena, value));
	return false;
}

static void
choice_unknown(struct mapread *r, const struct ynode *key,
    const struct ynode *value, const struct map_choice *c, uint32_t n)
{
	const char *names[16], *near;
	struct buf b;
	struct diag *d;
	uint32_t i, k = 0;

	buf_init(&b, 512);
	for (i = 0; i < n; i++) {
		names[i] = c[i].word;
		if (c[i].value < 0)
			continue;
		buf_printf(&b, "%s%s", k++ > 0 ? ", " : "", c[i].word);
	}
	d = diag_add(r->diags, DIAG_M019, mapread_place(r, value),
	    "'%s' is none of %s: '%s'", key->p, b.p,
	    ynode_quote(r->arena, value));
	near = diag_nearest(value->p, value->len, names, n);
	if (near != NULL)
		diag_hint(r->diags, d, "did you mean '%s'?", near);
	buf_fini(&b);
}

bool
mapread_choice(struct mapread *r, const struct ynode *key,
    const struct ynode *value, const struct map_choice *c, uint32_t n,
    int *out)
{
	uint32_t i;

	if (!mapread_is_text(r, key, value))
		return false;
	for (i = 0; i < n; i++)
		if (strcmp(c[i].word, value->p) == 0)
			break;
	if (i == n) {
		choice_unknown(r, key, value, c, n);
		return false;
	}
	if (c[i].value < 0) {
		diag_add(r->diags, DIAG_M014, mapread_place(r, value),
		    "'%s: %s' is not supported yet", key->p, value->p);
		return false;
	}
	*out = c[i].value;
	return true;
}

bool
mapread_name(struct mapread *r, const struct ynode *y)
{
	if (y->len == 0) {
		diag_add(r->diags, DIAG_M020, mapread_place(r, y),
		    "a name must not be empty");
		return false;
	}
	if (y->len > NAME_MAX_BYTES) {
		diag_add(r->diags, DIAG_M020, mapread_place(r, y),
		    "a name has at most %u bytes, this one has %u",
		    NAME_MAX_BYTES, y->len);
		return false;
	}
	return has_no_nul(r, y);
}

const char *
mapread_path(struct mapread *r, const char *path)
{
	if (path[0] == '/' || r->dir[0] == '\0')
		return arena_strdup(r->arena, path);
	return arena_printf(r->arena, "%s%s", r->dir, path);
}

/* The comment that YAML saw behind a plain scalar, on its last line. */
static void
find_comment(const struct mapread *r, const struct ynode *y,
    struct expr_source *s)
{
	const char *p = r->shown->p;
	uint32_t at = y->to;

	while (p[at] == ' ' || p[at] == '\t')
		at++;
	if (y->style != YSTYLE_PLAIN || at == y->to || p[at] != '#')
		return;
	s->comment = at;
	while (at < r->shown->len && p[at] != '\n' && p[at] != '\r')
		at++;
	s->comment_end = at;
}

struct expr *
mapread_expr(struct mapread *r, const struct ynode *key,
    const struct ynode *value)
{
	struct expr_source s = { .src = r->shown, .p = value->p,
	    .len = value->len, .base = value->from };
	bool same;

	if (!mapread_is_text(r, key, value))
		return NULL;
	if (value->len >= r->map_cap) {
		r->map_cap = value->len + 256;
		r->map = mem_resize(r->map, r->map_cap, sizeof *r->map);
	}
	scalar_map(r->text, value, r->map, &same);
	if (!same)
		s.map = r->map;
	find_comment(r, value, &s);
	return expr_parse_source(r->arena, r->diags, &s);
}
