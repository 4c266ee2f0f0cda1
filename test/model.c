/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.c - tests of src/model.c: scores, kept blocks, reasons and verdicts are the same on every vector path.
 *
 * The model is compiled a second time here, so that each path that the processor supports can be called.  The paths are compared
 * with sums computed in the simplest way and, on the pages of examples/ and test/cases/ and on generated pages, with the library.
 * test/model_scalar.c is this file with MK_SCALAR.
 */
#include "src/page.h"

#define model_score twin_score
#define model_judge twin_judge
#define model_score_wordless twin_score_wordless
#define model_contributions twin_contributions
#include "src/model.c"

#include <glob.h>
#include <stdlib.h>

#include "test/check.h"

#if defined(MK_SCALAR)
#define NAME "model-scalar"
#else
#define NAME "model"
#endif

static uint32_t seed = 1, n_unlikely, n_likely; /* n_: blocks that test_block() saw below and above model_unlikely */

/* Returns a random number below n. */
static uint32_t next(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* ---- Trees ---- */

static const struct {
	const char *name;
	add_trees *add;
	bool avx2;
} paths[] = {
#if defined(MODEL_AVX2)
        {"avx2", add_avx2, true},
#endif
#if defined(MODEL_NEON)
        {"neon", add_neon, false},
#endif
        {"plain", add_plain, false},
};
#define N_PATHS (sizeof paths / sizeof paths[0])

static bool can_run(size_t path)
{
#if defined(MODEL_AVX2)
	return !paths[path].avx2 || __builtin_cpu_supports("avx2");
#else
	return paths[path].add != NULL;
#endif
}

/* The sum of the trees for one lane, computed in the simplest way: the block's leaf is the first one from the left that is not to
 * the left of a split at which the block goes right. */
static int32_t reference_sum(const uint8_t q[][LANES], int lane, const struct decision_tree *trees, int n_trees)
{
	int32_t sum = 0;
	for (int t = 0; t < n_trees; t++) {
		const struct decision_tree *tree = &trees[t];
		int leaf = 0;
		for (bool found = false; !found; leaf += !found) {
			found = true;
			for (int n = 0; n < LEAVES - 1; n++)
				if (tree->left[n] >> leaf & 1 && q[tree->at[n] / LANES][lane] > tree->most[n])
					found = false;
		}
		sum += (int16_t)(tree->leaf[0][leaf] + 256 * tree->leaf[1][leaf]);
	}
	return sum;
}

/* The initial and the refine trees, and how many columns they may read. */
static const struct {
	const char *name;
	const struct decision_tree *trees;
	int n_trees, n_columns;
} parts[] = {{"initial trees", model_first, N_FIRST, N_PLAIN_FEATURES},
             {"refine trees", model_second, N_SECOND, LATE_KEPT + N_KEPT}};
enum { FIRST, SECOND };
#define N_PARTS (sizeof parts / sizeof parts[0])

/* Random columns: in every second round at the ends of their range, 0 and 127, otherwise anywhere in it. */
static void test_sums(void)
{
	static uint8_t q[N_FEATURES + N_KEPT][LANES];
	for (int round = 0; round < 100; round++) {
		for (size_t i = 0; i < sizeof q / sizeof q[0]; i++)
			for (int k = 0; k < LANES; k++)
				q[i][k] = (uint8_t)(round % 2 ? next(2) * 127 : next(128));
		for (size_t part = 0; part < N_PARTS; part++) {
			int32_t expected[LANES];
			for (int k = 0; k < LANES; k++)
				expected[k] = reference_sum(q, k, parts[part].trees, parts[part].n_trees);
			for (size_t p = 0; p < N_PATHS; p++) {
				int32_t sums[LANES];
				if (!can_run(p))
					continue;
				paths[p].add(q[0], parts[part].trees, parts[part].n_trees, sums);
				check(!memcmp(sums, expected, sizeof sums), "%s, %s: sums of round %d", paths[p].name, parts[part].name, round);
			}
		}
	}
}

/* The bounds of the model's tables that the vector paths rely on without checking. */
static void test_table(void)
{
	for (size_t part = 0; part < N_PARTS; part++)
		for (int t = 0; t < parts[part].n_trees; t++) {
			const struct decision_tree *tree = &parts[part].trees[t];
			bool fits = true;
			for (int i = 0; i < LEAVES; i++)
				fits &= abs(leaf_value(tree, i)) <= 4095;
			for (int n = 0; n < LEAVES - 1; n++)
				fits &= tree->at[n] % LANES == 0 && tree->at[n] / LANES < parts[part].n_columns && tree->most[n] >= 0 && !(tree->left[n] >> (LEAVES - 1));
			check(fits, "tree %d of the %s is within the bounds", t, parts[part].name);
		}
	for (int k = 0; k < N_KEPT; k++)
		check(model_kept[k] < N_BLOCK_FEATURES && (!k || model_kept[k] > model_kept[k - 1]), "kept column %d is a block column, in ascending order", k);
}

/* quantise() rounds to the nearest integer, ties to even, and limits values to 0 … 127.  Each value is tested at every index,
 * because the last columns take another path. */
static void test_quanta(void)
{
	static const struct {
		float value;
		uint8_t quantum;
	} cases[] = {{0, 0},    {0.49f, 0},  {0.5f, 0},    {0.51f, 1},   {1.5f, 2},    {2.5f, 2},      {63.5f, 64},     {64.5f, 64},
	             {126.4f, 126}, {126.5f, 126}, {126.6f, 127}, {127, 127}, {127.5f, 127}, {1e30f, 127}, {INFINITY, 127}, {-0.4f, 0},
	             {-1, 0},   {-1e30f, 0}, {-INFINITY, 0}, {NAN, 0}};
	enum { N = sizeof cases / sizeof cases[0], LENGTH = 41 };
	float f[LENGTH], scale[LENGTH], offset[LENGTH];
	uint8_t q[LENGTH];
	for (int shift = 0; shift < N; shift++) {
		for (int i = 0; i < LENGTH; i++) {
			f[i] = cases[(i + shift) % N].value;
			scale[i] = 1;
			offset[i] = 0;
		}
		quantise(f, scale, offset, LENGTH, q);
		for (int i = 0; i < LENGTH; i++)
			check(q[i] == cases[(i + shift) % N].quantum, "%g at %d becomes %u", (double)f[i], i, q[i]);
	}
}

/* Returns by how much the sum of the trees falls when the column at a place gets its mean, 64. */
static int32_t reference_fall(uint8_t q[][LANES], int place, size_t part)
{
	const uint8_t before = q[place][0];
	const int32_t as_is = reference_sum(q, 0, parts[part].trees, parts[part].n_trees);
	q[place][0] = 64;
	const int32_t without = reference_sum(q, 0, parts[part].trees, parts[part].n_trees);
	q[place][0] = before;
	return as_is - without;
}

/* Compares the score and the contributions of a block with the reference.  A column contributes the fall of the sum when it gets
 * its mean, over the initial trees and, unless the initial score is below model_unlikely, the refine trees. */
static void test_block(mk_page *pg, uint32_t i, const char *name)
{
	static struct lanes l;
	static late_sheet late;
	const float *contributions = mk_contributions_of(pg, i);
	const mk_block *b = &pg->blocks[i].pub;
	float worst = 0;
	put_alone(pg, i, &l, late);
	const float initial = real_chance(model_first_base + model_first_unit * (float)reference_sum(l.q, 0, model_first, N_FIRST));
	const bool unlikely = initial < model_unlikely;
	const float score = unlikely ? initial : real_chance(log_odds_of(pg, reference_sum(late, 0, model_second, N_SECOND)));
	n_unlikely += unlikely;
	n_likely += !unlikely;
	if (b->n_words)
		check(fabsf(b->score - score) < 1e-5f, "%s: block %u scores %g, expected %g", name, i, (double)b->score, (double)score);
	for (int k = (int)(i % 11); k < N_FEATURES; k += 11) { /* every eleventh only: each column needs a pass over all trees */
		float expected = 0;
		if (k < N_PLAIN_FEATURES)
			expected += model_first_unit * (float)reference_fall(l.q, k, FIRST);
		for (int place = 0; place < LATE_KEPT + N_KEPT; place++)
			if (!unlikely && column_of_late(place) == (unsigned)k)
				expected += model_unit * (float)reference_fall(late, place, SECOND);
		worst = fmaxf(worst, fabsf((b->n_words ? expected : 0) - contributions[k]));
	}
	check(worst < 1e-3, "%s: contributions to block %u are off by %g", name, i, (double)worst);
}

/* ---- Pages ---- */

struct outcome {
	float score;
	uint8_t keep, reason;
};

static struct outcome *outcomes_of(const mk_page *pg)
{
	struct outcome *out = calloc(pg->article.n_blocks + 1, sizeof *out);
	for (uint32_t i = 0; out && i < pg->article.n_blocks; i++) {
		const mk_block *b = &pg->blocks[i].pub;
		out[i] = (struct outcome){b->score, b->keep, b->reason};
	}
	return out;
}

static void test_page(mk_page *pg, const char *html, size_t len, const char *name)
{
	if (mk_extract(pg, html, len, NULL) != MK_OK) {
		check(false, "%s: mk_extract() fails", name);
		return;
	}
	pg->article.n_blocks -= pg->n_embedded; /* blocks of embedded text have no scores */
	pg->n_embedded = 0;
	const mk_article first = pg->article;
	struct outcome *expected = outcomes_of(pg);
	if (!expected || setjmp(pg->arena.escape))
		exit(2);
	for (size_t p = 0; p < N_PATHS; p++) {
		if (!can_run(p))
			continue;
		for (uint32_t i = 0; i < first.n_blocks; i++)
			pg->blocks[i].pub.score = -1;
		score_blocks(pg, paths[p].add);
		choose_cut(pg);
		twin_judge(pg);
		choose_blocks(pg);
		caption_drop(pg);
		float worst = 0;
		uint32_t n_other = 0;
		for (uint32_t i = 0; i < first.n_blocks; i++) {
			const mk_block *b = &pg->blocks[i].pub;
			worst = fmaxf(worst, fabsf(b->score - expected[i].score));
			n_other += b->keep != expected[i].keep || b->reason != expected[i].reason;
		}
		check(worst <= 1e-5f && !n_other, "%s, %s: scores are off by %g, %u blocks have another decision or reason", name, paths[p].name, (double)worst, n_other);
		check(pg->article.page_type == first.page_type && fabsf(pg->article.confidence - first.confidence) <= 1e-5f &&
		              pg->article.verdict == first.verdict,
		      "%s, %s: page type, confidence or verdict differ: %s, confidence %g", name, paths[p].name, mk_verdict_name(pg->article.verdict), (double)pg->article.confidence);
	}
	for (uint32_t i = 0; i < first.n_blocks; i += 1 + first.n_blocks / 8)
		test_block(pg, i, name);
	free(expected);
}

/* Writes a random page of tags and words.  Returns its length. */
static size_t generate(char *out, size_t room)
{
	static const char *const pieces[] = {"<p>", "</p>", "<div>", "</div>", "<article>", "</article>", "<nav>", "</nav>", "<ul><li>", "</ul>",
	                                     "<h1>", "</h1>", "<h2>", "</h2>", "<a href=x>", "</a>", "<aside>", "</aside>", "<table><tr><td>",
	                                     "</table>", "<footer>", "</footer>", "<br>", "<blockquote>", "</blockquote>", "\xE2\x80\xA2"};
	size_t len = 0, n = 5 + next(400);
	while (n-- && len + 200 < room) {
		if (next(2))
			len += (size_t)snprintf(out + len, room - len, "%s", pieces[next(sizeof pieces / sizeof pieces[0])]);
		else
			for (uint32_t words = 1 + next(30); words; words--) {
				const int letters = 1 + (int)next(10);
				const char *end = next(9) ? "" : next(2) ? "." : ",";
				len += (size_t)snprintf(out + len, room - len, "%.*s%s ", letters, "abcdefghij", end);
			}
	}
	return len;
}

static void test_file(mk_page *pg, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *html = f ? malloc(1 << 20) : NULL;
	if (html)
		test_page(pg, html, fread(html, 1, 1 << 20, f), path);
	check(html != NULL, "%s cannot be opened", path);
	free(html);
	if (f)
		fclose(f);
}

int main(void)
{
	static char html[100000];
	glob_t files = {0};
	mk_page *pg = mk_page_new(NULL);
	if (!pg)
		return 2;
	TEST(test_table());
	TEST(test_sums());
	TEST(test_quanta());
	glob("examples/*.html", 0, NULL, &files);
	glob("test/cases/*/page.html", GLOB_APPEND, NULL, &files);
	check(files.gl_pathc >= 8, "pages in examples/ and test/cases/ are found (run this in the root of the repository)");
	for (size_t i = 0; i < files.gl_pathc; i++)
		TEST(test_file(pg, files.gl_pathv[i]));
	globfree(&files);
	for (int i = 0; i < 200; i++)
		TEST(test_page(pg, html, generate(html, sizeof html), "a generated page"));
	check(n_unlikely > 100 && n_likely > 100, "blocks below and above model_unlikely are tested: %u and %u", n_unlikely, n_likely);
	mk_page_free(pg);
	return check_end(NAME);
}
