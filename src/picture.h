/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picture.h - what a page says about a picture.
 */
#ifndef MAKALA_PICTURE_H
#define MAKALA_PICTURE_H

#include "page.h"

#define FIGURE_ABOVE_MOST 6 /* elements above a picture or caption that are looked at */
#define CAPTION_LONGEST 2048
#define LONE_LONGEST 400  /* bytes of a caption that nothing marks */
#define CREDIT_LONGEST 80 /* bytes of a credit, with its labels: "Photo: A. Courtesy of B" */

struct picture {
	mk_str alt, caption, credit; /* {NULL, 0} when missing */
	int64_t width, height;       /* in pixels, -1 when not said */
};

/* What the page says about an img element that is shown with this address. */
void picture_read(mk_page *pg, const struct node *img, mk_str source, struct picture *out);

/* Whether a node is a picture: an img, or an element that a script turns into one (amp-img), as its name tells. */
bool picture_is(const mk_page *pg, const struct node *n);

/*
 * The element that holds the picture and what is said about it: the nearest one above that holds a caption, while it holds no other
 * picture but the same one for a browser without scripts; else a figure without one.
 */
const struct node *picture_figure(const mk_page *pg, const struct node *img);

/* The first element in a figure that is marked as its caption, NULL if there is none. */
const struct node *picture_caption_in(const struct node *figure);

/* Whether an element is marked as a caption; as the byline of a portrait of the author. */
bool picture_is_caption(const struct node *n);
bool picture_is_byline(const struct node *n);

/* Whether a picture stands in something that marks a caption of its own, or has one with a credit. */
bool picture_has_caption(mk_page *pg, const struct node *img);

/* Whether a text holds a word or sign for a picture's credit. */
bool picture_has_credit_word(mk_str text);

/* Splits a caption with a credit at its end, or all of it, into the two; either may come out empty. */
void picture_split(mk_str text, mk_str *caption, mk_str *credit);

#endif
