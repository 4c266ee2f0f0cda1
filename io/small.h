/* SPDX-License-Identifier: Apache-2.0 */
/*
 * small.h - helpers for the files of io/ and cli/: errors, growing buffers, UTF-8, a hash.
 *
 * The functions are inline, so that the library has no exports that only the command needs.
 */
#ifndef MAKALA_IO_SMALL_H
#define MAKALA_IO_SMALL_H

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* POSIX 2008 with mkstemp and realpath */
#endif

#include "../makala_io.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STDIN_NAME "-"

/* ---- Errors ---- */

/* Sets status and message of *e and keeps its path.  Returns false, so that a failing function can return the call. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static inline bool fail(mk_io_error *e, mk_io_status status, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	e->status = status;
	e->system_error = 0;
	vsnprintf(e->message, sizeof e->message, format, args);
	va_end(args);
	return false;
}

/* Like fail(), with the system's text for an errno value as the message.  doing, if not NULL, precedes that text and describes the
 * operation that failed. */
static inline bool fail_errno(mk_io_error *e, mk_io_status status, int error, const char *doing)
{
	char text[120];
	if (strerror_r(error, text, sizeof text))
		snprintf(text, sizeof text, "error %d", error);
	fail(e, status, "%s%s%s", doing ? doing : "", doing ? ": " : "", text);
	e->system_error = error;
	return false;
}

/* ---- Growing buffers ---- */

struct bytes {
	char *p;
	size_t len, cap;
};

/* Buffers are aligned to 64 bytes, because read() of a file into a large buffer from malloc() takes four times as long.  malloc()
 * places such a buffer 16 bytes after the start of a memory page, so the kernel's copy reads from addresses whose low bits equal
 * those of addresses that it has just written to. */
#define BYTES_ALIGN ((size_t)64)

/* Makes room for more bytes after len.  Returns false if there is no memory; the buffer is then unchanged. */
static inline bool bytes_reserve(struct bytes *b, size_t more)
{
	size_t want = b->len + more;
	if (want <= b->cap && b->p)
		return true;
	if (want < b->cap + b->cap / 2)
		want = b->cap + b->cap / 2;
	want = (want / BYTES_ALIGN + 1) * BYTES_ALIGN;
	char *p = aligned_alloc(BYTES_ALIGN, want);
	if (!p)
		return false;
	if (b->len)
		memcpy(p, b->p, b->len);
	free(b->p);
	b->p = p;
	b->cap = want;
	return true;
}

static inline bool bytes_add(struct bytes *b, const void *p, size_t len)
{
	if (!bytes_reserve(b, len))
		return false;
	if (len)
		memcpy(b->p + b->len, p, len);
	b->len += len;
	return true;
}

static inline void bytes_free(struct bytes *b)
{
	free(b->p);
	*b = (struct bytes){0};
}

/* ---- Text ---- */

/* The length in bytes of the UTF-8 character at s, which is NUL-terminated; 0 if the bytes are not valid UTF-8. */
static inline unsigned char_len(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	for (unsigned i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

/* s as valid UTF-8: s itself if it is valid, else a copy in b with U+FFFD for each invalid byte.  NULL if there is no memory. */
static inline const char *utf8_of(const char *s, struct bytes *b)
{
	const char *p = s;
	while (*p && char_len(p))
		p += char_len(p);
	if (!*p)
		return s;
	b->len = 0;
	for (p = s; *p;) {
		unsigned n = char_len(p);
		if (!(n ? bytes_add(b, p, n) : bytes_add(b, "\xef\xbf\xbd", 3)))
			return NULL;
		p += n ? n : 1;
	}
	return bytes_add(b, "", 1) ? b->p : NULL;
}

/* 64-bit FNV-1a, with the upper half folded into the lower, since callers use the low bits as an index. */
static inline uint64_t hash_of(const char *p, size_t len)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)p[i]) * 1099511628211u;
	return h ^ h >> 32;
}

#endif
