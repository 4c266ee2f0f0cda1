/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feature.c - blocks -> one row of floats per block, with the columns of features.def.
 *
 * A sum over a range of blocks (a container, a section, a window) is the difference of two prefix sums, so every row costs the
 * same, whatever the size of its containers.  Rows are therefore computed on request instead of being stored.  Values that many
 * blocks share are computed once: the columns of the page, of a container and of a style group.
 *
 * feature_measure() makes the tables, feature_block() and feature_page() read them.  After the first trees have scored all blocks,
 * feature_initial() makes tables of those scores, which feature_initial_row() reads.  All tables are linear in blocks and
 * containers, and look-ups by hash are bounded by PROBES.
 */
#include "feature.h"

#include "word_weights.h"
#include "base/hash.h"
#include "base/words.h"

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

#define LONG_WORDS 20       /* words from which a block is long */
#define WIDER 6             /* number of nested containers that the wider_ columns describe */
#define WIDER_COLUMNS (FEATURE_wider_2_blocks - FEATURE_wider_1_blocks)
#define CONTAINER_COLUMNS (WIDER_COLUMNS - 1) /* without wider_N_place, which differs from block to block */
#define SHARES 2            /* number of these containers, counted from the first, that the initial_share_ columns describe */
#define STYLE_COLUMNS (FEATURE_kin_blocks - FEATURE_style_blocks)
#define CORES 3
#define NAME_REACH 4        /* since_ and until_ columns: at most this many levels from a block's container up to a name */
#define N_SINCE ((FEATURE_until_meta - FEATURE_since_comment + 1) / 2)
#define TITLE_WORDS_MOST 32
#define NOBODY UINT32_MAX   /* no block */

/* Prefix sums: over all blocks before some block. */
struct sums {
	uint32_t words, link_words, prose, long_words, stops, commas;
	uint32_t paragraphs, headings, items, long_blocks;
};

/* A style group: blocks whose containers have the same tags and classes, or the same path of tags. */
struct style_group {
	uint32_t name; /* hash of those tags and classes */
	uint32_t blocks, words, link_words, stops;
	float row[STYLE_COLUMNS];
	struct voice voice;
};

/* A group of sibling containers with the same tag and class. */
struct alike {
	uint32_t name; /* hash of parent, tag and class */
	uint32_t n;
};

struct core {
	uint32_t container;
	uint32_t first, end;
};

/* A range of consecutive blocks: first … end - 1. */
struct span {
	uint32_t first, end;
};

/* Words of some blocks times their initial scores, in units of 1 / INITIAL_ONE.  likely counts all words, so it is the expected
 * number of content words; heard counts up to VOICE_WORDS words per block, so that one long block cannot dominate a mean. */
struct hope {
	int64_t likely, heard;
};

struct initial {
	uint16_t *score;     /* by block: initial score, 0 … INITIAL_ONE - 1 */
	struct hope *before; /* prefix sums, n + 1 */
	int64_t *style_heard[3]; /* by kind of style group and style group: sums as hope.heard */
	struct span *run;    /* by block: the run of blocks around it on the same side of the cut */
	uint32_t *until;     /* by block: blocks between it and the next one at or above the cut; UINT32_MAX if there is none */
	uint16_t cut;        /* where the initial scores would be cut, as score */
	float f1;            /* expected F1 of that cut */
	struct core cores[CORES];
};

struct measure {
	const mk_page *pg;
	uint32_t n;                   /* blocks */
	uint32_t n_images;            /* without those that picture_find() adds later, so that rows stay as the model saw them */
	struct sums *before;          /* prefix sums, n + 1 */
	uint32_t *section_end;        /* by first block of a section: the block after the last one of the section */
	uint32_t *headings;           /* by block: headings before it */
	float *since;                 /* by block: 2 * N_SINCE columns, since_ and until_ alternating */
	float *wide;                  /* CONTAINER_COLUMNS columns for each container requested so far */
	uint32_t *wide_of;            /* by container: its row in wide, plus 1; 0 before the first request */
	uint32_t n_wide;
	uint32_t *style_group_of[3];  /* by kind and block: index into style_groups */
	struct style_group *style_groups[3]; /* by kind: at most n, in the order of their first blocks */
	uint32_t *style_slots[3];     /* by kind and hash of the name: index into style_groups, plus 1; 0 if free */
	uint32_t n_style_groups[3], style_mask;
	struct alike *alikes;
	uint32_t *alike_of;           /* by container with blocks: index into alikes */
	uint32_t alikes_mask;
	uint32_t first_h1, first_title; /* the first heading of level 1, the first block that is the title; n if there is none */
	uint32_t level_count[8];      /* number of headings by level; [0]: blocks that are not headings */
	struct core cores[CORES];     /* the smallest containers with 50, 70 and 90 % of the prose */
	uint32_t title[TITLE_WORDS_MOST]; /* hashes of the title's first words */
	uint32_t n_title;
	uint64_t title_bits;          /* bit h / 2^26 for each hash h of them: rules most other words out without a search */
	float *title_said, *says_title; /* by block: the columns of these names */
	float *overlap;               /* by block: N_OVERLAP columns */
	float *word_weights;          /* by block: log odds of its words */
	struct voice *voices;         /* prefix sums of the word weights, n + 1 */
	float page[N_PAGE_FEATURES];
	struct initial *initial;      /* NULL before feature_initial() */
	float row[N_FEATURES];        /* what feature_row() returns */
};

/* ---- Arithmetic ---- */

/* 1 / (1 + d); 0 for d = UINT32_MAX, which means that there is nothing at any distance. */
static inline float near_by(uint32_t d)
{
	return d == UINT32_MAX ? 0.0f : 1.0f / (1.0f + (float)d);
}

static inline struct sums sums_of(const struct measure *m, uint32_t from, uint32_t to)
{
	const struct sums *a = &m->before[from], *b = &m->before[to];
	return (struct sums){b->words - a->words,           b->link_words - a->link_words, b->prose - a->prose,
	                     b->long_words - a->long_words, b->stops - a->stops,           b->commas - a->commas,
	                     b->paragraphs - a->paragraphs, b->headings - a->headings,     b->items - a->items,
	                     b->long_blocks - a->long_blocks};
}

/* Pictures, and below form controls, between the starts of two blocks; the end of the page counts as block n. */
static inline uint32_t images_between(const struct measure *m, uint32_t from, uint32_t to)
{
	const mk_page *pg = m->pg;
	return (to < m->n ? pg->blocks[to].images_before : m->n_images) - (from < m->n ? pg->blocks[from].images_before : m->n_images);
}

static inline uint32_t controls_between(const struct measure *m, uint32_t from, uint32_t to)
{
	const mk_page *pg = m->pg;
	return (to < m->n ? pg->blocks[to].controls_before : pg->n_controls) -
	       (from < m->n ? pg->blocks[from].controls_before : pg->n_controls);
}

static uint32_t stops_of(const struct block *b)
{
	return b->kinds[CHAR_STOP] + b->kinds[CHAR_QUESTION] + b->kinds[CHAR_ELLIPSIS];
}

static bool is_prose(const struct block *b)
{
	return stops_of(b) && 3 * b->n_link_words < b->pub.n_words;
}

static bool is_p(const struct block *b)
{
	return is_html(b->box, TAG_P);
}

/* ---- Once per page: sums, sections ---- */

static void sum_blocks(struct measure *m)
{
	struct sums s = {0};
	m->first_h1 = m->first_title = m->n;
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &m->pg->blocks[i];
		const uint32_t words = b->pub.n_words;
		m->before[i] = s;
		m->headings[i] = s.headings;
		s.words += words;
		s.link_words += b->n_link_words;
		s.prose += is_prose(b) ? words - b->n_link_words : 0;
		s.stops += stops_of(b);
		s.commas += b->kinds[CHAR_COMMA];
		s.paragraphs += is_p(b);
		s.headings += b->pub.level > 0;
		s.items += b->pub.kind == MK_BLOCK_ITEM || b->pub.kind == MK_BLOCK_CELL;
		s.long_blocks += words >= LONG_WORDS;
		s.long_words += words >= LONG_WORDS ? words : 0;
		m->section_end[b->section] = i + 1;
		m->level_count[b->pub.level]++;
		if (b->pub.level == 1 && m->first_h1 == m->n)
			m->first_h1 = i;
	}
	m->before[m->n] = s;
}

/* Distance to the nearest match as seen from the next block.  here: this block is a match; d: the distance from this block. */
static inline uint32_t step_past(bool here, uint32_t d)
{
	return here ? 0 : d == UINT32_MAX ? d : d + 1;
}

/* Stores the distances from block i to the nearest blocks under names of the groups, then updates them for the next block.
 * way: 0 when going forward (since_ columns), 1 when going backward (until_ columns). */
static inline void pass_names(struct measure *m, uint32_t i, const uint8_t *groups, uint32_t *distances, int way)
{
	const struct container *c = &m->pg->containers[m->pg->blocks[i].container];
	float *f = m->since + (size_t)i * 2 * N_SINCE + way;
	for (unsigned g = 0; g < N_SINCE; g++) {
		const unsigned near = c->near[N_LANDMARKS + groups[g]];
		f[2 * g] = near_by(distances[g]);
		distances[g] = step_past(near && c->depth + 1 - near <= NAME_REACH, distances[g]);
	}
}

/* Fills the since_ and until_ columns, in one pass in each direction. */
static void find_names(struct measure *m)
{
	static const uint8_t groups[N_SINCE] = {WORD_COMMENT, WORD_RELATED, WORD_SHARE, WORD_META};
	uint32_t since[N_SINCE], until[N_SINCE];
	memset(since, 0xFF, sizeof since);
	memset(until, 0xFF, sizeof until);
	for (uint32_t i = 0; i < m->n; i++)
		pass_names(m, i, groups, since, 0);
	for (uint32_t i = m->n; i-- > 0;)
		pass_names(m, i, groups, until, 1);
}

static inline struct voice voice_of(const struct measure *m, uint32_t from, uint32_t to)
{
	return voice_between(m->voices[from], m->voices[to]);
}

/* ---- Once per page: style groups ---- */

/* Slots searched for a name, in a hash table that is at most half full.  If a page is built to make names collide, a name that
 * finds no slot is counted under another name: a hostile page can spoil its own features, but not the time they take. */
#define PROBES 32

/* Returns the style group of this name, making a new one if necessary.  The slots hold only indices, so that little memory has
 * to be cleared for each page. */
static struct style_group *style_group_at(struct measure *m, int kind, uint32_t name)
{
	struct style_group *style_groups = m->style_groups[kind];
	uint32_t *slots = m->style_slots[kind];
	for (uint32_t k = 0; k < PROBES; k++) {
		uint32_t *slot = &slots[(name + k) & m->style_mask];
		if (!*slot) {
			*slot = ++m->n_style_groups[kind];
			style_groups[*slot - 1] = (struct style_group){.name = name};
		}
		if (style_groups[*slot - 1].name == name)
			return &style_groups[*slot - 1];
	}
	return &style_groups[slots[name & m->style_mask] - 1];
}

static struct alike *alike_at(const struct measure *m, const struct container *c)
{
	const uint32_t name = hash_pair(c->parent, c->name);
	for (uint32_t k = 0; k < PROBES; k++) {
		struct alike *at = &m->alikes[(name + k) & m->alikes_mask];
		if (!at->n)
			at->name = name;
		if (at->name == name)
			return at;
	}
	return &m->alikes[name & m->alikes_mask];
}

static void measure_style_group(const struct measure *m, struct style_group *s)
{
	s->row[0] = log_1(s->blocks);
	s->row[1] = ratio(s->words, m->before[m->n].words);
	s->row[2] = log_1(s->words / s->blocks);
	s->row[3] = ratio(s->link_words, s->words);
	s->row[4] = most(ratio(s->stops, s->words), 0.25f);
}

static void count_style_groups(struct measure *m)
{
	const mk_page *pg = m->pg;
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &pg->blocks[i];
		const struct container *c = &pg->containers[b->container], *up = &pg->containers[c->parent];
		const struct container *up_2 = &pg->containers[up->parent], *up_3 = &pg->containers[up_2->parent];
		const uint32_t style_group = hash_pair(c->name, up->name);
		const uint32_t names[3] = {style_group, hash_pair(style_group, hash_pair(up_2->name, up_3->name)), hash_pair(c->path, c->depth)};
		const struct voice v = voice_of(m, i, i + 1);
		for (int k = 0; k < 3; k++) {
			struct style_group *at = style_group_at(m, k, names[k]);
			m->style_group_of[k][i] = (uint32_t)(at - m->style_groups[k]);
			at->blocks++;
			at->words += b->pub.n_words;
			at->link_words += b->n_link_words;
			at->stops += stops_of(b);
			at->voice.said += v.said;
			at->voice.weight += v.weight;
		}
	}
	for (int k = 0; k < 3; k++)
		for (uint32_t i = 0; i < m->n_style_groups[k]; i++)
			measure_style_group(m, &m->style_groups[k][i]);
	for (uint32_t i = 1; i < pg->n_containers; i++)
		if (pg->containers[i].end > pg->containers[i].first) {
			struct alike *at = alike_at(m, &pg->containers[i]);
			at->n++;
			m->alike_of[i] = (uint32_t)(at - m->alikes);
		}
}

/* Number of siblings with the tag and class of a container with blocks, including the container. */
static uint32_t alike_of(const struct measure *m, uint32_t container)
{
	return container ? m->alikes[m->alike_of[container]].n : 1;
}

/* ---- Once per page: words of blocks, the title, cores ---- */

/* Sets title_said, the share of the title's words that are among the block's n words, and says_title, the reverse share. */
static void compare_with_title(struct measure *m, uint32_t i, const uint32_t *words, uint32_t n)
{
	uint32_t n_says = 0;
	uint64_t said = 0;
	for (uint32_t w = 0; w < n; w++) {
		if (!(m->title_bits >> (words[w] >> 26) & 1))
			continue;
		uint32_t k = 0;
		while (k < m->n_title && m->title[k] != words[w])
			k++;
		if (k < m->n_title) {
			said |= (uint64_t)1 << k;
			n_says++;
		}
	}
	m->title_said[i] = ratio((uint32_t)__builtin_popcountll(said), m->n_title);
	m->says_title[i] = ratio(n_says, n);
}

static bool is_title(const struct measure *m, uint32_t i)
{
	return m->title_said[i] >= 0.8f && m->says_title[i] >= 0.8f;
}

static void read_title(struct measure *m)
{
	const mk_str title = m->pg->article.title;
	size_t at = 0;
	m->n_title = words_hash(title.p, title.len, &at, m->title, TITLE_WORDS_MOST);
	for (uint32_t k = 0; k < m->n_title; k++)
		m->title_bits |= (uint64_t)1 << (m->title[k] >> 26);
}

/* Fills the columns that need the words of a block.  Reading only the first WORD_WEIGHTS_WORDS + 1 words bounds the work. */
static void read_words_of(struct measure *m, uint32_t i)
{
	const mk_page *pg = m->pg;
	const mk_block *b = &pg->blocks[i].pub;
	uint32_t words[WORD_WEIGHTS_WORDS + 1], items[WORD_WEIGHTS_ITEMS];
	size_t at = 0;
	const uint32_t n = words_hash(b->text.p, b->text.len, &at, words, WORD_WEIGHTS_WORDS + 1);
	m->word_weights[i] = word_weights_score(items, word_weights_items(words, n, items));
	compare_with_title(m, i, words, n);
	if (pg->overlap.n_texts)
		overlap_share(&pg->overlap, words, n, m->overlap + (size_t)i * N_OVERLAP);
}

/* Copies what read_words_of() computes from an earlier block with the same text; sum_voices() copies word_weights. */
static void copy_words(struct measure *m, uint32_t i, uint32_t from)
{
	m->title_said[i] = m->title_said[from];
	m->says_title[i] = m->says_title[from];
	memcpy(m->overlap + (size_t)i * N_OVERLAP, m->overlap + (size_t)from * N_OVERLAP, N_OVERLAP * sizeof *m->overlap);
}

/* Fills the prefix sums of word weights. */
static void sum_voices(struct measure *m)
{
	struct voice v = {0, 0};
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &m->pg->blocks[i];
		m->word_weights[i] = m->word_weights[b->same];
		m->voices[i] = v;
		v = add_voice(v, m->word_weights[i], b->pub.n_words);
	}
	m->voices[m->n] = v;
}

/* Fills everything that depends on the words of blocks. */
static void read_words(struct measure *m)
{
	read_title(m);
	for (uint32_t i = 0; i < m->n; i++) {
		const uint32_t same = m->pg->blocks[i].same;
		if (same == i)
			read_words_of(m, i);
		else
			copy_words(m, i, same);
		if (m->first_title == m->n && is_title(m, i))
			m->first_title = i;
	}
	sum_voices(m);
}

/* The whole page, until a smaller container is found. */
static void begin_cores(const struct measure *m, struct core *cores)
{
	for (int k = 0; k < CORES; k++)
		cores[k] = (struct core){0, 0, m->n};
}

/* Makes container i, which holds `held` out of `all`, the core of each size that it is large enough for.  Containers with more
 * than half of the total are nested in each other, so the last one in document order is the smallest. */
static inline void try_core(const struct measure *m, struct core *cores, uint32_t i, int64_t held, int64_t all)
{
	static const int64_t tenths[CORES] = {5, 7, 9};
	const struct container *c = &m->pg->containers[i];
	for (int k = 0; k < CORES && 10 * held > tenths[k] * all; k++)
		cores[k] = (struct core){i, c->first, c->end};
}

/* Finds the smallest containers with more than 50, 70 and 90 % of the prose. */
static void find_cores(struct measure *m)
{
	const struct container *c = m->pg->containers;
	const struct sums *before = m->before;
	begin_cores(m, m->cores);
	for (uint32_t i = 1; i < m->pg->n_containers && before[m->n].prose; i++)
		try_core(m, m->cores, i, before[c[i].end].prose - before[c[i].first].prose, before[m->n].prose);
}

/* ---- Columns of a container ---- */

static void measure_container(const struct measure *m, const struct container *c, float *f)
{
	const uint32_t n = c->end - c->first, all = m->before[m->n].words;
	struct sums s = sums_of(m, c->first, c->end);
	f[FEATURE_wider_1_blocks - FEATURE_wider_1_blocks] = log_1(n);
	f[FEATURE_wider_1_words - FEATURE_wider_1_blocks] = log_1(s.words);
	f[FEATURE_wider_1_share - FEATURE_wider_1_blocks] = ratio(s.words, all);
	f[FEATURE_wider_1_links - FEATURE_wider_1_blocks] = ratio(s.link_words, s.words);
	f[FEATURE_wider_1_block - FEATURE_wider_1_blocks] = log_1(n ? s.words / n : 0);
	f[FEATURE_wider_1_stops - FEATURE_wider_1_blocks] = most(ratio(s.stops, s.words), 0.25f);
	f[FEATURE_wider_1_commas - FEATURE_wider_1_blocks] = most(ratio(s.commas, s.words), 0.25f);
	f[FEATURE_wider_1_paragraphs - FEATURE_wider_1_blocks] = ratio(s.paragraphs, n);
	f[FEATURE_wider_1_headings - FEATURE_wider_1_blocks] = ratio(s.headings, n);
	f[FEATURE_wider_1_items - FEATURE_wider_1_blocks] = ratio(s.items, n);
	f[FEATURE_wider_1_images - FEATURE_wider_1_blocks] = most(ratio(images_between(m, c->first, c->end), n), 2);
	f[FEATURE_wider_1_controls - FEATURE_wider_1_blocks] = most(ratio(controls_between(m, c->first, c->end), n), 2);
}

/* The columns of a container, computed on the first request: a container that adds no block to one inside it is never requested. */
static const float *container_row(struct measure *m, uint32_t container)
{
	if (!m->wide_of[container]) {
		m->wide_of[container] = ++m->n_wide;
		measure_container(m, &m->pg->containers[container], m->wide + (size_t)(m->n_wide - 1) * CONTAINER_COLUMNS);
	}
	return m->wide + (size_t)(m->wide_of[container] - 1) * CONTAINER_COLUMNS;
}

/* ---- Columns of a block ---- */

static void measure_text(const struct measure *m, uint32_t i, float *f)
{
	const struct block *b = &m->pg->blocks[i];
	const uint32_t words = b->pub.n_words, stops = stops_of(b), *kinds = b->kinds;
	uint32_t chars = -kinds[CHAR_MARK];
	for (int k = 0; k < CHAR_KINDS_ROOM; k++)
		chars += kinds[k];
	const float per_word = words ? 1.0f / (float)words : 0.0f;
	f[FEATURE_words] = log_1(words);
	f[FEATURE_plain_words] = log_1(words - b->n_link_words);
	f[FEATURE_chars] = log_1(chars);
	f[FEATURE_link_density] = (float)b->n_link_words * per_word;
	f[FEATURE_links] = log_1(b->n_links);
	f[FEATURE_stop_density] = most((float)stops * per_word, 0.25f);
	f[FEATURE_sentence_words] = stops ? log_1(words / stops) : 0.0f;
	f[FEATURE_ends_with_stop] = b->ends_with_stop;
	f[FEATURE_capitals] = (float)b->n_capital_words * per_word;
	f[FEATURE_separators] = most((float)kinds[CHAR_SEPARATOR] * per_word, 1);
	f[FEATURE_images_before] = log_1(images_between(m, i ? i - 1 : 0, i));
	memcpy(f + FEATURE_overlap_body, m->overlap + (size_t)i * N_OVERLAP, N_OVERLAP * sizeof *f);
}

_Static_assert(FEATURE_overlap_description - FEATURE_overlap_body + 1 == N_OVERLAP, "told_ columns");

static void measure_tag(const struct block *b, float *f)
{
	if (!is_element(b->box) || b->pub.kind == MK_BLOCK_CODE)
		return;
	switch (b->box->tag) {
	case TAG_P: f[FEATURE_is_p] = 1; break;
	case TAG_DIV: f[FEATURE_is_div] = 1; break;
	case TAG_H2: f[FEATURE_is_h2] = 1; break;
	case TAG_LI: f[FEATURE_is_li] = 1; break;
	case TAG_DD: f[FEATURE_is_dd] = 1; break;
	case TAG_FIGCAPTION: case TAG_CAPTION: f[FEATURE_is_caption] = 1; break;
	default: break;
	}
}

/* Writes a column for each of the first n cues in bits.  near: by cue, as container.near, from the cue of the lowest bit on. */
static inline void measure_near(const struct container *c, uint64_t bits, int n, const uint16_t *near, float *f)
{
	for (bits &= ((uint64_t)1 << n) - 1; bits; bits &= bits - 1) {
		const int k = __builtin_ctzll(bits);
		f[k] = near_by(c->depth + 1u - near[k]);
	}
}

static void measure_cues(const struct measure *m, const struct block *b, float *f)
{
	const struct container *c = &m->pg->containers[b->container];
	measure_tag(b, f);
	f[FEATURE_depth] = log_1(c->depth);
	measure_near(c, c->landmarks, N_NEAR_LANDMARKS, c->near, f + FEATURE_near_article);
	measure_near(c, c->words, N_NEAR_WORDS, c->near + N_LANDMARKS, f + FEATURE_name_comment);
}

_Static_assert(FEATURE_near_language - FEATURE_near_article + 1 == N_NEAR_LANDMARKS, "near_ columns are the landmarks, in order");
_Static_assert(FEATURE_name_bio - FEATURE_name_comment + 1 == N_NEAR_WORDS && FEATURE_name_comment == FEATURE_near_language + 1,
               "name_ columns are the groups of words, in order");
_Static_assert(FEATURE_wider_6_place - FEATURE_wider_1_blocks + 1 == WIDER * WIDER_COLUMNS, "wider_ columns");
_Static_assert(FEATURE_path_blocks - FEATURE_kin_blocks == FEATURE_kin_blocks - FEATURE_style_blocks, "columns of makes");
_Static_assert(N_SINCE == 4, "groups of find_names()");

static void measure_section(const struct measure *m, uint32_t i, float *f)
{
	const uint32_t section = m->pg->blocks[i].section, end = m->section_end[section];
	const struct block *heading = &m->pg->blocks[section];
	f[FEATURE_since_heading] = log_1(i - section);
	if (heading->pub.level) {
		f[FEATURE_heading_level] = (float)heading->pub.level / 6;
		f[FEATURE_headings_alike] = log_1(m->level_count[heading->pub.level]);
	}
	f[FEATURE_headings_before] = log_1(m->headings[i]);
	struct sums s = sums_of(m, section, end);
	f[FEATURE_section_blocks] = log_1(end - section);
	f[FEATURE_section_words] = log_1(s.words);
	f[FEATURE_section_links] = ratio(s.link_words, s.words);
	f[FEATURE_section_images] = most(ratio(images_between(m, section, end), end - section), 2);
}

static void measure_position(const struct measure *m, uint32_t i, float *f)
{
	const struct sums *all = &m->before[m->n], *before = &m->before[i];
	f[FEATURE_position] = ratio(i, m->n);
	f[FEATURE_from_end] = log_1(m->n - 1 - i);
	f[FEATURE_words_before] = ratio(before->words, all->words);
	f[FEATURE_log_words_before] = log_1(before->words);
	f[FEATURE_log_words_after] = log_1(all->words - m->before[i + 1].words);
	f[FEATURE_prose_before] = ratio(before->prose, all->prose);
	f[FEATURE_before_h1] = m->first_h1 < m->n && i < m->first_h1;
	if (i >= m->first_h1) {
		f[FEATURE_since_h1] = log_1(i - m->first_h1 + 1);
		f[FEATURE_words_since_h1] = log_1(before->words - m->before[m->first_h1].words);
	}
	measure_section(m, i, f);
}

static void measure_wider(struct measure *m, uint32_t i, float *f)
{
	const struct block *b = &m->pg->blocks[i];
	const struct container *containers = m->pg->containers, *c = &containers[b->container];
	uint32_t at = c->end - c->first <= 1 ? c->wider : b->container;
	f[FEATURE_wider_1_alike] = log_1(alike_of(m, at));
	f += FEATURE_wider_1_blocks;
	for (int level = 0; level < WIDER; level++, f += WIDER_COLUMNS) {
		c = &containers[at];
		memcpy(f, container_row(m, at), CONTAINER_COLUMNS * sizeof *f);
		f[CONTAINER_COLUMNS] = ratio(i - c->first, c->end - c->first);
		at = c->wider;
	}
}

static void measure_style_groups(const struct measure *m, uint32_t i, float *f)
{
	f += FEATURE_style_blocks;
	for (int k = 0; k < 3; k++, f += STYLE_COLUMNS)
		memcpy(f, m->style_groups[k][m->style_group_of[k][i]].row, STYLE_COLUMNS * sizeof *f);
}

static void measure_title(const struct measure *m, uint32_t i, float *f)
{
	f[FEATURE_title_said] = m->title_said[i];
	f[FEATURE_says_title] = m->says_title[i];
	f[FEATURE_is_title] = is_title(m, i);
	f[FEATURE_since_title] = i >= m->first_title ? log_1(i - m->first_title + 1) : 0.0f;
}

static void measure_cores(const struct measure *m, uint32_t i, float *f)
{
	f += FEATURE_core_50_in;
	for (int k = 0; k < CORES; k++, f += FEATURE_core_70_in - FEATURE_core_50_in) {
		const struct core *core = &m->cores[k];
		f[0] = i >= core->first && i < core->end;
		f[1] = i < core->first ? 0.0f : i >= core->end ? 1.0f : ratio(i - core->first, core->end - core->first);
		f[2] = i < core->first ? log_1(core->first - i) : 0.0f;
		f[3] = i >= core->end ? log_1(i - core->end + 1) : 0.0f;
	}
}

/* Offsets of the adjacent blocks, and blocks on either side in windows. */
#define N_PLACES 4
#define N_REACHES 3
static const int8_t places[N_PLACES] = {-2, -1, 1, 2};
static const uint8_t reaches[N_REACHES] = {4, 12, 30};

/* Finds the blocks at these offsets from block i; NOBODY beyond either end of the page. */
static inline void find_neighbours(const struct measure *m, uint32_t i, uint32_t at[N_PLACES])
{
	for (int k = 0; k < N_PLACES; k++) {
		const int64_t place = (int64_t)i + places[k];
		at[k] = place < 0 || place >= m->n ? NOBODY : (uint32_t)place;
	}
}

/* Block i and up to `reach` blocks on either side. */
static inline struct span window_of(const struct measure *m, uint32_t i, uint32_t reach)
{
	return (struct span){i > reach ? i - reach : 0, m->n - i - 1 > reach ? i + 1 + reach : m->n};
}

/* Writes three columns about up to `reach` blocks on either side of block i, without block i itself. */
static void measure_window(const struct measure *m, uint32_t i, uint32_t reach, float *f)
{
	const struct span w = window_of(m, i, reach);
	const uint32_t n = w.end - w.first - 1;
	const struct sums *a = &m->before[w.first], *b = &m->before[w.end], *own = &m->before[i], *next = &m->before[i + 1];
	const uint32_t words = b->words - a->words - (next->words - own->words);
	f[0] = log_1(n ? words / n : 0);
	f[1] = ratio(b->link_words - a->link_words - (next->link_words - own->link_words), words);
	f[2] = ratio(b->paragraphs - a->paragraphs - (next->paragraphs - own->paragraphs), n);
}

static void measure_neighbours(const struct measure *m, uint32_t i, const uint32_t at[N_PLACES], float *f)
{
	const struct block *blocks = m->pg->blocks;
	const uint32_t prev = at[1], next = at[2];
	if (prev != NOBODY)
		f[FEATURE_prev_1_words] = log_1(blocks[prev].pub.n_words);
	if (next != NOBODY) {
		f[FEATURE_next_1_words] = log_1(blocks[next].pub.n_words);
		f[FEATURE_next_1_ends] = blocks[next].ends_with_stop;
		f[FEATURE_next_1_p] = is_p(&blocks[next]);
	}
	for (int k = 0; k < N_REACHES; k++)
		measure_window(m, i, reaches[k], f + FEATURE_words_4 + k * (FEATURE_words_12 - FEATURE_words_4));
}

static void measure_word_weights(const struct measure *m, uint32_t i, const uint32_t at[N_PLACES], float *f)
{
	const struct block *b = &m->pg->blocks[i];
	f[FEATURE_word_weights] = m->word_weights[i];
	for (int k = 0; k < N_PLACES; k++) {
		f[FEATURE_word_weights_prev_2 + k] = at[k] != NOBODY ? m->word_weights[at[k]] : 0.0f;
	}
	for (int k = 0; k < 2; k++) {
		const struct span w = window_of(m, i, reaches[k]);
		f[FEATURE_word_weights_4 + k] = mean_voice(voice_of(m, w.first, w.end));
	}
	f[FEATURE_word_weights_heading] = m->pg->blocks[b->section].pub.level ? m->word_weights[b->section] : 0.0f;
	f[FEATURE_word_weights_style] = mean_voice(m->style_groups[0][m->style_group_of[0][i]].voice);
	const struct container *c = &m->pg->containers[b->container];
	for (int k = 0; k < 2; k++) {
		c = k || c->end - c->first <= 1 ? &m->pg->containers[c->wider] : c;
		f[FEATURE_word_weights_wider_1 + k] = mean_voice(voice_of(m, c->first, c->end));
	}
	f[FEATURE_word_weights_core_70] = mean_voice(voice_of(m, m->cores[1].first, m->cores[1].end));
}

void feature_block(const mk_page *pg, uint32_t i, float *f)
{
	struct measure *m = pg->measure;
	memset(f, 0, N_BLOCK_FEATURES * sizeof *f);
	measure_text(m, i, f);
	measure_cues(m, &pg->blocks[i], f);
	measure_position(m, i, f);
	measure_wider(m, i, f);
	measure_style_groups(m, i, f);
	f[FEATURE_copies] = log_1(pg->blocks[i].copies);
	f[FEATURE_said_before] = pg->blocks[i].same != i;
	measure_title(m, i, f);
	measure_cores(m, i, f);
	memcpy(f + FEATURE_since_comment, m->since + (size_t)i * 2 * N_SINCE, 2 * N_SINCE * sizeof *f);
	uint32_t at[N_PLACES];
	find_neighbours(m, i, at);
	measure_neighbours(m, i, at, f);
	measure_word_weights(m, i, at, f);
}

/* ---- Columns of the page ---- */

#define PAGE(name) f[FEATURE_##name - N_BLOCK_FEATURES]

static void measure_page_words(const struct measure *m, float *f)
{
	const struct sums *all = &m->before[m->n];
	uint32_t longest = 0, by_kind[MK_N_BLOCK_KINDS] = {0}, paragraphs = 0, copies = 0, all_link = 0;
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &m->pg->blocks[i];
		longest = b->pub.n_words > longest ? b->pub.n_words : longest;
		by_kind[b->pub.kind] += b->pub.n_words;
		paragraphs += is_p(b) ? b->pub.n_words : 0;
		copies += b->same != i;
		all_link += b->pub.n_words && 10 * b->n_link_words >= 9 * b->pub.n_words;
	}
	PAGE(page_blocks) = log_1(m->n);
	PAGE(page_words) = log_1(all->words);
	PAGE(page_links) = ratio(all->link_words, all->words);
	PAGE(page_stops) = most(ratio(all->stops, all->words), 0.25f);
	PAGE(page_commas) = most(ratio(all->commas, all->words), 0.25f);
	PAGE(page_block) = log_1(m->n ? all->words / m->n : 0);
	PAGE(page_prose) = ratio(all->prose, all->words);
	PAGE(page_prose_words) = log_1(all->prose);
	PAGE(page_long) = ratio(all->long_words, all->words);
	PAGE(page_longest) = log_1(longest);
	PAGE(page_share_p) = ratio(paragraphs, all->words);
	PAGE(page_share_items) = ratio(by_kind[MK_BLOCK_ITEM], all->words);
	PAGE(page_share_cells) = ratio(by_kind[MK_BLOCK_CELL], all->words);
	PAGE(page_share_headings) = ratio(by_kind[MK_BLOCK_HEADING], all->words);
	PAGE(page_share_code) = ratio(by_kind[MK_BLOCK_CODE], all->words);
	PAGE(page_share_controls) = ratio(by_kind[MK_BLOCK_CONTROL], all->words);
	PAGE(page_share_quotes) = ratio(by_kind[MK_BLOCK_QUOTE], all->words);
	PAGE(page_copies) = ratio(copies, m->n);
	PAGE(page_n_links_blocks) = log_1(all_link);
}

static void measure_page_characters(const struct measure *m, float *f)
{
	uint32_t kinds[CHAR_KINDS_ROOM] = {0}, years = 0, bold = 0, capitals = 0, chars = 0;
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &m->pg->blocks[i];
		for (int k = 0; k < CHAR_KINDS_ROOM; k++)
			kinds[k] += b->kinds[k];
		years += b->n_years;
		bold += b->n_bold_words;
		capitals += b->n_capital_words;
	}
	for (int k = 0; k < N_CHAR_KINDS; k++)
		chars += kinds[k];
	const uint32_t words = m->before[m->n].words;
	PAGE(page_digits) = ratio(kinds[CHAR_DIGIT], chars);
	PAGE(page_currency) = log_1(kinds[CHAR_CURRENCY]);
	PAGE(page_questions) = log_1(kinds[CHAR_QUESTION]);
	PAGE(page_cjk) = ratio(kinds[CHAR_CJK], chars);
	PAGE(page_capitals) = ratio(capitals, words);
	PAGE(page_code_signs) = ratio(kinds[CHAR_CODE], chars);
	PAGE(page_years) = log_1(years);
	PAGE(page_bold) = ratio(bold, words);
}

/* Adds n to the sum of each cue in the given bits. */
static inline void add_by_cue(uint32_t *sums, uint64_t landmarks, uint64_t words, uint32_t n)
{
	for (; landmarks; landmarks &= landmarks - 1)
		sums[__builtin_ctzll(landmarks)] += n;
	for (; words; words &= words - 1)
		sums[N_LANDMARKS + __builtin_ctzll(words)] += n;
}

/* Numbers of containers with a cue, and shares of words in such containers. */
static void measure_page_cues(const struct measure *m, float *f)
{
	static const uint16_t counted[] = {LANDMARK_ARTICLE, LANDMARK_TABLE, LANDMARK_LIST, LANDMARK_DETAILS,
	                                   N_LANDMARKS + WORD_COMMENT, N_LANDMARKS + WORD_CARD,  N_LANDMARKS + WORD_PRODUCT,
	                                   N_LANDMARKS + WORD_REVIEW,  N_LANDMARKS + WORD_FORUM, N_LANDMARKS + WORD_POST,
	                                   N_LANDMARKS + WORD_DOCS,    N_LANDMARKS + WORD_PRICE};
	static const uint16_t shared[] = {LANDMARK_MAIN,   LANDMARK_ARTICLE, LANDMARK_NAV,      LANDMARK_ASIDE,
	                                  LANDMARK_HEADER, LANDMARK_FOOTER,  LANDMARK_FORM,     LANDMARK_LIST,
	                                  LANDMARK_TABLE,  LANDMARK_HIDDEN,  LANDMARK_NOSCRIPT, LANDMARK_LINK,
	                                  N_LANDMARKS + WORD_COMMENT, N_LANDMARKS + WORD_RELATED, N_LANDMARKS + WORD_CONTENT,
	                                  N_LANDMARKS + WORD_PRODUCT, N_LANDMARKS + WORD_CARD,    N_LANDMARKS + WORD_SIDE};
	enum { N_COUNTED = sizeof counted / sizeof counted[0], N_SHARED = sizeof shared / sizeof shared[0] };
	_Static_assert(FEATURE_page_n_prices - FEATURE_page_n_articles + 1 == N_COUNTED, "page_n_ columns");
	_Static_assert(FEATURE_page_in_side - FEATURE_page_in_main + 1 == N_SHARED, "page_in_ columns");
	uint32_t words[N_CUES] = {0};
	for (uint32_t i = 1; i < m->pg->n_containers; i++) { /* of nested containers with the same cue, only the outermost counts */
		const struct container *c = &m->pg->containers[i], *up = &m->pg->containers[c->parent];
		add_by_cue(words, c->landmarks & ~up->landmarks, c->words & ~up->words, m->before[c->end].words - m->before[c->first].words);
	}
	for (int k = 0; k < N_COUNTED; k++)
		f[FEATURE_page_n_articles - N_BLOCK_FEATURES + k] = log_1(m->pg->n_with_cue[counted[k]]);
	for (int k = 0; k < N_SHARED; k++)
		f[FEATURE_page_in_main - N_BLOCK_FEATURES + k] = ratio(words[shared[k]], m->before[m->n].words);
}

/* The largest group of siblings with the same tag and class, and the numbers of headings, pictures, controls and media. */
static void count_containers(const struct measure *m, float *f)
{
	uint32_t alike = 0, alike_words = 0;
	for (uint32_t i = 1; i < m->pg->n_containers; i++) {
		const struct container *c = &m->pg->containers[i];
		if (c->end == c->first)
			continue;
		const uint32_t siblings = alike_of(m, i);
		if (siblings >= alike) {
			alike_words = siblings > alike ? 0 : alike_words;
			alike = siblings;
			alike_words += m->before[c->end].words - m->before[c->first].words;
		}
	}
	PAGE(page_alike) = log_1(alike);
	PAGE(page_alike_share) = most(ratio(alike_words, m->before[m->n].words), 1);
	PAGE(page_n_h1) = log_1(m->level_count[1]);
	PAGE(page_n_h2) = log_1(m->level_count[2]);
	PAGE(page_n_h3) = log_1(m->level_count[3]);
	PAGE(page_n_images) = log_1(m->n_images);
	PAGE(page_n_fields) = log_1(m->pg->n_controls);
	PAGE(page_n_media) = log_1(m->pg->n_media);
}

static void measure_address(const struct measure *m, float *f)
{
	const mk_article *a = &m->pg->article;
	mk_str url = a->canonical_url.p ? a->canonical_url : a->url;
	uint32_t slashes = 0, hyphens = 0, digits = 0, len = 0;
	size_t i = 0;
	for (int n = 0; i < url.len && n < 3; i++) /* skip scheme and host: the path starts after the third slash */
		n += url.p[i] == '/';
	for (; i < url.len && url.p[i] != '?' && url.p[i] != '#'; i++, len++) {
		char c = url.p[i];
		if (c == '/' && i + 1 < url.len) {
			slashes++;
			hyphens = 0;
		}
		hyphens += c == '-' || c == '_';
		digits += c >= '0' && c <= '9';
	}
	PAGE(url_depth) = log_1(slashes);
	PAGE(url_words) = log_1(hyphens);
	PAGE(url_digits) = ratio(digits, len);
	PAGE(url_query) = i < url.len && url.p[i] == '?';
}

static void measure_page(struct measure *m)
{
	float *f = m->page;
	PAGE(policy) = !m->pg->options.no_comments;
	measure_page_words(m, f);
	measure_page_characters(m, f);
	measure_page_cues(m, f);
	count_containers(m, f);
	for (int k = 0; k < CORES; k++) {
		const struct core *core = &m->cores[k];
		float *to = f + (FEATURE_core_50_share - N_BLOCK_FEATURES) + k * (FEATURE_core_70_share - FEATURE_core_50_share);
		to[0] = ratio(m->before[core->end].words - m->before[core->first].words, m->before[m->n].words);
		to[1] = ratio(core->end - core->first, m->n);
		to[2] = log_1(m->pg->containers[core->container].depth);
	}
	for (int k = 0; k < N_OVERLAP; k++)
		f[FEATURE_overlap_body_words - N_BLOCK_FEATURES + k] = log_1(m->pg->overlap.n_words[k]);
	PAGE(page_word_weights) = mean_voice(m->voices[m->n]);
	PAGE(title_words) = log_1(m->n_title);
	measure_address(m, f);
	_Static_assert(FEATURE_schema_og_website - FEATURE_schema_article + 1 == N_SCHEMAS, "schema_ columns");
	for (int k = 0; k < N_SCHEMAS; k++)
		f[FEATURE_schema_article - N_BLOCK_FEATURES + k] = (float)(m->pg->schema >> k & 1);
}

void feature_page(const mk_page *pg, float *f)
{
	memcpy(f + N_BLOCK_FEATURES, pg->measure->page, sizeof pg->measure->page);
}

/* ---- Columns from the initial scores ---- */

#define INITIAL_ONE CUT_BUCKETS /* steps of an initial score: the resolution of the cut */

/* Whether the block has words and an initial score of at least the cut. */
static bool is_over(const struct measure *m, uint32_t i)
{
	return m->initial->score[i] >= m->initial->cut && m->pg->blocks[i].pub.n_words;
}

/* Words of a range of blocks, at most VOICE_WORDS of each block. */
static inline int64_t weight_of(const struct measure *m, uint32_t from, uint32_t to)
{
	return (int64_t)voice_of(m, from, to).weight;
}

/* Stores the initial scores, and sums them up to each block and by style group. */
static void sum_initial(struct measure *m)
{
	struct initial *g = m->initial;
	g->before[0] = (struct hope){0, 0};
	for (uint32_t i = 0; i < m->n; i++) {
		const mk_block *b = &m->pg->blocks[i].pub;
		const int64_t score = cut_bucket(b->score), likely = b->n_words * score, heard = weight_of(m, i, i + 1) * score;
		g->score[i] = (uint16_t)score;
		g->before[i + 1] = (struct hope){g->before[i].likely + likely, g->before[i].heard + heard};
		for (int k = 0; k < 3; k++)
			g->style_heard[k][m->style_group_of[k][i]] += heard;
	}
}

/* Finds, for each block, the distance to the next block at or above the cut, and the run of blocks on the same side of the cut
 * as the block itself. */
static void find_initial_runs(struct measure *m)
{
	struct initial *g = m->initial;
	uint32_t d = UINT32_MAX;
	for (uint32_t first = 0, end; first < m->n; first = end) {
		const bool over = is_over(m, first);
		for (end = first + 1; end < m->n && is_over(m, end) == over; end++)
			;
		for (uint32_t i = first; i < end; i++)
			g->run[i] = (struct span){first, end};
	}
	for (uint32_t i = m->n; i-- > 0;) {
		g->until[i] = d;
		d = step_past(is_over(m, i), d);
	}
}

/* Finds the smallest containers with more than 50, 70 and 90 % of the expected content words, as find_cores() does for prose. */
static void find_likely_cores(struct measure *m)
{
	const struct container *c = m->pg->containers;
	struct initial *g = m->initial;
	const struct hope *before = g->before;
	begin_cores(m, g->cores);
	for (uint32_t i = 1; i < m->pg->n_containers && before[m->n].likely; i++)
		try_core(m, g->cores, i, before[c[i].end].likely - before[c[i].first].likely, before[m->n].likely);
}

void feature_initial(mk_page *pg)
{
	struct measure *m = pg->measure;
	const size_t n = (size_t)m->n + 1;
	struct initial *g = m->initial = arena_zero(&pg->arena, sizeof *g);
	g->score = arena_array(&pg->arena, n, sizeof *g->score);
	g->before = arena_array(&pg->arena, n, sizeof *g->before);
	g->run = arena_array(&pg->arena, n, sizeof *g->run);
	g->until = arena_array(&pg->arena, n, sizeof *g->until);
	for (int k = 0; k < 3; k++)
		g->style_heard[k] = arena_zero(&pg->arena, (m->n_style_groups[k] + 1) * sizeof *g->style_heard[k]);
	sum_initial(m);
	g->cut = (uint16_t)choose_bucket(pg, &g->f1);
	find_initial_runs(m);
	find_likely_cores(m);
}

static inline float mean_heard(int64_t heard, int64_t weight)
{
	return weight ? (float)heard / ((float)weight * INITIAL_ONE) : 0.0f;
}

/* Mean initial score of the blocks from … to - 1, weighted by words, without block i, which must be one of them. */
static float hope_between(const struct measure *m, uint32_t from, uint32_t to, uint32_t i)
{
	const struct hope *before = m->initial->before;
	return mean_heard(before[to].heard - before[from].heard - (before[i + 1].heard - before[i].heard),
	                  weight_of(m, from, to) - weight_of(m, i, i + 1));
}

static float share_of(int64_t a, int64_t b)
{
	return b ? (float)a / (float)b : 0.0f;
}

static float initial_of(const struct initial *g, uint32_t i)
{
	return (float)g->score[i] / INITIAL_ONE;
}

/* Log distance from block i to a range of blocks: negative if i comes before it, 0 inside. */
static float log_off(uint32_t i, uint32_t first, uint32_t end)
{
	return i < first ? -log_1(first - i) : i >= end ? log_1(i - end + 1) : 0.0f;
}

#define INITIAL(name) f[FEATURE_initial##name]

_Static_assert(FEATURE_initial_next_2 - FEATURE_initial_prev_2 == N_PLACES - 1 && FEATURE_initial_12 - FEATURE_initial_4 == 1, "neighbours of a guess");
_Static_assert(FEATURE_initial_path - FEATURE_initial_style == 2 && FEATURE_initial_core_70_off - FEATURE_initial_core_50_off == 1,
               "guesses by make, and by core");
_Static_assert(FEATURE_initial_wider_6 - FEATURE_initial_wider_1 == WIDER - 1 && FEATURE_initial_share_2 - FEATURE_initial_share_1 == SHARES - 1,
               "guesses by container");

static void initial_neighbours(const struct measure *m, uint32_t i, float *f)
{
	const struct initial *g = m->initial;
	uint32_t at[N_PLACES];
	find_neighbours(m, i, at);
	INITIAL() = initial_of(g, i);
	for (int k = 0; k < N_PLACES; k++) {
		f[FEATURE_initial_prev_2 + k] = at[k] != NOBODY ? initial_of(g, at[k]) : 0.0f;
	}
	for (int k = 0; k < 2; k++) {
		const struct span w = window_of(m, i, reaches[k]);
		f[FEATURE_initial_4 + k] = hope_between(m, w.first, w.end, i);
	}
	for (int k = 0; k < 3; k++) {
		const uint32_t style_group = m->style_group_of[k][i];
		f[FEATURE_initial_style + k] = mean_heard(g->style_heard[k][style_group], (int64_t)m->style_groups[k][style_group].voice.weight);
	}
}

static void initial_containers(const struct measure *m, uint32_t i, float *f)
{
	const struct initial *g = m->initial;
	const struct container *containers = m->pg->containers, *c = &containers[m->pg->blocks[i].container];
	const int64_t all = g->before[m->n].likely;
	c = c->end - c->first <= 1 ? &containers[c->wider] : c;
	for (int k = 0; k < WIDER; k++, c = &containers[c->wider]) {
		f[FEATURE_initial_wider_1 + k] = hope_between(m, c->first, c->end, i);
		if (k < SHARES)
			f[FEATURE_initial_share_1 + k] = share_of(g->before[c->end].likely - g->before[c->first].likely, all);
	}
	for (int k = 0; k < 2; k++)
		f[FEATURE_initial_core_50_off + k] = log_off(i, g->cores[k].first, g->cores[k].end);
}

void feature_initial_row(const mk_page *pg, uint32_t i, float *f)
{
	const struct measure *m = pg->measure;
	const struct initial *g = m->initial;
	const struct hope *all = &g->before[m->n];
	const uint32_t section = pg->blocks[i].section;
	const struct span run = g->run[i];
	initial_neighbours(m, i, f);
	initial_containers(m, i, f);
	INITIAL(_section) = hope_between(m, section, m->section_end[section], i);
	INITIAL(_heading) = initial_of(g, section);
	INITIAL(_page) = mean_heard(all->heard, weight_of(m, 0, m->n));
	INITIAL(_cut) = (float)g->cut / INITIAL_ONE;
	INITIAL(_f1) = g->f1;
	INITIAL(_over_cut) = ((float)g->score[i] - (float)g->cut) / INITIAL_ONE;
	INITIAL(_until) = near_by(g->until[i]);
	INITIAL(_before) = share_of(g->before[i].likely, all->likely);
	INITIAL(_run_blocks) = log_1(run.end - run.first);
	INITIAL(_run_words) = log_1(m->before[run.end].words - m->before[run.first].words);
	INITIAL(_same) = initial_of(g, pg->blocks[i].same);
	INITIAL(_words) = share_of(all->likely, (int64_t)m->before[m->n].words * INITIAL_ONE);
}

/* ---- The stage ---- */

/* Memory for tables, one after the other.  If p is NULL, bytes are only counted, so the same code computes the size. */
struct pile {
	char *p;
	size_t used;
};

static void *take(struct pile *r, size_t n, size_t size)
{
	void *table = r->p ? r->p + r->used : NULL;
	r->used += (n * size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	return table;
}

/* Places all tables.  Tables that must start as zeros come last, so that one memset() clears them. */
static void lay_tables(struct measure *m, struct pile *r)
{
	const size_t n = (size_t)m->n + 1;
	uint32_t slots = 64, groups = 64;
	while (slots < 2 * m->n)
		slots *= 2;
	while (groups < 2 * m->pg->n_containers)
		groups *= 2;
	m->before = take(r, n, sizeof *m->before);
	m->section_end = take(r, n, sizeof *m->section_end);
	m->headings = take(r, n, sizeof *m->headings);
	m->since = take(r, n, 2 * N_SINCE * sizeof *m->since);
	m->title_said = take(r, n, sizeof *m->title_said);
	m->says_title = take(r, n, sizeof *m->says_title);
	m->word_weights = take(r, n, sizeof *m->word_weights);
	m->voices = take(r, n, sizeof *m->voices);
	/* One row for the document, and one for each other container requested.  Those have at least two blocks each, no two have
	 * the same blocks, and they are nested or disjoint: that makes fewer than n of them. */
	m->wide = take(r, n + 1, CONTAINER_COLUMNS * sizeof *m->wide);
	for (int k = 0; k < 3; k++) {
		m->style_group_of[k] = take(r, n, sizeof *m->style_group_of[k]);
		m->style_groups[k] = take(r, n, sizeof *m->style_groups[k]);
	}
	m->alike_of = take(r, m->pg->n_containers, sizeof *m->alike_of);
	const size_t zeros = r->used;
	m->overlap = take(r, n, N_OVERLAP * sizeof *m->overlap);
	m->wide_of = take(r, m->pg->n_containers, sizeof *m->wide_of);
	for (int k = 0; k < 3; k++)
		m->style_slots[k] = take(r, slots, sizeof *m->style_slots[k]);
	m->style_mask = slots - 1;
	m->alikes = take(r, groups, sizeof *m->alikes);
	m->alikes_mask = groups - 1;
	if (r->p)
		memset(r->p + zeros, 0, r->used - zeros);
}

size_t feature_bytes(const mk_page *pg)
{
	struct measure m = {.pg = pg, .n = pg->article.n_blocks, .n_images = pg->n_images};
	struct pile pile = {NULL, 0};
	take(&pile, 1, sizeof m);
	lay_tables(&m, &pile);
	return pile.used;
}

void feature_measure(mk_page *pg)
{
	struct pile pile = {pg->room, 0};
	struct measure *m = take(&pile, 1, sizeof *m);
	*m = (struct measure){.pg = pg, .n = pg->article.n_blocks, .n_images = pg->n_images};
	lay_tables(m, &pile);
	overlap_index(&pg->overlap, &pg->arena);
	sum_blocks(m);
	find_names(m);
	read_words(m);
	count_style_groups(m);
	find_cores(m);
	measure_page(m);
	pg->measure = m;
}

const float *feature_row(mk_page *pg, uint32_t i)
{
	feature_block(pg, i, pg->measure->row);
	feature_page(pg, pg->measure->row);
	feature_initial_row(pg, i, pg->measure->row);
	return pg->measure->row;
}
