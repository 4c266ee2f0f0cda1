/* SPDX-License-Identifier: Apache-2.0 */
/*
 * language.c - blocks, the declared language -> language_detected, language_score, language.
 *
 * The library that detects is CLD2, see docs/libraries.md; without MK_WITH_LANGUAGES what a page declares is believed.  It is given a
 * sample of the longest blocks above the cut: a page's menus are as often in another language as its article, and some hundred bytes are
 * as good as ten thousand.
 *
 * Who is believed: nobody declares a language that a page is not in by intent, but templates do.  So the declaration stands unless
 * the detector is sure of another language; those that it cannot tell apart count as the same.
 */
#include "page.h"

#ifdef MK_WITH_LANGUAGES
#include "language.h"

#define LANGUAGE_SAMPLE 200  /* bytes: more takes longer and finds no more, see tools/measure_languages.py */
#define LANGUAGE_PIECE 160   /* of one block */
#define LANGUAGE_SURE 0.8f   /* of a score that a declaration yields to */
#define LANGUAGE_LEAST 100   /* bytes of a sample for that */
#define SIZES 20             /* blocks of up to 2^20 bytes are told apart by length */

static unsigned size_of(const mk_block *b)
{
	unsigned size = 0;
	for (size_t len = b->text.len; len > 1 && size + 1 < SIZES; len /= 2)
		size++;
	return size;
}

/* Bytes of text that are taken: a piece, cut between characters. */
static size_t piece_of(mk_str text)
{
	size_t len = text.len < LANGUAGE_PIECE ? text.len : LANGUAGE_PIECE;
	while (len && len < text.len && ((uint8_t)text.p[len] & 0xC0) == 0x80)
		len--;
	return len;
}

/* Whether a block may be looked at: what is above the cut, or anything where nothing is. */
static bool is_sampled(const mk_page *pg, const mk_block *b)
{
	return b->n_words && (!pg->cut.n_kept || choose_is_above(pg, b->score));
}

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

/* CLD2's codes that have been replaced since. */
static mk_str tag_of(const char *code)
{
	static const char *const old[][2] = {{"iw", "he"}, {"jw", "jv"}, {"in", "id"}, {"mo", "ro"}, {"ji", "yi"}};
	for (size_t i = 0; i < sizeof old / sizeof *old; i++)
		if (!strcmp(code, old[i][0]))
			code = old[i][1];
	return (mk_str){code, strlen(code)};
}

/* The primary subtag of a language tag, as a number; those of languages that CLD2 takes for each other have the same one. */
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
	a->language_score = (float)percent / (reliable ? 100.0f : 200.0f);
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
