/*
 * Types of records, at run time.
 *
 *	CLASSIFY	a type and a parent for each record, in their order
 *	TYPE		the records of one type
 *	LINK		from rows of records to the rows of their ancestors
 *
 * Records on which some of the batch hang, but which came in an earlier one,
 * are carried: copies of them stand behind the batch's own records, and before
 * them in the frames.  They are decoded again, and make no rows.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "plan/carry.h"

#define READABLE	64u	/* bytes behind a row: codec.h, struct rows */

/* ---- classify ---------------------------------------------------------- */

/* A condition that cannot be told is a reason against the record. */
static void
classify_fault(struct batch *b, const struct fault *f, uint32_t row)
{
	struct reject *r = ARENA_PUSH(&b->arena, b->reject, b->nreject,
	    b->reject_cap);

	*r = (struct reject){ .rec = (uint32_t)b->frame[0].rec[row],
	    .code = f->code, .table = UINT16_MAX, .column = UINT16_MAX,
	    .item = f->op, .offset = row, .size = 0 };
}

static bool
classify_position(const struct batch *b, enum map_position at, uint32_t rec)
{
	switch (at) {
	case MAP_FIRST:
		return rec == 0 && b->first_of_file;
	case MAP_LAST:
		return rec + 1 == b->slab.nrec && b->last_of_file;
	default:
		return true;
	}
}

static uint16_t
classify_row(const struct op *op, struct batch *b, uint32_t row)
{
	const struct plan *p = op->k;
	uint32_t rec = (uint32_t)b->frame[0].rec[row], t;
	const struct column *c;
	const struct fault *f;

	if (rec >= b->slab.nrec)
		return b->carried[rec - b->slab.nrec].type;
	for (t = 0; t < p->ntype; t++) {
		if (!classify_position(b, p->type[t].position, rec))
			continue;
		if (op->arg[t] == NONE)
			return (uint16_t)t;
		c = &b->reg[op->arg[t]];
		if (c->bad.n > 0 && (f = column_fault(c, row)) != NULL) {
			classify_fault(b, f, row);
			return TYPE_BAD;
		}
		if (c->v.flag[row] && !column_is_null(c, row))
			return (uint16_t)t;
	}
	return TYPE_NONE;
}

/* A record of type `type` closes what hangs on the one before. */
static void
classify_close(const struct plan *p, struct batch *b, uint32_t type)
{
	uint32_t t, up;

	for (t = 0; t < p->ntype; t++)
		for (up = p->type[t].parent; up != NONE;
		    up = p->type[up].parent)
			if (up == type)
				b->open[t] = NONE;
}

static void
classify_close_all(const struct plan *p, struct batch *b)
{
	uint32_t t;

	for (t = 0; t < p->ntype; t++)
		b->open[t] = NONE;
}

void
op_classify(const struct op *op, struct batch *b)
{
	const struct plan *p = op->k;
	uint32_t all = b->slab.nrec + b->ncarried, row, rec, up;

	b->type = arena_alloc(&b->arena, all * sizeof *b->type);
	b->parent = arena_alloc(&b->arena, all * sizeof *b->parent);
	b->adrift = arena_zalloc(&b->arena, all);
	b->type_row = arena_alloc(&b->arena, all * sizeof *b->type_row);
	b->open = arena_alloc(&b->arena, p->ntype * sizeof *b->open);
	classify_close_all(p, b);
	for (row = 0; row < b->frame[0].n; row++) {
		rec = (uint32_t)b->frame[0].rec[row];
		b->type[rec] = classify_row(op, b, row);
		b->parent[rec] = NONE;
		if (b->type[rec] >= TYPE_BAD) {
			/* it may have been a parent of what follows */
			classify_close_all(p, b);
			continue;
		}
		up = p->type[b->type[rec]].parent;
		if (up != NONE) {
			b->parent[rec] = b->open[up];
			b->adrift[rec] = b->open[up] == NONE ||
			    b->adrift[b->open[up]];
		}
		classify_close(p, b, b->type[rec]);
		b->open[b->type[rec]] = rec;
	}
}

/* ---- frames ------------------------------------------------------------ */

void
op_type(const struct op *op, struct batch *b)
{
	const struct frame *from = &b->frame[0];
	struct frame *f = &b->frame[op->dst];
	bool all = (op->n & TYPE_ALL) != 0;
	uint32_t i, rec, n = 0;

	op_frame_alloc(f, b, from->n, false);
	for (i = 0; i < from->n; i++) {
		rec = (uint32_t)from->rec[i];
		if (b->type[rec] != (op->n & ~TYPE_ALL) || (all ?
		    rec >= b->slab.nrec : b->adrift[rec]))
			continue;
		if (!all)
			b->type_row[rec] = n;
		f->base[n] = from->base[i];
		f->len[n] = from->len[i];
		f->rec[n] = from->rec[i];
		f->up[n] = i;
		if (f->len[n] < f->shortest)
			f->shortest = f->len[n];
		n++;
	}
	f->n = n;
}

void
op_link(const struct op *op, struct batch *b)
{
	const struct frame *from = &b->frame[op->frame];
	struct frame *f = &b->frame[op->dst];
	uint32_t i, rec;

	*f = *from;
	f->up = arena_alloc(&b->arena, f->n * sizeof *f->up);
	for (i = 0; i < f->n; i++) {
		rec = (uint32_t)from->rec[i];
		while (b->type[rec] != op->n)
			rec = b->parent[rec];
		f->up[i] = b->type_row[rec];
	}
}

/* ---- reasons ----------------------------------------------------------- */

static void
type_reason(struct batch *b, uint32_t rec, uint16_t code)
{
	struct reject *r = ARENA_PUSH(&b->arena, b->reject, b->nreject,
	    b->reject_cap);

	*r = (struct reject){ .rec = rec, .code = code, .table = UINT16_MAX,
	    .column = UINT16_MAX, .item = ITEM_NONE };
}

void
plan_type_reasons(const struct plan *p, struct batch *b)
{
	uint32_t i;

	for (i = 0; i < b->slab.nrec + b->ncarried; i++) {
		if (b->type[i] == TYPE_NONE)
			type_reason(b, i, DIAG_D040);
		if (b->type[i] < TYPE_BAD && b->parent[i] == NONE &&
		    p->type[b->type[i]].parent != NONE)
			type_reason(b, i, DIAG_D041);
	}
}

static bool
type_parent_is_rejected(const struct batch *b, uint32_t rec)
{
	return b->parent[rec] != NONE &&
	    b->verdict[b->parent[rec]] == REJECTED;
}

bool
plan_type_dependents(struct batch *b)
{
	uint32_t i, rec, n = 0, had = b->nreject;

	/* what is wrong with a rejected parent is told there */
	for (i = 0; i < b->frame[0].n; i++) {
		rec = (uint32_t)b->frame[0].rec[i];
		if (!type_parent_is_rejected(b, rec))
			continue;
		b->verdict[rec] = REJECTED;
		type_reason(b, rec, DIAG_D042);
	}
	if (b->nreject == had)
		return false;
	for (i = 0; i < b->nreject; i++)
		if (!b->reject[i].inherited ||
		    !type_parent_is_rejected(b, b->reject[i].rec))
			b->reject[n++] = b->reject[i];
	b->nreject = n;
	return true;
}

/* ---- records that are carried from batch to batch ---------------------- */

struct open_record {
	struct carried at;
	uint8_t *bytes;
	uint32_t len, cap;
	bool is_open;
};

struct carry {
	struct open_record *open;	/* [types] */
	uint32_t ntype;
	uint32_t *order;		/* types by their record's number */
	uint32_t file;
};

struct carry *
carry_new(const struct plan *p)
{
	struct carry *c = mem_zalloc(sizeof *c);

	c->ntype = p->ntype;
	c->open = mem_array(c->ntype, sizeof *c->open);
	c->order = mem_array(c->ntype, sizeof *c->order);
	c->file = NONE;
	return c;
}

void
carry_free(struct carry *c)
{
	uint32_t t;

	if (c == NULL)
		return;
	for (t = 0; t < c->ntype; t++)
		mem_free(c->open[t].bytes);
	mem_free(c->open);
	mem_free(c->order);
	mem_free(c);
}

void
carry_close(struct carry *c)
{
	uint32_t t;

	for (t = 0; t < c->ntype; t++)
		c->open[t].is_open = false;
}

/* Copies of the open records behind the batch's own; parents first. */
static void
carry_in(struct carry *c, struct batch *b)
{
	uint32_t t, n = 0, k, type;
	struct open_record *o;
	struct slab *s = &b->slab;
	uint8_t *copy;

	if (s->file != c->file)
		carry_close(c);
	c->file = s->file;
	for (t = 0; t < c->ntype; t++) {
		if (!c->open[t].is_open)
			continue;
		for (k = n++; k > 0 && c->open[c->order[k - 1]].at.record >
		    c->open[t].at.record; k--)
			c->order[k] = c->order[k - 1];
		c->order[k] = t;
	}
	slab_reserve_records(s, s->nrec + n);
	b->carried = arena_array(&b->arena, n + 1, sizeof *b->carried);
	for (k = 0; k < n; k++) {
		type = c->order[k];
		o = &c->open[type];
		b->carried[k] = o->at;
		/* codecs may read as far behind it as behind a slab's */
		copy = arena_zalloc(&b->arena, (size_t)o->len + READABLE);
		if (o->len > 0)
			memcpy(copy, o->bytes, o->len);
		s->rec[s->nrec + k] = (struct slice){ copy, o->len };
	}
	b->ncarried = n;
}

static void
carry_keep(struct open_record *o, const struct batch *b, uint32_t rec,
    uint16_t type)
{
	const struct slice *r = &b->slab.rec[rec];

	o->at = (struct carried){ .record = b->slab.first_record + rec,
	    .offset = b->slab.offset + b->slab.raw_off[rec],
	    .file = b->slab.file, .type = type,
	    .origin = batch_origin(b, rec) };
	if (o->cap < r->len) {
		o->cap = r->len;
		o->bytes = mem_resize(o->bytes, o->cap, 1);
	}
	if (r->len > 0)
		memcpy(o->bytes, r->p, r->len);
	o->len = r->len;
}

/* What is open behind the batch; only that on which others can hang. */
static void
carry_out(const struct plan *p, struct carry *c, const struct batch *b)
{
	uint32_t t;

	for (t = 0; t < c->ntype; t++) {
		c->open[t].is_open = b->open[t] != NONE &&
		    p->type[t].is_parent;
		if (c->open[t].is_open && b->open[t] < b->slab.nrec)
			carry_keep(&c->open[t], b, b->open[t], (uint16_t)t);
	}
}

void
plan_classify(const struct plan *p, struct batch *b, struct carry *c)
{
	plan_begin(p, b);
	if (c != NULL)
		carry_in(c, b);
	plan_run_ops(p, b, 0, p->nclassify);
	b->classified = true;
	if (c != NULL)
		carry_out(p, c, b);
}
