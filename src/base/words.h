/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - splits a text into words and hashes them, for comparing texts and for looking up word weights.
 *
 * Where a word begins and ends depends on the kinds of characters only, not on the language.
 */
#ifndef MAKALA_WORDS_H
#define MAKALA_WORDS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Hashes the words of p[0 … len) from offset *at on into words[0 … most).  A word is a run of letters and digits, with ASCII
 * letters in lower case; Han, kana and Hangul characters are words of one character each.  Returns the number of words written,
 * and sets *at to the offset at which the next call goes on; returns 0 when no words are left.
 */
uint32_t words_hash(const char *p, size_t len, size_t *at, uint32_t *words, uint32_t most);

#endif
