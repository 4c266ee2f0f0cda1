/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c - the fields of the record: one table with the name, type and location of each field, and the public functions that read
 * it.
 *
 * Callers of the library and json.c read fields through the same functions, so a field has the same value in C and in JSON.
 */
#include "page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* ---- Errors ---- */

mk_status record_fail(mk_page *pg, mk_status status, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(pg->error, sizeof pg->error, format, args);
	va_end(args);
	return status;
}

mk_status record_no_memory(mk_page *pg)
{
	return record_fail(pg, MK_NO_MEMORY, "out of memory: the allocator refused, or the limit max_arena_bytes, %zu, is reached",
	            pg->options.max_arena_bytes);
}

const char *mk_error(const mk_page *pg)
{
	return pg ? pg->error : "page: is NULL";
}

mk_status record_ready(mk_page *pg)
{
	if (!pg)
		return MK_BAD_ARGUMENT;
	if (!pg->has_article)
		return record_fail(pg, MK_BAD_ARGUMENT, "page: holds no article; mk_extract() has not been called or has failed");
	pg->error[0] = '\0';
	return MK_OK;
}

mk_status record_ready_for(mk_page *pg, mk_str *out)
{
	if (out)
		*out = (mk_str){NULL, 0};
	mk_status status = record_ready(pg);
	return status || out ? status : record_fail(pg, MK_BAD_ARGUMENT, "out: is NULL");
}

#define OPTIONS_MOST ((size_t)4096) /* bytes; a larger size means that the caller has not initialised the struct */

mk_status record_options(mk_page *pg, void *options, size_t size, const void *given, size_t given_size)
{
	memset(options, 0, size);
	if (!given)
		return MK_OK;
	if (given_size < sizeof(size_t) || given_size > OPTIONS_MOST)
		return record_fail(pg, MK_BAD_ARGUMENT, "size: %zu is outside %zu to %zu", given_size, sizeof(size_t), OPTIONS_MOST);
	memcpy(options, given, given_size < size ? given_size : size);
	for (size_t i = size; i < given_size; i++)
		if (((const char *)given)[i])
			return record_fail(pg, MK_BAD_ARGUMENT, "options: an option is set that version " MK_VERSION_STRING " does not know");
	return MK_OK;
}

/* ---- Memory ---- */

#define FRUGAL_MOST 12 /* attempts; the last one has 1/4096 of the usual budget */

/* One result may take three quarters of the memory that is left, so that others can follow. */
struct results_before results_before(mk_page *pg)
{
	struct arena *a = &pg->arena;
	pg->frugal = 0;
	a->limit = a->held + (pg->memory > a->held ? (pg->memory - a->held) / 4 * 3 : 0);
	return (struct results_before){arena_mark(&pg->arena), pg->written, pg->image_list, pg->link_list, pg->structure_list,
	        pg->claim_list};
}

bool results_again(mk_page *pg, const struct results_before *before)
{
	arena_rewind(&pg->arena, before->mark);
	pg->written = before->written;
	pg->image_list = before->image_list;
	pg->link_list = before->link_list;
	pg->structure_list = before->structure_list;
	pg->claim_list = before->claim_list;
	if (pg->arena.refused || pg->frugal == FRUGAL_MOST) {
		record_no_memory(pg);
		return false;
	}
	pg->frugal++;
	return true;
}

/* ---- The table ---- */

/* Where the value of a field comes from. */
enum field_read {
	READ_STRING, /* an mk_str of mk_article */
	READ_LIST,   /* an mk_list of mk_article */
	READ_SHARE,  /* a float of mk_article, 0 to 1 */
	READ_INPUT,
	READ_PAGE_TYPE,
	READ_VERDICT,
	READ_WARNINGS,
	READ_WRITTEN, /* output of a writer: text, Markdown, HTML, comments */
	READ_JSON     /* has no C value; json.c writes it from blocks, lists or provenance */
};

static const struct field {
	const char *name;
	uint8_t type, read;
	uint16_t value, source; /* offsets in mk_article of the value and of its provenance; source 0: no provenance */
} field_table[MK_N_FIELDS] = {
#define STRING(member) {#member, MK_TYPE_STRING, READ_STRING, offsetof(mk_article, member), 0}
#define SOURCED(member) {#member, MK_TYPE_STRING, READ_STRING, offsetof(mk_article, member), offsetof(mk_article, member##_source)}
#define LIST(member) {#member, MK_TYPE_STRINGS, READ_LIST, offsetof(mk_article, member), offsetof(mk_article, member##_source)}
#define SHARE(member) {#member, MK_TYPE_NUMBER, READ_SHARE, offsetof(mk_article, member), 0}
#define OTHER(name, type, read) {name, type, read, 0, 0}
        OTHER("input", MK_TYPE_STRING, READ_INPUT),
        STRING(url),
        SOURCED(canonical_url),
        STRING(hostname),
        SOURCED(title),
        LIST(authors),
        SOURCED(date_published),
        SOURCED(date_modified),
        STRING(date_raw),
        SOURCED(language),
        SOURCED(direction),
        SOURCED(site_name),
        SOURCED(description),
        LIST(categories),
        LIST(tags),
        SOURCED(license),
        SOURCED(image),
        OTHER("page_type", MK_TYPE_STRING, READ_PAGE_TYPE),
        OTHER("verdict", MK_TYPE_STRING, READ_VERDICT),
        SHARE(confidence),
        OTHER("text", MK_TYPE_STRING, READ_WRITTEN),
        OTHER("markdown", MK_TYPE_STRING, READ_WRITTEN),
        OTHER("html", MK_TYPE_STRING, READ_WRITTEN),
        OTHER("comments", MK_TYPE_STRING, READ_WRITTEN),
        OTHER("blocks", MK_TYPE_OBJECTS, READ_JSON),
        OTHER("links", MK_TYPE_OBJECTS, READ_JSON),
        OTHER("images", MK_TYPE_OBJECTS, READ_JSON),
        SOURCED(next_page),
        SOURCED(charset),
        OTHER("warnings", MK_TYPE_STRINGS, READ_WARNINGS),
        OTHER("provenance", MK_TYPE_OBJECT, READ_JSON),
        STRING(language_declared),
        STRING(language_detected),
        SHARE(language_score),
#undef STRING
#undef SOURCED
#undef LIST
#undef SHARE
#undef OTHER
};

/* The field of exactly one MK_FIELD_ bit; NULL for any other value. */
static const struct field *field_of(uint64_t bit)
{
	const bool single = bit && !(bit & (bit - 1)) && bit < UINT64_C(1) << MK_N_FIELDS;
	return single ? &field_table[__builtin_ctzll(bit)] : NULL;
}

const char *mk_field_name(uint64_t bit)
{
	const struct field *f = field_of(bit);
	return f ? f->name : NULL;
}

uint64_t mk_field_by_name(const char *name)
{
	for (unsigned i = 0; name && i < MK_N_FIELDS; i++)
		if (!strcmp(name, field_table[i].name))
			return UINT64_C(1) << i;
	return 0;
}

mk_field_type mk_field_type_of(uint64_t bit)
{
	const struct field *f = field_of(bit);
	return f ? (mk_field_type)f->type : MK_TYPE_NONE;
}

/* ---- Values ---- */

static mk_str static_string(const char *s)
{
	return s ? (mk_str){s, strlen(s)} : (mk_str){NULL, 0};
}

static const void *member(const mk_page *pg, uint16_t offset)
{
	return (const char *)&pg->article + offset;
}

mk_str record_string(mk_page *pg, uint64_t bit, unsigned flags)
{
	const struct field *f = field_of(bit);
	switch (f->read) {
	case READ_INPUT:
		return static_string(pg->options.input);
	case READ_PAGE_TYPE:
		return static_string(mk_page_type_name(pg->article.page_type));
	case READ_VERDICT:
		return static_string(mk_verdict_name(pg->article.verdict));
	case READ_WRITTEN: {
		const mk_str text = written_field(pg, bit, flags)->text;
		return bit == MK_FIELD_COMMENTS && !text.len ? (mk_str){NULL, 0} : text;
	}
	default:
		return *(const mk_str *)member(pg, f->value);
	}
}

mk_list record_strings(mk_page *pg, uint64_t bit)
{
	const struct field *f = field_of(bit);
	if (f->read != READ_WARNINGS)
		return *(const mk_list *)member(pg, f->value);
	size_t n = 0;
	for (unsigned i = 0; i < MK_N_WARNINGS; i++)
		if (pg->article.warnings & 1u << i)
			pg->warning_names[n++] = static_string(mk_warning_name(1u << i));
	return (mk_list){n ? pg->warning_names : NULL, n};
}

double record_number(const mk_page *pg, uint64_t bit)
{
	if (bit == MK_FIELD_LANGUAGE_SCORE && !pg->article.language_detected.p)
		return (double)NAN;
	return (double)*(const float *)member(pg, field_of(bit)->value);
}

const char *record_source(const mk_page *pg, uint64_t bit)
{
	const struct field *f = field_of(bit);
	return f->source ? *(const char *const *)member(pg, f->source) : NULL;
}

bool record_has_source(uint64_t bit)
{
	return field_of(bit)->source != 0;
}

/* ---- Public ---- */

/*
 * Whether the page holds an article and the field is of this type (MK_TYPE_NONE: of any type).  If not, mk_error() states the
 * reason; otherwise it is cleared.
 */
static bool may_read(mk_page *pg, uint64_t bit, mk_field_type type, const char *type_name)
{
	if (record_ready(pg))
		return false;
	const struct field *f = field_of(bit);
	if (!f)
		record_fail(pg, MK_BAD_ARGUMENT, "field: 0x%llx is not exactly one known field", (unsigned long long)bit);
	else if (type && f->type != type)
		record_fail(pg, MK_BAD_ARGUMENT, "field: %s is not of type %s", f->name, type_name);
	return !pg->error[0];
}

mk_str mk_string(mk_page *pg, uint64_t bit)
{
	if (!may_read(pg, bit, MK_TYPE_STRING, "string"))
		return (mk_str){NULL, 0};
	const mk_str none = {NULL, 0};
	RESULTS_TRY(pg, return none);
	return record_string(pg, bit, 0);
}

const mk_str *mk_strings(mk_page *pg, uint64_t bit, size_t *n)
{
	if (n)
		*n = 0;
	if (!may_read(pg, bit, MK_TYPE_STRINGS, "strings"))
		return NULL;
	if (!n) {
		record_fail(pg, MK_BAD_ARGUMENT, "n: is NULL");
		return NULL;
	}
	const mk_list list = record_strings(pg, bit);
	*n = list.n;
	return list.items;
}

double mk_number(mk_page *pg, uint64_t bit)
{
	return may_read(pg, bit, MK_TYPE_NUMBER, "number") ? record_number(pg, bit) : (double)NAN;
}

const char *mk_provenance(mk_page *pg, uint64_t bit)
{
	return may_read(pg, bit, MK_TYPE_NONE, "") ? record_source(pg, bit) : NULL;
}

mk_verdict mk_verdict_of(const mk_page *pg)
{
	return pg && pg->has_article ? pg->article.verdict : MK_VERDICT_EMPTY;
}

mk_page_type mk_page_type_of(const mk_page *pg)
{
	return pg && pg->has_article ? pg->article.page_type : MK_PAGE_NONE;
}

mk_input_type mk_input_type_of(const mk_page *pg)
{
	return pg && pg->has_article ? pg->article.input_type : MK_INPUT_AUTO;
}

uint32_t mk_warnings(const mk_page *pg)
{
	return pg && pg->document ? pg->article.warnings : 0; /* also after mk_parse() */
}

uint32_t mk_n_blocks(const mk_page *pg)
{
	return pg && pg->has_article ? pg->article.n_blocks : 0;
}

uint32_t mk_n_kept(const mk_page *pg)
{
	return pg && pg->has_article ? pg->article.n_kept : 0;
}

const mk_block *mk_block_at(const mk_page *pg, uint32_t i)
{
	return i < mk_n_blocks(pg) ? &pg->blocks[i].pub : NULL;
}

const mk_article *mk_article_of(const mk_page *pg)
{
	return pg && pg->has_article ? &pg->article : NULL;
}
