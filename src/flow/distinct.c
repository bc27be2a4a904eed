/*
 * Tables of different rows; see distinct.h.  What is kept of a row is a hash
 * of 128 bits over the text of all its cells.
 */
#include "flow/distinct.h"

#include <string.h>

#include "base/mem.h"
#include "plan/batch.h"
#include "plan/key.h"
#include "plan/plan.h"
#include "sink/sink.h"

#define ROWS_MAX	1000000u	/* of a table */
#define TEXT_MAX	(64u << 20)	/* bytes of a row */

struct rowset_seen {
	struct key_hash *slot;		/* both 0: empty */
	uint32_t nslot, n;
};

struct distinct {
	struct diags *diags;
	const struct plan *plan;
	const struct known_rows *known;
	struct rowset_seen *seen;	/* [tables] */
	struct buf *spare;		/* [tables] */
	uint32_t ntable;
	struct buf text;
};

static struct key_hash *
seen_slot(const struct rowset_seen *s, struct key_hash h)
{
	uint32_t i = (uint32_t)h.lo & (s->nslot - 1);

	while ((s->slot[i].lo | s->slot[i].hi) != 0 &&
	    (s->slot[i].lo != h.lo || s->slot[i].hi != h.hi))
		i = (i + 1) & (s->nslot - 1);
	return &s->slot[i];
}

static void
seen_grow(struct rowset_seen *s)
{
	struct rowset_seen old = *s;
	uint32_t i;

	s->nslot = old.nslot == 0 ? 1024 : old.nslot * 2;
	s->slot = mem_array(s->nslot, sizeof *s->slot);
	for (i = 0; i < old.nslot; i++)
		if ((old.slot[i].lo | old.slot[i].hi) != 0)
			*seen_slot(s, old.slot[i]) = old.slot[i];
	mem_free(old.slot);
}

/* Is the row one that the table does not have yet? */
static bool
seen_add(struct rowset_seen *s, struct key_hash h)
{
	struct key_hash *slot;

	if (s->n >= s->nslot / 2)
		seen_grow(s);
	slot = seen_slot(s, h);
	if ((slot->lo | slot->hi) != 0)
		return false;
	*slot = h;
	s->n++;
	return true;
}

static void
distinct_clear(struct distinct *d)
{
	uint32_t t;

	for (t = 0; d != NULL && t < d->ntable; t++) {
		mem_free(d->seen[t].slot);
		memset(&d->seen[t], 0, sizeof d->seen[t]);
	}
}

void
distinct_restart(struct distinct *d)
{
	uint32_t t, i;

	distinct_clear(d);
	for (t = 0; d != NULL && d->known != NULL && t < d->ntable; t++)
		for (i = 0; i < d->known[t].n; i++)
			seen_add(&d->seen[t], d->known[t].v[i]);
}

struct distinct *
distinct_new(struct diags *ds, const struct plan *p,
    const struct known_rows *known)
{
	const struct schema *s = plan_schema(p);
	struct distinct *d;
	uint32_t t;

	for (t = 0; t < s->ntable && !s->table[t].distinct; t++)
		;
	if (t == s->ntable)
		return NULL;
	d = mem_zalloc(sizeof *d);
	d->diags = ds;
	d->plan = p;
	d->ntable = s->ntable;
	d->seen = mem_array(d->ntable, sizeof *d->seen);
	d->spare = mem_array(d->ntable, sizeof *d->spare);
	for (t = 0; t < d->ntable; t++)
		buf_init(&d->spare[t], 1u << 30);
	buf_init(&d->text, TEXT_MAX);
	d->known = known;
	distinct_restart(d);
	return d;
}

void
distinct_free(struct distinct *d)
{
	uint32_t t;

	if (d == NULL)
		return;
	distinct_clear(d);
	for (t = 0; t < d->ntable; t++)
		buf_fini(&d->spare[t]);
	buf_fini(&d->text);
	mem_free(d->seen);
	mem_free(d->spare);
	mem_free(d);
}

void
distinct_set_aside(const struct plan *p, struct batch *b)
{
	const struct schema *s = plan_schema(p);
	uint32_t t;

	b->aside = NULL;
	for (t = 0; t < s->ntable; t++) {
		if (!s->table[t].distinct)
			continue;
		if (b->aside == NULL)
			b->aside = arena_array(&b->arena, s->ntable,
			    sizeof *b->aside);
		b->aside[t] = b->rows[t];
		b->rows[t].n = 0;
	}
}

static bool
distinct_table(struct distinct *d, struct batch *b, uint32_t t)
{
	const struct schema_table *table = &plan_schema(d->plan)->table[t];
	struct rowset *r = &b->rows[t];
	uint32_t i, n = 0, *row;

	*r = b->aside[t];
	row = arena_alloc(&b->arena, r->n * sizeof *row);
	for (i = 0; i < r->n; i++) {
		buf_clear(&d->text);
		if (seen_add(&d->seen[t], key_hash_row(&d->text, table, r,
		    r->row[i])))
			row[n++] = r->row[i];
	}
	r->row = row;
	r->n = n;
	if (d->seen[t].n <= ROWS_MAX)
		return true;
	diag_hint(d->diags, diag_add(d->diags, DIAG_D060, NOWHERE, "table "
	    "'%s' has more than %u different rows", table->name, ROWS_MAX),
	    "'distinct' is for tables of codes; leave it out here");
	return false;
}

/* The rows of distinct tables only; what the others have stays as it is. */
static void
distinct_encode(struct distinct *d, struct batch *b, const struct sink *sink)
{
	const struct schema *s = plan_schema(d->plan);
	uint32_t *n = arena_array(&b->arena, s->ntable, sizeof *n), t;
	struct buf swap;

	for (t = 0; t < s->ntable; t++) {
		if (s->table[t].distinct)
			continue;
		n[t] = b->rows[t].n;
		b->rows[t].n = 0;
		swap = b->out[t];
		b->out[t] = d->spare[t];
		d->spare[t] = swap;
	}
	sink->ops->encode(sink->state, b);
	for (t = 0; t < s->ntable; t++) {
		if (s->table[t].distinct)
			continue;
		b->rows[t].n = n[t];
		swap = b->out[t];
		b->out[t] = d->spare[t];
		d->spare[t] = swap;
	}
}

enum grade
distinct_put(struct distinct *d, struct batch *b, const struct sink *sink)
{
	uint32_t t;

	if (d == NULL || b->aside == NULL)
		return OK;
	for (t = 0; t < d->ntable; t++)
		if (plan_schema(d->plan)->table[t].distinct &&
		    !distinct_table(d, b, t))
			return FATAL;
	if (sink != NULL && sink->ops->encode != NULL)
		distinct_encode(d, b, sink);
	return OK;
}
