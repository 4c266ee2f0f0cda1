/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.h - conversion between UTF-8 and code points, and the kind of a character: letter, digit, and so on.
 *
 * decode.c makes sure that the text of a page is valid UTF-8, so decoding does not validate again.
 */
#ifndef MAKALA_UTF8_H
#define MAKALA_UTF8_H

#include "../tables/unicode.h"

#include <stddef.h>
#include <stdint.h>

/* The kinds of characters that words consist of, as a set: bit k for enum char_kind k. */
#define IN_WORD (1u << CHAR_LETTER | 1u << CHAR_UPPER | 1u << CHAR_LOWER | 1u << CHAR_DIGIT)

/* The code point at p, which is not ASCII; *n receives its number of bytes, 2 to 4.  The text must be valid UTF-8. */
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

/* The same for any code point, ASCII included: *n is 1 to 4. */
static inline uint32_t utf8_decode(const char *p, uint32_t *n)
{
	*n = 1;
	return (unsigned char)*p < 0x80 ? (unsigned char)*p : utf8_decode_more(p, n);
}

/* The same for a text of which left bytes remain and which may end within a character.  The first byte of an incomplete character
 * counts as U+FFFD of one byte. */
static inline uint32_t utf8_decode_within(const char *p, size_t left, uint32_t *n)
{
	const unsigned char first = (unsigned char)*p;
	if (first >= 0x80 && left < 2u + (first >= 0xE0) + (first >= 0xF0)) {
		*n = 1;
		return 0xFFFD;
	}
	return utf8_decode(p, n);
}

/* Writes code point c to out, which must have room for four bytes.  Returns the number of bytes written. */
static inline uint32_t utf8_encode(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* The largest length up to n that cuts no character of the text of len bytes at p. */
static inline size_t utf8_whole(const char *p, size_t len, size_t n)
{
	while (n && n < len && ((unsigned char)p[n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* The kind of a code point.  Code points after the end of the table count as CHAR_OTHER. */
static inline enum char_kind char_kind_of(uint32_t c)
{
	return c <= UNICODE_LAST ? (enum char_kind)unicode_kinds[unicode_blocks[c / 128]][c % 128] : CHAR_OTHER;
}

#endif
