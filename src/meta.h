/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meta.h - comparing titles; choosing the fields that have a file of their own.
 */
#ifndef MAKALA_META_H
#define MAKALA_META_H

#include "claim.h"

#define NAME_LONGEST 120 /* bytes of the name of an author */

/* How alike two short texts are, 0 to 1: the share of letter pairs that they have in common. */
double title_likeness(mk_str one, mk_str other);

/* Whether title_likeness() is more than least; much faster if the lengths differ a lot. */
bool title_is_like(mk_str one, mk_str other, double least);

/* Whether text is the name of the site: the name that the page declares, or part of the host name.  True if text has no letters. */
bool title_is_site(mk_str text, mk_str site, mk_str host);

/* Choose the title, and the authors, of the article from the claims. */
void title_choose(mk_page *pg, struct facts *f);
void byline_choose(mk_page *pg, const struct facts *f);

#endif
