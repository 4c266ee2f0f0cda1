/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.c - see arena.h.
 *
 * A chunk's size follows from the limit, the hint and what the page has asked for so far, and from nothing else: what finds room
 * below the limit must not depend on the pages before.  Chunks of earlier pages are spares, taken where one has the very size that
 * is due.  Usual sizes are only five, powers of four up to CHUNK_MOST, so that a worker on usual pages asks the allocator for
 * nothing.  Spares beyond ARENA_KEEP are given back, so one freak page does not stay in memory for ever.
 */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

#ifndef CHUNK_LEAST /* test/hazards.c makes chunks so small that almost every allocation asks for one */
#define CHUNK_LEAST ((size_t)64 * 1024)
#define CHUNK_MOST ((size_t)16 * 1024 * 1024)
#else
#define CHUNK_MOST CHUNK_LEAST
#endif
#define ARENA_KEEP ((size_t)16 * 1024 * 1024)
#define SPARES_TRIED 64 /* more than usual pages leave; a bound for the others */
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

/* Keeps spares of most bytes together, those in front first, and gives back the others. */
static void release_spares(struct arena *a, size_t most)
{
	size_t kept = 0;
	for (struct chunk **link = &a->spares; *link;) {
		struct chunk *c = *link;
		if (c->size <= most - kept) {
			kept += c->size;
			link = &c->next;
		} else {
			*link = c->next;
			a->allocator.free(a->allocator.user, c, c->size);
		}
	}
	a->spared = kept;
}

/* Bytes that spares may have beside a page of that many. */
static size_t room_for_spares(const struct arena *a, size_t page)
{
	const size_t most = ARENA_KEEP < a->limit ? ARENA_KEEP : a->limit;
	return page < most ? most - page : 0;
}

void arena_reset(struct arena *a, size_t hint)
{
	if (a->current) {
		a->current->next = a->spares;
		a->spares = a->first;
		a->spared += a->held;
	}
	a->first = a->current = NULL;
	a->at = a->end = NULL;
	a->used_before = a->held = 0;
	a->hint = hint & ~(size_t)(ARENA_ALIGN - 1);
	release_spares(a, room_for_spares(a, 0));
}

void arena_free(struct arena *a)
{
	arena_reset(a, 0);
	release_spares(a, 0);
}

/* Bytes handed out from the current chunk. */
static size_t used_here(const struct arena *a)
{
	return a->current ? (size_t)(a->at - (const char *)a->current) - CHUNK_HEADER : 0;
}

/* Bytes of the next chunk, which has to hold least; 0 when that is beyond the limit. */
static size_t size_due(const struct arena *a, size_t least)
{
	const size_t left = (a->limit - a->held) & ~(size_t)(ARENA_ALIGN - 1);
	if (least > left)
		return 0;
	/* The first holds a usual page, which keeps it together; the next are half of what there is, so that there are not many. */
	size_t wanted = a->held / 2, size = CHUNK_LEAST;
	if (!a->held && least < a->hint && a->hint <= CHUNK_MOST && a->hint <= a->limit / 8 * 7)
		least = a->hint;
	wanted = wanted > least ? wanted : least;
	while (size < wanted && size < CHUNK_MOST && size <= a->limit / 32)
		size *= 4;
	size = size < least ? least : size;
	return size < left ? size : left;
}

/* A spare of that size, no longer among the spares, or NULL. */
static struct chunk *take_spare(struct arena *a, size_t size)
{
	struct chunk **link = &a->spares;
	for (int i = 0; *link && i < SPARES_TRIED; i++, link = &(*link)->next) {
		struct chunk *c = *link;
		if (c->size == size) {
			*link = c->next;
			a->spared -= size;
			return c;
		}
	}
	return NULL;
}

/* A chunk of that size, which the limit allows; leaves when there is no memory. */
static struct chunk *new_chunk(struct arena *a, size_t size)
{
	struct chunk *c = take_spare(a, size);
	if (!c) {
		const size_t room = room_for_spares(a, a->held + size);
		if (a->spared > room)
			release_spares(a, room / 2); /* more than asked for, so that few walks do for a page */
		c = a->allocator.alloc(a->allocator.user, size);
	}
	if (!c && a->spares) {
		release_spares(a, 0);
		c = a->allocator.alloc(a->allocator.user, size);
	}
	if (!c)
		longjmp(a->escape, 1);
	c->next = NULL;
	c->size = size;
	return c;
}

void *arena_grow(struct arena *a, size_t size)
{
	if (size > SIZE_MAX - CHUNK_HEADER - ARENA_ALIGN)
		longjmp(a->escape, 1);
	size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	const size_t due = size_due(a, CHUNK_HEADER + size);
	if (!due)
		longjmp(a->escape, 1);
	struct chunk *c = new_chunk(a, due);
	a->used_before += used_here(a);
	if (a->current)
		a->current->next = c;
	else
		a->first = c;
	a->current = c;
	a->held += due;
	if (a->held + a->spared > a->peak)
		a->peak = a->held + a->spared;
	a->at = (char *)c + CHUNK_HEADER + size;
	a->end = (char *)c + due;
	return (char *)c + CHUNK_HEADER;
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
