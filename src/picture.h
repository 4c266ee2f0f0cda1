/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picture.h - the caption, credit and other data of a picture, and the elements in which the page gives them.
 */
#ifndef MAKALA_PICTURE_H
#define MAKALA_PICTURE_H

#include "page.h"

#define FIGURE_ABOVE_MOST 6 /* elements above a picture or caption that are searched */
#define CAPTION_LONGEST 2048 /* bytes of a caption */
#define LONE_LONGEST 400  /* bytes of a caption that no element or class marks as one */
#define CREDIT_LONGEST 80 /* bytes of a credit with its introductions: "Photo: A. Courtesy of B" */

struct picture {
	mk_str alt, caption, credit; /* {NULL, 0} if missing */
	int64_t width, height;       /* in pixels, as in the attributes; -1 if missing */
};

/* Reads everything the page states about an img element.  source: its address, to find it in structured data; may be {NULL, 0}. */
void picture_read(mk_page *pg, const struct node *img, mk_str source, struct picture *out);

/* Whether a node is a picture: an img, or an unknown element with a name such as amp-img, which a script turns into a picture. */
bool picture_is(const mk_page *pg, const struct node *n);

/*
 * The element that contains the picture and its caption: the nearest ancestor with a caption inside; otherwise the nearest figure
 * element; NULL if there is neither.  The search ends at body, article and main, and at an ancestor other than a figure with more
 * than two pictures; two are allowed because the second may repeat the first for browsers without scripts.
 */
const struct node *picture_figure(const mk_page *pg, const struct node *img);

/* The first element inside a figure that is marked as a caption; NULL if there is none. */
const struct node *picture_caption_in(const struct node *figure);

/* Whether an element is marked as a caption: a figcaption, or one with a class, id or itemprop for captions. */
bool picture_is_caption(const struct node *n);

/* Whether an element is marked as the author's byline, which is what a portrait of the author has instead of a caption. */
bool picture_is_byline(const struct node *n);

/*
 * Whether a picture has a caption of its own: an element marked as a caption, unless that is a byline; or else a credit, together
 * with an unmarked caption or a figure element.
 */
bool picture_has_caption(mk_page *pg, const struct node *img);

/* Whether a text contains an introduction of a picture credit ("©", "Photo:"). */
bool picture_has_credit_word(mk_str text);

/* Splits a caption with a credit at its end.  Either part may be missing; the text may be a credit as a whole. */
void picture_split(mk_str text, mk_str *caption, mk_str *credit);

#endif
