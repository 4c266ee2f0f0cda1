/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - what tests count and print: check() says what failed, main() ends with both numbers. */
#ifndef MAKALA_TEST_CHECK_H
#define MAKALA_TEST_CHECK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static unsigned n_passed, n_failed;

__attribute__((format(printf, 2, 3))) static void check(bool ok, const char *format, ...)
{
	va_list args;
	if (ok) {
		n_passed++;
		return;
	}
	n_failed++;
	va_start(args, format);
	printf("FAILED ");
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

#endif
