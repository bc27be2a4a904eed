/*
 * What kernels share: making a column, passing on nulls and faults, copying a
 * cell.  All memory is the batch's arena.
 */
#include "plan/plan_impl.h"

#include <string.h>

struct column *
op_column(const struct op *op, struct batch *b, enum vtype type, int16_t scale)
{
	struct column *c = &b->reg[op->dst];

	column_init(c, &b->arena, type, scale, b->frame[op->frame].n);
	return c;
}

const struct fault *
column_fault(const struct column *c, uint32_t row)
{
	uint32_t lo = 0, hi = c->bad.n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (c->bad.v[mid].row == row)
			return &c->bad.v[mid];
		if (c->bad.v[mid].row < row)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void
strict_nulls(struct batch *b, struct column *dst, const struct column *src,
    uint32_t n)
{
	uint32_t words = (n + 63) / 64, i;

	if (src->valid == NULL)
		return;
	if (dst->valid == NULL) {
		dst->valid = arena_copy(&b->arena, src->valid,
		    words * sizeof *dst->valid);
		return;
	}
	for (i = 0; i < words; i++)
		dst->valid[i] &= src->valid[i];
}

/* Merges two ascending lists; where both have a row, dst's fault stays. */
static void
strict_faults(struct batch *b, struct column *dst, const struct column *src)
{
	struct fault *v;
	uint32_t i = 0, j = 0, n = 0;

	if (src->bad.n == 0)
		return;
	v = arena_alloc(&b->arena, (dst->bad.n + src->bad.n) * sizeof *v);
	while (i < dst->bad.n || j < src->bad.n) {
		if (j == src->bad.n || (i < dst->bad.n &&
		    dst->bad.v[i].row <= src->bad.v[j].row)) {
			if (j < src->bad.n &&
			    dst->bad.v[i].row == src->bad.v[j].row)
				j++;
			v[n++] = dst->bad.v[i++];
		} else {
			v[n++] = src->bad.v[j++];
		}
	}
	dst->bad.v = v;
	dst->bad.cap = dst->bad.n + src->bad.n;
	dst->bad.n = n;
}

void
op_strict(const struct op *op, struct batch *b, struct column *dst,
    const uint32_t *reg, uint32_t n)
{
	uint32_t rows = b->frame[op->frame].n, i;

	for (i = 0; i < n; i++) {
		strict_nulls(b, dst, &b->reg[reg[i]], rows);
		strict_faults(b, dst, &b->reg[reg[i]]);
	}
}

void
op_fault(const struct op *op, struct batch *b, struct column *c, uint32_t row,
    uint16_t code)
{
	struct fault *v;
	uint32_t i;

	if (column_is_null(c, row) || column_fault(c, row) != NULL)
		return;
	if (c->bad.n == 0 || c->bad.v[c->bad.n - 1].row < row) {
		column_set_bad(c, &b->arena, row, op->id, code);
		return;
	}
	v = arena_alloc(&b->arena, (c->bad.n + 1) * sizeof *v);
	for (i = 0; c->bad.v[i].row < row; i++)
		v[i] = c->bad.v[i];
	v[i] = (struct fault){ row, op->id, code };
	memcpy(v + i + 1, c->bad.v + i, (c->bad.n - i) * sizeof *v);
	c->bad.v = v;
	c->bad.cap = ++c->bad.n;
}

void
op_copy_cell(struct batch *b, struct column *dst, uint32_t n, uint32_t row,
    const struct column *src, uint32_t from)
{
	const struct fault *f;

	switch (dst->type) {
	case V_TEXT:
	case V_BYTES:
		dst->v.text[row] = src->v.text[from];
		break;
	case V_D128:
		dst->v.d128[row] = src->v.d128[from];
		break;
	case V_BOOL:
		dst->v.flag[row] = src->v.flag[from];
		break;
	default:
		dst->v.i64[row] = src->v.i64[from];
		break;
	}
	if (column_is_null(src, from))
		column_set_null(dst, &b->arena, n, row);
	if (src->bad.n > 0 && (f = column_fault(src, from)) != NULL)
		column_set_bad(dst, &b->arena, row, f->op, f->code);
}
