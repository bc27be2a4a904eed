/*
 * Row spaces and the cells that come straight from them.
 *
 *	ROOT	a row for each record
 *	EXPAND	a row for each occurrence of a table in the rows above
 *	FILTER	the rows above whose condition is true
 *	SHIFT	the rows above, their bytes moved by what a table that depends
 *		on a count leaves out: items behind it have fixed offsets again
 *	GATHER	a column of the frame above, for the rows of this one
 */
#include "plan/plan_impl.h"

#include <string.h>

void
op_root(const struct op *op, struct batch *b)
{
	struct frame *f = &b->frame[op->dst];
	const struct slab *s = &b->slab;
	uint32_t i, rec;

	f->n = s->nrec + b->ncarried;
	f->base = arena_alloc(&b->arena, f->n * sizeof *f->base);
	f->len = arena_alloc(&b->arena, f->n * sizeof *f->len);
	f->rec = arena_alloc(&b->arena, f->n * sizeof *f->rec);
	f->up = NULL;
	f->occ = NULL;
	f->shortest = UINT32_MAX;
	for (i = 0; i < f->n; i++) {
		/* those of earlier batches, which are behind, come first */
		rec = i < b->ncarried ? s->nrec + i : i - b->ncarried;
		f->base[i] = s->rec[rec].p;
		f->len[i] = s->rec[rec].len;
		f->rec[i] = (int32_t)rec;
		if (f->len[i] < f->shortest)
			f->shortest = f->len[i];
	}
}

/*
 * A count, checked against the limits of its table and against the record:
 * what is null or out of range is bad, and so is the record.
 */
void
op_count(const struct op *op, struct batch *b)
{
	const struct k_count *k = op->k;
	const struct column *src = &b->reg[op->a];
	const struct frame *f = &b->frame[k->where];
	struct column *dst = op_column(op, b, V_I64, 0);
	uint32_t i;
	d128 v;

	if (op->b != NONE)	/* the count before is the cause */
		op_strict(op, b, dst, &op->b, 1);
	op_strict(op, b, dst, &op->a, 1);
	dst->valid = NULL;
	for (i = 0; i < f->n; i++) {
		v = column_number(src, i);
		dst->v.i64[i] = 0;
		if (column_fault(dst, i) != NULL || (k->picked != NONE &&
		    b->frame[k->picked].len[i] == 0))
			continue;
		if (column_is_null(src, i) || v < k->min || v > k->max)
			op_fault(op, b, dst, i, DIAG_D017);
		else if (k->offset +
		    (uint64_t)v * k->stride > f->len[i])
			op_fault(op, b, dst, i, DIAG_D018);
		else
			dst->v.i64[i] = (int64_t)v;
	}
}

/*
 * Faults of a cell that decides about rows are reasons against the record.
 * plan_run finds the bytes: until then `item` is the op, `offset` the row, and
 * `size` the frame.
 */
void
op_frame_faults(struct batch *b, const struct column *c, uint32_t frame,
    uint16_t table)
{
	const struct frame *f = &b->frame[frame];
	const struct fault *bad;
	struct reject *r;
	uint32_t i;

	for (i = 0; i < c->bad.n; i++) {
		bad = &c->bad.v[i];
		r = ARENA_PUSH(&b->arena, b->reject, b->nreject, b->reject_cap);
		*r = (struct reject){ .rec = (uint32_t)f->rec[bad->row],
		    .code = bad->code, .table = table, .column = UINT16_MAX,
		    .occ = f->occ != NULL ? f->occ[bad->row] : 0,
		    .item = bad->op, .offset = bad->row, .size = frame };
	}
}

void
op_frame_alloc(struct frame *f, struct batch *b, uint32_t n, bool occ)
{
	f->n = n;
	f->base = arena_alloc(&b->arena, n * sizeof *f->base);
	f->len = arena_alloc(&b->arena, n * sizeof *f->len);
	f->rec = arena_alloc(&b->arena, n * sizeof *f->rec);
	f->up = arena_alloc(&b->arena, n * sizeof *f->up);
	f->occ = occ ? arena_alloc(&b->arena, n * sizeof *f->occ) : NULL;
	f->shortest = UINT32_MAX;
}

/*
 * Occurrences that a row has: as the count (a) says, or those wholly or partly
 * inside its bytes; none where what its address hangs on (b) is bad.
 */
static uint32_t
expand_present(const struct op *op, const struct batch *b, uint32_t row)
{
	const struct k_expand *k = op->k;
	uint32_t len = b->frame[op->frame].len[row];
	uint32_t room = len > k->offset ? len - k->offset : 0, n;

	if (op->a != NONE)
		return (uint32_t)b->reg[op->a].v.i64[row];
	if (op->b != NONE && column_fault(&b->reg[op->b], row) != NULL)
		return 0;
	if (k->stride == 0)
		return k->max;
	n = room / k->stride + (room % k->stride > 0);
	return n < k->max ? n : k->max;
}

void
op_expand(const struct op *op, struct batch *b)
{
	const struct k_expand *k = op->k;
	const struct frame *from = &b->frame[op->frame];
	struct frame *f = &b->frame[op->dst];
	uint32_t i, j, n = 0, present, room, at;

	if (op->a != NONE)
		op_frame_faults(b, &b->reg[op->a], op->frame, UINT16_MAX);
	if (op->b != NONE)
		op_frame_faults(b, &b->reg[op->b], op->frame, UINT16_MAX);
	for (i = 0; i < from->n; i++)
		n += expand_present(op, b, i);
	op_frame_alloc(f, b, n, true);
	for (i = n = 0; i < from->n; i++) {
		present = expand_present(op, b, i);
		for (j = 0; j < present; j++, n++) {
			at = k->offset + j * k->stride;
			room = from->len[i] > at ? from->len[i] - at : 0;
			f->base[n] = from->base[i] + at;
			f->len[n] = room < k->stride ? room : k->stride;
			f->rec[n] = from->rec[i];
			f->up[n] = i;
			f->occ[n] = j + 1;
			if (f->len[n] < f->shortest)
				f->shortest = f->len[n];
		}
	}
}

void
op_filter(const struct op *op, struct batch *b)
{
	const struct frame *from = &b->frame[op->frame];
	const struct column *cond = &b->reg[op->a];
	struct frame *f = &b->frame[op->dst];
	uint32_t i, n = 0;

	op_frame_faults(b, cond, op->frame, (uint16_t)op->n);
	op_frame_alloc(f, b, from->n, from->occ != NULL);
	for (i = 0; i < from->n; i++) {
		if (!cond->v.flag[i] || column_is_null(cond, i) ||
		    (cond->bad.n > 0 && column_fault(cond, i) != NULL))
			continue;
		f->base[n] = from->base[i];
		f->len[n] = from->len[i];
		f->rec[n] = from->rec[i];
		f->up[n] = i;
		if (f->occ != NULL)
			f->occ[n] = from->occ[i];
		if (f->len[n] < f->shortest)
			f->shortest = f->len[n];
		n++;
	}
	f->n = n;
}

void
op_shift(const struct op *op, struct batch *b)
{
	const struct k_expand *k = op->k;
	const struct frame *from = &b->frame[op->frame];
	const struct column *count = &b->reg[op->a];
	struct frame *f = &b->frame[op->dst];
	uint32_t i, by;

	f->n = from->n;
	f->rec = from->rec;
	f->up = from->up;
	f->occ = from->occ;
	f->base = arena_alloc(&b->arena, f->n * sizeof *f->base);
	f->len = arena_alloc(&b->arena, f->n * sizeof *f->len);
	f->shortest = UINT32_MAX;
	for (i = 0; i < f->n; i++) {
		by = (k->max - (uint32_t)count->v.i64[i]) * k->stride;
		/* a bad count: no bytes, and op_decode takes its fault over */
		if (count->bad.n > 0 && column_fault(count, i) != NULL)
			by = 0;
		f->base[i] = (const uint8_t *)((uintptr_t)from->base[i] - by);
		f->len[i] = from->len[i] + by;
		if (f->len[i] < f->shortest)
			f->shortest = f->len[i];
	}
}

/* A bad count, on which the address hangs, is the reason why a cell is bad. */
static void
decode_count(const struct op *op, struct batch *b, struct column *dst)
{
	const struct column *count = &b->reg[op->a];
	const struct fault *f;
	uint32_t i;

	for (i = 0; i < count->bad.n; i++)
		if ((f = column_fault(dst, count->bad.v[i].row)) != NULL)
			dst->bad.v[f - dst->bad.v] = count->bad.v[i];
	op_strict(op, b, dst, &op->a, 1);
}

void
op_decode(const struct op *op, struct batch *b)
{
	const struct frame *f = &b->frame[op->frame];
	const struct rows rows = { f->n, f->base, f->len, f->shortest };
	struct column *dst = &b->reg[op->dst];

	codec_decode(op->k, &rows, dst, &b->arena);
	if (op->a != NONE)
		decode_count(op, b, dst);
}

void
op_gather(const struct op *op, struct batch *b)
{
	const struct column *src = &b->reg[op->a];
	const struct frame *f = &b->frame[op->frame];
	struct column *dst = op_column(op, b, src->type, src->scale);
	const uint32_t *up = f->up;
	uint32_t i, n = f->n;
	const struct fault *bad;

	switch (vtype_size(src->type)) {
	case 1:
		for (i = 0; i < n; i++)
			dst->v.flag[i] = src->v.flag[up[i]];
		break;
	case 8:
		for (i = 0; i < n; i++)
			dst->v.i64[i] = src->v.i64[up[i]];
		break;
	default:
		for (i = 0; i < n; i++)
			dst->v.d128[i] = src->v.d128[up[i]];
		break;
	}
	if (src->valid != NULL)
		for (i = 0; i < n; i++)
			if (column_is_null(src, up[i]))
				column_set_null(dst, &b->arena, n, i);
	if (src->bad.n > 0)
		for (i = 0; i < n; i++)
			if ((bad = column_fault(src, up[i])) != NULL)
				column_set_bad(dst, &b->arena, i, bad->op,
				    bad->code);
}

void
op_const(const struct op *op, struct batch *b)
{
	const struct k_const *k = op->k;
	const struct column *one = k->column;
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, one->type, one->scale);

	switch (vtype_size(one->type)) {
	case 1:
		memset(dst->v.flag, one->v.flag[0], n);
		break;
	case 8:
		for (i = 0; i < n; i++)
			dst->v.i64[i] = one->v.i64[0];
		break;
	default:
		for (i = 0; i < n; i++)
			dst->v.d128[i] = one->v.d128[0];
		break;
	}
	if (k->null)
		dst->valid = arena_array(&b->arena, (n + 63) / 64,
		    sizeof *dst->valid);
}

void
op_record_number(const struct op *op, struct batch *b)
{
	const struct frame *f = &b->frame[op->frame];
	struct column *dst = op_column(op, b, V_I64, 0);
	const struct reject_origin *o;
	uint32_t i;

	for (i = 0; i < f->n; i++) {
		o = batch_origin(b, (uint32_t)f->rec[i]);
		dst->v.i64[i] = (int64_t)(o != NULL ? o->number :
		    batch_record_number(b, (uint32_t)f->rec[i]));
	}
}

void
op_occurrence(const struct op *op, struct batch *b)
{
	const struct frame *f = &b->frame[op->frame];
	struct column *dst = op_column(op, b, V_I64, 0);
	uint32_t i;

	for (i = 0; i < f->n; i++)
		dst->v.i64[i] = f->occ[i];
}

/* Cells of occurrence op->n: null where the count (b) does not reach it. */
void
op_mask(const struct op *op, struct batch *b)
{
	const struct column *src = &b->reg[op->a], *count = &b->reg[op->b];
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, src->type, src->scale);
	const struct fault *f;

	for (i = 0; i < n; i++) {
		if (count->bad.n > 0 && (f = column_fault(count, i)) != NULL) {
			memset((char *)dst->v.any + i * vtype_size(dst->type),
			    0, vtype_size(dst->type));
			column_set_bad(dst, &b->arena, i, f->op, f->code);
		} else if (count->v.i64[i] < op->n) {
			memset((char *)dst->v.any + i * vtype_size(dst->type),
			    0, vtype_size(dst->type));
			column_set_null(dst, &b->arena, n, i);
		} else {
			op_copy_cell(b, dst, n, i, src, i);
		}
	}
}

/* Every row of the frame above op->n times. */
void
op_unpivot(const struct op *op, struct batch *b)
{
	const struct frame *from = &b->frame[op->frame];
	struct frame *f = &b->frame[op->dst];
	uint32_t i, n = 0, times = (uint32_t)op->n, j;

	op_frame_alloc(f, b, from->n * times, true);
	for (i = 0; i < from->n; i++)
		for (j = 0; j < times; j++, n++) {
			f->base[n] = from->base[i];
			f->len[n] = from->len[i];
			f->rec[n] = from->rec[i];
			f->up[n] = i;
			f->occ[n] = j + 1;
		}
	f->shortest = from->shortest;
}

void
op_unpivot_value(const struct op *op, struct batch *b)
{
	const struct frame *f = &b->frame[op->frame];
	const struct column *src = &b->reg[op->arg[0]];
	struct column *dst = op_column(op, b, src->type, src->scale);
	uint32_t i;

	for (i = 0; i < f->n; i++)
		op_copy_cell(b, dst, f->n, i, &b->reg[op->arg[f->occ[i] - 1]],
		    f->up[i]);
}

void
op_unpivot_name(const struct op *op, struct batch *b)
{
	const struct frame *f = &b->frame[op->frame];
	const struct slice *name = op->k;
	struct column *dst = op_column(op, b, V_TEXT, 0);
	uint32_t i;

	for (i = 0; i < f->n; i++)
		dst->v.text[i] = name[f->occ[i] - 1];
}
