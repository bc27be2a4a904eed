/*
 * Keys as text and sets of them; see key.h.
 *
 * A keyset is an open hash table with linear probing, at most half full.  Its
 * texts and tables live in the conflicts' arena; a table that has grown leaves
 * its old self there, which the arena frees with the rest.
 */
#include "plan/key.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/mem.h"
#include "plan/batch.h"
#include "plan/schema.h"
#include "value/format.h"

#define SLOTS_MIN	64u

void
key_add(struct buf *b, const char *text, size_t len)
{
	buf_printf(b, "%zu:", len);
	buf_put(b, text, len);
}

/* The text comes first, for only then is its length known. */
static void
key_add_cell(struct buf *b, const struct column *c, uint32_t row)
{
	size_t start = b->len, len, n;
	char size[24];

	format_cell(b, c, row);
	len = b->len - start;
	n = (size_t)snprintf(size, sizeof size, "%zu:", len);
	if (!buf_reserve(b, n))
		return;
	memmove(b->p + start + n, b->p + start, len + 1);
	memcpy(b->p + start, size, n);
	b->len += n;
}

static void
key_columns(struct buf *b, const uint32_t *column, uint32_t n,
    const struct rowset *r, uint32_t row)
{
	const struct column *c;
	uint32_t i;

	for (i = 0; i < n; i++) {
		c = r->col[column[i]];
		if (c->type == V_TEXT)
			key_add(b, (const char *)c->v.text[row].p,
			    c->v.text[row].len);
		else
			key_add_cell(b, c, row);
	}
}

void
key_text(struct buf *b, const struct schema_table *t, const struct rowset *r,
    uint32_t row)
{
	key_columns(b, t->key, t->nkey, r, row);
}

bool
key_text_constraint(struct buf *b, const struct schema_constraint *k,
    const struct rowset *r, uint32_t row)
{
	uint32_t i;

	for (i = 0; i < k->ncolumn; i++)
		if (column_is_null(r->col[k->column[i]], row))
			return false;
	key_columns(b, k->column, k->ncolumn, r, row);
	return true;
}

struct key_hash
key_hash(const void *p, size_t len)
{
	XXH128_hash_t h = XXH3_128bits(p, len);

	if ((h.low64 | h.high64) == 0)
		h.low64 = 1;
	return (struct key_hash){ h.low64, h.high64 };
}

struct key_hash
key_hash_row(struct buf *b, const struct schema_table *t,
    const struct rowset *r, uint32_t row)
{
	uint32_t i;

	for (i = 0; i < t->ncolumn; i++)
		if (column_is_null(r->col[i], row))
			buf_putc(b, '~');
		else
			key_add_cell(b, r->col[i], row);
	return key_hash(b->p, b->len);
}

void
conflicts_init(struct conflicts *c, struct arena *a, uint32_t nset)
{
	*c = (struct conflicts){ .arena = a, .nset = nset };
	c->set = arena_array(a, nset, sizeof *c->set);
}

/* The key's slot, or the empty one where it belongs. */
static struct conflict *
keyset_slot(const struct keyset *s, uint64_t hash, const char *key,
    size_t len)
{
	uint32_t i = (uint32_t)hash & (s->nslot - 1);
	struct conflict *c;

	for (;; i = (i + 1) & (s->nslot - 1)) {
		c = &s->slot[i];
		if (c->key == NULL || (c->hash == hash && c->len == len &&
		    memcmp(c->key, key, len) == 0))
			return c;
	}
}

static void
keyset_grow(struct keyset *s, struct arena *a)
{
	struct keyset old = *s;
	const struct conflict *c;
	uint32_t i;

	s->nslot = old.nslot == 0 ? SLOTS_MIN : old.nslot * 2;
	s->slot = arena_array(a, s->nslot, sizeof *s->slot);
	for (i = 0; i < old.nslot; i++) {
		c = &old.slot[i];
		if (c->key != NULL)
			*keyset_slot(s, c->hash, c->key, c->len) = *c;
	}
}

void
conflicts_add(struct conflicts *c, uint32_t set, const char *key,
    size_t len)
{
	struct keyset *s = &c->set[set];
	uint64_t hash = XXH3_64bits(key, len);
	struct conflict *slot;

	slot = s->nslot == 0 ? NULL : keyset_slot(s, hash, key, len);
	if (slot != NULL && slot->key != NULL) {
		c->lost += slot->keep != 0 && slot->keep != UINT64_MAX;
		if (slot->keep != UINT64_MAX)
			slot->keep = 0;
		return;
	}
	if (len > CONFLICTS_MAX - c->bytes) {
		c->full = true;
		return;
	}
	if (s->n >= s->nslot / 2)
		keyset_grow(s, c->arena);
	slot = keyset_slot(s, hash, key, len);
	*slot = (struct conflict){ arena_strndup(c->arena, key, len),
	    (uint32_t)len, hash, 0 };
	s->n++;
	c->n++;
	c->bytes += len;
}

struct conflict *
conflicts_find(const struct conflicts *c, uint32_t set, const char *key,
    size_t len)
{
	const struct keyset *s = &c->set[set];
	struct conflict *slot;

	if (s->n == 0)
		return NULL;
	slot = keyset_slot(s, XXH3_64bits(key, len), key, len);
	return slot->key == NULL ? NULL : slot;
}

bool
conflicts_has(const struct conflicts *c, uint32_t set, const char *key,
    size_t len)
{
	return conflicts_find(c, set, key, len) != NULL;
}
