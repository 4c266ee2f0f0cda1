/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.h - parts of decode.c that tests look at, and the one function of detect.c.
 */
#ifndef MAKALA_DECODE_H
#define MAKALA_DECODE_H

#include "page.h"

/* What is said about the encoding of some bytes. */
struct declaration {
	int encoding;       /* enum encoding_id; -1: nothing is said */
	const char *source; /* as in mk_article.charset_source; NULL when nothing is said */
	uint32_t bom_len;   /* bytes of the byte order mark */
	bool sure;          /* the caller's word or a byte order mark */
};

/* The encoding sniffing algorithm of the HTML standard, as far as it looks for declarations. */
struct declaration decode_sniff(const mk_options *o, const uint8_t *s, size_t n);

/* Name of an encoding_id, lower case. */
const char *decode_name(int encoding);

/*
 * detect.c, there with MK_WITH_DETECTOR only: a label for the encoding that the bytes of a page seem to be in, NULL if they don't
 * tell.  May be one that the standard does not know.  The detector sees 32 kB at most, however long the page is.
 */
const char *detect_charset(struct arena *a, const char *bytes, size_t len);

#endif
