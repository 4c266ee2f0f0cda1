/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told.c - JSON-LD and meta -> texts that the page tells machines -> the share of a block's words that are among them.
 *
 * A publisher that hands the body of an article or the description of a product to search engines has answered the question of what the
 * content is.  The answer may be cut short, old, or of another thing on the page, so it is evidence for the model and no more.  Texts are
 * compared by the hashes of three words in a row, and for a block by those of its first words only.
 */
#include "told.h"
#include "base/hash.h"
#include "base/scan.h"
#include "base/utf8.h"

#include <string.h>

#define SHINGLE 3
#define TOLD_TEXT_MOST (64u << 10)   /* bytes of one text */
#define BITS_A_WORD 16

/* ---- Finding texts ---- */

static bool add_text(struct told *t, const char *p, size_t len, enum told_kind kind, bool json)
{
	if (t->n_texts == TOLD_MOST || !len)
		return true;
	if (len > TOLD_TEXT_MOST)
		len = TOLD_TEXT_MOST;
	if (2 * len > t->room)
		return false;
	t->room -= 2 * len;
	t->n_bytes += len;
	t->texts[t->n_texts].p = p;
	t->texts[t->n_texts].len = (uint32_t)len;
	t->texts[t->n_texts].kind = (uint8_t)kind;
	t->texts[t->n_texts++].json = json;
	return true;
}

/* The kind of text behind a key; p stands behind its opening quote. N_TOLD for any other. */
static enum told_kind kind_of_key(const char *p, size_t len, size_t *key_len)
{
	static const struct {
		const char *key;
		enum told_kind kind;
	} keys[] = {{"articleBody\"", TOLD_BODY}, {"text\"", TOLD_TEXT}, {"reviewBody\"", TOLD_TEXT}, {"description\"", TOLD_DESCRIPTION}};
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (!len || p[0] != keys[i].key[0])
			continue;
		*key_len = strlen(keys[i].key);
		if (len > *key_len && !memcmp(p, keys[i].key, *key_len))
			return keys[i].kind;
	}
	return N_TOLD;
}

/* Past the closing quote of a JSON string whose first character is p; end if there is none. */
static const char *string_end(const char *p, const char *end)
{
	while (p < end && *p != '"')
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	return p < end ? p + 1 : end;
}

static bool read_json(struct told *t, const char *p, size_t len)
{
	const char *const end = p + len;
	bool ok = true;
	while (p < end && (p = memchr(p, '"', (size_t)(end - p))) != NULL) {
		size_t key_len;
		const char *start = ++p;
		enum told_kind kind = kind_of_key(p, (size_t)(end - p), &key_len);
		if (kind == N_TOLD) {
			p = string_end(p, end);
			continue;
		}
		for (p += key_len; p < end && (is_space(*p) || *p == ':'); p++) {
		}
		if (p == start + key_len || p == end || *p != '"')
			continue;
		start = ++p;
		p = string_end(p, end);
		ok &= add_text(t, start, (size_t)(p - start), kind, true);
	}
	return ok;
}

bool told_read(struct told *t, const struct node *n)
{
	bool ok = true;
	if (n->tag == TAG_META) {
		mk_str name = str_trim(dom_value(n, dom_attr(n, ATTR_NAME) ? ATTR_NAME : ATTR_PROPERTY));
		mk_str content = dom_value(n, ATTR_CONTENT);
		if (str_equals(name.p, name.len, "description") || str_equals(name.p, name.len, "og:description"))
			ok = add_text(t, content.p, content.len, TOLD_DESCRIPTION, false);
		return ok;
	}
	mk_str type = str_trim(dom_value(n, ATTR_TYPE));
	if (str_equals(type.p, type.len, "application/ld+json"))
		for (const struct node *text = first_child(n); text; text = text->next)
			if (text->type == NODE_TEXT)
				ok &= read_json(t, text->u.text, text->len);
	return ok;
}

/* ---- Words ---- */

/* Eight bytes at p, or as many as there are, and NUL behind them. */
static inline uint64_t word_at(const char *p, size_t len)
{
	char padded[8] = {0};
	if (len >= sizeof padded)
		return load_word(p);
	memcpy(padded, p, len);
	return load_word(padded);
}

/* The ASCII letters, in lower case, and digits that the eight bytes in *w begin with, and NUL behind them.  Returns how many. */
static inline uint32_t keep_letters(uint64_t *w)
{
	const uint64_t letters = small_letters(*w | 0x2020202020202020u);
	const uint64_t others = ~(letters | digits(*w)) & 0x8080808080808080u;
	*w |= letters >> 2; /* from the highest bit of a byte to the one that makes a letter small */
	if (others)
		*w &= (others & -others) / 0x80 - 1; /* what is below the first of the others */
	return first_marked(others);
}

static inline uint64_t mix_letters(uint64_t h, uint64_t letters)
{
	h = (h ^ letters) * HASH_TIMES;
	return h ^ h >> 32;
}

/* Bytes of what is no letter and ends a word, at p: an ASCII character, general punctuation, the no-break space and the signs of Latin-1; a
 * character of Han, kana or Hangul, which is a word by itself.  0 for any other, which belongs to one. */
static inline uint32_t length_of_sign(const char *p, size_t len)
{
	const unsigned char c = (unsigned char)*p;
	if (c < 0x80)
		return 1;
	if (c == 0xC2)
		return len > 1 ? 2 : 0;
	if (len > 2 && ((c >= 0xE3 && c <= 0xED) || (c == 0xE2 && (unsigned char)p[1] == 0x80)))
		return 3;
	return 0;
}

static inline uint32_t end_of_word(uint64_t h)
{
	return (uint32_t)(h * HASH_TIMES >> 32);
}

uint32_t told_words(const char *p, size_t len, size_t *at, uint32_t *words, uint32_t most)
{
	uint64_t h = 0; /* of the open word; 0 outside of one */
	size_t i = *at;
	uint32_t n = 0;
	while (i < len && n < most) {
		const unsigned char c = (unsigned char)p[i];
		if (c < 0x80 && IN_WORD >> unicode_kinds[0][c] & 1) {
			uint64_t w = word_at(p + i, len - i);
			i += keep_letters(&w);
			h = mix_letters(h, w);
			if (i < len && p[i] == ' ') { /* as most words end */
				words[n++] = end_of_word(h);
				h = 0;
				if (n == most)
					break;
				i++;
			}
			continue;
		}
		const uint32_t sign = length_of_sign(p + i, len - i);
		if (!sign) {
			h = mix_letters(h, c);
			i++;
			continue;
		}
		if (h) {
			words[n++] = end_of_word(h);
			h = 0;
			if (n == most)
				break; /* the sign may be a word */
		}
		if (c >= 0xE3)
			words[n++] = end_of_word(mix_letters(0, (uint64_t)c << 16 | (uint64_t)(unsigned char)p[i + 1] << 8 | (unsigned char)p[i + 2]));
		i += sign;
	}
	if (h)
		words[n++] = end_of_word(h);
	*at = i;
	return n;
}

static uint32_t mix_shingle(const uint32_t *words)
{
	uint64_t h = words[0];
	h = h * HASH_TIMES + words[1];
	h = h * HASH_TIMES + words[2];
	h *= HASH_TIMES;
	return (uint32_t)(h >> 32);
}

/* ---- JSON strings ---- */

/* The code unit of the four digits at p; 0, which is a separator, for anything else. */
static uint32_t code_unit(const char *p, const char *end)
{
	uint32_t c = 0;
	for (int i = 0; i < 4; i++) {
		int digit = p + i < end ? hex_digit(p[i]) : -1;
		if (digit < 0)
			return 0;
		c = c << 4 | (uint32_t)digit;
	}
	return c;
}

/* The character escaped as \u and digits, *p being behind the u; goes past it.  Two surrogates are one; one by itself is 0. */
static uint32_t escaped_character(const char **p, const char *end)
{
	uint32_t c = code_unit(*p, end);
	*p += end - *p < 4 ? end - *p : 4;
	if (c < 0xD800 || c >= 0xE000)
		return c;
	const uint32_t low = end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u' ? code_unit(*p + 2, end) : 0;
	if (c >= 0xDC00 || low < 0xDC00 || low >= 0xE000)
		return 0;
	*p += 6;
	return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

/* Adds a character as UTF-8, what is none and the signs of tags as a space. */
static char *put_character(char *o, uint32_t c)
{
	return o + utf8_encode(o, c == '<' || c == '>' || !c ? ' ' : c);
}

/* Text of a JSON string without escapes and tags, into out, which has room for len bytes. */
static size_t plain_text(const char *p, size_t len, char *out)
{
	const char *const end = p + len;
	char *o = out;
	while (p < end) {
		char c = *p++;
		if (c == '<') {
			const char *close = memchr(p, '>', (size_t)(end - p) < 256 ? (size_t)(end - p) : 256);
			p = close ? close + 1 : p;
			*o++ = ' ';
		} else if (c != '\\' || p == end) {
			*o++ = c;
		} else if (*p++ == 'u') {
			o = put_character(o, escaped_character(&p, end));
		} else {
			*o++ = ' ';
		}
	}
	return (size_t)(o - out);
}

/* ---- Sets ---- */

/* Adds what stands in a text to the set of its kind.  Returns how many words it has. */
static uint32_t add_shingles(struct told *t, int kind, mk_str s)
{
	enum { OVERLAP = SHINGLE - 1, ROOM = 64 };
	uint32_t words[ROOM], n_words = 0, held = 0, n;
	for (size_t at = 0; (n = told_words(s.p, s.len, &at, words + held, ROOM - held)) != 0;) {
		n_words += n;
		n += held;
		for (uint32_t i = 0; i + SHINGLE <= n; i++) {
			const uint32_t bit = mix_shingle(words + i) & t->mask[kind];
			t->shingles[kind][bit / 64] |= (uint64_t)1 << bit % 64;
		}
		held = n < OVERLAP ? n : OVERLAP;
		memmove(words, words + n - held, held * sizeof *words);
	}
	return n_words;
}

void told_index(struct told *t, struct arena *a)
{
	size_t bytes[N_TOLD] = {0};
	for (uint32_t i = 0; i < t->n_texts; i++)
		bytes[t->texts[i].kind] += t->texts[i].len;
	for (int k = 0; k < N_TOLD; k++) {
		uint32_t bits = 1024; /* a word takes some six bytes */
		while (bytes[k] && bits < bytes[k] / 6 * BITS_A_WORD)
			bits *= 2;
		t->shingles[k] = bytes[k] ? arena_zero(a, bits / 8) : NULL;
		t->mask[k] = bits - 1;
	}
	for (uint32_t i = 0; i < t->n_texts; i++) {
		const int kind = t->texts[i].kind;
		mk_str s = {t->texts[i].p, t->texts[i].len};
		char *plain = NULL;
		if (t->texts[i].json) {
			plain = arena_alloc(a, s.len + 1);
			s.len = plain_text(s.p, s.len, plain);
			s.p = plain;
		}
		t->n_words[kind] += add_shingles(t, kind, s);
		if (plain)
			arena_trim(a, plain, 0);
	}
}

void told_share(const struct told *t, const uint32_t *words, uint32_t n, float shares[N_TOLD])
{
	uint32_t hits[N_TOLD] = {0};
	for (uint32_t i = 0; i + SHINGLE <= n; i++) {
		const uint32_t shingle = mix_shingle(words + i);
		for (int k = 0; k < N_TOLD; k++) {
			if (!t->shingles[k])
				continue;
			const uint32_t bit = shingle & t->mask[k];
			hits[k] += (uint32_t)(t->shingles[k][bit / 64] >> bit % 64 & 1);
		}
	}
	for (int k = 0; k < N_TOLD; k++)
		shares[k] = n < SHINGLE ? 0.0f : (float)hits[k] / (float)(n - SHINGLE + 1);
}
