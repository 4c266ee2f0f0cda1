/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunks.c - tests of mk_chunks(): samples with known chunks, and properties that hold for every page.
 *
 *	chunks [all]     all: every labelled page, not a sample
 *
 * The pages are those in examples/ and test/cases/, made-up ones, and, if ../shared exists, an even sample of the labelled pages in
 * it.
 */
#include "makala.h"
#include "check.h"
#include "pages.h"

#include <stdlib.h>

#define SAMPLE 150 /* labelled pages in the sample */

static mk_status extract(mk_page *page, const char *html, size_t len)
{
	const mk_options o = {.size = sizeof o, .view = MK_VIEW_EVERYTHING, .url = "https://example.org/a/", .input = "a \"page\""};
	return mk_extract(page, html, len, &o);
}

/* ---- Counters ---- */

struct counter {
	size_t calls, bytes;
	size_t fails_at; /* the call that fails, from 1; 0: none */
};

static bool note(void *user, size_t len)
{
	struct counter *c = user;
	c->bytes += len;
	return ++c->calls != c->fails_at;
}

static size_t count_bytes(void *user, const char *text, size_t len)
{
	(void)text;
	return note(user, len) ? len : SIZE_MAX;
}

/* Words and two more, as tokenizers count that mark both ends of a text: parts have more tokens than the whole. */
static size_t count_marked(void *user, const char *text, size_t len)
{
	size_t n = 2;
	for (size_t i = 0; i < len; i++)
		n += text[i] != ' ' && text[i] != '\n' && (!i || text[i - 1] == ' ' || text[i - 1] == '\n');
	return note(user, len) ? n : SIZE_MAX;
}

/* Rounded down: the whole has more tokens than its parts. */
static size_t count_rounded(void *user, const char *text, size_t len)
{
	(void)text;
	return note(user, len) ? len / 9 : SIZE_MAX;
}

static size_t count_nothing(void *user, const char *text, size_t len)
{
	(void)text;
	return note(user, len) ? 0 : SIZE_MAX;
}

static size_t count_much(void *user, const char *text, size_t len)
{
	(void)text;
	return note(user, len) ? 1000 * len + 7 : SIZE_MAX;
}

/* ---- Properties ---- */

static bool is_blank(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != ' ' && p[i] != '\n' && p[i] != '>' && p[i] != '\t')
			return false;
	return true;
}

static bool same(mk_str a, mk_str b)
{
	return a.len == b.len && !memcmp(a.p, b.p, a.len);
}

/* The text is bytes of the Markdown; what comes before is in the Markdown too, and what comes after is a fence. */
static bool text_is_right(const mk_chunk *c, mk_str md)
{
	const size_t len = c->to - c->from;
	const char *before = c->text.p, *after = c->text.p + c->n_repeated + len;
	size_t n_after = c->text.len - c->n_repeated - len;
	if (c->from > c->own_from || c->own_from >= c->to || c->to > md.len || c->n_repeated + len > c->text.len)
		return false;
	if (memcmp(before + c->n_repeated, md.p + c->from, len))
		return false;
	if (c->n_repeated && (before[c->n_repeated - 1] != '\n' || !memmem(md.p, c->from, before, c->n_repeated)))
		return false;
	if (n_after && (*after != '\n' || !memchr(after, '`', n_after)))
		return false;
	for (size_t i = 0; i < n_after; i++)
		if (!strchr("\n >`", after[i]))
			return false;
	return true;
}

/* The blocks, the bytes of the source and the headings of a chunk are those of the spans in it. */
static bool place_is_right(mk_page *page, const mk_chunk *c, const mk_span *spans, size_t n, size_t *k)
{
	uint32_t from = UINT32_MAX, to = 0, heading = MK_NO_INDEX;
	size_t i, first = SIZE_MAX, last = 0, n_headings = c->n_headings;
	while (*k < n && spans[*k].to <= c->from)
		++*k;
	bool settled = false, own = false;
	for (i = *k; i < n && spans[i].from < c->to; i++) {
		const mk_block *block = mk_block_at(page, spans[i].block);
		first = first < i ? first : i;
		last = i;
		from = spans[i].source_from < from ? spans[i].source_from : from;
		to = spans[i].source_to > to ? spans[i].source_to : to;
		if (block->from != spans[i].source_from || block->to != spans[i].source_to)
			return false;
		if (!settled && spans[i].to > c->own_from) { /* the first block that is not a heading tells the section */
			const mk_structure *s = mk_structure_at(page, spans[i].block);
			heading = block->level ? spans[i].block : s->heading;
			own = own || spans[i].from <= c->own_from + 60; /* the margin of its line, but no picture */
			settled = !block->level || s->row != MK_NO_INDEX;
		}
	}
	if (first == SIZE_MAX) /* only pictures */
		return true;
	if (c->first_block != spans[first].block || c->last_block != spans[last].block || c->source_from != from || c->source_to != to)
		return false;
	if (!own) /* nothing but pictures or the borders of a table, at least at the start */
		return true;
	for (; heading != MK_NO_INDEX && n_headings; heading = mk_structure_at(page, heading)->heading)
		if (!same(c->headings[--n_headings], mk_block_at(page, heading)->text))
			return false;
	return heading == MK_NO_INDEX && !n_headings;
}

/* Whether a span is a heading outside of lists, quotes and tables, whose line begins with its signs. */
static bool is_section(mk_page *page, mk_str md, const mk_span *span)
{
	size_t at = span->from;
	while (at && (md.p[at - 1] == '#' || md.p[at - 1] == ' '))
		at--;
	return mk_block_at(page, span->block)->kind == MK_BLOCK_HEADING && (!at || md.p[at - 1] == '\n') && md.p[at] == '#';
}

/* No chunk ends inside of a block or a table row without saying so, and none holds the text of two sections. */
static bool cuts_are_marked(mk_page *page, const mk_chunk *c, const mk_chunk *next, mk_str md, const mk_span *spans, size_t n, size_t k)
{
	bool cut = false;
	for (size_t i = k; i < n && spans[i].from < c->to; i++) {
		const mk_structure *s = mk_structure_at(page, spans[i].block), *after = i + 1 < n ? mk_structure_at(page, spans[i + 1].block) : NULL;
		cut |= spans[i].from < c->to && spans[i].to > c->to;
		cut |= i + 1 < n && spans[i].to <= c->to && spans[i + 1].from >= c->to && after->table == s->table && after->row == s->row &&
		       s->row != MK_NO_INDEX;
		const mk_block *before = i > k ? mk_block_at(page, spans[i - 1].block) : NULL;
		if (before && spans[i].from > c->own_from && is_section(page, md, &spans[i]) &&
		    (!before->level || before->level > mk_block_at(page, spans[i].block)->level || mk_structure_at(page, spans[i - 1].block)->row != MK_NO_INDEX))
			return false;
	}
	return (!cut || c->cut_end) && (next ? c->cut_end == next->cut_start : !c->cut_end);
}

struct setting {
	const char *name;
	size_t max_tokens, overlap;
	unsigned flags;
	size_t (*count)(void *user, const char *text, size_t len);
};

static const struct setting settings[] = {
        {"defaults", 0, 0, 0, NULL},
        {"small", 40, 0, MK_NO_LINKS, NULL},
        {"pictures", 100, 30, MK_IMAGES, NULL},
        {"overlap", 64, 63, 0, NULL},
        {"tiny", 3, 1, MK_NO_LINKS, NULL},
        {"bytes", 300, 100, 0, count_bytes},
        {"few bytes", 2, 1, MK_IMAGES, count_bytes},
        {"marked", 60, 20, 0, count_marked},
        {"rounded", 20, 5, MK_IMAGES, count_rounded},
        {"nothing", 20, 5, 0, count_nothing},
        {"much", 20, 5, 0, count_much},
};
#define N_SETTINGS (sizeof settings / sizeof *settings)

static mk_status make(mk_page *page, const struct setting *s, struct counter *counter, size_t *n)
{
	const mk_chunk_options o = {.size = sizeof o, .max_tokens = s->max_tokens, .overlap = s->overlap, .flags = s->flags, .count = s->count,
	                            .user = counter};
	return mk_chunks(page, &o, n);
}

/* Returns what is wrong with the chunks of the page, NULL if nothing is. */
static const char *wrong_with(mk_page *page, const struct setting *s, struct counter *counter)
{
	mk_str md, json;
	size_t n, n_spans, at = 0, k = 0, lines = 0;
	const mk_span *spans;
	if (mk_structures(page, &n) || mk_markdown(page, s->flags, &md) || mk_spans(page, MK_FIELD_MARKDOWN, s->flags, &spans, &n_spans))
		return "fails to write";
	const mk_status status = make(page, s, counter, &n);
	if (status) { /* a page's memory is limited, and a chunk takes more than the text of a small one */
		counter->bytes = 0;
		return status == MK_NO_MEMORY && s->max_tokens && s->max_tokens <= 20 ? NULL : "fails";
	}
	for (size_t i = 0; i < n; i++) {
		const mk_chunk *c = mk_chunk_at(page, i), *next = mk_chunk_at(page, i + 1), *last = i ? mk_chunk_at(page, i - 1) : NULL;
		const size_t most = s->max_tokens ? s->max_tokens : 512;
		if (!text_is_right(c, md))
			return "text";
		if (c->own_from < at || !is_blank(md.p + at, c->own_from - at))
			return "text between chunks";
		if (last && c->from < last->own_from)
			return "overlap reaches beyond the chunk before";
		if (s->count && s->count(&(struct counter){0}, c->text.p, c->text.len) != c->tokens)
			return "tokens";
		if (c->over != (c->tokens > most) || (c->over && c->to - c->from > most + 50))
			return "too many tokens";
		if (!place_is_right(page, c, spans, n_spans, &k))
			return "place";
		if (!cuts_are_marked(page, c, next, md, spans, n_spans, k))
			return "cuts";
		at = c->to;
	}
	if (!is_blank(md.p + at, md.len - at))
		return "text after the last chunk";
	if (mk_chunk_at(page, n))
		return "number";
	if (mk_chunks_json(page, &json))
		return s->max_tokens && s->max_tokens <= 60 ? NULL : "JSON";
	for (size_t i = 0; i < json.len; i++)
		lines += json.p[i] == '\n';
	return lines == n ? NULL : "lines of JSON";
}

static void check_page(mk_page *page, const char *name, const char *p, size_t len)
{
	if (!check(extract(page, p, len) == MK_OK, "%s: mk_extract()", name))
		return;
	for (size_t i = 0; i < N_SETTINGS; i++) {
		struct counter counter = {0};
		mk_str md;
		const char *wrong = wrong_with(page, &settings[i], &counter);
		check(!wrong, "%s, %s: %s", name, settings[i].name, wrong);
		mk_markdown(page, settings[i].flags, &md);
		/* The three passes, overlaps, and the tries of chunks that turn out too long. */
		check(counter.bytes <= 30 * md.len + 100, "%s, %s: counted %zu bytes of %zu", name, settings[i].name, counter.bytes, md.len);
	}
}

/* ---- Samples ---- */

/* Checks the chunks of a sample, with a limit and an overlap in bytes: texts in the order of the arguments, up to NULL. */
static void expect(mk_page *page, const char *html, size_t most, size_t overlap, const char *const *texts)
{
	static struct counter ignored;
	const mk_chunk_options o = {.size = sizeof o, .max_tokens = most, .overlap = overlap, .count = count_bytes, .user = &ignored};
	size_t n, i;
	if (!check(extract(page, html, strlen(html)) == MK_OK && mk_chunks(page, &o, &n) == MK_OK, "chunks of %.40s: %s", html, mk_error(page)))
		return;
	for (i = 0; texts[i] && i < n; i++) {
		const mk_str text = mk_chunk_at(page, i)->text;
		check(text.len == strlen(texts[i]) && !memcmp(text.p, texts[i], text.len), "chunk %zu is\n%.*s\ninstead of\n%s", i, (int)text.len,
		      text.p, texts[i]);
	}
	check(i == n && !texts[i], "%zu chunks", n);
}
#define EXPECT(page, html, most, overlap, ...) expect(page, html, most, overlap, (const char *const[]){__VA_ARGS__, NULL})

static void sections(mk_page *page)
{
	EXPECT(page, "<h1>T</h1><p>one<h2>A</h2><p>two<h3>B</h3><h3>C</h3><p>three<h2>D</h2>", 100, 0, "# T\n\none", "## A\n\ntwo",
	       "### B\n\n### C\n\nthree", "## D");
	const mk_chunk *c = mk_chunk_at(page, 2);
	check(c && c->n_headings == 3 && same(c->headings[0], (mk_str){"T", 1}) && same(c->headings[2], (mk_str){"C", 1}), "path of headings");
	check(c && !c->cut_start && !c->cut_end && !c->over && c->tokens == c->text.len, "a whole chunk");
	EXPECT(page, "<p>one<p>two<p>three", 9, 0, "one", "two", "three");
	EXPECT(page, "<p>one<p>two<p>three", 12, 0, "one\n\ntwo", "three");
	EXPECT(page, "<h1>Head</h1><p>One is here. Two is there.", 24, 0, "# Head\n\nOne is here.", "Two is there.");
	check(mk_chunk_at(page, 0)->cut_end && mk_chunk_at(page, 1)->cut_start, "a paragraph cut below its heading");
	EXPECT(page, "<h1>Head</h1><pre>one is here\ntwo\n</pre>", 26, 0, "# Head", "```\none is here\ntwo\n```");
	EXPECT(page, "<blockquote><p>one<p>two</blockquote><p>three", 12, 0, "> one", "> two", "three");
	EXPECT(page, "", 10, 0, NULL);
}

static void lists(mk_page *page)
{
	EXPECT(page, "<p>a<ul><li>one<li>two<ul><li>x<li>y</ul><li>three</ul>", 22, 0, "a\n\n- one", "- two\n  - x\n  - y", "- three");
	check(!mk_chunk_at(page, 1)->cut_start && !mk_chunk_at(page, 1)->cut_end, "whole items");
	EXPECT(page, "<ul><li>one<ul><li>two<li>three<li>four</ul><li>five</ul>", 24, 0, "- one\n  - two\n  - three", "  - four\n- five");
	check(mk_chunk_at(page, 0)->cut_end && mk_chunk_at(page, 1)->cut_start && !mk_chunk_at(page, 1)->cut_end, "an item that is too long");
	EXPECT(page, "<ul><li>One is it. Two is it. Three.</ul>", 22, 0, "- One is it.", "Two is it. Three.");
	EXPECT(page, "<ol><li>One is it, and. Two is it.</ol>", 20, 0, "1. One is it, and.", "Two is it.");
	EXPECT(page, "<ul><li><h3>A</h3><p>one<li><h3>B</h3><p>two</ul>", 20, 0, "- ### A\n\n  one", "- ### B\n\n  two");
}

static void tables(mk_page *page)
{
	static const char html[] = "<table><tr><th>h<th>i<tr><td>1<td>2<tr><td>3<td>4<tr><td>5<td>6<tr><td>7<td>8</table>";
	EXPECT(page, html, 50, 0, "| h | i |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |", "| h | i |\n| --- | --- |\n| 5 | 6 |\n| 7 | 8 |");
	const mk_chunk *c = mk_chunk_at(page, 1);
	check(c->n_repeated == 24 && !c->cut_start && c->own_from == c->from, "a repeated header row");
	EXPECT(page, html, 46, 0, "| h | i |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |", "| 5 | 6 |\n| 7 | 8 |");
	EXPECT(page, "<table><tr><th>h<th>i<tr><td>1<td>2</table><table><tr><th>j<th>k<tr><td>3<td>4<tr><td>5<td>6</table>", 48, 0,
	       "| h | i |\n| --- | --- |\n| 1 | 2 |", "| j | k |\n| --- | --- |\n| 3 | 4 |\n| 5 | 6 |");
	EXPECT(page, "<table><tr><th>h<th>i<tr><td>One is it. Two.<td>three three</table>", 24, 0, "| h | i |\n| --- | --- |", "| One is it. Two.",
	       "| three three |");
	check(mk_chunk_at(page, 1)->cut_end && mk_chunk_at(page, 2)->cut_start, "a row that is too long");
}

static void code(mk_page *page)
{
	EXPECT(page, "<pre><code class=language-c>int a;\n\n  int b;\nint c;\n</code></pre><p>x", 22, 0, "```c\nint a;\n```", "```c\n  int b;\n```",
	       "```c\nint c;\n```\n\nx");
	check(mk_chunk_at(page, 1)->cut_start && mk_chunk_at(page, 1)->cut_end && mk_chunk_at(page, 1)->n_repeated == 5, "code that is too long");
	EXPECT(page, "<ul><li><pre>one one one\ntwo two two\n</pre></ul>", 26, 0, "- ```\n  one one one\n  ```", "- ```\n  two two two\n  ```");
	EXPECT(page, "<p>a<pre>one\ntwo\n</pre><p>b", 16, 0, "a", "```\none\ntwo\n```", "b");
}

static void long_text(mk_page *page)
{
	EXPECT(page, "<p>\xE4\xB8\x80\xE4\xBA\x8C\xE3\x80\x82\xE4\xB8\x89\xE5\x9B\x9B\xE3\x80\x82", 10, 0, "\xE4\xB8\x80\xE4\xBA\x8C\xE3\x80\x82",
	       "\xE4\xB8\x89\xE5\x9B\x9B\xE3\x80\x82");
	EXPECT(page, "<p>\xE4\xB8\x80\xE4\xBA\x8C\xE4\xB8\x89", 7, 0, "\xE4\xB8\x80\xE4\xBA\x8C", "\xE4\xB8\x89");
	EXPECT(page, "<p>one two three four five", 11, 0, "one two", "three four", "five");
	EXPECT(page, "<p>abcdefghijklm", 5, 0, "abcde", "fghij", "klm");
	EXPECT(page, "<p>Is it \"this.\" Or that? (No.) It is 3.5 or so.", 21, 0, "Is it \"this.\"", "Or that? (No.)", "It is 3.5 or so.");
}

static void overlaps(mk_page *page)
{
	EXPECT(page, "<p>one<p>two<p>three<p>four", 14, 6, "one\n\ntwo", "two\n\nthree", "four");
	check(mk_chunk_at(page, 1)->own_from == 10 && mk_chunk_at(page, 1)->from == 5, "where the overlap ends");
	EXPECT(page, "<p>One is. Two is.<p>Three is.<h2>Head</h2><p>Four.", 22, 12, "One is. Two is.", "Two is.\n\nThree is.",
	       "## Head\n\nFour.");
}

static void estimates(mk_page *page)
{
	static const struct {
		const char *text;
		size_t tokens;
	} samples[] = {
	        {"<p>The quick brown fox jumps over the lazy dog.", 10},
	        {"<p>\xE4\xB8\xAD\xE6\x96\x87\xE5\xAD\x97", 3},
	};
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		size_t n;
		extract(page, samples[i].text, strlen(samples[i].text));
		if (check(mk_chunks(page, NULL, &n) == MK_OK && n == 1, "one chunk"))
			check(mk_chunk_at(page, 0)->tokens == samples[i].tokens, "%zu tokens: %s", mk_chunk_at(page, 0)->tokens, samples[i].text);
	}
}

/* ---- Errors ---- */

static void arguments(mk_page *page)
{
	const struct {
		mk_chunk_options o;
		const char *error;
	} bad[] = {
	        {{.size = 3}, "size: 3 is outside"},
	        {{.max_tokens = (size_t)1 << 31}, "max_tokens: 2147483648 is outside 1 to 2147483647"},
	        {{.max_tokens = 5, .overlap = 5}, "overlap: 5 is not less than max_tokens, 5"},
	        {{.overlap = 512}, "overlap: 512 is not less than max_tokens, 512"},
	        {{.flags = 8}, "flags: 0x8 has an unknown bit"},
	};
	size_t n = 1;
	mk_str out;
	check(mk_chunks(NULL, NULL, &n) == MK_BAD_ARGUMENT && !n && !mk_chunk_at(NULL, 0), "a NULL page");
	check(mk_chunks_json(NULL, &out) == MK_BAD_ARGUMENT && !out.p, "JSON of a NULL page");
	extract(page, "<p>x", 4);
	check(mk_chunks_json(page, &out) == MK_BAD_ARGUMENT && !strcmp(mk_error(page), "page: holds no chunks"), "JSON before mk_chunks()");
	check(mk_chunks(page, NULL, NULL) == MK_BAD_ARGUMENT, "NULL instead of n");
	check(mk_chunks(page, NULL, &n) == MK_OK && n == 1 && mk_chunk_at(page, 0) && mk_chunks_json(page, NULL) == MK_BAD_ARGUMENT, "NULL options");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		mk_chunk_options o = bad[i].o;
		o.size = o.size ? o.size : sizeof o;
		check(mk_chunks(page, &o, &n) == MK_BAD_ARGUMENT && !n && !strncmp(mk_error(page), bad[i].error, strlen(bad[i].error)), "%s: %s",
		      bad[i].error, mk_error(page));
		check(!mk_chunk_at(page, 0), "no chunks after an error");
	}
	struct { mk_chunk_options known; size_t added; } newer = {.known = {.size = sizeof newer}};
	check(mk_chunks(page, &newer.known, &n) == MK_OK, "a newer caller's options");
	newer.added = 1;
	check(mk_chunks(page, &newer.known, &n) == MK_BAD_ARGUMENT && strstr(mk_error(page), "does not know"), "something new is set");
	extract(page, "<p>x", 4);
	check(!mk_chunk_at(page, 0), "no chunks of the page before");
}

/* Makes every call of the counter fail in turn. */
static void failing_counter(mk_page *page)
{
	static const char html[] = "<h1>A</h1><p>One is it. Two is it. Three is it.<table><tr><th>h<th>i<tr><td>1<td>2</table><pre>a\nb\n</pre>";
	struct counter all = {0};
	size_t n;
	extract(page, html, sizeof html - 1);
	const struct setting s = {"", 20, 10, 0, count_bytes};
	check(make(page, &s, &all, &n) == MK_OK && all.calls > 15, "%zu calls of the counter", all.calls);
	const size_t expected = n;
	for (size_t i = 1; i <= all.calls; i++) {
		struct counter c = {.fails_at = i};
		check(make(page, &s, &c, &n) == MK_BAD_ARGUMENT && !n && c.calls == i && !strcmp(mk_error(page), "count: has failed"), "call %zu fails", i);
	}
	check(make(page, &s, &all, &n) == MK_OK && n == expected, "the counter works again");
}

/* ---- Pages ---- */

static void check_file(mk_page *page, const char *path, const char *p, size_t len, uint32_t i)
{
	(void)i;
	check_page(page, path, p, len);
}

/* Pages made of random parts, with tags that are seldom closed. */
static void random_pages(mk_page *page)
{
	static const char *const parts[] = {"<p>", "<ul>", "<li>", "</ul>", "<ol start=9>", "</ol>", "<h2>", "<h3>", "</h2>", "<table>", "<tr>", "<td>",
	        "<th>", "</table>", "<pre>", "</pre>", "<blockquote>", "</blockquote>", "word ", "Two words. ", "a\n\nb\n", "`", "<br>", "<b>bold</b> ",
	        "<a href=x>link</a> ", "<img src=a.jpg alt='a ` picture'>", "\xE6\xBC\xA2\xE5\xAD\x97\xE3\x80\x82", "</td></tr>", "<caption>", "> ", "<dl><dt>",
	        "| ", "longlonglonglonglonglongword", "<tr><th>a<th>b<tr><td>c<td>d", "<div>", "</div>", "<code class=language-c>", "</code>", "1. "};
	uint32_t state = 2463534242u;
	for (int round = 0; round < 300; round++) {
		char html[8192] = "", name[32];
		size_t len = 0;
		while (len < (size_t)round * 13 + 50) {
			state ^= state << 13;
			state ^= state >> 17;
			state ^= state << 5;
			const char *part = parts[state % (sizeof parts / sizeof *parts)];
			memcpy(html + len, part, strlen(part));
			len += strlen(part);
		}
		snprintf(name, sizeof name, "random page %d", round);
		check_page(page, name, html, len);
	}
}

int main(int argc, char **argv)
{
	static const char *const own[] = {"examples/*.html", "test/cases/*/page.html"};
	static const char *const labelled[] = {"../shared/wcxb-dev/html/*.html.gz", "../shared/articles/html/*.html.gz", "../shared/news/*/*.html.gz",
	        "../shared/threads/html/*", "../shared/listings/html/*"};
	const bool all = argc > 1 && !strcmp(argv[1], "all");
	mk_page *page = mk_page_new(NULL);
	TEST(sections(page));
	TEST(lists(page));
	TEST(tables(page));
	TEST(code(page));
	TEST(long_text(page));
	TEST(overlaps(page));
	TEST(estimates(page));
	TEST(arguments(page));
	TEST(failing_counter(page));
	TEST(random_pages(page));
	check(TEST(test_files(page, own, 2, SIZE_MAX, check_file)) >= 10, "pages in examples/ and test/cases/");
	const size_t n = TEST(test_files(page, labelled, 5, all ? SIZE_MAX : SAMPLE, check_file));
	printf("  %zu labelled pages\n", n);
	mk_page_free(page);
	return check_end("chunks");
}
