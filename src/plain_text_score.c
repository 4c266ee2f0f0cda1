/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_text_score.c - blocks and lines of a plain-text input -> a feature row for each block, with the columns of plain_text.def
 * -> score, the probability that the block is content; and the block of the title.
 *
 * Two nets score the blocks.  The first computes an initial score for each block of the page; the second computes the final score
 * and also knows the initial scores of the blocks around.  A third net chooses the title.  They are trained by train/plain_text.py,
 * which writes tables/plain_text.h.
 *
 * As in feature.c and model.c, sums over ranges of blocks are differences of prefix sums, so time is linear in the number of
 * blocks, and columns become 7-bit integers, so the first layer of a net, which has the most weights, is integer arithmetic.  The
 * nets are small enough for plain loops: the weights of all units for one column are adjacent in memory, and compilers vectorise
 * that.
 *
 * PLAIN_TEXT_TABLE, a string, names another file to include instead: the trainer measures with tables that have not seen a page.
 */
#include "plain_text.h"
#include "feature.h"
#include "word_weights.h"
#include "base/real.h"
#include "base/words.h"

#ifdef PLAIN_TEXT_TABLE
#include PLAIN_TEXT_TABLE
#else
#include "tables/plain_text.h"
#endif

const char *mk_plain_text_feature_name(unsigned column)
{
	static const char *const names[] = {
#define PLAIN_TEXT_FEATURE(name, meaning) #name,
#include "plain_text.def"
#undef PLAIN_TEXT_FEATURE
	};
	return column < N_PLAIN_TEXT_FEATURES ? names[column] : NULL;
}

const char *mk_plain_text_feature_meaning(unsigned column)
{
	static const char *const meanings[] = {
#define PLAIN_TEXT_FEATURE(name, meaning) meaning,
#include "plain_text.def"
#undef PLAIN_TEXT_FEATURE
	};
	return column < N_PLAIN_TEXT_FEATURES ? meanings[column] : NULL;
}

#define TITLE_BYTES_MOST 400 /* a longer block cannot be the title */
#define PROSE_WORDS 8        /* words of a prose block, at least */
#define PLAIN_TEXT_LONG 25   /* words of a long block, at least */
#define PLAIN_TEXT_SHORT 4   /* words of a short block, at most */
#define KNOWN_LEAST 4        /* one word in four must have a weight, see read_voices() */

/* Prefix sums over all blocks before a block. */
struct plain_text_sums {
	uint32_t words, stops, commas, marks, long_words, n_long, n_short;
	struct voice voice;
};

#define GLANCES 6 /* columns of a neighbour, PLAIN_TEXT_GLANCE in plain_text.def */

/* Blocks first … end - 1. */
struct plain_text_region {
	uint32_t first, end;
};

/* What feature rows are computed from.  Arrays have an element for each of the n blocks unless a length is given. */
struct plain_text_measure {
	uint32_t n;
	struct plain_text_sums *before;           /* prefix sums, n + 1 */
	float *glance;                         /* the columns of each block as a neighbour, GLANCES · n */
	float *word_weights;                   /* log odds that a block is content, from its words alone; see word_weights.h */
	uint32_t *copies;                      /* number of blocks with the same text, at the index block.same */
	uint32_t *since_long, *since_prose;    /* the nearest long or prose block before a block, index + 1; 0: there is none */
	uint32_t *until_long, *until_prose;    /* the nearest one after it, index; n: there is none */
	uint32_t *group_first, *list_first, *short_first; /* first block of its run of blocks without empty lines */
	uint32_t *group_end, *list_end, *short_end;       /* between, with list markers, short; index after the last */
	struct plain_text_region core, wide_core; /* see find_core() */
	float page[N_PLAIN_TEXT_PLAIN - PLAIN_TEXT_page_blocks]; /* the columns that are the same for all blocks */
	float *initial;                          /* the initial score, which the first net computed */
	struct voice *initial_scores;                 /* prefix sums of initial, n + 1 */
	uint32_t *since_likely, *since_sure;   /* as since_long, for likely and sure blocks, see is_likely() */
	uint32_t *until_likely, *until_sure;
	float page_initial[N_PLAIN_TEXT_FEATURES - PLAIN_TEXT_page_initial]; /* as page, columns that depend on initial scores */
	float row[N_PLAIN_TEXT_FEATURES], contributions[N_PLAIN_TEXT_FEATURES]; /* results, see page.h */
};

static float per(uint32_t a, uint32_t b, float limit)
{
	return most(ratio(a, b), limit);
}

static uint32_t plain_text_stops(const struct block *b)
{
	return b->kinds[CHAR_STOP] + b->kinds[CHAR_QUESTION] + b->kinds[CHAR_ELLIPSIS];
}

static bool plain_text_is_long(const struct block *b)
{
	return plain_text_words(b) >= PLAIN_TEXT_LONG;
}

static bool plain_text_is_prose(const struct block *b)
{
	return plain_text_words(b) >= PROSE_WORDS && plain_text_stops(b);
}

static bool plain_text_is_short(const struct block *b)
{
	return plain_text_words(b) <= PLAIN_TEXT_SHORT;
}

/* ---- Measures of the whole page ---- */

/*
 * Fills word_weights, from at most the first WORD_WEIGHTS_WORDS words of a block.  If fewer than one word in KNOWN_LEAST of the
 * page has a weight, the page is in a language that the weights are not for, and matches are chance: then all are set to 0.  In
 * English plain text at least half of the words have a weight, in Swahili or Korean less than a fifth.
 */
static void read_voices(mk_page *pg, struct plain_text_measure *m)
{
	uint32_t words[WORD_WEIGHTS_WORDS + 1], items[WORD_WEIGHTS_ITEMS];
	uint64_t all = 0, all_known = 0;
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &pg->blocks[i];
		size_t at = 0;
		uint32_t known;
		if (b->same != i) {
			m->word_weights[i] = m->word_weights[b->same];
			continue;
		}
		const uint32_t n = word_weights_items(words, words_hash(b->pub.text.p, b->pub.text.len, &at, words, WORD_WEIGHTS_WORDS + 1), items);
		m->word_weights[i] = word_weights_score_of_all(items, n, &known);
		all += n;
		all_known += known;
	}
	pg->plain_text->unknown = all_known * KNOWN_LEAST < all;
	if (pg->plain_text->unknown)
		memset(m->word_weights, 0, m->n * sizeof *m->word_weights);
}

static void sum_plain_text(const mk_page *pg, struct plain_text_measure *m)
{
	struct plain_text_sums sum = {0, 0, 0, 0, 0, 0, 0, {0, 0}};
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &pg->blocks[i];
		float *glance = &m->glance[GLANCES * (size_t)i];
		m->before[i] = sum;
		sum.words += plain_text_words(b);
		sum.stops += plain_text_stops(b);
		sum.commas += b->kinds[CHAR_COMMA];
		sum.marks += plain_text_line_of(pg, i)->mark != PLAIN_TEXT_PLAIN;
		sum.long_words += plain_text_is_long(b) ? plain_text_words(b) : 0;
		sum.n_long += plain_text_is_long(b);
		sum.n_short += plain_text_is_short(b);
		sum.voice = add_voice(sum.voice, m->word_weights[i], plain_text_words(b));
		m->copies[b->same]++;
		glance[0] = log_1(plain_text_words(b));
		glance[1] = per(plain_text_stops(b), plain_text_words(b), 0.25f);
		glance[2] = plain_text_line_of(pg, i)->mark != PLAIN_TEXT_PLAIN;
		glance[3] = b->ends_with_stop;
		glance[4] = per(b->n_capital_words, plain_text_words(b), 1);
		glance[5] = plain_text_line_of(pg, i)->blanks;
	}
	m->before[m->n] = sum;
}

/* For each block finds the nearest others for which is_one is true.  since: index + 1 of the nearest one before it, 0 if there is
 * none; until: index of the nearest one after it, the number of blocks if there is none. */
static void find_nearest(const mk_page *pg, bool (*is_one)(const struct block *), uint32_t *since, uint32_t *until)
{
	const uint32_t n = pg->article.n_blocks;
	uint32_t last = 0, next = n;
	for (uint32_t i = 0; i < n; i++) {
		since[i] = last;
		last = is_one(&pg->blocks[i]) ? i + 1 : last;
	}
	for (uint32_t i = n; i-- > 0;) {
		until[i] = next;
		next = is_one(&pg->blocks[i]) ? i : next;
	}
}

/* Finds for each block the nearest long and prose blocks, and the runs that it is in. */
static void find_runs(const mk_page *pg, struct plain_text_measure *m)
{
	const uint32_t n = m->n;
	uint32_t group = 0, list = 0, shorts = 0;
	find_nearest(pg, plain_text_is_long, m->since_long, m->until_long);
	find_nearest(pg, plain_text_is_prose, m->since_prose, m->until_prose);
	for (uint32_t i = 0; i < n; i++) {
		const struct block *b = &pg->blocks[i];
		const struct plain_text_line *l = plain_text_line_of(pg, i);
		group = l->blanks ? i : group;
		m->group_first[i] = group;
		m->list_first[i] = list = l->mark && i && plain_text_line_of(pg, i - 1)->mark ? list : i;
		m->short_first[i] = shorts = plain_text_is_short(b) && i && plain_text_is_short(&pg->blocks[i - 1]) ? shorts : i;
	}
	for (uint32_t i = n; i-- > 0;) {
		const bool more = i + 1 < n;
		m->group_end[i] = more && m->group_first[i + 1] == m->group_first[i] ? m->group_end[i + 1] : i + 1;
		m->list_end[i] = more && m->list_first[i + 1] == m->list_first[i] ? m->list_end[i + 1] : i + 1;
		m->short_end[i] = more && m->short_first[i + 1] == m->short_first[i] ? m->short_end[i + 1] : i + 1;
	}
}

/* The core: the range of blocks with the largest sum of words of prose blocks, less price for each other block (Kadane's
 * algorithm).  Empty if there is no prose. */
static struct plain_text_region find_core(const mk_page *pg, uint32_t n, uint32_t price)
{
	struct plain_text_region best = {0, 0};
	int64_t sum = 0, most = 0;
	uint32_t first = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct block *b = &pg->blocks[i];
		sum += plain_text_is_prose(b) ? (int64_t)plain_text_words(b) : -(int64_t)price;
		if (sum <= 0) {
			sum = 0;
			first = i + 1;
		} else if (sum > most) {
			most = sum;
			best = (struct plain_text_region){first, i + 1};
		}
	}
	return best;
}

static void measure_plain_text_page(const mk_page *pg, struct plain_text_measure *m)
{
	const struct plain_text_sums *all = &m->before[m->n];
	const uint32_t n = m->n, words = all->words;
	uint32_t chars = 0, cjk = 0, questions = 0, currency = 0, code = 0, repeats = 0, blanks = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct block *b = &pg->blocks[i];
		for (int k = 0; k < N_CHAR_KINDS; k++)
			chars += k != CHAR_SPACE ? b->kinds[k] : 0;
		cjk += b->kinds[CHAR_CJK];
		questions += b->kinds[CHAR_QUESTION];
		currency += b->kinds[CHAR_CURRENCY];
		code += b->kinds[CHAR_CODE];
		repeats += b->same != i;
		blanks += plain_text_line_of(pg, i)->blanks;
	}
#define OF_PLAIN_TEXT(name) m->page[PLAIN_TEXT_page_##name - PLAIN_TEXT_page_blocks]
	OF_PLAIN_TEXT(blocks) = log_1(n);
	OF_PLAIN_TEXT(words) = log_1(words);
	OF_PLAIN_TEXT(block_words) = log_1(n ? words / n : 0);
	OF_PLAIN_TEXT(stops) = per(all->stops, words, 0.25f);
	OF_PLAIN_TEXT(marks) = per(all->marks, n, 1);
	OF_PLAIN_TEXT(long) = per(all->long_words, words, 1);
	OF_PLAIN_TEXT(short) = per(all->n_short, n, 1);
	OF_PLAIN_TEXT(n_long) = log_1(all->n_long);
	OF_PLAIN_TEXT(core) = per(m->before[m->core.end].words - m->before[m->core.first].words, words, 1);
	OF_PLAIN_TEXT(core_blocks) = log_1(m->core.end - m->core.first);
	OF_PLAIN_TEXT(copies) = per(repeats, n, 1);
	OF_PLAIN_TEXT(questions) = per(questions, words, 0.05f);
	OF_PLAIN_TEXT(currency) = log_1(currency);
	OF_PLAIN_TEXT(code) = per(code, words, 1);
	OF_PLAIN_TEXT(blanks) = per(blanks, n, 3);
	OF_PLAIN_TEXT(cjk) = per(cjk, chars, 1);
	OF_PLAIN_TEXT(word_weights) = mean_voice(all->voice);
	OF_PLAIN_TEXT(wrapped) = pg->plain_text->width > 0;
#undef OF_PLAIN_TEXT
}

/* ---- A row ---- */

static void row_text(const mk_page *pg, uint32_t i, float *f)
{
	const struct block *b = &pg->blocks[i];
	const uint32_t *k = b->kinds, words = plain_text_words(b), stops = plain_text_stops(b);
	uint32_t chars = 0;
	for (int kind = 0; kind < N_CHAR_KINDS; kind++)
		chars += kind != CHAR_SPACE ? k[kind] : 0;
	const uint32_t letters = k[CHAR_LETTER] + k[CHAR_UPPER] + k[CHAR_LOWER] + k[CHAR_CJK];
	f[PLAIN_TEXT_words] = log_1(words);
	f[PLAIN_TEXT_chars] = log_1(chars);
	f[PLAIN_TEXT_some_words] = words >= 4;
	f[PLAIN_TEXT_many_words] = words >= 10;
	f[PLAIN_TEXT_very_many_words] = words >= 25;
	f[PLAIN_TEXT_word_length] = per(letters + k[CHAR_DIGIT], 10 * words, 2);
	f[PLAIN_TEXT_longest_word] = log_1(b->longest_word);
	f[PLAIN_TEXT_stops] = log_1(stops);
	f[PLAIN_TEXT_stop_density] = per(stops, words, 0.25f);
	f[PLAIN_TEXT_sentence_words] = stops ? log_1(words / stops) : 0;
	f[PLAIN_TEXT_questions] = log_1(k[CHAR_QUESTION]);
	f[PLAIN_TEXT_ellipses] = log_1(k[CHAR_ELLIPSIS]);
	f[PLAIN_TEXT_commas] = log_1(k[CHAR_COMMA]);
	f[PLAIN_TEXT_comma_density] = per(k[CHAR_COMMA], words, 0.5f);
	f[PLAIN_TEXT_ends_stop] = b->ends_with_stop;
	f[PLAIN_TEXT_ends_question] = b->last_kind == CHAR_QUESTION;
	f[PLAIN_TEXT_ends_ellipsis] = b->last_kind == CHAR_ELLIPSIS;
	f[PLAIN_TEXT_ends_colon] = b->last_kind == CHAR_COLON;
	f[PLAIN_TEXT_ends_bracket] = b->ends_with_bracket;
	f[PLAIN_TEXT_starts_lower] = b->first_kind == CHAR_LOWER;
	f[PLAIN_TEXT_starts_upper] = b->first_kind == CHAR_UPPER;
	f[PLAIN_TEXT_starts_digit] = b->first_kind == CHAR_DIGIT;
	f[PLAIN_TEXT_starts_sign] = b->first_kind == CHAR_OTHER || b->first_kind >= CHAR_STOP;
	f[PLAIN_TEXT_capital_words] = per(b->n_capital_words, words, 1);
	f[PLAIN_TEXT_shouted_words] = per(b->n_shouted_words, words, 1);
	f[PLAIN_TEXT_digit_words] = per(b->n_digit_words, words, 1);
	f[PLAIN_TEXT_years] = log_1(b->n_years);
	f[PLAIN_TEXT_separators] = per(k[CHAR_SEPARATOR], words, 1);
	f[PLAIN_TEXT_colons] = per(k[CHAR_COLON], words, 1);
	f[PLAIN_TEXT_brackets] = per(k[CHAR_BRACKET], words, 1);
	f[PLAIN_TEXT_code] = per(k[CHAR_CODE], words, 1);
	f[PLAIN_TEXT_currency] = log_1(k[CHAR_CURRENCY]);
	f[PLAIN_TEXT_addresses] = log_1(k[CHAR_ADDRESS]);
	f[PLAIN_TEXT_rights] = k[CHAR_RIGHTS] > 0;
	f[PLAIN_TEXT_cjk] = per(k[CHAR_CJK], chars, 1);
	f[PLAIN_TEXT_uncased] = per(k[CHAR_LETTER] + k[CHAR_CJK], letters, 1);
	uint32_t glued = 0;
	for (size_t at = 1; at < b->pub.text.len; at++) {
		const char c = b->pub.text.p[at - 1], next = b->pub.text.p[at];
		glued += c >= 'a' && c <= 'z' && next >= 'A' && next <= 'Z';
	}
	f[PLAIN_TEXT_glued] = per(glued, words, 0.5f);
}

static void row_voices(const struct plain_text_measure *m, uint32_t i, float *f)
{
	static const uint8_t reach[] = {4, 12, 40};
	f[PLAIN_TEXT_word_weights] = m->word_weights[i];
	f[PLAIN_TEXT_word_weights_prev_2] = i > 1 ? m->word_weights[i - 2] : 0;
	f[PLAIN_TEXT_word_weights_prev_1] = i ? m->word_weights[i - 1] : 0;
	f[PLAIN_TEXT_word_weights_next_1] = i + 1 < m->n ? m->word_weights[i + 1] : 0;
	f[PLAIN_TEXT_word_weights_next_2] = i + 2 < m->n ? m->word_weights[i + 2] : 0;
	for (uint32_t k = 0; k < sizeof reach; k++) {
		const uint32_t first = i > reach[k] ? i - reach[k] : 0, end = m->n - i > reach[k] ? i + reach[k] + 1 : m->n;
		f[PLAIN_TEXT_word_weights_4 + k] = mean_voice(voice_between(m->before[first].voice, m->before[end].voice));
	}
}

static void row_setting(const mk_page *pg, uint32_t i, float *f)
{
	const struct plain_text_measure *m = pg->plain_text->measure;
	const struct plain_text_line *l = plain_text_line_of(pg, i);
	const uint32_t copies = m->copies[pg->blocks[i].same] - 1;
	f[PLAIN_TEXT_copies] = log_1(copies);
	f[PLAIN_TEXT_first_copy] = copies && pg->blocks[i].same == i;
	f[PLAIN_TEXT_bullet] = l->mark == PLAIN_TEXT_BULLET;
	f[PLAIN_TEXT_number] = l->mark == PLAIN_TEXT_NUMBER;
	f[PLAIN_TEXT_indent] = log_1(l->indent);
	f[PLAIN_TEXT_lines] = log_1(l->n_lines);
	f[PLAIN_TEXT_gaps] = log_1(l->gaps);
	f[PLAIN_TEXT_blanks_before] = l->blanks;
	f[PLAIN_TEXT_blanks_after] = i + 1 < m->n ? plain_text_line_of(pg, i + 1)->blanks : 3;
	const uint32_t first = m->group_first[i], end = m->group_end[i];
	const struct plain_text_sums *a = &m->before[first], *z = &m->before[end];
	f[PLAIN_TEXT_group_blocks] = log_1(end - first);
	f[PLAIN_TEXT_group_words] = log_1(z->words - a->words);
	f[PLAIN_TEXT_group_stops] = per(z->stops - a->stops, z->words - a->words, 0.25f);
	f[PLAIN_TEXT_group_place] = per(i - first, end - first - 1, 1);
	const uint32_t items = l->mark ? m->list_end[i] - m->list_first[i] : 0;
	f[PLAIN_TEXT_list_blocks] = log_1(items);
	f[PLAIN_TEXT_list_words] = items ? log_1((m->before[m->list_end[i]].words - m->before[m->list_first[i]].words) / items) : 0;
	f[PLAIN_TEXT_short_run] = plain_text_is_short(&pg->blocks[i]) ? log_1(m->short_end[i] - m->short_first[i]) : 0;
}

static void row_region(const struct plain_text_region *r, uint32_t i, float *f)
{
	const bool inside = i >= r->first && i < r->end;
	f[0] = inside;
	f[1] = i < r->first ? log_1(r->first - i) : 0;
	f[2] = i >= r->end ? log_1(i - r->end + 1) : 0;
	f[3] = inside ? per(i - r->first, r->end - r->first, 1) : 0;
}

/* 1 / (1 + distance) from block i back to block last - 1; 0 if last is 0. */
static float closeness_before(uint32_t last, uint32_t i)
{
	return last ? 1 / (1 + (float)(i + 1 - last)) : 0;
}

/* 1 / (1 + distance) from block i forward to block next; 0 if next is n, the number of blocks. */
static float closeness_behind(uint32_t next, uint32_t i, uint32_t n)
{
	return next < n ? 1 / (1 + (float)(next - i)) : 0;
}

static void row_place(const mk_page *pg, uint32_t i, float *f)
{
	const struct plain_text_measure *m = pg->plain_text->measure;
	const uint32_t n = m->n;
	const struct plain_text_sums *here = &m->before[i], *all = &m->before[n];
	f[PLAIN_TEXT_index] = log_1(i);
	f[PLAIN_TEXT_index_share] = per(i, n, 1);
	f[PLAIN_TEXT_blocks_after] = log_1(n - i - 1);
	f[PLAIN_TEXT_words_before] = log_1(here->words);
	f[PLAIN_TEXT_words_before_share] = per(here->words, all->words, 1);
	f[PLAIN_TEXT_words_after] = log_1(all->words - m->before[i + 1].words);
	const uint32_t last = m->since_long[i], next = m->until_long[i];
	f[PLAIN_TEXT_since_long] = closeness_before(last, i);
	f[PLAIN_TEXT_until_long] = closeness_behind(next, i, n);
	f[PLAIN_TEXT_since_prose] = closeness_before(m->since_prose[i], i);
	f[PLAIN_TEXT_until_prose] = closeness_behind(m->until_prose[i], i, n);
	f[PLAIN_TEXT_between_long] = log_1(m->before[next].words - m->before[last].words);
	f[PLAIN_TEXT_long_before] = per(here->n_long, all->n_long, 1);
	f[PLAIN_TEXT_first_prose] = !m->since_prose[i];
	f[PLAIN_TEXT_last_prose] = m->until_prose[i] == n;
	row_region(&m->core, i, &f[PLAIN_TEXT_in_core]);
	row_region(&m->wide_core, i, &f[PLAIN_TEXT_in_wide_core]);
}

static void row_around(const mk_page *pg, uint32_t i, float *f)
{
	static const uint8_t reach[] = {3, 8, 20, 50};
	const struct plain_text_measure *m = pg->plain_text->measure;
	for (uint32_t k = 0; k < 8; k++) {
		const int64_t at = (int64_t)i + (k < 4 ? (int64_t)k - 4 : (int64_t)k - 3);
		float *to = &f[PLAIN_TEXT_prev_4_words + GLANCES * k];
		if (at >= 0 && at < m->n)
			memcpy(to, &m->glance[GLANCES * (size_t)at], GLANCES * sizeof *to);
		else
			memset(to, 0, GLANCES * sizeof *to);
	}
	for (uint32_t k = 0; k < sizeof reach; k++) {
		const uint32_t first = i > reach[k] ? i - reach[k] : 0, end = m->n - i > reach[k] ? i + reach[k] + 1 : m->n;
		const struct plain_text_sums *a = &m->before[first], *z = &m->before[end];
		const uint32_t words = z->words - a->words, blocks = end - first;
		float *to = &f[PLAIN_TEXT_near_3_words + 6 * k];
		to[0] = log_1(words / blocks);
		to[1] = per(z->stops - a->stops, words, 0.25f);
		to[2] = per(z->marks - a->marks, blocks, 1);
		to[3] = per(z->long_words - a->long_words, words, 1);
		to[4] = per(z->n_short - a->n_short, blocks, 1);
		to[5] = per(z->commas - a->commas, words, 0.25f);
	}
}

/* The columns that do not depend on initial scores. */
static void row_plain(const mk_page *pg, uint32_t i, float *f)
{
	row_text(pg, i, f);
	row_voices(pg->plain_text->measure, i, f);
	row_setting(pg, i, f);
	row_place(pg, i, f);
	row_around(pg, i, f);
	memcpy(f + PLAIN_TEXT_page_blocks, pg->plain_text->measure->page, sizeof pg->plain_text->measure->page);
}

/* The columns that depend on initial scores. */
static void row_initial(const struct plain_text_measure *m, uint32_t i, float *f)
{
	static const uint8_t reach[] = {3, 8, 20};
	const float initial = m->initial[i];
	f[PLAIN_TEXT_initial] = (float)real_log((double)((initial + 0.001f) / (1.001f - initial)));
	for (uint32_t k = 1; k <= 4; k++) {
		f[PLAIN_TEXT_initial_prev_1 + 1 - k] = i >= k ? m->initial[i - k] : 0;
		f[PLAIN_TEXT_initial_next_1 - 1 + k] = k < m->n - i ? m->initial[i + k] : 0;
	}
	for (uint32_t k = 0; k < sizeof reach; k++) {
		const uint32_t first = i > reach[k] ? i - reach[k] : 0, end = m->n - i > reach[k] ? i + reach[k] + 1 : m->n;
		f[PLAIN_TEXT_initial_before_3 + k] = mean_voice(voice_between(m->initial_scores[first], m->initial_scores[i]));
		f[PLAIN_TEXT_initial_behind_3 + k] = mean_voice(voice_between(m->initial_scores[i + 1], m->initial_scores[end]));
	}
	f[PLAIN_TEXT_initial_since_likely] = closeness_before(m->since_likely[i], i);
	f[PLAIN_TEXT_initial_until_likely] = closeness_behind(m->until_likely[i], i, m->n);
	f[PLAIN_TEXT_initial_since_sure] = closeness_before(m->since_sure[i], i);
	f[PLAIN_TEXT_initial_until_sure] = closeness_behind(m->until_sure[i], i, m->n);
	f[PLAIN_TEXT_initial_over_cut] = initial - m->page_initial[PLAIN_TEXT_page_initial_cut - PLAIN_TEXT_page_initial];
	memcpy(f + PLAIN_TEXT_page_initial, m->page_initial, sizeof m->page_initial);
}

void plain_text_row(const mk_page *pg, uint32_t i, float *f)
{
	row_plain(pg, i, f);
	row_initial(pg->plain_text->measure, i, f);
}

/* ---- Measures of initial scores ---- */

#define LIKELY_WORDS 4 /* words of a likely or sure block, at least */

static bool is_likely(const struct block *b)
{
	return b->pub.n_words >= LIKELY_WORDS && b->pub.score > 0.5f;
}

static bool is_sure(const struct block *b)
{
	return b->pub.n_words >= LIKELY_WORDS && b->pub.score > 0.8f;
}

void plain_text_initial(mk_page *pg)
{
	struct plain_text_measure *m = pg->plain_text->measure;
	struct voice sum = {0, 0};
	double likely = 0;
	float f1;
	for (uint32_t i = 0; i < m->n; i++) {
		const mk_block *b = &pg->blocks[i].pub;
		m->initial[i] = b->score;
		m->initial_scores[i] = sum;
		sum = add_voice(sum, b->score, b->n_words);
		likely += (double)b->score * b->n_words;
	}
	m->initial_scores[m->n] = sum;
	find_nearest(pg, is_likely, m->since_likely, m->until_likely);
	find_nearest(pg, is_sure, m->since_sure, m->until_sure);
	const uint32_t cut = choose_bucket(pg, &f1);
#define OF_INITIAL(name) m->page_initial[PLAIN_TEXT_page_##name - PLAIN_TEXT_page_initial]
	OF_INITIAL(initial) = (float)real_log(1 + likely);
	OF_INITIAL(initial_mean) = mean_voice(sum);
	OF_INITIAL(initial_f1) = f1;
	OF_INITIAL(initial_cut) = (float)cut / CUT_BUCKETS;
#undef OF_INITIAL
}

/* Allocates the tables and finds the line of each block. */
static void lay_plain_text(mk_page *pg)
{
	struct arena *a = &pg->arena;
	const uint32_t n = pg->article.n_blocks;
	struct plain_text_measure *m = pg->plain_text->measure = arena_zero(a, sizeof *m);
	uint32_t **const arrays[] = {&m->copies, &m->since_long, &m->since_prose, &m->until_long, &m->until_prose, &m->group_first,
	                             &m->list_first, &m->short_first, &m->group_end, &m->list_end, &m->short_end,
	                             &m->since_likely, &m->since_sure, &m->until_likely, &m->until_sure};
	m->n = n;
	m->before = arena_array(a, (size_t)n + 1, sizeof *m->before);
	m->initial = arena_array(a, (size_t)n + 1, sizeof *m->initial);
	m->initial_scores = arena_array(a, (size_t)n + 1, sizeof *m->initial_scores);
	m->word_weights = arena_array(a, (size_t)n + 1, sizeof *m->word_weights);
	m->glance = arena_array(a, GLANCES * (size_t)n + 1, sizeof *m->glance);
	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
		*arrays[k] = arena_zero(a, ((size_t)n + 1) * sizeof **arrays[k]);
	pg->plain_text->line_of = arena_array(a, (size_t)n + 1, sizeof *pg->plain_text->line_of);
	for (uint32_t i = 0, line = 0; i < n; i++) { /* a line of invisible characters only has no block */
		while (line + 1 < pg->plain_text->n_lines && pg->plain_text->lines[line].to <= pg->blocks[i].pub.from)
			line++;
		pg->plain_text->line_of[i] = line;
	}
}

/* ---- The nets ---- */

/* A feature row as 7-bit integers.  Eight bytes at a time are compared, so the rest of the last eight is 0. */
struct plain_text_quanta {
	uint8_t q[(N_PLAIN_TEXT_FEATURES + 7) / 8 * 8];
};

/* A net, with the quanta of the row that it saw last and what followed from them: most rows differ in few columns from the row
 * before, and the sums are integers, so that adding the differences gives exactly the sums of the new row. */
struct plain_text_run {
	const struct plain_text_net *net;
	struct plain_text_quanta last;
	int32_t sums[PLAIN_TEXT_H1]; /* of the first layer */
	float answer;
	bool any; /* answer is that for last */
};

/* Adds x times the weights of a column.  Without restrict compilers would have to assume that sums and weights overlap, and could
 * not vectorise. */
static void add_plain_text(const int8_t *restrict weights, int16_t x, int32_t sums[restrict PLAIN_TEXT_H1])
{
	for (int j = 0; j < PLAIN_TEXT_H1; j++)
		sums[j] += x * (int16_t)weights[j];
}

/* Updates the sums for a new row.  Returns false if they stay as they are. */
static bool change_plain_text(struct plain_text_run *run, const struct plain_text_quanta *q)
{
	bool changed = false;
	for (int from = 0; from < run->net->n_columns; from += 8) {
		if (!memcmp(q->q + from, run->last.q + from, 8))
			continue;
		for (int i = from; i < from + 8 && i < run->net->n_columns; i++) {
			if (q->q[i] != run->last.q[i])
				add_plain_text(run->net->w1[i], (int16_t)(q->q[i] - run->last.q[i]), run->sums);
			run->last.q[i] = q->q[i];
		}
		changed = true;
	}
	return changed;
}

#define PLAIN_TEXT_LANES 8 /* units of the second layer that are summed at a time, in registers */
_Static_assert(PLAIN_TEXT_H2 % PLAIN_TEXT_LANES == 0, "lanes of the second layer");

/* Adds, for each of n units of the first layer, x times its weights for PLAIN_TEXT_LANES units of the second, from unit k on. */
static void add_units(const struct plain_text_net *net, const uint8_t *at, const float *x, int n, int k, float h[PLAIN_TEXT_LANES])
{
#if defined(SCAN_SSE2)
	__m128 low = _mm_loadu_ps(h), high = _mm_loadu_ps(h + 4);
	for (int j = 0; j < n; j++) {
		low = _mm_add_ps(low, _mm_mul_ps(_mm_loadu_ps(net->w2[at[j]] + k), _mm_set1_ps(x[j])));
		high = _mm_add_ps(high, _mm_mul_ps(_mm_loadu_ps(net->w2[at[j]] + k + 4), _mm_set1_ps(x[j])));
	}
	_mm_storeu_ps(h, low);
	_mm_storeu_ps(h + 4, high);
#else
	for (int j = 0; j < n; j++)
		for (int lane = 0; lane < PLAIN_TEXT_LANES; lane++)
			h[lane] += net->w2[at[j]][k + lane] * x[j];
#endif
}

/* The log odds that follow from the sums of the first layer.  Half of its units are 0 and are left out, since they add nothing. */
static float finish_plain_text(const struct plain_text_net *net, const int32_t sums[PLAIN_TEXT_H1])
{
	float x[PLAIN_TEXT_H1], sum = net->b3;
	uint8_t at[PLAIN_TEXT_H1];
	int n = 0;
	for (int j = 0; j < PLAIN_TEXT_H1; j++) {
		const float v = net->b1[j] + net->s1[j] * (float)sums[j];
		at[n] = (uint8_t)j;
		x[n] = v;
		n += v > 0;
	}
	for (int k = 0; k < PLAIN_TEXT_H2; k += PLAIN_TEXT_LANES) {
		float h[PLAIN_TEXT_LANES];
		memcpy(h, net->b2 + k, sizeof h);
		add_units(net, at, x, n, k, h);
		for (int lane = 0; lane < PLAIN_TEXT_LANES; lane++)
			sum += net->w3[k + lane] * (h[lane] > 0 ? h[lane] : 0);
	}
	return sum;
}

/* The output of a net, as a probability. */
static float ask_net(struct plain_text_run *run, const struct plain_text_quanta *q)
{
	if (change_plain_text(run, q) || !run->any)
		run->answer = real_chance(finish_plain_text(run->net, run->sums));
	run->any = true;
	return run->answer;
}

/* Initial scores, and the title: the block that the title net finds the likeliest, if it finds one likely enough.  Split-off
 * cross-references are never content, so they keep score 0. */
static void first_look(mk_page *pg, struct plain_text_measure *m)
{
	struct plain_text_run first = {.net = &plain_text_first}, titles = {.net = &plain_text_titles};
	float title = PLAIN_TEXT_TITLE_LEAST;
	for (uint32_t i = 0; i < m->n; i++) {
		const struct plain_text_line *l = plain_text_line_of(pg, i);
		mk_block *b = &pg->blocks[i].pub;
		struct plain_text_quanta q = {{0}};
		if (!b->n_words || l->split_off)
			continue;
		row_plain(pg, i, m->row);
		quantise(m->row, plain_text_scale, plain_text_offset, N_PLAIN_TEXT_PLAIN, q.q);
		b->score = ask_net(&first, &q);
		const float is_title = b->text.len <= TITLE_BYTES_MOST && !l->mark ? ask_net(&titles, &q) : 0;
		if (is_title > title) {
			title = is_title;
			pg->plain_text->title = i;
		}
	}
}

/* Final scores. */
static void second_look(mk_page *pg, struct plain_text_measure *m)
{
	struct plain_text_run content = {.net = &plain_text_content};
	for (uint32_t i = 0; i < m->n; i++) {
		struct plain_text_quanta q = {{0}};
		if (!pg->blocks[i].pub.n_words || plain_text_line_of(pg, i)->split_off)
			continue;
		plain_text_row(pg, i, m->row);
		quantise(m->row, plain_text_scale, plain_text_offset, N_PLAIN_TEXT_FEATURES, q.q);
		pg->blocks[i].pub.score = ask_net(&content, &q);
	}
}

void plain_text_score(mk_page *pg)
{
	lay_plain_text(pg);
	struct plain_text_measure *m = pg->plain_text->measure;
	read_voices(pg, m);
	sum_plain_text(pg, m);
	find_runs(pg, m);
	m->core = find_core(pg, m->n, 8);
	m->wide_core = find_core(pg, m->n, 2);
	measure_plain_text_page(pg, m);
	first_look(pg, m);
	plain_text_initial(pg);
	second_look(pg, m);
	model_score_wordless(pg);
}

const float *plain_text_row_of(mk_page *pg, uint32_t i)
{
	plain_text_row(pg, i, pg->plain_text->measure->row);
	return pg->plain_text->measure->row;
}

const float *plain_text_contributions(mk_page *pg, uint32_t i)
{
	struct plain_text_measure *m = pg->plain_text->measure;
	struct plain_text_run run = {.net = &plain_text_content};
	struct plain_text_quanta q = {{0}};
	int32_t other[PLAIN_TEXT_H1];
	memset(m->contributions, 0, sizeof m->contributions);
	if (!pg->blocks[i].pub.n_words)
		return m->contributions;
	plain_text_row(pg, i, m->row);
	quantise(m->row, plain_text_scale, plain_text_offset, N_PLAIN_TEXT_FEATURES, q.q);
	change_plain_text(&run, &q);
	const float log_odds = finish_plain_text(run.net, run.sums);
	for (int k = 0; k < N_PLAIN_TEXT_FEATURES; k++) {
		const int32_t change = QUANTUM_MEAN - q.q[k];
		memcpy(other, run.sums, sizeof other);
		add_plain_text(run.net->w1[k], (int16_t)change, other);
		m->contributions[k] = change ? log_odds - finish_plain_text(run.net, other) : 0.0f;
	}
	return m->contributions;
}

/* Sets the confidence: the expected F1 of the cut, calibrated on pages of sites that the nets had not seen.  There is no net for
 * page types of plain text. */
void plain_text_judge(mk_page *pg)
{
	const float p = pg->cut.expected_f1 < 0.999f ? pg->cut.expected_f1 : 0.999f;
	pg->type = MK_PAGE_NONE;
	pg->article.confidence = 0;
	if (pg->cut.n_blocks && p > 0.001f)
		pg->article.confidence = real_chance(plain_text_confidence[0] + plain_text_confidence[1] * (float)real_log((double)(p / (1 - p))));
}
