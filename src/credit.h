/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit.h - the words of credits.def at the beginning of a line.
 */
#ifndef MAKALA_CREDIT_H
#define MAKALA_CREDIT_H

#include "page.h"

enum credit_kind { CREDIT_BY, CREDIT_AND, CREDIT_PICTURE };

/* line without the words of a kind that it begins with; line itself when it begins with none.  Spaces, colons and slashes behind
 * the words go with them. */
mk_str credit_strip(mk_str line, enum credit_kind kind);

/* Bytes of a word for a picture's credit and of the colon behind it at the beginning of s ("Foto:"), or of words that need no colon
 * ("photo by"); 0 when there is none. */
size_t credit_introduction(mk_str s);

/* Bytes of a word for "and" with the spaces around it at the beginning of s, 0 when there is none. */
size_t credit_and(mk_str s);

#endif
