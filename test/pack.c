/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack.c - tests mk_pack() and mk_unpack():  build/test/pack [PAGE…]
 *
 * A page that was packed and unpacked must have the same documents and lists as the page itself, whatever the view, the address and
 * the format of the page.  Without arguments the pages in examples/ and test/cases/ are tested.  Damaged bytes must be refused, or make
 * a page that the writers can read.
 */
#include "makala_debug.h"
#include "test/check.h"

#include <glob.h>
#include <stdlib.h>

enum { MARKDOWN = 0, HTML = 4, VALUES = 8, N_FORMS = 12 };

/* Form i of the article: Markdown and HTML with all flags; text, comments and lists as JSON. */
static mk_str form(mk_page *page, unsigned i)
{
	static const uint64_t fields[] = {MK_FIELD_TEXT, MK_FIELD_COMMENTS, MK_FIELD_IMAGES, MK_FIELD_LINKS};
	mk_str out;
	if (i < HTML)
		mk_markdown(page, i - MARKDOWN, &out);
	else if (i < VALUES)
		mk_html(page, i - HTML, &out);
	else
		mk_value(page, fields[i - VALUES], 0, &out);
	return out;
}

/* The structure of the next kept block from *at on, with the number of the kept heading above it; NULL at the end. */
static const mk_structure *next_kept(mk_page *page, uint32_t *at)
{
	while (*at < mk_n_blocks(page) && !mk_block_at(page, *at)->keep)
		++*at;
	return *at < mk_n_blocks(page) ? mk_structure_at(page, (*at)++) : NULL;
}

static void compare_structures(mk_page *one, mk_page *other, const char *name)
{
	size_t n;
	uint32_t i = 0, k = 0;
	check(!mk_structures(one, &n) && !mk_structures(other, &n), "%s: structures", name);
	for (const mk_structure *a, *b; (a = next_kept(one, &i)); ) {
		b = next_kept(other, &k);
		if (!check(b && a->list_depth == b->list_depth && a->quote_depth == b->quote_depth && a->item_number == b->item_number &&
		           a->ordered == b->ordered && a->header_cell == b->header_cell && a->row == b->row && a->column == b->column &&
		           a->row_span == b->row_span && a->column_span == b->column_span && (a->table == MK_NO_INDEX) == (b->table == MK_NO_INDEX) &&
		           a->code_language.len == b->code_language.len, "%s: structure of block %u", name, i - 1))
			return;
		const mk_block *x = mk_block_at(one, i - 1), *y = mk_block_at(other, k - 1);
		check(x->from == y->from && x->to == y->to && x->kind == y->kind && x->level == y->level && x->reason == y->reason &&
		      x->n_words == y->n_words, "%s: block %u", name, i - 1);
	}
	check(!next_kept(other, &k), "%s: more blocks", name);
}

/* Unpacks the bytes with one of them changed, and without their end, and runs all writers. */
static void damage(mk_page *page, char *packed, size_t len)
{
	for (size_t at = 0; at < len; at += 1 + len / 50) {
		const char was = packed[at];
		packed[at] = (char)(was ^ (1 << at % 8));
		for (unsigned cut = 0; cut < 2; cut++)
			if (!mk_unpack(page, packed, cut ? at : len))
				for (unsigned i = 0; i < N_FORMS; i++)
					form(page, i);
		packed[at] = was;
	}
	check(true, "no crash");
}

static char *read_file(const char *name, size_t *len)
{
	FILE *file = fopen(name, "rb");
	char *bytes = NULL;
	*len = 0;
	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && (bytes = malloc((size_t)ftell(file) + 1))) {
		*len = (size_t)ftell(file);
		rewind(file);
		*len = fread(bytes, 1, *len, file);
	}
	fclose(file);
	return bytes;
}

static void test_page(mk_page *one, mk_page *other, const char *name, const mk_options *options, bool all_blocks)
{
	size_t len;
	mk_str packed;
	char *bytes = read_file(name, &len);
	check(bytes && !mk_extract(one, bytes, len, options) && !mk_extract(other, bytes, len, options), "%s: %s", name, mk_error(one));
	free(bytes);
	if (!check(!mk_pack(other, all_blocks, &packed), "%s: %s", name, mk_error(other)))
		return;
	char *copy = malloc(packed.len + 1);
	if (copy)
		memcpy(copy, packed.p, packed.len);
	check(mk_pack(other, false, &(mk_str){NULL, 0}) == MK_BAD_ARGUMENT, "%s: packed twice", name);
	check(copy && !mk_unpack(other, copy, packed.len), "%s: %s", name, mk_error(other));
	for (unsigned i = 0; i < N_FORMS; i++) {
		const mk_str a = form(one, i), b = form(other, i);
		check(a.p && b.p && a.len == b.len && !memcmp(a.p, b.p, a.len), "%s: form %u: %.60s", name, i, b.p ? b.p : mk_error(other));
	}
	compare_structures(one, other, name);
	if (copy && packed.len < 20000)
		damage(other, copy, packed.len);
	free(copy);
}

int main(int argc, char **argv)
{
	mk_page *one = mk_page_new(NULL), *other = mk_page_new(NULL);
	glob_t found = {0};
	if (argc == 1) {
		glob("examples/*.html", 0, NULL, &found);
		glob("test/cases/*/page.*", GLOB_APPEND, NULL, &found);
		argc = (int)found.gl_pathc;
		argv = found.gl_pathv;
	} else {
		argc--;
		argv++;
	}
	for (int i = 0; i < argc; i++) {
		const mk_options options = {.size = sizeof options, .url = i % 2 ? "https://example.org/a/b?c" : NULL, .view = (mk_view)(i % 4)};
		TEST(test_page(one, other, argv[i], NULL, false));
		TEST(test_page(one, other, argv[i], &options, i % 3 == 0));
	}
	check(argc > 0, "there are no pages");
	check(mk_unpack(one, NULL, 0) == MK_BAD_ARGUMENT && mk_unpack(one, "", 1) == MK_BAD_ARGUMENT, "empty bytes");
	check(mk_unpack(NULL, "", 1) == MK_BAD_ARGUMENT && mk_pack(NULL, false, NULL) == MK_BAD_ARGUMENT, "no page");
	check(mk_extract(one, "<p>x", 4, NULL) == MK_OK && mk_pack(one, false, NULL) == MK_BAD_ARGUMENT, "nowhere to pack to");
	globfree(&found);
	mk_page_free(one);
	mk_page_free(other);
	return check_end("pack");
}
