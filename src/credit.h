/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit.h - finds words of credits.def, such as "by", "and" or "photo:", at the beginning of a text.
 */
#ifndef MAKALA_CREDIT_H
#define MAKALA_CREDIT_H

#include "page.h"

enum credit_kind { CREDIT_BY, CREDIT_AND, CREDIT_PICTURE };

/*
 * Returns line without the credit words of this kind at its beginning, and without the spaces, colons, full stops, slashes and bars
 * after them.  Removes up to three words or phrases in a row ("Text: von").  Returns line unchanged if it begins with none.
 */
mk_str credit_strip(mk_str line, enum credit_kind kind);

/*
 * The length in bytes of the introduction of a picture credit at the beginning of s: a credit word and its colon ("Foto:"), or
 * words that need no colon because they end with "by" or "of" ("photo by").  0 if there is none.
 */
size_t credit_introduction(mk_str s);

/* The length in bytes of a word for "and" at the beginning of s, with the spaces around it; 0 if there is none. */
size_t credit_and(mk_str s);

#endif
