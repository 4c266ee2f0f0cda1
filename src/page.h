/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - the one struct that the stages share, and the types in it.
 *
 * Each stage reads fields written above its own and writes its own only:
 *
 *	decode_page()     bytes      -> text, charset
 *	tree_build()      text       -> document
 *	block_split()     document   -> blocks, images
 *	meta_read()       document, blocks -> article.title, authors, dates, addresses, language …
 *	feature_measure() blocks     -> measure: what feature_row() needs
 *	model_score()     features   -> block.score
 *	choose_blocks()   scores     -> block.keep, block.reason, article.verdict, confidence
 */
#ifndef MAKALA_PAGE_H
#define MAKALA_PAGE_H

#include "arena.h"
#include "dom.h"

#include <string.h>

/* What a block may stand in that tells content from furniture. */
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
	LANDMARK_TABLE,
	LANDMARK_LIST,
	LANDMARK_FIGURE,
	LANDMARK_QUOTE,
	LANDMARK_NOSCRIPT,
	LANDMARK_HIDDEN, /* display:none, hidden, aria-hidden */
	LANDMARK_LINK,   /* a[href] around blocks */
	N_LANDMARKS
};

#define LANDMARK_NONE 255

/* A block-level element and the blocks in it: first … end - 1.  Container 0 is the document. */
struct container {
	const struct node *node;
	uint32_t parent;               /* the container around it */
	uint32_t wider;                /* the nearest one around it that holds more blocks; 0's is 0 */
	uint32_t first, end;
	uint8_t distance[N_LANDMARKS]; /* containers up to the nearest such element, 0 this one, LANDMARK_NONE if there is none */
};

/* The public part of a block and where it came from.  Writers walk from…to in document order. */
struct block {
	mk_block pub;
	const struct node *from, *to; /* first and last leaf: text, br or img; inclusive; from == to is common */
	const struct node *box;       /* nearest block-level ancestor of from: p, li, td, pre, div … */
	uint32_t container;           /* of box, index into pg->containers */
	uint32_t n_chars;             /* code points of text, white space not counted */
	uint32_t n_link_words;        /* words inside a[href] */
	uint32_t n_links;
	uint32_t n_stops;             /* sentence ends: . ! ? and their like in other scripts */
	uint32_t n_commas;
	uint32_t n_digits;            /* decimal digits */
	uint32_t hash;                /* of text: equal texts have equal hashes */
	uint32_t same;                /* the first block with the same text, itself if none before it has */
	uint32_t section;             /* the heading it stands under, or the first block */
	bool ends_with_stop;
};

/* A picture and its place: it stands before blocks[before], after blocks[before - 1]. */
struct image {
	const struct node *node; /* the img element */
	uint32_t before;
};

struct tag_name {
	const char *p;
	uint32_t len;
};

struct mk_page {
	struct arena arena;
	mk_options options; /* strings in it live in the arena */
	bool has_article;

	/* decode */
	const char *text; /* UTF-8; text[text_len] and TEXT_PADDING bytes behind it are NUL, so scanners need no end check */
	uint32_t text_len;

	/* tree */
	struct node *document;
	bool is_fragment; /* mk_parse_fragment(): document's one child stands for the fragment */
	uint32_t n_elements, n_texts; /* nodes made, which bounds containers and blocks */
	struct tag_name *names; /* of tags from N_TAGS on: unknown elements, in order of appearance */
	uint32_t n_names;

	/* meta */
	mk_str base_url; /* what relative links are relative to; {NULL, 0} when unknown */

	/* meta, choose */
	mk_article article;

	/* blocks */
	struct block *blocks;
	struct container *containers;
	uint32_t n_containers;
	struct image *images;
	uint32_t n_images;

	/* features */
	struct measure *measure;
};

#define TEXT_PADDING 64

static inline void warn(mk_page *pg, mk_warning warning)
{
	pg->article.warnings |= (uint32_t)warning;
}

/* The stages, in order. */
void decode_page(mk_page *pg, const char *bytes, size_t len);
void decode_utf8(mk_page *pg, const char *bytes, size_t len); /* for fragments: UTF-8, nothing to find out */
void tree_build(mk_page *pg);
void tree_build_fragment(mk_page *pg, const char *context);
void meta_read(mk_page *pg);
void block_split(mk_page *pg);
void feature_measure(mk_page *pg);
void model_score(mk_page *pg);
void choose_blocks(mk_page *pg);

/* The writers; each appends to b. */
void markdown_write(mk_page *pg, unsigned flags, struct buf *b);
void text_write(mk_page *pg, struct buf *b);
void html_write(mk_page *pg, unsigned flags, struct buf *b);
void json_write(mk_page *pg, uint64_t fields, unsigned flags, struct buf *b);
void dump_write(mk_page *pg, struct buf *b);

/* decode: whether label (any case, white space around it) names an encoding of the standard. */
bool decode_is_label(const char *label, size_t len);

#endif
