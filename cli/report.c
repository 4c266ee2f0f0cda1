/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c - one page -> the reasons for its blocks (explain), the features of its blocks (features), or its tree (tree); warnings
 * about a page.
 *
 * explain is for people who ask why a block was kept or dropped.  Everything is read from the page through makala.h and
 * makala_debug.h; nothing is computed a second time.
 */
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SHOWN_CHARS 60    /* characters of a block's text */
#define SHOWN_FEATURES 4  /* most features for one block */
#define LEAST_SHOWN 0.05f /* smallest contribution to the log odds, which are printed with one decimal */

/* Plain-text inputs have other features than HTML pages. */
static const char *feature_name(const mk_page *page, unsigned column)
{
	return mk_input_type_of(page) == MK_INPUT_TEXT ? mk_plain_text_feature_name(column) : mk_feature_name(column);
}

static unsigned count_features(const mk_page *page)
{
	unsigned n = 0;
	while (feature_name(page, n))
		n++;
	return n;
}

/* ---- Remarks ---- */

static const struct {
	uint32_t bit;
	bool loses; /* text may be missing */
	const char *says;
} warning_remarks[] = {
        {MK_WARN_DEPTH, false, "elements nested too deeply were flattened"},
        {MK_WARN_ATTRIBUTES, false, "a tag had too many attributes; some were dropped"},
        {MK_WARN_WORK, true, "only the first part was read: the work limit was reached"},
        {MK_WARN_MEMORY, true, "only the first part was read: the memory limit was reached"},
        {MK_WARN_FORMATTING, false, "formatting elements were dropped to limit the work"},
        {MK_WARN_ENCODING, false, "some bytes are invalid in its encoding"},
        {MK_WARN_CHARSET, false, "its declared encoding does not fit; another was used"},
        {MK_WARN_NOT_HTML, true, "has no markup, or looks like binary data"},
        {MK_WARN_TABLE, false, "a table was too large to be written as a table"},
        {MK_WARN_NAMES, false, "it has too many different element names"},
        {MK_WARN_SCRIPT, false, "its text was taken from a script"},
        {MK_WARN_XHTML, false, "self-closing tags were read as in XHTML"},
        {MK_WARN_METADATA, false, "it has more metadata than is read"},
        {MK_WARN_ADDRESS, false, "an address was too long and was left out"},
        {MK_WARN_OUTPUT, true, "the output is not whole: it was much longer than the page"},
};

bool page_remark(const mk_page *page, bool all, char *text, size_t size)
{
	static const char *const verdicts[] = {NULL, "no article: the page has no text",
	                                       "no article: the page has scripts but almost no text, so its content is loaded later",
	                                       "the page is an error message of the server", "no article: none of its text looks like content"};
	const mk_verdict reached = mk_verdict_of(page);
	const char *verdict = (unsigned)reached < sizeof verdicts / sizeof verdicts[0] ? verdicts[reached] : NULL;
	int len = snprintf(text, size, "%s", verdict ? verdict : "");
	for (size_t i = 0; i < sizeof warning_remarks / sizeof warning_remarks[0] && (size_t)len < size; i++) {
		if ((mk_warnings(page) & warning_remarks[i].bit) && (all || warning_remarks[i].loses))
			len += snprintf(text + len, size - (size_t)len, "%s%s", len ? "; " : "", warning_remarks[i].says);
	}
	return len > 0;
}

bool page_is_warned(const mk_page *page)
{
	return mk_warnings(page) || mk_verdict_of(page) != MK_VERDICT_CONTENT;
}

/* A block of a few bytes takes hundreds of bytes in a report, so the number of blocks in it is limited for very large pages. */
static uint32_t blocks_shown(const mk_page *page)
{
	const uint32_t n = mk_n_blocks(page);
	const size_t most = 100000 + mk_source(page).len / 64;
	return n < most ? n : (uint32_t)most;
}

static void say_rest(const mk_page *page, const char *name)
{
	char text[80];
	snprintf(text, sizeof text, "warning: only %u of %u blocks are shown", (unsigned)blocks_shown(page), (unsigned)mk_n_blocks(page));
	if (blocks_shown(page) < mk_n_blocks(page))
		say(name, text);
}

/* ---- Features ---- */

static void print_features(mk_page *page)
{
	unsigned n_features = count_features(page);
	for (unsigned k = 0; k < n_features; k++)
		printf("%s%c", feature_name(page, k), k + 1 < n_features ? '\t' : '\n');
	for (uint32_t i = 0; i < blocks_shown(page); i++) {
		const float *row = mk_features_of(page, i);
		for (unsigned k = 0; k < n_features; k++) /* nine digits identify a float exactly */
			printf("%.9g%c", (double)row[k], k + 1 < n_features ? '\t' : '\n');
	}
}

/* ---- Explain ---- */

/* Prints the features that moved the score of block i most, each with its contribution to the log odds and its value. */
static void print_reasons(mk_page *page, uint32_t i)
{
	unsigned best[SHOWN_FEATURES], n = 0;
	const float *contributions = mk_contributions_of(page, i);
	for (unsigned k = 0; feature_name(page, k); k++) {
		const float size = fabsf(contributions[k]);
		if (size < LEAST_SHOWN || (n == SHOWN_FEATURES && size <= fabsf(contributions[best[n - 1]])))
			continue;
		unsigned at = n < SHOWN_FEATURES ? n++ : n - 1;
		for (; at > 0 && fabsf(contributions[best[at - 1]]) < size; at--)
			best[at] = best[at - 1];
		best[at] = k;
	}
	for (unsigned k = 0; k < n; k++)
		printf("%s%+.1f %s %.3g", k ? ", " : "        ", (double)contributions[best[k]], feature_name(page, best[k]),
		       (double)mk_features_of(page, i)[best[k]]);
	if (n)
		putchar('\n');
}

/* Prints at most n characters of s on one line.  Characters that a terminal could obey become spaces. */
static void print_start(mk_str s, unsigned n)
{
	size_t i = 0;
	for (; i < s.len && n; n--) {
		unsigned char c = (unsigned char)s.p[i];
		size_t unsafe = unsafe_len(s.p + i, s.len - i, true), len = unsafe ? unsafe : c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (len > s.len - i)
			len = s.len - i;
		if (unsafe)
			putchar(' ');
		else
			fwrite(s.p + i, 1, len, stdout);
		i += len;
	}
	puts(i < s.len ? "..." : "");
}

static void print_line(const char *name, mk_str value, const char *source)
{
	if (!value.p)
		return;
	printf("%-11s ", name);
	if (source)
		printf("(%s) ", source);
	print_start(value, 100);
}

static void print_field(mk_page *page, const char *name, uint64_t field, bool with_source)
{
	print_line(name, mk_string(page, field), with_source ? mk_provenance(page, field) : NULL);
}

static void print_head(mk_page *page)
{
	char remark[1000];
	print_field(page, "title", MK_FIELD_TITLE, true);
	print_field(page, "canonical", MK_FIELD_CANONICAL_URL, false);
	print_field(page, "language", MK_FIELD_LANGUAGE, false);
	print_field(page, "charset", MK_FIELD_CHARSET, true);
	print_field(page, "type", MK_FIELD_PAGE_TYPE, false);
	printf("%-11s %s, confidence %.2f, %u of %u blocks kept\n", "verdict", mk_verdict_name(mk_verdict_of(page)),
	       mk_number(page, MK_FIELD_CONFIDENCE), mk_n_kept(page), mk_n_blocks(page));
	if (page_remark(page, true, remark, sizeof remark))
		printf("%-11s %s\n", "warning", remark);
	printf("\n%-5s %-5s %-11s %-11s text; below it, the features that moved the score most\n", "kept", "score", "reason", "kind");
}

static void print_explanation(mk_page *page)
{
	print_head(page);
	for (uint32_t i = 0; i < blocks_shown(page); i++) {
		const mk_block *block = mk_block_at(page, i);
		char kind[32];
		snprintf(kind, sizeof kind, block->level ? "%s %u" : "%s", mk_block_kind_name((mk_block_kind)block->kind), (unsigned)block->level);
		printf("%-5s %5.3f %-11s %-11s ", block->reason == MK_KEPT_COMMENT ? "apart" : block->keep ? "keep" : "drop",
		       (double)block->score, mk_reason_name((mk_reason)block->reason), kind);
		print_start(block->text, SHOWN_CHARS);
		print_reasons(page, i);
	}
}

/* ---- One page ---- */

static bool print_tree(mk_str tree)
{
	struct bytes shown = {0};
	bool filter = isatty(STDOUT_FILENO), good = !filter || add_for_terminal(&shown, tree);
	if (good)
		fwrite(filter ? shown.p : tree.p, 1, filter ? shown.len : tree.len, stdout);
	bytes_free(&shown);
	return good;
}

static bool report_page(enum report report, const mk_io_item *item, const struct settings *set, mk_page *page, mk_io_error *e)
{
	mk_options options = set->options;
	mk_status status;
	mk_str tree;
	options.input = item->name;
	options.url = options.url ? options.url : item->url;
	options.http_charset = item->charset;
	if (report != REPORT_TREE)
		status = mk_extract(page, item->bytes, item->len, &options);
	else if (set->fragment)
		status = mk_parse_fragment(page, set->fragment, item->bytes, item->len, &options);
	else
		status = mk_parse(page, item->bytes, item->len, &options);
	if (status == MK_OK && report == REPORT_TREE) {
		status = mk_tree(page, &tree);
		if (status == MK_OK && !print_tree(tree))
			status = MK_NO_MEMORY;
		if (mk_warnings(page) & (MK_WARN_OUTPUT | MK_WARN_MEMORY))
			say(item->name, "warning: the tree is not whole: it takes much more memory than the page");
	}
	if (status == MK_BAD_ARGUMENT && set->fragment)
		return fail(e, MK_IO_BAD_ARGUMENT, "--fragment %.60s: must be an element name, alone or after \"svg \" or \"math \"", set->fragment);
	if (status != MK_OK) {
		fail(e, status == MK_NO_MEMORY ? MK_IO_NO_MEMORY : MK_IO_BAD_ARGUMENT, "%s", mk_status_string(status));
		add_hint(e, true);
		return false;
	}
	if (report == REPORT_FEATURES)
		print_features(page);
	else if (report == REPORT_EXPLAIN)
		print_explanation(page);
	if (report != REPORT_TREE)
		say_rest(page, item->name);
	return true;
}

static bool report_source(enum report report, const char *path, const struct settings *set, mk_page *page, mk_io_reader *reader, mk_io_error *e)
{
	const mk_io_item *item;
	if (mk_io_reader_open(reader, path, e))
		return false;
	while (mk_io_reader_next(reader, &item, e) == MK_IO_OK && item)
		if (!report_page(report, item, set, page, e))
			return false;
	return !e->status;
}

int report_run(enum report report, const char *path, const struct settings *set)
{
	mk_io_error e;
	mk_page *page = mk_page_new(NULL);
	mk_io_reader *reader = mk_io_reader_new(set->options.max_input_bytes, stop_request());
	if (!page || !reader)
		no_memory();
	bool good = report_source(report, path, set, page, reader, &e);
	mk_io_reader_free(reader);
	mk_page_free(page);
	if (stop_signal())
		return EXIT_SIGNAL + stop_signal();
	if (!good) {
		add_hint(&e, false);
		say(path, e.message);
		return EXIT_SOME_FAILED;
	}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_DONE;
	fail_errno(&e, MK_IO_WRITE_FAILED, errno, NULL);
	if (errno != EPIPE)
		say("standard output", e.message);
	return EXIT_SOME_FAILED;
}
