/*
 * Arithmetic on sizes and offsets that says when it overflows: true is bad.
 */
#ifndef DECANT_CHECKED_H
#define DECANT_CHECKED_H

#define ckd_add(r, a, b)	__builtin_add_overflow((a), (b), (r))
#define ckd_sub(r, a, b)	__builtin_sub_overflow((a), (b), (r))
#define ckd_mul(r, a, b)	__builtin_mul_overflow((a), (b), (r))

#endif
