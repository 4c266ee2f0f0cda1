/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told.c - JSON-LD and meta -> texts that the page tells machines -> the share of a block's words that are among them.
 *
 * A publisher that hands the body of an article or the description of a product to search engines has answered the question of what the
 * content is.  The answer may be cut short, old, or of another thing on the page, so it is evidence for the model and no more.  Texts are
 * compared by the hashes of three words in a row, and for a block by those of its first words only.
 */
#include "told.h"

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
		*key_len = strlen(keys[i].key);
		if (len > *key_len && p[0] == keys[i].key[0] && !memcmp(p, keys[i].key, *key_len))
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

/* ASCII letters in lower case, digits, and 0 for all else. */
static const unsigned char told_ascii[256] = {
        ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8',
        ['9'] = '9', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h',
        ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q',
        ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
        ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i',
        ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r',
        ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
};

bool told_word(const char *p, size_t len, size_t *at, uint32_t *hash)
{
	uint32_t h = 0;
	size_t i = *at;
	while (i < len) {
		const unsigned char c = (unsigned char)p[i];
		if (c < 0x80) {
			unsigned char lower = told_ascii[c];
			if (!lower && h)
				break;
			i += !lower;
			for (; lower; lower = ++i < len ? told_ascii[(unsigned char)p[i]] : 0) /* an ASCII word, which most are */
				h = (h ^ lower) * 16777619u + 1;
		} else if (c >= 0xE3 && c <= 0xED && i + 2 < len) {
			if (h)
				break;
			h = ((uint32_t)c << 16 | (uint32_t)(unsigned char)p[i + 1] << 8 | (unsigned char)p[i + 2]) * 2654435761u | 1;
			i += 3;
			break;
		} else if ((c == 0xE2 && i + 2 < len && (unsigned char)p[i + 1] == 0x80) || (c == 0xC2 && i + 1 < len)) {
			if (h) /* general punctuation, no-break space and the signs of Latin-1 */
				break;
			i += c == 0xE2 ? 3 : 2;
		} else {
			h = (h ^ c) * 16777619u + 1;
			i++;
		}
	}
	*at = i;
	*hash = h;
	return h != 0;
}

static uint32_t mix_shingle(const uint32_t *words)
{
	uint64_t h = words[0];
	h = h * 0x9E3779B97F4A7C15u + words[1];
	h = h * 0x9E3779B97F4A7C15u + words[2];
	h *= 0x9E3779B97F4A7C15u;
	return (uint32_t)(h >> 32);
}

/* ---- JSON strings ---- */

static int hex_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* The code unit of the four digits at p; 0, which is a separator, for anything else. */
static uint32_t code_unit(const char *p, const char *end)
{
	uint32_t c = 0;
	for (int i = 0; i < 4; i++) {
		int digit = p + i < end ? hex_of(p[i]) : -1;
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
	if (c < 0x80) {
		*o++ = (char)(c == '<' || c == '>' || !c ? ' ' : c);
		return o;
	}
	const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3; /* bytes behind the first */
	*o++ = (char)((0xFF00u >> (more + 1) & 0xFF) | c >> 6 * more);
	for (int i = more; i-- > 0;)
		*o++ = (char)(0x80 | (c >> 6 * i & 0x3F));
	return o;
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
		uint32_t last[SHINGLE] = {0}, n = 0;
		for (size_t at = 0; told_word(s.p, s.len, &at, &last[SHINGLE - 1]); memmove(last, last + 1, sizeof last - sizeof last[0])) {
			if (++n < SHINGLE)
				continue;
			uint32_t bit = mix_shingle(last) & t->mask[kind];
			t->shingles[kind][bit / 64] |= (uint64_t)1 << bit % 64;
		}
		t->n_words[kind] += n;
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
