/* SPDX-License-Identifier: Apache-2.0 */
/*
 * word_weights.c - words of a block -> log odds of content, from the weights of a linear model over words and word pairs.
 *
 * "Add to cart" and "read more" are boilerplate in any layout, but the words known are those of the pages the model was trained on,
 * which are mostly English.  So the result is a few columns among hundreds, and the trees have learnt to do without them: if no
 * word is known, the score is 0.
 *
 * Weights are looked up by hash in a table of 2^16 slots, with eight more bits of the hash as a check that tells most items in the
 * same slot apart.  The table answers only whether a given item has a weight; the words themselves cannot be read out of it.  At
 * most WORD_WEIGHTS_WORDS words of a block are looked up, so a long block costs no more than a short one.
 */
#include "word_weights.h"

#ifndef WORD_WEIGHTS_ITEMS_ONLY /* defined by the trainer, which needs the items before there are weights */
#include "feature.h"
#include "base/hash.h"
#ifdef MODEL_TABLE
#include MODEL_TABLE
#else
#include "tables/model.h"
#endif
#include <math.h>
#endif

enum { WORD_WEIGHTS_PAIR = 1, WORD_WEIGHTS_FIRST, WORD_WEIGHTS_LAST, WORD_WEIGHTS_WHOLE };

static uint32_t word_weights_mix(uint32_t a, uint32_t b, uint32_t kind)
{
	uint64_t h = ((uint64_t)a << 32 | b) * HASH_TIMES + kind;
	h = (h ^ h >> 32) * HASH_TIMES;
	return (uint32_t)(h >> 32);
}

uint32_t word_weights_items(const uint32_t *words, uint32_t n, uint32_t items[WORD_WEIGHTS_ITEMS])
{
	uint32_t found = 0, whole = n;
	if (n > WORD_WEIGHTS_WORDS)
		n = WORD_WEIGHTS_WORDS;
	for (uint32_t i = 0; i < n; i++)
		items[found++] = words[i];
	if (!n || n > WORD_WEIGHTS_SHORT)
		return found;
	for (uint32_t i = 1; i < n; i++)
		items[found++] = word_weights_mix(words[i - 1], words[i], WORD_WEIGHTS_PAIR);
	items[found++] = word_weights_mix(words[0], 0, WORD_WEIGHTS_FIRST);
	items[found++] = word_weights_mix(words[n - 1], 0, WORD_WEIGHTS_LAST);
	for (uint32_t i = 0; i < n; i++)
		whole = word_weights_mix(whole, words[i], WORD_WEIGHTS_WHOLE);
	items[found++] = whole;
	return found;
}

#ifndef WORD_WEIGHTS_ITEMS_ONLY
/* Multiplies by 2^32 divided by the golden ratio (Fibonacci hashing), which spreads hashes over the upper bits. */
static uint32_t word_weights_spread(uint32_t item)
{
	return item * 2654435769u;
}

/* Returns the sum of the weights of the items that have one, and sets *known to their number. */
static int32_t word_weights_sum(const uint32_t *items, uint32_t n, int32_t *known)
{
	int32_t sum = 0;
	*known = 0;
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t h = word_weights_spread(items[i]), at = h >> 16;
		const uint32_t slot = model_word_weights[at]; /* upper byte: check; lower byte: weight, 0 if free */
		/* Arithmetic instead of a branch, which the processor could not predict. */
		const int32_t hit = (slot >> 8 == (h >> 8 & 255)) & ((slot & 255) != 0);
		sum += hit * (int8_t)slot;
		*known += hit;
	}
	return sum;
}

float word_weights_score(const uint32_t *items, uint32_t n)
{
	int32_t known;
	const int32_t sum = word_weights_sum(items, n, &known);
	return known ? model_word_weights_scale * (float)sum / sqrtf((float)known) : 0.0f;
}

float word_weights_score_of_all(const uint32_t *items, uint32_t n, uint32_t *n_known)
{
	int32_t known;
	const int32_t sum = word_weights_sum(items, n, &known);
	*n_known = (uint32_t)known;
	return n ? model_word_weights_scale * (float)sum / sqrtf((float)n) : 0.0f;
}
#endif
