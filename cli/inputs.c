/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inputs.c - arguments and the list of --files-from -> list of sources.
 */
#include "cli.h"

#include <errno.h>
#include <unistd.h>

/* Adds a file or a directory, which must contain pages. */
static void add_input(struct inputs *in, const struct settings *set, const char *path)
{
	size_t before = mk_io_sources_count(in->list);
	in->n_named++;
	in->n_stdin += strcmp(path, STDIN_NAME) == 0;
	if (in->n_stdin > 1)
		usage_error("standard input (-) can be read only once");
	struct stat st;
	in->has_directory |= strcmp(path, STDIN_NAME) != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	if (mk_io_sources_add(in->list, path) == MK_IO_NO_MEMORY)
		no_memory();
	if (mk_io_sources_count(in->list) > before || stop_signal())
		return;
	in->n_empty++;
	if (!set->quiet)
		say(path, "contains no pages");
}

/* Adds the names in the file of --files-from.  Empty lines are ignored. */
static void add_list(struct inputs *in, const struct settings *set)
{
	bool is_stdin = strcmp(set->files_from, STDIN_NAME) == 0;
	FILE *f = is_stdin ? stdin : fopen(set->files_from, "r");
	int end = set->null_names ? '\0' : '\n';
	char *line = NULL;
	size_t cap = 0;
	ssize_t len = 0;
	in->n_stdin += is_stdin;
	if (in->n_stdin > 1)
		usage_error("standard input (-) can be read only once");
	while (f && !stop_signal() && (len = getdelim(&line, &cap, end, f)) > 0) {
		if (line[len - 1] == (char)end)
			line[--len] = '\0';
		if (strlen(line) != (size_t)len)
			usage_error("--files-from %s: contains NUL bytes; --null reads names that end with one", set->files_from);
		if (len)
			add_input(in, set, line);
	}
	if (!f || (ferror(f) && !stop_signal())) {
		mk_io_error e;
		fail_errno(&e, MK_IO_READ_FAILED, errno, NULL);
		usage_error("--files-from %s: %s", set->files_from, e.message);
	}
	if (!is_stdin)
		fclose(f);
	free(line);
}

void inputs_open(struct inputs *in, const struct settings *set, int n, char **arguments)
{
	*in = (struct inputs){.list = mk_io_sources_new(stop_request())};
	if (!in->list)
		no_memory();
	if (!n && !set->files_from) {
		if (isatty(STDIN_FILENO))
			usage_error("no input: give a file, a directory, or - for standard input");
		add_input(in, set, STDIN_NAME);
	}
	for (int i = 0; i < n; i++)
		add_input(in, set, arguments[i]);
	if (set->files_from)
		add_list(in, set);
	if (set->options.url && mk_io_sources_count(in->list) > 1)
		usage_error("--url is the address of one page; there are %zu inputs", mk_io_sources_count(in->list));
}
