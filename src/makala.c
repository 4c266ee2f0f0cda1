/* SPDX-License-Identifier: Apache-2.0 */
/*
 * makala.c - entry points of the library: bytes of a web page in, its article out.  Read this file first, then page.h.
 *
 * mk_extract() shows the whole process: it decodes the input and calls the stages one after another, with one list of stages for
 * HTML and one for plain text.  A stage reads the fields of struct mk_page that earlier stages have filled, and writes its own;
 * each runs once.  Stages return nothing, because none of them can fail: any bytes have a tree, and limits end a stage early with a
 * warning.  The one exception is memory: arena_alloc() never returns NULL, but leaves by longjmp() to the entry point, which
 * returns MK_NO_MEMORY if the allocator has refused, and reads less of the input if the limit was reached.  The arena is all that a
 * stage may hold at that moment, so there is nothing to clean up.
 *
 * The public writers (mk_markdown() …) are at the end of the file.  They run on request, after mk_extract(), and their output is
 * kept.
 */
#include "feature.h"

#define DEPTH_MOST 512
#define ATTRIBUTES_MOST 512
#define INPUT_MOST ((size_t)INT32_MAX)
#define ARENA_LEAST ((size_t)1 << 20)
#define INPUT_LEAST 64 /* bytes; no smaller part of an input is tried */
#define MEMORY_TIMES 128 /* a page may take this many bytes for each byte of its input; about half of them are touched */
#define MEMORY_LEAST ((uint64_t)26 << 20) /* and this many besides */
#define OUTPUT_SHARE 6 /* one part in this many is left to the writers and lists, */
#define OUTPUT_LEAST ((size_t)256 << 10) /* and this many bytes besides */

static uint64_t value_or(uint64_t value, uint64_t otherwise)
{
	return value ? value : otherwise;
}

static bool in_range(mk_page *pg, const char *name, uint64_t value, uint64_t least, uint64_t most)
{
	if (value < least || value > most)
		record_fail(pg, MK_BAD_ARGUMENT, "%s: %llu is outside %llu to %llu", name, (unsigned long long)value, (unsigned long long)least,
		     (unsigned long long)most);
	return value >= least && value <= most;
}

/*
 * Fills pg->options from the caller's options and defaults; false, with mk_error() set, if one of them is not allowed.
 */
static bool read_options(mk_page *pg, const mk_options *given)
{
	mk_options *o = &pg->options;
	if (record_options(pg, o, sizeof *o, given, given ? given->size : 0))
		return false;
	o->size = sizeof *o;
	o->max_depth = (uint32_t)value_or(o->max_depth, DEPTH_MOST);
	o->max_attributes = (uint32_t)value_or(o->max_attributes, ATTRIBUTES_MOST);
	o->max_work = value_or(o->max_work, 1000000000);
	o->max_input_bytes = (size_t)value_or(o->max_input_bytes, INPUT_MOST);
	o->max_arena_bytes = (size_t)value_or(o->max_arena_bytes, (size_t)1 << 31);
	if (o->charset && !decode_is_label(o->charset, strlen(o->charset))) {
		record_fail(pg, MK_BAD_ARGUMENT, "charset: is not an encoding label of the WHATWG standard");
		return false;
	}
	return in_range(pg, "view", (uint64_t)o->view, 0, MK_VIEW_EVERYTHING) &&
	       in_range(pg, "input_type", (uint64_t)o->input_type, 0, MK_N_INPUT_TYPES - 1) &&
	       in_range(pg, "max_depth", o->max_depth, 16, DEPTH_MOST) &&
	       in_range(pg, "max_attributes", o->max_attributes, 1, ATTRIBUTES_MOST) &&
	       in_range(pg, "max_input_bytes", o->max_input_bytes, 1, INPUT_MOST) &&
	       in_range(pg, "max_arena_bytes", o->max_arena_bytes, ARENA_LEAST, SIZE_MAX);
}

/* Clears the page for an input of which n bytes are to be read. */
static void clear(mk_page *pg, size_t n)
{
	pg->has_article = false;
	pg->is_binary = false;
	pg->plain_text = NULL;
	pg->document = NULL;
	pg->is_fragment = false;
	pg->text = NULL;
	pg->text_len = 0;
	pg->names = NULL;
	pg->n_names = 0;
	pg->n_elements = pg->n_texts = pg->n_boxes = 0;
	pg->blocks = NULL;
	pg->containers = NULL;
	pg->n_containers = pg->n_embedded = 0;
	pg->longest_address = 0;
	pg->images = NULL;
	pg->n_images = pg->n_controls = pg->n_media = 0;
	memset(pg->n_with_cue, 0, sizeof pg->n_with_cue);
	pg->schema = 0;
	pg->overlap.n_texts = 0;
	pg->overlap.n_bytes = 0;
	memset(pg->overlap.n_words, 0, sizeof pg->overlap.n_words);
	pg->room = NULL;
	pg->measure = NULL;
	pg->survey = NULL;
	pg->contributions = NULL;
	pg->facts = NULL;
	pg->place = NULL;
	pg->pictures = NULL;
	pg->packed_len = 0;
	pg->base_url = (mk_str){NULL, 0};
	memset(&pg->article, 0, sizeof pg->article);
	pg->written = NULL;
	pg->image_list = NULL;
	pg->link_list = NULL;
	pg->structure_list = NULL;
	pg->chunk_list = NULL;
	pg->claim_list = NULL;
	pg->arena.limit = pg->most_memory = pg->memory > OUTPUT_LEAST ? pg->memory - pg->memory / OUTPUT_SHARE - OUTPUT_LEAST : 0;
	arena_reset(&pg->arena, (pg->options.in_place ? 2 : 3) * n); /* text and tree of a usual page take 2.6 times its bytes */
}

/* Checks the arguments and sets the limits for an input of len bytes. */
static mk_status begin(mk_page *pg, const void *bytes, size_t len, const mk_options *given)
{
	pg->memory = 0;
	clear(pg, 0);
	pg->error[0] = '\0';
	if (!read_options(pg, given))
		return MK_BAD_ARGUMENT;
	if (!bytes && len)
		return record_fail(pg, MK_BAD_ARGUMENT, "bytes: is NULL, and len is %zu", len);
	if (len > pg->options.max_input_bytes)
		return record_fail(pg, MK_TOO_BIG, "len: %zu is more than max_input_bytes, %zu", len, pg->options.max_input_bytes);
	const uint64_t most = MEMORY_TIMES * (uint64_t)len + MEMORY_LEAST;
	pg->memory = most < pg->options.max_arena_bytes ? (size_t)most : pg->options.max_arena_bytes;
	clear(pg, len);
	return MK_OK;
}

/* The stages of an HTML page, from its decoded text to the choice of blocks.  page.h lists what each of them reads and writes. */
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
	list_check_addresses(pg);
	choose_embedded(pg);
}

/* The stages of a plain-text input.  Its lines become a tree, so that block_split() and the writers work as they do for HTML.
 * There are no claims in markup: title, authors and dates are read from the lines, and only after scoring, because the scores tell
 * where they are. */
static void extract_plain_text(mk_page *pg)
{
	pg->article.input_type = MK_INPUT_TEXT;
	plain_text_build(pg);
	block_split(pg);
	plain_text_score(pg);
	choose_cut(pg);
	plain_text_judge(pg);
	language_find(pg);
	plain_text_read(pg);
	choose_blocks(pg);
}

/*
 * How many bytes to read at first.  The copy of the text may take a quarter of the memory; the tree and the blocks of a page take
 * more than its text.
 */
static size_t bytes_at_first(const mk_page *pg, size_t len)
{
	const size_t most = pg->memory / 4;
	return pg->options.in_place || len <= most ? len : most;
}

/* Prepares the page for only the first n bytes of its input.  They end before a character that would be cut in UTF-8 or UTF-16. */
static size_t take_part(mk_page *pg, const char *bytes, size_t n)
{
	n &= ~(size_t)3;
	for (int i = 0; i < 3 && n && ((unsigned char)bytes[n] & 0xC0) == 0x80; i++)
		n--;
	pg->options.in_place = false; /* there are no NULs after the part */
	clear(pg, n);
	warn(pg, MK_WARN_MEMORY);
	return n;
}

/*
 * The stages stop early when memory runs short, but none of them knows how much the later ones will need.  If the limit is reached
 * all the same, half as much of the input is read again, so that a page always gives a part.  All attempts together read at most
 * twice the input.  Returns false, with mk_error() set, if reading less does not help.
 */
static bool read_less(mk_page *pg, volatile size_t *part, const mk_options *options)
{
	if (pg->arena.refused || *part < INPUT_LEAST) {
		pg->document = NULL;
		record_no_memory(pg);
		return false;
	}
	*part /= 2;
	return read_options(pg, options); /* the copies of its strings are gone */
}

mk_status mk_extract(mk_page *pg, const void *bytes, size_t len, const mk_options *options)
{
	if (!pg)
		return MK_BAD_ARGUMENT;
	mk_status status = begin(pg, bytes, len, options);
	if (status)
		return status;
	volatile size_t part = bytes_at_first(pg, len);
	if (setjmp(pg->arena.escape) && !read_less(pg, &part, options))
		return MK_NO_MEMORY;
	const size_t n = part < len ? take_part(pg, bytes, part) : len;
	pg->options.url = decode_string(pg, pg->options.url);
	pg->options.input = decode_string(pg, pg->options.input);
	decode_page(pg, bytes, n);
	if (plain_text_is_text(pg))
		extract_plain_text(pg);
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
	volatile size_t part = bytes_at_first(pg, len);
	if (setjmp(pg->arena.escape) && !read_less(pg, &part, options))
		return MK_NO_MEMORY;
	decode_page(pg, bytes, part < len ? take_part(pg, bytes, part) : len);
	tree_build(pg, false);
	pg->arena.limit = pg->memory;
	return MK_OK;
}

mk_status mk_parse_fragment(mk_page *pg, const char *context, const void *bytes, size_t len, const mk_options *options)
{
	if (!pg)
		return MK_BAD_ARGUMENT;
	if (!context)
		return record_fail(pg, MK_BAD_ARGUMENT, "context: is NULL");
	mk_status status = begin(pg, bytes, len, options);
	if (status)
		return status;
	if (setjmp(pg->arena.escape)) {
		pg->document = NULL;
		return record_no_memory(pg);
	}
	decode_utf8(pg, bytes, len);
	pg->is_fragment = true;
	tree_build_fragment(pg, context);
	pg->arena.limit = pg->memory;
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
		*at_peak = pg ? pg->arena.peak + sizeof *pg : 0;
	return pg ? pg->arena.held + pg->arena.spared + sizeof *pg : 0;
}

/* The row that of() returns for block i, without the blocks of embedded text, which no row knows of.  Their own rows are zeros. */
static const float *own_row(mk_page *pg, uint32_t i, const float *of(mk_page *, uint32_t))
{
	static const float zeros[N_FEATURES];
	if (!mk_block_at(pg, i))
		return NULL;
	if (i >= pg->article.n_blocks - pg->n_embedded)
		return zeros;
	pg->article.n_blocks -= pg->n_embedded;
	const float *row = of(pg, i);
	pg->article.n_blocks += pg->n_embedded;
	return row;
}

const float *mk_features_of(mk_page *pg, uint32_t i)
{
	return own_row(pg, i, pg && pg->plain_text ? plain_text_row_of : feature_row);
}

const float *mk_contributions_of(mk_page *pg, uint32_t i)
{
	return own_row(pg, i, pg && pg->plain_text ? plain_text_contributions : model_contributions);
}

mk_str mk_source(const mk_page *pg)
{
	return pg ? (mk_str){pg->text, pg->text_len} : (mk_str){NULL, 0};
}

/* ---- Writers ---- */

#define FLAGS_KNOWN (MK_IMAGES | MK_NO_LINKS)

/* The output of a call: kept from an earlier call, or written now. */
static const struct written *write_once(mk_page *pg, enum form form, uint64_t fields, unsigned flags)
{
	if (form == FORM_FIELD)
		return written_field(pg, fields, flags);
	const struct written *kept = written_find(pg, form, fields, flags);
	if (kept)
		return kept;
	struct buf b;
	struct written *w = written_begin(pg, form, fields, flags, form == FORM_RECORD ? 32768 : 4096, &b);
	if (form == FORM_RECORD)
		json_write(pg, fields, flags, &b);
	else
		json_value(pg, fields, flags, &b);
	return written_keep(pg, w, &b);
}

/* Common body of the public writers: checks the arguments, writes or finds the kept output, and sets *out to it. */
static mk_status write_public(mk_page *pg, enum form form, uint64_t fields, unsigned flags, mk_str *out)
{
	mk_status status = record_ready_for(pg, out);
	if (status)
		return status;
	if (flags & ~(unsigned)FLAGS_KNOWN)
		return record_fail(pg, MK_BAD_ARGUMENT, "flags: 0x%x has an unknown bit", flags);
	if (form == FORM_VALUE && !mk_field_name(fields))
		return record_fail(pg, MK_BAD_ARGUMENT, "field: 0x%llx is not exactly one known field", (unsigned long long)fields);
	RESULTS_TRY(pg, return MK_NO_MEMORY);
	*out = write_once(pg, form, fields, flags)->text;
	return MK_OK;
}

mk_status mk_markdown(mk_page *pg, unsigned flags, mk_str *out)
{
	return write_public(pg, FORM_FIELD, MK_FIELD_MARKDOWN, flags, out);
}

mk_status mk_text(mk_page *pg, mk_str *out)
{
	return write_public(pg, FORM_FIELD, MK_FIELD_TEXT, 0, out);
}

mk_status mk_comments(mk_page *pg, mk_str *out)
{
	return write_public(pg, FORM_FIELD, MK_FIELD_COMMENTS, 0, out);
}

mk_status mk_html(mk_page *pg, unsigned flags, mk_str *out)
{
	return write_public(pg, FORM_FIELD, MK_FIELD_HTML, flags, out);
}

mk_status mk_value(mk_page *pg, uint64_t field, unsigned flags, mk_str *out)
{
	return write_public(pg, FORM_VALUE, field, flags, out);
}

mk_status mk_json(mk_page *pg, uint64_t fields, unsigned flags, mk_str *out)
{
	return write_public(pg, FORM_RECORD, fields ? fields : MK_FIELDS_DEFAULT, flags, out);
}

mk_status mk_spans(mk_page *pg, uint64_t field, unsigned flags, const mk_span **spans, size_t *n)
{
	mk_str text;
	if (spans)
		*spans = NULL;
	if (n)
		*n = 0;
	mk_status status = record_ready(pg);
	if (status)
		return status;
	if (!spans || !n)
		return record_fail(pg, MK_BAD_ARGUMENT, spans ? "n: is NULL" : "spans: is NULL");
	if (field != MK_FIELD_TEXT && field != MK_FIELD_MARKDOWN && field != MK_FIELD_HTML && field != MK_FIELD_COMMENTS)
		return record_fail(pg, MK_BAD_ARGUMENT, "field: 0x%llx is not text, markdown, html or comments", (unsigned long long)field);
	status = write_public(pg, FORM_FIELD, field, flags, &text);
	if (status)
		return status;
	const struct written *w = write_once(pg, FORM_FIELD, field, flags); /* kept: allocates nothing, so no longjmp() */
	*spans = w->spans;
	*n = w->n_spans;
	return MK_OK;
}

mk_status mk_chunks_json(mk_page *pg, mk_str *out)
{
	struct buf b;
	mk_status status = record_ready_for(pg, out);
	if (status)
		return status;
	if (!pg->chunk_list)
		return record_fail(pg, MK_BAD_ARGUMENT, "page: holds no chunks");
	RESULTS_TRY(pg, return MK_NO_MEMORY);
	buf_init(&b, &pg->arena, 16384);
	json_chunks(pg, &b);
	*out = (mk_str){b.p, b.len};
	return MK_OK;
}

mk_status mk_tree(mk_page *pg, mk_str *out)
{
	struct buf b;
	if (out)
		*out = (mk_str){NULL, 0};
	if (!pg)
		return MK_BAD_ARGUMENT;
	if (!out || !pg->document)
		return record_fail(pg, MK_BAD_ARGUMENT, out ? "page: holds no tree" : "out: is NULL");
	pg->error[0] = '\0';
	RESULTS_TRY(pg, return MK_NO_MEMORY);
	const size_t most = OUTPUT_MOST(pg), room = output_room(pg);
	buf_init(&b, &pg->arena, room < 65536 ? room : 65536);
	b.most = most < room ? most : room;
	dump_write(pg, &b);
	*out = (mk_str){b.p, b.len};
	return MK_OK;
}
