/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io.c - tests of libmakala-io: order of results, the bounded ring of pages read ahead, stopping, every kind of failure,
 * directories, compression, and failing allocations.
 *
 *	io [N]      N: pages in the tests of order (default: 400)
 *
 * The linker replaces some functions with __wrap_NAME (see the Makefile): those of the allocator, so that allocations can be made
 * to fail, and those of the reader, so that a source can have several items although no kind of source has them yet.
 */
#include "../makala_io.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* ---- Allocations that fail ---- */

static atomic_long allocations_left = -1; /* less than 0: no limit */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);

/* Whether this allocation fails: after allocations_left successful ones, the next fails, and the number then drops below 0. */
static bool fails(void)
{
	return atomic_load(&allocations_left) >= 0 && atomic_fetch_sub(&allocations_left, 1) == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
	return fails() ? NULL : __real_aligned_alloc(align, size);
}

/* ---- Sources with several items ---- */

static size_t n_items_each = 1;
static _Thread_local size_t n_items_read;

mk_io_status __real_mk_io_reader_open(mk_io_reader *reader, const char *path, mk_io_error *error);
mk_io_status __real_mk_io_reader_next(mk_io_reader *reader, const mk_io_item **item, mk_io_error *error);
bool __real_io_reader_at_end(const mk_io_reader *reader);
const mk_io_item *io_reader_item(const mk_io_reader *reader);

mk_io_status __wrap_mk_io_reader_open(mk_io_reader *reader, const char *path, mk_io_error *error)
{
	n_items_read = 0;
	return __real_mk_io_reader_open(reader, path, error);
}

/* Returns the item of the file n_items_each times. */
mk_io_status __wrap_mk_io_reader_next(mk_io_reader *reader, const mk_io_item **item, mk_io_error *error)
{
	if (++n_items_read == 1 || !reader || !item)
		return __real_mk_io_reader_next(reader, item, error);
	*item = n_items_read <= n_items_each ? io_reader_item(reader) : NULL;
	return MK_IO_OK;
}

/* Acts like a source that does not know how many items it has until it reaches the end. */
bool __wrap_io_reader_at_end(const mk_io_reader *reader)
{
	return __real_io_reader_at_end(reader) && (n_items_each == 1 || n_items_read == 0 || n_items_read > n_items_each);
}

/* ---- Files ---- */

static char folder[] = "/tmp/makala-io-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[300];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const void *p, size_t len)
{
	FILE *f = fopen(path_of(name), "wb");
	if (!f || fwrite(p, 1, len, f) != len || fclose(f))
		exit(2);
}

/* Writes a page of some paragraphs, with a word that no other page has.  Returns its length. */
static size_t make_page(char *p, size_t size, unsigned number, unsigned n_paragraphs)
{
	size_t len = (size_t)snprintf(p, size, "<title>Page %u</title><h1>Page %u</h1>", number, number);
	for (unsigned i = 0; i < n_paragraphs && len < size - 200; i++)
		len += (size_t)snprintf(p + len, size - len, "<p>This is sentence %u of page word%u, and it goes on for a while, as they do.", i, number);
	return len;
}

/* Writes n pages of very different sizes to files pages/0000, pages/0001 and so on. */
static void write_pages(unsigned n)
{
	static char p[20000];
	mkdir(path_of("pages"), 0777);
	for (unsigned i = 0; i < n; i++) {
		char name[40];
		snprintf(name, sizeof name, "pages/%04u", i);
		write_file(name, p, make_page(p, sizeof p, i, 1 + i * 37 % 40));
	}
}

/* ---- A run and what it delivered ---- */

struct record {
	mk_io_status statuses[16]; /* of the first results */
	char messages[16][240];
	size_t n, n_errors, n_wrong; /* results; n_wrong: out of order, or with another document than expected */
	size_t next_source, next_index, n_each;
	atomic_size_t n_made;
	size_t most_ahead;
	uint64_t hash;
	unsigned slow_work, slow_deliver; /* milliseconds, for some of the pages */
	size_t wait_for;                  /* the first delivery waits, at most a minute, until this many pages are made */
	size_t stop_at, cancel_at;        /* 0: never */
	bool cancel_in_work, refuse_wait;
	mk_io_stop *stop;
	const mk_io_sources *list;
};

static void sleep_ms(unsigned ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

static void work(void *user, mk_page *page, const mk_io_item *item, mk_io_result *result)
{
	struct record *r = user;
	if (item->source % 7 == 0)
		sleep_ms(r->slow_work);
	if (mk_text(page, &result->document))
		result->error.status = MK_IO_NO_MEMORY;
	result->value = item->source + 1;
	snprintf(result->error.message, sizeof result->error.message, "source %zu", item->source);
	size_t made = atomic_fetch_add(&r->n_made, 1) + 1;
	if (r->cancel_in_work && made == r->cancel_at)
		mk_io_cancel(r->stop);
	if (item->len && memcmp(item->bytes + item->len, (char[MK_PADDING]){0}, MK_PADDING) != 0)
		result->value = 0;
}

static void note_document(struct record *r, const mk_io_item *item, const mk_io_result *result)
{
	char expected[24];
	snprintf(expected, sizeof expected, "source %zu", item->source);
	r->n_wrong += result->value != item->source + 1 || strcmp(result->error.message, expected) != 0 || item->bytes != NULL;
	for (size_t i = 0; i < result->document.len; i++)
		r->hash = (r->hash ^ (unsigned char)result->document.p[i]) * 1099511628211u;
}

static bool deliver(void *user, const mk_io_item *item, const mk_io_result *result)
{
	struct record *r = user;
	for (unsigned ms = 0; r->n == 0 && atomic_load(&r->n_made) < r->wait_for && ms < 60000; ms += 10)
		sleep_ms(10);
	if (r->n == 0 && r->wait_for) /* leaves time for pages beyond the bound, which would be an error */
		sleep_ms(100);
	size_t ahead = atomic_load(&r->n_made) - (r->n - r->n_errors);
	if (ahead > r->most_ahead)
		r->most_ahead = ahead;
	if (r->n < 16) {
		r->statuses[r->n] = result->error.status;
		memcpy(r->messages[r->n], result->error.message, sizeof result->error.message);
	}
	if (r->list) { /* sources and their items must come in order */
		while (mk_io_sources_dropped(r->list, r->next_source) && r->next_source < mk_io_sources_count(r->list))
			r->next_source++;
		r->n_wrong += item->source != r->next_source || item->index != r->next_index ||
		              strcmp(item->path, mk_io_sources_path(r->list, r->next_source)) != 0;
		if (result->error.status || ++r->next_index == r->n_each) {
			r->next_source++;
			r->next_index = 0;
		}
	}
	if (result->error.status)
		r->n_errors++;
	else
		note_document(r, item, result);
	sleep_ms(r->slow_deliver);
	r->n++;
	if (r->n == r->cancel_at && !r->cancel_in_work)
		mk_io_cancel(r->stop);
	return r->n != r->stop_at;
}

static bool wait_for_more(void *user)
{
	return !((struct record *)user)->refuse_wait;
}

static mk_io_status run(const mk_io_sources *list, struct record *r, unsigned n_workers, const mk_options *extract)
{
	mk_io_options o;
	mk_io_error e;
	mk_io_options_init(&o);
	o.n_workers = n_workers;
	o.user = r;
	o.work = work;
	o.deliver = deliver;
	o.wait = wait_for_more;
	o.stop = r->stop;
	o.extract = extract;
	r->list = list;
	r->n_each = n_items_each;
	mk_io_status status = mk_io_run(list, &o, &e);
	check(status == e.status && (status != MK_IO_OK) == (e.message[0] != 0), "the error has the status returned: %d, %d %s", (int)status,
	      (int)e.status, e.message);
	return status;
}

static mk_io_sources *list_of(const char *name, mk_io_stop *stop)
{
	mk_io_sources *list = mk_io_sources_new(stop);
	if (!list || mk_io_sources_add(list, path_of(name)))
		exit(2);
	return list;
}

/* ---- Order, bounds ---- */

static void test_order(unsigned n)
{
	static const unsigned workers[] = {1, 2, 3, 8, 0};
	mk_io_sources *list = list_of("pages", NULL);
	uint64_t hash = 0;
	check(mk_io_sources_count(list) == n, "%zu sources for %u files", mk_io_sources_count(list), n);
	for (size_t i = 0; i < sizeof workers / sizeof workers[0]; i++) {
		struct record r = {.slow_work = i == 2};
		check(run(list, &r, workers[i], NULL) == MK_IO_OK, "a run with %u workers succeeds", workers[i]);
		check(r.n == n && !r.n_wrong && !r.n_errors, "%u workers: %zu of %u, %zu wrong", workers[i], r.n, n, r.n_wrong);
		check(!i || r.hash == hash, "%u workers give the same documents as one", workers[i]);
		hash = r.hash;
	}
	mk_io_sources_free(list);
}

static void test_ring(void)
{
	mk_io_sources *list = list_of("pages", NULL);
	struct record r = {.wait_for = 16};
	run(list, &r, 2, NULL);
	/* There are eight slots per worker; one of them holds the page that is being delivered. */
	check(r.most_ahead == 16, "two workers were %zu pages ahead", r.most_ahead);
	struct record alone = {0};
	run(list, &alone, 1, NULL);
	check(alone.most_ahead == 1, "one worker was %zu pages ahead", alone.most_ahead);
	mk_io_sources_free(list);
}

static void test_several_items(unsigned n)
{
	mk_io_sources *list = list_of("pages", NULL);
	for (n_items_each = 2; n_items_each <= 3; n_items_each++) {
		for (unsigned workers = 1; workers <= 4; workers++) {
			struct record r = {0};
			check(run(list, &r, workers, NULL) == MK_IO_OK, "several items, %u workers", workers);
			check(r.n == n * n_items_each && !r.n_wrong, "%zu results of %u sources with %zu items, %zu wrong", r.n, n, n_items_each, r.n_wrong);
		}
	}
	struct record r = {.stop_at = 50};
	n_items_each = 3;
	check(run(list, &r, 3, NULL) == MK_IO_STOPPED && r.n == 50, "stopped between items of a source: %zu", r.n);
	n_items_each = 1;
	mk_io_sources_free(list);
}

static void test_dropped(unsigned n)
{
	mk_io_sources *list = list_of("pages", NULL);
	for (unsigned i = 0; i < n; i++)
		if (i % 3 == 0 || i + 5 > n)
			mk_io_sources_drop(list, i);
	mk_io_sources_drop(list, n);
	size_t n_left = 0;
	for (unsigned i = 0; i < n; i++)
		n_left += !mk_io_sources_dropped(list, i);
	check(mk_io_sources_count(list) == n && mk_io_sources_dropped(list, n), "dropped sources stay in the list");
	for (unsigned workers = 1; workers <= 3; workers += 2) {
		struct record r = {0};
		check(run(list, &r, workers, NULL) == MK_IO_OK && r.n == n_left && !r.n_wrong, "%u workers skip dropped sources: %zu", workers, r.n);
	}
	mk_io_sources_free(list);
}

/* ---- Stopping ---- */

static void test_callbacks_stop(void)
{
	mk_io_sources *list = list_of("pages", NULL);
	for (unsigned workers = 1; workers <= 3; workers++) {
		struct record r = {.stop_at = 7};
		check(run(list, &r, workers, NULL) == MK_IO_STOPPED && r.n == 7 && !r.n_wrong, "deliver() ends the run: %zu", r.n);
	}
	struct record r = {.refuse_wait = true, .slow_work = 300};
	check(run(list, &r, 2, NULL) == MK_IO_STOPPED && r.n == 0, "wait() ends the run: %zu", r.n);
	mk_io_sources_free(list);
}

static void *cancel_later(void *stop)
{
	sleep_ms(30);
	mk_io_cancel(stop);
	return NULL;
}

static void test_cancel(unsigned n)
{
	for (unsigned workers = 1; workers <= 3; workers++) {
		for (int in_work = 0; in_work < 2; in_work++) {
			mk_io_stop *stop = mk_io_stop_new();
			mk_io_sources *list = list_of("pages", stop);
			struct record r = {.stop = stop, .cancel_at = 30, .cancel_in_work = in_work};
			check(run(list, &r, workers, NULL) == MK_IO_STOPPED && !r.n_wrong && mk_io_cancelled(stop), "cancelled, %u workers", workers);
			check(in_work ? r.n <= 30 && r.n + 8 * workers >= 29 : r.n == 30, "%zu results of %u workers before the end", r.n, workers);
			check(mk_io_sources_add(list, path_of("pages")) == MK_IO_STOPPED && mk_io_sources_count(list) == n, "after cancelling, no directory is walked");
			mk_io_sources_free(list);
			mk_io_stop_free(stop);
		}
	}
	mk_io_stop *stop = mk_io_stop_new();
	mk_io_sources *list = list_of("pages", stop);
	struct record r = {.stop = stop, .slow_work = 20, .slow_deliver = 5};
	pthread_t other;
	pthread_create(&other, NULL, cancel_later, stop);
	check(run(list, &r, 2, NULL) == MK_IO_STOPPED && !r.n_wrong && r.n < n, "cancelled by another thread: %zu", r.n);
	pthread_join(other, NULL);
	mk_io_sources_free(list);
	mk_io_stop_free(stop);
}

static mk_io_stop *signal_stop;

static void on_alarm(int number)
{
	(void)number;
	mk_io_cancel(signal_stop);
}

/* Reads from a pipe without a writer block until a signal arrives. */
static void test_signal(void)
{
	static const struct sigaction action = {.sa_handler = on_alarm};
	sigaction(SIGALRM, &action, NULL);
	mkfifo(path_of("pipe"), 0600);
	for (unsigned workers = 1; workers <= 3; workers += 2) {
		struct record r = {.stop = signal_stop = mk_io_stop_new()};
		mk_io_sources *list = list_of("pages/0001", signal_stop);
		mk_io_sources_add(list, path_of("pipe"));
		mk_io_sources_add(list, path_of("pages/0002"));
		alarm(1);
		check(run(list, &r, workers, NULL) == MK_IO_STOPPED && r.n == 1 && !r.n_wrong, "a signal ends a read, %u workers: %zu", workers, r.n);
		mk_io_sources_free(list);
		mk_io_stop_free(signal_stop);
	}
	check(!mk_io_cancelled(NULL), "mk_io_cancelled(NULL) is false");
	unlink(path_of("pipe"));
}

/* ---- Failures ---- */

struct expected {
	const char *name;
	const void *bytes; /* NULL: no such file */
	size_t len;
	mk_io_status status;
	const char *status_name, *message;
};

static void check_failures(const struct expected *all, size_t n, const mk_options *options)
{
	mk_io_sources *list = mk_io_sources_new(NULL);
	for (size_t i = 0; i < n; i++) {
		if (all[i].bytes)
			write_file(all[i].name, all[i].bytes, all[i].len);
		mk_io_sources_add(list, all[i].name[0] == 'h' ? all[i].name : path_of(all[i].name));
	}
	for (unsigned workers = 1; workers <= 3; workers += 2) {
		struct record r = {0};
		check(run(list, &r, workers, options) == MK_IO_OK && r.n == n && !r.n_wrong, "failures do not end a run: %zu of %zu", r.n, n);
		for (size_t i = 0; i < n; i++) {
			check(r.statuses[i] == all[i].status, "%s: status %d", all[i].name, (int)r.statuses[i]);
			check(!all[i].message || strcmp(r.messages[i], all[i].message) == 0, "%s: %s", all[i].name, r.messages[i]);
			check(strcmp(mk_io_status_name(all[i].status), all[i].status_name) == 0, "the name of status %d", (int)all[i].status);
		}
	}
	mk_io_sources_free(list);
}

static void test_failures(void)
{
	static char big[2001];
	mk_options options;
	mk_options_init(&options);
	options.max_input_bytes = 2000;
	memset(big, ' ', sizeof big);
	mkdir(path_of("closed"), 0777);
	const struct expected all[] = {
	        {"missing", NULL, 0, MK_IO_READ_FAILED, "io", "No such file or directory"},
	        {"http://example.org/", NULL, 0, MK_IO_READ_FAILED, "io", "this version does not fetch pages"},
	        {"x.pdf", "%PDF-1.4", 8, MK_IO_NOT_A_PAGE, "not_a_page", "not a web page (PDF)"},
	        {"x.warc", "WARC/1.0", 8, MK_IO_NOT_A_PAGE, "not_a_page", "not a web page (WARC archive, which this version does not read)"},
	        {"big", big, 2001, MK_IO_TOO_BIG, "too_big", "larger than 2000 bytes"},
	        {"good", big, 2000, MK_IO_OK, "ok", NULL},
	        {"cut.gz", "\x1f\x8b", 2, MK_IO_BAD_ARCHIVE, "bad_archive", "damaged gzip data (cut short)"},
	        {"cut.zst", "\x28\xb5\x2f\xfd", 4, MK_IO_BAD_ARCHIVE, "bad_archive", "damaged zstd data (cut short)"},
	        {"bad.zst", "\x28\xb5\x2f\xfd\xff\xff\xff\xff", 8, MK_IO_BAD_ARCHIVE, "bad_archive", NULL},
	        {"none.html", "", 0, MK_IO_OK, "ok", NULL},
	};
	check_failures(all, sizeof all / sizeof all[0], &options);
	options.max_arena_bytes = 1 << 20;
	options.max_input_bytes = 8 << 20;
	static char wide[6 << 20];
	memset(wide, '<', sizeof wide);
	const struct expected one[] = {{"wide.html", wide, sizeof wide, MK_IO_OK, "ok", NULL}}; /* a part of it */
	check_failures(one, 1, &options);
	check(!strcmp(mk_io_status_name(MK_IO_WRITE_FAILED), "write") && !strcmp(mk_io_status_name(MK_IO_STOPPED), "stopped"), "names");
	check(!mk_io_status_name(MK_IO_N_STATUS), "no name beyond the last status");
}

static void test_arguments(void)
{
	mk_io_sources *list = list_of("pages/0001", NULL);
	mk_io_sources *empty = mk_io_sources_new(NULL);
	mk_io_options o;
	mk_io_error e;
	mk_options extract;
	struct record r = {0};
	check(run(empty, &r, 0, NULL) == MK_IO_OK && r.n == 0, "an empty list");
	check(mk_io_sources_add(empty, "") == MK_IO_BAD_ARGUMENT && mk_io_sources_add(empty, NULL) == MK_IO_BAD_ARGUMENT, "no path");
	check(!mk_io_sources_path(empty, 0) && !mk_io_sources_relative(empty, 0), "no source");
	mk_io_options_init(&o);
	check(mk_io_run(list, &o, &e) == MK_IO_BAD_ARGUMENT && e.message[0] && !e.path, "no callbacks");
	check(mk_io_run(list, NULL, NULL) == MK_IO_BAD_ARGUMENT, "no options");
	check(run(list, &r, 257, NULL) == MK_IO_BAD_ARGUMENT, "too many workers");
	mk_options_init(&extract);
	extract.charset = "klingon";
	check(run(list, &r, 1, &extract) == MK_IO_BAD_ARGUMENT && r.n == 0, "an unknown charset");
	extract.charset = "koi8-r";
	extract.url = "http://example.org/";
	check(run(list, &r, 1, &extract) == MK_IO_OK && r.n == 1 && !r.n_errors, "options for the pages");
	mk_io_sources_free(list);
	mk_io_sources_free(empty);
	mk_io_sources_free(NULL);
	mk_io_reader_free(NULL);
	mk_io_stop_free(NULL);
}

/* Every function that takes a pointer takes NULL. */
static void test_null(void)
{
	mk_io_sources *list = mk_io_sources_new(NULL);
	mk_io_reader *reader = mk_io_reader_new(0, NULL);
	const mk_io_item *item = NULL;
	mk_io_options o;
	mk_io_error e;
	mk_io_options_init(&o);
	check(mk_io_sources_add(NULL, "x") == MK_IO_BAD_ARGUMENT && !mk_io_sources_count(NULL), "no list");
	check(!mk_io_sources_path(NULL, 0) && !mk_io_sources_relative(NULL, 0) && mk_io_sources_dropped(NULL, 0), "no source");
	check(!mk_io_sources_skipped(NULL, MK_IO_SKIP_NAME), "no skipped files");
	mk_io_sources_drop(NULL, 0);
	check(mk_io_reader_open(NULL, "x", &e) == MK_IO_BAD_ARGUMENT && !strcmp(e.message, "reader is NULL"), "open: no reader");
	check(mk_io_reader_open(reader, NULL, &e) == MK_IO_BAD_ARGUMENT && !strcmp(e.message, "path is NULL"), "open: no path");
	check(mk_io_reader_open(reader, NULL, NULL) == MK_IO_BAD_ARGUMENT, "open: no path and no error");
	check(mk_io_reader_next(NULL, &item, &e) == MK_IO_BAD_ARGUMENT && !item && !strcmp(e.message, "reader is NULL"), "next: no reader");
	check(mk_io_reader_next(reader, NULL, &e) == MK_IO_BAD_ARGUMENT && !strcmp(e.message, "item is NULL"), "next: no item");
	check(mk_io_reader_next(reader, &item, &e) == MK_IO_OK && !item, "next: nothing is open");
	check(mk_io_run(NULL, &o, &e) == MK_IO_BAD_ARGUMENT && mk_io_run(list, NULL, NULL) == MK_IO_BAD_ARGUMENT, "run: no list, no options");
	mk_io_cancel(NULL);
	check(!mk_io_cancelled(NULL), "no stop");
	mk_io_sources_free(list);
	mk_io_reader_free(reader);
}

/* ---- Directories ---- */

static void test_directories(void)
{
	static const char *const folders[] = {"d", "d/B", "d/a", "d/.git", "d/empty"};
	static const char *const files[] = {"d/b.html", "d/a.HTM", "d/B/x", "d/B/\xc3\xa4.php", "d/a/z.html.gz", "d/.hidden", "d/s.css", "d/P.PNG",
	                                    "d/j.json.gz"};
	static const char *const found[] = {"B/x", "B/\xc3\xa4.php", "a/z.html.gz", "a.HTM", "b.html", "link.html"};
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		mkdir(path_of(folders[i]), 0777);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		write_file(files[i], "<p>x", 4);
	mkfifo(path_of("d/pipe"), 0600);
	check(!symlink("..", path_of("d/loop")) && !symlink("b.html", path_of("d/link.html")), "links");
	mk_io_sources *list = list_of("d", NULL);
	size_t n = mk_io_sources_count(list);
	check(n == 6, "%zu sources", n);
	for (size_t i = 0; i < n && i < 6; i++)
		check(strcmp(mk_io_sources_relative(list, i), found[i]) == 0, "source %zu is %s", i, mk_io_sources_relative(list, i));
	check(mk_io_sources_skipped(list, MK_IO_SKIP_NAME) == 3 && mk_io_sources_skipped(list, MK_IO_SKIP_SPECIAL) == 1 &&
	              mk_io_sources_skipped(list, MK_IO_SKIP_LINK) == 1 && mk_io_sources_skipped(list, MK_IO_SKIP_HIDDEN) == 2 &&
	              mk_io_sources_skipped(list, MK_IO_N_SKIPS) == 0,
	      "skipped files are counted by reason");
	check(!mk_io_sources_add(list, path_of("d/empty")) && mk_io_sources_count(list) == n, "an empty directory adds nothing");
	check(!mk_io_sources_add(list, path_of("d/s.css")) && strcmp(mk_io_sources_relative(list, n), "s.css") == 0, "a file given by its path is added whatever its name");
	check(!mk_io_sources_add(list, "-") && strcmp(mk_io_sources_path(list, n + 1), "-") == 0, "standard input");
	mk_io_sources_free(list);
}

/* ---- The reader ---- */

static void test_names(void)
{
	const mk_io_item *item = NULL;
	mk_io_error e;
	write_file("bad\xff.html", "<p>x", 4);
	mk_io_reader *reader = mk_io_reader_new(0, NULL);
	const char *path = path_of("bad\xff.html");
	check(!mk_io_reader_open(reader, path, &e) && !mk_io_reader_next(reader, &item, &e) && item, "a path that is not UTF-8 can be read");
	check(item && strcmp(item->path, path) == 0 && strstr(item->name, "/bad\xef\xbf\xbd.html") && item->len == 4, "the name of the item is valid UTF-8");
	check(!mk_io_reader_next(reader, &item, NULL) && !item, "a file has one item");
	check(!mk_io_reader_next(reader, &item, NULL) && !item, "a read after the end gives the end again");
	check(mk_io_reader_open(reader, folder, &e) == MK_IO_READ_FAILED && e.path == folder, "a directory cannot be read as a page");
	check(mk_io_reader_open(reader, "/nowhere", &e) == MK_IO_READ_FAILED && e.system_error == ENOENT, "the error has the system's error number");
	check(!mk_io_reader_next(reader, &item, &e) && !item, "after a failed open there is nothing to read");
	mk_io_reader_free(reader);
}

/* Compresses a piece and appends it; returns the new length. */
static size_t pack(char *to, size_t len, size_t cap, const char *p, size_t n, bool gzip)
{
	if (!gzip)
		return len + ZSTD_compress(to + len, cap - len, p, n, 3);
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)p, .avail_in = (uInt)n, .next_out = (unsigned char *)to + len, .avail_out = (uInt)(cap - len)};
	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	return cap - z.avail_out;
}

static void check_bomb(mk_io_reader *reader, const char *name, const char *message)
{
	const mk_io_item *item;
	mk_io_error e;
	check(!mk_io_reader_open(reader, path_of(name), &e) && mk_io_reader_next(reader, &item, &e) == MK_IO_TOO_BIG && !item &&
	              strcmp(e.message, message) == 0,
	      "%s: %s", name, e.message);
}

static void test_compression(void)
{
	static char page[60000], packed[90000], zeros[3 << 20];
	size_t len = make_page(page, sizeof page, 1, 300);
	mk_io_reader *reader = mk_io_reader_new(0, NULL), *small = mk_io_reader_new(2 << 20, NULL);
	const mk_io_item *item;
	mk_io_error e;
	for (int gzip = 0; gzip < 2; gzip++) {
		const char *name = gzip ? "members.gz" : "frames.zst", *bomb = gzip ? "bomb.gz" : "bomb.zst";
		size_t n = 0;
		for (size_t at = 0; at < len; at += 9999)
			n = pack(packed, n, sizeof packed, page + at, len - at < 9999 ? len - at : 9999, gzip);
		write_file(name, packed, n);
		check(!mk_io_reader_open(reader, path_of(name), &e) && !mk_io_reader_next(reader, &item, &e) && item && item->len == len &&
		              memcmp(item->bytes, page, len) == 0,
		      "%s: %s", name, e.message);
		write_file(bomb, packed, pack(packed, 0, sizeof packed, zeros, sizeof zeros, gzip));
		check_bomb(small, bomb, "decompresses to more than 2097152 bytes");
		check(!mk_io_reader_open(reader, path_of(bomb), &e) && !mk_io_reader_next(reader, &item, &e) && item->len == sizeof zeros, "the same file is read with the default limit");
	}
	check(mk_io_reader_open(small, "/dev/zero", &e) == MK_IO_OK && mk_io_reader_next(small, &item, &e) == MK_IO_TOO_BIG, "a file without an end is too big");
	mk_io_reader_free(reader);
	mk_io_reader_free(small);
}

/* ---- Allocations that fail ---- */

/* Makes each allocation of a directory walk fail in turn.  The list must then stay as it was. */
static void test_failing_walk(void)
{
	bool failed = true;
	for (long k = 0; failed; k++) {
		mk_io_sources *list = list_of("pages/0001", NULL);
		atomic_store(&allocations_left, k);
		mk_io_status status = mk_io_sources_add(list, path_of("d"));
		failed = atomic_exchange(&allocations_left, -1) < 0;
		size_t n = mk_io_sources_count(list);
		check(status == (failed ? MK_IO_NO_MEMORY : MK_IO_OK), "allocation %ld: status %d", k, (int)status);
		check(n == (failed ? 1 : 7) && mk_io_sources_path(list, n - 1), "allocation %ld: %zu sources", k, n);
		check(failed || k > 5, "the walk has allocations");
		mk_io_sources_free(list);
	}
}

/* Makes each allocation of a run fail in turn.  Either the run returns MK_IO_NO_MEMORY, or one page has that error and the other
 * pages are delivered. */
static void test_failing_run(unsigned workers)
{
	static char page[30000];
	mk_io_sources *list = mk_io_sources_new(NULL);
	size_t len = make_page(page, sizeof page, 1, 100);
	for (unsigned i = 0; i < 3; i++) {
		char name[20];
		snprintf(name, sizeof name, "f%u\xff.gz", i);
		static char packed[30000];
		write_file(name, packed, pack(packed, 0, sizeof packed, page, len, true));
		mk_io_sources_add(list, path_of(name));
	}
	bool failed = true;
	size_t n_runs = 0, n_pages = 0;
	for (long k = 0; failed; k++) {
		struct record r = {0};
		atomic_store(&allocations_left, k);
		mk_io_status status = run(list, &r, workers, NULL);
		failed = atomic_exchange(&allocations_left, -1) < 0;
		check(status ? status == MK_IO_NO_MEMORY && failed && r.n == 0 : r.n == 3 && !r.n_wrong, "allocation %ld: status %d, %zu results", k,
		      (int)status, r.n);
		check(r.n_errors <= 1 && (failed || (!status && !r.n_errors)), "allocation %ld: %zu errors", k, r.n_errors);
		for (size_t i = 0; i < r.n; i++)
			check(!r.statuses[i] || (r.statuses[i] == MK_IO_NO_MEMORY && strcmp(r.messages[i], "out of memory") == 0), "allocation %ld: %s", k,
			      r.messages[i]);
		n_runs += status != MK_IO_OK;
		n_pages += r.n_errors;
	}
	check(n_runs > 1 && n_pages > 3, "%u workers: %zu runs and %zu pages without memory", workers, n_runs, n_pages);
	mk_io_sources_free(list);
}

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 400;
	if (n < 60 || !mkdtemp(folder))
		return 2;
	write_pages(n);
	test_order(n);
	test_ring();
	test_several_items(n);
	test_dropped(n);
	test_callbacks_stop();
	test_cancel(n);
	test_signal();
	test_failures();
	test_arguments();
	test_null();
	test_directories();
	test_names();
	test_compression();
	test_failing_walk();
	test_failing_run(1);
	test_failing_run(2);
	char command[80];
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	check(system(command) == 0, "cleaning up");
	return check_end("io");
}
