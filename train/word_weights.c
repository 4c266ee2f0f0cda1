/* SPDX-License-Identifier: Apache-2.0 */
/*
 * word_weights.c - text of a block -> its items, hashes of words and word pairs, as src/word_weights.c computes them.
 *
 * The trainer needs the items before there are any weights, so only that part of the library is compiled here.
 */
#define WORD_WEIGHTS_ITEMS_ONLY
#include "../src/base/arena.c"
#include "../src/base/str.c"
#include "../src/base/words.c"
#include "../src/word_weights.c"

/* Writes the items of a text to items[WORD_WEIGHTS_ITEMS] and returns their number. */
uint32_t text_items(const char *p, size_t len, uint32_t *items)
{
	uint32_t words[WORD_WEIGHTS_WORDS + 1];
	size_t at = 0;
	return word_weights_items(words, words_hash(p, len, &at, words, WORD_WEIGHTS_WORDS + 1), items);
}
