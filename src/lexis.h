/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexis.h - what the words of a block say for or against content.
 */
#ifndef MAKALA_LEXIS_H
#define MAKALA_LEXIS_H

#include <stdint.h>

#define LEXIS_WORDS 32 /* words of a block that are read, from the first on */
#define LEXIS_SHORT 12 /* blocks up to so many words are known by their pairs of words too */
#define LEXIS_ITEMS (LEXIS_WORDS > 2 * LEXIS_SHORT + 2 ? LEXIS_WORDS : 2 * LEXIS_SHORT + 2)

/* The items of a block of n words, as hashes: its words; for a short one its pairs of words, its first and last word as such, and all of
 * it.  Returns how many, at most LEXIS_ITEMS.  The trainer calls this too. */
uint32_t lexis_items(const uint32_t *words, uint32_t n, uint32_t items[LEXIS_ITEMS]);

/* Says that the weights of n items will be asked for soon: the table is larger than what a page leaves free of the caches. */
void lexis_expect(const uint32_t *items, uint32_t n);

/* The sum of the items' weights over the square root of how many have one: a log odds, about -5 … 5; 0 where none is known. */
float lexis_score(const uint32_t *items, uint32_t n);

#endif
