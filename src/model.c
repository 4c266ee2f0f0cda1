/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.c - features -> score, the chance that a block is content; scores and their cut -> type of the page, confidence.
 *
 * The score is a small net, MODEL_H1 and MODEL_H2 hidden units, whose numbers are in tables/model.h, written by train/.  What costs time
 * is the first layer, hundreds of columns by MODEL_H1 units for each block.  Hence:
 *
 *	columns are 7-bit integers and its weights 8-bit ones, so the layer is integer arithmetic: the vector paths and the plain one
 *	give the same sums, bit for bit, in any order;
 *	columns that are the same for all blocks of a page are summed once a page;
 *	the weights lie in groups of four columns, [group][unit][4], which is what the instructions for such sums take at a time.
 *
 * The later layers are plain loops over the units of the next layer, which compilers turn into vectors without changing the order of any
 * sum.  Two nets of the same make, but small and in floating point, look at the page as a whole.
 *
 * MODEL_TABLE, a string, names another table: the trainer measures with tables that have not seen a page.
 */
#include "feature.h"

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

/* Into the vector paths, so that all of a path is made for the same processor. */
#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF /* a * b + c in two roundings everywhere; gcc does so with -std=c17 */
#endif

#define GROUPS(n) (((n) + 3) / 4)
#define BLOCK_GROUPS GROUPS(N_BLOCK_FEATURES)
#define PAGE_GROUPS GROUPS(N_FEATURES - N_BLOCK_FEATURES)
#define N_POOL ((int)(sizeof model_pool / sizeof model_pool[0]))
#define QUANTUM_MOST 127
#define QUANTUM_MEAN 64 /* of the mean of a column: half of QUANTUM_MOST, rounded */

_Static_assert(N_FEATURES == MODEL_N_COLUMNS && N_BLOCK_FEATURES == MODEL_N_BLOCK_COLUMNS, "the table is for these columns");
_Static_assert(MODEL_H1 % 16 == 0, "the vector paths take sixteen units at a time, or eight");
_Static_assert(sizeof model_w1_block == BLOCK_GROUPS * MODEL_H1 * 4, "weights of blocks in groups");
_Static_assert(sizeof model_w1_page == PAGE_GROUPS * MODEL_H1 * 4, "weights of the page in groups");

/* ---- The first layer ---- */

/* sums[j] += the weights of unit j times the columns, q[0] … q[4 * n_groups - 1].  Sums of two products fit 16 bits: 2 · 127 · 128. */
typedef void add_columns(const uint8_t *q, int n_groups, const int8_t weights[][MODEL_H1][4], int32_t *sums);

static inline void add_plain(const uint8_t *q, int n_groups, const int8_t weights[][MODEL_H1][4], int32_t *sums)
{
	for (int g = 0; g < n_groups; g++, q += 4)
		for (int j = 0; j < MODEL_H1; j++) {
			const int8_t *w = weights[g][j];
			sums[j] += q[0] * w[0] + q[1] * w[1] + q[2] * w[2] + q[3] * w[3];
		}
}

#if defined(MODEL_SSE2)
/* Eight units at a time.  pmaddwd on columns and weights widened to 16 bits leaves two sums for each unit, added at the end. */
static inline void add_sse2(const uint8_t *q, int n_groups, const int8_t weights[][MODEL_H1][4], int32_t *sums)
{
	const __m128i zero = _mm_setzero_si128();
	for (int j = 0; j < MODEL_H1; j += 8) {
		__m128i s[4] = {zero, zero, zero, zero};
		for (int g = 0; g < n_groups; g++) {
			int32_t four;
			memcpy(&four, q + 4 * g, 4);
			__m128i x = _mm_unpacklo_epi8(_mm_set1_epi32(four), zero);
			for (int k = 0; k < 2; k++) {
				__m128i w = _mm_loadu_si128((const __m128i *)(const void *)weights[g][j + 4 * k]);
				__m128i low = _mm_srai_epi16(_mm_unpacklo_epi8(w, w), 8), high = _mm_srai_epi16(_mm_unpackhi_epi8(w, w), 8);
				s[2 * k] = _mm_add_epi32(s[2 * k], _mm_madd_epi16(x, low));
				s[2 * k + 1] = _mm_add_epi32(s[2 * k + 1], _mm_madd_epi16(x, high));
			}
		}
		for (int k = 0; k < 2; k++) {
			__m128 a = _mm_castsi128_ps(s[2 * k]), b = _mm_castsi128_ps(s[2 * k + 1]);
			__m128i even = _mm_castps_si128(_mm_shuffle_ps(a, b, 0x88)), odd = _mm_castps_si128(_mm_shuffle_ps(a, b, 0xDD));
			__m128i *out = (__m128i *)(void *)(sums + j + 4 * k);
			_mm_storeu_si128(out, _mm_add_epi32(_mm_loadu_si128(out), _mm_add_epi32(even, odd)));
		}
	}
}

#endif

#if defined(MODEL_AVX2)
/* All units at a time: eight a register. */
MODEL_AVX2 static inline void add_avx2(const uint8_t *q, int n_groups, const int8_t weights[][MODEL_H1][4], int32_t *sums)
{
	enum { N = MODEL_H1 / 8 };
	const __m256i ones = _mm256_set1_epi16(1);
	__m256i s[N];
	memcpy(s, sums, sizeof s);
	for (int g = 0; g < n_groups; g++) {
		int32_t four;
		memcpy(&four, q + 4 * g, 4);
		const __m256i x = _mm256_set1_epi32(four);
#pragma GCC unroll 16
		for (int k = 0; k < N; k++) {
			const __m256i w = _mm256_loadu_si256((const __m256i *)(const void *)weights[g][8 * k]);
			s[k] = _mm256_add_epi32(s[k], _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), ones));
		}
	}
	memcpy(sums, s, sizeof s);
}
#endif

#if defined(MODEL_NEON)
static inline void add_neon(const uint8_t *q, int n_groups, const int8_t weights[][MODEL_H1][4], int32_t *sums)
{
	for (int j = 0; j < MODEL_H1; j += 8) {
		int32x4_t s[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
		for (int g = 0; g < n_groups; g++) {
			int32_t four;
			memcpy(&four, q + 4 * g, 4);
			int8x8_t x = vreinterpret_s8_s32(vdup_n_s32(four));
			for (int k = 0; k < 4; k++)
				s[k] = vpadalq_s16(s[k], vmull_s8(x, vld1_s8(weights[g][j + 2 * k])));
		}
		vst1q_s32(sums + j, vaddq_s32(vld1q_s32(sums + j), vpaddq_s32(s[0], s[1])));
		vst1q_s32(sums + j + 4, vaddq_s32(vld1q_s32(sums + j + 4), vpaddq_s32(s[2], s[3])));
	}
}
#endif

/* ---- Columns as integers ---- */

#if defined(MODEL_SSE2)
INLINE __m128i quantise_four(const float *f, const float *scale, const float *offset)
{
	const __m128 x = _mm_add_ps(_mm_mul_ps(_mm_loadu_ps(f), _mm_loadu_ps(scale)), _mm_loadu_ps(offset));
	return _mm_cvtps_epi32(_mm_min_ps(_mm_max_ps(x, _mm_setzero_ps()), _mm_set1_ps(QUANTUM_MOST)));
}
#endif

/* Columns as 7-bit integers, rounded to nearest even.  What is no number becomes 0. */
INLINE void quantise(const float *f, const float *scale, const float *offset, int n, uint8_t *q)
{
	int i = 0;
#if defined(MODEL_SSE2)
	for (; i + 16 <= n; i += 16) {
		__m128i a = quantise_four(f + i, scale + i, offset + i);
		__m128i b = quantise_four(f + i + 4, scale + i + 4, offset + i + 4);
		__m128i c = quantise_four(f + i + 8, scale + i + 8, offset + i + 8);
		__m128i d = quantise_four(f + i + 12, scale + i + 12, offset + i + 12);
		_mm_storeu_si128((__m128i *)(void *)(q + i), _mm_packus_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d)));
	}
#endif
	for (; i < n; i++) {
		float x = f[i] * scale[i] + offset[i];
		x = x > 0 ? x : 0;
		x = x < QUANTUM_MOST ? x : QUANTUM_MOST;
		x += 8388608.0f; /* 2^23: from there on a float has no fraction, so adding rounds, and its low bits are the integer */
		uint32_t bits;
		memcpy(&bits, &x, sizeof bits);
		q[i] = (uint8_t)bits;
	}
}

/* ---- The other layers ---- */

/* Sums of the first layer -> log odds of being content.  Four units at a time, one after the other. */
INLINE float finish(const int32_t *sums)
{
	float x[MODEL_H1], h[MODEL_H2];
	for (int j = 0; j < MODEL_H1; j++) {
		float v = model_b1[j] + model_s1[j] * (float)sums[j];
		x[j] = v > 0 ? v : 0;
	}
	memcpy(h, model_b2, sizeof h);
	for (int j = 0; j < MODEL_H1; j += 4) {
		const float(*w)[MODEL_H2] = &model_w2[j];
		for (int k = 0; k < MODEL_H2; k++)
			h[k] = h[k] + w[0][k] * x[j] + w[1][k] * x[j + 1] + w[2][k] * x[j + 2] + w[3][k] * x[j + 3];
	}
	float sum = model_b3;
	for (int k = 0; k < MODEL_H2; k++)
		sum += model_w3[k] * (h[k] > 0 ? h[k] : 0);
	return sum;
}

static float chance(float log_odds)
{
	return 1.0f / (1.0f + expf(-log_odds));
}

/* ---- Blocks ---- */

/* The columns of a page or a block as the first layer takes them. */
struct quanta {
	uint8_t block[4 * BLOCK_GROUPS], page[4 * PAGE_GROUPS];
	int32_t page_sums[MODEL_H1];
};

/* The page's columns, once a page. */
static void begin_page(const mk_page *pg, struct quanta *q)
{
	enum { N = N_BLOCK_FEATURES };
	float f[N_FEATURES];
	memset(q, 0, sizeof *q);
	feature_page(pg, f);
	quantise(f + N, model_scale + N, model_offset + N, N_FEATURES - N, q->page);
	add_plain(q->page, PAGE_GROUPS, model_w1_page, q->page_sums);
}

/* Log odds of the block with the columns f. */
typedef float score_row(struct quanta *q, const float *f);

INLINE float score_by(struct quanta *q, const float *f, add_columns *add)
{
	int32_t sums[MODEL_H1];
	memcpy(sums, q->page_sums, sizeof sums);
	quantise(f, model_scale, model_offset, N_BLOCK_FEATURES, q->block);
	add(q->block, BLOCK_GROUPS, model_w1_block, sums);
	return finish(sums);
}

#if defined(MODEL_AVX2)
MODEL_AVX2 static float score_avx2(struct quanta *q, const float *f)
{
	return score_by(q, f, add_avx2);
}
#endif

static float score_here(struct quanta *q, const float *f)
{
#if defined(MODEL_SSE2)
	return score_by(q, f, add_sse2);
#elif defined(MODEL_NEON)
	return score_by(q, f, add_neon);
#else
	return score_by(q, f, add_plain);
#endif
}

/* The fastest that this processor can do; they differ in nothing else. */
static score_row *choose_path(void)
{
#if defined(MODEL_AVX2)
	if (__builtin_cpu_supports("avx2"))
		return score_avx2;
#endif
	return score_here;
}

/* A block without words, a dash or a tick, says nothing by itself: it goes with the less likely of the blocks around it. */
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

/* What the columns that the page nets look at come to over all blocks, by words and by words that are likely content. */
struct survey {
	double words, likely;
	double by_words[N_POOL], by_likely[N_POOL];
};

static void survey_block(struct survey *s, const struct quanta *q, const mk_block *b)
{
	const double words = b->n_words, likely = (double)b->score * words;
	s->words += words;
	s->likely += likely;
	for (int k = 0; k < N_POOL; k++) {
		s->by_words[k] += words * q->block[model_pool[k]];
		s->by_likely[k] += likely * q->block[model_pool[k]];
	}
}

static void score_blocks(mk_page *pg, score_row *score)
{
	float f[N_FEATURES];
	struct quanta q;
	struct survey *survey = pg->survey = arena_zero(&pg->arena, sizeof *survey);
	pg->contributions = arena_alloc(&pg->arena, N_FEATURES * sizeof *pg->contributions);
	begin_page(pg, &q);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		if (!b->n_words)
			continue;
		feature_row(pg, i, f);
		b->score = chance(score(&q, f));
		survey_block(survey, &q, b);
	}
	model_score_wordless(pg);
}

void model_score(mk_page *pg)
{
	score_blocks(pg, choose_path());
}

/* ---- Pages ---- */

#define N_MEASURES 9 /* of struct cut */
#define N_VIEW (2 * N_POOL + (N_FEATURES - N_BLOCK_FEATURES - 1) + N_MEASURES)

_Static_assert(sizeof model_type_w1 == MODEL_TYPE_H * N_VIEW * sizeof(float), "the type net looks at pages as this file does");
_Static_assert(sizeof model_conf_w1 == MODEL_CONF_H * N_VIEW * sizeof(float), "and so does the one for confidence");
_Static_assert(sizeof model_type_b2 == (MK_N_PAGE_TYPES - 1) * sizeof(float), "an output for each page type");

static float share(double a, double b)
{
	return b > 0 ? (float)(a / b) : 0.0f;
}

/* What the page nets see.  Only what means the same whichever net made the scores; so not the policy, which is no property of the page. */
static void view_page(const mk_page *pg, float v[N_VIEW])
{
	const struct survey *s = pg->survey;
	const struct cut *c = &pg->cut;
	struct quanta q;
	for (int k = 0; k < N_POOL; k++) {
		v[k] = share(s->by_words[k], QUANTUM_MOST * s->words);
		v[N_POOL + k] = share(s->by_likely[k], QUANTUM_MOST * s->likely);
	}
	v += 2 * N_POOL;
	begin_page(pg, &q);
	for (int k = N_BLOCK_FEATURES; k < N_FEATURES; k++)
		if (k != FEATURE_policy)
			*v++ = (float)q.page[k - N_BLOCK_FEATURES] / QUANTUM_MOST;
	const float measures[N_MEASURES] = {
	        c->expected_f1,
	        share(c->kept_words, c->words),
	        log1pf((float)c->words) / 10,
	        log1pf((float)c->kept_words) / 10,
	        share(c->unsure_words, c->words),
	        log1pf((float)c->n_kept) / 5,
	        share(c->kept_likely, c->kept_words),
	        log1pf((float)c->n_changes) / 5,
	        log1pf((float)c->n_blocks) / 8,
	};
	memcpy(v, measures, sizeof measures);
}

/* One hidden layer: h[j] = what is positive of b[j] + sum of w[j][i] * v[i]. */
static void hidden_layer(const float *v, const float w[][N_VIEW], const float *b, int n, float *h)
{
	for (int j = 0; j < n; j++) {
		float sum = b[j];
		for (int i = 0; i < N_VIEW; i++)
			sum += w[j][i] * v[i];
		h[j] = sum > 0 ? sum : 0;
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
	hidden_layer(v, model_type_w1, model_type_b1, MODEL_TYPE_H, h);
	for (int k = 0; k < MK_N_PAGE_TYPES - 1; k++) {
		float sum = model_type_b2[k];
		for (int j = 0; j < MODEL_TYPE_H; j++)
			sum += model_type_w2[k][j] * h[j];
		if (k == 0 || sum > best) {
			best = sum;
			pg->type = (mk_page_type)(k + 1);
		}
	}
	hidden_layer(v, model_conf_w1, model_conf_b1, MODEL_CONF_H, h);
	float sum = model_conf_b2;
	for (int j = 0; j < MODEL_CONF_H; j++)
		sum += model_conf_w2[j] * h[j];
	pg->article.confidence = chance(sum);
}

/* ---- Why ---- */

/* By how much the log odds fall when one column after the other gets its mean. */
static void contribute(const struct quanta *q, float *contributions)
{
	int32_t sums[MODEL_H1], other[MODEL_H1];
	memcpy(sums, q->page_sums, sizeof sums);
	add_plain(q->block, BLOCK_GROUPS, model_w1_block, sums);
	const float log_odds = finish(sums);
	for (int i = 0; i < N_FEATURES; i++) {
		const int k = i < N_BLOCK_FEATURES ? i : i - N_BLOCK_FEATURES;
		const int32_t change = QUANTUM_MEAN - (i < N_BLOCK_FEATURES ? q->block[k] : q->page[k]);
		const int8_t(*w)[4] = i < N_BLOCK_FEATURES ? model_w1_block[k / 4] : model_w1_page[k / 4];
		for (int j = 0; j < MODEL_H1; j++)
			other[j] = sums[j] + change * w[j][k % 4];
		contributions[i] = change ? log_odds - finish(other) : 0.0f;
	}
}

const float *mk_contributions_of(mk_page *pg, uint32_t i)
{
	float f[N_FEATURES];
	struct quanta q;
	if (!pg || !pg->has_article || i >= pg->article.n_blocks)
		return NULL;
	if (pg->capture)
		return capture_contributions_of(pg, i);
	memset(pg->contributions, 0, N_FEATURES * sizeof *pg->contributions);
	if (!pg->blocks[i].pub.n_words)
		return pg->contributions;
	begin_page(pg, &q);
	feature_row(pg, i, f);
	quantise(f, model_scale, model_offset, N_BLOCK_FEATURES, q.block);
	contribute(&q, pg->contributions);
	return pg->contributions;
}
