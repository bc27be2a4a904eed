/*
 * Decimals of up to 76 digits, for what lies between the operators of one
 * expression.  They carry their own scale, and results have the scale that
 * PostgreSQL's numeric gives them.  Slow beside decimal.h, and only used where
 * 38 digits may not do.
 */
#ifndef DECANT_WIDE_H
#define DECANT_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "value/value.h"

#define WIDE_DIGITS	76
#define WIDE_LIMBS	32	/* room for what division needs on its way */

struct wide {
	uint32_t limb[WIDE_LIMBS];	/* base 1,000,000,000, lowest first */
	int n;				/* limbs in use; 0 is zero */
	bool negative;
	int scale;			/* decimals */
};

void	 wide_set(struct wide *, d128 v, int scale);
/* False: more than 76 digits; a quotient also where the divisor is zero. */
bool	 wide_add(const struct wide *, const struct wide *, struct wide *out);
bool	 wide_mul(const struct wide *, const struct wide *, struct wide *out);
bool	 wide_div(const struct wide *, const struct wide *, struct wide *out);
/* The quotient cut to a whole number. */
bool	 wide_whole(const struct wide *, const struct wide *,
	    struct wide *out);
bool	 wide_is_zero(const struct wide *);
/* At another scale, rounded half away from zero; false: more than 38 digits.
 * *exact tells that nothing was cut. */
bool	 wide_get(const struct wide *, int scale, d128 *out, bool *exact);

#endif
