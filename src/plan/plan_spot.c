/*
 * Which occurrence an expression means, and where that is.
 *
 * An item inside tables is reached from the innermost frame that stands for
 * one of them, or from one further out when the expression gives the
 * subscripts of more tables; those are the record's in the end.  What is
 * decoded in a frame above is gathered.
 *
 * A subscript that is a number, in a table whose occurrences are all of one
 * length, is a constant distance.  Any other is PICK's work: a frame with the
 * same rows, and for each of them the bytes of the occurrence that it means,
 * or none.  A subscript that is computed belongs to the rows of the cell: then
 * REACH makes a frame of those rows with the bytes of the rows above.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "plan/plan_counts.h"
#include "value/format.h"

struct subscripts {
	uint32_t chain[NEST_MAX], n;	/* tables around the item */
	uint32_t from;			/* the first that has a subscript */
	const struct expr *e[NEST_MAX];	/* by table */
	uint32_t v[NEST_MAX];		/* a number; 0: computed */
	bool computed;			/* any is */
	bool walked;			/* any is of a table that varies */
};

/* How many of the tables around an item the frame stands for. */
static uint32_t
spot_covered(const struct build *bd, uint32_t frame,
    const uint32_t *chain, uint32_t n)
{
	uint32_t i;

	for (; frame != NONE; frame = plan_frame_above(bd, frame))
		for (i = n; i > 0; i--)
			if (chain[i - 1] == plan_frame_table(bd, frame))
				return i;
	return 0;
}

static bool
subscript_value(struct build *bd, const struct expr *s, uint32_t table,
    uint32_t *v)
{
	const struct item *t = &bd->layout->item[table];
	d128 n;
	int16_t scale;

	*v = 0;
	if (s->kind != EX_NUMBER)
		return true;
	if (!parse_decimal(s->text.p, s->text.len, &n, &scale) || scale != 0 ||
	    n < 1 || n > t->occurs_max) {
		diag_add(bd->diags, DIAG_P004, s->at, "subscript %.*s is not "
		    "from 1 to %u, the occurrences of '%s'", (int)s->text.len,
		    (const char *)s->text.p, t->occurs_max,
		    plan_item_name(bd, table));
		return false;
	}
	*v = (uint32_t)n;
	return true;
}

static bool
subscripts_wrong(struct build *bd, const struct expr *e, uint32_t item,
    uint32_t want, const uint32_t *chain, uint32_t n)
{
	struct diag *d;

	if (e->narg == 0) {
		d = diag_add(bd->diags, DIAG_P003, e->at,
		    "'%s' occurs several times; say which",
		    plan_item_name(bd, item));
		diag_hint(bd->diags, d, "write %s(1), or give the table "
		    "'each: %s' to make a row of each occurrence",
		    plan_item_name(bd, item), plan_item_name(bd, chain[n - 1]));
	} else {
		diag_add(bd->diags, DIAG_P004, e->at,
		    "'%s' takes %u subscript%s here, not %u",
		    plan_item_name(bd, item), want, want == 1 ? "" : "s",
		    e->narg);
	}
	return false;
}

/*
 * Subscripts behind the name of a table that each: goes through already are
 * not those of the tables inside it.
 */
static bool
subscripts_stand_inside(struct build *bd, const struct expr *e, uint32_t from)
{
	uint32_t chain[NEST_MAX], found[2], n = 0, j;

	for (j = e->nsub == NULL || from == 0 ? 0 : e->nname; j-- > 1;) {
		n += e->nsub[j];
		if (n == 0 || layout_find(bd->layout, bd->record, e->name + j,
		    e->nname - j, found) != 1 ||
		    n + from <= plan_tables(bd->layout, found[0], chain))
			continue;
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P004, e->at,
		    "each: goes through '%s', which has a subscript here",
		    e->name[j]), "leave it out, or give the subscripts of all "
		    "tables around '%s'", e->name[0]);
		return false;
	}
	return true;
}

static bool
subscripts_read(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t item, struct subscripts *s)
{
	uint32_t covered, i;

	memset(s, 0, sizeof *s);
	s->n = plan_tables(bd->layout, item, s->chain);
	covered = spot_covered(bd, frame, s->chain, s->n);
	if (e->narg < s->n - covered || e->narg > s->n)
		return subscripts_wrong(bd, e, item, s->n - covered, s->chain,
		    s->n);
	s->from = s->n - e->narg;
	if (!subscripts_stand_inside(bd, e, s->from))
		return false;
	for (i = s->from; i < s->n; i++) {
		s->e[i] = e->arg[i - s->from];
		if (!subscript_value(bd, s->e[i], s->chain[i], &s->v[i]))
			return false;
		s->computed |= s->v[i] == 0;
		s->walked |= bd->layout->item[s->chain[i]].varies;
	}
	return true;
}

/* ---- the frame where the subscripts start ------------------------------ */

/* The rows of `frame`, with the bytes of the rows above that they are of. */
static uint32_t
spot_reach(struct build *bd, uint32_t frame, uint32_t above, struct place at)
{
	const struct plan *p = bd->plan;
	struct op op = op_make(OP_REACH, frame);
	struct k_reach k;
	uint32_t f;

	memset(&k, 0, sizeof k);
	k.from = above;
	for (f = frame; f != above; f = plan_frame_above(bd, f)) {
		if (k.npath == NEST_MAX + 2)
			return NONE;
		k.path[k.npath++] = f;
	}
	op.k = &k;
	op.ksize = sizeof k;
	f = plan_emit_view(bd, op, FRAME_REACH, frame, p->frame[above].table,
	    NONE, ITEM_NONE, at, arena_printf(bd->arena, "bytes of f%u",
	    above));
	bd->plan->frame[f].above = plan_frame_above(bd, above);
	return f;
}

static uint32_t
spot_start(struct build *bd, uint32_t frame, const struct subscripts *s,
    bool unfiltered, struct place at)
{
	uint32_t table = s->from == 0 ? ITEM_NONE : s->chain[s->from - 1];
	uint32_t start = frame;

	while (plan_frame_table(bd, start) != table)
		start = plan_frame_above(bd, start);
	if (plan_above_unpivot(bd, start) != NONE)
		start = plan_above_unpivot(bd, start);
	/* a walk goes over all rows, and what it found is gathered */
	while ((unfiltered || s->walked) &&
	    bd->plan->frame[start].kind == FRAME_FILTER)
		start = plan_frame_above(bd, start);
	if (s->computed && start != frame)
		return spot_reach(bd, frame, start, at);
	return start;
}

/* ---- picking ----------------------------------------------------------- */

/*
 * The checked subscript, in the rows of `frame`; it takes over what else the
 * bytes hang on, and is 0 where the count does not reach it.
 */
static uint32_t
subscript_reg(struct build *bd, uint32_t frame, const struct expr *s,
    uint32_t table, uint32_t hangs, uint32_t count)
{
	struct vt t = { .type = V_I64, .precision = 10, .integral = true };
	struct op op = op_make(OP_SUBSCRIPT, frame);
	struct operand o;

	if (!plan_expr(bd, frame, s, &o))
		return NONE;
	if (!vt_is_number(&o.t) || o.t.type == V_F64 || o.t.scale != 0) {
		diag_add(bd->diags, DIAG_P004, s->at, "a subscript is a whole "
		    "number, and this is %s", vt_name(&o.t));
		return NONE;
	}
	op.a = o.reg;
	op.b = hangs;
	op.c = count;
	op.n = (int32_t)bd->layout->item[table].occurs_max;
	return plan_emit(bd, op, t, o.item, s->at, arena_printf(bd->arena,
	    "of %s, 1 to %u", plan_item_name(bd, table),
	    bd->layout->item[table].occurs_max));
}

/*
 * A frame with the bytes of one occurrence in each row.  Those of a table that
 * varies are found by its walk; in all others the bytes are moved so that the
 * first occurrence's offsets are right.
 */
static uint32_t
spot_pick(struct build *bd, uint32_t frame, uint32_t where, uint32_t table,
    uint32_t v, uint32_t rows, uint32_t *hangs, uint32_t reg, struct place at)
{
	const struct item *t = &bd->layout->item[table];
	struct op op = op_make(OP_PICK, where);
	struct k_pick k;

	memset(&k, 0, sizeof k);
	k.rows = rows;
	k.stride = t->size;
	op.k = &k;
	op.ksize = sizeof k;
	op.a = reg;
	op.n = (int32_t)v;
	if (reg != NONE)
		*hangs = reg;
	return plan_emit_view(bd, op, FRAME_PICK, frame,
	    rows == NONE ? plan_frame_table(bd, frame) : table, *hangs, table,
	    at, v > 0 ? arena_printf(bd->arena, "%s(%u)",
	    plan_item_name(bd, table), v) : plan_item_name(bd, table));
}

struct finder {
	struct build *bd;
	uint32_t own;		/* frame of the cell, for subscripts */
	uint32_t row;		/* frame in which counts are found */
	bool plain;		/* a table of one length has been entered: */
	struct spot *spot;
	struct place at;
};

static bool
find_walked(struct finder *f, const struct subscripts *s, uint32_t i)
{
	struct build *bd = f->bd;
	uint32_t rows, reg = NONE;

	rows = plan_walk_rows(bd, f->row, s->chain[i], false, f->at,
	    &f->spot->hangs);
	if (rows == NONE)
		return false;
	if (s->v[i] == 0 && (reg = subscript_reg(bd, f->own, s->e[i],
	    s->chain[i], f->spot->hangs, NONE)) == NONE)
		return false;
	f->row = spot_pick(bd, f->row, f->row, s->chain[i], s->v[i], rows,
	    &f->spot->hangs, reg, f->at);
	f->spot->where = f->row;
	f->spot->offset = 0;
	return true;
}

static bool
find_plain(struct finder *f, const struct subscripts *s, uint32_t i,
    uint32_t origin)
{
	struct build *bd = f->bd;
	const struct item *t = &bd->layout->item[s->chain[i]];
	struct spot *spot = f->spot;
	uint32_t count = NONE, reg;

	if (!f->plain) {
		f->plain = true;
		spot->offset = bd->layout->item[spot->item].offset - origin;
		spot->where = plan_shifted(bd, f->row, t->shifter, f->at,
		    &spot->hangs);
		if (spot->where == NONE)
			return false;
	}
	if (t->depending != ITEM_NONE && (s->v[i] == 0 ||
	    s->v[i] > t->occurs_min)) {
		count = plan_count(bd, f->row, s->chain[i], f->at);
		if (count == NONE)
			return false;
	}
	if (s->v[i] > 0) {
		if (count != NONE) {
			spot->count = count;
			spot->reach = s->v[i];
		}
		spot->offset += (s->v[i] - 1) * t->size;
		return true;
	}
	reg = subscript_reg(bd, f->own, s->e[i], s->chain[i], spot->hangs,
	    count);
	if (reg == NONE)
		return false;
	spot->where = spot_pick(bd, f->row, spot->where, s->chain[i], 0, NONE,
	    &spot->hangs, reg, f->at);
	return true;
}

static bool
spot_find(struct build *bd, uint32_t own, uint32_t start,
    const struct subscripts *s, struct place at, struct spot *spot)
{
	const struct layout *l = bd->layout;
	uint32_t origin = s->from == 0 ? 0 :
	    l->item[s->chain[s->from - 1]].offset, i;
	const struct item *it = &l->item[spot->item];
	struct finder f = { .bd = bd, .own = own, .row = start, .spot = spot,
	    .at = at };

	spot->frame = start;
	spot->count = NONE;
	for (i = s->from; i < s->n; i++) {
		if (!l->item[s->chain[i]].varies) {
			if (!find_plain(&f, s, i, origin))
				return false;
			continue;
		}
		if (!find_walked(&f, s, i))
			return false;
		origin = l->item[s->chain[i]].offset;
	}
	if (f.plain)
		return true;
	spot->offset = it->offset - origin;
	spot->where = plan_shifted(bd, f.row, s->n > 0 &&
	    s->chain[s->n - 1] == spot->item ? ITEM_NONE : it->shifter, at,
	    &spot->hangs);
	return spot->where != NONE;
}

bool
plan_spot(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t item, bool unfiltered, struct spot *spot)
{
	struct subscripts s;
	uint32_t start;

	*spot = (struct spot){ .item = item };
	if (!subscripts_read(bd, frame, e, item, &s))
		return false;
	start = spot_start(bd, frame, &s, unfiltered, e->at);
	return start != NONE &&
	    spot_find(bd, frame, start, &s, e->at, spot);
}

/* ---- cells ------------------------------------------------------------- */

void
plan_bring(struct build *bd, uint32_t frame, uint32_t from, uint32_t item,
    struct place at, struct operand *out)
{
	uint32_t above, space = plan_space(bd->plan, frame);

	if (space == plan_space(bd->plan, from))
		return;
	above = plan_frame_above(bd, frame);
	plan_bring(bd, above, from, item, at, out);
	if (plan_space(bd->plan, above) != space)
		out->reg = plan_gather(bd, frame, out->reg, out->t, item, at);
}

bool
plan_spot_bring(struct build *bd, uint32_t frame, const struct spot *s,
    uint32_t item, struct place at, struct operand *out)
{
	struct op op = op_make(OP_MASK, s->frame);

	if (s->count != NONE) {
		op.a = out->reg;
		op.b = s->count;
		op.n = (int32_t)s->reach;
		out->reg = plan_emit(bd, op, out->t, item, at, arena_printf(
		    bd->arena, "if the count reaches %u", s->reach));
	}
	plan_bring(bd, frame, s->frame, item, at, out);
	return true;
}

bool
plan_field(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t item, enum read_as as, struct operand *out)
{
	struct spot s;

	*out = (struct operand){ .e = e, .item = item };
	return plan_spot(bd, frame, e, item, false, &s) &&
	    plan_spot_cells(bd, &s, as, e->at, out) &&
	    plan_spot_bring(bd, frame, &s, item, e->at, out);
}

bool
plan_count_cells(struct build *bd, uint32_t frame, uint32_t table,
    struct place at, struct operand *out)
{
	const struct policies *policies = bd->policies;
	uint32_t item = bd->layout->item[table].depending;
	struct subscripts s = { .from = 0 };
	struct spot spot = { .item = item,
	    .keys = plan_counts_of(bd->plan->counts, table) };
	bool good;

	s.from = s.n = plan_tables(bd->layout, item, s.chain);
	*out = (struct operand){ .item = item };
	bd->policies = &bd->plan->policies;	/* whatever the column's */
	good = spot_find(bd, frame, spot_start(bd, frame, &s, false, at), &s,
	    at, &spot) && plan_spot_cells(bd, &spot, AS_VALUE, at, out) &&
	    plan_spot_bring(bd, frame, &spot, item, at, out);
	bd->policies = policies;
	return good;
}
