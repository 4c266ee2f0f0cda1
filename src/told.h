/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told.h - texts that the page's structured data holds word for word, and how much of a block stands in them.
 */
#ifndef MAKALA_TOLD_H
#define MAKALA_TOLD_H

#include "dom.h"

enum told_kind {
	TOLD_BODY,        /* articleBody */
	TOLD_TEXT,        /* text and reviewBody: answers, posts, reviews */
	TOLD_DESCRIPTION, /* description, of structured data and of meta */
	N_TOLD
};

#define TOLD_MOST 64 /* texts of a page that are read */

struct told {
	struct {
		const char *p;
		uint32_t len;
		uint8_t kind; /* enum told_kind */
		bool json;    /* a string of JSON, escapes and all */
	} texts[TOLD_MOST];
	uint32_t n_texts;
	size_t n_bytes; /* of all texts */
	size_t room;    /* bytes that told_index() may take for the texts of the next told_read() */
	uint64_t *shingles[N_TOLD]; /* after told_index(): a set of bits by the hash of three words; NULL without any */
	uint32_t mask[N_TOLD];      /* of a bit's number */
	uint32_t n_words[N_TOLD];
};

/* Notes the texts of a script with JSON-LD or of a meta element; false when there was no room for one. */
bool told_read(struct told *t, const struct node *n);

/* Bytes that told_index() takes at most. */
static inline size_t told_bytes(const struct told *t)
{
	return 2 * t->n_bytes;
}

/* Makes the sets; once, when all is read. */
void told_index(struct told *t, struct arena *a);

/* How many of n words stand in what is told, three in a row at a time, as shares by enum told_kind; 0 for less than three words. */
void told_share(const struct told *t, const uint32_t *words, uint32_t n, float shares[N_TOLD]);

/*
 * Words for comparing texts, as hashes, of which words[0 … most) is filled with those from *at on: runs of letters and digits, ASCII letters
 * in lower case; characters of Han, kana and Hangul one by one.  Returns how many, and sets *at past the last; 0 at the end.
 */
uint32_t told_words(const char *p, size_t len, size_t *at, uint32_t *words, uint32_t most);

#endif
