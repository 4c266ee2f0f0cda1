/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mark.h - what an element says of itself, by its tag, role, style and names: landmarks and groups of words.
 */
#ifndef MAKALA_CUE_H
#define MAKALA_CUE_H

#include "dom.h"
#include "tables/words.h"

/* What a block may stand in that tells content from furniture.  A mark is one of these, or N_LANDMARKS + enum word_group. */
enum landmark {
	LANDMARK_ARTICLE,
	LANDMARK_MAIN,
	LANDMARK_SECTION,
	LANDMARK_ASIDE,
	LANDMARK_NAV,
	LANDMARK_HEADER,
	LANDMARK_FOOTER,
	LANDMARK_FORM,
	LANDMARK_DIALOG,
	LANDMARK_CELL,
	LANDMARK_ITEM,
	LANDMARK_FIGURE,
	LANDMARK_CONTROL, /* button, select, fieldset, summary, or a role of that kind */
	LANDMARK_HEADING,
	LANDMARK_HIDDEN,     /* cue_hides() */
	LANDMARK_ITEM_SCOPE, /* microdata */
	LANDMARK_ITEM_BODY,  /* itemprop articleBody, text, description, reviewBody */
	LANDMARK_LANGUAGE,   /* lang */
	N_NEAR_LANDMARKS,    /* blocks have columns for those above */
	LANDMARK_TABLE = N_NEAR_LANDMARKS,
	LANDMARK_LIST,
	LANDMARK_QUOTE,
	LANDMARK_DETAILS,
	LANDMARK_NOSCRIPT,
	LANDMARK_ARIA_HIDDEN, /* shown, but kept from screen readers: decoration */
	LANDMARK_LINK         /* a[href] around blocks */
};

#define N_LANDMARKS ((int)LANDMARK_LINK + 1) /* not an enumerator, since values of another enum are added to it */

#define N_WORD_CUES (WORD_DOCS + 1) /* groups of words that are marks come first */
#define CUE_WORDS (((uint64_t)1 << N_WORD_CUES) - 1)
#define N_CUES (N_LANDMARKS + N_WORD_CUES)
#define N_NEAR_WORDS (WORD_BIO + 1) /* groups of words that blocks have columns for come first */

#define WORD_BIT(group) ((uint64_t)1 << WORD_##group)

struct cues {
	uint64_t landmarks; /* bits of enum landmark */
	uint64_t words;     /* bits of enum word_group */
	uint32_t name;      /* hash of the class attribute */
};

/* The groups of words in a name. */
uint64_t cue_words(const char *p, size_t len);

#define CUE_CACHE_BITS 10
#define CUE_CACHE (1 << CUE_CACHE_BITS)

/* Class and id values that were taken apart before, by hash; a later one takes the place of an earlier. */
struct cue_cache {
	struct {
		uint64_t hash, words;
	} slots[CUE_CACHE];
};

/* Kinds of things that structured data and og:type name. */
enum schema {
	SCHEMA_ARTICLE,
	SCHEMA_NEWS,
	SCHEMA_BLOG,
	SCHEMA_PRODUCT,
	SCHEMA_OFFER,
	SCHEMA_FORUM,
	SCHEMA_LIST,
	SCHEMA_QUESTIONS,
	SCHEMA_ORGANIZATION,
	SCHEMA_SERVICE,
	SCHEMA_EVENT,
	SCHEMA_RECIPE,
	SCHEMA_VIDEO,
	SCHEMA_PERSON,
	SCHEMA_GUIDE,
	SCHEMA_REVIEW,
	SCHEMA_WEBSITE,
	SCHEMA_COMMENT,
	SCHEMA_OG_ARTICLE,
	SCHEMA_OG_PRODUCT,
	SCHEMA_OG_WEBSITE,
	N_SCHEMAS
};

/* What a page is said to be about, as bits of enum schema: by an itemtype, by a text of JSON-LD, by a meta element. */
uint32_t schema_of_type(mk_str type);
uint32_t schema_of_meta(const struct node *n);

/* The marks of an HTML element.  cache must be zeroed before its first use on a page. */
struct cues cue_element(struct cue_cache *cache, const struct node *n);

/* cue_words() of an attribute's value, by way of the cache. */
uint64_t cue_value(struct cue_cache *cache, const struct attr *a);

/* Whether an element's attributes say that it is not shown: hidden, or a style with display:none or visibility:hidden. */
bool cue_hides(const struct node *element);

/* Whether n or an element above it does. */
bool cue_is_hidden(const struct node *n);

#endif
