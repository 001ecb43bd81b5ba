/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocking TCP connects over loopback, one after the other:
 *   storm refused PORT COUNT    to a closed port
 *   storm flood PORT SECONDS    to a closed port, as many as there is time for; says also how
 *                               long the slowest took and how often the process slept
 *   storm paced PORT COUNT RATE to a closed port, so many per second, in bursts every millisecond
 *   storm accepted 0 COUNT      to a listener of its own, accepted and closed at once
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

/* Before the stopwatch starts: the first ones fill caches. */
#define WARM_UP 200

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void connect_refused(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	check(fd >= 0, "socket");
	check(connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0 && errno == ECONNREFUSED, "a closed port");
	close(fd);
}

/* The client resets, so that no port is left in TIME_WAIT. */
static void connect_accepted(int listener, const struct sockaddr_in *to)
{
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int accepted;

	check(fd >= 0, "socket");
	check(connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0, "connect");
	accepted = accept(listener, NULL, NULL);
	check(accepted >= 0, "accept");
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
	close(accepted);
}

static int listening(struct sockaddr_in *at)
{
	socklen_t length = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	check(bind(fd, (struct sockaddr *)at, length) == 0, "bind");
	check(listen(fd, 16) == 0, "listen");
	getsockname(fd, (struct sockaddr *)at, &length);
	return fd;
}

static void storm(int listener, const struct sockaddr_in *to, long count)
{
	for (; count > 0; count--)
		listener >= 0 ? connect_accepted(listener, to) : connect_refused(to);
}

/* How often the process went to sleep, rather than being made to wait for a CPU. */
static long sleeps(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nvcsw;
}

static void flood(const struct sockaddr_in *to, double seconds)
{
	struct stopwatch start = started();
	uint64_t end = start.wall + (uint64_t)(seconds * 1e9), before = start.wall, now, slowest = 0;
	long slept = sleeps(), count = 0;

	for (; before < end; count++, before = now) {
		connect_refused(to);
		now = now_ns(CLOCK_MONOTONIC);
		if (now - before > slowest)
			slowest = now - before;
	}
	printf("{\"slowest_ns\":%lu,\"sleeps\":%ld,", slowest, sleeps() - slept);
	print_members(start, count);
	printf("}\n");
}

static void paced(const struct sockaddr_in *to, long count, long rate)
{
	uint64_t start = now_ns(CLOCK_MONOTONIC);
	long made = 0, due, ms;

	for (ms = 1; made < count; ms++) {
		due = due_after(start, ms, rate);
		for (; made < count && made < due; made++)
			connect_refused(to);
	}
}

int main(int argc, char **argv)
{
	const char *mode = argc >= 4 ? argv[1] : "";
	struct sockaddr_in to = loopback(argc >= 4 ? atoi(argv[2]) : 0);
	struct stopwatch start;
	int listener = -1;

	if (strcmp(mode, "flood") == 0) {
		flood(&to, atof(argv[3]));
		return 0;
	}
	if (strcmp(mode, "paced") == 0 && argc == 5) {
		start = started();
		paced(&to, atol(argv[3]), atol(argv[4]));
		print_since(start, atol(argv[3]));
		return 0;
	}
	if (strcmp(mode, "accepted") == 0)
		listener = listening(&to);
	else if (strcmp(mode, "refused") != 0)
		return 2;
	storm(listener, &to, WARM_UP);
	start = started();
	storm(listener, &to, atol(argv[3]));
	print_since(start, atol(argv[3]));
	return 0;
}
