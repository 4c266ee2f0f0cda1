/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.h - code points and their bytes, and what kind of character a code point is.
 */
#ifndef MAKALA_UTF8_H
#define MAKALA_UTF8_H

#include "../tables/unicode.h"

#include <stdint.h>

/* Kinds of characters that words are made of, as bits. */
#define IN_WORD (1u << CHAR_LETTER | 1u << CHAR_UPPER | 1u << CHAR_LOWER | 1u << CHAR_DIGIT)

/* Code point of two bytes or more at p, and their number in *n; the text is valid UTF-8. */
static inline uint32_t utf8_decode_more(const char *p, uint32_t *n)
{
	const unsigned char *u = (const unsigned char *)p;
	if (u[0] < 0xE0) {
		*n = 2;
		return (u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu);
	}
	if (u[0] < 0xF0) {
		*n = 3;
		return (u[0] & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
	}
	*n = 4;
	return (u[0] & 0x07u) << 18 | (u[1] & 0x3Fu) << 12 | (u[2] & 0x3Fu) << 6 | (u[3] & 0x3Fu);
}

/* The same for any code point. */
static inline uint32_t utf8_decode(const char *p, uint32_t *n)
{
	*n = 1;
	return (unsigned char)*p < 0x80 ? (unsigned char)*p : utf8_decode_more(p, n);
}

static inline enum char_kind char_kind_of(uint32_t c)
{
	return c <= UNICODE_LAST ? (enum char_kind)unicode_kinds[unicode_blocks[c / 128]][c % 128] : CHAR_OTHER;
}

#endif
