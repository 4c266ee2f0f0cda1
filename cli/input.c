/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.c - arguments -> list of inputs; an input -> its bytes, decompressed.
 *
 * The list is made before work begins, so that progress knows the total and the order is settled: directories are walked depth first, names
 * sorted as bytes.  A file is then read whole, with one read() where its size is known, into a buffer that the worker keeps.
 * What a file is, is told by its first bytes and never by its name; only the walk through a directory looks at names, since what
 * a browser saves beside a page (pictures, scripts, styles) is not worth a complaint each.
 *
 * gzip: RFC 1952 with several members; zstd: RFC 8878 with several frames.  Both unpack up to the size limit and no further.
 */
#include "cli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define READ_LEAST ((size_t)64 << 10)  /* room for an input of unknown size, and the least growth */
#define READ_USUAL ((size_t)4 << 20)   /* room for the first input: what is not written to costs nothing, a buffer that moves is paid for again */
#define BUFFER_KEEP ((size_t)16 << 20) /* a larger buffer is given back after its page */

/* ---- The list ---- */

size_t inputs_keep(struct inputs *in, const char *s, size_t len)
{
	size_t at = in->text.len;
	if (!bytes_add(&in->text, s, len) || !bytes_add(&in->text, "", 1))
		no_memory();
	return at;
}

static void list_file(struct inputs *in, const char *path, size_t root)
{
	if (in->n == in->cap) {
		in->cap = in->cap ? 2 * in->cap : 64;
		in->items = realloc(in->items, in->cap * sizeof *in->items);
		if (!in->items)
			no_memory();
	}
	in->items[in->n++] = (struct input){.path = inputs_keep(in, path, strlen(path)), .root = (uint32_t)root};
}

/* Endings of what is not a web page, in a form that can be searched with a dot at both ends. */
static const char other_formats[] =
        ".7z.apk.atom.avi.avif.bin.bmp.bz2.c.class.css.csv.deb.dll.doc.docx.eot.epub.exe.flac.gif.h.heic.ico.ics.iso.jar.java.jpeg.jpg.js."
        "json.jsonl.log.m4a.m4v.map.md.mjs.mkv.mov.mp3.mp4.mpeg.mpg.ndjson.o.odp.ods.odt.ogg.ogv.opus.otf.pdf.png.ppt.pptx.ps.py.rar."
        "rpm.rss.rtf.sh.so.sqlite.svg.tar.tgz.tif.tiff.toml.ts.tsv.ttf.wasm.wav.webm.webp.wet.warc.wma.wmv.woff.woff2.xls.xlsx.xml."
        "xz.yaml.yml.zip.";

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* The length of name without an ending that says how the file is compressed. */
static size_t without_compression(const char *name, size_t len)
{
	if (len > 3 && memcmp(name + len - 3, ".gz", 3) == 0)
		return len - 3;
	if (len > 4 && memcmp(name + len - 4, ".zst", 4) == 0)
		return len - 4;
	return len;
}

static bool is_other_format(const char *name)
{
	char ending[16];
	size_t len = without_compression(name, strlen(name)), n = 0;
	while (n < len && name[len - n - 1] != '.')
		n++;
	if (n == 0 || n + 1 >= len || n + 3 > sizeof ending)
		return false;
	ending[0] = '.';
	for (size_t i = 0; i < n; i++)
		ending[i + 1] = ascii_lower(name[len - n + i]);
	memcpy(ending + 1 + n, ".", 2);
	return strstr(other_formats, ending) != NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b); /* as unsigned bytes; no locale is set */
}

/* Paths that the walk has yet to look at; the top is next. */
struct pending {
	char **paths;
	size_t n, cap;
};

static void push_path(struct pending *stack, const char *directory, const char *name)
{
	size_t len = strlen(directory);
	bool slash = len && directory[len - 1] != '/';
	char *path = malloc(len + slash + strlen(name) + 1);
	if (stack->n == stack->cap) {
		stack->cap = stack->cap ? 2 * stack->cap : 64;
		stack->paths = realloc(stack->paths, stack->cap * sizeof *stack->paths);
	}
	if (!path || !stack->paths)
		no_memory();
	memcpy(path, directory, len);
	if (slash)
		path[len] = '/';
	strcpy(path + len + slash, name);
	stack->paths[stack->n++] = path;
}

/* Pushes the entries of a directory, last name first.  false when it cannot be listed. */
static bool push_entries(struct pending *stack, const char *directory)
{
	DIR *d = opendir(directory);
	if (!d)
		return false;
	size_t before = stack->n;
	int error;
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(d);
		error = errno;
		if (!entry)
			break;
		if (entry->d_name[0] != '.')
			push_path(stack, directory, entry->d_name);
	}
	closedir(d);
	if (stack->n == before)
		return !error;
	char **first = stack->paths + before;
	size_t n = stack->n - before;
	qsort(first, n, sizeof *first, compare_names);
	for (size_t i = 0; i < n / 2; i++) {
		char *other = first[i];
		first[i] = first[n - 1 - i];
		first[n - 1 - i] = other;
	}
	return !error;
}

/* One entry below a directory that was asked for.  What cannot be looked at stays in the list: reading it will say why. */
static void walk_entry(struct inputs *in, struct pending *stack, const char *path, size_t root)
{
	struct stat st;
	bool link = false;
	if (lstat(path, &st) || ((link = S_ISLNK(st.st_mode)) && stat(path, &st))) {
		list_file(in, path, root);
		return;
	}
	if (S_ISDIR(st.st_mode)) {
		if (link) /* could lead round in a circle */
			in->n_skipped++;
		else if (!push_entries(stack, path))
			list_file(in, path, root);
	} else if (!S_ISREG(st.st_mode) || is_other_format(strrchr(path, '/') + 1)) {
		in->n_skipped++;
	} else {
		list_file(in, path, root);
	}
}

size_t inputs_add(struct inputs *in, const char *argument)
{
	struct stat st;
	size_t before = in->n;
	struct pending stack = {0};
	if (strcmp(argument, STDIN_NAME) == 0 || stat(argument, &st) || !S_ISDIR(st.st_mode) || !push_entries(&stack, argument)) {
		list_file(in, argument, 0);
		return 1;
	}
	while (stack.n && !stop_signal()) {
		char *path = stack.paths[--stack.n];
		walk_entry(in, &stack, path, strlen(argument));
		free(path);
	}
	while (stack.n)
		free(stack.paths[--stack.n]);
	free(stack.paths);
	return in->n - before;
}

void inputs_free(struct inputs *in)
{
	bytes_free(&in->text);
	free(in->items);
}

/* ---- What is no page ---- */

struct magic {
	const char *name;
	uint16_t off, len;
	const char *bytes;
};

static const struct magic magics[] = {
        {"PDF", 0, 5, "%PDF-"},
        {"PNG image", 0, 8, "\x89PNG\r\n\x1a\n"},
        {"JPEG image", 0, 3, "\xff\xd8\xff"},
        {"GIF image", 0, 6, "GIF87a"},
        {"GIF image", 0, 6, "GIF89a"},
        {"WebP image", 8, 7, "WEBPVP8"},
        {"AVI video", 8, 8, "AVI LIST"},
        {"WAVE audio", 8, 7, "WAVEfmt"},
        {"TIFF image", 0, 4, "II*\0"},
        {"TIFF image", 0, 4, "MM\0*"},
        {"icon", 0, 4, "\0\0\1\0"},
        {"AVIF image", 4, 8, "ftypavif"},
        {"HEIC image", 4, 8, "ftypheic"},
        {"MPEG-4 video", 4, 4, "ftyp"},
        {"Matroska or WebM video", 0, 4, "\x1a\x45\xdf\xa3"},
        {"Ogg audio or video", 0, 5, "OggS\0"},
        {"FLAC audio", 0, 5, "fLaC\0"},
        {"MP3 audio", 0, 4, "ID3\3"},
        {"MP3 audio", 0, 4, "ID3\4"},
        {"ELF program", 0, 4, "\x7f" "ELF"},
        {"Mach-O program", 0, 4, "\xcf\xfa\xed\xfe"},
        {"Java class", 0, 4, "\xca\xfe\xba\xbe"},
        {"WebAssembly", 0, 4, "\0asm"},
        {"ZIP archive or office document", 0, 4, "PK\3\4"},
        {"ZIP archive or office document", 0, 4, "PK\5\6"},
        {"old Microsoft Office document", 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
        {"RTF document", 0, 6, "{\\rtf1"},
        {"PostScript", 0, 11, "%!PS-Adobe-"},
        {"7-Zip archive", 0, 6, "7z\xbc\xaf\x27\x1c"},
        {"RAR archive", 0, 6, "Rar!\x1a\x07"},
        {"bzip2 data", 4, 6, "1AY&SY"},
        {"xz data", 0, 6, "\xfd" "7zXZ\0"},
        {"lz4 data", 0, 4, "\x04\x22\x4d\x18"},
        {"gzip data inside compressed data", 0, 3, "\x1f\x8b\x08"},
        {"zstd data inside compressed data", 0, 4, "\x28\xb5\x2f\xfd"},
        {"tar archive", 257, 5, "ustar"},
        {"SQLite database", 0, 16, "SQLite format 3\0"},
        {"WOFF font", 0, 4, "wOFF"},
        {"WOFF2 font", 0, 4, "wOF2"},
        {"TrueType font", 0, 5, "\0\1\0\0\0"},
        {"WARC archive, which this version does not read", 0, 7, "WARC/1."},
};

/* A Windows program starts with two letters that a page may start with too, and points to more. */
static bool is_windows_program(mk_str s)
{
	if (s.len < 0x40 || memcmp(s.p, "MZ", 2) != 0)
		return false;
	const unsigned char *at = (const unsigned char *)s.p + 0x3c;
	size_t off = at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16;
	return off <= s.len - 4 && memcmp(s.p + off, "PE\0", 3) == 0;
}

static bool is_page(mk_str s, struct trouble *t)
{
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
		const struct magic *m = &magics[i];
		if (s.len >= (size_t)m->off + m->len && memcmp(s.p + m->off, m->bytes, m->len) == 0)
			return fail(t, BAD_TYPE, "not a web page (%s)", m->name);
	}
	if (is_windows_program(s))
		return fail(t, BAD_TYPE, "not a web page (Windows program)");
	return true;
}

/* ---- Reading ---- */

struct reader {
	struct bytes file, plain;
	size_t most;
	z_stream z;
	bool z_ready;
	ZSTD_DCtx *zstd;
};

struct reader *reader_new(size_t max_bytes)
{
	struct reader *r = calloc(1, sizeof *r);
	if (r)
		r->most = max_bytes;
	return r;
}

void reader_free(struct reader *r)
{
	if (!r)
		return;
	bytes_free(&r->file);
	bytes_free(&r->plain);
	if (r->z_ready)
		inflateEnd(&r->z);
	ZSTD_freeDCtx(r->zstd);
	free(r);
}

static bool fail_size(const struct reader *r, struct trouble *t, const char *which)
{
	return fail(t, BAD_SIZE, "%s than %zu bytes; --max-input sets the limit", which, r->most);
}

/* Reads to the end.  size: of a file a moment ago, 0 where none is known; a read that comes to just that and could have brought more has met
 * the end. */
static bool read_all(struct reader *r, int fd, size_t size, struct trouble *t)
{
	for (;;) {
		if (stop_signal())
			return fail(t, STOPPED, "interrupted");
		size_t room = (r->file.len < size ? size - r->file.len + 1 : READ_LEAST) + MK_PADDING;
		if (!r->file.cap && room < READ_USUAL)
			room = READ_USUAL;
		if (r->file.cap - r->file.len < room && !bytes_reserve(&r->file, room))
			return fail(t, BAD_MEMORY, "out of memory");
		ssize_t n = read(fd, r->file.p + r->file.len, r->file.cap - r->file.len);
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return fail_errno(t, BAD_READ, errno, NULL);
		if (n > 0)
			r->file.len += (size_t)n;
		if (r->file.len > r->most)
			return fail_size(r, t, "larger");
		if (size && r->file.len == size)
			return true;
	}
}

static bool read_path(struct reader *r, const char *path, struct trouble *t)
{
	struct stat st;
	if (strcmp(path, STDIN_NAME) == 0)
		return read_all(r, STDIN_FILENO, 0, t);
	if (strncmp(path, "http://", 7) == 0 || strncmp(path, "https://", 8) == 0)
		return fail(t, BAD_READ, "this version does not fetch pages; save the page, give the file, and its address with --url");
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return errno == EINTR ? fail(t, STOPPED, "interrupted") : fail_errno(t, BAD_READ, errno, NULL);
	bool good;
	if (fstat(fd, &st))
		good = fail_errno(t, BAD_READ, errno, NULL);
	else if (S_ISDIR(st.st_mode))
		good = fail(t, BAD_READ, "a directory that cannot be listed");
	else if (S_ISREG(st.st_mode) && (uintmax_t)st.st_size > r->most)
		good = fail_size(r, t, "larger");
	else
		good = read_all(r, fd, S_ISREG(st.st_mode) ? (size_t)st.st_size : 0, t);
	close(fd);
	return good;
}

/* ---- Decompression ---- */

/* Room for more plain bytes: at most one byte past the limit, which is how a bomb is noticed. */
static bool make_room(struct reader *r, struct trouble *t)
{
	struct bytes *b = &r->plain;
	if (b->len > r->most)
		return fail_size(r, t, "decompresses to more");
	if (b->len < b->cap)
		return true;
	size_t want = b->cap ? 2 * b->cap : 4 * r->file.len + READ_LEAST;
	if (want > r->most + 1)
		want = r->most + 1;
	if (!bytes_reserve(b, want - b->len))
		return fail(t, BAD_MEMORY, "out of memory");
	return true;
}

/* After the last member only the zeros are allowed with which tapes are filled up. */
static bool is_padding(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static bool unpack_gzip(struct reader *r, struct trouble *t)
{
	z_stream *z = &r->z;
	if (!r->z_ready && inflateInit2(z, 15 + 16) != Z_OK) /* the largest window; gzip only */
		return fail(t, BAD_MEMORY, "out of memory");
	r->z_ready = true;
	inflateReset(z);
	z->next_in = (unsigned char *)r->file.p;
	z->avail_in = (uInt)r->file.len;
	for (;;) {
		if (!make_room(r, t))
			return false;
		z->next_out = (unsigned char *)r->plain.p + r->plain.len;
		z->avail_out = (uInt)(r->plain.cap - r->plain.len);
		int rc = inflate(z, Z_NO_FLUSH);
		r->plain.len = r->plain.cap - z->avail_out;
		if (rc == Z_STREAM_END) {
			if (is_padding(z->next_in, z->avail_in))
				return true;
			if (z->avail_in < 2 || z->next_in[0] != 0x1f || z->next_in[1] != 0x8b)
				return fail(t, BAD_ARCHIVE, "damaged gzip data (%u stray bytes after its end)", z->avail_in);
			inflateReset(z);
		} else if (rc == Z_MEM_ERROR) {
			return fail(t, BAD_MEMORY, "out of memory");
		} else if (rc != Z_OK && rc != Z_BUF_ERROR) {
			return fail(t, BAD_ARCHIVE, "damaged gzip data (%s)", z->msg ? z->msg : "dictionary needed");
		} else if (z->avail_in == 0 && z->avail_out) {
			return fail(t, BAD_ARCHIVE, "damaged gzip data (cut short)");
		}
	}
}

static bool unpack_zstd(struct reader *r, struct trouble *t)
{
	if (!r->zstd && !(r->zstd = ZSTD_createDCtx()))
		return fail(t, BAD_MEMORY, "out of memory");
	ZSTD_DCtx_reset(r->zstd, ZSTD_reset_session_only);
	ZSTD_inBuffer in = {r->file.p, r->file.len, 0};
	for (;;) {
		if (!make_room(r, t))
			return false;
		ZSTD_outBuffer out = {r->plain.p, r->plain.cap, r->plain.len};
		size_t rc = ZSTD_decompressStream(r->zstd, &out, &in);
		r->plain.len = out.pos;
		if (ZSTD_isError(rc))
			return fail(t, BAD_ARCHIVE, "damaged zstd data (%s)", ZSTD_getErrorName(rc));
		if (in.pos == in.size && rc == 0)
			return true;
		if (in.pos == in.size && out.pos < out.size)
			return fail(t, BAD_ARCHIVE, "damaged zstd data (cut short)");
	}
}

static bool is_zstd(const struct bytes *b)
{
	if (b->len < 4)
		return false;
	/* A frame, or one of the sixteen kinds of skippable frames that may stand before it. */
	return memcmp(b->p, "\x28\xb5\x2f\xfd", 4) == 0 || ((b->p[0] & 0xf0) == 0x50 && memcmp(b->p + 1, "\x2a\x4d\x18", 3) == 0);
}

static void restart(struct bytes *b)
{
	b->len = 0;
	if (b->cap > BUFFER_KEEP)
		bytes_free(b);
}

bool reader_read(struct reader *r, const char *path, mk_str *page, struct trouble *t)
{
	restart(&r->file);
	restart(&r->plain);
	if (!read_path(r, path, t))
		return false;
	struct bytes *result = &r->file;
	if (r->file.len >= 2 && memcmp(r->file.p, "\x1f\x8b", 2) == 0) {
		if (!unpack_gzip(r, t))
			return false;
		result = &r->plain;
	} else if (is_zstd(&r->file)) {
		if (!unpack_zstd(r, t))
			return false;
		result = &r->plain;
	}
	if (!bytes_reserve(result, MK_PADDING))
		return fail(t, BAD_MEMORY, "out of memory");
	memset(result->p + result->len, 0, MK_PADDING);
	*page = (mk_str){result->p, result->len};
	return is_page(*page, t);
}
