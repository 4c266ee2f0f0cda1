/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stop.c - requests to stop, and the names of statuses.
 *
 * A request has a flag and a pipe.  Loops check the flag.  The pipe ends waits in poll(): mk_io_cancel() writes one byte, and
 * nobody reads it, so the reading end stays readable for every reader that waits.
 */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

struct mk_io_stop {
	atomic_bool cancelled;
	int fds[2];
};

/* A signal handler may use an atomic object only if it is lock-free (C17, section 7.14.1.1). */
_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "atomic_bool takes a lock");

mk_io_stop *mk_io_stop_new(void)
{
	mk_io_stop *stop = malloc(sizeof *stop);
	if (!stop || pipe(stop->fds)) {
		free(stop);
		return NULL;
	}
	atomic_init(&stop->cancelled, false);
	for (int i = 0; i < 2; i++)
		(void)fcntl(stop->fds[i], F_SETFD, FD_CLOEXEC);
	return stop;
}

void mk_io_stop_free(mk_io_stop *stop)
{
	if (!stop)
		return;
	close(stop->fds[0]);
	close(stop->fds[1]);
	free(stop);
}

void mk_io_cancel(mk_io_stop *stop)
{
	int error = errno;
	if (stop && !atomic_exchange(&stop->cancelled, true)) /* only the first call writes, so the pipe cannot fill up */
		while (write(stop->fds[1], "", 1) < 0 && errno == EINTR)
			;
	errno = error;
}

bool mk_io_cancelled(const mk_io_stop *stop)
{
	return stop && atomic_load_explicit(&stop->cancelled, memory_order_relaxed);
}

int io_stop_fd(const mk_io_stop *stop)
{
	return stop ? stop->fds[0] : -1;
}

const char *mk_io_status_name(mk_io_status status)
{
	static const char *const names[MK_IO_N_STATUS] = {"ok",        "io",    "not_a_page", "too_big",     "bad_archive",
	                                                  "no_memory", "write", "stopped",    "bad_argument"};
	return (unsigned)status < MK_IO_N_STATUS ? names[status] : NULL;
}
