/* SPDX-License-Identifier: Apache-2.0 */
/*
 * initial.c - scores given by the trainer -> the library's columns from initial scores, and the library's choice of blocks.
 *
 * The trainer calls the library's own code for both, so that there is no second implementation in Python to keep in step.
 * initial_rows() and plain_text_initial_rows() compute the columns (for initial.py and plain_text.py), choose_rows() the kept
 * blocks (for choose.py).  The Makefile builds this file in place of src/all.c, as the shared library initial.so.
 */
#include "../src/all.c"

#define SHOWN __attribute__((visibility("default")))

/* Sets the scores of an extracted page.  scores: one for each block with words, in page order, without those of embedded text. */
static void give_scores(mk_page *pg, const float *scores)
{
	uint32_t n = 0;
	pg->article.n_blocks -= pg->n_embedded;
	pg->n_embedded = 0;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		b->score = b->n_words ? scores[n++] : 0;
		if (pg->plain_text && plain_text_line_of(pg, i)->split_off)
			b->score = 0;
	}
}

/* Writes the columns from … end - 1 of row()'s output to rows, for each block with words. */
static void write_rows(const mk_page *pg, void (*row)(const mk_page *, uint32_t, float *), uint32_t from, uint32_t end, float *rows)
{
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		if (pg->blocks[i].pub.n_words) {
			float f[N_FEATURES + N_PLAIN_TEXT_FEATURES];
			row(pg, i, f);
			memcpy(rows, f + from, (end - from) * sizeof *rows);
			rows += end - from;
		}
}

/* Columns from initial scores, for the refine trees.  rows has room for N_FEATURES - N_PLAIN_FEATURES floats for each block with
 * words. */
SHOWN void initial_rows(mk_page *pg, const float *scores, float *rows)
{
	if (setjmp(pg->arena.escape))
		abort();
	give_scores(pg, scores);
	model_score_wordless(pg);
	feature_initial(pg);
	write_rows(pg, feature_initial_row, N_PLAIN_FEATURES, N_FEATURES, rows);
}

/* The same for plain-text input, with N_PLAIN_TEXT_FEATURES - N_PLAIN_TEXT_PLAIN floats for each block with words. */
SHOWN void plain_text_initial_rows(mk_page *pg, const float *scores, float *rows)
{
	give_scores(pg, scores);
	plain_text_initial(pg);
	write_rows(pg, plain_text_row, N_PLAIN_TEXT_PLAIN, N_PLAIN_TEXT_FEATURES, rows);
}

static void choose_by(mk_page *pg, int type, bool no_comments, const float *scores)
{
	if (setjmp(pg->arena.escape))
		abort();
	give_scores(pg, scores);
	model_score_wordless(pg);
	pg->options.no_comments = no_comments;
	pg->type = (mk_page_type)type;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		pg->blocks[i].role = ROLE_ARTICLE;
	choose_cut(pg);
	if (!pg->plain_text)
		comment_find(pg);
	choose_blocks(pg);
}

/*
 * Chooses the kept blocks of an extracted page, as if the page had the given type.  keep receives one value for each block with
 * words, measures the N_MEASURES measures of the cut.  initial: the initial scores, one for each block with words; one measure is
 * how far the scores have moved from them.
 */
SHOWN void choose_rows(mk_page *pg, int type, bool no_comments, const float *initial, const float *scores, bool *keep, float *measures)
{
	double moved = 0;
	choose_by(pg, type, no_comments, scores);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		const mk_block *b = &pg->blocks[i].pub;
		if (!b->n_words)
			continue;
		moved += fabs((double)b->score - (double)*initial++) * b->n_words;
		*keep++ = b->keep;
	}
	measure_cut(pg, moved, measures);
}
