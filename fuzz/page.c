/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.c - fuzz target for HTML pages: any bytes, from the parser to every writer.
 *
 * The first two bytes also select the options.
 */
#include "check.h"

#define HEADER 2
#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mk_page *pg = mk_page_new(NULL);
	mk_options options;
	mk_options_init(&options);
	options.url = "https://example.org/a/b?c";
	options.view = size ? (mk_view)(data[0] & 3) : MK_VIEW_BALANCED;
	options.no_comments = size && data[0] & 4;
	options.no_tables = size && data[0] & 8;
	options.no_title_heading = size && data[0] & 16;
	options.max_depth = size > 1 && data[1] & 1 ? 16 : 512;
	options.in_place = size > 1 && data[1] & 2;
	char *padded = calloc(1, size + MK_PADDING);
	if (size)
		memcpy(padded, data, size);
	CHECK(mk_extract(pg, options.in_place ? (const void *)padded : data, size, &options) == MK_OK);
	check_text(pg);
	check_tree(pg);
	check_blocks(pg);
	check_writers(pg);
	mk_page_free(pg);
	free(padded);
	return 0;
}
