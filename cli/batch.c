/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.c - list of inputs -> pages -> output in input order.
 *
 * One worker: the main thread reads, extracts and writes, one page after another, and nothing is handed over.  Several: each takes the
 * next input and leaves its document in a ring of slots, from which the main thread writes in order.  A worker may be at most the
 * ring's length ahead, so memory does not grow with the number of inputs, and one slow page holds up no more than that.
 *
 * All messages come from the main thread.  On a signal the workers finish the page they are at; what is half read is given up.  The second
 * signal ends the program at once.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SLOTS_PER_WORKER 8
#define SLOT_KEEP ((size_t)1 << 20) /* a larger document's memory is given back at once */
#define TICK_MS 100                 /* between looks at signals and progress, while the main thread waits */

/* ---- Signals ---- */

/* The one piece of global state: a signal handler has no other place to write to. */
static atomic_int signal_seen;

int stop_signal(void)
{
	return atomic_load_explicit(&signal_seen, memory_order_relaxed);
}

static void on_signal(int number)
{
	int none = 0;
	if (!atomic_compare_exchange_strong(&signal_seen, &none, number))
		_exit(EXIT_SIGNAL + number);
}

/* Wakes a worker from read(): only that the call is interrupted matters. */
static void on_wake(int number)
{
	(void)number;
}

void catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal}, before; /* no SA_RESTART: read() shall return */
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) /* nohup stays nohup */
			sigaction(numbers[i], &action, NULL);
	action.sa_handler = on_wake;
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGPIPE, SIG_IGN); /* write() says EPIPE instead */
}

/* ---- One page ---- */

struct result {
	struct trouble trouble;
	char remark[200]; /* "" if there is none */
	bool warned;
	mk_str document;
};

struct worker {
	struct batch *batch;
	pthread_t thread;
	mk_page *page;
	struct reader *reader;
	struct bytes name, remark;
};

struct slot {
	bool done;
	struct result result;
	struct bytes copy; /* what result.document points to */
};

struct batch {
	const struct settings *set;
	const struct inputs *in;
	struct sink sink;
	bool has_sink, is_broken; /* is_broken: the sink takes no more */
	int errors_fd;            /* -1: none */
	size_t n_done, n_failed, n_warned, n_before;
	/* Progress */
	bool progress, progress_shown, progress_tty;
	double started, ticked;
	/* Workers: what the lock covers */
	pthread_mutex_t lock;
	pthread_cond_t slot_done, slot_free;
	struct slot *slots;
	size_t n_slots, next_in, next_out;
	unsigned n_running;
	bool stop;
};

static const struct {
	uint32_t bit;
	bool loses; /* text may be missing, or there may have been none */
	const char *says;
} warning_remarks[] = {
        {MK_WARN_DEPTH, false, "elements nested too deep were flattened"},
        {MK_WARN_ATTRIBUTES, false, "a tag had too many attributes"},
        {MK_WARN_WORK, true, "read only in part: it takes too much work"},
        {MK_WARN_MEMORY, true, "read only in part: out of --max-memory"},
        {MK_WARN_FORMATTING, false, "open formatting elements were forgotten"},
        {MK_WARN_ENCODING, false, "some bytes are invalid in its encoding"},
        {MK_WARN_CHARSET, false, "its declared encoding does not fit"},
        {MK_WARN_NOT_HTML, true, "holds no markup"},
        {MK_WARN_TABLE, false, "a table was too large to be drawn as one"},
        {MK_WARN_NAMES, false, "it has too many different element names"},
        {MK_WARN_SCRIPT, false, "its text was found in a script"},
        {MK_WARN_XHTML, false, "self-closing tags were read as XHTML's"},
};

const char *page_remark(const mk_article *article, bool all, struct bytes *b)
{
	static const char *const verdicts[] = {NULL, "nothing found: it has no text",
	                                       "nothing found: it has scripts but next to no text: its content is loaded later",
	                                       "it is a server's error, no content", "nothing found: none of its text looks like content"};
	size_t n = 0;
	b->len = 0;
	if ((unsigned)article->verdict < sizeof verdicts / sizeof verdicts[0] && verdicts[article->verdict])
		n += bytes_add(b, verdicts[article->verdict], strlen(verdicts[article->verdict]));
	for (size_t i = 0; i < sizeof warning_remarks / sizeof warning_remarks[0]; i++) {
		if (!(article->warnings & warning_remarks[i].bit) || !(all || warning_remarks[i].loses))
			continue;
		const char *says = warning_remarks[i].says;
		bytes_add(b, "; ", n ? 2 : 0);
		n += bytes_add(b, says, strlen(says));
	}
	return n && bytes_add(b, "", 1) ? b->p : NULL;
}

static mk_status write_document(mk_page *page, const struct settings *set, mk_str *out)
{
	switch (set->format) {
	case FORMAT_TEXT:
		return mk_text(page, out);
	case FORMAT_JSON:
		return mk_json(page, set->fields, set->flags, out);
	case FORMAT_HTML:
		return mk_html(page, set->flags, out);
	default:
		return mk_markdown(page, set->flags, out);
	}
}

static bool extract(struct worker *w, size_t i, struct result *r)
{
	const struct settings *set = w->batch->set;
	mk_options options = set->options;
	mk_str bytes;
	if (!reader_read(w->reader, inputs_path(w->batch->in, i), &bytes, &r->trouble))
		return false;
	options.input = utf8_of(inputs_path(w->batch->in, i), &w->name);
	if (!options.input)
		return fail(&r->trouble, BAD_MEMORY, "out of memory");
	mk_status status = mk_extract(w->page, bytes.p, bytes.len, &options);
	if (status == MK_OK)
		status = write_document(w->page, set, &r->document);
	if (status == MK_NO_MEMORY)
		return fail(&r->trouble, BAD_MEMORY, "out of memory; --max-memory sets the limit");
	if (status != MK_OK)
		return fail(&r->trouble, BAD_READ, "%s", mk_status_string(status));
	const mk_article *article = mk_article_of(w->page);
	/* A JSON record says it itself. */
	bool told = set->format == FORMAT_JSON && !set->strict_exit;
	const char *remark = told ? NULL : page_remark(article, set->strict_exit, &w->remark);
	r->warned = article->warnings || article->verdict != MK_VERDICT_CONTENT;
	if (remark)
		snprintf(r->remark, sizeof r->remark, "warning: %s", remark);
	return true;
}

/* Input i; the document stays in the worker's page, or goes to its own file. */
static void work(struct worker *w, size_t i, struct result *r)
{
	const struct batch *b = w->batch;
	memset(r, 0, sizeof *r);
	if (extract(w, i, r) && b->set->to_directory)
		output_write(b->in, i, b->set, r->document, &r->trouble);
}

static bool worker_open(struct worker *w, struct batch *b)
{
	*w = (struct worker){.batch = b, .page = mk_page_new(NULL), .reader = reader_new(b->set->options.max_input_bytes)};
	return w->page && w->reader;
}

static void worker_close(struct worker *w)
{
	mk_page_free(w->page);
	reader_free(w->reader);
	bytes_free(&w->name);
	bytes_free(&w->remark);
}

/* ---- Progress ---- */

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void hide_progress(struct batch *b)
{
	if (b->progress_shown && b->progress_tty)
		fputs("\r\033[K", stderr);
	b->progress_shown = false;
}

static void show_progress(struct batch *b, double t)
{
	char left[40] = "";
	double seconds = t - b->started, rate = seconds > 0 ? (double)b->n_done / seconds : 0;
	size_t total = b->in->n;
	if (rate > 0 && b->n_done < total) {
		unsigned long s = (unsigned long)((double)(total - b->n_done) / rate + 0.5);
		snprintf(left, sizeof left, ", eta %lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
	}
	fprintf(stderr, "%s%zu of %zu done, %.1f pages/s, %zu failed%s%s", b->progress_tty ? "\r" : "", b->n_done, total, rate, b->n_failed,
	        left, b->progress_tty ? "\033[K" : "\n");
	b->progress_shown = true;
}

/* Shows how far we are, a few times a second on a terminal; in a log a line every ten seconds. */
static void tick(struct batch *b)
{
	if (!b->progress)
		return;
	double t = now();
	if (t - b->ticked < (b->progress_tty ? 0.2 : 10.0))
		return;
	b->ticked = t;
	show_progress(b, t);
}

static void end_progress(struct batch *b)
{
	if (!b->progress || (!b->set->progress_is_set && !b->progress_shown))
		return;
	show_progress(b, now());
	if (b->progress_tty)
		fputc('\n', stderr);
}

/* ---- Delivery, by the main thread only ---- */

static void complain(struct batch *b, const char *path, const char *message)
{
	if (b->set->quiet)
		return;
	hide_progress(b);
	say(path, message);
}

static void log_error(struct batch *b, const char *path, const struct trouble *t)
{
	static const char *const names[N_FAILURES] = {"ok", "io", "not_a_page", "too_big", "bad_archive", "no_memory", "write", "stopped"};
	struct bytes line = {0}, clean_path = {0}, clean_message = {0};
	const char *p = utf8_of(path, &clean_path), *message = utf8_of(t->message, &clean_message);
	bool good = p && message && bytes_add(&line, "{\"input\":", 9) && json_quote(&line, p) && bytes_add(&line, ",\"status\":", 10) &&
	            json_quote(&line, names[t->failure]) && bytes_add(&line, ",\"message\":", 11) && json_quote(&line, message) &&
	            bytes_add(&line, "}\n", 2);
	if (!good || write(b->errors_fd, line.p, line.len) != (ssize_t)line.len) {
		struct trouble own;
		fail_errno(&own, BAD_WRITE, good ? errno : ENOMEM, "no more errors are written");
		complain(b, b->set->errors, own.message);
		close(b->errors_fd);
		b->errors_fd = -1;
		b->n_failed++;
	}
	bytes_free(&line);
	bytes_free(&clean_path);
	bytes_free(&clean_message);
}

static void count_failure(struct batch *b, const char *path, const struct trouble *t)
{
	b->n_failed++;
	complain(b, path, t->message);
	if (b->errors_fd >= 0)
		log_error(b, path, t);
}

/* The output is broken: nothing that comes later could be written either. */
static bool lose_output(struct batch *b, const struct trouble *t)
{
	b->n_failed++;
	b->is_broken = true;
	if (t->failure != STOPPED)
		complain(b, b->sink.name, t->message);
	return false;
}

/* Takes the result of input i, the next in order; false when there is no point in going on. */
static bool deliver(struct batch *b, size_t i, const struct result *r)
{
	struct trouble t;
	if (r->trouble.failure == STOPPED)
		return false;
	if (r->trouble.failure) {
		count_failure(b, inputs_path(b->in, i), &r->trouble);
	} else {
		if (b->has_sink && !sink_add(&b->sink, b->set->format, r->document, &t))
			return lose_output(b, &t);
		if (r->remark[0])
			complain(b, inputs_path(b->in, i), r->remark);
		b->n_warned += r->warned;
	}
	b->n_done++;
	tick(b);
	return true;
}

/* ---- One worker ---- */

static bool run_alone(struct batch *b)
{
	struct worker w;
	struct result r;
	bool good = worker_open(&w, b);
	if (!good)
		no_memory();
	for (size_t i = 0; i < b->in->n && good && !stop_signal(); i++) {
		work(&w, i, &r);
		good = deliver(b, i, &r);
	}
	worker_close(&w);
	return good;
}

/* ---- Several ---- */

static void copy_document(struct slot *slot)
{
	struct result *r = &slot->result;
	slot->copy.len = 0;
	if (r->trouble.failure || !bytes_add(&slot->copy, r->document.p, r->document.len)) {
		if (!r->trouble.failure)
			fail(&r->trouble, BAD_MEMORY, "out of memory");
		r->document = (mk_str){NULL, 0};
		return;
	}
	r->document.p = slot->copy.p;
}

static void *worker_main(void *argument)
{
	struct worker *w = argument;
	struct batch *b = w->batch;
	pthread_mutex_lock(&b->lock);
	for (;;) {
		while (!b->stop && b->next_in < b->in->n && b->next_in - b->next_out >= b->n_slots)
			pthread_cond_wait(&b->slot_free, &b->lock);
		if (b->stop || b->next_in == b->in->n)
			break;
		size_t i = b->next_in++;
		struct slot *slot = &b->slots[i % b->n_slots];
		pthread_mutex_unlock(&b->lock);
		work(w, i, &slot->result);
		if (b->has_sink)
			copy_document(slot);
		pthread_mutex_lock(&b->lock);
		slot->done = true;
		if (i == b->next_out)
			pthread_cond_signal(&b->slot_done);
	}
	b->n_running--;
	pthread_cond_signal(&b->slot_done);
	pthread_mutex_unlock(&b->lock);
	return NULL;
}

/* Waits for a worker's news, but not longer than a tick. */
static void wait_for_workers(struct batch *b)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += TICK_MS * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&b->slot_done, &b->lock, &until);
}

/* Delivers in order until all is done or there is a reason to stop.  Called with the lock held. */
static bool deliver_all(struct batch *b)
{
	while (b->next_out < b->in->n && !stop_signal()) {
		struct slot *slot = &b->slots[b->next_out % b->n_slots];
		if (!slot->done) {
			wait_for_workers(b);
			tick(b);
			continue;
		}
		pthread_mutex_unlock(&b->lock);
		bool good = deliver(b, b->next_out, &slot->result);
		if (slot->copy.cap > SLOT_KEEP)
			bytes_free(&slot->copy);
		pthread_mutex_lock(&b->lock);
		if (!good)
			return false;
		slot->done = false;
		b->next_out++;
		pthread_cond_signal(&b->slot_free);
	}
	return true;
}

/* Sends the workers home; one that waits in read() for a pipe is woken until it has noticed. */
static void stop_workers(struct batch *b, const struct worker *workers, unsigned n)
{
	b->stop = true;
	pthread_cond_broadcast(&b->slot_free);
	while (b->n_running) {
		for (unsigned i = 0; i < n && stop_signal(); i++)
			pthread_kill(workers[i].thread, SIGUSR1);
		wait_for_workers(b);
	}
}

static bool run_workers(struct batch *b, unsigned n)
{
	unsigned started = 0;
	struct worker *workers = calloc(n, sizeof *workers);
	b->n_slots = (size_t)n * SLOTS_PER_WORKER;
	b->slots = calloc(b->n_slots, sizeof *b->slots);
	if (!workers || !b->slots)
		no_memory();
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->slot_done, NULL);
	pthread_cond_init(&b->slot_free, NULL);
	pthread_mutex_lock(&b->lock);
	for (; started < n; started++) {
		if (!worker_open(&workers[started], b))
			break;
		if (pthread_create(&workers[started].thread, NULL, worker_main, &workers[started]))
			break;
		b->n_running++;
	}
	if (!started)
		no_memory();
	bool good = deliver_all(b);
	stop_workers(b, workers, started);
	pthread_mutex_unlock(&b->lock);
	for (unsigned i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	for (unsigned i = 0; i < n; i++)
		worker_close(&workers[i]);
	for (size_t i = 0; i < b->n_slots; i++)
		bytes_free(&b->slots[i].copy);
	free(b->slots);
	free(workers);
	pthread_mutex_destroy(&b->lock);
	pthread_cond_destroy(&b->slot_done);
	pthread_cond_destroy(&b->slot_free);
	return good;
}

/* ---- The whole run ---- */

static bool open_outputs(struct batch *b, struct inputs *in)
{
	const struct settings *set = b->set;
	struct trouble t = {0};
	bool good = !set->to_directory || outputs_name(in, set, &t);
	if (good && set->resume)
		good = resume_inputs(in, set, &b->n_before, &t);
	for (size_t i = 0; i < in->n && good && set->output && !set->to_directory; i++)
		if (same_file(set->output, inputs_path(in, i)))
			good = fail(&t, BAD_WRITE, "is one of the inputs");
	if (good && !set->to_directory)
		good = b->has_sink = sink_open(&b->sink, set, &t);
	if (!good) {
		complain(b, set->output, t.message);
		return false;
	}
	if (set->errors) {
		b->errors_fd = open(set->errors, O_WRONLY | O_CREAT | O_CLOEXEC | (set->resume ? O_APPEND : O_TRUNC), 0666);
		if (b->errors_fd < 0) {
			fail_errno(&t, BAD_WRITE, errno, NULL);
			complain(b, set->errors, t.message);
			if (b->has_sink)
				sink_close(&b->sink, false, &t);
			return false;
		}
	}
	return true;
}

/*
 * What is left of an interrupted run: never a file that looks finished and is not, except that JSON lines are kept where there was no file
 * before, since --resume can go on with them.
 */
static void close_outputs(struct batch *b)
{
	const struct settings *set = b->set;
	struct trouble t = {0};
	bool nothing = b->is_broken || (b->n_failed && b->sink.n_records == 0);
	bool partial = stop_signal() && !(set->format == FORMAT_JSON && b->sink.target && access(b->sink.target, F_OK));
	bool in_place = b->has_sink && !b->sink.temp;
	if (b->has_sink && !sink_close(&b->sink, in_place || !(nothing || partial), &t))
		lose_output(b, &t);
	if (b->errors_fd >= 0 && close(b->errors_fd)) {
		fail_errno(&t, BAD_WRITE, errno, NULL);
		complain(b, set->errors, t.message);
		b->n_failed++;
	}
}

static int finish(struct batch *b)
{
	char message[160];
	if (stop_signal()) {
		snprintf(message, sizeof message, "interrupted: %zu of %zu inputs done", b->n_done + b->n_before, b->in->n + b->n_before);
		complain(b, NULL, message);
		return EXIT_SIGNAL + stop_signal();
	}
	if (b->n_before) {
		snprintf(message, sizeof message, "%zu inputs were done before", b->n_before);
		complain(b, NULL, message);
	}
	return b->n_failed || (b->set->strict_exit && b->n_warned) ? EXIT_SOME_FAILED : EXIT_DONE;
}

int batch_run(struct inputs *in, const struct settings *set)
{
	struct batch b = {.set = set, .in = in, .errors_fd = -1};
	if (!open_outputs(&b, in))
		return EXIT_SOME_FAILED;
	long n_cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned n = set->n_jobs ? set->n_jobs : n_cores > 1 ? (unsigned)n_cores : 1;
	if (n > in->n)
		n = (unsigned)in->n;
	b.progress_tty = isatty(STDERR_FILENO);
	b.progress = !set->quiet && (set->progress_is_set ? set->progress : b.progress_tty && !(b.has_sink && b.sink.eager));
	b.started = b.ticked = now();
	if (n > 1)
		run_workers(&b, n);
	else
		run_alone(&b);
	end_progress(&b);
	close_outputs(&b);
	return finish(&b);
}
