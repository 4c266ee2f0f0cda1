/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told.h - texts that the page's structured data holds word for word, and how much of a block stands in them.
 */
#ifndef MAKALA_OVERLAP_H
#define MAKALA_OVERLAP_H

#include "dom.h"

enum overlap_kind {
	OVERLAP_BODY,        /* articleBody */
	OVERLAP_TEXT,        /* text and reviewBody: answers, posts, reviews */
	OVERLAP_DESCRIPTION, /* description, of structured data and of meta */
	N_OVERLAP
};

#define OVERLAP_MOST 64 /* texts of a page that are read */

struct overlap {
	struct {
		const char *p;
		uint32_t len;
		uint8_t kind; /* enum told_kind */
		bool json;    /* a string of JSON, escapes and all */
	} texts[OVERLAP_MOST];
	uint32_t n_texts;
	size_t n_bytes; /* of all texts */
	size_t room;    /* bytes that told_index() may take for texts yet to be noted */
	uint64_t *shingles[N_OVERLAP]; /* after told_index(): a set of bits by the hash of three words; NULL without any */
	uint32_t mask[N_OVERLAP];      /* of a bit's number */
	uint32_t n_words[N_OVERLAP];
};

struct jsonld;

/* Notes the text of a meta element, and those of structured data among its values from `from` on; false when there was no room for one. */
bool overlap_meta(struct overlap *t, const struct node *n);
bool overlap_data(struct overlap *t, const struct jsonld *ld, uint32_t from);

/* Bytes that told_index() takes at most. */
static inline size_t overlap_bytes(const struct overlap *t)
{
	return 2 * t->n_bytes;
}

/* Makes the sets; once, when all is read. */
void overlap_index(struct overlap *t, struct arena *a);

/* How many of n words stand in what is told, three in a row at a time, as shares by enum told_kind; 0 for less than three words. */
void overlap_share(const struct overlap *t, const uint32_t *words, uint32_t n, float shares[N_OVERLAP]);

#endif
