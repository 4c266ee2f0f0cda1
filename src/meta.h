/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meta.h - how titles are compared, and the fields that have a file of their own.
 */
#ifndef MAKALA_META_H
#define MAKALA_META_H

#include "claim.h"

/* How alike two short texts are, 0 to 1: the share of letter pairs in common. */
double title_likeness(mk_str one, mk_str other);

/* Whether they are more alike than least; much quicker where their lengths differ. */
bool title_is_like(mk_str one, mk_str other, double least);

/* Whether text is the name of the site: what the page calls it, or part of the host's name; or has no letters at all. */
bool title_is_site(mk_str text, mk_str site, mk_str host);

void title_choose(mk_page *pg, struct facts *f);
void byline_choose(mk_page *pg, const struct facts *f);

#endif
