/* SPDX-License-Identifier: Apache-2.0 */
/*
 * makala_io.h - extracts many inputs: finds files, reads and decompresses them, runs workers, and delivers the results in the
 * order of the inputs.
 *
 *	static void work(void *user, mk_page *page, const mk_io_item *item, mk_io_result *result)
 *	{
 *		mk_json(page, 0, 0, &result->document);
 *	}
 *
 *	static bool deliver(void *user, const mk_io_item *item, const mk_io_result *result)
 *	{
 *		if (result->error.status)
 *			fprintf(stderr, "%s: %s\n", item->name, result->error.message);
 *		else
 *			printf("%.*s\n", (int)result->document.len, result->document.p);
 *		return true;
 *	}
 *
 *	mk_io_options options;
 *	mk_io_sources *sources = mk_io_sources_new(NULL);
 *	mk_io_options_init(&options);
 *	options.work = work;
 *	options.deliver = deliver;
 *	mk_io_sources_add(sources, "folder");
 *	mk_io_run(sources, &options, NULL);
 *	mk_io_sources_free(sources);
 *
 * A source is a file or standard input.  An item is one page in a source.  Today every source holds one item; archives will
 * hold many.  Write callers for any number of items.
 *
 * The library is libmakala-io.  It needs libmakala, zlib, zstd and POSIX threads.  It prints nothing, never exits the program,
 * installs no signal handler, and has no global state.
 *
 * Threads.  An object belongs to one thread at a time, and different objects may be used by different threads at once.
 * mk_io_cancel() and mk_io_cancelled() are the exceptions: any thread and any signal handler may call them at any time before
 * mk_io_stop_free().
 *
 * NULL for a list, a reader, a path or an item is MK_IO_BAD_ARGUMENT, or an empty result from functions that return no status.
 */
#ifndef MAKALA_IO_H
#define MAKALA_IO_H

#include "makala.h"

#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Errors ------------------------------------------------------------------------------------------------------------- */

/* The outcome of a call.  New values may be added at the end. */
typedef enum mk_io_status {
	MK_IO_OK = 0,
	MK_IO_READ_FAILED,  /* the source cannot be opened or read */
	MK_IO_NOT_A_PAGE,   /* the first bytes of the item are those of another format, such as an image or a PDF */
	MK_IO_TOO_BIG,      /* the item is larger than mk_options.max_input_bytes, before or after decompression */
	MK_IO_BAD_ARCHIVE,  /* the compressed data is damaged */
	MK_IO_NO_MEMORY,    /* not enough memory to read or to extract the item */
	MK_IO_WRITE_FAILED, /* set by callbacks when the document cannot be written.  The library itself writes nothing */
	MK_IO_STOPPED,      /* mk_io_cancel() was called, or a callback returned false */
	MK_IO_BAD_ARGUMENT, /* a required argument or callback is missing, or an option is not valid */
	MK_IO_N_STATUS
} mk_io_status;

/* A stable lower-case name for records: "ok", "io", "not_a_page", "too_big", "bad_archive", "no_memory", "write", "stopped",
 * "bad_argument".  NULL if the number is not a status.  The string is static.  Safe from any thread. */
MK_API const char *mk_io_status_name(mk_io_status status);

/* What went wrong and where.  The caller provides the memory; its layout will not change. */
typedef struct mk_io_error {
	mk_io_status status;
	int system_error;  /* errno of the system call that failed; 0 if no system call failed */
	const char *path;  /* the source, NUL-terminated; NULL if the failure belongs to no source.  Valid as long as the source
	                    * list, or as the string that was passed to mk_io_reader_open() */
	char message[232]; /* a sentence fragment in English without the path ("No such file or directory"), NUL-terminated; ""
	                    * if nothing went wrong */
} mk_io_error;

/* ---- Stopping early ----------------------------------------------------------------------------------------------------- */

/* A request to stop, shared by a source list, readers and runs.  It cannot be reset: make a new one for the next run. */
typedef struct mk_io_stop mk_io_stop;

/* A new request to stop, not cancelled yet.  It holds two file descriptors.  NULL if there is no memory or no file descriptor.
 * Free it with mk_io_stop_free(). */
MK_API mk_io_stop *mk_io_stop_new(void);

/* Frees stop.  No source list, reader or run may still be using it.  NULL is allowed. */
MK_API void mk_io_stop_free(mk_io_stop *stop);

/* Asks every user of this stop to end soon.  A run finishes a delivery that has begun, lets workers finish the pages they are
 * extracting, and returns MK_IO_STOPPED.  A read that waits for a pipe or a terminal ends at once.  The call does not wait for
 * any of this.  Async-signal-safe; keeps errno; may be called from any thread and more than once.  NULL is allowed. */
MK_API void mk_io_cancel(mk_io_stop *stop);

/* Whether mk_io_cancel() has been called.  Async-signal-safe; safe from any thread.  False for NULL. */
MK_API bool mk_io_cancelled(const mk_io_stop *stop);

/* ---- Sources ------------------------------------------------------------------------------------------------------------ */

/* A list of sources in the order in which they will be read.  Sources are numbered from 0 and keep their numbers. */
typedef struct mk_io_sources mk_io_sources;

/* An empty list, or NULL if there is no memory.  stop, which may be NULL, can end a walk through a large directory early; it
 * must outlive the list. */
MK_API mk_io_sources *mk_io_sources_new(mk_io_stop *stop);

/* Frees the list and every string read from it.  NULL is allowed. */
MK_API void mk_io_sources_free(mk_io_sources *list);

/*
 * Adds sources to the end of the list.  path is a file, a directory (every page below it is added), or "-" for standard input.
 * path is NUL-terminated and copied.
 *
 * A directory is walked depth first, the names in each directory sorted by their bytes.  The walk skips files that are not
 * pages and counts them, see mk_io_sources_skipped().  Only directories are opened at this point.  A path that does not exist
 * is added too; the error comes when it is read.  A directory without pages adds nothing: compare mk_io_sources_count() before
 * and after.
 *
 * Returns MK_IO_OK; MK_IO_NO_MEMORY, with the list unchanged; MK_IO_STOPPED, with the sources that the walk found so far in the
 * list; or MK_IO_BAD_ARGUMENT if list or path is NULL, or path is empty.  Pointers returned by mk_io_sources_path() become invalid.
 */
MK_API mk_io_status mk_io_sources_add(mk_io_sources *list, const char *path);

/* The number of sources, including dropped ones. */
MK_API size_t mk_io_sources_count(const mk_io_sources *list);

/* The path of source i, NUL-terminated: as passed to mk_io_sources_add(), or as found below a directory that was passed.  These
 * are the bytes of the file system, which may not be UTF-8.  Valid until the next mk_io_sources_add() or mk_io_sources_free().
 * NULL if i is out of range. */
MK_API const char *mk_io_sources_path(const mk_io_sources *list, size_t i);

/* The part of mk_io_sources_path() below the directory that was passed to mk_io_sources_add(), without a leading slash.  For a
 * file that was passed itself: the part after the last slash.  Lifetime and range as for mk_io_sources_path(). */
MK_API const char *mk_io_sources_relative(const mk_io_sources *list, size_t i);

/* Makes mk_io_run() skip source i.  The source keeps its number.  Does nothing if i is out of range. */
MK_API void mk_io_sources_drop(mk_io_sources *list, size_t i);

/* Whether mk_io_sources_drop() was called for source i.  True if i is out of range. */
MK_API bool mk_io_sources_dropped(const mk_io_sources *list, size_t i);

/* Why the walk through a directory skipped a file. */
typedef enum mk_io_skip {
	MK_IO_SKIP_NAME = 0, /* its name has the ending of another format (.css, .png, .pdf …); a final .gz or .zst is ignored */
	MK_IO_SKIP_SPECIAL,  /* it is a pipe, a socket or a device */
	MK_IO_SKIP_LINK,     /* it is a symbolic link to a directory, which could lead the walk in a circle */
	MK_IO_SKIP_HIDDEN,   /* its name begins with a dot; a hidden directory counts as one file */
	MK_IO_N_SKIPS
} mk_io_skip;

/* The number of files in directories that were skipped for this reason; 0 for an unknown reason. */
MK_API size_t mk_io_sources_skipped(const mk_io_sources *list, mk_io_skip reason);

/* ---- Items -------------------------------------------------------------------------------------------------------------- */

/*
 * One page of a source.  Only the library makes items, so the struct can grow: new fields are added at the end.  All strings
 * are NUL-terminated.  An item is valid until the next call on its reader, or until the callback that received it returns.
 */
typedef struct mk_io_item {
	const char *path;         /* path of the source, in the bytes of the file system */
	const char *name;         /* name of the item in a record, valid UTF-8: the path, with U+FFFD for each byte that is not
	                           * UTF-8.  Never NULL; empty if there was no memory for it */
	size_t source;            /* number of the source in its list; 0 for mk_io_reader_open() */
	size_t index;             /* number of the item in its source, from 0 */
	const char *bytes;        /* the page, decompressed, followed by MK_PADDING NULs; NULL in mk_io_options.deliver */
	size_t len;               /* length of bytes, without the padding */
	const char *url;          /* address of the page as stated by the source; NULL if unknown */
	const char *content_type; /* media type as stated by the source, without parameters; NULL if unknown */
	const char *charset;      /* charset of the transport as stated by the source; NULL if unknown */
} mk_io_item;

/* Opens sources one after another and reads their items.  A reader keeps its buffers, so keep one per thread and reuse it. */
typedef struct mk_io_reader mk_io_reader;

/* A new reader, or NULL if there is no memory.  max_bytes is the size limit of an item in bytes, before and after decompression;
 * 0 means 2^31 - 1, the limit of mk_extract().  stop, which may be NULL, can end reads early; it must outlive the reader. */
MK_API mk_io_reader *mk_io_reader_new(size_t max_bytes, mk_io_stop *stop);

/* Frees the reader and the item that it returned last.  NULL is allowed. */
MK_API void mk_io_reader_free(mk_io_reader *reader);

/*
 * Opens path as the source to read from and closes the previous source.  path is a file, or "-" for standard input.  path is
 * NUL-terminated, not copied, and must stay valid until the next call to this function or to mk_io_reader_free().
 *
 * Returns MK_IO_OK, or the status that is also in *error: MK_IO_READ_FAILED, MK_IO_TOO_BIG or MK_IO_NO_MEMORY.  error may be
 * NULL.  Standard input is not closed when the reader has finished with it.
 */
MK_API mk_io_status mk_io_reader_open(mk_io_reader *reader, const char *path, mk_io_error *error);

/*
 * Reads the next item of the source into *item, and sets *item to NULL after the last one.  An item whose first bytes are those
 * of gzip (RFC 1952, all members) or zstd (RFC 8878, all frames) is decompressed.  Of a page saved as MHTML (RFC 2557), the item is
 * the first HTML part, decoded, with the url and charset that its headers state.
 *
 * Returns MK_IO_OK, or the status that is also in *error, with *item NULL: any status except MK_IO_WRITE_FAILED.  After
 * MK_IO_NOT_A_PAGE and MK_IO_TOO_BIG call again to continue with the next item; other failures end the source.  error may be
 * NULL.
 */
MK_API mk_io_status mk_io_reader_next(mk_io_reader *reader, const mk_io_item **item, mk_io_error *error);

/* ---- Running ------------------------------------------------------------------------------------------------------------ */

/* The result for one item.  Only the library makes results, so the struct can grow: new fields are added at the end. */
typedef struct mk_io_result {
	mk_io_error error;    /* its status is MK_IO_OK on success.  mk_io_options.work may set a failure with its message, or,
	                       * with MK_IO_OK, a message that is only a remark */
	mk_status extraction; /* return value of mk_extract(); MK_OK if it was not called */
	mk_str document;      /* set by mk_io_options.work; {NULL, 0} before, and after a failure */
	uint64_t value;       /* a number for the caller's own use, set by mk_io_options.work; 0 before */
} mk_io_result;

/*
 * Options of mk_io_run().  Always initialise them with mk_io_options_init().  size tells the library which fields the caller was
 * compiled with, so that the struct can grow.
 */
typedef struct mk_io_options {
	size_t size;               /* sizeof(mk_io_options) */
	const mk_options *extract; /* options for every page; NULL for the defaults.  The library sets input and in_place for
	                            * each item; and url and http_charset if the item has them and they are NULL here.  Must
	                            * stay valid during mk_io_run() */
	unsigned n_workers;        /* threads that read and extract, 1…256; 0 means one per processor.  No more threads are used
	                            * than there are sources.  With 1 no thread is started, all callbacks run on the calling
	                            * thread, and nothing is copied */
	mk_io_stop *stop;          /* request that can end the run early, or NULL */
	void *user;                /* passed to the callbacks */

	/*
	 * Called for each item that was extracted, on the thread of its worker; several threads call it at the same time.  It
	 * reads what it needs from page and stores it in result.  The document may point into page, or into other memory that
	 * stays valid until the same worker takes its next item; the library copies it before it passes it to another thread.
	 * Required.
	 */
	void (*work)(void *user, mk_page *page, const mk_io_item *item, mk_io_result *result);

	/*
	 * Called for each item in input order, including failed items, on the thread that called mk_io_run(), one at a time.
	 * Never called for an item that was abandoned because of a stop.  item->bytes is NULL.  A source that cannot be opened
	 * counts as one item.  Returning false ends the run.  Required.
	 */
	bool (*deliver)(void *user, const mk_io_item *item, const mk_io_result *result);

	/* Called on the thread that called mk_io_run(), at least every 100 ms while it waits for workers; never called with one
	 * worker.  Returning false ends the run.  May be NULL. */
	bool (*wait)(void *user);
} mk_io_options;

/* Sets size, and all other fields to their defaults, which are 0 and NULL.  Inline, so that it is compiled into the program: a
 * newer library cannot write beyond the struct that the program was compiled with. */
static inline void mk_io_options_init(mk_io_options *options)
{
	memset(options, 0, sizeof *options);
	options->size = sizeof *options;
}

/*
 * Reads and extracts every source of the list that is not dropped, and delivers the results in order.  Workers run at most a
 * fixed number of sources ahead of delivery, so memory does not grow with the number of sources.  The callbacks must not change
 * the list.
 *
 * Returns MK_IO_OK after the last delivery, even if items failed; MK_IO_STOPPED if the run ended early; MK_IO_NO_MEMORY if no
 * worker could be started; MK_IO_BAD_ARGUMENT if a required argument is missing, n_workers is out of range, or mk_extract()
 * rejects options->extract.  All workers have ended when the call returns.  The results that a stopped run delivered are the
 * first ones of the list, without a gap.  error, which may be NULL, receives the status and a message.
 *
 * After a callback has returned false, the run still waits for reads that are in progress, such as from a pipe; mk_io_cancel()
 * ends those too.  Workers block all signals, so that signal handlers run on the program's own threads.
 */
MK_API mk_io_status mk_io_run(const mk_io_sources *list, const mk_io_options *options, mk_io_error *error);

#ifdef __cplusplus
}
#endif
#endif
