/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h - hash functions for texts, names and pairs of numbers.
 *
 *	hash_text()	texts of the page, of any length: eight bytes per step
 *	name_hash()	names of tags and attributes, words of class names: no loop, but only the first and last eight bytes count
 *	hash_byte()	text that is hashed while it is read, and the two tables named below: one byte per step
 *	hash_pair()	two numbers
 *
 * name_hash() serves the tables of tools/gen_tags.py and tools/gen_words.py, which are kept so sparse that few names collide.
 *
 * None of them resists deliberate collisions: an author can write a page whose strings all have the same hash.  A table filled
 * from the page must therefore bound the steps of a search.
 */
#ifndef MAKALA_HASH_H
#define MAKALA_HASH_H

#include "scan.h"

#define HASH_TIMES 0x9E3779B97F4A7C15u /* 2^64 divided by the golden ratio, as in Fibonacci hashing */

/* Hash of len bytes; 0 for the empty text.  The high bits are mixed best: use those where fewer than 64 are needed. */
static inline uint64_t hash_text(const char *p, size_t len)
{
	uint64_t h = len * HASH_TIMES;
	if (len >= 8) { /* the last step may overlap the one before, which saves a loop over the rest */
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

/* Hash of an ordered pair of numbers. */
static inline uint32_t hash_pair(uint32_t a, uint32_t b)
{
	const uint64_t h = ((uint64_t)a << 32 | b) * HASH_TIMES;
	return (uint32_t)(h ^ h >> 32);
}

/* FNV-1a: start with HASH_START and call hash_byte() for each byte.  tools/gen_dates.py and tools/gen_entities.py do the same. */
#define HASH_START 2166136261u
static inline uint32_t hash_byte(uint32_t hash, char c)
{
	return (hash ^ (unsigned char)c) * 16777619u;
}

/*
 * A name in lower case as two 64-bit words, by which names are compared without a loop.  Two names of up to 16 bytes are equal if
 * their head, tail and len are equal; for longer names the bytes in the middle must be compared too.
 */
struct name_key {
	uint64_t head, tail; /* the first eight bytes, filled up with NUL; the last eight if len is above eight, otherwise 0 */
	uint32_t len;  /* bytes of the name */
	bool upper;    /* a byte in head or tail was a capital letter in the name as written */
};

/* The key of the name p[0 … len).  The eight bytes after the name must be readable, whatever they are. */
static inline struct name_key name_key(const char *p, uint32_t len)
{
	const uint64_t past = len < 8 ? ~(uint64_t)0 << 8 * len : 0, small = 0x2020202020202020u;
	struct name_key k = {load_word(p) & ~past, 0, len, false};
	if (len > 8)
		k.tail = load_word(p + len - 8);
	/* Capital letters lack the bit 0x20; lower-case letters, digits and hyphens have it.  So most names return here. */
	if (((k.head | past) & (len > 8 ? k.tail : small) & small) == small)
		return k;
	const uint64_t head = lower_word(k.head), tail = lower_word(k.tail);
	k.upper = head != k.head || tail != k.tail;
	k.head = head;
	k.tail = tail;
	return k;
}

/* Hash of a name, 24 bits.  Must equal name_hash() in tools/gen_tags.py, which places names in the generated tables. */
static inline uint32_t name_hash(const struct name_key *k)
{
	uint64_t h = (k->head ^ (k->tail * 3) ^ ((uint64_t)k->len << 59)) * HASH_TIMES;
	return (uint32_t)(h >> 40);
}

#endif
