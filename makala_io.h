/* SPDX-License-Identifier: Apache-2.0 */
/*
 * makala_io.h - extracts many inputs: finds them, reads and decompresses them, and delivers the results in order.
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
 * A source is what can be opened by a name.  An item is one page in it.  Today every source holds one item; archives will hold
 * many.  Write callers for any number of items.
 *
 * The library is libmakala-io.  It needs libmakala, zlib, zstd and POSIX threads.  It prints nothing, never ends the program,
 * installs no signal handler, and has no global state.
 *
 * Threads.  An object belongs to one thread at a time, and different objects may be used by different threads at once.
 * mk_io_cancel() and mk_io_cancelled() are the exceptions: any thread and any signal handler may call them at any time before
 * mk_io_stop_free().
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
	MK_IO_NOT_A_PAGE,   /* the item is an image, a PDF or the like, as its first bytes show */
	MK_IO_TOO_BIG,      /* the item is larger than mk_options.max_input_bytes, before or after decompression */
	MK_IO_BAD_ARCHIVE,  /* the compressed data is damaged */
	MK_IO_NO_MEMORY,    /* there is no memory to read the item or to extract it */
	MK_IO_WRITE_FAILED, /* for callbacks: the document cannot be written.  The library itself writes nothing */
	MK_IO_STOPPED,      /* mk_io_cancel() was called, or a callback returned false */
	MK_IO_BAD_ARGUMENT, /* a required argument or callback is missing, or an option is not valid */
	MK_IO_N_STATUS
} mk_io_status;

/* A stable lower-case name for records: "ok", "io", "not_a_page", "too_big", "bad_archive", "no_memory", "write", "stopped",
 * "bad_argument".  NULL for a number that is not a status.  Static; safe from any thread. */
MK_API const char *mk_io_status_name(mk_io_status status);

/* What went wrong and where.  The caller provides the memory; its layout will not change. */
typedef struct mk_io_error {
	mk_io_status status;
	int system_error;  /* the errno value behind it; 0 when there is none */
	const char *path;  /* the source, NUL-terminated; NULL when no source is to blame.  Valid as long as the source list,
	                    * or as the string given to mk_io_reader_open() */
	char message[232]; /* a sentence fragment in English without the path ("No such file or directory"), NUL-terminated; "" when
	                    * nothing went wrong */
} mk_io_error;

/* ---- Stopping early ----------------------------------------------------------------------------------------------------- */

/* A request to stop, shared by a source list, readers and runs.  It works once: make a new one for the next run. */
typedef struct mk_io_stop mk_io_stop;

/* A new request that has not been made yet.  NULL without memory or file descriptors (it holds two).  Free it with
 * mk_io_stop_free(). */
MK_API mk_io_stop *mk_io_stop_new(void);

/* Frees stop.  Nothing may use it any more.  NULL is allowed. */
MK_API void mk_io_stop_free(mk_io_stop *stop);

/* Asks everything that was given this stop to end soon: a run delivers the next result if it is being delivered, lets workers
 * finish the pages they are extracting, and returns MK_IO_STOPPED; a read that waits for a pipe or a terminal ends at once.
 * Does not wait.  Async-signal-safe; keeps errno; may be called from any thread and more than once.  NULL is allowed. */
MK_API void mk_io_cancel(mk_io_stop *stop);

/* Whether mk_io_cancel() has been called.  Async-signal-safe; safe from any thread.  False for NULL. */
MK_API bool mk_io_cancelled(const mk_io_stop *stop);

/* ---- Sources ------------------------------------------------------------------------------------------------------------ */

/* A list of sources in the order in which they will be read.  Sources are numbered from 0 and keep their numbers. */
typedef struct mk_io_sources mk_io_sources;

/* An empty list, or NULL without memory.  stop ends a walk through a large directory early; it must outlive the list; NULL for
 * none. */
MK_API mk_io_sources *mk_io_sources_new(mk_io_stop *stop);

/* Frees the list and every string read from it.  NULL is allowed. */
MK_API void mk_io_sources_free(mk_io_sources *list);

/*
 * Adds what path names: a file, every page below a directory, or standard input for "-".  path is NUL-terminated and copied.
 *
 * A directory is walked depth first, the names in each sorted by their bytes.  The walk leaves files out that are not pages and
 * counts them, see mk_io_sources_skipped().  Nothing is opened yet except directories.  A path that does not exist is added all
 * the same: reading it gives the error.  A directory without pages adds nothing; compare mk_io_sources_count() before and
 * after.
 *
 * Returns MK_IO_OK; MK_IO_NO_MEMORY, and the list is as it was; MK_IO_STOPPED, and the list holds what the walk has found so
 * far; or MK_IO_BAD_ARGUMENT when path is NULL or empty.  Pointers returned by mk_io_sources_path() become invalid.
 */
MK_API mk_io_status mk_io_sources_add(mk_io_sources *list, const char *path);

/* The number of sources, dropped ones included. */
MK_API size_t mk_io_sources_count(const mk_io_sources *list);

/* The path of source i, NUL-terminated: as given, or as found below a directory that was given.  It holds the bytes of the file
 * system, which may not be UTF-8.  Valid until the next mk_io_sources_add() or mk_io_sources_free().  NULL when i is out of
 * range. */
MK_API const char *mk_io_sources_path(const mk_io_sources *list, size_t i);

/* The part of mk_io_sources_path() below the directory that was given, without a leading slash; for a file that was given
 * itself, the part after its last slash.  Lifetime and range as for mk_io_sources_path(). */
MK_API const char *mk_io_sources_relative(const mk_io_sources *list, size_t i);

/* Tells mk_io_run() to pass over source i, which keeps its number.  Nothing happens when i is out of range. */
MK_API void mk_io_sources_drop(mk_io_sources *list, size_t i);

/* Whether mk_io_sources_drop() was called for source i; true when i is out of range. */
MK_API bool mk_io_sources_dropped(const mk_io_sources *list, size_t i);

/* Why the walk through a directory left a file out. */
typedef enum mk_io_skip {
	MK_IO_SKIP_NAME = 0, /* its name ends like that of another format (.css, .png, .pdf …), a final .gz or .zst ignored */
	MK_IO_SKIP_SPECIAL,  /* it is a pipe, a socket or a device */
	MK_IO_SKIP_LINK,     /* it is a symbolic link to a directory, which could lead in a circle */
	MK_IO_SKIP_HIDDEN,   /* its name begins with a dot; a hidden directory counts as one */
	MK_IO_N_SKIPS
} mk_io_skip;

/* The number of files that directories held and that were left out for this reason; 0 for an unknown reason. */
MK_API size_t mk_io_sources_skipped(const mk_io_sources *list, mk_io_skip reason);

/* ---- Items -------------------------------------------------------------------------------------------------------------- */

/*
 * One page of a source.  Made by the library only, so that it can grow: fields are added at the end.  All strings are
 * NUL-terminated. It is valid until the next call on its reader, or until the callback that was given it returns.
 */
typedef struct mk_io_item {
	const char *path;         /* of the source, as the file system has it */
	const char *name;         /* what a record calls the item, valid UTF-8: the path, with U+FFFD for bytes that are not UTF-8.
	                           * Never NULL; empty when there was no memory for it */
	size_t source;            /* number of the source in its list; 0 for mk_io_reader_open() */
	size_t index;             /* number of the item in its source, from 0 */
	const char *bytes;        /* decompressed, and MK_PADDING NULs after them; NULL in mk_io_options.deliver */
	size_t len;               /* of bytes, without the padding */
	const char *url;          /* the address that the source gives for the page; NULL when unknown */
	const char *content_type; /* the media type that the source gives, without parameters; NULL when unknown */
	const char *charset;      /* the charset of the transport that the source gives; NULL when unknown */
} mk_io_item;

/* Opens sources one after another and reads their items.  Keeps its buffers: use one per thread again and again. */
typedef struct mk_io_reader mk_io_reader;

/* A new reader, or NULL without memory.  max_bytes is the largest item, before and after decompression, in bytes; 0 means the
 * 2^31 - 1 of mk_options.  stop ends reads early; it must outlive the reader; NULL for none. */
MK_API mk_io_reader *mk_io_reader_new(size_t max_bytes, mk_io_stop *stop);

/* Frees the reader and the item that was read from it.  NULL is allowed. */
MK_API void mk_io_reader_free(mk_io_reader *reader);

/*
 * Makes path the source to read from, in place of the one before: a file, or standard input for "-".  path is NUL-terminated,
 * not copied, and must stay valid until the next call of this function or mk_io_reader_free().
 *
 * Returns MK_IO_OK, or the status in *error: MK_IO_READ_FAILED, MK_IO_TOO_BIG or MK_IO_NO_MEMORY.  error may be NULL.  Standard
 * input stays open when the reader is done with it.
 */
MK_API mk_io_status mk_io_reader_open(mk_io_reader *reader, const char *path, mk_io_error *error);

/*
 * Reads the next item of the source, decompressed when it is gzip (RFC 1952, all members) or zstd (RFC 8878, all frames), which
 * its first bytes tell, and puts it in *item; NULL after the last one.
 *
 * Returns MK_IO_OK, or the status in *error and *item NULL: any status but MK_IO_WRITE_FAILED.  Call again after
 * MK_IO_NOT_A_PAGE and MK_IO_TOO_BIG to go on with the item after; other failures end the source.  error may be NULL.
 */
MK_API mk_io_status mk_io_reader_next(mk_io_reader *reader, const mk_io_item **item, mk_io_error *error);

/* ---- Running ------------------------------------------------------------------------------------------------------------ */

/* The result for one item.  Made by the library only, so that it can grow: fields are added at the end. */
typedef struct mk_io_result {
	mk_io_error error;    /* status MK_IO_OK when all went well.  mk_io_options.work may set a failure and its message, or,
	                       * with MK_IO_OK, a message that is only a remark */
	mk_status extraction; /* what mk_extract() returned; MK_OK when it was not called */
	mk_str document;      /* what mk_io_options.work made of the page; {NULL, 0} before, and after a failure */
	uint64_t value;       /* a number that mk_io_options.work may set; 0 before */
} mk_io_result;

/*
 * Options of mk_io_run().  Always initialise with mk_io_options_init(); size tells the library which fields the caller knows,
 * so that the struct may grow.
 */
typedef struct mk_io_options {
	size_t size;               /* sizeof(mk_io_options) */
	const mk_options *extract; /* options for every page; NULL for the defaults.  input and in_place are set for each item,
	                            * url and http_charset where the item has them.  Must stay valid during mk_io_run() */
	unsigned n_workers;        /* threads that read and extract, 1…256; 0 means one for each processor.  Never more than
	                            * sources.  With 1 no thread is started, all callbacks run on the calling thread, and
	                            * nothing is copied */
	mk_io_stop *stop;          /* ends the run early; NULL for none */
	void *user;                /* handed to the callbacks */

	/*
	 * Called for each item that was extracted, on the thread of its worker and so by several threads at once.  Reads from
	 * page whatever is needed and stores it in result.  The document may point into page, or into other memory that stays
	 * valid until the same worker takes its next item; the library copies it when it goes to another thread.  Required.
	 */
	void (*work)(void *user, mk_page *page, const mk_io_item *item, mk_io_result *result);

	/*
	 * Called for each item in input order, failed ones included, on the thread that called mk_io_run(), one at a time.
	 * Never called for an item that was given up because of a stop.  item has no bytes.  A source that cannot be opened
	 * counts as one item.  Returning false ends the run.  Required.
	 */
	bool (*deliver)(void *user, const mk_io_item *item, const mk_io_result *result);

	/* Called on the thread that called mk_io_run() at least every 100 ms while it waits for workers; never with one worker.
	 * Returning false ends the run.  NULL for none. */
	bool (*wait)(void *user);
} mk_io_options;

/* Sets the defaults, which are 0 and NULL, and size.  Part of the program and not of the library, so that a newer library does not
 * write more than the program has room for. */
static inline void mk_io_options_init(mk_io_options *options)
{
	memset(options, 0, sizeof *options);
	options->size = sizeof *options;
}

/*
 * Reads and extracts every source of the list that is not dropped, and delivers the results in order.  Workers run ahead of
 * delivery by a fixed number of items, so memory does not grow with the number of sources.  The callbacks must not change the
 * list.
 *
 * Returns MK_IO_OK after the last delivery, whatever the results were; MK_IO_STOPPED when it ended early; MK_IO_NO_MEMORY when
 * no worker could be started; MK_IO_BAD_ARGUMENT when a callback is missing, n_workers is out of range, or mk_extract() refuses
 * options.extract.  All workers have ended by then.  The results delivered by an MK_IO_STOPPED run are the first ones, without a
 * gap.  error, which may be NULL, receives the status and a message.
 *
 * After a callback returned false, the run still waits for reads that are under way, such as from a pipe; mk_io_cancel() ends
 * those too.  Workers block all signals, so that handlers run on the program's own threads.
 */
MK_API mk_io_status mk_io_run(const mk_io_sources *list, const mk_io_options *options, mk_io_error *error);

#ifdef __cplusplus
}
#endif
#endif
