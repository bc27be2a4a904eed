/*
 * Records from one code page to another; see convert.h.
 *
 * Alternatives of a redefined part are each written into a copy of the
 * records; at the part's end the one that fits a row best is copied back.
 */
#include "plan/convert.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "charset/charset.h"
#include "plan/plan_impl.h"
#include "plan/plan_record.h"

#define AREAS_MAX	50	/* one in another: there are 49 levels */

struct converter {
	const struct layout *layout;
	struct record_plan **of;	/* by type; one where there are none */
	uint32_t n;
	const struct codepage *from, *to;
	int16_t byte[256];		/* the same character, or -1 */
};

struct area {
	const struct record_space *space;
	uint32_t item;
	uint64_t top;			/* end of the longest, from its start */
	uint8_t ***out;			/* [n] each alternative's records */
	uint32_t *from;			/* [n] its first misfit */
	bool *idle;			/* [n] nothing but bytes */
	uint32_t n, cap, from_cap, idle_cap;
	const uint8_t **start;		/* [rows] */
};

struct convert {
	const struct converter *c;
	const struct slice *rec;
	uint32_t nrec;
	uint8_t *const *top;		/* the records to be */
	uint8_t *const *out;		/* what is written to just now */
	struct misfits *misfits;
	struct arena *arena;		/* of misfits */
	struct arena copies;		/* until the outermost part ends */
	struct area area[AREAS_MAX];
	uint32_t narea;
};

struct converter *
converter_new(struct arena *a, const struct plan *p, const struct mapping *m,
    const struct codepage *from, const struct codepage *to)
{
	struct converter *c = arena_zalloc(a, sizeof *c);
	uint32_t t, group, of, i;

	c->layout = p->layout;
	c->from = from;
	c->to = to;
	for (i = 0; i < 256; i++)
		c->byte[i] = from->ucs[i] == CODEPAGE_NONE ? -1 :
		    (int16_t)charset_encode(to, from->ucs[i]);
	c->n = p->ntype > 0 ? p->ntype : 1;
	c->of = arena_array(a, c->n, sizeof *c->of);
	for (t = 0; t < c->n; t++) {
		group = ITEM_NONE;
		of = p->ntype == 0 ? p->record : plan_find_layout(p->layout,
		    p->record, &m->record_type[t], &group);
		c->of[t] = record_plan_new(a, p->layout, of, group, from, m);
	}
	return c;
}

/* ---- misfits ------------------------------------------------------------ */

static const struct record_space *
area_space(const struct convert *v, uint32_t narea)
{
	return narea == 0 ? NULL : v->area[narea - 1].space;
}

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

static void
misfit_add(struct convert *v, const struct record_cells *c, uint32_t row,
    uint16_t code, bool soft)
{
	uint32_t rec = c->space->rec[row];

	if (soft && v->narea == 0)
		return;
	*ARENA_PUSH(v->arena, v->misfits->v, v->misfits->n,
	    v->misfits->cap) = (struct misfit){ .rec = rec, .item = c->item,
	    .code = code, .soft = soft, .size = c->codec->size,
	    .offset = (uint32_t)((uintptr_t)record_bytes(c, row) -
	    (uintptr_t)v->rec[rec].p),
	    .row = row_in(c->space, row, area_space(v, v->narea)) };
}

/* ---- cells -------------------------------------------------------------- */

static uint8_t *
out_bytes(const struct convert *v, const struct record_cells *c, uint32_t row)
{
	uint32_t rec = c->space->rec[row];

	return v->out[rec] + ((uintptr_t)record_bytes(c, row) -
	    (uintptr_t)v->rec[rec].p);
}

/* Bytes as characters, if they all are. */
static void
convert_bytes(const struct converter *c, const uint8_t *p, uint8_t *out,
    uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (c->byte[p[i]] < 0)
			return;
	for (i = 0; i < n; i++)
		out[i] = (uint8_t)c->byte[p[i]];
}

static void
convert_filler(struct convert *v, const struct record_cells *c)
{
	const struct item *it;
	uint32_t i;

	if (c->item == ITEM_NONE)
		return;
	it = &v->c->layout->item[c->item];
	if (it->usage != USAGE_DISPLAY || it->category == CAT_OPAQUE)
		return;
	for (i = 0; i < c->rows.n; i++)
		if (record_has(c, i))
			convert_bytes(v->c, record_bytes(c, i),
			    out_bytes(v, c, i), c->codec->size);
}

/* Do the bytes of the item depend on the page? */
static bool
is_of_page(const struct codec *c)
{
	switch (c->kind) {
	case CODEC_TEXT:
	case CODEC_ZONED:
	case CODEC_DIGITS:
	case CODEC_DBCS:
		return true;
	case CODEC_EDITED:
		return !c->edit->national;
	default:
		return false;
	}
}

/* The form in the other page: a sign's zone is a page's own. */
static uint64_t
form_of_page(const struct codec *c, const struct codepage *from,
    const struct codepage *to, uint64_t form)
{
	if (c->kind == CODEC_ZONED || c->kind == CODEC_DIGITS)
		return from->ebcdic == to->ebcdic ? form : form &
		    ~FORM_SIGN(15);
	return c->kind == CODEC_TEXT ? form & FORM_FILLER : form;
}

static void
convert_faults(struct convert *v, const struct record_cells *c,
    const struct cell_faults *f)
{
	uint32_t i;

	for (i = 0; i < f->n; i++)
		misfit_add(v, c, f->v[i].row, f->v[i].code, false);
}

/* Has the text control characters, as a number's bytes often are? */
static bool
is_odd_text(const struct column *col, uint32_t row)
{
	struct slice s = col->type == V_TEXT ? col->v.text[row] :
	    (struct slice){ NULL, 0 };
	uint32_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] < 0x20 || s.p[i] == 0x7f || (s.p[i] == 0xc2 &&
		    i + 1 < s.len && s.p[i + 1] < 0xa0))
			return true;
	return false;
}

/* Within a part with alternatives: does it give its bytes back? */
static void
convert_check(struct convert *v, const struct record_cells *c,
    const struct column *col, const uint64_t *form, struct arena *a)
{
	uint32_t n = c->rows.n, size = c->codec->size, i, k = 0;
	uint8_t *back = arena_alloc(a, (size_t)n * size + 1);
	uint8_t **to = arena_array(a, n, sizeof *to);
	struct codec codec = *c->codec;
	struct cell_faults faults = { 0 };

	codec.offset = 0;
	for (i = 0; i < n; i++)
		to[i] = record_has(c, i) ? back + (size_t)i * size : NULL;
	codec_encode(&codec, col, form, to, n, &faults, a);
	for (i = 0; i < n; i++) {
		while (k < faults.n && faults.v[k].row < i)
			k++;
		if (to[i] != NULL && ((k < faults.n &&
		    faults.v[k].row == i) || memcmp(to[i], record_bytes(c, i),
		    size) != 0 || is_odd_text(col, i)))
			misfit_add(v, c, i, DIAG_D030, true);
	}
}

static void
convert_values(struct convert *v, const struct record_cells *c,
    struct arena *a)
{
	const struct codec *in = c->codec;
	struct codec out = *in;
	uint32_t n = c->rows.n, i;
	uint64_t *form = arena_array(a, n, sizeof *form);
	uint8_t **to = arena_array(a, n, sizeof *to);
	struct cell_faults faults = { 0 };
	struct column col;

	codec_decode(in, &c->rows, &col, a);
	for (i = 0; i < n; i++)
		if (record_has(c, i))
			form[i] = codec_form(in, &col, i, record_bytes(c, i));
	if (v->narea > 0)
		convert_check(v, c, &col, form, a);
	if (!is_of_page(in))
		return;
	for (i = 0; i < n; i++) {
		form[i] = form_of_page(in, v->c->from, v->c->to, form[i]);
		to[i] = record_has(c, i) ? out_bytes(v, c, i) : NULL;
		if (to[i] == NULL && c->rows.len[i] > in->offset)
			misfit_add(v, c, i, DIAG_D001, false);
	}
	out.offset = 0;
	out.page = v->c->to;
	codec_encode(&out, &col, form, to, n, &faults, a);
	convert_faults(v, c, &faults);
}

static void
convert_cells(void *arg, const struct record_cells *c)
{
	struct convert *v = arg;
	struct area *around = v->narea > 0 ? &v->area[v->narea - 1] : NULL;
	struct arena scratch;

	if (c->bytes) {
		convert_filler(v, c);
		return;
	}
	if (around != NULL)
		around->idle[around->n - 1] = false;
	else if (!is_of_page(c->codec))
		return;
	arena_init(&scratch);
	convert_values(v, c, &scratch);
	arena_fini(&scratch);
}

/* ---- alternatives ------------------------------------------------------- */

static uint64_t
item_length(const struct item *it)
{
	return (uint64_t)it->size * (it->occurs_max > 0 ? it->occurs_max : 1);
}

static void
convert_area(void *arg, const struct record_space *s, uint32_t item)
{
	struct convert *v = arg;
	struct area *a = &v->area[v->narea++];
	uint32_t i;

	*a = (struct area){ .space = s, .item = item };
	a->start = arena_alloc(&v->copies, s->n * sizeof *a->start);
	for (i = 0; i < s->n; i++)
		a->start[i] = s->base[i] + v->c->layout->item[item].offset;
}

static void
convert_alternative(void *arg, uint32_t item)
{
	struct convert *v = arg;
	struct area *a = &v->area[v->narea - 1];
	uint8_t **copy = arena_array(&v->copies, v->nrec, sizeof *copy);
	uint64_t length = item_length(&v->c->layout->item[item]);
	uint32_t i, n = a->n;

	/* of all records, for rows tell them by their numbers */
	for (i = 0; i < v->nrec; i++)
		copy[i] = arena_copy(&v->copies, v->rec[i].p, v->rec[i].len);
	*ARENA_PUSH(&v->copies, a->out, a->n, a->cap) = copy;
	*ARENA_PUSH(&v->copies, a->from, n, a->from_cap) = v->misfits->n;
	n = a->n - 1;
	*ARENA_PUSH(&v->copies, a->idle, n, a->idle_cap) = true;
	if (length > a->top)
		a->top = length;
	v->out = copy;
}

/* By row: the alternative with the fewest misfits. */
static uint32_t *
area_best(struct convert *v, const struct area *a)
{
	const struct misfit *m = v->misfits->v;
	uint32_t n = a->space->n, i, k, end;
	uint32_t *best = arena_array(&v->copies, n, sizeof *best);
	uint32_t *fewest = arena_array(&v->copies, n, sizeof *fewest);
	uint32_t *count = arena_array(&v->copies, n, sizeof *count);
	bool any = false;

	for (k = 0; k < a->n; k++) {
		if (a->idle[k])
			continue;
		memset(count, 0, n * sizeof *count);
		end = k + 1 < a->n ? a->from[k + 1] : v->misfits->n;
		for (i = a->from[k]; i < end; i++)
			count[m[i].row]++;
		for (i = 0; i < n; i++)
			if (!any || count[i] < fewest[i]) {
				best[i] = k;
				fewest[i] = count[i];
			}
		any = true;
	}
	return best;
}

/* Those of the alternatives taken stay. */
static void
area_misfits(struct convert *v, const struct area *a, const uint32_t *best)
{
	struct misfit *m = v->misfits->v;
	uint32_t n = a->n > 0 ? a->from[0] : v->misfits->n, i, k = 0;

	for (i = n; i < v->misfits->n; i++) {
		while (k + 1 < a->n && i >= a->from[k + 1])
			k++;
		if (best[m[i].row] != k || (m[i].soft && v->narea == 0))
			continue;
		m[n] = m[i];
		m[n].row = row_in(a->space, m[i].row,
		    area_space(v, v->narea));
		n++;
	}
	v->misfits->n = n;
}

static void
convert_end(void *arg)
{
	struct convert *v = arg;
	struct area *a = &v->area[--v->narea], *up = v->narea == 0 ? NULL :
	    &v->area[v->narea - 1];
	uint32_t *best = area_best(v, a), i, rec;
	uint64_t at, n;

	v->out = up == NULL ? v->top : up->out[up->n - 1];
	for (i = 0; i < a->space->n; i++) {
		rec = a->space->rec[i];
		at = (uintptr_t)a->start[i] - (uintptr_t)v->rec[rec].p;
		if (at >= v->rec[rec].len)
			continue;
		n = v->rec[rec].len - at < a->top ? v->rec[rec].len - at :
		    a->top;
		memcpy(v->out[rec] + at, a->out[best[i]][rec] + at, n);
	}
	area_misfits(v, a, best);
	if (up == NULL) {
		arena_reset(&v->copies);
		return;
	}
	for (i = 0; i < a->n; i++)
		if (!a->idle[i])
			up->idle[up->n - 1] = false;
}

/* ---- a batch ------------------------------------------------------------ */

static void
convert_lost(void *arg, const struct record_space *s, uint32_t row,
    uint32_t item, uint16_t code, const uint8_t *at)
{
	struct convert *v = arg;
	uint32_t rec = s->rec[row];

	*ARENA_PUSH(v->arena, v->misfits->v, v->misfits->n,
	    v->misfits->cap) = (struct misfit){ .rec = rec, .item = item,
	    .code = code, .size = at == NULL ? 0 :
	    v->c->layout->item[item].size, .offset = at == NULL ? 0 :
	    (uint32_t)(at - v->rec[rec].p),
	    .row = row_in(s, row, area_space(v, v->narea)) };
}

static int
misfit_cmp(const void *x, const void *y)
{
	const struct misfit *a = x, *b = y;

	if (a->rec != b->rec)
		return a->rec < b->rec ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

static void
convert_type(struct convert *v, const struct batch *b, uint32_t type,
    uint8_t *const *out)
{
	const struct record_visitor visitor = { .arg = v,
	    .cells = convert_cells, .area = convert_area,
	    .alternative = convert_alternative, .end = convert_end,
	    .lost = convert_lost };
	uint32_t *index, *covered, n = 0, i;
	struct arena walk;

	arena_init(&walk);
	index = arena_array(&walk, v->nrec, sizeof *index);
	covered = arena_array(&walk, v->nrec, sizeof *covered);
	for (i = 0; i < v->nrec; i++)
		if (b->type == NULL || b->type[i] == type)
			index[n++] = i;
	v->out = v->top = out;
	record_walk(v->c->of[type], &visitor, v->rec, index, n, covered,
	    &walk);
	for (i = 0; i < n; i++)
		if (covered[i] < v->rec[index[i]].len)
			convert_bytes(v->c, v->rec[index[i]].p + covered[i],
			    out[index[i]] + covered[i],
			    v->rec[index[i]].len - covered[i]);
	arena_fini(&walk);
}

void
converter_run(const struct converter *c, const struct batch *b,
    uint8_t *const *out, struct misfits *misfits, struct arena *a)
{
	struct convert v = { .c = c, .rec = b->slab.rec, .nrec = b->slab.nrec,
	    .misfits = misfits, .arena = a };
	uint32_t t, i;

	for (i = 0; i < v.nrec; i++) {
		memcpy(out[i], v.rec[i].p, v.rec[i].len);
		if (b->type != NULL && b->type[i] >= c->n)
			*ARENA_PUSH(a, misfits->v, misfits->n, misfits->cap) =
			    (struct misfit){ .rec = i, .item = ITEM_NONE,
			    .code = DIAG_D040 };
	}
	arena_init(&v.copies);
	for (t = 0; t < c->n; t++)
		convert_type(&v, b, t, out);
	arena_fini(&v.copies);
	if (misfits->n > 0)
		qsort(misfits->v, misfits->n, sizeof *misfits->v,
		    misfit_cmp);
}
