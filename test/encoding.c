/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding.c - runs the encoding tests of html5lib-tests, unmodified: which encoding does a page declare?
 *
 *	encoding [DIRECTORY]     where html5lib-tests is; MAKALA_HTML5LIB_TESTS, else ../shared/html5lib-tests when not given
 *
 * They test the standard's encoding sniffing algorithm, so decode_sniff() is asked, and where it finds no declaration the
 * standard's default holds: windows-1252.  What decode_page() makes of a declaration that the bytes contradict is beyond the
 * standard (test-yahoo-jp.dat declares EUC-JP but is stored as UTF-8) and tested in decode.c.
 *
 * Not run: scripted/tests1.dat, since its declaration is written by a script, and scripts do not run here; chardet/test_big5.txt,
 * since it is a text without an expectation (decode.c detects Big5 where a detector is built in).
 */
#include "src/decode.h"

#include <stdio.h>
#include <stdlib.h>

#include "test/check.h"

#define N_EXPECTED 82 /* tests in the three files; another number means that a file was cut or changed */

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	size_t cap = 1 << 20;
	char *p = malloc(cap);
	*len = p ? fread(p, 1, cap, f) : 0;
	if (fclose(f) || *len == cap) { /* no test file is a tenth of that */
		free(p);
		return NULL;
	}
	return p;
}

/* The next line that is exactly marker, from p on; NULL if there is none. */
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
		check(str_equals(expected, (size_t)(p - expected), got), "%s: %s instead of %.*s for\n%.*s", name, got, (int)(p - expected),
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
		printf("skipped: html5lib's tests are not in %s; clone html5lib/html5lib-tests from GitHub and set MAKALA_HTML5LIB_TESTS to "
		       "the folder\nencoding: 0 passed, 0 failed, 1 skipped\n", directory);
		return 0;
	}
	if (there)
		fclose(there);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		TEST(run_file(directory, files[i]));
	const unsigned n = n_passed + n_failed;
	check(n == N_EXPECTED, "%u tests run, %d expected", n, N_EXPECTED);
	return check_end("encoding");
}
