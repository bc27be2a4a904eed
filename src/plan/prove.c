/*
 * encode(decode(bytes)) = bytes; see prove.h.
 *
 * An item's cells are decoded in all records at once, and encoded as if every
 * cell had the preferred form: most have it.  Those whose bytes differ then
 * get the form that their bytes have, and once more must come out the same.
 */
#include "plan/prove.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/buf.h"
#include "plan/plan_impl.h"
#include "plan/plan_record.h"
#include "plan/prove_rows.h"
#include "record/record.h"

#define AREAS_MAX	50	/* one in another: there are 49 levels */

struct prover {
	const struct plan *plan;
	const struct layout *layout;
	struct record_plan **of;	/* by type; one where there are none */
	const uint32_t *root;		/* by type: its level 01 */
	const struct csv_dialect *dialect;	/* rows of it; or NULL */
	uint32_t n;
};

/* A part with alternatives, while it is being walked. */
struct area {
	const struct record_space *space;
	uint32_t *from;		/* [n + 1] first difference of each */
	bool *idle;		/* [n] nothing but bytes */
	uint32_t n, cap, idle_cap;
};

struct prove {
	struct arena *arena;	/* of the batch */
	struct arena scratch;
	const struct layout *layout;
	const struct csv_dialect *dialect;
	const struct slice *rec;
	struct proof *out;
	struct area area[AREAS_MAX];
	uint32_t narea;
};

struct prover *
prover_new(struct arena *a, const struct plan *plan, const struct layout *l,
    uint32_t record, const struct codepage *page, const struct mapping *m,
    const struct csv_dialect *dialect)
{
	struct prover *p = arena_zalloc(a, sizeof *p);
	uint32_t t, group, of, *root;

	p->plan = plan;
	p->layout = l;
	p->dialect = dialect;
	p->n = plan_ntype(plan) > 0 ? plan_ntype(plan) : 1;
	p->of = arena_array(a, p->n, sizeof *p->of);
	p->root = root = arena_array(a, p->n, sizeof *root);
	for (t = 0; t < p->n; t++) {
		group = ITEM_NONE;
		of = plan_ntype(plan) == 0 ? record : plan_find_layout(l,
		    record, &m->record_type[t], &group);
		root[t] = of;
		p->of[t] = record_plan_new(a, l, of, group, page, m);
	}
	return p;
}

/* ---- differences -------------------------------------------------------- */

/* The row of `in` (NULL: none) that a row of `s` belongs to. */
static uint32_t
row_in(const struct record_space *s, uint32_t row,
    const struct record_space *in)
{
	if (in == NULL)
		return 0;
	for (; s != in && s->above != NULL; s = s->above)
		row = s->up[row];
	return row;
}

static const struct record_space *
area_space(const struct prove *p, uint32_t narea)
{
	return narea == 0 ? NULL : p->area[narea - 1].space;
}

static struct difference *
difference_add(struct prove *p, const struct record_space *s, uint32_t row,
    uint32_t item, uint16_t code)
{
	struct difference *d = ARENA_PUSH(p->arena, p->out->v, p->out->n,
	    p->out->cap);
	const struct record_space *x;
	uint32_t i = row, n = 0, *occ;

	*d = (struct difference){ .rec = s->rec[row], .item = item,
	    .code = code, .row = row_in(s, row, area_space(p, p->narea)) };
	for (x = s; x->above != NULL; x = x->above)
		n++;
	d->occ = occ = arena_array(p->arena, n, sizeof *occ);
	d->nocc = n;
	for (x = s; x->above != NULL; i = x->up[i], x = x->above)
		occ[--n] = x->occ[i];
	return d;
}

static void
difference_cell(struct prove *p, const struct record_cells *c, uint32_t row,
    uint16_t code, const uint8_t *after)
{
	struct difference *d = difference_add(p, c->space, row, c->item, code);

	d->offset = (uint32_t)((uintptr_t)record_bytes(c, row) -
	    (uintptr_t)p->rec[d->rec].p);
	d->size = c->codec->size;
	if (d->size > p->rec[d->rec].len - d->offset)
		d->size = p->rec[d->rec].len - d->offset;	/* D001 */
	if (after == NULL)
		return;
	d->nafter = d->size < PROOF_BYTES ? d->size : PROOF_BYTES;
	memcpy(d->after, after, d->nafter);
}

/* The alternative that is being walked has more than bytes. */
static void
area_busy(struct prove *p)
{
	struct area *a;

	if (p->narea == 0)
		return;
	a = &p->area[p->narea - 1];
	a->idle[a->n - 1] = false;
}

/* ---- cells -------------------------------------------------------------- */

struct trip {			/* cells on their way there and back */
	const struct record_cells *cells;
	struct codec codec;	/* of what is written, at offset 0 */
	struct column column;
	uint8_t *out, **to;	/* NULL: not to be written */
	uint64_t *form;
	struct cell_faults faults;
};

/* Encodes; cells that came back as they were are done with. */
static uint32_t
trip_back(struct prove *p, struct trip *t)
{
	const struct record_cells *c = t->cells;
	uint32_t n = c->rows.n, size = c->codec->size, i, k = 0, left = 0;

	t->faults.n = 0;
	codec_encode(&t->codec, &t->column, t->form, t->to, n, &t->faults,
	    &p->scratch);
	for (i = 0; i < n; i++) {
		while (k < t->faults.n && t->faults.v[k].row < i)
			k++;
		if (t->to[i] == NULL)
			continue;
		if ((k < t->faults.n && t->faults.v[k].row == i) ||
		    memcmp(t->to[i], record_bytes(c, i), size) != 0)
			left++;
		else
			t->to[i] = NULL;
	}
	return left;
}

/* Bad cells cannot be written; they are differences. */
static void
trip_bad(struct prove *p, struct trip *t)
{
	const struct record_cells *c = t->cells;
	const struct fault *f;
	uint32_t i;

	for (i = 0; i < t->column.bad.n; i++) {
		f = &t->column.bad.v[i];
		t->to[f->row] = NULL;
		/* bytes are bytes, however few there are */
		if (!c->bytes || f->code != DIAG_D001)
			difference_cell(p, c, f->row, f->code, NULL);
	}
}

static void
trip_odd(struct prove *p, struct trip *t)
{
	const struct record_cells *c = t->cells;
	uint32_t n = c->rows.n, i, k = 0;
	uint16_t code;

	t->form = arena_array(&p->scratch, n, sizeof *t->form);
	for (i = 0; i < n; i++)
		if (t->to[i] != NULL)
			t->form[i] = codec_form(&t->codec, &t->column, i,
			    record_bytes(c, i));
	if (trip_back(p, t) == 0)
		return;
	for (i = 0; i < n; i++) {
		while (k < t->faults.n && t->faults.v[k].row < i)
			k++;
		if (t->to[i] == NULL)
			continue;
		code = codec_formless(c->codec);
		if (k < t->faults.n && t->faults.v[k].row == i)
			difference_cell(p, c, i, code, NULL);
		else
			difference_cell(p, c, i, code, t->to[i]);
	}
}

/* ---- fields of rows ----------------------------------------------------- */

/* The field's place in its row. */
static void
field_place(struct prove *p, struct difference *d, uint32_t field)
{
	struct slice rec = p->rec[d->rec];
	struct delimited_row row;
	struct row_place at = { 0, 0 };

	delimited_row(rec, &row);
	if (field == UINT32_MAX || !row_column_place(p->dialect, row.raw,
	    delimited_column(rec, field), &at))
		at.size = row.raw.len;
	d->offset = at.offset;
	d->size = at.size;
}

static void
difference_field(struct prove *p, const struct record_cells *c, uint32_t row,
    uint16_t code, struct slice after)
{
	struct difference *d = difference_add(p, c->space, row, c->item, code);

	field_place(p, d, (uint32_t)(record_bytes(c, row) - p->rec[d->rec].p -
	    DELIMITED_HEAD) / CODEC_FIELD_SIZE);
	d->nafter = after.len < PROOF_BYTES ? after.len : PROOF_BYTES;
	if (d->nafter > 0)
		memcpy(d->after, after.p, d->nafter);
}

static void
prove_fields(struct prove *p, const struct record_cells *c)
{
	struct column column;
	struct slice bytes;
	struct buf out;
	uint32_t i, bad = 0;
	uint16_t code;

	codec_decode(c->codec, &c->rows, &column, &p->scratch);
	buf_init(&out, 64u << 20);
	for (i = 0; i < c->rows.n; i++) {
		if (bad < column.bad.n && column.bad.v[bad].row == i) {
			difference_field(p, c, i, column.bad.v[bad++].code,
			    (struct slice){ NULL, 0 });
			continue;
		}
		bytes = codec_field_bytes(record_bytes(c, i));
		buf_clear(&out);
		code = codec_field_back(c->codec, &column, i, bytes, &out);
		if (code != 0)
			buf_clear(&out);
		else if (out.len == bytes.len && (bytes.len == 0 ||
		    memcmp(out.p, bytes.p, bytes.len) == 0))
			continue;
		difference_field(p, c, i, code != 0 ? code : DIAG_D030,
		    (struct slice){ (const uint8_t *)out.p,
		    (uint32_t)out.len });
	}
	buf_fini(&out);
}

/*
 * The rows themselves.  Those that are none, of which no field is worth
 * proving, go out of index; what is left of it is returned.
 */
static uint32_t
prove_rows(struct prove *p, const struct plan *plan, const struct batch *b,
    uint32_t root, uint32_t *index, uint32_t n)
{
	struct arena_mark mark = arena_mark(&p->scratch);
	uint32_t i, left = 0, field;
	struct delimited_row row;
	struct difference *d;
	uint16_t code;

	for (i = 0; i < n; i++) {
		delimited_row(p->rec[index[i]], &row);
		field = UINT32_MAX;
		code = plan_row_code(plan, b, index[i], &row);
		if (code == 0 && row_comes_back(p->dialect, p->rec[index[i]],
		    &p->scratch, &field)) {
			index[left++] = index[i];
			arena_back(&p->scratch, mark);
			continue;
		}
		arena_back(&p->scratch, mark);
		d = ARENA_PUSH(p->arena, p->out->v, p->out->n, p->out->cap);
		*d = (struct difference){ .rec = index[i], .item = root,
		    .code = code != 0 ? code : DIAG_D030 };
		field_place(p, d, field);
	}
	return left;
}

static void
prove_cells(void *arg, const struct record_cells *c)
{
	struct prove *p = arg;
	struct trip t = { .cells = c, .codec = *c->codec };
	uint32_t n = c->rows.n, size = c->codec->size, i;

	if (!c->bytes)
		area_busy(p);
	if (c->codec->kind == CODEC_FIELD)
		prove_fields(p, c);
	if (p->dialect != NULL)
		return;		/* all others are the reader's own */
	t.codec.offset = 0;
	t.out = arena_alloc(&p->scratch, (size_t)n * size + 1);
	t.to = arena_alloc(&p->scratch, n * sizeof *t.to);
	for (i = 0; i < n; i++)
		t.to[i] = record_has(c, i) ? t.out + (size_t)i * size : NULL;
	codec_decode(c->codec, &c->rows, &t.column, &p->scratch);
	if (t.column.bad.n > 0)
		trip_bad(p, &t);
	if (trip_back(p, &t) > 0)
		trip_odd(p, &t);
}

static void
prove_lost(void *arg, const struct record_space *s, uint32_t row,
    uint32_t item, uint16_t code, const uint8_t *at)
{
	struct prove *p = arg;
	struct difference *d = difference_add(p, s, row, item, code);

	if (at == NULL)
		return;
	d->offset = (uint32_t)(at - p->rec[d->rec].p);
	d->size = p->layout->item[item].size;
}

/* ---- alternatives ------------------------------------------------------- */

static void
prove_area(void *arg, const struct record_space *s, uint32_t item)
{
	struct prove *p = arg;
	struct area *a = &p->area[p->narea];

	(void)item;
	*a = (struct area){ .space = s };
	p->narea++;
}

static void
prove_alternative(void *arg, uint32_t item)
{
	struct prove *p = arg;
	struct area *a = &p->area[p->narea - 1];
	uint32_t n = a->n;

	(void)item;
	*ARENA_PUSH(&p->scratch, a->from, a->n, a->cap) = p->out->n;
	*ARENA_PUSH(&p->scratch, a->idle, n, a->idle_cap) = true;
}

/* By row: the alternative with the fewest differences. */
static uint32_t *
area_best(struct prove *p, const struct area *a)
{
	const struct difference *d = p->out->v;
	uint32_t n = a->space->n, i, k;
	uint32_t *best = arena_array(&p->scratch, n, sizeof *best);
	uint32_t *fewest = arena_array(&p->scratch, n, sizeof *fewest);
	uint32_t *count = arena_array(&p->scratch, n, sizeof *count);
	bool any = false;

	for (k = 0; k < a->n; k++) {
		if (a->idle[k])
			continue;
		memset(count, 0, n * sizeof *count);
		for (i = a->from[k]; i < (k + 1 < a->n ? a->from[k + 1] :
		    p->out->n); i++)
			count[d[i].row]++;
		for (i = 0; i < n; i++)
			if (!any || count[i] < fewest[i]) {
				best[i] = k;
				fewest[i] = count[i];
			}
		any = true;
	}
	return best;
}

static void
prove_end(void *arg)
{
	struct prove *p = arg;
	struct area *a = &p->area[--p->narea];
	struct difference *d = p->out->v;
	uint32_t i, k = 0, n = a->n > 0 ? a->from[0] : p->out->n, *best;
	struct arena_mark mark = arena_mark(&p->scratch);

	if (n < p->out->n) {
		best = area_best(p, a);
		for (i = n; i < p->out->n; i++) {
			while (k + 1 < a->n && i >= a->from[k + 1])
				k++;
			if (best[d[i].row] != k)
				continue;
			d[n] = d[i];
			d[n].row = row_in(a->space, d[i].row,
			    area_space(p, p->narea));
			n++;
		}
		p->out->n = n;
	}
	arena_back(&p->scratch, mark);
	for (i = 0; i < a->n; i++)
		if (!a->idle[i])
			area_busy(p);
}

/* ---- a batch ------------------------------------------------------------ */

static int
difference_cmp(const void *x, const void *y)
{
	const struct difference *a = x, *b = y;

	if (a->rec != b->rec)
		return a->rec < b->rec ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return (a->code > b->code) - (a->code < b->code);
}

/* In order; what is told of an item twice (of a count), once. */
static void
prove_sort(struct proof *p)
{
	uint32_t i, n = 1;

	if (p->n == 0)
		return;
	qsort(p->v, p->n, sizeof *p->v, difference_cmp);
	for (i = 1; i < p->n; i++)
		if (difference_cmp(&p->v[i], &p->v[n - 1]) != 0)
			p->v[n++] = p->v[i];
	p->n = n;
}

/* Records of one type; NULL: of all. */
static uint32_t *
prove_select(struct prove *p, const struct batch *b, uint32_t type,
    uint32_t *n)
{
	uint32_t *index = arena_alloc(&p->scratch, b->slab.nrec *
	    sizeof *index), i;

	for (i = *n = 0; i < b->slab.nrec; i++)
		if (b->type == NULL || b->type[i] == type)
			index[(*n)++] = i;
	return index;
}

void
prove_batch(const struct prover *pr, struct batch *b, struct proof *out)
{
	struct prove p = { .arena = &b->arena, .layout = pr->layout,
	    .dialect = pr->dialect, .rec = b->slab.rec, .out = out };
	const struct record_visitor v = { .arg = &p, .cells = prove_cells,
	    .area = prove_area, .alternative = prove_alternative,
	    .end = prove_end, .lost = prove_lost };
	uint32_t t, n, i, *index;

	memset(out, 0, sizeof *out);
	arena_init(&p.scratch);
	for (t = 0; t < pr->n; t++) {
		index = prove_select(&p, b, t, &n);
		out->checked += n;
		if (p.dialect != NULL)
			n = prove_rows(&p, pr->plan, b, pr->root[t], index,
			    n);
		record_walk(pr->of[t], &v, b->slab.rec, index, n, NULL,
		    &p.scratch);
	}
	arena_fini(&p.scratch);
	prove_sort(out);
	out->proved = out->checked;
	for (i = 0; i < out->n; i++)
		out->proved -= i == 0 || out->v[i].rec != out->v[i - 1].rec;
}
