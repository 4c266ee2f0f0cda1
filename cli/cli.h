/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - declarations shared by the files of the command.  The command uses the libraries only through their public headers
 * makala.h, makala_debug.h and makala_io.h, and takes small helpers from io/small.h.
 *
 *	message.c  messages, JSON strings, write()
 *	signals.c  signals -> the request to stop
 *	report.c   one page -> output of explain, features, tree; warnings about a page
 *	output.c   documents -> standard output, one file, or one file per source
 *	resume.c   output of an earlier run -> finished sources dropped from the list
 *	run.c      list of sources -> documents written; progress, failures, exit code
 *	main.c     arguments -> struct settings, then one of the commands
 *
 * Each file uses only the files above it in this list.
 */
#ifndef MAKALA_CLI_H
#define MAKALA_CLI_H

#include "../io/small.h"

#include "../makala_debug.h"

#include <sys/types.h>

enum exit_code { EXIT_DONE = 0, EXIT_SOME_FAILED = 1, EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

enum format { FORMAT_MARKDOWN = 0, FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML, N_FORMATS };

/* The settings of the command line.  Constant after main() has parsed them. */
struct settings {
	mk_options options;      /* options of mk_extract(), except input, which is set for each page */
	enum format format;
	uint64_t fields;         /* MK_FIELD_ bits */
	unsigned flags;          /* flags of the writers: MK_IMAGES, MK_NO_LINKS */
	uint64_t added_fields;   /* MK_FIELD_ bits of --blocks, --links and --images, which add to those of --fields */
	const char *output;      /* path; NULL for standard output */
	bool to_directory;       /* output is a directory, or will be created as one */
	const char *errors;      /* path for --errors */
	const char *fragment;    /* context of makala tree --fragment */
	unsigned n_jobs;         /* 0: one per processor */
	mode_t file_mode;        /* mode of new files: 0666 without the bits of the umask */
	bool resume, quiet, strict_exit;
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

/* ---- output.c ---- */

extern const char *const format_names[N_FORMATS];

/* Whether both paths lead to the same regular file. */
bool same_file(const char *a, const char *b);

/* An output that documents are written to one after another.  Documents are written whole or not at all, as far as the system
 * permits. */
struct sink {
	int fd;
	const char *name;    /* name of the output in messages */
	char *target, *temp; /* temp is renamed to target at the end; temp is NULL if target is written in place */
	struct bytes held;   /* whole documents that are not written yet */
	off_t offset;        /* end of the last whole document in a regular file, in bytes */
	bool regular, eager; /* eager: a terminal, which shows each document at once */
	bool lines;          /* each document is one line (JSON) */
	size_t n_records;
};
bool sink_open(struct sink *s, const struct settings *set, mk_io_error *e);
/* Adds a document, after a separator if there was one before. */
bool sink_add(struct sink *s, enum format format, mk_str document, mk_io_error *e);
/* Ends the output.  With commit: flushes, and renames temp to target.  Without: discards what is not written and removes temp. */
bool sink_close(struct sink *s, bool commit, mk_io_error *e);

/* The files of an output directory, one for each source. */
struct outputs {
	struct bytes text;
	size_t *names; /* for each source, the offset of its NUL-terminated file name in text */
};
/* Chooses a different file name for each source, and creates the directory. */
bool outputs_name(struct outputs *o, const mk_io_sources *list, const struct settings *set, mk_io_error *e);
/* The path of the file for source i, to be freed by the caller; NULL if there is no memory. */
char *outputs_path(const struct outputs *o, size_t i, const struct settings *set);
/* Writes the document of source i to its file, first under a temporary name.  input is the path of the source, which must not be
 * overwritten. */
bool outputs_write(const struct outputs *o, size_t i, const char *input, const struct settings *set, mk_str document, mk_io_error *e);
void outputs_free(struct outputs *o);

/* ---- resume.c ---- */

/* Drops the sources that an earlier run has finished, and sets *n to their number. */
bool resume_sources(mk_io_sources *list, const struct outputs *o, const struct settings *set, size_t *n, mk_io_error *e);

/* ---- run.c ---- */

/* Extracts all sources and writes their documents.  Returns the exit code. */
int run_sources(mk_io_sources *list, const struct settings *set);

#endif
