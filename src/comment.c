/* SPDX-License-Identifier: Apache-2.0 */
/*
 * comment.c - containers, scores, type of the page -> block.role: what readers wrote under an article.
 *
 * Comments are prose, so nothing in their words tells them from the article; the author of the page says what they are, by microdata or by
 * names.  Both lie now and then, so three things more must hold: the page is an article by its type (in a forum the replies are the
 * content), less than half of what is likely content is comments, and one of them says when it was written.  The last tells comments from
 * notices that there are none, that one must log in, or that they are loaded later.
 */
#include "page.h"

#define WORDS_LEAST 10 /* in all comments together: less is "5 comments, oldest first" */
#define SIGNED_LONGEST 8 /* words of a block that says who wrote and when */

/* Whether the container's own element says that it holds comments. */
static bool says_comment(const mk_page *pg, uint32_t container)
{
	const struct container *c = &pg->containers[container];
	const struct node *n = c->node;
	if (!is_element(n))
		return false;
	if (c->near[N_LANDMARKS + WORD_COMMENT] == c->depth + 1)
		return true;
	mk_str type = str_trim(dom_value(n, ATTR_ITEMTYPE)), property = str_trim(dom_value(n, ATTR_ITEMPROP));
	return str_ends_with(type, "/comment") || str_ends_with(type, "/usercomments") || str_equals(property.p, property.len, "comment");
}

/* What a block is where comments are: something that was said, or what stands around it (buttons, forms, links). */
static enum role role_of(const mk_page *pg, const struct block *b)
{
	const struct container *c = &pg->containers[b->container];
	const bool said = b->pub.n_words && b->pub.kind != MK_BLOCK_CONTROL && 2 * b->n_link_words <= b->pub.n_words &&
	                  !c->near[LANDMARK_FORM];
	return said ? ROLE_COMMENT : ROLE_AROUND_COMMENT;
}

/* Whether a block may be a date, or how long ago: short, with a digit of any script that is no 0. */
static bool may_be_date(const struct block *b)
{
	uint32_t n_zeros = 0;
	if (!b->kinds[CHAR_DIGIT] || b->pub.n_words > SIGNED_LONGEST || b->pub.kind == MK_BLOCK_HEADING)
		return false;
	for (size_t i = 0; i < b->pub.text.len; i++)
		n_zeros += b->pub.text.p[i] == '0';
	return b->kinds[CHAR_DIGIT] > n_zeros;
}

/* What was found so far. */
struct finding {
	uint64_t n_words; /* that were said */
	double likely;    /* words of likely content in all of it */
	bool dated;
};

/* Gives the blocks of a container their roles. */
static void mark_comments(mk_page *pg, const struct container *c, struct finding *f)
{
	for (uint32_t i = c->first; i < c->end; i++) {
		struct block *b = &pg->blocks[i];
		b->role = (uint8_t)role_of(pg, b);
		f->likely += (double)b->pub.score * b->pub.n_words;
		f->dated |= may_be_date(b);
		if (b->role == ROLE_COMMENT && b->pub.kind != MK_BLOCK_HEADING)
			f->n_words += b->pub.n_words;
	}
}

/* Score times words of all blocks before each. */
static double *sum_likely(mk_page *pg)
{
	double *before = arena_array(&pg->arena, (size_t)pg->article.n_blocks + 1, sizeof *before);
	before[0] = 0;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		before[i + 1] = before[i] + (double)pg->blocks[i].pub.score * pg->blocks[i].pub.n_words;
	return before;
}

void comment_find(mk_page *pg)
{
	const uint32_t n = pg->article.n_blocks;
	if (pg->type != MK_PAGE_ARTICLE)
		return;
	const double *before = sum_likely(pg), half = before[n] / 2;
	bool *inside = arena_zero(&pg->arena, pg->n_containers * sizeof *inside);
	struct finding f = {0, 0, false};
	for (uint32_t i = 1; i < pg->n_containers; i++) { /* in document order, so parents come first */
		const struct container *c = &pg->containers[i];
		inside[i] = inside[c->parent];
		/* A body of class "comments-open" is passed over, and what is in it is asked. */
		if (inside[i] || c->first == c->end || !says_comment(pg, i) || before[c->end] - before[c->first] >= half)
			continue;
		inside[i] = true;
		mark_comments(pg, c, &f);
	}
	if (f.n_words >= WORDS_LEAST && f.dated && f.likely < half)
		return;
	for (uint32_t i = 0; i < n; i++)
		pg->blocks[i].role = ROLE_ARTICLE;
}
