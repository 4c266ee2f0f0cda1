/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dates.c - src/date.c as a filter, for test/dates.py.
 *
 * Reads lines "LANGUAGE TAB TEXT" from standard input and prints for each the date that date_find() finds in the text, or "-" if it
 * finds none.  A "!" before the language asks for a text that is a date as a whole.
 */
#include "../src/all.c"

#include <stdio.h>

int main(void)
{
	char line[4096];
	mk_page *page = mk_page_new(NULL);
	while (fgets(line, sizeof line, stdin)) {
		char *tab = strchr(line, '\t');
		if (!tab)
			continue;
		char *text = tab + 1;
		text[strcspn(text, "\n")] = 0;
		bool whole = line[0] == '!';
		mk_str language = {line + whole, (size_t)(tab - line - whole)};
		struct date d;
		arena_reset(&page->arena, 1024);
		if (date_find((mk_str){text, strlen(text)}, language, whole, &d)) {
			mk_str iso = date_iso(&page->arena, &d);
			printf("%.*s\n", (int)iso.len, iso.p);
		} else {
			puts("-");
		}
	}
	mk_page_free(page);
	return 0;
}
