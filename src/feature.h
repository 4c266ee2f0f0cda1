/* SPDX-License-Identifier: Apache-2.0 */
/* feature.h - the columns of a feature row, FEATURE_words … in the order of features.def; those of the page come last. */
#ifndef MAKALA_FEATURE_H
#define MAKALA_FEATURE_H

#include "page.h"

enum feature {
#define FEATURE(name, meaning) FEATURE_##name,
#define PAGE_FEATURE(name, meaning)
#include "features.def"
	N_BLOCK_FEATURES,
	FEATURE_LAST_OF_BLOCK = N_BLOCK_FEATURES - 1, /* the page's columns go on counting from here */
#define FEATURE(name, meaning)
#define PAGE_FEATURE(name, meaning) FEATURE_##name,
#include "features.def"
	N_FEATURES
};

/* What this stage and those behind it allocate, at most, for a block and for a container: block_split() ends where there is no room for
 * that. */
#define FEATURE_BLOCK_BYTES 768
#define FEATURE_CONTAINER_BYTES 40

/* Bytes that feature_measure() wants to find at pg->room. */
size_t feature_bytes(const mk_page *pg);

/* The columns of block i, into f[0] … f[N_BLOCK_FEATURES - 1]. */
void feature_row(const mk_page *pg, uint32_t i, float *f);

/* The columns of the page, into f[N_BLOCK_FEATURES] … f[N_FEATURES - 1]. */
void feature_page(const mk_page *pg, float *f);

#endif
