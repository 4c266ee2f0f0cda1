/* SPDX-License-Identifier: Apache-2.0 */
/*
 * real.h - exp() and log() with the same result, bit for bit, on every system.
 *
 * The exp() and log() of C libraries differ in the last bit.  With them, a score could be printed with another last digit on
 * another system, or a block could fall on the other side of the cut.  The functions below use only additions, multiplications
 * and divisions of doubles, for which IEEE 754 prescribes the exact result.  They are accurate to nine digits, which is more than
 * the floats that are computed from them can hold.  all.c lists the compiler options that this requires.
 */
#ifndef MAKALA_REAL_H
#define MAKALA_REAL_H

#include <stdint.h>
#include <string.h>

#define REAL_LN2 0.69314718055994531 /* log(2) */

/* e to the power of x.  x is clamped to -80 … 80, where the result fits a float too. */
static inline double real_exp(double x)
{
	static const double over_factorial[] = {1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1.0, 1.0};
	x = x > -80 ? x < 80 ? x : 80 : -80;
	const int32_t doublings = (int32_t)(x * (1 / REAL_LN2) + (x < 0 ? -0.5 : 0.5));
	const double rest = x - doublings * REAL_LN2; /* |rest| <= REAL_LN2 / 2, where nine terms of the Taylor series are enough */
	double sum = over_factorial[0];
#pragma GCC unroll 8
	for (unsigned i = 1; i < sizeof over_factorial / sizeof *over_factorial; i++)
		sum = sum * rest + over_factorial[i];
	const uint64_t bits = (uint64_t)(1023 + doublings) << 52; /* the double 2^doublings: biased exponent, mantissa 0 */
	double scale;
	memcpy(&scale, &bits, sizeof scale);
	return sum * scale;
}

/* The natural logarithm of x, which must be positive and not subnormal. */
static inline double real_log(double x)
{
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	/* x = m * 2^doublings, with m between sqrt(1/2) and sqrt(2).  The constant holds the bits of the double sqrt(1/2), so the
	 * exponent field of the difference, sign-extended from 12 bits, is doublings. */
	const uint64_t from = bits - 0x3FE6A09E667F3BCDu;
	const int32_t doublings = (int32_t)(from >> 52 ^ 0x800) - 0x800;
	bits -= (uint64_t)doublings << 52;
	memcpy(&x, &bits, sizeof x); /* x is m from here on */
	/* log(x) = 2 (s + s^3/3 + s^5/5 + …).  |s| is below 0.1716, so five terms are enough. */
	const double s = (x - 1) / (x + 1), square = s * s;
	double sum = 0;
	for (int odd = 9; odd > 0; odd -= 2)
		sum = sum * square + 1.0 / odd;
	return doublings * REAL_LN2 + 2 * s * sum;
}

/* The probability that corresponds to log odds (the logistic function). */
static inline float real_chance(float log_odds)
{
	return 1.0f / (1.0f + (float)real_exp(-(double)log_odds));
}

#endif
