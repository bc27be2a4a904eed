/*
 * Controls; see control.h.  What is counted and summed is compiled into
 * registers of frames that have every record of a type, those without a
 * parent too: a control is about what was read.
 */
#include "plan/control.h"

#include <string.h>

#include "base/mem.h"
#include "plan/plan_impl.h"
#include "value/format.h"

#define TOTALS_MAX	64u

enum node_kind { NODE_NUMBER, NODE_TOTAL, NODE_FIELD, NODE_NEGATE, NODE_ADD,
    NODE_SUB, NODE_MUL, NODE_DIV };

struct node {
	enum node_kind kind;
	struct control_value number;
	uint32_t at;			/* TOTAL, FIELD */
	const struct node *a, *b;
};

struct total {
	uint32_t type;			/* count(type); NONE: of all */
	uint32_t frame;			/* whose rows; NONE: records counted */
	uint32_t reg;			/* summed; NONE: counted */
	int16_t scale;
};

struct control {
	const struct map_control *map;
	enum cmp_how how;
	const struct node *left, *right;
	enum span span;
	uint32_t type;			/* of the fields; NONE */
	uint32_t frame;			/* its records */
	struct total *total;
	uint32_t ntotal;
	uint32_t *field;		/* registers */
	uint32_t nfield, field_cap, total_cap;
};

/* ---- compiling --------------------------------------------------------- */

static bool
control_refuse(struct build *bd, struct place at, const char *what,
    const char *hint)
{
	struct diag *d = diag_add(bd->diags, DIAG_P033, at, "%s", what);

	if (hint != NULL)
		diag_hint(bd->diags, d, "%s", hint);
	return false;
}

/* Every record of a type, in the batch's order; all records for NONE. */
static uint32_t
control_frame(struct build *bd, uint32_t type)
{
	struct plan *p = bd->plan;
	struct op op = op_make(OP_TYPE, 0);
	uint32_t i;

	if (type == NONE)
		return 0;
	op.n = (int32_t)(type | TYPE_ALL);
	for (i = 0; i < p->nop; i++)
		if (p->op[i].code == OP_TYPE && p->op[i].n == op.n)
			return p->op[i].dst;
	op.dst = plan_frame(bd, FRAME_TYPE, 0, ITEM_NONE, NONE);
	plan_emit_frame(bd, op, ITEM_NONE, NOWHERE, arena_printf(bd->arena,
	    "%s, all", p->type[type].name));
	return op.dst;
}

/* The first name of an item in the expression, or NULL. */
static const struct expr *
control_name(const struct expr *e)
{
	const struct expr *found;
	uint32_t i;

	if (e == NULL || e->kind == EX_NAME)
		return e;
	for (i = 0; i < e->narg; i++)
		if ((found = control_name(e->arg[i])) != NULL)
			return found;
	return e->kind == EX_CASE ? control_name(e->case_else) : NULL;
}

/* Types in which a name means something. */
static uint32_t
control_types_of(struct build *bd, const struct expr *name, uint32_t *type)
{
	uint32_t t, n = 0, index;

	*type = plan_type_named(bd, name);
	if (*type != NONE)
		return 1;
	for (t = 0; t < bd->plan->ntype; t++)
		if (plan_type_has(bd, t, name, &index)) {
			n++;
			*type = t;
		}
	return n;
}

/* Makes the names of one type count; NONE of types: the record's. */
bool
plan_enter_type(struct build *bd, const struct expr *e, uint32_t *type)
{
	const struct expr *name = control_name(e);
	uint32_t n;

	*type = NONE;
	if (bd->plan->ntype == 0) {
		bd->type = NONE;
		bd->root = 0;
		return true;
	}
	if (name == NULL)
		return control_refuse(bd, e->at, "a sum needs a field of a "
		    "record type", NULL);
	n = control_types_of(bd, name, type);
	if (n != 1) {
		diag_hint(bd->diags, diag_add(bd->diags,
		    n == 0 ? DIAG_P001 : DIAG_P002, name->at, n == 0 ?
		    "no record type has an item '%s'" :
		    "'%s' is an item of more than one record type",
		    name->name[0]), "write the type before it: %s.%s",
		    bd->plan->type[n == 0 ? 0 : *type].name, name->name[0]);
		return false;
	}
	bd->type = *type;
	bd->record = bd->plan->type[*type].record;
	bd->root = control_frame(bd, *type);
	return true;
}

static bool
control_number(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *o)
{
	if (!plan_expr(bd, frame, e, o))
		return false;
	if (vt_is_number(&o->t) && o->t.type != V_F64)
		return true;
	return control_refuse(bd, e->at, "a control compares exact numbers, "
	    "and this is none", "cast(… as numeric(11,2)) makes one");
}

/* Items inside tables are summed over all their occurrences. */
static bool
control_each(struct build *bd, const struct expr *e, uint32_t *frame)
{
	const struct expr *name = control_name(e);
	uint32_t item, chain[NEST_MAX], n;
	struct expr table = { .kind = EX_NAME };
	const char *names[1];

	*frame = bd->root;
	if (name == NULL || name->narg > 0 ||
	    !plan_type_has(bd, bd->type, name, &item))
		return true;
	n = plan_tables(bd->layout, item, chain);
	if (n == 0)
		return true;
	names[0] = bd->layout->item[chain[n - 1]].name;
	if (names[0] == NULL)
		return control_refuse(bd, name->at, "the table around this "
		    "item has no name", NULL);
	table.at = name->at;
	table.name = names;
	table.nname = 1;
	*frame = plan_each(bd, &table);
	return *frame != NONE;
}

static bool
control_total(struct build *bd, struct control *c, const struct expr *e,
    struct node *node)
{
	bool count = strcmp(e->name[0], "COUNT") == 0;
	struct total *t;
	struct operand o;
	uint32_t i;

	if (e->narg > 1 || (!count && e->narg != 1))
		return control_refuse(bd, e->at, count ? "count takes a "
		    "record type, or *" : "sum takes one expression", NULL);
	if (c->ntotal == TOTALS_MAX)
		return control_refuse(bd, e->at, "too many sums", NULL);
	t = ARENA_PUSH(bd->arena, c->total, c->ntotal, c->total_cap);
	*t = (struct total){ NONE, NONE, NONE, 0 };
	node->kind = NODE_TOTAL;
	node->at = c->ntotal - 1;
	if (count && e->narg == 0)
		return true;
	if (count) {
		for (i = 0; e->arg[0]->kind == EX_NAME &&
		    e->arg[0]->nname == 1 && i < bd->plan->ntype; i++)
			if (plan_type_is(bd->plan, i, e->arg[0]->name[0]))
				t->type = i;
		return t->type != NONE || control_refuse(bd, e->arg[0]->at,
		    "count takes the name of a record type, or *",
		    "record types stand in 'records'");
	}
	if (!plan_enter_type(bd, e->arg[0], &t->type) ||
	    !control_each(bd, e->arg[0], &t->frame) ||
	    !control_number(bd, t->frame, e->arg[0], &o))
		return false;
	t->reg = o.reg;
	t->scale = o.t.scale;
	return true;
}

/* A field of the record that cuts: one type for the whole control. */
static bool
control_field(struct build *bd, struct control *c, const struct expr *e,
    struct node *node)
{
	struct operand o;
	uint32_t type;

	if (bd->plan->ntype == 0)
		return control_refuse(bd, e->at, "a field in a control is "
		    "one of a header or trailer, and there are no record "
		    "types", "'records' tells the types apart; sum(…) adds up "
		    "a field");
	if (!plan_enter_type(bd, e, &type) ||
	    !control_number(bd, bd->root, e, &o))
		return false;
	if (c->type != NONE && c->type != type)
		return control_refuse(bd, e->at, "the fields of a control "
		    "are those of one record type", "write a control for each");
	c->type = type;
	c->frame = bd->root;
	*ARENA_PUSH(bd->arena, c->field, c->nfield, c->field_cap) = o.reg;
	node->kind = NODE_FIELD;
	node->at = c->nfield - 1;
	return true;
}

static const struct node *
control_node(struct build *bd, struct control *c, const struct expr *e)
{
	static const enum node_kind kinds[] = { [EX_ADD] = NODE_ADD,
		[EX_SUB] = NODE_SUB, [EX_MUL] = NODE_MUL, [EX_DIV] = NODE_DIV };
	struct node *n = arena_zalloc(bd->arena, sizeof *n);

	switch (e->kind) {
	case EX_NUMBER:
		n->kind = NODE_NUMBER;
		n->number.bad = !parse_decimal(e->text.p, e->text.len,
		    &n->number.v, &n->number.scale);
		return n;
	case EX_NEGATE:
		n->kind = NODE_NEGATE;
		return (n->a = control_node(bd, c, e->arg[0])) == NULL ? NULL :
		    n;
	case EX_ADD:
	case EX_SUB:
	case EX_MUL:
	case EX_DIV:
		n->kind = kinds[e->kind];
		return (n->a = control_node(bd, c, e->arg[0])) == NULL ||
		    (n->b = control_node(bd, c, e->arg[1])) == NULL ? NULL : n;
	case EX_CALL:
		if (e->nname == 1 && (strcmp(e->name[0], "COUNT") == 0 ||
		    strcmp(e->name[0], "SUM") == 0))
			return control_total(bd, c, e, n) ? n : NULL;
		break;
	default:
		break;
	}
	return control_field(bd, c, e, n) ? n : NULL;
}

static bool
type_is_ancestor(const struct plan *p, uint32_t type, uint32_t of)
{
	for (; of != NONE; of = p->type[of].parent)
		if (of == type)
			return true;
	return false;
}

/*
 * Does a record of the control's type begin a span, or end one?  A parent
 * begins what is summed below it; else records: has its types in the order in
 * which they stand in a file.
 */
static enum span
control_span(const struct plan *p, const struct control *c)
{
	uint32_t i, t;

	if (c->type == NONE)
		return SPAN_FILE;
	if (p->type[c->type].position != MAP_ANYWHERE)
		return p->type[c->type].position == MAP_FIRST ? SPAN_OPENED :
		    SPAN_CLOSED;
	for (i = 0; i < c->ntotal; i++) {
		t = c->total[i].type;
		if (t != NONE && t != c->type && (c->type < t ||
		    type_is_ancestor(p, c->type, t)))
			return SPAN_OPENED;
	}
	return SPAN_CLOSED;
}

static void
control_build(struct build *bd, struct control *c)
{
	const struct expr *e = c->map->e;

	c->type = NONE;
	if (e == NULL)
		return;
	if (e->kind < EX_EQ || e->kind > EX_GE) {
		control_refuse(bd, e->at, "a control is a comparison",
		    "TRL-COUNT = count(detail)");
		return;
	}
	c->how = (enum cmp_how)(e->kind - EX_EQ);
	c->left = control_node(bd, c, e->arg[0]);
	if (c->left != NULL)
		c->right = control_node(bd, c, e->arg[1]);
	if (c->right == NULL)
		return;
	if (c->ntotal == 0)
		control_refuse(bd, e->at, "a control counts or sums "
		    "something", "count(type), count(*), sum(FIELD)");
	c->span = control_span(bd->plan, c);
}

void
plan_controls_build(struct build *bd)
{
	const struct mapping *m = bd->mapping;
	struct plan *p = bd->plan;
	uint32_t record = bd->record, i;

	p->control = arena_array(bd->arena, m->ncontrol, sizeof *p->control);
	p->ncontrol = m->ncontrol;
	for (i = 0; i < m->ncontrol; i++) {
		p->control[i].map = &m->controls[i];
		bd->record = record;
		control_build(bd, &p->control[i]);
	}
	bd->record = record;
}

/* ---- a batch ----------------------------------------------------------- */

void
control_add(struct control_value *a, const struct control_value *b)
{
	a->bad |= b->bad;
	if (__builtin_add_overflow(a->v, b->v, &a->v) ||
	    a->v >= d128_pow10[38] || a->v <= -d128_pow10[38]) {
		a->bad = true;
		a->v = 0;
	}
}

static struct control_value
cell_value(const struct column *c, uint32_t row, bool null_is_zero)
{
	struct control_value v = { .scale = c->scale };

	if (column_is_null(c, row))
		v.bad = !null_is_zero;
	else if (c->bad.n > 0 && column_fault(c, row) != NULL)
		v.bad = true;
	else
		v.v = column_number(c, row);
	return v;
}

/* Parts of a control: where each of its cutting records stands. */
static void
parts_cut(const struct control *c, struct batch *b, struct control_parts *ps)
{
	const struct frame *f = c->type == NONE ? NULL : &b->frame[c->frame];
	uint32_t cuts = f == NULL ? 0 : f->n, i, k;
	struct control_part *p;

	ps->n = cuts + 1;
	ps->part = arena_array(&b->arena, ps->n, sizeof *ps->part);
	for (i = 0; i < ps->n; i++) {
		p = &ps->part[i];
		p->total = arena_array(&b->arena, c->ntotal, sizeof *p->total);
		for (k = 0; k < c->ntotal; k++)
			p->total[k].scale = c->total[k].scale;
		if (i == cuts)
			break;
		p->rec = (uint32_t)f->rec[i];
		p->field = arena_array(&b->arena, c->nfield, sizeof *p->field);
		for (k = 0; k < c->nfield; k++)
			p->field[k] = cell_value(&b->reg[c->field[k]], i,
			    false);
	}
}

/* The part that a record is in; records come in order. */
static struct control_part *
part_of(const struct control *c, struct control_parts *ps, uint32_t *at,
    uint32_t rec)
{
	while (*at + 1 < ps->n && (c->span == SPAN_CLOSED ?
	    ps->part[*at].rec < rec : ps->part[*at].rec <= rec))
		(*at)++;
	return &ps->part[*at];
}

static void
parts_total(const struct control *c, struct batch *b,
    struct control_parts *ps, uint32_t k)
{
	const struct total *t = &c->total[k];
	struct control_value one = { .v = 1 }, v;
	const struct frame *f;
	uint32_t i, at = 0;

	if (t->reg == NONE) {
		for (i = 0; i < b->slab.nrec; i++)
			if (t->type == NONE || b->type[i] == t->type)
				control_add(&part_of(c, ps, &at,
				    i)->total[k], &one);
		return;
	}
	f = &b->frame[t->frame];
	for (i = 0; i < f->n; i++) {
		v = cell_value(&b->reg[t->reg], i, true);
		control_add(&part_of(c, ps, &at,
		    (uint32_t)f->rec[i])->total[k], &v);
	}
}

void
plan_run_controls(const struct plan *p, struct batch *b)
{
	uint32_t i, k;

	b->control = arena_array(&b->arena, p->ncontrol, sizeof *b->control);
	for (i = 0; i < p->ncontrol; i++) {
		parts_cut(&p->control[i], b, &b->control[i]);
		for (k = 0; k < p->control[i].ntotal; k++)
			parts_total(&p->control[i], b, &b->control[i], k);
	}
}

/* ---- the comparison ---------------------------------------------------- */

static bool
value_align(struct control_value *x, struct control_value *y)
{
	int16_t scale = x->scale > y->scale ? x->scale : y->scale;

	if (!decimal_rescale(x->v, x->scale, scale, &x->v, NULL) ||
	    !decimal_rescale(y->v, y->scale, scale, &y->v, NULL))
		return false;
	x->scale = y->scale = scale;
	return true;
}

static struct control_value
node_value(const struct node *n, const struct control_value *total,
    const struct control_value *field)
{
	static const struct control_value bad = { .bad = true };
	struct control_value x, y;

	switch (n->kind) {
	case NODE_NUMBER:
		return n->number;
	case NODE_TOTAL:
		return total[n->at];
	case NODE_FIELD:
		return field == NULL ? bad : field[n->at];
	case NODE_NEGATE:
		x = node_value(n->a, total, field);
		x.v = -x.v;
		return x;
	default:
		break;
	}
	x = node_value(n->a, total, field);
	y = node_value(n->b, total, field);
	if (x.bad || y.bad)
		return bad;
	if (n->kind == NODE_MUL) {
		x.bad = !decimal_mul(x.v, y.v, x.scale + y.scale,
		    x.scale + y.scale, &x.v);
		x.scale += y.scale;
		return x;
	}
	if (n->kind == NODE_DIV) {
		int to = y.v == 0 ? 0 : decimal_div_scale(x.v, x.scale, y.v,
		    y.scale);

		x.bad = !decimal_div(x.v, x.scale, y.v, y.scale, to, &x.v);
		x.scale = (int16_t)to;
		return x;
	}
	if (!value_align(&x, &y))
		return bad;
	if (n->kind == NODE_SUB)
		y.v = -y.v;
	control_add(&x, &y);
	return x;
}

bool
plan_control_holds(const struct plan *p, uint32_t control,
    const struct control_value *total, const struct control_value *field,
    struct control_value *left, struct control_value *right)
{
	const struct control *c = &p->control[control];
	int cmp;

	*left = node_value(c->left, total, field);
	*right = node_value(c->right, total, field);
	if (left->bad || right->bad)
		return false;
	cmp = decimal_cmp(left->v, left->scale, right->v, right->scale);
	switch (c->how) {
	case CMP_EQ:
		return cmp == 0;
	case CMP_NE:
		return cmp != 0;
	case CMP_LT:
		return cmp < 0;
	case CMP_LE:
		return cmp <= 0;
	case CMP_GT:
		return cmp > 0;
	default:
		return cmp >= 0;
	}
}

/* ---- for others -------------------------------------------------------- */

uint32_t
plan_ncontrol(const struct plan *p)
{
	return p->ncontrol;
}

const char *
plan_control_text(const struct plan *p, uint32_t control)
{
	return p->control[control].map->text;
}

enum span
plan_control_span(const struct plan *p, uint32_t control)
{
	return p->control[control].span;
}

uint32_t
plan_control_type(const struct plan *p, uint32_t control)
{
	return p->control[control].type;
}

uint32_t
plan_control_totals(const struct plan *p, uint32_t control)
{
	return p->control[control].ntotal;
}

uint32_t
plan_control_fields(const struct plan *p, uint32_t control)
{
	return p->control[control].nfield;
}

struct control_value
plan_control_zero(const struct plan *p, uint32_t control, uint32_t total)
{
	return (struct control_value){ .scale =
	    p->control[control].total[total].scale };
}
