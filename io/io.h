/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io.h - what the files of libmakala-io share.  The library uses the core through makala.h alone.
 *
 *	stop.c     the request to stop; names of statuses
 *	sources.c  paths -> list of sources
 *	magic.c    first bytes -> the name of a format that is not a page
 *	reader.c   source -> items, decompressed
 *	batch.c    list of sources -> workers -> results in order
 *
 * Each file uses only those above it.
 */
#ifndef MAKALA_IO_IO_H
#define MAKALA_IO_IO_H

#include "small.h"

/* A file descriptor that becomes readable when stop is cancelled; -1 for NULL. */
int io_stop_fd(const mk_io_stop *stop);

/* The name of the format whose first bytes these are; NULL when they may be a page. */
const char *io_format_of(const char *p, size_t len);

/* The item that the reader is at: path and name are set even when it could not be opened or read. */
const mk_io_item *io_reader_item(const mk_io_reader *reader);

/* Whether the reader has handed out its last item, as far as is known without reading on. */
bool io_reader_at_end(const mk_io_reader *reader);

#endif
