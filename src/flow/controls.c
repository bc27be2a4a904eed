/*
 * Controls over the whole input; see controls.h.  All memory is the caller's
 * arena's; what is kept of breaks is bounded.
 */
#include "flow/controls.h"

#include <string.h>

#include "base/mem.h"
#include "plan/batch.h"
#include "plan/control.h"
#include "plan/plan.h"
#include "value/format.h"

struct running {			/* a control's open span */
	struct control_value *total;
	struct control_value *field;	/* of the record that opened it */
	bool open;			/* SPAN_OPENED: there was one */
	bool cut;			/* SPAN_CLOSED: the file had one */
	uint64_t opener;		/* its number */
};

struct controls {
	struct arena *arena;
	const struct plan *plan;
	struct control_result *result;
	struct running *run;
	uint32_t n, file;
	bool any;			/* a batch came */
};

struct controls *
controls_new(struct arena *a, const struct plan *p)
{
	struct controls *c = arena_zalloc(a, sizeof *c);
	uint32_t i;

	c->arena = a;
	c->plan = p;
	c->n = plan_ncontrol(p);
	c->result = arena_array(a, c->n + 1, sizeof *c->result);
	c->run = arena_array(a, c->n + 1, sizeof *c->run);
	for (i = 0; i < c->n; i++) {
		c->run[i].total = arena_array(a, plan_control_totals(p, i),
		    sizeof *c->run[i].total);
		c->run[i].field = arena_array(a, plan_control_fields(p, i),
		    sizeof *c->run[i].field);
	}
	controls_restart(c);
	return c;
}

/* A new span of the control. */
static void
run_reset(struct controls *c, uint32_t i)
{
	uint32_t k;

	for (k = 0; k < plan_control_totals(c->plan, i); k++)
		c->run[i].total[k] = plan_control_zero(c->plan, i, k);
	c->run[i].open = false;
}

void
controls_restart(struct controls *c)
{
	uint32_t i;

	for (i = 0; i < c->n; i++) {
		c->result[i] = (struct control_result){
		    .text = plan_control_text(c->plan, i) };
		c->run[i].cut = false;
		run_reset(c, i);
	}
	c->any = false;
}

static const char *
value_text(struct arena *a, const struct control_value *v)
{
	char s[FORMAT_MAX];

	return v->bad ? NULL : arena_strndup(a, s,
	    format_d128(s, v->v, v->scale));
}

static void
result_break(struct controls *c, uint32_t i, uint64_t record,
    const char *why)
{
	struct control_result *r = &c->result[i];
	struct control_break *b;

	if (r->broken++ >= BREAKS_KEPT)
		return;
	b = ARENA_PUSH(c->arena, r->first, r->nfirst, r->cap);
	*b = (struct control_break){ r->left, r->right, why, c->file, record };
}

/* The span is over: does its control hold?  The texts of sides are made only
 * where they are shown: at the first spans and at breaks. */
static void
run_compare(struct controls *c, uint32_t i,
    const struct control_value *field, uint64_t record)
{
	struct control_result *r = &c->result[i];
	struct control_value left, right;
	bool holds = plan_control_holds(c->plan, i, c->run[i].total, field,
	    &left, &right);

	if (r->spans++ == 0 || (!holds && r->broken < BREAKS_KEPT)) {
		r->left = value_text(c->arena, &left);
		r->right = value_text(c->arena, &right);
	}
	if (!holds)
		result_break(c, i, record, left.bad || right.bad ?
		    "a value is null, no number or too large" : NULL);
}

static bool
run_has_totals(const struct controls *c, uint32_t i)
{
	uint32_t k;

	for (k = 0; k < plan_control_totals(c->plan, i); k++)
		if (c->run[i].total[k].v != 0 || c->run[i].total[k].bad)
			return true;
	return false;
}

/* What was counted without a record to compare it with. */
static void
run_loose(struct controls *c, uint32_t i, uint64_t record, const char *why)
{
	struct control_result *r = &c->result[i];

	r->spans++;
	r->left = r->right = NULL;
	result_break(c, i, record, why);
}

static void
run_cut(struct controls *c, uint32_t i, const struct batch *b,
    const struct control_part *p)
{
	struct running *run = &c->run[i];
	uint64_t record = b->slab.first_record + p->rec;
	bool opened = plan_control_span(c->plan, i) == SPAN_OPENED;

	run->cut = true;
	if (!opened) {
		run_compare(c, i, p->field, record);
		run_reset(c, i);
		return;
	}
	if (run->open)
		run_compare(c, i, run->field, run->opener);
	else if (run_has_totals(c, i))
		run_loose(c, i, record, "records stand before the first that "
		    "says what they come to");
	run_reset(c, i);
	run->open = true;
	run->opener = record;
	memcpy(run->field, p->field, plan_control_fields(c->plan, i) *
	    sizeof *run->field);
}

static void
controls_file_end(struct controls *c)
{
	struct running *run;
	uint32_t i;

	for (i = 0; c->any && i < c->n; i++) {
		run = &c->run[i];
		switch (plan_control_span(c->plan, i)) {
		case SPAN_FILE:
			run_compare(c, i, NULL, 0);
			break;
		case SPAN_OPENED:
			if (run->open)
				run_compare(c, i, run->field, run->opener);
			else
				run_loose(c, i, 0, "no record says what the "
				    "file's records come to");
			break;
		case SPAN_CLOSED:
			if (!run->cut)
				run_loose(c, i, 0, "no record says what the "
				    "file's records come to");
			else if (run_has_totals(c, i))
				run_loose(c, i, 0, "records stand behind the "
				    "last that says what they come to");
			break;
		}
		run->cut = false;
		run_reset(c, i);
	}
}

void
controls_put(struct controls *c, const struct batch *b)
{
	const struct control_part *p;
	uint32_t i, k, t;

	if (c->n == 0 || b->slab.nrec == 0)
		return;
	if (b->first_of_file)
		controls_file_end(c);
	c->any = true;
	c->file = b->slab.file;
	for (i = 0; i < c->n; i++)
		for (k = 0; k < b->control[i].n; k++) {
			p = &b->control[i].part[k];
			for (t = 0; t < plan_control_totals(c->plan, i); t++)
				control_add(&c->run[i].total[t], &p->total[t]);
			if (p->field != NULL)
				run_cut(c, i, b, p);
		}
}

void
controls_end(struct controls *c)
{
	controls_file_end(c);
	c->any = false;
}

const struct control_result *
controls_results(const struct controls *c, uint64_t *broken)
{
	uint32_t i;

	*broken = 0;
	for (i = 0; i < c->n; i++)
		*broken += c->result[i].broken;
	return c->result;
}
