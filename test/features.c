/* SPDX-License-Identifier: Apache-2.0 */
/*
 * features.c - tests of the measurements of blocks: src/cue.c, overlap.c, word_weights.c, base/words.c and feature.c.
 *
 * Small pages go in; the tests compare cues of elements, kinds of structured data, text overlap, word hashes, counts of
 * characters, and values of each group of feature columns with figures worked out by hand.  The last test checks that the stages
 * after block_split() take no more memory than block_split() holds back for them.
 */
#include "src/feature.h"

/* word_weights.c a second time, with a table that the tests fill in place of the trained one. */
static uint16_t test_weights[65536];
#undef MODEL_TABLE
#define MODEL_TABLE "src/word_weights.h"
#define model_word_weights test_weights
#define model_word_weights_scale 0.5f
#define word_weights_score twin_score
#define word_weights_score_of_all twin_score_of_all
#define word_weights_items twin_items
#include "src/word_weights.c"
#undef word_weights_score
#undef word_weights_score_of_all
#undef word_weights_items

uint32_t word_weights_items(const uint32_t *words, uint32_t n, uint32_t items[WORD_WEIGHTS_ITEMS]);
float word_weights_score(const uint32_t *items, uint32_t n);

/* The score of words by the table of this file. */
static float twin_says(const uint32_t *words, uint32_t n)
{
	uint32_t items[WORD_WEIGHTS_ITEMS];
	return twin_score(items, twin_items(words, n, items));
}

/* The score divided by the square root of the number of all items, and the number of items with a weight. */
static float twin_says_of_all(const uint32_t *words, uint32_t n, uint32_t *known)
{
	uint32_t items[WORD_WEIGHTS_ITEMS];
	return twin_score_of_all(items, twin_items(words, n, items), known);
}

/* The score of words by the trained table. */
static float model_says(const uint32_t *words, uint32_t n)
{
	uint32_t items[WORD_WEIGHTS_ITEMS];
	return word_weights_score(items, word_weights_items(words, n, items));
}

#include <stdlib.h>

#include "src/base/scan.h"
#include "src/base/words.h"
#include "test/check.h"

static bool near(float a, float b)
{
	return a > b - 1e-4f && a < b + 1e-4f;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void extract_at(mk_page *pg, const char *html, const char *url)
{
	mk_options o;
	mk_options_init(&o);
	o.view = MK_VIEW_EVERYTHING;
	o.url = url;
	if (mk_extract(pg, html, strlen(html), &o) != MK_OK) {
		check(false, "mk_extract() fails: %.60s", html);
		exit(1);
	}
}

static void extract(mk_page *pg, const char *html)
{
	extract_at(pg, html, NULL);
}

/* ---- Names ---- */

#define W(group) ((uint64_t)1 << WORD_##group)

static void test_names(void)
{
	static const struct {
		const char *name;
		uint64_t groups;
	} cases[] = {
	        {"", 0}, {"-", 0}, {"x", 0}, {"zzz", 0}, {"nav", W(NAV)}, {"NAV", W(NAV)}, {"navbar", W(NAV)}, {"navbarx", 0},
	        {"xnav", 0},
	        {"navBar", W(NAV)}, {"navBAR", W(NAV)}, {"NAVBar", W(NAV)}, {"myNav", W(NAV)}, {"XMLNav", 0},
	        {"postNavShare", W(POST) | W(NAV) | W(SHARE)},
	        {"comment-card__spec--wide", W(COMMENT) | W(CARD) | W(SPEC)}, {"share2price", W(SHARE) | W(PRICE)},
	        {"nav1", W(NAV)}, {"1nav", W(NAV)},
	        {"popular-science", W(RELATED)}, {"share-holder", W(SHARE)}, {"shareholder", 0}, {"tag hoc", W(TAGS)}, {"taghoc", 0},
	        {" price\t sku\n", W(PRICE) | W(PRODUCT)}, {"caf\xC3\xA9nav", W(NAV)},
	        {"@nav[share`tag{", W(NAV) | W(SHARE) | W(TAGS)}, {"na-v", 0}, {"n1a1v", 0},
	        {"article", W(CONTENT)}, {"comments", W(COMMENT)},
	        {"biography", W(BIO)}, /* from here on, words longer than the eight letters of the key's first half */
	        {"aggregaterating", W(REVIEW)}, {"recommendations", W(RELATED)}, {"recommendationss", 0}, {"recommendationsss", 0},
	        {"recommendationssssssssssssssssssssss-nav", W(NAV)}, {"thread reply", W(FORUM) | W(COMMENT)},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const uint64_t groups = cue_words(cases[i].name, strlen(cases[i].name)) & CUE_WORDS;
		check(groups == cases[i].groups, "\"%s\" has groups %llx, expected %llx", cases[i].name, (unsigned long long)groups,
		      (unsigned long long)cases[i].groups);
	}
	check(!cue_words("nav", 0) && cue_words("navxx", 3) == W(NAV) && cue_words("sharex", 5) == W(SHARE),
	      "only the given number of bytes of a name is read");
}

/* ---- Cues ---- */

/* Returns the last element of a page in document order. */
static const struct node *last_element(mk_page *pg, const char *html)
{
	const struct node *last = NULL;
	if (mk_parse(pg, html, strlen(html), NULL) != MK_OK)
		exit(1);
	for (const struct node *n = pg->document; n; n = dom_next(n, pg->document))
		last = is_element(n) ? n : last;
	return last;
}

static struct cue_cache cache;

static struct cues marks_of(mk_page *pg, const char *html)
{
	memset(&cache, 0, sizeof cache);
	return cue_element(&cache, last_element(pg, html));
}

#define L(cue) ((uint64_t)1 << LANDMARK_##cue)

static void test_landmarks(mk_page *pg)
{
	static const struct {
		const char *html;
		uint64_t landmarks;
	} cases[] = {
	        {"<div>", 0}, {"<main>", L(MAIN)}, {"<nav>", L(NAV)}, {"<menu>", L(NAV)}, {"<search>", L(FORM)},
	        {"<blockquote>", L(QUOTE)},
	        {"<ul>", L(LIST)}, {"<ol>", L(LIST)}, {"<dl>", L(LIST)}, {"<ul><li>", L(ITEM)},
	        {"<dl><dt>", L(ITEM)},
	        {"<table><tr><th>", L(CELL)}, {"<h3>", L(HEADING)}, {"<button>", L(CONTROL)}, {"<details><summary>", L(CONTROL)},
	        /* A known role overrides the tag. */
	        {"<div role=navigation>", L(NAV)}, {"<ul role=NAVIGATION>", L(NAV)}, {"<nav role=main>", L(MAIN)},
	        {"<nav role=presentation>", L(NAV)},
	        {"<nav role=''>", L(NAV)}, {"<div role='main x'>", 0}, {"<div role=tab>", 0},
	        {"<p role=heading>", L(HEADING)}, {"<div role=doc-toc>", L(NAV)}, {"<div role=contentinfo>", L(FOOTER)},
	        {"<div role=listitem>", L(ITEM)}, {"<div role=grid>", L(TABLE)}, {"<section role=region>", L(SECTION)},
	        /* Hidden elements. */
	        {"<p hidden>", L(HIDDEN)}, {"<p hidden=until-found>", L(HIDDEN)}, {"<p aria-hidden=true>", L(ARIA_HIDDEN)},
	        {"<p aria-hidden=false>", 0},
	        {"<p aria-hidden>", 0}, {"<p style='display:none'>", L(HIDDEN)},
	        {"<p style=' Display :\n NONE ; color:red'>", L(HIDDEN)},
	        {"<p style='color:red;display:none'>", L(HIDDEN)}, {"<p style='visibility: hidden'>", L(HIDDEN)},
	        {"<p style='display:non'>", 0},
	        {"<p style='display:nested; none'>", 0}, {"<p style='display:inline'>", 0}, {"<p style='visibility:visible'>", 0},
	        {"<p style>", 0},
	        {"<p style='d d di disp display display: display:no display:none'>", L(HIDDEN)},
	        {"<nav style='display:none' hidden aria-hidden=TRUE>", L(NAV) | L(HIDDEN) | L(ARIA_HIDDEN)},
	        /* Microdata and language. */
	        {"<div itemscope>", L(ITEM_SCOPE)}, {"<div itemprop=articleBody>", L(ITEM_BODY)},
	        {"<div itemprop=REVIEWBODY>", L(ITEM_BODY)},
	        {"<div itemprop=description>", L(ITEM_BODY)}, {"<h1 itemprop=headline>", L(HEADING)},
	        {"<p itemprop='text x'>", 0},
	        {"<p lang=sw>", L(LANGUAGE)},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const uint64_t landmarks = marks_of(pg, cases[i].html).landmarks;
		check(landmarks == cases[i].landmarks, "%s has landmarks %llx, expected %llx", cases[i].html, (unsigned long long)landmarks,
		      (unsigned long long)cases[i].landmarks);
	}
	for (int at = 490; at <= 520; at++) { /* cue.c reads the first 512 bytes of a style attribute */
		char html[640];
		snprintf(html, sizeof html, "<p style='%*sdisplay:none'>", at, "");
		check((marks_of(pg, html).landmarks == L(HIDDEN)) == (at + 12 <= 512), "display:none from byte %d of a style", at);
	}
}

static void test_words_of_elements(mk_page *pg)
{
	static const struct {
		const char *html;
		uint64_t words;
	} cases[] = {
	        {"<p class='nav share'>", W(NAV) | W(SHARE)}, {"<p id=nav>", W(NAV)}, {"<p class=nav id=share>", W(NAV) | W(SHARE)},
	        {"<p class id=''>", 0},
	        {"<p itemtype=https://schema.org/Product>", W(PRODUCT)}, {"<p itemprop=author>", W(META)},
	        {"<p title=nav data-id=nav name=nav>", 0},
	        {"<p itemprop=comment class=spec>", W(COMMENT) | W(SPEC)}, {"<p role=navigation>", 0},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const uint64_t words = marks_of(pg, cases[i].html).words;
		check(words == cases[i].words, "%s has groups %llx, expected %llx", cases[i].html, (unsigned long long)words,
		      (unsigned long long)cases[i].words);
	}
	check(marks_of(pg, "<p id=nav>").name == 0, "an id gives no hash of the class");
	check(marks_of(pg, "<p class=nav>").name != marks_of(pg, "<p class=naw>").name, "different classes have different hashes");
	check(marks_of(pg, "<p class='a-long-name-of-a-class x'>").name != marks_of(pg, "<p class='a-long-name-of-a-class y'>").name,
	      "different long classes have different hashes");
	check(marks_of(pg, "<p class=nav>").name == marks_of(pg, "<div id=x class=\"nav\">").name, "the hash depends on the class only");
}

/* The cache answers correctly whichever entries have been replaced: four times as many values as it has slots are looked up, three
 * times over. */
static void test_cache(void)
{
	static const char *const words[] = {"nav", "share", "zzz", "price", "comments", "recommendations", ""};
	static struct cue_cache kept;
	enum { N = 4 * CUE_CACHE };
	uint32_t n_wrong = 0, n_taken = 0;
	memset(&kept, 0, sizeof kept);
	for (uint32_t i = 0; i < 3 * N; i++) {
		struct attr a = {.name = "class", .name_len = 5, .id = ATTR_CLASS};
		const uint32_t value = i * 7 % N;
		static char values[N][48];
		a.value_len = (uint32_t)snprintf(values[value], sizeof values[value], "%s%*s-%x", words[value % COUNT(words)],
		                                 (int)(value % 9), "", value);
		a.value = values[value];
		const struct node n = {.type = NODE_ELEMENT, .tag = TAG_DIV, .u.attrs = &a, .len = 1};
		const uint64_t groups = cue_words(a.value, a.value_len);
		n_wrong += cue_element(&kept, &n).words != (groups & CUE_WORDS) || cue_value(&kept, &a) != groups;
	}
	for (uint32_t i = 0; i < CUE_CACHE; i++)
		n_taken += kept.slots[i].hash != 0;
	check(!n_wrong, "%u answers from the cache are wrong", n_wrong);
	check(n_taken > CUE_CACHE / 8 * 7, "only %u of %u slots are in use", n_taken, CUE_CACHE);
}

/* ---- Structured data ---- */

#define LD(json) "<body><script type=application/ld+json>" json "</script><p>x"
#define S(kind) (1u << SCHEMA_##kind)

static void test_schema(mk_page *pg)
{
	static const struct {
		const char *html;
		uint32_t schema;
	} cases[] = {
	        {LD("{\"@type\":\"NewsArticle\"}"), S(NEWS)}, {LD("{ \"@type\" :\n \"BlogPosting\" }"), S(BLOG)},
	        {LD("{\"@type\":\"newsarticle\"}"), S(NEWS)},
	        {LD("{\"@type\":[\"Product\" , \"Offer\"]}"), S(PRODUCT) | S(OFFER)},
	        {LD("{\"@type\":\"https://schema.org/Recipe\"}"), S(RECIPE)},
	        {LD("{\"@graph\":[{\"@type\":\"WebSite\"},{\"a\":{\"@type\":[\"Event\"]}}]}"), S(WEBSITE) | S(EVENT)},
	        {LD("{\"@type\":\"schema:Person\"}"), S(PERSON)},
	        {LD("{\"@type\":\"NoSuchThing\"}"), 0}, {LD("{\"@typed\":\"Article\"}"), 0}, {LD("{\"type\":\"Article\"}"), 0},
	        {LD("{\"@type\":{\"a\":\"Article\"}}"), 0},
	        {LD("{\"@type\":\"Article\",\"Product\":1}"), S(ARTICLE)}, /* a string is one type, not the start of a list */
	        {LD("{\"@type\":[\"Article\",7,\"Product\"]}"), S(ARTICLE) | S(PRODUCT)},
	        /* Broken JSON. */
	        {LD("{\"@type\":[\"Article\",\"Produ"), S(ARTICLE)}, {LD("{\"@type\":[\"Article\""), S(ARTICLE)},
	        {LD("{\"@type\":[[[\"Article\""), 0}, {LD("\"@type\":[\"Article\"]"), 0}, /* nested lists; no object around it */
	        {LD("{\"@type\":[\"Article\",,,]\"@type\":\"Product\""), S(ARTICLE) | S(PRODUCT)},
	        {LD("\"@type\":\"Article"), 0}, {LD("\"@type\":"), 0}, {LD("\"@type\""), 0}, {LD("\"@type"), 0}, {LD("@"), 0},
	        {LD(""), 0}, {LD("{@\"@type\":\"Review\""), S(REVIEW)},
	        {LD("\"@type\":\"x@type\":\"Article\""), 0}, /* a type with that name, not a key */
	        /* A list may have any length. */
	        {LD("{\"@type\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"Article\","
	            "\"Product\"]"),
	         S(ARTICLE) | S(PRODUCT)},
	        /* Places: scripts, itemtype and og:type, in the head and in the body. */
	        {"<head><script type=application/ld+json>{\"@type\":\"Article\"}</script><meta property=og:type content=article></head><p>x",
	         S(ARTICLE) | S(OG_ARTICLE)},
	        {"<body><script type=' Application/LD+JSON '>{\"@type\":\"Article\"}</script>", S(ARTICLE)},
	        {"<script>{\"@type\":\"Article\"}</script>", 0},
	        {"<script type=text/javascript>{\"@type\":\"Article\"}</script>", 0}, {"<p>{\"@type\":\"Article\"}", 0},
	        {"<div itemscope itemtype=http://schema.org/Product>x", S(PRODUCT)}, {"<p itemtype=Product>x", S(PRODUCT)},
	        {"<p itemtype=>x", 0}, {"<html itemtype=http://schema.org/Blog><p>x", S(BLOG)}, {"<body itemtype=Person><p>x", S(PERSON)},
	        {"<template><p itemtype=Product>x</template>", 0},
	        {"<div itemtype=http://schema.org/Question><p itemtype=https://schema.org/Comment>x", S(COMMENT)},
	        {"<body><meta property=og:type content=article>", S(OG_ARTICLE)},
	        {"<body><meta property=OG:TYPE content=' Website '>", S(OG_WEBSITE)},
	        {"<body><meta property=og:type content=og:product>", S(OG_PRODUCT)},
	        {"<body><meta property=og:type content=product>", S(OG_PRODUCT)},
	        {"<body><meta property=og:type content=produc>", 0}, {"<body><meta property=og:type>", 0},
	        {"<body><meta name=og:type content=article>", 0},
	        {"<body><meta property=og:type content=article><p itemtype=Review>x", S(OG_ARTICLE) | S(REVIEW)},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		extract(pg, cases[i].html);
		check(pg->schema == cases[i].schema, "%s has the kinds %x, expected %x", cases[i].html, pg->schema, cases[i].schema);
	}
}

/* ---- Overlap with structured data ---- */

static float column(mk_page *pg, uint32_t block, const char *name)
{
	for (unsigned k = 0; mk_feature_name(k); k++)
		if (!strcmp(mk_feature_name(k), name)) {
			const float *f = mk_features_of(pg, block);
			return f ? f[k] : NAN;
		}
	check(false, "no feature %s", name);
	return 0;
}

/* Extracts a page and returns the overlap of its last block with the texts of one kind. */
static float overlap(mk_page *pg, const char *html, enum overlap_kind kind)
{
	static const char *const names[] = {"overlap_body", "overlap_text", "overlap_description"};
	extract(pg, html);
	return column(pg, pg->article.n_blocks - 1, names[kind]);
}

#define BODY(text, block) "<body><script type=application/ld+json>{\"articleBody\":\"" text "\"}</script><p>" block

static void test_overlap(mk_page *pg)
{
	static const struct {
		const char *html;
		float share;
	} cases[] = {
	        {BODY("one two three four", "one two three four"), 1}, {BODY("ONE, two; Three (four)", "one two three FOUR!"), 1},
	        {BODY("one two three four", "two three four five"), 0.5f}, {BODY("one two three four", "four three two one"), 0},
	        {BODY("one two", "one two"), 0}, {BODY("one two three", "one two"), 0}, {BODY("", "one two three"), 0},
	        {BODY("one two three", "<b>one</b> two <i>three</i>"), 1},
	        {BODY("caf\\u00e9 au lait", "caf\xC3\xA9 au lait"), 1}, {BODY("caf\\u00C9 au lait", "caf\xC3\x89 au lait"), 1},
	        {BODY("\\u043c\\u0438\\u0440 au lait", "\xD0\xBC\xD0\xB8\xD1\x80 au lait"), 1},
	        {BODY("one\\ntwo\\tthree\\/four", "one two three/four"), 1},
	        {BODY("one \\\"two\\\" three", "one \"two\" three"), 1}, {BODY("one \\\\ two three", "one two three"), 1},
	        {BODY("one\\u0020two\\u00a0three\\u2014four", "one two&nbsp;three\xE2\x80\x94" "four"), 1},
	        /* Characters beyond 16 bits; a lone surrogate and an escape without hexadecimal digits act as spaces. */
	        {BODY("one \\ud83d\\ude00 two three", "one \xF0\x9F\x98\x80 two three"), 1},
	        {BODY("one \\uD83D\\uDE01 two three", "one \xF0\x9F\x98\x80 two three"), 0},
	        {BODY("one \\ud83d two \\ude00 three", "one two three"), 1},
	        {BODY("one\\ud83d\\ud83dtwo\\ud83d\\u0020three", "one two three"), 1},
	        {BODY("one\\ud83dtwo three", "one two three"), 1},
	        {BODY("one \\u00zz two three", "one u00zz two three"), 1}, {BODY("one two three \\u", "one two three"), 1},
	        {BODY("one two three\\ud83d \\u", "one two three"), 1},
	        {BODY("one two three\\", "one two three"), 1}, {BODY("one\\u0000two three", "one two three"), 1},
	        /* Tags in the text of the structured data are skipped. */
	        {BODY("<p>one</p><p class='x y'>two</p>three", "one two three"), 1},
	        {BODY("one < two three", "one &lt; two three"), 1}, {BODY("one two <three", "one two three"), 1},
	        /* Scripts without spaces: each character is a word. */
	        {BODY("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"), 1},
	        {BODY("\\u65e5\\u672c\\u8a9e\\u3067", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xA6"), 0.5f},
	        {BODY("\xE6\x97\xA5\xE6\x9C\xAC", "\xE6\x97\xA5\xE6\x9C\xAC"), 0},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const float share = overlap(pg, cases[i].html, OVERLAP_BODY);
		check(near(share, cases[i].share), "%s: overlap %g, expected %g", cases[i].html, (double)share, (double)cases[i].share);
	}
	check(overlap(pg, "<body><meta name=description content='one two three'><p>one two three", OVERLAP_DESCRIPTION) >= 1,
	      "overlap with a meta description");
	check(overlap(pg, "<body><meta property=og:description content='one two three'><p>one two three", OVERLAP_DESCRIPTION) >= 1,
	      "overlap with the description of Open Graph");
	check(overlap(pg, "<head><meta name=description content='one two three'></head><p>one two three", OVERLAP_DESCRIPTION) >= 1, "overlap with a description in the head");
	check(overlap(pg, "<body><meta name=keywords content='one two three'><p>one two three", OVERLAP_DESCRIPTION) <= 0,
	      "no overlap with other meta elements");
	check(overlap(pg, LD("{\"reviewBody\":\"one two three\"}") "<p>one two three", OVERLAP_TEXT) >= 1 && column(pg, 1, "overlap_body") <= 0,
	      "reviewBody is of the kind OVERLAP_TEXT");
	check(overlap(pg, LD("{\"description\" : \"one two three\"}") "<p>one two three", OVERLAP_DESCRIPTION) >= 1, "spaces around the colon are allowed");
}

/* Which strings of JSON are noted as texts. */
static void test_overlap_texts(mk_page *pg)
{
	static const struct {
		const char *json;
		uint32_t n, len; /* number of texts; bytes of the first text */
	} cases[] = {
	        {"{\"text\":\"abc\"}", 1, 3}, {"{\"text\":\"a\\\"c\"}", 1, 4}, {"{\"text\":\"\"}", 0, 0}, {"{\"text\":\"abc", 1, 3},
	        {"{\"text\":\"abc\\", 1, 4}, {"{\"text\":\"", 0, 0},
	        {"{\"text\":", 0, 0}, {"{\"text\"", 0, 0}, {"{\"text", 0, 0}, {"{\"", 0, 0}, {"\"", 0, 0},
	        {"{\"text\" \"a\"}", 0, 0}, {"{\"text\":7,\"text\":\"abc\"}", 1, 3}, {"{\"text\":[\"abc\"]}", 0, 0},
	        {"{\"type\":\"text\",\"x\":\"abc\"}", 0, 0}, {"{\"texts\":\"abc\"}", 0, 0}, {"{\"text \":\"abc\"}", 0, 0},
	        {"{\"Text\":\"abc\"}", 0, 0},
	        {"{\"x\":\"\\\"text\\\":\\\"abc\\\"\"}", 0, 0},
	        {"{\"a\":\"b\",\"articleBody\":\"abcd\",\"text\":\"x\",\"reviewBody\":\"y\",\"description\":\"z\"}", 4, 4},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char html[256];
		snprintf(html, sizeof html, "<body><script type=application/ld+json>%s</script><p>x", cases[i].json);
		extract(pg, html);
		check(pg->overlap.n_texts == cases[i].n && (!cases[i].n || pg->overlap.texts[0].len == cases[i].len),
		      "%s: %u texts, the first of %u bytes",
		      cases[i].json, pg->overlap.n_texts, pg->overlap.texts[0].len);
	}
	char *html = malloc(200000);
	size_t len = 0;
	for (int i = 0; html && i < 100; i++)
		len += (size_t)sprintf(html + len, "<body><meta name=description content='text %d'>", i);
	extract(pg, html);
	check(pg->overlap.n_texts == OVERLAP_MOST && pg->overlap.texts[OVERLAP_MOST - 1].len == 7,
	      "64 texts of a page are read");
	len = (size_t)sprintf(html, "<body><meta name=description content='");
	memset(html + len, 'a', 100000);
	strcpy(html + len + 100000, "'><p>x");
	extract(pg, html);
	check(pg->overlap.n_texts == 1 && pg->overlap.texts[0].len == 65536, "64 KiB of a text are read");
	const struct node *n = last_element(pg, "<meta name=description content='some text'>");
	const struct node *meta = dom_find(pg->document, TAG_META);
	struct overlap t = {.room = 17};
	check(n && meta && !overlap_meta(&t, meta) && !t.n_texts && !t.n_bytes, "a text without room is left out, and overlap_meta() returns false");
	t.room = 18;
	check(overlap_meta(&t, meta) && t.n_texts == 1 && t.n_bytes == 9 && !t.room, "a text with room is noted and uses the room up");
	check(!overlap_meta(&t, meta) && t.n_texts == 1, "a second text finds no room");
	free(html);
}

/* A word has the same hash wherever it is, even at the end of allocated memory.  A change of any one letter changes the hash. */
static void test_long_words(void)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	for (size_t len = 1; len < sizeof letters; len++) {
		char text[sizeof letters + 8] = "..";
		char *alone = malloc(len);
		uint32_t hash = 0, other = 0;
		size_t at = 0, end = 2;
		memcpy(alone, letters, len);
		memcpy(text + 2, letters, len);
		text[2 + len] = ' ';
		text[3 + len] = 'x';
		check(words_hash(alone, len, &at, &hash, 1) && at == len, "a word of %zu letters", len);
		check(words_hash(text, len + 4, &end, &other, 1) && end == len + 2 && other == hash, "the same word between others has the same hash");
		for (size_t i = 0; i < len; i++) {
			at = 0;
			alone[i] ^= 1; /* another letter or digit, or a character that ends the word */
			check(!words_hash(alone, len, &at, &other, 1) || other != hash, "a change of letter %zu of %zu changes the hash", i, len);
			alone[i] ^= 1;
		}
		free(alone);
	}
}

static void test_words_hash(void)
{
	static const struct {
		const char *text;
		uint32_t n;
	} cases[] = {
	        {"", 0}, {" .,-", 0}, {"one", 1}, {"one two", 2}, {"it's", 2}, {"a1b2", 1}, {"1.5", 2}, {"na\xC3\xAFve", 1},
	        {"\xD0\xBC\xD0\xB8\xD1\x80 x", 2}, {"a\xC2\xA0" "b", 2},
	        {"a\xE2\x80\x94" "b", 2}, {"\xE6\x97\xA5\xE6\x9C\xAC", 2}, {"a\xE6\x97\xA5" "b", 3},
	        {"\xEA\xB0\x80\xEA\xB0\x81", 2}, {"\xE0\xA4\xB9\xE0\xA4\xBF", 1}, {"\xF0\x9F\x98\x80", 1},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t n = 0, hash, last = 0;
		for (size_t at = 0; words_hash(cases[i].text, strlen(cases[i].text), &at, &hash, 1) && n < 99; n++) {
			check(n == 0 || hash != last, "\"%s\": adjacent words have different hashes", cases[i].text);
			last = hash;
		}
		check(n == cases[i].n, "\"%s\" has %u words, expected %u", cases[i].text, n, cases[i].n);
	}
	uint32_t a = 0, b = 0;
	size_t at = 0;
	words_hash("  Word!", 7, &at, &a, 1);
	check(at == 6, "words_hash() stops after the word");
	at = 0;
	words_hash("wORD", 4, &at, &b, 1);
	check(a == b && a, "the case of ASCII letters does not matter");
	for (size_t len = 1; len < 3; len++) { /* a three-byte character cut short */
		at = 0;
		check(words_hash("\xE6\x97\xA5", len, &at, &a, 1) && at == len, "%zu bytes of a character of three are a word", len);
	}
}

/* ---- Word weights ---- */

/* Stores the weight of an item as the trainer does: the weight, and 8 bits of the hash that tell apart items with the same slot. */
static void weigh(uint32_t item, int8_t weight)
{
	const uint32_t h = item * 2654435769u;
	test_weights[h >> 16] = (uint16_t)((h >> 8 & 255) << 8 | (uint8_t)weight);
}

static void test_word_weights(void)
{
	uint32_t items[WORD_WEIGHTS_ITEMS], other[WORD_WEIGHTS_ITEMS], words[40];
	for (uint32_t i = 0; i < COUNT(words); i++)
		words[i] = (i + 1) * 2246822519u;
	check(twin_items(words, 0, items) == 0, "a block without words has no items");
	check(twin_items(words, 1, items) == 4 && items[0] == words[0], "one word has four items: the word, the first, the last and the whole text");
	check(twin_items(words, WORD_WEIGHTS_SHORT, items) == 2 * WORD_WEIGHTS_SHORT + 2, "the items are words, pairs, first, last and whole text");
	check(twin_items(words, WORD_WEIGHTS_SHORT + 1, items) == WORD_WEIGHTS_SHORT + 1, "with %d words or more, only words are items", WORD_WEIGHTS_SHORT + 1);
	check(twin_items(words, 40, items) == WORD_WEIGHTS_WORDS && items[WORD_WEIGHTS_WORDS - 1] == words[WORD_WEIGHTS_WORDS - 1], "at most %d words are read",
	      WORD_WEIGHTS_WORDS);
	uint32_t n = twin_items(words, 3, items), same = 0;
	const uint32_t turned[] = {words[1], words[0], words[2]};
	twin_items(turned, 3, other);
	for (uint32_t i = 3; i < n; i++)
		same += items[i] == other[i];
	check(n == 8 && same == 1, "in another order only the last word stays the same: %u", same);

	memset(test_weights, 0, sizeof test_weights);
	check(near(twin_says(words, 40), 0) && near(twin_says(words, 0), 0), "words without a weight score 0");
	weigh(words[0], 10);
	check(near(twin_says(words, 1), 0.5f * 10) && near(twin_says(words + 1, 5), 0), "a word with a weight");
	weigh(words[1], -30);
	check(near(twin_says(words, 2), 0.5f * -20 / 1.41421356f), "the sum of weights is divided by the square root of the number of items with a weight");
	uint32_t known, of_two[WORD_WEIGHTS_ITEMS];
	const uint32_t n_items = twin_items(words, 2, of_two);
	check(near(twin_says_of_all(words, 2, &known), 0.5f * -20 / sqrtf((float)n_items)) && known == 2 && n_items > 2, "the sum is divided by the square root of the number of all items");
	check(near(twin_says_of_all(words, 0, &known), 0) && !known, "no words score 0");
	test_weights[words[1] * 2654435769u >> 16] ^= 0x100;
	check(near(twin_says(words, 2), 0.5f * 10), "a word that only shares the slot of another has no weight");
	weigh(items[n - 1], 40); /* the whole text of three words */
	check(near(twin_says(words, 3), 0.5f * 50 / 1.41421356f) && near(twin_says(turned, 3), 0.5f * 10), "the whole text has a weight of its own");

	uint32_t n_known = 0, made_up = 1;
	for (int i = 0; i < 1000; i++) {
		made_up = made_up * 1664525u + 1013904223u;
		const float score = model_says(&made_up, 1);
		n_known += score > 0 || score < 0;
		check(score > -20 && score < 20, "%08x scores %g", made_up, (double)score);
	}
	check(n_known < 50, "%u of 1000 made-up words have a weight", n_known);
	check(near(model_says(words, 0), 0), "no words score 0 with the trained table");
}

/* ---- Characters ---- */

static void test_counts(mk_page *pg)
{
	static const struct {
		const char *html;
		uint32_t words, capitals, shouted, digit_words, years, longest, bold;
	} cases[] = {
	        {"<p>One two THREE I USA", 5, 4, 2, 0, 0, 5, 0},
	        {"<p>\xC3\x89t\xC3\xA9 \xC3\x89T\xC3\x89 \xD0\x9C\xD0\x98\xD0\xA0", 3, 3, 2, 0, 0, 3, 0},
	        {"<p>McX O'NEIL eBAY", 4, 3, 1, 0, 0, 4, 0}, {"<p>A1 USB3 3D 42", 4, 2, 0, 4, 0, 4, 0},
	        {"<p>1899 1900 2024 2099 2100 19000 x1999 199 1999.", 9, 0, 0, 9, 4, 5, 0},
	        {"<p>in 19<b>99</b>", 2, 0, 0, 1, 1, 4, 0},
	        {"<p><b>one two</b> three <strong>four</strong> fi<b>ve</b>", 5, 0, 0, 0, 0, 5, 3},
	        {"<p>one<br>two<br>three", 3, 0, 0, 0, 0, 5, 0},
	        {"<p><time>1 May</time> to <time datetime=2001>2 May</time>", 5, 2, 0, 2, 0, 3, 0},
	        {"<p>\xE6\x97\xA5\xE6\x9C\xAC abc", 3, 0, 0, 0, 0, 3, 0},
	        {"<p>e\xCC\x81t\xC3\xA9 soft&shy;hyphen", 2, 0, 0, 0, 0, 10, 0},
	        {"<p>\xD9\x86\xD8\xB9\xD9\x85 \xD9\xA1\xD9\xA9", 2, 0, 0, 1, 0, 3, 0}, {"<p>!?", 0, 0, 0, 0, 0, 0, 0},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		extract(pg, cases[i].html);
		const struct block *b = &pg->blocks[0];
		check(b->pub.n_words == cases[i].words && b->n_capital_words == cases[i].capitals && b->n_shouted_words == cases[i].shouted &&
		              b->n_digit_words == cases[i].digit_words && b->n_years == cases[i].years && b->longest_word == cases[i].longest,
		      "%s: %u words, %u capital, %u shouted, %u with digits, %u years, longest %u", cases[i].html, b->pub.n_words,
		      b->n_capital_words,
		      b->n_shouted_words, b->n_digit_words, b->n_years, b->longest_word);
		check(b->n_bold_words == cases[i].bold, "%s: %u bold", cases[i].html, b->n_bold_words);
	}
	extract(pg, "<p>one <b>two<p>three</b> four<br><p><a href=x>five<p>six");
	const struct block *b = pg->blocks;
	check(pg->article.n_blocks == 4 && b[1].n_bold_words == 1 && !b[2].n_bold_words &&
	      b[3].n_links == 1,
	      "links count in the block they begin in; bold text goes on in the next block");
}

static void test_ends(mk_page *pg)
{
	static const struct {
		const char *html;
		uint8_t first, last;
		bool stop, bracket;
	} cases[] = {
	        {"<p>one.", CHAR_LOWER, CHAR_STOP, true, false}, {"<p>One?", CHAR_UPPER, CHAR_QUESTION, true, false},
	        {"<p>1 \xE2\x80\xA6", CHAR_DIGIT, CHAR_ELLIPSIS, true, false},
	        {"<p>\xC2\xAB" "One.\xC2\xBB", CHAR_SEPARATOR, CHAR_SEPARATOR, false, false},
	        {"<p>\xE2\x80\x9COne.\xE2\x80\x9D", CHAR_BRACKET, CHAR_STOP, true, false},
	        {"<p>'one.'", CHAR_BRACKET, CHAR_STOP, true, false}, {"<p>one (2)", CHAR_LOWER, CHAR_DIGIT, false, true},
	        {"<p>one [.]", CHAR_LOWER, CHAR_STOP, true, true},
	        {"<p>one:", CHAR_LOWER, CHAR_COLON, false, false}, {"<p>one,", CHAR_LOWER, CHAR_COMMA, false, false},
	        {"<p>\xE6\x97\xA5\xE3\x80\x82", CHAR_CJK, CHAR_STOP, true, false},
	        {"<p>\xD9\x86\xD8\x9F", CHAR_LETTER, CHAR_QUESTION, true, false},
	        {"<p>$5", CHAR_CURRENCY, CHAR_DIGIT, false, false}, {"<p>(!)", CHAR_BRACKET, CHAR_STOP, true, true},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		extract(pg, cases[i].html);
		const struct block *b = &pg->blocks[0];
		check(b->first_kind == cases[i].first && b->last_kind == cases[i].last && b->ends_with_stop == cases[i].stop &&
		              b->ends_with_bracket == cases[i].bracket,
		      "%s: kinds %u and %u, stop %d, bracket %d", cases[i].html, b->first_kind, b->last_kind, b->ends_with_stop,
		      b->ends_with_bracket);
	}
}

static void test_kinds(void)
{
	static const struct {
		enum char_kind kind;
		uint32_t characters[16];
	} cases[] = {
	        {CHAR_OTHER, {'!' - 33, 0x2603, 0x1F600, '%', 0xE000, 0x3FFFF}},
	        {CHAR_SPACE, {' ', '\n', '\t', 0xA0, 0x2003, 0x2028, 0x3000}},
	        {CHAR_LETTER, {0x5D0, 0x627, 0x905, 0x1200, 0xAC00, 0xAA}},
	        {CHAR_UPPER, {'A', 'Z', 0xC9, 0x416, 0x3A9, 0x1C5, 0x1D400}}, {CHAR_LOWER, {'a', 'z', 0xE9, 0x436, 0x3C9, 0xDF}},
	        {CHAR_DIGIT, {'0', '9', 0x661, 0x967, 0xFF11, 0x1D7CE}},
	        {CHAR_CJK, {0x65E5, 0x3042, 0x30A2, 0xE01, 0x1000, 0x1780, 0x3007, 0x20000}},
	        {CHAR_STOP, {'.', '!', 0x3002, 0x964, 0x6D4, 0xFF0E, 0x1362}}, {CHAR_QUESTION, {'?', 0x61F, 0xFF1F, 0x1367}},
	        {CHAR_ELLIPSIS, {0x2026}},
	        {CHAR_COMMA, {',', 0x60C, 0x3001, 0xFF0C, 0x1363}},
	        {CHAR_MARK, {0x301, 0xAD, 0x200B, 0x200D, 0xFEFF, 0xFE0F, 0x64E}}, {CHAR_COLON, {':', 0xFF1A}},
	        {CHAR_CURRENCY, {'$', 0x20AC, 0xA3, 0xA5, 0x20B9}},
	        {CHAR_BRACKET, {'(', ')', '[', ']', '"', '\'', 0x201C, 0x2019, 0x300C, 0xFF09}},
	        {CHAR_SEPARATOR, {'|', '/', 0xB7, 0x2022, 0x2192, 0x203A, 0xBB, 0x25B6}},
	        {CHAR_CODE, {'{', '}', ';', '=', '<', '_', '\\', '#'}}, {CHAR_ADDRESS, {'@'}},
	        {CHAR_RIGHTS, {0xA9, 0xAE, 0x2122}},
	};
	uint32_t seen = 0;
	for (size_t i = 0; i < COUNT(cases); i++) {
		seen |= 1u << cases[i].kind;
		for (int k = 0; k < 16 && (cases[i].characters[k] || !k); k++) {
			const uint32_t c = cases[i].characters[k];
			const unsigned kind = unicode_kinds[unicode_blocks[c / 128]][c % 128];
			check(kind == cases[i].kind, "U+%04X is of kind %u, expected %u", c, kind, cases[i].kind);
		}
	}
	check(seen == (1u << N_CHAR_KINDS) - 1, "every kind is tested with a character");
}

/* ---- Columns ---- */

/* An expected value of a column.  With log, the column holds log(1 + value). */
struct value {
	uint32_t block;
	const char *name;
	float value;
	bool log;
};

static void check_values(mk_page *pg, const struct value *v, size_t n)
{
	for (; n--; v++) {
		const float value = column(pg, v->block, v->name), expected = v->log ? log1pf(v->value) : v->value;
		check(near(value, expected), "%s of block %u: %g, expected %g", v->name, v->block, (double)value, (double)expected);
	}
}

#define TEN "one two three four five six seven eight nine ten"

/* Six blocks, of 1, 2, 20, 11, 2 and 1 words. */
static const char sample[] = "<title>On rivers - Water</title><link rel=canonical href=/a/b-c-1?x>"
                             "<body><nav class=menu><a href=/a>Home</a></nav><main><div class=story><h1>On rivers</h1>"
                             "<p class=t>" TEN ", " TEN ".</p><p class=t>" TEN ". Eleven?</p></div></main>"
                             "<div class=comments><p class=t>Nice <b>one</b>.</p></div><footer><p>End</p></footer>";

static const struct value block_columns[] = {
        /* text */
        {2, "words", 20, true}, {2, "plain_words", 20, true}, {0, "plain_words", 0, true},
        {0, "link_density", 1, false}, {0, "links", 1, true},
        {2, "sentence_words", 20, true}, {3, "capitals", 1 / 11.0f, false},
        {2, "chars", 80, true},
        {2, "stop_density", 0.05f, false},
        /* element */
        {2, "is_p", 1, false}, {0, "is_p", 0, false},
        {2, "depth", 5, true}, {0, "depth", 3, true},
        {0, "near_nav", 1, false}, {1, "near_nav", 0, false}, {2, "near_main", 1 / 3.0f, false},
        {1, "near_heading", 1, false}, {5, "near_footer", 0.5f, false},
        {0, "name_nav", 1, false}, {2, "name_content", 0.5f, false}, {4, "name_comment", 0.5f, false},
        {3, "name_comment", 0, false},
        /* place */
        {2, "position", 2 / 6.0f, false}, {2, "from_end", 3, true},
        {2, "words_before", 3 / 37.0f, false}, {2, "log_words_before", 3, true}, {2, "log_words_after", 14, true},
        {3, "prose_before", 20 / 33.0f, false}, {0, "before_h1", 1, false},
        {1, "before_h1", 0, false}, {2, "since_h1", 2, true}, {0, "since_h1", 0, false}, {3, "words_since_h1", 22, true},
        /* sections */
        {2, "since_heading", 1, true}, {2, "heading_level", 1 / 6.0f, false}, {0, "heading_level", 0, false},
        {2, "headings_before", 1, true}, {1, "headings_before", 0, true},
        {2, "headings_alike", 1, true}, {2, "section_blocks", 5, true}, {0, "section_blocks", 1, true},
        {2, "section_words", 36, true}, {0, "section_links", 1, false},
        /* wider containers */
        {2, "wider_1_blocks", 3, true}, {2, "wider_1_words", 33, true}, {2, "wider_1_share", 33 / 37.0f, false},
        {2, "wider_1_place", 1 / 3.0f, false}, {2, "wider_1_paragraphs", 2 / 3.0f, false},
        {2, "wider_1_headings", 1 / 3.0f, false}, {2, "wider_1_block", 11, true}, {2, "wider_1_stops", 3 / 33.0f, false},
        {2, "wider_1_links", 0, false}, {2, "wider_1_alike", 1, true},
        {2, "wider_2_blocks", 6, true}, {2, "wider_2_links", 1 / 37.0f, false}, {2, "wider_6_blocks", 6, true},
        {4, "wider_1_blocks", 6, true}, {5, "wider_1_place", 5 / 6.0f, false},
        /* style groups */
        {2, "style_blocks", 2, true}, {4, "style_blocks", 1, true}, {3, "style_share", 31 / 37.0f, false},
        {2, "style_words", 15, true}, {3, "style_stops", 3 / 31.0f, false}, {0, "style_links", 1, false},
        {2, "kin_blocks", 2, true}, {4, "kin_share", 2 / 37.0f, false}, {2, "path_blocks", 2, true},
        {4, "path_blocks", 1, true}, {3, "path_words", 15, true},
        /* title */
        {1, "title_said", 1, false}, {1, "says_title", 1, false}, {1, "is_title", 1, false}, {2, "is_title", 0, false},
        {2, "since_title", 2, true}, {0, "since_title", 0, false},
        /* cores: block 2 alone holds half of the prose, the blocks of the story hold nine tenths */
        {2, "core_50_in", 1, false}, {3, "core_50_in", 0, false}, {3, "core_50_after", 1, true},
        {0, "core_50_before", 2, true}, {3, "core_50_place", 1, false}, {0, "core_50_place", 0, false},
        {3, "core_70_in", 1, false}, {3, "core_70_place", 2 / 3.0f, false}, {5, "core_70_after", 2, true},
        {0, "core_90_before", 1, true}, {1, "core_90_in", 1, false}, {4, "core_90_in", 0, false},
        /* names before and after */
        {5, "since_comment", 1, false}, {3, "since_comment", 0, false}, {3, "until_comment", 1, false},
        {2, "until_comment", 0.5f, false}, {0, "until_comment", 0.25f, false}, {4, "until_comment", 0, false},
        /* neighbours */
        {3, "prev_1_words", 20, true},
        {0, "prev_1_words", 0, false},
        {2, "next_1_ends", 1, false},
        {2, "next_1_p", 1, false}, {2, "next_1_words", 11, true},
        {5, "next_1_words", 0, false},
        /* windows of blocks, without the block itself */
        {2, "words_4", 3, true}, {2, "links_4", 1 / 17.0f, false},
        {2, "p_4", 3 / 5.0f, false}, {0, "words_4", 8, true},
        {0, "p_4", 3 / 4.0f, false}, {0, "words_12", 7, true}, {0, "p_30", 4 / 5.0f, false},
};

static void test_block_columns(mk_page *pg)
{
	extract_at(pg, sample, "https://a.example/q");
	check(pg->article.n_blocks == 6, "%u blocks", pg->article.n_blocks);
	check_values(pg, block_columns, COUNT(block_columns));
}

static void test_page_columns(mk_page *pg)
{
	static const struct value values[] = {
	        {0, "policy", 1, false}, {5, "page_blocks", 6, true}, {0, "page_words", 37, true},
	        {0, "page_links", 1 / 37.0f, false}, {0, "page_stops", 4 / 37.0f, false}, {0, "page_commas", 1 / 37.0f, false},
	        {0, "page_block", 6, true}, {0, "page_prose", 33 / 37.0f, false}, {0, "page_prose_words", 33, true},
	        {0, "page_long", 20 / 37.0f, false}, {0, "page_longest", 20, true},
	        {0, "page_share_p", 34 / 37.0f, false}, {0, "page_share_headings", 2 / 37.0f, false},
	        {0, "page_share_items", 0, false}, {0, "page_n_h1", 1, true}, {0, "page_n_h2", 0, true},
	        {0, "page_n_comments", 1, true},
	        {0, "page_n_articles", 0, true}, {0, "page_n_links_blocks", 1, true}, {0, "page_in_main", 33 / 37.0f, false},
	        {0, "page_in_nav", 1 / 37.0f, false}, {0, "page_in_footer", 1 / 37.0f, false},
	        {0, "page_in_comment", 2 / 37.0f, false}, {0, "page_in_content", 33 / 37.0f, false}, {0, "page_in_side", 0, false},
	        {0, "page_questions", 1, true}, {0, "page_capitals", 5 / 37.0f, false}, {0, "page_bold", 1 / 37.0f, false},
	        {0, "page_copies", 0, false},
	        {0, "core_50_share", 20 / 37.0f, false}, {0, "core_50_blocks", 1 / 6.0f, false}, {0, "core_50_depth", 5, true},
	        {0, "core_70_share", 33 / 37.0f, false}, {0, "core_90_blocks", 0.5f, false}, {0, "core_70_depth", 4, true},
	        {0, "page_alike", 2, true}, {0, "page_alike_share", 31 / 37.0f, false}, {0, "title_words", 2, true},
	        {0, "url_depth", 1, true}, {0, "url_words", 2, true}, {0, "url_digits", 1 / 7.0f, false},
	        {0, "url_query", 1, false},
	        {0, "schema_news", 0, false}, {0, "overlap_body_words", 0, false},
	};
	static const struct value others[] = {
	        {0, "page_share_cells", 2 / 15.0f, false}, {0, "page_share_items", 2 / 15.0f, false},
	        {0, "page_share_code", 3 / 15.0f, false}, {0, "page_share_controls", 1 / 15.0f, false},
	        {0, "page_share_quotes", 1 / 15.0f, false},
	        {0, "page_n_tables", 1, true}, {0, "page_n_lists", 1, true}, {0, "page_n_details", 1, true},
	        {0, "page_n_images", 2, true}, {0, "page_n_fields", 2, true}, {0, "page_n_media", 1, true},
	        {0, "page_n_products", 1, true},
	        {0, "page_in_table", 2 / 15.0f, false}, {0, "page_in_list", 2 / 15.0f, false},
	        {0, "page_in_hidden", 1 / 15.0f, false}, {0, "page_cjk", 2 / 24.0f, false}, {0, "page_currency", 1, true},
	        {0, "page_years", 1, true},
	        {0, "page_digits", 5 / 24.0f, false}, {0, "page_code_signs", 1 / 24.0f, false},
	        {0, "page_copies", 1 / 12.0f, false}, {0, "schema_product", 1, false}, {0, "schema_og_product", 1, false},
	        {0, "overlap_text_words", 3, true},
	        {0, "overlap_description_words", 2, true}, {0, "url_depth", 0, true}, {0, "title_words", 0, true},
	        {1, "images_before", 1, true},
	        {2, "is_li", 1, false},
	        {8, "is_div", 1, false},
	        {8, "near_hidden", 1, false}, {3, "copies", 1, true}, {3, "said_before", 1, false}, {2, "copies", 1, true},
	        {2, "said_before", 0, false},
	};
	extract_at(pg, sample, "https://a.example/q");
	check_values(pg, values, COUNT(values));
	mk_options o;
	mk_options_init(&o);
	o.no_comments = true;
	check(mk_extract(pg, sample, sizeof sample - 1, &o) == MK_OK && near(column(pg, 0, "policy"), 0), "policy is 0 with no_comments");
	extract(pg, "<body><meta property=og:type content=product><meta name=description content='a b'>"
	            "<script type=application/ld+json>{\"@type\":\"Product\",\"text\":\"a b c\"}</script><iframe></iframe>"
	            "<table><tr><td>ab<img src=x><th>cd</table><ul><li>ef<li>ef</ul><pre>a = b c</pre><input>"
	            "<details><summary>g</summary></details>"
	            "<blockquote>h</blockquote><section class=product>i</section><div hidden>j</div><p>$5</p><img src=y>"
	            "<p>\xE6\x97\xA5\xE6\x9C\xAC</p><input><address>1999</address>");
	check(pg->article.n_blocks == 12, "%u blocks", pg->article.n_blocks);
	check_values(pg, others, COUNT(others));
}

/* Columns of word weights: a block's own, and means over blocks around it.  The expected values come from the trained weights,
 * whatever they are. */
static void test_word_weights_columns(mk_page *pg)
{
	extract(pg, "<h2>Read more about boats</h2><p>Add to cart</p><p>All rights reserved, and the privacy policy</p>"
	            "<p>the boats of the river are built by hand</p>");
	float own[4], sum = 0, weight = 0;
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t words[WORD_WEIGHTS_WORDS + 1];
		const mk_str text = pg->blocks[i].pub.text;
		size_t at = 0;
		const uint32_t n = words_hash(text.p, text.len, &at, words, WORD_WEIGHTS_WORDS + 1);
		own[i] = model_says(words, n);
		sum += own[i] * (float)n;
		weight += (float)n;
		check(near(column(pg, i, "word_weights"), own[i]), "word weights of block %u: %g, expected %g", i, (double)column(pg, i, "word_weights"), (double)own[i]);
	}
	check(near(column(pg, 2, "word_weights_prev_1"), own[1]) && near(column(pg, 3, "word_weights_prev_2"), own[1]) &&
	              near(column(pg, 0, "word_weights_prev_1"), 0) &&
	              near(column(pg, 0, "word_weights_next_2"), own[2]) && near(column(pg, 2, "word_weights_next_2"), 0),
	      "word weights of the neighbours");
	check(near(column(pg, 3, "word_weights_heading"), own[0]), "word weights of the heading");
	const float mean = column(pg, 0, "page_word_weights");
	check(mean > sum / weight - 0.01f && mean < sum / weight + 0.01f, "mean word weights of the page: %g, expected %g", (double)mean,
	      (double)(sum / weight));
	check(near(column(pg, 1, "word_weights_12"), mean) && near(column(pg, 1, "word_weights_4"), mean) && near(column(pg, 1, "word_weights_wider_1"), mean),
	      "windows that cover the whole page have its mean");
}

/* Compares small_letters_at(), which reads sixteen bytes at once, with reading one byte at a time: every number of letters is
 * followed by every byte value. */
static void test_small_letters(void)
{
	unsigned n_wrong = 0;
	for (uint32_t n = 0; n <= 16; n++)
		for (int c = 0; c < 256; c++) {
			char s[17] = "azbymnopqzarstuv";
			uint32_t expected = 0;
			s[n] = (char)c;
			while (expected < 16 && is_small(s[expected]))
				expected++;
			n_wrong += small_letters_at(s) != expected;
		}
	check(!n_wrong, "small_letters_at(): %u wrong counts", n_wrong);
}

/* Sets the initial scores of the n blocks of a page. */
static void make_initial(mk_page *pg, const float *initial, uint32_t n)
{
	check(pg->article.n_blocks == n, "%u blocks", pg->article.n_blocks);
	for (uint32_t i = 0; i < n; i++)
		pg->blocks[i].pub.score = initial[i];
	feature_initial(pg);
}

/* Made-up initial scores: 0 for the heading of two words, 0.75 and 0.5 for paragraphs of ten words, 0.25 and 0 for items of five
 * words, 0.5 for the last paragraph, of ten words. */
static void test_initial_columns(mk_page *pg)
{
	static const float initial[] = {0, 0.75f, 0.5f, 0.25f, 0, 0.5f};
	static const struct value values[] = {
	        {1, "initial", 0.75f, false}, {2, "initial_prev_1", 0.75f, false},
	        {1, "initial_next_1", 0.5f, false}, {5, "initial_next_2", 0, false},
	        {3, "initial_4", 17.5f / 37, false}, {1, "initial_style", 0.625f, false}, {4, "initial_kin", 0.125f, false},
	        {4, "initial_path", 0.125f, false}, {1, "initial_wider_1", 0.5f, false},
	        {1, "initial_share_1", 12.5f / 18.75f, false},
	        {1, "initial_section", 11.25f / 32, false}, {1, "initial_heading", 0, false},
	        {3, "initial_page", 18.75f / 42, false}, {0, "initial_cut", 0.5f, false}, {0, "initial_f1", 35 / 48.75f, false},
	        {3, "initial_over_cut", -0.25f, false},
	        {3, "initial_until", 0.5f, false}, {5, "initial_until", 0, false},
	        {2, "initial_before", 0.4f, false}, {1, "initial_run_blocks", 2, true}, {2, "initial_run_words", 20, true},
	        {4, "initial_run_blocks", 2, true}, {1, "initial_same", 0.75f, false},
	        {3, "initial_core_50_off", 0.6931f, false},
	        {0, "initial_core_50_off", -0.6931f, false},
	        {5, "initial_words", 18.75f / 42, false},
	};
	extract(pg, "<h2>Read this</h2><div><p>" TEN "</p><p>a" TEN "</p></div><ul><li>a b c d e<li>f g h i j</ul><p>b" TEN "</p>");
	make_initial(pg, initial, COUNT(initial));
	check_values(pg, values, COUNT(values));
	extract(pg, "<p>---</p>"); /* a block without words */
	check(pg->article.n_blocks == 1 && near(column(pg, 0, "initial_f1"), 0) && near(column(pg, 0, "initial_until"), 0) &&
	              near(column(pg, 0, "initial_words"), 0),
	      "a page without words");
}

/* The distance to a cue is right even 500 levels above. */
static void test_depth(mk_page *pg)
{
	char *html = malloc(6000);
	if (!html)
		exit(2);
	strcpy(html, "<html class=nav>");
	for (int i = 0; i < 600; i++)
		strcat(html, "<div>");
	strcat(html, "x");
	extract(pg, html);
	const struct block *b = &pg->blocks[0];
	const int distance = container_distance(&pg->containers[b->container], N_LANDMARKS + WORD_NAV);
	check(distance > 500 && near(column(pg, 0, "name_nav"), 1.0f / (float)(1 + distance)), "a name %d levels above", distance);
	check(near(column(pg, 0, "name_share"), 0), "a name that no container has");
	free(html);
}

/* ---- Memory ---- */

/* Returns the bytes that the stages from feature_measure() on take, plus those of link_same(), which block_split() runs last. */
static size_t bytes_behind(mk_page *pg, const char *html, size_t len)
{
	if (mk_parse(pg, html, len, NULL) != MK_OK || setjmp(pg->arena.escape))
		exit(1);
	meta_open(pg);
	block_split(pg);
	uint32_t same = 64;
	while (same < 2 * pg->article.n_blocks)
		same *= 2;
	meta_read(pg);
	const size_t before = arena_used(&pg->arena);
	feature_measure(pg);
	model_score(pg);
	choose_cut(pg);
	pg->type = MK_PAGE_ARTICLE; /* comment_find() returns at once on other types */
	comment_find(pg);
	pg->options.no_tables = true;
	choose_blocks(pg);
	return arena_used(&pg->arena) - before + feature_bytes(pg) + same * sizeof(uint32_t);
}

/* The stages take no more memory than block_split() holds back for them.  The worst case is a hash table that has just been
 * doubled, so block counts just above powers of two are tested. */
static void test_memory(mk_page *pg)
{
	static const char *const units[] = {"<p>x", "<div><p>x</p></div>", "x<hr>", "<ul><li>x</ul>"};
	char *html = malloc(1 << 20);
	if (!html)
		exit(2);
	for (size_t i = 0; i < COUNT(units); i++)
		for (uint32_t n = 0; n <= 33000; n += n < 3 ? 1 : n % 2 ? n - 1 : 1) { /* 0, 1, 2, 3, 5, 9, 17 … */
			size_t len = 0;
			for (uint32_t k = 0; k < n; k++, len += strlen(units[i]))
				memcpy(html + len, units[i], strlen(units[i]));
			const size_t bytes = bytes_behind(pg, html, len), fixed = 48 << 10;
			const size_t tables = (size_t)pg->article.n_blocks * FEATURE_BLOCK_BYTES + (size_t)pg->n_containers * FEATURE_CONTAINER_BYTES;
			const size_t most = fixed + tables;
			check(bytes <= most, "%u times %s: %zu bytes used, %zu held back", n, units[i], bytes, most);
		}
	free(html);
}

int main(void)
{
	mk_page *pg = mk_page_new(NULL);
	if (!pg)
		return 2;
	TEST(test_names());
	TEST(test_landmarks(pg));
	TEST(test_words_of_elements(pg));
	TEST(test_cache());
	TEST(test_schema(pg));
	TEST(test_overlap(pg));
	TEST(test_overlap_texts(pg));
	TEST(test_words_hash());
	TEST(test_long_words());
	TEST(test_word_weights());
	TEST(test_counts(pg));
	TEST(test_ends(pg));
	TEST(test_kinds());
	TEST(test_block_columns(pg));
	TEST(test_page_columns(pg));
	TEST(test_word_weights_columns(pg));
	TEST(test_small_letters());
	TEST(test_initial_columns(pg));
	TEST(test_depth(pg));
	TEST(test_memory(pg));
	mk_page_free(pg);
	return check_end("features");
}
