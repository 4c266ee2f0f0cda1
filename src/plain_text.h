/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.h - plain-text captures: what capture.c finds out about lines, and what capture_score.c measures of them.
 */
#ifndef MAKALA_PLAIN_TEXT_H
#define MAKALA_PLAIN_TEXT_H

#include "page.h"

enum plain_text_mark { PLAIN_TEXT_PLAIN, PLAIN_TEXT_BULLET, PLAIN_TEXT_NUMBER };

/* What becomes a block: lines that belong together. */
struct plain_text_line {
	uint32_t from, to;  /* bytes of the page's text, without indentation and mark */
	uint32_t n_lines;   /* that were joined */
	uint32_t gaps;      /* runs of two spaces or more inside of a line, tabs */
	uint16_t indent;    /* columns before it, at most 200 */
	uint8_t blanks;     /* empty lines before it, at most 3 */
	uint8_t mark;       /* enum capture_mark */
	bool split_off;     /* a cross-reference that was glued to the end of the line before */
};

struct plain_text {
	struct plain_text_line *lines;
	uint32_t n_lines;
	uint32_t width;            /* that lines were broken at, in columns; 0: they were not */
	uint32_t *line_of;         /* by block */
	struct plain_text_measure *measure;
	uint32_t title;            /* the block that says it by its score, UINT32_MAX when none does */
	struct plain_text_picture {
		uint32_t block;    /* that says so, or the first of two */
		mk_str caption, credit;
	} *pictures;               /* in page order */
	uint32_t n_pictures;
};

enum plain_text_feature {
#define PLAIN_TEXT_FEATURE(name, meaning) PLAIN_TEXT_##name,
#include "plain_text.def"
#undef PLAIN_TEXT_FEATURE
	N_PLAIN_TEXT_FEATURES,
	N_PLAIN_TEXT_PLAIN = PLAIN_TEXT_initial /* those that need no guess */
};

/* Words of a block, where four characters of a script without spaces make one. */
static inline uint32_t plain_text_words(const struct block *b)
{
	const uint32_t cjk = b->kinds[CHAR_CJK];
	return b->pub.n_words - cjk + (cjk + 3) / 4;
}

static inline const struct plain_text_line *plain_text_line_of(const mk_page *pg, uint32_t i)
{
	return &pg->plain_text->lines[pg->plain_text->line_of[i]];
}

/* Works out what the columns of a guess need; the guess is in the blocks, as their scores. */
void plain_text_initial(mk_page *pg);

/* The columns of block i, into f[0] … f[N_CAPTURE_FEATURES - 1]; behind capture_guess(). */
void plain_text_row(const mk_page *pg, uint32_t i, float *f);

#endif
