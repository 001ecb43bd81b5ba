/* SPDX-License-Identifier: Apache-2.0 */
/* What the workloads of the benchmarks share: time, pace, refusal to go on, and the one line that they print. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static inline void check(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	exit(1);
}

struct stopwatch {
	uint64_t wall, cpu;
};

static inline struct stopwatch started(void)
{
	return (struct stopwatch){ now_ns(CLOCK_MONOTONIC), now_ns(CLOCK_PROCESS_CPUTIME_ID) };
}

static inline void print_members(struct stopwatch start, long count)
{
	printf("\"count\":%ld,\"wall_ns\":%lu,\"cpu_ns\":%lu", count, now_ns(CLOCK_MONOTONIC) - start.wall,
	       now_ns(CLOCK_PROCESS_CPUTIME_ID) - start.cpu);
}

static inline void print_since(struct stopwatch start, long count)
{
	printf("{");
	print_members(start, count);
	printf("}\n");
}

/* So many per second, in bursts every millisecond: how many are due at the end of each, counted from 1. */
static inline long due_after(uint64_t start, long ms, long rate)
{
	uint64_t at = start + ms * 1000000ull;
	struct timespec time = { .tv_sec = at / 1000000000, .tv_nsec = at % 1000000000 };

	check(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == 0, "sleep");
	return ms * rate / 1000;
}
