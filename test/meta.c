/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meta.c - tests of the metadata record: src/claim.c, meta.c, title.c, byline.c, jsonld.c, picture.c, credit.c and cue.c.
 *
 * Tables of small pages with the expected values of fields and the expected sources of these values; then inputs that must not cost
 * much or hide later values: deep JSON, very many values, very many classes, headings that are never closed.
 */
#include "../src/all.c"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/check.h"

#define check_is(...) check_is_at(__FILE__, __LINE__, __VA_ARGS__)

/* Checks that got is the string wanted, or missing if wanted is NULL. */
static void check_is_at(const char *file, int line, mk_str got, const char *wanted, const char *what, const char *html)
{
	bool ok = wanted ? got.p && got.len == strlen(wanted) && !memcmp(got.p, wanted, got.len) : !got.p && !got.len;
	check_at(file, line, ok, "%s: \"%.*s\" instead of \"%s\" for %.300s", what, (int)got.len, got.p ? got.p : "",
	         wanted ? wanted : "(missing)", html);
}

#define OG(title) "<meta property=og:title content=\"" title "\">"
#define SITE(name) "<meta property=og:site_name content=\"" name "\">"

/* html, title, source of the title */
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
	{"<title>Long winter</title><h1 hidden>Long winter!</h1><div style='display: none'><h1>Long winter?</h1></div>", "Long winter",
	 "title"},
	{"<title>A long winter</title><template><h1>A long winter?</h1></template>", "A long winter", "title"},
	{"<svg><title>Icon</title></svg><body><h1>A long winter</h1>", "A long winter", "h1"},
	{"<title>北の長い冬_例新聞</title><h1>北の長い冬</h1>", "北の長い冬", "h1"},
	{"<title>北の長い冬が今年も続いている-例新聞</title>" SITE("例新聞"), "北の長い冬が今年も続いている", "title"},
	{"<title>Из-за холода</title>", "Из-за холода", "title"},
	{"<link rel=canonical href=https://www.dailyexample.org/x><title>A long winter | Daily Example</title>", "A long winter",
	 "title"},
	{"<title>std::vector - a list</title><h1>std::vector</h1>", "std::vector", "h1"},
	{"<title>北の長い冬が今年も続いている｜例新聞</title>" SITE("例新聞"), "北の長い冬が今年も続いている", "title"},
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
	{"<html lang=de-1996>", "de-1996"},
	{"<html lang=de-abcdefghi>", NULL},
	{"<script type=application/ld+json>{\"@type\":\"Article\",\"inLanguage\":\"sw\"}</script>", "sw"},
	{"<script type=application/ld+json>{\"@type\":\"Article\",\"inLanguage\":\"Swahili\"}</script>", NULL},
	{"<body lang=ru>", "ru"},
	{"", NULL},
};

/* options.url, html, canonical URL, hostname */
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

#define LD(json) "<script type=application/ld+json>" json "</script>"
#define HEAD "<title>A long winter in the north</title>"
#define STORY "<p>" TEN TEN TEN ".<p>" TEN TEN TEN TEN ".<p>" TEN TEN TEN "."
#define H1 "<h1>A long winter in the north</h1>"
#define TEN "it was a long and cold winter up there "
#define LONG_TEXT TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define ARTICLE "\"@type\":\"NewsArticle\",\"headline\":\"A long winter in the north\","

#define SHOP "<h1>Our services</h1><ul><li>Repair<li>Rent<li>Sale</ul><p>Call us today for a free quote!<p>$ 99 <a href=/cart>Buy</a>"
#define OF_ARTICLE "<meta property=og:type content=article>"
#define AUTHOR "<meta name=author content='Jane Roe'>"

/* html, authors separated by "; ", source of the authors */
static const char *const authors[][3] = {
	{HEAD LD("{" ARTICLE "\"author\":\"Jane Roe\"}"), "Jane Roe", "json-ld"},
	{HEAD LD("{" ARTICLE "\"author\":{\"@type\":\"Person\",\"name\":\"Jane Roe\"}}"), "Jane Roe", "json-ld"},
	{HEAD LD("{" ARTICLE "\"author\":[{\"name\":\"Jane Roe\"},null,\"John Doe\"]}"), "Jane Roe; John Doe", "json-ld"},
	{HEAD LD("{" ARTICLE "\"author\":{\"name\":[\"Jane Roe\"]}}"), "Jane Roe", "json-ld"},
	{HEAD LD("{\"@graph\":[{" ARTICLE "\"author\":{\"@id\":\"#p\"}},{\"@id\":\"#p\",\"@type\":\"Person\",\"name\":\"Jane Roe\"}]}"),
	 "Jane Roe", "json-ld"},
	{HEAD LD("{\"@graph\":[{\"@id\":\"\",\"@type\":\"Person\",\"name\":\"Jane Roe\"},{" ARTICLE "\"author\":{\"@id\":{}}}]}"), "", NULL},
	{HEAD LD("{\"@graph\":[{\"@id\":\"\",\"@type\":\"Person\",\"name\":\"Jane Roe\"},{" ARTICLE "\"author\":{\"@id\":\"\"}}]}"), "", NULL},
	{HEAD LD("{" ARTICLE "\"author\":\"Jane Roe and John Doe\"}"), "Jane Roe; John Doe", "json-ld"},
	{HEAD LD("{" ARTICLE "\"author\":\"Jane Roe, MD\"}"), "Jane Roe, MD", "json-ld"},
	{HEAD LD("{" ARTICLE "\"author\":\"https://example.org/jane\"}"), "", NULL},
	{HEAD LD("{" ARTICLE "\"comment\":[{\"@type\":\"Comment\",\"author\":\"Somebody\"}]}"), "", NULL},
	{HEAD LD("[{\"@type\":\"NewsArticle\",\"headline\":\"Another story\",\"author\":\"John Doe\"},{" ARTICLE "\"author\":\"Jane Roe\"}]"),
	 "Jane Roe", "json-ld"},
	{HEAD LD("{\"@type\":\"ItemList\",\"itemListElement\":[{" ARTICLE "\"author\":\"John Doe\"}]}"), "", NULL},
	{HEAD "<meta name=author content='Jane Roe'>", "Jane Roe", "meta"},
	{HEAD "<meta property=article:author content='https://social.example/jane'>", "", NULL},
	{HEAD "<meta name=citation_author content='Roe, Jane'><meta name=citation_author content='Doe, John'>", "Roe, Jane; Doe, John", "meta"},
	{HEAD H1 "<p>By <a href=/author/jane rel=author>Jane Roe</a>, 3 May 2022<p>Text.", "Jane Roe", "rel"},
	{HEAD H1 "<div class=byline>Von <span>Jane Roe</span></div><p>Text.", "Jane Roe", "byline"},
	{HEAD H1 "<p class=article-meta>Written by <a href=/authors/jane-roe>Jane Roe</a> and <a href=/authors/jd>John Doe</a><p>Text.",
	 "Jane Roe; John Doe", "byline"},
	{HEAD H1 "<p>Na Neema Mushi | 24 Novemba 2026<p>Text.", "Neema Mushi", "text"},
	{HEAD H1 "<div itemprop=author itemscope><img alt=x><b>J</b> <span itemprop=name>Jane Roe</span> 15 badges</div>", "Jane Roe", "microdata"},
	{HEAD H1 "<div itemprop=author itemscope><meta itemprop=name content='Jane Roe'></div><p>Text.", "Jane Roe", "microdata"},
	{HEAD H1 "<meta itemprop=author content='Jane Roe'><p>Text.", "Jane Roe", "microdata"},
	{HEAD LD("{" ARTICLE "\"author\":\"undefined\"}"), "", NULL},
	{HEAD LD("{" ARTICLE "\"author\":\"{{author}}\"}"), "", NULL},
	{HEAD LD("{" ARTICLE "\"author\":\"@jane\"}"), "", NULL},
	{HEAD LD("{" ARTICLE "\"author\":\"12345\"}"), "", NULL},
	{HEAD LD("{" ARTICLE "\"author\":[\"Jane Roe\",\"jane roe\",\"John Doe\"]}"), "Jane Roe; John Doe", "json-ld"},
	{HEAD LD("{" ARTICLE "\"author\":\"Jane Roe; John Doe | Ann Poe\"}"), "Jane Roe; John Doe; Ann Poe", "json-ld"},
	{HEAD LD("{" ARTICLE "\"author\":\"Jane Roe & John Doe\"}"), "Jane Roe; John Doe", "json-ld"},
	{HEAD LD("{" ARTICLE "\"author\":\"• Jane Roe •\"}"), "Jane Roe", "json-ld"},
	{HEAD LD("{" ARTICLE "\"author\":{\"@id\":\"#nobody\"}}"), "", NULL},
	{HEAD "<meta name=author content='Jane Roe, 22 October 2022'>", "Jane Roe", "meta"},
	{HEAD H1 "<p class=byline hidden>By John Doe</p><p class=byline>By Jane Roe</p><p>Text.", "Jane Roe", "byline"},
	{HEAD H1 "<p>Text.<div itemprop=comment><b itemprop=author>Somebody</b></div>", "", NULL},
	{HEAD H1 "<p>" LONG_TEXT "</p><a rel=author>One</a><p>Text.</p><a rel=author>Two</a>", "", NULL},
	{HEAD H1 "<p>Text.", "", NULL},
};

/* html, date_published, date_modified, date_raw, source of date_published */
static const char *const dates[][5] = {
	{HEAD LD("{" ARTICLE "\"datePublished\":\"2022-10-22T14:03:00.000+02:00\",\"dateModified\":\"2022-10-23\"}"),
	 "2022-10-22T14:03:00+02:00", "2022-10-23", "2022-10-22T14:03:00.000+02:00", "json-ld"},
	{HEAD "<meta property=article:published_time content=2022-10-22T14:03:00Z>", "2022-10-22T14:03:00Z", NULL, "2022-10-22T14:03:00Z", "og"},
	{HEAD "<meta name=w-published-date content='22 October 2022'>", "2022-10-22", NULL, "22 October 2022", "meta"},
	{HEAD "<meta property=article:modified_time content=2022-10-22>", NULL, "2022-10-22", NULL, NULL},
	{"<html lang=sw>" HEAD H1 "<p>Sylvia Mwehozi<p>22 Oktoba 2022<p>Mawaziri wa ulinzi.", "2022-10-22", NULL, "22 Oktoba 2022", "text"},
	{HEAD H1 "<p>Posted <time datetime=2022-10-22>last week</time>" STORY, "2022-10-22", NULL, "2022-10-22", "time"},
	{HEAD AUTHOR H1 "<p>Text.<span class=entry-date>Oct 22, 2022</span>", "2022-10-22", NULL, "Oct 22, 2022", "byline"},
	{"<link rel=canonical href=https://example.org/2022/10/22/winter>" HEAD H1, "2022-10-22", NULL, "2022/10/22", "url"},
	{HEAD "<link rel=canonical href=https://example.org/2022-10-22-winter>" H1, "2022-10-22", NULL, "2022-10-22", "url"},
	{HEAD "<link rel=canonical href=https://example.org/20221022/winter>" H1, "2022-10-22", NULL, "20221022", "url"},
	{HEAD "<link rel=canonical href=https://example.org/99991022/winter>" H1, NULL, NULL, NULL, NULL},
	{HEAD "<link rel=canonical href=https://example.org/2022/winter-of-1942>" H1, NULL, NULL, NULL, NULL},
	{HEAD "<meta name=date content=1889-10-22>" H1, NULL, NULL, NULL, NULL},
	/* The line below the heading has the local day of the page's readers, so it beats a time in UTC on the next day. */
	{HEAD "<meta property=article:published_time content=2022-10-23T03:22:00Z>" H1 "<p>October 22, 2022<p>Text.", "2022-10-22", NULL,
	 "October 22, 2022", "text"},
	/* A line that shows the day of the last change does not beat the claim of publication. */
	{HEAD AUTHOR "<meta property=article:published_time content=2022-10-21T23:22:00Z><meta property=article:modified_time "
	 "content=2022-10-22T03:22:00Z>" H1 "<p>Updated October 22, 2022, with more<p>Text.",
	 "2022-10-21T23:22:00Z", "2022-10-22T03:22:00Z", "2022-10-21T23:22:00Z", "og"},
	/* Of two claims in <meta>, the earlier one is the date of publication. */
	{HEAD OF_ARTICLE AUTHOR "<meta name=published-time content=2023-03-09><meta name=published-date content=2022-10-22>" H1 STORY, "2022-10-22", NULL,
	 "2022-10-22", "meta"},
	/* On a company's page, a date that is only in the structured data is that of the template. */
	{HEAD LD("{\"@type\":\"WebPage\",\"datePublished\":\"2022-10-22T13:00:00Z\"}") SHOP, NULL, NULL, NULL, NULL},
	{HEAD LD("{\"@type\":\"WebPage\",\"datePublished\":\"2022-10-22T13:00:00Z\"}") AUTHOR H1 "<p>October 22, 2022" STORY,
	 "2022-10-22T13:00:00Z", NULL, "2022-10-22T13:00:00Z", "json-ld"},
	/* On a page that was changed long after, such a date is the day the page was created, not the date of its content. */
	{HEAD LD("{\"@type\":\"WebPage\",\"datePublished\":\"2019-10-22T13:00:00Z\",\"dateModified\":\"2022-10-22T13:00:00Z\"}") OF_ARTICLE AUTHOR H1 STORY,
	 NULL, "2022-10-22T13:00:00Z", NULL, NULL},
	{HEAD LD("{\"@type\":\"WebPage\",\"datePublished\":\"2022-10-02T13:00:00Z\",\"dateModified\":\"2022-10-22T13:00:00Z\"}") OF_ARTICLE AUTHOR H1 STORY,
	 "2022-10-02T13:00:00Z", "2022-10-22T13:00:00Z", "2022-10-02T13:00:00Z", "json-ld"},
	/* Two places that agree outweigh the structured data. */
	{HEAD LD("{" ARTICLE "\"datePublished\":\"2022-10-21T19:30:04+02:00\"}") "<meta name=date content=2022-10-22>" H1 "<p>October 22, 2022" STORY,
	 "2022-10-22", NULL, "2022-10-22", "meta"},
	/* A publication date that is the same as the date of the last change loses to an older publication date. */
	{HEAD LD("{" ARTICLE "\"datePublished\":\"2022-10-21T13:00:00Z\",\"dateModified\":\"2022-10-25T09:00:00Z\"}")
	 "<meta property=article:published_time content=2022-10-25T09:00:00Z>",
	 "2022-10-21T13:00:00Z", "2022-10-25T09:00:00Z", "2022-10-21T13:00:00Z", "json-ld"},
	/* Dates in footers and cards, and years alone, are not dates of the page. */
	{HEAD AUTHOR H1 STORY STORY "<p>" LONG_TEXT "</p><footer><time datetime=2022-10-20></time><time datetime=2022-10-21></time>(c) 2022</footer>", NULL, NULL, NULL, NULL},
	{HEAD LD("{\"@type\":\"ItemList\",\"itemListElement\":[{\"@type\":\"Article\",\"datePublished\":\"2022-10-22\"}]}") H1, NULL, NULL, NULL, NULL},
	{HEAD H1 "<p>In 2022 the winter of 1942 was remembered.", NULL, NULL, NULL, NULL},
	{HEAD "<meta name=date content='not a date'>" H1, NULL, NULL, NULL, NULL},
};

/* A JSON-LD script, with errors as on real pages, and the headline to be found in it; NULL if none can be found. */
static const char *const scripts[][2] = {
	{"{\"@type\":\"Article\",\"headline\":\"Winter\"};", "Winter"},
	{"<!-- {\"@type\":\"Article\",\"headline\":\"Winter\"} -->", "Winter"},
	{"//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"Winter\",}\n//]]>", "Winter"},
	{"/* x */ {\"@type\":\"Article\", // y\n \"headline\":\"Winter\",,}", "Winter"},
	{"{\"@type\":\"Article\",\"headline\":\"The \"big\" winter\",\"x\":1}", "The \"big\" winter"},
	{"{\"@type\":\"Article\",\"headline\":\"A long\n\twinter\x01\"}", "A long winter\x01"},
	{"{\"@type\":\"Article\",\"headline\":\"Tom &amp; Jerry\\u2019s \\\"w\\\"\\/inter \\ud83d\\ude00\"}", "Tom & Jerry\u2019s \"w\"/inter \U0001F600"},
	{"{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;Winter&quot;}", "Winter"},
	{"{\"@type\":\"WebSite\",\"name\":\"x\"}{\"@type\":\"Article\",\"headline\":\"Winter\"}", "Winter"},
	{"[null,{\"@type\":\"Article\",\"headline\":[\"Winter\"]},null]", "Winter"},
	{"{\"@type\":[\"Thing\",\"http://schema.org/Article\"],\"schema:headline\":\"Winter\"", "Winter"},
	{"{\"@type\":\"Article\" \"headline\":\"Winter\"}", "Winter"},
	{"{'@type':'Article','headline':'Winter'}", "Winter"},
	{"{\"@type\":\"Article\",\"a\":]}],\"headline\":\"Winter\"}", NULL},
	{"{\"@type\":\"Article\",\"headline\":null}", NULL},
	{"{\"@type\":\"Article\",\"headline\":\"\"}", NULL},
	{"{\"@type\":\"Article\",\"headline\":{\"name\":\"x\"}}", NULL},
	{"{\"@type\":\"Article\",\"headline\":2024}", "2024"},
	{"{\"@type\":\"Article\",\"headline\":\"Winter\" // the end\n}", "Winter"},
	{"{\"@type\":\"Article\",\"headline\":\"Winter\" /* the end */}", "Winter"},
	{"// <!-- {\"@type\":\"Article\",\"headline\":\"Winter\"}", "Winter"},
	{"{\"@type\":\"Article\",\"a\":[\"b\",[1,2]],\"headline\":\"Winter\"}", "Winter"},
	{"{\"@type\":\"Article\",\"a\":[{\"b\":1],\"headline\":\"Winter\"}", "Winter"}, /* a closing brace is missing */
	{"{\"@type\":\"Article\",\"headline\":\"Snow\", \"said\" he\",\"x\":1}", "Snow"},
	{"{\"@type\":\"Article\",\"headline\":\"A \"b\", c\",\"x\":1}", "A \"b\", c"}, /* the text after the comma is neither a key nor a value */
	{"{\"@type\":\"Article\",\"headline\":\"caf\\u00e9 \\u00DF \\u0041\"}", "caf\u00E9 \u00DF A"},
	{"{\"@type\":\"Article\",\"headline\":\"a\\ud83dz\\ude00b\\u0000c\\uZZZZd\"}", "a\uFFFDz\uFFFDb\uFFFDcuZZZZd"},
	{"{\"@type\":\"Article\",\"headline\":\"a\\ud83d\\u0041\"}", "a\uFFFDA"},
	{"{\"@type\":\"Article\",\"headline\":\"a\\tb\\nc\\rd\\be\\ff\\qg\"}", "a b c d e fqg"},
	{"{\"@type\":\"Article\",\"headline\":\"a\\u004", "au004"},
	{"{\"@type\":\"Article\",\"headline\":\"Win\\", "Win\\"},
	{"{\"@type\":\"Article\",\"headline\":", NULL},
	{"{\"@type\":\"NewsArticle\",\"headline\":\"Winter\"}", "Winter"},
	{"{\"@type\":[\"Thing\",\"Person\"],\"headline\":\"Winter\"}", NULL},
	{"{\"@type\":[],\"headline\":\"Winter\"}", NULL},
	{"{\"@type\":{\"a\":1},\"headline\":\"Winter\"}", NULL},
	{"{&quot;@type&quot;:&quot;Article&quot;,&quot;a&quot;:&quot;x &amp;amp; y&quot;,&quot;headline&quot;:&quot;Winter&quot;}", "Winter"},
	{"42 true {\"@type\":\"Article\",\"headline\":\"Winter\"}", "Winter"},
	{"", NULL},
};

/* caption text with its credit, caption, credit */
static const char *const captions[][3] = {
	{"A flag＝in the same country in May 2019", "A flag＝in the same country in May 2019", NULL},
	{"A dog. (Photo: Jane Roe. Courtesy of the ICJ)", "A dog.", "Jane Roe. Courtesy of the ICJ"},
	{"Picha: Kevin Wolf/AP Photo/picture alliance", NULL, "Kevin Wolf/AP Photo/picture alliance"},
	{"Waziri wa ulinzi wa Urusi Sergei ShoiguPicha: Russian Defence Ministry/REUTERS", "Waziri wa ulinzi wa Urusi Sergei Shoigu",
	 "Russian Defence Ministry/REUTERS"},
	{"USA Verteidigungsminister Lloyd Austin", "USA Verteidigungsminister Lloyd Austin", NULL},
	{"Rain in Dar. \u00A9 Jane Roe", "Rain in Dar.", "Jane Roe"},
	{"A dog (AP Photo/Jane Roe)", "A dog", "AP Photo/Jane Roe"},
	{"A dog runs. Getty Images", "A dog runs.", "Getty Images"},
	{"Der Platz. Foto: dpa/Hans Meier", "Der Platz.", "dpa/Hans Meier"},
	{"\u79FB\u9001\u3055\u308C\u308B\uFF08\u6F5F\u6CBC\u7FA9\u6A39\uFF09", "\u79FB\u9001\u3055\u308C\u308B", "\u6F5F\u6CBC\u7FA9\u6A39"},
	{"Photo by Jane Roe", NULL, "Jane Roe"},
	{"The president spoke. He left.", "The president spoke. He left.", NULL},
	{"The House (of Lords)", "The House (of Lords)", NULL},
};

/* html, text that the JSON of the images must contain */
static const char *const pictures[][2] = {
	{"<figure><img src=/a.jpg alt=' A  dog '><figcaption>A dog. <span class=credit>Foto: Jane Roe</span></figcaption></figure>",
	 "\"src\":\"/a.jpg\",\"alt\":\"A dog\",\"caption\":\"A dog.\",\"credit\":\"Jane Roe\",\"width\":null,\"height\":null"},
	{"<div class=wp-caption><img src=data:image/gif;base64,x data-src=/b.jpg width=640 height=480><p class=wp-caption-text>A dog</p></div>",
	 "\"src\":\"/b.jpg\",\"alt\":null,\"caption\":\"A dog\",\"credit\":null,\"width\":640,\"height\":480"},
	{"<img src=/placeholder.svg data-lazy-src=/c.jpg>", "\"src\":\"/c.jpg\",\"alt\":null,\"caption\":null,\"credit\":null"},
	{"<div><amp-img src=/f.jpg></amp-img><figcaption>A dog</figcaption></div>", "\"src\":\"/f.jpg\",\"alt\":null,\"caption\":\"A dog\""},
	{"<div><span>Foto: Jane Roe</span><img src=/g.jpg><div>A dog</div></div>", "\"src\":\"/g.jpg\",\"alt\":null,\"caption\":\"A dog\",\"credit\":\"Jane Roe\""},
	{"<div> <span><img src=/j.jpg></span> <h2>A dog</h2> <p>Photo: Jane Roe</p> </div>", "\"src\":\"/j.jpg\",\"alt\":null,\"caption\":\"A dog\",\"credit\":\"Jane Roe\""},
	{"<div> <span><img src=/j.jpg></span> <h2>A dog</h2> <p>More dogs</p> </div>", "\"src\":\"/j.jpg\",\"alt\":null,\"caption\":null,\"credit\":null"},
	{"<div> <span><img src=/j.jpg></span> <h2>A dog</h2> <p>More dogs</p> <p>Photo: Jane Roe</p> </div>", "\"src\":\"/j.jpg\",\"alt\":null,\"caption\":null"},
	{"<figure><img src=/h.jpg><figcaption>A dog. <b class=credit>Photo by Jane Roe</b> / AFP via Getty Images<p hidden>Show more</figcaption></figure>",
	 "\"caption\":\"A dog.\",\"credit\":\"Jane Roe/AFP via Getty Images\""},
	{"<img src=/i.jpg title='A dog | Bildquelle: WDR/Jane Roe'>", "\"caption\":null,\"credit\":\"WDR/Jane Roe\""},
	{"<div><picture><source srcset='/d.webp 1x'><img></picture><div>A dog</div><div>REUTERS</div></div>",
	 "\"src\":\"/d.webp\",\"alt\":null,\"caption\":\"A dog\",\"credit\":\"REUTERS\""},
	{"<picture><source srcset='/k.webp 1x'><!-- one --><img alt=x><source srcset='/l.webp'><img alt=y><img alt=z></picture>",
	 "\"src\":\"/k.webp\",\"alt\":\"x\",\"caption\":null,\"credit\":null,\"width\":null,\"height\":null},{\"src\":\"/l.webp\",\"alt\":\"y\",\"caption\":null,\"credit\":null,\"width\":null,\"height\":null}]"},
	{"<img src=/m.jpg alt='\xC2\xA9 Jane (Roe))'>", "\"credit\":\"Jane (Roe))\""},
	{"<img src=/m.jpg alt='\xC2\xA9 Jane Roe)-)'>", "\"credit\":\"Jane Roe\""},
	{LD("{\"@type\":\"ImageObject\",\"url\":\"https://x.example/e.jpg?w=1\",\"caption\":\"A dog\",\"creditText\":\"Jane Roe\"}") "<img src=/i/e.jpg>",
	 "\"src\":\"/i/e.jpg\",\"alt\":null,\"caption\":\"A dog\",\"credit\":\"Jane Roe\""},
};

/* options.url, html, the rest of the record: "site | description | categories | tags | license | image | next page | direction" */
static const char *const rest[][3] = {
	{"https://example.org/a/", "<p>word",  "- | - | - | - | - | - | - | ltr"},
	{NULL, "", "- | - | - | - | - | - | - | -"},
	{NULL, "<html dir=RTL><p>word", "- | - | - | - | - | - | - | rtl"},
	{NULL, "<p>\u0634\u0645\u0627\u0644", "- | - | - | - | - | - | - | rtl"},
	{"https://example.org/a/", SITE("The Daily") "<meta name=description content=' About  winter '><meta property=article:section content=News>"
	 "<meta property=article:tag content=snow><meta property=article:tag content=ice><meta property=article:tag content=snow>"
	 "<a rel='license noopener' href=/cc>x</a><meta property=og:image content=/i.jpg><link rel=next href='?page=2'>",
	 "The Daily | About winter | News | snow; ice | https://example.org/cc | https://example.org/i.jpg | https://example.org/a/?page=2 | ltr"},
	{"https://example.org/a/2", "<meta name=keywords content='snow, ice,,snow'><a rel=next href=/another-story>x</a>",
	 "- | - | - | snow; ice | - | - | - | ltr"},
	{"https://example.org/a/2", "<a rel=next href=/a/3>x</a>", "- | - | - | - | - | - | https://example.org/a/3 | ltr"},
	{"https://example.org/a", LD("{" ARTICLE "\"publisher\":{\"name\":\"The Daily\"},\"articleSection\":[\"News\",\"North\"],\"keywords\":\"snow,ice\","
	 "\"license\":\"https://cc.example/by\",\"image\":[{\"url\":\"/i.jpg\"}],\"description\":\"About winter\"}"),
	 "The Daily | About winter | News; North | snow; ice | https://cc.example/by | https://example.org/i.jpg | - | -"},
	{NULL, "<meta property=og:image content='http://['><meta name=description content=''><meta property=og:site_name content=' '>",
	 "- | - | - | - | - | - | - | -"},
};

static const mk_article *read_page(mk_page *page, const char *url, const char *html, size_t len)
{
	mk_options o;
	mk_options_init(&o);
	o.url = url;
	if (mk_extract(page, html, len, &o) != MK_OK) {
		printf("FAILED: mk_extract() fails: %.300s\n", html);
		exit(1);
	}
	return mk_article_of(page);
}

/* Writes the items of a list to buffer, separated by "; "; {NULL, 0} for an empty list. */
static mk_str joined(mk_list list, char buffer[2048])
{
	size_t n = 0;
	for (size_t i = 0; i < list.n; i++)
		n += (size_t)snprintf(buffer + n, 2048 - n, "%s%.*s", i ? "; " : "", (int)list.items[i].len, list.items[i].p);
	return (mk_str){n ? buffer : NULL, n};
}

/* A string as mk_str. */
static mk_str named(const char *name)
{
	return (mk_str){name, name ? strlen(name) : 0};
}

static void test_bylines(mk_page *page)
{
	char buffer[2048];
	for (size_t i = 0; i < sizeof authors / sizeof *authors; i++) {
		const mk_article *a = read_page(page, "https://www.example.org/", authors[i][0], strlen(authors[i][0]));
		check_is(joined(a->authors, buffer), *authors[i][1] ? authors[i][1] : NULL, "authors", authors[i][0]);
		check_is(named(a->authors_source), authors[i][2], "authors_source", authors[i][0]);
	}
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		const mk_article *a = read_page(page, NULL, dates[i][0], strlen(dates[i][0]));
		check_is(a->date_published, dates[i][1], "date_published", dates[i][0]);
		check_is(a->date_modified, dates[i][2], "date_modified", dates[i][0]);
		check_is(a->date_raw, dates[i][3], "date_raw", dates[i][0]);
		check_is(named(a->date_published_source), dates[i][4], "date_published_source", dates[i][0]);
	}
}

/* Returns the headline of the first article in a JSON-LD script. */
static mk_str headline_of(mk_page *page, const char *text, size_t len)
{
	struct jsonld ld = {0};
	mk_options o;
	mk_str headline = {NULL, 0};
	mk_options_init(&o);
	mk_extract(page, "", 0, &o);
	jsonld_read(&ld, &page->arena, (mk_str){text, len});
	for (uint32_t k = 0; k < ld.n && !headline.p; k++)
		if (ld.values[k].kind == LD_OBJECT && jsonld_rank(&ld, k) == 3)
			headline = jsonld_text(&ld, &page->arena, jsonld_get(&ld, k, "headline"));
	return headline;
}

static void test_scripts(mk_page *page)
{
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		check_is(headline_of(page, scripts[i][0], strlen(scripts[i][0])), scripts[i][1], "headline", scripts[i][0]);
}

/* Containers nested deeper than LD_DEPTH_MOST are skipped with their content, and the values after them are read. */
static void test_deep_scripts(mk_page *page)
{
	static const int depths[] = {10, LD_DEPTH_MOST - 1, LD_DEPTH_MOST, LD_DEPTH_MOST + 1, 200, 10000};
	const size_t cap = 4 * (size_t)LD_VALUES_MOST + 100000;
	char *text = malloc(cap);
	for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
		size_t n = (size_t)sprintf(text, "{\"@type\":\"Article\",\"a\":");
		for (int k = 0; k < depths[i]; k++)
			n += (size_t)sprintf(text + n, k % 2 ? "[1," : "{\"a\":");
		for (int k = depths[i]; k-- > 0;)
			text[n++] = k % 2 ? ']' : '}';
		n += (size_t)sprintf(text + n, ",\"headline\":\"Winter\"}");
		check_is(headline_of(page, text, n), "Winter", "headline", "a deep script");
	}
	free(text);
}

#define LD_ARTICLE "{\"@type\":\"Article\",\"headline\":\"Winter\",\"author\":{\"name\":\"Amina Juma\"}"

/* Masses of values do not keep out the article, and the page is warned. */
static void test_masses(mk_page *page)
{
	static const struct {
		const char *name, *before, *repeated, *after;
		unsigned n;
	} masses[] = {
	        {"numbers in a list before", "[", "1,", LD_ARTICLE "}]", 65600},
	        {"a script of numbers", "[", "1,", "]</script><script type=application/ld+json>" LD_ARTICLE "}", 65600},
	        {"values at the top", "", "1 ", LD_ARTICLE "}", 65600},
	        {"other objects", "{\"@graph\":[", "{\"@type\":\"Thing\",\"name\":\"x\"},", LD_ARTICLE "}]}", 40000},
	        {"objects in objects", "[", "{\"a\":{\"b\":[1,2,3]}},", LD_ARTICLE "}]", 20000},
	        {"lists of lists", "[", "[[1,2],[3,4,5,6,7,8,9]],", LD_ARTICLE "}]", 9000},
	        {"members before its own", "{\"x\":[", "1,", "]," LD_ARTICLE "+1", 65600},
	        {"members of the article", LD_ARTICLE ",\"x\":[", "1,", "]}", 65600},
	        {"keys of the article", LD_ARTICLE, ",\"x\":1", "}", 65600},
	        {"keys of an object before", "[{\"y\":2", ",\"x\":1", "}," LD_ARTICLE "}]", 65600},
	        {"scripts", "[1]", "</script><script type=application/ld+json>[1,2,3,4,5,6,7]",
	         "</script><script type=application/ld+json>" LD_ARTICLE "}", 9000},
	        {"lists that are open", "", "[[],1,", LD_ARTICLE "}", 20000},
	        {"long strings", "[", "\"a string of some length, so that they are more than four megabytes together\",", LD_ARTICLE "}]", 60000},
	};
	static const char start[] = "<script type=application/ld+json>", end[] = "</script><h1>Winter</h1><p>Some words.";
	char buffer[2048];
	for (size_t i = 0; i < sizeof masses / sizeof *masses; i++) {
		char *text = malloc(masses[i].n * strlen(masses[i].repeated) + 1000);
		size_t n = (size_t)sprintf(text, "%s%s", start, masses[i].before);
		for (unsigned k = 0; k < masses[i].n; k++)
			n += (size_t)sprintf(text + n, "%s", masses[i].repeated);
		n += (size_t)sprintf(text + n, "%s%s", masses[i].after, end);
		const mk_article *a = read_page(page, NULL, text, n);
		check_is(joined(a->authors, buffer), strstr(masses[i].name, "are open") ? NULL : "Amina Juma", "authors", masses[i].name);
		check(!(a->warnings & MK_WARN_METADATA) == (masses[i].n == 60000), "warning: %s", masses[i].name);
		free(text);
	}
}

/* Limits on metadata and addresses warn when something is left out, and only then.  The text is before, so often, and after. */
static void test_limits(mk_page *page)
{
	static const struct {
		const char *before, *repeated, *after;
		unsigned n, warnings;
	} limits[] = {
	        {"<meta name=keywords content='", "#,", "'>", 32, 0},
	        {"<meta name=keywords content='", "#,", "'>", 33, MK_WARN_METADATA},
	        {"<meta name=keywords content='", "same,", "'>", 33, 0},
	        {"", "<meta property=article:tag content='#'>", "", 41, MK_WARN_METADATA},
	        {"<title>", "x", "</title>", 1000, 0},
	        {"<title>", "x", "</title>", 1100, MK_WARN_METADATA},
	        {"", "<time datetime=2022-10-22>", "", 100, 0},
	        {"<a href=http://h.example/", "x", ">x</a>", 8000, 0},
	        {"<a href=http://h.example/", "x", ">x</a>", 8200, MK_WARN_ADDRESS},
	        {"<a href=http://h.example/", "\xC3\xA9", ">x</a>", 1400, MK_WARN_ADDRESS},
	        {"<a href=/", "x", ">x</a>", 8200, MK_WARN_ADDRESS},
	        {"<a href='mailto:x@y.example?body=", "x", "'>x</a>", 8200, MK_WARN_ADDRESS},
	        {"<a href='javascript:", "x", "'>x</a>", 8200, 0},
	        {"<base href=http://h.example/", "x", "/><a href=y.html?yyyyyyyyyyyyyyyyyyy>x</a>", 8160, MK_WARN_ADDRESS},
	        {"<img src=http://h.example/", "x", ">", 8200, MK_WARN_ADDRESS},
	        {"<img src=data:image/png,", "x", ">", 8200, 0},
	        {"<img srcset='http://h.example/", "x", " 2x'>", 8200, MK_WARN_ADDRESS},
	        {"<img srcset='", "http://h.example/a.png 1x, ", "'>", 800, 0},
	        {"<picture><source srcset='http://h.example/", "x", " 2x'><img></picture>", 8200, MK_WARN_ADDRESS},
	        {"<meta property=og:image content=http://h.example/", "x", ">", 8200, MK_WARN_ADDRESS},
	        {"<link rel=canonical href=http://h.example/", "x", ">", 8200, MK_WARN_ADDRESS},
	};
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		char *text = malloc((size_t)limits[i].n * 64 + 1000);
		size_t n = (size_t)sprintf(text, "<p>%s", limits[i].before);
		for (unsigned k = 0; k < limits[i].n; k++) {
			const char *p = limits[i].repeated, *number = strchr(p, '#');
			n += number ? (size_t)sprintf(text + n, "%.*stag %u%s", (int)(number - p), p, k, number + 1) : (size_t)sprintf(text + n, "%s", p);
		}
		n += (size_t)sprintf(text + n, "%s<p>Some words.", limits[i].after);
		const mk_article *a = read_page(page, NULL, text, n);
		const unsigned both = MK_WARN_METADATA | MK_WARN_ADDRESS;
		check((a->warnings & both) == limits[i].warnings, "warnings %x: %u times %s after %s", a->warnings & both, limits[i].n,
		      limits[i].repeated, limits[i].before);
		free(text);
	}
}

static void test_pictures(mk_page *page)
{
	for (size_t i = 0; i < sizeof captions / sizeof *captions; i++) {
		mk_str caption, credit;
		picture_split((mk_str){captions[i][0], strlen(captions[i][0])}, &caption, &credit);
		check_is(caption, captions[i][1], "caption", captions[i][0]);
		check_is(credit, captions[i][2], "credit", captions[i][0]);
	}
	for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
		char html[2048];
		mk_options o;
		mk_str json;
		mk_options_init(&o);
		o.view = MK_VIEW_EVERYTHING;
		snprintf(html, sizeof html, "<p>before</p>%s<p>behind</p>", pictures[i][0]);
		bool ok = mk_extract(page, html, strlen(html), &o) == MK_OK && mk_json(page, MK_FIELD_IMAGES, 0, &json) == MK_OK;
		char *text = ok ? strndup(json.p, json.len) : strdup("");
		bool found = strstr(text, pictures[i][1]) != NULL;
		check_is(named(found ? "found" : text), "found", "picture", pictures[i][1]);
		free(text);
	}
}

/* Which pictures belong to the article: a lead picture above it does, although its caption is dropped; a portrait of the author
 * does not. */
static void test_whose_pictures(mk_page *page)
{
	static const char html[] = "<title>A long winter in the north</title><article><h1>A long winter in the north</h1><figure><img src=/lead.jpg>"
	        "<figcaption>Snow. Foto: Jane Roe</figcaption></figure><nav><a href=/a>Share</a> <a href=/b>Print</a></nav><figure><img "
	        "src=/face.jpg><figcaption><address>By Jane Roe</address></figcaption></figure><ul><li><a href=/x>One</a><li><a href=/y>Two</a>"
	        "<li><a href=/z>Three</a></ul>" STORY STORY STORY "</article>";
	mk_options o;
	mk_str json;
	mk_options_init(&o);
	const bool ok = mk_extract(page, html, strlen(html), &o) == MK_OK && mk_json(page, MK_FIELD_IMAGES, 0, &json) == MK_OK;
	char *text = ok ? strndup(json.p, json.len) : strdup("");
	check_is(named(strstr(text, "lead.jpg") ? "lead" : text), "lead", "picture above the article", html);
	check_is(named(strstr(text, "face.jpg") ? "face" : "none"), "none", "portrait of the author", html);
	free(text);
}

static mk_str or_dash(mk_str s)
{
	return s.p ? s : (mk_str){"-", 1};
}

static void test_rest(mk_page *page)
{
	for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
		char got[4096], categories[2048], tags[2048];
		const mk_article *a = read_page(page, rest[i][0], rest[i][1], strlen(rest[i][1]));
		const mk_str parts[] = {a->site_name, a->description, joined(a->categories, categories), joined(a->tags, tags),
					a->license, a->image, a->next_page, a->direction};
		size_t n = 0;
		for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
			mk_str part = or_dash(parts[k]);
			n += (size_t)snprintf(got + n, sizeof got - n, "%s%.*s", k ? " | " : "", (int)part.len, part.p);
		}
		check_is(named(got), rest[i][2], "record", rest[i][1]);
	}
	for (size_t i = 1; i < sizeof meta_names / sizeof *meta_names; i++)
		check_is(named(strcmp(meta_names[i - 1].name, meta_names[i].name) < 0 ? "less" : "not less"), "less", "sort order of meta_names", meta_names[i].name);
}

/* A heading that is never closed, or closed by the end tag of another heading, does not make the whole page the title. */
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
		check_is(read_page(page, NULL, html, len)->title, wanted[i], "title of a page with an unclosed heading", html);
	}
	free(html);
}

/* Words of class names that are evidence for authors and dates, and others that are not: alone, before and after other words, and
 * each of these in capitals. */
static void test_class_words(void)
{
	enum {
		SAYS_AUTHOR = 1 << 0, SAYS_NAME = 1 << 1, SAYS_DATE = 1 << 2, SAYS_MODIFIED = 1 << 3, SAYS_PUBLISHED = 1 << 4, SAYS_ASIDE = 1 << 5
	};
	static const uint8_t groups[] = {WORD_AUTHOR, WORD_NAME, WORD_DATE, WORD_MODIFIED, WORD_PUBLISHED, WORD_ASIDE};
	static const struct {
		const char *word;
		unsigned means;
	} words[] = {
	        {"author", SAYS_AUTHOR}, {"byline", SAYS_AUTHOR}, {"writer", SAYS_AUTHOR}, {"written", SAYS_AUTHOR}, {"creator", SAYS_AUTHOR},
	        {"username", SAYS_AUTHOR | SAYS_NAME}, {"name", SAYS_NAME}, {"date", SAYS_DATE}, {"update", SAYS_DATE | SAYS_MODIFIED}, {"timestamp", SAYS_DATE},
	        {"published", SAYS_DATE | SAYS_PUBLISHED}, {"posted", SAYS_DATE | SAYS_PUBLISHED}, {"modified", SAYS_MODIFIED}, {"avatar", SAYS_ASIDE}, {"title", SAYS_ASIDE},
	        {"role", SAYS_ASIDE}, {"desc", SAYS_ASIDE}, {"photo", SAYS_ASIDE}, {"image", SAYS_ASIDE}, {"social", SAYS_ASIDE}, {"comment", SAYS_ASIDE}, {"review", SAYS_ASIDE},
	        {"bio", SAYS_ASIDE}, {"authority", 0}, {"candidate", 0}, {"time", 0}, {"post", 0}, {"create", 0}, {"user", 0}, {"dat", 0}, {"", 0},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		static const char *const around[][2] = {{"", ""}, {"x-", ""}, {"", "-x"}, {"js_", " y"}};
		for (size_t k = 0; k < 8; k++) {
			char name[64];
			const int len = snprintf(name, sizeof name, "%s%s%s", around[k / 2][0], words[i].word, around[k / 2][1]);
			for (int c = 0; k % 2 && c < len; c++)
				if (name[c] >= 'a' && name[c] <= 'z')
					name[c] = (char)(name[c] - 32);
			const uint64_t found = cue_words(name, (size_t)len);
			unsigned means = 0;
			for (size_t g = 0; g < sizeof groups; g++)
				means |= (unsigned)(found >> groups[g] & 1) << g;
			check(means == words[i].means, "class %s has groups %u instead of %u", name, means, words[i].means);
		}
	}
}

/* Cues of a class are cached.  A page with more classes than the cache has slots must still have every date found. */
static void test_many_classes(mk_page *page)
{
	enum { CLASSES = 2000, DATES = 20 };
	char *html = malloc(40 * (CLASSES + DATES));
	size_t len = 0;
	for (int i = 0; i < CLASSES; i++) {
		len += (size_t)sprintf(html + len, "<b class=c%d>x</b>", i);
		if (i % (CLASSES / DATES) == 0)
			len += (size_t)sprintf(html + len, "<b class=entry-date>x</b>");
	}
	read_page(page, NULL, html, len);
	const unsigned found = page->facts->n_of[CLAIM_DATE];
	check(found == DATES, "%u of %u date classes are found", found, (unsigned)DATES);
	free(html);
}

static void test_titles(mk_page *page)
{
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		const mk_article *a = read_page(page, NULL, titles[i][0], strlen(titles[i][0]));
		check_is(a->title, titles[i][1], "title", titles[i][0]);
		mk_str source = {a->title_source, a->title_source ? strlen(a->title_source) : 0};
		check_is(source, titles[i][2], "title_source", titles[i][0]);
	}
}

static void test_languages(mk_page *page)
{
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
		check_is(read_page(page, NULL, languages[i][0], strlen(languages[i][0]))->language, languages[i][1], "language",
		         languages[i][0]);
}

static void test_addresses(mk_page *page)
{
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		const mk_article *a = read_page(page, addresses[i][0], addresses[i][1], strlen(addresses[i][1]));
		check_is(a->canonical_url, addresses[i][2], "canonical_url", addresses[i][1]);
		check_is(a->hostname, addresses[i][3], "hostname", addresses[i][1]);
	}
}

int main(void)
{
	mk_page *page = mk_page_new(NULL);
	TEST(test_titles(page));
	TEST(test_languages(page));
	TEST(test_addresses(page));
	TEST(test_class_words());
	TEST(test_many_classes(page));
	TEST(test_swallowed(page));
	TEST(test_bylines(page));
	TEST(test_scripts(page));
	TEST(test_deep_scripts(page));
	TEST(test_masses(page));
	TEST(test_limits(page));
	TEST(test_pictures(page));
	TEST(test_whose_pictures(page));
	TEST(test_rest(page));
	mk_page_free(page);
	return check_end("meta");
}
