/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cue.h - cues: evidence about an element in its tag, role, style and names, as landmarks and word groups; and the kinds of pages
 * that structured data declares.
 */
#ifndef MAKALA_CUE_H
#define MAKALA_CUE_H

#include "dom.h"
#include "tables/words.h"

/* Elements around a block that help to tell content from boilerplate.  The number of a cue is one of these, or N_LANDMARKS +
 * enum word_group. */
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
	LANDMARK_CONTROL, /* button, select, fieldset, summary, or role button */
	LANDMARK_HEADING,
	LANDMARK_HIDDEN,     /* cue_hides() */
	LANDMARK_ITEM_SCOPE, /* microdata */
	LANDMARK_ITEM_BODY,  /* itemprop articleBody, text, description, reviewBody, mainEntityOfPage */
	LANDMARK_LANGUAGE,   /* any lang attribute */
	N_NEAR_LANDMARKS,    /* the landmarks above have near_ columns, those below do not */
	LANDMARK_TABLE = N_NEAR_LANDMARKS,
	LANDMARK_LIST,
	LANDMARK_QUOTE,
	LANDMARK_DETAILS,
	LANDMARK_NOSCRIPT,
	LANDMARK_ARIA_HIDDEN, /* aria-hidden: shown, but hidden from screen readers, so usually decoration */
	LANDMARK_LINK         /* a[href] that contains blocks; set by block_split(), not by cue_element() */
};

#define N_LANDMARKS ((int)LANDMARK_LINK + 1) /* not an enumerator: adding values of another enum to one gives compiler warnings */

#define N_WORD_CUES (WORD_DOCS + 1) /* number of word groups that are cues; these come first in words.def */
#define CUE_WORDS (((uint64_t)1 << N_WORD_CUES) - 1) /* the bits of these groups */
#define N_CUES (N_LANDMARKS + N_WORD_CUES)
#define N_NEAR_WORDS (WORD_BIO + 1) /* number of word groups that have name_ columns; these come first among the cues */

#define WORD_BIT(group) ((uint64_t)1 << WORD_##group)

struct cues {
	uint64_t landmarks; /* bits of enum landmark */
	uint64_t words;     /* bits of enum word_group */
	uint32_t name;      /* hash of the class attribute; 0 if there is none */
};

/* Returns the word groups of all words in a name, as bits of enum word_group. */
uint64_t cue_words(const char *p, size_t len);

#define CUE_CACHE_BITS 10
#define CUE_CACHE (1 << CUE_CACHE_BITS)

/* Word groups of attribute values seen before on the page, by hash of the value.  A page repeats the same classes on many
 * elements.  A new value overwrites the one in its slot. */
struct cue_cache {
	struct {
		uint64_t hash, words;
	} slots[CUE_CACHE];
};

/* Kinds of things that structured data and og:type declare, in the order of the schema_ columns. */
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

/* Return the kind that a schema.org type (from itemtype or JSON-LD; the part after the last / : or # counts) or a meta element
 * declares, as a bit of enum schema; 0 for others. */
uint32_t schema_of_type(mk_str type);
uint32_t schema_of_meta(const struct node *n);

/* Returns the cues of an HTML element.  cache must be zeroed before its first use on a page. */
struct cues cue_element(struct cue_cache *cache, const struct node *n);

/* Like cue_words(), for an attribute's value; a value that is in the cache is not read again. */
uint64_t cue_value(struct cue_cache *cache, const struct attr *a);

/* Reads whether an element's own attributes hide it: hidden, or a style with display:none or visibility:hidden.  tree.c keeps the
 * answer, which cue_hides() returns. */
bool cue_read_hides(const struct node *element);
static inline bool cue_hides(const struct node *element)
{
	return element->flags & NODE_HIDES;
}

/* Whether n or an ancestor is hidden in that way. */
bool cue_is_hidden(const struct node *n);

#endif
