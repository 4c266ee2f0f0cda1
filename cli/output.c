/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output.c - documents -> standard output, one file, or one file per source in a directory.
 *
 * Other programs must never see half a document.  A file is written under a temporary name in the same directory and renamed when
 * it is complete.  The one exception is a file of JSON lines with --resume, which grows in place.  It is written in whole
 * records, and truncated after the last whole record if the disk is full.  If a crash leaves an incomplete last line, the next
 * run with --resume removes it (resume.c).
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOLD ((size_t)256 << 10) /* bytes to collect before a write() */

/* ---- Temporary files ---- */

bool same_file(const char *a, const char *b)
{
	struct stat sa, sb;
	return stat(a, &sa) == 0 && S_ISREG(sa.st_mode) && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

/* A template for mkstemp() in the directory of path.  The name begins with a dot, so that a walk through the directory skips it. */
static char *temp_name(const char *path)
{
	static const char name[] = ".makala-XXXXXX";
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;
	char *temp = malloc(len + sizeof name);
	if (temp) {
		memcpy(temp, path, len);
		memcpy(temp + len, name, sizeof name);
	}
	return temp;
}

/* Opens a temporary file that will replace path, with the permissions of path if it exists, else with mode.  Returns -1 with errno
 * set on failure. */
static int open_temp(char *temp, const char *path, mode_t mode)
{
	struct stat st;
	bool exists = stat(path, &st) == 0;
	if (exists && access(path, W_OK)) /* rename() would replace a read-only file */
		return -1;
	int fd = mkstemp(temp); /* creates the file with mode 0600 */
	if (fd >= 0)
		(void)fchmod(fd, exists ? st.st_mode & 0777 : mode);
	return fd;
}

/* ---- One stream of documents ---- */

const char *const format_names[N_FORMATS] = {"markdown", "text", "json", "html"};
static const char *const format_endings[N_FORMATS] = {".md", ".txt", ".json", ".html"};

static bool sink_open_in_place(struct sink *s, int flags, mk_io_error *e)
{
	s->fd = open(s->target, flags | O_CLOEXEC | O_NOCTTY, 0666);
	return s->fd >= 0 || fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
}

bool sink_open(struct sink *s, const struct settings *set, mk_io_error *e)
{
	struct stat st;
	bool good = true;
	*s = (struct sink){.fd = STDOUT_FILENO, .name = "standard output", .lines = set->format == FORMAT_JSON};
	if (set->output && strcmp(set->output, "-") != 0) {
		s->name = set->output;
		/* Resolve a symbolic link, so that rename() replaces the file and not the link. */
		bool exists = stat(set->output, &st) == 0;
		s->target = exists && S_ISREG(st.st_mode) ? realpath(set->output, NULL) : strdup(set->output);
		s->temp = s->target ? temp_name(s->target) : NULL;
		if (!s->temp)
			return fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
		if (set->resume || (exists && !S_ISREG(st.st_mode))) {
			free(s->temp);
			s->temp = NULL;
			good = sink_open_in_place(s, set->resume ? O_RDWR | O_CREAT | O_APPEND : O_WRONLY, e);
		} else {
			s->fd = open_temp(s->temp, s->target, set->file_mode);
			good = s->fd >= 0 || fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
		}
	}
	if (!good)
		return false;
	s->eager = isatty(s->fd);
	s->regular = s->target && fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode);
	s->offset = s->regular ? st.st_size : 0;
	return true;
}

/* Writes whole records.  If the disk fills up within a record, the file is truncated to the end of the record before. */
static bool put_records(struct sink *s, const char *p, size_t len, mk_io_error *e)
{
	size_t done = 0;
	int error = write_more(s->fd, p, len, &done);
	if (!error) {
		s->offset += (off_t)len;
		return true;
	}
	while (done && !(s->lines && p[done - 1] == '\n'))
		done--;
	s->offset += (off_t)done;
	if (s->regular && ftruncate(s->fd, s->offset))
		return fail_errno(e, MK_IO_WRITE_FAILED, errno, "cutting off an incomplete record");
	if (error == EPIPE) /* not an error: head or a pager has seen enough */
		return fail(e, MK_IO_STOPPED, "closed by its reader");
	return fail_errno(e, MK_IO_WRITE_FAILED, error, NULL);
}

static bool sink_flush(struct sink *s, mk_io_error *e)
{
	size_t len = s->held.len;
	s->held.len = 0;
	return len == 0 || put_records(s, s->held.p, len, e);
}

bool sink_add(struct sink *s, enum format format, mk_str document, mk_io_error *e)
{
	/* The separator is a line with a form feed, the page break of line printers.  Neither text nor Markdown contains such a line. */
	const char *before = (format == FORMAT_MARKDOWN || format == FORMAT_TEXT) && s->n_records ? "\f\n" : "";
	bool line_end = document.len && document.p[document.len - 1] != '\n';
	if (!bytes_add(&s->held, before, strlen(before)) || !bytes_add(&s->held, document.p, document.len) ||
	    !bytes_add(&s->held, "\n", line_end))
		return fail(e, MK_IO_NO_MEMORY, "out of memory");
	s->n_records++;
	if ((s->eager || s->held.len >= HOLD) && !sink_flush(s, e))
		return false;
	if (s->held.len == 0 && s->held.cap > 8 * HOLD) /* a huge document enlarged the buffer */
		bytes_free(&s->held);
	return true;
}

bool sink_close(struct sink *s, bool commit, mk_io_error *e)
{
	bool good = !commit || sink_flush(s, e);
	if (s->target && s->fd >= 0 && close(s->fd) && good)
		good = fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	if (s->temp && commit && good && rename(s->temp, s->target))
		good = fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	if (s->temp && !(commit && good))
		unlink(s->temp);
	bytes_free(&s->held);
	free(s->target);
	free(s->temp);
	return good;
}

/* ---- File names in a directory ---- */

/* A slot of the hash table of used names.  last is the last number that was tried to make this name unique, so that many sources
 * with equal names take linear time. */
struct name {
	size_t at; /* offset in outputs.text + 1; 0 if the slot is free */
	uint32_t last;
};
struct names {
	struct name *slots;
	size_t n_slots; /* a power of two, at least twice the number of names */
};

static struct name *find_name(struct names *names, const struct outputs *o, const char *p)
{
	size_t i = hash_of(p, strlen(p)) & (names->n_slots - 1);
	while (names->slots[i].at && strcmp(o->text.p + names->slots[i].at - 1, p) != 0)
		i = (i + 1) & (names->n_slots - 1);
	return &names->slots[i];
}

static size_t without_ending(const char *p, size_t len)
{
	static const char *const endings[] = {".gz", ".zst", ".html", ".htm", ".xhtml", ".xht", ".HTML", ".HTM"};
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t n = strlen(endings[i]);
		if (len > n && memcmp(p + len - n, endings[i], n) == 0 && p[len - n - 1] != '/')
			len -= n;
	}
	return len;
}

/* Chooses the file name of source i: its path below the directory that the user named, with ending in place of .html, .gz … */
static void name_output(struct outputs *o, const mk_io_sources *list, size_t i, struct names *names, const char *ending, struct bytes *name)
{
	const char *p = strcmp(mk_io_sources_path(list, i), STDIN_NAME) == 0 ? "stdin" : mk_io_sources_relative(list, i);
	size_t len = without_ending(p, strlen(p));
	name->len = 0;
	if (!bytes_add(name, p, len) || !bytes_add(name, ending, strlen(ending) + 1))
		no_memory();
	struct name *slot = find_name(names, o, name->p);
	while (slot->at) { /* the name is used: try page-2.md, page-3.md … */
		char number[16];
		snprintf(number, sizeof number, "-%u", ++slot->last);
		name->len = len;
		if (!bytes_add(name, number, strlen(number)) || !bytes_add(name, ending, strlen(ending) + 1))
			no_memory();
		struct name *other = find_name(names, o, name->p);
		if (!other->at)
			slot = other;
	}
	o->names[i] = o->text.len;
	if (!bytes_add(&o->text, name->p, name->len))
		no_memory();
	*slot = (struct name){.at = o->names[i] + 1, .last = 1};
}

/* Creates the directory part of path with all its parents.  Returns 0, or the errno value. */
static int make_directories(char *path)
{
	for (char *p = path; *p; p++) {
		if (*p != '/' || p == path)
			continue;
		*p = '\0';
		int error = mkdir(path, 0777) && errno != EEXIST ? errno : 0;
		*p = '/';
		if (error)
			return error;
	}
	return 0;
}

char *outputs_path(const struct outputs *o, size_t i, const struct settings *set)
{
	const char *name = o->text.p + o->names[i];
	size_t len = strlen(set->output);
	char *path = malloc(len + strlen(name) + 2);
	if (path) {
		memcpy(path, set->output, len);
		if (len && path[len - 1] != '/')
			path[len++] = '/';
		strcpy(path + len, name);
	}
	return path;
}

bool outputs_name(struct outputs *o, const mk_io_sources *list, const struct settings *set, mk_io_error *e)
{
	struct names names = {.n_slots = 16};
	struct bytes name = {0};
	size_t n = mk_io_sources_count(list);
	while (names.n_slots < 2 * n)
		names.n_slots *= 2;
	names.slots = calloc(names.n_slots, sizeof *names.slots);
	o->names = calloc(n + 1, sizeof *o->names);
	if (!names.slots || !o->names)
		no_memory();
	for (size_t i = 0; i < n; i++)
		name_output(o, list, i, &names, format_endings[set->format], &name);
	free(names.slots);
	bytes_free(&name);
	char *path = malloc(strlen(set->output) + 2);
	if (!path)
		no_memory();
	strcpy(path, set->output);
	strcat(path, "/");
	int error = make_directories(path);
	struct stat st;
	if (!error && stat(path, &st))
		error = errno;
	free(path);
	return !error || fail_errno(e, MK_IO_WRITE_FAILED, error, NULL);
}

void outputs_free(struct outputs *o)
{
	bytes_free(&o->text);
	free(o->names);
}

/* ---- One file of a directory ---- */

/* Opens a temporary file that will replace path.  If that fails with ENOENT, creates the missing directories and tries again: only
 * the first page of a directory needs that. */
static int open_output(char **temp, char *path, mode_t mode)
{
	for (bool again = false;; again = true) {
		free(*temp);
		*temp = temp_name(path);
		if (!*temp)
			return -1;
		int fd = open_temp(*temp, path, mode);
		if (fd >= 0 || errno != ENOENT || again)
			return fd;
		int error = make_directories(path);
		if (error) {
			errno = error;
			return -1;
		}
	}
}

bool outputs_write(const struct outputs *o, size_t i, const char *input, const struct settings *set, mk_str document, mk_io_error *e)
{
	char *path = outputs_path(o, i, set), *temp = NULL;
	bool good = path || fail(e, MK_IO_NO_MEMORY, "out of memory");
	if (good && same_file(path, input))
		good = fail(e, MK_IO_WRITE_FAILED, "its output would overwrite it; choose another directory with --output");
	int fd = good ? open_output(&temp, path, set->file_mode) : -1;
	if (good && fd < 0)
		good = fail_errno(e, MK_IO_WRITE_FAILED, errno, path);
	if (good) {
		int error = write_all(fd, document.p, document.len);
		if (!error && document.len && document.p[document.len - 1] != '\n')
			error = write_all(fd, "\n", 1);
		if (close(fd) && !error)
			error = errno;
		if (!error && rename(temp, path))
			error = errno;
		if (error) {
			unlink(temp);
			good = fail_errno(e, MK_IO_WRITE_FAILED, error, path);
		}
	}
	free(temp);
	free(path);
	return good;
}
