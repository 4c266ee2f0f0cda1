/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h - numbers that stand for strings.
 *
 * hash_text() takes eight bytes a step and is for whatever the page holds.  name_hash() has no loop, but looks at no more than
 * sixteen bytes of a name, and finds names in tables that tools/gen_tags.py and tools/gen_words.py have made collide seldom.
 * hash_byte() goes a byte at a time, for what is read from the text as it is hashed, and for tables of other tools.  None of them is
 * safe against whoever wants collisions: tables bound the steps of a search.
 */
#ifndef MAKALA_HASH_H
#define MAKALA_HASH_H

#include "scan.h"

#define HASH_TIMES 0x9E3779B97F4A7C15u /* two to the 64 by the golden ratio */

/* A text as a number whose high bits are the best; 0 for the empty one. */
static inline uint64_t hash_text(const char *p, size_t len)
{
	uint64_t h = len * HASH_TIMES;
	if (len >= 8) { /* the last eight bytes may be read twice */
		const char *const last = p + len - 8;
		for (; p < last; p += 8)
			h = (h ^ h >> 32 ^ load_word(p)) * HASH_TIMES;
		h = (h ^ h >> 32 ^ load_word(last)) * HASH_TIMES;
	} else {
		uint64_t w = 0;
		for (size_t i = 0; i < len; i++)
			w = w << 8 | (unsigned char)p[i];
		h = (h ^ w) * HASH_TIMES;
	}
	return h;
}

/* Two numbers as one. */
static inline uint32_t hash_pair(uint32_t a, uint32_t b)
{
	const uint64_t h = ((uint64_t)a << 32 | b) * HASH_TIMES;
	return (uint32_t)(h ^ h >> 32);
}

/* FNV-1a, a byte further; tools/gen_dates.py and tools/gen_entities.py compute the same. */
#define HASH_START 2166136261u
static inline uint32_t hash_byte(uint32_t hash, char c)
{
	return (hash ^ (unsigned char)c) * 16777619u;
}

/* A name, lower-cased, as two words: its first eight bytes, and its last eight if it is longer than that. */
struct name_key {
	uint64_t head, tail;
	uint32_t len;
	bool upper; /* the name as written is not lower case */
};

/* p[0 … len + 7] must be readable. */
static inline struct name_key name_key(const char *p, uint32_t len)
{
	const uint64_t past = len < 8 ? ~(uint64_t)0 << 8 * len : 0, small = 0x2020202020202020u;
	struct name_key k = {load_word(p) & ~past, 0, len, false};
	if (len > 8)
		k.tail = load_word(p + len - 8);
	if (((k.head | past) & (len > 8 ? k.tail : small) & small) == small) /* no capital letter has this bit, and hardly a name one */
		return k;
	const uint64_t head = lower_word(k.head), tail = lower_word(k.tail);
	k.upper = head != k.head || tail != k.tail;
	k.head = head;
	k.tail = tail;
	return k;
}

/* Must be what tools/gen_tags.py computes. */
static inline uint32_t name_hash(const struct name_key *k)
{
	uint64_t h = (k->head ^ (k->tail * 3) ^ ((uint64_t)k->len << 59)) * HASH_TIMES;
	return (uint32_t)(h >> 40);
}

#endif
