/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.h - a growing string in an arena.
 */
#ifndef MAKALA_BUF_H
#define MAKALA_BUF_H

#include "arena.h"

struct buf {
	char *p;
	size_t len, cap;
	struct arena *arena;
};

void buf_init(struct buf *b, struct arena *a, size_t expected);
void buf_reserve(struct buf *b, size_t more); /* room for more bytes past len */
void buf_add(struct buf *b, const char *p, size_t len);
void buf_str(struct buf *b, const char *zero_terminated);
void buf_uint(struct buf *b, uint64_t n);

static inline void buf_char(struct buf *b, char c)
{
	if (b->len == b->cap)
		buf_reserve(b, 1);
	b->p[b->len++] = c;
}

#endif
