/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choose.c - scores -> which blocks are the article.
 *
 * The cut: if the scores are chances, keeping the likeliest blocks down to some score has an expected F1 of about
 * 2 · (sum of p·n over the kept) / (sum of n over the kept + sum of p·n over all), n being words.  The cut that maximises it needs the
 * blocks in order of their scores; counting them into CUT_BUCKETS of equal scores gives the same in linear time and without ties.
 */
#include "page.h"
#include "outline.h"

#define REPEAT_WORDS 8    /* shorter texts may well be said twice */
#define HOPELESS 0.2f     /* expected F1 under which a page with few words has no article */
#define FEW_WORDS 60
#define BETWEEN_LEAST 0.1f /* score from which a block goes with what it stands in */
#define ROW_WORDS 8        /* of a paragraph in a row of boxes that does so */
#define ROW_REACH 3        /* boxes around it that are looked at, each of ROW_BLOCKS blocks at most */
#define ROW_BLOCKS 8
#define ROW_CLIMB 16       /* boxes that the block before may stand in, in its own of the row */
#define FILLER_WORDS 4 /* of a text that a page repeats between others, at most */
#define FILLER_COPIES 2
#define STANDFIRST_LEAST 0.03f
#define STANDFIRST_LETTERS 60 /* shorter descriptions are names and slogans as often as not */

struct score_buckets {
	double words[CUT_BUCKETS], expected[CUT_BUCKETS]; /* per score bucket: n, and p·n */
	double all_expected;
};

/* The lowest bucket to keep, and the expected F1 of that. */
static uint32_t best_cut(const struct score_buckets *t, float *best)
{
	uint32_t cut = CUT_BUCKETS;
	double kept = 0, hit = 0, most = 0; /* most in full precision: a rounded one would be passed again by the same value */
	for (uint32_t i = CUT_BUCKETS; i-- > 0;) {
		if (t->words[i] == 0)
			continue;
		kept += t->words[i];
		hit += t->expected[i];
		const double f1 = 2 * hit / (kept + t->all_expected);
		if (f1 > most) {
			most = f1;
			cut = i;
		}
	}
	*best = (float)most;
	return cut;
}

/* The same cut seen from a view: a stricter or laxer score. */
static uint32_t view_cut(uint32_t cut, mk_view view)
{
	switch (view) {
	case MK_VIEW_PRECISION: return cut + (CUT_BUCKETS - cut) / 2;
	case MK_VIEW_RECALL: return cut / 2;
	case MK_VIEW_EVERYTHING: return 0;
	default: return cut;
	}
}

bool choose_is_above(const mk_page *pg, float score)
{
	return cut_bucket(score) >= pg->cut.bucket;
}

static void drop(mk_block *b, mk_reason reason)
{
	b->keep = false;
	b->reason = (uint8_t)reason;
}

/* Whether the block is no part of the article, whatever its score. */
static bool is_apart(const struct block *b)
{
	return b->role != ROLE_ARTICLE || b->pub.reason == MK_DROPPED_TABLE || b->pub.reason == MK_DROPPED_TITLE;
}

static bool is_better(const struct block *b, const struct block *than)
{
	if (is_apart(b) || is_apart(than))
		return !is_apart(b);
	return b->pub.score > than->pub.score;
}

/*
 * Drops kept blocks whose words another kept block says; documentation, which says the same of one language and the next, may repeat
 * itself.  The likeliest of them stays, the first among equals: which one that is does not depend on the cut, so a stricter view never
 * keeps what a laxer one drops.
 */
static void drop_repeats(mk_page *pg)
{
	struct block *blocks = pg->blocks;
	uint32_t n = pg->article.n_blocks;
	uint32_t *best = arena_array(&pg->arena, (size_t)n + 1, sizeof *best); /* by the first block of a text */
	for (uint32_t i = 0; i < n; i++) {
		uint32_t *at = &best[blocks[i].same];
		if (blocks[i].same == i || is_better(&blocks[i], &blocks[*at]))
			*at = i;
	}
	for (uint32_t i = 0; i < n; i++) {
		mk_block *b = &blocks[i].pub;
		if (b->keep && b->n_words >= REPEAT_WORDS && best[blocks[i].same] != i)
			drop(b, MK_DROPPED_REPEAT);
	}
}

static void keep_beside(mk_block *b)
{
	b->keep = true;
	b->reason = MK_KEPT_BESIDE;
}

static bool is_below_cut(const struct block *b)
{
	return b->pub.reason == MK_DROPPED_SCORE && b->role == ROLE_ARTICLE;
}

/* Whether a block stands in a small box that follows one of the same tag and classes, as where each paragraph of a text has its own. */
static bool stands_in_row(const mk_page *pg, const struct block *b)
{
	const struct container *all = pg->containers;
	uint32_t box = all[b->container].parent;
	for (int k = 0; k < ROW_REACH && all[box].first && all[box].end - all[box].first <= ROW_BLOCKS; k++, box = all[box].parent) {
		uint32_t before = pg->blocks[all[box].first - 1].container;
		for (int up = 0; up < ROW_CLIMB && all[before].depth > all[box].depth; up++)
			before = all[before].parent;
		if (before && all[before].parent == all[box].parent && all[before].name == all[box].name)
			return true;
	}
	return false;
}

/* In an article a heading that is all link is another story's. */
static bool may_go_with(const mk_page *pg, const struct block *b)
{
	if (!is_below_cut(b) || b->pub.score < BETWEEN_LEAST)
		return false;
	switch (b->pub.kind) {
	case MK_BLOCK_CODE:
		return true;
	case MK_BLOCK_HEADING:
		return pg->type != MK_PAGE_ARTICLE || b->n_link_words < b->pub.n_words;
	case MK_BLOCK_PARAGRAPH:
		return b->pub.n_words >= ROW_WORDS && 3 * b->n_link_words < b->pub.n_words && stands_in_row(pg, b);
	default:
		return false;
	}
}

/* Whether a block may stand in a text without being part of it: a caption, or short filler that the page repeats ("Advertisement"). */
static bool is_filler(const struct block *b)
{
	return b->pub.kind == MK_BLOCK_CAPTION || (b->pub.kind == MK_BLOCK_PARAGRAPH && b->pub.n_words <= FILLER_WORDS && !b->n_link_words &&
	                                           b->copies >= FILLER_COPIES);
}

/*
 * Keeps headings, code, and paragraphs in a row of boxes, one or several, that stand between kept blocks; filler there does not count.  A reader
 * who is given the section wants its heading and its examples.  By themselves they say little, and the texts that the model learnt from
 * leave them out as often as not.  Out of fold, filler and rows of boxes are worth 0.0016 of F1 on news.
 */
static void keep_between(mk_page *pg)
{
	uint32_t first = 0; /* of those since the last block that is something else */
	bool inside = false;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		const mk_block *b = &pg->blocks[i].pub;
		if (!b->n_words || (!b->keep && is_filler(&pg->blocks[i])))
			continue;
		for (; b->keep && inside && first < i; first++) {
			if (pg->blocks[first].pub.n_words && !is_filler(&pg->blocks[first]))
				keep_beside(&pg->blocks[first].pub);
		}
		if (b->keep || !may_go_with(pg, &pg->blocks[i])) {
			inside = b->keep;
			first = i + 1;
		}
	}
}

/* Whether a block is the article's text by its score and the page's own cut, whatever the view: by this views nest. */
static bool is_text(const mk_page *pg, const struct block *b)
{
	return choose_is_above(pg, b->pub.score) && b->role == ROLE_ARTICLE;
}

/*
 * Keeps the standfirst: what an article's page says of itself as its description, where that stands above the text in so many words.  The
 * page's own cut decides where the text begins, not the view's, so that views nest.
 */
static void keep_standfirst(mk_page *pg)
{
	const mk_str description = pg->article.description;
	if (title_is_same(description, pg->article.title))
		return;
	for (uint32_t i = 0; i < pg->article.n_blocks && !is_text(pg, &pg->blocks[i]); i++) {
		mk_block *b = &pg->blocks[i].pub;
		if ((b->kind == MK_BLOCK_PARAGRAPH || b->kind == MK_BLOCK_HEADING) && b->score >= STANDFIRST_LEAST && is_below_cut(&pg->blocks[i]) &&
		    title_is_same(b->text, description) >= STANDFIRST_LETTERS) {
			keep_beside(b);
		}
	}
}

/* The heading that says the title and stands in an article element; NULL when there is none.  *article: of each container the nearest such
 * element around it, itself counted, or 0. */
static const struct block *find_own_heading(mk_page *pg, uint32_t **article)
{
	*article = arena_array(&pg->arena, pg->n_containers, sizeof **article);
	(*article)[0] = 0;
	for (uint32_t i = 1; i < pg->n_containers; i++)
		(*article)[i] = is_html(pg->containers[i].node, TAG_ARTICLE) ? i : (*article)[pg->containers[i].parent];
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		const struct block *b = &pg->blocks[i];
		if (b->pub.kind == MK_BLOCK_HEADING && (*article)[b->container] && title_is_same(b->pub.text, pg->article.title))
			return b;
	}
	return NULL;
}

/* Drops what readers who scroll on are given: where the title heads an article element, another one behind it that has a heading of that rank
 * is another article. */
static void drop_other_articles(mk_page *pg)
{
	uint32_t *article, n = pg->article.n_blocks;
	const struct block *own = find_own_heading(pg, &article);
	if (!own)
		return;
	const uint32_t end = pg->containers[article[own->container]].end;
	bool *other = arena_zero(&pg->arena, pg->n_containers * sizeof *other);
	for (uint32_t i = end; i < n; i++) {
		const struct block *b = &pg->blocks[i];
		const uint32_t at = article[b->container];
		other[at] |= b->pub.kind == MK_BLOCK_HEADING && b->pub.level <= own->pub.level && pg->containers[at].first >= end;
	}
	for (uint32_t i = 1; i < pg->n_containers; i++) /* in document order */
		other[i] |= other[pg->containers[i].parent];
	for (uint32_t i = end; i < n; i++) {
		mk_block *b = &pg->blocks[i].pub;
		if (b->keep && other[pg->blocks[i].container]) {
			drop(b, MK_DROPPED_ARTICLE);
		}
	}
}

/* Drops the blocks of data tables.  Containers come in document order, so what holds for one is known before those in it. */
static void drop_tables(mk_page *pg)
{
	bool *inside = arena_zero(&pg->arena, pg->n_containers * sizeof *inside);
	for (uint32_t i = 1; i < pg->n_containers; i++) {
		const struct container *c = &pg->containers[i];
		inside[i] = inside[c->parent] || (is_html(c->node, TAG_TABLE) && outline_is_data_table(pg, c->node));
	}
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		if (inside[pg->blocks[i].container]) {
			drop(&pg->blocks[i].pub, MK_DROPPED_TABLE);
		}
	}
}

/* Takes what readers wrote, and what stands around it, out of the article. */
static void part_comments(mk_page *pg)
{
	const bool wanted = !pg->options.no_comments;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		const uint8_t role = pg->blocks[i].role;
		if (role == ROLE_COMMENT && wanted)
			b->reason = MK_KEPT_COMMENT;
		else if (role == ROLE_FIELD)
			b->reason = MK_DROPPED_FIELD;
		else if (role != ROLE_ARTICLE && b->keep)
			b->reason = MK_DROPPED_COMMENT;
		b->keep = b->keep && role == ROLE_ARTICLE;
	}
}

/* Drops headings that say the title. */
static void drop_title(mk_page *pg)
{
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		if (b->kind == MK_BLOCK_HEADING && b->keep && title_is_same(b->text, pg->article.title)) {
			drop(b, MK_DROPPED_TITLE);
		}
	}
}

uint32_t choose_bucket(const mk_page *pg, float *expected_f1)
{
	struct score_buckets t;
	memset(&t, 0, sizeof t);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		const mk_block *b = &pg->blocks[i].pub;
		const uint32_t at = cut_bucket(b->score);
		const double expected = (double)b->score * b->n_words;
		t.words[at] += b->n_words;
		t.expected[at] += expected;
		t.all_expected += expected;
	}
	return best_cut(&t, expected_f1);
}

void choose_cut(mk_page *pg)
{
	struct cut *c = &pg->cut;
	memset(c, 0, sizeof *c);
	c->bucket = choose_bucket(pg, &c->expected_f1);
	bool before = false;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		const mk_block *b = &pg->blocks[i].pub;
		const bool keep = cut_bucket(b->score) >= c->bucket;
		const double likely = (double)b->score * b->n_words;
		if (!b->n_words)
			continue;
		c->n_changes += c->n_blocks && keep != before;
		before = keep;
		c->n_blocks++;
		c->n_kept += keep;
		c->words += b->n_words;
		c->likely += likely;
		c->unsure_words += b->score > 0.2f && b->score < 0.8f ? b->n_words : 0;
		c->kept_words += keep ? b->n_words : 0;
		c->kept_likely += keep ? likely : 0;
	}
}

static void decide(mk_page *pg, uint32_t cut, bool hopeless)
{
	const bool everything = pg->options.view == MK_VIEW_EVERYTHING;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		b->keep = everything || (!hopeless && cut_bucket(b->score) >= cut);
		b->reason = everything ? MK_KEPT_EVERYTHING : b->keep ? MK_KEPT_SCORE : hopeless ? MK_DROPPED_PAGE : MK_DROPPED_SCORE;
	}
	if (!hopeless && (!everything || pg->options.no_comments))
		part_comments(pg);
	if (!everything && !hopeless) {
		keep_between(pg);
		if (pg->type == MK_PAGE_ARTICLE) {
			keep_standfirst(pg);
			drop_other_articles(pg);
		}
	}
	if (pg->options.no_tables)
		drop_tables(pg);
	if (pg->options.no_title_heading)
		drop_title(pg);
	if (!everything && pg->type != MK_PAGE_DOCUMENTATION)
		drop_repeats(pg);
	if (!everything)
		caption_drop(pg);
	pg->article.n_kept = 0;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		pg->article.n_kept += pg->blocks[i].pub.keep;
}

/* Whether three figures are the number of an HTTP error: of the registered ones, and of those that proxies add from 520 on. */
static bool is_error(const char *p)
{
	const int n = (p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0';
	return (n >= 400 && n <= 431) || n == 451 || (n >= 500 && n <= 511) || (n >= 520 && n <= 530);
}

static bool is_figure(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether c beside a number makes it a part of something else: a longer number, a name, an amount.  No other letters: there are scripts
 * without spaces. */
static bool clings(char c)
{
	return is_figure(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '$' || c == '#' || c == '%' || c == '+';
}

/* Whether the number of an HTTP error stands in s by itself. */
static bool says_error(mk_str s)
{
	for (size_t i = 0; i + 3 <= s.len; i++) {
		const char *p = s.p + i;
		if (!is_figure(p[0]) || !is_figure(p[1]) || !is_figure(p[2]) || !is_error(p))
			continue;
		const char before = i ? p[-1] : ' ', after = i + 3 < s.len ? p[3] : ' ', then = i + 4 < s.len ? p[4] : ' ';
		const bool part = (before == '.' || before == ',') || ((after == '.' || after == ',' || after == ':') && is_figure(then));
		if (!clings(before) && !clings(after) && !part)
			return true;
	}
	return false;
}

#define ERROR_READ 256 /* bytes; an error says so soon */

/* The number of an error in the title or the first heading, and little else that could be content. */
static bool is_error_page(const mk_page *pg)
{
	if (pg->cut.kept_words >= FEW_WORDS)
		return false;
	const struct node *title = dom_find(pg->document, TAG_TITLE), *text = title ? first_child(title) : NULL;
	if (text && text->type == NODE_TEXT && says_error((mk_str){text->u.text, text->len < ERROR_READ ? text->len : ERROR_READ}))
		return true;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		if (pg->blocks[i].pub.kind == MK_BLOCK_HEADING)
			return says_error(pg->blocks[i].pub.text);
	return false;
}

static mk_verdict verdict_of(const mk_page *pg)
{
	const double words = pg->cut.words;
	if (is_error_page(pg))
		return MK_VERDICT_ERROR_PAGE;
	if (pg->article.n_kept)
		return MK_VERDICT_CONTENT;
	if (words >= FEW_WORDS)
		return MK_VERDICT_NOTHING;
	if (dom_find(pg->document, TAG_SCRIPT))
		return MK_VERDICT_SHELL;
	return pg->article.n_blocks ? MK_VERDICT_NOTHING : MK_VERDICT_EMPTY;
}

void choose_blocks(mk_page *pg)
{
	const struct cut *c = &pg->cut;
	bool hopeless = c->expected_f1 < HOPELESS && c->words < FEW_WORDS;
	decide(pg, view_cut(c->bucket, pg->options.view), hopeless);
	pg->article.verdict = verdict_of(pg);
	pg->article.page_type = pg->article.verdict == MK_VERDICT_CONTENT ? pg->type : MK_PAGE_NONE;
}
