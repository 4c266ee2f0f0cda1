/* SPDX-License-Identifier: Apache-2.0 */
/*
 * makala.h - bytes of a web page in, the article out.
 *
 *	mk_page *page = mk_page_new(NULL);
 *	if (mk_extract(page, bytes, len, NULL) == MK_OK) {
 *		mk_str md;
 *		if (mk_markdown(page, 0, &md) == MK_OK)
 *			fwrite(md.p, 1, md.len, stdout);
 *	}
 *	mk_page_free(page);
 *
 * Lifetime.  Everything that is read from an mk_page (strings, blocks, the article record) lives in that page until the next
 * mk_extract(), mk_parse(), mk_parse_fragment() or mk_page_free() on it.  The input bytes are copied: they may be freed as soon
 * as the call returns, unless the option in_place is set.
 *
 * Threads.  An mk_page belongs to one thread at a time; different pages may be used by different threads at once.  The library
 * has no globals and takes no locks.
 *
 * Determinism.  Results depend on the input bytes and the options only.
 */
#ifndef MAKALA_H
#define MAKALA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MK_VERSION_STRING "0.1.0"

/* On Windows, a DLL is built with MK_BUILD_DLL defined, and a program that uses it is compiled with MK_USE_DLL. */
#if defined(_WIN32)
#if defined(MK_BUILD_DLL)
#define MK_API __declspec(dllexport)
#elif defined(MK_USE_DLL)
#define MK_API __declspec(dllimport)
#else
#define MK_API
#endif
#elif defined(__GNUC__)
#define MK_API __attribute__((visibility("default")))
#else
#define MK_API
#endif

/* The working state for one page at a time: an arena and what the stages left in it. */
typedef struct mk_page mk_page;

/* Borrowed text, UTF-8, not NUL-terminated; len in bytes.  p is NULL when a value is missing, which is not the same as empty. */
typedef struct mk_str {
	const char *p;
	size_t len;
} mk_str;

/* What a call can come to.  HTML itself never fails: every byte string has a tree. */
typedef enum mk_status {
	MK_OK = 0,
	MK_NO_MEMORY,    /* the allocator refused, or the arena limit left no room for even a partial result */
	MK_TOO_BIG,      /* the input is larger than mk_options.max_input_bytes */
	MK_BAD_ARGUMENT, /* an unknown charset label, a NULL that may not be one, no page extracted yet … */
	MK_BAD_ARCHIVE,  /* a compressed or archived input is damaged (command and archive readers only) */
	MK_IO,           /* reading or writing failed (command and archive readers only) */
	MK_N_STATUS
} mk_status;

/* A sentence fragment in English for each status ("out of memory"); never NULL, static, safe from any thread. */
MK_API const char *mk_status_string(mk_status status);

/* MK_VERSION_STRING of the library that is running, which may differ from the header compiled against. */
MK_API const char *mk_version(void);

/* ---- Options ------------------------------------------------------------------------------------------------------------ */

/* Which cut through the block scores makes the article.  All four cut the same scores. */
typedef enum mk_view {
	MK_VIEW_BALANCED = 0, /* the cut with the best expected F1 */
	MK_VIEW_PRECISION,    /* fewer blocks, surer ones */
	MK_VIEW_RECALL,       /* more blocks */
	MK_VIEW_EVERYTHING    /* every block that holds text */
} mk_view;

/* Things that went differently from what the author of the page may have meant; bits of mk_article.warnings. */
typedef enum mk_warning {
	MK_WARN_DEPTH = 1 << 0,      /* nested deeper than max_depth: deeper elements were flattened, no text was lost */
	MK_WARN_ATTRIBUTES = 1 << 1, /* a tag had more than max_attributes attributes; the rest of them was dropped */
	MK_WARN_WORK = 1 << 2,       /* max_work reached: the page was read up to some byte only */
	MK_WARN_MEMORY = 1 << 3,     /* max_arena_bytes reached: the page was read up to some byte only */
	MK_WARN_FORMATTING = 1 << 4, /* an open formatting element (<b>, <font> …) was forgotten to bound the work */
	MK_WARN_ENCODING = 1 << 5,   /* some bytes were invalid in the page's encoding and became U+FFFD */
	MK_WARN_CHARSET = 1 << 6,    /* the declared encoding was unusable for this page; another one was used */
	MK_WARN_NOT_HTML = 1 << 7,   /* the input was read as HTML and holds no markup, or looks like binary data */
	MK_WARN_TABLE = 1 << 8,      /* a table was too wide, or its spans too large, to be drawn as one */
	MK_WARN_NAMES = 1 << 9,      /* more than 65,536 different unknown element names: the rest of them count as the same */
	MK_WARN_SCRIPT = 1 << 10,    /* the page has next to no text itself; that of a string in a script was read */
	MK_WARN_XHTML = 1 << 11      /* XHTML: a self-closing <script/>, <title/> … without an end tag was read as an empty element */
} mk_warning;

/* The number of mk_warning bits, and a short stable name for one bit ("depth", "attributes" …), NULL if there is no such bit. */
#define MK_N_WARNINGS 12
MK_API const char *mk_warning_name(unsigned warning_bit);

/* What an input is. */
typedef enum mk_input_type {
	MK_INPUT_AUTO = 0, /* HTML when it begins with markup or holds enough of it, else text */
	MK_INPUT_HTML,
	MK_INPUT_TEXT,     /* a plain-text capture: what a text browser shows of a page, or a record of Common Crawl's text files */
	MK_N_INPUT_TYPES
} mk_input_type;

/* A stable lower-case name ("auto", "html", "text"), which `makala --input-type` takes too. */
MK_API const char *mk_input_type_name(mk_input_type type);

#define MK_PADDING 64 /* bytes behind an input that is read in place, see mk_options */

/*
 * Options of mk_extract(), mk_parse() and mk_parse_fragment().  Always initialise with mk_options_init(); size tells the
 * library which fields the caller knows, so that the struct may grow.  Strings are NUL-terminated and read during the call only,
 * except that url and input are copied into the page.
 */
typedef struct mk_options {
	size_t size;               /* sizeof(mk_options) */
	const char *url;           /* address the page was loaded from; resolves relative links.  NULL: unknown */
	const char *input;         /* name of the input, for the record's "input" field.  NULL: missing */
	const char *charset;       /* encoding label that overrides everything the page says.  NULL: find out */
	const char *http_charset;  /* charset of the transport (Content-Type header); ignored when unknown.  NULL: none */
	mk_view view;
	mk_input_type input_type;  /* of mk_extract(); the other two always read HTML */
	bool no_tables;            /* leave data tables out of the article */
	bool no_comments;          /* leave out what readers wrote under an article; the scores know of it */
	bool no_title_heading;     /* leave headings out that say the title, which is a field of its own */
	bool in_place;             /* do not copy the input, which saves some hundredths of the time: MK_PADDING NULs stand behind its len
	                            * bytes, and it stays as it is for as long as what is read from the page.  Results are the same */
	uint32_t max_depth;        /* open elements at a time, 16…512, default 512 */
	uint32_t max_attributes;   /* attributes per tag, 1…512, default 512 */
	uint64_t max_work;         /* tokens handled and elements copied by error repair; default 1e9 */
	size_t max_input_bytes;    /* default and largest value 2^31 - 1 */
	size_t max_arena_bytes;    /* memory of the page; default 2 GiB; the least is 1 MiB */
} mk_options;

MK_API void mk_options_init(mk_options *options);

/* ---- Pages -------------------------------------------------------------------------------------------------------------- */

/*
 * Where a page gets its memory.  alloc returns NULL when it has none (the running call then ends with MK_NO_MEMORY and the page
 * stays usable); sizes are in bytes; free gets back exactly what alloc gave.  Both are called by the thread that uses the page.
 */
typedef struct mk_allocator {
	void *(*alloc)(void *user, size_t size);
	void (*free)(void *user, void *memory, size_t size);
	void *user;
} mk_allocator;

/* A new page, or NULL without memory.  allocator is copied; NULL means malloc() and free().  Keep one page per thread and reuse
 * it: memory is kept from page to page. */
MK_API mk_page *mk_page_new(const mk_allocator *allocator);

/* Frees the page and all that was read from it.  NULL is allowed. */
MK_API void mk_page_free(mk_page *page);

/* Bytes that the page holds from its allocator now; at_peak, if not NULL, receives the most it ever held. */
MK_API size_t mk_page_memory(const mk_page *page, size_t *at_peak);

/*
 * Reads a page and finds its article.  bytes may be anything, len may be 0 (bytes may then be NULL).  options may be NULL for the
 * defaults.  Returns MK_OK, MK_TOO_BIG, MK_NO_MEMORY or MK_BAD_ARGUMENT; after anything but MK_OK the page holds no article and can be used
 * again.  A page that hits a budget is MK_OK with a warning bit.  Not promised: that scores or the choice of blocks stay the same from
 * version to version.
 */
MK_API mk_status mk_extract(mk_page *page, const void *bytes, size_t len, const mk_options *options);

/* Like mk_extract(), but stops after the tree (decoding, tokens, tree construction): for mk_tree() and for measuring. */
MK_API mk_status mk_parse(mk_page *page, const void *bytes, size_t len, const mk_options *options);

/* Like mk_parse(), but runs the HTML fragment parsing algorithm.  context is an element name, with "svg " or "math " in front for
 * those namespaces (html5lib's notation); bytes are taken as UTF-8. */
MK_API mk_status mk_parse_fragment(mk_page *page, const char *context, const void *bytes, size_t len, const mk_options *options);

/* ---- What was found ----------------------------------------------------------------------------------------------------- */

typedef enum mk_verdict {
	MK_VERDICT_CONTENT = 0, /* some blocks were kept, so the text is not empty */
	MK_VERDICT_EMPTY,       /* the page has no text at all */
	MK_VERDICT_SHELL,       /* next to no text, but scripts: the content is loaded later */
	MK_VERDICT_ERROR_PAGE,  /* a server's error (404 …), by its number in title or first heading; what it says may be kept */
	MK_VERDICT_NOTHING      /* there is text, and none of it looks like content */
} mk_verdict;

/* A stable lower-case name ("content", "empty" …). */
MK_API const char *mk_verdict_name(mk_verdict verdict);

/* What kind of page it is. */
typedef enum mk_page_type {
	MK_PAGE_NONE = 0,   /* not told: the verdict is not content, or there is no word */
	MK_PAGE_ARTICLE,
	MK_PAGE_FORUM,
	MK_PAGE_PRODUCT,
	MK_PAGE_COLLECTION, /* of products or the like, to choose from */
	MK_PAGE_LISTING,    /* of articles, jobs, search results … */
	MK_PAGE_DOCUMENTATION,
	MK_PAGE_SERVICE,    /* what somebody offers: a company's own page */
	MK_N_PAGE_TYPES
} mk_page_type;

/* A stable lower-case name ("article", "forum" …); NULL for MK_PAGE_NONE. */
MK_API const char *mk_page_type_name(mk_page_type type);

/* Several values in the order found; n is 0 and items NULL when there are none. */
typedef struct mk_list {
	const mk_str *items;
	size_t n;
} mk_list;

/*
 * The record.  A missing value has p == NULL.  Dates are ISO 8601 as far as the page goes: "2022-10-22", "2022-10-22T14:03:00+02:00", or
 * "2022-10" when no day is known; there is a zone only where the page gives one.  The *_source fields are short names of where a value was
 * found ("json-ld", "og", "byline" …), NULL without a value.
 */
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

typedef enum mk_block_kind {
	MK_BLOCK_PARAGRAPH = 0,
	MK_BLOCK_HEADING,
	MK_BLOCK_ITEM,    /* of a list; dt and dd too */
	MK_BLOCK_QUOTE,   /* a paragraph inside blockquote */
	MK_BLOCK_CODE,    /* pre, line ends kept */
	MK_BLOCK_CELL,    /* td or th */
	MK_BLOCK_CAPTION, /* figcaption or caption */
	MK_BLOCK_CONTROL, /* button, option, label, legend, summary */
	MK_N_BLOCK_KINDS
} mk_block_kind;

MK_API const char *mk_block_kind_name(mk_block_kind kind);

/* Why a block was kept or dropped.  A comment has keep false, since it is no part of the article: see mk_comments(). */
typedef enum mk_reason {
	MK_KEPT_SCORE = 0,  /* its score is above the page's cut */
	MK_KEPT_BESIDE,     /* below the cut by itself: a heading or code between kept blocks, the standfirst above them, in a capture a long paragraph beside some */
	MK_KEPT_EVERYTHING, /* MK_VIEW_EVERYTHING */
	MK_KEPT_COMMENT,    /* readers wrote it under the article; kept apart from it */
	MK_DROPPED_SCORE,   /* its score is below the page's cut */
	MK_DROPPED_REPEAT,  /* eight words or more that a kept block before it says too */
	MK_DROPPED_TABLE,   /* in a data table, and no_tables is set */
	MK_DROPPED_COMMENT, /* among comments and none itself (buttons, forms), or one, and no_comments is set */
	MK_DROPPED_TITLE,   /* a heading that says the title, and no_title_heading is set */
	MK_DROPPED_PAGE,    /* nothing on the page is likely enough to be content */
	MK_DROPPED_ARTICLE, /* in another article, behind the one that the page's title heads */
	MK_DROPPED_FIELD,   /* a caption in an article that has other text; in a capture any line that became a field of the record */
	MK_N_REASONS
} mk_reason;

MK_API const char *mk_reason_name(mk_reason reason);

/* What a reader sees as one piece. */
typedef struct mk_block {
	mk_str text;           /* white space collapsed; in code blocks as written */
	float score;           /* chance that it is content, 0…1 */
	uint32_t from, to;     /* byte range [from, to) in mk_source(), from the first to past the last of its characters */
	uint32_t n_words;      /* runs of letters and digits; each CJK character counts as one */
	uint8_t kind;          /* mk_block_kind */
	uint8_t level;         /* of a heading, 1…6, else 0 */
	uint8_t reason;        /* mk_reason */
	bool keep;
} mk_block;

/* Block i in page order, 0 ≤ i < n_blocks; NULL outside that range or without an article. */
MK_API const mk_block *mk_block_at(const mk_page *page, uint32_t i);

/* The page as UTF-8, which is what byte ranges refer to: the input itself where that was valid UTF-8, less a byte order mark. */
MK_API mk_str mk_source(const mk_page *page);

/* Feature names in column order, NULL at and past the number of features; static. */
MK_API const char *mk_feature_name(unsigned column);

/* What the feature means, in one line; like mk_feature_name(). */
MK_API const char *mk_feature_meaning(unsigned column);

/* Like these, but for captures, whose blocks are measured by other columns. */
MK_API const char *mk_capture_feature_name(unsigned column);
MK_API const char *mk_capture_feature_meaning(unsigned column);

/* The feature row of block i, one float per feature, valid until the next call; NULL outside the range. */
MK_API const float *mk_features_of(mk_page *page, uint32_t i);

/*
 * What moved the score of block i: for each feature by how much the log odds of the score, log(score / (1 - score)), would fall if the
 * feature had its usual value, the mean over the pages that the model was trained on.  More than 0 speaks for content.  They do not add
 * up to the log odds, since features act together.  All 0 for a block without words: its score is that of a block beside it.  Like
 * mk_features_of() otherwise; takes some fifty microseconds.
 */
MK_API const float *mk_contributions_of(mk_page *page, uint32_t i);

/* ---- Writers ------------------------------------------------------------------------------------------------------------ */

/* Each puts a string into *out that lives in the page (see Lifetime).  Returns MK_OK, MK_NO_MEMORY, or MK_BAD_ARGUMENT when there is no
 * article; *out is then {NULL, 0}. */

enum {
	MK_IMAGES = 1 << 0,  /* Markdown and HTML: show pictures.  Text is the same with and without */
	MK_NO_LINKS = 1 << 1 /* Markdown and HTML: write the words of a link without its address */
};

/* CommonMark with GFM tables. */
MK_API mk_status mk_markdown(mk_page *page, unsigned flags, mk_str *out);

/* Plain text: paragraphs apart by an empty line, "- " before items, table rows on lines with cells apart by tabs. */
MK_API mk_status mk_text(mk_page *page, mk_str *out);

/* What readers wrote under the article, like mk_text(); empty when there is nothing, in a forum, where replies are the content, and in
 * MK_VIEW_EVERYTHING, which keeps comments in the text. */
MK_API mk_status mk_comments(mk_page *page, mk_str *out);

/* Clean HTML: an <article> without scripts, styles, event attributes; links are http, https or mailto. */
MK_API mk_status mk_html(mk_page *page, unsigned flags, mk_str *out);

/* Fields of the JSON record: one bit each.  Written in this order. */
#define MK_FIELD_INPUT (UINT64_C(1) << 0)
#define MK_FIELD_URL (UINT64_C(1) << 1)
#define MK_FIELD_CANONICAL_URL (UINT64_C(1) << 2)
#define MK_FIELD_HOSTNAME (UINT64_C(1) << 3)
#define MK_FIELD_TITLE (UINT64_C(1) << 4)
#define MK_FIELD_AUTHORS (UINT64_C(1) << 5)
#define MK_FIELD_DATE_PUBLISHED (UINT64_C(1) << 6)
#define MK_FIELD_DATE_MODIFIED (UINT64_C(1) << 7)
#define MK_FIELD_DATE_RAW (UINT64_C(1) << 8)
#define MK_FIELD_LANGUAGE (UINT64_C(1) << 9)
#define MK_FIELD_DIRECTION (UINT64_C(1) << 10)
#define MK_FIELD_SITE_NAME (UINT64_C(1) << 11)
#define MK_FIELD_DESCRIPTION (UINT64_C(1) << 12)
#define MK_FIELD_CATEGORIES (UINT64_C(1) << 13)
#define MK_FIELD_TAGS (UINT64_C(1) << 14)
#define MK_FIELD_LICENSE (UINT64_C(1) << 15)
#define MK_FIELD_IMAGE (UINT64_C(1) << 16)
#define MK_FIELD_PAGE_TYPE (UINT64_C(1) << 17)
#define MK_FIELD_VERDICT (UINT64_C(1) << 18)
#define MK_FIELD_CONFIDENCE (UINT64_C(1) << 19)
#define MK_FIELD_TEXT (UINT64_C(1) << 20)
#define MK_FIELD_MARKDOWN (UINT64_C(1) << 21)
#define MK_FIELD_HTML (UINT64_C(1) << 22)
#define MK_FIELD_COMMENTS (UINT64_C(1) << 23)
#define MK_FIELD_BLOCKS (UINT64_C(1) << 24)
#define MK_FIELD_LINKS (UINT64_C(1) << 25)
#define MK_FIELD_IMAGES (UINT64_C(1) << 26)
#define MK_FIELD_NEXT_PAGE (UINT64_C(1) << 27)
#define MK_FIELD_CHARSET (UINT64_C(1) << 28)
#define MK_FIELD_WARNINGS (UINT64_C(1) << 29)
#define MK_FIELD_PROVENANCE (UINT64_C(1) << 30)
#define MK_FIELD_LANGUAGE_DECLARED (UINT64_C(1) << 31)
#define MK_FIELD_LANGUAGE_DETECTED (UINT64_C(1) << 32)
#define MK_FIELD_LANGUAGE_SCORE (UINT64_C(1) << 33)
#define MK_N_FIELDS 34

/* What a record holds when nothing else is asked for. */
#define MK_FIELDS_DEFAULT                                                                                  \
	(((UINT64_C(1) << MK_N_FIELDS) - 1) & ~(MK_FIELD_MARKDOWN | MK_FIELD_HTML | MK_FIELD_BLOCKS | MK_FIELD_LINKS | MK_FIELD_IMAGES))

/* Name of the field with this one bit set ("canonical_url"), NULL if there is none. */
MK_API const char *mk_field_name(uint64_t field_bit);

/* One JSON object without line ends; fields are MK_FIELD_ bits, 0 for MK_FIELDS_DEFAULT; flags as for mk_markdown(). */
MK_API mk_status mk_json(mk_page *page, uint64_t fields, unsigned flags, mk_str *out);

/* The tree in html5lib's test format, a line a node.  Works after mk_parse() and mk_parse_fragment() too; after mk_extract() white space
 * between blocks and attributes that nothing is read from (data-…) are missing, text of a script may stand at the end, and elements may be
 * empty that the standard would fill (MK_WARN_XHTML). */
MK_API mk_status mk_tree(mk_page *page, mk_str *out);

#ifdef __cplusplus
}
#endif
#endif
