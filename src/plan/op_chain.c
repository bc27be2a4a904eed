/*
 * Chains of arithmetic; see chain.h.  Each operator's result is PostgreSQL's
 * numeric, with its scale; the last one's is then held at the register's.
 */
#include "plan/chain.h"

#include "value/wide.h"

/* Fault of the operator over the top of the stack; 0: none. */
static uint16_t
chain_operator(enum chain_code code, struct wide *a, struct wide *b)
{
	bool good;

	switch (code) {
	case CHAIN_SUB:
		b->negative = !b->negative && b->n > 0;
		/* FALLTHROUGH */
	case CHAIN_ADD:
		good = wide_add(a, b, a);
		break;
	case CHAIN_MUL:
		good = wide_mul(a, b, a);
		break;
	default:
		if (wide_is_zero(b))
			return DIAG_D012;
		good = code == CHAIN_DIV ? wide_div(a, b, a) :
		    wide_whole(a, b, a);
		break;
	}
	return good ? 0 : DIAG_D011;
}

static uint16_t
chain_row(const struct op *op, const struct batch *b, uint32_t row,
    struct wide *stack)
{
	const struct k_chain *k = op->k;
	const struct column *c;
	uint32_t i, top = 0;
	uint16_t fault;

	for (i = 0; i < k->n; i++) {
		switch (k->step[i].code) {
		case CHAIN_LOAD:
			c = &b->reg[op->arg[k->step[i].n]];
			wide_set(&stack[top++], column_number(c, row),
			    c->scale);
			break;
		case CHAIN_NEGATE:
			stack[top - 1].negative = stack[top - 1].n > 0 &&
			    !stack[top - 1].negative;
			break;
		default:
			fault = chain_operator((enum chain_code)
			    k->step[i].code, &stack[top - 2],
			    &stack[top - 1]);
			if (fault != 0)
				return fault;
			top--;
			break;
		}
	}
	return 0;
}

void
op_chain(const struct op *op, struct batch *b)
{
	const struct k_chain *k = op->k;
	bool big = number_is_wide(&k->result), exact;
	uint32_t i, n = b->frame[op->frame].n;
	struct column *dst = op_column(op, b, big ? V_D128 : V_I64,
	    k->result.to);
	struct wide stack[CHAIN_DEPTH];
	uint16_t fault;
	d128 v;

	op_strict(op, b, dst, op->arg, op->narg);
	for (i = 0; i < n; i++) {
		v = 0;
		exact = true;
		fault = column_is_null(dst, i) ? 0 :
		    chain_row(op, b, i, stack);
		if (fault == 0 && !column_is_null(dst, i) &&
		    (!wide_get(&stack[0], k->result.to, &v, &exact) ||
		    !number_fits(&k->result, v)))
			fault = DIAG_D011;
		if (fault == 0 && !exact)
			fault = k->code;
		if (fault != 0) {
			op_fault(op, b, dst, i, fault);
			v = 0;
		}
		if (big)
			dst->v.d128[i] = v;
		else
			dst->v.i64[i] = (int64_t)v;
	}
}
