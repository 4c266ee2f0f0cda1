/* SPDX-License-Identifier: Apache-2.0 */
/*
 * language.c - blocks, declared language -> language_detected, language_score, language.
 *
 * The detector is CLD2, see docs/libraries.md; without MK_WITH_LANGUAGES the declared language is the result.  The detector sees
 * a sample of the longest blocks above the cut.  Menus are left out because they may be in another language than the article,
 * and the sample is short because a few hundred bytes give the same result as ten thousand.
 *
 * Declared or detected?  Nobody declares a wrong language on purpose, but templates often contain one.  So the declaration wins
 * unless the detector is sure of another language.  Languages that the detector confuses with each other count as the same.
 */
#include "page.h"

#ifdef MK_WITH_LANGUAGES
#include "language.h"
#include "base/utf8.h"

#define LANGUAGE_SAMPLE 200  /* bytes of the sample; more takes longer and is not more accurate, see tools/measure_languages.py */
#define LANGUAGE_PIECE 160   /* bytes taken from one block at most */
#define LANGUAGE_SURE 0.8f   /* lowest score with which a detected language overrides a declared one */
#define LANGUAGE_LEAST 100   /* bytes of the sample that are needed for that */
#define SIZES 20             /* classes of block lengths, one for each power of two; the last has no upper end */

/* The length class of a block: the binary logarithm of its bytes. */
static unsigned size_of(const mk_block *b)
{
	unsigned size = 0;
	for (size_t len = b->text.len; len > 1 && size + 1 < SIZES; len /= 2)
		size++;
	return size;
}

/* Bytes to take from the beginning of a block's text: LANGUAGE_PIECE at most, and no part of a character. */
static size_t piece_of(mk_str text)
{
	return utf8_whole(text.p, text.len, text.len < LANGUAGE_PIECE ? text.len : LANGUAGE_PIECE);
}

/* Whether a block may be in the sample: if it has words and its score is above the cut.  If no block is
 * above the cut, all blocks with words may be. */
static bool is_sampled(const mk_page *pg, const mk_block *b)
{
	return b->n_words && (!pg->cut.n_kept || choose_is_above(pg, b->score));
}

/*
 * Writes the sample and returns its length.  The first pass finds the smallest length class such that the blocks of this class
 * and of the larger ones hold LANGUAGE_SAMPLE bytes; the second takes these blocks in page order.  So no sort is needed.
 */
static size_t fill_sample(const mk_page *pg, char *sample)
{
	size_t bytes[SIZES] = {0}, sum = 0, len = 0;
	unsigned least = SIZES;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		if (is_sampled(pg, &pg->blocks[i].pub))
			bytes[size_of(&pg->blocks[i].pub)] += piece_of(pg->blocks[i].pub.text);
	while (least && sum < LANGUAGE_SAMPLE)
		sum += bytes[--least];
	for (uint32_t i = 0; i < pg->article.n_blocks && len < LANGUAGE_SAMPLE; i++) {
		const mk_block *b = &pg->blocks[i].pub;
		if (!is_sampled(pg, b) || size_of(b) < least)
			continue;
		const size_t piece = piece_of(b->text);
		memcpy(sample + len, b->text.p, piece);
		len += piece;
		sample[len++] = ' ';
	}
	return len;
}

/* The language tag for a code of CLD2, some of whose codes have since been replaced by others. */
static mk_str tag_of(const char *code)
{
	static const char *const old[][2] = {{"iw", "he"}, {"jw", "jv"}, {"in", "id"}, {"mo", "ro"}, {"ji", "yi"}};
	for (size_t i = 0; i < sizeof old / sizeof *old; i++)
		if (!strcmp(code, old[i][0]))
			code = old[i][1];
	return (mk_str){code, strlen(code)};
}

/* The primary subtag of a language tag as a number, which is the same for languages that CLD2 confuses with each other and for
 * older and newer codes of one language. */
static uint32_t family_of(mk_str tag)
{
	static const char *const same[][2] = {{"nb", "no"}, {"nn", "no"}, {"da", "no"}, {"hr", "sr"}, {"bs", "sr"}, {"sh", "sr"}, {"me", "sr"},
	                                      {"ms", "id"}, {"in", "id"}, {"iw", "he"}, {"fil", "tl"}, {"yue", "zh"}, {"cmn", "zh"},
	                                      {"arb", "ar"}, {"pes", "fa"}, {"swh", "sw"}};
	size_t len = 0;
	while (len < tag.len && tag.p[len] != '-' && tag.p[len] != '_')
		len++;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (str_equals(tag.p, len, same[i][0])) {
			tag.p = same[i][1];
			len = strlen(tag.p);
			break;
		}
	uint32_t family = 0;
	for (size_t i = 0; i < len && i < 4; i++)
		family = family << 8 | (uint8_t)(tag.p[i] | 32);
	return family;
}

void language_find(mk_page *pg)
{
	mk_article *a = &pg->article;
	char *sample = arena_alloc(&pg->arena, LANGUAGE_SAMPLE + LANGUAGE_PIECE + 2);
	const size_t len = fill_sample(pg, sample);
	int percent = 0;
	bool reliable = false;
	const char *code = len ? language_cld2(sample, (int)len, &percent, &reliable) : NULL;
	if (!code)
		return;
	const bool same = a->language_declared.p && family_of(a->language_declared) == family_of(tag_of(code));
	a->language_detected = tag_of(code);
	a->language_score = (float)percent / (reliable ? 100.0f : 200.0f); /* unreliable: 0.5 at most, below LANGUAGE_SURE */
	if (same || (a->language_declared.p && (a->language_score < LANGUAGE_SURE || len < LANGUAGE_LEAST)))
		return;
	a->language = a->language_detected;
	a->language_source = "detected";
}

#else

void language_find(mk_page *pg)
{
	(void)pg;
}

#endif
