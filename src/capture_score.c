/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture_score.c - blocks of a capture -> the columns of capture.def -> score, the chance that a block is content.
 *
 * As feature.c and model.c do it for HTML: sums over ranges are differences of prefix sums, columns become 7-bit integers, a
 * first net makes a guess at the whole page and a second scores anew with what the guess says of the blocks around.  The first layer
 * of a net is integer arithmetic, and its numbers are in tables/capture.h, written by train/captures.py.  It is small enough for
 * plain loops: the units of a layer lie side by side, and compilers make vectors of that.
 *
 * CAPTURE_TABLE, a string, names another table: the trainer measures with tables that have not seen a page.
 */
#include "capture.h"
#include "feature.h"
#include "lexis.h"
#include "base/real.h"
#include "base/words.h"

#ifdef CAPTURE_TABLE
#include CAPTURE_TABLE
#else
#include "tables/capture.h"
#endif

const char *mk_capture_feature_name(unsigned column)
{
	static const char *const names[] = {
#define CAPTURE_FEATURE(name, meaning) #name,
#include "capture.def"
#undef CAPTURE_FEATURE
	};
	return column < N_CAPTURE_FEATURES ? names[column] : NULL;
}

const char *mk_capture_feature_meaning(unsigned column)
{
	static const char *const meanings[] = {
#define CAPTURE_FEATURE(name, meaning) meaning,
#include "capture.def"
#undef CAPTURE_FEATURE
	};
	return column < N_CAPTURE_FEATURES ? meanings[column] : NULL;
}

#define TITLE_BYTES_MOST 400
#define PROSE_WORDS 8
#define CAPTURE_LONG 25
#define CAPTURE_SHORT 4
#define KNOWN_LEAST 4 /* one word in so many */

/* Sums over the blocks before a place. */
struct capture_sums {
	uint32_t words, stops, commas, marks, long_words, n_long, n_short;
	struct voice voice;
};

#define GLANCES 6 /* columns of a neighbour */

struct capture_region {
	uint32_t first, end;
};

struct capture_measure {
	uint32_t n;
	struct capture_sums *before;           /* n + 1 */
	float *glance;                         /* GLANCES a block */
	float *lexis;
	uint32_t *copies;                      /* by the first block of a text: blocks that say it */
	uint32_t *since_long, *since_prose;    /* the last such block before it + 1, 0 without one */
	uint32_t *until_long, *until_prose;    /* the next such block behind it, n without one */
	uint32_t *group_first, *list_first, *short_first; /* of the runs that a block is in */
	uint32_t *group_end, *list_end, *short_end;
	struct capture_region core, wide_core;
	float page[N_CAPTURE_PLAIN - CAPTURE_page_blocks];
	float *guess;                          /* the first net's score of a block */
	struct voice *guesses;                 /* of the blocks before, n + 1 */
	uint32_t *since_likely, *since_sure;   /* as since_long */
	uint32_t *until_likely, *until_sure;
	float page_guess[N_CAPTURE_FEATURES - CAPTURE_page_guess];
	float row[N_CAPTURE_FEATURES], contributions[N_CAPTURE_FEATURES];
};

static float per(uint32_t a, uint32_t b, float limit)
{
	return most(ratio(a, b), limit);
}

static uint32_t capture_stops(const struct block *b)
{
	return b->kinds[CHAR_STOP] + b->kinds[CHAR_QUESTION] + b->kinds[CHAR_ELLIPSIS];
}

static bool capture_is_long(const struct block *b)
{
	return capture_words(b) >= CAPTURE_LONG;
}

static bool capture_is_prose(const struct block *b)
{
	return capture_words(b) >= PROSE_WORDS && capture_stops(b);
}

static bool capture_is_short(const struct block *b)
{
	return capture_words(b) <= CAPTURE_SHORT;
}

/* ---- What is worked out once ---- */

/*
 * What the words of blocks say, as far as the first of them go.  Where few are known the language is another one, and what is known looks so
 * by chance: all say nothing then.  Half of the words of English captures are known or more, of a Swahili or Korean one less than a fifth.
 */
static void read_voices(mk_page *pg, struct capture_measure *m)
{
	uint32_t words[LEXIS_WORDS + 1], items[LEXIS_ITEMS];
	uint64_t all = 0, all_known = 0;
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &pg->blocks[i];
		size_t at = 0;
		uint32_t known;
		if (b->same != i) {
			m->lexis[i] = m->lexis[b->same];
			continue;
		}
		const uint32_t n = lexis_items(words, words_hash(b->pub.text.p, b->pub.text.len, &at, words, LEXIS_WORDS + 1), items);
		m->lexis[i] = lexis_score_of_all(items, n, &known);
		all += n;
		all_known += known;
	}
	if (all_known * KNOWN_LEAST < all)
		memset(m->lexis, 0, m->n * sizeof *m->lexis);
}

static void sum_capture(const mk_page *pg, struct capture_measure *m)
{
	struct capture_sums sum = {0, 0, 0, 0, 0, 0, 0, {0, 0}};
	for (uint32_t i = 0; i < m->n; i++) {
		const struct block *b = &pg->blocks[i];
		float *glance = &m->glance[GLANCES * (size_t)i];
		m->before[i] = sum;
		sum.words += capture_words(b);
		sum.stops += capture_stops(b);
		sum.commas += b->kinds[CHAR_COMMA];
		sum.marks += capture_line_of(pg, i)->mark != CAPTURE_PLAIN;
		sum.long_words += capture_is_long(b) ? capture_words(b) : 0;
		sum.n_long += capture_is_long(b);
		sum.n_short += capture_is_short(b);
		sum.voice = add_voice(sum.voice, m->lexis[i], capture_words(b));
		m->copies[b->same]++;
		glance[0] = log_1(capture_words(b));
		glance[1] = per(capture_stops(b), capture_words(b), 0.25f);
		glance[2] = capture_line_of(pg, i)->mark != CAPTURE_PLAIN;
		glance[3] = b->ends_with_stop;
		glance[4] = per(b->n_capital_words, capture_words(b), 1);
		glance[5] = capture_line_of(pg, i)->blanks;
	}
	m->before[m->n] = sum;
}

/* For each block the nearest others of a kind: since is the last one before it + 1, 0 without one; until the next one, or the number of
 * blocks. */
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

/* Nearest long blocks and prose, and the runs that blocks are in. */
static void find_runs(const mk_page *pg, struct capture_measure *m)
{
	const uint32_t n = m->n;
	uint32_t group = 0, list = 0, shorts = 0;
	find_nearest(pg, capture_is_long, m->since_long, m->until_long);
	find_nearest(pg, capture_is_prose, m->since_prose, m->until_prose);
	for (uint32_t i = 0; i < n; i++) {
		const struct block *b = &pg->blocks[i];
		const struct capture_line *l = capture_line_of(pg, i);
		group = l->blanks ? i : group;
		m->group_first[i] = group;
		m->list_first[i] = list = l->mark && i && capture_line_of(pg, i - 1)->mark ? list : i;
		m->short_first[i] = shorts = capture_is_short(b) && i && capture_is_short(&pg->blocks[i - 1]) ? shorts : i;
	}
	for (uint32_t i = n; i-- > 0;) {
		const bool more = i + 1 < n;
		m->group_end[i] = more && m->group_first[i + 1] == m->group_first[i] ? m->group_end[i + 1] : i + 1;
		m->list_end[i] = more && m->list_first[i + 1] == m->list_first[i] ? m->list_end[i + 1] : i + 1;
		m->short_end[i] = more && m->short_first[i + 1] == m->short_first[i] ? m->short_end[i + 1] : i + 1;
	}
}

/* The range of blocks with the largest sum of words of prose less a price for each other block; empty without prose. */
static struct capture_region find_core(const mk_page *pg, uint32_t n, uint32_t price)
{
	struct capture_region best = {0, 0};
	int64_t sum = 0, most = 0;
	uint32_t first = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct block *b = &pg->blocks[i];
		sum += capture_is_prose(b) ? (int64_t)capture_words(b) : -(int64_t)price;
		if (sum <= 0) {
			sum = 0;
			first = i + 1;
		} else if (sum > most) {
			most = sum;
			best = (struct capture_region){first, i + 1};
		}
	}
	return best;
}

static void measure_capture_page(const mk_page *pg, struct capture_measure *m)
{
	const struct capture_sums *all = &m->before[m->n];
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
		blanks += capture_line_of(pg, i)->blanks;
	}
#define OF_CAPTURE(name) m->page[CAPTURE_page_##name - CAPTURE_page_blocks]
	OF_CAPTURE(blocks) = log_1(n);
	OF_CAPTURE(words) = log_1(words);
	OF_CAPTURE(block_words) = log_1(n ? words / n : 0);
	OF_CAPTURE(stops) = per(all->stops, words, 0.25f);
	OF_CAPTURE(marks) = per(all->marks, n, 1);
	OF_CAPTURE(long) = per(all->long_words, words, 1);
	OF_CAPTURE(short) = per(all->n_short, n, 1);
	OF_CAPTURE(n_long) = log_1(all->n_long);
	OF_CAPTURE(core) = per(m->before[m->core.end].words - m->before[m->core.first].words, words, 1);
	OF_CAPTURE(core_blocks) = log_1(m->core.end - m->core.first);
	OF_CAPTURE(copies) = per(repeats, n, 1);
	OF_CAPTURE(questions) = per(questions, words, 0.05f);
	OF_CAPTURE(currency) = log_1(currency);
	OF_CAPTURE(code) = per(code, words, 1);
	OF_CAPTURE(blanks) = per(blanks, n, 3);
	OF_CAPTURE(cjk) = per(cjk, chars, 1);
	OF_CAPTURE(lexis) = mean_voice(all->voice);
	OF_CAPTURE(wrapped) = pg->capture->width > 0;
#undef OF_CAPTURE
}

/* ---- A row ---- */

static void row_text(const mk_page *pg, uint32_t i, float *f)
{
	const struct block *b = &pg->blocks[i];
	const uint32_t *k = b->kinds, words = capture_words(b), stops = capture_stops(b);
	uint32_t chars = 0;
	for (int kind = 0; kind < N_CHAR_KINDS; kind++)
		chars += kind != CHAR_SPACE ? k[kind] : 0;
	const uint32_t letters = k[CHAR_LETTER] + k[CHAR_UPPER] + k[CHAR_LOWER] + k[CHAR_CJK];
	f[CAPTURE_words] = log_1(words);
	f[CAPTURE_chars] = log_1(chars);
	f[CAPTURE_some_words] = words >= 4;
	f[CAPTURE_many_words] = words >= 10;
	f[CAPTURE_very_many_words] = words >= 25;
	f[CAPTURE_word_length] = per(letters + k[CHAR_DIGIT], 10 * words, 2);
	f[CAPTURE_longest_word] = log_1(b->longest_word);
	f[CAPTURE_stops] = log_1(stops);
	f[CAPTURE_stop_density] = per(stops, words, 0.25f);
	f[CAPTURE_sentence_words] = stops ? log_1(words / stops) : 0;
	f[CAPTURE_questions] = log_1(k[CHAR_QUESTION]);
	f[CAPTURE_ellipses] = log_1(k[CHAR_ELLIPSIS]);
	f[CAPTURE_commas] = log_1(k[CHAR_COMMA]);
	f[CAPTURE_comma_density] = per(k[CHAR_COMMA], words, 0.5f);
	f[CAPTURE_ends_stop] = b->ends_with_stop;
	f[CAPTURE_ends_question] = b->last_kind == CHAR_QUESTION;
	f[CAPTURE_ends_ellipsis] = b->last_kind == CHAR_ELLIPSIS;
	f[CAPTURE_ends_colon] = b->last_kind == CHAR_COLON;
	f[CAPTURE_ends_bracket] = b->ends_with_bracket;
	f[CAPTURE_starts_lower] = b->first_kind == CHAR_LOWER;
	f[CAPTURE_starts_upper] = b->first_kind == CHAR_UPPER;
	f[CAPTURE_starts_digit] = b->first_kind == CHAR_DIGIT;
	f[CAPTURE_starts_sign] = b->first_kind == CHAR_OTHER || b->first_kind >= CHAR_STOP;
	f[CAPTURE_capital_words] = per(b->n_capital_words, words, 1);
	f[CAPTURE_shouted_words] = per(b->n_shouted_words, words, 1);
	f[CAPTURE_digit_words] = per(b->n_digit_words, words, 1);
	f[CAPTURE_years] = log_1(b->n_years);
	f[CAPTURE_separators] = per(k[CHAR_SEPARATOR], words, 1);
	f[CAPTURE_colons] = per(k[CHAR_COLON], words, 1);
	f[CAPTURE_brackets] = per(k[CHAR_BRACKET], words, 1);
	f[CAPTURE_code] = per(k[CHAR_CODE], words, 1);
	f[CAPTURE_currency] = log_1(k[CHAR_CURRENCY]);
	f[CAPTURE_addresses] = log_1(k[CHAR_ADDRESS]);
	f[CAPTURE_rights] = k[CHAR_RIGHTS] > 0;
	f[CAPTURE_cjk] = per(k[CHAR_CJK], chars, 1);
	f[CAPTURE_uncased] = per(k[CHAR_LETTER] + k[CHAR_CJK], letters, 1);
	uint32_t glued = 0;
	for (size_t at = 1; at < b->pub.text.len; at++) {
		const char c = b->pub.text.p[at - 1], next = b->pub.text.p[at];
		glued += c >= 'a' && c <= 'z' && next >= 'A' && next <= 'Z';
	}
	f[CAPTURE_glued] = per(glued, words, 0.5f);
}

static void row_voices(const struct capture_measure *m, uint32_t i, float *f)
{
	static const uint8_t reach[] = {4, 12, 40};
	f[CAPTURE_lexis] = m->lexis[i];
	f[CAPTURE_lexis_prev_2] = i > 1 ? m->lexis[i - 2] : 0;
	f[CAPTURE_lexis_prev_1] = i ? m->lexis[i - 1] : 0;
	f[CAPTURE_lexis_next_1] = i + 1 < m->n ? m->lexis[i + 1] : 0;
	f[CAPTURE_lexis_next_2] = i + 2 < m->n ? m->lexis[i + 2] : 0;
	for (uint32_t k = 0; k < sizeof reach; k++) {
		const uint32_t first = i > reach[k] ? i - reach[k] : 0, end = m->n - i > reach[k] ? i + reach[k] + 1 : m->n;
		f[CAPTURE_lexis_4 + k] = mean_voice(voice_between(m->before[first].voice, m->before[end].voice));
	}
}

static void row_setting(const mk_page *pg, uint32_t i, float *f)
{
	const struct capture_measure *m = pg->capture->measure;
	const struct capture_line *l = capture_line_of(pg, i);
	const uint32_t copies = m->copies[pg->blocks[i].same] - 1;
	f[CAPTURE_copies] = log_1(copies);
	f[CAPTURE_first_copy] = copies && pg->blocks[i].same == i;
	f[CAPTURE_bullet] = l->mark == CAPTURE_BULLET;
	f[CAPTURE_number] = l->mark == CAPTURE_NUMBER;
	f[CAPTURE_indent] = log_1(l->indent);
	f[CAPTURE_lines] = log_1(l->n_lines);
	f[CAPTURE_gaps] = log_1(l->gaps);
	f[CAPTURE_blanks_before] = l->blanks;
	f[CAPTURE_blanks_after] = i + 1 < m->n ? capture_line_of(pg, i + 1)->blanks : 3;
	const uint32_t first = m->group_first[i], end = m->group_end[i];
	const struct capture_sums *a = &m->before[first], *z = &m->before[end];
	f[CAPTURE_group_blocks] = log_1(end - first);
	f[CAPTURE_group_words] = log_1(z->words - a->words);
	f[CAPTURE_group_stops] = per(z->stops - a->stops, z->words - a->words, 0.25f);
	f[CAPTURE_group_place] = per(i - first, end - first - 1, 1);
	const uint32_t items = l->mark ? m->list_end[i] - m->list_first[i] : 0;
	f[CAPTURE_list_blocks] = log_1(items);
	f[CAPTURE_list_words] = items ? log_1((m->before[m->list_end[i]].words - m->before[m->list_first[i]].words) / items) : 0;
	f[CAPTURE_short_run] = capture_is_short(&pg->blocks[i]) ? log_1(m->short_end[i] - m->short_first[i]) : 0;
}

static void row_region(const struct capture_region *r, uint32_t i, float *f)
{
	const bool inside = i >= r->first && i < r->end;
	f[0] = inside;
	f[1] = i < r->first ? log_1(r->first - i) : 0;
	f[2] = i >= r->end ? log_1(i - r->end + 1) : 0;
	f[3] = inside ? per(i - r->first, r->end - r->first, 1) : 0;
}

/* 1 / (1 + blocks) since the last block of a kind, which is block last - 1; 0 without one. */
static float closeness_before(uint32_t last, uint32_t i)
{
	return last ? 1 / (1 + (float)(i + 1 - last)) : 0;
}

/* The same to the next one; n without one. */
static float closeness_behind(uint32_t next, uint32_t i, uint32_t n)
{
	return next < n ? 1 / (1 + (float)(next - i)) : 0;
}

static void row_place(const mk_page *pg, uint32_t i, float *f)
{
	const struct capture_measure *m = pg->capture->measure;
	const uint32_t n = m->n;
	const struct capture_sums *here = &m->before[i], *all = &m->before[n];
	f[CAPTURE_index] = log_1(i);
	f[CAPTURE_index_share] = per(i, n, 1);
	f[CAPTURE_blocks_after] = log_1(n - i - 1);
	f[CAPTURE_words_before] = log_1(here->words);
	f[CAPTURE_words_before_share] = per(here->words, all->words, 1);
	f[CAPTURE_words_after] = log_1(all->words - m->before[i + 1].words);
	const uint32_t last = m->since_long[i], next = m->until_long[i];
	f[CAPTURE_since_long] = closeness_before(last, i);
	f[CAPTURE_until_long] = closeness_behind(next, i, n);
	f[CAPTURE_since_prose] = closeness_before(m->since_prose[i], i);
	f[CAPTURE_until_prose] = closeness_behind(m->until_prose[i], i, n);
	f[CAPTURE_between_long] = log_1(m->before[next].words - m->before[last].words);
	f[CAPTURE_long_before] = per(here->n_long, all->n_long, 1);
	f[CAPTURE_first_prose] = !m->since_prose[i];
	f[CAPTURE_last_prose] = m->until_prose[i] == n;
	row_region(&m->core, i, &f[CAPTURE_in_core]);
	row_region(&m->wide_core, i, &f[CAPTURE_in_wide_core]);
}

static void row_around(const mk_page *pg, uint32_t i, float *f)
{
	static const uint8_t reach[] = {3, 8, 20, 50};
	const struct capture_measure *m = pg->capture->measure;
	for (uint32_t k = 0; k < 8; k++) {
		const int64_t at = (int64_t)i + (k < 4 ? (int64_t)k - 4 : (int64_t)k - 3);
		float *to = &f[CAPTURE_prev_4_words + GLANCES * k];
		if (at >= 0 && at < m->n)
			memcpy(to, &m->glance[GLANCES * (size_t)at], GLANCES * sizeof *to);
		else
			memset(to, 0, GLANCES * sizeof *to);
	}
	for (uint32_t k = 0; k < sizeof reach; k++) {
		const uint32_t first = i > reach[k] ? i - reach[k] : 0, end = m->n - i > reach[k] ? i + reach[k] + 1 : m->n;
		const struct capture_sums *a = &m->before[first], *z = &m->before[end];
		const uint32_t words = z->words - a->words, blocks = end - first;
		float *to = &f[CAPTURE_near_3_words + 6 * k];
		to[0] = log_1(words / blocks);
		to[1] = per(z->stops - a->stops, words, 0.25f);
		to[2] = per(z->marks - a->marks, blocks, 1);
		to[3] = per(z->long_words - a->long_words, words, 1);
		to[4] = per(z->n_short - a->n_short, blocks, 1);
		to[5] = per(z->commas - a->commas, words, 0.25f);
	}
}

static void row_plain(const mk_page *pg, uint32_t i, float *f)
{
	row_text(pg, i, f);
	row_voices(pg->capture->measure, i, f);
	row_setting(pg, i, f);
	row_place(pg, i, f);
	row_around(pg, i, f);
	memcpy(f + CAPTURE_page_blocks, pg->capture->measure->page, sizeof pg->capture->measure->page);
}

static void row_guess(const struct capture_measure *m, uint32_t i, float *f)
{
	static const uint8_t reach[] = {3, 8, 20};
	const float guess = m->guess[i];
	f[CAPTURE_guess] = (float)real_log((double)((guess + 0.001f) / (1.001f - guess)));
	for (uint32_t k = 1; k <= 4; k++) {
		f[CAPTURE_guess_prev_1 + 1 - k] = i >= k ? m->guess[i - k] : 0;
		f[CAPTURE_guess_next_1 - 1 + k] = k < m->n - i ? m->guess[i + k] : 0;
	}
	for (uint32_t k = 0; k < sizeof reach; k++) {
		const uint32_t first = i > reach[k] ? i - reach[k] : 0, end = m->n - i > reach[k] ? i + reach[k] + 1 : m->n;
		f[CAPTURE_guess_before_3 + k] = mean_voice(voice_between(m->guesses[first], m->guesses[i]));
		f[CAPTURE_guess_behind_3 + k] = mean_voice(voice_between(m->guesses[i + 1], m->guesses[end]));
	}
	f[CAPTURE_guess_since_likely] = closeness_before(m->since_likely[i], i);
	f[CAPTURE_guess_until_likely] = closeness_behind(m->until_likely[i], i, m->n);
	f[CAPTURE_guess_since_sure] = closeness_before(m->since_sure[i], i);
	f[CAPTURE_guess_until_sure] = closeness_behind(m->until_sure[i], i, m->n);
	f[CAPTURE_guess_over_cut] = guess - m->page_guess[CAPTURE_page_guess_cut - CAPTURE_page_guess];
	memcpy(f + CAPTURE_page_guess, m->page_guess, sizeof m->page_guess);
}

void capture_row(const mk_page *pg, uint32_t i, float *f)
{
	row_plain(pg, i, f);
	row_guess(pg->capture->measure, i, f);
}

/* ---- What a guess says ---- */

#define LIKELY_WORDS 4

static bool is_likely(const struct block *b)
{
	return b->pub.n_words >= LIKELY_WORDS && b->pub.score > 0.5f;
}

static bool is_sure(const struct block *b)
{
	return b->pub.n_words >= LIKELY_WORDS && b->pub.score > 0.8f;
}

void capture_guess(mk_page *pg)
{
	struct capture_measure *m = pg->capture->measure;
	struct voice sum = {0, 0};
	double likely = 0;
	float f1;
	for (uint32_t i = 0; i < m->n; i++) {
		const mk_block *b = &pg->blocks[i].pub;
		m->guess[i] = b->score;
		m->guesses[i] = sum;
		sum = add_voice(sum, b->score, b->n_words);
		likely += (double)b->score * b->n_words;
	}
	m->guesses[m->n] = sum;
	find_nearest(pg, is_likely, m->since_likely, m->until_likely);
	find_nearest(pg, is_sure, m->since_sure, m->until_sure);
	const uint32_t cut = choose_bucket(pg, &f1);
#define OF_GUESS(name) m->page_guess[CAPTURE_page_##name - CAPTURE_page_guess]
	OF_GUESS(guess) = (float)real_log(1 + likely);
	OF_GUESS(guess_mean) = mean_voice(sum);
	OF_GUESS(guess_f1) = f1;
	OF_GUESS(guess_cut) = (float)cut / CUT_BUCKETS;
#undef OF_GUESS
}

static void lay_capture(mk_page *pg)
{
	struct arena *a = &pg->arena;
	const uint32_t n = pg->article.n_blocks;
	struct capture_measure *m = pg->capture->measure = arena_zero(a, sizeof *m);
	uint32_t **const arrays[] = {&m->copies, &m->since_long, &m->since_prose, &m->until_long, &m->until_prose, &m->group_first,
	                             &m->list_first, &m->short_first, &m->group_end, &m->list_end, &m->short_end,
	                             &m->since_likely, &m->since_sure, &m->until_likely, &m->until_sure};
	m->n = n;
	m->before = arena_array(a, (size_t)n + 1, sizeof *m->before);
	m->guess = arena_array(a, (size_t)n + 1, sizeof *m->guess);
	m->guesses = arena_array(a, (size_t)n + 1, sizeof *m->guesses);
	m->lexis = arena_array(a, (size_t)n + 1, sizeof *m->lexis);
	m->glance = arena_array(a, GLANCES * (size_t)n + 1, sizeof *m->glance);
	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
		*arrays[k] = arena_zero(a, ((size_t)n + 1) * sizeof **arrays[k]);
	pg->capture->line_of = arena_array(a, (size_t)n + 1, sizeof *pg->capture->line_of);
	for (uint32_t i = 0, line = 0; i < n; i++) { /* a line of signs that are nothing to read is no block */
		while (line + 1 < pg->capture->n_lines && pg->capture->lines[line].to <= pg->blocks[i].pub.from)
			line++;
		pg->capture->line_of[i] = line;
	}
}

/* ---- The net ---- */

#define CAPTURE_QUANTUM_MOST 127

struct capture_quanta {
	uint8_t q[N_CAPTURE_FEATURES];
};

/* The first n columns as 7-bit integers, rounded to nearest even as in model.c. */
static void quantise_capture(const float *f, int n, struct capture_quanta *out)
{
	for (int i = 0; i < n; i++) {
		float x = f[i] * capture_scale[i] + capture_offset[i];
		x = x > 0 ? x : 0;
		x = x < CAPTURE_QUANTUM_MOST ? x : CAPTURE_QUANTUM_MOST;
		x += 8388608.0f; /* 2^23 */
		uint32_t bits;
		memcpy(&bits, &x, sizeof bits);
		out->q[i] = (uint8_t)bits;
	}
}

/* restrict, or compilers would have to take the weights for part of the sums, and add one at a time. */
static void add_capture(const struct capture_net *net, const struct capture_quanta *q, int32_t sums[restrict CAPTURE_H1])
{
	memset(sums, 0, CAPTURE_H1 * sizeof *sums);
	for (int i = 0; i < net->n_columns; i++) {
		const int16_t x = q->q[i];
		for (int j = 0; j < CAPTURE_H1; j++)
			sums[j] += x * (int16_t)net->w1[i][j];
	}
}

/* Sums of the first layer -> log odds. */
static float finish_capture(const struct capture_net *net, const int32_t sums[CAPTURE_H1])
{
	float h[CAPTURE_H2], sum = net->b3;
	memcpy(h, net->b2, sizeof h);
	for (int j = 0; j < CAPTURE_H1; j++) {
		const float v = net->b1[j] + net->s1[j] * (float)sums[j], x = v > 0 ? v : 0;
		for (int k = 0; k < CAPTURE_H2; k++)
			h[k] += net->w2[j][k] * x;
	}
	for (int k = 0; k < CAPTURE_H2; k++)
		sum += net->w3[k] * (h[k] > 0 ? h[k] : 0);
	return sum;
}

static float ask_net(const struct capture_net *net, const struct capture_quanta *q)
{
	int32_t sums[CAPTURE_H1];
	add_capture(net, q, sums);
	return real_chance(finish_capture(net, sums));
}

/* Scores by the first net, and the block that says the title. */
static void first_look(mk_page *pg, struct capture_measure *m)
{
	float title = CAPTURE_TITLE_LEAST;
	for (uint32_t i = 0; i < m->n; i++) {
		const struct capture_line *l = capture_line_of(pg, i);
		mk_block *b = &pg->blocks[i].pub;
		struct capture_quanta q;
		if (!b->n_words || l->split_off)
			continue;
		row_plain(pg, i, m->row);
		quantise_capture(m->row, N_CAPTURE_PLAIN, &q);
		b->score = ask_net(&capture_first, &q);
		const float is_title = b->text.len <= TITLE_BYTES_MOST && !l->mark ? ask_net(&capture_titles, &q) : 0;
		if (is_title > title) {
			title = is_title;
			pg->capture->title = i;
		}
	}
}

/* Scores by the second. */
static void second_look(mk_page *pg, struct capture_measure *m)
{
	for (uint32_t i = 0; i < m->n; i++) {
		struct capture_quanta q;
		if (!pg->blocks[i].pub.n_words || capture_line_of(pg, i)->split_off)
			continue;
		capture_row(pg, i, m->row);
		quantise_capture(m->row, N_CAPTURE_FEATURES, &q);
		pg->blocks[i].pub.score = ask_net(&capture_content, &q);
	}
}

void capture_score(mk_page *pg)
{
	lay_capture(pg);
	struct capture_measure *m = pg->capture->measure;
	read_voices(pg, m);
	sum_capture(pg, m);
	find_runs(pg, m);
	m->core = find_core(pg, m->n, 8);
	m->wide_core = find_core(pg, m->n, 2);
	measure_capture_page(pg, m);
	first_look(pg, m);
	capture_guess(pg);
	second_look(pg, m);
	model_score_wordless(pg);
}

const float *capture_row_of(mk_page *pg, uint32_t i)
{
	capture_row(pg, i, pg->capture->measure->row);
	return pg->capture->measure->row;
}

const float *capture_contributions(mk_page *pg, uint32_t i)
{
	struct capture_measure *m = pg->capture->measure;
	struct capture_quanta q;
	int32_t sums[CAPTURE_H1], other[CAPTURE_H1];
	memset(m->contributions, 0, sizeof m->contributions);
	if (!pg->blocks[i].pub.n_words)
		return m->contributions;
	capture_row(pg, i, m->row);
	quantise_capture(m->row, N_CAPTURE_FEATURES, &q);
	add_capture(&capture_content, &q, sums);
	const float log_odds = finish_capture(&capture_content, sums);
	for (int k = 0; k < N_CAPTURE_FEATURES; k++) {
		const int32_t change = 64 - q.q[k]; /* the middle is the column's mean */
		for (int j = 0; j < CAPTURE_H1; j++)
			other[j] = sums[j] + change * capture_content.w1[k][j];
		m->contributions[k] = change ? log_odds - finish_capture(&capture_content, other) : 0.0f;
	}
	return m->contributions;
}

/* What the expected F1 of the cut is worth: on pages of sites that the net had not seen. */
void capture_judge(mk_page *pg)
{
	const float p = pg->cut.expected_f1 < 0.999f ? pg->cut.expected_f1 : 0.999f;
	pg->type = MK_PAGE_NONE;
	pg->article.confidence = 0;
	if (pg->cut.n_blocks && p > 0.001f)
		pg->article.confidence = real_chance(capture_confidence[0] + capture_confidence[1] * (float)real_log((double)(p / (1 - p))));
}
