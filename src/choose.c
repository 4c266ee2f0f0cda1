/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choose.c - scores -> the blocks of the article, the reason for each decision, and the verdict on the page.
 *
 * choose_cut() finds the cut, the score from which on blocks are kept.  If a score is the probability p that a block of n words is
 * content, keeping all blocks from some score on has an expected F1 of about
 *
 *	2 · (sum of p·n over kept blocks) / (sum of n over kept blocks + sum of p·n over all blocks)
 *
 * and the cut is the score that maximises it.  To find the maximum the blocks must be visited in order of score.  They are counted
 * into CUT_BUCKETS buckets instead of sorted, which takes linear time and keeps blocks of equal score together.
 *
 * choose_blocks() applies the cut, moved up or down for stricter or laxer views, and then the rules of an article that scores do
 * not express: comments are set apart, headings and code between kept blocks are kept, repeats and captions are dropped, and so on.
 * Views nest: a stricter view never keeps a block that a laxer one drops.  Each rule is a pass or two over the blocks and
 * containers.
 */
#include "page.h"
#include "plain_text.h"
#include "outline.h"

#define REPEAT_WORDS 8    /* words from which on a repeated text is dropped; an article may well repeat a shorter one */
#define HOPELESS 0.2f     /* expected F1 below which a page of fewer than FEW_WORDS words has no article */
#define FEW_WORDS 60
#define BETWEEN_LEAST 0.1f /* lowest score of a block that is kept because of the blocks around it */
#define ROW_WORDS 8        /* least words of a paragraph that is kept because it is in a row of boxes */
#define ROW_REACH 3        /* ancestor boxes to look at, each with at most ROW_BLOCKS blocks */
#define ROW_BLOCKS 8
#define ROW_CLIMB 16       /* ancestors of the block before to look at, to find the box beside */
#define FILLER_WORDS 4     /* most words of a text that counts as filler */
#define FILLER_COPIES 2    /* least other blocks with the same text */
#define LONG_PROSE_WORDS 20
#define PROSE_LEAST 0.3f   /* lowest score of a long paragraph that is kept because of the text beside it, as a share of the cut */
#define STANDFIRST_LEAST 0.03f /* lowest score of a standfirst */
#define STANDFIRST_LETTERS 60 /* bytes of letters and digits; about half of all shorter descriptions are names and slogans */

struct score_buckets {
	double words[CUT_BUCKETS], expected[CUT_BUCKETS]; /* for each bucket the sums of n and of p·n */
	double all_expected; /* sum of p·n over all blocks */
};

/* The lowest bucket to keep; *best is set to the expected F1 of that cut.  CUT_BUCKETS, so nothing is kept, if no score is
 * above 0. */
static uint32_t best_cut(const struct score_buckets *t, float *best)
{
	uint32_t cut = CUT_BUCKETS;
	double kept = 0, hit = 0, most = 0; /* most as a double: rounded to float, it could seem smaller than an equal F1 */
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

/* The lowest bucket that a view keeps: halfway from the cut to the highest score for precision, half the cut for recall. */
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

/* Whether a block is excluded from the article whatever its score is. */
static bool is_apart(const struct block *b)
{
	return b->role != ROLE_ARTICLE || b->pub.reason == MK_DROPPED_TABLE || b->pub.reason == MK_DROPPED_TITLE;
}

/* Whether of two blocks with the same text b should be kept, not the other, which precedes it. */
static bool is_better(const struct block *b, const struct block *than)
{
	if (is_apart(b) || is_apart(than))
		return !is_apart(b);
	return b->pub.score > than->pub.score;
}

/*
 * Of kept blocks with the same text keeps one and drops the others.  Not called for documentation, which may say the same for one
 * programming language after another.  The block with the highest score stays, the first of equals.  Which one that is does not
 * depend on the cut, so views nest.
 */
static void drop_repeats(mk_page *pg)
{
	struct block *blocks = pg->blocks;
	uint32_t n = pg->article.n_blocks;
	uint32_t *best = arena_array(&pg->arena, (size_t)n + 1, sizeof *best); /* indexed by block.same */
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

/* Whether a block was dropped for its score and for no other reason. */
static bool is_below_cut(const struct block *b)
{
	return b->pub.reason == MK_DROPPED_SCORE && b->role == ROLE_ARTICLE;
}

/* Whether a block is in a small box that follows a box with the same tag and classes, as on pages that put each paragraph in a box
 * of its own. */
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

/* Whether a dropped block may be kept because of the kept blocks around it: code, a heading, or a paragraph in a row of boxes.  In
 * an article a heading that is entirely a link is the heading of a teaser. */
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

/* Whether a block may be in the middle of a text without being part of it: a caption, or short filler that the page repeats, such
 * as "Advertisement". */
static bool is_filler(const struct block *b)
{
	return b->pub.kind == MK_BLOCK_CAPTION || (b->pub.kind == MK_BLOCK_PARAGRAPH && b->pub.n_words <= FILLER_WORDS && !b->n_link_words &&
	                                           b->copies >= FILLER_COPIES);
}

/*
 * Keeps runs of headings, code blocks and paragraphs in a row of boxes between two kept blocks; blocks without words and filler do
 * not interrupt a run.  A reader who gets a section wants its heading and its examples.  Their own text tells little about them,
 * and about half of the texts that the model was trained on leave them out, so their scores are often too low.  Measured with
 * models that had not seen the pages, filler and rows of boxes are worth 0.0016 of F1 on news.
 */
static void keep_between(mk_page *pg)
{
	uint32_t first = 0; /* first block of the current run */
	bool inside = false; /* the block before the run was kept */
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

/* Whether a block is text of the article by its score and role.  The cut is that of the balanced view, whatever the view is, so
 * that views nest. */
static bool is_text(const mk_page *pg, const struct block *b)
{
	return choose_is_above(pg, b->pub.score) && b->role == ROLE_ARTICLE;
}

static bool is_long_prose(const mk_page *pg, const struct block *b)
{
	return is_below_cut(b) && plain_text_words(b) >= LONG_PROSE_WORDS && b->kinds[CHAR_STOP] + b->kinds[CHAR_QUESTION] &&
	       b->pub.score * CUT_BUCKETS >= PROSE_LEAST * (float)pg->cut.bucket;
}

/*
 * Keeps a long paragraph of a plain-text page directly before the first block of the text, directly after the last one, or between
 * two; fields and cross-references are skipped.  It is used only where the words of the page are unknown, since the net is then less
 * sure of where an article begins and ends, and it loses paragraphs of news in languages that the word weights are not for.  Where words are
 * known it does as much harm as good.  The cut is that of the balanced view, so that views nest.
 */
static void keep_prose(mk_page *pg)
{
	mk_block *open = NULL; /* a long paragraph whose next neighbour is not known yet */
	bool above = false, open_above = false, any = false;
	uint32_t last = 0;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		last = is_text(pg, &pg->blocks[i]) ? i : last;
	for (uint32_t i = 0; i <= pg->article.n_blocks; i++) {
		mk_block *b = i < pg->article.n_blocks ? &pg->blocks[i].pub : NULL;
		if (b && (!b->n_words || pg->blocks[i].role != ROLE_ARTICLE || plain_text_line_of(pg, i)->split_off))
			continue;
		const bool keep = b && choose_is_above(pg, b->score);
		if (open && (keep || (open_above && i > last)))
			keep_beside(open);
		open = b && is_long_prose(pg, &pg->blocks[i]) && (above || !any) ? b : NULL;
		open_above = above;
		above = keep;
		any |= keep;
	}
}

/* Keeps the standfirst of an article: a paragraph or heading above the text that has the same words as the page's description,
 * unless that is the title.  The text begins at the first block for which is_text() is true. */
static void keep_standfirst(mk_page *pg)
{
	if (title_is_same(pg->article.description, pg->article.title))
		return;
	const mk_str description = title_letters_of(&pg->arena, pg->article.description); /* compared with many blocks: without signs */
	for (uint32_t i = 0; i < pg->article.n_blocks && !is_text(pg, &pg->blocks[i]); i++) {
		mk_block *b = &pg->blocks[i].pub;
		if ((b->kind == MK_BLOCK_PARAGRAPH || b->kind == MK_BLOCK_HEADING) && b->score >= STANDFIRST_LEAST && is_below_cut(&pg->blocks[i]) &&
		    title_is_same(b->text, description) >= STANDFIRST_LETTERS) {
			keep_beside(b);
		}
	}
}

/* The first heading that is the title and is inside an article element; NULL if there is none.  *article is set to an array with
 * the nearest article element of each container, itself or around it, as the index of its container; 0 if there is none. */
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

/* Drops further articles after the one that the page is about, which sites append for readers who scroll on.  If the title's
 * heading is in an article element, a later article element with a heading of the same or a higher rank is another article. */
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

/* Drops the blocks inside data tables.  Containers are in document order, so one pass is enough: a container is inside
 * a data table if its parent is. */
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

/* Takes comments, what is around them, and texts that became fields out of the article. */
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

/* Drops headings that repeat the title. */
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

/* Sets keep and reason of all blocks.  Later rules see the decisions of earlier ones, so their order matters.  hopeless: the page
 * has no article. */
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
		if (pg->options.view != MK_VIEW_PRECISION && pg->plain_text && pg->plain_text->unknown)
			keep_prose(pg);
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

/* Whether three digits are an HTTP error status: 400 to 431, 451 and 500 to 511, the ranges of registered ones, or 520 to 530,
 * which proxies add. */
static bool is_error(const char *p)
{
	const int n = (p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0';
	return (n >= 400 && n <= 431) || n == 451 || (n >= 500 && n <= 511) || (n >= 520 && n <= 530);
}

static bool is_figure(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether a character directly before or after a number makes it part of something else: a longer number, a name, an amount.
 * Letters beyond ASCII do not count, because scripts without spaces put them next to numbers. */
static bool clings(char c)
{
	return is_figure(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '$' || c == '#' || c == '%' || c == '+';
}

/* Whether s contains an HTTP error status as a number of its own, which is not part of a decimal number, a time or a longer
 * word. */
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

#define ERROR_READ 256 /* bytes of a title that are read; the titles of error pages begin with the error */

/* Whether the title or the first heading contains an HTTP error status, and fewer than FEW_WORDS words are above the cut. */
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

/* The verdict: if no block was kept, the number of words and the presence of scripts tell why. */
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

void choose_embedded(mk_page *pg)
{
	mk_article *a = &pg->article;
	const bool keep = pg->n_embedded && pg->options.view == MK_VIEW_EVERYTHING;
	for (uint32_t i = 0; i < pg->n_embedded; i++) {
		mk_block *b = &pg->blocks[a->n_blocks++].pub;
		b->keep = keep;
		b->reason = keep ? MK_KEPT_EVERYTHING : MK_DROPPED_EMBEDDED;
	}
	a->n_kept += keep ? pg->n_embedded : 0;
	if (keep && a->verdict != MK_VERDICT_ERROR_PAGE) {
		a->verdict = MK_VERDICT_CONTENT;
		a->page_type = pg->type;
	}
}
