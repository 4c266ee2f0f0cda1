/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding.c - runs the encoding tests of html5lib-tests, unmodified: each is a page and the encoding that it declares.
 *
 *	encoding [DIRECTORY]     DIRECTORY: folder of html5lib-tests; by default the value of MAKALA_HTML5LIB_TESTS, or
 *	                         ../shared/html5lib-tests if that is not set
 *
 * The tests cover the standard's encoding sniffing algorithm, so they call decode_sniff(); if it finds no declaration, the expected
 * encoding is the standard's default, windows-1252.  The choice of decode_page() when the bytes contradict the declaration goes
 * beyond the standard (test-yahoo-jp.dat declares EUC-JP but is stored as UTF-8) and is tested in test/decode.c.
 *
 * Not run: scripted/tests1.dat, because a script writes its declaration, and makala runs no scripts; and chardet/test_big5.txt,
 * because it is a text without an expected result (the detector, if it is built in, is tested in test/decode.c).
 */
#include "src/decode.h"

#include <stdio.h>
#include <stdlib.h>

#include "test/check.h"

#define N_EXPECTED 82 /* tests in the three files; any other number means that a file was cut short or changed */

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	size_t cap = 1 << 20;
	char *p = malloc(cap);
	*len = p ? fread(p, 1, cap, f) : 0;
	if (fclose(f) || *len == cap) { /* test files are less than a tenth of the buffer, so a full buffer means an error */
		free(p);
		return NULL;
	}
	return p;
}

/* Returns the next line, from p on, that is exactly the marker; NULL if there is no such line. */
static char *find_line(char *p, char *end, const char *marker)
{
	size_t len = strlen(marker);
	while (p < end) {
		char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((eol ? eol : end) - p);
		if (n == len && !memcmp(p, marker, len))
			return p;
		p = eol ? eol + 1 : end;
	}
	return NULL;
}

/* Runs the tests in one file. */
static void run_file(const char *directory, const char *name)
{
	char path[4096];
	size_t len = 0;
	snprintf(path, sizeof path, "%s/%s", directory, name);
	char *text = read_file(path, &len);
	if (!text) {
		check(false, "%s cannot be read", path);
		return;
	}
	char *end = text + len;
	mk_options options;
	mk_options_init(&options);
	for (char *p = find_line(text, end, "#data"); p; p = find_line(p, end, "#data")) {
		char *data = p + strlen("#data\n");
		char *marker = find_line(data, end, "#encoding");
		if (!marker)
			break;
		char *expected = marker + strlen("#encoding\n");
		char *eol = memchr(expected, '\n', (size_t)(end - expected));
		p = eol ? eol : end;
		size_t n = marker > data ? (size_t)(marker - data) - 1 : 0;
		struct declaration d = decode_sniff(&options, (const uint8_t *)data, n);
		const char *got = d.encoding < 0 ? "windows-1252" : decode_name(d.encoding);
		check(str_equals(expected, (size_t)(p - expected), got), "%s: got %s instead of %.*s for\n%.*s", name, got, (int)(p - expected),
		      expected, (int)n, data);
	}
	free(text);
}

int main(int argc, char **argv)
{
	static const char *const files[] = {"tests1.dat", "tests2.dat", "test-yahoo-jp.dat"};
	const char *named = argc > 1 ? argv[1] : getenv("MAKALA_HTML5LIB_TESTS");
	char directory[2048];
	snprintf(directory, sizeof directory, "%s/encoding", named ? named : "../shared/html5lib-tests");
	const char *ci = getenv("CI");
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", directory, files[0]);
	FILE *there = fopen(path, "rb");
	if (!there && !(ci && !strcmp(ci, "true"))) {
		printf("skipped: html5lib-tests is not in %s; clone html5lib/html5lib-tests from GitHub and set MAKALA_HTML5LIB_TESTS to "
		       "its folder\nencoding: 0 passed, 0 failed, 1 skipped\n", directory);
		return 0;
	}
	if (there)
		fclose(there);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		TEST(run_file(directory, files[i]));
	const unsigned n = n_passed + n_failed;
	check(n == N_EXPECTED, "%u tests were run, expected %d", n, N_EXPECTED);
	return check_end("encoding");
}
