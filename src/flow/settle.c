/*
 * Controls that made records must keep; see settle.h.
 */
#include "flow/settle.h"

#include <string.h>

#include "base/mem.h"
#include "plan/batch.h"
#include "plan/control.h"
#include "plan/plan.h"
#include "value/codec.h"
#include "value/decimal.h"

struct settled {			/* a control that can be settled */
	uint32_t control, type;
	bool left;			/* the field is on the left side */
	struct codec codec;
	struct control_value *value;	/* [n] of its records, in order */
	uint64_t n, cap;
	uint64_t put, written;		/* records, this time */
	struct control_value *total;
	bool open;
};

struct settle {
	const struct plan *plan;
	struct settled *v;
	uint32_t n;
	bool nested, changed;
	uint64_t faults;
};

/* ---- which fields ------------------------------------------------------- */

/* The field's item; it must stand at one place. */
static bool
settle_item(const struct job *j, const struct expr *e, uint32_t type,
    uint32_t *item)
{
	uint32_t found[2], n = e->nname, group, record;
	const struct item *it;

	if (e->kind != EX_NAME || e->narg > 0 || type == UINT32_MAX)
		return false;
	record = plan_find_layout(j->layout, j->record,
	    &j->mapping->record_type[type], &group);
	if (record == ITEM_NONE)
		return false;
	if (layout_find(j->layout, record, e->name, n, found) != 1 &&
	    (n < 2 || layout_find(j->layout, record, e->name, n - 1,
	    found) != 1))
		return false;
	*item = found[0];
	it = &j->layout->item[found[0]];
	return it->table == ITEM_NONE && it->shifter == ITEM_NONE;
}

static bool
settle_codec(struct arena *a, const struct job *j, uint32_t item,
    struct codec *c)
{
	uint16_t precision;
	enum vtype t;
	int16_t scale;

	if (!plan_item_codec(a, j->layout, item, j->page, c))
		return false;
	c->offset = j->layout->item[item].offset;
	c->ascii_sign = j->layout->dialect != DIALECT_IBM;
	c->policies = &policies_exact;
	c->little_endian = c->kind == CODEC_BINARY && j->mapping->little_comp5 &&
	    (j->layout->item[item].usage == USAGE_COMP5 ||
	    j->layout->item[item].usage == USAGE_COMPN);
	t = codec_type(c, &scale, &precision);
	return t == V_I64 || t == V_D128;
}

static bool
settle_control(struct arena *a, const struct job *j, uint32_t i,
    struct settled *s)
{
	const struct expr *e = j->mapping->controls[i].e;
	uint32_t item;

	*s = (struct settled){ .control = i, .type = plan_control_type(j->plan,
	    i) };
	if (e == NULL || e->kind != EX_EQ || plan_control_fields(j->plan,
	    i) != 1)
		return false;
	s->left = settle_item(j, e->arg[0], s->type, &item);
	if (!s->left && !settle_item(j, e->arg[1], s->type, &item))
		return false;
	s->total = arena_array(a, plan_control_totals(j->plan, i),
	    sizeof *s->total);
	return settle_codec(a, j, item, &s->codec);
}

bool
settle_is_field(struct arena *a, const struct job *j, uint32_t type,
    uint32_t item)
{
	const struct expr *e;
	struct settled s;
	uint32_t i, k, found;

	for (i = 0; i < plan_ncontrol(j->plan); i++) {
		if (plan_control_type(j->plan, i) != type ||
		    !settle_control(a, j, i, &s))
			continue;
		e = j->mapping->controls[i].e;
		for (k = 0; k < 2; k++)
			if (settle_item(j, e->arg[k], type, &found) &&
			    found == item)
				return true;
	}
	return false;
}

struct settle *
settle_new(struct arena *a, struct diags *ds, const struct job *j)
{
	struct settle *s = arena_zalloc(a, sizeof *s);
	const struct map_control *c;
	uint32_t i;

	s->plan = j->plan;
	s->v = arena_array(a, plan_ncontrol(j->plan), sizeof *s->v);
	for (i = 0; i < plan_ncontrol(j->plan); i++) {
		if (settle_control(a, j, i, &s->v[s->n])) {
			s->nested |= s->n > 0 && s->v[s->n].type !=
			    s->v[0].type;
			s->n++;
			continue;
		}
		c = &j->mapping->controls[i];
		diag_hint(ds, diag_add(ds, DIAG_G030, c->at, "the records are "
		    "not made to keep the control %s", c->text), "an equation "
		    "of one field with counts and sums is kept");
	}
	return s->n == 0 ? NULL : s;
}

void
settle_free(struct settle *s)
{
	uint32_t i;

	for (i = 0; s != NULL && i < s->n; i++)
		mem_free(s->v[i].value);
}

/* ---- the values --------------------------------------------------------- */

static void
settle_reset(struct settle *s, struct settled *v)
{
	uint32_t i;

	for (i = 0; i < plan_control_totals(s->plan, v->control); i++)
		v->total[i] = plan_control_zero(s->plan, v->control, i);
}

void
settle_restart(struct settle *s)
{
	uint32_t i;

	s->changed = false;
	s->faults = 0;
	for (i = 0; i < s->n; i++) {
		s->v[i].put = s->v[i].written = 0;
		s->v[i].open = false;
		settle_reset(s, &s->v[i]);
	}
}

/* The span is over: what the field of its record must be. */
static void
settle_value(struct settle *s, struct settled *v)
{
	struct control_value none = { .v = 0 }, left, right, *to;

	if (v->put == v->cap) {
		v->cap = v->cap == 0 ? 64 : 2 * v->cap;
		v->value = mem_resize(v->value, v->cap, sizeof *v->value);
	}
	plan_control_holds(s->plan, v->control, v->total, &none, &left,
	    &right);
	if (v->left)
		left = right;
	to = &v->value[v->put];
	if (v->put++ < v->n)
		s->changed |= to->v != left.v || to->scale != left.scale;
	else
		s->changed = true;
	*to = left;
}

static void
settle_cut(struct settle *s, struct settled *v)
{
	if (plan_control_span(s->plan, v->control) == SPAN_CLOSED || v->open)
		settle_value(s, v);
	v->open = true;
	settle_reset(s, v);
}

void
settle_put(struct settle *s, const struct batch *b)
{
	const struct control_part *p;
	struct settled *v;
	uint32_t i, k, t;

	for (i = 0; i < s->n; i++) {
		v = &s->v[i];
		for (k = 0; k < b->control[v->control].n; k++) {
			p = &b->control[v->control].part[k];
			for (t = 0; t < plan_control_totals(s->plan,
			    v->control); t++)
				control_add(&v->total[t], &p->total[t]);
			if (p->field != NULL)
				settle_cut(s, v);
		}
	}
}

bool
settle_end(struct settle *s)
{
	struct settled *v;
	uint32_t i;

	for (i = 0; i < s->n; i++) {
		v = &s->v[i];
		if (plan_control_span(s->plan, v->control) == SPAN_OPENED &&
		    v->open)
			settle_value(s, v);
		v->n = v->put;
	}
	return s->nested && s->changed;
}

/* ---- the fields --------------------------------------------------------- */

static bool
settle_field(const struct settled *v, uint8_t *rec, struct arena *a)
{
	const struct control_value *from = &v->value[v->written];
	struct cell_faults faults = { 0 };
	struct column col;
	uint16_t precision;
	int16_t scale;
	bool exact;
	d128 n;

	if (from->bad)
		return false;
	codec_type(&v->codec, &scale, &precision);
	if (!decimal_rescale(from->v, from->scale, scale, &n, &exact) ||
	    !exact)
		return false;
	column_init(&col, a, V_D128, scale, 1);
	col.v.d128[0] = n;
	codec_encode(&v->codec, &col, NULL, &rec, 1, &faults, a);
	return faults.n == 0;
}

void
settle_write(struct settle *s, struct batch *b)
{
	struct arena_mark mark = arena_mark(&b->arena);
	struct settled *v;
	uint32_t i, k;

	for (i = 0; i < s->n; i++) {
		v = &s->v[i];
		for (k = 0; k < b->slab.nrec; k++) {
			if (b->type[k] != v->type || v->written >= v->n)
				continue;
			s->faults += !settle_field(v, (uint8_t *)(uintptr_t)
			    b->slab.rec[k].p, &b->arena);
			v->written++;
		}
	}
	arena_back(&b->arena, mark);
}

uint64_t
settle_faults(const struct settle *s)
{
	return s == NULL ? 0 : s->faults;
}
