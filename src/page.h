/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - struct mk_page, which all stages share, and the types of its fields.
 *
 * A stage reads the input and the fields that earlier stages have filled, and writes only its own fields.  Stages of an HTML page,
 * in the order in which extract_html() in makala.c calls them (article.… are the fields of the record):
 *
 *	decode_page()             bytes -> text, is_binary, article.charset
 *	tree_build()              text -> document, n_elements, n_texts, names
 *	meta_open()               -> facts, empty; block_split() fills them through meta_note() during its walk
 *	block_split()             document -> blocks, containers, images, facts, schema, overlap, room
 *	meta_read()               facts, blocks -> article.title, authors, addresses, description, direction …
 *	feature_measure()         blocks, containers, overlap -> measure, from which feature rows are computed
 *	model_score()             feature rows -> block.pub.score: initial scores, then refined ones, which also know the initial
 *	                          scores of the blocks around
 *	choose_cut()              scores -> cut
 *	model_judge()             features, cut -> type, article.confidence
 *	byline_date()             type, claims, blocks -> article.date_published, date_modified, date_raw
 *	language_find()           blocks above the cut -> article.language, language_detected, language_score
 *	comment_find()            type, containers, scores -> block.role
 *	picture_find()            document -> images: adds elements that a script turns into pictures
 *	choose_blocks()           cut, type, role, images -> block.pub.keep and reason, article.n_kept, verdict, page_type
 *	outline_check_tables()    keep -> article.warnings: whether a kept table is too large to be written as a table
 *	list_check_addresses()    document, longest_address -> article.warnings: whether an address is too long to be written
 *	choose_embedded()         n_embedded -> keep and reason of the blocks of embedded text, article.n_blocks
 *
 * Stages of a plain-text input, in the order in which extract_plain_text() calls them after decode_page():
 *
 *	plain_text_build()        text -> document, plain_text: lines that belong together become p and li elements
 *	block_split()             as above; there are no facts to note
 *	plain_text_score()        blocks, lines -> block.pub.score, plain_text.title
 *	choose_cut()              as above
 *	plain_text_judge()        cut -> article.confidence; type is always MK_PAGE_NONE
 *	language_find()           as above
 *	plain_text_read()         lines, scores -> article.title, authors, dates; plain_text.pictures; block.role
 *	choose_blocks()           as above
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

/* A block-level element and the blocks inside it.  Containers are numbered in document order, parents first; container 0 is the
 * document. */
struct container {
	const struct node *node;
	const uint16_t *near; /* by cue: depth + 1 of the nearest container with it, this one included; 0: there is none */
	uint64_t landmarks, words; /* cues of this container and those around it, as bits of enum landmark and enum word_group */
	uint32_t parent;      /* the container around it; 0 for container 0 */
	uint32_t wider;       /* the nearest container around it that holds more blocks; 0 for container 0 */
	uint32_t first, end;  /* its blocks: first … end - 1 */
	uint32_t name;        /* hash of tag and class attribute */
	uint32_t path;        /* hash of the tags from the document down to it */
	uint16_t depth;       /* number of containers around it */
};

/* Number of steps from c up to the nearest container with this cue, 0 for c itself; -1 if there is no such container. */
static inline int container_distance(const struct container *c, unsigned cue)
{
	return c->near[cue] ? c->depth + 1 - c->near[cue] : -1;
}

/* Why a block stays out of the article whatever its score is; ROLE_ARTICLE if nothing speaks against it. */
enum role {
	ROLE_ARTICLE,
	ROLE_COMMENT,        /* a reader's comment */
	ROLE_AROUND_COMMENT, /* among comments, but not one itself: a button, a form, a link */
	ROLE_FIELD           /* plain text only: its text became a field of the record */
};

/* N_CHAR_KINDS rounded up to a multiple of 4, the number of 32-bit integers that a vector register adds at a time. */
#define CHAR_KINDS_ROOM ((N_CHAR_KINDS + 3) / 4 * 4)

/* The public part of a block, its place in the tree, and counts for features.  Writers walk from … to in document order. */
struct block {
	mk_block pub;
	const struct node *from, *to; /* first and last text node, inclusive; often the same one */
	const struct node *box;       /* nearest block-level ancestor of from: p, li, td, pre, div … */
	uint32_t container;           /* the container of box, index into pg->containers */
	uint32_t kinds[CHAR_KINDS_ROOM]; /* number of characters of each enum char_kind; zeros after the last kind */
	uint32_t n_link_words;        /* words inside a[href] */
	uint32_t n_bold_words;        /* words inside b or strong */
	uint32_t n_capital_words;     /* words that begin with a capital */
	uint32_t n_shouted_words;     /* words of two or more letters, all capitals */
	uint32_t n_digit_words;       /* words with a digit */
	uint32_t n_years;             /* numbers from 1900 to 2099 */
	uint32_t longest_word;        /* characters */
	uint32_t n_links;             /* a[href] elements that begin in it */
	uint32_t images_before;       /* pictures on the page before its first character */
	uint32_t controls_before;     /* input and textarea elements before its first character */
	uint32_t hash;                /* hash of its text */
	uint32_t same;                /* index of the first block with the same text; its own index if that is this block */
	uint32_t copies;              /* number of other blocks with the same text */
	uint32_t section;             /* index of its heading: itself or the nearest before it; 0 if there is none */
	uint8_t first_kind;           /* enum char_kind of its first character */
	uint8_t last_kind;            /* of its last character that is not CHAR_BRACKET, CHAR_MARK or CHAR_OTHER */
	bool ends_with_stop;          /* last_kind ends a sentence */
	bool ends_with_bracket;       /* its last character is a closing bracket */
	uint8_t role;                 /* enum role */
};

/* A picture and its place: after blocks[before - 1], and in or before blocks[before]. */
struct image {
	const struct node *node; /* img, or an element that a script turns into a picture (amp-img) */
	uint32_t before;
	uint8_t captioned; /* picture_has_caption(), once asked for: 1 no, 2 yes; 0 before that */
};

/* The name of an element that the HTML standard does not know, in lower case. */
struct tag_name {
	const char *p;
	uint32_t len;
	bool is_picture; /* one of several parts separated by hyphens is "img" or "image", as in amp-img */
	bool has_prefix; /* it has a colon, as in dc:title */
};

/* Bytes that the stages after the tree take for a block and its container, at a guess. */
#define BLOCK_BYTES 960

/* Scores are counted in CUT_BUCKETS buckets of equal width, from 0 to 1; the cut lies between two buckets. */
#define CUT_BUCKETS 1024
static inline uint32_t cut_bucket(float score)
{
	const int i = (int)(score * CUT_BUCKETS);
	return (uint32_t)(i < 0 ? 0 : i >= CUT_BUCKETS ? CUT_BUCKETS - 1 : i);
}

/* The cut of the balanced view, and sums over all blocks with words and over those at or above the cut. */
struct cut {
	uint32_t bucket;      /* the lowest bucket that is kept */
	float expected_f1;
	uint32_t n_blocks, n_kept;
	uint32_t n_changes;   /* changes between kept and dropped from one block to the next, in page order */
	double words, kept_words;
	double likely, kept_likely; /* sums of words times score */
	double unsure_words;  /* words of blocks with a score between 0.2 and 0.8 */
};

/* All memory that the fields point to is in the arena, except the caller's strings and an input that is read in place.  begin() in
 * makala.c prepares the struct for the next input. */
struct mk_page {
	struct arena arena;
	mk_options options; /* with defaults filled in; url and input are copies in the arena, the other strings are the caller's */
	size_t memory; /* bytes that the page may take: max_arena_bytes, or less for a short input */
	size_t most_memory; /* bytes that the stages may take: the rest is left to the writers and lists */
	bool has_article; /* the last mk_extract() succeeded, so results may be read */
	char error[128]; /* mk_error() */

	/* decode */
	const char *text; /* UTF-8; at least MK_PADDING NUL bytes follow, so scanners need no end check */
	uint32_t text_len;
	bool is_binary; /* the input looks like binary data, not text */

	/* tree, plain_text */
	struct plain_text *plain_text; /* NULL for HTML */
	struct node *document;
	bool is_fragment; /* mk_parse_fragment(): the children of document's only child are the fragment */
	uint32_t n_boxes; /* elements of block level, to estimate the number of blocks */
	uint32_t n_elements, n_texts; /* nodes made, upper bounds for the numbers of containers and blocks */
	struct tag_name *names; /* names of tags from N_TAGS on, the unknown elements, in order of appearance */
	uint32_t n_names;

	/* meta */
	struct facts *facts; /* the page's claims about itself; NULL in plain text until plain_text_read() */
	struct surroundings *place; /* the title's heading and the blocks around it that may hold a byline */
	mk_str base_url; /* base of relative links; {NULL, 0} when unknown */

	/* all stages: each fills some fields of the record */
	mk_article article;

	/* block */
	struct block *blocks;
	struct container *containers;
	uint32_t n_containers;
	size_t longest_address; /* bytes of the longest address in a link or picture, with exceptions: see note_address() */
	uint32_t n_embedded; /* blocks of embedded text, after all others; article.n_blocks does not count them until choose_embedded() */
	struct image *images;
	uint32_t n_images, n_controls, n_media; /* controls: input and textarea; media: iframe, video, audio, object and embed */
	uint32_t n_with_cue[N_CUES]; /* number of containers that have the cue themselves */
	struct cue_cache *cue_cache;
	uint32_t schema; /* bits of enum schema: the types that structured data and og:type declare for the page */
	struct overlap overlap; /* texts of the page's structured data, to compare blocks with */
	void *room; /* feature_bytes() bytes, set aside for feature_measure() */

	/* feature */
	struct measure *measure;

	/* model: model_score() */
	struct survey *survey; /* sums over all blocks, for model_judge() */
	float *contributions; /* the row that model_contributions() fills and returns */

	/* choose: choose_cut() */
	struct cut cut;

	/* model: model_judge() */
	mk_page_type type; /* page type, provided that the verdict is content */

	/* pack: mk_unpack() */
	const struct picture *pictures; /* for each of images what picture_read() found; NULL for a page that was not unpacked */
	uint32_t packed_len; /* text_len of the page that was packed; 0 for a page that was not unpacked */

	/* Results made on request after mk_extract(); NULL until then. */
	unsigned frugal; /* number of times that the result in work has run out of memory; each time its budget is halved */
	const struct written *written;
	mk_image *image_list;
	mk_link *link_list;
	mk_structure *structure_list;
	mk_claim *claim_list;
	mk_chunk *chunk_list;
	size_t n_image_list, n_link_list, n_claim_list, n_chunk_list;
	mk_str warning_names[MK_N_WARNINGS];
};

/* The first block that begins at or after byte src of the page's text; the number of blocks if there is none. */
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

/*
 * The stages, in order.  decode_utf8() and tree_build_fragment() replace the first two for mk_parse_fragment(); its input is UTF-8.
 * lean is false for mk_parse(), which must return the standard's tree, and true for mk_extract().  It leaves out attributes and
 * white space that no later stage reads (see struct tokenizer), reads text from a script if the page has next to no text of its own
 * (script.c), and takes <script/> in XHTML as an empty element.
 */
void decode_page(mk_page *pg, const char *bytes, size_t len);
void decode_utf8(mk_page *pg, const char *bytes, size_t len);
/* decode: a copy in the arena of a caller's string, which is valid only during the call; NULL for NULL.  U+FFFD replaces each byte
 * that is not UTF-8, so that records are. */
char *decode_string(mk_page *pg, const char *string);
void tree_build(mk_page *pg, bool lean);
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
void choose_embedded(mk_page *pg);
void list_check_addresses(mk_page *pg);

/* plain_text: whether the input is plain text, and the stages for it.  meta_read_lines() is a step of plain_text_read(): it finds
 * addresses, bylines and dates.  heading is the block they are looked for around, UINT32_MAX if there is none. */
bool plain_text_is_text(const mk_page *pg);
void plain_text_build(mk_page *pg);
void plain_text_score(mk_page *pg);
void plain_text_judge(mk_page *pg);
void plain_text_read(mk_page *pg);
void meta_read_lines(mk_page *pg, uint32_t heading);

/* plain_text; feature and model for HTML: the feature row of block i, and the contribution of each column to its score.  Valid
 * until the next call. */
const float *plain_text_row_of(mk_page *pg, uint32_t i);
const float *plain_text_contributions(mk_page *pg, uint32_t i);
const float *feature_row(mk_page *pg, uint32_t i);
const float *model_contributions(mk_page *pg, uint32_t i);

/* model: scores blocks without words; each gets the lower of the scores of the nearest blocks with words before and after it. */
void model_score_wordless(mk_page *pg);

/* The output of a writer, kept so that the same call again returns the same string.  fields and flags are the arguments of the
 * call. */
struct written {
	const struct written *next;
	mk_str text;
	const mk_span *spans; /* FORM_FIELD only */
	size_t most; /* budget of the output in bytes */
	size_t n_spans;
	uint64_t fields;
	unsigned flags;
	enum form {
		FORM_FIELD, /* text, Markdown, HTML or comments */
		FORM_VALUE, /* one field as JSON */
		FORM_RECORD /* a JSON record */
	} form;
};

/* written: the kept output of the same call, NULL if there is none. */
const struct written *written_find(const mk_page *pg, enum form form, uint64_t fields, unsigned flags);

/* written: begins an output in b, which has room for expected bytes at first and grows; written_keep() ends and keeps it. */
struct written *written_begin(mk_page *pg, enum form form, uint64_t fields, unsigned flags, size_t expected, struct buf *b);
const struct written *written_keep(mk_page *pg, struct written *w, const struct buf *b);

/* written: the kept text, Markdown, HTML or comments; runs the writer if there is none.  Without memory it leaves through
 * pg->arena.escape. */
const struct written *written_field(mk_page *pg, uint64_t field, unsigned flags);

/* written: text, Markdown, HTML or comments with a smaller budget than usual, in the arena; it is not kept. */
mk_str written_short(mk_page *pg, uint64_t field, unsigned flags, size_t most);

/* The budget of an output in bytes.  The sum cannot overflow: a page's text has less than 2^32 bytes. */
#define OUTPUT_ASKED(pg) (16 * ((uint64_t)(pg)->text_len + (pg)->packed_len) + (1 << 20))
#define OUTPUT_MOST(pg) ((size_t)(OUTPUT_ASKED(pg) < SIZE_MAX / 8 ? OUTPUT_ASKED(pg) : SIZE_MAX / 8))

/* The bytes that an output may have because of the memory that is left.  A growing buffer takes up to twice its final size, and the
 * edges, spans and addresses of its blocks as much again. */
static inline size_t output_room(const mk_page *pg)
{
	return arena_room(&pg->arena) / 3 >> pg->frugal;
}

/* The writers.  Each appends to b; Markdown, text and HTML also store in w the spans of the blocks they write. */
void markdown_write(mk_page *pg, unsigned flags, struct buf *b, struct written *w);
void text_write(mk_page *pg, bool comments, struct buf *b, struct written *w); /* comments: write those, not the article */
void html_write(mk_page *pg, unsigned flags, struct buf *b, struct written *w);
void json_write(mk_page *pg, uint64_t fields, unsigned flags, struct buf *b);
void json_value(mk_page *pg, uint64_t field, unsigned flags, struct buf *b);
void json_chunks(mk_page *pg, struct buf *b);
void dump_write(mk_page *pg, struct buf *b);

/* record: the value of a field, which must be of the type that the function is for.  record_number() returns NaN for a missing
 * value, record_source() NULL for a missing provenance. */
mk_str record_string(mk_page *pg, uint64_t field, unsigned flags);
mk_list record_strings(mk_page *pg, uint64_t field);
double record_number(const mk_page *pg, uint64_t field);
const char *record_source(const mk_page *pg, uint64_t field);
bool record_has_source(uint64_t field);

/* record: set mk_error() and return the status. */
__attribute__((format(printf, 3, 4))) mk_status record_fail(mk_page *pg, mk_status status, const char *format, ...);
mk_status record_no_memory(mk_page *pg);

/* record: returns MK_OK and clears mk_error() if the page holds an article; otherwise returns MK_BAD_ARGUMENT and says so in
 * mk_error(). */
mk_status record_ready(mk_page *pg);
/* record: the same for a function that sets *out, which becomes a missing string; out must not be NULL. */
mk_status record_ready_for(mk_page *pg, mk_str *out);
/*
 * record: copies the options of a caller, of which its struct has the first `given_size` bytes, to the `size` bytes at `options`.
 * The caller may be compiled against another version of makala.h: members that its struct lacks become zero, and members that this
 * library does not know must be zero, since it cannot do what they ask for.  given may be NULL.
 */
mk_status record_options(mk_page *pg, void *options, size_t size, const void *given, size_t given_size);

/*
 * A public function that makes results begins with RESULTS_TRY().  If the memory limit is reached, everything made since is given
 * back and the function continues after RESULTS_TRY() again, with a smaller budget; when that does not help or the allocator has
 * refused, it sets mk_error() and runs FAIL, which must leave the function.  It is a macro because the function that calls setjmp()
 * must still be running.
 */
#define RESULTS_TRY(pg, FAIL)                                                                                                      \
	const struct results_before before = results_before(pg);                                                                   \
	if (setjmp((pg)->arena.escape) && !results_again(pg, &before))                                                             \
		FAIL

struct results_before {
	struct arena_mark mark;
	const struct written *written;
	mk_image *image_list;
	mk_link *link_list;
	mk_structure *structure_list;
	mk_claim *claim_list;
};
struct results_before results_before(mk_page *pg);
bool results_again(mk_page *pg, const struct results_before *before);

/* Body of a public function that makes a list (mk_images() …): checks its arguments and calls MAKE.  It is a macro because the
 * function that calls setjmp() must still be running while the list is made. */
#define LIST_PUBLIC(pg, n, MAKE, LENGTH)                                                                                           \
	do {                                                                                                                       \
		if (n)                                                                                                             \
			*(n) = 0;                                                                                                  \
		mk_status status = record_ready(pg);                                                                               \
		if (status)                                                                                                        \
			return status;                                                                                             \
		if (!(n))                                                                                                          \
			return record_fail(pg, MK_BAD_ARGUMENT, "n: is NULL");                                                            \
		RESULTS_TRY(pg, return MK_NO_MEMORY);                                                                              \
		MAKE(pg);                                                                                                          \
		*(n) = LENGTH;                                                                                                     \
		return MK_OK;                                                                                                      \
	} while (0)

/* Attributes with the address of a picture; the last two are lists of addresses. */
static const enum attr_id picture_attrs[] = {ATTR_SRC, ATTR_DATA_SRC, ATTR_DATA_LAZY_SRC, ATTR_DATA_ORIGINAL, ATTR_SRCSET, ATTR_DATA_SRCSET};

/* list: make the lists of pictures and links on the first call; later calls do nothing. */
void list_images(mk_page *pg);
void list_links(mk_page *pg);

/* claim: note an HTML element's claims about the page; those of all elements inside root, without root itself and the contents of
 * templates. */
void meta_note(mk_page *pg, const struct node *n);
void meta_note_inside(mk_page *pg, const struct node *root);

/* caption: drops captions of pictures from an article; a step of choose_blocks(). */
void caption_drop(mk_page *pg);

/* choose: the lowest bucket to keep for the current scores, and the expected F1 of that cut. */
uint32_t choose_bucket(const mk_page *pg, float *expected_f1);

/* choose: whether a score is at or above the cut of the balanced view. */
bool choose_is_above(const mk_page *pg, float score);

/* script: of the strings in the tree's scripts that hold HTML the one with the most text, in the arena and padded; {NULL, 0} if
 * there is none.  *src is the byte of the page's text that its first byte is taken to be, since nodes need a place in the page. */
mk_str script_html(mk_page *pg, uint32_t *src);

/* title: compares only the letters and digits of two texts.  Returns how many bytes of these they have if they are the same,
 * otherwise 0. */
size_t title_is_same(mk_str one, mk_str other);

/* title: the letters and digits of s that title_is_same() compares. */
mk_str title_letters_of(struct arena *a, mk_str s);

/* decode: whether label, in any case and with white space around it, names an encoding of the Encoding Standard. */
bool decode_is_label(const char *label, size_t len);

#endif
