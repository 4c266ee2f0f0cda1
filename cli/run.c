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
#include <unistd.h>

#define NAMED_MOST 10 /* messages about existing files */

struct run {
	const struct settings *set;
	mk_io_sources *list;
	struct targets out;
	struct progress progress;
	bool is_broken;
	size_t n_warned, n_before, n_existing;
};

/* ---- In a worker ---- */

static mk_status write_chunks(mk_page *page, const struct settings *set, mk_str *out)
{
	mk_chunk_options options = set->chunks;
	size_t n;
	options.flags = set->flags;
	const mk_status status = mk_chunks(page, &options, &n);
	return status ? status : mk_chunks_json(page, out);
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
	case FORMAT_CHUNKS:
		return write_chunks(page, set, out);
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
		folder_write(&r->out.folder, item->source, item->path, set, &r->out.guard, document, &result->error);
	else
		result->document = document;
}

/* ---- In the main thread ---- */

static void complain(struct run *r, const char *path, const char *message)
{
	if (r->set->quiet)
		return;
	progress_hide(&r->progress);
	say(path, message);
}

/* Counts a failure of an input and writes it to the file of --errors.  name is path as UTF-8. */
static void count_failure(struct run *r, const char *name, const mk_io_error *failure)
{
	mk_io_error e;
	r->progress.n_failed++;
	if (r->out.errors.fd < 0 || errors_add(&r->out.errors, name, failure, &e))
		return;
	complain(r, r->set->errors, e.message);
	errors_close(&r->out.errors, &e);
	r->progress.n_failed++;
}

/* Marks the output as broken and ends the run: later documents could not be written either. */
static bool lose_output(struct run *r, const mk_io_error *e)
{
	r->progress.n_failed++;
	r->is_broken = true;
	if (e->status != MK_IO_STOPPED)
		complain(r, r->out.sink.name, e->message);
	return false;
}

/* Takes the next result in input order.  Returns false if the run should end. */
static bool take_result(void *user, const mk_io_item *item, const mk_io_result *result)
{
	struct run *r = user;
	mk_io_error e = result->error;
	if (result->error.status) {
		add_hint(&e, result->extraction == MK_NO_MEMORY);
		complain(r, item->path, e.message);
		count_failure(r, item->name, &e);
	} else {
		if (r->out.has_sink && !sink_add(&r->out.sink, result->document, item->path, &e))
			return lose_output(r, &e);
		if (result->error.message[0])
			complain(r, item->path, result->error.message);
		r->n_warned += result->value;
	}
	r->progress.n_done++;
	progress_tick(&r->progress);
	return true;
}

static bool while_waiting(void *user)
{
	struct run *r = user;
	progress_tick(&r->progress);
	return true;
}

/* ---- The whole run ---- */

/* Drops the sources whose files exist.  With --resume they are finished; otherwise each of them is a failure. */
static void drop_existing(struct run *r)
{
	struct bytes clean = {0};
	for (size_t i = 0; i < mk_io_sources_count(r->list); i++) {
		const char *path = mk_io_sources_path(r->list, i);
		mk_io_error e = {0};
		enum folder_file is = folder_check(&r->out.folder, i, path, r->set, &r->out.guard, &e);
		if (is == FOLDER_FREE)
			continue;
		mk_io_sources_drop(r->list, i);
		r->n_before += is == FOLDER_DONE;
		if (is == FOLDER_DONE)
			continue;
		r->n_existing += is == FOLDER_EXISTS;
		if (is == FOLDER_INPUT || r->n_existing <= NAMED_MOST)
			complain(r, path, e.message);
		const char *name = utf8_of(path, &clean);
		count_failure(r, name ? name : "", &e);
	}
	bytes_free(&clean);
}

static size_t count_dropped(const mk_io_sources *list)
{
	size_t n = 0;
	for (size_t i = 0; i < mk_io_sources_count(list); i++)
		n += mk_io_sources_dropped(list, i);
	return n;
}

static bool open_outputs(struct run *r)
{
	const char *at = NULL;
	mk_io_error e = {0};
	if (!targets_open(&r->out, r->list, r->set, &at, &e)) {
		complain(r, at, e.message);
		errors_close(&r->out.errors, &e);
		return false;
	}
	r->n_before = count_dropped(r->list);
	if (r->set->to_directory)
		drop_existing(r);
	progress_start(&r->progress, r->set, mk_io_sources_count(r->list) - count_dropped(r->list), r->out.has_sink && r->out.sink.eager);
	return true;
}

/*
 * Closes the outputs.  A run that was interrupted, or in which no input succeeded, must not leave a file that looks finished.  JSON
 * lines of an interrupted run are kept if there was no file before, since --resume can continue them.
 */
static void close_outputs(struct run *r)
{
	mk_io_error e = {0};
	bool nothing = r->is_broken || (r->progress.n_failed && r->out.sink.n_records == 0);
	bool in_place = !r->out.sink.draft.temp || r->out.sink.early;
	bool can_resume = r->set->format == FORMAT_JSON && !r->out.sink.draft.replaces;
	enum ending ending = in_place ? END_COMMIT : nothing ? END_DROP : !stop_signal() ? END_COMMIT : can_resume ? END_IF_NEW : END_DROP;
	if (r->out.has_sink && !sink_close(&r->out.sink, ending, &e))
		lose_output(r, &e);
	if (!errors_close(&r->out.errors, &e)) {
		complain(r, r->set->errors, e.message);
		r->progress.n_failed++;
	}
}

/* Appends a sentence fragment about what was skipped, with separator before it unless it is the first one. */
static void add_skipped(char *text, size_t size, const char *separator, const char *before, size_t n, const char *after)
{
	size_t len = strlen(text);
	if (n)
		snprintf(text + len, size - len, "%s%s%zu%s", len ? separator : "", before, n, after);
}

/* One line that says what was skipped and why. */
static void report_skipped(struct run *r)
{
	char text[500] = "", reasons[160] = "";
	size_t other = mk_io_sources_skipped(r->list, MK_IO_SKIP_NAME), special = mk_io_sources_skipped(r->list, MK_IO_SKIP_SPECIAL);
	size_t links = mk_io_sources_skipped(r->list, MK_IO_SKIP_LINK);
	add_skipped(reasons, sizeof reasons, ", ", "names of other formats: ", other, "");
	add_skipped(reasons, sizeof reasons, ", ", "special files: ", special, "");
	add_skipped(reasons, sizeof reasons, ", ", "links to directories: ", links, "");
	add_skipped(text, sizeof text, "; ", "inputs finished by an earlier run: ", r->n_before, "");
	add_skipped(text, sizeof text, "; ", "files left alone because they exist: ", r->n_existing,
	            " (--force replaces them, --resume takes them as done)");
	add_skipped(text, sizeof text, "; ", "files skipped in directories: ", other + special + links, "");
	if (*reasons)
		snprintf(text + strlen(text), sizeof text - strlen(text), " (%s)", reasons);
	if (*text)
		complain(r, NULL, text);
}

static int finish(struct run *r)
{
	char message[160];
	if (stop_signal()) {
		snprintf(message, sizeof message, "interrupted: %zu of %zu inputs done", r->progress.n_done + r->n_before,
		         r->progress.n_todo + r->n_before);
		complain(r, NULL, message);
		return EXIT_SIGNAL + stop_signal();
	}
	report_skipped(r);
	return r->progress.n_failed || (r->set->strict_exit && r->n_warned) ? EXIT_SOME_FAILED : EXIT_DONE;
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
		r->progress.n_failed++;
	}
}

int run_sources(mk_io_sources *list, const struct settings *set)
{
	struct run r = {.set = set, .list = list};
	int code = EXIT_SOME_FAILED;
	if (open_outputs(&r)) {
		run_library(&r);
		progress_end(&r.progress);
		close_outputs(&r);
		code = finish(&r);
	}
	targets_free(&r.out);
	return code;
}
