/*
 * Exact decimal arithmetic on 128-bit integers with a scale; intermediate
 * results have room for 76 digits.  All return false when the result has more
 * than 38 digits (or, for division, the divisor is zero).
 */
#ifndef DECANT_DECIMAL_H
#define DECANT_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "value/value.h"

extern const d128 d128_pow10[39];

/* v at scale `from` -> scale `to`; rounding half away from zero, as
 * PostgreSQL's numeric; *exact (may be NULL) tells that nothing was cut. */
bool	 decimal_rescale(d128 v, int from, int to, d128 *out, bool *exact);
/* a * b, whose scale is sa + sb, held at scale `to`. */
bool	 decimal_mul(d128 a, d128 b, int scale_product, int to, d128 *out);
/* a / b, rounded at scale `to` (to >= 0), as PostgreSQL rounds. */
bool	 decimal_div(d128 a, int sa, d128 b, int sb, int to, d128 *out);
/* PostgreSQL's select_div_scale: the scale of this very quotient. */
int	 decimal_div_scale(d128 a, int sa, d128 b, int sb);
/* a / b cut to a whole number, and what then is left of a, at the larger of
 * both scales. */
bool	 decimal_quotient(d128 a, int sa, d128 b, int sb, d128 *out);
bool	 decimal_remainder(d128 a, int sa, d128 b, int sb, d128 *out);
int	 decimal_cmp(d128 a, int sa, d128 b, int sb);	/* -1, 0, 1 */
int	 decimal_digits(d128 v);			/* 0 has 1 */
/* Rounds as PostgreSQL's cast of double precision to numeric does (15
 * significant digits); false: NaN, infinity or too large. */
bool	 decimal_from_f64(double, int to, d128 *out);
double	 decimal_to_f64(d128 v, int scale);

#endif
