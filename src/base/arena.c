/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.c - sizes of chunks and reuse of chunks; see arena.h for the contract.
 *
 * The size of a new chunk depends on the limit, the hint and the page's allocations so far, and on nothing else.  Whether an
 * allocation fits below the limit must not depend on the pages that were read before, or results would.
 *
 * Chunks of earlier pages are kept as spares, and a spare is reused only if it has exactly the size that is due.  To make such
 * matches likely, there are only five usual sizes: CHUNK_LEAST times powers of four, up to CHUNK_MOST.  A worker on usual pages
 * therefore asks the allocator for nothing.  Spares beyond ARENA_KEEP bytes are returned to the allocator, so that one
 * exceptionally large page does not occupy memory for ever.
 */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

#ifndef CHUNK_LEAST /* test/hazards.c defines it so small that almost every allocation needs a new chunk */
#define CHUNK_LEAST ((size_t)64 * 1024)
#define CHUNK_MOST ((size_t)16 * 1024 * 1024)
#else
#define CHUNK_MOST CHUNK_LEAST
#endif
#define ARENA_KEEP ((size_t)16 * 1024 * 1024)
#define SPARES_TRIED 64 /* bounds the search for a spare; usual pages leave fewer spares than this */
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

/* Keeps spares of at most `most` bytes in total, preferring those in front, and returns the others to the allocator. */
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

/* Bytes of spares that may be kept while the chunks of the page hold `page` bytes. */
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
	a->refused = false;
	a->hint = hint & ~(size_t)(ARENA_ALIGN - 1);
	release_spares(a, room_for_spares(a, 0));
}

void arena_free(struct arena *a)
{
	arena_reset(a, 0);
	release_spares(a, 0);
}

/* Bytes handed out from the current chunk; 0 if there is no chunk yet. */
static size_t used_here(const struct arena *a)
{
	return a->current ? (size_t)(a->at - (const char *)a->current) - CHUNK_HEADER : 0;
}

/* Size in bytes of the next chunk, which must be at least `least`; 0 if that would exceed the limit. */
static size_t size_due(const struct arena *a, size_t least)
{
	const size_t left = (a->limit - a->held) & ~(size_t)(ARENA_ALIGN - 1);
	if (least > left)
		return 0;
	/* The first chunk is as large as the hint if the limit leaves room for that, so that a usual page lies in one piece.
	 * Each further chunk is half of what is held already, so that even a large page needs few of them.  Near the limit chunks
	 * are small, because the end of a chunk is lost when a larger allocation begins the next one. */
	size_t wanted = a->held / 2, size = CHUNK_LEAST;
	if (!a->held && least < a->hint && a->hint <= CHUNK_MOST && a->hint <= a->limit / 8 * 7)
		least = a->hint;
	wanted = wanted > least ? wanted : least;
	while (size < wanted && size < CHUNK_MOST && size <= a->limit / 32 && size <= left / 32)
		size *= 4;
	size = size < least ? least : size;
	return size < left ? size : left;
}

/* Removes a spare of exactly that size from the list and returns it; NULL if there is none. */
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

/* A spare or a new chunk of that size, which the limit allows.  Leaves by longjmp() if the allocator refuses even after all
 * spares have been returned to it. */
static struct chunk *new_chunk(struct arena *a, size_t size)
{
	struct chunk *c = take_spare(a, size);
	if (!c) {
		const size_t room = room_for_spares(a, a->held + size);
		if (a->spared > room)
			release_spares(a, room / 2); /* frees more than necessary, so that the walk is rare */
		c = a->allocator.alloc(a->allocator.user, size);
	}
	if (!c && a->spares) {
		release_spares(a, 0);
		c = a->allocator.alloc(a->allocator.user, size);
	}
	if (!c) {
		a->refused = true;
		longjmp(a->escape, 1);
	}
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

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){a->current, a->at, a->used_before};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	struct chunk **after = mark.current ? &mark.current->next : &a->first;
	while (*after) {
		struct chunk *c = *after;
		*after = c->next;
		c->next = a->spares;
		a->spares = c;
		a->spared += c->size;
		a->held -= c->size;
	}
	a->current = mark.current;
	a->at = mark.at;
	a->end = mark.current ? (char *)mark.current + mark.current->size : NULL;
	a->used_before = mark.used_before;
}

size_t arena_room(const struct arena *a)
{
	return (a->limit > a->held ? a->limit - a->held : 0) + (size_t)(a->end - a->at);
}

size_t arena_used(const struct arena *a)
{
	return a->used_before + used_here(a);
}
