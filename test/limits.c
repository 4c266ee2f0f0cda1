/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.c - checks what a page gives near its limits: the part that was read, in memory and outputs of bounded size, and always
 * the same.
 *
 * 1. Pages are extracted with limits far below, close to and above the memory that they need, on a new page object and on page
 *    objects that have read other pages.  Every status, every warning and every byte written must be equal.  The pages read before
 *    differ in size, so that the page object holds free memory of many sizes.
 * 2. Pages of many kinds give a text and every other result with limits from 1 MiB to 1 GiB.
 * 3. Pages of which a small part could be repeated in the output for each of many others give outputs that keep to their budget and
 *    are valid.
 */
#include "../makala_debug.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/check.h"

#define PAGE_BYTES ((size_t)100000)
#define N_KINDS 6
#define N_HISTORIES 5
#define LIMIT_FIRST ((size_t)1 << 20)
#define LIMIT_LAST ((size_t)20 << 20)

/* Pieces that make() repeats to build a page; \1 is replaced with the number of the repetition. */
static const char *const kinds[N_KINDS] = {
        "<p>Paragraph \1 says <b>little</b>, but <a href=/\1>says it</a> &amp; ends.",
        "<tr><td>x\1<td><i>y</i>",
        "words \1 and more of them, without any markup at all, ",
        "<ul><li>item \1",
        "<img src=\1.png alt='picture \1'><font color=\1>",
        "caf\xE9 \1 <h2>na\xEFve \xFC</h2>",
};

/* Returns a page of the piece, repeated until the page has `most` bytes or more; NULL without memory.  The caller frees it. */
static char *make(const char *piece, size_t most, size_t *len)
{
	char *p = malloc(most + 256);
	*len = 0;
	for (unsigned turn = 0; p && *len < most; turn++)
		for (const char *s = piece; *s; s++) {
			if (*s == 1)
				*len += (size_t)sprintf(p + *len, "%u", turn);
			else
				p[(*len)++] = *s;
		}
	return p;
}

struct outcome {
	mk_status status[5]; /* of mk_extract() and of four writers */
	uint32_t warnings, n_blocks;
	uint64_t hash;       /* of everything written */
};

static void mix(struct outcome *o, mk_str s)
{
	for (size_t i = 0; i < s.len; i++)
		o->hash = (o->hash ^ (unsigned char)s.p[i]) * 1099511628211u;
}

static struct outcome read_page(mk_page *page, const char *p, size_t len, size_t limit)
{
	struct outcome o = {.hash = 14695981039346656037u};
	mk_options options;
	mk_str out;
	mk_options_init(&options);
	options.view = MK_VIEW_EVERYTHING;
	options.max_arena_bytes = limit;
	o.status[0] = mk_extract(page, p, len, &options);
	if (o.status[0])
		return o;
	o.n_blocks = mk_n_blocks(page);
	o.status[1] = mk_text(page, &out);
	mix(&o, out);
	o.status[2] = mk_markdown(page, MK_IMAGES, &out);
	mix(&o, out);
	o.status[3] = mk_html(page, MK_IMAGES, &out);
	mix(&o, out);
	o.status[4] = mk_json(page, MK_FIELDS_DEFAULT, 0, &out);
	mix(&o, out);
	o.warnings = mk_warnings(page);
	return o;
}

static bool equal(const struct outcome *a, const struct outcome *b)
{
	return !memcmp(a->status, b->status, sizeof a->status) && a->warnings == b->warnings && a->n_blocks == b->n_blocks &&
	       a->hash == b->hash;
}

/* Reads other pages before the page p.  history: 0 for none, 1 for a small page, 2 for a large one, 3 for p itself without a tight
 * limit, 4 for parts of p. */
static void remember(mk_page *page, int history, const char *p, size_t len, size_t limit)
{
	const size_t plenty = (size_t)1 << 30;
	if (history == 1) {
		read_page(page, "<p>a little", 11, plenty);
	} else if (history == 2) {
		size_t much_len;
		char *much = make(kinds[0], 12 * PAGE_BYTES, &much_len);
		if (!much)
			exit(2);
		read_page(page, much, much_len, plenty);
		free(much);
	} else if (history == 3) {
		read_page(page, p, len, plenty);
	} else if (history == 4) {
		read_page(page, p, len / 3, limit);
		read_page(page, p + len / 7, len / 2, plenty);
	}
}

/* Numbers of pages that were written whole, that were cut short, and for which mk_extract() or a writer had too little memory. */
struct tally {
	int whole, partial, unwritten;
};

static void count(struct tally *t, const struct outcome *o)
{
	const bool written = !o->status[0] && !o->status[1] && !o->status[2] && !o->status[3] && !o->status[4];
	const bool partial = o->warnings & MK_WARN_MEMORY;
	t->whole += written && !partial;
	t->partial += partial;
	t->unwritten += !written;
}

static void compare(const char *p, size_t len, size_t limit, int kind, mk_page *kept[N_HISTORIES], struct tally *t)
{
	mk_page *fresh = mk_page_new(NULL);
	const struct outcome expected = read_page(fresh, p, len, limit);
	char what[96];
	mk_page_free(fresh);
	count(t, &expected);
	for (int history = 0; history < N_HISTORIES; history++) {
		remember(kept[history], history, p, len, limit);
		const struct outcome got = read_page(kept[history], p, len, limit);
		snprintf(what, sizeof what, "kind %d in %zu bytes, history %d: the same result as on a new page object", kind, limit, history);
		check(equal(&got, &expected), "%s", what);
		snprintf(what, sizeof what, "kind %d in %zu bytes, history %d: the limit holds", kind, limit, history);
		check(mk_page_memory(kept[history], NULL) <= limit + 65536, "%s", what);
	}
}

/* ---- Parts of pages ---- */

#define PROSE "<p>The water of the river rises every year, say the people of the village, and the rain comes later and less than before.</p>\n"
#define PLAIN "The water of the river rises every year, say the people of the village, and the rain comes later than before.\n\n"

/* A page: what it begins with, what is repeated, and what it ends with. */
struct family {
	const char *name, *head, *piece, *tail;
};

/* Returns a page of about `most` bytes; \2 in head and \1 in piece stand for 7,900 letters and for a number.  The caller frees it. */
static char *make_family(const struct family *f, size_t most, size_t *len)
{
	char *p = malloc(most + 20000 + strlen(f->head) + strlen(f->tail));
	*len = 0;
	for (const char *s = f->head; p && *s; s++) {
		const size_t n = *s == 2 ? 7900 : 1;
		memset(p + *len, *s == 2 ? 'a' : *s, n);
		*len += n;
	}
	for (unsigned turn = 0; p && *f->piece && *len < most; turn++)
		for (const char *s = f->piece; *s; s++)
			*len += (size_t)sprintf(p + *len, *s == 1 ? "%u" : "%c", *s == 1 ? turn : (unsigned)*s);
	if (p)
		memcpy(p + *len, f->tail, strlen(f->tail));
	*len += strlen(f->tail);
	return p;
}

/* Bytes that a page of len bytes may take, as makala.h promises: with the input itself less than 80 times that and 16 MiB. */
static size_t promised(size_t len, size_t limit)
{
	const size_t most = 128 * len + ((size_t)26 << 20);
	return (most < limit ? most : limit) + 65536;
}

static const struct family kinds_of_page[] = {
        {"short paragraphs", PROSE, "<p>x", ""},
        {"paragraphs", PROSE, PROSE, ""},
        {"empty paragraphs", PROSE, "<p>", ""},
        {"one long text", PROSE, "words and more of them, ", ""},
        {"attributes", PROSE, "<i class=a id=b title=c lang=d>x", ""},
        {"links", PROSE, "<a href=/\1>w</a> ", ""},
        {"cells", PROSE "<table>", "<tr><td>1<td>2", ""},
        {"a script", PROSE "<script>", "var a = '<p>some words here</p>';\n", "</script>"},
        {"JSON-LD", PROSE "<script type=application/ld+json>[", "{\"@type\":\"A\",\"b\":\"c\"},", "1]</script>"},
        {"pictures", PROSE, "<img src=\1.png alt=x>", ""},
        {"comments", PROSE, "<!--x-->", ""},
        {"lines of text", PLAIN, "a\n", ""},
        {"paragraphs of text", PLAIN, PLAIN, ""},
        {"one long line of text", PLAIN, "words and more of them, ", ""},
        {"list of text", PLAIN, "- a\n", ""},
};

static void ladder(void)
{
	for (size_t k = 0; k < sizeof kinds_of_page / sizeof *kinds_of_page; k++) {
		const char *name = kinds_of_page[k].name;
		size_t len, n;
		char *p = make_family(&kinds_of_page[k], 300000, &len);
		for (size_t mib = 1; p && mib <= 1024; mib *= mib < 64 ? 2 : 16) {
			mk_page *page = mk_page_new(NULL);
			mk_options o = {.size = sizeof o, .max_arena_bytes = mib << 20, .view = MK_VIEW_EVERYTHING, .in_place = false};
			mk_str text = {NULL, 0}, out;
			size_t peak;
			bool ok = mk_extract(page, p, len, &o) == MK_OK;
			ok = ok && mk_text(page, &text) == MK_OK && mk_markdown(page, MK_IMAGES, &out) == MK_OK && mk_html(page, 0, &out) == MK_OK;
			ok = ok && mk_comments(page, &out) == MK_OK && mk_links(page, &n) == MK_OK && mk_images(page, &n) == MK_OK;
			ok = ok && mk_structures(page, &n) == MK_OK && mk_json(page, MK_FIELDS_ALL, MK_IMAGES, &out) == MK_OK;
			check(ok, "%s, %zu MiB: every call succeeds", name, mib);
			check(text.len > 100 && !memcmp(text.p, "The water", 9), "%s, %zu MiB: the part read has a text", name, mib);
			check(mib > 1 || mk_warnings(page), "%s, %zu MiB: a part has a warning", name, mib);
			mk_page_memory(page, &peak);
			check(peak <= promised(len, mib << 20), "%s, %zu MiB: %zu bytes taken", name, mib, peak);
			mk_page_free(page);
		}
		free(p);
	}
}

/* ---- Outputs ---- */

/* Whether all elements of an HTML output are closed. */
static bool is_closed(mk_str s)
{
	static const char *open[2048];
	size_t n = 0;
	for (const char *p = s.p, *end = s.p + s.len; (p = memchr(p, '<', (size_t)(end - p))); p++) {
		const char *name = p + 1 + (p[1] == '/'), *stop = name;
		while (stop < end && *stop != ' ' && *stop != '>')
			stop++;
		if (!memchr(p, '>', (size_t)(end - p)))
			return false;
		const size_t len = (size_t)(stop - name);
		if (p[1] == '/' && (!n-- || strncmp(open[n], name, len) || (open[n][len] != ' ' && open[n][len] != '>')))
			return false;
		if (p[1] != '/' && !(len == 2 && !memcmp(name, "br", 2)) && !(len == 3 && !memcmp(name, "img", 3)))
			open[n++] = name;
	}
	return !n;
}

/* Whether the strings, arrays and objects of a JSON output are closed. */
static bool is_whole(mk_str s)
{
	size_t depth = 0;
	bool string = false;
	for (size_t i = 0; i < s.len; i++) {
		if (string && s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			string = !string;
		else if (!string)
			depth += s.p[i] == '{' || s.p[i] == '[' ? 1 : s.p[i] == '}' || s.p[i] == ']' ? (size_t)-1 : 0;
	}
	return !string && !depth && s.len && s.p[s.len - 1] == '}';
}

static bool has(mk_str s, const char *part)
{
	const size_t len = strlen(part);
	for (size_t i = 0; i + len <= s.len; i++)
		if (!memcmp(s.p + i, part, len))
			return true;
	return false;
}

#define NEST4 "<blockquote><blockquote><blockquote><blockquote>"
#define NEST NEST4 NEST4 NEST4 NEST4 NEST4 NEST4

static const struct family repeated[] = {
        {"a long base x links", "<base href='http://h.example/\2/'>" PROSE, "<a href=x>w</a> ", ""},
        {"a long base x paragraphs with links", "<base href='http://h.example/\2/'>" PROSE, "<p>some <a href=x>words</a>", ""},
        {"a long base x pictures", "<base href='http://h.example/\2/'>" PROSE, "<img src=\1>", PROSE},
        {"a long base x short links", "<base href='http://h.example/\2/'>" PROSE, "<a href=/x>w</a> ", ""},
        {"a long link around paragraphs", PROSE "<a href='http://h.example/\2'>", "<div>x y</div>", ""},
        {"a long srcset x pictures", PROSE "<picture><source srcset='\2.png 1x'>", "<img alt=x><img src=b>", "</picture>" PROSE},
        {"a caption x pictures", PROSE "<figure>", "<img src=a\1>", "<figcaption>Men in a boat.</figcaption></figure>" PROSE},
        {"a caption in JSON-LD x pictures", "<script type=application/ld+json>[{\"@type\":\"ImageObject\",\"url\":\"http://h.example/picture.png\","
                                            "\"caption\":\"\2\"}]</script>" PROSE, "<img src=\1/picture.png>", PROSE},
        {"an address in JSON-LD x pictures", "<script type=application/ld+json>[{\"@type\":\"ImageObject\",\"url\":\"http://h.example/\2\2/picture.png\"}]</script>"
                                             PROSE, "<img src=\1.png>", PROSE},
        {"quotes x lines of code", PROSE NEST "<pre>a", "\n\n\nb", "</pre>"},
        {"quotes x paragraphs", PROSE NEST, "<p>x", ""},
        {"quotes x line breaks", PROSE NEST "<p>", "a <br>", ""},
        {"ampersands", PROSE "<p>", "&&&&&&&&", ""},
        {"control characters", PROSE "<p>", "\033\033\033\033\033\033\033\033", ""},
        {"quotation marks", PROSE "<p>", "\"\"\"\"\"\"\"\"", ""},
        {"code in a language", PROSE "<div class=language-abcdefghijklmnopqrstuvwx>", "<pre>x</pre>", "</div>"},
        {"spans around blocks", PROSE "<b><i><s><code>", "<div>x y</div>", ""},
        {"ampersands in addresses", "<base href=http://h.example/>" PROSE, "<a href='/?&&&&&&&&&&&&&&&&&&&&&&&&'>w</a> ", ""},
        {"an alternative text", PROSE "<img src=a.png alt='", "&&&&&&&&", "'>" PROSE},
        {"wide tables", PROSE, "<table><tr><td colspan=63>a<td>b<tr><td>c<td>d</table>", ""},
        {"items", PROSE "<ol start=999999999>", "<li>x", "</ol>"},
};

static void outputs(void)
{
	unsigned n_cut = 0;
	for (size_t k = 0; k < sizeof repeated / sizeof *repeated; k++)
		for (size_t bytes = 100000; bytes <= 400000; bytes *= 4) {
			const char *name = repeated[k].name;
			size_t len, peak, n = 0;
			char *p = make_family(&repeated[k], bytes, &len);
			mk_page *page = mk_page_new(NULL);
			mk_options o = {.size = sizeof o, .view = MK_VIEW_EVERYTHING, .url = "http://h.example/a"};
			mk_str text = {NULL, 0}, markdown = text, html = text, json = text, tree = text;
			check(p && mk_extract(page, p, len, &o) == MK_OK && mk_text(page, &text) == MK_OK && mk_markdown(page, MK_IMAGES, &markdown) == MK_OK &&
			      mk_html(page, MK_IMAGES, &html) == MK_OK && mk_links(page, &n) == MK_OK && mk_images(page, &n) == MK_OK &&
			      mk_json(page, MK_FIELDS_ALL, MK_IMAGES, &json) == MK_OK, "%s, %zu bytes: every call succeeds", name, len);
			const size_t most = 16 * mk_source(page).len + (1 << 20);
			check(text.len > 100 && text.len <= most, "%s, %zu bytes: %zu bytes of text", name, len, text.len);
			check(markdown.len > 100 && markdown.len <= most, "%s, %zu bytes: %zu bytes of Markdown", name, len, markdown.len);
			check(html.len > 100 && html.len <= most, "%s, %zu bytes: %zu bytes of HTML", name, len, html.len);
			check(json.len > 1000 && json.len <= 4 * most, "%s, %zu bytes: %zu bytes of JSON", name, len, json.len);
			check(is_closed(html) && is_whole(json), "%s, %zu bytes: HTML and JSON are whole", name, len);
			check(!!(mk_warnings(page) & MK_WARN_OUTPUT) == has(json, "\"output\""), "%s, %zu bytes: the warning is in the record", name, len);
			n_cut += !!(mk_warnings(page) & MK_WARN_OUTPUT);
			mk_page_memory(page, &peak);
			check(peak <= promised(len, SIZE_MAX), "%s, %zu bytes: %zu bytes taken", name, len, peak);
			check(mk_parse(page, p, len, NULL) == MK_OK && mk_tree(page, &tree) == MK_OK && tree.len <= most + 4096 + len,
			      "%s, %zu bytes: %zu bytes of tree", name, len, tree.len);
			mk_page_free(page);
			free(p);
		}
	check(n_cut > 10, "%u pages reached the budget of an output", n_cut);
}

int main(void)
{
	struct tally t = {0};
	mk_page *kept[N_HISTORIES];
	for (int i = 0; i < N_HISTORIES; i++)
		kept[i] = mk_page_new(NULL);
	for (int kind = 0; kind < N_KINDS; kind++) {
		size_t len;
		char *p = make(kinds[kind], PAGE_BYTES, &len);
		for (size_t limit = LIMIT_FIRST; p && limit < LIMIT_LAST; limit += limit / 4 + 4096)
			compare(p, len, limit, kind, kept, &t);
		free(p);
	}
	for (int i = 0; i < N_HISTORIES; i++)
		mk_page_free(kept[i]);
	printf("  whole %d, cut short %d, not written for lack of memory %d\n", t.whole, t.partial, t.unwritten);
	check(t.whole > 10 && t.partial > 15 && !t.unwritten, "the limits gave whole pages and partial pages, and no failures");
	ladder();
	outputs();
	return check_end("limits");
}
