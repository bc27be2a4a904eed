/*
 * The day of an extract: as_of: over the header's fields, and as_of() where
 * the day is known before reading.
 */
#include "plan/plan_impl.h"

#include <string.h>

void
plan_as_of_build(struct build *bd)
{
	struct plan *p = bd->plan;
	uint32_t record = bd->record, type;
	struct operand o;

	p->as_of_reg = NONE;
	if (bd->mapping->as_of == NULL || bd->options->as_of != NULL)
		return;
	if (plan_enter_type(bd, bd->mapping->as_of, &type) &&
	    plan_expr(bd, bd->root, bd->mapping->as_of, &o)) {
		p->as_of_reg = o.reg;
		p->as_of_frame = bd->root;
		if (o.t.type != V_DATE)
			diag_hint(bd->diags, diag_add(bd->diags, DIAG_P012,
			    bd->mapping->as_of->at, "'as_of' is a date, and "
			    "this is %s", vt_name(&o.t)),
			    "write to_date(…, 'YYYYMMDD')");
	}
	bd->record = record;
}

/* The days that the batch's own records say. */
void
plan_run_as_of(const struct plan *p, struct batch *b)
{
	const struct frame *f;
	const struct column *c;
	uint32_t i;

	b->nas_of = 0;
	b->as_of_bad = false;
	if (p->as_of_reg == NONE)
		return;
	f = &b->frame[p->as_of_frame];
	c = &b->reg[p->as_of_reg];
	b->as_of = arena_alloc(&b->arena, f->n * sizeof *b->as_of);
	for (i = 0; i < f->n; i++)
		if (column_is_null(c, i) || column_fault(c, i) != NULL)
			b->as_of_bad = true;
		else
			b->as_of[b->nas_of++] = c->v.i64[i];
}

bool
plan_has_as_of(const struct plan *p)
{
	return p->as_of_reg != NONE;
}

/* as_of(): a constant. */
bool
plan_as_of(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct expr *day = arena_copy(bd->arena, e, sizeof *e);
	const char *text = bd->options->as_of;

	if (text == NULL) {
		diag_hint(bd->diags, diag_add(bd->diags, DIAG_P037, e->at,
		    "the day of the extract is not known before it is read"),
		    "as_of() needs --as-of, or 'as_of: {file_name: …}' in the "
		    "mapping");
		return false;
	}
	day->kind = text[0] == 'G' ? EX_TEXT : EX_DATE;
	day->text = slice_str(text);
	day->narg = 0;
	if (!plan_literal(bd, frame, day, out))
		return false;
	out->e = e;
	return true;
}
