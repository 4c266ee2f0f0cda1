/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - checks that count passes and failures, shared by the test programs.
 *
 *	check(ok, format, …)   counts a check; if it fails, prints the file, the line, the name of the test and the message
 *	TEST(test_one(page));  calls a function, and prints its name with failing checks until the next TEST
 *	check_end("suite")     prints the counts in the form that test/run reads; returns the exit status for main()
 *
 * A failing check does not end the program.  check() returns ok, so that later checks can depend on it.
 */
#ifndef MAKALA_TEST_CHECK_H
#define MAKALA_TEST_CHECK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define TEST(call) (test_name = #call, call)
#define check(...) check_at(__FILE__, __LINE__, __VA_ARGS__)

static unsigned n_passed, n_failed, n_skipped;
static const char *test_name = "main";

__attribute__((format(printf, 4, 5))) static bool check_at(const char *file, int line, bool ok, const char *format, ...)
{
	va_list args;
	if (ok) {
		n_passed++;
		return true;
	}
	n_failed++;
	va_start(args, format);
	printf("FAILED %s:%d: %.*s: ", file, line, (int)strcspn(test_name, "("), test_name);
	vprintf(format, args);
	printf("\n");
	va_end(args);
	return false;
}

static inline int check_end(const char *suite)
{
	printf("%s: %u passed, %u failed, %u skipped\n", suite, n_passed, n_failed, n_skipped);
	return n_failed > 0;
}

#endif
