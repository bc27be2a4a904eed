/*
 * Rows of several frames in the order of their records; see plan_merge.c.
 */
#include "plan/plan_impl.h"

#include <string.h>

/* Carried records come before the batch's own. */
static uint32_t
merge_rank(const struct batch *b, int32_t rec)
{
	return (uint32_t)rec >= b->slab.nrec ? (uint32_t)rec - b->slab.nrec :
	    (uint32_t)rec + b->ncarried;
}

void
op_merge(const struct op *op, struct batch *b)
{
	const uint32_t *from = op->k;
	struct frame *f = &b->frame[op->dst];
	uint32_t n = (uint32_t)op->n, all = 0, k, best, i;
	uint32_t *at = arena_array(&b->arena, n, sizeof *at);
	const struct frame *src;
	bool occ = false;

	for (k = 0; k < n; k++) {
		all += b->frame[from[k]].n;
		occ = occ || b->frame[from[k]].occ != NULL;
	}
	op_frame_alloc(f, b, all, occ);
	f->src = arena_alloc(&b->arena, all * sizeof *f->src);
	for (i = 0; i < all; i++) {
		for (k = 0, best = NONE; k < n; k++)
			if (at[k] < b->frame[from[k]].n && (best == NONE ||
			    merge_rank(b, b->frame[from[k]].rec[at[k]]) <
			    merge_rank(b, b->frame[from[best]].rec[at[best]])))
				best = k;
		src = &b->frame[from[best]];
		f->base[i] = src->base[at[best]];
		f->len[i] = src->len[at[best]];
		f->rec[i] = src->rec[at[best]];
		f->up[i] = at[best];
		f->src[i] = from[best];
		if (occ)
			f->occ[i] = src->occ == NULL ? 0 : src->occ[at[best]];
		if (f->len[i] < f->shortest)
			f->shortest = f->len[i];
		at[best]++;
	}
}

/* Cells of the frame op->n, which is one of those merged. */
void
op_spread(const struct op *op, struct batch *b)
{
	const struct frame *f = &b->frame[op->frame];
	const struct column *src = &b->reg[op->a];
	struct column *dst = op_column(op, b, src->type, src->scale);
	uint32_t i;

	for (i = 0; i < f->n; i++) {
		if (f->src[i] == (uint32_t)op->n) {
			op_copy_cell(b, dst, f->n, i, src, f->up[i]);
			continue;
		}
		memset((char *)dst->v.any + i * vtype_size(dst->type), 0,
		    vtype_size(dst->type));
		column_set_null(dst, &b->arena, f->n, i);
	}
}

void
op_record_type(const struct op *op, struct batch *b)
{
	const struct plan *p = op->k;
	const struct frame *f = &b->frame[op->frame];
	struct column *dst = op_column(op, b, V_TEXT, 0);
	uint32_t i, t;

	for (i = 0; i < f->n; i++) {
		t = b->type[f->rec[i]];
		dst->v.text[i] = (struct slice){ NULL, 0 };
		if (t < p->ntype)
			dst->v.text[i] = slice_str(p->type[t].name);
		else
			column_set_null(dst, &b->arena, f->n, i);
	}
}
