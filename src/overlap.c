/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overlap.c - JSON-LD and meta elements -> texts written for machines -> the share of a block's words that occur in them.
 *
 * A publisher that gives search engines the body of an article or the description of a product has thereby stated what the content
 * is.  The text may be truncated, outdated or about something else on the page, so the overlap is evidence for the model and
 * decides nothing by itself.
 *
 * Texts are compared by shingles, hashes of three adjacent words, in a set of bits without a search: a false hit is possible, and
 * harmless at the rate of about one bit in sixteen or less.  The work is bounded by OVERLAP_MOST texts of OVERLAP_TEXT_MOST bytes,
 * and the caller passes only the first words of a block.
 */
#include "jsonld.h"
#include "base/hash.h"
#include "base/words.h"

#include <string.h>

#define SHINGLE 3
#define OVERLAP_TEXT_MOST (64u << 10)   /* most bytes of one text that are read */
#define BITS_A_WORD 16                  /* bits of the set per word of text */
#define TAG_LONGEST 256                 /* bytes searched for the > of a tag, so that a text of many < takes linear time */

/* ---- Finding texts ---- */

static bool add_text(struct overlap *t, const char *p, size_t len, enum overlap_kind kind, bool json)
{
	if (t->n_texts == OVERLAP_MOST || !len)
		return true;
	if (len > OVERLAP_TEXT_MOST)
		len = OVERLAP_TEXT_MOST;
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

bool overlap_meta(struct overlap *t, const struct node *n)
{
	const mk_str name = str_trim(dom_value(n, dom_attr(n, ATTR_NAME) ? ATTR_NAME : ATTR_PROPERTY));
	const mk_str content = dom_value(n, ATTR_CONTENT);
	if (!str_equals(name.p, name.len, "description") && !str_equals(name.p, name.len, "og:description"))
		return true;
	return add_text(t, content.p, content.len, OVERLAP_DESCRIPTION, false);
}

bool overlap_data(struct overlap *t, const struct jsonld *ld, uint32_t from)
{
	static const struct {
		const char *key;
		enum overlap_kind kind;
	} keys[] = {{"articleBody", OVERLAP_BODY}, {"text", OVERLAP_TEXT}, {"reviewBody", OVERLAP_TEXT}, {"description", OVERLAP_DESCRIPTION}};
	bool ok = true;
	for (uint32_t i = from; i < ld->n; i++) {
		const struct ld_value *v = &ld->values[i];
		for (size_t k = 0; k < sizeof keys / sizeof *keys && v->kind == LD_STRING; k++)
			if (v->key.len == strlen(keys[k].key) && !memcmp(v->key.p, keys[k].key, v->key.len))
				ok &= add_text(t, v->text.p, v->text.len, keys[k].kind, true);
	}
	return ok;
}

/* ---- Sets ---- */

/* Writes the text of a JSON string to out, which has room for len bytes: without tags, then without escapes.  Returns its
 * length. */
static size_t plain_text(const char *p, size_t len, char *out)
{
	const char *const end = p + len;
	char *o = out;
	while (p < end) {
		if (*p != '<') {
			*o++ = *p++;
			continue;
		}
		const char *close = memchr(p, '>', (size_t)(end - p) < TAG_LONGEST ? (size_t)(end - p) : TAG_LONGEST);
		p = close ? close + 1 : p + 1;
		*o++ = ' ';
	}
	/* In place: no escape is shorter than its character. */
	const size_t n = jsonld_unescape((mk_str){out, (size_t)(o - out)}, out);
	for (size_t i = 0; i + 3 <= n; i++)
		if (!memcmp(out + i, "\xEF\xBF\xBD", 3)) /* U+FFFD, from half a surrogate pair for example, separates words */
			memset(out + i, ' ', 3);
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

/* Adds the shingles of a text to the set of its kind.  Returns its number of words. */
static uint32_t add_shingles(struct overlap *t, int kind, mk_str s)
{
	enum { OVERLAP = SHINGLE - 1, ROOM = 64 };
	uint32_t words[ROOM], n_words = 0, held = 0, n;
	for (size_t at = 0; (n = words_hash(s.p, s.len, &at, words + held, ROOM - held)) != 0;) {
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

void overlap_index(struct overlap *t, struct arena *a)
{
	size_t bytes[N_OVERLAP] = {0};
	for (uint32_t i = 0; i < t->n_texts; i++)
		/* Plus one for the closing quote of a JSON string: the model was trained with sets of that size. */
		bytes[t->texts[i].kind] += t->texts[i].len + t->texts[i].json;
	for (int k = 0; k < N_OVERLAP; k++) {
		uint32_t bits = 1024; /* a word takes about six bytes with its space */
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

void overlap_share(const struct overlap *t, const uint32_t *words, uint32_t n, float shares[N_OVERLAP])
{
	uint32_t hits[N_OVERLAP] = {0};
	for (uint32_t i = 0; i + SHINGLE <= n; i++) {
		const uint32_t shingle = mix_shingle(words + i);
		for (int k = 0; k < N_OVERLAP; k++) {
			if (!t->shingles[k])
				continue;
			const uint32_t bit = shingle & t->mask[k];
			hits[k] += (uint32_t)(t->shingles[k][bit / 64] >> bit % 64 & 1);
		}
	}
	for (int k = 0; k < N_OVERLAP; k++)
		shares[k] = n < SHINGLE ? 0.0f : (float)hits[k] / (float)(n - SHINGLE + 1);
}
