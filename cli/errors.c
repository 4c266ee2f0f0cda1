/* SPDX-License-Identifier: Apache-2.0 */
/*
 * errors.c - failures -> the file of --errors, one JSON object per line.
 *
 * Each line is written at once, so that the file can be read during a run and is complete after a crash.  Only a file that is
 * empty or that proves to be such a list is written to: if the FILE of --errors is forgotten, the option takes an input for it.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* ---- Lines that the file has already ---- */

/* The slot of a line, or the free slot for it. */
static size_t *find_line(const struct errors *x, const char *line, size_t len)
{
	size_t i = hash_of(line, len) & (x->n_slots - 1);
	while (x->slots[i] && strcmp(x->text.p + x->slots[i] - 1, line) != 0)
		i = (i + 1) & (x->n_slots - 1);
	return &x->slots[i];
}

static bool grow_lines(struct errors *x)
{
	size_t old_slots = x->n_slots, *old = x->slots;
	x->n_slots = old_slots ? 2 * old_slots : 64;
	x->slots = calloc(x->n_slots, sizeof *x->slots);
	if (!x->slots) {
		x->slots = old;
		x->n_slots = old_slots;
		return false;
	}
	for (size_t i = 0; i < old_slots; i++)
		if (old[i])
			*find_line(x, x->text.p + old[i] - 1, strlen(x->text.p + old[i] - 1)) = old[i];
	free(old);
	return true;
}

/* Remembers a line of the file; line is NUL-terminated and has no newline. */
static bool know_line(void *user, const char *line, size_t len, const char *input)
{
	struct errors *x = user;
	(void)input;
	if (2 * (x->n_lines + 1) > x->n_slots && !grow_lines(x))
		return false;
	size_t *slot = find_line(x, line, len), at = x->text.len + 1;
	if (*slot)
		return true;
	*slot = at;
	x->n_lines++;
	return bytes_add(&x->text, line, len + 1);
}

/* ---- The file ---- */

/* Reads the file of an earlier run, which must prove to be one. */
static bool read_earlier(struct errors *x, const char *path, struct extent *extent, mk_io_error *e)
{
	FILE *f = fopen(path, "r");
	if (!f)
		return fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	bool good = lines_read(f, LINES_ERRORS, know_line, x, extent, e);
	fclose(f);
	return good;
}

bool errors_open(struct errors *x, const char *path, const struct place *at, bool resume, mk_io_error *e)
{
	struct extent extent = {0};
	bool is_file = at->kind == PLACE_FILE;
	int error = 0;
	x->path = path;
	x->fd = at->fd;
	if (at->fd >= 0)
		return true;
	if (is_file && !read_earlier(x, at->path, &extent, e))
		return false;
	if (!resume)
		extent = (struct extent){0};
	x->fd = open(at->path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_APPEND | (at->kind == PLACE_MISSING ? O_CREAT | O_EXCL : 0), 0666);
	x->owns_fd = x->fd >= 0;
	if (!x->owns_fd)
		return fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	if (is_file && ftruncate(x->fd, extent.whole))
		error = errno;
	else if (extent.needs_newline)
		error = write_all(x->fd, "\n", 1);
	if (!resume) { /* nothing is left of the lines */
		free(x->slots);
		bytes_free(&x->text);
		x->slots = NULL;
		x->n_slots = x->n_lines = 0;
	}
	return !error || fail_errno(e, MK_IO_WRITE_FAILED, error, NULL);
}

bool errors_add(struct errors *x, const char *name, const mk_io_error *failure, mk_io_error *e)
{
	struct bytes line = {0}, clean = {0};
	const char *message = utf8_of(failure->message, &clean);
	bool good = message && bytes_add(&line, "{\"input\":", 9) && json_quote(&line, name) && bytes_add(&line, ",\"status\":", 10) &&
	            json_quote(&line, mk_io_status_name(failure->status)) && bytes_add(&line, ",\"message\":", 11) &&
	            json_quote(&line, message) && bytes_add(&line, "}", 2);
	bool is_known = good && x->n_slots && *find_line(x, line.p, line.len - 1);
	if (good && !is_known)
		line.p[line.len - 1] = '\n';
	if (!good || (!is_known && write(x->fd, line.p, line.len) != (ssize_t)line.len)) {
		fail_errno(e, MK_IO_WRITE_FAILED, good ? errno : ENOMEM, "no more errors are written");
		good = false;
	}
	bytes_free(&line);
	bytes_free(&clean);
	return good;
}

bool errors_close(struct errors *x, mk_io_error *e)
{
	bool good = !x->owns_fd || close(x->fd) == 0 || fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	free(x->slots);
	bytes_free(&x->text);
	*x = (struct errors){.fd = -1};
	return good;
}
