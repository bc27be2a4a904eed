/*
 * Rounding, remainders and signs.  Doubles round half to even, as in
 * PostgreSQL, decimals half away from zero.
 */
#include "plan/plan_impl.h"

#include <math.h>

#include "value/decimal.h"

static void
round_store(const struct op *op, struct batch *b, struct column *dst,
    uint32_t i, bool good, d128 v)
{
	if (dst->type == V_D128) {
		dst->v.d128[i] = good ? v : 0;
	} else {
		good = good && v == (int64_t)v;
		dst->v.i64[i] = good ? (int64_t)v : 0;
	}
	if (!good)
		op_fault(op, b, dst, i, DIAG_D011);
}

static struct column *
round_begin(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	uint32_t reg[2] = { op->a, op->b };
	struct column *dst = op_column(op, b,
	    b->reg[op->a].type == V_F64 ? V_F64 :
	    number_is_wide(k) ? V_D128 : V_I64, k->to);

	op_strict(op, b, dst, reg, op->b == NONE ? 1 : 2);
	return dst;
}

void
op_abs(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = round_begin(op, b);
	d128 v;

	if (dst->type == V_F64) {
		for (i = 0; i < n; i++)
			dst->v.f64[i] = fabs(x->v.f64[i]);
		return;
	}
	for (i = 0; i < n; i++) {
		v = column_number(x, i);
		round_store(op, b, dst, i, true, v < 0 ? -v : v);
	}
}

void
op_sign(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = round_begin(op, b);
	d128 v;

	if (dst->type == V_F64) {
		for (i = 0; i < n; i++)
			dst->v.f64[i] = (x->v.f64[i] > 0) - (x->v.f64[i] < 0);
		return;
	}
	for (i = 0; i < n; i++) {
		v = column_number(x, i);
		dst->v.i64[i] = (v > 0) - (v < 0);
	}
}

static double
double_round(double v, enum rounding how)
{
	switch (how) {
	case ROUND_HALF:
		return rint(v);
	case ROUND_DOWN:
		return trunc(v);
	case ROUND_UP:
		return ceil(v);
	default:
		return floor(v);
	}
}

/* v at scale `from`, with `at` decimals left of it, at scale `to`. */
static bool
number_round(d128 v, int from, int at, int to, enum rounding how, d128 *out)
{
	int cut = from - at;
	d128 q, rest;

	if (cut <= 0)
		return decimal_rescale(v, from, to, out, NULL);
	if (how == ROUND_HALF) {
		if (!decimal_rescale(v, from, at, &q, NULL))
			return false;
	} else {
		q = cut > 38 ? 0 : v / d128_pow10[cut];
		rest = cut > 38 ? v : v % d128_pow10[cut];
		q += how == ROUND_UP ? rest > 0 :
		    how == ROUND_FLOOR ? -(d128)(rest < 0) : 0;
	}
	return decimal_rescale(q, at, to, out, NULL);
}

/* op->n: enum rounding; sb: decimals that stay, below 0 before the point. */
void
op_round(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = round_begin(op, b);
	bool good;
	d128 v;

	if (dst->type == V_F64) {
		for (i = 0; i < n; i++)
			dst->v.f64[i] = double_round(x->v.f64[i],
			    (enum rounding)op->n);
		return;
	}
	for (i = 0; i < n; i++) {
		v = 0;
		good = number_round(column_number(x, i), k->sa, k->sb, k->to,
		    (enum rounding)op->n, &v);
		round_store(op, b, dst, i, good, v);
	}
}

void
op_mod(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = round_begin(op, b);
	d128 v, w;
	bool good;

	for (i = 0; i < n; i++) {
		v = 0;
		w = column_number(y, i);
		if (w == 0)
			op_fault(op, b, dst, i, DIAG_D012);
		good = w == 0 || decimal_remainder(column_number(x, i), k->sa,
		    w, k->sb, &v);
		round_store(op, b, dst, i, good, v);
	}
}

void
op_quotient(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = round_begin(op, b);
	d128 v, w;
	bool good;

	for (i = 0; i < n; i++) {
		v = 0;
		w = column_number(y, i);
		if (w == 0)
			op_fault(op, b, dst, i, DIAG_D012);
		good = w == 0 || decimal_quotient(column_number(x, i), k->sa,
		    w, k->sb, &v);
		round_store(op, b, dst, i, good, v);
	}
}
