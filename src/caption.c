/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caption.c - kept blocks, images -> block.keep, block.reason: captions stay out of the text of an article.
 * A step of the choice: choose_blocks() calls it before it counts what is kept and gives its verdict.
 *
 * What a picture says is written with the picture.  picture.c knows where the caption of a picture stands; here blocks are compared
 * with the captions of the pictures near by.
 */
#include "credit.h"
#include "outline.h"
#include "picture.h"

#define CAPTION_LEAST 20 /* bytes; less may be said by chance */

/* The caption element that a block stands in; NULL when it is in none. */
static const struct node *caption_around(const struct block *b)
{
	const struct node *n = b->box;
	for (int up = 0; n && n->type == NODE_ELEMENT && up < FIGURE_ABOVE_MOST; n = n->parent, up++)
		if (picture_is_caption(n))
			return n;
	return NULL;
}

#define PICTURE_AROUND 3 /* containers up to one that is named after pictures */

/* Whether a block may be a caption: short, and not far inside of something that is named after pictures. */
static bool may_be_caption(const mk_page *pg, const struct block *b)
{
	const struct container *c = &pg->containers[b->container];
	const int figure = container_distance(c, LANDMARK_FIGURE), name = container_distance(c, N_LANDMARKS + WORD_CAPTION);
	return b->pub.text.len <= CAPTION_LONGEST && ((figure >= 0 && figure <= PICTURE_AROUND) || (name >= 0 && name <= PICTURE_AROUND));
}

/* Whether the next block is a line with a credit. */
static bool has_credit_behind(const mk_page *pg, uint32_t i)
{
	const mk_str text = i + 1 < pg->article.n_blocks ? pg->blocks[i + 1].pub.text : (mk_str){NULL, 0};
	return text.len && text.len <= CREDIT_LONGEST && credit_introduction(text);
}

#define CAPTION_REACH 2 /* pictures before a caption, and behind it, that it may belong to */

/* Whether a text is a caption, or the beginning of one; a credit may stand behind it. */
static bool says_caption(mk_str text, mk_str caption)
{
	const size_t len = text.len < caption.len ? text.len : caption.len;
	return len >= CAPTION_LEAST && text.len - len <= CREDIT_LONGEST && !memcmp(text.p, caption.p, len);
}

/* Whether block i is the caption of a picture of the article near by, and nothing else; caption: the element for one that it stands in. */
static bool is_caption_block(mk_page *pg, const struct outline *o, uint32_t i, const struct node *caption)
{
	const mk_str text = pg->blocks[i].pub.text;
	size_t at;
	SEARCH(at, 0, pg->n_images, pg->images[at].before <= i);
	for (size_t k = at > CAPTION_REACH ? at - CAPTION_REACH : 0; k < pg->n_images && k < at + CAPTION_REACH; k++) {
		const struct image *image = &pg->images[k];
		if (!caption && (image->before != i || text.len > LONE_LONGEST + CREDIT_LONGEST))
			continue; /* a caption that nothing marks comes right behind its picture */
		const struct node *figure = picture_figure(pg, image->node), *own = figure ? picture_caption_in(figure) : NULL;
		if ((caption ? !own || !dom_is_inside(caption, figure) : own != NULL) || !outline_has_picture(o, (uint32_t)k))
			continue;
		if (caption)
			return true;
		struct picture p;
		picture_read(pg, image->node, (mk_str){NULL, 0}, &p);
		if (says_caption(text, p.caption))
			return true;
	}
	return false;
}

/* Whether kept block i is the caption of a picture of the article. */
static bool is_caption(mk_page *pg, const struct outline *o, uint32_t i)
{
	const struct block *b = &pg->blocks[i];
	if (!may_be_caption(pg, b) && !has_credit_behind(pg, i))
		return false;
	const struct node *caption = caption_around(b);
	return !(caption && picture_is_byline(caption)) && is_caption_block(pg, o, i, caption);
}

/*
 * In lists of cards a caption is what the card says, so it stays there.  It also stays where a page is a picture and its
 * caption, with nothing but headings besides: a reader who asks for the text of such a page wants the caption.  So a
 * caption loses keep first, and gets its reason once it is known that other text is left.
 */
void caption_drop(mk_page *pg)
{
	struct outline o;
	uint32_t n_captions = 0, n_others = 0;
	if (!pg->n_images || pg->type != MK_PAGE_ARTICLE)
		return;
	outline_begin(&o, pg, OUTLINE_PICTURES);
	bool *caption = arena_zero(&pg->arena, pg->article.n_blocks * sizeof *caption);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		caption[i] = b->keep && is_caption(pg, &o, i);
		b->keep = b->keep && !caption[i];
		n_captions += caption[i];
		n_others += b->keep && b->n_words && b->kind != MK_BLOCK_HEADING;
	}
	for (uint32_t i = 0; n_captions && i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		if (caption[i] && n_others)
			b->reason = MK_DROPPED_FIELD;
		else if (caption[i])
			b->keep = true;
	}
}
