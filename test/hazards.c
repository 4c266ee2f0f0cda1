/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hazards.c - tests of reads outside of the input, of failing allocations, of budgets and bad arguments, and that no page affects
 * the next one on the same page object.
 *
 * The input is placed between two guard pages, memory pages that must not be touched, so any read outside of the input ends the
 * program.  The library copies its input, except with the option in_place: it then keeps pointers into the input but must not
 * write to it, which a read-only mapping checks.
 */
#define CHUNK_LEAST ((size_t)128) /* so small that almost every arena allocation asks the allocator for a chunk */
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

/* Calls the other functions that allocate.  A function that fails must set its results to nothing; if it does not, returns MK_IO,
 * which none of them returns. */
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
	const mk_chunk_options small = {.size = sizeof small, .max_tokens = 9, .overlap = 4, .flags = MK_IMAGES};
	s = mk_chunks(page, &small, &n);
	if (s)
		return mk_chunk_at(page, 0) || n ? MK_IO : s;
	s = mk_chunks_json(page, &out);
	if (s)
		return out.p ? MK_IO : s;
	s = mk_value(page, MK_FIELD_BLOCKS, 0, &out);
	if (s)
		return out.p ? MK_IO : s;
	mk_string(page, MK_FIELD_COMMENTS);
	return *mk_error(page) ? MK_NO_MEMORY : MK_OK;
}

/* Extracts a page and calls every writer.  Returns the first status that is not MK_OK, or MK_OK. */
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
	char *base, *low, *high; /* the bytes low … high - 1 may be touched */
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

/* Extracts every length of the sample twice: with its end, then with its start, next to a guard page. */
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
	check(ok, "every length of the sample next to a guard page");
	ok = true;
	for (size_t shift = 0; shift < 64; shift++) {
		memcpy(g.low + shift, sample, sizeof sample - 1);
		ok = ok && mk_extract(page, g.low + shift, sizeof sample - 1, NULL) == MK_OK;
	}
	check(ok, "every alignment");
	munmap(g.base, g.size);
}

/* Returns a copy of a page's JSON record, which the caller frees; empty if anything failed. */
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

/* Extracts every length of the sample in place, from read-only memory, with a guard page right after the NUL padding. */
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
	check(same, "every length of the sample in place gives the same record as a copy");
	check(fragments, "fragments are parsed in place");
	mk_options o;
	mk_options_init(&o);
	memcpy(g.low, sample, sizeof sample - 1);
	memset(g.low + sizeof sample - 1, 0, MK_PADDING);
	o.in_place = true;
	check(mk_extract(page, g.low, sizeof sample - 1, &o) == MK_OK && mk_source(page).p == g.low, "input in place is not copied");
	munmap(g.base, g.size);
}

/* ---- Memory ---- */

struct counter {
	long left;   /* allocations that succeed before one fails; -1: all succeed */
	long n_live; /* allocations not yet freed */
	size_t live; /* their bytes */
	long calls;  /* allocations asked for */
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

/* Returns before, the part as many times as asked for, and after; the caller frees it. */
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

/* A page whose text is only in a string of a script. */
static char *script_sample(size_t times, size_t *len)
{
	return repeat("<title>t</title><div id=app></div><script>x={\"n\":1,\"html\":\"",
	              "\\u003cp class=\\\"a\\\"\\u003eMaji ya mto yanaongezeka kila mwaka, wasema wakazi wa kijiji.\\u003c\\/p\\u003e", times,
	              "\"}</script>", len);
}

/* Makes each allocation fail in turn: that of the page object first, then those of extracting and writing.  least: number of
 * failures that must have been reported. */
static void failing_allocations(const char *p, size_t len, long least)
{
	mk_page *plain = mk_page_new(NULL);
	mk_str expected, got;
	check(p && everything(plain, p, len, NULL, &expected) == MK_OK, "without failing allocations everything works");
	struct counter c = {.left = 0};
	mk_allocator allocator = {counted_alloc, counted_free, &c};
	check(!mk_page_new(&allocator), "mk_page_new() returns NULL without memory for the page object");
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
		if (page) { /* after a failure the page object must work as if new */
			ok = ok && everything(page, p, len, NULL, &got) == MK_OK && got.len == expected.len && !memcmp(got.p, expected.p, got.len);
			mk_page_free(page);
		}
		ok = ok && c.n_live == 0 && c.live == 0;
		if (!reached)
			break;
	}
	check(ok, "each allocation failing in turn: right status, page reusable, nothing leaked");
	check(n_refused >= least, "enough failures are reported");
	printf("  %ld allocations made to fail\n", n_refused);
	mk_page_free(plain);
}

/* A page whose only text is in a script: the text is read if the memory limit allows it. */
static void text_of_script(mk_page *page)
{
	size_t len;
	char *p = script_sample(9000, &len); /* a megabyte */
	mk_options o;
	mk_options_init(&o);
	o.view = MK_VIEW_EVERYTHING;
	bool ok = true;
	check(mk_extract(page, p, len, &o) == MK_OK && mk_warnings(page) == MK_WARN_SCRIPT && mk_n_blocks(page) == 9000,
	      "a long text in a script is read");
	for (o.max_arena_bytes = (size_t)1 << 20; o.max_arena_bytes < (size_t)64 << 20; o.max_arena_bytes += (size_t)1 << 20) {
		const mk_status s = mk_extract(page, p, len, &o);
		ok = ok && s == MK_OK;
	}
	check(ok, "smaller memory limits give MK_OK");
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
		ok = s == MK_OK;
		if (s == MK_OK && mk_warnings(page) & MK_WARN_MEMORY) {
			partial = true;
			s = mk_text(page, &out);
			ok = ok && s == MK_OK && out.len;
		}
		ok = ok && mk_page_memory(page, NULL) <= (mb << 20) + (1 << 16);
	}
	check(ok, "small memory limits: a partial page, and the limit holds");
	check(partial, "a page cut short by its memory limit has a warning");
	free(p);
}

/* ---- Budgets ---- */

static unsigned warnings_of(mk_page *page, const char *html, mk_options *o)
{
	return mk_extract(page, html, strlen(html), o) == MK_OK ? mk_warnings(page) : ~0u;
}

#define NAMES 3280 /* strings of up to seven of three letters */

/* Writes the i-th string of the letters a, b and -, after an x; shorter strings come first. */
static size_t write_name(char *to, unsigned i, const char *letters)
{
	unsigned len = 0, first = 0, n = 1;
	for (; i - first >= n; len++) {
		first += n;
		n *= 3;
	}
	to[0] = letters[3];
	for (unsigned k = 0; k < len; k++, n /= 3)
		to[1 + k] = letters[(i - first) * 3 / n % 3];
	return 1 + len;
}

/* Unknown names of which many are the beginning of others, each met again in capitals when all of them are known: every end tag
 * closes the element of its name. */
static void element_names(mk_page *page)
{
	static char html[NAMES * 64], tree[NAMES * 96];
	char *p = html + sprintf(html, "<p>"), *q = tree + sprintf(tree, "| <html>\n|   <head>\n|   <body>\n|     <p>\n");
	for (unsigned i = 0; i < 2 * NAMES; i++) {
		char name[9] = "", written[9] = "";
		const unsigned k = i < NAMES ? i : 2 * NAMES - 1 - i;
		write_name(name, k, "ab-x");
		write_name(written, k, i < NAMES ? "ab-x" : "AB-X");
		p += sprintf(p, "<%s>t</%s>", written, name);
		q += sprintf(q, "|       <%s>\n|         \"t\"\n", name);
	}
	mk_str out;
	check(mk_parse(page, html, (size_t)(p - html), NULL) == MK_OK && mk_tree(page, &out) == MK_OK && out.len == (size_t)(q - tree) &&
	              !memcmp(out.p, tree, out.len),
	      "element names are told apart");
}

static void budgets(mk_page *page)
{
	mk_options o;
	char html[8192] = "";
	mk_options_init(&o);
	for (int i = 0; i < 40; i++)
		strcat(html, "<div>");
	strcat(html, "deep");
	check(!(warnings_of(page, html, &o) & MK_WARN_DEPTH), "40 levels do not exceed the default depth");
	o.max_depth = 16;
	o.view = MK_VIEW_EVERYTHING;
	check(warnings_of(page, html, &o) & MK_WARN_DEPTH, "exceeding max_depth gives a warning");
	check(mk_n_blocks(page) == 1, "max_depth keeps the text");
	mk_options_init(&o);
	o.max_attributes = 2;
	check(warnings_of(page, "<p a=1 b=2>x", &o) == 0, "as many attributes as max_attributes give no warning");
	check(warnings_of(page, "<p a=1 b=2 c=3>x", &o) & MK_WARN_ATTRIBUTES, "exceeding max_attributes gives a warning");
	mk_options_init(&o);
	o.max_work = 5;
	check(warnings_of(page, "<p>a<p>b<p>c<p>d<p>e", &o) & MK_WARN_WORK, "exceeding max_work gives a warning");
	element_names(page);
	char *names = malloc(2 << 20);
	size_t len = 0;
	for (int i = 0; i < 70000; i++)
		len += (size_t)sprintf(names + len, "<x%d>a</x%d>", i, i);
	mk_options_init(&o);
	o.view = MK_VIEW_EVERYTHING;
	check(mk_extract(page, names, len, &o) == MK_OK && mk_warnings(page) & MK_WARN_NAMES && mk_block_at(page, 0)->text.len == 139999,
	      "70,000 element names give a warning, and the text is kept");
	free(names);
	mk_options_init(&o);
	o.max_input_bytes = 3;
	check(mk_extract(page, "abcd", 4, &o) == MK_TOO_BIG && !mk_article_of(page), "input larger than max_input_bytes is refused");
	check(mk_extract(page, "abc", 3, &o) == MK_OK, "input as large as max_input_bytes is accepted");
}

static void bad_arguments(mk_page *page)
{
	mk_options o;
	mk_str out;
	mk_options_init(&o);
	check(mk_extract(NULL, "x", 1, NULL) == MK_BAD_ARGUMENT, "a NULL page");
	check(mk_extract(page, NULL, 1, NULL) == MK_BAD_ARGUMENT, "NULL bytes with a length of 1");
	check(mk_extract(page, NULL, 0, NULL) == MK_OK, "NULL bytes with a length of 0");
	o.size = 0;
	check(mk_extract(page, "x", 1, &o) == MK_BAD_ARGUMENT, "options that are not initialised");
	mk_options_init(&o);
	o.charset = "no-such-charset";
	check(mk_extract(page, "x", 1, &o) == MK_BAD_ARGUMENT, "an unknown charset");
	check(mk_text(page, &out) == MK_BAD_ARGUMENT && !out.p, "there is no article after a failure");
	check(mk_parse(page, "<p>x", 4, NULL) == MK_OK && mk_text(page, &out) == MK_BAD_ARGUMENT && mk_tree(page, &out) == MK_OK,
	      "after mk_parse() there is a tree and no article");
	check(mk_parse_fragment(page, NULL, "x", 1, NULL) == MK_BAD_ARGUMENT, "a fragment with a NULL context");
	check(!mk_block_at(page, 0) && !mk_features_of(page, 0) && !mk_contributions_of(page, 0) && !mk_feature_name(100000), "indices out of range give NULL");
	check(mk_status_string((mk_status)99) && !mk_warning_name(3) && !mk_field_name(0), "names of unknown values: a status has one, a warning and a field have none");
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

/* A page gives the same record whatever was extracted with the same page object before. */
static void reuse(mk_page *page)
{
	size_t len;
	char *large = long_sample(500, &len);
	uint64_t a = hash_of(page, sample, sizeof sample - 1), b = hash_of(page, large, len), cut = hash_of(page, sample, 700);
	bool ok = a && b && cut;
	for (int i = 0; i < 11; i++)
		ok = ok && hash_of(page, sample, sizeof sample - 1) == a;
	check(ok, "the same page extracted eleven times gives the same record");
	ok = hash_of(page, large, len) == b && hash_of(page, sample, 700) == cut && hash_of(page, large, len) == b &&
	     hash_of(page, sample, sizeof sample - 1) == a;
	mk_page *fresh = mk_page_new(NULL);
	check(ok && hash_of(fresh, large, len) == b, "pages in any order give the same records as on a new page object");
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
