/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files.c - which file a path leads to; files that must not be written to; replacing a file as a whole.
 *
 * Paths are compared by what they lead to, device and inode, and not by their spelling, since links give one file many names.
 *
 * A new content is written to a temporary file in the same directory, which is renamed when it is complete.  Until then the old
 * file is unchanged, so other programs never see half a file, and an error or a signal costs nothing.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define LINKS_MOST 40 /* symbolic links in a row; the limit of Linux */

/* ---- Places ---- */

/* The number of the open descriptor that a path names, such as 1 for /dev/stdout; -1 if it names none. */
static int descriptor_of(const char *path)
{
	static const char *const names[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
	for (int i = 0; i < 3; i++)
		if (strcmp(path, names[i]) == 0)
			return i;
	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(folders[i]);
		int fd = -1;
		const char *p = path + len;
		if (strncmp(path, folders[i], len) != 0)
			continue;
		for (fd = 0; *p >= '0' && *p <= '9' && fd < 1 << 20; p++)
			fd = 10 * fd + (*p - '0');
		return *p || p == path + len ? -1 : fd;
	}
	return -1;
}

/* Replaces *path by the target of the symbolic link at *path. */
static bool follow_link(char **path, mk_io_error *e)
{
	char target[PATH_MAX];
	ssize_t n = readlink(*path, target, sizeof target);
	if (n < 0 || (size_t)n == sizeof target)
		return fail_errno(e, MK_IO_WRITE_FAILED, n < 0 ? errno : ENAMETOOLONG, NULL);
	const char *slash = strrchr(*path, '/');
	size_t before = target[0] != '/' && slash ? (size_t)(slash - *path) + 1 : 0;
	char *next = malloc(before + (size_t)n + 1);
	if (!next)
		no_memory();
	memcpy(next, *path, before);
	memcpy(next + before, target, (size_t)n);
	next[before + (size_t)n] = '\0';
	free(*path);
	*path = next;
	return true;
}

static void set_kind(struct place *p, const struct stat *st)
{
	p->kind = S_ISREG(st->st_mode) ? PLACE_FILE : S_ISDIR(st->st_mode) ? PLACE_DIRECTORY : PLACE_SPECIAL;
	p->is_device = S_ISCHR(st->st_mode);
	p->st = *st;
}

/* A missing file is identified by its directory and its name. */
static void find_parent(struct place *p)
{
	char *slash = strrchr(p->path, '/');
	p->kind = PLACE_MISSING;
	p->name = slash ? slash + 1 : p->path;
	if (slash && slash != p->path)
		*slash = '\0';
	if (stat(!slash ? "." : slash == p->path ? "/" : p->path, &p->st))
		memset(&p->st, 0, sizeof p->st);
	if (slash)
		*slash = '/';
}

bool place_find(struct place *p, const char *path, mk_io_error *e)
{
	struct stat st;
	*p = (struct place){.fd = -1, .path = strdup(path)};
	if (!p->path)
		no_memory();
	for (unsigned n_links = 0;; n_links++) {
		p->fd = descriptor_of(p->path);
		if (p->fd >= 0) {
			if (fstat(p->fd, &st))
				return fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
			set_kind(p, &st);
			p->kind = PLACE_SPECIAL;
			return true;
		}
		if (lstat(p->path, &st)) {
			if (errno == ENOENT && n_links)
				return fail(e, MK_IO_WRITE_FAILED, "is a symbolic link to a file that does not exist");
			if (errno != ENOENT)
				return fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
			find_parent(p);
			return true;
		}
		if (!S_ISLNK(st.st_mode)) {
			set_kind(p, &st);
			return true;
		}
		if (n_links == LINKS_MOST)
			return fail_errno(e, MK_IO_WRITE_FAILED, ELOOP, NULL);
		if (!follow_link(&p->path, e))
			return false;
	}
}

void place_free(struct place *p)
{
	free(p->path);
	p->path = NULL;
}

bool place_same(const struct place *a, const struct place *b)
{
	bool missing = a->kind == PLACE_MISSING;
	if (missing != (b->kind == PLACE_MISSING) || !same_file(&a->st, &b->st))
		return false;
	return missing ? strcmp(a->name, b->name) == 0 : !a->is_device; /* two outputs may both be /dev/null or a terminal */
}

/* ---- Protected files ---- */

void guard_open(struct guard *g, size_t n_most)
{
	for (g->n_slots = 16; g->n_slots < 2 * n_most + 16;)
		g->n_slots *= 2;
	g->slots = calloc(g->n_slots, sizeof *g->slots);
	if (!g->slots)
		no_memory();
}

/* The slot of a file, or the free slot for it.  guard_open() made at least twice as many slots as files. */
static struct guarded *guard_slot(const struct guard *g, const struct stat *st)
{
	const uint64_t key[] = {(uint64_t)st->st_dev, (uint64_t)st->st_ino};
	size_t i = hash_of((const char *)key, sizeof key) & (g->n_slots - 1);
	while (g->slots[i].used && (g->slots[i].dev != st->st_dev || g->slots[i].ino != st->st_ino))
		i = (i + 1) & (g->n_slots - 1);
	return &g->slots[i];
}

static void guard_add(struct guard *g, const struct stat *st)
{
	if (S_ISREG(st->st_mode) || S_ISFIFO(st->st_mode))
		*guard_slot(g, st) = (struct guarded){.dev = st->st_dev, .ino = st->st_ino, .used = true};
}

void guard_path(struct guard *g, const char *path)
{
	struct stat st;
	if ((strcmp(path, STDIN_NAME) == 0 ? fstat(STDIN_FILENO, &st) : stat(path, &st)) == 0)
		guard_add(g, &st);
}

bool guard_has(const struct guard *g, const struct stat *st)
{
	return guard_slot(g, st)->used;
}

void guard_free(struct guard *g)
{
	free(g->slots);
	*g = (struct guard){0};
}

/* ---- Replacing a file ---- */

/* A template for mkstemp() in the directory of path.  The name begins with a dot, so that a walk through the directory skips it. */
static char *temp_name(const char *path)
{
	static const char name[] = ".makala-XXXXXX";
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;
	char *temp = malloc(len + sizeof name);
	if (!temp)
		no_memory();
	memcpy(temp, path, len);
	memcpy(temp + len, name, sizeof name);
	return temp;
}

/* Gives a new file the owner and the group of the old one.  Only root can give a file away, but a member may keep its group; a file
 * for which neither is possible belongs to the user. */
static void keep_owner(int fd, const struct stat *old)
{
	const bool kept = !fchown(fd, old->st_uid, old->st_gid) || !fchown(fd, (uid_t)-1, old->st_gid);
	(void)kept;
}

bool draft_open(struct draft *d, const struct place *at, mode_t mode, mk_io_error *e)
{
	bool exists = at->kind != PLACE_MISSING;
	*d = (struct draft){.fd = -1, .replaces = exists};
	if (exists && access(at->path, W_OK)) /* rename() would replace a read-only file */
		return fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	d->path = strdup(at->path);
	if (!d->path)
		no_memory();
	d->temp = temp_name(at->path);
	d->fd = mkstemp(d->temp); /* creates the file with mode 0600 */
	if (d->fd < 0) {
		int error = errno;
		free(d->temp);
		d->temp = NULL;
		draft_drop(d);
		return fail_errno(e, MK_IO_WRITE_FAILED, error, exists && error == EACCES ? "no new file can be made beside it" : NULL);
	}
	(void)fcntl(d->fd, F_SETFD, FD_CLOEXEC);
	if (exists)
		keep_owner(d->fd, &at->st);
	(void)fchmod(d->fd, exists ? at->st.st_mode & 0777 : mode);
	return true;
}

bool draft_publish(struct draft *d, bool may_replace, mk_io_error *e)
{
	/* link() fails if there is a file by now; rename() would replace it.  Some file systems have no links. */
	if (!may_replace && link(d->temp, d->path) == 0) {
		unlink(d->temp);
	} else {
		struct stat st;
		int error = may_replace ? 0 : errno;
		if (!error || (error != EEXIST && lstat(d->path, &st)))
			error = rename(d->temp, d->path) ? errno : 0;
		else
			error = EEXIST;
		if (error)
			return fail_errno(e, MK_IO_WRITE_FAILED, error, NULL);
	}
	free(d->temp);
	d->temp = NULL;
	return true;
}

void draft_drop(struct draft *d)
{
	if (d->temp)
		unlink(d->temp);
	free(d->temp);
	free(d->path);
	d->temp = d->path = NULL;
}
