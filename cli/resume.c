/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resume.c - output of an earlier run -> finished sources dropped from the list.
 *
 * If the output is a directory, a source is finished if its file exists.  If the output is a file of JSON lines, a source is
 * finished if the "input" of a record names it.
 */
#include "cli.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Appends the character of an escape \uXXXX; p points after the u.  Surrogates are not handled: makala writes characters beyond
 * U+FFFF without an escape. */
static bool add_escape(struct bytes *b, const char *p)
{
	unsigned code = 0;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);
		if (digit < 0)
			return false;
		code = code << 4 | (unsigned)digit;
	}
	char c[3] = {(char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f))};
	if (code >= 0x800)
		return bytes_add(b, c, 3);
	c[1] = (char)(code < 0x80 ? code : 0xc0 | code >> 6);
	return bytes_add(b, c + 1, 1) && (code < 0x80 || bytes_add(b, c + 2, 1));
}

/* Reads the "input" of a record into b, NUL-terminated.  It is the first field after "schema" in every record of makala.  Returns
 * false if the line is not such a record. */
static bool record_input(const char *line, size_t len, struct bytes *b)
{
	static const char head[] = "{\"schema\":1,\"input\":\"", letters[] = "n\nt\tr\rb\bf\f";
	size_t n = sizeof head - 1;
	if (len < n + 2 || memcmp(line, head, n) != 0 || memcmp(line + len - 2, "}\n", 2) != 0)
		return false;
	b->len = 0;
	for (const char *p = line + n; *p && *p != '\n'; p++) {
		if (*p == '"')
			return bytes_add(b, "", 1);
		bool good;
		if (*p != '\\') {
			good = bytes_add(b, p, 1);
		} else if (*++p == 'u') {
			good = add_escape(b, p + 1);
			p += 4;
		} else {
			const char *letter = *p ? strchr(letters, *p) : NULL;
			good = *p && bytes_add(b, letter ? letter + 1 : p, 1);
		}
		if (!good)
			return false;
	}
	return false;
}

/* A hash table from the "input" of a record to the number of its source. */
struct known {
	size_t *slots; /* number of a source + 1; 0 if the slot is free */
	size_t n_slots;
};

/* Drops the first source with this name that is not dropped yet.  Only one, since a user may name a file twice, which makes two
 * records. */
static void drop_done(const struct known *known, mk_io_sources *list, const char *name)
{
	struct bytes clean = {0};
	for (size_t i = hash_of(name, strlen(name)) & (known->n_slots - 1); known->slots[i]; i = (i + 1) & (known->n_slots - 1)) {
		size_t at = known->slots[i] - 1;
		const char *candidate = mk_io_sources_dropped(list, at) ? NULL : utf8_of(mk_io_sources_path(list, at), &clean);
		if (candidate && strcmp(candidate, name) == 0) {
			mk_io_sources_drop(list, at);
			break;
		}
	}
	bytes_free(&clean);
}

static void know_sources(struct known *known, const mk_io_sources *list)
{
	struct bytes clean = {0};
	size_t n = mk_io_sources_count(list);
	*known = (struct known){.n_slots = 16};
	while (known->n_slots < 2 * n)
		known->n_slots *= 2;
	known->slots = calloc(known->n_slots, sizeof *known->slots);
	if (!known->slots)
		no_memory();
	for (size_t i = 0; i < n; i++) {
		const char *name = utf8_of(mk_io_sources_path(list, i), &clean);
		if (!name)
			no_memory();
		size_t slot = hash_of(name, strlen(name)) & (known->n_slots - 1);
		while (known->slots[slot])
			slot = (slot + 1) & (known->n_slots - 1);
		known->slots[slot] = i + 1;
	}
	bytes_free(&clean);
}

/* Drops the sources of all records in the file, and removes an incomplete last line. */
static bool read_records(FILE *f, const char *path, const struct known *known, mk_io_sources *list, mk_io_error *e)
{
	struct bytes name = {0};
	char *line = NULL;
	size_t cap = 0, n_lines = 0;
	ssize_t len;
	off_t whole = 0;
	bool good = true;
	while (good && (len = getline(&line, &cap, f)) > 0) {
		n_lines++;
		if (line[len - 1] != '\n')
			break; /* incomplete: the run was killed while it wrote */
		if (record_input(line, (size_t)len, &name)) {
			whole += len;
			drop_done(known, list, name.p);
		} else {
			good = fail(e, MK_IO_WRITE_FAILED, "line %zu is not a record with an \"input\"; --resume continues only files written by makala", n_lines);
		}
	}
	if (good && ferror(f))
		good = fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	if (good && truncate(path, whole))
		good = fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	free(line);
	bytes_free(&name);
	return good;
}

static bool resume_file(mk_io_sources *list, const struct settings *set, mk_io_error *e)
{
	struct known known;
	struct stat st;
	FILE *f = fopen(set->output, "r");
	if (!f)
		return errno == ENOENT || fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	know_sources(&known, list);
	bool good;
	if (fstat(fileno(f), &st) || !S_ISREG(st.st_mode))
		good = fail(e, MK_IO_WRITE_FAILED, "not a regular file, so --resume cannot continue it");
	else
		good = read_records(f, set->output, &known, list, e);
	fclose(f);
	free(known.slots);
	return good;
}

static void resume_directory(mk_io_sources *list, const struct outputs *o, const struct settings *set)
{
	for (size_t i = 0; i < mk_io_sources_count(list); i++) {
		char *path = outputs_path(o, i, set);
		if (!path)
			no_memory();
		if (access(path, F_OK) == 0)
			mk_io_sources_drop(list, i);
		free(path);
	}
}

bool resume_sources(mk_io_sources *list, const struct outputs *o, const struct settings *set, size_t *n, mk_io_error *e)
{
	if (set->to_directory)
		resume_directory(list, o, set);
	else if (!resume_file(list, set, e))
		return false;
	*n = 0;
	for (size_t i = 0; i < mk_io_sources_count(list); i++)
		*n += mk_io_sources_dropped(list, i);
	return true;
}
