/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding.c - fuzz target for decoders.
 *
 * The first byte selects an encoding label and whether it comes from an option or from the transport.  The rest is the page.
 */
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const labels[] = {NULL,          "utf-8",        "utf-16le",     "utf-16be",  "gbk",        "gb18030",
	                                     "big5",        "euc-jp",       "iso-2022-jp",  "shift_jis", "euc-kr",     "windows-1252",
	                                     "koi8-u",      "windows-874",  "iso-8859-8-i", "macintosh", "x-user-defined", "replacement",
	                                     "iso-8859-2", "windows-1251", "ibm866"};
	if (!size)
		return 0;
	const char *label = labels[(data[0] >> 1) % (sizeof labels / sizeof labels[0])];
	mk_page *pg = mk_page_new(NULL);
	mk_options options;
	mk_options_init(&options);
	if (data[0] & 1)
		options.charset = label;
	else
		options.http_charset = label;
	CHECK(mk_parse(pg, data + 1, size - 1, &options) == MK_OK);
	check_text(pg);
	CHECK(pg->article.charset.p && pg->article.charset_source);
	CHECK(decode_is_label(pg->article.charset.p, pg->article.charset.len));
	mk_page_free(pg);
	return 0;
}
