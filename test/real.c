/* SPDX-License-Identifier: Apache-2.0 */
/*
 * real.c - tests of src/base/real.h: results are close to those of the C library, and the same to the last bit on every system.
 *
 * The bits of many results are mixed into a digest, which must be the same whatever the processor, the compiler and the C library.
 */
#include "src/base/real.h"

#include <math.h>

#include "test/check.h"

/* Adds the bits of a number to a digest. */
static uint64_t add_bits(uint64_t digest, double x)
{
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	return (digest ^ bits ^ digest >> 29) * 1099511628211u;
}

int main(void)
{
	uint64_t digest = 0;
	double worst = 0;
	for (int i = -40000; i <= 40000; i++) {
		const double x = i / 512.0, found = real_exp(x);
		worst = fmax(worst, fabs(found / exp(x) - 1));
		digest = add_bits(digest, found);
	}
	check(worst < 1e-9, "real_exp() is off by %g", worst);
	worst = 0;
	for (double x = 1e-30; x < 1e30; x *= 1.0009765625) {
		const double found = real_log(x);
		worst = fmax(worst, fabs(found - log(x)) / fmax(1, fabs(log(x))));
		digest = add_bits(digest, found);
	}
	check(worst < 1e-9, "real_log() is off by %g", worst);
	check(digest == 0xaf78c9648f7fe3f2u, "the results differ from those on other systems: digest %#llx", (unsigned long long)digest);
	check(real_log(1) == 0 && real_exp(0) == 1, "real_log(1) is 0 and real_exp(0) is 1");
	check(real_chance(0) == 0.5f && real_chance(1000) == 1 && real_chance(-1000) < 1e-30f, "real_chance() at 0 and at both ends");
	return check_end("real");
}
