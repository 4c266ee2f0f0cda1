/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - arguments -> struct settings and a list of sources, then one of the commands.
 *
 * One table holds all options.  Parsing, --help and suggestions for mistyped options use it, and a test compares it with the manual
 * page and the completions.  getopt_long() is not used: it is not part of POSIX and cannot suggest which option was meant.
 */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const format_names[N_FORMATS] = {"markdown", "text", "json", "html"};

enum { EXTRACT = 1, EXPLAIN = 2, FEATURES = 4, TREE = 8, ANY = 15, PAGES = EXTRACT | EXPLAIN };

static const struct command {
	const char *name;
	unsigned bit;
	enum report report;
} commands[] = {{"explain", EXPLAIN, REPORT_EXPLAIN}, {"features", FEATURES, REPORT_FEATURES}, {"tree", TREE, REPORT_TREE}};

enum option_id {
	OPT_TO, OPT_OUTPUT, OPT_URL, OPT_CHARSET, OPT_INPUT_TYPE, OPT_PRECISION, OPT_BALANCED, OPT_RECALL, OPT_EVERYTHING, OPT_NO_COMMENTS,
	OPT_NO_TABLES, OPT_NO_TITLE_HEADING, OPT_IMAGES, OPT_NO_LINKS, OPT_LINKS, OPT_BLOCKS, OPT_FIELDS, OPT_JOBS, OPT_RESUME, OPT_FORCE, OPT_PROGRESS, OPT_NO_PROGRESS, OPT_ERRORS, OPT_MAX_MEMORY,
	OPT_MAX_INPUT, OPT_STRICT_EXIT, OPT_QUIET, OPT_FRAGMENT, OPT_VERSION, OPT_HELP
};

struct option {
	enum option_id id;
	char letter; /* 0: none */
	unsigned commands;
	const char *name, *value, *help;
};

static const struct option options[] = {
        {OPT_TO, 't', EXTRACT, "to", "FORMAT", "markdown (default), text, json (one object per line) or html"},
        {OPT_OUTPUT, 'o', EXTRACT, "output", "PATH", "write to a file, or into a directory (one file per input)"},
        {OPT_URL, 0, PAGES | FEATURES, "url", "URL", "address of the page, to resolve its links"},
        {OPT_CHARSET, 0, ANY, "charset", "LABEL", "decode pages with this encoding, ignoring their declarations"},
        {OPT_INPUT_TYPE, 0, PAGES | FEATURES, "input-type", "TYPE", "read inputs as html or as text; auto (default) detects the type"},
        {OPT_PRECISION, 0, PAGES, "precision", NULL, "keep fewer blocks, only those more likely to be content"},
        {OPT_BALANCED, 0, PAGES, "balanced", NULL, "balance missing text against unwanted text (default)"},
        {OPT_RECALL, 0, PAGES, "recall", NULL, "keep more blocks"},
        {OPT_EVERYTHING, 0, PAGES, "everything", NULL, "keep every block that has text"},
        {OPT_NO_COMMENTS, 0, PAGES | FEATURES, "no-comments", NULL, "leave out readers' comments"},
        {OPT_NO_TABLES, 0, PAGES, "no-tables", NULL, "leave out data tables"},
        {OPT_NO_TITLE_HEADING, 0, PAGES, "no-title-heading", NULL, "leave out headings that repeat the title"},
        {OPT_IMAGES, 0, EXTRACT, "images", NULL, "include pictures; in JSON, add the field images"},
        {OPT_NO_LINKS, 0, EXTRACT, "no-links", NULL, "write the text of links without their addresses"},
        {OPT_LINKS, 0, EXTRACT, "links", NULL, "JSON: add the field links"},
        {OPT_BLOCKS, 0, EXTRACT, "blocks", NULL, "JSON: add the field blocks: every block, with its score and reason"},
        {OPT_FIELDS, 0, EXTRACT, "fields", "LIST", "JSON: only these fields, comma-separated; +LIST adds to the defaults"},
        {OPT_JOBS, 'j', EXTRACT, "jobs", "N", "worker threads (default: the number of processors)"},
        {OPT_RESUME, 0, EXTRACT, "resume", NULL, "continue the --output of an earlier run; skip finished inputs"},
        {OPT_FORCE, 0, EXTRACT, "force", NULL, "with an output directory: replace files that exist"},
        {OPT_PROGRESS, 0, EXTRACT, "progress", NULL, "show the progress (default on a terminal)"},
        {OPT_NO_PROGRESS, 0, EXTRACT, "no-progress", NULL, "do not show the progress"},
        {OPT_ERRORS, 0, EXTRACT, "errors", "FILE", "list failed inputs in FILE, one JSON object per line"},
        {OPT_MAX_MEMORY, 0, ANY, "max-memory", "SIZE", "memory limit for one page: 1M to 1024G (default 2G)"},
        {OPT_MAX_INPUT, 0, ANY, "max-input", "SIZE", "size limit for one input, decompressed: 1 to 2G (default 256M)"},
        {OPT_STRICT_EXIT, 0, EXTRACT, "strict-exit", NULL, "print all warnings, and exit with 1 if there are any"},
        {OPT_QUIET, 'q', EXTRACT, "quiet", NULL, "no messages and no progress on standard error"},
        {OPT_FRAGMENT, 0, TREE, "fragment", "CONTEXT", "tree: parse as the content of this element (\"td\", \"svg g\")"},
        {OPT_VERSION, 0, ANY, "version", NULL, "print the version"},
        {OPT_HELP, 'h', ANY, "help", NULL, "print this help"},
};
#define MEMORY_MOST ((uint64_t)1 << 40)
#define N_OPTIONS (sizeof options / sizeof options[0])
#define N_COMMANDS (sizeof commands / sizeof commands[0])

/* ---- Help ---- */

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
	     "the default. Pages may be compressed with gzip or zstd.\n");
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option *o = &options[i];
		char name[40];
		snprintf(name, sizeof name, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		printf("  %c%c%c %-20s %s\n", o->letter ? '-' : ' ', o->letter ? o->letter : ' ', o->letter ? ',' : ' ', name, o->help);
	}
	puts("\nSIZE is in bytes; the suffixes K, M and G stand for 1024, 1024^2 and 1024^3. Articles go to\n"
	     "standard output, messages to standard error. Exit status: 0 success, 1 some inputs failed,\n"
	     "2 wrong usage, 130 interrupted.");
}

/* ---- Suggestions ---- */

/* The edit distance of a and b (insert, delete, replace, swap neighbours).  If either is longer than MOST, the result is MOST. */
static unsigned distance(const char *a, const char *b)
{
	enum { MOST = 32 };
	unsigned d[MOST + 1][MOST + 1];
	size_t n = strlen(a), m = strlen(b);
	if (n > MOST || m > MOST)
		return MOST;
	for (size_t i = 0; i <= n; i++) {
		for (size_t j = 0; j <= m; j++) {
			if (!i || !j) {
				d[i][j] = (unsigned)(i + j);
				continue;
			}
			unsigned best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			if (best > d[i - 1][j] + 1)
				best = d[i - 1][j] + 1;
			if (best > d[i][j - 1] + 1)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && best > d[i - 2][j - 2] + 1)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[n][m];
}

/* Sets *best, which starts as NULL, to candidate if that is closer to word.  A candidate is suggested only if the edits are at most
 * one more than a third of its letters, and fewer than its letters. */
static void nearer(const char *word, const char *candidate, const char **best)
{
	unsigned d = distance(word, candidate);
	if (d <= 1 + strlen(candidate) / 3 && d < strlen(candidate) && (!*best || d < distance(word, *best)))
		*best = candidate;
}

/* Writes "; did you mean X?" into text, or "" if best is NULL. */
static const char *suggestion(char *text, size_t size, const char *dashes, const char *best)
{
	text[0] = '\0';
	if (best)
		snprintf(text, size, "; did you mean %s%s?", dashes, best);
	return text;
}

/* ---- Values ---- */

static size_t read_size(const char *option, const char *value, uint64_t least, uint64_t most, const char *range)
{
	uint64_t n = 0;
	const char *p = value;
	for (; *p >= '0' && *p <= '9' && n < (uint64_t)1 << 50; p++)
		n = 10 * n + (uint64_t)(*p - '0');
	unsigned shift = *p == 'K' || *p == 'k' ? 10 : *p == 'M' || *p == 'm' ? 20 : *p == 'G' || *p == 'g' ? 30 : 0;
	if (p == value || p[shift ? 1 : 0] || n > most >> shift || n << shift < least)
		usage_error("--%s %s: must be a size from %s, such as 64M", option, value, range);
	return (size_t)(n << shift);
}

static unsigned read_jobs(const char *value)
{
	unsigned n = 0;
	const char *p = value;
	for (; *p >= '0' && *p <= '9' && n <= 256; p++)
		n = 10 * n + (unsigned)(*p - '0');
	if (p == value || *p || n < 1 || n > 256)
		usage_error("--jobs %s: must be a number from 1 to 256", value);
	return n;
}

static enum format read_format(const char *value)
{
	const char *best = NULL;
	char text[80];
	for (unsigned i = 0; i < N_FORMATS; i++) {
		if (strcmp(value, format_names[i]) == 0)
			return (enum format)i;
		nearer(value, format_names[i], &best);
	}
	usage_error("--to %s: unknown format%s The formats are markdown, text, json and html", value,
	            *suggestion(text, sizeof text, "", best) ? text : ".");
}

static mk_input_type read_input_type(const char *value)
{
	const char *best = NULL;
	char text[80];
	for (int i = 0; i < MK_N_INPUT_TYPES; i++) {
		const char *name = mk_input_type_name((mk_input_type)i);
		if (strcmp(value, name) == 0)
			return (mk_input_type)i;
		nearer(value, name, &best);
	}
	usage_error("--input-type %s: unknown type%s The types are auto, html and text", value, *suggestion(text, sizeof text, "", best) ? text : ".");
}

static uint64_t read_field(const char *name)
{
	const char *best = NULL;
	char text[80], all[800];
	size_t len = 0;
	for (unsigned i = 0; i < MK_N_FIELDS; i++) {
		const char *field = mk_field_name(UINT64_C(1) << i);
		if (strcmp(name, field) == 0)
			return UINT64_C(1) << i;
		nearer(name, field, &best);
		len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i ? ", " : "", field);
	}
	usage_error("--fields: unknown field \"%s\"%s The fields are %s", name, *suggestion(text, sizeof text, "", best) ? text : ".", all);
}

static uint64_t read_fields(const char *list)
{
	uint64_t fields = *list == '+' ? MK_FIELDS_DEFAULT : 0;
	for (const char *p = list + (*list == '+');; p++) {
		char name[40];
		size_t len = strcspn(p, ",");
		snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1), p);
		fields |= read_field(name);
		p += len;
		if (!*p)
			return fields;
	}
}

/* Checks an encoding label by parsing an empty page with it, since only the library knows all labels.  usual is for suggestions. */
static void check_charset(const char *label)
{
	static const char *const usual[] = {
	        "utf-8", "ibm866", "iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8",
	        "iso-8859-8-i", "iso-8859-9", "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u",
	        "macintosh", "windows-874", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
	        "windows-1256", "windows-1257", "windows-1258", "x-mac-cyrillic", "gbk", "gb2312", "gb18030", "big5", "euc-jp", "iso-2022-jp",
	        "shift_jis", "euc-kr", "utf-16be", "utf-16le", "latin1", "us-ascii"};
	mk_options o;
	mk_page *page = mk_page_new(NULL);
	if (!page)
		no_memory();
	mk_options_init(&o);
	o.charset = label;
	mk_status status = mk_parse(page, NULL, 0, &o);
	mk_page_free(page);
	if (status != MK_BAD_ARGUMENT)
		return;
	const char *best = NULL;
	char text[80];
	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
		nearer(label, usual[i], &best);
	usage_error("--charset %s: unknown encoding%s All labels: https://encoding.spec.whatwg.org/#names-and-labels", label,
	            *suggestion(text, sizeof text, "", best) ? text : ".");
}

/* ---- Options ---- */

static void print_version(void)
{
	printf("makala %s\n", mk_version());
}

static void end_with(void (*print)(void))
{
	print();
	if (fflush(stdout) || ferror(stdout))
		exit(EXIT_SOME_FAILED);
	exit(EXIT_DONE);
}

static void set_extraction(struct settings *set, enum option_id id, const char *value)
{
	switch (id) {
	case OPT_URL: set->options.url = value; break;
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

static void set_option(struct settings *set, enum option_id id, const char *value)
{
	switch (id) {
	case OPT_TO: set->format = read_format(value); break;
	case OPT_OUTPUT: set->output = value; break;
	case OPT_IMAGES: set->flags |= MK_IMAGES; break;
	case OPT_NO_LINKS: set->flags |= MK_NO_LINKS; break;
	case OPT_LINKS: set->added_fields |= MK_FIELD_LINKS; break;
	case OPT_BLOCKS: set->added_fields |= MK_FIELD_BLOCKS; break;
	case OPT_FIELDS: set->fields = read_fields(value); break;
	case OPT_JOBS: set->n_jobs = read_jobs(value); break;
	case OPT_RESUME: set->resume = true; break;
	case OPT_FORCE: set->force = true; break;
	case OPT_PROGRESS: set->progress = set->progress_is_set = true; break;
	case OPT_NO_PROGRESS: set->progress = false; set->progress_is_set = true; break;
	case OPT_ERRORS: set->errors = value; break;
	case OPT_STRICT_EXIT: set->strict_exit = true; break;
	case OPT_QUIET: set->quiet = true; break;
	case OPT_FRAGMENT: set->fragment = value; break;
	case OPT_VERSION: end_with(print_version); break;
	case OPT_HELP: end_with(print_help); break;
	default: set_extraction(set, id, value); break;
	}
}

static const struct option *find_option(const char *name, size_t len)
{
	const char *best = NULL;
	char word[40], text[80];
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0)
			return &options[i];
	snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : sizeof word - 1), name);
	for (size_t i = 0; i < N_OPTIONS; i++)
		nearer(word, options[i].name, &best);
	usage_error("unknown option --%.*s%s", (int)len, name, suggestion(text, sizeof text, "--", best));
}

static const struct option *find_letter(char letter)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (options[i].letter == letter)
			return &options[i];
	usage_error("unknown option -%c; the short options are -t -o -j -q -h", letter);
}

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
		const struct option *o = find_option(arg + 2, len);
		if (equals && !o->value)
			usage_error("--%s takes no value", o->name);
		const char *value = !o->value ? NULL : equals ? equals + 1 : argv[i + 1];
		use_option(set, o, value, command);
		return i + (o->value && !equals);
	}
	for (const char *p = arg + 1; *p; p++) {
		const struct option *o = find_letter(*p);
		if (o->value) { /* the value is the rest of this argument, or the next argument */
			use_option(set, o, p[1] ? p + 1 : argv[i + 1], command);
			return i + !p[1];
		}
		use_option(set, o, NULL, command);
	}
	return i;
}

/* Parses all arguments.  Moves the inputs to the front of argv and returns their number. */
static int read_arguments(struct settings *set, int argc, char **argv, const struct command *command)
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

/* ---- Checks of the settings; the commands ---- */

static void check_settings(struct settings *set)
{
	bool json = set->format == FORMAT_JSON;
	struct stat st;
	if (!json && (set->fields || set->added_fields))
		usage_error("%s needs --to json",
		            set->fields ? "--fields" : set->added_fields & MK_FIELD_BLOCKS ? "--blocks" : "--links");
	if (json && (set->flags & MK_IMAGES))
		set->added_fields |= MK_FIELD_IMAGES;
	if (set->added_fields)
		set->fields = (set->fields ? set->fields : MK_FIELDS_DEFAULT) | set->added_fields;
	if (set->output && strcmp(set->output, "-") != 0)
		set->to_directory = set->output[strlen(set->output) - 1] == '/' || (stat(set->output, &st) == 0 && S_ISDIR(st.st_mode));
	if (!set->resume || set->to_directory)
		return;
	if (!set->output || strcmp(set->output, "-") == 0)
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

/* Adds the files and directories of the command line to the list.  Returns the number of arguments
 * without any page. */
static unsigned list_sources(mk_io_sources *list, const struct settings *set, int n, char **arguments)
{
	unsigned n_empty = 0;
	for (int i = 0; i < n; i++) {
		size_t before = mk_io_sources_count(list);
		if (mk_io_sources_add(list, arguments[i]) == MK_IO_NO_MEMORY)
			no_memory();
		if (mk_io_sources_count(list) > before || stop_signal())
			continue;
		n_empty++;
		if (!set->quiet)
			say(arguments[i], "contains no pages");
	}
	if (set->options.url && mk_io_sources_count(list) > 1)
		usage_error("--url is the address of one page; there are %zu inputs", mk_io_sources_count(list));
	return n_empty;
}

static int run_extract(struct settings *set, int n, char **arguments)
{
	int n_stdin = 0;
	char *standard[] = {(char[]){STDIN_NAME}};
	mk_io_sources *list = mk_io_sources_new(stop_request());
	if (!list)
		no_memory();
	check_settings(set);
	if (!n && isatty(STDIN_FILENO))
		usage_error("no input: give a file, a directory, or - for standard input");
	if (!n) {
		arguments = standard;
		n = 1;
	}
	for (int i = 0; i < n; i++)
		n_stdin += strcmp(arguments[i], STDIN_NAME) == 0;
	if (n_stdin > 1)
		usage_error("standard input (-) can be read only once");
	unsigned n_empty = list_sources(list, set, n, arguments);
	int code = run_sources(list, set);
	mk_io_sources_free(list);
	return code == EXIT_DONE && n_empty ? EXIT_SOME_FAILED : code;
}

int main(int argc, char **argv)
{
	struct settings set = {0};
	const struct command *command = NULL;
	mk_options_init(&set.options);
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
