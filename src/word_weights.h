/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexis.h - what the words of a block say for or against content.
 */
#ifndef MAKALA_WORD_WEIGHTS_H
#define MAKALA_WORD_WEIGHTS_H

#include <stdint.h>

#define WORD_WEIGHTS_WORDS 32 /* words of a block that are read, from the first on */
#define WORD_WEIGHTS_SHORT 12 /* blocks up to so many words are known by their pairs of words too */
#define WORD_WEIGHTS_ITEMS (WORD_WEIGHTS_WORDS > 2 * WORD_WEIGHTS_SHORT + 2 ? WORD_WEIGHTS_WORDS : 2 * WORD_WEIGHTS_SHORT + 2)

/* The items of a block of n words, as hashes: its words; for a short one its pairs of words, its first and last word as such, and all of
 * it.  Returns how many, at most LEXIS_ITEMS.  The trainer calls this too. */
uint32_t word_weights_items(const uint32_t *words, uint32_t n, uint32_t items[WORD_WEIGHTS_ITEMS]);

/* The sum of the items' weights over the square root of how many have one: a log odds, about -5 … 5; 0 where none is known. */
float word_weights_score(const uint32_t *items, uint32_t n);

/* The same over the square root of n: it says little where few are known.  *n_known is how many are. */
float word_weights_score_of_all(const uint32_t *items, uint32_t n, uint32_t *n_known);

/* What the words of several blocks say: a sum, in whole numbers so that differences of two are exact. */
struct voice {
	int64_t said; /* log odds times VOICE_UNIT and the block's words */
	uint64_t weight;
};

#define VOICE_UNIT 256.0f
#define VOICE_WORDS 40 /* a block counts by its words up to so many */

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
