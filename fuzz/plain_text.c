/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_text.c - fuzz target for plain-text inputs: any bytes, from the lines to every writer.
 *
 * The first byte also selects the options.
 */
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines must be in order, inside the text and without overlaps; blocks must be inside their lines; pictures must belong to captions. */
static void check_plain_text(const mk_page *pg)
{
	const struct plain_text *c = pg->plain_text;
	uint32_t end = 0;
	CHECK(c && c->width < 256 && (c->title == UINT32_MAX || c->title < pg->article.n_blocks));
	for (uint32_t i = 0; i < c->n_lines; i++) {
		CHECK(c->lines[i].from >= end && c->lines[i].to > c->lines[i].from && c->lines[i].to <= pg->text_len);
		CHECK(c->lines[i].n_lines && c->lines[i].mark <= PLAIN_TEXT_NUMBER);
		end = c->lines[i].to;
	}
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		const struct plain_text_line *l = &c->lines[c->line_of[i]];
		CHECK(pg->blocks[i].pub.from >= l->from && pg->blocks[i].pub.to <= l->to);
	}
	for (uint32_t i = 0; i < c->n_pictures; i++)
		CHECK(pg->blocks[c->pictures[i].block].pub.kind == MK_BLOCK_CAPTION && (c->pictures[i].caption.p || c->pictures[i].credit.p));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mk_page *pg = mk_page_new(NULL);
	mk_options options;
	mk_options_init(&options);
	options.input_type = MK_INPUT_TEXT;
	options.url = "https://example.org/a/b?c";
	options.view = size ? (mk_view)(data[0] & 3) : MK_VIEW_BALANCED;
	options.no_title_heading = size && data[0] & 4;
	CHECK(mk_extract(pg, data, size, &options) == MK_OK);
	check_text(pg);
	check_tree(pg);
	check_blocks(pg);
	check_plain_text(pg);
	check_writers(pg);
	mk_page_free(pg);
	return 0;
}
