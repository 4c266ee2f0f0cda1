/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairs.c - checks that work grows linearly with pages that cross two parts, each of which repeats or is long.
 *
 *	pairs [PART PARTS]     all pairs, in 25 minutes of processor time; only every PARTS-th, starting with number PART
 *
 * Work is usually quadratic where a part of the page is read again for each of another: a long class for each paragraph under it,
 * the authors in JSON-LD for each object with a name.  So every part in the table below is crossed with every other, half of the
 * page each.  Four times the page must take less than 2.2 * 2.2 times the steps (see steps.h), and a byte no more than
 * STEPS_PER_BYTE.
 */
#include "check.h"
#include "hostile.h"
#include "steps.h"

#include <malloc.h>

#define SMALL ((size_t)1 << 19)
#define TIMES 4
#define MOST (2.2 * 2.2)

/* The places of parts in a page, in the order in which they are written. */
enum place {
	HEAD,  /* markup for the head */
	AROUND, /* elements around all items */
	ITEM,  /* markup for the body */
};

/* A part: first, middle as many times as it fits, last.  A byte 1 in middle becomes the number of the repetition.  For parts
 * AROUND, end follows the items. */
struct part {
	enum place place;
	const char *name, *first, *middle, *last, *end;
};

#define LD "<script type=application/ld+json>"
#define CLASS(tag) AROUND, tag " with a long class", "<" tag " class='", "c\1 ", "'>", "</" tag ">"

static const struct part parts[] = {
        {HEAD, "long title", "<title>", "word ", "</title>", ""},
        {HEAD, "title of many parts", "<title>", "a\1 | ", "</title>", ""},
        {HEAD, "long og:title", "<meta property=og:title content='", "word\1 ", "'>", ""},
        {HEAD, "long description", "<meta name=description content='", "word\1 ", "'>", ""},
        {HEAD, "authors in meta", "<meta name=author content='", "Jane Roe\1, ", "'>", ""},
        {HEAD, "long author in meta", "<meta name=author content='", "Jane ", "'>", ""},
        {HEAD, "pictures in meta", "", "<meta property=og:image content='/\1.png'>", "", ""},
        {HEAD, "long picture address in meta", "<meta property=og:image content='/", "a\1/", ".png'>", ""},
        {HEAD, "long base", "<base href='http://h.example/", "a\1/", "'>", ""},
        {HEAD, "long canonical address", "<link rel=canonical href='http://h.example/", "a\1/", "'>", ""},
        {HEAD, "alternates", "", "<link rel=alternate hreflang=x\1 href='/\1'>", "", ""},
        {HEAD, "JSON-LD articles",
         LD "[", "{\"@type\":\"NewsArticle\",\"@id\":\"\1\",\"headline\":\"word here\",\"author\":{\"@id\":\"\1\"}},",
         "{}]</script>", ""},
        {HEAD, "JSON-LD authors", LD "{\"@type\":\"NewsArticle\",\"author\":[", "{\"@id\":\"\1\"},", "{}]}</script>", ""},
        {HEAD, "JSON-LD persons", LD "[", "{\"@type\":\"Person\",\"@id\":\"\1\",\"name\":\"Jane \1\"},", "{}]</script>", ""},
        {HEAD, "JSON-LD pictures",
         LD "[", "{\"@type\":\"ImageObject\",\"url\":\"http://h.example/\1.png\",\"caption\":\"x\"},", "{}]</script>",
         ""},
        {HEAD, "long JSON-LD headline", LD "{\"@type\":\"NewsArticle\",\"headline\":\"", "word\1 ", "\"}</script>", ""},
        {HEAD, "long JSON-LD text", LD "{\"@type\":\"NewsArticle\",\"articleBody\":\"", "word\1 here ", "\"}</script>", ""},
        {HEAD, "long JSON-LD author", LD "{\"@type\":\"NewsArticle\",\"author\":{\"name\":\"", "Jane ", "\"}}</script>", ""},
        {HEAD, "long picture address in JSON-LD",
         LD "{\"@type\":\"NewsArticle\",\"image\":\"http://h.example/", "a\1/", ".png\"}</script>",
         ""},
        {HEAD, "strings of a script", "<script>x=[", "\"<p>word here and there\\u0041\",", "]</script>", ""},
        {CLASS("div")},
        {CLASS("figure")},
        {CLASS("article")},
        {CLASS("table")},
        {CLASS("pre")},
        {CLASS("ul")},
        {AROUND, "long id", "<div id='", "comment-", "'>", "</div>"},
        {AROUND, "long style", "<div style='", "color:red;", "'>", "</div>"},
        {AROUND, "long itemprop", "<div itemscope itemprop='", "author ", "'>", "</div>"},
        {AROUND, "long itemtype", "<div itemscope itemtype='", "http://schema.org/Article ", "'>", "</div>"},
        {AROUND, "long href", "<a href='/", "a\1/", "'>", "</a>"},
        {AROUND, "long rel", "<a rel='", "author ", "' href=x>", "</a>"},
        {AROUND, "long lang", "<div lang='", "en-", "'>", "</div>"},
        {AROUND, "many attributes", "<div ", "x\1=y ", ">", "</div>"},
        {AROUND, "many attributes of b", "<b ", "x\1=y ", ">", "</b>"},
        {AROUND, "nested div", "", "<div>", "", ""},
        {AROUND, "nested span with classes", "<p>", "<span class=a\1>", "", ""},
        {AROUND, "nested lists", "", "<ul><li>a ", "", ""},
        {AROUND, "nested quotes", "", "<blockquote>a ", "", ""},
        {AROUND, "nested tables", "", "<table><tr><td>a ", "", ""},
        {AROUND, "nested item scopes", "", "<div itemscope itemprop=author>", "", ""},
        {AROUND, "long caption before", "<figure><figcaption>", "word\1 ", "</figcaption>", "</figure>"},
        {AROUND, "long heading before", "<h1>", "word\1 ", "</h1>", ""},
        {AROUND, "table with a long row", "<table><tr>", "<td>\1", "", "</table>"},
        {ITEM, "paragraphs", "", "<p>word here and there</p>", "", ""},
        {ITEM, "sentences", "", "<p>The river rises every year, say those who live in \1, and the rain comes late.</p>", "", ""},
        {ITEM, "one long paragraph", "<p>", "word\1 ", "</p>", ""},
        {ITEM, "one long word", "<p>", "word", "</p>", ""},
        {ITEM, "headings", "", "<h2>word \1</h2>", "", ""},
        {ITEM, "links", "<p>", "<a href=/a\1>word</a> ", "</p>", ""},
        {ITEM, "author links", "", "<p class=byline>By <a rel=author href=/a\1>Jane Roe \1</a></p>", "", ""},
        {ITEM, "dates", "", "<p><time datetime=2022-10-22>22 October 2022</time></p>", "", ""},
        {ITEM, "pictures", "", "<img src=a\1.png>", "", ""},
        {ITEM, "pictures with alt", "", "<p><img src=a\1.png alt='word here \1'></p>", "", ""},
        {ITEM, "picture with a long alt", "<p><img src=a.png alt='", "word\1 ", "'></p>", ""},
        {ITEM, "picture with a long srcset", "<p><img src=a.png srcset='", "a\1.png \1w, ", "'></p>", ""},
        {ITEM, "picture with many sources", "<picture>", "<source srcset='a\1.png 2x'>", "<img src=a.png></picture>", ""},
        {ITEM, "figures", "", "<figure><img src=a\1.png><figcaption>word \1. Photo: Jane Roe</figcaption></figure>", "", ""},
        {ITEM, "figure with a long caption", "<figure><img src=a.png><figcaption>", "word\1 ", "</figcaption></figure>", ""},
        {ITEM, "credits", "", "<p class=credit>Photo: Jane \1 / Agency</p>", "", ""},
        {ITEM, "code blocks", "", "<pre>x\1\n</pre>", "", ""},
        {ITEM, "inline code", "<p>", "<code>`</code>", "</p>", ""},
        {ITEM, "list items", "<ol>", "<li>word \1", "</ol>", ""},
        {ITEM, "table rows", "<table>", "<tr><th>a<td>b\1", "</table>", ""},
        {ITEM, "cells that span", "<table>", "<tr><td rowspan=9999 colspan=999>a", "</table>", ""},
        {ITEM, "formatting", "<p>", "<b><i>x</b></i>", "</p>", ""},
        {ITEM, "unknown elements", "", "<x-\1>w</x-\1>", "", ""},
        {ITEM, "empty elements", "", "<b></b>", "", ""},
        {ITEM, "line breaks", "<p>", "word<br>", "</p>", ""},
        {ITEM, "microdata names", "", "<span itemprop='author name'>Jane \1</span>", "", ""},
        {ITEM, "posts",
         "", "<div class=comment id=comment-\1><a class=author href=u\1>Jo</a> <time>22 Oct 2022</time><p>word here</div>", "", ""},
        {ITEM, "hidden", "", "<div hidden><p>word \1</p></div>", "", ""},
        {ITEM, "footnotes", "", "<p>word<a href=#n\1 id=r\1>\1</a></p><p id=n\1>note <a href=#r\1>back</a></p>", "", ""},
        {ITEM, "videos", "", "<iframe src=//video.example/embed/\1></iframe>", "", ""},
        {ITEM, "definitions", "<dl>", "<dt>word<dd>word \1", "</dl>", ""},
};

#define N_PARTS (sizeof parts / sizeof parts[0])

/* Writes a part, about `size` bytes of it.  Returns the number of repetitions. */
static size_t add_part(struct text *t, const struct part *p, size_t size)
{
	const size_t end = t->len + size;
	size_t n = 0;
	add_str(t, p->first);
	while (t->len < end)
		add_numbered(t, p->middle, n++);
	add_str(t, p->last);
	return n;
}

/* Writes two parts of items in turn, so that each stands among the other's. */
static void add_in_turn(struct text *t, const struct part *a, const struct part *b, size_t size)
{
	const size_t end = t->len + size;
	add_str(t, a->first);
	add_str(t, b->first);
	for (size_t n = 0; t->len < end; n++) {
		add_numbered(t, a->middle, n);
		add_numbered(t, b->middle, n);
	}
	add_str(t, b->last);
	add_str(t, a->last);
}

/* Writes a page that crosses two parts, some sentences before and after. */
static void cross(struct text *t, const struct part *a, const struct part *b, bool in_turn, size_t size)
{
	static const char prose[] = "<p>The river rises each year, say the people, and the rain comes later than it did.</p>\n";
	t->len = 0;
	if (a->place == HEAD)
		add_part(t, a, size / 2);
	if (b->place == HEAD)
		add_part(t, b, size / 2);
	add_str(t, "<body><h1>The river rises</h1>");
	add_str(t, prose);
	if (in_turn) {
		add_in_turn(t, a, b, size);
	} else {
		if (a->place != HEAD)
			add_part(t, a, size / 2);
		if (b->place != HEAD)
			add_part(t, b, size / 2);
		if (b->place == AROUND)
			add_str(t, "<p>word</p>");
		add_str(t, b->end);
		add_str(t, a->end);
	}
	add_str(t, prose);
	add_str(t, prose);
}

/* Returns the steps of extracting and writing a page; 0 if that failed. */
static double steps_of(const struct text *t)
{
	mk_page *page = mk_page_new(NULL);
	clear_steps();
	double steps = page && run(page, t->p, t->len, MK_VIEW_EVERYTHING) ? count_steps() : 0;
	mk_page_free(page);
	return steps;
}

/* Returns how many times the steps of a page of `size` bytes one of TIMES the size takes.  *per_byte: the steps of the latter for
 * each byte. */
static double growth_of(struct text *t, const struct part *a, const struct part *b, bool in_turn, size_t size, double *per_byte)
{
	cross(t, a, b, in_turn, size);
	const double small = steps_of(t);
	cross(t, a, b, in_turn, size * TIMES);
	const double large = steps_of(t);
	*per_byte = large / (double)t->len;
	return small > 0 && large > 0 ? large / small : 1e9;
}

/* Larger pages may once take more steps than the size explains, where they begin to be too large for the memory of a page and
 * outputs are written again in less room.  So a pair that seems to grow too fast has to do so with still larger pages. */
static void check_pair(struct text *t, const struct part *a, const struct part *b, bool in_turn)
{
	double per_byte, growth = growth_of(t, a, b, in_turn, SMALL, &per_byte);
	if (growth >= MOST)
		growth = growth_of(t, a, b, in_turn, SMALL * TIMES, &per_byte);
	const char *turn = in_turn ? " in turn" : "";
	if (check(growth < MOST && per_byte < STEPS_PER_BYTE, "%s x %s%s: %.2f times the steps, %.0f a byte",
	          a->name, b->name, turn, growth, per_byte))
		printf("  %s x %s%s: %.2f times, %.0f steps a byte\n", a->name, b->name, turn, growth, per_byte);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const size_t part = argc == 3 ? (size_t)atoi(argv[1]) : 0, n_parts = argc == 3 ? (size_t)atoi(argv[2]) : 1;
	struct text t = {0};
	size_t n = 0;
	if ((argc != 1 && argc != 3) || n_parts < 1) {
		fprintf(stderr, "usage: pairs [PART PARTS]\n");
		return 2;
	}
	mallopt(M_MMAP_MAX, 0); /* freed memory stays with the process */
	mallopt(M_TRIM_THRESHOLD, -1);
	for (size_t i = 0; i < N_PARTS; i++)
		for (size_t k = i; k < N_PARTS; k++) {
			if (n++ % n_parts == part)
				check_pair(&t, &parts[i], &parts[k], false);
			if (parts[i].place == ITEM && i != k && n++ % n_parts == part)
				check_pair(&t, &parts[i], &parts[k], true);
		}
	free(t.p);
	return check_end("pairs");
}
