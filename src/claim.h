/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claim.h - the claims of a page about itself: title, authors, dates and so on.  claim.c collects them while blocks are split;
 * title.c, byline.c and meta.c compare them and choose.
 */
#ifndef MAKALA_CLAIM_H
#define MAKALA_CLAIM_H

#include "jsonld.h"

/*
 * The source of a claim; meta_source_name() has the names that callers see as provenance.  Declarations come before FROM_TIME, on
 * which byline.c relies.
 */
enum source {
	FROM_JSON_LD,
	FROM_OG,
	FROM_META,
	FROM_DUBLIN_CORE,
	FROM_TWITTER,
	FROM_MICRODATA, /* and RDFa */
	FROM_REL,
	FROM_LINK,
	FROM_TIME,
	FROM_BYLINE,    /* an element whose class, id or rel names an author or a date */
	FROM_TEXT,      /* a line near the heading */
	FROM_URL,
	FROM_TITLE,
	FROM_H1,
	FROM_HTML,      /* attributes of <html> and <body> */
	N_SOURCES
};

enum claim_field {
	CLAIM_TITLE,
	CLAIM_AUTHOR,
	CLAIM_PUBLISHED,
	CLAIM_CREATED,
	CLAIM_MODIFIED,
	CLAIM_DATE,        /* a date of unknown meaning: time elements, classes */
	CLAIM_DESCRIPTION,
	CLAIM_SITE,
	CLAIM_CATEGORY,
	CLAIM_TAG,
	CLAIM_LICENSE,
	CLAIM_IMAGE,
	CLAIM_URL,
	CLAIM_NEXT,
	CLAIM_LANGUAGE,
	CLAIM_DIRECTION,
	N_CLAIM_FIELDS
};

struct claim {
	mk_str value;            /* as written, not copied; {NULL, 0}: the text of node is the value */
	const struct node *node; /* the element with the claim */
	uint8_t field, source;
};

#define CLAIMS_MOST 40 /* claims of one field */
#define CLAIM_LONGEST 1024 /* bytes of text; a longer text belongs to an unclosed element that contains the rest of the page */
#define HEADINGS_MOST 6

/* All that a page declares about itself; collected by meta_note(), completed by meta_read(). */
struct facts {
	struct claim *claims;       /* in page order */
	uint32_t n_claims, n_of[N_CLAIM_FIELDS];
	bool cut;                   /* something was left out: claims of a field, items of a list, or a title that is too long */
	struct jsonld ld;
	uint32_t main;              /* the object of ld that is about this page; LD_NONE if there is none */
	const mk_str *picture_files; /* for each picture of ld: the file name in its address; NULL before picture_find() */
	bool is_work;               /* the object `main` is an article, a posting or another work */
	mk_str base;                /* href of the first base element */
	const struct node *title;   /* the title element */
	const struct node *headings[HEADINGS_MOST]; /* the first h1 elements */
	uint32_t n_headings;
	mk_str title_text, og_title, site; /* texts of <title>, og:title, and og:site_name or application-name */
	const struct node *heading; /* the h1 that was chosen as the title; NULL if none was */
	uint32_t heading_block;     /* the block with the title as its text; UINT32_MAX if there is none */
};

/* The name of a source in provenance, such as "json-ld". */
const char *meta_source_name(enum source source);

/* The first claim of a field from index *i on; moves *i after it.  NULL if there are no more. */
const struct claim *meta_next(const struct facts *f, enum claim_field field, uint32_t *i);

/* A claim as text with white space collapsed; {NULL, 0} if it is empty or longer than CLAIM_LONGEST bytes. */
mk_str meta_claim_text(struct arena *a, const struct claim *c);

/* The text in root that readers see, in the same form; {NULL, 0} also if root is NULL or has more than 4096 nodes. */
mk_str meta_node_text(struct arena *a, const struct node *root);

/*
 * Whether a property describes a comment, review, answer, publisher or image instead of the page, judged by itemprop, itemtype and
 * typeof of the elements around it.
 */
bool meta_is_foreign(const struct node *n);

#endif
