/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meta.c - tests of src/meta.c: title, language, canonical URL and hostname, from small pages.
 */
#include "makala.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned n_passed, n_failed;

static void check(mk_str got, const char *wanted, const char *what, const char *html)
{
	if (wanted ? got.p && got.len == strlen(wanted) && !memcmp(got.p, wanted, got.len) : !got.p && !got.len) {
		n_passed++;
		return;
	}
	n_failed++;
	printf("FAILED: %s: \"%.*s\" instead of \"%s\" for %.300s\n", what, (int)got.len, got.p ? got.p : "",
	       wanted ? wanted : "(missing)", html);
}

#define OG(title) "<meta property=og:title content=\"" title "\">"
#define SITE(name) "<meta property=og:site_name content=\"" name "\">"

/* html, title, where it was found */
static const char *const titles[][3] = {
	{"<title>A long winter in the north</title><h1>A long winter in the north</h1>", "A long winter in the north", "h1"},
	{"<title>A long winter in the north | The Daily Example</title><h1>The Daily Example</h1><h1>A long winter in the "
	 "north</h1>",
	 "A long winter in the north", "h1"},
	{"<title>The Daily Example: A long winter</title><h1>A long winter</h1>", "A long winter", "h1"},
	{"<title>A long winter in the north – The Daily Example</title>" SITE("The Daily Example") "<h1>Menu</h1>",
	 "A long winter in the north", "title"},
	{"<title>The Daily Example » A long winter in the north</title>" SITE("The Daily Example"), "A long winter in the north",
	 "title"},
	{"<title>A long winter in the north - Daily</title>", "A long winter in the north", "title"},
	{"<title>Well-known - not a site's name at all</title>", "Well-known - not a site's name at all", "title"},
	{"<title>x</title>" OG("A long winter in the north"), "A long winter in the north", "og"},
	{OG("  A\n long &amp; <i>cold</i> winter "), "A long & <i>cold</i> winter", "og"},
	{"<meta name=twitter:title content='A long winter'>", "A long winter", "twitter"},
	{"<h1><span>A long</span> <b>winter</b><br>in the north<script>x()</script></h1>", "A long winter in the north", "h1"},
	{"<title>Long winter</title><h1 hidden>Long winter!</h1><div aria-hidden=true><h1>Long winter?</h1></div>", "Long winter",
	 "title"},
	{"<title>A long winter</title><template><h1>A long winter?</h1></template>", "A long winter", "title"},
	{"<svg><title>Icon</title></svg><body><h1>A long winter</h1>", "A long winter", "h1"},
	{"<title>北の長い冬_例新聞</title><h1>北の長い冬</h1>", "北の長い冬", "h1"},
	{"<title>北の長い冬が今年も続いている-例新聞</title>" SITE("例新聞"), "北の長い冬が今年も続いている", "title"},
	{"<title>Из-за холода</title>", "Из-за холода", "title"},
	{"<link rel=canonical href=https://www.dailyexample.org/x><title>A long winter | Daily Example</title>", "A long winter",
	 "title"},
	{"<title></title><h1> </h1><p>text", NULL, NULL},
	{"", NULL, NULL},
};

/* html, language */
static const char *const languages[][2] = {
	{"<html lang=sw>", "sw"},
	{"<html lang=' pt-BR '>", "pt-BR"},
	{"<html xml:lang=de>", "de"},
	{"<html lang='' xml:lang=de>", "de"},
	{"<html lang=english>", NULL},
	{"<html lang='{{lang}}'>", NULL},
	{"<html lang=e>", NULL},
	{"<html lang=zh-Hant-TW>", "zh-Hant-TW"},
	{"<html lang=en_US>", "en_US"},
	{"<html lang=en->", NULL},
	{"<html lang=-en>", NULL},
	{"<html lang=x-klingon>", NULL},
	{"<html lang=en--US>", NULL},
	{"<meta http-equiv=Content-Language content=fr>", "fr"},
	{"<meta http-equiv=content-language content='fr, en'>", NULL},
	{"<meta property=og:locale content=id_ID>", "id_ID"},
	{"<html lang=en><meta property=og:locale content=id_ID>", "en"},
	{"<body lang=ru>", "ru"},
	{"", NULL},
};

/* own address, html, canonical URL, hostname */
static const char *const addresses[][4] = {
	{NULL, "<link rel=canonical href=https://Example.org/a>", "https://example.org/a", "example.org"},
	{"https://m.example.org/b/c", "<link rel='x CANONICAL' href='../a b'>", "https://m.example.org/a%20b", "m.example.org"},
	{"https://m.example.org/b/c", "<base href=/d/><link rel=canonical href=a>", "https://m.example.org/d/a", "m.example.org"},
	{"https://example.org:8080/", "<link rel=canonical href=javascript:x><meta property=og:url content=https://other.example/>",
	 "https://other.example/", "other.example"},
	{"https://example.org:8080/", "<link rel=alternate href=/x>", NULL, "example.org"},
	{NULL, "<link rel=canonical href=/a>", NULL, NULL},
	{"not an address", "<link rel=canonical href=mailto:a@b>", NULL, NULL},
	{NULL, "<link rel=canonical href='http://['>", NULL, NULL},
};

static const mk_article *read_page(mk_page *page, const char *url, const char *html, size_t len)
{
	mk_options o;
	mk_options_init(&o);
	o.url = url;
	if (mk_extract(page, html, len, &o) != MK_OK) {
		printf("FAILED: %.300s cannot be extracted\n", html);
		exit(1);
	}
	return mk_article_of(page);
}

/* A heading that is never closed, or closed as another one, does not make the whole page its title. */
static void test_swallowed(mk_page *page)
{
	static const char *const heads[] = {"<h1>", "<title>", "<title>A long winter</title><h1>", "<h1><h2>A long winter</h3>",
					    "<title>A long winter</title><h2>A long winter</h3>"};
	static const char *const wanted[] = {NULL, NULL, "A long winter", NULL, "A long winter"};
	size_t len = 100000;
	char *html = malloc(len);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		size_t at = strlen(heads[i]);
		memcpy(html, heads[i], at);
		for (; at + 5 <= len; at += 5)
			memcpy(html + at, "word ", 5);
		memset(html + at, ' ', len - at);
		check(read_page(page, NULL, html, len)->title, wanted[i], "title of a swallowed page", html);
	}
	free(html);
}

int main(void)
{
	mk_page *page = mk_page_new(NULL);
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		const mk_article *a = read_page(page, NULL, titles[i][0], strlen(titles[i][0]));
		check(a->title, titles[i][1], "title", titles[i][0]);
		mk_str source = {a->title_source, a->title_source ? strlen(a->title_source) : 0};
		check(source, titles[i][2], "title_source", titles[i][0]);
	}
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
		check(read_page(page, NULL, languages[i][0], strlen(languages[i][0]))->language, languages[i][1], "language",
		      languages[i][0]);
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		const mk_article *a = read_page(page, addresses[i][0], addresses[i][1], strlen(addresses[i][1]));
		check(a->canonical_url, addresses[i][2], "canonical_url", addresses[i][1]);
		check(a->hostname, addresses[i][3], "hostname", addresses[i][1]);
	}
	test_swallowed(page);
	mk_page_free(page);
	printf("meta: %u passed, %u failed\n", n_passed, n_failed);
	return n_failed > 0;
}
