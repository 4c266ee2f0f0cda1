/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io.h - functions shared by the files of libmakala-io.  The library uses the core only through makala.h.
 *
 *	stop.c     requests to stop; names of statuses
 *	sources.c  paths -> list of sources
 *	magic.c    first bytes -> the name of a format that is not a page
 *	mhtml.c    a page that a browser saved as one file -> its HTML
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

enum mhtml { MHTML_NOT, MHTML_PAGE, MHTML_NO_PAGE, MHTML_NO_MEMORY };
/* If the len bytes at p, which MK_PADDING more bytes of memory follow, are MHTML: decodes the page in place and sets bytes, len, url,
 * content_type and charset of the item.  The strings are in names. */
enum mhtml io_mhtml(char *p, size_t len, struct bytes *names, mk_io_item *item);

/* The current item of the reader.  Its path and name are set even if the source could not be opened or read. */
const mk_io_item *io_reader_item(const mk_io_reader *reader);

/* Whether the reader has returned its last item.  False may also mean that only the next read will tell. */
bool io_reader_at_end(const mk_io_reader *reader);

#endif
