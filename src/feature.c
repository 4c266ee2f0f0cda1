/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feature.c - blocks -> one row of floats a block, the columns of features.def.
 *
 * Whatever is summed over a range of blocks (a container, a section, a window) is a difference of prefix sums, so a row costs the same
 * wherever it is, and rows are made when they are asked for instead of being kept.
 */
#include "feature.h"

#include <math.h>

const char *mk_feature_name(unsigned column)
{
	static const char *const names[] = {
#define FEATURE(name, meaning) #name,
#include "features.def"
	};
	return column < N_FEATURES ? names[column] : NULL;
}

const char *mk_feature_meaning(unsigned column)
{
	static const char *const meanings[] = {
#define FEATURE(name, meaning) meaning,
#include "features.def"
	};
	return column < N_FEATURES ? meanings[column] : NULL;
}

/* Sums over the blocks before a place. */
struct sums {
	uint32_t words, link_words, stops;
};

#define LOG_TABLE 1024

struct measure {
	const mk_page *pg;
	struct sums *before;   /* n_blocks + 1 */
	uint32_t *copies;      /* other blocks with the same text */
	uint32_t *section_end; /* by the block that a section begins with: past its last block */
	uint32_t *h1;          /* the block's last h1 + 1, 0 before one */
	uint32_t n, last_h1;   /* blocks; the page's last h1 + 1 */
	float row[N_FEATURES]; /* for mk_features_of() */
	float logs[LOG_TABLE]; /* log(1 + i) */
};

static float log_1(const struct measure *m, uint32_t x)
{
	return x < LOG_TABLE ? m->logs[x] : logf(1.0f + (float)x);
}

static float ratio(uint32_t a, uint32_t b)
{
	return b ? (float)a / (float)b : 0.0f;
}

static float most(float x, float limit)
{
	return x < limit ? x : limit;
}

static struct sums sums_of(const struct measure *m, uint32_t from, uint32_t to)
{
	const struct sums *a = &m->before[from], *b = &m->before[to];
	return (struct sums){b->words - a->words, b->link_words - a->link_words, b->stops - a->stops};
}

static void sum_blocks(struct measure *m)
{
	struct arena *a = &((mk_page *)(uintptr_t)m->pg)->arena;
	m->before = arena_array(a, (size_t)m->n + 1, sizeof *m->before);
	m->section_end = arena_array(a, (size_t)m->n + 1, sizeof *m->section_end);
	m->h1 = arena_array(a, (size_t)m->n + 1, sizeof *m->h1);
	struct sums s = {0, 0, 0};
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &m->pg->blocks[i];
		m->before[i] = s;
		s.words += b->pub.n_words;
		s.link_words += b->n_link_words;
		s.stops += b->n_stops;
		m->section_end[b->section] = i + 1;
		if (b->pub.level == 1)
			m->last_h1 = i + 1;
		m->h1[i] = m->last_h1;
	}
	m->before[m->n] = s;
}

/* Counts equal texts. */
static void count_copies(struct measure *m)
{
	const struct block *blocks = m->pg->blocks;
	m->copies = arena_zero(&((mk_page *)(uintptr_t)m->pg)->arena, ((size_t)m->n + 1) * sizeof *m->copies);
	for (uint32_t i = 0; i < m->n; i++)
		m->copies[blocks[i].same]++;
	for (uint32_t i = 0; i < m->n; i++)
		m->copies[i] = blocks[i].same == i ? m->copies[i] - 1 : m->copies[blocks[i].same];
}

static void measure_text(const struct measure *m, const struct block *b, float *f)
{
	uint32_t words = b->pub.n_words;
	f[FEATURE_words] = log_1(m, words);
	f[FEATURE_plain_words] = log_1(m, words - b->n_link_words);
	f[FEATURE_many_words] = words >= 10;
	f[FEATURE_very_many_words] = words >= 30;
	f[FEATURE_word_length] = most(ratio(b->n_chars, words), 20) / 10;
	f[FEATURE_link_density] = ratio(b->n_link_words, words);
	f[FEATURE_all_link] = words && f[FEATURE_link_density] >= 0.9f;
	f[FEATURE_stops] = log_1(m, b->n_stops);
	f[FEATURE_stop_density] = most(ratio(b->n_stops, words), 0.25f);
	f[FEATURE_commas] = log_1(m, b->n_commas);
	f[FEATURE_digits] = ratio(b->n_digits, b->n_chars);
	f[FEATURE_ends_with_stop] = b->ends_with_stop;
	f[FEATURE_no_words] = !words;
}

static void measure_tag(const struct block *b, float *f)
{
	f[FEATURE_is_p] = b->box->tag == TAG_P && is_element(b->box);
	f[FEATURE_is_h1] = b->pub.level == 1;
	f[FEATURE_is_h2_h3] = b->pub.level == 2 || b->pub.level == 3;
	f[FEATURE_is_h4_h6] = b->pub.level >= 4;
	f[FEATURE_is_item] = b->pub.kind == MK_BLOCK_ITEM;
	f[FEATURE_is_cell] = b->pub.kind == MK_BLOCK_CELL;
	f[FEATURE_is_code] = b->pub.kind == MK_BLOCK_CODE;
	f[FEATURE_is_caption] = b->pub.kind == MK_BLOCK_CAPTION;
	f[FEATURE_is_control] = b->pub.kind == MK_BLOCK_CONTROL;
}

static void measure_landmarks(const struct container *c, float *f)
{
	for (int i = 0; i < N_LANDMARKS; i++)
		f[FEATURE_near_article + i] = c->distance[i] == LANDMARK_NONE ? 0.0f : 1.0f / (1.0f + (float)c->distance[i]);
	f[FEATURE_in_article] = c->distance[LANDMARK_ARTICLE] != LANDMARK_NONE;
	f[FEATURE_in_main] = c->distance[LANDMARK_MAIN] != LANDMARK_NONE;
	f[FEATURE_in_aside] = c->distance[LANDMARK_ASIDE] != LANDMARK_NONE;
	f[FEATURE_in_nav] = c->distance[LANDMARK_NAV] != LANDMARK_NONE;
	f[FEATURE_in_footer] = c->distance[LANDMARK_FOOTER] != LANDMARK_NONE;
	f[FEATURE_in_hidden] = c->distance[LANDMARK_HIDDEN] != LANDMARK_NONE;
}

_Static_assert(FEATURE_near_link - FEATURE_near_article + 1 == N_LANDMARKS, "near_ columns are the landmarks, in order");

static void measure_position(const struct measure *m, uint32_t i, float *f)
{
	uint32_t words = m->before[m->n].words;
	f[FEATURE_position] = ratio(i, m->n);
	f[FEATURE_early] = f[FEATURE_position] < 0.1f;
	f[FEATURE_late] = f[FEATURE_position] >= 0.8f;
	f[FEATURE_words_before] = ratio(m->before[i].words, words);
	f[FEATURE_before_h1] = !m->h1[i] && m->last_h1;
	f[FEATURE_since_h1] = m->h1[i] ? log_1(m, i + 1 - m->h1[i]) : 0.0f;
	uint32_t section = m->pg->blocks[i].section;
	f[FEATURE_since_heading] = log_1(m, i - section);
	struct sums s = sums_of(m, section, m->section_end[section]);
	f[FEATURE_section_words] = log_1(m, s.words);
	f[FEATURE_section_links] = ratio(s.link_words, s.words);
	f[FEATURE_section_stops] = most(ratio(s.stops, s.words), 0.25f);
	f[FEATURE_page_words] = log_1(m, words);
	f[FEATURE_page_links] = ratio(m->before[m->n].link_words, words);
	f[FEATURE_page_stops] = most(ratio(m->before[m->n].stops, words), 0.25f);
}

/* Words a block, links and stops of the reach blocks on either side, into three columns from f on. */
static void measure_window(const struct measure *m, uint32_t i, uint32_t reach, float *f)
{
	uint32_t from = i > reach ? i - reach : 0, to = m->n - i - 1 > reach ? i + 1 + reach : m->n;
	struct sums s = sums_of(m, from, to), own = sums_of(m, i, i + 1);
	s.words -= own.words;
	s.link_words -= own.link_words;
	s.stops -= own.stops;
	f[0] = to - from > 1 ? log_1(m, s.words / (to - from - 1)) : 0.0f;
	f[1] = ratio(s.link_words, s.words);
	f[2] = most(ratio(s.stops, s.words), 0.25f);
}

static void measure_neighbours(const struct measure *m, uint32_t i, float *f)
{
	const struct block *b = m->pg->blocks;
	if (i > 0) {
		f[FEATURE_words_prev] = log_1(m, b[i - 1].pub.n_words);
		f[FEATURE_links_prev] = ratio(b[i - 1].n_link_words, b[i - 1].pub.n_words);
	}
	if (i + 1 < m->n) {
		f[FEATURE_words_next] = log_1(m, b[i + 1].pub.n_words);
		f[FEATURE_links_next] = ratio(b[i + 1].n_link_words, b[i + 1].pub.n_words);
	}
	measure_window(m, i, 4, f + FEATURE_words_4);
	measure_window(m, i, 12, f + FEATURE_words_12);
}

static void measure_wider(const struct measure *m, const struct block *b, float *f)
{
	const struct container *containers = m->pg->containers, *c = &containers[b->container];
	f += FEATURE_wider_1_share;
	if (c->end - c->first <= 1)
		c = &containers[c->wider];
	for (int level = 0; level < 3; level++, f += 4) {
		struct sums s = sums_of(m, c->first, c->end);
		f[0] = ratio(s.words, m->before[m->n].words);
		f[1] = ratio(s.link_words, s.words);
		f[2] = most(ratio(s.stops, s.words), 0.25f);
		f[3] = log_1(m, c->end > c->first ? s.words / (c->end - c->first) : 0);
		c = &containers[c->wider];
	}
}

void feature_measure(mk_page *pg)
{
	struct measure *m = arena_alloc(&pg->arena, sizeof *m);
	memset(m, 0, offsetof(struct measure, logs));
	m->pg = pg;
	m->n = pg->article.n_blocks;
	for (int i = 0; i < LOG_TABLE; i++)
		m->logs[i] = logf(1.0f + (float)i);
	sum_blocks(m);
	count_copies(m);
	pg->measure = m;
}

void feature_row(const mk_page *pg, uint32_t i, float *f)
{
	const struct measure *m = pg->measure;
	const struct block *b = &pg->blocks[i];
	memset(f, 0, N_BLOCK_FEATURES * sizeof *f);
	measure_text(m, b, f);
	measure_tag(b, f);
	measure_landmarks(&pg->containers[b->container], f);
	measure_position(m, i, f);
	measure_neighbours(m, i, f);
	measure_wider(m, b, f);
	f[FEATURE_copies] = log_1(m, m->copies[i]);
}

void feature_page(const mk_page *pg, float *f)
{
	f[FEATURE_policy] = !pg->options.no_comments;
}

const float *mk_features_of(mk_page *pg, uint32_t i)
{
	if (!pg || !pg->has_article || i >= pg->article.n_blocks)
		return NULL;
	feature_row(pg, i, pg->measure->row);
	feature_page(pg, pg->measure->row);
	return pg->measure->row;
}
