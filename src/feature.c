/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feature.c - blocks -> one row of floats a block, the columns of features.def.
 *
 * One pass: whatever is summed over a range of blocks (a container, a section, a window) is a difference of prefix sums.
 */
#include "feature.h"

#include <math.h>

const char *mk_feature_name(unsigned column)
{
	static const char *const names[] = {
#define FEATURE(name, meaning) #name,
#include "features.def"
#undef FEATURE
	};
	return column < N_FEATURES ? names[column] : NULL;
}

const char *mk_feature_meaning(unsigned column)
{
	static const char *const meanings[] = {
#define FEATURE(name, meaning) meaning,
#include "features.def"
#undef FEATURE
	};
	return column < N_FEATURES ? meanings[column] : NULL;
}

const float *mk_features_of(const mk_page *pg, uint32_t i)
{
	return pg && pg->has_article && i < pg->article.n_blocks ? pg->features + (size_t)i * N_FEATURES : NULL;
}

/* Sums over the blocks before a place. */
struct sums {
	uint32_t words, link_words, stops;
};

#define LOG_TABLE 1024

struct measure {
	const mk_page *pg;
	struct sums *before;   /* n_blocks + 1 */
	uint32_t *copies;      /* other blocks with the same hash */
	uint32_t n;
	uint32_t section, section_end; /* the section of the block at hand: from a heading to the next */
	uint32_t h1;           /* block after the last h1, 0 before one */
	bool h1_ahead;
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
	m->before = arena_array(&((mk_page *)(uintptr_t)m->pg)->arena, (size_t)m->n + 1, sizeof *m->before);
	struct sums s = {0, 0, 0};
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &m->pg->blocks[i];
		m->before[i] = s;
		s.words += b->pub.n_words;
		s.link_words += b->n_link_words;
		s.stops += b->n_stops;
		m->h1_ahead = m->h1_ahead || b->pub.level == 1;
	}
	m->before[m->n] = s;
}

/* Counts equal texts by their hash. */
static void count_copies(struct measure *m)
{
	struct arena *a = &((mk_page *)(uintptr_t)m->pg)->arena;
	uint32_t size = 64;
	while (size < 2 * m->n)
		size *= 2;
	uint32_t *slots = arena_zero(a, size * sizeof *slots); /* a block with this hash + 1 */
	uint32_t *same = arena_array(a, (size_t)m->n + 1, sizeof *same); /* the first block with the hash of block i */
	m->copies = arena_zero(a, ((size_t)m->n + 1) * sizeof *m->copies);
	for (uint32_t i = 0; i < m->n; i++) {
		uint32_t hash = m->pg->blocks[i].hash, at = hash & (size - 1);
		while (slots[at] && m->pg->blocks[slots[at] - 1].hash != hash)
			at = (at + 1) & (size - 1);
		if (!slots[at])
			slots[at] = i + 1;
		same[i] = slots[at] - 1;
		m->copies[same[i]]++;
	}
	for (uint32_t i = 0; i < m->n; i++)
		m->copies[i] = same[i] == i ? m->copies[i] - 1 : m->copies[same[i]];
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

/* Keeps m's section and h1 right for block i; blocks come in order. */
static void enter_block(struct measure *m, uint32_t i)
{
	const struct block *blocks = m->pg->blocks;
	if (i >= m->section_end) {
		m->section = i;
		m->section_end = i + 1;
		while (m->section_end < m->n && blocks[m->section_end].pub.kind != MK_BLOCK_HEADING)
			m->section_end++;
	}
	if (blocks[i].pub.level == 1) {
		m->h1 = i + 1;
		m->h1_ahead = false;
	}
}

static void measure_position(const struct measure *m, uint32_t i, float *f)
{
	uint32_t words = m->before[m->n].words;
	f[FEATURE_position] = ratio(i, m->n);
	f[FEATURE_early] = f[FEATURE_position] < 0.1f;
	f[FEATURE_late] = f[FEATURE_position] >= 0.8f;
	f[FEATURE_words_before] = ratio(m->before[i].words, words);
	f[FEATURE_before_h1] = m->h1_ahead;
	f[FEATURE_since_h1] = m->h1 ? log_1(m, i + 1 - m->h1) : 0.0f;
	f[FEATURE_since_heading] = log_1(m, i - m->section);
	struct sums s = sums_of(m, m->section, m->section_end);
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
	if (c->end - c->first > 1)
		c = &containers[b->container];
	else
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
	pg->features = arena_zero(&pg->arena, ((size_t)m->n + 1) * N_FEATURES * sizeof(float));
	sum_blocks(m);
	count_copies(m);
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &pg->blocks[i];
		float *f = pg->features + (size_t)i * N_FEATURES;
		enter_block(m, i);
		measure_text(m, b, f);
		measure_tag(b, f);
		measure_landmarks(&pg->containers[b->container], f);
		measure_position(m, i, f);
		measure_neighbours(m, i, f);
		measure_wider(m, b, f);
		f[FEATURE_copies] = log_1(m, m->copies[i]);
	}
}
