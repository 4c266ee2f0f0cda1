/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c - record, blocks and the other writers' output -> one JSON object (RFC 8259) without line ends.
 *
 * Strings are copied sixteen bytes at a time up to the next one that needs an escape; everything else is small.  Numbers are put together
 * from integers, so no locale can get between.  A missing value is null.
 */
#include "capture.h"
#include "outline.h"
#include "picture.h"
#include "base/scan.h"

/* ---- Values ---- */

static bool json_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

/* Bytes at p that stand for themselves in a string. */
static size_t json_run(const char *p, size_t len)
{
	size_t i = 0;
#if defined(SCAN_SSE2)
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1F);
	for (; i + 16 <= len; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, last_control), v);
		__m128i stop = _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)));
		const unsigned mask = (unsigned)_mm_movemask_epi8(stop);
		if (mask)
			return i + (unsigned)__builtin_ctz(mask);
	}
#endif
	while (i < len && json_plain((unsigned char)p[i]))
		i++;
	return i;
}

static void json_escape(struct buf *b, char c)
{
	static const char hex[] = "0123456789abcdef";
	char short_form = c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : c == '\b' ? 'b' : c == '\f' ? 'f' : c >= 0x20 ? c : 0;
	buf_char(b, '\\');
	if (short_form) {
		buf_char(b, short_form);
		return;
	}
	buf_str(b, "u00");
	buf_char(b, hex[(unsigned char)c >> 4]);
	buf_char(b, hex[(unsigned char)c & 15]);
}

static void json_string(struct buf *b, mk_str s)
{
	if (!s.p) {
		buf_str(b, "null");
		return;
	}
	buf_reserve(b, s.len + 2);
	buf_char(b, '"');
	for (size_t i = 0; i < s.len;) {
		size_t run = json_run(s.p + i, s.len - i);
		buf_add(b, s.p + i, run);
		i += run;
		if (i < s.len)
			json_escape(b, s.p[i++]);
	}
	buf_char(b, '"');
}

static void json_name(struct buf *b, const char *name)
{
	json_string(b, name ? (mk_str){name, strlen(name)} : (mk_str){NULL, 0});
}

/* "name": before a value.  name needs no escapes. */
static void json_key(struct buf *b, const char *name)
{
	if (b->p[b->len - 1] != '{')
		buf_char(b, ',');
	buf_char(b, '"');
	buf_str(b, name);
	buf_add(b, "\":", 2);
}

/* A number in 0…1 with three decimals. */
static void json_share(struct buf *b, float value)
{
	unsigned thousandths = value >= 1 ? 1000 : value > 0 ? (unsigned)((double)value * 1000 + 0.5) : 0; /* not a number: 0 */
	char digits[5] = {(char)('0' + thousandths / 1000), '.', (char)('0' + thousandths / 100 % 10),
	                  (char)('0' + thousandths / 10 % 10), (char)('0' + thousandths % 10)};
	buf_add(b, digits, sizeof digits);
}

/* A comma before all elements of an array but the first. */
static void json_next(struct buf *b)
{
	if (b->p[b->len - 1] != '[')
		buf_char(b, ',');
}

/* ---- Fields ---- */

static void json_blocks(const mk_page *pg, struct buf *b)
{
	buf_char(b, '[');
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		const mk_block *block = &pg->blocks[i].pub;
		json_next(b);
		buf_char(b, '{');
		json_key(b, "kind");
		json_name(b, mk_block_kind_name((mk_block_kind)block->kind));
		json_key(b, "level");
		if (block->level)
			buf_uint(b, block->level);
		else
			buf_str(b, "null");
		json_key(b, "text");
		json_string(b, block->text);
		json_key(b, "score");
		json_share(b, block->score);
		json_key(b, "keep");
		buf_str(b, block->keep ? "true" : "false");
		json_key(b, "reason");
		json_name(b, mk_reason_name((mk_reason)block->reason));
		json_key(b, "from");
		buf_uint(b, block->from);
		json_key(b, "to");
		buf_uint(b, block->to);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

/* The addresses of kept blocks and the words that carry them. */
static void json_links(mk_page *pg, struct buf *b)
{
	struct outline o;
	outline_begin(&o, pg, 0);
	buf_char(b, '[');
	for (enum outline_event event; (event = outline_next(&o)) != OUTLINE_END;) {
		if (event != OUTLINE_BLOCK)
			continue;
		outline_marks(&o);
		for (uint32_t i = 0; i < o.n_marks; i++) {
			const struct mark *mark = &o.marks[i];
			if (mark->kind != MARK_LINK || !mark->open)
				continue;
			json_next(b);
			buf_char(b, '{');
			json_key(b, "href");
			json_string(b, mark->link);
			json_key(b, "text");
			json_string(b, (mk_str){o.block->pub.text.p + mark->at, o.marks[mark->partner].at - mark->at});
			buf_char(b, '}');
		}
	}
	buf_char(b, ']');
}

static void json_size(struct buf *b, const char *name, int64_t size)
{
	json_key(b, name);
	if (size < 0)
		buf_str(b, "null");
	else
		buf_uint(b, (uint64_t)size);
}

static void json_picture(struct buf *b, const struct picture *p, mk_str source)
{
	json_next(b);
	buf_char(b, '{');
	json_key(b, "src");
	json_string(b, source);
	json_key(b, "alt");
	json_string(b, p->alt);
	json_key(b, "caption");
	json_string(b, p->caption);
	json_key(b, "credit");
	json_string(b, p->credit);
	json_size(b, "width", p->width);
	json_size(b, "height", p->height);
	buf_char(b, '}');
}

static void json_image(mk_page *pg, struct buf *b, const struct node *img, mk_str source)
{
	struct picture p;
	picture_read(pg, img, source, &p);
	json_picture(b, &p, source);
}

/* A capture has no pictures, but what was written below them. */
static void json_captions(const struct capture *c, struct buf *b)
{
	buf_char(b, '[');
	for (uint32_t i = 0; i < c->n_pictures; i++) {
		const struct picture p = {.caption = c->pictures[i].caption, .credit = c->pictures[i].credit, .width = -1, .height = -1};
		json_picture(b, &p, (mk_str){NULL, 0});
	}
	buf_char(b, ']');
}

static void json_images(mk_page *pg, struct buf *b)
{
	struct outline o;
	outline_begin(&o, pg, OUTLINE_PICTURES);
	buf_char(b, '[');
	for (enum outline_event event; (event = outline_next(&o)) != OUTLINE_END;) {
		if (event == OUTLINE_PICTURE)
			json_image(pg, b, o.picture, o.source);
		if (event != OUTLINE_BLOCK)
			continue;
		outline_marks(&o);
		for (uint32_t i = 0; i < o.n_marks; i++)
			if (o.marks[i].kind == MARK_PICTURE)
				json_image(pg, b, o.marks[i].node, o.marks[i].link);
	}
	buf_char(b, ']');
}

static void json_warnings(const mk_page *pg, struct buf *b)
{
	buf_char(b, '[');
	for (unsigned i = 0; i < MK_N_WARNINGS; i++)
		if (pg->article.warnings & 1u << i) {
			json_next(b);
			json_name(b, mk_warning_name(1u << i));
		}
	buf_char(b, ']');
}

/* What another writer writes, as a string. */
static void json_written(mk_page *pg, uint64_t field, unsigned flags, struct buf *b)
{
	struct buf text;
	buf_init(&text, &pg->arena, 16384);
	if (field == MK_FIELD_TEXT || field == MK_FIELD_COMMENTS)
		text_write(pg, field == MK_FIELD_COMMENTS, &text);
	else if (field == MK_FIELD_MARKDOWN)
		markdown_write(pg, flags, &text);
	else
		html_write(pg, flags, &text);
	const bool missing = field == MK_FIELD_COMMENTS && !text.len;
	json_string(b, (mk_str){missing ? NULL : text.p, text.len});
}

static void json_list(struct buf *b, mk_list list)
{
	buf_char(b, '[');
	for (size_t i = 0; i < list.n; i++) {
		json_next(b);
		json_string(b, list.items[i]);
	}
	buf_char(b, ']');
}

static void json_provenance(const mk_article *a, struct buf *b)
{
	const struct {
		const char *name, *source;
	} rows[] = {
	        {"canonical_url", a->canonical_url_source}, {"title", a->title_source}, {"authors", a->authors_source},
	        {"date_published", a->date_published_source}, {"date_modified", a->date_modified_source},
	        {"language", a->language_source}, {"direction", a->direction_source}, {"site_name", a->site_name_source},
	        {"description", a->description_source}, {"categories", a->categories_source}, {"tags", a->tags_source},
	        {"license", a->license_source}, {"image", a->image_source}, {"next_page", a->next_page_source},
	        {"charset", a->charset_source},
	};
	buf_char(b, '{');
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_key(b, rows[i].name);
		json_name(b, rows[i].source);
	}
	buf_char(b, '}');
}

/* Fields that are a string of the record as it is. */
static const mk_str *json_plain_field(const mk_article *a, uint64_t field)
{
	switch (field) {
	case MK_FIELD_URL:
		return &a->url;
	case MK_FIELD_CANONICAL_URL:
		return &a->canonical_url;
	case MK_FIELD_HOSTNAME:
		return &a->hostname;
	case MK_FIELD_TITLE:
		return &a->title;
	case MK_FIELD_DATE_PUBLISHED:
		return &a->date_published;
	case MK_FIELD_DATE_MODIFIED:
		return &a->date_modified;
	case MK_FIELD_DATE_RAW:
		return &a->date_raw;
	case MK_FIELD_LANGUAGE:
		return &a->language;
	case MK_FIELD_LANGUAGE_DECLARED:
		return &a->language_declared;
	case MK_FIELD_LANGUAGE_DETECTED:
		return &a->language_detected;
	case MK_FIELD_DIRECTION:
		return &a->direction;
	case MK_FIELD_SITE_NAME:
		return &a->site_name;
	case MK_FIELD_DESCRIPTION:
		return &a->description;
	case MK_FIELD_LICENSE:
		return &a->license;
	case MK_FIELD_IMAGE:
		return &a->image;
	case MK_FIELD_NEXT_PAGE:
		return &a->next_page;
	case MK_FIELD_CHARSET:
		return &a->charset;
	default:
		return NULL;
	}
}

static void json_value(mk_page *pg, uint64_t field, unsigned flags, struct buf *b)
{
	const mk_article *article = &pg->article;
	const mk_str *plain = json_plain_field(article, field);
	if (plain) {
		json_string(b, *plain);
		return;
	}
	switch (field) {
	case MK_FIELD_INPUT:
		json_name(b, pg->options.input);
		break;
	case MK_FIELD_AUTHORS:
		json_list(b, article->authors);
		break;
	case MK_FIELD_CATEGORIES:
		json_list(b, article->categories);
		break;
	case MK_FIELD_TAGS:
		json_list(b, article->tags);
		break;
	case MK_FIELD_PAGE_TYPE:
		json_name(b, mk_page_type_name(article->page_type));
		break;
	case MK_FIELD_VERDICT:
		json_name(b, mk_verdict_name(article->verdict));
		break;
	case MK_FIELD_LANGUAGE_SCORE:
		if (article->language_detected.p)
			json_share(b, article->language_score);
		else
			buf_str(b, "null");
		break;
	case MK_FIELD_CONFIDENCE:
		json_share(b, article->confidence);
		break;
	case MK_FIELD_BLOCKS:
		json_blocks(pg, b);
		break;
	case MK_FIELD_LINKS:
		json_links(pg, b);
		break;
	case MK_FIELD_IMAGES:
		if (pg->capture)
			json_captions(pg->capture, b);
		else
			json_images(pg, b);
		break;
	case MK_FIELD_WARNINGS:
		json_warnings(pg, b);
		break;
	case MK_FIELD_PROVENANCE:
		json_provenance(article, b);
		break;
	default:
		json_written(pg, field, flags, b);
	}
}

void json_write(mk_page *pg, uint64_t fields, unsigned flags, struct buf *b)
{
	buf_char(b, '{');
	for (unsigned i = 0; i < MK_N_FIELDS; i++)
		if (fields & UINT64_C(1) << i) {
			json_key(b, mk_field_name(UINT64_C(1) << i));
			json_value(pg, UINT64_C(1) << i, flags, b);
		}
	buf_char(b, '}');
}
