/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - what the files of the command share.  The command uses the library through makala.h alone.
 *
 *	main.c    arguments -> struct settings; which of the jobs below to do
 *	input.c   arguments -> list of inputs; an input -> its bytes, decompressed
 *	batch.c   list of inputs -> pages -> output in input order; workers, progress, interruption
 *	output.c  documents -> standard output, a file, files of a directory; what --resume finds done; messages
 *	report.c  one page -> explain, features, tree
 */
#ifndef MAKALA_CLI_H
#define MAKALA_CLI_H

#define _XOPEN_SOURCE 700 /* POSIX 2008 with mkstemp and realpath */

#include "../makala.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
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
	unsigned n_jobs;         /* 0: not said */
	mode_t file_mode;        /* of files that are made: read and write for all, less the umask */
	bool resume, quiet, strict_exit;
	bool progress, progress_is_set;
};

/* Why an input, or all work, could not be done.  One sentence fragment, no path in it. */
enum failure { FINE = 0, BAD_READ, BAD_TYPE, BAD_SIZE, BAD_ARCHIVE, BAD_MEMORY, BAD_WRITE, STOPPED, N_FAILURES };
struct trouble {
	enum failure failure;
	char message[200];
};

/* ---- output.c: messages and small tools ---- */

/* Notes the failure and its message; returns false, so that a failing function can return it. */
bool fail(struct trouble *t, enum failure failure, const char *format, ...)
#if defined(__GNUC__)
        __attribute__((format(printf, 3, 4)))
#endif
        ;
/* Like fail(), with what the system says about the error number and, if not NULL, what was being done. */
bool fail_errno(struct trouble *t, enum failure failure, int error, const char *doing);

/* Puts "makala: PATH: MESSAGE" on standard error in one write and on one line: control characters in the path are escaped.
 * path may be NULL. */
void say(const char *path, const char *message);
/* A wrong command line: says so, points to --help and ends the program. */
_Noreturn void usage_error(const char *format, ...)
#if defined(__GNUC__)
        __attribute__((format(printf, 1, 2)))
#endif
        ;

/* Growing bytes.  bytes_reserve() makes room for more past len; false without memory. */
struct bytes {
	char *p;
	size_t len, cap;
};
bool bytes_reserve(struct bytes *b, size_t more);
bool bytes_add(struct bytes *b, const void *p, size_t len);
void bytes_free(struct bytes *b);

/* Ends the program where there is no memory for the lists it works from (a page without memory is one failed input only). */
_Noreturn void no_memory(void);

/* s as UTF-8: s itself where it is valid, else a copy in b with U+FFFD for the bytes that are not; NULL without memory. */
const char *utf8_of(const char *s, struct bytes *b);

/* Adds s, which is UTF-8, as a JSON string with its quotes. */
bool json_quote(struct bytes *b, const char *s);

/* 64-bit FNV-1a, for the tables of names. */
uint64_t hash_of(const char *p, size_t len);

/* ---- input.c ---- */

#define STDIN_NAME "-"

/* An input: offsets into inputs.text. */
struct input {
	size_t path;     /* zero-terminated */
	size_t out;      /* zero-terminated name of the file to write; with an output directory only */
	uint32_t root;   /* length of the directory that was asked for, in front of path; 0 when the file itself was */
};
struct inputs {
	struct bytes text;
	struct input *items;
	size_t n, cap;
	size_t n_skipped; /* files in directories that by their names are something else than pages */
};

/* Adds what an argument names: itself, or all pages below it when it is a directory.  Returns how many inputs came of it. */
size_t inputs_add(struct inputs *in, const char *argument);
void inputs_free(struct inputs *in);
static inline const char *inputs_path(const struct inputs *in, size_t i)
{
	return in->text.p + in->items[i].path;
}
/* Offset of a new copy of len bytes of s, zero-terminated, in inputs.text. */
size_t inputs_keep(struct inputs *in, const char *s, size_t len);

/* Reads inputs one after another into buffers that it keeps.  One per thread. */
struct reader;
struct reader *reader_new(size_t max_bytes);
void reader_free(struct reader *r);
/* The whole input, decompressed, with MK_PADDING NULs behind it; valid until the next call.  false: see t. */
bool reader_read(struct reader *r, const char *path, mk_str *page, struct trouble *t);

/* ---- output.c: files ---- */

/* Whether both names lead to the same regular file. */
bool same_file(const char *a, const char *b);

extern const char *const format_names[N_FORMATS];

/* Where documents go one after another.  Records are written whole or not at all, as far as the system lets us. */
struct sink {
	int fd;
	const char *name;    /* for messages */
	char *target, *temp; /* temp is renamed to target when all is done; NULL: written in place */
	struct bytes held;   /* whole records that are not written yet */
	off_t offset;        /* past the last whole record, in a regular file */
	bool regular, eager; /* eager: a terminal, which sees each record at once */
	bool lines;          /* a record is a line */
	size_t n_records;
};
bool sink_open(struct sink *s, const struct settings *set, struct trouble *t);
/* Adds a document with its separator. */
bool sink_add(struct sink *s, enum format format, mk_str document, struct trouble *t);
bool sink_flush(struct sink *s, struct trouble *t);
/* Ends the output: flushes, and puts a file in its place; or throws it away when commit is false. */
bool sink_close(struct sink *s, bool commit, struct trouble *t);

/* Gives each input the name of its own file in the output directory, and makes that directory. */
bool outputs_name(struct inputs *in, const struct settings *set, struct trouble *t);
/* Writes the document of an input into the output directory, under another name first. */
bool output_write(const struct inputs *in, size_t i, const struct settings *set, mk_str document, struct trouble *t);
/* Takes the inputs off the list that an earlier run has finished; returns how many, in *n. */
bool resume_inputs(struct inputs *in, const struct settings *set, size_t *n, struct trouble *t);

/* ---- batch.c ---- */

/* The signal that asks us to stop, 0 as long as there was none. */
int stop_signal(void);
void catch_signals(void);
/* Extracts all inputs; returns the exit code. */
int batch_run(struct inputs *in, const struct settings *set);

/* What a successful page has to say for itself beside its document: a fragment in b, NULL if nothing.  all: harmless ones too. */
const char *page_remark(const mk_article *article, bool all, struct bytes *b);

/* ---- report.c ---- */

enum report { REPORT_EXPLAIN = 1, REPORT_FEATURES, REPORT_TREE };
int report_run(enum report report, const char *path, const struct settings *set);

#endif
