/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - the whole program: settings that depend on each other, then one of the commands.
 */
#include "cli.h"

#include <errno.h>
#include <unistd.h>

static const struct command commands[] = {
        {"explain", EXPLAIN, REPORT_EXPLAIN}, {"features", FEATURES, REPORT_FEATURES}, {"tree", TREE, REPORT_TREE}};
#define N_COMMANDS (sizeof commands / sizeof commands[0])

static bool to_stdout(const struct settings *set)
{
	return !set->output || strcmp(set->output, "-") == 0;
}

/* Whether a path that does not exist looks like a file: its name ends with a dot and a few letters and digits. */
static bool has_ending(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
	size_t n = dot && dot > name ? strspn(dot + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") : 0;
	return n && n <= 8 && !dot[1 + n] && strspn(dot + 1, "0123456789") < n;
}

/*
 * Whether --output names a directory.  As for cp, a directory that exists or a final slash says so.  If nothing is there yet, a
 * name without an ending becomes a directory if there is more than one input, since many articles in one Markdown file are of no
 * use.  JSON lines are made for many records in one file.
 */
static bool is_directory(const struct settings *set, const struct inputs *in)
{
	struct stat st;
	if (to_stdout(set))
		return false;
	if (set->output[strlen(set->output) - 1] == '/')
		return true;
	if (stat(set->output, &st) == 0)
		return S_ISDIR(st.st_mode);
	return errno == ENOENT && set->format != FORMAT_JSON && !has_ending(set->output) && (in->n_named > 1 || in->has_directory) &&
	       lstat(set->output, &st) != 0;
}

/* Sets the format from --fields and from the ending of --output, if no option sets it. */
static void choose_format(struct settings *set)
{
	enum format format = FORMAT_MARKDOWN;
	struct stat st;
	bool is_folder = !to_stdout(set) && stat(set->output, &st) == 0 && S_ISDIR(st.st_mode);
	bool has_format = !set->format_is_set && !to_stdout(set) && !is_folder && format_of_name(set->output, &format);
	if (has_format)
		set->format = format;
	else if (!set->format_is_set && set->fields)
		set->format = FORMAT_JSON;
	if (set->format != FORMAT_JSON && (set->fields || set->added_fields))
		usage_error("%s needs --to json", set->fields ? "--fields" : set->added_fields & MK_FIELD_BLOCKS ? "--blocks" : "--links");
}

static void check_settings(struct settings *set)
{
	bool json = set->format == FORMAT_JSON;
	if (set->format != FORMAT_CHUNKS && (set->chunks.max_tokens || set->chunks.overlap))
		usage_error("--%s needs --to chunks", set->chunks.max_tokens ? "max-tokens" : "overlap");
	if (set->chunks.overlap >= (set->chunks.max_tokens ? set->chunks.max_tokens : 512))
		usage_error("--overlap %zu: must be less than --max-tokens", set->chunks.overlap);
	if (json && (set->flags & MK_IMAGES))
		set->added_fields |= MK_FIELD_IMAGES;
	if (set->added_fields)
		set->fields = (set->fields ? set->fields : MK_FIELDS_DEFAULT) | set->added_fields;
	if (set->errors && strcmp(set->errors, "-") == 0)
		usage_error("--errors needs a file, since standard output is for articles; /dev/stderr is possible");
	if (set->null_names && !set->files_from)
		usage_error("--null needs --files-from");
	if (!set->resume || set->to_directory)
		return;
	if (to_stdout(set))
		usage_error("--resume needs --output: a directory, or a file with --to json");
	if (!json)
		usage_error("--resume with --output %s needs --to json, or a directory (%s/)", set->output, set->output);
	if (set->fields && !(set->fields & MK_FIELD_INPUT))
		usage_error("--resume needs the field input; add it to --fields");
}

static int run_report(const struct settings *set, const struct command *command, int n, char **inputs)
{
	const char *path = n ? inputs[0] : STDIN_NAME;
	if (n > 1)
		usage_error("makala %s takes one PAGE, not %d", command->name, n);
	if (!n && isatty(STDIN_FILENO))
		usage_error("no input: give makala %s a PAGE, or - for standard input", command->name);
	if (set->fragment && set->options.charset)
		usage_error("--charset does not apply to --fragment, which is read as UTF-8");
	return report_run(command->report, path, set);
}

static int run_extract(struct settings *set, int n, char **arguments)
{
	struct inputs in;
	choose_format(set);
	inputs_open(&in, set, n, arguments);
	set->to_directory = is_directory(set, &in);
	check_settings(set);
	int code = run_sources(in.list, set);
	mk_io_sources_free(in.list);
	return code == EXIT_DONE && in.n_empty ? EXIT_SOME_FAILED : code;
}

int main(int argc, char **argv)
{
	struct settings set = {0};
	const struct command *command = NULL;
	mk_options_init(&set.options);
	set.chunks.size = sizeof set.chunks;
	set.options.in_place = true; /* the reader does not reuse its buffer before a page is finished */
	set.options.max_input_bytes = (size_t)256 << 20;
	mode_t mask = umask(0); /* the umask cannot be read without changing it, so this is done before there are threads */
	umask(mask);
	set.file_mode = 0666 & ~mask;
	catch_signals();
	for (size_t i = 0; i < N_COMMANDS && argc > 1; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			command = &commands[i];
	int n = read_arguments(&set, argc, argv, command);
	return command ? run_report(&set, command, n, argv) : run_extract(&set, n, argv);
}
