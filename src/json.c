/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c - record, blocks and the output of the other writers -> one JSON object (RFC 8259) on one line.
 *
 * Strings make up nearly all of the output, so they are scanned sixteen bytes at a time for the next byte that needs an escape.
 * Numbers are formatted from integers, so the locale's decimal separator cannot get into the output.  A missing value is null.
 */
#include "outline.h"
#include "base/scan.h"
#include "base/utf8.h"

#include <math.h>

/* ---- Values ---- */

#define ELEMENT_BYTES 64 /* six times this is more than the object of a block, link or picture takes besides its strings */

/* Whether the byte at p, the first of left bytes, needs no escape in a string.  Not only ASCII has controls: terminals obey U+0080 to
 * U+009F too, whose first byte is 0xC2. */
static bool json_plain(const char *p, size_t left)
{
	const unsigned char c = (unsigned char)*p;
	return c >= 0x20 && c != '"' && c != '\\' && !(c == 0xC2 && left > 1 && (unsigned char)p[1] < 0xA0);
}

/* Bytes at p before the first one that may need an escape. */
static size_t json_run(const char *p, size_t len)
{
	size_t i = 0;
#if defined(SCAN_SSE2)
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1F);
	const __m128i lead = _mm_set1_epi8((char)0xC2), after = _mm_set1_epi8((char)0xA0);
	for (; i + 16 <= len; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, last_control), v);
		__m128i stop = _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)));
		/* The lead byte of U+0080 to U+00BF, if the next byte is below 0xA0 (as signed bytes, 0x80 is the least) or not in v. */
		const unsigned leads = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, lead));
		const unsigned low = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(v, after));
		const unsigned mask = (unsigned)_mm_movemask_epi8(stop) | (leads & (low >> 1 | 0x8000u));
		if (mask)
			return i + (unsigned)__builtin_ctz(mask);
	}
#endif
	while (i < len && json_plain(p + i, len - i))
		i++;
	return i;
}

static void json_escape(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	const bool itself = c == '"' || c == '\\';
	char short_form = c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : c == '\b' ? 'b' : c == '\f' ? 'f' : itself ? (char)c : 0;
	buf_char(b, '\\');
	if (short_form) {
		buf_char(b, short_form);
		return;
	}
	buf_str(b, "u00");
	buf_char(b, hex[c >> 4]);
	buf_char(b, hex[c & 15]);
}

/* The beginning of s that takes at most `room` bytes with its escapes. */
static mk_str json_fitting(mk_str s, size_t room)
{
	size_t i = 0;
	if (s.len <= room / 6)
		return s;
	for (; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.p[i];
		const size_t cost = json_plain(s.p + i, s.len - i) ? 1 : c < 0x20 || c >= 0x80 ? 6 : 2;
		if (cost > room)
			break;
		room -= cost;
	}
	return (mk_str){s.p, utf8_whole(s.p, s.len, i)};
}

/* Writes a string or null.  A string that exceeds the budget is cut. */
static void json_string(struct buf *b, mk_str s)
{
	if (!s.p) {
		buf_str(b, "null");
		return;
	}
	const mk_str whole = s;
	s = json_fitting(s, buf_room(b));
	b->cut |= s.len < whole.len;
	buf_reserve(b, s.len + 2);
	buf_char(b, '"');
	for (size_t i = 0; i < s.len;) {
		size_t run = json_run(s.p + i, s.len - i);
		buf_add(b, s.p + i, run);
		i += run;
		if (i == s.len)
			break;
		if (json_plain(s.p + i, s.len - i)) { /* U+00A0 to U+00BF, cut by the end of sixteen bytes */
			buf_char(b, s.p[i++]);
			continue;
		}
		i += s.p[i] == (char)0xC2; /* the second byte is the code of the character */
		json_escape(b, (unsigned char)s.p[i++]);
	}
	buf_char(b, '"');
}

static void json_name(struct buf *b, const char *name)
{
	json_string(b, name ? (mk_str){name, strlen(name)} : (mk_str){NULL, 0});
}

/* Writes "name": before a value, and a comma unless it is the first of its object.  name must not need escapes. */
static void json_key(struct buf *b, const char *name)
{
	if (b->p[b->len - 1] != '{')
		buf_char(b, ',');
	buf_char(b, '"');
	buf_str(b, name);
	buf_add(b, "\":", 2);
}

/* Writes a number from 0 to 1 with three decimals; values outside that range are clamped. */
static void json_share(struct buf *b, double value)
{
	unsigned thousandths = value >= 1 ? 1000 : value > 0 ? (unsigned)(value * 1000 + 0.5) : 0; /* NaN becomes 0 */
	char digits[5] = {(char)('0' + thousandths / 1000), '.', (char)('0' + thousandths / 100 % 10),
	                  (char)('0' + thousandths / 10 % 10), (char)('0' + thousandths % 10)};
	buf_add(b, digits, sizeof digits);
}

/*
 * Begins an element of an array with a comma, unless it is the first one.  Returns false if the budget might have no room for an
 * element whose strings have `bytes` bytes together: the array ends there.
 */
static bool json_next(struct buf *b, size_t bytes)
{
	const size_t room = buf_room(b) / 6;
	if (room < ELEMENT_BYTES || room - ELEMENT_BYTES < bytes) {
		b->cut = true;
		return false;
	}
	if (b->p[b->len - 1] != '[')
		buf_char(b, ',');
	return true;
}

/* ---- Fields ---- */

#define WRITTEN (MK_FIELD_TEXT | MK_FIELD_MARKDOWN | MK_FIELD_HTML | MK_FIELD_COMMENTS)
#define IN_BULK (WRITTEN | MK_FIELD_BLOCKS | MK_FIELD_LINKS | MK_FIELD_IMAGES)
#define OTHERS_BYTES ((size_t)64 << 10) /* of the budget of a record that are left to the other fields */

static void json_blocks(const mk_page *pg, struct buf *b)
{
	buf_char(b, '[');
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		const mk_block *block = &pg->blocks[i].pub;
		if (!json_next(b, block->text.len))
			break;
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
		json_share(b, (double)block->score);
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

static void json_links(mk_page *pg, struct buf *b)
{
	list_links(pg);
	buf_char(b, '[');
	for (size_t i = 0; i < pg->n_link_list && json_next(b, pg->link_list[i].href.len + pg->link_list[i].text.len); i++) {
		buf_char(b, '{');
		json_key(b, "href");
		json_string(b, pg->link_list[i].href);
		json_key(b, "text");
		json_string(b, pg->link_list[i].text);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void json_size(struct buf *b, const char *name, int32_t size)
{
	json_key(b, name);
	if (size < 0)
		buf_str(b, "null");
	else
		buf_uint(b, (uint64_t)size);
}

static void json_images(mk_page *pg, struct buf *b)
{
	list_images(pg);
	buf_char(b, '[');
	for (size_t i = 0; i < pg->n_image_list; i++) {
		const mk_image *image = &pg->image_list[i];
		if (!json_next(b, image->src.len + image->alt.len + image->caption.len + image->credit.len))
			break;
		buf_char(b, '{');
		json_key(b, "src");
		json_string(b, image->src);
		json_key(b, "alt");
		json_string(b, image->alt);
		json_key(b, "caption");
		json_string(b, image->caption);
		json_key(b, "credit");
		json_string(b, image->credit);
		json_size(b, "width", image->width);
		json_size(b, "height", image->height);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void json_list(struct buf *b, mk_list list)
{
	buf_char(b, '[');
	for (size_t i = 0; i < list.n && json_next(b, list.items[i].len); i++)
		json_string(b, list.items[i]);
	buf_char(b, ']');
}

static void json_provenance(const mk_page *pg, struct buf *b)
{
	buf_char(b, '{');
	for (unsigned i = 0; i < MK_N_FIELDS; i++)
		if (record_has_source(UINT64_C(1) << i)) {
			json_key(b, mk_field_name(UINT64_C(1) << i));
			json_name(b, record_source(pg, UINT64_C(1) << i));
		}
	buf_char(b, '}');
}

/* A document that exceeds the budget is written again with a smaller one, since its beginning alone might not be valid. */
static void json_text(mk_page *pg, uint64_t field, unsigned flags, struct buf *b)
{
	mk_str s = record_string(pg, field, flags);
	if (s.p && json_fitting(s, buf_room(b)).len < s.len && field & WRITTEN)
		s = written_short(pg, field, flags, buf_room(b) / 6);
	json_string(b, s);
}

static void json_any(mk_page *pg, uint64_t field, unsigned flags, struct buf *b)
{
	switch (mk_field_type_of(field)) {
	case MK_TYPE_STRING:
		json_text(pg, field, flags, b);
		break;
	case MK_TYPE_STRINGS:
		json_list(b, record_strings(pg, field));
		break;
	case MK_TYPE_NUMBER:
		if (isnan(record_number(pg, field)))
			buf_str(b, "null");
		else
			json_share(b, record_number(pg, field));
		break;
	default:
		if (field == MK_FIELD_BLOCKS)
			json_blocks(pg, b);
		else if (field == MK_FIELD_LINKS)
			json_links(pg, b);
		else if (field == MK_FIELD_IMAGES)
			json_images(pg, b);
		else
			json_provenance(pg, b);
	}
}

/* The budget is four times that of the documents in the record.  Of the memory it may use no more than they, see output_room(). */
static void json_begin(const mk_page *pg, struct buf *b)
{
	const size_t most = 4 * OUTPUT_MOST(pg), room = output_room(pg);
	b->most = most < room ? most : room;
}

static void json_end(mk_page *pg, const struct buf *b)
{
	if (b->cut)
		warn(pg, MK_WARN_OUTPUT);
}

void json_value(mk_page *pg, uint64_t field, unsigned flags, struct buf *b)
{
	json_begin(pg, b);
	json_any(pg, field, flags, b);
	json_end(pg, b);
}

void json_write(mk_page *pg, uint64_t fields, unsigned flags, struct buf *b)
{
	json_begin(pg, b);
	const size_t most = b->most, others = most / 4 < OTHERS_BYTES ? most / 4 : OTHERS_BYTES;
	buf_str(b, "{\"schema\":");
	buf_uint(b, MK_SCHEMA_VERSION);
	for (unsigned i = 0; i < MK_N_FIELDS; i++)
		if (fields & UINT64_C(1) << i) {
			json_key(b, mk_field_name(UINT64_C(1) << i));
			b->most = IN_BULK >> i & 1 ? most - others : most;
			json_any(pg, UINT64_C(1) << i, flags, b);
			json_end(pg, b); /* before the field "warnings" is written */
		}
	buf_char(b, '}');
}

static void json_number(struct buf *b, const char *name, uint64_t n)
{
	json_key(b, name);
	buf_uint(b, n);
}

static void json_flag(struct buf *b, const char *name, bool flag)
{
	json_key(b, name);
	buf_str(b, flag ? "true" : "false");
}

void json_chunks(mk_page *pg, struct buf *b)
{
	static const uint64_t fields[] = {MK_FIELD_INPUT, MK_FIELD_URL, MK_FIELD_CANONICAL_URL, MK_FIELD_TITLE};
	for (size_t i = 0; i < pg->n_chunk_list; i++) {
		const mk_chunk *chunk = &pg->chunk_list[i];
		buf_str(b, "{\"schema\":");
		buf_uint(b, MK_SCHEMA_VERSION);
		for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
			json_key(b, mk_field_name(fields[k]));
			json_string(b, record_string(pg, fields[k], 0));
		}
		json_number(b, "index", i);
		json_key(b, "headings");
		json_list(b, (mk_list){chunk->headings, chunk->n_headings});
		json_key(b, "text");
		json_string(b, chunk->text);
		json_number(b, "tokens", chunk->tokens);
		json_number(b, "from", chunk->source_from);
		json_number(b, "to", chunk->source_to);
		json_number(b, "markdown_from", chunk->from);
		json_number(b, "markdown_to", chunk->to);
		json_number(b, "markdown_own_from", chunk->own_from);
		json_number(b, "first_block", chunk->first_block);
		json_number(b, "last_block", chunk->last_block);
		json_flag(b, "cut_start", chunk->cut_start);
		json_flag(b, "cut_end", chunk->cut_end);
		json_flag(b, "over", chunk->over);
		buf_add(b, "}\n", 2);
	}
}
