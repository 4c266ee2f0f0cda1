/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.c - tests of src/url.c: references are resolved as in browsers, results have no scheme other than http, https and mailto, and
 * long or broken addresses are refused.
 *
 * Tables of references with the expected results; then properties over every byte value and every position, because url.c reads
 * eight bytes at a time and has a shortcut for addresses that need no change.
 */
#include "src/url.h"

#include <stdio.h>
#include <stdlib.h>

#include "test/check.h"

#define check_is(...) check_is_at(__FILE__, __LINE__, __VA_ARGS__)

static mk_str str(const char *s)
{
	return s ? (mk_str){s, strlen(s)} : (mk_str){NULL, 0};
}

/* Checks that got is the string wanted.  If wanted is NULL, ok must be false and got missing. */
static void check_is_at(const char *file, int line, bool ok, mk_str got, const char *wanted, const char *base, const char *ref)
{
	mk_str want = str(wanted);
	bool same = ok == (wanted != NULL) && got.len == want.len && (!want.len || !memcmp(got.p, want.p, want.len)) && !got.p == !want.p;
	check_at(file, line, same, "%s against %s: %.*s instead of %s", ref, base ? base : "nothing", (int)got.len, got.p ? got.p : "",
	         wanted ? wanted : "(refused)");
}

#define BASE "http://a/b/c/d;p?q"

/* Base, reference, result; NULL: refused.  First the normal and abnormal examples of RFC 3986, section 5.4, except those with other
 * schemes; then behaviour of browsers beyond the RFC. */
static const char *const resolved[][3] = {
	{BASE, "g", "http://a/b/c/g"},
	{BASE, "./g", "http://a/b/c/g"},
	{BASE, "g/", "http://a/b/c/g/"},
	{BASE, "/g", "http://a/g"},
	{BASE, "//g", "http://g/"},
	{BASE, "?y", "http://a/b/c/d;p?y"},
	{BASE, "g?y", "http://a/b/c/g?y"},
	{BASE, "#s", "http://a/b/c/d;p?q#s"},
	{BASE, "g#s", "http://a/b/c/g#s"},
	{BASE, "g?y#s", "http://a/b/c/g?y#s"},
	{BASE, ";x", "http://a/b/c/;x"},
	{BASE, "g;x", "http://a/b/c/g;x"},
	{BASE, "", "http://a/b/c/d;p?q"},
	{BASE, ".", "http://a/b/c/"},
	{BASE, "./", "http://a/b/c/"},
	{BASE, "..", "http://a/b/"},
	{BASE, "../", "http://a/b/"},
	{BASE, "../g", "http://a/b/g"},
	{BASE, "../..", "http://a/"},
	{BASE, "../../g", "http://a/g"},
	{BASE, "../../../g", "http://a/g"},
	{BASE, "/./g", "http://a/g"},
	{BASE, "/../g", "http://a/g"},
	{BASE, "g.", "http://a/b/c/g."},
	{BASE, "..g", "http://a/b/c/..g"},
	{BASE, "./../g", "http://a/b/g"},
	{BASE, "./g/.", "http://a/b/c/g/"},
	{BASE, "g/../h", "http://a/b/c/h"},
	{BASE, "g;x=1/../y", "http://a/b/c/y"},
	{BASE, "g?y/../x", "http://a/b/c/g?y/../x"},
	{BASE, "g#s/../x", "http://a/b/c/g#s/../x"},
	{BASE, "http:g", "http://a/b/c/g"},
	{BASE, "https:g", "https://g/"},
	{BASE, "g/%2e%2E/h", "http://a/b/c/h"},
	{BASE, "a//../b", "http://a/b/c/a/b"},
	{BASE, " \n g\t/ h \x01", "http://a/b/c/g/%20h"},
	{BASE, "\\\\h\\x", "http://h/x"},
	{BASE, "\\x\\..\\y?\\", "http://a/y?\\"},
	{BASE, "HTTPS://EXAMPLE.com:443/A", "https://example.com/A"},
	{BASE, "http://h:80", "http://h/"},
	{BASE, "http://h:8080", "http://h:8080/"},
	{BASE, "http:////h/x", "http://h/x"},
	{BASE, "ä?ä#ä", "http://a/b/c/%C3%A4?%C3%A4#%C3%A4"},
	{BASE, "g?a='<\">", "http://a/b/c/g?a=%27%3C%22%3E"},
	{BASE, "http://Bücher.example/", "http://bücher.example/"},
	{BASE, "http://[::1]:81/x", "http://[::1]:81/x"},
	{BASE, "http://u:p@h/", "http://u:p@h/"},
	{BASE, "mailto:a@b.c?subject=x y", "mailto:a@b.c?subject=x%20y"},
	{NULL, "https://h", "https://h/"},
	{"http://h", "x", "http://h/x"},
	{BASE, "java\u2028script:x", "http://a/b/c/java%E2%80%A8script:x"},
	{BASE, "1:x", "http://a/b/c/1:x"},
	{BASE, "a^{b}`|", "http://a/b/c/a%5E%7Bb%7D%60|"},
	{NULL, "x", NULL},
	{NULL, "//h/x", NULL},
	{NULL, "", NULL},
	{BASE, "javascript:alert(1)", NULL},
	{BASE, "java\nscript:alert(1)", NULL},
	{BASE, "\x01javascript:alert(1)", NULL},
	{BASE, "JAVASCRIPT:x", NULL},
	{BASE, "data:text/html,x", NULL},
	{BASE, "vbscript:x", NULL},
	{BASE, "file:///etc", NULL},
	{BASE, "ftp://h/", NULL},
	{BASE, "blob:http://h/", NULL},
	{BASE, "mailto:", NULL},
	{BASE, "http://[", NULL},
	{BASE, "http://[]/", NULL},
	{BASE, "http://[::1", NULL},
	{BASE, "http://[::1]x/", NULL},
	{BASE, "http://[<a>]/", NULL},
	{BASE, "http://", NULL},
	{BASE, "http://?x", NULL},
	{BASE, "http://a b/", NULL},
	{BASE, "http://a<b/", NULL},
	{BASE, "http://h:99999/", NULL},
	{BASE, "http://h:8x/", NULL},
	{BASE, "http://u@/", NULL},
	{BASE, "http://:80/", NULL},
	{BASE, "http://%41/", NULL},
};

/* Links on a page: base, href, the address that writers may write; NULL: no link. */
static const char *const links[][3] = {
	{"https://h/d/p", "../x y", "https://h/x%20y"},
	{"https://h/d/p", "#s", "https://h/d/p#s"},
	{"https://h/d/p", "", NULL},
	{"https://h/d/p", " \n", NULL},
	{"https://h/d/p", "javascript:void(0)", NULL},
	{"https://h/d/p", "http://[", NULL},
	{"https://h/d/p", "tel:123", NULL},
	{NULL, "../x y?a b#<", "../x%20y?a%20b#%3C"},
	{NULL, "/x", "/x"},
	{NULL, "#s", "#s"},
	{NULL, "//H:443/x", "//h/x"},
	{NULL, "\\\\h\\x", "//h/x"},
	{NULL, "a\\b", "a/b"},
	{NULL, "https://h", "https://h/"},
	{NULL, "mailto:a@b", "mailto:a@b"},
	{NULL, "JavaScript:x", NULL},
	{NULL, "java\tscript:x", NULL},
	{NULL, "data:,x", NULL},
	{NULL, "x:y", NULL},
	{NULL, "", NULL},
	{NULL, "//[", NULL},
};

static const char *const hostnames[][2] = {
	{"https://example.com/x", "example.com"},
	{"https://u:p@example.com:8080/x@y", "example.com"},
	{"http://[::1]:8/", "[::1]"},
	{"mailto:a@b", NULL},
	{"/x", NULL},
	{"", NULL},
};

/* Addresses longer than 8 KiB are refused, whether the reference or the result is that long. */
static void test_long(mk_page *pg)
{
	static const char *const fillers[] = {"x", "../", "/", "%2e./", ":", "@", "[", " ", "ä", "?", "\\"};
	size_t most = 1 << 20;
	char *p = malloc(most + 16);
	mk_str out;
	for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
		size_t step = strlen(fillers[i]), len = 9;
		memcpy(p, "https://h", len);
		for (; len + step < most; len += step)
			memcpy(p + len, fillers[i], step);
		arena_reset(&pg->arena, 0);
		bool spaces = fillers[i][0] == ' '; /* trailing spaces are removed first */
		check_is(url_resolve(&pg->arena, str(BASE), (mk_str){p, len}, &out), out, spaces ? "https://h/" : NULL, "1 MB of",
		      fillers[i]);
		bool ok = url_resolve(&pg->arena, str("https://h/"), (mk_str){p + 9, 8000}, &out);
		check_is(!ok || (out.len <= 8192 && out.len >= 10), (mk_str){"", 0}, "", "8 kB of", fillers[i]);
	}
	free(p);
}

/* Tabs and line ends are removed at any position of an address of any length.  url.c reads eight bytes at a time. */
static void test_breaks(mk_page *pg)
{
	static const char breaks[] = {'\t', '\n', '\r'};
	static const char whole[] = "https://h/0123456789abc\xC3\xA4\xC3\xA4z";
	for (size_t len = 9; len < sizeof whole; len++) {
		mk_str want, got;
		char plain[64] = "", broken[64];
		bool ok = url_resolve(&pg->arena, str(NULL), (mk_str){whole, len}, &want);
		if (ok)
			memcpy(plain, want.p, want.len);
		for (size_t at = 1; at < len; at++) {
			for (int k = 0; k < 3; k++) {
				memcpy(broken, whole, at);
				broken[at] = breaks[k];
				memcpy(broken + at + 1, whole + at, len - at);
				ok = url_resolve(&pg->arena, str(NULL), (mk_str){broken, len + 1}, &got);
				check_is(ok, got, plain, NULL, broken);
			}
		}
	}
	static const char *const short_ones[][2] = {
	        {"\v1\v", "http://a/b/c/1"},          {"1\v2", "http://a/b/c/1%0B2"},     {"1\t2\n3\r4", "http://a/b/c/1234"},
	        {"123456\n", "http://a/b/c/123456"}, {"12345\n7", "http://a/b/c/123457"}, {"1234567\v9", "http://a/b/c/1234567%0B9"},
	};
	for (size_t i = 0; i < sizeof short_ones / sizeof *short_ones; i++) {
		mk_str got;
		bool ok = url_resolve(&pg->arena, str(BASE), str(short_ones[i][0]), &got);
		check_is(ok, got, short_ones[i][1], BASE, short_ones[i][0]);
	}
}

/* A full address gives the same result as its path resolved against the same host, whatever byte is in the path. */
static void test_plain(mk_page *pg)
{
	static const char *const around[][3] = {{"/d/", "", ""}, {"/d/", "", "/e"}, {"/d/", "2e", "/e"}, {"/d/", "2E%2e", "/e"}, {"/d/", ".", ""},
	                                        {"/d/a", "b/", "/c"}, {"/d?a", "b", ""}, {"/d#a", "b", ""}, {"/", "", "/d/"}};
	for (size_t i = 0; i < sizeof around / sizeof *around; i++)
		for (int c = 1; c < 256; c++) {
			if (i == 8 && (c == '/' || c == '\\' || c == '\t' || c == '\n' || c == '\r'))
				continue; /* the path would start with two slashes, which means another host */
			char whole[64], plain[64] = "";
			mk_str want, got;
			snprintf(whole, sizeof whole, "http://h-1.x%s%c%s%s", around[i][0], c, around[i][1], around[i][2]);
			arena_reset(&pg->arena, 0);
			check_is(url_resolve(&pg->arena, str("http://h-1.x/d"), str(whole + 12), &want), (mk_str){"", 0}, "", "http://h-1.x/d", whole + 12);
			memcpy(plain, want.p, want.len);
			bool ok = url_resolve(&pg->arena, str(NULL), str(whole), &got);
			memset(whole, 0, sizeof whole); /* the result must not point into the reference */
			check_is(ok, got, plain, NULL, plain);
		}
}

static void test_resolved(mk_page *pg)
{
	mk_str out;
	for (size_t i = 0; i < sizeof resolved / sizeof *resolved; i++) {
		bool ok = url_resolve(&pg->arena, str(resolved[i][0]), str(resolved[i][1]), &out);
		check_is(ok, out, resolved[i][2], resolved[i][0], resolved[i][1]);
		if (ok) { /* resolving a result again must not change it */
			mk_str again;
			check_is(url_resolve(&pg->arena, str(NULL), out, &again), again, resolved[i][2], NULL, resolved[i][2]);
		}
	}
}

static void test_links(mk_page *pg)
{
	mk_str out;
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		pg->base_url = str(links[i][0]);
		check_is(url_link(pg, str(links[i][1]), &out), out, links[i][2], links[i][0], links[i][1]);
	}
}

static void test_hostnames(void)
{
	for (size_t i = 0; i < sizeof hostnames / sizeof *hostnames; i++) {
		mk_str out = url_hostname(str(hostnames[i][0]));
		check_is(out.p != NULL, out, hostnames[i][1], "hostname", hostnames[i][0]);
	}
}

int main(void)
{
	mk_page *pg = mk_page_new(NULL);
	if (!pg || setjmp(pg->arena.escape))
		return 1;
	TEST(test_resolved(pg));
	TEST(test_links(pg));
	TEST(test_hostnames());
	TEST(test_breaks(pg));
	TEST(test_plain(pg));
	TEST(test_long(pg));
	mk_page_free(pg);
	return check_end("url");
}
