/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blocks.c - tests of block.c, feature.c, comment.c, choose.c, caption.c and script.c in src/.
 *
 * Small pages go in; the tests compare the blocks, their byte ranges and counts, the places of the images, and which blocks are
 * kept, for what reason.  Where a rule of choose.c is tested, the test sets the scores and the page type itself, so that a newly
 * trained model cannot change the result.  Large pages with a memory limit check that the library stays within the limit and
 * still returns part of the page.
 */
#include "src/page.h"
#include "src/picture.h"

#include <math.h>
#include <stdlib.h>

#include "test/check.h"

static const mk_article *extract(mk_page *pg, const char *html, size_t len, mk_view view, bool no_tables)
{
	mk_options o;
	mk_options_init(&o);
	o.view = view;
	o.no_tables = no_tables;
	if (mk_extract(pg, html, len, &o) != MK_OK) {
		check(false, "mk_extract() fails: %.60s", html);
		exit(1);
	}
	return mk_article_of(pg);
}

/* ---- Splitting ---- */

/* Writes a block in the notation of the tables below: a letter for its kind, the level of a heading, and the text. */
static size_t show(const mk_block *b, char *out, size_t room)
{
	static const char letters[MK_N_BLOCK_KINDS] = {
	        [MK_BLOCK_PARAGRAPH] = 'p', [MK_BLOCK_HEADING] = 'h', [MK_BLOCK_ITEM] = 'i',    [MK_BLOCK_QUOTE] = 'q',
	        [MK_BLOCK_CODE] = 'c',      [MK_BLOCK_CELL] = 'd',    [MK_BLOCK_CAPTION] = 'f', [MK_BLOCK_CONTROL] = 'b'};
	char level[2] = {b->level ? (char)('0' + b->level) : 0, 0};
	return (size_t)snprintf(out, room, "%c%s %.*s|", letters[b->kind], level, (int)b->text.len, b->text.p);
}

/* Page, and its blocks as show() writes them, each followed by a vertical bar. */
static const char *const splits[][2] = {
        /* An element that is shown on lines of its own ends a block. */
        {"<p>one<p>two", "p one|p two|"},
        {"<div>one<p>two</p>three</div>", "p one|p two|p three|"},
        {"one<div>two<div>three</div>four</div>five", "p one|p two|p three|p four|p five|"},
        {"<h1>a</h1><h3>b</h3><h6>c</h6>", "h1 a|h3 b|h6 c|"},
        {"<h2>a<br>b</h2>", "h2 a b|"},
        {"<ul><li>a<li>b<ul><li>c</ul>d</ul>", "i a|i b|i c|i d|"},
        {"<dl><dt>a<dd>b</dl>", "i a|i b|"},
        {"<table><caption>t</caption><tr><th>a<td>b<tr><td colspan=2>c</table>", "f t|d a|d b|d c|"},
        {"<table>one<tr><td>two</table>three", "p one|d two|p three|"},
        {"<blockquote>a<p>b</blockquote>c", "q a|q b|p c|"},
        {"<figure><img src=x><figcaption>a</figcaption></figure>", "f a|"},
        {"<select><option>a<option>b</select><button>c</button>", "b a|b b|b c|"},
        {"<details><summary>a</summary>b</details><fieldset><legend>c</legend>d</fieldset>", "b a|p b|b c|p d|"},
        {"<pre>a\n  b\n\n c\n\n</pre>", "c a\n  b\n\n c|"},
        {"<pre><code>a <i>b</i>\n<span>c</span><span>d</span></code></pre>", "c a b\ncd|"},
        {"<pre>a<br>b</pre>", "c a\nb|"},
        {"a<hr>b", "p a|p b|"},
        {"<address>a</address><center>b</center><section>c</section><custom-tag>d</custom-tag>", "p a|p b|p c|p d|"},
        /* One br is a space; two start a new block, whatever white space is between them. */
        {"<p>a<br>b<br><br>c<br>\n <br/>d<br>", "p a b|p c|p d|"},
        {"<p><br>a<br><b><br>b</b>", "p a|p b|"},
        /* All text that a reader may get to see becomes a block; scripts and styles do not.  Embedded text comes last. */
        {"<article><p>a</article><article>b</article><main>c</main><main>d</main>", "p a|p b|p c|p d|"},
        {"<body><ul><li><span>a</span><li>b", "i a|i b|"},
        {"<head><noscript>a</noscript></head><noscript><p>b</noscript>", "p a|p b|"},
        {"<p hidden>a<p style='color:red; DISPLAY : none'>b<p aria-hidden=true>c", "p a|p b|p c|"},
        {"a<template><p>b</template>", "p a|p b|"},
        {"<script>a</script><style>b</style><textarea>c</textarea><iframe>d</iframe><object>e</object>f<!-- g -->", "p f|p c|p d|p e|"},
        {"<title>a</title><svg><title>b</title><text>c</text></svg>d", "p d|p c|"},
        {"<p>a<svg><style>b</style><desc>c</desc><metadata>d<rdf:RDF>e</rdf:RDF></metadata><g><text>f<tspan>g</tspan> <a>h</a></text><text>i</g></svg>j",
         "p aj|p fg h|p i|"},
        {"<p>a<object><p>b<b>c</b><p>d<script>e</script><table><tr><td>f</table><br>g<video>h</video></object>i", "p ai|p bc|p d|p f|p g|p h|"},
        {"<p>a<video>b</video><audio>c</audio><canvas>d</canvas><applet>e</applet>f<datalist><option>g<option>h</datalist>",
         "p af|p b|p c|p d|p e|p g|p h|"},
        {"a<iframe><p>b <b>c</b> 1 < 2 <i>d<p class=x>e</iframe><noembed>f<br>g</noembed>", "p a|p b c 1 < 2 d e|p f g|"},
        /* Without other words, embedded text is the content. */
        {"<svg><text>a</text><text>b</text></svg><object><h2>c</h2>d</object>-<textarea>e</textarea>", "p a|p b|h2 c|p d|p -|p e|"},
        {"<frameset><frame src=a><noframes><h1>a</h1>b</noframes></frameset>", "p a b|"},
        {"<svg><foreignObject><p>a</foreignObject></svg>b", "p ab|"}, /* tree construction puts b into the p inside foreignObject */
        {"<math><mi>a</mi><mo>+</mo><mi>b</mi></math>", "p a+b|"},
        {"<div class='has-sidebar share-holder-report popular-science'>a</div>", "p a|"},
        {"", ""},
        {"<p> \n&nbsp;<p>\xE2\x80\x8B<b> </b>", ""},
        /* White space is collapsed; words are neither joined nor split. */
        {"<p> a \n\t b&nbsp; c ", "p a b c|"},
        {"<p><b>T</b>he <i>wor</i>d", "p The word|"},
        {"<p><span>one</span><span>two</span>three", "p one twothree|"},
        {"<p><a href=x>one</a><a href=y>two</a>, three", "p one two, three|"},
        {"<p><span>one</span><span>, two</span><span>. Three</span>", "p one, two. Three|"},
        {"<p><span>one</span> <span> two</span>", "p one two|"},
        {"<p><span>f</span><span>(</span><em>x</em><span>)</span>", "p f (x)|"},
        {"<p><a href=x>one</a><b>two</b><i>three</i><sup>4</sup>", "p one twothree4|"},
        {"<p>one<img src=x>two<input>three", "p one two three|"},
        {"<p>long<wbr>word, soft&shy;hyphen, H<sub>2</sub>O", "p longword, soft\xC2\xADhyphen, H2O|"},
        {"<p>a<!-- x -->b <!-- y -->c", "p ab c|"},
        {"<p><span>\xE6\x97\xA5\xE6\x9C\xAC</span><span>\xE8\xAA\x9E</span> <span>x</span>", "p \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E x|"},
        {"<p><span>\xE0\xB8\xAA\xE0\xB8\xA7\xE0\xB8\xB1</span><span>\xE0\xB8\xAA\xE0\xB8\x94\xE0\xB8\xB5</span>",
         "p \xE0\xB8\xAA\xE0\xB8\xA7\xE0\xB8\xB1\xE0\xB8\xAA\xE0\xB8\x94\xE0\xB8\xB5|"},
        {"<p>a &lt;b&gt; &amp;amp;", "p a <b> &amp;|"},
};

static void test_splits(mk_page *pg)
{
	char got[1024];
	for (size_t i = 0; i < sizeof splits / sizeof splits[0]; i++) {
		const char *html = splits[i][0];
		const mk_article *a = extract(pg, html, strlen(html), MK_VIEW_BALANCED, false);
		size_t len = 0;
		got[0] = 0;
		for (uint32_t k = 0; k < a->n_blocks && len < sizeof got; k++)
			len += show(mk_block_at(pg, k), got + len, sizeof got - len);
		check(!strcmp(got, splits[i][1]), "%s\n  blocks   %s\n  expected %s", html, got, splits[i][1]);
	}
}

/* ---- Byte ranges ---- */

/* Page, and the source bytes of each of its blocks, each followed by a vertical bar. */
static const char *const ranges[][2] = {
        {"<p> one two </p>", "one two|"},
        {"<p> one <b>two</b> </p>x", "one <b>two|x|"},
        {"<p>one &amp; two</p>", "one &amp; two|"},
        {"<p>one<i>\r\ntwo</i></p>", "one<i>\r\ntwo|"},
        {"<ul><li>a<li> b\n</ul>", "a|b|"},
        {"<pre>\n x\n y\n</pre>", "x\n y|"},
        {"<table>one<tr><td>two</table>three", "one|two|three|"},
        {"<div>a<table>b<tr><td>c</table></div>", "a<table>b|c|"}, /* b is foster-parented: it moves before the table, next to a */
        {"<p>\xE6\x97\xA5 &nbsp;\xC3\xA9</p>", "\xE6\x97\xA5 &nbsp;\xC3\xA9|"},
};

static void test_ranges(mk_page *pg)
{
	char got[1024];
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		const char *html = ranges[i][0];
		const mk_article *a = extract(pg, html, strlen(html), MK_VIEW_BALANCED, false);
		mk_str source = mk_source(pg);
		size_t len = 0;
		got[0] = 0;
		for (uint32_t k = 0; k < a->n_blocks && len < sizeof got; k++) {
			const mk_block *b = mk_block_at(pg, k);
			bool inside = b->from < b->to && b->to <= source.len;
			check(inside, "%s: block %u has the byte range %u…%u", html, k, b->from, b->to);
			if (inside)
				len += (size_t)snprintf(got + len, sizeof got - len, "%.*s|", (int)(b->to - b->from), source.p + b->from);
		}
		check(!strcmp(got, ranges[i][1]), "%s\n  source   %s\n  expected %s", html, got, ranges[i][1]);
	}
}

/* At the depth limit a table becomes a sibling of the element that would contain it.  Text foster-parented before that table may
 * then come from a later place in the source. */
static void test_range_of_moved_text(mk_page *pg)
{
	static const char html[] = "a<template><n><b><b><b><b><o><d><b><b><i><o><k><table><thead>x<n>p";
	mk_options options;
	mk_options_init(&options);
	options.max_depth = 16;
	check(mk_extract(pg, html, sizeof html - 1, &options) == MK_OK, "extract");
	const mk_article *a = mk_article_of(pg);
	const mk_block *b = mk_block_at(pg, 1);
	check(a->n_blocks == 2 && b->from == sizeof html - 6 && b->to == sizeof html - 1, "%u blocks, the last with the range %u…%u", a->n_blocks,
	      b ? b->from : 0, b ? b->to : 0);
}

/* ---- Counts ---- */

static void test_counts(mk_page *pg)
{
	static const struct {
		const char *html;
		uint32_t words, chars, link_words, links, stops, commas, digits;
	} cases[] = {
	        {"<p>One, two. <a href=x>Three four</a>? 56", 5, 20, 2, 1, 2, 1, 2},
	        {"<p><a>no link</a> <b>T</b>he", 3, 9, 0, 0, 0, 0, 0},
	        {"<p>\xE6\x97\xA5\xE6\x9C\xAC\xE3\x80\x81\xE8\xAA\x9E\xE3\x80\x82", 3, 5, 0, 0, 1, 1, 0}, /* Han characters, comma, full stop */
	        {"<p>\xD9\x86\xD8\xB9\xD9\x85\xD8\x8C \xD9\x84\xD8\xA7\xD8\x9F", 2, 7, 0, 0, 1, 1, 0}, /* Arabic comma and question mark */
	        {"<p>\xE0\xA4\xB9\xE0\xA4\xBF\xE0\xA4\xA8\xE0\xA5\xA4 \xE0\xA5\xA7\xE0\xA5\xA8", 2, 6, 0, 0, 1, 0, 2}, /* Hindi: danda, digits */
	        {"<p>caf\xC3\xA9 soft&shy;hyphen e\xCC\x81t\xC3\xA9", 3, 19, 0, 0, 0, 0, 0},
	        {"<p>\xF0\x9F\x98\x80 | \xE2\x80\x93", 0, 3, 0, 0, 0, 0, 0},
	        {"<p>it is the eBook of a  year, all in", 9, 25, 0, 0, 0, 1, 0}, /* lower-case words in a row; one goes on with a capital */
	        {"<p>as long as <a href=x>the last one is</a> one", 8, 23, 4, 1, 0, 0, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *html = cases[i].html;
		const mk_article *a = extract(pg, html, strlen(html), MK_VIEW_BALANCED, false);
		const struct block *b = pg->blocks;
		const uint32_t stops = b->kinds[CHAR_STOP] + b->kinds[CHAR_QUESTION] + b->kinds[CHAR_ELLIPSIS];
		uint32_t chars = 0;
		for (int k = 0; k < N_CHAR_KINDS; k++)
			chars += b->kinds[k];
		check(a->n_blocks == 1 && b->pub.n_words == cases[i].words && chars == cases[i].chars && b->n_link_words == cases[i].link_words &&
		              b->n_links == cases[i].links && stops == cases[i].stops && b->kinds[CHAR_COMMA] == cases[i].commas &&
		              b->kinds[CHAR_DIGIT] == cases[i].digits,
		      "%s: %u words, %u chars, %u link words, %u links, %u stops, %u commas, %u digits", html, b->pub.n_words, chars,
		      b->n_link_words, b->n_links, stops, b->kinds[CHAR_COMMA], b->kinds[CHAR_DIGIT]);
	}
}

/* ---- Containers and images ---- */

/* Returns the number of containers from the block's own up to the nearest one with the cue; -1 if none has it. */
static int distance_of(mk_page *pg, const char *html, uint32_t block, enum landmark cue)
{
	const mk_article *a = extract(pg, html, strlen(html), MK_VIEW_BALANCED, false);
	check(block < a->n_blocks, "%s: no block %u", html, block);
	return block < a->n_blocks ? container_distance(&pg->containers[pg->blocks[block].container], cue) : -1;
}

static void test_containers(mk_page *pg)
{
	static const struct {
		const char *html;
		uint8_t cue;
		int8_t distance;
	} cases[] = {
	        {"<nav>a", LANDMARK_NAV, 0}, {"<nav><ul><li>a", LANDMARK_NAV, 2}, {"<nav></nav>a", LANDMARK_NAV, -1},
	        {"<div role=navigation><p>a", LANDMARK_NAV, 1}, {"<div role=MAIN>a", LANDMARK_MAIN, 0}, {"<div role=dialog>a", LANDMARK_DIALOG, 0},
	        {"<article><header>a", LANDMARK_ARTICLE, 1}, {"<article><header>a", LANDMARK_HEADER, 0}, {"<footer><p>a", LANDMARK_FOOTER, 1},
	        {"<table><tr><td>a", LANDMARK_TABLE, 3}, {"<ul><li>a", LANDMARK_LIST, 1}, {"<blockquote>a", LANDMARK_QUOTE, 0},
	        {"<body><noscript>a", LANDMARK_NOSCRIPT, 0}, {"<div hidden><p>a", LANDMARK_HIDDEN, 1}, {"<div aria-hidden=false>a", LANDMARK_HIDDEN, -1},
	        {"<div style='display:\nnone'>a", LANDMARK_HIDDEN, 0}, {"<div style='visibility: hidden'>a", LANDMARK_HIDDEN, 0},
	        {"<div style='display:block'>a", LANDMARK_HIDDEN, -1}, {"<a href=x><div>a", LANDMARK_LINK, 0},
	        {"<a name=x><div>a", LANDMARK_LINK, -1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int distance = distance_of(pg, cases[i].html, 0, (enum landmark)cases[i].cue);
		check(distance == cases[i].distance, "%s: distance %d, expected %d", cases[i].html, distance, cases[i].distance);
	}
	const char *html = "<div><p>a</p><div><p>b</p><p>c</p></div></div><p>d";
	extract(pg, html, strlen(html), MK_VIEW_BALANCED, false);
	const struct container *c = &pg->containers[pg->blocks[1].container];
	check(c->first == 1 && c->end == 2, "the container of a paragraph holds one block");
	c = &pg->containers[c->wider];
	check(c->first == 1 && c->end == 3, "the next wider container holds two blocks: %u…%u", c->first, c->end);
	c = &pg->containers[c->wider];
	check(c->first == 0 && c->end == 3, "the next wider container holds three blocks: %u…%u", c->first, c->end);
}

static void test_images(mk_page *pg)
{
	static const struct {
		const char *html, *before; /* one digit per image: index of the block that follows it */
	} cases[] = {
	        {"<img src=a><p>x</p><img src=b><p>y</p><img src=c>", "012"},
	        {"<p>x<img src=a>y</p><p><img src=b>", "01"}, /* an image inside a block counts as before it: the block has not ended */
	        {"<p>x</p><figure><img src=a><figcaption>y</figcaption></figure>", "1"},
	        {"<img width=1 height=1><img width=0><img height='1px'><p>x", ""},
	        {"<img width=10 height=100%><p>x", "0"},
	        {"<div hidden><img src=a></div><img style='display:none'><p>x", ""},
	        {"<noscript><img src=a></noscript><amp-img></amp-img><p>x", "00"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char got[8] = "";
		extract(pg, cases[i].html, strlen(cases[i].html), MK_VIEW_BALANCED, false);
		for (uint32_t k = 0; k < pg->n_images && k < sizeof got - 1; k++) {
			got[k] = (char)('0' + pg->images[k].before);
			check(picture_is(pg, pg->images[k].node), "%s: image %u is a picture", cases[i].html, k);
		}
		check(!strcmp(got, cases[i].before), "%s: images before blocks %s, expected %s", cases[i].html, got, cases[i].before);
	}
}

/* ---- Choosing ---- */

#define SAYS " It tells of rivers, of rain and of the people who live beside them, and of the boats that they build when the water comes."

static const char page_of_all[] =
        "<title>Rivers</title><header><a href=/>Home</a></header><nav><ul><li><a href=/a>News</a><li><a href=/b>Sports</a></ul></nav>"
        "<main><article><h1>On rivers</h1><p>First." SAYS "<p>Second." SAYS "<p>Said twice." SAYS "<h2>Boats</h2><p>Third." SAYS
        "<table><tr><th>Boat<th>Length<tr><td>Canoe<td>5 metres<tr><td>Raft<td>7 metres</table>"
        "<div><a href=/x>More</a></div><p>Fourth." SAYS "<p>Said twice." SAYS "</article></main>"
        "<aside><p><a href=/c>Read also: rains come late</a></aside><div>Said twice." SAYS "</div><footer><p>All rights reserved</footer>";

static uint64_t kept_blocks(mk_page *pg, mk_view view, bool no_tables)
{
	uint64_t set = 0;
	const mk_article *a = extract(pg, page_of_all, sizeof page_of_all - 1, view, no_tables);
	check(a->n_blocks <= 64, "at most 64 blocks");
	for (uint32_t i = 0; i < a->n_blocks && i < 64; i++)
		set |= (uint64_t)mk_block_at(pg, i)->keep << i;
	return set;
}

static unsigned count_kept(mk_page *pg, const char *start, unsigned reason)
{
	unsigned n = 0;
	for (uint32_t i = 0; i < mk_n_blocks(pg); i++) {
		const mk_block *b = mk_block_at(pg, i);
		n += b->reason == reason && b->text.len >= strlen(start) && !memcmp(b->text.p, start, strlen(start));
	}
	return n;
}

static void test_views(mk_page *pg)
{
	uint64_t precision = kept_blocks(pg, MK_VIEW_PRECISION, false), balanced = kept_blocks(pg, MK_VIEW_BALANCED, false);
	uint64_t recall = kept_blocks(pg, MK_VIEW_RECALL, false), all = kept_blocks(pg, MK_VIEW_EVERYTHING, false);
	check(precision && !(precision & ~balanced) && !(balanced & ~recall) && !(recall & ~all), "views nest: %llx %llx %llx %llx",
	      (unsigned long long)precision, (unsigned long long)balanced, (unsigned long long)recall, (unsigned long long)all);
	check(all == ((uint64_t)1 << mk_n_blocks(pg)) - 1, "everything keeps every block");
	check(count_kept(pg, "", MK_KEPT_EVERYTHING) == mk_n_blocks(pg), "every block has the reason MK_KEPT_EVERYTHING");
	check(mk_n_kept(pg) == mk_n_blocks(pg), "n_kept counts every block");
	kept_blocks(pg, MK_VIEW_BALANCED, false);
	check(count_kept(pg, "First.", MK_KEPT_SCORE) && count_kept(pg, "Second.", MK_KEPT_SCORE) && count_kept(pg, "Third.", MK_KEPT_SCORE) &&
	              count_kept(pg, "Fourth.", MK_KEPT_SCORE),
	      "paragraphs are kept");
	check(count_kept(pg, "News", MK_DROPPED_SCORE) && count_kept(pg, "Sports", MK_DROPPED_SCORE) && count_kept(pg, "Home", MK_DROPPED_SCORE) &&
	              count_kept(pg, "All rights", MK_DROPPED_SCORE),
	      "boilerplate is dropped");
	check(mk_number(pg, MK_FIELD_CONFIDENCE) > 0.5f && mk_number(pg, MK_FIELD_CONFIDENCE) <= 1.0f, "confidence is above 0.5");
	for (int view = MK_VIEW_BALANCED; view <= MK_VIEW_RECALL; view++) {
		kept_blocks(pg, (mk_view)view, false);
		unsigned kept = count_kept(pg, "Said twice.", MK_KEPT_SCORE), dropped = count_kept(pg, "Said twice.", MK_DROPPED_REPEAT);
		check(view == MK_VIEW_PRECISION ? kept <= 1 : kept == 1 && dropped >= 1, "view %d keeps %u and drops %u repeats", view, kept, dropped);
	}
	uint64_t with = kept_blocks(pg, MK_VIEW_EVERYTHING, false), without = kept_blocks(pg, MK_VIEW_EVERYTHING, true);
	check(count_kept(pg, "", MK_DROPPED_TABLE) == 6 && count_kept(pg, "Canoe", MK_DROPPED_TABLE) && !(without & ~with), "no_tables drops the table");
}

/* Chooses blocks again as if the model had judged the page to be of the given type. */
static void take_for(mk_page *pg, mk_page_type type)
{
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		pg->blocks[i].role = ROLE_ARTICLE;
	pg->type = type;
	comment_find(pg);
	choose_blocks(pg);
}

/* Texts that differ are not repeats, and short texts never count as repeats.  A copy in a dropped table does not cause the other
 * copy to be dropped. */
static void test_repeats(mk_page *pg)
{
	const char *html = "<p>One two three four five six seven eight.<p>One two three four five six seven eight!<p>Short text.<p>Short text."
	                   "<p>One two three four five six seven eight.";
	const mk_article *a = extract(pg, html, strlen(html), MK_VIEW_RECALL, false);
	check(a->n_blocks == 5 && pg->blocks[4].same == 0 && pg->blocks[1].same == 1 && pg->blocks[3].same == 2, "block.same finds equal texts");
	take_for(pg, MK_PAGE_ARTICLE);
	check(count_kept(pg, "One two", MK_DROPPED_REPEAT) == 1 && count_kept(pg, "Short", MK_DROPPED_REPEAT) == 0, "one repeat");
	take_for(pg, MK_PAGE_DOCUMENTATION);
	check(count_kept(pg, "One two", MK_DROPPED_REPEAT) == 0, "repeats in documentation stay");
	html = "<table><tr><th>Boat<th>What it is<tr><td>Canoe<td>A light boat for one, two or three people.</table>"
	       "<p>A light boat for one, two or three people.<p>It is made of one tree, and it is steered by a paddle.";
	extract(pg, html, strlen(html), MK_VIEW_RECALL, true);
	check(count_kept(pg, "A light boat", MK_KEPT_SCORE) == 1 && count_kept(pg, "A light boat", MK_DROPPED_TABLE) == 1, "the copy outside of the table stays");
}

static void test_verdicts(mk_page *pg)
{
	static const struct {
		const char *html;
		mk_verdict verdict;
	} cases[] = {
	        {"", MK_VERDICT_EMPTY},
	        {"<html><body><div> </div><img src=x>", MK_VERDICT_EMPTY},
	        {"<div id=root></div><script src=app.js></script>", MK_VERDICT_SHELL},
	        {"<p>\xE2\x80\xA2", MK_VERDICT_NOTHING},
	        {"<title>404 Not Found</title><h1>Not Found</h1><p>The page was not found on this server.", MK_VERDICT_ERROR_PAGE},
	        {"<title>Site - Hitilafu (404)</title><p>Ukurasa huu haupo.", MK_VERDICT_ERROR_PAGE},
	        {"<h1>\xE9\x94\x99\xE8\xAF\xAF" "503\xE9\x94\x99\xE8\xAF\xAF</h1>", MK_VERDICT_ERROR_PAGE},
	        {"<title>HTTP Error 500.</title><script src=app.js></script>", MK_VERDICT_ERROR_PAGE},
	        {"<title>Boats</title><h2>Error: 403 - Forbidden</h2><h2>Boats</h2>", MK_VERDICT_ERROR_PAGE},
	        {"<title>Route 4040</title>", MK_VERDICT_EMPTY},
	        {"<title>A404, #404, $404, 404%, 404.5, 1,404, 4:404:1 and 499</title>", MK_VERDICT_EMPTY},
	        {"<h2>Boats</h2><h2>404</h2>", MK_VERDICT_CONTENT},
	        {"<title>500 boats</title><p>Boats of one tree, made by two people, last for years, and they carry ten people and their bags"
	         SAYS SAYS, MK_VERDICT_CONTENT},
	        {page_of_all, MK_VERDICT_CONTENT},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const mk_article *a = extract(pg, cases[i].html, strlen(cases[i].html), MK_VIEW_BALANCED, false);
		check(a->verdict == cases[i].verdict, "%.40s: %s, expected %s", cases[i].html, mk_verdict_name(a->verdict), mk_verdict_name(cases[i].verdict));
		bool content = a->verdict == MK_VERDICT_CONTENT;
		check(a->verdict == MK_VERDICT_ERROR_PAGE || content == (a->n_kept > 0), "%.40s: n_kept agrees with the verdict", cases[i].html);
		check(content == (a->page_type != MK_PAGE_NONE) && content == (mk_page_type_name(a->page_type) != NULL), "%.40s: page type", cases[i].html);
		check(a->confidence >= 0 && a->confidence <= 1 && (pg->cut.words > 0 || a->confidence <= 0), "%.40s: confidence", cases[i].html);
	}
}

/* Headings and code below the cut, between paragraphs above it and next to filler that the page repeats.  The test sets the scores,
 * so the result does not depend on the model. */
static void test_between(mk_page *pg)
{
	static const struct {
		/* One letter per block.  P: paragraph above the cut; p: paragraph below it; h: heading below it; l: heading far below it;
		 * a: heading below it that is a link; c: code below it; s: three words, the same each time (filler); o: three words,
		 * different each time; f: caption of a picture. */
		const char *order;
		uint32_t beside; /* one bit per block: kept with the reason MK_KEPT_BESIDE */
		mk_page_type type;
	} cases[] = {
	        {"PhP", 2, MK_PAGE_ARTICLE},    {"PhhP", 6, MK_PAGE_ARTICLE},    {"PlP", 0, MK_PAGE_ARTICLE},  {"PhlP", 0, MK_PAGE_ARTICLE},
	        {"hPP", 0, MK_PAGE_ARTICLE},    {"PPh", 0, MK_PAGE_ARTICLE},     {"PhpP", 0, MK_PAGE_ARTICLE}, {"PphP", 0, MK_PAGE_ARTICLE},
	        {"PhPhP", 10, MK_PAGE_ARTICLE}, {"PhpPhP", 16, MK_PAGE_ARTICLE}, {"PcP", 2, MK_PAGE_ARTICLE},  {"PchcP", 14, MK_PAGE_FORUM},
	        {"PcpP", 0, MK_PAGE_ARTICLE},   {"PPc", 0, MK_PAGE_DOCUMENTATION}, {"PaP", 0, MK_PAGE_ARTICLE}, {"PahP", 0, MK_PAGE_ARTICLE},
	        {"PaP", 2, MK_PAGE_LISTING},    {"PshsPs", 4, MK_PAGE_ARTICLE},  {"PohoPo", 0, MK_PAGE_ARTICLE}, {"PshsP", 0, MK_PAGE_ARTICLE},
	        {"PfhfP", 4, MK_PAGE_ARTICLE},
	};
	char html[1024];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t len = 0;
		for (const char *c = cases[i].order; *c; c++) {
			if (*c == 's' || *c == 'o') {
				len += (size_t)snprintf(html + len, sizeof html - len, "<p>Boats for %zu</p>", *c == 's' ? 0 : len);
				continue;
			}
			if (*c == 'f') {
				len += (size_t)snprintf(html + len, sizeof html - len, "<figure><figcaption>A boat, number %zu</figcaption></figure>", len);
				continue;
			}
			len += (size_t)snprintf(html + len, sizeof html - len, "<%s>Boats of one tree, made by two people, number %zu%s",
			                        *c == 'P' || *c == 'p' ? "p" : *c == 'c' ? "pre" : *c == 'a' ? "h2><a href=/b" : "h2", len,
			                        *c == 'P' || *c == 'p' ? "</p>" : *c == 'c' ? "</pre>" : *c == 'a' ? "</a></h2>" : "</h2>");
		}
		extract(pg, html, len, MK_VIEW_BALANCED, false);
		check(pg->article.n_blocks == strlen(cases[i].order), "between %s: one block per letter", cases[i].order);
		for (uint32_t k = 0; k < pg->article.n_blocks; k++) {
			const char c = cases[i].order[k];
			pg->blocks[k].pub.score = c == 'P' ? 0.9f : c == 'l' ? 0.05f : 0.2f;
			pg->blocks[k].role = ROLE_ARTICLE;
		}
		pg->type = cases[i].type;
		choose_cut(pg);
		choose_blocks(pg);
		uint32_t beside = 0, kept = 0;
		for (uint32_t k = 0; k < pg->article.n_blocks; k++) {
			const mk_block *b = &pg->blocks[k].pub;
			beside |= (uint32_t)(b->reason == MK_KEPT_BESIDE && b->keep) << k;
			kept += b->keep != (cases[i].order[k] == 'P' || (cases[i].beside >> k & 1));
		}
		check(beside == cases[i].beside && !kept, "between %s: kept beside: bits %x", cases[i].order, beside);
	}
}

/* A paragraph below the cut is kept if it is in a row of boxes, between two kept boxes.  The test varies the box, the text and the
 * score of the paragraph in the middle. */
static void test_row(mk_page *pg)
{
	static const struct {
		const char *open, *text, *close;
		float score;
		bool kept;
	} cases[] = {
	        {"<div class=b><p class=note>", "Note, on the builders: of eleven, ten were born here.", "</p></div>", 0.2f, true},
	        {"<div class=b><div><p>", "Note, on the builders: of eleven, ten were born here.", "</p></div></div>", 0.2f, true},
	        {"<div class=b><p class=note>", "Note, on the builders: of eleven, ten were born here.", "</p></div>", 0.05f, false},
	        {"<div class=c><p class=note>", "Note, on the builders: of eleven, ten were born here.", "</p></div>", 0.2f, false},
	        {"<section class=b><p class=note>", "Note, on the builders: of eleven, ten were born here.", "</p></section>", 0.2f, false},
	        {"<p class=note>", "Note, on the builders: of eleven, ten were born here.", "</p>", 0.2f, false},
	        {"<div class=b><p class=note>", "Note, on the builders", "</p></div>", 0.2f, false},
	        {"<div class=b><p class=note>", "Note, <a href=/a>on the builders: of eleven</a>, ten were born here.", "</p></div>", 0.2f, false},
	        {"<div class=b><ul><li>", "Note, on the builders: of eleven, ten were born here.", "</ul></div>", 0.2f, false},
	};
	char html[1024];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const size_t len = (size_t)snprintf(html, sizeof html, "<body><h1>Boats</h1><main><div class=b><i>One" SAYS "</i></div>%s%s%s<div class=b>Two" SAYS
		                                    "</div></main>", cases[i].open, cases[i].text, cases[i].close);
		extract(pg, html, len, MK_VIEW_BALANCED, false);
		check(pg->article.n_blocks == 4, "row %zu: four blocks", i);
		for (uint32_t k = 0; k < pg->article.n_blocks; k++) {
			pg->blocks[k].pub.score = k == 2 ? cases[i].score : 0.9f;
			pg->blocks[k].role = ROLE_ARTICLE;
		}
		pg->type = MK_PAGE_ARTICLE;
		choose_cut(pg);
		choose_blocks(pg);
		const mk_block *b = mk_block_at(pg, 2);
		check(b->keep == cases[i].kept && (b->reason == MK_KEPT_BESIDE) == cases[i].kept, "row %zu: the middle is %s", i, cases[i].kept ? "kept" : "dropped");
		check(mk_block_at(pg, 1)->keep && mk_block_at(pg, 3)->keep, "row %zu: the outer boxes are kept", i);
	}
}

/* ---- Comments and the title ---- */

#define COMMENTS                                                                                                                   \
	"<section itemprop=comment><h3>3 comments</h3><div><p>Asha, 2 days ago</p><p>We built such a boat, and it went down.</p><a href=/r>Reply</a></div>" \
	"<div itemscope itemtype='https://schema.org/Comment'><p>Said twice." SAYS "</p><button>Like</button></div>"             \
	"<p><a href=/u>mzee kobe</a> too</p><form><p>Your name is not shown to anybody, and we do not keep it.</p></form></section>"

static const char page_with_comments[] = "<title>On rivers - Water</title><article><h1>On rivers</h1><p>First." SAYS "<p>Second." SAYS
                                         "<p>Third." SAYS "<p>Fourth." SAYS "<p>Said twice." SAYS "<h2>ON RIVERS!</h2><h2>On boats</h2>"
                                         "<p>Fifth." SAYS "</article>" COMMENTS;

static const mk_article *extract_with(mk_page *pg, const char *html, mk_view view, bool no_comments, bool no_title)
{
	mk_options o;
	mk_options_init(&o);
	o.view = view;
	o.no_comments = no_comments;
	o.no_title_heading = no_title;
	check(mk_extract(pg, html, strlen(html), &o) == MK_OK, "extract");
	take_for(pg, MK_PAGE_ARTICLE);
	return mk_article_of(pg);
}

static bool holds(mk_str s, const char *words)
{
	size_t len = strlen(words);
	for (size_t i = 0; i + len <= s.len; i++)
		if (!memcmp(s.p + i, words, len))
			return true;
	return false;
}

static unsigned count_reason(const mk_page *pg, unsigned reason)
{
	unsigned n = 0;
	for (uint32_t i = 0; i < mk_n_blocks(pg); i++)
		n += mk_block_at(pg, i)->reason == reason;
	return n;
}

static void test_comments(mk_page *pg)
{
	mk_str text, comments, json;
	for (int view = MK_VIEW_BALANCED; view <= MK_VIEW_RECALL; view++) {
		extract_with(pg, page_with_comments, (mk_view)view, false, false);
		check(mk_text(pg, &text) == MK_OK && mk_comments(pg, &comments) == MK_OK, "the writers return MK_OK");
		check(holds(comments, "Asha, 2 days ago\n\nWe built such a boat, and it went down.\n\nSaid twice.") && !holds(text, "Asha") && !holds(text, "We built"),
		      "view %d: comments are not in the text but in mk_comments(): %.*s", view, (int)comments.len, comments.p);
		check(!holds(comments, "Reply") && !holds(comments, "Like") && !holds(comments, "kobe") && !holds(comments, "not shown"),
		      "view %d: buttons, links and forms are not comments: %.*s", view, (int)comments.len, comments.p);
		check(holds(text, "Said twice.") || view == MK_VIEW_PRECISION, "view %d: a copy in a comment does not remove article text", view);
		check(count_kept(pg, "Asha", MK_KEPT_COMMENT) == 1 && count_kept(pg, "Said twice.", MK_KEPT_COMMENT) == 1, "view %d: reasons", view);
	}
	check(mk_json(pg, MK_FIELD_COMMENTS, 0, &json) == MK_OK && holds(json, "{\"schema\":1,\"comments\":\"3 comments\\n\\nAsha, 2 days ago\\n"), "JSON has the comments in a field of their own");
	extract_with(pg, page_with_comments, MK_VIEW_RECALL, true, false);
	check(mk_text(pg, &text) == MK_OK && mk_comments(pg, &comments) == MK_OK && !comments.len && !holds(text, "Asha") &&
	              !holds(text, "We built") && !count_reason(pg, MK_KEPT_COMMENT),
	      "no_comments drops comments");
	check(mk_json(pg, MK_FIELD_COMMENTS, 0, &json) == MK_OK && holds(json, "{\"schema\":1,\"comments\":null}"), "with no_comments the field is null");
	extract_with(pg, page_with_comments, MK_VIEW_EVERYTHING, false, false);
	check(mk_text(pg, &text) == MK_OK && mk_comments(pg, &comments) == MK_OK && !comments.len && holds(text, "Asha"), "in the view everything, comments are text");
	extract_with(pg, page_with_comments, MK_VIEW_EVERYTHING, true, false);
	check(count_reason(pg, MK_DROPPED_COMMENT) >= 8 && count_reason(pg, MK_KEPT_EVERYTHING) == 9, "the view everything with no_comments keeps all but comments");
	check(mk_comments(pg, NULL) == MK_BAD_ARGUMENT && mk_comments(NULL, &comments) == MK_BAD_ARGUMENT, "mk_comments() rejects NULL");
}

/* Whether comments are found on a page of the given type. */
static bool finds_comments(mk_page *pg, const char *html, mk_page_type type)
{
	extract_with(pg, html, MK_VIEW_RECALL, false, false);
	take_for(pg, type);
	check(!count_reason(pg, MK_DROPPED_COMMENT) || count_reason(pg, MK_KEPT_COMMENT), "blocks around comments are dropped only if there are comments");
	return count_reason(pg, MK_KEPT_COMMENT) > 0;
}

#define ARTICLE "<article><p>First." SAYS "<p>Second." SAYS "<p>Third." SAYS "</article>"
#define SAID "<p>We built such a boat, and it went down in a storm."
#define SAYS_TOO_MUCH "<body itemprop=comment>" ARTICLE "<div itemprop=comment><p>Asha, 2 days ago" SAID "</div>"

/* A container that is marked as comments counts only if comment.c finds more evidence, such as a date and enough words. */
static void test_doubtful_comments(mk_page *pg)
{
	static const struct {
		const char *html;
		bool found;
	} cases[] = {
	        {ARTICLE "<div itemprop=comment><p>Asha, 2 days ago" SAID "</div>", true},
	        {ARTICLE "<div itemscope itemtype=http://schema.org/Comment><p>Asha, 2 days ago" SAID "</div>", true},
	        {ARTICLE "<div itemprop=' Comment '>" SAID "<p>\xE0\xA5\xA8 \xE0\xA4\xA6\xE0\xA4\xBF\xE0\xA4\xA8</div>", true}, /* 2 days, in Hindi */
	        {ARTICLE "<div itemprop=remark><p>Asha, 2 days ago" SAID "</div>", false},
	        {ARTICLE "<div class='post-comments'><p>Asha, 2 days ago" SAID "</div>", true},
	        {ARTICLE "<div id=commentary><p>Asha, 2 days ago" SAID "</div>", true},
	        {ARTICLE "<div class='commented commenting'><p>Asha, 2 days ago" SAID "</div>", false},
	        {ARTICLE "<div itemprop=comment>" SAID "</div>", false},
	        {ARTICLE "<div itemprop=comment><p>00 comments" SAID "</div>", false},
	        {ARTICLE "<div itemprop=comment><h3>2 comments</h3>" SAID "</div>", false},
	        {ARTICLE "<div itemprop=comment><p>5 comments<p>Oldest first</div>", false},
	        {ARTICLE "<div itemprop=comment><form><p>2 rules" SAID "</form></div>", false},
	        {"<body itemprop=comment>" ARTICLE "<p>On the 2nd" SAID, false},
	        {SAYS_TOO_MUCH, true},
	        {"<p>First." SAYS "<div itemprop=comment><p>1" SAID SAYS "</div><div itemprop=comment><p>2" SAID SAYS "</div>", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check(finds_comments(pg, cases[i].html, MK_PAGE_ARTICLE) == cases[i].found, "comments in %s", cases[i].html);
	for (unsigned type = 0; type < MK_N_PAGE_TYPES; type++)
		check(finds_comments(pg, page_with_comments, (mk_page_type)type) == (type == MK_PAGE_ARTICLE), "only articles have comments: page type %u", type);
	mk_str comments;
	finds_comments(pg, SAYS_TOO_MUCH, MK_PAGE_ARTICLE);
	check(mk_comments(pg, &comments) == MK_OK, "mk_comments() returns MK_OK");
	check(holds(comments, "Asha") && !holds(comments, "First"), "comments inside of a body marked as comments: %.*s", (int)comments.len, comments.p);
}

static void test_title_heading(mk_page *pg)
{
	for (int without = 0; without < 2; without++) {
		extract_with(pg, page_with_comments, MK_VIEW_EVERYTHING, false, without);
		check(count_kept(pg, "On rivers", MK_DROPPED_TITLE) == (unsigned)without && count_kept(pg, "ON RIVERS!", MK_DROPPED_TITLE) == (unsigned)without,
		      "no_title_heading drops headings that repeat the title");
		check(count_reason(pg, MK_DROPPED_TITLE) == 2u * (unsigned)without && count_kept(pg, "On boats", MK_KEPT_EVERYTHING) == 1,
		      "no_title_heading drops no other heading");
	}
	extract_with(pg, "<h2></h2><h2>!</h2><p>" SAYS, MK_VIEW_EVERYTHING, false, true);
	check(!count_reason(pg, MK_DROPPED_TITLE), "without a title no heading repeats it");
}

/* ---- The standfirst and other articles ---- */

#define STANDFIRST "In a village by the river two people make boats of one tree, as their parents did."

static void test_standfirst(mk_page *pg)
{
	static const struct {
		const char *body;
		float score; /* of the first block; the other blocks have 0.9 */
		unsigned kept;
	} cases[] = {
	        {"<p>" STANDFIRST "<p>A" SAYS, 0.1f, 1},
	        {"<h2>In a village, by the river: TWO people make boats of one tree (as their parents did)</h2><p>A" SAYS, 0.1f, 1},
	        {"<p>" STANDFIRST "<p>A" SAYS, 0.01f, 0},                 /* score too low */
	        {"<p>" STANDFIRST " By Jane Roe.<p>A" SAYS, 0.1f, 0},     /* longer than the description */
	        {"<ul><li>" STANDFIRST "</ul><p>A" SAYS, 0.1f, 0},        /* not a paragraph */
	};
	char html[2048];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (unsigned type = 0; type < MK_N_PAGE_TYPES; type++) {
			snprintf(html, sizeof html, "<title>On rivers</title><meta name=description content='" STANDFIRST "'>%s", cases[i].body);
			extract_with(pg, html, MK_VIEW_BALANCED, false, false);
			for (uint32_t k = 0; k < pg->article.n_blocks; k++)
				pg->blocks[k].pub.score = k ? 0.9f : cases[i].score;
			choose_cut(pg);
			take_for(pg, (mk_page_type)type);
			const mk_block *b = &pg->blocks[0].pub;
			const bool wanted = type == MK_PAGE_ARTICLE && cases[i].kept;
			check(b->keep == wanted && b->reason == (wanted ? MK_KEPT_BESIDE : MK_DROPPED_SCORE), "standfirst: page type %u: %s", type,
			      cases[i].body);
		}
	static const char *const others[] = {
	        "<title>On rivers</title><meta name=description content='" STANDFIRST "'><p>A" SAYS "<p>" STANDFIRST, /* below the text */
	        "<title>" STANDFIRST "</title><meta name=description content='" STANDFIRST "'><h1>" STANDFIRST "</h1><p>A" SAYS, /* the same as the title */
	        "<title>On rivers</title><meta name=description content='On boats'><p>On boats<p>A" SAYS, /* a short description */
	};
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		extract_with(pg, others[i], MK_VIEW_BALANCED, false, false);
		for (uint32_t k = 0; k < pg->article.n_blocks; k++)
			pg->blocks[k].pub.score = pg->blocks[k].pub.n_words > 20 ? 0.9f : 0.1f;
		choose_cut(pg);
		take_for(pg, MK_PAGE_ARTICLE);
		check(!count_reason(pg, MK_KEPT_BESIDE) && pg->article.n_kept == 1, "no standfirst: %s", others[i]);
	}
}

static void test_other_articles(mk_page *pg)
{
	static const struct {
		const char *html;
		unsigned dropped; /* number of blocks that belong to another article */
	} cases[] = {
	        {"<article><h1>On rivers</h1><p>A" SAYS "</article><article><h1>On boats</h1><p>B" SAYS "<section><p>C" SAYS "</section></article>", 3},
	        {"<article><article><h1>On rivers</h1><p>A" SAYS "</article><article><h1>On boats</h1><p>B" SAYS "</article></article>", 2},
	        {"<article><h1>On rivers</h1><p>A" SAYS "</article><article><h1>On boats</h1><article><p>B" SAYS "</article></article>", 2},
	        {"<article><h2>On rivers</h2><p>A" SAYS "</article><article><h1>On boats</h1><p>B" SAYS "</article><p>C" SAYS, 2},
	        /* Nothing is dropped: the other heading has a lower rank, is in the same article element, is around or before the
	         * article element, or the title heading is in no article element. */
	        {"<article><h1>On rivers</h1><p>A" SAYS "</article><article><h2>On boats</h2><p>B" SAYS "</article>", 0},
	        {"<article><h1>On rivers</h1><p>A" SAYS "<h1>On boats</h1><p>B" SAYS "<article><h1>On nets</h1><p>C" SAYS "</article></article>", 0},
	        {"<article><article><h1>On rivers</h1><p>A" SAYS "</article><h1>On boats</h1><p>B" SAYS "</article>", 0},
	        {"<article><h1>On boats</h1><p>A" SAYS "</article><article><h1>On rivers</h1><p>B" SAYS "</article>", 0},
	        {"<h1>On rivers</h1><p>A" SAYS "<article><h1>On boats</h1><p>B" SAYS "</article>", 0},
	};
	char html[4096];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (unsigned type = 0; type < MK_N_PAGE_TYPES; type++) {
			snprintf(html, sizeof html, "<title>On rivers</title>%s", cases[i].html);
			extract_with(pg, html, MK_VIEW_BALANCED, false, false);
			for (uint32_t k = 0; k < pg->article.n_blocks; k++)
				pg->blocks[k].pub.score = 0.9f;
			choose_cut(pg);
			take_for(pg, (mk_page_type)type);
			const unsigned wanted = type == MK_PAGE_ARTICLE ? cases[i].dropped : 0;
			check(count_reason(pg, MK_DROPPED_ARTICLE) == wanted && pg->article.n_kept + wanted == pg->article.n_blocks,
			      "other articles: page type %u: %s", type, cases[i].html);
		}
	extract_with(pg, "<title>On rivers</title><article><h1>On rivers</h1></article><article><h1>On boats</h1></article>", MK_VIEW_EVERYTHING, false, false);
	check(!count_reason(pg, MK_DROPPED_ARTICLE), "the view everything drops no other article");
}

/* ---- Features ---- */

static int column_of(const char *name)
{
	for (unsigned k = 0; mk_feature_name(k); k++)
		if (!strcmp(mk_feature_name(k), name))
			return (int)k;
	check(false, "no feature %s", name);
	return 0;
}

static void test_features(mk_page *pg)
{
	unsigned n = 0;
	for (; mk_feature_name(n); n++)
		check(mk_feature_meaning(n) && mk_feature_meaning(n)[0], "feature %u has a meaning", n);
	check(n >= 40 && !mk_feature_meaning(n) && !mk_feature_name(n + 1), "names and meanings end at the same index, at least 40");
	const char *html = "<h1>Head</h1><article><p>One two <a href=x>three four</a>.</article><nav><a href=y>Five</a></nav><p>One";
	const mk_article *a = extract(pg, html, strlen(html), MK_VIEW_BALANCED, false);
	check(a->n_blocks == 4 && !mk_features_of(pg, 4), "no features beyond the last block");
	static const struct {
		uint32_t block;
		const char *name;
		float value;
	} cases[] = {
	        {0, "near_heading", 1}, {0, "is_p", 0}, {1, "is_p", 1}, {1, "link_density", 0.5f}, {1, "near_article", 0.5f},
	        {2, "near_article", 0}, {2, "near_nav", 1}, {2, "link_density", 1}, {1, "ends_with_stop", 1}, {2, "ends_with_stop", 0},
	        {3, "position", 0.75f}, {1, "stop_density", 0.25f}, {2, "words", 0.693147f}, {1, "next_1_words", 0.693147f}, {3, "copies", 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		float value = mk_features_of(pg, cases[i].block)[column_of(cases[i].name)];
		check(fabsf(value - cases[i].value) < 1e-4f, "%s of block %u: %g, expected %g", cases[i].name, cases[i].block, (double)value, (double)cases[i].value);
	}
	html = "<nav>|</nav><article><h1>Boats</h1><p>Boats of one tree, made by two people, last for years if they are kept out of the sun.<p>* * *"
	       "<p>They carry ten people, and their bags, when the lake is calm; when it is not, half of that is too much.</article><nav>-";
	a = extract(pg, html, strlen(html), MK_VIEW_BALANCED, false);
	const struct block *b = pg->blocks;
	check(a->n_blocks == 6 && b[3].pub.score <= b[2].pub.score && b[3].pub.score <= b[4].pub.score && b[3].pub.keep && b[2].pub.keep &&
	              b[4].pub.keep && !b[0].pub.keep && !b[5].pub.keep,
	      "blocks without words are kept or dropped with their neighbours");
	extract(pg, page_of_all, sizeof page_of_all - 1, MK_VIEW_BALANCED, false);
	bool finite = true;
	for (uint32_t i = 0; i < mk_n_blocks(pg); i++)
		for (unsigned k = 0; k < n; k++)
			finite = finite && isfinite(mk_features_of(pg, i)[k]) && fabsf(mk_features_of(pg, i)[k]) < 30;
	check(finite, "all features are finite and below 30");
}

/* ---- Budget and time ---- */

static char *repeat(const char *unit, size_t n, size_t *len)
{
	size_t each = strlen(unit);
	char *p = malloc(n * each + 1);
	if (!p)
		exit(2);
	for (size_t i = 0; i < n; i++)
		memcpy(p + i * each, unit, each);
	p[*len = n * each] = 0;
	return p;
}

static mk_status extract_within(mk_page *pg, const char *html, size_t len, size_t most)
{
	mk_options o;
	mk_options_init(&o);
	o.max_arena_bytes = most;
	return mk_extract(pg, html, len, &o);
}

/* With any memory limit, extracting a page of 4 MB returns part of the page. */
static void test_budget(mk_page *pg)
{
	static const char *const units[] = {"<p>some words here</p>", "<b>x</b>", "<td>x", "<img src=x>", "x<br><br>", "<div>"};
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		size_t len, n = 4000000 / strlen(units[i]);
		char *html = repeat(units[i], n, &len);
		for (size_t mib = 1; mib <= 128; mib *= 2) {
			mk_status status = extract_within(pg, html, len, mib << 20);
			const mk_article *a = mk_article_of(pg);
			check(status == MK_OK, "%s: %zu MiB: status %d", units[i], mib, (int)status);
			if (status != MK_OK)
				continue;
			if (!(a->warnings & MK_WARN_MEMORY))
				check(i > 0 || a->n_blocks == n, "%s: %zu MiB: only %u blocks, without a warning", units[i], mib, a->n_blocks);
			else
				check(i > 0 || a->n_blocks > 0, "%s: %zu MiB: no blocks", units[i], mib);
		}
		free(html);
	}
	check(extract(pg, "<p>x", 4, MK_VIEW_EVERYTHING, false)->n_kept == 1, "the page object works after that");
}

/* Extracts pages with memory limits from three times their bytes upwards, each limit a sixteenth above the last, up to the first
 * limit in which the whole page fits. */
static void test_limits(mk_page *pg)
{
	static const char *const units[] = {
	        "<p>some words here</p>", "<div class='card ad'>x", "<p class=ad>x</p>", "<div id=nav>x<br><br>y</div>", "one two three four five ",
	        "<pre>some\n", "<img src=x>", "x<hr>", "<a href=/tag/x rel=tag>x</a>", "<script type=application/ld+json>{\"text\":\"one two three four\"}</script>x<hr>",
	        "<meta name=description content='one two three four five six seven eight nine ten'>", "<h2>x</h2>", "<time>1999</time>x<hr>",
	        "<script type=application/ld+json>{\"@type\":\"Comment\",\"text\":\"a\\u0020b\"}</script>"};
	const size_t bytes = 400000;
	const unsigned dense = 1u << 7; /* too many blocks for the memory that 400 kB may take */
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		size_t len, n_partial = 0;
		char *html = repeat(units[i], bytes / strlen(units[i]), &len);
		bool whole = false;
		for (size_t most = 3 * bytes; !whole && most < (size_t)1 << 27; most += most / 16) {
			mk_status status = extract_within(pg, html, len, most);
			whole = !status && !(mk_warnings(pg) & MK_WARN_MEMORY);
			n_partial += !whole;
			check(status == MK_OK, "%s: %zu bytes: status %d", units[i], most, (int)status);
			check(mk_page_memory(pg, NULL) <= most + 65536, "%s: more memory used than the limit of %zu bytes", units[i], most);
		}
		check(whole == !(dense >> i & 1) && (n_partial || i == 4), "%s: partial with the first limit, whole with the last", units[i]);
		free(html);
	}
}

/* Blocks that are dropped as captions although their scores are above the cut. */
static void test_captions(mk_page *pg)
{
#define PROSE "<p>Boats of one tree, made by two people, last for years if they are kept dry.</p>"
#define SHOWS "Two men push a boat into the lake before the sun is up."
	static const struct {
		const char *html;
		mk_page_type type;
		uint32_t dropped; /* one bit per block */
	} cases[] = {
	        {"<article>" PROSE "<figure><img src=a.jpg><figcaption>" SHOWS "</figcaption></figure>" PROSE PROSE, MK_PAGE_ARTICLE, 2},
	        {"<article>" PROSE "<div class=wp-caption><img src=a.jpg><p class=caption-text>" SHOWS
	         "<p class=caption-text>A. Photographer</div>" PROSE PROSE, MK_PAGE_ARTICLE, 6},
	        {"<article>" PROSE "<div class=image><span><img src=a.jpg></span><p>" SHOWS "</p></div>" PROSE PROSE, MK_PAGE_ARTICLE, 2},
	        {"<article>" PROSE "<figure><img src=a.jpg><figcaption>" SHOWS "</figcaption></figure>" PROSE PROSE, MK_PAGE_COLLECTION, 0},
	        {"<article>" PROSE "<figure><figcaption>" SHOWS "</figcaption></figure>" PROSE PROSE, MK_PAGE_ARTICLE, 0}, /* caption without a picture */
	        {"<article>" PROSE "<div><span><img src=a.jpg></span> <h2>" SHOWS "</h2> <p>Photo: A. Photographer</p></div>" PROSE PROSE, MK_PAGE_ARTICLE, 2},
	        {"<article>" PROSE "<div><span><img src=a.jpg></span> <h2>" SHOWS "</h2> <p>Photographers</p></div>" PROSE PROSE, MK_PAGE_ARTICLE, 0},
	        {"<article>" PROSE "<div><img src=a.jpg alt='" SHOWS "'><p>" SHOWS " <span>IMAGO/Jane Roe</span></p></div>" PROSE PROSE, MK_PAGE_ARTICLE, 0},
	        {"<article>" PROSE "<div class=image><img src=a.jpg></div><p>" SHOWS "</p>" PROSE PROSE, MK_PAGE_ARTICLE, 0},
	        /* A page that consists of a picture: the caption stays if otherwise only headings would be left. */
	        {"<article><figure><img src=a.jpg><figcaption>" SHOWS "</figcaption></figure>", MK_PAGE_ARTICLE, 0},
	        {"<article><h1>Boats</h1><figure><img src=a.jpg><figcaption>" SHOWS "</figcaption></figure><h2>\xE2\x80\x94</h2>", MK_PAGE_ARTICLE, 0},
	        {"<article><h1>Boats</h1><figure><img src=a.jpg><figcaption>" SHOWS "</figcaption></figure><p>One.", MK_PAGE_ARTICLE, 2},
	        {"<article>" PROSE PROSE PROSE "<footer class=caption>" SHOWS "</footer><aside><img src=a.jpg></aside>", MK_PAGE_ARTICLE, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		extract(pg, cases[i].html, strlen(cases[i].html), MK_VIEW_BALANCED, false);
		for (uint32_t k = 0; k < pg->article.n_blocks; k++)
			pg->blocks[k].pub.score = 0.9f;
		choose_cut(pg);
		pg->type = cases[i].type;
		choose_blocks(pg);
		uint32_t dropped = 0, n_kept = 0;
		for (uint32_t k = 0; k < pg->article.n_blocks; k++) {
			dropped |= (uint32_t)(pg->blocks[k].pub.reason == MK_DROPPED_FIELD && !pg->blocks[k].pub.keep) << k;
			n_kept += pg->blocks[k].pub.keep;
		}
		check(dropped == cases[i].dropped && n_kept == pg->article.n_kept, "captions, case %zu: dropped: bits %x", i, dropped);
	}
}

/* A page that consists of one picture with a long caption: under no view and no option is its verdict content while its text is
 * empty. */
static void test_picture_page(mk_page *pg)
{
	static const char html[] = "<!DOCTYPE html><title>Boats on the lake at dawn - Lake News</title><nav><a href=/>Home</a> <a href=/photos>Photos</a></nav>"
	                           "<main><article><h1>Boats on the lake at dawn</h1><figure><img src=boats.jpg alt=Boats><figcaption>" SHOWS
	                           " Boats like this one are made by hand on the western shore, and last for years if they are kept dry. Behind it the"
	                           " nets of the night before hang over the fence, and the first of the women who sell the fish have come down to the water."
	                           "</figcaption></figure></article></main><footer><p>Copyright Lake News</footer>";
	for (unsigned i = 0; i < 16; i++) {
		mk_options o;
		mk_str text;
		mk_options_init(&o);
		o.view = (mk_view)(i & 3);
		o.no_title_heading = i & 4;
		o.no_tables = o.no_comments = i & 8;
		check(mk_extract(pg, html, sizeof html - 1, &o) == MK_OK && mk_text(pg, &text) == MK_OK, "a picture page: extract and write");
		const mk_article *a = mk_article_of(pg);
		check((a->verdict == MK_VERDICT_CONTENT) == holds(text, "Two men push a boat") && (text.len != 0) == (a->n_kept != 0),
		      "a picture page, options %u: verdict %s, %u blocks, %zu bytes", i, mk_verdict_name(a->verdict), a->n_kept, text.len);
		check(a->verdict == MK_VERDICT_CONTENT || o.view == MK_VIEW_PRECISION, "a picture page is content, options %u", i);
	}
}
#undef SHOWS
#undef PROSE

/* ---- Tables that are too large for a Markdown table ---- */

static void test_large_tables(mk_page *pg)
{
#define WIDE "<table><tr><th>one<th>two<tr><td colspan=500>"
	static const struct {
		const char *html;
		bool warns;
	} cases[] = {
	        {"<p>text" WIDE "word<td>word</table>", true},
	        {"<p>text<pre>code</pre>" WIDE "word<td>word</table>", true},
	        {"<p>text<pre>" WIDE "word<td>word</table></pre>", false},                             /* inside of pre a table is text */
	        {"<p>text<table><tr><th>one<th>two<tr><td>word<td>word</table>", false},
	        {"<p>text<table role=presentation><tr><th>one<th>two<tr><td colspan=500>word<td>word</table>", false}, /* a layout table */
	        {"<table><tr><td><p>text" WIDE "word<td>word</table></table>", true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const mk_article *a = extract(pg, cases[i].html, strlen(cases[i].html), MK_VIEW_EVERYTHING, false);
		check(!(a->warnings & MK_WARN_TABLE) == !cases[i].warns, "warning about a large table: %s", cases[i].html);
		extract(pg, cases[i].html, strlen(cases[i].html), MK_VIEW_EVERYTHING, true);
		check(!(a->warnings & MK_WARN_TABLE), "no warning about a table that is left out: %s", cases[i].html);
	}
#undef WIDE
}

/* ---- Self-closed elements of XHTML ---- */

/* The start of a document, and whether it declares that the document is XML: by an XML declaration, doctype or namespace. */
static const struct {
	const char *start;
	bool xml;
} document_starts[] = {
        {"<?xml version='1.0' encoding='utf-8'?>\n<html>", true},
        {"<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN' 'x'><html>", true},
        {"<!DOCTYPE html PUBLIC \"-//WAPFORUM//DTD XHTML Mobile 1.0//EN\" \"x\"><html>", true},
        {"<!DOCTYPE html><!-- x --><html lang=sw xmlns='http://www.w3.org/1999/xhtml'>", true},
        {"<!DOCTYPE html><html>", false},
        {"<html xmlns='http://www.w3.org/2000/svg'>", false},
        {"<?xml-stylesheet href='a.css'?><html>", false},
        {"<!DOCTYPE html PUBLIC '-//W3C//DTD HTML 4.01//EN' 'x'><html>", false},
        {"", false},
};

static void test_xhtml(mk_page *pg)
{
	static const char *const names[] = {"title", "textarea", "style", "script", "iframe", "noembed", "noframes", "xmp"};
	static const struct {
		const char *before, *after;
		bool empty; /* if the document declares itself as XML, the self-closed element is empty */
	} places[] = {
	        {"<head><@/></head><body>", "", true},
	        {"<head></head><body><p>One.</p><@ class='a' />", "</body>", true},
	        {"<body><@></@><@/>", "<@/>", true},            /* an end tag only before the self-closed tag */
	        {"<body><@/>", "</@", true},                    /* an end tag that is cut off */
	        {"<body><@/>", "</@x>", true},                  /* the end tag of another element */
	        {"<body><@/>", "</@>", false},                  /* an end tag after it */
	        {"<body><@/>", "<p>x</p></@\n>", false},
	        {"<body><@>", "", false},                       /* no self-closed tag */
	};
	char html[1024], tree[2][4096];
	for (size_t i = 0; i < sizeof document_starts / sizeof document_starts[0]; i++)
		for (size_t k = 0; k < sizeof places / sizeof places[0] * 8; k++) {
			const char *name = names[k % 8];
			const bool empty = document_starts[i].xml && places[k / 8].empty;
			size_t len = 0;
			const char *const parts[] = {document_starts[i].start, places[k / 8].before, "<p>Two.</p><p>Three.</p>", places[k / 8].after};
			for (size_t part = 0; part < 4; part++)
				for (const char *p = parts[part]; *p; p++)
					len += (size_t)snprintf(html + len, sizeof html - len, *p == '@' ? "%s" : "%.1s", *p == '@' ? name : p);
			const mk_article *a = extract(pg, html, len, MK_VIEW_EVERYTHING, false);
			bool found = false;
			for (uint32_t b = 0; b < a->n_blocks; b++)
				found |= holds(mk_block_at(pg, b)->text, "Three.") && !holds(mk_block_at(pg, b)->text, "<") &&
				         !is_html(pg->blocks[b].from->parent, TAG_IFRAME) && !is_html(pg->blocks[b].from->parent, TAG_NOEMBED) &&
				         !is_html(pg->blocks[b].from->parent, TAG_NOFRAMES);
			check(found == empty && !(a->warnings & MK_WARN_XHTML) == !empty, "self-closed: %s", html);
			mk_str all;
			check(mk_tree(pg, &all) == MK_OK && all.len < sizeof tree[0], "tree of mk_extract()");
			snprintf(tree[0], sizeof tree[0], "%.*s", (int)all.len, all.p);
			check(mk_parse(pg, html, len, NULL) == MK_OK && mk_tree(pg, &all) == MK_OK, "tree of mk_parse()");
			snprintf(tree[1], sizeof tree[1], "%.*s", (int)all.len, all.p);
			check(!strcmp(tree[0], tree[1]) == !empty, "the tree differs from that of mk_parse() only if an element is emptied: %s", html);
		}
}

/* ---- Text in scripts ---- */

/* A page in which each @ stands for a text of 1,100 bytes, and the start of its last block as show() writes it.  NULL: no text
 * is taken from the script, and the page stays as it is. */
static const char *const scripts[][2] = {
        {"<div id=root></div><script>x={\"a\":\"b\",\"html\":\"\\u003cp\\u003e@\\u003c/p\\u003e\"}</script>", "p "},
        {"<script>x={\"html\":\"<p class=\\\"y\\\">@<\\/p>\"}</script><body>", "p "},
        {"<body>short<script>x={\"html\":\"<h2>@</h2>\"}</script>", "h2 "},
        {"<script>push(\"5:{\\\"html\\\":\\\"\\\\u003cp\\\\u003e@\\\\u003c/p\\\\u003e\\\"}\")</script>", "p "}, /* JSON in a string */
        {"<script>it's = /\"/; x={\"html\":\"<p>@</p>\"}</script>", "p "}, /* an odd quote before: strings and gaps between strings are swapped */
        {"<script>x={\"a\":\"<p>@\",\"b\":\"<ul><li>@@</ul>\"}</script>", "i "}, /* the longest string is taken */
        {"<body><p>words<script>x={\"html\":\"<style>@@</style><p>@</p>\"}</script>", "p "},
        {"<body>short<script>x={\"html\":\"@<p>@</p>\"}</script>words", "p "}, /* the text starts a block of its own */
        {"<script>x={\"html\":\"<p>@</p>\"}</script><p>@", NULL}, /* the page has text of its own */
        {"<script>x={\"css\":\"@\"}</script>", NULL},
        {"<script>x={\"css\":\"<style>@</style>\"}</script>", NULL},
        {"<script>x={\"html\":\"<p>short</p>\"}</script>", NULL},
        {"<script>x={\"html\":\"<p>@", NULL}, /* cut off */
        {"<script>x={\"html\":\"@<b\"}</script>", NULL}, /* no complete tag */
        {"<script src=a></script><script>x={\"n\":1,\"html\":\"<p>@</p><script>@\"}</script>", "p "},
        {"<script>x={\"a\":\"<p>@@</p>\",\"b\":\"<p>@</p>\"}</script>", "p "}, /* the shorter string comes later */
        {"<script>x=\"{\\\"a\\\":1,\\\"html\\\":\\\"<p>@</p>\\\"}\"</script>", "p "},
        {"<template><script>x={\"html\":\"<p>@</p>\"}</script>", NULL},
        {"<frameset><script>x={\"html\":\"<p>@</p>\"}</script>", NULL},
        {"<p>x={\"html\":\"<p></p>\"}<!-- @ -->", NULL},
};

static void test_scripts(mk_page *pg)
{
	char text[1101];
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = i % 6 == 5 && i + 2 < sizeof text ? ' ' : 'w';
	text[sizeof text - 1] = 0;
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
		char page[8000] = "", start[64];
		for (const char *p = scripts[i][0]; *p; p++)
			snprintf(page + strlen(page), sizeof page - strlen(page), *p == '@' ? "%s" : "%.1s", *p == '@' ? text : p);
		const mk_article *a = extract(pg, page, strlen(page), MK_VIEW_EVERYTHING, false);
		const bool said = a->warnings & MK_WARN_SCRIPT;
		check(said == (scripts[i][1] != NULL), "warning about text from a script: %s", scripts[i][0]);
		if (!said || !scripts[i][1])
			continue;
		const mk_block *b = mk_block_at(pg, a->n_blocks - 1);
		show(b, start, sizeof start);
		check(!strncmp(start, scripts[i][1], strlen(scripts[i][1])) && b->text.len >= sizeof text - 1 && holds(b->text, text),
		      "text from a script: %s: %.20s, %zu bytes", scripts[i][0], start, b->text.len);
		check(b->from < b->to && b->to <= strlen(page), "byte range of text from a script: %s", scripts[i][0]);
		check(mk_parse(pg, page, strlen(page), NULL) == MK_OK && !(mk_warnings(pg) & MK_WARN_SCRIPT),
		      "mk_parse() takes nothing from scripts: %s", scripts[i][0]);
	}
}

/* In a JSON script each NUL becomes U+FFFD, so the script is longer in the tree than in the page; in a JavaScript program NULs stay.
 * Either way the byte range of a block from the script must lie within the page. */
static void test_grown_script(mk_page *pg)
{
	static const char *const starts[] = {"<script>x={\"html\":\"<p>", "<script type=application/json>{\"html\":\"<p>"};
	static const char after[] = "</p>\"}</script>";
	static const size_t n_nuls[] = {1, 10, 3000};
	enum { N_LETTERS = 5000 };
	for (size_t i = 0; i < 2 * sizeof n_nuls / sizeof n_nuls[0]; i++) {
		const size_t k = i / 2, json = i % 2, n_before = strlen(starts[json]);
		const size_t len = n_before + N_LETTERS + n_nuls[k] + sizeof after - 1;
		char *page = malloc(len), *p = page;
		if (!page)
			exit(2);
		memcpy(p, starts[json], n_before);
		p += n_before;
		memset(p, 'w', N_LETTERS);
		memset(p + N_LETTERS, 0, n_nuls[k]);
		memcpy(p + N_LETTERS + n_nuls[k], after, sizeof after - 1);
		const mk_article *a = extract(pg, page, len, MK_VIEW_EVERYTHING, false);
		const mk_block *b = a->n_blocks == 1 ? mk_block_at(pg, 0) : NULL;
		if (n_nuls[k] < 100 || !json)
			check(b && a->warnings & MK_WARN_SCRIPT && b->from < b->to && b->to <= len, "a script with %zu NUL", n_nuls[k]);
		else
			check(!b && !(a->warnings & MK_WARN_SCRIPT), "no text is taken from a script that is longer than the page");
		free(page);
	}
}

/* ---- White space between blocks ---- */

static uint32_t count_texts(const mk_page *pg)
{
	uint32_t n = 0;
	for (const struct node *at = pg->document; at; at = dom_next(at, pg->document))
		n += at->type == NODE_TEXT;
	return n;
}

/* mk_extract() builds a lean tree, without the attributes that no later stage reads; mk_parse() keeps all. */
static void test_lean_attributes(mk_page *pg)
{
	static const char html[] = "<body><p data-a=1 class=b data-c='&amp;' xml:lang=sw XML:space=d DATA-E=e>Habari";
	check(mk_parse(pg, html, strlen(html), NULL) == MK_OK, "%s", html);
	check(dom_find(pg->document, TAG_P)->len == 6, "%u attributes in the full tree", dom_find(pg->document, TAG_P)->len);
	extract(pg, html, strlen(html), MK_VIEW_BALANCED, false);
	const struct node *p = dom_find(pg->document, TAG_P);
	check(p->len == 2 && p->u.attrs[0].id == ATTR_CLASS && str_equals(p->u.attrs[1].name, p->u.attrs[1].name_len, "xml:lang") &&
	              str_equals(p->u.attrs[1].value, p->u.attrs[1].value_len, "sw"),
	      "%u attributes in the lean tree", p->len);
}

/* The lean tree lacks white space between blocks; the full tree of mk_parse() has it.  The numbers are text nodes in either tree.
 * All other white space is in both. */
static void test_lean(mk_page *pg)
{
	static const struct {
		const char *html;
		uint32_t lean, all;
	} cases[] = {
	        {"<body><div>\n <p>a</p>\n\t<p>b</p>\r\n</div>\n", 3, 6}, /* the last line feed stays: no tag follows it */
	        {"<body> <b>a</b> <i>b</i> <p>c</p> ", 6, 7},
	        {"<p>a <b>b</b> <i>c</i></p>", 4, 4},
	        {"<div> <b>a</b> b</div> c", 3, 4},
	        {"<pre>\n\n a\n<b>b</b> </pre> <pre> </pre>", 4, 5},
	        {"<p><b>a</p> <p>b</p> <p>c</p>", 5, 5}, /* the b is reopened, so each space is inside a b */
	        {"<table> <tr> <td> <p>a</p> </td> <td> </td> </tr> </table> b", 2, 10},
	        {"<script> </script> a<title> </title> b", 5, 5},
	        {"<svg> <g> <text>a</text> </g> </svg>", 5, 5},
	        {"<div> <!-- c --> <p>a</p></div>", 2, 3},
	        {"<div> &#32;<p>a</p></div>", 2, 2},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const size_t len = strlen(cases[i].html);
		check(mk_parse(pg, cases[i].html, len, NULL) == MK_OK, "%s", cases[i].html);
		const uint32_t all = count_texts(pg);
		extract(pg, cases[i].html, len, MK_VIEW_BALANCED, false);
		const uint32_t lean = count_texts(pg);
		check(all == cases[i].all && lean == cases[i].lean, "%s: %u text nodes of %u, expected %u of %u", cases[i].html, lean, all, cases[i].lean,
		      cases[i].all);
	}
}

int main(void)
{
	mk_page *pg = mk_page_new(NULL);
	if (!pg)
		return 2;
	TEST(test_splits(pg));
	TEST(test_lean(pg));
	TEST(test_lean_attributes(pg));
	TEST(test_ranges(pg));
	TEST(test_range_of_moved_text(pg));
	TEST(test_counts(pg));
	TEST(test_containers(pg));
	TEST(test_images(pg));
	TEST(test_views(pg));
	TEST(test_between(pg));
	TEST(test_row(pg));
	TEST(test_repeats(pg));
	TEST(test_verdicts(pg));
	TEST(test_comments(pg));
	TEST(test_doubtful_comments(pg));
	TEST(test_title_heading(pg));
	TEST(test_standfirst(pg));
	TEST(test_other_articles(pg));
	TEST(test_captions(pg));
	TEST(test_picture_page(pg));
	TEST(test_large_tables(pg));
	TEST(test_xhtml(pg));
	TEST(test_scripts(pg));
	TEST(test_grown_script(pg));
	TEST(test_features(pg));
	TEST(test_budget(pg));
	TEST(test_limits(pg));
	mk_page_free(pg);
	return check_end("blocks");
}
