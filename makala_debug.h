/* SPDX-License-Identifier: Apache-2.0 */
/*
 * makala_debug.h - looking inside: the tree, the columns of the model, the claims that metadata is chosen from.
 *
 * For makala's own command, trainer and tests.  NO PROMISE OF STABILITY: functions and structs here may change or go away in
 * any version.  They are part of the same library; lifetime, threads and errors are as in makala.h.
 */
#ifndef MAKALA_DEBUG_H
#define MAKALA_DEBUG_H

#include "makala.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The tree ---- */

/* Like mk_extract(), but stops after the tree (decoding, tokens, tree construction), which is then complete. */
MK_API mk_status mk_parse(mk_page *page, const void *bytes, size_t len, const mk_options *options);

/* Like mk_parse(), but runs the HTML fragment parsing algorithm.  context is an element name, with "svg " or "math " in front
 * for those namespaces (html5lib's notation).  bytes are taken as UTF-8. */
MK_API mk_status mk_parse_fragment(mk_page *page, const char *context, const void *bytes, size_t len, const mk_options *options);

/* The tree in html5lib's test format, one line for each node.  After mk_extract() white space between blocks and attributes
 * that are never read (data-…) are missing, text of a script may follow at the end, and elements may be empty that the standard
 * would fill (MK_WARN_XHTML). */
MK_API mk_status mk_tree(mk_page *page, mk_str *out);

/* ---- Features ---- */

/* Name and one-line meaning of a column of the model; NULL from the number of columns on.  Static. */
MK_API const char *mk_feature_name(unsigned column);
MK_API const char *mk_feature_meaning(unsigned column);

/* The same for plain text, whose blocks have other columns. */
MK_API const char *mk_plain_text_feature_name(unsigned column);
MK_API const char *mk_plain_text_feature_meaning(unsigned column);

/* The row of block i, one float for each column, valid until the next call; NULL if i is out of range. */
MK_API const float *mk_features_of(mk_page *page, uint32_t i);

/*
 * What moved the score of block i: for each column by how much the log odds of the score, log(score / (1 - score)), would fall
 * if the column had its usual value, the mean over the pages that the model was trained on.  Values above 0 speak for content.
 * They do not add up to the log odds, since columns act together.  All 0 for a block without words, whose score is that of a
 * neighbour.  Takes about fifty microseconds.  Otherwise like mk_features_of().
 */
MK_API const float *mk_contributions_of(mk_page *page, uint32_t i);

/* ---- Claims ---- */

/* One statement of the page about itself that a field of the record may be chosen from. */
typedef struct mk_claim {
	uint64_t field;         /* MK_FIELD_ bit: title, authors, date_published … */
	mk_str value;           /* as the page writes it; missing if it is too long for a line */
	const char *provenance; /* as mk_provenance() */
	bool won;               /* the record's value has this provenance, and this claim says it */
} mk_claim;

/* A list as in makala.h: the claims that were considered, those in JSON-LD last. */
MK_API mk_status mk_claims(mk_page *page, size_t *n);
MK_API const mk_claim *mk_claim_at(const mk_page *page, size_t i);

/* ---- Going away ---- */

/* The record as a struct.  Only for code that has not moved to mk_string() and the like; to be removed before 1.0 is released. */
typedef struct mk_list {
	const mk_str *items;
	size_t n;
} mk_list;

typedef struct mk_article {
	mk_str url, canonical_url, hostname; /* absolute http(s) addresses; hostname of the canonical or else own address */
	mk_str title;                        /* white space collapsed */
	mk_list authors;                     /* names, as the page writes them */
	mk_str date_published, date_modified;
	mk_str date_raw;                     /* what date_published was read from */
	mk_str language;                     /* of the two below the one to believe ("sw", "pt-BR") */
	mk_str language_declared;            /* the lang attribute that covers the article or the like, as written */
	mk_str language_detected;            /* of the text, as a library sees it that was there when makala was built */
	float language_score;                /* how sure it is, 0…1; 0 when nothing was detected */
	mk_str direction;                    /* "ltr" or "rtl" */
	mk_str site_name, description;
	mk_list categories, tags;
	mk_str license;                      /* an address, or the words for it */
	mk_str image, next_page;             /* addresses of the main picture and of the article's next page */
	mk_str charset;                      /* WHATWG name of the encoding used, lower case ("utf-8") */
	const char *charset_source;          /* "option", "bom", "http", "meta", "valid-utf-8", "detected" or "default" */
	const char *title_source, *authors_source, *date_published_source, *date_modified_source;
	const char *language_source, *direction_source, *canonical_url_source, *next_page_source;
	const char *site_name_source, *description_source, *categories_source, *tags_source, *license_source, *image_source;
	mk_input_type input_type;            /* what the input was read as: MK_INPUT_HTML or MK_INPUT_TEXT */
	mk_verdict verdict;
	mk_page_type page_type;
	float confidence;                    /* expected F1 of the balanced view, 0…1; 0 without words */
	uint32_t n_blocks, n_kept;
	uint32_t warnings;                   /* mk_warning bits */
} mk_article;

/* The record of the last mk_extract(); NULL if that failed or has not been called. */
MK_API const mk_article *mk_article_of(const mk_page *page);

#ifdef __cplusplus
}
#endif
#endif
