/* SPDX-License-Identifier: Apache-2.0 */
/*
 * comment.c - containers, scores, page type -> block.role: readers' comments under an article.
 *
 * Comments are prose, and their words do not differ from those of an article.  But pages name them, by microdata or by class and
 * id, and containers with such a name are taken for comments.  Names are wrong now and then, so comments must also meet three
 * conditions: the page type is article (in a forum the replies are the content); comments are less than half of the likely content;
 * and a block among them may be a date.  The last condition tells comments from notices that there are none, that one must log in,
 * or that they are loaded later.
 *
 * Work: a few passes over the blocks and one over the containers.
 */
#include "page.h"

#define WORDS_LEAST 10 /* words of all comments together; fewer are a line like "5 comments, oldest first" */
#define SIGNED_LONGEST 8 /* words of a block that tells author and date of a comment */

/* Whether the container's own element is named after comments. */
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

/* The role of a block in a container of comments: part of a comment, or around comments if it is a button, in a form, or mostly
 * links. */
static enum role role_of(const mk_page *pg, const struct block *b)
{
	const struct container *c = &pg->containers[b->container];
	const bool said = b->pub.n_words && b->pub.kind != MK_BLOCK_CONTROL && 2 * b->n_link_words <= b->pub.n_words &&
	                  !c->near[LANDMARK_FORM];
	return said ? ROLE_COMMENT : ROLE_AROUND_COMMENT;
}

/* Whether a block may tell when a comment was written, as a date or as a time ago, in any language: it is short and has a digit
 * of any script other than 0.  Zeros do not count, so that "0 comments" is no date. */
static bool may_be_date(const struct block *b)
{
	uint32_t n_zeros = 0;
	if (!b->kinds[CHAR_DIGIT] || b->pub.n_words > SIGNED_LONGEST || b->pub.kind == MK_BLOCK_HEADING)
		return false;
	for (size_t i = 0; i < b->pub.text.len; i++)
		n_zeros += b->pub.text.p[i] == '0';
	return b->kinds[CHAR_DIGIT] > n_zeros;
}

/* Sums over the containers of comments found so far. */
struct finding {
	uint64_t n_words; /* words of comments, headings excluded */
	double likely;    /* likely content in all blocks: sum of words times score */
	bool dated;       /* may_be_date() is true for a block */
};

/* Sets the roles of all blocks in a container of comments. */
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

/* Prefix sums: for each block, and for the end, the sum of words times score over all blocks before it. */
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
		/* A container with half of the likely content or more, such as a body of class "comments-open", is not one of
		 * comments; those inside it may be. */
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
