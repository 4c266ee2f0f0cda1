/* SPDX-License-Identifier: Apache-2.0 */
/*
 * real.h - exp() and log() that give the same bits everywhere.
 *
 * C libraries differ in the last bit of these functions, so a score could be rounded to another figure, or a block cut on another
 * side, on another system.  Here they are made of additions, multiplications and divisions of doubles, which IEEE 754 rounds
 * exactly.  The results are good to nine digits, which is finer than the floats they become. all.c says which compiler options
 * this needs.
 */
#ifndef MAKALA_REAL_H
#define MAKALA_REAL_H

#include <stdint.h>
#include <string.h>

#define REAL_LN2 0.69314718055994531

/* e to the power of x, which counts as -80 or 80 when it is beyond these. */
static inline double real_exp(double x)
{
	static const double over_factorial[] = {1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1.0, 1.0};
	x = x > -80 ? x < 80 ? x : 80 : -80;
	const int32_t doublings = (int32_t)(x * (1 / REAL_LN2) + (x < 0 ? -0.5 : 0.5));
	const double rest = x - doublings * REAL_LN2; /* within half of REAL_LN2 around 0, where nine terms of the series are enough */
	double sum = over_factorial[0];
#pragma GCC unroll 8
	for (unsigned i = 1; i < sizeof over_factorial / sizeof *over_factorial; i++)
		sum = sum * rest + over_factorial[i];
	const uint64_t bits = (uint64_t)(1023 + doublings) << 52; /* 2 to the power of doublings */
	double scale;
	memcpy(&scale, &bits, sizeof scale);
	return sum * scale;
}

/* The natural logarithm of a normal number above 0. */
static inline double real_log(double x)
{
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	const uint64_t from = bits - 0x3FE6A09E667F3BCDu;           /* the bits of the square root of 1/2 */
	const int32_t doublings = (int32_t)(from >> 52 ^ 0x800) - 0x800; /* from's sign extended */
	bits -= (uint64_t)doublings << 52;
	memcpy(&x, &bits, sizeof x); /* between the square roots of 1/2 and 2 */
	/* log(x) = 2 (s + s^3/3 + s^5/5 + …); s is below 0.1716, so five terms are enough. */
	const double s = (x - 1) / (x + 1), square = s * s;
	double sum = 0;
	for (int odd = 9; odd > 0; odd -= 2)
		sum = sum * square + 1.0 / odd;
	return doublings * REAL_LN2 + 2 * s * sum;
}

/* The chance that log odds stand for. */
static inline float real_chance(float log_odds)
{
	return 1.0f / (1.0f + (float)real_exp(-(double)log_odds));
}

#endif
