/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure COMMAND [ARG…]: runs the command and prints on descriptor 3 what it took: wall and CPU time in nanoseconds,
 * peak resident memory in bytes, of it and of the children it waited for. Exits as the command did, which ends with it.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

static uint64_t in_ns(struct timeval time)
{
	return time.tv_sec * 1000000000ull + time.tv_usec * 1000ull;
}

int main(int argc, char **argv)
{
	uint64_t start = now_ns(CLOCK_MONOTONIC);
	struct rusage usage;
	pid_t child;
	int status;

	if (argc < 2)
		return 2;
	child = fork();
	check(child >= 0, "fork");
	if (child == 0) {
		check(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
		execvp(argv[1], argv + 1);
		check(0, argv[1]);
	}
	check(wait4(child, &status, 0, &usage) == child, "wait4");
	dprintf(3, "{\"wall_ns\":%lu,\"cpu_ns\":%lu,\"peak_bytes\":%lu}\n", now_ns(CLOCK_MONOTONIC) - start,
		in_ns(usage.ru_utime) + in_ns(usage.ru_stime), usage.ru_maxrss * 1024ul);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
