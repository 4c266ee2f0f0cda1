/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.c - documents -> one file per source in a directory.
 *
 * A file that exists is left alone, unless --force was given.  An input is never written to, whatever its path here: folder_check()
 * says so before the page is read, and folder_write() checks again.
 */
#include "cli.h"

#include <errno.h>
#include <unistd.h>

static const char *const endings[N_FORMATS] = {".md", ".txt", ".json", ".html", ".jsonl"};

/* ---- File names in a directory ---- */

/* A slot of the hash table of used names.  last is the last number that was tried to make this name unique, so that many sources
 * with equal names take linear time. */
struct name {
	size_t at; /* offset in folder.text + 1; 0 if the slot is free */
	uint32_t last;
};
struct names {
	struct name *slots;
	size_t n_slots; /* a power of two, at least twice the number of names */
};

static struct name *find_name(struct names *names, const struct folder *o, const char *p)
{
	size_t i = hash_of(p, strlen(p)) & (names->n_slots - 1);
	while (names->slots[i].at && strcmp(o->text.p + names->slots[i].at - 1, p) != 0)
		i = (i + 1) & (names->n_slots - 1);
	return &names->slots[i];
}

static size_t without_ending(const char *p, size_t len)
{
	static const char *const page_endings[] = {".gz", ".zst", ".html", ".htm", ".xhtml", ".xht", ".mhtml", ".mht", ".HTML", ".HTM"};
	for (size_t i = 0; i < sizeof page_endings / sizeof page_endings[0]; i++) {
		size_t n = strlen(page_endings[i]);
		if (len > n && memcmp(p + len - n, page_endings[i], n) == 0 && p[len - n - 1] != '/')
			len -= n;
	}
	return len;
}

/* Chooses the file name of source i: its path below the directory that the user named, with ending in place of .html, .gz … */
static void name_output(struct folder *o, const mk_io_sources *list, size_t i, struct names *names, const char *ending, struct bytes *name)
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

/* The path of the file for source i, to be freed by the caller. */
static char *folder_path(const struct folder *o, size_t i, const struct settings *set)
{
	const char *name = o->text.p + o->names[i];
	size_t len = strlen(set->output);
	char *path = malloc(len + strlen(name) + 2);
	if (!path)
		no_memory();
	memcpy(path, set->output, len);
	if (len && path[len - 1] != '/')
		path[len++] = '/';
	strcpy(path + len, name);
	return path;
}

bool folder_name(struct folder *o, const mk_io_sources *list, const struct settings *set, mk_io_error *e)
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
		name_output(o, list, i, &names, endings[set->format], &name);
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

void folder_free(struct folder *o)
{
	bytes_free(&o->text);
	free(o->names);
}

/* ---- One file of a directory ---- */

enum folder_file folder_check(const struct folder *o, size_t i, const char *input, const struct settings *set, const struct guard *g,
                              mk_io_error *e)
{
	char *path = folder_path(o, i, set);
	struct stat st, own;
	bool exists = lstat(path, &st) == 0;
	enum folder_file is = !exists ? FOLDER_FREE : set->resume ? FOLDER_DONE : set->force ? FOLDER_FREE : FOLDER_EXISTS;
	if (exists && stat(path, &st) == 0 && guard_has(g, &st)) {
		bool itself = stat(input, &own) == 0 && same_file(&own, &st);
		fail(e, MK_IO_WRITE_FAILED, "its output would overwrite %s; choose another directory with --output",
		     itself ? "it" : "another input");
		is = FOLDER_INPUT;
	} else if (is == FOLDER_EXISTS) {
		char shown[160];
		snprintf(shown, sizeof shown, "%s", path);
		fail(e, MK_IO_WRITE_FAILED, S_ISDIR(st.st_mode) ? "%s: Is a directory" : "%s exists and is left alone; --force replaces it",
		     shown);
	}
	free(path);
	return is;
}

/* Opens a draft of the file at path.  If its directory is missing, creates it with its parents. */
static bool open_file(struct draft *d, char *path, const struct settings *set, const struct guard *g, mk_io_error *e)
{
	struct place at;
	bool good = place_find(&at, path, e);
	if (!good) {
		const mk_io_error why = *e;
		fail(e, MK_IO_WRITE_FAILED, "%.100s: %.120s", path, why.message);
	}
	if (good && at.kind == PLACE_DIRECTORY)
		good = fail_errno(e, MK_IO_WRITE_FAILED, EISDIR, path);
	else if (good && at.kind == PLACE_SPECIAL)
		good = fail(e, MK_IO_WRITE_FAILED, "%.160s: not a regular file", path);
	else if (good && at.kind == PLACE_FILE && guard_has(g, &at.st))
		good = fail(e, MK_IO_WRITE_FAILED, "%.160s is one of the inputs", path);
	else if (good && at.kind == PLACE_FILE && !set->force)
		good = fail(e, MK_IO_WRITE_FAILED, "%.160s exists and is left alone; --force replaces it", path);
	mk_io_error first = {0};
	if (good && !draft_open(d, &at, set->file_mode, &first)) {
		int error = first.system_error == ENOENT ? make_directories(path) : first.system_error;
		good = (!error && draft_open(d, &at, set->file_mode, e)) ||
		       fail_errno(e, MK_IO_WRITE_FAILED, error ? error : e->system_error, path);
	}
	place_free(&at);
	return good;
}

bool folder_write(const struct folder *o, size_t i, const char *input, const struct settings *set, const struct guard *g,
                  mk_str document, mk_io_error *e)
{
	struct draft d = {.fd = -1};
	struct bytes renamed = {0};
	char *path = folder_path(o, i, set);
	bool good = set->format != FORMAT_JSON || record_with_bytes(&document, input, &renamed) || fail(e, MK_IO_NO_MEMORY, "out of memory");
	good = good && open_file(&d, path, set, g, e);
	if (good) {
		int error = write_all(d.fd, document.p, document.len);
		if (!error && document.len && document.p[document.len - 1] != '\n')
			error = write_all(d.fd, "\n", 1);
		if (close(d.fd) && !error)
			error = errno;
		good = (!error && draft_publish(&d, set->force, e)) || fail_errno(e, MK_IO_WRITE_FAILED, error ? error : e->system_error, path);
	}
	draft_drop(&d);
	bytes_free(&renamed);
	free(path);
	return good;
}
