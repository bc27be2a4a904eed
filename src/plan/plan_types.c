/*
 * Types of records: which records are of which type, and the cells of the
 * records that a record hangs on.
 *
 * The conditions of all types are compiled in the frame of all records;
 * CLASSIFY gives each record its type and its parent.  A type's frame has its
 * records only, so nothing of a record is decoded as another type's.  Where an
 * expression names an ancestor's item, that is decoded in the ancestor's
 * frame, and LINK leads from a record's row to its ancestor's.
 */
#include "plan/plan_impl.h"

#include <string.h>

/* ---- names ------------------------------------------------------------- */

/* ACCOUNT-LINE of an expression, account_line of the mapping? */
static bool
type_is_named(const char *type, const char *name)
{
	for (; *type != '\0' && *name != '\0'; type++, name++) {
		char a = *type == '_' ? '-' : *type;
		char b = *name == '_' ? '-' : *name;

		if (a >= 'a' && a <= 'z')
			a = (char)(a - 'a' + 'A');
		if (b >= 'a' && b <= 'z')
			b = (char)(b - 'a' + 'A');
		if (a != b)
			return false;
	}
	return *type == *name;
}

bool
plan_type_is(const struct plan *p, uint32_t type, const char *name)
{
	return type_is_named(p->type[type].name, name);
}

static bool
type_is_above(const struct plan *p, uint32_t type, uint32_t below)
{
	for (; below != NONE; below = p->type[below].parent)
		if (below == type)
			return true;
	return false;
}

uint32_t
plan_type_named(const struct build *bd, const struct expr *e)
{
	uint32_t i;

	if (e->nname < 2 || (e->kind != EX_NAME && e->kind != EX_CALL))
		return NONE;
	for (i = 0; i < bd->plan->ntype; i++)
		if (plan_type_is(bd->plan, i, e->name[e->nname - 1]))
			return i;
	return NONE;
}

bool
plan_item_foreign(const struct layout *l, uint32_t item, uint32_t group)
{
	uint32_t a, g, x, y;

	for (g = group; g != ITEM_NONE; g = l->item[g].parent)
		for (a = item; a != ITEM_NONE; a = l->item[a].parent) {
			if (a == g)
				break;
			for (x = a; l->item[x].redefines != ITEM_NONE;)
				x = l->item[x].redefines;
			for (y = g; l->item[y].redefines != ITEM_NONE;)
				y = l->item[y].redefines;
			if (x == y)
				return true;
		}
	return false;
}

/* Is it a name of the record itself, whose outermost part is a group's? */
static bool
type_has_name(const struct build *bd, const struct expr *e)
{
	uint32_t found[2], n;

	n = layout_find(bd->layout, bd->record, e->name, e->nname, found);
	if (n == 0) {
		n = layout_find_condition(bd->layout, bd->record, e->name,
		    e->nname, found);
		found[0] = n == 0 ? 0 : bd->layout->condition[found[0]].item;
	}
	return n > 1 || (n == 1 && !plan_item_foreign(bd->layout, found[0],
	    bd->plan->type[bd->type].group));
}

/*
 * The type that the outermost name is, or NONE.  Where a group has the same
 * name, that of a record above comes first, then the record's own group:
 * own.GROUP.NAME is the group's.
 */
uint32_t
plan_type_of_name(const struct build *bd, const struct expr *e)
{
	uint32_t type = bd->type == NONE ? NONE : plan_type_named(bd, e);

	return type != NONE && ((type != bd->type &&
	    type_is_above(bd->plan, type, bd->type)) ||
	    !type_has_name(bd, e)) ? type : NONE;
}

/* The type that an expression wholly belongs to: account.X, label(account.X) */
static uint32_t
type_of_expr(const struct build *bd, const struct expr *e)
{
	uint32_t t = plan_type_of_name(bd, e);

	if (t == NONE && e->kind == EX_CALL && e->nname == 1 && e->narg == 1 &&
	    e->arg[0]->kind == EX_NAME)
		t = plan_type_of_name(bd, e->arg[0]);
	return t;
}

static struct expr *
type_strip(struct build *bd, const struct expr *e)
{
	struct expr *x = arena_copy(bd->arena, e, sizeof *e);

	if (plan_type_of_name(bd, e) != NONE) {
		x->nname--;
		return x;
	}
	x->arg = arena_copy(bd->arena, e->arg, sizeof *e->arg);
	x->arg[0] = type_strip(bd, e->arg[0]);
	return x;
}

bool
plan_type_has(const struct build *bd, uint32_t type, const struct expr *e,
    uint32_t *item)
{
	const struct type_plan *t = type == NONE ? NULL :
	    &bd->plan->type[type];
	uint32_t n = e->nname - (type != NONE &&
	    plan_type_named(bd, e) == type), found[2];

	*item = ITEM_NONE;
	if (t != NULL && t->record == ITEM_NONE)
		return false;
	if (layout_find(bd->layout, t == NULL ? bd->record : t->record,
	    e->name, n, found) == 0)
		return false;
	*item = found[0];
	return t == NULL || t->group == ITEM_NONE ||
	    !plan_item_foreign(bd->layout, found[0], t->group);
}

bool
plan_type_allows(struct build *bd, const struct expr *e, uint32_t item)
{
	const struct layout *l = bd->layout;

	if (bd->type == NONE ||
	    !plan_item_foreign(l, item, bd->plan->type[bd->type].group))
		return true;
	diag_hint(bd->diags, diag_add(bd->diags, DIAG_P032, e->at,
	    "'%s' stands in what redefines %s, so it is not of the record "
	    "type '%s'", e->name[0], plan_item_name(bd,
	    bd->plan->type[bd->type].group), bd->plan->type[bd->type].name),
	    "use it in a table of its own record type");
	return false;
}

/* An ambiguous name may be plain inside the group that layout: names. */
uint32_t
plan_type_find(const struct build *bd, const struct expr *e,
    bool condition, uint32_t found[2])
{
	const char **names = arena_array(bd->arena, e->nname + 1,
	    sizeof *names);
	uint32_t group;

	if (bd->type == NONE)
		return 2;
	group = bd->plan->type[bd->type].group;
	if (group == ITEM_NONE || bd->layout->item[group].name == NULL)
		return 2;
	memcpy(names, e->name, e->nname * sizeof *names);
	names[e->nname] = bd->layout->item[group].name;
	return (condition ? layout_find_condition : layout_find)(bd->layout,
	    bd->record, names, e->nname + 1, found);
}

/* ---- cells of ancestors ------------------------------------------------ */

static uint32_t
type_frame(struct build *bd, uint32_t type)
{
	struct type_plan *t = &bd->plan->type[type];
	struct op op = op_make(OP_TYPE, 0);

	if (t->frame != NONE)
		return t->frame;
	op.n = (int32_t)type;
	op.dst = t->frame = plan_frame(bd, FRAME_TYPE, 0, ITEM_NONE, NONE);
	plan_emit_frame(bd, op, ITEM_NONE, NOWHERE, t->name);
	return t->frame;
}

/* The frame that leads from the rows of `below` to those of its ancestor. */
static uint32_t
type_link(struct build *bd, uint32_t below, uint32_t type)
{
	struct plan *p = bd->plan;
	uint32_t from = type_frame(bd, below), i;
	struct op op = op_make(OP_LINK, from);

	for (i = 0; i < p->nframe; i++)
		if (p->frame[i].kind == FRAME_LINK &&
		    p->frame[i].parent == from && p->frame[i].reg == type)
			return i;
	op.n = (int32_t)type;
	op.dst = plan_frame(bd, FRAME_LINK, from, ITEM_NONE, type);
	plan_emit_frame(bd, op, ITEM_NONE, NOWHERE, arena_printf(bd->arena,
	    "%s of %s", p->type[type].name, p->type[below].name));
	return op.dst;
}

/* A register in the rows of the type's records, in those of `frame`. */
static uint32_t
type_down(struct build *bd, uint32_t frame, uint32_t reg, struct vt t,
    uint32_t item, struct place at)
{
	if (frame == bd->root)
		return reg;
	reg = type_down(bd, plan_frame_above(bd, frame), reg, t, item, at);
	return plan_gather(bd, frame, reg, t, item, at);
}

bool
plan_is_typed(const struct build *bd, const struct expr *e)
{
	return !bd->checking && type_of_expr(bd, e) != NONE;
}

bool
plan_typed(struct build *bd, uint32_t frame, const struct expr *e,
    bool as_text, struct operand *out)
{
	uint32_t type = type_of_expr(bd, e);
	const struct expr *plain = type_strip(bd, e);
	struct build up = *bd;
	uint32_t found[2];

	if (type == bd->type)
		return as_text ? plan_text(bd, frame, plain, out) :
		    plan_expr(bd, frame, plain, out);
	if (bd->root == 0) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P031, e->at,
		    "which type a record is of is told by itself, not by one "
		    "of type '%s'", bd->plan->type[type].name),
		    "'parent:' says of which type the record above must be");
		return false;
	}
	if (!type_is_above(bd->plan, type, bd->type)) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P031, e->at,
		    "records of type '%s' do not hang on one of type '%s'",
		    bd->plan->type[bd->type].name, bd->plan->type[type].name),
		    "'parent:' in 'records' says on which they do");
		return false;
	}
	if (bd->plan->type[type].record == ITEM_NONE)
		return false;	/* its layout is missing; told */
	up.type = type;
	up.record = bd->plan->type[type].record;
	up.root = type_frame(bd, type);
	/* company.ADDRESS where the record above has a group of that name */
	if (e->kind == EX_NAME && layout_find(bd->layout, up.record, e->name,
	    e->nname, found) == 1)
		plain = e;
	if (as_text ? !plan_text(&up, up.root, plain, out) :
	    !plan_expr(&up, up.root, plain, out))
		return false;
	out->e = e;
	out->reg = plan_gather(bd, type_link(bd, bd->type, type), out->reg,
	    out->t, out->item, e->at);
	out->reg = type_down(bd, frame, out->reg, out->t, out->item, e->at);
	return true;
}

/* A name that is none here but one of an ancestor: how to write it. */
const char *
plan_typed_hint(const struct build *bd, const struct expr *e)
{
	const struct plan *p = bd->plan;
	uint32_t found[2], t;

	if (bd->type == NONE)
		return NULL;
	for (t = p->type[bd->type].parent; t != NONE; t = p->type[t].parent)
		if (p->type[t].record != ITEM_NONE &&
		    layout_find(bd->layout, p->type[t].record, e->name,
		    e->nname, found) > 0)
			return arena_printf(bd->arena, "records of type '%s' "
			    "have it: write %s.%s", p->type[t].name,
			    p->type[t].name, e->name[0]);
	return NULL;
}

/* ---- the types of a mapping -------------------------------------------- */

/* Records of the copybook that the type is of. */
static bool
type_may_be(const struct layout *l, const struct map_record *m, uint32_t i)
{
	return m->copybook_index == UINT32_MAX ||
	    l->origin[i].copybook == m->copybook_index;
}

/* How many records, in copybooks of their own, or else groups have the name. */
static uint32_t
type_layouts(const struct layout *l, const struct map_record *m,
    uint32_t found[2])
{
	uint32_t i, k, n = 0, last = ITEM_NONE, two[2];

	found[0] = found[1] = ITEM_NONE;
	for (i = 0; i < l->nrecord; i++)
		if (type_may_be(l, m, i) && l->origin[i].copybook != last &&
		    (m->layout == NULL || (l->item[l->record[i]].name != NULL &&
		    type_is_named(l->item[l->record[i]].name, m->layout)))) {
			last = l->origin[i].copybook;
			found[n++ > 0] = l->record[i];
		}
	for (i = 0; i < l->nrecord && m->layout != NULL && (n == 0 ||
	    l->item[found[0]].parent != ITEM_NONE); i++) {
		k = type_may_be(l, m, i) ? layout_find(l, l->record[i],
		    &m->layout, 1, two) : 0;
		if (k > 0)
			found[n > 0] = two[0];
		n += k;
	}
	return n;
}

static void
type_no_layout(struct build *bd, const struct map_record *m)
{
	const struct layout *l = bd->layout;
	const char **names = arena_array(bd->arena, l->nrecord + 1,
	    sizeof *names), *near = NULL;
	uint32_t i, n = 0, found[2];
	struct diag *d;

	if (m->layout == NULL) {
		diag_add(bd->diags, DIAG_P030, m->copybook_at,
		    "'%s' describes no record", m->copybook);
		return;
	}
	if (type_layouts(l, m, found) > 1) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P030,
		    m->layout_at, "more than one record or group has the name "
		    "'%s'", m->layout), bd->mapping->ncopybook > 1 ?
		    "'copybook:' beside it says of which copybook it is" :
		    "name the record, level 01, that holds it");
		return;
	}
	d = diag_add(bd->diags, DIAG_P030, m->layout_at,
	    "the copybook has no record and no group '%s'", m->layout);
	for (i = 0; i < l->nrecord; i++)
		if (type_may_be(l, m, i) && l->item[l->record[i]].name != NULL)
			names[n++] = l->item[l->record[i]].name;
	near = diag_nearest(m->layout, strlen(m->layout), names, n);
	if (near == NULL && n > 0)
		near = names[0];
	if (near != NULL)
		diag_hint(bd->diags, d, "it has %s", near);
}

uint32_t
plan_find_layout(const struct layout *l, uint32_t record,
    const struct map_record *m, uint32_t *group)
{
	uint32_t found[2];

	*group = ITEM_NONE;
	if (m->layout == NULL && m->copybook == NULL)
		return record;
	if (m->layout == NULL)
		return type_layouts(l, m, found), found[0];
	if (type_layouts(l, m, found) != 1)
		return ITEM_NONE;
	if (l->item[found[0]].parent == ITEM_NONE)
		return found[0];
	if (l->item[found[0]].category != CAT_GROUP)
		return ITEM_NONE;
	*group = found[0];
	return l->item[found[0]].record;
}

/* "header account entry", for explain */
static const char *
type_names(struct build *bd)
{
	const char *names = "";
	uint32_t i;

	for (i = 0; i < bd->plan->ntype; i++)
		names = arena_printf(bd->arena, "%s%s%s", names, i > 0 ? " " :
		    "", bd->plan->type[i].name);
	return names;
}

static bool
type_conditions(struct build *bd, uint32_t *cond)
{
	struct operand o;
	bool good = true;
	uint32_t i;

	bd->root = 0;
	for (i = 0; i < bd->plan->ntype; i++) {
		cond[i] = NONE;
		if (bd->mapping->record_type[i].when == NULL ||
		    bd->plan->type[i].record == ITEM_NONE)
			continue;
		bd->type = i;
		bd->record = bd->plan->type[i].record;
		if (plan_bool(bd, 0, bd->mapping->record_type[i].when, &o))
			cond[i] = o.reg;
		else
			good = false;
	}
	return good;
}

/* case.CASE-NUMBER is none: CASE begins an expression. */
static void
type_name_advice(struct build *bd, const struct map_record *m)
{
	if (bd->options->advise && expr_is_word(m->name))
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P116, m->at,
		    "'%s' is a word of expressions", m->name), "write \"%s\" "
		    "in double quotes there, as in \"%s\".FIELD, or call the "
		    "type something else", m->name, m->name);
}

void
plan_types_build(struct build *bd)
{
	const struct mapping *m = bd->mapping;
	struct plan *p = bd->plan;
	uint32_t i, k, *cond, record = bd->record;
	struct op op = op_make(OP_CLASSIFY, 0);
	bool good = true;

	p->type = arena_array(bd->arena, m->nrecord_type, sizeof *p->type);
	cond = arena_array(bd->arena, m->nrecord_type, sizeof *cond);
	for (i = 0; i < m->nrecord_type; i++) {
		struct type_plan *t = &p->type[p->ntype++];

		t->name = m->record_type[i].name;
		type_name_advice(bd, &m->record_type[i]);
		t->position = m->record_type[i].position;
		t->parent = t->frame = NONE;
		for (k = 0; k < m->nrecord_type; k++)
			if (m->record_type[i].parent != NULL &&
			    strcmp(m->record_type[k].name,
			    m->record_type[i].parent) == 0)
				t->parent = k;
		p->parents = p->parents || t->parent != NONE;
		p->wants_last = p->wants_last || t->position == MAP_LAST;
		t->record = plan_find_layout(bd->layout, record,
		    &m->record_type[i], &t->group);
		if (t->record == ITEM_NONE) {
			type_no_layout(bd, &m->record_type[i]);
			good = false;
			continue;
		}
		t->max_size = layout_max_size(bd->layout, t->record);
		if (t->max_size < bd->options->record_length)
			t->max_size = bd->options->record_length;
	}
	for (i = 0; i < p->ntype; i++)
		if (p->type[i].parent != NONE)
			p->type[p->type[i].parent].is_parent = true;
	if (type_conditions(bd, cond) && good) {
		op.arg = cond;
		op.narg = p->ntype;
		op.k = p;
		plan_emit_frame(bd, op, ITEM_NONE, NOWHERE, type_names(bd));
		p->nclassify = p->nop;
	}
	bd->record = record;
	bd->type = NONE;
}

bool
plan_types_table(struct build *bd, const struct map_table *mt, uint32_t which)
{
	struct plan *p = bd->plan;
	uint32_t i, type = 0;

	if (p->ntype == 0)
		return true;
	for (i = 0; i < p->ntype; i++)
		if (which < mt->nof && strcmp(p->type[i].name,
		    mt->of[which].name) == 0)
			type = i;
	bd->type = type;
	bd->record = p->type[type].record;
	if (bd->record == ITEM_NONE)
		return false;
	bd->root = type_frame(bd, type);
	return true;
}

/* ---- for others -------------------------------------------------------- */

uint32_t
plan_ntype(const struct plan *p)
{
	return p->ntype;
}

const char *
plan_type_name(const struct plan *p, uint32_t type)
{
	return p->type[type].name;
}

uint32_t
plan_type_parent(const struct plan *p, uint32_t type)
{
	return p->type[type].parent;
}

enum map_position
plan_type_position(const struct plan *p, uint32_t type)
{
	return p->type[type].position;
}

bool
plan_has_parents(const struct plan *p)
{
	return p->parents;
}

bool
plan_wants_last(const struct plan *p)
{
	return p->wants_last;
}

bool
plan_wants_origin(const struct plan *p)
{
	uint32_t i;

	for (i = 0; i < p->nop; i++)
		if (p->op[i].code == OP_RECORD_NUMBER ||
		    p->op[i].code == OP_FILE_NAME)
			return true;
	return false;
}
