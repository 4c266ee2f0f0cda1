/* SPDX-License-Identifier: Apache-2.0 */
/* hostile.h - for torture.c, growth.c and pairs.c: makes large hostile inputs, and extracts and writes them with every writer. */
#ifndef MAKALA_TEST_HOSTILE_H
#define MAKALA_TEST_HOSTILE_H

#include "../makala_debug.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct text {
	char *p;
	size_t len, cap;
};

static void add(struct text *t, const char *s, size_t len)
{
	if (t->cap < t->len + len + 1) {
		t->cap = 2 * (t->len + len) + 64;
		t->p = realloc(t->p, t->cap);
		if (!t->p)
			exit(2);
	}
	memcpy(t->p + t->len, s, len);
	t->len += len;
	t->p[t->len] = 0;
}

static void add_str(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

/* Appends s, with the number in place of each byte 1. */
static void add_numbered(struct text *t, const char *s, size_t number)
{
	for (; *s; s++) {
		char digits[24];
		if (*s == 1)
			add(t, digits, (size_t)snprintf(digits, sizeof digits, "%zu", number));
		else
			add(t, s, 1);
	}
}

/* An input of any size: first, then n times left, middle, n times right.  In left and right, a byte 1 is replaced with the number
 * of the repetition, starting with 0; a byte 2 anywhere becomes NUL. */
struct family {
	const char *name, *first, *left, *middle, *right;
};

static inline void make(struct text *t, const struct family *f, size_t n)
{
	t->len = 0;
	add_str(t, f->first);
	for (size_t i = 0; i < n; i++)
		add_numbered(t, f->left, i);
	add_str(t, f->middle);
	for (size_t i = 0; i < n && *f->right; i++)
		add_numbered(t, f->right, i);
	for (size_t i = 0; i < t->len; i++)
		if (t->p[i] == 2)
			t->p[i] = 0;
}

/* Returns the processor time of this thread in milliseconds. */
static inline double now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Extracts a page of len bytes from p and writes it in every format.  Returns false if any of these calls failed. */
static bool run(mk_page *page, const char *p, size_t len, mk_view view)
{
	mk_options options;
	mk_str out;
	mk_options_init(&options);
	options.url = "https://example.org/";
	options.charset = "utf-8";
	options.view = view;
	options.max_arena_bytes = (size_t)8 << 30; /* far above any need; memory limits have tests of their own */
	return mk_extract(page, p, len, &options) == MK_OK && mk_text(page, &out) == MK_OK && mk_markdown(page, MK_IMAGES, &out) == MK_OK &&
	       mk_html(page, MK_IMAGES, &out) == MK_OK && mk_json(page, MK_FIELDS_ALL, 0, &out) == MK_OK;
}

#endif
