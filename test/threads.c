/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threads.c - checks that many threads, each with a page object of its own, produce the same records as one thread.
 *
 *	threads [N_THREADS [ROUNDS]]     by default 16 threads, each extracting all inputs 12 times
 *
 * Meant to be run under ThreadSanitizer and valgrind too, so the inputs are few and small.
 */
#include "../makala_debug.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/check.h"

#define INPUTS 24
#define THREADS_MOST 64

struct input {
	char *p;
	size_t len;
	uint64_t hash;
};

struct worker {
	pthread_t thread;
	const struct input *inputs;
	unsigned first, rounds;
	int n_wrong;
};

static uint64_t hash_record(mk_page *page, const struct input *in)
{
	mk_str json;
	uint64_t h = 14695981039346656037u;
	if (mk_extract(page, in->p, in->len, NULL) || mk_json(page, (UINT64_C(1) << MK_N_FIELDS) - 1, MK_IMAGES, &json))
		return 0;
	for (size_t i = 0; i < json.len; i++)
		h = (h ^ (unsigned char)json.p[i]) * 1099511628211u;
	return h;
}

/* Returns a page of random parts.  The seed decides the parts and the size, so every run tests the same pages. */
static struct input make_input(unsigned seed)
{
	static const char *const parts[] = {"<p>Maji ya mto yanaongezeka kila mwaka, wasema wakazi.", "<div class=a><a href=/x>kiungo</a>", "</div>",
	                                    "<ul><li>moja<li>mbili</ul>", "<table><tr><th>a<th>b<tr><td>1<td>2</table>", "<b>nene <i>na",
	                                    "</b></i>", "<h2>Kichwa</h2>", "<pre>code\n  x</pre>", "&amp;&copy;&#x4E2D;",
	                                    "<script>var a='<p>';</script>", "<svg><path d=M0/></svg>", "\xE4\xB8\xAD\xE6\x96\x87\xE3\x80\x82",
	                                    "<img src=a.png alt=b>", "<noscript><p>bila</noscript>", "<blockquote><p>nukuu</blockquote>"};
	size_t n = 200 + 100 * (size_t)(seed % 7), cap = n * 80;
	struct input in = {malloc(cap), 0, 0};
	uint32_t x = seed * 2654435761u + 1;
	for (size_t i = 0; in.p && i < n; i++) {
		x = x * 1664525u + 1013904223u;
		const char *part = parts[x >> 28];
		memcpy(in.p + in.len, part, strlen(part));
		in.len += strlen(part);
	}
	return in;
}

static void *work(void *argument)
{
	struct worker *w = argument;
	mk_page *page = mk_page_new(NULL);
	for (unsigned i = 0; i < w->rounds * INPUTS; i++) {
		const struct input *in = &w->inputs[(w->first + i * 5) % INPUTS];
		w->n_wrong += !page || hash_record(page, in) != in->hash;
	}
	mk_page_free(page);
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 16, rounds = argc > 2 ? (unsigned)atoi(argv[2]) : 12;
	struct input inputs[INPUTS];
	struct worker workers[THREADS_MOST];
	mk_page *page = mk_page_new(NULL);
	if (!page || n < 1 || n > THREADS_MOST)
		return 2;
	for (unsigned i = 0; i < INPUTS; i++) {
		inputs[i] = make_input(i);
		inputs[i].hash = hash_record(page, &inputs[i]);
		check(inputs[i].hash, "input %u is extracted and written", i);
	}
	for (unsigned i = 0; i < n; i++) {
		workers[i] = (struct worker){.inputs = inputs, .first = i, .rounds = rounds};
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			return 2;
	}
	for (unsigned i = 0; i < n; i++) {
		pthread_join(workers[i].thread, NULL);
		check(!workers[i].n_wrong, "thread %u: %d records differ", i, workers[i].n_wrong);
	}
	for (unsigned i = 0; i < INPUTS; i++)
		free(inputs[i].p);
	mk_page_free(page);
	return check_end("threads");
}
