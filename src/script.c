/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.c - scripts of a page -> the HTML that one of their strings contains.
 *
 * Some pages contain no text outside of scripts: the text is HTML in a string, often within JSON, and a program in the page
 * inserts it.  If the tree of a page has hardly any text, tree.c calls script_html(), which returns the string with the most text,
 * and tree.c parses that string as if it were the end of the page.
 *
 * The search relies on no framework and on no key: a string is judged only by the text and tags in it.  Each script is read once,
 * and each string of it once more if it contains JSON, so the work is linear in the bytes of the scripts.
 */
#include "page.h"

#include "dom.h"
#include "jsonld.h"
#include "base/scan.h"

#define STRING_LEAST 400 /* bytes of a string, with its escape sequences; shorter strings are not looked at */
#define TEXT_LEAST 1000  /* bytes of text in the string; less is often only a teaser */
#define TEXT_SHARE 8     /* at least one byte in TEXT_SHARE must be text */

/* The best string so far. */
struct find {
	struct arena *arena;
	mk_str html;  /* the string, unescaped, after BREAK; {NULL, 0} if none was found yet */
	size_t text;  /* bytes of text in it */
	uint32_t src; /* byte offset of its script's content in the page's text */
};

/*
 * Sets *out to the bytes from *at to the next quotation mark that is not escaped, and *at to the byte after the mark.  These
 * bytes are either the content of a string or the code between two strings: telling them apart would require parsing the script,
 * and the code is rejected later because it holds no HTML.  Returns false if there are no more quotation marks.
 */
static bool next_string(mk_str s, const char **at, mk_str *out)
{
	const char *const from = *at, *const end = s.p + s.len;
	for (const char *q = from; q < end && (q = memchr(q, '"', (size_t)(end - q))) != NULL; q++) {
		const char *slash = q;
		while (slash > from && slash[-1] == '\\')
			slash--;
		if ((q - slash) % 2)
			continue;
		*out = (mk_str){from, (size_t)(q - from)};
		*at = q + 1;
		return true;
	}
	return false;
}

/* Bytes of text in html, that is, outside of tags, styles and scripts.  0 if it has fewer than two tags besides BREAK
 * and so is not HTML. */
static size_t text_of(mk_str html)
{
	const char *p = html.p, *const end = p + html.len, *tag, *close;
	size_t text = 0, tags = 0;
	bool shown = true;
	while ((tag = memchr(p, '<', (size_t)(end - p))) && (close = memchr(tag, '>', (size_t)(end - tag)))) {
		const mk_str name = {tag + 1, (size_t)(close - tag - 1)};
		text += shown ? (size_t)(tag - p) : 0;
		tags += is_alpha(tag[1]) || tag[1] == '/';
		shown = !str_begins_with(name, "style") && !str_begins_with(name, "script");
		p = close + 1;
	}
	return tags < 3 ? 0 : text + (shown ? (size_t)(end - p) : 0);
}

/* Whether a string seems to contain JSON: a quotation mark followed by a colon, as after a key. */
static bool holds_json(mk_str s)
{
	for (const char *p = s.p, *end = p + s.len; p < end && (p = memchr(p, '"', (size_t)(end - p))); p++)
		if (p + 1 < end && p[1] == ':')
			return true;
	return false;
}

#define BREAK "<div>" /* precedes the string, so that its text does not continue the last paragraph of the page */

/* A string with its escape sequences resolved, in the arena, with BREAK before it and MK_PADDING NUL bytes after it.  {NULL, 0}
 * if it is too short, or has neither a `<` nor a backslash (`<` may be escaped) and so cannot be HTML. */
static mk_str read_string(struct arena *a, mk_str raw)
{
	if (raw.len < STRING_LEAST || !(memchr(raw.p, '<', raw.len) || memchr(raw.p, '\\', raw.len)))
		return (mk_str){NULL, 0};
	char *p = arena_alloc(a, sizeof BREAK + raw.len + MK_PADDING);
	memcpy(p, BREAK, sizeof BREAK - 1);
	const size_t len = sizeof BREAK - 1 + jsonld_unescape(raw, p + sizeof BREAK - 1);
	memset(p + len, 0, MK_PADDING);
	return (mk_str){p, len};
}

/* Keeps html if it has enough text and more than the best string so far.  Otherwise frees it, the arena's
 * newest allocation. */
static void keep_or_drop(struct find *f, mk_str html, uint32_t src)
{
	const size_t text = text_of(html);
	if (text < TEXT_LEAST || text < html.len / TEXT_SHARE || text <= f->text) {
		arena_trim(f->arena, (void *)(uintptr_t)html.p, 0);
		return;
	}
	f->html = html;
	f->text = text;
	f->src = src;
}

/* Examines the strings of a script.  If a string contains JSON, the strings in that JSON are examined instead. */
static void read_strings(struct find *f, const struct node *script)
{
	const mk_str all = {script->u.text, script->len};
	const char *at = all.p;
	mk_str raw, inner;
	while (next_string(all, &at, &raw)) {
		const mk_str s = read_string(f->arena, raw);
		if (!s.p)
			continue;
		if (!holds_json(s)) {
			keep_or_drop(f, s, script->src);
			continue;
		}
		const char *p = s.p;
		while (next_string(s, &p, &inner)) {
			const mk_str html = read_string(f->arena, inner);
			if (html.p)
				keep_or_drop(f, html, script->src);
		}
	}
}

mk_str script_html(mk_page *pg, uint32_t *src)
{
	struct find f = {&pg->arena, {NULL, 0}, 0, 0};
	for (const struct node *n = pg->document; n; n = dom_next(n, pg->document))
		if (is_html(n, TAG_SCRIPT) && first_child(n) && first_child(n)->type == NODE_TEXT)
			read_strings(&f, first_child(n));
	*src = f.src - (uint32_t)(sizeof BREAK - 1); /* the source of BREAK itself lies in "<script>", so this is not negative */
	return f.html;
}
