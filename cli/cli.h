/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - declarations shared by the files of the command.  The command uses the libraries only through their public headers
 * makala.h, makala_debug.h and makala_io.h, and takes small helpers from io/small.h.
 *
 *	message.c   messages, JSON strings, write()
 *	signals.c   signals -> the request to stop
 *	report.c    one page -> output of explain, features, tree; warnings about a page
 *	files.c     which file a path leads to; files that must not be written to; replacing a file as a whole
 *	records.c   lines of a file -> whether makala wrote them, and the inputs that they name
 *	sink.c      documents, one after another -> standard output or one file
 *	folder.c    documents -> one file per source in a directory
 *	errors.c    failures -> the file of --errors
 *	resume.c    output of an earlier run -> finished sources dropped from the list
 *	targets.c   the paths of the options -> open outputs, none of which is an input
 *	progress.c  numbers of a run -> one line on standard error
 *	run.c       list of sources -> documents written; failures, exit code
 *	values.c    values of options -> numbers, formats, fields; suggestions for mistyped words
 *	options.c   arguments -> struct settings; --help and --version
 *	inputs.c    arguments and the list of --files-from -> list of sources
 *	main.c      the whole program
 *
 * Each file uses only the files above it in this list.
 */
#ifndef MAKALA_CLI_H
#define MAKALA_CLI_H

#include "../io/small.h"

#include "../makala_debug.h"

#include <sys/stat.h>

enum exit_code { EXIT_DONE = 0, EXIT_SOME_FAILED = 1, EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

/* The commands that options apply to, as bits. */
enum { EXTRACT = 1, EXPLAIN = 2, FEATURES = 4, TREE = 8 };

enum format { FORMAT_MARKDOWN = 0, FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML, FORMAT_CHUNKS, N_FORMATS };

/* Whether documents of this format are JSON objects, one on each line. */
static inline bool is_lines(enum format format)
{
	return format == FORMAT_JSON || format == FORMAT_CHUNKS;
}

/* The settings of the command line.  Constant after main() has parsed them. */
struct settings {
	mk_options options;      /* options of mk_extract(), except input, which is set for each page */
	enum format format;
	bool format_is_set;      /* by an option, so that nothing else sets it */
	uint64_t fields;         /* MK_FIELD_ bits */
	mk_chunk_options chunks; /* for FORMAT_CHUNKS, except flags */
	unsigned flags;          /* flags of the writers: MK_IMAGES, MK_NO_LINKS */
	uint64_t added_fields;   /* MK_FIELD_ bits of --blocks, --links and --images, which add to those of --fields */
	const char *output;      /* path; NULL for standard output */
	bool to_directory;       /* output is a directory, or will be created as one */
	const char *errors;      /* path for --errors */
	const char *files_from;  /* path of a list of inputs, "-" for standard input */
	bool null_names;         /* names in that list end with NUL */
	const char *fragment;    /* context of makala tree --fragment */
	unsigned n_jobs;         /* 0: one per processor */
	mode_t file_mode;        /* mode of new files: 0666 without the bits of the umask */
	bool resume, force, quiet, strict_exit;
	bool progress, progress_is_set;
};

/* ---- message.c ---- */

/* Writes "makala: PATH: MESSAGE" to standard error with one write() and on one line; control characters in either part are
 * escaped.  path may be NULL. */
void say(const char *path, const char *message);
/* Reports a usage error, points to --help and exits with EXIT_USAGE. */
_Noreturn void usage_error(const char *format, ...)
#if defined(__GNUC__)
        __attribute__((format(printf, 1, 2)))
#endif
        ;
/* Exits because there is no memory for the lists of sources and outputs.  If memory runs out for a page, only that input fails. */
_Noreturn void no_memory(void);
/* Appends to a message of the libraries the option that helps, which the libraries cannot know.  in_extraction: the failure came
 * from extraction and not from reading. */
void add_hint(mk_io_error *e, bool in_extraction);
/* Appends s, which is UTF-8, as a JSON string in quotes. */
bool json_quote(struct bytes *b, const char *s);
/* The length of the control character at s, the first of len bytes, that could make a terminal do more than show text: escape
 * sequences begin with one.  0 if there is none.  in_line: line ends, tabs and characters that change the direction of text count too,
 * since they could make a message look like another one. */
size_t unsafe_len(const char *s, size_t len, bool in_line);
/* Appends s with U+FFFD in place of such characters. */
bool add_for_terminal(struct bytes *b, mk_str s);
/* Writes the bytes of p from *done up to len and advances *done.  Returns 0, or the errno value. */
int write_more(int fd, const char *p, size_t len, size_t *done);
int write_all(int fd, const char *p, size_t len);

/* ---- signals.c ---- */

/* Installs handlers for SIGINT, SIGTERM and SIGHUP.  The first signal cancels stop_request(); a second one ends the program. */
void catch_signals(void);
/* The number of the first signal that was received; 0 if none was. */
int stop_signal(void);
/* The request to stop that the handlers cancel. */
mk_io_stop *stop_request(void);

/* ---- report.c ---- */

enum report { REPORT_EXPLAIN = 1, REPORT_FEATURES, REPORT_TREE };
int report_run(enum report report, const char *path, const struct settings *set);

/* Writes a sentence fragment about an extracted page into text: why it has no article, and its warnings.  all: also warnings that
 * lose no text.  Returns false if there is nothing to say. */
bool page_remark(const mk_page *page, bool all, char *text, size_t size);
/* Whether the page has any warning, or any other verdict than content. */
bool page_is_warned(const mk_page *page);

/* ---- files.c ---- */

enum place_kind { PLACE_MISSING, PLACE_FILE, PLACE_DIRECTORY, PLACE_SPECIAL };

/* What is at a path to write to.  Symbolic links are followed. */
struct place {
	char *path;
	enum place_kind kind;
	int fd;           /* the open descriptor that the path names, such as 1 for /dev/stdout; -1 if it names none */
	struct stat st;   /* of the file; of its directory if it is missing */
	const char *name; /* if the file is missing: its name in its directory, the end of path */
	bool is_device;
};
/* Finds out what is at path.  Fails for a symbolic link that leads nowhere, as cp does.  place_free() is due in any case. */
bool place_find(struct place *p, const char *path, mk_io_error *e);
void place_free(struct place *p);
/* Whether two paths lead to the same file. */
static inline bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether both are the same file, which two outputs must not share. */
bool place_same(const struct place *a, const struct place *b);

/* A set of files that must not be written to: a hash table of their devices and inodes. */
struct guarded {
	dev_t dev;
	ino_t ino;
	bool used;
};
struct guard {
	struct guarded *slots;
	size_t n_slots;
};
/* Makes a set for at most n files. */
void guard_open(struct guard *g, size_t n_most);
/* Adds the file at path, or standard input for "-".  Does nothing if it does not exist or is neither a regular file nor a pipe. */
void guard_path(struct guard *g, const char *path);
bool guard_has(const struct guard *g, const struct stat *st);
void guard_free(struct guard *g);

/* A temporary file that becomes the file at path when it is complete. */
struct draft {
	int fd; /* to be closed by the caller */
	char *path, *temp; /* temp is NULL if there is no temporary file, or none any more */
	bool replaces;     /* there was a file at path */
};
/* Creates a draft for the file at a place, with its mode and owner if it exists, else with mode. */
bool draft_open(struct draft *d, const struct place *at, mode_t mode, mk_io_error *e);
/* Gives the draft its name.  Without may_replace, fails if there is a file of that name. */
bool draft_publish(struct draft *d, bool may_replace, mk_io_error *e);
/* Frees the draft, and removes its file if that is not published. */
void draft_drop(struct draft *d);

/* ---- records.c ---- */

enum lines { LINES_RECORDS, LINES_ERRORS };
/* The bytes of a file that are whole lines of makala.  needs_newline: the last of them is complete but has no newline. */
struct extent {
	off_t whole, size; /* size: all bytes that were read */
	bool needs_newline;
};
/* Calls use() for each line of the file: without its newline, NUL-terminated, with the bytes of the path of its input.  use()
 * returns false if there is no memory.  Fails if the file does not prove to be makala's own. */
bool lines_read(FILE *f, enum lines lines, bool (*use)(void *user, const char *line, size_t len, const char *input), void *user,
                struct extent *extent, mk_io_error *e);
/* If path is not UTF-8, adds the member "input_bytes" to a record, which tells apart names that are equal as "input".  *record is
 * then in room.  Returns false if there is no memory. */
bool record_with_bytes(mk_str *record, const char *path, struct bytes *room);

/* ---- sink.c ---- */

/* An output that documents are written to one after another.  Documents are written whole or not at all, as far as the system
 * permits. */
struct sink {
	int fd;
	bool owns_fd;
	const char *name;     /* name of the output in messages */
	struct draft draft;   /* not used if the output is written in place */
	bool early;           /* publish the draft with the first records */
	struct bytes held;    /* whole documents that are not written yet */
	struct bytes room;    /* for record_with_bytes() */
	struct bytes shown;   /* for add_for_terminal() */
	off_t offset;         /* end of the last whole document in a regular file, in bytes */
	bool regular, eager;  /* eager: a terminal, which shows each document at once */
	enum format format;
	size_t n_records;
};
/* extent: what to keep of the file of an earlier run. */
bool sink_open(struct sink *s, const struct settings *set, const struct place *at, const struct extent *extent, mk_io_error *e);
/* Adds the document of the source at path, after a separator if there was one before. */
bool sink_add(struct sink *s, mk_str document, const char *path, mk_io_error *e);
enum ending { END_DROP, END_IF_NEW, END_COMMIT };
/* Ends the output.  END_COMMIT writes all documents and gives the file its name; END_IF_NEW does so only if there is no file of
 * that name; END_DROP discards what is not written, and a file that has no name yet. */
bool sink_close(struct sink *s, enum ending ending, mk_io_error *e);

/* ---- folder.c ---- */

/* The files of an output directory, one for each source. */
struct folder {
	struct bytes text;
	size_t *names; /* for each source, the offset of its NUL-terminated file name in text */
};
/* Chooses a different file name for each source, and creates the directory. */
bool folder_name(struct folder *o, const mk_io_sources *list, const struct settings *set, mk_io_error *e);
enum folder_file { FOLDER_FREE, FOLDER_DONE, FOLDER_EXISTS, FOLDER_INPUT };
/* Whether source i, which is at the path input, may be written.  FOLDER_EXISTS and FOLDER_INPUT come with a message. */
enum folder_file folder_check(const struct folder *o, size_t i, const char *input, const struct settings *set, const struct guard *g,
                              mk_io_error *e);
/* Writes the document of source i to its file. */
bool folder_write(const struct folder *o, size_t i, const char *input, const struct settings *set, const struct guard *g,
                  mk_str document, mk_io_error *e);
void folder_free(struct folder *o);

/* ---- errors.c ---- */

struct errors {
	const char *path;
	int fd; /* -1: none */
	bool owns_fd;
	/* With --resume, the lines that the file has already: a hash table of offsets in text + 1; 0 if the slot is free. */
	struct bytes text;
	size_t *slots, n_slots, n_lines;
};
bool errors_open(struct errors *x, const char *path, const struct place *at, bool resume, mk_io_error *e);
/* Writes a line for a failure of an input, unless the file has the same line. */
bool errors_add(struct errors *x, const char *name, const mk_io_error *failure, mk_io_error *e);
bool errors_close(struct errors *x, mk_io_error *e);

/* ---- resume.c ---- */

/* Drops the sources that have a record in the file, and finds out what to keep of the file. */
bool resume_records(mk_io_sources *list, const struct place *at, struct extent *extent, mk_io_error *e);

/* ---- targets.c ---- */

/* All outputs of a run. */
struct targets {
	struct guard guard;
	struct folder folder; /* used if the output is a directory */
	struct sink sink;     /* used otherwise */
	bool has_sink;
	struct errors errors;
};
/* Opens the outputs.  Sources with a record in a file to resume are dropped from the list.  On failure, *at is the path of the
 * output that failed. */
bool targets_open(struct targets *t, mk_io_sources *list, const struct settings *set, const char **at, mk_io_error *e);
void targets_free(struct targets *t);

/* ---- progress.c ---- */

/* Times are in seconds of the monotonic clock. */
struct progress {
	size_t n_todo, n_done, n_failed;
	bool is_on, is_asked, is_shown, is_tty;
	double started, ticked;
};
void progress_start(struct progress *p, const struct settings *set, size_t n_todo, bool output_is_tty);
/* Shows the progress if it is due: five times a second on a terminal, a line every ten seconds in a log. */
void progress_tick(struct progress *p);
/* Clears the line on a terminal, before a message. */
void progress_hide(struct progress *p);
void progress_end(struct progress *p);

/* ---- run.c ---- */

/* Extracts all sources and writes their documents.  Returns the exit code. */
int run_sources(mk_io_sources *list, const struct settings *set);

/* ---- values.c ---- */

/* Sets *best, which starts as NULL, to candidate if that is closer to word. */
void nearer(const char *word, const char *candidate, const char **best);
/* Writes "; did you mean X?" into text, or "" if best is NULL. */
const char *suggestion(char *text, size_t size, const char *dashes, const char *best);
/* Each of these exits with a usage error if the value is not valid. */
size_t read_size(const char *option, const char *value, uint64_t least, uint64_t most, const char *range);
unsigned read_number(const char *option, const char *value, unsigned least, unsigned most);
enum format read_format(const char *value);
mk_input_type read_input_type(const char *value);
uint64_t read_fields(const char *list);
void check_charset(const char *label);
void check_url(const char *url);
/* Whether a file name ends like the files of a format: .md, .txt … */
bool format_of_name(const char *path, enum format *format);

/* ---- options.c ---- */

struct command {
	const char *name;
	unsigned bit;
	enum report report;
};
/* Parses all arguments.  command is NULL for extraction.  Moves the inputs to the front of argv and returns their number. */
int read_arguments(struct settings *set, int argc, char **argv, const struct command *command);

/* ---- inputs.c ---- */

struct inputs {
	mk_io_sources *list;
	size_t n_named, n_stdin;
	unsigned n_empty; /* directories without any page */
	bool has_directory;
};
/* Makes the list of sources.  Exits with a usage error if there is nothing to read. */
void inputs_open(struct inputs *in, const struct settings *set, int n, char **arguments);

#endif
