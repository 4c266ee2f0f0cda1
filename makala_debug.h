/* SPDX-License-Identifier: Apache-2.0 */
/*
 * makala_debug.h - a look inside: the tree, the model's feature rows, and the claims that metadata is chosen from.
 *
 * For makala's own command, trainer and tests.  NO PROMISE OF STABILITY: functions and structs in this file may change or go away
 * in any version.  They are part of the same library as makala.h; lifetime, threads and errors are as described there.
 */
#ifndef MAKALA_DEBUG_H
#define MAKALA_DEBUG_H

#include "makala.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The tree ---- */

/* Like mk_extract(), but stops after tree construction, and the tree is complete: it is the standard's unless a limit is reached.
 * The page then holds a tree for mk_tree(), but no article. */
MK_API mk_status mk_parse(mk_page *page, const void *bytes, size_t len, const mk_options *options);

/* Like mk_parse(), but runs the HTML fragment parsing algorithm.  context is the name of the context element in html5lib's
 * notation: with "svg " or "math " before it if it is in one of these namespaces.  bytes are read as UTF-8. */
MK_API mk_status mk_parse_fragment(mk_page *page, const char *context, const void *bytes, size_t len, const mk_options *options);

/* Sets *out to the tree in html5lib's test format, one line for each node.  After mk_extract() the tree differs from the
 * standard's: white space between blocks and attributes that are never read (data-…) are missing, HTML from a script may follow at
 * the end (MK_WARN_SCRIPT), and elements may be empty that the standard would fill (MK_WARN_XHTML). */
MK_API mk_status mk_tree(mk_page *page, mk_str *out);

/* ---- Features ---- */

/* Name and one-line meaning of a column of the feature rows of HTML; NULL if there is no such column.  Columns are numbered from 0
 * without gaps.  Static. */
MK_API const char *mk_feature_name(unsigned column);
MK_API const char *mk_feature_meaning(unsigned column);

/* The same for plain-text input, whose feature rows have other columns. */
MK_API const char *mk_plain_text_feature_name(unsigned column);
MK_API const char *mk_plain_text_feature_meaning(unsigned column);

/* The feature row of block i: one float for each column, those of HTML or plain text as mk_input_type_of() tells.  Valid until the
 * next call to this function or to mk_contributions_of(); NULL if i is out of range. */
MK_API const float *mk_features_of(mk_page *page, uint32_t i);

/*
 * What contributed to the score of block i: for each column, by how much the log odds of the score, log(score / (1 - score)), would
 * fall if the column had its mean over the pages that the model was trained on.  Values above 0 speak for content, values below 0
 * against.  They do not add up to the log odds, because columns act together.  All are 0 for a block without words, whose score is
 * that of a neighbour.  Takes about fifty microseconds.  Otherwise like mk_features_of().
 */
MK_API const float *mk_contributions_of(mk_page *page, uint32_t i);

/* ---- Claims ---- */

/* A claim: one statement of the page about itself, from which the value of a field may be chosen. */
typedef struct mk_claim {
	uint64_t field;         /* MK_FIELD_ bit: title, authors, date_published … */
	mk_str value;           /* as the page writes it; missing if it is too long for a line */
	const char *provenance; /* as mk_provenance() returns it */
	bool won;               /* the field has this provenance and this value; true for several claims if they agree */
} mk_claim;

/* A list as described in makala.h: the claims that were considered, those in JSON-LD last. */
MK_API mk_status mk_claims(mk_page *page, size_t *n);
MK_API const mk_claim *mk_claim_at(const mk_page *page, size_t i);

/* ---- Articles without their pages ---- */

/*
 * Packs the kept blocks, readers' comments and pictures of the article, or with all_blocks all blocks, into a few bytes, from which
 * mk_unpack() makes a page that has the same documents, lists, structure and chunks.  Afterwards the page holds no article, so read
 * what else is needed of the record before.  *out belongs to the page (see Lifetime in makala.h).
 */
MK_API mk_status mk_pack(mk_page *page, bool all_blocks, mk_str *out);

/* Makes the page hold the article that mk_pack() packed, from len bytes at packed, which are copied.  Blocks are numbered without
 * those that were not packed; there is no source, and of the record there are only the fields that are written from blocks. */
MK_API mk_status mk_unpack(mk_page *page, const void *packed, size_t len);

/* ---- To be removed ---- */

/* The record as the stages fill it, for tests.  Bindings use mk_string(), mk_strings(), mk_number() and mk_provenance(). */
typedef struct mk_list {
	const mk_str *items;
	size_t n;
} mk_list;

typedef struct mk_article {
	mk_str url, canonical_url, hostname; /* absolute http(s) addresses; host of canonical_url; if that is missing, of url */
	mk_str title;                        /* white space collapsed */
	mk_list authors;                     /* names, as the page writes them */
	mk_str date_published, date_modified; /* ISO 8601 */
	mk_str date_raw;                     /* the text that date_published was read from */
	mk_str language;                     /* the more credible of the next two ("sw", "pt-BR") */
	mk_str language_declared;            /* as the page declares it, in a lang attribute or the like */
	mk_str language_detected;            /* language of the text; missing without a language detector */
	float language_score;                /* how sure the detector is, 0 to 1; 0 if nothing was detected */
	mk_str direction;                    /* "ltr" or "rtl" */
	mk_str site_name, description;
	mk_list categories, tags;
	mk_str license;                      /* an absolute address, or the wording */
	mk_str image, next_page;             /* absolute addresses of the main picture and of the next page of the same article */
	mk_str charset;                      /* WHATWG name of the encoding used, lower case ("utf-8") */
	const char *charset_source;          /* "option", "bom", "http", "meta", "valid-utf-8", "detected" or "default" */
	const char *title_source, *authors_source, *date_published_source, *date_modified_source;
	const char *language_source, *direction_source, *canonical_url_source, *next_page_source;
	const char *site_name_source, *description_source, *categories_source, *tags_source, *license_source, *image_source;
	mk_input_type input_type;            /* the format that the input was read as: MK_INPUT_HTML or MK_INPUT_TEXT */
	mk_verdict verdict;
	mk_page_type page_type;
	float confidence;                    /* expected F1 of the balanced view, 0 to 1; 0 without words */
	uint32_t n_blocks, n_kept;
	uint32_t warnings;                   /* mk_warning bits */
} mk_article;

/* The record of the last mk_extract(); NULL if that failed or was never called. */
MK_API const mk_article *mk_article_of(const mk_page *page);

#ifdef __cplusplus
}
#endif
#endif
