/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claim.h - what a page claims about itself: noted by claim.c, judged by title.c, byline.c and meta.c.
 */
#ifndef MAKALA_CLAIM_H
#define MAKALA_CLAIM_H

#include "jsonld.h"

/* Where a claim stands; the names in provenance. */
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
	FROM_BYLINE,    /* an element whose class or id says so */
	FROM_TEXT,      /* a line near the heading */
	FROM_URL,
	FROM_TITLE,
	FROM_H1,
	FROM_HTML,      /* attributes of html and body */
	N_SOURCES
};

enum claim_field {
	CLAIM_TITLE,
	CLAIM_AUTHOR,
	CLAIM_PUBLISHED,
	CLAIM_CREATED,
	CLAIM_MODIFIED,
	CLAIM_DATE,        /* some date: time elements, classes */
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
	mk_str value;            /* as written; {NULL, 0}: the text of node */
	const struct node *node; /* NULL in JSON-LD */
	uint8_t field, source;
	bool again;              /* goes on with the list of the claim before it */
};

#define CLAIMS_MOST 40 /* of one field */
#define CLAIM_LONGEST 1024 /* bytes of text; what is longer is a page that an unclosed element swallowed */
#define HEADINGS_MOST 6

struct facts {
	struct claim *claims;
	uint32_t n_claims, n_of[N_CLAIM_FIELDS];
	struct jsonld ld;
	uint32_t main;              /* the object of ld that is about this page, LD_NONE if there is none */
	bool is_work;               /* that object is an article, a posting or the like */
	mk_str base;
	const struct node *title;   /* the title element */
	const struct node *headings[HEADINGS_MOST]; /* the first h1 elements */
	uint32_t n_headings;
	mk_str title_text, og_title, site;
	const struct node *heading; /* the h1 that was taken for the title's, NULL if none was */
	uint32_t heading_block;     /* the block that says the title, UINT32_MAX when none does */
};

const char *meta_source_name(enum source source);

/* The first claim of a field from i on; NULL at the end. */
const struct claim *meta_next(const struct facts *f, enum claim_field field, uint32_t *i);

/* A claim as text: white space collapsed; {NULL, 0} when there is none, or more than a line. */
mk_str meta_claim_text(struct arena *a, const struct claim *c);

/* The text that a reader sees in root; missing when there is none, or more than a line. */
mk_str meta_node_text(struct arena *a, const struct node *root);

/* Whether a property belongs to a comment, or to another thing than the page's own, as the scopes around it tell. */
bool meta_is_foreign(const struct node *n);

#endif
