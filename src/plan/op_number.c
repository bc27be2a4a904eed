/*
 * Arithmetic.  Decimals are exact; a result with more digits than its
 * register holds is bad (D011), a division by zero too (D012).  The compiler
 * brings both sides of + and - to one scale; the scale of a product is the sum
 * of its factors' scales.
 */
#include "plan/plan_impl.h"

#include <math.h>

#include "base/checked.h"
#include "value/decimal.h"

static void
number_store(const struct op *op, struct batch *b, struct column *dst,
    uint32_t i, bool good, d128 v)
{
	bool dated = dst->type == V_DATE;

	if (dst->type == V_D128) {
		dst->v.d128[i] = good ? v : 0;
	} else {
		if (good && (v != (int64_t)v || (dated && (v < DATE_FIRST ||
		    v > DATE_LAST))))
			good = false;
		dst->v.i64[i] = good ? (int64_t)v : 0;
	}
	if (!good)
		op_fault(op, b, dst, i, dated ? DIAG_D021 : DIAG_D011);
}

static struct column *
number_begin(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	uint32_t reg[2] = { op->a, op->b };
	struct column *dst = op_column(op, b, number_is_wide(k) ? V_D128 :
	    op->n == 1 ? V_DATE : V_I64, k->to);

	/* op->n 1: a date and a number of days */
	op_strict(op, b, dst, reg, op->b == NONE ? 1 : 2);
	return dst;
}

static struct column *
double_begin(const struct op *op, struct batch *b)
{
	uint32_t reg[2] = { op->a, op->b };
	struct column *dst = op_column(op, b, V_F64, 0);

	op_strict(op, b, dst, reg, op->b == NONE ? 1 : 2);
	return dst;
}

static void
double_check(const struct op *op, struct batch *b, struct column *dst)
{
	uint32_t i, n = b->frame[op->frame].n;

	for (i = 0; i < n; i++)
		if (!isfinite(dst->v.f64[i])) {
			dst->v.f64[i] = 0;
			op_fault(op, b, dst, i, DIAG_D011);
		}
}

static bool
is_double(const struct op *op, const struct batch *b)
{
	return b->reg[op->a].type == V_F64;
}

static void
double_arithmetic(const struct op *op, struct batch *b)
{
	const double *x = b->reg[op->a].v.f64;
	const double *y = op->b == NONE ? x : b->reg[op->b].v.f64;
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = double_begin(op, b);
	double *v = dst->v.f64;

	for (i = 0; i < n; i++)
		switch (op->code) {
		case OP_ADD:
			v[i] = x[i] + y[i];
			break;
		case OP_SUB:
			v[i] = x[i] - y[i];
			break;
		case OP_MUL:
			v[i] = x[i] * y[i];
			break;
		case OP_DIV:
			if (y[i] == 0)
				op_fault(op, b, dst, i, DIAG_D012);
			v[i] = y[i] == 0 ? 0 : x[i] / y[i];
			break;
		default:
			v[i] = -x[i];
			break;
		}
	double_check(op, b, dst);
}

/* Whether a * b, without its last `cut` digits, is the same. */
static bool
product_is_exact(d128 a, d128 b, int cut)
{
	d128 v[2] = { a, b };
	int i, twos = 0, fives = 0;

	if (a == 0 || b == 0)
		return true;
	for (i = 0; i < 2; i++) {
		for (; v[i] % 2 == 0; v[i] /= 2)
			twos++;
		for (; v[i] % 5 == 0; v[i] /= 5)
			fives++;
	}
	return twos >= cut && fives >= cut;
}

static bool
is_infinite(const struct column *c, uint32_t row)
{
	return c->type == V_DATE && (c->v.i64[row] == MOMENT_INFINITY ||
	    c->v.i64[row] == -MOMENT_INFINITY);
}

/* Days from or to infinity are no number; infinity and some days is itself. */
static void
date_infinite(const struct op *op, struct batch *b, struct column *dst,
    uint32_t i)
{
	dst->v.i64[i] = dst->type == V_DATE ? b->reg[op->a].v.i64[i] : 0;
	if (dst->type != V_DATE)
		op_fault(op, b, dst, i, DIAG_D021);
}

static void
number_arithmetic(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = number_begin(op, b);
	bool dated = x->type == V_DATE, over;
	d128 v;

	for (i = 0; i < n; i++) {
		v = 0;
		if (dated && (is_infinite(x, i) || is_infinite(y, i))) {
			date_infinite(op, b, dst, i);
			continue;
		}
		if (op->code == OP_ADD)
			over = ckd_add(&v, column_number(x, i),
			    column_number(y, i));
		else if (op->code == OP_SUB)
			over = ckd_sub(&v, column_number(x, i),
			    column_number(y, i));
		else
			over = !decimal_mul(column_number(x, i),
			    column_number(y, i), k->sa + k->sb, k->to, &v) ||
			    (k->exact && !product_is_exact(column_number(x, i),
			    column_number(y, i), k->sa + k->sb - k->to));
		number_store(op, b, dst, i, !over &&
		    v < d128_pow10[38] && v > -d128_pow10[38], v);
	}
}

void
op_add(const struct op *op, struct batch *b)
{
	if (is_double(op, b))
		double_arithmetic(op, b);
	else
		number_arithmetic(op, b);
}

void
op_sub(const struct op *op, struct batch *b)
{
	op_add(op, b);
}

void
op_mul(const struct op *op, struct batch *b)
{
	op_add(op, b);
}

/*
 * A quotient of whole numbers truncates; any other is rounded at the scale
 * that PostgreSQL gives this very quotient, then held at the register's.
 */
void
op_div(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst;
	d128 u, w, v;
	bool good;
	int at;

	if (is_double(op, b)) {
		double_arithmetic(op, b);
		return;
	}
	for (i = 0, dst = number_begin(op, b); i < n; i++) {
		u = column_number(x, i);
		w = column_number(y, i);
		v = 0;
		if (w == 0) {
			number_store(op, b, dst, i, true, 0);
			op_fault(op, b, dst, i, DIAG_D012);
			continue;
		}
		if (k->integral) {
			number_store(op, b, dst, i, true, u / w);
			continue;
		}
		at = decimal_div_scale(u, k->sa, w, k->sb);
		if (at > k->to)
			at = k->to;
		good = decimal_div(u, k->sa, w, k->sb, at, &v) &&
		    decimal_rescale(v, at, k->to, &v, NULL);
		number_store(op, b, dst, i, good, v);
	}
}

void
op_negate(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst;

	if (is_double(op, b)) {
		double_arithmetic(op, b);
		return;
	}
	for (i = 0, dst = number_begin(op, b); i < n; i++)
		number_store(op, b, dst, i, true, -column_number(x, i));
}

/* To another scale (rounding half away from zero) and precision. */
void
op_rescale(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = number_begin(op, b);
	bool good;
	d128 v;

	if (dst->type == V_D128 && k->sa == k->to && k->precision == 0) {
		for (i = 0; i < n; i++)
			dst->v.d128[i] = column_number(x, i);
		return;
	}
	for (i = 0; i < n; i++) {
		v = 0;
		good = decimal_rescale(column_number(x, i), k->sa, k->to, &v,
		    NULL) && number_fits(k, v);
		number_store(op, b, dst, i, good, v);
	}
}

void
op_num_f64(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = double_begin(op, b);

	for (i = 0; i < n; i++)
		dst->v.f64[i] = decimal_to_f64(column_number(x, i), x->scale);
}

void
op_f64_num(const struct op *op, struct batch *b)
{
	const struct k_numbers *k = op->k;
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = number_begin(op, b);
	double d;
	bool good;
	d128 v;

	for (i = 0; i < n; i++) {
		v = 0;
		d = x->v.f64[i];
		if (k->integral && fabs(d) < 1e38) {
			/* PostgreSQL rounds half to even here */
			v = (d128)rint(d);
			good = number_fits(k, v);
		} else {
			good = decimal_from_f64(d, k->to, &v) &&
			    number_fits(k, v);
		}
		number_store(op, b, dst, i, good, v);
	}
}

/* PostgreSQL's real: a float, held as a double. */
void
op_real(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = double_begin(op, b);

	for (i = 0; i < n; i++)
		dst->v.f64[i] = (double)(float)x->v.f64[i];
	double_check(op, b, dst);
}
