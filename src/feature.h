/* SPDX-License-Identifier: Apache-2.0 */
/* feature.h - the columns of a feature row, FEATURE_words … in the order of features.def. */
#ifndef MAKALA_FEATURE_H
#define MAKALA_FEATURE_H

#include "page.h"

enum feature {
#define FEATURE(name, meaning) FEATURE_##name,
#include "features.def"
#undef FEATURE
	N_FEATURES
};

/* The row of block i, into f[N_FEATURES]. */
void feature_row(const mk_page *pg, uint32_t i, float *f);

#endif
