/*
 * Crosswalks; see crosswalk.h.  A file is read once, when the plan is built;
 * its cells and a table of hashes stay in the plan's arena.
 */
#include "plan/crosswalk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "plan/batch.h"

#define KEYS_MAX	16u
#define COLUMNS_MAX	4096u

struct crosswalk {
	struct arena *arena;
	const char *path;
	struct slice *header;
	uint32_t ncolumn;
	struct slice *cell;		/* [nrow][ncolumn] */
	uint32_t nrow, cap;
	uint32_t key[KEYS_MAX], nkey;
	uint32_t *slot;			/* row + 1; 0: empty */
	uint32_t nslot;
	const char *why;		/* what is wrong with the file */
	uint32_t line;
};

/* ---- reading ----------------------------------------------------------- */

static bool
read_fail(struct crosswalk *c, uint32_t line, const char *why)
{
	c->why = why;
	c->line = line;
	return false;
}

static bool
slice_is_utf8(struct slice s)
{
	uint32_t i;
	size_t n;

	for (i = 0; i < s.len; i += (uint32_t)n)
		if ((n = utf8_valid(s.p + i, s.len - i)) == 0)
			return false;
	return true;
}

static bool
read_row(void *arg, const struct slice *field, uint32_t n, uint32_t line)
{
	struct crosswalk *c = arg;
	struct slice *row;
	uint32_t i;

	if (c->header != NULL && n != c->ncolumn)
		return read_fail(c, line, arena_printf(c->arena, "%u values, "
		    "where the header has %u", n, c->ncolumn));
	if (c->header == NULL && n > COLUMNS_MAX)
		return read_fail(c, line, "too many columns");
	if (c->header != NULL && c->nrow == c->cap) {
		struct slice *more;

		c->cap = c->cap == 0 ? 256 : c->cap * 2;
		more = arena_alloc(c->arena, (size_t)c->cap * c->ncolumn *
		    sizeof *more);
		if (c->nrow > 0)
			memcpy(more, c->cell, (size_t)c->nrow * c->ncolumn *
			    sizeof *more);
		c->cell = more;
	}
	row = c->header == NULL ? arena_array(c->arena, n, sizeof *row) :
	    &c->cell[(size_t)c->nrow * c->ncolumn];
	for (i = 0; i < n; i++) {
		if (!slice_is_utf8(field[i]))
			return read_fail(c, line, "text that is not UTF-8");
		row[i] = field[i].p == NULL ? (struct slice){ NULL, 0 } :
		    (struct slice){ arena_copy(c->arena, field[i].p,
		    field[i].len), field[i].len };
	}
	if (c->header == NULL) {
		c->header = row;
		c->ncolumn = n;
	} else {
		c->nrow++;
	}
	return true;
}

static bool
read_file(struct crosswalk *c, FILE *f)
{
	struct csv_reader *r = csv_reader_new(read_row, c);
	enum grade g = OK;
	size_t n, all = 0;
	char *block = mem_alloc(1u << 16);

	while (g == OK && (n = fread(block, 1, 1u << 16, f)) > 0) {
		all += n;
		if (all > CROSSWALK_MAX) {
			read_fail(c, 0, "the file is too large");
			break;
		}
		g = csv_reader_feed(r, block, n);
	}
	if (g == OK)
		g = csv_reader_end(r);
	if (g == BAD)
		c->why = arena_strdup(c->arena, csv_reader_why(r, &c->line));
	csv_reader_free(r);
	mem_free(block);
	if (c->why == NULL && ferror(f))
		c->why = strerror(errno);
	if (c->why == NULL && c->header == NULL)
		c->why = "the file has no header";
	return c->why == NULL;
}

/* ---- keys -------------------------------------------------------------- */

static uint64_t
key_hash(const struct slice *key, uint32_t n)
{
	uint64_t h = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		h = XXH3_64bits_withSeed(key[i].p == NULL ? (const void *)"" :
		    key[i].p, key[i].len, h + i);
	return h;
}

static bool
row_has_key(const struct crosswalk *c, uint32_t row, const struct slice *key)
{
	struct slice s;
	uint32_t i;

	for (i = 0; i < c->nkey; i++) {
		s = c->cell[(size_t)row * c->ncolumn + c->key[i]];
		if (s.len != key[i].len ||
		    (s.len > 0 && memcmp(s.p, key[i].p, s.len) != 0))
			return false;
	}
	return true;
}

static uint32_t
key_slot(const struct crosswalk *c, const struct slice *key)
{
	uint32_t i = (uint32_t)key_hash(key, c->nkey) & (c->nslot - 1);

	while (c->slot[i] != 0 && !row_has_key(c, c->slot[i] - 1, key))
		i = (i + 1) & (c->nslot - 1);
	return i;
}

static bool
keys_index(struct crosswalk *c)
{
	struct slice key[KEYS_MAX];
	uint32_t row, i, at;

	for (c->nslot = 16; c->nslot / 2 <= c->nrow;)
		c->nslot *= 2;
	c->slot = arena_array(c->arena, c->nslot, sizeof *c->slot);
	for (row = 0; row < c->nrow; row++) {
		for (i = 0; i < c->nkey; i++)
			key[i] = c->cell[(size_t)row * c->ncolumn + c->key[i]];
		at = key_slot(c, key);
		if (c->slot[at] != 0)
			return read_fail(c, 0, arena_printf(c->arena,
			    "the key '%.*s' stands in it twice, in rows %u "
			    "and %u", (int)key[0].len, key[0].p == NULL ? "" :
			    (const char *)key[0].p, c->slot[at], row + 1));
		c->slot[at] = row + 1;
	}
	return true;
}

static bool
keys_choose(struct crosswalk *c, const char *const *key, uint32_t nkey)
{
	uint32_t i;

	if (nkey > KEYS_MAX || nkey > c->ncolumn)
		return read_fail(c, 0, arena_printf(c->arena,
		    "%u keys are looked up, and it has %u column%s", nkey,
		    c->ncolumn, c->ncolumn == 1 ? "" : "s"));
	c->nkey = nkey;
	for (i = 0; i < nkey; i++) {
		c->key[i] = key == NULL ? i : crosswalk_column(c, key[i]);
		if (c->key[i] == UINT32_MAX)
			return read_fail(c, 0, arena_printf(c->arena, "it has "
			    "no column '%s', but %s", key[i],
			    crosswalk_columns(c->arena, c)));
	}
	return true;
}

struct crosswalk *
crosswalk_read(struct arena *a, struct diags *ds, const char *path,
    const char *const *key, uint32_t nkey, struct place at)
{
	struct crosswalk *c = arena_zalloc(a, sizeof *c);
	FILE *f = fopen(path, "rb");

	c->arena = a;
	c->path = path;
	if (f == NULL)
		c->why = strerror(errno);
	else if (read_file(c, f) && keys_choose(c, key, nkey))
		keys_index(c);
	if (f != NULL)
		fclose(f);
	if (c->why == NULL)
		return c;
	if (c->line > 0)
		diag_add(ds, DIAG_P035, at, "the crosswalk %s cannot be used: "
		    "line %u: %s", path, c->line, c->why);
	else
		diag_add(ds, DIAG_P035, at, "the crosswalk %s cannot be used: "
		    "%s", path, c->why);
	return NULL;
}

uint32_t
crosswalk_column(const struct crosswalk *c, const char *name)
{
	uint32_t i;

	for (i = 0; i < c->ncolumn; i++)
		if (c->header[i].len == strlen(name) && (c->header[i].len ==
		    0 || memcmp(c->header[i].p, name, c->header[i].len) == 0))
			return i;
	return UINT32_MAX;
}

const char *
crosswalk_columns(struct arena *a, const struct crosswalk *c)
{
	char *s = arena_strdup(a, "");
	uint32_t i;

	for (i = 0; i < c->ncolumn && i < 20; i++)
		s = arena_printf(a, "%s%s%.*s", s, i == 0 ? "" : ", ",
		    (int)c->header[i].len, c->header[i].p == NULL ? "" :
		    (const char *)c->header[i].p);
	return s;
}

uint32_t
crosswalk_find(const struct crosswalk *c, const struct slice *key)
{
	uint32_t row = c->slot[key_slot(c, key)];

	return row == 0 ? UINT32_MAX : row - 1;
}

struct slice
crosswalk_cell(const struct crosswalk *c, uint32_t row, uint32_t column)
{
	return c->cell[(size_t)row * c->ncolumn + column];
}

/* ---- the way back ------------------------------------------------------ */

struct crosswalk_back {
	const struct crosswalk *of;
	uint32_t column;
	uint32_t *slot;			/* row + 1; 0: empty */
	uint32_t nslot;
};

static uint32_t *
back_slot(const struct crosswalk_back *b, struct slice text)
{
	uint32_t i = (uint32_t)XXH3_64bits(text.p, text.len) &
	    (b->nslot - 1);

	while (b->slot[i] != 0 && !slice_eq(crosswalk_cell(b->of,
	    b->slot[i] - 1, b->column), text))
		i = (i + 1) & (b->nslot - 1);
	return &b->slot[i];
}

struct crosswalk_back *
crosswalk_back_new(struct arena *a, const struct crosswalk *c,
    uint32_t column)
{
	struct crosswalk_back *b = arena_zalloc(a, sizeof *b);
	struct slice text;
	uint32_t i, *slot;

	b->of = c;
	b->column = column;
	for (b->nslot = 16; b->nslot / 2 <= c->nrow;)
		b->nslot *= 2;
	b->slot = arena_array(a, b->nslot, sizeof *b->slot);
	for (i = 0; i < c->nrow; i++) {
		text = crosswalk_cell(c, i, column);
		if (text.p == NULL)	/* nothing stands there */
			continue;
		slot = back_slot(b, text);
		if (*slot != 0)
			return NULL;
		*slot = i + 1;
	}
	return b;
}

uint32_t
crosswalk_back_find(const struct crosswalk_back *b, struct slice text)
{
	return *back_slot(b, text) - 1;
}

struct slice
crosswalk_back_key(const struct crosswalk_back *b, uint32_t row, uint32_t key)
{
	return crosswalk_cell(b->of, row, b->of->key[key]);
}

/* ---- codes that are not there ------------------------------------------ */

struct miss_set {
	struct missed *slot;		/* key.p NULL: empty */
	uint32_t nslot, n;
	uint64_t all;
	struct missed *sorted;
};

struct misses {
	struct arena *arena;
	struct miss_set *set;
	uint32_t n;
};

struct misses *
misses_new(struct arena *a, uint32_t nlookup)
{
	struct misses *m = arena_zalloc(a, sizeof *m);

	m->arena = a;
	m->n = nlookup;
	m->set = arena_array(a, nlookup + 1, sizeof *m->set);
	return m;
}

void
misses_restart(struct misses *m)
{
	memset(m->set, 0, m->n * sizeof *m->set);
}

static struct missed *
miss_slot(const struct miss_set *s, struct slice key)
{
	uint32_t i = (uint32_t)XXH3_64bits(key.p, key.len) & (s->nslot - 1);

	while (s->slot[i].key.p != NULL && (s->slot[i].key.len != key.len ||
	    memcmp(s->slot[i].key.p, key.p, key.len) != 0))
		i = (i + 1) & (s->nslot - 1);
	return &s->slot[i];
}

static void
miss_grow(struct misses *m, struct miss_set *s)
{
	struct miss_set old = *s;
	uint32_t i;

	s->nslot = old.nslot == 0 ? 64 : old.nslot * 2;
	s->slot = arena_array(m->arena, s->nslot, sizeof *s->slot);
	for (i = 0; i < old.nslot; i++)
		if (old.slot[i].key.p != NULL)
			*miss_slot(s, old.slot[i].key) = old.slot[i];
}

void
misses_put(struct misses *m, const struct batch *b)
{
	struct miss_set *s;
	struct missed *x;
	uint32_t i;

	for (i = 0; i < b->nmiss; i++) {
		s = &m->set[b->miss[i].lookup];
		s->all++;
		if (s->n >= s->nslot / 2)
			miss_grow(m, s);
		x = miss_slot(s, b->miss[i].key);
		if (x->key.p == NULL) {
			if (s->n == MISSES_KEPT)
				continue;
			x->key = (struct slice){ (const uint8_t *)arena_strndup(
			    m->arena, (const char *)b->miss[i].key.p,
			    b->miss[i].key.len), b->miss[i].key.len };
			s->n++;
		}
		x->count++;
	}
}

static int
missed_cmp(const void *x, const void *y)
{
	const struct missed *a = x, *b = y;
	size_t n = a->key.len < b->key.len ? a->key.len : b->key.len;
	int cmp;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	cmp = memcmp(a->key.p, b->key.p, n);
	return cmp != 0 ? cmp : (a->key.len > b->key.len) -
	    (a->key.len < b->key.len);
}

const struct missed *
misses_of(struct misses *m, uint32_t lookup, uint32_t *n, uint64_t *all)
{
	struct miss_set *s = &m->set[lookup];
	uint32_t i, k = 0;

	*all = s->all;
	*n = s->n;
	s->sorted = arena_array(m->arena, s->n + 1, sizeof *s->sorted);
	for (i = 0; i < s->nslot; i++)
		if (s->slot[i].key.p != NULL)
			s->sorted[k++] = s->slot[i];
	qsort(s->sorted, k, sizeof *s->sorted, missed_cmp);
	return s->sorted;
}
