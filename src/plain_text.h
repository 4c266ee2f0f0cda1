/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_text.h - plain-text input: the lines that plain_text.c finds, and the feature rows that plain_text_score.c computes.
 *
 * Internal to the two files, except that list.c reads pictures.
 */
#ifndef MAKALA_PLAIN_TEXT_H
#define MAKALA_PLAIN_TEXT_H

#include "page.h"

/* The list marker before a line: none, a bullet, or a number. */
enum plain_text_mark { PLAIN_TEXT_PLAIN, PLAIN_TEXT_BULLET, PLAIN_TEXT_NUMBER };

/* One or more lines of the input that belong together and become a block. */
struct plain_text_line {
	uint32_t from, to;  /* bytes of the page's text, without indentation and list marker */
	uint32_t n_lines;   /* number of lines joined */
	uint32_t gaps;      /* tabs and runs of two or more spaces inside the lines */
	uint16_t indent;    /* columns of white space before it, at most 200 */
	uint8_t blanks;     /* empty lines before it, at most 3 */
	uint8_t mark;       /* enum plain_text_mark */
	bool split_off;     /* a cross-reference that was glued to the end of the line before, see glued_tail() */
};

struct plain_text {
	struct plain_text_line *lines;
	uint32_t n_lines;
	uint32_t width;            /* width in columns at which lines were broken; 0: lines were not broken */
	uint32_t *line_of;         /* for each block its index into lines */
	bool unknown;              /* fewer than one word in four has a weight: the page is in a language that the weights are not for */
	struct plain_text_measure *measure; /* plain_text_score.c's tables */
	uint32_t title;            /* the block that the title net chose; UINT32_MAX if it chose none */
	struct plain_text_picture {
		uint32_t block;    /* the block of the caption or credit; if these are two blocks, the first */
		mk_str caption, credit;
	} *pictures;               /* in page order; found by their captions and credits, as text has no pictures */
	uint32_t n_pictures;
};

/* The columns of a feature row, PLAIN_TEXT_words …, in the order of plain_text.def. */
enum plain_text_feature {
#define PLAIN_TEXT_FEATURE(name, meaning) PLAIN_TEXT_##name,
#include "plain_text.def"
#undef PLAIN_TEXT_FEATURE
	N_PLAIN_TEXT_FEATURES,
	N_PLAIN_TEXT_PLAIN = PLAIN_TEXT_initial /* number of columns that do not depend on initial scores */
};

/* Number of words of a block.  Four characters of a script without spaces count as one word; block.pub.n_words counts each as
 * one. */
static inline uint32_t plain_text_words(const struct block *b)
{
	const uint32_t cjk = b->kinds[CHAR_CJK];
	return b->pub.n_words - cjk + (cjk + 3) / 4;
}

static inline const struct plain_text_line *plain_text_line_of(const mk_page *pg, uint32_t i)
{
	return &pg->plain_text->lines[pg->plain_text->line_of[i]];
}

/* Takes the current scores of the blocks as initial scores and computes what the columns that depend on them need.  The trainer
 * calls it too. */
void plain_text_initial(mk_page *pg);

/* Writes the feature row of block i to f[0] … f[N_PLAIN_TEXT_FEATURES - 1].  plain_text_initial() must have been called. */
void plain_text_row(const mk_page *pg, uint32_t i, float *f);

#endif
