/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.c - source -> items, decompressed.
 *
 * A file is read as a whole into a buffer that the reader keeps, with a single read() if its size is known.  Anything else (pipe,
 * terminal, device) is opened with O_NONBLOCK and waited for in poll() together with the request to stop, so that a stop ends
 * the wait.
 *
 * gzip is RFC 1952, with any number of members; zstd is RFC 8878, with any number of frames.  Decompression stops at the size
 * limit, which bounds memory even if a few bytes would decompress to gigabytes.
 */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define READ_LEAST ((size_t)64 << 10)  /* bytes of free buffer before each read() of an input of unknown size */
#define READ_USUAL ((size_t)4 << 20)   /* bytes reserved for the first input: untouched memory is free, moving a buffer is not */
#define BUFFER_KEEP ((size_t)16 << 20) /* bytes; a larger buffer is freed before the next read */
#define ITEM_MOST ((size_t)INT32_MAX)  /* bytes; the largest input of mk_extract() */

struct mk_io_reader {
	size_t most;
	mk_io_stop *stop;
	int fd;        /* -1 when no source is open */
	bool borrowed; /* fd is standard input, which the reader must not close */
	bool polled;   /* fd is not a regular file, so reads may have to wait */
	size_t size;   /* bytes of a regular file when it was opened; 0 if unknown */
	struct bytes file, plain, name, headers;
	mk_io_item item;
	z_stream z;
	bool z_ready;
	ZSTD_DCtx *zstd;
};

mk_io_reader *mk_io_reader_new(size_t max_bytes, mk_io_stop *stop)
{
	mk_io_reader *r = calloc(1, sizeof *r);
	if (r) {
		r->most = max_bytes && max_bytes < ITEM_MOST ? max_bytes : ITEM_MOST;
		r->stop = stop;
		r->fd = -1;
	}
	return r;
}

static void close_source(mk_io_reader *r)
{
	if (r->fd >= 0 && !r->borrowed)
		close(r->fd);
	r->fd = -1;
}

void mk_io_reader_free(mk_io_reader *r)
{
	if (!r)
		return;
	close_source(r);
	bytes_free(&r->file);
	bytes_free(&r->plain);
	bytes_free(&r->name);
	bytes_free(&r->headers);
	if (r->z_ready)
		inflateEnd(&r->z);
	ZSTD_freeDCtx(r->zstd);
	free(r);
}

const mk_io_item *io_reader_item(const mk_io_reader *r)
{
	return &r->item;
}

bool io_reader_at_end(const mk_io_reader *r)
{
	return r->fd < 0;
}

/* ---- Reading ---- */

static bool fail_memory(mk_io_error *e)
{
	return fail(e, MK_IO_NO_MEMORY, "out of memory");
}

static bool fail_size(const mk_io_reader *r, mk_io_error *e, const char *which)
{
	return fail(e, MK_IO_TOO_BIG, "%s than %zu bytes", which, r->most);
}

/* Waits until there are bytes to read, or the end of the input.  Returns false if a stop was requested. */
static bool wait_for_input(const mk_io_reader *r, mk_io_error *e)
{
	struct pollfd fds[] = {{.fd = r->fd, .events = POLLIN}, {.fd = io_stop_fd(r->stop), .events = POLLIN}};
	while (r->polled && poll(fds, 2, -1) < 0 && errno == EINTR && !mk_io_cancelled(r->stop))
		;
	return !mk_io_cancelled(r->stop) || fail(e, MK_IO_STOPPED, "interrupted");
}

/* Reads to the end.  For a file of known size the read() asks for more than that: if it returns exactly the size, this was the end,
 * and no second read() is needed to see it. */
static bool read_all(mk_io_reader *r, mk_io_error *e)
{
	for (;;) {
		if (!wait_for_input(r, e))
			return false;
		size_t room = (r->file.len < r->size ? r->size - r->file.len + 1 : READ_LEAST) + MK_PADDING;
		if (!r->file.cap && room < READ_USUAL)
			room = READ_USUAL;
		if (r->file.cap - r->file.len < room && !bytes_reserve(&r->file, room))
			return fail_memory(e);
		ssize_t n = read(r->fd, r->file.p + r->file.len, r->file.cap - r->file.len);
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return fail_errno(e, MK_IO_READ_FAILED, errno, NULL);
		if (n > 0)
			r->file.len += (size_t)n;
		if (r->file.len > r->most)
			return fail_size(r, e, "larger");
		if (r->size && r->file.len == r->size)
			return true;
	}
}

/* Whether path begins with the scheme of an address, such as HTTPS://. */
static bool is_address(const char *path)
{
	size_t n = strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return n > 1 && strncmp(path + n, "://", 3) == 0;
}

static bool open_source(mk_io_reader *r, const char *path, mk_io_error *e)
{
	struct stat st;
	r->borrowed = strcmp(path, STDIN_NAME) == 0;
	if (r->borrowed) {
		r->fd = STDIN_FILENO;
	} else {
		do /* O_NONBLOCK, since open() would otherwise wait for the writer of a named pipe */
			r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		while (r->fd < 0 && errno == EINTR);
		if (r->fd < 0 && errno == ENOENT && is_address(path))
			return fail(e, MK_IO_READ_FAILED, "this version does not fetch pages");
		if (r->fd < 0)
			return fail_errno(e, MK_IO_READ_FAILED, errno, NULL);
	}
	if (fstat(r->fd, &st))
		return fail_errno(e, MK_IO_READ_FAILED, errno, NULL);
	r->polled = !S_ISREG(st.st_mode);
	r->size = 0;
	if (S_ISDIR(st.st_mode) && !r->borrowed)
		return fail(e, MK_IO_READ_FAILED, "a directory that cannot be listed");
	if (r->borrowed || r->polled) /* part of standard input may have been read already, so its size says nothing */
		return true;
	if ((uintmax_t)st.st_size > r->most)
		return fail_size(r, e, "larger");
	r->size = (size_t)st.st_size;
	return true;
}

mk_io_status mk_io_reader_open(mk_io_reader *r, const char *path, mk_io_error *error)
{
	mk_io_error own, *e = error ? error : &own;
	*e = (mk_io_error){.path = path};
	if (r)
		close_source(r);
	if (!r || !path) {
		fail(e, MK_IO_BAD_ARGUMENT, "%s is NULL", r ? "path" : "reader");
		return e->status;
	}
	r->item = (mk_io_item){.path = path, .name = utf8_of(path, &r->name)};
	if (!r->item.name) {
		r->item.name = "";
		fail_memory(e);
	} else if (!open_source(r, path, e)) {
		close_source(r);
	}
	return e->status;
}

/* ---- Decompression ---- */

/* Makes room for more decompressed bytes: at most one byte beyond the limit, and that byte shows that the limit is exceeded. */
static bool make_room(mk_io_reader *r, mk_io_error *e)
{
	struct bytes *b = &r->plain;
	if (b->len > r->most)
		return fail_size(r, e, "decompresses to more");
	if (b->len < b->cap)
		return true;
	size_t want = b->cap ? 2 * b->cap : 4 * r->file.len + READ_LEAST;
	if (want > r->most + 1)
		want = r->most + 1;
	return bytes_reserve(b, want - b->len) || fail_memory(e);
}

/* After the last member only zeros are allowed: tapes are padded with them. */
static bool is_padding(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Handles the return value of inflate().  *done is set if all members have been read. */
static bool end_step(z_stream *z, int rc, bool *done, mk_io_error *e)
{
	*done = false;
	if (rc == Z_STREAM_END) {
		*done = is_padding(z->next_in, z->avail_in);
		if (!*done && (z->avail_in < 2 || z->next_in[0] != 0x1f || z->next_in[1] != 0x8b))
			return fail(e, MK_IO_BAD_ARCHIVE, "damaged gzip data (%u stray bytes after its end)", z->avail_in);
		inflateReset(z);
		return true;
	}
	if (rc == Z_MEM_ERROR)
		return fail_memory(e);
	if (rc != Z_OK && rc != Z_BUF_ERROR)
		return fail(e, MK_IO_BAD_ARCHIVE, "damaged gzip data (%s)", z->msg ? z->msg : "dictionary needed");
	if (z->avail_in == 0 && z->avail_out)
		return fail(e, MK_IO_BAD_ARCHIVE, "damaged gzip data (cut short)");
	return true;
}

static bool unpack_gzip(mk_io_reader *r, mk_io_error *e)
{
	z_stream *z = &r->z;
	if (!r->z_ready && inflateInit2(z, 15 + 16) != Z_OK) /* 15: the largest window; 16: gzip, not zlib */
		return fail_memory(e);
	r->z_ready = true;
	inflateReset(z);
	z->next_in = (unsigned char *)r->file.p;
	z->avail_in = (uInt)r->file.len;
	for (bool done = false; !done;) {
		if (!make_room(r, e))
			return false;
		z->next_out = (unsigned char *)r->plain.p + r->plain.len;
		z->avail_out = (uInt)(r->plain.cap - r->plain.len);
		int rc = inflate(z, Z_NO_FLUSH);
		r->plain.len = r->plain.cap - z->avail_out;
		if (!end_step(z, rc, &done, e))
			return false;
	}
	return true;
}

static bool unpack_zstd(mk_io_reader *r, mk_io_error *e)
{
	if (!r->zstd && !(r->zstd = ZSTD_createDCtx()))
		return fail_memory(e);
	ZSTD_DCtx_reset(r->zstd, ZSTD_reset_session_only);
	ZSTD_inBuffer in = {r->file.p, r->file.len, 0};
	for (;;) {
		if (!make_room(r, e))
			return false;
		ZSTD_outBuffer out = {r->plain.p, r->plain.cap, r->plain.len};
		size_t rc = ZSTD_decompressStream(r->zstd, &out, &in);
		r->plain.len = out.pos;
		if (ZSTD_isError(rc))
			return fail(e, MK_IO_BAD_ARCHIVE, "damaged zstd data (%s)", ZSTD_getErrorName(rc));
		if (in.pos == in.size && rc == 0)
			return true;
		if (in.pos == in.size && out.pos < out.size)
			return fail(e, MK_IO_BAD_ARCHIVE, "damaged zstd data (cut short)");
	}
}

static bool is_zstd(const struct bytes *b)
{
	if (b->len < 4)
		return false;
	/* The magic number of a frame, or of one of the 16 kinds of skippable frames that may precede it (RFC 8878, 3.1.2). */
	return memcmp(b->p, "\x28\xb5\x2f\xfd", 4) == 0 || ((b->p[0] & 0xf0) == 0x50 && memcmp(b->p + 1, "\x2a\x4d\x18", 3) == 0);
}

/* ---- Items ---- */

static void restart(struct bytes *b)
{
	b->len = 0;
	if (b->cap > BUFFER_KEEP)
		bytes_free(b);
}

static bool read_item(mk_io_reader *r, mk_io_error *e)
{
	struct bytes *result = &r->file;
	if (!read_all(r, e))
		return false;
	if (r->file.len >= 2 && memcmp(r->file.p, "\x1f\x8b", 2) == 0) {
		if (!unpack_gzip(r, e))
			return false;
		result = &r->plain;
	} else if (is_zstd(&r->file)) {
		if (!unpack_zstd(r, e))
			return false;
		result = &r->plain;
	}
	if (!bytes_reserve(result, MK_PADDING))
		return fail_memory(e);
	memset(result->p + result->len, 0, MK_PADDING);
	const char *format = io_format_of(result->p, result->len);
	if (format)
		return fail(e, MK_IO_NOT_A_PAGE, "not a web page (%s)", format);
	r->item.bytes = result->p;
	r->item.len = result->len;
	enum mhtml mhtml = io_mhtml(result->p, result->len, &r->headers, &r->item);
	if (mhtml == MHTML_NO_MEMORY)
		return fail_memory(e);
	return mhtml != MHTML_NO_PAGE || fail(e, MK_IO_NOT_A_PAGE, "not a web page (MHTML without an HTML part)");
}

mk_io_status mk_io_reader_next(mk_io_reader *r, const mk_io_item **item, mk_io_error *error)
{
	mk_io_error own, *e = error ? error : &own;
	if (item)
		*item = NULL;
	*e = (mk_io_error){.path = r ? r->item.path : NULL};
	if (!r || !item) {
		fail(e, MK_IO_BAD_ARGUMENT, "%s is NULL", r ? "item" : "reader");
		return e->status;
	}
	if (r->fd < 0)
		return MK_IO_OK;
	restart(&r->file);
	restart(&r->plain);
	if (read_item(r, e))
		*item = &r->item;
	close_source(r);
	return e->status;
}
