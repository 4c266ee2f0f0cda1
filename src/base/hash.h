/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h - numbers that stand for strings.
 */
#ifndef MAKALA_HASH_H
#define MAKALA_HASH_H

#include "scan.h"

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
	uint64_t h = (k->head ^ (k->tail * 3) ^ ((uint64_t)k->len << 59)) * 0x9E3779B97F4A7C15u;
	return (uint32_t)(h >> 40);
}

#endif
