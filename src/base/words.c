/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c - see words.h.  The weights of words in the model's table are found by these numbers: another hash needs another table.
 */
#include "words.h"
#include "hash.h"
#include "utf8.h"

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

uint32_t words_hash(const char *p, size_t len, size_t *at, uint32_t *words, uint32_t most)
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
