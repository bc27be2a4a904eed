/*
 * Chains of arithmetic whose intermediate results may have up to 76 digits.
 *
 * Registers hold 38.  Where the types say that an operator's result may have
 * more, it and the operators that it hangs on become one op, which computes
 * them row by row without registers between them; its own result has 38 digits
 * or is bad.  An operator, cast or column that takes that result takes the
 * whole chain instead, so that only what is kept must have 38 digits.
 */
#ifndef DECANT_CHAIN_H
#define DECANT_CHAIN_H

#include "plan/plan_impl.h"

#define CHAIN_STEPS	48
#define CHAIN_DEPTH	(CHAIN_STEPS / 2 + 1)

enum chain_code {
	CHAIN_LOAD,		/* argument n */
	CHAIN_ADD, CHAIN_SUB, CHAIN_MUL, CHAIN_DIV,
	CHAIN_WHOLE,		/* a quotient of whole numbers */
	CHAIN_NEGATE
};
struct chain_step {
	uint8_t code, n;
};
struct k_chain {
	struct chain_step step[CHAIN_STEPS];	/* operands first */
	uint32_t n;
	struct k_numbers result;
	bool open;		/* nothing was rounded for its own sake */
	uint16_t code;		/* of the fault when decimals are cut */
};

/*
 * The operator over the registers, as a chain: `k` and `t` are its result's.
 * False: it is too long, or none is needed.
 */
bool	 plan_chain(struct build *, uint32_t frame, const struct expr *,
	    const struct k_numbers *k, const struct vt *t,
	    const uint32_t *reg, uint32_t *out);
/*
 * The number in `from` at another scale, with all the digits that its chain
 * gave it; false: it is no chain, and what the register holds will do.  `code`
 * is the fault of decimals that are cut; 0: they are rounded.
 */
bool	 plan_chain_end(struct build *, uint32_t frame, uint32_t from,
	    const struct k_numbers *k, const struct vt *t, uint16_t code,
	    struct place, uint32_t *out);

#endif
