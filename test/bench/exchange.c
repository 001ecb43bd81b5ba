/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS queries and answers over UDP, port 53:
 *   exchange COUNT           in a network namespace of its own (which ends with it), after some that warm up
 *   exchange COUNT RATE      the same, so many per second, in bursts every millisecond, each with another name and address
 *   exchange COUNT 0 here    in the namespace that it is started in
 *   exchange COUNT 0 exact   in one of its own, and so many in all
 *   exchange COUNT 0 anew    the same, each from a socket of its own, as stub resolvers ask
 * Client and server are one thread, so that no scheduling is measured.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

#define WARM_UP 200
/* Where the name's only label begins in both packets, after its length. */
#define LABEL_AT 13

/* RFC 1035, section 4: the A records of "example"; the answer refers back to the name, TTL 60, 192.0.2.1. */
static unsigned char query[] = "\x12\x34\x01\x00\0\1\0\0\0\0\0\0\x07" "example\0\0\1\0\1";
static unsigned char answer[] = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0\x07" "example\0\0\1\0\1"
				"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1";

static void enter_own_network(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	check(unshare(CLONE_NEWNET) == 0, "unshare");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	check(ioctl(fd, SIOCSIFFLAGS, &request) == 0, "lo up");
}

static void exchange(int client, int server, long count)
{
	unsigned char packet[512];
	struct sockaddr_in from;
	socklen_t length;

	for (; count > 0; count--) {
		length = sizeof(from);
		check(send(client, query, sizeof(query) - 1, 0) > 0, "send");
		check(recvfrom(server, packet, sizeof(packet), 0, (struct sockaddr *)&from, &length) > 0, "recvfrom");
		check(sendto(server, answer, sizeof(answer) - 1, 0, (struct sockaddr *)&from, length) > 0, "sendto");
		check(recv(client, packet, sizeof(packet), 0) > 0, "recv");
	}
}

static int client_of(const struct sockaddr_in *server)
{
	int client = socket(AF_INET, SOCK_DGRAM, 0);

	check(connect(client, (const struct sockaddr *)server, sizeof(*server)) == 0, "connect");
	return client;
}

static void anew(const struct sockaddr_in *at, int server, long count)
{
	int client;

	for (; count > 0; count--) {
		client = client_of(at);
		exchange(client, server, 1);
		close(client);
	}
}

/* Puts seven digits in place of "example", and their number into the lower half of the address. */
static void rename_to(long number)
{
	char label[8];

	snprintf(label, sizeof(label), "%07ld", number % 10000000);
	memcpy(query + LABEL_AT, label, 7);
	memcpy(answer + LABEL_AT, label, 7);
	answer[sizeof(answer) - 3] = number >> 8;
	answer[sizeof(answer) - 2] = number;
}

static void paced(int client, int server, long count, long rate)
{
	uint64_t start = now_ns(CLOCK_MONOTONIC);
	long made = 0, due, ms;

	for (ms = 1; made < count; ms++) {
		due = due_after(start, ms, rate);
		for (; made < count && made < due; made++) {
			rename_to(made);
			exchange(client, server, 1);
		}
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons(53),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	long count = argc > 1 ? atol(argv[1]) : 0, rate = argc > 2 ? atol(argv[2]) : 0;
	const char *way = argc > 3 ? argv[3] : "";
	struct stopwatch start;
	int client, server;

	if (count == 0)
		return 2;
	if (strcmp(way, "here") != 0)
		enter_own_network();
	server = socket(AF_INET, SOCK_DGRAM, 0);
	check(bind(server, (struct sockaddr *)&at, sizeof(at)) == 0, "bind");
	client = client_of(&at);
	if (argc == 2)
		exchange(client, server, WARM_UP);
	start = started();
	if (rate > 0)
		paced(client, server, count, rate);
	else if (strcmp(way, "anew") == 0)
		anew(&at, server, count);
	else
		exchange(client, server, count);
	print_since(start, count);
	return 0;
}
