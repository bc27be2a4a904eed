/*
 * Comparisons and choices that look at nulls.  All are strict about faults:
 * PostgreSQL evaluates every argument.
 */
#include "plan/plan_impl.h"

#include <string.h>

/* A column that has the faults of n registers, and is null nowhere. */
static struct column *
choice_begin(const struct op *op, struct batch *b, enum vtype type,
    int16_t scale, const uint32_t *reg, uint32_t n)
{
	struct column *dst = op_column(op, b, type, scale);

	op_strict(op, b, dst, reg, n);
	dst->valid = NULL;
	return dst;
}

/* op->n: 1 is distinct from, 0 is not. */
void
op_distinct(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t reg[2] = { op->a, op->b }, i, n = b->frame[op->frame].n;
	struct column *dst = choice_begin(op, b, V_BOOL, 0, reg, 2);
	bool equal, null;

	for (i = 0; i < n; i++) {
		null = column_is_null(x, i);
		equal = null == column_is_null(y, i) && (null ||
		    (x->type == V_TEXT ? slice_eq(x->v.text[i],
		    y->v.text[i]) : column_cmp(x, y, i) == 0));
		dst->v.flag[i] = equal != (op->n == 1);
	}
}

/* The largest or smallest of the arguments that are not null. */
static void
choose(const struct op *op, struct batch *b, int sign)
{
	const struct column *x = &b->reg[op->arg[0]], *best, *c;
	uint32_t i, j, n = b->frame[op->frame].n;
	struct column *dst = choice_begin(op, b, x->type, x->scale, op->arg,
	    op->narg);
	uint32_t size = vtype_size(x->type);

	for (i = 0; i < n; i++) {
		best = NULL;
		for (j = 0; j < op->narg; j++) {
			c = &b->reg[op->arg[j]];
			if (!column_is_null(c, i) && (best == NULL ||
			    column_cmp(c, best, i) * sign > 0))
				best = c;
		}
		if (best == NULL) {
			memset((char *)dst->v.any + i * size, 0, size);
			column_set_null(dst, &b->arena, n, i);
		} else {
			memcpy((char *)dst->v.any + i * size,
			    (char *)best->v.any + i * size, size);
		}
	}
}

void
op_greatest(const struct op *op, struct batch *b)
{
	choose(op, b, 1);
}

void
op_least(const struct op *op, struct batch *b)
{
	choose(op, b, -1);
}

/* op->n: 1 counts nulls, 0 the others. */
void
op_count_nulls(const struct op *op, struct batch *b)
{
	uint32_t i, j, n = b->frame[op->frame].n;
	struct column *dst = choice_begin(op, b, V_I64, 0, op->arg, op->narg);

	memset(dst->v.i64, 0, n * sizeof *dst->v.i64);
	for (j = 0; j < op->narg; j++)
		for (i = 0; i < n; i++)
			dst->v.i64[i] += column_is_null(&b->reg[op->arg[j]],
			    i) == (op->n == 1);
}
