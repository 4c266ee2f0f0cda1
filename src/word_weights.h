/* SPDX-License-Identifier: Apache-2.0 */
/*
 * word_weights.h - evidence for or against content in the words of a block, and sums of it over ranges of blocks.
 *
 * word_weights_items() turns words into items with learnt weights, word_weights_score() adds those up to log odds.  struct voice is
 * for prefix sums of log odds over blocks, so that the mean over any range costs one subtraction.
 */
#ifndef MAKALA_WORD_WEIGHTS_H
#define MAKALA_WORD_WEIGHTS_H

#include <stdint.h>

#define WORD_WEIGHTS_WORDS 32 /* most words of a block that are read, starting with the first */
#define WORD_WEIGHTS_SHORT 12 /* most words of a block whose word pairs, first and last word and whole text are items too */
#define WORD_WEIGHTS_ITEMS (WORD_WEIGHTS_WORDS > 2 * WORD_WEIGHTS_SHORT + 2 ? WORD_WEIGHTS_WORDS : 2 * WORD_WEIGHTS_SHORT + 2)

/* Writes the items of a block of n words, as hashes: each word, and for a block of at most WORD_WEIGHTS_SHORT words also each
 * pair of adjacent words, the first word as first, the last word as last, and the whole text.  Returns how many, at most
 * WORD_WEIGHTS_ITEMS.  The trainer calls this function too, so weights are learnt for the same items. */
uint32_t word_weights_items(const uint32_t *words, uint32_t n, uint32_t items[WORD_WEIGHTS_ITEMS]);

/* Returns the log odds of content, about -5 … 5: the sum of the items' weights, divided by the square root of the number of items
 * with a weight; 0 if no item has one. */
float word_weights_score(const uint32_t *items, uint32_t n);

/* The same, but divided by the square root of n, so that the result is close to 0 if few of the items have a weight.  Sets
 * *n_known to the number of items with a weight. */
float word_weights_score_of_all(const uint32_t *items, uint32_t n, uint32_t *n_known);

/* Sum of log odds over blocks, weighted by words.  Integers, so that the difference of two prefix sums is exact. */
struct voice {
	int64_t said; /* sum of log odds * VOICE_UNIT * weight of the block */
	uint64_t weight; /* sum of the blocks' weights: their words, each block at most VOICE_WORDS */
};

#define VOICE_UNIT 256.0f
#define VOICE_WORDS 40 /* largest weight of a block, so that a long one does not outweigh all others */

static inline struct voice add_voice(struct voice v, float log_odds, uint32_t n_words)
{
	const uint32_t weight = n_words < VOICE_WORDS ? n_words : VOICE_WORDS;
	return (struct voice){v.said + (int64_t)(log_odds * VOICE_UNIT) * weight, v.weight + weight};
}

static inline struct voice voice_between(struct voice before, struct voice to)
{
	return (struct voice){to.said - before.said, to.weight - before.weight};
}

static inline float mean_voice(struct voice v)
{
	return v.weight ? (float)v.said / ((float)v.weight * VOICE_UNIT) : 0.0f;
}

#endif
