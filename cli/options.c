/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.c - arguments -> struct settings; --help and --version.
 *
 * One table holds all options.  Parsing, --help and suggestions for mistyped options use it, and a test compares it with the manual
 * page and the completions.  getopt_long() is not used: it is not part of POSIX and cannot suggest which option was meant.
 */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGES = EXTRACT | EXPLAIN, ANY = EXTRACT | EXPLAIN | FEATURES | TREE };

enum option_id {
	OPT_TO, OPT_MARKDOWN, OPT_TEXT, OPT_JSON, OPT_HTML, OPT_OUTPUT, OPT_FORCE, OPT_URL, OPT_CHARSET, OPT_INPUT_TYPE, OPT_FILES_FROM, OPT_NULL,
	OPT_PRECISION, OPT_BALANCED, OPT_RECALL, OPT_EVERYTHING, OPT_NO_COMMENTS, OPT_NO_TABLES, OPT_NO_TITLE_HEADING, OPT_IMAGES, OPT_NO_LINKS,
	OPT_LINKS, OPT_BLOCKS, OPT_FIELDS, OPT_MAX_TOKENS, OPT_OVERLAP, OPT_JOBS, OPT_RESUME, OPT_ERRORS, OPT_PROGRESS, OPT_NO_PROGRESS, OPT_STRICT_EXIT, OPT_QUIET,
	OPT_MAX_MEMORY, OPT_MAX_INPUT, OPT_FRAGMENT, OPT_VERSION, OPT_HELP
};

/* The table is in the order of --help.  A name without help begins a group. */
struct option {
	enum option_id id;
	char letter; /* 0: none */
	unsigned commands;
	const char *name, *value, *help;
};

static const struct option options[] = {
        {.name = "Output"},
        {OPT_TO, 't', EXTRACT, "to", "FORMAT", "markdown (md; default), text (txt), html, json or chunks (jsonl)"},
        {OPT_MARKDOWN, 0, EXTRACT, "markdown", NULL, "short for --to markdown; likewise the next three"},
        {OPT_TEXT, 0, EXTRACT, "text", NULL, "plain text"},
        {OPT_JSON, 0, EXTRACT, "json", NULL, "records with text, title, authors, dates and other fields"},
        {OPT_HTML, 0, EXTRACT, "html", NULL, "clean HTML"},
        {OPT_OUTPUT, 'o', EXTRACT, "output", "PATH", "write to a file (its ending sets the format), or to a directory"},
        {OPT_FORCE, 0, EXTRACT, "force", NULL, "with an output directory: replace files that exist"},
        {.name = "Inputs"},
        {OPT_FILES_FROM, 0, EXTRACT, "files-from", "LIST", "read names of inputs from LIST, one per line (- for standard input)"},
        {OPT_NULL, '0', EXTRACT, "null", NULL, "names in LIST end with a NUL byte, as from find -print0"},
        {OPT_URL, 0, PAGES | FEATURES, "url", "URL", "address of the page, to resolve its links"},
        {OPT_CHARSET, 0, ANY, "charset", "LABEL", "decode pages with this encoding, ignoring their declarations"},
        {OPT_INPUT_TYPE, 0, PAGES | FEATURES, "input-type", "TYPE", "read inputs as html or as text; auto (default) detects the type"},
        {.name = "What to keep"},
        {OPT_PRECISION, 0, PAGES, "precision", NULL, "keep fewer blocks, only those more likely to be content"},
        {OPT_BALANCED, 0, PAGES, "balanced", NULL, "balance missing text against unwanted text (default)"},
        {OPT_RECALL, 0, PAGES, "recall", NULL, "keep more blocks"},
        {OPT_EVERYTHING, 0, PAGES, "everything", NULL, "keep every block that has text"},
        {OPT_NO_COMMENTS, 0, PAGES | FEATURES, "no-comments", NULL, "leave out readers' comments"},
        {OPT_NO_TABLES, 0, PAGES, "no-tables", NULL, "leave out data tables"},
        {OPT_NO_TITLE_HEADING, 0, PAGES, "no-title-heading", NULL, "leave out headings that repeat the title"},
        {OPT_IMAGES, 0, EXTRACT, "images", NULL, "include pictures; in JSON, add the field images"},
        {OPT_NO_LINKS, 0, EXTRACT, "no-links", NULL, "write the text of links without their addresses"},
        {.name = "Fields of JSON"},
        {OPT_FIELDS, 0, EXTRACT, "fields", "LIST", "only these fields, comma-separated (+LIST: add them); implies --json"},
        {OPT_LINKS, 0, EXTRACT, "links", NULL, "add the field links"},
        {OPT_BLOCKS, 0, EXTRACT, "blocks", NULL, "add the field blocks: every block, with its score and reason"},
        {.name = "Chunks"},
        {OPT_MAX_TOKENS, 0, EXTRACT, "max-tokens", "N", "tokens of a chunk at most, as estimated (default 512)"},
        {OPT_OVERLAP, 0, EXTRACT, "overlap", "N", "tokens that a chunk may repeat of the one before (default 0)"},
        {.name = "Long runs"},
        {OPT_JOBS, 'j', EXTRACT, "jobs", "N", "worker threads (default: the number of processors)"},
        {OPT_RESUME, 0, EXTRACT, "resume", NULL, "continue the --output of an earlier run; skip finished inputs"},
        {OPT_ERRORS, 0, EXTRACT, "errors", "FILE", "list failed inputs in FILE, one JSON object per line"},
        {OPT_PROGRESS, 0, EXTRACT, "progress", NULL, "show the progress (default on a terminal)"},
        {OPT_NO_PROGRESS, 0, EXTRACT, "no-progress", NULL, "do not show the progress"},
        {OPT_STRICT_EXIT, 0, EXTRACT, "strict-exit", NULL, "print all warnings, and exit with 1 if there are any"},
        {OPT_QUIET, 'q', EXTRACT, "quiet", NULL, "no messages and no progress on standard error"},
        {.name = "Limits"},
        {OPT_MAX_MEMORY, 0, ANY, "max-memory", "SIZE", "memory limit for one page: 1M to 1024G (default 2G)"},
        {OPT_MAX_INPUT, 0, ANY, "max-input", "SIZE", "size limit for one input, decompressed: 1 to 2G (default 256M)"},
        {.name = "Others"},
        {OPT_FRAGMENT, 0, TREE, "fragment", "CONTEXT", "tree: parse as the content of this element (\"td\", \"svg g\")"},
        {OPT_VERSION, 'V', ANY, "version", NULL, "print the version and what is built in"},
        {OPT_HELP, 'h', ANY, "help", NULL, "print this help"},
};
#define MEMORY_MOST ((uint64_t)1 << 40)
#define N_OPTIONS (sizeof options / sizeof options[0])

/* ---- Help and version ---- */

static void print_help(void)
{
	puts("makala - extract the article from web pages\n"
	     "\n"
	     "  makala [options] [INPUT...]             the article of each input\n"
	     "  makala explain PAGE                     why each block was kept or dropped\n"
	     "  makala features PAGE                    the features of each block that the model sees\n"
	     "  makala tree [--fragment CONTEXT] PAGE   the parsed tree, in html5lib's format\n"
	     "\n"
	     "INPUT is a file, a directory (all pages below it), or - for standard input, which is also\n"
	     "the default. Pages may be compressed with gzip or zstd, or saved as MHTML.");
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option *o = &options[i];
		char name[40];
		if (!o->help) {
			printf("\n%s:\n", o->name);
			continue;
		}
		snprintf(name, sizeof name, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		printf("  %c%c%c %-18s %s\n", o->letter ? '-' : ' ', o->letter ? o->letter : ' ', o->letter ? ',' : ' ', name, o->help);
	}
	puts("\nLong options may be abbreviated. SIZE is in bytes; the suffixes K, M and G stand for 1024, 1024^2\n"
	     "and 1024^3. Articles go to standard output, messages to standard error. Exit status: 0 success,\n"
	     "1 some inputs failed, 2 wrong usage, 130 interrupted.");
}

/* Prints the version, and the optional parts as the library names them: "1.0.0 detector=uchardet languages=cld2 …". */
static void print_version(void)
{
	const char *details = mk_version_details();
	printf("makala %s\nbuilt with:%s\ncompressed inputs: gzip, zstd\n", mk_version(), details + strcspn(details, " "));
}

static void end_with(void (*print)(void))
{
	print();
	if (fflush(stdout) || ferror(stdout))
		exit(EXIT_SOME_FAILED);
	exit(EXIT_DONE);
}

/* ---- Setting options ---- */

static void set_format(struct settings *set, enum format format)
{
	set->format = format;
	set->format_is_set = true;
}

static void set_extraction(struct settings *set, enum option_id id, const char *value)
{
	switch (id) {
	case OPT_URL: set->options.url = value; check_url(value); break;
	case OPT_CHARSET: set->options.charset = value; check_charset(value); break;
	case OPT_INPUT_TYPE: set->options.input_type = read_input_type(value); break;
	case OPT_PRECISION: set->options.view = MK_VIEW_PRECISION; break;
	case OPT_BALANCED: set->options.view = MK_VIEW_BALANCED; break;
	case OPT_RECALL: set->options.view = MK_VIEW_RECALL; break;
	case OPT_EVERYTHING: set->options.view = MK_VIEW_EVERYTHING; break;
	case OPT_NO_COMMENTS: set->options.no_comments = true; break;
	case OPT_NO_TABLES: set->options.no_tables = true; break;
	case OPT_NO_TITLE_HEADING: set->options.no_title_heading = true; break;
	case OPT_MAX_MEMORY:
		set->options.max_arena_bytes =
		        read_size("max-memory", value, 1 << 20, SIZE_MAX < MEMORY_MOST ? SIZE_MAX : MEMORY_MOST, "1M to 1024G");
		break;
	case OPT_MAX_INPUT:
		set->options.max_input_bytes = read_size("max-input", value, 1, (uint64_t)1 << 31, "1 to 2G");
		if (set->options.max_input_bytes > INT32_MAX) /* the limit of the library is one byte less than 2G */
			set->options.max_input_bytes = INT32_MAX;
		break;
	default: break;
	}
}

static void set_run(struct settings *set, enum option_id id, const char *value)
{
	switch (id) {
	case OPT_OUTPUT: set->output = value; break;
	case OPT_FORCE: set->force = true; break;
	case OPT_FILES_FROM: set->files_from = value; break;
	case OPT_NULL: set->null_names = true; break;
	case OPT_JOBS: set->n_jobs = read_number("jobs", value, 1, 256); break;
	case OPT_MAX_TOKENS: set->chunks.max_tokens = read_number("max-tokens", value, 1, INT32_MAX); break;
	case OPT_OVERLAP: set->chunks.overlap = read_number("overlap", value, 0, INT32_MAX); break;
	case OPT_RESUME: set->resume = true; break;
	case OPT_PROGRESS: set->progress = set->progress_is_set = true; break;
	case OPT_NO_PROGRESS: set->progress = false; set->progress_is_set = true; break;
	case OPT_ERRORS: set->errors = value; break;
	case OPT_STRICT_EXIT: set->strict_exit = true; break;
	case OPT_QUIET: set->quiet = true; break;
	case OPT_FRAGMENT: set->fragment = value; break;
	default: set_extraction(set, id, value); break;
	}
}

static void set_option(struct settings *set, enum option_id id, const char *value)
{
	switch (id) {
	case OPT_TO: set_format(set, read_format(value)); break;
	case OPT_MARKDOWN: set_format(set, FORMAT_MARKDOWN); break;
	case OPT_TEXT: set_format(set, FORMAT_TEXT); break;
	case OPT_JSON: set_format(set, FORMAT_JSON); break;
	case OPT_HTML: set_format(set, FORMAT_HTML); break;
	case OPT_IMAGES: set->flags |= MK_IMAGES; break;
	case OPT_NO_LINKS: set->flags |= MK_NO_LINKS; break;
	case OPT_LINKS: set->added_fields |= MK_FIELD_LINKS; break;
	case OPT_BLOCKS: set->added_fields |= MK_FIELD_BLOCKS; break;
	case OPT_FIELDS: set->fields = read_fields(value); break;
	case OPT_VERSION: end_with(print_version); break;
	case OPT_HELP: end_with(print_help); break;
	default: set_run(set, id, value); break;
	}
}

/* ---- Finding options ---- */

/* A hint for an argument that may be meant as the name of an input. */
static const char *file_hint(char *text, size_t size, const char *argument)
{
	text[0] = '\0';
	if (strchr(argument, '.') || access(argument, F_OK) == 0)
		snprintf(text, size, "; an input of that name is given as ./%.200s, or after --", argument);
	return text;
}

/* Fails for a word that is the beginning of several options. */
static _Noreturn void ambiguous(const char *word, size_t len, unsigned commands)
{
	char all[400];
	size_t n = 0;
	for (size_t i = 0; i < N_OPTIONS && n < sizeof all; i++)
		if (options[i].help && (options[i].commands & commands) && strncmp(options[i].name, word, len) == 0)
			n += (size_t)snprintf(all + n, sizeof all - n, "%s--%s", n ? ", " : "", options[i].name);
	usage_error("--%.*s is short for several options: %s", (int)len, word, all);
}

/* The option called name, or the only option of the command that begins with it. */
static const struct option *find_option(const char *name, size_t len, unsigned commands)
{
	const struct option *found = NULL;
	const char *best = NULL;
	char word[40], text[80], hint[300];
	unsigned n_found = 0;
	for (size_t i = 0; i < N_OPTIONS; i++) {
		if (!len || !options[i].help || strncmp(options[i].name, name, len) != 0)
			continue;
		if (!options[i].name[len])
			return &options[i];
		if (!(options[i].commands & commands))
			continue;
		found = &options[i];
		n_found++;
	}
	if (n_found == 1)
		return found;
	if (n_found)
		ambiguous(name, len, commands);
	snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : sizeof word - 1), name);
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (options[i].help)
			nearer(word, options[i].name, &best);
	usage_error("unknown option --%.*s%s%s", (int)len, name, suggestion(text, sizeof text, "--", best),
	            best ? "" : file_hint(hint, sizeof hint, name - 2));
}

static const struct option *find_letter(char letter, const char *argument)
{
	char all[40] = "", hint[300];
	for (size_t i = 0; i < N_OPTIONS; i++) {
		if (options[i].letter == letter)
			return &options[i];
		size_t n = strlen(all);
		if (options[i].letter)
			snprintf(all + n, sizeof all - n, " -%c", options[i].letter);
	}
	file_hint(hint, sizeof hint, argument);
	if (*hint)
		usage_error("unknown option -%c%s", letter, hint);
	usage_error("unknown option -%c; the short options are%s", letter, all);
}

/* ---- Parsing ---- */

static void use_option(struct settings *set, const struct option *o, const char *value, const struct command *command)
{
	if (!(o->commands & (command ? command->bit : (unsigned)EXTRACT))) {
		if (command)
			usage_error("--%s does not apply to makala %s", o->name, command->name);
		usage_error("--%s applies only to makala tree", o->name);
	}
	if (o->value && !value)
		usage_error("--%s needs a value: --%s %s (%s)", o->name, o->name, o->value, o->help);
	if (value && !*value)
		usage_error("--%s: the value is empty (%s)", o->name, o->help);
	set_option(set, o->id, value);
}

/* Parses argv[i], which is an option or a group of short ones.  Returns the index of the last argument used. */
static int read_option(struct settings *set, char **argv, int i, const struct command *command)
{
	const char *arg = argv[i];
	if (arg[1] == '-') {
		const char *equals = strchr(arg, '=');
		size_t len = equals ? (size_t)(equals - arg) - 2 : strlen(arg) - 2;
		const struct option *o = find_option(arg + 2, len, command ? command->bit : (unsigned)EXTRACT);
		if (equals && !o->value)
			usage_error("--%s takes no value", o->name);
		const char *value = !o->value ? NULL : equals ? equals + 1 : argv[i + 1];
		use_option(set, o, value, command);
		return i + (o->value && !equals);
	}
	for (const char *p = arg + 1; *p; p++) {
		const struct option *o = find_letter(*p, arg);
		if (o->value) { /* the value is the rest of this argument, or the next argument */
			use_option(set, o, p[1] ? p + 1 : argv[i + 1], command);
			return i + !p[1];
		}
		use_option(set, o, NULL, command);
	}
	return i;
}

int read_arguments(struct settings *set, int argc, char **argv, const struct command *command)
{
	int n = 0;
	for (int i = command ? 2 : 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (++i < argc)
				argv[n++] = argv[i];
			break;
		}
		if (argv[i][0] == '-' && argv[i][1])
			i = read_option(set, argv, i, command);
		else if (!argv[i][0])
			usage_error("an INPUT is an empty string; give a file, a directory, or - for standard input");
		else
			argv[n++] = argv[i];
	}
	return n;
}
