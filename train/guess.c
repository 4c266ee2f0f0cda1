/* SPDX-License-Identifier: Apache-2.0 */
/* guess.c - for guess.py: the columns that look at a guess, from scores that the trainer gives.  The Makefile builds it as the library. */
#include "../src/all.c"

#define SHOWN __attribute__((visibility("default")))

/* scores: of the blocks with words of an extracted page, in order.  rows: room for N_GUESS_FEATURES floats for each of them. */
SHOWN void guess_rows(mk_page *pg, const float *scores, float *rows)
{
	uint32_t n = 0;
	if (setjmp(pg->arena.escape))
		abort();
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		b->score = b->n_words ? scores[n++] : 0;
	}
	model_score_wordless(pg);
	feature_guess(pg);
	n = 0;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		if (pg->blocks[i].pub.n_words) {
			float f[N_FEATURES];
			feature_guess_row(pg, i, f);
			memcpy(rows + (size_t)N_GUESS_FEATURES * n++, f + N_PLAIN_FEATURES, N_GUESS_FEATURES * sizeof *rows);
		}
}
