/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sources.c - paths -> list of sources.
 *
 * The list is complete before work begins, so that the order is fixed and callers know the total.  The walk through a directory
 * skips files by their names, because the pictures, scripts and styles that a browser saves next to a page are not worth an
 * error each.  Otherwise names do not matter: the reader decides by the first bytes of a file.
 */
#include "io.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

/* A source as offsets into mk_io_sources.text.  Not pointers, since the text moves when it grows. */
struct source {
	size_t path;     /* the path, NUL-terminated */
	size_t relative; /* the end of the path that mk_io_sources_relative() returns */
	bool dropped;
};

struct mk_io_sources {
	mk_io_stop *stop;
	struct bytes text;
	struct source *items;
	size_t n, cap;
	size_t n_skipped[MK_IO_N_SKIPS];
};

/* ---- The list ---- */

mk_io_sources *mk_io_sources_new(mk_io_stop *stop)
{
	mk_io_sources *list = calloc(1, sizeof *list);
	if (list)
		list->stop = stop;
	return list;
}

void mk_io_sources_free(mk_io_sources *list)
{
	if (!list)
		return;
	bytes_free(&list->text);
	free(list->items);
	free(list);
}

size_t mk_io_sources_count(const mk_io_sources *list)
{
	return list ? list->n : 0;
}

const char *mk_io_sources_path(const mk_io_sources *list, size_t i)
{
	return i < mk_io_sources_count(list) ? list->text.p + list->items[i].path : NULL;
}

const char *mk_io_sources_relative(const mk_io_sources *list, size_t i)
{
	return i < mk_io_sources_count(list) ? list->text.p + list->items[i].relative : NULL;
}

void mk_io_sources_drop(mk_io_sources *list, size_t i)
{
	if (i < mk_io_sources_count(list))
		list->items[i].dropped = true;
}

bool mk_io_sources_dropped(const mk_io_sources *list, size_t i)
{
	return i >= mk_io_sources_count(list) || list->items[i].dropped;
}

size_t mk_io_sources_skipped(const mk_io_sources *list, mk_io_skip reason)
{
	return list && (unsigned)reason < MK_IO_N_SKIPS ? list->n_skipped[reason] : 0;
}

/* Adds a source.  root is the length of the directory at the start of path that the caller of the library named; 0 if the caller
 * named path itself. */
static bool list_source(mk_io_sources *list, const char *path, size_t root)
{
	if (list->n == list->cap) {
		size_t cap = list->cap ? 2 * list->cap : 64;
		struct source *items = realloc(list->items, cap * sizeof *items);
		if (!items)
			return false;
		list->items = items;
		list->cap = cap;
	}
	const char *slash = strrchr(path, '/'), *relative = root ? path + root : slash ? slash + 1 : path;
	while (root && *relative == '/')
		relative++;
	size_t at = list->text.len;
	if (!bytes_add(&list->text, path, strlen(path) + 1))
		return false;
	list->items[list->n++] = (struct source){.path = at, .relative = at + (size_t)(relative - path)};
	return true;
}

/* ---- Names ---- */

/* Endings of files that are not web pages, each between two dots, so that strstr() for ".png." finds whole endings only. */
static const char other_formats[] =
        ".7z.apk.atom.avi.avif.bin.bmp.bz2.c.class.css.csv.deb.dll.doc.docx.eot.epub.exe.flac.gif.h.heic.ico.ics.iso.jar.java.jpeg.jpg.js."
        "json.jsonl.log.m4a.m4v.map.md.mjs.mkv.mov.mp3.mp4.mpeg.mpg.ndjson.o.odp.ods.odt.ogg.ogv.opus.otf.pdf.png.ppt.pptx.ps.py.rar."
        "rpm.rss.rtf.sh.so.sqlite.svg.tar.tgz.tif.tiff.toml.ts.tsv.ttf.wasm.wav.webm.webp.wet.warc.wma.wmv.woff.woff2.xls.xlsx.xml."
        "xz.yaml.yml.zip.";

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* The length of name without a final .gz or .zst. */
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

/* ---- The walk ---- */

/* A stack of the paths that the walk has not visited yet.  No recursion: directories may be nested to any depth. */
struct pending {
	char **paths;
	size_t n, cap;
};

static bool push_path(struct pending *stack, const char *directory, const char *name)
{
	if (stack->n == stack->cap) {
		size_t cap = stack->cap ? 2 * stack->cap : 64;
		char **paths = realloc(stack->paths, cap * sizeof *paths);
		if (!paths)
			return false;
		stack->paths = paths;
		stack->cap = cap;
	}
	size_t len = strlen(directory);
	bool slash = len && directory[len - 1] != '/';
	char *path = malloc(len + slash + strlen(name) + 1);
	if (!path)
		return false;
	memcpy(path, directory, len);
	if (slash)
		path[len] = '/';
	strcpy(path + len + slash, name);
	stack->paths[stack->n++] = path;
	return true;
}

/* Reverse order of the names' bytes, since the last path on the stack is visited first.  strcmp(), so that no locale has a say. */
static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)b, *(char *const *)a);
}

/* Pushes the entries of a directory.  Returns MK_IO_READ_FAILED if the directory cannot be listed. */
static mk_io_status push_entries(mk_io_sources *list, struct pending *stack, const char *directory)
{
	DIR *d = opendir(directory);
	if (!d)
		return errno == ENOMEM ? MK_IO_NO_MEMORY : MK_IO_READ_FAILED;
	size_t before = stack->n;
	mk_io_status status = MK_IO_OK;
	while (!status) {
		errno = 0;
		const struct dirent *entry = readdir(d);
		const char *name = entry ? entry->d_name : NULL;
		if (!name) {
			status = errno ? MK_IO_READ_FAILED : MK_IO_OK;
			break;
		}
		if (name[0] != '.')
			status = push_path(stack, directory, name) ? MK_IO_OK : MK_IO_NO_MEMORY;
		else if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			list->n_skipped[MK_IO_SKIP_HIDDEN]++;
	}
	closedir(d);
	if (stack->n > before)
		qsort(stack->paths + before, stack->n - before, sizeof *stack->paths, compare_names);
	return status;
}

/* Visits one entry of the walk.  An entry that cannot be examined is added to the list, so that reading it reports the error. */
static bool walk_entry(mk_io_sources *list, struct pending *stack, const char *path, size_t root)
{
	struct stat st;
	bool link = false;
	if (lstat(path, &st) || ((link = S_ISLNK(st.st_mode)) && stat(path, &st)))
		return list_source(list, path, root);
	if (S_ISDIR(st.st_mode) && link) {
		list->n_skipped[MK_IO_SKIP_LINK]++;
	} else if (S_ISDIR(st.st_mode)) {
		mk_io_status status = push_entries(list, stack, path);
		return status == MK_IO_READ_FAILED ? list_source(list, path, root) : !status;
	} else if (!S_ISREG(st.st_mode)) {
		list->n_skipped[MK_IO_SKIP_SPECIAL]++;
	} else if (is_other_format(strrchr(path, '/') + 1)) {
		list->n_skipped[MK_IO_SKIP_NAME]++;
	} else {
		return list_source(list, path, root);
	}
	return true;
}

static mk_io_status add_directory(mk_io_sources *list, const char *directory)
{
	struct pending stack = {0};
	mk_io_status status = push_entries(list, &stack, directory);
	if (status == MK_IO_READ_FAILED) {
		while (stack.n)
			free(stack.paths[--stack.n]);
		status = list_source(list, directory, 0) ? MK_IO_OK : MK_IO_NO_MEMORY;
	}
	while (stack.n) {
		char *path = stack.paths[--stack.n];
		if (!status && mk_io_cancelled(list->stop))
			status = MK_IO_STOPPED;
		if (!status && !walk_entry(list, &stack, path, strlen(directory)))
			status = MK_IO_NO_MEMORY;
		free(path);
	}
	free(stack.paths);
	return status;
}

mk_io_status mk_io_sources_add(mk_io_sources *list, const char *path)
{
	struct stat st;
	if (!list || !path || !*path)
		return MK_IO_BAD_ARGUMENT;
	const mk_io_sources before = *list;
	mk_io_status status;
	if (strcmp(path, STDIN_NAME) == 0 || stat(path, &st) || !S_ISDIR(st.st_mode))
		status = list_source(list, path, 0) ? MK_IO_OK : MK_IO_NO_MEMORY;
	else
		status = add_directory(list, path);
	if (status == MK_IO_NO_MEMORY) {
		list->n = before.n;
		list->text.len = before.text.len;
		memcpy(list->n_skipped, before.n_skipped, sizeof before.n_skipped);
	}
	return status;
}
