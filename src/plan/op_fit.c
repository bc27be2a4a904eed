/*
 * FIT, the last op of a column: what the target would refuse, or round in
 * silence, is refused here, with the record's place.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "base/utf8.h"
#include "value/decimal.h"

static void
fit_not_null(const struct op *op, struct batch *b, struct column *dst,
    uint32_t n)
{
	uint32_t i;

	if (dst->valid == NULL)
		return;
	for (i = 0; i < n; i++)
		if (column_is_null(dst, i)) {
			dst->valid[i / 64] |= (uint64_t)1 << i % 64;
			op_fault(op, b, dst, i, DIAG_D015);
		}
}

static void
fit_text(const struct op *op, struct batch *b, struct column *dst, uint32_t n)
{
	const struct k_fit *k = op->k;
	const struct slice *s = dst->v.text;
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (k->check_length && s[i].len > k->type.length &&
		    utf8_count(s[i].p, s[i].len) > k->type.length)
			op_fault(op, b, dst, i, DIAG_D013);
		else if (k->key_bytes > 0 && s[i].len > k->key_bytes)
			op_fault(op, b, dst, i, DIAG_D023);
		else if (!k->nul_in_text && s[i].len > 0 &&
		    memchr(s[i].p, '\0', s[i].len) != NULL)
			op_fault(op, b, dst, i, DIAG_D008);
	}
}

/* Limits of the type, at its scale: -lo … hi. */
static void
fit_range(const struct sqltype *t, d128 *lo, d128 *hi)
{
	switch (t->kind) {
	case SQL_SMALLINT:
		*lo = INT16_MIN;
		*hi = INT16_MAX;
		break;
	case SQL_INTEGER:
		*lo = INT32_MIN;
		*hi = INT32_MAX;
		break;
	case SQL_BIGINT:
		*lo = INT64_MIN;
		*hi = INT64_MAX;
		break;
	default:
		*hi = d128_pow10[t->precision > 0 ? t->precision : 38] - 1;
		*lo = -*hi;
		break;
	}
}

static void
fit_number(const struct op *op, struct batch *b, struct column *dst,
    const struct column *src, uint32_t n)
{
	const struct k_fit *k = op->k;
	bool wide = dst->type == V_D128, exact;
	d128 lo, hi, v, w;
	uint32_t i;

	fit_range(&k->type, &lo, &hi);
	for (i = 0; i < n; i++) {
		v = column_number(src, i);
		w = 0;
		if (!decimal_rescale(v, src->scale, dst->scale, &w, &exact) ||
		    w < lo || w > hi) {
			op_fault(op, b, dst, i, DIAG_D011);
			w = 0;
		} else if (!exact && !k->round) {
			op_fault(op, b, dst, i, DIAG_D014);
			w = 0;
		}
		if (wide)
			dst->v.d128[i] = w;
		else
			dst->v.i64[i] = (int64_t)w;
	}
}

static void
fit_real(const struct op *op, struct batch *b, struct column *dst, uint32_t n)
{
	uint32_t i;
	double d;

	for (i = 0; i < n; i++) {
		d = dst->v.f64[i];
		if (d > 3.4028234663852886e38 || d < -3.4028234663852886e38)
			op_fault(op, b, dst, i, DIAG_D011);
	}
}

void
op_fit(const struct op *op, struct batch *b)
{
	const struct k_fit *k = op->k;
	const struct column *src = &b->reg[op->a];
	struct column *dst = &b->reg[op->dst];
	uint32_t n = b->frame[op->frame].n;

	if (k->check_number) {
		dst = op_column(op, b, sqltype_vtype(&k->type), k->to_scale);
		op_strict(op, b, dst, &op->a, 1);
		fit_number(op, b, dst, src, n);
	} else {
		/* the values stay where they are; nulls and faults are own */
		*dst = *src;
		if (src->valid != NULL)
			dst->valid = arena_copy(&b->arena, src->valid,
			    (n + 63) / 64 * sizeof *src->valid);
		dst->bad.cap = dst->bad.n;
		if (dst->bad.n > 0)
			dst->bad.v = arena_copy(&b->arena, src->bad.v,
			    src->bad.n * sizeof *src->bad.v);
		if (dst->type == V_TEXT)
			fit_text(op, b, dst, n);
		else if (k->type.kind == SQL_REAL)
			fit_real(op, b, dst, n);
	}
	if (k->not_null)
		fit_not_null(op, b, dst, n);
}
