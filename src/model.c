/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.c - features -> score, the chance that a block is content.
 *
 * A first, transparent score: a logistic function of a weighted sum of the columns of features.def, one weight a column and a sentence's worth of
 * arithmetic.  The weights come from train/fit_score.py.
 */
#include "feature.h"
#include "tables/score.h"

#include <math.h>



/* A block without words, a dash or a tick, says nothing by itself: it goes with the less likely of the blocks around it. */
static void score_wordless(mk_page *pg)
{
	float before = 0, after = 0;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		if (b->n_words)
			before = b->score;
		else
			b->score = before;
	}
	for (uint32_t i = pg->article.n_blocks; i-- > 0;) {
		mk_block *b = &pg->blocks[i].pub;
		if (b->n_words)
			after = b->score;
		else if (after < b->score)
			b->score = after;
	}
}

void model_score(mk_page *pg)
{
	float f[N_FEATURES];
	feature_page(pg, f);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		feature_row(pg, i, f);
		float sum = SCORE_BIAS;
		for (int k = 0; k < N_FEATURES; k++)
			sum += score_weights[k] * f[k];
		pg->blocks[i].pub.score = 1.0f / (1.0f + expf(-sum));
	}
	score_wordless(pg);
}
