/* SPDX-License-Identifier: Apache-2.0 */
/* guess.c - for guess.py and captures.py: the columns that look at a guess, from scores that the trainer gives.  The Makefile builds it as the
 * library. */
#include "../src/all.c"

#define SHOWN __attribute__((visibility("default")))

/* scores: of the blocks with words of an extracted page, in order. */
static void give_scores(mk_page *pg, const float *scores)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		b->score = b->n_words ? scores[n++] : 0;
	}
}

/* rows: room for N_GUESS_FEATURES floats for each block with words. */
SHOWN void guess_rows(mk_page *pg, const float *scores, float *rows)
{
	uint32_t n = 0;
	if (setjmp(pg->arena.escape))
		abort();
	give_scores(pg, scores);
	model_score_wordless(pg);
	feature_guess(pg);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		if (pg->blocks[i].pub.n_words) {
			float f[N_FEATURES];
			feature_guess_row(pg, i, f);
			memcpy(rows + (size_t)N_GUESS_FEATURES * n++, f + N_PLAIN_FEATURES, N_GUESS_FEATURES * sizeof *rows);
		}
}

/* The same for a capture; rows of N_CAPTURE_FEATURES - N_CAPTURE_PLAIN. */
SHOWN void capture_guess_rows(mk_page *pg, const float *scores, float *rows)
{
	enum { N_COLUMNS = N_CAPTURE_FEATURES - N_CAPTURE_PLAIN };
	uint32_t n = 0;
	give_scores(pg, scores);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		if (capture_line_of(pg, i)->split_off)
			pg->blocks[i].pub.score = 0;
	capture_guess(pg);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		if (pg->blocks[i].pub.n_words) {
			float f[N_CAPTURE_FEATURES];
			capture_row(pg, i, f);
			memcpy(rows + (size_t)N_COLUMNS * n++, f + N_CAPTURE_PLAIN, N_COLUMNS * sizeof *rows);
		}
}
