/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - for test programs: reads pages from files, compressed or not.  Needs zlib. */
#ifndef MAKALA_TEST_PAGES_H
#define MAKALA_TEST_PAGES_H

#include "../makala.h"

#include <glob.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

/* Tests the page of len bytes at p, which is the i-th of those tested. */
typedef void test_of_page(mk_page *pg, const char *path, const char *p, size_t len, uint32_t i);

static void test_file(mk_page *pg, const char *path, uint32_t i, test_of_page *test)
{
	gzFile f = gzopen(path, "rb"); /* reads plain files too */
	size_t len = 0, cap = 1 << 20;
	char *p = malloc(cap);
	for (int n; f && p && (n = gzread(f, p + len, (unsigned)(cap - len))) > 0;) {
		len += (size_t)n;
		if (len == cap)
			p = realloc(p, cap *= 2);
	}
	if (!f || !p)
		exit(2);
	gzclose(f);
	test(pg, path, p, len, i);
	free(p);
}

/* Tests the pages that match the patterns, or an even sample of `most` pages if there are more.  Returns how
 * many it tested. */
static size_t test_files(mk_page *pg, const char *const *patterns, size_t n_patterns, size_t most, test_of_page *test)
{
	glob_t found = {0};
	for (size_t i = 0; i < n_patterns; i++)
		glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &found);
	const size_t n = found.gl_pathc, taken = n < most ? n : most;
	for (size_t i = 0; i < taken; i++)
		test_file(pg, found.gl_pathv[i * n / taken], (uint32_t)i, test);
	globfree(&found);
	return taken;
}

#endif
