/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.h - comparing and trimming strings, and classes of single characters.
 *
 * Strings are mk_str, a pointer and a length, not NUL-terminated.  Only ASCII letters have a case here, as in HTML's "ASCII
 * case-insensitive"; bytes of other characters are compared as they are.
 */
#ifndef MAKALA_STR_H
#define MAKALA_STR_H

#include "arena.h"

#include <string.h>

/* HTML's ASCII white space: tab, line feed, form feed, carriage return, space. */
static inline bool is_space(char c)
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

/* The value of a hexadecimal digit; -1 for any other character. */
static inline int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* Whether the len bytes at p equal those at lower, ignoring ASCII case.  In all these functions, lower must be in lower case. */
bool str_same(const char *p, const char *lower, size_t len);
/* Whether a string equals lower, a NUL-terminated literal, ignoring ASCII case.  Its strlen() costs
 * nothing, since compilers compute it. */
static inline bool str_equals(const char *p, size_t len, const char *lower)
{
	return strlen(lower) == len && str_same(p, lower, len);
}
/* The same for a lower that the compiler does not know, such as an entry of a table.  lower must begin with a letter.  The first
 * letters are compared first, since most strings differ there, and then strlen() is not needed. */
static inline bool str_is(mk_str s, const char *lower)
{
	return s.len && (s.p[0] | 32) == lower[0] && str_equals(s.p, s.len, lower);
}
/* Whether s begins with lower, ignoring ASCII case. */
static inline bool str_begins_with(mk_str s, const char *lower)
{
	const size_t len = strlen(lower);
	return s.len >= len && str_same(s.p, lower, len);
}
/* Whether s ends with lower, ignoring ASCII case. */
static inline bool str_ends_with(mk_str s, const char *lower)
{
	const size_t len = strlen(lower);
	return s.len >= len && str_same(s.p + s.len - len, lower, len);
}
/* The part of s after its last slash, colon or hash sign: "author" for "http://schema.org/author" and "schema:author".  All of s
 * if it has none of these, such as "@id". */
mk_str str_local_name(mk_str s);
/* A copy of s in the arena, trimmed and with each run of white space replaced by one space; no-break spaces (U+00A0) count as white
 * space.  {NULL, 0} if s contains nothing else. */
mk_str str_collapse(struct arena *a, mk_str s);
/* s without ASCII white space at both ends.  A slice of s: nothing is copied. */
mk_str str_trim(mk_str s);

#endif
