/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sink.c - documents, one after another -> standard output or one file.
 *
 * A file is replaced as a whole when it is complete (files.c).  The one exception is a file of JSON lines with --resume, which
 * grows in place.  It is written in whole records, and truncated after the last whole record if the disk is full.  If a crash
 * leaves an incomplete last line, the next run with --resume removes it.  The first records of a new file appear under its name
 * together, so that the file never consists of an incomplete line alone, which would not prove that makala wrote it.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define HOLD ((size_t)256 << 10) /* bytes to collect before a write() */

/* Two runs that continue the same file would cut off each other's records, so the first one locks it. */
static bool lock_file(int fd, mk_io_error *e)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	bool taken = fcntl(fd, F_SETLK, &lock) && (errno == EACCES || errno == EAGAIN); /* some file systems have no locks */
	return !taken || fail(e, MK_IO_WRITE_FAILED, "another run is writing to it");
}

/* Opens the file of an earlier run to append to it, and removes what follows its last whole record. */
static bool open_to_append(struct sink *s, const char *path, const struct extent *extent, mk_io_error *e)
{
	s->fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY);
	s->owns_fd = s->fd >= 0;
	if (!s->owns_fd)
		return fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	struct stat st;
	if (!lock_file(s->fd, e))
		return false;
	if (fstat(s->fd, &st) || st.st_size != extent->size)
		return fail(e, MK_IO_WRITE_FAILED, "was changed while it was read");
	int error = ftruncate(s->fd, extent->whole) ? errno : extent->needs_newline ? write_all(s->fd, "\n", 1) : 0;
	s->offset = extent->whole + extent->needs_newline;
	return !error || fail_errno(e, MK_IO_WRITE_FAILED, error, NULL);
}

/* Opens a pipe or a device. */
static bool open_special(struct sink *s, const char *path, mk_io_error *e)
{
	s->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	s->owns_fd = s->fd >= 0;
	return s->owns_fd || fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
}

static bool open_draft(struct sink *s, const struct settings *set, const struct place *at, mk_io_error *e)
{
	if (!draft_open(&s->draft, at, set->file_mode, e))
		return false;
	s->fd = s->draft.fd;
	s->owns_fd = true;
	s->early = set->resume;
	return !s->early || lock_file(s->fd, e);
}

bool sink_open(struct sink *s, const struct settings *set, const struct place *at, const struct extent *extent, mk_io_error *e)
{
	*s = (struct sink){.fd = at->fd, .name = set->output ? set->output : "standard output", .format = set->format};
	bool good = true;
	if (at->fd >= 0)
		s->name = at->fd == STDOUT_FILENO ? "standard output" : s->name;
	else if (at->kind == PLACE_MISSING || (at->kind == PLACE_FILE && !(set->resume && at->st.st_size)))
		good = open_draft(s, set, at, e);
	else if (at->kind == PLACE_FILE)
		good = open_to_append(s, at->path, extent, e);
	else
		good = open_special(s, at->path, e);
	if (!good) {
		mk_io_error ignored;
		sink_close(s, false, &ignored);
		return false;
	}
	s->eager = isatty(s->fd);
	s->regular = at->fd < 0 && at->kind != PLACE_SPECIAL;
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
	while (done && !(is_lines(s->format) && p[done - 1] == '\n'))
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
	bool good = len == 0 || put_records(s, s->held.p, len, e);
	if (s->early && s->draft.temp && s->offset) {
		mk_io_error own;
		if (!draft_publish(&s->draft, s->draft.replaces, good ? e : &own))
			return false;
	}
	return good;
}

bool sink_add(struct sink *s, mk_str document, const char *path, mk_io_error *e)
{
	/* The separator is a line with a form feed, the page break of line printers.  Neither text nor Markdown contains such a line. */
	const char *before = is_lines(s->format) || s->format == FORMAT_HTML || !s->n_records ? "" : s->eager ? "\n" : "\f\n";
	if (s->format == FORMAT_JSON && !record_with_bytes(&document, path, &s->room))
		return fail(e, MK_IO_NO_MEMORY, "out of memory");
	if (s->eager) {
		s->shown.len = 0;
		if (!add_for_terminal(&s->shown, document))
			return fail(e, MK_IO_NO_MEMORY, "out of memory");
		document = (mk_str){s->shown.p, s->shown.len};
	}
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

bool sink_close(struct sink *s, enum ending ending, mk_io_error *e)
{
	bool good = ending == END_DROP || sink_flush(s, e);
	if (s->owns_fd && close(s->fd) && good)
		good = fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	if (s->draft.temp && ending != END_DROP && good)
		good = draft_publish(&s->draft, ending == END_COMMIT && s->draft.replaces, e);
	draft_drop(&s->draft);
	bytes_free(&s->held);
	bytes_free(&s->room);
	bytes_free(&s->shown);
	return good;
}
