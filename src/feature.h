/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feature.h - the columns of a feature row, FEATURE_words … in the order of features.def: the block's own, then the page's, then those that
 * look at a first guess at the scores.
 */
#ifndef MAKALA_FEATURE_H
#define MAKALA_FEATURE_H

#include "page.h"

#include "tables/logs.h"

enum feature {
#define FEATURE(name, meaning) FEATURE_##name,
#define PAGE_FEATURE(name, meaning)
#define INITIAL_FEATURE(name, meaning)
#include "features.def"
	N_BLOCK_FEATURES,
	FEATURE_LAST_OF_BLOCK = N_BLOCK_FEATURES - 1, /* the page's columns go on counting from here */
#define FEATURE(name, meaning)
#define PAGE_FEATURE(name, meaning) FEATURE_##name,
#define INITIAL_FEATURE(name, meaning)
#include "features.def"
	N_PLAIN_FEATURES, /* all that need no guess */
	FEATURE_LAST_OF_PAGE = N_PLAIN_FEATURES - 1,
#define FEATURE(name, meaning)
#define PAGE_FEATURE(name, meaning)
#define INITIAL_FEATURE(name, meaning) FEATURE_##name,
#include "features.def"
	N_FEATURES
};
#define N_PAGE_FEATURES (N_PLAIN_FEATURES - N_BLOCK_FEATURES)
#define N_INITIAL_FEATURES (N_FEATURES - N_PLAIN_FEATURES)

/* What this stage and those behind it allocate, at most, for a block and for a container: block_split() ends where there is no room for
 * that. */
#define FEATURE_BLOCK_BYTES 960
#define FEATURE_CONTAINER_BYTES 40

/* Of the model's tables: a tree over columns in 7 bits, its leaves numbered from left to right.  Splits that it does not have are never
 * passed on the right. */
#define LANES 32 /* blocks scored at a time: a column is a row of so many bytes */
#define LEAVES 8
#define GROVE 8 /* trees whose sum fits 16 bits, as no leaf is beyond 4095 */
struct decision_tree {
	uint16_t at[LEAVES - 1];  /* where the column's row begins: LANES times its number */
	int8_t most[LEAVES - 1];  /* a block passes on the left when its column is no more than this */
	uint8_t left[LEAVES - 1]; /* a bit for each of the leaves on the left of the split */
	uint8_t leaf[2][LEAVES];  /* lower and upper bytes of their values */
};

/* Bytes that feature_measure() wants to find at pg->room. */
size_t feature_bytes(const mk_page *pg);

/* The columns of block i, into f[0] … f[N_BLOCK_FEATURES - 1]. */
void feature_block(const mk_page *pg, uint32_t i, float *f);

/* The columns of the page, into f[N_BLOCK_FEATURES] … f[N_PLAIN_FEATURES - 1]. */
void feature_page(const mk_page *pg, float *f);

/* Takes the blocks' scores as they are for the guess that the last columns look at. */
void feature_initial(mk_page *pg);

/* The columns of block i that look at the guess, into f[N_PLAIN_FEATURES] … f[N_FEATURES - 1]. */
void feature_initial_row(const mk_page *pg, uint32_t i, float *f);

/* ---- Arithmetic of columns, those of captures too ---- */

/* log(1 + x), to three digits from LOG_TABLE on. */
static inline float log_1(uint32_t x)
{
	float doublings = 0;
	for (; x >= LOG_TABLE; x /= 2)
		doublings++;
	return log_table[x] + doublings * 0.693147181f;
}

static inline float ratio(uint32_t a, uint32_t b)
{
	return b ? (float)a / (float)b : 0.0f;
}

static inline float most(float x, float limit)
{
	return x < limit ? x : limit;
}

#endif
