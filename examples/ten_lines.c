/* Prints the article of a page on standard input as Markdown:  cc ten_lines.c $(pkg-config --cflags --libs makala) */
#include <makala.h>
#include <stdio.h>
static char bytes[16 << 20];
int main(void) {
	mk_str md = {0};
	mk_page *page = mk_page_new(NULL);
	if (page && mk_extract(page, bytes, fread(bytes, 1, sizeof bytes, stdin), NULL) == MK_OK && mk_markdown(page, 0, &md) == MK_OK)
		fwrite(md.p, 1, md.len, stdout);
	mk_page_free(page);
	return md.p == NULL;
}
