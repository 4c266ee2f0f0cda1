/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.h - a string that grows, in an arena.
 *
 * Text is appended at the end, and the capacity doubles when it is full.  A buffer that is the arena's newest allocation grows in
 * place; otherwise its bytes move, and the old copy stays allocated until the arena is reset.  Every call below may change
 * p, so keep offsets, not pointers, into an unfinished string.  The bytes are not NUL-terminated.
 */
#ifndef MAKALA_BUF_H
#define MAKALA_BUF_H

#include "arena.h"

struct buf {
	char *p;
	size_t len, cap; /* bytes in use; bytes allocated */
	struct arena *arena;
	size_t most; /* budget, for writers that keep to one: buf_room() */
	bool cut;    /* such a writer has left something out */
};

/* Sets up an empty buffer.  expected: bytes to allocate at first; 0 selects a small default. */
void buf_init(struct buf *b, struct arena *a, size_t expected);
/* Makes room for `more` further bytes after the first len. */
void buf_reserve(struct buf *b, size_t more);
/* Appends len bytes from p, which may not point into the buffer. */
void buf_add(struct buf *b, const char *p, size_t len);
/* Appends a NUL-terminated string, without the NUL. */
void buf_str(struct buf *b, const char *zero_terminated);
/* Appends a number in decimal digits. */
void buf_uint(struct buf *b, uint64_t n);

/* Bytes that the budget leaves. */
static inline size_t buf_room(const struct buf *b)
{
	return b->len < b->most ? b->most - b->len : 0;
}

/* Appends one byte. */
static inline void buf_char(struct buf *b, char c)
{
	if (b->len == b->cap)
		buf_reserve(b, 1);
	b->p[b->len++] = c;
}

#endif
