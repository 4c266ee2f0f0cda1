/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c - checks that writers do not change the record of a page, and that their order does not matter.
 *
 *	record [all]     all: every labelled page, not a sample
 *
 * For each page, in one of the views, the writers are called in a random order, some of them several times.  After each call the
 * record and all blocks must be the same as before, byte for byte, and the output must equal that of the same writer on a page that
 * has just been read.
 *
 * The pages are a few difficult ones below, those in examples/ and test/cases/, and, if ../shared exists, an even sample of the
 * labelled pages in it.
 */
#include "makala_debug.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "test/check.h"
#include "test/pages.h"

#define SAMPLE 120 /* labelled pages in the sample */
#define CALLS 14   /* calls to writers per page */

/*
 * Pages that have made a writer change the record, or that might: a table too wide for a Markdown table, alone, around a picture,
 * in pre, and among comments; a page that consists of one picture with its caption; and an empty page.
 */
#define PROSE "<p>Boats of one tree, made by two people, last for years if they are kept dry.</p>"
#define WIDE "<table><tr><th>one<th>two<tr><td colspan=500>"
static const char *const made[] = {
        "<h1>A table</h1>" PROSE WIDE "word<td>word</table>" PROSE,
        "<h1>A table</h1>" PROSE WIDE "<img src=a.jpg><td></table>" PROSE,
        "<h1>A table</h1>" PROSE "<pre>" WIDE "word<td>word</table></pre>" PROSE,
        "<article><h1>A story</h1>" PROSE PROSE PROSE PROSE "</article><div class=comments><div itemprop=comment><b>Jane Roe</b> 3 May 2021"
        "<p>I have seen one of these boats, and it was as good as new after ten years." WIDE "word<td>word</table></div></div>",
        "<title>Boats</title><article><h1>Boats</h1><figure><img src=a.jpg><figcaption>" PROSE PROSE PROSE "</figcaption></figure></article>",
        "",
};

/* A writer and its arguments. */
struct call {
	enum { TEXT, COMMENTS, MARKDOWN, HTML, JSON, TREE } writer;
	unsigned flags;
	uint64_t fields;
};

#define ALL_FIELDS ((UINT64_C(1) << MK_N_FIELDS) - 1)
#define WRITTEN (MK_FIELD_TEXT | MK_FIELD_MARKDOWN | MK_FIELD_HTML | MK_FIELD_COMMENTS | MK_FIELD_LINKS | MK_FIELD_IMAGES)

static const struct call calls[] = {
        {TEXT, 0, 0},
        {COMMENTS, 0, 0},
        {MARKDOWN, 0, 0},
        {MARKDOWN, MK_IMAGES, 0},
        {HTML, 0, 0},
        {HTML, MK_IMAGES, 0},
        {JSON, 0, 0},
        {JSON, MK_IMAGES, ALL_FIELDS},
        {JSON, 0, ALL_FIELDS & ~WRITTEN},
        {JSON, 0, MK_FIELD_WARNINGS | MK_FIELD_IMAGES},
        {TREE, 0, 0},
};
#define N_CALLS (sizeof calls / sizeof calls[0])

static mk_str write_page(mk_page *pg, const struct call *c)
{
	mk_str out = {NULL, 0};
	mk_status status = MK_OK;
	switch (c->writer) {
	case TEXT: status = mk_text(pg, &out); break;
	case COMMENTS: status = mk_comments(pg, &out); break;
	case MARKDOWN: status = mk_markdown(pg, c->flags, &out); break;
	case HTML: status = mk_html(pg, c->flags, &out); break;
	case JSON: status = mk_json(pg, c->fields, c->flags, &out); break;
	case TREE: status = mk_tree(pg, &out); break;
	}
	if (status)
		out = (mk_str){NULL, 0};
	return out;
}

static void *copy(const void *p, size_t len)
{
	void *mine = malloc(len + 1);
	if (!mine)
		exit(2);
	if (len)
		memcpy(mine, p, len);
	return mine;
}

static bool read_page(mk_page *pg, const char *p, size_t len, mk_view view)
{
	mk_options o;
	mk_options_init(&o);
	o.url = "https://example.org/a/b";
	o.view = view;
	return mk_extract(pg, p, len, &o) == MK_OK;
}

/*
 * Copies the record and the blocks into one piece of memory, to be compared as bytes.  Addresses in it stay the same until the page
 * object reads another page.
 */
static void *snapshot(const mk_page *pg, size_t *size)
{
	const mk_article *a = mk_article_of(pg);
	*size = sizeof *a + a->n_blocks * sizeof(mk_block);
	char *all = copy(a, sizeof *a), *grown = realloc(all, *size);
	if (!grown)
		exit(2);
	for (uint32_t i = 0; i < a->n_blocks; i++)
		memcpy(grown + sizeof *a + i * sizeof(mk_block), mk_block_at(pg, i), sizeof(mk_block));
	return grown;
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void test_page(mk_page *pg, const char *name, const char *p, size_t len, uint32_t seed)
{
	const mk_view view = (mk_view)(seed % (MK_VIEW_EVERYTHING + 1));
	struct {
		char *p;
		size_t len;
	} fresh[N_CALLS];
	size_t size, size_now;
	const char *wrong = NULL;
	for (size_t i = 0; i < N_CALLS; i++) {
		if (!read_page(pg, p, len, view)) {
			check(false, "%s: mk_extract() fails", name);
			exit(1);
		}
		const mk_str out = write_page(pg, &calls[i]);
		fresh[i].p = copy(out.p, out.len);
		fresh[i].len = out.len;
	}
	read_page(pg, p, len, view);
	char *before = snapshot(pg, &size);
	uint32_t random = 2463534242u + seed * 7919, last = 0;
	for (int k = 0; k < CALLS && !wrong; k++) {
		last = next_random(&random) % N_CALLS;
		const mk_str out = write_page(pg, &calls[last]);
		if (out.len != fresh[last].len || (out.len && memcmp(out.p, fresh[last].p, out.len)))
			wrong = "writes other output than before";
		char *now = snapshot(pg, &size_now);
		if (size_now != size || memcmp(now, before, size))
			wrong = "changes the record";
		free(now);
	}
	check(!wrong, "%s, view %u: call %u %s", name, (unsigned)view, (unsigned)last, wrong);
	free(before);
	for (size_t i = 0; i < N_CALLS; i++)
		free(fresh[i].p);
}

int main(int argc, char **argv)
{
	static const char *const own[] = {"examples/*.html", "test/cases/*/page.html"};
	static const char *const labelled[] = {"../shared/wcxb-dev/html/*.html.gz", "../shared/articles/html/*.html.gz",
	        "../shared/news/*/*.html.gz"};
	const bool all = argc == 2 && !strcmp(argv[1], "all");
	mk_page *pg = mk_page_new(NULL);
	if (!pg || (argc > 1 && !all)) {
		fprintf(stderr, "usage: record [all]\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
		for (uint32_t view = 0; view <= MK_VIEW_EVERYTHING; view++)
			test_page(pg, made[i], made[i], strlen(made[i]), view);
	check(test_files(pg, own, 2, SIZE_MAX, test_page) > 0, "pages in examples/ and test/cases/ are found (run this in the root of the repository)");
	if (!test_files(pg, labelled, 3, all ? SIZE_MAX : SAMPLE, test_page)) {
		printf("skipped: there are no labelled pages in ../shared\n");
		n_skipped++;
	}
	mk_page_free(pg);
	return check_end("record");
}
