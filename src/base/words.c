/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c - words of a text -> hashes, eight bytes of ASCII at a time; see words.h for the contract.
 *
 * The model's table of word weights is indexed by these hashes, so the weights must be trained again if the hash changes.
 */
#include "words.h"
#include "hash.h"
#include "utf8.h"

/* The eight bytes at p as load_word() returns them; NUL in place of bytes after the end of the text. */
static inline uint64_t word_at(const char *p, size_t len)
{
	char padded[8] = {0};
	if (len >= sizeof padded)
		return load_word(p);
	memcpy(padded, p, len);
	return load_word(padded);
}

/* Reduces the eight bytes in *w to the ASCII letters and digits with which they begin: letters become lower case, bytes after
 * them become NUL.  Returns the number of letters and digits. */
static inline uint32_t keep_letters(uint64_t *w)
{
	const uint64_t letters = small_letters(*w | 0x2020202020202020u);
	const uint64_t others = ~(letters | digits(*w)) & 0x8080808080808080u;
	*w |= letters >> 2; /* from bit 0x80 of each letter to bit 0x20, which makes it lower case */
	if (others)
		*w &= (others & -others) / 0x80 - 1; /* a mask of all bytes before the first that is neither letter nor digit */
	return first_marked(others);
}

/* Adds up to eight letters to the hash h of the word so far. */
static inline uint64_t mix_letters(uint64_t h, uint64_t letters)
{
	h = (h ^ letters) * HASH_TIMES;
	return h ^ h >> 32;
}

/* The number of bytes of the character at p if it ends the word before it, otherwise 0; p is not at an ASCII letter or digit.
 * Such a character is any other ASCII character; U+0080 to U+00BF (the no-break space and signs of Latin-1); U+2000 to U+203F
 * (general punctuation); or U+3000 to U+D7FF (CJK punctuation, kana, Han, Hangul), where each character is a word itself.  All
 * other characters count as letters. */
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

/* The hash of a complete word, from the hash of its letters. */
static inline uint32_t end_of_word(uint64_t h)
{
	return (uint32_t)(h * HASH_TIMES >> 32);
}

uint32_t words_hash(const char *p, size_t len, size_t *at, uint32_t *words, uint32_t most)
{
	uint64_t h = 0; /* hash of the word being read; 0 between words */
	size_t i = *at;
	uint32_t n = 0;
	while (i < len && n < most) {
		const unsigned char c = (unsigned char)p[i];
		if (c < 0x80 && IN_WORD >> unicode_kinds[0][c] & 1) {
			uint64_t w = word_at(p + i, len - i);
			i += keep_letters(&w);
			h = mix_letters(h, w);
			if (i < len && p[i] == ' ') { /* most words end here: saves the general case below */
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
				break; /* before the sign, which may itself be a word and would have no room */
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
