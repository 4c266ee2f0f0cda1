/* SPDX-License-Identifier: Apache-2.0 */
/* lexis.c - the items of a text as src/lexis.c sees them, for the trainer. */
#define WORD_WEIGHTS_ITEMS_ONLY
#include "../src/base/arena.c"
#include "../src/base/str.c"
#include "../src/base/words.c"
#include "../src/word_weights.c"

/* Items of the text, into items[LEXIS_ITEMS]; returns how many. */
uint32_t text_items(const char *p, size_t len, uint32_t *items)
{
	uint32_t words[WORD_WEIGHTS_WORDS + 1];
	size_t at = 0;
	return word_weights_items(words, words_hash(p, len, &at, words, WORD_WEIGHTS_WORDS + 1), items);
}
