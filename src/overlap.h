/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overlap.h - texts in the page's structured data and meta elements, and how much of a block's text occurs in them.
 *
 * overlap_meta() and overlap_data() note texts while the page is walked, overlap_index() makes sets of them once, and
 * overlap_share() asks the sets about a block.
 */
#ifndef MAKALA_OVERLAP_H
#define MAKALA_OVERLAP_H

#include "dom.h"

enum overlap_kind {
	OVERLAP_BODY,        /* articleBody */
	OVERLAP_TEXT,        /* text and reviewBody: answers, posts, reviews */
	OVERLAP_DESCRIPTION, /* description in structured data and in meta elements */
	N_OVERLAP
};

#define OVERLAP_MOST 64 /* most texts of a page that are read */

struct overlap {
	struct {
		const char *p;
		uint32_t len;
		uint8_t kind; /* enum overlap_kind */
		bool json;    /* the source of a JSON string, with its escapes */
	} texts[OVERLAP_MOST];
	uint32_t n_texts;
	size_t n_bytes; /* sum of their lengths */
	size_t room;    /* bytes that overlap_index() may still take for texts noted from now on */
	uint64_t *shingles[N_OVERLAP]; /* by kind: set of hashes of three adjacent words, from overlap_index(); NULL if empty */
	uint32_t mask[N_OVERLAP];      /* by kind: bits in the set, minus 1; a hash & mask is the number of its bit */
	uint32_t n_words[N_OVERLAP];   /* by kind: words of all texts */
};

struct jsonld;

/* Note the description in a meta element, and the texts in the structured data's values from number `from` on.  Return false if
 * a text was left out because t->room is used up.  The texts must stay in memory until overlap_index() has returned. */
bool overlap_meta(struct overlap *t, const struct node *n);
bool overlap_data(struct overlap *t, const struct jsonld *ld, uint32_t from);

/* Bytes that overlap_index() takes at most: two per byte of text, for the bit sets and one plain copy at a time. */
static inline size_t overlap_bytes(const struct overlap *t)
{
	return 2 * t->n_bytes;
}

/* Makes the sets.  Called once, after the whole page has been walked. */
void overlap_index(struct overlap *t, struct arena *a);

/* Sets shares[kind] to the share of the sequences of three adjacent words, among the n words, that occur in texts of that kind;
 * 0 for fewer than three words. */
void overlap_share(const struct overlap *t, const uint32_t *words, uint32_t n, float shares[N_OVERLAP]);

#endif
