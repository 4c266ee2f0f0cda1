/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caption.c - kept blocks, images -> block.keep, block.reason: removes captions from the text of an article.
 *
 * A caption is a field of its picture, so it is not repeated in the text.  picture.c finds the caption of a picture; here the kept
 * blocks are compared with the captions of nearby pictures.  choose_blocks() calls caption_drop() before it counts the kept blocks
 * and decides the verdict.
 */
#include "credit.h"
#include "outline.h"
#include "picture.h"

#define CAPTION_LEAST 20 /* bytes; shorter texts may be equal by chance */

/* The caption element around a block; NULL if there is none. */
static const struct node *caption_around(const struct block *b)
{
	const struct node *n = b->box;
	for (int up = 0; n && n->type == NODE_ELEMENT && up < FIGURE_ABOVE_MOST; n = n->parent, up++)
		if (picture_is_caption(n))
			return n;
	return NULL;
}

#define PICTURE_AROUND 3 /* containers from a block up to a figure or an element with a caption word in its class or id */

/*
 * An inexpensive first test whether a block may be a caption: it is short, and a figure or an element with a caption word in its
 * class or id is close around it.
 */
static bool may_be_caption(const mk_page *pg, const struct block *b)
{
	const struct container *c = &pg->containers[b->container];
	const int figure = container_distance(c, LANDMARK_FIGURE), name = container_distance(c, N_LANDMARKS + WORD_CAPTION);
	return b->pub.text.len <= CAPTION_LONGEST && ((figure >= 0 && figure <= PICTURE_AROUND) || (name >= 0 && name <= PICTURE_AROUND));
}

/* Whether the block after i is a credit with an introduction. */
static bool has_credit_behind(const mk_page *pg, uint32_t i)
{
	const mk_str text = i + 1 < pg->article.n_blocks ? pg->blocks[i + 1].pub.text : (mk_str){NULL, 0};
	return text.len && text.len <= CREDIT_LONGEST && credit_introduction(text);
}

#define CAPTION_REACH 2 /* pictures to compare before a block, and as many after it */

/* What is around a picture.  Many blocks may be near the same picture, so it is looked for only once. */
struct around {
	const struct node *figure, *caption; /* picture_figure(), and picture_caption_in() of it; NULL if there is none */
	bool known;
};

struct dropping {
	struct outline o;
	struct around *around; /* by picture */
};

static const struct around *around_picture(const struct dropping *d, size_t k)
{
	struct around *a = &d->around[k];
	if (!a->known) {
		a->figure = picture_figure(d->o.pg, d->o.pg->images[k].node);
		a->caption = a->figure ? picture_caption_in(a->figure) : NULL;
		a->known = true;
	}
	return a;
}

/* Whether a text is the given caption or the beginning of it.  The text may have a credit after the caption. */
static bool says_caption(mk_str text, mk_str caption)
{
	const size_t len = text.len < caption.len ? text.len : caption.len;
	return len >= CAPTION_LEAST && text.len - len <= CREDIT_LONGEST && !memcmp(text.p, caption.p, len);
}

/* Whether block i is the caption of a nearby picture of the article.  caption: the caption element around the block, or NULL. */
static bool is_caption_block(const struct dropping *d, uint32_t i, const struct node *caption)
{
	mk_page *pg = d->o.pg;
	const mk_str text = pg->blocks[i].pub.text;
	size_t at;
	SEARCH(at, 0, pg->n_images, pg->images[at].before <= i);
	for (size_t k = at > CAPTION_REACH ? at - CAPTION_REACH : 0; k < pg->n_images && k < at + CAPTION_REACH; k++) {
		const struct image *image = &pg->images[k];
		if (!caption && (image->before != i || text.len > LONE_LONGEST + CREDIT_LONGEST))
			continue; /* a caption outside caption elements must directly follow its picture */
		const struct around *a = around_picture(d, k);
		if ((caption ? !a->caption || !dom_is_inside(caption, a->figure) : a->caption != NULL) ||
		    !outline_has_picture(&d->o, (uint32_t)k))
			continue;
		if (caption)
			return true;
		struct picture p;
		const struct arena_mark mark = arena_mark(&pg->arena);
		picture_read(pg, image->node, (mk_str){NULL, 0}, &p);
		const bool says = says_caption(text, p.caption);
		arena_rewind(&pg->arena, mark);
		if (says)
			return true;
	}
	return false;
}

/* Whether kept block i is the caption of a picture of the article. */
static bool is_caption(const struct dropping *d, uint32_t i)
{
	const mk_page *pg = d->o.pg;
	const struct block *b = &pg->blocks[i];
	if (!may_be_caption(pg, b) && !has_credit_behind(pg, i))
		return false;
	const struct node *caption = caption_around(b);
	return !(caption && picture_is_byline(caption)) && is_caption_block(d, i, caption);
}

/*
 * Only articles are changed: in a list of cards the caption is the text of the card.  Captions also stay if only headings would
 * be left without them: if a page consists of a picture and its caption, a reader who asks for its text wants the caption.  So the
 * first loop clears keep, and the second sets the reason or restores keep once it is known whether other text is left.
 */
void caption_drop(mk_page *pg)
{
	struct dropping d;
	uint32_t n_captions = 0, n_others = 0;
	if (!pg->n_images || pg->type != MK_PAGE_ARTICLE)
		return;
	outline_begin(&d.o, pg, OUTLINE_PICTURES);
	d.around = arena_zero(&pg->arena, pg->n_images * sizeof *d.around);
	bool *caption = arena_zero(&pg->arena, pg->article.n_blocks * sizeof *caption);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_block *b = &pg->blocks[i].pub;
		caption[i] = b->keep && is_caption(&d, i);
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
