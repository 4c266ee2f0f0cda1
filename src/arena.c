/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.c - see arena.h.
 *
 * Chunks form a list that survives a reset, so a worker that has read one large page does not ask the allocator again for the next;
 * what exceeds ARENA_KEEP is given back, so one freak page does not stay in memory for ever.
 */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

#ifndef CHUNK_LEAST /* test/hazards.c makes chunks so small that almost every allocation asks for one */
#define CHUNK_LEAST ((size_t)64 * 1024)
#define CHUNK_GROWS 1
#else
#define CHUNK_GROWS 0
#endif
#define ARENA_KEEP ((size_t)16 * 1024 * 1024)
#define CHUNK_HEADER ((sizeof(struct chunk) + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1))

static void *default_alloc(void *user, size_t size)
{
	(void)user;
	return malloc(size);
}

static void default_free(void *user, void *memory, size_t size)
{
	(void)user, (void)size;
	free(memory);
}

void arena_init(struct arena *a, const mk_allocator *allocator)
{
	memset(a, 0, sizeof *a);
	a->limit = SIZE_MAX;
	if (allocator)
		a->allocator = *allocator;
	else
		a->allocator = (mk_allocator){default_alloc, default_free, NULL};
}

static void enter(struct arena *a, struct chunk *c)
{
	a->current = c;
	a->at = (char *)c + CHUNK_HEADER;
	a->end = (char *)c + c->size;
}

static void release(struct arena *a, struct chunk *c)
{
	a->held -= c->size;
	a->allocator.free(a->allocator.user, c, c->size);
}

/* Gives back the chunks behind the current one, which an earlier page has left. */
static void release_unused(struct arena *a)
{
	struct chunk **link = a->current ? &a->current->next : &a->first;
	while (*link) {
		struct chunk *c = *link;
		*link = c->next;
		release(a, c);
	}
}

/* A fresh chunk with room for size bytes, or NULL. */
static struct chunk *fresh(struct arena *a, size_t size)
{
	if (size > SIZE_MAX - CHUNK_HEADER)
		return NULL;
	size += CHUNK_HEADER;
	if (a->held > a->limit || size > a->limit - a->held)
		return NULL;
	struct chunk *c = a->allocator.alloc(a->allocator.user, size);
	if (!c)
		return NULL;
	c->next = NULL;
	c->size = size;
	a->held += size;
	if (a->held > a->peak)
		a->peak = a->held;
	return c;
}

void arena_reset(struct arena *a, size_t hint)
{
	size_t kept = 0;
	for (struct chunk **link = &a->first; *link;) {
		struct chunk *c = *link;
		if (kept + c->size > ARENA_KEEP || kept + c->size > a->limit) {
			*link = c->next;
			release(a, c);
		} else {
			kept += c->size;
			link = &c->next;
		}
	}
	a->used_before = 0;
	a->current = NULL;
	a->at = a->end = NULL;
	/* A first chunk that holds the whole page keeps it contiguous.  When there is no memory for it arena_grow() will say so. */
	if (CHUNK_GROWS && hint > CHUNK_LEAST && (!a->first || a->first->size < hint) && hint <= ARENA_KEEP) {
		struct chunk *c = fresh(a, hint);
		if (c) {
			c->next = a->first;
			a->first = c;
		}
	}
	if (a->first)
		enter(a, a->first);
}

void arena_free(struct arena *a)
{
	while (a->first) {
		struct chunk *next = a->first->next;
		release(a, a->first);
		a->first = next;
	}
}

/* Bytes handed out from the current chunk. */
static size_t used_here(const struct arena *a)
{
	return a->current ? (size_t)(a->at - (const char *)a->current) - CHUNK_HEADER : 0;
}

/* A chunk behind the current one with room for size bytes; leaves when there is no memory. */
static struct chunk *insert_chunk(struct arena *a, size_t size)
{
	size_t room = CHUNK_LEAST;
	if (CHUNK_GROWS && room < a->held / 2) /* grow by half, so the number of chunks stays small */
		room = a->held / 2;
	if (room > a->limit / 8)
		room = a->limit / 8;
	struct chunk *c = fresh(a, room > size ? room : size);
	if (!c) {
		release_unused(a);
		c = fresh(a, size);
	}
	if (!c)
		longjmp(a->escape, 1);
	struct chunk **link = a->current ? &a->current->next : &a->first;
	c->next = *link;
	*link = c;
	return c;
}

void *arena_grow(struct arena *a, size_t size)
{
	if (size > SIZE_MAX - 2 * ARENA_ALIGN)
		longjmp(a->escape, 1);
	size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	struct chunk *next = a->current ? a->current->next : a->first;
	if (!next || next->size - CHUNK_HEADER < size)
		next = insert_chunk(a, size);
	a->used_before += used_here(a);
	enter(a, next);
	char *p = a->at;
	a->at += size;
	return p;
}

void *arena_zero(struct arena *a, size_t size)
{
	void *p = arena_alloc(a, size);
	memset(p, 0, size);
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		longjmp(a->escape, 1);
	return arena_alloc(a, n * size);
}

void arena_trim(struct arena *a, void *p, size_t size)
{
	a->at = (char *)p + ((size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1));
}

size_t arena_used(const struct arena *a)
{
	return a->used_before + used_here(a);
}

/* ---- A growing string ---- */

void buf_init(struct buf *b, struct arena *a, size_t expected)
{
	*b = (struct buf){arena_alloc(a, expected ? expected : 64), 0, expected ? expected : 64, a};
}

void buf_reserve(struct buf *b, size_t more)
{
	if (more <= b->cap - b->len)
		return;
	if (more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
		longjmp(b->arena->escape, 1);
	size_t cap = 2 * b->cap;
	if (cap < b->len + more)
		cap = b->len + more;
	cap = (cap + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	struct arena *a = b->arena;
	if (b->p + ((b->cap + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1)) == a->at && cap <= (size_t)(a->end - b->p)) {
		a->at = b->p + cap; /* nothing was allocated since: grow in place, and count it like a move */
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
