/* SPDX-License-Identifier: Apache-2.0 */
/*
 * targets.c - the paths of the options -> open outputs, none of which is an input.
 *
 * All outputs are found and compared with the inputs, and with each other, before the first of them is opened.
 */
#include "cli.h"

#include <unistd.h>

/* Notes all files that no option may write to. */
static void guard_inputs(struct targets *t, const mk_io_sources *list, const struct settings *set)
{
	size_t n = mk_io_sources_count(list);
	guard_open(&t->guard, n + 2); /* the list of --files-from, and the file of --errors */
	for (size_t i = 0; i < n; i++)
		guard_path(&t->guard, mk_io_sources_path(list, i));
	if (set->files_from)
		guard_path(&t->guard, set->files_from);
}

/* Finds an output and checks that it is no input. */
static bool find_target(const struct targets *t, struct place *at, const char *path, mk_io_error *e)
{
	if (!place_find(at, path, e))
		return false;
	if (at->kind == PLACE_DIRECTORY)
		return fail(e, MK_IO_WRITE_FAILED, "Is a directory");
	return at->kind == PLACE_MISSING || !guard_has(&t->guard, &at->st) || fail(e, MK_IO_WRITE_FAILED, "is one of the inputs");
}

static const char *output_path(const struct settings *set)
{
	return set->output && strcmp(set->output, "-") != 0 ? set->output : "/dev/stdout";
}

bool targets_open(struct targets *t, mk_io_sources *list, const struct settings *set, const char **at, mk_io_error *e)
{
	struct place out = {0}, errors = {0};
	struct extent extent = {0};
	guard_inputs(t, list, set);
	t->errors.fd = -1;
	*at = set->errors;
	bool good = !set->errors || find_target(t, &errors, set->errors, e);
	if (good) {
		*at = strcmp(output_path(set), "/dev/stdout") == 0 ? "standard output" : set->output;
		good = set->to_directory || find_target(t, &out, output_path(set), e);
	}
	if (good && set->errors && !set->to_directory && place_same(&out, &errors))
		good = fail(e, MK_IO_WRITE_FAILED, "is the file of --errors too");
	if (good && set->to_directory)
		good = folder_name(&t->folder, list, set, e);
	else if (good && set->resume)
		good = resume_records(list, &out, &extent, e);
	if (good && set->errors) {
		const char *output = *at;
		*at = set->errors;
		good = errors_open(&t->errors, set->errors, &errors, set->resume, e);
		if (good) {
			guard_path(&t->guard, errors.path);
			*at = output;
		}
	}
	if (good && !set->to_directory)
		good = t->has_sink = sink_open(&t->sink, set, &out, &extent, e);
	place_free(&out);
	place_free(&errors);
	return good;
}

void targets_free(struct targets *t)
{
	guard_free(&t->guard);
	folder_free(&t->folder);
}
