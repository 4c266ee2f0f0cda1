/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.c - checks that a page near its memory limit gives the same result whatever the page object has read before.
 *
 * Pages are extracted with limits far below, close to and above the memory that they need, on a new page object and on page objects
 * that have read other pages.  Every status, every warning and every byte written must be equal.  The pages read before differ in
 * size, so that the page object holds free memory of many sizes.
 */
#include "../makala_debug.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/check.h"

#define PAGE_BYTES ((size_t)100000)
#define N_KINDS 6
#define N_HISTORIES 5
#define LIMIT_FIRST ((size_t)1 << 20)
#define LIMIT_LAST ((size_t)40 << 20)

/* Pieces that make() repeats to build a page; \1 is replaced with the number of the repetition. */
static const char *const kinds[N_KINDS] = {
        "<p>Paragraph \1 says <b>little</b>, but <a href=/\1>says it</a> &amp; ends.",
        "<tr><td>x\1<td><i>y</i>",
        "words \1 and more of them, without any markup at all, ",
        "<ul><li>item \1",
        "<img src=\1.png alt='picture \1'><font color=\1>",
        "caf\xE9 \1 <h2>na\xEFve \xFC</h2>",
};

/* Returns a page of the piece, repeated until the page has `most` bytes or more; NULL without memory.  The caller frees it. */
static char *make(const char *piece, size_t most, size_t *len)
{
	char *p = malloc(most + 256);
	*len = 0;
	for (unsigned turn = 0; p && *len < most; turn++)
		for (const char *s = piece; *s; s++) {
			if (*s == 1)
				*len += (size_t)sprintf(p + *len, "%u", turn);
			else
				p[(*len)++] = *s;
		}
	return p;
}

struct outcome {
	mk_status status[5]; /* of mk_extract() and of four writers */
	uint32_t warnings, n_blocks;
	uint64_t hash;       /* of everything written */
};

static void mix(struct outcome *o, mk_str s)
{
	for (size_t i = 0; i < s.len; i++)
		o->hash = (o->hash ^ (unsigned char)s.p[i]) * 1099511628211u;
}

static struct outcome read_page(mk_page *page, const char *p, size_t len, size_t limit)
{
	struct outcome o = {.hash = 14695981039346656037u};
	mk_options options;
	mk_str out;
	mk_options_init(&options);
	options.view = MK_VIEW_EVERYTHING;
	options.max_arena_bytes = limit;
	o.status[0] = mk_extract(page, p, len, &options);
	if (o.status[0])
		return o;
	o.n_blocks = mk_n_blocks(page);
	o.status[1] = mk_text(page, &out);
	mix(&o, out);
	o.status[2] = mk_markdown(page, MK_IMAGES, &out);
	mix(&o, out);
	o.status[3] = mk_html(page, MK_IMAGES, &out);
	mix(&o, out);
	o.status[4] = mk_json(page, MK_FIELDS_DEFAULT, 0, &out);
	mix(&o, out);
	o.warnings = mk_warnings(page);
	return o;
}

static bool equal(const struct outcome *a, const struct outcome *b)
{
	return !memcmp(a->status, b->status, sizeof a->status) && a->warnings == b->warnings && a->n_blocks == b->n_blocks &&
	       a->hash == b->hash;
}

/* Reads other pages before the page p.  history: 0 for none, 1 for a small page, 2 for a large one, 3 for p itself without a tight
 * limit, 4 for parts of p. */
static void remember(mk_page *page, int history, const char *p, size_t len, size_t limit)
{
	const size_t plenty = (size_t)1 << 30;
	if (history == 1) {
		read_page(page, "<p>a little", 11, plenty);
	} else if (history == 2) {
		size_t much_len;
		char *much = make(kinds[0], 12 * PAGE_BYTES, &much_len);
		if (!much)
			exit(2);
		read_page(page, much, much_len, plenty);
		free(much);
	} else if (history == 3) {
		read_page(page, p, len, plenty);
	} else if (history == 4) {
		read_page(page, p, len / 3, limit);
		read_page(page, p + len / 7, len / 2, plenty);
	}
}

/* Numbers of pages that were written whole, that were cut short, and for which mk_extract() or a writer had too little memory. */
struct tally {
	int whole, partial, unwritten;
};

static void count(struct tally *t, const struct outcome *o)
{
	const bool written = !o->status[0] && !o->status[1] && !o->status[2] && !o->status[3] && !o->status[4];
	const bool partial = o->warnings & MK_WARN_MEMORY;
	t->whole += written && !partial;
	t->partial += partial;
	t->unwritten += !written;
}

static void compare(const char *p, size_t len, size_t limit, int kind, mk_page *kept[N_HISTORIES], struct tally *t)
{
	mk_page *fresh = mk_page_new(NULL);
	const struct outcome expected = read_page(fresh, p, len, limit);
	char what[96];
	mk_page_free(fresh);
	count(t, &expected);
	for (int history = 0; history < N_HISTORIES; history++) {
		remember(kept[history], history, p, len, limit);
		const struct outcome got = read_page(kept[history], p, len, limit);
		snprintf(what, sizeof what, "kind %d in %zu bytes, history %d: the same result as on a new page object", kind, limit, history);
		check(equal(&got, &expected), "%s", what);
		snprintf(what, sizeof what, "kind %d in %zu bytes, history %d: the limit holds", kind, limit, history);
		check(mk_page_memory(kept[history], NULL) <= limit + 65536, "%s", what);
	}
}

int main(void)
{
	struct tally t = {0};
	mk_page *kept[N_HISTORIES];
	for (int i = 0; i < N_HISTORIES; i++)
		kept[i] = mk_page_new(NULL);
	for (int kind = 0; kind < N_KINDS; kind++) {
		size_t len;
		char *p = make(kinds[kind], PAGE_BYTES, &len);
		for (size_t limit = LIMIT_FIRST; p && limit < LIMIT_LAST; limit += limit / 6 + 4096)
			compare(p, len, limit, kind, kept, &t);
		free(p);
	}
	for (int i = 0; i < N_HISTORIES; i++)
		mk_page_free(kept[i]);
	printf("  whole %d, cut short %d, not written for lack of memory %d\n", t.whole, t.partial, t.unwritten);
	check(t.whole > 20 && t.partial > 15 && t.unwritten > 10, "the limits gave whole pages, partial pages and failures");
	return check_end("limits");
}
