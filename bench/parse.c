/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse.c - worker of bench/parse for one parser: pages in memory -> CPU seconds to parse all of them and free their trees.
 *
 * usage: worker PACK.  The file PACK has a uint64 n, n lengths as uint64, then the n pages one after the other; numbers are in the
 * machine's byte order.  The worker first prints the seconds for a page of three bytes, the fixed cost of a page.  After that, each
 * line on stdin starts a round over all pages, for which it prints the CPU seconds (user and system, CLOCK_PROCESS_CPUTIME_ID) and
 * the number of pages that failed.
 *
 * One of PARSE_MAKALA, PARSE_GUMBO and PARSE_LIBXML2 is defined.  Each parser keeps between pages whatever its library allows it to
 * keep.
 */
#define _GNU_SOURCE /* MAP_POPULATE */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#if defined(PARSE_MAKALA)
#include "makala_debug.h"

static mk_page *page;

static bool open_parser(void)
{
	page = mk_page_new(NULL);
	return page;
}

static bool parse(const char *bytes, size_t len)
{
	return mk_parse(page, bytes, len, NULL) == MK_OK;
}

#elif defined(PARSE_GUMBO)
#include <gumbo.h>
#include <stdbool.h>

static GumboOptions options;

static bool open_parser(void)
{
	options = kGumboDefaultOptions;
	options.max_errors = 0; /* no one reads the errors, so collecting them would only cost time */
	return true;
}

static bool parse(const char *bytes, size_t len)
{
	GumboOutput *output = gumbo_parse_with_options(&options, bytes, len);
	if (!output)
		return false;
	gumbo_destroy_output(&options, output);
	return true;
}

#elif defined(PARSE_LIBXML2)
#include <libxml/HTMLparser.h>
#include <stdbool.h>

static htmlParserCtxtPtr context; /* kept for all pages, so that its dictionary of names is reused */

static bool open_parser(void)
{
	context = htmlNewParserCtxt();
	return context;
}

static bool parse(const char *bytes, size_t len)
{
	int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_COMPACT;
	htmlDocPtr document = htmlCtxtReadMemory(context, bytes, (int)len, NULL, NULL, options);
	if (!document)
		return false;
	xmlFreeDoc(document);
	return true;
}

#else
#error "define PARSE_MAKALA, PARSE_GUMBO or PARSE_LIBXML2"
#endif

/* Maps a file and reads it into memory at once, so that no round pays for reading it. */
static const char *map_file(const char *path)
{
	struct stat stat;
	int fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &stat) != 0)
		return NULL;
	void *memory = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	return memory == MAP_FAILED ? NULL : memory;
}

static double cpu_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#define TINY "<p>"
#define TIMES 1000

/* CPU seconds for a tiny page, the mean of TIMES runs. */
static double time_tiny(void)
{
	double start = cpu_seconds();
	for (int i = 0; i < TIMES; i++)
		parse(TINY, sizeof TINY - 1);
	return (cpu_seconds() - start) / TIMES;
}

/* Parses all pages once; returns the number of pages that failed. */
static uint64_t run(const char *pack)
{
	uint64_t n, failed = 0;
	memcpy(&n, pack, sizeof n);
	const char *lengths = pack + sizeof n, *p = lengths + n * sizeof n;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t len;
		memcpy(&len, lengths + i * sizeof len, sizeof len);
		if (!parse(p, (size_t)len))
			failed++;
		p += len;
	}
	return failed;
}

int main(int argc, char **argv)
{
	char line[16];
	const char *pack = argc == 2 ? map_file(argv[1]) : NULL;
	if (!pack || !open_parser()) {
		fprintf(stderr, "usage: %s PACK, with memory for it\n", argv[0]);
		return 2;
	}
	printf("%.9f\n", time_tiny());
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		double start = cpu_seconds();
		uint64_t failed = run(pack);
		printf("%.6f %llu\n", cpu_seconds() - start, (unsigned long long)failed);
		fflush(stdout);
	}
	return 0;
}
