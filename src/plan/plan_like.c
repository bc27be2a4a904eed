/*
 * [not] like, ilike.  ilike compares in lower case, as PostgreSQL does; the
 * escape character is looked for before that.
 */
#include "plan/plan_call.h"

#include "plan/like.h"

static bool
pattern_wrong(struct build *bd, struct place at, const char *what)
{
	diag_add(bd->diags, DIAG_P061, at, "%s", what);
	return false;
}

/* A backslash that nothing follows. */
static bool
pattern_is_broken(struct slice p)
{
	uint32_t i;

	for (i = 0; i < p.len; i++)
		if (p.p[i] == '\\' && ++i == p.len)
			return true;
	return false;
}

/* Literals are looked at here, so that mistakes in them have a place. */
static bool
pattern_literal(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t *reg)
{
	struct expr *literal = arena_copy(bd->arena, e->arg[1],
	    sizeof *literal);
	struct operand o;

	if (e->narg > 2 && !like_escape(bd->arena, e->arg[1]->text,
	    e->arg[2]->text, &literal->text))
		return pattern_wrong(bd, e->arg[2]->at,
		    "escape takes one character, or none: ''");
	if (pattern_is_broken(literal->text))
		return pattern_wrong(bd, e->arg[1]->at,
		    "the pattern ends with its escape character");
	if (!plan_literal(bd, frame, literal, &o))
		return false;
	*reg = o.reg;
	return true;
}

static bool
pattern_any(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t *reg)
{
	struct op op = op_make(OP_LIKE_ESCAPE, frame);
	struct operand p, escape;

	if (!plan_text(bd, frame, e->arg[1], &p))
		return false;
	*reg = p.reg;
	if (e->narg < 3)
		return true;
	if (!plan_text(bd, frame, e->arg[2], &escape))
		return false;
	op.a = p.reg;
	op.b = escape.reg;
	*reg = plan_emit(bd, op, call_text_type, ITEM_NONE, e->at, "");
	return true;
}

static uint32_t
like_lower(struct build *bd, uint32_t frame, const struct expr *e,
    uint32_t reg)
{
	struct op op = op_make(OP_LOWER, frame);

	op.a = reg;
	return plan_emit(bd, op, call_text_type, ITEM_NONE, e->at, "");
}

bool
plan_like(struct build *bd, uint32_t frame, const struct expr *e,
    struct operand *out)
{
	struct op op = op_make(OP_LIKE, frame);
	bool literal = e->arg[1]->kind == EX_TEXT &&
	    (e->narg < 3 || e->arg[2]->kind == EX_TEXT);
	struct operand text;

	if (!plan_text(bd, frame, e->arg[0], &text) ||
	    !(literal ? pattern_literal : pattern_any)(bd, frame, e, &op.b))
		return false;
	op.a = text.reg;
	if (e->kind == EX_ILIKE || e->kind == EX_NOT_ILIKE) {
		op.a = like_lower(bd, frame, e, op.a);
		op.b = like_lower(bd, frame, e, op.b);
	}
	op.n = e->kind == EX_LIKE || e->kind == EX_ILIKE;
	*out = call_result(e, call_bool_type);
	out->reg = plan_emit(bd, op, out->t, ITEM_NONE, e->at,
	    op.n ? "" : "not");
	return true;
}
