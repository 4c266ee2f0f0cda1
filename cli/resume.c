/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resume.c - output of an earlier run -> finished sources dropped from the list.
 *
 * If the output is a directory, a source is finished if its file exists (targets.c).  If the output is a file of JSON lines, a
 * source is finished if a record names it.
 */
#include "cli.h"

#include <errno.h>

/* A hash table from the path of a source to its number. */
struct known {
	mk_io_sources *list;
	size_t *slots; /* number of a source + 1; 0 if the slot is free */
	size_t n_slots;
};

/* Drops the first source with this path that is not dropped yet.  Only one, since a user may name a file twice, which makes two
 * records. */
static bool drop_done(void *user, const char *line, size_t len, const char *name)
{
	const struct known *known = user;
	(void)line;
	(void)len;
	for (size_t i = hash_of(name, strlen(name)) & (known->n_slots - 1); known->slots[i]; i = (i + 1) & (known->n_slots - 1)) {
		size_t at = known->slots[i] - 1;
		if (!mk_io_sources_dropped(known->list, at) && strcmp(mk_io_sources_path(known->list, at), name) == 0) {
			mk_io_sources_drop(known->list, at);
			break;
		}
	}
	return true;
}

static void know_sources(struct known *known, mk_io_sources *list)
{
	size_t n = mk_io_sources_count(list);
	*known = (struct known){.list = list, .n_slots = 16};
	while (known->n_slots < 2 * n)
		known->n_slots *= 2;
	known->slots = calloc(known->n_slots, sizeof *known->slots);
	if (!known->slots)
		no_memory();
	for (size_t i = 0; i < n; i++) {
		const char *path = mk_io_sources_path(list, i);
		size_t slot = hash_of(path, strlen(path)) & (known->n_slots - 1);
		while (known->slots[slot])
			slot = (slot + 1) & (known->n_slots - 1);
		known->slots[slot] = i + 1;
	}
}

bool resume_records(mk_io_sources *list, const struct place *at, struct extent *extent, mk_io_error *e)
{
	struct known known;
	*extent = (struct extent){0};
	if (at->kind == PLACE_MISSING)
		return true;
	if (at->kind != PLACE_FILE)
		return fail(e, MK_IO_WRITE_FAILED, "not a regular file, so --resume cannot continue it");
	FILE *f = fopen(at->path, "r");
	if (!f)
		return fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	know_sources(&known, list);
	bool good = lines_read(f, LINES_RECORDS, drop_done, &known, extent, e);
	fclose(f);
	free(known.slots);
	return good;
}
