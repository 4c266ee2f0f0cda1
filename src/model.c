/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.c - features -> score: the probability that a block is content; scores and their cut -> type of the page, confidence.
 *
 * A score is the sum of many small boosted trees, whose splits and leaves are in tables/model.h, written by train/.  Columns are
 * quantised to 7 bits and leaf values are 16-bit integers, so the sum is integer arithmetic, and the vector paths and the plain one
 * give the same bits.
 *
 * The trees have two parts.  The initial trees (model_first) see all columns of a block and of the page, and score every block.
 * The refine trees (model_second) score again, with columns computed from the initial scores of the block and its surroundings: for
 * example, that most of the list around the block seems to be content, or that the content seems to have ended above.  Of the
 * block's own columns they see only those in model_kept.  (Tu and Bai, "Auto-context", IEEE TPAMI 2010.)  A block whose initial
 * score is below model_unlikely keeps that score and skips the refine trees.
 *
 * Trees are evaluated without branches, LANES blocks at a time.  Each tree has LEAVES leaves, numbered from left to right, and each
 * block starts with one bit set per leaf.  A split at which the block goes right clears the bits of the leaves to the left of the
 * split, whatever the order of the splits; the lowest bit still set at the end is the block's leaf.  (Lucchese et al.,
 * "QuickScorer", SIGIR 2015; with eight leaves the bits are one byte, so one vector register holds those of all lanes.)
 *
 * Two small neural networks in floating point then look at the page as a whole: one for its type, one for the confidence.
 *
 * If MODEL_TABLE, a string, is defined, it names another table: the trainer measures with tables trained without the page in
 * question.
 */
#include "feature.h"
#include "base/real.h"

#ifdef MODEL_TABLE
#include MODEL_TABLE
#else
#include "tables/model.h"
#endif

#include <math.h>

#if defined(MK_SCALAR)
#elif defined(__SSE2__)
#include <immintrin.h>
#define MODEL_SSE2 1
#define MODEL_AVX2 __attribute__((target("avx2")))
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#define MODEL_NEON 1
#endif

#define N_POOL ((int)(sizeof model_pool / sizeof model_pool[0]))
#define N_KEPT ((int)(sizeof model_kept / sizeof model_kept[0]))
#define N_FIRST ((int)(sizeof model_first / sizeof model_first[0]))
#define N_SECOND ((int)(sizeof model_second / sizeof model_second[0]))

_Static_assert(N_FEATURES == MODEL_N_COLUMNS && N_BLOCK_FEATURES == MODEL_N_BLOCK_COLUMNS, "the table is for these columns");
_Static_assert(N_FIRST % GROVE == 0 && N_SECOND % GROVE == 0, "trees come in groves");

/* Columns of the blocks in the lanes, for the initial trees. */
typedef uint8_t sheet[N_PLAIN_FEATURES][LANES];

/* Columns for the refine trees: the page's columns, the columns from the initial scores, the block's columns listed in
 * model_kept. */
#define LATE_PAGE 0
#define LATE_INITIAL N_PAGE_FEATURES
#define LATE_KEPT (N_PAGE_FEATURES + N_INITIAL_FEATURES)
typedef uint8_t late_sheet[LATE_KEPT + N_KEPT][LANES];

/* ---- Trees ---- */

/* Sets sums[k] to the sum, over n trees, of the value of the leaf that the block in lane k reaches.  q: sheet or late_sheet. */
typedef void add_trees(const uint8_t *q, const struct decision_tree *t, int n, int32_t *sums);

static int lowest_bit(unsigned bits)
{
	int i = 0;
	while (!(bits >> i & 1))
		i++;
	return i;
}

static int leaf_value(const struct decision_tree *t, int leaf)
{
	return (int16_t)(t->leaf[0][leaf] | t->leaf[1][leaf] << 8);
}

/* For any processor.  The inner loops go over lanes, so that compilers can vectorise them. */
static inline void add_plain(const uint8_t *q, const struct decision_tree *t, int n, int32_t *sums)
{
	memset(sums, 0, LANES * sizeof *sums);
	for (const struct decision_tree *end = t + n; t < end; t++) {
		uint8_t bits[LANES];
		memset(bits, 0xFF, sizeof bits);
		for (int i = 0; i < LEAVES - 1; i++)
			for (int k = 0; k < LANES; k++)
				bits[k] &= (uint8_t)(q[t->at[i] + k] > t->most[i] ? ~t->left[i] : 0xFF);
		for (int k = 0; k < LANES; k++)
			sums[k] += leaf_value(t, lowest_bit(bits[k]));
	}
}

#if defined(MODEL_AVX2)
/* Returns the leaf of each lane: the index of its lowest set bit.  One table for each half of the byte
 * holds that index for 16 values and 255 for an empty half, so the minimum of both is the leaf. */
MODEL_AVX2 static inline __m256i fall_through(const uint8_t *q, const struct decision_tree *t)
{
	const __m256i half = _mm256_set1_epi8(15);
	const __m256i lower = _mm256_setr_epi8(-1, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0, -1, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0);
	const __m256i upper = _mm256_setr_epi8(-1, 4, 5, 4, 6, 4, 5, 4, 7, 4, 5, 4, 6, 4, 5, 4, -1, 4, 5, 4, 6, 4, 5, 4, 7, 4, 5, 4, 6, 4, 5, 4);
	__m256i bits = _mm256_set1_epi8(-1);
#pragma GCC unroll 8
	for (int n = 0; n < LEAVES - 1; n++) {
		const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(q + t->at[n]));
		const __m256i right = _mm256_cmpgt_epi8(x, _mm256_set1_epi8(t->most[n]));
		bits = _mm256_andnot_si256(_mm256_and_si256(right, _mm256_set1_epi8((char)t->left[n])), bits);
	}
	return _mm256_min_epu8(_mm256_shuffle_epi8(lower, _mm256_and_si256(bits, half)),
	                       _mm256_shuffle_epi8(upper, _mm256_and_si256(_mm256_srli_epi16(bits, 4), half)));
}

/* Unpacking works on each half of a register: first gets lanes 0 to 7 and 16 to 23, second gets lanes 8 to 15 and 24 to 31. */
MODEL_AVX2 static void add_avx2(const uint8_t *q, const struct decision_tree *t, int n, int32_t *sums)
{
	__m256i all[4];
	memset(all, 0, sizeof all);
	for (const struct decision_tree *end = t + n; t < end;) {
		__m256i first = _mm256_setzero_si256(), second = first;
		for (const struct decision_tree *grove = t + GROVE; t < grove; t++) {
			const __m256i leaf = fall_through(q, t);
			const __m256i values = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)t->leaf));
			const __m256i low = _mm256_shuffle_epi8(values, leaf);
			const __m256i high = _mm256_shuffle_epi8(values, _mm256_or_si256(leaf, _mm256_set1_epi8(LEAVES)));
			first = _mm256_add_epi16(first, _mm256_unpacklo_epi8(low, high));
			second = _mm256_add_epi16(second, _mm256_unpackhi_epi8(low, high));
		}
		all[0] = _mm256_add_epi32(all[0], _mm256_cvtepi16_epi32(_mm256_castsi256_si128(first)));
		all[1] = _mm256_add_epi32(all[1], _mm256_cvtepi16_epi32(_mm256_castsi256_si128(second)));
		all[2] = _mm256_add_epi32(all[2], _mm256_cvtepi16_epi32(_mm256_extracti128_si256(first, 1)));
		all[3] = _mm256_add_epi32(all[3], _mm256_cvtepi16_epi32(_mm256_extracti128_si256(second, 1)));
	}
	memcpy(sums, all, sizeof all);
}
#endif

#if defined(MODEL_NEON)
/* As add_avx2(), for the sixteen lanes from `from` on. */
static inline void add_half(const uint8_t *q, const struct decision_tree *t, int n, int from, int32_t *sums)
{
	static const uint8_t lower[16] = {255, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0};
	static const uint8_t upper[16] = {255, 4, 5, 4, 6, 4, 5, 4, 7, 4, 5, 4, 6, 4, 5, 4};
	int32x4_t all[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
	for (const struct decision_tree *end = t + n; t < end; t++) {
		uint8x16_t bits = vdupq_n_u8(255);
		for (int i = 0; i < LEAVES - 1; i++) {
			const uint8x16_t right = vcgtq_u8(vld1q_u8(q + t->at[i] + from), vdupq_n_u8((uint8_t)t->most[i]));
			bits = vbicq_u8(bits, vandq_u8(right, vdupq_n_u8(t->left[i])));
		}
		const uint8x16_t leaf = vminq_u8(vqtbl1q_u8(vld1q_u8(lower), vandq_u8(bits, vdupq_n_u8(15))),
		                                 vqtbl1q_u8(vld1q_u8(upper), vshrq_n_u8(bits, 4)));
		const uint8x16_t values = vld1q_u8(t->leaf[0]);
		const uint8x16_t low = vqtbl1q_u8(values, leaf), high = vqtbl1q_u8(values, vorrq_u8(leaf, vdupq_n_u8(LEAVES)));
		const int16x8_t first = vreinterpretq_s16_u8(vzip1q_u8(low, high)), second = vreinterpretq_s16_u8(vzip2q_u8(low, high));
		all[0] = vaddw_s16(all[0], vget_low_s16(first));
		all[1] = vaddw_s16(all[1], vget_high_s16(first));
		all[2] = vaddw_s16(all[2], vget_low_s16(second));
		all[3] = vaddw_s16(all[3], vget_high_s16(second));
	}
	for (int i = 0; i < 4; i++)
		vst1q_s32(sums + from + 4 * i, all[i]);
}

static void add_neon(const uint8_t *q, const struct decision_tree *t, int n, int32_t *sums)
{
	add_half(q, t, n, 0, sums);
	add_half(q, t, n, LANES / 2, sums);
}
#endif

/* Returns the fastest path for this processor.  All paths give the same sums. */
static add_trees *choose_path(void)
{
#if defined(MODEL_AVX2)
	if (__builtin_cpu_supports("avx2"))
		return add_avx2;
#endif
#if defined(MODEL_NEON)
	return add_neon;
#else
	return add_plain;
#endif
}

/* The initial score, from the sum of the initial trees. */
static float first_chance(int32_t sum)
{
	return real_chance(model_first_base + model_first_unit * (float)sum);
}

/* The log odds of the refined score.  With no_comments the base is lower: the pages labelled that way, without reader comments,
 * are also labelled more strictly in other respects, such as the text after the article. */
static float log_odds_of(const mk_page *pg, int32_t sum)
{
	return (pg->options.no_comments ? model_base_without_comments : model_base) + model_unit * (float)sum;
}

/* ---- Blocks ---- */

/* A block without words, such as a dash or a tick, has no evidence of its own: it gets the lower score of the nearest blocks
 * with words on either side.  Beyond the ends of the page the score counts as 0. */
void model_score_wordless(mk_page *pg)
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

#define SURVEY_WORDS 511 /* most words that a block counts for; SURVEY_WORDS * SURVEY_UNIT must fit int16_t */
#define SURVEY_UNIT 64   /* fixed-point one for the initial score of a word */

/* Sums for the page networks over all blocks that the initial trees do not find unlikely: of the columns in model_pool, weighted
 * by the words of a block and by its expected content words. */
struct survey {
	double moved; /* words times the absolute change from the initial to the refined score */
	int64_t words, likely; /* sums of the weights */
	int64_t by_words[N_POOL], by_likely[N_POOL];
};

#define TILE 16
#define ROW_BYTES ((N_BLOCK_FEATURES + TILE - 1) / TILE * TILE)

/* Blocks on their way through the initial trees: a row per block, and the same values by column. */
struct lanes {
	sheet q;
	uint8_t rows[LANES][ROW_BYTES];
	uint32_t block[LANES];
	int n;
};

/* What is kept of full lanes for the refine trees. */
struct group {
	uint8_t kept[N_KEPT][LANES];
	uint32_t block[LANES];
	int n;
};

/* The state of scoring one page. */
struct course {
	mk_page *pg;
	add_trees *add;
	struct lanes lanes, likely; /* blocks for the initial trees; blocks that these did not find unlikely */
	struct group *groups;
	uint32_t n_groups;
};

/* Writes the page's columns, the same in all lanes. */
static void put_page(const mk_page *pg, uint8_t q[][LANES])
{
	enum { N = N_BLOCK_FEATURES };
	float f[N_FEATURES];
	uint8_t page[N_PAGE_FEATURES];
	feature_page(pg, f);
	quantise(f + N, model_scale + N, model_offset + N, N_PAGE_FEATURES, page);
	for (int i = 0; i < N_PAGE_FEATURES; i++)
		memset(q[i], page[i], LANES);
}

/* Adds a block: writes its own columns as the next row. */
static void put_block(const mk_page *pg, uint32_t i, struct lanes *l)
{
	float f[N_BLOCK_FEATURES];
	feature_block(pg, i, f);
	quantise(f, model_scale, model_offset, N_BLOCK_FEATURES, l->rows[l->n]);
	l->block[l->n++] = i;
}

#if defined(MODEL_SSE2)
/* Interleaves the bytes of the first half of the rows with those of the second half. */
static inline void interleave(const __m128i *rows, __m128i *mixed)
{
#pragma GCC unroll 8
	for (int i = 0; i < TILE / 2; i++) {
		mixed[2 * i] = _mm_unpacklo_epi8(rows[i], rows[i + TILE / 2]);
		mixed[2 * i + 1] = _mm_unpackhi_epi8(rows[i], rows[i + TILE / 2]);
	}
}

/* Transposes TILE rows of TILE bytes: interleaving four times, log2(TILE), is a transposition. */
static inline void turn_tile(const uint8_t *rows, size_t row_bytes, uint8_t q[][LANES])
{
	__m128i a[TILE], b[TILE];
#pragma GCC unroll 16
	for (int i = 0; i < TILE; i++)
		a[i] = _mm_loadu_si128((const __m128i *)(const void *)(rows + (size_t)i * row_bytes));
	interleave(a, b);
	interleave(b, a);
	interleave(a, b);
	interleave(b, a);
#pragma GCC unroll 16
	for (int i = 0; i < TILE; i++)
		_mm_storeu_si128((__m128i *)(void *)q[i], a[i]);
}
#endif

/* Transposes n rows into q[0] … q[n_columns - 1].  rows must have room for LANES rows, since whole tiles are read. */
static inline void turn_rows(const uint8_t *rows, size_t row_bytes, int n, int n_columns, uint8_t q[][LANES])
{
	int i = 0;
#if defined(MODEL_SSE2)
	for (; i + TILE <= n_columns; i += TILE)
		for (int lane = 0; lane < n; lane += TILE)
			turn_tile(rows + (size_t)lane * row_bytes + i, row_bytes, (uint8_t(*)[LANES])(void *)(q[i] + lane));
#endif
	for (; i < n_columns; i++)
		for (int k = 0; k < n; k++)
			q[i][k] = rows[(size_t)k * row_bytes + (size_t)i];
}

/* Dot product over the lanes.  Operands of 16 bits let compilers use instructions that multiply and add eight at a time. */
static inline int32_t weigh(const int16_t *weight, const uint8_t *q)
{
	int32_t all = 0;
	for (int k = 0; k < LANES; k++)
		all += (int32_t)weight[k] * (int16_t)q[k];
	return all;
}

static void survey_lanes(struct survey *s, const mk_page *pg, const struct lanes *l)
{
	int16_t words[LANES] = {0}, likely[LANES] = {0};
	for (int k = 0; k < l->n; k++) {
		const mk_block *b = &pg->blocks[l->block[k]].pub;
		words[k] = (int16_t)(b->n_words < SURVEY_WORDS ? b->n_words : SURVEY_WORDS);
		likely[k] = (int16_t)(b->score * (float)(words[k] * SURVEY_UNIT) + 0.5f);
		s->words += words[k];
		s->likely += likely[k];
	}
	for (int i = 0; i < N_POOL; i++) {
		s->by_words[i] += weigh(words, l->q[model_pool[i]]);
		s->by_likely[i] += weigh(likely, l->q[model_pool[i]]);
	}
}

/* Takes from full or last lanes what the refine trees and the page networks need, and empties them. */
static void keep_group(struct course *c)
{
	struct lanes *l = &c->likely;
	struct group *group = &c->groups[c->n_groups++];
	turn_rows(l->rows[0], ROW_BYTES, l->n, N_BLOCK_FEATURES, l->q);
	survey_lanes(c->pg->survey, c->pg, l);
	for (int i = 0; i < N_KEPT; i++)
		memcpy(group->kept[i], l->q[model_kept[i]], LANES);
	memcpy(group->block, l->block, sizeof group->block);
	group->n = l->n;
	l->n = 0;
}

/* Gives the blocks in the lanes their initial scores, and collects the ones that are not unlikely for the refine trees. */
static void first_part(struct course *c)
{
	struct lanes *from = &c->lanes, *to = &c->likely;
	int32_t sums[LANES];
	turn_rows(from->rows[0], ROW_BYTES, from->n, N_BLOCK_FEATURES, from->q);
	c->add(from->q[0], model_first, N_FIRST, sums);
	for (int k = 0; k < from->n; k++) {
		mk_block *b = &c->pg->blocks[from->block[k]].pub;
		b->score = first_chance(sums[k]);
		if (b->score < model_unlikely)
			continue;
		memcpy(to->rows[to->n], from->rows[k], ROW_BYTES);
		to->block[to->n++] = from->block[k];
		if (to->n == LANES)
			keep_group(c);
	}
	from->n = 0;
}

/* Writes the columns from the initial scores and the kept columns.  The page's columns, written once, stay as they are. */
static void put_group(const mk_page *pg, const struct group *group, late_sheet q)
{
	enum { N = N_PLAIN_FEATURES, ROW = (N_INITIAL_FEATURES + TILE - 1) / TILE * TILE };
	float f[N_FEATURES];
	uint8_t rows[LANES][ROW];
	for (int k = 0; k < group->n; k++) {
		feature_initial_row(pg, group->block[k], f);
		quantise(f + N, model_scale + N, model_offset + N, N_INITIAL_FEATURES, rows[k]);
	}
	turn_rows(rows[0], ROW, group->n, N_INITIAL_FEATURES, q + LATE_INITIAL);
	memcpy(q + LATE_KEPT, group->kept, sizeof group->kept);
}

/* Gives the blocks of a group their refined scores. */
static void second_part(mk_page *pg, const struct group *group, late_sheet q, add_trees *add)
{
	int32_t sums[LANES];
	put_group(pg, group, q);
	add(q[0], model_second, N_SECOND, sums);
	for (int k = 0; k < group->n; k++) {
		mk_block *b = &pg->blocks[group->block[k]].pub;
		const float score = real_chance(log_odds_of(pg, sums[k]));
		pg->survey->moved += fabs((double)score - (double)b->score) * b->n_words;
		b->score = score;
	}
}

/* Gives all blocks of the page their initial scores. */
static void initial_scores(struct course *c)
{
	for (uint32_t i = 0; i < c->pg->article.n_blocks; i++) {
		if (c->pg->blocks[i].pub.n_words)
			put_block(c->pg, i, &c->lanes);
		if (c->lanes.n == LANES)
			first_part(c);
	}
	if (c->lanes.n)
		first_part(c);
	if (c->likely.n)
		keep_group(c);
	model_score_wordless(c->pg);
}

static void score_blocks(mk_page *pg, add_trees *add)
{
	struct course c; /* unused lanes may hold anything, except in likely: survey_lanes() reads all of them */
	late_sheet q;
	c.pg = pg;
	c.add = add;
	c.groups = arena_array(&pg->arena, pg->article.n_blocks / LANES + 1, sizeof *c.groups);
	c.lanes.n = 0;
	c.n_groups = 0;
	memset(&c.likely, 0, sizeof c.likely);
	pg->survey = arena_zero(&pg->arena, sizeof *pg->survey);
	pg->contributions = arena_alloc(&pg->arena, N_FEATURES * sizeof *pg->contributions);
	put_page(pg, c.lanes.q + N_BLOCK_FEATURES);
	initial_scores(&c);
	feature_initial(pg);
	memcpy(q + LATE_PAGE, c.lanes.q + N_BLOCK_FEATURES, N_PAGE_FEATURES * sizeof *q);
	for (uint32_t i = 0; i < c.n_groups; i++)
		second_part(pg, &c.groups[i], q, add);
	model_score_wordless(pg);
}

void model_score(mk_page *pg)
{
	score_blocks(pg, choose_path());
}

/* ---- Pages ---- */

#define N_MEASURES 11 /* measures of the cut, and of how far refined scores moved from the initial ones */
#define N_VIEW (2 * N_POOL + (N_PAGE_FEATURES - 1) + N_MEASURES)

_Static_assert(sizeof model_type_w1 == MODEL_TYPE_H * N_VIEW * sizeof(float), "the type net looks at pages as this file does");
_Static_assert(sizeof model_conf_w1 == MODEL_CONF_H * N_MEASURES * sizeof(float), "the one for confidence looks at the measures alone");
_Static_assert(sizeof model_type_b2 == (MK_N_PAGE_TYPES - 1) * sizeof(float), "an output for each page type");

static float share(double a, double b)
{
	return b > 0 ? (float)(a / b) : 0.0f;
}

static float log_1p(double x)
{
	return (float)real_log(1 + x);
}

/* Writes the measures, scaled to about 0 … 1.  moved: as in struct survey. */
static void measure_cut(const mk_page *pg, double moved, float *m)
{
	const struct cut *c = &pg->cut;
	const float measures[N_MEASURES] = {
	        c->expected_f1,
	        share(c->kept_words, c->words),
	        log_1p(c->words) / 10,
	        log_1p(c->kept_words) / 10,
	        share(c->unsure_words, c->words),
	        log_1p(c->n_kept) / 5,
	        share(c->kept_likely, c->kept_words),
	        log_1p(c->n_changes) / 5,
	        log_1p(c->n_blocks) / 8,
	        share(c->kept_likely, c->likely),
	        share(moved, c->words),
	};
	memcpy(m, measures, sizeof measures);
}

/* Writes the inputs of the page networks.  All of them must mean the same whichever trees made the scores: training takes scores
 * from the trees of several folds.  The policy column is left out, since it describes the request and not the page. */
static void view_page(const mk_page *pg, float v[N_VIEW])
{
	const struct survey *s = pg->survey;
	uint8_t q[N_PAGE_FEATURES][LANES];
	for (int k = 0; k < N_POOL; k++) {
		v[k] = share((double)s->by_words[k], QUANTUM_MOST * (double)s->words);
		v[N_POOL + k] = share((double)s->by_likely[k], QUANTUM_MOST * (double)s->likely);
	}
	v += 2 * N_POOL;
	put_page(pg, q);
	for (int k = 0; k < N_PAGE_FEATURES; k++)
		if (k != FEATURE_policy - N_BLOCK_FEATURES)
			*v++ = (float)q[k][0] / QUANTUM_MOST;
	measure_cut(pg, s->moved, v);
}

#define ABREAST 16 /* sums computed together: their weights are adjacent in memory, so that compilers can vectorise */

_Static_assert(MODEL_TYPE_H % ABREAST == 0 && MODEL_CONF_H % ABREAST == 0, "hidden_layer() leaves none out");

/* One hidden layer with ReLU: h[j] = max(0, b[j] + sum over i of w[i][j] * v[i]).  w has a row of n weights for each input. */
static void hidden_layer(const float *v, int n_inputs, const float *w, const float *b, int n, float *h)
{
	for (int j = 0; j < n; j += ABREAST) {
		float sums[ABREAST];
		memcpy(sums, b + j, sizeof sums);
		for (int i = 0; i < n_inputs; i++) {
#pragma GCC unroll 16
			for (int k = 0; k < ABREAST; k++)
				sums[k] += w[i * n + j + k] * v[i];
		}
		for (int k = 0; k < ABREAST; k++)
			h[j + k] = sums[k] > 0 ? sums[k] : 0;
	}
}

void model_judge(mk_page *pg)
{
	float v[N_VIEW], h[MODEL_TYPE_H > MODEL_CONF_H ? MODEL_TYPE_H : MODEL_CONF_H], best = 0;
	pg->type = MK_PAGE_NONE;
	pg->article.confidence = 0;
	if (!pg->cut.n_blocks)
		return;
	view_page(pg, v);
	hidden_layer(v, N_VIEW, model_type_w1[0], model_type_b1, MODEL_TYPE_H, h);
	for (int k = 0; k < MK_N_PAGE_TYPES - 1; k++) {
		float sum = model_type_b2[k];
		for (int j = 0; j < MODEL_TYPE_H; j++)
			sum += model_type_w2[k][j] * h[j];
		if (k == 0 || sum > best) {
			best = sum;
			pg->type = (mk_page_type)(k + 1);
		}
	}
	hidden_layer(v + N_VIEW - N_MEASURES, N_MEASURES, model_conf_w1[0], model_conf_b1, MODEL_CONF_H, h);
	float sum = model_conf_b2;
	for (int j = 0; j < MODEL_CONF_H; j++)
		sum += model_conf_w2[j] * h[j];
	pg->article.confidence = real_chance(sum);
}

/* ---- Contributions of columns to a score ---- */

/* Computes, for each column, by how much the sum of the trees falls if that column alone gets its mean.  All lanes hold the same
 * block, and each lane changes another column, so LANES columns are tested at a time.  Returns the unchanged sum. */
static int32_t contribute(uint8_t q[][LANES], int n_columns, const struct decision_tree *trees, int n_trees, int32_t *falls)
{
	add_trees *add = choose_path();
	int32_t sums[LANES], as_is;
	add(q[0], trees, n_trees, sums);
	as_is = sums[0];
	for (int from = 0; from < n_columns; from += LANES) {
		const int n = n_columns - from < LANES ? n_columns - from : LANES;
		uint8_t own[LANES];
		for (int k = 0; k < n; k++) {
			own[k] = q[from + k][k];
			q[from + k][k] = QUANTUM_MEAN;
		}
		add(q[0], trees, n_trees, sums);
		for (int k = 0; k < n; k++) {
			q[from + k][k] = own[k];
			falls[from + k] = as_is - sums[k];
		}
	}
	return as_is;
}

/* Fills all lanes of both sheets with block i. */
static void put_alone(const mk_page *pg, uint32_t i, struct lanes *l, late_sheet late)
{
	struct group group = {.block = {i}, .n = 1};
	l->n = 0;
	put_page(pg, l->q + N_BLOCK_FEATURES);
	put_block(pg, i, l);
	for (int k = 0; k < N_BLOCK_FEATURES; k++)
		memset(l->q[k], l->rows[0][k], LANES);
	for (int k = 0; k < N_KEPT; k++)
		memcpy(group.kept[k], l->q[model_kept[k]], LANES);
	memcpy(late + LATE_PAGE, l->q + N_BLOCK_FEATURES, N_PAGE_FEATURES * sizeof *late);
	put_group(pg, &group, late);
	for (int k = LATE_INITIAL; k < LATE_KEPT; k++)
		memset(late[k], late[k][0], LANES);
}

/* The column that a row of late_sheet holds. */
static unsigned column_of_late(int place)
{
	return place < LATE_KEPT ? (unsigned)(N_BLOCK_FEATURES + place) : model_kept[place - LATE_KEPT];
}

/* Writes the contribution of each column to the initial score to c.  Returns whether the initial score is final. */
static bool contribute_first(float *c, sheet q)
{
	int32_t falls[N_PLAIN_FEATURES];
	const int32_t sum = contribute(q, N_PLAIN_FEATURES, model_first, N_FIRST, falls);
	for (int k = 0; k < N_PLAIN_FEATURES; k++)
		c[k] = model_first_unit * (float)falls[k];
	return first_chance(sum) < model_unlikely;
}

/* Adds the contributions of columns to the refined score. */
static void contribute_second(float *c, late_sheet q)
{
	int32_t falls[LATE_KEPT + N_KEPT];
	contribute(q, LATE_KEPT + N_KEPT, model_second, N_SECOND, falls);
	for (int k = 0; k < LATE_KEPT + N_KEPT; k++)
		c[column_of_late(k)] += model_unit * (float)falls[k];
}

const float *model_contributions(mk_page *pg, uint32_t i)
{
	memset(pg->contributions, 0, N_FEATURES * sizeof *pg->contributions);
	if (!pg->blocks[i].pub.n_words)
		return pg->contributions;
	struct lanes l;
	late_sheet late;
	put_alone(pg, i, &l, late);
	if (!contribute_first(pg->contributions, l.q))
		contribute_second(pg->contributions, late);
	return pg->contributions;
}
