/*
 * Running a plan over a batch: the ops in order, then verdicts, reasons and
 * the rows that each table loads.
 */
#include "plan/plan_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "plan/carry.h"
#include "plan/key.h"

#define OUT_MAX	((size_t)1 << 30)	/* bytes of encoded rows of a batch */

static op_fn *const op_functions[] = {
#define OP(code, fn, name) fn,
#include "plan/ops.def"
#undef OP
};

struct batch *
batch_new(const struct plan *p)
{
	struct batch *b = mem_zalloc(sizeof *b);
	uint32_t t;

	arena_init(&b->arena);
	slab_init(&b->slab);
	b->frame = mem_array(p->nframe, sizeof *b->frame);
	b->reg = mem_array(p->nreg + 1, sizeof *b->reg);
	b->rows = mem_array(p->schema.ntable, sizeof *b->rows);
	b->out = mem_array(p->schema.ntable, sizeof *b->out);
	b->ntable = p->schema.ntable;
	for (t = 0; t < b->ntable; t++)
		buf_init(&b->out[t], OUT_MAX);
	return b;
}

void
batch_free(struct batch *b)
{
	uint32_t t;

	if (b == NULL)
		return;
	for (t = 0; t < b->ntable; t++)
		buf_fini(&b->out[t]);
	slab_fini(&b->slab);
	arena_fini(&b->arena);
	mem_free(b->frame);
	mem_free(b->reg);
	mem_free(b->rows);
	mem_free(b->out);
	mem_free(b->origin);
	mem_free(b);
}

static struct reject *
reject_add(struct batch *b, uint32_t rec, uint16_t code)
{
	struct reject *r = ARENA_PUSH(&b->arena, b->reject, b->nreject,
	    b->reject_cap);

	*r = (struct reject){ .rec = rec, .code = code, .table = UINT16_MAX,
	    .column = UINT16_MAX, .item = ITEM_NONE };
	return r;
}

/* The row above that a row hangs on, `space` being of the frames above it;
 * NONE: it is not. */
static uint32_t
row_above(const struct plan *p, const struct batch *b, uint32_t frame,
    uint32_t row, uint32_t space)
{
	const struct frame *f;

	for (frame = plan_space(p, frame); frame != space;) {
		if (frame == 0)
			return NONE;
		f = &b->frame[frame];
		frame = plan_space(p, p->frame[frame].kind == FRAME_MERGE ?
		    f->src[row] : p->frame[frame].parent);
		row = f->up[row];
	}
	return row;
}

/* A walk failed: over an item in the table, or over an argument of its. */
static void
reject_walk(const struct plan *p, const struct batch *b, struct reject *r,
    uint32_t *op, uint32_t *frame, uint32_t *row)
{
	uint32_t space = plan_space(p, p->op[*op].frame);
	struct walk_stop stop;

	*row = row_above(p, b, *frame, *row, space);
	*frame = space;
	if (*row == NONE) {
		r->inherited = p->parents;
		return;
	}
	stop = op_walk_stop(&p->op[*op], b, *row);
	if (stop.reg != NONE) {
		*op = p->reg[stop.reg].op;
		return;
	}
	r->item = stop.item;
	r->size = stop.size;
	r->offset = (uint32_t)((uintptr_t)stop.at -
	    (uintptr_t)b->slab.rec[r->rec].p);
}

/*
 * The bytes of the item that an op failed over: the row of `frame` is followed
 * up to the frame that the item was decoded in.
 */
static void
reject_place(const struct plan *p, const struct batch *b, struct reject *r,
    uint32_t op, uint32_t frame, uint32_t row)
{
	const struct op_note *n;
	const struct codec *c;
	uint32_t where;

	r->item = p->note[op].item;
	r->offset = r->size = 0;
	if (p->op[op].code == OP_WALK)
		reject_walk(p, b, r, &op, &frame, &row);
	if (p->op[op].code == OP_WALK)
		return;
	n = &p->note[op];
	r->item = n->item;
	if (n->decode == NONE)
		return;
	c = p->op[n->decode].k;
	where = p->op[n->decode].frame;
	row = row_above(p, b, frame, row, plan_space(p, where));
	if (row == NONE) {
		r->inherited = p->parents;
		return;
	}
	r->offset = (uint32_t)((uintptr_t)b->frame[where].base[row] +
	    c->offset - (uintptr_t)b->slab.rec[r->rec].p);
	r->size = c->size;
	if (c->kind == CODEC_CELL)
		r->offset = r->size = 0;	/* see plan_reject_value */
	if (c->kind == CODEC_FIELD)
		plan_field_place(b->frame[where].base[row] + c->offset, r);
}

static void
run_long_records(const struct plan *p, struct batch *b)
{
	uint32_t i, most;

	if (p->ntype == 0 && b->slab.longest <= p->max_size)
		return;
	for (i = 0; i < b->slab.nrec + b->ncarried; i++) {
		if (p->ntype > 0 && b->type[i] >= TYPE_BAD)
			continue;
		most = p->ntype == 0 ? p->max_size :
		    p->type[b->type[i]].max_size;
		if (b->slab.rec[i].len > most) {
			struct reject *r = reject_add(b, i, DIAG_D019);

			r->offset = most;
			r->size = b->slab.rec[i].len - most;
		}
	}
}

/* Reasons that ops gave themselves: see op_frame_faults. */
static void
run_frame_reasons(const struct plan *p, struct batch *b)
{
	uint32_t i;

	for (i = 0; i < b->nreject; i++)
		reject_place(p, b, &b->reject[i], b->reject[i].item,
		    b->reject[i].size, b->reject[i].offset);
}

static void
run_cell_reasons(const struct plan *p, struct batch *b)
{
	const struct frame *f;
	const struct column *col;
	struct reject *r;
	uint32_t t, c, i;

	for (t = 0; t < p->schema.ntable; t++) {
		f = &b->frame[p->table[t].frame];
		for (c = 0; c < p->schema.table[t].ncolumn; c++) {
			col = &b->reg[p->table[t].reg[c]];
			for (i = 0; i < col->bad.n; i++) {
				uint32_t row = col->bad.v[i].row;

				r = reject_add(b, (uint32_t)f->rec[row],
				    col->bad.v[i].code);
				r->table = (uint16_t)t;
				r->column = (uint16_t)c;
				r->occ = f->occ != NULL ? f->occ[row] : 0;
				reject_place(p, b, r, col->bad.v[i].op,
				    p->table[t].frame, row);
			}
		}
	}
}

/* Does a cell that the table stores have this fault already? */
static bool
row_is_bad(const struct plan *p, const struct batch *b, uint32_t t,
    uint32_t row)
{
	uint32_t c;

	for (c = 0; c < p->schema.table[t].ncolumn; c++)
		if (column_fault(&b->reg[p->table[t].reg[c]], row) != NULL)
			return true;
	return false;
}

/* A check refuses what is false; null holds, as in SQL. */
static void
run_check(const struct plan *p, struct batch *b, uint32_t n)
{
	uint32_t t = p->schema.constraint[n].table, i;
	const struct frame *f = &b->frame[p->table[t].frame];
	const struct column *col = &b->reg[p->check[n]];
	const struct fault *bad;
	struct reject *r;

	for (i = 0; i < f->n; i++) {
		bad = column_fault(col, i);
		if (bad == NULL ? column_is_null(col, i) || col->v.flag[i] :
		    row_is_bad(p, b, t, i))
			continue;
		r = reject_add(b, (uint32_t)f->rec[i], bad == NULL ?
		    DIAG_D074 : bad->code);
		r->table = (uint16_t)t;
		r->column = (uint16_t)(REJECT_CONSTRAINT | n);
		r->occ = f->occ != NULL ? f->occ[i] : 0;
		if (bad != NULL)
			reject_place(p, b, r, bad->op, p->table[t].frame, i);
	}
}

static void
run_checks(const struct plan *p, struct batch *b)
{
	uint32_t n;

	for (n = 0; n < p->schema.nconstraint; n++)
		if (p->check[n] != NONE)
			run_check(p, b, n);
}

static int
reject_cmp(const void *x, const void *y)
{
	const struct reject *a = x, *b = y;

	if (a->rec != b->rec)
		return a->rec < b->rec ? -1 : 1;
	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	if (a->occ != b->occ)
		return a->occ < b->occ ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return (a->code > b->code) - (a->code < b->code);
}

/* Sorted, and the same reason (of two uses of one count) only once. */
static void
run_sort_reasons(struct batch *b)
{
	uint32_t i, n = 0;

	if (b->nreject == 0)
		return;
	qsort(b->reject, b->nreject, sizeof *b->reject, reject_cmp);
	for (i = 0; i < b->nreject; i++) {
		b->verdict[b->reject[i].rec] = REJECTED;
		if (n == 0 || reject_cmp(&b->reject[i], &b->reject[n - 1]) != 0)
			b->reject[n++] = b->reject[i];
	}
	b->nreject = n;
}

/* Was it loaded before?  Then it is here for others. */
static bool
is_context(const struct batch *b, uint32_t rec)
{
	const struct reject_origin *o = batch_origin(b, rec);

	return o != NULL && o->context;
}

static void
run_rows(const struct plan *p, struct batch *b, bool carried)
{
	int32_t nrec = (int32_t)b->slab.nrec;
	const struct column **col;
	const struct frame *f;
	uint32_t t, c, i, n, *row;

	for (t = 0; t < p->schema.ntable; t++) {
		f = &b->frame[p->table[t].frame];
		row = arena_alloc(&b->arena, f->n * sizeof *row);
		for (i = n = 0; i < f->n; i++)
			if (b->verdict[f->rec[i]] != REJECTED &&
			    (carried || f->rec[i] < nrec) &&
			    !is_context(b, (uint32_t)f->rec[i])) {
				row[n++] = i;
				b->verdict[f->rec[i]] = LOADED;
			}
		col = arena_alloc(&b->arena,
		    p->schema.table[t].ncolumn * sizeof *col);
		for (c = 0; c < p->schema.table[t].ncolumn; c++)
			col[c] = &b->reg[p->table[t].reg[c]];
		b->rows[t] = (struct rowset){ n, row, col, f->rec };
	}
}

/* The refused key that a row has in a set; NULL: it has none. */
static struct conflict *
conflict_of(const struct plan *p, const struct batch *b,
    const struct conflicts *conflicts, uint32_t set, uint32_t row,
    struct buf *key)
{
	uint32_t nt = p->schema.ntable, t = set;

	buf_clear(key);
	if (set < nt)
		key_text(key, &p->schema.table[t], &b->rows[t], row);
	else {
		t = p->schema.constraint[set - nt].table;
		if (!key_text_constraint(key,
		    &p->schema.constraint[set - nt], &b->rows[t], row))
			return NULL;
	}
	return conflicts_find(conflicts, set, key->p, key->len);
}

/* What a row is rejected for, when its key in the set is refused. */
static void
reject_conflict(const struct plan *p, struct batch *b, uint32_t set,
    uint32_t rec, const struct conflict *found)
{
	const struct schema *s = &p->schema;
	struct reject *r;

	if (set < s->ntable) {
		r = reject_add(b, rec, found->keep == 0 ||
		    found->keep == UINT64_MAX ? DIAG_D020 : DIAG_D061);
		r->table = (uint16_t)set;
		return;
	}
	set -= s->ntable;
	r = reject_add(b, rec, s->constraint[set].kind == CONSTRAINT_UNIQUE ?
	    DIAG_D071 : DIAG_D072);
	r->table = (uint16_t)s->constraint[set].table;
	r->column = (uint16_t)(REJECT_CONSTRAINT | set);
}

/* Rows whose key others have too, or whose foreign key leads nowhere, make
 * their records rejects. */
static bool
run_conflicts(const struct plan *p, struct batch *b,
    const struct conflicts *conflicts)
{
	struct buf key;
	bool any = false;
	const struct conflict *found;
	uint32_t set, t, i, rec;

	buf_init(&key, CONFLICTS_MAX);
	for (set = 0; set < conflicts->nset; set++) {
		if (conflicts->set[set].n == 0)
			continue;
		t = set < p->schema.ntable ? set :
		    p->schema.constraint[set - p->schema.ntable].table;
		for (i = 0; i < b->rows[t].n; i++) {
			found = conflict_of(p, b, conflicts, set,
			    b->rows[t].row[i], &key);
			rec = (uint32_t)b->rows[t].rec[b->rows[t].row[i]];
			if (found == NULL || (found->keep != 0 &&
			    found->keep == batch_record_number(b, rec)))
				continue;
			reject_conflict(p, b, set, rec, found);
			any = true;
		}
	}
	buf_fini(&key);
	return any;
}

/* Those that hang on rejected ones are rejected; reasons in order again. */
static void
run_dependents(const struct plan *p, struct batch *b)
{
	if (p->parents && plan_type_dependents(b))
		run_sort_reasons(b);
}

/*
 * Records that another with their key is kept instead of take along what
 * hangs on them.  A reason of another kind is one to stop for.
 */
static void
run_count_passed(const struct plan *p, struct batch *b)
{
	uint32_t all = b->slab.nrec + b->ncarried, i, rec, up;
	uint8_t *passed = arena_zalloc(&b->arena, all);

	for (i = 0; i < all; i++)
		passed[i] = b->verdict[i] == REJECTED;
	for (i = 0; i < b->nreject; i++)
		if (b->reject[i].code != DIAG_D061 &&
		    b->reject[i].code != DIAG_D042)
			passed[b->reject[i].rec] = false;
	for (i = 0; p->parents && i < b->frame[0].n; i++) {
		rec = (uint32_t)b->frame[0].rec[i];
		up = b->parent[rec];
		if (up != NONE && b->verdict[up] == REJECTED && !passed[up])
			passed[rec] = false;
	}
	for (i = 0; i < b->slab.nrec; i++)
		b->npassed += passed[i];
}

/* Reasons against carried records were told in their own batch. */
static void
run_forget_carried(struct batch *b)
{
	while (b->nreject > 0 &&
	    b->reject[b->nreject - 1].rec >= b->slab.nrec)
		b->nreject--;
}

void
plan_choose(const struct plan *p, const struct batch *b,
    struct conflicts *conflicts)
{
	struct conflict *found;
	struct buf key;
	uint64_t record;
	uint32_t t, i;

	buf_init(&key, CONFLICTS_MAX);
	for (t = 0; t < p->schema.ntable; t++) {
		if (conflicts->set[t].n == 0 ||
		    (p->schema.table[t].duplicates != DUPLICATES_FIRST &&
		    p->schema.table[t].duplicates != DUPLICATES_LAST))
			continue;
		for (i = 0; i < b->rows[t].n; i++) {
			found = conflict_of(p, b, conflicts, t,
			    b->rows[t].row[i], &key);
			if (found == NULL)
				continue;
			record = batch_record_number(b, (uint32_t)
			    b->rows[t].rec[b->rows[t].row[i]]);
			/* twice in one record: no choice of records helps */
			if (found->keep == record)
				record = UINT64_MAX;
			if (found->keep == 0 || record == UINT64_MAX ||
			    (found->keep != UINT64_MAX &&
			    p->schema.table[t].duplicates == DUPLICATES_LAST))
				found->keep = record;
		}
	}
	buf_fini(&key);
}

void
plan_begin(const struct plan *p, struct batch *b)
{
	arena_reset(&b->arena);
	b->reject = NULL;
	b->nreject = b->reject_cap = 0;
	b->npassed = 0;
	b->ncarried = 0;
	b->miss = NULL;
	b->nmiss = b->miss_cap = 0;
	b->left_out = NULL;
	b->nleft_out = b->left_out_cap = 0;
	b->type = NULL;
	(void)p;
}

void
plan_run_ops(const struct plan *p, struct batch *b, uint32_t from, uint32_t to)
{
	uint32_t i;

	for (i = from; i < to; i++)
		op_functions[p->op[i].code](&p->op[i], b);
}

/* Records that were loaded but for their keys, or on which they hang. */
static void
run_again(const struct plan *p, struct batch *b)
{
	uint32_t i;

	run_sort_reasons(b);
	run_dependents(p, b);
	for (i = 0; i < b->slab.nrec + b->ncarried; i++)
		if (b->verdict[i] == LOADED)
			b->verdict[i] = SKIPPED;
}

void
plan_run(const struct plan *p, struct batch *b,
    const struct conflicts *conflicts)
{
	bool again = conflicts != NULL && conflicts->n > 0;

	if (!b->classified)
		plan_classify(p, b, NULL);
	b->classified = false;
	b->verdict = arena_zalloc(&b->arena, b->slab.nrec + b->ncarried);
	plan_run_ops(p, b, p->nclassify, p->nop);
	run_frame_reasons(p, b);
	if (p->ntype > 0)
		plan_type_reasons(p, b);
	run_long_records(p, b);
	run_cell_reasons(p, b);
	run_checks(p, b);
	if (p->mapping->format == MAP_DELIMITED)
		plan_rows_reasons(p, b);
	run_sort_reasons(b);
	run_dependents(p, b);
	run_rows(p, b, again);
	if (p->ncontrol > 0)
		plan_run_controls(p, b);
	plan_run_as_of(p, b);
	if (again) {
		if (run_conflicts(p, b, conflicts))
			run_again(p, b);
		run_rows(p, b, false);
		run_count_passed(p, b);
	}
	run_forget_carried(b);
}

const char *
plan_item_path(const struct plan *p, uint32_t item)
{
	if (item == ITEM_NONE)
		return NULL;
	if (p->path[item] == NULL)
		p->path[item] = layout_path(p->arena, p->layout, item);
	return p->path[item];
}

void
plan_reject_text(struct buf *out, const struct plan *p, const struct reject *r)
{
	const struct schema_table *t = r->table == UINT16_MAX ? NULL :
	    &p->schema.table[r->table];

	if (r->item != ITEM_NONE)
		buf_printf(out, "%s: ", plan_item_path(p, r->item));
	buf_puts(out, diag_summary((enum diag_code)r->code));
	if (t == NULL)
		return;
	buf_printf(out, " (%s", t->name);
	if (r->column != UINT16_MAX && (r->column & REJECT_CONSTRAINT) != 0)
		plan_constraint_text(out, &p->schema,
		    r->column & ~REJECT_CONSTRAINT);
	else if (r->column != UINT16_MAX)
		buf_printf(out, ".%s", t->column[r->column].name);
	else if (r->code == DIAG_D020 || r->code == DIAG_D061)
		buf_puts(out, ", its key");
	else
		buf_puts(out, ", its when:");
	if (r->occ > 0)
		buf_printf(out, ", occurrence %u", r->occ);
	buf_putc(out, ')');
}
