/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - invariants of every page, for the fuzz targets.
 *
 * Each function checks one part of a page after mk_extract() or mk_parse().  A violation prints the condition and aborts, which
 * the fuzzer reports as a crash.
 */
#ifndef MAKALA_FUZZ_CHECK_H
#define MAKALA_FUZZ_CHECK_H

#include "../src/all.c"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                                                           \
	do {                                                                                                                       \
		if (!(condition)) {                                                                                                \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                                    \
			abort();                                                                                                   \
		}                                                                                                                  \
	} while (0)

/* Whether the bytes are valid UTF-8: well-formed byte sequences as in table 3-7 of the Unicode standard. */
static inline bool is_utf8(const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len;) {
		unsigned char c = p[i];
		size_t n = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
		if (!n || n > len - i)
			return false;
		for (size_t k = 1; k < n; k++)
			if ((p[i + k] & 0xC0) != 0x80)
				return false;
		if ((c == 0xE0 && p[i + 1] < 0xA0) || (c == 0xED && p[i + 1] > 0x9F) || (c == 0xF0 && p[i + 1] < 0x90) ||
		    (c == 0xF4 && p[i + 1] > 0x8F))
			return false;
		i += n;
	}
	return true;
}

static inline void check_text(const mk_page *pg)
{
	CHECK(is_utf8((const unsigned char *)pg->text, pg->text_len));
	for (int i = 0; i < MK_PADDING; i++)
		CHECK(pg->text[pg->text_len + (uint32_t)i] == 0);
}

/* The pointers between nodes must be consistent.  The tree must not be much deeper than the limit of 512 open elements. */
static inline void check_tree(const mk_page *pg)
{
	for (const struct node *n = pg->document; n; n = dom_next(n, pg->document)) {
		uint32_t depth = 0;
		for (const struct node *up = n->parent; up && depth < 2000; up = up->parent)
			depth++;
		CHECK(depth < 600);
		CHECK(n->src <= pg->text_len);
		CHECK(!n->next || (n->next->prev == n && n->next->parent == n->parent));
		CHECK(!n->parent || n->next || n->parent->as.kids.last == n);
		if (n->type == NODE_TEXT)
			CHECK(n->len > 0 && n->as.leaf.src_end <= pg->text_len);
	}
}

static inline void check_blocks(mk_page *pg)
{
	const mk_article *a = mk_article_of(pg);
	uint32_t n_kept = 0;
	CHECK(a && a->confidence >= 0 && a->confidence <= 1);
	for (uint32_t i = 0; i < a->n_blocks; i++) {
		const mk_block *b = mk_block_at(pg, i);
		CHECK(b->from <= b->to && b->to <= pg->text_len);
		CHECK(b->score >= 0 && b->score <= 1);
		CHECK(b->text.len && is_utf8((const unsigned char *)b->text.p, b->text.len));
		CHECK(b->reason < MK_N_REASONS && b->keep == (b->reason == MK_KEPT_SCORE || b->reason == MK_KEPT_BESIDE || b->reason == MK_KEPT_EVERYTHING));
		CHECK(b->reason != MK_KEPT_COMMENT || !pg->options.no_comments);
		n_kept += b->keep;
	}
	CHECK(a->n_kept == n_kept);
	CHECK(n_kept ? a->verdict == MK_VERDICT_CONTENT || a->verdict == MK_VERDICT_ERROR_PAGE : a->verdict != MK_VERDICT_CONTENT);
	CHECK(a->verdict == MK_VERDICT_CONTENT || a->page_type == MK_PAGE_NONE);
	const float *f = mk_features_of(pg, a->n_blocks / 2), *moved = mk_contributions_of(pg, a->n_blocks / 2);
	const int n_features = a->input_type == MK_INPUT_TEXT ? N_PLAIN_TEXT_FEATURES : N_FEATURES;
	for (int k = 0; k < n_features && a->n_blocks; k++)
		CHECK(isfinite(f[k]) && isfinite(moved[k]));
}

/* The clean HTML, parsed again, must contain nothing that a browser would execute. */
static inline void check_html(mk_str html)
{
	mk_page *pg = mk_page_new(NULL);
	CHECK(mk_parse_fragment(pg, "div", html.p, html.len, NULL) == MK_OK);
	for (const struct node *n = pg->document; n; n = dom_next(n, pg->document)) {
		if (!is_element(n))
			continue;
		CHECK(n->tag != TAG_SCRIPT && n->tag != TAG_STYLE && n->tag != TAG_IFRAME && n->tag != TAG_OBJECT && n->ns == NS_HTML);
		for (uint32_t i = 0; i < n->len; i++) {
			const struct attr *attr = &n->u.attrs[i];
			CHECK(!(attr->name_len > 2 && !memcmp(attr->name, "on", 2)) && attr->id != ATTR_STYLE);
			if (attr->id == ATTR_HREF || attr->id == ATTR_SRC)
				for (const char *bad = "javascript:"; bad; bad = NULL)
					CHECK(attr->value_len < 11 || !str_equals(attr->value, 11, bad));
		}
	}
	mk_page_free(pg);
}

/* A record must be one line of UTF-8 with balanced brackets and quotes. */
static inline void check_json(mk_str json)
{
	int depth = 0;
	bool in_string = false;
	CHECK(is_utf8((const unsigned char *)json.p, json.len));
	for (size_t i = 0; i < json.len; i++) {
		unsigned char c = (unsigned char)json.p[i];
		CHECK(c >= 0x20);
		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string)
			depth += (c == '{' || c == '[') - (c == '}' || c == ']');
	}
	CHECK(depth == 0 && !in_string);
}

static inline bool is_blank(mk_str s)
{
	while (s.len && is_space(s.p[s.len - 1]))
		s.len--;
	return !s.len;
}

/* Spans must be in order, without overlaps, inside the text, and one for each block that was written. */
static inline void check_spans(mk_page *pg, uint64_t field, unsigned flags)
{
	const mk_span *spans;
	mk_str text = {NULL, 0};
	size_t n, n_written = 0, at = 0;
	CHECK(mk_spans(pg, field, flags, &spans, &n) == MK_OK);
	CHECK((field == MK_FIELD_TEXT ? mk_text(pg, &text) : field == MK_FIELD_COMMENTS ? mk_comments(pg, &text) :
	       field == MK_FIELD_HTML ? mk_html(pg, flags, &text) : mk_markdown(pg, flags, &text)) == MK_OK);
	for (uint32_t i = 0; i < mk_n_blocks(pg); i++) {
		const mk_block *b = mk_block_at(pg, i);
		n_written += field == MK_FIELD_COMMENTS ? b->reason == MK_KEPT_COMMENT : b->keep;
	}
	CHECK(n == n_written);
	for (size_t i = 0; i < n; i++) {
		const mk_block *b = mk_block_at(pg, spans[i].block);
		CHECK(b && spans[i].from >= at && spans[i].from < spans[i].to && spans[i].to <= text.len);
		CHECK(spans[i].source_from == b->from && spans[i].source_to == b->to && (!i || spans[i].block > spans[i - 1].block));
		if ((field == MK_FIELD_TEXT || field == MK_FIELD_COMMENTS) && b->kind != MK_BLOCK_CODE)
			CHECK(spans[i].to - spans[i].from == b->text.len && !memcmp(text.p + spans[i].from, b->text.p, b->text.len));
		at = spans[i].to;
	}
}

/* Images, links, claims and structures must refer to existing blocks, and a heading must come before the blocks under it. */
static inline void check_lists(mk_page *pg)
{
	size_t n;
	CHECK(mk_images(pg, &n) == MK_OK && !mk_image_at(pg, n));
	for (size_t i = 0; i < n; i++)
		CHECK(mk_image_at(pg, i)->block + mk_image_at(pg, i)->inside <= mk_n_blocks(pg));
	CHECK(mk_links(pg, &n) == MK_OK && !mk_link_at(pg, n));
	for (size_t i = 0; i < n; i++) {
		const mk_link *link = mk_link_at(pg, i);
		CHECK(mk_block_at(pg, link->block)->keep && link->from <= link->to && link->to <= mk_block_at(pg, link->block)->text.len);
	}
	CHECK(mk_claims(pg, &n) == MK_OK && !mk_claim_at(pg, n));
	for (size_t i = 0; i < n; i++)
		CHECK(mk_field_name(mk_claim_at(pg, i)->field) && (!mk_claim_at(pg, i)->won || mk_claim_at(pg, i)->value.len));
	CHECK(mk_structures(pg, &n) == MK_OK && n == mk_n_blocks(pg) && !mk_structure_at(pg, n));
	for (uint32_t i = 0; i < n; i++) {
		const mk_structure *s = mk_structure_at(pg, i);
		const mk_block *b = mk_block_at(pg, i), *heading = mk_block_at(pg, s->heading);
		CHECK(s->heading == MK_NO_INDEX || (s->heading < i && heading->level && (!b->keep || heading->keep)));
		CHECK(s->heading == MK_NO_INDEX || !b->level || heading->level < b->level);
		CHECK((s->column == MK_NO_INDEX || s->row != MK_NO_INDEX) && (s->row == MK_NO_INDEX || s->table != MK_NO_INDEX));
	}
}

/* All writers.  The text and the record must not depend on earlier requests, and a page with kept blocks must have text. */
static inline void check_writers(mk_page *pg)
{
	mk_str text, again, out;
	mk_article before;
	memcpy(&before, mk_article_of(pg), sizeof before);
	CHECK(mk_text(pg, &text) == MK_OK && is_utf8((const unsigned char *)text.p, text.len));
	CHECK(mk_comments(pg, &out) == MK_OK && is_utf8((const unsigned char *)out.p, out.len));
	CHECK(mk_markdown(pg, MK_IMAGES, &out) == MK_OK && is_utf8((const unsigned char *)out.p, out.len));
	CHECK(mk_html(pg, MK_IMAGES, &out) == MK_OK && is_utf8((const unsigned char *)out.p, out.len));
	check_html(out);
	CHECK(mk_json(pg, (UINT64_C(1) << MK_N_FIELDS) - 1, MK_IMAGES, &out) == MK_OK);
	check_json(out);
	CHECK(mk_text(pg, &again) == MK_OK && again.len == text.len && again.p == text.p);
	CHECK(is_blank(text) == !before.n_kept);
	CHECK(!memcmp(&before, mk_article_of(pg), sizeof before));
	check_spans(pg, MK_FIELD_TEXT, 0);
	check_spans(pg, MK_FIELD_COMMENTS, 0);
	check_spans(pg, MK_FIELD_MARKDOWN, MK_IMAGES);
	check_spans(pg, MK_FIELD_HTML, MK_NO_LINKS);
	check_lists(pg);
}

#endif
