/*
 * Names of the copybook become cells: which item, in which frame, at which
 * address.
 *
 * An item inside tables is reached from the innermost frame that stands for
 * one of them; a subscript is needed for each table in between.  An item
 * outside the frame's tables is decoded in the frame above and gathered.
 */
#include "plan/plan_impl.h"

#include <string.h>

#include "charset/charset.h"
#include "value/format.h"

/* ---- names ------------------------------------------------------------- */

enum name_kind
plan_name(struct build *bd, const struct expr *e, uint32_t *index)
{
	uint32_t found[2], n;
	struct diag *d;

	n = layout_find(bd->layout, bd->record, e->name, e->nname, found);
	if (n > 1)
		n = plan_type_find(bd, e, false, found);
	if (n == 1) {
		*index = found[0];
		return plan_type_allows(bd, e, found[0]) ? NAME_FIELD :
		    NAME_WRONG;
	}
	if (n > 1) {
		d = diag_add(bd->diags, DIAG_P002, e->at,
		    "'%s' is the name of more than one item", e->name[0]);
		diag_hint(bd->diags, d, "one is %s, another %s; write "
		    "%s OF and the group that holds it",
		    layout_path(bd->arena, bd->layout, found[0]),
		    layout_path(bd->arena, bd->layout, found[1]), e->name[0]);
		return NAME_WRONG;
	}
	n = layout_find_condition(bd->layout, bd->record, e->name, e->nname,
	    found);
	if (n > 1)
		n = plan_type_find(bd, e, true, found);
	if (n == 1) {
		*index = found[0];
		return plan_type_allows(bd, e, bd->layout->condition[
		    found[0]].item) ? NAME_CONDITION : NAME_WRONG;
	}
	if (n > 1) {
		diag_add(bd->diags, DIAG_P002, e->at,
		    "'%s' is the name of more than one 88-level", e->name[0]);
		return NAME_WRONG;
	}
	return NAME_UNKNOWN;
}

void
plan_name_unknown(struct build *bd, const struct expr *e)
{
	const struct layout *l = bd->layout;
	const char **names = arena_array(bd->arena, l->nitem + l->ncondition,
	    sizeof *names);
	const char *near, *above = plan_typed_hint(bd, e);
	uint32_t i, n = 0;
	struct diag *d = diag_add(bd->diags, DIAG_P001, e->at,
	    "the record has no item '%s'", e->name[0]);

	for (i = 0; i < l->nitem; i++)
		if (l->item[i].record == bd->record && l->item[i].name != NULL)
			names[n++] = l->item[i].name;
	for (i = 0; i < l->ncondition; i++)
		names[n++] = l->condition[i].name;
	near = diag_nearest(e->name[0], strlen(e->name[0]), names, n);
	if (above != NULL)
		diag_hint(bd->diags, d, "%s", above);
	else if (near != NULL)
		diag_hint(bd->diags, d, "did you mean %s?", near);
	else
		diag_hint(bd->diags, d, "decant layout %s shows the names",
		    l->name);
}

const char *
plan_item_name(const struct build *bd, uint32_t item)
{
	const char *s = layout_path(bd->arena, bd->layout, item);
	const char *dot = strrchr(s, '.');

	return dot != NULL ? dot + 1 : s;
}

/* ---- tables around an item --------------------------------------------- */

/* The OCCURS items around `item` (itself included), outermost first. */
uint32_t
plan_tables(const struct layout *l, uint32_t item, uint32_t chain[NEST_MAX])
{
	uint32_t rev[NEST_MAX], n = 0, t, i;

	for (t = l->item[item].table; t != ITEM_NONE && n < NEST_MAX;
	    t = l->item[t].parent == ITEM_NONE ? ITEM_NONE :
	    l->item[l->item[t].parent].table)
		rev[n++] = t;
	for (i = 0; i < n; i++)
		chain[i] = rev[n - 1 - i];
	return n;
}

/*
 * Nested tables of varying size: what stands in or behind them has no
 * constant distance from a start that we know.
 */
static bool
field_is_fixed(struct build *bd, uint32_t item, struct place at)
{
	const struct layout *l = bd->layout;
	const struct item *it = &l->item[item];
	uint32_t t, depending;
	struct diag *d;

	for (t = it->record; t <= item; t++) {
		depending = l->item[t].depending;
		if (!(l->item[t].occurs_max > 0 && l->item[t].varies) &&
		    !(depending != ITEM_NONE &&
		    (l->item[depending].table != ITEM_NONE ||
		    (l->item[t].parent != ITEM_NONE &&
		    l->item[l->item[t].parent].table != ITEM_NONE))))
			continue;
		d = diag_add(bd->diags, DIAG_P009, at, "the place of '%s' "
		    "hangs on '%s', a table of varying size inside a table, "
		    "which is not supported yet", plan_item_name(bd, item),
		    plan_item_name(bd, t));
		diag_hint(bd->diags, d, "items before it can be used");
		return false;
	}
	return true;
}

/* The table that a frame's rows are occurrences of, or ITEM_NONE. */
uint32_t
plan_frame_table(const struct build *bd, uint32_t frame)
{
	return bd->plan->frame[frame].table;
}

static uint32_t count_reg(struct build *, uint32_t, uint32_t, struct place);

/*
 * A frame with the rows of `frame` (which is of the record itself) in which
 * the item behind tables of varying size has its fixed offset; *count is the
 * register that it hangs on, or NONE.
 */
static uint32_t
field_shifted(struct build *bd, uint32_t frame, uint32_t shifter,
    struct place at, uint32_t *count)
{
	const struct layout *l = bd->layout;
	struct plan *p = bd->plan;
	const struct item *t;
	struct k_expand k;
	struct op op;
	uint32_t before, i;

	*count = NONE;
	if (shifter == ITEM_NONE)
		return frame;
	t = &l->item[shifter];
	before = field_shifted(bd, frame, t->shifter, at, count);
	*count = count_reg(bd, frame, shifter, at);
	if (*count == NONE)
		return NONE;
	for (i = 0; i < p->nframe; i++)
		if (p->frame[i].kind == FRAME_SHIFT &&
		    p->frame[i].parent == before &&
		    p->frame[i].reg == *count)
			return i;
	i = plan_frame(bd, FRAME_SHIFT, before, p->frame[frame].table, *count);
	memset(&k, 0, sizeof k);
	k.stride = t->size;
	k.max = t->occurs_max;
	op = op_make(OP_SHIFT, before);
	op.dst = i;
	op.a = *count;
	op.k = &k;
	op.ksize = sizeof k;
	plan_emit_frame(bd, op, shifter, at, plan_item_name(bd, shifter));
	return i;
}

static bool field_cells(struct build *, uint32_t, uint32_t, uint32_t,
    enum read_as, struct place, struct operand *);

/* The checked count of a table in the rows of `frame`; NONE after an error. */
static uint32_t
count_reg(struct build *bd, uint32_t frame, uint32_t table, struct place at)
{
	const struct item *t = &bd->layout->item[table];
	struct operand o;
	struct k_count k;
	struct op op;
	struct vt vt = { .type = V_I64, .precision = 10, .integral = true };
	const struct policies *policies = bd->policies;
	uint32_t before;
	bool good;

	bd->policies = &bd->plan->policies;	/* whatever the column's */
	good = field_cells(bd, frame, t->depending, 0, AS_VALUE, at, &o);
	bd->policies = policies;
	if (!good)
		return NONE;
	if (!vt_is_number(&o.t) || o.t.scale != 0 || o.t.type == V_F64) {
		diag_add(bd->diags, DIAG_P009, at, "the count '%s' of '%s' is "
		    "not a whole number", plan_item_name(bd, t->depending),
		    plan_item_name(bd, table));
		return NONE;
	}
	memset(&k, 0, sizeof k);
	k.min = t->occurs_min;
	k.max = t->occurs_max;
	k.offset = t->offset;
	k.stride = t->size;
	k.where = field_shifted(bd, frame, t->shifter, at, &before);
	if (k.where == NONE)
		return NONE;
	op = op_make(OP_COUNT, frame);
	op.a = o.reg;
	op.k = &k;
	op.ksize = sizeof k;
	return plan_emit(bd, op, vt, t->depending, at,
	    arena_printf(bd->arena, "of %s, %u to %u",
	    plan_item_name(bd, table), t->occurs_min, t->occurs_max));
}

/* The frame of the rows that `frame` is a selection of, or NONE. */
uint32_t
plan_frame_above(const struct build *bd, uint32_t frame)
{
	const struct frame_def *f = &bd->plan->frame[frame];

	return f->kind == FRAME_ROOT ? NONE : f->parent;
}

uint32_t
plan_gather(struct build *bd, uint32_t frame, uint32_t reg, struct vt t,
    uint32_t item, struct place at)
{
	struct op op = op_make(OP_GATHER, frame);

	op.a = reg;
	return plan_emit(bd, op, t, item, at, item == ITEM_NONE ? "" :
	    plan_item_name(bd, item));
}

/* Whether a frame above already has the cells of the item at `offset`. */
static bool
field_known(struct build *bd, uint32_t frame, const struct codec *want,
    uint32_t item)
{
	struct plan *p = bd->plan;
	const struct codec *c;
	uint32_t i;

	for (i = 0; i < p->nop; i++) {
		if (p->op[i].code != OP_DECODE || p->note[i].item != item ||
		    plan_space(p, p->op[i].frame) != frame)
			continue;
		c = p->op[i].k;
		if (c->kind == want->kind && c->offset == want->offset)
			return true;
	}
	return false;
}

static bool
field_decode(struct build *bd, uint32_t frame, uint32_t item, uint32_t offset,
    uint32_t shifter, enum read_as as, struct place at, struct operand *out)
{
	const struct item *it = &bd->layout->item[item];
	struct plan *p = bd->plan;
	uint32_t above = plan_frame_above(bd, frame), count, where, i;
	struct codec c, *k;
	struct diag *d;
	struct op op;

	if (!plan_codec(bd->arena, it, as, p->page, bd->mapping, &c)) {
		d = diag_add(bd->diags, DIAG_P016, at,
		    "'%s' has no value that decant can decode",
		    plan_item_name(bd, item));
		if (it->category == CAT_DBCS)
			diag_hint(bd->diags, d, "double-byte characters are "
			    "in the code pages 930, 933, 935, 937, 939, 1364, "
			    "1371, 1388, 1390 and 1399, not in %s",
			    p->page->name);
		return false;
	}
	c.policies = bd->policies;
	c.offset = offset;
	out->t = plan_codec_type(&c);
	out->item = item;
	if ((p->frame[frame].kind == FRAME_FILTER ||
	    p->frame[frame].kind == FRAME_TYPE) && shifter == ITEM_NONE &&
	    field_known(bd, above, &c, item)) {
		if (!field_decode(bd, above, item, offset, shifter, as,
		    at, out))
			return false;
		out->reg = plan_gather(bd, frame, out->reg, out->t, item, at);
		return true;
	}
	where = field_shifted(bd, frame, shifter, at, &count);
	if (where == NONE)
		return false;
	op = op_make(OP_DECODE, where);
	op.a = count;
	for (i = 0; i < p->nop; i++) {	/* op ids differ: compare by hand */
		if (p->op[i].code != OP_DECODE || p->op[i].frame != where ||
		    p->op[i].a != count)
			continue;
		if (plan_codec_equal(p->op[i].k, &c)) {
			out->reg = p->op[i].dst;
			return true;
		}
	}
	k = arena_copy(bd->arena, &c, sizeof c);
	k->op = p->nop;
	op.k = k;
	out->reg = plan_emit(bd, op, out->t, item, at, arena_printf(bd->arena,
	    "%s %s at %u, length %u", plan_codec_name(&c),
	    plan_item_name(bd, item), c.offset, c.size));
	return true;
}

/*
 * Cells of an item without subscripts, in the rows of `frame`.  `extra` is
 * added to its offset (subscripts did that).
 */
static bool
field_cells(struct build *bd, uint32_t frame, uint32_t item, uint32_t extra,
    enum read_as as, struct place at, struct operand *out)
{
	const struct layout *l = bd->layout;
	const struct item *it = &l->item[item];
	uint32_t chain[NEST_MAX], n = plan_tables(l, item, chain), own, i;
	uint32_t table = plan_frame_table(bd, frame), above;

	/* is the frame's table around the item? then decode here */
	for (i = 0, own = NONE; i < n; i++)
		if (chain[i] == table)
			own = i;
	if (table == ITEM_NONE)
		return field_decode(bd, frame, item, it->offset + extra,
		    n > 0 ? l->item[chain[0]].shifter : it->shifter, as,
		    at, out);
	if (own != NONE)
		return field_decode(bd, frame, item,
		    it->offset - l->item[table].offset + extra, ITEM_NONE,
		    as, at, out);
	above = plan_frame_above(bd, frame);
	if (!field_cells(bd, above, item, extra, as, at, out))
		return false;
	out->reg = plan_gather(bd, frame, out->reg, out->t, item, at);
	return true;
}

/* How many of the tables around an item the frame stands for. */
static uint32_t
field_covered(const struct build *bd, uint32_t frame,
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
	struct diag *d;

	if (s->kind != EX_NUMBER) {
		d = diag_add(bd->diags, DIAG_P008, s->at,
		    "a subscript that is not a number is not supported yet");
		diag_hint(bd->diags, d, "each: makes a row of each occurrence");
		return false;
	}
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

/* Cells of an occurrence that the count may not reach are null. */
static bool
field_masked(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t table, uint32_t v, struct operand *out)
{
	const struct item *t = &bd->layout->item[table];
	struct op op = op_make(OP_MASK, frame);

	if (t->depending == ITEM_NONE || v <= t->occurs_min)
		return true;
	op.a = out->reg;
	op.b = count_reg(bd, frame, table, e->at);
	op.n = (int32_t)v;
	if (op.b == NONE)
		return false;
	out->reg = plan_emit(bd, op, out->t, out->item, e->at,
	    arena_printf(bd->arena, "if the count reaches %u", v));
	return true;
}

bool
plan_field(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t item, enum read_as as, struct operand *out)
{
	const struct layout *l = bd->layout;
	uint32_t chain[NEST_MAX], n = plan_tables(l, item, chain), i, v;
	uint32_t extra = 0, first, at_table[NEST_MAX];

	*out = (struct operand){ .e = e, .item = item };
	if (!field_is_fixed(bd, item, e->at))
		return false;
	first = field_covered(bd, frame, chain, n);
	if (first > 0 && e->narg == n) {
		diag_add(bd->diags, DIAG_P008, e->at, "a subscript for '%s', "
		    "which each: goes through, is not supported yet",
		    plan_item_name(bd, chain[0]));
		return false;
	}
	if (e->narg != n - first)
		return subscripts_wrong(bd, e, item, n - first, chain, n);
	for (i = first; i < n; i++) {
		if (!subscript_value(bd, e->arg[i - first], chain[i], &v))
			return false;
		at_table[i] = v;
		extra += (v - 1) * l->item[chain[i]].size;
	}
	if (!field_cells(bd, frame, item, extra, as, e->at, out))
		return false;
	for (i = first; i < n; i++)
		if (!field_masked(bd, frame, e, chain[i], at_table[i], out))
			return false;
	return true;
}

/* ---- each: ------------------------------------------------------------- */

uint32_t
plan_each(struct build *bd, const struct expr *e)
{
	const struct layout *l = bd->layout;
	struct plan *p = bd->plan;
	uint32_t item, chain[NEST_MAX], n, i, j, frame = bd->root, count;
	uint32_t above;
	enum name_kind what = plan_name(bd, e, &item);
	const struct item *t;
	struct k_expand k;
	struct op op;

	if (what == NAME_UNKNOWN)
		plan_name_unknown(bd, e);
	if (what == NAME_CONDITION || (what == NAME_FIELD &&
	    l->item[item].occurs_max == 0)) {
		diag_add(bd->diags, DIAG_P010, e->at,
		    "'%s' has no OCCURS clause", e->name[0]);
		return NONE;
	}
	if (what != NAME_FIELD || !field_is_fixed(bd, item, e->at))
		return NONE;
	n = plan_tables(l, item, chain);
	for (i = 0; i < n; i++) {
		t = &l->item[chain[i]];
		for (j = 0; j < p->nframe; j++)
			if (p->frame[j].kind == FRAME_EXPAND &&
			    p->frame[j].table == chain[i] &&
			    plan_space(p, p->frame[j].parent) == frame)
				break;
		if (j < p->nframe) {
			frame = j;
			continue;
		}
		memset(&k, 0, sizeof k);
		k.stride = t->size;
		k.max = t->occurs_max;
		k.depends = t->depending != ITEM_NONE;
		k.offset = t->offset - (i == 0 ? 0 :
		    l->item[chain[i - 1]].offset);
		above = field_shifted(bd, frame, i == 0 ? t->shifter :
		    ITEM_NONE, e->at, &count);
		count = t->depending == ITEM_NONE ? NONE :
		    count_reg(bd, frame, chain[i], e->at);
		if (above == NONE || (t->depending != ITEM_NONE &&
		    count == NONE))
			return NONE;
		op = op_make(OP_EXPAND, above);
		op.a = count;
		op.dst = plan_frame(bd, FRAME_EXPAND, frame, chain[i], count);
		op.k = &k;
		op.ksize = sizeof k;
		frame = op.dst;
		plan_emit_frame(bd, op, chain[i], e->at, arena_printf(
		    bd->arena, "%s at %u, %u bytes each, at most %u",
		    plan_item_name(bd, chain[i]), k.offset, k.stride, k.max));
	}
	return frame;
}
