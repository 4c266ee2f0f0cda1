/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.c - the names of enumeration values: statuses, warnings, verdicts, page types, block kinds, reasons.
 *
 * The record, the command and the bindings show these names, and scripts match on them: they are part of the stable interface, so a
 * published name never changes.  A function returns NULL if the value is outside its enumeration or means "unknown";
 * mk_status_string() always returns a string.
 */
#include "language.h"
#include "page.h"

#define NAME_OF(names, i) ((size_t)(i) < sizeof names / sizeof names[0] ? names[i] : NULL)

#if defined(MK_WITH_DETECTOR)
#define DETECTOR "uchardet"
#else
#define DETECTOR "none"
#endif
#if defined(MK_SCALAR)
#define VECTORS "none"
#elif defined(__SSE2__)
#define VECTORS "avx2" /* model.c tests the processor at run time and uses SSE2 if it has no AVX2 */
#elif defined(__ARM_NEON) && defined(__aarch64__)
#define VECTORS "neon"
#else
#define VECTORS "none"
#endif
#define DETAILS(languages) MK_VERSION_STRING " detector=" DETECTOR " languages=" languages " vectors=" VECTORS

const char *mk_version(void)
{
	return MK_VERSION_STRING;
}

const char *mk_version_details(void)
{
#if defined(MK_WITH_LANGUAGES)
	if (language_cld2_is_linked())
		return DETAILS("cld2");
#endif
	return DETAILS("none");
}

const char *mk_status_string(mk_status status)
{
	static const char *const names[MK_N_STATUS] = {
	        [MK_OK] = "no error",
	        [MK_NO_MEMORY] = "out of memory",
	        [MK_TOO_BIG] = "input too big",
	        [MK_BAD_ARGUMENT] = "bad argument",
	        [MK_BAD_ARCHIVE] = "damaged archive",
	        [MK_IO] = "input or output error",
	};
	const char *name = NAME_OF(names, status);
	return name ? name : "unknown status";
}

/* The name of a set with exactly one bit, bit i; NULL for any other set. */
static const char *name_of_bit(const char *const *names, unsigned n_names, uint64_t bit)
{
	for (unsigned i = 0; i < n_names; i++)
		if (bit == UINT64_C(1) << i)
			return names[i];
	return NULL;
}

const char *mk_warning_name(unsigned warning_bit)
{
	static const char *const names[MK_N_WARNINGS] = {"depth",    "attributes", "work",     "memory", "formatting",
	                                                 "encoding", "charset",    "not_html", "table",  "names",      "script", "xhtml",
	                                                 "metadata", "address", "output"};
	return name_of_bit(names, MK_N_WARNINGS, warning_bit);
}

const char *mk_input_type_name(mk_input_type type)
{
	static const char *const names[] = {"auto", "html", "text"};
	return NAME_OF(names, type);
}

const char *mk_verdict_name(mk_verdict verdict)
{
	static const char *const names[] = {"content", "empty", "shell", "error_page", "nothing"};
	return NAME_OF(names, verdict);
}

const char *mk_page_type_name(mk_page_type type)
{
	static const char *const names[MK_N_PAGE_TYPES] = {NULL,         "article", "forum",         "product",
	                                                   "collection", "listing", "documentation", "service"};
	return NAME_OF(names, type);
}

const char *mk_block_kind_name(mk_block_kind kind)
{
	static const char *const names[MK_N_BLOCK_KINDS] = {"paragraph", "heading", "item",    "quote",
	                                                    "code",      "cell",    "caption", "control"};
	return NAME_OF(names, kind);
}

const char *mk_reason_name(mk_reason reason)
{
	static const char *const names[MK_N_REASONS] = {
	        [MK_KEPT_SCORE] = "score",           [MK_KEPT_BESIDE] = "beside",       [MK_KEPT_EVERYTHING] = "everything",
	        [MK_KEPT_COMMENT] = "comment",       [MK_DROPPED_SCORE] = "low score",   [MK_DROPPED_REPEAT] = "repeat",
	        [MK_DROPPED_TABLE] = "table",        [MK_DROPPED_COMMENT] = "no comment", [MK_DROPPED_TITLE] = "title",
	        [MK_DROPPED_PAGE] = "no content on page", [MK_DROPPED_ARTICLE] = "other article", [MK_DROPPED_FIELD] = "field",
	        [MK_DROPPED_EMBEDDED] = "embedded"};
	return NAME_OF(names, reason);
}
