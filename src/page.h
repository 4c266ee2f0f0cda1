/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - the one struct that the stages share, and the types in it.
 *
 * Each stage reads fields written above its own and writes its own only:
 *
 *	decode_page()     bytes      -> text, charset
 *	tree_build()      text       -> document
 *	capture_build()   text       -> document, capture: instead of it, when the input is plain text
 *	meta_open()       nothing    -> facts, which block_split() has meta_note() fill
 *	block_split()     document   -> blocks, images, facts
 *	meta_read()       facts, blocks -> article.title, authors, addresses, language …
 *	feature_measure() blocks     -> measure: what the columns of blocks need
 *	model_score()     features   -> block.score, by way of a first guess, which feature_guess() turns into features
 *	choose_cut()      scores     -> cut
 *	model_judge()     cut        -> type, article.confidence
 *	byline_date()     type, claims -> article.date_published, date_modified, date_raw
 *	language_find()   cut        -> article.language, language_detected, language_score
 *	comment_find()    type       -> block.role
 *	capture_…         the same for captures, see capture.h; capture_read() fills article from lines and scores
 *	picture_find()    document   -> images: those that scripts make
 *	choose_blocks()   cut, role, images -> block.keep, block.reason, article.n_kept, verdict, page_type
 *	outline_check_tables() keep  -> article.warnings: whether a table of the text is too large to be drawn
 */
#ifndef MAKALA_PAGE_H
#define MAKALA_PAGE_H

#include "base/buf.h"
#include "base/search.h"
#include "../makala_debug.h"
#include "dom.h"
#include "cue.h"
#include "overlap.h"
#include "tables/unicode.h"

#include <string.h>

/* A block-level element and the blocks in it: first … end - 1.  Container 0 is the document. */
struct container {
	const struct node *node;
	const uint16_t *near; /* by mark: depth + 1 of the nearest container with it, this one counted; 0 for none.  N_CUES */
	uint64_t landmarks, words; /* the marks that near has, as bits of enum landmark and enum word_group */
	uint32_t parent;      /* the container around it */
	uint32_t wider;       /* the nearest one around it that holds more blocks; 0's is 0 */
	uint32_t first, end;
	uint32_t name;        /* hash of tag and class */
	uint32_t path;        /* hash of the tags from the document down to it */
	uint16_t depth;       /* containers around it */
};

/* Containers from c up to the nearest one with this mark, 0 for c itself; -1 where there is none. */
static inline int container_distance(const struct container *c, unsigned cue)
{
	return c->near[cue] ? c->depth + 1 - c->near[cue] : -1;
}

/* What a block is to the article, by what the page says of itself. */
enum role { ROLE_ARTICLE, ROLE_COMMENT, ROLE_AROUND_COMMENT, ROLE_FIELD }; /* the last: what a field of the record says, in captures */

/* As many as vector units add at a time. */
#define CHAR_KINDS_ROOM ((N_CHAR_KINDS + 3) / 4 * 4)

/* The public part of a block and where it came from.  Writers walk from…to in document order. */
struct block {
	mk_block pub;
	const struct node *from, *to; /* first and last leaf: text, br or img; inclusive; from == to is common */
	const struct node *box;       /* nearest block-level ancestor of from: p, li, td, pre, div … */
	uint32_t container;           /* of box, index into pg->containers */
	uint32_t kinds[CHAR_KINDS_ROOM]; /* characters of text by enum char_kind; zeros behind */
	uint32_t n_link_words;        /* words inside a[href] */
	uint32_t n_bold_words;        /* words inside b, strong */
	uint32_t n_capital_words;     /* words that begin with a capital */
	uint32_t n_shouted_words;     /* of two letters or more, all capitals */
	uint32_t n_digit_words;       /* words with a digit */
	uint32_t n_years;             /* numbers from 1900 to 2099 */
	uint32_t longest_word;        /* characters */
	uint32_t n_links;             /* a[href] that begin in it */
	uint32_t images_before;       /* pictures of the page before its first character */
	uint32_t controls_before;     /* fields to fill in, likewise */
	uint32_t hash;                /* of text: equal texts have equal hashes */
	uint32_t same;                /* the first block with the same text, itself if none before it has */
	uint32_t copies;              /* other blocks with the same text */
	uint32_t section;             /* the heading it stands under, or the first block */
	uint8_t first_kind;           /* enum char_kind of its first character */
	uint8_t last_kind;            /* of its last one but quotes and brackets */
	bool ends_with_stop;
	bool ends_with_bracket;       /* its last character is one */
	uint8_t role;                 /* enum role; all but ROLE_ARTICLE stays out of the text */
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

/* Scores are as fine as this where they are counted. */
#define CUT_BUCKETS 1024
static inline uint32_t cut_bucket(float score)
{
	const int i = (int)(score * CUT_BUCKETS);
	return (uint32_t)(i < 0 ? 0 : i >= CUT_BUCKETS ? CUT_BUCKETS - 1 : i);
}

/* Where the scores are cut, and what that makes of the blocks with words. */
struct cut {
	uint32_t bucket;      /* the lowest score that is kept */
	float expected_f1;
	uint32_t n_blocks, n_kept;
	uint32_t n_changes;   /* from kept to dropped or back, in page order */
	double words, kept_words;
	double likely, kept_likely; /* words times score */
	double unsure_words;  /* of blocks that score 0.2 to 0.8 */
};

struct mk_page {
	struct arena arena;
	mk_options options; /* strings in it live in the arena */
	bool has_article;
	char error[128]; /* mk_error() */

	/* decode */
	const char *text; /* UTF-8; text[text_len] and MK_PADDING bytes behind it are NUL, so scanners need no end check */
	uint32_t text_len;
	bool is_binary; /* the bytes are no text of any kind */

	/* tree */
	struct plain_text *plain_text; /* NULL for HTML */
	struct node *document;
	bool is_fragment; /* mk_parse_fragment(): document's one child stands for the fragment */
	uint32_t n_elements, n_texts; /* nodes made, which bounds containers and blocks */
	struct tag_name *names; /* of tags from N_TAGS on: unknown elements, in order of appearance */
	uint32_t n_names;

	/* meta */
	struct facts *facts; /* what the page claims of itself; of a capture NULL until its lines are read */
	struct surroundings *place; /* where title and byline stand, and what the page claims of them */
	mk_str base_url; /* what relative links are relative to; {NULL, 0} when unknown */

	/* meta, choose */
	mk_article article;

	/* blocks */
	struct block *blocks;
	struct container *containers;
	uint32_t n_containers;
	struct image *images;
	uint32_t n_images, n_controls, n_media;
	uint32_t n_with_cue[N_CUES]; /* containers by their own marks */
	struct cue_cache *cue_cache;
	uint32_t schema; /* bits of enum schema: what the page says it is about */
	struct overlap overlap;
	void *room; /* set aside for feature_measure(): feature_bytes() */

	/* features */
	struct measure *measure;

	/* model */
	struct survey *survey;
	float *contributions; /* for model_contributions() */

	/* choose */
	struct cut cut;

	/* model */
	mk_page_type type; /* what the page is if it has content */

	/* what was asked for after mk_extract(); NULL until then */
	const struct written *written;
	mk_image *image_list;
	mk_link *link_list;
	mk_structure *structure_list;
	mk_claim *claim_list;
	size_t n_image_list, n_link_list, n_claim_list;
	mk_str warning_names[MK_N_WARNINGS];
};

/* The first block that does not begin before byte src of the page; the number of blocks if there is none. */
static inline uint32_t block_from(const mk_page *pg, uint32_t src)
{
	size_t at;
	SEARCH(at, 0, pg->article.n_blocks, pg->blocks[at].pub.from < src);
	return (uint32_t)at;
}

static inline void warn(mk_page *pg, mk_warning warning)
{
	pg->article.warnings |= (uint32_t)warning;
}

/* The stages, in order. */
void decode_page(mk_page *pg, const char *bytes, size_t len);
void decode_utf8(mk_page *pg, const char *bytes, size_t len); /* for fragments: UTF-8, nothing to find out */
void tree_build(mk_page *pg, bool lean); /* lean: what nobody reads is left out, see struct tokenizer; but the text of a script is looked for */
void tree_build_fragment(mk_page *pg, const char *context);
void meta_open(mk_page *pg);
void block_split(mk_page *pg);
void meta_read(mk_page *pg);
void feature_measure(mk_page *pg);
void model_score(mk_page *pg);
void choose_cut(mk_page *pg);
void model_judge(mk_page *pg);
void byline_date(mk_page *pg);
void language_find(mk_page *pg);
void comment_find(mk_page *pg);
void picture_find(mk_page *pg);
void choose_blocks(mk_page *pg);
void outline_check_tables(mk_page *pg);

/* Captures: whether the input is one; and the stages that stand for those of HTML. */
bool plain_text_is_text(const mk_page *pg);
void plain_text_build(mk_page *pg);
void plain_text_score(mk_page *pg);
void plain_text_judge(mk_page *pg);
void plain_text_read(mk_page *pg);
void meta_read_lines(mk_page *pg, uint32_t heading); /* addresses, bylines, dates: heading is the block that they stand around */
const float *plain_text_row_of(mk_page *pg, uint32_t i);
const float *plain_text_contributions(mk_page *pg, uint32_t i);

/* feature, model: the row of a block of HTML, and what each column gave to its score. */
const float *feature_row(mk_page *pg, uint32_t i);
const float *model_contributions(mk_page *pg, uint32_t i);

/* model: gives blocks without words the scores of their neighbours. */
void model_score_wordless(mk_page *pg);

/* What was written, kept for the next time.  fields and flags are those of the call. */
struct written {
	const struct written *next;
	mk_str text;
	const mk_span *spans; /* of FORM_FIELD */
	size_t n_spans;
	uint64_t fields;
	unsigned flags;
	enum form { FORM_FIELD /* text, Markdown, HTML or comments */, FORM_VALUE /* one field as JSON */, FORM_RECORD } form;
};

/* Writes what was not written before, and leaves by the arena's escape when there is no memory. */
const struct written *write_once(mk_page *pg, enum form form, uint64_t fields, unsigned flags);

/* The writers; each appends to b, and those of the article put the spans of its blocks into w. */
void markdown_write(mk_page *pg, unsigned flags, struct buf *b, struct written *w);
void text_write(mk_page *pg, bool comments, struct buf *b, struct written *w); /* comments: these instead of the article */
void html_write(mk_page *pg, unsigned flags, struct buf *b, struct written *w);
void json_write(mk_page *pg, uint64_t fields, unsigned flags, struct buf *b);
void json_value(mk_page *pg, uint64_t field, unsigned flags, struct buf *b);
void dump_write(mk_page *pg, struct buf *b);

/* record: the value of a field, whose type must fit; number: NaN when missing. */
mk_str record_string(mk_page *pg, uint64_t field, unsigned flags);
mk_list record_strings(mk_page *pg, uint64_t field);
double record_number(const mk_page *pg, uint64_t field);
const char *record_source(const mk_page *pg, uint64_t field);
bool record_has_source(uint64_t field);

/* record: sets mk_error() and returns status. */
__attribute__((format(printf, 3, 4))) mk_status record_fail(mk_page *pg, mk_status status, const char *format, ...);
mk_status record_no_memory(mk_page *pg);

/* record: MK_OK when the page holds an article, and clears mk_error(). */
mk_status record_ready(mk_page *pg);

/* Checks the arguments of a function that makes a list, and makes it by MAKE.  A macro, since the setjmp must stand in a function that is
 * still running while the list is made. */
#define LIST_PUBLIC(pg, n, MAKE, LENGTH)                                                                                           \
	do {                                                                                                                       \
		if (n)                                                                                                             \
			*(n) = 0;                                                                                                  \
		mk_status status = record_ready(pg);                                                                               \
		if (status)                                                                                                        \
			return status;                                                                                             \
		if (!(n))                                                                                                          \
			return record_fail(pg, MK_BAD_ARGUMENT, "n: is NULL");                                                            \
		if (setjmp((pg)->arena.escape))                                                                                    \
			return record_no_memory(pg);                                                                                    \
		MAKE(pg);                                                                                                          \
		*(n) = LENGTH;                                                                                                     \
		return MK_OK;                                                                                                      \
	} while (0)

/* list: makes the lists of pictures and links if that has not been done. */
void list_images(mk_page *pg);
void list_links(mk_page *pg);

/* meta: notes what an HTML element says of the page; what all in root but root itself say, templates left out. */
void meta_note(mk_page *pg, const struct node *n);
void meta_note_inside(mk_page *pg, const struct node *root);

/* caption: drops the captions of an article's pictures; a step of choose_blocks(). */
void caption_drop(mk_page *pg);

/* choose: where the scores as they are would be cut, and the F1 to expect of that. */
uint32_t choose_bucket(const mk_page *pg, float *expected_f1);

/* choose: whether a score is above the cut of the balanced view. */
bool choose_is_above(const mk_page *pg, float score);

/* script: the longest text in HTML that is a string in a script of the tree, in the arena with padding behind it, and the place in the
 * page's text that its first byte counts as; {NULL, 0} if there is none. */
mk_str script_html(mk_page *pg, uint32_t *src);

/* title: how many bytes of letters and digits two texts have in common if they have no others, whatever stands between them; 0 if they differ. */
size_t title_is_same(mk_str one, mk_str other);

/* decode: whether label (any case, white space around it) names an encoding of the standard. */
bool decode_is_label(const char *label, size_t len);

#endif
