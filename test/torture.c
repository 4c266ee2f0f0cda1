/* SPDX-License-Identifier: Apache-2.0 */
/*
 * torture.c - inputs that made other tools hang, crash or return nothing.
 *
 * Every input must keep its text, and give a warning if it exceeds a budget.  The kinds of failures are numbered: checks of "row 7"
 * are all about kind 7.  Whether time grows linearly with the input is tested by growth.c.
 */
#include "check.h"
#include "hostile.h"

static mk_page *extract(mk_page *page, const char *p, size_t len)
{
	if (!run(page, p, len, MK_VIEW_EVERYTHING))
		printf("  extracting %zu bytes failed\n", len);
	return page;
}

static mk_page *extract_str(mk_page *page, const char *html)
{
	return extract(page, html, strlen(html));
}

static bool text_has(mk_page *page, const char *word)
{
	mk_str text;
	return mk_text(page, &text) == MK_OK && text.len && memmem(text.p, text.len, word, strlen(word));
}

static bool markdown_has(mk_page *page, const char *word)
{
	mk_str text;
	return mk_markdown(page, 0, &text) == MK_OK && text.len && memmem(text.p, text.len, word, strlen(word));
}

static bool warned(mk_page *page, mk_warning warning)
{
	return mk_warnings(page) & (unsigned)warning;
}

static bool text_is(mk_page *page, const char *html, const char *expected)
{
	mk_str text;
	extract_str(page, html);
	if (mk_text(page, &text) != MK_OK)
		return false;
	if (text.len != strlen(expected) || memcmp(text.p, expected, text.len) != 0) {
		printf("  got \"%.*s\" for %s\n", (int)text.len, text.p, html);
		return false;
	}
	return true;
}

/* Rows 1, 2, 4: elements nested n deep, with a word before them, in the innermost one, and after them. */
static void nested(mk_page *page, const char *left, const char *right, size_t n)
{
	char what[96];
	struct text t = {0};
	add_str(&t, "<p>before</p>");
	for (size_t i = 0; i < n; i++)
		add_str(&t, left);
	add_str(&t, "bottom");
	for (size_t i = 0; i < n; i++)
		add_str(&t, right);
	add_str(&t, "<p>behind</p>");
	extract(page, t.p, t.len);
	snprintf(what, sizeof what, "%s %zu deep keeps its text", left, n);
	check(text_has(page, "before") && text_has(page, "bottom") && text_has(page, "behind") && markdown_has(page, "bottom"), "%s", what);
	snprintf(what, sizeof what, "%s %zu deep has a warning if it exceeds the depth", left, n);
	check(warned(page, MK_WARN_DEPTH) == (n >= 512 && (*right || strcmp(left, "<p>") != 0)), "%s", what);
	free(t.p);
}

static void depth_rows(mk_page *page)
{
	static const char *const pairs[][2] = {{"<div>", "</div>"},
	                                       {"<blockquote>", "</blockquote>"},
	                                       {"<b>", "</b>"},
	                                       {"<ul><li>", "</li></ul>"},
	                                       {"<table><tr><td>", "</td></tr></table>"}};
	static const size_t depths[] = {260, 330, 993, 1100, 20000, 100000};
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 6; k++) {
			size_t n = depths[k];
			if (strchr(pairs[i][0] + 1, '<') && n < 512)
				n /= 4; /* these units nest more than one element each */
			nested(page, pairs[i][0], pairs[i][1], n);
		}
}

static size_t count(mk_page *page, const char *word)
{
	mk_str text;
	size_t n = 0;
	if (mk_text(page, &text) != MK_OK)
		return 0;
	for (const char *p = text.p; (p = memmem(p, text.len - (size_t)(p - text.p), word, strlen(word))); p++)
		n++;
	return n;
}

static void size_rows(mk_page *page)
{
	struct text t = {0};
	make(&t, &(struct family){"", "<table>", "<tr><td>x\1y", "", ""}, 1000000);
	extract(page, t.p, t.len);
	check(text_has(page, "x999999y") && count(page, "y") == 1000000, "row 7: a million table rows");

	t.len = 0;
	add_str(&t, "<p>before <img src='data:image/png;base64,");
	for (int i = 0; i < 700000; i++)
		add_str(&t, "QUJDREVG");
	add_str(&t, "'>after<p title='");
	for (int i = 0; i < 1300000; i++)
		add_str(&t, "abcdefgh");
	add_str(&t, "'>last");
	extract(page, t.p, t.len);
	check(text_has(page, "before after") && text_has(page, "last"), "row 8: attributes of megabytes");

	make(&t, &(struct family){"", "<p", " a\1=b", ">word", ""}, 100000);
	extract(page, t.p, t.len);
	check(text_has(page, "word") && warned(page, MK_WARN_ATTRIBUTES), "row 8: 100,000 attributes on a tag are cut, with a warning");

	make(&t, &(struct family){"", "", "<p>x\1", "", ""}, 50000);
	extract(page, t.p, t.len);
	check(mk_n_blocks(page) == 50000, "row 11: 50,000 paragraphs");

	t.len = 0;
	for (int i = 0; i < 500000; i++)
		add_str(&t, "plain words ");
	extract(page, t.p, t.len);
	check(count(page, "plain") == 500000 && !warned(page, MK_WARN_NOT_HTML), "row 15: plain text served as HTML keeps all its text");

	t.len = 0;
	for (uint32_t i = 0, x = 1; i < 20000000; i++) {
		x = x * 1664525u + 1013904223u;
		add(&t, &(char){(char)(x >> 24)}, 1);
	}
	extract(page, t.p, t.len);
	check(warned(page, MK_WARN_NOT_HTML), "row 15: binary data gives a warning");

	make(&t, &(struct family){"", "", "<div><span>w\1</span></div>", "", ""}, 600000);
	extract(page, t.p, t.len);
	check(text_has(page, "w599999") && mk_n_blocks(page) == 600000, "row 22: 15 MB, 1.2 million elements");
	free(t.p);
}

static bool is(mk_str s, const char *wanted)
{
	bool same = wanted ? s.p && s.len == strlen(wanted) && !memcmp(s.p, wanted, s.len) : !s.p;
	if (!same)
		printf("  got \"%.*s\" instead of \"%s\"\n", (int)(s.len < 100 ? s.len : 100), s.p ? s.p : "", wanted ? wanted : "(missing)");
	return same;
}

static const mk_article *article_of(mk_page *page, struct text *t)
{
	const mk_article *article = mk_article_of(extract(page, t->p, t->len));
	t->len = 0;
	return article;
}

/* Rows 12, 13, 24: metadata that made other tools hang or return nothing. */
static void metadata_rows(mk_page *page)
{
	struct text t = {0};
	add_str(&t, "<h1>Years</h1><p>22 Oktoba 2022</p>");
	for (size_t i = 0; i < 20000; i++)
		add_numbered(&t, "<p>\1: 1 May 1999, 3/4/2001, 1987</p>", i);
	check(is(article_of(page, &t)->date_published, "2022-10-22"), "row 12: a page with thousands of dates");
	add_str(&t, "<h1>Digits</h1><meta name=date content='");
	for (size_t i = 0; i < 100000; i++)
		add_str(&t, "?");
	add_str(&t, "x'><time datetime='");
	for (size_t i = 0; i < 3200; i++)
		add_str(&t, "9");
	add_str(&t, "'></time><p class=date>99999999999999999999999 May 9999999999999 2022");
	check(is(article_of(page, &t)->date_published, NULL), "row 13: no date in question marks and nines");

	static const char tail[] = "\"}</script><title>A long winter | Site</title><p>word";
	add_str(&t, "<script type=application/ld+json>{\"@type\":\"Article\",\"author\":\"Jane Roe\",\"articleBody\":\"");
	for (size_t i = 0; i < 2000000; i++)
		add_str(&t, "ten bytes ");
	add_str(&t, tail);
	check(is(article_of(page, &t)->title, "A long winter") && text_has(page, "word"), "row 24: a script of 20 MB");
	add_str(&t, "<script type=application/ld+json>{\"@type\":\"Article\",\"datePublished\":\"2022-10-22\",\"x\":");
	for (size_t i = 0; i < 100000; i++)
		add_str(&t, "[{\"y\":");
	add_str(&t, "\"");
	for (size_t i = 0; i < 100000; i++)
		add_str(&t, "}]");
	add_str(&t, tail);
	for (size_t i = 0; i < 5; i++) /* prose, so that the page counts as an article with a date */
		add_str(&t, "<p>Snow fell on the town for a month, and nobody left the house. When it ended, people met in the street again.");
	check(is(article_of(page, &t)->date_published, "2022-10-22"), "row 24: a script 100,000 deep");
	free(t.p);
}

#define P(bytes, title) {bytes, sizeof bytes - 1, title}

/* Row 19: wrong or missing declarations of the encoding.  test/decode.c has more tests. */
static void encoding_rows(mk_page *page)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *title; /* NULL: any title, with a warning */
	} pages[] = {
	        P("<meta charset=windows-1251><title>\xC7\xE8\xEC\xE0</title>", "Зима"),
	        P("<meta charset=shift_jis><title>\x93\xFA\x96\x7B</title>", "日本"),
	        P("<meta charset=iso-2022-jp><title>\x1B$BF|K\\\x1B(B</title>", "日本"),
	        P("<title>Caf\xE9</title>", "Café"),
	        P("<meta charset=utf-8><title>\xD6\xD0\xB9\xFA\xD6\xD0\xB9\xFA</title>", NULL),
	        P("<meta charset=utf-8><title>na\xC3\xAFve</title><p>caf\xC3", "naïve"),
	};
	char what[64];
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		if (mk_extract(page, pages[i].bytes, pages[i].len, NULL) != MK_OK)
			exit(2);
		const mk_article *a = mk_article_of(page);
		snprintf(what, sizeof what, "row 19: encoding %zu", i);
		check(pages[i].title ? is(a->title, pages[i].title) : a->title.len && warned(page, MK_WARN_ENCODING | MK_WARN_CHARSET), "%s", what);
	}
	check(warned(page, MK_WARN_ENCODING), "row 19: a cut character gives a warning");
	static const char utf16[] = "<\0t\0i\0t\0l\0e\0>\0H\0i\0<\0/\0t\0i\0t\0l\0e\0>\0<\0p\0>\0w\0o\0r\0d\0";
	check(mk_extract(page, utf16, sizeof utf16 - 1, NULL) == MK_OK && mk_article_of(page), "row 19: UTF-16 without a byte order mark");
}

/* Row 32: addresses. */
static void address_rows(mk_page *page)
{
	static const char *const refs[][2] = {
	        {"http://[", NULL},
	        {"javascript:alert(1)", NULL},
	        {"data:text/html,x", NULL},
	        {"http:\\\\Example.ORG\\a\\..\\b", "http://example.org/b"},
	        {"//b\u00FCcher.example/\u00E4", "https://b\u00FCcher.example/%C3%A4"},
	        {"https://b\u00FCcher.example/\u00E4", "https://b\u00FCcher.example/%C3%A4"},
	        {"http://a.example:99999/", NULL},
	};
	struct text t = {0};
	char what[96];
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
		add_str(&t, "<link rel=canonical href='");
		add_str(&t, refs[i][0]);
		add_str(&t, "'><meta property=og:image content='");
		add_str(&t, refs[i][0]);
		add_str(&t, "'><p>word");
		const mk_article *a = article_of(page, &t);
		snprintf(what, sizeof what, "row 32: %s", refs[i][0]);
		check(is(a->canonical_url, refs[i][1]) && is(a->image, refs[i][1]) && text_has(page, "word"), "%s", what);
	}
	add_str(&t, "<link rel=canonical href='https://example.org/");
	for (size_t i = 0; i < 1000000; i++)
		add_str(&t, "a");
	add_str(&t, "'><p>word");
	check(is(article_of(page, &t)->canonical_url, NULL) && text_has(page, "word"), "row 32: an address of a megabyte");
	free(t.p);
}

static void table_rows(mk_page *page)
{
	static const char *const spans[] = {"9007199254740991", "", "undefined", "100%", "5;", "-1", "65535", "1e9", "+3", "0x10"};
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
		struct text t = {0};
		char what[64];
		add_str(&t, "<table><tr><th>a<th>b</tr><tr><td colspan='");
		add_str(&t, spans[i]);
		add_str(&t, "' rowspan='");
		add_str(&t, spans[i]);
		add_str(&t, "'>c</td><td>d</td></tr><tr><td>e<td>f</table>");
		extract(page, t.p, t.len);
		snprintf(what, sizeof what, "row 9: span \"%s\"", spans[i]);
		mk_str md;
		check(text_has(page, "f") && markdown_has(page, "d") && mk_markdown(page, 0, &md) == MK_OK && md.len < 20000, "%s", what);
		free(t.p);
	}
	struct text t = {0};
	for (int i = 0; i < 300; i++) {
		add_str(&t, "<table><tr>");
		for (int k = 0; k < 30; k++)
			add_str(&t, "<td>a");
		add_str(&t, "<td>");
	}
	add_str(&t, "bottom");
	extract(page, t.p, t.len);
	check(text_has(page, "bottom"), "row 10: wide and deep tables");
	free(t.p);
}

static void small_rows(mk_page *page)
{
	static const char nuls[] = "a\0b<p title='x\0y'>c\0d</p><\0p>e<d\0iv>f", only[4] = {0};
	check(run(page, "", 0, MK_VIEW_BALANCED) && mk_verdict_of(page) == MK_VERDICT_EMPTY, "row 14: an empty page");
	check(run(page, "\xEF\xBB\xBF", 3, MK_VIEW_BALANCED) && mk_verdict_of(page) == MK_VERDICT_EMPTY, "row 14: only a byte order mark");
	check(run(page, only, 4, MK_VIEW_BALANCED) && mk_n_blocks(page) == 0, "row 14: only NULs");
	check(text_is(page, "x", "x\n"), "row 14: one byte");
	check(text_is(page, "<p>last line", "last line\n"), "row 14: no line end after the text");
	extract(page, nuls, sizeof nuls - 1);
	check(text_has(page, "c") && text_has(page, "e") && text_has(page, "f"), "row 16: NUL in text, tags and attributes");
	check(text_is(page, "<p>a&#1;b\x01 c&#xD800;d&#x110000;e\xEF\xBF\xBE", "a\x01"
	                                                                       "b\x01 c\xEF\xBF\xBD"
	                                                                       "d\xEF\xBF\xBD"
	                                                                       "e\xEF\xBF\xBE\n"),
	      "row 17: control characters and invalid character references");
	check(text_is(page, "<!DOCTYPE html PUBLIC '-//x' <html lang=sw/><p>kept", "kept\n"), "row 18: broken doctype");
	check(text_is(page, "<html lang=sw/><body/><p>kept", "kept\n"), "row 18: <html/>");
	check(text_is(page, "<p>\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC \xE2\x9D\xA4\xEF\xB8\x8F<b>\xE4\xB8\xAD</b>\xE6\x96\x87",
	              "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC \xE2\x9D\xA4\xEF\xB8\x8F\xE4\xB8\xAD\xE6\x96\x87\n"),
	      "row 20: emoji with joiners and selectors");
	check(text_is(page, "<svg><template><p>in</svg>out", "inout\n"), "row 21: template in svg");
	check(text_is(page, "<svg xlink:title=x></svg>a&ltb<!--!>c", "a<b\n"), "row 21: xlink attribute, &lt without semicolon, <!--!>");
	check(text_is(page, "<select><option>a<option>b</select>c<template><form></template></form>d", "a\n\nb\n\nc\n\nd\n"),
	      "row 21: select, form in template");
	check(text_is(page, "<h2>head</h3>tail<p>more", "head\n\ntail\n\nmore\n") || text_is(page, "<h2>head</h3>tail<p>more", "headtail\n\nmore\n"),
	      "row 25: mis-nested heading");
	extract_str(page, "<title>T</title><h1>Head<h2>x</h3><p>long text that is no title");
	check(mk_string(page, MK_FIELD_TITLE).len < 20, "row 25: a mis-nested heading does not make the rest of the page the title");
	extract_str(page, "<title>Head</title><h2>Head</h3><p>long text that is no title, and much more of it");
	check(mk_string(page, MK_FIELD_TITLE).len < 10, "row 25: title of a mis-nested page");
	check(text_is(page, "<article><p>one</article><article><p>two</article><main><p>three</main><main><p>four</main>",
	              "one\n\ntwo\n\nthree\n\nfour\n"),
	      "row 26: content in several articles");
	check(text_is(page, "<body><ul><li><span>a</span><li>b", "- a\n- b\n"), "row 26: body > ul, li > span");
}

/* Row 27: class names that contain words for which other tools drop an element. */
static void class_rows(mk_page *page)
{
	static const char *const names[] = {"elementor-widget-text-editor", "share-holder-report", "social-policy", "popular-science",
	                                    "has-sidebar", "comment-free", "ad-hoc"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct text t = {0};
		char what[80];
		add_str(&t, "<body class='");
		add_str(&t, names[i]);
		add_str(&t, "'><h1>On rivers</h1><div class='");
		add_str(&t, names[i]);
		add_str(&t, "'>");
		for (int k = 0; k < 6; k++)
			add_numbered(&t, "<p>Paragraph \1 tells of rivers, of rain and of the people who live beside them. They say that the "
			                 "water comes later each year, and that they wait for it.</p>", (size_t)k);
		add_str(&t, "</div>");
		snprintf(what, sizeof what, "row 27: class %s", names[i]);
		check(run(page, t.p, t.len, MK_VIEW_BALANCED) && count(page, "Paragraph") == 6, "%s", what);
		free(t.p);
	}
}

static void spacing_rows(mk_page *page)
{
	check(text_is(page, "<p>Squished<br>There", "Squished There\n") || text_is(page, "<p>Squished<br>There", "Squished\nThere\n"),
	      "row 34: br separates words");
	check(text_is(page, "<p><span>one</span><span>two</span>", "one two\n"), "row 34: spans separate words");
	check(text_is(page, "<p><b>T</b>he <i>wor</i>d", "The word\n"), "row 34: bold letters stay in their word");
	check(text_is(page, "<div>one<div>two</div>three</div>", "one\n\ntwo\n\nthree\n"), "row 34: blocks separate words");
	check(text_is(page, "<p><span>\xE6\x97\xA5\xE6\x9C\xAC</span><span>\xE8\xAA\x9E</span>", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\n"),
	      "row 34: no space inside Japanese");
	check(text_is(page, "<table><tr><td>one</td><td>two</td></tr></table>", "one\n\ntwo\n") ||
	              text_is(page, "<table><tr><td>one</td><td>two</td></tr></table>", "one\ttwo\n"),
	      "row 34: cells separate words");
	extract_str(page, "<ul>\n    <li>a\n        <ul>\n            <li>b\n                <ul>\n                    <li>c</ul></ul></ul>");
	check(!markdown_has(page, "        - c") || !markdown_has(page, "\n\n    "), "row 23: indented menus do not become code");
	extract_str(page, "<p>one <a href='/a_(b)_(c)'>two</a> three <a href='/d(e'>four</a> five <a href='/f)(g'>six</a> seven");
	check(markdown_has(page, "/a_(b)_(c))") && markdown_has(page, "/d\\(e)") && markdown_has(page, "/f\\)\\(g)"),
	      "row 23: brackets in addresses");
}

/* Row 6: a file of 84,417 unclosed paragraphs, read from ../shared or the folder MAKALA_SHARED. */
static void file_row(mk_page *page)
{
	const char *folder = getenv("MAKALA_SHARED");
	char path[512];
	snprintf(path, sizeof path, "%s/torture/unclosed_p_1mib.html", folder ? folder : "../shared");
	FILE *f = fopen(path, "rb");
	if (!f) {
		printf("skipped row 6: %s is not there\n", path);
		if (getenv("CI"))
			check(false, "row 6: in CI the file must not be missing");
		return;
	}
	char *p = malloc(2 << 20);
	size_t len = p ? fread(p, 1, 2 << 20, f) : 0;
	fclose(f);
	double start = now_ms();
	bool ok = run(page, p, len, MK_VIEW_EVERYTHING);
	check(ok && now_ms() - start < 2000, "row 6: 84,417 unclosed paragraphs in less than two seconds");
	free(p);
}

int main(void)
{
	mk_page *page = mk_page_new(NULL);
	TEST(depth_rows(page));
	TEST(size_rows(page));
	TEST(table_rows(page));
	TEST(metadata_rows(page));
	TEST(encoding_rows(page));
	TEST(address_rows(page));
	TEST(small_rows(page));
	TEST(class_rows(page));
	TEST(spacing_rows(page));
	TEST(file_row(page));
	mk_page_free(page);
	return check_end("torture");
}
