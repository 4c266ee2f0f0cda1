/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - the memory of a page: chunks with a bump pointer.
 *
 * Every stage allocates from the arena of its page and frees nothing.  arena_reset() releases all allocations at once when the next
 * page begins, and keeps chunks for that page, so that a worker on pages of usual size stops calling malloc().
 *
 * arena_alloc() never returns NULL.  When the allocator refuses or the limit is reached, it leaves by longjmp() to the setjmp() of
 * the entry point in makala.c.  The arena is the only resource that a stage may hold at such a moment, so there is nothing to clean
 * up; a stage that holds another resource must not allocate until it has released it.
 */
#ifndef MAKALA_ARENA_H
#define MAKALA_ARENA_H

#include "../../makala.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARENA_ALIGN 16

struct chunk {
	struct chunk *next;
	size_t size; /* bytes of the whole allocation, including this header */
};

struct arena {
	char *at, *end;          /* free part of the current chunk */
	struct chunk *first, *current; /* this page's chunks, in order of use */
	struct chunk *spares;    /* unused chunks from earlier pages, most recently used first */
	size_t used_before;      /* bytes handed out from earlier chunks, and old bytes of buffers that grew in place */
	size_t held;             /* total bytes of this page's chunks, which may not exceed limit, however many spares there are */
	size_t spared, peak;     /* total bytes of the spares; highest total ever obtained from the allocator */
	size_t limit;            /* upper bound of held plus spared; block.c lowers it to reserve memory for later stages */
	size_t hint;             /* bytes that the page is expected to need, see arena_reset() */
	mk_allocator allocator;
	bool refused;            /* the allocator has refused since the reset; otherwise it is the limit that stops a stage */
	jmp_buf escape;          /* set by each public entry point before it allocates; longjmp() value 1 means out of memory */
};

/* A place in an arena to rewind to. */
struct arena_mark {
	struct chunk *current;
	char *at;
	size_t used_before;
};

/* Sets up an empty arena without a limit.  allocator is copied; NULL selects malloc() and free(). */
void arena_init(struct arena *a, const mk_allocator *allocator);
/* Releases all allocations and keeps at most ARENA_KEEP bytes of chunks as spares.  hint: bytes that the next page is expected to
 * need, which become its first chunk if the limit allows; 0 if unknown. */
void arena_reset(struct arena *a, size_t hint);
/* Returns all memory to the allocator. */
void arena_free(struct arena *a);

/* The slow path of arena_alloc(), when the current chunk has no room: allocates from a new chunk. */
void *arena_grow(struct arena *a, size_t size);

/* Uninitialised memory, aligned to ARENA_ALIGN, valid until the next arena_reset(). */
static inline void *arena_alloc(struct arena *a, size_t size)
{
	size_t rounded = (size + (ARENA_ALIGN - 1)) & ~(size_t)(ARENA_ALIGN - 1);
	if (rounded < size || rounded > (size_t)(a->end - a->at))
		return arena_grow(a, size);
	char *p = a->at;
	a->at += rounded;
	return p;
}

/* Like arena_alloc(), but the memory is zeroed. */
void *arena_zero(struct arena *a, size_t size);

/* Memory for n elements of size bytes each.  A product that overflows size_t counts as out of memory. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* Shrinks p, which must be the newest allocation, to its first size bytes; the memory after them is available again. */
void arena_trim(struct arena *a, void *p, size_t size);

/* The present place; and freeing of everything allocated since.  For a search that needs memory only while it runs. */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

/* Bytes that may still be allocated, in the current chunk and in new ones. */
size_t arena_room(const struct arena *a);

/* Bytes handed out since the reset, for stages that keep within a budget.  Like held, the number depends only on the limit, the
 * hint and the allocations of this page, so that a page is cut at the same place whatever pages came before it. */
size_t arena_used(const struct arena *a);

#endif
