/* SPDX-License-Identifier: Apache-2.0 */
/*
 * makala.h - the bytes of a web page in, its article out.
 *
 *	mk_page *page = mk_page_new(NULL);
 *	mk_str markdown;
 *	if (mk_extract(page, bytes, len, NULL) == MK_OK && mk_markdown(page, 0, &markdown) == MK_OK)
 *		fwrite(markdown.p, 1, markdown.len, stdout);
 *	mk_page_free(page);
 *
 * Lifetime.  Everything that is read from an mk_page (strings, blocks, lists, spans) belongs to that page and stays valid and
 * unchanged until the next mk_extract(), even one that fails, or mk_page_free() on it.  The input is copied and may be freed as
 * soon as mk_extract() returns, unless the option in_place is set.
 *
 * Strings.  Text is UTF-8.  Every offset and length counts bytes.  A binding for a language that counts strings in other units must
 * convert them.
 *
 * Threads.  A page may be used by one thread at a time; it may move from one thread to another between calls.  Different pages
 * may be used by different threads at the same time.  The library has no global state and takes no locks.
 *
 * Determinism.  Results depend on the bytes, the options, the version of the library and the detectors built into it, see
 * mk_version_details(), and on nothing else.
 *
 * Errors.  Functions that can fail return an mk_status, and mk_error() tells what was wrong.  No function prints, aborts or exits.
 * If a NULL pointer or an index out of range is passed, a function returns MK_BAD_ARGUMENT, NULL, 0, or the value that its comment
 * names.  Functions that read results fail in the same way unless the last mk_extract() on the page returned MK_OK.
 *
 * Stable within 1.x: functions and their meaning, the numbers of enumerators, bits and fields, the names that mk_..._name()
 * functions return, the order of struct members, and "schema" in JSON records.  New members may be added at the end of mk_options,
 * mk_chunk_options and of the structs that are returned one at a time (mk_block, mk_image, mk_link, mk_structure, mk_chunk), so a
 * pointer to one of these must not be used as an array.  mk_str and mk_span, which are returned as arrays, never change.
 * Enumerations may get new values, and records new fields: expect values that you do not know.  The MK_N_ constants are those of
 * this header, not of the running library.
 *
 * Not stable: scores, confidence, the choice of blocks, the values found for fields, the exact bytes that writers write, and all of
 * makala_debug.h.
 */
#ifndef MAKALA_H
#define MAKALA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MK_VERSION_MAJOR 1
#define MK_VERSION_MINOR 0
#define MK_VERSION_PATCH 0
#define MK_VERSION_STRING "1.0.0"
#define MK_VERSION_NUMBER (MK_VERSION_MAJOR * 1000000 + MK_VERSION_MINOR * 1000 + MK_VERSION_PATCH) /* for #if */

/* The number after "schema" at the start of every JSON record.  It changes when a field changes its meaning or type, or goes
 * away; new fields do not change it. */
#define MK_SCHEMA_VERSION 1

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

/* Working memory for one page at a time, and the results for that page. */
typedef struct mk_page mk_page;

/* Text that belongs to a page: len bytes of UTF-8 at p, not NUL-terminated.  p is NULL if a value is missing, which is not the same
 * as empty. */
typedef struct mk_str {
	const char *p;
	size_t len;
} mk_str;

/* The outcome of a call.  No input is invalid: the HTML standard defines a tree for any bytes. */
typedef enum mk_status {
	MK_OK = 0,
	MK_NO_MEMORY,    /* the allocator refused, or max_arena_bytes leaves no room for a result: many others have been made */
	MK_TOO_BIG,      /* the input is longer than max_input_bytes */
	MK_BAD_ARGUMENT, /* see mk_error() */
	MK_BAD_ARCHIVE,  /* a compressed or archived input is damaged; for programs built on this library, which never returns it */
	MK_IO,           /* reading or writing failed; likewise */
	MK_N_STATUS      /* number of values in this version */
} mk_status;

/* A short English phrase for a status ("out of memory").  Never NULL; static; safe from any thread. */
MK_API const char *mk_status_string(mk_status status);

/* What went wrong in the last call on this page that returned an mk_status, or in the last mk_string(), mk_strings(), mk_number()
 * or mk_provenance(): one English phrase that names the argument ("max_depth: 7 is outside 16 to 512").  "" if that call succeeded.
 * Never NULL; NUL-terminated; valid until the next such call.  Meant for people: the wording may change. */
MK_API const char *mk_error(const mk_page *page);

/* MK_VERSION_STRING of the running library, which may be newer than the header compiled against.  Static. */
MK_API const char *mk_version(void);

/* The version of the running library and the optional parts built into it: "1.0.0 detector=uchardet languages=cld2 vectors=avx2",
 * with "none" for a missing part.  detector guesses encodings, languages detects the language of a text.  Records may differ
 * between libraries with different detectors or languages; they never differ by vectors.  Static. */
MK_API const char *mk_version_details(void);

/* ---- Options ------------------------------------------------------------------------------------------------------------ */

/* How much to keep.  Blocks have the same scores in all views; only the score that a block needs to be kept differs. */
typedef enum mk_view {
	MK_VIEW_BALANCED = 0, /* the choice with the highest expected F1 */
	MK_VIEW_PRECISION,    /* fewer blocks: only those with high scores */
	MK_VIEW_RECALL,       /* more blocks */
	MK_VIEW_EVERYTHING    /* every block of the page */
} mk_view;

/* The format of an input. */
typedef enum mk_input_type {
	MK_INPUT_AUTO = 0, /* HTML if the input begins with markup, holds enough of it, or is empty or binary; otherwise text */
	MK_INPUT_HTML,
	MK_INPUT_TEXT,     /* the plain text of a page, as text browsers print it or as in Common Crawl's WET files */
	MK_N_INPUT_TYPES   /* number of values in this version */
} mk_input_type;

/* A stable lower-case name ("auto", "html", "text"); NULL for other values.  Static. */
MK_API const char *mk_input_type_name(mk_input_type type);

#define MK_PADDING 64 /* NUL bytes that must follow an input that is read in place */

/*
 * Options of mk_extract().  Set the struct to zero and size to its size.  A member that is 0, NULL or false has its default value:
 *
 *	mk_options options = {.size = sizeof options};
 *
 * size tells the library which members the caller knows.  A newer library uses defaults for the members it has added.  An older
 * library accepts a larger struct if the members that it does not know are 0, and otherwise returns MK_BAD_ARGUMENT.  Strings are
 * NUL-terminated and are read only during the call.  An option out of its range is MK_BAD_ARGUMENT.
 */
typedef struct mk_options {
	size_t size;               /* sizeof(mk_options); at most 4096 */
	const char *url;           /* address that the page was loaded from, the base of its relative links.  NULL: unknown */
	const char *input;         /* any name for the input, repeated in the field "input".  NULL: missing */
	const char *charset;       /* WHATWG encoding label that overrides everything the page declares.  NULL: determine it */
	const char *http_charset;  /* encoding label from the Content-Type header; ignored if it is unknown.  NULL: no header */
	mk_view view;
	mk_input_type input_type;
	bool no_tables;            /* leave data tables out of the article */
	bool no_comments;          /* drop readers' comments instead of keeping them apart, see mk_comments() */
	bool no_title_heading;     /* leave out headings that repeat the title, since the title is a field of its own */
	bool in_place;             /* do not copy the input, which saves a little time.  MK_PADDING NUL bytes must follow its
		                            * len bytes, and it must stay valid and unchanged as long as results are used.  Results
		                            * are the same */
	uint32_t max_depth;        /* elements open at the same time, 16 to 512; default 512 */
	uint32_t max_attributes;   /* attributes of one tag, 1 to 512; default 512 */
	uint64_t max_work;         /* tokens read plus elements copied by error repair; default 1,000,000,000 */
	size_t max_input_bytes;    /* largest len that is accepted, 1 to 2^31 - 1; default 2^31 - 1 */
	size_t max_arena_bytes;    /* memory for the page and its results, 2^20 or more; default 2^31.  A page never takes
	                            * more than 128 bytes for each byte of its input and 26 MiB besides, and touches about half of that */
} mk_options;

/* Initialises options, for languages and compilers without designated initializers. */
static inline void mk_options_init(mk_options *options)
{
	memset(options, 0, sizeof *options);
	options->size = sizeof *options;
}

/* ---- Pages -------------------------------------------------------------------------------------------------------------- */

/*
 * Where a page gets its memory.  alloc returns size bytes, never 0, aligned to 16; or NULL if there is no memory, in which case the
 * running call returns MK_NO_MEMORY and the page stays usable.  free gets exactly a pointer that alloc returned, and the same size.
 * Both are called only during calls on the page, by the thread that made the call, and must not call the library.  Neither may
 * leave by longjmp(), by a C++ exception or by any other unwinding, because the library cannot be unwound.
 */
typedef struct mk_allocator {
	void *(*alloc)(void *user, size_t size);
	void (*free)(void *user, void *memory, size_t size);
	void *user; /* passed to both; not used by the library */
} mk_allocator;

/* Makes a page; NULL if there is no memory.  The caller owns it and frees it with mk_page_free().  allocator is copied, but the
 * object that its user points to must outlive the page; NULL means malloc() and free().  Use one page per thread for many inputs:
 * it keeps its memory for the next input. */
MK_API mk_page *mk_page_new(const mk_allocator *allocator);

/* Frees the page and everything that was read from it.  NULL is allowed. */
MK_API void mk_page_free(mk_page *page);

/* Bytes that the page holds from its allocator now; 0 for NULL.  If at_peak is not NULL, *at_peak is set to the largest number that
 * it ever held. */
MK_API size_t mk_page_memory(const mk_page *page, size_t *at_peak);

/*
 * Reads an input and finds its article.  bytes may hold anything; it may be NULL if len is 0.  options may be NULL for the
 * defaults.  Returns MK_OK, MK_TOO_BIG, MK_NO_MEMORY or MK_BAD_ARGUMENT.  MK_OK does not mean that there is content: see
 * mk_verdict_of().  After any other status the page holds no article, and can be used again.  An input that exceeds max_depth,
 * max_attributes, max_work or the memory limit is MK_OK with a bit in mk_warnings(): a part of it is read.  Time and memory are
 * linear in len.
 */
MK_API mk_status mk_extract(mk_page *page, const void *bytes, size_t len, const mk_options *options);

/* The source: the input as UTF-8, without a byte order mark.  All offsets in the source refer to it.  If the input was valid UTF-8,
 * the source has the same bytes.  {NULL, 0} before the first mk_extract(), and after one that did not get as far as decoding. */
MK_API mk_str mk_source(const mk_page *page);

/* ---- The record ---------------------------------------------------------------------------------------------------------- */

/*
 * The record of a page consists of fields, each named by one bit.  The bits have no gaps and are in the order of JSON records;
 * later versions add fields at the end.  A binding needs no list of fields: it can call mk_field_name() for each bit from 0 on
 * until it returns NULL, and read each field according to its type, or as JSON with mk_value().
 */
#define MK_FIELD_INPUT (UINT64_C(1) << 0)                 /* string: mk_options.input */
#define MK_FIELD_URL (UINT64_C(1) << 1)                   /* string: mk_options.url, if it is an absolute http or https address */
#define MK_FIELD_CANONICAL_URL (UINT64_C(1) << 2)         /* string: the address that the page declares as its own, absolute */
#define MK_FIELD_HOSTNAME (UINT64_C(1) << 3)              /* string: host of canonical_url; if that is missing, of url */
#define MK_FIELD_TITLE (UINT64_C(1) << 4)                 /* string, white space collapsed */
#define MK_FIELD_AUTHORS (UINT64_C(1) << 5)               /* strings: names as the page writes them */
#define MK_FIELD_DATE_PUBLISHED (UINT64_C(1) << 6)        /* string: ISO 8601, "2022-10", "2022-10-22T14:03:00+02:00" */
#define MK_FIELD_DATE_MODIFIED (UINT64_C(1) << 7)         /* string, likewise */
#define MK_FIELD_DATE_RAW (UINT64_C(1) << 8)              /* string: the text that date_published was read from */
#define MK_FIELD_LANGUAGE (UINT64_C(1) << 9)              /* string: language tag ("sw", "pt-BR"), declared or detected */
#define MK_FIELD_DIRECTION (UINT64_C(1) << 10)            /* string: "ltr" or "rtl" */
#define MK_FIELD_SITE_NAME (UINT64_C(1) << 11)            /* string */
#define MK_FIELD_DESCRIPTION (UINT64_C(1) << 12)          /* string */
#define MK_FIELD_CATEGORIES (UINT64_C(1) << 13)           /* strings */
#define MK_FIELD_TAGS (UINT64_C(1) << 14)                 /* strings */
#define MK_FIELD_LICENSE (UINT64_C(1) << 15)              /* string: an absolute address, or the wording */
#define MK_FIELD_IMAGE (UINT64_C(1) << 16)                /* string: absolute address of the main picture */
#define MK_FIELD_PAGE_TYPE (UINT64_C(1) << 17)            /* string: mk_page_type_name() */
#define MK_FIELD_VERDICT (UINT64_C(1) << 18)              /* string: mk_verdict_name() */
#define MK_FIELD_CONFIDENCE (UINT64_C(1) << 19)           /* number: expected F1 of the balanced view, 0 to 1; 0 without words */
#define MK_FIELD_TEXT (UINT64_C(1) << 20)                 /* string: mk_text() */
#define MK_FIELD_MARKDOWN (UINT64_C(1) << 21)             /* string: mk_markdown() */
#define MK_FIELD_HTML (UINT64_C(1) << 22)                 /* string: mk_html() */
#define MK_FIELD_COMMENTS (UINT64_C(1) << 23)             /* string: mk_comments(); missing when empty */
#define MK_FIELD_BLOCKS (UINT64_C(1) << 24)               /* objects: mk_block_at() */
#define MK_FIELD_LINKS (UINT64_C(1) << 25)                /* objects: mk_link_at() */
#define MK_FIELD_IMAGES (UINT64_C(1) << 26)               /* objects: mk_image_at() */
#define MK_FIELD_NEXT_PAGE (UINT64_C(1) << 27)            /* string: absolute address of the next page of the same article */
#define MK_FIELD_CHARSET (UINT64_C(1) << 28)              /* string: WHATWG name of the encoding used, in lower case ("utf-8") */
#define MK_FIELD_WARNINGS (UINT64_C(1) << 29)             /* strings: names of the bits in mk_warnings() */
#define MK_FIELD_PROVENANCE (UINT64_C(1) << 30)           /* object: mk_provenance() of each field that has one */
#define MK_FIELD_LANGUAGE_DECLARED (UINT64_C(1) << 31)    /* string: language that the page declares, as written */
#define MK_FIELD_LANGUAGE_DETECTED (UINT64_C(1) << 32)    /* string: language of the text; missing without a language detector */
#define MK_FIELD_LANGUAGE_SCORE (UINT64_C(1) << 33)       /* number: how sure the detector is, 0 to 1 */
#define MK_N_FIELDS 34 /* number of fields in this version */

#define MK_FIELDS_ALL UINT64_MAX /* every field that the running library knows */

/* The fields of a JSON record for which mk_json() is called with fields 0. */
#define MK_FIELDS_DEFAULT                                                                                  \
	(((UINT64_C(1) << MK_N_FIELDS) - 1) & ~(MK_FIELD_MARKDOWN | MK_FIELD_HTML | MK_FIELD_BLOCKS | MK_FIELD_LINKS | MK_FIELD_IMAGES))

/* How the value of a field can be read; mk_value() works for all of them. */
typedef enum mk_field_type {
	MK_TYPE_NONE = 0, /* no such field */
	MK_TYPE_STRING,   /* mk_string() */
	MK_TYPE_STRINGS,  /* mk_strings() */
	MK_TYPE_NUMBER,   /* mk_number() */
	MK_TYPE_OBJECTS,  /* mk_value(): an array of objects */
	MK_TYPE_OBJECT    /* mk_value(): one object */
} mk_field_type;

/* The stable name of a field ("canonical_url"), which is its key in JSON records; NULL if field is not exactly one known bit.
 * Static. */
MK_API const char *mk_field_name(uint64_t field);

/* The field with this name, which is NUL-terminated; 0 if there is none. */
MK_API uint64_t mk_field_by_name(const char *name);

/* The type of a field; MK_TYPE_NONE if field is not exactly one known bit. */
MK_API mk_field_type mk_field_type_of(uint64_t field);

/*
 * The value of a field of type MK_TYPE_STRING.  p is NULL if the value is missing, and also on error: if the page holds no article,
 * field is not such a field, or there is no memory.  mk_error() is "" for a missing value, and not "" on error.  Text, Markdown,
 * HTML and comments are written on first use, with flags 0.
 */
MK_API mk_str mk_string(mk_page *page, uint64_t field);

/* The values of a field of type MK_TYPE_STRINGS, an array in the order of the page; *n is set to its length.  NULL with *n = 0 if
 * there are no values, and on error (see mk_string()).  n must not be NULL. */
MK_API const mk_str *mk_strings(mk_page *page, uint64_t field, size_t *n);

/* The value of a field of type MK_TYPE_NUMBER.  NaN if it is missing, and on error (see mk_string()). */
MK_API double mk_number(mk_page *page, uint64_t field);

/* Where the value of a field was found: a short stable name, NUL-terminated and static, such as "json-ld", "og", "meta",
 * "microdata", "byline" or "text"; for charset "option", "bom", "http", "meta", "valid-utf-8", "detected" or "default".  NULL if
 * the value is missing, if the field has no provenance, and on error (see mk_string()). */
MK_API const char *mk_provenance(mk_page *page, uint64_t field);

/* The value of one field of any type as JSON text: a string, a number with three decimals, an array, an object, or null if it is
 * missing.  flags are those of mk_markdown().  Returns MK_BAD_ARGUMENT also if field is not exactly one known bit.  Otherwise it
 * behaves like the writers below. */
MK_API mk_status mk_value(mk_page *page, uint64_t field, unsigned flags, mk_str *out);

/* Whether content was found, and if not, why. */
typedef enum mk_verdict {
	MK_VERDICT_CONTENT = 0, /* some blocks were kept, so the text is not empty */
	MK_VERDICT_EMPTY,       /* the page has no text and no scripts */
	MK_VERDICT_SHELL,       /* no content and fewer than 60 words, but scripts: a browser would load the content later */
	MK_VERDICT_ERROR_PAGE,  /* an HTTP error (404 …), as the number in the title or first heading shows; its text may be kept */
	MK_VERDICT_NOTHING      /* there is text, but none of it looks like content */
} mk_verdict;

/* A stable lower-case name ("content", "empty" …); NULL for other values.  Static. */
MK_API const char *mk_verdict_name(mk_verdict verdict);

/* The verdict on the page; MK_VERDICT_EMPTY if it holds no article. */
MK_API mk_verdict mk_verdict_of(const mk_page *page);

/* What kind of page it is. */
typedef enum mk_page_type {
	MK_PAGE_NONE = 0,   /* unknown: the verdict is not content, the page has no words, or the input is plain text */
	MK_PAGE_ARTICLE,
	MK_PAGE_FORUM,
	MK_PAGE_PRODUCT,
	MK_PAGE_COLLECTION, /* products or the like to choose from */
	MK_PAGE_LISTING,    /* a list of articles, jobs, search results … */
	MK_PAGE_DOCUMENTATION,
	MK_PAGE_SERVICE,    /* a company's or organisation's page about what it offers */
	MK_N_PAGE_TYPES     /* number of values in this version */
} mk_page_type;

/* A stable lower-case name ("article", "forum" …); NULL for MK_PAGE_NONE and other values.  Static. */
MK_API const char *mk_page_type_name(mk_page_type type);

/* The type of the page; MK_PAGE_NONE if it holds no article. */
MK_API mk_page_type mk_page_type_of(const mk_page *page);

/* The format that the input was read as: MK_INPUT_HTML or MK_INPUT_TEXT; MK_INPUT_AUTO if the page holds no article. */
MK_API mk_input_type mk_input_type_of(const mk_page *page);

/* Reasons why results may differ from what the author of the page meant, one bit each. */
typedef enum mk_warning {
	MK_WARN_DEPTH = 1 << 0,      /* nested deeper than max_depth: deeper elements were flattened; no text was lost */
	MK_WARN_ATTRIBUTES = 1 << 1, /* a tag had more than max_attributes attributes; the rest were dropped */
	MK_WARN_WORK = 1 << 2,       /* max_work was reached: only the first part of the page was read */
	MK_WARN_MEMORY = 1 << 3,     /* the memory limit was reached, see max_arena_bytes: only the first part of the page was read */
	MK_WARN_FORMATTING = 1 << 4, /* an open formatting element (<b>, <font> …) was forgotten to limit the work */
	MK_WARN_ENCODING = 1 << 5,   /* some bytes were invalid in the page's encoding and became U+FFFD */
	MK_WARN_CHARSET = 1 << 6,    /* the declared encoding does not fit the page; another one was used */
	MK_WARN_NOT_HTML = 1 << 7,   /* the input was read as HTML but holds no markup, or looks like binary data */
	MK_WARN_TABLE = 1 << 8,      /* a table was too wide, or its spans too large, to be written as a table */
	MK_WARN_NAMES = 1 << 9,      /* more than 65,536 different unknown element names: the rest count as one name */
	MK_WARN_SCRIPT = 1 << 10,    /* the page has next to no text of its own, so HTML in a string of a script was read */
	MK_WARN_XHTML = 1 << 11,     /* XHTML: a self-closing <script/>, <title/> … without an end tag was read as empty */
	MK_WARN_METADATA = 1 << 12,  /* the page has more structured data, or more claims of one field, than are read */
	MK_WARN_ADDRESS = 1 << 13,   /* an address of more than 8,192 bytes was left out */
	MK_WARN_OUTPUT = 1 << 14     /* an output or list reached its budget: the end of it, or links and captions, were left out */
} mk_warning;

#define MK_N_WARNINGS 15 /* number of bits in this version */

/* The stable name of one bit ("depth", "attributes" …); NULL if warning_bit is not exactly one known bit.  Static. */
MK_API const char *mk_warning_name(unsigned warning_bit);

/* The mk_warning bits of the page; 0 if it holds no article.  They do not depend on what is written afterwards. */
MK_API uint32_t mk_warnings(const mk_page *page);

/* ---- Blocks -------------------------------------------------------------------------------------------------------------- */

/* What a block is, by the innermost block-level element around it; so a p in an li is a paragraph. */
typedef enum mk_block_kind {
	MK_BLOCK_PARAGRAPH = 0, /* p, div and all elements not named below */
	MK_BLOCK_HEADING, /* h1 to h6; in plain text the title */
	MK_BLOCK_ITEM,    /* li, dt or dd */
	MK_BLOCK_QUOTE,   /* a paragraph anywhere inside blockquote */
	MK_BLOCK_CODE,    /* any element inside pre; line ends are kept */
	MK_BLOCK_CELL,    /* td or th */
	MK_BLOCK_CAPTION, /* figcaption or caption; in plain text the caption or credit of a picture */
	MK_BLOCK_CONTROL, /* button, select, option, optgroup, legend or summary */
	MK_N_BLOCK_KINDS  /* number of values in this version */
} mk_block_kind;

/* A stable lower-case name ("paragraph", "heading" …); NULL for other values.  Static. */
MK_API const char *mk_block_kind_name(mk_block_kind kind);

/* Why a block was kept or dropped.  A comment has keep = false, because it is not part of the article: see mk_comments(). */
typedef enum mk_reason {
	MK_KEPT_SCORE = 0,  /* its score is high enough */
	MK_KEPT_BESIDE,     /* too low a score, but it belongs to kept blocks: a heading or code between them, or the standfirst */
	MK_KEPT_EVERYTHING, /* the view is MK_VIEW_EVERYTHING */
	MK_KEPT_COMMENT,    /* a reader's comment, kept apart from the article */
	MK_DROPPED_SCORE,   /* its score is too low */
	MK_DROPPED_REPEAT,  /* its text, eight words or more, is that of a block with a higher score, or of an earlier one */
	MK_DROPPED_TABLE,   /* in a data table, and no_tables is set */
	MK_DROPPED_COMMENT, /* among comments but not one itself (a button, a form); or a comment, and no_comments is set */
	MK_DROPPED_TITLE,   /* a heading that repeats the title, and no_title_heading is set */
	MK_DROPPED_PAGE,    /* nothing on the page is likely enough to be content */
	MK_DROPPED_ARTICLE, /* in another article, after the one that has the page's title as its heading */
	MK_DROPPED_FIELD,   /* its text became a field: a caption in an article; in plain text also title, byline, date */
	MK_DROPPED_EMBEDDED, /* embedded text: inside svg, object, canvas, textarea, iframe, video … on a page with other text */
	MK_N_REASONS        /* number of values in this version */
} mk_reason;

/* A stable lower-case name ("score", "beside" …); NULL for other values.  Static. */
MK_API const char *mk_reason_name(mk_reason reason);

/* What a reader sees as one piece: a paragraph, a heading, a list item … */
typedef struct mk_block {
	mk_str text;           /* white space collapsed, except in code.  Never empty */
	float score;           /* probability that it is content, 0 to 1 */
	uint32_t from, to;     /* bytes [from, to) of mk_source(), from its first character to the end of its last */
	uint32_t n_words;      /* runs of letters and digits; each character of a script without spaces (Chinese …) counts as one */
	uint8_t kind;          /* mk_block_kind */
	uint8_t level;         /* rank of a heading, 1 to 6; otherwise 0 */
	uint8_t reason;        /* mk_reason */
	bool keep;             /* part of the article */
} mk_block;

/* Number of blocks on the page, and number of blocks with keep = true; 0 if the page holds no article. */
MK_API uint32_t mk_n_blocks(const mk_page *page);
MK_API uint32_t mk_n_kept(const mk_page *page);

/* Block i in page order, kept or dropped; NULL if i is not less than mk_n_blocks().  Blocks of embedded text, see
 * MK_DROPPED_EMBEDDED, come after all others, in page order too. */
MK_API const mk_block *mk_block_at(const mk_page *page, uint32_t i);

/* ---- Lists --------------------------------------------------------------------------------------------------------------- */

/*
 * A function with a plural name (mk_images) makes a list on its first call after mk_extract(), and sets *n to its length; later
 * calls only set *n.  It returns MK_OK; or MK_NO_MEMORY; or MK_BAD_ARGUMENT if the page holds no article or n is NULL.  On error *n
 * is 0.  The function declared after it (mk_image_at) returns element i, or NULL if i is out of range or the list has not been
 * made.  Elements belong to the page (see Lifetime).
 */

/* A picture of the article.  Plain text has no pictures, but their captions and credits: an mk_image without an address. */
typedef struct mk_image {
	mk_str src;      /* http or https address; absolute unless the page's own is unknown, see mk_options.url */
	mk_str alt;      /* alternative text */
	mk_str caption;  /* without the credit */
	mk_str credit;   /* photographer, agency … */
	int32_t width;   /* pixels, as the page declares them; -1 if it does not */
	int32_t height;  /* as width */
	uint32_t block;  /* index of the block, kept or dropped, that it is inside or directly before; mk_n_blocks() at the end */
	bool inside;     /* inside that block, not before it.  True in plain text, where the block is the caption or credit */
} mk_image;

/* The pictures of the article in page order, the same as in the field "images". */
MK_API mk_status mk_images(mk_page *page, size_t *n);
MK_API const mk_image *mk_image_at(const mk_page *page, size_t i);

/* A link in a kept block. */
typedef struct mk_link {
	mk_str href;       /* http, https or mailto address; absolute unless the page's own is unknown, see mk_options.url */
	mk_str text;       /* the link's text: bytes [from, to) of the block's text */
	uint32_t block;    /* index of the block */
	uint32_t from, to; /* offsets in the text of the block, not in the source */
} mk_link;

/* The links of the article in page order, the same as in the field "links". */
MK_API mk_status mk_links(mk_page *page, size_t *n);
MK_API const mk_link *mk_link_at(const mk_page *page, size_t i);

#define MK_NO_INDEX UINT32_MAX /* an index that is missing */

/*
 * The heading, list, quote and table that a block belongs to.  Only data tables count; tables that are used for layout are ignored.
 * Lists and quotes inside a cell of a data table are not counted.
 */
typedef struct mk_structure {
	mk_str code_language;   /* programming language of a code block, as a class attribute names it ("python"); else missing */
	uint32_t heading;       /* index of the nearest heading before it; for a heading, the nearest before it of a smaller level.
		                         * For a kept block only kept headings count.  MK_NO_INDEX if there is none.  Followed from
		                         * heading to heading, this is the path of sections */
	uint32_t list_depth;    /* number of lists around it */
	uint32_t quote_depth;   /* number of blockquotes around it */
	int32_t item_number;    /* number that the page shows for the innermost list item around it; 0 if ordered is false */
	bool ordered;           /* that item is in a numbered list */
	bool header_cell;       /* in a th element */
	uint32_t table;         /* number of its data table, counted from 0 in page order; MK_NO_INDEX outside of tables */
	uint32_t row, column;   /* place of its cell in the grid, from 0; cells with spans take several places.  MK_NO_INDEX
		                         * outside of rows or cells; columns from 64 on are all 64 */
	uint32_t row_span, column_span; /* of its cell, 1 to 65,534 and 1 to 1,000; row_span 0: to the end of the table section.
		                         * Both are 0 outside of cells */
} mk_structure;

/* The structure of all blocks of the page, kept or dropped: *n is mk_n_blocks(), and element i belongs to mk_block_at(page, i). */
MK_API mk_status mk_structures(mk_page *page, size_t *n);
MK_API const mk_structure *mk_structure_at(const mk_page *page, size_t i);

/* ---- Writers ------------------------------------------------------------------------------------------------------------- */

/*
 * Each writer sets *out to a string that belongs to the page (see Lifetime).  The string is kept: the same call again costs nothing
 * and returns the same pointer.  A writer returns MK_OK; or MK_NO_MEMORY; or MK_BAD_ARGUMENT if the page holds no article, out is
 * NULL or flags has an unknown bit.  On error *out is {NULL, 0}.
 *
 * An output is limited in proportion to the page, since a page can repeat a long address or caption for each of many short elements:
 * text, Markdown, HTML, comments, and each list of pictures or links to 16 times the length of mk_source() and 1 MiB; JSON to four
 * times that.  If little memory is left, the limit is lower.  After an output has reached its limit, mk_warnings() has the bit
 * MK_WARN_OUTPUT.  The output is valid all the same: addresses are left out first, then the end of the text.
 */

enum {
	MK_IMAGES = 1 << 0,  /* Markdown and HTML: write pictures.  The text is the same with and without */
	MK_NO_LINKS = 1 << 1 /* Markdown and HTML: write the text of a link without its address */
};

/* CommonMark with GFM tables and strikethrough.  flags: MK_IMAGES, MK_NO_LINKS or both. */
MK_API mk_status mk_markdown(mk_page *page, unsigned flags, mk_str *out);

/* Plain text: an empty line between paragraphs, "- " or a number before list items, table rows as lines with tabs between cells. */
MK_API mk_status mk_text(mk_page *page, mk_str *out);

/* Readers' comments under the article, as plain text.  Empty if there are none, on pages of other types than article (in a forum
 * the replies are the content), in plain-text input, and with MK_VIEW_EVERYTHING, which keeps comments in the text. */
MK_API mk_status mk_comments(mk_page *page, mk_str *out);

/* Clean HTML: one <article> element without scripts, styles or event attributes; addresses as in mk_link.href and mk_image.src.
 * flags as for mk_markdown(). */
MK_API mk_status mk_html(mk_page *page, unsigned flags, mk_str *out);

/* The record as a JSON object (RFC 8259) on one line, without a line end.  It begins with "schema"; the fields follow in the order
 * of their bits.  fields: MK_FIELD_ bits; unknown bits are ignored; 0 means MK_FIELDS_DEFAULT.  flags as for mk_markdown(). */
MK_API mk_status mk_json(mk_page *page, uint64_t fields, unsigned flags, mk_str *out);

/*
 * Where a block is in a written string: at bytes [from, to).  block is its index; source_from and source_to are the from and to of
 * mk_block_at(page, block), offsets in mk_source().
 *
 * A range in the output begins with the block's first own character and ends after its last.  It includes the block's inline markup
 * (emphasis, links, escapes, pictures in its text) and, for code of several lines, the indentation of all lines except the first.
 * It excludes list markers, quote signs, heading signs, code fences, table borders and the tags of elements around the text.
 */
typedef struct mk_span {
	size_t from, to;
	uint32_t block;
	uint32_t source_from, source_to;
} mk_span;

/*
 * The spans of a written string: exactly one for each block that was written, in ascending order, without overlap.  All kept blocks
 * are written; for MK_FIELD_COMMENTS, all blocks with the reason MK_KEPT_COMMENT.  A table cell has one span for each of its
 * blocks.
 *
 * field is MK_FIELD_TEXT, MK_FIELD_MARKDOWN, MK_FIELD_HTML or MK_FIELD_COMMENTS; flags must be those of the call that wrote the
 * string.  Writes the string if that has not been done.  Sets *spans to an array that belongs to the page, and *n to its length.
 * Returns the same as the writers; also MK_BAD_ARGUMENT for another field.  On error *spans is NULL and *n is 0.
 */
MK_API mk_status mk_spans(mk_page *page, uint64_t field, unsigned flags, const mk_span **spans, size_t *n);

/* ---- Chunks -------------------------------------------------------------------------------------------------------------- */

/*
 * Chunks divide the article, as Markdown, into pieces of a limited number of tokens, for search indexes and language models.
 *
 * A chunk never holds text of two sections: one begins at every heading, unless that would cut a list item.  A heading directly
 * after one of the same or a higher rank stays with it.  Within a section, chunks are filled from the start.  They end between
 * paragraphs, list items, code blocks, pictures and table rows, and inside of one only if it has more tokens than a chunk may have
 * by itself: a list item is then cut between the items and paragraphs inside it; a paragraph or a table cell between sentences or
 * at line breaks; code between lines; and what is still too long between words or, without white space, between characters.  A
 * paragraph that has too many tokens only together with the heading above it is cut between sentences too.
 *
 * If a chunk begins inside of a table, the header row of the table comes before its text, unless it takes more than half of a
 * chunk.  If it begins or ends inside of a code block, the fence of the block is repeated.
 *
 * An overlap repeats the end of the chunk before: whole pieces, or else whole sentences of a paragraph, but no headings, and
 * nothing from another section.  Readers' comments are not part of the article and have no chunks.
 */
typedef struct mk_chunk_options {
	size_t size;       /* sizeof(mk_chunk_options), see mk_options */
	size_t max_tokens; /* of a chunk, overlap and repeated parts included: 1 to 2^31 - 1; default 512 */
	size_t overlap;    /* tokens that a chunk may repeat of the one before; less than max_tokens */
	unsigned flags;    /* of mk_markdown() */
	/*
	 * Returns the tokens of a text of len bytes, which is UTF-8 and not NUL-terminated; SIZE_MAX if it fails, which makes
	 * mk_chunks() fail.  It gets each part of the article about three times (alone, in its chunk, and when it is cut), so that a
	 * counter that takes linear time is not asked for more than that.  It must not call the library with this page, nor leave by
	 * unwinding (see mk_allocator).
	 * NULL: an estimate for the vocabularies of current language models.  A run of letters has a token for each six ASCII letters,
	 * two other Latin letters, or three or four letters of another script, and for what is left of them; a run of digits one for
	 * each three; each Chinese, Japanese or Thai character one; a run of other signs one for each two; a line end one.  Compared
	 * with OpenAI's o200k it is within a quarter in 25 languages; it is far below for Ethiopic and twice as high for Thai.
	 */
	size_t (*count)(void *user, const char *text, size_t len);
	void *user;        /* passed to count; not used by the library */
} mk_chunk_options;

/* A piece of the article. */
typedef struct mk_chunk {
	mk_str text;               /* Markdown: bytes [from, to) of mk_markdown(), and the repeated parts around them */
	size_t tokens;             /* of text, as counted */
	size_t from, to;           /* offsets in the output of mk_markdown() with the same flags */
	size_t own_from;           /* end of the overlap with the chunk before; equal to from if there is no overlap */
	size_t n_repeated;         /* bytes at the start of text that are repeated: a header row, or the first line of code, its fence */
	const mk_str *headings;    /* texts of the headings above it, outermost first, those at its own start included */
	size_t n_headings;
	uint32_t source_from, source_to; /* bytes [from, to) of mk_source() that its blocks come from, each taken as a whole */
	uint32_t first_block, last_block; /* indices of its first and last block; dropped blocks may lie between them */
	bool cut_start, cut_end;   /* begins, overlap aside, or ends inside of a list item, paragraph, table row or code block */
	bool over;                 /* more tokens than max_tokens: not even part of a word fits */
} mk_chunk;

/* Divides the article.  options may be NULL for the defaults.  Sets *n to the number of chunks, 0 if the article is empty.  Returns
 * MK_OK; MK_NO_MEMORY; or MK_BAD_ARGUMENT, also if count has failed.  On error *n is 0.  Each call makes a new list, which
 * mk_chunk_at() then reads; chunks of earlier calls stay valid (see Lifetime). */
MK_API mk_status mk_chunks(mk_page *page, const mk_chunk_options *options, size_t *n);

/* Chunk i of the latest mk_chunks(); NULL if i is out of range or that call failed. */
MK_API const mk_chunk *mk_chunk_at(const mk_page *page, size_t i);

/* The chunks of the latest mk_chunks() as JSON, one object on each line: "schema", "input", "url", "canonical_url", "title",
 * "index", and the members of mk_chunk; n_repeated is left out, source_from and source_to are called "from" and "to", and from, to
 * and own_from "markdown_from", "markdown_to" and "markdown_own_from".  Empty if there are no chunks.  Returns the same as the
 * writers; also MK_BAD_ARGUMENT if there was no mk_chunks(), or if it failed. */
MK_API mk_status mk_chunks_json(mk_page *page, mk_str *out);

#ifdef __cplusplus
}
#endif
#endif
