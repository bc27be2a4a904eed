/*
 * Chains of arithmetic; see chain.h.
 */
#include "plan/chain.h"

#include <string.h>

struct chain {
	struct k_chain k;
	uint32_t reg[CHAIN_STEPS], nreg;
	bool full;
};

static void
chain_step(struct chain *c, enum chain_code code, uint32_t n)
{
	if (c->k.n == CHAIN_STEPS) {
		c->full = true;
		return;
	}
	c->k.step[c->k.n++] = (struct chain_step){ (uint8_t)code,
	    (uint8_t)n };
}

static void
chain_leaf(struct chain *c, uint32_t reg)
{
	uint32_t i;

	for (i = 0; i < c->nreg && c->reg[i] != reg; i++)
		continue;
	if (i == CHAIN_STEPS) {
		c->full = true;
		return;
	}
	if (i == c->nreg)
		c->reg[c->nreg++] = reg;
	chain_step(c, CHAIN_LOAD, i);
}

static bool
is_number(const struct reg_def *r)
{
	return r->t.type == V_I64 || r->t.type == V_D128;
}

/*
 * What the register was computed from, where that says more than the 38
 * digits in it: quotients, and what was computed from them.
 */
static void
chain_load(const struct plan *p, struct chain *c, uint32_t reg)
{
	const struct op *op = &p->op[p->reg[reg].op];
	const struct k_numbers *k = op->k;
	const struct k_chain *inner = op->k;
	uint32_t i;

	if (c->full || !is_number(&p->reg[reg])) {
		chain_leaf(c, reg);
		return;
	}
	if (op->code == OP_CHAIN && inner->open) {
		for (i = 0; i < inner->n; i++)
			if (inner->step[i].code == CHAIN_LOAD)
				chain_leaf(c, op->arg[inner->step[i].n]);
			else
				chain_step(c, (enum chain_code)
				    inner->step[i].code, 0);
	} else if (op->code == OP_RESCALE && k->sb == NUMBERS_INNER) {
		chain_load(p, c, op->a);
	} else if (!p->reg[reg].t.inexact) {
		chain_leaf(c, reg);
	} else if (op->code == OP_NEGATE) {
		chain_load(p, c, op->a);
		chain_step(c, CHAIN_NEGATE, 0);
	} else if (op->code == OP_ADD || op->code == OP_SUB ||
	    op->code == OP_MUL || (op->code == OP_DIV && !k->integral)) {
		chain_load(p, c, op->a);
		chain_load(p, c, op->b);
		chain_step(c, op->code == OP_ADD ? CHAIN_ADD :
		    op->code == OP_SUB ? CHAIN_SUB : op->code == OP_MUL ?
		    CHAIN_MUL : CHAIN_DIV, 0);
	} else {
		chain_leaf(c, reg);
	}
}

static uint32_t
chain_emit(struct build *bd, uint32_t frame, struct chain *c,
    const struct vt *t, struct place at)
{
	struct op op = op_make(OP_CHAIN, frame);

	op.arg = c->reg;
	op.narg = c->nreg;
	op.k = &c->k;
	op.ksize = sizeof c->k;
	return plan_emit(bd, op, *t, ITEM_NONE, at, c->k.open ? "" :
	    arena_printf(bd->arena, "to %d decimals", t->scale));
}

bool
plan_chain(struct build *bd, uint32_t frame, const struct expr *e,
    const struct k_numbers *k, const struct vt *t, const uint32_t *reg,
    uint32_t *out)
{
	struct chain c;

	memset(&c, 0, sizeof c);
	chain_load(bd->plan, &c, reg[0]);
	if (e->kind == EX_NEGATE) {
		chain_step(&c, CHAIN_NEGATE, 0);
	} else {
		chain_load(bd->plan, &c, reg[1]);
		chain_step(&c, e->kind == EX_ADD ? CHAIN_ADD :
		    e->kind == EX_SUB ? CHAIN_SUB : e->kind == EX_MUL ?
		    CHAIN_MUL : k->integral ? CHAIN_WHOLE : CHAIN_DIV, 0);
	}
	if (c.full)
		return false;
	c.k.result = *k;
	c.k.open = true;
	c.k.code = k->exact ? DIAG_D011 : 0;
	*out = chain_emit(bd, frame, &c, t, e->at);
	return true;
}

bool
plan_chain_end(struct build *bd, uint32_t frame, uint32_t from,
    const struct k_numbers *k, const struct vt *t, uint16_t code,
    struct place at, uint32_t *out)
{
	const struct plan *p = bd->plan;
	const struct op *op = &p->op[p->reg[from].op];
	struct chain c;

	/* a quotient that surely fits has all its digits in the register */
	if (!is_number(&p->reg[from]) || (op->code != OP_CHAIN &&
	    p->reg[from].t.precision < 38))
		return false;
	memset(&c, 0, sizeof c);
	chain_load(p, &c, from);
	if (c.full || c.k.n < 2)
		return false;
	c.k.result = *k;
	c.k.code = code;
	*out = chain_emit(bd, frame, &c, t, at);
	return true;
}
