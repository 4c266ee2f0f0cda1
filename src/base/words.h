/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - the words of a text as numbers.
 */
#ifndef MAKALA_WORDS_H
#define MAKALA_WORDS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Words for comparing texts, as hashes, of which words[0 … most) is filled with those from *at on: runs of letters and digits, ASCII letters
 * in lower case; characters of Han, kana and Hangul one by one.  Returns how many, and sets *at past the last; 0 at the end.
 */
uint32_t words_hash(const char *p, size_t len, size_t *at, uint32_t *words, uint32_t most);

#endif
