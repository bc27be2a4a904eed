/*
 * Comparison, three-valued logic, choice, and 88-levels.
 *
 * AND, OR, CASE and COALESCE look at their cells from left to right and drop
 * a fault in a cell that they do not use.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "value/decimal.h"

/* how: an enum cmp_how, which OP_CMP has in op->n. */
static bool
cmp_holds(int how, int order)
{
	switch (how) {
	case CMP_EQ:
		return order == 0;
	case CMP_NE:
		return order != 0;
	case CMP_LT:
		return order < 0;
	case CMP_LE:
		return order <= 0;
	case CMP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

/* Bytes: the order of C.UTF-8 is that of the code points. */
static int
text_cmp(struct slice x, struct slice y)
{
	uint32_t n = x.len < y.len ? x.len : y.len;
	int order = n > 0 ? memcmp(x.p, y.p, n) : 0;

	return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
}

int
column_cmp(const struct column *x, const struct column *y, uint32_t i)
{
	switch (x->type) {
	case V_TEXT:
	case V_BYTES:
		return text_cmp(x->v.text[i], y->v.text[i]);
	case V_F64:
		return (x->v.f64[i] > y->v.f64[i]) -
		    (x->v.f64[i] < y->v.f64[i]);
	case V_BOOL:
		return x->v.flag[i] - y->v.flag[i];
	case V_I64:
	case V_D128:
		return decimal_cmp(column_number(x, i), x->scale,
		    column_number(y, i), y->scale);
	default:
		return (x->v.i64[i] > y->v.i64[i]) -
		    (x->v.i64[i] < y->v.i64[i]);
	}
}

void
op_cmp(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t reg[2] = { op->a, op->b }, i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_BOOL, 0);

	op_strict(op, b, dst, reg, 2);
	if (x->type == V_TEXT && (op->n == CMP_EQ || op->n == CMP_NE)) {
		for (i = 0; i < n; i++)
			dst->v.flag[i] = slice_eq(x->v.text[i],
			    y->v.text[i]) == (op->n == CMP_EQ);
		return;
	}
	if (x->type == V_I64 && y->type == V_I64 && x->scale == y->scale) {
		for (i = 0; i < n; i++)
			dst->v.flag[i] = cmp_holds(op->n,
			    (x->v.i64[i] > y->v.i64[i]) -
			    (x->v.i64[i] < y->v.i64[i]));
		return;
	}
	for (i = 0; i < n; i++)
		dst->v.flag[i] = cmp_holds(op->n, column_cmp(x, y, i));
}

/* `deciding`: the value of the left side that settles it (AND: false). */
static void
op_and_or(const struct op *op, struct batch *b, uint8_t deciding)
{
	const struct column *x = &b->reg[op->a], *y = &b->reg[op->b];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_BOOL, 0);
	const struct fault *f;
	bool xnull, ynull;

	for (i = 0; i < n; i++) {
		dst->v.flag[i] = 0;
		if (x->bad.n > 0 && (f = column_fault(x, i)) != NULL) {
			column_set_bad(dst, &b->arena, i, f->op, f->code);
			continue;
		}
		xnull = column_is_null(x, i);
		if (!xnull && x->v.flag[i] == deciding) {
			dst->v.flag[i] = deciding;
			continue;
		}
		if (y->bad.n > 0 && (f = column_fault(y, i)) != NULL) {
			column_set_bad(dst, &b->arena, i, f->op, f->code);
			continue;
		}
		ynull = column_is_null(y, i);
		if (!ynull && y->v.flag[i] == deciding)
			dst->v.flag[i] = deciding;
		else if (xnull || ynull)
			column_set_null(dst, &b->arena, n, i);
		else
			dst->v.flag[i] = !deciding;
	}
}

void
op_and(const struct op *op, struct batch *b)
{
	op_and_or(op, b, 0);
}

void
op_or(const struct op *op, struct batch *b)
{
	op_and_or(op, b, 1);
}

void
op_not(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_BOOL, 0);

	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++)
		dst->v.flag[i] = !x->v.flag[i];
}

/* op->n: 1 asks for null, 0 for not null. */
void
op_is_null(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->a];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, V_BOOL, 0);

	op_strict(op, b, dst, &op->a, 1);
	dst->valid = NULL;
	for (i = 0; i < n; i++)
		dst->v.flag[i] = column_is_null(x, i) == (op->n == 1);
}

static void
cell_clear(struct column *c, uint32_t row)
{
	memset((char *)c->v.any + row * vtype_size(c->type), 0,
	    vtype_size(c->type));
}

/* arg: condition, value, condition, value, …, else. */
void
op_case(const struct op *op, struct batch *b)
{
	const struct column *other = &b->reg[op->arg[op->narg - 1]], *cond;
	uint32_t i, j, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, other->type, other->scale);
	const struct fault *f = NULL;

	for (i = 0; i < n; i++) {
		for (j = 0, f = NULL; j + 1 < op->narg; j += 2) {
			cond = &b->reg[op->arg[j]];
			if (cond->bad.n > 0 &&
			    (f = column_fault(cond, i)) != NULL)
				break;
			if (cond->v.flag[i] && !column_is_null(cond, i))
				break;
		}
		if (f != NULL) {
			cell_clear(dst, i);
			column_set_bad(dst, &b->arena, i, f->op, f->code);
		} else {
			op_copy_cell(b, dst, n, i, j + 1 < op->narg ?
			    &b->reg[op->arg[j + 1]] : other, i);
		}
	}
}

void
op_coalesce(const struct op *op, struct batch *b)
{
	const struct column *x = &b->reg[op->arg[0]];
	uint32_t i, j, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, x->type, x->scale);

	for (i = 0; i < n; i++) {
		for (j = 0; j + 1 < op->narg; j++) {
			x = &b->reg[op->arg[j]];
			if (!column_is_null(x, i) || (x->bad.n > 0 &&
			    column_fault(x, i) != NULL))
				break;
		}
		op_copy_cell(b, dst, n, i, &b->reg[op->arg[j]], i);
	}
}

/* c: the value; a and b: the same value and the other, in one type. */
void
op_nullif(const struct op *op, struct batch *b)
{
	const struct column *src = &b->reg[op->c], *x = &b->reg[op->a],
	    *y = &b->reg[op->b];
	uint32_t i, n = b->frame[op->frame].n, reg[2] = { op->c, op->b };
	struct column *dst = op_column(op, b, src->type, src->scale), nulls;

	memcpy(dst->v.any, src->v.any, (size_t)n * vtype_size(src->type));
	op_strict(op, b, dst, reg, 1);
	/* a fault of the other side counts, its null does not */
	nulls = *dst;
	op_strict(op, b, dst, reg + 1, 1);
	dst->valid = nulls.valid == NULL ? NULL :
	    arena_copy(&b->arena, src->valid, (n + 63) / 64 * 8);
	for (i = 0; i < n; i++)
		if (!column_is_null(x, i) && !column_is_null(y, i) &&
		    (x->type == V_TEXT ? slice_eq(x->v.text[i], y->v.text[i]) :
		    column_cmp(x, y, i) == 0)) {
			cell_clear(dst, i);
			column_set_null(dst, &b->arena, n, i);
		}
}

/* a: the value; b: the condition that makes it null, whatever it is. */
void
op_null_if(const struct op *op, struct batch *b)
{
	const struct column *src = &b->reg[op->a], *cond = &b->reg[op->b];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, src->type, src->scale);
	const struct fault *f;

	for (i = 0; i < n; i++) {
		if (cond->bad.n > 0 && (f = column_fault(cond, i)) != NULL) {
			cell_clear(dst, i);
			column_set_bad(dst, &b->arena, i, f->op, f->code);
		} else if (cond->v.flag[i] && !column_is_null(cond, i)) {
			cell_clear(dst, i);
			column_set_null(dst, &b->arena, n, i);
		} else {
			op_copy_cell(b, dst, n, i, src, i);
		}
	}
}

/* ---- 88-levels --------------------------------------------------------- */

static bool
label_holds(const struct k_label *l, const uint8_t *p, uint32_t size,
    bool number, d128 v)
{
	const struct k_range *r;
	uint32_t i;

	for (i = 0; i < l->nrange; i++) {
		r = &l->range[i];
		if (r->raw) {
			if (r->thru ? memcmp(p, r->lo, size) >= 0 &&
			    memcmp(p, r->hi, size) <= 0 :
			    memcmp(p, r->lo, size) == 0)
				return true;
		} else if (number && v >= r->nlo && v <= r->nhi) {
			return true;
		}
	}
	return false;
}

/*
 * The first label whose values the item has, or -1.  A number that is null or
 * bad is compared by its bytes only (VALUE SPACES); *use says that a fault or
 * null decides, for no label holds by bytes.
 */
static int32_t
label_find(const struct k_match *k, const struct frame *f,
    const struct column *numbers, uint32_t row, bool *use)
{
	bool number = numbers != NULL && !column_is_null(numbers, row) &&
	    (numbers->bad.n == 0 || column_fault(numbers, row) == NULL);
	uint32_t i;

	*use = numbers != NULL && !number;
	if (f->len[row] < k->offset + k->size)
		return -1;
	if (k->byte != NULL)
		return k->byte[f->base[row][k->offset]];
	for (i = 0; i < k->nlabel; i++)
		if (label_holds(&k->label[i], f->base[row] + k->offset,
		    k->size, number, number ? column_number(numbers, row) : 0)) {
			*use = false;
			return (int32_t)i;
		}
	return -1;
}

/* Nulls and faults of an item that matches nothing by its bytes. */
static void
label_none(const struct op *op, struct batch *b, struct column *dst,
    const struct column *numbers, uint32_t row)
{
	const struct fault *f = numbers->bad.n == 0 ? NULL :
	    column_fault(numbers, row);

	if (f != NULL)
		column_set_bad(dst, &b->arena, row, f->op, f->code);
	else
		column_set_null(dst, &b->arena, b->frame[op->frame].n, row);
}

void
op_match(const struct op *op, struct batch *b)
{
	const struct k_match *k = op->k;
	const struct frame *f = &b->frame[op->frame];
	const struct column *numbers = op->a == NONE ? NULL : &b->reg[op->a];
	struct column *dst = op_column(op, b, V_BOOL, 0);
	uint32_t i;
	bool use;

	for (i = 0; i < f->n; i++) {
		dst->v.flag[i] = label_find(k, f, numbers, i, &use) >= 0;
		if (use)
			label_none(op, b, dst, numbers, i);
		else if (f->len[i] < k->offset + k->size)
			column_set_null(dst, &b->arena, f->n, i);
	}
	if (op->b != NONE)
		op_strict(op, b, dst, &op->b, 1);
}

void
op_label(const struct op *op, struct batch *b)
{
	const struct k_match *k = op->k;
	const struct frame *f = &b->frame[op->frame];
	const struct column *numbers = op->a == NONE ? NULL : &b->reg[op->a];
	struct column *dst = op_column(op, b, V_TEXT, 0);
	uint32_t i;
	int32_t at;
	bool use;

	for (i = 0; i < f->n; i++) {
		at = label_find(k, f, numbers, i, &use);
		dst->v.text[i] = at < 0 ? (struct slice){ f->base[i], 0 } :
		    k->label[at].text;
		if (use)
			label_none(op, b, dst, numbers, i);
		else if (at < 0)
			column_set_null(dst, &b->arena, f->n, i);
	}
	if (op->b != NONE)
		op_strict(op, b, dst, &op->b, 1);
}
