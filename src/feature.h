/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feature.h - the columns of a feature row, and the format of the model's trees that read them.
 *
 * A row has the columns of features.def in three ranges: the block's own columns, the page's columns, which are the same for all of
 * its blocks, and the columns computed from the initial scores.  The first two ranges are available before any tree has run; the
 * third is available after feature_initial().
 */
#ifndef MAKALA_FEATURE_H
#define MAKALA_FEATURE_H

#include "page.h"
#include "base/scan.h"

#include "tables/logs.h"

enum feature {
#define FEATURE(name, meaning) FEATURE_##name,
#define PAGE_FEATURE(name, meaning)
#define INITIAL_FEATURE(name, meaning)
#include "features.def"
	N_BLOCK_FEATURES,
	FEATURE_LAST_OF_BLOCK = N_BLOCK_FEATURES - 1, /* the next enumerator, the first column of the page, continues from here */
#define FEATURE(name, meaning)
#define PAGE_FEATURE(name, meaning) FEATURE_##name,
#define INITIAL_FEATURE(name, meaning)
#include "features.def"
	N_PLAIN_FEATURES, /* columns that do not need the initial scores */
	FEATURE_LAST_OF_PAGE = N_PLAIN_FEATURES - 1,
#define FEATURE(name, meaning)
#define PAGE_FEATURE(name, meaning)
#define INITIAL_FEATURE(name, meaning) FEATURE_##name,
#include "features.def"
	N_FEATURES
};
#define N_PAGE_FEATURES (N_PLAIN_FEATURES - N_BLOCK_FEATURES)
#define N_INITIAL_FEATURES (N_FEATURES - N_PLAIN_FEATURES)

/* Bytes that this stage and the later ones allocate at most per block and per container.  Later stages cannot stop early, so
 * block_split() holds this much of the memory budget back and stops when less is left. */
#define FEATURE_BLOCK_BYTES 640
#define FEATURE_CONTAINER_BYTES 40

/* A tree of the model's tables, over columns quantised to 7 bits.  Leaves are numbered from left to right.  A tree with fewer
 * than LEAVES leaves has splits left over: their threshold is 127, the largest value of a column, so no block goes right there. */
#define LANES 32 /* blocks scored at a time: each column is an array of LANES bytes */
#define LEAVES 8
#define GROVE 8 /* trees summed in 16 bits: leaf values are within ±4095, and 8 * 4095 < 32768 */
struct decision_tree {
	uint16_t at[LEAVES - 1];  /* by split: byte offset of its column, LANES times the number of the column */
	int8_t most[LEAVES - 1];  /* by split: threshold; a block goes left if its column is not larger */
	uint8_t left[LEAVES - 1]; /* by split: bits of the leaves to its left */
	uint8_t leaf[2][LEAVES];  /* lower bytes, then upper bytes, of the 16-bit leaf values: one table look-up per byte */
};

/* Returns how many bytes feature_measure() needs at pg->room. */
size_t feature_bytes(const mk_page *pg);

/* Writes the own columns of block i to f[0] … f[N_BLOCK_FEATURES - 1]. */
void feature_block(const mk_page *pg, uint32_t i, float *f);

/* Writes the page's columns to f[N_BLOCK_FEATURES] … f[N_PLAIN_FEATURES - 1]. */
void feature_page(const mk_page *pg, float *f);

/* Takes the current scores of the blocks as the initial scores.  Must be called before feature_initial_row(). */
void feature_initial(mk_page *pg);

/* Writes the columns of block i that come from the initial scores to f[N_PLAIN_FEATURES] … f[N_FEATURES - 1]. */
void feature_initial_row(const mk_page *pg, uint32_t i, float *f);

/* ---- Arithmetic of columns, for plain-text input too ---- */

/* log(1 + x).  Exact below LOG_TABLE; beyond it, halving x until the table has it leaves three correct digits. */
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

#define QUANTUM_MOST 127
#define QUANTUM_MEAN 64 /* the mean of a column, as train/ scales columns: half of QUANTUM_MOST, rounded */

#if defined(SCAN_SSE2)
static inline __m128i quantise_four(const float *f, const float *scale, const float *offset)
{
	const __m128 x = _mm_add_ps(_mm_mul_ps(_mm_loadu_ps(f), _mm_loadu_ps(scale)), _mm_loadu_ps(offset));
	return _mm_cvtps_epi32(_mm_min_ps(_mm_max_ps(x, _mm_setzero_ps()), _mm_set1_ps(QUANTUM_MOST)));
}
#endif

/* Converts n columns to 7-bit integers, rounding half to even.  NaN becomes 0. */
static inline void quantise(const float *f, const float *scale, const float *offset, int n, uint8_t *q)
{
	int i = 0;
#if defined(SCAN_SSE2)
	for (; i + 16 <= n; i += 16) {
		__m128i a = quantise_four(f + i, scale + i, offset + i);
		__m128i b = quantise_four(f + i + 4, scale + i + 4, offset + i + 4);
		__m128i c = quantise_four(f + i + 8, scale + i + 8, offset + i + 8);
		__m128i d = quantise_four(f + i + 12, scale + i + 12, offset + i + 12);
		_mm_storeu_si128((__m128i *)(void *)(q + i), _mm_packus_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d)));
	}
#endif
	for (; i < n; i++) {
		float x = f[i] * scale[i] + offset[i];
		x = x > 0 ? x : 0;
		x = x < QUANTUM_MOST ? x : QUANTUM_MOST;
		x += 8388608.0f; /* 2^23: floats of this size have no fraction, so adding rounds and the low bits are the integer */
		uint32_t bits;
		memcpy(&bits, &x, sizeof bits);
		q[i] = (uint8_t)bits;
	}
}

#endif
