/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steps.h - for growth.c and pairs.c: counts the steps of the library.
 *
 * A step is one execution of a stretch of source without a branch, from the compiler's profile counters (clang
 * -fprofile-instr-generate, used for these tests only), or 16 bytes that a function of the C library copies, sets or searches.  The
 * linker redirects calls to these functions to the wrappers below (--wrap).  Steps are counted because time misleads: when data
 * outgrow the caches or other programs use the machine, twice the work takes anything from 1.5 to 4 times as long.
 */
#ifndef MAKALA_TEST_STEPS_H
#define MAKALA_TEST_STEPS_H

#include <stddef.h>
#include <stdint.h>

#define STEP_BYTES 16
#define STEPS_PER_BYTE 1500 /* an input may take so many with all writers: about a second for a megabyte */

/* The compiler's counters, one for each stretch of source; the linker defines symbols for both ends of their section.  Clang's
 * profile library would write them to a file when the program ends.  Because its variable is defined here, the library is not
 * linked. */
extern uint64_t __start___llvm_prf_cnts[], __stop___llvm_prf_cnts[];
extern int __llvm_profile_runtime;
int __llvm_profile_runtime;

static uint64_t bytes_of_libc;

static void clear_steps(void)
{
	for (uint64_t *counter = __start___llvm_prf_cnts; counter < __stop___llvm_prf_cnts; counter++)
		*counter = 0;
	bytes_of_libc = 0;
}

static double count_steps(void)
{
	uint64_t n = bytes_of_libc / STEP_BYTES;
	for (const uint64_t *counter = __start___llvm_prf_cnts; counter < __stop___llvm_prf_cnts; counter++)
		n += *counter;
	return (double)n;
}

/* Declares the real function and begins the definition of the wrapper that is called in its place. */
#define WRAPPED(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

WRAPPED(void *, memcpy, void *to, const void *from, size_t n)
{
	bytes_of_libc += n;
	return __real_memcpy(to, from, n);
}

WRAPPED(void *, memmove, void *to, const void *from, size_t n)
{
	bytes_of_libc += n;
	return __real_memmove(to, from, n);
}

WRAPPED(void *, memset, void *to, int c, size_t n)
{
	bytes_of_libc += n;
	return __real_memset(to, c, n);
}

WRAPPED(void *, memchr, const void *in, int c, size_t n)
{
	char *found = __real_memchr(in, c, n);
	bytes_of_libc += found ? (size_t)(found - (const char *)in) : n;
	return found;
}

WRAPPED(size_t, strlen, const char *s)
{
	size_t n = __real_strlen(s);
	bytes_of_libc += n;
	return n;
}

/* memcmp() and bcmp() do not return how far they read.  They read everything if there is no difference; otherwise nothing is
 * counted. */
WRAPPED(int, memcmp, const void *a, const void *b, size_t n)
{
	int order = __real_memcmp(a, b, n);
	bytes_of_libc += order ? 0 : n;
	return order;
}

WRAPPED(int, bcmp, const void *a, const void *b, size_t n)
{
	int order = __real_bcmp(a, b, n);
	bytes_of_libc += order ? 0 : n;
	return order;
}

#endif
