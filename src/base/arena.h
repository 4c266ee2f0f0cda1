/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - all memory of a page: chunks with a bump pointer, kept for the next page.
 *
 * arena_alloc() never returns NULL.  Out of memory leaves by one longjmp to the setjmp in makala.c; the arena is the only resource
 * a stage may hold at that moment, so there is nothing to clean up.
 */
#ifndef MAKALA_ARENA_H
#define MAKALA_ARENA_H

#include "../../makala.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#define ARENA_ALIGN 16

struct chunk {
	struct chunk *next;
	size_t size; /* of the whole allocation, this header included */
};

struct arena {
	char *at, *end;          /* free part of the current chunk */
	struct chunk *first, *current; /* of this page, in order of use */
	struct chunk *spares;    /* of earlier pages, the ones used last in front */
	size_t used_before;      /* bytes handed out from the chunks before current, and given up by strings that grew */
	size_t held;             /* bytes of this page's chunks: what has to stay below the limit, whatever spares there are */
	size_t spared, peak;     /* bytes of the spares; bytes from the allocator at most */
	size_t limit;            /* held and spared together may not grow past this; block.c lowers it for a while, to hold memory back */
	size_t hint;             /* see arena_reset() */
	mk_allocator allocator;
	jmp_buf escape;          /* set by the entry point that runs; value 1 means no memory */
};

void arena_init(struct arena *a, const mk_allocator *allocator);
/* Forgets all allocations; keeps chunks up to ARENA_KEEP bytes.  hint: bytes expected soon. */
void arena_reset(struct arena *a, size_t hint);
void arena_free(struct arena *a);

/* The slow half of arena_alloc(): goes to the next chunk. */
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

/* Like arena_alloc(), but zeroed. */
void *arena_zero(struct arena *a, size_t size);

/* n elements of size bytes each; overflow counts as no memory. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* Gives back the end of the newest allocation p: it keeps its first size bytes.  p must be the newest allocation. */
void arena_trim(struct arena *a, void *p, size_t size);

/* Bytes handed out since the reset: what budgets count.  Depends on the limit and on what was asked for, like held. */
size_t arena_used(const struct arena *a);

#endif
