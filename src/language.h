/* SPDX-License-Identifier: Apache-2.0 */
/* language.h - between language.c and the library that detects languages; cld2.cc reads it too. */
#ifndef MAKALA_LANGUAGE_H
#define MAKALA_LANGUAGE_H

#ifdef __cplusplus
extern "C" {
#else
#include <stdbool.h>
#endif

/* CLD2's name for the language of len bytes of UTF-8, static; NULL when it does not know.  *percent: how much of the text is in it; *reliable:
 * whether CLD2 is sure. */
const char *language_cld2(const char *text, int len, int *percent, bool *reliable);

#ifdef __cplusplus
}
#endif
#endif
