/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - what the files of the command share.  The command uses the libraries through makala.h and makala_io.h, and io/small.h
 * for small tools.
 *
 *	message.c  messages, JSON strings, write()
 *	signals.c  signals -> the request to stop
 *	report.c   one page -> explain, features, tree; the remarks on a page
 *	output.c   documents -> standard output, a file, files of a directory
 *	resume.c   what an earlier run has done -> sources dropped from the list
 *	run.c      list of sources -> documents in their places; progress, failures, exit code
 *	main.c     arguments -> struct settings; which of the jobs to do
 *
 * Each file uses only those above it.
 */
#ifndef MAKALA_CLI_H
#define MAKALA_CLI_H

#include "../io/small.h"

#include "../makala_debug.h"

#include <sys/types.h>

enum exit_code { EXIT_DONE = 0, EXIT_SOME_FAILED = 1, EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

enum format { FORMAT_MARKDOWN = 0, FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML, N_FORMATS };

/* What to do, from the command line.  Constant once main() has read it. */
struct settings {
	mk_options options;      /* all but input, which differs from page to page */
	enum format format;
	uint64_t fields;         /* MK_FIELD_ bits */
	unsigned flags;          /* MK_IMAGES … */
	uint64_t added_fields;   /* MK_FIELD_ bits of --blocks and the like, whatever --fields says */
	const char *output;      /* NULL: standard output */
	bool to_directory;       /* output is one, or is to become one */
	const char *errors;      /* path for --errors */
	const char *fragment;    /* context of makala tree --fragment */
	unsigned n_jobs;         /* 0: not given */
	mode_t file_mode;        /* of files that are made: read and write for all, less the umask */
	bool resume, quiet, strict_exit;
	bool progress, progress_is_set;
};

/* ---- message.c ---- */

/* Puts "makala: PATH: MESSAGE" on standard error in one write and on one line: control characters in the path are escaped.
 * path may be NULL. */
void say(const char *path, const char *message);
/* Says that the command line is wrong, points to --help and ends the program. */
_Noreturn void usage_error(const char *format, ...)
#if defined(__GNUC__)
        __attribute__((format(printf, 1, 2)))
#endif
        ;
/* Ends the program when there is no memory for the lists it works from.  A page without memory is only a failed input. */
_Noreturn void no_memory(void);
/* Adds to a message of the library which option helps.  in_extraction: the failure is that of mk_extract(). */
void add_hint(mk_io_error *e, bool in_extraction);
/* Adds s, which is UTF-8, as a JSON string with its quotes. */
bool json_quote(struct bytes *b, const char *s);
/* Writes p[*done … len) and counts *done up; returns the errno value, 0 on success. */
int write_more(int fd, const char *p, size_t len, size_t *done);
int write_all(int fd, const char *p, size_t len);

/* ---- signals.c ---- */

/* From now on SIGINT, SIGTERM and SIGHUP make the request to stop; a second one ends the program at once. */
void catch_signals(void);
/* The signal that asked us to stop; 0 as long as there was none. */
int stop_signal(void);
/* The request that they make. */
mk_io_stop *stop_request(void);

/* ---- report.c ---- */

enum report { REPORT_EXPLAIN = 1, REPORT_FEATURES, REPORT_TREE };
int report_run(enum report report, const char *path, const struct settings *set);

/* What there is to say about an extracted page beside its document, as a sentence fragment.  all: harmless remarks too.  false:
 * nothing. */
bool page_remark(const mk_page *page, bool all, char *text, size_t size);
/* Whether the page has any warning, or no content. */
bool page_is_warned(const mk_page *page);

/* ---- output.c ---- */

extern const char *const format_names[N_FORMATS];

/* Whether both names lead to the same regular file. */
bool same_file(const char *a, const char *b);

/* Where documents go one after another.  Records are written whole or not at all, as far as the system lets us. */
struct sink {
	int fd;
	const char *name;    /* for messages */
	char *target, *temp; /* temp is renamed to target when all is done; NULL: written in place */
	struct bytes held;   /* whole records that are not written yet */
	off_t offset;        /* after the last whole record, in a regular file */
	bool regular, eager; /* eager: a terminal, which sees each record at once */
	bool lines;          /* a record is a line */
	size_t n_records;
};
bool sink_open(struct sink *s, const struct settings *set, mk_io_error *e);
/* Adds a document with its separator. */
bool sink_add(struct sink *s, enum format format, mk_str document, mk_io_error *e);
/* Ends the output: flushes, and puts a file in its place; or throws it away when commit is false. */
bool sink_close(struct sink *s, bool commit, mk_io_error *e);

/* The files of an output directory, one for each source. */
struct outputs {
	struct bytes text;
	size_t *names; /* offsets into text, NUL-terminated */
};
/* Gives each source the name of its own file, and makes the directory. */
bool outputs_name(struct outputs *o, const mk_io_sources *list, const struct settings *set, mk_io_error *e);
/* The path of the file for source i, to be freed by the caller; NULL without memory. */
char *outputs_path(const struct outputs *o, size_t i, const struct settings *set);
/* Writes the document of source i, which was read from input, under another name first. */
bool outputs_write(const struct outputs *o, size_t i, const char *input, const struct settings *set, mk_str document, mk_io_error *e);
void outputs_free(struct outputs *o);

/* ---- resume.c ---- */

/* Drops the sources that an earlier run has finished, and counts them in *n. */
bool resume_sources(mk_io_sources *list, const struct outputs *o, const struct settings *set, size_t *n, mk_io_error *e);

/* ---- run.c ---- */

/* Extracts all sources; returns the exit code. */
int run_sources(mk_io_sources *list, const struct settings *set);

#endif
