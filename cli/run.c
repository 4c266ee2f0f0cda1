/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.c - list of sources -> documents written; progress, failures, exit code.
 *
 * libmakala-io reads, extracts and keeps the order.  Its workers call make_document(), which also writes the files of an output
 * directory, since their order does not matter.  Everything that must be in input order, and all messages, are handled by
 * take_result() on the main thread.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

struct run {
	const struct settings *set;
	const mk_io_sources *list;
	struct outputs outputs; /* used if the output is a directory */
	struct sink sink;       /* used otherwise */
	bool has_sink, is_broken;
	int errors_fd;
	size_t n_todo, n_done, n_failed, n_warned, n_before;
	/* Progress; times in seconds of the monotonic clock. */
	bool progress, progress_shown, progress_tty;
	double started, ticked;
};

/* ---- In a worker ---- */

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

static void make_document(void *user, mk_page *page, const mk_io_item *item, mk_io_result *result)
{
	const struct run *r = user;
	const struct settings *set = r->set;
	mk_str document;
	mk_status status = write_document(page, set, &document);
	if (status != MK_OK) {
		fail(&result->error, status == MK_NO_MEMORY ? MK_IO_NO_MEMORY : MK_IO_BAD_ARGUMENT, "%s", mk_status_string(status));
		add_hint(&result->error, true);
		return;
	}
	/* No message for a JSON record, which has its warnings in a field. */
	char remark[192];
	bool in_record = set->format == FORMAT_JSON && !set->strict_exit;
	if (!in_record && page_remark(page, set->strict_exit, remark, sizeof remark))
		snprintf(result->error.message, sizeof result->error.message, "warning: %s", remark);
	result->value = page_is_warned(page);
	if (set->to_directory)
		outputs_write(&r->outputs, item->source, item->path, set, document, &result->error);
	else
		result->document = document;
}

/* ---- Progress ---- */

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void hide_progress(struct run *r)
{
	if (r->progress_shown && r->progress_tty)
		fputs("\r\033[K", stderr);
	r->progress_shown = false;
}

static void show_progress(struct run *r, double t)
{
	char left[40] = "";
	double seconds = t - r->started, rate = seconds > 0 ? (double)r->n_done / seconds : 0;
	size_t total = r->n_todo;
	if (rate > 0 && r->n_done < total) {
		unsigned long s = (unsigned long)((double)(total - r->n_done) / rate + 0.5);
		snprintf(left, sizeof left, ", eta %lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
	}
	fprintf(stderr, "%s%zu of %zu done, %.1f pages/s, %zu failed%s%s", r->progress_tty ? "\r" : "", r->n_done, total, rate, r->n_failed,
	        left, r->progress_tty ? "\033[K" : "\n");
	r->progress_shown = true;
}

/* Shows the progress if it is due: five times a second on a terminal, a line every ten seconds in a log. */
static void tick(struct run *r)
{
	if (!r->progress)
		return;
	double t = now();
	if (t - r->ticked < (r->progress_tty ? 0.2 : 10.0))
		return;
	r->ticked = t;
	show_progress(r, t);
}

static void end_progress(struct run *r)
{
	if (!r->progress || (!r->set->progress_is_set && !r->progress_shown))
		return;
	show_progress(r, now());
	if (r->progress_tty)
		fputc('\n', stderr);
}

/* ---- In the main thread ---- */

static void complain(struct run *r, const char *path, const char *message)
{
	if (r->set->quiet)
		return;
	hide_progress(r);
	say(path, message);
}

static void log_error(struct run *r, const mk_io_item *item, const mk_io_error *e)
{
	struct bytes line = {0}, clean = {0};
	const char *message = utf8_of(e->message, &clean);
	bool good = message && bytes_add(&line, "{\"input\":", 9) && json_quote(&line, item->name) && bytes_add(&line, ",\"status\":", 10) &&
	            json_quote(&line, mk_io_status_name(e->status)) && bytes_add(&line, ",\"message\":", 11) && json_quote(&line, message) &&
	            bytes_add(&line, "}\n", 2);
	if (!good || write(r->errors_fd, line.p, line.len) != (ssize_t)line.len) {
		mk_io_error own;
		fail_errno(&own, MK_IO_WRITE_FAILED, good ? errno : ENOMEM, "no more errors are written");
		complain(r, r->set->errors, own.message);
		close(r->errors_fd);
		r->errors_fd = -1;
		r->n_failed++;
	}
	bytes_free(&line);
	bytes_free(&clean);
}

static void count_failure(struct run *r, const mk_io_item *item, const mk_io_result *result)
{
	mk_io_error e = result->error;
	add_hint(&e, result->extraction == MK_NO_MEMORY);
	r->n_failed++;
	complain(r, item->path, e.message);
	if (r->errors_fd >= 0)
		log_error(r, item, &e);
}

/* Marks the output as broken and ends the run: later documents could not be written either. */
static bool lose_output(struct run *r, const mk_io_error *e)
{
	r->n_failed++;
	r->is_broken = true;
	if (e->status != MK_IO_STOPPED)
		complain(r, r->sink.name, e->message);
	return false;
}

/* Takes the next result in input order.  Returns false if the run should end. */
static bool take_result(void *user, const mk_io_item *item, const mk_io_result *result)
{
	struct run *r = user;
	mk_io_error e;
	if (result->error.status) {
		count_failure(r, item, result);
	} else {
		if (r->has_sink && !sink_add(&r->sink, r->set->format, result->document, &e))
			return lose_output(r, &e);
		if (result->error.message[0])
			complain(r, item->path, result->error.message);
		r->n_warned += result->value;
	}
	r->n_done++;
	tick(r);
	return true;
}

static bool while_waiting(void *user)
{
	tick(user);
	return true;
}

/* ---- The whole run ---- */

static bool check_output(struct run *r, mk_io_error *e)
{
	const struct settings *set = r->set;
	for (size_t i = 0; i < mk_io_sources_count(r->list) && set->output && !set->to_directory; i++)
		if (!mk_io_sources_dropped(r->list, i) && same_file(set->output, mk_io_sources_path(r->list, i)))
			return fail(e, MK_IO_WRITE_FAILED, "is one of the inputs");
	return true;
}

static bool open_outputs(struct run *r, mk_io_sources *list)
{
	const struct settings *set = r->set;
	mk_io_error e = {0};
	bool good = !set->to_directory || outputs_name(&r->outputs, list, set, &e);
	if (good && set->resume)
		good = resume_sources(list, &r->outputs, set, &r->n_before, &e);
	r->n_todo = mk_io_sources_count(list) - r->n_before;
	good = good && check_output(r, &e);
	if (good && !set->to_directory)
		good = r->has_sink = sink_open(&r->sink, set, &e);
	if (!good) {
		complain(r, set->output, e.message);
		return false;
	}
	if (!set->errors)
		return true;
	r->errors_fd = open(set->errors, O_WRONLY | O_CREAT | O_CLOEXEC | (set->resume ? O_APPEND : O_TRUNC), 0666);
	if (r->errors_fd >= 0)
		return true;
	fail_errno(&e, MK_IO_WRITE_FAILED, errno, NULL);
	complain(r, set->errors, e.message);
	if (r->has_sink)
		sink_close(&r->sink, false, &e);
	return false;
}

/*
 * Closes the outputs.  A run that was interrupted, or in which no input succeeded, must not leave a file that looks finished.  JSON
 * lines of an interrupted run are kept if there was no file before, since --resume can continue them.
 */
static void close_outputs(struct run *r)
{
	const struct settings *set = r->set;
	mk_io_error e = {0};
	bool nothing = r->is_broken || (r->n_failed && r->sink.n_records == 0);
	bool partial = stop_signal() && !(set->format == FORMAT_JSON && r->sink.target && access(r->sink.target, F_OK));
	bool in_place = r->has_sink && !r->sink.temp;
	if (r->has_sink && !sink_close(&r->sink, in_place || !(nothing || partial), &e))
		lose_output(r, &e);
	if (r->errors_fd >= 0 && close(r->errors_fd)) {
		fail_errno(&e, MK_IO_WRITE_FAILED, errno, NULL);
		complain(r, set->errors, e.message);
		r->n_failed++;
	}
}

static int finish(struct run *r)
{
	char message[160];
	if (stop_signal()) {
		snprintf(message, sizeof message, "interrupted: %zu of %zu inputs done", r->n_done + r->n_before, r->n_todo + r->n_before);
		complain(r, NULL, message);
		return EXIT_SIGNAL + stop_signal();
	}
	if (r->n_before) {
		snprintf(message, sizeof message, "inputs finished by an earlier run: %zu", r->n_before);
		complain(r, NULL, message);
	}
	return r->n_failed || (r->set->strict_exit && r->n_warned) ? EXIT_SOME_FAILED : EXIT_DONE;
}

static void run_library(struct run *r)
{
	mk_io_options options;
	mk_io_error e;
	mk_io_options_init(&options);
	options.extract = &r->set->options;
	options.n_workers = r->set->n_jobs;
	options.stop = stop_request();
	options.user = r;
	options.work = make_document;
	options.deliver = take_result;
	options.wait = while_waiting;
	mk_io_status status = mk_io_run(r->list, &options, &e);
	if (status && status != MK_IO_STOPPED) {
		complain(r, NULL, e.message);
		r->n_failed++;
	}
}

int run_sources(mk_io_sources *list, const struct settings *set)
{
	struct run r = {.set = set, .list = list, .errors_fd = -1};
	int code = EXIT_SOME_FAILED;
	if (open_outputs(&r, list)) {
		r.progress_tty = isatty(STDERR_FILENO);
		r.progress = !set->quiet && (set->progress_is_set ? set->progress : r.progress_tty && !(r.has_sink && r.sink.eager));
		r.started = r.ticked = now();
		run_library(&r);
		end_progress(&r);
		close_outputs(&r);
		code = finish(&r);
	}
	outputs_free(&r.outputs);
	return code;
}
