/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io.h - functions shared by the files of libmakala-io.  The library uses the core only through makala.h.
 *
 *	stop.c     requests to stop; names of statuses
 *	sources.c  paths -> list of sources
 *	magic.c    first bytes -> the name of a format that is not a page
 *	reader.c   source -> items, decompressed
 *	batch.c    list of sources -> workers -> results in order
 *
 * Each file uses only the files above it in this list.
 */
#ifndef MAKALA_IO_IO_H
#define MAKALA_IO_IO_H

#include "small.h"

/* A file descriptor that becomes readable when stop is cancelled; -1 if stop is NULL. */
int io_stop_fd(const mk_io_stop *stop);

/* The name of the format whose signature p starts with; NULL if the bytes may be a page. */
const char *io_format_of(const char *p, size_t len);

/* The current item of the reader.  Its path and name are set even if the source could not be opened or read. */
const mk_io_item *io_reader_item(const mk_io_reader *reader);

/* Whether the reader has returned its last item.  False may also mean that only the next read will tell. */
bool io_reader_at_end(const mk_io_reader *reader);

#endif
