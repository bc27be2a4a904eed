/*
 * Names of the copybook become cells: which item, in which frame, at which
 * address.
 *
 * Which occurrence is plan_spot.c's work, and what tables do that depend on a
 * count is plan_walk.c's.
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
	if (n > 1 && e->quoted && bd->layout->of_table) {
		*index = layout_find_exact(bd->layout, bd->record, e->name[0]);
		if (*index != ITEM_NONE)
			return NAME_FIELD;
	}
	if (n > 1 && bd->layout->of_table) {
		plan_column_ambiguous(bd, e, found);
		return NAME_WRONG;
	}
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
	struct diag *d;

	if (plan_changes(bd, e))
		return;
	if (l->of_table) {
		plan_column_unknown(bd, e);
		return;
	}
	d = diag_add(bd->diags, DIAG_P001, e->at,
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

	if (bd->layout->of_table)
		return s;
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

/* The table that a frame's rows are occurrences of, or ITEM_NONE. */
uint32_t
plan_frame_table(const struct build *bd, uint32_t frame)
{
	return bd->plan->frame[frame].table;
}

/* The frame of the rows that `frame` is a selection of, or NONE. */
uint32_t
plan_frame_above(const struct build *bd, uint32_t frame)
{
	const struct frame_def *f = &bd->plan->frame[frame];

	return f->kind == FRAME_ROOT ? NONE : f->kind == FRAME_REACH ?
	    f->above : f->parent;
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
		if (c->kind == want->kind && c->offset == want->offset &&
		    c->keys == want->keys)
			return true;
	}
	return false;
}

bool
plan_spot_cells(struct build *bd, const struct spot *s, enum read_as as,
    struct place at, struct operand *out)
{
	const struct item *it = &bd->layout->item[s->item];
	struct plan *p = bd->plan;
	uint32_t above = plan_frame_above(bd, s->frame), i;
	struct spot there = *s;
	struct codec c, *k;
	struct diag *d;
	struct op op;

	if (!plan_codec(bd->arena, it, as, p->page, bd->mapping, &c)) {
		d = diag_add(bd->diags, DIAG_P016, at,
		    "'%s' has no value that decant can decode",
		    plan_item_name(bd, s->item));
		if (bd->mapping->format == MAP_DELIMITED)
			diag_hint(bd->diags, d, "fields of delimited text are "
			    "elementary items that redefine nothing");
		else if (it->category == CAT_DBCS)
			diag_hint(bd->diags, d, "double-byte characters are "
			    "in the code pages 930, 933, 935, 937, 939, 1364, "
			    "1371, 1388, 1390 and 1399, not in %s; "
			    "dbcs_encoding: in source names theirs",
			    p->page->name);
		else if (it->usage == USAGE_FLOAT_DECIMAL)
			diag_hint(bd->diags, d, "decimal floating point is "
			    "read as GnuCOBOL writes it: dialect: gnucobol in "
			    "source");
		return false;
	}
	if (s->keys != NULL) {
		c.kind = CODEC_KEYED;
		c.keys = s->keys;
	}
	c.policies = bd->policies;
	c.offset = s->offset;
	out->t = plan_codec_type(&c);
	out->item = s->item;
	if ((p->frame[s->frame].kind == FRAME_FILTER ||
	    p->frame[s->frame].kind == FRAME_TYPE) && s->where == s->frame &&
	    field_known(bd, above, &c, s->item)) {
		there.frame = there.where = above;
		if (!plan_spot_cells(bd, &there, as, at, out))
			return false;
		out->reg = plan_gather(bd, s->frame, out->reg, out->t, s->item,
		    at);
		return true;
	}
	op = op_make(OP_DECODE, s->where);
	op.a = s->hangs;
	for (i = 0; i < p->nop; i++) {	/* op ids differ: compare by hand */
		if (p->op[i].code != OP_DECODE || p->op[i].frame != s->where ||
		    p->op[i].a != s->hangs)
			continue;
		if (plan_codec_equal(p->op[i].k, &c)) {
			out->reg = p->op[i].dst;
			return true;
		}
	}
	k = arena_copy(bd->arena, &c, sizeof c);
	k->op = p->nop;
	op.k = k;
	out->reg = plan_emit(bd, op, out->t, s->item, at, c.kind == CODEC_CELL ?
	    arena_printf(bd->arena, "%s %s", plan_codec_name(&c),
	    plan_item_name(bd, s->item)) : arena_printf(
	    bd->arena, "%s %s at %u, length %u", plan_codec_name(&c),
	    plan_item_name(bd, s->item), c.offset, c.size));
	return true;
}

/* ---- each: ------------------------------------------------------------- */

uint32_t
plan_each(struct build *bd, const struct expr *e)
{
	const struct layout *l = bd->layout;
	struct plan *p = bd->plan;
	uint32_t item, chain[NEST_MAX], n, i, j, frame = bd->root, count;
	uint32_t above, hangs;
	enum name_kind what = plan_name(bd, e, &item);
	const struct item *t;
	struct k_expand k;
	struct op op;

	if (plan_of_files(bd, e, "'each'", "'unpivot' makes a row of each of "
	    "several columns"))
		return NONE;
	if (what == NAME_UNKNOWN)
		plan_name_unknown(bd, e);
	if (what == NAME_CONDITION || (what == NAME_FIELD &&
	    l->item[item].occurs_max == 0)) {
		diag_add(bd->diags, DIAG_P010, e->at,
		    "'%s' has no OCCURS clause", e->name[0]);
		return NONE;
	}
	if (what != NAME_FIELD)
		return NONE;
	n = plan_tables(l, item, chain);
	for (i = 0; i < n; i++) {
		t = &l->item[chain[i]];
		if (t->varies) {
			frame = plan_walk_rows(bd, frame, chain[i], true,
			    e->at, &hangs);
			if (frame == NONE)
				return NONE;
			continue;
		}
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
		k.offset = t->offset - (i == 0 ? 0 :
		    l->item[chain[i - 1]].offset);
		above = plan_shifted(bd, frame, t->shifter, e->at, &hangs);
		count = t->depending == ITEM_NONE ? NONE :
		    plan_count(bd, frame, chain[i], e->at);
		if (above == NONE || (t->depending != ITEM_NONE &&
		    count == NONE))
			return NONE;
		op = op_make(OP_EXPAND, above);
		op.a = count;
		op.b = count == NONE ? hangs : NONE;
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
