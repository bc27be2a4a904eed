/*
 * Rows of tables whose occurrences differ in length, and rows whose bytes are
 * one occurrence that a subscript says; plan_walk.c and plan_spot.c tell why.
 *
 *	WALK	a row for each occurrence; a register of the rows above has
 *		the bytes that the table takes there
 *	PICK	the rows above with the bytes of one occurrence, or none
 *	REACH	rows with the bytes of rows further up
 *
 * A walk that comes to a count that is none, or past the end of the record, is
 * bad for all of its table: nobody knows where the next occurrence starts.
 */
#include "plan/plan_impl.h"

#include <string.h>

struct slot {			/* a count that was read */
	int64_t v;
	bool null;
	bool missing;		/* the row ends before it does */
	uint16_t code;		/* not 0: it is bad */
	const struct fault *fault;	/* of the argument that it came from */
	uint32_t reg;		/* that argument, or NONE: */
	uint32_t item, size;
	const uint8_t *at;
};

struct occurrence {
	uint32_t at, len, up, occ;
};

struct walker {
	const struct k_walk *k;
	struct slot *slot;
	struct arena scratch;	/* for reading a count */
	uint16_t code;		/* why it stopped, */
	const struct slot *by;	/* and what that hangs on, if anything */
	/* the rows that come out, if they are wanted */
	bool rows;
	struct arena *arena;
	struct occurrence *found;
	uint32_t nfound, cap, row;
};

static bool
walk_stops(struct walker *w, const struct slot *by, uint16_t code)
{
	w->by = by;
	w->code = code;
	return false;
}

/* A count where it stands: behind tables that take `shift` less than most. */
static void
walk_read(struct walker *w, const struct walk_step *s, const uint8_t *p,
    uint32_t room, uint32_t shift)
{
	const uint8_t *base = (const uint8_t *)((uintptr_t)p - shift);
	uint32_t len = room + shift;
	const struct rows rows = { 1, &base, &len, len };
	struct slot *slot = &w->slot[s->slot];
	struct arena_mark mark = arena_mark(&w->scratch);
	struct column c;
	d128 v;

	codec_decode(s->count, &rows, &c, &w->scratch);
	*slot = (struct slot){ .reg = NONE, .item = s->item,
	    .size = s->count->size,
	    .at = (const uint8_t *)((uintptr_t)base + s->count->offset) };
	slot->null = column_is_null(&c, 0);
	slot->missing = s->count->offset + s->count->size > len;
	if (c.bad.n > 0) {
		slot->code = c.bad.v[0].code;
	} else if (!slot->null) {
		v = column_number(&c, 0);
		slot->v = v < 0 || v > UINT32_MAX ? -1 : (int64_t)v;
	}
	arena_back(&w->scratch, mark);
}

static void
walk_found(struct walker *w, uint32_t at, uint32_t len, uint32_t room,
    uint32_t occ)
{
	uint32_t left = room > at ? room - at : 0;

	if (w->rows)
		*ARENA_PUSH(w->arena, w->found, w->nfound, w->cap) =
		    (struct occurrence){ at, len < left ? len : left, w->row,
		    occ };
}

static bool walk_steps(struct walker *, uint32_t from, uint32_t to,
    const uint8_t *p, uint32_t room, uint32_t *shift);

/*
 * The occurrences of a table at `at`, one after the other.  Without a count
 * they are those that are wholly or partly inside the row.
 */
static bool
walk_each(struct walker *w, uint32_t own, uint32_t n, uint32_t at,
    const uint8_t *p, uint32_t room, uint32_t *shift)
{
	const struct walk_step *s = &w->k->step[own];
	uint32_t start = at, less, j;

	for (j = 0; j < n; j++) {
		if (s->slot == NONE && at >= room)
			break;
		less = 0;
		if (!walk_steps(w, own + 1, s->end,
		    (const uint8_t *)((uintptr_t)p + at),
		    room > at ? room - at : 0, &less))
			return w->by->missing && s->slot != NONE ?
			    walk_stops(w, &w->slot[s->slot], DIAG_D018) :
			    false;
		if (s->slot != NONE && at + (s->size - less) > room)
			return walk_stops(w, &w->slot[s->slot], DIAG_D018);
		if (own == 0)
			walk_found(w, at, s->size - less, room, j + 1);
		at += s->size - less;
	}
	*shift += s->max * s->size - (at - start);
	return true;
}

static bool
walk_table(struct walker *w, uint32_t own, const uint8_t *p, uint32_t room,
    uint32_t *shift)
{
	const struct walk_step *s = &w->k->step[own];
	const struct slot *slot = s->slot == NONE ? NULL : &w->slot[s->slot];
	uint32_t n = s->max, at = s->offset - *shift;

	if (slot != NULL) {
		if (slot->fault != NULL || slot->code != 0)
			return walk_stops(w, slot, slot->code);
		if (slot->null || slot->v < s->min || slot->v > s->max)
			return walk_stops(w, slot, DIAG_D017);
		n = (uint32_t)slot->v;
		if (n > 0 && at + (uint64_t)n * (s->end == own + 1 ?
		    s->size : 0) > room)
			return walk_stops(w, slot, DIAG_D018);
	}
	if (s->end > own + 1)
		return walk_each(w, own, n, at, p, room, shift);
	*shift += (s->max - n) * s->size;
	return true;
}

/* One occurrence at p, or the row itself; *shift is what it is shorter. */
static bool
walk_steps(struct walker *w, uint32_t from, uint32_t to, const uint8_t *p,
    uint32_t room, uint32_t *shift)
{
	uint32_t i;

	for (i = from; i < to; i = w->k->step[i].end) {
		if (w->k->step[i].count != NULL)
			walk_read(w, &w->k->step[i], p, room, *shift);
		else if (!walk_table(w, i, p, room, shift))
			return false;
	}
	return true;
}

static void
walker_init(struct walker *w, const struct op *op, struct arena *a)
{
	memset(w, 0, sizeof *w);
	w->k = op->k;
	w->arena = a;
	arena_init(&w->scratch);
	w->slot = arena_array(&w->scratch, w->k->nslot, sizeof *w->slot);
}

/* The table in one row; false: it is bad, for w->code at w->by. */
static bool
walk_row(struct walker *w, const struct op *op, const struct batch *b,
    uint32_t row, uint32_t *shift)
{
	const struct frame *f = &b->frame[op->frame];
	const struct column *c;
	struct slot *slot;
	uint32_t i, found = w->nfound;

	for (i = 0; i < op->narg; i++) {
		c = &b->reg[op->arg[i]];
		slot = &w->slot[i];
		*slot = (struct slot){ .reg = op->arg[i] };
		slot->fault = c->bad.n > 0 ? column_fault(c, row) : NULL;
		slot->null = column_is_null(c, row);
		slot->v = column_number(c, row) > UINT32_MAX ? -1 :
		    (int64_t)column_number(c, row);
	}
	w->row = row;
	*shift = 0;
	if (walk_table(w, 0, f->base[row], f->len[row], shift))
		return true;
	w->nfound = found;
	return false;
}

struct walk_stop
op_walk_stop(const struct op *op, const struct batch *b, uint32_t row)
{
	struct walk_stop stop = { .reg = NONE, .item = ITEM_NONE };
	struct walker w;
	uint32_t shift;

	walker_init(&w, op, NULL);
	if (!walk_row(&w, op, b, row, &shift))
		stop = (struct walk_stop){ w.by->reg, w.by->item, w.by->size,
		    w.by->at };
	arena_fini(&w.scratch);
	return stop;
}

static void
walk_rows(const struct op *op, struct batch *b, const struct walker *w)
{
	const struct frame *from = &b->frame[op->frame];
	struct frame *f = &b->frame[op->dst];
	const struct occurrence *o;
	uint32_t i;

	op_frame_alloc(f, b, w->nfound, true);
	for (i = 0; i < f->n; i++) {
		o = &w->found[i];
		f->base[i] = (const uint8_t *)((uintptr_t)from->base[o->up] +
		    o->at);
		f->len[i] = o->len;
		f->rec[i] = from->rec[o->up];
		f->up[i] = o->up;
		f->occ[i] = o->occ;
		if (o->len < f->shortest)
			f->shortest = o->len;
	}
}

void
op_walk(const struct op *op, struct batch *b)
{
	const struct k_walk *k = op->k;
	const struct column *hangs = op->b == NONE ? NULL : &b->reg[op->b];
	struct column *dst = &b->reg[k->reg];
	uint32_t n = b->frame[op->frame].n, shift, i;
	const struct fault *f;
	struct walker w;

	column_init(dst, &b->arena, V_I64, 0, n);
	walker_init(&w, op, &b->arena);
	w.rows = k->rows;
	for (i = 0; i < n; i++) {
		dst->v.i64[i] = 0;
		f = hangs == NULL || hangs->bad.n == 0 ? NULL :
		    column_fault(hangs, i);
		if (f == NULL && walk_row(&w, op, b, i, &shift)) {
			dst->v.i64[i] = (int64_t)k->step[0].max *
			    k->step[0].size - shift;
			continue;
		}
		if (f == NULL)
			f = w.by->fault;
		column_set_bad(dst, &b->arena, i, f != NULL ? f->op : op->id,
		    f != NULL ? f->code : w.code);
	}
	arena_fini(&w.scratch);
	if (k->each)
		op_frame_faults(b, dst, op->frame, UINT16_MAX);
	walk_rows(op, b, &w);
}

/* ---- subscripts -------------------------------------------------------- */

void
op_subscript(const struct op *op, struct batch *b)
{
	const struct column *src = &b->reg[op->a];
	const struct column *count = op->c == NONE ? NULL : &b->reg[op->c];
	uint32_t n = b->frame[op->frame].n, i;
	struct column *dst = op_column(op, b, V_I64, 0);
	d128 v;

	if (op->b != NONE)
		op_strict(op, b, dst, &op->b, 1);
	if (op->c != NONE)
		op_strict(op, b, dst, &op->c, 1);
	op_strict(op, b, dst, &op->a, 1);
	for (i = 0; i < n; i++) {
		dst->v.i64[i] = 0;
		if (column_is_null(dst, i) || (dst->bad.n > 0 &&
		    column_fault(dst, i) != NULL))
			continue;
		v = column_number(src, i);
		if (v < 1 || v > op->n)
			op_fault(op, b, dst, i, DIAG_D032);
		else if (count == NULL || v <= count->v.i64[i])
			dst->v.i64[i] = (int64_t)v;
	}
}

/* The rows of the frame above, with no bytes yet. */
static struct frame *
view_init(const struct op *op, struct batch *b)
{
	const struct frame *from = &b->frame[op->frame];
	struct frame *f = &b->frame[op->dst];

	*f = *from;
	f->base = arena_alloc(&b->arena, f->n * sizeof *f->base);
	f->len = arena_alloc(&b->arena, f->n * sizeof *f->len);
	f->shortest = UINT32_MAX;
	return f;
}

/* Occurrence v of a row, by the walk's rows, of which *at is the first. */
static void
pick_walked(struct frame *f, const struct frame *rows, uint32_t i, uint32_t *at,
    int64_t v)
{
	uint32_t j = *at;

	while (j < rows->n && rows->up[j] < i)
		j++;
	*at = j;
	if (v < 1 || v > rows->n - j || rows->up[j + v - 1] != i)
		return;
	f->base[i] = rows->base[j + v - 1];
	f->len[i] = rows->len[j + v - 1];
}

void
op_pick(const struct op *op, struct batch *b)
{
	const struct k_pick *k = op->k;
	const struct frame *from = &b->frame[op->frame];
	const struct frame *rows = k->rows == NONE ? NULL : &b->frame[k->rows];
	struct frame *f = view_init(op, b);
	uint32_t i, at = 0, by;
	int64_t v;

	for (i = 0; i < f->n; i++) {
		f->base[i] = from->base[i];
		f->len[i] = 0;
		v = op->a == NONE ? op->n : b->reg[op->a].v.i64[i];
		if (rows != NULL) {
			pick_walked(f, rows, i, &at, v);
		} else if (v > 0) {
			by = (uint32_t)(v - 1) * k->stride;
			f->base[i] = (const uint8_t *)(
			    (uintptr_t)from->base[i] + by);
			f->len[i] = from->len[i] > by ? from->len[i] - by : 0;
		}
		if (f->len[i] < f->shortest)
			f->shortest = f->len[i];
	}
}

void
op_reach(const struct op *op, struct batch *b)
{
	const struct k_reach *k = op->k;
	const struct frame *from = &b->frame[k->from], *f;
	struct frame *dst = view_init(op, b);
	uint32_t i, j, row;

	dst->up = from->up == NULL ? NULL :
	    arena_alloc(&b->arena, dst->n * sizeof *dst->up);
	for (i = 0; i < dst->n; i++) {
		for (row = i, j = 0; j < k->npath; j++) {
			f = &b->frame[k->path[j]];
			row = f->up[row];
		}
		dst->base[i] = from->base[row];
		dst->len[i] = from->len[row];
		if (dst->up != NULL)
			dst->up[i] = from->up[row];
		if (dst->len[i] < dst->shortest)
			dst->shortest = dst->len[i];
	}
}
