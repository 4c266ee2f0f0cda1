/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c - one page -> why its blocks were kept or dropped, what the model saw of them, or its tree.
 *
 * For people who ask why, and for the trainer, which reads the features.  Everything comes from the public record of the page; nothing is
 * worked out again.
 */
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SHOWN_CHARS 60    /* of a block's text */
#define SHOWN_FEATURES 4  /* of a block */
#define LEAST_SHOWN 0.05f /* what a feature must have moved the log odds by */

/* Captures are measured by other features than HTML. */
static const char *feature_name(const mk_page *page, unsigned column)
{
	return mk_article_of(page)->input_type == MK_INPUT_TEXT ? mk_capture_feature_name(column) : mk_feature_name(column);
}

static unsigned count_features(const mk_page *page)
{
	unsigned n = 0;
	while (feature_name(page, n))
		n++;
	return n;
}

/* ---- Features ---- */

static void print_features(mk_page *page)
{
	unsigned n_features = count_features(page);
	for (unsigned k = 0; k < n_features; k++)
		printf("%s%c", feature_name(page, k), k + 1 < n_features ? '\t' : '\n');
	for (uint32_t i = 0; i < mk_article_of(page)->n_blocks; i++) {
		const float *row = mk_features_of(page, i);
		for (unsigned k = 0; k < n_features; k++) /* nine digits give the same float back */
			printf("%.9g%c", (double)row[k], k + 1 < n_features ? '\t' : '\n');
	}
}

/* ---- Explain ---- */

/* The features that moved the score of block i most, each with what it added to the log odds and its value. */
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

/* At most n characters, on one line; control characters, which a terminal could obey, become spaces. */
static void print_start(mk_str s, unsigned n)
{
	size_t i = 0;
	for (; i < s.len && n; n--) {
		unsigned char c = (unsigned char)s.p[i];
		size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (len > s.len - i)
			len = s.len - i;
		if (c < 0x20 || c == 0x7f || (c == 0xc2 && len == 2 && (unsigned char)s.p[i + 1] < 0xa0))
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

static void print_head(const mk_article *a, struct bytes *b)
{
	const char *remark = page_remark(a, true, b), *type = mk_page_type_name(a->page_type);
	print_line("title", a->title, a->title_source);
	print_line("canonical", a->canonical_url, NULL);
	print_line("language", a->language, NULL);
	print_line("charset", a->charset, a->charset_source);
	print_line("type", type ? (mk_str){type, strlen(type)} : (mk_str){NULL, 0}, NULL);
	printf("%-11s %s, confidence %.2f, %u of %u blocks kept\n", "verdict", mk_verdict_name(a->verdict), (double)a->confidence, a->n_kept,
	       a->n_blocks);
	if (remark)
		printf("%-11s %s\n", "warning", remark);
	printf("\n%-5s %-5s %-11s %-11s text; below it, what moved the score most\n", "what", "score", "why", "kind");
}

static void print_explanation(mk_page *page)
{
	const mk_article *a = mk_article_of(page);
	struct bytes b = {0};
	print_head(a, &b);
	for (uint32_t i = 0; i < a->n_blocks; i++) {
		const mk_block *block = mk_block_at(page, i);
		char kind[32];
		snprintf(kind, sizeof kind, block->level ? "%s %u" : "%s", mk_block_kind_name((mk_block_kind)block->kind), (unsigned)block->level);
		printf("%-5s %5.3f %-11s %-11s ", block->reason == MK_KEPT_COMMENT ? "apart" : block->keep ? "keep" : "drop",
		       (double)block->score, mk_reason_name((mk_reason)block->reason), kind);
		print_start(block->text, SHOWN_CHARS);
		print_reasons(page, i);
	}
	bytes_free(&b);
}

/* ---- One page ---- */

static bool report_page(enum report report, const char *path, const struct settings *set, mk_page *page, mk_str bytes, struct trouble *t)
{
	struct bytes name = {0};
	mk_options options = set->options;
	mk_status status;
	mk_str tree;
	options.input = utf8_of(path, &name);
	if (report != REPORT_TREE)
		status = mk_extract(page, bytes.p, bytes.len, &options);
	else if (set->fragment)
		status = mk_parse_fragment(page, set->fragment, bytes.p, bytes.len, &options);
	else
		status = mk_parse(page, bytes.p, bytes.len, &options);
	if (status == MK_OK && report == REPORT_TREE) {
		status = mk_tree(page, &tree);
		if (status == MK_OK)
			fwrite(tree.p, 1, tree.len, stdout);
	}
	bytes_free(&name);
	if (status == MK_BAD_ARGUMENT && set->fragment)
		return fail(t, BAD_READ, "--fragment %.60s: not an element name, or one after \"svg \" or \"math \"", set->fragment);
	if (status != MK_OK)
		return fail(t, BAD_MEMORY, "%s%s", mk_status_string(status), status == MK_NO_MEMORY ? "; --max-memory sets the limit" : "");
	if (report == REPORT_FEATURES)
		print_features(page);
	else if (report == REPORT_EXPLAIN)
		print_explanation(page);
	return true;
}

int report_run(enum report report, const char *path, const struct settings *set)
{
	struct trouble t = {0};
	mk_str bytes;
	mk_page *page = mk_page_new(NULL);
	struct reader *reader = reader_new(set->options.max_input_bytes);
	if (!page || !reader)
		no_memory();
	bool good = reader_read(reader, path, &bytes, &t) && report_page(report, path, set, page, bytes, &t);
	reader_free(reader);
	mk_page_free(page);
	if (stop_signal())
		return EXIT_SIGNAL + stop_signal();
	if (!good) {
		say(path, t.message);
		return EXIT_SOME_FAILED;
	}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_DONE;
	fail_errno(&t, BAD_WRITE, errno, NULL);
	if (errno != EPIPE)
		say("standard output", t.message);
	return EXIT_SOME_FAILED;
}
