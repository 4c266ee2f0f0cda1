/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.c - growth of buffers and appending to them; see buf.h for the contract.
 */
#include "buf.h"

#include <string.h>

void buf_init(struct buf *b, struct arena *a, size_t expected)
{
	*b = (struct buf){.p = arena_alloc(a, expected ? expected : 64), .cap = expected ? expected : 64, .arena = a, .most = SIZE_MAX};
}

void buf_reserve(struct buf *b, size_t more)
{
	if (more <= b->cap - b->len)
		return;
	if (more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4) /* no sum or product below can overflow */
		longjmp(b->arena->escape, 1);
	size_t cap = 2 * b->cap;
	if (cap < b->len + more)
		cap = b->len + more;
	cap = (cap + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	struct arena *a = b->arena;
	const bool newest = b->p + ((b->cap + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1)) == a->at;
	const size_t room = newest ? (size_t)(a->end - b->p) : 0;
	if (b->len + more <= room) { /* grow in place; arena_used() counts it like a move, so budgets do not notice */
		if (cap > room)
			cap = room;
		a->at = b->p + cap;
		a->used_before += b->cap;
		b->cap = cap;
		return;
	}
	char *p = arena_alloc(b->arena, cap);
	memcpy(p, b->p, b->len);
	b->p = p;
	b->cap = cap;
}

void buf_add(struct buf *b, const char *p, size_t len)
{
	if (!len)
		return;
	buf_reserve(b, len);
	memcpy(b->p + b->len, p, len);
	b->len += len;
}

void buf_str(struct buf *b, const char *zero_terminated)
{
	buf_add(b, zero_terminated, strlen(zero_terminated));
}

void buf_uint(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t i = sizeof digits;
	do
		digits[--i] = (char)('0' + n % 10);
	while (n /= 10);
	buf_add(b, digits + i, sizeof digits - i);
}
