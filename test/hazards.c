/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hazards.c - reading past the input, running out of memory at every allocation, budgets, and whether a page remembers the one before.
 *
 * The library keeps no bytes of the input, so an input between two pages that may not be touched shows any read outside of it.  What
 * it reads in place it keeps, but does not write to.
 */
#define CHUNK_LEAST ((size_t)128)
#include "../src/all.c"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/check.h"

static const char sample[] =
        "<!DOCTYPE html><html lang=sw><head><meta charset=utf-8><title>Mto &amp; mvua - Gazeti</title><link rel=canonical href='/a?b=1&c=2'>"
        "<style>p{color:red}</style><script>if (a<b) document.write('<p>x</p>');</script></head><body class='has-sidebar'>"
        "<nav><ul><li><a href=/>Nyumbani</a><li><a href=/habari>Habari</a></ul></nav><h1>Mto na mvua</h1>"
        "<p>Maji ya <b>mto</b> yanaongezeka kila mwaka, wasema wakazi wa kijiji; <i>mvua</i> huja baadaye &#8212; na kidogo.</p>"
        "<table><tr><th>Mwaka<th>Mvua<tr><td>2020<td>311<tr><td>2021<td>298</table>text<svg><path d=M0/><title>t</title></svg>"
        "<blockquote><p>\xE4\xB8\xAD\xE6\x96\x87 \xD8\xB9\xD8\xB1\xD8\xA8\xD9\x8A \xF0\x9F\x98\x80</blockquote><pre>a\n  b\r\nc</pre>"
        "<ul><li>moja<ul><li>mbili</ul><li>tatu</ul><noscript><p>bila</p></noscript><img src=/i.png alt=picha><select><option>x</select>"
        "<template><p>ndani</template><math><mi>x</mi></math><!-- c --><?pi d?><p>Mwisho wa makala hii ni hapa, baada ya maneno mengi.</p>"
        "<footer><p>&copy; Gazeti</footer></body></html>";

/* The other functions that take memory.  Where they fail they give nothing. */
static mk_status later_calls(mk_page *page)
{
	size_t n;
	mk_str out;
	const mk_span *spans;
	mk_status s = mk_structures(page, &n);
	if (s)
		return mk_structure_at(page, 0) || n ? MK_IO : s;
	s = mk_images(page, &n);
	if (s)
		return mk_image_at(page, 0) || n ? MK_IO : s;
	s = mk_links(page, &n);
	if (s)
		return mk_link_at(page, 0) || n ? MK_IO : s;
	s = mk_spans(page, MK_FIELD_MARKDOWN, MK_NO_LINKS, &spans, &n);
	if (s)
		return spans || n ? MK_IO : s;
	s = mk_claims(page, &n);
	if (s)
		return mk_claim_at(page, 0) || n ? MK_IO : s;
	s = mk_value(page, MK_FIELD_BLOCKS, 0, &out);
	if (s)
		return out.p ? MK_IO : s;
	mk_string(page, MK_FIELD_COMMENTS);
	return *mk_error(page) ? MK_NO_MEMORY : MK_OK;
}

/* Extracts and writes everything; the first status that is not MK_OK. */
static mk_status everything(mk_page *page, const char *p, size_t len, const mk_options *o, mk_str *json)
{
	mk_str out;
	mk_status s = mk_extract(page, p, len, o);
	if (!s)
		s = mk_text(page, &out);
	if (!s)
		s = mk_markdown(page, MK_IMAGES, &out);
	if (!s)
		s = mk_html(page, MK_IMAGES, &out);
	if (!s)
		s = later_calls(page);
	if (!s)
		s = mk_tree(page, &out);
	if (!s)
		s = mk_json(page, (UINT64_C(1) << MK_N_FIELDS) - 1, MK_IMAGES, json);
	return s;
}

/* ---- Guard pages ---- */

struct guarded {
	char *base, *low, *high; /* low … high may be touched */
	size_t size;
};

static struct guarded guard(size_t room)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), inner = (room + page - 1) / page * page;
	struct guarded g = {.size = inner + 2 * page};
	g.base = mmap(NULL, g.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (g.base == MAP_FAILED || mprotect(g.base, page, PROT_NONE) || mprotect(g.base + page + inner, page, PROT_NONE))
		exit(2);
	g.low = g.base + page;
	g.high = g.low + inner;
	return g;
}

/* Every length of the sample, its end and then its start at a page that may not be read. */
static void guard_pages(mk_page *page)
{
	struct guarded g = guard(sizeof sample + 64);
	bool ok = true;
	static const char *const charsets[] = {NULL, "utf-8", "utf-16le", "gbk", "shift_jis", "iso-2022-jp", "windows-1252", "big5"};
	for (size_t len = 0; len < sizeof sample; len++) {
		mk_options o;
		mk_options_init(&o);
		o.charset = charsets[len % 8];
		memcpy(g.high - len, sample, len);
		ok = ok && mk_extract(page, g.high - len, len, &o) == MK_OK;
		memcpy(g.low, sample, len);
		ok = ok && mk_extract(page, g.low, len, NULL) == MK_OK;
		ok = ok && mk_parse_fragment(page, "td", g.low, len, NULL) == MK_OK;
	}
	check(ok, "every length of the sample between guard pages");
	ok = true;
	for (size_t shift = 0; shift < 64; shift++) {
		memcpy(g.low + shift, sample, sizeof sample - 1);
		ok = ok && mk_extract(page, g.low + shift, sizeof sample - 1, NULL) == MK_OK;
	}
	check(ok, "every alignment");
	munmap(g.base, g.size);
}

/* The JSON record of a page, to be freed; empty when there is none. */
static mk_str record_of(mk_page *page, const char *p, size_t len, const mk_options *o)
{
	mk_str json = {NULL, 0};
	if (everything(page, p, len, o, &json) != MK_OK)
		json.len = 0;
	char *copy = malloc(json.len + 1);
	if (!copy)
		exit(2);
	if (json.len)
		memcpy(copy, json.p, json.len);
	return (mk_str){copy, json.len};
}

/* Every length of the sample read in place: from memory that may not be written, with a page that may not be touched behind the NULs. */
static void read_in_place(mk_page *page)
{
	struct guarded g = guard(sizeof sample + MK_PADDING);
	static const char *const charsets[] = {NULL, "utf-8", "utf-16le", "gbk", "iso-2022-jp", "windows-1252"};
	bool same = true, fragments = true;
	for (size_t len = 0; len < sizeof sample; len++) {
		char *const input = g.high - MK_PADDING - len;
		mk_options o;
		mk_options_init(&o);
		o.charset = charsets[len % 6];
		memcpy(input, sample, len);
		memset(input + len, 0, MK_PADDING);
		mk_str copied = record_of(page, input, len, &o);
		if (mprotect(g.low, (size_t)(g.high - g.low), PROT_READ))
			exit(2);
		o.in_place = true;
		mk_str in_place = record_of(page, input, len, &o);
		same = same && copied.len && copied.len == in_place.len && !memcmp(copied.p, in_place.p, copied.len);
		fragments = fragments && mk_parse_fragment(page, "td", input, len, &o) == MK_OK;
		if (mprotect(g.low, (size_t)(g.high - g.low), PROT_READ | PROT_WRITE))
			exit(2);
		free((char *)copied.p);
		free((char *)in_place.p);
	}
	check(same, "every length of the sample in place, the same record as copied");
	check(fragments, "fragments in place");
	mk_options o;
	mk_options_init(&o);
	memcpy(g.low, sample, sizeof sample - 1);
	memset(g.low + sizeof sample - 1, 0, MK_PADDING);
	o.in_place = true;
	check(mk_extract(page, g.low, sizeof sample - 1, &o) == MK_OK && mk_source(page).p == g.low, "nothing is copied in place");
	munmap(g.base, g.size);
}

/* ---- Memory ---- */

struct counter {
	long left;   /* allocations until one fails; -1: none does */
	long n_live;
	size_t live;
	long calls;
};

static void *counted_alloc(void *user, size_t size)
{
	struct counter *c = user;
	c->calls++;
	if (c->left == 0)
		return NULL;
	if (c->left > 0)
		c->left--;
	void *p = malloc(size);
	if (p) {
		c->n_live++;
		c->live += size;
	}
	return p;
}

static void counted_free(void *user, void *memory, size_t size)
{
	struct counter *c = user;
	c->n_live--;
	c->live -= size;
	free(memory);
}

/* A page that has a part times over. */
static char *repeat(const char *before, const char *part, size_t times, const char *after, size_t *len)
{
	const size_t n_before = strlen(before), n_part = strlen(part), n_after = strlen(after);
	*len = n_before + times * n_part + n_after;
	char *p = malloc(*len), *at = p;
	if (!p)
		exit(2);
	memcpy(at, before, n_before);
	at += n_before;
	for (size_t i = 0; i < times; i++, at += n_part)
		memcpy(at, part, n_part);
	memcpy(at, after, n_after);
	return p;
}

static char *long_sample(size_t times, size_t *len)
{
	return repeat("", sample, times, "", len);
}

/* Text in a string of a script, and nowhere else. */
static char *script_sample(size_t times, size_t *len)
{
	return repeat("<title>t</title><div id=app></div><script>x={\"n\":1,\"html\":\"",
	              "\\u003cp class=\\\"a\\\"\\u003eMaji ya mto yanaongezeka kila mwaka, wasema wakazi wa kijiji.\\u003c\\/p\\u003e", times,
	              "\"}</script>", len);
}

static void failing_allocations(const char *p, size_t len, long least)
{
	mk_page *plain = mk_page_new(NULL);
	mk_str expected, got;
	check(p && everything(plain, p, len, NULL, &expected) == MK_OK, "without failures");
	struct counter c = {.left = 0};
	mk_allocator allocator = {counted_alloc, counted_free, &c};
	check(!mk_page_new(&allocator), "no memory for the page itself");
	long n_refused = 0;
	bool ok = true;
	for (long k = 1;; k++) {
		c.left = 1;
		mk_page *page = mk_page_new(&allocator);
		c.left = k - 1;
		c.calls = 0;
		mk_status s = page ? everything(page, p, len, NULL, &got) : MK_NO_MEMORY;
		bool reached = c.calls >= k;
		c.left = -1;
		ok = ok && (s == MK_OK || s == MK_NO_MEMORY);
		n_refused += s == MK_NO_MEMORY;
		if (page) { /* it must be as good as new */
			ok = ok && everything(page, p, len, NULL, &got) == MK_OK && got.len == expected.len && !memcmp(got.p, expected.p, got.len);
			mk_page_free(page);
		}
		ok = ok && c.n_live == 0 && c.live == 0;
		if (!reached)
			break;
	}
	check(ok, "each allocation failing in turn: right status, page reusable, nothing leaked");
	check(n_refused >= least, "failures were met");
	printf("  %ld allocations made to fail\n", n_refused);
	mk_page_free(plain);
}

/* A page without text that brings some in a script: read, and not where memory would not do for it. */
static void text_of_script(mk_page *page)
{
	size_t len;
	char *p = script_sample(9000, &len); /* a megabyte */
	mk_options o;
	mk_options_init(&o);
	o.view = MK_VIEW_EVERYTHING;
	bool ok = true;
	check(mk_extract(page, p, len, &o) == MK_OK && mk_article_of(page)->warnings == MK_WARN_SCRIPT && mk_article_of(page)->n_blocks == 9000,
	      "a long text in a script");
	for (o.max_arena_bytes = (size_t)1 << 20; o.max_arena_bytes < (size_t)64 << 20; o.max_arena_bytes += (size_t)1 << 20) {
		const mk_status s = mk_extract(page, p, len, &o);
		ok = ok && (s == MK_OK || (s == MK_NO_MEMORY && o.max_arena_bytes < 4 * len));
	}
	check(ok, "with less memory less of it");
	free(p);
}

static void small_limits(mk_page *page)
{
	size_t len;
	char *p = long_sample(2000, &len);
	bool ok = p, partial = false;
	for (size_t mb = 1; ok && mb <= 64; mb += mb < 8 ? 1 : 7) {
		mk_options o;
		mk_str out;
		mk_options_init(&o);
		o.max_arena_bytes = mb << 20;
		mk_status s = mk_extract(page, p, len, &o);
		ok = s == MK_OK || s == MK_NO_MEMORY;
		if (s == MK_OK && mk_article_of(page)->warnings & MK_WARN_MEMORY) {
			partial = true;
			s = mk_text(page, &out);
			ok = ok && (s == MK_OK || s == MK_NO_MEMORY);
		}
		ok = ok && mk_page_memory(page, NULL) <= (mb << 20) + (1 << 16);
	}
	check(ok, "small arenas: a partial page or MK_NO_MEMORY, and the limit holds");
	check(partial, "a page cut short by its memory limit is flagged");
	free(p);
}

/* ---- Budgets ---- */

static unsigned warnings_of(mk_page *page, const char *html, mk_options *o)
{
	return mk_extract(page, html, strlen(html), o) == MK_OK ? mk_article_of(page)->warnings : ~0u;
}

static void budgets(mk_page *page)
{
	mk_options o;
	char html[8192] = "";
	mk_options_init(&o);
	for (int i = 0; i < 40; i++)
		strcat(html, "<div>");
	strcat(html, "deep");
	check(!(warnings_of(page, html, &o) & MK_WARN_DEPTH), "40 levels are fine by default");
	o.max_depth = 16;
	o.view = MK_VIEW_EVERYTHING;
	check(warnings_of(page, html, &o) & MK_WARN_DEPTH, "max_depth flags");
	check(mk_article_of(page)->n_blocks == 1, "max_depth keeps the text");
	mk_options_init(&o);
	o.max_attributes = 2;
	check(warnings_of(page, "<p a=1 b=2>x", &o) == 0, "two attributes of two");
	check(warnings_of(page, "<p a=1 b=2 c=3>x", &o) & MK_WARN_ATTRIBUTES, "max_attributes flags");
	mk_options_init(&o);
	o.max_work = 5;
	check(warnings_of(page, "<p>a<p>b<p>c<p>d<p>e", &o) & MK_WARN_WORK, "max_work flags");
	char *names = malloc(2 << 20);
	size_t len = 0;
	for (int i = 0; i < 70000; i++)
		len += (size_t)sprintf(names + len, "<x%d>a</x%d>", i, i);
	mk_options_init(&o);
	o.view = MK_VIEW_EVERYTHING;
	check(mk_extract(page, names, len, &o) == MK_OK && mk_article_of(page)->warnings & MK_WARN_NAMES && mk_block_at(page, 0)->text.len == 139999,
	      "70,000 element names are flagged and keep their text");
	free(names);
	mk_options_init(&o);
	o.max_input_bytes = 3;
	check(mk_extract(page, "abcd", 4, &o) == MK_TOO_BIG && !mk_article_of(page), "max_input_bytes");
	check(mk_extract(page, "abc", 3, &o) == MK_OK, "an input as large as allowed");
}

static void bad_arguments(mk_page *page)
{
	mk_options o;
	mk_str out;
	mk_options_init(&o);
	check(mk_extract(NULL, "x", 1, NULL) == MK_BAD_ARGUMENT, "no page");
	check(mk_extract(page, NULL, 1, NULL) == MK_BAD_ARGUMENT, "no bytes");
	check(mk_extract(page, NULL, 0, NULL) == MK_OK, "no bytes, none expected");
	o.size = 0;
	check(mk_extract(page, "x", 1, &o) == MK_BAD_ARGUMENT, "options not initialised");
	mk_options_init(&o);
	o.charset = "no-such-charset";
	check(mk_extract(page, "x", 1, &o) == MK_BAD_ARGUMENT, "unknown charset");
	check(mk_text(page, &out) == MK_BAD_ARGUMENT && !out.p, "no article after a failure");
	check(mk_parse(page, "<p>x", 4, NULL) == MK_OK && mk_text(page, &out) == MK_BAD_ARGUMENT && mk_tree(page, &out) == MK_OK,
	      "a parsed page has a tree and no article");
	check(mk_parse_fragment(page, NULL, "x", 1, NULL) == MK_BAD_ARGUMENT, "no context");
	check(!mk_block_at(page, 0) && !mk_features_of(page, 0) && !mk_contributions_of(page, 0) && !mk_feature_name(100000), "out of range");
	check(mk_status_string((mk_status)99) && !mk_warning_name(3) && !mk_field_name(0), "no such names");
	mk_page_free(NULL);
}

/* ---- Reuse ---- */

static uint64_t hash_of(mk_page *page, const char *p, size_t len)
{
	mk_str json;
	uint64_t h = 14695981039346656037u;
	if (everything(page, p, len, NULL, &json))
		return 0;
	for (size_t i = 0; i < json.len; i++)
		h = (h ^ (unsigned char)json.p[i]) * 1099511628211u;
	return h;
}

static void reuse(mk_page *page)
{
	size_t len;
	char *large = long_sample(500, &len);
	uint64_t a = hash_of(page, sample, sizeof sample - 1), b = hash_of(page, large, len), cut = hash_of(page, sample, 700);
	bool ok = a && b && cut;
	for (int i = 0; i < 11; i++)
		ok = ok && hash_of(page, sample, sizeof sample - 1) == a;
	check(ok, "the same page eleven times");
	ok = hash_of(page, large, len) == b && hash_of(page, sample, 700) == cut && hash_of(page, large, len) == b &&
	     hash_of(page, sample, sizeof sample - 1) == a;
	mk_page *fresh = mk_page_new(NULL);
	check(ok && hash_of(fresh, large, len) == b, "after others, in any order, as on a fresh page");
	mk_page_free(fresh);
	free(large);
}

int main(void)
{
	mk_page *page = mk_page_new(NULL);
	TEST(guard_pages(page));
	TEST(read_in_place(page));
	size_t len;
	char *p = long_sample(2, &len);
	TEST(failing_allocations(p, len, 100));
	free(p);
	p = script_sample(40, &len);
	TEST(failing_allocations(p, len, 10));
	free(p);
	TEST(text_of_script(page));
	TEST(small_limits(page));
	TEST(budgets(page));
	TEST(bad_arguments(page));
	TEST(reuse(page));
	mk_page_free(page);
	return check_end("hazards");
}
