/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.h - comparing and trimming strings; letters are ASCII's.
 */
#ifndef MAKALA_STR_H
#define MAKALA_STR_H

#include "arena.h"

#include <string.h>

static inline bool is_space(char c) /* tab, line feed, form feed, carriage return, space */
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static inline char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The value of a hexadecimal digit, -1 for any other character. */
static inline int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* len bytes of either, ASCII case-insensitively; lower is in lower case. */
bool str_same(const char *p, const char *lower, size_t len);
/* Small string helpers: s against a lower-case zero-terminated literal, ASCII case-insensitively. */
static inline bool str_equals(const char *p, size_t len, const char *lower)
{
	return strlen(lower) == len && str_same(p, lower, len);
}
/* str_equals() where lower, which begins with a letter, is not known to the compiler: few pairs begin alike, and others are not measured. */
static inline bool str_is(mk_str s, const char *lower)
{
	return s.len && (s.p[0] | 32) == lower[0] && str_equals(s.p, s.len, lower);
}
static inline bool str_begins_with(mk_str s, const char *lower)
{
	const size_t len = strlen(lower);
	return s.len >= len && str_same(s.p, lower, len);
}
static inline bool str_ends_with(mk_str s, const char *lower)
{
	const size_t len = strlen(lower);
	return s.len >= len && str_same(s.p + s.len - len, lower, len);
}
/* What stands after the last slash, colon or hash: "http://schema.org/author" and "schema:author" are "author", "@id" stays. */
mk_str str_local_name(mk_str s);
/* s with white space collapsed and trimmed, in the arena; {NULL, 0} when nothing else is in it. */
mk_str str_collapse(struct arena *a, mk_str s);
/* HTML's ASCII white space taken off both ends. */
mk_str str_trim(mk_str s);

#endif
