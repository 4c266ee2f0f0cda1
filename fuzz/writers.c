/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writers.c - fuzz target for the choice of blocks and the writers.
 *
 * Each byte of the input selects one piece of markup or text from a list, so that short inputs make deep and odd structures; if the
 * highest bit of the first byte is set, the input is HTML as it is.  The page is written twice: with every block kept, and after a choice by scores that are derived from the bytes, so that every rule
 * of the choice meets every structure.  The first byte also selects the options.
 */
#include "check.h"

#define HEADER 1
#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Repeats the choice with scores, options and a page type that are derived from the bytes. */
static void choose_anew(mk_page *pg, const uint8_t *data, size_t size)
{
	if (setjmp(pg->arena.escape))
		abort();
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		pg->blocks[i].pub.score = (float)(data[i % size] * 37 % 256) / 255;
	pg->options.view = (mk_view)(data[0] >> 1 & 3);
	pg->options.no_title_heading = data[0] & 8;
	pg->type = data[0] & 16 ? MK_PAGE_COLLECTION : MK_PAGE_ARTICLE;
	pg->article.n_blocks -= pg->n_embedded;
	pg->written = NULL; /* outputs and lists of the first choice must not be returned for the second */
	pg->image_list = NULL;
	pg->link_list = NULL;
	pg->structure_list = NULL;
	choose_cut(pg);
	comment_find(pg);
	choose_blocks(pg);
	outline_check_tables(pg);
	choose_embedded(pg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const words[] = {
	        "<p>",          "</p>",        "<ul>",      "</ul>",       "<ol start=7>", "</ol>",      "<li>",        "</li>",
	        "<blockquote>", "</blockquote>", "<pre>",   "</pre>",      "<pre><code class=language-c>", "</code>", "<code>", "<b>",
	        "</b>",         "<em>",        "</em>",     "<a href='x y(z)'>", "<a href=javascript:x>", "</a>", "<table>", "</table>",
	        "<tr>",         "<td>",        "<th>",      "<td colspan=3 rowspan=2>", "<caption>", "<br>", "<hr>",     "<h2>",
	        "</h2>",        "<img src=/i.png alt='a]b'>", "<figure>", "<figcaption>", "</figure>", "<dl>", "<dt>",   "<dd>",
	        "<div>",        "</div>",      "<span>",    "</span>",     "\n",           "    ",       "\t",          "*",
	        "_",            "`",           "``",        "# ",          "1. ",          "- ",         "> ",          "|",
	        "\\",           "&lt;b&gt;",   "&amp;copy;", "[x](y)",     "![",           "]",          "~~~\n",       "===\n",
	        "---\n",        "word",        "two words", "ab",          "x",            ".",          ", ",          "\xE4\xB8\xAD",
	        "\xD8\xA7",     "\xF0\x9F\x98\x80", "&nbsp;", "http://a.b/c_d_e", "<del>", "</del>",     "<sup>2</sup>", "<select><option>",
	        "<button>",     "<noscript>",  "</noscript>", "<template>", "</template>", "<details><summary>", "<svg><text>", "</svg>",
	        "<math><mi>",   "</math>",     "<textarea>", "</textarea>", "<ol reversed>", "<li value=-3>", "<thead>", "<tbody>"};
	struct arena a;
	arena_init(&a, NULL);
	if (setjmp(a.escape))
		abort();
	struct buf b;
	buf_init(&b, &a, 4096);
	const bool plain = size && data[0] & 128;
	buf_add(&b, (const char *)data + 1, plain ? size - 1 : 0);
	for (size_t i = 1; i < size && !plain; i++)
		buf_str(&b, words[data[i] % (sizeof words / sizeof words[0])]);
	mk_page *pg = mk_page_new(NULL);
	mk_options options;
	mk_options_init(&options);
	options.charset = "utf-8";
	options.view = MK_VIEW_EVERYTHING;
	options.no_tables = size && data[0] & 1;
	CHECK(mk_extract(pg, b.p, b.len, &options) == MK_OK);
	check_blocks(pg);
	check_writers(pg);
	choose_anew(pg, data, size);
	check_blocks(pg);
	check_writers(pg);
	mk_page_free(pg);
	arena_free(&a);
	return 0;
}
