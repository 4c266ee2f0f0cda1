/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write.c - the writers as a filter, for test/cases.py and test/targets.py: one process answers any number of requests.
 *
 * A request on standard input is a line "FORMAT VIEW LENGTH URL" and LENGTH bytes of HTML.  VIEW is an mk_view as a number; URL may
 * be "-".  The answer is a line "LENGTH" and as many bytes.  FORMAT is one of:
 *
 *	text, markdown, html, json     the formats of the library, with default options
 *	images                         Markdown with images
 *	plain                          Markdown without links
 *	pictures                       HTML with images
 *	record                         JSON with all fields
 *	kept                           the text of each kept block, followed by a NUL byte
 */
#include "../makala_debug.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mk_status write_kept(mk_page *page, mk_str *out)
{
	const mk_article *article = mk_article_of(page);
	size_t size = 1;
	for (uint32_t i = 0; i < article->n_blocks; i++)
		size += mk_block_at(page, i)->text.len + 1;
	char *p = malloc(size);
	if (!p)
		return MK_NO_MEMORY;
	*out = (mk_str){p, 0};
	for (uint32_t i = 0; i < article->n_blocks; i++) {
		const mk_block *block = mk_block_at(page, i);
		if (!block->keep)
			continue;
		memcpy(p + out->len, block->text.p, block->text.len);
		out->len += block->text.len;
		p[out->len++] = '\0';
	}
	return MK_OK;
}

static mk_status write_format(mk_page *page, const char *format, mk_str *out)
{
	uint64_t all = (UINT64_C(1) << MK_N_FIELDS) - 1;
	if (!strcmp(format, "text"))
		return mk_text(page, out);
	if (!strcmp(format, "markdown"))
		return mk_markdown(page, 0, out);
	if (!strcmp(format, "images"))
		return mk_markdown(page, MK_IMAGES, out);
	if (!strcmp(format, "plain"))
		return mk_markdown(page, MK_NO_LINKS, out);
	if (!strcmp(format, "html"))
		return mk_html(page, 0, out);
	if (!strcmp(format, "pictures"))
		return mk_html(page, MK_IMAGES, out);
	if (!strcmp(format, "json"))
		return mk_json(page, 0, 0, out);
	if (!strcmp(format, "record"))
		return mk_json(page, all, 0, out);
	if (!strcmp(format, "kept"))
		return write_kept(page, out);
	return MK_BAD_ARGUMENT;
}

int main(void)
{
	mk_page *page = mk_page_new(NULL);
	char format[16], url[1024];
	int view;
	size_t len;
	while (page && scanf("%15s %d %zu %1023s", format, &view, &len, url) == 4 && getchar() == '\n') {
		char *bytes = malloc(len + 1);
		if (!bytes || fread(bytes, 1, len, stdin) != len)
			return 1;
		mk_options options;
		mk_options_init(&options);
		options.view = (mk_view)view;
		options.url = strcmp(url, "-") ? url : NULL;
		options.input = "page.html";
		mk_str out = {NULL, 0};
		mk_status status = mk_extract(page, bytes, len, &options);
		if (!status)
			status = write_format(page, format, &out);
		if (status) {
			fprintf(stderr, "write: %s\n", mk_status_string(status));
			return 1;
		}
		printf("%zu\n", out.len);
		if (out.len)
			fwrite(out.p, 1, out.len, stdout);
		fflush(stdout);
		free(bytes);
		if (!strcmp(format, "kept"))
			free((char *)out.p);
	}
	mk_page_free(page);
	return 0;
}
