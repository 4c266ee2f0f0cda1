/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.h - functions of decode.c that tests call, and the interface of detect.c.
 */
#ifndef MAKALA_DECODE_H
#define MAKALA_DECODE_H

#include "page.h"

/* An encoding that is declared for a page, by the caller, a byte order mark, HTTP or the page. */
struct declaration {
	int encoding;       /* enum encoding_id; -1 if nothing is declared */
	const char *source; /* as in mk_article.charset_source; NULL if nothing is declared */
	uint32_t bom_len;   /* bytes of the byte order mark, which is not text; 0 if there is none */
	bool sure;          /* declared by the caller or by a byte order mark, which the bytes cannot overrule */
};

/* The part of the HTML standard's "encoding sniffing algorithm" that looks for declarations. */
struct declaration decode_sniff(const mk_options *o, const uint8_t *s, size_t n);

/* The name of an encoding_id, in lower case; a static string. */
const char *decode_name(int encoding);

/*
 * In detect.c, which is compiled only with MK_WITH_DETECTOR: a label for the encoding in which the bytes of a page seem to be,
 * NULL if it cannot be detected.  The label may be one that the Encoding standard does not contain.  The detector reads at most
 * 32 KB of words, however long the page is.
 */
const char *detect_charset(struct arena *a, const char *bytes, size_t len);

#endif
