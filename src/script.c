/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.c - scripts -> the HTML that they bring along.
 *
 * Some pages say nothing themselves: what readers will see is a string in a script, HTML in JSON, which the page's program puts in its
 * place.  Where the tree has next to no text, the tree builder asks for the longest of these strings and reads it as the end of the page.
 * No framework and no key is known here: a string is taken for what it holds.
 */
#include "page.h"

#include "dom.h"
#include "jsonld.h"
#include "base/scan.h"

#define STRING_LEAST 400 /* bytes of a string as it is written */
#define TEXT_LEAST 1000  /* bytes of its text: less is a teaser as often as not */
#define TEXT_SHARE 8     /* at least one byte in so many is text */

/* The best string so far: as it is meant, and how much of it is text; the script's place in the page. */
struct find {
	struct arena *arena;
	mk_str html;
	size_t text;
	uint32_t src;
};

/* What stands before the next quote, from *at on: a string, or what is between two of them.  An escaped quote is none.  false at the end. */
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

/* Bytes that are not in tags, styles and scripts; 0 where there are not two tags behind BREAK. */
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

/* Whether a string holds JSON: a key and a colon. */
static bool holds_json(mk_str s)
{
	for (const char *p = s.p, *end = p + s.len; p < end && (p = memchr(p, '"', (size_t)(end - p))); p++)
		if (p + 1 < end && p[1] == ':')
			return true;
	return false;
}

#define BREAK "<div>" /* before it, so that it is not the rest of a line of the page */

/* A string as it is meant, in the arena, with BREAK before it and padding behind; {NULL, 0} for what cannot be a text in HTML. */
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

/* Keeps a string that is better than the best so far; else gives back its bytes, which are the last of the arena. */
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

/* Looks through the strings of a script, and through those of JSON in such a string. */
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
	*src = f.src - (uint32_t)(sizeof BREAK - 1); /* which "<script>" has room for */
	return f.html;
}
