/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signals.c - signals -> the request to stop.
 *
 * The first signal lets the run end with whole records.  The second signal ends the program at once, for users who cannot wait.
 */
#include "cli.h"

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* The only global state of the program: a signal handler receives no pointer to anything else. */
static atomic_int signal_seen;
static mk_io_stop *request;

int stop_signal(void)
{
	return atomic_load_explicit(&signal_seen, memory_order_relaxed);
}

mk_io_stop *stop_request(void)
{
	return request;
}

static void on_signal(int number)
{
	int no_signal = 0;
	if (!atomic_compare_exchange_strong(&signal_seen, &no_signal, number))
		_exit(EXIT_SIGNAL + number);
	mk_io_cancel(request);
}

void catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal}, before; /* no SA_RESTART: signals must interrupt write() */
	request = mk_io_stop_new();
	if (!request)
		no_memory();
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) /* respect nohup */
			sigaction(numbers[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN); /* write() returns EPIPE instead */
	signal(SIGXFSZ, SIG_IGN); /* likewise EFBIG */
}
