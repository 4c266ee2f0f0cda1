/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.c - list of sources -> workers -> results in input order: mk_io_run().
 *
 * With one worker, the calling thread reads, extracts and delivers one item after another, and no result is copied.
 *
 * With several workers, each worker takes the next source and leaves its results in a slot of a ring.  The calling thread
 * delivers from the slots in order.  Workers can be ahead of delivery by at most the length of the ring, so memory does not grow
 * with the number of sources, and while one slow page holds up delivery, at most that many other results wait.
 *
 * A slot holds one result at a time.  If a source has several items, its worker waits after each item until it is delivered.
 */
#include "io.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define SLOTS_PER_WORKER 8
#define SLOT_KEEP ((size_t)1 << 20) /* bytes; the memory of a larger slot is freed right after delivery */
#define WAIT_MS 100                 /* between calls to mk_io_options.wait, and between checks for a request to stop */
#define WORKERS_MOST 256

/* A result between its worker and delivery.  The strings of item and result are copied into text, except the path, which belongs
 * to the source list. */
struct slot {
	mk_io_item item;
	mk_io_result result;
	struct bytes text;
	bool done;  /* ready to be delivered */
	bool empty; /* nothing to deliver, since the source had no further item */
	bool more;  /* the source may have further items, which use this slot too */
};

struct worker {
	struct run *run;
	pthread_t thread;
	mk_page *page;
	mk_io_reader *reader;
};

struct run {
	const mk_io_sources *list;
	mk_io_options options;
	mk_options extract;
	size_t n_todo;      /* number of sources that are not dropped */
	size_t next_source; /* index of the first source that no worker has taken; with several workers, under the lock */
	/* Used with several workers only.  The lock covers n_slots, next_in, next_out, stop and the flags of the slots. */
	pthread_mutex_t lock;
	pthread_cond_t slot_done, slot_free;
	struct slot *slots;
	size_t n_slots, next_in, next_out; /* next_in, next_out: next source to take and to deliver, not counting dropped sources */
	bool stop;
};

/* ---- One item ---- */

static void extract(struct worker *w, mk_io_item *item, mk_io_result *result)
{
	const struct run *run = w->run;
	mk_options o = run->extract;
	o.input = item->name;
	o.in_place = true; /* the reader does not reuse its buffer before work() has returned */
	if (item->url && !o.url)
		o.url = item->url;
	if (item->charset && !o.http_charset)
		o.http_charset = item->charset;
	result->extraction = mk_extract(w->page, item->bytes, item->len, &o);
	if (result->extraction == MK_OK)
		run->options.work(run->options.user, w->page, item, result);
	else
		fail(&result->error, result->extraction == MK_NO_MEMORY ? MK_IO_NO_MEMORY : MK_IO_BAD_ARGUMENT, "%s",
		     mk_status_string(result->extraction));
	if (result->error.status)
		result->document = (mk_str){NULL, 0};
}

/* Reads and extracts item number index of a source.  Callers ask for the items in order.  Returns false after the last one. */
static bool do_item(struct worker *w, size_t source, size_t index, mk_io_item *item, mk_io_result *result)
{
	const mk_io_item *next = NULL;
	mk_io_status status = MK_IO_OK;
	memset(result, 0, sizeof *result);
	if (index == 0)
		status = mk_io_reader_open(w->reader, mk_io_sources_path(w->run->list, source), &result->error);
	if (!status)
		status = mk_io_reader_next(w->reader, &next, &result->error);
	if (!status && !next)
		return false;
	*item = *io_reader_item(w->reader);
	item->source = source;
	item->index = index;
	if (next)
		extract(w, item, result);
	item->bytes = NULL; /* the reader will reuse the buffer before delivery */
	return true;
}

/* Takes the next source that is not dropped.  Returns false if none is left. */
static bool take_source(struct run *run, size_t *source)
{
	size_t n = mk_io_sources_count(run->list);
	while (run->next_source < n && mk_io_sources_dropped(run->list, run->next_source))
		run->next_source++;
	*source = run->next_source;
	return run->next_source < n && ++run->next_source;
}

/* Passes a result to the caller.  Returns false if the run should end.  A stopped item is not delivered, so that the delivered
 * results are the first ones, without a gap. */
static bool deliver(const struct run *run, const mk_io_item *item, const mk_io_result *result)
{
	return result->error.status != MK_IO_STOPPED && run->options.deliver(run->options.user, item, result);
}

static bool worker_open(struct worker *w, struct run *run)
{
	w->run = run;
	w->page = mk_page_new(NULL);
	w->reader = mk_io_reader_new(run->extract.max_input_bytes, run->options.stop);
	return w->page && w->reader;
}

static void worker_close(struct worker *w)
{
	mk_page_free(w->page);
	mk_io_reader_free(w->reader);
}

/* ---- One worker ---- */

static mk_io_status run_alone(struct run *run)
{
	struct worker w = {0};
	mk_io_item item;
	mk_io_result result;
	mk_io_status status = worker_open(&w, run) ? MK_IO_OK : MK_IO_NO_MEMORY;
	for (size_t source; !status && take_source(run, &source);) {
		bool more = true;
		for (size_t index = 0; !status && more; index++) {
			if (mk_io_cancelled(run->options.stop) ||
			    (do_item(&w, source, index, &item, &result) && !deliver(run, &item, &result)))
				status = MK_IO_STOPPED;
			more = !io_reader_at_end(w.reader);
		}
	}
	worker_close(&w);
	return status;
}

/* ---- Several workers ---- */

/* Copies the strings of a result into the slot, since the worker's page and reader reuse their memory for the next item. */
static bool copy_result(struct slot *slot)
{
	mk_str *document = &slot->result.document;
	const char **names[] = {&slot->item.name, &slot->item.url, &slot->item.content_type, &slot->item.charset};
	size_t need = document->len;
	for (size_t i = 0; i < 4; i++)
		need += *names[i] && *names[i] != slot->item.path ? strlen(*names[i]) + 1 : 0;
	slot->text.len = 0;
	if (!bytes_reserve(&slot->text, need)) /* once for all strings, so that the buffer does not move below */
		return false;
	bytes_add(&slot->text, document->p, document->len);
	document->p = document->p ? slot->text.p : NULL;
	for (size_t i = 0; i < 4; i++) {
		if (!*names[i] || *names[i] == slot->item.path)
			continue;
		const char *p = slot->text.p + slot->text.len;
		bytes_add(&slot->text, *names[i], strlen(*names[i]) + 1);
		*names[i] = p;
	}
	return true;
}

static void fill_slot(struct worker *w, struct slot *slot, size_t source, size_t index)
{
	slot->empty = !do_item(w, source, index, &slot->item, &slot->result);
	slot->more = !io_reader_at_end(w->reader);
	if (slot->empty || copy_result(slot))
		return;
	const mk_io_item *item = &slot->item;
	slot->item = (mk_io_item){.path = item->path, .name = "", .source = item->source, .index = item->index};
	slot->result = (mk_io_result){.error.path = item->path};
	fail(&slot->result.error, MK_IO_NO_MEMORY, "out of memory");
}

static void *worker_main(void *argument)
{
	struct worker *w = argument;
	struct run *run = w->run;
	size_t source;
	pthread_mutex_lock(&run->lock);
	for (;;) {
		while (!run->stop && run->next_in < run->n_todo && run->next_in - run->next_out >= run->n_slots)
			pthread_cond_wait(&run->slot_free, &run->lock);
		if (run->stop || !take_source(run, &source))
			break;
		size_t ticket = run->next_in++;
		struct slot *slot = &run->slots[ticket % run->n_slots];
		bool more = true;
		for (size_t index = 0; more && !run->stop; index++) {
			pthread_mutex_unlock(&run->lock);
			fill_slot(w, slot, source, index);
			pthread_mutex_lock(&run->lock);
			more = slot->more;
			slot->done = true;
			if (ticket == run->next_out)
				pthread_cond_signal(&run->slot_done);
			while (more && slot->done && !run->stop)
				pthread_cond_wait(&run->slot_free, &run->lock);
		}
	}
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

/* Waits up to WAIT_MS until the next result is ready, and calls mk_io_options.wait.  Called with the lock held.  Returns false if
 * that callback asks the run to end. */
static bool wait_for_workers(struct run *run)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += WAIT_MS * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&run->slot_done, &run->lock, &until);
	if (!run->options.wait)
		return true;
	pthread_mutex_unlock(&run->lock);
	bool good = run->options.wait(run->options.user);
	pthread_mutex_lock(&run->lock);
	return good;
}

/* Delivers results in order until all are delivered or the run has to stop.  Called with the lock held; releases it during
 * callbacks. */
static mk_io_status deliver_all(struct run *run)
{
	while (run->next_out < run->n_todo) {
		struct slot *slot = &run->slots[run->next_out % run->n_slots];
		if (mk_io_cancelled(run->options.stop))
			return MK_IO_STOPPED;
		if (!slot->done) {
			if (!wait_for_workers(run))
				return MK_IO_STOPPED;
			continue;
		}
		pthread_mutex_unlock(&run->lock);
		bool good = slot->empty || deliver(run, &slot->item, &slot->result);
		if (slot->text.cap > SLOT_KEEP)
			bytes_free(&slot->text);
		pthread_mutex_lock(&run->lock);
		if (!good)
			return MK_IO_STOPPED;
		slot->done = false;
		run->next_out += !slot->more;
		pthread_cond_broadcast(&run->slot_free);
	}
	return MK_IO_OK;
}

/* Starts up to n workers and returns how many were started.  Signals are blocked meanwhile, since a thread inherits the mask of
 * the thread that creates it. */
static unsigned start_workers(struct run *run, struct worker *workers, unsigned n)
{
	unsigned started = 0;
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started < n && worker_open(&workers[started], run) &&
	       !pthread_create(&workers[started].thread, NULL, worker_main, &workers[started]))
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

static mk_io_status run_workers(struct run *run, unsigned n)
{
	struct worker *workers = calloc(n, sizeof *workers);
	run->n_slots = (size_t)n * SLOTS_PER_WORKER;
	run->slots = calloc(run->n_slots, sizeof *run->slots);
	mk_io_status status = MK_IO_NO_MEMORY;
	if (workers && run->slots) {
		pthread_mutex_init(&run->lock, NULL);
		pthread_cond_init(&run->slot_done, NULL);
		pthread_cond_init(&run->slot_free, NULL);
		unsigned started = start_workers(run, workers, n);
		pthread_mutex_lock(&run->lock);
		if (started)
			status = deliver_all(run);
		run->stop = true;
		pthread_cond_broadcast(&run->slot_free);
		pthread_mutex_unlock(&run->lock);
		for (unsigned i = 0; i < started; i++)
			pthread_join(workers[i].thread, NULL);
		pthread_mutex_destroy(&run->lock);
		pthread_cond_destroy(&run->slot_done);
		pthread_cond_destroy(&run->slot_free);
	}
	for (unsigned i = 0; workers && i < n; i++)
		worker_close(&workers[i]);
	for (size_t i = 0; run->slots && i < run->n_slots; i++)
		bytes_free(&run->slots[i].text);
	free(run->slots);
	free(workers);
	return status;
}

/* ---- The whole run ---- */

/* Copies the options, as far as the caller's version of the struct goes.  Returns false if an option is missing or out of range. */
static bool read_options(struct run *run, const mk_io_options *given)
{
	if (!given || given->size < sizeof given->size)
		return false;
	memcpy(&run->options, given, given->size < sizeof *given ? given->size : sizeof *given);
	const mk_options *extract = run->options.extract;
	mk_options_init(&run->extract);
	if (extract)
		memcpy(&run->extract, extract, extract->size < sizeof *extract ? extract->size : sizeof *extract);
	run->extract.size = sizeof run->extract;
	return run->options.work && run->options.deliver && run->options.n_workers <= WORKERS_MOST;
}

/* Checks the options for pages by extracting an empty page with them: only the core knows which options it accepts. */
static mk_io_status check_extract(const struct run *run)
{
	mk_page *page = mk_page_new(NULL);
	mk_status status = page ? mk_extract(page, NULL, 0, &run->extract) : MK_NO_MEMORY;
	mk_page_free(page);
	return status == MK_NO_MEMORY ? MK_IO_NO_MEMORY : status == MK_BAD_ARGUMENT ? MK_IO_BAD_ARGUMENT : MK_IO_OK;
}

static mk_io_status run_all(struct run *run)
{
	long n_processors = run->options.n_workers ? (long)run->options.n_workers : sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = n_processors < 1 ? 1 : n_processors < WORKERS_MOST ? (size_t)n_processors : WORKERS_MOST;
	for (size_t i = 0; i < mk_io_sources_count(run->list); i++)
		run->n_todo += !mk_io_sources_dropped(run->list, i);
	if (n > run->n_todo)
		n = run->n_todo;
	return n > 1 ? run_workers(run, (unsigned)n) : n ? run_alone(run) : MK_IO_OK;
}

mk_io_status mk_io_run(const mk_io_sources *list, const mk_io_options *options, mk_io_error *error)
{
	static const char *const messages[MK_IO_N_STATUS] = {[MK_IO_NO_MEMORY] = "out of memory",
	                                                     [MK_IO_STOPPED] = "interrupted",
	                                                     [MK_IO_BAD_ARGUMENT] = "an option is missing or not valid"};
	struct run run = {.list = list};
	mk_io_status status = list && read_options(&run, options) ? check_extract(&run) : MK_IO_BAD_ARGUMENT;
	if (!status)
		status = run_all(&run);
	if (error)
		*error = (mk_io_error){.status = status};
	if (error && status)
		fail(error, status, "%s", messages[status]);
	return status;
}
