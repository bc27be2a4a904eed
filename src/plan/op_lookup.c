/*
 * lookup(): a code's row in a crosswalk.  A null key is null; a key that is
 * not there is what the crosswalk's `missing:` says, and is told.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "plan/crosswalk.h"

#define KEYS_MAX	16u

/* The key's texts with " / " between them. */
static struct slice
miss_text(struct batch *b, const struct slice *key, uint32_t n)
{
	size_t len = 0;
	uint32_t i;
	uint8_t *p, *to;

	for (i = 0; i < n; i++)
		len += key[i].len + 3;
	to = p = arena_alloc(&b->arena, len + 1);
	for (i = 0; i < n; i++) {
		if (i > 0) {
			memcpy(to, " / ", 3);
			to += 3;
		}
		if (key[i].len > 0)
			memcpy(to, key[i].p, key[i].len);
		to += key[i].len;
	}
	return (struct slice){ p, (uint32_t)(to - p) };
}

static void
lookup_miss(const struct op *op, struct batch *b, struct column *dst,
    uint32_t row, const struct slice *key)
{
	const struct k_lookup *k = op->k;
	const struct frame *f = &b->frame[op->frame];
	struct miss *m;

	if ((uint32_t)f->rec[row] < b->slab.nrec) {
		m = ARENA_PUSH(&b->arena, b->miss, b->nmiss, b->miss_cap);
		m->lookup = k->lookup;
		m->key = miss_text(b, key, op->narg);
	}
	dst->v.text[row] = (struct slice){ NULL, 0 };
	switch (k->missing) {
	case MISSING_KEEP:
		dst->v.text[row] = key[0];
		break;
	case MISSING_NULL:
		column_set_null(dst, &b->arena, f->n, row);
		break;
	case MISSING_REJECT:
		op_fault(op, b, dst, row, DIAG_D050);
		break;
	}
}

void
op_lookup(const struct op *op, struct batch *b)
{
	const struct k_lookup *k = op->k;
	uint32_t i, j, n = b->frame[op->frame].n, row;
	struct column *dst = op_column(op, b, V_TEXT, 0);
	struct slice key[KEYS_MAX], s;

	op_strict(op, b, dst, op->arg, op->narg);
	for (i = 0; i < n; i++) {
		dst->v.text[i] = (struct slice){ NULL, 0 };
		if (column_is_null(dst, i) ||
		    (dst->bad.n > 0 && column_fault(dst, i) != NULL))
			continue;
		for (j = 0; j < op->narg; j++)
			key[j] = b->reg[op->arg[j]].v.text[i];
		row = crosswalk_find(k->crosswalk, key);
		if (row == UINT32_MAX) {
			lookup_miss(op, b, dst, i, key);
			continue;
		}
		s = crosswalk_cell(k->crosswalk, row, k->column);
		if (s.p == NULL)
			column_set_null(dst, &b->arena, n, i);
		dst->v.text[i] = s;
	}
}
