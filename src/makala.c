/* SPDX-License-Identifier: Apache-2.0 */
/*
 * makala.c - the straight line: bytes of a page in, its article out.  Read this first.
 *
 * mk_extract() is the whole program.  Each stage reads what the stages above it left in the page and writes its own part; none
 * runs twice.  The only way out of a stage is its end, or one longjmp back to here when memory is out.
 */
#include "page.h"

#define DEPTH_MOST 512
#define ATTRIBUTES_MOST 512
#define INPUT_MOST ((size_t)INT32_MAX)
#define ARENA_LEAST ((size_t)1 << 20)

void mk_options_init(mk_options *o)
{
	*o = (mk_options){
	        .size = sizeof *o,
	        .view = MK_VIEW_BALANCED,
	        .max_depth = DEPTH_MOST,
	        .max_attributes = ATTRIBUTES_MOST,
	        .max_work = 1000000000,
	        .max_input_bytes = INPUT_MOST,
	        .max_arena_bytes = (size_t)1 << 31,
	};
}

/* The options to work with: the caller's, cut to what this library knows.  false when they make no sense. */
static bool read_options(mk_page *pg, const mk_options *given)
{
	mk_options_init(&pg->options);
	if (!given)
		return true;
	if (given->size != sizeof *given)
		return false;
	pg->options = *given;
	const mk_options *o = &pg->options;
	return (unsigned)o->view <= MK_VIEW_EVERYTHING && (unsigned)o->input_type < MK_N_INPUT_TYPES && o->max_depth >= 16 && o->max_depth <= DEPTH_MOST && o->max_attributes >= 1 &&
	       o->max_attributes <= ATTRIBUTES_MOST && o->max_input_bytes <= INPUT_MOST && o->max_arena_bytes >= ARENA_LEAST &&
	       (!o->charset || decode_is_label(o->charset, strlen(o->charset)));
}

/* Clears the page for a new input of len bytes. */
static mk_status begin(mk_page *pg, const void *bytes, size_t len, const mk_options *given)
{
	pg->has_article = false;
	pg->is_binary = false;
	pg->capture = NULL;
	pg->document = NULL;
	pg->is_fragment = false;
	pg->text = NULL;
	pg->text_len = 0;
	pg->names = NULL;
	pg->n_names = 0;
	pg->n_elements = pg->n_texts = 0;
	pg->blocks = NULL;
	pg->containers = NULL;
	pg->n_containers = 0;
	pg->images = NULL;
	pg->n_images = pg->n_controls = pg->n_media = 0;
	memset(pg->n_marked, 0, sizeof pg->n_marked);
	pg->schema = 0;
	pg->told.n_texts = 0;
	pg->told.n_bytes = 0;
	memset(pg->told.n_words, 0, sizeof pg->told.n_words);
	pg->room = NULL;
	pg->measure = NULL;
	pg->survey = NULL;
	pg->contributions = NULL;
	pg->facts = NULL;
	pg->place = NULL;
	pg->base_url = (mk_str){NULL, 0};
	memset(&pg->article, 0, sizeof pg->article);
	if ((!bytes && len) || !read_options(pg, given))
		return MK_BAD_ARGUMENT;
	if (len > pg->options.max_input_bytes)
		return MK_TOO_BIG;
	pg->arena.limit = pg->options.max_arena_bytes;
	arena_reset(&pg->arena, (pg->options.in_place ? 2 : 3) * len); /* text and tree of a usual page: 2.6 times its bytes */
	return MK_OK;
}

static char *keep_string(mk_page *pg, const char *s)
{
	if (!s)
		return NULL;
	size_t size = strlen(s) + 1;
	return memcpy(arena_alloc(&pg->arena, size), s, size);
}

/* From the text of a page to what of it is kept. */
static void extract_html(mk_page *pg)
{
	pg->article.input_type = MK_INPUT_HTML;
	tree_build(pg, true);
	meta_open(pg);
	block_split(pg);
	meta_read(pg);
	feature_measure(pg);
	model_score(pg);
	choose_cut(pg);
	model_judge(pg);
	byline_date(pg);
	language_find(pg);
	comment_find(pg);
	picture_find(pg);
	choose_blocks(pg);
	outline_check_tables(pg);
}

/* The same for a plain-text capture: the lines become a tree, and what a page would say of itself is read off them once they have scores. */
static void extract_capture(mk_page *pg)
{
	pg->article.input_type = MK_INPUT_TEXT;
	capture_build(pg);
	block_split(pg);
	capture_score(pg);
	choose_cut(pg);
	capture_judge(pg);
	language_find(pg);
	capture_read(pg);
	choose_blocks(pg);
}

mk_status mk_extract(mk_page *pg, const void *bytes, size_t len, const mk_options *options)
{
	if (!pg)
		return MK_BAD_ARGUMENT;
	mk_status status = begin(pg, bytes, len, options);
	if (status)
		return status;
	if (setjmp(pg->arena.escape))
		return MK_NO_MEMORY;
	pg->options.url = keep_string(pg, pg->options.url);
	pg->options.input = keep_string(pg, pg->options.input);
	decode_page(pg, bytes, len);
	if (capture_is_text(pg))
		extract_capture(pg);
	else
		extract_html(pg);
	pg->has_article = true;
	return MK_OK;
}

mk_status mk_parse(mk_page *pg, const void *bytes, size_t len, const mk_options *options)
{
	if (!pg)
		return MK_BAD_ARGUMENT;
	mk_status status = begin(pg, bytes, len, options);
	if (status)
		return status;
	if (setjmp(pg->arena.escape)) {
		pg->document = NULL;
		return MK_NO_MEMORY;
	}
	decode_page(pg, bytes, len);
	tree_build(pg, false);
	return MK_OK;
}

mk_status mk_parse_fragment(mk_page *pg, const char *context, const void *bytes, size_t len, const mk_options *options)
{
	if (!pg || !context)
		return MK_BAD_ARGUMENT;
	mk_status status = begin(pg, bytes, len, options);
	if (status)
		return status;
	if (setjmp(pg->arena.escape)) {
		pg->document = NULL;
		return MK_NO_MEMORY;
	}
	decode_utf8(pg, bytes, len);
	pg->is_fragment = true;
	tree_build_fragment(pg, context);
	return MK_OK;
}

/* ---- Pages ---- */

mk_page *mk_page_new(const mk_allocator *allocator)
{
	struct arena a;
	arena_init(&a, allocator);
	mk_page *pg = a.allocator.alloc(a.allocator.user, sizeof *pg);
	if (!pg)
		return NULL;
	memset(pg, 0, sizeof *pg);
	arena_init(&pg->arena, &a.allocator);
	return pg;
}

void mk_page_free(mk_page *pg)
{
	if (!pg)
		return;
	arena_free(&pg->arena);
	mk_allocator allocator = pg->arena.allocator;
	allocator.free(allocator.user, pg, sizeof *pg);
}

size_t mk_page_memory(const mk_page *pg, size_t *at_peak)
{
	if (at_peak)
		*at_peak = pg->arena.peak + sizeof *pg;
	return pg->arena.held + pg->arena.spared + sizeof *pg;
}

/* ---- What was found ---- */

const mk_article *mk_article_of(const mk_page *pg)
{
	return pg && pg->has_article ? &pg->article : NULL;
}

const mk_block *mk_block_at(const mk_page *pg, uint32_t i)
{
	return pg && pg->has_article && i < pg->article.n_blocks ? &pg->blocks[i].pub : NULL;
}

const float *mk_features_of(mk_page *pg, uint32_t i)
{
	if (!mk_block_at(pg, i))
		return NULL;
	return pg->capture ? capture_row_of(pg, i) : feature_row(pg, i);
}

const float *mk_contributions_of(mk_page *pg, uint32_t i)
{
	if (!mk_block_at(pg, i))
		return NULL;
	return pg->capture ? capture_contributions(pg, i) : model_contributions(pg, i);
}

mk_str mk_source(const mk_page *pg)
{
	return pg ? (mk_str){pg->text, pg->text_len} : (mk_str){NULL, 0};
}

/* ---- Writers ---- */

/*
 * Runs one writer.  WRITE is a call that appends to b.  A macro, since the setjmp must stand in a function that is still running when
 * the writer is.
 */
#define RUN_WRITER(pg, out, ready, expected, WRITE)                                                                                \
	do {                                                                                                                       \
		struct buf b;                                                                                                      \
		if (!(out))                                                                                                        \
			return MK_BAD_ARGUMENT;                                                                                    \
		*(out) = (mk_str){NULL, 0};                                                                                        \
		if (!(pg) || !(ready))                                                                                             \
			return MK_BAD_ARGUMENT;                                                                                    \
		if (setjmp((pg)->arena.escape))                                                                                    \
			return MK_NO_MEMORY;                                                                                       \
		buf_init(&b, &(pg)->arena, expected);                                                                              \
		WRITE;                                                                                                             \
		*(out) = (mk_str){b.p, b.len};                                                                                     \
		return MK_OK;                                                                                                      \
	} while (0)

mk_status mk_markdown(mk_page *pg, unsigned flags, mk_str *out)
{
	RUN_WRITER(pg, out, pg->has_article, 16384, markdown_write(pg, flags, &b));
}

mk_status mk_text(mk_page *pg, mk_str *out)
{
	RUN_WRITER(pg, out, pg->has_article, 16384, text_write(pg, false, &b));
}

mk_status mk_comments(mk_page *pg, mk_str *out)
{
	RUN_WRITER(pg, out, pg->has_article, 4096, text_write(pg, true, &b));
}

mk_status mk_html(mk_page *pg, unsigned flags, mk_str *out)
{
	RUN_WRITER(pg, out, pg->has_article, 16384, html_write(pg, flags, &b));
}

mk_status mk_json(mk_page *pg, uint64_t fields, unsigned flags, mk_str *out)
{
	RUN_WRITER(pg, out, pg->has_article, 32768, json_write(pg, fields ? fields : MK_FIELDS_DEFAULT, flags, &b));
}

mk_status mk_tree(mk_page *pg, mk_str *out)
{
	RUN_WRITER(pg, out, pg->document, 65536, dump_write(pg, &b));
}
