/* SPDX-License-Identifier: Apache-2.0 */
/* hostile.h - making inputs that broke other tools, and running the whole line over them: what torture.c and growth.c share. */
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

/* Adds s, "\1" standing for a number. */
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

/* first, then left n times, middle, right n times.  "\1" in left and right is the number of the turn. */
struct family {
	const char *name, *first, *left, *middle, *right;
};

static void make(struct text *t, const struct family *f, size_t n)
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

/* Of this thread's processor time. */
static double now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Extracts a page of len bytes from p and writes it in every format; false when any of it failed. */
static bool run(mk_page *page, const char *p, size_t len, mk_view view)
{
	mk_options options;
	mk_str out;
	mk_options_init(&options);
	options.url = "https://example.org/";
	options.charset = "utf-8";
	options.view = view;
	options.max_arena_bytes = (size_t)8 << 30; /* the budget has tests of its own */
	return mk_extract(page, p, len, &options) == MK_OK && mk_text(page, &out) == MK_OK && mk_markdown(page, MK_IMAGES, &out) == MK_OK &&
	       mk_html(page, MK_IMAGES, &out) == MK_OK && mk_json(page, MK_FIELDS_DEFAULT | MK_FIELD_MARKDOWN | MK_FIELD_IMAGES, 0, &out) == MK_OK;
}

#endif
