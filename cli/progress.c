/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.c - numbers of a run -> one line on standard error that changes, or lines in a log.
 */
#include "cli.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The width of the terminal in columns. */
static size_t columns(void)
{
#ifdef TIOCGWINSZ
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
#endif
	return 80;
}

void progress_hide(struct progress *p)
{
	if (p->is_shown && p->is_tty)
		fputs("\r\033[K", stderr);
	p->is_shown = false;
}

static void show(struct progress *p, double t)
{
	char head[60], rate_text[40], failed[40], left[40] = "", line[200];
	double seconds = t - p->started, rate = seconds > 0 ? (double)p->n_done / seconds : 0;
	size_t most = p->is_tty ? columns() - 1 : sizeof line;
	if (rate > 0 && p->n_done < p->n_todo) {
		unsigned long s = (unsigned long)((double)(p->n_todo - p->n_done) / rate + 0.5);
		snprintf(left, sizeof left, ", eta %lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
	}
	snprintf(head, sizeof head, "%zu of %zu done", p->n_done, p->n_todo);
	snprintf(rate_text, sizeof rate_text, ", %.1f pages/s", rate);
	snprintf(failed, sizeof failed, ", %zu failed", p->n_failed);
	/* A line that does not fit would wrap, and "\r" would not reach its start.  Leave out parts, the least important ones first. */
	if ((size_t)snprintf(line, sizeof line, "%s%s%s%s", head, rate_text, failed, left) > most &&
	    (size_t)snprintf(line, sizeof line, "%s%s%s", head, failed, left) > most &&
	    (size_t)snprintf(line, sizeof line, "%s%s", head, failed) > most &&
	    (size_t)snprintf(line, sizeof line, "%zu/%zu%s", p->n_done, p->n_todo, failed) > most)
		snprintf(line, most < sizeof line ? most + 1 : sizeof line, "%zu/%zu", p->n_done, p->n_todo);
	fprintf(stderr, "%s%s%s", p->is_tty ? "\r" : "", line, p->is_tty ? "\033[K" : "\n");
	p->is_shown = true;
}

void progress_start(struct progress *p, const struct settings *set, size_t n_todo, bool output_is_tty)
{
	p->n_todo = n_todo;
	p->is_tty = isatty(STDERR_FILENO);
	p->is_asked = set->progress_is_set;
	p->is_on = !set->quiet && (set->progress_is_set ? set->progress : p->is_tty && !output_is_tty);
	p->started = p->ticked = now();
}

void progress_tick(struct progress *p)
{
	if (!p->is_on)
		return;
	double t = now();
	if (t - p->ticked < (p->is_tty ? 0.2 : 10.0))
		return;
	p->ticked = t;
	show(p, t);
}

void progress_end(struct progress *p)
{
	if (!p->is_on || (!p->is_asked && !p->is_shown))
		return;
	show(p, now());
	if (p->is_tty)
		fputc('\n', stderr);
	p->is_shown = false;
}
