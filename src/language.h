/* SPDX-License-Identifier: Apache-2.0 */
/*
 * language.h - the interface between language.c and the language detector, included by C and by C++ (cld2.cc).
 */
#ifndef MAKALA_LANGUAGE_H
#define MAKALA_LANGUAGE_H

#ifdef __cplusplus
extern "C" {
#else
#include <stdbool.h>
#endif

/* Whether the program is linked with CLD2. */
bool language_cld2_is_linked(void);

/* CLD2's code for the language of len bytes of UTF-8, a static string; NULL if the language is unknown or CLD2 is not linked.
 * *percent receives the share of the text in that language, *reliable whether CLD2 considers the result reliable. */
const char *language_cld2(const char *text, int len, int *percent, bool *reliable);

#ifdef __cplusplus
}
#endif
#endif
