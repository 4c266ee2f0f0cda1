/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api.c - tests of the public interface, used as a binding for another language would use it: options, errors, fields, lists,
 * structure, spans, claims and kept results.
 *
 * For every page of test/cases/, the test puts the JSON record together from the accessors alone and compares it with the output of
 * mk_json(), in every view and as HTML and plain text.
 */
#include "../makala_debug.h"
#include "check.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is(mk_str s, const char *expected)
{
	return s.p ? s.len == strlen(expected) && !memcmp(s.p, expected, s.len) : !*expected;
}

static mk_status extract(mk_page *page, const char *html)
{
	const mk_options o = {.size = sizeof o, .view = MK_VIEW_EVERYTHING, .url = "https://example.org/a/"};
	return mk_extract(page, html, strlen(html), &o);
}

/* ---- Options and errors ---- */

struct newer_options {
	mk_options known;
	const char *added;
};

static void option_sizes(mk_page *page)
{
	mk_options zero = {.size = sizeof zero}, set;
	struct newer_options newer = {.known = {.size = sizeof newer, .max_input_bytes = 3}};
	mk_options_init(&set);
	check(!memcmp(&zero, &set, sizeof zero), "mk_options_init() is a zeroed struct with its size");
	check(mk_extract(page, "<p>abcd", 7, &zero) == MK_OK && !*mk_error(page), "zeroed options");
	check(mk_extract(page, "abcd", 4, &newer.known) == MK_TOO_BIG, "a newer caller's options are read");
	check(!strcmp(mk_error(page), "len: 4 is more than max_input_bytes, 3"), "too big: %s", mk_error(page));
	newer.known.max_input_bytes = 0;
	check(mk_extract(page, "abcd", 4, &newer.known) == MK_OK, "a newer caller's options with nothing new set");
	newer.added = "x";
	check(mk_extract(page, "abcd", 4, &newer.known) == MK_BAD_ARGUMENT && strstr(mk_error(page), "does not know"), "something new is set: %s",
	      mk_error(page));
	zero.max_input_bytes = 3;
	zero.size = offsetof(mk_options, max_input_bytes);
	check(mk_extract(page, "abcd", 4, &zero) == MK_OK, "an older caller's options: members beyond size are not read");
	zero.size = offsetof(mk_options, max_arena_bytes);
	check(mk_extract(page, "abcd", 4, &zero) == MK_TOO_BIG, "an older caller's options: members within size are read");
	for (size_t size = 0; size <= 8192; size += 8) {
		mk_options *o = calloc(1, size + sizeof *o);
		o->size = size;
		check(mk_extract(page, "x", 1, o) == (size >= 8 && size <= 4096 ? MK_OK : MK_BAD_ARGUMENT), "size %zu", size);
		free(o);
	}
}

static void bad_options(mk_page *page)
{
	const struct {
		mk_options o;
		const char *error;
	} bad[] = {
	        {{.size = 3}, "size: 3 is outside "},
	        {{.max_depth = 7}, "max_depth: 7 is outside 16 to 512"},
	        {{.max_depth = 513}, "max_depth: 513 is outside 16 to 512"},
	        {{.max_attributes = 600}, "max_attributes: 600 is outside 1 to 512"},
	        {{.max_input_bytes = (size_t)1 << 31}, "max_input_bytes: 2147483648 is outside 1 to 2147483647"},
	        {{.max_arena_bytes = 1000}, "max_arena_bytes: 1000 is outside"},
	        {{.view = (mk_view)9}, "view: 9 is outside 0 to 3"},
	        {{.input_type = (mk_input_type)9}, "input_type: 9 is outside 0 to 2"},
	        {{.charset = "no-such-charset"}, "charset: is not an encoding label"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		mk_options o = bad[i].o;
		o.size = o.size ? o.size : sizeof o;
		check(mk_extract(page, "x", 1, &o) == MK_BAD_ARGUMENT && !strncmp(mk_error(page), bad[i].error, strlen(bad[i].error)), "%s: %s",
		      bad[i].error, mk_error(page));
		check(!mk_n_blocks(page) && mk_extract(page, "x", 1, NULL) == MK_OK && !*mk_error(page), "after a bad option the page object works as before");
	}
	const mk_options tight = {.size = sizeof tight, .max_arena_bytes = (size_t)1 << 20};
	char *large = calloc(1, (size_t)4 << 20);
	check(mk_extract(page, large, (size_t)4 << 20, &tight) == MK_OK && mk_warnings(page) & MK_WARN_MEMORY, "little memory: %s", mk_error(page));
	free(large);
}

/* The length of the UTF-8 character at p; 0 if it is not valid. */
static size_t utf8_len(const char *p, size_t left)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t n = u[0] < 0x80 ? 1 : u[0] < 0xc2 ? 0 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : u[0] < 0xf5 ? 4 : 0;
	if (n > left || (u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) || (u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* Every function with a page that holds no article, or with a NULL page: calls that return a status fail, and results are empty. */
static void without_article(mk_page *page)
{
	mk_str out = {"x", 1};
	size_t n = 1;
	const mk_span *spans;
	check(mk_text(page, &out) == MK_BAD_ARGUMENT && !out.p && !out.len, "mk_text()");
	check(mk_comments(page, &out) == MK_BAD_ARGUMENT && mk_markdown(page, 0, &out) == MK_BAD_ARGUMENT, "mk_comments(), mk_markdown()");
	check(mk_html(page, 0, &out) == MK_BAD_ARGUMENT && mk_json(page, 0, 0, &out) == MK_BAD_ARGUMENT, "mk_html(), mk_json()");
	check(mk_value(page, MK_FIELD_TITLE, 0, &out) == MK_BAD_ARGUMENT, "mk_value()");
	check(mk_spans(page, MK_FIELD_TEXT, 0, &spans, &n) == MK_BAD_ARGUMENT && !spans && !n, "mk_spans()");
	check(mk_images(page, &n) == MK_BAD_ARGUMENT && mk_links(page, &n) == MK_BAD_ARGUMENT && mk_structures(page, &n) == MK_BAD_ARGUMENT, "lists");
	check(mk_claims(page, &n) == MK_BAD_ARGUMENT && !mk_claim_at(page, 0), "claims");
	check(!mk_image_at(page, 0) && !mk_link_at(page, 0) && !mk_structure_at(page, 0) && !mk_block_at(page, 0), "elements of lists");
	check(!mk_string(page, MK_FIELD_TITLE).p && !mk_strings(page, MK_FIELD_AUTHORS, &n) && isnan(mk_number(page, MK_FIELD_CONFIDENCE)) &&
	      !mk_provenance(page, MK_FIELD_TITLE), "fields");
	check(*mk_error(page), "mk_error() describes the error");
	check(mk_verdict_of(page) == MK_VERDICT_EMPTY && mk_page_type_of(page) == MK_PAGE_NONE && mk_input_type_of(page) == MK_INPUT_AUTO &&
	      !mk_warnings(page) && !mk_n_blocks(page) && !mk_n_kept(page), "numbers");
}

static void null_arguments(mk_page *page)
{
	size_t n;
	const mk_span *spans;
	mk_str out;
	without_article(NULL);
	check(!mk_page_memory(NULL, &n) && !n && !mk_source(NULL).p && mk_extract(NULL, "", 0, NULL) == MK_BAD_ARGUMENT, "functions with a NULL page");
	check(mk_extract(page, NULL, 1, NULL) == MK_BAD_ARGUMENT && !strcmp(mk_error(page), "bytes: is NULL, and len is 1"), "no bytes: %s",
	      mk_error(page));
	without_article(page);
	check(!mk_page_memory(NULL, NULL) && mk_parse(NULL, "", 0, NULL) == MK_BAD_ARGUMENT && mk_parse_fragment(NULL, "td", "", 0, NULL) == MK_BAD_ARGUMENT &&
	      mk_parse_fragment(page, NULL, "", 0, NULL) == MK_BAD_ARGUMENT && mk_tree(NULL, &out) == MK_BAD_ARGUMENT, "parsing without a page or a context");
	check(!mk_features_of(NULL, 0) && !mk_contributions_of(NULL, 0) && !mk_article_of(NULL) && !mk_field_by_name(NULL), "debugging without a page");
	check(extract(page, "<p>a") == MK_OK, "a page");
	check(mk_text(page, NULL) == MK_BAD_ARGUMENT && !strcmp(mk_error(page), "out: is NULL"), "no out: %s", mk_error(page));
	check(mk_json(page, 0, 0, NULL) == MK_BAD_ARGUMENT && mk_value(page, MK_FIELD_TITLE, 0, NULL) == MK_BAD_ARGUMENT, "no out");
	check(mk_images(page, NULL) == MK_BAD_ARGUMENT && mk_links(page, NULL) == MK_BAD_ARGUMENT && mk_structures(page, NULL) == MK_BAD_ARGUMENT &&
	      !strcmp(mk_error(page), "n: is NULL"), "no n");
	check(!mk_strings(page, MK_FIELD_AUTHORS, NULL) && !strcmp(mk_error(page), "n: is NULL"), "no n of strings");
	check(mk_spans(page, MK_FIELD_TEXT, 0, NULL, &n) == MK_BAD_ARGUMENT && mk_spans(page, MK_FIELD_TEXT, 0, &spans, NULL) == MK_BAD_ARGUMENT,
	      "NULL for spans or n");
	check(mk_spans(page, MK_FIELD_TITLE, 0, &spans, &n) == MK_BAD_ARGUMENT && strstr(mk_error(page), "not text, markdown"), "spans of the title");
	check(mk_markdown(page, 4, &out) == MK_BAD_ARGUMENT && !strcmp(mk_error(page), "flags: 0x4 has an unknown bit"), "unknown flags: %s",
	      mk_error(page));
	check(mk_text(page, &out) == MK_OK && is(out, "a\n") && !*mk_error(page), "bad arguments do not change the page");
	mk_page_free(NULL);
}

/* Strings of the caller that are not UTF-8, and controls of pages, cannot make a record that is not valid or that a terminal obeys. */
static void strings_in_records(mk_page *page)
{
	static const char *const strings[] = {"http://\xff.example/\xfe", "\xc2", "http://example.org/?\xed\xa0\x80#\xc3", "a\x9b[31m\xc2\x9b"};
	char body[200], want[400];
	mk_str out;
	for (unsigned i = 0; i < sizeof strings / sizeof strings[0]; i++) {
		mk_options o = {.size = sizeof o, .url = strings[i], .input = strings[i]};
		check(mk_extract(page, "<a href=x>b</a>", 15, &o) == MK_OK && mk_json(page, 0, 0, &out) == MK_OK, "string %u", i);
		bool valid = true, control = false;
		for (size_t k = 0; k < out.len; k += utf8_len(out.p + k, out.len - k) + !utf8_len(out.p + k, out.len - k)) {
			valid &= utf8_len(out.p + k, out.len - k) > 0;
			control |= out.p[k] == (char)0xc2 && (unsigned char)out.p[k + 1] < 0xa0;
		}
		check(valid && !control, "string %u: %.*s", i, (int)out.len, out.p);
	}
	for (unsigned i = 0; i < 40; i++) { /* at every position of the vectors that scan strings */
		memset(body, 'x', sizeof body);
		int len = snprintf(body, sizeof body, "<p>%.*s\xc2\x8b\xc2\xa1y\xc2\xbf\xc2\x9f", (int)i, "0123456789012345678901234567890123456789");
		snprintf(want, sizeof want, "{\"schema\":1,\"text\":\"%.*s\\u008b\xc2\xa1y\xc2\xbf\\u009f\\n\"}", (int)i, "0123456789012345678901234567890123456789");
		mk_options o = {.size = sizeof o, .view = MK_VIEW_EVERYTHING};
		check(mk_extract(page, body, (size_t)len, &o) == MK_OK && mk_json(page, MK_FIELD_TEXT, 0, &out) == MK_OK && is(out, want), "control at %u: %.*s",
		      i, (int)out.len, out.p);
	}
}

/* ---- Fields ---- */

static void field_names(mk_page *page)
{
	size_t n;
	for (unsigned i = 0; i < 64; i++) {
		const char *name = mk_field_name(UINT64_C(1) << i);
		const mk_field_type type = mk_field_type_of(UINT64_C(1) << i);
		check((name != NULL) == (i < MK_N_FIELDS) && (type != MK_TYPE_NONE) == (i < MK_N_FIELDS), "field %u", i);
		check(mk_field_by_name(name) == (name ? UINT64_C(1) << i : 0), "field %u by name", i);
	}
	check(!mk_field_name(0) && !mk_field_name(3) && !mk_field_by_name("") && mk_field_type_of(3) == MK_TYPE_NONE, "no such fields");
	check(extract(page, "<title>t</title><p>a") == MK_OK, "a page");
	check(!mk_string(page, MK_FIELD_AUTHORS).p && !strcmp(mk_error(page), "field: authors is not of type string"), "%s", mk_error(page));
	check(!mk_strings(page, MK_FIELD_TITLE, &n) && !strcmp(mk_error(page), "field: title is not of type strings"), "%s", mk_error(page));
	check(isnan(mk_number(page, MK_FIELD_TITLE)) && !strcmp(mk_error(page), "field: title is not of type number"), "%s", mk_error(page));
	check(!mk_provenance(page, 3) && !strcmp(mk_error(page), "field: 0x3 is not exactly one known field"), "%s", mk_error(page));
	check(!mk_string(page, MK_FIELD_DESCRIPTION).p && !*mk_error(page), "a missing field is not an error");
	check(is(mk_string(page, MK_FIELD_TITLE), "t") && !strcmp(mk_provenance(page, MK_FIELD_TITLE), "title"), "title");
	check(!strncmp(mk_version_details(), MK_VERSION_STRING " detector=", strlen(MK_VERSION_STRING) + 10) &&
	      strstr(mk_version_details(), " languages=") && strstr(mk_version_details(), " vectors="), "%s", mk_version_details());
	check(MK_VERSION_NUMBER == 1000000 && !strcmp(mk_version(), MK_VERSION_STRING), "version");
}

/* The JSON that the test puts together. */
static char *made;
static size_t n_made, cap_made;

static void put(const char *p, size_t len)
{
	while (n_made + len + 1 > cap_made) {
		cap_made = cap_made ? 2 * cap_made : 4096;
		made = realloc(made, cap_made);
	}
	if (len)
		memcpy(made + n_made, p, len);
	n_made += len;
	made[n_made] = '\0';
}

static void put_text(const char *s)
{
	put(s, strlen(s));
}

/* A comma unless something was just opened. */
static void put_comma(void)
{
	if (n_made && made[n_made - 1] != '[' && made[n_made - 1] != '{')
		put(",", 1);
}

static void put_key(const char *name)
{
	put_comma();
	put("\"", 1);
	put_text(name);
	put("\":", 2);
}

static void put_string(mk_str s)
{
	char escape[8];
	if (!s.p) {
		put_text("null");
		return;
	}
	put("\"", 1);
	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.p[i];
		const char *letter = c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : c == '\b' ? "\\b" : c == '\f' ? "\\f" : NULL;
		if (c == 0xc2 && i + 1 < s.len && (unsigned char)s.p[i + 1] < 0xa0) {
			snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)s.p[++i]);
			put_text(escape);
		} else if (letter || c == '"' || c == '\\' || c < 0x20) {
			snprintf(escape, sizeof escape, c < 0x20 ? "\\u%04x" : "\\%c", c);
			put_text(letter ? letter : escape);
		} else {
			put(s.p + i, 1);
		}
	}
	put("\"", 1);
}

static void put_name(const char *s)
{
	put_string((mk_str){s, s ? strlen(s) : 0});
}

__attribute__((format(printf, 2, 3))) static void put_number(const char *key, const char *format, ...)
{
	char digits[32];
	va_list args;
	va_start(args, format);
	vsnprintf(digits, sizeof digits, format, args);
	va_end(args);
	put_key(key);
	put_text(digits);
}

static void put_blocks(mk_page *page)
{
	for (uint32_t i = 0; i < mk_n_blocks(page); i++) {
		const mk_block *b = mk_block_at(page, i);
		put_comma();
		put("{", 1);
		put_key("kind");
		put_name(mk_block_kind_name((mk_block_kind)b->kind));
		if (b->level)
			put_number("level", "%d", b->level);
		else
			put_number("level", "null");
		put_key("text");
		put_string(b->text);
		put_number("score", "%.3f", floor((double)b->score * 1000 + 0.5) / 1000);
		put_number("keep", b->keep ? "true" : "false");
		put_key("reason");
		put_name(mk_reason_name((mk_reason)b->reason));
		put_number("from", "%u", b->from);
		put_number("to", "%u", b->to);
		put("}", 1);
	}
}

static void put_images(mk_page *page)
{
	size_t n;
	check(mk_images(page, &n) == MK_OK && !mk_image_at(page, n), "mk_images()");
	for (size_t i = 0; i < n; i++) {
		const mk_image *image = mk_image_at(page, i);
		put_comma();
		put("{", 1);
		put_key("src");
		put_string(image->src);
		put_key("alt");
		put_string(image->alt);
		put_key("caption");
		put_string(image->caption);
		put_key("credit");
		put_string(image->credit);
		for (int k = 0; k < 2; k++) {
			const int32_t size = k ? image->height : image->width;
			if (size < 0)
				put_number(k ? "height" : "width", "null");
			else
				put_number(k ? "height" : "width", "%d", size);
		}
		put("}", 1);
		check(image->block <= mk_n_blocks(page) && (!image->inside || image->block < mk_n_blocks(page)), "place of an image");
		check(!i || image->block >= mk_image_at(page, i - 1)->block, "images in page order");
	}
}

static void put_links(mk_page *page)
{
	size_t n;
	check(mk_links(page, &n) == MK_OK && !mk_link_at(page, n), "mk_links()");
	for (size_t i = 0; i < n; i++) {
		const mk_link *link = mk_link_at(page, i);
		const mk_block *block = mk_block_at(page, link->block);
		put_comma();
		put("{", 1);
		put_key("href");
		put_string(link->href);
		put_key("text");
		put_string(link->text);
		put("}", 1);
		check(block && block->keep && link->from <= link->to && link->to <= block->text.len && link->text.p == block->text.p + link->from &&
		      link->text.len == link->to - link->from, "place of a link");
	}
}

static void put_field(mk_page *page, uint64_t field)
{
	size_t n;
	const mk_str *strings;
	switch (mk_field_type_of(field)) {
	case MK_TYPE_STRING:
		put_string(mk_string(page, field));
		break;
	case MK_TYPE_NUMBER:
		if (isnan(mk_number(page, field)))
			put_text("null");
		else {
			char digits[16];
			snprintf(digits, sizeof digits, "%.3f", floor(mk_number(page, field) * 1000 + 0.5) / 1000);
			put_text(digits);
		}
		break;
	case MK_TYPE_STRINGS:
		put("[", 1);
		strings = mk_strings(page, field, &n);
		for (size_t i = 0; i < n; i++) {
			put_comma();
			put_string(strings[i]);
		}
		put("]", 1);
		break;
	case MK_TYPE_OBJECTS:
		put("[", 1);
		if (field == MK_FIELD_BLOCKS)
			put_blocks(page);
		else if (field == MK_FIELD_IMAGES)
			put_images(page);
		else
			put_links(page);
		put("]", 1);
		break;
	default:
		put("{", 1);
		for (unsigned i = 0; i < 64; i++) {
			static const char *const without[] = {"input", "url", "hostname", "date_raw", "page_type", "verdict", "confidence", "text",
			        "markdown", "html", "comments", "blocks", "links", "images", "warnings", "provenance", "language_declared",
			        "language_detected", "language_score"};
			const char *name = mk_field_name(UINT64_C(1) << i);
			for (size_t k = 0; name && k < sizeof without / sizeof *without; k++)
				if (!strcmp(name, without[k])) {
					check(!mk_provenance(page, UINT64_C(1) << i), "provenance of %s", name);
					name = NULL;
				}
			if (name) {
				put_key(name);
				put_name(mk_provenance(page, UINT64_C(1) << i));
			}
		}
		put("}", 1);
	}
	check(!*mk_error(page), "no error: %s", mk_error(page));
}

/* Compares the record put together from accessors with mk_json() and mk_value(). */
static void check_record(mk_page *page, const char *name)
{
	mk_str json, value;
	n_made = 0;
	put_text("{\"schema\":1");
	for (unsigned i = 0; i < MK_N_FIELDS; i++) {
		put_key(mk_field_name(UINT64_C(1) << i));
		const size_t from = n_made;
		put_field(page, UINT64_C(1) << i);
		check(mk_value(page, UINT64_C(1) << i, 0, &value) == MK_OK && value.len == n_made - from && !memcmp(value.p, made + from, value.len),
		      "%s: value of %s", name, mk_field_name(UINT64_C(1) << i));
	}
	put("}", 1);
	check(mk_json(page, MK_FIELDS_ALL, 0, &json) == MK_OK && json.len == n_made && !memcmp(json.p, made, n_made), "%s: whole record", name);
	uint32_t n_kept = 0;
	for (uint32_t i = 0; i < mk_n_blocks(page); i++)
		n_kept += mk_block_at(page, i)->keep;
	check(n_kept == mk_n_kept(page), "%s: number of kept blocks", name);
	check(is(mk_string(page, MK_FIELD_VERDICT), mk_verdict_name(mk_verdict_of(page))), "%s: verdict", name);
	const char *type = mk_page_type_name(mk_page_type_of(page));
	check(is(mk_string(page, MK_FIELD_PAGE_TYPE), type ? type : ""), "%s: page type", name);
	size_t n_warnings, bits = 0;
	mk_strings(page, MK_FIELD_WARNINGS, &n_warnings);
	for (unsigned i = 0; i < 32; i++)
		bits += mk_warnings(page) >> i & 1;
	check(bits == n_warnings, "%s: warnings", name);
}

/* ---- Spans ---- */

static void check_spans(mk_page *page, const char *name, uint64_t field, unsigned flags)
{
	const mk_span *spans, *again;
	size_t n, n_expected = 0, to = 0;
	bool good = true, same = true;
	mk_str text;
	mk_status status = mk_spans(page, field, flags, &spans, &n);
	check(status == MK_OK && mk_spans(page, field, flags, &again, &n) == MK_OK && spans == again, "%s: spans", name);
	if (field == MK_FIELD_TEXT || field == MK_FIELD_COMMENTS)
		status = field == MK_FIELD_TEXT ? mk_text(page, &text) : mk_comments(page, &text);
	else
		status = field == MK_FIELD_MARKDOWN ? mk_markdown(page, flags, &text) : mk_html(page, flags, &text);
	for (uint32_t i = 0; i < mk_n_blocks(page); i++)
		n_expected += field == MK_FIELD_COMMENTS ? mk_block_at(page, i)->reason == MK_KEPT_COMMENT : mk_block_at(page, i)->keep;
	check(status == MK_OK && n == n_expected, "%s: %zu spans, %zu blocks", name, n, n_expected);
	for (size_t i = 0; i < n; i++) {
		const mk_span *s = &spans[i];
		const mk_block *block = mk_block_at(page, s->block);
		good = good && s->from >= to && s->from < s->to && s->to <= text.len && (!i || s->block > s[-1].block) && block &&
		       s->source_from == block->from && s->source_to == block->to && s->source_to <= mk_source(page).len;
		to = s->to;
		if (good && (field == MK_FIELD_TEXT || field == MK_FIELD_COMMENTS) && block->kind != MK_BLOCK_CODE)
			same = same && s->to - s->from == block->text.len && !memcmp(text.p + s->from, block->text.p, block->text.len);
		if (good) /* a span has no white space at its ends, in any format */
			same = same && (block->kind == MK_BLOCK_CODE || (text.p[s->from] != ' ' && text.p[s->from] != '\n' && text.p[s->to - 1] != '\n'));
	}
	check(good, "%s: spans of field 0x%llx are in order, apart and inside", name, (unsigned long long)field);
	check(same, "%s: spans of field 0x%llx hold the text of their blocks", name, (unsigned long long)field);
}

/* ---- Kept results ---- */

static void check_kept(mk_page *page, const char *name)
{
	mk_str first[5], again[5];
	const size_t memory = mk_page_memory(page, NULL);
	for (int k = 0; k < 100; k++) {
		mk_str *out = k ? again : first;
		size_t n;
		check(mk_text(page, &out[0]) == MK_OK && mk_markdown(page, MK_IMAGES, &out[1]) == MK_OK && mk_html(page, 0, &out[2]) == MK_OK &&
		      mk_json(page, MK_FIELDS_ALL, 0, &out[3]) == MK_OK && mk_value(page, MK_FIELD_BLOCKS, 0, &out[4]) == MK_OK &&
		      mk_images(page, &n) == MK_OK && mk_links(page, &n) == MK_OK && mk_structures(page, &n) == MK_OK, "%s: every call returns MK_OK", name);
		for (int i = 0; k && i < 5; i++)
			check(again[i].p == first[i].p && again[i].len == first[i].len, "%s: repeated calls return the same string", name);
	}
	check(mk_page_memory(page, NULL) <= memory + (1 << 20), "%s: repeated calls take no more memory", name);
	check(mk_string(page, MK_FIELD_TEXT).p == first[0].p, "%s: mk_string() returns the string of mk_text()", name);
	mk_str plain;
	check(mk_markdown(page, 0, &plain) == MK_OK && plain.p != first[1].p, "%s: other flags return another string", name);
}

/* ---- Structure ---- */

static void structure_sample(mk_page *page)
{
	static const struct {
		const char *text, *language;
		uint32_t heading, lists, quotes;
		int32_t number;
		uint32_t table, row, column, row_span, column_span;
		bool ordered, head;
	} expected[] = {
	        {"One", "", MK_NO_INDEX, 0, 0, 0, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, false, false},
	        {"Two", "", 0, 0, 0, 0, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, false, false},
	        {"Deep", "", 1, 0, 0, 0, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, false, false},
	        {"text", "", 2, 0, 0, 0, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, false, false},
	        {"Again", "", 0, 0, 0, 0, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, false, false},
	        {"seven", "", 4, 1, 0, 7, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, true, false},
	        {"inner", "", 4, 2, 0, 0, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, false, false},
	        {"eight", "", 4, 1, 0, 8, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, true, false},
	        {"quoted", "", 4, 0, 2, 0, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, false, false},
	        {"Year", "", 4, 0, 0, 0, 0, 0, 0, 1, 1, false, true},
	        {"Rain", "", 4, 0, 0, 0, 0, 0, 1, 1, 2, false, true},
	        {"2020", "", 4, 0, 0, 0, 0, 1, 0, 2, 1, false, false},
	        {"a", "", 4, 0, 0, 0, 0, 1, 1, 1, 1, false, false},
	        {"b", "", 4, 0, 0, 0, 0, 1, 2, 1, 1, false, false},
	        {"c", "", 4, 0, 0, 0, 0, 2, 1, 1, 1, false, false},
	        {"x = 1", "python", 4, 0, 0, 0, MK_NO_INDEX, MK_NO_INDEX, MK_NO_INDEX, 0, 0, false, false},
	        {"K", "", 4, 0, 0, 0, 1, 0, 0, 1, 1, false, true},
	};
	size_t n;
	check(extract(page, "<h1>One</h1><h2>Two</h2><h4>Deep</h4><p>text</p><h2>Again</h2><ol start=7><li>seven<ul><li>inner</ul><li>eight</ol>"
	                    "<blockquote><blockquote><p>quoted</blockquote></blockquote><table><tr><th>Year<th colspan=2>Rain"
	                    "<tr><td rowspan=2>2020<td>a<td>b<tr><td>c</table><pre><code class=language-python>x = 1</code></pre>"
	                    "<table><tr><th>K<th>L<tr><td>1<td>2</table>") == MK_OK, "a page with structure");
	check(!mk_structure_at(page, 0), "mk_structure_at() returns NULL before mk_structures()");
	check(mk_structures(page, &n) == MK_OK && n == mk_n_blocks(page) && !mk_structure_at(page, n), "one structure per block");
	for (uint32_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		const mk_structure *s = mk_structure_at(page, i);
		check(s && is(mk_block_at(page, i)->text, expected[i].text), "block %u is %s", i, expected[i].text);
		check(s && s->heading == expected[i].heading && s->list_depth == expected[i].lists && s->quote_depth == expected[i].quotes &&
		      s->item_number == expected[i].number && s->ordered == expected[i].ordered && is(s->code_language, expected[i].language),
		      "%s: heading %u, lists %u, quotes %u, number %d", expected[i].text, s->heading, s->list_depth, s->quote_depth, s->item_number);
		check(s && s->table == expected[i].table && s->row == expected[i].row && s->column == expected[i].column &&
		      s->row_span == expected[i].row_span && s->column_span == expected[i].column_span && s->header_cell == expected[i].head,
		      "%s: table %u, row %u, column %u", expected[i].text, s->table, s->row, s->column);
	}
}

static void lists_sample(mk_page *page)
{
	size_t n;
	check(extract(page, "<p>one <a href=/b>two <b>three</b></a> four</p><img src=c.png alt=C width=30 height=40>"
	                    "<p>five <img src=d.png> six</p><p>seven</p>") == MK_OK, "a page with lists");
	check(mk_links(page, &n) == MK_OK && n == 1, "one link");
	const mk_link *link = mk_link_at(page, 0);
	check(is(link->href, "https://example.org/b") && is(link->text, "two three") && !link->block && link->from == 4 && link->to == 13, "the link");
	check(mk_images(page, &n) == MK_OK && n == 2, "two images");
	const mk_image *c = mk_image_at(page, 0), *d = mk_image_at(page, 1);
	check(is(c->src, "https://example.org/a/c.png") && is(c->alt, "C") && c->width == 30 && c->height == 40 && c->block == 1 && !c->inside,
	      "between two blocks");
	check(is(d->src, "https://example.org/a/d.png") && d->width == -1 && d->height == -1 && d->block == 1 && d->inside, "inside of a block");
}

static void spans_sample(mk_page *page)
{
	const mk_span *spans;
	size_t n;
	mk_str md;
	const char *html = "<h2>A</h2><ul><li>one <b>two</b></ul><table><tr><th>k<th>l<tr><td>m<td>n</table><pre>x\ny</pre>";
	static const char *const expected[] = {"A", "one **two**", "k", "l", "m", "n", "x\ny"};
	check(extract(page, html) == MK_OK && mk_markdown(page, 0, &md) == MK_OK, "a page with spans");
	check(mk_spans(page, MK_FIELD_MARKDOWN, 0, &spans, &n) == MK_OK && n == 7, "seven spans");
	for (size_t i = 0; i < n && i < 7; i++)
		check(is((mk_str){md.p + spans[i].from, spans[i].to - spans[i].from}, expected[i]), "span %zu is %s", i, expected[i]);
	check(n > 1 && is((mk_str){mk_source(page).p + spans[1].source_from, spans[1].source_to - spans[1].source_from}, "one <b>two"), "the source range of a span");
}

/* ---- Claims ---- */

static void claims_sample(mk_page *page)
{
	static const struct {
		uint64_t field;
		const char *value, *provenance;
		bool won;
	} expected[] = {
	        {MK_FIELD_TITLE, "Rain in March", "og", false},
	        {MK_FIELD_AUTHORS, "Asha Juma", "meta", false},
	        {MK_FIELD_DATE_PUBLISHED, "2024-03-05", "og", false},
	        {MK_FIELD_TITLE, "Rain in March - The Paper", "title", false},
	        {MK_FIELD_TITLE, "Rain in March", "h1", true},
	        {MK_FIELD_TITLE, "Rain in March", "json-ld", false},
	        {MK_FIELD_AUTHORS, "Asha Juma", "json-ld", true},
	        {MK_FIELD_DATE_PUBLISHED, "2024-03-05T10:00:00Z", "json-ld", true},
	        {MK_FIELD_SITE_NAME, "The Paper", "json-ld", true},
	        {MK_FIELD_TAGS, "rain", "json-ld", true},
	        {MK_FIELD_TAGS, "march", "json-ld", true},
	};
	size_t n = 0;
	check(extract(page, "<title>Rain in March - The Paper</title><meta property=og:title content='Rain in March'><meta name=author content='Asha Juma'>"
	                    "<meta property=article:published_time content=2024-03-05><script type=application/ld+json>"
	                    "{\"@type\":\"NewsArticle\",\"headline\":\"Rain in March\",\"author\":{\"name\":\"Asha Juma\"},"
	                    "\"datePublished\":\"2024-03-05T10:00:00Z\",\"publisher\":{\"name\":\"The Paper\"},\"keywords\":[\"rain\",\"march\"]}</script>"
	                    "<h1>Rain in March</h1><p>It rained.") == MK_OK, "a page with claims");
	check(!mk_claim_at(page, 0) && mk_claims(page, &n) == MK_OK && n == sizeof expected / sizeof *expected && !mk_claim_at(page, n), "%zu claims", n);
	for (size_t i = 0; i < n; i++) {
		const mk_claim *c = mk_claim_at(page, i);
		const bool good = i < sizeof expected / sizeof *expected && c->field == expected[i].field && is(c->value, expected[i].value) &&
		                  !strcmp(c->provenance, expected[i].provenance) && c->won == expected[i].won;
		check(good, "claim %zu: %s %.*s %s %d, record %s", i, mk_field_name(c->field), (int)c->value.len, c->value.p, c->provenance, c->won,
		      mk_provenance(page, c->field) ? mk_provenance(page, c->field) : "");
	}
}

/* ---- Cases ---- */

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	char *bytes = malloc(1 << 20);
	*len = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return bytes;
}

static void check_page(mk_page *page, const char *name, const char *bytes, size_t len)
{
	for (int view = MK_VIEW_BALANCED; view <= MK_VIEW_EVERYTHING; view++)
		for (int type = MK_INPUT_HTML; type <= MK_INPUT_TEXT; type++) {
			const mk_options o = {.size = sizeof o, .view = (mk_view)view, .input_type = (mk_input_type)type, .input = "\x01\"name\"",
			                      .url = "https://example.org/"};
			check(mk_extract(page, bytes, len, &o) == MK_OK && mk_input_type_of(page) == (mk_input_type)type, "%s", name);
			check_record(page, name);
			for (unsigned flags = 0; flags < 4; flags++) {
				check_spans(page, name, MK_FIELD_MARKDOWN, flags);
				check_spans(page, name, MK_FIELD_HTML, flags);
			}
			check_spans(page, name, MK_FIELD_TEXT, 0);
			check_spans(page, name, MK_FIELD_COMMENTS, 0);
		}
	check_kept(page, name);
}

int main(void)
{
	mk_page *page = mk_page_new(NULL);
	without_article(page);
	option_sizes(page);
	bad_options(page);
	null_arguments(page);
	strings_in_records(page);
	field_names(page);
	structure_sample(page);
	lists_sample(page);
	spans_sample(page);
	claims_sample(page);
	DIR *cases = opendir("test/cases");
	unsigned n_cases = 0;
	for (struct dirent *entry; cases && (entry = readdir(cases));) {
		char path[512];
		size_t len;
		snprintf(path, sizeof path, "test/cases/%s/page.html", entry->d_name);
		char *bytes = entry->d_name[0] == '.' ? NULL : read_file(path, &len);
		if (!bytes)
			continue;
		check_page(page, entry->d_name, bytes, len);
		n_cases++;
		free(bytes);
	}
	if (cases)
		closedir(cases);
	check(n_cases >= 10, "%u cases", n_cases);
	free(made);
	mk_page_free(page);
	printf("api: %u passed, %u failed\n", n_passed, n_failed);
	return n_failed != 0;
}
